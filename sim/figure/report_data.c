/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a report, in no format yet. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "figure/quantity.h"
#include "figure/report_priv.h"
#include "metric/metric.h"
#include "scenario/describe.h"

#define VALUES_SHOWN 12

/* What is read first, in this order; everything else is in summary.csv. */
static const gchar *const key_metrics[] = {
  "blocks.proposed",
  "blocks.canonical",
  "blocks.missed_rate",
  "blocks.orphan_rate",
  "blocks.reorg_depth_max",
  "latency.propagation.p50",
  "latency.propagation.p90",
  "latency.inclusion.mean",
  "latency.confirmation.mean",
  "latency.finality.mean",
  "latency.finality.p50",
  "latency.finality_last.mean",
  "finality.finalized_fraction",
  "finality.gap_max",
  "participation.target",
  "participation.head",
  "safety.violations",
  "safety.slashable_stake",
  "throughput.tx",
  "network.messages_per_block",
  "network.bytes_per_node",
  "energy.power",
  "energy.per_tx",
  "energy.carbon",
  "stake.gini",
  "stake.nakamoto_33",
  "reward.adversary_share",
  "oracle.mae",
  "oracle.staleness",
  "contract.loss",
  "ai.accuracy",
  "provenance.verified_rate",
  "governance.turnout",
  "bridge.transfer_latency.mean",
  "adversary.refused",
};

/* ---- Tables ---- */

PnyxReportTable *
pnyx_report_table_new (const gchar *const *columns)
{
  PnyxReportTable *table = g_new0 (PnyxReportTable, 1);

  table->columns = g_ptr_array_new_with_free_func (g_free);
  table->texts = g_ptr_array_new_with_free_func (g_free);
  table->numbers = g_array_new (FALSE, FALSE, sizeof (gdouble));
  for (; *columns != NULL; columns++)
    pnyx_report_table_column (table, *columns);
  return table;
}

void
pnyx_report_table_free (PnyxReportTable *table)
{
  if (table == NULL)
    return;
  g_ptr_array_unref (table->columns);
  g_ptr_array_unref (table->texts);
  g_array_unref (table->numbers);
  g_free (table);
}

void
pnyx_report_table_column (PnyxReportTable *table, const gchar *name)
{
  PNYX_REQUIRE (table->texts->len == 0);
  g_ptr_array_add (table->columns, g_strdup (name));
}

void
pnyx_report_table_text (PnyxReportTable *table, const gchar *text)
{
  pnyx_report_table_number (table, g_strdup (text), NAN);
}

void
pnyx_report_table_number (PnyxReportTable *table, gchar *text, gdouble value)
{
  g_ptr_array_add (table->texts, text);
  g_array_append_val (table->numbers, value);
}

guint
pnyx_report_table_rows (const PnyxReportTable *table)
{
  return table->texts->len / table->columns->len;
}

gboolean
pnyx_report_table_is_numeric (const PnyxReportTable *table, guint column)
{
  gboolean any = FALSE;

  for (guint row = 0; row < pnyx_report_table_rows (table); row++)
    {
      guint i = row * table->columns->len + column;
      gboolean number = !isnan (g_array_index (table->numbers, gdouble, i));

      any |= number;
      if (!number && *(const gchar *)g_ptr_array_index (table->texts, i) != '\0')
        return FALSE;
    }
  return any;
}

/* ---- Contents ---- */

PnyxReportData *
pnyx_report_data_new (const PnyxReportSource *report, GError **error)
{
  g_autoptr (PnyxReportData) content = g_new0 (PnyxReportData, 1);

  content->report = report;
  content->facts = pnyx_facts_read (report->folder, error);
  if (content->facts == NULL)
    return NULL;
  content->data = pnyx_figure_data_new (report->folder, error);
  if (content->data == NULL)
    return NULL;
  content->data->root = report->scenario->root;
  return g_steal_pointer (&content);
}

void
pnyx_report_data_free (PnyxReportData *content)
{
  if (content == NULL)
    return;
  pnyx_figure_data_free (content->data);
  pnyx_facts_free (content->facts);
  g_free (content);
}

const gchar *
pnyx_report_name (const PnyxReportData *content)
{
  const PnyxValue *name = pnyx_section_value (content->report->scenario->root, "name");

  return name != NULL && name->text != NULL ? name->text : "results";
}

gboolean
pnyx_report_is_sweep (const PnyxReportData *content)
{
  return content->data->scope > content->data->point + 1
         || pnyx_frame_n_rows (content->data->points) > 1;
}

/* ---- Numbers ---- */

static gchar *
number_text (gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  return isnan (value) ? g_strdup ("")
                       : g_strdup (g_ascii_formatd (text, sizeof text, "%.6g", value));
}

