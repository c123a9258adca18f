/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/anomaly_past.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

#include "base/rng.h"
#include "oracle/anomaly.h"
#include "oracle/anomaly_split.h"
#include "support/run_filter.h"

#define N 31
#define STEP (10 * PNYX_SECOND)
#define STEPS 4000

/* A log price that walks at .8 in the square root of a year. */
static gdouble *
new_walk (void)
{
  gdouble *path = g_new (gdouble, STEPS);
  PnyxRng rng;

  pnyx_rng_init (&rng, 3, 0, 0, "test", "walk");
  path[0] = 7;
  for (guint i = 1; i < STEPS; i++)
    path[i] = path[i - 1] + 0.00045 * gsl_cdf_ugaussian_Pinv (pnyx_rng_uniform (&rng, 0, i));
  return path;
}

static gdouble
walk_at (gpointer user, PnyxTime time)
{
  const gdouble *path = user;

  return path[time / STEP];
}

static PnyxPast *
new_past (const FilterBench *bench, gdouble *path, guint64 seed, gdouble poisoned)
{
  PnyxPastSource source = {
    .seed = seed, .n_reporters = N, .age_max = 2 * PNYX_SECOND, .truth = walk_at, .user = path
  };

  return pnyx_anomaly_past_new (bench->params, &source, poisoned);
}

static void
test_past_is_split (void)
{
  FilterBench bench;
  PnyxTrainingSet set;
  g_autofree gdouble *path = new_walk ();
  g_autoptr (PnyxPast) past = NULL;
  g_autoptr (GError) error = NULL;
  guint64 altered[PNYX_N_FAMILIES] = { 0 };
  gdouble spread[10][N] = { { 0 } };
  guint layouts_that_differ = 0;

  filter_bench_init (&bench, "logistic", "", N);
  past = new_past (&bench, path, 1, 0);
  pnyx_past_set (past, &set);
  g_assert_cmpuint (set.n_rows, ==, 1000 * N);
  g_assert_cmpint (set.now, ==, pnyx_anomaly_train_at (bench.params));
  g_assert_true (pnyx_training_set_check_split (&set, 32 * STEP, &error));
  g_assert_no_error (error);
  g_assert_false (pnyx_training_set_check_split (&set, 34 * STEP, NULL));
  for (gsize row = 0; row < set.n_rows; row++)
    {
      PnyxTime time;
      const PnyxReport *reports = pnyx_past_round (past, row / N, &time);

      g_assert_cmpuint (set.reporters[row], ==, row % N);
      g_assert_cmpuint (reports[row % N].reporter, ==, row % N);
      g_assert_cmpint (reports[row % N].observed, <=, time);
      g_assert_true (row == 0 || set.times[row] >= set.times[row - 1]);
      g_assert_true ((set.labels[row] > 0) == (set.families[row] != PNYX_FAMILY_NONE));
      altered[set.families[row]]++;
      if (set.families[row] == PNYX_FAMILY_NONE)
        spread[set.layouts[row]][row % N]
            += ABS (reports[row % N].value - pnyx_past_truth (past, row / N)) / 100;
    }
  for (guint family = 1; family < PNYX_N_FAMILIES; family++)
    g_assert_true (altered[family] > 0 || family == PNYX_FAMILY_CAMOUFLAGE);
  /* A reporter who is precise in one layout need not be in another. */
  for (guint i = 0; i < N; i++)
    layouts_that_differ
        += spread[0][i] > 2 * spread[9][i] || spread[9][i] > 2 * spread[0][i] ? 1 : 0;
  g_assert_cmpuint (layouts_that_differ, >, N / 4);
  filter_bench_clear (&bench);
}

static void
test_same_seed_same_past (void)
{
  FilterBench bench;
  PnyxTrainingSet a, b, c;
  g_autofree gdouble *path = new_walk ();
  g_autoptr (PnyxPast) first = NULL, second = NULL, other = NULL;

  filter_bench_init (&bench, "logistic", "", N);
  first = new_past (&bench, path, 1, 0);
  second = new_past (&bench, path, 1, 0);
  other = new_past (&bench, path, 2, 0);
  pnyx_past_set (first, &a);
  pnyx_past_set (second, &b);
  pnyx_past_set (other, &c);
  g_assert_cmpuint (a.n_features, ==, b.n_features);
  g_assert_true (memcmp (a.features, b.features, sizeof (gdouble) * a.n_rows * a.n_features) == 0);
  g_assert_true (memcmp (a.labels, b.labels, sizeof (gdouble) * a.n_rows) == 0);
  g_assert_true (memcmp (a.labels, c.labels, sizeof (gdouble) * a.n_rows) != 0);
  filter_bench_clear (&bench);
}

/* Poison changes labels to train on and nothing else. */
static void
test_poison (void)
{
  FilterBench bench;
  PnyxTrainingSet clean, poisoned;
  g_autofree gdouble *path = new_walk ();
  g_autoptr (PnyxPast) first = NULL, second = NULL;
  gsize altered = 0, hidden = 0;

  filter_bench_init (&bench, "logistic", "", N);
  first = new_past (&bench, path, 1, 0);
  second = new_past (&bench, path, 1, 0.25);
  pnyx_past_set (first, &clean);
  pnyx_past_set (second, &poisoned);
  g_assert_true (
      memcmp (clean.features, poisoned.features, sizeof (gdouble) * clean.n_rows * clean.n_features)
      == 0);
  for (gsize row = 0; row < clean.n_rows; row++)
    {
      g_assert_cmpuint (clean.families[row], ==, poisoned.families[row]);
      if (clean.parts[row] != PNYX_PART_TRAIN || clean.labels[row] == 0)
        g_assert_cmpfloat (clean.labels[row], ==, poisoned.labels[row]);
      else
        {
          altered++;
          hidden += poisoned.labels[row] == 0 ? 1 : 0;
        }
    }
  g_assert_cmpfloat_with_epsilon ((gdouble)hidden / (gdouble)altered, 0.25, 0.05);
  filter_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/anomaly-past/is-split", test_past_is_split);
  g_test_add_func ("/oracle/anomaly-past/same-seed-same-past", test_same_seed_same_past);
  g_test_add_func ("/oracle/anomaly-past/poison", test_poison);
  return g_test_run ();
}
