/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory of one world.
 *
 * Blocks up to 64 KiB are carved from slabs and belong to size classes, four to each doubling
 * (8, 10, 12, 14, 16, 20 ... times 16 bytes), so that at most a quarter is lost; a block given back
 * waits in the free list of its class. Larger blocks come from the system one by one and go back to
 * it: their pages are zero and untouched until used. Everything is freed with the arena.
 */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define SMALL_MAX 65536u
#define N_CLASSES 44 /* the last holds SMALL_MAX */
#define SLAB_FIRST ((gsize)16384)
#define SLAB_LARGEST ((gsize)1 << 20)
#define LINE ((gsize)64)

typedef struct _Span Span;

/* A piece of memory from the system; doubly linked so that large blocks can leave. */
struct _Span
{
  Span *next;
  Span *previous;
  gpointer base; /* owned: what calloc gave */
};

typedef struct _FreeBlock FreeBlock;

struct _FreeBlock
{
  FreeBlock *next;
};

struct _PnyxArena
{
  Span *spans;     /* owned: slabs and large blocks */
  gchar *slab;     /* first free byte of the current slab */
  gsize left;      /* bytes of it */
  gsize slab_size; /* of the next slab */
  gsize used;      /* class sizes of what is handed out */
  gsize peak;
  gsize limit;
  FreeBlock *free_blocks[N_CLASSES];
};

G_STATIC_ASSERT (sizeof (Span) <= 64);

/* Classes: 1 to 8 units of 16 bytes one by one, then four steps to each doubling. */
static guint
class_of (gsize size)
{
  gsize units = (size + 15) / 16;
  guint log2;

  if (units <= 8)
    return units == 0 ? 0 : (guint)units - 1;
  log2 = (guint)(63 - __builtin_clzll (units - 1));
  return 8 + (log2 - 3) * 4 + (guint)(((units - 1) >> (log2 - 2)) & 3);
}

static gsize
class_size (guint class)
{
  guint step, log2;

  if (class < 8)
    return ((gsize) class + 1) * 16;
  log2 = (class - 8) / 4 + 3;
  step = (class - 8) % 4;
  return ((gsize)(step + 5) << (log2 - 2)) * 16;
}

static gsize
large_size (gsize size)
{
  return (size + LINE - 1) & ~(LINE - 1);
}

PnyxArena *
pnyx_arena_new (gsize limit_bytes)
{
  PnyxArena *arena = g_new0 (PnyxArena, 1);

  arena->limit = limit_bytes;
  arena->slab_size = SLAB_FIRST;
  return arena;
}

void
pnyx_arena_free (PnyxArena *arena)
{
  if (arena == NULL)
    return;
  for (Span *span = arena->spans; span != NULL;)
    {
      Span *next = span->next;

      free (span->base);
      span = next;
    }
  g_free (arena);
}

/* Zeroed memory from the system, on a cache line, with its span one line before it. */
static gchar *
span_new (PnyxArena *arena, gsize size)
{
  gpointer base = size < G_MAXSIZE - 2 * LINE ? calloc (1, size + 2 * LINE) : NULL;
  uintptr_t start;
  Span *span;

  if (base == NULL)
    PNYX_FAIL ("out of memory: %" G_GSIZE_FORMAT " bytes asked for", size);
  start = ((uintptr_t)base + 2 * LINE - 1) & ~(uintptr_t)(LINE - 1);
  span = (Span *)(start - LINE);
  span->base = base;
  span->previous = NULL;
  span->next = arena->spans;
  if (arena->spans != NULL)
    arena->spans->previous = span;
  arena->spans = span;
  return (gchar *)start;
}

static void
span_release (PnyxArena *arena, gpointer memory)
{
  Span *span = (Span *)((uintptr_t)memory - LINE);

  if (span->previous != NULL)
    span->previous->next = span->next;
  else
    arena->spans = span->next;
  if (span->next != NULL)
    span->next->previous = span->previous;
  free (span->base);
}

static void
count_in (PnyxArena *arena, gsize size)
{
  if (size > arena->limit || arena->used > arena->limit - size)
    PNYX_FAIL ("the world needs more memory than its limit of %" G_GSIZE_FORMAT " bytes",
               arena->limit);
  arena->used += size;
  arena->peak = MAX (arena->peak, arena->used);
}

/*
 * A structure on a cache line has a size of whole lines, and so has its class (each class from 256
 * bytes on). What is left of the old slab is lost: less than one block of it.
 */
static gpointer
carve (PnyxArena *arena, gsize size)
{
  gsize skip = size % LINE == 0 ? (gsize)(-(uintptr_t)arena->slab & (LINE - 1)) : 0;
  gchar *memory;

  if (arena->left < size + skip)
    {
      arena->left = MAX (arena->slab_size, size);
      arena->slab = span_new (arena, arena->left);
      arena->slab_size = MIN (arena->slab_size * 2, SLAB_LARGEST);
      skip = 0;
    }
  memory = arena->slab + skip;
  arena->slab += skip + size;
  arena->left -= skip + size;
  return memory;
}

gpointer
pnyx_arena_alloc (PnyxArena *arena, gsize size)
{
  FreeBlock *block;
  guint class;

  if (size > SMALL_MAX)
    {
      count_in (arena, size <= G_MAXSIZE - LINE ? large_size (size) : size);
      return span_new (arena, large_size (size));
    }
  class = class_of (size);
  count_in (arena, class_size (class));
  block = arena->free_blocks[class];
  if (block == NULL)
    return carve (arena, class_size (class));
  arena->free_blocks[class] = block->next;
  return memset (block, 0, size > sizeof (FreeBlock) ? size : sizeof (FreeBlock));
}

void
pnyx_arena_release (PnyxArena *arena, gpointer memory, gsize size)
{
  FreeBlock *block = memory;
  guint class;

  if (memory == NULL)
    return;
  if (size > SMALL_MAX)
    {
      arena->used -= large_size (size);
      span_release (arena, memory);
      return;
    }
  class = class_of (size);
  arena->used -= class_size (class);
  block->next = arena->free_blocks[class];
  arena->free_blocks[class] = block;
}

gpointer
pnyx_arena_grow (PnyxArena *arena, gpointer memory, gsize old_size, gsize new_size)
{
  gpointer grown;

  PNYX_REQUIRE (new_size >= old_size);
  if (memory != NULL && new_size <= SMALL_MAX && class_of (old_size) == class_of (new_size))
    {
      memset ((gchar *)memory + old_size, 0, new_size - old_size);
      return memory;
    }
  grown = pnyx_arena_alloc (arena, new_size);
  if (old_size > 0)
    memcpy (grown, memory, old_size);
  pnyx_arena_release (arena, memory, old_size);
  return grown;
}

gsize
pnyx_arena_used (const PnyxArena *arena)
{
  return arena->used;
}

gsize
pnyx_arena_peak (const PnyxArena *arena)
{
  return arena->peak;
}
