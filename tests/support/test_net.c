/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test_net.h"

#include <string.h>

#include "batch/root.h"

static void
on_validated (gpointer self, PnyxNodeId node, guint32 item)
{
  TestNet *net = self;

  pnyx_network_validated (net->network, node, item, TRUE);
}

static void
on_receive (gpointer self, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  TestNet *net = self;

  (void)from;
  if (pnyx_network_item_subject (net->network, item) + 1 == net->items)
    for (guint place = 0; place < net->params.n; place++)
      if (net->node[place] == node)
        net->received[place] = pnyx_world_now (net->world);
  pnyx_network_work (net->network, node, net->job, item, net->params.validation,
                     PNYX_PRIORITY_BLOCK, PNYX_WORK_CONSENSUS);
}

static const PnyxChannelOps channel = { .receive = on_receive };

PnyxScenario *
test_net_read (const gchar *network, guint n)
{
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  PnyxReader reader = { .root = &pnyx_element_scenario, .data_folder = data };
  g_autofree gchar *text = g_strdup_printf (
      "<scenario xmlns='urn:pnyx:scenario:1' name='t'><network nodes='%u' %s</network>"
      "<chain kind='nakamoto'/></scenario>",
      n, network);
  GError *error = NULL;
  PnyxScenario *scenario = pnyx_scenario_read_memory (&reader, text, strlen (text), "test", &error);

  g_assert_no_error (error);
  return scenario;
}

static PnyxGraph *
make_graph (const TestNetParams *params)
{
  g_autoptr (GArray) edges = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; i < params->n; i++)
    for (guint32 j = i + 1; params->edges == NULL && j < params->n; j++)
      {
        g_array_append_val (edges, i);
        g_array_append_val (edges, j);
      }
  for (guint i = 0; params->edges != NULL && i < params->n_edges; i++)
    for (guint end = 0; end < 2; end++)
      {
        guint32 node = params->edges[i][end];

        g_array_append_val (edges, node);
      }
  return pnyx_graph_new (params->n, (guint32 *)(gpointer)edges->data, edges->len / 2);
}

static gboolean
try_seed (TestNet *net, guint64 seed)
{
  PnyxWorldOptions options = { .seed = seed };
  const PnyxNodes *nodes;
  GError *error = NULL;

  net->world = pnyx_world_new (&options);
  net->network
      = pnyx_network_new (net->world, pnyx_section_child (net->scenario->root, "network", 0),
                          &net->regions, net->graph, &error);
  g_assert_no_error (error);
  nodes = pnyx_network_nodes (net->network);
  for (guint i = 0; i < net->params.n; i++)
    if (nodes->region[i] != i)
      {
        pnyx_world_free (net->world);
        return FALSE;
      }
  return TRUE;
}

TestNet *
test_net_new (const TestNetParams *params)
{
  static const gchar *const names[TEST_NET_MAX]
      = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p" };
  TestNet *net = g_new0 (TestNet, 1);
  guint64 seed = params->seed;

  net->params = *params;
  net->scenario = test_net_read (params->network, params->n);
  net->graph = make_graph (params);
  net->regions = (PnyxRegions){ .n = params->n, .regions = net->region, .half_rtt = net->half_rtt };
  for (guint i = 0; i < params->n; i++)
    {
      net->region[i] = (PnyxRegion){ .name = names[i],
                                     .jurisdiction = "WORLD",
                                     .share = 1,
                                     .upload = params->upload[i],
                                     .download = params->download[i] };
      net->node[i] = i;
      net->received[i] = -1;
      for (guint j = 0; j < params->n; j++)
        {
          gdouble ms = MAX (params->delay_ms[i][j], params->delay_ms[j][i]);

          net->half_rtt[i * params->n + j] = pnyx_time_from_seconds ((ms > 0 ? ms : 1) / 1000);
        }
    }
  while (!try_seed (net, seed))
    seed++;
  net->channel = pnyx_network_add_channel (net->network, PNYX_NONE, &channel, net);
  net->job = pnyx_network_add_job (net->network, PNYX_NONE, on_validated, net);
  return net;
}

void
test_net_free (TestNet *net)
{
  pnyx_world_free (net->world);
  pnyx_graph_free (net->graph);
  pnyx_scenario_free (net->scenario);
  g_free (net);
}

PnyxItemId
test_net_publish (TestNet *net, guint from)
{
  PnyxItemParams params = { .channel = net->channel,
                            .subject = net->items,
                            .id = pnyx_hash_mix (77, net->items),
                            .size = net->params.size,
                            .compact = net->params.compact,
                            .missing = net->params.missing };
  PnyxItemId item = pnyx_network_item_new (net->network, &params);

  net->items++;
  for (guint i = 0; i < net->params.n; i++)
    net->received[i] = -1;
  pnyx_network_publish (net->network, net->node[from], item);
  return item;
}

gdouble
test_net_received (const TestNet *net, guint place)
{
  return pnyx_time_to_seconds (net->received[place]);
}
