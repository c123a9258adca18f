/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reproduce: published numbers beside what is computed here. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "batch/reproduce.h"
#include "cli/cli.h"
#include "cli/papers.h"
#include "cli/progress.h"
#include "results/draft.h"

#define THREADS_MAX 4096
#define SHOWN_MAX 44 /* characters of a list of values */

typedef struct
{
  gboolean quick, json, null;
  gchar *out;
  gint threads;
} Options;

/* What a publication contributes to the totals. */
typedef struct
{
  guint agree, disagree;
  guint read;      /* agreeing numbers that were read in the source */
  guint simulated; /* of these, from running worlds */
} Totals;

typedef struct
{
  const Options *options;
  GPtrArray *papers; /* owned: PnyxPaper */
  PnyxTable *table;  /* owned: reproduce.csv */
  CliProgress progress;
  guint64 done, total; /* runs */
} Reproduction;

static void
on_progress (gpointer user, const PnyxRunResult *result)
{
  Reproduction *self = user;

  (void)result;
  cli_progress_step (&self->progress, ++self->done, self->total);
}

static gboolean
is_cancelled (gpointer user)
{
  (void)user;
  return cli_interrupted ();
}

static PnyxReproduceOptions
options_of (Reproduction *self, const gchar *folder)
{
  const Options *options = self->options;

  return (PnyxReproduceOptions){ .quick = options->quick,
                                 .null = options->null,
                                 .folder = folder,
                                 .command = "pnyx reproduce",
                                 .threads = (guint)options->threads,
                                 .progress = on_progress,
                                 .cancelled = is_cancelled,
                                 .self = self };
}

/* "0.0509779", or the first of many values. */
static gchar *
shorten (const gchar *text)
{
  if (strlen (text) <= SHOWN_MAX)
    return g_strdup (text);
  return g_strdup_printf ("%.*s...", SHOWN_MAX - 3, text);
}

static void
print_result (const PnyxReproduced *result, gboolean null)
{
  const PnyxPublished *published = result->entry->published;
  g_autofree gchar *printed = shorten (published->value);
  g_autofree gchar *computed = shorten (*result->text ? result->text : "no value");
  const gchar *verdict = result->agrees ? "agrees" : "DISAGREES";

  cli_print ("  %-9s  %-24s %s%s%s", null && result->agrees ? "AGREES" : verdict, published->id,
             printed, *published->unit ? " " : "", published->unit);
  if (result->entry->calc == NULL)
    cli_print (" +- %s", published->tolerance);
  cli_print (": %s", computed);
  if (!isnan (result->mean))
    cli_print (" [%.6g, %.6g] of %u runs", result->low, result->high, result->n);
  cli_print ("  (%s, %s, %s)\n", published->quantity, published->where,
             pnyx_published_status_name (published->status));
  if (result->note != NULL)
    cli_print ("             %s\n", result->note);
}

static void
add_row (PnyxTable *table, const PnyxPaper *paper, const PnyxReproduced *result)
{
  const PnyxPublished *published = result->entry->published;
  gboolean simulated = result->entry->calc == NULL;
  gdouble value;

  pnyx_table_add_text (table, paper->name);
  pnyx_table_add_text (table, published->id);
  pnyx_table_add_text (table, published->where);
  pnyx_table_add_text (table, published->quantity);
  pnyx_table_add_text (table, published->unit);
  pnyx_table_add_text (table, pnyx_published_status_name (published->status));
  pnyx_table_add_text (table, published->value);
  pnyx_table_add_text (table, published->tolerance);
  pnyx_table_add_text (table, simulated ? "simulated" : "exact");
  if (published->n_printed == 1)
    pnyx_table_add_number (table, pnyx_number_parse (result->text, &value) ? value : NAN);
  else
    pnyx_table_add_text (table, result->text);
  pnyx_table_add_number (table, simulated ? (gdouble)result->n : (gdouble)NAN);
  pnyx_table_add_number (table, result->low);
  pnyx_table_add_number (table, result->high);
  pnyx_table_add_text (table, result->agrees ? "agrees" : "disagrees");
  pnyx_table_add_text (table, result->note ? result->note : "");
}

static gboolean
reproduce_paper (Reproduction *self, const PnyxPaper *paper, Totals *totals, GError **error)
{
  const Options *options = self->options;
  g_autofree gchar *folder
      = options->out ? g_build_filename (options->out, paper->name, NULL) : NULL;
  PnyxReproduceOptions reproduce = options_of (self, folder);
  g_autoptr (GArray) results = pnyx_reproduce (paper, &reproduce, error);

  if (results == NULL)
    return FALSE;
  if (!options->json)
    cli_print ("%s: %s (%" G_GUINT64_FORMAT ")\n", paper->name, paper->params->title,
               paper->params->year);
  for (guint i = 0; i < results->len; i++)
    {
      const PnyxReproduced *result = &g_array_index (results, PnyxReproduced, i);
      gboolean read = result->entry->published->status == PNYX_PUBLISHED_READ && result->agrees;

      totals->agree += result->agrees ? 1 : 0;
      totals->disagree += result->agrees ? 0 : 1;
      totals->read += read ? 1 : 0;
      totals->simulated += read && result->entry->calc == NULL ? 1 : 0;
      add_row (self->table, paper, result);
      if (!options->json)
        print_result (result, options->null);
    }
  return TRUE;
}

