/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/describe.h"

#include <string.h>

#include "scenario/tables.h"
#include "scenario/writer.h"

#define WIDTH 92

/* --- words --- */

/* @text broken into lines of WIDTH behind @indent blanks; the first line is begun already. */
static void
append_wrapped (GString *out, const gchar *text, guint indent, guint column)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (gsize i = 0; words[i] != NULL; i++)
    {
      guint length = (guint)g_utf8_strlen (words[i], -1);

      if (i > 0 && column + 1 + length > WIDTH)
        {
          g_string_append_printf (out, "\n%*s", (int)indent, "");
          column = indent;
        }
      else if (i > 0)
        {
          g_string_append_c (out, ' ');
          column++;
        }
      g_string_append (out, words[i]);
      column += length;
    }
  g_string_append_c (out, '\n');
}

static void
append_labelled (GString *out, const gchar *label, const gchar *text)
{
  g_string_append_printf (out, "  %-12s", label);
  append_wrapped (out, text, 14, 14);
}

/* "time (ns, us, ...), 0 s to 10 s; default 250 ms". */
static gchar *
param_facts (const PnyxParam *param)
{
  g_autofree gchar *type = pnyx_param_type_name (param);
  g_autofree gchar *range = pnyx_param_range (param);
  GString *facts = g_string_new (type);
  const gchar *units = "";

  if (param->type == PNYX_PARAM_REAL || param->type == PNYX_PARAM_DISTRIBUTION
      || param->type == PNYX_PARAM_REALS)
    units = pnyx_unit_choices (param->unit);
  else if (param->type == PNYX_PARAM_TIME || param->type == PNYX_PARAM_SIZE
           || param->type == PNYX_PARAM_STAKE)
    units = pnyx_unit_choices (param->type == PNYX_PARAM_TIME   ? PNYX_UNIT_TIME
                               : param->type == PNYX_PARAM_SIZE ? PNYX_UNIT_SIZE
                                                                : PNYX_UNIT_STAKE);
  if (*units != '\0')
    g_string_append_printf (facts, " (%s)", units);
  if (*range != '\0')
    g_string_append_printf (facts, ", %s", range);
  if (param->fallback == NULL)
    g_string_append (facts, "; mandatory");
  else if (*param->fallback == '\0')
    g_string_append (facts, "; may be left out");
  else
    g_string_append_printf (facts, "; default %s", param->fallback);
  return g_string_free (facts, FALSE);
}

static void
append_params (GString *out, const PnyxParam *table, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree gchar *facts = param_facts (&table[i]);

      g_string_append_printf (out, "\n  %s: ", table[i].name);
      append_wrapped (out, facts, 6, 4 + (guint)strlen (table[i].name));
      g_string_append (out, "      ");
      append_wrapped (out, table[i].meaning, 6, 6);
      if (table[i].source != NULL)
        {
          g_string_append (out, "      source: ");
          append_wrapped (out, table[i].source, 14, 14);
        }
    }
}

static void
append_child_names (GString *out, const PnyxChild *children, gsize n)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (list, "%s<%s>", i == 0 ? "" : ", ", children[i].element->name);
  if (n > 0)
    append_labelled (out, "may contain", list->str);
}

/* --- snippets --- */

/* What @param takes of @candidates (n of them, any NULL); NULL where it takes none. */
static gchar *
first_taken (const PnyxParam *param, const gchar *const *candidates, gsize n)
{
  g_autofree gpointer params = g_malloc0 (param->offset + sizeof (PnyxReals) + sizeof (PnyxSpan));

  for (gsize i = 0; i < n; i++)
    {
      const gchar *text = candidates[i];
      gboolean ok
          = text != NULL && *text != '\0' && pnyx_param_parse (param, text, NULL, params, NULL);

      pnyx_params_clear (param, 1, params);
      if (ok)
        return g_strdup (text);
    }
  return NULL;
}

gchar *
pnyx_param_example (const PnyxParam *param)
{
  const gchar *unit = pnyx_unit_name (param->unit);
  g_autofree gchar *with_unit = g_strdup_printf ("1%s%s", *unit ? " " : "", unit);
  const gchar *const candidates[] = {
    param->fallback,
    param->choices == NULL ? NULL : param->choices[0],
    param->type == PNYX_PARAM_REFERENCE ? "main" : NULL,
    param->type == PNYX_PARAM_NAME ? param->name : NULL,
    param->type == PNYX_PARAM_FILE ? "data.csv" : NULL,
    with_unit,
    "1 s",
    "1 KiB",
    "32 ETH",
    "64 epoch",
    "1",
    "true",
    "name",
    param->min,
    param->max,
  };
  gchar *example = first_taken (param, candidates, G_N_ELEMENTS (candidates));

  return example == NULL ? g_strdup ("...") : example;
}

