/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_PROPOSER_PRIORITY_H
#define PNYX_PROTOCOL_PROPOSER_PRIORITY_H

#include "engine/calc.h"

/*
 * Who proposes in CometBFT: a weighted round-robin. Validators are in ascending order of their
 * addresses; the arrays are the caller's, so that the functions are pure.
 */

/** The most voting power of a set: G_MAXINT64 / 8, so that no sum below overflows. */
#define PNYX_PROPOSER_POWER_MAX (G_MAXINT64 / 8)

/**
 * pnyx_proposer_priority_increment:
 * @powers: (array length=n): above 0, their sum at most %PNYX_PROPOSER_POWER_MAX
 * @priorities: (inout) (array length=n): 0 at first
 * @n: at least 1
 * @times: at least 1
 *
 * Rescales the priorities to a spread of at most twice the power (dividing by a whole number,
 * towards zero), centres them (by the average, rounded down), and then @times: adds to each its
 * power, takes the one with the highest priority, the lowest address among equals, and subtracts
 * the total power from it.
 *
 * Returns: index of the last one taken, the proposer.
 * Source: cometbft, types/validator_set.go, IncrementProposerPriority. The prose of
 * spec/consensus/proposer-selection.md truncates the average where the code rounds down.
 */
gsize pnyx_proposer_priority_increment (const gint64 *powers, gint64 *priorities, gsize n,
                                        guint times);

/**
 * pnyx_proposer_priority_update:
 * @powers: (array length=n): after the update
 * @priorities: (inout) (array length=n): of those that stay
 * @joined: (array length=n): who is new
 * @removed: power of those that left in the same update
 *
 * Who joins begins at -1.125 of the power (as it is before those that left are taken away), so that
 * nobody gains by leaving and joining again; then all are rescaled and centred.
 *
 * Source: cometbft, types/validator_set.go, computeNewPriorities and updateWithChangeSet.
 */
void pnyx_proposer_priority_update (const gint64 *powers, gint64 *priorities,
                                    const gboolean *joined, gsize n, gint64 removed);

extern const PnyxCalc pnyx_calc_proposer_priority;

#endif
