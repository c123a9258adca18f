/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indices of sensitivity; the header says which and by whom.
 *
 * Every index is a function of sums over independent rows (trajectories of Morris, base rows of
 * Saltelli). A row is therefore reduced to the terms of these sums once, and a resample is a number
 * of times that each row counts.
 */
#include "base/sensitivity.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/rng.h"

static const PnyxEstimate nothing = { NAN, { NAN, NAN } };

/* Whether every output exists and they differ. */
static gboolean
varies (const gdouble *y, gsize n)
{
  gboolean differ = FALSE;

  for (gsize i = 0; i < n; i++)
    {
      if (!isfinite (y[i]))
        return FALSE;
      differ = differ || y[i] != y[0];
    }
  return differ;
}

/* The percentile interval of what resamples gave; those that gave nothing do not count. */
static PnyxInterval
percentiles (gdouble *values, gsize n, gdouble confidence)
{
  gsize n_finite = 0;

  for (gsize i = 0; i < n; i++)
    if (isfinite (values[i]))
      values[n_finite++] = values[i];
  return (PnyxInterval){ pnyx_quantile (values, n_finite, (1 - confidence) / 2),
                         pnyx_quantile (values, n_finite, (1 + confidence) / 2) };
}

static void
check_bootstrap (const PnyxBootstrap *bootstrap)
{
  PNYX_REQUIRE (bootstrap->n_resamples >= 1);
  PNYX_REQUIRE (bootstrap->confidence > 0 && bootstrap->confidence < 1);
}

/* How often each of @n rows counts in resample @b. */
static void
resample (const PnyxBootstrap *bootstrap, const gchar *purpose, guint b, guint *counts, gsize n)
{
  PnyxRngCursor cursor;
  PnyxRng rng;

  pnyx_rng_init (&rng, bootstrap->seed, 0, 0, "base.sensitivity", purpose);
  pnyx_rng_cursor_init (&cursor, &rng, b, 0);
  memset (counts, 0, n * sizeof *counts);
  for (gsize k = 0; k < n; k++)
    counts[pnyx_rng_cursor_below (&cursor, n)]++;
}

/* --- Morris ------------------------------------------------------------------------------------
 */

/* effects[i * n + t]: of axis i in trajectory t. */
static void
find_effects (const gdouble *x, const gdouble *y, gsize n, gsize d, gdouble *effects)
{
  for (gsize i = 0; i < n * d; i++)
    effects[i] = NAN;
  for (gsize t = 0; t < n; t++)
    for (gsize step = 0; step < d; step++)
      {
        gsize row = t * (d + 1) + step;

        for (gsize i = 0; i < d; i++)
          {
            gdouble change = x[(row + 1) * d + i] - x[row * d + i];

            if (change != 0)
              effects[i * n + t] = (y[row + 1] - y[row]) / change;
          }
      }
  for (gsize i = 0; i < n * d; i++)
    PNYX_REQUIRE (!isnan (effects[i])); /* each trajectory steps in each dimension */
}

static PnyxEstimate
mean_effect (const gdouble *effects, gsize n, gdouble confidence)
{
  return (PnyxEstimate){ pnyx_mean (effects, n), pnyx_student_interval (effects, n, confidence) };
}

static gdouble
resampled_sd (const gdouble *effects, const guint *counts, gsize n)
{
  gdouble sum = 0, squares = 0, mean;

  for (gsize t = 0; t < n; t++)
    sum += counts[t] * effects[t];
  mean = sum / (gdouble)n;
  for (gsize t = 0; t < n; t++)
    squares += counts[t] * (effects[t] - mean) * (effects[t] - mean);
  return sqrt (squares / (gdouble)(n - 1));
}

