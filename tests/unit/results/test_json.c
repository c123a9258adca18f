/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/json.h"

static void
test_texts_are_found_at_the_top_alone (void)
{
  const gchar *json = " {\"a\" : [1, -2.5e+3, true, {\"key\": \"inner\"}, []], \"n\": null,\n"
                      "\"key\": \"\\u00e9\\ud83d\\ude00\\\"\\/\\n\", \"key\": \"second\"} ";
  g_autofree gchar *found = NULL;
  gchar *none;

  g_assert_true (pnyx_json_text (json, "key", &found));
  g_assert_cmpstr (found, ==, "\xc3\xa9\xf0\x9f\x98\x80\"/\n");
  g_assert_true (pnyx_json_text (json, "n", &none));
  g_assert_null (none);
  g_assert_true (pnyx_json_text ("{}", "key", &none));
  g_assert_null (none);
}

static void
test_malformed_texts_are_refused (void)
{
  const gchar *const texts[] = { "",
                                 "null",
                                 "\"text\"",
                                 "{,}",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{\"a\":01}",
                                 "{\"a\":1.}",
                                 "{\"a\":+1}",
                                 "{\"a\":1e}",
                                 "{\"a\":nan}",
                                 "{\"a\":\"\n\"}",
                                 "{\"a\":\"\\x\"}",
                                 "{\"a\":\"\\u12\"}",
                                 "{\"a\":\"\\u0000\"}",
                                 "{\"a\":\"\\ud800\"}",
                                 "{\"a\":\"\\ud800\\u0041\"}",
                                 "{\"a\":\"\\udc00\"}",
                                 "{\"a\":\"open",
                                 "{\"a\":\"\\",
                                 "{\"a\":[1 2]}",
                                 "{\"a\":[1,]}",
                                 "{'a':1}",
                                 "{\"a\":1}}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gchar *found;

      if (pnyx_json_text (texts[i], "a", &found))
        g_error ("taken: %s", texts[i]);
      g_assert_null (found);
    }
}

static void
test_nesting_is_bounded (void)
{
  g_autofree gchar *open = g_strnfill (100000, '[');
  g_autofree gchar *json = g_strdup_printf ("{\"a\":%s", open);
  gchar *found;

  g_assert_false (pnyx_json_text (json, "a", &found));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/json/top-level", test_texts_are_found_at_the_top_alone);
  g_test_add_func ("/results/json/malformed", test_malformed_texts_are_refused);
  g_test_add_func ("/results/json/nesting", test_nesting_is_bounded);
  return g_test_run ();
}
