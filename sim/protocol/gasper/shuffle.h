/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_SHUFFLE_H
#define PNYX_PROTOCOL_GASPER_SHUFFLE_H

#include "engine/calc.h"
#include "protocol/gasper/cpu.h"
#include "protocol/gasper/sha256.h"

#define PNYX_SHUFFLE_ROUND_COUNT 90 /* SHUFFLE_ROUND_COUNT of the mainnet preset; minimal: 10 */
#define PNYX_SHUFFLE_ROUNDS_MAX 255 /* a round is hashed as one byte */

/**
 * pnyx_shuffle_list:
 * @cpu: instructions that may be used; the result is the same
 * @seed: %PNYX_SHA256_SIZE bytes
 * @rounds: at most %PNYX_SHUFFLE_ROUNDS_MAX
 * @list: (inout) (array length=n): validators, for instance the active ones in ascending order
 *
 * Shuffles a whole list by swap-or-not: afterwards the i-th entry is the one that stood at
 * compute_shuffled_index (i), as compute_committee of the specification reads it.  A list of 0 to
 * @n - 1 becomes compute_shuffled_permutation.
 *
 * Cost: @rounds * @n / 2 swaps and @rounds * @n / 512 hashes; @n / 8 bytes while it runs. For 2^20
 * entries and 90 rounds about 15 ms with SHA and AVX2, 55 ms portable.
 * Source: specs/phase0/beacon-chain.md, compute_shuffled_permutation; V. T. Hoang, B. Morris,
 * P. Rogaway, "An enciphering scheme based on a card shuffle", CRYPTO 2012. Done in place on the
 * list, with the rounds in reverse, instead of index by index.
 */
void pnyx_shuffle_list (PnyxCpu cpu, const guint8 *seed, guint rounds, guint32 *list, guint32 n);

/** PnyxShufflePivots: what all single indices of one seed and count share. */
typedef struct
{
  PnyxSha256Digest seed;
  guint32 index_count; /* at least 1 */
  guint rounds;
  guint32 pivots[PNYX_SHUFFLE_ROUNDS_MAX];
} PnyxShufflePivots;

/**
 * pnyx_shuffle_pivots_init:
 * @seed: %PNYX_SHA256_SIZE bytes, copied
 * @index_count: at least 1
 *
 * Cost: @rounds hashes.
 */
void pnyx_shuffle_pivots_init (PnyxShufflePivots *pivots, PnyxCpu cpu, const guint8 *seed,
                               guint rounds, guint32 index_count);

/**
 * pnyx_compute_shuffled_index:
 * @indices: (inout) (array length=n): each below @pivots->index_count, is replaced by its image
 *
 * A few indices one by one, for samplers that need no whole list.
 *
 * Cost: @n hashes for each round, no allocation.
 * Source: specs/phase0/beacon-chain.md, compute_shuffled_index.
 */
void pnyx_compute_shuffled_index (const PnyxShufflePivots *pivots, PnyxCpu cpu, guint32 *indices,
                                  gsize n);

extern const PnyxCalc pnyx_calc_shuffle;

#endif
