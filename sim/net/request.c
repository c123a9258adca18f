/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A node that hears of an item which it lacks asks the one who has it, once; where messages can be
 * lost it asks another after a timeout. Items are given to others only once validated.
 */
#include "net/request_priv.h"

#include "net/network_priv.h"

static void
ask (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item, guint16 attempt)
{
  PnyxItem *entry = &network->items[item];

  entry->state[node] |= ITEM_REQUESTED;
  network_send_hop (network, node, hop, item, PNYX_WIRE_GET, REQUEST_CONTROL_SIZE);
  if (!network->faulty)
    return;
  entry->n_flight++;
  pnyx_world_schedule (network->world,
                       pnyx_world_now (network->world) + network->params->request_timeout,
                       PNYX_PHASE_TIMER, network->retry_type, node, hop, item, attempt,
                       pnyx_hash_mix (entry->params.id, attempt));
}

/* Another neighbour to ask: one that is known to have it, else any; a pure function of the try. */
static guint32
next_hop (PnyxNetwork *network, PnyxNodeId node, guint32 asked, PnyxItemId item, guint16 attempt)
{
  guint32 degree = network_degree (network, node);
  guint32 start, any = PNYX_NONE;

  if (degree == 0)
    return PNYX_NONE;
  start = (guint32)pnyx_rng_below (&network->order, node,
                                   pnyx_hash_mix (network->items[item].params.id, attempt), degree);
  for (guint32 i = 0; i < degree; i++)
    {
      guint32 position = (start + i) % degree;

      if (position == asked && degree > 1)
        continue;
      if (network_knows (network, node, position, item))
        return position;
      if (any == PNYX_NONE)
        any = position;
    }
  return any;
}

void
request_on_retry (gpointer self, const PnyxEvent *event)
{
  PnyxNetwork *network = self;
  PnyxItem *entry = &network->items[event->payload];
  guint32 hop;

  if (!entry->closed && entry->state != NULL && (entry->state[event->target] & ITEM_HAVE) == 0
      && (entry->state[event->target] & ITEM_REQUESTED) != 0)
    {
      entry->state[event->target] &= (guint16) ~(ITEM_REQUESTED | ITEM_MARK);
      hop = next_hop (network, event->target, event->source, event->payload, event->generation);
      if (hop != PNYX_NONE && pnyx_network_online (network, event->target))
        ask (network, event->target, hop, event->payload, (guint16)(event->generation + 1));
    }
  network_item_unref (network, event->payload);
}

static void
want (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item)
{
  PnyxItem *entry = &network->items[item];

  if (entry->state != NULL && (entry->state[node] & (ITEM_HAVE | ITEM_REQUESTED)) == 0)
    ask (network, node, hop, item, 0);
}

void
pnyx_network_request (PnyxNetwork *network, PnyxNodeId node, PnyxNodeId peer, PnyxItemId item)
{
  guint32 position = network_position (network, node, peer);

  network_open_item (network, item);
  want (network, node, position == PNYX_NONE ? HOP_STRANGER | peer : position, item);
}

void
pnyx_network_request_range (PnyxNetwork *network, PnyxNodeId node, PnyxNodeId peer, PnyxItemId item)
{
  network_open_item (network, item);
  network_send_node (network, node, peer, item, PNYX_WIRE_GET_RANGE, REQUEST_CONTROL_SIZE);
}

void
pnyx_network_announce (PnyxNetwork *network, PnyxNodeId node, PnyxNodeId peer, PnyxItemId item)
{
  network_open_item (network, item);
  network_send_node (network, node, peer, item, PNYX_WIRE_INV, REQUEST_CONTROL_SIZE);
}

/* Bitcoin Core, MAX_CMPCTBLOCK_DEPTH: older blocks are sent whole. */
#define COMPACT_DEPTH 5

static void
answer (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item)
{
  const PnyxItem *entry = &network->items[item];

  if (network->dissemination->compact && entry->params.compact > 0
      && network->n_made - entry->born <= COMPACT_DEPTH)
    {
      network_send_hop (network, node, hop, item, PNYX_WIRE_COMPACT, entry->params.compact);
      return;
    }
  network_send_hop (network, node, hop, item, PNYX_WIRE_ITEM, network->items[item].params.size);
}

static void
on_get (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item)
{
  const PnyxItem *entry = &network->items[item];

  if (entry->state == NULL || (entry->state[node] & ITEM_VALID) != 0)
    {
      answer (network, node, hop, item);
      return;
    }
  /* Who does not have it yet (compact blocks are forwarded before their ancestors are there)
   * answers when it has; where that may be never the asker's timeout sends it elsewhere. */
  if ((entry->state[node] & ITEM_HAVE) == 0 && network->faulty)
    return;
  pnyx_arena_reserve (pnyx_world_arena (network->world), network->waiting, network->n_waiting,
                      network->waiting_capacity);
  network->waiting[network->n_waiting++] = (PnyxWaiting){ .node = node, .hop = hop, .item = item };
}

void
request_serve_waiting (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  guint kept = 0;

  for (guint i = 0; i < network->n_waiting; i++)
    {
      PnyxWaiting waiting = network->waiting[i];

      if (waiting.node == node && waiting.item == item)
        answer (network, node, waiting.hop, item);
      else
        network->waiting[kept++] = waiting;
    }
  network->n_waiting = kept;
}

void
request_close (PnyxNetwork *network, PnyxItemId item)
{
  guint kept = 0;

  for (guint i = 0; i < network->n_waiting; i++)
    if (network->waiting[i].item != item)
      network->waiting[kept++] = network->waiting[i];
  network->n_waiting = kept;
}

static void
on_item (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item)
{
  network_know (network, node, hop, item);
  if (pnyx_world_wants (network->world, PNYX_TRACE_COPY))
    pnyx_world_emit (network->world, PNYX_TRACE_COPY, PNYX_NONE, node, item,
                     network_hop_node (network, node, hop), 0);
  if (network_take (network, node, item, hop))
    network_receive (network, node, item, hop);
}

static void
on_get_range (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item)
{
  const PnyxChannel *channel = &network->channels[network->items[item].params.channel];
  guint32 names = 1;

  if (channel->ops->range_length != NULL)
    names = channel->ops->range_length (channel->self, node, network_hop_node (network, node, hop),
                                        item);
  network_send_hop (network, node, hop, item, PNYX_WIRE_RANGE, REQUEST_RANGE_SIZE (names));
}

gboolean
request_handle (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item, PnyxWire wire)
{
  const PnyxChannel *channel;

  switch (wire)
    {
    case PNYX_WIRE_ITEM:
      on_item (network, node, hop, item);
      return TRUE;
    case PNYX_WIRE_INV:
      network_know (network, node, hop, item);
      want (network, node, hop, item);
      return TRUE;
    case PNYX_WIRE_GET:
      on_get (network, node, hop, item);
      return TRUE;
    case PNYX_WIRE_GET_RANGE:
      on_get_range (network, node, hop, item);
      return TRUE;
    case PNYX_WIRE_RANGE:
      channel = &network->channels[network->items[item].params.channel];
      if (channel->ops->range != NULL)
        channel->ops->range (channel->self, node, item, network_hop_node (network, node, hop));
      return TRUE;
    default:
      return FALSE;
    }
}
