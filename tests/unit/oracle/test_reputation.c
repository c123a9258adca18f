/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "support/run_filter.h"

static void
test_weights_fall_exponentially (void)
{
  FilterBench bench;
  const gdouble values[] = { 1, 1, 2 };
  gdouble weights[3];

  filter_bench_init (&bench, "reputation", "rate=0.5 scale=0.1 share=0", 3);
  for (guint round = 0; round < 4; round++)
    {
      g_assert_cmpfloat (filter_bench_run (&bench, values, 3, round, weights), ==, 1);
      g_assert_cmpfloat_with_epsilon (weights[2] / weights[0], exp (-0.5 * round), 1e-12);
    }
  filter_bench_clear (&bench);
}

static void
test_loss_is_linear_below_the_scale (void)
{
  FilterBench bench;
  const gdouble values[] = { 1, 1, 1.05 };
  gdouble weights[3];

  filter_bench_init (&bench, "reputation", "rate=1 scale=0.1 share=0", 3);
  filter_bench_run (&bench, values, 3, 1, NULL);
  filter_bench_run (&bench, values, 3, 2, weights);
  g_assert_cmpfloat_with_epsilon (weights[2] / weights[0], exp (-0.5), 1e-12);
  filter_bench_clear (&bench);
}

/* Weight of a reporter who is always wrong, after 2000 rounds. */
static gdouble
weight_of_the_outvoted (const gchar *pairs)
{
  FilterBench bench;
  const gdouble values[] = { 1, 1, 2 };
  gdouble weights[3];

  filter_bench_init (&bench, "reputation", pairs, 3);
  for (guint round = 0; round < 2000; round++)
    filter_bench_run (&bench, values, 3, round, weights);
  filter_bench_clear (&bench);
  return weights[2];
}

static void
test_shared_weight_bounds_the_odds (void)
{
  g_assert_cmpfloat (weight_of_the_outvoted ("share=0.03"), >=, 0.01);
  g_assert_cmpfloat (weight_of_the_outvoted ("share=0"), <, 1e-60);
}

/* After a change of regime the reporter who was worst is the best: it takes over only where weight
 * is shared. */
static void
test_shared_weight_follows_a_change (void)
{
  static const gchar *const pairs[]
      = { "answer=mean rate=10 scale=10 share=0.01", "answer=mean rate=10 scale=10 share=0" };
  gdouble weights[2][4];

  for (guint k = 0; k < 2; k++)
    {
      FilterBench bench;
      const gdouble before[] = { 1, 1, 1, 2 };

      filter_bench_init (&bench, "reputation", pairs[k], 4);
      for (guint round = 0; round < 500; round++)
        filter_bench_run (&bench, before, 4, round, NULL);
      for (guint round = 0; round < 200; round++)
        {
          /* The three now scatter around 2, the fourth is 2. */
          gdouble d = round % 2 == 0 ? 0.1 : -0.1;
          const gdouble after[] = { 2 + d, 2 - d, NAN, 2 };

          filter_bench_run (&bench, after, 4, 500 + round, weights[k]);
        }
      filter_bench_clear (&bench);
    }
  g_assert_cmpfloat (weights[0][3], >, 0.8);
  g_assert_cmpfloat (weights[1][3], <, 0.1);
}

static void
test_mean_or_median (void)
{
  FilterBench bench;
  const gdouble values[] = { 1, 1, 4 };

  filter_bench_init (&bench, "reputation", "answer=mean", 3);
  g_assert_cmpfloat (filter_bench_run (&bench, values, 3, 1, NULL), ==, 2);
  filter_bench_clear (&bench);
  filter_bench_init (&bench, "reputation", "", 3);
  g_assert_cmpfloat (filter_bench_run (&bench, values, 3, 1, NULL), ==, 1);
  filter_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/reputation/weights-fall-exponentially",
                   test_weights_fall_exponentially);
  g_test_add_func ("/oracle/reputation/loss-is-linear-below-the-scale",
                   test_loss_is_linear_below_the_scale);
  g_test_add_func ("/oracle/reputation/shared-weight-bounds-the-odds",
                   test_shared_weight_bounds_the_odds);
  g_test_add_func ("/oracle/reputation/shared-weight-follows-a-change",
                   test_shared_weight_follows_a_change);
  g_test_add_func ("/oracle/reputation/mean-or-median", test_mean_or_median);
  return g_test_run ();
}
