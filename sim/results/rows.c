/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of the current row lie one behind the other in one buffer, each with a NUL. */
#include "results/rows.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "results/walk.h"

struct _PnyxRows
{
  gchar *path;       /* owned */
  GMappedFile *file; /* owned */
  PnyxWalk walk;
  guint row_line;  /* of the row */
  GArray *fields;  /* owned: of @walk */
  GPtrArray *head; /* owned: names of columns, owned */
  GString *text;   /* owned */
  GArray *begins;  /* owned: gsize: where in @text the fields begin */
};

/* Returns: FALSE at the end, and with @error. */
static gboolean
read_row (PnyxRows *rows, GError **error)
{
  g_string_truncate (rows->text, 0);
  g_array_set_size (rows->begins, 0);
  rows->row_line = rows->walk.line;
  if (!pnyx_walk_row (&rows->walk, rows->head->len, error))
    return FALSE;
  if (memchr (rows->walk.row.text, '\0', rows->walk.row.length) != NULL)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s:%u: is not CSV (it has a zero byte)",
                   rows->path, rows->row_line);
      return FALSE;
    }
  for (guint i = 0; i < rows->fields->len; i++)
    {
      g_array_append_val (rows->begins, rows->text->len);
      pnyx_field_append (&g_array_index (rows->fields, PnyxField, i), rows->text);
      g_string_append_c (rows->text, '\0');
    }
  return TRUE;
}

static gboolean
read_head (PnyxRows *rows, GError **error)
{
  if (!read_row (rows, error))
    return FALSE;
  for (gsize i = 0; i < rows->begins->len; i++)
    g_ptr_array_add (rows->head,
                     g_strdup (rows->text->str + g_array_index (rows->begins, gsize, i)));
  return TRUE;
}

PnyxRows *
pnyx_rows_open (const gchar *path, GError **error)
{
  g_autoptr (PnyxRows) rows = g_new0 (PnyxRows, 1);

  rows->path = g_strdup (path);
  rows->head = g_ptr_array_new_with_free_func (g_free);
  rows->text = g_string_new (NULL);
  rows->begins = g_array_new (FALSE, FALSE, sizeof (gsize));
  rows->fields = g_array_new (FALSE, FALSE, sizeof (PnyxField));
  rows->file = pnyx_walk_map (path, error);
  if (rows->file == NULL)
    return NULL;
  rows->walk = (PnyxWalk){ .at = g_mapped_file_get_contents (rows->file),
                           .shown = rows->path,
                           .line = 1,
                           .fields = rows->fields };
  rows->walk.end = rows->walk.at + g_mapped_file_get_length (rows->file);
  return read_head (rows, error) ? g_steal_pointer (&rows) : NULL;
}

void
pnyx_rows_free (PnyxRows *rows)
{
  if (rows == NULL)
    return;
  if (rows->file != NULL)
    g_mapped_file_unref (rows->file);
  g_ptr_array_unref (rows->head);
  g_string_free (rows->text, TRUE);
  g_array_unref (rows->begins);
  g_array_unref (rows->fields);
  g_free (rows->path);
  g_free (rows);
}

gsize
pnyx_rows_n_columns (const PnyxRows *rows)
{
  return rows->head->len;
}

const gchar *
pnyx_rows_column_name (const PnyxRows *rows, gsize column)
{
  PNYX_REQUIRE (column < rows->head->len);
  return g_ptr_array_index (rows->head, column);
}

gint
pnyx_rows_column (const PnyxRows *rows, const gchar *name)
{
  for (gsize i = 0; i < rows->head->len; i++)
    if (g_str_equal (pnyx_rows_column_name (rows, i), name))
      return (gint)i;
  return -1;
}

gboolean
pnyx_rows_next (PnyxRows *rows, GError **error)
{
  return read_row (rows, error);
}

guint
pnyx_rows_line (const PnyxRows *rows)
{
  return rows->row_line;
}

const gchar *
pnyx_rows_text (const PnyxRows *rows, gsize column)
{
  PNYX_REQUIRE (column < rows->begins->len);
  return rows->text->str + g_array_index (rows->begins, gsize, column);
}

gdouble
pnyx_rows_number (const PnyxRows *rows, gsize column)
{
  const gchar *text = pnyx_rows_text (rows, column);
  gdouble value;

  if (pnyx_number_parse (text, &value))
    return value;
  return g_str_equal (text, "inf") ? INFINITY : g_str_equal (text, "-inf") ? -INFINITY : NAN;
}

gboolean
pnyx_rows_count (const PnyxRows *rows, gsize column, guint *value, GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (pnyx_rows_text (rows, column), 10, 0, G_MAXUINT32, &number,
                                   NULL))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s:%u: \"%s\" is not a whole number",
                   rows->path, rows->row_line, pnyx_rows_column_name (rows, column));
      return FALSE;
    }
  *value = (guint)number;
  return TRUE;
}