/* As it stands in the CSV file where that is no number. */
static void
add_field (PnyxReportTable *table, const PnyxFrame *frame, gsize row, gint column)
{
  gdouble value = pnyx_frame_number (frame, row, column);

  if (isnan (value))
    pnyx_report_table_text (table, pnyx_frame_text (frame, row, column));
  else
    pnyx_report_table_number (table, number_text (value), value);
}

static gchar *
quantity_text (const PnyxScale *scale, gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (value))
    return g_strdup ("");
  g_ascii_formatd (text, sizeof text, "%.4g", value * scale->factor);
  return g_strdup_printf ("%s%s%s", text, *scale->unit == '\0' ? "" : " ", scale->unit);
}

static gchar *
interval_text (const PnyxScale *scale, gdouble low, gdouble high)
{
  g_autofree gchar *from = NULL;
  g_autofree gchar *to = NULL;

  if (!(low < high))
    return g_strdup (low == high ? "no spread" : "");
  from = quantity_text (scale, low);
  to = quantity_text (scale, high);
  return g_strdup_printf ("%s to %s", from, to);
}

/* ---- Axes ---- */

static gchar *
axis_values (const PnyxFigureData *data, gint column, guint *n)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GString *values = g_string_new (NULL);
  PnyxExtent extent = { INFINITY, -INFINITY };

  for (gsize row = 0; row < pnyx_frame_n_rows (data->points); row++)
    {
      const gchar *text = pnyx_frame_text (data->points, row, column);

      if (!g_hash_table_add (seen, (gpointer)(guintptr)text))
        continue;
      pnyx_extent_add (&extent, pnyx_frame_number (data->points, row, column));
      if (g_hash_table_size (seen) <= VALUES_SHOWN)
        g_string_append_printf (values, "%s%s", values->len > 0 ? ", " : "", text);
    }
  *n = g_hash_table_size (seen);
  if (*n > VALUES_SHOWN && extent.low <= extent.high)
    {
      g_autofree gchar *low = number_text (extent.low);
      g_autofree gchar *high = number_text (extent.high);

      g_string_printf (values, "%s to %s", low, high);
    }
  else if (*n > VALUES_SHOWN)
    g_string_append (values, " ...");
  return g_string_free (values, FALSE);
}

PnyxReportTable *
pnyx_report_axes (const PnyxReportData *content)
{
  static const gchar *const columns[] = { "Axis", "Values", "Which (SI units)", NULL };
  PnyxReportTable *table = pnyx_report_table_new (columns);
  const PnyxFigureData *data = content->data;

  for (gint column = data->point + 1; column < data->scope; column++)
    {
      guint n;
      g_autofree gchar *values = axis_values (data, column, &n);

      pnyx_report_table_text (table, pnyx_frame_column_name (data->points, (gsize)column));
      pnyx_report_table_number (table, g_strdup_printf ("%u", n), n);
      pnyx_report_table_text (table, values);
    }
  return table;
}

/* ---- Key metrics ---- */

const gchar *
pnyx_report_definition (const gchar *metric)
{
  const gchar *dot = strrchr (metric, '.');
  g_autofree gchar *stem = dot == NULL ? NULL : g_strndup (metric, (gsize)(dot - metric));
  const PnyxMetricInfo *info = pnyx_metric_info (metric);

  if (info == NULL && stem != NULL)
    info = pnyx_metric_info (stem);
  return info == NULL ? "" : info->definition;
}

/* "share 0.1, kind flood" of the point in @row; "point 3" where there are no axes. */
static gchar *
point_text (const PnyxFigureData *data, const PnyxFrame *frame, gsize row)
{
  GString *text = g_string_new (NULL);

  for (gint column = data->point + 1; column < data->scope; column++)
    {
      const gchar *name = pnyx_frame_column_name (frame, (gsize)column);
      const gchar *at = strrchr (name, '@');

      g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "",
                              at == NULL ? name : at + 1, pnyx_frame_text (frame, row, column));
    }
  if (text->len == 0)
    g_string_append_printf (text, "point %s", pnyx_frame_text (frame, row, data->point));
  return g_string_free (text, FALSE);
}

/* The rows of @frame with the scope of @row that have the lowest and the highest mean; FALSE where
 * none has one, or an earlier row has this scope. */
static gboolean
find_range (const PnyxFigureData *data, const PnyxFrame *frame, gsize row, gsize range[2])
{
  const gchar *scope = pnyx_frame_text (frame, row, data->scope);
  gdouble low = INFINITY, high = -INFINITY;

  for (gsize i = 0; i < row; i++)
    if (g_str_equal (pnyx_frame_text (frame, i, data->scope), scope))
      return FALSE;
  for (gsize i = row; i < pnyx_frame_n_rows (frame); i++)
    {
      gdouble mean = pnyx_frame_number (frame, i, data->mean);

      if (isnan (mean) || !g_str_equal (pnyx_frame_text (frame, i, data->scope), scope))
        continue;
      if (mean < low)
        {
          low = mean;
          range[0] = i;
        }
      if (mean > high)
        {
          high = mean;
          range[1] = i;
        }
    }
  return low <= high;
}