/* Only what was read in its source counts, and of one publication no more than the limit. */
static void
print_totals (const Reproduction *self, const Totals *totals)
{
  Totals sum = { 0 };
  guint counted = 0, publications = 0, simulated = 0;

  printf ("\n%-28s %7s %9s %6s %8s %10s\n", "publication", "agree", "disagree", "read", "counted",
          "from runs");
  for (guint i = 0; i < self->papers->len; i++)
    {
      const PnyxPaper *paper = g_ptr_array_index (self->papers, i);
      guint own = MIN (totals[i].read, PNYX_REPRODUCE_COUNTED_MAX);

      printf ("%-28s %7u %9u %6u %8u %10u\n", paper->name, totals[i].agree, totals[i].disagree,
              totals[i].read, own, MIN (totals[i].simulated, own));
      sum.agree += totals[i].agree;
      sum.disagree += totals[i].disagree;
      sum.read += totals[i].read;
      counted += own;
      simulated += MIN (totals[i].simulated, own);
      publications += own > 0 ? 1 : 0;
    }
  printf ("%-28s %7u %9u %6u %8u %10u\n", "all", sum.agree, sum.disagree, sum.read, counted,
          simulated);
  printf (
      "\n%u numbers read in %u publications agree and count (at most %d of one), %u of them from "
      "running worlds; %u disagree\n",
      counted, publications, PNYX_REPRODUCE_COUNTED_MAX, simulated, sum.disagree);
}

static gboolean
reproduce_all (Reproduction *self, Totals *totals, GError **error)
{
  cli_progress_init (&self->progress, self->options->json, 0);
  for (guint i = 0; i < self->papers->len; i++)
    {
      PnyxReproduceOptions options = options_of (self, NULL);

      self->total += pnyx_reproduce_runs (g_ptr_array_index (self->papers, i), &options);
    }
  for (guint i = 0; i < self->papers->len; i++)
    if (!reproduce_paper (self, g_ptr_array_index (self->papers, i), &totals[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
write_table (const Reproduction *self, GError **error)
{
  g_autofree gchar *text = pnyx_table_to_csv (self->table);

  return self->options->out == NULL
         || pnyx_draft_write (self->options->out, "reproduce.csv", text, error);
}

/* With null models it is agreement that is wrong. */
static int
status_of (const Reproduction *self, const Totals *totals)
{
  for (guint i = 0; i < self->papers->len; i++)
    if ((self->options->null ? totals[i].agree : totals[i].disagree) > 0)
      return CLI_DISAGREE;
  return CLI_DONE;
}

static int
reproduce (Reproduction *self)
{
  g_autofree Totals *totals = g_new0 (Totals, self->papers->len);
  GError *error = NULL;
  gboolean done;

  cli_catch_signals ();
  done = reproduce_all (self, totals, &error) && write_table (self, &error);
  cli_progress_end (&self->progress);
  if (!done && cli_interrupted ())
    {
      g_error_free (error);
      return cli_interrupt_status ();
    }
  if (!done)
    return cli_fail (error);
  if (self->options->json)
    cli_print_table (self->table, TRUE);
  else
    print_totals (self, totals);
  return status_of (self, totals);
}

/* Reads all of them before anything runs. Returns: FALSE with @status. */
static gboolean
read_papers (Reproduction *self, int argc, char **argv, int *status)
{
  g_auto (GStrv) names = argc == 1 ? cli_paper_names () : g_strdupv (argv + 1);

  *status = CLI_USAGE;
  if (names[0] == NULL)
    {
      cli_error ("reproduce: no publications are installed (expected a folder \"papers\")");
      return FALSE;
    }
  for (guint i = 0; names[i] != NULL; i++)
    {
      PnyxPaper *paper = cli_paper_read (names[i], status);

      if (paper == NULL)
        return FALSE;
      g_ptr_array_add (self->papers, paper);
    }
  return TRUE;
}

int
cli_reproduce (int argc, char **argv)
{
  static const gchar *const columns[]
      = { "paper", "id",    "where", "quantity", "unit", "status",  "published", "tolerance",
          "kind",  "value", "n",     "low",      "high", "verdict", "note",      NULL };
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "quick", 0, 0, G_OPTION_ARG_NONE, &options.quick, "Leave out what takes long", NULL },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options.out,
      "Keep reproduce.csv and the experiments' results there", "DIR" },
    { "null", 0, 0, G_OPTION_ARG_NONE, &options.null,
      "Run null models instead (no attack, no delay ...), none of which may agree", NULL },
    { "threads", 0, 0, G_OPTION_ARG_INT, &options.threads, "Threads (default: all cores)", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print JSON instead of text", NULL },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  Reproduction self = { .options = &options };
  int status;

  if (!cli_parse (entries, cli_command ("reproduce"), 0, -1, &argc, &argv, &status))
    return status;
  if (options.threads < 0 || options.threads > THREADS_MAX)
    {
      cli_error ("reproduce: --threads %d is out of range (expected 1 to %d)", options.threads,
                 THREADS_MAX);
      return CLI_USAGE;
    }
  self.papers = g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_paper_free);
  self.table = pnyx_table_new (columns);
  if (read_papers (&self, argc, argv, &status))
    status = reproduce (&self);
  g_ptr_array_unref (self.papers);
  pnyx_table_free (self.table);
  g_free (options.out);
  return status;
}
