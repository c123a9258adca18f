/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "support/attack_world.h"

static gdouble
gain_of (const AttackWorldSetup *setup)
{
  g_autoptr (AttackWorld) world = attack_world_new (setup);

  return attack_world_gain (world, 1200);
}

static gdouble
gain_at (gdouble multiple, const gchar *pool)
{
  g_autofree gchar *attack = g_strdup_printf ("kind='spot' multiple='%.17g'", multiple);
  AttackWorldSetup setup = attack_world_setup ();

  setup.attack = attack;
  setup.pool = pool;
  return gain_of (&setup);
}

/* The closed form is of who leaves; below 1 / ltv the loan is worth keeping, and what is lost is
 * what buying cost. */
static gdouble
closed_form (gdouble multiple, gdouble fee)
{
  return 1e6
         * MAX (pnyx_pool_spot_attack (multiple, 0.75, fee), -pnyx_pool_move (multiple, fee).loss);
}

static void
test_it_pays_what_the_closed_form_says (void)
{
  g_assert_cmpfloat (fabs (gain_at (2, "depth='1000000 $'") - 24037.08), <, 0.02);
  for (gdouble multiple = 1.1; multiple < 10; multiple *= 1.3)
    {
      gdouble with = closed_form (multiple, 0.003), without = closed_form (multiple, 0);

      g_assert_cmpfloat (fabs (gain_at (multiple, "depth='1000000 $'") - with), <, 0.1);
      g_assert_cmpfloat (fabs (gain_at (multiple, "depth='1000000 $' fee='0'") - without), <, 0.1);
    }
}

/* 1 / ltv^2 = 1.7778; with the fee 1.7871. */
static void
test_it_pays_from_the_threshold_on (void)
{
  g_assert_cmpfloat (gain_at (1.777, "depth='1000000 $' fee='0'"), <, 0);
  g_assert_cmpfloat (gain_at (1.7786, "depth='1000000 $' fee='0'"), >, 0);
  g_assert_cmpfloat (gain_at (1.7866, "depth='1000000 $'"), <, 0);
  g_assert_cmpfloat (gain_at (1.7876, "depth='1000000 $'"), >, 0);
}

static gdouble
slippage_at (const gchar *pool)
{
  AttackWorldSetup setup = attack_world_setup ();
  g_autoptr (AttackWorld) world = NULL;

  setup.pool = pool;
  world = attack_world_new (&setup);
  attack_world_gain (world, 1200);
  return attack_world_leg (world, PNYX_LEG_SLIPPAGE) + attack_world_leg (world, PNYX_LEG_FEE);
}

static void
test_twice_the_depth_costs_twice_the_slippage (void)
{
  gdouble once = slippage_at ("depth='1000000 $'");

  g_assert_cmpfloat (fabs (once - 122253.93), <, 0.02);
  g_assert_cmpfloat (fabs (slippage_at ("depth='2000000 $'") / once - 2), <, 1e-6);
}

/* What its money moves is next to nothing: it has paid the fee and has a loan as any other. */
static void
test_infinite_depth_never_pays (void)
{
  gdouble gain = gain_at (2, "depth='100000000000 $'");

  g_assert_cmpfloat (gain, <, 0);
  g_assert_cmpfloat (fabs (gain + 0.003 * 1e7), <, 2000);
}

#define BANK                                                                                       \
  "<contract id='bank' kind='pool' oracle='price'><pool depth='%s $' fee='0.0009'/></contract>"

/* With a flash loan as much is won with nothing, less the lender's fee. */
static void
test_a_flash_loan_stands_in_for_money (void)
{
  AttackWorldSetup setup = attack_world_setup ();
  g_autoptr (AttackWorld) world = NULL;
  g_autofree gchar *bank = g_strdup_printf (BANK, "5000000");
  gdouble gain, fee = 414835.95 * (1 / (1 - 0.0009) - 1);

  setup.attack = "kind='spot' cash='0 $'";
  setup.parameters = "";
  setup.beside = bank;
  g_assert_cmpfloat (fabs (gain_of (&setup)), <, 1e-6); /* nothing is done without money */
  setup.attack = "kind='spot' cash='0 $' lender='bank'";
  world = attack_world_new (&setup);
  gain = attack_world_gain (world, 1200);
  g_assert_cmpfloat (fabs (gain - (24037.08 - fee)), <, 0.05);
  g_assert_cmpfloat (fabs (attack_world_leg (world, PNYX_LEG_FEE) - fee - 0.003 * 414835.95), <,
                     0.05);
}

