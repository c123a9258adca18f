/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The store of each node: fork choice with exact latest messages. A node has one row of latest
 * messages and one of direct weights of blocks; subtree weights are summed when a head is asked
 * for.
 *
 * Source: specs/phase0/fork-choice.md; with safe slots as in version 1.0 of it.
 */
#include <string.h>

#include "protocol/gasper/gasper_priv.h"

#define MIN_SEED_LOOKAHEAD 1

static GasperNode *
store_of (PnyxChain *chain, PnyxNodeId node)
{
  return pnyx_chain_node (chain, node);
}

PnyxTime
gasper_local_time (const PnyxChain *chain, PnyxNodeId node)
{
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);

  return pnyx_world_now (chain->world)
         + (nodes->clock_offset != NULL ? nodes->clock_offset[node] : 0);
}

static guint64
slot_at (const Gasper *self, PnyxTime local)
{
  return local > 0 ? (guint64)(local / self->rules.slot) : 0;
}

gboolean
gasper_has_block (const Gasper *self, PnyxNodeId node, PnyxBlockId block)
{
  return block == 0 || self->blocks[block].everywhere
         || bit_get (self->blocks[block].imported, node);
}

void
gasper_store_init (PnyxChain *chain, gboolean is_path)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);

  self->weights_capacity = 128;
  self->scratch = pnyx_arena_array (arena, gint64, self->weights_capacity);
  self->scratch_best = pnyx_arena_array (arena, guint32, self->weights_capacity);
  self->scratch_viable = pnyx_arena_array (arena, guint8, self->weights_capacity);
  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    store_of (chain, node)->boost = PNYX_NONE;
  if (is_path)
    return;
  self->weights = pnyx_arena_array (arena, gint64, (gsize)self->n_nodes * self->weights_capacity);
  self->latest = pnyx_arena_array (arena, guint32, (gsize)self->n_nodes * self->validators.n);
}

/* ---- Weights ---- */

static gint64 *
weights_of (const Gasper *self, PnyxNodeId node)
{
  return self->weights + (gsize)node * self->weights_capacity;
}

/* Rows are by validator: the nodes see the same votes at about the same time. */
static inline guint32 *
latest_of (const Gasper *self, PnyxNodeId node, guint32 v)
{
  return &self->latest[(gsize)v * self->n_nodes + node];
}

static inline void
add_weight (const Gasper *self, gint64 *weights, PnyxBlockId block, gint64 gwei)
{
  if (block >= self->weights_base)
    weights[block - self->weights_base] += gwei;
}

/* Makes room for one block more in every row. */
static void
reserve_weights (PnyxChain *chain, PnyxBlockId block)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  guint32 old = self->weights_capacity, capacity = old;
  gint64 *grown;

  while (block - self->weights_base >= capacity)
    capacity *= 2;
  if (capacity == old)
    return;
  pnyx_arena_release (arena, self->scratch, sizeof (gint64) * old);
  pnyx_arena_release (arena, self->scratch_best, sizeof (guint32) * old);
  pnyx_arena_release (arena, self->scratch_viable, old);
  self->weights_capacity = capacity;
  self->scratch = pnyx_arena_array (arena, gint64, capacity);
  self->scratch_best = pnyx_arena_array (arena, guint32, capacity);
  self->scratch_viable = pnyx_arena_array (arena, guint8, capacity);
  if (self->path != NULL)
    {
      gasper_path_reserve_weights (chain, old, capacity);
      return;
    }
  grown = pnyx_arena_array (arena, gint64, (gsize)self->n_nodes * capacity);
  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    memcpy (grown + (gsize)node * capacity, self->weights + (gsize)node * old,
            sizeof (gint64) * old);
  pnyx_arena_release (arena, self->weights, sizeof (gint64) * self->n_nodes * old);
  self->weights = grown;
}

void
gasper_store_new_block (PnyxChain *chain, PnyxBlockId block)
{
  reserve_weights (chain, block);
}