static void
append_attributes (GString *xml, const PnyxParam *table, gsize n, guint indent)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree gchar *value = NULL;

      if (table[i].fallback != NULL && *table[i].fallback == '\0')
        continue;
      value = pnyx_param_example (&table[i]);
      pnyx_xml_append_attribute (xml, table[i].name, value, indent);
    }
}

/* An element with the attributes that have values, and its component; without children. */
static void
append_snippet (GString *out, const PnyxElement *element, const PnyxComponent *component)
{
  gboolean separate = component != NULL && pnyx_component_is_separate (element, component);

  g_string_append_printf (out, "\n  <%s", element->name);
  if (component != NULL)
    pnyx_xml_append_attribute (out, "kind", component->name, 6);
  /* A component's snippet leaves the element's own defaults alone. */
  for (gsize i = 0; i < element->n_params; i++)
    if (component == NULL || element->params[i].fallback == NULL)
      append_attributes (out, &element->params[i], 1, 6);
  if (component != NULL && !separate)
    append_attributes (out, component->params, component->n_params, 6);
  if (separate && component->n_params > 0)
    {
      g_string_append_printf (out, "> <%s", component->name);
      append_attributes (out, component->params, component->n_params, 6);
      g_string_append_printf (out, "/> </%s>\n", element->name);
    }
  else
    g_string_append (out, "/>\n");
}

/* --- elements and components --- */

static void
append_component (GString *out, const PnyxElement *element, const PnyxComponent *component)
{
  g_string_append_printf (out, "%s%s/%s: ", out->len == 0 ? "" : "\n", element->kind->name,
                          component->name);
  append_wrapped (out, component->summary, 2,
                  (guint)(strlen (element->kind->name) + strlen (component->name) + 3));
  if (component->source != NULL)
    append_labelled (out, "source", component->source);
  if (component->limits != NULL)
    append_labelled (out, "leaves out", component->limits);
  append_child_names (out, component->children, component->n_children);
  for (gsize i = 0; i < component->n_calcs; i++)
    {
      g_autofree gchar *call = g_strdup_printf ("pnyx calc %s", component->calcs[i].example);

      append_labelled (out, "formula", call);
    }
  append_params (out, component->params, component->n_params);
  append_snippet (out, element, component);
}

static void
append_element (GString *out, const PnyxElement *element)
{
  const PnyxComponent *component;

  g_string_append_printf (out, "%s<%s>: ", out->len == 0 ? "" : "\n", element->name);
  append_wrapped (out, element->meaning, 2, (guint)strlen (element->name) + 4);
  append_child_names (out, element->children, element->n_children);
  append_params (out, element->params, element->n_params);
  if (element->kind == NULL)
    {
      append_snippet (out, element, NULL);
      return;
    }
  g_string_append_printf (out, "\n  kind: %s\n", element->kind->meaning);
  for (gsize i = 0; (component = element->kind->get (i)) != NULL; i++)
    {
      g_string_append_printf (out, "      %s%s: ", component->name,
                              g_strcmp0 (component->name, element->default_kind) == 0 ? " (default)"
                                                                                      : "");
      append_wrapped (out, component->summary, 8, 8 + (guint)strlen (component->name));
    }
}

static void
append_matching (GString *out, const PnyxElement *element, const gchar *name)
{
  const PnyxComponent *component;

  if (g_str_equal (element->name, name)
      || (element->kind != NULL && g_str_equal (element->kind->name, name)))
    append_element (out, element);
  for (gsize i = 0; element->kind != NULL && (component = element->kind->get (i)) != NULL; i++)
    {
      g_autofree gchar *full = g_strdup_printf ("%s/%s", element->kind->name, component->name);

      if (g_str_equal (component->name, name) || g_str_equal (full, name))
        append_component (out, element, component);
    }
}

static void
set_unknown_name (GError **error, const GPtrArray *elements, const gchar *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const gchar *slash = strchr (name, '/');
  const gchar *last = slash == NULL ? name : slash + 1;
  g_autofree gchar *quoted = pnyx_message_quote (name);
  g_autofree gchar *clause = NULL;
  const PnyxComponent *component;

  for (guint i = 0; i < elements->len; i++)
    {
      const PnyxElement *element = g_ptr_array_index (elements, i);

      g_ptr_array_add (names, (gpointer)(guintptr)element->name);
      for (gsize k = 0; element->kind != NULL && (component = element->kind->get (k)) != NULL; k++)
        g_ptr_array_add (names, (gpointer)(guintptr)component->name);
    }
  g_ptr_array_add (names, NULL);
  clause = pnyx_suggest_clause (last, (const gchar *const *)names->pdata);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN,
               "nothing is called %s%s (expected a name that pnyx list prints)", quoted, clause);
}