/* A loan that cannot be paid back has never been: the fee for gas is all that is lost. */
static void
test_a_strike_that_does_not_pay_back_leaves_no_trace (void)
{
  AttackWorldSetup setup = attack_world_setup ();
  g_autoptr (AttackWorld) world = NULL;
  g_autofree gchar *bank = g_strdup_printf (BANK, "5000000");
  gdouble gain;

  setup.execution = "gas-price='20'";
  setup.attack = "kind='spot' cash='0 $' lender='bank' multiple='1.5'";
  setup.beside = bank;
  world = attack_world_new (&setup);
  gain = attack_world_gain (world, 1200);
  g_assert_cmpfloat (gain, <, 0);
  g_assert_cmpfloat (fabs (gain + attack_world_leg (world, PNYX_LEG_GAS)), <, 1e-9);
  pnyx_machine_view (world->machine, world->attack->chain->head[0]);
  g_assert_cmpint (pnyx_pool_price (world->attack->pool, world->machine), ==,
                   1000 * PNYX_PRICE_ONE);
}

static const gchar twap[]
    = "<oracle id='price' kind='twap'><twap pool='dex' window='10 min'/><feed kind='gbm' "
      "start='1000'><gbm volatility='0'/></feed><reporters count='3'/></oracle>";

/* Who reads a mean is lent on the price of before: buying is what is lost. */
static void
test_a_mean_does_not_follow_within_a_transaction (void)
{
  AttackWorldSetup setup = attack_world_setup ();

  setup.oracle = twap;
  setup.lending = "price='oracle'";
  setup.attack = "kind='spot' at='20 min'";
  g_assert_cmpfloat (gain_of (&setup), ==, 0); /* not yet */
  {
    g_autoptr (AttackWorld) world = attack_world_new (&setup);
    g_assert_cmpfloat (fabs (attack_world_gain (world, 1800) + 122253.93), <, 1);
  }
}

/* The lender is out of money far below the multiple that is set: who adapts still gains, and does
 * nothing where the pool is so deep that nothing pays. */
static void
test_who_adapts_buys_what_pays (void)
{
  AttackWorldSetup setup = attack_world_setup ();
  gdouble rigid, adapted;

  setup.pool = "depth='1000000000 $'";
  setup.attack = "kind='spot' cash='20000000000 $' multiple='16'";
  rigid = gain_of (&setup);
  setup.attack = "kind='spot' cash='20000000000 $' multiple='16' adapt='true'";
  adapted = gain_of (&setup);
  g_assert_cmpfloat (rigid, <, 0);
  g_assert_cmpfloat (adapted, >, 0);
  setup.pool = "depth='10000000000 $'";
  g_assert_cmpfloat (gain_of (&setup), ==, 0);
  setup.pool = "depth='1000000 $'"; /* the lender's money does not matter: more pays more */
  adapted = gain_of (&setup);
  g_assert_cmpfloat (fabs (adapted - closed_form (16, 0.003)), <, 1);
}

static void
test_without_the_attack_nothing_is_gained (void)
{
  AttackWorldSetup setup = attack_world_setup ();

  setup.attack = "kind='spot' active='false'";
  g_assert_cmpfloat (gain_of (&setup), ==, 0);
}

/* The lender has less than could be borrowed: no more units are pledged than are needed. */
static void
test_what_the_lender_has_is_the_limit (void)
{
  AttackWorldSetup setup = attack_world_setup ();
  g_autoptr (AttackWorld) world = NULL;

  setup.pool = "depth='10000000000 $'";
  setup.attack = "kind='spot' cash='20000000000 $' multiple='4'";
  world = attack_world_new (&setup);
  g_assert_cmpfloat (attack_world_gain (world, 1200), <, 0);
  pnyx_machine_view (world->machine, world->attack->chain->head[0]);
  g_assert_cmpint (
      pnyx_lending_books (world->attack->lending, world->machine, 1200 * PNYX_SECOND).cash, ==, 0);
  g_assert_cmpint (
      pnyx_machine_balance (world->machine, world->attack->account, world->attack->asset), >, 0);
}

