/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/output.h"

#include <math.h>

static void
clear_distribution (gpointer data)
{
  PnyxDistributionRow *row = data;

  pnyx_histogram_free (row->histogram);
}

PnyxOutput *
pnyx_output_new (void)
{
  PnyxOutput *output = g_new0 (PnyxOutput, 1);

  output->scalars = g_array_new (FALSE, FALSE, sizeof (PnyxScalar));
  output->series = g_array_new (FALSE, FALSE, sizeof (PnyxPoint));
  output->distributions = g_array_new (FALSE, FALSE, sizeof (PnyxDistributionRow));
  output->batches = g_array_new (FALSE, FALSE, sizeof (PnyxBatchRow));
  g_array_set_clear_func (output->distributions, clear_distribution);
  return output;
}

void
pnyx_output_free (PnyxOutput *output)
{
  if (output == NULL)
    return;
  g_array_unref (output->scalars);
  g_array_unref (output->series);
  g_array_unref (output->distributions);
  g_array_unref (output->batches);
  g_free (output);
}

void
pnyx_output_scalar (PnyxOutput *output, const gchar *scope, const gchar *metric, const gchar *unit,
                    gdouble value)
{
  PnyxScalar row = { .scope = scope, .metric = metric, .unit = unit, .value = value };

  g_array_append_val (output->scalars, row);
}

void
pnyx_output_point (PnyxOutput *output, const gchar *scope, const gchar *metric, gdouble time,
                   gdouble value)
{
  PnyxPoint row = { .scope = scope, .metric = metric, .time = time, .value = value };

  g_array_append_val (output->series, row);
}

static const gchar *
statistic (const gchar *name, const gchar *suffix)
{
  g_autofree gchar *text = g_strconcat (name, suffix, NULL);

  return g_intern_string (text); /* few names, the same in every run */
}

void
pnyx_output_latency (PnyxOutput *output, const gchar *scope, const gchar *name,
                     PnyxHistogram *histogram)
{
  gdouble finished = (gdouble)pnyx_histogram_count (histogram);
  gdouble unfinished = (gdouble)pnyx_histogram_unfinished (histogram);
  gdouble total = finished + unfinished;
  PnyxDistributionRow row
      = { .scope = scope, .metric = name, .scale = 1e-9, .histogram = histogram };

  pnyx_output_scalar (output, scope, statistic (name, ".mean"), "s",
                      pnyx_histogram_mean (histogram) * 1e-9);
  pnyx_output_scalar (output, scope, statistic (name, ".p50"), "s",
                      pnyx_histogram_quantile (histogram, 0.5) * 1e-9);
  pnyx_output_scalar (output, scope, statistic (name, ".p90"), "s",
                      pnyx_histogram_quantile (histogram, 0.9) * 1e-9);
  pnyx_output_scalar (output, scope, statistic (name, ".p99"), "s",
                      pnyx_histogram_quantile (histogram, 0.99) * 1e-9);
  pnyx_output_scalar (output, scope, statistic (name, ".unfinished"), "",
                      total > 0 ? unfinished / total : NAN);
  g_array_append_val (output->distributions, row);
}
