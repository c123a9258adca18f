/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/run.h"

#include <string.h>

void
pnyx_run_result_clear (PnyxRunResult *result)
{
  pnyx_output_free (result->output);
  g_free (result->message);
  memset (result, 0, sizeof *result);
}

void
pnyx_run_result_free (PnyxRunResult *result)
{
  if (result == NULL)
    return;
  pnyx_run_result_clear (result);
  g_free (result);
}

/* ---- As bytes ---- */

/* Cell, seed, failed, unbuilt, message, events, digest, seconds; scalars, series, histograms,
 * batches. */
#define PACKED "(uutbbmsttda(sssd)a(ssdd)a(ssday)a(sssdu))"

GBytes *
pnyx_run_result_pack (const PnyxRunResult *result)
{
  g_autoptr (GVariant) packed = NULL;
  g_autoptr (GByteArray) bins = g_byte_array_new ();
  GVariantBuilder scalars, series, histograms, batches;

  g_variant_builder_init (&scalars, G_VARIANT_TYPE ("a(sssd)"));
  g_variant_builder_init (&series, G_VARIANT_TYPE ("a(ssdd)"));
  g_variant_builder_init (&histograms, G_VARIANT_TYPE ("a(ssday)"));
  g_variant_builder_init (&batches, G_VARIANT_TYPE ("a(sssdu)"));
  for (guint i = 0; result->output != NULL && i < result->output->batches->len; i++)
    {
      const PnyxBatchRow *row = &g_array_index (result->output->batches, PnyxBatchRow, i);

      g_variant_builder_add (&batches, "(sssdu)", row->scalar.scope, row->scalar.metric,
                             row->scalar.unit, row->scalar.value, row->batch);
    }
  for (guint i = 0; result->output != NULL && i < result->output->scalars->len; i++)
    {
      const PnyxScalar *row = &g_array_index (result->output->scalars, PnyxScalar, i);

      g_variant_builder_add (&scalars, "(sssd)", row->scope, row->metric, row->unit, row->value);
    }
  for (guint i = 0; result->output != NULL && i < result->output->series->len; i++)
    {
      const PnyxPoint *row = &g_array_index (result->output->series, PnyxPoint, i);

      g_variant_builder_add (&series, "(ssdd)", row->scope, row->metric, row->time, row->value);
    }
  for (guint i = 0; result->output != NULL && i < result->output->distributions->len; i++)
    {
      const PnyxDistributionRow *row
          = &g_array_index (result->output->distributions, PnyxDistributionRow, i);

      g_byte_array_set_size (bins, 0);
      pnyx_histogram_pack (row->histogram, bins);
      g_variant_builder_add (
          &histograms, "(ssd@ay)", row->scope, row->metric, row->scale,
          g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bins->data, bins->len, 1));
    }
  packed = g_variant_ref_sink (
      g_variant_new (PACKED, result->point, result->replicate, result->seed, result->failed,
                     result->unbuilt, result->message, result->events, result->digest,
                     result->cpu_seconds, &scalars, &series, &histograms, &batches));
  return g_variant_get_data_as_bytes (packed);
}

/* FALSE where a histogram is none. */
static gboolean
unpack_output (PnyxOutput *output, GVariantIter *scalars, GVariantIter *series,
               GVariantIter *histograms, GVariantIter *batches)
{
  const gchar *scope, *metric, *unit;
  gdouble time, value;
  guint batch;
  GVariant *bins;

  while (g_variant_iter_next (scalars, "(&s&s&sd)", &scope, &metric, &unit, &value))
    pnyx_output_scalar (output, g_intern_string (scope), g_intern_string (metric),
                        g_intern_string (unit), value);
  while (g_variant_iter_next (series, "(&s&sdd)", &scope, &metric, &time, &value))
    pnyx_output_point (output, g_intern_string (scope), g_intern_string (metric), time, value);
  while (g_variant_iter_next (batches, "(&s&s&sdu)", &scope, &metric, &unit, &value, &batch))
    {
      PnyxBatchRow row = { .scalar = { .scope = g_intern_string (scope),
                                       .metric = g_intern_string (metric),
                                       .unit = g_intern_string (unit),
                                       .value = value },
                           .batch = batch };

      g_array_append_val (output->batches, row);
    }
  while (g_variant_iter_next (histograms, "(&s&sd@ay)", &scope, &metric, &value, &bins))
    {
      gsize length;
      const guint8 *bytes = g_variant_get_fixed_array (bins, &length, 1);
      PnyxDistributionRow row = { .scope = g_intern_string (scope),
                                  .metric = g_intern_string (metric),
                                  .scale = value,
                                  .histogram = pnyx_histogram_unpack (bytes, length) };

      g_variant_unref (bins);
      if (row.histogram == NULL)
        return FALSE;
      g_array_append_val (output->distributions, row);
    }
  return TRUE;
}

PnyxRunResult *
pnyx_run_result_unpack (GBytes *bytes)
{
  g_autoptr (GVariant) packed
      = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (PACKED), bytes, FALSE));
  g_autoptr (GVariantIter) scalars = NULL;
  g_autoptr (GVariantIter) series = NULL;
  g_autoptr (GVariantIter) histograms = NULL;
  g_autoptr (GVariantIter) batches = NULL;
  g_autoptr (PnyxRunResult) result = NULL;

  if (!g_variant_is_normal_form (packed))
    return NULL;
  result = g_new0 (PnyxRunResult, 1);
  g_variant_get (packed, PACKED, &result->point, &result->replicate, &result->seed, &result->failed,
                 &result->unbuilt, &result->message, &result->events, &result->digest,
                 &result->cpu_seconds, &scalars, &series, &histograms, &batches);
  result->output = pnyx_output_new ();
  return unpack_output (result->output, scalars, series, histograms, batches)
             ? g_steal_pointer (&result)
             : NULL;
}
