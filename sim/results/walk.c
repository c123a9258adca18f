/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/walk.h"

#include <string.h>

#include "base/error.h"
#include "results/own_file.h"

static gboolean
set_syntax_error (const PnyxWalk *walk, guint line, const gchar *what, GError **error)
{
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s:%u: %s", walk->shown, line, what);
  return FALSE;
}

static gboolean
set_long_error (const PnyxWalk *walk, guint line, GError **error)
{
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
               "%s:%u: the row is too long (expected at most %d fields and %d MiB)", walk->shown,
               line, PNYX_WALK_FIELDS_MAX, PNYX_WALK_ROW_MAX >> 20);
  return FALSE;
}

/* From the opening quote to behind the closing one. @stop: where the row is too long, or its text
 * ends. */
static gboolean
skip_quoted (PnyxWalk *walk, const gchar *stop, GError **error)
{
  guint begin = walk->line;

  for (walk->at++; walk->at < stop; walk->at++)
    {
      if (*walk->at == '"' && (walk->at + 1 >= walk->end || walk->at[1] != '"'))
        {
          walk->at++;
          return TRUE;
        }
      walk->at += *walk->at == '"' ? 1 : 0;
      walk->line += *walk->at == '\n' ? 1 : 0;
    }
  return stop < walk->end ? set_long_error (walk, begin, error)
                          : set_syntax_error (walk, begin, "a quoted field has no end", error);
}

static gboolean
add_field (const PnyxWalk *walk, const PnyxField *field, GError **error)
{
  if (walk->fields->len == PNYX_WALK_FIELDS_MAX)
    return set_long_error (walk, walk->line, error);
  g_array_append_val (walk->fields, *field);
  return TRUE;
}

static gboolean
walk_field (PnyxWalk *walk, const gchar *stop, gboolean *last, GError **error)
{
  PnyxField field = { .text = walk->at };

  if (*walk->at == '"')
    {
      if (!skip_quoted (walk, stop, error))
        return FALSE;
    }
  else
    while (walk->at < stop && *walk->at != ',' && *walk->at != '\n' && *walk->at != '\r'
           && *walk->at != '"')
      walk->at++;
  if (walk->at >= stop && stop < walk->end)
    return set_long_error (walk, walk->line, error);
  field.length = (gsize)(walk->at - field.text);
  if (!add_field (walk, &field, error))
    return FALSE;
  *last = TRUE;
  if (walk->at == walk->end)
    return TRUE;
  if (*walk->at == '\r' && walk->at + 1 < walk->end && walk->at[1] == '\n')
    walk->at++;
  if (*walk->at != ',' && *walk->at != '\n')
    return set_syntax_error (walk, walk->line, "a stray quote or line end in a field", error);
  *last = *walk->at == '\n';
  walk->line += *last ? 1 : 0;
  walk->at++;
  if (!*last && walk->at == walk->end) /* the last field is empty and nothing ends its row */
    {
      field = (PnyxField){ .text = walk->at };
      *last = TRUE;
      return add_field (walk, &field, error);
    }
  return TRUE;
}

gboolean
pnyx_walk_row (PnyxWalk *walk, gsize n_fields, GError **error)
{
  const gchar *stop
      = walk->end - walk->at > PNYX_WALK_ROW_MAX ? walk->at + PNYX_WALK_ROW_MAX : walk->end;
  guint line = walk->line;
  gboolean last = FALSE;

  if (walk->at >= walk->end)
    return FALSE;
  g_array_set_size (walk->fields, 0);
  walk->row.text = walk->at;
  while (!last)
    if (!walk_field (walk, stop, &last, error))
      return FALSE;
  walk->row.length = (gsize)(walk->at - walk->row.text);
  if (n_fields == 0 || walk->fields->len == n_fields)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
               "%s:%u: a row of %u fields (expected %" G_GSIZE_FORMAT ")", walk->shown, line,
               walk->fields->len, n_fields);
  return FALSE;
}

GMappedFile *
pnyx_walk_map (const gchar *path, GError **error)
{
  g_autoptr (GError) failure = NULL;
  GMappedFile *file = pnyx_own_file_map (path, &failure);

  if (file != NULL && g_mapped_file_get_length (file) > 0)
    return file;
  if (file != NULL)
    {
      g_mapped_file_unref (file);
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                   "%s:1: is not CSV (expected a header line)", path);
    }
  else if (pnyx_own_file_code (failure) == PNYX_ERROR_MISSING)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s: there is no such file", path);
  else
    g_set_error (error, PNYX_ERROR, pnyx_own_file_code (failure), "%s", failure->message);
  return NULL;
}

void
pnyx_field_append (const PnyxField *field, GString *text)
{
  const gchar *end = field->text + field->length;

  if (field->length == 0 || *field->text != '"')
    {
      g_string_append_len (text, field->text, (gssize)field->length);
      return;
    }
  for (const gchar *at = field->text + 1; at + 1 < end; at++)
    {
      at += *at == '"' ? 1 : 0; /* doubled */
      g_string_append_c (text, *at);
    }
}
