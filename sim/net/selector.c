/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/selector.h"

/* @names: what there is; @n of them and a NULL. */
static gboolean
find (const gchar *name, const gchar *const *names, guint n, const PnyxSection *section,
      const gchar *attribute, const gchar *what, guint *found, GError **error)
{
  PnyxPlace place;
  g_autofree gchar *clause = NULL;
  g_autofree gchar *list = NULL;

  for (*found = 0; *found < n; ++*found)
    if (g_str_equal (names[*found], name))
      return TRUE;
  place = pnyx_section_place_of (section, attribute);
  clause = pnyx_suggest_clause (name, names);
  list = g_strjoinv (", ", (gchar **)(guintptr)names);
  pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &place,
                     "no %s \"%s\" in this network%s (expected %s%s)", what, name, clause,
                     n > 1 ? "one of " : "", n > 0 ? list : "none");
  return FALSE;
}

gboolean
pnyx_selector_region (const gchar *name, const PnyxRegions *regions, const PnyxSection *section,
                      const gchar *attribute, guint *region, GError **error)
{
  guint n = regions == NULL ? 0 : regions->n;
  g_autofree const gchar **names = g_new0 (const gchar *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = regions->regions[i].name;
  return name == NULL || find (name, names, n, section, attribute, "region", region, error);
}

gboolean
pnyx_selector_client (const gchar *name, const PnyxNodes *nodes, const PnyxSection *section,
                      const gchar *attribute, guint *client, GError **error)
{
  guint n = nodes->n_clients;
  g_autofree const gchar **names = g_new0 (const gchar *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = nodes->clients[i];
  return name == NULL || find (name, names, n, section, attribute, "client", client, error);
}

static gboolean
check_class (const gchar *name, const PnyxNodes *nodes, const PnyxSection *section, GError **error)
{
  guint n = nodes->n_classes, found;
  g_autofree const gchar **names = g_new0 (const gchar *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = nodes->classes[i].name;
  return name == NULL || find (name, names, n, section, "class", "class", &found, error);
}

gboolean
pnyx_selector_check (const PnyxSelector *selector, const PnyxNodes *nodes,
                     const PnyxRegions *regions, const PnyxSection *section, GError **error)
{
  guint found;

  return pnyx_selector_region (selector->region, regions, section, "region", &found, error)
         && pnyx_selector_client (selector->client, nodes, section, "client", &found, error)
         && check_class (selector->class_of, nodes, section, error);
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
