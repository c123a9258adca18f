/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real event list with one operator changed: simultaneous events are sorted by falling order.
 */
#include "support/verify_queue.h"

static inline gboolean
broken_event_before (const PnyxEvent *a, const PnyxEvent *b)
{
  if (a->time != b->time)
    return a->time < b->time;
  return a->order > b->order; /* the real one: < */
}

#define pnyx_event_before broken_event_before
#define pnyx_queue_new broken_queue_new
#define pnyx_queue_free broken_queue_free
#define pnyx_queue_push broken_queue_push
#define pnyx_queue_slot broken_queue_slot
#define pnyx_queue_pop broken_queue_pop
#define pnyx_queue_pop_until broken_queue_pop_until
#define pnyx_queue_peek broken_queue_peek
#define pnyx_queue_ahead broken_queue_ahead
#define pnyx_queue_size broken_queue_size
#define pnyx_queue_size_max broken_queue_size_max

PnyxQueue *pnyx_queue_new (PnyxArena *arena);
void pnyx_queue_free (PnyxQueue *queue);
void pnyx_queue_push (PnyxQueue *queue, const PnyxEvent *event);
PnyxEvent *pnyx_queue_slot (PnyxQueue *queue, PnyxTime time);
gboolean pnyx_queue_pop (PnyxQueue *queue, PnyxEvent *event);
gboolean pnyx_queue_pop_until (PnyxQueue *queue, PnyxTime until, PnyxEvent *event);
const PnyxEvent *pnyx_queue_peek (PnyxQueue *queue);
const PnyxEvent *pnyx_queue_ahead (const PnyxQueue *queue, gsize n);
gsize pnyx_queue_size (const PnyxQueue *queue);
gsize pnyx_queue_size_max (const PnyxQueue *queue);

#include "engine/queue.c"

const VerifyQueueOps verify_queue_broken
    = { pnyx_queue_new, pnyx_queue_free, pnyx_queue_push, pnyx_queue_pop, pnyx_queue_peek };
