/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CLI_RUNS_H
#define PNYX_CLI_RUNS_H

#include "batch/experiment.h"
#include "cli/progress.h"

/** CliRuns: the options that run and sweep share, and what they do with them. */
typedef struct
{
  const gchar *name; /* of the command */
  gchar **sets;
  gchar *seed, *replicates, *threads; /* as written; NULL: not given */
  gchar *out;
  gboolean force, quiet, json, no_plot;
  guint n_threads; /* 0: all cores */
} CliRuns;

#define CLI_RUNS_ENTRIES 9

/** cli_runs_entries: fills in @entries, CLI_RUNS_ENTRIES of them, for the options of @runs. */
void cli_runs_entries (CliRuns *runs, GOptionEntry *entries);
void cli_runs_clear (CliRuns *runs);

/** cli_runs_check: judges the numbers; FALSE: what is wrong was printed. */
gboolean cli_runs_check (CliRuns *runs);

/** cli_parse_count: a whole number from @min to @max; *@value stays where @text is NULL. FALSE:
 * what is wrong was printed. */
gboolean cli_parse_count (const gchar *command, const gchar *option, const gchar *text, guint64 min,
                          guint64 max, guint64 *value);

/** cli_runs_overrides: Returns: (transfer full): --set, --seed and --replicates as PATH=VALUE. */
GStrv cli_runs_overrides (const CliRuns *runs);

/** cli_runs_warn: prints the warnings of @experiment. */
void cli_runs_warn (const PnyxExperiment *experiment);

/** cli_runs_simulate: runs what @experiment lacks, with progress and Ctrl-C. */
gboolean cli_runs_simulate (const CliRuns *runs, PnyxExperiment *experiment, GError **error);

/**
 * cli_runs_finish: files, figures, what is printed at the end.
 * @print: prints the middle part, between the first line and the folder; NULL: nothing
 *
 * Returns: the exit status.
 */
int cli_runs_finish (const CliRuns *runs, PnyxExperiment *experiment,
                     gboolean (*print) (PnyxExperiment *experiment, GError **error));

#endif
