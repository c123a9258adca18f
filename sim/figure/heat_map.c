/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "figure/grid.h"
#include "figure/kinds.h"

#define CELLS_MAX 10000
#define WRITTEN_MAX 20 /* cells in a row with their values written into them */

typedef struct
{
  const gchar *metric, *x, *y, *at, *scope;
  gint scale;
  const gchar *x_label, *y_label, *label;
} Params;

static const gchar *const scales[] = { "linear", "log", NULL };

static const PnyxParam params_table[] = {
  { .name = "metric",
    .type = PNYX_PARAM_NAME,
    .fallback = "latency.finality.p50",
    .offset = offsetof (Params, metric),
    .meaning = "Metric that is drawn: a column of summary.csv." },
  PNYX_GRID_PARAM_X (Params, "Axis of the sweep from left to right, by its name or the end of it; "
                             "the first with several numbers where it is absent."),
  { .name = "y",
    .type = PNYX_PARAM_TEXT,
    .fallback = "",
    .offset = offsetof (Params, y),
    .meaning = "Axis of the sweep from bottom to top; the next with several values where it is "
               "absent." },
  PNYX_GRID_PARAM_AT (Params),
  PNYX_GRID_PARAM_SCOPE (Params),
  { .name = "scale",
    .type = PNYX_PARAM_ENUM,
    .choices = scales,
    .fallback = "linear",
    .offset = offsetof (Params, scale),
    .meaning = "Scale of the colours." },
  PNYX_GRID_PARAM_LABEL (Params, "x-label", x_label, "the axis from left to right"),
  PNYX_GRID_PARAM_LABEL (Params, "y-label", y_label, "the axis from bottom to top"),
  PNYX_GRID_PARAM_LABEL (Params, "label", label, "the metric"),
};

static gboolean
read_cells (const PnyxFigureData *data, const Params *params, const PnyxGrid *grid, gdouble *cells,
            GError **error)
{
  const gchar *scope = pnyx_figure_scope (data, params->metric, params->scope, error);
  const PnyxFrame *frame
      = scope == NULL ? NULL : pnyx_figure_data_metric (data, params->metric, error);
  guint x, y;

  if (frame == NULL)
    return FALSE;
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    if (g_str_equal (pnyx_frame_text (frame, row, data->scope), scope)
        && pnyx_grid_find (grid, pnyx_frame_text (frame, row, data->point), &x, &y))
      cells[y * grid->x.texts->len + x] = pnyx_frame_number (frame, row, data->mean);
  return TRUE;
}

/* Returns: the length of the longest value as it is written into a cell. */
static glong
add_rows (PnyxSheet *sheet, const PnyxGrid *grid, const gdouble *cells, gdouble factor,
          PnyxExtent *extent)
{
  static const gchar *const columns[] = { "column", "row", "x", "y", "mean", "missing", NULL };
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];
  glong longest = 1;

  pnyx_sheet_table (sheet, columns);
  for (guint y = 0; y < grid->series.texts->len; y++)
    for (guint x = 0; x < grid->x.texts->len; x++)
      {
        gdouble value = cells[y * grid->x.texts->len + x];

        pnyx_table_add_integer (sheet->data, x);
        pnyx_table_add_integer (sheet->data, y);
        pnyx_table_add_text (sheet->data, g_ptr_array_index (grid->x.texts, x));
        pnyx_table_add_text (sheet->data, g_ptr_array_index (grid->series.texts, y));
        pnyx_table_add_number (sheet->data, value);
        pnyx_table_add_integer (sheet->data, isfinite (value) ? 0 : 1);
        pnyx_extent_add (extent, value);
        g_ascii_formatd (text, sizeof text, "%.3g", value * factor);
        if (isfinite (value))
          longest = MAX (longest, g_utf8_strlen (text, -1));
      }
  return longest;
}

static gdouble
highest (const gdouble *cells, gsize n)
{
  gdouble high = 0;

  for (gsize i = 0; i < n; i++)
    if (isfinite (cells[i]))
      high = fmax (high, fabs (cells[i]));
  return high;
}

static gboolean
check_extent (const Params *params, const PnyxExtent *extent, GError **error)
{
  if (extent->low > extent->high)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s has no value at any of these points",
                 params->metric);
  else if (params->scale == 1 && !(extent->low > 0))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                 "scale=\"log\" of values that are not all above 0 (expected linear)");
  else
    return TRUE;
  return FALSE;
}

static gboolean
put (PnyxSheet *sheet, const PnyxFigureData *data, const Params *params, const PnyxGrid *grid,
     const gdouble *cells, GError **error)
{
  gsize columns = grid->x.texts->len, rows = grid->series.texts->len;
  PnyxScale scale
      = pnyx_scale_for (pnyx_figure_unit (data, params->metric), highest (cells, columns * rows));
  g_autofree gchar *label
      = pnyx_scale_label (&scale, params->label != NULL ? params->label : params->metric);
  PnyxExtent extent = { INFINITY, -INFINITY };
  glong longest = add_rows (sheet, grid, cells, scale.factor, &extent);

  if (!check_extent (params, &extent, error))
    return FALSE;
  pnyx_axis_put (&grid->x, sheet, "x", params->x_label);
  pnyx_axis_put (&grid->series, sheet, "y", params->y_label);
  pnyx_sheet_text (sheet, "label", label);
  pnyx_sheet_number (sheet, "scale", scale.factor);
  pnyx_sheet_number (sheet, "low", extent.low);
  pnyx_sheet_number (sheet, "high", extent.high);
  pnyx_sheet_number (sheet, "logarithmic", params->scale == 1);
  pnyx_sheet_number (sheet, "longest", (gdouble)longest);
  sheet->caption = pnyx_grid_caption (grid, params->metric, "mean over replicates", params->at);
  pnyx_sheet_number (sheet, "write", columns <= WRITTEN_MAX);
  pnyx_sheet_number (sheet, "height", fmin (84, fmax (56, 24 + 5.2 * (gdouble)rows)));
  return TRUE;
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  const Params *params = p;
  const PnyxGridQuery query
      = { .at = params->at, .x = params->x, .series = params->y, .two = TRUE };
  g_autoptr (PnyxGrid) grid = NULL;
  g_autofree gdouble *cells = NULL;
  gsize n;

  if (pnyx_figure_data_metric (data, params->metric, error) == NULL)
    return FALSE;
  grid = pnyx_grid_new (data, &query, error);
  if (grid == NULL)
    return FALSE;
  n = (gsize)grid->x.texts->len * grid->series.texts->len;
  if (n > CELLS_MAX)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "%" G_GSIZE_FORMAT " cells (expected at most %d)", n, CELLS_MAX);
      return FALSE;
    }
  cells = g_new (gdouble, n);
  for (gsize i = 0; i < n; i++)
    cells[i] = NAN;
  return read_cells (data, params, grid, cells, error)
         && put (sheet, data, params, grid, cells, error);
}

const PnyxFigureOps pnyx_figure_heat_map = {
  .component
  = { .name = "heat-map",
      .summary = "A metric over two axes of the sweep: the mean of each point as colour.",
      .source = "colours: S. van der Walt, N. Smith, viridis (matplotlib), even in "
                "lightness and safe for the colour-blind; form of the figure: Wang et "
                "al., DSN 2022",
      .limits = "Means without their intervals. A hatched cell has no value.",
      .params = params_table,
      .n_params = G_N_ELEMENTS (params_table),
      .params_size = sizeof (Params) },
  .drawn_by_default = TRUE,
  .prepare = prepare,
};
