/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/message.h"
#include "base/statistics.h"
#include "batch/batch.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/summary.h"
#include "figure/figure.h"
#include "net/topology.h"
#include "pnyx-config.h"
#include "results/csv.h"
#include "results/draft.h"
#include "results/folder.h"
#include "results/inputs.h"
#include "results/machine.h"
#include "results/manifest.h"
#include "scenario/writer.h"

#define THREADS_MAX 4096
#define REPLICATES_MAX 1000000 /* as run/@replicates */

typedef struct
{
  gchar **sets;
  gchar *seed, *replicates, *threads; /* as written; NULL: not given */
  gchar *out;
  gboolean force, quiet, json, no_plot;
} Options;

/* One call of `run`, from the model to the manifest. */
typedef struct
{
  const Options *options;
  const gchar *path;
  const gchar *command;
  PnyxModel *model;
  gchar *folder;
  GStrv inputs; /* pairs of name and SHA-256 */
  gchar *scenario_sha256;
  GPtrArray *runs;
  GPtrArray *drawn; /* names of pictures */
  CliProgress progress;
  gint64 started;
  guint threads;
} Run;

static GStrv
overrides_of (const Options *options)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; options->sets != NULL && options->sets[i] != NULL; i++)
    g_strv_builder_add (builder, options->sets[i]);
  if (options->seed != NULL)
    {
      g_autofree gchar *text = g_strdup_printf ("scenario/@seed=%s", options->seed);

      g_strv_builder_add (builder, text);
    }
  if (options->replicates != NULL)
    {
      g_autofree gchar *text = g_strdup_printf ("run/@replicates=%s", options->replicates);

      g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
}

static gboolean
write_manifest (const Run *run, PnyxStatus status, GError **error)
{
  g_autofree gchar *c_library = pnyx_machine_c_library ();
  g_autofree gchar *glib = g_strdup_printf ("GLib %u.%u.%u", glib_major_version, glib_minor_version,
                                            glib_micro_version);
  const gchar *const libraries[] = { glib, pnyx_scenario_library (), pnyx_statistics_library (),
                                     pnyx_topology_library (), NULL };
  guint n = run->runs ? run->runs->len : 0;
  g_autofree PnyxManifestRun *rows = g_new0 (PnyxManifestRun, MAX (n, 1));
  PnyxManifest manifest
      = { .status = status,
          .version = PNYX_VERSION,
          .build = PNYX_BUILD,
          .command = run->command,
          .scenario = run->path,
          .scenario_sha256 = run->scenario_sha256,
          .seed = run->model->params->seed,
          .points = 1,
          .replicates = run->model->run->replicates,
          .threads = run->threads,
          .ranks = 1,
          .cpu_level = pnyx_machine_cpu_level (),
          .c_library = c_library,
          .libraries = libraries,
          .wall_seconds = (gdouble)(g_get_monotonic_time () - run->started) * 1e-6,
          .peak_memory = pnyx_machine_peak_memory (),
          .inputs = (const gchar *const *)run->inputs,
          .n_runs = n,
          .runs = rows };

  for (guint i = 0; i < n; i++)
    {
      const PnyxRunResult *result = g_ptr_array_index (run->runs, i);

      rows[i] = (PnyxManifestRun){ .point = result->point,
                                   .replicate = result->replicate,
                                   .failed = result->failed,
                                   .events = result->events,
                                   .digest = result->digest };
      manifest.cpu_seconds += result->cpu_seconds;
    }
  return pnyx_manifest_write (run->folder, &manifest, error);
}

/* What the effective scenario calls a file: its copy in inputs/. */
typedef struct
{
  const gchar *const *paths;
  const gchar *const *inputs;
} Names;

static gchar *
input_name (const PnyxParam *param, const gchar *path, gpointer data)
{
  const Names *names = data;

  (void)param;
  for (guint i = 0; names->paths[i] != NULL; i++)
    if (g_str_equal (names->paths[i], path))
      return g_strdup (names->inputs[2 * i]);
  return NULL;
}

static gboolean
write_scenario (Run *run, GError **error)
{
  GPtrArray *files = run->model->scenario->files;
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autofree gchar *xml = NULL;
  Names names;

  for (guint i = 0; i < files->len; i++)
    {
      const PnyxFileUse *use = g_ptr_array_index (files, i);

      if (use->param != NULL)
        g_ptr_array_add (paths, use->path);
    }
  g_ptr_array_add (paths, NULL);
  run->inputs = pnyx_inputs_copy (run->folder, (const gchar *const *)paths->pdata, error);
  if (run->inputs == NULL)
    return FALSE;
  names = (Names){ .paths = (const gchar *const *)paths->pdata,
                   .inputs = (const gchar *const *)run->inputs };
  xml = pnyx_scenario_to_xml (run->model->scenario, input_name, &names);
  return pnyx_draft_write (run->folder, "scenario.xml", xml, error);
}

