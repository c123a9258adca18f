/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdint.h>

#include "base/histogram.h"
#include "results/store.h"
#include "support/fuzz_file.h"
#include "support/scratch.h"

/*
 * results.db, first for reading, as figures, comparisons and reports do, then for writing on. What
 * is read is within the experiment that the head tells of.
 */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
take_text (const gchar *text)
{
  g_assert_nonnull (text);
  g_assert_cmpuint (g_str_hash (text), <=, G_MAXUINT); /* reads all of it */
}

static void
see_run (const PnyxRunResult *run, gpointer user)
{
  const PnyxStoreHead *head = pnyx_store_head (user);

  g_assert_cmpuint (run->point, <, head->n_points);
  g_assert_cmpuint (run->replicate, <, G_MAXUINT);
  if (run->message != NULL)
    take_text (run->message);
}

static void
see_scalar (const PnyxScalar *scalar, guint position, gpointer user)
{
  (void)position;
  (void)user;
  take_text (scalar->scope);
  take_text (scalar->metric);
  take_text (scalar->unit);
}

static void
see_metric (guint point, guint replicate, gdouble value, gpointer user)
{
  (void)replicate;
  (void)value;
  g_assert_cmpuint (point, <, pnyx_store_head (user)->n_points);
}

static void
see_series (guint point, guint replicate, const PnyxPoint *row, gpointer user)
{
  (void)replicate;
  g_assert_cmpuint (point, <, pnyx_store_head (user)->n_points);
  take_text (row->scope);
  take_text (row->metric);
}

static void
see_batch (guint point, guint replicate, const PnyxBatchRow *row, gpointer user)
{
  g_assert_cmpuint (point, <, pnyx_store_head (user)->n_points);
  (void)replicate;
  see_scalar (&row->scalar, 0, user);
}

static void
see_histogram (guint replicate, const PnyxHistogram *histogram, gdouble scale, gpointer user)
{
  (void)replicate;
  (void)scale;
  (void)user;
  if (pnyx_histogram_count (histogram) > 0)
    pnyx_histogram_quantile (histogram, 0.5);
}

static void
see_distribution (guint point, guint replicate, const PnyxDistributionRow *row, gpointer user)
{
  g_assert_cmpuint (point, <, pnyx_store_head (user)->n_points);
  take_text (row->scope);
  take_text (row->metric);
  see_histogram (replicate, row->histogram, row->scale, user);
}

static void
see_head (const PnyxStoreHead *head)
{
  take_text (head->command);
  take_text (head->scenario);
  g_assert_true (head->n_points > 0 && head->shard > 0 && head->shard <= head->n_shards);
  for (guint i = 0; i < head->n_axes; i++)
    take_text (head->axes[i]);
  for (gsize i = 0; i < (gsize)head->n_points * head->n_axes; i++)
    take_text (head->values[i]);
}

/* The end of one reading. @error: a pointer, so that it is looked at after the reading. */
static void
judge (gboolean done, GError **error)
{
  fuzz_file_judge (done, *error);
  g_clear_error (error);
}

static void
see_all (PnyxStore *store)
{
  GError *error = NULL;

  see_head (pnyx_store_head (store));
  judge (pnyx_store_runs (store, see_run, store, &error), &error);
  for (guint i = 0; i < 2; i++)
    judge (pnyx_store_scalars (store, 0, 0, i == 0, see_scalar, store, &error), &error);
  judge (pnyx_store_metric (store, "", "m", see_metric, store, &error), &error);
  judge (pnyx_store_series (store, see_series, store, &error), &error);
  judge (pnyx_store_batches (store, see_batch, store, &error), &error);
  judge (pnyx_store_distributions (store, see_distribution, store, &error), &error);
  judge (pnyx_store_histograms (store, 0, "", "h", see_histogram, store, &error), &error);
}

/* In the place of the empty input, which is always tried: a reader that refuses all would look well
 * tested. */
static void
make_sample (const Scratch *scratch)
{
  static const PnyxStoreHead head
      = { .command = "run", .scenario = "<scenario/>", .n_points = 1, .shard = 1, .n_shards = 1 };
  g_autoptr (GError) error = NULL;

  pnyx_store_free (pnyx_store_create (scratch, &head, &error));
  g_assert_no_error (error);
}

static void
write_file (const Scratch *scratch, const uint8_t *data, size_t size)
{
  g_autofree gchar *path = g_build_filename (scratch, "results.db", NULL);

  g_assert_true (g_file_set_contents_full (path, (const gchar *)data, (gssize)size,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (Scratch) scratch = NULL;
  g_autoptr (PnyxStore) read = NULL;
  g_autoptr (PnyxStore) written = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;

  if (size > 65536)
    return 0;
  scratch = scratch_new ();
  if (size == 0)
    make_sample (scratch);
  else
    write_file (scratch, data, size);
  read = pnyx_store_open (scratch, &error);
  fuzz_file_judge (read != NULL, error);
  g_assert_true (read != NULL || size > 0);
  if (read == NULL)
    return 0;
  see_all (read);
  g_clear_pointer (&read, pnyx_store_free);
  written = pnyx_store_reopen (scratch, &failure);
  fuzz_file_judge (written != NULL, failure);
  g_assert_true (written != NULL || size > 0);
  if (written != NULL)
    see_all (written);
  return 0;
}
