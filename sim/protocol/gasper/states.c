/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * States: what a block's BeaconState says of votes, checkpoints and duties. A block is executed
 * once. Flags of participation are kept for a few chains only (cursors): they are filled again from
 * the votes in the blocks of two epochs when another chain is asked for.
 *
 * Source: specs/phase0/beacon-chain.md, specs/altair/beacon-chain.md (flags),
 * specs/deneb/beacon-chain.md (EIP-7045).
 */
#include <string.h>

#include "protocol/gasper/gasper_priv.h"

#define EFFECTIVE_BALANCE_INCREMENT ((PnyxStake)1000000000)
#define GENESIS_EPOCH 0

PnyxBlockId
gasper_ancestor (PnyxChain *chain, PnyxBlockId block, guint64 slot)
{
  const Gasper *self = chain->state;

  while (self->blocks[block].slot > slot)
    {
      const PnyxBlock *entry = pnyx_block_tree_get (chain->blocks, block);

      block = self->blocks[entry->jump].slot > slot ? entry->jump : entry->parent;
    }
  return block;
}

PnyxGasperCheckpoint
gasper_checkpoint (PnyxChain *chain, PnyxBlockId block, guint64 epoch)
{
  return (PnyxGasperCheckpoint){ epoch,
                                 gasper_ancestor (chain, block, start_of (chain->state, epoch)) };
}

/* process_justification_and_finalization at the end of @epoch. */
static void
weigh (PnyxChain *chain, PnyxBlockId block, guint64 epoch, const GasperSums *sums,
       PnyxGasperJustification *justification)
{
  const Gasper *self = chain->state;
  PnyxGasperTargets targets;

  if (epoch <= GENESIS_EPOCH + 1)
    return;
  targets = (PnyxGasperTargets){
    .previous = gasper_checkpoint (chain, block, epoch - 1),
    .current = gasper_checkpoint (chain, block, epoch),
    .previous_balance = MAX (sums->previous[1], EFFECTIVE_BALANCE_INCREMENT),
    .current_balance = MAX (sums->current[1], EFFECTIVE_BALANCE_INCREMENT),
    .total_active_balance = self->total,
  };
  pnyx_gasper_weigh_justification_and_finalization (justification, &targets);
}

void
gasper_advance (PnyxChain *chain, PnyxBlockId block, guint64 epoch,
                PnyxGasperJustification *justification, GasperSums *sums)
{
  const Gasper *self = chain->state;
  const GasperBlock *entry = &self->blocks[block];

  *justification = entry->justification;
  *sums = entry->sums;
  for (guint64 at = epoch_of (self, entry->slot); at < epoch; at++)
    {
      weigh (chain, block, at, sums, justification);
      memcpy (sums->previous, sums->current, sizeof sums->previous);
      memset (sums->current, 0, sizeof sums->current);
    }
}

/* ---- Flags ---- */

/* Where a vote of @data stands on the chain to @parent, apart from whether it may be included. */
static guint
flags_of (PnyxChain *chain, PnyxBlockId parent, guint64 slot, const GasperData *data)
{
  const Gasper *self = chain->state;
  guint64 delay = slot - data->slot;
  gboolean target
      = gasper_ancestor (chain, parent, start_of (self, data->target.epoch)) == data->target.root;
  gboolean head = target && gasper_ancestor (chain, parent, data->slot) == data->head;
  guint32 root = 0;
  guint flags = 0;

  while ((root + 1) * (root + 1) <= self->rules.preset.slots_per_epoch)
    root++;
  if (delay <= root) /* integer_squareroot (SLOTS_PER_EPOCH) */
    flags |= TIMELY_SOURCE;
  if (target && (self->rules.late_inclusion || delay <= self->rules.preset.slots_per_epoch))
    flags |= TIMELY_TARGET;
  if (head && delay == 1) /* MIN_ATTESTATION_INCLUSION_DELAY */
    flags |= TIMELY_HEAD;
  return flags;
}

guint
gasper_flags (PnyxChain *chain, PnyxBlockId parent, guint64 slot,
              const PnyxGasperJustification *state, const GasperData *data)
{
  const Gasper *self = chain->state;
  guint64 epoch = epoch_of (self, slot);
  gboolean current = data->target.epoch == epoch;
  const PnyxGasperCheckpoint *source
      = current ? &state->current_justified_checkpoint : &state->previous_justified_checkpoint;

  if ((!current && data->target.epoch + 1 != epoch) || data->slot >= slot
      || (!self->rules.late_inclusion && data->slot + self->rules.preset.slots_per_epoch < slot)
      || data->source.epoch != source->epoch || data->source.root != source->root)
    return 0;
  return flags_of (chain, parent, slot, data);
}