static gboolean
prepare (Run *run, GError **error)
{
  const Options *options = run->options;

  if (options->out != NULL)
    {
      if (!pnyx_folder_take (options->out, options->force, error))
        return FALSE;
      run->folder = g_strdup (options->out);
    }
  else
    run->folder = pnyx_folder_new (run->model->params->name, error);
  run->scenario_sha256 = pnyx_sha256_file (run->path, NULL);
  return run->folder != NULL && write_manifest (run, PNYX_STATUS_INTERRUPTED, error)
         && write_scenario (run, error);
}

/* The scenario cannot be built: the folder was made for nothing. */
static void
remove_folder (const Run *run)
{
  for (guint i = 0; run->inputs != NULL && run->inputs[i] != NULL; i += 2)
    {
      g_autofree gchar *path = g_build_filename (run->folder, run->inputs[i], NULL);

      g_unlink (path);
    }
  for (guint i = 0; i < 3; i++)
    {
      static const gchar *const names[] = { "inputs", "scenario.xml", "manifest.json" };
      g_autofree gchar *path = g_build_filename (run->folder, names[i], NULL);

      g_remove (path);
    }
  g_rmdir (run->folder);
  if (run->options->out == NULL)
    g_rmdir ("results"); /* where nothing else is in it */
}

static void
on_progress (gpointer self, guint done, guint total, const PnyxRunResult *result)
{
  CliProgress *progress = self;

  if (result != NULL && result->failed)
    progress->failed++;
  cli_progress_step (progress, done, total);
}

static gboolean
on_cancelled (gpointer self)
{
  (void)self;
  return cli_interrupted ();
}

static gboolean
simulate (Run *run, GError **error)
{
  PnyxBatchOptions options = { .threads = run->threads,
                               .progress = on_progress,
                               .cancelled = on_cancelled,
                               .self = &run->progress };

  run->threads = pnyx_batch_threads (&options, (guint)run->model->run->replicates);
  cli_progress_init (&run->progress, run->options->quiet);
  run->runs = pnyx_batch_run (run->model, &options, error);
  cli_progress_end (&run->progress);
  if (run->runs == NULL)
    remove_folder (run);
  return run->runs != NULL;
}

/* The --set options again, ready for a shell. */
static gchar *
replay_options (const Run *run)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; run->options->sets != NULL && run->options->sets[i] != NULL; i++)
    {
      g_autofree gchar *quoted = g_shell_quote (run->options->sets[i]);

      g_string_append_printf (text, " --set %s", quoted);
    }
  return g_string_free (text, FALSE);
}

static guint
print_failures (const Run *run)
{
  g_autofree gchar *sets = replay_options (run);
  guint failed = 0;

  for (guint i = 0; i < run->runs->len; i++)
    {
      const PnyxRunResult *result = g_ptr_array_index (run->runs, i);

      if (!result->failed)
        continue;
      failed++;
      cli_error (
          "run %u failed: %s; replay: pnyx run %s%s --seed %" G_GUINT64_FORMAT " --replicates %u",
          result->replicate, result->message, run->path, sets, result->seed, result->replicate + 1);
    }
  return failed;
}

static gboolean
draw (Run *run, GError **error)
{
  const PnyxSection *figures = pnyx_section_child (run->model->scenario->root, "figures", 0);
  g_autofree gchar *templates = cli_figure_folder ();

  run->drawn = g_ptr_array_new_with_free_func (g_free);
  if (run->options->no_plot || run->runs->len == 0)
    return TRUE;
  return pnyx_figures_draw (figures, run->folder, templates, "svg", NULL, run->drawn, error);
}

static void
print_end (const Run *run, const PnyxResults *results)
{
  guint64 events = 0;

  for (guint i = 0; i < run->runs->len; i++)
    events += ((const PnyxRunResult *)g_ptr_array_index (run->runs, i))->events;
  printf ("%s: %u run%s, %" G_GUINT64_FORMAT " events in %.2f s\n", run->model->params->name,
          run->runs->len, run->runs->len == 1 ? "" : "s", events,
          (gdouble)(g_get_monotonic_time () - run->started) * 1e-6);
  cli_print_summary (results);
  printf ("\nresults  %s\n", run->folder);
  for (guint i = 0; i < run->drawn->len; i++)
    printf ("figure   %s\n", (const gchar *)g_ptr_array_index (run->drawn, i));
  printf ("next     pnyx plot %s --format pdf\n", run->folder);
}

