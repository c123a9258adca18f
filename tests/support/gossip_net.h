/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network of gossipsub alone: one channel whose owner validates for a given time. */
#ifndef TESTS_SUPPORT_GOSSIP_NET_H
#define TESTS_SUPPORT_GOSSIP_NET_H

#include "net/gossipsub_priv.h"
#include "scenario/reader.h"

typedef struct
{
  guint32 nodes;
  guint32 degree;             /* of the random regular graph of connections; 0: see edges */
  const guint32 *edges;       /* pairs of nodes */
  guint32 n_edges;            /* of them */
  const gchar *network;       /* attributes of <network>; NULL: none */
  const gchar *dissemination; /* attributes of gossipsub */
  gboolean fixed; /* delays: U(20,120) ms for each connection; else so for each message */
  PnyxTime validation;
  guint64 seed;
} GossipNetParams;

typedef struct
{
  GossipNetParams params;
  PnyxScenario *scenario;
  PnyxWorld *world;
  PnyxGraph *graph;
  PnyxRegions *regions;
  PnyxNetwork *network;
  guint16 channel;
  guint job;
  guint items;
  guint reached;      /* nodes that have received the last item, its maker excepted */
  PnyxTime *received; /* array length=nodes: first receipt of the last item; -1: none */
} GossipNet;

GossipNet *gossip_net_new (const GossipNetParams *params);
void gossip_net_free (GossipNet *net);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GossipNet, gossip_net_free)

/* @node publishes a new item of @kind and @size now. Returns: it. */
PnyxItemId gossip_net_publish (GossipNet *net, PnyxNodeId node, guint8 kind, guint64 size);

/* The state of the dissemination and the mesh of a kind. */
Gossipsub *gossip_net_state (GossipNet *net);
PnyxMesh *gossip_net_mesh (GossipNet *net, guint8 kind);
gboolean gossip_net_in_mesh (GossipNet *net, guint8 kind, PnyxNodeId a, PnyxNodeId b);

#endif
