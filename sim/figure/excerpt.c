/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/excerpt.h"

#include <string.h>

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
      {
        append_kept (kept, walk, columns);
        if (!pnyx_frame_has_room (kept->len, walk->shown, &failure))
          break;
      }
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
