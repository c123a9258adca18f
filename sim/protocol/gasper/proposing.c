/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks as their makers see them: the duty to propose, what a block holds, and sending it. What
 * becomes of them at other nodes is in receiving.c.
 *
 * Source: specs/phase0/validator.md (Block proposal).
 */
#include "protocol/gasper/gasper_priv.h"

#define BLOCK_OVERHEAD 2000 /* B: header, sync aggregate, execution header */

/* A proposer freezes nothing. */
static PnyxBlockId
full_view_head (PnyxChain *chain, PnyxNodeId node)
{
  GasperNode *store = pnyx_chain_node (chain, node);

  if (((Gasper *)chain->state)->rules.view_merge)
    {
      store->merging = TRUE;
      gasper_go_on (chain, node);
      gasper_retry_votes (chain, node);
      store->merging = FALSE;
    }
  return gasper_head (chain, node);
}

static void
on_propose (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;
  PnyxNodeId node = event->target;
  guint64 slot = event->payload;
  PnyxBlockId head = full_view_head (chain, node);
  guint32 actor
      = gasper_proposer (chain, gasper_shuffling (chain, head, epoch_of (self, slot)), slot);

  /* Two views may name two validators of one node: it is due once. process_block_header */
  if (self->validators.node_of[actor] != node || !pnyx_network_online (chain->network, node)
      || self->blocks[head].slot >= slot || bit_get (self->blocks[head].slashed, actor))
    return;
  self->proposing = TRUE;
  gasper_give_duty (chain, PNYX_DUTY_PROPOSE, node, slot, gasper_proposer_head (chain, node, slot),
                    &actor, 1);
  self->proposing = FALSE;
}

void
gasper_mix_reveal (const Gasper *self, guint32 proposer, guint64 epoch, const guint8 *before,
                   guint8 *after)
{
  for (guint i = 0; i < PNYX_SHA256_SIZE / 8; i++)
    {
      guint64 word = pnyx_rng_u64 (&self->reveal, proposer, epoch * 4 + i);

      for (guint k = 0; k < 8; k++)
        after[i * 8 + k] = before[i * 8 + k] ^ (guint8)(word >> (8 * k));
    }
}

static PnyxItemId
new_item (PnyxChain *chain, guint16 channel, guint32 subject, guint64 id, guint64 size)
{
  PnyxItemParams params = {
    .channel = channel, .priority = PNYX_PRIORITY_BLOCK, .subject = subject, .id = id, .size = size
  };

  return pnyx_network_item_new (chain->network, &params);
}

static void
make_blobs (PnyxChain *chain, PnyxBlockId id)
{
  Gasper *self = chain->state;
  GasperBlock *block = &self->blocks[id];
  guint64 root = pnyx_block_tree_get (chain->blocks, id)->root;
  gdouble drawn = pnyx_distribution_sample (self->params->blobs, &self->blobs, 0, block->slot);

  block->n_blobs = (guint8)CLAMP (drawn + 0.5, 0, MAX_BLOBS);
  if (block->n_blobs == 0)
    return;
  block->blobs = pnyx_arena_array (pnyx_world_arena (chain->world), PnyxItemId, block->n_blobs);
  block->n_blobs_at = pnyx_arena_array (pnyx_world_arena (chain->world), guint8, self->n_nodes);
  for (guint i = 0; i < block->n_blobs; i++)
    block->blobs[i] = new_item (chain, self->blob_channel, id * MAX_BLOBS + i,
                                pnyx_hash_mix (root, i + 1), self->params->blob_size);
}

/* Bytes of a block with what it packs: signatures, data and bits of its aggregates. */
static guint64
block_bytes (const Gasper *self, const GasperBlock *block)
{
  guint64 size = BLOCK_OVERHEAD;

  for (guint32 i = 0; i < block->n_included; i++)
    size
        += (self->data[block->included[i].data].n + 7) / 8 + (self->rules.committee_bits ? 0 : 228);
  return size + (self->rules.committee_bits ? 236 * (guint64)self->rules.aggregates_max : 0);
}

gboolean
gasper_is_bug (const PnyxChain *chain, PnyxNodeId node, guint64 slot)
{
  const Gasper *self = chain->state;
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);

  return self->params->bug_client != NULL && slot >= self->params->bug_slot
         && g_str_equal (nodes->clients[nodes->client[node]], self->params->bug_client);
}

