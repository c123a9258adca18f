/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/lending_world.h"

#define ASSET 1
#define ONE PNYX_AMOUNT_ONE

static const gchar quiet_chain[]
    = "<network nodes='4'><topology kind='complete'/>"
      "<delay kind='distribution' value='50 ms'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><execution gas-price='0' gas-limit='1000000000'/>"
      "<nakamoto interval='12 s' validation='0 s'/></chain>";

LendingWorldSetup
lending_world_setup (void)
{
  return (LendingWorldSetup){
    .chain = quiet_chain,
    .begin = 100,
    .end = 100,
    .from = 600,
    .to = 1200,
    .depth = 100000,
    .borrowers = { .n = 100,
                   .ltv_a = 6,
                   .ltv_b = 2,
                   .collateral = 10,
                   .collateral_sigma = 0.5,
                   .reserve = 0.3,
                   .alert = 1.1,
                   .delay = 30 * PNYX_SECOND,
                   .leave = 0.1,
                   .gas_limit = 500000 },
    .keepers = { .n = 4,
                 .cash = 100000 * ONE,
                 .latency = PNYX_SECOND,
                 .margin = 0.02,
                 .bid = 0.5,
                 .targets = 5,
                 .patience = 60 * PNYX_SECOND,
                 .gas_limit = 1000000,
                 .gas_expected = 250000 },
  };
}

gdouble
lending_world_price (gpointer user, PnyxTime time)
{
  const LendingWorldSetup *setup = &((const LendingWorld *)user)->setup;
  gdouble at = (pnyx_time_to_seconds (time) - setup->from) / (setup->to - setup->from);

  return setup->begin + (setup->end - setup->begin) * CLAMP (at, 0, 1);
}

static gboolean
quote (const LendingWorld *world, PnyxTime now, gint64 *price, PnyxTime *observed)
{
  *observed = MAX (0, now - pnyx_time_from_seconds (world->setup.stale));
  *price = (gint64)(lending_world_price ((gpointer)(gsize)world, *observed) * PNYX_PRICE_ONE);
  return TRUE;
}

static gboolean
source_read (gconstpointer self, PnyxFrame *frame, gint64 *price, PnyxTime *observed)
{
  return quote (self, pnyx_frame_time (frame), price, observed);
}

static gboolean
source_peek (gconstpointer self, const PnyxMachine *machine, PnyxTime time, gint64 *price,
             PnyxTime *observed)
{
  (void)machine;
  return quote (self, time, price, observed);
}

static void
on_head (gpointer user, PnyxNodeId node, PnyxBlockId head)
{
  LendingWorld *world = user;
  PnyxBlockTree *blocks = world->chain->blocks;
  PnyxBlockId common = pnyx_block_tree_common (blocks, world->head, head);
  guint depth = pnyx_block_tree_get (blocks, world->head)->height
                - pnyx_block_tree_get (blocks, common)->height;

  (void)node;
  world->reorganisations += depth > 0 ? 1 : 0;
  world->depth_max = MAX (world->depth_max, depth);
  world->head = head;
}

/* One call of somebody who is no agent. */
static void
on_busy (gpointer user, PnyxNodeId node, PnyxBlockId head)
{
  LendingWorld *world = user;
  guint64 draw = pnyx_rng_u64 (&world->rng, 0, head);
  gint64 amount = (gint64)(draw >> 32) % (500 * ONE) + 1;
  PnyxAccount lender = world->lending->setup.lenders;
  PnyxAccount provider = world->pool != NULL ? world->pool->providers : lender;
  const struct
  {
    guint32 contract, method;
    PnyxAccount account;
    gint64 arguments[2];
  } calls[] = {
    { world->lending->contract, PNYX_LENDING_DEPOSIT, lender, { amount } },
    { world->lending->contract, PNYX_LENDING_WITHDRAW, lender, { amount } },
    { world->pool ? world->pool->contract : 0, PNYX_POOL_MINT, provider, { amount, 200 * amount } },
    { world->pool ? world->pool->contract : 0, PNYX_POOL_BURN, provider, { amount } },
    { world->pool ? world->pool->contract : 0, PNYX_POOL_SWAP, lender, { 1, amount } },
  };
  guint which = (guint)(draw % (world->pool != NULL ? G_N_ELEMENTS (calls) : 2));
  PnyxCall call = { .contract = calls[which].contract,
                    .method = calls[which].method,
                    .arguments = { calls[which].arguments[0], calls[which].arguments[1] } };
  PnyxOrder order = { .node = node,
                      .account = calls[which].account,
                      .gas_limit = 500000,
                      .gas_price = pnyx_machine_gas_price (world->chain->machine) };

  pnyx_machine_submit (world->chain->machine, &order, &call);
}

