/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runs.csv and summary.csv: one pass over the matrix of all values each. */
#include "results/csv.h"

#include <math.h>

#include "base/statistics.h"
#include "results/csv_priv.h"

/* ---- Values of all runs ---- */

typedef struct
{
  PnyxColumns columns;
  gdouble *values; /* owned: run-major; NaN: does not exist */
} Matrix;

static void
matrix_init (Matrix *matrix, const PnyxResults *results)
{
  guint n;

  pnyx_columns_init (&matrix->columns);
  for (gsize i = 0; i < results->n_runs; i++)
    for (guint k = 0;
         pnyx_csv_run_counts (results->runs[i]) && k < results->runs[i]->output->scalars->len; k++)
      {
        const PnyxScalar *s = &g_array_index (results->runs[i]->output->scalars, PnyxScalar, k);

        pnyx_columns_find (&matrix->columns, s->scope, s->metric, s->unit);
      }
  n = matrix->columns.columns->len;
  matrix->values = g_new (gdouble, results->n_runs * n + 1);
  for (gsize i = 0; i < results->n_runs * n; i++)
    matrix->values[i] = NAN;
  for (gsize i = 0; i < results->n_runs; i++)
    for (guint k = 0;
         pnyx_csv_run_counts (results->runs[i]) && k < results->runs[i]->output->scalars->len; k++)
      {
        const PnyxScalar *s = &g_array_index (results->runs[i]->output->scalars, PnyxScalar, k);

        matrix->values[i * n + pnyx_columns_find (&matrix->columns, s->scope, s->metric, s->unit)]
            = s->value;
      }
}

static void
matrix_clear (Matrix *matrix)
{
  pnyx_columns_clear (&matrix->columns);
  g_free (matrix->values);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Matrix, matrix_clear)

static void
write_axis_names (PnyxDraft *draft, const PnyxResults *results)
{
  for (guint i = 0; i < results->n_axes; i++)
    {
      pnyx_csv_comma (draft);
      pnyx_csv_text (draft, results->axes[i]);
    }
}

static void
write_axis_values (PnyxDraft *draft, const PnyxResults *results, guint point)
{
  PNYX_REQUIRE (point < results->n_points);
  for (guint i = 0; i < results->n_axes; i++)
    {
      pnyx_csv_comma (draft);
      pnyx_csv_text (draft, results->values[point * results->n_axes + i]);
    }
}

/* ---- runs.csv ---- */

static gboolean
write_runs (const gchar *folder, const PnyxResults *results, const Matrix *matrix, GError **error)
{
  g_autoptr (PnyxDraft) draft = pnyx_draft_new (folder, "runs.csv");
  const GArray *columns = matrix->columns.columns;

  pnyx_draft_text (draft, "point,replicate,seed");
  write_axis_names (draft, results);
  for (guint k = 0; k < columns->len; k++)
    {
      const PnyxColumn *column = &g_array_index (columns, PnyxColumn, k);
      g_autofree gchar *name
          = g_strdup_printf ("%s%s%s", column->scope, *column->scope ? ":" : "", column->metric);

      pnyx_csv_comma (draft);
      pnyx_csv_text (draft, name);
    }
  pnyx_draft_text (draft, "\n");
  for (gsize i = 0; i < results->n_runs; i++)
    {
      const PnyxRunResult *run = results->runs[i];

      pnyx_csv_unsigned (draft, run->point);
      pnyx_csv_comma (draft);
      pnyx_csv_unsigned (draft, run->replicate);
      pnyx_csv_comma (draft);
      pnyx_csv_unsigned (draft, run->seed);
      write_axis_values (draft, results, run->point);
      for (guint k = 0; k < columns->len; k++)
        {
          pnyx_csv_comma (draft);
          pnyx_csv_number (draft, matrix->values[i * columns->len + k]);
        }
      pnyx_draft_text (draft, "\n");
    }
  return pnyx_draft_finish (draft, error);
}

/* ---- summary.csv ---- */

static void
summarise (PnyxSummaryRow *row, const gdouble *values)
{
  PnyxInterval interval = pnyx_student_interval (values, row->n, 0.95);

  row->mean = pnyx_mean (values, row->n);
  row->sd = pnyx_sd (values, row->n);
  row->ci95_low = interval.low;
  row->ci95_high = interval.high;
  row->min = pnyx_quantile (values, row->n, 0);
  row->p50 = pnyx_quantile (values, row->n, 0.5);
  row->max = pnyx_quantile (values, row->n, 1);
}

static GArray *
summary_of (const PnyxResults *results, const Matrix *matrix)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (PnyxSummaryRow));
  g_autofree gdouble *values = g_new (gdouble, results->n_runs + 1);
  guint n_columns = matrix->columns.columns->len;

  for (gsize begin = 0, end; begin < results->n_runs; begin = end)
    {
      end = pnyx_csv_point_end (results, results->runs[begin]->point, begin);
      for (guint k = 0; k < n_columns; k++)
        {
          const PnyxColumn *column = &g_array_index (matrix->columns.columns, PnyxColumn, k);
          PnyxSummaryRow row = { .point = results->runs[begin]->point,
                                 .scope = column->scope,
                                 .metric = column->metric,
                                 .unit = column->unit };

          for (gsize i = begin; i < end; i++)
            if (!isnan (matrix->values[i * n_columns + k]))
              values[row.n++] = matrix->values[i * n_columns + k];
          summarise (&row, values);
          g_array_append_val (rows, row);
        }
    }
  return rows;
}

GArray *
pnyx_summary (const PnyxResults *results)
{
  g_auto (Matrix) matrix;

  matrix_init (&matrix, results);
  return summary_of (results, &matrix);
}

static gboolean
write_summary (const gchar *folder, const PnyxResults *results, const Matrix *matrix,
               GError **error)
{
  g_autoptr (PnyxDraft) draft = pnyx_draft_new (folder, "summary.csv");
  g_autoptr (GArray) rows = summary_of (results, matrix);

  pnyx_draft_text (draft, "point");
  write_axis_names (draft, results);
  pnyx_draft_text (draft, ",scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n");
  for (guint i = 0; i < rows->len; i++)
    {
      const PnyxSummaryRow *row = &g_array_index (rows, PnyxSummaryRow, i);
      const gchar *texts[] = { row->scope, row->metric, row->unit };
      gdouble numbers[]
          = { row->mean, row->sd, row->ci95_low, row->ci95_high, row->min, row->p50, row->max };

      pnyx_csv_unsigned (draft, row->point);
      write_axis_values (draft, results, row->point);
      for (guint k = 0; k < G_N_ELEMENTS (texts); k++)
        {
          pnyx_csv_comma (draft);
          pnyx_csv_text (draft, texts[k]);
        }
      pnyx_csv_comma (draft);
      pnyx_csv_unsigned (draft, row->n);
      for (guint k = 0; k < G_N_ELEMENTS (numbers); k++)
        {
          pnyx_csv_comma (draft);
          pnyx_csv_number (draft, numbers[k]);
        }
      pnyx_draft_text (draft, "\n");
    }
  return pnyx_draft_finish (draft, error);
}

gboolean
pnyx_csv_write (const gchar *folder, const PnyxResults *results, GError **error)
{
  g_auto (Matrix) matrix;

  matrix_init (&matrix, results);
  return write_runs (folder, results, &matrix, error)
         && write_summary (folder, results, &matrix, error)
         && pnyx_csv_write_series (folder, results, error)
         && pnyx_csv_write_distributions (folder, results, error);
}
