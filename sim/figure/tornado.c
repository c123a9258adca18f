/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/message.h"
#include "figure/grid.h"
#include "figure/kinds.h"

typedef struct
{
  const gchar *metric, *scope;
  guint64 top;
  const gchar *label;
} Params;

static const PnyxParam params_table[] = {
  { .name = "metric",
    .type = PNYX_PARAM_NAME,
    .fallback = "",
    .offset = offsetof (Params, metric),
    .meaning = "Metric whose indices are drawn; the first of sensitivity.csv where it is absent." },
  PNYX_GRID_PARAM_SCOPE (Params),
  { .name = "top",
    .type = PNYX_PARAM_COUNT,
    .fallback = "12",
    .min = "1",
    .max = "40",
    .offset = offsetof (Params, top),
    .meaning = "How many axes are drawn: those with the largest indices." },
  PNYX_GRID_PARAM_LABEL (Params, "label", label, "the index"),
};

/* The indices, the one by which axes are sorted first. */
static const gchar *const indices[] = { "total", "first", "mu_star" };

enum
{
  TOTAL,
  FIRST,
  MU_STAR,
  N_INDICES
};

typedef struct
{
  const gchar *axis; /* borrowed */
  PnyxEstimate values[N_INDICES];
} Bar;

typedef struct
{
  PnyxFrame *frame;                                                  /* owned */
  gint scope, metric, unit, axis, index, estimate, low, high, noise; /* its columns */
} Source;

static gboolean
read_source (const PnyxFigureData *data, Source *source, GError **error)
{
  g_autofree gchar *path = g_build_filename (data->folder, "sensitivity.csv", NULL);
  const struct
  {
    const gchar *name;
    gint *column;
  } needed[] = { { "scope", &source->scope },  { "metric", &source->metric },
                 { "unit", &source->unit },    { "axis", &source->axis },
                 { "index", &source->index },  { "estimate", &source->estimate },
                 { "ci95_low", &source->low }, { "ci95_high", &source->high },
                 { "noise", &source->noise } };
  g_autoptr (GError) failure = NULL;

  source->frame = pnyx_frame_read (path, &failure);
  if (source->frame == NULL && g_error_matches (failure, PNYX_ERROR, PNYX_ERROR_MISSING))
    g_set_error (error, PNYX_ERROR,
                 data->scope > data->point + 1 ? PNYX_ERROR_MISSING : PNYX_ERROR_SWEEP,
                 "the results hold no sensitivity.csv (expected a sweep of a random design)");
  else if (source->frame == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  for (gsize i = 0; source->frame != NULL && i < G_N_ELEMENTS (needed); i++)
    if ((*needed[i].column = pnyx_frame_require (source->frame, needed[i].name, error)) < 0)
      return FALSE;
  return source->frame != NULL;
}

static gboolean
set_no_metric (const Source *source, const Params *params, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree gchar *clause = NULL;

  for (gsize row = 0; row < pnyx_frame_n_rows (source->frame); row++)
    g_ptr_array_add (names,
                     (gpointer)(guintptr)pnyx_frame_text (source->frame, row, source->metric));
  g_ptr_array_add (names, NULL);
  clause = params->metric == NULL
               ? g_strdup ("")
               : pnyx_suggest_clause (params->metric, (const gchar *const *)names->pdata);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "sensitivity.csv holds no indices of %s%s",
               params->metric == NULL ? "any metric" : params->metric, clause);
  return FALSE;
}

/* Whether @row is of what is drawn: @first is the first row that is, -1 before it is found. */
static gboolean
is_drawn (const Source *source, const Params *params, gssize first, gsize row)
{
  const gchar *metric = pnyx_frame_text (source->frame, row, source->metric);
  const gchar *scope = pnyx_frame_text (source->frame, row, source->scope);

  if (first < 0)
    return (params->metric == NULL || g_str_equal (metric, params->metric))
           && (params->scope == NULL || g_str_equal (scope, params->scope));
  return g_str_equal (metric, pnyx_frame_text (source->frame, (gsize)first, source->metric))
         && g_str_equal (scope, pnyx_frame_text (source->frame, (gsize)first, source->scope));
}

static Bar *
bar_of (GArray *bars, const gchar *axis)
{
  const PnyxEstimate none = { NAN, NAN, NAN };
  Bar bar = { .axis = axis, .values = { none, none, none } };

  for (guint i = 0; i < bars->len; i++)
    if (g_str_equal (g_array_index (bars, Bar, i).axis, axis))
      return &g_array_index (bars, Bar, i);
  g_array_append_val (bars, bar);
  return &g_array_index (bars, Bar, bars->len - 1);
}

static GArray *
read_bars (const Source *source, const Params *params, gssize *first, GError **error)
{
  g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (Bar));

  *first = -1;
  for (gsize row = 0; row < pnyx_frame_n_rows (source->frame); row++)
    {
      const gchar *index = pnyx_frame_text (source->frame, row, source->index);

      if (!is_drawn (source, params, *first, row))
        continue;
      if (*first < 0)
        *first = (gssize)row;
      for (guint k = 0; k < N_INDICES; k++)
        if (g_str_equal (index, indices[k]))
          bar_of (bars, pnyx_frame_text (source->frame, row, source->axis))->values[k]
              = (PnyxEstimate){ pnyx_frame_number (source->frame, row, source->estimate),
                                pnyx_frame_number (source->frame, row, source->low),
                                pnyx_frame_number (source->frame, row, source->high) };
    }
  if (bars->len > 0)
    return g_steal_pointer (&bars);
  set_no_metric (source, params, error);
  return NULL;
}