static void
find_sigma_intervals (const gdouble *effects, gsize n, gsize d, const PnyxBootstrap *bootstrap,
                      PnyxMorrisIndices *indices)
{
  gsize n_resamples = bootstrap->n_resamples;
  g_autofree gdouble *sds = g_new (gdouble, n_resamples * d);
  g_autofree guint *counts = g_new (guint, n);

  for (guint b = 0; b < n_resamples; b++)
    {
      resample (bootstrap, "morris", b, counts, n);
      for (gsize i = 0; i < d; i++)
        sds[i * n_resamples + b] = resampled_sd (effects + i * n, counts, n);
    }
  for (gsize i = 0; i < d; i++)
    indices[i].sigma.interval
        = percentiles (sds + i * n_resamples, n_resamples, bootstrap->confidence);
}

gboolean
pnyx_morris_indices (const gdouble *x, const gdouble *y, gsize n, gsize d,
                     const PnyxBootstrap *bootstrap, PnyxMorrisIndices *indices)
{
  g_autofree gdouble *effects = g_new (gdouble, n * d);
  g_autofree gdouble *sizes = g_new (gdouble, n);

  check_bootstrap (bootstrap);
  PNYX_REQUIRE (n >= 1 && d >= 1);
  for (gsize i = 0; i < d; i++)
    indices[i] = (PnyxMorrisIndices){ nothing, nothing, nothing };
  if (!varies (y, n * (d + 1)))
    return FALSE;
  find_effects (x, y, n, d, effects);
  for (gsize i = 0; i < d; i++)
    {
      const gdouble *of_axis = effects + i * n;

      for (gsize t = 0; t < n; t++)
        sizes[t] = fabs (of_axis[t]);
      indices[i].mu = mean_effect (of_axis, n, bootstrap->confidence);
      indices[i].mu_star = mean_effect (sizes, n, bootstrap->confidence);
      indices[i].sigma.value = pnyx_sd (of_axis, n);
    }
  if (n >= 2)
    find_sigma_intervals (effects, n, d, bootstrap, indices);
  return TRUE;
}

/* --- Sobol -------------------------------------------------------------------------------------
 */

/* The terms of a base row, in this order. Outputs are taken from the mean over both samples, so
 * that the squares do not cancel. */
enum
{
  TERM_SUM,         /* A + B */
  TERM_SQUARES,     /* A^2 + B^2 */
  TERM_AXES,        /* then of each axis: */
  AXIS_PRODUCT = 0, /* B (A_i - A) */
  AXIS_DIFFERENCE,  /* A_i - A */
  AXIS_SQUARE,      /* (A_i - A)^2 */
  AXIS_TERMS,
};

static gdouble *
terms_new (const gdouble *y, gsize n, gsize d)
{
  gsize n_terms = TERM_AXES + AXIS_TERMS * d;
  gdouble *terms = g_new (gdouble, n * n_terms), mean = 0;

  for (gsize j = 0; j < n; j++)
    mean += (y[j * (d + 2)] + y[j * (d + 2) + 1]) / (2 * (gdouble)n);
  for (gsize j = 0; j < n; j++)
    {
      const gdouble *of_row = y + j * (d + 2);
      gdouble *row = terms + j * n_terms, a = of_row[0] - mean, b = of_row[1] - mean;

      row[TERM_SUM] = a + b;
      row[TERM_SQUARES] = a * a + b * b;
      for (gsize i = 0; i < d; i++)
        {
          gdouble *of_axis = row + TERM_AXES + AXIS_TERMS * i;
          gdouble difference = of_row[2 + i] - of_row[0];

          of_axis[AXIS_PRODUCT] = b * difference;
          of_axis[AXIS_DIFFERENCE] = difference;
          of_axis[AXIS_SQUARE] = difference * difference;
        }
    }
  return terms;
}

