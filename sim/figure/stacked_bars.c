/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "figure/grid.h"
#include "figure/kinds.h"

#define BARS_MAX 60

typedef struct
{
  const gchar *metrics, *x, *at, *scope, *x_label, *y_label;
} Params;

static const PnyxParam params_table[] = {
  { .name = "metrics",
    .type = PNYX_PARAM_TEXT,
    .fallback = "energy.share.*",
    .offset = offsetof (Params, metrics),
    .meaning = "Metrics of one unit that stand on each other, comma-separated; a * at the end "
               "stands for whatever follows." },
  PNYX_GRID_PARAM_X (Params, "Axis of the sweep that has a bar for each value, by its name or the "
                             "end of it; the first with several numbers where it is absent."),
  PNYX_GRID_PARAM_AT (Params),
  PNYX_GRID_PARAM_SCOPE (Params),
  PNYX_GRID_PARAM_LABEL (Params, "x-label", x_label, "the axis of the sweep"),
  PNYX_GRID_PARAM_LABEL (Params, "y-label", y_label, "the metrics"),
};

typedef struct
{
  const PnyxFigureData *data;
  const Params *params;
  const PnyxGrid *grid;
  GPtrArray *metrics; /* owned: names, borrowed or owned by @names */
  gdouble *values;    /* owned: metric-major; NaN: none */
} Bars;

static gboolean
add_matching (GPtrArray *metrics, const PnyxFigureData *data, const gchar *pattern, GError **error)
{
  gsize length = strlen (pattern);
  guint before = metrics->len;

  if (length == 0 || pattern[length - 1] != '*')
    {
      if (pnyx_figure_data_metric (data, pattern, error) == NULL)
        return FALSE;
      g_ptr_array_add (metrics, g_strdup (pattern));
      return TRUE;
    }
  for (guint i = 0; i < data->metrics->len; i++)
    if (strncmp (g_ptr_array_index (data->metrics, i), pattern, length - 1) == 0)
      g_ptr_array_add (metrics, g_strdup (g_ptr_array_index (data->metrics, i)));
  if (metrics->len > before)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "the results hold no values of %s", pattern);
  return FALSE;
}

static GPtrArray *
metrics_of (const PnyxFigureData *data, const gchar *list, GError **error)
{
  g_autoptr (GPtrArray) metrics = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) patterns = g_strsplit (list, ",", -1);

  for (guint i = 0; patterns[i] != NULL; i++)
    if (!add_matching (metrics, data, g_strstrip (patterns[i]), error))
      return NULL;
  for (guint i = 1; i < metrics->len; i++)
    {
      const gchar *metric = g_ptr_array_index (metrics, i), *first = metrics->pdata[0];

      if (g_str_equal (pnyx_figure_unit (data, metric), pnyx_figure_unit (data, first)))
        continue;
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "%s is in \"%s\", %s in \"%s\" (expected metrics of one unit)", metric,
                   pnyx_figure_unit (data, metric), first, pnyx_figure_unit (data, first));
      return NULL;
    }
  return g_steal_pointer (&metrics);
}

static gboolean
read_metric (Bars *bars, guint m, GError **error)
{
  const PnyxFigureData *data = bars->data;
  const gchar *metric = g_ptr_array_index (bars->metrics, m);
  const gchar *scope = pnyx_figure_scope (data, metric, bars->params->scope, error);
  const PnyxFrame *frame = scope == NULL ? NULL : pnyx_figure_data_metric (data, metric, error);
  guint x, series;

  if (frame == NULL)
    return FALSE;
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    {
      gdouble value = pnyx_frame_number (frame, row, data->mean);

      if (!g_str_equal (pnyx_frame_text (frame, row, data->scope), scope)
          || !pnyx_grid_find (bars->grid, pnyx_frame_text (frame, row, data->point), &x, &series))
        continue;
      if (value < 0)
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                       "%s is negative at point %s (bars cannot stand on it)", metric,
                       pnyx_frame_text (frame, row, data->point));
          return FALSE;
        }
      bars->values[m * bars->grid->x.texts->len + x] = value;
    }
  return TRUE;
}

/* Leaves out what is 0 everywhere. Returns: FALSE where nothing remains, or too much. */
static gboolean
drop_empty (Bars *bars, GError **error)
{
  guint n = bars->grid->x.texts->len;

  for (guint m = 0; m < bars->metrics->len;)
    {
      gboolean any = FALSE;

      for (guint x = 0; x < n; x++)
        any |= bars->values[m * n + x] > 0;
      if (any)
        {
          m++;
          continue;
        }
      memmove (bars->values + m * n, bars->values + (m + 1) * n,
               (bars->metrics->len - m - 1) * n * sizeof (gdouble));
      g_ptr_array_remove_index (bars->metrics, m);
    }
  if (bars->metrics->len == 0)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                 "%s has no value above 0 at any of these points", bars->params->metrics);
  else if (bars->metrics->len > PNYX_FIGURE_CURVES_MAX)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE, "%u metrics (expected at most %d)",
                 bars->metrics->len, PNYX_FIGURE_CURVES_MAX);
  else
    return TRUE;
  return FALSE;
}

