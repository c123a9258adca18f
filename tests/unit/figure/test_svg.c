/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/svg.h"

#include <string.h>

#include "base/error.h"

static const gchar picture[]
    = "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"x\" \"http://a/b.dtd\">\n"
      "<svg width=\"317\" height=\"200\" viewBox=\"0 0 317 200\" onload=\"evil()\" "
      "xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">"
      "<title>Gnuplot</title><desc>made by &lt;x&gt;</desc><style>@import url(http://a/b)</style>"
      "<defs><clipPath id='c1'/><circle id=\"p\" r='1'/></defs>"
      "<g clip-path=\"url(#c1)\" fill='url(\"#p\")' onclick='evil()'><use xlink:href='#p'/>"
      "<image xlink:href='http://a/b.png'/><image href='data:image/png;base64,AA'/>"
      "<a xlink:href='javascript:evil()'><text>link</text></a>"
      "<rect fill='url(http://a/#b)' x='1'/>"
      "<text>a &lt; b &amp; c</text><script>evil()</script>"
      "<foreignObject><p>evil</p></foreignObject></g></svg>";

static void
test_what_is_drawn_stays_and_is_its_own (void)
{
  g_autofree gchar *svg = pnyx_svg_inline (picture, "f1", "Title <1>", "What \"it\" is", NULL);

  g_assert_nonnull (svg);
  g_assert_true (g_str_has_prefix (
      svg, "<svg role=\"img\" aria-labelledby=\"f1-title f1-desc\" "
           "xmlns=\"http://www.w3.org/2000/svg\" data-width=\"317\" viewBox=\"0 0 317 200\">"
           "<title id=\"f1-title\">Title &lt;1&gt;</title>"
           "<desc id=\"f1-desc\">What &quot;it&quot; is</desc>"));
  g_assert_nonnull (strstr (svg, "<clipPath id=\"f1-c1\">"));
  g_assert_nonnull (strstr (svg, "clip-path=\"url(#f1-c1)\" fill=\"url(&quot;#f1-p&quot;)\">"));
  g_assert_nonnull (strstr (svg, "<use href=\"#f1-p\">"));
  g_assert_nonnull (strstr (svg, "<text>a &lt; b &amp; c</text>"));
  g_assert_nonnull (strstr (svg, "<image href=\"data:image/png;base64,AA\">"));
  g_assert_true (g_str_has_suffix (svg, "</g></svg>"));
}

static void
test_what_could_do_harm_is_left_out (void)
{
  g_autofree gchar *svg = pnyx_svg_inline (picture, "f1", "t", "d", NULL);
  static const gchar *const harmful[]
      = { "evil",          "http://a", "Gnuplot",    "import",  "script", "onload",
          "foreignObject", "<a",       "javascript", "DOCTYPE", "<?xml" };

  for (gsize i = 0; i < G_N_ELEMENTS (harmful); i++)
    g_assert_null (strstr (svg, harmful[i]));
  g_assert_nonnull (strstr (svg, "<rect x=\"1\">"));
}

/* In a page of HTML these would end the picture and stand in the page, where a <meta> leads away
 * from it; case is nothing there. */
static void
test_elements_of_a_page_are_left_out (void)
{
  static const gchar *const names[]
      = { "meta",   "img",      "base",          "link",    "form",   "iframe",  "embed",
          "object", "SCRIPT",   "Style",         "A",       "b",      "p",       "table",
          "svg:g",  "animate",  "set",           "handler", "body",   "video",   "math",
          "TITLE",  "template", "FOREIGNOBJECT", "feImage", "switch", "html:img" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar *text = g_strdup_printf (
          "<svg><g><%s http-equiv=\"refresh\" content=\"0; url=http://a\"><g id=\"in\"/>x</%s></g>"
          "<rect/></svg>",
          names[i], names[i]);
      g_autofree gchar *svg = pnyx_svg_inline (text, "f", "t", "d", NULL);

      g_assert_nonnull (svg);
      g_assert_true (g_str_has_suffix (svg, "</desc><g></g><rect></rect></svg>"));
    }
}

