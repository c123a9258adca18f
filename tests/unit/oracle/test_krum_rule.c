/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/krum_rule.h"

#include <math.h>

#define N 7

static const gdouble points[N][2]
    = { { 1, 1 }, { 1.1, 0.9 }, { 0.9, 1.1 }, { 1, 1.2 }, { 0.8, 0.9 }, { 10, -10 }, { 9.5, -9 } };

static void
test_scores_and_choice (void)
{
  static const gdouble expected[N] = { 0.08, 0.19, 0.09, 0.16, 0.19, 401.27, 342.07 };
  gdouble scores[N], distances[N];

  g_assert_cmpuint (pnyx_krum (points[0], N, 2, 2, scores, distances), ==, 0);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (scores[i], expected[i], 1e-9);
}

static void
test_geometric_median (void)
{
  gdouble median[2];

  pnyx_geometric_median (points[0], N, 2, median, 1e-12, 10000);
  g_assert_cmpfloat_with_epsilon (median[0], 1.003001, 5e-7);
  g_assert_cmpfloat_with_epsilon (median[1], 0.992843, 5e-7);
}

static void
test_median_at_one_of_the_points (void)
{
  static const gdouble cross[] = { 0, 0, 1, 0, -1, 0, 0, 1, 0, -1 }, same[] = { 3, 3, 3, 3 };
  static const gdouble line[] = { 0, 0, 1, 0, 10, 0 };
  gdouble median[2];

  pnyx_geometric_median (cross, 5, 2, median, 1e-12, 1000);
  g_assert_cmpfloat (fabs (median[0]) + fabs (median[1]), <, 1e-9);
  pnyx_geometric_median (same, 2, 2, median, 1e-12, 1000);
  g_assert_cmpfloat (median[0], ==, 3);
  pnyx_geometric_median (line, 3, 2, median, 1e-12, 100000);
  g_assert_cmpfloat_with_epsilon (median[0], 1, 1e-6);
}

/* f liars far away, together or apart, are never chosen. */
static void
test_liars_are_not_chosen (void)
{
  gdouble moved[N][2], scores[N], distances[N];

  for (guint k = 0; k < 50; k++)
    {
      for (guint i = 0; i < N; i++)
        for (guint c = 0; c < 2; c++)
          moved[i][c] = points[i][c];
      moved[5][0] = 3 + k;
      moved[6][0] = 3 + (k % 2 == 0 ? k : 2 * k);
      g_assert_cmpuint (pnyx_krum (moved[0], N, 2, 2, scores, distances), <, 5);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/krum-rule/scores-and-choice", test_scores_and_choice);
  g_test_add_func ("/oracle/krum-rule/geometric-median", test_geometric_median);
  g_test_add_func ("/oracle/krum-rule/median-at-one-of-the-points",
                   test_median_at_one_of_the_points);
  g_test_add_func ("/oracle/krum-rule/liars-are-not-chosen", test_liars_are_not_chosen);
  return g_test_run ();
}
