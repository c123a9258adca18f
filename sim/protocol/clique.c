/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Proof of authority with turns: Clique (EIP-225).
 *
 * A fixed list of signers takes turns by the height of the block: number h is in turn for the
 * signer h mod SIGNER_COUNT. Any other signer may seal it as well, unless it has sealed one of the
 * last SIGNER_LIMIT - 1 blocks of that chain; its block counts less, and it waits a random time
 * first. Nodes follow the chain of the greatest total difficulty, among equals the first seen.
 *
 * When the head of a signer's node has moved, the signer is due at the head's timestamp plus the
 * period; what it does then is the strategy's. A duty of a head that is none any more is void.
 */
#include "net/network.h"
#include "protocol/intake.h"

/* B: six hashes of 32, an address of 20, a filter of 256, five numbers and a nonce of 8, and the
 * extra data of EIP-225: 32 of vanity and a seal of 65. */
#define HEADER_SIZE 613
#define DIFFICULTY_IN_TURN 2
#define DIFFICULTY_OUT_OF_TURN 1

typedef struct
{
  guint64 signers;
  PnyxTime period;
  PnyxTime wiggle;
  const PnyxDistribution *block_size;
  guint64 block_limit;
  const PnyxDistribution *validation;
  guint64 confirmations;
} CliqueParams;

/* What a block's header says beyond the block tree. */
typedef struct
{
  PnyxTime timestamp;
  guint64 total_difficulty; /* of the chain up to here */
} Header;

/* The block that a signer has begun, to seal it now or after its wait. */
typedef struct
{
  PnyxBlockId parent;
  PnyxTime timestamp;
} Work;

typedef struct
{
  const CliqueParams *params;
  PnyxRng size, validation, root, wiggle;
  guint16 due_type, period_type;
  PnyxIntake *intake;
  Header *headers; /* array length=blocks */
  guint32 headers_capacity;
  guint32 *signer_of; /* array length=nodes: PNYX_NONE: none lives there */
  Work *work;         /* array length=n_actors */
  gboolean ended;     /* the run has all its blocks */
} Clique;

static const PnyxParam clique_params[] = {
  { .name = "signers",
    .type = PNYX_PARAM_COUNT,
    .fallback = "7",
    .min = "1",
    .max = "100000",
    .offset = offsetof (CliqueParams, signers),
    .meaning = "SIGNER_COUNT: who may seal blocks, each on a node of its own." },
  { .name = "period",
    .type = PNYX_PARAM_TIME,
    .fallback = "15 s",
    .min = "1 ms",
    .max = "1 h",
    .offset = offsetof (CliqueParams, period),
    .meaning = "BLOCK_PERIOD: least difference between the timestamps of two consecutive blocks.",
    .source = "EIP-225, Specification: 15 s suggested" },
  { .name = "wiggle",
    .type = PNYX_PARAM_TIME,
    .fallback = "500 ms",
    .min = "0 s",
    .max = "1 min",
    .offset = offsetof (CliqueParams, wiggle),
    .meaning = "A signer out of turn waits up to this time for each signer before it seals.",
    .source = "EIP-225, Authorization strategies: rand(SIGNER_COUNT * 500ms)" },
  { .name = "block-size",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_SIZE,
    .fallback = "20 kB",
    .offset = offsetof (CliqueParams, block_size),
    .meaning = "Bytes of a block where the chain has no workload." },
  { .name = "block-limit",
    .type = PNYX_PARAM_SIZE,
    .fallback = "1 MB",
    .min = "1 kB",
    .max = "1 GB",
    .offset = offsetof (CliqueParams, block_limit),
    .meaning = "Most bytes of a block where the chain has a workload." },
  { .name = "validation",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "2 ms",
    .offset = offsetof (CliqueParams, validation),
    .flags = PNYX_PARAM_WORK,
    .meaning = "Core time to validate a block at each node." },
  { .name = "confirmations",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "1",
    .max = "10000",
    .offset = offsetof (CliqueParams, confirmations),
    .meaning = "Blocks after which users take a transaction as final, its own included; absent: "
               "SIGNER_LIMIT, after which a majority has sealed on top of it." },
};

static guint32
signer_limit (const PnyxChain *chain)
{
  return chain->n_actors / 2 + 1;
}

