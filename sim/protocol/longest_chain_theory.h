/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_LONGEST_CHAIN_THEORY_H
#define PNYX_PROTOCOL_LONGEST_CHAIN_THEORY_H

#include "engine/calc.h"

/** Slots beyond which settlement is not computed: the cost grows with their cube. */
#define PNYX_SETTLEMENT_SLOTS_MAX 1000

/**
 * pnyx_leader_probability:
 * @f: active slot coefficient, above 0, at most 1
 * @sigma: share of the stake, 0 to 1
 *
 * Returns: 1 - (1 - f)^sigma: how probably somebody with that stake leads a slot. Splitting stake
 * changes nothing: 1 - phi (a + b) = (1 - phi (a)) (1 - phi (b)).
 * Source: B. David et al., "Ouroboros Praos", EUROCRYPT 2018, section 3.3 (the function phi_f).
 */
gdouble pnyx_leader_probability (gdouble f, gdouble sigma);

/** PnyxSlotLeaders: how many leaders a slot has; they sum to 1. */
typedef struct
{
  gdouble empty, one, many;
} PnyxSlotLeaders;

/**
 * pnyx_slot_leaders:
 * @pools: of equal stake, each drawn for itself; 0: infinitely many
 */
PnyxSlotLeaders pnyx_slot_leaders (gdouble f, guint64 pools);

/**
 * pnyx_settlement_error:
 * @alpha: probability that an active slot belongs to the adversary, below one half
 * @k: active slots after the one in question, at most %PNYX_SETTLEMENT_SLOTS_MAX
 *
 * Each active slot has one leader, messages arrive before the next one, and the adversary breaks
 * ties: the reach of the adversary's best branch and the margin of its best branch that does not
 * hold the slot are a Markov chain, and the slot is not settled while the margin is at least 0.
 *
 * Returns: the exact probability of that after @k slots, from a stationary past.
 * Cost: O(k^3) time, O(k^2) memory.
 * Source: E. Blum et al., "The combinatorics of the longest-chain rule", SODA 2020, section 5
 * (recurrence of reach and margin).
 */
gdouble pnyx_settlement_error (gdouble alpha, guint k);

extern const PnyxCalc pnyx_calc_leader;
extern const PnyxCalc pnyx_calc_settlement;

#endif
