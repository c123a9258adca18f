/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/rng.h"
#include "support/run_filter.h"

#define N 31
#define BP 1e-4

typedef enum
{
  LOUD,      /* +500 bp */
  CARTEL,    /* +25 bp, within 2 bp */
  CAMOUFLAGE /* +500 bp in one round of ten */
} Attack;

typedef struct
{
  gdouble rmse;   /* of the answer, bp */
  gdouble median; /* of the median, bp */
} Outcome;

/* 31 reporters with standard deviations from 2 to 30 bp, the first @liars of which lie after 500
 * honest rounds where @honest_start, else from the beginning. */
static Outcome
play (const gchar *pairs, Attack attack, guint liars, gboolean honest_start)
{
  FilterBench bench, median;
  PnyxRng layout, noise;
  gdouble sd[N], squares = 0, median_squares = 0;
  guint scored = 0;

  pnyx_rng_init (&layout, 3, 0, 0, "test", "layout");
  pnyx_rng_init (&noise, 3, 0, 0, "test", "noise");
  filter_bench_init (&bench, "truth-discovery", pairs, N);
  filter_bench_init (&median, "median", "", N);
  for (guint i = 0; i < N; i++)
    sd[i] = (2 + 28 * pnyx_rng_uniform (&layout, i, 0)) * BP;
  for (guint round = 0; round < 2000; round++)
    {
      PnyxReport reports[N];
      gboolean lies = !honest_start || round >= 500;
      gdouble answer, middle;

      if (attack == CAMOUFLAGE)
        lies = lies && round % 10 == 0;
      for (guint i = 0; i < N; i++)
        {
          gdouble z = gsl_cdf_ugaussian_Pinv (pnyx_rng_uniform (&noise, i, round));
          gdouble value = z * sd[i];

          if (lies && i < liars)
            value = attack == CARTEL ? 25 * BP + 2 * BP * z : 500 * BP;
          reports[i] = (PnyxReport){
            .reporter = i, .value = value, .confidence = sd[i], .observed = round
          };
        }
      answer = pnyx_aggregator_run (bench.aggregator, reports, N, round, NULL) / BP;
      middle = pnyx_aggregator_run (median.aggregator, reports, N, round, NULL) / BP;
      if (round < 1000)
        continue;
      squares += answer * answer;
      median_squares += middle * middle;
      scored++;
    }
  filter_bench_clear (&bench);
  filter_bench_clear (&median);
  return (Outcome){ sqrt (squares / scored), sqrt (median_squares / scored) };
}

static void
test_beats_the_median_without_attack (void)
{
  Outcome o = play ("prior-sd=0.0015", LOUD, 0, FALSE);

  g_assert_cmpfloat (o.rmse, <, 0.8 * o.median);
}

/* Random weights, drawn once for each reporter or anew in each round, know nothing: they are worse
 * than the median where trust that is learnt is better. */
static gdouble
play_randomly (gboolean each_round)
{
  PnyxRng layout, noise, trust;
  gdouble squares = 0;

  pnyx_rng_init (&layout, 3, 0, 0, "test", "layout");
  pnyx_rng_init (&noise, 3, 0, 0, "test", "noise");
  pnyx_rng_init (&trust, 3, 0, 0, "test", "trust");
  for (guint round = 1000; round < 2000; round++)
    {
      gdouble sum = 0, weights = 0;

      for (guint i = 0; i < N; i++)
        {
          gdouble sd = (2 + 28 * pnyx_rng_uniform (&layout, i, 0));
          gdouble weight = -log (pnyx_rng_uniform (&trust, i, each_round ? round : 0));

          sum += weight * sd * gsl_cdf_ugaussian_Pinv (pnyx_rng_uniform (&noise, i, round));
          weights += weight;
        }
      squares += sum / weights * (sum / weights);
    }
  return sqrt (squares / 1000);
}

static void
test_random_weights_do_not_beat_the_median (void)
{
  Outcome o = play ("prior-sd=0.0015", LOUD, 0, FALSE);

  g_assert_cmpfloat (play_randomly (TRUE), >, o.median);
  g_assert_cmpfloat (play_randomly (FALSE), >, o.rmse);
}

static void
test_beats_the_median_under_loud_and_camouflaged_liars (void)
{
  Outcome loud = play ("prior-sd=0.0015", LOUD, 8, FALSE);
  Outcome camouflage = play ("prior-sd=0.0015", CAMOUFLAGE, 14, FALSE);

  g_assert_cmpfloat (loud.rmse, <, 0.6 * loud.median);
  g_assert_cmpfloat (camouflage.rmse, <, 0.7 * camouflage.median);
}

