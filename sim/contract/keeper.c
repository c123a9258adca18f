/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * on_head tells each keeper of that node, after its latency; on_think looks at the head of then:
 * sells what it holds, then loans (seek), then auctions (attend). What it has sent is remembered
 * for a while, so that it is not sent again with every block.
 */
#include "contract/keeper.h"

#include <math.h>

#define N_PENDING 16

/* What was sent, and until when it is waited for. */
typedef struct
{
  guint32 method;
  guint32 subject; /* account, auction */
  PnyxTime until;
} Pending;

typedef struct
{
  PnyxKeepers *all;
  guint32 index;
  PnyxNodeId node;
  gdouble margin, bid;
  guint64 thoughts;
  guint32 n_pending;
  Pending pending[N_PENDING];
} Keeper;

struct _PnyxKeepers
{
  PnyxChain *chain;
  const PnyxLending *lending;
  const PnyxPool *pool;
  const PnyxLendingWatch *watch;
  PnyxKeepersSetup setup;
  PnyxAccount accounts;
  Keeper *keepers;
  PnyxRng latency;
  guint16 type;
  PnyxKeepersDone done;
};

/* What a keeper has in mind at one head: its means, and the pool as its own sales leave it. */
typedef struct
{
  Keeper *keeper;
  PnyxTime now;
  PnyxAmount cash;
  guint64 reserves[2];
  gint64 price;      /* the contract's; 0: it has none */
  gint64 threshold;  /* the contract's */
  gdouble gas_price; /* that is usual */
  PnyxAmount fee;    /* for what is reckoned at that price */
  guint32 sent;
} Plan;

static PnyxMachine *
machine_of (const Keeper *keeper)
{
  return keeper->all->chain->machine;
}

static PnyxAccount
account_of (const Keeper *keeper)
{
  return keeper->all->accounts + keeper->index;
}

static void
forget_pending (Keeper *keeper, PnyxTime now)
{
  guint32 kept = 0;

  for (guint32 i = 0; i < keeper->n_pending; i++)
    if (keeper->pending[i].until > now)
      keeper->pending[kept++] = keeper->pending[i];
  keeper->n_pending = kept;
}

static gboolean
is_pending (const Keeper *keeper, guint32 method, guint32 subject)
{
  for (guint32 i = 0; i < keeper->n_pending; i++)
    if (keeper->pending[i].method == method && keeper->pending[i].subject == subject)
      return TRUE;
  return FALSE;
}

/* Sends it where nothing like it is under way. Returns: whether it did. */
static gboolean
send (Plan *plan, guint32 contract, const PnyxCall *call, guint32 subject, gdouble gas_price)
{
  Keeper *keeper = plan->keeper;
  PnyxOrder order = { .node = keeper->node,
                      .account = account_of (keeper),
                      .gas_limit = keeper->all->setup.gas_limit,
                      .gas_price = gas_price };
  guint32 key = call->method + (contract == keeper->all->lending->contract ? 0 : 1000);

  if (keeper->n_pending == N_PENDING || is_pending (keeper, key, subject))
    return FALSE;
  keeper->pending[keeper->n_pending++]
      = (Pending){ key, subject, plan->now + keeper->all->setup.patience };
  pnyx_machine_submit (machine_of (keeper), &order, call);
  return TRUE;
}

/* What @amount of the collateral sells for; the pool of the plan is left as it was. */
static PnyxAmount
worth (const Plan *plan, PnyxAmount amount)
{
  const PnyxKeepers *all = plan->keeper->all;

  if (all->pool == NULL)
    return pnyx_lending_limit (amount, plan->price, PNYX_LENDING_PARTS);
  return (PnyxAmount)pnyx_pool_amount_out ((guint64)amount, plan->reserves[0], plan->reserves[1],
                                           all->pool->fee);
}

/* The plan's pool after a sale. */
static void
reckon_sale (Plan *plan, PnyxAmount amount)
{
  PnyxAmount out = worth (plan, amount);

  if (plan->keeper->all->pool == NULL)
    return;
  plan->reserves[0] += (guint64)amount;
  plan->reserves[1] -= (guint64)out;
}

