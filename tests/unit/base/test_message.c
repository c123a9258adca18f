/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/message.h"

#include <string.h>

static const gchar *const names[] = { "network", "chain", "duration", "replicates", "ms", NULL };

static void
test_the_nearest_name_is_suggested (void)
{
  g_assert_cmpstr (pnyx_suggest ("netwrok", names), ==, "network");
  g_assert_cmpstr (pnyx_suggest ("chian", names), ==, "chain");
  g_assert_cmpstr (pnyx_suggest ("Replicate", names), ==, "replicates");
  g_assert_cmpstr (pnyx_suggest ("duratoin", names), ==, "duration");
  g_assert_cmpstr (pnyx_suggest ("MS", names), ==, "ms");
}

static void
test_nothing_is_suggested_where_none_is_near (void)
{
  g_autofree gchar *endless = g_strnfill (100000, 'n');

  g_assert_null (pnyx_suggest ("banana", names));
  g_assert_null (pnyx_suggest ("", names));
  g_assert_null (pnyx_suggest (endless, names));
  g_assert_null (pnyx_suggest ("network", NULL));
}

static void
test_clauses_are_empty_without_a_suggestion (void)
{
  g_autofree gchar *some = pnyx_suggest_clause ("netwrok", names);
  g_autofree gchar *none = pnyx_suggest_clause ("banana", names);
  static const gchar *const foreign[] = { "colour\n\033", NULL };
  g_autofree gchar *clean = pnyx_suggest_clause ("colour", foreign);

  g_assert_cmpstr (clean, ==, "; did you mean \"colour  \"?");

  g_assert_cmpstr (some, ==, "; did you mean \"network\"?");
  g_assert_cmpstr (none, ==, "");
}

static void
test_quotes_are_short_printable_and_valid (void)
{
  g_autofree gchar *endless = g_strnfill (100000, 'n');
  g_autofree gchar *quoted = pnyx_message_quote (endless);
  g_autofree gchar *controls = pnyx_message_quote ("a\nb\033c");
  g_autofree gchar *invalid = pnyx_message_quote ("a\377b");

  g_assert_cmpuint (strlen (quoted), ==, 65);
  g_assert_cmpstr (controls, ==, "\"a b c\"");
  g_assert_true (g_utf8_validate (invalid, -1, NULL));
}

static void
test_control_characters_become_question_marks (void)
{
  gchar text[] = "a\033[2Jb\n\302\233c\302\240d\177";

  g_assert_true (pnyx_message_clean (text) == text);
  g_assert_cmpstr (text, ==, "a?[2Jb\n??c\302\240d?");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/message/the-nearest-name-is-suggested",
                   test_the_nearest_name_is_suggested);
  g_test_add_func ("/base/message/nothing-is-suggested-where-none-is-near",
                   test_nothing_is_suggested_where_none_is_near);
  g_test_add_func ("/base/message/clauses-are-empty-without-a-suggestion",
                   test_clauses_are_empty_without_a_suggestion);
  g_test_add_func ("/base/message/quotes-are-short-printable-and-valid",
                   test_quotes_are_short_printable_and_valid);
  g_test_add_func ("/base/message/controls-are-taken-out",
                   test_control_characters_become_question_marks);
  return g_test_run ();
}
