/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Swap-or-not (specs/phase0/beacon-chain.md, compute_shuffled_permutation).
 *
 * A round is an involution: i and flip = (pivot - i) mod n change places when the bit of the larger
 * one is set. In the list the pairs lie around two mirrors, pivot / 2 and (pivot + n) / 2: those of
 * 0 ... pivot, and those of pivot + 1 ... n - 1. Each is walked from both ends to its middle, and
 * only the bits of the upper halves are ever asked for.
 *
 * Index by index the rounds are applied to the index; here they are applied to the places, which
 * composes the involutions the other way round: so the last round comes first. (The other order
 * gives the inverse permutation, which is equally uniform and equally wrong.)
 */
#include "protocol/gasper/shuffle.h"

#include <stddef.h>
#include <string.h>

#include "base/error.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define BUCKET 256 /* places that one hash decides */
#define BATCH 32   /* hashes at a time */
#define ROUND_AT PNYX_SHA256_SIZE
#define BUCKET_AT (ROUND_AT + 1)
#define PIVOT_LENGTH BUCKET_AT
#define SOURCE_LENGTH (BUCKET_AT + 4)

/* Hashes. */

static inline void
write_bucket (guint8 *block, guint32 bucket)
{
  bucket = GUINT32_TO_LE (bucket);
  memcpy (block + BUCKET_AT, &bucket, sizeof bucket);
}

/* hash (seed + round)[0:8] mod n, for every round. */
static void
compute_pivots (PnyxCpu cpu, const guint8 *seed, guint rounds, guint32 n, guint32 *pivots)
{
  PnyxSha256Block blocks[BATCH];
  PnyxSha256Digest digests[BATCH];

  for (guint round = 0; round < rounds; round += BATCH)
    {
      guint count = MIN (rounds - round, BATCH);

      for (guint i = 0; i < count; i++)
        {
          memcpy (blocks[i], seed, PNYX_SHA256_SIZE);
          blocks[i][ROUND_AT] = (guint8)(round + i);
        }
      pnyx_sha256_short (cpu, blocks, PIVOT_LENGTH, count, digests);
      for (guint i = 0; i < count; i++)
        {
          guint64 word;

          memcpy (&word, digests[i], sizeof word);
          pivots[round + i] = (guint32)(GUINT64_FROM_LE (word) % n);
        }
    }
}

/* The sources of one round, for the buckets @first to @last; @blocks hold seed and round. */
static void
compute_sources (PnyxCpu cpu, PnyxSha256Block *blocks, guint32 first, guint32 last,
                 PnyxSha256Digest *sources)
{
  for (guint32 bucket = first; bucket <= last; bucket += BATCH)
    {
      guint32 count = MIN (last - bucket + 1, BATCH);

      for (guint32 i = 0; i < count; i++)
        write_bucket (blocks[i], bucket + i);
      pnyx_sha256_short (cpu, blocks, SOURCE_LENGTH, count, sources + bucket);
    }
}

/* Swaps: of the pairs low + k, high - k those whose upper place has its bit set in @bits. */

static inline guint
bit_of (const guint8 *bits, guint32 place)
{
  return bits[place / 8] >> (place % 8) & 1;
}

static inline void
swap_or_not (guint32 *list, const guint8 *bits, guint32 low, guint32 high)
{
  guint32 difference = (list[low] ^ list[high]) & (0 - (guint32)bit_of (bits, high));

  list[low] ^= difference;
  list[high] ^= difference;
}

/* Without branches, which would be mispredicted half the time; two pairs in a register. */
static void
swap_portable (guint32 *list, const guint8 *bits, guint32 low, guint32 high)
{
  /* For places low and low + 1 in their order in memory, by the bits of high and high - 1. */
  static const guint32 masks[4][2]
      = { { 0, 0 }, { 0, G_MAXUINT32 }, { G_MAXUINT32, 0 }, { G_MAXUINT32, G_MAXUINT32 } };

  for (; low + 3 < high + 1; low += 2, high -= 2)
    {
      guint32 place = high - 1;
      guint word = ((guint)bits[place / 8] | (guint)bits[high / 8] << 8) >> (place % 8);
      guint64 x, y, mask;

      memcpy (&x, list + low, sizeof x);
      memcpy (&y, list + place, sizeof y);
      memcpy (&mask, masks[word & 3], sizeof mask);
      mask &= x ^ (y << 32 | y >> 32);
      x ^= mask;
      y ^= mask << 32 | mask >> 32;
      memcpy (list + low, &x, sizeof x);
      memcpy (list + place, &y, sizeof y);
    }
  for (; low < high; low++, high--)
    swap_or_not (list, bits, low, high);
}

