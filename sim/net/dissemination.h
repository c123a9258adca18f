/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_DISSEMINATION_H
#define PNYX_NET_DISSEMINATION_H

#include "net/network.h"

/**
 * PnyxDisseminationOps: how an item gets from its maker to all nodes. Implementations live in
 * sim/net and send with the functions of network_priv.h. Requests (PNYX_WIRE_GET and the ranges)
 * are answered by request.c for all of them.
 */
typedef struct
{
  PnyxComponent component;
  gboolean compact; /* recent items that have a short form are sent in it when asked for */
  gsize state_size;
  void (*init) (gpointer self, gconstpointer params,
                PnyxNetwork *network); /* NULL: nothing to do; may set network->known */
  /* @node has made @item. */
  void (*publish) (gpointer self, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item);
  /* First complete receipt, before validation, over @hop; NULL: nothing to do. */
  void (*first) (gpointer self, PnyxNetwork *network, PnyxNodeId node, guint32 hop,
                 PnyxItemId item);
  /* A message that request.c does not deal with has come from the other end of @hop. */
  void (*receive) (gpointer self, PnyxNetwork *network, PnyxNodeId node, guint32 hop,
                   PnyxItemId item, PnyxWire wire);
  /* @node found @item valid. */
  void (*validated) (gpointer self, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item);
  /* An outage of @node has begun or ended; PNYX_NONE: a cut has. NULL: nothing to do. */
  void (*reachable) (gpointer self, PnyxNetwork *network, PnyxNodeId node);
} PnyxDisseminationOps;

extern const PnyxKind pnyx_dissemination_kind;
extern const PnyxElement pnyx_element_dissemination;

extern const PnyxDisseminationOps pnyx_dissemination_flood;
extern const PnyxDisseminationOps pnyx_dissemination_announce;
extern const PnyxDisseminationOps pnyx_dissemination_compact;
extern const PnyxDisseminationOps pnyx_dissemination_direct;
extern const PnyxDisseminationOps pnyx_dissemination_gossipsub;

#endif
