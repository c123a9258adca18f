/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of cells in row order; a cell is its text and whether that is a number. */
#include "base/table.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"

typedef struct
{
  gchar *text;
  gboolean is_number;
} Cell;

struct _PnyxTable
{
  GPtrArray *columns; /* owned: names */
  GArray *cells;      /* owned: Cell, row after row */
};

static void
cell_clear (gpointer cell)
{
  g_free (((Cell *)cell)->text);
}

PnyxTable *
pnyx_table_new (const gchar *const *columns)
{
  PnyxTable *table = g_new0 (PnyxTable, 1);

  table->columns = g_ptr_array_new_with_free_func (g_free);
  for (; *columns != NULL; columns++)
    g_ptr_array_add (table->columns, g_strdup (*columns));
  PNYX_REQUIRE (table->columns->len > 0);
  table->cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  g_array_set_clear_func (table->cells, cell_clear);
  return table;
}

void
pnyx_table_free (PnyxTable *table)
{
  if (table == NULL)
    return;
  g_ptr_array_unref (table->columns);
  g_array_unref (table->cells);
  g_free (table);
}

static void
table_add (PnyxTable *table, const gchar *text, gboolean is_number)
{
  Cell cell = { g_strdup (text), is_number };

  g_array_append_val (table->cells, cell);
}

void
pnyx_table_add_text (PnyxTable *table, const gchar *text)
{
  table_add (table, text, FALSE);
}

void
pnyx_table_add_number (PnyxTable *table, gdouble value)
{
  gchar buffer[PNYX_NUMBER_BUFFER];

  table_add (table, pnyx_number_format (buffer, value), TRUE);
}

void
pnyx_table_add_integer (PnyxTable *table, gint64 value)
{
  gchar buffer[PNYX_NUMBER_BUFFER];

  g_snprintf (buffer, sizeof buffer, "%" G_GINT64_FORMAT, value);
  table_add (table, buffer, TRUE);
}

void
pnyx_table_add_pair (PnyxTable *table, const gchar *name, gdouble value)
{
  PNYX_REQUIRE (table->columns->len == 2);
  pnyx_table_add_text (table, name);
  pnyx_table_add_number (table, value);
}

gsize
pnyx_table_n_rows (const PnyxTable *table)
{
  return table->cells->len / table->columns->len;
}

gsize
pnyx_table_n_columns (const PnyxTable *table)
{
  return table->columns->len;
}

const gchar *
pnyx_table_column (const PnyxTable *table, gsize column)
{
  PNYX_REQUIRE (column < table->columns->len);
  return g_ptr_array_index (table->columns, column);
}

static const Cell *
table_cell (const PnyxTable *table, gsize row, gsize column)
{
  PNYX_REQUIRE (row < pnyx_table_n_rows (table) && column < table->columns->len);
  return &g_array_index (table->cells, Cell, row * table->columns->len + column);
}

const gchar *
pnyx_table_cell (const PnyxTable *table, gsize row, gsize column)
{
  return table_cell (table, row, column)->text;
}

gboolean
pnyx_table_cell_is_number (const PnyxTable *table, gsize row, gsize column)
{
  return table_cell (table, row, column)->is_number;
}

gchar *
pnyx_csv_quote (const gchar *text)
{
  GString *quoted;

  if (strpbrk (text, ",\"\r\n") == NULL)
    return g_strdup (text);
  quoted = g_string_new ("\"");
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (quoted, '"');
      g_string_append_c (quoted, *text);
    }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

static void
append_field (GString *csv, const gchar *text, gboolean is_last)
{
  g_autofree gchar *quoted = pnyx_csv_quote (text);

  g_string_append (csv, quoted);
  g_string_append_c (csv, is_last ? '\n' : ',');
}

gchar *
pnyx_table_to_csv (const PnyxTable *table)
{
  GString *csv = g_string_new (NULL);
  gsize n_columns = table->columns->len;

  for (gsize column = 0; column < n_columns; column++)
    append_field (csv, pnyx_table_column (table, column), column + 1 == n_columns);
  for (gsize row = 0; row < pnyx_table_n_rows (table); row++)
    for (gsize column = 0; column < n_columns; column++)
      append_field (csv, pnyx_table_cell (table, row, column), column + 1 == n_columns);
  return g_string_free (csv, FALSE);
}

/* RFC 8259, section 7. */
static void
append_json_string (GString *json, const gchar *text)
{
  g_string_append_c (json, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_printf (json, "\\%c", *text);
      else if ((guchar)*text < 0x20)
        g_string_append_printf (json, "\\u%04x", (guint)(guchar)*text);
      else
        g_string_append_c (json, *text);
    }
  g_string_append_c (json, '"');
}

/* JSON knows no infinity: it stays a string; a value that does not exist is null. */
static void
append_json_cell (GString *json, const Cell *cell)
{
  gdouble value;

  if (!cell->is_number)
    append_json_string (json, cell->text);
  else if (*cell->text == '\0')
    g_string_append (json, "null");
  else if (pnyx_number_parse (cell->text, &value))
    g_string_append (json, cell->text);
  else
    append_json_string (json, cell->text);
}

gchar *
pnyx_table_to_json (const PnyxTable *table)
{
  GString *json = g_string_new ("[");

  for (gsize row = 0; row < pnyx_table_n_rows (table); row++)
    {
      g_string_append (json, row == 0 ? "\n  {" : ",\n  {");
      for (gsize column = 0; column < table->columns->len; column++)
        {
          g_string_append (json, column == 0 ? "" : ", ");
          append_json_string (json, pnyx_table_column (table, column));
          g_string_append (json, ": ");
          append_json_cell (json, table_cell (table, row, column));
        }
      g_string_append_c (json, '}');
    }
  g_string_append (json, "\n]\n");
  return g_string_free (json, FALSE);
}
