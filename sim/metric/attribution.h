/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose the idle energy of nodes is that several chains share. */
#ifndef PNYX_METRIC_ATTRIBUTION_H
#define PNYX_METRIC_ATTRIBUTION_H

#include "metric/metric.h"

typedef struct _PnyxIdleShares PnyxIdleShares;

/** pnyx_idle_shares_new: in the arena of the world. Keeps times of nodes only where `cpu` with
 * several chains needs them. */
PnyxIdleShares *pnyx_idle_shares_new (const PnyxObserved *observed);
/** pnyx_idle_shares_online: @node was online for @time more. */
void pnyx_idle_shares_online (PnyxIdleShares *shares, PnyxNodeId node, PnyxTime time);
/** pnyx_idle_shares_work: a core of @node was busy for @time more on behalf of @chain; PNYX_NONE:
 * of no chain. */
void pnyx_idle_shares_work (PnyxIdleShares *shares, PnyxNodeId node, guint32 chain, PnyxTime time);

/**
 * pnyx_idle_shares_get:
 * @shares_of: (out) (array length=chains): part of the idle energy of the nodes of @region and
 *   @class_of that is each chain's; they sum to at most 1. A node's is divided as its busy time
 *   was, weighted by its time online; that of a node that did nothing is nobody's.
 */
void pnyx_idle_shares_get (const PnyxIdleShares *shares, guint region, guint class_of,
                           gdouble *shares_of);

#endif
