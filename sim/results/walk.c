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

/* From the opening quote to behind the closing one. */
static gboolean
skip_quoted (PnyxWalk *walk, GError **error)
{
  guint begin = walk->line;

  for (walk->at++; walk->at < walk->end; walk->at++)
    {
      if (*walk->at == '"' && (walk->at + 1 >= walk->end || walk->at[1] != '"'))
        {
          walk->at++;
          return TRUE;
        }
      walk->at += *walk->at == '"' ? 1 : 0;
      walk->line += *walk->at == '\n' ? 1 : 0;
    }
  return set_syntax_error (walk, begin, "a quoted field has no end", error);
}

static gboolean
walk_field (PnyxWalk *walk, gboolean *last, GError **error)
{
  PnyxField field = { .text = walk->at };

  if (*walk->at == '"')
    {
      if (!skip_quoted (walk, error))
        return FALSE;
    }
  else
    while (walk->at < walk->end && *walk->at != ',' && *walk->at != '\n' && *walk->at != '\r'
           && *walk->at != '"')
      walk->at++;
  field.length = (gsize)(walk->at - field.text);
  g_array_append_val (walk->fields, field);
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
      g_array_append_val (walk->fields, field);
      *last = TRUE;
    }
  return TRUE;
}

gboolean
pnyx_walk_row (PnyxWalk *walk, gsize n_fields, GError **error)
{
  guint line = walk->line;
  gboolean last = FALSE;

  if (walk->at >= walk->end)
    return FALSE;
  g_array_set_size (walk->fields, 0);
  walk->row.text = walk->at;
  while (!last)
    if (!walk_field (walk, &last, error))
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
