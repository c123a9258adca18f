/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_SPREAD_H
#define PNYX_NET_SPREAD_H

#include "net/network.h"

/*
 * The way of one small message over the mesh of its topic without an event for each copy: exact
 * first arrivals, found when somebody asks for them. A message may have versions (aggregates of
 * the same votes), each with one or more makers; a node drops what a version that it has covers,
 * and forwards the rest once it has checked it. Copies meet the delays that events would meet.
 */
typedef struct _PnyxSpread PnyxSpread;

#define PNYX_SPREAD_VERSIONS 64 /* most versions of a message */

/** PnyxSpreadVerdict: what a node does with what it has checked. */
typedef enum
{
  PNYX_SPREAD_DROP,    /* it is of no use; the node has it not */
  PNYX_SPREAD_KEEP,    /* has it */
  PNYX_SPREAD_FORWARD, /* has it and forwards it */
} PnyxSpreadVerdict;

/** PnyxSpreadImport: @node has checked @version at @time: called in order of time, once for each
 * node and version that it keeps. */
typedef PnyxSpreadVerdict (*PnyxSpreadImport) (gpointer user, PnyxNodeId node, guint version,
                                               PnyxTime time);

/**
 * pnyx_network_can_spread:
 *
 * Returns: whether first arrivals follow from delays alone: gossipsub, no loss, no bound on the
 * delay; FALSE with @error at @place where not.
 */
gboolean pnyx_network_can_spread (const PnyxNetwork *network, const PnyxPlace *place,
                                  GError **error);

/** pnyx_network_version: Returns: a number that grows whenever meshes, cuts or outages change. */
guint32 pnyx_network_version (const PnyxNetwork *network);

/** pnyx_network_set_path: from now on items of @channel are sent only where the copy is the first
 * that arrives, as far as that is known when it is sent. Copies are not counted. */
void pnyx_network_set_path (PnyxNetwork *network, guint16 channel);

/** PnyxSpreadLimits: how far a message comes as the meshes are now, and how long that may take. */
typedef struct
{
  guint32 version; /* pnyx_network_version that it is true for */
  guint32 n_parts;
  guint32 *part;    /* array length=nodes: part of the mesh that a node is in; nobody offline is in
                       one with others */
  guint32 *size;    /* array length=n_parts: nodes */
  PnyxTime *within; /* array length=n_parts: bound on the time from a maker to all of its part */
} PnyxSpreadLimits;

/**
 * pnyx_spread_limits: a bound that holds whatever is drawn: twice the eccentricity of one node with
 * the slowest draw on every link and @check at every node.
 *
 * Returns: (transfer none): in the world's arena, for good. O(links log nodes).
 */
const PnyxSpreadLimits *pnyx_spread_limits (PnyxNetwork *network, guint16 channel, PnyxTime check);

/** pnyx_network_open_topic: makes the mesh of @channel now, not when it is first asked for. */
void pnyx_network_open_topic (PnyxNetwork *network, guint16 channel);

/** pnyx_network_path_bound: Returns: a bound on pnyx_network_path_delay between any two nodes. */
PnyxTime pnyx_network_path_bound (PnyxNetwork *network);

/**
 * pnyx_spread_new:
 * @channel: whose mesh it takes
 *
 * Returns: (transfer none): a message of which nobody has a version; pnyx_spread_free gives it
 * back.
 */
PnyxSpread *pnyx_spread_new (PnyxNetwork *network, guint16 channel);
void pnyx_spread_free (PnyxSpread *spread);

/**
 * pnyx_spread_add_version:
 * @covered_by: bits of the versions, itself left out, that have all that it has
 * @covers: bits of the versions of which it has all
 * @check: time a node takes to check it
 *
 * Returns: its number.
 */
guint pnyx_spread_add_version (PnyxSpread *spread, guint64 covered_by, guint64 covers,
                               PnyxTime check);

/** pnyx_spread_publish: @node makes @version at @time, at or after what pnyx_spread_advance was
 * last called with; @id: identity of this maker's copy. */
void pnyx_spread_publish (PnyxSpread *spread, PnyxNodeId node, guint version, guint64 id,
                          PnyxTime time);

/** pnyx_spread_advance: what happens up to @until, inclusive; while nothing of
 * pnyx_network_version changes in between. Returns: whether nothing is left under way. */
gboolean pnyx_spread_advance (PnyxSpread *spread, PnyxTime until, PnyxSpreadImport import,
                              gpointer user);

/** pnyx_spread_give: @node has @versions (bits) from before. */
void pnyx_spread_give (PnyxSpread *spread, PnyxNodeId node, guint64 versions);

/** pnyx_spread_has: Returns: bits of the versions that @node has imported. */
guint64 pnyx_spread_has (const PnyxSpread *spread, PnyxNodeId node);

#endif
