/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way of a copy: the sender's uplink (uplink.c), slow start and loss (tcp.c), the delay model,
 * the receiver's downlink, then request.c or the dissemination, which hands a first receipt to the
 * item's channel. Faults (cuts, outages) are in faults of this file's second half: a copy carries a
 * generation that no longer fits when its connection was reset meanwhile.
 */
#include "net/network.h"

#include <math.h>
#include <string.h>

#include "net/network_priv.h"
#include "net/request_priv.h"
#include "net/tcp.h"
#include "net/uplink_priv.h"

static PnyxItem *
item_at (PnyxNetwork *network, PnyxItemId item)
{
  PNYX_REQUIRE (item < network->n_items);
  return &network->items[item];
}

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
  PnyxItem *entry = item_at (network, item);

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
  PnyxItem *entry = item_at (network, item);

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
  network->dissemination->publish (network->dissemination_state, network, node, item);
}

void
pnyx_network_validated (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item, gboolean valid)
{
  PnyxItem *entry = item_at (network, item);

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
  PnyxItem *entry = item_at (network, item);

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
  return TRUE;
}

void
network_receive (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item, guint32 hop)
{
  const PnyxChannel *channel = &network->channels[network->items[item].params.channel];

  channel->ops->receive (channel->self, node, item, network_hop_node (network, node, hop));
}

guint16
pnyx_network_add_channel (PnyxNetwork *network, const PnyxChannelOps *ops, gpointer self)
{
  PNYX_REQUIRE (network->n_channels < N_CHANNELS);
  network->channels[network->n_channels] = (PnyxChannel){ .ops = ops, .self = self };
  return (guint16)network->n_channels++;
}

guint
pnyx_network_add_job (PnyxNetwork *network, PnyxJob job, gpointer self)
{
  return pnyx_cores_add_job (network->cores, job, self);
}

void
pnyx_network_work (PnyxNetwork *network, PnyxNodeId node, guint job, guint32 payload,
                   PnyxTime duration, PnyxPriority priority, PnyxWorkKind kind)
{
  pnyx_cores_submit (network->cores, node, job, payload, duration, priority, kind);
}

/* ---- Sending ---- */

static guint32
link_word (const PnyxNetwork *network, PnyxLinkWords *cache, PnyxNodeId from, guint32 position,
           const PnyxItem *entry, PnyxWire wire)
{
  if (cache->block != position / 4)
    {
      cache->block = position / 4;
      pnyx_rng_block (&network->jitter, from, entry->params.id + (guint64)wire, cache->block,
                      cache->words);
    }
  return cache->words[position % 4];
}

static void
flight_of_pair (const PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, PnyxFlight *flight)
{
  const PnyxNodes *nodes = &network->nodes;

  if (!network->delay->needs_regions)
    return;
  flight->half_rtt
      = pnyx_regions_half_rtt (network->regions, nodes->region[from], nodes->region[to]);
  flight->last_mile = nodes->classes[nodes->class_of[from]].last_mile
                      + nodes->classes[nodes->class_of[to]].last_mile;
}

static PnyxTime
flight_delay (const PnyxNetwork *network, PnyxLinkWords *cache, PnyxNodeId from, guint32 hop,
              PnyxNodeId to, const PnyxItem *entry, PnyxWire wire, PnyxFlight *flight)
{
  flight->sent = pnyx_world_now (network->world);
  flight->from = from;
  flight->to = to;
  flight->half_rtt = flight->last_mile = 0;
  if ((hop & HOP_STRANGER) != 0)
    {
      guint32 words[4];

      flight_of_pair (network, from, to, flight);
      pnyx_rng_block (&network->jitter, from, entry->params.id + (guint64)wire, 0x80000000u + to,
                      words);
      flight->word = words[0];
    }
  else
    {
      const PnyxLink *link = &network->links[network->graph->offsets[from] + hop];

      flight->half_rtt = link->half_rtt;
      flight->last_mile = network->last_miles[link->pair];
      flight->word = link_word (network, cache, from, hop, entry, wire);
    }
  return network->delay->delay (network->delay_state, flight);
}

