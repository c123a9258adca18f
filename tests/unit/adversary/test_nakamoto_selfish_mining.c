/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Selfish mining where nobody ever sees the pool's block of a race first (gamma 0): revenue as
 * Eyal & Sirer, FC 2014, equation (8) has it.
 */
#include <math.h>

#include "base/statistics.h"
#include "support/test_world.h"

#define RUNS 16
#define BLOCKS 8000

typedef struct
{
  gdouble alpha;
  gdouble revenue; /* equation (8) at gamma 0 */
} Point;

static const Point points[] = { { 0.30, 0.27313 }, { 0.35, 0.36651 }, { 0.40, 0.48372 } };

static gdouble
equation_8 (gdouble a, gdouble gamma)
{
  return (a * (1 - a) * (1 - a) * (4 * a + gamma * (1 - 2 * a)) - a * a * a)
         / (1 - a * (1 + (2 - a) * a));
}

static PnyxModel *
make_model (gdouble alpha, const gchar *adversary)
{
  gdouble other = (1 - alpha) / 5;
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='%d block'/><network nodes='6'><topology kind='complete'/>"
      "<delay kind='distribution' value='1 ms'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><nakamoto validation='0 s' shares='%.17g, %.17g, %.17g, %.17g, "
      "%.17g, "
      "%.17g'/></chain>%s",
      BLOCKS, alpha, other, other, other, other, other, adversary);

  return test_model (body);
}

/* Share of the pool's blocks in the canonical chain, by run. */
static void
selfish_revenues (gdouble alpha, gdouble revenues[RUNS])
{
  g_autoptr (PnyxModel) model = make_model (alpha, "<adversary kind='nakamoto-selfish-mining'/>");

  for (guint32 run = 0; run < RUNS; run++)
    {
      g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, run, TRUE, NULL);

      g_assert_false (result->failed);
      revenues[run] = test_scalar (result->output, "reward.adversary_share");
      g_assert_cmpfloat (test_scalar (result->output, "adversary.refused"), ==, 0);
      g_assert_cmpfloat (
          fabs (test_scalar (result->output, "reward.advantage") * alpha - revenues[run]), <,
          1e-12);
    }
}

static void
honest_revenues (gdouble alpha, gdouble revenues[RUNS])
{
  g_autoptr (PnyxModel) model = make_model (alpha, "");

  for (guint32 run = 0; run < RUNS; run++)
    {
      g_autoptr (TestWorld) world = test_world_new (model, run);
      PnyxChain *chain = world->chains[0];
      gdouble own = 0, all = 0;

      test_world_run (world, 600.0 * BLOCKS);
      for (PnyxBlockId block = chain->ops->canonical (chain); block != 0;
           block = pnyx_block_tree_get (chain->blocks, block)->parent)
        {
          own += pnyx_block_tree_get (chain->blocks, block)->proposer == 0;
          all++;
        }
      revenues[run] = own / all;
    }
}

static gdouble
deviation (const gdouble revenues[RUNS], gdouble expected)
{
  gdouble error = pnyx_sd (revenues, RUNS) / sqrt (RUNS);

  return fabs (pnyx_mean (revenues, RUNS) - expected) / error;
}

static void
test_revenue_is_that_of_equation_8 (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    {
      gdouble revenues[RUNS];

      g_assert_cmpfloat (fabs (equation_8 (points[i].alpha, 0) - points[i].revenue), <, 1e-5);
      selfish_revenues (points[i].alpha, revenues);
      g_test_message ("alpha %.2f: revenue %.5f +- %.5f, equation (8) %.5f", points[i].alpha,
                      pnyx_mean (revenues, RUNS), pnyx_sd (revenues, RUNS) / sqrt (RUNS),
                      points[i].revenue);
      g_assert_cmpfloat (deviation (revenues, points[i].revenue), <, 3.3);
      g_assert_cmpfloat (pnyx_sd (revenues, RUNS) / sqrt (RUNS), <, 0.004); /* it can fail */
    }
}

