/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slow-test. Filters that learn are trained for several layouts and attacks. */
#include "oracle/anomaly.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
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

static PnyxAnomaly *
new_anomaly (const FilterBench *bench, PnyxLearnerKind kind)
{
  return pnyx_anomaly_new (bench->arena, kind, bench->params, N);
}

static const gchar *
name_of (PnyxLearnerKind kind)
{
  return kind == PNYX_LEARNER_BOOSTED ? "boosted" : "logistic";
}

static void
add (PnyxDetection *sum, const PnyxDetection *one)
{
  sum->true_positives += one->true_positives;
  sum->false_positives += one->false_positives;
  sum->false_negatives += one->false_negatives;
  sum->true_negatives += one->true_negatives;
}

static gdouble
share (guint64 part, guint64 rest)
{
  return (gdouble)part / (gdouble)MAX (part + rest, 1);
}

static gdouble
precision (const PnyxDetection *d)
{
  return share (d->true_positives, d->false_positives);
}

static gdouble
recall (const PnyxDetection *d)
{
  return share (d->true_positives, d->false_negatives);
}

static gdouble
base_rate (const PnyxDetection *d)
{
  return share (d->true_positives + d->false_negatives, d->false_positives + d->true_negatives);
}

/* Over five seeds, of two layouts each in the test part. */
static void
detect_unseen (PnyxLearnerKind kind, gdouble poisoned, PnyxDetection *sum)
{
  g_autofree gdouble *path = new_walk ();

  *sum = (PnyxDetection){ 0 };
  for (guint64 seed = 1; seed <= 5; seed++)
    {
      FilterBench bench;
      PnyxTrainingSet set;
      PnyxDetection one;
      guint64 operations;
      PnyxAnomaly *anomaly;
      g_autoptr (PnyxPast) past = NULL;

      filter_bench_init (&bench, name_of (kind), "", N);
      past = new_past (&bench, path, seed, poisoned);
      pnyx_past_set (past, &set);
      anomaly = new_anomaly (&bench, kind);
      g_assert_true (pnyx_anomaly_train (anomaly, &set, &operations));
      pnyx_anomaly_detect (anomaly, &set, PNYX_PART_TEST, PNYX_FAMILY_NONE, &one);
      add (sum, &one);
      pnyx_anomaly_detect (anomaly, &set, PNYX_PART_VALIDATION, PNYX_FAMILY_NONE, &one);
      g_assert_cmpfloat (share (one.false_positives, one.true_negatives), <=, 0.01);
      pnyx_anomaly_clear (anomaly);
      filter_bench_clear (&bench);
    }
  g_test_message ("%s: poisoned %g, precision %.3f, recall %.3f, base rate %.3f", name_of (kind),
                  poisoned, precision (sum), recall (sum), base_rate (sum));
}

static void
test_attacks_never_seen (gconstpointer data)
{
  PnyxLearnerKind kind = (PnyxLearnerKind)GPOINTER_TO_INT (data);
  PnyxDetection learnt, misled;

  if (!pnyx_learner_available (kind))
    {
      g_test_skip ("not in this build");
      return;
    }
  detect_unseen (kind, 0, &learnt);
  g_assert_cmpfloat (precision (&learnt), >, 4 * base_rate (&learnt));
  detect_unseen (kind, 0.95, &misled);
  g_assert_cmpfloat (precision (&misled), <, 0.8 * precision (&learnt));
  g_assert_cmpfloat (recall (&misled), <, recall (&learnt));
}

/* What scores say of rows beside their labels. */
static void
judge (const gdouble *scores, gdouble threshold, const gdouble *labels, gsize n,
       PnyxDetection *detection)
{
  for (gsize i = 0; i < n; i++)
    if (labels[i] > 0)
      *(scores[i] >= threshold ? &detection->true_positives : &detection->false_negatives) += 1;
    else
      *(scores[i] >= threshold ? &detection->false_positives : &detection->true_negatives) += 1;
}

/* Labels of all parts are shuffled, so that features tell nothing: what is found is the base rate
 * of the altered, unless the model has seen the rows that it is tested on. */
