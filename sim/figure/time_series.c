/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A series over time. Where the replicates have their values at the same times (epochs), these are
 * taken as they are; where each has times of its own (blocks), the time is cut into equal bins and
 * a replicate counts in a bin with its mean there. Over the replicates at a time: mean and
 * interval.
 */
#include <math.h>

#include "base/statistics.h"
#include "figure/grid.h"
#include "figure/kinds.h"
#include "figure/series.h"

#define BINS 60
#define THIN_MAX 50 /* replicates that are drawn each */

typedef struct
{
  const gchar *metric, *at, *scope;
  PnyxReals points;
  gint show;
  const gchar *y_label;
} Params;

static const gchar *const shows[] = { "mean", "replicates", NULL };

static const PnyxParam params_table[] = {
  { .name = "metric",
    .type = PNYX_PARAM_NAME,
    .fallback = "participation.target",
    .offset = offsetof (Params, metric),
    .meaning = "Series that is drawn: a file in the folder series of the results." },
  { .name = "points",
    .type = PNYX_PARAM_REALS,
    .fallback = "",
    .min = "0",
    .offset = offsetof (Params, points),
    .meaning = "Points of a sweep to be drawn, a curve each; all where it is absent." },
  PNYX_GRID_PARAM_AT (Params),
  PNYX_GRID_PARAM_SCOPE (Params),
  { .name = "show",
    .type = PNYX_PARAM_ENUM,
    .choices = shows,
    .fallback = "mean",
    .offset = offsetof (Params, show),
    .meaning = "The mean over the replicates with its 95 % interval, or each replicate thin." },
  PNYX_GRID_PARAM_LABEL (Params, "y-label", y_label, "the metric"),
};

typedef struct
{
  gdouble time, value;
  guint replicate;
} Sample;

static gint
compare_samples (gconstpointer a, gconstpointer b, gpointer user)
{
  const Sample *x = a, *y = b;

  (void)user;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  if (x->replicate != y->replicate)
    return x->replicate < y->replicate ? -1 : 1;
  return x->value < y->value ? -1 : x->value > y->value;
}

/* Replicates of a curve as small numbers, in the order in which they come. */
static guint
replicate_number (GHashTable *numbers, const gchar *text)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, text));

  if (number == 0)
    {
      number = g_hash_table_size (numbers) + 1;
      g_hash_table_insert (numbers, g_strdup (text), GUINT_TO_POINTER (number));
    }
  return number - 1;
}

/* The samples of @curve by time; @n_replicates: (out). */
static GArray *
samples_of (const PnyxFrame *frame, const GArray *curves, gint curve, const gint columns[3],
            guint *n_replicates)
{
  GArray *samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    {
      Sample sample = { pnyx_frame_number (frame, row, columns[1]),
                        pnyx_frame_number (frame, row, columns[2]), 0 };

      if (!isfinite (sample.time) || !isfinite (sample.value)
          || pnyx_figure_curve_of (curves, frame, row) != curve)
        continue;
      sample.replicate = replicate_number (numbers, pnyx_frame_text (frame, row, columns[0]));
      g_array_append_val (samples, sample);
    }
  *n_replicates = g_hash_table_size (numbers);
  g_array_sort_with_data (samples, compare_samples, NULL);
  return samples;
}

/* Whether the replicates share their times: on average more than half of them have one of them. */
static gboolean
times_are_shared (const GArray *samples, guint n_replicates)
{
  guint n_times = 0;

  for (guint i = 0; i < samples->len; i++)
    n_times += i == 0
                       || g_array_index (samples, Sample, i - 1).time
                              != g_array_index (samples, Sample, i).time
                   ? 1
                   : 0;
  return (guint64)samples->len * 2 > (guint64)n_times * n_replicates;
}

/* Puts the times into the middles of equal bins. */
static void
bin_times (GArray *samples)
{
  gdouble begin = g_array_index (samples, Sample, 0).time;
  gdouble end = g_array_index (samples, Sample, samples->len - 1).time;
  gdouble step = (end - begin) / BINS;

  for (guint i = 0; i < samples->len && step > 0; i++)
    {
      Sample *sample = &g_array_index (samples, Sample, i);
      gdouble bin = fmin (floor ((sample->time - begin) / step), BINS - 1);

      sample->time = begin + (bin + 0.5) * step;
    }
  g_array_sort_with_data (samples, compare_samples, NULL);
}

