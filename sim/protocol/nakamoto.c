/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nakamoto's longest chain with proof of work (whitepaper, sections 4 to 6).
 *
 * Blocks are found by one Poisson process for the whole network; each belongs to a pool in
 * proportion to its share of the hash rate, which is the same as independent exponential searches.
 * A pool mines on the head of its own node at that moment. A node moves to a longer chain only, so
 * among equals the first seen stays.
 */
#include "protocol/nakamoto.h"

#include <math.h>
#include <string.h>

#include "net/network.h"
#include "net/selector.h"
#include "protocol/intake.h"

#define HEADER_SIZE 81 /* B: header of 80 and the count of transactions */

typedef struct
{
  const PnyxDistribution *interval;
  PnyxReals shares;
  guint64 miners;
  const PnyxDistribution *block_size;
  guint64 block_limit;
  guint64 compact_size;
  const PnyxDistribution *missing;
  const PnyxDistribution *validation;
  PnyxTime validation_transaction;
  guint64 confirmations;
  gdouble hash_rate;
  gdouble reward;
} NakamotoParams;

typedef struct
{
  const gchar *name;
  gdouble share;
  const gchar *region;
} PoolParams;

typedef struct
{
  const NakamotoParams *params;
  PnyxRng interval, winner, size, missing, validation, root;
  guint16 find_type;
  PnyxIntake *intake;
  gdouble *cumulative; /* array length=n_actors */
  guint64 found;       /* blocks so far */
  gboolean due;        /* a duty is being served: one block may be made */
} Nakamoto;

static const PnyxParam nakamoto_params[] = {
  { .name = "interval",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "exponential(600 s)",
    .offset = offsetof (NakamotoParams, interval),
    .meaning = "Time between two blocks that the whole network finds.",
    .source = "Bitcoin: one block in 10 minutes, memoryless search" },
  { .name = "shares",
    .type = PNYX_PARAM_REALS,
    .fallback = "",
    .min = "0",
    .max = "1e9",
    .offset = offsetof (NakamotoParams, shares),
    .meaning = "Shares of the hash rate, one pool each; weights need not sum to 1." },
  { .name = "miners",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "1",
    .max = "10000000",
    .offset = offsetof (NakamotoParams, miners),
    .meaning
    = "Pools of equal share where neither shares nor pools are given; absent: one on every "
      "node." },
  { .name = "block-size",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_SIZE,
    .fallback = "535 kB",
    .offset = offsetof (NakamotoParams, block_size),
    .meaning = "Bytes of a block where the chain has no workload.",
    .source = "SimBlock, NetworkConfiguration: 535,000 B" },
  { .name = "block-limit",
    .type = PNYX_PARAM_SIZE,
    .fallback = "1 MB",
    .min = "1 kB",
    .max = "1 GB",
    .offset = offsetof (NakamotoParams, block_limit),
    .meaning = "Most bytes of a block where the chain has a workload.",
    .source = "Bitcoin: MAX_BLOCK_SIZE of 1,000,000 B" },
  { .name = "compact-size",
    .type = PNYX_PARAM_SIZE,
    .fallback = "18 kB",
    .min = "1 B",
    .max = "1 GB",
    .offset = offsetof (NakamotoParams, compact_size),
    .meaning = "Bytes of a block's short form (dissemination compact).",
    .source = "SimBlock, SimulationConfiguration: 18 kB" },
  { .name = "missing",
    .type = PNYX_PARAM_DISTRIBUTION,
    .fallback = "uniform(0, 0.1)",
    .offset = offsetof (NakamotoParams, missing),
    .meaning = "Share of a block's bytes that a receiver lacks where its short form fails." },
  { .name = "validation",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "2 ms",
    .offset = offsetof (NakamotoParams, validation),
    .flags = PNYX_PARAM_WORK,
    .meaning = "Core time to validate a block at each node.",
    .source = "SimBlock: processing time of 2 ms" },
  { .name = "validation-transaction",
    .type = PNYX_PARAM_TIME,
    .fallback = "47 us",
    .min = "0 s",
    .max = "1 s",
    .offset = offsetof (NakamotoParams, validation_transaction),
    .flags = PNYX_PARAM_WORK,
    .meaning = "Core time that each transaction of a block adds to its validation, at each node.",
    .source = "secp256k1: one signature verified in 47 us" },
  { .name = "confirmations",
    .type = PNYX_PARAM_COUNT,
    .fallback = "6",
    .min = "1",
    .max = "10000",
    .offset = offsetof (NakamotoParams, confirmations),
    .meaning = "Blocks after which users take a transaction as final, its own included.",
    .source = "Nakamoto 2008, section 11: the usual z" },
  { .name = "hash-rate",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_HASH_RATE,
    .fallback = "0 H/s",
    .min = "0 H/s",
    .max = "1e9 ZH/s",
    .offset = offsetof (NakamotoParams, hash_rate),
    .meaning = "Hash rate of the whole network; decides the energy of mining." },
  { .name = "reward",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "0 $",
    .min = "0 $",
    .max = "1e12 $",
    .offset = offsetof (NakamotoParams, reward),
    .meaning = "Value of a block to its miner; bounds what miners can spend on energy." },
};

