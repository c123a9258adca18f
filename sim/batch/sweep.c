/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The points of a sweep. Axes that are not zipped span dimensions; a grid counts through them, the
 * last one fastest, a random design gives each point a coordinate in each. What <when> leaves out
 * has no number. A point is a copy of the document in which the values of the axes are set, read as
 * any scenario.
 */
#include "batch/sweep.h"

#include <string.h>

#include "batch/sweep_priv.h"
#include "scenario/override.h"
#include "scenario/writer.h"

struct _PnyxSweep
{
  PnyxDocument *document;     /* owned */
  gchar *data_folder;         /* owned */
  PnyxModel *base;            /* owned */
  const PnyxSection *section; /* borrowed from @base; NULL: one point */
  PnyxPrecision precision;
  guint n_axes, n_dimensions;
  PnyxAxis *axes;      /* owned */
  const gchar **names; /* owned: (array length=n_axes) */
  guint n_points;
  GPtrArray *texts;    /* borrowed texts: n_points * n_axes: as a scenario has them */
  GPtrArray *shown;    /* borrowed texts: n_points * n_axes: as CSV files have them */
  GStringChunk *chunk; /* owned: texts that no axis owns */
};

void
pnyx_sweep_free (PnyxSweep *sweep)
{
  if (sweep == NULL)
    return;
  for (guint i = 0; i < sweep->n_axes; i++)
    pnyx_axis_clear (&sweep->axes[i]);
  g_free (sweep->axes);
  g_free (sweep->names);
  g_ptr_array_unref (sweep->texts);
  g_ptr_array_unref (sweep->shown);
  g_string_chunk_free (sweep->chunk);
  pnyx_model_free (sweep->base);
  pnyx_document_free (sweep->document);
  g_free (sweep->data_folder);
  g_free (sweep);
}

/* ---- Axes ---- */

static gboolean
check_pair (const PnyxAxis *a, const PnyxAxis *b, GError **error)
{
  if (g_str_equal (a->target, b->target))
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &b->section->place,
                         "axis %s sets what axis %s at %s:%u sets (expected one axis)",
                         b->params->path, a->params->path, a->section->place.file,
                         a->section->place.line);
      return FALSE;
    }
  if (g_str_equal (a->name, b->name))
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &b->section->place,
                         "a second axis has the name %s (expected name=\"...\")", b->name);
      return FALSE;
    }
  if (a->n != b->n && a->dimension == b->dimension && a->n > 0 && b->n > 0)
    {
      pnyx_set_error_at (
          error, PNYX_ERROR_CONFLICT, &b->section->place,
          "axis %s has %u values, %s, with which it steps, has %u (expected as many)",
          b->params->path, b->n, a->params->path, a->n);
      return FALSE;
    }
  return TRUE;
}

static void
set_dimension (PnyxSweep *sweep, guint i)
{
  PnyxAxis *axis = &sweep->axes[i];

  for (guint k = 0; k < i; k++)
    if (axis->params->zip != NULL && g_strcmp0 (axis->params->zip, sweep->axes[k].params->zip) == 0)
      {
        axis->dimension = sweep->axes[k].dimension;
        return;
      }
  axis->dimension = sweep->n_dimensions++;
}

static gboolean
read_axes (PnyxSweep *sweep, gboolean random, GError **error)
{
  sweep->n_axes = (guint)pnyx_section_count (sweep->section, "axis");
  sweep->axes = g_new0 (PnyxAxis, sweep->n_axes);
  sweep->names = g_new0 (const gchar *, sweep->n_axes + 1);
  for (guint i = 0; i < sweep->n_axes; i++)
    {
      PnyxAxis *axis = &sweep->axes[i];

      if (!pnyx_axis_read (axis, pnyx_section_child (sweep->section, "axis", i), sweep->document,
                           random, error))
        return FALSE;
      sweep->names[i] = axis->name;
      set_dimension (sweep, i);
      for (guint k = 0; k < i; k++)
        if (!check_pair (&sweep->axes[k], axis, error))
          return FALSE;
    }
  return TRUE;
}

