/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What comes to a node from the network. A block is verified, waits for its parent, is executed,
 * waits for its blobs and, with view-merge, for the vote of the slot, or for its own slot by the
 * node's clock; then the store has it, and go_on looks for what has waited for that. Missing
 * ancestors and old blobs are asked for. Aggregates are verified unless all in them is known.
 *
 * Source: specs/phase0/p2p-interface.md, specs/deneb/p2p-interface.md.
 */
#include "protocol/gasper/gasper_priv.h"
#include "protocol/sync.h"

#define GOSSIP_DISPARITY (500 * PNYX_MILLISECOND) /* MAXIMUM_GOSSIP_CLOCK_DISPARITY */

/* ---- From receipt to import ---- */

enum
{
  STAGE_VERIFY,  /* in the queue of the node's cores */
  STAGE_PARENT,  /* verified; the parent is not imported yet */
  STAGE_EXECUTE, /* in the queue again */
  STAGE_BLOBS,   /* executed; blobs have not all come */
  STAGE_FROZEN,  /* all is there, but it counts only after the vote of the slot: view-merge */
  STAGE_EARLY,   /* all is there, but its slot has not begun for the node */
};

static guint32
new_pending (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block, PnyxNodeId from)
{
  Gasper *self = chain->state;
  guint32 slot = self->free_pending;

  if (slot != PNYX_NONE)
    self->free_pending = self->pending[slot].next;
  else
    {
      pnyx_arena_reserve (pnyx_world_arena (chain->world), self->pending, self->n_pending,
                          self->pending_capacity);
      slot = self->n_pending++;
    }
  self->pending[slot] = (GasperPendingBlock){ .received = pnyx_world_now (chain->world),
                                              .node = node,
                                              .from = from,
                                              .block = block,
                                              .stage = STAGE_VERIFY };
  return slot;
}

static void
free_pending (Gasper *self, guint32 slot)
{
  self->pending[slot].block = PNYX_NONE;
  self->pending[slot].next = self->free_pending;
  self->free_pending = slot;
}

static void
wait_for (PnyxChain *chain, guint32 slot, guint8 stage)
{
  Gasper *self = chain->state;
  GasperNode *store = pnyx_chain_node (chain, self->pending[slot].node);

  self->pending[slot].stage = stage;
  self->pending[slot].next = PNYX_NONE;
  if (store->n_waiting++ == 0)
    store->first_waiting = slot;
  else
    self->pending[store->last_waiting].next = slot;
  store->last_waiting = slot;
}

static gboolean
has_blobs (const Gasper *self, PnyxNodeId node, PnyxBlockId id)
{
  const GasperBlock *block = &self->blocks[id];

  return block->n_blobs == 0 || block->n_blobs_at[node] == block->n_blobs;
}

/* Whether an older block has come so shortly before the vote of a slot that it does not count for
 * it; what the proposer builds on does. */
static gboolean
is_frozen (PnyxChain *chain, guint32 slot)
{
  const Gasper *self = chain->state;
  const GasperPendingBlock *entry = &self->pending[slot];
  const GasperNode *store = pnyx_chain_node (chain, entry->node);
  guint64 frozen = gasper_frozen_slot (chain, entry->node);

  if (frozen == 0 || store->merging || self->blocks[entry->block].slot >= frozen)
    return FALSE;
  for (PnyxBlockId id = self->blocks_of_slot[frozen]; id != PNYX_NONE;
       id = self->blocks[id].next_in_slot)
    if (bit_get (self->blocks[id].received, entry->node)
        && pnyx_block_tree_is_ancestor (chain->blocks, entry->block, id))
      return FALSE;
  return TRUE;
}

/* Whether what @slot waits for is there. */
static gboolean
is_ready (PnyxChain *chain, guint32 slot)
{
  const Gasper *self = chain->state;
  const GasperPendingBlock *entry = &self->pending[slot];

  if (entry->stage == STAGE_PARENT)
    return gasper_has_block (self, entry->node,
                             pnyx_block_tree_get (chain->blocks, entry->block)->parent);
  if (entry->stage == STAGE_FROZEN)
    return !is_frozen (chain, slot);
  return entry->stage == STAGE_BLOBS && has_blobs (self, entry->node, entry->block);
}

