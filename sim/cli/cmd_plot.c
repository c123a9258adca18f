/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "batch/root.h"
#include "cli/cli.h"
#include "figure/figure.h"
#include "scenario/reader.h"

static int
plot (const gchar *folder, const gchar *format, gchar **names)
{
  g_autofree gchar *templates = cli_figure_folder ();
  g_autofree gchar *data = cli_data_folder ();
  g_autofree gchar *path = g_build_filename (folder, "scenario.xml", NULL);
  PnyxReader reader = { .root = &pnyx_element_scenario, .data_folder = data };
  GError *error = NULL;
  g_autoptr (PnyxScenario) scenario = pnyx_scenario_read (&reader, path, &error);
  g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);

  if (scenario == NULL
      || !pnyx_figures_draw (pnyx_section_child (scenario->root, "figures", 0), folder, templates,
                             format, (const gchar *const *)names, drawn, &error))
    return cli_fail (error);
  for (guint i = 0; i < drawn->len; i++)
    printf ("%s\n", (const gchar *)g_ptr_array_index (drawn, i));
  return CLI_DONE;
}

int
cli_plot (int argc, char **argv)
{
  g_auto (GStrv) names = NULL;
  g_autofree gchar *format = NULL;
  const GOptionEntry entries[] = {
    { "figure", 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, "Only this figure", "NAME" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "pdf, svg, png or tex (default: svg)",
      "FORMAT" },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  static const gchar *const formats[] = { "pdf", "svg", "png", "tex", NULL };
  int status;

  if (!cli_parse (entries, cli_command ("plot"), 1, 1, &argc, &argv, &status))
    return status;
  if (format != NULL && !g_strv_contains (formats, format))
    {
      cli_error ("plot: unknown format \"%s\" (expected pdf, svg, png or tex)", format);
      return CLI_USAGE;
    }
  return plot (argv[1], format ? format : "svg", names);
}