/* ---- Points ---- */

static void
add_point (PnyxSweep *sweep, const gchar *const *texts, const gchar *const *shown)
{
  if (!pnyx_when_holds (sweep->section, sweep->axes, sweep->n_axes, shown))
    return;
  for (guint i = 0; i < sweep->n_axes; i++)
    {
      g_ptr_array_add (sweep->texts, (gpointer)(guintptr)texts[i]);
      g_ptr_array_add (sweep->shown, (gpointer)(guintptr)shown[i]);
    }
  sweep->n_points++;
}

static gboolean
set_too_many (const PnyxSweep *sweep, GError **error)
{
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &sweep->section->place,
                     "the sweep has more than %d points (expected fewer values or axes)",
                     PNYX_SWEEP_POINTS_MAX);
  return FALSE;
}

static gboolean
make_grid (PnyxSweep *sweep, GError **error)
{
  g_autofree guint *sizes = g_new0 (guint, sweep->n_dimensions + 1);
  g_autofree guint *at = g_new0 (guint, sweep->n_dimensions + 1);
  g_autofree const gchar **texts = g_new0 (const gchar *, sweep->n_axes + 1);
  g_autofree const gchar **shown = g_new0 (const gchar *, sweep->n_axes + 1);
  guint64 total = 1;

  for (guint i = 0; i < sweep->n_axes; i++)
    sizes[sweep->axes[i].dimension] = sweep->axes[i].n;
  for (guint d = 0; d < sweep->n_dimensions; d++)
    {
      total *= sizes[d];
      if (total > PNYX_SWEEP_POINTS_MAX)
        return set_too_many (sweep, error);
    }
  for (guint64 n = 0; n < total; n++)
    {
      for (guint i = 0; i < sweep->n_axes; i++)
        {
          texts[i] = sweep->axes[i].texts[at[sweep->axes[i].dimension]];
          shown[i] = sweep->axes[i].shown[at[sweep->axes[i].dimension]];
        }
      add_point (sweep, texts, shown);
      for (guint d = sweep->n_dimensions; d > 0 && ++at[d - 1] == sizes[d - 1]; d--)
        at[d - 1] = 0;
    }
  return TRUE;
}

static gboolean
make_random (PnyxSweep *sweep, PnyxDesignKind kind, guint64 samples, GError **error)
{
  PnyxPlace place = pnyx_section_place_of (sweep->section, "samples");
  g_autofree const gchar **texts = g_new0 (const gchar *, sweep->n_axes + 1);
  g_autofree const gchar **shown = g_new0 (const gchar *, sweep->n_axes + 1);
  g_autofree gdouble *rows = NULL;
  GError *failure = NULL;
  gsize n;

  if (!pnyx_design_check (kind, samples, sweep->n_dimensions, &failure))
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place, "%s", failure->message);
      g_error_free (failure);
      return FALSE;
    }
  n = pnyx_design_rows (kind, samples, sweep->n_dimensions);
  if (n > PNYX_SWEEP_POINTS_MAX)
    return set_too_many (sweep, error);
  rows = pnyx_design_new (kind, samples, sweep->n_dimensions, sweep->base->params->seed);
  for (gsize row = 0; row < n; row++)
    {
      for (guint i = 0; i < sweep->n_axes; i++)
        {
          const PnyxAxis *axis = &sweep->axes[i];
          g_autofree gchar *text = NULL;
          g_autofree gchar *seen = NULL;

          pnyx_axis_at (axis, rows[row * sweep->n_dimensions + axis->dimension], &text);
          seen = pnyx_axis_shown (axis, text);
          texts[i] = g_string_chunk_insert (sweep->chunk, text);
          shown[i] = g_string_chunk_insert (sweep->chunk, seen);
        }
      add_point (sweep, texts, shown);
    }
  return TRUE;
}

