/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "figure/kinds.h"
#include "figure/series.h"

typedef struct
{
  gint axis;
  guint64 point;
  const gchar *chain;
} Params;

static const gchar *const axes[] = { "epoch", "time", NULL };
static const gchar *const metrics[]
    = { "participation.source", "participation.target", "participation.head" };

static const PnyxParam params_table[] = {
  { .name = "axis",
    .type = PNYX_PARAM_ENUM,
    .choices = axes,
    .fallback = "epoch",
    .offset = offsetof (Params, axis),
    .meaning = "Axis: the number of the epoch, or minutes since the beginning of the run." },
  { .name = "point",
    .type = PNYX_PARAM_COUNT,
    .fallback = "0",
    .offset = offsetof (Params, point),
    .meaning = "Point of a sweep to be drawn." },
  { .name = "chain",
    .type = PNYX_PARAM_NAME,
    .fallback = "",
    .offset = offsetof (Params, chain),
    .meaning = "Chain to be drawn; the first that votes where it is absent." },
};

/* For each time the mean over the replicates that have it. */
static void
add_curve (PnyxSheet *sheet, gint64 curve, const GArray *points, gdouble scale, gdouble *low)
{
  for (guint begin = 0, end; begin < points->len; begin = end)
    {
      gdouble time = g_array_index (points, PnyxFigurePoint, begin).time, sum = 0;

      for (end = begin;
           end < points->len && g_array_index (points, PnyxFigurePoint, end).time == time; end++)
        sum += g_array_index (points, PnyxFigurePoint, end).value;
      pnyx_table_add_integer (sheet->data, curve);
      pnyx_table_add_number (sheet->data, time * scale);
      pnyx_table_add_number (sheet->data, sum / (end - begin));
      *low = fmin (*low, sum / (end - begin));
    }
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  static const gchar *const columns[] = { "vote", "time", "share", NULL };
  const Params *params = p;
  const PnyxFigureRun run = { params->point, PNYX_COUNT_UNSET, params->chain };
  gdouble low = 1, epoch = NAN;

  pnyx_sheet_table (sheet, columns);
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++)
    {
      g_autoptr (GArray) points = pnyx_figure_series (data, metrics[i], &run, error);

      if (points == NULL)
        return FALSE;
      if (i == 0 && params->axis == 0)
        epoch = pnyx_figure_series_step (points);
      add_curve (sheet, i + 1, points, epoch > 0 ? 1 / epoch : 1.0 / 60, &low);
    }
  pnyx_sheet_number (sheet, "height", 58);
  pnyx_sheet_number (sheet, "epochs", epoch > 0); /* one epoch alone does not say how long it is */
  pnyx_sheet_number (sheet, "y_low", low);
  return TRUE;
}

const PnyxFigureOps pnyx_figure_participation = {
  .component = { .name = "participation",
                 .summary = "Which share of the stake voted in time and right, by epoch.",
                 .source = "consensus-specs, altair/beacon-chain.md: TIMELY_SOURCE, TIMELY_TARGET, "
                           "TIMELY_HEAD; form of the figure: ours",
                 .limits = "Mean over replicates, without an interval. A run of one epoch is drawn "
                           "over minutes.",
                 .params = params_table,
                 .n_params = G_N_ELEMENTS (params_table),
                 .params_size = sizeof (Params) },
  .prepare = prepare,
};
