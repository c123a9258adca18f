/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/columns.h"

#include <math.h>
#include <string.h>

#include "base/message.h"
#include "base/number.h"

/* What a stranger's file may ask for. */
#define FIELDS_MAX 1000
#define ROWS_MAX (1 << 23)

struct _PnyxColumns
{
  const gchar *file; /* interned */
  guint n_columns;   /* asked for */
  gint *fields;      /* of each column: which field of a line; -1: not there */
  GArray *values;    /* gdouble, n_columns of each row */
  GArray *lines;     /* guint: of each row, from 1 */
};

static PnyxPlace
at (const PnyxColumns *columns, guint line)
{
  return (PnyxPlace){ columns->file, line };
}

static gboolean
read_header (PnyxColumns *columns, const gchar *const *names, guint n_needed, GStrv fields,
             guint line, GError **error)
{
  PnyxPlace place = at (columns, line);

  for (guint c = 0; c < columns->n_columns; c++)
    {
      columns->fields[c] = -1;
      for (gint f = 0; fields[f] != NULL; f++)
        {
          if (!g_str_equal (g_strstrip (fields[f]), names[c]))
            continue;
          if (columns->fields[c] >= 0)
            {
              pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                                 "the column \"%s\" is there twice", names[c]);
              return FALSE;
            }
          columns->fields[c] = f;
        }
      if (columns->fields[c] >= 0 || c >= n_needed)
        continue;
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, &place,
                         "no column \"%s\" (expected it in the header)", names[c]);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_row (PnyxColumns *columns, const gchar *const *names, GStrv fields, guint line, GError **error)
{
  PnyxPlace place = at (columns, line);

  for (guint c = 0; c < columns->n_columns; c++)
    {
      gdouble value = NAN;

      if (columns->fields[c] >= 0)
        {
          gchar *text = g_strstrip (fields[columns->fields[c]]);

          if (*text != '\0' && !pnyx_number_parse (text, &value))
            {
              g_autofree gchar *quoted = pnyx_message_quote (text);

              pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place, "%s: %s is no number", names[c],
                                 quoted);
              return FALSE;
            }
        }
      g_array_append_val (columns->values, value);
    }
  g_array_append_val (columns->lines, line);
  return TRUE;
}

static gboolean
read_line (PnyxColumns *columns, const gchar *const *names, guint n_needed, gchar *text, guint line,
           guint *n_fields, GError **error)
{
  PnyxPlace place = at (columns, line);
  g_auto (GStrv) fields = NULL;
  guint length = 1;

  g_strchomp (text);
  if (*text == '\0' || *text == '#')
    return TRUE;
  if (strchr (text, '"') != NULL)
    {
      pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place, "a quoted field (expected numbers)");
      return FALSE;
    }
  for (const gchar *c = text; *c != '\0'; c++)
    length += *c == ',' ? 1 : 0;
  if (*n_fields != 0 && length != *n_fields)
    {
      pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place,
                         "%u fields (expected %u, as in the header)", length, *n_fields);
      return FALSE;
    }
  if (length > FIELDS_MAX || columns->lines->len == ROWS_MAX)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                         "too many fields or rows (expected at most %d and %d)", FIELDS_MAX,
                         ROWS_MAX);
      return FALSE;
    }
  fields = g_strsplit (text, ",", -1);
  if (*n_fields == 0)
    {
      *n_fields = length;
      return read_header (columns, names, n_needed, fields, line, error);
    }
  return read_row (columns, names, fields, line, error);
}

/* Whether @text has no zero byte; what follows one would be lost. */
static gboolean
check_text (const PnyxColumns *columns, const gchar *text, gsize length, GError **error)
{
  PnyxPlace place = at (columns, 1);

  if (strlen (text) == length)
    return TRUE;
  for (const gchar *c = text; *c != '\0'; c++)
    place.line += *c == '\n' ? 1 : 0;
  pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place, "a zero byte (expected text)");
  return FALSE;
}

PnyxColumns *
pnyx_columns_read (const gchar *path, const gchar *const *names, guint n_needed, GError **error)
{
  g_autoptr (PnyxColumns) columns = g_new0 (PnyxColumns, 1);
  g_autoptr (GError) cause = NULL;
  g_autofree gchar *text = NULL;
  gchar *rest, *line;
  guint n_fields = 0;
  gsize length;

  columns->file = g_intern_string (path);
  columns->n_columns = g_strv_length ((GStrv)(guintptr)names);
  columns->fields = g_new0 (gint, columns->n_columns);
  columns->values = g_array_new (FALSE, FALSE, sizeof (gdouble));
  columns->lines = g_array_new (FALSE, FALSE, sizeof (guint));
  if (!g_file_get_contents (path, &text, &length, &cause))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s", cause->message);
      return NULL;
    }
  if (!check_text (columns, text, length, error))
    return NULL;
  rest = text;
  for (guint i = 1; (line = strsep (&rest, "\n")) != NULL; i++)
    if (!read_line (columns, names, n_needed, line, i, &n_fields, error))
      return NULL;
  if (columns->lines->len == 0)
    {
      PnyxPlace place = at (columns, 1);

      pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place, "no rows (expected a header and rows)");
      return NULL;
    }
  return g_steal_pointer (&columns);
}

void
pnyx_columns_free (PnyxColumns *columns)
{
  if (columns == NULL)
    return;
  g_free (columns->fields);
  g_array_unref (columns->values);
  g_array_unref (columns->lines);
  g_free (columns);
}

gsize
pnyx_columns_n_rows (const PnyxColumns *columns)
{
  return columns->lines->len;
}

gboolean
pnyx_columns_has (const PnyxColumns *columns, guint column)
{
  return columns->fields[column] >= 0;
}

gdouble
pnyx_columns_value (const PnyxColumns *columns, gsize row, guint column)
{
  return g_array_index (columns->values, gdouble, row * columns->n_columns + column);
}

void
pnyx_columns_fault (const PnyxColumns *columns, gsize row, const gchar *name, const gchar *expected,
                    GError **error)
{
  PnyxPlace place = at (columns, g_array_index (columns->lines, guint, row));

  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place, "%s is wrong (expected %s)", name, expected);
}
