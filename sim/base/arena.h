/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_ARENA_H
#define PNYX_BASE_ARENA_H

#include <glib.h>

/**
 * PnyxArena: memory of one world; freed whole. Blocks of size classes that are given back
 * (pnyx_arena_release) are used again, so that a long run stays bounded. Not thread-safe.
 */
typedef struct _PnyxArena PnyxArena;

/** pnyx_arena_new: @limit_bytes: going beyond it fails the world (PNYX_FAIL). Never NULL. */
PnyxArena *pnyx_arena_new (gsize limit_bytes);
void pnyx_arena_free (PnyxArena *arena);

/**
 * pnyx_arena_alloc:
 * @size: bytes; 0 gives a valid pointer to nothing
 *
 * Returns: (transfer none): zeroed memory owned by @arena, aligned to 16 bytes, to 64 where @size
 * is a multiple of 64 (and not 0)
 */
gpointer pnyx_arena_alloc (PnyxArena *arena, gsize size);

/** pnyx_arena_release: gives back @memory of exactly the @size it was asked with. NULL is legal. */
void pnyx_arena_release (PnyxArena *arena, gpointer memory, gsize size);

/**
 * pnyx_arena_grow: Returns: memory of @new_size with the first @old_size bytes of @memory, the rest
 * zeroed; @memory itself (may be NULL with 0) is given back.
 */
gpointer pnyx_arena_grow (PnyxArena *arena, gpointer memory, gsize old_size, gsize new_size);

/** pnyx_arena_used: Returns: bytes handed out and not given back. */
gsize pnyx_arena_used (const PnyxArena *arena);
/** pnyx_arena_peak: Returns: largest pnyx_arena_used so far. */
gsize pnyx_arena_peak (const PnyxArena *arena);

/** pnyx_arena_array: an array of @n zeroed @type. */
#define pnyx_arena_array(arena, type, n)                                                           \
  ((type *)pnyx_arena_alloc (arena, sizeof (type) * (gsize)(n)))

/** pnyx_arena_reserve: makes room for one more element of a growing array (doubling). */
#define pnyx_arena_reserve(arena, pointer, n, capacity)                                            \
  do                                                                                               \
    {                                                                                              \
      if ((n) == (capacity))                                                                       \
        {                                                                                          \
          gsize _new_capacity = (capacity) == 0 ? 16 : (gsize)(capacity)*2;                        \
          (pointer) = pnyx_arena_grow ((arena), (pointer), sizeof *(pointer) * (gsize)(capacity),  \
                                       sizeof *(pointer)*_new_capacity);                           \
          (capacity) = (__typeof__ (capacity))_new_capacity;                                       \
        }                                                                                          \
    }                                                                                              \
  while (0)

#endif
