/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slots, votes, finality and safety of protocols that have them. When a block became final is kept
 * for each checkpoint and not for each node: nodes finalise a checkpoint one after the other, so
 * the first, the median and the last of them are known as they come.
 */
#include <math.h>

#include "metric/families.h"

/* A checkpoint that some honest node has finalised, itself or with a later one. */
typedef struct
{
  PnyxBlockId block;
  guint64 epoch;
  guint32 n;                    /* honest nodes so far */
  PnyxTime first, median, last; /* PNYX_TIME_MAX: not yet */
} Checkpoint;

typedef struct
{
  guint32 n_checkpoints, checkpoints_capacity;
  Checkpoint *checkpoints; /* in order of their first finalisation */
  PnyxBlockId *final;      /* array length=nodes: last block that the node has finalised */
  PnyxTime *since;         /* array length=nodes: when that was, in the window */
  PnyxTime *gap, *gap_end; /* array length=nodes: longest time without, and when it ended */
  PnyxBlockId justified;   /* last one that an honest node has justified */
  guint32 n_honest;
  PnyxHistogram *attestation;
  guint64 *votes; /* array length=votes_capacity: of its own slot, by block */
  guint32 votes_capacity;
  guint64 *cast; /* array length=cast_capacity: votes by slot */
  guint32 cast_capacity;
} ChainState;

typedef struct
{
  const PnyxObserved *observed;
  ChainState *chains;
} Finality;

static const PnyxMetricInfo finality_metrics[] = {
  { "latency.finality", "s", "mean, p50, p90, p99, unfinished",
    "For each canonical block of the window: from its making until the median honest node's store "
    "has finalised it." },
  { "latency.finality_first", "s", "mean, p50, p90, p99, unfinished",
    "The same until the first honest node has." },
  { "latency.finality_last", "s", "mean, p50, p90, p99, unfinished",
    "The same until all honest nodes have." },
  { "latency.attestation", "s", "mean, p50, p90, p99, unfinished",
    "For each vote and aggregator that has it in time: from sending to receipt." },
  { "attestation.inclusion_distance", "slot", NULL,
    "Mean over votes of the window that the canonical chain includes: slots from the vote's to the "
    "first block that holds it." },
  { "attestation.head_votes", "", NULL,
    "Series: how late in its slot each block of the window was sent (as time), against the share "
    "of "
    "the slot's votes that it got as head." },
  { "participation.source", "", NULL,
    "Share of the active stake whose vote was included in time with the right source "
    "(TIMELY_SOURCE); mean over the window's epochs that are over; series by epoch." },
  { "participation.target", "", NULL, "The same for the target (TIMELY_TARGET)." },
  { "participation.head", "", NULL, "The same for the head (TIMELY_HEAD)." },
  { "finality.finalized_fraction", "", NULL,
    "Share of the window's epochs, of those that ended two epochs before its end, whose checkpoint "
    "the median honest node has finalised." },
  { "finality.gap_max", "s", NULL,
    "Longest time in the window in which the median honest node finalised nothing new." },
  { "finality.gap_max_epochs", "", NULL,
    "Longest time without anything new finalised, as finality.gap_max, in epochs." },
  { "finality.recovery", "s", NULL,
    "Series: for each honest node (its number as time) when in the run it finalised anything new "
    "after its longest time in the window without." },
  { "finality.slots", "", NULL,
    "Series: what became of each slot of the window: 0 missed, 1 orphaned, 2 canonical, 3 and "
    "justified, 4 and finalised by the median honest node." },
  { "finality.finalized_epoch", "", NULL,
    "Series: when the median honest node had finalised a new epoch (as time), and which." },
  { "safety.violations", "", NULL,
    "Pairs of conflicting checkpoints that honest nodes have finalised, since the start." },
  { "safety.slashable_stake", "", NULL,
    "Stake that double or surround votes or two blocks in a slot, in the union of all messages "
    "since the start, prove guilty, over all." },
};

static const PnyxFinalityOps *
ops_of (const PnyxChain *chain)
{
  return chain->ops->finality;
}

