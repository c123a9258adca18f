/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ai/ai.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"

#define N 3000
#define M 4

static const PnyxLearnerParams params
    = { .trees = 40, .depth = 4, .rate = 0.3, .leaf = 1, .penalty = 1 };

static const PnyxLearnerKind kinds[] = { PNYX_LEARNER_BOOSTED, PNYX_LEARNER_LOGISTIC };

/* Class 1 with the probability that @p says of the row; features are standard normal. */
static void
draw_rows (const gchar *purpose, gdouble *rows, gdouble *labels, gdouble (*p) (const gdouble *row))
{
  PnyxRng rng;

  pnyx_rng_init (&rng, 7, 0, 0, "test", purpose);
  for (guint i = 0; i < N; i++)
    {
      for (guint j = 0; j < M; j++)
        rows[i * M + j] = gsl_cdf_ugaussian_Pinv (pnyx_rng_uniform (&rng, j, i));
      labels[i] = pnyx_rng_uniform (&rng, M, i) < p (rows + i * M) ? 1 : 0;
    }
}

static gdouble
p_linear (const gdouble *row)
{
  return 1 / (1 + exp (-(2 * row[0] - row[1] - 0.5)));
}

/* What no line separates. */
static gdouble
p_exclusive (const gdouble *row)
{
  return (row[0] > 0) != (row[1] > 0) ? 0.95 : 0.05;
}

static gdouble
accuracy (const gdouble *predictions, const gdouble *labels)
{
  guint right = 0;

  for (guint i = 0; i < N; i++)
    right += (predictions[i] >= 0.5) == (labels[i] == 1) ? 1 : 0;
  return (gdouble)right / N;
}

static gdouble
accuracy_of (PnyxLearnerKind kind, gdouble (*p) (const gdouble *row))
{
  g_autoptr (PnyxLearner) learner = pnyx_learner_new (kind, PNYX_TARGET_CLASS, &params);
  g_autofree gdouble *rows = g_new (gdouble, N * M), *labels = g_new (gdouble, N);
  g_autofree gdouble *predictions = g_new (gdouble, N);

  draw_rows ("train", rows, labels, p);
  g_assert_false (pnyx_learner_is_trained (learner));
  g_assert_true (pnyx_learner_train (learner, rows, N, M, labels));
  g_assert_cmpuint (pnyx_learner_features (learner), ==, M);
  draw_rows ("test", rows, labels, p);
  pnyx_learner_predict (learner, rows, N, predictions);
  return accuracy (predictions, labels);
}

/* What knowing the probabilities gives on the same rows. */
static gdouble
best_accuracy (gdouble (*p) (const gdouble *row))
{
  g_autofree gdouble *rows = g_new (gdouble, N * M), *labels = g_new (gdouble, N);
  g_autofree gdouble *predictions = g_new (gdouble, N);

  draw_rows ("test", rows, labels, p);
  for (guint i = 0; i < N; i++)
    predictions[i] = p (rows + i * M);
  return accuracy (predictions, labels);
}

static void
test_learns_what_it_can (void)
{
  gdouble linear = best_accuracy (p_linear), exclusive = best_accuracy (p_exclusive);

  g_assert_cmpfloat (accuracy_of (PNYX_LEARNER_LOGISTIC, p_linear), >, linear - 0.01);
  g_assert_cmpfloat (accuracy_of (PNYX_LEARNER_LOGISTIC, p_exclusive), <, 0.6);
  if (!pnyx_learner_available (PNYX_LEARNER_BOOSTED))
    return;
  g_assert_cmpfloat (accuracy_of (PNYX_LEARNER_BOOSTED, p_linear), >, linear - 0.04);
  g_assert_cmpfloat (accuracy_of (PNYX_LEARNER_BOOSTED, p_exclusive), >, exclusive - 0.03);
}

static void
test_same_rows_same_bytes (void)
{
  g_autofree gdouble *rows = g_new (gdouble, N * M), *labels = g_new (gdouble, N);
  g_autofree gdouble *first = g_new (gdouble, N), *second = g_new (gdouble, N);

  draw_rows ("train", rows, labels, p_exclusive);
  for (guint i = 0; i < N; i += 10)
    rows[i * M + 2] = NAN;
  rows[3] = INFINITY;
  rows[7] = -INFINITY;
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autoptr (PnyxLearner) a = NULL, b = NULL;

      if (!pnyx_learner_available (kinds[k]))
        continue;
      a = pnyx_learner_new (kinds[k], PNYX_TARGET_CLASS, &params);
      b = pnyx_learner_new (kinds[k], PNYX_TARGET_CLASS, &params);
      g_assert_true (pnyx_learner_train (a, rows, N, M, labels));
      /* What a model learnt before leaves nothing behind. */
      for (guint i = 0; i < N; i++)
        labels[i] = 1 - labels[i];
      g_assert_true (pnyx_learner_train (b, rows, N, M, labels));
      for (guint i = 0; i < N; i++)
        labels[i] = 1 - labels[i];
      g_assert_true (pnyx_learner_train (b, rows, N, M, labels));
      pnyx_learner_predict (a, rows, N, first);
      for (guint i = 0; i < N; i++) /* one by one as all at once */
        pnyx_learner_predict (b, rows + i * M, 1, second + i);
      g_assert_cmpmem (first, sizeof *first * N, second, sizeof *second * N);
      for (guint i = 0; i < N; i++)
        {
          g_assert_cmpfloat (first[i], >=, 0);
          g_assert_cmpfloat (first[i], <=, 1);
          g_assert_true (round (first[i] * 1e6) / 1e6 == first[i]);
        }
    }
}

