/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gasper's fork choice and finality as the specification writes them. Functions stand in the order
 * of specs/phase0/beacon-chain.md (states), then of specs/phase0/fork-choice.md.
 */
#include "support/naive_gasper.h"

#include <string.h>

#define EFFECTIVE_BALANCE_INCREMENT 1000000000
#define BASIS_POINTS 10000
#define MIN_SEED_LOOKAHEAD 1
#define MIN_ATTESTATION_INCLUSION_DELAY 1

typedef struct _Entry Entry;

/* What the store knows of a block. */
struct _Entry
{
  NaiveRoot root, parent_root;
  Entry *parent; /* borrowed; NULL: the anchor */
  guint64 slot;
  guint32 proposer_index;
  NaiveState *state; /* owned: block_states */
  gboolean is_timely;
  NaiveCheckpoint unrealized_justification;
};

typedef struct
{
  NaiveCheckpoint checkpoint;
  NaiveState *state; /* owned */
} CheckpointState;

struct _NaiveStore
{
  NaiveConfig config;
  guint64 time_ms; /* since genesis */
  NaiveCheckpoint justified_checkpoint, finalized_checkpoint;
  NaiveCheckpoint unrealized_justified_checkpoint, unrealized_finalized_checkpoint;
  NaiveRoot proposer_boost_root;
  GPtrArray *blocks;                /* Entry, in order of arrival */
  GArray *checkpoint_states;        /* CheckpointState */
  gboolean *equivocating_indices;   /* by validator */
  gboolean *has_latest_message;     /* by validator */
  NaiveCheckpoint *latest_messages; /* by validator: epoch and root */
};

/* States. */

NaiveConfig
naive_config (guint32 n_validators, const PnyxStake *effective_balance)
{
  return (NaiveConfig){ .slots_per_epoch = 32,
                        .slot_duration_ms = 12000,
                        .proposer_score_boost = 40,
                        .reorg_head_weight_threshold = 20,
                        .reorg_parent_weight_threshold = 160,
                        .reorg_max_epochs_since_finalization = 2,
                        .attestation_due_bps = 3333,
                        .proposer_reorg_cutoff_bps = 1667,
                        .n_validators = n_validators,
                        .effective_balance = effective_balance };
}

NaiveState *
naive_state_new (const NaiveConfig *config)
{
  NaiveState *state = g_new0 (NaiveState, 1);

  state->previous_epoch_participation = g_new0 (gboolean, config->n_validators);
  state->current_epoch_participation = g_new0 (gboolean, config->n_validators);
  state->slashed = g_new0 (gboolean, config->n_validators);
  return state;
}

void
naive_state_free (NaiveState *state)
{
  if (state == NULL)
    return;
  g_free (state->previous_epoch_participation);
  g_free (state->current_epoch_participation);
  g_free (state->slashed);
  g_free (state);
}

static NaiveState *
state_copy (const NaiveConfig *config, const NaiveState *state)
{
  NaiveState *copy = naive_state_new (config);
  gboolean *previous = copy->previous_epoch_participation;
  gboolean *current = copy->current_epoch_participation, *slashed = copy->slashed;
  gsize size = config->n_validators * sizeof (gboolean);

  *copy = *state;
  copy->previous_epoch_participation = memcpy (previous, state->previous_epoch_participation, size);
  copy->current_epoch_participation = memcpy (current, state->current_epoch_participation, size);
  copy->slashed = memcpy (slashed, state->slashed, size);
  return copy;
}

static gboolean
checkpoint_equal (NaiveCheckpoint a, NaiveCheckpoint b)
{
  return a.epoch == b.epoch && a.root == b.root;
}

static gboolean
reaches_two_thirds (PnyxStake part, PnyxStake total)
{
  return (pnyx_uint128)part * 3 >= (pnyx_uint128)total * 2;
}