typedef struct
{
  PnyxSheet *sheet;
  PnyxExtent means, bounds, times;
  gboolean intervals;
  guint n_replicates; /* the most that a curve has */
} Drawing;

static void
add_row (Drawing *drawing, guint curve, guint replicate, gdouble time, const PnyxEstimate *value)
{
  PnyxTable *table = drawing->sheet->data;

  pnyx_table_add_integer (table, curve);
  pnyx_table_add_integer (table, replicate);
  pnyx_table_add_number (table, time);
  pnyx_table_add_number (table, value->mean);
  pnyx_table_add_number (table, value->low);
  pnyx_table_add_number (table, value->high);
  pnyx_extent_add (&drawing->times, time);
  pnyx_extent_add (&drawing->means, value->mean);
  pnyx_extent_add (&drawing->bounds, value->mean);
  pnyx_extent_add (&drawing->bounds, value->low);
  pnyx_extent_add (&drawing->bounds, value->high);
  drawing->intervals |= value->low < value->high;
}

/* The samples of one time: one value of each replicate, then over them. */
static void
add_time (Drawing *drawing, guint curve, const Sample *samples, guint n)
{
  g_autofree gdouble *values = g_new (gdouble, n);
  guint n_values = 0;
  PnyxInterval interval;

  for (guint begin = 0, end; begin < n; begin = end)
    {
      gdouble sum = 0;

      for (end = begin; end < n && samples[end].replicate == samples[begin].replicate; end++)
        sum += samples[end].value;
      values[n_values++] = sum / (end - begin);
    }
  interval = pnyx_student_interval (values, n_values, 0.95);
  add_row (drawing, curve, 0, samples->time,
           &(PnyxEstimate){ pnyx_mean (values, n_values), interval.low, interval.high });
}

static void
add_means (Drawing *drawing, guint curve, GArray *samples, guint n_replicates)
{
  if (samples->len > 0 && !times_are_shared (samples, n_replicates))
    bin_times (samples);
  for (guint begin = 0, end; begin < samples->len; begin = end)
    {
      const Sample *first = &g_array_index (samples, Sample, begin);

      for (end = begin;
           end < samples->len && g_array_index (samples, Sample, end).time == first->time; end++)
        ;
      add_time (drawing, curve, first, end - begin);
    }
}

/* Each replicate, its number from 1 in the column. */
static void
add_replicates (Drawing *drawing, guint curve, const GArray *samples, guint n_replicates)
{
  for (guint r = 0; r < MIN (n_replicates, THIN_MAX); r++)
    for (guint i = 0; i < samples->len; i++)
      {
        const Sample *sample = &g_array_index (samples, Sample, i);

        if (sample->replicate == r)
          add_row (drawing, curve, r + 1, sample->time, &(PnyxEstimate){ sample->value, NAN, NAN });
      }
}

/* Keeps the curves of the scope that was asked for; without one, of the world where it has some. */
static gboolean
keep_scope (GArray *curves, const gchar *asked, const gchar *metric, GError **error)
{
  const gchar *kept = asked;

  for (guint i = 0; kept == NULL && i < curves->len; i++)
    if (*g_array_index (curves, PnyxCurve, i).scope == '\0')
      kept = "";
  for (guint i = curves->len; kept != NULL && i > 0; i--)
    if (!g_str_equal (g_array_index (curves, PnyxCurve, i - 1).scope, kept))
      g_array_remove_index (curves, i - 1);
  if (curves->len > 0)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
               "the results hold no series of %s of the scope \"%s\"", metric, asked);
  return FALSE;
}