/* @values: first and total of each axis, from the sums of @n rows' terms. */
static void
indices_of_sums (const gdouble *sums, gsize n, gsize d, gdouble *values)
{
  gdouble rows = (gdouble)n, mean = sums[TERM_SUM] / (2 * rows);
  gdouble variance = sums[TERM_SQUARES] / (2 * rows) - mean * mean;

  for (gsize i = 0; i < d; i++)
    {
      const gdouble *of_axis = sums + TERM_AXES + AXIS_TERMS * i;
      gdouble first = (of_axis[AXIS_PRODUCT] - mean * of_axis[AXIS_DIFFERENCE]) / rows;
      gdouble total = of_axis[AXIS_SQUARE] / (2 * rows);

      values[2 * i] = variance > 0 ? first / variance : NAN;
      values[2 * i + 1] = variance > 0 ? total / variance : NAN;
    }
}

/* @counts: (nullable): how often each row counts; NULL: once. */
static void
sum_terms (const gdouble *terms, const guint *counts, gsize n, gsize n_terms, gdouble *sums)
{
  memset (sums, 0, n_terms * sizeof *sums);
  for (gsize j = 0; j < n; j++)
    {
      gdouble count = counts == NULL ? 1 : counts[j];
      const gdouble *row = terms + j * n_terms;

      for (gsize k = 0; count > 0 && k < n_terms; k++)
        sums[k] += count * row[k];
    }
}

/* @resampled: (array length=2*d*n_resamples): by index, then resample. */
static void
resample_indices (const gdouble *terms, gsize n, gsize d, const PnyxBootstrap *bootstrap,
                  gdouble *resampled)
{
  gsize n_terms = TERM_AXES + AXIS_TERMS * d, n_resamples = bootstrap->n_resamples;
  g_autofree gdouble *sums = g_new (gdouble, n_terms), *values = g_new (gdouble, 2 * d);
  g_autofree guint *counts = g_new (guint, n);

  for (guint b = 0; b < n_resamples; b++)
    {
      resample (bootstrap, "saltelli", b, counts, n);
      sum_terms (terms, counts, n, n_terms, sums);
      indices_of_sums (sums, n, d, values);
      for (gsize k = 0; k < 2 * d; k++)
        resampled[k * n_resamples + b] = values[k];
    }
}

gboolean
pnyx_sobol_indices (const gdouble *y, gsize n, gsize d, const PnyxBootstrap *bootstrap,
                    PnyxSobolIndices *indices)
{
  gsize n_terms = TERM_AXES + AXIS_TERMS * d, n_resamples = bootstrap->n_resamples;
  g_autofree gdouble *sums = g_new (gdouble, n_terms), *values = g_new (gdouble, 2 * d);
  g_autofree gdouble *resampled = g_new (gdouble, 2 * d * n_resamples), *terms = NULL;

  check_bootstrap (bootstrap);
  PNYX_REQUIRE (n >= 1 && d >= 1);
  for (gsize i = 0; i < d; i++)
    indices[i] = (PnyxSobolIndices){ nothing, nothing };
  if (!varies (y, n * (d + 2)))
    return FALSE;
  terms = terms_new (y, n, d);
  sum_terms (terms, NULL, n, n_terms, sums);
  indices_of_sums (sums, n, d, values);
  if (isnan (values[0])) /* only the crosses vary: a handful of rows */
    return FALSE;
  resample_indices (terms, n, d, bootstrap, resampled);
  for (gsize k = 0; k < 2 * d; k++)
    {
      PnyxEstimate *estimate = k % 2 == 0 ? &indices[k / 2].first : &indices[k / 2].total;

      estimate->value = values[k];
      estimate->interval
          = percentiles (resampled + k * n_resamples, n_resamples, bootstrap->confidence);
    }
  return TRUE;
}

/* --- Noise -------------------------------------------------------------------------------------
 */

gdouble
pnyx_noise_share (const gdouble *means, const gdouble *errors, gsize n)
{
  gdouble noise = 0, sd = pnyx_sd (means, n);

  if (!varies (means, n))
    return NAN;
  for (gsize i = 0; i < n; i++)
    noise += errors[i] * errors[i] / (gdouble)n;
  return noise / (sd * sd);
}