static PnyxBlockId
add_block (PnyxChain *chain, const PnyxDuty *duty, PnyxBlockId parent, GasperBlock *state)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  guint64 twin = 0, size = 0;
  PnyxBlock block = { .proposer = duty->actor,
                      .node = duty->node,
                      .time = pnyx_world_now (chain->world),
                      .sent = PNYX_TIME_MAX,
                      .valid = TRUE };
  PnyxBlockId id;

  for (PnyxBlockId at = self->blocks_of_slot[duty->number]; at != PNYX_NONE;
       at = self->blocks[at].next_in_slot)
    twin++;
  block.root = pnyx_rng_u64 (&self->root, duty->actor, duty->number * 64 + twin);
  block.valid = self->bug_done || !gasper_is_bug (chain, duty->node, duty->number);
  self->bug_done |= !block.valid;
  if (chain->workload == NULL)
    size = (guint64)MAX (
        0, pnyx_distribution_sample (self->params->block_size, &self->size, 0, duty->number));
  else
    block.transactions
        = pnyx_workload_fill (chain->workload, parent, duty->node, self->params->block_limit, &size,
                              &block.n_transactions);
  block.size = size + block_bytes (self, state);
  id = pnyx_block_tree_add (chain->blocks, parent, &block);
  if (chain->workload != NULL)
    pnyx_workload_included (chain->workload, id);
  while (self->blocks_capacity <= id)
    pnyx_arena_reserve (arena, self->blocks, self->blocks_capacity, self->blocks_capacity);
  state->next_in_slot = self->blocks_of_slot[duty->number];
  state->imported = pnyx_arena_array (arena, guint64, self->n_node_words);
  state->received = pnyx_arena_array (arena, guint64, self->n_node_words);
  state->timely = pnyx_arena_array (arena, guint64, self->n_node_words);
  self->blocks[id] = *state;
  for (PnyxBlockId at = state->next_in_slot; at != PNYX_NONE; at = self->blocks[at].next_in_slot)
    if (pnyx_block_tree_get (chain->blocks, at)->proposer == duty->actor)
      gasper_block_equivocation (chain, at, id);
  self->blocks_of_slot[duty->number] = id;
  gasper_store_new_block (chain, id);
  if (self->path != NULL)
    gasper_path_new_block (chain, id);
  return id;
}

PnyxBlockId
pnyx_gasper_make (PnyxChain *chain, const PnyxDuty *duty, PnyxBlockId parent)
{
  Gasper *self = chain->state;
  GasperBlock state = { .slot = duty->number };
  PnyxBlockId id;

  if (!self->proposing || duty->kind != PNYX_DUTY_PROPOSE
      || parent >= pnyx_block_tree_size (chain->blocks)
      || !gasper_has_block (self, duty->node, parent) || self->blocks[parent].slot >= duty->number
      || bit_get (self->blocks[parent].slashed, duty->actor)
      || gasper_proposer (chain, gasper_shuffling (chain, parent, epoch_of (self, duty->number)),
                          duty->number)
             != duty->actor)
    {
      chain->refused++;
      return PNYX_NONE;
    }
  gasper_pack (chain, duty->node, parent, duty->number, &state);
  if (self->rules.view_merge)
    gasper_add_view (chain, duty->node, &state);
  gasper_mix_reveal (self, duty->actor, epoch_of (self, duty->number), self->blocks[parent].mix,
                     state.mix);
  id = add_block (chain, duty, parent, &state);
  gasper_transition (chain, id);
  pnyx_block_tree_get (chain->blocks, id)->item
      = new_item (chain, self->block_channel, id, pnyx_block_tree_get (chain->blocks, id)->root,
                  pnyx_block_tree_get (chain->blocks, id)->size);
  make_blobs (chain, id);
  pnyx_network_keep (chain->network, duty->node, pnyx_block_tree_get (chain->blocks, id)->item);
  for (guint i = 0; i < self->blocks[id].n_blobs; i++)
    pnyx_network_keep (chain->network, duty->node, self->blocks[id].blobs[i]);
  bit_set (self->blocks[id].received, duty->node);
  gasper_on_block (chain, duty->node, id);
  pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_IMPORTED, chain->index, duty->node, id,
                   PNYX_TIME_UNSET, 0);
  gasper_head (chain, duty->node);
  return id;
}

gboolean
gasper_begin_sending (PnyxChain *chain, guint32 actor, PnyxBlockId id)
{
  PnyxBlock *block;

  if (id >= pnyx_block_tree_size (chain->blocks)
      || pnyx_block_tree_get (chain->blocks, id)->proposer != actor)
    {
      chain->refused++;
      return FALSE;
    }
  block = pnyx_block_tree_get (chain->blocks, id);
  if (block->sent == PNYX_TIME_MAX)
    {
      block->sent = pnyx_world_now (chain->world);
      pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_SENT, chain->index, block->node, id, 0, 0);
    }
  return TRUE;
}

void
pnyx_gasper_publish (PnyxChain *chain, guint32 actor, PnyxBlockId id)
{
  const Gasper *self = chain->state;
  const PnyxBlock *block;

  if (!gasper_begin_sending (chain, actor, id))
    return;
  block = pnyx_block_tree_get (chain->blocks, id);
  pnyx_network_publish (chain->network, block->node, block->item);
  for (guint i = 0; i < self->blocks[id].n_blobs; i++)
    pnyx_network_publish (chain->network, block->node, self->blocks[id].blobs[i]);
}

void
pnyx_gasper_send (PnyxChain *chain, guint32 actor, PnyxBlockId id, PnyxNodeId to)
{
  const Gasper *self = chain->state;
  const PnyxBlock *block;

  if (!gasper_begin_sending (chain, actor, id))
    return;
  block = pnyx_block_tree_get (chain->blocks, id);
  pnyx_network_send (chain->network, block->node, to, block->item);
  for (guint i = 0; i < self->blocks[id].n_blobs; i++)
    pnyx_network_send (chain->network, block->node, to, self->blocks[id].blobs[i]);
}

void
gasper_proposing_init (PnyxChain *chain)
{
  Gasper *self = chain->state;

  self->propose_type = gasper_add_handler (chain, "propose", on_propose);
}