/* Prices move: units in hand and a loan that has become worth keeping are settled at the truth. */
static void
test_units_that_are_kept_are_settled_at_the_truth (void)
{
  AttackWorldSetup setup = attack_world_setup ();
  g_autoptr (AttackWorld) world = NULL;

  setup.oracle = "<oracle id='price'><feed kind='gbm' start='1000'><gbm volatility='0.5'/>"
                 "<shock at='15 min' change='0.5'/></feed><reporters count='4'/></oracle>";
  setup.attack = "kind='spot' multiple='1.2' units='7'";
  world = attack_world_new (&setup);
  g_assert_cmpfloat (attack_world_gain (world, 1200), >, 0); /* the loan was a good one */
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_FORFEITED), <,
                     attack_world_leg (world, PNYX_LEG_LOAN));
}

static void
refuses (AttackWorldSetup setup, gint code, const gchar *word)
{
  g_autofree gchar *body = g_strdup_printf (
      "<chain kind='nakamoto' id='main'/>%s<contract id='dex' kind='pool' oracle='price'/>"
      "<contract id='loans' kind='lending' oracle='price'><lending %s/></contract>"
      "<attack %s/>",
      setup.oracle, setup.lending, setup.attack);
  g_autofree gchar *message = test_refusal (body, code);

  if (strstr (message, word) == NULL)
    g_error ("\"%s\" does not say %s", message, word);
}

static void
test_what_cannot_be_attacked_is_refused (void)
{
  AttackWorldSetup setup = attack_world_setup ();

  setup.lending = "pool='dex'";
  setup.attack = "target='nobody'";
  refuses (setup, PNYX_ERROR_UNKNOWN, "nobody");
  setup.attack = "target='dex'";
  refuses (setup, PNYX_ERROR_CONFLICT, "expected a contract of kind lending");
  setup.attack = "target='loans' lender='dex'";
  refuses (setup, PNYX_ERROR_CONFLICT, "another than its target's");
  setup.attack = "target='loans' lender='loans'";
  refuses (setup, PNYX_ERROR_CONFLICT, "expected a pool");
  setup.attack = "target='loans'";
  setup.lending = "pool='dex' liquidation='auction'";
  refuses (setup, PNYX_ERROR_CONFLICT, "expected fixed-spread");
  setup.lending = "";
  refuses (setup, PNYX_ERROR_MISSING, "has none");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/attack-spot/it-pays-what-the-closed-form-says",
                   test_it_pays_what_the_closed_form_says);
  g_test_add_func ("/contract/attack-spot/it-pays-from-the-threshold-on",
                   test_it_pays_from_the_threshold_on);
  g_test_add_func ("/contract/attack-spot/twice-the-depth-costs-twice-the-slippage",
                   test_twice_the_depth_costs_twice_the_slippage);
  g_test_add_func ("/contract/attack-spot/infinite-depth-never-pays",
                   test_infinite_depth_never_pays);
  g_test_add_func ("/contract/attack-spot/a-flash-loan-stands-in-for-money",
                   test_a_flash_loan_stands_in_for_money);
  g_test_add_func ("/contract/attack-spot/a-strike-that-does-not-pay-back-leaves-no-trace",
                   test_a_strike_that_does_not_pay_back_leaves_no_trace);
  g_test_add_func ("/contract/attack-spot/a-mean-does-not-follow-within-a-transaction",
                   test_a_mean_does_not_follow_within_a_transaction);
  g_test_add_func ("/contract/attack-spot/who-adapts-buys-what-pays",
                   test_who_adapts_buys_what_pays);
  g_test_add_func ("/contract/attack-spot/without-the-attack-nothing-is-gained",
                   test_without_the_attack_nothing_is_gained);
  g_test_add_func ("/contract/attack-spot/what-the-lender-has-is-the-limit",
                   test_what_the_lender_has_is_the_limit);
  g_test_add_func ("/contract/attack-spot/units-that-are-kept-are-settled-at-the-truth",
                   test_units_that_are_kept_are_settled_at_the_truth);
  g_test_add_func ("/contract/attack-spot/what-cannot-be-attacked-is-refused",
                   test_what_cannot_be_attacked_is_refused);
  return g_test_run ();
}
