/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/keeper.h"

#include "support/lending_world.h"

#define ONE PNYX_AMOUNT_ONE

static PnyxAmount
capital (const LendingWorld *world)
{
  PnyxAmount sum = 0;

  for (guint32 i = 0; i < world->setup.keepers.n; i++)
    sum += pnyx_machine_balance (world->chain->machine, pnyx_keepers_account (world->keepers) + i,
                                 PNYX_CASH);
  return sum;
}

static void
test_without_risk_nobody_acts (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = lending_world_new (&setup, 0);
  LendingWorldCounts counts;

  lending_world_run (world, 3600);
  counts = lending_world_count (world);
  g_assert_cmpuint (counts.liquidations + counts.reverted + counts.swaps, ==, 0);
  g_assert_cmpint (capital (world), ==, 4 * setup.keepers.cash);
}

static void
test_a_fall_is_liquidated_and_sold (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;
  LendingWorldCounts counts;
  PnyxKeepersDone done;
  gint64 price;

  setup.end = 75;
  setup.depth = 10000000;
  setup.n_arbitrageurs = 1;
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 3600);
  lending_world_audit (world);
  counts = lending_world_count (world);
  done = pnyx_keepers_done (world->keepers);
  g_test_message ("%u liquidations, %u reverted, %u written off, %u swaps; sent %u",
                  counts.liquidations, counts.reverted, counts.written_off, counts.swaps,
                  (guint)done.liquidations);
  g_assert_cmpuint (counts.liquidations, >, 20);
  g_assert_cmpuint (counts.swaps, >, 10);
  g_assert_cmpuint (counts.written_off, ==, 0);
  g_assert_cmpuint (counts.out_of_gas + counts.unpaid, ==, 0);
  /* Nothing is left that could be liquidated, and keepers have gained. */
  price = (gint64)(75 * PNYX_PRICE_ONE);
  for (guint32 i = 0; i < setup.borrowers.n; i++)
    {
      PnyxLendingPosition position
          = pnyx_lending_position (world->lending, world->chain->machine,
                                   world->lending->setup.borrowers + i, 3600 * PNYX_SECOND);

      g_assert_true (position.debt < ONE
                     || !pnyx_lending_is_liquidatable (&position, price, 800000));
    }
  g_assert_cmpint (capital (world), >, 4 * setup.keepers.cash);
}

/* Four see the same loans; one is first, the others pay for nothing. */
static void
test_who_comes_second_pays_for_it (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;
  LendingWorldCounts counts;
  PnyxAmount fees = 0;

  setup.chain = "<network nodes='4'><topology kind='complete'/>"
                "<delay kind='distribution' value='50 ms'/><dissemination kind='direct'/></network>"
                "<chain kind='nakamoto'><execution gas-price='10'/>"
                "<nakamoto interval='12 s' validation='0 s'/></chain>";
  setup.end = 75;
  setup.borrowers.collateral = 1000;
  setup.depth = 1e9;
  setup.keepers.cash = 100000000 * ONE;
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 3600);
  lending_world_audit (world);
  counts = lending_world_count (world);
  g_test_message ("%u liquidations, %u reverted", counts.liquidations, counts.reverted);
  g_assert_cmpuint (counts.liquidations, >, 20);
  g_assert_cmpuint (counts.reverted, >, counts.liquidations / 2);
  for (PnyxAccount node = 0; node < 4; node++)
    fees += pnyx_machine_balance (world->chain->machine, node, PNYX_CASH);
  g_assert_cmpint (fees, >, 0);
}

/* Without capital, or with gas that costs more than the bonus, loans wait. */
static guint
liquidations_with (PnyxAmount cash, const gchar *gas_price)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autofree gchar *chain = g_strdup_printf (
      "<network nodes='4'><topology kind='complete'/>"
      "<delay kind='distribution' value='50 ms'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><execution gas-price='%s' gas-limit='1000000000'/>"
      "<nakamoto interval='12 s' validation='0 s'/></chain>",
      gas_price);
  g_autoptr (LendingWorld) world = NULL;

  setup.chain = chain;
  setup.end = 75;
  setup.depth = 1e7;
  setup.keepers.cash = cash;
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 2400);
  return lending_world_count (world).liquidations;
}

static void
test_keepers_need_capital_and_cheap_gas (void)
{
  guint rich = liquidations_with (100000 * ONE, "0");

  g_assert_cmpuint (rich, >, 20);
  g_assert_cmpuint (liquidations_with (0, "0"), ==, 0);
  g_assert_cmpuint (liquidations_with (100000 * ONE, "2000"), <, rich / 4);
}

/* Sales press the pool's price: the shallower it is, the more; with less to be had for what is
 * seized, fewer loans are liquidated in time. */