static void
finality_init (gpointer self, const PnyxObserved *observed)
{
  Finality *state = self;
  PnyxArena *arena = pnyx_world_arena (observed->world);
  guint32 n = pnyx_network_nodes (observed->network)->n;

  state->observed = observed;
  state->chains = pnyx_arena_array (arena, ChainState, observed->n_chains);
  for (guint i = 0; i < observed->n_chains; i++)
    {
      ChainState *chain = &state->chains[i];

      if (ops_of (observed->chains[i]) == NULL)
        continue;
      chain->final = pnyx_arena_array (arena, PnyxBlockId, n);
      chain->since = pnyx_arena_array (arena, PnyxTime, n);
      chain->gap = pnyx_arena_array (arena, PnyxTime, n);
      chain->gap_end = pnyx_arena_array (arena, PnyxTime, n);
      chain->attestation = pnyx_histogram_new (arena);
      for (PnyxNodeId node = 0; node < n; node++)
        chain->n_honest += pnyx_chain_honest (observed->chains[i], node) ? 1 : 0;
    }
}

static Checkpoint *
find_checkpoint (Finality *state, ChainState *chain, PnyxBlockId block, guint64 epoch)
{
  for (guint32 i = chain->n_checkpoints; i-- > 0;)
    if (chain->checkpoints[i].block == block && chain->checkpoints[i].epoch == epoch)
      return &chain->checkpoints[i];
  pnyx_arena_reserve (pnyx_world_arena (state->observed->world), chain->checkpoints,
                      chain->n_checkpoints, chain->checkpoints_capacity);
  chain->checkpoints[chain->n_checkpoints] = (Checkpoint){ .block = block,
                                                           .epoch = epoch,
                                                           .first = PNYX_TIME_MAX,
                                                           .median = PNYX_TIME_MAX,
                                                           .last = PNYX_TIME_MAX };
  return &chain->checkpoints[chain->n_checkpoints++];
}

static void
count (const ChainState *chain, Checkpoint *checkpoint, PnyxTime now)
{
  checkpoint->n++;
  if (checkpoint->n == 1)
    checkpoint->first = now;
  if (checkpoint->n == (chain->n_honest + 1) / 2)
    checkpoint->median = now;
  if (checkpoint->n == chain->n_honest)
    checkpoint->last = now;
}

/* @node has finalised something at @now: the time without is over. */
static void
end_gap (const Finality *state, ChainState *chain, PnyxNodeId node, PnyxTime now)
{
  PnyxTime since = MAX (chain->since[node], state->observed->begin);

  if (state->observed->begin == PNYX_TIME_MAX)
    return;
  if (now - since > chain->gap[node])
    {
      chain->gap[node] = now - since;
      chain->gap_end[node] = now;
    }
  chain->since[node] = now;
}

/* With a checkpoint a node finalises those before it that it had not. */
static void
on_finalized (Finality *state, const PnyxTrace *trace)
{
  PnyxChain *chain = state->observed->chains[trace->chain];
  ChainState *counts = &state->chains[trace->chain];
  PnyxBlockId before = counts->final[trace->node];

  if (!pnyx_chain_honest (chain, trace->node))
    return;
  find_checkpoint (state, counts, trace->subject, (guint64)trace->a);
  for (guint32 i = 0; i < counts->n_checkpoints; i++)
    {
      Checkpoint *checkpoint = &counts->checkpoints[i];

      if (checkpoint->block <= before || checkpoint->epoch > (guint64)trace->a
          || !pnyx_block_tree_is_ancestor (chain->blocks, checkpoint->block, trace->subject))
        continue;
      count (counts, checkpoint, trace->time);
    }
  counts->final[trace->node] = trace->subject;
  end_gap (state, counts, trace->node, trace->time);
}

static void
on_voted (Finality *state, const PnyxTrace *trace)
{
  PnyxArena *arena = pnyx_world_arena (state->observed->world);
  ChainState *counts = &state->chains[trace->chain];
  PnyxChain *chain = state->observed->chains[trace->chain];
  guint64 slot = (guint64)trace->b;

  while (counts->votes_capacity <= trace->subject)
    pnyx_arena_reserve (arena, counts->votes, counts->votes_capacity, counts->votes_capacity);
  while (counts->cast_capacity <= slot)
    pnyx_arena_reserve (arena, counts->cast, counts->cast_capacity, counts->cast_capacity);
  counts->cast[slot] += (guint64)trace->a;
  if (ops_of (chain)->block_slot (chain, trace->subject) == slot)
    counts->votes[trace->subject] += (guint64)trace->a;
}