static guint32
take_ready (PnyxChain *chain, PnyxNodeId node)
{
  Gasper *self = chain->state;
  GasperNode *store = pnyx_chain_node (chain, node);
  guint32 slot = store->n_waiting > 0 ? store->first_waiting : PNYX_NONE;

  for (guint32 before = PNYX_NONE; slot != PNYX_NONE;
       before = slot, slot = self->pending[slot].next)
    {
      if (!is_ready (chain, slot))
        continue;
      store->n_waiting--;
      if (before == PNYX_NONE)
        store->first_waiting = self->pending[slot].next;
      else
        self->pending[before].next = self->pending[slot].next;
      if (store->last_waiting == slot)
        store->last_waiting = before;
      return slot;
    }
  return PNYX_NONE;
}

/* Another block of the same proposer and slot has come before: this one is not forwarded. */
static gboolean
has_twin (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
{
  const Gasper *self = chain->state;
  guint32 proposer = pnyx_block_tree_get (chain->blocks, id)->proposer;

  for (PnyxBlockId at = self->blocks_of_slot[self->blocks[id].slot]; at != PNYX_NONE;
       at = self->blocks[at].next_in_slot)
    if (at != id && bit_get (self->blocks[at].received, node)
        && pnyx_block_tree_get (chain->blocks, at)->proposer == proposer)
      return TRUE;
  return FALSE;
}

static void
begin_execution (PnyxChain *chain, guint32 slot)
{
  Gasper *self = chain->state;
  GasperPendingBlock *entry = &self->pending[slot];
  guint64 at = self->blocks[entry->block].slot;
  PnyxTime cost = draw_time (self->costs->import, &self->import, entry->node, entry->block);

  if (at % self->rules.preset.slots_per_epoch == 0)
    cost += draw_time (self->costs->boundary_import, &self->boundary, entry->node, entry->block);
  entry->stage = STAGE_EXECUTE;
  if (has_twin (chain, entry->node, entry->block)) /* not forwarded */
    pnyx_network_accepted (chain->network, entry->node,
                           pnyx_block_tree_get (chain->blocks, entry->block)->item);
  else
    pnyx_network_validated (chain->network, entry->node,
                            pnyx_block_tree_get (chain->blocks, entry->block)->item, TRUE);
  pnyx_network_work (chain->network, entry->node, self->import_job, slot, cost, PNYX_PRIORITY_BLOCK,
                     PNYX_WORK_CONSENSUS);
}

static void
on_verified (gpointer user, PnyxNodeId node, guint32 slot)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;
  PnyxBlockId parent = pnyx_block_tree_get (chain->blocks, self->pending[slot].block)->parent;

  if (!gasper_has_block (self, node, parent) && self->rules.view_merge)
    gasper_go_on (chain, node); /* it may be frozen, and is what the proposer builds on */
  if (gasper_has_block (self, node, parent))
    begin_execution (chain, slot);
  else
    wait_for (chain, slot, STAGE_PARENT);
}

/* Blobs of an old block are not on their way: they are asked for. */
static void
request_blobs (PnyxChain *chain, const GasperPendingBlock *entry)
{
  const Gasper *self = chain->state;
  const GasperBlock *block = &self->blocks[entry->block];

  if (gasper_local_time (chain, entry->node) < pnyx_gasper_slot_start (chain, block->slot + 1))
    return;
  for (guint i = 0; i < block->n_blobs; i++)
    if (!pnyx_network_has (chain->network, entry->node, block->blobs[i])
        && !pnyx_network_requested (chain->network, entry->node, block->blobs[i]))
      pnyx_network_request (chain->network, entry->node, entry->from, block->blobs[i]);
}

static void
tell_strategies (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
{
  for (guint i = 1; i < chain->n_strategies; i++)
    if (chain->strategies[i].node == node)
      {
        PnyxDuty duty = { .kind = PNYX_DUTY_RELAY,
                          .actor = chain->strategies[i].actor,
                          .node = node,
                          .number = ((Gasper *)chain->state)->blocks[id].slot,
                          .head = chain->head[node],
                          .subject = id };

        pnyx_chain_duty (chain, &duty);
      }
}

static void
import (PnyxChain *chain, guint32 slot)
{
  Gasper *self = chain->state;
  GasperPendingBlock entry = self->pending[slot];
  PnyxTime begin = pnyx_gasper_slot_start (chain, self->blocks[entry.block].slot);

  if (gasper_local_time (chain, entry.node) < begin) /* the node's clock is behind */
    {
      self->pending[slot].stage = STAGE_EARLY;
      pnyx_world_schedule (chain->world, gasper_when_local (chain, entry.node, begin),
                           PNYX_PHASE_TIMER, self->early_type, entry.node, entry.node, slot, 0,
                           entry.block);
      return;
    }
  if (is_frozen (chain, slot))
    {
      guint64 frozen = gasper_frozen_slot (chain, entry.node);

      wait_for (chain, slot, STAGE_FROZEN);
      gasper_schedule_at_node (chain, self->thaw_type, entry.node, frozen,
                               self->rules.attestation_due);
      return;
    }
  free_pending (self, slot);
  gasper_on_block (chain, entry.node, entry.block);
  if (!gasper_has_block (self, entry.node, entry.block))
    return; /* conflicts with what is final */
  pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_IMPORTED, chain->index, entry.node, entry.block,
                   entry.received, 0);
  gasper_head (chain, entry.node);
  if (self->n_evidence > 0)
    gasper_check_evidence (chain, entry.node);
  gasper_attest_early (chain, entry.node, entry.block);
  tell_strategies (chain, entry.node, entry.block);
}

