/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "net/topology.h"
#include "support/fuzz_file.h"

/* A list of connections gives a graph of the nodes that are there, or is refused. */

#define NODES 12

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const PnyxComponent *
edge_list (void)
{
  const PnyxComponent *component = NULL;

  for (gsize i = 0; (component = pnyx_topology_kind.get (i)) != NULL; i++)
    if (g_str_equal (component->name, "edge-list"))
      return component;
  g_assert_not_reached ();
}

static void
judge_graph (const PnyxGraph *graph)
{
  g_assert_cmpuint (graph->n, ==, NODES);
  g_assert_cmpuint (pnyx_graph_components (graph), >=, 1);
  for (guint32 node = 0; node < NODES; node++)
    for (guint32 i = graph->offsets[node]; i < graph->offsets[node + 1]; i++)
      {
        g_assert_cmpuint (graph->neighbours[i], <, NODES);
        g_assert_cmpuint (graph->neighbours[i], !=, node);
        g_assert_true (i == graph->offsets[node]
                       || graph->neighbours[i] > graph->neighbours[i - 1]);
      }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const PnyxComponent *component = edge_list ();
  const PnyxTopologyOps *ops = (const PnyxTopologyOps *)(gconstpointer)component;
  const PnyxTopologyRequest request = { .n = NODES, .place = { "scenario.xml", 1 } };
  g_autofree gchar *params = g_malloc0 (component->params_size);
  g_auto (FuzzFile) file = { .path = NULL, .is_sample = FALSE };
  g_autoptr (PnyxGraph) graph = NULL;
  g_autoptr (GError) error = NULL;

  if (size > 8192)
    return 0;
  fuzz_file_init (&file, data, size, "0 1 # a comment\n2,3\n\n11\t0\n");
  *(const gchar **)(gpointer)(params + component->params[0].offset) = file.path;
  graph = ops->make (params, &request, &error);
  fuzz_file_judge (graph != NULL, error);
  g_assert_true (graph != NULL || !file.is_sample);
  if (graph != NULL)
    judge_graph (graph);
  return 0;
}