void
naive_weigh_justification_and_finalization (NaiveState *state, guint64 slots_per_epoch,
                                            PnyxStake total_active_balance,
                                            PnyxStake previous_epoch_target_balance,
                                            PnyxStake current_epoch_target_balance,
                                            NaiveRoot previous_root, NaiveRoot current_root)
{
  guint64 current_epoch = state->slot / slots_per_epoch;
  guint64 previous_epoch = current_epoch - 1;
  NaiveCheckpoint old_previous_justified_checkpoint = state->previous_justified_checkpoint;
  NaiveCheckpoint old_current_justified_checkpoint = state->current_justified_checkpoint;
  gboolean *bits = state->justification_bits;

  /* Process justifications */
  state->previous_justified_checkpoint = state->current_justified_checkpoint;
  bits[3] = bits[2];
  bits[2] = bits[1];
  bits[1] = bits[0];
  bits[0] = FALSE;
  if (reaches_two_thirds (previous_epoch_target_balance, total_active_balance))
    {
      state->current_justified_checkpoint = (NaiveCheckpoint){ previous_epoch, previous_root };
      bits[1] = TRUE;
    }
  if (reaches_two_thirds (current_epoch_target_balance, total_active_balance))
    {
      state->current_justified_checkpoint = (NaiveCheckpoint){ current_epoch, current_root };
      bits[0] = TRUE;
    }
  /* Process finalizations */
  if (bits[1] && bits[2] && bits[3] && old_previous_justified_checkpoint.epoch + 3 == current_epoch)
    state->finalized_checkpoint = old_previous_justified_checkpoint;
  if (bits[1] && bits[2] && old_previous_justified_checkpoint.epoch + 2 == current_epoch)
    state->finalized_checkpoint = old_previous_justified_checkpoint;
  if (bits[0] && bits[1] && bits[2] && old_current_justified_checkpoint.epoch + 2 == current_epoch)
    state->finalized_checkpoint = old_current_justified_checkpoint;
  if (bits[0] && bits[1] && old_current_justified_checkpoint.epoch + 1 == current_epoch)
    state->finalized_checkpoint = old_current_justified_checkpoint;
}

static PnyxStake
get_total_active_balance (const NaiveConfig *config)
{
  PnyxStake sum = 0;

  for (guint32 i = 0; i < config->n_validators; i++)
    sum += config->effective_balance[i];
  return MAX (sum, EFFECTIVE_BALANCE_INCREMENT);
}

/* get_total_balance (state, get_unslashed_participating_indices (...)) */
static PnyxStake
get_target_balance (const NaiveConfig *config, const NaiveState *state,
                    const gboolean *participation)
{
  PnyxStake sum = 0;

  for (guint32 i = 0; i < config->n_validators; i++)
    if (participation[i] && !state->slashed[i])
      sum += config->effective_balance[i];
  return MAX (sum, EFFECTIVE_BALANCE_INCREMENT);
}

static NaiveRoot
get_block_root (const NaiveStore *store, const NaiveState *state, guint64 epoch)
{
  return naive_get_ancestor (store, state->tip, epoch * store->config.slots_per_epoch);
}

static void
process_justification_and_finalization (const NaiveStore *store, NaiveState *state)
{
  const NaiveConfig *config = &store->config;
  guint64 epoch = state->slot / config->slots_per_epoch;

  if (epoch <= 1)
    return;
  naive_weigh_justification_and_finalization (
      state, config->slots_per_epoch, get_total_active_balance (config),
      get_target_balance (config, state, state->previous_epoch_participation),
      get_target_balance (config, state, state->current_epoch_participation),
      get_block_root (store, state, epoch - 1), get_block_root (store, state, epoch));
}

/* process_participation_flag_updates */
static void
process_participation_flag_updates (const NaiveConfig *config, NaiveState *state)
{
  gboolean *previous = state->previous_epoch_participation;

  state->previous_epoch_participation = state->current_epoch_participation;
  state->current_epoch_participation = previous;
  memset (previous, 0, config->n_validators * sizeof *previous);
}

static void
process_slots (const NaiveStore *store, NaiveState *state, guint64 slot)
{
  while (state->slot < slot)
    {
      if ((state->slot + 1) % store->config.slots_per_epoch == 0)
        {
          process_justification_and_finalization (store, state);
          process_participation_flag_updates (&store->config, state);
        }
      state->slot++;
    }
}

