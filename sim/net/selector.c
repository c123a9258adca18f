/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/selector.h"

/* One of @n names, of which the first stands at @first and the others @stride bytes apart. */
static gboolean
find (const gchar *name, gconstpointer first, gsize stride, guint n, const PnyxSection *section,
      const gchar *attribute, const gchar *what, guint *found, GError **error)
{
  PnyxPlace place;
  g_autofree const gchar **names = g_new0 (const gchar *, n + 1);
  g_autofree gchar *clause = NULL;
  g_autofree gchar *list = NULL;

  if (name == NULL)
    return TRUE;
  for (guint i = 0; i < n; i++)
    {
      names[i] = G_STRUCT_MEMBER (const gchar *, first, i *stride);
      *found = i;
      if (g_str_equal (names[i], name))
        return TRUE;
    }
  place = pnyx_section_place_of (section, attribute);
  clause = pnyx_suggest_clause (name, names);
  list = g_strjoinv (", ", (gchar **)(gpointer)names);
  pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &place,
                     "no %s \"%s\" in this network%s (expected %s%s)", what, name, clause,
                     n > 1 ? "one of " : "", n > 0 ? list : "none");
  return FALSE;
}

gboolean
pnyx_selector_region (const gchar *name, const PnyxRegions *regions, const PnyxSection *section,
                      const gchar *attribute, guint *region, GError **error)
{
  return find (name, regions == NULL ? NULL : &regions->regions->name, sizeof (PnyxRegion),
               regions == NULL ? 0 : regions->n, section, attribute, "region", region, error);
}

gboolean
pnyx_selector_client (const gchar *name, const PnyxNodes *nodes, const PnyxSection *section,
                      const gchar *attribute, guint *client, GError **error)
{
  return find (name, nodes->clients, sizeof *nodes->clients, nodes->n_clients, section, attribute,
               "client", client, error);
}

gboolean
pnyx_selector_check (const PnyxSelector *selector, const PnyxNodes *nodes,
                     const PnyxRegions *regions, const PnyxSection *section, GError **error)
{
  guint found;

  return pnyx_selector_region (selector->region, regions, section, "region", &found, error)
         && pnyx_selector_client (selector->client, nodes, section, "client", &found, error)
         && find (selector->class_of, &nodes->classes->name, sizeof *nodes->classes,
                  nodes->n_classes, section, "class", "class", &found, error);
}

gboolean
pnyx_selector_matches (const PnyxSelector *selector, const PnyxNodes *nodes,
                       const PnyxRegions *regions, PnyxNodeId node)
{
  return (selector->region == NULL
          || g_str_equal (regions->regions[nodes->region[node]].name, selector->region))
         && (selector->client == NULL
             || g_str_equal (nodes->clients[nodes->client[node]], selector->client))
         && (selector->class_of == NULL
             || g_str_equal (nodes->classes[nodes->class_of[node]].name, selector->class_of));
}
