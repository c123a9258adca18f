/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a publication. The scenarios in paper.xml are taken out of the document first and become
 * documents of their own, judged by the table of scenarios like any file (ids of one have nothing
 * to do with those of another); what is left is judged by the table of papers. Then both files are
 * joined by id, in the order of published.csv.
 */
#include "batch/paper.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/message.h"
#include "metric/metric.h"
#include "scenario/files.h"
#include "scenario/override.h"

/* ---- The table ---- */

typedef struct
{
  const gchar *text;
} AssumptionParams;

typedef struct
{
  const gchar *id, *calc, *keys, *column;
  guint64 row;
  gdouble scale;
} ExactParams;

typedef struct
{
  const gchar *id, *from;
  gboolean quick;
} ExperimentParams;

typedef struct
{
  const gchar *path, *value;
} SetParams;

typedef struct
{
  const gchar *id, *experiment, *scope, *metric, *null;
  guint64 point;
  gdouble scale;
} SimulatedParams;

static const PnyxParam assumption_params[] = {
  { .name = "text",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (AssumptionParams, text),
    .meaning = "What is taken for granted, in the publication or here." },
};

static const PnyxElement assumption_element = {
  .name = "assumption",
  .meaning = "An assumption behind the numbers.",
  .params = assumption_params,
  .n_params = G_N_ELEMENTS (assumption_params),
  .params_size = sizeof (AssumptionParams),
};

static const PnyxParam exact_params[] = {
  { .name = "id",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (ExactParams, id),
    .meaning = "Row of published.csv." },
  { .name = "calc",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (ExactParams, calc),
    .meaning = "Calculation that gives the number." },
  { .name = "keys",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (ExactParams, keys),
    .meaning = "Its KEY=VALUE arguments, separated by blanks." },
  { .name = "column",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (ExactParams, column),
    .fallback = "value",
    .meaning = "Column of its table, or of a table name,value the name of a row." },
  { .name = "row",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ExactParams, row),
    .fallback = "",
    .min = "0",
    .max = "10000000",
    .meaning = "First row of that column, from 0; absent: the number is the whole column." },
  { .name = "scale",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (ExactParams, scale),
    .fallback = "1",
    .meaning = "Factor from the calculation's unit to the published one." },
};

static const PnyxElement exact_element = {
  .name = "exact",
  .meaning = "A number that is calculated.",
  .params = exact_params,
  .n_params = G_N_ELEMENTS (exact_params),
  .params_size = sizeof (ExactParams),
};

static const PnyxParam set_params[] = {
  { .name = "path",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (SetParams, path),
    .meaning = "Attribute of the scenario, as of --set." },
  { .name = "value",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (SetParams, value),
    .meaning = "Its value." },
};

static const PnyxElement set_element = {
  .name = "set",
  .meaning = "A value in which the experiment differs from another.",
  .params = set_params,
  .n_params = G_N_ELEMENTS (set_params),
  .params_size = sizeof (SetParams),
};

static const PnyxParam experiment_params[] = {
  { .name = "id",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (ExperimentParams, id),
    .meaning = "Name of the experiment." },
  { .name = "from",
    .type = PNYX_PARAM_REFERENCE,
    .refers_to = "experiment",
    .offset = offsetof (ExperimentParams, from),
    .fallback = "",
    .meaning = "Experiment whose scenario this one has, but for what is set; absent: its own." },
  { .name = "quick",
    .type = PNYX_PARAM_BOOL,
    .offset = offsetof (ExperimentParams, quick),
    .fallback = "false",
    .meaning = "Whether quick runs include it." },
};

static const PnyxChild experiment_children[] = { { &set_element, 0, 0 } };

static const PnyxElement experiment_element = {
  .name = "experiment",
  .meaning = "A scenario with a fixed seed and number of replicates.",
  .params = experiment_params,
  .n_params = G_N_ELEMENTS (experiment_params),
  .params_size = sizeof (ExperimentParams),
  .children = experiment_children,
  .n_children = G_N_ELEMENTS (experiment_children),
};

