/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_GRID_H
#define PNYX_FIGURE_GRID_H

#include "figure/data.h"
#include "figure/quantity.h"
#include "figure/sheet.h"

/** PnyxAxis: an axis of the sweep as a figure has it. */
typedef struct
{
  gint column;      /* of the summary; -1: none: it has one value, "" */
  gchar *label;     /* owned: "adversary share" */
  PnyxUnit unit;    /* PNYX_UNIT_NONE: none, or unknown */
  gboolean numeric; /* all its values are numbers */
  GPtrArray *texts; /* owned: values as in the CSV files, each once; numbers ascending, text in the
                       order of the points */
  GArray *numbers;  /* owned: (element-type gdouble): NaN where it is text */
  PnyxScale scale;  /* how its values are shown */
} PnyxAxis;

/** PnyxGridQuery: which points are drawn, and where; all borrowed, NULL: absent. */
typedef struct
{
  const gchar *at;     /* "AXIS=VALUE, ...": only points with these values */
  const gchar *x;      /* axis; NULL: the first that has several numbers, else several values */
  const gchar *series; /* axis that gives curves or rows */
  gboolean two;        /* without @series the next axis of several values is taken */
  gboolean any;        /* results without an axis are good as well */
} PnyxGridQuery;

/** PnyxGrid: the points of a sweep by one or two of its axes, at most one point in a cell. */
typedef struct
{
  PnyxAxis x, series;
  GHashTable *cells; /* owned: (element-type utf8 guint32*): x and series of a point */
} PnyxGrid;

/**
 * pnyx_grid_new:
 *
 * Returns: (transfer full): NULL with @error: PNYX_ERROR_MISSING: no such axis; PNYX_ERROR_RANGE:
 * no point has these values, or several have the same x and series: the message names the axis that
 * is to be fixed; PNYX_ERROR_SYNTAX: @at.
 */
PnyxGrid *pnyx_grid_new (const PnyxFigureData *data, const PnyxGridQuery *query, GError **error);
void pnyx_grid_free (PnyxGrid *grid);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxGrid, pnyx_grid_free)

/** pnyx_grid_find: @x, @series: (out): which values of the axes @point has; Returns: FALSE where it
 * is not drawn. */
gboolean pnyx_grid_find (const PnyxGrid *grid, const gchar *point, guint *x, guint *series);

/** pnyx_grid_caption: Returns: (transfer full): "@metric over delay and share, at kind=flood:
 * @statistic." @at: (nullable) */
gchar *pnyx_grid_caption (const PnyxGrid *grid, const gchar *metric, const gchar *statistic,
                          const gchar *at);

/** pnyx_axis_label: Returns: (transfer full): what a figure calls the axis @name: "adversary share"
 * of the path "adversary/@share"; a name that the user gave as it is. */
gchar *pnyx_axis_label (const gchar *name);
/** pnyx_axis_value: Returns: (transfer full): the value @i as a label: "250 ms", "flood". */
gchar *pnyx_axis_value (const PnyxAxis *axis, guint i);
/** pnyx_axis_curve: Returns: (transfer full): as the name of a curve: "share 0.1", "flood". */
gchar *pnyx_axis_curve (const PnyxAxis *axis, guint i);
/** pnyx_axis_position: Returns: where the value @i stands: its number, or 0, 1, 2 ... of text. */
gdouble pnyx_axis_position (const PnyxAxis *axis, guint i);
/**
 * pnyx_axis_put: tells the template of an axis: NAME_label, NAME_scale, NAME_values (how many),
 * NAME_text[], NAME_numeric.
 * @label: (nullable): instead of the axis's own
 */
void pnyx_axis_put (const PnyxAxis *axis, PnyxSheet *sheet, const gchar *name, const gchar *label);

/**
 * pnyx_figure_points: the points with the values @at that are among @points.
 * @at: (nullable): as in a query
 * @points: (array length=n_points): n_points = 0: all
 *
 * Returns: (transfer full) (element-type gdouble): at least one; NULL with @error as pnyx_grid_new.
 */
GArray *pnyx_figure_points (const PnyxFigureData *data, const gchar *at, const gdouble *points,
                            gsize n_points, GError **error);

/** pnyx_figure_axis: the column of the axis that is called @name, in full or by its end. Returns:
 * -1 with @error of PNYX_ERROR_MISSING, or PNYX_ERROR_RANGE where several are. */
gint pnyx_figure_axis (const PnyxFigureData *data, const gchar *name, GError **error);

/**
 * pnyx_figure_scope: the scope of @metric that is drawn: @asked, or the world's, or the only one.
 *
 * Returns: (transfer none): NULL with @error of PNYX_ERROR_MISSING or, where there are several,
 * PNYX_ERROR_RANGE.
 */
const gchar *pnyx_figure_scope (const PnyxFigureData *data, const gchar *metric, const gchar *asked,
                                GError **error);
/** pnyx_figure_unit: Returns: the unit of @metric; "" where the summary does not have it. */
const gchar *pnyx_figure_unit (const PnyxFigureData *data, const gchar *metric);

/* Entries of parameter tables that kinds share; @Struct is the struct, with fields of these names.
 */
#define PNYX_GRID_PARAM_AT(Struct)                                                                 \
  {                                                                                                \
    .name = "at", .type = PNYX_PARAM_TEXT, .fallback = "", .offset = offsetof (Struct, at),        \
    .meaning = "Only points with these values: \"AXIS=VALUE, ...\", an axis by its name or the "   \
               "end of it, a value in SI units, with a unit, or as text."                          \
  }
#define PNYX_GRID_PARAM_X(Struct, what)                                                            \
  {                                                                                                \
    .name = "x", .type = PNYX_PARAM_TEXT, .fallback = "", .offset = offsetof (Struct, x),          \
    .meaning = what                                                                                \
  }
#define PNYX_GRID_PARAM_SCOPE(Struct)                                                              \
  {                                                                                                \
    .name = "scope", .type = PNYX_PARAM_NAME, .fallback = "", .offset = offsetof (Struct, scope),  \
    .meaning = "Id of the chain, oracle ... that is drawn; the world's value, or the only one, "   \
               "where it is absent."                                                               \
  }
#define PNYX_GRID_PARAM_LABEL(Struct, key, field, what)                                            \
  {                                                                                                \
    .name = key, .type = PNYX_PARAM_TEXT, .fallback = "", .offset = offsetof (Struct, field),      \
    .meaning = "Name of " what " instead of its own, without the unit."                            \
  }

#endif
