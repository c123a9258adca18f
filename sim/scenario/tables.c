/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/tables.h"

const PnyxComponent *
pnyx_kind_find (const PnyxKind *kind, const gchar *name)
{
  const PnyxComponent *component;

  for (gsize i = 0; (component = kind->get (i)) != NULL; i++)
    if (g_str_equal (component->name, name))
      return component;
  return NULL;
}

const gchar **
pnyx_kind_names (const PnyxKind *kind)
{
  GPtrArray *names = g_ptr_array_new ();
  const PnyxComponent *component;

  for (gsize i = 0; (component = kind->get (i)) != NULL; i++)
    g_ptr_array_add (names, (gpointer)(guintptr)component->name);
  g_ptr_array_add (names, NULL);
  return (gpointer)g_ptr_array_free (names, FALSE);
}

gboolean
pnyx_component_is_separate (const PnyxElement *element, const PnyxComponent *component)
{
  return element->n_children > 0 || component->n_children > 0;
}

const PnyxChild *
pnyx_children_find (const PnyxChild *children, gsize n, const gchar *name)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (children[i].element->name, name))
      return &children[i];
  return NULL;
}

const PnyxParam *
pnyx_params_find (const PnyxParam *table, gsize n, const gchar *name)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (table[i].name, name))
      return &table[i];
  return NULL;
}

/* --- what can be left out --- */

