/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/scratch.h"

#include <glib/gstdio.h>

Scratch *
scratch_new (void)
{
  g_autoptr (GError) error = NULL;
  Scratch *scratch = g_dir_make_tmp ("pnyx-test-XXXXXX", &error);

  g_assert_no_error (error);
  return scratch;
}

static void
remove_tree (const gchar *path)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  const gchar *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree gchar *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  if (folder != NULL)
    g_dir_close (folder);
  g_remove (path);
}

void
scratch_free (Scratch *scratch)
{
  if (scratch != NULL)
    remove_tree (scratch);
  g_free (scratch);
}

gchar *
scratch_write (const Scratch *scratch, const gchar *name, const gchar *text)
{
  gchar *path = g_build_filename (scratch, name, NULL);
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

gchar *
scratch_read (const Scratch *scratch, const gchar *name)
{
  g_autofree gchar *path = g_build_filename (scratch, name, NULL);
  g_autoptr (GError) error = NULL;
  gchar *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}
