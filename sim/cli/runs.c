/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/runs.h"

#include <stdio.h>

#include "base/message.h"
#include "cli/cli.h"
#include "cli/summary.h"
#include "figure/figure.h"

#define THREADS_MAX 4096
#define REPLICATES_MAX 1000000 /* as run/@replicates */
#define FAILURES_SHOWN 5

/* ---- Options ---- */

void
cli_runs_entries (CliRuns *runs, GOptionEntry *entries)
{
  const GOptionEntry own[CLI_RUNS_ENTRIES] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &runs->sets, "Change a value (see: pnyx describe)",
      "PATH=VALUE" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &runs->seed, "Seed of all random numbers", "N" },
    { "replicates", 0, 0, G_OPTION_ARG_STRING, &runs->replicates, "Independent runs", "N" },
    { "threads", 0, 0, G_OPTION_ARG_STRING, &runs->threads, "Runs at a time (default: all cores)",
      "N" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &runs->out,
      "Results folder (default: results/NAME, or the first free of NAME-2, NAME-3 ...)", "DIR" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &runs->force, "Replace finished results", NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &runs->quiet, "Print nothing but errors", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &runs->json, "Print the summary as JSON", NULL },
    { "no-plot", 0, 0, G_OPTION_ARG_NONE, &runs->no_plot, "Draw no figures", NULL },
  };

  for (gsize i = 0; i < CLI_RUNS_ENTRIES; i++)
    entries[i] = own[i];
}

void
cli_runs_clear (CliRuns *runs)
{
  g_strfreev (runs->sets);
  g_free (runs->seed);
  g_free (runs->replicates);
  g_free (runs->threads);
  g_free (runs->out);
}

gboolean
cli_parse_count (const gchar *command, const gchar *option, const gchar *text, guint64 min,
                 guint64 max, guint64 *value)
{
  g_autofree gchar *quoted = NULL;

  if (text == NULL || g_ascii_string_to_unsigned (text, 10, min, max, value, NULL))
    return TRUE;
  quoted = pnyx_message_quote (text);
  cli_error ("%s: --%s is %s (expected a whole number, %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
             ")",
             command, option, quoted, min, max);
  return FALSE;
}

gboolean
cli_runs_check (CliRuns *runs)
{
  guint64 ignored, threads = 0;

  if (!cli_parse_count (runs->name, "seed", runs->seed, 0, G_MAXUINT64 - 1, &ignored)
      || !cli_parse_count (runs->name, "replicates", runs->replicates, 1, REPLICATES_MAX, &ignored)
      || !cli_parse_count (runs->name, "threads", runs->threads, 1, THREADS_MAX, &threads))
    return FALSE;
  runs->n_threads = (guint)threads;
  return TRUE;
}

GStrv
cli_runs_overrides (const CliRuns *runs)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; runs->sets != NULL && runs->sets[i] != NULL; i++)
    g_strv_builder_add (builder, runs->sets[i]);
  if (runs->seed != NULL)
    {
      g_autofree gchar *text = g_strdup_printf ("scenario/@seed=%s", runs->seed);

      g_strv_builder_add (builder, text);
    }
  if (runs->replicates != NULL)
    {
      g_autofree gchar *text = g_strdup_printf ("run/@replicates=%s", runs->replicates);

      g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
}

/* ---- Running ---- */

static void
on_progress (gpointer self, guint64 done, guint64 total, const PnyxRunResult *result)
{
  CliProgress *progress = self;

  progress->failed += result->failed ? 1 : 0;
  cli_progress_step (progress, done, total);
}

static gboolean
on_cancelled (gpointer self)
{
  (void)self;
  return cli_interrupted ();
}

void
cli_runs_warn (const PnyxExperiment *experiment)
{
  const GPtrArray *warnings = pnyx_experiment_warnings (experiment);

  for (guint i = 0; i < warnings->len; i++)
    cli_error ("warning: %s", (const gchar *)g_ptr_array_index (warnings, i));
}

