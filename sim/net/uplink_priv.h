/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_UPLINK_PRIV_H
#define PNYX_NET_UPLINK_PRIV_H

#include "net/network_priv.h"

/**
 * PnyxUplink: the senders' upload queues. First in first out: k copies of S bytes at b bit/s leave
 * after S/b, 2 S/b ... k S/b. Fair (egalitarian processor sharing): all after k S/b.
 */
typedef struct _PnyxUplink PnyxUplink;

PnyxUplink *pnyx_uplink_new (PnyxNetwork *network, gboolean fair);

/** pnyx_uplink_send: queues a copy; network_fly is called when its last byte has left (fifo: at
 * once with the time when it will). */
void pnyx_uplink_send (PnyxUplink *uplink, PnyxLinkWords *cache, PnyxNodeId from, guint32 hop,
                       PnyxItemId item, PnyxWire wire, guint64 size);

/** pnyx_uplink_take: first in first out only: when @size bytes that are sent now have left. */
PnyxTime pnyx_uplink_take (PnyxUplink *uplink, PnyxNodeId from, guint64 size);

/** pnyx_uplink_reset: the node goes offline: what has not left is lost. */
void pnyx_uplink_reset (PnyxUplink *uplink, PnyxNodeId node);

#endif
