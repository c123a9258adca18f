/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batches.csv: what the parts of the measured window say of the mean within one long run. */
#include <math.h>

#include "base/statistics.h"
#include "results/csv_priv.h"

typedef struct
{
  PnyxDraft *draft; /* owned; NULL: no row yet */
  const gchar *folder;
  guint point, replicate;
  gchar *scope, *metric, *unit; /* owned; NULL: no metric at hand */
  GArray *values;               /* owned: gdouble: of the metric at hand, those that exist */
} Batches;

static void
end_metric (Batches *batches)
{
  const gdouble *values = (const gdouble *)(gpointer)batches->values->data;
  gsize n = batches->values->len;
  PnyxBatchMeans means;
  gdouble numbers[5];

  if (batches->scope == NULL)
    return;
  means = pnyx_batch_means (values, n, 0.95);
  numbers[0] = means.mean;
  numbers[1] = pnyx_sd (values, n);
  numbers[2] = means.interval.low;
  numbers[3] = means.interval.high;
  numbers[4] = means.lag1;
  pnyx_csv_unsigned (batches->draft, batches->point);
  pnyx_csv_comma (batches->draft);
  pnyx_csv_unsigned (batches->draft, batches->replicate);
  pnyx_csv_comma (batches->draft);
  pnyx_csv_text (batches->draft, batches->scope);
  pnyx_csv_comma (batches->draft);
  pnyx_csv_text (batches->draft, batches->metric);
  pnyx_csv_comma (batches->draft);
  pnyx_csv_text (batches->draft, batches->unit);
  pnyx_csv_comma (batches->draft);
  pnyx_csv_unsigned (batches->draft, n);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      pnyx_csv_comma (batches->draft);
      pnyx_csv_number (batches->draft, numbers[i]);
    }
  pnyx_draft_text (batches->draft, means.too_short ? ",true\n" : ",false\n");
  g_clear_pointer (&batches->scope, g_free);
  g_clear_pointer (&batches->metric, g_free);
  g_clear_pointer (&batches->unit, g_free);
  g_array_set_size (batches->values, 0);
}

static void
add_batch (guint point, guint replicate, const PnyxBatchRow *row, gpointer user)
{
  Batches *batches = user;

  if (batches->draft == NULL)
    {
      batches->draft = pnyx_draft_new (batches->folder, "batches.csv");
      pnyx_draft_text (batches->draft, "point,replicate,scope,metric,unit,batches,mean,sd,ci95_low,"
                                       "ci95_high,lag1,too_short\n");
    }
  if (batches->scope == NULL || batches->point != point || batches->replicate != replicate
      || !g_str_equal (batches->scope, row->scalar.scope)
      || !g_str_equal (batches->metric, row->scalar.metric))
    {
      end_metric (batches);
      batches->point = point;
      batches->replicate = replicate;
      batches->scope = g_strdup (row->scalar.scope);
      batches->metric = g_strdup (row->scalar.metric);
      batches->unit = g_strdup (row->scalar.unit);
    }
  if (!isnan (row->scalar.value))
    g_array_append_val (batches->values, row->scalar.value);
}

gboolean
pnyx_csv_write_batches (const gchar *folder, PnyxStore *store, GError **error)
{
  Batches batches = { .folder = folder, .values = g_array_new (FALSE, FALSE, sizeof (gdouble)) };
  gboolean done = pnyx_store_batches (store, add_batch, &batches, error);

  end_metric (&batches);
  if (done && batches.draft != NULL)
    done = pnyx_draft_finish (batches.draft, error);
  pnyx_draft_free (batches.draft);
  g_array_unref (batches.values);
  return done;
}