/* Votes count up to the end of the next epoch (Deneb, EIP-7045). */
static gboolean
process_attestation (const NaiveStore *store, NaiveState *state, const NaiveAttestation *data)
{
  guint64 slots_per_epoch = store->config.slots_per_epoch;
  guint64 current_epoch = state->slot / slots_per_epoch;
  gboolean is_current = data->target.epoch == current_epoch;
  gboolean *participation
      = is_current ? state->current_epoch_participation : state->previous_epoch_participation;
  NaiveCheckpoint justified
      = is_current ? state->current_justified_checkpoint : state->previous_justified_checkpoint;

  if (!is_current && data->target.epoch + 1 != current_epoch)
    return FALSE;
  if (data->target.epoch != data->slot / slots_per_epoch
      || data->slot + MIN_ATTESTATION_INCLUSION_DELAY > state->slot)
    return FALSE;
  if (!checkpoint_equal (data->source, justified))
    return FALSE;
  if (data->target.root == get_block_root (store, state, data->target.epoch))
    for (guint32 i = 0; i < data->n_indices; i++)
      participation[data->attesting_indices[i]] = TRUE;
  return TRUE;
}

static gboolean
state_transition (const NaiveStore *store, NaiveState *state, const NaiveBlock *block)
{
  if (!block->is_valid || block->slot <= state->slot)
    return FALSE;
  process_slots (store, state, block->slot);
  for (guint32 i = 0; i < block->n_slashed; i++)
    state->slashed[block->slashed[i]] = TRUE;
  for (guint32 i = 0; i < block->n_attestations; i++)
    if (!process_attestation (store, state, block->attestations[i]))
      return FALSE;
  state->tip = block->root;
  return TRUE;
}

/* Store. */

static Entry *
find_block (const NaiveStore *store, NaiveRoot root)
{
  for (guint i = store->blocks->len; i-- > 0;)
    {
      Entry *entry = g_ptr_array_index (store->blocks, i);

      if (entry->root == root)
        return entry;
    }
  return NULL;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  naive_state_free (entry->state);
  g_free (entry);
}

static NaiveState *
find_checkpoint_state (const NaiveStore *store, NaiveCheckpoint checkpoint)
{
  for (guint i = 0; i < store->checkpoint_states->len; i++)
    {
      CheckpointState *known = &g_array_index (store->checkpoint_states, CheckpointState, i);

      if (checkpoint_equal (known->checkpoint, checkpoint))
        return known->state;
    }
  return NULL;
}

NaiveStore *
naive_get_forkchoice_store (const NaiveConfig *config, NaiveState *anchor, NaiveRoot anchor_root)
{
  NaiveStore *store = g_new0 (NaiveStore, 1);
  Entry *entry = g_new0 (Entry, 1);
  NaiveCheckpoint checkpoint = { anchor->slot / config->slots_per_epoch, anchor_root };
  CheckpointState checkpoint_state = { checkpoint, state_copy (config, anchor) };

  anchor->tip = checkpoint_state.state->tip = anchor_root;
  *entry = (Entry){ .root = anchor_root,
                    .slot = anchor->slot,
                    .state = anchor,
                    .unrealized_justification = checkpoint };
  store->config = *config;
  store->time_ms = anchor->slot * config->slot_duration_ms;
  store->justified_checkpoint = store->finalized_checkpoint = checkpoint;
  store->unrealized_justified_checkpoint = store->unrealized_finalized_checkpoint = checkpoint;
  store->blocks = g_ptr_array_new_with_free_func (entry_free);
  g_ptr_array_add (store->blocks, entry);
  store->checkpoint_states = g_array_new (FALSE, FALSE, sizeof (CheckpointState));
  g_array_append_val (store->checkpoint_states, checkpoint_state);
  store->equivocating_indices = g_new0 (gboolean, config->n_validators);
  store->has_latest_message = g_new0 (gboolean, config->n_validators);
  store->latest_messages = g_new0 (NaiveCheckpoint, config->n_validators);
  return store;
}

