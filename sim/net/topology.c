/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Graphs of connections. igraph lives here and nowhere else: Debian builds it without thread
 * safety, so every call stands behind one lock (the only one in a simulation), with its generator
 * seeded from the world's key each time. Graphs become plain arrays at once.
 */
#include "net/topology.h"

#include <igraph.h>
#include <math.h>
#include <string.h>

#define EDGES_MAX 200000000

static GMutex igraph_lock;

PnyxGraph *
pnyx_graph_new (guint32 n, const guint32 *edges, gsize n_edges)
{
  PnyxGraph *graph = g_new0 (PnyxGraph, 1);
  g_autofree guint32 *fill = g_new0 (guint32, (gsize)n + 1);
  guint32 kept = 0;

  graph->n = n;
  graph->offsets = g_new0 (guint32, (gsize)n + 1);
  graph->neighbours = g_new (guint32, 2 * n_edges + 2);
  for (gsize i = 0; i < 2 * n_edges; i++)
    graph->offsets[edges[i] + 1]++;
  for (guint32 node = 0; node < n; node++)
    graph->offsets[node + 1] += graph->offsets[node];
  memcpy (fill, graph->offsets, sizeof *fill * n);
  for (gsize i = 0; i < 2 * n_edges; i++)
    graph->neighbours[fill[edges[i]]++] = edges[i ^ 1];
  for (guint32 node = 0; node < n; node++)
    {
      guint32 begin = graph->offsets[node];
      guint32 end = graph->offsets[node + 1];
      guint32 start = kept;

      for (guint32 i = begin + 1; i < end; i++) /* rows are short: insertion sort */
        {
          guint32 value = graph->neighbours[i];
          guint32 j = i;

          for (; j > begin && graph->neighbours[j - 1] > value; j--)
            graph->neighbours[j] = graph->neighbours[j - 1];
          graph->neighbours[j] = value;
        }
      graph->offsets[node] = start;
      for (guint32 i = begin; i < end; i++)
        if (graph->neighbours[i] != node
            && (kept == start || graph->neighbours[kept - 1] != graph->neighbours[i]))
          graph->neighbours[kept++] = graph->neighbours[i];
    }
  graph->offsets[n] = kept;
  return graph;
}

void
pnyx_graph_free (PnyxGraph *graph)
{
  if (graph == NULL)
    return;
  g_free (graph->offsets);
  g_free (graph->neighbours);
  g_free (graph);
}

const gchar *
pnyx_topology_library (void)
{
  return "igraph " IGRAPH_VERSION;
}

guint32
pnyx_graph_components (const PnyxGraph *graph)
{
  g_autofree guint8 *seen = g_new0 (guint8, MAX (graph->n, 1));
  g_autofree guint32 *stack = g_new (guint32, MAX (graph->n, 1));
  guint32 components = 0;

  for (guint32 root = 0; root < graph->n; root++)
    {
      gsize top = 0;

      if (seen[root])
        continue;
      components++;
      seen[root] = 1;
      stack[top++] = root;
      while (top > 0)
        {
          guint32 node = stack[--top];

          for (guint32 i = graph->offsets[node]; i < graph->offsets[node + 1]; i++)
            if (!seen[graph->neighbours[i]])
              {
                seen[graph->neighbours[i]] = 1;
                stack[top++] = graph->neighbours[i];
              }
        }
    }
  return components;
}

static PnyxGraph *
take_igraph (igraph_t *source)
{
  gsize n_edges = (gsize)igraph_ecount (source);
  g_autofree guint32 *edges = g_new (guint32, 2 * n_edges + 2);
  guint32 n = (guint32)igraph_vcount (source);

  for (gsize i = 0; i < n_edges; i++)
    {
      edges[2 * i] = (guint32)IGRAPH_FROM (source, (igraph_integer_t)i);
      edges[2 * i + 1] = (guint32)IGRAPH_TO (source, (igraph_integer_t)i);
    }
  igraph_destroy (source);
  return pnyx_graph_new (n, edges, n_edges);
}