#if defined(__x86_64__)

#define TARGET_AVX2 __attribute__ ((target ("avx2")))

/* Eight pairs; @byte: the bits of places high - 7 to high. */
TARGET_AVX2 static inline void
swap_eight (guint32 *low, guint32 *high, guint32 byte)
{
  const __m256i reverse = _mm256_set_epi32 (0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i lane = _mm256_set_epi32 (128, 64, 32, 16, 8, 4, 2, 1);
  __m256i x = _mm256_permutevar8x32_epi32 (_mm256_loadu_si256 ((const __m256i *)(gconstpointer)low),
                                           reverse);
  __m256i y = _mm256_loadu_si256 ((const __m256i *)(gconstpointer)(high - 7));
  __m256i mask = _mm256_cmpeq_epi32 (_mm256_and_si256 (_mm256_set1_epi32 ((gint)byte), lane), lane);
  __m256i to_low = _mm256_blendv_epi8 (x, y, mask), to_high = _mm256_blendv_epi8 (y, x, mask);

  _mm256_storeu_si256 ((__m256i *)(gpointer)low, _mm256_permutevar8x32_epi32 (to_low, reverse));
  _mm256_storeu_si256 ((__m256i *)(gpointer)(high - 7), to_high);
}

TARGET_AVX2 static void
swap_avx2 (guint32 *list, const guint8 *bits, guint32 low, guint32 high)
{
  for (; high >= 31 && low + 63 <= high; low += 32, high -= 32)
    {
      guint32 first = high - 31;
      guint64 word;

      memcpy (&word, bits + first / 8, sizeof word);
      word >>= first % 8;
      for (guint i = 0; i < 4; i++)
        swap_eight (list + low + 8 * i, list + high - 8 * i, (guint32)(word >> (24 - 8 * i)));
    }
  for (; low < high; low++, high--)
    swap_or_not (list, bits, low, high);
}

#else

static void
swap_avx2 (guint32 *list, const guint8 *bits, guint32 low, guint32 high)
{
  swap_portable (list, bits, low, high);
}

#endif

static void
shuffle_round (PnyxCpu cpu, PnyxSha256Block *blocks, guint32 pivot, PnyxSha256Digest *sources,
               guint32 *list, guint32 n)
{
  guint32 mirror = pivot / 2 + 1, mirror_above = (guint32)(((guint64)pivot + n) / 2 + 1);
  void (*swap) (guint32 *, const guint8 *, guint32, guint32)
      = (cpu & PNYX_CPU_AVX2) != 0 ? swap_avx2 : swap_portable;

  if (mirror <= pivot)
    {
      compute_sources (cpu, blocks, mirror / BUCKET, pivot / BUCKET, sources);
      swap (list, sources[0], 0, pivot);
    }
  if (mirror_above < n)
    {
      compute_sources (cpu, blocks, mirror_above / BUCKET, (n - 1) / BUCKET, sources);
      swap (list, sources[0], pivot + 1, n - 1);
    }
}

void
pnyx_shuffle_list (PnyxCpu cpu, const guint8 *seed, guint rounds, guint32 *list, guint32 n)
{
  /* One more than there are buckets: eight bytes are read at a time. */
  g_autofree PnyxSha256Digest *sources = g_new (PnyxSha256Digest, (gsize)n / BUCKET + 2);
  guint32 pivots[PNYX_SHUFFLE_ROUNDS_MAX];
  PnyxSha256Block blocks[BATCH];

  PNYX_REQUIRE (rounds <= PNYX_SHUFFLE_ROUNDS_MAX && n <= G_MAXINT32);
  if (n <= 1)
    return;
  compute_pivots (cpu, seed, rounds, n, pivots);
  for (guint i = 0; i < BATCH; i++)
    memcpy (blocks[i], seed, PNYX_SHA256_SIZE);
  for (guint round = rounds; round-- > 0;)
    {
      for (guint i = 0; i < BATCH; i++)
        blocks[i][ROUND_AT] = (guint8)round;
      shuffle_round (cpu, blocks, pivots[round], sources, list, n);
    }
}

/* Single indices. */

void
pnyx_shuffle_pivots_init (PnyxShufflePivots *pivots, PnyxCpu cpu, const guint8 *seed, guint rounds,
                          guint32 index_count)
{
  PNYX_REQUIRE (index_count >= 1 && rounds <= PNYX_SHUFFLE_ROUNDS_MAX);
  memcpy (pivots->seed, seed, PNYX_SHA256_SIZE);
  pivots->index_count = index_count;
  pivots->rounds = rounds;
  compute_pivots (cpu, seed, rounds, index_count, pivots->pivots);
}

static void
shuffle_few (const PnyxShufflePivots *pivots, PnyxCpu cpu, guint32 *indices, gsize n)
{
  PnyxSha256Block blocks[BATCH];
  PnyxSha256Digest sources[BATCH];
  guint32 flips[BATCH], count = pivots->index_count;

  for (gsize i = 0; i < n; i++)
    memcpy (blocks[i], pivots->seed, PNYX_SHA256_SIZE);
  for (guint round = 0; round < pivots->rounds; round++)
    {
      for (gsize i = 0; i < n; i++)
        {
          flips[i] = (guint32)(((guint64)pivots->pivots[round] + count - indices[i]) % count);
          blocks[i][ROUND_AT] = (guint8)round;
          write_bucket (blocks[i], MAX (indices[i], flips[i]) / BUCKET);
        }
      pnyx_sha256_short (cpu, blocks, SOURCE_LENGTH, n, sources);
      for (gsize i = 0; i < n; i++)
        if (bit_of (sources[i], MAX (indices[i], flips[i]) % BUCKET))
          indices[i] = flips[i];
    }
}

void
pnyx_compute_shuffled_index (const PnyxShufflePivots *pivots, PnyxCpu cpu, guint32 *indices,
                             gsize n)
{
  for (gsize i = 0; i < n; i++)
    PNYX_REQUIRE (indices[i] < pivots->index_count);
  for (gsize i = 0; i < n; i += BATCH)
    shuffle_few (pivots, cpu, indices + i, MIN (n - i, BATCH));
}

/* calc shuffle */

typedef struct
{
  const gchar *seed;
  guint64 count, rounds;
} ShuffleParams;

static const PnyxParam shuffle_params[] = {
  { .name = "seed",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (ShuffleParams, seed),
    .meaning = "Seed of 32 bytes: 0x and 64 hexadecimal digits." },
  { .name = "count",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ShuffleParams, count),
    .min = "0",
    .max = "16777216",
    .meaning = "How many indices are shuffled." },
  { .name = "rounds",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ShuffleParams, rounds),
    .fallback = "90",
    .min = "0",
    .max = "255",
    .meaning = "Rounds: 90 in the mainnet preset, 10 in the minimal one.",
    .source = "specs/phase0/beacon-chain.md, SHUFFLE_ROUND_COUNT" },
};