static const PnyxParam simulated_params[] = {
  { .name = "id",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (SimulatedParams, id),
    .meaning = "Row of published.csv." },
  { .name = "experiment",
    .type = PNYX_PARAM_REFERENCE,
    .refers_to = "experiment",
    .offset = offsetof (SimulatedParams, experiment),
    .meaning = "Whose runs give the number." },
  { .name = "point",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (SimulatedParams, point),
    .fallback = "0",
    .min = "0",
    .max = "1000000",
    .meaning = "Point of its sweep." },
  { .name = "scope",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (SimulatedParams, scope),
    .fallback = "",
    .meaning = "Id of the chain; absent: the only one." },
  { .name = "metric",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (SimulatedParams, metric),
    .meaning = "Metric, with its statistic." },
  { .name = "scale",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (SimulatedParams, scale),
    .fallback = "1",
    .meaning = "Factor from the metric's unit to the published one." },
  { .name = "null",
    .type = PNYX_PARAM_REFERENCE,
    .refers_to = "experiment",
    .offset = offsetof (SimulatedParams, null),
    .meaning
    = "Experiment without what makes the number (no attack, no delay): it must not agree." },
};

static const PnyxElement simulated_element = {
  .name = "simulated",
  .meaning = "A number that runs of worlds give.",
  .params = simulated_params,
  .n_params = G_N_ELEMENTS (simulated_params),
  .params_size = sizeof (SimulatedParams),
};

static const PnyxParam paper_params[] = {
  { .name = "title",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (PnyxPaperParams, title),
    .meaning = "Title of the publication." },
  { .name = "authors",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (PnyxPaperParams, authors),
    .meaning = "Who wrote it." },
  { .name = "year",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (PnyxPaperParams, year),
    .min = "1900",
    .max = "2100",
    .meaning = "When it appeared." },
  { .name = "venue",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (PnyxPaperParams, venue),
    .fallback = "",
    .meaning = "Where it appeared." },
  { .name = "url",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (PnyxPaperParams, url),
    .fallback = "",
    .meaning = "Where it can be read." },
  { .name = "doi",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (PnyxPaperParams, doi),
    .fallback = "",
    .meaning = "Its DOI." },
};

static const PnyxChild paper_children[] = {
  { &assumption_element, 0, 0 },
  { &exact_element, 0, 0 },
  { &experiment_element, 0, 0 },
  { &simulated_element, 0, 0 },
};

const PnyxElement pnyx_element_paper = {
  .name = "paper",
  .meaning = "A publication whose numbers are computed again.",
  .params = paper_params,
  .n_params = G_N_ELEMENTS (paper_params),
  .params_size = sizeof (PnyxPaperParams),
  .children = paper_children,
  .n_children = G_N_ELEMENTS (paper_children),
};

/* ---- Scenarios of experiments ---- */

/* @node as the root of a document of its own; what it was in loses its content. */
static PnyxDocument *
document_of (PnyxDocument *whole, PnyxNode *node)
{
  PnyxDocument *document = pnyx_document_new (node->name, &node->place);
  GArray *attributes = document->root->attributes;
  GPtrArray *children = document->root->children;
  g_autoptr (PnyxDocument) copy = pnyx_document_copy (whole);
  GPtrArray *sources = document->sources;

  document->root->attributes = node->attributes;
  document->root->children = node->children;
  document->root->text_line = node->text_line;
  node->attributes = attributes;
  node->children = children;
  for (guint i = 0; i < document->root->children->len; i++)
    ((PnyxNode *)g_ptr_array_index (document->root->children, i))->parent = document->root;
  document->sources = copy->sources; /* files are found relative to these */
  copy->sources = sources;
  return document;
}

/* Takes the scenario out of the @i-th experiment of @document. Returns: NULL: it has none, or, with
 * @error, several. */
