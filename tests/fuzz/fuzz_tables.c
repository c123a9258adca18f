/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "figure/data.h"
#include "results/cells.h"
#include "support/fuzz_file.h"
#include "support/scratch.h"

/* The tables of a results folder, as comparisons and figures read them: summary.csv, then, each
 * behind a line "----", runs.csv and series/m.csv. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
see_cells (const gchar *folder, gboolean is_sample)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxCells) cells = pnyx_cells_read (folder, &error);

  fuzz_file_judge (cells != NULL, error);
  g_assert_true (cells != NULL || !is_sample);
  for (guint i = 0; cells != NULL && i < cells->points->len; i++)
    {
      const PnyxCellPoint *point = &g_array_index (cells->points, PnyxCellPoint, i);

      g_assert_cmpuint (point->begin, <, point->end);
      g_assert_cmpuint (point->end, <=, cells->cells->len);
      for (gint k = -1; k < (gint)cells->names->len; k++)
        {
          g_autofree gdouble *values = pnyx_cells_get (cells, point, k);

          g_assert_nonnull (values);
        }
    }
}

static void
see_curves (const PnyxFigureData *data, const PnyxFrame *frame, const gchar *metric)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) curves = pnyx_figure_curves (frame, metric, NULL, 0, &error);

  fuzz_file_judge (curves != NULL, error);
  for (guint i = 0; curves != NULL && i < curves->len; i++)
    {
      const PnyxCurve *curve = &g_array_index (curves, PnyxCurve, i);
      g_autofree gchar *label = pnyx_figure_label (data, curves, i);

      g_assert_true (g_utf8_validate (label, -1, NULL));
      pnyx_figure_data_axis (data, curve, "a");
      if (metric != NULL)
        pnyx_figure_data_estimate (data, curve, metric);
    }
}

static void
see_data (const gchar *folder, gboolean is_sample)
{
  static const gdouble points[] = { 0, 2 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (PnyxFigureData) data = pnyx_figure_data_new (folder, &error);
  g_autoptr (PnyxFrame) series = NULL;

  fuzz_file_judge (data != NULL, error);
  g_assert_true (data != NULL || !is_sample);
  if (data == NULL)
    return;
  for (guint i = 0; i < data->metrics->len; i++)
    {
      const gchar *metric = g_ptr_array_index (data->metrics, i);
      g_autoptr (GError) cause = NULL;
      const PnyxFrame *frame = pnyx_figure_data_metric (data, metric, &cause);

      fuzz_file_judge (frame != NULL, cause);
      if (frame != NULL)
        see_curves (data, frame, metric);
    }
  series = pnyx_figure_data_read (data, "series", "m", points, G_N_ELEMENTS (points), &failure);
  fuzz_file_judge (series != NULL, failure);
  if (series != NULL)
    see_curves (data, series, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar sample[]
      = "point,a,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n"
        "0,1,,m,s,2,1,1,0,2,1,1,1\n1,2,,m,s,2,1,1,0,2,1,1,1\n----\n"
        "point,replicate,seed,a,m\n0,0,1,1,0.5\n1,0,1,2,\n----\n"
        "point,replicate,scope,time,value\n0,0,,1,2\n";
  static const gchar *const names[] = { "summary.csv", "runs.csv", "series/m.csv" };
  g_autoptr (Scratch) scratch = NULL;
  g_autofree gchar *text = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree gchar *series = NULL;

  if (size > 8192)
    return 0;
  text = size == 0 ? g_strdup (sample) : g_strndup ((const gchar *)data, size);
  parts = g_strsplit (text, "\n----\n", G_N_ELEMENTS (names));
  scratch = scratch_new ();
  series = g_build_filename (scratch, "series", NULL);
  g_assert_cmpint (g_mkdir_with_parents (series, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (names) && parts[i] != NULL; i++)
    g_free (scratch_write (scratch, names[i], parts[i]));
  see_cells (scratch, size == 0);
  see_data (scratch, size == 0);
  return 0;
}
