/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ai/ai.h"

#include <math.h>

/* One feature that is 0 or 1 (as many of each), penalty to nothing: the share of ones in each. */
static void
test_logistic_by_hand (void)
{
  PnyxLearnerParams weak = { .penalty = 1e-9 };
  g_autoptr (PnyxLearner) learner
      = pnyx_learner_new (PNYX_LEARNER_LOGISTIC, PNYX_TARGET_CLASS, &weak);
  const gdouble rows[] = { 0, 0, 0, 0, 1, 1, 1, 1 }, labels[] = { 0, 0, 0, 1, 1, 1, 1, 0 };
  const gdouble asked[] = { 0, 1, NAN };
  gdouble predictions[3];

  g_assert_true (pnyx_learner_train (learner, rows, 8, 1, labels));
  pnyx_learner_predict (learner, asked, 3, predictions);
  g_assert_cmpfloat_with_epsilon (predictions[0], 0.25, 1.5e-6);
  g_assert_cmpfloat_with_epsilon (predictions[1], 0.75, 1.5e-6);
  g_assert_cmpfloat_with_epsilon (predictions[2], 0.5, 1.5e-6);
}

/* x standardised is -1, 1: weights are the half difference, shrunk by n / (n + penalty). */
static void
test_ridge_by_hand (void)
{
  PnyxLearnerParams ridge = { .penalty = 2 };
  g_autoptr (PnyxLearner) learner
      = pnyx_learner_new (PNYX_LEARNER_LOGISTIC, PNYX_TARGET_NUMBER, &ridge);
  const gdouble rows[] = { 10, 20 }, labels[] = { 1, 5 };
  gdouble predictions[2];

  g_assert_true (pnyx_learner_train (learner, rows, 2, 1, labels));
  pnyx_learner_predict (learner, rows, 2, predictions);
  g_assert_cmpfloat_with_epsilon (predictions[0], 2, 1.5e-6); /* 3 - 2 * 2 / (2 + 2) */
  g_assert_cmpfloat_with_epsilon (predictions[1], 4, 1.5e-6);
}

static void
test_separable_classes_end (void)
{
  const PnyxLearnerParams penalised = { .penalty = 1 };
  g_autoptr (PnyxLearner) learner
      = pnyx_learner_new (PNYX_LEARNER_LOGISTIC, PNYX_TARGET_CLASS, &penalised);
  const gdouble rows[] = { -1, -2, 1, 2 }, labels[] = { 0, 0, 1, 1 };
  gdouble predictions[4];

  g_assert_true (pnyx_learner_train (learner, rows, 4, 1, labels));
  pnyx_learner_predict (learner, rows, 4, predictions);
  g_assert_cmpfloat (predictions[1], <, predictions[0]);
  g_assert_cmpfloat (predictions[0], <, 0.5);
  g_assert_cmpfloat (predictions[3], >, 0.5);
  g_assert_cmpfloat (predictions[3], <, 0.99);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ai/logistic/shares-by-hand", test_logistic_by_hand);
  g_test_add_func ("/ai/logistic/ridge-by-hand", test_ridge_by_hand);
  g_test_add_func ("/ai/logistic/separable-classes-end", test_separable_classes_end);
  return g_test_run ();
}
