/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_NODES_H
#define PNYX_NET_NODES_H

#include "base/arena.h"
#include "engine/world.h"
#include "net/regions.h"

/** PnyxNodeClass: properties that correlate and are therefore drawn whole. */
typedef struct
{
  const gchar *name;
  const gchar *hardware; /* name in the energy profile */
  gdouble share;
  PnyxTime last_mile;
  gdouble upload; /* bit/s; NaN: the region's, else unlimited */
  gdouble download;
  guint64 cores;
  gboolean nat;
} PnyxNodeClass;

/** PnyxNodes: attributes by node id, in the world's arena; constant during a run. */
typedef struct
{
  guint32 n;
  guint32 n_classes, n_clients, n_operators;
  const PnyxNodeClass *classes; /* array length=n_classes */
  const gchar *const *clients;  /* names: array length=n_clients */
  guint16 *region;
  guint8 *class_of;
  guint8 *client;
  guint32 *operator_of;
  gdouble *upload;   /* ns for each byte; 0: unlimited */
  gdouble *download; /* ns for each byte; 0: unlimited */
  guint16 *cores;
  PnyxTime *clock_offset; /* NULL: all 0 */
} PnyxNodes;

extern const PnyxElement pnyx_element_class;
extern const PnyxElement pnyx_element_client;

/**
 * pnyx_nodes_init:
 * @section: `<network>`
 * @n: nodes
 * @regions: (nullable): NULL puts all nodes into region 0
 */
void pnyx_nodes_init (PnyxNodes *nodes, PnyxWorld *world, const PnyxSection *section, guint32 n,
                      const PnyxRegions *regions);

/**
 * pnyx_nodes_nat:
 * @section: `<network>`
 *
 * Returns: (transfer full) (nullable) (array length=n): which nodes of this world accept no inbound
 * connection, as pnyx_nodes_init will place the classes; NULL: all accept.
 */
gboolean *pnyx_nodes_nat (const PnyxWorld *world, const PnyxSection *section, guint32 n);

/**
 * pnyx_nodes_check_shares: nodes can be given to classes and clients.
 * @section: `<network>`
 *
 * Errors: PNYX_ERROR_RANGE at @section where all of either have share 0.
 */
gboolean pnyx_nodes_check_shares (const PnyxSection *section, GError **error);

/**
 * pnyx_nodes_assign:
 * @weights: (array length=k): at least 0, one above
 * @rng: which node gets which
 * @assigned: (out caller-allocates) (array length=n): index of a weight
 *
 * Gives each weight its quota of @n by largest remainders and spreads them at random: shares are
 * exact, so replicates do not differ by them.
 */
void pnyx_nodes_assign (const gdouble *weights, guint k, guint32 n, const PnyxRng *rng,
                        guint32 *assigned);

#endif
