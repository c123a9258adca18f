/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ai/ai.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

#define N 3000
#define M 4

static const PnyxLearnerParams params
    = { .trees = 40, .depth = 4, .rate = 0.3, .leaf = 1, .penalty = 1 };

/* The distance of the first feature from one half. */
static void
draw_rows (gdouble *rows, gdouble *labels)
{
  PnyxRng rng;

  pnyx_rng_init (&rng, 7, 0, 0, "test", "rows");
  for (guint i = 0; i < N; i++)
    {
      for (guint j = 0; j < M; j++)
        rows[i * M + j] = pnyx_rng_uniform (&rng, j, i);
      labels[i] = 4 * fabs (rows[i * M] - 0.5);
    }
}

static void
learn (gdouble *predictions)
{
  g_autoptr (PnyxLearner) learner
      = pnyx_learner_new (PNYX_LEARNER_BOOSTED, PNYX_TARGET_NUMBER, &params);
  g_autofree gdouble *rows = g_new (gdouble, N * M), *labels = g_new (gdouble, N);

  draw_rows (rows, labels);
  g_assert_true (pnyx_learner_train (learner, rows, N, M, labels));
  pnyx_learner_predict (learner, rows, N, predictions);
}

static gboolean
is_missing (void)
{
  if (pnyx_learner_available (PNYX_LEARNER_BOOSTED))
    return FALSE;
  g_test_skip ("XGBoost is not in this build");
  return TRUE;
}

static void
test_numbers (void)
{
  g_autofree gdouble *rows = g_new (gdouble, N * M), *labels = g_new (gdouble, N);
  g_autofree gdouble *predictions = g_new (gdouble, N);
  gdouble squares = 0;

  if (is_missing ())
    return;
  draw_rows (rows, labels);
  learn (predictions);
  for (guint i = 0; i < N; i++)
    squares += (predictions[i] - labels[i]) * (predictions[i] - labels[i]);
  g_assert_cmpfloat (sqrt (squares / N), <, 0.05); /* standard deviation of labels: .58 */
}

static gpointer
learn_in_thread (gpointer data)
{
  learn (data);
  return NULL;
}

/* Worlds of one process learn at the same time. */
static void
test_threads_do_not_disturb_each_other (void)
{
  g_autofree gdouble *alone = g_new (gdouble, N);
  gdouble *together[4];
  GThread *threads[4];

  if (is_missing ())
    return;
  learn (alone);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      together[i] = g_new (gdouble, N);
      threads[i] = g_thread_new ("learner", learn_in_thread, together[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_thread_join (threads[i]);
      g_assert_true (memcmp (alone, together[i], sizeof *alone * N) == 0);
      g_free (together[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ai/boost/numbers", test_numbers);
  g_test_add_func ("/ai/boost/threads-do-not-disturb-each-other",
                   test_threads_do_not_disturb_each_other);
  return g_test_run ();
}