static PnyxTable *
shuffle_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "index", "value", NULL };
  const ShuffleParams *params = user;
  g_autofree guint32 *list = g_new (guint32, params->count);
  PnyxSha256Digest seed;
  PnyxTable *table;

  if (!pnyx_sha256_digest_parse (params->seed, "seed", seed, error))
    return NULL;
  for (guint32 i = 0; i < params->count; i++)
    list[i] = i;
  pnyx_shuffle_list (pnyx_cpu_detect (), seed, (guint)params->rounds, list, (guint32)params->count);
  table = pnyx_table_new (columns);
  for (guint32 i = 0; i < params->count; i++)
    {
      pnyx_table_add_integer (table, i);
      pnyx_table_add_integer (table, list[i]);
    }
  return table;
}

const PnyxCalc pnyx_calc_shuffle = {
  .name = "shuffle",
  .summary = "Swap-or-not shuffle of Gasper: the shuffled index of every index.",
  .example = "shuffle seed=0x26655aab58c18b66870f50a133171c85d9a5ae9dde55c0ca049491a27f4f63e7 "
             "count=10",
  .source = "specs/phase0/beacon-chain.md, compute_shuffled_permutation",
  .params = shuffle_params,
  .n_params = G_N_ELEMENTS (shuffle_params),
  .params_size = sizeof (ShuffleParams),
  .run = shuffle_run,
};
