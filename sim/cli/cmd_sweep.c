/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "batch/mpi.h"
#include "cli/cli.h"
#include "cli/runs.h"
#include "results/machine.h"

#define RUNS_MAX 10000 /* more of them only with --yes */

typedef struct
{
  CliRuns runs;
  gchar *shard; /* "I/N"; NULL: all */
  guint shard_index, n_shards;
  gboolean resume, dry_run, yes;
  guint rank, ranks; /* of MPI; 0 of 1 without */
  const gchar *command;
} Sweep;

static gboolean
parse_shard (Sweep *sweep)
{
  g_auto (GStrv) parts = NULL;
  guint64 index, n;

  sweep->shard_index = sweep->n_shards = 1;
  if (sweep->shard == NULL)
    return TRUE;
  parts = g_strsplit (sweep->shard, "/", 2);
  if (g_strv_length (parts) == 2 && g_ascii_string_to_unsigned (parts[1], 10, 1, 1000000, &n, NULL)
      && g_ascii_string_to_unsigned (parts[0], 10, 1, n, &index, NULL))
    {
      sweep->shard_index = (guint)index;
      sweep->n_shards = (guint)n;
      return TRUE;
    }
  cli_error ("sweep: --shard is \"%s\" (expected I/N, such as 1/3: shards count from 1)",
             sweep->shard);
  return FALSE;
}

/* Points of this shard. */
static guint64
shard_points (const Sweep *sweep, guint n_points)
{
  return n_points / sweep->n_shards + (n_points % sweep->n_shards >= sweep->shard_index ? 1 : 0);
}

/* Runs of this shard; the least where a metric has to be precise. */
static guint64
shard_runs (const Sweep *sweep, const PnyxSweep *points)
{
  const PnyxRunParams *run = pnyx_sweep_base (points)->run;
  const PnyxPrecision *precision = pnyx_sweep_precision (points);
  guint64 replicates = precision->metric == NULL ? run->replicates
                                                 : pnyx_plan_prefix (0, (guint)run->replicates,
                                                                     precision->replicates_max);

  return shard_points (sweep, pnyx_sweep_n_points (points)) * replicates;
}

static gboolean
check_shard (const Sweep *sweep, const PnyxSweep *points)
{
  if (shard_points (sweep, pnyx_sweep_n_points (points)) > 0)
    return TRUE;
  cli_error ("sweep: shard %u of %u has no point: there are %u (expected fewer shards)",
             sweep->shard_index, sweep->n_shards, pnyx_sweep_n_points (points));
  return FALSE;
}

static gboolean
check_size (const Sweep *sweep, const PnyxSweep *points)
{
  guint64 n = shard_runs (sweep, points);

  if (n > RUNS_MAX && !sweep->yes)
    {
      cli_error ("sweep: these are %" G_GUINT64_FORMAT
                 " runs, more than %d (expected --yes to run them; --dry-run says how long it "
                 "takes)",
                 n, RUNS_MAX);
      return FALSE;
    }
  return TRUE;
}

/* ---- --dry-run ---- */

static void
print_duration (gdouble seconds)
{
  if (seconds < 120)
    printf ("%.3g s", seconds);
  else if (seconds < 7200)
    printf ("%.3g min", seconds / 60);
  else
    printf ("%.3g h", seconds / 3600);
}

static int
dry_run (const Sweep *sweep, const PnyxSweep *points)
{
  const PnyxModel *base = pnyx_sweep_base (points);
  const PnyxPrecision *precision = pnyx_sweep_precision (points);
  guint n_points = pnyx_sweep_n_points (points);
  guint pilot = n_points / 2 / sweep->n_shards * sweep->n_shards + sweep->shard_index - 1;
  guint threads = pnyx_batch_threads (sweep->runs.n_threads);
  guint64 before = pnyx_machine_peak_memory (), after, n;
  GError *error = NULL;
  g_autoptr (PnyxModel) model = NULL;
  g_autoptr (PnyxRunResult) result = NULL;
  g_autofree gchar *values = NULL;

  pilot = MIN (pilot, n_points - 1);
  model = pnyx_sweep_model (points, pilot, &error);
  if (model != NULL)
    result = pnyx_simulate (model, pilot, 0, TRUE, &error);
  if (result == NULL)
    return cli_fail (error);
  after = pnyx_machine_peak_memory ();
  values = pnyx_sweep_describe_point (points, pilot);
  n = shard_runs (sweep, points);
  printf ("%s: %" G_GUINT64_FORMAT " points of %u ax%ss, %s%" G_GUINT64_FORMAT " runs\n",
          base->params->name, shard_points (sweep, n_points), pnyx_sweep_n_axes (points),
          pnyx_sweep_n_axes (points) == 1 ? "i" : "e", precision->metric ? "at least " : "", n);
  cli_print ("pilot: point %u (%s) took %.3g s of CPU for %" G_GUINT64_FORMAT " events%s\n", pilot,
             values, result->cpu_seconds, result->events, result->failed ? " and failed" : "");
  printf ("estimate: ");
  print_duration (result->cpu_seconds * (gdouble)n / threads);
  printf (" on %u thread%s, %.3g MiB of memory\n", threads, threads == 1 ? "" : "s",
          ((gdouble)before + (gdouble)(after - before) * threads) / (1 << 20));
  if (result->failed)
    cli_error ("%s", result->message);
  return result->failed ? CLI_FAILED : CLI_DONE;
}

