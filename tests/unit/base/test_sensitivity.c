/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sensitivity.h"

#include <math.h>
#include <string.h>

#include "base/design.h"
#include "base/rng.h"

#define ASSERT_NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))

static const PnyxBootstrap bootstrap = { .n_resamples = 1000, .seed = 1, .confidence = 0.95 };

/* A line and a product: y = 3 x0 - 2 x1 + x2 x3 (x4 does nothing). */
static gdouble
line_and_product (const gdouble *x)
{
  return 3 * x[0] - 2 * x[1] + x[2] * x[3];
}

static gdouble *
outputs (gdouble (*function) (const gdouble *x), const gdouble *x, gsize rows, gsize d)
{
  gdouble *y = g_new (gdouble, rows);

  for (gsize row = 0; row < rows; row++)
    y[row] = function (x + row * d);
  return y;
}

static void
test_morris_of_a_line_is_its_slope (void)
{
  const gsize n = 200, d = 5;
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_MORRIS, n, d, 1);
  g_autofree gdouble *y = outputs (line_and_product, x, n * (d + 1), d);
  PnyxMorrisIndices of[5];

  g_assert_true (pnyx_morris_indices (x, y, n, d, &bootstrap, of));
  ASSERT_NEAR (of[0].mu.value, 3, 1e-12);
  ASSERT_NEAR (of[0].sigma.value, 0, 1e-12);
  ASSERT_NEAR (of[0].sigma.interval.high, 0, 1e-12);
  ASSERT_NEAR (of[1].mu.value, -2, 1e-12);
  ASSERT_NEAR (of[1].mu_star.value, 2, 1e-12);
  ASSERT_NEAR (of[1].mu_star.interval.low, 2, 1e-12);
  g_assert_cmpfloat (of[4].mu.value, ==, 0);
  g_assert_cmpfloat (of[4].mu_star.value, ==, 0);
  g_assert_cmpfloat (of[4].sigma.value, ==, 0);
}

/* The effect of a factor is the other one, uniform on the grid: mean 1/2, variance 5/36. */
static void
test_morris_of_a_product_has_the_moments_of_the_grid (void)
{
  const gsize n = 2000, d = 5;
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_MORRIS, n, d, 2);
  g_autofree gdouble *y = outputs (line_and_product, x, n * (d + 1), d);
  PnyxMorrisIndices of[5];

  g_assert_true (pnyx_morris_indices (x, y, n, d, &bootstrap, of));
  for (gsize i = 2; i < 4; i++)
    {
      ASSERT_NEAR (of[i].mu.value, 0.5, 4 * sqrt (5 / 36.0 / 2000));
      ASSERT_NEAR (of[i].mu_star.value, of[i].mu.value, 1e-12);
      ASSERT_NEAR (of[i].sigma.value, sqrt (5 / 36.0), 0.01);
      g_assert_cmpfloat (of[i].mu.interval.low, <, 0.5);
      g_assert_cmpfloat (of[i].mu.interval.high, >, 0.5);
      g_assert_cmpfloat (of[i].sigma.interval.low, <, sqrt (5 / 36.0));
      g_assert_cmpfloat (of[i].sigma.interval.high, >, sqrt (5 / 36.0));
      g_assert_cmpfloat (of[i].sigma.interval.high - of[i].sigma.interval.low, <, 0.03);
    }
}

static gdouble
tent (const gdouble *x)
{
  return fabs (x[0] - 0.5);
}

/* Effects of both signs cancel in mu and not in mu_star. */
static void
test_mu_star_sees_what_cancels (void)
{
  const gsize n = 100;
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_MORRIS, n, 1, 3);
  g_autofree gdouble *y = outputs (tent, x, n * 2, 1);
  PnyxMorrisIndices of;

  g_assert_true (pnyx_morris_indices (x, y, n, 1, &bootstrap, &of));
  g_assert_cmpfloat (fabs (of.mu.value), <, 0.25);
  ASSERT_NEAR (of.mu_star.value, 0.5, 1e-12);
}

static void
test_one_trajectory_has_no_spread (void)
{
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_MORRIS, 1, 5, 3);
  g_autofree gdouble *y = outputs (line_and_product, x, 6, 5);
  PnyxMorrisIndices of[5];

  g_assert_true (pnyx_morris_indices (x, y, 1, 5, &bootstrap, of));
  ASSERT_NEAR (of[0].mu.value, 3, 1e-12);
  g_assert_true (isnan (of[0].mu.interval.low));
  g_assert_true (isnan (of[0].sigma.value));
  g_assert_true (isnan (of[0].sigma.interval.high));
}

static void
test_an_output_that_is_missing_or_constant_has_no_index (void)
{
  const gdouble bad[] = { NAN, INFINITY, -INFINITY };
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_MORRIS, 10, 5, 1);
  PnyxMorrisIndices morris[5];
  PnyxSobolIndices sobol[5];
  gdouble y[70];

  for (guint i = 0; i < 70; i++)
    y[i] = 7;
  g_assert_false (pnyx_morris_indices (x, y, 10, 5, &bootstrap, morris));
  g_assert_true (isnan (morris[4].mu_star.value) && isnan (morris[4].sigma.interval.low));
  g_assert_false (pnyx_sobol_indices (y, 10, 5, &bootstrap, sobol));
  g_assert_true (isnan (sobol[4].first.value) && isnan (sobol[0].total.interval.high));
  for (guint i = 0; i < 70; i++)
    y[i] = i * i % 13;
  for (guint k = 0; k < G_N_ELEMENTS (bad); k++)
    {
      y[59] = 4;
      g_assert_true (pnyx_morris_indices (x, y, 10, 5, &bootstrap, morris));
      g_assert_true (pnyx_sobol_indices (y, 10, 5, &bootstrap, sobol));
      y[59] = bad[k];
      g_assert_false (pnyx_morris_indices (x, y, 10, 5, &bootstrap, morris));
      g_assert_false (pnyx_sobol_indices (y, 10, 5, &bootstrap, sobol));
      g_assert_true (isnan (sobol[0].first.value));
    }
}

