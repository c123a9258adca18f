/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all distributions share: draws, moments of truncated ones, inversion, the quantile table.
 * The families are in distribution_kinds.c, the grammar is in distribution_parse.c.
 */
#include "engine/distribution_priv.h"

#include <gsl/gsl_integration.h>
#include <math.h>

#include "base/error.h"

void
pnyx_distribution_free (PnyxDistribution *distribution)
{
  if (distribution == NULL)
    return;
  for (gsize i = 0; distribution->parts != NULL && i < distribution->n; i++)
    pnyx_distribution_free (distribution->parts[i]);
  g_free (distribution->parts);
  g_free (distribution->values);
  g_free (distribution->weights);
  g_free (distribution->cumulative);
  g_free (distribution);
}

gdouble
pnyx_distribution_draw (const PnyxDistribution *distribution, PnyxRngCursor *cursor)
{
  if (distribution->kind->sample != NULL)
    return distribution->kind->sample (distribution, cursor);
  return distribution->kind->quantile (distribution, pnyx_rng_cursor_uniform (cursor));
}

gdouble
pnyx_distribution_sample (const PnyxDistribution *distribution, const PnyxRng *rng, guint32 entity,
                          guint64 index)
{
  PnyxRngCursor cursor;

  if (distribution->kind->sample == NULL)
    return distribution->kind->quantile (distribution, pnyx_rng_uniform (rng, entity, index));
  pnyx_rng_cursor_init (&cursor, rng, entity, index);
  return distribution->kind->sample (distribution, &cursor);
}

gdouble
pnyx_distribution_mean (const PnyxDistribution *distribution)
{
  return distribution->kind->mean (distribution);
}

gdouble
pnyx_distribution_variance (const PnyxDistribution *distribution)
{
  return distribution->kind->variance (distribution);
}

gdouble
pnyx_distribution_cdf (const PnyxDistribution *distribution, gdouble x)
{
  return distribution->kind->cdf (distribution, x);
}

gdouble
pnyx_distribution_quantile (const PnyxDistribution *distribution, gdouble p)
{
  PNYX_REQUIRE (p > 0 && p < 1);
  return distribution->kind->quantile (distribution, p);
}

gdouble
pnyx_distribution_min (const PnyxDistribution *distribution)
{
  return distribution->kind->min (distribution);
}

gdouble
pnyx_distribution_max (const PnyxDistribution *distribution)
{
  return distribution->kind->max (distribution);
}

gboolean
pnyx_distribution_is_constant (const PnyxDistribution *distribution)
{
  return pnyx_distribution_min (distribution) >= pnyx_distribution_max (distribution);
}

gdouble
pnyx_distribution_invert (const PnyxDistribution *distribution, gdouble p, gdouble low,
                          gdouble high)
{
  for (;;)
    {
      gdouble middle = low + (high - low) / 2;

      if (!(middle > low && middle < high))
        return high;
      if (distribution->kind->cdf (distribution, middle) >= p)
        high = middle;
      else
        low = middle;
    }
}

/* Moments. */

typedef struct
{
  const PnyxDistribution *distribution;
  gdouble low, high; /* of the interval */
  gdouble power;
} Integrand;

static double
quantile_power (double p, void *user)
{
  const Integrand *integrand = user;
  gdouble x = integrand->distribution->kind->quantile (integrand->distribution, p);

  x = CLAMP (x, integrand->low, integrand->high);
  return integrand->power > 1 ? x * x : x;
}

/* The first or second moment in probability space, where it stays in view however wide [low, high]
 * is. */
static gdouble
integrate_quantile (Integrand integrand, gdouble p_low, gdouble p_high)
{
  gsl_integration_workspace *workspace = gsl_integration_workspace_alloc (1000);
  gsl_function function = { quantile_power, &integrand };
  double result = 0, error;

  gsl_integration_qags (&function, p_low, p_high, 0, 1e-9, 1000, workspace, &result, &error);
  gsl_integration_workspace_free (workspace);
  return result;
}

