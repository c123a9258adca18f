/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gasper in slots: the protocol's table, its set-up and what it says about a chain. Slots are in
 * slots.c, who is due in duties.c, what is done then in attesting.c and proposing.c, what the
 * network brings in receiving.c; states of blocks in states.c, the stores of nodes in store.c,
 * votes in votes.c, those of fidelity path in path.c.
 */
#include "protocol/gasper/gasper.h"

#include "net/selector.h"
#include "protocol/gasper/gasper_priv.h"

/* ---- The honest strategy ---- */

void
pnyx_gasper_do_honestly (PnyxChain *chain, const PnyxDuty *duty)
{
  switch (duty->kind)
    {
    case PNYX_DUTY_PROPOSE:
      pnyx_gasper_publish (chain, duty->actor, pnyx_gasper_make (chain, duty, duty->head));
      break;
    case PNYX_DUTY_ATTEST:
      pnyx_gasper_attest (chain, duty->actors, duty->n_actors, duty->number, duty->head, FALSE);
      break;
    case PNYX_DUTY_AGGREGATE:
      gasper_aggregate_own (chain, duty);
      break;
    default:
      break;
    }
}

static void
honest_on_duty (gpointer user, const PnyxDuty *duty, PnyxChain *chain)
{
  (void)user;
  pnyx_gasper_do_honestly (chain, duty);
}

static const PnyxStrategyOps gasper_honest = {
  .component = { .name = "honest",
                 .summary = "Does every duty in its time, as the specification says.",
                 .source = "consensus-specs, specs/phase0/validator.md" },
  .protocol = "gasper",
  .on_duty = honest_on_duty,
};

/* ---- Set-up ---- */

static void
make_rngs (PnyxChain *chain)
{
  Gasper *self = chain->state;
  g_autofree gchar *component = g_strdup_printf ("protocol.gasper.%u", chain->index);

  pnyx_world_rng (chain->world, &self->reveal, component, "reveal");
  pnyx_world_rng (chain->world, &self->root, component, "root");
  pnyx_world_rng (chain->world, &self->selection, component, "selection");
  pnyx_world_rng (chain->world, &self->size, component, "size");
  pnyx_world_rng (chain->world, &self->blobs, component, "blobs");
  pnyx_world_rng (chain->world, &self->import, component, "import");
  pnyx_world_rng (chain->world, &self->boundary, component, "boundary");
  pnyx_world_rng (chain->world, &self->delay, component, "delay");
}

/* What every duty and import of a node reads first. */
static void
warm_node (gpointer user, PnyxNodeId node)
{
  const PnyxChain *chain = user;
  const Gasper *self = chain->state;
  const gchar *store = pnyx_chain_node (chain, node);

  for (gsize at = 0; at < sizeof (GasperNode); at += 64)
    __builtin_prefetch (store + at, 1);
  __builtin_prefetch (&chain->head[node]);
  if (self->path != NULL)
    gasper_path_warm (self, node);
}

static void
warm_duty (gpointer user, const PnyxEvent *event)
{
  warm_node (user, event->target);
}

guint16
gasper_add_handler (PnyxChain *chain, const gchar *name, PnyxHandler handler)
{
  g_autofree gchar *text = g_strdup_printf ("gasper.%s.%u", name, chain->index);

  return pnyx_world_add_handler (chain->world, text, handler, chain);
}

static void
make_handlers (PnyxChain *chain)
{
  const Gasper *self = chain->state;

  gasper_slots_init (chain);
  gasper_proposing_init (chain);
  gasper_attesting_init (chain);
  gasper_receiving_init (chain);
  pnyx_world_set_warm (chain->world, self->attest_type, warm_duty);
  pnyx_world_set_warm (chain->world, self->aggregate_type, warm_duty);
  pnyx_network_set_warm (chain->network, warm_node, chain);
}

static void
make_actors (PnyxChain *chain)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);

  chain->n_actors = self->validators.n;
  chain->weights = pnyx_arena_array (arena, gdouble, chain->n_actors);
  chain->actor_strategy = pnyx_arena_array (arena, guint8, chain->n_actors);
  chain->actor_node = self->validators.node_of;
  for (guint32 v = 0; v < chain->n_actors; v++)
    self->total += self->validators.effective_balance[v];
  for (guint32 v = 0; v < chain->n_actors; v++)
    chain->weights[v] = (gdouble)self->validators.effective_balance[v] / (gdouble)self->total;
}

static gboolean
check_committees (const PnyxChain *chain, GError **error)
{
  const Gasper *self = chain->state;
  guint32 slots = self->rules.preset.slots_per_epoch;

  if (self->validators.n >= slots)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &chain->section->place,
                     "%u validators leave committees of %u slots empty (expected at least %u)",
                     self->validators.n, slots - self->validators.n, slots);
  return FALSE;
}

