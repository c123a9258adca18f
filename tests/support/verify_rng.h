/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_TESTS_VERIFY_RNG_H
#define PNYX_TESTS_VERIFY_RNG_H

#include "base/rng.h"

/** VerifyRngBlock: pnyx_rng_block or a broken one. */
typedef void (*VerifyRngBlock) (const PnyxRng *rng, guint32 entity, guint64 index, guint32 block,
                                guint32 words[4]);

/** verify_rng_broken_block: the real stream with one operator of the round changed. */
void verify_rng_broken_block (const PnyxRng *rng, guint32 entity, guint64 index, guint32 block,
                              guint32 words[4]);

/** verify_rng_vectors: Returns: whether the authors' known answers come out. */
gboolean verify_rng_vectors (VerifyRngBlock block);

/** verify_rng_uniform: Returns: the largest |z| of chi-square tests of the leading and the trailing
 * byte of each word, over indices and over entities. */
gdouble verify_rng_uniform (VerifyRngBlock block, guint64 seed);

/** verify_rng_pairs: Returns: the largest |z| of chi-square tests for independence between
 * neighbouring indices, entities, blocks, replicates and purposes. */
gdouble verify_rng_pairs (VerifyRngBlock block, guint64 seed);

#endif
