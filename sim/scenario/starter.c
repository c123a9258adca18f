/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/describe.h"

#include <string.h>

#include "scenario/tables.h"
#include "scenario/writer.h"

/*
 * The starter scenario of `pnyx init`: the tables once more, as an XML file to edit. Mandatory
 * elements and those with defaults are spelt out, each below a comment on its attributes; optional
 * ones are named in a comment.
 */

typedef struct
{
  GString *xml;
  const gchar *name;    /* of the scenario */
  const gchar *element; /* whose kind is chosen */
  const gchar *kind;
} Starter;

/* A comment cannot hold "--". */
static void
append_comment (GString *xml, guint indent, const gchar *text)
{
  g_autoptr (GString) safe = g_string_new (text);

  g_string_replace (safe, "--", "- -", 0);
  g_string_append_printf (xml, "%*s<!-- %s -->\n", (int)indent, "", safe->str);
}

static void
append_params (GString *xml, const PnyxParam *table, gsize n, guint indent)
{
  for (gsize i = 0; i < n; i++)
    {
      const PnyxParam *param = &table[i];
      g_autofree gchar *expected = pnyx_param_expected (param);
      g_autoptr (GString) line = g_string_new (NULL);

      g_string_append_printf (line, "%s: %s %s", param->name, param->meaning, expected);
      if (param->fallback == NULL)
        g_string_append (line, "; mandatory");
      else if (*param->fallback == '\0')
        g_string_append (line, "; may be left out");
      else
        g_string_append_printf (line, "; default %s", param->fallback);
      append_comment (xml, indent, line->str);
    }
}

static void
append_values (Starter *starter, const PnyxElement *owner, const PnyxParam *table, gsize n,
               guint indent)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree gchar *value = NULL;

      if (table[i].fallback != NULL && *table[i].fallback == '\0')
        continue;
      value = pnyx_param_example (&table[i]);
      pnyx_xml_append_attribute (
          starter->xml, table[i].name,
          owner == NULL && g_str_equal (table[i].name, "name") ? starter->name : value, indent + 4);
    }
}

static void write_element (Starter *starter, const PnyxElement *element, gboolean root,
                           guint indent);

static gboolean
has_mandatory (const PnyxChild *children, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (children[i].min > 0)
      return TRUE;
  return FALSE;
}

static void
write_children (Starter *starter, const PnyxChild *children, gsize n, guint indent)
{
  for (gsize i = 0; i < n; i++)
    {
      const PnyxElement *element = children[i].element;
      g_autofree gchar *line = NULL;

      for (guint k = 0; k < children[i].min; k++)
        write_element (starter, element, FALSE, indent);
      if (children[i].min > 0)
        continue;
      line = g_strdup_printf ("possible here: <%s%s/> %s See: pnyx describe %s", element->name,
                              element->kind == NULL ? "" : " kind=\"...\"", element->meaning,
                              element->name);
      append_comment (starter->xml, indent, line);
    }
}

static const PnyxComponent *
choose_component (const Starter *starter, const PnyxElement *element)
{
  const PnyxComponent *component = NULL;

  if (element->kind == NULL)
    return NULL;
  if (g_strcmp0 (element->name, starter->element) == 0 && starter->kind != NULL)
    component = pnyx_kind_find (element->kind, starter->kind);
  if (component == NULL && element->default_kind != NULL)
    component = pnyx_kind_find (element->kind, element->default_kind);
  return component == NULL ? element->kind->get (0) : component;
}

static void
write_component (Starter *starter, const PnyxElement *element, const PnyxComponent *component,
                 guint indent)
{
  append_params (starter->xml, component->params, component->n_params, indent);
  g_string_append_printf (starter->xml, "%*s<%s", (int)indent, "", component->name);
  append_values (starter, element, component->params, component->n_params, indent);
  if (component->n_children == 0)
    {
      g_string_append (starter->xml, "/>\n");
      return;
    }
  g_string_append (starter->xml, ">\n");
  write_children (starter, component->children, component->n_children, indent + 2);
  g_string_append_printf (starter->xml, "%*s</%s>\n", (int)indent, "", component->name);
}