/* ---- Running ---- */

static gboolean
print_result (PnyxExperiment *experiment, GError **error)
{
  const PnyxSweep *sweep = pnyx_experiment_sweep (experiment);
  const PnyxStoreHead *head = pnyx_store_head (pnyx_experiment_store (experiment));

  (void)error;
  printf ("%s: %u points, %" G_GUINT64_FORMAT " runs", pnyx_sweep_base (sweep)->params->name,
          pnyx_sweep_n_points (sweep), pnyx_plan_finished (pnyx_experiment_plan (experiment)));
  if (head->n_shards > 1)
    printf (" (shard %u of %u)", head->shard, head->n_shards);
  printf ("\n");
  return TRUE;
}

static int
lead (const Sweep *sweep, const PnyxSweep *points, const PnyxExperimentOptions *options)
{
  g_autofree gchar *machines = sweep->ranks > 1 ? pnyx_mpi_machines () : NULL;
  g_autoptr (PnyxExperiment) experiment = NULL;
  GError *error = NULL;

  if (machines != NULL)
    cli_error ("warning: %s", machines);
  experiment = pnyx_experiment_begin (points, "sweep", options, &error);
  if (sweep->ranks > 1)
    pnyx_mpi_agree (experiment != NULL);
  if (experiment == NULL || !cli_runs_simulate (&sweep->runs, experiment, &error))
    return cli_fail (error);
  return cli_runs_finish (&sweep->runs, experiment, print_result);
}

/* Any other process than the first. */
static int
follow (const PnyxSweep *points, guint threads)
{
  g_free (pnyx_mpi_machines ()); /* process 0 says what it is told here */
  if (pnyx_mpi_agree (FALSE))
    pnyx_mpi_follow (points, threads);
  return CLI_DONE;
}

static int
run_sweep (const Sweep *sweep, const gchar *path)
{
  g_autofree gchar *data = cli_data_folder ();
  g_auto (GStrv) overrides = cli_runs_overrides (&sweep->runs);
  PnyxExperimentOptions options = { .path = path,
                                    .command = sweep->command,
                                    .out = sweep->runs.out,
                                    .force = sweep->runs.force,
                                    .resume = sweep->resume,
                                    .shard = sweep->shard_index,
                                    .n_shards = sweep->n_shards,
                                    .threads = sweep->runs.n_threads,
                                    .ranks = sweep->ranks };
  g_autoptr (PnyxSweep) points = NULL;
  GError *error = NULL;

  cli_catch_signals ();
  points = pnyx_sweep_read (path, data, (const gchar *const *)overrides, TRUE, &error);
  if (sweep->ranks > 1 ? !pnyx_mpi_check (points, &error) : points == NULL)
    return cli_fail (error);
  if (!check_shard (sweep, points))
    return CLI_USAGE;
  if (sweep->dry_run)
    return sweep->rank == 0 ? dry_run (sweep, points) : CLI_DONE;
  if (!check_size (sweep, points))
    return CLI_USAGE;
  if (sweep->ranks > 1)
    options.threads = pnyx_mpi_threads (options.threads);
  return sweep->rank == 0 ? lead (sweep, points, &options) : follow (points, options.threads);
}

/* Whether mpirun or srun started this as one of several processes of MPI. */
static gboolean
is_one_of_several (void)
{
  static const gchar *const sizes[] = { "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS" };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const gchar *size = g_getenv (sizes[i]);

      if (size != NULL && g_ascii_strtoull (size, NULL, 10) > 1)
        return TRUE;
    }
  /* srun --mpi=pmix says it otherwise, and also to programs that know nothing of MPI. */
  return pnyx_mpi_exists () && g_getenv ("PMIX_RANK") != NULL
         && g_strcmp0 (g_getenv ("SLURM_NTASKS"), "1") != 0
         && g_getenv ("OMPI_COMM_WORLD_SIZE") == NULL;
}

