/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/runs.h"
#include "cli/summary.h"

typedef struct
{
  CliRuns runs;
  gchar *point, *replicate; /* of a replay; NULL: not given */
  gchar *trace;
  const gchar *command;
} Run;

/* ---- One scenario ---- */

static gboolean
print_result (PnyxExperiment *experiment, GError **error)
{
  const PnyxModel *base = pnyx_sweep_base (pnyx_experiment_sweep (experiment));
  guint64 n = pnyx_plan_finished (pnyx_experiment_plan (experiment));

  printf ("%s: %" G_GUINT64_FORMAT " run%s\n", base->params->name, n, n == 1 ? "" : "s");
  return cli_print_summary (pnyx_experiment_store (experiment), error);
}

static int
run_scenario (const Run *run, const gchar *path)
{
  g_autofree gchar *data = cli_data_folder ();
  g_auto (GStrv) overrides = cli_runs_overrides (&run->runs);
  PnyxExperimentOptions options = { .path = path,
                                    .command = run->command,
                                    .out = run->runs.out,
                                    .force = run->runs.force,
                                    .threads = run->runs.n_threads };
  g_autoptr (PnyxSweep) sweep = NULL;
  g_autoptr (PnyxExperiment) experiment = NULL;
  GError *error = NULL;

  cli_catch_signals ();
  sweep = pnyx_sweep_read (path, data, (const gchar *const *)overrides, FALSE, &error);
  if (sweep != NULL)
    experiment = pnyx_experiment_begin (sweep, "run", &options, &error);
  if (experiment == NULL)
    return cli_fail (error);
  if (!cli_runs_simulate (&run->runs, experiment, &error))
    {
      /* There is no such world: the folder was made for nothing. */
      if (pnyx_experiment_is_unbuilt (experiment))
        pnyx_experiment_discard (experiment);
      return cli_fail (error);
    }
  return cli_runs_finish (&run->runs, experiment, print_result);
}

/* ---- One cell of results ---- */

typedef struct
{
  PnyxRunCell cell;
  gboolean found;
  PnyxRunResult stored; /* without texts */
} Lookup;

static void
look_up (const PnyxRunResult *run, gpointer user)
{
  Lookup *lookup = user;

  if (run->point != lookup->cell.point || run->replicate != lookup->cell.replicate)
    return;
  lookup->found = TRUE;
  lookup->stored = *run;
  lookup->stored.message = NULL;
}

static int
report_replay (const Run *run, const PnyxSweep *sweep, const Lookup *lookup,
               const PnyxRunResult *result)
{
  g_autofree gchar *values = pnyx_sweep_describe_point (sweep, lookup->cell.point);
  gboolean same = lookup->found && lookup->stored.digest == result->digest
                  && lookup->stored.events == result->events;

  if (result->failed)
    cli_error ("point %u, replicate %u failed: %s", result->point, result->replicate,
               result->message);
  if (!run->runs.quiet)
    {
      cli_print ("point %u%s%s%s, replicate %u: %" G_GUINT64_FORMAT
                 " events, digest %016" G_GINT64_MODIFIER "x%s\n",
                 result->point, *values ? " (" : "", values, *values ? ")" : "", result->replicate,
                 result->events, result->digest,
                 same            ? ", as stored"
                 : lookup->found ? ""
                                 : ", which is not in the store");
      if (!result->failed)
        cli_print_scalars (result->output->scalars);
      if (run->trace != NULL)
        printf ("\ntrace    %s (for https://ui.perfetto.dev or chrome://tracing)\n", run->trace);
    }
  if (lookup->found && !same)
    {
      cli_error ("the run differs from the stored one, of %" G_GUINT64_FORMAT
                 " events and digest %016" G_GINT64_MODIFIER "x (another build or processor?)",
                 lookup->stored.events, lookup->stored.digest);
      return CLI_FAILED;
    }
  return result->failed ? CLI_FAILED : CLI_DONE;
}