static void
test_shuffled_labels (gconstpointer data)
{
  PnyxLearnerKind kind = (PnyxLearnerKind)GPOINTER_TO_INT (data);
  g_autofree gdouble *path = new_walk ();
  PnyxDetection clean = { 0 }, leaky = { 0 };

  if (!pnyx_learner_available (kind))
    {
      g_test_skip ("not in this build");
      return;
    }
  for (guint64 seed = 1; seed <= 5; seed++)
    {
      FilterBench bench;
      PnyxTrainingSet set;
      guint64 operations;
      PnyxAnomaly *anomaly;
      g_autoptr (PnyxPast) past = NULL;
      g_autoptr (PnyxLearner) learner = NULL;
      g_autofree gdouble *scores = NULL;
      const gdouble *rows, *labels;
      gsize first = 800 * N, n = 200 * N; /* of the test part */

      filter_bench_init (&bench, name_of (kind), "false-alarms=0.05", N);
      past = new_past (&bench, path, seed, 0);
      for (guint part = 0; part < PNYX_N_PARTS; part++)
        pnyx_past_shuffle_labels (past, (PnyxPart)part, seed);
      pnyx_past_set (past, &set);
      g_assert_cmpuint (set.parts[first - 1], ==, PNYX_PART_VALIDATION);
      g_assert_cmpuint (set.parts[first], ==, PNYX_PART_TEST);
      rows = set.features + first * set.n_features;
      labels = set.labels + first;
      scores = g_new (gdouble, n);
      anomaly = new_anomaly (&bench, kind);
      g_assert_true (pnyx_anomaly_train (anomaly, &set, &operations));
      pnyx_anomaly_score (anomaly, rows, n, scores);
      judge (scores, pnyx_anomaly_threshold (anomaly), labels, n, &clean);
      /* The broken one. */
      learner = pnyx_learner_new (kind, PNYX_TARGET_CLASS,
                                  &((PnyxAnomalyParams *)bench.params)->learner);
      g_assert_true (pnyx_learner_train (learner, rows, n, set.n_features, labels));
      pnyx_learner_predict (learner, rows, n, scores);
      judge (scores, 0.3, labels, n, &leaky);
      pnyx_anomaly_clear (anomaly);
      filter_bench_clear (&bench);
    }
  g_test_message ("%s: shuffled, precision %.3f, leaky %.3f, base rate %.3f", name_of (kind),
                  precision (&clean), precision (&leaky), base_rate (&clean));
  g_assert_cmpuint (clean.true_positives + clean.false_positives, >, 500);
  g_assert_cmpfloat (precision (&clean), <, 1.3 * base_rate (&clean));
  g_assert_cmpfloat (precision (&clean), >, 0.7 * base_rate (&clean));
  if (kind == PNYX_LEARNER_BOOSTED) /* a line cannot learn rows by heart */
    g_assert_cmpfloat (precision (&leaky), >, 3 * base_rate (&clean));
}

/* ---- The filter in a run ---- */

static void
test_median_until_training_has_ended (void)
{
  FilterBench bench, median;
  PnyxTrainingSet set;
  g_autofree gdouble *path = new_walk ();
  g_autoptr (PnyxPast) past = NULL;
  gdouble values[N], weights[N];
  PnyxTime late;
  guint64 operations;

  filter_bench_init (&bench, "logistic", "speed=1e+06", N);
  filter_bench_init (&median, "median", "", N);
  past = new_past (&bench, path, 1, 0);
  pnyx_past_set (past, &set);
  g_assert_true (pnyx_aggregator_train (bench.aggregator, &set));
  operations = pnyx_aggregator_training_operations (bench.aggregator);
  late = set.now + pnyx_compute_time (&(PnyxCompute){ .speed = 1e6 }, operations);
  g_assert_cmpint (late - set.now, >, PNYX_SECOND);
  for (guint i = 0; i < N; i++)
    values[i] = 7 + 0.0005 * ((gdouble)i - 15) / 15 + (i < 10 ? 0.5 : 0);
  for (PnyxTime time = late - 3; time < late; time++)
    {
      g_assert_cmpfloat (filter_bench_run (&bench, values, N, time, weights), ==,
                         filter_bench_run (&median, values, N, time, NULL));
      g_assert_cmpfloat (weights[0], >, 0);
    }
  /* From then on the ten that are far away are left out. */
  g_assert_cmpfloat (filter_bench_run (&bench, values, N, late, weights), ==, values[20]);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (weights[i], i < 10 ? 0 : 1.0 / 21, 1e-12);
  filter_bench_clear (&bench);
  filter_bench_clear (&median);
}

