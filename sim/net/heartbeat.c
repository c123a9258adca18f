/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gossipsub, the lazy half. A node beats on a grid of its own phase, and only while it has
 * something to announce or a mesh that wants a look: after an outage or a cut, and while it is
 * below D_low and has somebody to graft. At a heartbeat it prunes and grafts first, then announces
 * each item of the last windows to peers outside its mesh, drawn anew for each topic and heartbeat.
 */
#include "net/gossipsub_priv.h"
#include "net/request_priv.h"

/* gossipsub v1.1, PRUNE Backoff and Peer Exchange: the recommended minute. */
#define BACK_OFF (60 * PNYX_SECOND)

/* The first instant after @time at which @node beats. */
static PnyxTime
next_beat (const Gossipsub *gossipsub, PnyxNodeId node, PnyxTime time)
{
  PnyxTime period = gossipsub->params->heartbeat;
  PnyxTime phase = (PnyxTime)pnyx_rng_below (&gossipsub->phase, node, 0, (guint64)period);

  return time < phase ? phase : phase + ((time - phase) / period + 1) * period;
}

static GossipsubPulse *
pulse_of (Gossipsub *gossipsub, PnyxNodeId node)
{
  guint32 n = gossipsub->network->nodes.n;

  if (gossipsub->pulses == NULL)
    {
      gossipsub->pulses
          = pnyx_arena_array (pnyx_world_arena (gossipsub->network->world), GossipsubPulse, n);
      for (PnyxNodeId i = 0; i < n; i++)
        gossipsub->pulses[i].beat = gossipsub->pulses[i].maintain = PNYX_TIME_MAX;
    }
  return &gossipsub->pulses[node];
}

/* What was scheduled for later comes and is not due. */
static void
beat_after (Gossipsub *gossipsub, PnyxNodeId node, PnyxTime time)
{
  GossipsubPulse *pulse = pulse_of (gossipsub, node);
  PnyxTime beat = next_beat (gossipsub, node, time);

  if (pulse->beat <= beat)
    return;
  pulse->beat = beat;
  pnyx_world_schedule (gossipsub->network->world, beat, PNYX_PHASE_TIMER, gossipsub->beat_type,
                       node, node, 0, 0, 0);
}

static gboolean
is_path (const PnyxNetwork *network, PnyxItemId item)
{
  return network->channels[network->items[item].params.channel].path;
}

/* --- items ------------------------------------------------------------------------------------ */

static gboolean
is_lazy (const Gossipsub *gossipsub, const PnyxMesh *mesh)
{
  const GossipsubParams *params = gossipsub->params;

  if (params->lazy_push != LAZY_PUSH_AUTO)
    return params->lazy_push == LAZY_PUSH_TRUE;
  return gossipsub->network->faulty || params->mesh_drop > 0 || !mesh->connected;
}

void
gossipsub_remember (Gossipsub *gossipsub, PnyxNodeId node, PnyxItemId item, const PnyxMesh *mesh)
{
  PnyxNetwork *network = gossipsub->network;
  GossipsubPulse *pulse;

  /* What everybody has is announced to nobody's use. */
  if (!is_lazy (gossipsub, mesh)
      || (is_path (network, item) && network->items[item].n_have == network->nodes.n))
    return;
  pulse = pulse_of (gossipsub, node);
  pnyx_arena_reserve (pnyx_world_arena (network->world), pulse->recent, pulse->n_recent,
                      pulse->recent_capacity);
  pulse->recent[pulse->n_recent++] = (GossipsubRecent){
    .item = item, .topic = mesh->topic, .left = (guint16)gossipsub->params->history
  };
  network->items[item].n_flight++;
  beat_after (gossipsub, node, pnyx_world_now (network->world));
}

/* Moves @n of the @m positions, drawn at random, to the front, ascending. */
static void
draw_positions (const Gossipsub *gossipsub, PnyxNodeId node, guint64 use, guint16 *positions,
                guint m, guint n)
{
  PnyxTime now = pnyx_world_now (gossipsub->network->world);
  PnyxRngCursor cursor;

  pnyx_rng_cursor_init (&cursor, &gossipsub->peers, node, pnyx_hash_mix (use, (guint64)now));
  for (guint i = 0; i < n; i++)
    {
      guint j = i + (guint)pnyx_rng_cursor_below (&cursor, m - i);
      guint16 drawn = positions[j];
      guint at = i;

      positions[j] = positions[i];
      for (; at > 0 && positions[at - 1] > drawn; at--)
        positions[at] = positions[at - 1];
      positions[at] = drawn;
    }
}