static const PnyxParam pool_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (PoolParams, name),
    .meaning = "Name of the pool." },
  { .name = "share",
    .type = PNYX_PARAM_REAL,
    .min = "0",
    .max = "1e9",
    .offset = offsetof (PoolParams, share),
    .meaning = "Weight of the pool in the hash rate; weights need not sum to 1." },
  { .name = "region",
    .type = PNYX_PARAM_NAME,
    .fallback = "",
    .offset = offsetof (PoolParams, region),
    .meaning = "Region of the pool's node; any where it is absent." },
};

static const PnyxElement pool_element = {
  .name = "pool",
  .meaning = "A mining pool with its own node.",
  .params = pool_params,
  .n_params = G_N_ELEMENTS (pool_params),
  .params_size = sizeof (PoolParams),
};

static const PnyxChild nakamoto_children[] = { { &pool_element, 0, 0 } };

/* ---- Import and fork choice ---- */

static PnyxTime
validation_cost (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  const Nakamoto *self = chain->state;
  PnyxTime cost = pnyx_time_from_seconds (
      MAX (0, pnyx_distribution_sample (self->params->validation, &self->validation, node, block)));

  return cost
         + self->params->validation_transaction
               * (PnyxTime)pnyx_block_tree_get (chain->blocks, block)->n_transactions;
}

static gboolean
prefers (const PnyxChain *chain, PnyxBlockId block, PnyxBlockId head)
{
  return pnyx_nakamoto_prefers (pnyx_block_tree_get (chain->blocks, block)->height,
                                pnyx_block_tree_get (chain->blocks, head)->height);
}

static const PnyxIntakeOps nakamoto_intake = { .cost = validation_cost, .prefers = prefers };

/* ---- Mining ---- */

static guint64
block_size (PnyxChain *chain, PnyxBlockId parent, PnyxNodeId node, PnyxBlock *block)
{
  Nakamoto *self = chain->state;
  guint64 size;

  if (chain->workload == NULL)
    return (guint64)MAX (HEADER_SIZE, pnyx_distribution_sample (self->params->block_size,
                                                                &self->size, 0, self->found));
  block->transactions
      = pnyx_workload_fill (chain->workload, parent, node, self->params->block_limit - HEADER_SIZE,
                            &size, &block->n_transactions);
  return size + HEADER_SIZE;
}

PnyxBlockId
pnyx_nakamoto_mine (PnyxChain *chain, const PnyxDuty *duty, PnyxBlockId parent)
{
  Nakamoto *self = chain->state;
  PnyxItemParams item = { .compact = self->params->compact_size };
  PnyxBlock block = { .proposer = duty->actor,
                      .node = duty->node,
                      .time = pnyx_world_now (chain->world),
                      .sent = PNYX_TIME_MAX,
                      .root = pnyx_rng_u64 (&self->root, 0, self->found),
                      .valid = TRUE };
  PnyxBlockId id;

  if (!self->due || duty->kind != PNYX_DUTY_PROPOSE
      || parent >= pnyx_block_tree_size (chain->blocks)
      || !pnyx_intake_has (self->intake, duty->node, parent))
    {
      chain->refused++;
      return PNYX_NONE;
    }
  self->due = FALSE;
  block.size = block_size (chain, parent, duty->node, &block);
  id = pnyx_block_tree_add (chain->blocks, parent, &block);
  if (chain->workload != NULL)
    pnyx_workload_included (chain->workload, id);
  item.size = block.size;
  item.compact = MIN (item.compact, block.size);
  item.missing = (guint64)MAX (
      1, CLAMP (pnyx_distribution_sample (self->params->missing, &self->missing, 0, id), 0, 1)
             * (gdouble)block.size);
  pnyx_intake_made (self->intake, duty->node, id, &item);
  return id;
}