static void
put (const Drawing *drawing, const PnyxFigureData *data, const Params *params, const GArray *curves)
{
  PnyxSheet *sheet = drawing->sheet;
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  PnyxScale scale = pnyx_scale_for (pnyx_figure_unit (data, params->metric), drawing->means.high);
  PnyxScale time = pnyx_scale_for ("s", drawing->times.high);
  PnyxExtent y = pnyx_extent_of_axis (drawing->means, drawing->bounds, FALSE);
  g_autofree gchar *x_label = pnyx_scale_label (&time, "time");
  g_autofree gchar *y_label
      = pnyx_scale_label (&scale, params->y_label != NULL ? params->y_label : params->metric);

  for (guint i = 0; i < curves->len; i++)
    {
      g_autofree gchar *label = pnyx_figure_label (data, curves, i);

      g_ptr_array_add (labels, g_strdup (*label != '\0'      ? label
                                         : params->show == 0 ? "mean"
                                                             : "a replicate"));
    }
  sheet->caption = g_strdup_printf (
      "%s over time: %s%s%s.", params->metric,
      params->show == 1 ? "each replicate" : "mean over replicates and 95 % interval",
      params->at != NULL ? ", at " : "", params->at != NULL ? params->at : "");
  pnyx_sheet_number (sheet, "curves", labels->len);
  pnyx_sheet_texts (sheet, "label", labels);
  pnyx_sheet_text (sheet, "x_label", x_label);
  pnyx_sheet_number (sheet, "x_scale", time.factor);
  pnyx_sheet_number (sheet, "x_low", drawing->times.low);
  pnyx_sheet_number (sheet, "x_high", drawing->times.high);
  pnyx_sheet_text (sheet, "y_label", y_label);
  pnyx_sheet_number (sheet, "y_scale", scale.factor);
  pnyx_sheet_number (sheet, "y_low", y.low);
  pnyx_sheet_number (sheet, "y_high", y.high);
  pnyx_sheet_number (sheet, "thin", params->show == 1);
  pnyx_sheet_number (sheet, "replicates", MIN (drawing->n_replicates, THIN_MAX));
  pnyx_sheet_number (sheet, "intervals", drawing->intervals);
  pnyx_sheet_key (sheet, labels, drawing->intervals ? 1 : 0, 54);
}

static gboolean
draw (const PnyxFigureData *data, const Params *params, const PnyxFrame *frame,
      const GArray *curves, PnyxSheet *sheet, GError **error)
{
  static const gchar *const names[]
      = { "curve", "replicate", "time", "mean", "ci95_low", "ci95_high", NULL };
  static const gchar *const needed[] = { "replicate", "time", "value" };
  Drawing drawing = { .sheet = sheet,
                      .means = { INFINITY, -INFINITY },
                      .bounds = { INFINITY, -INFINITY },
                      .times = { INFINITY, -INFINITY } };
  gint columns[G_N_ELEMENTS (needed)];

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    if ((columns[i] = pnyx_frame_require (frame, needed[i], error)) < 0)
      return FALSE;
  pnyx_sheet_table (sheet, names);
  for (guint i = 0; i < curves->len; i++)
    {
      guint n_replicates;
      g_autoptr (GArray) samples = samples_of (frame, curves, (gint)i, columns, &n_replicates);

      drawing.n_replicates = MAX (drawing.n_replicates, n_replicates);
      if (params->show == 1)
        add_replicates (&drawing, i + 1, samples, n_replicates);
      else
        add_means (&drawing, i + 1, samples, n_replicates);
    }
  if (drawing.means.low > drawing.means.high)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "the series of %s has no values",
                   params->metric);
      return FALSE;
    }
  put (&drawing, data, params, curves);
  return TRUE;
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  const Params *params = p;
  g_autoptr (GArray) points
      = pnyx_figure_points (data, params->at, params->points.values, params->points.n, error);
  const gdouble *numbers = points == NULL ? NULL : (const gdouble *)(gconstpointer)points->data;
  g_autoptr (PnyxFrame) frame
      = points == NULL
            ? NULL
            : pnyx_figure_data_read (data, "series", params->metric, numbers, points->len, error);
  g_autoptr (GArray) curves
      = frame == NULL ? NULL : pnyx_figure_curves (frame, NULL, NULL, 0, error);

  return curves != NULL && keep_scope (curves, params->scope, params->metric, error)
         && draw (data, params, frame, curves, sheet, error);
}

const PnyxFigureOps pnyx_figure_time_series = {
  .component = { .name = "time-series",
                 .summary = "A series over time: mean over replicates with 95 % interval, or each.",
                 .source = "Student's interval over replicates, series/METRIC.csv; form of the "
                           "figure: ours",
                 .limits = "Where each replicate has times of its own, means are over 60 equal "
                           "bins. At most 50 replicates are drawn thin.",
                 .params = params_table,
                 .n_params = G_N_ELEMENTS (params_table),
                 .params_size = sizeof (Params) },
  .prepare = prepare,
};
