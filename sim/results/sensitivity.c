/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indices of sensitivity of all metrics of a sweep. runs.csv is read once, point by point: the
 * replicates of a point become a mean and its error for each metric; then come the indices.
 */
#include "results/sensitivity.h"

#include <math.h>

#include "base/number.h"
#include "base/sensitivity.h"
#include "base/table.h"
#include "results/cells.h"
#include "results/draft.h"
#include "results/rows.h"

#define FIXED 3 /* columns of runs.csv before the axes: point, replicate, seed */

typedef struct
{
  const gchar *folder; /* borrowed */
  PnyxDesignKind kind;
  guint n, n_axes;
  guint64 seed;
  const gchar *const *axes; /* borrowed */
  gsize n_points, n_metrics;
  gchar **columns; /* owned: NULL-terminated: of runs.csv, one for each metric */
  gchar **units;   /* owned: likewise */
  gdouble *x;      /* owned: the design */
  gdouble *means;  /* owned: by metric, then point; NaN: does not exist */
  gdouble *errors; /* owned: of the means */
} Study;

static void
study_clear (Study *study)
{
  g_strfreev (study->columns);
  g_strfreev (study->units);
  g_free (study->x);
  g_free (study->means);
  g_free (study->errors);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Study, study_clear)

/* ---- Reading ---- */

static gboolean
check_axes (const Study *study, const PnyxRows *rows, GError **error)
{
  static const gchar *const fixed[FIXED] = { "point", "replicate", "seed" };

  for (guint i = 0; i < FIXED + study->n_axes; i++)
    {
      const gchar *name = i < FIXED ? fixed[i] : study->axes[i - FIXED];

      if (i < pnyx_rows_n_columns (rows) && g_str_equal (pnyx_rows_column_name (rows, i), name))
        continue;
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                   "%s/runs.csv:1: column %u is not \"%s\" (expected the axes of the design)",
                   study->folder, i + 1, name);
      return FALSE;
    }
  return TRUE;
}

static void
name_metrics (Study *study, const PnyxRows *rows)
{
  study->n_metrics = pnyx_rows_n_columns (rows) - FIXED - study->n_axes;
  study->columns = g_new0 (gchar *, study->n_metrics + 1);
  for (gsize k = 0; k < study->n_metrics; k++)
    study->columns[k] = g_strdup (pnyx_rows_column_name (rows, FIXED + study->n_axes + k));
  study->means = g_new (gdouble, study->n_metrics * study->n_points);
  study->errors = g_new (gdouble, study->n_metrics * study->n_points);
}

/* @values: (element-type gdouble): of the replicates of @point: replicate-major. */
static void
end_point (Study *study, gsize point, const GArray *values)
{
  gsize n_runs = study->n_metrics > 0 ? values->len / study->n_metrics : 0;
  g_autofree gdouble *of_metric = g_new (gdouble, n_runs + 1);

  for (gsize k = 0; k < study->n_metrics; k++)
    {
      gsize n = 0;

      for (gsize r = 0; r < n_runs; r++)
        {
          gdouble value = g_array_index (values, gdouble, r * study->n_metrics + k);

          if (!isnan (value))
            of_metric[n++] = value;
        }
      study->means[k * study->n_points + point] = pnyx_mean (of_metric, n);
      study->errors[k * study->n_points + point] = pnyx_sd (of_metric, n) / sqrt ((gdouble)n);
    }
}

static gboolean
set_points_error (const Study *study, gsize n_points, GError **error)
{
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
               "%s/runs.csv: point %" G_GSIZE_FORMAT " is not where the design has it (expected "
               "%" G_GSIZE_FORMAT " points in order, none left out)",
               study->folder, n_points, study->n_points);
  return FALSE;
}

static gboolean
read_points (Study *study, PnyxRows *rows, GError **error)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autoptr (GError) failure = NULL;
  gsize n_points = 0; /* begun */
  guint point;

  while (pnyx_rows_next (rows, &failure) && pnyx_rows_count (rows, 0, &point, &failure))
    {
      if (n_points == 0 || point != n_points - 1)
        {
          if (point != n_points || n_points == study->n_points)
            return set_points_error (study, point, error);
          if (n_points > 0)
            end_point (study, n_points - 1, values);
          g_array_set_size (values, 0);
          n_points++;
        }
      for (gsize k = 0; k < study->n_metrics; k++)
        {
          gdouble value = pnyx_rows_number (rows, FIXED + study->n_axes + k);

          g_array_append_val (values, value);
        }
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (n_points < study->n_points)
    return set_points_error (study, n_points, error);
  end_point (study, n_points - 1, values);
  return TRUE;
}