void
pnyx_nakamoto_publish (PnyxChain *chain, guint32 actor, PnyxBlockId id)
{
  pnyx_intake_publish (((const Nakamoto *)chain->state)->intake, actor, id);
}

void
pnyx_nakamoto_follow (PnyxChain *chain, guint32 actor, PnyxBlockId block)
{
  PnyxNodeId node = chain->actor_node[actor];

  if (block >= pnyx_block_tree_size (chain->blocks)
      || !pnyx_intake_has (((const Nakamoto *)chain->state)->intake, node, block))
    {
      chain->refused++;
      return;
    }
  if (chain->head[node] != block)
    pnyx_chain_move_head (chain, node, block);
}

static guint32
draw_winner (const PnyxChain *chain, const Nakamoto *self)
{
  gdouble u = pnyx_rng_uniform (&self->winner, 0, self->found);
  guint32 low = 0;
  guint32 high = chain->n_actors - 1;

  while (low < high)
    {
      guint32 middle = (low + high) / 2;

      if (self->cumulative[middle] <= u)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
schedule_find (PnyxChain *chain)
{
  Nakamoto *self = chain->state;
  gdouble gap = pnyx_distribution_sample (self->params->interval, &self->interval, 0, self->found);

  pnyx_world_schedule (
      chain->world, pnyx_world_now (chain->world) + MAX (pnyx_time_from_seconds (MAX (gap, 0)), 1),
      PNYX_PHASE_TIMER, self->find_type, chain->index, PNYX_NONE, 0, 0, self->found);
}

/* A block has been found. The pool of an outage finds none: its hash rate is gone. */
static void
on_find (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  Nakamoto *self = chain->state;
  guint32 actor = draw_winner (chain, self);
  PnyxNodeId node = chain->actor_node[actor];
  PnyxDuty duty = { .kind = PNYX_DUTY_PROPOSE,
                    .actor = actor,
                    .node = node,
                    .number = self->found,
                    .head = chain->head[node],
                    .subject = PNYX_NONE };

  (void)event;
  if (!pnyx_chain_next_block (chain))
    return;
  self->due = TRUE;
  if (pnyx_network_online (chain->network, node))
    pnyx_chain_duty (chain, &duty);
  self->due = FALSE;
  self->found++;
  schedule_find (chain);
}

static void
honest_on_duty (gpointer self, const PnyxDuty *duty, PnyxChain *chain)
{
  (void)self;
  if (duty->kind == PNYX_DUTY_PROPOSE)
    pnyx_nakamoto_publish (chain, duty->actor, pnyx_nakamoto_mine (chain, duty, duty->head));
}

/* A coalition mines on the node of its first pool, where nobody else does: each pool has a node of
 * its own, and is in one coalition at most. */
static void
nakamoto_gather (PnyxChain *chain, const guint32 *actors, guint32 n)
{
  for (guint32 i = 1; i < n; i++)
    chain->actor_node[actors[i]] = chain->actor_node[actors[0]];
}

static const PnyxStrategyOps nakamoto_honest = {
  .component = { .name = "honest",
                 .summary = "Mines on the longest chain that it saw first and sends what it finds.",
                 .source = "nakamoto2008bitcoin, section 5" },
  .protocol = "nakamoto",
  .on_duty = honest_on_duty,
};

/* ---- Set-up ---- */

/* Gives each actor a node of its own, in a random order, in its region where it names one. */
static gboolean
place_actors (PnyxChain *chain, const PnyxSection *section, gsize n_pools, GError **error)
{
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);
  g_autofree gboolean *taken = g_new0 (gboolean, nodes->n);
  g_autofree guint32 *order = g_new (guint32, nodes->n);
  PnyxRng rng;
  PnyxRngCursor cursor;
  guint32 next = 0;

  pnyx_world_rng (chain->world, &rng, "protocol.nakamoto", "nodes of pools");
  pnyx_rng_cursor_init (&cursor, &rng, chain->index, 0);
  for (guint32 i = 0; i < nodes->n; i++)
    {
      guint32 j = (guint32)pnyx_rng_cursor_below (&cursor, i + 1);

      order[i] = order[j];
      order[j] = i;
    }
  for (guint32 actor = 0; actor < n_pools; actor++)
    {
      const PnyxSection *pool = pnyx_section_child (section, "pool", actor);
      const gchar *name = ((const PoolParams *)pool->params)->region;
      guint region = 0;
      guint32 i = 0;

      if (!pnyx_selector_region (name, pnyx_network_regions (chain->network), pool, "region",
                                 &region, error))
        return FALSE;
      if (name == NULL)
        {
          chain->actor_node[actor] = PNYX_NONE;
          continue;
        }
      while (i < nodes->n && (taken[order[i]] || nodes->region[order[i]] != region))
        i++;
      if (i == nodes->n)
        {
          pnyx_set_error_at (error, PNYX_ERROR_RANGE, &pool->place,
                             "no node left in region \"%s\" for this pool", name);
          return FALSE;
        }
      taken[order[i]] = TRUE;
      chain->actor_node[actor] = order[i];
    }
  for (guint32 actor = 0; actor < chain->n_actors; actor++)
    {
      if (actor < n_pools && chain->actor_node[actor] != PNYX_NONE)
        continue;
      while (taken[order[next]])
        next++;
      taken[order[next]] = TRUE;
      chain->actor_node[actor] = order[next];
    }
  return TRUE;
}

static gboolean
make_actors (PnyxChain *chain, const NakamotoParams *params, GError **error)
{
  PnyxArena *arena = pnyx_world_arena (chain->world);
  Nakamoto *self = chain->state;
  guint32 n_nodes = pnyx_network_nodes (chain->network)->n;
  gsize n_pools = pnyx_section_count (chain->section, "pool");
  guint64 miners = params->miners == PNYX_COUNT_UNSET ? n_nodes : params->miners;
  guint64 n = n_pools > 0 ? n_pools : params->shares.n > 0 ? params->shares.n : miners;
  gdouble total = 0;

  if (n > n_nodes)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &chain->section->place,
                         "%" G_GUINT64_FORMAT " pools on %u nodes (expected at most one a node)", n,
                         n_nodes);
      return FALSE;
    }
  chain->n_actors = (guint32)n;
  chain->weights = pnyx_arena_array (arena, gdouble, n);
  chain->actor_node = pnyx_arena_array (arena, PnyxNodeId, n);
  chain->actor_strategy = pnyx_arena_array (arena, guint8, n);
  self->cumulative = pnyx_arena_array (arena, gdouble, n);
  for (guint32 i = 0; i < n; i++)
    {
      chain->weights[i] = 1;
      if (n_pools > 0)
        chain->weights[i]
            = ((const PoolParams *)pnyx_section_child (chain->section, "pool", i)->params)->share;
      else if (params->shares.n > 0)
        chain->weights[i] = params->shares.values[i];
      total += chain->weights[i];
      self->cumulative[i] = total;
    }
  if (total <= 0)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &chain->section->place,
                         "all pools have share 0 (expected at least one above)");
      return FALSE;
    }
  for (guint32 i = 0; i < n; i++)
    {
      chain->weights[i] /= total;
      self->cumulative[i] /= total;
    }
  return place_actors (chain, chain->section, n_pools, error);
}