/* Shards are begun by hand, each for itself, whatever else mpirun or srun begins them with. */
static gboolean
has_shard (char **argv)
{
  for (guint i = 1; argv[i] != NULL && !g_str_equal (argv[i], "--"); i++)
    if (g_str_has_prefix (argv[i], "--shard"))
      return TRUE;
  return FALSE;
}

/* Before anything can be wrong: what is wrong is wrong for all processes, and one says it. */
static gboolean
begin_processes (Sweep *sweep, char **argv, GError **error)
{
  sweep->ranks = 1;
  if (has_shard (argv) || !is_one_of_several ())
    return TRUE;
  if (!pnyx_mpi_begin (&sweep->rank, &sweep->ranks, error))
    return FALSE;
  if (sweep->ranks == 1)
    {
      pnyx_mpi_end ();
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_FORBIDDEN,
                   "sweep: started as one of several processes, of which MPI knows nothing "
                   "(expected the mpirun of the MPI that pnyx was built with, or srun --mpi=pmix)");
      return FALSE;
    }
  if (sweep->rank > 0
      && (freopen ("/dev/null", "w", stderr) == NULL || freopen ("/dev/null", "w", stdout) == NULL))
    sweep->runs.quiet = TRUE;
  return TRUE;
}

int
cli_sweep (int argc, char **argv)
{
  g_autofree gchar *command = g_strjoinv (" ", argv);
  Sweep sweep = { .runs = { .name = "sweep" }, .command = command };
  GOptionEntry entries[CLI_RUNS_ENTRIES + 5] = { 0 };
  const GOptionEntry own[] = {
    { "resume", 0, 0, G_OPTION_ARG_NONE, &sweep.resume,
      "Go on with what is in the folder (default: results/NAME)", NULL },
    { "shard", 0, 0, G_OPTION_ARG_STRING, &sweep.shard, "Only the I-th of N parts (see: merge)",
      "I/N" },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &sweep.dry_run,
      "Say how many runs there are, and from one of them how long they take", NULL },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &sweep.yes, "Run more than 10000", NULL },
  };
  GError *error = NULL;
  int status;

  if (!begin_processes (&sweep, argv, &error))
    return cli_fail (error);
  cli_runs_entries (&sweep.runs, entries);
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    entries[CLI_RUNS_ENTRIES + i] = own[i];
  if (cli_parse (entries, cli_command ("sweep"), 1, 1, &argc, &argv, &status))
    status = cli_runs_check (&sweep.runs) && parse_shard (&sweep) ? run_sweep (&sweep, argv[1])
                                                                  : CLI_USAGE;
  if (sweep.ranks > 1)
    pnyx_mpi_end ();
  cli_runs_clear (&sweep.runs);
  g_free (sweep.shard);
  return status;
}

/* ---- merge ---- */

int
cli_merge (int argc, char **argv)
{
  g_autofree gchar *command = g_strjoinv (" ", argv);
  g_autofree gchar *data = cli_data_folder ();
  CliRuns runs = { .name = "merge" };
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &runs.out, "Folder for all of it", "DIR" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &runs.force, "Replace finished results", NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &runs.quiet, "Print nothing but errors", NULL },
    { "no-plot", 0, 0, G_OPTION_ARG_NONE, &runs.no_plot, "Draw no figures", NULL },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  g_autoptr (PnyxExperiment) experiment = NULL;
  PnyxExperimentOptions options = { .command = command };
  GError *error = NULL;
  int status;

  if (cli_parse (entries, cli_command ("merge"), 1, -1, &argc, &argv, &status))
    {
      options.out = runs.out;
      options.force = runs.force;
      if (runs.out == NULL)
        {
          cli_error ("merge: there is no --out DIR (expected the folder for the result)");
          status = CLI_USAGE;
        }
      else
        {
          experiment
              = pnyx_experiment_merge ((const gchar *const *)argv + 1, data, &options, &error);
          if (experiment != NULL)
            cli_runs_warn (experiment);
          status = experiment == NULL ? cli_fail (error)
                                      : cli_runs_finish (&runs, experiment, print_result);
        }
    }
  cli_runs_clear (&runs);
  return status;
}
