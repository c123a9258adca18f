/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list, describe, init, schema, validate: what the tables and files say. */
#include <stdio.h>
#include <string.h>

#include "base/message.h"
#include "batch/model.h"
#include "batch/root.h"
#include "batch/sweep.h"
#include "cli/calcs.h"
#include "cli/cli.h"
#include "cli/papers.h"
#include "energy/energy.h"
#include "metric/metric.h"
#include "net/regions.h"
#include "scenario/describe.h"
#include "scenario/schema.h"
#include "scenario/tables.h"

#define PROFILES "profiles/"

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

/* A file of the data folder: what `list` and `describe` call it, and where it is. */
typedef struct
{
  gchar *name; /* owned: "quickstart", or for a profile "regions/aws-2025" */
  gchar *path; /* owned */
  gboolean profile;
} DataFile;

static void
data_file_free (gpointer data)
{
  DataFile *file = data;

  g_free (file->name);
  g_free (file->path);
  g_free (file);
}

/* Profiles are the files below profiles/, scenarios the others; sorted by name. */
static GPtrArray *
data_files (void)
{
  g_autofree gchar *folder = cli_data_folder ();
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *files = g_ptr_array_new_with_free_func (data_file_free);

  if (folder != NULL)
    find_files (folder, "", found);
  g_ptr_array_sort (found, compare_paths);
  for (guint i = 0; i < found->len; i++)
    {
      const gchar *label = g_ptr_array_index (found, i);
      DataFile *file = g_new0 (DataFile, 1);

      file->profile = g_str_has_prefix (label, PROFILES);
      file->path = g_build_filename (folder, label, NULL);
      label += file->profile ? strlen (PROFILES) : 0;
      file->name = g_strndup (label, strlen (label) - strlen (".xml"));
      g_ptr_array_add (files, file);
    }
  return files;
}

static void
list_files (gboolean profiles)
{
  g_autoptr (GPtrArray) files = data_files ();

  for (guint i = 0; i < files->len; i++)
    {
      const DataFile *file = g_ptr_array_index (files, i);

      if (file->profile == profiles)
        print_entry (file->name, file->path);
    }
}

/* The file called @name: with or without its kind, its folder and ".xml". NULL: none. */
static gchar *
find_data_file (const gchar *name)
{
  g_autoptr (GPtrArray) files = data_files ();
  g_autofree gchar *stem = NULL;

  if (g_str_has_suffix (name, ".xml"))
    name = stem = g_strndup (name, strlen (name) - strlen (".xml"));
  for (guint i = 0; i < files->len; i++)
    {
      const DataFile *file = g_ptr_array_index (files, i);
      const gchar *kind = file->profile ? "profile/" : "scenario/";
      const gchar *rest = g_str_has_prefix (name, kind) ? name + strlen (kind) : name;
      g_autofree gchar *last = g_path_get_basename (file->name);

      if (g_str_equal (rest, file->name) || g_str_equal (rest, last))
        return g_strdup (file->path);
    }
  return NULL;
}

/* What is listed beside the kinds of the tables. */
static const struct
{
  const gchar *name, *meaning;
} other_kinds[] = {
  { "metric", "What runs measure." },
  { "profile", "Measured facts that scenarios name: regions, energy." },
  { "scenario", "Scenarios that come with the program." },
  { "calc", "Closed forms and algorithms: pnyx calc." },
  { "paper", "Publications whose numbers are computed again: pnyx reproduce." },
};

static gboolean
list_kind (const GPtrArray *kinds, const gchar *name)
{
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
  else if (g_str_equal (name, "paper"))
    cli_paper_list ();
  else if (g_str_equal (name, "profile") || g_str_equal (name, "scenario"))
    list_files (g_str_equal (name, "profile"));
  else
    return FALSE;
  return TRUE;
}

static void
list_kinds (const GPtrArray *kinds)
{
  for (guint i = 0; i < kinds->len; i++)
    {
      const PnyxKind *kind = g_ptr_array_index (kinds, i);

      print_entry (kind->name, kind->meaning);
    }
  for (guint i = 0; i < G_N_ELEMENTS (other_kinds); i++)
    print_entry (other_kinds[i].name, other_kinds[i].meaning);
}

static void
unknown_kind (const GPtrArray *kinds, const gchar *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree gchar *clause = NULL;
  g_autofree gchar *quoted = pnyx_message_quote (name);

  for (guint i = 0; i < kinds->len; i++)
    g_ptr_array_add (names, (gpointer)(guintptr)((PnyxKind *)g_ptr_array_index (kinds, i))->name);
  for (guint i = 0; i < G_N_ELEMENTS (other_kinds); i++)
    g_ptr_array_add (names, (gpointer)(guintptr)other_kinds[i].name);
  g_ptr_array_add (names, NULL);
  clause = pnyx_suggest_clause (name, (const gchar *const *)names->pdata);
  cli_error ("unknown kind %s%s (try: pnyx list)", quoted, clause);
}

int
cli_list (int argc, char **argv)
{
  g_autoptr (GPtrArray) kinds = NULL;
  int status;

  if (!cli_parse (NULL, cli_command ("list"), 0, 1, &argc, &argv, &status))
    return status;
  kinds = pnyx_tables_kinds (&pnyx_element_scenario);
  if (argc == 1)
    list_kinds (kinds);
  else if (!list_kind (kinds, argv[1]))
    {
      unknown_kind (kinds, argv[1]);
      return CLI_USAGE;
    }
  return CLI_DONE;
}

/* The metric of a column, "latency.finality.p90" too. */
static const PnyxMetricInfo *
find_metric (const gchar *name)
{
  const gchar *dot = strrchr (name, '.');
  g_autofree gchar *stem = dot ? g_strndup (name, (gsize)(dot - name)) : NULL;
  const PnyxMetricInfo *info = pnyx_metric_info (name);

  return info == NULL && pnyx_metric_exists (name) ? pnyx_metric_info (stem) : info;
}

