/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_HEAP_H
#define PNYX_ENGINE_HEAP_H

#include "base/arena.h"
#include "engine/event.h"

/** PnyxHeap: a plain 4-ary heap of events: the checker of PnyxQueue and the yardstick of `bench`.
 */
typedef struct _PnyxHeap PnyxHeap;

PnyxHeap *pnyx_heap_new (PnyxArena *arena); /* NULL: malloc */
void pnyx_heap_free (PnyxHeap *heap);
void pnyx_heap_push (PnyxHeap *heap, const PnyxEvent *event);
gboolean pnyx_heap_pop (PnyxHeap *heap, PnyxEvent *event);
const PnyxEvent *pnyx_heap_peek (const PnyxHeap *heap); /* NULL when empty */
gsize pnyx_heap_size (const PnyxHeap *heap);

#endif
