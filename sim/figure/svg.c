/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture is parsed and written anew, element by element, so that nothing gets through that is
 * not meant to. */
#include "figure/svg.h"

#include <string.h>

#include "base/error.h"

/*
 * What draws. All else is left out with what is in it: in a page of HTML some elements, <meta> and
 * <img> among them, end the picture and are elements of the page, and letters of either case are
 * one.
 */
static const gchar *const drawing[] = { "svg",      "g",
                                        "defs",     "symbol",
                                        "use",      "path",
                                        "rect",     "circle",
                                        "ellipse",  "line",
                                        "polyline", "polygon",
                                        "text",     "tspan",
                                        "textPath", "image",
                                        "clipPath", "mask",
                                        "pattern",  "marker",
                                        "stop",     "linearGradient",
                                        "filter",   "radialGradient",
                                        "feFlood",  "feGaussianBlur",
                                        "feBlend",  "feColorMatrix",
                                        "feMerge",  "feComposite",
                                        "feOffset", "feMergeNode",
                                        NULL };

typedef struct
{
  GString *out;
  const gchar *prefix, *title, *description;
  guint depth;
  guint dropping; /* depth at which something began that is left out; 0: nothing */
} Writer;

gchar *
pnyx_html_escape (const gchar *text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);

  for (const gchar *p = valid; *p != '\0'; p += g_utf8_skip[(guchar)*p])
    {
      gunichar c = g_utf8_get_char (p);
      const gchar *entity = c == '&'    ? "&amp;"
                            : c == '<'  ? "&lt;"
                            : c == '>'  ? "&gt;"
                            : c == '"'  ? "&quot;"
                            : c == '\'' ? "&#39;"
                                        : NULL;

      if (entity != NULL)
        g_string_append (clean, entity);
      else if (c == '\n' || c == '\t')
        g_string_append_c (clean, (gchar)c);
      else if (!g_unichar_isprint (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        g_string_append_unichar (clean, 0xfffd);
      else
        g_string_append_unichar (clean, c);
    }
  return g_string_free (clean, FALSE);
}

static void
append_attribute (GString *out, const gchar *name, const gchar *value)
{
  g_autofree gchar *escaped = pnyx_html_escape (value);

  g_string_append_printf (out, " %s=\"%s\"", name, escaped);
}

/* url(#id) -> url(#PREFIX-id); FALSE where it is of another file, or could be: CSS has other
 * functions of images, and letters of either case and escapes to write each of them. */
static gboolean
prefix_urls (const Writer *writer, const gchar *value, GString *result)
{
  g_autofree gchar *lower = g_ascii_strdown (value, -1);
  const gchar *begin = value, *url;

  if (strchr (value, '\\') != NULL || strstr (lower, "image(") != NULL
      || strstr (lower, "image-set(") != NULL || strstr (lower, "src(") != NULL)
    return FALSE;
  while ((url = strstr (lower + (value - begin), "url(")) != NULL)
    {
      const gchar *target = begin + (url - lower) + strlen ("url(");
      gchar quote = *target == '"' || *target == '\'' ? *target : '\0';

      target += quote != '\0' ? 1 : 0;
      if (*target != '#')
        return FALSE;
      g_string_append_len (result, value, target + 1 - value);
      g_string_append_printf (result, "%s-", writer->prefix);
      value = target + 1;
    }
  g_string_append (result, value);
  return TRUE;
}

static void
write_attribute (const Writer *writer, const gchar *name, const gchar *value)
{
  const gchar *colon = strrchr (name, ':');
  const gchar *local = colon == NULL ? name : colon + 1;
  g_autoptr (GString) own = g_string_new (NULL);

  if (g_ascii_strncasecmp (local, "on", 2) == 0 || g_str_has_prefix (name, "xmlns"))
    return;
  if (g_str_equal (local, "id"))
    g_string_printf (own, "%s-%s", writer->prefix, value);
  else if (g_ascii_strcasecmp (local, "href") == 0 && *value == '#')
    {
      name = "href";
      g_string_printf (own, "#%s-%s", writer->prefix, value + 1);
    }
  else if (g_ascii_strcasecmp (local, "href") == 0 && g_str_has_prefix (value, "data:image/png;"))
    g_string_assign (own, value);
  else if (g_ascii_strcasecmp (local, "href") == 0 || !prefix_urls (writer, value, own))
    return;
  append_attribute (writer->out, name, own->str);
}

static void
write_root (Writer *writer, const gchar **names, const gchar **values)
{
  g_autofree gchar *title = pnyx_html_escape (writer->title);
  g_autofree gchar *description = pnyx_html_escape (writer->description);

  g_string_append_printf (writer->out,
                          "<svg role=\"img\" aria-labelledby=\"%s-title %s-desc\" "
                          "xmlns=\"http://www.w3.org/2000/svg\"",
                          writer->prefix, writer->prefix);
  for (gsize i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], "width"))
      append_attribute (writer->out, "data-width", values[i]);
    else if (g_str_equal (names[i], "viewBox"))
      append_attribute (writer->out, "viewBox", values[i]);
  g_string_append_printf (writer->out,
                          "><title id=\"%s-title\">%s</title><desc id=\"%s-desc\">%s</desc>",
                          writer->prefix, title, writer->prefix, description);
}

