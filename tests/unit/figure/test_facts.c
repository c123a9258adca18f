/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/facts.h"

#include "base/error.h"
#include "results/manifest.h"
#include "support/sweep_folder.h"

static PnyxFacts *
read (const gchar *json, GError **error)
{
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-facts-XXXXXX", NULL);
  PnyxFacts *facts;

  if (json != NULL)
    pnyx_test_put (folder, "manifest.json", json);
  facts = pnyx_facts_read (folder, error);
  pnyx_test_remove (folder);
  return facts;
}

static void
test_members_lists_and_failures (void)
{
  g_autoptr (PnyxFacts) facts
      = read ("{\"status\": \"finished\", \"seed\": 18446744073709551615, \"wall\": 1.5e-3,\n"
              " \"text\": \"a\\n\\u00b5\\ud83d\\ude00\\\"\", \"nothing\": null, \"none\": [],\n"
              " \"libraries\": [\"GLib 2\", \"GSL 2\"], \"deep\": {\"a\": [1, {\"b\": [2]}]},\n"
              " \"inputs\": [{\"file\": \"a.xml\", \"sha256\": \"00\"}],\n"
              " \"failed_runs\": [{\"point\": 3, \"replicate\": 1, \"message\": \"<b>\"},\n"
              "   {\"point\": 4, \"replicate\": 0, \"message\": \"m\", \"other\": 1}]}",
              NULL);
  const PnyxFailedRun *run;

  g_assert_nonnull (facts);
  g_assert_cmpstr (pnyx_facts_get (facts, "status"), ==, "finished");
  g_assert_cmpstr (pnyx_facts_get (facts, "seed"), ==, "18446744073709551615");
  g_assert_cmpstr (pnyx_facts_get (facts, "wall"), ==, "1.5e-3");
  g_assert_cmpstr (pnyx_facts_get (facts, "text"), ==, "a\n\xc2\xb5\xf0\x9f\x98\x80\"");
  g_assert_cmpstr (pnyx_facts_get (facts, "a"), ==, "");
  g_assert_cmpuint (facts->libraries->len, ==, 2);
  g_assert_cmpstr (facts->libraries->pdata[1], ==, "GSL 2");
  g_assert_cmpstr (facts->files->pdata[0], ==, "a.xml");
  g_assert_cmpstr (facts->sums->pdata[0], ==, "00");
  g_assert_cmpuint (facts->failed->len, ==, 2);
  run = &g_array_index (facts->failed, PnyxFailedRun, 0);
  g_assert_cmpstr (run->point, ==, "3");
  g_assert_cmpstr (run->replicate, ==, "1");
  g_assert_cmpstr (run->message, ==, "<b>");
}

static void
test_what_is_no_manifest_is_refused (void)
{
  static const gchar *const bad[] = { "",
                                      "[]",
                                      "{",
                                      "{\"a\"}",
                                      "{\"a\": }",
                                      "{\"a\": 1,}",
                                      "{\"a\": [1,]}",
                                      "{\"a\": [1}",
                                      "{\"a\": \"x}",
                                      "{\"a\": \"\\q\"}",
                                      "{\"a\": \"\\u12\"}",
                                      "{\"a\": \"\\ud800\"}",
                                      "{\"a\": 1} x",
                                      "{\"a\": \xff}",
                                      "{\"inputs\": [{\"file\": \"a\"}]}",
                                      "{\"a\": \"\n\"}" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read (bad[i], &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
    }
}

static void
test_nesting_has_an_end (void)
{
  g_autoptr (GString) json = g_string_new ("{\"a\": ");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (json, '[');
  g_assert_null (read (json->str, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
}

static void
test_what_is_kept_has_a_limit (void)
{
  static const struct
  {
    const gchar *begin, *item, *end;
  } forms[] = {
    { "{", "\"\":0,", "\"a\":1}" },
    { "{\"failed_runs\":[", "{},", "{}]}" },
    { "{\"libraries\":[", "0,", "0]}" },
    { "{\"inputs\":[", "{\"file\":0,\"sha256\":0},", "{\"file\":0,\"sha256\":0}]}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GString) json = g_string_new (forms[i].begin);
      g_autoptr (GError) error = NULL;

      for (guint k = 0; k < 1 << 20; k++)
        g_string_append (json, forms[i].item);
      g_string_append (json, forms[i].end);
      g_assert_null (read (json->str, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
    }
}

static void
test_a_folder_without_one (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read (NULL, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
  g_assert_true (g_str_has_suffix (
      error->message, "/manifest.json: there is no such file (expected a results folder)"));
}

/* What the program itself writes. */
static void
test_a_real_manifest (void)
{
  static const gchar *const inputs[] = { "inputs/a", "12", NULL };
  static const PnyxManifestFailure failures[] = { { .point = 7, .replicate = 2, .message = "no" } };
  const PnyxManifest manifest = { .status = PNYX_STATUS_FINISHED,
                                  .version = "1",
                                  .command = "run x.xml",
                                  .seed = 9,
                                  .inputs = inputs,
                                  .failures = failures,
                                  .n_failures = 1 };
  g_autofree gchar *json = pnyx_manifest_format (&manifest);
  g_autoptr (PnyxFacts) facts = read (json, NULL);

  g_assert_cmpstr (pnyx_facts_get (facts, "seed"), ==, "9");
  g_assert_cmpuint (facts->failed->len, ==, 1);
  g_assert_cmpstr (g_array_index (facts->failed, PnyxFailedRun, 0).point, ==, "7");
  g_assert_cmpuint (facts->files->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/figure/facts/" path, function)
  ADD ("members", test_members_lists_and_failures);
  ADD ("refused", test_what_is_no_manifest_is_refused);
  ADD ("nesting", test_nesting_has_an_end);
  ADD ("limit", test_what_is_kept_has_a_limit);
  ADD ("missing", test_a_folder_without_one);
  ADD ("real", test_a_real_manifest);
  return g_test_run ();
}
