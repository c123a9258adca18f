/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making a mesh: connections in random order are taken greedily in four passes. First those that
 * join what is not yet joined; then those of nodes that have no more than D connections and so need
 * all; then all between two nodes below D; then those of nodes that are still below D, whose peer
 * goes above it. No pass takes a node above D_high.
 */
#include "net/mesh_priv.h"

#include <string.h>

typedef struct
{
  guint64 key;
  PnyxNodeId node; /* the lower end */
  guint16 position;
} Edge;

typedef struct
{
  PnyxMesh *mesh;
  const PnyxNetwork *network;
  const PnyxMeshLimits *limits;
  Edge *edges; /* each connection once, in random order */
  gsize n_edges;
  PnyxNodeId *parent; /* union-find: node of the same part of the mesh; its own: the part's root */
  guint32 n_parts;
} Making;

static gint
compare_edges (gconstpointer a, gconstpointer b, gpointer user)
{
  const Edge *x = a;
  const Edge *y = b;

  (void)user;
  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  if (x->node != y->node)
    return x->node < y->node ? -1 : 1;
  return (gint)x->position - y->position;
}

/* Ends, not positions, are what an edge draws by. */
static void
order_edges (Making *making, const PnyxRng *rng)
{
  const PnyxGraph *graph = making->network->graph;
  guint64 topic = making->mesh->topic;

  for (PnyxNodeId node = 0; node < graph->n; node++)
    for (guint32 i = graph->offsets[node]; i < graph->offsets[node + 1]; i++)
      if (node < graph->neighbours[i])
        making->edges[making->n_edges++]
            = (Edge){ .key = pnyx_rng_u64 (rng, node, topic << 32 | graph->neighbours[i]),
                      .node = node,
                      .position = (guint16)(i - graph->offsets[node]) };
  g_qsort_with_data (making->edges, (gint)making->n_edges, sizeof *making->edges, compare_edges,
                     NULL);
}

static PnyxNodeId
root_of (Making *making, PnyxNodeId node)
{
  PnyxNodeId *parent = making->parent;

  for (; parent[node] != node; node = parent[node])
    parent[node] = parent[parent[node]];
  return node;
}

static gboolean
is_small (const Making *making, PnyxNodeId node)
{
  return network_degree (making->network, node) <= making->limits->degree;
}

enum
{
  PASS_JOIN,
  PASS_SMALL,
  PASS_FILL,
  PASS_SHORT,
  N_PASSES,
};

static gboolean
is_taken (Making *making, guint pass, PnyxNodeId a, PnyxNodeId b)
{
  guint32 below = MIN (making->mesh->degrees[a], making->mesh->degrees[b]);
  guint32 above = MAX (making->mesh->degrees[a], making->mesh->degrees[b]);

  switch (pass)
    {
    case PASS_JOIN:
      return above < making->limits->degree && root_of (making, a) != root_of (making, b);
    case PASS_SMALL:
      return above < making->limits->high && (is_small (making, a) || is_small (making, b));
    case PASS_FILL:
      return above < making->limits->degree;
    default:
      return below < making->limits->degree && above < making->limits->high;
    }
}

static void
take (Making *making, guint pass)
{
  gsize kept = 0;

  for (gsize i = 0; i < making->n_edges; i++)
    {
      Edge edge = making->edges[i];
      PnyxNodeId peer = network_hop_node (making->network, edge.node, edge.position);
      PnyxNodeId a, b;

      if (!is_taken (making, pass, edge.node, peer))
        {
          making->edges[kept++] = edge;
          continue;
        }
      network_mesh_link (making->mesh, making->network, edge.node, edge.position);
      a = root_of (making, edge.node);
      b = root_of (making, peer);
      making->n_parts -= a != b ? 1 : 0;
      making->parent[MAX (a, b)] = MIN (a, b);
    }
  making->n_edges = kept;
}

PnyxMesh *
network_mesh_new (PnyxNetwork *network, const PnyxRng *rng, guint16 topic,
                  const PnyxMeshLimits *limits)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  const PnyxGraph *graph = network->graph;
  gsize n_links = graph->offsets[graph->n];
  PnyxMesh *mesh = pnyx_arena_array (arena, PnyxMesh, 1);
  Making making = {
    .mesh = mesh,
    .network = network,
    .limits = limits,
    .edges = pnyx_arena_array (arena, Edge, n_links / 2),
    .parent = pnyx_arena_array (arena, PnyxNodeId, graph->n),
    .n_parts = graph->n,
  };

  PNYX_REQUIRE (n_links / 2 <= G_MAXINT);
  mesh->topic = topic;
  mesh->degrees = pnyx_arena_array (arena, guint16, graph->n);
  mesh->rows = pnyx_arena_array (arena, guint16, n_links);
  for (PnyxNodeId node = 0; node < graph->n; node++)
    making.parent[node] = node;
  order_edges (&making, rng);
  for (guint pass = 0; pass < N_PASSES; pass++)
    take (&making, pass);
  mesh->connected = making.n_parts == 1;
  pnyx_arena_release (arena, making.edges, sizeof *making.edges * (n_links / 2));
  pnyx_arena_release (arena, making.parent, sizeof *making.parent * graph->n);
  return mesh;
}

