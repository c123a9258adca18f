/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "figure/grid.h"
#include "figure/kinds.h"

typedef struct
{
  GStrv metrics, scopes;
  const gchar *x, *series, *at, *scope;
  gint x_scale, y_scale;
  const gchar *x_label, *y_label;
} Params;

static const gchar *const scales[] = { "linear", "log", NULL };

static const PnyxParam params_table[] = {
  { .name = "metric",
    .type = PNYX_PARAM_NAMES,
    .fallback = "latency.finality.p50",
    .offset = offsetof (Params, metrics),
    .meaning = "Metric that is drawn, or several of one unit: comma-separated columns of "
               "summary.csv." },
  PNYX_GRID_PARAM_X (Params, "Axis of the sweep from left to right, by its name or the end of it; "
                             "the first with several numbers where it is absent."),
  { .name = "series",
    .type = PNYX_PARAM_TEXT,
    .fallback = "",
    .offset = offsetof (Params, series),
    .meaning = "Axis of the sweep of whose values each has a curve." },
  PNYX_GRID_PARAM_AT (Params),
  PNYX_GRID_PARAM_SCOPE (Params),
  { .name = "scopes",
    .type = PNYX_PARAM_NAMES,
    .fallback = "",
    .offset = offsetof (Params, scopes),
    .meaning = "Several ids in place of scope: each has a curve." },
  { .name = "x-scale",
    .type = PNYX_PARAM_ENUM,
    .choices = scales,
    .fallback = "linear",
    .offset = offsetof (Params, x_scale),
    .meaning = "Scale of the axis of the sweep." },
  { .name = "y-scale",
    .type = PNYX_PARAM_ENUM,
    .choices = scales,
    .fallback = "linear",
    .offset = offsetof (Params, y_scale),
    .meaning = "Scale of the metric." },
  PNYX_GRID_PARAM_LABEL (Params, "x-label", x_label, "the axis of the sweep"),
  PNYX_GRID_PARAM_LABEL (Params, "y-label", y_label, "the metric"),
};

typedef struct
{
  const Params *params;
  const PnyxFigureData *data;
  const PnyxGrid *grid;
  guint n_metrics, n_scopes;
  PnyxEstimate *values; /* owned: curve-major; a curve is a metric, a scope and a value of series */
  PnyxExtent means, bounds, x; /* of what is drawn */
  gboolean intervals;
} Lines;

static const gchar *
scope_of (const Lines *lines, guint source)
{
  return lines->params->scopes != NULL ? lines->params->scopes[source % lines->n_scopes]
                                       : lines->params->scope;
}

/* Source @m: a metric of a scope. */
static gboolean
add_source (Lines *lines, guint m, GError **error)
{
  const PnyxFigureData *data = lines->data;
  const gchar *metric = lines->params->metrics[m / lines->n_scopes];
  const gchar *scope = pnyx_figure_scope (data, metric, scope_of (lines, m), error);
  const PnyxFrame *frame = scope == NULL ? NULL : pnyx_figure_data_metric (data, metric, error);
  guint n = lines->grid->x.texts->len, x, series;

  if (frame == NULL)
    return FALSE;
  if (!g_str_equal (pnyx_figure_unit (data, metric),
                    pnyx_figure_unit (data, lines->params->metrics[0])))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "%s is in \"%s\", %s in \"%s\" (expected metrics of one unit)", metric,
                   pnyx_figure_unit (data, metric), lines->params->metrics[0],
                   pnyx_figure_unit (data, lines->params->metrics[0]));
      return FALSE;
    }
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    if (g_str_equal (pnyx_frame_text (frame, row, data->scope), scope)
        && pnyx_grid_find (lines->grid, pnyx_frame_text (frame, row, data->point), &x, &series))
      lines->values[(m * lines->grid->series.texts->len + series) * n + x]
          = (PnyxEstimate){ pnyx_frame_number (frame, row, data->mean),
                            pnyx_frame_number (frame, row, data->ci95_low),
                            pnyx_frame_number (frame, row, data->ci95_high) };
  return TRUE;
}

