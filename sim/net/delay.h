/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_DELAY_H
#define PNYX_NET_DELAY_H

#include "net/network.h"

/** PnyxFlight: one copy on its way, as a delay model sees it. */
typedef struct
{
  PnyxTime sent;
  PnyxTime half_rtt;  /* of the pair of regions, without jitter and last miles */
  PnyxTime last_mile; /* of both ends together */
  PnyxNodeId from, to;
  guint32 word; /* uniform, a pure function of (message, link) */
} PnyxFlight;

/** PnyxDelayOps: how long a copy is under way, beside bandwidth and loss. */
typedef struct
{
  PnyxComponent component;
  gboolean needs_regions; /* half_rtt and last_mile are wanted */
  gboolean tcp;           /* connections of TCP: slow start and loss apply */
  gsize state_size;
  void (*init) (gpointer self, gconstpointer params, PnyxWorld *world);
  void (*clear) (gpointer self); /* NULL: nothing owned outside the world */
  PnyxTime (*delay) (const void *self, const PnyxFlight *flight); /* at least 1 ns */
  /* The same for @n flights of one sender; NULL: one by one. */
  void (*delays) (const void *self, const PnyxFlight *flights, guint n, PnyxTime *delays);
  /* Latest time at which what is sent at @sent is handled. Where there is one the delay is end to
   * end: bandwidth, work of cores and loss beside it are refused. NULL: none. */
  PnyxTime (*bound) (const void *self, PnyxTime sent);
  /* Whether all nodes have an item within the bound from when one honest node has it. NULL: no. */
  gboolean (*relays) (const void *self);
} PnyxDelayOps;

extern const PnyxKind pnyx_delay_kind;
extern const PnyxElement pnyx_element_delay;

extern const PnyxDelayOps pnyx_delay_measured;
extern const PnyxDelayOps pnyx_delay_distribution;
extern const PnyxDelayOps pnyx_delay_bounded;

#endif