/* A mean of @row with its interval. */
static void
add_mean (PnyxReportTable *table, const PnyxFigureData *data, const PnyxFrame *frame, gsize row,
          const PnyxScale *scale)
{
  gdouble mean = pnyx_frame_number (frame, row, data->mean);

  pnyx_report_table_number (table, quantity_text (scale, mean), mean);
  pnyx_report_table_number (table,
                            interval_text (scale, pnyx_frame_number (frame, row, data->ci95_low),
                                           pnyx_frame_number (frame, row, data->ci95_high)),
                            pnyx_frame_number (frame, row, data->ci95_low));
}

/* Of a sweep: where the lowest mean is, the highest, and where that is. */
static void
add_highest (PnyxReportTable *table, const PnyxFigureData *data, const PnyxFrame *frame,
             const gsize range[2], const PnyxScale *scale, gboolean where)
{
  gboolean same = pnyx_frame_number (frame, range[0], data->mean)
                  == pnyx_frame_number (frame, range[1], data->mean);
  g_autofree gchar *low = same ? g_strdup ("everywhere") : point_text (data, frame, range[0]);
  g_autofree gchar *high = same ? g_strdup ("everywhere") : point_text (data, frame, range[1]);

  if (where)
    pnyx_report_table_text (table, low);
  add_mean (table, data, frame, range[1], scale);
  if (where)
    pnyx_report_table_text (table, high);
}

static void
add_key_metric (PnyxReportTable *table, const PnyxReportData *content, const PnyxFrame *frame,
                gboolean where)
{
  const PnyxFigureData *data = content->data;
  const gchar *metric = pnyx_frame_text (frame, 0, data->metric);
  gsize range[2] = { 0, 0 };

  /* A scope appears at the first points: later rows repeat. */
  for (gsize row = 0; row < MIN (pnyx_frame_n_rows (frame), 64); row++)
    {
      const gchar *scope = pnyx_frame_text (frame, row, data->scope);
      g_autofree gchar *name
          = *scope == '\0' ? g_strdup (metric) : g_strdup_printf ("%s: %s", scope, metric);
      PnyxScale scale;

      if (!find_range (data, frame, row, range))
        continue;
      scale = pnyx_scale_for (pnyx_frame_text (frame, row, data->unit),
                              fabs (pnyx_frame_number (frame, range[1], data->mean)));
      pnyx_report_table_text (table, name);
      add_mean (table, data, frame, range[0], &scale);
      if (pnyx_report_is_sweep (content))
        add_highest (table, data, frame, range, &scale, where);
      else
        add_field (table, frame, row, data->mean - 1);
    }
}

PnyxReportTable *
pnyx_report_key_metrics (const PnyxReportData *content, gboolean where)
{
  static const gchar *const single[] = { "Metric", "Mean", "95 % interval", "Runs", NULL };
  static const gchar *const sweep[] = { "Metric",       "Lowest mean",   "95 % interval", "Where",
                                        "Highest mean", "95 % interval", "Where",         NULL };
  static const gchar *const narrow[]
      = { "Metric", "Lowest mean", "95 % interval", "Highest mean", "95 % interval", NULL };
  PnyxReportTable *table = pnyx_report_table_new (!pnyx_report_is_sweep (content) ? single
                                                  : where                         ? sweep
                                                                                  : narrow);

  for (gsize i = 0; i < G_N_ELEMENTS (key_metrics); i++)
    {
      const PnyxFrame *frame = pnyx_figure_data_metric (content->data, key_metrics[i], NULL);

      if (frame != NULL)
        add_key_metric (table, content, frame, where);
    }
  for (guint i = 0; table->texts->len == 0 && i < MIN (content->data->metrics->len, 20); i++)
    {
      const PnyxFrame *frame = pnyx_figure_data_metric (
          content->data, g_ptr_array_index (content->data->metrics, i), NULL);

      if (frame != NULL)
        add_key_metric (table, content, frame, where);
    }
  return table;
}

/* ---- Summary ---- */

static gboolean
is_key_metric (const gchar *metric)
{
  for (gsize i = 0; i < G_N_ELEMENTS (key_metrics); i++)
    if (g_str_equal (key_metrics[i], metric))
      return TRUE;
  return FALSE;
}