static void
test_some_always_stay (void)
{
  FilterBench bench;
  PnyxTrainingSet set;
  g_autofree gdouble *path = new_walk ();
  g_autoptr (PnyxPast) past = NULL;
  gdouble values[N], weights[N];
  guint stayed = 0;

  /* It may suspect all honest reports: the threshold is 0, the least suspicious stay. */
  filter_bench_init (&bench, "logistic", "false-alarms=1 keep=0.25", N);
  past = new_past (&bench, path, 1, 0);
  pnyx_past_set (past, &set);
  g_assert_true (pnyx_aggregator_train (bench.aggregator, &set));
  for (guint i = 0; i < N; i++)
    values[i] = 7 + 0.001 * i;
  g_assert_true (isfinite (filter_bench_run (&bench, values, N, PNYX_TIME_MAX - 1, weights)));
  for (guint i = 0; i < N; i++)
    stayed += weights[i] > 0 ? 1 : 0;
  g_assert_cmpuint (stayed, ==, 8);
  filter_bench_clear (&bench);
}

static void
test_one_reporter_and_infinities (void)
{
  FilterBench bench;
  PnyxTrainingSet set;
  g_autofree gdouble *path = new_walk ();
  g_autoptr (PnyxPast) past = NULL;
  const gdouble one[] = { 5 }, wild[] = { INFINITY, 7, -INFINITY, 7.0001, 7.0002 };

  filter_bench_init (&bench, "logistic", "", N);
  past = new_past (&bench, path, 1, 0);
  pnyx_past_set (past, &set);
  g_assert_true (pnyx_aggregator_train (bench.aggregator, &set));
  g_assert_cmpfloat (filter_bench_run (&bench, one, 1, PNYX_TIME_MAX - 2, NULL), ==, 5);
  g_assert_true (isfinite (filter_bench_run (&bench, wild, 5, PNYX_TIME_MAX - 1, NULL)));
  filter_bench_clear (&bench);
}

static void
test_one_label_teaches_nothing (void)
{
  FilterBench bench;
  PnyxTrainingSet set;
  g_autofree gdouble *path = new_walk ();
  g_autoptr (PnyxPast) past = NULL;

  filter_bench_init (&bench, "logistic", "", N);
  past = new_past (&bench, path, 1, 1); /* all that is altered is labelled honest */
  pnyx_past_set (past, &set);
  g_assert_false (pnyx_aggregator_train (bench.aggregator, &set));
  g_assert_cmpuint (pnyx_aggregator_training_operations (bench.aggregator), ==, 0);
  filter_bench_clear (&bench);
}

/* ---- What a scenario may ask for ---- */

/* A section of @filter with its defaults but for "NAME=VALUE". */
static PnyxSection *
new_section (const PnyxAggregatorOps *ops, const gchar *name, const gchar *value)
{
  PnyxSection *section = pnyx_section_new (&pnyx_element_filter, NULL);
  const PnyxComponent *component = &ops->component;
  PnyxPlace place = { "x.xml", 3 };
  GError *error = NULL;

  pnyx_section_set_component (section, component);
  section->place = place;
  for (gsize i = 0; i < component->n_params; i++)
    {
      const PnyxParam *param = &component->params[i];
      const gchar *text = g_strcmp0 (param->name, name) == 0 ? value : param->fallback;

      pnyx_param_unset (param, section->component_params);
      if (*text != '\0')
        pnyx_param_parse (param, text, &place, section->component_params, &error);
      g_assert_no_error (error);
    }
  return section;
}

