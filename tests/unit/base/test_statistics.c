/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/statistics.h"

#include <math.h>

#include "base/rng.h"

#define ASSERT_NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))

static void
test_gini_of_small_examples (void)
{
  const gdouble ramp[] = { 3, 1, 4, 2 }, one[] = { 0, 0, 0, 1 }, equal[] = { 7, 7, 7 };
  const gdouble zeros[] = { 0, 0 };

  ASSERT_NEAR (pnyx_gini (ramp, 4), 0.25, 1e-15);
  ASSERT_NEAR (pnyx_gini (one, 4), 0.75, 1e-15);
  ASSERT_NEAR (pnyx_gini (equal, 3), 0, 1e-15);
  g_assert_true (isnan (pnyx_gini (zeros, 2)));
  g_assert_true (isnan (pnyx_gini (NULL, 0)));
}

/* The definition, pair by pair. */
static void
test_gini_is_the_mean_difference (void)
{
  gdouble weights[50], sum = 0, pairs = 0;

  for (guint i = 0; i < 50; i++)
    sum += weights[i] = (i * 37) % 23 + 0.5 * i;
  for (guint i = 0; i < 50; i++)
    for (guint j = 0; j < 50; j++)
      pairs += fabs (weights[i] - weights[j]);
  ASSERT_NEAR (pnyx_gini (weights, 50), pairs / (2 * 50 * sum), 1e-13);
}

/* Quantiles at the middles of equal slices; the limit is the closed form. */
static gdouble
gini_of_quantiles (gdouble (*quantile) (gdouble p), gsize n)
{
  g_autofree gdouble *weights = g_new (gdouble, n);

  for (gsize i = 0; i < n; i++)
    weights[i] = quantile (((gdouble)i + 0.5) / (gdouble)n);
  return pnyx_gini (weights, n);
}

static gdouble
exponential (gdouble p)
{
  return -log1p (-p);
}

static gdouble
pareto_2 (gdouble p)
{
  return pow (1 - p, -0.5);
}

static void
test_gini_approaches_the_closed_forms (void)
{
  ASSERT_NEAR (gini_of_quantiles (exponential, 100000), 0.5, 1e-4);
  ASSERT_NEAR (gini_of_quantiles (pareto_2, 1000000), 1.0 / 3, 1e-3);
}

static void
test_zipf_and_the_nine_holders (void)
{
  const gdouble nine[] = { 33, 20, 15, 10, 8, 6, 4, 3, 1 };
  gdouble zipf[100];

  for (guint i = 0; i < 100; i++)
    zipf[i] = 1.0 / (i + 1);
  ASSERT_NEAR (pnyx_gini (zipf, 100), 0.624449, 5e-7);
  g_assert_cmpuint (pnyx_nakamoto_coefficient (zipf, 100, 1, 3), ==, 3);
  g_assert_cmpuint (pnyx_nakamoto_coefficient (zipf, 100, 1, 2), ==, 8);
  ASSERT_NEAR (pnyx_gini (nine, 9), 0.455556, 5e-7);
  ASSERT_NEAR (pnyx_hhi (nine, 9), 0.194, 1e-12);
  ASSERT_NEAR (pnyx_entropy (nine, 9), 2.673947488, 5e-10);
  g_assert_cmpuint (pnyx_nakamoto_coefficient (nine, 9, 1, 3), ==, 2);
  g_assert_cmpuint (pnyx_nakamoto_coefficient (nine, 9, 1, 2), ==, 2);
}

static void
test_the_nakamoto_threshold_is_strict (void)
{
  const gdouble half[] = { 50, 49, 1 }, third[] = { 1, 1, 1 }, zeros[] = { 0 };

  g_assert_cmpuint (pnyx_nakamoto_coefficient (half, 3, 1, 2), ==, 2);
  g_assert_cmpuint (pnyx_nakamoto_coefficient (third, 3, 1, 3), ==, 2);
  g_assert_cmpuint (pnyx_nakamoto_coefficient (third, 3, 1, 1), ==, 0);
  g_assert_cmpuint (pnyx_nakamoto_coefficient (zeros, 1, 1, 2), ==, 0);
  g_assert_cmpuint (pnyx_nakamoto_coefficient (NULL, 0, 1, 2), ==, 0);
}

