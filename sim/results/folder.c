/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/folder.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/params.h"
#include "results/draft.h"
#include "results/manifest.h"

#define NAMES_MAX 100000
#define NAME_LENGTH_MAX 200 /* bytes; a file system takes 255 */

/* What pnyx writes into a results folder; the manifest stands last. */
static const gchar *const result_files[] = {
  "scenario.xml",       "results.db",      "results.db-wal", "results.db-shm",
  "results.db-journal", "results.lock",    "runs.csv",       "summary.csv",
  "batches.csv",        "sensitivity.csv", "report.html",    "manifest.json",
};
static const gchar *const result_folders[] = { "inputs", "series", "distributions", "figures" };

static gboolean
set_io_error (GError **error, const gchar *path, const gchar *what, int failure)
{
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot %s: %s", path, what,
               g_strerror (failure));
  return FALSE;
}

gchar *
pnyx_folder_new (const gchar *name, GError **error)
{
  if (!pnyx_name_is_valid (name) || *name == '.' || strlen (name) > NAME_LENGTH_MAX)
    {
      g_autofree gchar *quoted = pnyx_message_quote (name);

      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                   "%s cannot name a folder (expected letters, digits, - _ . only, at most %d)",
                   quoted, NAME_LENGTH_MAX);
      return NULL;
    }
  if (g_mkdir ("results", 0777) != 0 && errno != EEXIST)
    {
      set_io_error (error, "results", "make the folder", errno);
      return NULL;
    }
  for (guint i = 1; i < NAMES_MAX; i++)
    {
      g_autofree gchar *path = i == 1 ? g_strdup_printf ("results/%s", name)
                                      : g_strdup_printf ("results/%s-%u", name, i);

      if (g_mkdir (path, 0777) == 0)
        return g_steal_pointer (&path);
      if (errno != EEXIST)
        {
          set_io_error (error, path, "make the folder", errno);
          return NULL;
        }
    }
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO,
               "results/%s: there are %u results of that name (expected --out DIR)", name,
               NAMES_MAX - 1);
  return NULL;
}

static gboolean
folder_is_empty (const gchar *path, gboolean *empty, GError **error)
{
  const gchar *name;
  GDir *folder;

  errno = 0;
  folder = g_dir_open (path, 0, NULL);
  if (folder == NULL)
    return set_io_error (error, path, "read the folder", errno);
  /* What a program leaves that is killed before its first file is whole counts for nothing. */
  *empty = TRUE;
  while (*empty && (name = g_dir_read_name (folder)) != NULL)
    *empty = pnyx_draft_is_temporary (name) || g_str_equal (name, "results.lock");
  g_dir_close (folder);
  return TRUE;
}

static gboolean
remove_file (const gchar *path, GError **error)
{
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  return set_io_error (error, path, "remove", errno);
}

/* Removes the files in one of our folders and the folder itself where nothing else is in it. */
static gboolean
remove_folder (const gchar *path, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const gchar *name;
  struct stat status;
  GDir *folder;

  if (lstat (path, &status) != 0)
    return errno == ENOENT ? TRUE : set_io_error (error, path, "remove", errno);
  if (!S_ISDIR (status.st_mode))
    return remove_file (path, error);
  folder = g_dir_open (path, 0, NULL);
  if (folder == NULL)
    return set_io_error (error, path, "remove", errno);
  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_dir_close (folder);
  for (guint i = 0; i < names->len; i++)
    {
      const gchar *inner = g_ptr_array_index (names, i);

      if (lstat (inner, &status) == 0 && !S_ISDIR (status.st_mode) && !remove_file (inner, error))
        return FALSE;
    }
  if (g_rmdir (path) == 0 || errno == ENOTEMPTY || errno == EEXIST)
    return TRUE;
  return set_io_error (error, path, "remove", errno);
}

static gboolean
remove_drafts (const gchar *path, GError **error)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  gboolean done = TRUE;
  const gchar *name;

  while (folder != NULL && done && (name = g_dir_read_name (folder)) != NULL)
    if (pnyx_draft_is_temporary (name))
      {
        g_autofree gchar *inner = g_build_filename (path, name, NULL);

        done = remove_file (inner, error);
      }
  if (folder != NULL)
    g_dir_close (folder);
  return done;
}

static gboolean
remove_results (const gchar *path, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (result_folders); i++)
    {
      g_autofree gchar *inner = g_build_filename (path, result_folders[i], NULL);

      if (!remove_folder (inner, error))
        return FALSE;
    }
  if (!remove_drafts (path, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (result_files); i++)
    {
      g_autofree gchar *inner = g_build_filename (path, result_files[i], NULL);

      if (!remove_file (inner, error))
        return FALSE;
    }
  return TRUE;
}

/* Whether @path, which holds something, may be taken. */
static gboolean
folder_may_be_taken (const gchar *path, gboolean force, GError **error)
{
  PnyxStatus status;

  if (!pnyx_manifest_read_status (path, &status, error))
    return FALSE;
  if (status == PNYX_STATUS_NONE)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                   "%s: holds files but no results of pnyx (expected a new or an empty folder)",
                   path);
      return FALSE;
    }
  if (status == PNYX_STATUS_FINISHED && !force)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                   "%s: holds finished results (expected a new folder, or --force to replace them)",
                   path);
      return FALSE;
    }
  return TRUE;
}

gboolean
pnyx_folder_take (const gchar *path, gboolean force, GError **error)
{
  gboolean empty = FALSE;

  if (g_mkdir_with_parents (path, 0777) != 0)
    return set_io_error (error, path, "make the folder", errno);
  if (!folder_is_empty (path, &empty, error))
    return FALSE;
  if (!empty && (!folder_may_be_taken (path, force, error) || !remove_results (path, error)))
    return FALSE;
  if (g_access (path, W_OK | X_OK) != 0)
    return set_io_error (error, path, "write to the folder", errno);
  return TRUE;
}

void
pnyx_folder_discard (const gchar *path, gboolean parent)
{
  g_autofree gchar *above = g_path_get_dirname (path);

  if (remove_results (path, NULL) && g_rmdir (path) == 0 && parent)
    g_rmdir (above);
}
