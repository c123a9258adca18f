/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_TESTS_VERIFY_GASPER_H
#define PNYX_TESTS_VERIFY_GASPER_H

#include "protocol/protocol.h"

/**
 * VerifyGasper: keeps a naive store (support/naive_gasper.h) beside the store of each node of one
 * Gasper chain, tells it the same at the same time, and compares the two: blocks, checkpoints,
 * boost, latest messages, the weight of every block and the head. Votes that come too early or
 * before their block wait as a client lets them.
 *
 * For rules from Capella on, with slots and deadlines of whole milliseconds.
 */
typedef struct _VerifyGasper VerifyGasper;

/** VerifyGasperCounts: what happened, so that a test knows what it has seen. */
typedef struct
{
  guint64 heads, weights;       /* comparisons of a head, of a block's weight */
  guint64 late_blocks;          /* imported after the deadline of their slot */
  guint64 early_votes;          /* waited for the next slot */
  guint64 orphan_votes;         /* waited for a block */
  guint64 old_votes;            /* too old when they came */
  guint64 equivocations;        /* told to a node */
  guint64 refused_blocks;       /* in conflict with what is final */
  guint64 excluded;             /* comparisons with somebody slashed in the justified state */
  guint64 reorganised;          /* proposers who would leave out the head */
  guint64 justified, finalized; /* highest epochs */
} VerifyGasperCounts;

/** verify_gasper_new: watches @chain from now on, before the world has run. */
VerifyGasper *verify_gasper_new (PnyxChain *chain);
void verify_gasper_free (VerifyGasper *verify);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VerifyGasper, verify_gasper_free)

/** verify_gasper_compare: compares at all nodes now. It is done by itself at each import. */
void verify_gasper_compare (VerifyGasper *verify);

/** verify_gasper_compare_proposer_heads: and what proposers of the present slot would build on. */
void verify_gasper_compare_proposer_heads (VerifyGasper *verify);

/** verify_gasper_fault: Returns: (nullable): the first difference. */
const gchar *verify_gasper_fault (const VerifyGasper *verify);

const VerifyGasperCounts *verify_gasper_counts (const VerifyGasper *verify);

#endif
