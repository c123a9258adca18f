/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mesh of a topic: a sparse graph inside the graph of connections. Not installed. */
#ifndef PNYX_NET_MESH_PRIV_H
#define PNYX_NET_MESH_PRIV_H

#include "net/network_priv.h"

/** PnyxMeshLimits: D_low, D and D_high of gossipsub. */
typedef struct
{
  guint32 low, degree, high;
} PnyxMeshLimits;

/** PnyxMeshPeer: what a copy to a mesh peer meets; four of them lie on a line of memory. */
typedef struct
{
  guint32 node;
  guint32 least;    /* ns: no copy is faster, whatever is drawn */
  guint32 half_rtt; /* ns */
  guint16 position; /* among the sender's links */
  guint16 pair;     /* see PnyxLink */
} PnyxMeshPeer;

/** PnyxMesh: who is in whose mesh; always symmetric. */
typedef struct
{
  guint16 topic;
  gboolean connected;  /* as it was made: all nodes are joined by it */
  guint16 *degrees;    /* array length=n */
  guint16 *rows;       /* parallel to graph->neighbours: at offsets[node] begin the positions of the
                          mesh peers of node among its links, ascending */
  guint32 stride;      /* of the next two; 0: nobody has opened the mesh, see network_mesh_open */
  PnyxMeshPeer *peers; /* [node][stride]: in the order of the row */
  guint16 *reverses;   /* likewise: position of the node among the peer's links */
  PnyxTime *backoff;   /* parallel to graph->neighbours: no grafting before; NULL: never pruned */
} PnyxMesh;

/**
 * network_mesh_new: a static mesh, as near to @limits->degree at every node as the connections
 * permit: none above @limits->high, and all connections of a node that has no more than the degree,
 * unless its peers are full. Joined into one where that can be done without going above the degree.
 *
 * A pure function of @rng, @topic and the graph. O(links log links).
 */
PnyxMesh *network_mesh_new (PnyxNetwork *network, const PnyxRng *rng, guint16 topic,
                            const PnyxMeshLimits *limits);

static inline const guint16 *
network_mesh_row (const PnyxMesh *mesh, const PnyxNetwork *network, PnyxNodeId node)
{
  return mesh->rows + network->graph->offsets[node];
}

/* From now on @mesh keeps peers and links of its own. */
void network_mesh_open (PnyxMesh *mesh, const PnyxNetwork *network);

static inline void
network_mesh_warm (const PnyxMesh *mesh, PnyxNodeId node)
{
  const gchar *peers;

  if (mesh->stride == 0)
    return; /* not open: its links are the network's */
  peers = (const gchar *)(mesh->peers + (gsize)mesh->stride * node);
  __builtin_prefetch (peers); /* four peers each: few send to more than eight */
  __builtin_prefetch (peers + 64);
}

/* Of link @position of @node, at both ends. */
void network_mesh_link (PnyxMesh *mesh, const PnyxNetwork *network, PnyxNodeId node,
                        guint16 position);
void network_mesh_unlink (PnyxMesh *mesh, const PnyxNetwork *network, PnyxNodeId node,
                          guint16 position);

/* Sends a copy of @item, of a channel of first arrivals, to those of the peers of @from in @mesh,
 * which is open, whom nothing known reaches before. */
void network_send_mesh (PnyxNetwork *network, const PnyxMesh *mesh, PnyxNodeId from,
                        PnyxItemId item);

/* Neither end grafts the other before @until. */
void network_mesh_back_off (PnyxMesh *mesh, PnyxNetwork *network, PnyxNodeId node, guint16 position,
                            PnyxTime until);

/* Writes the positions of the links of @node that are not in the mesh, ascending. Returns: how
 * many. */
guint network_mesh_others (const PnyxMesh *mesh, const PnyxNetwork *network, PnyxNodeId node,
                           guint16 *others);

#endif
