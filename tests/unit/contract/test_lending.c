/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/lending_priv.h"

#include <math.h>
#include <string.h>

#include "support/contract_rig.h"

#define ONE PNYX_AMOUNT_ONE
#define PRICE(dollars) ((gint64)(dollars)*PNYX_PRICE_ONE)
#define RATE(percent) ((gint64)(percent)*PNYX_LENDING_RATE_ONE / 100)
#define YEAR (PNYX_LENDING_YEAR * PNYX_SECOND)

/* Accounts, from the rig's first on. */
enum
{
  LENDER,
  OTHER_LENDER,
  BORROWER,
  OTHER_BORROWER,
  KEEPER,
  OTHER_KEEPER,
  GOVERNOR,
  N_ACCOUNTS,
};

/* A price that the test sets: two cells of a contract of its own. */
typedef struct
{
  guint32 contract;
  PnyxCell cells;
} Feed;

static gboolean
feed_execute (gconstpointer self, PnyxFrame *frame, const PnyxCall *call)
{
  const Feed *feed = self;

  for (guint i = 0; i < 2; i++)
    pnyx_frame_set (frame, feed->cells + i, call->arguments[i]);
  return TRUE;
}

static gboolean
feed_read (gconstpointer self, PnyxFrame *frame, gint64 *price, PnyxTime *observed)
{
  const Feed *feed = self;

  *price = pnyx_frame_get (frame, feed->cells);
  *observed = pnyx_frame_get (frame, feed->cells + 1);
  return *price > 0;
}

static const PnyxCode feed_code = { .name = "feed", .execute = feed_execute };

typedef struct
{
  ContractRig *rig;
  PnyxMachine *machine;
  Feed *feed;
  const PnyxLending *lending;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  PnyxLendingMode mode = (PnyxLendingMode)GPOINTER_TO_INT (data);
  ContractRig *rig = contract_rig_new (2, N_ACCOUNTS, 0);
  PnyxArena *arena = pnyx_world_arena (rig->world);
  PnyxLendingSetup setup = {
    .asset = 1,
    .curve = { .slope1 = RATE (4), .slope2 = RATE (60), .kink = RATE (80), .reserve = RATE (10) },
    .terms = { .threshold = 800000, .bonus = 50000, .close_factor = 500000 },
    .ltv = 750000,
    .mode = mode,
    .auction = { .beg = 1050000, .ttl = 3600 * PNYX_SECOND, .tau = 7200 * PNYX_SECOND },
    .auctions_max = 2,
    .penalty = 130000,
    .governor = rig->accounts + GOVERNOR,
    .borrowers = rig->accounts + BORROWER,
    .n_borrowers = 2,
    .lenders = rig->accounts + LENDER,
    .n_lenders = 2,
  };

  fixture->rig = rig;
  fixture->machine = rig->machine;
  fixture->feed = pnyx_arena_array (arena, Feed, 1);
  fixture->feed->contract = pnyx_machine_add_contract (rig->machine, &feed_code, fixture->feed, 2,
                                                       &fixture->feed->cells);
  pnyx_machine_begin_with (rig->machine, fixture->feed->cells, PRICE (1500));
  setup.source = (PnyxPriceSource){ .read = feed_read, .self = fixture->feed };
  setup.stale_after = 3600 * PNYX_SECOND;
  fixture->lending = pnyx_lending_new (arena, rig->machine, &setup);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void)data;
  contract_rig_free (fixture->rig);
}

static PnyxTime
now (const Fixture *fixture)
{
  return pnyx_block_tree_get (fixture->rig->blocks, fixture->rig->head)->time;
}

static void
assert_books (const Fixture *fixture)
{
  g_autofree gchar *fault = pnyx_lending_audit (fixture->lending, fixture->machine, 200);

  g_assert_cmpstr (fault, ==, NULL);
}

static PnyxOutcome
act (Fixture *fixture, guint who, PnyxLendingMethod method, gint64 a, gint64 b, gint64 c)
{
  PnyxCall call
      = { .contract = fixture->lending->contract, .method = method, .arguments = { a, b, c } };
  PnyxOutcome outcome = contract_rig_do (fixture->rig, fixture->rig->accounts + who, &call);

  assert_books (fixture);
  return outcome;
}

