/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "support/run_filter.h"

static void
test_the_class_most_name_wins (void)
{
  const gdouble votes[] = { 3, 1, 3, 0, 1, 3, 2 }, tied[] = { 3, 1, 3, 0, 1, NAN, 2 };
  gdouble weights[7];
  FilterBench bench;

  filter_bench_init (&bench, "plurality", "", 7);
  g_assert_cmpfloat (filter_bench_run (&bench, votes, 7, 1, weights), ==, 3);
  for (guint i = 0; i < 7; i++)
    g_assert_cmpfloat (weights[i], ==, votes[i] == 3 ? 1.0 / 3 : 0);
  g_assert_cmpfloat (filter_bench_run (&bench, tied, 7, 2, weights), ==, 1); /* not 3 */
  g_assert_cmpfloat (weights[5], ==, 0);
  g_assert_cmpfloat (weights[1], ==, 0.5);
  filter_bench_clear (&bench);
}

static void
test_of_none_there_is_no_answer (void)
{
  const gdouble one[] = { NAN, 5 }, none[] = { NAN, NAN };
  FilterBench bench;

  filter_bench_init (&bench, "plurality", "", 2);
  g_assert_cmpfloat (filter_bench_run (&bench, one, 2, 1, NULL), ==, 5);
  g_assert_true (isnan (filter_bench_run (&bench, none, 2, 2, NULL)));
  filter_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/plurality/the-class-most-name-wins", test_the_class_most_name_wins);
  g_test_add_func ("/oracle/plurality/of-none-there-is-no-answer", test_of_none_there_is_no_answer);
  return g_test_run ();
}