/* The usual price of gas and a share of the gain, or -1 where nothing would be left of it. */
static gdouble
bid_for_gas (const Plan *plan, PnyxAmount gain)
{
  const PnyxKeepers *all = plan->keeper->all;
  gdouble per_gwei;

  if (gain <= plan->fee)
    return -1;
  per_gwei
      = (gdouble)pnyx_machine_fee (machine_of (plan->keeper), 1000 * all->setup.gas_expected, 1000)
        / 1e6;
  if (per_gwei <= 0)
    return plan->gas_price;
  return plan->gas_price + plan->keeper->bid * (gdouble)(gain - plan->fee) / per_gwei;
}

static void
sell (Plan *plan)
{
  const PnyxKeepers *all = plan->keeper->all;
  PnyxMachine *machine = machine_of (plan->keeper);
  PnyxAmount held
      = pnyx_machine_balance (machine, account_of (plan->keeper), all->lending->setup.asset);
  PnyxCall call = { .method = PNYX_POOL_SWAP, .arguments = { 0, held } };

  if (all->pool == NULL || held == 0 || worth (plan, held) <= plan->fee)
    return;
  call.contract = all->pool->contract;
  if (send (plan, call.contract, &call, 0, plan->gas_price))
    plan->keeper->all->done.sales++;
  reckon_sale (plan, held);
}

static gboolean
is_full (const Plan *plan)
{
  return plan->sent >= plan->keeper->all->setup.targets
         || plan->keeper->n_pending == N_PENDING; /* nothing more would be sent */
}

/* A loan that can be liquidated at a fixed spread. */
static void
consider_liquidation (Plan *plan, PnyxAccount account, const PnyxLendingPosition *position)
{
  PnyxKeepers *all = plan->keeper->all;
  PnyxLendingTerms terms = all->lending->setup.terms;
  PnyxLendingPosition after = *position;
  PnyxLiquidation done;
  PnyxAmount gain;
  PnyxCall call = { .contract = all->lending->contract, .method = PNYX_LENDING_LIQUIDATE };
  gdouble gas_price;

  terms.threshold = plan->threshold;
  if (!pnyx_lending_liquidate (&terms, plan->price, plan->cash, &after, &done) || done.seized == 0)
    return;
  gain = worth (plan, done.seized) - done.repaid;
  gas_price = bid_for_gas (plan, gain);
  call.arguments[0] = account;
  call.arguments[1] = done.repaid;
  call.arguments[2] = done.seized - done.seized / 100;
  if (gas_price < 0 || !send (plan, call.contract, &call, account, gas_price))
    return;
  plan->cash -= done.repaid;
  reckon_sale (plan, done.seized);
  plan->sent++;
  all->done.liquidations++;
}

/* What a lot is worth to this keeper: its margin and the fee of one bid kept; not below 0. */
static PnyxAmount
most_for (const Plan *plan, PnyxAmount lot)
{
  gdouble most = (gdouble)worth (plan, lot) * (1 - plan->keeper->margin);

  return MAX (0, (PnyxAmount)most - plan->fee);
}

/* A loan that can be auctioned: worth beginning where bidding is worth it. */
static void
consider_bite (Plan *plan, PnyxAccount account, const PnyxLendingPosition *position)
{
  PnyxKeepers *all = plan->keeper->all;
  PnyxCall call = { .contract = all->lending->contract,
                    .method = PNYX_LENDING_BITE,
                    .arguments = { account } };
  gdouble gas_price = bid_for_gas (plan, most_for (plan, position->collateral));

  if (gas_price < 0 || position->collateral == 0
      || !send (plan, call.contract, &call, account, gas_price))
    return;
  plan->sent++;
  all->done.bites++;
}

static gboolean
on_risk (gpointer user, PnyxAccount account, const PnyxLendingPosition *position)
{
  Plan *plan = user;

  if (plan->keeper->all->lending->setup.mode == PNYX_LENDING_AUCTION)
    consider_bite (plan, account, position);
  else
    consider_liquidation (plan, account, position);
  return !is_full (plan);
}

