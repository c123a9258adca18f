/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_DOUBLE_SPEND_THEORY_H
#define PNYX_PROTOCOL_DOUBLE_SPEND_THEORY_H

#include "engine/calc.h"

#define PNYX_DOUBLE_SPEND_DEPTH_MAX 100000

/*
 * How probably a payment is reversed after so many confirmations. Both models agree on the walk of
 * the two branches after the wait (gambler's ruin) and differ in the progress of the attacker
 * during it: the expected time (Poisson) or the time that it takes (negative binomial).
 */

/** PnyxDoubleSpendModel: who computes it. */
typedef enum
{
  PNYX_DOUBLE_SPEND_NAKAMOTO,
  PNYX_DOUBLE_SPEND_ROSENFELD,
} PnyxDoubleSpendModel;

/**
 * pnyx_double_spend_nakamoto:
 * @q: the attacker's share of the hash rate, 0 to 1
 * @z: blocks linked after that of the payment, at most %PNYX_DOUBLE_SPEND_DEPTH_MAX
 *
 * Returns: the probability that the attacker ever catches up, 1 where q is at least one half. Sums
 * of positive terms: right to the last digits however small.
 * Source: nakamoto2008bitcoin, section 11.
 */
gdouble pnyx_double_spend_nakamoto (gdouble q, guint64 z);

/**
 * pnyx_double_spend_rosenfeld:
 * @q: as above
 * @n: confirmations, at most %PNYX_DOUBLE_SPEND_DEPTH_MAX
 *
 * The attacker has mined one block before the race begins and overtakes: it has to be ahead.
 *
 * Returns: 1 - sum over m = 0 .. n of C (m+n-1, m) (p^n q^m - p^m q^n); 1 where q is at least one
 * half, or n is 0.
 * Source: rosenfeld2014analysis, section 4, equation 1.
 */
gdouble pnyx_double_spend_rosenfeld (gdouble q, guint64 n);

/** pnyx_double_spend: one of the two. */
gdouble pnyx_double_spend (PnyxDoubleSpendModel model, gdouble q, guint64 z);

/**
 * pnyx_double_spend_confirmations: Returns: the fewest confirmations at which the attack succeeds
 * less often than @risk (above 0); %PNYX_DOUBLE_SPEND_DEPTH_MAX + 1 where so many are not enough.
 */
guint64 pnyx_double_spend_confirmations (PnyxDoubleSpendModel model, gdouble q, gdouble risk);

extern const PnyxCalc pnyx_calc_double_spend;

#endif
