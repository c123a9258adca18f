/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "figure/kinds.h"

typedef struct
{
  const gchar *metric;
  gint scale;
  PnyxReals points;
} Params;

static const gchar *const scales[] = { "linear", "log", NULL };

static const PnyxParam params_table[] = {
  { .name = "metric",
    .type = PNYX_PARAM_NAME,
    .fallback = "latency.propagation",
    .offset = offsetof (Params, metric),
    .meaning = "Latency whose distribution is drawn." },
  { .name = "scale",
    .type = PNYX_PARAM_ENUM,
    .choices = scales,
    .fallback = "linear",
    .offset = offsetof (Params, scale),
    .meaning = "Scale of the axis of time." },
  { .name = "points",
    .type = PNYX_PARAM_REALS,
    .fallback = "",
    .min = "0",
    .offset = offsetof (Params, points),
    .meaning = "Points of a sweep to be drawn; all where it is absent." },
};

typedef struct
{
  gdouble low;      /* smallest value above 0 */
  gdouble high;     /* 99.5 % of the slowest curve, or what it has */
  gdouble marks[3]; /* 50 %, 90 %, 99 % of the first curve */
} Range;

static const gdouble marks[] = { 0.5, 0.9, 0.99 };

static gboolean
add_rows (PnyxSheet *sheet, const PnyxFrame *frame, const GArray *curves, Range *range,
          GError **error)
{
  gint quantile = pnyx_frame_require (frame, "quantile", error);
  gint column = quantile < 0 ? -1 : pnyx_frame_require (frame, "value", error);

  if (column < 0)
    return FALSE;
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    {
      gint curve = pnyx_figure_curve_of (curves, frame, row);
      gdouble p = pnyx_frame_number (frame, row, quantile);
      gdouble value = pnyx_frame_number (frame, row, column);

      if (curve < 0)
        continue;
      pnyx_table_add_integer (sheet->data, curve + 1);
      pnyx_table_add_number (sheet->data, p);
      pnyx_table_add_number (sheet->data, value);
      if (isfinite (value) && value > 0)
        range->low = fmin (range->low, value);
      if (isfinite (value) && p <= 0.995)
        range->high = fmax (range->high, value);
      for (guint i = 0; curve == 0 && i < G_N_ELEMENTS (marks); i++)
        if (p == marks[i])
          range->marks[i] = value;
    }
  return TRUE;
}

static void
add_labels (PnyxSheet *sheet, const PnyxFigureData *data, const GArray *curves)
{
  gboolean outside;
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < curves->len; i++)
    g_ptr_array_add (labels, pnyx_figure_label (data, curves, i));
  pnyx_sheet_number (sheet, "curves", curves->len);
  pnyx_sheet_texts (sheet, "label", labels);
  pnyx_sheet_number (sheet, "height", 54 + pnyx_figure_key (labels, &outside));
  pnyx_sheet_number (sheet, "key_outside", outside);
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  static const gchar *const columns[] = { "curve", "quantile", "value", NULL };
  const Params *params = p;
  Range range = { .low = INFINITY, .high = 0, .marks = { NAN, NAN, NAN } };
  g_autoptr (PnyxFrame) frame = pnyx_figure_data_read (
      data, "distributions", params->metric, params->points.values, params->points.n, error);
  g_autoptr (GArray) curves = NULL;

  if (frame == NULL)
    return FALSE;
  curves = pnyx_figure_curves (frame, NULL, params->points.values, params->points.n, error);
  if (curves == NULL)
    return FALSE;
  pnyx_sheet_table (sheet, columns);
  if (!add_rows (sheet, frame, curves, &range, error))
    return FALSE;
  if (range.high <= 0)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                   "the distribution of %s has no values above 0", params->metric);
      return FALSE;
    }
  add_labels (sheet, data, curves);
  pnyx_sheet_text (sheet, "what",
                   g_str_equal (params->metric, "latency.propagation") ? "propagation delay"
                                                                       : params->metric);
  pnyx_sheet_number (sheet, "logarithmic", params->scale);
  pnyx_sheet_number (sheet, "x_low", range.low);
  pnyx_sheet_number (sheet, "x_high", range.high);
  pnyx_sheet_number (sheet, "p50", range.marks[0]);
  pnyx_sheet_number (sheet, "p90", range.marks[1]);
  pnyx_sheet_number (sheet, "p99", range.marks[2]);
  return TRUE;
}

const PnyxFigureOps pnyx_figure_propagation_cdf = {
  .component = { .name = "propagation-cdf",
                 .summary = "Which share of receipts was how fast: the distribution of a latency.",
                 .source = "C. Decker, R. Wattenhofer, \"Information propagation in the Bitcoin "
                           "network\", P2P'13, figure 1",
                 .limits = "All replicates pooled. The curve ends where the rest was unfinished; "
                           "the axis ends soon after the 99.5th percentile.",
                 .params = params_table,
                 .n_params = G_N_ELEMENTS (params_table),
                 .params_size = sizeof (Params) },
  .drawn_by_default = TRUE,
  .prepare = prepare,
};
