/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_FINALITY_THEORY_H
#define PNYX_PROTOCOL_GASPER_FINALITY_THEORY_H

#include "engine/calc.h"

#define PNYX_GASPER_LAGS 64 /* longer lags have a probability below 1e-300 */

/** pnyx_gasper_participation_suffices: Returns: whether @participation reaches two thirds. Decimals
 * within 1e-12 of a fraction stand for it. */
gboolean pnyx_gasper_participation_suffices (gdouble participation);

/**
 * pnyx_gasper_finality_lag:
 * @participation: share of the stake, and of each committee, that is online; two thirds to 1
 * @slots_per_epoch: at least 1
 * @probability: (out caller-allocates) (array length=PNYX_GASPER_LAGS): by lag in epochs
 *
 * How long after its own epoch starts a checkpoint is finalised, in epochs, in a synchronous
 * network where every slot's proposer is online with probability @participation, independently, and
 * every block carries all votes before it. At the end of an epoch the state has seen the votes of
 * the slots before the last block alone; where they fall short of two thirds, the epoch is
 * justified an epoch later, as the previous target, and finalised by another rule.
 *
 * Returns: the mean.
 * Cost: about 10 ms: a Markov chain over justification bits, both justified epochs, and whether
 * the last epoch's votes sufficed in time, moved by
 * pnyx_gasper_weigh_justification_and_finalization. Source: specs/phase0/beacon-chain.md; votes
 * included up to the end of the next epoch (specs/deneb/beacon-chain.md, EIP-7045). Empty epochs
 * are included.
 */
gdouble pnyx_gasper_finality_lag (gdouble participation, guint slots_per_epoch,
                                  gdouble *probability);

extern const PnyxCalc pnyx_calc_finality_lag;

#endif
