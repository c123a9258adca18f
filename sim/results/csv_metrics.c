/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of one metric each: series over time, and distributions pooled over replicates. */
#include "engine/params.h"
#include "results/csv_priv.h"

static gchar *
metric_file (const gchar *folder, const gchar *metric)
{
  PNYX_REQUIRE (pnyx_name_is_valid (metric));
  return g_strdup_printf ("%s/%s.csv", folder, metric);
}

/* The metrics among @columns, each once, in order. */
static GPtrArray *
metrics_of (const PnyxColumns *columns)
{
  GPtrArray *metrics = g_ptr_array_new ();

  for (guint k = 0; k < columns->columns->len; k++)
    {
      const PnyxColumn *column = &g_array_index (columns->columns, PnyxColumn, k);

      if (!g_ptr_array_find_with_equal_func (metrics, column->metric, g_str_equal, NULL))
        g_ptr_array_add (metrics, (gpointer)(guintptr)column->metric);
    }
  return metrics;
}

/* ---- series/METRIC.csv ---- */

static void
series_columns (PnyxColumns *columns, const PnyxResults *results)
{
  pnyx_columns_init (columns);
  for (gsize i = 0; i < results->n_runs; i++)
    for (guint k = 0;
         pnyx_csv_run_counts (results->runs[i]) && k < results->runs[i]->output->series->len; k++)
      {
        const PnyxPoint *p = &g_array_index (results->runs[i]->output->series, PnyxPoint, k);

        pnyx_columns_find (columns, p->scope, p->metric, NULL);
      }
}

static void
write_series_of (PnyxDraft *draft, const PnyxRunResult *run, const PnyxColumn *column)
{
  for (guint k = 0; k < run->output->series->len; k++)
    {
      const PnyxPoint *p = &g_array_index (run->output->series, PnyxPoint, k);

      if (!g_str_equal (p->metric, column->metric) || !g_str_equal (p->scope, column->scope))
        continue;
      pnyx_csv_unsigned (draft, run->point);
      pnyx_csv_comma (draft);
      pnyx_csv_unsigned (draft, run->replicate);
      pnyx_csv_comma (draft);
      pnyx_csv_text (draft, p->scope);
      pnyx_csv_comma (draft);
      pnyx_csv_number (draft, p->time);
      pnyx_csv_comma (draft);
      pnyx_csv_number (draft, p->value);
      pnyx_draft_text (draft, "\n");
    }
}

