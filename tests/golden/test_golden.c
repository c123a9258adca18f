/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs that stay as they are: for each scenario here the digests of its runs and its summary.csv,
 * byte by byte. A change is either a mistake or on purpose: then the build's target
 * regenerate-golden (PNYX_GOLDEN_REGENERATE) writes the files anew, in a commit of its own.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "batch/batch.h"
#include "results/csv.h"
#include "support/test_world.h"

static gchar *
golden_path (const gchar *name, const gchar *suffix)
{
  g_autofree gchar *file = g_strconcat (name, suffix, NULL);

  return g_build_filename (g_getenv ("PNYX_SOURCE"), "tests", "golden", file, NULL);
}

static PnyxModel *
read_scenario (const gchar *name)
{
  g_autofree gchar *path = golden_path (name, ".xml");
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  GError *error = NULL;
  PnyxModel *model = pnyx_model_read (path, data, NULL, &error);

  g_assert_no_error (error);
  return model;
}

static GPtrArray *
run_scenario (const PnyxModel *model)
{
  PnyxBatchOptions options = { .threads = 2 };
  GError *error = NULL;
  GPtrArray *results = pnyx_batch_run (model, &options, &error);

  g_assert_no_error (error);
  return results;
}

static gchar *
digests_text (const GPtrArray *results)
{
  GString *text = g_string_new ("replicate,events,digest\n");

  for (guint i = 0; i < results->len; i++)
    {
      const PnyxRunResult *result = results->pdata[i];

      if (result->failed)
        g_error ("%s", result->message);
      g_string_append_printf (text, "%u,%" G_GUINT64_FORMAT ",%016" G_GINT64_MODIFIER "x\n",
                              result->replicate, result->events, result->digest);
    }
  return g_string_free (text, FALSE);
}

static void
remove_tree (const gchar *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree gchar *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_tree (path);
      else
        g_unlink (path);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_rmdir (folder);
}

static gchar *
summary_text (const GPtrArray *results)
{
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "summary.csv", NULL);
  PnyxResults rows = { .n_points = 1,
                       .n_runs = results->len,
                       .runs = (const PnyxRunResult *const *)(gconstpointer)results->pdata };
  GError *error = NULL;
  gchar *text;

  pnyx_csv_write (folder, &rows, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  remove_tree (folder);
  return text;
}

/* The first line in which the two differ says more than both files. */
static void
compare (const gchar *path, const gchar *text)
{
  g_autofree gchar *expected = NULL;
  g_auto (GStrv) old = NULL;
  g_auto (GStrv) new = NULL;

  if (g_getenv ("PNYX_GOLDEN_REGENERATE") != NULL)
    {
      g_assert_true (g_file_set_contents (path, text, -1, NULL));
      return;
    }
  g_assert_true (g_file_get_contents (path, &expected, NULL, NULL));
  old = g_strsplit (expected, "\n", -1);
  new = g_strsplit (text, "\n", -1);
  for (guint i = 0; old[i] != NULL && new[i] != NULL; i++)
    if (strcmp (old[i], new[i]) != 0)
      g_error ("%s:%u:\n  was %s\n  is  %s", path, i + 1, old[i], new[i]);
  g_assert_cmpuint (g_strv_length (old), ==, g_strv_length (new));
}

static void
test_scenario (gconstpointer name)
{
  g_autoptr (PnyxModel) model = read_scenario (name); /* results name its chains */
  g_autoptr (GPtrArray) results = run_scenario (model);
  g_autofree gchar *digests = digests_text (results);
  g_autofree gchar *summary = summary_text (results);
  g_autofree gchar *digests_path = golden_path (name, ".digests.csv");
  g_autofree gchar *summary_path = golden_path (name, ".summary.csv");

  g_assert_cmpuint (results->len, ==, 3);
  compare (summary_path, summary);
  compare (digests_path, digests);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/golden/flood", "flood", test_scenario);
  g_test_add_data_func ("/golden/internet", "internet", test_scenario);
  g_test_add_data_func ("/golden/faults", "faults", test_scenario);
  g_test_add_data_func ("/golden/stake", "stake", test_scenario);
  return g_test_run ();
}