/* Runs with the lock held: igraph's error handler and generator are global. */
static PnyxGraph *
finish_igraph (igraph_error_t code, igraph_t *source, const PnyxTopologyRequest *request,
               GError **error)
{
  if (code == IGRAPH_SUCCESS)
    return take_igraph (source);
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &request->place, "no such graph of %u nodes: %s",
                     request->n, igraph_strerror (code));
  return NULL;
}

/* As many as a complete graph may have: memory for more is asked of the machine all at once. */
static gboolean
check_edges (const PnyxTopologyRequest *request, gdouble degree, GError **error)
{
  gdouble edges = request->n * degree / 2;

  if (edges <= EDGES_MAX)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &request->place,
                     "a graph of %.0f connections is too large (expected at most %d)", edges,
                     EDGES_MAX);
  return FALSE;
}

static void
begin_igraph (const PnyxTopologyRequest *request)
{
  igraph_set_error_handler (igraph_error_handler_ignore);
  igraph_set_warning_handler (igraph_warning_handler_ignore);
  igraph_rng_seed (igraph_rng_default (), (igraph_uint_t)pnyx_rng_u64 (&request->rng, 0, 0));
}

typedef struct
{
  guint64 degree;
} RegularParams;

static const PnyxParam regular_params[] = {
  { .name = "degree",
    .type = PNYX_PARAM_COUNT,
    .fallback = "8",
    .min = "1",
    .max = "1000",
    .offset = offsetof (RegularParams, degree),
    .meaning = "Connections of each node." },
};

static PnyxGraph *
regular_make (gconstpointer params, const PnyxTopologyRequest *request, GError **error)
{
  const RegularParams *p = params;
  igraph_t graph;

  if (p->degree >= request->n || (p->degree * request->n) % 2 != 0)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &request->place,
                         "no graph of %u nodes has degree %" G_GUINT64_FORMAT
                         " (expected a degree below the number of nodes, and an even product)",
                         request->n, p->degree);
      return NULL;
    }
  if (!check_edges (request, (gdouble)p->degree, error))
    return NULL;
  begin_igraph (request);
  return finish_igraph (igraph_k_regular_game (&graph, request->n, (igraph_integer_t)p->degree,
                                               IGRAPH_UNDIRECTED, FALSE),
                        &graph, request, error);
}

static const PnyxTopologyOps topology_regular = {
  .component = { .name = "random-regular",
                 .summary = "Every node has the same number of random connections.",
                 .source = "igraph: igraph_k_regular_game",
                 .params = regular_params,
                 .n_params = G_N_ELEMENTS (regular_params),
                 .params_size = sizeof (RegularParams) },
  .make = regular_make,
};

typedef struct
{
  gdouble degree;
} MeanDegreeParams;

static const PnyxParam mean_degree_params[] = {
  { .name = "degree",
    .type = PNYX_PARAM_REAL,
    .fallback = "16",
    .min = "0",
    .max = "1000",
    .offset = offsetof (MeanDegreeParams, degree),
    .meaning = "Mean number of connections." },
};

static PnyxGraph *
erdos_make (gconstpointer params, const PnyxTopologyRequest *request, GError **error)
{
  const MeanDegreeParams *p = params;
  gdouble probability = request->n > 1 ? p->degree / (request->n - 1) : 0;
  igraph_t graph;

  if (!check_edges (request, p->degree, error))
    return NULL;
  begin_igraph (request);
  return finish_igraph (igraph_erdos_renyi_game_gnp (&graph, request->n, MIN (probability, 1),
                                                     IGRAPH_UNDIRECTED, FALSE),
                        &graph, request, error);
}

static const PnyxTopologyOps topology_erdos = {
  .component = { .name = "erdos-renyi",
                 .summary = "Every pair of nodes is connected with the same probability.",
                 .source = "igraph: igraph_erdos_renyi_game_gnp",
                 .params = mean_degree_params,
                 .n_params = G_N_ELEMENTS (mean_degree_params),
                 .params_size = sizeof (MeanDegreeParams) },
  .make = erdos_make,
};

