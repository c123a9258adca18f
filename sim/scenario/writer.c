/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/writer.h"

#include <string.h>

#include "scenario/tables.h"

#define LINE_LENGTH 100

typedef struct
{
  GString *xml;
  PnyxFileName name;
  gpointer data;
  const gchar *const *varying;
  gboolean bare; /* no defaults */
} Writing;

void
pnyx_xml_append_escaped (GString *xml, const gchar *text)
{
  for (; *text != '\0'; text++)
    switch (*text)
      {
      case '&':
        g_string_append (xml, "&amp;");
        break;
      case '<':
        g_string_append (xml, "&lt;");
        break;
      case '>':
        g_string_append (xml, "&gt;");
        break;
      case '"':
        g_string_append (xml, "&quot;");
        break;
      case '\t':
      case '\n':
      case '\r':
        g_string_append_printf (xml, "&#%d;", *text);
        break;
      default:
        g_string_append_c (xml, *text);
      }
}

void
pnyx_xml_append_attribute (GString *xml, const gchar *name, const gchar *value, guint indent)
{
  const gchar *newline = strrchr (xml->str, '\n');
  gsize column = newline == NULL ? xml->len : xml->len - (gsize)(newline + 1 - xml->str);
  g_autoptr (GString) attribute = g_string_new (NULL);

  g_string_append_printf (attribute, "%s=\"", name);
  pnyx_xml_append_escaped (attribute, value);
  g_string_append_c (attribute, '"');
  if (column + 1 + attribute->len > LINE_LENGTH && column > indent)
    g_string_append_printf (xml, "\n%*s%s", (int)indent, "", attribute->str);
  else
    g_string_append_printf (xml, " %s", attribute->str);
}

static void
write_values (Writing *writing, const PnyxParam *table, gsize n, gconstpointer params,
              const PnyxValue *values, guint indent)
{
  for (gsize i = 0; i < n; i++)
    {
      const PnyxParam *param = &table[i];
      g_autofree gchar *renamed = NULL;

      if (values[i].text == NULL || (writing->bare && values[i].origin == PNYX_ORIGIN_DEFAULT))
        continue;
      if (writing->name != NULL
          && (param->type == PNYX_PARAM_FILE || param->type == PNYX_PARAM_PROFILE))
        {
          const gchar *const *path = (gconstpointer)((const guchar *)params + param->offset);

          renamed = writing->name (param, *path, writing->data);
        }
      pnyx_xml_append_attribute (writing->xml, param->name,
                                 renamed == NULL ? values[i].text : renamed, indent);
    }
}

/* Whether another component may take the place of this one. */
static gboolean
is_varying (const Writing *writing, const PnyxSection *section)
{
  return writing->varying != NULL && section->kind.origin == PNYX_ORIGIN_SET
         && section->kind.place.file != NULL
         && g_strv_contains (writing->varying, section->kind.place.file);
}

static void
write_component_values (Writing *writing, const PnyxSection *section, guint indent)
{
  const PnyxComponent *component = section->component;

  writing->bare = is_varying (writing, section);
  write_values (writing, component->params, component->n_params, section->component_params,
                section->component_values, indent);
  writing->bare = FALSE;
}

static gboolean
is_own_child (const PnyxSection *section, const PnyxSection *child)
{
  return pnyx_children_find (section->element->children, section->element->n_children,
                             child->element->name)
         != NULL;
}

static void write_section (Writing *writing, const PnyxSection *section, guint indent);

/* The children of the element itself, or those of its component; how many. */
static guint
write_children (Writing *writing, const PnyxSection *section, gboolean own, guint indent)
{
  guint n = 0;

  for (guint i = 0; i < section->children->len; i++)
    {
      const PnyxSection *child = g_ptr_array_index (section->children, i);

      if (is_own_child (section, child) != own
          || (!own && child->implied && is_varying (writing, section)))
        continue;
      if (n++ == 0)
        g_string_append (writing->xml, ">\n");
      write_section (writing, child, indent);
    }
  return n;
}

static void
close_element (Writing *writing, const gchar *name, gboolean empty, guint indent)
{
  if (empty)
    g_string_append (writing->xml, "/>\n");
  else
    g_string_append_printf (writing->xml, "%*s</%s>\n", (int)indent, "", name);
}

static void
write_component (Writing *writing, const PnyxSection *section, guint indent)
{
  const PnyxComponent *component = section->component;

  g_string_append_printf (writing->xml, "%*s<%s", (int)indent, "", component->name);
  write_component_values (writing, section, indent + 4);
  close_element (writing, component->name,
                 write_children (writing, section, FALSE, indent + 2) == 0, indent);
}

static void
write_section (Writing *writing, const PnyxSection *section, guint indent)
{
  const PnyxElement *element = section->element;
  const PnyxComponent *component = section->component;
  gboolean separate = component != NULL && pnyx_component_is_separate (element, component)
                      && component->n_params + component->n_children > 0;
  guint n;

  g_string_append_printf (writing->xml, "%*s<%s", (int)indent, "", element->name);
  if (section->parent == NULL)
    pnyx_xml_append_attribute (writing->xml, "xmlns", PNYX_NAMESPACE, indent + 4);
  if (component != NULL)
    pnyx_xml_append_attribute (writing->xml, "kind", component->name, indent + 4);
  write_values (writing, element->params, element->n_params, section->params, section->values,
                indent + 4);
  if (component != NULL && !pnyx_component_is_separate (element, component))
    write_component_values (writing, section, indent + 4);
  n = write_children (writing, section, TRUE, indent + 2);
  if (separate && n == 0)
    g_string_append (writing->xml, ">\n");
  if (separate)
    write_component (writing, section, indent + 2);
  close_element (writing, element->name, n == 0 && !separate, indent);
}

gchar *
pnyx_scenario_to_xml (const PnyxScenario *scenario, PnyxFileName name, gpointer data,
                      const gchar *const *varying)
{
  Writing writing = { g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), name, data,
                      varying, FALSE };

  write_section (&writing, scenario->root, 0);
  return g_string_free (writing.xml, FALSE);
}
