/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of the blocks. */
#include <math.h>

#include "metric/families.h"

#define TREE_BLOCKS_MAX 5000 /* more would be no picture, but much to write */

typedef struct
{
  guint64 *seen; /* array length=blocks capacity: honest receipts, by block */
  guint32 capacity;
  guint64 reorgs; /* of honest nodes in the window */
  guint32 depth_max;
} ChainState;

typedef struct
{
  const PnyxObserved *observed;
  gboolean measuring;
  ChainState *chains;
} Blocks;

static const PnyxMetricInfo blocks_metrics[] = {
  { "blocks.proposed", "", NULL, "Blocks made in the measured window." },
  { "blocks.canonical", "", NULL,
    "Blocks made in the measured window that are on the canonical chain at the end." },
  { "blocks.missed_rate", "", NULL,
    "Slots in which no block was sent, over all slots; empty where the protocol has no slots." },
  { "blocks.orphan_rate", "", NULL,
    "Valid blocks of the window that an honest node other than the maker has seen and that are not "
    "canonical at the end, over all valid blocks of the window." },
  { "blocks.reorg_count", "", NULL,
    "How often the head of an honest node moved to a block that does not descend from it, summed "
    "over the honest nodes." },
  { "blocks.reorg_depth_max", "", NULL,
    "Most blocks that left the chain of an honest node in one such move." },
  { "blocks.lateness", "s", NULL,
    "Series: the beginning of a slot (as time), and how much later a block of it was sent, for "
    "each block of the window that was; only where the protocol has slots." },
  { "blocks.parent", "", NULL,
    "Series: the number of each block of the window (as time) and that of its parent; only of "
    "chains with at most 5000 blocks." },
  { "blocks.fate", "", NULL,
    "Series: the number of each block of the window (as time) and what became of it by the end: 0 "
    "not canonical, 1 canonical, 2 invalid; only of chains with at most 5000 blocks." },
};

static void
blocks_init (gpointer self, const PnyxObserved *observed)
{
  Blocks *state = self;

  state->observed = observed;
  state->chains
      = pnyx_arena_array (pnyx_world_arena (observed->world), ChainState, observed->n_chains);
}

static void
see (Blocks *state, const PnyxTrace *trace)
{
  ChainState *chain = &state->chains[trace->chain];

  while (chain->capacity <= trace->subject)
    pnyx_arena_reserve (pnyx_world_arena (state->observed->world), chain->seen, chain->capacity,
                        chain->capacity);
  if (pnyx_chain_honest (state->observed->chains[trace->chain], trace->node))
    chain->seen[trace->subject]++;
}

static void
reorganise (Blocks *state, const PnyxTrace *trace)
{
  const PnyxChain *chain = state->observed->chains[trace->chain];
  PnyxBlockId before = (PnyxBlockId)trace->a;
  guint32 height = pnyx_block_tree_get (chain->blocks, before)->height;
  PnyxBlockId common;
  guint32 depth;

  if (pnyx_block_tree_get (chain->blocks, trace->subject)->parent == before
      || !pnyx_chain_honest (chain, trace->node))
    return;
  common = pnyx_block_tree_common (chain->blocks, before, trace->subject);
  depth = height - pnyx_block_tree_get (chain->blocks, common)->height;
  if (depth == 0)
    return;
  state->chains[trace->chain].reorgs++;
  state->chains[trace->chain].depth_max = MAX (state->chains[trace->chain].depth_max, depth);
}

static void
blocks_observe (gpointer self, const PnyxTrace *trace)
{
  Blocks *state = self;

  switch (trace->type)
    {
    case PNYX_TRACE_WINDOW_BEGIN:
      state->measuring = TRUE;
      break;
    case PNYX_TRACE_BLOCK_RECEIVED:
      see (state, trace);
      break;
    case PNYX_TRACE_HEAD:
      if (state->measuring)
        reorganise (state, trace);
      break;
    default:
      break;
    }
}

gboolean *
pnyx_metric_canonical (PnyxChain *chain)
{
  gboolean *canonical = g_new0 (gboolean, pnyx_block_tree_size (chain->blocks));

  for (PnyxBlockId block = chain->ops->canonical (chain); block != PNYX_NONE;
       block = pnyx_block_tree_get (chain->blocks, block)->parent)
    canonical[block] = TRUE;
  return canonical;
}

