/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands share. Printing and exit statuses live in this folder and nowhere else. */
#ifndef PNYX_CLI_CLI_H
#define PNYX_CLI_CLI_H

#include <glib.h>

#include "base/table.h"

enum
{
  CLI_DONE = 0,
  CLI_FAILED = 1,   /* could not finish: output, memory, failed runs */
  CLI_USAGE = 2,    /* bad usage or bad scenario */
  CLI_DISAGREE = 3, /* reproduced numbers disagree */
  CLI_INTERRUPTED = 130,
};

/** Each command gets its own arguments, its name first, and returns the exit status. */
typedef struct
{
  const gchar *name;
  const gchar *arguments;
  const gchar *summary;
  int (*run) (int argc, char **argv);
} CliCommand;

int cli_run (int argc, char **argv);
int cli_sweep (int argc, char **argv);
int cli_merge (int argc, char **argv);
int cli_validate (int argc, char **argv);
int cli_list (int argc, char **argv);
int cli_describe (int argc, char **argv);
int cli_init (int argc, char **argv);
int cli_schema (int argc, char **argv);
int cli_plot (int argc, char **argv);
int cli_compare (int argc, char **argv);
int cli_report (int argc, char **argv);
int cli_calc (int argc, char **argv);
int cli_bench (int argc, char **argv);
int cli_train (int argc, char **argv);
int cli_reproduce (int argc, char **argv);

/** cli_print: printf, cleaned: for what comes out of files. */
void cli_print (const gchar *format, ...) G_GNUC_PRINTF (1, 2);

/** cli_error: prints `pnyx: MESSAGE`, each line of it so, cleaned. */
void cli_error (const gchar *format, ...) G_GNUC_PRINTF (1, 2);

/** cli_fail: prints @error and frees it. Returns: the exit status that it stands for. */
int cli_fail (GError *error);

/**
 * cli_parse: GOption for one command.
 * @entries: (nullable)
 * @min, @max: positional arguments
 *
 * Returns: TRUE to go on; FALSE: @status is the exit status (help was printed, or usage was bad).
 */
gboolean cli_parse (const GOptionEntry *entries, const CliCommand *command, gint min, gint max,
                    int *argc, char ***argv, int *status);

/** cli_command: Returns: the command named @name; NULL: none. */
const CliCommand *cli_command (const gchar *name);

/** cli_data_folder: Returns: (transfer full): folder with profiles/ and the scenarios; the source
 * tree's when the program runs from its build. */
gchar *cli_data_folder (void);
/** cli_figure_folder: Returns: (transfer full): folder of the gnuplot templates. */
gchar *cli_figure_folder (void);

/** cli_paper_folder: Returns: (transfer full) (nullable): folder of the publications. */
gchar *cli_paper_folder (void);

/** cli_print_table: as CSV, or as JSON. */
void cli_print_table (const PnyxTable *table, gboolean json);

/** cli_interrupted: Returns: whether Ctrl-C or a termination has come; cli_catch_signals before. */
gboolean cli_interrupted (void);
void cli_catch_signals (void);
/** cli_interrupt_status: Returns: 130 or 143. */
int cli_interrupt_status (void);

#endif