static void
test_no_attribute_names_another_file (void)
{
  static const gchar *const values[]
      = { "url(http://a/b)",           "URL(http://a/b)",           "url('//a')", "url(b.svg#c)",
          "URL(#ok) uRl(http://a)",    "u\\72l(http://a)",          "src('b')",   "image('b')",
          "-webkit-image-set('b' 1x)", "Image-Set(\"http://a\" 1x)" };
  g_autofree gchar *own
      = pnyx_svg_inline ("<svg><g fill=\"URL(#a) url('#b')\"/></svg>", "f", "t", "d", NULL);

  g_assert_nonnull (strstr (own, "<g fill=\"URL(#f-a) url(&#39;#f-b&#39;)\">"));
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree gchar *escaped = g_markup_escape_text (values[i], -1);
      g_autofree gchar *text = g_strdup_printf ("<svg><g style=\"%s\"/></svg>", escaped);
      g_autofree gchar *svg = pnyx_svg_inline (text, "f", "t", "d", NULL);

      g_assert_nonnull (svg);
      g_assert_true (g_str_has_suffix (svg, "</desc><g></g></svg>"));
    }
}

static void
assert_refused (const gchar *text, const gchar *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_svg_inline (text, "f", "t", "d", &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
  g_assert_cmpstr (error->message, ==, message);
}

static void
append_many (GString *text, gchar c, gsize n)
{
  g_autofree gchar *many = g_strnfill (n, c);

  g_string_append (text, many);
}

static void
test_pictures_have_limits (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree gchar *svg = NULL;

  for (guint i = 0; i < PNYX_SVG_DEPTH_MAX; i++)
    g_string_append (text, "<svg>");
  for (guint i = 0; i < PNYX_SVG_DEPTH_MAX; i++)
    g_string_append (text, "</svg>");
  svg = pnyx_svg_inline (text->str, "f", "t", "d", NULL);
  g_assert_nonnull (svg);
  g_string_prepend (text, "<svg>");
  g_string_append (text, "</svg>");
  assert_refused (text->str, "is no SVG that can be shown: elements are nested too deeply "
                             "(expected at most 256 levels)");
  g_string_assign (text, "<svg><g id=\"");
  append_many (text, '>', PNYX_SVG_INLINE_MAX / 4); /* &gt; is four bytes for one */
  g_string_append (text, "\"/><g/></svg>");
  assert_refused (text->str, "is no SVG that can be shown: is too large for a page (expected at "
                             "most 64 MiB)");
  g_string_assign (text, "<svg/>");
  append_many (text, ' ', PNYX_SVG_FILE_MAX);
  assert_refused (text->str, "is no SVG that can be shown: it is too large (expected at most 32 "
                             "MiB)");
}

static void
test_what_is_no_svg_is_refused (void)
{
  static const gchar *const bad[]
      = { "",      "<?x?>", "<!DOCTYPE svg x>", "<!-- <svg/> -->", "<html/>", "<svg><g></svg>",
          "<svg>", "text" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pnyx_svg_inline (bad[i], "f", "t", "d", &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
    }
}

static void
test_text_is_text (void)
{
  g_autofree gchar *a = pnyx_html_escape ("<b>&\"'\n");
  g_autofree gchar *b = pnyx_html_escape ("\xe2\x80\xae"
                                          "x\x01\xff");

  g_assert_cmpstr (a, ==, "&lt;b&gt;&amp;&quot;&#39;\n");
  g_assert_cmpstr (b, ==, "\xef\xbf\xbdx\xef\xbf\xbd\xef\xbf\xbd");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figure/svg/kept", test_what_is_drawn_stays_and_is_its_own);
  g_test_add_func ("/figure/svg/harmless", test_what_could_do_harm_is_left_out);
  g_test_add_func ("/figure/svg/elements", test_elements_of_a_page_are_left_out);
  g_test_add_func ("/figure/svg/files", test_no_attribute_names_another_file);
  g_test_add_func ("/figure/svg/limits", test_pictures_have_limits);
  g_test_add_func ("/figure/svg/refused", test_what_is_no_svg_is_refused);
  g_test_add_func ("/figure/svg/text", test_text_is_text);
  return g_test_run ();
}