enum
{
  DRAW_IHAVE,
  DRAW_GRAFT,
  DRAW_PRUNE,
  N_DRAWS,
};

/* Positions to whom this heartbeat announces items of the topic. Returns: how many. */
static guint
choose_ihave (Gossipsub *gossipsub, PnyxNodeId node, const PnyxMesh *mesh)
{
  const PnyxNetwork *network = gossipsub->network;
  guint16 *others = gossipsub->positions;
  guint n = network_mesh_others (mesh, network, node, others);
  guint connected = 0;
  guint wanted;

  for (guint i = 0; i < n; i++)
    if (!gossipsub_is_gone (network, node, network_hop_node (network, node, others[i])))
      others[connected++] = others[i];
  wanted = (guint)(gossipsub->params->gossip_factor * connected); /* rounded down: go-libp2p */
  wanted = MIN (MAX (wanted, (guint)gossipsub->params->lazy), connected);
  draw_positions (gossipsub, node, (guint64)mesh->topic * N_DRAWS + DRAW_IHAVE, others, connected,
                  wanted);
  return wanted;
}

static void
forget (PnyxNetwork *network, GossipsubPulse *pulse)
{
  guint kept = 0;

  for (guint i = 0; i < pulse->n_recent; i++)
    if (pulse->recent[i].left > 0 && !network->items[pulse->recent[i].item].closed)
      pulse->recent[kept++] = pulse->recent[i];
    else
      network_item_unref (network, pulse->recent[i].item);
  pulse->n_recent = kept;
}

/* Whether a neighbour lacks an item of the topic of entry @first or of those behind it. */
static gboolean
is_lacked (const PnyxNetwork *network, PnyxNodeId node, const GossipsubPulse *pulse, guint first)
{
  const PnyxGraph *graph = network->graph;

  for (guint j = first; j < pulse->n_recent; j++)
    {
      const PnyxItem *entry = &network->items[pulse->recent[j].item];

      if (pulse->recent[j].topic != pulse->recent[first].topic || entry->closed
          || entry->state == NULL)
        continue;
      for (guint32 i = graph->offsets[node]; i < graph->offsets[node + 1]; i++)
        if ((entry->state[graph->neighbours[i]] & ITEM_HAVE) == 0
            && !gossipsub_is_gone (network, node, graph->neighbours[i]))
          return TRUE;
    }
  return FALSE;
}

/* The first entry of a topic announces all of it: one draw of peers for each topic. */
static void
announce (Gossipsub *gossipsub, PnyxNodeId node, GossipsubPulse *pulse)
{
  PnyxNetwork *network = gossipsub->network;

  for (guint i = 0; i < pulse->n_recent; i++)
    {
      guint16 topic = pulse->recent[i].topic;
      gboolean told = FALSE;
      guint n;

      for (guint j = 0; j < i && !told; j++)
        told = pulse->recent[j].topic == topic;
      if (told
          || (is_path (network, pulse->recent[i].item) && !is_lacked (network, node, pulse, i)))
        continue;
      n = choose_ihave (gossipsub, node, gossipsub_mesh (gossipsub, topic));
      for (guint j = i; j < pulse->n_recent; j++)
        if (pulse->recent[j].topic == topic && !network->items[pulse->recent[j].item].closed)
          network_send_positions (network, node, gossipsub->positions, n, pulse->recent[j].item,
                                  PNYX_WIRE_INV, REQUEST_CONTROL_SIZE);
    }
  for (guint i = 0; i < pulse->n_recent; i++)
    pulse->recent[i].left--;
  forget (network, pulse);
}

/* --- meshes ----------------------------------------------------------------------------------- */

static void
attend_from (Gossipsub *gossipsub, PnyxNodeId node, PnyxTime time)
{
  GossipsubPulse *pulse = pulse_of (gossipsub, node);

  pulse->maintain = MIN (pulse->maintain, time);
  beat_after (gossipsub, node, time);
}

