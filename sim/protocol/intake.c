/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/intake.h"

#include "protocol/sync.h"

/* A block between receipt and import: in validation, or validated and waiting for its parent. */
typedef struct
{
  PnyxTime received;
  PnyxNodeId node;
  PnyxBlockId block; /* PNYX_NONE: the slot is free */
  guint32 next;      /* PNYX_NONE: none; of the node's orphans, or of the free slots */
  gboolean validated;
} Pending;

/* Validated blocks of a node that wait for their parents, in order of arrival. */
typedef struct
{
  guint32 n_orphans;
  guint32 first, last; /* slots; undefined where there are none */
} Orphans;

struct _PnyxIntake
{
  PnyxChain *chain;
  const PnyxIntakeOps *ops;
  guint16 channel;
  guint import_job;
  Orphans *orphans;    /* array length=nodes */
  guint64 **imported;  /* array length=blocks: bits by node; NULL: genesis, or every node has it */
  guint32 *n_imported; /* array length=blocks */
  guint32 imported_capacity, counts_capacity;
  guint32 n_bits;
  Pending *pending; /* slots */
  guint32 n_pending, pending_capacity;
  guint32 free_slot; /* PNYX_NONE: none */
};

gboolean
pnyx_intake_has (const PnyxIntake *self, PnyxNodeId node, PnyxBlockId block)
{
  return self->imported[block] == NULL
         || (self->imported[block][node / 64] >> (node % 64) & 1) != 0;
}

/* @received: PNYX_TIME_UNSET: the node made it itself. */
static void
import (PnyxIntake *self, PnyxNodeId node, PnyxBlockId block, PnyxTime received)
{
  PnyxChain *chain = self->chain;
  guint32 n_nodes = pnyx_network_nodes (chain->network)->n;
  gsize size = sizeof (guint64) * self->n_bits;

  self->imported[block][node / 64] |= (guint64)1 << (node % 64);
  if (++self->n_imported[block] == n_nodes)
    {
      pnyx_arena_release (pnyx_world_arena (chain->world), self->imported[block], size);
      self->imported[block] = NULL;
    }
  pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_IMPORTED, chain->index, node, block, received, 0);
  if (self->ops->prefers (chain, block, chain->head[node]))
    pnyx_chain_move_head (chain, node, block);
  if (self->ops->imported != NULL)
    self->ops->imported (chain, node, block);
}

/* An actor's own node has a new block: its strategy may act. */
static void
tell_actors (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  if (chain->n_strategies == 1)
    return;
  for (guint32 actor = 0; actor < chain->n_actors; actor++)
    if (chain->actor_node[actor] == node && chain->actor_strategy[actor] != 0)
      {
        PnyxDuty duty = { .kind = PNYX_DUTY_RELAY,
                          .actor = actor,
                          .node = node,
                          .head = chain->head[node],
                          .subject = block };

        pnyx_chain_duty (chain, &duty);
      }
}

static void
free_pending (PnyxIntake *self, guint32 slot)
{
  self->pending[slot].block = PNYX_NONE;
  self->pending[slot].next = self->free_slot;
  self->free_slot = slot;
}

/* A validated block whose parent is there enters the fork choice and is forwarded. */
static void
finish (PnyxIntake *self, guint32 slot)
{
  PnyxChain *chain = self->chain;
  Pending entry = self->pending[slot];

  free_pending (self, slot);
  import (self, entry.node, entry.block, entry.received);
  pnyx_network_validated (chain->network, entry.node,
                          pnyx_block_tree_get (chain->blocks, entry.block)->item, TRUE);
  tell_actors (chain, entry.node, entry.block);
}

static void
add_orphan (PnyxIntake *self, PnyxNodeId node, guint32 slot)
{
  Orphans *at = &self->orphans[node];

  self->pending[slot].next = PNYX_NONE;
  if (at->n_orphans++ == 0)
    at->first = slot;
  else
    self->pending[at->last].next = slot;
  at->last = slot;
}

/* Returns: the first slot at @node whose parent is imported, which waits no longer; or PNYX_NONE.
 */
