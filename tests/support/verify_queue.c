/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event list beside the heap: the same pushes, and every pop compared. */
#include "support/verify_queue.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/rng.h"
#include "engine/heap.h"

const VerifyQueueOps verify_queue_real
    = { pnyx_queue_new, pnyx_queue_free, pnyx_queue_push, pnyx_queue_pop, pnyx_queue_peek };

typedef struct
{
  const VerifyQueueOps *ops;
  VerifyWorkload workload;
  PnyxRngCursor random;
  PnyxQueue *queue;
  PnyxHeap *heap;
  PnyxEvent now; /* last popped */
  guint32 n_pushed;
} Verify;

static PnyxTime
jump (Verify *verify, PnyxTime span)
{
  PnyxTime left = G_MAXINT64 - verify->now.time;

  return span < left ? span : left;
}

static PnyxTime
next_time (Verify *verify)
{
  gdouble u = pnyx_rng_cursor_uniform (&verify->random);
  PnyxTime now = verify->now.time;

  switch (verify->workload)
    {
    case VERIFY_ALL_EQUAL:
    case VERIFY_SAME_ORDER:
      return u < 0.9 ? MAX (now, 1000) : now + 5;
    case VERIFY_BIMODAL:
      return now + (u < 0.5 ? PNYX_MILLISECOND : 12 * PNYX_SECOND);
    case VERIFY_SLOTS:
      return (now / (12 * PNYX_SECOND) + (PnyxTime)(u * 4)) * 12 * PNYX_SECOND
             + (u < 0.01 ? 24 * PNYX_SECOND : 12 * PNYX_SECOND);
    case VERIFY_HUGE_JUMPS:
      return now + jump (verify, (PnyxTime)exp2 (u < 0.001 ? 62.9 : u * 45));
    case VERIFY_DRAINING:
      return now + (PnyxTime)(u * 1000);
    default:
      return now + (PnyxTime)(-log (u) * 1e8);
    }
}

static PnyxEvent
next_event (Verify *verify)
{
  gboolean plain = verify->workload == VERIFY_SAME_ORDER;
  PnyxEvent event = { .time = next_time (verify) };
  guint phase = (guint)pnyx_rng_cursor_below (&verify->random, 5);
  guint64 tie = plain ? 0 : pnyx_rng_cursor_u64 (&verify->random);

  if (event.time == verify->now.time)
    {
      phase = MAX (phase, (guint)pnyx_event_phase (&verify->now) + 1);
      event.time += phase > PNYX_PHASE_OBSERVATION;
      phase %= 5;
    }
  event.order = pnyx_event_order ((PnyxPhase)phase, tie);
  event.target = (guint32)pnyx_rng_cursor_below (&verify->random, 3);
  event.source = (guint32)pnyx_rng_cursor_below (&verify->random, 1000);
  event.type = (guint16)pnyx_rng_cursor_below (&verify->random, 9);
  event.generation = (guint16)pnyx_rng_cursor_below (&verify->random, 2);
  event.payload = verify->n_pushed++;
  return event;
}

static void
push (Verify *verify, const PnyxEvent *event)
{
  verify->ops->push (verify->queue, event);
  pnyx_heap_push (verify->heap, event);
}

/* Returns: the number of events to push after this pop. */
static gsize
n_children (Verify *verify, gboolean is_empty)
{
  guint64 draw = pnyx_rng_cursor_below (&verify->random, 1000);

  if (verify->now.time == G_MAXINT64)
    return 0;
  if (verify->workload == VERIFY_DRAINING)
    return is_empty ? 1 + draw : draw < 100;
  return draw < 60 ? 0 : draw < 120 ? 2 : draw == 999 ? 20 : 1;
}

static gboolean
pop_agrees (Verify *verify, gchar **message)
{
  PnyxEvent ours = { 0 }, expected = { 0 };
  gboolean have = verify->ops->pop (verify->queue, &ours);
  gboolean expect = pnyx_heap_pop (verify->heap, &expected);

  if (have == expect && memcmp (&ours, &expected, sizeof ours) == 0)
    {
      verify->now = have ? ours : verify->now;
      return TRUE;
    }
  *message = g_strdup_printf ("pop: time %" G_GINT64_FORMAT " payload %u, expected time "
                              "%" G_GINT64_FORMAT " payload %u",
                              ours.time, ours.payload, expected.time, expected.payload);
  return FALSE;
}

static gchar *
run (Verify *verify, gsize n_pending, gsize n_operations)
{
  gchar *message = NULL;

  for (gsize i = 0; i < n_pending; i++)
    {
      PnyxEvent event = next_event (verify);

      push (verify, &event);
    }
  for (gsize i = 0; i < n_operations; i++)
    {
      gboolean is_empty;

      if (!pop_agrees (verify, &message))
        return message;
      is_empty = pnyx_heap_size (verify->heap) == 0;
      if (verify->workload == VERIFY_PEEKING && i % 3 == 0)
        (void)verify->ops->peek (verify->queue);
      for (gsize n = n_children (verify, is_empty); n > 0; n--)
        {
          PnyxEvent event = next_event (verify);

          push (verify, &event);
        }
      if (verify->workload == VERIFY_PEEKING && i % 5000 == 4999)
        for (gsize n = 0; n < 3000; n++)
          {
            PnyxEvent event = next_event (verify);

            event.time = verify->now.time + 1 + (PnyxTime)n / 7;
            push (verify, &event);
          }
    }
  while (pnyx_heap_size (verify->heap) > 0)
    if (!pop_agrees (verify, &message))
      return message;
  return pop_agrees (verify, &message) ? NULL : message;
}

gchar *
verify_queue (const VerifyQueueOps *ops, VerifyWorkload workload, guint64 seed, gsize n_pending,
              gsize n_operations)
{
  Verify verify = { .ops = ops, .workload = workload };
  PnyxFailure failure = { .message = "" };
  PnyxFailure *before;
  gchar *message;
  PnyxRng rng;

  pnyx_rng_init (&rng, seed, 0, 0, "verify-queue", "workload");
  pnyx_rng_cursor_init (&verify.random, &rng, (guint32)workload, 0);
  verify.queue = ops->create (NULL);
  verify.heap = pnyx_heap_new (NULL);
  before = pnyx_failure_enter (&failure);
  if (sigsetjmp (failure.jump, 0) == 0)
    message = run (&verify, n_pending, n_operations);
  else
    message = g_strdup (failure.message);
  pnyx_failure_enter (before);
  ops->destroy (verify.queue);
  pnyx_heap_free (verify.heap);
  return message;
}
