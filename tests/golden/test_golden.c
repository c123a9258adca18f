/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs that stay as they are: for each scenario here the digests of its runs and its summary.csv,
 * byte by byte. A change is either a mistake or on purpose: then the build's target
 * regenerate-golden (PNYX_GOLDEN_REGENERATE) writes the files anew, in a commit of its own.
 */
#include <string.h>

#include "batch/experiment.h"
#include "support/scratch.h"

static gchar *
golden_path (const gchar *name, const gchar *suffix)
{
  g_autofree gchar *file = g_strconcat (name, suffix, NULL);

  return g_build_filename (g_getenv ("PNYX_SOURCE"), "tests", "golden", file, NULL);
}

static PnyxSweep *
read_scenario (const gchar *name)
{
  g_autofree gchar *path = golden_path (name, ".xml");
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  GError *error = NULL;
  PnyxSweep *sweep = pnyx_sweep_read (path, data, NULL, FALSE, &error);

  g_assert_no_error (error);
  return sweep;
}

/* Runs it into @folder. */
static PnyxExperiment *
run_scenario (const PnyxSweep *sweep, const gchar *folder)
{
  PnyxExperimentOptions options = { .out = folder, .threads = 2 };
  PnyxExperimentEnd end;
  GError *error = NULL;
  PnyxExperiment *experiment = pnyx_experiment_begin (sweep, "run", &options, &error);

  g_assert_no_error (error);
  pnyx_experiment_run (experiment, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  pnyx_experiment_end (experiment, &end, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (end.runs, ==, 3);
  return experiment;
}

static void
append_digest (const PnyxRunResult *run, gpointer user)
{
  if (run->failed)
    g_error ("%s", run->message);
  g_string_append_printf (user, "%u,%" G_GUINT64_FORMAT ",%016" G_GINT64_MODIFIER "x\n",
                          run->replicate, run->events, run->digest);
}

/* The first line in which the two differ says more than both files. */
static void
compare (const gchar *path, const gchar *text)
{
  g_autofree gchar *expected = NULL;
  g_auto (GStrv) old = NULL;
  g_auto (GStrv) new = NULL;

  if (g_getenv ("PNYX_GOLDEN_REGENERATE") != NULL)
    {
      g_assert_true (g_file_set_contents (path, text, -1, NULL));
      return;
    }
  g_assert_true (g_file_get_contents (path, &expected, NULL, NULL));
  old = g_strsplit (expected, "\n", -1);
  new = g_strsplit (text, "\n", -1);
  for (guint i = 0; old[i] != NULL && new[i] != NULL; i++)
    if (strcmp (old[i], new[i]) != 0)
      g_error ("%s:%u:\n  was %s\n  is  %s", path, i + 1, old[i], new[i]);
  g_assert_cmpuint (g_strv_length (old), ==, g_strv_length (new));
}

static void
test_scenario (gconstpointer name)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxSweep) sweep = read_scenario (name);
  g_autoptr (PnyxExperiment) experiment = run_scenario (sweep, folder);
  g_autoptr (GString) digests = g_string_new ("replicate,events,digest\n");
  g_autofree gchar *summary = scratch_read (folder, "summary.csv");
  g_autofree gchar *digests_path = golden_path (name, ".digests.csv");
  g_autofree gchar *summary_path = golden_path (name, ".summary.csv");

  g_assert_true (
      pnyx_store_runs (pnyx_experiment_store (experiment), append_digest, digests, NULL));
  compare (summary_path, summary);
  compare (digests_path, digests->str);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/golden/flood", "flood", test_scenario);
  g_test_add_data_func ("/golden/internet", "internet", test_scenario);
  g_test_add_data_func ("/golden/faults", "faults", test_scenario);
  g_test_add_data_func ("/golden/stake", "stake", test_scenario);
  return g_test_run ();
}
