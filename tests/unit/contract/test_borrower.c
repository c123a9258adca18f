/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/borrower.h"

#include <math.h>

#include "support/lending_world.h"

static LendingWorldCounts
fall (gdouble attentive, gdouble leave, gdouble delay, PnyxBorrowersDone *done)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;

  setup.end = 80;
  setup.depth = 1e7;
  setup.borrowers.attentive = attentive;
  setup.borrowers.leave = leave;
  setup.borrowers.reserve = leave > 0 ? 2 : 0.3;
  setup.borrowers.delay = pnyx_time_from_seconds (delay);
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 2400);
  lending_world_audit (world);
  *done = pnyx_borrowers_done (world->borrowers);
  return lending_world_count (world);
}

static void
test_who_is_attentive_is_not_liquidated (void)
{
  PnyxBorrowersDone done;
  LendingWorldCounts asleep = fall (0, 0, 20, &done);
  LendingWorldCounts half, awake, slow;

  g_assert_cmpuint (asleep.liquidations, >, 10);
  g_assert_cmpuint (done.pledged + done.repaid + done.left, ==, 0);
  half = fall (0.5, 0, 20, &done);
  g_assert_cmpuint (half.liquidations, <, asleep.liquidations);
  g_assert_cmpuint (half.liquidations, >, 0);
  awake = fall (1, 0, 20, &done);
  g_assert_cmpuint (awake.liquidations, <, half.liquidations);
  g_assert_cmpuint (done.pledged, >, 5);
  g_assert_cmpuint (done.left, ==, 0);
  slow = fall (1, 0, 3600, &done);
  g_assert_cmpuint (slow.liquidations, >, awake.liquidations);
}

/* Blocks with room for few, and everybody in danger at once: what is bid for gas rises until it is
 * dearer than what a liquidation takes, and no further; keepers, who gain, are not priced out. */
static void
test_gas_is_not_dearer_than_what_it_is_about (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;
  PnyxBorrowersDone done;
  LendingWorldCounts counts;
  PnyxAmount fee;

  setup.chain = "<network nodes='4'><topology kind='complete'/>"
                "<delay kind='distribution' value='50 ms'/><dissemination kind='direct'/></network>"
                "<chain kind='nakamoto'><execution gas-price='1' gas-limit='1000000'/>"
                "<nakamoto interval='12 s' validation='0 s'/></chain>";
  setup.end = 70;
  setup.depth = 1e7;
  setup.n_arbitrageurs = 2;
  setup.borrowers.n = 2000;
  setup.borrowers.attentive = 1;
  setup.borrowers.delay = pnyx_time_from_seconds (60);
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 3000);
  lending_world_audit (world);
  done = pnyx_borrowers_done (world->borrowers);
  counts = lending_world_count (world);
  fee = pnyx_machine_fee (world->chain->machine, setup.borrowers.gas_limit,
                          pnyx_machine_gas_price (world->chain->machine));
  g_test_message ("%u pledged or repaid, %u liquidations, %u unpaid; a fee is %g",
                  (guint)(done.pledged + done.repaid), counts.liquidations, counts.unpaid,
                  (gdouble)fee / PNYX_AMOUNT_ONE);
  g_assert_cmpuint (done.pledged, >, 100);
  g_assert_cmpuint (counts.liquidations, >, 20);
  g_assert_cmpuint (counts.unpaid, <, counts.liquidations / 10);
  g_assert_cmpint (fee, <, 100 * PNYX_AMOUNT_ONE); /* loans of some 500, a bonus of .05 on half */
}

static void
test_some_leave (void)
{
  PnyxBorrowersDone done;

  fall (1, 1, 20, &done);
  g_assert_cmpuint (done.left, >, 5);
  g_assert_cmpuint (done.pledged + done.repaid, ==, 0);
}

