/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "support/attack_world.h"

#define ORACLE(shock)                                                                              \
  "<oracle id='price'><ocr-median heartbeat='5 min'/><feed kind='gbm' start='1000'><gbm "          \
  "volatility='0'/>" shock "</feed><reporters count='4'><error sd='constant(0.0001)'/>"            \
  "</reporters></oracle>"

static AttackWorldSetup
denial_setup (const gchar *oracle, const gchar *attack)
{
  AttackWorldSetup setup = attack_world_setup ();

  setup.oracle = oracle;
  setup.lending = "price='oracle'";
  setup.attack = attack;
  return setup;
}

/* Of 100 units that are worth 600 $ each it borrows three quarters of 1000. */
static void
test_a_price_that_stays_behind_pays (void)
{
  AttackWorldSetup setup
      = denial_setup (ORACLE ("<shock at='16 min' change='-0.4'/>"),
                      "kind='denial' at='15 min' cash='100000 $' units='100' interest='0.1'");
  g_autoptr (AttackWorld) world = attack_world_new (&setup);
  gdouble gain = attack_world_gain (world, 3600);

  g_assert_cmpfloat (fabs (attack_world_leg (world, PNYX_LEG_LOAN) - 75000), <, 100);
  g_assert_cmpfloat (fabs (attack_world_leg (world, PNYX_LEG_FORFEITED)
                           + attack_world_leg (world, PNYX_LEG_MARKET) - 60000),
                     <, 1e-3);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_DENIAL), >, 0.05 * 3 * 60);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_DENIAL), <, 0.05 * 3 * 1200);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_INTEREST), >, 0);
  g_assert_cmpfloat (gain, >, 14000);
  g_assert_cmpfloat (gain, <, 15100);
}

/* It does nothing to one reporter of four: three are enough, the answer follows. */
static void
test_too_few_denied_change_nothing (void)
{
  AttackWorldSetup setup
      = denial_setup (ORACLE ("<shock at='16 min' change='-0.4'/>"),
                      "kind='denial' at='15 min' cash='100000 $' units='100' count='1'");
  g_autoptr (AttackWorld) world = NULL;
  gdouble gain;

  setup.attack = "kind='denial' at='15 min' cash='100000 $' units='100' count='1' node='0'";
  world = attack_world_new (&setup);
  gain = attack_world_gain (world, 3600);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_LOAN), ==, 0);
  g_assert_cmpfloat (gain, <=, 0);
}

/* Nothing happens to the price: what was to be spent is, by the node and second. */
static void
test_without_a_fall_the_budget_is_lost (void)
{
  AttackWorldSetup setup = denial_setup (
      ORACLE (""), "kind='denial' at='15 min' cash='100000 $' units='100' interest='0'");
  g_autoptr (AttackWorld) world = NULL;
  g_autofree gchar *attack = g_strconcat (setup.attack, " budget='60 $'", NULL);

  setup.attack = attack;
  world = attack_world_new (&setup);
  test_world_run (world->world, 910);
  for (guint32 i = 0; i < 4; i++)
    g_assert_true (pnyx_network_online (world->world->network,
                                        world->attack->target->oracle->reporters[i].node)
                   == (world->attack->target->oracle->reporters[i].node == 0));
  g_assert_cmpfloat (fabs (attack_world_gain (world, 3600) + 60), <, 1e-6);
  g_assert_cmpfloat (fabs (attack_world_leg (world, PNYX_LEG_DENIAL) - 60), <, 1e-6);
  for (guint32 node = 0; node < 4; node++)
    g_assert_true (pnyx_network_online (world->world->network, node));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/attack-denial/a-price-that-stays-behind-pays",
                   test_a_price_that_stays_behind_pays);
  g_test_add_func ("/contract/attack-denial/too-few-denied-change-nothing",
                   test_too_few_denied_change_nothing);
  g_test_add_func ("/contract/attack-denial/without-a-fall-the-budget-is-lost",
                   test_without_a_fall_the_budget_is_lost);
  return g_test_run ();
}
