/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_GOVERNANCE_POWER_INDEX_H
#define PNYX_GOVERNANCE_POWER_INDEX_H

#include "engine/calc.h"

/** Players beyond which the numbers of coalitions leave 128 bits. */
#define PNYX_POWER_INDEX_PLAYERS_MAX 120
/** Quota times players, after weights are divided by their common divisor, at most: bounds memory
 * (16 bytes each, twice). */
#define PNYX_POWER_INDEX_CELLS_MAX 2000000

/** PnyxPowerIndex: how much a player of a weighted vote can decide. */
typedef struct
{
  gdouble shapley_shubik;   /* sums to 1 over the players */
  gdouble banzhaf;          /* normalised: sums to 1 over the players */
  gdouble banzhaf_absolute; /* share of the others' coalitions in which the player decides */
} PnyxPowerIndex;

/**
 * pnyx_power_index:
 * @weights: (array length=n)
 * @n: at least 1
 * @quota: weight that wins, at least 1
 * @index: (out caller-allocates) (array length=n)
 *
 * Coalitions are counted exactly, by size and weight (whole numbers of 128 bits); only the last
 * divisions are rounded.
 *
 * Errors: PNYX_ERROR_RANGE where nobody can reach the quota, there are more than
 * %PNYX_POWER_INDEX_PLAYERS_MAX players, or the table is too large.
 * Cost: O(n^2 quota).
 * Source: L. S. Shapley, M. Shubik, "A method for evaluating the distribution of power in a
 * committee system" (1954); J. F. Banzhaf (1965); counting by generating functions: I. Mann, L. S.
 * Shapley (1962), S. J. Brams, P. J. Affuso (1976).
 */
gboolean pnyx_power_index (const guint64 *weights, gsize n, guint64 quota, PnyxPowerIndex *index,
                           GError **error);

extern const PnyxCalc pnyx_calc_power_index;

#endif
