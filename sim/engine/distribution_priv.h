/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_DISTRIBUTION_PRIV_H
#define PNYX_ENGINE_DISTRIBUTION_PRIV_H

#include "engine/distribution.h"

/** PnyxDistributionKind: what one family of distributions is; see distribution_kinds.c. */
typedef struct
{
  const gchar *name;
  /* Arguments in order: 'v' a value with the scenario's unit, 'n' a bare number;
   * "w" any number of VALUE: WEIGHT; "m" any number of WEIGHT: DISTRIBUTION; "t" truncated's. */
  const gchar *arguments;
  const gchar *usage;
  gboolean is_count; /* only where the unit is none */
  /* Returns: NULL or what is wrong with the parameters. */
  const gchar *(*check) (const PnyxDistribution *distribution);
  gdouble (*cdf) (const PnyxDistribution *distribution, gdouble x);
  gdouble (*quantile) (const PnyxDistribution *distribution, gdouble p);
  gdouble (*sample) (const PnyxDistribution *distribution,
                     PnyxRngCursor *cursor); /* NULL: inversion */
  gdouble (*mean) (const PnyxDistribution *distribution);
  gdouble (*variance) (const PnyxDistribution *distribution);
  gdouble (*min) (const PnyxDistribution *distribution);
  gdouble (*max) (const PnyxDistribution *distribution);
} PnyxDistributionKind;

struct _PnyxDistribution
{
  const PnyxDistributionKind *kind;
  gdouble a, b, c;  /* the arguments in order; truncated: minimum, maximum, probability below it */
  gdouble mass;     /* truncated: probability of the interval */
  gsize n;          /* empirical, mixture: terms; truncated: 1 */
  gdouble *values;  /* owned: empirical: ascending */
  gdouble *weights; /* owned: sum 1 */
  gdouble *cumulative;      /* owned: of @weights; the last is 1 */
  PnyxDistribution **parts; /* owned: mixture, truncated */
};

/** Kinds in the order in which they are documented; the first is the constant. */
extern const PnyxDistributionKind *const pnyx_distribution_kinds[];
extern const gsize pnyx_distribution_n_kinds;

/** pnyx_distribution_draw: as pnyx_distribution_sample, from @cursor on. */
gdouble pnyx_distribution_draw (const PnyxDistribution *distribution, PnyxRngCursor *cursor);

/** PnyxMoments: of what lies in an interval, not normalised. */
typedef struct
{
  gdouble mass, first, second;
} PnyxMoments;

/** pnyx_distribution_moments: of the part of @distribution in [@low, @high], both finite. */
PnyxMoments pnyx_distribution_moments (const PnyxDistribution *distribution, gdouble low,
                                       gdouble high);

/** pnyx_distribution_invert: the smallest x in (@low, @high] with cdf >= @p, by bisection; the cdf
 * at @high has to reach @p. */
gdouble pnyx_distribution_invert (const PnyxDistribution *distribution, gdouble p, gdouble low,
                                  gdouble high);

#endif
