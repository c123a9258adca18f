/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The histograms of the replicates are read twice: first for the range, then at each of
 * CURVE_POINTS places the share of every replicate that was no later is counted, evenly spread
 * within a bin. Over the replicates: mean and Student's interval, at each place for itself.
 */
#include <math.h>

#include "base/statistics.h"
#include "figure/grid.h"
#include "figure/kinds.h"
#include "results/store.h"

#define CURVE_POINTS 160

typedef struct
{
  const gchar *metric, *at, *scope;
  PnyxReals points;
  gint scale;
  const gchar *x_label;
} Params;

static const gchar *const scales[] = { "linear", "log", NULL };

static const PnyxParam params_table[] = {
  { .name = "metric",
    .type = PNYX_PARAM_NAME,
    .fallback = "latency.propagation",
    .offset = offsetof (Params, metric),
    .meaning = "Latency whose distribution is drawn." },
  { .name = "points",
    .type = PNYX_PARAM_REALS,
    .fallback = "",
    .min = "0",
    .offset = offsetof (Params, points),
    .meaning = "Points of a sweep to be drawn, a curve each; all where it is absent." },
  PNYX_GRID_PARAM_AT (Params),
  PNYX_GRID_PARAM_SCOPE (Params),
  { .name = "scale",
    .type = PNYX_PARAM_ENUM,
    .choices = scales,
    .fallback = "linear",
    .offset = offsetof (Params, scale),
    .meaning = "Scale of the axis of time." },
  PNYX_GRID_PARAM_LABEL (Params, "x-label", x_label, "the latency"),
};

/* ---- First reading: the range ---- */

typedef struct
{
  PnyxExtent extent; /* from the least value above 0 to the 99.5th percentile */
  guint n;           /* histograms */
} Range;

static void
visit_range (guint replicate, const PnyxHistogram *histogram, gdouble scale, gpointer user)
{
  Range *range = user;
  gdouble high = pnyx_histogram_quantile (histogram, 0.995);

  (void)replicate;
  range->n++;
  if (pnyx_histogram_count (histogram) == 0)
    return;
  if (isnan (high))
    high = (gdouble)pnyx_histogram_max (histogram);
  pnyx_extent_add (&range->extent, fmax (1, (gdouble)pnyx_histogram_min (histogram)) * scale);
  pnyx_extent_add (&range->extent, high * scale);
}

/* ---- Second reading: the shares ---- */

typedef struct
{
  const gdouble *places;            /* borrowed: of the curve, ascending */
  gdouble mean[CURVE_POINTS];       /* over the replicates so far */
  gdouble deviations[CURVE_POINTS]; /* sum of squares from the mean */
  guint n;
} Shares;

typedef struct
{
  const Shares *shares;
  gdouble scale;
  gdouble *below; /* counts no later than each place */
} Count;

static void
count_bin (gint64 low, gint64 high, guint64 count, gpointer user)
{
  const Count *self = user;
  gdouble from = (gdouble)low * self->scale, to = ((gdouble)high + 1) * self->scale;

  for (guint i = CURVE_POINTS; i > 0 && self->shares->places[i - 1] >= from; i--)
    {
      gdouble part = (self->shares->places[i - 1] - from) / (to - from);

      self->below[i - 1] += (gdouble)count * fmin (part, 1);
    }
}

static void
visit_shares (guint replicate, const PnyxHistogram *histogram, gdouble scale, gpointer user)
{
  Shares *shares = user;
  gdouble below[CURVE_POINTS] = { 0 };
  Count count = { .shares = shares, .scale = scale, .below = below };
  gdouble total
      = (gdouble)(pnyx_histogram_count (histogram) + pnyx_histogram_unfinished (histogram));

  (void)replicate;
  if (!(total > 0))
    return;
  pnyx_histogram_foreach (histogram, count_bin, &count);
  shares->n++;
  for (guint i = 0; i < CURVE_POINTS; i++)
    {
      gdouble share = below[i] / total, delta = share - shares->mean[i];

      shares->mean[i] += delta / shares->n;
      shares->deviations[i] += delta * (share - shares->mean[i]);
    }
}

