/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/paper_folder.h"

#include <glib/gstdio.h>
#include <string.h>

#include "contract/lending_rule.h"
#include "contract/pool_rule.h"
#include "governance/power_index.h"
#include "ledger/concentration.h"
#include "net/gossip_theory.h"
#include "oracle/aggregate_calc.h"
#include "oracle/condorcet.h"
#include "oracle/dawid_skene_rule.h"
#include "protocol/double_spend_theory.h"
#include "protocol/gasper/finality_theory.h"
#include "protocol/gasper/shuffle.h"
#include "protocol/nakamoto_theory.h"
#include "protocol/proposer_priority.h"

const PnyxCalc *
paper_calcs (gsize i)
{
  static const PnyxCalc *const calcs[]
      = { &pnyx_calc_concentration, &pnyx_calc_double_spend, &pnyx_calc_finality_lag,
          &pnyx_calc_gossip,        &pnyx_calc_power_index,  &pnyx_calc_proposer_priority,
          &pnyx_calc_shuffle,       &pnyx_calc_stale_rate,   &pnyx_calc_aggregate,
          &pnyx_calc_condorcet,     &pnyx_calc_dawid_skene,  &pnyx_calc_pool,
          &pnyx_calc_lending_rate,  &pnyx_calc_liquidation };

  return i < G_N_ELEMENTS (calcs) ? calcs[i] : NULL;
}

static void
write_file (const gchar *folder, const gchar *name, const gchar *text)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

gchar *
paper_folder_new (const gchar *xml, const gchar *csv)
{
  g_autofree gchar *scratch = g_dir_make_tmp ("pnyx-XXXXXX", NULL);

  return paper_folder_new_in (scratch, xml, csv);
}

gchar *
paper_folder_new_in (const gchar *scratch, const gchar *xml, const gchar *csv)
{
  g_autofree gchar *text
      = g_strdup_printf ("<paper xmlns=\"urn:pnyx:scenario:1\" title=\"T\" authors=\"A\" "
                         "year=\"2026\">\n%s\n</paper>",
                         xml);
  gchar *folder = g_build_filename (scratch, "toy2026paper", NULL);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  write_file (folder, "paper.xml", text);
  write_file (folder, "published.csv", csv);
  return folder;
}

void
paper_folder_free (gchar *folder)
{
  static const gchar *const names[] = { "paper.xml", "published.csv" };
  g_autofree gchar *scratch = g_path_get_dirname (folder);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar *path = g_build_filename (folder, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_rmdir (scratch);
  g_free (folder);
}

PnyxPaper *
paper_folder_read (const gchar *xml, const gchar *csv)
{
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  gchar *folder = paper_folder_new (xml, csv);
  GError *error = NULL;
  PnyxPaper *paper = pnyx_paper_read (folder, data, paper_calcs, &error);

  paper_folder_free (folder);
  g_assert_no_error (error);
  return paper;
}

void
paper_folder_refused (const gchar *xml, const gchar *csv, const gchar *part)
{
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  gchar *folder = paper_folder_new (xml, csv);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxPaper) paper = pnyx_paper_read (folder, data, paper_calcs, &error);

  paper_folder_free (folder);
  g_assert_null (paper);
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  if (strstr (error->message, part) == NULL || strchr (error->message, '\n') != NULL)
    g_error ("\"%s\", expected one line with \"%s\"", error->message, part);
}