/* ---- Blocks ---- */

static PnyxTime
validation_cost (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  const Clique *self = chain->state;

  return pnyx_time_from_seconds (
      MAX (0, pnyx_distribution_sample (self->params->validation, &self->validation, node, block)));
}

static gboolean
prefers (const PnyxChain *chain, PnyxBlockId block, PnyxBlockId head)
{
  const Clique *self = chain->state;

  return self->headers[block].total_difficulty > self->headers[head].total_difficulty;
}

static gboolean
is_in_turn (const PnyxChain *chain, guint32 signer, PnyxBlockId parent)
{
  return (pnyx_block_tree_get (chain->blocks, parent)->height + 1) % chain->n_actors == signer;
}

/* Whether @signer sealed one of the SIGNER_LIMIT - 1 blocks up to @parent. */
static gboolean
has_sealed_lately (const PnyxChain *chain, guint32 signer, PnyxBlockId parent)
{
  guint32 left = signer_limit (chain) - 1;

  for (PnyxBlockId at = parent; at != 0 && left > 0; left--)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, at);

      if (block->proposer == signer)
        return TRUE;
      at = block->parent;
    }
  return FALSE;
}

static guint64
block_size (PnyxChain *chain, PnyxBlockId parent, PnyxNodeId node, PnyxBlock *block)
{
  const Clique *self = chain->state;
  guint64 size;

  if (chain->workload == NULL)
    return (guint64)MAX (
        HEADER_SIZE,
        pnyx_distribution_sample (self->params->block_size, &self->size, block->proposer, parent));
  block->transactions
      = pnyx_workload_fill (chain->workload, parent, node, self->params->block_limit - HEADER_SIZE,
                            &size, &block->n_transactions);
  return size + HEADER_SIZE;
}

/* ---- Actions ---- */

/* @signer seals the block that it has begun on @parent and sends it. Refused without such a block,
 * or against the rules. */
static void
seal (PnyxChain *chain, guint32 signer, PnyxBlockId parent)
{
  Clique *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxNodeId node = chain->actor_node[signer];
  PnyxTime now = pnyx_world_now (chain->world);
  PnyxBlock block = { .proposer = signer,
                      .node = node,
                      .time = now,
                      .sent = PNYX_TIME_MAX,
                      .root = pnyx_rng_u64 (&self->root, signer, parent),
                      .valid = TRUE };
  Header header;
  PnyxBlockId id;

  if (parent != self->work[signer].parent || !pnyx_intake_has (self->intake, node, parent)
      || has_sealed_lately (chain, signer, parent))
    {
      chain->refused++;
      return;
    }
  header.timestamp = self->work[signer].timestamp;
  header.total_difficulty
      = self->headers[parent].total_difficulty
        + (is_in_turn (chain, signer, parent) ? DIFFICULTY_IN_TURN : DIFFICULTY_OUT_OF_TURN);
  block.size = block_size (chain, parent, node, &block);
  id = pnyx_block_tree_add (chain->blocks, parent, &block);
  if (chain->workload != NULL)
    pnyx_workload_included (chain->workload, id);
  while (self->headers_capacity <= id)
    pnyx_arena_reserve (arena, self->headers, self->headers_capacity, self->headers_capacity);
  self->headers[id] = header;
  pnyx_intake_made (self->intake, node, id,
                    &(PnyxItemParams){ .size = block.size, .compact = block.size, .missing = 1 });
  pnyx_intake_publish (self->intake, signer, id);
}

/* ---- Duties ---- */

static void
schedule_due (PnyxChain *chain, guint32 signer, PnyxBlockId head, PnyxTime time)
{
  const Clique *self = chain->state;

  pnyx_world_schedule (chain->world, MAX (time, pnyx_world_now (chain->world) + 1),
                       PNYX_PHASE_TIMER, self->due_type, signer, PNYX_NONE, head, 0,
                       pnyx_hash_mix (signer + 1, head));
}

/* The optimal time of the next block: parent and period. */
static void
imported (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  const Clique *self = chain->state;

  if (chain->head[node] == block && self->signer_of[node] != PNYX_NONE)
    schedule_due (chain, self->signer_of[node], block,
                  self->headers[block].timestamp + self->params->period);
}