/* Who mines honestly earns its share: the null model, which equation (8) refuses. */
static void
test_an_honest_pool_earns_its_share_and_fails_equation_8 (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    {
      gdouble revenues[RUNS];

      honest_revenues (points[i].alpha, revenues);
      g_assert_cmpfloat (deviation (revenues, points[i].alpha), <, 3.3);
      g_assert_cmpfloat (deviation (revenues, points[i].revenue), >, 3.3);
    }
}

/* A threshold of 1/3 at gamma 0: it pays above and costs below. */
static void
test_it_pays_above_a_third_only (void)
{
  gdouble below[RUNS], above[RUNS];

  selfish_revenues (0.25, below);
  selfish_revenues (0.42, above);
  g_assert_cmpfloat (pnyx_mean (below, RUNS), <, 0.25 - 0.02);
  g_assert_cmpfloat (pnyx_mean (above, RUNS), >, 0.42 + 0.02);
}

/* What was kept back and lost stays unsent; the canonical chain holds sent blocks only. */
static void
test_withheld_blocks_are_never_canonical (void)
{
  g_autoptr (PnyxModel) model = make_model (0.4, "<adversary kind='nakamoto-selfish-mining'/>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxChain *chain = world->chains[0];
  guint unsent = 0;

  test_world_run (world, 600 * 2000.0);
  for (PnyxBlockId block = chain->ops->canonical (chain); block != 0;
       block = pnyx_block_tree_get (chain->blocks, block)->parent)
    g_assert_cmpint (pnyx_block_tree_get (chain->blocks, block)->sent, !=, PNYX_TIME_MAX);
  for (PnyxBlockId block = 1; block < pnyx_block_tree_size (chain->blocks); block++)
    {
      const PnyxBlock *entry = pnyx_block_tree_get (chain->blocks, block);

      unsent += entry->sent == PNYX_TIME_MAX;
      g_assert_true (entry->sent != PNYX_TIME_MAX || entry->proposer == 0);
      g_assert_true (entry->proposer == 0 || entry->sent == entry->time);
    }
  g_assert_cmpuint (unsent, <, 200); /* it gives up single blocks when it falls behind */
}

/* Seven pools of twenty that act together earn what one of their power does. */
static void
test_a_coalition_earns_what_one_pool_does (void)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='%d block'/><network nodes='20'><topology kind='complete'/>"
      "<delay kind='distribution' value='1 ms'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><nakamoto validation='0 s' miners='20'/></chain>"
      "<adversary kind='nakamoto-selfish-mining' share='0.35'/>",
      BLOCKS);
  g_autoptr (PnyxModel) model = test_model (body);
  gdouble sum = 0;

  for (guint32 run = 0; run < RUNS; run++)
    {
      g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, run, TRUE, NULL);

      g_assert_false (result->failed);
      g_assert_cmpfloat (test_scalar (result->output, "adversary.refused"), ==, 0);
      sum += test_scalar (result->output, "reward.adversary_share") / RUNS;
    }
  g_test_message ("%.5f", sum);
  g_assert_cmpfloat (fabs (sum - equation_8 (0.35, 0)), <, 0.006); /* se about .002 */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/adversary/nakamoto-selfish-mining/" path, function)
  ADD ("revenue-is-that-of-equation-8", test_revenue_is_that_of_equation_8);
  ADD ("an-honest-pool-earns-its-share-and-fails-equation-8",
       test_an_honest_pool_earns_its_share_and_fails_equation_8);
  ADD ("it-pays-above-a-third-only", test_it_pays_above_a_third_only);
  ADD ("a-coalition-earns-what-one-pool-does", test_a_coalition_earns_what_one_pool_does);
  ADD ("withheld-blocks-are-never-canonical", test_withheld_blocks_are_never_canonical);
  return g_test_run ();
}
