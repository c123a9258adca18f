/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <string.h>

static void
test_the_place_stands_in_front (void)
{
  const PnyxPlace line = { "a.xml", 7 }, file = { "a.xml", 0 }, none = { NULL, 0 };
  const gchar *const expected[] = { "a.xml:7: bad 3", "a.xml: bad 3", "bad 3", "bad 3" };
  const PnyxPlace *const places[] = { &line, &file, &none, NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GError) error = NULL;

      pnyx_set_error_at (&error, PNYX_ERROR_RANGE, places[i], "bad %d", 3);
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
      g_assert_cmpstr (error->message, ==, expected[i]);
    }
  pnyx_set_error_at (NULL, PNYX_ERROR_RANGE, &line, "nobody listens");
}

static void
test_a_message_has_no_control_characters (void)
{
  const PnyxPlace place = { "a\033.xml", 7 };
  g_autoptr (GError) error = NULL;

  pnyx_set_error_at (&error, PNYX_ERROR_SYNTAX, &place, "bad %s", "\007\302\233x");
  g_assert_cmpstr (error->message, ==, "a?.xml:7: bad ???x");
}

static void
test_a_failure_leaves_the_world_and_says_what_and_where (void)
{
  PnyxFailure failure = { .message = "" };
  volatile gboolean reached = FALSE;

  g_assert_null (pnyx_failure_enter (&failure));
  if (sigsetjmp (failure.jump, 0) == 0)
    {
      PNYX_REQUIRE (2 + 2 == 4);
      reached = TRUE;
      PNYX_REQUIRE (2 + 2 == 5);
      g_assert_not_reached ();
    }
  g_assert_true (pnyx_failure_enter (NULL) == &failure);
  g_assert_true (reached);
  g_assert_nonnull (strstr (failure.message, "test_error.c:"));
  g_assert_nonnull (strstr (failure.message, "requirement failed: 2 + 2 == 5"));
}

static void
test_boundaries_nest (void)
{
  PnyxFailure outer = { .message = "" }, inner = { .message = "" };

  pnyx_failure_enter (&outer);
  if (sigsetjmp (outer.jump, 0) == 0)
    {
      PnyxFailure *before = pnyx_failure_enter (&inner);

      if (sigsetjmp (inner.jump, 0) == 0)
        PNYX_FAIL ("inner %d", 1);
      pnyx_failure_enter (before);
      PNYX_FAIL ("outer %d", 2);
    }
  pnyx_failure_enter (NULL);
  g_assert_nonnull (strstr (inner.message, "inner 1"));
  g_assert_nonnull (strstr (outer.message, "outer 2"));
}

static void
test_long_messages_are_cut (void)
{
  PnyxFailure failure = { .message = "" };
  g_autofree gchar *text = g_strnfill (5000, 'x');

  pnyx_failure_enter (&failure);
  if (sigsetjmp (failure.jump, 0) == 0)
    PNYX_FAIL ("%s", text);
  pnyx_failure_enter (NULL);
  g_assert_cmpuint (strlen (failure.message), <, sizeof failure.message);
}

static void
test_outside_of_a_world_the_program_aborts (void)
{
  if (g_test_subprocess ())
    PNYX_FAIL ("nobody to catch %d", 5);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*test_error.c:*nobody to catch 5*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/error/no-controls", test_a_message_has_no_control_characters);
  g_test_add_func ("/base/error/the-place-stands-in-front", test_the_place_stands_in_front);
  g_test_add_func ("/base/error/a-failure-leaves-the-world-and-says-what-and-where",
                   test_a_failure_leaves_the_world_and_says_what_and_where);
  g_test_add_func ("/base/error/boundaries-nest", test_boundaries_nest);
  g_test_add_func ("/base/error/long-messages-are-cut", test_long_messages_are_cut);
  g_test_add_func ("/base/error/outside-of-a-world-the-program-aborts",
                   test_outside_of_a_world_the_program_aborts);
  return g_test_run ();
}