/* Blocks before @base are no head's candidates any more, at no node. */
void
gasper_store_forget (PnyxChain *chain, PnyxBlockId base)
{
  Gasper *self = chain->state;
  guint32 gone = base - self->weights_base;

  if (gone < self->weights_capacity / 2)
    return;
  if (self->path != NULL)
    gasper_path_shift_weights (chain, gone);
  for (PnyxNodeId node = 0; self->path == NULL && node < self->n_nodes; node++)
    {
      gint64 *row = weights_of (self, node);

      memmove (row, row + MIN (gone, self->weights_capacity),
               sizeof (gint64) * (self->weights_capacity - MIN (gone, self->weights_capacity)));
      memset (row + self->weights_capacity - MIN (gone, self->weights_capacity), 0,
              sizeof (gint64) * MIN (gone, self->weights_capacity));
    }
  self->weights_base = base;
}

/* ---- Votes ---- */

/* update_latest_messages for one validator. */
static inline void
apply_vote (const Gasper *self, const GasperNode *store, gint64 *weights, guint32 *latest,
            guint32 v, guint32 message)
{
  gint64 balance = (gint64)self->validators.effective_balance[v];
  const GasperMessage *fresh = &self->messages[message];

  if (bit_get (store->equivocating, v))
    return;
  if (*latest != 0 && self->rules.lmd)
    {
      const GasperMessage *old = &self->messages[*latest - 1];

      if (old->epoch >= fresh->epoch)
        return;
      if (!bit_get (store->excluded, v))
        add_weight (self, weights, old->block, -balance);
    }
  *latest = message + 1;
  if (!bit_get (store->excluded, v))
    add_weight (self, weights, fresh->block, balance);
}

static void
apply_votes (PnyxChain *chain, PnyxNodeId node, const GasperPendingVotes *votes)
{
  Gasper *self = chain->state;
  GasperNode *store = store_of (chain, node);
  GasperData *data = &self->data[votes->data];
  gint64 *weights = weights_of (self, node);
  guint64 *applied = data->applied != NULL ? data->applied + (gsize)node * data->n_words : NULL;

  for (guint32 word = 0; word < data->n_words; word++)
    {
      guint64 left = votes->bits[word];

      if (applied != NULL)
        {
          left &= ~applied[word];
          applied[word] |= left;
        }
      for (; left != 0; left &= left - 1)
        {
          guint32 v = data->members[word * 64 + (guint32)__builtin_ctzll (left)];

          apply_vote (self, store, weights, latest_of (self, node, v), v, data->message);
        }
    }
  store->stale = TRUE;
}

guint64
gasper_frozen_slot (PnyxChain *chain, PnyxNodeId node)
{
  const Gasper *self = chain->state;
  PnyxTime local = gasper_local_time (chain, node);
  guint64 slot;

  if (!self->rules.view_merge)
    return 0;
  slot = slot_at (self, local + self->rules.view_freeze);
  return self->attested[node] <= slot
                 && local < (PnyxTime)slot * self->rules.slot + self->rules.attestation_due
             ? slot
             : 0;
}

typedef enum
{
  VOTES_APPLY,
  VOTES_WAIT,
  VOTES_DROP,
} VotesVerdict;

/* validate_on_attestation; what is too early or lacks its block waits. */
static VotesVerdict
judge_votes (PnyxChain *chain, PnyxNodeId node, const GasperPendingVotes *votes)
{
  const Gasper *self = chain->state;
  const GasperNode *store = store_of (chain, node);
  const GasperData *data = &self->data[votes->data];
  guint64 epoch = epoch_of (self, store->slot);

  if (!votes->from_block && data->target.epoch + 1 < epoch)
    return VOTES_DROP;
  if (votes->frozen != 0 && !store->merging && gasper_frozen_slot (chain, node) == votes->frozen)
    return VOTES_WAIT;
  if (store->slot < data->slot + 1 || !gasper_has_block (self, node, data->head)
      || !gasper_has_block (self, node, data->target.root))
    return VOTES_WAIT;
  return VOTES_APPLY;
}