static void
deliver_at (PnyxNetwork *network, PnyxTime time, PnyxNodeId from, guint32 hop, PnyxNodeId to,
            PnyxItemId item, const PnyxItem *entry, PnyxWire wire)
{
  guint16 generation = network->faulty ? network_generation (network, from, to) : 0;
  guint32 back = (hop & HOP_STRANGER) != 0
                     ? HOP_STRANGER | from
                     : network->links[network->graph->offsets[from] + hop].reverse;

  if (network->bounded
      && time > pnyx_delay_bound (network->delay_section, pnyx_world_now (network->world)))
    network->counts.late++;
  pnyx_world_schedule (network->world, time, PNYX_PHASE_DELIVERY, network->wire_type[wire], to,
                       back, item, generation, entry->params.id + from);
}

static void
count_sent (PnyxNetwork *network, PnyxItem *entry, PnyxWire wire, guint64 size, guint32 copies)
{
  entry->n_flight += copies;
  network->counts.copies[wire] += copies;
  network->counts.bytes += copies * (size + network->params->framing * pnyx_tcp_segments (size));
}

static void
hold_back (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, PnyxItemId item, PnyxWire wire,
           guint64 size, guint cut)
{
  pnyx_arena_reserve (pnyx_world_arena (network->world), network->held, network->n_held,
                      network->held_capacity);
  network->held[network->n_held++] = (PnyxHeld){
    .from = from, .to = to, .item = item, .size = size, .cut = cut, .wire = (guint16)wire
  };
  item_at (network, item)->n_flight++;
}

/* The time is part of the message's identity: what is sent again meets another fate. */
static gboolean
is_dropped (const PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, const PnyxItem *entry,
            PnyxWire wire)
{
  guint64 identity = pnyx_hash_mix (entry->params.id + (guint64)wire, to);

  return network->params->drop > 0
         && pnyx_rng_uniform (&network->drop, from,
                              pnyx_hash_mix (identity, (guint64)pnyx_world_now (network->world)))
                < network->params->drop;
}

static void
send_full (PnyxNetwork *network, PnyxLinkWords *cache, PnyxNodeId from, guint32 hop, PnyxNodeId to,
           PnyxItemId item, PnyxWire wire, guint64 size)
{
  PnyxItem *entry = &network->items[item];
  guint cut;

  if (!pnyx_network_online (network, from))
    return;
  if (network->n_cuts_active > 0)
    {
      if (network_cut_between (network, from, to, FALSE, &cut))
        return;
      if (network_cut_between (network, from, to, TRUE, &cut))
        {
          hold_back (network, from, to, item, wire, size, cut);
          return;
        }
    }
  count_sent (network, entry, wire, size, 1);
  if (is_dropped (network, from, to, entry, wire))
    {
      network->counts.lost++;
      network_item_unref (network, item);
      return;
    }
  if (network->uplink != NULL)
    pnyx_uplink_send (network->uplink, cache, from, hop, item, wire, size);
  else
    network_fly (network, cache, from, hop, item, wire, size, pnyx_world_now (network->world),
                 pnyx_world_now (network->world));
}

/* What the transfer waits for beside its turn at the uplink: slow start, repair, the rate of TCP.
 */
