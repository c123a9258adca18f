/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runs.csv into memory. How many of its columns are axes, summary.csv tells, which has a fixed
 * number of others: an axis may have any name.
 */
#include "results/cells.h"

#include <math.h>
#include <string.h>

#include "results/rows.h"

#define RUNS_FIXED 3     /* point, replicate, seed */
#define SUMMARY_FIXED 12 /* point; scope, metric, unit, n, mean, sd, two bounds, min, p50, max */
#define SEPARATOR '\x1f'

/* ---- summary.csv ---- */

static PnyxRows *
open_file (const gchar *folder, const gchar *name, GError **error)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);

  return pnyx_rows_open (path, error);
}

static gboolean
set_foreign (const gchar *folder, const gchar *name, GError **error)
{
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
               "%s/%s:1: does not have the columns that pnyx writes", folder, name);
  return FALSE;
}

/* summary.csv and @n_axes; NULL with @error. */
static PnyxRows *
open_summary (const gchar *folder, gsize *n_axes, GError **error)
{
  g_autoptr (PnyxRows) rows = open_file (folder, "summary.csv", error);

  if (rows == NULL)
    return NULL;
  *n_axes = pnyx_rows_n_columns (rows) - SUMMARY_FIXED;
  if (pnyx_rows_n_columns (rows) >= SUMMARY_FIXED
      && g_str_equal (pnyx_rows_column_name (rows, 1 + *n_axes), "scope"))
    return g_steal_pointer (&rows);
  set_foreign (folder, "summary.csv", error);
  return NULL;
}

/* The unit in the current row, if its metric has none yet. Returns: whether so. */
static gboolean
take_unit (const PnyxRows *rows, gsize n_axes, const gchar *const *names, gsize n, gchar **units)
{
  const gchar *scope = pnyx_rows_text (rows, 1 + n_axes);
  g_autofree gchar *name
      = g_strconcat (scope, *scope ? ":" : "", pnyx_rows_text (rows, 2 + n_axes), NULL);

  for (gsize k = 0; k < n; k++)
    if (units[k] == NULL && g_str_equal (names[k], name))
      {
        units[k] = g_strdup (pnyx_rows_text (rows, 3 + n_axes));
        return TRUE;
      }
  return FALSE;
}

gchar **
pnyx_units_read (const gchar *folder, const gchar *const *names, gsize n, GError **error)
{
  gsize n_axes, n_known = 0;
  g_autoptr (PnyxRows) rows = open_summary (folder, &n_axes, error);
  g_autoptr (GError) failure = NULL;
  gchar **units;

  if (rows == NULL)
    return NULL;
  units = g_new0 (gchar *, n + 1);
  while (n_known < n && pnyx_rows_next (rows, &failure))
    n_known += take_unit (rows, n_axes, names, n, units) ? 1 : 0;
  for (gsize k = 0; k < n; k++)
    if (units[k] == NULL)
      units[k] = g_strdup ("");
  if (failure == NULL)
    return units;
  g_strfreev (units);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

const gchar *
pnyx_metric_of (const gchar *column)
{
  const gchar *colon = strrchr (column, ':');

  return colon != NULL ? colon + 1 : column;
}

gchar *
pnyx_scope_of (const gchar *column)
{
  const gchar *metric = pnyx_metric_of (column);

  return metric == column ? g_strdup ("") : g_strndup (column, (gsize)(metric - column) - 1);
}

/* ---- runs.csv ---- */

static gchar *
join (const gchar *(*field) (const PnyxRows *, gsize), const PnyxRows *rows, gsize n_axes)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n_axes; i++)
    {
      g_string_append (text, field (rows, RUNS_FIXED + i));
      g_string_append_c (text, SEPARATOR);
    }
  return g_string_free (text, FALSE);
}

static void
point_clear (gpointer point)
{
  g_free (((PnyxCellPoint *)point)->place);
}

static gboolean
read_head (PnyxCells *cells, const PnyxRows *rows, gsize n_axes, GError **error)
{
  static const gchar *const fixed[RUNS_FIXED] = { "point", "replicate", "seed" };

  if (pnyx_rows_n_columns (rows) < RUNS_FIXED + n_axes)
    return set_foreign (cells->folder, "runs.csv", error);
  for (gsize i = 0; i < RUNS_FIXED; i++)
    if (!g_str_equal (pnyx_rows_column_name (rows, i), fixed[i]))
      return set_foreign (cells->folder, "runs.csv", error);
  cells->axes = join (pnyx_rows_column_name, rows, n_axes);
  for (gsize i = RUNS_FIXED + n_axes; i < pnyx_rows_n_columns (rows); i++)
    g_ptr_array_add (cells->names, g_strdup (pnyx_rows_column_name (rows, i)));
  cells->units = pnyx_units_read (cells->folder, (const gchar *const *)cells->names->pdata,
                                  cells->names->len, error);
  return cells->units != NULL;
}