static gdouble
missed_rate (const Blocks *state, PnyxChain *chain)
{
  const PnyxFinalityOps *ops = chain->ops->finality;
  PnyxTime slot = ops != NULL ? ops->slot (chain->section->component_params) : 1;
  guint64 first = (guint64)MAX ((state->observed->begin + slot - 1) / slot, 1);
  guint64 end = (guint64)((state->observed->end + slot - 1) / slot), sent = 0;
  g_autofree guint8 *seen = NULL;

  if (ops == NULL || end <= first)
    return NAN;
  seen = g_new0 (guint8, end);
  for (PnyxBlockId id = 1; id < pnyx_block_tree_size (chain->blocks); id++)
    {
      guint64 at = ops->block_slot (chain, id);

      if (at < first || at >= end || pnyx_block_tree_get (chain->blocks, id)->sent == PNYX_TIME_MAX
          || seen[at] != 0)
        continue;
      seen[at] = 1;
      sent++;
    }
  return 1 - (gdouble)sent / (gdouble)(end - first);
}

static void
print_lateness (const Blocks *state, PnyxChain *chain, const gchar *scope, PnyxOutput *output)
{
  const PnyxFinalityOps *ops = chain->ops->finality;
  PnyxTime slot = ops != NULL ? ops->slot (chain->section->component_params) : 0;

  for (PnyxBlockId id = 1; ops != NULL && id < pnyx_block_tree_size (chain->blocks); id++)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);
      PnyxTime begin = (PnyxTime)ops->block_slot (chain, id) * slot;

      if (pnyx_metric_in_window (state->observed, block) && block->sent != PNYX_TIME_MAX)
        pnyx_output_point (output, scope, "blocks.lateness", pnyx_time_to_seconds (begin),
                           pnyx_time_to_seconds (block->sent - begin));
    }
}

static void
print_tree (const Blocks *state, PnyxChain *chain, const gboolean *canonical, const gchar *scope,
            PnyxOutput *output)
{
  if (pnyx_block_tree_size (chain->blocks) > TREE_BLOCKS_MAX + 1) /* and the genesis */
    return;
  for (PnyxBlockId id = 1; id < pnyx_block_tree_size (chain->blocks); id++)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);

      if (!pnyx_metric_in_window (state->observed, block))
        continue;
      pnyx_output_point (output, scope, "blocks.parent", id, block->parent);
      pnyx_output_point (output, scope, "blocks.fate", id,
                         !block->valid   ? 2
                         : canonical[id] ? 1
                                         : 0);
    }
}

static void
finish_chain (const Blocks *state, guint index, PnyxOutput *output)
{
  PnyxChain *chain = state->observed->chains[index];
  const ChainState *counts = &state->chains[index];
  const gchar *scope = pnyx_metric_scope (state->observed, chain);
  g_autofree gboolean *canonical = pnyx_metric_canonical (chain);
  guint64 proposed = 0;
  guint64 kept = 0;
  guint64 valid = 0;
  guint64 orphans = 0;

  for (PnyxBlockId id = 1; id < pnyx_block_tree_size (chain->blocks); id++)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);

      if (!pnyx_metric_in_window (state->observed, block))
        continue;
      proposed++;
      kept += canonical[id] ? 1 : 0;
      valid += block->valid ? 1 : 0;
      orphans += block->valid && !canonical[id] && id < counts->capacity && counts->seen[id] > 0;
    }
  pnyx_output_scalar (output, scope, "blocks.proposed", "", (gdouble)proposed);
  pnyx_output_scalar (output, scope, "blocks.canonical", "", (gdouble)kept);
  pnyx_output_scalar (output, scope, "blocks.missed_rate", "", missed_rate (state, chain));
  pnyx_output_scalar (output, scope, "blocks.orphan_rate", "",
                      valid > 0 ? (gdouble)orphans / (gdouble)valid : NAN);
  pnyx_output_scalar (output, scope, "blocks.reorg_count", "", (gdouble)counts->reorgs);
  pnyx_output_scalar (output, scope, "blocks.reorg_depth_max", "", counts->depth_max);
  print_lateness (state, chain, scope, output);
  print_tree (state, chain, canonical, scope, output);
}

static void
blocks_finish (gpointer self, PnyxOutput *output)
{
  const Blocks *state = self;

  for (guint i = 0; i < state->observed->n_chains; i++)
    finish_chain (state, i, output);
}

const PnyxMetricOps pnyx_metric_blocks = {
  .name = "blocks",
  .metrics = blocks_metrics,
  .n_metrics = G_N_ELEMENTS (blocks_metrics),
  .traces = 1u << PNYX_TRACE_BLOCK_RECEIVED | 1u << PNYX_TRACE_HEAD,
  .state_size = sizeof (Blocks),
  .init = blocks_init,
  .observe = blocks_observe,
  .finish = blocks_finish,
};
