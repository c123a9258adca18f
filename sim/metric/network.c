/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the network carried: differences of its integer counts over the measured window. */
#include <math.h>

#include "metric/families.h"

typedef struct
{
  const PnyxObserved *observed;
  PnyxNetworkCounts before; /* at the beginning of the window */
  guint64 bytes_before;     /* likewise */
  PnyxTime *since;          /* array length=nodes: online since; -1: offline */
  PnyxTime online;          /* node-nanoseconds online in the window */
} Network;

static const gchar *const wire_names[PNYX_N_WIRES] = {
  "network.messages_per_block.item",        "network.messages_per_block.inv",
  "network.messages_per_block.get",         "network.messages_per_block.compact",
  "network.messages_per_block.get-missing", "network.messages_per_block.missing",
  "network.messages_per_block.get-range",   "network.messages_per_block.range",
  "network.messages_per_block.idontwant",   "network.messages_per_block.graft",
  "network.messages_per_block.prune",
};

static const PnyxMetricInfo network_metrics[] = {
  { "network.messages_per_block", "",
    "item, inv, get, compact, get-missing, missing, get-range, range, idontwant, graft, prune",
    "Copies that nodes sent in the window, control messages included, over canonical blocks of the "
    "window; the parts by kind of message." },
  { "network.bytes_per_node", "B/s", NULL,
    "Bytes sent with framing in the window over node-seconds online." },
  { "network.duplicate_ratio", "", NULL,
    "Complete payload copies received beyond the first, over first receipts; a payload that comes "
    "back to its maker counts." },
  { "network.lost", "", NULL,
    "Messages of the window that were dropped or cut with their connection." },
  { "network.late", "", NULL,
    "Deliveries past the bound of the bounded-delay model, since the start; always 0." },
};

static void
network_init (gpointer self, const PnyxObserved *observed)
{
  Network *state = self;
  guint32 n = pnyx_network_nodes (observed->network)->n;

  state->observed = observed;
  state->since = pnyx_arena_array (pnyx_world_arena (observed->world), PnyxTime, n);
}

static void
begin_window (Network *state, PnyxTime now)
{
  guint32 n = pnyx_network_nodes (state->observed->network)->n;

  state->before = *pnyx_network_counts (state->observed->network);
  state->bytes_before = pnyx_network_bytes (state->observed->network, PNYX_NONE);
  state->online = 0;
  for (PnyxNodeId node = 0; node < n; node++)
    state->since[node] = pnyx_network_online (state->observed->network, node) ? now : -1;
}

static void
network_observe (gpointer self, const PnyxTrace *trace)
{
  Network *state = self;
  guint32 n = pnyx_network_nodes (state->observed->network)->n;

  switch (trace->type)
    {
    case PNYX_TRACE_WINDOW_BEGIN:
      begin_window (state, trace->time);
      break;
    case PNYX_TRACE_ONLINE:
      state->since[trace->node] = trace->time;
      break;
    case PNYX_TRACE_OFFLINE:
      if (state->since[trace->node] >= 0)
        state->online += trace->time - state->since[trace->node];
      state->since[trace->node] = -1;
      break;
    case PNYX_TRACE_WINDOW_END:
      for (PnyxNodeId node = 0; node < n; node++)
        if (state->since[node] >= 0)
          state->online += trace->time - state->since[node];
      break;
    default:
      break;
    }
}

static guint64
canonical_blocks (const PnyxObserved *observed)
{
  guint64 blocks = 0;

  for (guint i = 0; i < observed->n_chains; i++)
    {
      PnyxChain *chain = observed->chains[i];

      for (PnyxBlockId id = chain->ops->canonical (chain); id != 0;
           id = pnyx_block_tree_get (chain->blocks, id)->parent)
        blocks += pnyx_metric_in_window (observed, pnyx_block_tree_get (chain->blocks, id)) ? 1 : 0;
    }
  return blocks;
}

static gdouble
ratio (gdouble part, gdouble whole)
{
  return whole > 0 ? part / whole : NAN;
}

static void
network_finish (gpointer self, PnyxOutput *output)
{
  const Network *state = self;
  const PnyxNetworkCounts *after = pnyx_network_counts (state->observed->network);
  const PnyxNetworkCounts *before = &state->before;
  gdouble blocks = (gdouble)canonical_blocks (state->observed);
  gdouble known = 1;
  guint64 bytes = pnyx_network_bytes (state->observed->network, PNYX_NONE) - state->bytes_before;
  guint64 copies = 0;

  if (!pnyx_network_counts_copies (state->observed->network))
    blocks = known = 0; /* a ratio to nothing is empty */
  for (guint wire = 0; wire < PNYX_N_WIRES; wire++)
    copies += after->copies[wire] - before->copies[wire];
  pnyx_output_scalar (output, "", "network.messages_per_block", "",
                      ratio ((gdouble)copies, blocks));
  for (guint wire = 0; wire < PNYX_N_WIRES; wire++)
    pnyx_output_scalar (output, "", wire_names[wire], "",
                        ratio ((gdouble)(after->copies[wire] - before->copies[wire]), blocks));
  pnyx_output_scalar (output, "", "network.bytes_per_node", "B/s",
                      ratio ((gdouble)bytes, known * pnyx_time_to_seconds (state->online)));
  pnyx_output_scalar (output, "", "network.duplicate_ratio", "",
                      ratio ((gdouble)(after->duplicates - before->duplicates),
                             known * (gdouble)(after->first_receipts - before->first_receipts)));
  pnyx_output_scalar (output, "", "network.lost", "", (gdouble)(after->lost - before->lost));
  pnyx_output_scalar (output, "", "network.late", "", (gdouble)after->late);
}

const PnyxMetricOps pnyx_metric_network = {
  .name = "network",
  .metrics = network_metrics,
  .n_metrics = G_N_ELEMENTS (network_metrics),
  .traces = 1u << PNYX_TRACE_ONLINE | 1u << PNYX_TRACE_OFFLINE,
  .state_size = sizeof (Network),
  .init = network_init,
  .observe = network_observe,
  .finish = network_finish,
};