static void
write_tag (Starter *starter, const PnyxElement *element, const PnyxComponent *component,
           gboolean root, guint indent)
{
  GString *xml = starter->xml;

  g_string_append_printf (xml, "%*s<%s", (int)indent, "", element->name);
  if (root)
    pnyx_xml_append_attribute (xml, "xmlns", PNYX_NAMESPACE, indent + 4);
  if (component != NULL)
    pnyx_xml_append_attribute (xml, "kind", component->name, indent + 4);
  append_values (starter, root ? NULL : element, element->params, element->n_params, indent);
  if (component != NULL && !pnyx_component_is_separate (element, component))
    append_values (starter, element, component->params, component->n_params, indent);
}

static void
write_element (Starter *starter, const PnyxElement *element, gboolean root, guint indent)
{
  const PnyxComponent *component = choose_component (starter, element);
  gboolean separate = component != NULL && pnyx_component_is_separate (element, component);
  GString *xml = starter->xml;

  append_comment (xml, indent, element->meaning);
  append_params (xml, element->params, element->n_params, indent);
  if (component != NULL)
    {
      g_autofree const gchar **names = pnyx_kind_names (element->kind);
      g_autofree gchar *list = g_strjoinv (", ", (gchar **)(guintptr)names);
      g_autofree gchar *line = g_strdup_printf ("kind: %s", list);

      append_comment (xml, indent, line);
      if (!separate)
        append_params (xml, component->params, component->n_params, indent);
    }
  write_tag (starter, element, component, root, indent);
  if (element->n_children == 0 && !(separate && component->n_params + component->n_children > 0))
    {
      g_string_append (xml, "/>\n");
      return;
    }
  g_string_append (xml, ">\n");
  write_children (starter, element->children, element->n_children, indent + 2);
  if (separate
      && (component->n_params > 0 || has_mandatory (component->children, component->n_children)))
    write_component (starter, element, component, indent + 2);
  g_string_append_printf (xml, "%*s</%s>\n", (int)indent, "", element->name);
}

/* Whether @kind can be chosen for @element. */
static gboolean
check_choice (const PnyxElement *root, const gchar *element_name, const gchar *kind, GError **error)
{
  g_autoptr (GPtrArray) elements = pnyx_tables_elements (root);

  for (guint i = 0; i < elements->len; i++)
    {
      const PnyxElement *element = g_ptr_array_index (elements, i);
      g_autofree const gchar **names = NULL;
      g_autofree gchar *list = NULL;
      g_autofree gchar *quoted = pnyx_message_quote (kind);
      g_autofree gchar *clause = NULL;

      if (g_strcmp0 (element->name, element_name) != 0 || element->kind == NULL)
        continue;
      if (pnyx_kind_find (element->kind, kind) != NULL)
        return TRUE;
      names = pnyx_kind_names (element->kind);
      list = g_strjoinv (", ", (gchar **)(guintptr)names);
      clause = pnyx_suggest_clause (kind, names);
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN, "unknown %s %s%s (expected one of %s)",
                   element->kind->name, quoted, clause, list);
      return FALSE;
    }
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN, "no element <%s> has kinds", element_name);
  return FALSE;
}

gchar *
pnyx_starter (const PnyxElement *root, const gchar *name, const gchar *element, const gchar *kind,
              GError **error)
{
  Starter starter = { NULL, name, element, kind };

  if (!pnyx_name_is_valid (name))
    {
      g_autofree gchar *quoted = pnyx_message_quote (name);

      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                   "%s is no name (expected letters, digits, \"-\", \"_\" and \".\")", quoted);
      return NULL;
    }
  if (kind != NULL && !check_choice (root, element, kind, error))
    return NULL;
  starter.xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  write_element (&starter, root, TRUE, 0);
  return g_string_free (starter.xml, FALSE);
}