static void
test_entropy_and_hhi_of_equal_shares (void)
{
  const gdouble equal[] = { 3, 3, 3, 3, 3, 3, 3, 3 };

  ASSERT_NEAR (pnyx_entropy (equal, 8), 3, 1e-14);
  ASSERT_NEAR (pnyx_hhi (equal, 8), 0.125, 1e-15);
}

static void
test_the_lorenz_curve_passes_its_corners (void)
{
  const gdouble weights[] = { 4, 1, 3, 2 };
  const gdouble expected[] = { 0, 0.1, 0.3, 0.6, 1 };
  gdouble population[9], share[9];

  pnyx_lorenz (weights, 4, population, share, 5);
  for (guint i = 0; i < 5; i++)
    ASSERT_NEAR (share[i], expected[i], 1e-15);
  pnyx_lorenz (weights, 4, population, share, 9);
  ASSERT_NEAR (population[1], 0.125, 1e-15);
  ASSERT_NEAR (share[1], 0.05, 1e-15);
  ASSERT_NEAR (share[7], 0.8, 1e-15);
}

static void
test_student_intervals (void)
{
  const gdouble values[] = { 1, 2, 3, 4, 5 };
  PnyxInterval interval = pnyx_student_interval (values, 5, 0.95);

  ASSERT_NEAR (pnyx_mean (values, 5), 3, 1e-15);
  ASSERT_NEAR (pnyx_sd (values, 5), sqrt (2.5), 1e-15);
  ASSERT_NEAR (interval.high - 3, 2.7764451052 * sqrt (0.5), 1e-9);
  ASSERT_NEAR (3 - interval.low, 2.7764451052 * sqrt (0.5), 1e-9);
  ASSERT_NEAR (pnyx_student_half_width (1, 10, 0.99), 3.2498355416 / sqrt (10), 1e-9);
  g_assert_true (isnan (pnyx_sd (values, 1)));
  g_assert_true (isnan (pnyx_student_interval (values, 1, 0.95).low));
  g_assert_true (isnan (pnyx_mean (values, 0)));
}

static void
test_quantiles_are_of_the_nearest_rank (void)
{
  const gdouble values[] = { 5, 1, 4, 2, 3 };

  g_assert_cmpfloat (pnyx_quantile (values, 5, 0), ==, 1);
  g_assert_cmpfloat (pnyx_quantile (values, 5, 0.2), ==, 1);
  g_assert_cmpfloat (pnyx_quantile (values, 5, 0.21), ==, 2);
  g_assert_cmpfloat (pnyx_quantile (values, 5, 0.5), ==, 3);
  g_assert_cmpfloat (pnyx_quantile (values, 5, 1), ==, 5);
  g_assert_true (isnan (pnyx_quantile (values, 0, 0.5)));
}

/* The numbers of a pencil: differences 1, 2, 3, and a pair that does not count. */
static void
test_paired_differences_leave_out_what_is_missing (void)
{
  const gdouble first[] = { 1, 2, NAN, 3, 7 }, second[] = { 2, 4, 5, 6, NAN };
  PnyxDifference of = pnyx_paired_difference (first, second, 5, 0.95);

  g_assert_cmpuint (of.n, ==, 3);
  ASSERT_NEAR (of.mean, 2, 1e-15);
  ASSERT_NEAR (of.interval.high - 2, 4.3026527297 / sqrt (3), 1e-9);
  of = pnyx_paired_difference (first, second, 1, 0.95);
  ASSERT_NEAR (of.mean, 1, 1e-15);
  g_assert_true (isnan (of.interval.low));
  of = pnyx_paired_difference (first + 2, second + 2, 1, 0.95);
  g_assert_cmpuint (of.n, ==, 0);
  g_assert_true (isnan (of.mean));
}

/* What both share cancels: the interval of pairs is narrow where Welch's is wide. */
static void
test_pairs_see_what_is_hidden_in_the_spread (void)
{
  const gdouble first[] = { 10, 20, 30, 40 }, second[] = { 10.9, 21, 31.1, 41 };

  g_assert_cmpfloat (pnyx_paired_difference (first, second, 4, 0.95).interval.low, >, 0.8);
  g_assert_cmpfloat (pnyx_welch_difference (first, 4, second, 4, 0.95).interval.low, <, -10);
}

