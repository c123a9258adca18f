/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/frame.h"

#include <math.h>
#include <string.h>

#include "results/walk.h"

static void
test_fields_are_unquoted (void)
{
  const gchar *text = "a,\"b\"\"c\",d\r\n1,\"x,\ny\",\n-2.5e3,,\"\"";
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxFrame) frame = pnyx_frame_parse (text, strlen (text), "t.csv", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pnyx_frame_n_rows (frame), ==, 2);
  g_assert_cmpuint (pnyx_frame_n_columns (frame), ==, 3);
  g_assert_cmpint (pnyx_frame_column (frame, "b\"c"), ==, 1);
  g_assert_cmpint (pnyx_frame_column (frame, "e"), ==, -1);
  g_assert_cmpstr (pnyx_frame_text (frame, 0, 1), ==, "x,\ny");
  g_assert_cmpfloat (pnyx_frame_number (frame, 1, 0), ==, -2500);
  g_assert_true (isnan (pnyx_frame_number (frame, 0, 2)));
  g_assert_true (isnan (pnyx_frame_number (frame, 0, 1)));
  g_assert_cmpstr (pnyx_frame_text (frame, 1, 2), ==, "");
  g_assert_cmpint (pnyx_frame_require (frame, "e", &error), ==, -1);
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
}

static void
test_malformed_files_name_the_line (void)
{
  static const struct
  {
    const gchar *text, *message;
  } cases[] = {
    { "", "t.csv:1: is not CSV (expected a header line)" },
    { "a,b\n1,2\nx\xff,3\n", "t.csv:3: is not text in UTF-8" },
    { "a,b\n1\n", "t.csv:2: a row of 1 fields (expected 2)" },
    { "a,b\n1,2,3\n", "t.csv:2: a row of 3 fields (expected 2)" },
    { "a\n\"x\ny", "t.csv:2: a quoted field has no end" },
    { "a\nx\"y\n", "t.csv:2: a stray quote or line end in a field" },
    { "a\n\"x\"y\n", "t.csv:2: a stray quote or line end in a field" },
    { "a\nx\ry\n", "t.csv:2: a stray quote or line end in a field" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pnyx_frame_parse (cases[i].text, strlen (cases[i].text), "t.csv", &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

/* @begin, then @n times @text. */
static gchar *
repeated (const gchar *begin, const gchar *text, gsize n)
{
  GString *all = g_string_sized_new (strlen (begin) + n * strlen (text) + 1);

  g_string_append (all, begin);
  for (gsize i = 0; i < n; i++)
    g_string_append (all, text);
  return g_string_free (all, FALSE);
}

static void
assert_too_large (const gchar *text, gsize length, const gchar *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_frame_parse (text, length, "t.csv", &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_a_row_has_limits (void)
{
  static const gchar message[]
      = "t.csv:1: the row is too long (expected at most 1048576 fields and 64 MiB)";
  g_autofree gchar *most = repeated ("", ",", PNYX_WALK_FIELDS_MAX - 1);
  g_autofree gchar *more = repeated ("", ",", PNYX_WALK_FIELDS_MAX);
  g_autofree gchar *ends = repeated ("x", ",", PNYX_WALK_FIELDS_MAX);
  gsize length = PNYX_WALK_ROW_MAX + 2;
  g_autofree gchar *wide = g_malloc (length);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxFrame) frame = pnyx_frame_parse (most, strlen (most), "t.csv", &error);
  g_autoptr (PnyxFrame) long_field = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (pnyx_frame_n_columns (frame), ==, PNYX_WALK_FIELDS_MAX);
  assert_too_large (more, strlen (more), message);
  ends[PNYX_WALK_FIELDS_MAX] = '\n'; /* the field that is one too many would end the text */
  g_clear_pointer (&frame, pnyx_frame_free);
  frame = pnyx_frame_parse (ends, strlen (ends), "t.csv", &error);
  g_assert_no_error (error);
  memset (wide, 'a', length);
  assert_too_large (wide, length, message);
  wide[0] = '"';
  assert_too_large (wide, length, message);
  wide[0] = 'a';
  wide[PNYX_WALK_ROW_MAX - 1] = '\n';
  long_field = pnyx_frame_parse (wide, length, "t.csv", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pnyx_frame_n_rows (long_field), ==, 1);
}

static void
test_a_frame_has_limits (void)
{
  const gsize n = PNYX_FRAME_FIELDS_MAX / 1024;
  g_autofree gchar *row = repeated ("", ",", 1023);
  g_autofree gchar *line = g_strconcat (row, "\n", NULL);
  g_autofree gchar *text = repeated ("", line, n + 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxFrame) frame = pnyx_frame_parse (text, n * 1024, "t.csv", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pnyx_frame_n_rows (frame), ==, n - 1);
  g_clear_pointer (&frame, pnyx_frame_free);
  assert_too_large (text, (n + 1) * 1024,
                    "t.csv:16386: too many fields (expected at most 16777216)");
  g_assert_true (pnyx_frame_has_room (PNYX_FRAME_TEXT_MAX, "t.csv", &error));
  g_assert_false (pnyx_frame_has_room (PNYX_FRAME_TEXT_MAX + 1, "t.csv", &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
}

static void
test_a_missing_file_is_told_from_an_unreadable_one (void)
{
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) folder = NULL;

  g_assert_null (pnyx_frame_read ("/nonexistent.csv", &missing));
  g_assert_error (missing, PNYX_ERROR, PNYX_ERROR_MISSING);
  g_assert_null (pnyx_frame_read ("/", &folder));
  g_assert_error (folder, PNYX_ERROR, PNYX_ERROR_FORBIDDEN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/frame/fields", test_fields_are_unquoted);
  g_test_add_func ("/results/frame/malformed", test_malformed_files_name_the_line);
  g_test_add_func ("/results/frame/a-row-has-limits", test_a_row_has_limits);
  g_test_add_func ("/results/frame/a-frame-has-limits", test_a_frame_has_limits);
  g_test_add_func ("/results/frame/missing", test_a_missing_file_is_told_from_an_unreadable_one);
  return g_test_run ();
}