static PnyxDocument *
take_scenario (PnyxDocument *document, PnyxNode *experiment, GError **error)
{
  PnyxDocument *taken = NULL;

  for (guint i = 0; i < experiment->children->len;)
    {
      PnyxNode *child = g_ptr_array_index (experiment->children, i);

      if (!g_str_equal (child->name, "scenario") || child->foreign)
        {
          i++;
          continue;
        }
      if (taken != NULL)
        {
          pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &child->place,
                             "a second scenario in one experiment (expected one)");
          pnyx_document_free (taken);
          return NULL;
        }
      taken = document_of (document, child);
      g_ptr_array_remove_index (experiment->children, i);
    }
  return taken;
}

/* The scenarios of all experiments, in order; NULL for one without. */
static GPtrArray *
take_scenarios (PnyxDocument *document, GError **error)
{
  g_autoptr (GPtrArray) taken = g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_document_free);

  for (guint i = 0; i < document->root->children->len; i++)
    {
      PnyxNode *child = g_ptr_array_index (document->root->children, i);
      GError *failure = NULL;

      if (!g_str_equal (child->name, "experiment") || child->foreign)
        continue;
      g_ptr_array_add (taken, take_scenario (document, child, &failure));
      if (failure != NULL)
        {
          g_propagate_error (error, failure);
          return NULL;
        }
    }
  return g_steal_pointer (&taken);
}

static gboolean
apply_sets (PnyxDocument *document, const PnyxSection *experiment, GError **error)
{
  for (gsize i = 0; i < pnyx_section_count (experiment, "set"); i++)
    {
      const PnyxSection *section = pnyx_section_child (experiment, "set", i);
      const SetParams *set = section->params;
      g_autofree gchar *label
          = g_strdup_printf ("%s:%u: set %s", section->place.file, section->place.line, set->path);
      g_autoptr (PnyxPath) path = pnyx_path_parse (set->path, label, error);

      if (path == NULL)
        {
          g_prefix_error (error, "%s:%u: ", section->place.file, section->place.line);
          return FALSE;
        }
      if (!pnyx_path_set (path, set->value, &pnyx_element_scenario, document, error))
        return FALSE;
    }
  return TRUE;
}

static guint
index_of_experiment (const PnyxPaper *paper, const gchar *id)
{
  guint i = 0;

  while (!g_str_equal (
      ((const ExperimentParams *)pnyx_section_child (paper->document->root, "experiment", i)
           ->params)
          ->id,
      id))
    i++; /* the reader has resolved it */
  return i;
}

/* The document that experiment @i runs: its own, or another's with values set. */
static PnyxDocument *
experiment_document (const PnyxPaper *paper, const GPtrArray *scenarios, guint i, GError **error)
{
  const PnyxSection *section = pnyx_section_child (paper->document->root, "experiment", i);
  const ExperimentParams *params = section->params;
  const PnyxDocument *base = g_ptr_array_index (scenarios, i);
  g_autoptr (PnyxDocument) document = NULL;

  if ((params->from != NULL) == (base != NULL))
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                         "experiment \"%s\" has %s scenario (expected one of its own, or from)",
                         params->id, base != NULL ? "from and a" : "no");
      return NULL;
    }
  if (params->from != NULL)
    base = g_ptr_array_index (scenarios, index_of_experiment (paper, params->from));
  if (base == NULL)
    {
      PnyxPlace place = pnyx_section_place_of (section, "from");

      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "experiment \"%s\" has no scenario of its own (expected one that has)",
                         params->from);
      return NULL;
    }
  document = pnyx_document_copy (base);
  return apply_sets (document, section, error) ? g_steal_pointer (&document) : NULL;
}