gboolean
pnyx_csv_write_series (const gchar *folder, const PnyxResults *results, GError **error)
{
  g_auto (PnyxColumns) columns;
  g_autoptr (GPtrArray) metrics = NULL;

  series_columns (&columns, results);
  metrics = metrics_of (&columns);
  for (guint m = 0; m < metrics->len; m++)
    {
      const gchar *metric = g_ptr_array_index (metrics, m);
      g_autofree gchar *name = metric_file ("series", metric);
      g_autoptr (PnyxDraft) draft = pnyx_draft_new (folder, name);

      pnyx_draft_text (draft, "point,replicate,scope,time,value\n");
      for (gsize i = 0; i < results->n_runs; i++)
        for (guint k = 0; pnyx_csv_run_counts (results->runs[i]) && k < columns.columns->len; k++)
          {
            const PnyxColumn *column = &g_array_index (columns.columns, PnyxColumn, k);

            if (g_str_equal (column->metric, metric))
              write_series_of (draft, results->runs[i], column);
          }
      if (!pnyx_draft_finish (draft, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- distributions/METRIC.csv ---- */

static void
distribution_columns (PnyxColumns *columns, const PnyxResults *results)
{
  pnyx_columns_init (columns);
  for (gsize i = 0; i < results->n_runs; i++)
    for (guint k = 0;
         pnyx_csv_run_counts (results->runs[i]) && k < results->runs[i]->output->distributions->len;
         k++)
      {
        const PnyxDistributionRow *row
            = &g_array_index (results->runs[i]->output->distributions, PnyxDistributionRow, k);

        pnyx_columns_find (columns, row->scope, row->metric, NULL);
      }
}

/* Merges what the runs [@begin, @end) have of @column; FALSE where none of them has it. */
static gboolean
pool (PnyxHistogram *pooled, const PnyxResults *results, gsize begin, gsize end,
      const PnyxColumn *column, gdouble *scale)
{
  gboolean any = FALSE;

  for (gsize i = begin; i < end; i++)
    for (guint k = 0;
         pnyx_csv_run_counts (results->runs[i]) && k < results->runs[i]->output->distributions->len;
         k++)
      {
        const PnyxDistributionRow *row
            = &g_array_index (results->runs[i]->output->distributions, PnyxDistributionRow, k);

        if (!g_str_equal (row->metric, column->metric) || !g_str_equal (row->scope, column->scope))
          continue;
        pnyx_histogram_merge (pooled, row->histogram);
        *scale = row->scale;
        any = TRUE;
      }
  return any;
}

static void
write_quantile (PnyxDraft *draft, guint point, const gchar *scope, gdouble p, gdouble value)
{
  pnyx_csv_unsigned (draft, point);
  pnyx_csv_comma (draft);
  pnyx_csv_text (draft, scope);
  pnyx_csv_comma (draft);
  pnyx_csv_number (draft, p);
  pnyx_csv_comma (draft);
  pnyx_csv_number (draft, value);
  pnyx_draft_text (draft, "\n");
}

/* In thousandths: the tails finer than the middle. */
static void
write_quantiles (PnyxDraft *draft, guint point, const gchar *scope, const PnyxHistogram *histogram,
                 gdouble scale)
{
  static const guint head[] = { 1, 5 }, tail[] = { 995, 999 };
  guint p[G_N_ELEMENTS (head) + 99 + G_N_ELEMENTS (tail)], n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    p[n++] = head[i];
  for (guint i = 1; i <= 99; i++)
    p[n++] = i * 10;
  for (guint i = 0; i < G_N_ELEMENTS (tail); i++)
    p[n++] = tail[i];
  for (guint i = 0; i < n; i++)
    write_quantile (draft, point, scope, p[i] / 1000.0,
                    pnyx_histogram_quantile (histogram, p[i] / 1000.0) * scale);
}

static void
write_distribution (PnyxDraft *draft, const PnyxResults *results, const PnyxColumns *columns,
                    const gchar *metric)
{
  pnyx_draft_text (draft, "point,scope,quantile,value\n");
  for (gsize begin = 0, end; begin < results->n_runs; begin = end)
    {
      guint point = results->runs[begin]->point;

      end = pnyx_csv_point_end (results, point, begin);
      for (guint k = 0; k < columns->columns->len; k++)
        {
          const PnyxColumn *column = &g_array_index (columns->columns, PnyxColumn, k);
          g_autoptr (PnyxHistogram) pooled = pnyx_histogram_new (NULL);
          gdouble scale = 1;

          if (g_str_equal (column->metric, metric)
              && pool (pooled, results, begin, end, column, &scale))
            write_quantiles (draft, point, column->scope, pooled, scale);
        }
    }
}

gboolean
pnyx_csv_write_distributions (const gchar *folder, const PnyxResults *results, GError **error)
{
  g_auto (PnyxColumns) columns;
  g_autoptr (GPtrArray) metrics = NULL;

  distribution_columns (&columns, results);
  metrics = metrics_of (&columns);
  for (guint m = 0; m < metrics->len; m++)
    {
      g_autofree gchar *name = metric_file ("distributions", g_ptr_array_index (metrics, m));
      g_autoptr (PnyxDraft) draft = pnyx_draft_new (folder, name);

      write_distribution (draft, results, &columns, g_ptr_array_index (metrics, m));
      if (!pnyx_draft_finish (draft, error))
        return FALSE;
    }
  return TRUE;
}
