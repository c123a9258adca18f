/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/rng.h"
#include "support/run_filter.h"

static void
test_two_rounds_by_hand (void)
{
  /* Round 1: starts at 0 with P = 1, one report of 0, R = 1: P = 1/2. A second later P = 1, the
   * report 1 has z = 1 / sqrt 2 < 2: m = 1/2. */
  FilterBench bench;
  const gdouble zero[] = { 0 }, one[] = { 1 };

  filter_bench_init (&bench, "kalman", "walk=0.7071067811865476 noise=1", 1);
  g_assert_cmpfloat (filter_bench_run (&bench, zero, 1, PNYX_SECOND, NULL), ==, 0);
  g_assert_cmpfloat_with_epsilon (filter_bench_run (&bench, one, 1, 2 * PNYX_SECOND, NULL), 0.5,
                                  1e-12);
  filter_bench_clear (&bench);
}

static void
test_large_innovations_are_clipped_or_left_out (void)
{
  FilterBench huber, gate;
  const gdouble first[] = { 0, 0, 0 }, second[] = { 0, 0, 1000 };
  gdouble weights[3], near_gate, near_huber;

  filter_bench_init (&huber, "kalman", "walk=0.001 noise=1", 3);
  filter_bench_init (&gate, "kalman", "walk=0.001 noise=1 rule=gate", 3);
  filter_bench_run (&huber, first, 3, 1, NULL);
  filter_bench_run (&gate, first, 3, 1, NULL);
  near_gate = filter_bench_run (&gate, second, 3, 2, weights);
  g_assert_true (weights[2] == 0);
  near_huber = filter_bench_run (&huber, second, 3, 2, weights);
  g_assert_true (weights[2] > 0 && weights[2] < 0.01);
  g_assert_cmpfloat (near_gate, ==, 0);
  g_assert_cmpfloat (near_huber, >, 0);
  g_assert_cmpfloat (near_huber, <, 0.5);
  filter_bench_clear (&huber);
  filter_bench_clear (&gate);
}

static guint
rounds_to_follow_a_jump (const gchar *pairs)
{
  FilterBench bench;
  const gdouble before[] = { 0, 0, 0 }, after[] = { 1, 1, 1 };
  guint rounds = 0;

  filter_bench_init (&bench, "kalman", pairs, 3);
  for (guint i = 0; i < 20; i++)
    filter_bench_run (&bench, before, 3, i * PNYX_SECOND, NULL);
  while (rounds < 100
         && filter_bench_run (&bench, after, 3, (20 + rounds) * PNYX_SECOND, NULL) < 0.99)
    rounds++;
  filter_bench_clear (&bench);
  return rounds;
}

static void
test_starts_again_when_most_disagree (void)
{
  g_assert_cmpuint (rounds_to_follow_a_jump ("rule=gate"), ==, 2);
  g_assert_cmpuint (rounds_to_follow_a_jump ("rule=gate patience=5"), ==, 4);
  g_assert_cmpuint (rounds_to_follow_a_jump ("rule=gate patience=0"), ==, 100);
}

static void
test_tracks_a_walk_better_than_the_median (void)
{
  FilterBench kalman, median;
  PnyxRng rng;
  gdouble truth = 0, k2 = 0, m2 = 0;

  pnyx_rng_init (&rng, 5, 0, 0, "test", "walk");
  filter_bench_init (&kalman, "kalman", "walk=0.0002 noise=0.001", 5);
  filter_bench_init (&median, "median", "", 5);
  for (guint round = 0; round < 3000; round++)
    {
      gdouble values[5], e;

      truth += 0.0002 * gsl_cdf_ugaussian_Pinv (pnyx_rng_uniform (&rng, 9, round));
      for (guint i = 0; i < 5; i++)
        values[i] = truth + 0.001 * gsl_cdf_ugaussian_Pinv (pnyx_rng_uniform (&rng, i, round));
      e = filter_bench_run (&kalman, values, 5, round * PNYX_SECOND, NULL) - truth;
      k2 += e * e;
      e = filter_bench_run (&median, values, 5, round * PNYX_SECOND, NULL) - truth;
      m2 += e * e;
    }
  /* Steady state: P+ = 0.0000739 (Riccati), so rmse .27 of .54 of the median. */
  g_assert_cmpfloat (sqrt (k2), <, 0.6 * sqrt (m2));
  filter_bench_clear (&kalman);
  filter_bench_clear (&median);
}

static void
test_confidence_is_the_noise (void)
{
  FilterBench bench;
  PnyxReport reports[] = { { .reporter = 0, .value = 0, .confidence = 1 },
                           { .reporter = 1, .value = 0, .confidence = 2 },
                           { .reporter = 2, .value = 0, .confidence = 1e-9 } };
  gdouble weights[3];

  filter_bench_init (&bench, "kalman", "noise=1", 3);
  pnyx_aggregator_run (bench.aggregator, reports, 3, 1, weights);
  g_assert_cmpfloat_with_epsilon (weights[0] / weights[1], 4, 1e-12);
  g_assert_cmpfloat_with_epsilon (weights[2] / weights[0], 100, 1e-9); /* a tenth at least */
  filter_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/kalman/two-rounds-by-hand", test_two_rounds_by_hand);
  g_test_add_func ("/oracle/kalman/large-innovations-are-clipped-or-left-out",
                   test_large_innovations_are_clipped_or_left_out);
  g_test_add_func ("/oracle/kalman/starts-again-when-most-disagree",
                   test_starts_again_when_most_disagree);
  g_test_add_func ("/oracle/kalman/tracks-a-walk-better-than-the-median",
                   test_tracks_a_walk_better_than_the_median);
  g_test_add_func ("/oracle/kalman/confidence-is-the-noise", test_confidence_is_the_noise);
  return g_test_run ();
}
