/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "support/attack_world.h"

#define WINDOW_BLOCKS 150 /* of 12 s */

static const gchar arbitrage[]
    = "<arbitrageurs count='1' patience='5 s' cash='1000000000 $' units='1000000'/>";

static const gchar slow_mean[]
    = "<oracle id='price' kind='twap'><twap pool='dex' window='30 min' interval='36 s'/><feed "
      "kind='gbm' start='1000'><gbm volatility='0'/></feed><reporters count='3'/></oracle>";

static const gchar fast_mean[]
    = "<oracle id='price' kind='twap'><twap pool='dex' window='2 min' interval='12 s'/><feed "
      "kind='gbm' start='1000'><gbm volatility='0'/></feed><reporters count='3'/></oracle>";

static AttackWorldSetup
hold_setup (void)
{
  AttackWorldSetup setup = attack_world_setup ();

  setup.execution = "gas-price='0.001'"; /* arbitrageurs bid more and come first */
  setup.oracle = slow_mean;
  setup.pool = "depth='1000000 $' fee='0'";
  setup.inside = arbitrage;
  setup.lending = "price='oracle'";
  return setup;
}

static gdouble
highest_answer (const AttackWorld *world)
{
  const PnyxOracle *oracle = world->attack->target->oracle;
  gint64 most = 0;

  for (guint32 i = 0; i < oracle->answers->n; i++)
    most = MAX (most, oracle->answers->list[i].value);
  return (gdouble)most / (gdouble)PNYX_PRICE_ONE;
}

/* The mean is off by a fifth, and that has cost what the closed form says; what is bought is not
 * pledged: at ltv .75 nobody lends more than it is worth. */
static void
test_a_held_price_costs_what_the_closed_form_says (void)
{
  static const struct
  {
    guint held;
    gdouble cost; /* of the pool's money */
  } cases[] = { { 1, 3.7474 }, { 5, 5.1186 }, { 50, 2.8868 }, { 150, 1.2474 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gdouble closed = pnyx_pool_twap_cost (0.2, WINDOW_BLOCKS, cases[i].held, 0);
      g_autofree gchar *attack = g_strdup_printf (
          "kind='hold' at='40 min' cash='1000000000 $' interest='0' multiple='%.17g' blocks='%u'",
          1 + 0.2 * WINDOW_BLOCKS / cases[i].held, cases[i].held);
      AttackWorldSetup setup = hold_setup ();
      g_autoptr (AttackWorld) world = NULL;
      gdouble gain, slippage;

      if (cases[i].held != 50) /* printed in the literature's terms only for the others */
        g_assert_cmpfloat (fabs (closed - cases[i].cost), <, 1e-4);
      setup.attack = attack;
      world = attack_world_new (&setup);
      gain = attack_world_gain (world, 5400);
      slippage = attack_world_leg (world, PNYX_LEG_SLIPPAGE);
      g_test_message ("%u held: cost %.4f, closed form %.4f, mean %.2f", cases[i].held,
                      slippage / 1e6, closed, highest_answer (world));
      g_assert_cmpfloat (fabs (slippage / 1e6 / closed - 1), <, 1e-3);
      g_assert_cmpfloat (fabs (gain + slippage + attack_world_leg (world, PNYX_LEG_GAS)), <, 1);
      g_assert_cmpfloat (highest_answer (world), >, 1185);
      g_assert_cmpfloat (highest_answer (world), <, 1205);
    }
}

/* A mean over ten blocks, held for eleven at four times the price. */
static void
test_a_short_mean_is_captured (void)
{
  AttackWorldSetup setup = hold_setup ();
  g_autoptr (AttackWorld) world = NULL;
  gdouble gain;

  setup.oracle = fast_mean;
  setup.attack = "kind='hold' cash='1000000000 $' interest='0.1' multiple='4' blocks='14'";
  world = attack_world_new (&setup);
  gain = attack_world_gain (world, 1800);
  g_assert_cmpfloat (gain, >, 0);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_LOAN), >, 0);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_INTEREST), >, 0);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_GAS), >, 0);
}

/* Nobody arbitrages: it is paid for once, and the first push is the last that trades. */
static void
test_without_arbitrage_it_is_paid_for_once (void)
{
  AttackWorldSetup setup = hold_setup ();
  g_autoptr (AttackWorld) world = NULL;

  setup.inside = "";
  setup.attack = "kind='hold' at='40 min' multiple='1.2' blocks='150' interest='0'";
  world = attack_world_new (&setup);
  attack_world_gain (world, 5400);
  g_assert_cmpfloat (
      fabs (attack_world_leg (world, PNYX_LEG_SLIPPAGE) - 1e6 * pnyx_pool_move (1.2, 0).loss), <,
      1);
}

