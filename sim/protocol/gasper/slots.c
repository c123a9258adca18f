/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The slots of a chain. Each begins with one event for the whole chain, which schedules each node's
 * duties by the node's own clock: the proposal, the vote (at its deadline, or when the block of the
 * expected proposer is imported before) and, of those who vote, the aggregates. At the beginning of
 * an epoch it frees what no node can need any more.
 */
#include <string.h>

#include "protocol/gasper/gasper_priv.h"

PnyxTime
pnyx_gasper_slot_start (PnyxChain *chain, guint64 slot)
{
  return (PnyxTime)slot * ((Gasper *)chain->state)->rules.slot;
}

PnyxTime
gasper_when_local (const PnyxChain *chain, PnyxNodeId node, PnyxTime local)
{
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);
  PnyxTime time = local - (nodes->clock_offset != NULL ? nodes->clock_offset[node] : 0);

  return MAX (time, pnyx_world_now (chain->world) + 1);
}

/* Clocks are off by half a second at most: duties are dealt out before the first one's slot. */
static PnyxTime
lead (const PnyxChain *chain)
{
  return pnyx_network_nodes (chain->network)->clock_offset != NULL ? 500 * PNYX_MILLISECOND : 0;
}

void
gasper_schedule_slot (PnyxChain *chain, guint64 slot)
{
  const Gasper *self = chain->state;
  PnyxTime time = pnyx_gasper_slot_start (chain, slot) - lead (chain);

  pnyx_world_schedule (chain->world, MAX (time, pnyx_world_now (chain->world) + (slot > 0 ? 1 : 0)),
                       PNYX_PHASE_TIMER, self->slot_type, chain->index, PNYX_NONE, (guint32)slot, 0,
                       slot);
}

static void
reserve_slot (PnyxChain *chain, guint64 slot)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  guint32 old = self->slots_capacity, capacity = MAX (old, 1024);

  while (capacity <= slot + 1)
    capacity *= 2;
  if (capacity == old)
    return;
  self->blocks_of_slot = pnyx_arena_grow (arena, self->blocks_of_slot, sizeof (PnyxBlockId) * old,
                                          sizeof (PnyxBlockId) * capacity);
  self->data_of_slot = pnyx_arena_grow (arena, self->data_of_slot, sizeof (guint32) * old,
                                        sizeof (guint32) * capacity);
  memset (self->blocks_of_slot + old, 0xff, sizeof (PnyxBlockId) * (capacity - old));
  memset (self->data_of_slot + old, 0xff, sizeof (guint32) * (capacity - old));
  self->slots_capacity = capacity;
}

void
gasper_schedule_at_node (PnyxChain *chain, guint16 type, PnyxNodeId node, guint64 slot,
                         PnyxTime into)
{
  PnyxTime local = pnyx_gasper_slot_start (chain, slot) + into;

  pnyx_world_schedule (chain->world, gasper_when_local (chain, node, local), PNYX_PHASE_TIMER, type,
                       node, node, (guint32)slot, 0, slot);
}

/* The proposer of a shuffling, if its own node is on a chain that says so. */
static void
schedule_proposal (PnyxChain *chain, guint32 shuffling, guint64 slot)
{
  Gasper *self = chain->state;
  guint32 proposer = gasper_proposer (chain, shuffling, slot);
  PnyxNodeId node = self->validators.node_of[proposer];
  PnyxTime delay;

  if (!gasper_is_on_duty (self, proposer, slot, TRUE, &delay))
    return;
  delay += draw_time (self->params->proposal_delay, &self->delay, proposer, slot);
  if (gasper_shuffling (chain, chain->head[node], epoch_of (self, slot)) == shuffling)
    gasper_schedule_at_node (chain, self->propose_type, node, slot, delay);
}

