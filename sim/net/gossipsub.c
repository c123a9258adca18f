/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gossipsub, the eager half: a node sends what it has validated to the peers of the topic's mesh
 * that are not known to have it, its own items to all its connections, and at the first receipt of
 * a large item, before validation, IDONTWANT to its mesh. The lazy half is in heartbeat.c, the mesh
 * in mesh.c; IHAVE and IWANT are PNYX_WIRE_INV and PNYX_WIRE_GET, which request.c deals with.
 */
#include "net/gossipsub_priv.h"

#include "net/request_priv.h"

static const gchar *const lazy_pushes[] = { "auto", "true", "false", NULL };

static const PnyxParam gossipsub_params[] = {
  { .name = "mesh",
    .type = PNYX_PARAM_COUNT,
    .fallback = "8",
    .min = "1",
    .max = "1000",
    .offset = offsetof (GossipsubParams, mesh),
    .meaning = "Peers of a node in the mesh of a topic (D).",
    .source = "Ethereum consensus-specs, phase0/p2p-interface.md: D" },
  { .name = "mesh-low",
    .type = PNYX_PARAM_COUNT,
    .fallback = "6",
    .min = "1",
    .max = "1000",
    .offset = offsetof (GossipsubParams, mesh_low),
    .meaning = "Below it a node grafts peers (D_low).",
    .source = "Ethereum consensus-specs, phase0/p2p-interface.md: D_low" },
  { .name = "mesh-high",
    .type = PNYX_PARAM_COUNT,
    .fallback = "12",
    .min = "1",
    .max = "1000",
    .offset = offsetof (GossipsubParams, mesh_high),
    .meaning = "Above it a node prunes peers (D_high).",
    .source = "Ethereum consensus-specs, phase0/p2p-interface.md: D_high" },
  { .name = "flood-publish",
    .type = PNYX_PARAM_BOOL,
    .fallback = "true",
    .offset = offsetof (GossipsubParams, flood_publish),
    .meaning = "Whether a node sends its own items to all its connections or to its mesh only.",
    .source = "gossipsub v1.1, Flood Publishing" },
  { .name = "idontwant",
    .type = PNYX_PARAM_BOOL,
    .fallback = "true",
    .offset = offsetof (GossipsubParams, idontwant),
    .meaning = "Whether a node tells its mesh at the first receipt of an item, before validation, "
               "not to send it.",
    .source = "gossipsub v1.2, IDONTWANT Message" },
  { .name = "idontwant-min",
    .type = PNYX_PARAM_SIZE,
    .fallback = "1024 B",
    .min = "0 B",
    .max = "1 GiB",
    .offset = offsetof (GossipsubParams, idontwant_min),
    .meaning = "Least size of an item of which it does so.",
    .source = "go-libp2p-pubsub: GossipSubIDontWantMessageThreshold" },
  { .name = "lazy-push",
    .type = PNYX_PARAM_ENUM,
    .choices = lazy_pushes,
    .fallback = "auto",
    .offset = offsetof (GossipsubParams, lazy_push),
    .meaning = "Whether nodes announce items at heartbeats; auto: where a message may be lost, a "
               "node may be away, or the connections give no mesh that joins all nodes." },
  { .name = "heartbeat",
    .type = PNYX_PARAM_TIME,
    .fallback = "0.7 s",
    .min = "1 ms",
    .max = "1 h",
    .offset = offsetof (GossipsubParams, heartbeat),
    .meaning = "Time between two heartbeats of a node; each node has a phase of its own.",
    .source = "Ethereum consensus-specs, phase0/p2p-interface.md: heartbeat_interval" },
  { .name = "history",
    .type = PNYX_PARAM_COUNT,
    .fallback = "3",
    .min = "1",
    .max = "1000",
    .offset = offsetof (GossipsubParams, history),
    .meaning = "Heartbeats at which a node announces an item.",
    .source = "Ethereum consensus-specs, phase0/p2p-interface.md: mcache_gossip" },
  { .name = "lazy",
    .type = PNYX_PARAM_COUNT,
    .fallback = "6",
    .min = "0",
    .max = "1000",
    .offset = offsetof (GossipsubParams, lazy),
    .meaning = "Least number of connections outside the mesh that a heartbeat announces to.",
    .source = "Ethereum consensus-specs, phase0/p2p-interface.md: D_lazy" },
  { .name = "gossip-factor",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.25",
    .min = "0",
    .max = "1",
    .offset = offsetof (GossipsubParams, gossip_factor),
    .meaning = "Share of the connections outside the mesh that it announces to, rounded down, "
               "where that is more.",
    .source = "gossipsub v1.1, Adaptive Gossip Dissemination" },
  { .name = "mesh-drop",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1",
    .offset = offsetof (GossipsubParams, mesh_drop),
    .meaning = "Probability that an item which a node sends unasked is lost; control messages and "
               "what was asked for are not." },
};

