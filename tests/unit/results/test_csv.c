/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/csv.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/statistics.h"
#include "support/scratch.h"

static PnyxRunResult *
run_new (guint point, guint replicate)
{
  PnyxRunResult *run = g_new0 (PnyxRunResult, 1);

  run->point = point;
  run->replicate = replicate;
  run->seed = G_MAXUINT64;
  run->output = pnyx_output_new ();
  return run;
}

/* Two points of two replicates: a metric that only one run has, one that does not exist, a failed
 * run, a scope and an axis that must be quoted. */
static GPtrArray *
four_runs (void)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_run_result_free);

  for (guint i = 0; i < 4; i++)
    {
      PnyxRunResult *run = run_new (i / 2, i % 2);
      PnyxDistributionRow row = { .scope = "",
                                  .metric = "latency.propagation",
                                  .scale = 0.5,
                                  .histogram = pnyx_histogram_new (NULL) };

      pnyx_output_scalar (run->output, "", "blocks.canonical", "", 10 + i);
      pnyx_output_scalar (run->output, "a,b", "latency.finality.mean", "s", i == 1 ? 0.1 : NAN);
      pnyx_output_point (run->output, "", "stake.gini", 1.5, i);
      pnyx_output_point (run->output, "x", "stake.gini", 1.5, NAN);
      pnyx_output_point (run->output, "", "stake.gini", 2.5, 1.0 / 3);
      pnyx_histogram_add_many (row.histogram, i == 0 ? 2 : 4, 50);
      pnyx_histogram_add_unfinished (row.histogram, i < 2 ? 0 : 50);
      g_array_append_val (run->output->distributions, row);
      if (i == 1)
        pnyx_output_scalar (run->output, "", "late.metric", "B", 7);
      run->failed = i == 3;
      g_ptr_array_add (runs, run);
    }
  return runs;
}

/* A store in @folder with @runs, of two points of two axes. */
static PnyxStore *
store_of (const gchar *folder, const GPtrArray *runs)
{
  static const gchar *const axes[] = { "network/@nodes", "kind \"x\"" };
  static const gchar *const values[] = { "100", "a", "200", "b, c" };
  const PnyxStoreHead head = { .command = "sweep",
                               .scenario = "<x/>",
                               .n_points = 2,
                               .shard = 1,
                               .n_shards = 1,
                               .n_axes = 2,
                               .axes = axes,
                               .values = values };
  g_autoptr (GError) error = NULL;
  PnyxStore *store = pnyx_store_create (folder, &head, &error);

  g_assert_no_error (error);
  /* Backwards: the order in which runs end is nobody's business. */
  for (guint i = runs->len; i > 0; i--)
    {
      const PnyxRunResult *run = g_ptr_array_index (runs, i - 1);

      pnyx_store_add (store, &run, 1, &error);
      g_assert_no_error (error);
    }
  return store;
}

static void
test_files_have_the_agreed_columns_and_order (void)
{
  g_autoptr (GPtrArray) runs = four_runs ();
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = store_of (folder, runs);
  g_autofree gchar *text = NULL;
  g_autofree gchar *summary = NULL;
  g_autofree gchar *series = NULL;
  g_autoptr (GError) error = NULL;

  pnyx_csv_write (folder, store, &error);
  g_assert_no_error (error);
  text = scratch_read (folder, "runs.csv");
  g_assert_cmpstr (text, ==,
                   "point,replicate,seed,network/@nodes,\"kind \"\"x\"\"\",blocks.canonical,"
                   "\"a,b:latency.finality.mean\",late.metric\n"
                   "0,0,18446744073709551615,100,a,10,,\n"
                   "0,1,18446744073709551615,100,a,11,0.1,7\n"
                   "1,0,18446744073709551615,200,\"b, c\",12,,\n"
                   "1,1,18446744073709551615,200,\"b, c\",,,\n");
  summary = scratch_read (folder, "summary.csv");
  g_assert_true (g_str_has_prefix (
      summary, "point,network/@nodes,\"kind \"\"x\"\"\",scope,metric,unit,n,mean,sd,ci95_low,"
               "ci95_high,min,p50,max\n"
               "0,100,a,,blocks.canonical,,2,10.5,0.7071067811865476,4.14689763"));
  g_assert_nonnull (strstr (summary,
                            ",10,10,11\n"
                            "0,100,a,\"a,b\",latency.finality.mean,s,1,0.1,,,,0.1,0.1,0.1\n"
                            "0,100,a,,late.metric,B,1,7,,,,7,7,7\n"
                            "1,200,\"b, c\",,blocks.canonical,,1,12,,,,12,12,12\n"
                            "1,200,\"b, c\",\"a,b\",latency.finality.mean,s,0,,,,,,,\n"
                            "1,200,\"b, c\",,late.metric,B,0,,,,,,,\n"));
  series = scratch_read (folder, "series/stake.gini.csv");
  g_assert_cmpstr (series, ==,
                   "point,replicate,scope,time,value\n"
                   "0,0,,1.5,0\n0,0,,2.5,0.3333333333333333\n0,0,x,1.5,\n"
                   "0,1,,1.5,1\n0,1,,2.5,0.3333333333333333\n0,1,x,1.5,\n"
                   "1,0,,1.5,2\n1,0,,2.5,0.3333333333333333\n1,0,x,1.5,\n");
}

static void
keep_row (const PnyxSummaryRow *row, gpointer user)
{
  g_array_append_val ((GArray *)user, *row);
}