static void
assert_refused (const gchar *name, const gchar *value, const gchar *part)
{
  g_autoptr (PnyxSection) section = new_section (&pnyx_aggregator_logistic, name, value);
  g_autoptr (GError) error = NULL;

  g_assert_false (pnyx_aggregator_logistic.component.check (section, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT);
  g_assert_true (g_str_has_prefix (error->message, "x.xml:3: "));
  g_assert_nonnull (strstr (error->message, part));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_scenarios_that_leak (void)
{
  assert_refused ("test-families", "spike", "\"spike\" is in train-families and in test-families");
  assert_refused ("train-families", "spike, spike", "in train-families and in train-families");
  assert_refused ("test-families", "none", "no family \"none\"");
  assert_refused ("validation-families", "bribe", "no family \"bribe\"");
  assert_refused ("embargo", "31", "embargo is below the window");
  assert_refused ("window", "33", "embargo is below the window");
  assert_refused ("sd-low", "1", "sd-low is above sd-high");
}

static void
test_no_window_to_train_on (void)
{
  /* 10 layouts of 100 rounds and 32 of embargo, 10 s each. */
  g_autoptr (PnyxSection) early
      = new_section (&pnyx_aggregator_logistic, "train-at", "13199999 ms");
  g_autoptr (PnyxSection) due = new_section (&pnyx_aggregator_logistic, "train-at", "13200 s");
  g_autoptr (PnyxSection) left = new_section (&pnyx_aggregator_logistic, "", "");
  g_autoptr (GError) error = NULL;

  g_assert_false (pnyx_aggregator_logistic.component.check (early, &error));
  g_assert_nonnull (strstr (error->message, "expected at least 13200 s"));
  g_assert_true (pnyx_aggregator_logistic.component.check (due, NULL));
  g_assert_true (pnyx_aggregator_logistic.component.check (left, NULL));
  g_assert_cmpint (pnyx_anomaly_train_at (pnyx_anomaly_params_of (left)), ==, 13200 * PNYX_SECOND);
}

static void
test_without_the_library (void)
{
  g_autoptr (PnyxSection) section = new_section (&pnyx_aggregator_boosted, "", "");
  g_autoptr (PnyxSection) median = new_section (pnyx_aggregator_find ("median"), "", "");
  g_autoptr (GError) error = NULL;
  gboolean is_right = pnyx_aggregator_boosted.component.check (section, &error);

  g_assert_true (is_right == pnyx_learner_available (PNYX_LEARNER_BOOSTED));
  if (!is_right)
    g_assert_nonnull (strstr (error->message, "\"boosted\" needs XGBoost"));
  g_assert_nonnull (pnyx_anomaly_params_of (section));
  g_assert_null (pnyx_anomaly_params_of (median));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/oracle/anomaly/attacks-never-seen/boosted",
                        GINT_TO_POINTER (PNYX_LEARNER_BOOSTED), test_attacks_never_seen);
  g_test_add_data_func ("/oracle/anomaly/attacks-never-seen/logistic",
                        GINT_TO_POINTER (PNYX_LEARNER_LOGISTIC), test_attacks_never_seen);
  g_test_add_data_func ("/oracle/anomaly/shuffled-labels/boosted",
                        GINT_TO_POINTER (PNYX_LEARNER_BOOSTED), test_shuffled_labels);
  g_test_add_data_func ("/oracle/anomaly/shuffled-labels/logistic",
                        GINT_TO_POINTER (PNYX_LEARNER_LOGISTIC), test_shuffled_labels);
  g_test_add_func ("/oracle/anomaly/median-until-training-has-ended",
                   test_median_until_training_has_ended);
  g_test_add_func ("/oracle/anomaly/some-always-stay", test_some_always_stay);
  g_test_add_func ("/oracle/anomaly/one-reporter-and-infinities", test_one_reporter_and_infinities);
  g_test_add_func ("/oracle/anomaly/one-label-teaches-nothing", test_one_label_teaches_nothing);
  g_test_add_func ("/oracle/anomaly/scenarios-that-leak", test_scenarios_that_leak);
  g_test_add_func ("/oracle/anomaly/no-window-to-train-on", test_no_window_to_train_on);
  g_test_add_func ("/oracle/anomaly/without-the-library", test_without_the_library);
  return g_test_run ();
}