static PnyxTime
tcp_delay (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, guint32 hop, guint64 size,
           const PnyxItem *entry, PnyxWire wire, PnyxTime one_way, PnyxTime took)
{
  const PnyxNetworkParams *params = network->params;
  gdouble byte_ns = MAX (network->nodes.upload[from], network->nodes.download[to]);
  PnyxTime rtt = 2 * one_way;
  PnyxTime now = pnyx_world_now (network->world);
  PnyxTime extra = 0;
  gboolean cold = params->tcp == TCP_COLD;

  if (!network->delay->tcp || (params->tcp == TCP_WARM && params->loss <= 0))
    return 0;
  if (network->link_used != NULL && (hop & HOP_STRANGER) == 0)
    {
      PnyxTime *used = &network->link_used[network->graph->offsets[from] + hop];

      cold = *used == 0 || now - *used > MAX (params->rto, rtt);
      *used = MAX (now, 1);
    }
  if (cold)
    extra += pnyx_tcp_slow_start (size, rtt, byte_ns > 0 ? 8e9 / byte_ns : 0);
  if (params->loss > 0)
    {
      gdouble uniform = pnyx_rng_uniform (&network->loss, from,
                                          pnyx_hash_mix (entry->params.id + (guint64)wire, to));
      gdouble slowest = (gdouble)size * 8e9 / pnyx_tcp_rate_max (rtt, params->loss);

      extra += pnyx_tcp_repair (size, params->loss, uniform, rtt, MAX (params->rto, rtt));
      extra += (PnyxTime)MAX (0, slowest - (gdouble)took);
    }
  return extra;
}

void
network_fly (PnyxNetwork *network, PnyxLinkWords *cache, PnyxNodeId from, guint32 hop,
             PnyxItemId item, PnyxWire wire, guint64 size, PnyxTime left, PnyxTime began)
{
  PnyxItem *entry = &network->items[item];
  PnyxNodeId to = network_hop_node (network, from, hop);
  PnyxFlight flight;
  PnyxTime one_way = flight_delay (network, cache, from, hop, to, entry, wire, &flight);
  PnyxTime extra = tcp_delay (network, from, to, hop, size, entry, wire, one_way, left - began);

  deliver_at (network, left + extra + one_way, from, hop, to, item, entry, wire);
}

/* The common way: nothing but the delay, and a turn at the uplink. */
static void
send_one (PnyxNetwork *network, PnyxNodeId from, guint32 hop, PnyxItemId item, PnyxWire wire,
          guint64 size)
{
  PnyxItem *entry = &network->items[item];
  PnyxNodeId to = network_hop_node (network, from, hop);
  PnyxLinkWords cache = { .block = PNYX_NONE };
  PnyxTime left = network->queued ? pnyx_uplink_take (network->uplink, from, size)
                                  : pnyx_world_now (network->world);
  PnyxFlight flight;
  PnyxTime delay = flight_delay (network, &cache, from, hop, to, entry, wire, &flight);

  count_sent (network, entry, wire, size, 1);
  deliver_at (network, left + delay, from, hop, to, item, entry, wire);
}

void
network_send_hop (PnyxNetwork *network, PnyxNodeId from, guint32 hop, PnyxItemId item,
                  PnyxWire wire, guint64 size)
{
  PnyxLinkWords cache = { .block = PNYX_NONE };

  if (network->plain || network->queued)
    send_one (network, from, hop, item, wire, size);
  else
    send_full (network, &cache, from, hop, network_hop_node (network, from, hop), item, wire, size);
}

void
network_send_node (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, PnyxItemId item,
                   PnyxWire wire, guint64 size)
{
  guint32 position = network_position (network, from, to);

  network_send_hop (network, from, position == PNYX_NONE ? HOP_STRANGER | to : position, item, wire,
                    size);
}

/* Delays of the links [@position, @position + @n) of @from, which share a block of random words. */
static void
delays_of_links (const PnyxNetwork *network, PnyxNodeId from, guint32 position, guint n,
                 const PnyxItem *entry, PnyxWire wire, PnyxTime now, PnyxTime delays[4])
{
  const PnyxLink *links = network->links + network->graph->offsets[from] + position;
  PnyxFlight flights[4];
  guint32 words[4];

  pnyx_rng_block (&network->jitter, from, entry->params.id + (guint64)wire, position / 4, words);
  for (guint i = 0; i < n; i++)
    flights[i] = (PnyxFlight){ .sent = now,
                               .half_rtt = links[i].half_rtt,
                               .last_mile = network->last_miles[links[i].pair],
                               .from = from,
                               .to = links[i].to,
                               .word = words[(position + i) % 4] };
  if (network->delay->delays != NULL)
    {
      network->delay->delays (network->delay_state, flights, n, delays);
      return;
    }
  for (guint i = 0; i < n; i++)
    delays[i] = network->delay->delay (network->delay_state, &flights[i]);
}

