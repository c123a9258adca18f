/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/series.h"

#include <math.h>

#include "engine/params.h"

static gboolean
in_run (const PnyxFrame *frame, gsize row, const gint columns[5], const PnyxFigureRun *run,
        const gchar *chain)
{
  return pnyx_frame_number (frame, row, columns[0]) == (gdouble)run->point
         && (run->replicate == PNYX_COUNT_UNSET
             || pnyx_frame_number (frame, row, columns[1]) == (gdouble)run->replicate)
         && (chain == NULL || g_str_equal (pnyx_frame_text (frame, row, columns[2]), chain));
}

static gint
compare_points (gconstpointer a, gconstpointer b, gpointer user)
{
  const PnyxFigurePoint *x = a, *y = b;

  (void)user;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  return x->value < y->value ? -1 : x->value > y->value;
}

void
pnyx_figure_series_sort (GArray *points)
{
  g_array_sort_with_data (points, compare_points, NULL);
}

GArray *
pnyx_figure_series (const PnyxFigureData *data, const gchar *metric, const PnyxFigureRun *run,
                    GError **error)
{
  static const gchar *const needed[] = { "point", "replicate", "scope", "time", "value" };
  const gdouble point_wanted = (gdouble)run->point;
  g_autoptr (PnyxFrame) frame
      = pnyx_figure_data_read (data, "series", metric, &point_wanted, 1, error);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (PnyxFigurePoint));
  gint columns[G_N_ELEMENTS (needed)];
  const gchar *chain = run->chain;

  if (frame == NULL)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    if ((columns[i] = pnyx_frame_require (frame, needed[i], error)) < 0)
      return NULL;
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    {
      PnyxFigurePoint point = { pnyx_frame_number (frame, row, columns[3]),
                                pnyx_frame_number (frame, row, columns[4]) };

      if (!in_run (frame, row, columns, run, chain) || !isfinite (point.time)
          || !isfinite (point.value))
        continue;
      if (chain == NULL)
        chain = pnyx_frame_text (frame, row, columns[2]);
      g_array_append_val (points, point);
    }
  if (points->len == 0)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                   "the results hold no values of %s of this point, replicate and chain", metric);
      return NULL;
    }
  pnyx_figure_series_sort (points);
  return g_steal_pointer (&points);
}

gdouble
pnyx_figure_series_step (const GArray *points)
{
  gdouble step = INFINITY;

  for (guint i = 1; i < points->len; i++)
    {
      gdouble between = g_array_index (points, PnyxFigurePoint, i).time
                        - g_array_index (points, PnyxFigurePoint, i - 1).time;

      if (between > 0)
        step = fmin (step, between);
    }
  return isfinite (step) ? step : NAN;
}
