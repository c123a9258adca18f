/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_QUEUE_H
#define PNYX_ENGINE_QUEUE_H

#include "base/arena.h"
#include "engine/event.h"

/**
 * PnyxQueue: the future-event list: a ladder over the 256-ary digits of integer time. Monotone: an
 * event that is pushed must not come before the last one popped. One per world.
 */
typedef struct _PnyxQueue PnyxQueue;

/** pnyx_queue_new: @arena: (nullable): NULL takes memory from malloc and pnyx_queue_free frees it.
 */
PnyxQueue *pnyx_queue_new (PnyxArena *arena);
void pnyx_queue_free (PnyxQueue *queue);

/** pnyx_queue_push: @event is copied. A bug (PNYX_REQUIRE) when it lies before the last one popped.
 */
void pnyx_queue_push (PnyxQueue *queue, const PnyxEvent *event);

/**
 * pnyx_queue_slot: the short way in for most events: counts an event at @time as pending.
 *
 * Returns: (nullable): where the caller writes it, whole and before anything else is asked of the
 * queue; NULL, with nothing done, where it has to be pushed.
 */
PnyxEvent *pnyx_queue_slot (PnyxQueue *queue, PnyxTime time);

/** pnyx_queue_pop: Returns: FALSE when empty; otherwise @event is the first in the total order. */
gboolean pnyx_queue_pop (PnyxQueue *queue, PnyxEvent *event);

/** pnyx_queue_pop_until: the same, FALSE also where the first event is later than @until. */
gboolean pnyx_queue_pop_until (PnyxQueue *queue, PnyxTime until, PnyxEvent *event);

/** pnyx_queue_peek: Returns: (nullable): the first event, valid until the next push or pop. */
const PnyxEvent *pnyx_queue_peek (PnyxQueue *queue);

/** pnyx_queue_ahead: Returns: (nullable): an event that will be the first after about @n more, if
 * that is known without work; to look at only, valid until the next push or pop. */
const PnyxEvent *pnyx_queue_ahead (const PnyxQueue *queue, gsize n);

gsize pnyx_queue_size (const PnyxQueue *queue);
gsize pnyx_queue_size_max (const PnyxQueue *queue);

#endif