static int
finish (Run *run)
{
  PnyxResults results = { .n_points = 1,
                          .n_runs = run->runs->len,
                          .runs = (const PnyxRunResult *const *)run->runs->pdata };
  guint failed = print_failures (run);
  gboolean whole = run->runs->len == run->model->run->replicates;
  PnyxStatus status = !whole       ? PNYX_STATUS_INTERRUPTED
                      : failed > 0 ? PNYX_STATUS_FAILED
                                   : PNYX_STATUS_FINISHED;
  GError *error = NULL;
  g_autoptr (GError) undrawn = NULL;

  /* Numbers first: a figure that cannot be drawn loses nothing of them. */
  if (!pnyx_csv_write (run->folder, &results, &error))
    {
      write_manifest (run, PNYX_STATUS_FAILED, NULL);
      return cli_fail (error);
    }
  if (!write_manifest (run, status, &error))
    return cli_fail (error);
  draw (run, &undrawn);
  if (run->options->json)
    cli_print_summary_json (&results);
  else if (!run->options->quiet)
    print_end (run, &results);
  if (undrawn != NULL)
    cli_error ("%s", undrawn->message);
  if (!whole)
    {
      cli_error ("interrupted: %u of %" G_GUINT64_FORMAT " runs are in %s", run->runs->len,
                 run->model->run->replicates, run->folder);
      return cli_interrupt_status ();
    }
  return failed > 0 || undrawn != NULL ? CLI_FAILED : CLI_DONE;
}

static void
run_clear (Run *run)
{
  pnyx_model_free (run->model);
  g_free (run->folder);
  g_free (run->scenario_sha256);
  g_strfreev (run->inputs);
  if (run->runs != NULL)
    g_ptr_array_unref (run->runs);
  if (run->drawn != NULL)
    g_ptr_array_unref (run->drawn);
}

static int
run_scenario (Run *run)
{
  g_autofree gchar *data = cli_data_folder ();
  g_auto (GStrv) overrides = overrides_of (run->options);
  GError *error = NULL;
  int status;

  cli_catch_signals ();
  run->model = pnyx_model_read (run->path, data, (const gchar *const *)overrides, &error);
  if (run->model == NULL || !prepare (run, &error) || !simulate (run, &error))
    {
      if (g_error_matches (error, PNYX_ERROR, PNYX_ERROR_IO) && run->model != NULL
          && run->folder != NULL && run->runs == NULL)
        remove_folder (run);
      return cli_fail (error);
    }
  status = finish (run);
  return status;
}

/* A whole number from @min to @max; *@value stays where the option was not given. */
static gboolean
parse_count (const gchar *option, const gchar *text, guint64 min, guint64 max, guint64 *value)
{
  g_autofree gchar *quoted = NULL;

  if (text == NULL || g_ascii_string_to_unsigned (text, 10, min, max, value, NULL))
    return TRUE;
  quoted = pnyx_message_quote (text);
  cli_error ("run: --%s is %s (expected a whole number, %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
             ")",
             option, quoted, min, max);
  return FALSE;
}

static gboolean
parse_counts (Run *run)
{
  const Options *options = run->options;
  guint64 ignored, threads = 0;

  if (!parse_count ("seed", options->seed, 0, G_MAXUINT64 - 1, &ignored)
      || !parse_count ("replicates", options->replicates, 1, REPLICATES_MAX, &ignored)
      || !parse_count ("threads", options->threads, 1, THREADS_MAX, &threads))
    return FALSE;
  run->threads = (guint)threads;
  return TRUE;
}

int
cli_run (int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.sets, "Change a value (see: pnyx describe)",
      "PATH=VALUE" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, "Seed of all random numbers", "N" },
    { "replicates", 0, 0, G_OPTION_ARG_STRING, &options.replicates, "Independent runs", "N" },
    { "threads", 0, 0, G_OPTION_ARG_STRING, &options.threads, "Runs at a time (default: all cores)",
      "N" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options.out,
      "Results folder (default: results/NAME, or the first free of NAME-2, NAME-3 ...)", "DIR" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &options.force, "Replace finished results", NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &options.quiet, "Print nothing but errors", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print the summary as JSON", NULL },
    { "no-plot", 0, 0, G_OPTION_ARG_NONE, &options.no_plot, "Draw no figures", NULL },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  g_autofree gchar *command = g_strjoinv (" ", argv);
  Run run = { .options = &options, .command = command, .started = g_get_monotonic_time () };
  int status;

  if (cli_parse (entries, cli_command ("run"), 1, 1, &argc, &argv, &status))
    {
      run.path = argv[1];
      status = parse_counts (&run) ? run_scenario (&run) : CLI_USAGE;
    }
  run_clear (&run);
  g_strfreev (options.sets);
  g_free (options.seed);
  g_free (options.replicates);
  g_free (options.threads);
  g_free (options.out);
  return status;
}
