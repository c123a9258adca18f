/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/experiment.h"

#include <glib/gstdio.h>
#include <string.h>

#include "support/test_world.h"

#define NETWORK                                                                                    \
  "<network nodes='20'><topology kind='random-regular' degree='4'/>"                               \
  "<dissemination kind='compact'/><class upload='20 Mbit/s'/></network>"                           \
  "<chain kind='nakamoto'><workload/><nakamoto interval='exponential(30 s)'/></chain>"

static GPtrArray *
run (const PnyxSweep *sweep, guint threads)
{
  GError *error = NULL;
  GPtrArray *results = pnyx_batch_collect (sweep, threads, &error);

  g_assert_no_error (error);
  return results;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

/* Appends all files under @folder by name and removes them. */
static void
take_files (const gchar *folder, GString *bytes)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GDir *dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_dir_close (dir);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree gchar *path = g_build_filename (folder, names->pdata[i], NULL);
      g_autofree gchar *text = NULL;
      gsize length;

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          take_files (path, bytes);
          continue;
        }
      g_assert_true (g_file_get_contents (path, &text, &length, NULL));
      if (g_str_has_suffix (path, ".csv"))
        g_assert_cmpuint (length, >, 30);
      else
        length = 0; /* a database has its own order of pages, the manifest its seconds */
      g_string_append_printf (bytes, "%s:", (const gchar *)names->pdata[i]);
      g_string_append_len (bytes, text, (gssize)length);
      g_unlink (path);
    }
  g_rmdir (folder);
}

/* All CSV files of @sweep run on @threads, one after another. */
static gchar *
csv_bytes (const PnyxSweep *sweep, guint threads)
{
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-XXXXXX", NULL);
  PnyxExperimentOptions options = { .out = folder, .threads = threads };
  PnyxExperimentEnd end;
  GString *bytes = g_string_new (NULL);
  GError *error = NULL;
  PnyxExperiment *experiment = pnyx_experiment_begin (sweep, "run", &options, &error);

  g_assert_no_error (error);
  pnyx_experiment_run (experiment, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  pnyx_experiment_end (experiment, &end, &error);
  g_assert_no_error (error);
  pnyx_experiment_free (experiment);
  take_files (folder, bytes);
  g_assert_nonnull (strstr (bytes->str, "runs.csv:"));
  g_assert_nonnull (strstr (bytes->str, "summary.csv:"));
  g_assert_nonnull (strstr (bytes->str, "stake.lorenz.csv:"));
  g_assert_nonnull (strstr (bytes->str, "latency.propagation.csv:"));
  return g_string_free (bytes, FALSE);
}

static void
test_threads_change_no_byte (void)
{
  static const guint threads[] = { 2, 3, 8 };
  g_autoptr (PnyxSweep) model
      = test_sweep ("<run duration='30 block' replicates='10'/>" NETWORK, FALSE);
  g_autoptr (GPtrArray) one = run (model, 1);
  g_autofree gchar *bytes = csv_bytes (model, 1);

  g_assert_cmpuint (one->len, ==, 10);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (GPtrArray) many = run (model, threads[i]);
      g_autofree gchar *same = csv_bytes (model, threads[i]);

      g_assert_cmpuint (many->len, ==, 10);
      for (guint j = 0; j < 10; j++)
        {
          const PnyxRunResult *left = one->pdata[j];
          const PnyxRunResult *right = many->pdata[j];

          g_assert_cmpuint (right->replicate, ==, j);
          g_assert_cmpuint (left->digest, ==, right->digest);
          g_assert_cmpuint (left->events, ==, right->events);
        }
      g_assert_true (strcmp (bytes, same) == 0);
    }
}

