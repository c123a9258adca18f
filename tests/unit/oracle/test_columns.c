/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/columns.h"

#include <math.h>
#include <string.h>

#include "support/scratch.h"

static const gchar *const names[] = { "a", "b", "c", NULL };

static PnyxColumns *
read_columns (const gchar *text, GError **error)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *path = scratch_write (scratch, "file.csv", text);

  return pnyx_columns_read (path, names, 2, error);
}

static void
fails (const gchar *text, PnyxErrorCode code, guint line, const gchar *part)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *place = g_strdup_printf ("file.csv:%u: ", line);

  g_assert_null (read_columns (text, &error));
  g_assert_error (error, PNYX_ERROR, (gint)code);
  g_assert_nonnull (strstr (error->message, place));
  g_assert_nonnull (strstr (error->message, part));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_columns_by_name (void)
{
  GError *error = NULL;
  g_autoptr (PnyxColumns) columns
      = read_columns ("# first\n\n b ,x, a\r\n1,text,2\n# between\n,other,-1e3\n", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pnyx_columns_n_rows (columns), ==, 2);
  g_assert_true (pnyx_columns_has (columns, 0));
  g_assert_false (pnyx_columns_has (columns, 2));
  g_assert_cmpfloat (pnyx_columns_value (columns, 0, 0), ==, 2);
  g_assert_cmpfloat (pnyx_columns_value (columns, 0, 1), ==, 1);
  g_assert_cmpfloat (pnyx_columns_value (columns, 1, 0), ==, -1000);
  g_assert_true (isnan (pnyx_columns_value (columns, 1, 1)));
  g_assert_true (isnan (pnyx_columns_value (columns, 0, 2)));
}

static void
test_faults_name_file_and_line (void)
{
  fails ("a,b\n1,2\n1,x\n", PNYX_ERROR_SYNTAX, 3, "\"x\" is no number");
  fails ("a,b\n1,\033[2J\n", PNYX_ERROR_SYNTAX, 2, "\" [2J\" is no number");
  fails ("a,b\n1,nan\n", PNYX_ERROR_SYNTAX, 2, "no number");
  fails ("a,b\n1\n", PNYX_ERROR_SYNTAX, 2, "1 fields");
  fails ("a,b\n1,\"2\"\n", PNYX_ERROR_SYNTAX, 2, "quoted");
  fails ("a,c\n1,2\n", PNYX_ERROR_MISSING, 1, "\"b\"");
  fails ("# x\na,b,a\n1,2,3\n", PNYX_ERROR_CONFLICT, 2, "twice");
  fails ("a,b\n", PNYX_ERROR_SYNTAX, 1, "no rows");
  fails ("", PNYX_ERROR_SYNTAX, 1, "no rows");
}

static void
test_fields_and_rows_have_limits (void)
{
  GString *text = g_string_new ("a,b");
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxColumns) columns = NULL;

  for (guint i = 2; i < 1000; i++)
    g_string_append (text, ",x");
  g_string_append (text, "\n1");
  for (guint i = 1; i < 1000; i++)
    g_string_append_c (text, ',');
  columns = read_columns (text->str, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pnyx_columns_n_rows (columns), ==, 1);
  g_string_prepend (text, "x,");
  fails (text->str, PNYX_ERROR_RANGE, 1,
         "too many fields or rows (expected at most 1000 and 8388608)");
  g_string_assign (text, "a,b\n");
  for (guint i = 0; i <= 8388608; i++)
    g_string_append (text, ",\n");
  fails (text->str, PNYX_ERROR_RANGE, 8388610, "too many fields or rows");
  g_string_free (text, TRUE);
}

static void
test_nothing_is_lost_behind_a_zero_byte (void)
{
  static const gchar text[] = "a,b\n1,2\n3,4\0005\n";
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *path = g_build_filename (scratch, "file.csv", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, text, sizeof text - 1, NULL));
  g_assert_null (pnyx_columns_read (path, names, 2, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
  g_assert_true (g_str_has_suffix (error->message, "file.csv:3: a zero byte (expected text)"));
}

static void
test_a_file_that_is_not_there (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_columns_read ("/nowhere/file.csv", names, 2, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
}

static void
test_callers_name_the_row (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxColumns) columns = read_columns ("a,b\n\n1,2\n", NULL);

  pnyx_columns_fault (columns, 0, "a", "more", &error);
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
  g_assert_nonnull (strstr (error->message, ":3: a is wrong (expected more)"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/columns/columns-by-name", test_columns_by_name);
  g_test_add_func ("/oracle/columns/faults-name-file-and-line", test_faults_name_file_and_line);
  g_test_add_func ("/oracle/columns/fields-and-rows-have-limits", test_fields_and_rows_have_limits);
  g_test_add_func ("/oracle/columns/nothing-is-lost-behind-a-zero-byte",
                   test_nothing_is_lost_behind_a_zero_byte);
  g_test_add_func ("/oracle/columns/a-file-that-is-not-there", test_a_file_that_is_not_there);
  g_test_add_func ("/oracle/columns/callers-name-the-row", test_callers_name_the_row);
  return g_test_run ();
}
