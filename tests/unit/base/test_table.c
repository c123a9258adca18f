/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/table.h"

#include <math.h>

static PnyxTable *
example (void)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  PnyxTable *table = pnyx_table_new (columns);

  pnyx_table_add_pair (table, "plain", 0.5);
  pnyx_table_add_pair (table, "with, comma", NAN);
  pnyx_table_add_text (table, "with \"quotes\"\nand a line");
  pnyx_table_add_integer (table, G_MININT64);
  pnyx_table_add_text (table, "control \x01 back\\slash");
  pnyx_table_add_number (table, INFINITY);
  return table;
}

static void
test_cells_are_where_they_were_put (void)
{
  g_autoptr (PnyxTable) table = example ();

  g_assert_cmpuint (pnyx_table_n_rows (table), ==, 4);
  g_assert_cmpuint (pnyx_table_n_columns (table), ==, 2);
  g_assert_cmpstr (pnyx_table_column (table, 1), ==, "value");
  g_assert_cmpstr (pnyx_table_cell (table, 0, 0), ==, "plain");
  g_assert_cmpstr (pnyx_table_cell (table, 0, 1), ==, "0.5");
  g_assert_cmpstr (pnyx_table_cell (table, 1, 1), ==, "");
  g_assert_true (pnyx_table_cell_is_number (table, 1, 1));
  g_assert_false (pnyx_table_cell_is_number (table, 1, 0));
  pnyx_table_add_text (table, "half a row");
  g_assert_cmpuint (pnyx_table_n_rows (table), ==, 4);
  pnyx_table_free (NULL);
}

static void
test_csv_quotes_where_it_must (void)
{
  g_autoptr (PnyxTable) table = example ();
  g_autofree gchar *csv = pnyx_table_to_csv (table);

  g_assert_cmpstr (csv, ==,
                   "name,value\nplain,0.5\n\"with, comma\",\n"
                   "\"with \"\"quotes\"\"\nand a line\",-9223372036854775808\n"
                   "control \x01 back\\slash,inf\n");
}

static void
test_json_is_an_array_of_objects (void)
{
  g_autoptr (PnyxTable) table = example ();
  g_autofree gchar *json = pnyx_table_to_json (table);

  g_assert_cmpstr (json, ==,
                   "[\n  {\"name\": \"plain\", \"value\": 0.5},\n"
                   "  {\"name\": \"with, comma\", \"value\": null},\n"
                   "  {\"name\": \"with \\\"quotes\\\"\\u000aand a line\", "
                   "\"value\": -9223372036854775808},\n"
                   "  {\"name\": \"control \\u0001 back\\\\slash\", \"value\": \"inf\"}\n]\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/table/cells-are-where-they-were-put", test_cells_are_where_they_were_put);
  g_test_add_func ("/base/table/csv-quotes-where-it-must", test_csv_quotes_where_it_must);
  g_test_add_func ("/base/table/json-is-an-array-of-objects", test_json_is_an_array_of_objects);
  return g_test_run ();
}
