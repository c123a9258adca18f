/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/sheet.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"

#define KEY_SAMPLE 9         /* mm of an entry of a key beside its text */
#define KEY_LETTER_TENTHS 15 /* tenths of mm */
#define COMMENT_MAX 600      /* characters of a comment */
#define TEXT_MAX 120         /* characters of a label */

PnyxSheet *
pnyx_sheet_new (void)
{
  PnyxSheet *sheet = g_new0 (PnyxSheet, 1);

  sheet->variables = g_string_new (NULL);
  return sheet;
}

void
pnyx_sheet_free (PnyxSheet *sheet)
{
  if (sheet == NULL)
    return;
  g_string_free (sheet->variables, TRUE);
  pnyx_table_free (sheet->data);
  if (sheet->graph != NULL)
    g_string_free (sheet->graph, TRUE);
  g_free (sheet->caption);
  g_free (sheet);
}

static gboolean
is_shown (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return g_unichar_isprint (c) && type != G_UNICODE_FORMAT && type != G_UNICODE_LINE_SEPARATOR
         && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* Valid UTF-8 of limited length without anything that ends a line, is invisible or turns the
 * direction of writing. */
static gchar *
printable (const gchar *text, guint length_max)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);
  guint n = 0;

  for (const gchar *p = valid; *p != '\0'; p += g_utf8_skip[(guchar)*p], n++)
    {
      gunichar c = g_utf8_get_char (p);

      if (n == length_max)
        {
          g_string_append (clean, "...");
          break;
        }
      if (is_shown (c))
        g_string_append_unichar (clean, c);
      else
        g_string_append_c (clean, ' ');
    }
  return g_string_free (clean, FALSE);
}

gchar *
pnyx_sheet_line (const gchar *text)
{
  return printable (text, COMMENT_MAX);
}

/*
 * An apostrophe is doubled. In gnuplot 5.4 a string ends nevertheless where it begins with one, or
 * where two stand in a row, and the rest is no command that it knows: the first, or the second,
 * becomes the typographic one.
 */
static gchar *
quote (const gchar *clean)
{
  GString *quoted = g_string_new ("'");

  for (const gchar *p = clean; *p != '\0'; p++)
    if (*p == '\'' && p > clean && !g_str_has_suffix (quoted->str, "''"))
      g_string_append (quoted, "''");
    else if (*p == '\'')
      g_string_append (quoted, "\xe2\x80\x99");
    else
      g_string_append_c (quoted, *p);
  g_string_append_c (quoted, '\'');
  return g_string_free (quoted, FALSE);
}

gchar *
pnyx_gnuplot_quote (const gchar *text)
{
  g_autofree gchar *clean = printable (text, TEXT_MAX);

  return quote (clean);
}

/* Graphviz replaces \N and the like, and entities of HTML, in the labels of nodes and graphs. */
gchar *
pnyx_dot_quote (const gchar *text)
{
  g_autofree gchar *clean = printable (text, TEXT_MAX);
  GString *quoted = g_string_new ("\"");

  for (const gchar *p = clean; *p != '\0'; p++)
    if (*p == '&')
      g_string_append (quoted, "&amp;");
    else
      {
        if (*p == '"' || *p == '\\')
          g_string_append_c (quoted, '\\');
        g_string_append_c (quoted, *p);
      }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

static gchar *
escape_tex (const gchar *text, guint length_max)
{
  g_autofree gchar *clean = printable (text, length_max);
  GString *escaped = g_string_new (NULL);

  for (const gchar *p = clean; *p != '\0'; p++)
    switch (*p)
      {
      case '\\':
        g_string_append (escaped, "\\textbackslash{}");
        break;
      case '^':
        g_string_append (escaped, "\\textasciicircum{}");
        break;
      case '~':
        g_string_append (escaped, "\\textasciitilde{}");
        break;
      case '"':
        g_string_append (escaped, "\\textquotedbl{}");
        break;
      case '<':
        g_string_append (escaped, "\\textless{}");
        break;
      case '>':
        g_string_append (escaped, "\\textgreater{}");
        break;
      case '|':
        g_string_append (escaped, "\\textbar{}");
        break;
      case '`':
        g_string_append (escaped, "\\textasciigrave{}");
        break;
      default:
        if (strchr ("{}$&#_%", *p) != NULL)
          g_string_append_c (escaped, '\\');
        g_string_append_c (escaped, *p);
      }
  return g_string_free (escaped, FALSE);
}

gchar *
pnyx_tex_escape (const gchar *text)
{
  return escape_tex (text, TEXT_MAX);
}

gchar *
pnyx_tex_escape_all (const gchar *text)
{
  return escape_tex (text, COMMENT_MAX);
}

void
pnyx_sheet_number (PnyxSheet *sheet, const gchar *variable, gdouble value)
{
  gchar text[PNYX_NUMBER_BUFFER];

  g_string_append_printf (sheet->variables, "%s = %s\n", variable,
                          isfinite (value) ? pnyx_number_format (text, value) : "NaN");
}

/* Both forms; @index 0: the variable is no array. */
static void
append_text (PnyxSheet *sheet, const gchar *variable, guint index, const gchar *text)
{
  g_autofree gchar *tex = pnyx_tex_escape (text);
  g_autofree gchar *quoted = pnyx_gnuplot_quote (text);
  g_autofree gchar *quoted_tex = quote (tex);
  g_autofree gchar *place
      = index == 0 ? g_strdup (variable) : g_strdup_printf ("%s[%u]", variable, index);

  if (g_str_equal (quoted, quoted_tex))
    g_string_append_printf (sheet->variables, "%s = %s\n", place, quoted);
  else
    g_string_append_printf (sheet->variables, "%s = (format eq 'tex') ? %s : %s\n", place,
                            quoted_tex, quoted);
}

void
pnyx_sheet_text (PnyxSheet *sheet, const gchar *variable, const gchar *text)
{
  append_text (sheet, variable, 0, text);
}

void
pnyx_sheet_texts (PnyxSheet *sheet, const gchar *variable, const GPtrArray *texts)
{
  PNYX_REQUIRE (texts->len > 0);
  g_string_append_printf (sheet->variables, "array %s[%u]\n", variable, texts->len);
  for (guint i = 0; i < texts->len; i++)
    append_text (sheet, variable, i + 1, g_ptr_array_index (texts, i));
}

void
pnyx_sheet_key (PnyxSheet *sheet, const GPtrArray *labels, guint more, gdouble base)
{
  guint entries = labels->len > 1 || more > 0 ? labels->len + more : 0;
  glong longest = more > 0 ? 13 : 1; /* "95 % interval" */

  for (guint i = 0; i < labels->len; i++)
    longest = MAX (longest, g_utf8_strlen (g_ptr_array_index (labels, i), -1));
  g_string_append_printf (sheet->variables,
                          "key_columns = floor((width - 12) / %ld)\n"
                          "if (key_columns > %u) { key_columns = %u }\n"
                          "if (key_columns < 1) { key_columns = 1 }\n"
                          "key_width = (format eq 'svg') ? %ld.0 / -3 : -1\n"
                          "key_rows = ceil(%u.0 / key_columns)\n"
                          "height = %.0f + 4 * key_rows\n",
                          KEY_SAMPLE + (longest * KEY_LETTER_TENTHS + 9) / 10, MAX (entries, 1),
                          MAX (entries, 1), longest, entries, base);
}

void
pnyx_sheet_table (PnyxSheet *sheet, const gchar *const *columns)
{
  PNYX_REQUIRE (sheet->data == NULL);
  sheet->data = pnyx_table_new (columns);
}
