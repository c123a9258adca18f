/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of the current row lie one behind the other in one buffer, each with a NUL. */
#include "results/rows.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "base/number.h"

struct _PnyxRows
{
  gchar *path;     /* owned */
  FILE *file;      /* owned */
  guint line;      /* of the next character */
  guint row_line;  /* of the row */
  GPtrArray *head; /* owned: names of columns, owned */
  GString *text;   /* owned */
  GArray *begins;  /* owned: gsize: where in @text the fields begin */
};

static gboolean
set_syntax_error (const PnyxRows *rows, guint line, const gchar *what, GError **error)
{
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s:%u: %s", rows->path, line, what);
  return FALSE;
}

/* Takes a character into the current field. */
static gboolean
take (PnyxRows *rows, int c, GError **error)
{
  if (c == '\0')
    return set_syntax_error (rows, rows->line, "is not CSV (it has a zero byte)", error);
  if (c == '\n')
    rows->line++;
  g_string_append_c (rows->text, (gchar)c);
  return TRUE;
}

/* Behind the opening quote. Returns: FALSE with @error; @next: the character behind the field. */
static gboolean
read_quoted (PnyxRows *rows, int *next, GError **error)
{
  guint begin = rows->line;

  for (;;)
    {
      int c = getc (rows->file);

      if (c == EOF)
        return set_syntax_error (rows, begin, "a quoted field has no end", error);
      if (c == '"')
        {
          *next = getc (rows->file);
          if (*next != '"')
            return TRUE;
        }
      if (!take (rows, c, error))
        return FALSE;
    }
}

/* Reads a field, and what ends it: ',', '\n' or EOF. */
static gboolean
read_field (PnyxRows *rows, int *end, GError **error)
{
  int c = getc (rows->file);

  g_array_append_val (rows->begins, rows->text->len);
  if (c == '"')
    {
      if (!read_quoted (rows, &c, error))
        return FALSE;
    }
  else
    for (; c != EOF && c != ',' && c != '\n' && c != '\r' && c != '"'; c = getc (rows->file))
      if (!take (rows, c, error))
        return FALSE;
  if (c == '\r')
    {
      c = getc (rows->file);
      if (c == ',' || c == EOF)
        c = '\r';
    }
  if (c != EOF && c != ',' && c != '\n')
    return set_syntax_error (rows, rows->line, "a stray quote or line end in a field", error);
  if (c == '\n')
    rows->line++;
  g_string_append_c (rows->text, '\0');
  *end = c;
  return TRUE;
}

/* Returns: FALSE at the end, and with @error. */
static gboolean
read_row (PnyxRows *rows, GError **error)
{
  int end = getc (rows->file);

  g_string_truncate (rows->text, 0);
  g_array_set_size (rows->begins, 0);
  rows->row_line = rows->line;
  if (end != EOF)
    {
      ungetc (end, rows->file);
      do
        if (!read_field (rows, &end, error))
          return FALSE;
      while (end == ',');
    }
  if (!ferror (rows->file))
    return rows->begins->len > 0;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot read: %s", rows->path,
               g_strerror (errno));
  return FALSE;
}

static gboolean
read_head (PnyxRows *rows, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!read_row (rows, &failure))
    {
      if (failure == NULL)
        return set_syntax_error (rows, 1, "is not CSV (expected a header line)", error);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
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
  rows->line = 1;
  rows->head = g_ptr_array_new_with_free_func (g_free);
  rows->text = g_string_new (NULL);
  rows->begins = g_array_new (FALSE, FALSE, sizeof (gsize));
  rows->file = fopen (path, "rb");
  if (rows->file != NULL)
    return read_head (rows, error) ? g_steal_pointer (&rows) : NULL;
  if (errno == ENOENT || errno == ENOTDIR)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s: there is no such file", path);
  else
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot read: %s", path, g_strerror (errno));
  return NULL;
}

void
pnyx_rows_free (PnyxRows *rows)
{
  if (rows == NULL)
    return;
  if (rows->file != NULL)
    fclose (rows->file);
  g_ptr_array_unref (rows->head);
  g_string_free (rows->text, TRUE);
  g_array_unref (rows->begins);
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
  if (!read_row (rows, error))
    return FALSE;
  if (rows->begins->len == rows->head->len)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s:%u: a row of %u fields (expected %u)",
               rows->path, rows->row_line, rows->begins->len, rows->head->len);
  return FALSE;
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
