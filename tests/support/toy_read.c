/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/toy_read.h"

#include <glib/gstdio.h>
#include <string.h>

#include "support/toy_schema.h"

gchar *
toy_text (const gchar *inside)
{
  return g_strdup_printf ("<scenario xmlns=\"" PNYX_NAMESPACE "\" name=\"toy\">\n%s\n"
                          "<chain kind=\"gasper\"/></scenario>\n",
                          inside);
}

PnyxScenario *
toy_read (const gchar *inside, const gchar *const *overrides, GError **error)
{
  g_autofree gchar *text = toy_text (inside);
  PnyxReader reader = { &toy_scenario, NULL, overrides };

  return pnyx_scenario_read_memory (&reader, text, strlen (text), "toy.xml", error);
}

static void
assert_error (const GError *error, PnyxErrorCode code, const gchar *part)
{
  g_assert_nonnull (error);
  if (strstr (error->message, part) == NULL)
    g_error ("\"%s\" is not in \"%s\"", part, error->message);
  g_assert_error (error, PNYX_ERROR, (gint)code);
}

void
assert_refused (const gchar *xml, PnyxErrorCode code, const gchar *part)
{
  PnyxReader reader = { &toy_scenario, NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) scenario
      = pnyx_scenario_read_memory (&reader, xml, strlen (xml), "toy.xml", &error);

  g_assert_null (scenario);
  assert_error (error, code, part);
}

void
assert_file_refused (const gchar *path, PnyxErrorCode code, const gchar *part)
{
  PnyxReader reader = { &toy_scenario, NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) scenario = pnyx_scenario_read (&reader, path, &error);

  g_assert_null (scenario);
  assert_error (error, code, part);
  g_assert_null (strchr (error->message, '\n'));
}

gchar *
toy_folder (void)
{
  g_autoptr (GError) error = NULL;
  gchar *folder = g_dir_make_tmp ("pnyx-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
toy_folder_remove (const gchar *folder)
{
  g_autoptr (GDir) names = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (names != NULL && (name = g_dir_read_name (names)) != NULL)
    {
      g_autofree gchar *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        toy_folder_remove (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

gchar *
toy_write (const gchar *folder, const gchar *name, const gchar *text)
{
  gchar *path = g_build_filename (folder, name, NULL);
  g_autofree gchar *above = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (above, 0700);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}