static guint32
take_orphan (PnyxIntake *self, PnyxNodeId node)
{
  PnyxBlockTree *blocks = self->chain->blocks;
  Orphans *at = &self->orphans[node];
  guint32 slot = at->n_orphans > 0 ? at->first : PNYX_NONE;

  for (guint32 before = PNYX_NONE; slot != PNYX_NONE;
       before = slot, slot = self->pending[slot].next)
    {
      PnyxBlockId block = self->pending[slot].block;

      if (!pnyx_intake_has (self, node, pnyx_block_tree_get (blocks, block)->parent))
        continue;
      at->n_orphans--;
      if (before == PNYX_NONE)
        at->first = self->pending[slot].next;
      else
        self->pending[before].next = self->pending[slot].next;
      if (at->last == slot)
        at->last = before;
      return slot;
    }
  return PNYX_NONE;
}

static void
on_validated (gpointer user, PnyxNodeId node, guint32 slot)
{
  PnyxIntake *self = user;
  const PnyxBlock *block = pnyx_block_tree_get (self->chain->blocks, self->pending[slot].block);

  self->pending[slot].validated = TRUE;
  if (!pnyx_intake_has (self, node, block->parent))
    {
      add_orphan (self, node, slot);
      return;
    }
  for (; slot != PNYX_NONE; slot = take_orphan (self, node))
    finish (self, slot);
}

static guint32
new_pending (PnyxIntake *self, PnyxNodeId node, PnyxBlockId block)
{
  PnyxWorld *world = self->chain->world;
  guint32 slot = self->free_slot;

  if (slot != PNYX_NONE)
    self->free_slot = self->pending[slot].next;
  else
    {
      pnyx_arena_reserve (pnyx_world_arena (world), self->pending, self->n_pending,
                          self->pending_capacity);
      slot = self->n_pending++;
    }
  self->pending[slot]
      = (Pending){ .received = pnyx_world_now (world), .node = node, .block = block };
  return slot;
}

static void
on_received (gpointer user, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  PnyxIntake *self = user;
  PnyxChain *chain = self->chain;
  PnyxBlockId id = pnyx_network_item_subject (chain->network, item);
  PnyxTime cost = self->ops->cost (chain, node, id);

  pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_RECEIVED, chain->index, node, id, from, 0);
  if (pnyx_sync_lacks_ancestor (chain, node, id))
    pnyx_network_request_range (chain->network, node, from, item);
  pnyx_network_work (chain->network, node, self->import_job, new_pending (self, node, id), cost,
                     PNYX_PRIORITY_BLOCK, PNYX_WORK_CONSENSUS);
}

static guint32
on_range_length (gpointer user, PnyxNodeId from, PnyxNodeId node, PnyxItemId item)
{
  PnyxChain *chain = ((PnyxIntake *)user)->chain;

  (void)from;
  return pnyx_sync_range_length (chain, node, pnyx_network_item_subject (chain->network, item));
}

static void
on_range (gpointer user, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  PnyxChain *chain = ((PnyxIntake *)user)->chain;

  pnyx_sync_range (chain, node, pnyx_network_item_subject (chain->network, item), from);
}

static void
on_reconnect (gpointer user, PnyxNodeId node, PnyxNodeId peer)
{
  pnyx_sync_reconnect (((PnyxIntake *)user)->chain, node, peer);
}

/* What was in validation is asked for again later; what waits for its parent is kept. */
static void
on_offline (gpointer user, PnyxNodeId node)
{
  PnyxIntake *self = user;
  PnyxChain *chain = self->chain;

  for (guint32 slot = 0; slot < self->n_pending; slot++)
    {
      const Pending *entry = &self->pending[slot];

      if (entry->block == PNYX_NONE || entry->node != node || entry->validated)
        continue;
      pnyx_network_forget (chain->network, node,
                           pnyx_block_tree_get (chain->blocks, entry->block)->item);
      free_pending (self, slot);
    }
}