static void
measure (Lines *lines, gdouble position, const PnyxEstimate *value)
{
  if (!isfinite (value->mean))
    return;
  pnyx_extent_add (&lines->means, value->mean);
  pnyx_extent_add (&lines->bounds, value->mean);
  pnyx_extent_add (&lines->bounds, value->low);
  pnyx_extent_add (&lines->bounds, value->high);
  pnyx_extent_add (&lines->x, position);
  lines->intervals |= value->low < value->high;
}

static void
add_rows (Lines *lines, PnyxSheet *sheet, guint n_curves)
{
  static const gchar *const columns[] = { "curve", "x", "mean", "ci95_low", "ci95_high", NULL };
  const PnyxAxis *axis = &lines->grid->x;

  pnyx_sheet_table (sheet, columns);
  for (guint curve = 0; curve < n_curves; curve++)
    for (guint i = 0; i < axis->texts->len; i++)
      {
        const PnyxEstimate *value = &lines->values[curve * axis->texts->len + i];
        gdouble position = pnyx_axis_position (axis, i);

        if (isnan (value->mean)) /* a point that is not there, or has no value */
          continue;
        measure (lines, position, value);
        pnyx_table_add_integer (sheet->data, curve + 1);
        pnyx_table_add_number (sheet->data, position);
        pnyx_table_add_number (sheet->data, value->mean);
        pnyx_table_add_number (sheet->data, value->low);
        pnyx_table_add_number (sheet->data, value->high);
      }
}

/* "latency.finality.p50, share 0.1": what of it tells the curve from the others. */
static GPtrArray *
labels_of (const Lines *lines)
{
  GPtrArray *labels = g_ptr_array_new_with_free_func (g_free);
  const PnyxAxis *series = &lines->grid->series;

  for (guint m = 0; m < lines->n_metrics * lines->n_scopes; m++)
    for (guint k = 0; k < series->texts->len; k++)
      {
        const gchar *metric = lines->params->metrics[m / lines->n_scopes];
        g_autofree gchar *curve = series->column < 0 ? NULL : pnyx_axis_curve (series, k);
        const gchar *parts[4] = { NULL };
        g_autofree gchar *label = NULL;
        guint n = 0;

        if (lines->n_scopes > 1)
          parts[n++] = scope_of (lines, m);
        if (lines->n_metrics > 1 || (curve == NULL && n == 0))
          parts[n++] = metric;
        if (curve != NULL)
          parts[n++] = curve;
        label = g_strjoinv (", ", (gchar **)(gpointer)(guintptr)parts);
        g_ptr_array_add (labels, pnyx_figure_short (label));
      }
  return labels;
}

static gboolean
check_range (const Lines *lines, GError **error)
{
  const gchar *axis = NULL;

  if (lines->means.low > lines->means.high)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s has no value at any of these points",
                   lines->params->metrics[0]);
      return FALSE;
    }
  if (lines->params->x_scale == 1 && lines->grid->x.numeric && !(lines->x.low > 0))
    axis = "x-scale";
  if (lines->params->y_scale == 1 && !(lines->means.low > 0))
    axis = "y-scale";
  if (axis != NULL)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                 "%s=\"log\" of values that are not all above 0 (expected linear)", axis);
  return axis == NULL;
}