typedef struct
{
  guint64 degree;
  gdouble rewiring;
} SmallWorldParams;

static const PnyxParam small_world_params[] = {
  { .name = "degree",
    .type = PNYX_PARAM_COUNT,
    .fallback = "8",
    .min = "2",
    .max = "1000",
    .offset = offsetof (SmallWorldParams, degree),
    .meaning = "Connections of each node on the ring before rewiring; even." },
  { .name = "rewiring",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.1",
    .min = "0",
    .max = "1",
    .offset = offsetof (SmallWorldParams, rewiring),
    .meaning = "Probability with which each end of a connection is rewired to a random node." },
};

static PnyxGraph *
small_world_make (gconstpointer params, const PnyxTopologyRequest *request, GError **error)
{
  const SmallWorldParams *p = params;
  igraph_t graph;

  if (p->degree % 2 != 0 || p->degree >= request->n)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &request->place,
                         "degree is %" G_GUINT64_FORMAT
                         " (expected an even number below the number of nodes)",
                         p->degree);
      return NULL;
    }
  if (!check_edges (request, (gdouble)p->degree, error))
    return NULL;
  begin_igraph (request);
  return finish_igraph (igraph_watts_strogatz_game (&graph, 1, request->n,
                                                    (igraph_integer_t)p->degree / 2, p->rewiring,
                                                    FALSE, FALSE),
                        &graph, request, error);
}

static const PnyxTopologyOps topology_small_world = {
  .component = { .name = "watts-strogatz",
                 .summary = "A ring lattice with some connections rewired at random.",
                 .source = "Watts & Strogatz, Nature 393 (1998); igraph_watts_strogatz_game",
                 .params = small_world_params,
                 .n_params = G_N_ELEMENTS (small_world_params),
                 .params_size = sizeof (SmallWorldParams) },
  .make = small_world_make,
};

static PnyxGraph *
scale_free_make (gconstpointer params, const PnyxTopologyRequest *request, GError **error)
{
  const RegularParams *p = params;
  igraph_t graph;

  if (!check_edges (request, 2.0 * (gdouble)p->degree, error))
    return NULL;
  begin_igraph (request);
  return finish_igraph (igraph_barabasi_game (&graph, request->n, 1, (igraph_integer_t)p->degree,
                                              NULL, TRUE, 1, IGRAPH_UNDIRECTED,
                                              IGRAPH_BARABASI_PSUMTREE, NULL),
                        &graph, request, error);
}

static const PnyxParam scale_free_params[] = {
  { .name = "edges",
    .type = PNYX_PARAM_COUNT,
    .fallback = "4",
    .min = "1",
    .max = "1000",
    .offset = offsetof (RegularParams, degree),
    .meaning = "Connections that each new node opens; the mean degree is twice that." },
};

static const PnyxTopologyOps topology_scale_free = {
  .component = { .name = "barabasi-albert",
                 .summary = "Nodes join one by one and prefer well-connected peers.",
                 .source = "Barabasi & Albert, Science 286 (1999); igraph_barabasi_game",
                 .params = scale_free_params,
                 .n_params = G_N_ELEMENTS (scale_free_params),
                 .params_size = sizeof (RegularParams) },
  .make = scale_free_make,
};

static PnyxGraph *
geometric_make (gconstpointer params, const PnyxTopologyRequest *request, GError **error)
{
  const MeanDegreeParams *p = params;
  igraph_t graph;

  if (!check_edges (request, p->degree, error))
    return NULL;
  begin_igraph (request);
  return finish_igraph (igraph_grg_game (&graph, request->n,
                                         sqrt (p->degree / (G_PI * MAX (request->n - 1, 1))), TRUE,
                                         NULL, NULL),
                        &graph, request, error);
}

static const PnyxTopologyOps topology_geometric = {
  .component = { .name = "geometric",
                 .summary = "Random points on a torus, connected where they lie near each other.",
                 .source = "igraph: igraph_grg_game",
                 .limits = "The points are not the regions' places.",
                 .params = mean_degree_params,
                 .n_params = G_N_ELEMENTS (mean_degree_params),
                 .params_size = sizeof (MeanDegreeParams) },
  .make = geometric_make,
};

