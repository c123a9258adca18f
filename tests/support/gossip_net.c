/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/gossip_net.h"

#include <string.h>

#include "batch/root.h"

static void
on_validated (gpointer self, PnyxNodeId node, guint32 item)
{
  GossipNet *net = self;

  pnyx_network_validated (net->network, node, item, TRUE);
}

static void
on_receive (gpointer self, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  GossipNet *net = self;

  (void)from;
  if (pnyx_network_item_subject (net->network, item) + 1 == net->items)
    {
      net->received[node] = pnyx_world_now (net->world);
      net->reached++;
    }
  pnyx_network_work (net->network, node, net->job, item, net->params.validation,
                     PNYX_PRIORITY_BLOCK, PNYX_WORK_CONSENSUS);
}

static const PnyxChannelOps channel = { .receive = on_receive };

static PnyxScenario *
read_scenario (const GossipNetParams *params)
{
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  PnyxReader reader = { .root = &pnyx_element_scenario, .data_folder = data };
  g_autofree gchar *topology
      = params->degree > 0
            ? g_strdup_printf ("<topology kind='random-regular' degree='%u'/>", params->degree)
            : g_strdup ("");
  g_autofree gchar *text = g_strdup_printf (
      "<scenario xmlns='urn:pnyx:scenario:1' name='t'><network nodes='%u' %s>%s%s"
      "<dissemination kind='gossipsub' %s/></network><chain kind='nakamoto'/></scenario>",
      params->nodes,
      params->network ? params->network
      : params->fixed ? "tcp='warm'"
                      : "",
      topology,
      params->fixed ? "<delay kind='measured' sigma='0'/>"
                    : "<delay kind='distribution' value='uniform(20 ms, 120 ms)'/>",
      params->dissemination);
  GError *error = NULL;
  PnyxScenario *scenario = pnyx_scenario_read_memory (&reader, text, strlen (text), "test", &error);

  g_assert_no_error (error);
  return scenario;
}

static PnyxGraph *
make_graph (GossipNet *net)
{
  const PnyxSection *network = pnyx_section_child (net->scenario->root, "network", 0);
  PnyxTopologyRequest request = { .n = net->params.nodes };
  GError *error = NULL;
  PnyxGraph *graph;

  if (net->params.degree == 0)
    return pnyx_graph_new (net->params.nodes, net->params.edges, net->params.n_edges);
  pnyx_world_rng (net->world, &request.rng, "net.topology", "random-regular");
  graph = pnyx_topology_make (pnyx_section_child (network, "topology", 0), &request, &error);
  g_assert_no_error (error);
  return graph;
}

/* A region for each node: its delays are those of its connections. */
static PnyxRegions *
make_regions (GossipNet *net)
{
  guint32 n = net->params.nodes;
  PnyxRegions *regions = g_new0 (PnyxRegions, 1);
  PnyxRng rng;

  pnyx_world_rng (net->world, &rng, "test", "delay");
  regions->n = n;
  regions->regions = g_new0 (PnyxRegion, n);
  regions->half_rtt = g_new0 (PnyxTime, (gsize)n * n);
  for (guint32 i = 0; i < n; i++)
    {
      regions->regions[i] = (PnyxRegion){ .name = "r", .jurisdiction = "WORLD", .share = 1 };
      for (guint32 j = 0; j < n; j++)
        regions->half_rtt[(gsize)i * n + j]
            = pnyx_time_from_seconds (0.02 + 0.1 * pnyx_rng_uniform (&rng, MIN (i, j), MAX (i, j)));
    }
  return regions;
}

GossipNet *
gossip_net_new (const GossipNetParams *params)
{
  PnyxWorldOptions options = { .seed = params->seed };
  GossipNet *net = g_new0 (GossipNet, 1);
  GError *error = NULL;

  net->params = *params;
  net->scenario = read_scenario (params);
  net->world = pnyx_world_new (&options);
  net->graph = make_graph (net);
  net->regions = params->fixed ? make_regions (net) : NULL;
  net->network
      = pnyx_network_new (net->world, pnyx_section_child (net->scenario->root, "network", 0),
                          net->regions, net->graph, &error);
  g_assert_no_error (error);
  net->channel = pnyx_network_add_channel (net->network, PNYX_NONE, &channel, net);
  net->job = pnyx_network_add_job (net->network, PNYX_NONE, on_validated, net);
  net->received = g_new (PnyxTime, params->nodes);
  return net;
}

void
gossip_net_free (GossipNet *net)
{
  if (net == NULL)
    return;
  pnyx_world_free (net->world);
  pnyx_graph_free (net->graph);
  pnyx_scenario_free (net->scenario);
  if (net->regions != NULL)
    {
      g_free (net->regions->regions);
      g_free (net->regions->half_rtt);
      g_free (net->regions);
    }
  g_free (net->received);
  g_free (net);
}

PnyxItemId
gossip_net_publish (GossipNet *net, PnyxNodeId node, guint8 kind, guint64 size)
{
  PnyxItemParams params = { .channel = net->channel,
                            .kind = kind,
                            .subject = net->items,
                            .id = pnyx_hash_mix (78, net->items),
                            .size = size };
  PnyxItemId item = pnyx_network_item_new (net->network, &params);

  net->items++;
  net->reached = 0;
  for (guint32 i = 0; i < net->params.nodes; i++)
    net->received[i] = -1;
  pnyx_network_publish (net->network, node, item);
  return item;
}

Gossipsub *
gossip_net_state (GossipNet *net)
{
  return net->network->dissemination_state;
}

PnyxMesh *
gossip_net_mesh (GossipNet *net, guint8 kind)
{
  return gossipsub_mesh (gossip_net_state (net), (guint16)(net->channel * N_ITEM_KINDS + kind));
}

gboolean
gossip_net_in_mesh (GossipNet *net, guint8 kind, PnyxNodeId a, PnyxNodeId b)
{
  const PnyxMesh *mesh = gossip_net_mesh (net, kind);
  const guint16 *row = network_mesh_row (mesh, net->network, a);

  for (guint i = 0; i < mesh->degrees[a]; i++)
    if (network_hop_node (net->network, a, row[i]) == b)
      return TRUE;
  return FALSE;
}
