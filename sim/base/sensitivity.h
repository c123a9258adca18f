/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_SENSITIVITY_H
#define PNYX_BASE_SENSITIVITY_H

#include <glib.h>

#include "base/statistics.h"

/*
 * Which axes an output depends on: screening after Morris and the variance-based indices of Sobol,
 * from the outputs at the rows of a design (base/design.h), in its order. Where a point has several
 * replicates, its output is their mean, and pnyx_noise_share() says how much that still moves.
 *
 * One rule for outputs that do not exist: an index is of all rows or of none. If one output is NaN
 * or infinite, or all are equal, every estimate is NaN.
 */

/** PnyxBootstrap: @n_resamples of the independent rows, drawn as a pure function of @seed. */
typedef struct
{
  guint n_resamples; /* at least 1; 1000 are enough for intervals of 95 % */
  guint64 seed;
  gdouble confidence; /* e.g. 0.95 */
} PnyxBootstrap;

/** PnyxEstimate: NaN where there is none. */
typedef struct
{
  gdouble value;
  PnyxInterval interval;
} PnyxEstimate;

/** PnyxMorrisIndices: of one axis, in the unit of the output for the whole range of the axis. */
typedef struct
{
  PnyxEstimate mu;      /* mean elementary effect */
  PnyxEstimate mu_star; /* mean of its absolute value: importance */
  PnyxEstimate sigma;   /* its standard deviation: interactions and curvature */
} PnyxMorrisIndices;

/** PnyxSobolIndices: of one axis, shares of the variance of the output. */
typedef struct
{
  PnyxEstimate first; /* of the axis alone; a small one may come out below 0 */
  PnyxEstimate total; /* of the axis with all its interactions */
} PnyxSobolIndices;

/**
 * pnyx_morris_indices:
 * @x: (array length=n*(d+1)*d): a design %PNYX_DESIGN_MORRIS
 * @y: (array length=n*(d+1)): its outputs
 * @n: trajectories; intervals and sigma want at least two
 * @d: axes
 * @indices: (out caller-allocates) (array length=d): by axis
 *
 * An elementary effect is the change of @y over the change of @x in one step. Intervals: Student's
 * t over trajectories for the two means, percentiles of resampled trajectories for sigma.
 *
 * Returns: FALSE when all are NaN (the rule above).
 * Source: mu and sigma: Morris, Technometrics 33 (1991). mu_star: Campolongo,
 * Cariboni, Saltelli, "An effective screening design ...", Environmental Modelling & Software 22
 * (2007).
 */
gboolean pnyx_morris_indices (const gdouble *x, const gdouble *y, gsize n, gsize d,
                              const PnyxBootstrap *bootstrap, PnyxMorrisIndices *indices);

/**
 * pnyx_sobol_indices:
 * @y: (array length=n*(d+2)): outputs of a design %PNYX_DESIGN_SALTELLI
 * @n: base rows
 * @d: axes
 * @indices: (out caller-allocates) (array length=d): by axis
 *
 * With f0 and V the mean and variance over both samples, A_i the cross with coordinate i from B:
 *
 * - first: mean of (f (B) - f0) (f (A_i) - f (A)), over V: Saltelli et al., Computer Physics
 *   Communications 181 (2010), table 2 (b); the mean is taken off, which changes no expectation and
 *   much of the scatter.
 * - total: mean of (f (A) - f (A_i))^2 / 2, over V: Jansen, "Analysis of variance designs for model
 *   output", Computer Physics Communications 117 (1999); table 2 (f) of the former.
 *
 * Intervals: percentiles over resampled base rows (Efron, Tibshirani, "An Introduction to the
 * Bootstrap" (1993), chapter 13; for these indices Archer, Saltelli, Sobol 1997). They take rows
 * as independent, which a scrambled Sobol sample betters: they err on the wide side.
 *
 * Returns: FALSE when all are NaN (the rule above).
 * Cost: O(n_resamples n d).
 */
gboolean pnyx_sobol_indices (const gdouble *y, gsize n, gsize d, const PnyxBootstrap *bootstrap,
                             PnyxSobolIndices *indices);

/**
 * pnyx_noise_share:
 * @means: (array length=n): of the replicates of each point
 * @errors: (array length=n): standard error of each mean: the replicates' standard deviation over
 *          the root of their number; NaN where there is but one
 *
 * The variance that the means have because replicates differ, as a share of the variance of the
 * means over points: what part of the output's variance no axis can explain. Points that share
 * their random numbers share part of this noise: it is then an upper bound.
 *
 * Returns: at least 0; NaN if an error is, or the means do not vary or do not exist.
 */
gdouble pnyx_noise_share (const gdouble *means, const gdouble *errors, gsize n);

#endif