/* Sets the flags of @bits and, with @sums, counts what is new. */
static void
set_flags (const Gasper *self, GasperCursor *cursor, const GasperData *data, const guint64 *bits,
           guint flags, const guint64 *slashed, GasperSums *sums, GasperBlock *block)
{
  gboolean is_current = data->target.epoch == cursor->epoch;
  guint8 *participation = is_current ? cursor->current : cursor->previous;

  for (guint32 word = 0; word < data->n_words; word++)
    for (guint64 left = bits[word]; left != 0; left &= left - 1)
      {
        guint32 v = data->members[word * 64 + (guint32)__builtin_ctzll (left)];
        guint fresh = flags & ~(guint)participation[v];

        if (block != NULL && participation[v] == 0)
          {
            block->n_votes++;
            block->inclusion_distance += block->slot - data->slot;
          }
        if (fresh == 0)
          continue;
        participation[v] |= (guint8)fresh;
        if (sums == NULL || bit_get (slashed, v))
          continue;
        for (guint i = 0; i < N_FLAGS; i++)
          if (fresh >> i & 1)
            (is_current ? sums->current : sums->previous)[i]
                += self->validators.effective_balance[v];
      }
}

static void
cursor_shift (const Gasper *self, GasperCursor *cursor, guint64 epoch)
{
  while (cursor->epoch < epoch)
    {
      guint8 *oldest = cursor->previous;

      cursor->previous = cursor->current;
      cursor->current = oldest;
      memset (oldest, 0, self->validators.n);
      cursor->epoch++;
      if (epoch - cursor->epoch > 2)
        cursor->epoch = epoch - 2;
    }
}

/* Fills the flags of the two epochs to @block again. */
static void
cursor_fill (PnyxChain *chain, GasperCursor *cursor, PnyxBlockId block)
{
  Gasper *self = chain->state;
  guint64 epoch = epoch_of (self, self->blocks[block].slot);
  guint64 begin = start_of (self, epoch > 0 ? epoch - 1 : 0);
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (PnyxBlockId));

  memset (cursor->current, 0, self->validators.n);
  memset (cursor->previous, 0, self->validators.n);
  cursor->block = block;
  cursor->epoch = epoch;
  cursor->fill = ++self->n_cursor_fills;
  for (PnyxBlockId at = block; at != 0 && self->blocks[at].slot >= begin;
       at = pnyx_block_tree_get (chain->blocks, at)->parent)
    g_array_append_val (path, at);
  for (guint i = path->len; i-- > 0;)
    {
      PnyxBlockId at = g_array_index (path, PnyxBlockId, i);
      const GasperBlock *entry = &self->blocks[at];
      PnyxBlockId parent = pnyx_block_tree_get (chain->blocks, at)->parent;

      for (guint32 k = 0; k < entry->n_included; k++)
        {
          const GasperData *data = &self->data[entry->included[k].data];

          if (data->target.epoch == epoch || data->target.epoch + 1 == epoch)
            set_flags (self, cursor, data, entry->included[k].bits,
                       flags_of (chain, parent, entry->slot, data), NULL, NULL, NULL);
        }
    }
}

GasperCursor *
gasper_cursor (PnyxChain *chain, PnyxBlockId parent, guint64 slot)
{
  Gasper *self = chain->state;
  GasperCursor *cursor = &self->cursors[0];

  for (guint i = 0; i < N_CURSORS; i++)
    {
      if (self->cursors[i].block == parent)
        {
          cursor = &self->cursors[i];
          break;
        }
      if (self->cursors[i].used < cursor->used)
        cursor = &self->cursors[i];
    }
  /* One that has moved on to a later epoch has lost the flags of the earlier one. */
  if (cursor->block != parent || cursor->epoch > epoch_of (self, slot))
    cursor_fill (chain, cursor, parent);
  cursor->used = ++self->n_cursor_uses;
  cursor_shift (self, cursor, epoch_of (self, slot));
  return cursor;
}

/* ---- The transition ---- */

static void
slash (const Gasper *self, const GasperCursor *cursor, const guint64 *before, const guint64 *after,
       GasperSums *sums)
{
  for (guint32 v = 0; v < self->validators.n; v++)
    {
      if (!bit_get (after, v) || bit_get (before, v))
        continue;
      for (guint i = 0; i < N_FLAGS; i++)
        {
          if (cursor->current[v] >> i & 1)
            sums->current[i] -= self->validators.effective_balance[v];
          if (cursor->previous[v] >> i & 1)
            sums->previous[i] -= self->validators.effective_balance[v];
        }
    }
}

void
gasper_transition (PnyxChain *chain, PnyxBlockId id)
{
  Gasper *self = chain->state;
  GasperBlock *block = &self->blocks[id];
  PnyxBlockId parent = pnyx_block_tree_get (chain->blocks, id)->parent;
  GasperCursor *cursor = gasper_cursor (chain, parent, block->slot);
  guint64 *before = self->blocks[parent].slashed;

  gasper_advance (chain, parent, epoch_of (self, block->slot), &block->justification, &block->sums);
  if (block->slashed != before)
    slash (self, cursor, before, block->slashed, &block->sums);
  for (guint32 i = 0; i < block->n_included; i++)
    {
      const GasperData *data = &self->data[block->included[i].data];
      guint flags = gasper_flags (chain, parent, block->slot, &block->justification, data);

      set_flags (self, cursor, data, block->included[i].bits, flags, block->slashed, &block->sums,
                 block);
    }
  cursor->block = id;
  block->unrealized = block->justification;
  weigh (chain, id, epoch_of (self, block->slot), &block->sums, &block->unrealized);
}
