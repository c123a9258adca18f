/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Double spending as a race of branches in worlds, against its closed form. */
#include <math.h>

#include "base/statistics.h"
#include "metric/metric.h"
#include "protocol/double_spend_theory.h"
#include "support/test_world.h"

#define RUNS 10
#define BLOCKS 40000

static PnyxModel *
make_model (gdouble q, guint blocks, const gchar *attack)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='%u block'/><network nodes='2'><topology kind='complete'/>"
      "<delay kind='distribution' value='1 ms'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><nakamoto validation='0 s' shares='%.17g, %.17g'/></chain>%s",
      blocks, q, 1 - q, attack);

  return test_model (body);
}

/* Success rates by run. Returns: attempts in all. */
static gdouble
race (gdouble q, const gchar *attributes, gdouble rates[RUNS])
{
  g_autofree gchar *attack
      = g_strdup_printf ("<adversary kind='nakamoto-double-spend' %s/>", attributes);
  g_autoptr (PnyxModel) model = make_model (q, BLOCKS, attack);
  gdouble attempts = 0;

  for (guint32 run = 0; run < RUNS; run++)
    {
      g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, run, TRUE, NULL);

      g_assert_false (result->failed);
      rates[run] = test_scalar (result->output, "adversary.success_rate");
      attempts += test_scalar (result->output, "adversary.attempts");
      g_assert_cmpfloat (test_scalar (result->output, "adversary.refused"), ==, 0);
    }
  return attempts;
}

static gdouble
deviation (const gdouble rates[RUNS], gdouble expected)
{
  return fabs (pnyx_mean (rates, RUNS) - expected) / (pnyx_sd (rates, RUNS) / sqrt (RUNS));
}

static void
test_races_are_won_as_often_as_rosenfeld_says (void)
{
  static const struct
  {
    gdouble q;
    guint n;
    const gchar *attributes;
  } points[] = { { 0.1, 1, "confirmations='1' give-up='10'" },
                 { 0.2, 2, "confirmations='2' give-up='15'" },
                 { 0.3, 3, "confirmations='3' give-up='25'" },
                 { 0.3, 6, "confirmations='6' give-up='25'" } };

  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    {
      gdouble expected = pnyx_double_spend_rosenfeld (points[i].q, points[i].n);
      gdouble rates[RUNS], attempts = race (points[i].q, points[i].attributes, rates);

      g_test_message ("q %.1f, n %u: %.4f, expected %.4f (%.0f attempts)", points[i].q, points[i].n,
                      pnyx_mean (rates, RUNS), expected, attempts);
      g_assert_cmpfloat (attempts, >, 4000);
      /* Runs and attempts both tell the error; the larger holds for few runs. */
      g_assert_cmpfloat (fabs (pnyx_mean (rates, RUNS) - expected), <,
                         3.3 * sqrt (expected * (1 - expected) / attempts));
    }
}

/* Six of twenty equal pools mine one branch, and each sends what it found of it. */
static void
test_a_coalition_races_as_one_miner_of_its_share (void)
{
  g_autoptr (PnyxModel) model = test_model (
      "<run duration='40000 block'/><network nodes='20'><topology kind='complete'/>"
      "<delay kind='distribution' value='1 ms'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><nakamoto validation='0 s' miners='20'/></chain>"
      "<adversary kind='nakamoto-double-spend' share='0.3' confirmations='2' give-up='20'/>");
  gdouble expected = pnyx_double_spend_rosenfeld (0.3, 2);
  gdouble rate = 0, attempts = 0;

  for (guint32 run = 0; run < 2; run++)
    {
      g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, run, TRUE, NULL);
      gdouble some;

      g_assert_false (result->failed);
      g_assert_cmpfloat (test_scalar (result->output, "adversary.refused"), ==, 0);
      some = test_scalar (result->output, "adversary.attempts");
      rate += some * test_scalar (result->output, "adversary.success_rate");
      attempts += some;
    }
  rate /= attempts;
  g_test_message ("%.4f, expected %.4f (%.0f attempts)", rate, expected, attempts);
  g_assert_cmpfloat (attempts, >, 2000);
  g_assert_cmpfloat (fabs (rate - expected), <, 3.3 * sqrt (expected * (1 - expected) / attempts));
}

