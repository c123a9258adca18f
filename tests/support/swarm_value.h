/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SUPPORT_SWARM_VALUE_H
#define PNYX_SUPPORT_SWARM_VALUE_H

#include "engine/params.h"

/*
 * What stands in the attributes of a random world: every parameter over its whole range, but for
 * those that decide how much a world costs.
 */

/** SwarmDraw: a world that is being drawn. */
typedef struct
{
  GRand *random; /* owned by who draws */
  guint64 number;
  const gchar *protocol;
  const gchar *pool;        /* id of the contract of this kind that others trade in */
  gboolean gasper, classes; /* of the chain; of the oracle */
  guint names;              /* given so far */
} SwarmDraw;

/** swarm_chance: Returns: TRUE with probability @p. */
gboolean swarm_chance (SwarmDraw *draw, gdouble p);

/** swarm_below: Returns: 0 to @n - 1. */
guint swarm_below (SwarmDraw *draw, guint n);

/** swarm_between: Returns: @low to @high; @low where that is no range. */
gdouble swarm_between (SwarmDraw *draw, gdouble low, gdouble high);

/** swarm_span: Returns: (transfer full): a span of time in seconds, slots or epochs. */
gchar *swarm_span (SwarmDraw *draw);

/** swarm_number_of: Returns: @text (nullable) as a number of @param in SI units; @otherwise where
 * it is none. */
gdouble swarm_number_of (const PnyxParam *param, const gchar *text, gdouble otherwise);

/** swarm_is_drawn: Returns: whether parameter @name of element or component @table is ever away
 * from its default. */
gboolean swarm_is_drawn (const gchar *table, const gchar *name);

/**
 * swarm_value: a text for @param of element or component @table.
 * @often: the share of the times that one is drawn which could be left out as well
 *
 * Returns: (transfer full) (nullable): NULL: it is left out. References are empty and venues "all":
 * they are for who knows what there is.
 */
gchar *swarm_value (SwarmDraw *draw, const gchar *table, const PnyxParam *param, gdouble often);

#endif