static PnyxGraph *
complete_make (gconstpointer params, const PnyxTopologyRequest *request, GError **error)
{
  igraph_t graph;

  (void)params;
  if (request->n > 20000)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &request->place,
                         "a complete graph of %u nodes is too large (expected at most 20000)",
                         request->n);
      return NULL;
    }
  return finish_igraph (igraph_full (&graph, request->n, IGRAPH_UNDIRECTED, IGRAPH_NO_LOOPS),
                        &graph, request, error);
}

static const PnyxTopologyOps topology_complete = {
  .component = { .name = "complete",
                 .summary = "Every node is connected with every other.",
                 .source = "igraph: igraph_full" },
  .make = complete_make,
};

typedef struct
{
  const PnyxDistribution *outbound;
  guint64 inbound_max;
} OutboundParams;

static const PnyxParam outbound_params[] = {
  { .name = "outbound",
    .type = PNYX_PARAM_DISTRIBUTION,
    .fallback = "8",
    .offset = offsetof (OutboundParams, outbound),
    .meaning = "Connections that a node opens to random peers.",
    .source = "Bitcoin Core: MAX_OUTBOUND_FULL_RELAY_CONNECTIONS" },
  { .name = "inbound-max",
    .type = PNYX_PARAM_COUNT,
    .fallback = "115",
    .min = "1",
    .max = "100000",
    .offset = offsetof (OutboundParams, inbound_max),
    .meaning = "Connections that a node accepts.",
    .source = "Bitcoin Core: DEFAULT_MAX_PEER_CONNECTIONS 125 less 10 outbound" },
};

/* Each node asks random peers until it has its number or has asked many times in vain. */
static PnyxGraph *
outbound_make (gconstpointer params, const PnyxTopologyRequest *request, GError **error)
{
  const OutboundParams *p = params;
  g_autofree guint32 *inbound = g_new0 (guint32, request->n);
  g_autoptr (GArray) edges = g_array_new (FALSE, FALSE, sizeof (guint32));

  (void)error;
  for (guint32 node = 0; node < request->n; node++)
    {
      PnyxRngCursor cursor;
      guint32 first = edges->len;
      gdouble wanted = pnyx_distribution_sample (p->outbound, &request->rng, node, 1);
      gint64 left = (gint64)floor (CLAMP (wanted, 0, request->n - 1) + 0.5);

      pnyx_rng_cursor_init (&cursor, &request->rng, node, 2);
      for (guint tries = 0; left > 0 && tries < 1000; tries++)
        {
          guint32 peer = (guint32)pnyx_rng_cursor_below (&cursor, request->n);
          gboolean taken = peer == node || inbound[peer] >= p->inbound_max
                           || (request->nat != NULL && request->nat[peer]);

          for (guint32 i = first; i < edges->len && !taken; i += 2)
            taken = g_array_index (edges, guint32, i + 1) == peer;
          if (taken)
            continue;
          g_array_append_val (edges, node);
          g_array_append_val (edges, peer);
          inbound[peer]++;
          left--;
        }
    }
  return pnyx_graph_new (request->n, (guint32 *)(gpointer)edges->data, edges->len / 2);
}

static const PnyxTopologyOps topology_outbound = {
  .component = { .name = "outbound",
                 .summary = "Every node opens connections to random peers that accept them, as "
                            "Bitcoin's nodes do.",
                 .source = "Bitcoin Core 0.21, net.h; SimBlock, routing table BitcoinCoreTable",
                 .params = outbound_params,
                 .n_params = G_N_ELEMENTS (outbound_params),
                 .params_size = sizeof (OutboundParams) },
  .uses_nat = TRUE,
  .make = outbound_make,
};

typedef struct
{
  const gchar *file;
} EdgeListParams;

static const PnyxParam edge_list_params[] = {
  { .name = "file",
    .type = PNYX_PARAM_FILE,
    .offset = offsetof (EdgeListParams, file),
    .meaning = "Text file with two node numbers (from 0) a line; # begins a comment." },
};