/* The common way of many copies at once: nothing but the delay, and a turn at the uplink. */
static void
send_many (PnyxNetwork *network, PnyxNodeId from, PnyxItemId item, PnyxWire wire, guint64 size,
           PnyxSkip skip, guint32 begin)
{
  const PnyxLink *row = network->links + network->graph->offsets[from];
  PnyxItem *entry = &network->items[item];
  guint32 degree = network_degree (network, from);
  PnyxTime now = pnyx_world_now (network->world);
  PnyxTime left = now;
  guint32 copies = 0;

  for (guint32 done = 0, position = begin; done < degree;)
    {
      guint n = MIN (MIN (4 - position % 4, degree - position), degree - done);
      PnyxTime delays[4];

      delays_of_links (network, from, position, n, entry, wire, now, delays);
      for (guint i = 0; i < n; i++)
        {
          if (skip != NULL && skip (network, from, position + i, item))
            continue;
          if (network->queued)
            left = pnyx_uplink_take (network->uplink, from, size);
          deliver_at (network, left + delays[i], from, position + i, row[position + i].to, item,
                      entry, wire);
          copies++;
        }
      done += n;
      position = position + n == degree ? 0 : position + n;
    }
  count_sent (network, entry, wire, size, copies);
}

void
network_send_links (PnyxNetwork *network, PnyxNodeId from, PnyxItemId item, PnyxWire wire,
                    guint64 size, PnyxSkip skip)
{
  guint32 degree = network_degree (network, from);
  const PnyxLink *row = network->links + network->graph->offsets[from];
  PnyxLinkWords cache = { .block = PNYX_NONE };
  guint32 begin = 0;

  /* Only a queue at the sender makes the order matter. */
  if (network->uplink != NULL && network->params->order == 0 && degree > 1)
    begin = (guint32)pnyx_rng_below (&network->order, from, network->items[item].params.id, degree);
  if (network->plain || network->queued)
    {
      send_many (network, from, item, wire, size, skip, begin);
      return;
    }
  for (guint32 i = 0, position = begin; i < degree; i++, position++)
    {
      if (position == degree)
        position = 0;
      if (skip == NULL || !skip (network, from, position, item))
        send_full (network, &cache, from, position, row[position].to, item, wire, size);
    }
}

void
pnyx_network_expect_faults (PnyxNetwork *network)
{
  network->faulty = TRUE;
  network->plain = network->queued = FALSE;
}

void
pnyx_network_send (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, PnyxItemId item)
{
  network_send_node (network, from, to, item, PNYX_WIRE_ITEM, network->items[item].params.size);
}

/* ---- Receiving ---- */

