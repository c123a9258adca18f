/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/draft.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "base/error.h"

static gchar *
temporary_folder (void)
{
  gchar *folder = g_dir_make_tmp ("pnyx-draft-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

static guint
count_files (const gchar *path)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (folder);
  while (g_dir_read_name (folder) != NULL)
    n++;
  g_dir_close (folder);
  return n;
}

static void
write_megabyte (PnyxDraft *draft)
{
  g_autofree gchar *block = g_strnfill (1000, 'x');

  for (guint i = 0; i < 1000; i++)
    pnyx_draft_text (draft, block);
}

static void
test_a_file_appears_when_it_is_complete (void)
{
  g_autofree gchar *folder = temporary_folder ();
  g_autofree gchar *path = g_build_filename (folder, "a/b.csv", NULL);
  g_autofree gchar *parent = g_build_filename (folder, "a", NULL);
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  PnyxDraft *draft = pnyx_draft_new (folder, "a/b.csv");
  gsize length;

  write_megabyte (draft);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  pnyx_draft_bytes (draft, "\0\n", 2);
  g_assert_true (pnyx_draft_finish (draft, &error));
  g_assert_no_error (error);
  pnyx_draft_free (draft);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_cmpuint (length, ==, 1000002);
  g_assert_cmpuint (count_files (parent), ==, 1);
  g_remove (path);
  g_remove (parent);
  g_remove (folder);
}

static void
test_what_is_dropped_leaves_nothing (void)
{
  g_autofree gchar *folder = temporary_folder ();
  PnyxDraft *draft = pnyx_draft_new (folder, "b.csv");

  write_megabyte (draft);
  g_assert_cmpuint (count_files (folder), ==, 1);
  pnyx_draft_free (draft);
  pnyx_draft_free (NULL);
  g_assert_cmpuint (count_files (folder), ==, 0);
  g_remove (folder);
}

static void
test_a_former_file_stays_until_the_new_one_is_complete (void)
{
  g_autofree gchar *folder = temporary_folder ();
  g_autofree gchar *path = g_build_filename (folder, "b.csv", NULL);
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  PnyxDraft *draft;

  g_assert_true (pnyx_draft_write (folder, "b.csv", "old\n", &error));
  draft = pnyx_draft_new (folder, "b.csv");
  write_megabyte (draft);
  pnyx_draft_free (draft);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old\n");
  g_remove (path);
  g_remove (folder);
}

/* A limit on the size of files stands for a disk that is full in the middle of a file. */
static void
test_an_error_in_the_middle_is_one_line_and_leaves_nothing (void)
{
  g_autofree gchar *folder = temporary_folder ();
  g_autofree gchar *expected
      = g_strdup_printf ("%s/b.csv: cannot write: %s", folder, g_strerror (EFBIG));
  g_autoptr (GError) error = NULL;
  struct rlimit before, limit;
  PnyxDraft *draft = pnyx_draft_new (folder, "b.csv");

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 100000;
  signal (SIGXFSZ, SIG_IGN);
  setrlimit (RLIMIT_FSIZE, &limit);
  write_megabyte (draft);
  g_assert_false (pnyx_draft_finish (draft, &error));
  setrlimit (RLIMIT_FSIZE, &before);
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_cmpstr (error->message, ==, expected);
  pnyx_draft_free (draft);
  g_assert_cmpuint (count_files (folder), ==, 0);
  g_remove (folder);
}

static void
test_a_full_disk_is_one_line_and_leaves_nothing (void)
{
  g_autofree gchar *folder = temporary_folder ();
  g_autofree gchar *expected
      = g_strdup_printf ("%s/b.csv: cannot write: No space left on device", folder);
  g_autoptr (GError) error = NULL;
  PnyxDraft *draft;

  if (mount ("tmpfs", folder, "tmpfs", 0, "size=64k") != 0)
    {
      g_test_skip ("no file system can be mounted here");
      g_remove (folder);
      return;
    }
  draft = pnyx_draft_new (folder, "b.csv");
  write_megabyte (draft);
  g_assert_false (pnyx_draft_finish (draft, &error));
  pnyx_draft_free (draft);
  g_assert_cmpuint (count_files (folder), ==, 0);
  umount (folder);
  g_remove (folder);
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_cmpstr (error->message, ==, expected);
}

static void
test_an_unwritable_place_is_one_line (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pnyx_draft_write ("/proc/pnyx", "a.csv", "x", &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_true (g_str_has_prefix (error->message, "/proc/pnyx/a.csv: cannot write: "));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_temporary_names_are_known (void)
{
  g_assert_true (pnyx_draft_is_temporary (".b.csv.pnyx-a1B2c3"));
  g_assert_false (pnyx_draft_is_temporary ("b.csv"));
  g_assert_false (pnyx_draft_is_temporary ("b.csv.pnyx-a1B2c3"));
  g_assert_false (pnyx_draft_is_temporary (".b.csv.pnyx-a1B2c3.txt"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/draft/complete", test_a_file_appears_when_it_is_complete);
  g_test_add_func ("/results/draft/dropped", test_what_is_dropped_leaves_nothing);
  g_test_add_func ("/results/draft/former-file-stays",
                   test_a_former_file_stays_until_the_new_one_is_complete);
  g_test_add_func ("/results/draft/error-in-the-middle",
                   test_an_error_in_the_middle_is_one_line_and_leaves_nothing);
  g_test_add_func ("/results/draft/full-disk", test_a_full_disk_is_one_line_and_leaves_nothing);
  g_test_add_func ("/results/draft/unwritable", test_an_unwritable_place_is_one_line);
  g_test_add_func ("/results/draft/temporary-names", test_temporary_names_are_known);
  return g_test_run ();
}