static gboolean
add_shares (PnyxSheet *sheet, guint curve, const Shares *shares)
{
  gboolean interval = FALSE;

  for (guint i = 0; i < CURVE_POINTS; i++)
    {
      gdouble half = NAN;

      if (shares->n > 1)
        half = pnyx_student_half_width (sqrt (shares->deviations[i] / (shares->n - 1)), shares->n,
                                        0.95);
      pnyx_table_add_integer (sheet->data, curve);
      pnyx_table_add_number (sheet->data, shares->places[i]);
      pnyx_table_add_number (sheet->data, shares->mean[i]);
      pnyx_table_add_number (sheet->data, fmax (0, shares->mean[i] - half));
      pnyx_table_add_number (sheet->data, fmin (1, shares->mean[i] + half));
      interval |= half > 0;
    }
  return interval;
}

/* ---- The figure ---- */

typedef struct
{
  const PnyxFigureData *data;
  const Params *params;
  const gchar *scope;
  GArray *curves; /* (element-type PnyxCurve) */
  PnyxStore *store;
} Cdf;

static guint
point_of (const Cdf *cdf, guint i)
{
  return (guint)g_ascii_strtoull (g_array_index (cdf->curves, PnyxCurve, i).point, NULL, 10);
}

static gboolean
find_range (const Cdf *cdf, PnyxExtent *extent, GError **error)
{
  for (guint i = 0; i < cdf->curves->len; i++)
    {
      Range range = { .extent = *extent };

      if (!pnyx_store_histograms (cdf->store, point_of (cdf, i), cdf->scope, cdf->params->metric,
                                  visit_range, &range, error))
        return FALSE;
      if (range.n == 0)
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                       "the results hold no distribution of %s%s%s at point %u",
                       cdf->params->metric, *cdf->scope != '\0' ? " of " : "", cdf->scope,
                       point_of (cdf, i));
          return FALSE;
        }
      *extent = range.extent;
    }
  if (extent->low <= extent->high)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "nothing of %s was finished",
               cdf->params->metric);
  return FALSE;
}

static void
set_places (gdouble places[CURVE_POINTS], PnyxExtent extent, gboolean logarithmic)
{
  gdouble low = extent.low < 0.4 * extent.high ? 0 : extent.low - 0.04 * extent.high;
  gdouble high = extent.high * 1.05;

  for (guint i = 0; i < CURVE_POINTS; i++)
    {
      gdouble part = (gdouble)i / (CURVE_POINTS - 1);

      places[i] = logarithmic ? extent.low / 1.2 * pow (high * 1.2 / extent.low, part)
                              : low + part * (high - low);
    }
}

static void
put (const Cdf *cdf, PnyxSheet *sheet, const gdouble places[CURVE_POINTS], gboolean intervals)
{
  const Params *params = cdf->params;
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  PnyxScale scale = pnyx_scale_for ("s", places[CURVE_POINTS - 1]);
  g_autofree gchar *label
      = pnyx_scale_label (&scale, params->x_label != NULL ? params->x_label : params->metric);

  for (guint i = 0; i < cdf->curves->len; i++)
    {
      g_autofree gchar *curve = pnyx_figure_label (cdf->data, cdf->curves, i);

      g_ptr_array_add (labels, g_strdup (*curve != '\0' ? curve : "mean"));
    }
  sheet->caption
      = g_strdup_printf ("Distribution of %s: mean over replicates%s%s%s.", params->metric,
                         intervals ? " and 95 % interval" : "", params->at != NULL ? ", at " : "",
                         params->at != NULL ? params->at : "");
  pnyx_sheet_number (sheet, "curves", labels->len);
  pnyx_sheet_texts (sheet, "label", labels);
  pnyx_sheet_text (sheet, "x_label", label);
  pnyx_sheet_number (sheet, "x_scale", scale.factor);
  pnyx_sheet_number (sheet, "x_low", places[0]);
  pnyx_sheet_number (sheet, "x_high", places[CURVE_POINTS - 1]);
  pnyx_sheet_number (sheet, "x_log", params->scale == 1);
  pnyx_sheet_number (sheet, "intervals", intervals);
  pnyx_sheet_key (sheet, labels, intervals ? 1 : 0, 54);
}

