/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/pool.h"

#include <math.h>

#include "support/contract_rig.h"

#define ONE PNYX_AMOUNT_ONE

/* A contract that borrows from the pool: what it does is its first argument of its own. */
typedef enum
{
  BORROWER_REPAYS,       /* the second argument, of the same asset */
  BORROWER_KEEPS,        /* everything */
  BORROWER_REENTERS,     /* swaps inside the loan, then repays */
  BORROWER_REPAYS_OTHER, /* the second argument, of the other asset */
} BorrowerDeed;

typedef struct
{
  const PnyxPool *pool;
  guint32 contract;
  PnyxAccount account;
} Borrower;

static gboolean
borrower_execute (gconstpointer self, PnyxFrame *frame, const PnyxCall *call)
{
  const Borrower *borrower = self;
  guint side = (guint)call->arguments[0];
  PnyxCall again
      = { .contract = borrower->pool->contract, .method = PNYX_POOL_SWAP, .arguments = { 0, 10 } };

  switch (call->arguments[2])
    {
    case BORROWER_KEEPS:
      return TRUE;
    case BORROWER_REENTERS:
      if (!pnyx_frame_call (frame, &again, NULL))
        return FALSE;
      break;
    case BORROWER_REPAYS_OTHER:
      side = 1 - side;
      break;
    default:
      break;
    }
  return pnyx_frame_pay (frame, borrower->pool->assets[side], borrower->pool->account,
                         call->arguments[3]);
}

static const PnyxCode borrower_code = { .name = "borrower", .execute = borrower_execute };

typedef struct
{
  ContractRig *rig;
  const PnyxPool *pool;
  Borrower *borrower;
} Fixture;

/* 10^6 of asset 1 at 0.5 of money each; a borrower that owns as much itself. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  PnyxArena *arena;
  PnyxPoolSetup setup = { .assets = { 1, PNYX_CASH }, .fee = PNYX_POOL_FEE, .n_providers = 2 };
  PnyxCell cell;

  (void)data;
  fixture->rig = contract_rig_new (2, 3, 0);
  arena = pnyx_world_arena (fixture->rig->world);
  setup.providers = fixture->rig->accounts;
  setup.reserves[0] = 1000000 * ONE;
  setup.reserves[1] = 500000 * ONE;
  fixture->pool = pnyx_pool_new (arena, fixture->rig->machine, &setup);
  fixture->borrower = pnyx_arena_array (arena, Borrower, 1);
  fixture->borrower->pool = fixture->pool;
  fixture->borrower->contract = pnyx_machine_add_contract (fixture->rig->machine, &borrower_code,
                                                           fixture->borrower, 0, &cell);
  fixture->borrower->account
      = pnyx_machine_contract_account (fixture->rig->machine, fixture->borrower->contract);
  for (guint i = 0; i < 2; i++)
    pnyx_machine_endow (fixture->rig->machine, fixture->borrower->account, i, 1000000 * ONE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void)data;
  contract_rig_free (fixture->rig);
}

static PnyxOutcome
act (Fixture *fixture, PnyxAccount who, PnyxPoolMethod method, gint64 a, gint64 b, gint64 c)
{
  PnyxCall call
      = { .contract = fixture->pool->contract, .method = method, .arguments = { a, b, c } };

  return contract_rig_do (fixture->rig, fixture->rig->accounts + who, &call);
}

static PnyxAmount
owns (Fixture *fixture, PnyxAccount who, guint asset)
{
  return pnyx_machine_balance (fixture->rig->machine, fixture->rig->accounts + who, asset);
}

static void
test_a_swap_pays_what_the_rule_says (Fixture *fixture, gconstpointer data)
{
  PnyxAmount before = owns (fixture, 2, PNYX_CASH);
  const PnyxRecord *record;

  (void)data;
  g_assert_cmpint (pnyx_pool_price (fixture->pool, fixture->rig->machine), ==, PNYX_PRICE_ONE / 2);
  g_assert_cmpint (act (fixture, 2, PNYX_POOL_SWAP, 0, 10000 * ONE, 0), ==, PNYX_OUTCOME_DONE);
  g_assert_cmpint (owns (fixture, 2, PNYX_CASH) - before, ==, 4935790171); /* micro-units */
  g_assert_cmpint (pnyx_pool_reserve (fixture->pool, fixture->rig->machine, 0), ==, 1010000 * ONE);
  record = contract_rig_record (fixture->rig, 0);
  g_assert_cmpuint (record->kind, ==, PNYX_POOL_SWAPPED);
  g_assert_cmpint (record->values[2], ==, 4935790171);
  g_assert_cmpint (record->values[3], ==, pnyx_pool_price (fixture->pool, fixture->rig->machine));
  g_assert_cmpint (act (fixture, 2, PNYX_POOL_SWAP, 1, 4935790171, 0), ==, PNYX_OUTCOME_DONE);
  g_assert_cmpint (contract_rig_record (fixture->rig, 0)->values[2] / ONE, ==, 9940);
}

