/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sending: the sender's uplink (uplink.c), slow start and loss (tcp.c), the delay model. In the
 * common way, where nothing is lost or cut, copies of one sender share their random words.
 */
#include "net/mesh_priv.h"
#include "net/tcp.h"
#include "net/uplink_priv.h"

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

void
network_flight_of_pair (const PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to,
                        PnyxFlight *flight)
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

      network_flight_of_pair (network, from, to, flight);
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

static inline void
audit (PnyxNetwork *network, PnyxTime time)
{
  if (network->bounded
      && time > network->delay->bound (network->delay_state, pnyx_world_now (network->world)))
    network->counts.late++;
}

static void
deliver_at (PnyxNetwork *network, PnyxTime time, PnyxNodeId from, guint32 hop, PnyxNodeId to,
            PnyxItemId item, const PnyxItem *entry, PnyxWire wire)
{
  guint16 generation = network->faulty ? network_generation (network, from, to) : 0;
  guint32 back = (hop & HOP_STRANGER) != 0
                     ? HOP_STRANGER | from
                     : network->links[network->graph->offsets[from] + hop].reverse;

  audit (network, time);
  pnyx_world_schedule (network->world, time, PNYX_PHASE_DELIVERY,
                       (guint16)(network->wire_type + wire), to, back, item, generation,
                       entry->params.id + from);
}