static void
add_summary_row (PnyxReportTable *table, const PnyxFigureData *data, const PnyxFrame *frame,
                 gsize row, gboolean spread)
{
  pnyx_report_table_text (table, pnyx_frame_text (frame, row, data->metric));
  pnyx_report_table_text (table, pnyx_frame_text (frame, row, data->scope));
  for (gint column = data->point; column < data->scope; column++)
    add_field (table, frame, row, column);
  pnyx_report_table_text (table, pnyx_frame_text (frame, row, data->unit));
  add_field (table, frame, row, data->mean - 1);
  add_field (table, frame, row, data->mean);
  add_field (table, frame, row, data->ci95_low);
  add_field (table, frame, row, data->ci95_high);
  if (spread)
    {
      add_field (table, frame, row, data->mean + 1);
      for (gint column = data->ci95_high + 1; column <= data->ci95_high + 3; column++)
        add_field (table, frame, row, column);
    }
}

PnyxReportTable *
pnyx_report_summary (const PnyxReportData *content, guint rows_max, gboolean spread, guint64 *total)
{
  static const gchar *const first[] = { "Metric", "Scope", "Point", NULL };
  static const gchar *const last[]
      = { "Unit", "Runs", "Mean", "95 % from", "95 % to", "Deviation", "Least", "Median", "Most" };
  gsize n_last = G_N_ELEMENTS (last) - (spread ? 0 : 4);
  const PnyxFigureData *data = content->data;
  PnyxReportTable *table = pnyx_report_table_new (first);

  for (gint column = data->point + 1; column < data->scope; column++)
    pnyx_report_table_column (table, pnyx_frame_column_name (data->points, (gsize)column));
  for (gsize i = 0; i < n_last; i++)
    pnyx_report_table_column (table, last[i]);
  *total = pnyx_figure_data_rows (data);
  for (guint m = 0; m < data->metrics->len; m++)
    {
      const gchar *metric = g_ptr_array_index (data->metrics, m);
      const PnyxFrame *frame = *total > rows_max && !is_key_metric (metric)
                                   ? NULL
                                   : pnyx_figure_data_metric (data, metric, NULL);

      for (gsize row = 0; frame != NULL && row < pnyx_frame_n_rows (frame)
                          && pnyx_report_table_rows (table) < rows_max;
           row++)
        add_summary_row (table, data, frame, row, spread);
    }
  return table;
}

/* ---- Parameters ---- */

static void
add_value (const PnyxSection *section, const gchar *name, const PnyxValue *value, gpointer user)
{
  PnyxReportTable *table = user;
  g_autofree gchar *path = NULL;
  g_autofree gchar *origin = NULL;
  g_autofree gchar *file = NULL;

  if (value->text == NULL)
    return;
  path = pnyx_section_path (section, name);
  file = value->place.file == NULL ? g_strdup ("") : g_path_get_basename (value->place.file);
  if (value->origin == PNYX_ORIGIN_DEFAULT || pnyx_section_is_default (section, name))
    origin = g_strdup ("default");
  else if (value->place.line > 0)
    origin = g_strdup_printf ("%s:%u", file, value->place.line);
  else
    origin = g_strdup (value->origin == PNYX_ORIGIN_SET ? "--set" : file);
  pnyx_report_table_text (table, path);
  pnyx_report_table_text (table, value->text);
  pnyx_report_table_text (table, origin);
}

PnyxReportTable *
pnyx_report_parameters (const PnyxReportData *content)
{
  static const gchar *const columns[] = { "Path", "Value", "Origin", NULL };
  PnyxReportTable *table = pnyx_report_table_new (columns);

  pnyx_section_values (content->report->scenario->root, add_value, table);
  return table;
}

/* ---- Failed runs ---- */

static void
add_count (PnyxReportTable *table, const gchar *text)
{
  gdouble value = NAN;

  if (text != NULL)
    pnyx_number_parse (text, &value);
  pnyx_report_table_number (table, g_strdup (text == NULL ? "" : text), value);
}

PnyxReportTable *
pnyx_report_failed (const PnyxReportData *content)
{
  static const gchar *const columns[]
      = { "Point", "Replicate", "What failed", "To see it again, in this folder", NULL };
  PnyxReportTable *table = pnyx_report_table_new (columns);

  for (guint i = 0; i < content->facts->failed->len; i++)
    {
      const PnyxFailedRun *run = &g_array_index (content->facts->failed, PnyxFailedRun, i);
      g_autofree gchar *replay = g_strdup_printf ("pnyx run . --point %s --replicate %s",
                                                  run->point == NULL ? "0" : run->point,
                                                  run->replicate == NULL ? "0" : run->replicate);

      add_count (table, run->point);
      add_count (table, run->replicate);
      pnyx_report_table_text (table, run->message == NULL ? "" : run->message);
      pnyx_report_table_text (table, replay);
    }
  return table;
}