void
naive_store_free (NaiveStore *store)
{
  if (store == NULL)
    return;
  for (guint i = 0; i < store->checkpoint_states->len; i++)
    naive_state_free (g_array_index (store->checkpoint_states, CheckpointState, i).state);
  g_array_free (store->checkpoint_states, TRUE);
  g_ptr_array_free (store->blocks, TRUE);
  g_free (store->equivocating_indices);
  g_free (store->has_latest_message);
  g_free (store->latest_messages);
  g_free (store);
}

guint64
naive_get_current_slot (const NaiveStore *store)
{
  return store->time_ms / store->config.slot_duration_ms;
}

static guint64
compute_epoch_at_slot (const NaiveStore *store, guint64 slot)
{
  return slot / store->config.slots_per_epoch;
}

static guint64
get_current_store_epoch (const NaiveStore *store)
{
  return compute_epoch_at_slot (store, naive_get_current_slot (store));
}

static const Entry *
get_ancestor (const Entry *entry, guint64 slot)
{
  while (entry != NULL && entry->slot > slot)
    entry = entry->parent;
  return entry;
}

NaiveRoot
naive_get_ancestor (const NaiveStore *store, NaiveRoot root, guint64 slot)
{
  const Entry *entry = get_ancestor (find_block (store, root), slot);

  return entry != NULL ? entry->root : 0;
}

static gboolean
is_ancestor (const Entry *entry, const Entry *ancestor)
{
  return get_ancestor (entry, ancestor->slot) == ancestor;
}

static PnyxStake
calculate_committee_fraction (const NaiveStore *store, guint64 committee_percent)
{
  PnyxStake committee_weight
      = get_total_active_balance (&store->config) / store->config.slots_per_epoch;

  return committee_weight * committee_percent / 100;
}

NaiveRoot
naive_get_checkpoint_block (const NaiveStore *store, NaiveRoot root, guint64 epoch)
{
  return naive_get_ancestor (store, root, epoch * store->config.slots_per_epoch);
}

/* store.checkpoint_states[store.justified_checkpoint]. A store that was never told of the votes in
 * its blocks has none, where the specification would fail; the block's own state says as much of
 * who is slashed. */
static const NaiveState *
justified_state (const NaiveStore *store)
{
  const NaiveState *state = find_checkpoint_state (store, store->justified_checkpoint);

  return state != NULL ? state : find_block (store, store->justified_checkpoint.root)->state;
}

static PnyxStake
get_attestation_score (const NaiveStore *store, const Entry *entry)
{
  const NaiveState *state = justified_state (store);
  PnyxStake score = 0;

  for (guint32 i = 0; i < store->config.n_validators; i++)
    if (!state->slashed[i] && store->has_latest_message[i] && !store->equivocating_indices[i]
        && is_ancestor (find_block (store, store->latest_messages[i].root), entry))
      score += store->config.effective_balance[i];
  return score;
}

PnyxStake
naive_get_attestation_score (const NaiveStore *store, NaiveRoot root)
{
  return get_attestation_score (store, find_block (store, root));
}

static PnyxStake
get_weight (const NaiveStore *store, const Entry *entry)
{
  PnyxStake score = get_attestation_score (store, entry);

  if (store->proposer_boost_root == 0)
    return score;
  if (is_ancestor (find_block (store, store->proposer_boost_root), entry))
    score += calculate_committee_fraction (store, store->config.proposer_score_boost);
  return score;
}

PnyxStake
naive_get_weight (const NaiveStore *store, NaiveRoot root)
{
  return get_weight (store, find_block (store, root));
}

static NaiveCheckpoint
get_voting_source (const NaiveStore *store, const Entry *entry)
{
  if (get_current_store_epoch (store) > compute_epoch_at_slot (store, entry->slot))
    return entry->unrealized_justification;
  return entry->state->current_justified_checkpoint;
}