static gboolean
has_room (const Writer *writer, GError **error)
{
  if (writer->out->len <= PNYX_SVG_INLINE_MAX)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
               "is too large for a page (expected at most %" G_GSIZE_FORMAT " MiB)",
               PNYX_SVG_INLINE_MAX >> 20);
  return FALSE;
}

static void
start_element (GMarkupParseContext *context, const gchar *name, const gchar **names,
               const gchar **values, gpointer user, GError **error)
{
  Writer *writer = user;

  (void)context;
  writer->depth++;
  if (writer->depth == 1 && !g_str_equal (name, "svg"))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "is no SVG");
      return;
    }
  if (writer->depth > PNYX_SVG_DEPTH_MAX)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                   "elements are nested too deeply (expected at most %d levels)",
                   PNYX_SVG_DEPTH_MAX);
      return;
    }
  if (!has_room (writer, error))
    return;
  if (writer->dropping == 0 && !g_strv_contains (drawing, name))
    writer->dropping = writer->depth;
  if (writer->dropping > 0)
    return;
  if (writer->depth == 1)
    {
      write_root (writer, names, values);
      return;
    }
  g_string_append_printf (writer->out, "<%s", name);
  for (gsize i = 0; names[i] != NULL; i++)
    write_attribute (writer, names[i], values[i]);
  g_string_append_c (writer->out, '>');
}

static void
end_element (GMarkupParseContext *context, const gchar *name, gpointer user, GError **error)
{
  Writer *writer = user;

  (void)context;
  (void)error;
  if (writer->dropping == 0)
    g_string_append_printf (writer->out, "</%s>", name);
  if (writer->dropping == writer->depth)
    writer->dropping = 0;
  writer->depth--;
}

static void
write_text (GMarkupParseContext *context, const gchar *text, gsize length, gpointer user,
            GError **error)
{
  Writer *writer = user;
  g_autofree gchar *own = g_strndup (text, length);
  g_autofree gchar *escaped = pnyx_html_escape (own);

  (void)context;
  (void)error;
  if (writer->dropping == 0)
    g_string_append (writer->out, escaped);
}

gchar *
pnyx_svg_inline (const gchar *svg, const gchar *prefix, const gchar *title,
                 const gchar *description, GError **error)
{
  const GMarkupParser parser
      = { .start_element = start_element, .end_element = end_element, .text = write_text };
  g_autoptr (GString) out = g_string_new (NULL);
  Writer writer = { .out = out, .prefix = prefix, .title = title, .description = description };
  g_autoptr (GMarkupParseContext) context
      = g_markup_parse_context_new (&parser, (GMarkupParseFlags)0, &writer, NULL);
  g_autoptr (GError) failure = NULL;

  if (strlen (svg) > PNYX_SVG_FILE_MAX)
    g_set_error (&failure, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                 "it is too large (expected at most %" G_GSIZE_FORMAT " MiB)",
                 PNYX_SVG_FILE_MAX >> 20);
  else if (g_markup_parse_context_parse (context, svg, -1, &failure)
           && g_markup_parse_context_end_parse (context, &failure))
    {
      if (out->len > 0)
        return g_string_free (g_steal_pointer (&out), FALSE);
      g_set_error (&failure, PNYX_ERROR, PNYX_ERROR_SYNTAX, "it has no element");
    }
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "is no SVG that can be shown: %s",
               failure->message);
  return NULL;
}
