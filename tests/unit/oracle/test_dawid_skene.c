/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/rng.h"
#include "support/run_filter.h"

/* Of @n reporters the first @good are right with 0.95, the others with 0.35; Returns: share of
 * wrong answers in the last half of the rounds. */
static gdouble
wrong_share (const gchar *name, const gchar *pairs, guint good, guint n)
{
  FilterBench bench;
  PnyxRng rng;
  guint wrong = 0;
  const guint rounds = 2000;

  pnyx_rng_init (&rng, 11, 0, 0, "test", "classes");
  filter_bench_init (&bench, name, pairs, n);
  for (guint round = 0; round < rounds; round++)
    {
      gdouble values[16], truth = (gdouble)pnyx_rng_below (&rng, 99, round, 2), answer;

      for (guint i = 0; i < n; i++)
        values[i]
            = pnyx_rng_uniform (&rng, i, round) < (i < good ? 0.95 : 0.35) ? truth : 1 - truth;
      answer = filter_bench_run (&bench, values, n, round, NULL);
      wrong += round >= rounds / 2 && answer != truth ? 1 : 0;
    }
  filter_bench_clear (&bench);
  return wrong / (rounds / 2.0);
}

static void
test_learns_who_is_right (void)
{
  gdouble majority = wrong_share ("median", "", 4, 9);
  gdouble learned = wrong_share ("dawid-skene", "", 4, 9);

  g_assert_cmpfloat (majority, >, 0.1);
  g_assert_cmpfloat (learned, <, 0.01);
}

static void
test_prior_says_who_is_right_at_first (void)
{
  FilterBench bench;
  const gdouble values[] = { 1, 1, 0 };
  gdouble weights[3];

  filter_bench_init (&bench, "dawid-skene", "", 3);
  g_assert_cmpfloat (filter_bench_run (&bench, values, 3, 1, weights), ==, 1);
  filter_bench_clear (&bench);
  filter_bench_init (&bench, "dawid-skene", "right=0.3", 3);
  g_assert_cmpfloat (filter_bench_run (&bench, values, 3, 1, NULL), ==, 0);
  filter_bench_clear (&bench);
}

static void
test_what_is_no_class_is_left_out (void)
{
  FilterBench bench;
  const gdouble values[] = { 2, -1, 0.5, 1 }, none[] = { 2, -1, 0.5, NAN };
  gdouble weights[4];

  filter_bench_init (&bench, "dawid-skene", "", 4);
  g_assert_cmpfloat (filter_bench_run (&bench, values, 4, 1, weights), ==, 1);
  g_assert_true (weights[0] == 0 && weights[1] == 0 && weights[2] == 0 && weights[3] == 1);
  g_assert_true (isnan (filter_bench_run (&bench, none, 4, 2, weights)));
  filter_bench_clear (&bench);
}

static void
test_more_classes_than_two (void)
{
  FilterBench bench;
  const gdouble values[] = { 4, 4, 2, 0, 1 };

  filter_bench_init (&bench, "dawid-skene", "classes=5", 5);
  g_assert_cmpfloat (filter_bench_run (&bench, values, 5, 1, NULL), ==, 4);
  g_assert_true (bench.ops->categorical);
  filter_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/dawid-skene/learns-who-is-right", test_learns_who_is_right);
  g_test_add_func ("/oracle/dawid-skene/prior-says-who-is-right-at-first",
                   test_prior_says_who_is_right_at_first);
  g_test_add_func ("/oracle/dawid-skene/what-is-no-class-is-left-out",
                   test_what_is_no_class_is_left_out);
  g_test_add_func ("/oracle/dawid-skene/more-classes-than-two", test_more_classes_than_two);
  return g_test_run ();
}
