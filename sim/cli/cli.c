/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/message.h"
#include "pnyx-config.h"

static volatile sig_atomic_t caught;

static volatile sig_atomic_t told; /* whether somebody watches */

/* Ends runs between replicates; who waits for a long one is told how to leave it. */
static void
on_signal (int number)
{
  static const gchar text[] = "\npnyx: ending after the runs under way (once more: at once)\n";
  int saved = errno;

  caught = number;
  if (told && write (STDERR_FILENO, text, sizeof text - 1) < 0)
    told = 0;
  errno = saved;
}

void
cli_catch_signals (void)
{
  struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

  told = isatty (STDERR_FILENO);
  sigaction (SIGINT, &action, NULL); /* a second Ctrl-C ends the program at once */
  sigaction (SIGTERM, &action, NULL);
}

gboolean
cli_interrupted (void)
{
  return caught != 0;
}

int
cli_interrupt_status (void)
{
  return 128 + (int)caught;
}

void
cli_print (const gchar *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fputs (pnyx_message_clean (text), stdout);
}

void
cli_error (const gchar *format, ...)
{
  va_list arguments;
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  lines = g_strsplit (pnyx_message_clean (g_strchomp (text)), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    fprintf (stderr, "pnyx: %s\n", lines[i]);
}

int
cli_fail (GError *error)
{
  gboolean machine = g_error_matches (error, PNYX_ERROR, PNYX_ERROR_IO)
                     || g_error_matches (error, PNYX_ERROR, PNYX_ERROR_RUN);

  cli_error ("%s", error->message);
  g_error_free (error);
  return machine ? CLI_FAILED : CLI_USAGE;
}

/* Whether help is asked for, before any "--". */
static gboolean
wants_help (int argc, char **argv)
{
  for (int i = 1; i < argc && !g_str_equal (argv[i], "--"); i++)
    if (g_str_equal (argv[i], "--help") || g_str_equal (argv[i], "-h"))
      return TRUE;
  return FALSE;
}

/* GOption's own would lose its ellipsis in the C locale, and exit by itself. */
static void
print_help (GOptionContext *context)
{
  g_autofree gchar *help = g_option_context_get_help (context, TRUE, NULL);
  g_autoptr (GString) text = g_string_new (help);

  g_string_replace (text, "[OPTION\u2026]", "[OPTION]...", 0);
  fputs (text->str, stdout);
}

gboolean
cli_parse (const GOptionEntry *entries, const CliCommand *command, gint min, gint max, int *argc,
           char ***argv, int *status)
{
  g_autoptr (GOptionContext) context = NULL;
  g_autofree gchar *program = g_strdup_printf ("pnyx %s", command->name);
  g_autoptr (GError) error = NULL;
  gint given;

  g_set_prgname (program);
  context = g_option_context_new (command->arguments);
  g_option_context_set_summary (context, command->summary);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  if (wants_help (*argc, *argv))
    {
      print_help (context);
      *status = CLI_DONE;
      return FALSE;
    }
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      cli_error ("%s: %s (try: pnyx %s --help)", command->name, error->message, command->name);
      *status = CLI_USAGE;
      return FALSE;
    }
  given = *argc - 1;
  if (given > 0 && g_str_equal ((*argv)[1], "--"))
    {
      memmove (*argv + 1, *argv + 2, sizeof **argv * (gsize)given);
      (*argc)--;
      given--;
    }
  if (given >= min && (max < 0 || given <= max))
    return TRUE;
  cli_error ("%s: %s (usage: pnyx %s%s%s)", command->name,
             given < min ? "too few arguments" : "too many arguments", command->name,
             *command->arguments ? " " : "", command->arguments);
  *status = CLI_USAGE;
  return FALSE;
}

/* The installed data beside the program, else the installed, else the source tree's. */
static gchar *
data_folder (const gchar *name)
{
  g_autofree gchar *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree gchar *beside = NULL;
  g_autofree gchar *folder = program ? g_path_get_dirname (program) : NULL;
  gchar *candidates[3];
  gchar *found = NULL;

  beside = folder ? g_build_filename (folder, PNYX_DATADIR_RELATIVE, name, NULL) : NULL;
  candidates[0] = g_strdup (beside);
  candidates[1] = g_build_filename (PNYX_SOURCE_DATADIR, name, NULL);
  candidates[2] = g_build_filename (PNYX_DATADIR, name, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      if (found == NULL && candidates[i] != NULL && g_file_test (candidates[i], G_FILE_TEST_IS_DIR))
        found = g_steal_pointer (&candidates[i]);
      g_free (candidates[i]);
    }
  return found;
}

gchar *
cli_data_folder (void)
{
  return data_folder ("scenarios");
}

gchar *
cli_figure_folder (void)
{
  return data_folder ("analysis/figures");
}

gchar *
cli_paper_folder (void)
{
  return data_folder ("papers");
}

void
cli_print_table (const PnyxTable *table, gboolean json)
{
  g_autofree gchar *text = json ? pnyx_table_to_json (table) : pnyx_table_to_csv (table);

  fputs (pnyx_message_clean (text), stdout);
}