static void
make_busy (LendingWorld *world)
{
  PnyxMachine *machine = world->chain->machine;

  if (!world->setup.busy)
    return;
  pnyx_world_rng (world->world->world, &world->rng, "test.busy", "calls");
  for (guint asset = 0; asset < 2; asset++)
    {
      pnyx_machine_endow (machine, world->lending->setup.lenders, asset, 1000000 * ONE);
      if (world->pool != NULL)
        pnyx_machine_endow (machine, world->pool->providers, asset, 1000000 * ONE);
    }
  pnyx_chain_listen (world->chain, 1, on_busy, world);
}

static void
add_pool (LendingWorld *world)
{
  PnyxMachine *machine = world->chain->machine;
  PnyxPoolSetup setup = { .assets = { ASSET, PNYX_CASH },
                          .fee = PNYX_POOL_FEE,
                          .reserves = { (PnyxAmount)(world->setup.depth / world->setup.begin * ONE),
                                        (PnyxAmount)(world->setup.depth * ONE) },
                          .n_providers = 1 };
  PnyxArbitrageSetup arbitrage = { .n = world->setup.n_arbitrageurs,
                                   .capital = { 1000000 * ONE, 100000000 * ONE },
                                   .latency = PNYX_SECOND,
                                   .patience = 60 * PNYX_SECOND,
                                   .gas_limit = 500000,
                                   .gas_expected = 150000 };

  if (!(world->setup.depth > 0))
    return;
  setup.providers = pnyx_machine_add_accounts (machine, 1);
  world->pool = pnyx_pool_new (pnyx_world_arena (world->world->world), machine, &setup);
  if (arbitrage.n > 0)
    world->arbitrage = pnyx_arbitrage_new (
        world->chain, world->pool, (PnyxOutsidePrice){ .at = lending_world_price, .self = world },
        &arbitrage);
}

static void
add_lending (LendingWorld *world)
{
  PnyxMachine *machine = world->chain->machine;
  PnyxLendingSetup setup = {
    .asset = ASSET,
    .source = { .read = source_read, .peek = source_peek, .self = world },
    .stale_after = world->setup.guard,
    .curve = { .slope1 = PNYX_LENDING_RATE_ONE / 25,
               .slope2 = PNYX_LENDING_RATE_ONE / 5 * 3,
               .kink = PNYX_LENDING_RATE_ONE / 5 * 4,
               .reserve = PNYX_LENDING_RATE_ONE / 10 },
    .terms = { .threshold = 800000,
               .bonus = 50000,
               .close_factor = 500000,
               .full_below = world->setup.full_below },
    .ltv = 750000,
    .mode = world->setup.mode,
    .auction = { .beg = 1050000, .ttl = 300 * PNYX_SECOND, .tau = 1800 * PNYX_SECOND },
    .auctions_max = 64,
    .penalty = 130000,
    .governor = PNYX_NONE,
    .n_borrowers = world->setup.borrowers.n,
    .n_lenders = 1,
  };

  if (world->setup.governed)
    {
      setup.governor = pnyx_machine_add_accounts (machine, 1);
      pnyx_machine_endow (machine, setup.governor, PNYX_CASH, 1000000 * ONE);
    }
  setup.lenders = pnyx_machine_add_accounts (machine, 1);
  setup.borrowers = pnyx_machine_add_accounts (machine, setup.n_borrowers);
  world->lending = pnyx_lending_new (pnyx_world_arena (world->world->world), machine, &setup);
  world->owed = pnyx_borrowers_endow (world->chain, world->lending, &world->setup.borrowers,
                                      (gint64)(world->setup.begin * PNYX_PRICE_ONE));
  pnyx_lending_begin_deposit (world->lending, machine, setup.lenders, world->owed * 2 + 1);
}

