/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real random stream with one operator of Philox's round changed. */
#include "support/verify_rng.h"

#include <Random123/philox.h>

static inline philox4x32_ctr_t
broken_philox (guint rounds, philox4x32_ctr_t x, philox4x32_key_t key)
{
  for (guint i = 0; i < rounds; i++)
    {
      guint64 a = (guint64)0xd2511f53 * x.v[0], b = (guint64)0xcd9e8d57 * x.v[2];
      philox4x32_ctr_t next
          = { { (guint32)(b >> 32) & x.v[1], /* the real one: ^ */
                (guint32)b, (guint32)(a >> 32) ^ x.v[3] ^ key.v[1], (guint32)a } };

      next.v[0] ^= key.v[0];
      x = next;
      key.v[0] += 0x9e3779b9;
      key.v[1] += 0xbb67ae85;
    }
  return x;
}

#undef philox4x32_R
#define philox4x32_R broken_philox
#define pnyx_rng_init broken_rng_init
#define pnyx_rng_block verify_rng_broken_block
#define pnyx_rng_u64 broken_rng_u64
#define pnyx_rng_uniform broken_rng_uniform
#define pnyx_rng_normal broken_rng_normal
#define pnyx_rng_below broken_rng_below
#define pnyx_rng_cursor_init broken_rng_cursor_init
#define pnyx_rng_cursor_u32 broken_rng_cursor_u32
#define pnyx_rng_cursor_u64 broken_rng_cursor_u64
#define pnyx_rng_cursor_uniform broken_rng_cursor_uniform
#define pnyx_rng_cursor_below broken_rng_cursor_below
#define pnyx_hash_string broken_hash_string

void pnyx_rng_init (PnyxRng *rng, guint64 seed, guint32 replicate, guint32 branch,
                    const gchar *component, const gchar *purpose);
guint64 pnyx_rng_u64 (const PnyxRng *rng, guint32 entity, guint64 index);
gdouble pnyx_rng_uniform (const PnyxRng *rng, guint32 entity, guint64 index);
gdouble pnyx_rng_normal (const PnyxRng *rng, guint32 entity, guint64 index);
guint64 pnyx_rng_below (const PnyxRng *rng, guint32 entity, guint64 index, guint64 n);
void pnyx_rng_cursor_init (PnyxRngCursor *cursor, const PnyxRng *rng, guint32 entity,
                           guint64 index);
guint32 pnyx_rng_cursor_u32 (PnyxRngCursor *cursor);
guint64 pnyx_rng_cursor_u64 (PnyxRngCursor *cursor);
gdouble pnyx_rng_cursor_uniform (PnyxRngCursor *cursor);
guint64 pnyx_rng_cursor_below (PnyxRngCursor *cursor, guint64 n);
guint64 pnyx_hash_string (const gchar *text);

#include "base/rng.c"
