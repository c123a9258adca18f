/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_EVENT_H
#define PNYX_ENGINE_EVENT_H

#include "base/types.h"

/**
 * PnyxPhase: order of events within one instant. An event that is scheduled for the present instant
 * must have a later phase than the one that schedules it.
 */
typedef enum
{
  PNYX_PHASE_ENVIRONMENT, /* faults, partitions, upgrades, price shocks */
  PNYX_PHASE_DELIVERY,    /* messages, transfers, finished work */
  PNYX_PHASE_TIMER,       /* duties and timers of protocols */
  PNYX_PHASE_RUSHING,     /* an adversary that acts after all honest messages of an instant */
  PNYX_PHASE_OBSERVATION, /* metrics, checkers, end of run */
} PnyxPhase;

/**
 * PnyxEvent: something that happens. The total order is (time, order, target, source, type,
 * generation, payload), compared as integers: it never depends on insertion.
 */
typedef struct
{
  PnyxTime time;
  guint64 order;      /* phase in the top 3 bits, below it 61 bits of a hash of domain identity */
  guint32 target;     /* node, or whatever the handler of @type means by it */
  guint32 source;     /* node that caused it, or PNYX_NONE */
  guint32 payload;    /* index of a message, block, timer ... */
  guint16 type;       /* handler: pnyx_world_add_handler */
  guint16 generation; /* for cancelling and for connections that were reset */
} PnyxEvent;

G_STATIC_ASSERT (sizeof (PnyxEvent) == 32);

#define PNYX_ORDER_TIE_BITS 61

static inline guint64
pnyx_event_order (PnyxPhase phase, guint64 tie)
{
  return ((guint64)phase << PNYX_ORDER_TIE_BITS) | (tie >> (64 - PNYX_ORDER_TIE_BITS));
}

static inline PnyxPhase
pnyx_event_phase (const PnyxEvent *event)
{
  return (PnyxPhase)(event->order >> PNYX_ORDER_TIE_BITS);
}

/** pnyx_event_before: Returns: whether @a comes before @b in the total order. */
static inline gboolean
pnyx_event_before (const PnyxEvent *a, const PnyxEvent *b)
{
  if (a->time != b->time)
    return a->time < b->time;
  if (a->order != b->order)
    return a->order < b->order;
  if (a->target != b->target)
    return a->target < b->target;
  if (a->source != b->source)
    return a->source < b->source;
  if (a->type != b->type)
    return a->type < b->type;
  if (a->generation != b->generation)
    return a->generation < b->generation;
  return a->payload < b->payload;
}

#endif