/* Without the block that Rosenfeld grants, for one confirmation: two blocks in a row, or one and
 * then a lead of one (q/p), or none and then (q/p)^2. */
static void
test_a_block_mined_before_makes_the_difference (void)
{
  gdouble q = 0.2, p = 0.8;
  gdouble rates[RUNS];

  race (q, "confirmations='1' premined='0' give-up='15'", rates);
  g_assert_cmpfloat (deviation (rates, q * q + p * q * (q / p) + p * pow (q / p, 2)), <, 3.3);
  g_assert_cmpfloat (deviation (rates, pnyx_double_spend_rosenfeld (q, 1)), >, 10);
}

static void
test_more_blocks_mined_before_help (void)
{
  gdouble one[RUNS], two[RUNS];

  race (0.3, "confirmations='3' give-up='20'", one);
  race (0.3, "confirmations='3' give-up='20' premined='2'", two);
  g_assert_cmpfloat (pnyx_mean (two, RUNS), >, pnyx_mean (one, RUNS) + 0.1);
}

static void
test_who_gives_up_at_once_wins_less (void)
{
  gdouble patient[RUNS], hasty[RUNS];

  race (0.4, "confirmations='2' give-up='40'", patient);
  race (0.4, "confirmations='2' give-up='1'", hasty);
  g_assert_cmpfloat (deviation (patient, pnyx_double_spend_rosenfeld (0.4, 2)), <, 3.3);
  g_assert_cmpfloat (pnyx_mean (hasty, RUNS), <, pnyx_mean (patient, RUNS) - 0.1);
}

/* The canonical chain holds sent blocks only; a won branch reorganises the others. */
static void
test_won_branches_are_canonical_and_lost_ones_stay_private (void)
{
  g_autoptr (PnyxModel) model = make_model (
      0.3, 5000, "<adversary kind='nakamoto-double-spend' confirmations='2' give-up='5'/>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxChain *chain = world->chains[0];
  guint won = 0, private = 0;

  test_world_run (world, 600 * 3000.0);
  for (PnyxBlockId block = chain->ops->canonical (chain); block != 0;
       block = pnyx_block_tree_get (chain->blocks, block)->parent)
    {
      g_assert_cmpint (pnyx_block_tree_get (chain->blocks, block)->sent, !=, PNYX_TIME_MAX);
      won += pnyx_block_tree_get (chain->blocks, block)->proposer == 0 ? 1 : 0;
    }
  for (PnyxBlockId block = 1; block < pnyx_block_tree_size (chain->blocks); block++)
    {
      const PnyxBlock *entry = pnyx_block_tree_get (chain->blocks, block);

      private += entry->sent == PNYX_TIME_MAX ? 1 : 0;
      g_assert_true (entry->sent != PNYX_TIME_MAX || entry->proposer == 0);
    }
  g_assert_cmpuint (won, >, 50);
  g_assert_cmpuint (private, >, 50);
}

static void
test_parameters_out_of_range_are_refused (void)
{
  static const gchar *const bad[] = { "confirmations='0'", "premined='101'", "give-up='0'" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree gchar *body
          = g_strdup_printf ("<network nodes='2'/><chain kind='nakamoto'/><adversary "
                             "kind='nakamoto-double-spend' %s/>",
                             bad[i]);
      g_autofree gchar *message = test_refusal (body, PNYX_ERROR_RANGE);
      g_auto (GStrv) name = g_strsplit (bad[i], "=", 2);

      g_assert_nonnull (strstr (message, name[0]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/adversary/nakamoto-double-spend/" path, function)
  ADD ("races-are-won-as-often-as-rosenfeld-says", test_races_are_won_as_often_as_rosenfeld_says);
  ADD ("a-coalition-races-as-one-miner-of-its-share",
       test_a_coalition_races_as_one_miner_of_its_share);
  ADD ("a-block-mined-before-makes-the-difference", test_a_block_mined_before_makes_the_difference);
  ADD ("more-blocks-mined-before-help", test_more_blocks_mined_before_help);
  ADD ("who-gives-up-at-once-wins-less", test_who_gives_up_at_once_wins_less);
  ADD ("won-branches-are-canonical-and-lost-ones-stay-private",
       test_won_branches_are_canonical_and_lost_ones_stay_private);
  ADD ("parameters-out-of-range-are-refused", test_parameters_out_of_range_are_refused);
  return g_test_run ();
}