gboolean
cli_runs_simulate (const CliRuns *runs, PnyxExperiment *experiment, GError **error)
{
  CliProgress progress;
  gboolean done;

  cli_runs_warn (experiment);
  cli_progress_init (&progress, runs->quiet,
                     pnyx_plan_finished (pnyx_experiment_plan (experiment)));
  done = pnyx_experiment_run (experiment, on_progress, on_cancelled, &progress, error);
  cli_progress_end (&progress);
  return done;
}

/* ---- Ending ---- */

typedef struct
{
  const gchar *folder;
  guint n;
} Failures;

static void
print_failure (const PnyxRunResult *run, gpointer user)
{
  Failures *failures = user;
  g_autofree gchar *quoted = g_shell_quote (failures->folder);
  g_auto (GStrv) parts = g_strsplit (run->message ? run->message : "", "pnyx run DIR ", 2);

  if (failures->n++ >= FAILURES_SHOWN)
    return;
  if (parts[0] && parts[1])
    cli_error ("point %u, replicate %u failed: %spnyx run %s %s", run->point, run->replicate,
               parts[0], quoted, parts[1]);
  else /* there is no such world, and nothing to replay */
    cli_error ("point %u, replicate %u failed: %s", run->point, run->replicate,
               parts[0] ? parts[0] : "");
}

static gboolean
draw (const CliRuns *runs, PnyxExperiment *experiment, GPtrArray *drawn, GError **error)
{
  const PnyxModel *base = pnyx_sweep_base (pnyx_experiment_sweep (experiment));
  const PnyxSection *figures = pnyx_section_child (base->scenario->root, "figures", 0);
  g_autofree gchar *templates = cli_figure_folder ();

  if (runs->no_plot)
    return TRUE;
  return pnyx_figures_draw (figures, pnyx_experiment_folder (experiment), templates, "svg", NULL,
                            drawn, error);
}

int
cli_runs_finish (const CliRuns *runs, PnyxExperiment *experiment,
                 gboolean (*print) (PnyxExperiment *experiment, GError **error))
{
  g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) undrawn = NULL;
  const gchar *folder = pnyx_experiment_folder (experiment);
  Failures failures = { folder, 0 };
  PnyxExperimentEnd end = { 0 };
  gboolean of_sweep;
  GError *error = NULL;

  if (!pnyx_experiment_end (experiment, &end, &error))
    return cli_fail (error);
  pnyx_experiment_failures (experiment, print_failure, &failures, NULL);
  if (failures.n > FAILURES_SHOWN)
    cli_error ("and %u more runs failed: %s/manifest.json lists them", failures.n - FAILURES_SHOWN,
               folder);
  if (end.runs > end.failed)
    draw (runs, experiment, drawn, &undrawn);
  of_sweep = g_error_matches (undrawn, PNYX_ERROR, PNYX_ERROR_SWEEP);
  if (of_sweep)
    g_clear_error (&undrawn);
  if (runs->json)
    cli_print_summary_json (pnyx_experiment_store (experiment), NULL);
  else if (!runs->quiet)
    {
      if (print != NULL && !print (experiment, &error))
        return cli_fail (error);
      printf ("\nresults  %s\n", folder);
      for (guint i = 0; i < drawn->len; i++)
        printf ("figure   %s\n", (const gchar *)g_ptr_array_index (drawn, i));
      if (of_sweep)
        printf ("         other figures are of the sweep: pnyx sweep draws them\n");
      printf ("next     pnyx report %s\n", folder);
    }
  if (undrawn != NULL)
    cli_error ("%s", undrawn->message);
  if (end.missing > 0)
    {
      cli_error ("interrupted: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " runs are in %s",
                 end.runs, end.runs + end.missing, folder);
      return cli_interrupt_status ();
    }
  return end.failed > 0 || undrawn != NULL ? CLI_FAILED : CLI_DONE;
}