NaiveCheckpoint
naive_get_voting_source (const NaiveStore *store, NaiveRoot root)
{
  return get_voting_source (store, find_block (store, root));
}

/* Adds to @blocks what is viable in the tree of @entry. */
static gboolean
filter_block_tree (const NaiveStore *store, const Entry *entry, GPtrArray *blocks)
{
  gboolean has_children = FALSE, is_viable = FALSE;

  for (guint i = 0; i < store->blocks->len; i++)
    {
      const Entry *child = g_ptr_array_index (store->blocks, i);

      if (child->parent != entry)
        continue;
      has_children = TRUE;
      if (filter_block_tree (store, child, blocks))
        is_viable = TRUE;
    }
  if (!has_children)
    {
      NaiveCheckpoint voting_source = get_voting_source (store, entry);
      NaiveRoot finalized_checkpoint_block
          = naive_get_checkpoint_block (store, entry->root, store->finalized_checkpoint.epoch);
      gboolean correct_justified = store->justified_checkpoint.epoch == 0
                                   || voting_source.epoch == store->justified_checkpoint.epoch
                                   || voting_source.epoch + 2 >= get_current_store_epoch (store);
      gboolean correct_finalized
          = store->finalized_checkpoint.epoch == 0
            || store->finalized_checkpoint.root == finalized_checkpoint_block;

      is_viable = correct_justified && correct_finalized;
    }
  if (is_viable)
    g_ptr_array_add (blocks, (gpointer)(guintptr)entry);
  return is_viable;
}

NaiveRoot
naive_get_head (const NaiveStore *store)
{
  g_autoptr (GPtrArray) blocks = g_ptr_array_new ();
  const Entry *head = find_block (store, store->justified_checkpoint.root);

  filter_block_tree (store, head, blocks);
  for (;;)
    {
      const Entry *best = NULL;
      PnyxStake best_weight = 0;

      for (guint i = 0; i < blocks->len; i++)
        {
          const Entry *child = g_ptr_array_index (blocks, i);
          PnyxStake weight;

          if (child->parent != head)
            continue;
          weight = get_weight (store, child);
          /* Ties broken by favoring block with lexicographically higher root */
          if (best == NULL || weight > best_weight
              || (weight == best_weight && child->root > best->root))
            {
              best = child;
              best_weight = weight;
            }
        }
      if (best == NULL)
        return head->root;
      head = best;
    }
}

static void
update_checkpoints (NaiveStore *store, NaiveCheckpoint justified_checkpoint,
                    NaiveCheckpoint finalized_checkpoint)
{
  if (justified_checkpoint.epoch > store->justified_checkpoint.epoch)
    store->justified_checkpoint = justified_checkpoint;
  if (finalized_checkpoint.epoch > store->finalized_checkpoint.epoch)
    store->finalized_checkpoint = finalized_checkpoint;
}

static void
update_unrealized_checkpoints (NaiveStore *store, NaiveCheckpoint unrealized_justified_checkpoint,
                               NaiveCheckpoint unrealized_finalized_checkpoint)
{
  if (unrealized_justified_checkpoint.epoch > store->unrealized_justified_checkpoint.epoch)
    store->unrealized_justified_checkpoint = unrealized_justified_checkpoint;
  if (unrealized_finalized_checkpoint.epoch > store->unrealized_finalized_checkpoint.epoch)
    store->unrealized_finalized_checkpoint = unrealized_finalized_checkpoint;
}

/* Proposer head and reorg helpers. */

static guint64
get_slot_component_duration_ms (const NaiveStore *store, guint64 basis_points)
{
  return basis_points * store->config.slot_duration_ms / BASIS_POINTS;
}

static guint64
time_into_slot_ms (const NaiveStore *store)
{
  return store->time_ms % store->config.slot_duration_ms;
}

/* The votes for it, and those that equivocators of its committees might have cast. */
static gboolean
is_head_weak (const NaiveStore *store, const Entry *head, const guint32 *committee,
              guint32 n_committee)
{
  PnyxStake reorg_threshold
      = calculate_committee_fraction (store, store->config.reorg_head_weight_threshold);
  PnyxStake head_weight = get_attestation_score (store, head);

  for (guint32 i = 0; i < n_committee; i++)
    if (store->equivocating_indices[committee[i]])
      head_weight += store->config.effective_balance[committee[i]];
  return head_weight < reorg_threshold;
}

