/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/params.h"

/* Sections: the read scenario as components see it (params.h). */

PnyxSection *
pnyx_section_new (const PnyxElement *element, PnyxSection *parent)
{
  PnyxSection *section = g_new0 (PnyxSection, 1);

  section->element = element;
  section->parent = parent;
  section->params = g_malloc0 (MAX (element->params_size, 1));
  section->values = g_new0 (PnyxValue, MAX (element->n_params, 1));
  section->children = g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_section_free);
  return section;
}

void
pnyx_section_set_component (PnyxSection *section, const PnyxComponent *component)
{
  PNYX_REQUIRE (section->component == NULL);
  section->component = component;
  section->component_params = g_malloc0 (MAX (component->params_size, 1));
  section->component_values = g_new0 (PnyxValue, MAX (component->n_params, 1));
}

static void
free_values (const PnyxParam *table, gsize n, gpointer params, PnyxValue *values)
{
  pnyx_params_clear (table, n, params);
  for (gsize i = 0; i < n; i++)
    g_free (values[i].text);
  g_free (params);
  g_free (values);
}

void
pnyx_section_free (PnyxSection *section)
{
  if (section == NULL)
    return;
  g_ptr_array_unref (section->children);
  free_values (section->element->params, section->element->n_params, section->params,
               section->values);
  if (section->component != NULL)
    free_values (section->component->params, section->component->n_params,
                 section->component_params, section->component_values);
  g_free (section->kind.text);
  g_free (section);
}

const PnyxSection *
pnyx_section_child (const PnyxSection *section, const gchar *name, gsize i)
{
  for (guint k = 0; k < section->children->len; k++)
    {
      const PnyxSection *child = g_ptr_array_index (section->children, k);

      if (g_str_equal (child->element->name, name) && i-- == 0)
        return child;
    }
  return NULL;
}

gsize
pnyx_section_count (const PnyxSection *section, const gchar *name)
{
  gsize n = 0;

  for (guint k = 0; k < section->children->len; k++)
    {
      const PnyxSection *child = g_ptr_array_index (section->children, k);

      n += g_str_equal (child->element->name, name);
    }
  return n;
}

static const PnyxValue *
find_value (const PnyxParam *table, gsize n, const PnyxValue *values, const gchar *name)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (table[i].name, name))
      return &values[i];
  return NULL;
}

/* @param: (out) (optional): its row of the table. */
static const PnyxValue *
section_value (const PnyxSection *section, const gchar *name, const PnyxParam **param)
{
  const PnyxValue *values = section->values;
  const PnyxValue *value
      = find_value (section->element->params, section->element->n_params, section->values, name);
  const PnyxParam *table = section->element->params;

  if (value == NULL && section->component != NULL)
    {
      values = section->component_values;
      table = section->component->params;
      value = find_value (table, section->component->n_params, values, name);
    }
  if (value != NULL && param != NULL)
    *param = &table[value - values];
  return value;
}

const PnyxValue *
pnyx_section_value (const PnyxSection *section, const gchar *name)
{
  return section_value (section, name, NULL);
}

PnyxPlace
pnyx_section_place_of (const PnyxSection *section, const gchar *name)
{
  const PnyxValue *value = pnyx_section_value (section, name);

  return value == NULL || value->origin == PNYX_ORIGIN_DEFAULT ? section->place : value->place;
}

gboolean
pnyx_section_is_default (const PnyxSection *section, const gchar *name)
{
  const PnyxParam *param = NULL;
  const PnyxValue *value = section_value (section, name, &param);

  return value == NULL || value->origin == PNYX_ORIGIN_DEFAULT
         || g_strcmp0 (value->text, param->fallback) == 0;
}
