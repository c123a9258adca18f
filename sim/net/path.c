/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/path.h"

#include <math.h>

#include "net/network_priv.h"

typedef struct
{
  guint32 *base_us; /* array length=n: delay from the destination, microseconds */
  guint8 *hops;     /* array length=n */
} Tree;

struct _PnyxPaths
{
  Tree *trees; /* array length=n: by destination; base_us NULL: not asked for yet */
};

typedef struct
{
  guint64 distance;
  guint32 node;
} Visit;

static void
push (GArray *heap, Visit visit)
{
  guint i = heap->len;
  Visit *data;

  g_array_append_val (heap, visit);
  data = (Visit *)(gpointer)heap->data;
  for (; i > 0 && visit.distance < data[(i - 1) / 2].distance; i = (i - 1) / 2)
    data[i] = data[(i - 1) / 2];
  data[i] = visit;
}

static Visit
pop (GArray *heap)
{
  Visit *data = (Visit *)(gpointer)heap->data;
  Visit top = data[0];
  Visit last = data[heap->len - 1];
  guint i = 0;

  g_array_set_size (heap, heap->len - 1);
  for (;;)
    {
      guint child = 2 * i + 1;

      if (child >= heap->len)
        break;
      if (child + 1 < heap->len && data[child + 1].distance < data[child].distance)
        child++;
      if (last.distance <= data[child].distance)
        break;
      data[i] = data[child];
      i = child;
    }
  if (heap->len > 0)
    data[i] = last;
  return top;
}

#define MEDIAN_WORD 0x80000000u

/* Median delay of one connection in microseconds. */
static guint32
link_us (PnyxNetwork *network, guint32 link)
{
  PnyxFlight flight = { .half_rtt = network->links[link].half_rtt,
                        .last_mile = network->last_miles[network->links[link].pair],
                        .word = MEDIAN_WORD };
  PnyxTime delay = 1000; /* alike everywhere: the fewest connections */

  if (network->delay->needs_regions)
    delay = network->delay->delay (network->delay_state, &flight);
  return (guint32)MAX (delay / 1000, 1);
}

static void
grow_tree (PnyxNetwork *network, PnyxNodeId to, Tree *tree)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  const PnyxGraph *graph = network->graph;
  g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (Visit));

  tree->base_us = pnyx_arena_array (arena, guint32, graph->n);
  tree->hops = pnyx_arena_array (arena, guint8, graph->n);
  for (guint32 i = 0; i < graph->n; i++)
    tree->base_us[i] = G_MAXUINT32;
  tree->base_us[to] = 0;
  push (heap, (Visit){ 0, to });
  while (heap->len > 0)
    {
      Visit visit = pop (heap);

      if (visit.distance >> 8 != tree->base_us[visit.node])
        continue;
      for (guint32 i = graph->offsets[visit.node]; i < graph->offsets[visit.node + 1]; i++)
        {
          guint32 peer = graph->neighbours[i];
          guint32 towards = graph->offsets[peer] + network->links[i].reverse;
          guint32 base = tree->base_us[visit.node] + link_us (network, towards);

          if (base >= tree->base_us[peer])
            continue;
          tree->base_us[peer] = base;
          tree->hops[peer] = (guint8)MIN (tree->hops[visit.node] + 1, G_MAXUINT8);
          push (heap, (Visit){ (guint64)base << 8 | tree->hops[peer], peer });
        }
    }
}

guint32
pnyx_paths_hops (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, PnyxTime *base)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  Tree *tree;

  if (network->paths == NULL)
    {
      network->paths = pnyx_arena_array (arena, PnyxPaths, 1);
      network->paths->trees = pnyx_arena_array (arena, Tree, network->nodes.n);
    }
  tree = &network->paths->trees[to];
  if (tree->base_us == NULL)
    grow_tree (network, to, tree);
  *base = (PnyxTime)tree->base_us[from] * 1000;
  return tree->hops[from];
}

/* One draw for the path: the logarithm's deviation shrinks with the root of the connections. */
static PnyxTime
measured_path (const PnyxNetwork *network, PnyxFlight *flight, PnyxTime base, guint32 hops)
{
  PnyxTime drawn, median;

  flight->half_rtt = base / hops;
  drawn = network->delay->delay (network->delay_state, flight);
  flight->word = MEDIAN_WORD;
  median = network->delay->delay (network->delay_state, flight);
  return base + (PnyxTime)((gdouble)base * ((gdouble)drawn / (gdouble)median - 1) / sqrt (hops));
}

PnyxTime
pnyx_network_path_delay (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, guint64 id)
{
  PnyxTime base;
  guint32 hops;
  PnyxFlight flight = { .sent = pnyx_world_now (network->world), .from = from, .to = to };
  guint32 words[4];

  if (from == to)
    return 0;
  hops = pnyx_paths_hops (network, from, to, &base);
  if (network->delay->needs_regions)
    {
      pnyx_rng_block (&network->path, from, id, to, words);
      flight.word = words[0];
      return measured_path (network, &flight, base, hops);
    }
  base = 0;
  for (guint32 hop = 0; hop < hops; hop++)
    {
      pnyx_rng_block (&network->path, from, pnyx_hash_mix (id, hop), to, words);
      flight.word = words[0];
      base += network->delay->delay (network->delay_state, &flight);
    }
  return base;
}

guint32
pnyx_network_path_hops (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to)
{
  PnyxTime base;

  return from == to ? 0 : pnyx_paths_hops (network, from, to, &base);
}
