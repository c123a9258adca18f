/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_CELLS_H
#define PNYX_RESULTS_CELLS_H

#include "base/error.h"

/* The values of all runs of a results folder, read back from runs.csv and summary.csv. */

/* What a folder may ask for that a stranger made: half a gigabyte each. */
#define PNYX_CELLS_RUNS_MAX (1 << 22)
#define PNYX_CELLS_VALUES_MAX (1 << 26)

/** PnyxRunCell: a run. */
typedef struct
{
  guint replicate;
  guint64 seed;
} PnyxRunCell;

/** PnyxCellPoint: a point that has runs. */
typedef struct
{
  guint point;
  gsize begin, end; /* its runs: begin, ... end - 1 */
  gchar *place;     /* owned: its values of the axes, as text to be compared */
} PnyxCellPoint;

typedef struct
{
  gchar *folder;    /* owned */
  gchar *axes;      /* owned: their names, as text to be compared */
  GPtrArray *names; /* owned: columns of metrics: `scope:metric` or `metric` */
  gchar **units;    /* owned: array length=names */
  GArray *points;   /* owned: PnyxCellPoint, in order of points */
  GArray *cells;    /* owned: PnyxRunCell, in order of points, then replicates */
  gdouble *values;  /* owned: by run, then column; NaN: does not exist */
} PnyxCells;

/**
 * pnyx_cells_read:
 *
 * Returns: (transfer full): NULL with @error: PNYX_ERROR_MISSING: @folder has no results;
 * PNYX_ERROR_SYNTAX: its files are none of ours; PNYX_ERROR_RANGE: they hold more than the limits
 * above, or those of pnyx_walk_row; PNYX_ERROR_IO.
 */
PnyxCells *pnyx_cells_read (const gchar *folder, GError **error);
void pnyx_cells_free (PnyxCells *cells);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxCells, pnyx_cells_free)

/** pnyx_cells_point: Returns: (nullable): the point of that number. */
const PnyxCellPoint *pnyx_cells_point (const PnyxCells *cells, guint point);
/** pnyx_cells_column: Returns: the column of that name; -1: there is none. */
gint pnyx_cells_column (const PnyxCells *cells, const gchar *name);
/** pnyx_cells_get: Returns: (transfer full): values of @column in the runs of @point; all NaN for
 * column -1. */
gdouble *pnyx_cells_get (const PnyxCells *cells, const PnyxCellPoint *point, gint column);

/**
 * pnyx_units_read: units of metrics, from summary.csv.
 * @names: (array length=n): columns of runs.csv
 *
 * Reads no further than it must: the first point has a row for every metric.
 *
 * Returns: (transfer full): array length=@n + 1, "" where there is none; NULL with @error.
 */
gchar **pnyx_units_read (const gchar *folder, const gchar *const *names, gsize n, GError **error);

/** pnyx_scope_of: Returns: (transfer full): the scope in a column's name, "" where it has none. */
gchar *pnyx_scope_of (const gchar *column);
/** pnyx_metric_of: Returns: (transfer none): the metric in it: its end. */
const gchar *pnyx_metric_of (const gchar *column);

#endif