void
gossipsub_attend (Gossipsub *gossipsub, PnyxNodeId node)
{
  const PnyxNetwork *network = gossipsub->network;
  const PnyxGraph *graph = network->graph;
  PnyxTime now = pnyx_world_now (network->world);

  if (gossipsub->n_topics == 0)
    return;
  for (PnyxNodeId i = 0; node == PNYX_NONE && i < graph->n; i++)
    attend_from (gossipsub, i, now);
  if (node == PNYX_NONE)
    return;
  attend_from (gossipsub, node, now);
  for (guint32 i = graph->offsets[node]; i < graph->offsets[node + 1]; i++)
    attend_from (gossipsub, graph->neighbours[i], now);
}

static void
count_control (const Gossipsub *gossipsub, const PnyxMesh *mesh, PnyxWire wire)
{
  network_count_control (gossipsub->network, mesh->topic / N_ITEM_KINDS, wire,
                         REQUEST_CONTROL_SIZE);
}

/* @node says PRUNE; the other end looks for another where it has too few. */
static void
prune (Gossipsub *gossipsub, PnyxMesh *mesh, PnyxNodeId node, guint16 position)
{
  PnyxNetwork *network = gossipsub->network;
  PnyxTime now = pnyx_world_now (network->world);
  PnyxNodeId peer = network_hop_node (network, node, position);

  count_control (gossipsub, mesh, PNYX_WIRE_PRUNE);
  network_mesh_back_off (mesh, network, node, position, now + BACK_OFF);
  network_changing (network);
  network_mesh_unlink (mesh, network, node, position);
  if (mesh->degrees[peer] < gossipsub->limits.low)
    attend_from (gossipsub, peer, now);
}

/* A broken connection has left the mesh without PRUNE and so without back-off. */
static void
prune_gone (const Gossipsub *gossipsub, PnyxMesh *mesh, PnyxNodeId node)
{
  PnyxNetwork *network = gossipsub->network;
  const guint16 *row = network_mesh_row (mesh, network, node);

  for (guint i = mesh->degrees[node]; i-- > 0;)
    if (gossipsub_is_gone (network, node, network_hop_node (network, node, row[i])))
      {
        network_changing (network);
        network_mesh_unlink (mesh, network, node, row[i]);
      }
}

static void
prune_to_degree (Gossipsub *gossipsub, PnyxMesh *mesh, PnyxNodeId node)
{
  const guint16 *row = network_mesh_row (mesh, gossipsub->network, node);
  guint degree = mesh->degrees[node];
  guint n = degree - gossipsub->limits.degree;

  for (guint i = 0; i < degree; i++)
    gossipsub->positions[i] = row[i];
  draw_positions (gossipsub, node, (guint64)mesh->topic * N_DRAWS + DRAW_PRUNE,
                  gossipsub->positions, degree, n);
  for (guint i = 0; i < n; i++)
    prune (gossipsub, mesh, node, gossipsub->positions[i]);
}

/* Who of two neighbours opened their connection: graphs do not say, so it is a fair draw. */
static gboolean
has_opened (const Gossipsub *gossipsub, PnyxNodeId node, PnyxNodeId peer)
{
  gboolean lower = (pnyx_rng_u64 (&gossipsub->opened, MIN (node, peer), MAX (node, peer)) & 1) != 0;

  return lower == (node < peer);
}

/*
 * @node says GRAFT. A peer whose mesh is full says PRUNE unless it opened the connection (v1.1,
 * Outbound Mesh Quotas); then it is above D_high and prunes at its own heartbeat.
 */
static void
graft (Gossipsub *gossipsub, PnyxMesh *mesh, PnyxNodeId node, guint16 position)
{
  PnyxNetwork *network = gossipsub->network;
  PnyxTime now = pnyx_world_now (network->world);
  PnyxNodeId peer = network_hop_node (network, node, position);

  count_control (gossipsub, mesh, PNYX_WIRE_GRAFT);
  if (mesh->degrees[peer] >= gossipsub->limits.high && !has_opened (gossipsub, peer, node))
    {
      count_control (gossipsub, mesh, PNYX_WIRE_PRUNE);
      network_mesh_back_off (mesh, network, node, position, now + BACK_OFF);
      return;
    }
  network_changing (network);
  network_mesh_link (mesh, network, node, position);
  if (mesh->degrees[peer] > gossipsub->limits.high)
    attend_from (gossipsub, peer, now);
}

