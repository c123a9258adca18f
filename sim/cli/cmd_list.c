/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list, describe, init, schema, validate: what the tables and files say. */
#include <stdio.h>
#include <string.h>

#include "batch/model.h"
#include "batch/root.h"
#include "cli/calcs.h"
#include "cli/cli.h"
#include "metric/metric.h"
#include "scenario/describe.h"
#include "scenario/schema.h"
#include "scenario/tables.h"

static void
print_entry (const gchar *name, const gchar *summary)
{
  printf ("%-32s %s\n", name, summary);
}

static void
list_components (const PnyxKind *kind)
{
  for (gsize i = 0; kind->get (i) != NULL; i++)
    print_entry (kind->get (i)->name, kind->get (i)->summary);
}

static void
list_metrics (void)
{
  for (gsize i = 0; pnyx_metric_family (i) != NULL; i++)
    for (gsize j = 0; j < pnyx_metric_family (i)->n_metrics; j++)
      print_entry (pnyx_metric_family (i)->metrics[j].name,
                   pnyx_metric_family (i)->metrics[j].definition);
}

static void
list_calcs (void)
{
  for (gsize i = 0; cli_calc_get (i) != NULL; i++)
    print_entry (cli_calc_get (i)->name, cli_calc_get (i)->summary);
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

static void
find_files (const gchar *folder, const gchar *shown, GPtrArray *found)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree gchar *path = g_build_filename (folder, name, NULL);
      g_autofree gchar *label = *shown ? g_build_filename (shown, name, NULL) : g_strdup (name);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        find_files (path, label, found);
      else if (g_str_has_suffix (name, ".xml"))
        g_ptr_array_add (found, g_steal_pointer (&label));
    }
  if (dir != NULL)
    g_dir_close (dir);
}

/* Profiles are the files below profiles/, scenarios the others. */
static void
list_files (gboolean profiles)
{
  g_autofree gchar *folder = cli_data_folder ();
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  if (folder == NULL)
    return;
  find_files (folder, "", found);
  g_ptr_array_sort (found, compare_paths);
  for (guint i = 0; i < found->len; i++)
    {
      const gchar *name = g_ptr_array_index (found, i);

      if (g_str_has_prefix (name, "profiles/") == profiles)
        printf ("%s\n", name);
    }
}

static gboolean
list_kind (const gchar *name)
{
  g_autoptr (GPtrArray) kinds = pnyx_tables_kinds (&pnyx_element_scenario);

  for (guint i = 0; i < kinds->len; i++)
    {
      const PnyxKind *kind = g_ptr_array_index (kinds, i);

      if (g_str_equal (kind->name, name))
        {
          list_components (kind);
          return TRUE;
        }
    }
  if (g_str_equal (name, "metric"))
    list_metrics ();
  else if (g_str_equal (name, "calc"))
    list_calcs ();
  else if (g_str_equal (name, "profile") || g_str_equal (name, "scenario"))
    list_files (g_str_equal (name, "profile"));
  else
    return FALSE;
  return TRUE;
}

static void
list_kinds (void)
{
  g_autoptr (GPtrArray) kinds = pnyx_tables_kinds (&pnyx_element_scenario);

  for (guint i = 0; i < kinds->len; i++)
    {
      const PnyxKind *kind = g_ptr_array_index (kinds, i);

      print_entry (kind->name, kind->meaning);
    }
  print_entry ("metric", "What runs measure.");
  print_entry ("profile", "Measured facts by name: regions, energy.");
  print_entry ("scenario", "Scenarios that come with the program.");
  print_entry ("calc", "Closed forms and algorithms: pnyx calc.");
}

int
cli_list (int argc, char **argv)
{
  int status;

  if (!cli_parse (NULL, cli_command ("list"), 0, 1, &argc, &argv, &status))
    return status;
  if (argc == 1)
    list_kinds ();
  else if (!list_kind (argv[1]))
    {
      cli_error ("unknown kind \"%s\" (try: pnyx list)", argv[1]);
      return CLI_USAGE;
    }
  return CLI_DONE;
}

