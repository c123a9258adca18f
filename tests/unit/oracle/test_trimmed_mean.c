/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "support/run_filter.h"

static gdouble
trimmed (const gchar *pairs, const gdouble *values, gsize n, gdouble *weights)
{
  FilterBench bench;
  gdouble answer;

  filter_bench_init (&bench, "trimmed-mean", pairs, 8);
  answer = filter_bench_run (&bench, values, n, 1, weights);
  filter_bench_clear (&bench);
  return answer;
}

static void
test_two_of_seven_at_each_end (void)
{
  const gdouble x[] = { 1, 1.1, 0.9, 1, 0.8, 10, 9.5 }, y[] = { 1, 0.9, 1.1, 1.2, 0.9, -10, -9 };

  g_assert_cmpfloat_with_epsilon (trimmed ("share=0.2857142857142857", x, 7, NULL), 1.033333, 5e-7);
  g_assert_cmpfloat_with_epsilon (trimmed ("share=0.2857142857142857", y, 7, NULL), 0.933333, 5e-7);
}

static void
test_from_mean_to_median (void)
{
  const gdouble values[] = { 1, 2, 4, 8, 16, 32 };
  gdouble weights[6];

  g_assert_cmpfloat (trimmed ("share=0", values, 6, NULL), ==, 10.5);
  g_assert_cmpfloat (trimmed ("share=0.16", values, 6, NULL), ==, 10.5); /* less than one report */
  g_assert_cmpfloat (trimmed ("share=0.17", values, 6, weights), ==, 7.5);
  g_assert_true (weights[0] == 0 && weights[5] == 0 && weights[1] == 0.25);
  g_assert_cmpfloat (trimmed ("share=0.5", values, 6, NULL), ==, 6);
  g_assert_cmpfloat (trimmed ("share=0.5", values, 5, NULL), ==, 4);
  g_assert_cmpfloat (trimmed ("share=0.5", values, 1, NULL), ==, 1);
}

static void
test_share_is_the_breakdown_point (void)
{
  const gdouble one[] = { 1, 1, 1, 1, INFINITY }, two[] = { 1, 1, 1, INFINITY, INFINITY };

  g_assert_cmpfloat (trimmed ("share=0.2", one, 5, NULL), ==, 1);
  g_assert_true (isinf (trimmed ("share=0.2", two, 5, NULL)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/trimmed-mean/two-of-seven-at-each-end", test_two_of_seven_at_each_end);
  g_test_add_func ("/oracle/trimmed-mean/from-mean-to-median", test_from_mean_to_median);
  g_test_add_func ("/oracle/trimmed-mean/share-is-the-breakdown-point",
                   test_share_is_the_breakdown_point);
  return g_test_run ();
}