gchar *
pnyx_describe (const PnyxElement *root, const gchar *name, GError **error)
{
  g_autoptr (GPtrArray) elements = pnyx_tables_elements (root);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < elements->len; i++)
    append_matching (out, g_ptr_array_index (elements, i), name);
  if (out->len > 0)
    return g_string_free (out, FALSE);
  g_string_free (out, TRUE);
  set_unknown_name (error, elements, name);
  return NULL;
}

gchar *
pnyx_describe_calc (const PnyxCalc *calc)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "calc/%s: ", calc->name);
  append_wrapped (out, calc->summary, 2, (guint)strlen (calc->name) + 7);
  append_labelled (out, "source", calc->source);
  append_params (out, calc->params, calc->n_params);
  g_string_append_printf (out, "\n  pnyx calc %s\n", calc->example);
  return g_string_free (out, FALSE);
}

/* --- a scenario's values --- */

static void
append_step (GString *path, const PnyxSection *section)
{
  const PnyxSection *parent = section->parent;
  const PnyxValue *id = pnyx_section_value (section, "id");
  guint position = 0, n = 0;

  g_string_append (path, section->element->name);
  for (guint i = 0; parent != NULL && i < parent->children->len; i++)
    {
      const PnyxSection *other = g_ptr_array_index (parent->children, i);

      n += g_str_equal (other->element->name, section->element->name) ? 1 : 0;
      if (other == section)
        position = n;
    }
  if (n > 1 && id != NULL && id->text != NULL)
    g_string_append_printf (path, "[@id='%s']", id->text);
  else if (n > 1)
    g_string_append_printf (path, "[%u]", position);
}

static void
append_steps (GString *path, const PnyxSection *section)
{
  const PnyxSection *parent = section->parent;

  if (parent != NULL && parent->parent != NULL)
    append_steps (path, parent);
  /* A child of a component stands in the component's own element. */
  if (parent != NULL && parent->component != NULL
      && pnyx_children_find (parent->element->children, parent->element->n_children,
                             section->element->name)
             == NULL)
    g_string_append_printf (path, "%s/", parent->component->name);
  append_step (path, section);
  g_string_append_c (path, '/');
}

gchar *
pnyx_section_path (const PnyxSection *section, const gchar *attribute)
{
  GString *path = g_string_new (NULL);
  const PnyxComponent *component = section->component;

  append_steps (path, section);
  if (component != NULL && pnyx_component_is_separate (section->element, component)
      && !g_str_equal (attribute, "kind")
      && pnyx_params_find (section->element->params, section->element->n_params, attribute) == NULL)
    g_string_append_printf (path, "%s/", component->name);
  g_string_append_printf (path, "@%s", attribute);
  return g_string_free (path, FALSE);
}

static gchar *
origin_text (const PnyxValue *value)
{
  if (value->text == NULL)
    return g_strdup ("absent");
  if (value->origin == PNYX_ORIGIN_DEFAULT)
    return g_strdup ("default");
  if (value->origin == PNYX_ORIGIN_SET)
    return g_strdup (g_str_has_prefix (value->place.file, "--set ") ? "--set" : value->place.file);
  return g_strdup_printf ("%s:%u", value->place.file, value->place.line);
}

static void
add_value (const PnyxSection *section, const gchar *name, const PnyxValue *value, gpointer user)
{
  PnyxTable *table = user;
  g_autofree gchar *path = pnyx_section_path (section, name);
  g_autofree gchar *origin = origin_text (value);

  pnyx_table_add_text (table, path);
  pnyx_table_add_text (table, value->text == NULL ? "" : value->text);
  pnyx_table_add_text (table, origin);
}

void
pnyx_section_values (const PnyxSection *section,
                     void (*visit) (const PnyxSection *section, const gchar *name,
                                    const PnyxValue *value, gpointer user),
                     gpointer user)
{
  const PnyxComponent *component = section->component;

  if (section->implied)
    return;
  if (component != NULL)
    visit (section, "kind", &section->kind, user);
  for (gsize i = 0; i < section->element->n_params; i++)
    visit (section, section->element->params[i].name, &section->values[i], user);
  for (gsize i = 0; component != NULL && i < component->n_params; i++)
    visit (section, component->params[i].name, &section->component_values[i], user);
  for (guint i = 0; i < section->children->len; i++)
    pnyx_section_values (g_ptr_array_index (section->children, i), visit, user);
}

PnyxTable *
pnyx_describe_scenario (const PnyxScenario *scenario)
{
  static const gchar *const columns[] = { "path", "value", "origin", NULL };
  PnyxTable *table = pnyx_table_new (columns);

  pnyx_section_values (scenario->root, add_value, table);
  return table;
}
