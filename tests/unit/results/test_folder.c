/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "results/draft.h"
#include "results/manifest.h"

/* Each test works in a folder of its own, which stays when one fails. */
static gchar *
enter (void)
{
  gchar *folder = g_dir_make_tmp ("pnyx-folder-XXXXXX", NULL);

  g_assert_nonnull (folder);
  g_assert_cmpint (g_chdir (folder), ==, 0);
  return folder;
}

static void
leave (gchar *folder)
{
  g_autofree gchar *command = g_strdup_printf ("rm -r '%s'", folder);

  g_assert_cmpint (g_chdir ("/"), ==, 0);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (folder);
}

static void
put (const gchar *name, const gchar *text)
{
  g_autoptr (GError) error = NULL;

  pnyx_draft_write (".", name, text, &error);
  g_assert_no_error (error);
}

static gboolean
is_there (const gchar *name)
{
  return g_file_test (name, G_FILE_TEST_EXISTS);
}

static void
put_results (PnyxStatus status)
{
  PnyxManifest manifest = { .status = status };
  g_autoptr (GError) error = NULL;

  g_mkdir ("out", 0777);
  put ("out/runs.csv", "old");
  put ("out/series/stake.gini.csv", "old");
  put ("out/figures/lorenz.gp", "old");
  put ("out/.summary.csv.pnyx-abcdef", "half");
  put ("out/notes.txt", "mine");
  pnyx_manifest_write ("out", &manifest, &error);
  g_assert_no_error (error);
}

static void
test_names_that_are_taken_are_counted_up (void)
{
  gchar *folder = enter ();
  const gchar *const expected[] = { "results/a", "results/a-2", "results/a-3" };

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree gchar *path = pnyx_folder_new ("a", &error);

      g_assert_no_error (error);
      g_assert_cmpstr (path, ==, expected[i]);
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR));
    }
  leave (folder);
}

static void
test_unsafe_names_are_refused (void)
{
  const gchar *const names[] = { "", ".", "..", ".hidden", "a/b", "a b", "../a", "a\n" };
  g_autofree gchar *long_name = g_strnfill (201, 'a');
  gchar *folder = enter ();

  for (gsize i = 0; i <= G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pnyx_folder_new (i < G_N_ELEMENTS (names) ? names[i] : long_name, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
    }
  g_assert_false (is_there ("results"));
  leave (folder);
}

static void
test_a_file_in_the_way_is_an_error_of_the_machine (void)
{
  gchar *folder = enter ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) error_out = NULL;

  put ("results", "a file");
  g_assert_null (pnyx_folder_new ("a", &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_cmpstr (error->message, ==, "results/a: cannot make the folder: Not a directory");
  g_assert_false (pnyx_folder_take ("results", TRUE, &error_out));
  g_assert_error (error_out, PNYX_ERROR, PNYX_ERROR_IO);
  leave (folder);
}

static void
test_a_new_or_empty_folder_is_taken (void)
{
  gchar *folder = enter ();
  g_autoptr (GError) error = NULL;

  g_assert_true (pnyx_folder_take ("a/b/c", FALSE, &error));
  g_assert_no_error (error);
  g_assert_true (pnyx_folder_take ("a/b/c", FALSE, &error));
  g_assert_no_error (error);
  leave (folder);
}

static void
test_finished_results_are_replaced_by_force_alone (void)
{
  gchar *folder = enter ();
  g_autoptr (GError) error = NULL;

  put_results (PNYX_STATUS_FINISHED);
  g_assert_false (pnyx_folder_take ("out", FALSE, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT);
  g_assert_cmpstr (error->message, ==,
                   "out: holds finished results (expected a new folder, or --force to replace "
                   "them)");
  g_assert_true (is_there ("out/runs.csv"));
  g_clear_error (&error);
  g_assert_true (pnyx_folder_take ("out", TRUE, &error));
  g_assert_no_error (error);
  g_assert_false (is_there ("out/runs.csv"));
  g_assert_false (is_there ("out/series"));
  g_assert_false (is_there ("out/figures"));
  g_assert_false (is_there ("out/manifest.json"));
  g_assert_false (is_there ("out/.summary.csv.pnyx-abcdef"));
  g_assert_true (is_there ("out/notes.txt"));
  leave (folder);
}

static void
test_unfinished_results_are_replaced (void)
{
  gchar *folder = enter ();
  g_autoptr (GError) error = NULL;

  put_results (PNYX_STATUS_INTERRUPTED);
  g_assert_true (pnyx_folder_take ("out", FALSE, &error));
  g_assert_no_error (error);
  g_assert_false (is_there ("out/runs.csv"));
  leave (folder);
}

static void
test_the_files_of_others_are_left_alone (void)
{
  gchar *folder = enter ();

  g_mkdir ("out", 0777);
  put ("out/runs.csv", "not from here");
  for (guint force = 0; force < 2; force++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pnyx_folder_take ("out", force == 1, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT);
    }
  put ("out/manifest.json", "{\"name\": \"some app\"}");
  for (guint force = 0; force < 2; force++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pnyx_folder_take ("out", force == 1, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
    }
  g_assert_true (is_there ("out/runs.csv"));
  leave (folder);
}

static void
test_symbolic_links_are_not_followed (void)
{
  gchar *folder = enter ();
  g_autoptr (GError) error = NULL;

  put ("precious/keep.csv", "mine");
  g_mkdir ("out", 0777);
  g_assert_cmpint (symlink ("../precious", "out/series"), ==, 0);
  g_assert_true (
      pnyx_manifest_write ("out", &(PnyxManifest){ .status = PNYX_STATUS_FAILED }, NULL));
  g_assert_true (pnyx_folder_take ("out", FALSE, &error));
  g_assert_no_error (error);
  g_assert_true (is_there ("precious/keep.csv"));
  g_assert_false (is_there ("out/series"));
  leave (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/folder/counted-up", test_names_that_are_taken_are_counted_up);
  g_test_add_func ("/results/folder/unsafe-names", test_unsafe_names_are_refused);
  g_test_add_func ("/results/folder/file-in-the-way",
                   test_a_file_in_the_way_is_an_error_of_the_machine);
  g_test_add_func ("/results/folder/new-or-empty", test_a_new_or_empty_folder_is_taken);
  g_test_add_func ("/results/folder/finished", test_finished_results_are_replaced_by_force_alone);
  g_test_add_func ("/results/folder/unfinished", test_unfinished_results_are_replaced);
  g_test_add_func ("/results/folder/others", test_the_files_of_others_are_left_alone);
  g_test_add_func ("/results/folder/symbolic-links", test_symbolic_links_are_not_followed);
  return g_test_run ();
}