static void
describe_metric (const PnyxMetricInfo *info)
{
  printf ("metric/%s: %s\n", info->name, info->definition);
  printf ("  unit        %s\n", *info->unit ? info->unit : "none (a number or a share)");
  if (info->statistics != NULL)
    printf ("  statistics  %s (columns %s.STATISTIC)\n", info->statistics, info->name);
}

static int
unknown_metric (const gchar *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree gchar *clause = NULL;
  g_autofree gchar *quoted = pnyx_message_quote (name);

  for (gsize i = 0; pnyx_metric_family (i) != NULL; i++)
    for (gsize j = 0; j < pnyx_metric_family (i)->n_metrics; j++)
      g_ptr_array_add (names, (gpointer)(guintptr)pnyx_metric_family (i)->metrics[j].name);
  g_ptr_array_add (names, NULL);
  clause = pnyx_suggest_clause (name, (const gchar *const *)names->pdata);
  cli_error ("unknown metric %s%s (try: pnyx list metric)", quoted, clause);
  return CLI_USAGE;
}

static const PnyxCalc *
find_calc (const gchar *name)
{
  for (gsize i = 0; cli_calc_get (i) != NULL; i++)
    if (g_str_equal (cli_calc_get (i)->name, name))
      return cli_calc_get (i);
  return NULL;
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

static int
describe_profile (const gchar *path, gboolean json)
{
  gboolean regions = strstr (path, PROFILES "regions/") != NULL;
  PnyxReader reader
      = { .root = regions ? &pnyx_element_region_profile : &pnyx_element_energy_profile };
  GError *error = NULL;
  g_autoptr (PnyxScenario) profile = pnyx_scenario_read (&reader, path, &error);
  g_autoptr (PnyxTable) table = NULL;

  if (profile == NULL)
    return cli_fail (error);
  table = pnyx_describe_scenario (profile);
  cli_print_table (table, json);
  return CLI_DONE;
}

/* Whether @name is that of a metric, a formula, an element or a component. */
static gboolean
is_described (const gchar *name)
{
  g_autofree gchar *text = pnyx_describe (&pnyx_element_scenario, name, NULL);

  return text != NULL || find_metric (name) != NULL || find_calc (name) != NULL;
}

/* The file that @name means: one that lies there, or that `list` names. NULL: none. */
static gchar *
find_file (const gchar *name)
{
  if (g_str_has_suffix (name, ".xml") && g_file_test (name, G_FILE_TEST_EXISTS))
    return g_strdup (name);
  return is_described (name) ? NULL : find_data_file (name);
}

/* The publication that @name means, with or without its kind. NULL: none. */
static const gchar *
find_paper (const gchar *name)
{
  g_auto (GStrv) names = cli_paper_names ();

  if (g_str_has_prefix (name, "paper/"))
    return name + strlen ("paper/");
  return g_strv_contains ((const gchar *const *)names, name) ? name : NULL;
}

static int
describe_name (const gchar *name)
{
  const gchar *metric = g_str_has_prefix (name, "metric/") ? name + strlen ("metric/") : name;
  const gchar *calc = g_str_has_prefix (name, "calc/") ? name + strlen ("calc/") : name;
  GError *error = NULL;
  g_autofree gchar *text = NULL;

  if (find_metric (metric) != NULL)
    {
      describe_metric (find_metric (metric));
      return CLI_DONE;
    }
  if (metric != name || strchr (name, '.') != NULL)
    return unknown_metric (metric);
  if (!g_str_has_prefix (name, "calc/"))
    text = pnyx_describe (&pnyx_element_scenario, name, &error);
  if (find_calc (calc) != NULL)
    {
      g_autofree gchar *entry = pnyx_describe_calc (find_calc (calc));

      g_clear_error (&error);
      printf ("%s%s%s", text ? text : "", text ? "\n" : "", entry);
      return CLI_DONE;
    }
  if (text == NULL && error == NULL)
    {
      g_autofree gchar *quoted = pnyx_message_quote (calc);

      cli_error ("unknown calc %s (try: pnyx calc)", quoted);
      return CLI_USAGE;
    }
  if (text == NULL)
    return cli_fail (error);
  fputs (text, stdout);
  return CLI_DONE;
}

int
cli_describe (int argc, char **argv)
{
  g_auto (GStrv) sets = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &sets, "Change a value of the scenario",
      "PATH=VALUE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print the values of a scenario as JSON", NULL },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  g_autofree gchar *path = NULL;
  const gchar *paper;
  int status;

  if (!cli_parse (entries, cli_command ("describe"), 1, 1, &argc, &argv, &status))
    return status;
  paper = is_described (argv[1]) ? NULL : find_paper (argv[1]);
  if (paper != NULL)
    return cli_paper_describe (paper);
  path = find_file (argv[1]);
  if (path != NULL && strstr (path, PROFILES) != NULL)
    return describe_profile (path, json);
  if (path != NULL || g_str_has_suffix (argv[1], ".xml"))
    return describe_scenario (path ? path : argv[1], (const gchar *const *)sets, json);
  return describe_name (argv[1]);
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
      g_autoptr (PnyxSweep) sweep = NULL;
      gboolean swept = model != NULL && pnyx_section_count (model->scenario->root, "sweep") > 0;

      if (swept)
        sweep = pnyx_sweep_read (argv[i], data, NULL, TRUE, &error);
      if (model != NULL && (!swept || sweep != NULL))
        printf ("%s: valid\n", argv[i]);
      else
        {
          status = cli_fail (error);
          worst = MAX (worst, status);
        }
    }
  return worst;
}