static PnyxMoments
moments_of_terms (const PnyxDistribution *distribution, gdouble low, gdouble high)
{
  PnyxMoments sum = { 0, 0, 0 };

  for (gsize i = 0; i < distribution->n; i++)
    {
      gdouble weight = distribution->weights[i];
      PnyxMoments part = { 0, 0, 0 };

      if (distribution->parts != NULL)
        part = pnyx_distribution_moments (distribution->parts[i], low, high);
      else if (distribution->values[i] >= low && distribution->values[i] <= high)
        part = (PnyxMoments){ 1, distribution->values[i],
                              distribution->values[i] * distribution->values[i] };
      sum.mass += weight * part.mass;
      sum.first += weight * part.first;
      sum.second += weight * part.second;
    }
  return sum;
}

/* Counts, atom by atom over where their probability lies. */
static PnyxMoments
moments_of_counts (const PnyxDistribution *distribution, gdouble low, gdouble high)
{
  gdouble from = MAX (ceil (low), distribution->kind->quantile (distribution, 1e-16));
  gdouble to = MIN (floor (high), distribution->kind->quantile (distribution, 1 - 1e-16));
  gdouble before = from > 0 ? distribution->kind->cdf (distribution, from - 1) : 0;
  PnyxMoments sum = { 0, 0, 0 };

  for (gdouble k = from; k <= to; k++)
    {
      gdouble up_to = distribution->kind->cdf (distribution, k);

      sum.mass += up_to - before;
      sum.first += k * (up_to - before);
      sum.second += k * k * (up_to - before);
      before = up_to;
    }
  return sum;
}

PnyxMoments
pnyx_distribution_moments (const PnyxDistribution *distribution, gdouble low, gdouble high)
{
  gdouble below = pnyx_distribution_cdf (distribution, nextafter (low, -INFINITY));
  gdouble up_to = pnyx_distribution_cdf (distribution, high);
  Integrand integrand = { distribution, low, high, 1 };
  PnyxMoments moments = { up_to - below, 0, 0 };

  if (!(moments.mass > 0))
    return moments;
  if (pnyx_distribution_is_constant (distribution))
    {
      gdouble value = pnyx_distribution_min (distribution);

      return (PnyxMoments){ 1, value, value * value };
    }
  if (distribution->weights != NULL)
    return moments_of_terms (distribution, low, high);
  if (distribution->kind->is_count)
    return moments_of_counts (distribution, low, high);
  if (distribution->parts != NULL)
    {
      moments = pnyx_distribution_moments (distribution->parts[0], MAX (low, distribution->a),
                                           MIN (high, distribution->b));
      moments.mass /= distribution->mass;
      moments.first /= distribution->mass;
      moments.second /= distribution->mass;
      return moments;
    }
  moments.first = integrate_quantile (integrand, below, up_to);
  integrand.power = 2;
  moments.second = integrate_quantile (integrand, below, up_to);
  return moments;
}

/* Quantile table. */

#define TABLE_BITS 12
#define TABLE_BINS (1 << TABLE_BITS)

struct _PnyxQuantileTable
{
  const PnyxDistribution *distribution; /* borrowed */
  gdouble (*transform) (gdouble);       /* NULL: none */
  gdouble nodes[TABLE_BINS + 1];        /* quantiles of i / TABLE_BINS; the two ends are unused */
};

static gdouble
table_exact (const PnyxQuantileTable *table, gdouble p)
{
  gdouble value = table->distribution->kind->quantile (table->distribution, p);

  return table->transform != NULL ? table->transform (value) : value;
}

PnyxQuantileTable *
pnyx_quantile_table_new (const PnyxDistribution *distribution, gdouble (*transform) (gdouble))
{
  PnyxQuantileTable *table = g_new0 (PnyxQuantileTable, 1);

  table->distribution = distribution;
  table->transform = transform;
  for (guint i = 1; i < TABLE_BINS; i++)
    table->nodes[i] = table_exact (table, (gdouble)i / TABLE_BINS);
  return table;
}

void
pnyx_quantile_table_free (PnyxQuantileTable *table)
{
  g_free (table);
}

gdouble
pnyx_quantile_table_draw (const PnyxQuantileTable *table, guint32 word)
{
  guint bin = word >> (32 - TABLE_BITS);
  gdouble fraction
      = ((gdouble)(word & ((1u << (32 - TABLE_BITS)) - 1)) + 0.5) * (TABLE_BINS / 0x1p32);

  if (G_UNLIKELY (bin == 0 || bin == TABLE_BINS - 1))
    return table_exact (table, ((gdouble)word + 0.5) * 0x1p-32);
  return table->nodes[bin] + fraction * (table->nodes[bin + 1] - table->nodes[bin]);
}