static gboolean
check_bug (const PnyxChain *chain, GError **error)
{
  const Gasper *self = chain->state;
  guint client;

  return pnyx_selector_client (self->params->bug_client, pnyx_network_nodes (chain->network),
                               chain->section, "bug-client", &client, error);
}

static gboolean
gasper_init (PnyxChain *chain, gconstpointer params, GError **error)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);
  gboolean is_path
      = ((const PnyxChainParams *)chain->section->params)->fidelity == PNYX_FIDELITY_PATH;

  self->params = params;
  self->votes = pnyx_section_child (chain->section, "votes", 0)->params;
  self->costs = pnyx_section_child (chain->section, "costs", 0)->params;
  self->cpu = pnyx_cpu_detect ();
  self->n_nodes = nodes->n;
  self->n_node_words = (nodes->n + 63) / 64;
  self->free_pending = PNYX_NONE;
  if (!pnyx_gasper_rules_init (&self->rules, chain->section, error)
      || !pnyx_gasper_validators_init (&self->validators, chain->world, nodes,
                                       pnyx_network_regions (chain->network), chain->index,
                                       pnyx_section_child (chain->section, "validators", 0),
                                       self->rules.max_effective_balance,
                                       self->rules.preset.slots_per_epoch, self->rules.slot, error)
      || !check_committees (chain, error) || !check_bug (chain, error))
    return FALSE;
  self->n_validator_words = (self->validators.n + 63) / 64;
  self->last_shuffling.block = PNYX_NONE;
  self->attested = pnyx_arena_array (pnyx_world_arena (chain->world), guint64, self->n_nodes);
  make_rngs (chain);
  make_handlers (chain);
  make_actors (chain);
  for (guint i = 0; i < N_CURSORS; i++)
    self->cursors[i]
        = (GasperCursor){ .block = PNYX_NONE,
                          .current = pnyx_arena_array (arena, guint8, self->validators.n),
                          .previous = pnyx_arena_array (arena, guint8, self->validators.n) };
  pnyx_arena_reserve (arena, self->blocks, self->blocks_capacity, self->blocks_capacity);
  self->blocks[0].next_in_slot = PNYX_NONE;
  gasper_mix_reveal (self, PNYX_NONE, 0, self->blocks[0].mix, self->blocks[0].mix);
  self->blocks_of_slot[0] = 0;
  gasper_store_init (chain, is_path);
  if (is_path && !gasper_path_init (chain, error))
    return FALSE;
  gasper_schedule_slot (chain, 0);
  return TRUE;
}

/* ---- What the chain says ---- */

guint64
pnyx_gasper_slot (PnyxChain *chain, PnyxBlockId block)
{
  return ((Gasper *)chain->state)->blocks[block].slot;
}

guint32
pnyx_gasper_proposer (PnyxChain *chain, PnyxBlockId head, guint64 slot)
{
  return gasper_proposer (chain, gasper_shuffling (chain, head, epoch_of (chain->state, slot)),
                          slot);
}

gboolean
pnyx_gasper_same_committees (PnyxChain *chain, PnyxBlockId a, PnyxBlockId b, guint64 slot)
{
  guint64 epoch = epoch_of (chain->state, slot);

  return gasper_shuffling (chain, a, epoch) == gasper_shuffling (chain, b, epoch);
}

static PnyxTime
gasper_slot_duration (gconstpointer params)
{
  return ((const PnyxGasperParams *)params)->slot;
}

static PnyxTime
gasper_epoch_duration (gconstpointer params)
{
  const PnyxGasperParams *p = params;

  return p->slot * (PnyxTime)p->slots_per_epoch;
}

static PnyxTime
gasper_span (gconstpointer params, const PnyxSpan *span)
{
  const PnyxGasperParams *p = params;
  PnyxTime unit = span->unit == PNYX_SPAN_EPOCHS ? gasper_epoch_duration (params) : p->slot;

  return span->value > PNYX_TIME_MAX / unit ? PNYX_TIME_MAX : span->value * unit;
}

/* The head that most honest nodes have; among equals the later block. */
static PnyxBlockId
gasper_canonical (PnyxChain *chain)
{
  const Gasper *self = chain->state;
  g_autofree guint32 *followers = g_new0 (guint32, pnyx_block_tree_size (chain->blocks));
  PnyxBlockId best = 0;

  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    if (pnyx_chain_honest (chain, node))
      followers[chain->head[node]]++;
  for (PnyxBlockId block = 1; block < pnyx_block_tree_size (chain->blocks); block++)
    if (followers[block] > 0 && followers[block] >= followers[best])
      best = block;
  return best;
}

