/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "batch/root.h"
#include "cli/cli.h"
#include "figure/report.h"
#include "results/own_file.h"

static int
write_report (const gchar *folder, const gchar *format, const gchar *out)
{
  g_autofree gchar *figures = cli_figure_folder ();
  g_autofree gchar *templates = g_path_get_dirname (figures);
  g_autofree gchar *data = cli_data_folder ();
  g_autofree gchar *path = g_build_filename (folder, "scenario.xml", NULL);
  g_autofree gchar *target = NULL;
  PnyxReader reader = { .root = &pnyx_element_scenario, .data_folder = data };
  GError *error = NULL;
  g_autoptr (PnyxScenario) scenario = pnyx_scenario_read (&reader, path, &error);
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  const PnyxReportSource report
      = { .folder = folder, .scenario = scenario, .templates = templates };
  gboolean tex = g_str_equal (format, "tex"), done;

  if (scenario == NULL)
    return cli_fail (error);
  target = out != NULL ? g_strdup (out)
                       : g_build_filename (folder, tex ? "report" : "report.html", NULL);
  if (tex && out == NULL && !pnyx_own_folder_check (target, &error))
    return cli_fail (error);
  done = tex ? pnyx_report_tex (&report, target, notes, &error)
             : pnyx_report_html (&report, notes, &error);
  for (guint i = 0; i < notes->len; i++)
    cli_error ("%s", (const gchar *)g_ptr_array_index (notes, i));
  if (!done)
    return cli_fail (error);
  printf ("%s\n", target);
  return CLI_DONE;
}

int
cli_report (int argc, char **argv)
{
  g_autofree gchar *format = NULL;
  g_autofree gchar *out = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "html or tex (default: html)", "FORMAT" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "Folder for tex (default: DIR/report)", "FOLDER" },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  static const gchar *const formats[] = { "html", "tex", NULL };
  int status;

  if (!cli_parse (entries, cli_command ("report"), 1, 1, &argc, &argv, &status))
    return status;
  if (format != NULL && !g_strv_contains (formats, format))
    {
      cli_error ("report: unknown format \"%s\" (expected html or tex)", format);
      return CLI_USAGE;
    }
  if (out != NULL && (format == NULL || !g_str_equal (format, "tex")))
    {
      cli_error ("report: --out is for --format tex (a page is DIR/report.html)");
      return CLI_USAGE;
    }
  return write_report (argv[1], format != NULL ? format : "html", out);
}
