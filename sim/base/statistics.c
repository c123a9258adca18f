/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concentration over holders and intervals over replicates. Definitions are in the header. */
#include "base/statistics.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_version.h>
#include <math.h>
#include <string.h>

#include "base/error.h"

void
pnyx_statistics_init (void)
{
  gsl_set_error_handler_off ();
}

const gchar *
pnyx_statistics_library (void)
{
  return "GSL " GSL_VERSION;
}

static gdouble *
copy_of (const gdouble *values, gsize n)
{
  gdouble *copy = g_new (gdouble, n);

  memcpy (copy, values, n * sizeof *values);
  return copy;
}

/* Returns: (transfer full): a copy in ascending order, and its @sum; NULL of nothing or zeros. */
static gdouble *
sorted_weights (const gdouble *weights, gsize n, gdouble *sum)
{
  gdouble *sorted;

  *sum = 0;
  if (n == 0)
    return NULL;
  sorted = copy_of (weights, n);
  gsl_sort (sorted, 1, n);
  PNYX_REQUIRE (sorted[0] >= 0);
  for (gsize i = 0; i < n; i++)
    *sum += sorted[i];
  if (*sum > 0)
    return sorted;
  g_free (sorted);
  return NULL;
}

gdouble
pnyx_gini (const gdouble *weights, gsize n)
{
  gdouble sum, ranked = 0;
  g_autofree gdouble *sorted = sorted_weights (weights, n, &sum);

  if (sorted == NULL)
    return NAN;
  for (gsize i = 0; i < n; i++)
    ranked += (2 * (gdouble)i + 1 - (gdouble)n) * sorted[i];
  return MAX (ranked / ((gdouble)n * sum), 0); /* rounding makes equal weights a hair less */
}

gdouble
pnyx_hhi (const gdouble *weights, gsize n)
{
  gdouble sum, squares = 0;
  g_autofree gdouble *sorted = sorted_weights (weights, n, &sum);

  if (sorted == NULL)
    return NAN;
  for (gsize i = 0; i < n; i++)
    squares += sorted[i] * sorted[i];
  return squares / (sum * sum);
}

gdouble
pnyx_entropy (const gdouble *weights, gsize n)
{
  gdouble sum, entropy = 0;
  g_autofree gdouble *sorted = sorted_weights (weights, n, &sum);

  if (sorted == NULL)
    return NAN;
  for (gsize i = 0; i < n; i++)
    if (sorted[i] > 0)
      entropy -= sorted[i] / sum * log2 (sorted[i] / sum);
  return entropy;
}

gsize
pnyx_nakamoto_coefficient (const gdouble *weights, gsize n, guint numerator, guint denominator)
{
  gdouble sum, held = 0;
  g_autofree gdouble *sorted = sorted_weights (weights, n, &sum);

  for (gsize m = 1; sorted != NULL && m <= n; m++)
    {
      held += sorted[n - m];
      if (held * denominator > sum * numerator)
        return m;
    }
  return 0;
}

void
pnyx_lorenz (const gdouble *weights, gsize n, gdouble *population, gdouble *share, gsize n_points)
{
  gdouble sum, held = 0;
  g_autofree gdouble *sorted = sorted_weights (weights, n, &sum);
  gsize next = 0;

  PNYX_REQUIRE (n_points >= 2);
  for (gsize i = 0; i < n_points; i++)
    {
      gdouble holders = (gdouble)n * (gdouble)i / (gdouble)(n_points - 1);

      population[i] = (gdouble)i / (gdouble)(n_points - 1);
      for (; sorted != NULL && next < n && (gdouble)(next + 1) <= holders; next++)
        held += sorted[next];
      share[i] = sorted == NULL ? NAN
                 : next >= n    ? 1
                                : (held + (holders - (gdouble)next) * sorted[next]) / sum;
    }
}

gdouble
pnyx_mean (const gdouble *values, gsize n)
{
  gdouble sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += values[i];
  return n > 0 ? sum / (gdouble)n : NAN;
}

gdouble
pnyx_sd (const gdouble *values, gsize n)
{
  gdouble mean = pnyx_mean (values, n), squares = 0;

  if (n < 2)
    return NAN;
  for (gsize i = 0; i < n; i++)
    squares += (values[i] - mean) * (values[i] - mean);
  return sqrt (squares / (gdouble)(n - 1));
}

gdouble
pnyx_student_half_width (gdouble sd, gsize n, gdouble confidence)
{
  PNYX_REQUIRE (confidence > 0 && confidence < 1);
  if (n < 2)
    return NAN;
  return gsl_cdf_tdist_Pinv (0.5 + confidence / 2, (gdouble)(n - 1)) * sd / sqrt ((gdouble)n);
}

