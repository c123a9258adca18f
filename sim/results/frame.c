/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/frame.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "results/own_file.h"
#include "results/walk.h"

struct _PnyxFrame
{
  gchar *shown;      /* owned */
  GPtrArray *fields; /* owned: row-major, the header first */
  gsize n_columns;
};

gboolean
pnyx_frame_has_room (gsize length, const gchar *shown, GError **error)
{
  if (length <= PNYX_FRAME_TEXT_MAX)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
               "%s: has too much to be read at once (expected at most %" G_GSIZE_FORMAT " MiB)",
               shown, PNYX_FRAME_TEXT_MAX >> 20);
  return FALSE;
}

/* Whether there is room for the @n fields of one more row, which ends before @line. */
static gboolean
has_room (const PnyxFrame *frame, guint n, guint line, GError **error)
{
  if (n <= PNYX_FRAME_FIELDS_MAX - frame->fields->len)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE, "%s:%u: too many fields (expected at most %d)",
               frame->shown, line, PNYX_FRAME_FIELDS_MAX);
  return FALSE;
}

PnyxFrame *
pnyx_frame_parse (const gchar *text, gsize length, const gchar *shown, GError **error)
{
  g_autoptr (PnyxFrame) frame = g_new0 (PnyxFrame, 1);
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (PnyxField));
  g_autoptr (GString) field = g_string_new (NULL);
  PnyxWalk walk = { .at = text, .end = text + length, .shown = shown, .line = 1, .fields = fields };
  GError *failure = NULL;
  const gchar *bad;

  frame->shown = g_strdup (shown);
  frame->fields = g_ptr_array_new_with_free_func (g_free);
  if (memchr (text, '\0', length) != NULL || length == 0)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                   "%s:1: is not CSV (expected a header line)", shown);
      return NULL;
    }
  if (!g_utf8_validate_len (text, length, &bad))
    {
      guint line = 1;

      for (const gchar *at = text; at < bad; at++)
        line += *at == '\n' ? 1 : 0;
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s:%u: is not text in UTF-8", shown,
                   line);
      return NULL;
    }
  if (!pnyx_frame_has_room (length, shown, error))
    return NULL;
  while (pnyx_walk_row (&walk, frame->n_columns, &failure)
         && has_room (frame, fields->len, walk.line, &failure))
    {
      frame->n_columns = fields->len;
      for (guint i = 0; i < fields->len; i++)
        {
          g_string_truncate (field, 0);
          pnyx_field_append (&g_array_index (fields, PnyxField, i), field);
          g_ptr_array_add (frame->fields, g_strdup (field->str));
        }
    }
  if (failure == NULL)
    return g_steal_pointer (&frame);
  g_propagate_error (error, failure);
  return NULL;
}

PnyxFrame *
pnyx_frame_read (const gchar *path, GError **error)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GError) failure = NULL;
  gsize length;

  if (pnyx_own_file_get (path, &text, &length, &failure))
    return pnyx_frame_parse (text, length, path, error);
  if (pnyx_own_file_code (failure) == PNYX_ERROR_MISSING)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s: there is no such file", path);
  else
    g_set_error (error, PNYX_ERROR, pnyx_own_file_code (failure), "%s", failure->message);
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