static const PnyxIntakeOps clique_intake
    = { .cost = validation_cost, .prefers = prefers, .imported = imported };

/* Whether @signer may still act on @head; who is offline looks again a period later. */
static gboolean
can_act (PnyxChain *chain, guint32 signer, PnyxBlockId head)
{
  const Clique *self = chain->state;
  PnyxNodeId node = chain->actor_node[signer];

  if (self->ended || chain->head[node] != head)
    return FALSE;
  if (pnyx_network_online (chain->network, node))
    return TRUE;
  schedule_due (chain, signer, head, pnyx_world_now (chain->world) + self->params->period);
  return FALSE;
}

static void
on_due (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  Clique *self = chain->state;
  guint32 signer = event->target;
  PnyxBlockId head = event->payload;
  PnyxDuty duty = { .kind = PNYX_DUTY_PROPOSE,
                    .actor = signer,
                    .node = chain->actor_node[signer],
                    .head = head,
                    .subject = PNYX_NONE };

  if (!can_act (chain, signer, head) || has_sealed_lately (chain, signer, head))
    return;
  self->work[signer] = (Work){ .parent = head, .timestamp = pnyx_world_now (chain->world) };
  duty.number = pnyx_block_tree_get (chain->blocks, head)->height + 1;
  pnyx_chain_duty (chain, &duty);
}

/* Blocks of the run are counted by the clock: a chain that stands still makes none. */
static void
on_period (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  Clique *self = chain->state;

  (void)event;
  self->ended = !pnyx_chain_next_block (chain);
  if (!self->ended)
    pnyx_world_schedule (chain->world, pnyx_world_now (chain->world) + self->params->period,
                         PNYX_PHASE_ENVIRONMENT, self->period_type, chain->index, PNYX_NONE, 0, 0,
                         chain->made);
}

static void
honest_on_duty (gpointer user, const PnyxDuty *duty, PnyxChain *chain)
{
  const Clique *self = chain->state;
  PnyxTime most = self->params->wiggle * (PnyxTime)chain->n_actors;

  (void)user;
  if (duty->kind != PNYX_DUTY_PROPOSE)
    return;
  if (is_in_turn (chain, duty->actor, duty->head))
    seal (chain, duty->actor, duty->head);
  else
    pnyx_chain_set_timer (
        chain, duty->actor,
        pnyx_world_now (chain->world)
            + (PnyxTime)(pnyx_rng_uniform (&self->wiggle, duty->actor, duty->head) * (gdouble)most),
        duty->head);
}

static void
honest_on_timer (gpointer user, guint32 actor, guint32 payload, PnyxChain *chain)
{
  (void)user;
  if (can_act (chain, actor, payload))
    seal (chain, actor, payload);
}

static const PnyxStrategyOps clique_honest = {
  .component = { .name = "honest",
                 .summary = "Seals at once in turn, after a random wait out of turn.",
                 .source = "EIP-225, Authorization strategies" },
  .protocol = "clique",
  .on_duty = honest_on_duty,
  .on_timer = honest_on_timer,
};

/* ---- Set-up ---- */

/* Each signer gets a node of its own, at random. */
static gboolean
make_signers (PnyxChain *chain, GError **error)
{
  PnyxArena *arena = pnyx_world_arena (chain->world);
  Clique *self = chain->state;
  guint32 n_nodes = pnyx_network_nodes (chain->network)->n, n = (guint32)self->params->signers;
  g_autofree guint32 *order = g_new (guint32, n_nodes);
  PnyxRng rng;
  PnyxRngCursor cursor;

  if (self->params->signers > n_nodes)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &chain->section->place,
                         "%" G_GUINT64_FORMAT " signers on %u nodes (expected at most one a node)",
                         self->params->signers, n_nodes);
      return FALSE;
    }
  chain->n_actors = n;
  chain->weights = pnyx_arena_array (arena, gdouble, n);
  chain->actor_node = pnyx_arena_array (arena, PnyxNodeId, n);
  chain->actor_strategy = pnyx_arena_array (arena, guint8, n);
  self->work = pnyx_arena_array (arena, Work, n);
  self->signer_of = pnyx_arena_array (arena, guint32, n_nodes);
  pnyx_world_rng (chain->world, &rng, "protocol.clique", "nodes of signers");
  pnyx_rng_cursor_init (&cursor, &rng, chain->index, 0);
  for (guint32 i = 0; i < n_nodes; i++)
    {
      guint32 j = (guint32)pnyx_rng_cursor_below (&cursor, i + 1);

      order[i] = order[j];
      order[j] = i;
      self->signer_of[i] = PNYX_NONE;
    }
  for (guint32 signer = 0; signer < n; signer++)
    {
      chain->weights[signer] = 1.0 / n;
      chain->actor_node[signer] = order[signer];
      self->signer_of[order[signer]] = signer;
      self->work[signer].parent = PNYX_NONE;
    }
  return TRUE;
}

