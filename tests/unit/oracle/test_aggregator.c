/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/aggregator.h"

#include <math.h>

#include "base/rng.h"
#include "support/run_filter.h"

static const gchar *const all[]
    = { "mean",       "median", "weighted-median", "trimmed-mean", "truth-discovery",
        "reputation", "kalman", "dawid-skene" };

static void
test_table_has_every_estimator (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      const PnyxComponent *component = pnyx_aggregator_kind.get (i);

      g_assert_nonnull (component);
      g_assert_cmpstr (component->name, ==, all[i]);
      g_assert_nonnull (component->source);
      g_assert_true (&pnyx_aggregator_find (all[i])->component == component);
    }
  g_assert_null (pnyx_aggregator_find ("means"));
  g_assert_cmpstr (pnyx_element_filter.default_kind, ==, "median");
}

/* Rounds of @n reports, some of them 0 or 1 so that they are classes as well. */
static void
make_round (const PnyxRng *rng, guint round, PnyxReport *reports, guint n)
{
  for (guint i = 0; i < n; i++)
    reports[i] = (PnyxReport){ .reporter = i,
                               .value = (gdouble)pnyx_rng_below (rng, i, round, 2),
                               .confidence = i % 3 == 0 ? NAN : 0.01 * (i + 1),
                               .observed = round };
}

static void
test_order_of_arrival_does_not_matter (void)
{
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test", "reports");
  for (guint k = 0; k < G_N_ELEMENTS (all); k++)
    {
      FilterBench a, b;

      filter_bench_init (&a, all[k], "", 9);
      filter_bench_init (&b, all[k], "", 9);
      for (guint round = 1; round < 50; round++)
        {
          PnyxReport forth[9], back[9];
          gdouble weights[9], mirrored[9], x, y;

          make_round (&rng, round, forth, 9);
          for (guint i = 0; i < 9; i++)
            back[8 - i] = forth[i];
          x = pnyx_aggregator_run (a.aggregator, forth, 9, round, weights);
          y = pnyx_aggregator_run (b.aggregator, back, 9, round, mirrored);
          g_assert_true (x == y);
          for (guint i = 0; i < 9; i++)
            g_assert_true (weights[i] == mirrored[8 - i]);
        }
      filter_bench_clear (&a);
      filter_bench_clear (&b);
    }
}

static void
test_weights_sum_to_one_and_nan_weighs_nothing (void)
{
  PnyxRng rng;

  pnyx_rng_init (&rng, 2, 0, 0, "test", "reports");
  for (guint k = 0; k < G_N_ELEMENTS (all); k++)
    {
      FilterBench bench;

      filter_bench_init (&bench, all[k], "", 8);
      for (guint round = 1; round < 40; round++)
        {
          PnyxReport reports[8];
          gdouble weights[8], sum = 0;

          make_round (&rng, round, reports, 8);
          reports[round % 8].value = NAN;
          g_assert_true (
              isfinite (pnyx_aggregator_run (bench.aggregator, reports, 8, round, weights)));
          g_assert_true (weights[round % 8] == 0);
          for (guint i = 0; i < 8; i++)
            {
              g_assert_cmpfloat (weights[i], >=, 0);
              sum += weights[i];
            }
          g_assert_cmpfloat_with_epsilon (sum, 1, 1e-12);
        }
      filter_bench_clear (&bench);
    }
}

static void
test_nothing_to_go_by_is_no_answer (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (all); k++)
    {
      FilterBench bench;
      const gdouble none[] = { NAN, NAN }, some[] = { 1, 1 };
      gdouble weights[2] = { 9, 9 };

      filter_bench_init (&bench, all[k], "", 2);
      g_assert_true (isnan (filter_bench_run (&bench, none, 2, 1, weights)));
      g_assert_true (weights[0] == 0 && weights[1] == 0);
      g_assert_true (isnan (filter_bench_run (&bench, none, 0, 1, NULL)));
      g_assert_cmpfloat (filter_bench_run (&bench, some, 2, 2, NULL), ==, 1);
      filter_bench_clear (&bench);
    }
}

