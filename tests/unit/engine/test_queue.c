/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/queue.h"

#include <string.h>

#include "base/error.h"
#include "base/rng.h"
#include "support/verify_queue.h"

static void
test_pops_as_the_heap_does_in_every_workload (void)
{
  static const gsize sizes[] = { 1, 7, 100, 2000, 40000 };

  for (guint workload = 0; workload < VERIFY_N_WORKLOADS; workload++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
      for (guint64 seed = 0; seed < 3; seed++)
        {
          g_autofree gchar *difference
              = verify_queue (&verify_queue_real, workload, seed, sizes[i], 30000);

          if (difference != NULL)
            g_test_message ("workload %u, %" G_GSIZE_FORMAT " pending, seed %u: %s", workload,
                            sizes[i], (guint)seed, difference);
          g_assert_null (difference);
        }
}

/* The checker is worth something: it notices one comparison the other way round. */
static void
test_a_broken_order_is_caught (void)
{
  g_autofree gchar *ties = verify_queue (&verify_queue_broken, VERIFY_SLOTS, 1, 2000, 30000);
  g_autofree gchar *equal = verify_queue (&verify_queue_broken, VERIFY_ALL_EQUAL, 1, 100, 3000);

  g_assert_nonnull (ties);
  g_assert_nonnull (equal);
}

/* 10^6 events of one instant, each with a child at that instant in a later phase. */
static void
test_a_large_instant_is_not_quadratic (void)
{
  const guint32 n = 1000000;
  PnyxQueue *queue = pnyx_queue_new (NULL);
  PnyxEvent event = { .time = 12 * PNYX_SECOND }, before = { 0 };
  gint64 start = g_get_monotonic_time ();
  guint32 n_popped = 0;

  for (guint32 i = 0; i < n; i++)
    {
      event.order = pnyx_event_order (PNYX_PHASE_DELIVERY, pnyx_hash_mix (1, i));
      event.payload = i;
      pnyx_queue_push (queue, &event);
    }
  for (; pnyx_queue_pop (queue, &event); n_popped++)
    {
      g_assert_true (pnyx_event_before (&before, &event));
      before = event;
      if (pnyx_event_phase (&event) != PNYX_PHASE_DELIVERY)
        continue;
      event.order = pnyx_event_order (PNYX_PHASE_TIMER, pnyx_hash_mix (2, event.payload));
      pnyx_queue_push (queue, &event);
    }
  g_assert_cmpuint (n_popped, ==, 2 * n);
  g_assert_cmpuint (pnyx_queue_size_max (queue), ==, n);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
  pnyx_queue_free (queue);
}

static void
test_equal_events_all_come_out (void)
{
  PnyxQueue *queue = pnyx_queue_new (NULL);
  PnyxEvent event = { .time = 5, .order = 7, .target = 1 };

  for (guint i = 0; i < 5000; i++)
    pnyx_queue_push (queue, &event);
  for (guint i = 0; i < 5000; i++)
    {
      PnyxEvent popped;

      g_assert_true (pnyx_queue_pop (queue, &popped));
      g_assert_cmpmem (&popped, sizeof popped, &event, sizeof event);
      if (i < 1000)
        pnyx_queue_push (queue, &event);
    }
  g_assert_cmpuint (pnyx_queue_size (queue), ==, 1000);
  pnyx_queue_free (queue);
}

static void
test_peek_shows_what_pop_will_give (void)
{
  PnyxQueue *queue = pnyx_queue_new (NULL);
  PnyxEvent event = { 0 };
  guint n_ahead = 0;

  g_assert_null (pnyx_queue_peek (queue));
  g_assert_null (pnyx_queue_ahead (queue, 0));
  for (guint i = 0; i < 50; i++)
    {
      event.time = (PnyxTime)(7 * (i * 37 % 50));
      pnyx_queue_push (queue, &event);
    }
  for (PnyxTime i = 0; i < 50; i++)
    {
      const PnyxEvent *ahead;

      g_assert_cmpint (pnyx_queue_peek (queue)->time, ==, 7 * i);
      ahead = pnyx_queue_ahead (queue, 3); /* it may not be known, but not be wrong */
      g_assert_true (ahead == NULL || ahead->time == 7 * (i + 3));
      n_ahead += ahead != NULL ? 1 : 0;
      g_assert_true (pnyx_queue_pop (queue, &event));
      g_assert_cmpint (event.time, ==, 7 * i);
    }
  g_assert_cmpuint (n_ahead, >, 0);
  g_assert_false (pnyx_queue_pop (queue, &event));
  pnyx_queue_free (queue);
}

static void
test_an_event_in_the_past_is_a_bug (void)
{
  PnyxQueue *queue = pnyx_queue_new (NULL);
  PnyxEvent event = { .time = 10 };
  PnyxFailure failure = { .message = "" };

  pnyx_queue_push (queue, &event);
  g_assert_true (pnyx_queue_pop (queue, &event));
  event.time = 9;
  pnyx_failure_enter (&failure);
  if (sigsetjmp (failure.jump, 0) == 0)
    pnyx_queue_push (queue, &event);
  pnyx_failure_enter (NULL);
  g_assert_nonnull (strstr (failure.message, "queue.c"));
  pnyx_queue_free (queue);
}

static void
test_memory_comes_from_the_arena_and_is_used_again (void)
{
  PnyxArena *arena = pnyx_arena_new ((gsize)64 << 20);
  PnyxQueue *queue = pnyx_queue_new (arena);
  PnyxEvent event = { 0 };
  gsize peak = 0;

  for (guint round = 0; round < 5; round++)
    {
      for (guint32 i = 0; i < 50000; i++)
        {
          PnyxEvent next = event;

          next.time += 1 + (PnyxTime)(pnyx_hash_mix (round, i) >> 30);
          pnyx_queue_push (queue, &next);
        }
      while (pnyx_queue_pop (queue, &event))
        ;
      if (round == 1)
        peak = pnyx_arena_peak (arena);
    }
  g_assert_cmpuint (pnyx_arena_peak (arena), <=, peak + ((gsize)2 << 20));
  pnyx_queue_free (queue);
  g_assert_cmpuint (pnyx_arena_used (arena), ==, 0);
  pnyx_arena_free (arena);
  pnyx_queue_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/queue/pops-as-the-heap-does-in-every-workload",
                   test_pops_as_the_heap_does_in_every_workload);
  g_test_add_func ("/engine/queue/a-broken-order-is-caught", test_a_broken_order_is_caught);
  g_test_add_func ("/engine/queue/a-large-instant-is-not-quadratic",
                   test_a_large_instant_is_not_quadratic);
  g_test_add_func ("/engine/queue/equal-events-all-come-out", test_equal_events_all_come_out);
  g_test_add_func ("/engine/queue/peek-and-ahead-show-what-pop-will-give",
                   test_peek_shows_what_pop_will_give);
  g_test_add_func ("/engine/queue/an-event-in-the-past-is-a-bug",
                   test_an_event_in_the_past_is_a_bug);
  g_test_add_func ("/engine/queue/memory-comes-from-the-arena-and-is-used-again",
                   test_memory_comes_from_the_arena_and_is_used_again);
  return g_test_run ();
}