static void
finality_observe (gpointer self, const PnyxTrace *trace)
{
  Finality *state = self;

  switch (trace->type)
    {
    case PNYX_TRACE_FINALIZED:
      on_finalized (state, trace);
      break;
    case PNYX_TRACE_JUSTIFIED:
      if (pnyx_chain_honest (state->observed->chains[trace->chain], trace->node))
        state->chains[trace->chain].justified
            = MAX (state->chains[trace->chain].justified, trace->subject);
      break;
    case PNYX_TRACE_VOTED:
      on_voted (state, trace);
      break;
    case PNYX_TRACE_VOTE_RECEIVED:
      if (trace->time - trace->a >= state->observed->begin
          && state->observed->begin != PNYX_TIME_MAX)
        pnyx_histogram_add (state->chains[trace->chain].attestation, trace->a);
      break;
    default:
      break;
    }
}

/* ---- At the end ---- */

/* The first checkpoint on the canonical chain that covers a block, if any. */
static const Checkpoint *
covering (PnyxChain *chain, const ChainState *counts, PnyxBlockId block, PnyxBlockId tip)
{
  const Checkpoint *best = NULL;

  for (guint32 i = 0; i < counts->n_checkpoints; i++)
    {
      const Checkpoint *checkpoint = &counts->checkpoints[i];

      if (checkpoint->block >= block && (best == NULL || checkpoint->first < best->first)
          && pnyx_block_tree_is_ancestor (chain->blocks, block, checkpoint->block)
          && pnyx_block_tree_is_ancestor (chain->blocks, checkpoint->block, tip))
        best = checkpoint;
    }
  return best;
}

/* When the median honest node had finalised @block: its own checkpoint or, where it skipped that,
 * a later one. */
static PnyxTime
median_of (PnyxChain *chain, const ChainState *counts, PnyxBlockId block, PnyxBlockId tip)
{
  const Checkpoint *checkpoint = covering (chain, counts, block, tip);

  return checkpoint != NULL ? checkpoint->median : PNYX_TIME_MAX;
}

static void
add_latency (PnyxHistogram *histogram, PnyxTime from, PnyxTime to)
{
  if (to == PNYX_TIME_MAX)
    pnyx_histogram_add_unfinished (histogram, 1);
  else
    pnyx_histogram_add (histogram, to - from);
}

static void
print_latencies (const Finality *state, PnyxChain *chain, const ChainState *counts,
                 const gchar *scope, PnyxOutput *output)
{
  PnyxHistogram *median = pnyx_histogram_new (NULL);
  PnyxHistogram *first = pnyx_histogram_new (NULL);
  PnyxHistogram *last = pnyx_histogram_new (NULL);
  PnyxHistogram *attestation = pnyx_histogram_new (NULL);
  PnyxBlockId tip = chain->ops->canonical (chain);

  for (PnyxBlockId id = tip; id != 0; id = pnyx_block_tree_get (chain->blocks, id)->parent)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);
      const Checkpoint *checkpoint;

      if (!pnyx_metric_in_window (state->observed, block))
        continue;
      checkpoint = covering (chain, counts, id, tip);
      add_latency (first, block->time, checkpoint ? checkpoint->first : PNYX_TIME_MAX);
      add_latency (median, block->time, checkpoint ? checkpoint->median : PNYX_TIME_MAX);
      add_latency (last, block->time, checkpoint ? checkpoint->last : PNYX_TIME_MAX);
    }
  pnyx_histogram_merge (attestation, counts->attestation);
  pnyx_output_latency (output, scope, "latency.finality", median);
  pnyx_output_latency (output, scope, "latency.finality_first", first);
  pnyx_output_latency (output, scope, "latency.finality_last", last);
  pnyx_output_latency (output, scope, "latency.attestation", attestation);
}

