/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/reader.h"

#include <string.h>

#include "scenario/files.h"

/* Profiles: measured facts by name, from the scenario's own folder or the installed data. */

static gchar *
profile_folder (const gchar *above, const gchar *folder)
{
  return above == NULL ? NULL : g_build_filename (above, "profiles", folder, NULL);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const gchar *const *)a, *(const gchar *const *)b);
}

static void
list_profiles (const gchar *path, GPtrArray *names)
{
  g_autoptr (GDir) folder = path == NULL ? NULL : g_dir_open (path, 0, NULL);
  const gchar *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".xml"))
      g_ptr_array_add (names, g_strndup (name, strlen (name) - 4));
}

static void
set_unknown_profile (GError **error, const PnyxPlace *place, const gchar *folder, const gchar *name,
                     const gchar *const *folders)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) list = g_string_new (NULL);
  g_autofree gchar *clause = NULL;

  list_profiles (folders[0], names);
  list_profiles (folders[1], names);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len && i < 12; i++)
    g_string_append_printf (list, "%s%s", i == 0 ? "" : ", ",
                            (const gchar *)g_ptr_array_index (names, i));
  if (names->len == 0)
    g_string_append (list, "none is installed");
  else if (names->len > 12)
    g_string_append (list, ", ...");
  g_ptr_array_add (names, NULL);
  clause = pnyx_suggest_clause (name, (const gchar *const *)names->pdata);
  pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, place,
                     "unknown profile \"%s\" of %s%s (expected one of: %s)", name, folder, clause,
                     list->str);
}

gchar *
pnyx_profile_path (const gchar *scenario_folder, const gchar *data_folder, const gchar *folder,
                   const gchar *name, const PnyxPlace *place, GError **error)
{
  g_autofree gchar *own = profile_folder (scenario_folder, folder);
  g_autofree gchar *installed = profile_folder (data_folder, folder);
  const gchar *const folders[] = { own, installed };
  g_autofree gchar *file = g_strdup_printf ("%s.xml", name);

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree gchar *path
          = folders[i] == NULL ? NULL : g_build_filename (folders[i], file, NULL);
      g_autofree gchar *real = path == NULL ? NULL : pnyx_file_real (path);

      if (real == NULL)
        continue;
      /* A profile beside the scenario came with it, from a stranger maybe. */
      if (i == 0)
        {
          g_autofree gchar *written = g_build_filename ("profiles", folder, file, NULL);

          g_free (real);
          real = pnyx_file_resolve (scenario_folder, scenario_folder, written, place, error);
          if (real == NULL)
            return NULL;
        }
      if (!pnyx_file_check (real, name, PNYX_FILE_DATA_MAX, place, error))
        return NULL;
      return g_steal_pointer (&real);
    }
  set_unknown_profile (error, place, folder, name, folders);
  return NULL;
}
