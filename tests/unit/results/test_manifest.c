/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/manifest.h"

#include <glib/gstdio.h>
#include <string.h>

#include "results/json.h"
#include "results/machine.h"

static const gchar *const libraries[] = { "GLib 2.74.6", "GSL 2.7.1", NULL };
static const gchar *const inputs[] = { "inputs/0123456789ab-edges.csv", "0123", NULL };

static PnyxManifest
example (void)
{
  static const PnyxManifestFailure failures[]
      = { { .point = 0, .replicate = 1, .message = "a \"b\"" } };

  return (PnyxManifest){ .status = PNYX_STATUS_FINISHED,
                         .version = "0.1.0",
                         .build = "abc",
                         .scenario = "odd \"name\" \\ \n\t\x01 \xff.xml",
                         .scenario_sha256 = "00ff",
                         .seed = G_MAXUINT64,
                         .replicates = 2,
                         .threads = 2,
                         .ranks = 1,
                         .cpu_level = pnyx_machine_cpu_level (),
                         .libraries = libraries,
                         .inputs = inputs,
                         .wall_seconds = 1.5,
                         .runs = 2,
                         .events = 15,
                         .digest = 0xabc,
                         .n_failures = G_N_ELEMENTS (failures),
                         .failures = failures };
}

static void
test_what_is_written_is_json (void)
{
  PnyxManifest manifest = example ();
  g_autofree gchar *json = pnyx_manifest_format (&manifest);
  g_autofree gchar *scenario = NULL;
  g_autofree gchar *nothing = NULL;

  g_assert_true (g_utf8_validate (json, -1, NULL));
  g_assert_true (pnyx_json_text (json, "scenario", &scenario));
  g_assert_cmpstr (scenario, ==, "odd \"name\" \\ \n\t\x01 \xef\xbf\xbd.xml");
  g_assert_true (pnyx_json_text (json, "command", &nothing));
  g_assert_null (nothing);
  g_assert_nonnull (strstr (json, "\"seed\": 18446744073709551615,"));
  g_assert_nonnull (strstr (json, "\"events\": 15,"));
  g_assert_nonnull (strstr (json, "\"digest\": \"0000000000000abc\""));
  g_assert_nonnull (
      strstr (json, "{\"point\": 0, \"replicate\": 1, \"message\": \"a \\\"b\\\"\"}"));
  g_assert_nonnull (strstr (json, "[\"GLib 2.74.6\", \"GSL 2.7.1\"]"));
  g_assert_nonnull (strstr (json, "\"wall_seconds\": 1.5"));
}

static void
test_the_status_is_read_back (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-manifest-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "manifest.json", NULL);
  const PnyxStatus all[] = { PNYX_STATUS_INTERRUPTED, PNYX_STATUS_FAILED, PNYX_STATUS_FINISHED };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *build = NULL;
  PnyxStatus status;

  g_assert_true (pnyx_manifest_read_status (folder, &status, &error));
  g_assert_cmpint (status, ==, PNYX_STATUS_NONE);
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      PnyxManifest manifest = example ();

      manifest.status = all[i];
      g_assert_true (pnyx_manifest_write (folder, &manifest, &error));
      g_assert_true (pnyx_manifest_read_status (folder, &status, &error));
      g_assert_no_error (error);
      g_assert_cmpint (status, ==, all[i]);
    }
  build = pnyx_manifest_read_text (folder, "build", &error);
  g_assert_cmpstr (build, ==, "abc");
  g_assert_null (pnyx_manifest_read_text (folder, "nothing", &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
  g_remove (path);
  g_remove (folder);
}

static void
test_other_files_are_refused (void)
{
  const gchar *const texts[] = { "",
                                 "{",
                                 "[]",
                                 "{\"status\": 1}",
                                 "{\"status\": \"finished\"",
                                 "{\"status\": \"done\"}",
                                 "{\"a\": {\"status\": \"finished\"}}",
                                 "{\"status\": \"finished\"} x" };
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-manifest-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "manifest.json", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      PnyxStatus status;

      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      g_assert_false (pnyx_manifest_read_status (folder, &status, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
    }
  g_remove (path);
  g_remove (folder);
}

static void
test_the_machine_says_what_it_is (void)
{
  g_autofree gchar *library = pnyx_machine_c_library ();

  g_assert_nonnull (pnyx_machine_cpu_level ());
  g_assert_cmpuint (strlen (library), >, 0);
  g_assert_cmpuint (pnyx_machine_peak_memory (), >, 100000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/manifest/json", test_what_is_written_is_json);
  g_test_add_func ("/results/manifest/status", test_the_status_is_read_back);
  g_test_add_func ("/results/manifest/other-files", test_other_files_are_refused);
  g_test_add_func ("/results/machine/facts", test_the_machine_says_what_it_is);
  return g_test_run ();
}