static gdouble
lowest_pool_price (gdouble depth, guint *liquidations)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;
  gdouble price;

  setup.end = 75;
  setup.depth = depth;
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 2400);
  price = (gdouble)pnyx_pool_price (world->pool, world->chain->machine) / PNYX_PRICE_ONE;
  *liquidations = lending_world_count (world).liquidations;
  return price;
}

static void
test_the_shallower_the_pool_the_deeper_the_fall (void)
{
  guint few, some, many;
  gdouble shallow = lowest_pool_price (50000, &few);
  gdouble middle = lowest_pool_price (500000, &some);
  gdouble deep = lowest_pool_price (50000000, &many);

  g_test_message ("pool at %g, %g, %g after %u, %u, %u liquidations", shallow, middle, deep, few,
                  some, many);
  g_assert_cmpfloat (shallow, <, 99);
  g_assert_cmpfloat (middle, <, deep);
  g_assert_cmpfloat (deep, >, 99);
  g_assert_cmpuint (few, <, many);
}

/* ---- Auctions ---- */

static LendingWorldCounts
auction (guint32 keepers, gdouble gas_price, PnyxAmount cash)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autofree gchar *chain = g_strdup_printf (
      "<network nodes='4'><topology kind='complete'/>"
      "<delay kind='distribution' value='50 ms'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><execution gas-price='%g' gas-limit='1000000000'/>"
      "<nakamoto interval='12 s' validation='0 s'/></chain>",
      gas_price);
  g_autoptr (LendingWorld) world = NULL;
  LendingWorldCounts counts = { 0 };

  setup.chain = chain;
  setup.end = 75;
  setup.depth = 1e7;
  setup.mode = PNYX_LENDING_AUCTION;
  setup.keepers.n = keepers;
  setup.keepers.margin = 0.3;
  setup.keepers.cash = cash * ONE;
  for (guint32 run = 0; run < 3; run++)
    {
      LendingWorldCounts one;

      world = lending_world_new (&setup, run);
      lending_world_run (world, 6000);
      lending_world_audit (world);
      one = lending_world_count (world);
      counts.deals += one.deals;
      counts.zero_bids += one.zero_bids;
      counts.bites += one.bites;
      counts.loss += one.loss;
      g_clear_pointer (&world, lending_world_free);
    }
  g_test_message ("%u keepers, gas at %g: %u bites, %u deals, %u at next to nothing, loss %g",
                  keepers, gas_price, counts.bites, counts.deals, counts.zero_bids, counts.loss);
  return counts;
}

static gdouble
zero_share (const LendingWorldCounts *counts)
{
  return (gdouble)counts->zero_bids / MAX (counts->deals, 1);
}

/* The fewer keepers, the more lots go for next to nothing: none with free gas and many keepers, all
 * of them where one is alone. */
static void
test_keepers_that_leave_make_bids_of_next_to_nothing (void)
{
  LendingWorldCounts many = auction (8, 0, 20000), two = auction (2, 0, 20000),
                     alone = auction (1, 0, 20000);

  g_assert_cmpuint (many.deals, >, 100);
  g_assert_cmpuint (many.zero_bids, ==, 0);
  g_assert_cmpuint (two.deals, >, 100);
  g_assert_cmpfloat (zero_share (&two), >, 0.1);
  g_assert_cmpfloat (zero_share (&two), <, 0.5);
  g_assert_cmpuint (alone.deals, >, 100);
  g_assert_cmpuint (alone.zero_bids, ==, alone.deals);
  g_assert_cmpfloat (alone.loss, >, 2 * two.loss);
}

/* Gas eats up what keepers could have bid with. */
static void
test_dear_gas_makes_bids_of_next_to_nothing (void)
{
  LendingWorldCounts cheap = auction (8, 0, 5000), dear = auction (8, 200, 5000);

  g_assert_cmpuint (cheap.deals, >, 100);
  g_assert_cmpuint (cheap.zero_bids, ==, 0);
  g_assert_cmpuint (dear.deals, >, 50);
  g_assert_cmpfloat (zero_share (&dear), >, 0.2);
  g_assert_cmpfloat (dear.loss, >, cheap.loss);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/contract/keeper/" name, function)
  ADD ("without-risk-nobody-acts", test_without_risk_nobody_acts);
  ADD ("a-fall-is-liquidated-and-sold", test_a_fall_is_liquidated_and_sold);
  ADD ("who-comes-second-pays-for-it", test_who_comes_second_pays_for_it);
  ADD ("keepers-need-capital-and-cheap-gas", test_keepers_need_capital_and_cheap_gas);
  ADD ("the-shallower-the-pool-the-deeper-the-fall",
       test_the_shallower_the_pool_the_deeper_the_fall);
  ADD ("keepers-that-leave-make-bids-of-next-to-nothing",
       test_keepers_that_leave_make_bids_of_next_to_nothing);
  ADD ("dear-gas-makes-bids-of-next-to-nothing", test_dear_gas_makes_bids_of_next_to_nothing);
  return g_test_run ();
}