static void
print_inclusion (const Finality *state, PnyxChain *chain, const ChainState *counts,
                 const gchar *scope, PnyxOutput *output)
{
  guint64 votes = 0, distance = 0;
  PnyxTime slot = ops_of (chain)->slot (chain->section->component_params);

  for (PnyxBlockId id = chain->ops->canonical (chain); id != 0;
       id = pnyx_block_tree_get (chain->blocks, id)->parent)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);
      guint64 of_block, sum, at = ops_of (chain)->block_slot (chain, id);

      if (!pnyx_metric_in_window (state->observed, block))
        continue;
      ops_of (chain)->inclusion (chain, id, &of_block, &sum);
      votes += of_block;
      distance += sum;
      if (block->sent != PNYX_TIME_MAX && id < counts->votes_capacity && at < counts->cast_capacity
          && counts->cast[at] > 0)
        pnyx_output_point (output, scope, "attestation.head_votes",
                           pnyx_time_to_seconds (block->sent - (PnyxTime)at * slot),
                           (gdouble)counts->votes[id] / (gdouble)counts->cast[at]);
    }
  pnyx_output_scalar (output, scope, "attestation.inclusion_distance", "slot",
                      votes > 0 ? (gdouble)distance / (gdouble)votes : NAN);
}

static void
print_participation (const Finality *state, PnyxChain *chain, const gchar *scope,
                     PnyxOutput *output)
{
  PnyxTime epoch = ops_of (chain)->epoch (chain->section->component_params);
  PnyxBlockId tip = chain->ops->canonical (chain);
  PnyxParticipation sum = { 0, 0, 0 }, of;
  guint64 n = 0;

  for (guint64 at = (guint64)((state->observed->begin + epoch - 1) / epoch);
       ops_of (chain)->participation (chain, tip, at, &of); at++)
    {
      gdouble time = pnyx_time_to_seconds ((PnyxTime)at * epoch);

      n++;
      sum.source += of.source;
      sum.target += of.target;
      sum.head += of.head;
      pnyx_output_point (output, scope, "participation.source", time, of.source);
      pnyx_output_point (output, scope, "participation.target", time, of.target);
      pnyx_output_point (output, scope, "participation.head", time, of.head);
    }
  pnyx_output_scalar (output, scope, "participation.source", "",
                      n > 0 ? sum.source / (gdouble)n : NAN);
  pnyx_output_scalar (output, scope, "participation.target", "",
                      n > 0 ? sum.target / (gdouble)n : NAN);
  pnyx_output_scalar (output, scope, "participation.head", "", n > 0 ? sum.head / (gdouble)n : NAN);
}

static gint
compare_times (gconstpointer a, gconstpointer b, gpointer user)
{
  const Checkpoint *x = a, *y = b;

  (void)user;
  if (x->median != y->median)
    return x->median < y->median ? -1 : 1;
  return x->epoch < y->epoch ? -1 : x->epoch > y->epoch;
}

static void
print_gaps (const Finality *state, PnyxChain *chain, const ChainState *counts, const gchar *scope,
            PnyxOutput *output)
{
  PnyxTime epoch = ops_of (chain)->epoch (chain->section->component_params);
  PnyxTime begin = state->observed->begin, end = state->observed->end, gap = 0, before = begin;
  g_autofree Checkpoint *sorted
      = g_memdup2 (counts->checkpoints, sizeof (Checkpoint) * counts->n_checkpoints);
  guint64 highest = 0, first = (guint64)((begin + epoch - 1) / epoch);
  guint64 due = end / epoch >= 3 ? (guint64)(end / epoch) - 2 : 0, final = 0;
  PnyxBlockId tip = chain->ops->canonical (chain);

  if (counts->n_checkpoints > 0)
    g_qsort_with_data (sorted, (gint)counts->n_checkpoints, sizeof (Checkpoint), compare_times,
                       NULL);
  for (guint32 i = 0; i < counts->n_checkpoints && sorted[i].median < PNYX_TIME_MAX; i++)
    {
      if (sorted[i].epoch <= highest)
        continue;
      highest = sorted[i].epoch;
      if (sorted[i].median <= begin || sorted[i].median > end)
        continue;
      gap = MAX (gap, sorted[i].median - before);
      before = sorted[i].median;
      pnyx_output_point (output, scope, "finality.finalized_epoch",
                         pnyx_time_to_seconds (sorted[i].median), (gdouble)highest);
    }
  gap = MAX (gap, end - before);
  for (guint64 at = first; at < due; at++)
    {
      PnyxBlockId block = tip;

      while (block != 0
             && ops_of (chain)->block_slot (chain, block)
                        * (guint64)ops_of (chain)->slot (chain->section->component_params)
                    > at * (guint64)epoch)
        block = pnyx_block_tree_get (chain->blocks, block)->parent;
      final += highest >= at && median_of (chain, counts, block, tip) <= end ? 1 : 0;
    }
  pnyx_output_scalar (output, scope, "finality.finalized_fraction", "",
                      due > first ? (gdouble) final / (gdouble)(due - first) : NAN);
  pnyx_output_scalar (output, scope, "finality.gap_max", "s", pnyx_time_to_seconds (gap));
  pnyx_output_scalar (output, scope, "finality.gap_max_epochs", "", (gdouble)gap / (gdouble)epoch);
}