static gboolean
nakamoto_init (PnyxChain *chain, gconstpointer params, GError **error)
{
  Nakamoto *self = chain->state;
  g_autofree gchar *component = g_strdup_printf ("protocol.nakamoto.%u", chain->index);
  g_autofree gchar *event = g_strdup_printf ("nakamoto.find.%u", chain->index);

  self->params = params;
  pnyx_world_rng (chain->world, &self->interval, component, "interval");
  pnyx_world_rng (chain->world, &self->winner, component, "winner");
  pnyx_world_rng (chain->world, &self->size, component, "size");
  pnyx_world_rng (chain->world, &self->missing, component, "missing");
  pnyx_world_rng (chain->world, &self->validation, component, "validation");
  pnyx_world_rng (chain->world, &self->root, component, "root");
  self->intake = pnyx_intake_new (chain, &nakamoto_intake);
  self->find_type = pnyx_world_add_handler (chain->world, event, on_find, chain);
  if (!make_actors (chain, params, error))
    return FALSE;
  schedule_find (chain);
  return TRUE;
}

static PnyxTime
nakamoto_interval (gconstpointer params)
{
  const NakamotoParams *p = params;

  return pnyx_time_from_seconds (pnyx_distribution_mean (p->interval));
}

static PnyxTime
nakamoto_span (gconstpointer params, const PnyxSpan *span)
{
  if (span->unit != PNYX_SPAN_BLOCKS)
    return -1;
  return span->value * nakamoto_interval (params);
}