static void
insert (PnyxMesh *mesh, const PnyxNetwork *network, PnyxNodeId node, guint16 position)
{
  guint16 *row = mesh->rows + network->graph->offsets[node];
  guint i = mesh->degrees[node]++;

  for (; i > 0 && row[i - 1] > position; i--)
    row[i] = row[i - 1];
  PNYX_REQUIRE (i == 0 || row[i - 1] != position);
  row[i] = position;
}

static void delete (PnyxMesh *mesh, const PnyxNetwork *network, PnyxNodeId node, guint16 position)
{
  guint16 *row = mesh->rows + network->graph->offsets[node];
  guint n = mesh->degrees[node];
  guint i = 0;

  while (i < n && row[i] != position)
    i++;
  PNYX_REQUIRE (i < n);
  memmove (row + i, row + i + 1, sizeof *row * (n - i - 1));
  mesh->degrees[node]--;
}

#define PEERS_OF_LINE (64 / (guint)sizeof (PnyxMeshPeer))

static void
write_links (PnyxMesh *mesh, const PnyxNetwork *network, PnyxNodeId node)
{
  guint32 offset = network->graph->offsets[node];
  gsize row = (gsize)mesh->stride * node;

  for (guint i = 0; i < mesh->degrees[node]; i++)
    {
      guint16 position = mesh->rows[offset + i];
      const PnyxLink *link = &network->links[offset + position];
      PnyxFlight fastest = { .half_rtt = link->half_rtt,
                             .last_mile = network->last_miles[link->pair],
                             .from = node,
                             .to = link->to,
                             .word = 0 };
      PnyxTime least = network->delay->delay (network->delay_state, &fastest);

      mesh->peers[row + i] = (PnyxMeshPeer){ .node = link->to,
                                             .least = (guint32)MIN (least, G_MAXUINT32),
                                             .half_rtt = link->half_rtt,
                                             .position = position,
                                             .pair = link->pair };
      mesh->reverses[row + i] = link->reverse;
    }
}

/* Rows are whole lines of memory. */
static void
write_all_links (PnyxMesh *mesh, const PnyxNetwork *network)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  guint32 n = network->graph->n, most = 1;

  for (PnyxNodeId node = 0; node < n; node++)
    most = MAX (most, mesh->degrees[node]);
  pnyx_arena_release (arena, mesh->peers, sizeof (PnyxMeshPeer) * mesh->stride * n);
  pnyx_arena_release (arena, mesh->reverses, sizeof (guint16) * mesh->stride * n);
  mesh->stride = (most + PEERS_OF_LINE - 1) / PEERS_OF_LINE * PEERS_OF_LINE;
  mesh->peers = pnyx_arena_array (arena, PnyxMeshPeer, (gsize)mesh->stride * n);
  mesh->reverses = pnyx_arena_array (arena, guint16, (gsize)mesh->stride * n);
  for (PnyxNodeId node = 0; node < n; node++)
    write_links (mesh, network, node);
}

void
network_mesh_open (PnyxMesh *mesh, const PnyxNetwork *network)
{
  if (mesh->stride == 0)
    write_all_links (mesh, network);
}

/* The rows of @a and @b have changed. */
static void
rewrite (PnyxMesh *mesh, const PnyxNetwork *network, PnyxNodeId a, PnyxNodeId b)
{
  if (mesh->stride == 0)
    return;
  if (MAX (mesh->degrees[a], mesh->degrees[b]) > mesh->stride)
    {
      write_all_links (mesh, network);
      return;
    }
  write_links (mesh, network, a);
  write_links (mesh, network, b);
}

void
network_mesh_link (PnyxMesh *mesh, const PnyxNetwork *network, PnyxNodeId node, guint16 position)
{
  const PnyxLink *link = &network->links[network->graph->offsets[node] + position];

  insert (mesh, network, node, position);
  insert (mesh, network, link->to, link->reverse);
  rewrite (mesh, network, node, link->to);
}

void
network_mesh_unlink (PnyxMesh *mesh, const PnyxNetwork *network, PnyxNodeId node, guint16 position)
{
  const PnyxLink *link = &network->links[network->graph->offsets[node] + position];

  delete (mesh, network, node, position);
  delete (mesh, network, link->to, link->reverse);
  rewrite (mesh, network, node, link->to);
}

void
network_mesh_back_off (PnyxMesh *mesh, PnyxNetwork *network, PnyxNodeId node, guint16 position,
                       PnyxTime until)
{
  const PnyxGraph *graph = network->graph;
  const PnyxLink *link = &network->links[graph->offsets[node] + position];

  if (mesh->backoff == NULL)
    mesh->backoff
        = pnyx_arena_array (pnyx_world_arena (network->world), PnyxTime, graph->offsets[graph->n]);
  mesh->backoff[graph->offsets[node] + position] = until;
  mesh->backoff[graph->offsets[link->to] + link->reverse] = until;
}

guint
network_mesh_others (const PnyxMesh *mesh, const PnyxNetwork *network, PnyxNodeId node,
                     guint16 *others)
{
  const guint16 *row = network_mesh_row (mesh, network, node);
  guint32 degree = network_degree (network, node);
  guint n = 0;
  guint in_mesh = 0;

  for (guint32 position = 0; position < degree; position++)
    if (in_mesh < mesh->degrees[node] && row[in_mesh] == position)
      in_mesh++;
    else
      others[n++] = (guint16)position;
  return n;
}
