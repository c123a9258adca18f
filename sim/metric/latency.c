/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long things take. Whatever was created in the measured window counts; what had not ended by
 * the end of the run counts as later than everything else.
 */
#include "metric/families.h"

typedef struct
{
  PnyxHistogram *propagation;
  PnyxHistogram *import;
} ChainState;

typedef struct
{
  const PnyxObserved *observed;
  ChainState *chains;
} Latency;

static const PnyxMetricInfo latency_metrics[] = {
  { "latency.propagation", "s", "mean, p50, p90, p99, unfinished",
    "For each block and honest node, the producer excluded: from the producer's first sending to "
    "complete receipt, before validation." },
  { "latency.import", "s", "mean, p50, p90, p99, unfinished",
    "For each block and honest node, the producer excluded: from complete receipt to import into "
    "the "
    "fork choice; includes waiting for a core, validation and waiting for parents." },
  { "latency.inclusion", "s", "mean, p50, p90, p99, unfinished",
    "For each transaction of the window: from broadcast to the making of the first canonical block "
    "that holds it." },
  { "latency.confirmation", "s", "mean, p50, p90, p99, unfinished",
    "For each transaction of the window: from broadcast until the canonical chain had as many "
    "blocks "
    "from its own on as the scenario's rule asks for (nakamoto/@confirmations)." },
};

static void
latency_init (gpointer self, const PnyxObserved *observed)
{
  Latency *state = self;
  PnyxArena *arena = pnyx_world_arena (observed->world);

  state->observed = observed;
  state->chains = pnyx_arena_array (arena, ChainState, observed->n_chains);
  for (guint i = 0; i < observed->n_chains; i++)
    {
      state->chains[i].propagation = pnyx_histogram_new (arena);
      state->chains[i].import = pnyx_histogram_new (arena);
    }
}

static void
latency_observe (gpointer self, const PnyxTrace *trace)
{
  Latency *state = self;
  PnyxChain *chain;
  const PnyxBlock *block;

  if (trace->type != PNYX_TRACE_BLOCK_RECEIVED && trace->type != PNYX_TRACE_BLOCK_IMPORTED)
    return;
  chain = state->observed->chains[trace->chain];
  block = pnyx_block_tree_get (chain->blocks, trace->subject);
  if (!pnyx_metric_in_window (state->observed, block) || block->node == trace->node
      || !pnyx_chain_honest (chain, trace->node))
    return;
  if (trace->type == PNYX_TRACE_BLOCK_RECEIVED)
    pnyx_histogram_add (state->chains[trace->chain].propagation, trace->time - block->sent);
  else
    pnyx_histogram_add (state->chains[trace->chain].import, trace->time - trace->a);
}

/* A copy that outlives the world. */
static PnyxHistogram *
take (const PnyxHistogram *histogram)
{
  PnyxHistogram *copy = pnyx_histogram_new (NULL);

  pnyx_histogram_merge (copy, histogram);
  return copy;
}

static guint64
honest_nodes (const PnyxChain *chain)
{
  guint32 n = pnyx_network_nodes (chain->network)->n;
  guint64 honest = 0;

  for (PnyxNodeId node = 0; node < n; node++)
    honest += pnyx_chain_honest (chain, node) ? 1 : 0;
  return honest;
}

static void
finish_blocks (const Latency *state, guint index, PnyxOutput *output)
{
  PnyxChain *chain = state->observed->chains[index];
  const ChainState *counts = &state->chains[index];
  const gchar *scope = pnyx_metric_scope (state->observed, chain);
  PnyxHistogram *propagation = take (counts->propagation);
  PnyxHistogram *import = take (counts->import);
  guint64 honest = honest_nodes (chain);
  guint64 due = 0;
  guint64 received = pnyx_histogram_count (propagation);

  for (PnyxBlockId id = 1; id < pnyx_block_tree_size (chain->blocks); id++)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);

      if (pnyx_metric_in_window (state->observed, block) && block->sent != PNYX_TIME_MAX)
        due += honest - (pnyx_chain_honest (chain, block->node) ? 1 : 0);
    }
  pnyx_histogram_add_unfinished (propagation, due > received ? due - received : 0);
  pnyx_histogram_add_unfinished (import, received - pnyx_histogram_count (import));
  pnyx_output_latency (output, scope, "latency.propagation", propagation);
  pnyx_output_latency (output, scope, "latency.import", import);
}

static void
finish_transactions (const Latency *state, guint index, PnyxOutput *output)
{
  PnyxChain *chain = state->observed->chains[index];
  const gchar *scope = pnyx_metric_scope (state->observed, chain);
  PnyxBlockId tip = chain->ops->canonical (chain);
  guint32 height = pnyx_block_tree_get (chain->blocks, tip)->height;
  guint32 depth = pnyx_chain_confirmation_depth (chain);
  guint32 n = pnyx_workload_advance (chain->workload);
  PnyxHistogram *inclusion = pnyx_histogram_new (NULL);
  PnyxHistogram *confirmation = pnyx_histogram_new (NULL);
  guint64 created = 0;

  for (guint32 i = 0; i < n; i++)
    {
      PnyxTime time = pnyx_workload_get (chain->workload, i)->time;

      created += time >= state->observed->begin && time < state->observed->end;
    }
  for (guint32 i = 0; i < pnyx_workload_submitted (chain->workload); i++)
    {
      PnyxTime time = pnyx_workload_get (chain->workload, PNYX_SUBMITTED + i)->time;

      created += time >= state->observed->begin && time < state->observed->end;
    }
  for (PnyxBlockId id = tip; id != 0; id = pnyx_block_tree_get (chain->blocks, id)->parent)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);
      gboolean confirmed = depth > 0 && block->height + depth - 1 <= height;
      PnyxTime confirmed_at = 0;

      if (confirmed)
        confirmed_at = pnyx_block_tree_get (
                           chain->blocks,
                           pnyx_block_tree_ancestor (chain->blocks, tip, block->height + depth - 1))
                           ->time;
      for (guint32 i = 0; i < block->n_transactions; i++)
        {
          PnyxTime time = pnyx_workload_get (chain->workload, block->transactions[i])->time;

          if (time < state->observed->begin || time >= state->observed->end)
            continue;
          pnyx_histogram_add (inclusion, block->time - time);
          if (confirmed)
            pnyx_histogram_add (confirmation, confirmed_at - time);
        }
    }
  pnyx_histogram_add_unfinished (inclusion, created - pnyx_histogram_count (inclusion));
  pnyx_histogram_add_unfinished (confirmation, created - pnyx_histogram_count (confirmation));
  pnyx_output_latency (output, scope, "latency.inclusion", inclusion);
  pnyx_output_latency (output, scope, "latency.confirmation", confirmation);
}

static void
latency_finish (gpointer self, PnyxOutput *output)
{
  const Latency *state = self;

  for (guint i = 0; i < state->observed->n_chains; i++)
    {
      finish_blocks (state, i, output);
      if (state->observed->chains[i]->workload != NULL)
        finish_transactions (state, i, output);
    }
}

const PnyxMetricOps pnyx_metric_latency = {
  .name = "latency",
  .metrics = latency_metrics,
  .n_metrics = G_N_ELEMENTS (latency_metrics),
  .traces = 1u << PNYX_TRACE_BLOCK_RECEIVED | 1u << PNYX_TRACE_BLOCK_IMPORTED,
  .state_size = sizeof (Latency),
  .init = latency_init,
  .observe = latency_observe,
  .finish = latency_finish,
};
