/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests, answers and announcements: what all disseminations have in common. Not installed. */
#ifndef PNYX_NET_REQUEST_PRIV_H
#define PNYX_NET_REQUEST_PRIV_H

#include "net/network.h"

/* Bitcoin P2P: header of 24 B, count of 1, one inventory vector of 36. */
#define REQUEST_CONTROL_SIZE 61
/* Header and count, and 81 B for each header (80 and a count of transactions). */
#define REQUEST_RANGE_SIZE(names) (25 + 81 * (guint64)(names))

/* Returns: whether @wire was dealt with here. */
gboolean request_handle (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item,
                         PnyxWire wire);
void request_on_retry (gpointer self, const PnyxEvent *event);
/* @node has validated @item: those who asked meanwhile get it. */
void request_serve_waiting (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item);
/* @item is closed: nobody waits for it any more. */
void request_close (PnyxNetwork *network, PnyxItemId item);

#endif