static void
arrived (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item, PnyxWire wire)
{
  if (!request_handle (network, node, hop, item, wire) && network->dissemination->receive != NULL)
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
  first = event->time - (PnyxTime)((gdouble)size * up);
  done
      = MAX (network->download_free[event->target], first) + (PnyxTime)((gdouble)size * down + 0.5);
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

static void
deliver (PnyxNetwork *network, const PnyxEvent *event, PnyxWire wire)
{
  if (connection_lost (network, event)
      || (network->download_free != NULL && download (network, event, wire)))
    return;
  arrived (network, event->target, event->source, event->payload, wire);
}

static void
on_item (gpointer self, const PnyxEvent *event)
{
  deliver (self, event, PNYX_WIRE_ITEM);
}

static void
on_inv (gpointer self, const PnyxEvent *event)
{
  deliver (self, event, PNYX_WIRE_INV);
}

static void
on_get (gpointer self, const PnyxEvent *event)
{
  deliver (self, event, PNYX_WIRE_GET);
}

static void
on_compact (gpointer self, const PnyxEvent *event)
{
  deliver (self, event, PNYX_WIRE_COMPACT);
}

static void
on_get_missing (gpointer self, const PnyxEvent *event)
{
  deliver (self, event, PNYX_WIRE_GET_MISSING);
}

static void
on_missing (gpointer self, const PnyxEvent *event)
{
  deliver (self, event, PNYX_WIRE_MISSING);
}

static void
on_get_range (gpointer self, const PnyxEvent *event)
{
  deliver (self, event, PNYX_WIRE_GET_RANGE);
}

static void
on_range (gpointer self, const PnyxEvent *event)
{
  deliver (self, event, PNYX_WIRE_RANGE);
}

static void
on_downloaded (gpointer self, const PnyxEvent *event)
{
  PnyxNetwork *network = self;

  if (connection_lost (network, event))
    return;
  arrived (network, event->target, event->source, event->payload,
           (PnyxWire)(event->type - network->downloaded_type));
}

/* ---- Set-up ---- */

static void
make_links (PnyxNetwork *network)
{
  const PnyxGraph *graph = network->graph;
  const PnyxNodes *nodes = &network->nodes;
  PnyxArena *arena = pnyx_world_arena (network->world);

  network->last_miles
      = pnyx_arena_array (arena, PnyxTime, (gsize)nodes->n_classes * nodes->n_classes);
  for (guint i = 0; i < nodes->n_classes; i++)
    for (guint j = 0; j < nodes->n_classes; j++)
      network->last_miles[i * nodes->n_classes + j]
          = nodes->classes[i].last_mile + nodes->classes[j].last_mile;
  network->links = pnyx_arena_array (arena, PnyxLink, graph->offsets[graph->n]);
  for (PnyxNodeId node = 0; node < graph->n; node++)
    for (guint32 i = graph->offsets[node]; i < graph->offsets[node + 1]; i++)
      {
        PnyxNodeId to = graph->neighbours[i];
        PnyxFlight flight = { 0 };

        PNYX_REQUIRE (network_degree (network, node) <= G_MAXUINT16);
        flight_of_pair (network, node, to, &flight);
        network->links[i] = (PnyxLink){
          .to = to,
          .half_rtt = (guint32)MIN (flight.half_rtt, G_MAXUINT32),
          .reverse = (guint16)network_position (network, to, node),
          .pair = (guint16)(nodes->class_of[node] * nodes->n_classes + nodes->class_of[to]),
        };
      }
}

static void
make_bandwidth (PnyxNetwork *network)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  gboolean up = FALSE;
  gboolean down = FALSE;

  if (network->delay->end_to_end) /* regions may say bandwidths all the same */
    for (PnyxNodeId node = 0; node < network->nodes.n; node++)
      network->nodes.upload[node] = network->nodes.download[node] = 0;
  for (PnyxNodeId node = 0; node < network->nodes.n; node++)
    {
      up |= network->nodes.upload[node] > 0;
      down |= network->nodes.download[node] > 0;
    }
  if (up)
    network->uplink = pnyx_uplink_new (network, network->params->sharing == 0);
  if (down)
    network->download_free = pnyx_arena_array (arena, PnyxTime, network->nodes.n);
  if (network->params->tcp == TCP_IDLE && network->delay->tcp)
    network->link_used
        = pnyx_arena_array (arena, PnyxTime, network->graph->offsets[network->graph->n]);
}