/* Free what no node can need any more. */
static void
collect (PnyxChain *chain, guint64 epoch)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxGasperCheckpoint oldest = { G_MAXUINT64, 0 };
  guint64 needed;

  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    {
      const GasperNode *store = pnyx_chain_node (chain, node);

      if (store->finalized.epoch < oldest.epoch)
        oldest = store->finalized;
    }
  self->oldest_final = oldest.epoch;
  gasper_store_forget (chain, oldest.root);
  needed = MIN (oldest.epoch, epoch);
  if (self->path != NULL) /* a block that comes late opens votes of its time again */
    needed = MIN (needed, epoch_of (self, gasper_path_oldest_open (self)));
  for (guint32 i = 0; i < self->n_shufflings; i++)
    {
      GasperShuffling *old = &self->shufflings[i];

      if (!old->used || old->epoch + 2 >= needed)
        continue;
      pnyx_arena_release (arena, old->list, sizeof (guint32) * self->validators.n);
      for (guint k = 0; k < SLOT_DUTIES; k++)
        {
          pnyx_arena_release (arena, old->slots[k].first, sizeof (guint32) * (self->n_nodes + 1));
          pnyx_arena_release (arena, old->slots[k].committee,
                              sizeof (guint32) * (old->n_committees + 1));
          if (old->slots[k].due != NULL)
            pnyx_arena_release (arena, old->slots[k].due, sizeof (GasperDuty) * old->slots[k].n);
        }
      *old = (GasperShuffling){ .used = FALSE };
    }
  self->last_shuffling.block = PNYX_NONE;
  for (guint64 old = 0; old < self->epochs_capacity && old + 8 < oldest.epoch; old++)
    {
      if (self->votes_of_epoch[old] == NULL)
        continue;
      pnyx_arena_release (arena, self->votes_of_epoch[old], sizeof (guint32) * self->validators.n);
      pnyx_arena_release (arena, self->voters_of_epoch[old],
                          sizeof (guint64) * self->n_validator_words);
      self->votes_of_epoch[old] = NULL;
      self->voters_of_epoch[old] = NULL;
    }
}

/* All clocks have reached the slot. */
static void
on_fold (gpointer user, const PnyxEvent *event)
{
  gasper_path_fold (user, event->payload);
}

/* How far the slowest clock is behind. */
static PnyxTime
lag (const PnyxChain *chain)
{
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);
  PnyxTime most = 0;

  for (PnyxNodeId node = 0; nodes->clock_offset != NULL && node < nodes->n; node++)
    most = MAX (most, -nodes->clock_offset[node]);
  return most;
}

/* When the slot has begun for all, and before anybody does a duty of that instant. */
static void
schedule_fold (PnyxChain *chain, guint64 slot)
{
  const Gasper *self = chain->state;
  PnyxTime time = pnyx_gasper_slot_start (chain, slot) + lag (chain);

  if (self->path != NULL)
    pnyx_world_schedule (chain->world, MAX (time, pnyx_world_now (chain->world) + 1),
                         PNYX_PHASE_ENVIRONMENT, self->fold_type, chain->index, PNYX_NONE,
                         (guint32)slot, 0, slot);
}

static void
on_slot (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;
  guint64 slot = event->payload;
  guint64 epoch = epoch_of (self, slot);
  gboolean first = slot % self->rules.preset.slots_per_epoch == 0;
  guint32 known = PNYX_NONE;
  guint32 scheduled[8];
  guint n_scheduled = 0;
  gboolean has_clocks = pnyx_network_nodes (chain->network)->clock_offset != NULL;

  if (!pnyx_chain_next_block (chain))
    return;
  reserve_slot (chain, slot);
  schedule_fold (chain, slot);
  gasper_forget (chain, slot, self->oldest_final);
  if (first)
    collect (chain, epoch);
  pnyx_world_emit (chain->world, PNYX_TRACE_SLOT, chain->index, PNYX_NONE, 0, (gint64)slot, 0);
  if (!has_clocks)
    gasper_schedule_at_node (chain, self->attest_all_type, 0, slot, self->rules.attestation_due);
  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    {
      guint32 shuffling = node > 0 && chain->head[node] == chain->head[node - 1]
                              ? known
                              : gasper_shuffling (chain, chain->head[node], epoch);
      gboolean proposed = slot == 0;

      known = shuffling;
      if (first)
        gasper_schedule_at_node (chain, self->tick_type, node, slot, 0);
      if (has_clocks)
        gasper_schedule_at_node (chain, self->attest_type, node, slot, self->rules.attestation_due);
      for (guint i = 0; i < n_scheduled; i++)
        proposed |= scheduled[i] == shuffling;
      if (proposed)
        continue;
      if (n_scheduled < G_N_ELEMENTS (scheduled))
        scheduled[n_scheduled++] = shuffling;
      schedule_proposal (chain, shuffling, slot);
    }
  gasper_schedule_slot (chain, slot + 1);
}

static void
on_tick (gpointer user, const PnyxEvent *event)
{
  gasper_tick (user, event->target);
}

void
gasper_slots_init (PnyxChain *chain)
{
  Gasper *self = chain->state;

  self->fold_type = gasper_add_handler (chain, "fold", on_fold);
  self->slot_type = gasper_add_handler (chain, "slot", on_slot);
  self->tick_type = gasper_add_handler (chain, "tick", on_tick);
  reserve_slot (chain, 0);
}