static gboolean
has_sweep (const PnyxDocument *document)
{
  for (guint i = 0; i < document->root->children->len; i++)
    {
      const PnyxNode *child = g_ptr_array_index (document->root->children, i);

      if (!child->foreign && g_str_equal (child->name, "sweep"))
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_experiments (PnyxPaper *paper, const GPtrArray *scenarios, const gchar *data_folder,
                  GError **error)
{
  for (guint i = 0; i < scenarios->len; i++)
    {
      const PnyxSection *section = pnyx_section_child (paper->document->root, "experiment", i);
      const ExperimentParams *params = section->params;
      g_autoptr (PnyxDocument) document = experiment_document (paper, scenarios, i, error);
      PnyxPaperExperiment experiment = { .id = params->id, .quick = params->quick };

      if (document == NULL)
        return FALSE;
      experiment.sweep
          = pnyx_sweep_from_document (document, data_folder, has_sweep (document), error);
      if (experiment.sweep == NULL)
        return FALSE;
      g_array_append_val (paper->experiments, experiment);
    }
  return TRUE;
}

/* ---- Numbers ---- */

static const PnyxCalc *
find_calc (PnyxCalcAt calcs, const gchar *name, const PnyxPlace *place, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree gchar *clause = NULL;

  for (gsize i = 0; calcs (i) != NULL; i++)
    {
      if (g_str_equal (calcs (i)->name, name))
        return calcs (i);
      g_ptr_array_add (names, (gpointer)(guintptr)calcs (i)->name);
    }
  g_ptr_array_add (names, NULL);
  clause = pnyx_suggest_clause (name, (const gchar *const *)names->pdata);
  pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, place, "unknown calc \"%s\"%s", name, clause);
  return NULL;
}

static gboolean
check_keys (const PnyxPaperEntry *entry, const PnyxPlace *place, GError **error)
{
  const PnyxCalc *calc = entry->calc;
  GError *failure = NULL;
  gpointer params = pnyx_params_parse_pairs (calc->params, calc->n_params, calc->params_size,
                                             (const gchar *const *)entry->keys, &failure);

  if (params == NULL)
    {
      pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, place, "calc %s: %s", calc->name,
                         failure->message);
      g_error_free (failure);
      return FALSE;
    }
  pnyx_params_clear (calc->params, calc->n_params, params);
  g_free (params);
  return TRUE;
}

/* KEY=@FILE: of the publication's own folder, wherever the program is called; a stranger's names no
 * other. Returns: NULL with @error. */
static gchar *
place_key (const gchar *key, const gchar *folder, const PnyxPlace *place, GError **error)
{
  const gchar *file = strstr (key, "=@");
  g_autofree gchar *tree = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *quoted = NULL;

  if (file == NULL)
    return g_strdup (key);
  quoted = pnyx_message_quote (file + 2);
  tree = pnyx_file_real (folder);
  path = tree == NULL ? NULL : pnyx_file_resolve (tree, tree, file + 2, place, error);
  if (tree == NULL)
    pnyx_set_error_at (error, PNYX_ERROR_MISSING, place, "%s cannot be read", quoted);
  if (path == NULL || !pnyx_file_check (path, quoted, PNYX_FILE_DATA_MAX, place, error))
    return NULL;
  return g_strdup_printf ("%.*s=@%s", (int)(file - key), key, path);
}

static GStrv
split_keys (const gchar *text, const gchar *folder, const PnyxPlace *place, GError **error)
{
  g_auto (GStrv) tokens = g_strsplit (text, " ", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; tokens[i] != NULL; i++)
    {
      g_autofree gchar *key = place_key (tokens[i], folder, place, error);

      if (key == NULL)
        return NULL;
      if (*key != '\0')
        g_strv_builder_add (builder, key);
    }
  return g_strv_builder_end (builder);
}

static gboolean
read_exact (PnyxPaperEntry *entry, const PnyxSection *section, PnyxCalcAt calcs, GError **error)
{
  const ExactParams *params = section->params;
  PnyxPlace calc_place = pnyx_section_place_of (section, "calc");
  PnyxPlace keys_place = pnyx_section_place_of (section, "keys");
  g_autofree gchar *folder = g_path_get_dirname (section->place.file);

  entry->calc = find_calc (calcs, params->calc, &calc_place, error);
  if (entry->calc == NULL)
    return FALSE;
  entry->keys = split_keys (params->keys, folder, &keys_place, error);
  if (entry->keys == NULL)
    return FALSE;
  entry->column = params->column;
  entry->row = params->row == PNYX_COUNT_UNSET ? -1 : (gint64)params->row;
  entry->scale = params->scale;
  if (!isnan (entry->published->tolerance_value))
    {
      pnyx_set_error_at (
          error, PNYX_ERROR_CONFLICT, &entry->published->place,
          "\"%s\" is calculated and has a tolerance (expected none: it agrees to the "
          "digits printed)",
          entry->published->id);
      return FALSE;
    }
  return check_keys (entry, &keys_place, error);
}