static int
replay (const Run *run, const gchar *folder, PnyxRunCell cell)
{
  g_autofree gchar *data = cli_data_folder ();
  g_autofree gchar *path = g_build_filename (folder, "scenario.xml", NULL);
  GError *error = NULL;
  g_autoptr (PnyxStore) store = pnyx_store_open (folder, &error);
  g_autoptr (PnyxSweep) sweep = NULL;
  g_autoptr (PnyxModel) model = NULL;
  g_autoptr (PnyxRunResult) result = NULL;
  Lookup lookup = { .cell = cell };

  if (store != NULL)
    sweep = pnyx_sweep_read (path, data, NULL,
                             g_str_equal (pnyx_store_head (store)->command, "sweep"), &error);
  if (sweep == NULL || !pnyx_store_runs (store, look_up, &lookup, &error))
    return cli_fail (error);
  if (cell.point >= pnyx_sweep_n_points (sweep))
    {
      cli_error ("run: --point is %u (expected 0 to %u: %s has %u points)", cell.point,
                 pnyx_sweep_n_points (sweep) - 1, folder, pnyx_sweep_n_points (sweep));
      return CLI_USAGE;
    }
  model = pnyx_sweep_model (sweep, cell.point, &error);
  if (model != NULL)
    result = run->trace == NULL
                 ? pnyx_simulate (model, cell.point, cell.replicate, TRUE, &error)
                 : pnyx_simulate_traced (model, cell.point, cell.replicate, run->trace, &error);
  return result == NULL ? cli_fail (error) : report_replay (run, sweep, &lookup, result);
}

/* ---- Options ---- */

static int
run_folder (const Run *run, const gchar *folder)
{
  guint64 point = 0, replicate = 0;

  if (run->point == NULL || run->replicate == NULL)
    {
      cli_error ("run: %s is a folder (expected --point P --replicate R, to rerun one of its runs, "
                 "or a scenario)",
                 folder);
      return CLI_USAGE;
    }
  if (run->runs.sets != NULL || run->runs.seed != NULL || run->runs.replicates != NULL
      || run->runs.out != NULL || run->runs.force || run->runs.json)
    {
      cli_error ("run: a run of %s is repeated as it was (expected none of --set, --seed, "
                 "--replicates, --out, --force, --json)",
                 folder);
      return CLI_USAGE;
    }
  if (!cli_parse_count ("run", "point", run->point, 0, G_MAXUINT - 1, &point)
      || !cli_parse_count ("run", "replicate", run->replicate, 0, G_MAXUINT - 1, &replicate))
    return CLI_USAGE;
  return replay (run, folder, (PnyxRunCell){ (guint)point, (guint)replicate });
}

static int
run_argument (Run *run, const gchar *path)
{
  if (!cli_runs_check (&run->runs))
    return CLI_USAGE;
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return run_folder (run, path);
  if (run->point == NULL && run->replicate == NULL && run->trace == NULL)
    return run_scenario (run, path);
  cli_error ("run: --point, --replicate and --trace go with a results folder (expected a folder, "
             "not %s)",
             path);
  return CLI_USAGE;
}

int
cli_run (int argc, char **argv)
{
  g_autofree gchar *command = g_strjoinv (" ", argv);
  Run run = { .runs = { .name = "run" }, .command = command };
  GOptionEntry entries[CLI_RUNS_ENTRIES + 4] = { 0 };
  int status;

  cli_runs_entries (&run.runs, entries);
  entries[CLI_RUNS_ENTRIES] = (GOptionEntry){
    "point", 0, 0, G_OPTION_ARG_STRING, &run.point, "Rerun a run of the folder: its point", "P"
  };
  entries[CLI_RUNS_ENTRIES + 1] = (GOptionEntry){ "replicate",
                                                  0,
                                                  0,
                                                  G_OPTION_ARG_STRING,
                                                  &run.replicate,
                                                  "Rerun a run of the folder: its replicate",
                                                  "R" };
  entries[CLI_RUNS_ENTRIES + 2] = (GOptionEntry){
    "trace",    0,
    0,          G_OPTION_ARG_FILENAME,
    &run.trace, "Write all that happens in it, for Perfetto or chrome://tracing",
    "FILE"
  };
  if (cli_parse (entries, cli_command ("run"), 1, 1, &argc, &argv, &status))
    status = run_argument (&run, argv[1]);
  cli_runs_clear (&run.runs);
  g_free (run.point);
  g_free (run.replicate);
  g_free (run.trace);
  return status;
}
