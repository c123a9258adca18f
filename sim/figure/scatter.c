/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/number.h"
#include "figure/excerpt.h"
#include "figure/grid.h"
#include "figure/kinds.h"

#define DOTS_MAX 20000
#define INTERVALS_MAX 60 /* dots of which each shows its intervals */

typedef struct
{
  const gchar *x, *y, *at, *scope, *series;
  gint of, x_scale, y_scale;
  gboolean identity;
  const gchar *x_label, *y_label;
} Params;

static const gchar *const scales[] = { "linear", "log", NULL };
static const gchar *const kinds_of[] = { "points", "runs", NULL };

static const PnyxParam params_table[] = {
  { .name = "x",
    .type = PNYX_PARAM_NAME,
    .fallback = "participation.target",
    .offset = offsetof (Params, x),
    .meaning = "Metric from left to right: a column of summary.csv." },
  { .name = "y",
    .type = PNYX_PARAM_NAME,
    .fallback = "latency.finality.p50",
    .offset = offsetof (Params, y),
    .meaning = "Metric from bottom to top." },
  { .name = "of",
    .type = PNYX_PARAM_ENUM,
    .choices = kinds_of,
    .fallback = "points",
    .offset = offsetof (Params, of),
    .meaning = "What a dot is: the means of a point with their 95 % intervals, or one run." },
  { .name = "series",
    .type = PNYX_PARAM_TEXT,
    .fallback = "",
    .offset = offsetof (Params, series),
    .meaning = "Axis of the sweep of whose values each has dots of its own." },
  PNYX_GRID_PARAM_AT (Params),
  PNYX_GRID_PARAM_SCOPE (Params),
  { .name = "identity",
    .type = PNYX_PARAM_BOOL,
    .fallback = "false",
    .offset = offsetof (Params, identity),
    .meaning = "Draws the line on which both are equal, as for published against simulated." },
  { .name = "x-scale",
    .type = PNYX_PARAM_ENUM,
    .choices = scales,
    .fallback = "linear",
    .offset = offsetof (Params, x_scale),
    .meaning = "Scale from left to right." },
  { .name = "y-scale",
    .type = PNYX_PARAM_ENUM,
    .choices = scales,
    .fallback = "linear",
    .offset = offsetof (Params, y_scale),
    .meaning = "Scale from bottom to top." },
  PNYX_GRID_PARAM_LABEL (Params, "x-label", x_label, "the metric from left to right"),
  PNYX_GRID_PARAM_LABEL (Params, "y-label", y_label, "the metric from bottom to top"),
};

typedef struct
{
  const PnyxFigureData *data;
  const Params *params;
  PnyxSheet *sheet;
  GHashTable *curves; /* owned: the curve of each point that is drawn, from 1 */
  GPtrArray *labels;  /* owned: of the curves */
  PnyxExtent x, y, x_bounds, y_bounds;
  guint n_dots;
} Scatter;

/* Which curve each point is of: by its value of the axis @series. */
static gboolean
find_curves (Scatter *scatter, GError **error)
{
  const PnyxFigureData *data = scatter->data;
  const Params *params = scatter->params;
  g_autoptr (GArray) points = pnyx_figure_points (data, params->at, NULL, 0, error);
  gint column = params->series == NULL ? -1 : pnyx_figure_axis (data, params->series, error);
  guint k = 0;

  if (points == NULL || (params->series != NULL && column < 0))
    return FALSE;
  for (gsize row = 0; row < pnyx_frame_n_rows (data->points) && k < points->len; row++)
    {
      const gchar *value = column < 0 ? "" : pnyx_frame_text (data->points, row, column);
      guint curve;

      if (pnyx_frame_number (data->points, row, data->point) != g_array_index (points, gdouble, k))
        continue;
      k++;
      if (!g_ptr_array_find_with_equal_func (scatter->labels, value, g_str_equal, &curve))
        {
          curve = scatter->labels->len;
          g_ptr_array_add (scatter->labels, g_strdup (value));
        }
      g_hash_table_insert (scatter->curves,
                           g_strdup (pnyx_frame_text (data->points, row, data->point)),
                           GUINT_TO_POINTER (curve + 1));
    }
  if (scatter->labels->len <= PNYX_FIGURE_CURVES_MAX)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE, "%u values of %s (expected at most %d)",
               scatter->labels->len, params->series, PNYX_FIGURE_CURVES_MAX);
  return FALSE;
}

static void
add_dot (Scatter *scatter, guint curve, const PnyxEstimate *x, const PnyxEstimate *y)
{
  const gdouble cells[] = { x->mean, x->low, x->high, y->mean, y->low, y->high };

  if (!isfinite (x->mean) || !isfinite (y->mean))
    return;
  scatter->n_dots++;
  pnyx_table_add_integer (scatter->sheet->data, curve);
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      pnyx_table_add_number (scatter->sheet->data, cells[i]);
      pnyx_extent_add (i < 3 ? &scatter->x_bounds : &scatter->y_bounds, cells[i]);
    }
  pnyx_extent_add (&scatter->x, x->mean);
  pnyx_extent_add (&scatter->y, y->mean);
}