static void
count_sent (PnyxNetwork *network, PnyxItem *entry, PnyxWire wire, guint64 size, guint32 copies)
{
  entry->n_flight += copies;
  network->counts.copies[wire] += copies;
  network->channels[entry->params.channel].bytes
      += copies * (size + network->params->framing * pnyx_tcp_segments (size));
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
  network_item (network, item)->n_flight++;
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

static inline PnyxFlight
flight_of_link (const PnyxNetwork *network, PnyxNodeId from, const PnyxLink *link, PnyxTime now,
                guint32 word)
{
  return (PnyxFlight){ .sent = now,
                       .half_rtt = link->half_rtt,
                       .last_mile = network->last_miles[link->pair],
                       .from = from,
                       .to = link->to,
                       .word = word };
}

static void
delays_of_flights (const PnyxNetwork *network, const PnyxFlight *flights, guint n, PnyxTime *delays)
{
  if (network->delay->delays != NULL)
    {
      network->delay->delays (network->delay_state, flights, n, delays);
      return;
    }
  for (guint i = 0; i < n; i++)
    delays[i] = network->delay->delay (network->delay_state, &flights[i]);
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
    flights[i] = flight_of_link (network, from, &links[i], now, words[(position + i) % 4]);
  delays_of_flights (network, flights, n, delays);
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
  guint32 sent = 0;

  for (guint32 done = 0, position = begin; done < degree;)
    {
      guint n = MIN (MIN (4 - position % 4, degree - position), degree - done);
      PnyxTime delays[4];
      PnyxCopy copies[4];
      guint n_copies = 0;

      delays_of_links (network, from, position, n, entry, wire, now, delays);
      for (guint i = 0; i < n; i++)
        {
          if (skip != NULL && skip (network, from, position + i, item))
            continue;
          if (network->queued)
            left = pnyx_uplink_take (network->uplink, from, size);
          copies[n_copies++] = (PnyxCopy){ .time = left + delays[i],
                                           .target = row[position + i].to,
                                           .source = row[position + i].reverse };
          audit (network, left + delays[i]);
        }
      pnyx_world_schedule_copies (network->world, copies, n_copies, PNYX_PHASE_DELIVERY,
                                  (guint16)(network->wire_type + wire), item,
                                  entry->params.id + from);
      sent += n_copies;
      done += n;
      position = position + n == degree ? 0 : position + n;
    }
  count_sent (network, entry, wire, size, sent);
}

/* With whom of @n a node begins: only a queue at the sender makes the order matter. */
static guint32
first_served (const PnyxNetwork *network, PnyxNodeId from, PnyxItemId item, guint32 n)
{
  guint32 words[4];

  if (network->uplink == NULL || network->params->order != 0 || n <= 1)
    return 0;
  pnyx_rng_block (&network->order, from, network->items[item].params.id, 0, words);
  return (guint32)(((guint64)words[0] * n) >> 32); /* even to one in 2^32 */
}

void
network_send_links (PnyxNetwork *network, PnyxNodeId from, PnyxItemId item, PnyxWire wire,
                    guint64 size, PnyxSkip skip)
{
  guint32 degree = network_degree (network, from);
  const PnyxLink *row = network->links + network->graph->offsets[from];
  PnyxLinkWords cache = { .block = PNYX_NONE };
  guint32 begin = first_served (network, from, item, degree);

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

/* send_many for listed positions: four at a time, whose random words may be of several blocks. */
static void
send_listed (PnyxNetwork *network, PnyxNodeId from, const guint16 *positions, guint n,
             PnyxItemId item, PnyxWire wire, guint64 size, guint begin)
{
  const PnyxLink *row = network->links + network->graph->offsets[from];
  PnyxItem *entry = &network->items[item];
  PnyxLinkWords cache = { .block = PNYX_NONE };
  PnyxTime now = pnyx_world_now (network->world);
  PnyxTime left = now;

  for (guint done = 0, at = begin; done < n;)
    {
      guint m = MIN (4, n - done);
      PnyxFlight flights[4];
      PnyxTime delays[4];
      PnyxCopy copies[4];

      for (guint i = 0; i < m; i++, at = at + 1 == n ? 0 : at + 1)
        {
          const PnyxLink *link = &row[positions[at]];

          flights[i]
              = flight_of_link (network, from, link, now,
                                link_word (network, &cache, from, positions[at], entry, wire));
          copies[i] = (PnyxCopy){ .target = link->to, .source = link->reverse };
        }
      delays_of_flights (network, flights, m, delays);
      for (guint i = 0; i < m; i++)
        {
          if (network->queued)
            left = pnyx_uplink_take (network->uplink, from, size);
          copies[i].time = left + delays[i];
          audit (network, copies[i].time);
        }
      pnyx_world_schedule_copies (network->world, copies, m, PNYX_PHASE_DELIVERY,
                                  (guint16)(network->wire_type + wire), item,
                                  entry->params.id + from);
      done += m;
    }
  count_sent (network, entry, wire, size, n);
}

static inline gboolean
has_it (const PnyxItem *entry, PnyxNodeId node)
{
  return entry->state == NULL || (entry->state[node] & ITEM_HAVE) != 0;
}

/* Only to those whom nothing known reaches before. */
static void
send_first (PnyxNetwork *network, PnyxNodeId from, const guint16 *positions, guint n,
            PnyxItemId item)
{
  const PnyxLink *row = network->links + network->graph->offsets[from];
  PnyxItem *entry = &network->items[item];
  PnyxLinkWords cache = { .block = PNYX_NONE };
  PnyxTime now = pnyx_world_now (network->world);

  for (guint i = 0; i < n; i++)
    {
      const PnyxLink *link = &row[positions[i]];
      PnyxTime *best = &entry->best[link->to];
      PnyxFlight flight;
      PnyxTime time;

      if (has_it (entry, link->to) || (*best != 0 && *best <= now))
        continue;
      flight
          = flight_of_link (network, from, link, now,
                            link_word (network, &cache, from, positions[i], entry, PNYX_WIRE_ITEM));
      time = now + network->delay->delay (network->delay_state, &flight);
      if (*best != 0 && *best <= time)
        continue;
      *best = time;
      entry->n_flight++;
      pnyx_world_schedule (network->world, time, PNYX_PHASE_DELIVERY,
                           (guint16)(network->wire_type + PNYX_WIRE_ITEM), link->to, link->reverse,
                           item, 0, entry->params.id + from);
    }
}

void
network_send_mesh (PnyxNetwork *network, const PnyxMesh *mesh, PnyxNodeId from, PnyxItemId item)
{
  const PnyxMeshPeer *peers = mesh->peers + (gsize)mesh->stride * from;
  const guint16 *reverses = mesh->reverses + (gsize)mesh->stride * from;
  PnyxItem *entry = &network->items[item];
  PnyxLinkWords cache = { .block = PNYX_NONE };
  PnyxTime now = pnyx_world_now (network->world);

  for (guint i = 0; i < mesh->degrees[from]; i++)
    {
      const PnyxMeshPeer *link = &peers[i];
      PnyxNodeId to = link->node;
      PnyxTime *best = &entry->best[to];
      PnyxFlight flight;
      PnyxTime time;

      if ((*best != 0 && *best <= now + link->least) || has_it (entry, to))
        continue;
      flight = (PnyxFlight){ .sent = now,
                             .half_rtt = link->half_rtt,
                             .last_mile = network->last_miles[link->pair],
                             .from = from,
                             .to = to,
                             .word = link_word (network, &cache, from, link->position, entry,
                                                PNYX_WIRE_ITEM) };
      time = now + network->delay->delay (network->delay_state, &flight);
      if (*best != 0 && *best <= time)
        continue;
      *best = time;
      entry->n_flight++;
      pnyx_world_schedule (network->world, time, PNYX_PHASE_DELIVERY,
                           (guint16)(network->wire_type + PNYX_WIRE_ITEM), to, reverses[i], item, 0,
                           entry->params.id + from);
    }
}

void
network_send_positions (PnyxNetwork *network, PnyxNodeId from, const guint16 *positions, guint n,
                        PnyxItemId item, PnyxWire wire, guint64 size)
{
  const PnyxLink *row = network->links + network->graph->offsets[from];
  const PnyxItem *entry = &network->items[item];
  PnyxLinkWords cache = { .block = PNYX_NONE };
  gboolean path = network->channels[entry->params.channel].path;
  guint begin;

  if (path && entry->best != NULL && wire == PNYX_WIRE_ITEM)
    {
      send_first (network, from, positions, n, item);
      return;
    }
  begin = first_served (network, from, item, n);
  if (path)
    {
      for (guint i = 0, at = begin; i < n; i++, at = at + 1 == n ? 0 : at + 1)
        if (!has_it (&network->items[item], row[positions[at]].to))
          send_full (network, &cache, from, positions[at], row[positions[at]].to, item, wire, size);
      return;
    }
  if (network->plain || network->queued)
    {
      send_listed (network, from, positions, n, item, wire, size, begin);
      return;
    }
  for (guint i = 0, at = begin; i < n; i++, at = at + 1 == n ? 0 : at + 1)
    send_full (network, &cache, from, positions[at], row[positions[at]].to, item, wire, size);
}

void
network_send_lost (PnyxNetwork *network, PnyxItemId item, PnyxWire wire, guint64 size,
                   guint32 copies)
{
  PnyxItem *entry = &network->items[item];

  count_sent (network, entry, wire, size, copies);
  entry->n_flight -= copies;
  network->counts.lost += copies;
}

void
network_count_control (PnyxNetwork *network, guint channel, PnyxWire wire, guint64 size)
{
  network->counts.copies[wire]++;
  network->channels[channel].bytes += size + network->params->framing * pnyx_tcp_segments (size);
}

void
pnyx_network_send (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, PnyxItemId item)
{
  const PnyxItem *entry = network_open_item (network, item);

  network_send_node (network, from, to, item, PNYX_WIRE_ITEM, entry->params.size);
}