/* Indices belong to whole designs, and each dimension has to be one thing. */
static gboolean
check_sensitivity (const PnyxSweep *sweep, PnyxDesignKind kind, GError **error)
{
  const gchar *wrong = NULL;

  if (kind != PNYX_DESIGN_MORRIS && kind != PNYX_DESIGN_SALTELLI)
    return TRUE;
  if (pnyx_section_count (sweep->section, "when") > 0)
    wrong = "cannot leave points out (expected no <when>)";
  else if (sweep->n_dimensions < sweep->n_axes)
    wrong = "has to vary each axis by itself (expected no zip)";
  if (wrong != NULL)
    pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &sweep->section->place, "design %s %s",
                       pnyx_design_name (kind), wrong);
  return wrong == NULL;
}

static gboolean
make_points (PnyxSweep *sweep, GError **error)
{
  const PnyxSweepParams *params = sweep->section->params;
  gboolean random = params->design != PNYX_SWEEP_GRID;
  PnyxDesignKind kind = random ? (PnyxDesignKind)(params->design - 1) : PNYX_DESIGN_UNIFORM;
  gboolean made;

  if (!read_axes (sweep, random, error)
      || !pnyx_when_check (sweep->section, sweep->axes, sweep->n_axes, error)
      || (random && !check_sensitivity (sweep, kind, error)))
    return FALSE;
  made = random ? make_random (sweep, kind, params->samples, error) : make_grid (sweep, error);
  if (made && sweep->n_points == 0)
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &sweep->section->place,
                         "the sweep has no point: <when> leaves all of them out (expected at "
                         "least one)");
      return FALSE;
    }
  return made;
}

/* ---- Trying ---- */

static gboolean
try_point (const PnyxSweep *sweep, guint point, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (PnyxModel) model = pnyx_sweep_model (sweep, point, &failure);
  g_autofree gchar *values = NULL;

  if (model != NULL)
    return TRUE;
  values = pnyx_sweep_describe_point (sweep, point);
  g_set_error (error, PNYX_ERROR, failure->code, "%s [point %u: %s]", failure->message, point,
               values);
  return FALSE;
}

