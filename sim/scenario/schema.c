/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/schema.h"

#include "scenario/document.h"
#include "scenario/tables.h"
#include "scenario/writer.h"

/*
 * RELAX NG from the tables. Every element of the tables is a definition, so are the elements that
 * hold a component's parameters and every pattern of values. An element with a kind is a choice
 * between its components; children come in any order. Where something is mandatory, a second form
 * of the content leaves it out and has an xi:include, which may hold it.
 */

/* Elements that may stand more often than this are not counted: each would nest the pattern one
 * level deeper, and XML parsers refuse to go deeper than 256. */
#define COUNTED_MAX 16

typedef struct
{
  GString *xml;
  GPtrArray *elements; /* borrowed PnyxElement; the index names the definition */
  GPtrArray *patterns; /* owned: regular expressions; the index names the definition */
} Schema;

static void
append_documentation (Schema *schema, const gchar *text)
{
  if (text == NULL)
    return;
  g_string_append (schema->xml, "<a:documentation>");
  pnyx_xml_append_escaped (schema->xml, text);
  g_string_append (schema->xml, "</a:documentation>\n");
}

/* --- attributes --- */

static guint
pattern_index (Schema *schema, gchar *pattern)
{
  for (guint i = 0; i < schema->patterns->len; i++)
    if (g_str_equal (g_ptr_array_index (schema->patterns, i), pattern))
      {
        g_free (pattern);
        return i;
      }
  g_ptr_array_add (schema->patterns, pattern);
  return schema->patterns->len - 1;
}

static void
append_choices (Schema *schema, const gchar *const *choices)
{
  g_string_append (schema->xml, "<choice>");
  for (gsize i = 0; choices[i] != NULL; i++)
    {
      g_string_append (schema->xml, "<value type=\"token\">");
      pnyx_xml_append_escaped (schema->xml, choices[i]);
      g_string_append (schema->xml, "</value>");
    }
  g_string_append (schema->xml, "</choice>\n");
}

static void
append_params (Schema *schema, const PnyxParam *table, gsize n)
{
  static const gchar *const truths[] = { "true", "false", NULL };

  for (gsize i = 0; i < n; i++)
    {
      const PnyxParam *param = &table[i];
      gchar *pattern = pnyx_schema_pattern (param);

      if (param->fallback != NULL)
        g_string_append (schema->xml, "<optional>");
      g_string_append_printf (schema->xml, "<attribute name=\"%s\">\n", param->name);
      append_documentation (schema, param->meaning);
      if (param->type == PNYX_PARAM_BOOL || param->type == PNYX_PARAM_ENUM)
        append_choices (schema, param->type == PNYX_PARAM_BOOL ? truths : param->choices);
      else if (pattern == NULL)
        g_string_append (schema->xml, "<text/>\n");
      else
        g_string_append_printf (schema->xml, "<ref name=\"value.%u\"/>\n",
                                pattern_index (schema, pattern));
      g_string_append_printf (schema->xml, "</attribute>%s\n",
                              param->fallback != NULL ? "</optional>" : "");
    }
}

/* --- children --- */

static gboolean
is_mandatory (const PnyxChild *child)
{
  return child->min > 0 && !pnyx_element_is_implied (child->element);
}

static gboolean
any_mandatory (const PnyxChild *children, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (is_mandatory (&children[i]))
      return TRUE;
  return FALSE;
}

/* Whether the child that holds the parameters of @component can be left out. */
static gboolean
component_is_optional (const PnyxComponent *component)
{
  for (gsize i = 0; i < component->n_params; i++)
    if (component->params[i].fallback == NULL)
      return FALSE;
  return !any_mandatory (component->children, component->n_children);
}

static guint
element_index (const Schema *schema, const PnyxElement *element)
{
  guint index = 0;

  g_ptr_array_find (schema->elements, element, &index);
  return index;
}

/* @child as often as it may stand there. */
static void
append_occurrences (Schema *schema, const PnyxChild *child, gboolean strict)
{
  guint min = strict && is_mandatory (child) ? child->min : 0;
  guint max = child->max > COUNTED_MAX ? 0 : child->max;
  g_autofree gchar *ref
      = g_strdup_printf ("<ref name=\"element.%u\"/>", element_index (schema, child->element));

  g_string_append (schema->xml, "<group>");
  for (guint i = 0; i < min; i++)
    g_string_append (schema->xml, ref);
  if (max == 0)
    g_string_append_printf (schema->xml, "<zeroOrMore>%s</zeroOrMore>", ref);
  for (guint i = min; i < max; i++)
    g_string_append_printf (schema->xml, "<optional>%s", ref);
  for (guint i = min; i < max; i++)
    g_string_append (schema->xml, "</optional>");
  g_string_append (schema->xml, "</group>\n");
}

/* @own: definition of the child that holds the component's parameters, or NULL. */
static void
append_interleave (Schema *schema, const PnyxChild *children, gsize n, const gchar *own,
                   gboolean own_optional, gboolean strict)
{
  gsize n_branches = n + (own != NULL) + !strict;
  /* libxml2 refuses an interleave of one. */
  const gchar *form = n_branches > 1 ? "interleave" : "group";

  g_string_append_printf (schema->xml, "<%s>\n", form);
  for (gsize i = 0; i < n; i++)
    append_occurrences (schema, &children[i], strict);
  if (own != NULL)
    g_string_append_printf (schema->xml,
                            own_optional || !strict ? "<optional><ref name=\"%s\"/></optional>\n"
                                                    : "<ref name=\"%s\"/>\n",
                            own);
  if (!strict)
    g_string_append (schema->xml, "<oneOrMore><ref name=\"include\"/></oneOrMore>\n");
  g_string_append_printf (schema->xml, "</%s>\n", form);
}

