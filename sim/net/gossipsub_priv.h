/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the eager and the lazy half of gossipsub share. Not installed. */
#ifndef PNYX_NET_GOSSIPSUB_PRIV_H
#define PNYX_NET_GOSSIPSUB_PRIV_H

#include "net/mesh_priv.h"

/* A topic is a channel and a kind of item, whose numbers are below this. */
#define N_ITEM_KINDS 16
#define N_TOPICS (N_CHANNELS * N_ITEM_KINDS)

enum
{
  LAZY_PUSH_AUTO,
  LAZY_PUSH_TRUE,
  LAZY_PUSH_FALSE,
};

typedef struct
{
  guint64 mesh, mesh_low, mesh_high;
  gboolean flood_publish;
  gboolean idontwant;
  guint64 idontwant_min;
  gint lazy_push;
  PnyxTime heartbeat;
  guint64 history;
  guint64 lazy;
  gdouble gossip_factor;
  gdouble mesh_drop;
} GossipsubParams;

/* An item that a node still announces: counted as under way. */
typedef struct
{
  PnyxItemId item;
  guint16 topic;
  guint16 left; /* heartbeats */
} GossipsubRecent;

typedef struct
{
  PnyxTime beat;     /* when the next heartbeat is due; PNYX_TIME_MAX: nothing to do */
  PnyxTime maintain; /* from when on the meshes want a look; PNYX_TIME_MAX: they do not */
  GossipsubRecent *recent;
  guint32 n_recent, recent_capacity;
} GossipsubPulse;

typedef struct
{
  const GossipsubParams *params; /* borrowed from the scenario */
  PnyxNetwork *network;          /* borrowed */
  PnyxMeshLimits limits;
  PnyxRng graft, phase, peers, lost, opened;
  PnyxMesh *meshes[N_TOPICS];
  guint16 topics[N_TOPICS]; /* that have a mesh, in the order of their first use */
  guint n_topics;
  guint16 *positions;     /* array length=largest degree: scratch */
  guint16 *chosen;        /* likewise */
  GossipsubPulse *pulses; /* array length=n; NULL: no heartbeat yet */
  guint16 beat_type;
} Gossipsub;

/* Whether the connection of @node to @peer is broken: messages are lost, not held back. */
static inline gboolean
gossipsub_is_gone (const PnyxNetwork *network, PnyxNodeId node, PnyxNodeId peer)
{
  guint cut;

  return network->faulty
         && (!pnyx_network_online (network, peer)
             || (network->n_cuts_active > 0
                 && network_cut_between (network, node, peer, FALSE, &cut)));
}

/* gossipsub_mesh: the mesh of @topic, made at its first use. */
PnyxMesh *gossipsub_mesh (Gossipsub *gossipsub, guint16 topic);

/* Handler of heartbeats. */
void gossipsub_on_beat (gpointer self, const PnyxEvent *event);
/* @node has made or validated @item: it is announced at the next heartbeats, where there are any.
 */
void gossipsub_remember (Gossipsub *gossipsub, PnyxNodeId node, PnyxItemId item,
                         const PnyxMesh *mesh);
/* The meshes of @node and its neighbours (PNYX_NONE: of all) want a look. */
void gossipsub_attend (Gossipsub *gossipsub, PnyxNodeId node);

#endif
