/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/excerpt.h"

#include <string.h>

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

  if (*walk->at == '"' && !skip_quoted (walk, error))
    return FALSE;
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
  GMappedFile *file = g_mapped_file_new (path, FALSE, &failure);

  if (file != NULL && g_mapped_file_get_length (file) > 0)
    return file;
  if (file != NULL)
    {
      g_mapped_file_unref (file);
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                   "%s:1: is not CSV (expected a header line)", path);
    }
  else if (g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s: there is no such file", path);
  else
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s", failure->message);
  return NULL;
}

/* ---- Excerpts ---- */

static void
append_kept (GString *kept, const PnyxWalk *walk, const GArray *columns)
{
  for (guint i = 0; i < columns->len; i++)
    {
      gint column = g_array_index (columns, gint, i);
      const PnyxField *field = &g_array_index (walk->fields, PnyxField, column);

      if (i > 0)
        g_string_append_c (kept, ',');
      g_string_append_len (kept, field->text, (gssize)field->length);
    }
  g_string_append_c (kept, '\n');
}

/* Which columns of the header @names are; all where @names is NULL. */
static GArray *
columns_of (const PnyxWalk *walk, const gchar *const *names, GError **error)
{
  g_autoptr (PnyxFrame) header
      = pnyx_frame_parse (walk->row.text, walk->row.length, walk->shown, error);
  g_autoptr (GArray) columns = g_array_new (FALSE, FALSE, sizeof (gint));

  if (header == NULL)
    return NULL;
  for (gint i = 0; names == NULL && i < (gint)pnyx_frame_n_columns (header); i++)
    g_array_append_val (columns, i);
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      gint column = pnyx_frame_column (header, names[i]);

      if (column < 0)
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s:1: has no column \"%s\"",
                       walk->shown, names[i]);
          return NULL;
        }
      g_array_append_val (columns, column);
    }
  return g_steal_pointer (&columns);
}

static gboolean
is_kept (const PnyxField *field, GHashTable *points)
{
  gchar point[24];

  if (points == NULL)
    return TRUE;
  if (field->length >= sizeof point)
    return FALSE;
  memcpy (point, field->text, field->length);
  point[field->length] = '\0';
  return g_hash_table_contains (points, point);
}

static PnyxFrame *
read_walk (PnyxWalk *walk, const gchar *const *names, GHashTable *points, GError **error)
{
  g_autoptr (GString) kept = g_string_new (NULL);
  g_autoptr (GArray) columns = NULL;
  GError *failure = NULL;
  gsize n_fields;

  if (!pnyx_walk_row (walk, 0, error))
    return NULL;
  n_fields = walk->fields->len;
  columns = columns_of (walk, names, error);
  if (columns == NULL)
    return NULL;
  append_kept (kept, walk, columns);
  while (pnyx_walk_row (walk, n_fields, &failure))
    if (is_kept (&g_array_index (walk->fields, PnyxField, 0), points))
      append_kept (kept, walk, columns);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return NULL;
    }
  return pnyx_frame_parse (kept->str, kept->len, walk->shown, error);
}

PnyxFrame *
pnyx_excerpt_read (const gchar *path, const gchar *const *columns, GHashTable *points,
                   GError **error)
{
  g_autoptr (GMappedFile) file = pnyx_walk_map (path, error);
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (PnyxField));
  PnyxWalk walk = { .shown = path, .line = 1, .fields = fields };

  if (file == NULL)
    return NULL;
  walk.at = g_mapped_file_get_contents (file);
  walk.end = walk.at + g_mapped_file_get_length (file);
  return read_walk (&walk, columns, points, error);
}