static gboolean
draw (const Cdf *cdf, PnyxSheet *sheet, GError **error)
{
  static const gchar *const columns[] = { "curve", "time", "share", "ci95_low", "ci95_high", NULL };
  PnyxExtent extent = { INFINITY, -INFINITY };
  gdouble places[CURVE_POINTS];
  gboolean intervals = FALSE;

  if (!find_range (cdf, &extent, error))
    return FALSE;
  set_places (places, extent, cdf->params->scale == 1);
  pnyx_sheet_table (sheet, columns);
  for (guint i = 0; i < cdf->curves->len; i++)
    {
      Shares shares = { .places = places };

      if (!pnyx_store_histograms (cdf->store, point_of (cdf, i), cdf->scope, cdf->params->metric,
                                  visit_shares, &shares, error))
        return FALSE;
      intervals |= add_shares (sheet, i + 1, &shares);
    }
  put (cdf, sheet, places, intervals);
  return TRUE;
}

/* A curve for each of @points; too many are refused. */
static GArray *
curves_of (const gchar *scope, const GArray *points, GError **error)
{
  GArray *curves;

  if (points->len > PNYX_FIGURE_CURVES_MAX)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "more than %d curves (expected some of the points: points=\"0, 3\", or "
                   "at=\"...\")",
                   PNYX_FIGURE_CURVES_MAX);
      return NULL;
    }
  curves = g_array_new (FALSE, FALSE, sizeof (PnyxCurve));
  for (guint i = 0; i < points->len; i++)
    {
      PnyxCurve curve
          = { g_strdup_printf ("%.0f", g_array_index (points, gdouble, i)), g_strdup (scope) };

      g_array_append_val (curves, curve);
    }
  return curves;
}

static void
free_curves (GArray *curves)
{
  for (guint i = 0; i < curves->len; i++)
    {
      g_free (g_array_index (curves, PnyxCurve, i).point);
      g_free (g_array_index (curves, PnyxCurve, i).scope);
    }
  g_array_unref (curves);
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  const Params *params = p;
  g_autofree gchar *mean = g_strdup_printf ("%s.mean", params->metric);
  g_autoptr (GArray) points
      = pnyx_figure_points (data, params->at, params->points.values, params->points.n, error);
  const gchar *scope = points == NULL ? NULL : pnyx_figure_scope (data, mean, params->scope, error);
  g_autoptr (PnyxStore) store = scope == NULL ? NULL : pnyx_store_open (data->folder, error);
  GArray *curves = store == NULL ? NULL : curves_of (scope, points, error);
  Cdf cdf = { .data = data, .params = params, .scope = scope, .curves = curves, .store = store };
  gboolean done = curves != NULL && draw (&cdf, sheet, error);

  if (curves != NULL)
    free_curves (curves);
  return done;
}

const PnyxFigureOps pnyx_figure_cdf = {
  .component = { .name = "cdf",
                 .summary = "The distribution of a latency with 95 % intervals over replicates.",
                 .source = "R. Jansen et al., USENIX Security 2021: CDFs with bands over sampled "
                           "networks; Student's interval of the share at each time",
                 .limits = "A band is of each time alone, not of the whole curve. A curve stays "
                           "below 1 where something was unfinished at the end.",
                 .params = params_table,
                 .n_params = G_N_ELEMENTS (params_table),
                 .params_size = sizeof (Params) },
  .prepare = prepare,
};
