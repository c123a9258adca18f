/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/heap.h"

#include <string.h>

#include "base/rng.h"

static gint
compare_events (gconstpointer a, gconstpointer b)
{
  return pnyx_event_before (a, b) ? -1 : pnyx_event_before (b, a) ? 1 : 0;
}

static GArray *
random_events (gsize n, guint64 n_times)
{
  GArray *events = g_array_new (FALSE, FALSE, sizeof (PnyxEvent));
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test-heap", "events");
  for (gsize i = 0; i < n; i++)
    {
      PnyxEvent event = { .time = (PnyxTime)pnyx_rng_below (&rng, 0, i, n_times),
                          .order = pnyx_rng_below (&rng, 1, i, 4),
                          .target = (guint32)pnyx_rng_below (&rng, 2, i, 4),
                          .source = (guint32)pnyx_rng_below (&rng, 3, i, 4),
                          .type = (guint16)pnyx_rng_below (&rng, 4, i, 4),
                          .payload = (guint32)i };

      g_array_append_val (events, event);
    }
  return events;
}

static void
check_against_sort (PnyxArena *arena, gsize n, guint64 n_times)
{
  GArray *events = random_events (n, n_times);
  PnyxHeap *heap = pnyx_heap_new (arena);
  PnyxEvent event;

  for (gsize i = 0; i < n; i++)
    pnyx_heap_push (heap, &g_array_index (events, PnyxEvent, i));
  g_assert_cmpuint (pnyx_heap_size (heap), ==, n);
  g_array_sort (events, compare_events);
  for (gsize i = 0; i < n; i++)
    {
      const PnyxEvent *expected = &g_array_index (events, PnyxEvent, i);

      g_assert_cmpmem (pnyx_heap_peek (heap), sizeof event, expected, sizeof event);
      g_assert_true (pnyx_heap_pop (heap, &event));
      g_assert_cmpmem (&event, sizeof event, expected, sizeof event);
    }
  g_assert_false (pnyx_heap_pop (heap, &event));
  g_assert_null (pnyx_heap_peek (heap));
  pnyx_heap_free (heap);
  g_array_unref (events);
}

static void
test_pops_in_the_order_of_a_sort (void)
{
  for (gsize n = 0; n < 40; n++)
    check_against_sort (NULL, n, 5);
  check_against_sort (NULL, 5000, 100);
  check_against_sort (NULL, 5000, G_MAXINT64);
}

static void
test_takes_its_memory_from_the_arena (void)
{
  PnyxArena *arena = pnyx_arena_new (1 << 20);

  check_against_sort (arena, 3000, 1000);
  g_assert_cmpuint (pnyx_arena_peak (arena), >=, 3000 * sizeof (PnyxEvent));
  g_assert_cmpuint (pnyx_arena_used (arena), ==, 0);
  pnyx_arena_free (arena);
}

static void
test_free_accepts_null (void)
{
  pnyx_heap_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/heap/pops-in-the-order-of-a-sort", test_pops_in_the_order_of_a_sort);
  g_test_add_func ("/engine/heap/takes-its-memory-from-the-arena",
                   test_takes_its_memory_from_the_arena);
  g_test_add_func ("/engine/heap/free-accepts-null", test_free_accepts_null);
  return g_test_run ();
}