void
gasper_go_on (PnyxChain *chain, PnyxNodeId node)
{
  Gasper *self = chain->state;

  for (guint32 slot = take_ready (chain, node); slot != PNYX_NONE; slot = take_ready (chain, node))
    if (self->pending[slot].stage == STAGE_PARENT)
      begin_execution (chain, slot);
    else
      import (chain, slot);
}

static void
on_thaw (gpointer user, const PnyxEvent *event)
{
  gasper_go_on (user, event->target);
}

static void
on_early (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;

  import (chain, event->payload);
  gasper_go_on (chain, event->target);
}

static gboolean
rejects (const PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
{
  return !pnyx_block_tree_get (chain->blocks, id)->valid
         && !gasper_is_bug (chain, node, G_MAXUINT64);
}

static void
on_executed (gpointer user, PnyxNodeId node, guint32 slot)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;
  PnyxBlockId id = self->pending[slot].block;

  if (rejects (chain, node, id))
    {
      pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_INVALID, chain->index, node, id, 0, 0);
      free_pending (self, slot);
      return;
    }
  if (!has_blobs (self, node, id))
    {
      request_blobs (chain, &self->pending[slot]);
      wait_for (chain, slot, STAGE_BLOBS);
      return;
    }
  import (chain, slot);
  gasper_go_on (chain, node);
}

static void
receive_block (PnyxChain *chain, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  Gasper *self = chain->state;
  PnyxBlockId id = pnyx_network_item_subject (chain->network, item);

  gasper_begin_sending (chain, pnyx_block_tree_get (chain->blocks, id)->proposer,
                        id); /* was asked for */
  bit_set (self->blocks[id].received, node);
  pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_RECEIVED, chain->index, node, id, from, 0);
  if (pnyx_sync_lacks_ancestor (chain, node, id))
    pnyx_network_request_range (chain->network, node, from, item);
  pnyx_network_work (chain->network, node, self->verify_job, new_pending (chain, node, id, from),
                     self->costs->block_verification, PNYX_PRIORITY_BLOCK, PNYX_WORK_CONSENSUS);
}

/* A block from the future waits until its slot is near enough. */
static void
on_block (gpointer user, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;
  guint64 slot = self->blocks[pnyx_network_item_subject (chain->network, item)].slot;
  PnyxTime from_when
      = pnyx_gasper_slot_start (chain, slot) - MIN (GOSSIP_DISPARITY, self->rules.slot);

  if (gasper_local_time (chain, node) >= from_when)
    receive_block (chain, node, item, from);
  else
    pnyx_world_schedule (chain->world, gasper_when_local (chain, node, from_when), PNYX_PHASE_TIMER,
                         self->retry_type, node, from, item, 0, item);
}

static void
on_retry (gpointer user, const PnyxEvent *event)
{
  receive_block (user, event->target, event->payload, event->source);
}

static guint32
on_range_length (gpointer user, PnyxNodeId from, PnyxNodeId node, PnyxItemId item)
{
  PnyxChain *chain = user;

  (void)from;
  return pnyx_sync_range_length (chain, node, pnyx_network_item_subject (chain->network, item));
}

static void
on_range (gpointer user, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  PnyxChain *chain = user;

  pnyx_sync_range (chain, node, pnyx_network_item_subject (chain->network, item), from);
}

static void
on_reconnect (gpointer user, PnyxNodeId node, PnyxNodeId peer)
{
  pnyx_sync_reconnect (user, node, peer);
}