static PnyxBlockId
nakamoto_canonical (PnyxChain *chain)
{
  return pnyx_intake_canonical (((const Nakamoto *)chain->state)->intake);
}

/* By depth: no block is final for certain. */
static PnyxBlockId
nakamoto_final (PnyxChain *chain, PnyxBlockId block)
{
  const Nakamoto *self = chain->state;

  return pnyx_intake_final (self->intake, block, self->params->confirmations);
}

static gboolean
nakamoto_has_block (const PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  return pnyx_intake_has (((const Nakamoto *)chain->state)->intake, node, block);
}

static guint32
nakamoto_confirmation_depth (gconstpointer params)
{
  return (guint32)((const NakamotoParams *)params)->confirmations;
}

static void
nakamoto_energy (PnyxChain *chain, PnyxChainEnergy *energy)
{
  const Nakamoto *self = chain->state;

  energy->hash_rate = self->params->hash_rate;
  energy->reward_value = self->params->reward;
}

static gboolean
nakamoto_check (const PnyxSection *section, GError **error)
{
  const NakamotoParams *params = section->component_params;

  if (pnyx_section_count (section, "pool") > 0
      && (params->shares.n > 0 || params->miners != PNYX_COUNT_UNSET))
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                         "pools, shares and miners exclude each other (expected one of them)");
      return FALSE;
    }
  if (params->shares.n > 0 && params->miners != PNYX_COUNT_UNSET)
    {
      PnyxPlace place = pnyx_section_place_of (section, "miners");

      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "shares and miners exclude each other (expected one of them)");
      return FALSE;
    }
  if (!(pnyx_distribution_mean (params->interval) > 0))
    {
      PnyxPlace place = pnyx_section_place_of (section, "interval");

      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                         "interval has no positive mean (expected a time such as \"600 s\")");
      return FALSE;
    }
  return TRUE;
}

const PnyxProtocolOps pnyx_protocol_nakamoto = {
  .component
  = { .name = "nakamoto",
      .summary = "Proof of work: the longest chain, first seen among equals.",
      .source = "nakamoto2008bitcoin, sections 4, 5 and 11",
      .limits = "The difficulty does not adjust; headers, signatures and scripts cost time "
                "and bytes only; blocks are valid.",
      .params = nakamoto_params,
      .n_params = G_N_ELEMENTS (nakamoto_params),
      .params_size = sizeof (NakamotoParams),
      .children = nakamoto_children,
      .n_children = G_N_ELEMENTS (nakamoto_children),
      .check = nakamoto_check },
  .chain_size = sizeof (Nakamoto),
  .init = nakamoto_init,
  .span = nakamoto_span,
  .interval = nakamoto_interval,
  .canonical = nakamoto_canonical,
  .gather = nakamoto_gather,
  .final = nakamoto_final,
  .has_block = nakamoto_has_block,
  .confirmation_depth = nakamoto_confirmation_depth,
  .energy = nakamoto_energy,
  .honest = &nakamoto_honest,
};
