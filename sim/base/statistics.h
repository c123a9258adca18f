/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_STATISTICS_H
#define PNYX_BASE_STATISTICS_H

#include <glib.h>

/** pnyx_statistics_init: to be called once when a program starts: the library below (GSL) returns
 * errors from then on instead of ending the program. */
void pnyx_statistics_init (void);
/** pnyx_statistics_library: Returns: "GSL 2.7.1". */
const gchar *pnyx_statistics_library (void);

/*
 * Statistics of small arrays: concentration of stake and intervals over replicates. Sums run over
 * the values in ascending order (concentration) or as given (moments), never in parallel.
 */

/**
 * pnyx_gini:
 * @weights: (array length=n): at least 0
 *
 * Sum over i, j of |w_i - w_j|, over 2 n sum w: 0 when all are equal, (n - 1) / n when one has all.
 *
 * Returns: NaN when there is nothing or all weights are 0.
 */
gdouble pnyx_gini (const gdouble *weights, gsize n);

/** pnyx_hhi: Returns: sum of squared shares (Herfindahl, Hirschman), 1/n to 1; NaN as pnyx_gini. */
gdouble pnyx_hhi (const gdouble *weights, gsize n);

/** pnyx_entropy: Returns: Shannon entropy of the shares in bits; NaN as pnyx_gini. */
gdouble pnyx_entropy (const gdouble *weights, gsize n);

/**
 * pnyx_nakamoto_coefficient:
 * @numerator: of the threshold, e.g. 1
 * @denominator: of the threshold, e.g. 3
 *
 * The smallest m such that m weights sum to strictly more than the threshold's share of the total,
 * compared by cross-multiplication: [50, 49, 1] has 2 at one half.
 *
 * Returns: 0 when no number of them does (nothing, all 0, or a threshold of 1).
 * Source: B. Srinivasan, L. Lee, "Quantifying Decentralization" (2017), with strict comparison.
 */
gsize pnyx_nakamoto_coefficient (const gdouble *weights, gsize n, guint numerator,
                                 guint denominator);

/**
 * pnyx_lorenz:
 * @population: (out caller-allocates) (array length=n_points): i / (n_points - 1)
 * @share: (out caller-allocates) (array length=n_points): of the total, held by the poorest
 *         @population; linear between holders
 * @n_points: at least 2
 */
void pnyx_lorenz (const gdouble *weights, gsize n, gdouble *population, gdouble *share,
                  gsize n_points);

/** pnyx_mean: Returns: the arithmetic mean; NaN of nothing. */
gdouble pnyx_mean (const gdouble *values, gsize n);

/** pnyx_sd: Returns: the sample standard deviation (n - 1); NaN of fewer than two. */
gdouble pnyx_sd (const gdouble *values, gsize n);

/** PnyxInterval: bounds of a confidence interval; NaN where there is none. */
typedef struct
{
  gdouble low, high;
} PnyxInterval;

/**
 * pnyx_student_interval:
 * @confidence: e.g. 0.95 or 0.99
 *
 * Returns: the two-sided interval of the mean, mean +- t (n - 1) sd / sqrt (n); NaN of fewer than
 * two values.
 */
PnyxInterval pnyx_student_interval (const gdouble *values, gsize n, gdouble confidence);

/** pnyx_student_half_width: as above from @n values with standard deviation @sd. */
gdouble pnyx_student_half_width (gdouble sd, gsize n, gdouble confidence);

/**
 * pnyx_quantile: the nearest-rank quantile: the ceil (p n)-th smallest value, at least the first.
 * @p: 0 to 1
 *
 * Infinite values are values; Returns: NaN of nothing.
 */
gdouble pnyx_quantile (const gdouble *values, gsize n, gdouble p);

/** PnyxDifference: of two means. */
typedef struct
{
  gsize n;               /* pairs; where they are not paired, the values of the smaller side */
  gdouble mean;          /* of the second less the first; NaN: one of them is of nothing */
  PnyxInterval interval; /* NaN where a spread is unknown */
} PnyxDifference;

/**
 * pnyx_paired_difference:
 * @first: (array length=n)
 * @second: (array length=n): made under the same random numbers, value by value
 *
 * The mean of @second - @first and its Student interval: what the two sides have in common cancels.
 * Pairs of which a value is NaN are left out.
 */
PnyxDifference pnyx_paired_difference (const gdouble *first, const gdouble *second, gsize n,
                                       gdouble confidence);

/**
 * pnyx_welch_difference: the same of independent values with variances of their own, each at least
 * two. NaN is left out.
 *
 * Source: Welch, "The generalization of 'Student's' problem when several different population
 * variances are involved", Biometrika 34 (1947), with the degrees of freedom that Satterthwaite
 * (1946) gives.
 */
PnyxDifference pnyx_welch_difference (const gdouble *first, gsize n_first, const gdouble *second,
                                      gsize n_second, gdouble confidence);

#define PNYX_BATCHES_MIN 8 /* from which on their independence can be judged */

/** PnyxBatchMeans: what batches of one long run say. */
typedef struct
{
  gsize n;
  gdouble mean;
  PnyxInterval interval;
  gdouble lag1;        /* autocorrelation of neighbours; NaN: fewer than two, or all are equal */
  gdouble von_neumann; /* mean square of successive differences over the variance (both sums over
                          as many): 2 where batches are independent, less where they follow each
                          other; NaN as above */
  gboolean too_short;  /* independence is rejected: the interval is too narrow, take longer ones */
} PnyxBatchMeans;

/**
 * pnyx_batch_means:
 * @batches: (array length=n): means of successive batches of equal length, warm-up left out
 *
 * The interval takes batches as independent normal values (Student's t, n - 1 degrees of freedom).
 * They are not where batches are short; the ratio of von Neumann, "Distribution of the ratio of the
 * mean square successive difference to the variance", Annals of Mathematical Statistics 12 (1941),
 * tells: 1 - ratio / 2 has mean 0 and variance (n - 2) / (n^2 - 1), and is taken as normal from
 * %PNYX_BATCHES_MIN batches on; below that @too_short is never said. One-sided at 5 %, as in
 * Fishman, "Grouping observations in digital simulation", Management Science 24 (1978): one set of
 * long batches in twenty is called short, and few batches do not show weak dependence.
 */
PnyxBatchMeans pnyx_batch_means (const gdouble *batches, gsize n, gdouble confidence);

/**
 * pnyx_beta_quantile: where the Beta distribution's cumulative function reaches @p.
 * @p: 0 to 1.
 * @a: first parameter, above 0.
 * @b: second parameter, above 0.
 *
 * By Newton's steps within a bracket that is halved in turn: it converges for all parameters, also
 * where the mass lies within rounding of 0 or 1.
 */
gdouble pnyx_beta_quantile (gdouble p, gdouble a, gdouble b);

#endif