/* Equal sizes and variances: 2 n - 2 degrees of freedom, Student's two-sample interval. */
static void
test_welch_is_student_where_variances_are_equal (void)
{
  const gdouble first[] = { 1, 2, 3, NAN, 4, 5 }, second[] = { 12, 11, 15, 13, 14 };
  const gdouble constant[] = { 3, 3, 3 }, wide[] = { 1, 5 };
  PnyxDifference of = pnyx_welch_difference (first, 6, second, 5, 0.95);

  g_assert_cmpuint (of.n, ==, 5);
  ASSERT_NEAR (of.mean, 10, 1e-14);
  ASSERT_NEAR (of.interval.high - 10, 2.3060041352, 1e-8); /* t of 8, standard error 1 */
  ASSERT_NEAR (10 - of.interval.low, 2.3060041352, 1e-8);
  of = pnyx_welch_difference (constant, 3, constant, 2, 0.95);
  ASSERT_NEAR (of.interval.low, 0, 1e-15);
  ASSERT_NEAR (of.interval.high, 0, 1e-15);
  of = pnyx_welch_difference (constant, 3, wide, 2, 0.95); /* all freedom is of the wide one: 1 */
  ASSERT_NEAR (of.interval.high, 12.7062047364 * 2, 1e-8);
  of = pnyx_welch_difference (constant, 1, wide, 2, 0.95);
  ASSERT_NEAR (of.mean, 0, 1e-15);
  g_assert_true (isnan (of.interval.low));
  g_assert_true (isnan (pnyx_welch_difference (NULL, 0, wide, 2, 0.95).mean));
}