static void
test_precise_cartel_captures_it_before_the_median (void)
{
  Outcome eight = play ("prior-sd=0.0015", CARTEL, 8, FALSE);
  Outcome twelve = play ("prior-sd=0.0015", CARTEL, 12, FALSE);

  g_assert_cmpfloat (eight.rmse, <, 5);
  g_assert_cmpfloat (twelve.rmse, >, 20); /* nearly all of 25 */
  g_assert_cmpfloat (twelve.median, <, 18);
}

/* The same cartel, the same rounds: only where trust started differs. */
static void
test_capture_depends_on_where_trust_started (void)
{
  Outcome uniform = play ("prior-sd=0.0015", CARTEL, 12, FALSE);
  Outcome given = play ("prior=given", CARTEL, 12, FALSE);

  g_assert_cmpfloat (uniform.rmse, >, 20);
  g_assert_cmpfloat (given.rmse, <, uniform.rmse);
}

static void
test_majority_captures_it_from_any_start (void)
{
  g_assert_cmpfloat (play ("prior=given", CARTEL, 20, FALSE).rmse, >, 20);
}

static void
test_weights_follow_precision (void)
{
  FilterBench bench;
  gdouble weights[3];

  filter_bench_init (&bench, "truth-discovery", "floor=0.0001 prior-sd=0.01 memory=0.9", 3);
  for (guint round = 0; round < 200; round++)
    {
      const gdouble values[]
          = { round % 2 ? 1e-4 : -1e-4, round % 2 ? -1e-4 : 1e-4, round % 4 < 2 ? 0.01 : -0.01 };

      filter_bench_run (&bench, values, 3, round, weights);
    }
  g_assert_cmpfloat (weights[2], <, 0.001);
  g_assert_cmpfloat_with_epsilon (weights[0], weights[1], 0.05);
  filter_bench_clear (&bench);
}

static void
test_burn_in_answers_with_the_median (void)
{
  FilterBench bench;
  const gdouble values[] = { 1, 2, 9 };
  gdouble weights[3];

  filter_bench_init (&bench, "truth-discovery", "burn-in=1", 3);
  g_assert_cmpfloat (filter_bench_run (&bench, values, 3, 1, weights), ==, 2);
  g_assert_true (weights[1] == 1);
  g_assert_cmpfloat (filter_bench_run (&bench, values, 3, 2, NULL), !=, 2);
  filter_bench_clear (&bench);
}

static void
test_first_round_by_hand (void)
{
  /* Equal trust of 3: theta = mean = 1, itself uncertain by 9 / 3 = 3; m = 0: v = 4 4 7, and theta
   * is 3 / 7 / (1 / 4 + 1 / 4 + 1 / 7) = 2 / 3. */
  FilterBench bench;
  const gdouble values[] = { 0, 0, 3 };

  filter_bench_init (&bench, "truth-discovery", "iterations=1 memory=0 prior-sd=3", 3);
  g_assert_cmpfloat_with_epsilon (filter_bench_run (&bench, values, 3, 1, NULL), 2.0 / 3, 1e-12);
  filter_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/truth-discovery/beats-the-median-without-attack",
                   test_beats_the_median_without_attack);
  g_test_add_func ("/oracle/truth-discovery/random-weights-do-not-beat-the-median",
                   test_random_weights_do_not_beat_the_median);
  g_test_add_func ("/oracle/truth-discovery/beats-the-median-under-loud-and-camouflaged-liars",
                   test_beats_the_median_under_loud_and_camouflaged_liars);
  g_test_add_func ("/oracle/truth-discovery/precise-cartel-captures-it-before-the-median",
                   test_precise_cartel_captures_it_before_the_median);
  g_test_add_func ("/oracle/truth-discovery/capture-depends-on-where-trust-started",
                   test_capture_depends_on_where_trust_started);
  g_test_add_func ("/oracle/truth-discovery/majority-captures-it-from-any-start",
                   test_majority_captures_it_from_any_start);
  g_test_add_func ("/oracle/truth-discovery/weights-follow-precision",
                   test_weights_follow_precision);
  g_test_add_func ("/oracle/truth-discovery/burn-in-answers-with-the-median",
                   test_burn_in_answers_with_the_median);
  g_test_add_func ("/oracle/truth-discovery/first-round-by-hand", test_first_round_by_hand);
  return g_test_run ();
}