static void
test_replicates_differ_and_do_not_depend_on_their_number (void)
{
  g_autoptr (PnyxSweep) few
      = test_sweep ("<run duration='30 block' replicates='2'/>" NETWORK, FALSE);
  g_autoptr (PnyxSweep) many
      = test_sweep ("<run duration='30 block' replicates='5'/>" NETWORK, FALSE);
  g_autoptr (GPtrArray) a = run (few, 1);
  g_autoptr (GPtrArray) b = run (many, 1);

  for (guint i = 0; i < 5; i++)
    for (guint j = 0; j < i; j++)
      g_assert_cmpuint (((PnyxRunResult *)b->pdata[i])->digest, !=,
                        ((PnyxRunResult *)b->pdata[j])->digest);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (((PnyxRunResult *)a->pdata[i])->digest, ==,
                      ((PnyxRunResult *)b->pdata[i])->digest);
}

/* The longest run of five decides: an events-max between the runs' numbers fails some of them. */
static void
test_a_run_that_fails_is_recorded_and_the_others_finish (void)
{
  g_autoptr (PnyxSweep) free_model
      = test_sweep ("<run duration='2000 s' replicates='6'/>" NETWORK, FALSE);
  g_autoptr (GPtrArray) all = run (free_model, 2);
  g_autoptr (PnyxSweep) model = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_autofree gchar *body = NULL;
  guint64 least = G_MAXUINT64, most = 0, limit;
  guint failed = 0;

  for (guint i = 0; i < 6; i++)
    {
      least = MIN (least, ((PnyxRunResult *)all->pdata[i])->events);
      most = MAX (most, ((PnyxRunResult *)all->pdata[i])->events);
    }
  g_assert_cmpuint (least, <, most);
  limit = (least + most) / 2;
  body = g_strdup_printf (
      "<run duration='2000 s' replicates='6' events-max='%" G_GUINT64_FORMAT "'/>" NETWORK, limit);
  model = test_sweep (body, FALSE);
  results = run (model, 2);
  g_assert_cmpuint (results->len, ==, 6);
  for (guint i = 0; i < 6; i++)
    {
      const PnyxRunResult *result = results->pdata[i];
      const PnyxRunResult *whole = all->pdata[i];
      g_autofree gchar *event = g_strdup_printf ("event %" G_GUINT64_FORMAT ",", result->events);

      g_assert_true (result->failed == (whole->events > limit));
      failed += result->failed ? 1 : 0;
      if (!result->failed)
        {
          g_assert_cmpuint (result->digest, ==, whole->digest);
          g_assert_null (result->message);
          continue;
        }
      g_assert_nonnull (strstr (result->message, "raise run/@events-max if that is intended"));
      g_assert_nonnull (strstr (result->message, "seed 1, replicate "));
      g_assert_nonnull (strstr (result->message, event));
      g_assert_null (strstr (result->message, " 0 events"));
    }
  g_assert_cmpuint (failed, >, 0);
  g_assert_cmpuint (failed, <, 6);
}

static void
test_memory_beyond_the_limit_fails_the_run (void)
{
  g_autoptr (PnyxSweep) model
      = test_sweep ("<run duration='1000 block' replicates='3' memory-max='1 MiB'/>"
                    "<network nodes='2000'/><chain kind='nakamoto'/>",
                    FALSE);
  g_autoptr (GPtrArray) results = run (model, 2);

  g_assert_cmpuint (results->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const PnyxRunResult *result = results->pdata[i];

      g_assert_true (result->failed);
      g_assert_nonnull (strstr (result->message, "memory"));
    }
}

typedef struct
{
  guint64 stop_after, done, last_total;
  guint added;
} Progress;

static gboolean
on_add (gpointer self, const PnyxRunResult *const *runs, gsize n_runs, GError **error)
{
  (void)runs;
  (void)error;
  ((Progress *)self)->added += (guint)n_runs;
  return TRUE;
}

static void
on_progress (gpointer self, guint64 done, guint64 total, const PnyxRunResult *result)
{
  Progress *progress = self;

  g_assert_nonnull (result);
  g_assert_cmpuint (done, ==, progress->done + 1); /* one at a time, each once */
  progress->done = done;
  progress->last_total = total;
}

