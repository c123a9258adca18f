/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An axis of a sweep: from its element to the values that it takes. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "batch/sweep_priv.h"
#include "results/inputs.h"

void
pnyx_axis_clear (PnyxAxis *axis)
{
  pnyx_path_free (axis->path);
  g_strfreev (axis->texts);
  g_strfreev (axis->shown);
  g_free (axis->target);
}

gboolean
pnyx_axis_is_file (const PnyxAxis *axis)
{
  return axis->param != NULL
         && (axis->param->type == PNYX_PARAM_FILE || axis->param->type == PNYX_PARAM_PROFILE);
}

/* A file is called the same wherever it lies, also as a copy among the inputs of results. */
static gchar *
file_stem (const gchar *text)
{
  const gchar *slash = strrchr (text, '/');
  const gchar *name = slash == NULL ? text : slash + 1;
  gsize hash = strspn (name, "0123456789abcdef");

  if (hash == PNYX_INPUTS_HASH_DIGITS && name[hash] == '-')
    name += hash + 1;
  return g_str_has_suffix (name, ".xml") ? g_strndup (name, strlen (name) - strlen (".xml"))
                                         : g_strdup (name);
}

gchar *
pnyx_axis_shown (const PnyxAxis *axis, const gchar *text)
{
  gchar buffer[PNYX_NUMBER_BUFFER];
  gdouble number;

  if (pnyx_axis_is_file (axis))
    return file_stem (text);

  if (axis->param != NULL && axis->param->type != PNYX_PARAM_BOOL
      && pnyx_param_number (axis->param, text, &number))
    return g_strdup (pnyx_number_format (buffer, number));
  return g_strdup (text);
}

/* ---- Lists ---- */

/* Where the item at @p ends: at a comma outside of brackets, or behind the closing quote. */
static const gchar *
item_end (const gchar *p)
{
  guint depth = 0;

  if (*p == '\'')
    {
      const gchar *quote = strchr (p + 1, '\'');

      return quote == NULL ? NULL : quote + 1;
    }
  for (; *p != '\0' && (*p != ',' || depth > 0); p++)
    {
      depth += *p == '(' ? 1 : 0;
      depth -= *p == ')' && depth > 0 ? 1 : 0;
    }
  return p;
}

static gboolean
split_values (PnyxAxis *axis, GError **error)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  PnyxPlace place = pnyx_section_place_of (axis->section, "values");
  const gchar *p = axis->params->values;

  for (;;)
    {
      g_autofree gchar *item = NULL;
      const gchar *end;

      while (g_ascii_isspace (*p))
        p++;
      end = item_end (p);
      if (end != NULL)
        item = *p == '\'' ? g_strndup (p + 1, (gsize)(end - p - 2))
                          : g_strstrip (g_strndup (p, (gsize)(end - p)));
      while (end != NULL && g_ascii_isspace (*end))
        end++;
      if (end == NULL || (*item == '\0' && *p != '\'') || (*end != ',' && *end != '\0'))
        {
          pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place,
                             "axis %s: \"%s\" is no list (expected values with commas between "
                             "them)",
                             axis->params->path, axis->params->values);
          return FALSE;
        }
      g_strv_builder_add (texts, item);
      if (*end == '\0')
        break;
      p = end + 1;
    }
  axis->texts = g_strv_builder_end (texts);
  axis->n = g_strv_length (axis->texts);
  return TRUE;
}

/* ---- Ranges ---- */

static gboolean
read_end (const PnyxAxis *axis, const gchar *attribute, const gchar *text, gdouble *number,
          GError **error)
{
  PnyxPlace place = pnyx_section_place_of (axis->section, attribute);
  g_autofree gchar *type = NULL;

  if (axis->param != NULL && axis->param->type != PNYX_PARAM_BOOL
      && pnyx_param_number (axis->param, text, number))
    return TRUE;
  type = axis->param == NULL ? g_strdup ("a kind") : pnyx_param_type_name (axis->param);
  pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place,
                     "axis %s: \"%s\" is no end of a range of %s (expected a number as the "
                     "attribute takes it, or values=\"...\")",
                     axis->params->path, text, type);
  return FALSE;
}

/* To twelve digits, so that a step of 0.05 reaches 0.15 and not its last bit above it. */
static gdouble
between (const PnyxAxis *axis, gdouble u)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];
  gdouble value = axis->params->scale == 1 ? axis->from * pow (axis->to / axis->from, u)
                                           : axis->from + (axis->to - axis->from) * u;

  return g_ascii_strtod (g_ascii_formatd (text, sizeof text, "%.12g", value), NULL);
}

static gboolean
read_range (PnyxAxis *axis, gboolean random, GError **error)
{
  const PnyxAxisParams *params = axis->params;
  gboolean stepped = params->steps != PNYX_COUNT_UNSET;
  PnyxPlace place = pnyx_section_place_of (axis->section, stepped ? "steps" : "from");
  const gchar *wrong = NULL;

  if (!read_end (axis, "from", params->from, &axis->from, error)
      || !read_end (axis, "to", params->to, &axis->to, error))
    return FALSE;
  if (stepped && random)
    wrong = "steps means nothing in a random design (expected it absent)";
  else if (!stepped && !random)
    wrong = "the range has no steps (expected steps=\"...\", or a random design)";
  else if (axis->from == axis->to)
    wrong = "the range is empty (expected two different ends)";
  else if (params->scale == 1 && (axis->from <= 0 || axis->to <= 0))
    wrong = "a range of logarithms has to lie above 0 (expected other ends, or scale=\"linear\")";
  if (wrong == NULL)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place, "axis %s: %s", params->path, wrong);
  return FALSE;
}