static void
release_votes (PnyxChain *chain, const GasperPendingVotes *votes)
{
  const Gasper *self = chain->state;

  pnyx_arena_release (pnyx_world_arena (chain->world), votes->bits,
                      sizeof (guint64) * self->data[votes->data].n_words);
}

/* Looks again at what waits. */
void
gasper_retry_votes (PnyxChain *chain, PnyxNodeId node)
{
  GasperNode *store = store_of (chain, node);
  guint32 kept = 0;

  for (guint32 i = 0; i < store->n_votes; i++)
    {
      GasperPendingVotes votes = store->votes[i];
      VotesVerdict verdict = judge_votes (chain, node, &votes);

      if (verdict == VOTES_WAIT)
        {
          store->votes[kept++] = votes;
          continue;
        }
      if (verdict == VOTES_APPLY)
        apply_votes (chain, node, &votes);
      release_votes (chain, &votes);
    }
  store->n_votes = kept;
}

void
gasper_on_votes (PnyxChain *chain, PnyxNodeId node, guint32 id, const guint64 *bits,
                 gboolean from_block)
{
  Gasper *self = chain->state;
  GasperNode *store = store_of (chain, node);
  PnyxArena *arena = pnyx_world_arena (chain->world);
  GasperData *data = &self->data[id];
  guint64 fresh_any = 0;
  GasperPendingVotes votes = { .data = id,
                               .from_block = from_block,
                               .frozen = from_block ? 0 : gasper_frozen_slot (chain, node) };
  guint64 buffer[32];
  guint64 *fresh = buffer;

  gasper_tick (chain, node);
  if (self->witness != NULL)
    self->witness (self->witness_user, chain, node, GASPER_SAW_VOTES, id, bits, from_block);
  if (self->path != NULL)
    return; /* what a node has follows from what is known of all */
  if (data->n_words > G_N_ELEMENTS (buffer))
    fresh = pnyx_arena_array (arena, guint64, data->n_words);
  for (guint32 word = 0; word < data->n_words; word++)
    {
      gsize at = (gsize)node * data->n_words + word;

      fresh[word] = bits[word];
      if (data->applied != NULL)
        fresh[word] &= ~data->applied[at];
      if (data->seen != NULL)
        data->seen[at] |= bits[word];
      fresh_any |= fresh[word];
    }
  votes.bits = fresh;
  if (fresh_any != 0)
    switch (judge_votes (chain, node, &votes))
      {
      case VOTES_APPLY:
        apply_votes (chain, node, &votes);
        break;
      case VOTES_WAIT:
        pnyx_arena_reserve (arena, store->votes, store->n_votes, store->votes_capacity);
        votes.bits = pnyx_arena_array (arena, guint64, data->n_words);
        memcpy (votes.bits, fresh, sizeof (guint64) * data->n_words);
        store->votes[store->n_votes++] = votes;
        break;
      default:
        break;
      }
  if (fresh != buffer)
    pnyx_arena_release (arena, fresh, sizeof (guint64) * data->n_words);
}

void
gasper_on_equivocation (PnyxChain *chain, PnyxNodeId node, guint32 validator)
{
  Gasper *self = chain->state;
  GasperNode *store = store_of (chain, node);
  guint32 latest;

  gasper_tick (chain, node);
  if (!self->rules.discounting || bit_get (store->equivocating, validator))
    return;
  latest = *latest_of (self, node, validator);
  if (self->witness != NULL)
    self->witness (self->witness_user, chain, node, GASPER_SAW_EQUIVOCATION, validator, NULL,
                   FALSE);
  if (store->equivocating == NULL)
    store->equivocating
        = pnyx_arena_array (pnyx_world_arena (chain->world), guint64, self->n_validator_words);
  bit_set (store->equivocating, validator);
  if (latest != 0 && !bit_get (store->excluded, validator))
    add_weight (self, weights_of (self, node), self->messages[latest - 1].block,
                -(gint64)self->validators.effective_balance[validator]);
  store->stale = TRUE;
}