static gboolean
gossipsub_refuse (const PnyxSection *section, const gchar *name, guint64 value,
                  const gchar *relation, guint64 mesh, const gchar *expected, GError **error)
{
  PnyxPlace place = pnyx_section_place_of (section, name);

  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "%s %" G_GUINT64_FORMAT " is %s mesh %" G_GUINT64_FORMAT " (expected %s)",
                     name, value, relation, mesh, expected);
  return FALSE;
}

static gboolean
gossipsub_check (const PnyxSection *section, GError **error)
{
  const GossipsubParams *params = section->component_params;

  if (params->mesh_low > params->mesh)
    return gossipsub_refuse (section, "mesh-low", params->mesh_low, "above", params->mesh,
                             "at most mesh", error);
  if (params->mesh_high < params->mesh)
    return gossipsub_refuse (section, "mesh-high", params->mesh_high, "below", params->mesh,
                             "at least mesh", error);
  return TRUE;
}

static void
gossipsub_init (gpointer self, gconstpointer params, PnyxNetwork *network)
{
  Gossipsub *gossipsub = self;
  PnyxArena *arena = pnyx_world_arena (network->world);
  guint32 degree = 0;

  gossipsub->params = params;
  gossipsub->network = network;
  gossipsub->limits = (PnyxMeshLimits){ .low = (guint32)gossipsub->params->mesh_low,
                                        .degree = (guint32)gossipsub->params->mesh,
                                        .high = (guint32)gossipsub->params->mesh_high };
  network->known = TRUE;
  for (PnyxNodeId node = 0; node < network->nodes.n; node++)
    degree = MAX (degree, network_degree (network, node));
  gossipsub->positions = pnyx_arena_array (arena, guint16, degree);
  gossipsub->chosen = pnyx_arena_array (arena, guint16, degree);
  pnyx_world_rng (network->world, &gossipsub->graft, "net.gossipsub", "mesh");
  pnyx_world_rng (network->world, &gossipsub->phase, "net.gossipsub", "phase");
  pnyx_world_rng (network->world, &gossipsub->peers, "net.gossipsub", "peers");
  pnyx_world_rng (network->world, &gossipsub->lost, "net.gossipsub", "mesh-drop");
  pnyx_world_rng (network->world, &gossipsub->opened, "net.gossipsub", "opened");
  gossipsub->beat_type = pnyx_world_add_handler (network->world, "net.gossipsub.heartbeat",
                                                 gossipsub_on_beat, gossipsub);
}

PnyxMesh *
gossipsub_mesh (Gossipsub *gossipsub, guint16 topic)
{
  PnyxNetwork *network = gossipsub->network;

  if (gossipsub->meshes[topic] == NULL)
    {
      gossipsub->meshes[topic]
          = network_mesh_new (network, &gossipsub->graft, topic, &gossipsub->limits);
      gossipsub->topics[gossipsub->n_topics++] = topic;
      if (network->offline != NULL || network->n_cuts_active > 0)
        gossipsub_attend (gossipsub, PNYX_NONE);
    }
  return gossipsub->meshes[topic];
}

static PnyxMesh *
mesh_of_item (Gossipsub *gossipsub, PnyxItemId item)
{
  const PnyxItemParams *params = &gossipsub->network->items[item].params;

  PNYX_REQUIRE (params->kind < N_ITEM_KINDS);
  return gossipsub_mesh (gossipsub, (guint16)(params->channel * N_ITEM_KINDS + params->kind));
}

/* Takes away from the @n chosen positions those whose copy is lost. Returns: how many are left. */
static guint
lose (Gossipsub *gossipsub, PnyxNodeId from, PnyxItemId item, guint n)
{
  PnyxNetwork *network = gossipsub->network;
  const PnyxItem *entry = &network->items[item];
  guint kept = 0;

  for (guint i = 0; i < n; i++)
    {
      guint16 position = gossipsub->chosen[i];
      PnyxNodeId to = network_hop_node (network, from, position);

      if (pnyx_rng_uniform (&gossipsub->lost, from, pnyx_hash_mix (entry->params.id, to))
          >= gossipsub->params->mesh_drop)
        gossipsub->chosen[kept++] = position;
    }
  network_send_lost (network, item, PNYX_WIRE_ITEM, entry->params.size, n - kept);
  return kept;
}

/* Sends the item to those of @n @positions that are not known to have it. */
static void
push (Gossipsub *gossipsub, PnyxNodeId from, PnyxItemId item, const guint16 *positions, guint n)
{
  PnyxNetwork *network = gossipsub->network;
  guint chosen = 0;

  if (network->items[item].best != NULL)
    {
      network_send_positions (network, from, positions, n, item, PNYX_WIRE_ITEM,
                              network->items[item].params.size);
      return;
    }
  for (guint i = 0; i < n; i++)
    if (!network_knows (network, from, positions[i], item))
      gossipsub->chosen[chosen++] = positions[i];
  if (gossipsub->params->mesh_drop > 0)
    chosen = lose (gossipsub, from, item, chosen);
  network_send_positions (network, from, gossipsub->chosen, chosen, item, PNYX_WIRE_ITEM,
                          network->items[item].params.size);
}

