/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/sheet.h"

#include <math.h>

static void
assert_quoted (const gchar *text, const gchar *expected)
{
  g_autofree gchar *quoted = pnyx_gnuplot_quote (text);

  g_assert_cmpstr (quoted, ==, expected);
}

static void
assert_tex (const gchar *text, const gchar *expected)
{
  g_autofree gchar *escaped = pnyx_tex_escape (text);

  g_assert_cmpstr (escaped, ==, expected);
}

static void
test_quotes_are_doubled_and_line_ends_blank (void)
{
  g_autofree gchar *long_text = g_strnfill (1000, 'x');
  g_autofree gchar *quoted = pnyx_gnuplot_quote (long_text);

  assert_quoted ("", "''");
  assert_quoted ("it's", "'it''s'");
  assert_quoted ("'a'", "'\xe2\x80\x99"
                        "a'''");
  assert_quoted ("a''b", "'a''\xe2\x80\x99"
                         "b'");
  assert_quoted ("''''", "'\xe2\x80\x99''\xe2\x80\x99'''");
  assert_quoted ("a\nb\rc\td\x01", "'a b c d '");
  assert_quoted ("`x` @y \\n", "'`x` @y \\n'");
  assert_quoted ("\xc3\xa9\xff", "'\xc3\xa9\xef\xbf\xbd'");
  assert_quoted ("a\xe2\x80\xa8\xe2\x80\xae"
                 "b",
                 "'a  b'"); /* line separator, right to left */
  g_assert_cmpuint (g_utf8_strlen (quoted, -1), ==, 125);
}

static void
test_tex_prints_what_would_be_commands (void)
{
  assert_tex ("\\input{x}", "\\textbackslash{}input\\{x\\}");
  assert_tex ("50 % & $x$ #1 a_b", "50 \\% \\& \\$x\\$ \\#1 a\\_b");
  assert_tex ("^~\"<>|`", "\\textasciicircum{}\\textasciitilde{}\\textquotedbl{}\\textless{}"
                          "\\textgreater{}\\textbar{}\\textasciigrave{}");
  assert_tex ("plain", "plain");
}

static void
test_variables_have_a_form_for_tex (void)
{
  g_autoptr (PnyxSheet) sheet = pnyx_sheet_new ();
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  g_ptr_array_add (texts, (gchar[]){ "a" });
  g_ptr_array_add (texts, (gchar[]){ "it's 5 %" });
  pnyx_sheet_number (sheet, "x", 0.1);
  pnyx_sheet_number (sheet, "y", NAN);
  pnyx_sheet_text (sheet, "title", "plain");
  pnyx_sheet_texts (sheet, "label", texts);
  g_assert_cmpstr (sheet->variables->str, ==,
                   "x = 0.1\ny = NaN\ntitle = 'plain'\narray label[2]\nlabel[1] = 'a'\n"
                   "label[2] = (format eq 'tex') ? 'it''s 5 \\%' : 'it''s 5 %'\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figure/sheet/quotes", test_quotes_are_doubled_and_line_ends_blank);
  g_test_add_func ("/figure/sheet/tex", test_tex_prints_what_would_be_commands);
  g_test_add_func ("/figure/sheet/variables", test_variables_have_a_form_for_tex);
  return g_test_run ();
}