/* Validators that are slashed in the justified state have no weight. */
static void
exclude_slashed (PnyxChain *chain, PnyxNodeId node)
{
  Gasper *self = chain->state;
  GasperNode *store = store_of (chain, node);
  const guint64 *slashed = self->blocks[store->justified.root].slashed;
  gint64 *weights;

  if (slashed == NULL && store->excluded == NULL)
    return;
  PNYX_REQUIRE (self->path == NULL); /* nobody votes twice there */
  weights = weights_of (self, node);
  if (store->excluded == NULL)
    store->excluded
        = pnyx_arena_array (pnyx_world_arena (chain->world), guint64, self->n_validator_words);
  for (guint32 word = 0; word < self->n_validator_words; word++)
    {
      guint64 now = slashed != NULL ? slashed[word] : 0;

      for (guint64 left = now ^ store->excluded[word]; left != 0; left &= left - 1)
        {
          guint32 v = word * 64 + (guint32)__builtin_ctzll (left);
          gint64 balance = (gint64)self->validators.effective_balance[v];
          guint32 latest = *latest_of (self, node, v);

          if (latest != 0 && !bit_get (store->equivocating, v))
            add_weight (self, weights, self->messages[latest - 1].block,
                        bit_get (slashed, v) ? -balance : balance);
        }
      store->excluded[word] = now;
    }
}

/* ---- Checkpoints ---- */

static void
set_justified (PnyxChain *chain, PnyxNodeId node, PnyxGasperCheckpoint checkpoint)
{
  GasperNode *store = store_of (chain, node);

  store->justified = checkpoint;
  exclude_slashed (chain, node);
  store->stale = TRUE;
  pnyx_world_emit (chain->world, PNYX_TRACE_JUSTIFIED, chain->index, node, checkpoint.root,
                   (gint64)checkpoint.epoch, 0);
}

/* An honest node has finalised @checkpoint. */
static void
note_finalized (PnyxChain *chain, PnyxGasperCheckpoint checkpoint)
{
  Gasper *self = chain->state;

  for (guint32 i = 0; i < self->n_finalized; i++)
    if (self->finalized[i].epoch == checkpoint.epoch && self->finalized[i].root == checkpoint.root)
      return;
  for (guint32 i = 0; i < self->n_finalized; i++)
    if (!pnyx_block_tree_is_ancestor (chain->blocks, self->finalized[i].root, checkpoint.root)
        && !pnyx_block_tree_is_ancestor (chain->blocks, checkpoint.root, self->finalized[i].root))
      self->n_violations++;
  pnyx_arena_reserve (pnyx_world_arena (chain->world), self->finalized, self->n_finalized,
                      self->finalized_capacity);
  self->finalized[self->n_finalized++] = checkpoint;
}

static void
set_finalized (PnyxChain *chain, PnyxNodeId node, PnyxGasperCheckpoint checkpoint)
{
  GasperNode *store = store_of (chain, node);

  store->finalized = checkpoint;
  store->stale = TRUE;
  pnyx_world_emit (chain->world, PNYX_TRACE_FINALIZED, chain->index, node, checkpoint.root,
                   (gint64)checkpoint.epoch, 0);
  if (pnyx_chain_honest (chain, node))
    note_finalized (chain, checkpoint);
}

/* update_checkpoints */
static void
update_checkpoints (PnyxChain *chain, PnyxNodeId node, const PnyxGasperJustification *state)
{
  GasperNode *store = store_of (chain, node);

  if (state->current_justified_checkpoint.epoch > store->justified.epoch)
    set_justified (chain, node, state->current_justified_checkpoint);
  if (state->finalized_checkpoint.epoch > store->finalized.epoch)
    set_finalized (chain, node, state->finalized_checkpoint);
}