/* Every point, or one for each value of each axis where there are very many. */
static gboolean
try_points (const PnyxSweep *sweep, GError **error)
{
  gboolean all = sweep->n_points <= PNYX_SWEEP_CHECKED_MAX;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint point = 0; point < sweep->n_points; point++)
    {
      gboolean fresh = all || point < PNYX_SWEEP_CHECKED_MAX / 2;

      for (guint i = 0; i < sweep->n_axes; i++)
        {
          const gchar *text = g_ptr_array_index (sweep->texts, (gsize)point * sweep->n_axes + i);

          if (sweep->axes[i].n > 0 && !all
              && g_hash_table_add (seen, g_strdup_printf ("%u %s", i, text)))
            fresh = TRUE;
        }
      if (fresh && !try_point (sweep, point, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- Reading ---- */

static void
read_precision (PnyxSweep *sweep)
{
  const PnyxSection *section
      = sweep->section == NULL ? NULL : pnyx_section_child (sweep->section, "precision", 0);
  const PnyxPrecisionParams *params = section == NULL ? NULL : section->params;

  if (params == NULL)
    return;
  sweep->precision = (PnyxPrecision){ .metric = params->metric,
                                      .scope = params->scope == NULL ? "" : params->scope,
                                      .half_width = params->half_width,
                                      .relative = params->relative,
                                      .replicates_max = (guint)params->replicates_max };
}

PnyxSweep *
pnyx_sweep_from_document (const PnyxDocument *document, const gchar *data_folder, gboolean whole,
                          GError **error)
{
  g_autoptr (PnyxSweep) sweep = g_new0 (PnyxSweep, 1);
  PnyxPlace place;

  sweep->texts = g_ptr_array_new ();
  sweep->shown = g_ptr_array_new ();
  sweep->chunk = g_string_chunk_new (4096);
  sweep->document = pnyx_document_copy (document);
  sweep->data_folder = g_strdup (data_folder);
  sweep->base = pnyx_model_from_document (document, data_folder, error);
  if (sweep->base == NULL)
    return NULL;
  if (!whole)
    {
      sweep->n_points = 1;
      return g_steal_pointer (&sweep);
    }
  sweep->section = pnyx_section_child (sweep->base->scenario->root, "sweep", 0);
  if (sweep->section == NULL)
    {
      place = sweep->base->scenario->root->place;
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, &place,
                         "the scenario has no <sweep> (expected one with an <axis>, or: pnyx run)");
      return NULL;
    }
  read_precision (sweep);
  return make_points (sweep, error) && try_points (sweep, error) ? g_steal_pointer (&sweep) : NULL;
}

PnyxSweep *
pnyx_sweep_read (const gchar *path, const gchar *data_folder, const gchar *const *overrides,
                 gboolean whole, GError **error)
{
  g_autoptr (PnyxDocument) document = pnyx_document_load (path, error);

  if (document == NULL
      || !pnyx_overrides_apply (overrides, &pnyx_element_scenario, document, error))
    return NULL;
  return pnyx_sweep_from_document (document, data_folder, whole, error);
}

/* ---- What there is ---- */

const PnyxModel *
pnyx_sweep_base (const PnyxSweep *sweep)
{
  return sweep->base;
}

guint
pnyx_sweep_n_points (const PnyxSweep *sweep)
{
  return sweep->n_points;
}

guint
pnyx_sweep_n_axes (const PnyxSweep *sweep)
{
  return sweep->n_axes;
}

const gchar *const *
pnyx_sweep_axes (const PnyxSweep *sweep)
{
  return sweep->names;
}

const gchar *const *
pnyx_sweep_values (const PnyxSweep *sweep)
{
  return (const gchar *const *)sweep->shown->pdata;
}

const PnyxPrecision *
pnyx_sweep_precision (const PnyxSweep *sweep)
{
  return &sweep->precision;
}

gboolean
pnyx_sweep_design (const PnyxSweep *sweep, PnyxDesignKind *kind, guint *n)
{
  const PnyxSweepParams *params = sweep->section == NULL ? NULL : sweep->section->params;

  if (params == NULL || params->design == PNYX_SWEEP_GRID)
    return FALSE;
  *kind = (PnyxDesignKind)(params->design - 1);
  *n = (guint)params->samples;
  return TRUE;
}

PnyxModel *
pnyx_sweep_model (const PnyxSweep *sweep, guint point, GError **error)
{
  g_autoptr (PnyxDocument) document = pnyx_document_copy (sweep->document);

  PNYX_REQUIRE (point < sweep->n_points);
  for (guint i = 0; i < sweep->n_axes; i++)
    if (!pnyx_path_set (sweep->axes[i].path,
                        g_ptr_array_index (sweep->texts, (gsize)point * sweep->n_axes + i),
                        &pnyx_element_scenario, document, error))
      return NULL;
  return pnyx_model_from_document (document, sweep->data_folder, error);
}

/* ---- Effective scenario ---- */

static void
add_files (GPtrArray *paths, const PnyxModel *model)
{
  for (guint i = 0; i < model->scenario->files->len; i++)
    {
      const PnyxFileUse *use = g_ptr_array_index (model->scenario->files, i);

      if (use->param != NULL
          && !g_ptr_array_find_with_equal_func (paths, use->path, g_str_equal, NULL))
        g_ptr_array_add (paths, g_strdup (use->path));
    }
}

/* The scenario with the value @k of @axis, at the first point that has it. */
static PnyxModel *
model_with (const PnyxSweep *sweep, const PnyxAxis *axis, guint k)
{
  gsize i = (gsize)(axis - sweep->axes);

  for (guint point = 0; point < sweep->n_points; point++)
    if (g_str_equal (g_ptr_array_index (sweep->texts, (gsize)point * sweep->n_axes + i),
                     axis->texts[k]))
      return pnyx_sweep_model (sweep, point, NULL);
  return NULL;
}

GStrv
pnyx_sweep_files (const PnyxSweep *sweep)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  add_files (paths, sweep->base);
  for (guint i = 0; i < sweep->n_axes; i++)
    for (guint k = 0; k < sweep->axes[i].n; k++)
      {
        /* A kind may bring files of its own. */
        if (sweep->axes[i].param == NULL || pnyx_axis_is_file (&sweep->axes[i]))
          {
            g_autoptr (PnyxModel) model = model_with (sweep, &sweep->axes[i], k);

            if (model != NULL)
              add_files (paths, model);
          }
      }
  g_ptr_array_add (paths, NULL);
  return (GStrv)g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

/* What the effective scenario calls files. */
typedef struct
{
  const gchar *const *paths;
  const gchar *const *names;
} Renaming;

static gchar *
rename_file (const PnyxParam *param, const gchar *path, gpointer data)
{
  const Renaming *renaming = data;

  (void)param;
  for (gsize i = 0; renaming->paths[i] != NULL; i++)
    if (g_str_equal (renaming->paths[i], path))
      return g_strdup (renaming->names[i]);
  return NULL;
}

/* What the effective scenario calls the file that is the value @k of @axis. */
static gchar *
rename_value (const PnyxSweep *sweep, const PnyxAxis *axis, guint k, Renaming *renaming)
{
  g_autoptr (PnyxModel) model = model_with (sweep, axis, k);

  for (guint i = 0; model != NULL && i < model->scenario->files->len; i++)
    {
      const PnyxFileUse *use = g_ptr_array_index (model->scenario->files, i);

      if (use->param == axis->param && g_strcmp0 (use->written, axis->texts[k]) == 0)
        return rename_file (use->param, use->path, renaming);
    }
  return g_strdup (axis->texts[k]);
}

static gboolean
rename_values (const PnyxSweep *sweep, guint i, Renaming *renaming, PnyxDocument *document,
               GError **error)
{
  g_autofree gchar *text = g_strdup_printf ("sweep/axis[%u]/@values", i + 1);
  g_autoptr (PnyxPath) path = pnyx_path_parse (text, NULL, error);
  g_autoptr (GString) values = g_string_new (NULL);

  for (guint k = 0; k < sweep->axes[i].n; k++)
    {
      g_autofree gchar *name = rename_value (sweep, &sweep->axes[i], k, renaming);

      g_string_append_printf (values, "%s'%s'", k == 0 ? "" : ", ", name);
    }
  return path != NULL && pnyx_path_set (path, values->str, &pnyx_element_scenario, document, error);
}

gchar *
pnyx_sweep_to_xml (const PnyxSweep *sweep, const gchar *const *paths, const gchar *const *names,
                   GError **error)
{
  PnyxReader reader = { .root = &pnyx_element_scenario, .data_folder = sweep->data_folder };
  g_autoptr (PnyxDocument) document = pnyx_document_copy (sweep->document);
  g_autoptr (PnyxScenario) scenario = NULL;
  g_autoptr (GPtrArray) varying = g_ptr_array_new ();
  Renaming renaming = { paths, names };

  for (guint i = 0; i < sweep->n_axes; i++)
    {
      const PnyxAxis *axis = &sweep->axes[i];
      const gchar *kind = axis->param != NULL
                              ? NULL
                              : pnyx_path_kind (axis->path, &pnyx_element_scenario, document);

      if (kind != NULL)
        {
          if (!pnyx_path_set (axis->path, kind, &pnyx_element_scenario, document, error))
            return NULL;
          g_ptr_array_add (varying, (gpointer)(guintptr)pnyx_path_label (axis->path));
        }
      if (pnyx_axis_is_file (axis) && !rename_values (sweep, i, &renaming, document, error))
        return NULL;
    }
  g_ptr_array_add (varying, NULL);
  scenario = pnyx_scenario_from_document (&reader, document, error);
  return scenario == NULL ? NULL
                          : pnyx_scenario_to_xml (scenario, rename_file, &renaming,
                                                  (const gchar *const *)varying->pdata);
}

/* ---- In words ---- */

gchar *
pnyx_sweep_describe_point (const PnyxSweep *sweep, guint point)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < sweep->n_axes; i++)
    g_string_append_printf (
        text, "%s%s = %s", i == 0 ? "" : ", ", sweep->names[i],
        (const gchar *)g_ptr_array_index (sweep->texts, (gsize)point * sweep->n_axes + i));
  return g_string_free (text, FALSE);
}