static gboolean
edge_list_line (const gchar *line, guint32 n, guint32 pair[2])
{
  gchar *end;

  for (guint i = 0; i < 2; i++)
    {
      guint64 value;

      while (*line == ' ' || *line == '\t' || (i == 1 && *line == ','))
        line++;
      if (!g_ascii_isdigit (*line))
        return FALSE;
      value = g_ascii_strtoull (line, &end, 10);
      if (value >= n)
        return FALSE;
      pair[i] = (guint32)value;
      line = end;
    }
  while (g_ascii_isspace (*line))
    line++;
  return *line == '\0';
}

static PnyxGraph *
edge_list_make (gconstpointer params, const PnyxTopologyRequest *request, GError **error)
{
  const EdgeListParams *p = params;
  g_autofree gchar *text = NULL;
  gchar *rest, *line;
  g_autoptr (GError) cause = NULL;
  g_autoptr (GArray) edges = g_array_new (FALSE, FALSE, sizeof (guint32));

  if (!g_file_get_contents (p->file, &text, NULL, &cause))
    {
      pnyx_set_error_at (error, PNYX_ERROR_IO, &request->place, "%s", cause->message);
      return NULL;
    }
  rest = text;
  for (guint i = 1; (line = strsep (&rest, "\n")) != NULL; i++)
    {
      guint32 pair[2];
      gchar *comment = strchr (line, '#');

      if (comment != NULL)
        *comment = '\0';
      if (*g_strstrip (line) == '\0')
        continue;
      if (!edge_list_line (line, request->n, pair))
        {
          PnyxPlace place = { .file = p->file, .line = i };

          pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place,
                             "not an edge (expected two node numbers from 0 to %u)",
                             request->n - 1);
          return NULL;
        }
      g_array_append_vals (edges, pair, 2);
    }
  return pnyx_graph_new (request->n, (guint32 *)(gpointer)edges->data, edges->len / 2);
}

static const PnyxTopologyOps topology_edge_list = {
  .component = { .name = "edge-list",
                 .summary = "The connections that a file lists.",
                 .source = "the user's own",
                 .params = edge_list_params,
                 .n_params = G_N_ELEMENTS (edge_list_params),
                 .params_size = sizeof (EdgeListParams) },
  .make = edge_list_make,
};

static const PnyxTopologyOps *const topologies[] = {
  &topology_regular,    &topology_outbound,  &topology_erdos,    &topology_small_world,
  &topology_scale_free, &topology_geometric, &topology_complete, &topology_edge_list,
};

static const PnyxComponent *
topology_get (gsize i)
{
  return i < G_N_ELEMENTS (topologies) ? &topologies[i]->component : NULL;
}

const PnyxKind pnyx_topology_kind = {
  .name = "topology",
  .meaning = "Who is connected with whom.",
  .get = topology_get,
};

const PnyxElement pnyx_element_topology = {
  .name = "topology",
  .meaning = "The graph of connections.",
  .kind = &pnyx_topology_kind,
  .default_kind = "random-regular",
};

PnyxGraph *
pnyx_topology_make (const PnyxSection *section, const PnyxTopologyRequest *request, GError **error)
{
  const PnyxTopologyOps *ops = (const PnyxTopologyOps *)section->component;
  PnyxGraph *graph;
  guint32 components;

  if (request->n == 1)
    return pnyx_graph_new (1, NULL, 0);
  g_mutex_lock (&igraph_lock);
  graph = ops->make (section->component_params, request, error);
  g_mutex_unlock (&igraph_lock);
  if (graph == NULL)
    return NULL;
  components = pnyx_graph_components (graph);
  if (components == 1)
    return graph;
  pnyx_set_error_at (
      error, PNYX_ERROR_RANGE, &request->place,
      "the %s graph falls into %u parts (expected a connected one: more connections, "
      "or another seed)",
      section->component->name, components);
  pnyx_graph_free (graph);
  return NULL;
}
