/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Items: who has what. An item keeps 16 bits for each node, and a bit for each directed link where
 * the dissemination wants to know what neighbours have, until everybody has it and nothing is under
 * way.
 */
#include "net/network_priv.h"
#include "net/request_priv.h"

guint32
network_position (const PnyxNetwork *network, PnyxNodeId node, PnyxNodeId peer)
{
  const guint32 *row = network->graph->neighbours + network->graph->offsets[node];
  guint32 low = 0;
  guint32 high = network_degree (network, node);

  if (high <= 16)
    {
      for (guint32 i = 0; i < high; i++)
        if (row[i] == peer)
          return i;
      return PNYX_NONE;
    }
  while (low < high)
    {
      guint32 middle = (low + high) / 2;

      if (row[middle] < peer)
        low = middle + 1;
      else
        high = middle;
    }
  return low < network_degree (network, node) && row[low] == peer ? low : PNYX_NONE;
}

void
network_know (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item)
{
  PnyxItem *entry = &network->items[item];
  gsize link = (gsize)network->graph->offsets[node] + hop;

  if (entry->known != NULL && (hop & HOP_STRANGER) == 0)
    entry->known[link / 64] |= (guint64)1 << (link % 64);
}

gboolean
network_knows (const PnyxNetwork *network, PnyxNodeId node, guint32 position, PnyxItemId item)
{
  const PnyxItem *entry = &network->items[item];
  gsize link = (gsize)network->graph->offsets[node] + position;

  return entry->known != NULL && (entry->known[link / 64] >> (link % 64) & 1) != 0;
}

static gsize
known_size (const PnyxNetwork *network)
{
  return ((gsize)network->graph->offsets[network->graph->n] + 63) / 64 * sizeof (guint64);
}

/* Everybody has it and nothing is under way: the state would be read as "has it, valid". */
static void
retire (PnyxNetwork *network, PnyxItem *entry)
{
  PnyxArena *arena = pnyx_world_arena (network->world);

  pnyx_arena_release (arena, entry->state, sizeof *entry->state * network->nodes.n);
  entry->state = NULL;
  if (entry->known != NULL)
    pnyx_arena_release (arena, entry->known, known_size (network));
  entry->known = NULL;
}

void
network_item_unref (PnyxNetwork *network, PnyxItemId item)
{
  PnyxItem *entry = network_item (network, item);

  PNYX_REQUIRE (entry->n_flight > 0);
  entry->n_flight--;
  if (entry->n_flight == 0 && entry->n_have == network->nodes.n && entry->state != NULL)
    retire (network, entry);
}

PnyxItemId
pnyx_network_item_new (PnyxNetwork *network, const PnyxItemParams *params)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  PnyxItem *entry;

  PNYX_REQUIRE (params->channel < network->n_channels);
  pnyx_arena_reserve (arena, network->items, network->n_items, network->items_capacity);
  entry = &network->items[network->n_items];
  *entry = (PnyxItem){ .params = *params, .origin = PNYX_NONE };
  entry->state = pnyx_arena_array (arena, guint16, network->nodes.n);
  if (network->known)
    entry->known = pnyx_arena_alloc (arena, known_size (network));
  return network->n_items++;
}

guint32
pnyx_network_item_subject (const PnyxNetwork *network, PnyxItemId item)
{
  return network->items[item].params.subject;
}

guint64
pnyx_network_item_size (const PnyxNetwork *network, PnyxItemId item)
{
  return network->items[item].params.size;
}

gboolean
pnyx_network_has (const PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  const guint16 *state = network->items[item].state;

  return state == NULL || (state[node] & ITEM_HAVE) != 0;
}

void
pnyx_network_keep (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  PnyxItem *entry = network_item (network, item);

  PNYX_REQUIRE (entry->state != NULL);
  if ((entry->state[node] & ITEM_HAVE) == 0)
    entry->n_have++;
  entry->state[node] |= ITEM_HAVE | ITEM_VALID;
  entry->origin = node;
}

void
pnyx_network_publish (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  pnyx_network_keep (network, node, item);
  network_begin_relay (network, node, item); /* its maker sends it to everybody, see direct.c */
  network->dissemination->publish (network->dissemination_state, network, node, item);
}

void
pnyx_network_validated (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item, gboolean valid)
{
  PnyxItem *entry = network_item (network, item);

  PNYX_REQUIRE (entry->state != NULL && (entry->state[node] & ITEM_HAVE) != 0);
  if (valid && pnyx_network_online (network, node))
    {
      entry->state[node] |= ITEM_VALID;
      request_serve_waiting (network, node, item);
      network->dissemination->validated (network->dissemination_state, network, node, item);
    }
  network_item_unref (network, item);
}

void
pnyx_network_forget (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  PnyxItem *entry = network_item (network, item);

  PNYX_REQUIRE (entry->state != NULL && (entry->state[node] & ITEM_HAVE) != 0);
  entry->state[node] = 0;
  entry->n_have--;
  network_item_unref (network, item);
}

gboolean
pnyx_network_requested (const PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  const guint16 *state = network->items[item].state;

  return state != NULL && (state[node] & ITEM_REQUESTED) != 0;
}

gboolean
network_begin_relay (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  PnyxItem *entry = &network->items[item];

  if (!network->relay || entry->due != 0
      || (network->corrupt != NULL && network->corrupt[node] != 0))
    return FALSE;
  entry->due = network->delay->bound (network->delay_state, pnyx_world_now (network->world));
  return TRUE;
}

/* @node has just got @item. */
static void
relay (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  PnyxItem *entry = &network->items[item];

  if (entry->due != 0 && !network->faulty && pnyx_world_now (network->world) > entry->due)
    network->counts.late++; /* nobody was offline */
  if (!network_begin_relay (network, node, item))
    return;
  for (PnyxNodeId to = 0; to < network->nodes.n; to++)
    if (to != node && (entry->state[to] & ITEM_HAVE) == 0)
      network_send_node (network, node, to, item, PNYX_WIRE_ITEM, entry->params.size);
}

gboolean
network_take (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item, guint32 hop)
{
  PnyxItem *entry = &network->items[item];
  guint16 *state;

  if (entry->state == NULL || (entry->state[node] & ITEM_HAVE) != 0)
    {
      network->counts.duplicates++;
      return FALSE;
    }
  state = &entry->state[node];
  *state = (guint16)((*state & 0xfu & ~ITEM_REQUESTED) | ITEM_HAVE);
  if (hop < ITEM_FROM_MAX)
    *state = (guint16)(*state | (hop + 1) << ITEM_FROM_SHIFT);
  entry->n_have++;
  entry->n_flight++; /* until it is judged: pnyx_network_validated */
  network->counts.first_receipts++;
  if (network->relay)
    relay (network, node, item);
  return TRUE;
}

void
network_receive (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item, guint32 hop)
{
  const PnyxChannel *channel = &network->channels[network->items[item].params.channel];

  channel->ops->receive (channel->self, node, item, network_hop_node (network, node, hop));
}
