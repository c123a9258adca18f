/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_SERIES_H
#define PNYX_FIGURE_SERIES_H

#include "figure/data.h"

/** PnyxFigureRun: of which run and chain a series is drawn. */
typedef struct
{
  guint64 point;      /* of the sweep */
  guint64 replicate;  /* PNYX_COUNT_UNSET: all */
  const gchar *chain; /* NULL: the first that the series has */
} PnyxFigureRun;

typedef struct
{
  gdouble time;
  gdouble value;
} PnyxFigurePoint;

/**
 * pnyx_figure_series: the points of the series @metric in @run with finite numbers, by time, those
 * of one time by value.
 *
 * Returns: (transfer full) (element-type PnyxFigurePoint): at least one; NULL with @error, of
 * PNYX_ERROR_MISSING where the results have none.
 */
GArray *pnyx_figure_series (const PnyxFigureData *data, const gchar *metric,
                            const PnyxFigureRun *run, GError **error);

/** pnyx_figure_series_sort: orders @points as pnyx_figure_series does. */
void pnyx_figure_series_sort (GArray *points);

/** pnyx_figure_series_step: Returns: the shortest time between neighbours of sorted @points; NaN
 * where all have the same time. */
gdouble pnyx_figure_series_step (const GArray *points);

#endif
