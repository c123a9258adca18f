/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A unit more of what is paid in buys at the pool's price less the fee; the best trade ends where
 * that is the price outside: (x + in)(x + g in) = g k p, with x the reserve that is paid into and p
 * what the other asset is worth in it.
 */
#include "contract/pool_arbitrage.h"

#include <math.h>

typedef struct
{
  PnyxArbitrage *all;
  guint32 index;
  PnyxNodeId node;
  guint64 thoughts;
  PnyxTime until; /* what was sent is waited for */
} Arbitrageur;

struct _PnyxArbitrage
{
  PnyxChain *chain;
  const PnyxPool *pool;
  PnyxOutsidePrice outside;
  PnyxArbitrageSetup setup;
  PnyxAccount accounts;
  Arbitrageur *arbitrageurs;
  PnyxRng latency;
  guint16 type;
  guint64 sent;
};

PnyxAmount
pnyx_arbitrage_trade (const guint64 reserves[2], gdouble price, guint32 fee, guint *side)
{
  gdouble g = 1 - (gdouble)fee / PNYX_POOL_PARTS;
  gdouble k = (gdouble)reserves[0] * (gdouble)reserves[1];

  for (guint i = 0; i < 2; i++)
    {
      gdouble x = (gdouble)reserves[i];
      gdouble target = g * k * (i == 1 ? price : 1 / price);
      gdouble b = x * (1 + g);
      gdouble in = (sqrt (b * b - 4 * g * (x * x - target)) - b) / (2 * g);

      *side = i;
      if (target > x * x && in >= 1)
        return (PnyxAmount)MIN (in, 4e18);
    }
  return 0;
}

static void
think (PnyxArbitrage *self, Arbitrageur *who)
{
  PnyxMachine *machine = self->chain->machine;
  PnyxTime now = pnyx_world_now (self->chain->world);
  gdouble price = self->outside.at (self->outside.self, MAX (0, now - self->setup.lag));
  const guint64 reserves[2] = { (guint64)pnyx_pool_reserve (self->pool, machine, 0),
                                (guint64)pnyx_pool_reserve (self->pool, machine, 1) };
  PnyxOrder order = { .node = who->node,
                      .account = self->accounts + who->index,
                      .gas_limit = self->setup.gas_limit,
                      .gas_price = pnyx_machine_gas_price (machine) };
  PnyxCall call = { .contract = self->pool->contract, .method = PNYX_POOL_SWAP };
  gdouble gain, fee, per_gwei;
  PnyxAmount in, out;
  guint side;

  if (now < who->until || reserves[0] == 0 || !(price > 0))
    return;
  in = MIN (pnyx_arbitrage_trade (reserves, price, self->pool->fee, &side),
            pnyx_machine_balance (machine, order.account, self->pool->assets[side]));
  if (in <= 0)
    return;
  out = (PnyxAmount)pnyx_pool_amount_out ((guint64)in, reserves[side], reserves[1 - side],
                                          self->pool->fee);
  gain = side == 1 ? (gdouble)out * price - (gdouble)in : (gdouble)out - (gdouble)in * price;
  fee = (gdouble)pnyx_machine_fee (machine, self->setup.gas_expected, order.gas_price);
  per_gwei = (gdouble)pnyx_machine_fee (machine, 1000 * self->setup.gas_expected, 1000) / 1e6;
  if (gain <= fee)
    return;
  if (per_gwei > 0)
    order.gas_price += self->setup.bid * (gain - fee) / per_gwei;
  call.arguments[0] = side;
  call.arguments[1] = in;
  call.arguments[2] = out - out / 1000; /* somebody else may have been first */
  who->until = now + self->setup.patience;
  self->sent++;
  pnyx_machine_submit (machine, &order, &call);
}

static void
on_think (gpointer user, const PnyxEvent *event)
{
  PnyxArbitrage *self = user;
  Arbitrageur *who = &self->arbitrageurs[event->target];

  pnyx_machine_view (self->chain->machine, self->chain->head[who->node]);
  think (self, who);
}

static void
on_head (gpointer user, PnyxNodeId node, PnyxBlockId head)
{
  Arbitrageur *who = user;
  PnyxArbitrage *all = who->all;
  gdouble mean = pnyx_time_to_seconds (all->setup.latency);
  gdouble delay = -mean * log (pnyx_rng_uniform (&all->latency, who->index, who->thoughts++));

  (void)node;
  pnyx_world_schedule (
      all->chain->world, pnyx_world_now (all->chain->world) + 1 + pnyx_time_from_seconds (delay),
      PNYX_PHASE_TIMER, all->type, who->index, PNYX_NONE, 0, 0, pnyx_hash_mix (who->index, head));
}

PnyxArbitrage *
pnyx_arbitrage_new (PnyxChain *chain, const PnyxPool *pool, PnyxOutsidePrice outside,
                    const PnyxArbitrageSetup *setup)
{
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxArbitrage *self = pnyx_arena_array (arena, PnyxArbitrage, 1);
  g_autofree gchar *name
      = g_strdup_printf ("contract.arbitrage.%u.%u", chain->index, pool->contract);
  guint32 n_nodes = pnyx_network_nodes (chain->network)->n;

  self->chain = chain;
  self->pool = pool;
  self->outside = outside;
  self->setup = *setup;
  self->accounts = pnyx_machine_add_accounts (chain->machine, setup->n);
  self->arbitrageurs = pnyx_arena_array (arena, Arbitrageur, setup->n);
  self->type = pnyx_world_add_handler (chain->world, name, on_think, self);
  pnyx_world_rng (chain->world, &self->latency, name, "latency");
  for (guint32 i = 0; i < setup->n; i++)
    {
      Arbitrageur *who = &self->arbitrageurs[i];

      *who = (Arbitrageur){ .all = self, .index = i, .node = i % n_nodes };
      for (guint side = 0; side < 2; side++)
        pnyx_machine_endow (chain->machine, self->accounts + i, pool->assets[side],
                            setup->capital[side]);
      pnyx_chain_listen (chain, who->node, on_head, who);
    }
  return self;
}

guint64
pnyx_arbitrage_sent (const PnyxArbitrage *arbitrage)
{
  return arbitrage->sent;
}
