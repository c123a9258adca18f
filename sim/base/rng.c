/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC'11,
 * section 3.3) as in the authors' Random123, which is included here and nowhere else.
 *
 * Counter words: index low, index high, entity, block. A cursor walks over the blocks.
 */
#include "base/rng.h"

#include <Random123/philox.h>
#include <math.h>

#include "base/error.h"
#include "base/types.h"

void
pnyx_rng_init (PnyxRng *rng, guint64 seed, guint32 replicate, guint32 branch,
               const gchar *component, const gchar *purpose)
{
  guint64 hash = pnyx_hash_mix (seed, ((guint64)branch << 32) | replicate);

  hash = pnyx_hash_mix (hash, pnyx_hash_string (component));
  hash = pnyx_hash_mix (hash, pnyx_hash_string (purpose));
  rng->key[0] = (guint32)hash;
  rng->key[1] = (guint32)(hash >> 32);
}

static inline philox4x32_ctr_t
philox (const PnyxRng *rng, guint32 entity, guint64 index, guint32 block)
{
  philox4x32_ctr_t counter = { { (guint32)index, (guint32)(index >> 32), entity, block } };
  philox4x32_key_t key = { { rng->key[0], rng->key[1] } };

  return philox4x32_R (10, counter, key);
}

static inline guint64
join (guint32 low, guint32 high)
{
  return ((guint64)high << 32) | low;
}

/* Multiples of 2^-53; the multiple 0, which has no place in an open interval, becomes 2^-54. */
static inline gdouble
open_uniform (guint64 bits)
{
  guint64 multiple = bits >> 11;

  return multiple == 0 ? 0x1p-54 : (gdouble)multiple * 0x1p-53;
}

void
pnyx_rng_block (const PnyxRng *rng, guint32 entity, guint64 index, guint32 block, guint32 words[4])
{
  philox4x32_ctr_t result = philox (rng, entity, index, block);

  for (guint i = 0; i < 4; i++)
    words[i] = result.v[i];
}

guint64
pnyx_rng_u64 (const PnyxRng *rng, guint32 entity, guint64 index)
{
  philox4x32_ctr_t result = philox (rng, entity, index, 0);

  return join (result.v[0], result.v[1]);
}

gdouble
pnyx_rng_uniform (const PnyxRng *rng, guint32 entity, guint64 index)
{
  return open_uniform (pnyx_rng_u64 (rng, entity, index));
}

gdouble
pnyx_rng_normal (const PnyxRng *rng, guint32 entity, guint64 index)
{
  guint32 words[4];
  gdouble radius, angle;

  pnyx_rng_block (rng, entity, index, 0, words);
  radius = sqrt (-2 * log (open_uniform (join (words[0], words[1]))));
  angle = 2 * G_PI * open_uniform (join (words[2], words[3]));
  return radius * cos (angle);
}

guint64
pnyx_rng_below (const PnyxRng *rng, guint32 entity, guint64 index, guint64 n)
{
  PnyxRngCursor cursor;

  pnyx_rng_cursor_init (&cursor, rng, entity, index);
  return pnyx_rng_cursor_below (&cursor, n);
}

void
pnyx_rng_cursor_init (PnyxRngCursor *cursor, const PnyxRng *rng, guint32 entity, guint64 index)
{
  *cursor = (PnyxRngCursor){ .rng = *rng, .entity = entity, .index = index };
}

guint32
pnyx_rng_cursor_u32 (PnyxRngCursor *cursor)
{
  if (cursor->n_left == 0)
    {
      pnyx_rng_block (&cursor->rng, cursor->entity, cursor->index, cursor->block++, cursor->words);
      cursor->n_left = 4;
    }
  return cursor->words[4 - cursor->n_left--];
}

guint64
pnyx_rng_cursor_u64 (PnyxRngCursor *cursor)
{
  guint32 low = pnyx_rng_cursor_u32 (cursor);

  return join (low, pnyx_rng_cursor_u32 (cursor));
}

gdouble
pnyx_rng_cursor_uniform (PnyxRngCursor *cursor)
{
  return open_uniform (pnyx_rng_cursor_u64 (cursor));
}

/* Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019), algorithm 5. */
guint64
pnyx_rng_cursor_below (PnyxRngCursor *cursor, guint64 n)
{
  pnyx_uint128 product;

  PNYX_REQUIRE (n >= 1);
  product = (pnyx_uint128)pnyx_rng_cursor_u64 (cursor) * n;
  if ((guint64)product < n)
    {
      guint64 threshold = (0 - n) % n;

      while ((guint64)product < threshold)
        product = (pnyx_uint128)pnyx_rng_cursor_u64 (cursor) * n;
    }
  return (guint64)(product >> 64);
}

guint64
pnyx_hash_string (const gchar *text)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (const gchar *at = text; *at != '\0'; at++)
    hash = (hash ^ (guchar)*at) * G_GUINT64_CONSTANT (0x100000001b3);
  return pnyx_hash_mix (0, hash);
}