static void
test_one_liar_at_infinity (void)
{
  /* Whose breakdown point is above 1/5 answers within what the four say. */
  for (guint k = 1; k < 7; k++)
    {
      FilterBench bench;
      const gdouble values[] = { 1, 1.0001, 1.0002, 1.0003, INFINITY };

      filter_bench_init (&bench, all[k], "", 5);
      for (guint round = 1; round < 20; round++)
        {
          gdouble answer = filter_bench_run (&bench, values, 5, round, NULL);

          g_assert_cmpfloat (answer, >=, 1);
          g_assert_cmpfloat (answer, <=, 1.0003);
        }
      filter_bench_clear (&bench);
    }
}

static void
test_latest_of_a_reporter_counts (void)
{
  FilterBench bench;
  PnyxReport reports[] = { { .reporter = 0, .value = 5, .confidence = NAN, .observed = 20 },
                           { .reporter = 0, .value = 7, .confidence = NAN, .observed = 10 },
                           { .reporter = 1, .value = 1, .confidence = NAN, .observed = 10 },
                           { .reporter = 1, .value = 3, .confidence = NAN, .observed = 10 } };
  gdouble weights[4];

  filter_bench_init (&bench, "mean", "", 2);
  g_assert_cmpfloat (pnyx_aggregator_run (bench.aggregator, reports, 4, 30, weights), ==, 4);
  g_assert_true (weights[0] == 0.5 && weights[1] == 0 && weights[2] == 0 && weights[3] == 0.5);
  filter_bench_clear (&bench);
}

static void
test_operations_are_counted (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (all); k++)
    {
      FilterBench bench;
      const gdouble values[] = { 1, 0, 1, 1, 0, 0, 1 };
      guint64 one;

      filter_bench_init (&bench, all[k], "", 7);
      g_assert_cmpuint (pnyx_aggregator_operations (bench.aggregator), ==, 0);
      filter_bench_run (&bench, values, 7, 1, NULL);
      one = pnyx_aggregator_operations (bench.aggregator);
      g_assert_cmpuint (one, >=, 7);
      filter_bench_run (&bench, values, 7, 2, NULL);
      g_assert_cmpuint (pnyx_aggregator_operations (bench.aggregator), ==, 2 * one);
      g_assert_true (pnyx_aggregator_train (bench.aggregator, NULL));
      g_assert_cmpuint (pnyx_aggregator_training_operations (bench.aggregator), ==, 0);
      g_assert_true (pnyx_aggregator_ops (bench.aggregator) == bench.ops);
      filter_bench_clear (&bench);
    }
  g_assert_cmpuint (pnyx_sort_operations (0), ==, 0);
  g_assert_cmpuint (pnyx_sort_operations (1), ==, 0);
  g_assert_cmpuint (pnyx_sort_operations (8), ==, 24);
  g_assert_cmpuint (pnyx_sort_operations (9), ==, 36);
}

static void
test_reporters_beyond_the_last_are_a_bug (void)
{
  if (g_test_subprocess ())
    {
      FilterBench bench;
      PnyxReport report = { .reporter = 2, .value = 1 };

      filter_bench_init (&bench, "mean", "", 2);
      pnyx_aggregator_run (bench.aggregator, &report, 1, 1, NULL);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*n_reporters*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/aggregator/table-has-every-estimator", test_table_has_every_estimator);
  g_test_add_func ("/oracle/aggregator/order-of-arrival-does-not-matter",
                   test_order_of_arrival_does_not_matter);
  g_test_add_func ("/oracle/aggregator/weights-sum-to-one-and-nan-weighs-nothing",
                   test_weights_sum_to_one_and_nan_weighs_nothing);
  g_test_add_func ("/oracle/aggregator/nothing-to-go-by-is-no-answer",
                   test_nothing_to_go_by_is_no_answer);
  g_test_add_func ("/oracle/aggregator/one-liar-at-infinity", test_one_liar_at_infinity);
  g_test_add_func ("/oracle/aggregator/latest-of-a-reporter-counts",
                   test_latest_of_a_reporter_counts);
  g_test_add_func ("/oracle/aggregator/operations-are-counted", test_operations_are_counted);
  g_test_add_func ("/oracle/aggregator/reporters-beyond-the-last-are-a-bug",
                   test_reporters_beyond_the_last_are_a_bug);
  return g_test_run ();
}