static gboolean
is_parent_strong (const NaiveStore *store, const Entry *head)
{
  return get_attestation_score (store, head->parent)
         > calculate_committee_fraction (store, store->config.reorg_parent_weight_threshold);
}

static gboolean
is_proposer_equivocation (const NaiveStore *store, const Entry *head)
{
  guint n_matching = 0;

  for (guint i = 0; i < store->blocks->len; i++)
    {
      const Entry *entry = g_ptr_array_index (store->blocks, i);

      n_matching += entry->proposer_index == head->proposer_index && entry->slot == head->slot;
    }
  return n_matching > 1;
}

gboolean
naive_get_proposer_head (const NaiveStore *store, NaiveRoot head_root, guint64 slot,
                         const guint32 *committee, guint32 n_committee, NaiveRoot *proposer_head)
{
  const Entry *head = find_block (store, head_root);
  gboolean head_late, not_epoch_boundary, ffg_competitive, finalization_ok, proposing_on_time;
  gboolean single_slot_reorg, current_time_ok, head_weak;

  if (head == NULL || head->parent == NULL || store->proposer_boost_root == head_root)
    return FALSE;
  head_late = !head->is_timely;
  not_epoch_boundary = slot % store->config.slots_per_epoch != 0;
  ffg_competitive
      = checkpoint_equal (head->unrealized_justification, head->parent->unrealized_justification);
  finalization_ok
      = compute_epoch_at_slot (store, slot)
        <= store->finalized_checkpoint.epoch + store->config.reorg_max_epochs_since_finalization;
  proposing_on_time = time_into_slot_ms (store) <= get_slot_component_duration_ms (
                          store, store->config.proposer_reorg_cutoff_bps);
  current_time_ok = head->slot + 1 == slot;
  single_slot_reorg = head->parent->slot + 1 == head->slot && current_time_ok;
  head_weak = is_head_weak (store, head, committee, n_committee);
  if (head_late && not_epoch_boundary && ffg_competitive && finalization_ok && proposing_on_time
      && single_slot_reorg && head_weak && is_parent_strong (store, head))
    *proposer_head = head->parent->root;
  else if (head_weak && current_time_ok && is_proposer_equivocation (store, head))
    *proposer_head = head->parent->root;
  else
    *proposer_head = head_root;
  return TRUE;
}

/* Pull-up tip helpers. */

static void
compute_pulled_up_tip (NaiveStore *store, Entry *entry)
{
  NaiveState *state = state_copy (&store->config, entry->state);

  process_justification_and_finalization (store, state);
  entry->unrealized_justification = state->current_justified_checkpoint;
  update_unrealized_checkpoints (store, state->current_justified_checkpoint,
                                 state->finalized_checkpoint);
  /* If the block is from a prior epoch, apply the realized values */
  if (compute_epoch_at_slot (store, entry->slot) < get_current_store_epoch (store))
    update_checkpoints (store, state->current_justified_checkpoint, state->finalized_checkpoint);
  naive_state_free (state);
}

/* on_tick */

static void
on_tick_per_slot (NaiveStore *store, guint64 time_ms)
{
  guint64 previous_slot = naive_get_current_slot (store), current_slot;

  store->time_ms = time_ms;
  current_slot = naive_get_current_slot (store);
  if (current_slot > previous_slot)
    store->proposer_boost_root = 0;
  if (current_slot > previous_slot && current_slot % store->config.slots_per_epoch == 0)
    update_checkpoints (store, store->unrealized_justified_checkpoint,
                        store->unrealized_finalized_checkpoint);
}

void
naive_on_tick (NaiveStore *store, guint64 time_ms)
{
  guint64 tick_slot = time_ms / store->config.slot_duration_ms;

  while (naive_get_current_slot (store) < tick_slot)
    on_tick_per_slot (store, (naive_get_current_slot (store) + 1) * store->config.slot_duration_ms);
  on_tick_per_slot (store, time_ms);
}