static void
put (const Lines *lines, PnyxSheet *sheet)
{
  const Params *params = lines->params;
  g_autoptr (GPtrArray) labels = labels_of (lines);
  g_autofree gchar *metrics = g_strjoinv (", ", params->metrics);
  PnyxScale scale
      = pnyx_scale_for (pnyx_figure_unit (lines->data, params->metrics[0]), lines->means.high);
  PnyxExtent y = pnyx_extent_of_axis (lines->means, lines->bounds, params->y_scale == 1);
  g_autofree gchar *y_label = pnyx_scale_label (&scale, params->y_label != NULL ? params->y_label
                                                        : lines->n_metrics == 1 ? params->metrics[0]
                                                                                : "mean");

  pnyx_sheet_number (sheet, "curves", labels->len);
  pnyx_sheet_texts (sheet, "label", labels);
  pnyx_axis_put (&lines->grid->x, sheet, "x", params->x_label);
  pnyx_sheet_number (sheet, "x_low", lines->x.low);
  pnyx_sheet_number (sheet, "x_high", lines->x.high);
  pnyx_sheet_number (sheet, "x_log", params->x_scale == 1 && lines->grid->x.numeric);
  pnyx_sheet_text (sheet, "y_label", y_label);
  pnyx_sheet_number (sheet, "y_scale", scale.factor);
  pnyx_sheet_number (sheet, "y_low", y.low);
  pnyx_sheet_number (sheet, "y_high", y.high);
  pnyx_sheet_number (sheet, "y_log", params->y_scale == 1);
  pnyx_sheet_number (sheet, "intervals", lines->intervals);
  sheet->caption = pnyx_grid_caption (lines->grid, metrics,
                                      "mean over replicates and 95 % interval", params->at);
  pnyx_sheet_key (sheet, labels, lines->intervals ? 1 : 0, 56);
}

static gboolean
draw (Lines *lines, PnyxSheet *sheet, GError **error)
{
  guint n_curves = lines->n_metrics * lines->n_scopes * lines->grid->series.texts->len;
  gsize n = (gsize)n_curves * lines->grid->x.texts->len;

  if (n_curves > PNYX_FIGURE_CURVES_MAX)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "%u curves (expected at most %d: fewer metrics, or a series of fewer values)",
                   n_curves, PNYX_FIGURE_CURVES_MAX);
      return FALSE;
    }
  lines->values = g_new (PnyxEstimate, n);
  for (gsize i = 0; i < n; i++)
    lines->values[i] = (PnyxEstimate){ NAN, NAN, NAN };
  for (guint m = 0; m < lines->n_metrics * lines->n_scopes; m++)
    if (!add_source (lines, m, error))
      return FALSE;
  add_rows (lines, sheet, n_curves);
  if (!check_range (lines, error))
    return FALSE;
  put (lines, sheet);
  return TRUE;
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  const Params *params = p;
  const PnyxGridQuery query = { .at = params->at, .x = params->x, .series = params->series };
  Lines lines = { .params = params,
                  .data = data,
                  .n_metrics = g_strv_length (params->metrics),
                  .n_scopes = params->scopes != NULL ? g_strv_length (params->scopes) : 1,
                  .means = { INFINITY, -INFINITY },
                  .bounds = { INFINITY, -INFINITY },
                  .x = { INFINITY, -INFINITY } };
  g_autoptr (PnyxGrid) grid = NULL;
  gboolean done;

  for (guint m = 0; m < lines.n_metrics; m++) /* an unknown metric is told before the axes */
    if (pnyx_figure_data_metric (data, params->metrics[m], error) == NULL)
      return FALSE;
  lines.grid = grid = pnyx_grid_new (data, &query, error);
  done = grid != NULL && draw (&lines, sheet, error);
  g_free (lines.values);
  return done;
}

const PnyxFigureOps pnyx_figure_lines = {
  .component
  = { .name = "lines",
      .summary = "Metrics over an axis of the sweep: mean and 95 % interval.",
      .source = "Student's interval over replicates, summary.csv; form of the figure: "
                "R. Jansen et al., USENIX Security 2021, figures with bands",
      .limits = "A band is the 95 % interval of the mean at each point, not of the whole "
                "curve, and is cut off where it is far wider than the means.",
      .params = params_table,
      .n_params = G_N_ELEMENTS (params_table),
      .params_size = sizeof (Params) },
  .drawn_by_default = TRUE,
  .prepare = prepare,
};
