/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/lending_outcome.h"

#include "support/lending_world.h"

static gint64
truth_at (gpointer world, PnyxTime time)
{
  return (gint64)(lending_world_price (world, time) * PNYX_PRICE_ONE);
}

/* The price falls, or falls and is back: what the contract reads is late by @stale. */
static PnyxLendingOutcome
outcome_of (gdouble begin, gdouble end, gdouble stale, PnyxTime guard, PnyxLendingMode mode)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;
  PnyxLendingOutcome all, first, second;
  PnyxTime half = 900 * PNYX_SECOND, most = 3000 * PNYX_SECOND;

  setup.begin = begin;
  setup.end = end;
  setup.to = 610;
  setup.stale = stale;
  setup.guard = guard;
  setup.depth = 1e7;
  setup.mode = mode;
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 3000);
  all = pnyx_lending_outcome (world->chain, world->lending, (PnyxTruePrice){ truth_at, world },
                              world->chain->head[0], 0, most);
  first = pnyx_lending_outcome (world->chain, world->lending, (PnyxTruePrice){ truth_at, world },
                                world->chain->head[0], 0, half);
  second = pnyx_lending_outcome (world->chain, world->lending, (PnyxTruePrice){ truth_at, world },
                                 world->chain->head[0], half, most);
  g_assert_cmpuint (all.liquidations, ==, first.liquidations + second.liquidations);
  g_assert_cmpint (all.written_off, ==, first.written_off + second.written_off);
  g_assert_cmpuint (all.liquidations, ==,
                    lending_world_count (world).liquidations + lending_world_count (world).bites);
  return all;
}

static void
test_liquidations_at_the_truth_are_right (void)
{
  PnyxLendingOutcome outcome = outcome_of (100, 75, 0, 0, PNYX_LENDING_FIXED_SPREAD);

  g_assert_cmpuint (outcome.liquidations, >, 20);
  g_assert_cmpuint (outcome.false_liquidations, ==, 0);
  g_assert_cmpuint (outcome.blocked_actions, ==, 0);
  outcome = outcome_of (100, 75, 0, 0, PNYX_LENDING_AUCTION);
  g_assert_cmpuint (outcome.liquidations, >, 10);
  g_assert_cmpuint (outcome.false_liquidations, ==, 0);
  g_assert_cmpuint (outcome.auctions, >, 0);
}

/* A guard that is tighter than the price is late refuses everything, rightly or not. */
static void
test_what_a_guard_refuses (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;
  PnyxLendingOutcome outcome;
  PnyxCall calls[3] = { { .method = PNYX_LENDING_LIQUIDATE, .arguments = { 0, G_MAXINT64 } },
                        { .method = PNYX_LENDING_OPEN, .arguments = { 1000000, 10000000 } },
                        { .method = PNYX_LENDING_OPEN, .arguments = { 1000000, 90000000 } } };
  PnyxOrder order = { .gas_limit = 1000000 };
  PnyxLendingState state;

  setup.end = 40;
  setup.to = 610;
  setup.guard = 60 * PNYX_SECOND;
  setup.stale = 100;
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 1000);
  order.account = world->lending->setup.borrowers + 5;
  calls[0].arguments[0] = order.account;
  for (guint i = 0; i < 3; i++)
    {
      calls[i].contract = world->lending->contract;
      pnyx_machine_submit (world->chain->machine, &order, &calls[i]);
    }
  lending_world_run (world, 1100);
  state = pnyx_lending_state (world->lending, world->chain->machine, 1100 * PNYX_SECOND,
                              40 * PNYX_PRICE_ONE);
  g_assert_cmpuint (state.loans, ==, 100);
  g_assert_cmpuint (state.liquidatable, ==, 0);
  g_assert_cmpuint (state.missed, >, 50);
  g_assert_cmpint (state.uncovered, >, 0);
  outcome = pnyx_lending_outcome (world->chain, world->lending, (PnyxTruePrice){ truth_at, world },
                                  world->chain->head[0], 0, 1100 * PNYX_SECOND);
  g_assert_cmpuint (outcome.liquidations, ==, 0);
  /* The liquidation was right; the loan, at a price that fell below half, was not. */
  g_assert_cmpuint (outcome.blocked_actions, ==, 1);
}

/* The price falls and the contract reads an old, high one: loans are missed; it was low and is
 * back: loans are liquidated wrongly. */
static void
test_a_late_price_liquidates_wrongly (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;
  PnyxLendingOutcome outcome;

  setup.begin = 100;
  setup.end = 70;
  setup.to = 610;
  setup.depth = 1e7;
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 605);
  /* From now on the truth is 100 again; the contract reads what falls. */
  lending_world_run (world, 1500);
  world->setup.end = 100;
  outcome = pnyx_lending_outcome (world->chain, world->lending, (PnyxTruePrice){ truth_at, world },
                                  world->chain->head[0], 0, 1500 * PNYX_SECOND);
  g_assert_cmpuint (outcome.liquidations, >, 20);
  /* Not all: what was seized too cheaply is missing, so that some loans really come below 1. */
  g_assert_cmpuint (outcome.false_liquidations, >, outcome.liquidations / 2);
  g_assert_cmpuint (outcome.false_liquidations, <=, outcome.liquidations);
}

static void
test_a_state_where_nothing_is_wrong (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = lending_world_new (&setup, 0);
  PnyxLendingState state;

  lending_world_run (world, 100);
  state = pnyx_lending_state (world->lending, world->chain->machine, 100 * PNYX_SECOND,
                              100 * PNYX_PRICE_ONE);
  g_assert_cmpuint (state.missed + state.liquidatable, ==, 0);
  g_assert_cmpint (state.uncovered, ==, 0);
  state = pnyx_lending_state (world->lending, world->chain->machine, 100 * PNYX_SECOND, 1);
  g_assert_cmpuint (state.missed, ==, 100);
  g_assert_cmpint (state.uncovered, <=, world->owed + world->owed / 1000000); /* interest */
  g_assert_cmpint (state.uncovered, >, world->owed * 99 / 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/contract/lending_outcome/" name, function)
  ADD ("liquidations-at-the-truth-are-right", test_liquidations_at_the_truth_are_right);
  ADD ("what-a-guard-refuses", test_what_a_guard_refuses);
  ADD ("a-late-price-liquidates-wrongly", test_a_late_price_liquidates_wrongly);
  ADD ("a-state-where-nothing-is-wrong", test_a_state_where_nothing_is_wrong);
  return g_test_run ();
}
