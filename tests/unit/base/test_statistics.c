/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/statistics.h"

#include <math.h>

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
  return g_test_run ();
}