static void
print_recovery (PnyxChain *chain, const ChainState *counts, const gchar *scope, PnyxOutput *output)
{
  guint32 n = pnyx_network_nodes (chain->network)->n;

  for (PnyxNodeId node = 0; node < n; node++)
    if (pnyx_chain_honest (chain, node) && counts->gap[node] > 0)
      pnyx_output_point (output, scope, "finality.recovery", node,
                         pnyx_time_to_seconds (counts->gap_end[node]));
}

/* What became of each slot. */
static void
print_slots (const Finality *state, PnyxChain *chain, const ChainState *counts, const gchar *scope,
             PnyxOutput *output)
{
  PnyxTime slot = ops_of (chain)->slot (chain->section->component_params);
  guint64 first = (guint64)((state->observed->begin + slot - 1) / slot);
  guint64 end = (guint64)(state->observed->end / slot);
  g_autofree guint8 *become = g_new0 (guint8, MAX (end, 1));
  g_autofree gboolean *canonical = pnyx_metric_canonical (chain);
  PnyxBlockId tip = chain->ops->canonical (chain);

  for (PnyxBlockId id = 1; id < pnyx_block_tree_size (chain->blocks); id++)
    {
      guint64 at = ops_of (chain)->block_slot (chain, id);
      guint8 *of = &become[at];

      if (at >= end || pnyx_block_tree_get (chain->blocks, id)->sent == PNYX_TIME_MAX)
        continue;
      *of = MAX (*of, 1);
      if (canonical[id])
        *of = median_of (chain, counts, id, tip) <= state->observed->end           ? 4
              : pnyx_block_tree_is_ancestor (chain->blocks, id, counts->justified) ? 3
                                                                                   : 2;
    }
  for (guint64 at = MAX (first, 1); at < end; at++)
    pnyx_output_point (output, scope, "finality.slots", pnyx_time_to_seconds ((PnyxTime)at * slot),
                       become[at]);
}

static void
finality_finish (gpointer self, PnyxOutput *output)
{
  const Finality *state = self;

  for (guint i = 0; i < state->observed->n_chains; i++)
    {
      PnyxChain *chain = state->observed->chains[i];
      const ChainState *counts = &state->chains[i];
      const gchar *scope = pnyx_metric_scope (state->observed, chain);

      if (ops_of (chain) == NULL)
        continue;
      print_latencies (state, chain, counts, scope, output);
      print_inclusion (state, chain, counts, scope, output);
      print_participation (state, chain, scope, output);
      print_gaps (state, chain, counts, scope, output);
      print_recovery (chain, counts, scope, output);
      print_slots (state, chain, counts, scope, output);
      pnyx_output_scalar (output, scope, "safety.violations", "",
                          (gdouble)ops_of (chain)->violations (chain));
      pnyx_output_scalar (output, scope, "safety.slashable_stake", "",
                          ops_of (chain)->slashable (chain));
    }
}

const PnyxMetricOps pnyx_metric_finality = {
  .name = "finality",
  .metrics = finality_metrics,
  .n_metrics = G_N_ELEMENTS (finality_metrics),
  .traces = 1u << PNYX_TRACE_JUSTIFIED | 1u << PNYX_TRACE_FINALIZED | 1u << PNYX_TRACE_VOTED
            | 1u << PNYX_TRACE_VOTE_RECEIVED,
  .state_size = sizeof (Finality),
  .init = finality_init,
  .observe = finality_observe,
  .finish = finality_finish,
};