static gboolean
all_have_defaults (const PnyxParam *table, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (table[i].fallback == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
children_are_implied (const PnyxChild *children, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (children[i].min > 0 && !pnyx_element_is_implied (children[i].element))
      return FALSE;
  return TRUE;
}

gboolean
pnyx_element_is_implied (const PnyxElement *element)
{
  const PnyxComponent *component;

  if (!all_have_defaults (element->params, element->n_params)
      || !children_are_implied (element->children, element->n_children))
    return FALSE;
  if (element->kind == NULL)
    return TRUE;
  if (element->default_kind == NULL)
    return FALSE;
  component = pnyx_kind_find (element->kind, element->default_kind);
  return component != NULL && all_have_defaults (component->params, component->n_params)
         && children_are_implied (component->children, component->n_children);
}

/* --- enumeration --- */

static void add_element (GPtrArray *elements, const PnyxElement *element);

static void
add_children (GPtrArray *elements, const PnyxChild *children, gsize n)
{
  for (gsize i = 0; i < n; i++)
    add_element (elements, children[i].element);
}

static void
add_element (GPtrArray *elements, const PnyxElement *element)
{
  const PnyxComponent *component;

  if (g_ptr_array_find (elements, element, NULL))
    return;
  g_ptr_array_add (elements, (gpointer)(guintptr)element);
  add_children (elements, element->children, element->n_children);
  for (gsize i = 0; element->kind != NULL && (component = element->kind->get (i)) != NULL; i++)
    add_children (elements, component->children, component->n_children);
}

GPtrArray *
pnyx_tables_elements (const PnyxElement *root)
{
  GPtrArray *elements = g_ptr_array_new ();

  add_element (elements, root);
  return elements;
}

GPtrArray *
pnyx_tables_kinds (const PnyxElement *root)
{
  g_autoptr (GPtrArray) elements = pnyx_tables_elements (root);
  GPtrArray *kinds = g_ptr_array_new ();

  for (guint i = 0; i < elements->len; i++)
    {
      const PnyxElement *element = g_ptr_array_index (elements, i);

      if (element->kind != NULL && !g_ptr_array_find (kinds, element->kind, NULL))
        g_ptr_array_add (kinds, (gpointer)(guintptr)element->kind);
    }
  return kinds;
}

/* --- the tables themselves --- */

static void
add_message (GPtrArray *messages, const gchar *owner, const gchar *name, const gchar *what)
{
  g_ptr_array_add (messages, g_strdup_printf ("%s: %s %s", owner, name, what));
}

static void
check_param (const gchar *owner, const PnyxParam *param, gsize size, GPtrArray *messages)
{
  g_autofree gpointer params = g_malloc0 (MAX (size, 1));
  PnyxParam free_of_range = *param;
  g_autoptr (GError) error = NULL;
  const gchar *const limits[] = { param->min, param->max };

  if (param->name == NULL || param->meaning == NULL)
    add_message (messages, owner, param->name == NULL ? "?" : param->name,
                 "has no name or no meaning");
  if (param->offset >= size)
    {
      add_message (messages, owner, param->name, "lies outside of its struct");
      return;
    }
  if (param->type == PNYX_PARAM_ENUM && param->choices == NULL)
    add_message (messages, owner, param->name, "has no choices");
  if ((param->type == PNYX_PARAM_REFERENCE || param->type == PNYX_PARAM_PROFILE)
      && param->refers_to == NULL)
    add_message (messages, owner, param->name, "refers to nothing");
  free_of_range.min = free_of_range.max = NULL;
  free_of_range.flags = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    if (limits[i] != NULL && !pnyx_param_parse (&free_of_range, limits[i], NULL, params, &error))
      {
        add_message (messages, owner, limits[i], error->message);
        pnyx_params_clear (param, 1, params);
        return;
      }
  if (param->fallback != NULL && *param->fallback != '\0'
      && !pnyx_param_parse (param, param->fallback, NULL, params, &error))
    add_message (messages, owner, "default:", error->message);
  pnyx_params_clear (param, 1, params);
}

static void
check_params (const gchar *owner, const PnyxParam *table, gsize n, gsize size, GPtrArray *messages)
{
  for (gsize i = 0; i < n; i++)
    {
      check_param (owner, &table[i], size, messages);
      if (pnyx_params_find (table, i, table[i].name) != NULL)
        add_message (messages, owner, table[i].name, "stands there twice");
    }
}

static void
check_component (const PnyxElement *element, const PnyxComponent *component, GPtrArray *messages)
{
  const gchar *name = component->name;

  check_params (name, component->params, component->n_params, component->params_size, messages);
  for (gsize i = 0; i < component->n_params; i++)
    if (pnyx_params_find (element->params, element->n_params, component->params[i].name) != NULL
        || g_str_equal (component->params[i].name, "kind"))
      add_message (messages, name, component->params[i].name, "is an attribute of its element too");
  if (pnyx_children_find (element->children, element->n_children, name) != NULL)
    add_message (messages, name, element->name, "has a child of the component's name");
  for (gsize i = 0; i < component->n_children; i++)
    if (pnyx_children_find (element->children, element->n_children,
                            component->children[i].element->name)
        != NULL)
      add_message (messages, name, component->children[i].element->name,
                   "is a child of its element too");
  if (pnyx_kind_find (element->kind, name) != component)
    add_message (messages, name, element->kind->name, "has it twice");
}

GPtrArray *
pnyx_tables_check (const PnyxElement *root)
{
  g_autoptr (GPtrArray) elements = pnyx_tables_elements (root);
  GPtrArray *messages = g_ptr_array_new_with_free_func (g_free);
  const PnyxComponent *component;

  for (guint i = 0; i < elements->len; i++)
    {
      const PnyxElement *element = g_ptr_array_index (elements, i);

      check_params (element->name, element->params, element->n_params, element->params_size,
                    messages);
      if (element->meaning == NULL)
        add_message (messages, element->name, "element", "has no meaning");
      if (element->kind == NULL)
        continue;
      if (pnyx_params_find (element->params, element->n_params, "kind") != NULL)
        add_message (messages, element->name, "kind", "is reserved");
      if (element->default_kind != NULL
          && pnyx_kind_find (element->kind, element->default_kind) == NULL)
        add_message (messages, element->name, element->default_kind, "is no component");
      for (gsize k = 0; (component = element->kind->get (k)) != NULL; k++)
        check_component (element, component, messages);
    }
  return messages;
}