PnyxInterval
pnyx_student_interval (const gdouble *values, gsize n, gdouble confidence)
{
  gdouble mean = pnyx_mean (values, n);
  gdouble half = pnyx_student_half_width (pnyx_sd (values, n), n, confidence);

  return (PnyxInterval){ mean - half, mean + half };
}

gdouble
pnyx_quantile (const gdouble *values, gsize n, gdouble p)
{
  g_autofree gdouble *sorted = n > 0 ? copy_of (values, n) : NULL;
  gsize rank;

  PNYX_REQUIRE (p >= 0 && p <= 1);
  if (n == 0)
    return NAN;
  gsl_sort (sorted, 1, n);
  rank = (gsize)ceil (p * (gdouble)n);
  return sorted[CLAMP (rank, 1, n) - 1];
}

PnyxDifference
pnyx_paired_difference (const gdouble *first, const gdouble *second, gsize n, gdouble confidence)
{
  g_autofree gdouble *differences = g_new (gdouble, n);
  gsize n_pairs = 0;

  for (gsize i = 0; i < n; i++)
    if (!isnan (first[i]) && !isnan (second[i]))
      differences[n_pairs++] = second[i] - first[i];
  return (PnyxDifference){ n_pairs, pnyx_mean (differences, n_pairs),
                           pnyx_student_interval (differences, n_pairs, confidence) };
}

/* What exists of @values, moved to the front of a copy. */
static gdouble *
existing (const gdouble *values, gsize *n)
{
  gdouble *copy = g_new (gdouble, *n);
  gsize n_existing = 0;

  for (gsize i = 0; i < *n; i++)
    if (!isnan (values[i]))
      copy[n_existing++] = values[i];
  *n = n_existing;
  return copy;
}

PnyxDifference
pnyx_welch_difference (const gdouble *first, gsize n_first, const gdouble *second, gsize n_second,
                       gdouble confidence)
{
  g_autofree gdouble *a = existing (first, &n_first), *b = existing (second, &n_second);
  gdouble difference = pnyx_mean (b, n_second) - pnyx_mean (a, n_first);
  gdouble va = pow (pnyx_sd (a, n_first), 2) / (gdouble)n_first;
  gdouble vb = pow (pnyx_sd (b, n_second), 2) / (gdouble)n_second;
  gdouble half = sqrt (va + vb), freedom;

  PNYX_REQUIRE (confidence > 0 && confidence < 1);
  freedom
      = pow (va + vb, 2) / (va * va / ((gdouble)n_first - 1) + vb * vb / ((gdouble)n_second - 1));
  if (half > 0)
    half *= gsl_cdf_tdist_Pinv (0.5 + confidence / 2, freedom);
  return (PnyxDifference){ MIN (n_first, n_second),
                           difference,
                           { difference - half, difference + half } };
}

PnyxBatchMeans
pnyx_batch_means (const gdouble *batches, gsize n, gdouble confidence)
{
  PnyxBatchMeans of = {
    n, pnyx_mean (batches, n), pnyx_student_interval (batches, n, confidence), NAN, NAN, FALSE
  };
  gdouble squares = 0, products = 0, steps = 0, count = (gdouble)n, independent;

  for (gsize i = 0; i < n; i++)
    squares += (batches[i] - of.mean) * (batches[i] - of.mean);
  for (gsize i = 1; i < n; i++)
    {
      products += (batches[i] - of.mean) * (batches[i - 1] - of.mean);
      steps += (batches[i] - batches[i - 1]) * (batches[i] - batches[i - 1]);
    }
  if (n < 2 || !(squares > 0))
    return of;
  of.lag1 = products / squares;
  of.von_neumann = steps / squares;
  independent = sqrt ((count - 2) / (count * count - 1));
  of.too_short = n >= PNYX_BATCHES_MIN
                 && 1 - of.von_neumann / 2 > gsl_cdf_ugaussian_Pinv (0.95) * independent;
  return of;
}

gdouble
pnyx_beta_quantile (gdouble p, gdouble a, gdouble b)
{
  gdouble low = 0, high = 1, x = a / (a + b);

  PNYX_REQUIRE (a > 0 && b > 0);
  if (!(p > 0 && p < 1))
    return p >= 1 ? 1 : 0;
  for (guint i = 0; high - low > DBL_EPSILON * high; i++)
    {
      gdouble above = gsl_cdf_beta_P (x, a, b) - p, next;

      if (above > 0)
        high = x;
      else
        low = x;
      next = x - above / gsl_ran_beta_pdf (x, a, b);
      if (i % 2 == 1 || !(next > low && next < high))
        next = low + (high - low) / 2;
      else if (fabs (next - x) <= DBL_EPSILON * x)
        return next;
      if (next <= low || next >= high)
        break; /* nothing lies between */
      x = next;
    }
  return low + (high - low) / 2;
}
