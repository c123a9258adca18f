/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_DATA_H
#define PNYX_FIGURE_DATA_H

#include "results/frame.h"

/** PnyxFigureData: the results that figures draw. */
typedef struct
{
  const gchar *folder;                                  /* borrowed */
  PnyxFrame *summary;                                   /* owned: summary.csv */
  gint point, scope, metric, mean, ci95_low, ci95_high; /* its columns; axes from point + 1 on */
} PnyxFigureData;

#define PNYX_FIGURE_CURVES_MAX 8

/** PnyxCurve: what one curve, bar or point of a figure shows. */
typedef struct
{
  gchar *point; /* owned: as the CSV files have it */
  gchar *scope; /* owned */
} PnyxCurve;

PnyxFigureData *pnyx_figure_data_new (const gchar *folder, GError **error);
void pnyx_figure_data_free (PnyxFigureData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxFigureData, pnyx_figure_data_free)

/**
 * pnyx_figure_data_read: the file of @metric in `series` or `distributions`.
 *
 * Returns: (transfer full): NULL with @error, of PNYX_ERROR_MISSING where the results have none.
 */
PnyxFrame *pnyx_figure_data_read (const PnyxFigureData *data, const gchar *kind,
                                  const gchar *metric, GError **error);

/** pnyx_figure_data_find: Returns: the row of the summary; -1 where there is none. */
gssize pnyx_figure_data_find (const PnyxFigureData *data, const PnyxCurve *curve,
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

/** pnyx_figure_key: @outside: (out): whether a key of @labels needs room of its own above the
 * curves; Returns: how much, in mm. */
gdouble pnyx_figure_key (const GPtrArray *labels, gboolean *outside);

#endif