static void
make_handlers (PnyxNetwork *network)
{
  static const struct
  {
    const gchar *name;
    PnyxHandler handler;
  } wires[PNYX_N_WIRES] = {
    { "net.item", on_item },
    { "net.inv", on_inv },
    { "net.get", on_get },
    { "net.compact", on_compact },
    { "net.get-missing", on_get_missing },
    { "net.missing", on_missing },
    { "net.get-range", on_get_range },
    { "net.range", on_range },
  };

  for (guint i = 0; i < PNYX_N_WIRES; i++)
    network->wire_type[i]
        = pnyx_world_add_handler (network->world, wires[i].name, wires[i].handler, network);
  for (guint i = 0; i < PNYX_N_WIRES; i++) /* consecutive: the type tells the wire */
    {
      g_autofree gchar *name = g_strconcat (wires[i].name, ".downloaded", NULL);
      guint16 type = pnyx_world_add_handler (network->world, name, on_downloaded, network);

      if (i == 0)
        network->downloaded_type = type;
    }
  network->retry_type
      = pnyx_world_add_handler (network->world, "net.retry", request_on_retry, network);
}

static void
make_delay (PnyxNetwork *network, const PnyxSection *section)
{
  network->delay_section = section;
  network->delay = (const PnyxDelayOps *)section->component;
  network->delay_state
      = pnyx_arena_alloc (pnyx_world_arena (network->world), network->delay->state_size);
  network->delay->init (network->delay_state, section->component_params, network->world);
  if (network->delay->clear != NULL)
    pnyx_world_own (network->world, network->delay->clear, network->delay_state);
  network->bounded = network->delay->end_to_end;
}

static void
make_dissemination (PnyxNetwork *network, const PnyxSection *section)
{
  network->dissemination = (const PnyxDisseminationOps *)section->component;
  network->dissemination_state
      = pnyx_arena_alloc (pnyx_world_arena (network->world), network->dissemination->state_size);
  network->known = network->dissemination->known;
  if (network->dissemination->init != NULL)
    network->dissemination->init (network->dissemination_state, section->component_params, network);
}

PnyxNetwork *
pnyx_network_new (PnyxWorld *world, const PnyxSection *section, const PnyxRegions *regions,
                  const PnyxGraph *graph, GError **error)
{
  PnyxNetwork *network = pnyx_arena_array (pnyx_world_arena (world), PnyxNetwork, 1);

  network->world = world;
  network->params = section->params;
  network->regions = regions;
  network->graph = graph;
  pnyx_world_rng (world, &network->jitter, "net.delay", "jitter");
  pnyx_world_rng (world, &network->loss, "net.tcp", "loss");
  pnyx_world_rng (world, &network->drop, "net.network", "drop");
  pnyx_world_rng (world, &network->order, "net.network", "order");
  pnyx_world_rng (world, &network->path, "net.path", "jitter");
  pnyx_nodes_init (&network->nodes, world, section, graph->n, regions);
  make_handlers (network);
  make_delay (network, pnyx_section_child (section, "delay", 0));
  if (network->delay->needs_regions && regions == NULL)
    {
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, &section->place,
                         "delay measured needs <regions>");
      return NULL;
    }
  make_links (network);
  make_bandwidth (network);
  network->cores = pnyx_cores_new (network);
  make_dissemination (network, pnyx_section_child (section, "dissemination", 0));
  network->faulty = network->params->drop > 0;
  network->plain = network->params->loss <= 0 && !network->faulty
                   && (network->params->tcp == TCP_WARM || !network->delay->tcp);
  network->queued = network->plain && network->uplink != NULL && network->params->sharing == 1;
  network->plain = network->plain && network->uplink == NULL;
  return network;
}

PnyxWorld *
pnyx_network_world (PnyxNetwork *network)
{
  return network->world;
}

const PnyxNodes *
pnyx_network_nodes (const PnyxNetwork *network)
{
  return &network->nodes;
}

const PnyxGraph *
pnyx_network_graph (const PnyxNetwork *network)
{
  return network->graph;
}

const PnyxRegions *
pnyx_network_regions (const PnyxNetwork *network)
{
  return network->regions;
}

const PnyxNetworkCounts *
pnyx_network_counts (const PnyxNetwork *network)
{
  return &network->counts;
}

gboolean
pnyx_network_has_copies (const PnyxNetwork *network)
{
  (void)network;
  return TRUE;
}