LendingWorld *
lending_world_new (const LendingWorldSetup *setup, guint32 replicate)
{
  LendingWorld *world = g_new0 (LendingWorld, 1);

  world->setup = *setup;
  world->model = test_model (setup->chain);
  world->world = test_world_new (world->model, replicate);
  world->chain = world->world->chains[0];
  pnyx_machine_add_asset (pnyx_chain_machine (world->chain), "asset");
  pnyx_chain_listen (world->chain, 0, on_head, world);
  add_pool (world);
  add_lending (world);
  world->watch = pnyx_lending_watch_new (world->chain, world->lending, 0);
  world->borrowers = pnyx_borrowers_new (world->chain, world->lending, &setup->borrowers, 0);
  world->keepers
      = pnyx_keepers_new (world->chain, world->lending, world->pool, world->watch, &setup->keepers);
  make_busy (world);
  return world;
}

void
lending_world_free (LendingWorld *world)
{
  if (world == NULL)
    return;
  test_world_free (world->world);
  pnyx_model_free (world->model);
  g_free (world);
}

void
lending_world_run (LendingWorld *world, gdouble seconds)
{
  test_world_run (world->world, seconds);
  pnyx_machine_view (world->chain->machine, world->chain->head[0]);
}

static void
count_record (LendingWorld *world, const PnyxRecord *record, LendingWorldCounts *counts)
{
  if (world->pool != NULL && record->contract == world->pool->contract)
    counts->swaps += record->kind == PNYX_POOL_SWAPPED ? 1 : 0;
  if (record->contract != world->lending->contract)
    return;
  switch (record->kind)
    {
    case PNYX_LENDING_SAID_LIQUIDATED:
      counts->liquidations++;
      counts->repaid += (gdouble)record->values[1] / ONE;
      break;
    case PNYX_LENDING_SAID_WRITTEN_OFF:
      counts->written_off++;
      counts->loss += (gdouble)record->values[1] / ONE;
      break;
    case PNYX_LENDING_SAID_BITTEN:
      counts->bites++;
      break;
    case PNYX_LENDING_SAID_DEALT:
      counts->deals++;
      counts->zero_bids += record->values[2] < ONE / 100 ? 1 : 0;
      break;
    case PNYX_LENDING_SAID_OPENED:
      counts->opened++;
      break;
    default:
      break;
    }
}

LendingWorldCounts
lending_world_count (LendingWorld *world)
{
  LendingWorldCounts counts
      = { .depth_max = world->depth_max, .reorganisations = world->reorganisations };
  PnyxMachine *machine = world->chain->machine;

  for (PnyxBlockId at = world->chain->head[0]; at != 0;
       at = pnyx_block_tree_get (world->chain->blocks, at)->parent)
    {
      guint32 n;
      const PnyxRecord *records = pnyx_machine_records (machine, at, &n);
      const PnyxReceipt *receipts;

      for (guint32 i = 0; i < n; i++)
        count_record (world, &records[i], &counts);
      receipts = pnyx_machine_receipts (machine, at, &n);
      for (guint32 i = 0; i < n; i++)
        {
          counts.done += receipts[i].outcome == PNYX_OUTCOME_DONE ? 1 : 0;
          counts.reverted += receipts[i].outcome == PNYX_OUTCOME_REVERTED ? 1 : 0;
          counts.out_of_gas += receipts[i].outcome == PNYX_OUTCOME_OUT_OF_GAS ? 1 : 0;
          counts.unpaid += receipts[i].outcome == PNYX_OUTCOME_UNPAID ? 1 : 0;
        }
    }
  return counts;
}

static gchar *
block_fault (LendingWorld *world, PnyxBlockId block)
{
  PnyxMachine *machine = world->chain->machine;
  gchar *fault;

  pnyx_machine_view (machine, block);
  fault = pnyx_machine_audit (machine);
  return fault != NULL ? fault : pnyx_lending_audit (world->lending, machine, 1000000);
}

/* The canonical chain from its tip down, then every block in the order in which they were made,
 * which goes from branch to branch. */
gchar *
lending_world_fault (LendingWorld *world)
{
  PnyxBlockTree *blocks = world->chain->blocks;
  PnyxBlockId head = world->chain->head[0];
  gchar *fault = NULL;

  for (PnyxBlockId at = head; at != 0 && fault == NULL;
       at = pnyx_block_tree_get (blocks, at)->parent)
    fault = block_fault (world, at);
  for (PnyxBlockId at = 0; at < pnyx_block_tree_size (blocks) && fault == NULL; at++)
    fault = block_fault (world, at);
  if (fault == NULL)
    fault = block_fault (world, head);
  return fault;
}

void
lending_world_audit (LendingWorld *world)
{
  g_autofree gchar *fault = lending_world_fault (world);

  g_assert_cmpstr (fault, ==, NULL);
}
