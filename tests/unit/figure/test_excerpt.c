/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/excerpt.h"

#include <glib/gstdio.h>

static gchar *
put (const gchar *text)
{
  g_autoptr (GError) error = NULL;
  gchar *path = NULL;
  gint file = g_file_open_tmp ("pnyx-excerpt-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_true (g_close (file, NULL));
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static PnyxFrame *
read (const gchar *text, const gchar *const *columns, GHashTable *points, GError **error)
{
  g_autofree gchar *path = put (text);
  PnyxFrame *frame = pnyx_excerpt_read (path, columns, points, error);

  g_remove (path);
  return frame;
}

static const gchar csv[] = "point,\"a,b\",c\n0,\"x\ny\",1\r\n1,\"say \"\"no\"\"\",\n10,z,3";

static void
test_all_of_a_file (void)
{
  g_autoptr (PnyxFrame) frame = read (csv, NULL, NULL, NULL);

  g_assert_cmpuint (pnyx_frame_n_rows (frame), ==, 3);
  g_assert_cmpstr (pnyx_frame_column_name (frame, 1), ==, "a,b");
  g_assert_cmpstr (pnyx_frame_text (frame, 0, 1), ==, "x\ny");
  g_assert_cmpstr (pnyx_frame_text (frame, 1, 1), ==, "say \"no\"");
  g_assert_cmpstr (pnyx_frame_text (frame, 1, 2), ==, "");
  g_assert_cmpstr (pnyx_frame_text (frame, 2, 2), ==, "3");
}

static void
test_columns_in_the_order_asked_for (void)
{
  static const gchar *const columns[] = { "c", "a,b", NULL };
  g_autoptr (PnyxFrame) frame = read (csv, columns, NULL, NULL);

  g_assert_cmpuint (pnyx_frame_n_columns (frame), ==, 2);
  g_assert_cmpstr (pnyx_frame_column_name (frame, 0), ==, "c");
  g_assert_cmpstr (pnyx_frame_text (frame, 2, 0), ==, "3");
  g_assert_cmpstr (pnyx_frame_text (frame, 2, 1), ==, "z");
}

static void
test_rows_of_points (void)
{
  g_autoptr (GHashTable) points = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (PnyxFrame) frame = NULL;
  gchar one[] = "1";

  g_hash_table_add (points, one);
  frame = read (csv, NULL, points, NULL);
  g_assert_cmpuint (pnyx_frame_n_rows (frame), ==, 1); /* not 10 */
  g_assert_cmpstr (pnyx_frame_text (frame, 0, 0), ==, "1");
}

static void
test_a_last_field_may_be_empty (void)
{
  g_autoptr (PnyxFrame) frame = read ("a,b\n1,", NULL, NULL, NULL);

  g_assert_nonnull (frame);
  g_assert_cmpstr (pnyx_frame_text (frame, 0, 1), ==, "");
}

static void
test_faults_are_told_with_their_line (void)
{
  static const gchar *const columns[] = { "d", NULL };
  static const struct
  {
    const gchar *text;
    PnyxErrorCode code;
    const gchar *message;
  } cases[] = {
    { "", PNYX_ERROR_SYNTAX, ":1: is not CSV (expected a header line)" },
    { "a,b\n\"1\n2\",3\n4\n", PNYX_ERROR_SYNTAX, ":4: a row of 1 fields (expected 2)" },
    { "a,b\n1,\"2\n", PNYX_ERROR_SYNTAX, ":2: a quoted field has no end" },
    { "a,b\n1,\"2\"3\n", PNYX_ERROR_SYNTAX, NULL },
    { "a,b\n1,2\"\n", PNYX_ERROR_SYNTAX, ":2: a stray quote or line end in a field" },
    { "a,b\n1\r2,3\n", PNYX_ERROR_SYNTAX, ":2: a stray quote or line end in a field" },
    { "a,b\n1,2\n", PNYX_ERROR_MISSING, ":1: has no column \"d\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PnyxFrame) frame = read (
          cases[i].text, cases[i].code == PNYX_ERROR_MISSING ? columns : NULL, NULL, &error);

      g_assert_null (frame);
      g_assert_error (error, PNYX_ERROR, (gint)cases[i].code);
      if (cases[i].message != NULL)
        g_assert_true (g_str_has_suffix (error->message, cases[i].message));
    }
}

static void
test_a_file_that_is_not_there (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_excerpt_read ("/nowhere/runs.csv", NULL, NULL, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
  g_assert_cmpstr (error->message, ==, "/nowhere/runs.csv: there is no such file");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/figure/excerpt/" path, function)
  ADD ("all", test_all_of_a_file);
  ADD ("columns", test_columns_in_the_order_asked_for);
  ADD ("points", test_rows_of_points);
  ADD ("empty-end", test_a_last_field_may_be_empty);
  ADD ("faults", test_faults_are_told_with_their_line);
  ADD ("missing", test_a_file_that_is_not_there);
  return g_test_run ();
}
