/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/papers.h"

#include <string.h>

#include "base/message.h"
#include "cli/calcs.h"
#include "cli/cli.h"

GStrv
cli_paper_names (void)
{
  g_autofree gchar *folder = cli_paper_folder ();

  return folder ? pnyx_papers_list (folder) : g_new0 (gchar *, 1);
}

gchar *
cli_paper_find (const gchar *name)
{
  g_autofree gchar *folder = cli_paper_folder ();
  g_auto (GStrv) names = cli_paper_names ();
  g_autofree gchar *file = g_build_filename (name, "paper.xml", NULL);

  if (g_strv_contains ((const gchar *const *)names, name))
    return g_build_filename (folder, name, NULL);
  return g_file_test (file, G_FILE_TEST_EXISTS) ? g_strdup (name) : NULL;
}

static gchar *
find_or_tell (const gchar *name)
{
  g_auto (GStrv) names = NULL;
  g_autofree gchar *clause = NULL;
  g_autofree gchar *quoted = NULL;
  gchar *folder = cli_paper_find (name);

  if (folder != NULL)
    return folder;
  names = cli_paper_names ();
  clause = pnyx_suggest_clause (name, (const gchar *const *)names);
  quoted = pnyx_message_quote (name);
  cli_error ("unknown paper %s%s (try: pnyx list paper)", quoted, clause);
  return NULL;
}

PnyxPaper *
cli_paper_read (const gchar *name, int *status)
{
  g_autofree gchar *folder = find_or_tell (name);
  g_autofree gchar *data = cli_data_folder ();
  GError *error = NULL;
  PnyxPaper *paper;

  *status = CLI_USAGE;
  if (folder == NULL)
    return NULL;
  paper = pnyx_paper_read (folder, data, cli_calc_get, &error);
  if (paper == NULL)
    *status = cli_fail (error);
  return paper;
}

int
cli_paper_list (void)
{
  g_auto (GStrv) names = cli_paper_names ();
  int status;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (PnyxPaper) paper = cli_paper_read (names[i], &status);

      if (paper == NULL)
        return status;
      cli_print ("%-32s %s\n", paper->name, paper->params->title);
    }
  return CLI_DONE;
}

static void
describe_entry (const PnyxPaper *paper, const PnyxPaperEntry *entry)
{
  const PnyxPublished *published = entry->published;

  cli_print ("  %s: %s (%s)\n", published->id, published->quantity, published->where);
  cli_print ("      %s%s%s, %s", published->value, *published->unit ? " " : "", published->unit,
             pnyx_published_status_name (published->status));
  if (entry->calc != NULL)
    {
      g_autofree gchar *keys = g_strjoinv (" ", entry->keys);

      cli_print ("; pnyx calc %s %s\n", entry->calc->name, keys);
    }
  else
    cli_print (", +- %s; %s of experiment %s, null model %s\n", published->tolerance, entry->metric,
               g_array_index (paper->experiments, PnyxPaperExperiment, entry->experiment).id,
               g_array_index (paper->experiments, PnyxPaperExperiment, entry->null).id);
}

int
cli_paper_describe (const gchar *name)
{
  int status;
  g_autoptr (PnyxPaper) paper = cli_paper_read (name, &status);
  const PnyxPaperParams *params;

  if (paper == NULL)
    return status;
  params = paper->params;
  cli_print ("paper/%s: %s\n", paper->name, params->title);
  cli_print ("  source      %s, %" G_GUINT64_FORMAT, params->authors, params->year);
  if (params->venue != NULL)
    cli_print (", %s", params->venue);
  cli_print ("\n");
  if (params->url != NULL)
    cli_print ("              %s\n", params->url);
  if (params->doi != NULL)
    cli_print ("              doi:%s\n", params->doi);
  for (gsize i = 0; i < pnyx_section_count (paper->document->root, "assumption"); i++)
    cli_print (
        "  assumes     %s\n",
        pnyx_section_value (pnyx_section_child (paper->document->root, "assumption", i), "text")
            ->text);
  cli_print ("\n");
  for (guint i = 0; i < paper->entries->len; i++)
    describe_entry (paper, &g_array_index (paper->entries, PnyxPaperEntry, i));
  return CLI_DONE;
}