/* Where only crosses vary there is no variance to share. */
static void
test_one_base_row_is_not_enough_where_its_two_points_agree (void)
{
  const gdouble y[] = { 1, 1, 2, 3 };
  PnyxSobolIndices of[2];

  g_assert_false (pnyx_sobol_indices (y, 1, 2, &bootstrap, of));
  g_assert_true (isnan (of[0].total.value));
}

static void
test_a_resample_without_variance_does_not_count (void)
{
  const gdouble y[] = { 1, 1, 1, 1, 2, 1 }; /* resamples of the first row alone are constant */
  PnyxSobolIndices of[1];

  g_assert_true (pnyx_sobol_indices (y, 2, 1, &bootstrap, of));
  g_assert_true (isfinite (of[0].total.value));
  g_assert_true (isfinite (of[0].total.interval.low) && isfinite (of[0].total.interval.high));
}

static gdouble
sum_of_two (const gdouble *x)
{
  return 1e6 + x[0] + 2 * x[1];
}

/* Without interactions first and total are alike: 1/5 and 4/5, also far from the origin. */
static void
test_sobol_of_a_sum_is_its_shares (void)
{
  const gsize n = 4096;
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_SALTELLI, n, 2, 1);
  g_autofree gdouble *y = outputs (sum_of_two, x, n * 4, 2);
  PnyxSobolIndices of[2];

  g_assert_true (pnyx_sobol_indices (y, n, 2, &bootstrap, of));
  ASSERT_NEAR (of[0].first.value, 0.2, 0.005);
  ASSERT_NEAR (of[0].total.value, 0.2, 0.005);
  ASSERT_NEAR (of[1].first.value, 0.8, 0.005);
  ASSERT_NEAR (of[1].total.value, 0.8, 0.005);
}

static void
test_a_seed_gives_the_same_intervals (void)
{
  const PnyxBootstrap other = { .n_resamples = 1000, .seed = 2, .confidence = 0.95 };
  const PnyxBootstrap wide = { .n_resamples = 1000, .seed = 1, .confidence = 0.99 };
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_SALTELLI, 64, 2, 1);
  g_autofree gdouble *y = outputs (sum_of_two, x, 64 * 4, 2);
  PnyxSobolIndices a[2], b[2];

  pnyx_sobol_indices (y, 64, 2, &bootstrap, a);
  pnyx_sobol_indices (y, 64, 2, &bootstrap, b);
  g_assert_cmpmem (a, sizeof a, b, sizeof b);
  pnyx_sobol_indices (y, 64, 2, &other, b);
  g_assert_cmpfloat (a[0].first.value, ==, b[0].first.value);
  g_assert_cmpfloat (a[0].first.interval.low, !=, b[0].first.interval.low);
  pnyx_sobol_indices (y, 64, 2, &wide, b);
  g_assert_cmpfloat (b[0].first.interval.low, <, a[0].first.interval.low);
  g_assert_cmpfloat (b[0].first.interval.high, >, a[0].first.interval.high);
}

/* 500 points of variance 1/12 with uniform noise of variance 1/3, of which four are averaged. */
static void
test_noise_share_of_known_noise (void)
{
  gdouble means[500], errors[500];
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test-sensitivity", "noise");
  for (guint p = 0; p < 500; p++)
    {
      gdouble y[4];

      for (guint r = 0; r < 4; r++)
        y[r] = (p + 0.5) / 500 + 2 * pnyx_rng_uniform (&rng, p, r);
      means[p] = pnyx_mean (y, 4);
      errors[p] = pnyx_sd (y, 4) / 2;
    }
  ASSERT_NEAR (pnyx_noise_share (means, errors, 500), 0.5, 0.05);
  errors[499] = NAN;
  g_assert_true (isnan (pnyx_noise_share (means, errors, 500)));
  for (guint p = 0; p < 500; p++)
    errors[p] = 0;
  g_assert_cmpfloat (pnyx_noise_share (means, errors, 500), ==, 0);
  means[3] = NAN;
  g_assert_true (isnan (pnyx_noise_share (means, errors, 500)));
  g_assert_true (isnan (pnyx_noise_share (means, errors, 1)));
}

#define ADD(name, test) g_test_add_func ("/base/sensitivity/" name, test)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("morris-of-a-line-is-its-slope", test_morris_of_a_line_is_its_slope);
  ADD ("morris-of-a-product-has-the-moments-of-the-grid",
       test_morris_of_a_product_has_the_moments_of_the_grid);
  ADD ("mu-star-sees-what-cancels", test_mu_star_sees_what_cancels);
  ADD ("one-trajectory-has-no-spread", test_one_trajectory_has_no_spread);
  ADD ("an-output-that-is-missing-or-constant-has-no-index",
       test_an_output_that_is_missing_or_constant_has_no_index);
  ADD ("one-base-row-is-not-enough-where-its-two-points-agree",
       test_one_base_row_is_not_enough_where_its_two_points_agree);
  ADD ("a-resample-without-variance-does-not-count",
       test_a_resample_without_variance_does_not_count);
  ADD ("sobol-of-a-sum-is-its-shares", test_sobol_of_a_sum_is_its_shares);
  ADD ("a-seed-gives-the-same-intervals", test_a_seed_gives_the_same_intervals);
  ADD ("noise-share-of-known-noise", test_noise_share_of_known_noise);
  return g_test_run ();
}