static PnyxEstimate
estimate_at (const PnyxFigureData *data, const PnyxFrame *frame, gsize row)
{
  return (PnyxEstimate){ pnyx_frame_number (frame, row, data->mean),
                         pnyx_frame_number (frame, row, data->ci95_low),
                         pnyx_frame_number (frame, row, data->ci95_high) };
}

static gchar *
key_of (const PnyxFigureData *data, const PnyxFrame *frame, gsize row)
{
  return g_strdup_printf ("%s\n%s", pnyx_frame_text (frame, row, data->point),
                          pnyx_frame_text (frame, row, data->scope));
}

/* Both metrics of the same point and scope. */
static void
add_points (Scatter *scatter, const PnyxFrame *xs, const PnyxFrame *ys)
{
  const PnyxFigureData *data = scatter->data;
  const gchar *scope = scatter->params->scope;
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize row = 0; row < pnyx_frame_n_rows (ys); row++)
    g_hash_table_insert (rows, key_of (data, ys, row), GSIZE_TO_POINTER (row + 1));
  for (gsize row = 0; row < pnyx_frame_n_rows (xs); row++)
    {
      g_autofree gchar *key = key_of (data, xs, row);
      gsize other = GPOINTER_TO_SIZE (g_hash_table_lookup (rows, key));
      guint curve = GPOINTER_TO_UINT (
          g_hash_table_lookup (scatter->curves, pnyx_frame_text (xs, row, data->point)));
      PnyxEstimate x = estimate_at (data, xs, row), y;

      if (other == 0 || curve == 0
          || (scope != NULL && !g_str_equal (pnyx_frame_text (xs, row, data->scope), scope)))
        continue;
      y = estimate_at (data, ys, other - 1);
      add_dot (scatter, curve, &x, &y);
    }
}

static gchar *
column_of (const Scatter *scatter, const gchar *metric, GError **error)
{
  const gchar *scope = pnyx_figure_scope (scatter->data, metric, scatter->params->scope, error);

  if (scope == NULL)
    return NULL;
  return *scope == '\0' ? g_strdup (metric) : g_strdup_printf ("%s:%s", scope, metric);
}

static gboolean
add_runs (Scatter *scatter, GError **error)
{
  g_autofree gchar *path = g_build_filename (scatter->data->folder, "runs.csv", NULL);
  g_autofree gchar *x = column_of (scatter, scatter->params->x, error);
  g_autofree gchar *y = x == NULL ? NULL : column_of (scatter, scatter->params->y, error);
  const gchar *const columns[] = { "point", x, y, NULL };
  g_autoptr (PnyxFrame) frame = y == NULL ? NULL : pnyx_excerpt_read (path, columns, NULL, error);

  if (frame == NULL)
    return FALSE;
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    {
      guint curve = GPOINTER_TO_UINT (
          g_hash_table_lookup (scatter->curves, pnyx_frame_text (frame, row, 0)));

      if (curve > 0)
        add_dot (scatter, curve, &(PnyxEstimate){ pnyx_frame_number (frame, row, 1), NAN, NAN },
                 &(PnyxEstimate){ pnyx_frame_number (frame, row, 2), NAN, NAN });
    }
  return TRUE;
}

static gboolean
check (const Scatter *scatter, GError **error)
{
  const Params *params = scatter->params;

  if (scatter->n_dots == 0)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                 "no point has values of both %s and %s of one scope", params->x, params->y);
  else if (scatter->n_dots > DOTS_MAX)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                 "%u dots (expected at most %d: of=\"points\", or at=\"...\")", scatter->n_dots,
                 DOTS_MAX);
  else if ((params->x_scale == 1 && !(scatter->x.low > 0))
           || (params->y_scale == 1 && !(scatter->y.low > 0)))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                 "%s=\"log\" of values that are not all above 0 (expected linear)",
                 params->x_scale == 1 && !(scatter->x.low > 0) ? "x-scale" : "y-scale");
  else
    return TRUE;
  return FALSE;
}

static void
put_axis (const Scatter *scatter, const gchar *axis, const gchar *text, PnyxScale scale,
          PnyxExtent extent, gboolean logarithmic)
{
  g_autofree gchar *label = pnyx_scale_label (&scale, text);
  const gchar *const names[] = { "scale", "low", "high", "log" };
  const gdouble values[] = { scale.factor, extent.low, extent.high, logarithmic };
  g_autofree gchar *labels = g_strdup_printf ("%s_label", axis);

  pnyx_sheet_text (scatter->sheet, labels, label);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar *name = g_strdup_printf ("%s_%s", axis, names[i]);

      pnyx_sheet_number (scatter->sheet, name, values[i]);
    }
}