static void
test_loans_begin_as_drawn (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;
  gdouble ltv = 0, size = 0;
  PnyxAmount owed = 0;

  setup.borrowers.n = 4000;
  world = lending_world_new (&setup, 0);
  for (guint32 i = 0; i < setup.borrowers.n; i++)
    {
      PnyxLendingPosition position = pnyx_lending_position (world->lending, world->chain->machine,
                                                            world->lending->setup.borrowers + i, 0);

      ltv += (gdouble)position.debt / ((gdouble)position.collateral * 100) / setup.borrowers.n;
      size += log ((gdouble)position.collateral / PNYX_AMOUNT_ONE) / setup.borrowers.n;
      owed += position.debt;
      g_assert_false (pnyx_lending_is_liquidatable (&position, 100 * PNYX_PRICE_ONE, 750000));
    }
  g_assert_cmpfloat_with_epsilon (ltv, 0.75 * 6 / 8, 0.01); /* Beta (6, 2) of what is lent */
  g_assert_cmpfloat_with_epsilon (size, log (10), 0.03);
  g_assert_cmpint (owed, ==, world->owed);
}

static void
test_new_loans_are_opened_at_what_is_lent (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;
  LendingWorldCounts counts;

  /* A fall frees some: those who leave. Then they borrow again. */
  setup.end = 80;
  setup.depth = 1e7;
  setup.borrowers.attentive = 1;
  setup.borrowers.leave = 1;
  setup.borrowers.reserve = 2;
  setup.borrowers.loans_per_second = 0.2;
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 6000);
  lending_world_audit (world);
  counts = lending_world_count (world);
  g_assert_cmpuint (counts.opened, >, 3);
  g_assert_cmpuint (pnyx_borrowers_done (world->borrowers).opened, >=, counts.opened);
}

/* Auctions free many of their debts, who own enough to borrow again; but nobody can pay for gas,
 * and no call is sent that would wait for ever. */
static void
test_loans_whose_fee_cannot_be_paid_are_not_opened (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;

  setup.chain = "<network nodes='4'><topology kind='complete'/>"
                "<delay kind='distribution' value='50 ms'/><dissemination kind='direct'/></network>"
                "<chain kind='nakamoto'><execution gas-price='1'/>"
                "<nakamoto interval='12 s' validation='0 s'/></chain>";
  setup.mode = PNYX_LENDING_AUCTION;
  setup.end = 80;
  setup.depth = 1e7;
  setup.borrowers.reserve = 2;
  setup.borrowers.gas_limit = G_GUINT64_CONSTANT (1000000000000);
  setup.borrowers.loans_per_second = 0.2;
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 6000);
  lending_world_audit (world);
  g_assert_cmpuint (lending_world_count (world).deals, >, 10);
  g_assert_cmpuint (pnyx_borrowers_done (world->borrowers).opened, ==, 0);
}

/* 10^5 borrowers: accounts, loans, watch and behaviour. */
static void
test_memory_of_a_borrower (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  gsize used[2];

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (LendingWorld) world = NULL;

      setup.borrowers.n = i == 0 ? 1 : 100000;
      world = lending_world_new (&setup, 0);
      lending_world_run (world, 30);
      used[i] = pnyx_arena_peak (pnyx_world_arena (world->world->world));
    }
  g_test_message ("%g bytes for each borrower", (gdouble)(used[1] - used[0]) / 1e5);
  g_assert_cmpuint (used[1] - used[0], <, 200 * 100000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/contract/borrower/" name, function)
  ADD ("who-is-attentive-is-not-liquidated", test_who_is_attentive_is_not_liquidated);
  ADD ("some-leave", test_some_leave);
  ADD ("gas-is-not-dearer-than-what-it-is-about", test_gas_is_not_dearer_than_what_it_is_about);
  ADD ("loans-begin-as-drawn", test_loans_begin_as_drawn);
  ADD ("new-loans-are-opened-at-what-is-lent", test_new_loans_are_opened_at_what_is_lent);
  ADD ("loans-whose-fee-cannot-be-paid-are-not-opened",
       test_loans_whose_fee_cannot_be_paid_are_not_opened);
  ADD ("memory-of-a-borrower", test_memory_of_a_borrower);
  return g_test_run ();
}
