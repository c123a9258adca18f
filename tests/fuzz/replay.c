/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replays a corpus through a fuzz target: the program of a target where libFuzzer is not available.
 *
 * Each argument is a file or a folder; the files of a folder are taken in the order of their names.
 * The empty input is always tried first, so a target without a corpus is exercised too. */

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static guint n_replayed;

static void
replay (const gchar *data, gsize size)
{
  /* An exact heap copy: a read beyond the end is an error that the address sanitizer sees. */
  g_autofree uint8_t *copy = g_memdup2 (data, size);

  LLVMFuzzerTestOneInput (copy, size);
  n_replayed++;
}

static gboolean
replay_file (const gchar *path)
{
  g_autofree gchar *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  g_print ("# %s\n", path);
  replay (data, size);
  return TRUE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const gchar *const *)a, *(const gchar *const *)b);
}

static gboolean
replay_folder (const gchar *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const gchar *name;
  gboolean ok = TRUE;

  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    ok = replay_file (g_ptr_array_index (names, i)) && ok;
  return ok;
}

int
main (int argc, char **argv)
{
  gboolean ok = TRUE;

  replay ("", 0);
  for (int i = 1; i < argc; i++)
    if (g_file_test (argv[i], G_FILE_TEST_IS_DIR))
      ok = replay_folder (argv[i]) && ok;
    else if (g_file_test (argv[i], G_FILE_TEST_EXISTS))
      ok = replay_file (argv[i]) && ok;
  g_print ("%s 1 replay of %u inputs\n1..1\n", ok ? "ok" : "not ok", n_replayed);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