/* The bid that it makes now. Returns: FALSE: it is the highest bidder, or the lot is not worth it.
 */
static gboolean
next_bid (const Plan *plan, const PnyxAuction *auction, PnyxCall *call, PnyxAmount *gain)
{
  const PnyxAuctionTerms *terms = &plan->keeper->all->lending->setup.auction;
  PnyxAmount most = MIN (most_for (plan, auction->lot), plan->cash);
  gboolean alone = auction->tic == 0;

  /* Before the first bid it is who began the auction. */
  if (!alone && auction->guy == account_of (plan->keeper))
    return FALSE;
  call->arguments[1] = auction->lot;
  if (auction->bid < auction->tab)
    {
      gint64 least = pnyx_auction_least_bid (terms, auction);

      call->method = PNYX_LENDING_TEND;
      call->arguments[2] = alone ? least : MIN (least + MAX (0, most - least) / 2, auction->tab);
      *gain = worth (plan, auction->lot) - call->arguments[2];
      return least <= most;
    }
  call->method = PNYX_LENDING_DENT;
  call->arguments[1] = pnyx_auction_largest_lot (terms, auction);
  call->arguments[2] = auction->bid;
  *gain = worth (plan, call->arguments[1]) - auction->bid;
  return auction->bid <= MIN (most_for (plan, call->arguments[1]), plan->cash);
}

static void
attend_one (Plan *plan, guint32 number, const PnyxAuction *auction)
{
  PnyxKeepers *all = plan->keeper->all;
  PnyxCall call = { .contract = all->lending->contract, .arguments = { number } };
  gdouble usual = plan->gas_price, gas_price;
  PnyxAmount gain;

  if (pnyx_auction_deal (auction, plan->now) == PNYX_AUCTION_DONE)
    {
      call.method = PNYX_LENDING_DEAL;
      if (auction->guy == account_of (plan->keeper) && worth (plan, auction->lot) > plan->fee
          && send (plan, call.contract, &call, number, usual))
        all->done.deals++;
      return;
    }
  if (auction->tic == 0 && auction->end < plan->now)
    {
      call.method = PNYX_LENDING_TICK;
      if (bid_for_gas (plan, worth (plan, auction->lot)) >= 0)
        send (plan, call.contract, &call, number, usual);
      return;
    }
  if ((auction->tic != 0 && auction->tic <= plan->now) || auction->end <= plan->now
      || !next_bid (plan, auction, &call, &gain))
    return;
  gas_price = bid_for_gas (plan, gain);
  if (gas_price < 0 || !send (plan, call.contract, &call, number, gas_price))
    return;
  plan->cash -= call.arguments[2];
  plan->sent++;
  all->done.bids++;
}

static void
attend (Plan *plan)
{
  const PnyxLending *lending = plan->keeper->all->lending;
  PnyxMachine *machine = machine_of (plan->keeper);
  guint32 n = pnyx_lending_auctions (lending, machine);
  PnyxAuction auction;

  for (guint32 number = 0; number < n && !is_full (plan); number++)
    if (pnyx_lending_auction (lending, machine, number, &auction, NULL, NULL))
      attend_one (plan, number, &auction);
}

/* At a fixed spread, whether a smallest sale brings more than what it takes: else none does. */
static gboolean
may_gain (const Plan *plan)
{
  const PnyxKeepers *all = plan->keeper->all;
  const PnyxLendingSetup *setup = &all->lending->setup;
  gdouble sold;

  if (setup->mode == PNYX_LENDING_AUCTION || all->pool == NULL)
    return TRUE;
  if (plan->reserves[0] == 0)
    return FALSE;
  sold = (gdouble)plan->reserves[1] / (gdouble)plan->reserves[0]
         * (1 - (gdouble)all->pool->fee / PNYX_POOL_PARTS);
  return sold * (1 + (gdouble)setup->terms.bonus / PNYX_LENDING_PARTS) * PNYX_PRICE_ONE
         > (gdouble)plan->price;
}