static void
test_the_interval_is_students (void)
{
  g_autoptr (GPtrArray) runs = four_runs ();
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = store_of (folder, runs);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (PnyxSummaryRow));
  const PnyxSummaryRow *row;

  g_assert_true (pnyx_summary (store, keep_row, rows, NULL));
  row = &g_array_index (rows, PnyxSummaryRow, 0);
  g_assert_cmpuint (rows->len, ==, 6);
  g_assert_cmpuint (row->n, ==, 2);
  /* t of one degree of freedom at .975 is 12.7062047361747; sd / sqrt (2) is .5 */
  g_assert_cmpfloat_with_epsilon (row->ci95_high, 10.5 + 12.7062047361747 * 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (row->ci95_low, 10.5 - 12.7062047361747 * 0.5, 1e-9);
}

static void
test_distributions_are_pooled_and_end_at_the_unfinished (void)
{
  g_autoptr (GPtrArray) runs = four_runs ();
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = store_of (folder, runs);
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  pnyx_csv_write (folder, store, &error);
  g_assert_no_error (error);
  text = scratch_read (folder, "distributions/latency.propagation.csv");
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 2 * 103 + 1);
  g_assert_cmpstr (lines[0], ==, "point,scope,quantile,value");
  g_assert_cmpstr (lines[1], ==, "0,,0.001,1");
  g_assert_cmpstr (lines[2], ==, "0,,0.005,1");
  g_assert_cmpstr (lines[3], ==, "0,,0.01,1");
  g_assert_cmpstr (lines[2 + 49], ==, "0,,0.49,1");
  g_assert_cmpstr (lines[2 + 51], ==, "0,,0.51,2");
  g_assert_cmpstr (lines[103], ==, "0,,0.999,2");
  g_assert_cmpstr (lines[103 + 2 + 50], ==, "1,,0.5,2");
  g_assert_cmpstr (lines[103 + 2 + 51], ==, "1,,0.51,");
  g_assert_cmpstr (lines[206], ==, "1,,0.999,");
}

/* Skipped by nothing: where no such locale is installed, the C locale must do as well. */
static void
test_the_locale_changes_nothing (void)
{
  g_autoptr (GPtrArray) runs = four_runs ();
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = store_of (folder, runs);
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;

  if (setlocale (LC_ALL, "de_DE.UTF-8") == NULL)
    g_test_message ("de_DE.UTF-8 is not installed");
  pnyx_csv_write (folder, store, &error);
  setlocale (LC_ALL, "C");
  g_assert_no_error (error);
  text = scratch_read (folder, "runs.csv");
  g_assert_nonnull (strstr (text, ",11,0.1,7\n"));
}

static void
test_no_runs_give_headers_alone (void)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = store_of (folder, runs);
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;

  pnyx_csv_write (folder, store, &error);
  g_assert_no_error (error);
  text = scratch_read (folder, "runs.csv");
  g_assert_cmpstr (text, ==, "point,replicate,seed,network/@nodes,\"kind \"\"x\"\"\"\n");
}

/* More values than are held at a time: the passes of the summary make the rows of one. */
static void
test_many_replicates_are_summarised_in_parts (void)
{
  enum
  {
    REPLICATES = 12000,
    METRICS = 100
  };
  g_autoptr (GPtrArray) runs
      = g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_run_result_free);
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (PnyxStore) store = store_of (folder, none);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (PnyxSummaryRow));
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < REPLICATES; i++)
    {
      PnyxRunResult *run = run_new (0, i);

      for (guint k = 0; k < METRICS; k++)
        {
          g_autofree gchar *name = g_strdup_printf ("m.%u", k);

          pnyx_output_scalar (run->output, "", g_intern_string (name), "", (gdouble)i * k);
        }
      g_ptr_array_add (runs, run);
    }
  pnyx_store_add (store, (const PnyxRunResult *const *)runs->pdata, runs->len, &error);
  g_assert_no_error (error);
  g_assert_true (pnyx_summary (store, keep_row, rows, NULL));
  g_assert_cmpuint (rows->len, ==, METRICS);
  for (guint k = 0; k < METRICS; k++)
    {
      const PnyxSummaryRow *row = &g_array_index (rows, PnyxSummaryRow, k);

      g_assert_cmpuint (row->n, ==, REPLICATES);
      g_assert_cmpfloat_with_epsilon (row->mean, k * (REPLICATES - 1) / 2.0, 1e-6);
      g_assert_cmpfloat (row->max, ==, k * (REPLICATES - 1.0));
    }
}

static void
test_a_folder_that_is_gone_is_one_clear_line (void)
{
  g_autoptr (GPtrArray) runs = four_runs ();
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = store_of (folder, runs);
  g_autoptr (GError) error = NULL;

  g_assert_false (pnyx_csv_write ("/dev/null/results", store, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_cmpstr (error->message, ==, "/dev/null/results/runs.csv: cannot write: Not a directory");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/csv/columns-and-order", test_files_have_the_agreed_columns_and_order);
  g_test_add_func ("/results/csv/students-interval", test_the_interval_is_students);
  g_test_add_func ("/results/csv/pooled-distributions",
                   test_distributions_are_pooled_and_end_at_the_unfinished);
  g_test_add_func ("/results/csv/locale", test_the_locale_changes_nothing);
  g_test_add_func ("/results/csv/many-replicates-are-summarised-in-parts",
                   test_many_replicates_are_summarised_in_parts);
  g_test_add_func ("/results/csv/no-runs", test_no_runs_give_headers_alone);
  g_test_add_func ("/results/csv/unwritable", test_a_folder_that_is_gone_is_one_clear_line);
  return g_test_run ();
}