/* Adds the current row. */
static gboolean
read_cell (PnyxCells *cells, const PnyxRows *rows, gsize n_axes, GArray *values, GError **error)
{
  PnyxCellPoint *last = cells->points->len > 0
                            ? &g_array_index (cells->points, PnyxCellPoint, cells->points->len - 1)
                            : NULL;
  PnyxRunCell cell;
  guint point;

  if (!pnyx_rows_count (rows, 0, &point, error)
      || !pnyx_rows_count (rows, 1, &cell.replicate, error))
    return FALSE;
  if (!g_ascii_string_to_unsigned (pnyx_rows_text (rows, 2), 10, 0, G_MAXUINT64, &cell.seed, NULL)
      || (last != NULL && point < last->point))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                   "%s/runs.csv:%u: a seed that is no number, or a point that is out of order",
                   cells->folder, pnyx_rows_line (rows));
      return FALSE;
    }
  if (cells->cells->len == PNYX_CELLS_RUNS_MAX
      || cells->names->len > PNYX_CELLS_VALUES_MAX - values->len)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "%s/runs.csv:%u: too many values (expected at most %d, of %d runs)",
                   cells->folder, pnyx_rows_line (rows), PNYX_CELLS_VALUES_MAX,
                   PNYX_CELLS_RUNS_MAX);
      return FALSE;
    }
  if (last == NULL || point != last->point)
    {
      PnyxCellPoint fresh = { point, cells->cells->len, 0, join (pnyx_rows_text, rows, n_axes) };

      g_array_append_val (cells->points, fresh);
      last = &g_array_index (cells->points, PnyxCellPoint, cells->points->len - 1);
    }
  g_array_append_val (cells->cells, cell);
  last->end = cells->cells->len;
  for (gsize k = 0; k < cells->names->len; k++)
    {
      gdouble value = pnyx_rows_number (rows, RUNS_FIXED + n_axes + k);

      g_array_append_val (values, value);
    }
  return TRUE;
}

static gboolean
read_runs (PnyxCells *cells, PnyxRows *rows, gsize n_axes, GError **error)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autoptr (GError) failure = NULL;

  while (pnyx_rows_next (rows, &failure) && read_cell (cells, rows, n_axes, values, &failure))
    continue;
  cells->values = (gdouble *)(gpointer)g_array_free (values, FALSE);
  if (failure == NULL && cells->points->len > 0)
    return TRUE;
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s: has no runs", cells->folder);
  return FALSE;
}

PnyxCells *
pnyx_cells_read (const gchar *folder, GError **error)
{
  g_autoptr (PnyxCells) cells = g_new0 (PnyxCells, 1);
  g_autoptr (PnyxRows) summary = NULL;
  g_autoptr (PnyxRows) rows = NULL;
  g_autoptr (GError) failure = NULL;
  gsize n_axes;

  cells->folder = g_strdup (folder);
  cells->names = g_ptr_array_new_with_free_func (g_free);
  cells->points = g_array_new (FALSE, FALSE, sizeof (PnyxCellPoint));
  g_array_set_clear_func (cells->points, point_clear);
  cells->cells = g_array_new (FALSE, FALSE, sizeof (PnyxRunCell));
  rows = open_file (folder, "runs.csv", &failure);
  summary = rows != NULL ? open_summary (folder, &n_axes, &failure) : NULL;
  if (g_error_matches (failure, PNYX_ERROR, PNYX_ERROR_MISSING))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                   "%s: has no results (expected a folder that pnyx run or pnyx sweep wrote)",
                   folder);
      return NULL;
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if (!read_head (cells, rows, n_axes, error) || !read_runs (cells, rows, n_axes, error))
    return NULL;
  return g_steal_pointer (&cells);
}

void
pnyx_cells_free (PnyxCells *cells)
{
  if (cells == NULL)
    return;
  g_free (cells->folder);
  g_free (cells->axes);
  g_ptr_array_unref (cells->names);
  g_strfreev (cells->units);
  g_array_unref (cells->points);
  g_array_unref (cells->cells);
  g_free (cells->values);
  g_free (cells);
}

const PnyxCellPoint *
pnyx_cells_point (const PnyxCells *cells, guint point)
{
  for (guint i = 0; i < cells->points->len; i++)
    if (g_array_index (cells->points, PnyxCellPoint, i).point == point)
      return &g_array_index (cells->points, PnyxCellPoint, i);
  return NULL;
}

gint
pnyx_cells_column (const PnyxCells *cells, const gchar *name)
{
  for (guint k = 0; k < cells->names->len; k++)
    if (g_str_equal (g_ptr_array_index (cells->names, k), name))
      return (gint)k;
  return -1;
}

gdouble *
pnyx_cells_get (const PnyxCells *cells, const PnyxCellPoint *point, gint column)
{
  gsize n = point->end - point->begin;
  gdouble *values = g_new (gdouble, n);

  for (gsize i = 0; i < n; i++)
    values[i]
        = column < 0 ? NAN : cells->values[(point->begin + i) * cells->names->len + (gsize)column];
  return values;
}
