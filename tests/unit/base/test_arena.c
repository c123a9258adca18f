/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "base/error.h"

static gboolean
is_zero (const guchar *memory, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (memory[i] != 0)
      return FALSE;
  return TRUE;
}

static void
test_memory_is_zeroed_aligned_and_apart (void)
{
  PnyxArena *arena = pnyx_arena_new ((gsize)64 << 20);

  for (guint round = 0; round < 3; round++)
    {
      guchar *blocks[300];
      gsize sizes[300];

      for (gsize i = 0; i < 300; i++)
        {
          sizes[i] = i < 150 ? i * 3 : i < 200 ? (i - 150) * 64 : (i - 190) * (i - 190) * 13;
          blocks[i] = pnyx_arena_alloc (arena, sizes[i]);
          g_assert_true (is_zero (blocks[i], sizes[i]));
          g_assert_cmpuint ((uintptr_t)blocks[i] % (sizes[i] > 0 && sizes[i] % 64 == 0 ? 64 : 16),
                            ==, 0);
          memset (blocks[i], (gint)(i & 255), sizes[i]);
        }
      for (gsize i = 0; i < 300; i++)
        {
          g_assert_true (sizes[i] == 0 || blocks[i][0] == (i & 255));
          g_assert_true (sizes[i] == 0 || blocks[i][sizes[i] - 1] == (i & 255));
          pnyx_arena_release (arena, blocks[i], sizes[i]);
        }
      g_assert_cmpuint (pnyx_arena_used (arena), ==, 0);
    }
  pnyx_arena_free (arena);
}

static void
test_released_memory_is_used_again (void)
{
  PnyxArena *arena = pnyx_arena_new (1 << 20);

  for (guint i = 0; i < 100000; i++)
    {
      gpointer small = pnyx_arena_alloc (arena, 100), large = pnyx_arena_alloc (arena, 200000);

      pnyx_arena_release (arena, small, 100);
      pnyx_arena_release (arena, large, 200000);
    }
  pnyx_arena_release (arena, NULL, 5);
  g_assert_cmpuint (pnyx_arena_peak (arena), <, 201000);
  pnyx_arena_free (arena);
  pnyx_arena_free (NULL);
}

static void
test_little_is_lost_to_rounding (void)
{
  PnyxArena *arena = pnyx_arena_new (G_MAXSIZE);

  for (gsize size = 129; size < 300000; size = size * 17 / 16)
    {
      gsize before = pnyx_arena_used (arena);

      pnyx_arena_alloc (arena, size);
      g_assert_cmpuint (pnyx_arena_used (arena) - before, >=, size);
      g_assert_cmpuint (pnyx_arena_used (arena) - before, <=, size + size / 4 + 16);
    }
  pnyx_arena_free (arena);
}

static void
test_growing_keeps_the_content (void)
{
  PnyxArena *arena = pnyx_arena_new ((gsize)64 << 20);
  guint32 *numbers = NULL;
  gsize n = 0, capacity = 0;

  for (; n < 500000; n++)
    {
      pnyx_arena_reserve (arena, numbers, n, capacity);
      g_assert_cmpuint (numbers[n], ==, 0);
      numbers[n] = (guint32)n;
    }
  for (gsize i = 0; i < n; i++)
    g_assert_cmpuint (numbers[i], ==, i);
  pnyx_arena_free (arena);
}

static void
check_limit (gsize size)
{
  PnyxArena *arena = pnyx_arena_new (10000);
  PnyxFailure failure = { .message = "" };

  pnyx_arena_alloc (arena, 5000);
  pnyx_failure_enter (&failure);
  if (sigsetjmp (failure.jump, 0) == 0)
    {
      pnyx_arena_alloc (arena, size);
      g_assert_not_reached ();
    }
  pnyx_failure_enter (NULL);
  g_assert_nonnull (strstr (failure.message, "limit of 10000 bytes"));
  pnyx_arena_free (arena);
}

static void
test_beyond_the_limit_the_world_fails (void)
{
  check_limit (6000);
  check_limit (1000000);
  check_limit (G_MAXSIZE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/arena/memory-is-zeroed-aligned-and-apart",
                   test_memory_is_zeroed_aligned_and_apart);
  g_test_add_func ("/base/arena/released-memory-is-used-again", test_released_memory_is_used_again);
  g_test_add_func ("/base/arena/little-is-lost-to-rounding", test_little_is_lost_to_rounding);
  g_test_add_func ("/base/arena/growing-keeps-the-content", test_growing_keeps_the_content);
  g_test_add_func ("/base/arena/beyond-the-limit-the-world-fails",
                   test_beyond_the_limit_the_world_fails);
  return g_test_run ();
}