static void
append_children (Schema *schema, const PnyxChild *children, gsize n, const gchar *own,
                 gboolean own_optional)
{
  if (n == 0 && own == NULL)
    {
      g_string_append (schema->xml, "<empty/>\n");
      return;
    }
  g_string_append (schema->xml, "<choice>\n");
  append_interleave (schema, children, n, own, own_optional, TRUE);
  append_interleave (schema, children, n, own, own_optional, FALSE);
  g_string_append (schema->xml, "</choice>\n");
}

/* --- elements --- */

static gchar *
own_name (const Schema *schema, const PnyxElement *element, const PnyxComponent *component)
{
  return g_strdup_printf ("component.%u.%s", element_index (schema, element), component->name);
}

/* One component of an element with a kind. */
static void
append_alternative (Schema *schema, const PnyxElement *element, const PnyxComponent *component)
{
  gboolean is_default = g_strcmp0 (element->default_kind, component->name) == 0;
  gboolean separate = pnyx_component_is_separate (element, component);
  g_autofree gchar *own = separate ? own_name (schema, element, component) : NULL;

  g_string_append_printf (schema->xml, "<group>\n%s<attribute name=\"kind\">\n",
                          is_default ? "<optional>" : "");
  append_documentation (schema, component->summary);
  g_string_append_printf (schema->xml, "<value type=\"token\">%s</value></attribute>%s\n",
                          component->name, is_default ? "</optional>" : "");
  if (!separate)
    append_params (schema, component->params, component->n_params);
  append_children (schema, element->children, element->n_children, own,
                   component_is_optional (component));
  g_string_append (schema->xml, "</group>\n");
}

static void
append_own_element (Schema *schema, const PnyxElement *element, const PnyxComponent *component)
{
  g_autofree gchar *name = own_name (schema, element, component);

  g_string_append_printf (schema->xml, "<define name=\"%s\"><element name=\"%s\">\n", name,
                          component->name);
  append_documentation (schema, component->summary);
  g_string_append (schema->xml, "<ref name=\"xml\"/>\n");
  append_params (schema, component->params, component->n_params);
  append_children (schema, component->children, component->n_children, NULL, TRUE);
  g_string_append (schema->xml, "</element></define>\n");
}

static void
append_element (Schema *schema, guint index)
{
  const PnyxElement *element = g_ptr_array_index (schema->elements, index);
  const PnyxComponent *component;

  g_string_append_printf (schema->xml, "<define name=\"element.%u\"><element name=\"%s\">\n", index,
                          element->name);
  append_documentation (schema, element->meaning);
  g_string_append (schema->xml, "<ref name=\"xml\"/>\n");
  append_params (schema, element->params, element->n_params);
  if (element->kind == NULL)
    append_children (schema, element->children, element->n_children, NULL, TRUE);
  else
    {
      g_string_append (schema->xml, "<choice>\n");
      for (gsize i = 0; (component = element->kind->get (i)) != NULL; i++)
        append_alternative (schema, element, component);
      g_string_append (schema->xml, "</choice>\n");
    }
  g_string_append (schema->xml, "</element></define>\n");
  for (gsize i = 0; element->kind != NULL && (component = element->kind->get (i)) != NULL; i++)
    if (pnyx_component_is_separate (element, component))
      append_own_element (schema, element, component);
}

static void
append_patterns (Schema *schema)
{
  for (guint i = 0; i < schema->patterns->len; i++)
    {
      g_string_append_printf (schema->xml,
                              "<define name=\"value.%u\"><data type=\"string\"><param "
                              "name=\"pattern\">",
                              i);
      pnyx_xml_append_escaped (schema->xml, g_ptr_array_index (schema->patterns, i));
      g_string_append (schema->xml, "</param></data></define>\n");
    }
}

gchar *
pnyx_schema_relaxng (const PnyxElement *root)
{
  g_autoptr (GPtrArray) elements = pnyx_tables_elements (root);
  g_autoptr (GPtrArray) patterns = g_ptr_array_new_with_free_func (g_free);
  Schema schema = { g_string_new (NULL), elements, patterns };

  g_string_append (
      schema.xml,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!-- Made by: pnyx schema -->\n"
      "<grammar xmlns=\"http://relaxng.org/ns/structure/1.0\"\n"
      "    xmlns:a=\"http://relaxng.org/ns/compatibility/annotations/1.0\"\n"
      "    datatypeLibrary=\"http://www.w3.org/2001/XMLSchema-datatypes\" ns=\"" PNYX_NAMESPACE
      "\">\n"
      "<start><ref name=\"element.0\"/></start>\n"
      "<define name=\"xml\"><zeroOrMore><attribute><nsName "
      "ns=\"http://www.w3.org/XML/1998/namespace\"/><text/></attribute></zeroOrMore></define>\n"
      "<define name=\"include\"><element name=\"include\" ns=\"" PNYX_XINCLUDE_NAMESPACE "\">\n"
      "<ref name=\"xml\"/><attribute name=\"href\"/><optional><attribute name=\"parse\"><value "
      "type=\"token\">xml</value></attribute></optional></element></define>\n");
  for (guint i = 0; i < elements->len; i++)
    append_element (&schema, i);
  append_patterns (&schema);
  g_string_append (schema.xml, "</grammar>\n");
  return g_string_free (schema.xml, FALSE);
}
