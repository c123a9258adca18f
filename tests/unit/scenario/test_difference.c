/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/difference.h"

#include <string.h>

static PnyxDocument *
document_of (const gchar *inside)
{
  g_autofree gchar *text
      = g_strdup_printf ("<scenario xmlns=\"" PNYX_NAMESPACE "\" %s</scenario>", inside);
  g_autoptr (GError) error = NULL;
  PnyxDocument *document = pnyx_document_load_memory (text, strlen (text), "t.xml", &error);

  g_assert_no_error (error);
  return document;
}

static void
assert_difference (const gchar *before, const gchar *now, const gchar *wanted)
{
  g_autoptr (PnyxDocument) a = document_of (before);
  g_autoptr (PnyxDocument) b = document_of (now);
  g_autofree gchar *difference = pnyx_document_difference (a, b);

  g_assert_cmpstr (difference, ==, wanted);
}

static void
test_equal_documents_have_none (void)
{
  assert_difference ("name='x'><run duration='1 d'/>", "name='x'><run duration='1 d'/>", NULL);
  /* Where things stand in the file says nothing. */
  assert_difference ("a='1' b='2'><run/><network/>", "b='2'\n\na='1'><!-- x --><network/><run/>",
                     NULL);
}

static void
test_attributes_are_named_with_both_values (void)
{
  assert_difference ("seed='1'><run/>", "seed='2'><run/>", "scenario/@seed is \"2\" (was \"1\")");
  assert_difference ("><run duration='1 d'/>", "><run duration='2 d'/>",
                     "run/@duration is \"2 d\" (was \"1 d\")");
  assert_difference ("><run/>", "><run duration='2 d'/>", "run/@duration is \"2 d\" (was absent)");
  assert_difference ("><run duration='2 d'/>", "><run/>", "run/@duration is absent (was \"2 d\")");
  assert_difference ("><a><b><c d=''/></b></a>", "><a><b><c d='absent'/></b></a>",
                     "a/b/c/@d is \"absent\" (was \"\")");
}

static void
test_elements_are_counted_by_their_name (void)
{
  assert_difference ("><chain a='1'/><run/><chain a='2'/>", "><chain a='1'/><run/><chain a='3'/>",
                     "chain[2]/@a is \"3\" (was \"2\")");
  assert_difference ("><chain/>", "><chain/><chain/>", "chain[2] is \"there\" (was absent)");
  assert_difference ("><chain/><chain/><run/>", "><chain/><run/>",
                     "chain[2] is absent (was \"there\")");
  /* What is in an element that is new is not told besides. */
  assert_difference (">", "><a b='1'><c/></a>", "a is \"there\" (was absent)");
  /* Another in its place. */
  assert_difference ("><a/>", "><b/>", "b is \"there\" (was absent), a is absent (was \"there\")");
}

static void
test_the_first_three_are_told (void)
{
  assert_difference ("><r a='1' b='1' c='1'/>", "><r a='2' b='2' c='2'/>",
                     "r/@a is \"2\" (was \"1\"), r/@b is \"2\" (was \"1\"), "
                     "r/@c is \"2\" (was \"1\")");
  assert_difference ("><r a='1' b='1' c='1' d='1' e='1'/>", "><r a='2' b='2' c='2' d='2'/>",
                     "r/@a is \"2\" (was \"1\"), r/@b is \"2\" (was \"1\"), "
                     "r/@c is \"2\" (was \"1\") and 2 more");
}

/* A message stays one line. */
static void
test_values_are_quoted (void)
{
  g_autoptr (PnyxDocument) a = document_of ("a='x'>");
  g_autoptr (PnyxDocument) b = document_of ("a='&#10;&quot;y'>");
  g_autofree gchar *difference = pnyx_document_difference (a, b);

  g_assert_null (strchr (difference, '\n'));
  g_assert_true (g_str_has_prefix (difference, "scenario/@a is \""));
  g_assert_true (g_str_has_suffix (difference, "(was \"x\")"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/scenario/difference/" path, function)
  ADD ("equal-documents-have-none", test_equal_documents_have_none);
  ADD ("attributes-are-named-with-both-values", test_attributes_are_named_with_both_values);
  ADD ("elements-are-counted-by-their-name", test_elements_are_counted_by_their_name);
  ADD ("the-first-three-are-told", test_the_first_three_are_told);
  ADD ("values-are-quoted", test_values_are_quoted);
  return g_test_run ();
}