/* Returns: the height of the highest bar. */
static gdouble
add_rows (const Bars *bars, PnyxSheet *sheet)
{
  static const gchar *const columns[] = { "bar", "metric", "begin", "end", NULL };
  guint n = bars->grid->x.texts->len;
  gdouble high = 0;

  pnyx_sheet_table (sheet, columns);
  for (guint x = 0; x < n; x++)
    {
      gdouble end = 0;

      for (guint m = 0; m < bars->metrics->len; m++)
        {
          gdouble value = bars->values[m * n + x];

          if (!(value > 0))
            continue;
          pnyx_table_add_integer (sheet->data, x);
          pnyx_table_add_integer (sheet->data, m + 1);
          pnyx_table_add_number (sheet->data, end);
          pnyx_table_add_number (sheet->data, end + value);
          end += value;
        }
      high = fmax (high, end);
    }
  return high;
}

/* How much of their beginning, up to a full stop, the metrics share: "energy.share." */
static gsize
common_prefix (const GPtrArray *metrics)
{
  const gchar *first = g_ptr_array_index (metrics, 0);
  gsize end = 0;

  for (gsize i = 0; first[i] != '\0'; i++)
    {
      for (guint m = 1; m < metrics->len; m++)
        if (((const gchar *)g_ptr_array_index (metrics, m))[i] != first[i])
          return end;
      if (first[i] == '.')
        end = i + 1;
    }
  return end;
}

static void
put (const Bars *bars, PnyxSheet *sheet, gdouble high)
{
  const Params *params = bars->params;
  const gchar *first = g_ptr_array_index (bars->metrics, 0);
  gsize prefix = common_prefix (bars->metrics);
  g_autofree gchar *area = g_strndup (first, prefix > 0 ? prefix - 1 : 0);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  gboolean shares = *pnyx_figure_unit (bars->data, first) == '\0' && fabs (high - 1) < 1e-6;
  PnyxScale scale = pnyx_scale_for (pnyx_figure_unit (bars->data, first), high);
  g_autofree gchar *label = pnyx_scale_label (&scale, params->y_label != NULL ? params->y_label
                                                      : prefix > 0            ? area
                                                                              : "sum");

  for (guint m = 0; m < bars->metrics->len; m++)
    g_ptr_array_add (
        labels, pnyx_figure_short ((const gchar *)g_ptr_array_index (bars->metrics, m) + prefix));
  sheet->caption
      = pnyx_grid_caption (bars->grid, params->metrics, "mean over replicates", params->at);
  pnyx_sheet_number (sheet, "parts", labels->len);
  pnyx_sheet_texts (sheet, "part", labels);
  pnyx_axis_put (&bars->grid->x, sheet, "x", params->x_label);
  pnyx_sheet_text (sheet, "y_label", label);
  pnyx_sheet_number (sheet, "y_scale", scale.factor);
  pnyx_sheet_number (sheet, "y_high", shares ? 1 : high * 1.04);
  pnyx_sheet_key (sheet, labels, 0, 56);
}

static gboolean
draw (Bars *bars, PnyxSheet *sheet, GError **error)
{
  gsize n = (gsize)bars->grid->x.texts->len * bars->metrics->len;

  if (bars->grid->x.texts->len > BARS_MAX)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE, "%u bars (expected at most %d)",
                   bars->grid->x.texts->len, BARS_MAX);
      return FALSE;
    }
  bars->values = g_new (gdouble, n);
  for (gsize i = 0; i < n; i++)
    bars->values[i] = NAN;
  for (guint m = 0; m < bars->metrics->len; m++)
    if (!read_metric (bars, m, error))
      return FALSE;
  if (!drop_empty (bars, error))
    return FALSE;
  put (bars, sheet, add_rows (bars, sheet));
  return TRUE;
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  const Params *params = p;
  const PnyxGridQuery query = { .at = params->at, .x = params->x, .any = TRUE };
  g_autoptr (GPtrArray) metrics = metrics_of (data, params->metrics, error);
  g_autoptr (PnyxGrid) grid = metrics == NULL ? NULL : pnyx_grid_new (data, &query, error);
  Bars bars = { .data = data, .params = params, .grid = grid, .metrics = metrics };
  gboolean done = grid != NULL && draw (&bars, sheet, error);

  g_free (bars.values);
  return done;
}

const PnyxFigureOps pnyx_figure_stacked_bars = {
  .component = { .name = "stacked-bars",
                 .summary = "Several metrics on each other, a bar for each value of an axis.",
                 .source = "form of the figure: the white paper of Alpenglow, finality latency by "
                           "stage",
                 .limits = "Means without their intervals. What is 0 everywhere is left out.",
                 .params = params_table,
                 .n_params = G_N_ELEMENTS (params_table),
                 .params_size = sizeof (Params) },
  .prepare = prepare,
};