static void
test_swaps_that_are_refused (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    gint64 side, in, least;
  } bad[] = { { 0, 0, 0 },
              { 0, -5, 0 },
              { 0, 1, 0 }, /* buys nothing */
              { 0, 10000 * ONE, 4935790172 },
              { 1, G_MAXINT64, 0 },
              { 0, (RIG_WEALTH + 1) * ONE, 0 } };

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_cmpint (act (fixture, 2, PNYX_POOL_SWAP, bad[i].side, bad[i].in, bad[i].least), ==,
                     PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (act (fixture, 2, PNYX_POOL_SYNC + 1, 0, 0, 0), ==, PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (pnyx_pool_reserve (fixture->pool, fixture->rig->machine, 0), ==, 1000000 * ONE);
}

static void
test_providing_and_taking_back (Fixture *fixture, gconstpointer data)
{
  PnyxMachine *machine = fixture->rig->machine;
  const PnyxAccount second = fixture->rig->accounts + 1;
  gint64 shares;

  (void)data;
  /* As much as the ratio asks: half of the money that is offered. */
  g_assert_cmpint (act (fixture, 1, PNYX_POOL_MINT, 100 * ONE, 100 * ONE, 0), ==,
                   PNYX_OUTCOME_DONE);
  g_assert_cmpint (owns (fixture, 1, PNYX_CASH), ==, (RIG_WEALTH - 50) * ONE);
  shares = pnyx_pool_shares (fixture->pool, machine, second);
  g_assert_cmpint (shares, ==, 70710678); /* sqrt (0.5) 100 */
  g_assert_cmpint (act (fixture, 1, PNYX_POOL_BURN, shares + 1, 0, 0), ==, PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (act (fixture, 1, PNYX_POOL_BURN, 0, 0, 0), ==, PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (act (fixture, 1, PNYX_POOL_BURN, 1, 0, 0), ==,
                   PNYX_OUTCOME_REVERTED); /* worth no unit of money */
  g_assert_cmpint (act (fixture, 1, PNYX_POOL_BURN, shares, 0, 0), ==, PNYX_OUTCOME_DONE);
  g_assert_cmpint (pnyx_pool_shares (fixture->pool, machine, second), ==, 0);
  g_assert_cmpint (owns (fixture, 1, PNYX_CASH), <=, RIG_WEALTH * ONE);
  g_assert_cmpint (owns (fixture, 1, PNYX_CASH), >=, RIG_WEALTH * ONE - 2);
  /* Who is no provider may not; nor with nothing of one asset. */
  g_assert_cmpint (act (fixture, 2, PNYX_POOL_MINT, 100 * ONE, 100 * ONE, 0), ==,
                   PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (act (fixture, 2, PNYX_POOL_BURN, 1, 0, 0), ==, PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (act (fixture, 1, PNYX_POOL_MINT, 100 * ONE, 0, 0), ==, PNYX_OUTCOME_REVERTED);
}

static void
test_an_empty_pool_is_begun_by_who_provides_first (void)
{
  g_autoptr (ContractRig) rig = contract_rig_new (2, 1, 0);
  PnyxPoolSetup setup = {
    .assets = { 1, PNYX_CASH }, .fee = PNYX_POOL_FEE, .providers = rig->accounts, .n_providers = 1
  };
  const PnyxPool *pool = pnyx_pool_new (pnyx_world_arena (rig->world), rig->machine, &setup);
  PnyxCall mint
      = { .contract = pool->contract, .method = PNYX_POOL_MINT, .arguments = { 4 * ONE, 9 * ONE } };
  PnyxCall swap = { .contract = pool->contract, .method = PNYX_POOL_SWAP, .arguments = { 0, 5 } };

  g_assert_cmpint (pnyx_pool_price (pool, rig->machine), ==, 0);
  g_assert_cmpint (contract_rig_do (rig, rig->accounts, &swap), ==, PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (contract_rig_do (rig, rig->accounts, &mint), ==, PNYX_OUTCOME_DONE);
  g_assert_cmpint (pnyx_pool_shares (pool, rig->machine, rig->accounts), ==, 6 * ONE - 1000);
  g_assert_cmpint (pnyx_pool_price (pool, rig->machine), ==, PNYX_PRICE_ONE / 4 * 9);
}

static PnyxOutcome
borrow (Fixture *fixture, gint64 side, gint64 amount, BorrowerDeed deed, gint64 back)
{
  PnyxCall call
      = { .contract = fixture->pool->contract,
          .method = PNYX_POOL_FLASH,
          .arguments = { side, amount, fixture->borrower->contract, 0, (gint64)deed, back } };

  return contract_rig_do (fixture->rig, fixture->rig->accounts + 2, &call);
}

static void
test_flash_loans_are_repaid_or_never_happened (Fixture *fixture, gconstpointer data)
{
  PnyxMachine *machine = fixture->rig->machine;
  const gint64 fee = 3009028; /* ceil (1000 / 0.997) - 1000 in micro-units */

  (void)data;
  g_assert_cmpint (borrow (fixture, 0, 1000 * ONE, BORROWER_KEEPS, 0), ==, PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (borrow (fixture, 0, 1000 * ONE, BORROWER_REPAYS, 1000 * ONE), ==,
                   PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (borrow (fixture, 0, 1000 * ONE, BORROWER_REPAYS, 1000 * ONE + fee - 1), ==,
                   PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (pnyx_pool_reserve (fixture->pool, machine, 0), ==, 1000000 * ONE);
  g_assert_cmpint (pnyx_machine_balance (machine, fixture->borrower->account, 1), ==,
                   1000000 * ONE);
  g_assert_cmpint (borrow (fixture, 0, 1000 * ONE, BORROWER_REPAYS, 1000 * ONE + fee), ==,
                   PNYX_OUTCOME_DONE);
  g_assert_cmpint (pnyx_pool_reserve (fixture->pool, machine, 0), ==, 1000000 * ONE + fee);
  g_assert_cmpuint (contract_rig_record (fixture->rig, 0)->kind, ==, PNYX_POOL_LENT);
  /* Paid back in the other asset, it is a swap. */
  g_assert_cmpint (borrow (fixture, 0, 1000 * ONE, BORROWER_REPAYS_OTHER, 502 * ONE), ==,
                   PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (borrow (fixture, 0, 1000 * ONE, BORROWER_REPAYS_OTHER, 503 * ONE), ==,
                   PNYX_OUTCOME_DONE);
}

static void
test_loans_that_are_refused (Fixture *fixture, gconstpointer data)
{
  (void)data;
  g_assert_cmpint (borrow (fixture, 0, 0, BORROWER_REPAYS, 10), ==, PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (borrow (fixture, 0, 1000000 * ONE, BORROWER_REPAYS, 0), ==,
                   PNYX_OUTCOME_REVERTED); /* all of it */
  g_assert_cmpint (borrow (fixture, 0, 1000 * ONE, BORROWER_REENTERS, 1010 * ONE), ==,
                   PNYX_OUTCOME_REVERTED);
}

static void
test_without_gas_nothing_happens (Fixture *fixture, gconstpointer data)
{
  PnyxCall call = { .contract = fixture->pool->contract,
                    .method = PNYX_POOL_SWAP,
                    .arguments = { 0, 10000 * ONE, 0 } };
  PnyxMachine *machine = fixture->rig->machine;
  guint done = 0;

  (void)data;
  /* Whatever is left when it runs out. */
  for (guint64 gas = 0; gas < 120000; gas += 700)
    {
      PnyxOutcome outcome = pnyx_machine_try (machine, fixture->rig->accounts, &call, gas, NULL);

      g_assert_true (outcome == PNYX_OUTCOME_DONE || outcome == PNYX_OUTCOME_OUT_OF_GAS);
      g_assert_true (done == 0 || outcome == PNYX_OUTCOME_DONE);
      done += outcome == PNYX_OUTCOME_DONE ? 1 : 0;
      contract_rig_audit (fixture->rig);
    }
  g_assert_cmpuint (done, >, 0);
}

/* A contract that reads the sums and says them. */
static gboolean
reader_execute (gconstpointer self, PnyxFrame *frame, const PnyxCall *call)
{
  PnyxPoolSums sums = pnyx_pool_read_sums (self, frame);

  (void)call;
  pnyx_frame_record (frame, 0, (gint64)sums.price, sums.tick, (gint64)sums.seconds, 0);
  return TRUE;
}

static const PnyxCode reader_code = { .name = "reader", .execute = reader_execute };

static PnyxPoolSums
read_sums (Fixture *fixture, guint32 reader)
{
  PnyxCall call = { .contract = reader };
  const PnyxRecord *record;

  g_assert_cmpint (contract_rig_do (fixture->rig, fixture->rig->accounts, &call), ==,
                   PNYX_OUTCOME_DONE);
  record = contract_rig_record (fixture->rig, 0);
  return (PnyxPoolSums){ .price = (guint64)record->values[0],
                         .tick = record->values[1],
                         .seconds = (guint64)record->values[2] };
}

static void
test_means_weigh_prices_by_time (Fixture *fixture, gconstpointer data)
{
  PnyxMachine *machine = fixture->rig->machine;
  PnyxCell cell;
  guint32 reader = pnyx_machine_add_contract (machine, &reader_code, fixture->pool, 0, &cell);
  gint64 low = PNYX_PRICE_ONE / 2, high;
  PnyxPoolSums begin, end;

  (void)data;
  begin = read_sums (fixture, reader);
  /* The price doubles or so one block later, and is held for two blocks of three. */
  g_assert_cmpint (act (fixture, 2, PNYX_POOL_SWAP, 1, 207000 * ONE, 0), ==, PNYX_OUTCOME_DONE);
  high = pnyx_pool_price (fixture->pool, machine);
  g_assert_cmpint (high, >, 2 * low * 99 / 100);
  contract_rig_block (fixture->rig, fixture->rig->head, NULL, 0);
  end = read_sums (fixture, reader);
  g_assert_cmpuint (end.seconds - begin.seconds, ==, 36);
  g_assert_cmpint (pnyx_pool_arithmetic_mean (&begin, &end), ==, (low + 2 * high) / 3);
  g_assert_cmpfloat_with_epsilon (
      (gdouble)pnyx_pool_geometric_mean (&begin, &end) / PNYX_PRICE_ONE,
      cbrt (0.5 * (gdouble)high / PNYX_PRICE_ONE * (gdouble)high / PNYX_PRICE_ONE), 2e-4);
  /* Touching it changes nothing of what the sums say. */
  g_assert_cmpint (act (fixture, 2, PNYX_POOL_SYNC, 0, 0, 0), ==, PNYX_OUTCOME_DONE);
  begin = end;
  end = read_sums (fixture, reader);
  g_assert_cmpint (pnyx_pool_arithmetic_mean (&begin, &end), ==, high);
}

/* Up and down again within one block: the mean does not know of it, the spot price did. */
static void
test_a_price_within_one_block_enters_no_mean (Fixture *fixture, gconstpointer data)
{
  ContractRig *rig = fixture->rig;
  PnyxCell cell;
  guint32 reader = pnyx_machine_add_contract (rig->machine, &reader_code, fixture->pool, 0, &cell);
  PnyxCall up = { .contract = fixture->pool->contract,
                  .method = PNYX_POOL_SWAP,
                  .arguments = { 1, 200000 * ONE } };
  PnyxCall down = up;
  guint32 numbers[2];
  PnyxPoolSums begin, end;
  guint32 n;

  (void)data;
  begin = read_sums (fixture, reader);
  down.arguments[0] = 0;
  down.arguments[1]
      = (gint64)pnyx_pool_amount_out (200000 * ONE, 500000 * ONE, 1000000 * ONE, PNYX_POOL_FEE);
  numbers[0] = contract_rig_submit (rig, rig->accounts, &up);
  numbers[1] = contract_rig_submit (rig, rig->accounts, &down);
  contract_rig_block (rig, rig->head, numbers, 2);
  g_assert_cmpint (pnyx_machine_receipts (rig->machine, rig->head, &n)[1].outcome, ==,
                   PNYX_OUTCOME_DONE);
  end = read_sums (fixture, reader);
  g_assert_cmpfloat_with_epsilon (
      (gdouble)pnyx_pool_arithmetic_mean (&begin, &end) / PNYX_PRICE_ONE, 0.5, 0.001);
}

/* Two branches: each has the reserves that its own trades made. */
static void
test_a_reorganisation_takes_trades_back (Fixture *fixture, gconstpointer data)
{
  ContractRig *rig = fixture->rig;
  PnyxBlockId fork, left;
  gint64 left_reserve;

  (void)data;
  g_assert_cmpint (act (fixture, 2, PNYX_POOL_SWAP, 0, 100 * ONE, 0), ==, PNYX_OUTCOME_DONE);
  fork = rig->head;
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (act (fixture, 2, PNYX_POOL_SWAP, 0, 1000 * ONE, 0), ==, PNYX_OUTCOME_DONE);
  left = rig->head;
  left_reserve = pnyx_pool_reserve (fixture->pool, rig->machine, 0);
  rig->head = fork;
  g_assert_cmpint (act (fixture, 2, PNYX_POOL_SWAP, 1, 77 * ONE, 0), ==, PNYX_OUTCOME_DONE);
  g_assert_cmpint (pnyx_pool_reserve (fixture->pool, rig->machine, 0), <, 1000100 * ONE);
  contract_rig_audit (rig);
  pnyx_machine_view (rig->machine, left);
  g_assert_cmpint (pnyx_pool_reserve (fixture->pool, rig->machine, 0), ==, left_reserve);
  contract_rig_audit (rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/contract/pool/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("a-swap-pays-what-the-rule-says", test_a_swap_pays_what_the_rule_says);
  ADD ("swaps-that-are-refused", test_swaps_that_are_refused);
  ADD ("providing-and-taking-back", test_providing_and_taking_back);
  g_test_add_func ("/contract/pool/an-empty-pool-is-begun-by-who-provides-first",
                   test_an_empty_pool_is_begun_by_who_provides_first);
  ADD ("flash-loans-are-repaid-or-never-happened", test_flash_loans_are_repaid_or_never_happened);
  ADD ("loans-that-are-refused", test_loans_that_are_refused);
  ADD ("without-gas-nothing-happens", test_without_gas_nothing_happens);
  ADD ("means-weigh-prices-by-time", test_means_weigh_prices_by_time);
  ADD ("a-price-within-one-block-enters-no-mean", test_a_price_within_one_block_enters_no_mean);
  ADD ("a-reorganisation-takes-trades-back", test_a_reorganisation_takes_trades_back);
  return g_test_run ();
}