static void
test_batch_means_of_small_examples (void)
{
  const gdouble zigzag[] = { 1, -1, 1, -1, 1, -1, 1, -1 }, ramp[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  const gdouble equal[] = { 2, 2, 2 };
  PnyxBatchMeans of = pnyx_batch_means (zigzag, 8, 0.95);

  ASSERT_NEAR (of.mean, 0, 1e-15);
  ASSERT_NEAR (of.lag1, -7 / 8.0, 1e-15);
  ASSERT_NEAR (of.von_neumann, 3.5, 1e-15);
  g_assert_false (of.too_short);
  of = pnyx_batch_means (ramp, 8, 0.95);
  ASSERT_NEAR (of.mean, 4.5, 1e-15);
  ASSERT_NEAR (of.von_neumann, 7 / 42.0, 1e-15);
  ASSERT_NEAR (of.interval.high, pnyx_student_interval (ramp, 8, 0.95).high, 1e-15);
  g_assert_true (of.too_short);
  g_assert_false (pnyx_batch_means (ramp, 7, 0.95).too_short); /* too few to tell */
  of = pnyx_batch_means (equal, 3, 0.95);
  g_assert_true (isnan (of.lag1) && isnan (of.von_neumann) && !of.too_short);
  ASSERT_NEAR (of.interval.low, 2, 1e-15);
  of = pnyx_batch_means (ramp, 1, 0.95);
  g_assert_true (of.mean == 1 && isnan (of.interval.low) && isnan (of.lag1));
  g_assert_true (isnan (pnyx_batch_means (NULL, 0, 0.95).mean));
}

typedef struct
{
  gdouble covered, too_short, lag1; /* shares of series, mean over series */
} Coverage;

/* 1000 series x' = 0.8 x + normal (0, 1) with mean 0, begun in the stationary state, in batches. */
static Coverage
coverage_of_batches (gsize n_batches, gsize length)
{
  g_autofree gdouble *batches = g_new (gdouble, n_batches);
  Coverage of = { 0, 0, 0 };
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test-statistics", "autoregression");
  for (guint32 series = 0; series < 1000; series++)
    {
      PnyxBatchMeans means;
      PnyxRngCursor cursor;
      gdouble x = 0, step = 1 / sqrt (1 - 0.8 * 0.8);

      pnyx_rng_cursor_init (&cursor, &rng, series, 0);
      for (gsize b = 0; b < n_batches; b++)
        {
          batches[b] = 0;
          for (gsize i = 0; i < length; i++, step = 1)
            {
              gdouble radius = sqrt (-2 * log (pnyx_rng_cursor_uniform (&cursor)));

              x = 0.8 * x + step * radius * cos (2 * G_PI * pnyx_rng_cursor_uniform (&cursor));
              batches[b] += x / (gdouble)length;
            }
        }
      means = pnyx_batch_means (batches, n_batches, 0.95);
      of.covered += means.interval.low <= 0 && 0 <= means.interval.high ? 1e-3 : 0;
      of.too_short += means.too_short ? 1e-3 : 0;
      of.lag1 += means.lag1 / 1000;
    }
  return of;
}

/* Intervals of 95 % hold in 95 % of series, and the verdict errs in 5 %; short batches hold too
 * seldom, and are called short. */
static void
test_batches_cover_where_they_are_long_enough (void)
{
  Coverage longer = coverage_of_batches (20, 250), shorter = coverage_of_batches (40, 5);

  g_test_message ("long: %.3f covered, %.3f called short; short: %.3f covered, %.3f called short",
                  longer.covered, longer.too_short, shorter.covered, shorter.too_short);
  g_assert_cmpfloat (longer.covered, >, 0.93);
  g_assert_cmpfloat (longer.covered, <, 0.97);
  g_assert_cmpfloat (longer.too_short, <, 0.08);
  ASSERT_NEAR (longer.lag1, -1 / 20.0, 0.03); /* the bias of an estimate from 20 */
  g_assert_cmpfloat (shorter.covered, <, 0.85);
  g_assert_cmpfloat (shorter.too_short, >, 0.8);
  g_assert_cmpfloat (shorter.lag1, >, 0.3);
}

/* Closed forms: a = 1: 1 - (1 - p)^(1 / b); b = 1: p^(1 / a). */
static void
test_quantiles_of_beta (void)
{
  static const gdouble shapes[] = { 0.1, 0.5, 1, 2, 6, 30, 1000 };
  gdouble last = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (shapes); k++)
      {
        gdouble a = shapes[i], b = shapes[k];

        g_assert_cmpfloat (pnyx_beta_quantile (0, a, b), ==, 0);
        g_assert_cmpfloat (pnyx_beta_quantile (1, a, b), ==, 1);
        last = 0;
        for (guint n = 1; n < 64; n++)
          {
            gdouble p = n / 64.0, x = pnyx_beta_quantile (p, a, b);

            g_assert_cmpfloat (x, >=, last);
            g_assert_cmpfloat (x, <=, 1);
            if (a == 1)
              g_assert_cmpfloat_with_epsilon (x, -expm1 (log1p (-p) / b), 1e-12);
            if (b == 1)
              g_assert_cmpfloat_with_epsilon (x, pow (p, 1 / a), 1e-12);
            /* The other tail; near 1 what lies between two numbers is coarse. */
            g_assert_cmpfloat_with_epsilon (x, 1 - pnyx_beta_quantile (1 - p, b, a), 1e-12);
            last = x;
          }
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/statistics/gini-of-small-examples", test_gini_of_small_examples);
  g_test_add_func ("/base/statistics/gini-is-the-mean-difference",
                   test_gini_is_the_mean_difference);
  g_test_add_func ("/base/statistics/gini-approaches-the-closed-forms",
                   test_gini_approaches_the_closed_forms);
  g_test_add_func ("/base/statistics/zipf-and-the-nine-holders", test_zipf_and_the_nine_holders);
  g_test_add_func ("/base/statistics/the-nakamoto-threshold-is-strict",
                   test_the_nakamoto_threshold_is_strict);
  g_test_add_func ("/base/statistics/entropy-and-hhi-of-equal-shares",
                   test_entropy_and_hhi_of_equal_shares);
  g_test_add_func ("/base/statistics/the-lorenz-curve-passes-its-corners",
                   test_the_lorenz_curve_passes_its_corners);
  g_test_add_func ("/base/statistics/student-intervals", test_student_intervals);
  g_test_add_func ("/base/statistics/quantiles-are-of-the-nearest-rank",
                   test_quantiles_are_of_the_nearest_rank);
  g_test_add_func ("/base/statistics/paired-differences-leave-out-what-is-missing",
                   test_paired_differences_leave_out_what_is_missing);
  g_test_add_func ("/base/statistics/pairs-see-what-is-hidden-in-the-spread",
                   test_pairs_see_what_is_hidden_in_the_spread);
  g_test_add_func ("/base/statistics/welch-is-student-where-variances-are-equal",
                   test_welch_is_student_where_variances_are_equal);
  g_test_add_func ("/base/statistics/batch-means-of-small-examples",
                   test_batch_means_of_small_examples);
  g_test_add_func ("/base/statistics/batches-cover-where-they-are-long-enough",
                   test_batches_cover_where_they_are_long_enough);
  g_test_add_func ("/base/statistics/quantiles-of-beta", test_quantiles_of_beta);
  return g_test_run ();
}