/* on_block */

static void
record_block_timeliness (NaiveStore *store, Entry *entry)
{
  guint64 threshold = get_slot_component_duration_ms (store, store->config.attestation_due_bps);

  entry->is_timely
      = naive_get_current_slot (store) == entry->slot && time_into_slot_ms (store) < threshold;
}

static NaiveRoot
get_shuffling_dependent_root (const NaiveStore *store, NaiveRoot root, guint64 epoch)
{
  if (epoch <= MIN_SEED_LOOKAHEAD)
    return 0;
  return naive_get_ancestor (store, root,
                             (epoch - MIN_SEED_LOOKAHEAD) * store->config.slots_per_epoch - 1);
}

static void
update_proposer_boost_root (NaiveStore *store, NaiveRoot head, const Entry *entry)
{
  gboolean is_first_block = store->proposer_boost_root == 0;
  guint64 epoch = get_current_store_epoch (store);
  gboolean is_same_dependent_root = get_shuffling_dependent_root (store, head, epoch)
                                    == get_shuffling_dependent_root (store, entry->root, epoch);

  if (entry->is_timely && is_first_block && is_same_dependent_root)
    store->proposer_boost_root = entry->root;
}

gboolean
naive_on_block (NaiveStore *store, const NaiveBlock *block)
{
  Entry *parent = find_block (store, block->parent_root), *entry;
  NaiveState *state;
  NaiveRoot head;

  if (find_block (store, block->root) != NULL)
    return TRUE;
  if (parent == NULL || naive_get_current_slot (store) < block->slot)
    return FALSE;
  if (block->slot <= store->finalized_checkpoint.epoch * store->config.slots_per_epoch)
    return FALSE;
  if (store->finalized_checkpoint.root
      != naive_get_checkpoint_block (store, block->parent_root, store->finalized_checkpoint.epoch))
    return FALSE;
  state = state_copy (&store->config, parent->state);
  if (!state_transition (store, state, block))
    {
      naive_state_free (state);
      return FALSE;
    }
  /* Compute head before applying the block */
  head = naive_get_head (store);
  entry = g_new0 (Entry, 1);
  *entry = (Entry){ .root = block->root,
                    .parent_root = block->parent_root,
                    .parent = parent,
                    .slot = block->slot,
                    .proposer_index = block->proposer_index,
                    .state = state };
  g_ptr_array_add (store->blocks, entry);
  record_block_timeliness (store, entry);
  update_proposer_boost_root (store, head, entry);
  update_checkpoints (store, state->current_justified_checkpoint, state->finalized_checkpoint);
  compute_pulled_up_tip (store, entry);
  return TRUE;
}

/* on_attestation */

static gboolean
validate_on_attestation (const NaiveStore *store, const NaiveAttestation *attestation,
                         gboolean is_from_block)
{
  const NaiveCheckpoint *target = &attestation->target;
  const Entry *block = find_block (store, attestation->beacon_block_root);
  guint64 current_epoch = get_current_store_epoch (store);

  if (!is_from_block && target->epoch != current_epoch
      && target->epoch != MAX (current_epoch, 1) - 1)
    return FALSE;
  return target->epoch == compute_epoch_at_slot (store, attestation->slot)
         && find_block (store, target->root) != NULL && block != NULL
         && block->slot <= attestation->slot
         && target->root == naive_get_checkpoint_block (store, block->root, target->epoch)
         /* Attestations can only affect the fork choice of subsequent slots. */
         && naive_get_current_slot (store) >= attestation->slot + 1;
}

static void
store_target_checkpoint_state (NaiveStore *store, NaiveCheckpoint target)
{
  CheckpointState checkpoint_state = { target, NULL };

  if (find_checkpoint_state (store, target) != NULL)
    return;
  checkpoint_state.state = state_copy (&store->config, find_block (store, target.root)->state);
  process_slots (store, checkpoint_state.state, target.epoch * store->config.slots_per_epoch);
  g_array_append_val (store->checkpoint_states, checkpoint_state);
}