static gdouble
slippage_with (gdouble makers)
{
  g_autofree gchar *attack = g_strdup_printf (
      "kind='hold' at='40 min' cash='1000000000 $' multiple='1.2' blocks='40' interest='0' "
      "patience='1 s' makers='%g'",
      makers);
  AttackWorldSetup setup = hold_setup ();
  g_autoptr (AttackWorld) world = NULL;

  setup.attack = attack;
  world = attack_world_new (&setup);
  attack_world_gain (world, 5400);
  return attack_world_leg (world, PNYX_LEG_SLIPPAGE) / 1e6;
}

/* With every maker of blocks on its side nobody trades against it: it pays once; with some of them
 * for the blocks of the others. */
static void
test_makers_on_its_side_keep_arbitrage_out (void)
{
  gdouble once = pnyx_pool_move (1.2, 0).loss;
  gdouble none = slippage_with (0), half = slippage_with (0.5), all = slippage_with (1);

  g_assert_cmpfloat (fabs (none / (40 * once) - 1), <, 1e-3);
  g_assert_cmpfloat (fabs (all / once - 1), <, 1e-3);
  g_assert_cmpfloat (half, >, 5 * once);
  g_assert_cmpfloat (half, <, 35 * once);
}

static void
test_a_chain_has_one_builder (void)
{
  g_autofree gchar *message
      = test_refusal ("<chain kind='nakamoto' id='main'/><oracle id='price'><reporters count='4'/>"
                      "</oracle><contract id='dex' kind='pool' oracle='price'/>"
                      "<contract id='loans' kind='lending' oracle='price'><lending pool='dex'/>"
                      "</contract><attack id='a' kind='hold' target='loans' makers='0.1'/>"
                      "<attack id='b' kind='hold' target='loans' makers='0.1'/>",
                      PNYX_ERROR_CONFLICT);

  g_assert_nonnull (strstr (message, "one such attack"));
}

/* What is sold again goes back where it came from, at a loss that arbitrage has made. */
static void
test_who_gives_up_sells (void)
{
  AttackWorldSetup setup = hold_setup ();
  g_autoptr (AttackWorld) world = NULL;

  setup.attack = "kind='hold' at='40 min' cash='100000000 $' multiple='1.5' blocks='5'";
  setup.parameters = "";
  {
    g_autofree gchar *attack = g_strconcat (setup.attack, " resale='true'", NULL);

    setup.attack = attack;
    world = attack_world_new (&setup);
  }
  attack_world_gain (world, 5400);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_RESALE), >, 0);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_LOAN), ==, 0);
  pnyx_machine_view (world->machine, world->attack->chain->head[0]);
  g_assert_cmpint (
      pnyx_machine_balance (world->machine, world->attack->account, world->attack->asset), ==, 0);
}

/* It buys with what it has. */
static void
test_money_that_is_out_ends_it (void)
{
  AttackWorldSetup setup = hold_setup ();
  g_autoptr (AttackWorld) world = NULL;

  setup.attack = "kind='hold' at='40 min' cash='100000 $' multiple='4' blocks='20' interest='0'";
  world = attack_world_new (&setup);
  g_assert_cmpfloat (attack_world_gain (world, 5400), <, 0);
  pnyx_machine_view (world->machine, world->attack->chain->head[0]);
  g_assert_cmpint (pnyx_machine_balance (world->machine, world->attack->account, PNYX_CASH), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/attack-hold/a-held-price-costs-what-the-closed-form-says",
                   test_a_held_price_costs_what_the_closed_form_says);
  g_test_add_func ("/contract/attack-hold/a-short-mean-is-captured", test_a_short_mean_is_captured);
  g_test_add_func ("/contract/attack-hold/without-arbitrage-it-is-paid-for-once",
                   test_without_arbitrage_it_is_paid_for_once);
  g_test_add_func ("/contract/attack-hold/makers-on-its-side-keep-arbitrage-out",
                   test_makers_on_its_side_keep_arbitrage_out);
  g_test_add_func ("/contract/attack-hold/a-chain-has-one-builder", test_a_chain_has_one_builder);
  g_test_add_func ("/contract/attack-hold/who-gives-up-sells", test_who_gives_up_sells);
  g_test_add_func ("/contract/attack-hold/money-that-is-out-ends-it",
                   test_money_that_is_out_ends_it);
  return g_test_run ();
}