static void
test_needs_both_classes (void)
{
  const gdouble rows[] = { 1, 2 }, same[] = { 1, 1 }, both[] = { 0, 1 };

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autoptr (PnyxLearner) learner = NULL;

      if (!pnyx_learner_available (kinds[k]))
        continue;
      learner = pnyx_learner_new (kinds[k], PNYX_TARGET_CLASS, &params);
      g_assert_false (pnyx_learner_train (learner, rows, 2, 1, same));
      g_assert_false (pnyx_learner_train (learner, rows, 0, 1, both));
      g_assert_false (pnyx_learner_is_trained (learner));
      g_assert_cmpuint (pnyx_learner_inference_operations (learner, 5), ==, 0);
      g_assert_true (pnyx_learner_train (learner, rows, 2, 1, both));
      g_assert_false (pnyx_learner_train (learner, rows, 2, 1, same));
      g_assert_true (pnyx_learner_is_trained (learner)); /* what it knew stays */
    }
}

static void
test_operations_are_counted (void)
{
  g_autofree gdouble *rows = g_new (gdouble, N * M), *labels = g_new (gdouble, N);

  draw_rows ("train", rows, labels, p_linear);
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autoptr (PnyxLearner) learner = NULL;
      guint64 half, all;

      if (!pnyx_learner_available (kinds[k]))
        continue;
      learner = pnyx_learner_new (kinds[k], PNYX_TARGET_CLASS, &params);
      g_assert_true (pnyx_learner_train (learner, rows, N / 2, M, labels));
      half = pnyx_learner_training_operations (learner);
      g_assert_true (pnyx_learner_train (learner, rows, N, M, labels));
      all = pnyx_learner_training_operations (learner);
      g_assert_cmpuint (half, >, N * M);
      g_assert_cmpfloat ((gdouble)all / (gdouble)half, >, 1.5);
      g_assert_cmpfloat ((gdouble)all / (gdouble)half, <, 3);
      g_assert_cmpuint (pnyx_learner_inference_operations (learner, 10), ==,
                        10 * pnyx_learner_inference_operations (learner, 1));
    }
}

static void
test_compute (void)
{
  const PnyxCompute compute = { .speed = 1e9, .energy = 2e-9 };
  const PnyxCompute slow = { .speed = 1e-9, .energy = 0 };

  g_assert_cmpint (pnyx_compute_time (&compute, 3), ==, 3);
  g_assert_cmpint (pnyx_compute_time (&(PnyxCompute){ .speed = 3e9 }, 1), ==, 1); /* up */
  g_assert_cmpint (pnyx_compute_time (&slow, G_MAXUINT64), ==, PNYX_TIME_MAX);
  g_assert_cmpfloat_with_epsilon (pnyx_compute_energy (&compute, 1000000000), 2, 1e-12);
}

static void
test_what_is_missing_is_said (void)
{
  const PnyxPlace place = { "x.xml", 7 };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *library = pnyx_learner_library ();

  g_assert_true (pnyx_learner_require (PNYX_LEARNER_LOGISTIC, &place, &error));
  g_assert_no_error (error);
  if (pnyx_learner_available (PNYX_LEARNER_BOOSTED))
    {
      g_assert_true (pnyx_learner_require (PNYX_LEARNER_BOOSTED, &place, &error));
      g_assert_true (g_str_has_prefix (library, "XGBoost "));
      return;
    }
  g_assert_null (library);
  g_assert_false (pnyx_learner_require (PNYX_LEARNER_BOOSTED, &place, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT);
  g_assert_true (g_str_has_prefix (error->message, "x.xml:7: \"boosted\" needs XGBoost"));
  g_assert_null (strchr (error->message, '\n'));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ai/ai/learns-what-it-can", test_learns_what_it_can);
  g_test_add_func ("/ai/ai/same-rows-same-bytes", test_same_rows_same_bytes);
  g_test_add_func ("/ai/ai/needs-both-classes", test_needs_both_classes);
  g_test_add_func ("/ai/ai/operations-are-counted", test_operations_are_counted);
  g_test_add_func ("/ai/ai/compute-time-and-energy", test_compute);
  g_test_add_func ("/ai/ai/what-is-missing-is-said", test_what_is_missing_is_said);
  return g_test_run ();
}