/* should_update_justified_checkpoint of version 1.0: the bouncing attack's defence. */
static gboolean
may_justify (PnyxChain *chain, const GasperNode *store, PnyxGasperCheckpoint checkpoint)
{
  const Gasper *self = chain->state;

  return store->slot % self->rules.preset.slots_per_epoch < self->rules.safe_slots
         || gasper_ancestor (chain, checkpoint.root, start_of (self, store->justified.epoch))
                == store->justified.root;
}

static void
update_with_safe_slots (PnyxChain *chain, PnyxNodeId node, const PnyxGasperJustification *state)
{
  GasperNode *store = store_of (chain, node);
  PnyxGasperCheckpoint justified = state->current_justified_checkpoint;

  if (justified.epoch > store->justified.epoch)
    {
      if (justified.epoch > store->best_justified.epoch)
        store->best_justified = justified;
      if (may_justify (chain, store, justified))
        set_justified (chain, node, justified);
    }
  if (state->finalized_checkpoint.epoch > store->finalized.epoch)
    {
      set_finalized (chain, node, state->finalized_checkpoint);
      if (justified.epoch > store->justified.epoch)
        set_justified (chain, node, justified);
    }
}

static void
begin_epoch (PnyxChain *chain, PnyxNodeId node)
{
  const Gasper *self = chain->state;
  GasperNode *store = store_of (chain, node);

  if (self->rules.pulled_up)
    {
      if (store->unrealized_justified.epoch > store->justified.epoch)
        set_justified (chain, node, store->unrealized_justified);
      if (store->unrealized_finalized.epoch > store->finalized.epoch)
        set_finalized (chain, node, store->unrealized_finalized);
    }
  else if (store->best_justified.epoch > store->justified.epoch
           && gasper_ancestor (chain, store->best_justified.root,
                               start_of (self, store->finalized.epoch))
                  == store->finalized.root)
    set_justified (chain, node, store->best_justified);
}

void
gasper_tick (PnyxChain *chain, PnyxNodeId node)
{
  const Gasper *self = chain->state;
  GasperNode *store = store_of (chain, node);
  PnyxTime local = gasper_local_time (chain, node);
  guint64 now;

  if (local < store->slot_end)
    return;
  now = slot_at (self, local);
  store->slot_end = (PnyxTime)(now + 1) * self->rules.slot;
  if (store->slot >= now)
    return;
  while (store->slot < now)
    {
      store->slot++;
      if (store->slot % self->rules.preset.slots_per_epoch == 0)
        begin_epoch (chain, node);
    }
  store->boost = PNYX_NONE;
  store->stale = TRUE;
  if (store->n_votes > 0)
    gasper_retry_votes (chain, node);
}

/* ---- Blocks ---- */

/* get_shuffling_dependent_root */
static PnyxBlockId
dependent_root (PnyxChain *chain, PnyxBlockId block, guint64 epoch)
{
  if (epoch <= MIN_SEED_LOOKAHEAD)
    return 0;
  return gasper_ancestor (chain, block, start_of (chain->state, epoch - MIN_SEED_LOOKAHEAD) - 1);
}

/* record_block_timeliness and update_proposer_boost_root */
static void
boost_if_timely (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id, PnyxBlockId head)
{
  Gasper *self = chain->state;
  GasperNode *store = store_of (chain, node);
  PnyxTime into_slot = gasper_local_time (chain, node) % self->rules.slot;
  guint64 epoch = epoch_of (self, store->slot);

  if (self->blocks[id].slot != store->slot || into_slot >= self->rules.attestation_due)
    return;
  bit_set (self->blocks[id].timely, node);
  if (store->boost == PNYX_NONE && self->rules.boost > 0
      && dependent_root (chain, head, epoch) == dependent_root (chain, id, epoch))
    store->boost = id;
}

