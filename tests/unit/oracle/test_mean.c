/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "support/run_filter.h"

static void
test_mean_of_reports (void)
{
  /* The published comparison of robust means: seven points of the plane, two of them far off. */
  const gdouble x[] = { 1, 1.1, 0.9, 1, 0.8, 10, 9.5 }, y[] = { 1, 0.9, 1.1, 1.2, 0.9, -10, -9 };
  gdouble weights[7];
  FilterBench bench;

  filter_bench_init (&bench, "mean", "", 7);
  g_assert_cmpfloat_with_epsilon (filter_bench_run (&bench, x, 7, 1, weights), 3.471429, 5e-7);
  g_assert_cmpfloat_with_epsilon (filter_bench_run (&bench, y, 7, 2, NULL), -1.985714, 5e-7);
  g_assert_cmpfloat (weights[6], ==, 1.0 / 7);
  filter_bench_clear (&bench);
}

static void
test_one_liar_moves_it_anywhere (void)
{
  gdouble values[] = { 1, 1, 1, 1000001 };
  FilterBench bench;

  filter_bench_init (&bench, "mean", "", 4);
  g_assert_cmpfloat (filter_bench_run (&bench, values, 4, 1, NULL), ==, 250001);
  values[3] = INFINITY;
  g_assert_true (isinf (filter_bench_run (&bench, values, 4, 2, NULL)));
  filter_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/mean/mean-of-reports", test_mean_of_reports);
  g_test_add_func ("/oracle/mean/one-liar-moves-it-anywhere", test_one_liar_moves_it_anywhere);
  return g_test_run ();
}