static gboolean
is_cancelled (gpointer self)
{
  const Progress *progress = self;

  return progress->done >= progress->stop_after;
}

static PnyxPlan *
plan_of (const PnyxSweep *sweep)
{
  return pnyx_plan_new (1, (guint)pnyx_sweep_base (sweep)->run->replicates,
                        pnyx_sweep_precision (sweep), 1, 1);
}

/* What is under way when it is cancelled still ends: at most one run for each thread more. */
static void
test_cancelling_keeps_what_is_done (void)
{
  g_autoptr (PnyxSweep) sweep
      = test_sweep ("<run duration='30 block' replicates='9'/>" NETWORK, FALSE);
  Progress progress = { .stop_after = 4 };
  PnyxBatchOptions options = { .threads = 1,
                               .add = on_add,
                               .progress = on_progress,
                               .cancelled = is_cancelled,
                               .self = &progress };
  g_autoptr (PnyxPlan) plan = plan_of (sweep);
  g_autoptr (PnyxPlan) untouched = plan_of (sweep);

  g_assert_true (pnyx_batch_run (sweep, plan, &options, NULL));
  g_assert_cmpuint (progress.done, >=, 4);
  g_assert_cmpuint (progress.done, <=, 6);
  g_assert_cmpuint (progress.added, ==, progress.done);
  g_assert_cmpuint (progress.last_total, ==, 9);
  g_assert_cmpuint (pnyx_plan_finished (plan), ==, progress.done);
  progress = (Progress){ .stop_after = 0 };
  g_assert_true (pnyx_batch_run (sweep, untouched, &options, NULL));
  g_assert_cmpuint (progress.added, ==, 0);
}

static gboolean
on_add_fail (gpointer self, const PnyxRunResult *const *runs, gsize n_runs, GError **error)
{
  Progress *progress = self;

  (void)runs;
  if (progress->added + n_runs > progress->stop_after)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "no space left");
      return FALSE;
    }
  progress->added += (guint)n_runs;
  return TRUE;
}

static void
test_a_store_that_fails_ends_the_batch (void)
{
  g_autoptr (PnyxSweep) sweep
      = test_sweep ("<run duration='30 block' replicates='200'/>" NETWORK, FALSE);
  Progress progress = { .stop_after = 3 };
  PnyxBatchOptions options = { .threads = 2, .add = on_add_fail, .self = &progress };
  g_autoptr (PnyxPlan) plan = plan_of (sweep);
  g_autoptr (GError) error = NULL;

  g_assert_false (pnyx_batch_run (sweep, plan, &options, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_cmpuint (pnyx_plan_finished (plan), ==, progress.added);
}

static void
test_a_world_that_cannot_be_built_is_an_error (void)
{
  g_autoptr (PnyxSweep) sweep
      = test_sweep ("<run replicates='4'/><network nodes='50'>"
                    "<topology kind='erdos-renyi' degree='0.1'/></network><chain kind='nakamoto'/>",
                    FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_batch_collect (sweep, 2, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/batch/batch/" path, function)
  ADD ("threads-change-no-byte", test_threads_change_no_byte);
  ADD ("replicates-differ-and-do-not-depend-on-their-number",
       test_replicates_differ_and_do_not_depend_on_their_number);
  ADD ("a-run-that-fails-is-recorded-and-the-others-finish",
       test_a_run_that_fails_is_recorded_and_the_others_finish);
  ADD ("memory-beyond-the-limit-fails-the-run", test_memory_beyond_the_limit_fails_the_run);
  ADD ("cancelling-keeps-what-is-done", test_cancelling_keeps_what_is_done);
  ADD ("a-world-that-cannot-be-built-is-an-error", test_a_world_that_cannot_be_built_is_an_error);
  ADD ("a-store-that-fails-ends-the-batch", test_a_store_that_fails_ends_the_batch);
  return g_test_run ();
}