/* Grafts up to D. Returns: from when on there are others to try; PNYX_TIME_MAX: nobody is left. */
static PnyxTime
graft_to_degree (Gossipsub *gossipsub, PnyxMesh *mesh, PnyxNodeId node)
{
  const PnyxNetwork *network = gossipsub->network;
  const PnyxTime *backoff
      = mesh->backoff != NULL ? mesh->backoff + network->graph->offsets[node] : NULL;
  PnyxTime now = pnyx_world_now (network->world);
  PnyxTime again = PNYX_TIME_MAX;
  guint16 *others = gossipsub->positions;
  guint n = network_mesh_others (mesh, network, node, others);
  guint before = mesh->degrees[node];
  guint wanted = gossipsub->limits.degree - before;
  guint n_free = 0;

  for (guint i = 0; i < n; i++)
    if (!pnyx_network_reachable (network, node, network_hop_node (network, node, others[i])))
      continue;
    else if (backoff != NULL && backoff[others[i]] > now)
      again = MIN (again, backoff[others[i]]);
    else
      others[n_free++] = others[i];
  n = MIN (wanted, n_free);
  draw_positions (gossipsub, node, (guint64)mesh->topic * N_DRAWS + DRAW_GRAFT, others, n_free, n);
  for (guint i = 0; i < n; i++)
    graft (gossipsub, mesh, node, others[i]);
  if (mesh->degrees[node] >= gossipsub->limits.low)
    return PNYX_TIME_MAX;
  if (n_free > n)
    return now;
  return before + n > mesh->degrees[node] ? MIN (again, now + BACK_OFF) : again;
}

/* Returns: when the meshes of @node want the next look. */
static PnyxTime
maintain (Gossipsub *gossipsub, PnyxNodeId node)
{
  PnyxTime again = PNYX_TIME_MAX;

  for (guint i = 0; i < gossipsub->n_topics; i++)
    {
      PnyxMesh *mesh = gossipsub->meshes[gossipsub->topics[i]];

      prune_gone (gossipsub, mesh, node);
      if (mesh->degrees[node] > gossipsub->limits.high)
        prune_to_degree (gossipsub, mesh, node);
      else if (mesh->degrees[node] < gossipsub->limits.low)
        {
          PnyxTime next = graft_to_degree (gossipsub, mesh, node);

          again = MIN (again, next);
        }
    }
  return again;
}

/* A heartbeat that does not take place: @node is away. It is attended to when it comes back. */
static void
skip_beat (Gossipsub *gossipsub, PnyxNodeId node, GossipsubPulse *pulse)
{
  for (guint i = 0; i < pulse->n_recent; i++)
    pulse->recent[i].left = 0;
  forget (gossipsub->network, pulse);
  pulse->maintain = PNYX_TIME_MAX;
  for (guint i = 0; i < gossipsub->n_topics; i++)
    {
      PnyxMesh *mesh = gossipsub->meshes[gossipsub->topics[i]];

      if (mesh->degrees[node] > 0)
        network_changing (gossipsub->network);
      while (mesh->degrees[node] > 0)
        network_mesh_unlink (mesh, gossipsub->network, node,
                             network_mesh_row (mesh, gossipsub->network, node)[0]);
    }
}

void
gossipsub_on_beat (gpointer self, const PnyxEvent *event)
{
  Gossipsub *gossipsub = self;
  PnyxNodeId node = event->target;
  GossipsubPulse *pulse = pulse_of (gossipsub, node);

  if (pulse->beat != event->time)
    return;
  pulse->beat = PNYX_TIME_MAX;
  if (!pnyx_network_online (gossipsub->network, node))
    {
      skip_beat (gossipsub, node, pulse);
      return;
    }
  if (pulse->maintain <= event->time)
    pulse->maintain = maintain (gossipsub, node);
  announce (gossipsub, node, pulse);
  if (pulse->n_recent > 0)
    beat_after (gossipsub, node, event->time);
  if (pulse->maintain < PNYX_TIME_MAX)
    beat_after (gossipsub, node, MAX (pulse->maintain, event->time));
}
