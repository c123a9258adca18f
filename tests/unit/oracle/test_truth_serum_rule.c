/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/truth_serum_rule.h"

#include <math.h>

static void
test_scores (void)
{
  const gdouble endorsed[] = { 0.6, 0.4 }, predicted[] = { 0.7, 0.3 };

  g_assert_cmpfloat_with_epsilon (pnyx_truth_serum_information (0.6, 0.7), -0.154151, 5e-7);
  g_assert_cmpfloat_with_epsilon (pnyx_truth_serum_information (0.4, 0.3), 0.287682, 5e-7);
  g_assert_cmpfloat_with_epsilon (pnyx_truth_serum_prediction (endorsed, predicted, 2), -0.022582,
                                  5e-7);
}

static void
test_the_best_prediction_is_the_truth (void)
{
  const gdouble endorsed[] = { 0.5, 0.3, 0.2, 0 };

  g_assert_cmpfloat (pnyx_truth_serum_prediction (endorsed, endorsed, 4), ==, 0);
  for (guint k = 1; k < 20; k++)
    {
      const gdouble other[] = { 0.5 - 0.02 * k, 0.3, 0.2, 0.02 * k };

      g_assert_cmpfloat (pnyx_truth_serum_prediction (endorsed, other, 4), <, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/truth-serum-rule/scores", test_scores);
  g_test_add_func ("/oracle/truth-serum-rule/the-best-prediction-is-the-truth",
                   test_the_best_prediction_is_the_truth);
  return g_test_run ();
}
