/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_PATH_H
#define PNYX_NET_PATH_H

#include "net/network.h"

/**
 * PnyxPaths: sampled path arrival: the shortest path of connections from a node to all others by
 * the delays without jitter, computed once for each destination that is asked for. For messages of
 * which each alone changes nothing (transactions, single attestations): a copy at every node would
 * cost everything and show nothing.
 */
typedef struct _PnyxPaths PnyxPaths;

/** pnyx_paths_hops: Returns: connections on the path from @from to @to; delay without jitter in
 * @base (ns). */
guint32 pnyx_paths_hops (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, PnyxTime *base);

#endif
