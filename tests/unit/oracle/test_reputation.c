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

/* Who was outvoted for long decides again after a few rounds where weight is spread. */
static guint
rounds_until_the_other_half_leads (const gchar *pairs)
{
  FilterBench bench;
  const gdouble before[] = { 1, 1, 1, 2, 2 }, after[] = { NAN, 1, NAN, 2, 2 };
  guint rounds = 0;

  filter_bench_init (&bench, "reputation", pairs, 5);
  for (guint round = 0; round < 300; round++)
    filter_bench_run (&bench, before, 5, round, NULL);
  while (rounds < 1000 && filter_bench_run (&bench, after, 5, 300 + rounds, NULL) != 2)
    rounds++;
  filter_bench_clear (&bench);
  return rounds;
}

static void
test_shared_weight_bounds_the_odds (void)
{
  FilterBench bench;
  const gdouble values[] = { 1, 1, 2 };
  gdouble weights[3];

  filter_bench_init (&bench, "reputation", "share=0.03", 3);
  for (guint round = 0; round < 2000; round++)
    filter_bench_run (&bench, values, 3, round, weights);
  g_assert_cmpfloat (weights[2], >=, 0.01);
  filter_bench_clear (&bench);
  /* Reporter 1 alone outweighs both others who were always wrong. */
  g_assert_cmpuint (rounds_until_the_other_half_leads ("share=0.001"), ==, 1000);
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
  g_test_add_func ("/oracle/reputation/mean-or-median", test_mean_or_median);
  return g_test_run ();
}
