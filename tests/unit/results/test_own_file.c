/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/own_file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "results/draft.h"
#include "support/scratch.h"

static void
test_files_are_read (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *path = scratch_write (folder, "a", "abc");
  g_autofree gchar *empty = scratch_write (folder, "b", "");
  g_autofree gchar *text = NULL;
  g_autofree gchar *nothing = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_true (pnyx_own_file_get (path, &text, &length, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "abc");
  g_assert_cmpuint (length, ==, 3);
  g_assert_true (pnyx_own_file_get (empty, &nothing, NULL, &error));
  g_assert_cmpstr (nothing, ==, "");
  g_assert_true (pnyx_own_file_is (path));
}

static void
assert_refused (const gchar *path, gint code, const gchar *what)
{
  g_autoptr (GError) error = NULL;
  gchar *text = NULL;

  g_assert_false (pnyx_own_file_get (path, &text, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, code);
  g_assert_cmpint (pnyx_own_file_code (error), ==,
                   code == G_FILE_ERROR_INVAL ? PNYX_ERROR_FORBIDDEN : PNYX_ERROR_MISSING);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_nonnull (strstr (error->message, what));
  g_assert_null (text);
  g_assert_null (pnyx_own_file_map (path, NULL));
  g_assert_false (pnyx_own_file_is (path));
}

static void
test_what_is_no_file_is_refused (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *path = scratch_write (folder, "a", "abc");
  g_autofree gchar *link = g_build_filename (folder, "link", NULL);
  g_autofree gchar *pipe = g_build_filename (folder, "pipe", NULL);
  g_autofree gchar *none = g_build_filename (folder, "none", NULL);

  g_assert_cmpint (symlink (path, link), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  assert_refused (link, G_FILE_ERROR_INVAL, ": is a symbolic link (expected a file)");
  assert_refused (pipe, G_FILE_ERROR_INVAL, ": is no regular file (expected one)");
  assert_refused (folder, G_FILE_ERROR_INVAL, ": is no regular file (expected one)");
  assert_refused ("/dev/zero", G_FILE_ERROR_INVAL, ": is no regular file (expected one)");
  assert_refused (none, G_FILE_ERROR_NOENT, "No such file");
}

static void
test_what_is_beyond_a_gibibyte_is_refused (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *path = scratch_write (folder, "a", "");
  g_autoptr (GError) error = NULL;
  gchar *text = NULL;

  g_assert_cmpint (truncate (path, ((off_t)1 << 30) + 1), ==, 0);
  g_assert_false (pnyx_own_file_get (path, &text, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
}

static void
test_a_folder_that_is_a_link_is_refused (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (Scratch) other = scratch_new ();
  g_autofree gchar *link = g_build_filename (folder, "series", NULL);
  g_autofree gchar *theirs = g_build_filename (other, "x.csv", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pnyx_own_folder_check (link, &error));
  g_assert_true (pnyx_own_folder_check (folder, &error));
  g_assert_cmpint (symlink (other, link), ==, 0);
  g_assert_false (pnyx_own_folder_check (link, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_FORBIDDEN);
  g_clear_error (&error);
  /* Nor is anything written through it; the results folder itself may be one. */
  g_assert_false (pnyx_draft_write (folder, "series/x.csv", "x", &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_false (g_file_test (theirs, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_assert_true (pnyx_draft_write (link, "x.csv", "x", &error));
  g_assert_true (g_file_test (theirs, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/results/own-file/" path, function)
  ADD ("files-are-read", test_files_are_read);
  ADD ("what-is-no-file-is-refused", test_what_is_no_file_is_refused);
  ADD ("what-is-beyond-a-gibibyte-is-refused", test_what_is_beyond_a_gibibyte_is_refused);
  ADD ("a-folder-that-is-a-link-is-refused", test_a_folder_that_is_a_link_is_refused);
  return g_test_run ();
}