/* "share 0.1" of each curve. */
static void
name_curves (Scatter *scatter)
{
  gint column = scatter->params->series == NULL
                    ? -1
                    : pnyx_figure_axis (scatter->data, scatter->params->series, NULL);
  g_autofree gchar *axis
      = column < 0
            ? NULL
            : pnyx_axis_label (pnyx_frame_column_name (scatter->data->points, (gsize)column));

  for (guint i = 0; axis != NULL && i < scatter->labels->len; i++)
    {
      gchar *value = g_ptr_array_index (scatter->labels, i);
      gdouble number;
      g_autofree gchar *label = pnyx_number_parse (value, &number)
                                    ? g_strdup_printf ("%s %s", axis, value)
                                    : g_strdup (value);

      g_ptr_array_index (scatter->labels, i) = pnyx_figure_short (label);
      g_free (value);
    }
}

static void
put (Scatter *scatter)
{
  const Params *params = scatter->params;
  PnyxSheet *sheet = scatter->sheet;
  const gchar *units[] = { pnyx_figure_unit (scatter->data, params->x),
                           pnyx_figure_unit (scatter->data, params->y) };
  gboolean intervals = params->of == 0 && scatter->n_dots <= INTERVALS_MAX;
  PnyxExtent x = pnyx_extent_of_axis (scatter->x, intervals ? scatter->x_bounds : scatter->x,
                                      params->x_scale == 1);
  PnyxExtent y = pnyx_extent_of_axis (scatter->y, intervals ? scatter->y_bounds : scatter->y,
                                      params->y_scale == 1);
  PnyxScale x_scale = pnyx_scale_for (units[0], scatter->x.high);
  PnyxScale y_scale = pnyx_scale_for (units[1], scatter->y.high);

  if (params->identity) /* both axes show the same */
    {
      x = y = (PnyxExtent){ fmin (x.low, y.low), fmax (x.high, y.high) };
      if (g_str_equal (units[0], units[1]))
        x_scale = y_scale = pnyx_scale_for (units[0], fmax (scatter->x.high, scatter->y.high));
    }
  put_axis (scatter, "x", params->x_label != NULL ? params->x_label : params->x, x_scale, x,
            params->x_scale == 1);
  put_axis (scatter, "y", params->y_label != NULL ? params->y_label : params->y, y_scale, y,
            params->y_scale == 1);
  name_curves (scatter);
  sheet->caption = g_strdup_printf (
      "%s against %s, %s%s%s.", params->y, params->x,
      params->of == 0 ? "a dot for each point of the sweep" : "a dot for each run",
      params->at != NULL ? ", at " : "", params->at != NULL ? params->at : "");
  pnyx_sheet_number (sheet, "curves", scatter->labels->len);
  pnyx_sheet_texts (sheet, "label", scatter->labels);
  pnyx_sheet_number (sheet, "intervals", intervals);
  pnyx_sheet_number (sheet, "identity", params->identity);
  pnyx_sheet_number (sheet, "dots", scatter->n_dots);
  pnyx_sheet_key (sheet, scatter->labels, params->identity ? 1 : 0, params->identity ? 72 : 58);
}

static gboolean
draw (Scatter *scatter, GError **error)
{
  static const gchar *const columns[]
      = { "curve", "x", "x_ci95_low", "x_ci95_high", "y", "y_ci95_low", "y_ci95_high", NULL };
  const PnyxFrame *x = pnyx_figure_data_metric (scatter->data, scatter->params->x, error);
  const PnyxFrame *y
      = x == NULL ? NULL : pnyx_figure_data_metric (scatter->data, scatter->params->y, error);

  if (y == NULL || !find_curves (scatter, error))
    return FALSE;
  pnyx_sheet_table (scatter->sheet, columns);
  if (scatter->params->of == 0)
    add_points (scatter, x, y);
  else if (!add_runs (scatter, error))
    return FALSE;
  if (!check (scatter, error))
    return FALSE;
  put (scatter);
  return TRUE;
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  const PnyxExtent none = { INFINITY, -INFINITY };
  g_autoptr (GHashTable) curves = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  Scatter scatter = { .data = data,
                      .params = p,
                      .sheet = sheet,
                      .curves = curves,
                      .labels = labels,
                      .x = none,
                      .y = none,
                      .x_bounds = none,
                      .y_bounds = none };

  return draw (&scatter, error);
}

const PnyxFigureOps pnyx_figure_scatter = {
  .component
  = { .name = "scatter",
      .summary = "One metric against another: points with their intervals, or runs.",
      .source = "Student's interval over replicates, summary.csv; form of the figure: "
                "ours",
      .limits = "The two intervals of a point are each their own, not a joint region; of "
                "more than 60 points none is drawn.",
      .params = params_table,
      .n_params = G_N_ELEMENTS (params_table),
      .params_size = sizeof (Params) },
  .prepare = prepare,
};