gboolean
naive_on_attestation (NaiveStore *store, const NaiveAttestation *attestation,
                      gboolean is_from_block)
{
  if (!validate_on_attestation (store, attestation, is_from_block))
    return FALSE;
  store_target_checkpoint_state (store, attestation->target);
  if (attestation->n_indices == 0)
    return FALSE; /* is_valid_indexed_attestation */
  /* update_latest_messages */
  for (guint32 k = 0; k < attestation->n_indices; k++)
    {
      guint32 i = attestation->attesting_indices[k];

      if (store->equivocating_indices[i])
        continue;
      if (!store->has_latest_message[i]
          || attestation->target.epoch > store->latest_messages[i].epoch)
        {
          store->has_latest_message[i] = TRUE;
          store->latest_messages[i]
              = (NaiveCheckpoint){ attestation->target.epoch, attestation->beacon_block_root };
        }
    }
  return TRUE;
}

/* on_attester_slashing */

static gboolean
is_slashable_attestation_data (const NaiveAttestation *data_1, const NaiveAttestation *data_2)
{
  gboolean is_equal = data_1->slot == data_2->slot
                      && data_1->beacon_block_root == data_2->beacon_block_root
                      && checkpoint_equal (data_1->source, data_2->source)
                      && checkpoint_equal (data_1->target, data_2->target);

  /* Double vote, or surround vote */
  return (!is_equal && data_1->target.epoch == data_2->target.epoch)
         || (data_1->source.epoch < data_2->source.epoch
             && data_2->target.epoch < data_1->target.epoch);
}

gboolean
naive_on_attester_slashing (NaiveStore *store, const NaiveAttestation *attestation_1,
                            const NaiveAttestation *attestation_2)
{
  if (!is_slashable_attestation_data (attestation_1, attestation_2) || attestation_1->n_indices == 0
      || attestation_2->n_indices == 0)
    return FALSE;
  for (guint32 i = 0; i < attestation_1->n_indices; i++)
    for (guint32 j = 0; j < attestation_2->n_indices; j++)
      if (attestation_1->attesting_indices[i] == attestation_2->attesting_indices[j])
        store->equivocating_indices[attestation_1->attesting_indices[i]] = TRUE;
  return TRUE;
}

/* Reading the store. */

gboolean
naive_has_block (const NaiveStore *store, NaiveRoot root)
{
  return find_block (store, root) != NULL;
}

guint
naive_n_blocks (const NaiveStore *store)
{
  return store->blocks->len;
}

NaiveRoot
naive_block_at (const NaiveStore *store, guint i, guint64 *slot)
{
  const Entry *entry = g_ptr_array_index (store->blocks, i);

  if (slot != NULL)
    *slot = entry->slot;
  return entry->root;
}

const NaiveState *
naive_block_state (const NaiveStore *store, NaiveRoot root)
{
  return find_block (store, root)->state;
}

gboolean
naive_latest_message (const NaiveStore *store, guint32 validator, NaiveCheckpoint *message)
{
  *message = store->latest_messages[validator];
  return store->has_latest_message[validator];
}

NaiveRoot
naive_proposer_boost_root (const NaiveStore *store)
{
  return store->proposer_boost_root;
}

gboolean
naive_is_equivocating (const NaiveStore *store, guint32 validator)
{
  return store->equivocating_indices[validator];
}

NaiveCheckpoint
naive_justified_checkpoint (const NaiveStore *store)
{
  return store->justified_checkpoint;
}

NaiveCheckpoint
naive_finalized_checkpoint (const NaiveStore *store)
{
  return store->finalized_checkpoint;
}

NaiveCheckpoint
naive_unrealized_justified_checkpoint (const NaiveStore *store)
{
  return store->unrealized_justified_checkpoint;
}

NaiveCheckpoint
naive_unrealized_finalized_checkpoint (const NaiveStore *store)
{
  return store->unrealized_finalized_checkpoint;
}
