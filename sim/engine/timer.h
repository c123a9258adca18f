/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_TIMER_H
#define PNYX_ENGINE_TIMER_H

#include "engine/world.h"

/**
 * PnyxTimer: a timer that can be set again and cancelled; zeroed memory is a timer that is not set.
 * Nothing is taken out of the queue: an event that was cancelled comes and is not due. 65,536
 * settings while one event is pending would bring a cancelled one back: nobody sets so many.
 */
typedef struct
{
  guint16 generation;
  gboolean set;
} PnyxTimer;

/**
 * pnyx_timer_set: sets @timer, in place of what was pending.
 *
 * Arguments as of pnyx_world_schedule; the handler of @type asks pnyx_timer_due first.
 */
static inline void
pnyx_timer_set (PnyxTimer *timer, PnyxWorld *world, PnyxTime time, PnyxPhase phase, guint16 type,
                guint32 target, guint32 payload, guint64 identity)
{
  timer->generation++;
  timer->set = TRUE;
  pnyx_world_schedule (world, time, phase, type, target, target, payload, timer->generation,
                       identity);
}

/** pnyx_timer_cancel: what is pending will not be due. */
static inline void
pnyx_timer_cancel (PnyxTimer *timer)
{
  timer->generation++;
  timer->set = FALSE;
}

/** pnyx_timer_due: Returns: whether @event is the one that was set last and not cancelled; the
 * timer is not set from then on. */
static inline gboolean
pnyx_timer_due (PnyxTimer *timer, const PnyxEvent *event)
{
  if (!timer->set || event->generation != timer->generation)
    return FALSE;
  timer->set = FALSE;
  return TRUE;
}

#endif
