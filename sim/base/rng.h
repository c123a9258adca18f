/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_RNG_H
#define PNYX_BASE_RNG_H

#include <glib.h>

/*
 * Random numbers as pure functions (Philox4x32-10: Salmon et al., SC'11). A PnyxRng is a key, made
 * once from (seed, replicate, branch, component, purpose); a draw is a function of the key, an
 * entity and an index, both numbers of the domain (node, slot, message), never call counts. Adding
 * a draw somewhere disturbs no other draw.
 */
typedef struct
{
  guint32 key[2];
} PnyxRng;

/**
 * pnyx_rng_init:
 * @component: name of the component that draws, e.g. "net.delay"
 * @purpose: what for, e.g. "jitter"; every use has its own
 */
void pnyx_rng_init (PnyxRng *rng, guint64 seed, guint32 replicate, guint32 branch,
                    const gchar *component, const gchar *purpose);

/** pnyx_rng_block: the four words of (@entity, @index, @block); the raw function. */
void pnyx_rng_block (const PnyxRng *rng, guint32 entity, guint64 index, guint32 block,
                     guint32 words[4]);

/** pnyx_rng_u64: Returns: 64 uniform bits of (@entity, @index). */
guint64 pnyx_rng_u64 (const PnyxRng *rng, guint32 entity, guint64 index);

/** pnyx_rng_uniform: Returns: uniform in (0, 1), never 0 or 1; 53 bits. */
gdouble pnyx_rng_uniform (const PnyxRng *rng, guint32 entity, guint64 index);

/** pnyx_rng_normal: Returns: a standard normal of (@entity, @index), by Box and Muller. */
gdouble pnyx_rng_normal (const PnyxRng *rng, guint32 entity, guint64 index);

/** pnyx_rng_below: Returns: uniform in [0, @n), without modulo bias; @n at least 1. */
guint64 pnyx_rng_below (const PnyxRng *rng, guint32 entity, guint64 index, guint64 n);

/** PnyxRngCursor: for draws that need several words (rejection, gamma, shuffles); on the stack. */
typedef struct
{
  PnyxRng rng;
  guint32 entity;
  guint64 index;
  guint32 block;
  guint32 n_left; /* unused words of @words, from the end */
  guint32 words[4];
} PnyxRngCursor;

void pnyx_rng_cursor_init (PnyxRngCursor *cursor, const PnyxRng *rng, guint32 entity,
                           guint64 index);
guint32 pnyx_rng_cursor_u32 (PnyxRngCursor *cursor);
guint64 pnyx_rng_cursor_u64 (PnyxRngCursor *cursor);
gdouble pnyx_rng_cursor_uniform (PnyxRngCursor *cursor); /* (0, 1) */
guint64 pnyx_rng_cursor_below (PnyxRngCursor *cursor, guint64 n);

/** pnyx_hash_mix: Returns: a well-mixed 64-bit hash of two words (a bijection of @b for fixed @a).
 */
static inline guint64
pnyx_hash_mix (guint64 a, guint64 b)
{
  guint64 x = a ^ (b * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  x ^= x >> 32;
  x *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  x ^= x >> 32;
  x *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  x ^= x >> 32;
  return x;
}

/** pnyx_hash_string: Returns: 64-bit FNV-1a of @text, mixed. */
guint64 pnyx_hash_string (const gchar *text);

#endif
