/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/rows.h"

#include <math.h>

#include "support/scratch.h"

static PnyxRows *
rows_of (const Scratch *scratch, const gchar *text, GError **error)
{
  g_autofree gchar *path = scratch_write (scratch, "t.csv", text);

  return pnyx_rows_open (path, error);
}

static void
test_rows_come_one_by_one (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxRows) rows = rows_of (
      scratch, "a,\"b\"\"c\",d\r\n1,\"x,\ny\",\n-2.5e3,,\"\"\ninf,-inf,4294967295", &error);
  guint count;

  g_assert_no_error (error);
  g_assert_cmpuint (pnyx_rows_n_columns (rows), ==, 3);
  g_assert_cmpint (pnyx_rows_column (rows, "b\"c"), ==, 1);
  g_assert_cmpint (pnyx_rows_column (rows, "e"), ==, -1);
  g_assert_true (pnyx_rows_next (rows, &error));
  g_assert_cmpuint (pnyx_rows_line (rows), ==, 2);
  g_assert_cmpstr (pnyx_rows_text (rows, 1), ==, "x,\ny");
  g_assert_true (isnan (pnyx_rows_number (rows, 1)));
  g_assert_true (isnan (pnyx_rows_number (rows, 2)));
  g_assert_true (pnyx_rows_count (rows, 0, &count, &error));
  g_assert_cmpuint (count, ==, 1);
  g_assert_true (pnyx_rows_next (rows, &error));
  g_assert_cmpuint (pnyx_rows_line (rows), ==, 4);
  g_assert_cmpfloat (pnyx_rows_number (rows, 0), ==, -2500);
  g_assert_cmpstr (pnyx_rows_text (rows, 2), ==, "");
  g_assert_true (pnyx_rows_next (rows, &error));
  g_assert_true (isinf (pnyx_rows_number (rows, 0)) && pnyx_rows_number (rows, 1) < 0);
  g_assert_true (pnyx_rows_count (rows, 2, &count, &error));
  g_assert_cmpuint (count, ==, G_MAXUINT32);
  g_assert_false (pnyx_rows_next (rows, &error));
  g_assert_no_error (error);
}

static void
test_malformed_files_name_the_line (void)
{
  static const struct
  {
    const gchar *text, *message;
  } cases[] = {
    { "", ":1: is not CSV (expected a header line)" },
    { "a,b\n1\n", ":2: a row of 1 fields (expected 2)" },
    { "a,b\n1,2,3\n", ":2: a row of 3 fields (expected 2)" },
    { "a\n\"x\ny", ":2: a quoted field has no end" },
    { "a\nx\"y\n", ":2: a stray quote or line end in a field" },
    { "a\n\"x\"y\n", ":2: a stray quote or line end in a field" },
    { "a\nx\ry\n", ":2: a stray quote or line end in a field" },
    { "a\nx\r", ":2: a stray quote or line end in a field" },
    { "a,b\nx\r,y\n", ":2: a stray quote or line end in a field" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (PnyxRows) rows = rows_of (scratch, cases[i].text, &error);

      g_assert_false (rows != NULL && pnyx_rows_next (rows, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
      g_assert_true (g_str_has_prefix (error->message, scratch));
      g_assert_true (g_str_has_suffix (error->message, cases[i].message));
    }
}

static void
test_a_zero_byte_is_no_text (void)
{
  static const gchar text[] = "a\nx\0y\n";
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *path = g_build_filename (scratch, "t.csv", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxRows) rows = NULL;

  g_assert_true (g_file_set_contents (path, text, sizeof text - 1, NULL));
  rows = pnyx_rows_open (path, &error);
  g_assert_no_error (error);
  g_assert_false (pnyx_rows_next (rows, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
}

static void
test_what_is_no_count_is_refused (void)
{
  static const gchar *const texts[] = { "", "-1", "1.5", "4294967296", "x" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autofree gchar *text = g_strdup_printf ("point,b\n%s,\n", texts[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (PnyxRows) rows = rows_of (scratch, text, &error);
      guint count;

      g_assert_true (pnyx_rows_next (rows, &error));
      g_assert_false (pnyx_rows_count (rows, 0, &count, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
      g_assert_true (g_str_has_suffix (error->message, ":2: \"point\" is not a whole number"));
    }
}

static void
test_a_missing_file_is_told_from_an_unreadable_one (void)
{
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) folder = NULL;

  g_assert_null (pnyx_rows_open ("/nonexistent.csv", &missing));
  g_assert_error (missing, PNYX_ERROR, PNYX_ERROR_MISSING);
  g_assert_null (pnyx_rows_open ("/", &folder));
  g_assert_error (folder, PNYX_ERROR, PNYX_ERROR_FORBIDDEN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/rows/rows-come-one-by-one", test_rows_come_one_by_one);
  g_test_add_func ("/results/rows/malformed-files-name-the-line",
                   test_malformed_files_name_the_line);
  g_test_add_func ("/results/rows/a-zero-byte-is-no-text", test_a_zero_byte_is_no_text);
  g_test_add_func ("/results/rows/what-is-no-count-is-refused", test_what_is_no_count_is_refused);
  g_test_add_func ("/results/rows/a-missing-file-is-told-from-an-unreadable-one",
                   test_a_missing_file_is_told_from_an_unreadable_one);
  return g_test_run ();
}