static void
think (Keeper *keeper)
{
  const PnyxKeepers *all = keeper->all;
  PnyxMachine *machine = machine_of (keeper);
  Plan plan = { .keeper = keeper,
                .now = pnyx_world_now (all->chain->world),
                .gas_price = pnyx_machine_gas_price (machine) };

  forget_pending (keeper, plan.now);
  plan.fee = pnyx_machine_fee (machine, all->setup.gas_expected, plan.gas_price);
  plan.cash = MAX (0, pnyx_machine_balance (machine, account_of (keeper), PNYX_CASH)
                          - pnyx_machine_fee (machine, all->setup.gas_limit, plan.gas_price));
  if (all->pool != NULL)
    for (guint i = 0; i < 2; i++)
      plan.reserves[i] = (guint64)pnyx_pool_reserve (all->pool, machine, i);
  sell (&plan);
  plan.threshold = pnyx_lending_books (all->lending, machine, plan.now).threshold;
  if (pnyx_lending_quotes (all->lending, machine, plan.now, &plan.price) && !is_full (&plan)
      && may_gain (&plan))
    pnyx_lending_watch_visit (all->watch, plan.now, plan.price, plan.threshold, PNYX_LENDING_PARTS,
                              on_risk, &plan);
  if (all->lending->setup.mode == PNYX_LENDING_AUCTION && (all->pool != NULL || plan.price > 0))
    attend (&plan);
}

static void
on_think (gpointer user, const PnyxEvent *event)
{
  PnyxKeepers *self = user;
  Keeper *keeper = &self->keepers[event->target];

  pnyx_machine_view (self->chain->machine, self->chain->head[keeper->node]);
  think (keeper);
}

static void
on_head (gpointer user, PnyxNodeId node, PnyxBlockId head)
{
  Keeper *keeper = user;
  PnyxKeepers *all = keeper->all;
  gdouble mean = pnyx_time_to_seconds (all->setup.latency);
  gdouble delay = -mean * log (pnyx_rng_uniform (&all->latency, keeper->index, keeper->thoughts++));

  (void)node;
  pnyx_world_schedule (all->chain->world,
                       pnyx_world_now (all->chain->world) + 1 + pnyx_time_from_seconds (delay),
                       PNYX_PHASE_TIMER, all->type, keeper->index, PNYX_NONE, 0, 0,
                       pnyx_hash_mix (keeper->index, head));
}

PnyxKeepers *
pnyx_keepers_new (PnyxChain *chain, const PnyxLending *lending, const PnyxPool *pool,
                  const PnyxLendingWatch *watch, const PnyxKeepersSetup *setup)
{
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxKeepers *self = pnyx_arena_array (arena, PnyxKeepers, 1);
  g_autofree gchar *name
      = g_strdup_printf ("contract.keeper.%u.%u", chain->index, lending->contract);
  guint32 n_nodes = pnyx_network_nodes (chain->network)->n;
  PnyxRng traits;

  self->chain = chain;
  self->lending = lending;
  self->pool = pool;
  self->watch = watch;
  self->setup = *setup;
  self->accounts = pnyx_machine_add_accounts (chain->machine, setup->n);
  self->keepers = pnyx_arena_array (arena, Keeper, setup->n);
  pnyx_world_rng (chain->world, &traits, name, "traits");
  pnyx_world_rng (chain->world, &self->latency, name, "latency");
  self->type = pnyx_world_add_handler (chain->world, name, on_think, self);
  for (guint32 i = 0; i < setup->n; i++)
    {
      Keeper *keeper = &self->keepers[i];

      keeper->all = self;
      keeper->index = i;
      keeper->node = i % n_nodes;
      keeper->margin = MIN (1, 2 * setup->margin * pnyx_rng_uniform (&traits, i, 0));
      keeper->bid = setup->bid * pnyx_rng_uniform (&traits, i, 1);
      pnyx_machine_endow (chain->machine, self->accounts + i, PNYX_CASH, setup->cash);
      pnyx_chain_listen (chain, keeper->node, on_head, keeper);
    }
  return self;
}

PnyxAccount
pnyx_keepers_account (const PnyxKeepers *keepers)
{
  return keepers->accounts;
}

PnyxKeepersDone
pnyx_keepers_done (const PnyxKeepers *keepers)
{
  return keepers->done;
}