static gboolean
read_runs (Study *study, GError **error)
{
  g_autofree gchar *path = g_build_filename (study->folder, "runs.csv", NULL);
  g_autoptr (PnyxRows) rows = pnyx_rows_open (path, error);

  if (rows == NULL || !check_axes (study, rows, error))
    return FALSE;
  name_metrics (study, rows);
  return read_points (study, rows, error);
}

/* ---- Writing ---- */

typedef struct
{
  const gchar *name;
  PnyxEstimate estimate;
} Index;

static void
write_index (PnyxDraft *draft, const gchar *const texts[4], const Index *index, gdouble noise)
{
  const gdouble numbers[] = { index->estimate.value, index->estimate.interval.low,
                              index->estimate.interval.high, noise };
  gchar buffer[PNYX_NUMBER_BUFFER];

  for (guint i = 0; i < 5; i++)
    {
      g_autofree gchar *field = pnyx_csv_quote (i < 4 ? texts[i] : index->name);

      pnyx_draft_text (draft, field);
      pnyx_draft_text (draft, ",");
    }
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      pnyx_draft_text (draft, pnyx_number_format (buffer, numbers[i]));
      pnyx_draft_text (draft, i + 1 < G_N_ELEMENTS (numbers) ? "," : "\n");
    }
}

/* @indices: (out) (array length=3*n_axes): by axis. Returns: how many there are of an axis; 0: the
 * metric has none. */
static guint
find_indices (const Study *study, gsize metric, Index *indices)
{
  const PnyxBootstrap bootstrap = { .n_resamples = 1000, .seed = study->seed, .confidence = 0.95 };
  const gdouble *y = study->means + metric * study->n_points;
  guint d = study->n_axes;

  if (study->kind == PNYX_DESIGN_MORRIS)
    {
      g_autofree PnyxMorrisIndices *of = g_new (PnyxMorrisIndices, d);

      if (!pnyx_morris_indices (study->x, y, study->n, d, &bootstrap, of))
        return 0;
      for (guint i = 0; i < d; i++)
        {
          indices[3 * i] = (Index){ "mu", of[i].mu };
          indices[3 * i + 1] = (Index){ "mu_star", of[i].mu_star };
          indices[3 * i + 2] = (Index){ "sigma", of[i].sigma };
        }
      return 3;
    }
  else
    {
      g_autofree PnyxSobolIndices *of = g_new (PnyxSobolIndices, d);

      if (!pnyx_sobol_indices (y, study->n, d, &bootstrap, of))
        return 0;
      for (guint i = 0; i < d; i++)
        {
          indices[2 * i] = (Index){ "first", of[i].first };
          indices[2 * i + 1] = (Index){ "total", of[i].total };
        }
      return 2;
    }
}

static void
write_metric (const Study *study, gsize metric, PnyxDraft *draft)
{
  const gchar *name = pnyx_metric_of (study->columns[metric]);
  g_autofree gchar *scope = pnyx_scope_of (study->columns[metric]);
  g_autofree Index *indices = g_new (Index, 3 * study->n_axes);
  guint n_indices = find_indices (study, metric, indices);
  gsize first = metric * study->n_points;
  gdouble noise = pnyx_noise_share (study->means + first, study->errors + first, study->n_points);

  for (guint i = 0; i < study->n_axes * n_indices; i++)
    {
      const gchar *texts[] = { scope, name, study->units[metric], study->axes[i / n_indices] };

      write_index (draft, texts, &indices[i], noise);
    }
}

gboolean
pnyx_sensitivity_write (const gchar *folder, PnyxDesignKind kind, guint n, guint64 seed,
                        const gchar *const *axes, guint n_axes, GError **error)
{
  g_auto (Study) study = { .folder = folder,
                           .kind = kind,
                           .n = n,
                           .n_axes = n_axes,
                           .seed = seed,
                           .axes = axes,
                           .n_points = pnyx_design_rows (kind, n, n_axes) };
  g_autoptr (PnyxDraft) draft = NULL;

  PNYX_REQUIRE (kind == PNYX_DESIGN_MORRIS || kind == PNYX_DESIGN_SALTELLI);
  if (!read_runs (&study, error))
    return FALSE;
  study.units
      = pnyx_units_read (folder, (const gchar *const *)study.columns, study.n_metrics, error);
  if (study.units == NULL)
    return FALSE;
  if (kind == PNYX_DESIGN_MORRIS)
    study.x = pnyx_design_new (kind, n, n_axes, seed);
  draft = pnyx_draft_new (folder, "sensitivity.csv");
  pnyx_draft_text (draft, "scope,metric,unit,axis,index,estimate,ci95_low,ci95_high,noise\n");
  for (gsize k = 0; k < study.n_metrics; k++)
    write_metric (&study, k, draft);
  return pnyx_draft_finish (draft, error);
}
