/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outages and cuts. A cut that drops resets the connections across it: what is in flight is lost,
 * and the generation that a copy carries no longer fits. A cut that holds delays: what would cross
 * is kept and goes through the uplinks when it is healed. When a connection comes back both ends
 * hear of it and can tell each other what they have.
 */
#include <string.h>

#include "net/network_priv.h"
#include "net/uplink_priv.h"

void
network_changing (PnyxNetwork *network)
{
  for (guint i = 0; i < network->n_channels; i++)
    if (network->channels[i].ops->changing != NULL)
      network->channels[i].ops->changing (network->channels[i].self);
  network->version++;
}

gboolean
network_cut_between (const PnyxNetwork *network, PnyxNodeId a, PnyxNodeId b, gboolean hold,
                     guint *cut)
{
  for (guint i = 0; i < network->n_cuts; i++)
    {
      const PnyxCut *candidate = &network->cuts[i];

      if (candidate->active && candidate->hold == hold
          && candidate->groups[a] != candidate->groups[b])
        {
          *cut = i;
          return TRUE;
        }
    }
  return FALSE;
}

guint16
network_generation (const PnyxNetwork *network, PnyxNodeId a, PnyxNodeId b)
{
  guint generation = 0;

  if (network->incarnation != NULL)
    generation = (guint)network->incarnation[a] + network->incarnation[b];
  for (guint i = 0; i < network->n_cuts; i++)
    if (!network->cuts[i].hold && network->cuts[i].groups[a] != network->cuts[i].groups[b])
      generation++;
  return (guint16)generation;
}

gboolean
pnyx_network_online (const PnyxNetwork *network, PnyxNodeId node)
{
  return network->offline == NULL || network->offline[node] == 0;
}

gboolean
pnyx_network_reachable (const PnyxNetwork *network, PnyxNodeId a, PnyxNodeId b)
{
  guint cut;

  return pnyx_network_online (network, a) && pnyx_network_online (network, b)
         && !network_cut_between (network, a, b, FALSE, &cut)
         && !network_cut_between (network, a, b, TRUE, &cut);
}

static void
tell_dissemination (PnyxNetwork *network, PnyxNodeId node)
{
  if (network->dissemination->reachable != NULL)
    network->dissemination->reachable (network->dissemination_state, network, node);
}

/* Both ends of a connection that works again hear of it. */
static void
reconnect (PnyxNetwork *network, PnyxNodeId a, PnyxNodeId b)
{
  for (guint i = 0; i < network->n_channels; i++)
    if (network->channels[i].ops->reconnect != NULL)
      {
        network->channels[i].ops->reconnect (network->channels[i].self, a, b);
        network->channels[i].ops->reconnect (network->channels[i].self, b, a);
      }
}

void
pnyx_network_set_online (PnyxNetwork *network, PnyxNodeId node, gboolean online)
{
  PnyxArena *arena = pnyx_world_arena (network->world);

  PNYX_REQUIRE (network->faulty);
  if (network->offline == NULL)
    {
      network->offline = pnyx_arena_array (arena, guint8, network->nodes.n);
      network->incarnation = pnyx_arena_array (arena, guint16, network->nodes.n);
    }
  if (!online)
    {
      PNYX_REQUIRE (network->offline[node] < G_MAXUINT8);
      if (network->offline[node] == 0)
        network_changing (network);
      if (network->offline[node]++ > 0)
        return;
      network->incarnation[node]++;
      pnyx_cores_reset (network->cores, node);
      if (network->uplink != NULL)
        pnyx_uplink_reset (network->uplink, node);
      for (guint i = 0; i < network->n_channels; i++)
        if (network->channels[i].ops->offline != NULL)
          network->channels[i].ops->offline (network->channels[i].self, node);
      tell_dissemination (network, node);
      pnyx_world_emit (network->world, PNYX_TRACE_OFFLINE, PNYX_NONE, node, 0, 0, 0);
      return;
    }
  PNYX_REQUIRE (network->offline[node] > 0);
  network_changing (network);
  if (--network->offline[node] > 0)
    return;
  tell_dissemination (network, node);
  pnyx_world_emit (network->world, PNYX_TRACE_ONLINE, PNYX_NONE, node, 0, 0, 0);
  for (guint32 i = network->graph->offsets[node]; i < network->graph->offsets[node + 1]; i++)
    if (pnyx_network_reachable (network, node, network->graph->neighbours[i]))
      reconnect (network, node, network->graph->neighbours[i]);
}

guint
pnyx_network_cut (PnyxNetwork *network, const guint32 *groups, gboolean hold)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  guint32 *copy = pnyx_arena_array (arena, guint32, network->nodes.n);

  PNYX_REQUIRE (network->faulty);
  network_changing (network);
  memcpy (copy, groups, sizeof *copy * network->nodes.n);
  pnyx_arena_reserve (arena, network->cuts, network->n_cuts, network->cuts_capacity);
  network->cuts[network->n_cuts] = (PnyxCut){ .groups = copy,
                                              .active = TRUE,
                                              .hold = hold,
                                              .begin = pnyx_world_now (network->world),
                                              .end = PNYX_TIME_MAX };
  network->n_cuts_active++;
  network->n_cuts++;
  tell_dissemination (network, PNYX_NONE);
  return network->n_cuts - 1;
}

/* Cuts stand in the order in which they began. */
PnyxTime
pnyx_network_passage (const PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, PnyxTime sent,
                      PnyxTime delay)
{
  for (guint i = 0; i < network->n_cuts; i++)
    {
      const PnyxCut *cut = &network->cuts[i];

      if (cut->groups[from] == cut->groups[to] || cut->end <= sent || sent + delay <= cut->begin)
        continue;
      if (cut->end == PNYX_TIME_MAX)
        return PNYX_TIME_MAX;
      sent = cut->end;
    }
  return sent + delay;
}

static void
release_held (PnyxNetwork *network, guint cut)
{
  guint n_held = network->n_held;
  g_autofree PnyxHeld *held = g_memdup2 (network->held, sizeof *held * n_held);

  network->n_held = 0; /* what another cut still holds comes back by sending */
  for (guint i = 0; i < n_held; i++)
    {
      PnyxHeld *entry = &held[i];

      if (entry->cut == cut)
        {
          if (!network->items[entry->item].closed)
            network_send_node (network, entry->from, entry->to, entry->item, (PnyxWire)entry->wire,
                               entry->size);
          network_item_unref (network, entry->item);
        }
      else
        network->held[network->n_held++] = *entry;
    }
}

void
pnyx_network_heal (PnyxNetwork *network, guint cut)
{
  const PnyxGraph *graph = network->graph;
  PnyxCut *healed = &network->cuts[cut];

  PNYX_REQUIRE (cut < network->n_cuts && healed->active);
  network_changing (network);
  healed->active = FALSE;
  healed->end = pnyx_world_now (network->world);
  network->n_cuts_active--;
  tell_dissemination (network, PNYX_NONE);
  if (healed->hold)
    {
      release_held (network, cut);
      return;
    }
  for (PnyxNodeId node = 0; node < graph->n; node++)
    for (guint32 i = graph->offsets[node]; i < graph->offsets[node + 1]; i++)
      {
        PnyxNodeId peer = graph->neighbours[i];

        if (node < peer && healed->groups[node] != healed->groups[peer]
            && pnyx_network_reachable (network, node, peer))
          reconnect (network, node, peer);
      }
}
