/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network is made here and found in its parts: items in item.c, the way of a copy in transport.c
 * and receive.c, requests in request.c, cuts and outages in cuts.c, one file for each
 * dissemination, delay and topology.
 */
#include "net/network.h"

#include <math.h>
#include <string.h>

#include "net/network_priv.h"
#include "net/request_priv.h"
#include "net/tcp.h"
#include "net/uplink_priv.h"

guint16
pnyx_network_add_channel (PnyxNetwork *network, guint32 chain, const PnyxChannelOps *ops,
                          gpointer self)
{
  PNYX_REQUIRE (network->n_channels < N_CHANNELS);
  network->channels[network->n_channels]
      = (PnyxChannel){ .ops = ops, .self = self, .chain = chain };
  return (guint16)network->n_channels++;
}

guint64
pnyx_network_bytes (const PnyxNetwork *network, guint32 chain)
{
  guint64 bytes = 0;

  for (guint i = 0; i < network->n_channels; i++)
    if (chain == PNYX_NONE || network->channels[i].chain == chain)
      bytes += network->channels[i].bytes;
  return bytes;
}

guint
pnyx_network_add_job (PnyxNetwork *network, guint32 chain, PnyxJob job, gpointer self)
{
  return pnyx_cores_add_job (network->cores, chain, job, self);
}

void
pnyx_network_work (PnyxNetwork *network, PnyxNodeId node, guint job, guint32 payload,
                   PnyxTime duration, PnyxPriority priority, PnyxWorkKind kind)
{
  pnyx_cores_submit (network->cores, node, job, payload, network->bounded ? 0 : duration, priority,
                     kind);
}

void
pnyx_network_set_corrupt (PnyxNetwork *network, PnyxNodeId node)
{
  if (network->corrupt == NULL)
    network->corrupt
        = pnyx_arena_array (pnyx_world_arena (network->world), guint8, network->nodes.n);
  network->corrupt[node] = 1;
}

void
pnyx_network_expect_faults (PnyxNetwork *network)
{
  network->faulty = TRUE;
  network->plain = network->queued = FALSE;
}

void
pnyx_network_set_warm (PnyxNetwork *network, void (*warm) (gpointer self, PnyxNodeId node),
                       gpointer self)
{
  network->warm = warm;
  network->warm_self = self;
}

gboolean
pnyx_network_counts_copies (const PnyxNetwork *network)
{
  return !network->paths_only;
}

gboolean
pnyx_network_faulty (const PnyxNetwork *network)
{
  return network->faulty;
}

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
        network_flight_of_pair (network, node, to, &flight);
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

  if (network->bounded) /* regions may say bandwidths all the same */
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

/* Types of one kind are consecutive: an event's type tells its wire. */
static void
make_handlers (PnyxNetwork *network)
{
  static const gchar *const wires[PNYX_N_WIRES]
      = { "item",      "inv",   "get",       "compact", "get-missing", "missing",
          "get-range", "range", "idontwant", "graft",   "prune" };

  for (guint i = 0; i < PNYX_N_WIRES; i++)
    {
      g_autofree gchar *name = g_strconcat ("net.", wires[i], NULL);
      guint16 type = pnyx_world_add_handler (network->world, name, network_on_wire, network);

      pnyx_world_set_warm (network->world, type, network_warm_wire);
      if (i == 0)
        network->wire_type = type;
    }
  for (guint i = 0; i < PNYX_N_WIRES; i++)
    {
      g_autofree gchar *name = g_strconcat ("net.", wires[i], ".downloaded", NULL);
      guint16 type = pnyx_world_add_handler (network->world, name, network_on_downloaded, network);

      if (i == 0)
        network->downloaded_type = type;
    }
  network->retry_type
      = pnyx_world_add_handler (network->world, "net.retry", request_on_retry, network);
}

static void
make_delay (PnyxNetwork *network, const PnyxSection *section)
{
  network->delay = (const PnyxDelayOps *)section->component;
  network->delay_state
      = pnyx_arena_alloc (pnyx_world_arena (network->world), network->delay->state_size);
  network->delay->init (network->delay_state, section->component_params, network->world);
  if (network->delay->clear != NULL)
    pnyx_world_own (network->world, network->delay->clear, network->delay_state);
  network->bounded = network->delay->bound != NULL;
  network->relay = network->delay->relays != NULL && network->delay->relays (network->delay_state);
}

static void
make_dissemination (PnyxNetwork *network, const PnyxSection *section)
{
  network->dissemination = (const PnyxDisseminationOps *)section->component;
  network->dissemination_state
      = pnyx_arena_alloc (pnyx_world_arena (network->world), network->dissemination->state_size);
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
  if (network->relay && network->dissemination != &pnyx_dissemination_direct)
    {
      const PnyxSection *delay = pnyx_section_child (section, "delay", 0);
      PnyxPlace place = pnyx_section_place_of (delay, "relay");

      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "relay reaches every node at once (expected dissemination direct beside "
                         "it, not %s)",
                         network->dissemination->component.name);
      return NULL;
    }
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
