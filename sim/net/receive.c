/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Receiving: the receiver's downlink, then request.c or the dissemination, which hands a first
 * receipt to the item's channel. Of a closed item only the count is kept. A copy carries a
 * generation that no longer fits when its connection was reset meanwhile.
 */
#include "net/network_priv.h"
#include "net/request_priv.h"
#include "net/tcp.h"

static void
arrived (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item, PnyxWire wire)
{
  if (network->items[item].closed)
    network_take_closed (network, node, item, wire);
  else if (!request_handle (network, node, hop, item, wire)
           && network->dissemination->receive != NULL)
    network->dissemination->receive (network->dissemination_state, network, node, hop, item, wire);
  network_item_unref (network, item);
}

static guint64
wire_size (const PnyxItem *entry, PnyxWire wire)
{
  switch (wire)
    {
    case PNYX_WIRE_ITEM:
      return entry->params.size;
    case PNYX_WIRE_COMPACT:
      return entry->params.compact;
    case PNYX_WIRE_MISSING:
      return entry->params.missing;
    default:
      return REQUEST_CONTROL_SIZE;
    }
}

/*
 * The downlink takes bytes as they come (first byte S/b before the last) and hands them on at its
 * own rate: done at max(last byte, max(free, first byte) + S/d). A message of one segment goes
 * between the segments of others and does not queue.
 */
static gboolean
download (PnyxNetwork *network, const PnyxEvent *event, PnyxWire wire)
{
  guint64 size = wire_size (&network->items[event->payload], wire);
  PnyxNodeId from;
  gdouble down, up;
  PnyxTime first, done;

  if (size <= PNYX_TCP_MSS)
    return FALSE;
  from = network_hop_node (network, event->target, event->source);
  up = network->nodes.upload[from];
  down = network->nodes.download[event->target];
  if (down <= 0)
    return FALSE;
  first = event->time - (PnyxTime)MIN ((gdouble)size * up, (gdouble)NETWORK_NEVER);
  done = network_after (MAX (network->download_free[event->target], first), (gdouble)size * down);
  network->download_free[event->target] = MAX (done, network->download_free[event->target]);
  if (done <= event->time)
    return FALSE;
  pnyx_world_schedule (
      network->world, done, PNYX_PHASE_DELIVERY, (guint16)(network->downloaded_type + wire),
      event->target, event->source, event->payload, event->generation,
      pnyx_hash_mix (network->items[event->payload].params.id + (guint64)wire, event->source));
  return TRUE;
}

/* What came over a connection that was reset meanwhile, or to a node that is gone, is lost. */
static gboolean
connection_lost (PnyxNetwork *network, const PnyxEvent *event)
{
  PnyxNodeId from;

  if (!network->faulty)
    return FALSE;
  from = network_hop_node (network, event->target, event->source);
  if (pnyx_network_online (network, event->target)
      && event->generation == network_generation (network, from, event->target))
    return FALSE;
  network->counts.lost++;
  network_item_unref (network, event->payload);
  return TRUE;
}

/* Nine of ten announcements tell a node of what it has: nothing to do but to know the neighbour. */
static gboolean
is_old_news (PnyxNetwork *network, const PnyxEvent *event, PnyxWire wire)
{
  const PnyxItem *entry = &network->items[event->payload];

  if (wire != PNYX_WIRE_INV || network->faulty || network->known || entry->n_flight < 2
      || (entry->state != NULL
          && (entry->state[event->target] & (ITEM_HAVE | ITEM_REQUESTED)) == 0))
    return FALSE;
  network->items[event->payload].n_flight--;
  return TRUE;
}

/* Apart from what comes before it, which then needs no registers saved. */
static G_NO_INLINE void
deliver (PnyxNetwork *network, const PnyxEvent *event, PnyxWire wire)
{
  if (connection_lost (network, event)
      || (network->download_free != NULL && download (network, event, wire)))
    return;
  arrived (network, event->target, event->source, event->payload, wire);
}

void
network_on_wire (gpointer self, const PnyxEvent *event)
{
  PnyxNetwork *network = self;
  PnyxWire wire = (PnyxWire)(event->type - network->wire_type);

  if (!is_old_news (network, event, wire))
    deliver (network, event, wire);
}

void
network_warm_wire (gpointer self, const PnyxEvent *event)
{
  const PnyxNetwork *network = self;

  if ((event->source & HOP_STRANGER) == 0)
    __builtin_prefetch (&network->links[network->graph->offsets[event->target] + event->source]);
  if (network->warm != NULL)
    network->warm (network->warm_self, event->target);
}

void
network_on_downloaded (gpointer self, const PnyxEvent *event)
{
  PnyxNetwork *network = self;

  if (connection_lost (network, event))
    return;
  arrived (network, event->target, event->source, event->payload,
           (PnyxWire)(event->type - network->downloaded_type));
}