static const PnyxChannelOps intake_channel = {
  .receive = on_received,
  .offline = on_offline,
  .range = on_range,
  .range_length = on_range_length,
  .reconnect = on_reconnect,
};

/* ---- The protocol's side ---- */

PnyxIntake *
pnyx_intake_new (PnyxChain *chain, const PnyxIntakeOps *ops)
{
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxIntake *self = pnyx_arena_array (arena, PnyxIntake, 1);
  guint32 n_nodes = pnyx_network_nodes (chain->network)->n;

  self->chain = chain;
  self->ops = ops;
  self->free_slot = PNYX_NONE;
  self->n_bits = (n_nodes + 63) / 64;
  self->orphans = pnyx_arena_array (arena, Orphans, n_nodes);
  pnyx_arena_reserve (arena, self->imported, self->imported_capacity, self->imported_capacity);
  pnyx_arena_reserve (arena, self->n_imported, self->counts_capacity, self->counts_capacity);
  self->channel = pnyx_network_add_channel (chain->network, chain->index, &intake_channel, self);
  self->import_job = pnyx_network_add_job (chain->network, chain->index, on_validated, self);
  return self;
}

void
pnyx_intake_made (PnyxIntake *self, PnyxNodeId node, PnyxBlockId id, const PnyxItemParams *params)
{
  PnyxChain *chain = self->chain;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);
  PnyxItemParams item = *params;

  item.channel = self->channel;
  item.priority = PNYX_PRIORITY_BLOCK;
  item.subject = id;
  item.id = block->root;
  block->item = pnyx_network_item_new (chain->network, &item);
  while (self->imported_capacity <= id)
    pnyx_arena_reserve (arena, self->imported, self->imported_capacity, self->imported_capacity);
  while (self->counts_capacity <= id)
    pnyx_arena_reserve (arena, self->n_imported, self->counts_capacity, self->counts_capacity);
  self->imported[id] = pnyx_arena_array (arena, guint64, self->n_bits);
  pnyx_network_keep (chain->network, node, block->item);
  import (self, node, id, PNYX_TIME_UNSET);
}

gboolean
pnyx_intake_publish (PnyxIntake *self, guint32 actor, PnyxBlockId id)
{
  PnyxChain *chain = self->chain;
  PnyxBlock *block;

  if (id >= pnyx_block_tree_size (chain->blocks)
      || pnyx_block_tree_get (chain->blocks, id)->proposer != actor
      || pnyx_block_tree_get (chain->blocks, id)->sent != PNYX_TIME_MAX)
    {
      chain->refused++;
      return FALSE;
    }
  block = pnyx_block_tree_get (chain->blocks, id);
  block->sent = pnyx_world_now (chain->world);
  pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_SENT, chain->index, block->node, id, 0, 0);
  pnyx_network_publish (chain->network, block->node, block->item);
  return TRUE;
}

PnyxBlockId
pnyx_intake_canonical (const PnyxIntake *self)
{
  PnyxChain *chain = self->chain;
  guint32 n_blocks = pnyx_block_tree_size (chain->blocks);
  guint32 n_nodes = pnyx_network_nodes (chain->network)->n;
  g_autofree guint32 *followers = g_new0 (guint32, n_blocks);
  PnyxBlockId best = 0;

  for (PnyxNodeId node = 0; node < n_nodes; node++)
    if (pnyx_chain_honest (chain, node))
      followers[chain->head[node]]++;
  for (PnyxBlockId block = 1; block < n_blocks; block++)
    if (followers[block] > 0
        && (self->ops->prefers (chain, block, best)
            || (!self->ops->prefers (chain, best, block) && followers[block] > followers[best])))
      best = block;
  return best;
}

PnyxBlockId
pnyx_intake_final (const PnyxIntake *self, PnyxBlockId block, guint64 confirmations)
{
  PnyxBlockTree *blocks = self->chain->blocks;
  guint32 height = pnyx_block_tree_get (blocks, block)->height;

  if (height < confirmations)
    return 0;
  return pnyx_block_tree_ancestor (blocks, block, height + 1 - (guint32)MAX (confirmations, 1));
}
