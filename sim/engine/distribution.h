/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_DISTRIBUTION_H
#define PNYX_ENGINE_DISTRIBUTION_H

#include "base/rng.h"
#include "base/units.h"

/**
 * PnyxDistribution: a probability distribution as a scenario writes it, immutable once parsed.
 *
 *   250 ms                                a constant
 *   uniform(10 ms, 20 ms)                 exponential(600 s)           mean
 *   normal(22 W, 3 W)                     mean, standard deviation
 *   lognormal(500 B, 1.1)                 median, sigma of the logarithm
 *   pareto(10 ms, 2.5)                    minimum, shape
 *   generalised-pareto(0 ms, 3 ms, 0.4)   location, scale, shape
 *   gamma(10 s, 2)                        mean, shape
 *   poisson(4)    binomial(10, 0.3)       only where the unit is none
 *   empirical(1 s: 0.2, 2 s: 0.8)         value: weight, ...
 *   mixture(0.3: normal(1 s, 0.1 s), 0.7: exponential(2 s))
 *   truncated(DISTRIBUTION, MIN, MAX)     conditioned on [MIN, MAX], by inversion
 */
typedef struct _PnyxDistribution PnyxDistribution;

/**
 * pnyx_distribution_parse:
 * @text: as above
 * @unit: of the values; shapes, weights and sigmas are bare numbers
 *
 * Returns: (transfer full): NULL with @error (no place in it) when @text is no distribution.
 */
PnyxDistribution *pnyx_distribution_parse (const gchar *text, PnyxUnit unit, GError **error);
void pnyx_distribution_free (PnyxDistribution *distribution);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxDistribution, pnyx_distribution_free)

/** pnyx_distribution_sample: Returns: a draw in SI units, a pure function of its arguments. */
gdouble pnyx_distribution_sample (const PnyxDistribution *distribution, const PnyxRng *rng,
                                  guint32 entity, guint64 index);

/** pnyx_distribution_mean: Returns: the mean; +inf or NaN where there is none. */
gdouble pnyx_distribution_mean (const PnyxDistribution *distribution);
/** pnyx_distribution_variance: Returns: the variance; +inf or NaN where there is none. */
gdouble pnyx_distribution_variance (const PnyxDistribution *distribution);
/** pnyx_distribution_cdf: Returns: P(X <= @x). */
gdouble pnyx_distribution_cdf (const PnyxDistribution *distribution, gdouble x);
/** pnyx_distribution_quantile: Returns: the smallest x with P(X <= x) >= @p; 0 < @p < 1. */
gdouble pnyx_distribution_quantile (const PnyxDistribution *distribution, gdouble p);
/** pnyx_distribution_min/max: Returns: the ends of the support (may be infinite). */
gdouble pnyx_distribution_min (const PnyxDistribution *distribution);
gdouble pnyx_distribution_max (const PnyxDistribution *distribution);
gboolean pnyx_distribution_is_constant (const PnyxDistribution *distribution);

/**
 * PnyxQuantileTable: inversion by table for hot paths: 4,096 bins, linear within a bin, exact
 * inversion in the first and last. One 32-bit word a draw.
 */
typedef struct _PnyxQuantileTable PnyxQuantileTable;

/**
 * pnyx_quantile_table_new: @transform: (nullable): applied to each quantile (monotone), e.g. exp.
 * Returns: (transfer full): owns nothing of @distribution; borrows it for the tails.
 */
PnyxQuantileTable *pnyx_quantile_table_new (const PnyxDistribution *distribution,
                                            gdouble (*transform) (gdouble));
void pnyx_quantile_table_free (PnyxQuantileTable *table);

/** pnyx_quantile_table_draw: Returns: the value at the uniform @word. */
gdouble pnyx_quantile_table_draw (const PnyxQuantileTable *table, guint32 word);

#endif
