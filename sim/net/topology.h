/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_TOPOLOGY_H
#define PNYX_NET_TOPOLOGY_H

#include "base/rng.h"
#include "engine/params.h"

/** PnyxGraph: an undirected graph in compressed rows; neighbours ascending; read-only once made. */
typedef struct
{
  guint32 n;
  guint32 *offsets;    /* owned: array length=n+1 */
  guint32 *neighbours; /* owned: array length=offsets[n] (each edge twice) */
} PnyxGraph;

/** PnyxTopologyRequest: what a topology is made for. */
typedef struct
{
  guint32 n;
  PnyxRng rng;         /* key of (seed, replicate) for this purpose */
  const gboolean *nat; /* (nullable): nodes that accept no inbound connection */
  PnyxPlace place;     /* for messages */
} PnyxTopologyRequest;

typedef struct
{
  PnyxComponent component;
  gboolean uses_nat; /* knows who opens a connection */
  /* Returns: (transfer full): NULL with @error */
  PnyxGraph *(*make) (gconstpointer params, const PnyxTopologyRequest *request, GError **error);
} PnyxTopologyOps;

extern const PnyxKind pnyx_topology_kind;
extern const PnyxElement pnyx_element_topology;

/**
 * pnyx_topology_make:
 * @section: `<topology>`
 *
 * Returns: (transfer full): a connected graph; NULL with @error where the parameters give none.
 * igraph is not thread-safe: calls are serialised by one lock inside.
 */
PnyxGraph *pnyx_topology_make (const PnyxSection *section, const PnyxTopologyRequest *request,
                               GError **error);

/**
 * pnyx_graph_new:
 * @edges: (array length=2*n_edges): pairs of nodes; loops and doubles are dropped
 */
PnyxGraph *pnyx_graph_new (guint32 n, const guint32 *edges, gsize n_edges);
void pnyx_graph_free (PnyxGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxGraph, pnyx_graph_free)

/** pnyx_topology_library: Returns: "igraph 0.10.2". */
const gchar *pnyx_topology_library (void);

/** pnyx_graph_components: Returns: the number of connected components. */
guint32 pnyx_graph_components (const PnyxGraph *graph);

#endif