/* Both experiments of @entry have its point, and replicates to make an interval of. */
static gboolean
check_experiment (const PnyxPaper *paper, guint index, const PnyxPaperEntry *entry,
                  const PnyxPlace *place, GError **error)
{
  const PnyxPaperExperiment *experiment
      = &g_array_index (paper->experiments, PnyxPaperExperiment, index);
  guint n_points = pnyx_sweep_n_points (experiment->sweep);
  guint64 replicates = pnyx_sweep_base (experiment->sweep)->run->replicates;

  if (entry->point >= n_points)
    pnyx_set_error_at (error, PNYX_ERROR_RANGE, place,
                       "experiment \"%s\" has no point %u (expected 0 to %u)", experiment->id,
                       entry->point, n_points - 1);
  else if (replicates < 2)
    pnyx_set_error_at (error, PNYX_ERROR_RANGE, place,
                       "experiment \"%s\" has one replicate (expected at least 2)", experiment->id);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_simulated (const PnyxPaper *paper, const PnyxPaperEntry *entry, const PnyxSection *section,
                 GError **error)
{
  PnyxPlace metric = pnyx_section_place_of (section, "metric");
  PnyxPlace null = pnyx_section_place_of (section, "null");
  const PnyxPublished *published = entry->published;

  if (!pnyx_metric_exists (entry->metric))
    pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &metric,
                       "unknown metric \"%s\" (try: pnyx list metric)", entry->metric);
  else if (entry->experiment == entry->null)
    pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &null,
                       "the null model of \"%s\" is its own experiment (expected another)",
                       published->id);
  else if (isnan (published->tolerance_value) || published->n_printed != 1)
    pnyx_set_error_at (error, PNYX_ERROR_MISSING, &published->place,
                       "\"%s\" is simulated (expected one value and a tolerance)", published->id);
  else
    return check_experiment (paper, entry->experiment, entry, &section->place, error)
           && check_experiment (paper, entry->null, entry, &null, error);
  return FALSE;
}

static gboolean
read_simulated (const PnyxPaper *paper, PnyxPaperEntry *entry, const PnyxSection *section,
                GError **error)
{
  const SimulatedParams *params = section->params;

  entry->experiment = index_of_experiment (paper, params->experiment);
  entry->null = index_of_experiment (paper, params->null);
  entry->point = (guint)params->point;
  entry->scope = params->scope ? params->scope : "";
  entry->metric = params->metric;
  entry->scale = params->scale;
  return check_simulated (paper, entry, section, error);
}

/* The element of paper.xml that gives @id; NULL: none. @seen counts them. */
static const PnyxSection *
find_entry (const PnyxPaper *paper, const gchar *id, guint *seen)
{
  const GPtrArray *children = paper->document->root->children;
  const PnyxSection *found = NULL;

  *seen = 0;
  for (guint i = 0; i < children->len; i++)
    {
      const PnyxSection *section = g_ptr_array_index (children, i);

      if (section->element != &exact_element && section->element != &simulated_element)
        continue;
      if (!g_str_equal (pnyx_section_value (section, "id")->text, id))
        continue;
      found = section;
      (*seen)++;
    }
  return found;
}

