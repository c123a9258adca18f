/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "figure/svg.h"
#include "support/fuzz_file.h"

/* A picture that is taken into a page is well-formed there, draws and does nothing else. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
judge_attribute (const gchar *name, const gchar *value)
{
  const gchar *colon = strrchr (name, ':');
  const gchar *local = colon == NULL ? name : colon + 1;
  g_autofree gchar *lower = g_ascii_strdown (value, -1);
  const gchar *url = lower;

  g_assert_false (g_ascii_strncasecmp (local, "on", 2) == 0);
  if (g_ascii_strcasecmp (local, "href") == 0)
    g_assert_true (*value == '#' || g_str_has_prefix (value, "data:image/png;"));
  /* Neither a name nor a size is read as CSS. */
  if (g_str_equal (local, "id") || g_str_equal (name, "data-width")
      || g_str_equal (name, "viewBox"))
    return;
  for (; g_ascii_strcasecmp (local, "href") != 0 && (url = strstr (url, "url(")) != NULL; url++)
    g_assert_true (url[4] == '#' || ((url[4] == '"' || url[4] == '\'') && url[5] == '#'));
}

static void
judge_element (GMarkupParseContext *context, const gchar *name, const gchar **names,
               const gchar **values, gpointer user, GError **error)
{
  static const gchar *const never[]
      = { "script", "style", "a",     "meta", "img",   "base",    "link", "foreignobject",
          "iframe", "set",   "embed", "html", "body",  "animate", "form", "object",
          "p",      "div",   "b",     "math", "table", "video",   "font", NULL };
  g_autofree gchar *lower = g_ascii_strdown (name, -1);

  (void)context;
  (void)user;
  (void)error;
  g_assert_false (g_strv_contains (never, lower));
  for (gsize i = 0; names[i] != NULL; i++)
    judge_attribute (names[i], values[i]);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar sample[] = "<svg width='1'><g id='a' fill='url(#b)'><text>x</text></g></svg>";
  const GMarkupParser parser = { .start_element = judge_element };
  g_autoptr (GMarkupParseContext) context
      = g_markup_parse_context_new (&parser, (GMarkupParseFlags)0, NULL, NULL);
  g_autofree gchar *text = NULL;
  g_autofree gchar *svg = NULL;
  g_autoptr (GError) error = NULL;

  if (size > 8192)
    return 0;
  text = size == 0 ? g_strdup (sample) : g_strndup ((const gchar *)data, size);
  svg = pnyx_svg_inline (text, "f1", "title <1>", "what it & is", &error);
  g_assert_true ((svg == NULL) == (error != NULL));
  g_assert_true (svg != NULL || size > 0);
  if (svg == NULL)
    return 0;
  g_assert_true (g_utf8_validate (svg, -1, NULL));
  g_assert_true (g_markup_parse_context_parse (context, svg, -1, NULL)
                 && g_markup_parse_context_end_parse (context, NULL));
  return 0;
}