static gboolean
gasper_op_has_block (const PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  return gasper_has_block (chain->state, node, block);
}

/* The flags of an epoch are all there at the end of the next one. */
static gboolean
gasper_participation (PnyxChain *chain, PnyxBlockId canonical, guint64 epoch,
                      PnyxParticipation *participation)
{
  const Gasper *self = chain->state;
  guint64 end = start_of (self, epoch + 2) - 1;
  PnyxBlockId last = gasper_ancestor (chain, canonical, end);
  const GasperSums *sums = &self->blocks[last].sums;
  const PnyxStake *flags;

  if (self->blocks[canonical].slot < end)
    return FALSE;
  flags = epoch_of (self, self->blocks[last].slot) == epoch + 1 ? sums->previous : sums->current;
  if (epoch_of (self, self->blocks[last].slot) < epoch)
    return FALSE;
  *participation = (PnyxParticipation){ (gdouble)flags[0] / (gdouble)self->total,
                                        (gdouble)flags[1] / (gdouble)self->total,
                                        (gdouble)flags[2] / (gdouble)self->total };
  return TRUE;
}

/* A coalition acts from the node of its first member; who lives there otherwise moves on. */
static void
gasper_gather (PnyxChain *chain, const guint32 *actors, guint32 n)
{
  Gasper *self = chain->state;
  PnyxNodeId node = self->validators.node_of[actors[0]];
  PnyxNodeId other = (node + 1) % self->n_nodes;

  for (guint32 v = 0; v < self->validators.n; v++)
    if (self->validators.node_of[v] == node)
      self->validators.node_of[v] = other;
  for (guint32 i = 0; i < n; i++)
    self->validators.node_of[actors[i]] = node;
}

static void
gasper_inclusion (PnyxChain *chain, PnyxBlockId block, guint64 *votes, guint64 *distance)
{
  const Gasper *self = chain->state;

  *votes = self->blocks[block].n_votes;
  *distance = self->blocks[block].inclusion_distance;
}

static guint64
gasper_aggregates (PnyxChain *chain)
{
  const Gasper *self = chain->state;

  return self->path != NULL ? gasper_path_counts (self)->aggregates : self->n_aggregates;
}

static guint64
gasper_violations (PnyxChain *chain)
{
  return ((Gasper *)chain->state)->n_violations;
}

static gdouble
gasper_slashable (PnyxChain *chain)
{
  const Gasper *self = chain->state;

  return (gdouble)self->slashable / (gdouble)self->total;
}

/* As the justification of the block's own state says, not that of a node which knows more. */
static PnyxBlockId
gasper_final (PnyxChain *chain, PnyxBlockId block)
{
  const Gasper *self = chain->state;

  return self->blocks[block].justification.finalized_checkpoint.root;
}

static const PnyxFinalityOps gasper_finality = {
  .slot = gasper_slot_duration,
  .epoch = gasper_epoch_duration,
  .participation = gasper_participation,
  .inclusion = gasper_inclusion,
  .block_slot = pnyx_gasper_slot,
  .aggregates = gasper_aggregates,
  .violations = gasper_violations,
  .slashable = gasper_slashable,
};

static gboolean
gasper_check (const PnyxSection *section, GError **error)
{
  PnyxGasperRules rules;

  return pnyx_gasper_rules_init (&rules, section, error);
}

const PnyxProtocolOps pnyx_protocol_gasper = {
  .component
  = { .name = "gasper",
      .summary = "Ethereum's proof of stake: LMD-GHOST and Casper FFG in slots and epochs.",
      .source = "ethereum/consensus-specs, phase0 to Electra; Buterin et al., Combining GHOST and "
                "Casper, arXiv 2003.03052",
      .limits
      = "BLS, SSZ and state roots cost time and bytes only; no sync committee, deposits or exits; "
        "effective balances stay; single votes reach aggregators over sampled paths; execution "
        "is valid but for a client's bug; peers are not scored.",
      .params = pnyx_gasper_params,
      .n_params = PNYX_GASPER_N_PARAMS,
      .params_size = sizeof (PnyxGasperParams),
      .children = pnyx_gasper_children,
      .n_children = PNYX_GASPER_N_CHILDREN,
      .check = gasper_check },
  .chain_size = sizeof (Gasper),
  .node_size = sizeof (GasperNode),
  .reads_clocks = TRUE,
  .init = gasper_init,
  .span = gasper_span,
  .interval = gasper_slot_duration,
  .canonical = gasper_canonical,
  .final = gasper_final,
  .has_block = gasper_op_has_block,
  .gather = gasper_gather,
  .finality = &gasper_finality,
  .honest = &gasper_honest,
};