static int
describe_metric (const gchar *name)
{
  const PnyxMetricInfo *info = pnyx_metric_info (name);

  if (info == NULL)
    {
      cli_error ("unknown metric \"%s\" (try: pnyx list metric)", name);
      return CLI_USAGE;
    }
  printf ("metric %s%s%s%s\n\n%s\n", info->name, *info->unit ? " (" : "", info->unit,
          *info->unit ? ")" : "", info->definition);
  if (info->statistics != NULL)
    printf ("\nstatistics: %s\n", info->statistics);
  return CLI_DONE;
}

static int
describe_scenario (const gchar *path, const gchar *const *overrides, gboolean json)
{
  g_autofree gchar *data = cli_data_folder ();
  GError *error = NULL;
  g_autoptr (PnyxModel) model = pnyx_model_read (path, data, overrides, &error);
  g_autoptr (PnyxTable) table = NULL;

  if (model == NULL)
    return cli_fail (error);
  table = pnyx_describe_scenario (model->scenario);
  cli_print_table (table, json);
  return CLI_DONE;
}

int
cli_describe (int argc, char **argv)
{
  g_auto (GStrv) sets = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &sets, "Change a value of the scenario", "PATH=VALUE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON instead of CSV", NULL },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  GError *error = NULL;
  g_autofree gchar *text = NULL;
  int status;

  if (!cli_parse (entries, cli_command ("describe"), 1, 1, &argc, &argv, &status))
    return status;
  if (g_str_has_suffix (argv[1], ".xml") || g_file_test (argv[1], G_FILE_TEST_EXISTS))
    return describe_scenario (argv[1], (const gchar *const *)sets, json);
  if (g_str_has_prefix (argv[1], "metric/"))
    return describe_metric (argv[1] + strlen ("metric/"));
  if (pnyx_metric_info (argv[1]) != NULL)
    return describe_metric (argv[1]);
  text = pnyx_describe (&pnyx_element_scenario, argv[1], &error);
  if (text == NULL)
    return cli_fail (error);
  fputs (text, stdout);
  return CLI_DONE;
}

int
cli_init (int argc, char **argv)
{
  g_autofree gchar *protocol = NULL;
  const GOptionEntry entries[] = {
    { "protocol", 0, 0, G_OPTION_ARG_STRING, &protocol, "Protocol of the chain", "P" },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  GError *error = NULL;
  g_autofree gchar *text = NULL;
  int status;

  if (!cli_parse (entries, cli_command ("init"), 1, 1, &argc, &argv, &status))
    return status;
  text = pnyx_starter (&pnyx_element_scenario, argv[1], "chain", protocol, &error);
  if (text == NULL)
    return cli_fail (error);
  fputs (text, stdout);
  return CLI_DONE;
}

int
cli_schema (int argc, char **argv)
{
  g_autofree gchar *text = NULL;
  int status;

  if (!cli_parse (NULL, cli_command ("schema"), 0, 0, &argc, &argv, &status))
    return status;
  text = pnyx_schema_relaxng (&pnyx_element_scenario);
  fputs (text, stdout);
  return CLI_DONE;
}

int
cli_validate (int argc, char **argv)
{
  g_autofree gchar *data = cli_data_folder ();
  int worst = CLI_DONE;
  int status;

  if (!cli_parse (NULL, cli_command ("validate"), 1, -1, &argc, &argv, &status))
    return status;
  for (int i = 1; i < argc; i++)
    {
      GError *error = NULL;
      g_autoptr (PnyxModel) model = pnyx_model_read (argv[i], data, NULL, &error);

      if (model != NULL)
        printf ("%s: valid\n", argv[i]);
      else
        {
          status = cli_fail (error);
          worst = MAX (worst, status);
        }
    }
  return worst;
}
