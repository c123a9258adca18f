/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/statistics.h"
#include "figure/excerpt.h"
#include "figure/grid.h"
#include "figure/kinds.h"

#define BOXES_MAX 40
#define DOTS_MAX 30 /* values of a box of which each has a dot */

typedef struct
{
  const gchar *metric, *x, *at, *scope;
  gint scale;
  const gchar *x_label, *y_label;
} Params;

static const gchar *const scales[] = { "linear", "log", NULL };

static const PnyxParam params_table[] = {
  { .name = "metric",
    .type = PNYX_PARAM_NAME,
    .fallback = "latency.finality.p50",
    .offset = offsetof (Params, metric),
    .meaning = "Metric whose values of the replicates are drawn." },
  PNYX_GRID_PARAM_X (Params, "Axis of the sweep that has a box for each value, by its name or the "
                             "end of it; the first with several numbers where it is absent."),
  PNYX_GRID_PARAM_AT (Params),
  PNYX_GRID_PARAM_SCOPE (Params),
  { .name = "y-scale",
    .type = PNYX_PARAM_ENUM,
    .choices = scales,
    .fallback = "linear",
    .offset = offsetof (Params, scale),
    .meaning = "Scale of the metric." },
  PNYX_GRID_PARAM_LABEL (Params, "x-label", x_label, "the axis of the sweep"),
  PNYX_GRID_PARAM_LABEL (Params, "y-label", y_label, "the metric"),
};

/* The values of each box, in the order of the runs. */
static gboolean
read_values (const PnyxFigureData *data, const Params *params, const PnyxGrid *grid,
             GPtrArray *boxes, GError **error)
{
  const gchar *scope = pnyx_figure_scope (data, params->metric, params->scope, error);
  g_autofree gchar *path = g_build_filename (data->folder, "runs.csv", NULL);
  g_autofree gchar *column = NULL;
  g_autoptr (PnyxFrame) frame = NULL;
  const gchar *columns[3] = { "point", NULL, NULL };
  guint x, series;

  if (scope == NULL)
    return FALSE;
  columns[1] = column = *scope == '\0' ? g_strdup (params->metric)
                                       : g_strdup_printf ("%s:%s", scope, params->metric);
  frame = pnyx_excerpt_read (path, columns, NULL, error);
  if (frame == NULL)
    return FALSE;
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    {
      gdouble value = pnyx_frame_number (frame, row, 1);

      if (isfinite (value) && pnyx_grid_find (grid, pnyx_frame_text (frame, row, 0), &x, &series))
        g_array_append_val ((GArray *)g_ptr_array_index (boxes, x), value);
    }
  return TRUE;
}

/* Role 0: a box; 1: a value of its own, alone in the column. */
static void
add_value (PnyxSheet *sheet, guint box, gdouble value)
{
  pnyx_table_add_integer (sheet->data, box);
  pnyx_table_add_integer (sheet->data, 1);
  for (guint i = 0; i < 6; i++)
    pnyx_table_add_number (sheet->data, NAN);
  pnyx_table_add_number (sheet->data, value);
}

static void
add_box (PnyxSheet *sheet, guint box, const GArray *values, PnyxExtent *extent)
{
  const gdouble *x = (const gdouble *)(gconstpointer)values->data;
  gsize n = values->len;
  gdouble q1 = pnyx_quantile (x, n, 0.25), median = pnyx_quantile (x, n, 0.5);
  gdouble q3 = pnyx_quantile (x, n, 0.75), reach = 1.5 * (q3 - q1);
  PnyxExtent whiskers = { INFINITY, -INFINITY };

  for (gsize i = 0; i < n; i++)
    {
      pnyx_extent_add (extent, x[i]);
      if (x[i] >= q1 - reach && x[i] <= q3 + reach)
        pnyx_extent_add (&whiskers, x[i]);
    }
  pnyx_table_add_integer (sheet->data, box);
  pnyx_table_add_integer (sheet->data, 0);
  pnyx_table_add_integer (sheet->data, (gint64)n);
  pnyx_table_add_number (sheet->data, whiskers.low);
  pnyx_table_add_number (sheet->data, q1);
  pnyx_table_add_number (sheet->data, median);
  pnyx_table_add_number (sheet->data, q3);
  pnyx_table_add_number (sheet->data, whiskers.high);
  pnyx_table_add_number (sheet->data, NAN);
  for (gsize i = 0; i < n; i++)
    if (n <= DOTS_MAX || x[i] < whiskers.low || x[i] > whiskers.high)
      add_value (sheet, box, x[i]);
}