#define DONE(who, method, a, b, c)                                                                 \
  g_assert_cmpint (act (fixture, (who), PNYX_LENDING_##method, (a), (b), (c)), ==,                 \
                   PNYX_OUTCOME_DONE)
#define REVERTED(who, method, a, b, c)                                                             \
  g_assert_cmpint (act (fixture, (who), PNYX_LENDING_##method, (a), (b), (c)), ==,                 \
                   PNYX_OUTCOME_REVERTED)

static PnyxAccount
account (const Fixture *fixture, guint who)
{
  return fixture->rig->accounts + who;
}

static PnyxAmount
owns (const Fixture *fixture, guint who, guint asset)
{
  return pnyx_machine_balance (fixture->machine, account (fixture, who), asset);
}

static PnyxLendingPosition
position (const Fixture *fixture, guint who)
{
  return pnyx_lending_position (fixture->lending, fixture->machine, account (fixture, who),
                                now (fixture));
}

static PnyxLendingBooks
books (const Fixture *fixture)
{
  return pnyx_lending_books (fixture->lending, fixture->machine, now (fixture));
}

/* The feed says @price, observed at the time of the block. */
static void
say_price (Fixture *fixture, gint64 price)
{
  PnyxCall call = { .contract = fixture->feed->contract,
                    .arguments = { price, now (fixture) + fixture->rig->step } };

  g_assert_cmpint (contract_rig_do (fixture->rig, account (fixture, KEEPER), &call), ==,
                   PNYX_OUTCOME_DONE);
}

/* The chain's next block is @time later. */
static void
wait_for (Fixture *fixture, PnyxTime time)
{
  PnyxTime step = fixture->rig->step;

  fixture->rig->step = time;
  contract_rig_block (fixture->rig, fixture->rig->head, NULL, 0);
  fixture->rig->step = step;
}

static const PnyxRecord *
last_record (Fixture *fixture, PnyxLendingRecord kind)
{
  for (guint32 i = 0;; i++)
    {
      const PnyxRecord *record = contract_rig_record (fixture->rig, i);

      if (record->contract == fixture->lending->contract && record->kind == kind)
        return record;
    }
}

static void
test_borrowing_up_to_the_limit (Fixture *fixture, gconstpointer data)
{
  const PnyxRecord *record;

  (void)data;
  REVERTED (BORROWER, OPEN, 10 * ONE, 1000 * ONE, 0); /* nobody has deposited */
  DONE (LENDER, DEPOSIT, 100000 * ONE, 0, 0);
  REVERTED (BORROWER, OPEN, 10 * ONE, 11250 * ONE + 1, 0);
  DONE (BORROWER, OPEN, 10 * ONE, 11250 * ONE, 0);
  record = last_record (fixture, PNYX_LENDING_SAID_OPENED);
  g_assert_cmpint (record->values[1], ==, 10 * ONE);
  g_assert_cmpint (record->values[3], ==, PRICE (1500));
  g_assert_cmpint (owns (fixture, BORROWER, PNYX_CASH), ==, (RIG_WEALTH + 11250) * ONE);
  g_assert_cmpint (position (fixture, BORROWER).collateral, ==, 10 * ONE);
  g_assert_cmpint (position (fixture, BORROWER).debt, >=, 11250 * ONE);
  g_assert_cmpint (books (fixture).cash, ==, 88750 * ONE);
  REVERTED (BORROWER, BORROW, 1, 0, 0);
  DONE (BORROWER, PLEDGE, ONE, 0, 0);
  DONE (BORROWER, BORROW, 1000 * ONE, 0, 0);
  REVERTED (BORROWER, RELEASE, 2 * ONE, 0, 0); /* below the threshold */
  DONE (BORROWER, RELEASE, ONE / 2, 0, 0);
  g_assert_cmpint (books (fixture).ltv, ==, 750000);
  g_assert_cmpint (books (fixture).threshold, ==, 800000);
}

static void
test_what_nobody_may (Fixture *fixture, gconstpointer data)
{
  (void)data;
  DONE (LENDER, DEPOSIT, 100000 * ONE, 0, 0);
  REVERTED (LENDER, DEPOSIT, 0, 0, 0);
  REVERTED (LENDER, DEPOSIT, -1, 0, 0);
  REVERTED (LENDER, DEPOSIT, (RIG_WEALTH + 1) * ONE, 0, 0); /* has not as much */
  REVERTED (BORROWER, DEPOSIT, ONE, 0, 0);                  /* is no lender */
  REVERTED (LENDER, WITHDRAW, 0, 0, 0);
  REVERTED (LENDER, WITHDRAW, 100000 * ONE + 1, 0, 0);
  REVERTED (OTHER_LENDER, WITHDRAW, 1, 0, 0);
  REVERTED (OTHER_LENDER, WITHDRAW, G_MAXINT64, 0, 0);
  REVERTED (LENDER, PLEDGE, ONE, 0, 0); /* is no borrower */
  REVERTED (BORROWER, PLEDGE, 0, 0, 0);
  REVERTED (BORROWER, PLEDGE, (RIG_WEALTH + 1) * ONE, 0, 0);
  REVERTED (BORROWER, RELEASE, 1, 0, 0);
  REVERTED (BORROWER, BORROW, 1, 0, 0); /* nothing pledged */
  REVERTED (BORROWER, BORROW, 0, 0, 0);
  REVERTED (BORROWER, REPAY, 1, 0, 0); /* nothing owed */
  REVERTED (BORROWER, CLOSE, 0, 0, 0);
  REVERTED (KEEPER, LIQUIDATE, account (fixture, KEEPER), ONE, 0);
  REVERTED (KEEPER, LIQUIDATE, -1, ONE, 0);
  REVERTED (KEEPER, BITE, account (fixture, BORROWER), 0, 0); /* another kind of liquidation */
  REVERTED (KEEPER, TEND, 0, 0, 0);
  REVERTED (KEEPER, ACCRUE + 1, 0, 0, 0);
  REVERTED (KEEPER, GOVERN, 100000, 200000, 0);
  REVERTED (GOVERNOR, GOVERN, 300000, 200000, 0);
  REVERTED (GOVERNOR, GOVERN, -1, 200000, 0);
  REVERTED (GOVERNOR, GOVERN, 300000, PNYX_LENDING_PARTS + 1, 0);
  REVERTED (GOVERNOR, GOVERN, 300000, 300000, -1);
}

static void
test_interest_goes_to_depositors_and_the_reserve (Fixture *fixture, gconstpointer data)
{
  PnyxLendingBooks before, after;
  gint64 interest;

  (void)data;
  DONE (LENDER, DEPOSIT, 10000 * ONE, 0, 0);
  DONE (OTHER_LENDER, DEPOSIT, 5000 * ONE, 0, 0);
  DONE (BORROWER, OPEN, 100 * ONE, 6000 * ONE, 0); /* utilisation .4: 2 % */
  before = books (fixture);
  g_assert_cmpint (before.utilisation, ==, RATE (40));
  g_assert_cmpint (before.borrow_rate, ==, RATE (2));
  wait_for (fixture, YEAR);
  after = books (fixture);
  interest = after.debt - before.debt;
  g_assert_cmpfloat_with_epsilon ((gdouble)interest / 6000e6, 0.0202013, 1e-6);
  g_assert_cmpint (after.reserve - before.reserve, ==, (interest + 9) / 10);
  g_assert_cmpint (after.claims - before.claims, <=, interest - (interest + 9) / 10);
  g_assert_cmpint (after.claims - before.claims, >=, interest - (interest + 9) / 10 - 2);
  g_assert_cmpfloat_with_epsilon (
      (gdouble)pnyx_lending_deposit (fixture->lending, fixture->machine, account (fixture, LENDER),
                                     now (fixture))
          / (gdouble)pnyx_lending_deposit (fixture->lending, fixture->machine,
                                           account (fixture, OTHER_LENDER), now (fixture)),
      2, 1e-9);
  DONE (KEEPER, ACCRUE, 0, 0, 0);
  DONE (BORROWER, REPAY, G_MAXINT64, 0, 0);
  g_assert_cmpint (position (fixture, BORROWER).debt, ==, 0);
  g_assert_cmpint (books (fixture).debt, ==, 0);
  DONE (BORROWER, CLOSE, 0, 0, 0);
  g_assert_cmpint (owns (fixture, BORROWER, 1), ==, RIG_WEALTH * ONE);
  DONE (LENDER, WITHDRAW, G_MAXINT64, 0, 0);
  DONE (OTHER_LENDER, WITHDRAW, G_MAXINT64, 0, 0);
  g_assert_cmpint (owns (fixture, LENDER, PNYX_CASH), >, RIG_WEALTH * ONE + 70 * ONE);
  g_assert_cmpint (books (fixture).claims, <=, 2);
  g_assert_cmpint (books (fixture).cash, >=, after.reserve);
}

/* What is lent cannot be withdrawn; asking for all gives what there is. */
static void
test_depositors_wait_for_what_is_lent (Fixture *fixture, gconstpointer data)
{
  (void)data;
  DONE (LENDER, DEPOSIT, 1000 * ONE, 0, 0);
  DONE (BORROWER, OPEN, 10 * ONE, 900 * ONE, 0);
  REVERTED (LENDER, WITHDRAW, 101 * ONE, 0, 0);
  DONE (LENDER, WITHDRAW, G_MAXINT64, 0, 0);
  g_assert_cmpint (books (fixture).cash, ==, 0);
  g_assert_cmpint (owns (fixture, LENDER, PNYX_CASH), ==, (RIG_WEALTH - 900) * ONE);
  REVERTED (LENDER, WITHDRAW, G_MAXINT64, 0, 0);
  g_assert_cmpint (books (fixture).utilisation, ==, PNYX_LENDING_RATE_ONE);
}

static void
test_a_liquidation_at_a_fixed_spread (Fixture *fixture, gconstpointer data)
{
  const PnyxRecord *record;
  PnyxLendingPosition before;

  (void)data;
  DONE (LENDER, DEPOSIT, 100000 * ONE, 0, 0);
  DONE (BORROWER, OPEN, 10 * ONE, 11250 * ONE, 0);
  REVERTED (KEEPER, LIQUIDATE, account (fixture, BORROWER), G_MAXINT64, 0); /* healthy */
  say_price (fixture, PRICE (1350));
  before = position (fixture, BORROWER);
  REVERTED (KEEPER, LIQUIDATE, account (fixture, OTHER_BORROWER), G_MAXINT64, 0);
  REVERTED (KEEPER, LIQUIDATE, account (fixture, BORROWER), 0, 0);
  REVERTED (KEEPER, LIQUIDATE, account (fixture, BORROWER), G_MAXINT64, 5 * ONE); /* asks more */
  DONE (KEEPER, LIQUIDATE, account (fixture, BORROWER), G_MAXINT64, 4 * ONE);
  record = last_record (fixture, PNYX_LENDING_SAID_LIQUIDATED);
  g_assert_cmpint (record->values[0], ==, account (fixture, BORROWER));
  g_assert_cmpint (ABS (record->values[1] - (before.debt + 1) / 2), <=, 100);
  g_assert_cmpint (record->values[3], ==, PRICE (1350));
  g_assert_cmpint (owns (fixture, KEEPER, 1), ==, RIG_WEALTH * ONE + record->values[2]);
  g_assert_cmpint (owns (fixture, KEEPER, PNYX_CASH), ==, RIG_WEALTH * ONE - record->values[1]);
  record = last_record (fixture, PNYX_LENDING_SAID_POSITION);
  g_assert_cmpint (record->values[1], ==, 10 * ONE);
  g_assert_cmpint (record->values[3], ==, 800000);
  g_assert_cmpint (books (fixture).written_off, ==, 0);
}

static void
test_bad_debt_falls_on_the_reserve_and_then_on_all_depositors (Fixture *fixture, gconstpointer data)
{
  const PnyxRecord *record;
  PnyxLendingBooks before, after;
  guint calls = 0;

  (void)data;
  DONE (LENDER, DEPOSIT, 60000 * ONE, 0, 0);
  DONE (OTHER_LENDER, DEPOSIT, 40000 * ONE, 0, 0);
  DONE (BORROWER, OPEN, 10 * ONE, 11250 * ONE, 0);
  wait_for (fixture, 30 * 24 * 3600 * PNYX_SECOND);
  say_price (fixture, PRICE (1100));
  before = books (fixture);
  g_assert_cmpint (before.reserve, >, 0);
  while (position (fixture, BORROWER).collateral > 0)
    {
      DONE (KEEPER, LIQUIDATE, account (fixture, BORROWER), G_MAXINT64, 0);
      calls++;
    }
  g_assert_cmpuint (calls, >, 2);
  record = last_record (fixture, PNYX_LENDING_SAID_WRITTEN_OFF);
  after = books (fixture);
  g_assert_cmpint (position (fixture, BORROWER).debt, ==, 0);
  g_assert_cmpint (after.debt, ==, 0);
  g_assert_cmpint (after.written_off, ==, record->values[1]);
  g_assert_cmpint (record->values[1], ==, record->values[2] + record->values[3]);
  g_assert_cmpint (record->values[3], >, 0);
  g_assert_cmpint (after.reserve, ==, 0);
  g_assert_cmpfloat_with_epsilon ((gdouble)record->values[1] / 1e6,
                                  (gdouble)before.debt / 1e6 - 10 * 1100 / 1.05, 0.1);
  g_assert_cmpint (before.claims - after.claims, >=, record->values[3] - 10 * ONE);
  REVERTED (KEEPER, LIQUIDATE, account (fixture, BORROWER), G_MAXINT64, 0);
}

static void
test_the_guard_blocks_what_needs_a_price (Fixture *fixture, gconstpointer data)
{
  const PnyxRecord *record;

  (void)data;
  DONE (LENDER, DEPOSIT, 100000 * ONE, 0, 0);
  DONE (BORROWER, OPEN, 10 * ONE, 11250 * ONE, 0);
  say_price (fixture, PRICE (1000));
  wait_for (fixture, 3600 * PNYX_SECOND - fixture->rig->step);
  DONE (KEEPER, LIQUIDATE, account (fixture, BORROWER), ONE, 0); /* just in time */
  DONE (KEEPER, LIQUIDATE, account (fixture, BORROWER), ONE, 0);
  record = last_record (fixture, PNYX_LENDING_SAID_BLOCKED);
  g_assert_cmpint (record->values[0], ==, PNYX_LENDING_LIQUIDATE);
  g_assert_cmpint (record->values[1], ==, account (fixture, BORROWER));
  g_assert_cmpint (record->values[2], ==, PRICE (1000));
  g_assert_cmpint (record->values[3], ==, 3600 * PNYX_SECOND + fixture->rig->step);
  DONE (OTHER_BORROWER, OPEN, 10 * ONE, 100 * ONE, 0);
  g_assert_cmpint (last_record (fixture, PNYX_LENDING_SAID_BLOCKED)->values[0], ==,
                   PNYX_LENDING_OPEN);
  g_assert_cmpint (position (fixture, OTHER_BORROWER).collateral, ==, 0);
  g_assert_cmpint (owns (fixture, OTHER_BORROWER, 1), ==, RIG_WEALTH * ONE);
  DONE (BORROWER, RELEASE, 1, 0, 0);
  g_assert_cmpint (position (fixture, BORROWER).collateral, <, 10 * ONE);
  g_assert_cmpint (last_record (fixture, PNYX_LENDING_SAID_BLOCKED)->values[0], ==,
                   PNYX_LENDING_RELEASE);
  /* What needs none goes on. */
  DONE (BORROWER, REPAY, G_MAXINT64, 0, 0);
  DONE (BORROWER, RELEASE, ONE, 0, 0);
  DONE (BORROWER, CLOSE, 0, 0, 0);
  /* No price at all is the same as an old one. */
  say_price (fixture, 0);
  DONE (OTHER_BORROWER, OPEN, 10 * ONE, 100 * ONE, 0);
  g_assert_cmpint (last_record (fixture, PNYX_LENDING_SAID_BLOCKED)->values[2], ==, 0);
}

static void
test_who_governs_changes_the_terms (Fixture *fixture, gconstpointer data)
{
  gint64 rate;

  (void)data;
  DONE (LENDER, DEPOSIT, 100000 * ONE, 0, 0);
  DONE (BORROWER, OPEN, 10 * ONE, 11000 * ONE, 0);
  rate = books (fixture).borrow_rate;
  DONE (GOVERNOR, GOVERN, 500000, 700000, RATE (3));
  g_assert_cmpint (books (fixture).ltv, ==, 500000);
  g_assert_cmpint (books (fixture).threshold, ==, 700000);
  g_assert_cmpint (books (fixture).borrow_rate, >=, rate + RATE (3));
  REVERTED (OTHER_BORROWER, OPEN, 10 * ONE, 7500 * ONE + 1, 0);
  DONE (OTHER_BORROWER, OPEN, 10 * ONE, 7500 * ONE - 2, 0); /* rounded up */
  /* Tighter terms alone make a loan liquidatable: 0.7 * 15000 < 11000. */
  DONE (KEEPER, LIQUIDATE, account (fixture, BORROWER), ONE, 0);
  g_assert_cmpint (last_record (fixture, PNYX_LENDING_SAID_POSITION)->values[3], ==, 700000);
}

/* ---- Auctions ---- */

/* A loan of 11250 against 10 that is worth 13500. Returns: the debt. */
static gint64
bite (Fixture *fixture)
{
  gint64 debt;

  DONE (LENDER, DEPOSIT, 100000 * ONE, 0, 0);
  DONE (BORROWER, OPEN, 10 * ONE, 11250 * ONE, 0);
  REVERTED (KEEPER, BITE, account (fixture, BORROWER), 0, 0);
  say_price (fixture, PRICE (1350));
  REVERTED (KEEPER, LIQUIDATE, account (fixture, BORROWER), G_MAXINT64, 0); /* another kind */
  DONE (KEEPER, BITE, account (fixture, BORROWER), 0, 0);
  g_assert_true (pnyx_lending_auction (fixture->lending, fixture->machine, 0, &(PnyxAuction){ 0 },
                                       NULL, &debt));
  return debt;
}

static void
test_an_auction_that_covers_the_debt (Fixture *fixture, gconstpointer data)
{
  gint64 debt = bite (fixture), tab = (debt * 113 + 99) / 100, lot = 10 * ONE;
  PnyxLendingBooks before = books (fixture), after;
  PnyxAccount owner;
  PnyxAuction auction;

  (void)data;
  g_assert_cmpint (position (fixture, BORROWER).debt, ==, 0);
  g_assert_cmpint (before.auctioned, ==, debt);
  g_assert_true (
      pnyx_lending_auction (fixture->lending, fixture->machine, 0, &auction, &owner, NULL));
  g_assert_cmpuint (owner, ==, account (fixture, BORROWER));
  g_assert_cmpint (auction.tab, ==, tab);
  REVERTED (KEEPER, BITE, account (fixture, BORROWER), 0, 0); /* nothing is left of it */
  REVERTED (KEEPER, DEAL, 0, 0, 0);
  REVERTED (KEEPER, TICK, 0, 0, 0);
  REVERTED (KEEPER, TEND, 0, lot - 1, ONE);
  REVERTED (KEEPER, TEND, 1, lot, ONE); /* there is no such auction */
  REVERTED (KEEPER, TEND, 2, lot, ONE);
  REVERTED (KEEPER, TEND, -1, lot, ONE);
  DONE (KEEPER, TEND, 0, lot, 5000 * ONE);
  REVERTED (OTHER_KEEPER, TEND, 0, lot, 5001 * ONE);
  DONE (OTHER_KEEPER, TEND, 0, lot, tab);
  g_assert_cmpint (owns (fixture, KEEPER, PNYX_CASH), ==, RIG_WEALTH * ONE); /* refunded */
  g_assert_cmpint (books (fixture).bids, ==, tab);
  REVERTED (KEEPER, DENT, 0, lot, tab);
  DONE (KEEPER, DENT, 0, 9 * ONE, tab);
  g_assert_cmpint (owns (fixture, BORROWER, 1), ==, (RIG_WEALTH - 9) * ONE);
  g_assert_cmpint (owns (fixture, OTHER_KEEPER, PNYX_CASH), ==, RIG_WEALTH * ONE);
  wait_for (fixture, 3600 * PNYX_SECOND);
  DONE (GOVERNOR, DEAL, 0, 0, 0); /* anybody may */
  after = books (fixture);
  g_assert_cmpint (owns (fixture, KEEPER, 1), ==, (RIG_WEALTH + 9) * ONE);
  g_assert_cmpint (after.auctioned, ==, 0);
  g_assert_cmpint (after.bids, ==, 0);
  g_assert_cmpint (after.reserve - before.reserve, ==, tab - debt);
  g_assert_cmpint (after.written_off, ==, 0);
  g_assert_false (
      pnyx_lending_auction (fixture->lending, fixture->machine, 0, &auction, NULL, NULL));
  REVERTED (KEEPER, DEAL, 0, 0, 0);
}

/* Alone at the auction: a smallest unit of money for all of it. */
static void
test_a_bid_of_next_to_nothing (Fixture *fixture, gconstpointer data)
{
  gint64 debt = bite (fixture);
  const PnyxRecord *record;

  (void)data;
  DONE (KEEPER, TEND, 0, 10 * ONE, 1);
  wait_for (fixture, 3601 * PNYX_SECOND);
  DONE (KEEPER, DEAL, 0, 0, 0);
  g_assert_cmpint (owns (fixture, KEEPER, 1), ==, (RIG_WEALTH + 10) * ONE);
  record = last_record (fixture, PNYX_LENDING_SAID_DEALT);
  g_assert_cmpint (record->values[2], ==, 1);
  g_assert_cmpint (record->values[3], ==, debt);
  record = last_record (fixture, PNYX_LENDING_SAID_WRITTEN_OFF);
  g_assert_cmpint (record->values[0], ==, account (fixture, BORROWER));
  g_assert_cmpint (record->values[1], ==, debt - 1);
}

static void
open_and_fall (Fixture *fixture, guint who)
{
  say_price (fixture, PRICE (1500));
  DONE (who, OPEN, 10 * ONE, 11000 * ONE, 0);
  say_price (fixture, PRICE (1000));
}

static void
test_auctions_begin_again_and_places_are_used_again (Fixture *fixture, gconstpointer data)
{
  (void)data;
  bite (fixture);
  wait_for (fixture, 7201 * PNYX_SECOND);
  REVERTED (KEEPER, TEND, 0, 10 * ONE, ONE);
  DONE (OTHER_KEEPER, TICK, 0, 0, 0);
  DONE (KEEPER, TEND, 0, 10 * ONE, ONE);
  open_and_fall (fixture, OTHER_BORROWER);
  DONE (KEEPER, BITE, account (fixture, OTHER_BORROWER), 0, 0);
  g_assert_cmpint (last_record (fixture, PNYX_LENDING_SAID_BITTEN)->values[1], ==, 1);
  open_and_fall (fixture, BORROWER);
  REVERTED (KEEPER, BITE, account (fixture, BORROWER), 0, 0); /* there are two places */
  wait_for (fixture, 3601 * PNYX_SECOND);
  DONE (KEEPER, DEAL, 0, 0, 0);
  say_price (fixture, PRICE (1000));
  DONE (KEEPER, BITE, account (fixture, BORROWER), 0, 0);
  g_assert_cmpint (last_record (fixture, PNYX_LENDING_SAID_BITTEN)->values[1], ==, 0);
  /* The place that was left last is taken first. */
  DONE (KEEPER, TEND, 0, 10 * ONE, 9000 * ONE);
  DONE (KEEPER, TEND, 1, 10 * ONE, 9000 * ONE);
  wait_for (fixture, 3601 * PNYX_SECOND);
  DONE (KEEPER, DEAL, 0, 0, 0);
  DONE (KEEPER, DEAL, 1, 0, 0);
  open_and_fall (fixture, BORROWER);
  DONE (KEEPER, BITE, account (fixture, BORROWER), 0, 0);
  g_assert_cmpint (last_record (fixture, PNYX_LENDING_SAID_BITTEN)->values[1], ==, 1);
}

/* ---- Everything at once ---- */

/* Random calls by everybody at prices that jump, with branches: what there is stays the same, the
 * books balance, whatever happens. */
static void
test_random_calls_balance (Fixture *fixture, gconstpointer data)
{
  static const PnyxLendingMethod methods[]
      = { PNYX_LENDING_DEPOSIT,   PNYX_LENDING_WITHDRAW, PNYX_LENDING_PLEDGE, PNYX_LENDING_RELEASE,
          PNYX_LENDING_BORROW,    PNYX_LENDING_REPAY,    PNYX_LENDING_OPEN,   PNYX_LENDING_CLOSE,
          PNYX_LENDING_LIQUIDATE, PNYX_LENDING_BITE,     PNYX_LENDING_TEND,   PNYX_LENDING_DENT,
          PNYX_LENDING_TICK,      PNYX_LENDING_DEAL,     PNYX_LENDING_ACCRUE };
  guint done[G_N_ELEMENTS (methods)] = { 0 }, forks = 0;
  PnyxRng rng;

  (void)data;
  pnyx_rng_init (&rng, 1, 0, 0, "test", "calls");
  for (guint32 i = 0; i < 6000; i++)
    {
      guint which = (guint)pnyx_rng_below (&rng, i, 0, G_N_ELEMENTS (methods));
      guint who = (guint)pnyx_rng_below (&rng, i, 1, N_ACCOUNTS);
      gint64 amount = (gint64)(pnyx_rng_u64 (&rng, i, 2) >> (36 + i % 8)); /* 0.2 to 270 units */
      PnyxCall call = { .contract = fixture->lending->contract, .method = methods[which] };

      call.arguments[0] = methods[which] == PNYX_LENDING_DEPOSIT ? 3000 * amount : amount;
      if (methods[which] == PNYX_LENDING_BORROW || methods[which] == PNYX_LENDING_REPAY)
        call.arguments[0] = 300 * amount;
      call.arguments[1] = (gint64)((gdouble)amount * 1000 * sqrt (pnyx_rng_uniform (&rng, i, 3)));
      if (methods[which] == PNYX_LENDING_LIQUIDATE || methods[which] == PNYX_LENDING_BITE)
        {
          call.arguments[0] = account (fixture, BORROWER + (guint)(amount & 1));
          call.arguments[1] = G_MAXINT64;
        }
      if (methods[which] >= PNYX_LENDING_TEND && methods[which] <= PNYX_LENDING_DEAL)
        {
          PnyxAuction auction = { 0 };

          call.arguments[0] = amount & 1;
          if (pnyx_lending_auction (fixture->lending, fixture->machine, amount & 1, &auction, NULL,
                                    NULL))
            {
              gboolean tend = auction.bid < auction.tab;

              call.method = methods[which] == PNYX_LENDING_DENT && tend ? PNYX_LENDING_TEND
                                                                        : methods[which];
              call.arguments[1]
                  = call.method == PNYX_LENDING_DENT ? auction.lot * 9 / 10 : auction.lot;
              call.arguments[2]
                  = tend ? MIN (auction.tab, auction.bid * 2 + 1 + (amount >> 10)) : auction.bid;
            }
        }
      fixture->rig->step = (1 + (PnyxTime)pnyx_rng_below (&rng, i, 4, 500)) * PNYX_SECOND;
      if (i % 4 == 0)
        say_price (fixture, PRICE (1) * (gint64)(700 + pnyx_rng_below (&rng, i, 5, 1000)));
      if (i % 50 == 49)
        {
          /* Back by a few blocks: another branch begins. */
          guint32 height = pnyx_block_tree_get (fixture->rig->blocks, fixture->rig->head)->height;

          fixture->rig->head
              = pnyx_block_tree_ancestor (fixture->rig->blocks, fixture->rig->head,
                                          height - 1 - (guint32)pnyx_rng_below (&rng, i, 6, 5));
          forks++;
        }
      if (contract_rig_do (fixture->rig, account (fixture, who), &call) == PNYX_OUTCOME_DONE)
        done[which]++;
      {
        g_autofree gchar *fault
            = pnyx_lending_audit (fixture->lending, fixture->machine, 10 * (gint64)(i + 1));

        g_assert_cmpstr (fault, ==, NULL);
      }
    }
  g_assert_cmpuint (forks, >, 100);
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      gboolean auction = methods[i] >= PNYX_LENDING_BITE && methods[i] <= PNYX_LENDING_DEAL;
      gboolean other = auction != (fixture->lending->setup.mode == PNYX_LENDING_AUCTION);

      g_test_message ("method %u: %u", methods[i], done[i]);
      if (!(other && (auction || methods[i] == PNYX_LENDING_LIQUIDATE))
          && methods[i] != PNYX_LENDING_TICK)
        g_assert_cmpuint (done[i], >, 3);
    }
}

static void
test_without_gas_nothing_happens (Fixture *fixture, gconstpointer data)
{
  PnyxCall call = { .contract = fixture->lending->contract,
                    .method = PNYX_LENDING_LIQUIDATE,
                    .arguments = { account (fixture, BORROWER), G_MAXINT64, 0 } };
  guint done = 0;

  (void)data;
  DONE (LENDER, DEPOSIT, 100000 * ONE, 0, 0);
  DONE (BORROWER, OPEN, 10 * ONE, 11250 * ONE, 0);
  say_price (fixture, PRICE (1000));
  for (guint64 gas = 0; gas < 300000; gas += 500)
    {
      PnyxOutcome outcome
          = pnyx_machine_try (fixture->machine, account (fixture, KEEPER), &call, gas, NULL);

      g_assert_true (outcome == PNYX_OUTCOME_DONE || outcome == PNYX_OUTCOME_OUT_OF_GAS);
      g_assert_true (done == 0 || outcome == PNYX_OUTCOME_DONE);
      done += outcome == PNYX_OUTCOME_DONE ? 1 : 0;
    }
  g_assert_cmpuint (done, >, 0);
}

static void
test_loans_from_genesis_on (void)
{
  g_autoptr (ContractRig) rig = contract_rig_new (2, 2, 0);
  PnyxLendingSetup setup = { .asset = 1,
                             .terms = { .threshold = 800000 },
                             .source = { .read = feed_read },
                             .governor = PNYX_NONE,
                             .borrowers = rig->accounts,
                             .n_borrowers = 1,
                             .lenders = rig->accounts + 1,
                             .n_lenders = 1 };
  const PnyxLending *lending
      = pnyx_lending_new (pnyx_world_arena (rig->world), rig->machine, &setup);
  g_autofree gchar *fault = NULL;

  pnyx_lending_begin_loan (lending, rig->machine, rig->accounts, 10 * ONE, 700 * ONE);
  pnyx_lending_begin_deposit (lending, rig->machine, rig->accounts + 1, 600 * ONE);
  pnyx_lending_begin_deposit (lending, rig->machine, rig->accounts + 1, 400 * ONE);
  contract_rig_audit (rig);
  fault = pnyx_lending_audit (lending, rig->machine, 0);
  g_assert_cmpstr (fault, ==, NULL);
  g_assert_cmpint (pnyx_lending_books (lending, rig->machine, 0).cash, ==, 300 * ONE);
  g_assert_cmpint (pnyx_machine_balance (rig->machine, rig->accounts, PNYX_CASH), ==,
                   (RIG_WEALTH + 700) * ONE);
}

/* The audit of the books has to see a loan that was never written down. */
static void
test_the_audit_sees_what_is_missing (Fixture *fixture, gconstpointer data)
{
  const PnyxCell cells = fixture->lending->cells;
  const struct
  {
    PnyxCell cell, also; /* which belongs to it */
    const gchar *what;
  } faults[] = {
    { cells + LENDING_SCALED_DEPOSIT, fixture->lending->deposits, "and owes 100" },
    { cells + LENDING_CASH, cells + LENDING_CASH, "lending has 100" },
    { fixture->lending->positions, fixture->lending->positions, "have pledged" },
    { fixture->lending->positions + 1, fixture->lending->positions + 1, "shares of debt" },
    { fixture->lending->deposits, fixture->lending->deposits, "depositors' shares" },
  };

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree gchar *fault = NULL;

      /* In genesis cells may be set: here without what they stand for. */
      pnyx_machine_begin_with (fixture->machine, faults[i].cell, 100);
      pnyx_machine_begin_with (fixture->machine, faults[i].also, 100);
      fault = pnyx_lending_audit (fixture->lending, fixture->machine, 10);
      g_assert_nonnull (fault);
      g_assert_nonnull (strstr (fault, faults[i].what));
      pnyx_machine_begin_with (fixture->machine, faults[i].cell, 0);
      pnyx_machine_begin_with (fixture->machine, faults[i].also, 0);
      assert_books (fixture);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, mode, function)                                                                  \
  g_test_add ("/contract/lending/" name, Fixture, GINT_TO_POINTER (mode), set_up, function,        \
              tear_down)
#define FIXED PNYX_LENDING_FIXED_SPREAD
#define AUCTION PNYX_LENDING_AUCTION
  ADD ("borrowing-up-to-the-limit", FIXED, test_borrowing_up_to_the_limit);
  ADD ("what-nobody-may", FIXED, test_what_nobody_may);
  ADD ("interest-goes-to-depositors-and-the-reserve", FIXED,
       test_interest_goes_to_depositors_and_the_reserve);
  ADD ("depositors-wait-for-what-is-lent", FIXED, test_depositors_wait_for_what_is_lent);
  ADD ("a-liquidation-at-a-fixed-spread", FIXED, test_a_liquidation_at_a_fixed_spread);
  ADD ("bad-debt-falls-on-the-reserve-and-then-on-all-depositors", FIXED,
       test_bad_debt_falls_on_the_reserve_and_then_on_all_depositors);
  ADD ("the-guard-blocks-what-needs-a-price", FIXED, test_the_guard_blocks_what_needs_a_price);
  ADD ("who-governs-changes-the-terms", FIXED, test_who_governs_changes_the_terms);
  ADD ("an-auction-that-covers-the-debt", AUCTION, test_an_auction_that_covers_the_debt);
  ADD ("a-bid-of-next-to-nothing", AUCTION, test_a_bid_of_next_to_nothing);
  ADD ("auctions-begin-again-and-places-are-used-again", AUCTION,
       test_auctions_begin_again_and_places_are_used_again);
  ADD ("random-calls-balance-at-a-fixed-spread", FIXED, test_random_calls_balance);
  ADD ("random-calls-balance-with-auctions", AUCTION, test_random_calls_balance);
  ADD ("without-gas-nothing-happens", FIXED, test_without_gas_nothing_happens);
  g_test_add_func ("/contract/lending/loans-from-genesis-on", test_loans_from_genesis_on);
  ADD ("the-audit-sees-what-is-missing", FIXED, test_the_audit_sees_what_is_missing);
  return g_test_run ();
}