/* Attester slashings reach the store in blocks, too. */
static void
see_slashings (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
{
  const Gasper *self = chain->state;
  const guint64 *slashed = self->blocks[id].slashed;
  const guint64 *before = self->blocks[pnyx_block_tree_get (chain->blocks, id)->parent].slashed;

  if (slashed == before)
    return;
  for (guint32 word = 0; word < self->n_validator_words; word++)
    for (guint64 left = slashed[word] & ~(before != NULL ? before[word] : 0); left != 0;
         left &= left - 1)
      {
        guint32 v = word * 64 + (guint32)__builtin_ctzll (left);

        if (gasper_voted_twice (self, v))
          gasper_on_equivocation (chain, node, v);
      }
}

void
gasper_on_block (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
{
  Gasper *self = chain->state;
  GasperNode *store = store_of (chain, node);
  GasperBlock *block = &self->blocks[id];
  PnyxBlockId head;

  gasper_tick (chain, node);
  if (self->witness != NULL)
    {
      if (self->path != NULL)
        gasper_path_weights (chain, node); /* tells of the votes that came before */
      self->witness (self->witness_user, chain, node, GASPER_SAW_BLOCK, id, NULL, FALSE);
    }
  /* What conflicts with what is final, or is not after it, is of no use. */
  if (block->slot <= start_of (self, store->finalized.epoch)
      || gasper_ancestor (chain, id, start_of (self, store->finalized.epoch))
             != store->finalized.root)
    return;
  head = gasper_head (chain, node);
  bit_set (block->imported, node);
  boost_if_timely (chain, node, id, head);
  if (self->rules.pulled_up)
    {
      update_checkpoints (chain, node, &block->justification);
      if (block->unrealized.current_justified_checkpoint.epoch > store->unrealized_justified.epoch)
        store->unrealized_justified = block->unrealized.current_justified_checkpoint;
      if (block->unrealized.finalized_checkpoint.epoch > store->unrealized_finalized.epoch)
        store->unrealized_finalized = block->unrealized.finalized_checkpoint;
      if (epoch_of (self, block->slot) < epoch_of (self, store->slot))
        update_checkpoints (chain, node, &block->unrealized);
    }
  else
    update_with_safe_slots (chain, node, &block->justification);
  store->stale = TRUE;
  if (store->n_votes > 0)
    gasper_retry_votes (chain, node);
  if (block->slot == store->slot)
    {
      store->merging = TRUE;
      for (guint32 i = 0; i < block->n_view; i++)
        gasper_on_votes (chain, node, block->view[i].data, block->view[i].bits, FALSE);
      store->merging = FALSE;
    }
  if (self->path != NULL)
    {
      gasper_path_on_block (chain, node, id);
      return;
    }
  for (guint32 i = 0; i < block->n_included; i++)
    gasper_on_votes (chain, node, block->included[i].data, block->included[i].bits, TRUE);
  see_slashings (chain, node, id);
}

/* ---- The head ---- */

/* Whether a leaf may become the head: filter_block_tree. */
static gboolean
is_viable_leaf (PnyxChain *chain, const GasperNode *store, PnyxBlockId id)
{
  const Gasper *self = chain->state;
  const GasperBlock *block = &self->blocks[id];
  guint64 epoch = epoch_of (self, store->slot);
  PnyxGasperCheckpoint source = block->justification.current_justified_checkpoint;

  if (!self->rules.pulled_up) /* the state's own checkpoints are the store's */
    return (store->justified.epoch == 0
            || (source.epoch == store->justified.epoch && source.root == store->justified.root))
           && (store->finalized.epoch == 0
               || (block->justification.finalized_checkpoint.epoch == store->finalized.epoch
                   && block->justification.finalized_checkpoint.root == store->finalized.root));
  if (epoch > epoch_of (self, block->slot))
    source = block->unrealized.current_justified_checkpoint;
  return (store->justified.epoch == 0 || source.epoch == store->justified.epoch
          || source.epoch + 2 >= epoch)
         && (store->finalized.epoch == 0
             || gasper_ancestor (chain, id, start_of (self, store->finalized.epoch))
                    == store->finalized.root);
}

/* Weights of subtrees from the justified block on; @self->scratch by block - @base. */
static void
sum_weights (PnyxChain *chain, PnyxNodeId node, const gint64 *row, PnyxBlockId base,
             PnyxBlockId end)
{
  Gasper *self = chain->state;
  const GasperNode *store = store_of (chain, node);
  guint32 n = end - base;
  gint64 boost = (gint64)pnyx_gasper_calculate_committee_fraction (
      self->total, self->rules.preset.slots_per_epoch, self->rules.boost);

  memcpy (self->scratch, row + (base - self->weights_base), sizeof (gint64) * n);
  if (store->boost != PNYX_NONE && store->boost >= base)
    self->scratch[store->boost - base] += boost;
  for (guint32 i = n; i-- > 1;)
    {
      PnyxBlockId parent;

      if (!gasper_has_block (self, node, base + i))
        continue;
      parent = pnyx_block_tree_get (chain->blocks, base + i)->parent;
      if (parent >= base)
        self->scratch[parent - base] += self->scratch[i];
    }
}

/* Sets the best viable child of each block. A block is viable where a leaf of its tree is. */
static void
find_best (PnyxChain *chain, PnyxNodeId node, PnyxBlockId base, PnyxBlockId end)
{
  enum
  {
    LEAF,
    DEAD,
    VIABLE
  };
  Gasper *self = chain->state;
  const GasperNode *store = store_of (chain, node);
  guint32 n = end - base;

  memset (self->scratch_viable, LEAF, n);
  for (guint32 i = 0; i < n; i++)
    self->scratch_best[i] = PNYX_NONE;
  for (guint32 i = n; i-- > 1;)
    {
      const PnyxBlock *block;
      guint32 parent, *best;

      if (!gasper_has_block (self, node, base + i))
        continue;
      if (self->scratch_viable[i] == LEAF)
        self->scratch_viable[i] = is_viable_leaf (chain, store, base + i) ? VIABLE : DEAD;
      block = pnyx_block_tree_get (chain->blocks, base + i);
      if (block->parent < base || block->parent == PNYX_NONE)
        continue;
      parent = block->parent - base;
      if (self->scratch_viable[i] == DEAD)
        {
          if (self->scratch_viable[parent] == LEAF)
            self->scratch_viable[parent] = DEAD;
          continue;
        }
      self->scratch_viable[parent] = VIABLE;
      best = &self->scratch_best[parent];
      /* Ties broken by favoring block with lexicographically higher root */
      if (*best == PNYX_NONE || self->scratch[i] > self->scratch[*best]
          || (self->scratch[i] == self->scratch[*best]
              && block->root > pnyx_block_tree_get (chain->blocks, base + *best)->root))
        *best = i;
    }
}

static PnyxBlockId
find_head (PnyxChain *chain, PnyxNodeId node, const gint64 *row)
{
  Gasper *self = chain->state;
  PnyxBlockId base = store_of (chain, node)->justified.root;
  PnyxBlockId end = pnyx_block_tree_size (chain->blocks);
  guint32 head = 0;

  sum_weights (chain, node, row, base, end);
  find_best (chain, node, base, end);
  while (self->scratch_best[head] != PNYX_NONE)
    head = self->scratch_best[head];
  return base + head;
}

PnyxBlockId
gasper_head (PnyxChain *chain, PnyxNodeId node)
{
  const Gasper *self = chain->state;
  GasperNode *store = store_of (chain, node);

  gasper_tick (chain, node);
  if (!store->stale && (self->path == NULL || gasper_path_is_unchanged (self, node, store->slot)))
    return store->head;
  if (self->path != NULL)
    store->head = gasper_path_head (chain, node, find_head);
  else
    store->head = find_head (chain, node, weights_of (self, node));
  store->stale = FALSE;
  if (chain->head[node] != store->head)
    pnyx_chain_move_head (chain, node, store->head);
  return store->head;
}

PnyxStake
gasper_score (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  Gasper *self = chain->state;
  GasperNode *store = store_of (chain, node);
  PnyxBlockId boost = store->boost, base;

  gasper_tick (chain, node);
  store->boost = PNYX_NONE;
  base = MAX (MIN (block, store->justified.root), self->weights_base);
  sum_weights (chain, node,
               self->path != NULL ? gasper_path_weights (chain, node) : weights_of (self, node),
               base, pnyx_block_tree_size (chain->blocks));
  store->boost = boost;
  return block < base ? 0 : (PnyxStake)self->scratch[block - base];
}

/* The votes for it, and those that equivocators of its committees might have cast: is_head_weak. */
static gboolean
is_head_weak (PnyxChain *chain, PnyxNodeId node, PnyxBlockId head)
{
  Gasper *self = chain->state;
  const GasperNode *store = store_of (chain, node);
  guint64 slot = self->blocks[head].slot;
  PnyxStake weight = gasper_score (chain, node, head);

  if (store->equivocating != NULL)
    {
      guint32 shuffling = gasper_shuffling (chain, head, epoch_of (self, slot));

      for (guint32 index = 0; index < self->shufflings[shuffling].n_committees; index++)
        {
          PnyxGasperCommittee committee = gasper_committee (self, shuffling, slot, index);

          for (guint32 i = 0; i < committee.n; i++)
            if (bit_get (store->equivocating, committee.members[i]))
              weight += self->validators.effective_balance[committee.members[i]];
        }
    }
  return weight < pnyx_gasper_calculate_committee_fraction (
             self->total, self->rules.preset.slots_per_epoch, self->rules.head_threshold);
}

static gboolean
is_parent_strong (PnyxChain *chain, PnyxNodeId node, PnyxBlockId parent)
{
  const Gasper *self = chain->state;

  return gasper_score (chain, node, parent) > pnyx_gasper_calculate_committee_fraction (
             self->total, self->rules.preset.slots_per_epoch, self->rules.parent_threshold);
}

/* is_proposer_equivocation */
static gboolean
has_twin (PnyxChain *chain, PnyxNodeId node, PnyxBlockId head)
{
  const Gasper *self = chain->state;
  guint32 proposer = pnyx_block_tree_get (chain->blocks, head)->proposer;

  for (PnyxBlockId id = self->blocks_of_slot[self->blocks[head].slot]; id != PNYX_NONE;
       id = self->blocks[id].next_in_slot)
    if (id != head && gasper_has_block (self, node, id)
        && pnyx_block_tree_get (chain->blocks, id)->proposer == proposer)
      return TRUE;
  return FALSE;
}

PnyxBlockId
gasper_proposer_head (PnyxChain *chain, PnyxNodeId node, guint64 slot)
{
  const Gasper *self = chain->state;
  PnyxBlockId head = gasper_head (chain, node);
  PnyxBlockId parent = pnyx_block_tree_get (chain->blocks, head)->parent;
  const GasperNode *store = store_of (chain, node);
  PnyxGasperCheckpoint of_head, of_parent;
  gboolean late, in_epoch, competitive, final, in_time, single;

  if (!self->rules.proposer_reorg || head == 0 || store->boost == head
      || self->blocks[head].slot + 1 != slot)
    return head;
  of_head = self->blocks[head].unrealized.current_justified_checkpoint;
  of_parent = self->blocks[parent].unrealized.current_justified_checkpoint;
  late = !bit_get (self->blocks[head].timely, node);
  in_epoch = slot % self->rules.preset.slots_per_epoch != 0;
  competitive = of_head.epoch == of_parent.epoch && of_head.root == of_parent.root;
  final = epoch_of (self, slot) <= store->finalized.epoch + 2;
  in_time = gasper_local_time (chain, node) % self->rules.slot <= self->rules.reorg_cutoff;
  single = self->blocks[parent].slot + 1 == self->blocks[head].slot;
  /* The weights last: they are the dear part. */
  if (late && in_epoch && competitive && final && in_time && single
      && is_head_weak (chain, node, head) && is_parent_strong (chain, node, parent))
    return parent;
  return has_twin (chain, node, head) && is_head_weak (chain, node, head) ? parent : head;
}
