/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_CORES_H
#define PNYX_NET_CORES_H

#include "net/network.h"

/** PnyxCores: the nodes' cores: one queue for each node, k servers, priorities, no preemption. */
typedef struct _PnyxCores PnyxCores;

PnyxCores *pnyx_cores_new (PnyxNetwork *network);
guint pnyx_cores_add_job (PnyxCores *cores, guint32 chain, PnyxJob job, gpointer self);
void pnyx_cores_submit (PnyxCores *cores, PnyxNodeId node, guint job, guint32 payload,
                        PnyxTime duration, PnyxPriority priority, PnyxWorkKind kind);
/** pnyx_cores_reset: the node goes offline: all of its work is lost. */
void pnyx_cores_reset (PnyxCores *cores, PnyxNodeId node);

#endif