/* What the cores of @node worked on is lost: it is asked for again later. */
static void
on_offline (gpointer user, PnyxNodeId node)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;

  for (guint32 slot = 0; slot < self->n_pending; slot++)
    {
      const GasperPendingBlock *entry = &self->pending[slot];

      if (entry->block == PNYX_NONE || entry->node != node
          || (entry->stage != STAGE_VERIFY && entry->stage != STAGE_EXECUTE))
        continue;
      if (entry->stage == STAGE_VERIFY)
        {
          pnyx_network_forget (chain->network, node,
                               pnyx_block_tree_get (chain->blocks, entry->block)->item);
          free_pending (self, slot);
        }
      else
        wait_for (chain, slot, STAGE_BLOBS); /* executed again when it is back: at no cost */
    }
}

static const PnyxChannelOps block_channel = {
  .receive = on_block,
  .offline = on_offline,
  .range = on_range,
  .range_length = on_range_length,
  .reconnect = on_reconnect,
};

/* ---- Blobs and aggregates on the network ---- */

static void
on_blob (gpointer user, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;

  (void)from;
  pnyx_network_work (chain->network, node, self->blob_job, item, self->costs->blob_verification,
                     PNYX_PRIORITY_BLOCK, PNYX_WORK_CONSENSUS);
}

static void
on_blob_verified (gpointer user, PnyxNodeId node, guint32 item)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;
  PnyxBlockId id = pnyx_network_item_subject (chain->network, item) / MAX_BLOBS;

  self->blocks[id].n_blobs_at[node]++;
  pnyx_network_validated (chain->network, node, item, TRUE);
  gasper_go_on (chain, node);
}

static const PnyxChannelOps blob_channel = { .receive = on_blob };

static gboolean
is_too_old (PnyxChain *chain, PnyxNodeId node, const GasperData *data)
{
  const Gasper *self = chain->state;
  const GasperNode *store = pnyx_chain_node (chain, node);

  return data->seen == NULL || data->target.epoch + 1 < epoch_of (self, store->slot);
}

static void
on_aggregate_item (gpointer user, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;
  guint32 id = pnyx_network_item_subject (chain->network, item);
  PnyxTime cost = self->costs->aggregate_verification
                  + self->costs->key_aggregation * (PnyxTime)self->aggregates[id].count;

  (void)from;
  if (is_too_old (chain, node, &self->data[self->aggregates[id].data])
      || gasper_is_subset_of_known (self, node, id))
    {
      pnyx_network_validated (chain->network, node, item, FALSE);
      return;
    }
  pnyx_network_work (chain->network, node, self->aggregate_job, id, cost, PNYX_PRIORITY_AGGREGATE,
                     PNYX_WORK_CONSENSUS);
}

static void
on_aggregate_verified (gpointer user, PnyxNodeId node, guint32 id)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;
  PnyxItemId item = self->aggregates[id].item;
  gboolean known = is_too_old (chain, node, &self->data[self->aggregates[id].data])
                   || gasper_is_subset_of_known (self, node, id);

  if (!known)
    gasper_import_aggregate (chain, node, id);
  /* The block that is voted for has to be there before it is forwarded. */
  pnyx_network_validated (
      chain->network, node, item,
      !known && gasper_has_block (self, node, self->data[self->aggregates[id].data].head));
}

static void
on_changing (gpointer user)
{
  gasper_path_changing (user);
}

static const PnyxChannelOps aggregate_channel
    = { .receive = on_aggregate_item, .changing = on_changing };

static void
on_evidence (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;
  GasperEvidence *evidence = &self->evidence[event->payload];

  bit_set (evidence->known, event->target);
  if (evidence->data[0] != PNYX_NONE) /* two votes; two blocks are punished on chain only */
    gasper_on_equivocation (chain, event->target, evidence->validator);
}

void
gasper_receiving_init (PnyxChain *chain)
{
  Gasper *self = chain->state;
  PnyxNetwork *network = chain->network;

  self->evidence_type = gasper_add_handler (chain, "evidence", on_evidence);
  self->retry_type = gasper_add_handler (chain, "retry", on_retry);
  self->early_type = gasper_add_handler (chain, "early", on_early);
  self->thaw_type = gasper_add_handler (chain, "thaw", on_thaw);
  self->block_channel = pnyx_network_add_channel (network, chain->index, &block_channel, chain);
  self->aggregate_channel
      = pnyx_network_add_channel (network, chain->index, &aggregate_channel, chain);
  self->blob_channel = pnyx_network_add_channel (network, chain->index, &blob_channel, chain);
  self->verify_job = pnyx_network_add_job (network, chain->index, on_verified, chain);
  self->import_job = pnyx_network_add_job (network, chain->index, on_executed, chain);
  self->aggregate_job = pnyx_network_add_job (network, chain->index, on_aggregate_verified, chain);
  self->blob_job = pnyx_network_add_job (network, chain->index, on_blob_verified, chain);
}
