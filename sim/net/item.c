/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Items: who has what. An item keeps 16 bits for each node, and a bit for each directed link where
 * the dissemination wants to know what neighbours have, until nothing is under way and everybody
 * has it or its owner has closed it.
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

/* Nothing is under way: where everybody has it, what is absent is read as "has it, valid". */
static void
retire (PnyxNetwork *network, PnyxItem *entry)
{
  PnyxArena *arena = pnyx_world_arena (network->world);

  if (entry->state != NULL)
    pnyx_arena_release (arena, entry->state, sizeof *entry->state * network->nodes.n);
  entry->state = NULL;
  if (entry->known != NULL)
    pnyx_arena_release (arena, entry->known, known_size (network));
  entry->known = NULL;
  if (entry->best != NULL)
    pnyx_arena_release (arena, entry->best, sizeof *entry->best * network->nodes.n);
  entry->best = NULL;
}

/* The number is used again, the last one first. */
static void
free_number (PnyxNetwork *network, PnyxItemId item)
{
  retire (network, &network->items[item]);
  pnyx_arena_reserve (pnyx_world_arena (network->world), network->free_items, network->n_free,
                      network->free_capacity);
  network->free_items[network->n_free++] = item;
}

void
pnyx_network_item_close (PnyxNetwork *network, PnyxItemId item)
{
  PnyxItem *entry = network_open_item (network, item);

  entry->closed = TRUE;
  request_close (network, item);
  if (entry->n_flight == 0)
    free_number (network, item);
}

void
network_item_unref (PnyxNetwork *network, PnyxItemId item)
{
  PnyxItem *entry = network_item (network, item);

  PNYX_REQUIRE (entry->n_flight > 0);
  entry->n_flight--;
  if (entry->n_flight > 0)
    return;
  if (entry->closed)
    free_number (network, item);
  else if (entry->n_have == network->nodes.n)
    retire (network, entry);
}

PnyxItemId
pnyx_network_item_new (PnyxNetwork *network, const PnyxItemParams *params)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  PnyxItemId item;
  PnyxItem *entry;

  PNYX_REQUIRE (params->channel < network->n_channels);
  if (network->n_free > 0)
    item = network->free_items[--network->n_free];
  else
    {
      pnyx_arena_reserve (arena, network->items, network->n_items, network->items_capacity);
      item = network->n_items++;
    }
  entry = &network->items[item];
  *entry = (PnyxItem){ .params = *params, .origin = PNYX_NONE, .born = network->n_made++ };
  entry->state = pnyx_arena_array (arena, guint16, network->nodes.n);
  if (network->channels[params->channel].path && network->plain)
    entry->best = pnyx_arena_array (arena, PnyxTime, network->nodes.n);
  else if (network->known)
    entry->known = pnyx_arena_alloc (arena, known_size (network));
  return item;
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
  const PnyxItem *entry = &network->items[item];

  PNYX_REQUIRE (!entry->closed);
  return entry->state == NULL || (entry->state[node] & ITEM_HAVE) != 0;
}

void
pnyx_network_keep (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  PnyxItem *entry = network_open_item (network, item);

  PNYX_REQUIRE (entry->state != NULL);
  if ((entry->state[node] & ITEM_HAVE) == 0)
    entry->n_have++;
  entry->state[node] |= ITEM_HAVE | ITEM_VALID;
  entry->origin = node;
}

void
pnyx_network_publish (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  if (network_open_item (network, item)->state == NULL)
    return; /* everybody has it: an item that was kept came to be asked for */
  pnyx_network_keep (network, node, item);
  network_begin_relay (network, node, item); /* its maker sends it to everybody, see direct.c */
  network->dissemination->publish (network->dissemination_state, network, node, item);
}

/* Judged valid: from now on it is given to who asks for it. Returns: FALSE where it is of no use.
 */
static gboolean
accept (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  PnyxItem *entry = network_item (network, item);

  PNYX_REQUIRE (entry->state != NULL && (entry->state[node] & ITEM_HAVE) != 0);
  if (entry->closed || !pnyx_network_online (network, node))
    return FALSE;
  entry->state[node] |= ITEM_VALID;
  request_serve_waiting (network, node, item);
  return TRUE;
}

void
pnyx_network_validated (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item, gboolean valid)
{
  PNYX_REQUIRE (network_item (network, item)->state != NULL);
  if (valid && accept (network, node, item))
    network->dissemination->validated (network->dissemination_state, network, node, item);
  network_item_unref (network, item);
}

void
pnyx_network_accepted (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  accept (network, node, item);
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
  const PnyxItem *entry = &network->items[item];

  PNYX_REQUIRE (!entry->closed);
  return entry->state != NULL && (entry->state[node] & ITEM_REQUESTED) != 0;
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
network_take_closed (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item, PnyxWire wire)
{
  PnyxItem *entry = &network->items[item];
  gboolean has = entry->state == NULL || (entry->state[node] & ITEM_HAVE) != 0;

  /* A short form is a payload where it needs no completion, which nobody asks for any more. */
  if (wire != PNYX_WIRE_ITEM && wire != PNYX_WIRE_MISSING && (wire != PNYX_WIRE_COMPACT || !has))
    return;
  if (has)
    {
      network->counts.duplicates++;
      return;
    }
  entry->state[node] |= ITEM_HAVE;
  entry->n_have++;
  network->counts.first_receipts++;
}

void
network_receive (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item, guint32 hop)
{
  const PnyxChannel *channel = &network->channels[network->items[item].params.channel];

  if (network->dissemination->first != NULL)
    network->dissemination->first (network->dissemination_state, network, node, hop, item);
  channel->ops->receive (channel->self, node, item, network_hop_node (network, node, hop));
}
