/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/frame.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

struct _PnyxFrame
{
  gchar *shown;      /* owned */
  GPtrArray *fields; /* owned: row-major, the header first */
  gsize n_columns;
};

typedef struct
{
  const gchar *at, *end;
  const gchar *shown;
  guint line;
} Reader;

static gboolean
set_syntax_error (const Reader *reader, guint line, const gchar *what, GError **error)
{
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s:%u: %s", reader->shown, line, what);
  return FALSE;
}

/* From the opening quote to behind the closing one. */
static gboolean
read_quoted (Reader *reader, GString *field, GError **error)
{
  guint begin = reader->line;

  for (reader->at++; reader->at < reader->end; reader->at++)
    {
      if (*reader->at == '"')
        {
          if (reader->at + 1 >= reader->end || reader->at[1] != '"')
            {
              reader->at++;
              return TRUE;
            }
          reader->at++;
        }
      reader->line += *reader->at == '\n';
      g_string_append_c (field, *reader->at);
    }
  return set_syntax_error (reader, begin, "a quoted field has no end", error);
}

/* Reads a field and what ends it; @last tells whether that ended the row. */
static gboolean
read_field (Reader *reader, GString *field, gboolean *last, GError **error)
{
  g_string_truncate (field, 0);
  if (reader->at < reader->end && *reader->at == '"')
    {
      if (!read_quoted (reader, field, error))
        return FALSE;
    }
  else
    while (reader->at < reader->end && strchr (",\r\n\"", *reader->at) == NULL)
      g_string_append_c (field, *reader->at++);
  *last = TRUE;
  if (reader->at >= reader->end)
    return TRUE;
  if (*reader->at == '\r' && reader->at + 1 < reader->end && reader->at[1] == '\n')
    reader->at++;
  if (*reader->at == ',')
    *last = FALSE;
  else if (*reader->at == '\n')
    reader->line++;
  else
    return set_syntax_error (reader, reader->line, "a stray quote or line end in a field", error);
  reader->at++;
  return TRUE;
}

static gboolean
read_row (Reader *reader, PnyxFrame *frame, GError **error)
{
  g_autoptr (GString) field = g_string_new (NULL);
  guint line = reader->line;
  gboolean last = FALSE;
  gsize n = 0;

  for (; !last; n++)
    {
      if (!read_field (reader, field, &last, error))
        return FALSE;
      g_ptr_array_add (frame->fields, g_strdup (field->str));
    }
  if (frame->n_columns == 0)
    frame->n_columns = n;
  if (n == frame->n_columns)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
               "%s:%u: a row of %" G_GSIZE_FORMAT " fields (expected %" G_GSIZE_FORMAT ")",
               reader->shown, line, n, frame->n_columns);
  return FALSE;
}

PnyxFrame *
pnyx_frame_parse (const gchar *text, gsize length, const gchar *shown, GError **error)
{
  g_autoptr (PnyxFrame) frame = g_new0 (PnyxFrame, 1);
  Reader reader = { .at = text, .end = text + length, .shown = shown, .line = 1 };

  frame->shown = g_strdup (shown);
  frame->fields = g_ptr_array_new_with_free_func (g_free);
  if (memchr (text, '\0', length) != NULL || length == 0)
    {
      set_syntax_error (&reader, 1, "is not CSV (expected a header line)", error);
      return NULL;
    }
  while (reader.at < reader.end)
    if (!read_row (&reader, frame, error))
      return NULL;
  return g_steal_pointer (&frame);
}

PnyxFrame *
pnyx_frame_read (const gchar *path, GError **error)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GError) failure = NULL;
  gsize length;

  if (g_file_get_contents (path, &text, &length, &failure))
    return pnyx_frame_parse (text, length, path, error);
  if (g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s: there is no such file", path);
  else
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s", failure->message);
  return NULL;
}

void
pnyx_frame_free (PnyxFrame *frame)
{
  if (frame == NULL)
    return;
  if (frame->fields != NULL)
    g_ptr_array_unref (frame->fields);
  g_free (frame->shown);
  g_free (frame);
}

gsize
pnyx_frame_n_rows (const PnyxFrame *frame)
{
  return frame->fields->len / frame->n_columns - 1;
}

gsize
pnyx_frame_n_columns (const PnyxFrame *frame)
{
  return frame->n_columns;
}

const gchar *
pnyx_frame_column_name (const PnyxFrame *frame, gsize column)
{
  PNYX_REQUIRE (column < frame->n_columns);
  return g_ptr_array_index (frame->fields, column);
}

gint
pnyx_frame_column (const PnyxFrame *frame, const gchar *name)
{
  for (gsize i = 0; i < frame->n_columns; i++)
    if (g_str_equal (pnyx_frame_column_name (frame, i), name))
      return (gint)i;
  return -1;
}

gint
pnyx_frame_require (const PnyxFrame *frame, const gchar *name, GError **error)
{
  gint column = pnyx_frame_column (frame, name);

  if (column < 0)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s:1: has no column \"%s\"", frame->shown,
                 name);
  return column;
}

const gchar *
pnyx_frame_text (const PnyxFrame *frame, gsize row, gint column)
{
  PNYX_REQUIRE (row < pnyx_frame_n_rows (frame) && column >= 0 && (gsize)column < frame->n_columns);
  return g_ptr_array_index (frame->fields, (row + 1) * frame->n_columns + (gsize)column);
}

gdouble
pnyx_frame_number (const PnyxFrame *frame, gsize row, gint column)
{
  const gchar *text = pnyx_frame_text (frame, row, column);
  gdouble value;

  if (pnyx_number_parse (text, &value))
    return value;
  return g_str_equal (text, "inf") ? INFINITY : g_str_equal (text, "-inf") ? -INFINITY : NAN;
}
