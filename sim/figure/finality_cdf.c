/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "figure/kinds.h"

typedef struct
{
  gint views;
  PnyxReals points;
} Params;

static const gchar *const views[] = { "median", "all", NULL };

/* The views, the median first: it alone is drawn by default. */
static const struct
{
  const gchar *metric, *label;
} sources[] = {
  { "latency.finality", "median node" },
  { "latency.finality_first", "first node" },
  { "latency.finality_last", "last node" },
};

static const PnyxParam params_table[] = {
  { .name = "views",
    .type = PNYX_PARAM_ENUM,
    .choices = views,
    .fallback = "median",
    .offset = offsetof (Params, views),
    .meaning = "Final at whom: the median honest node, or also the first and the last." },
  { .name = "points",
    .type = PNYX_PARAM_REALS,
    .fallback = "",
    .min = "0",
    .offset = offsetof (Params, points),
    .meaning = "Points of a sweep to be drawn; all where it is absent." },
};

typedef struct
{
  gdouble low, high;
} Range;

/* The rows of one view; the curves of view v have the numbers from v * curves->len + 1 on. */
static gboolean
add_view (PnyxSheet *sheet, const PnyxFigureData *data, const GArray *curves, guint view,
          Range *range, GError **error)
{
  g_autoptr (PnyxFrame) frame
      = pnyx_figure_data_read (data, "distributions", sources[view].metric, NULL, 0, error);
  gint quantile = frame == NULL ? -1 : pnyx_frame_require (frame, "quantile", error);
  gint column = quantile < 0 ? -1 : pnyx_frame_require (frame, "value", error);

  if (column < 0)
    return FALSE;
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    {
      gint curve = pnyx_figure_curve_of (curves, frame, row);
      gdouble value = pnyx_frame_number (frame, row, column);

      if (curve < 0)
        continue;
      pnyx_table_add_integer (sheet->data, (gint64)(view * curves->len) + curve + 1);
      pnyx_table_add_number (sheet->data, pnyx_frame_number (frame, row, quantile));
      pnyx_table_add_number (sheet->data, value);
      if (isfinite (value))
        *range = (Range){ fmin (range->low, value), fmax (range->high, value) };
    }
  return TRUE;
}

static gchar *
label_of (const PnyxFigureData *data, const GArray *curves, guint n_views, guint view, guint i)
{
  g_autofree gchar *label = pnyx_figure_label (data, curves, i);

  if (n_views == 1)
    return g_steal_pointer (&label);
  return g_strdup_printf ("%s%s%s", label, *label ? ", " : "", sources[view].label);
}

static void
add_labels (PnyxSheet *sheet, const PnyxFigureData *data, const GArray *curves, guint n_views)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  gboolean outside;

  for (guint view = 0; view < n_views; view++)
    for (guint i = 0; i < curves->len; i++)
      g_ptr_array_add (labels, label_of (data, curves, n_views, view, i));
  pnyx_sheet_number (sheet, "curves", labels->len);
  pnyx_sheet_texts (sheet, "label", labels);
  pnyx_sheet_number (sheet, "height", 54 + pnyx_figure_key (labels, &outside));
  pnyx_sheet_number (sheet, "key_outside", outside);
}

/* Those that the median view has. */
static GArray *
find_curves (const PnyxFigureData *data, const Params *params, guint n_views, GError **error)
{
  g_autoptr (PnyxFrame) frame
      = pnyx_figure_data_read (data, "distributions", sources[0].metric, NULL, 0, error);
  g_autoptr (GArray) curves = NULL;

  if (frame == NULL)
    return NULL;
  curves = pnyx_figure_curves (frame, NULL, params->points.values, params->points.n, error);
  if (curves != NULL && curves->len * n_views > PNYX_FIGURE_CURVES_MAX)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "more than %d curves (expected views=\"median\", or some of the points: "
                   "points=\"0, 3\")",
                   PNYX_FIGURE_CURVES_MAX);
      return NULL;
    }
  return g_steal_pointer (&curves);
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  static const gchar *const columns[] = { "curve", "quantile", "value", NULL };
  const Params *params = p;
  guint n_views = params->views == 0 ? 1 : (guint)G_N_ELEMENTS (sources);
  Range range = { INFINITY, 0 };
  g_autoptr (GArray) curves = find_curves (data, params, n_views, error);

  if (curves == NULL)
    return FALSE;
  pnyx_sheet_table (sheet, columns);
  for (guint view = 0; view < n_views; view++)
    if (!add_view (sheet, data, curves, view, &range, error))
      return FALSE;
  if (range.high <= 0)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                   "the distribution of %s has no values above 0", sources[0].metric);
      return FALSE;
    }
  add_labels (sheet, data, curves, n_views);
  pnyx_sheet_number (sheet, "x_low", range.low);
  pnyx_sheet_number (sheet, "x_high", range.high);
  return TRUE;
}

const PnyxFigureOps pnyx_figure_finality_cdf = {
  .component
  = { .name = "finality-cdf",
      .summary = "Which share of blocks was final how soon after it was made.",
      .source = "V. Buterin et al., \"Combining GHOST and Casper\", 2020, what is final; "
                "form of the figure: ours",
      .limits = "All replicates pooled; canonical blocks only. A curve ends where the "
                "rest was not final when the runs ended.",
      .params = params_table,
      .n_params = G_N_ELEMENTS (params_table),
      .params_size = sizeof (Params) },
  .drawn_by_default = TRUE,
  .prepare = prepare,
};
