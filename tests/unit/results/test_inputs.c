/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/inputs.h"

#include <glib/gstdio.h>

static void
test_copies_are_named_by_what_they_hold (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-inputs-XXXXXX", NULL);
  g_autofree gchar *source = g_build_filename (folder, "odd name$(x).csv", NULL);
  const gchar *const paths[] = { source, source, NULL };
  g_autofree gchar *copy = NULL;
  g_autofree gchar *text = NULL;
  g_autofree gchar *inner = g_build_filename (folder, "inputs", NULL);
  g_autofree gchar *sha256 = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) pairs = NULL, again = NULL;

  g_assert_true (g_file_set_contents (source, "abc", 3, NULL));
  pairs = pnyx_inputs_copy (folder, paths, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (pairs), ==, 4);
  g_assert_cmpstr (pairs[0], ==, "inputs/ba7816bf8f01-odd_name__x_.csv");
  g_assert_cmpstr (pairs[1], ==,
                   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_cmpstr (pairs[2], ==, pairs[0]);
  copy = g_build_filename (folder, pairs[0], NULL);
  g_assert_true (g_file_get_contents (copy, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "abc");
  sha256 = pnyx_sha256_file (copy, &error);
  g_assert_cmpstr (sha256, ==, pairs[1]);
  /* Running the copied scenario again names its inputs as before. */
  again = pnyx_inputs_copy (folder, (const gchar *[]){ copy, NULL }, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again[0], ==, pairs[0]);
  g_remove (copy);
  g_remove (inner);
  g_remove (source);
  g_remove (folder);
}

static void
test_a_missing_file_is_an_error (void)
{
  const gchar *const paths[] = { "/nonexistent/a.csv", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_inputs_copy ("/tmp", paths, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/inputs/names", test_copies_are_named_by_what_they_hold);
  g_test_add_func ("/results/inputs/missing", test_a_missing_file_is_an_error);
  return g_test_run ();
}
