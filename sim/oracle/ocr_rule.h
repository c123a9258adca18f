/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_OCR_RULE_H
#define PNYX_ORACLE_OCR_RULE_H

#include "base/types.h"

/*
 * Off-chain reporting by the rules of smartcontractkit/libocr @0a5e2f9: one leader gathers signed
 * observations, followers sign a report, the contract takes its middle. With n oracles f are
 * assumed faulty, 3 f < n.
 */

/** pnyx_ocr_index: Returns: which of @n sorted observations is the answer, from 0: the upper
 * middle. Source: contract/OffchainAggregator.sol, transmit: observations[length / 2]. */
static inline gsize
pnyx_ocr_index (gsize n)
{
  return n / 2;
}

/** pnyx_ocr_observations_min: Returns: 2 f + 1: the contract refuses fewer ("too few values to
 * trust median"), and the leader's grace time starts with them (report_generation_leader.go). */
guint pnyx_ocr_observations_min (guint f);
/** pnyx_ocr_signatures_min: Returns: f + 1: signatures that make a report final; they are all that
 * the contract checks, so that f + 1 colluding oracles can report anything. */
guint pnyx_ocr_signatures_min (guint f);
/** pnyx_ocr_echoes_min: Returns: f + 1: echoes of a final report before it is transmitted. */
guint pnyx_ocr_echoes_min (guint f);
/** pnyx_ocr_faults_max: Returns: the largest f with 3 f < @n. */
guint pnyx_ocr_faults_max (guint n);

/**
 * pnyx_ocr_deviates: whether @answer is far enough from @before to merit a report.
 * @threshold_ppb: relative deviation in parts of 10^9
 * @strict: FALSE as libocr: from the threshold on; TRUE: beyond it only
 *
 * Compared in integers. From 0 every other value deviates.
 * Source: offchainreporting2/reportingplugin/median/median.go, DefaultDeviationFunc: change >=
 * threshold.
 */
gboolean pnyx_ocr_deviates (gint64 before, gint64 answer, guint64 threshold_ppb, gboolean strict);

/** pnyx_ocr_is_due: Returns: whether @heartbeat has passed since the last transmission, strictly.
 * Source: median.go, shouldReport: latestTimestamp + DeltaC before now. */
gboolean pnyx_ocr_is_due (PnyxTime last, PnyxTime now, PnyxTime heartbeat);

/** pnyx_ocr_is_within: Returns: whether the contract takes @answer, bounds included; beyond them it
 * reverts and the old answer stays. Source: OffchainAggregator.sol, minAnswer and maxAnswer. */
gboolean pnyx_ocr_is_within (gint64 answer, gint64 min, gint64 max);

/**
 * pnyx_ocr_leader_reach: how far a Byzantine leader gets by its choice of observations.
 * @n_honest: observations of the others
 * @n_liars: oracles that sign whatever the leader wants, at most f
 * @f: faults that the quorum allows for
 * @upwards: the highest answer; FALSE: the lowest
 *
 * The leader takes any number from 2 f + 1 on of the honest and of the lying observations; those of
 * liars are beyond all honest ones. The answer is still one of honest observations. Returns: which,
 * an index of @honest; @n_honest where the liars themselves are the answer.
 */
gsize pnyx_ocr_leader_reach (gsize n_honest, gsize n_liars, guint f, gboolean upwards);

#endif