static gboolean
clique_init (PnyxChain *chain, gconstpointer params, GError **error)
{
  Clique *self = chain->state;
  g_autofree gchar *component = g_strdup_printf ("protocol.clique.%u", chain->index);
  g_autofree gchar *due = g_strdup_printf ("clique.due.%u", chain->index);
  g_autofree gchar *period = g_strdup_printf ("clique.period.%u", chain->index);

  self->params = params;
  pnyx_world_rng (chain->world, &self->size, component, "size");
  pnyx_world_rng (chain->world, &self->validation, component, "validation");
  pnyx_world_rng (chain->world, &self->root, component, "root");
  pnyx_world_rng (chain->world, &self->wiggle, component, "wiggle");
  self->due_type = pnyx_world_add_handler (chain->world, due, on_due, chain);
  self->period_type = pnyx_world_add_handler (chain->world, period, on_period, chain);
  if (!make_signers (chain, error))
    return FALSE;
  self->intake = pnyx_intake_new (chain, &clique_intake);
  pnyx_arena_reserve (pnyx_world_arena (chain->world), self->headers, self->headers_capacity,
                      self->headers_capacity);
  for (guint32 signer = 0; signer < chain->n_actors; signer++)
    schedule_due (chain, signer, 0, self->params->period);
  pnyx_world_schedule (chain->world, self->params->period, PNYX_PHASE_ENVIRONMENT,
                       self->period_type, chain->index, PNYX_NONE, 0, 0, 0);
  return TRUE;
}

static PnyxTime
clique_interval (gconstpointer params)
{
  return ((const CliqueParams *)params)->period;
}

static PnyxTime
clique_span (gconstpointer params, const PnyxSpan *span)
{
  return span->unit == PNYX_SPAN_BLOCKS ? span->value * clique_interval (params) : -1;
}

static PnyxBlockId
clique_canonical (PnyxChain *chain)
{
  return pnyx_intake_canonical (((const Clique *)chain->state)->intake);
}

static guint32
clique_confirmation_depth (gconstpointer params)
{
  const CliqueParams *p = params;

  return (guint32)(p->confirmations != PNYX_COUNT_UNSET ? p->confirmations : p->signers / 2 + 1);
}

/* By depth: no block is final for certain. */
static PnyxBlockId
clique_final (PnyxChain *chain, PnyxBlockId block)
{
  const Clique *self = chain->state;

  return pnyx_intake_final (self->intake, block, clique_confirmation_depth (self->params));
}

static gboolean
clique_has_block (const PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  return pnyx_intake_has (((const Clique *)chain->state)->intake, node, block);
}

const PnyxProtocolOps pnyx_protocol_clique = {
  .component = { .name = "clique",
                 .summary = "Proof of authority: signers in turn, the heaviest chain.",
                 .source = "EIP-225 (Clique proof-of-authority consensus protocol)",
                 .limits = "Signers do not vote on each other: the list stays as it is; clocks are "
                           "right; epochs, checkpoints and signatures cost bytes only.",
                 .params = clique_params,
                 .n_params = G_N_ELEMENTS (clique_params),
                 .params_size = sizeof (CliqueParams) },
  .chain_size = sizeof (Clique),
  .init = clique_init,
  .span = clique_span,
  .interval = clique_interval,
  .canonical = clique_canonical,
  .final = clique_final,
  .has_block = clique_has_block,
  .confirmation_depth = clique_confirmation_depth,
  .honest = &clique_honest,
};
