/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A 4-ary heap in an array: children of i are 4 i + 1 to 4 i + 4; a hole moves, never a swap. */
#include "engine/heap.h"

#include "base/error.h"

struct _PnyxHeap
{
  PnyxArena *arena;  /* borrowed; NULL: malloc */
  PnyxEvent *events; /* owned */
  gsize n;
  gsize capacity;
};

PnyxHeap *
pnyx_heap_new (PnyxArena *arena)
{
  PnyxHeap *heap = arena != NULL ? pnyx_arena_array (arena, PnyxHeap, 1) : g_new0 (PnyxHeap, 1);

  heap->arena = arena;
  return heap;
}

void
pnyx_heap_free (PnyxHeap *heap)
{
  if (heap == NULL)
    return;
  if (heap->arena == NULL)
    {
      g_free (heap->events);
      g_free (heap);
      return;
    }
  pnyx_arena_release (heap->arena, heap->events, heap->capacity * sizeof (PnyxEvent));
  pnyx_arena_release (heap->arena, heap, sizeof *heap);
}

static void
heap_reserve (PnyxHeap *heap)
{
  gsize capacity = heap->capacity == 0 ? 64 : heap->capacity * 2;

  if (heap->n < heap->capacity)
    return;
  if (heap->arena == NULL)
    heap->events = g_renew (PnyxEvent, heap->events, capacity);
  else
    heap->events = pnyx_arena_grow (heap->arena, heap->events, heap->capacity * sizeof (PnyxEvent),
                                    capacity * sizeof (PnyxEvent));
  heap->capacity = capacity;
}

void
pnyx_heap_push (PnyxHeap *heap, const PnyxEvent *event)
{
  PnyxEvent *events;
  gsize hole = heap->n;

  heap_reserve (heap);
  events = heap->events;
  while (hole > 0 && pnyx_event_before (event, &events[(hole - 1) / 4]))
    {
      events[hole] = events[(hole - 1) / 4];
      hole = (hole - 1) / 4;
    }
  events[hole] = *event;
  heap->n++;
}

static inline gsize
least_child (const PnyxEvent *events, gsize first, gsize n)
{
  gsize least = first, end = MIN (first + 4, n);

  for (gsize child = first + 1; child < end; child++)
    if (pnyx_event_before (&events[child], &events[least]))
      least = child;
  return least;
}

gboolean
pnyx_heap_pop (PnyxHeap *heap, PnyxEvent *event)
{
  PnyxEvent *events = heap->events;
  const PnyxEvent *last;
  gsize hole = 0;

  if (heap->n == 0)
    return FALSE;
  *event = events[0];
  last = &events[--heap->n];
  while (4 * hole + 1 < heap->n)
    {
      gsize child = least_child (events, 4 * hole + 1, heap->n);

      if (!pnyx_event_before (&events[child], last))
        break;
      events[hole] = events[child];
      hole = child;
    }
  events[hole] = *last;
  return TRUE;
}

const PnyxEvent *
pnyx_heap_peek (const PnyxHeap *heap)
{
  return heap->n > 0 ? &heap->events[0] : NULL;
}

gsize
pnyx_heap_size (const PnyxHeap *heap)
{
  return heap->n;
}
