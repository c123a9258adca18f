/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_CONDORCET_H
#define PNYX_ORACLE_CONDORCET_H

#include "engine/calc.h"

/*
 * How often a majority is right whose members are right with a given probability. A tie is decided
 * by a coin.
 */

/** Voters of whom every coalition is looked at, at most. */
#define PNYX_CONDORCET_WEIGHED_MAX 24

/** pnyx_condorcet: Returns: probability that more than half of @n voters are right, each with @p,
 * independently. Source: Condorcet, "Essai sur l'application de l'analyse" (1785). */
gdouble pnyx_condorcet (gdouble p, guint64 n);

/** pnyx_condorcet_unequal: the same of voters with different probabilities. Cost: O(n^2). */
gdouble pnyx_condorcet_unequal (const gdouble *p, gsize n);

/**
 * pnyx_condorcet_weighted: the same where voter i has the weight log (p_i / (1 - p_i)), the best of
 * all rules for independent voters; @p inside 0 and 1; @n at most %PNYX_CONDORCET_WEIGHED_MAX.
 *
 * Cost: O(2^n).
 * Source: L. Shapley, B. Grofman, "Optimizing group judgmental accuracy in the presence of
 * interdependencies", Public Choice 43 (1984), theorem II; S. Nitzan, J. Paroush (1982).
 */
gdouble pnyx_condorcet_weighted (const gdouble *p, gsize n);

/**
 * pnyx_condorcet_correlated: @n voters, each right with @p, whose errors share one normal factor:
 * voter i is right where sqrt (rho) F + sqrt (1 - rho) e_i < Phi^-1 (p).
 * @n: 0: infinitely many: Phi (Phi^-1 (p) / sqrt (rho))
 * @rho: correlation of the normal variables, 0 to 1
 *
 * Source: one-factor Gaussian copula, O. Vasicek, "Limiting loan loss probability distribution"
 * (1991).
 */
gdouble pnyx_condorcet_correlated (gdouble p, guint64 n, gdouble rho);

/** `calc condorcet`. */
extern const PnyxCalc pnyx_calc_condorcet;

#endif