/* By the main index, largest first; what has none last. */
static gint
compare_bars (gconstpointer a, gconstpointer b, gpointer user)
{
  const Bar *x = a, *y = b;
  guint main = GPOINTER_TO_UINT (user);
  gdouble p = x->values[main].mean, q = y->values[main].mean;

  p = isnan (p) ? -INFINITY : p;
  q = isnan (q) ? -INFINITY : q;
  return p > q ? -1 : p < q ? 1 : strcmp (x->axis, y->axis);
}

/* The index by which is sorted: total, else mu_star, else first. */
static guint
main_index (const GArray *bars)
{
  static const guint order[] = { TOTAL, MU_STAR, FIRST };

  for (guint k = 0; k < N_INDICES; k++)
    for (guint i = 0; i < bars->len; i++)
      if (isfinite (g_array_index (bars, Bar, i).values[order[k]].mean))
        return order[k];
  return TOTAL;
}

static void
add_value (PnyxSheet *sheet, guint rank, guint index, const PnyxEstimate *value, PnyxExtent *extent)
{
  if (!isfinite (value->mean))
    return;
  pnyx_table_add_integer (sheet->data, rank);
  pnyx_table_add_integer (sheet->data, index);
  pnyx_table_add_number (sheet->data, value->mean);
  pnyx_table_add_number (sheet->data, value->low);
  pnyx_table_add_number (sheet->data, value->high);
  pnyx_extent_add (extent, value->mean);
  pnyx_extent_add (extent, value->low);
  pnyx_extent_add (extent, value->high);
}

/* The index, and of which metric it is. */
static void
put_texts (PnyxSheet *sheet, const Source *source, const Params *params, gssize first, guint main,
           const PnyxScale *scale)
{
  const gchar *metric = pnyx_frame_text (source->frame, (gsize)first, source->metric);
  const gchar *scope = pnyx_frame_text (source->frame, (gsize)first, source->scope);
  const gchar *index = main == MU_STAR ? "mean effect" : "share of the variance";
  g_autofree gchar *label = pnyx_scale_label (scale, params->label != NULL ? params->label : index);
  g_autofree gchar *of = g_strdup_printf ("%s %s%s%s", main == MU_STAR ? "on" : "of", scope,
                                          *scope == '\0' ? "" : ": ", metric);

  pnyx_sheet_text (sheet, "x_label", label);
  pnyx_sheet_text (sheet, "whose", of);
}

static void
put_labels (PnyxSheet *sheet, const GArray *bars, guint shown)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < shown; i++)
    {
      const gchar *axis = g_array_index (bars, Bar, i).axis;
      g_autofree gchar *label = pnyx_axis_label (axis);

      g_ptr_array_add (labels, pnyx_figure_short (label));
    }
  pnyx_sheet_texts (sheet, "label", labels);
}

static void
put (PnyxSheet *sheet, const Source *source, const Params *params, GArray *bars, gssize first)
{
  static const gchar *const columns[]
      = { "rank", "index", "estimate", "ci95_low", "ci95_high", NULL };
  guint main = main_index (bars), shown = (guint)MIN (params->top, bars->len);
  gdouble noise = pnyx_frame_number (source->frame, (gsize)first, source->noise);
  PnyxExtent extent = { 0, 0 };
  PnyxScale scale;

  g_array_sort_with_data (bars, compare_bars, GUINT_TO_POINTER (main));
  pnyx_sheet_table (sheet, columns);
  for (guint i = 0; i < shown; i++)
    {
      const Bar *bar = &g_array_index (bars, Bar, i);

      add_value (sheet, i + 1, 0, &bar->values[main], &extent);
      if (main == TOTAL)
        add_value (sheet, i + 1, 1, &bar->values[FIRST], &extent);
    }
  scale = pnyx_scale_for (
      main == MU_STAR ? pnyx_frame_text (source->frame, (gsize)first, source->unit) : "",
      extent.high);
  sheet->caption = g_strdup_printf ("Sensitivity of %s: %s, with bootstrap intervals of 95 %%.",
                                    pnyx_frame_text (source->frame, (gsize)first, source->metric),
                                    main == MU_STAR ? "mu* of Morris" : "indices of Sobol");
  put_labels (sheet, bars, shown);
  put_texts (sheet, source, params, first, main, &scale);
  pnyx_sheet_number (sheet, "bars", shown);
  pnyx_sheet_number (sheet, "scale", scale.factor);
  pnyx_sheet_number (sheet, "x_low", extent.low);
  pnyx_sheet_number (sheet, "x_high", extent.high > 0 ? extent.high : 1);
  pnyx_sheet_number (sheet, "both", main == TOTAL);
  pnyx_sheet_number (sheet, "first_only", main == FIRST);
  pnyx_sheet_number (sheet, "noise", noise);
  pnyx_sheet_number (sheet, "height", 27 + (main == TOTAL ? 6.5 : 5) * shown);
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  const Params *params = p;
  Source source = { .frame = NULL };
  g_autoptr (GArray) bars = NULL;
  gssize first;

  if (read_source (data, &source, error))
    bars = read_bars (&source, params, &first, error);
  if (bars != NULL)
    put (sheet, &source, params, bars, first);
  pnyx_frame_free (source.frame);
  return bars != NULL;
}

const PnyxFigureOps pnyx_figure_tornado = {
  .component
  = { .name = "tornado",
      .summary = "Which axes a metric depends on: sensitivity indices, largest first.",
      .source = "A. Saltelli et al., \"Global Sensitivity Analysis: The Primer\" (2008): "
                "total and first-order indices of Sobol, mu* of Morris; "
                "sensitivity.csv",
      .limits = "The share of noise is that of the replicates in the variance of the "
                "metric; no axis explains it.",
      .params = params_table,
      .n_params = G_N_ELEMENTS (params_table),
      .params_size = sizeof (Params) },
  .prepare = prepare,
};