static void
gossipsub_publish (gpointer self, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  Gossipsub *gossipsub = self;
  const PnyxMesh *mesh = mesh_of_item (gossipsub, item);
  guint32 degree = network_degree (network, node);
  guint n = 0;

  if (!pnyx_network_online (network, node))
    return;
  if (gossipsub->params->flood_publish)
    {
      for (guint32 position = 0; position < degree; position++)
        if (!gossipsub_is_gone (network, node, network_hop_node (network, node, position)))
          gossipsub->positions[n++] = (guint16)position;
      push (gossipsub, node, item, gossipsub->positions, n);
    }
  else
    push (gossipsub, node, item, network_mesh_row (mesh, network, node), mesh->degrees[node]);
  gossipsub_remember (gossipsub, node, item, mesh);
}

static void
gossipsub_validated (gpointer self, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  Gossipsub *gossipsub = self;
  PnyxMesh *mesh = mesh_of_item (gossipsub, item);

  if (network->items[item].best != NULL)
    {
      network_mesh_open (mesh, network);
      network_send_mesh (network, mesh, node, item);
    }
  else
    push (gossipsub, node, item, network_mesh_row (mesh, network, node), mesh->degrees[node]);
  gossipsub_remember (gossipsub, node, item, mesh);
}

/*
 * IDONTWANT goes to the whole mesh but for the peer that sent the item (v1.2 says to all mesh
 * peers; the implementations in Go, Java and JavaScript leave out the sender). A peer that has said
 * IDONTWANT itself is told all the same: it has the item and would send it once it is validated.
 */
static void
gossipsub_first (gpointer self, PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item)
{
  Gossipsub *gossipsub = self;
  const PnyxMesh *mesh;
  const guint16 *row;
  guint chosen = 0;

  if (network->items[item].best != NULL)
    {
      /* It will be sent on once it is checked: soon, and after many other events. */
      network_mesh_warm (mesh_of_item (gossipsub, item), node);
      return;
    }
  if (!gossipsub->params->idontwant || network->channels[network->items[item].params.channel].path
      || network->items[item].params.size < gossipsub->params->idontwant_min)
    return;
  mesh = mesh_of_item (gossipsub, item);
  row = network_mesh_row (mesh, network, node);
  for (guint i = 0; i < mesh->degrees[node]; i++)
    if (row[i] != hop)
      gossipsub->chosen[chosen++] = row[i];
  network_send_positions (network, node, gossipsub->chosen, chosen, item, PNYX_WIRE_IDONTWANT,
                          REQUEST_CONTROL_SIZE);
}

static void
gossipsub_receive (gpointer self, PnyxNetwork *network, PnyxNodeId node, guint32 hop,
                   PnyxItemId item, PnyxWire wire)
{
  (void)self;
  if (wire == PNYX_WIRE_IDONTWANT)
    network_know (network, node, hop, item);
}

static void
gossipsub_reachable (gpointer self, PnyxNetwork *network, PnyxNodeId node)
{
  (void)network;
  gossipsub_attend (self, node);
}

const PnyxDisseminationOps pnyx_dissemination_gossipsub = {
  .component
  = { .name = "gossipsub",
      .summary = "Nodes send valid items to the mesh of their topic, and announce them to other "
                 "connections at heartbeats.",
      .source = "libp2p specs, pubsub/gossipsub: v1.0, v1.1 and v1.2; Ethereum consensus-specs, "
                "phase0/p2p-interface.md",
      .limits
      = "Meshes exist from the first use of a topic on and change only at heartbeats after outages "
        "and cuts; scores, opportunistic grafting, outbound quotas and peer exchange are left out, "
        "so a mesh that a cut has split stays split where both sides are full, and announcements "
        "bridge it. GRAFT and PRUNE take effect at both ends at once. A control message has 61 B "
        "and names one item. Where nothing can be lost, lazy-push auto announces nothing: "
        "duplicates and bytes are then a lower bound.",
      .params = gossipsub_params,
      .n_params = G_N_ELEMENTS (gossipsub_params),
      .params_size = sizeof (GossipsubParams),
      .check = gossipsub_check },
  .state_size = sizeof (Gossipsub),
  .init = gossipsub_init,
  .publish = gossipsub_publish,
  .first = gossipsub_first,
  .receive = gossipsub_receive,
  .validated = gossipsub_validated,
  .reachable = gossipsub_reachable,
};