static gboolean
check (const Params *params, const PnyxExtent *extent, GError **error)
{
  if (extent->low > extent->high)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s has no value at any of these points",
                 params->metric);
  else if (params->scale == 1 && !(extent->low > 0))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                 "y-scale=\"log\" of values that are not all above 0 (expected linear)");
  else
    return TRUE;
  return FALSE;
}

static gboolean
draw (const PnyxFigureData *data, const Params *params, const PnyxGrid *grid, GPtrArray *boxes,
      PnyxSheet *sheet, GError **error)
{
  static const gchar *const columns[]
      = { "box", "role", "n", "whisker_low", "q1", "median", "q3", "whisker_high", "value", NULL };
  PnyxExtent extent = { INFINITY, -INFINITY }, y;
  g_autofree gchar *label = NULL;
  PnyxScale scale;

  pnyx_sheet_table (sheet, columns);
  for (guint i = 0; i < boxes->len; i++)
    if (((GArray *)g_ptr_array_index (boxes, i))->len > 0)
      add_box (sheet, i, g_ptr_array_index (boxes, i), &extent);
  if (!check (params, &extent, error))
    return FALSE;
  y = pnyx_extent_of_axis (extent, extent, params->scale == 1);
  scale = pnyx_scale_for (pnyx_figure_unit (data, params->metric), extent.high);
  label = pnyx_scale_label (&scale, params->y_label != NULL ? params->y_label : params->metric);
  pnyx_axis_put (&grid->x, sheet, "x", params->x_label);
  pnyx_sheet_text (sheet, "y_label", label);
  pnyx_sheet_number (sheet, "y_scale", scale.factor);
  pnyx_sheet_number (sheet, "y_low", y.low);
  pnyx_sheet_number (sheet, "y_high", y.high);
  pnyx_sheet_number (sheet, "y_log", params->scale == 1);
  sheet->caption = pnyx_grid_caption (grid, params->metric,
                                      "median, quartiles and values of the replicates", params->at);
  pnyx_sheet_number (sheet, "height", 56);
  return TRUE;
}

static void
values_free (gpointer values)
{
  g_array_unref (values);
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  const Params *params = p;
  const PnyxGridQuery query = { .at = params->at, .x = params->x, .any = TRUE };
  g_autoptr (GPtrArray) boxes = g_ptr_array_new_with_free_func (values_free);
  g_autoptr (PnyxGrid) grid = NULL;

  if (pnyx_figure_data_metric (data, params->metric, error) == NULL)
    return FALSE;
  grid = pnyx_grid_new (data, &query, error);
  if (grid == NULL)
    return FALSE;
  if (grid->x.texts->len > BOXES_MAX)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE, "%u boxes (expected at most %d)",
                   grid->x.texts->len, BOXES_MAX);
      return FALSE;
    }
  for (guint i = 0; i < grid->x.texts->len; i++)
    g_ptr_array_add (boxes, g_array_new (FALSE, FALSE, sizeof (gdouble)));
  return read_values (data, params, grid, boxes, error)
         && draw (data, params, grid, boxes, sheet, error);
}

const PnyxFigureOps pnyx_figure_box_plot = {
  .component
  = { .name = "box-plot",
      .summary = "How the values of the replicates lie, over an axis of the sweep.",
      .source = "J. W. Tukey, \"Exploratory Data Analysis\" (1977): median, quartiles, "
                "whiskers to the last value within 1.5 times the box",
      .limits = "Nearest-rank quartiles. Up to 30 replicates each is a dot, of more only "
                "those beyond the whiskers.",
      .params = params_table,
      .n_params = G_N_ELEMENTS (params_table),
      .params_size = sizeof (Params) },
  .prepare = prepare,
};