static gboolean
read_entries (PnyxPaper *paper, PnyxCalcAt calcs, GError **error)
{
  for (guint i = 0; i < paper->published->len; i++)
    {
      PnyxPaperEntry entry = { .published = g_ptr_array_index (paper->published, i) };
      guint seen;
      const PnyxSection *section = find_entry (paper, entry.published->id, &seen);
      gboolean good;

      if (seen != 1)
        {
          pnyx_set_error_at (
              error, PNYX_ERROR_CONFLICT, &entry.published->place,
              "\"%s\" stands in paper.xml %u times (expected one exact or simulated)",
              entry.published->id, seen);
          return FALSE;
        }
      good = section->element == &exact_element ? read_exact (&entry, section, calcs, error)
                                                : read_simulated (paper, &entry, section, error);
      g_array_append_val (paper->entries, entry);
      if (!good)
        return FALSE;
    }
  return TRUE;
}

/* Every number of paper.xml stands in published.csv. */
static gboolean
check_published (const PnyxPaper *paper, GError **error)
{
  const GPtrArray *children = paper->document->root->children;

  for (guint i = 0; i < children->len; i++)
    {
      const PnyxSection *section = g_ptr_array_index (children, i);
      const gchar *id;
      gboolean found = FALSE;

      if (section->element != &exact_element && section->element != &simulated_element)
        continue;
      id = pnyx_section_value (section, "id")->text;
      for (guint k = 0; k < paper->published->len && !found; k++)
        found = g_str_equal (((PnyxPublished *)g_ptr_array_index (paper->published, k))->id, id);
      if (found)
        continue;
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                         "\"%s\" does not stand in published.csv (expected a row)", id);
      return FALSE;
    }
  return TRUE;
}

static void
clear_experiment (gpointer data)
{
  pnyx_sweep_free (((PnyxPaperExperiment *)data)->sweep);
}

static void
clear_entry (gpointer data)
{
  g_strfreev (((PnyxPaperEntry *)data)->keys);
}

static gboolean
read_files (PnyxPaper *paper, const gchar *folder, const gchar *data_folder, PnyxCalcAt calcs,
            GError **error)
{
  g_autofree gchar *csv = g_build_filename (folder, "published.csv", NULL);
  PnyxReader reader = { .root = &pnyx_element_paper, .data_folder = data_folder };
  g_autoptr (PnyxDocument) document = pnyx_document_load (paper->path, error);
  g_autoptr (GPtrArray) scenarios = document ? take_scenarios (document, error) : NULL;

  if (scenarios == NULL)
    return FALSE;
  paper->document = pnyx_scenario_from_document (&reader, document, error);
  if (paper->document == NULL)
    return FALSE;
  paper->params = paper->document->root->params;
  paper->published = pnyx_published_read (csv, error);
  return paper->published != NULL && check_published (paper, error)
         && read_experiments (paper, scenarios, data_folder, error)
         && read_entries (paper, calcs, error);
}

PnyxPaper *
pnyx_paper_read (const gchar *folder, const gchar *data_folder, PnyxCalcAt calcs, GError **error)
{
  g_autoptr (PnyxPaper) paper = g_new0 (PnyxPaper, 1);

  paper->name = g_path_get_basename (folder);
  paper->path = g_build_filename (folder, "paper.xml", NULL);
  paper->experiments = g_array_new (FALSE, FALSE, sizeof (PnyxPaperExperiment));
  paper->entries = g_array_new (FALSE, FALSE, sizeof (PnyxPaperEntry));
  g_array_set_clear_func (paper->experiments, clear_experiment);
  g_array_set_clear_func (paper->entries, clear_entry);
  return read_files (paper, folder, data_folder, calcs, error) ? g_steal_pointer (&paper) : NULL;
}

void
pnyx_paper_free (PnyxPaper *paper)
{
  if (paper == NULL)
    return;
  g_array_unref (paper->entries);
  g_array_unref (paper->experiments);
  g_clear_pointer (&paper->published, g_ptr_array_unref);
  pnyx_scenario_free (paper->document);
  g_free (paper->name);
  g_free (paper->path);
  g_free (paper);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

GStrv
pnyx_papers_list (const gchar *folder)
{
  GPtrArray *names = g_ptr_array_new ();
  GDir *dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree gchar *file = g_build_filename (folder, name, "paper.xml", NULL);

      if (g_file_test (file, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (names, g_strdup (name));
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv)g_ptr_array_free (names, FALSE);
}
