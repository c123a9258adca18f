/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_DATA_H
#define PNYX_FIGURE_DATA_H

#include "engine/params.h"
#include "results/frame.h"

/**
 * PnyxFigureData: the results that figures draw.
 *
 * summary.csv is walked over once; the rows of a metric are parsed when a figure asks for them.
 */
typedef struct
{
  const gchar *folder;     /* borrowed */
  const PnyxSection *root; /* borrowed, nullable: the scenario, which knows the units of axes */
  PnyxFrame *points;       /* owned: the first row of each point, with the columns of summary.csv */
  GPtrArray *metrics;      /* owned: names of the metrics in summary.csv, in order */
  gint point, scope, metric, unit, mean, ci95_low, ci95_high; /* columns; axes from point + 1 on */
  struct _PnyxFigureIndex *index;                             /* owned: where which rows are */
} PnyxFigureData;

/** PnyxEstimate: a mean over replicates and its 95 % interval; NaN: does not exist. */
typedef struct
{
  gdouble mean, low, high;
} PnyxEstimate;

#define PNYX_FIGURE_CURVES_MAX 8

/** PnyxCurve: what one curve, bar or point of a figure shows. */
typedef struct
{
  gchar *point; /* owned: as the CSV files have it */
  gchar *scope; /* owned */
} PnyxCurve;

/** pnyx_figure_data_new: @folder is kept; Returns: NULL with @error as pnyx_frame_read. */
PnyxFigureData *pnyx_figure_data_new (const gchar *folder, GError **error);
void pnyx_figure_data_free (PnyxFigureData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxFigureData, pnyx_figure_data_free)

/**
 * pnyx_figure_data_metric: the rows of the summary that are of @metric, at least one.
 *
 * Returns: (transfer none): NULL with @error, of PNYX_ERROR_MISSING, with a suggestion where the
 * name of another metric is near.
 */
const PnyxFrame *pnyx_figure_data_metric (const PnyxFigureData *data, const gchar *metric,
                                          GError **error);

/** pnyx_figure_data_rows: Returns: how many rows the summary has. */
guint64 pnyx_figure_data_rows (const PnyxFigureData *data);

/**
 * pnyx_figure_data_read: the file of @metric in `series` or `distributions`.
 * @points: (array length=n_points): only the rows of these points are read; n_points = 0: all
 *
 * Returns: (transfer full): NULL with @error, of PNYX_ERROR_MISSING where the results have none.
 */
PnyxFrame *pnyx_figure_data_read (const PnyxFigureData *data, const gchar *kind,
                                  const gchar *metric, const gdouble *points, gsize n_points,
                                  GError **error);

/** pnyx_figure_data_estimate: Returns: all NaN where the results have none. */
PnyxEstimate pnyx_figure_data_estimate (const PnyxFigureData *data, const PnyxCurve *curve,
                                        const gchar *metric);
/** pnyx_figure_data_mean: Returns: NaN where the mean of @metric does not exist. */
gdouble pnyx_figure_data_mean (const PnyxFigureData *data, const PnyxCurve *curve,
                               const gchar *metric);
/** pnyx_figure_data_axis: Returns: the value of the first axis whose name ends in @name at a point;
 * NaN where there is none. */
gdouble pnyx_figure_data_axis (const PnyxFigureData *data, const PnyxCurve *curve,
                               const gchar *name);

/**
 * pnyx_figure_curves: the pairs of point and scope in a file of the results, each once, in order.
 * @frame: with the columns `point` and `scope`
 * @metric: (nullable): count only rows with this in the column `metric`
 * @points: (array length=n_points): keep only these; n_points = 0: all
 *
 * Returns: (transfer full) (element-type PnyxCurve): NULL with @error: PNYX_ERROR_RANGE where there
 * are more than PNYX_FIGURE_CURVES_MAX, PNYX_ERROR_MISSING where there are none.
 */
GArray *pnyx_figure_curves (const PnyxFrame *frame, const gchar *metric, const gdouble *points,
                            gsize n_points, GError **error);

/** pnyx_figure_curve_of: Returns: the curve of @curves that row @row of @frame belongs to; -1:
 * none.
 */
gint pnyx_figure_curve_of (const GArray *curves, const PnyxFrame *frame, gsize row);

/** pnyx_figure_label: Returns: (transfer full): what tells curve @i from the others: axes of its
 * point and its scope, as far as these differ; "" where it is alone. At most 36 characters. */
gchar *pnyx_figure_label (const PnyxFigureData *data, const GArray *curves, guint i);

/** pnyx_figure_short: Returns: (transfer full): at most 36 characters of @text, valid UTF-8. */
gchar *pnyx_figure_short (const gchar *text);

/** pnyx_figure_key: @outside: (out): whether a key of @labels needs room of its own above the
 * curves; Returns: how much, in mm. */
gdouble pnyx_figure_key (const GPtrArray *labels, gboolean *outside);

#endif