/* The ends are what was written, what lies between is rounded where the attribute is whole. */
static void
step_range (PnyxAxis *axis)
{
  const PnyxAxisParams *params = axis->params;

  axis->n = (guint)params->steps;
  axis->texts = g_new0 (gchar *, axis->n + 1);
  axis->texts[0] = g_strdup (params->from);
  axis->texts[axis->n - 1] = g_strdup (params->to);
  for (guint i = 1; i + 1 < axis->n; i++)
    axis->texts[i] = pnyx_param_from_number (
        axis->param, between (axis, (gdouble)i / (axis->n - 1)), params->from);
}

void
pnyx_axis_at (const PnyxAxis *axis, gdouble u, gchar **text)
{
  if (axis->n > 0)
    *text = g_strdup (axis->texts[MIN ((guint)(u * axis->n), axis->n - 1)]);
  else
    *text = pnyx_param_from_number (axis->param, between (axis, u), axis->params->from);
}

/* ---- Reading ---- */

/* Blocks and seconds are no numbers of one column, and nothing lies between them. */
static gboolean
check_measure (const PnyxAxis *axis, GError **error)
{
  const gchar *const ends[] = { axis->params->from, axis->params->to, NULL };
  const gchar *const *texts
      = axis->params->values != NULL ? (const gchar *const *)axis->texts : ends;
  PnyxPlace place
      = pnyx_section_place_of (axis->section, axis->params->values != NULL ? "values" : "to");
  PnyxSpan first, other;

  if (axis->param == NULL || axis->param->type != PNYX_PARAM_SPAN
      || !pnyx_span_parse (texts[0], &first, NULL))
    return TRUE;
  for (guint i = 1; texts[i] != NULL; i++)
    if (pnyx_span_parse (texts[i], &other, NULL) && other.unit != first.unit)
      {
        pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                           "axis %s: \"%s\" and \"%s\" are of two measures (expected one)",
                           axis->params->path, texts[0], texts[i]);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_doubles (const PnyxAxis *axis, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  PnyxPlace place
      = pnyx_section_place_of (axis->section, axis->params->values != NULL ? "values" : "steps");

  for (guint i = 0; i < axis->n; i++)
    if (!g_hash_table_add (seen, axis->shown[i]))
      {
        pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                           "axis %s: the value %s stands twice in it (expected each once)",
                           axis->params->path, axis->shown[i]);
        return FALSE;
      }
  return TRUE;
}

/* Attributes that are no part of the world at a point. */
static gboolean
check_target (const PnyxAxis *axis, GError **error)
{
  static const gchar *const others[] = { "scenario[1]/@name", "scenario[1]/run[1]/@replicates" };
  PnyxPlace place = pnyx_section_place_of (axis->section, "path");
  gboolean other = g_str_has_prefix (axis->target, "scenario[1]/sweep[")
                   || g_str_has_prefix (axis->target, "scenario[1]/figures[");

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    other = other || g_str_equal (axis->target, others[i]);
  if (!other)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "axis %s is the same at every point (expected something that a run depends "
                     "on)",
                     axis->params->path);
  return FALSE;
}

/* Looks up what the path names, in a copy in which it is written. */
static gboolean
find_target (PnyxAxis *axis, const PnyxDocument *document, GError **error)
{
  g_autoptr (PnyxDocument) copy = pnyx_document_copy (document);
  GError *failure = NULL;

  if (!pnyx_path_set (axis->path, "0", &pnyx_element_scenario, copy, error))
    return FALSE;
  axis->target = pnyx_path_target (axis->path, &pnyx_element_scenario, copy, error);
  if (axis->target == NULL)
    return FALSE;
  axis->param = pnyx_path_param (axis->path, &pnyx_element_scenario, copy, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL && check_target (axis, error);
}

gboolean
pnyx_axis_read (PnyxAxis *axis, const PnyxSection *section, const PnyxDocument *document,
                gboolean random, GError **error)
{
  const PnyxAxisParams *params = section->params;
  PnyxPlace place = pnyx_section_place_of (section, "path");
  g_autofree gchar *label = NULL;

  axis->section = section;
  axis->params = params;
  axis->name = params->name != NULL ? params->name : params->path;
  label = place.line == 0
              ? g_strdup_printf ("axis %s", params->path)
              : g_strdup_printf ("%s:%u: axis %s", place.file, place.line, params->path);
  axis->path = pnyx_path_parse (params->path, label, error);
  if (axis->path == NULL)
    {
      g_prefix_error (error, "%s: ", label);
      return FALSE;
    }
  if (!find_target (axis, document, error))
    return FALSE;
  if (params->values != NULL && !split_values (axis, error))
    return FALSE;
  if (params->values == NULL && !read_range (axis, random, error))
    return FALSE;
  if (!check_measure (axis, error))
    return FALSE;
  if (params->values == NULL && !random)
    step_range (axis);
  axis->shown = g_new0 (gchar *, axis->n + 1);
  for (guint i = 0; i < axis->n; i++)
    axis->shown[i] = pnyx_axis_shown (axis, axis->texts[i]);
  return check_doubles (axis, error);
}
