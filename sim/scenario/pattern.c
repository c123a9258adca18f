/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/schema.h"

#include <string.h>

#include "engine/distribution_priv.h"

/*
 * Values as regular expressions of XML Schema. A distribution nests, an expression does not: it is
 * unfolded DEPTH times.
 */

#define BLANK "\\s*"
#define NUMBER "[+\\-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+\\-]?[0-9]+)?"
#define NAME "[A-Za-z0-9\\-_.]+"
#define ANYTHING "(.|\\s)*"
#define DEPTH 2

static void
append_literal (GString *pattern, const gchar *text)
{
  for (; *text != '\0'; text++)
    {
      if (strchr ("\\|.?*+(){}[]^-", *text) != NULL)
        g_string_append_c (pattern, '\\');
      g_string_append_c (pattern, *text);
    }
}

/* A number with its unit. */
static gchar *
value_pattern (PnyxUnit unit)
{
  GString *pattern = g_string_new (BLANK NUMBER BLANK);

  if (*pnyx_unit_symbol (unit, 0) == '\0')
    return g_string_free (pattern, FALSE);
  for (gsize i = 0; pnyx_unit_symbol (unit, i) != NULL; i++)
    {
      g_string_append_c (pattern, i == 0 ? '(' : '|');
      append_literal (pattern, pnyx_unit_symbol (unit, i));
    }
  g_string_append (pattern, ")" BLANK);
  return g_string_free (pattern, FALSE);
}

static gchar *
span_pattern (void)
{
  GString *pattern = g_string_new (BLANK NUMBER BLANK "(slot|epoch|block");

  for (gsize i = 0; pnyx_unit_symbol (PNYX_UNIT_TIME, i) != NULL; i++)
    g_string_append_printf (pattern, "|%s", pnyx_unit_symbol (PNYX_UNIT_TIME, i));
  g_string_append (pattern, ")" BLANK);
  return g_string_free (pattern, FALSE);
}

/* "a|b|c": the names of the kinds that take @arguments; NULL where none does. */
static gchar *
kinds_with (const gchar *arguments, PnyxUnit unit)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (gsize i = 0; i < pnyx_distribution_n_kinds; i++)
    {
      const PnyxDistributionKind *kind = pnyx_distribution_kinds[i];

      if (!g_str_equal (kind->arguments, arguments) || (kind->is_count && unit != PNYX_UNIT_NONE))
        continue;
      if (names->len > 0)
        g_string_append_c (names, '|');
      append_literal (names, kind->name);
    }
  return names->len == 0 ? NULL : g_strdup (names->str);
}

/* Whether kind @i is the first with its arguments. */
static gboolean
is_first_form (gsize i)
{
  for (gsize k = 0; k < i; k++)
    if (g_str_equal (pnyx_distribution_kinds[k]->arguments, pnyx_distribution_kinds[i]->arguments))
      return FALSE;
  return TRUE;
}

/* The arguments of a form: @value a value, @inner a distribution or NULL beyond the last level. */
static gchar *
arguments_pattern (const gchar *arguments, const gchar *value, const gchar *inner)
{
  g_autofree gchar *weighted = NULL;
  GString *pattern;

  switch (*arguments)
    {
    case 'w':
      weighted = g_strdup_printf ("%s:" BLANK NUMBER BLANK, value);
      return g_strdup_printf ("%s(,%s)*", weighted, weighted);
    case 'm':
      if (inner == NULL)
        return NULL;
      weighted = g_strdup_printf (BLANK NUMBER BLANK ":(%s)", inner);
      return g_strdup_printf ("%s(,%s)*", weighted, weighted);
    case 't':
      return inner == NULL ? NULL : g_strdup_printf ("(%s),%s,%s", inner, value, value);
    default:
      pattern = g_string_new (NULL);
      for (gsize i = 0; arguments[i] != '\0'; i++)
        g_string_append_printf (pattern, "%s%s", i == 0 ? "" : ",",
                                arguments[i] == 'v' ? value : BLANK NUMBER BLANK);
      return g_string_free (pattern, FALSE);
    }
}

static gchar *
distribution_pattern (PnyxUnit unit, guint depth)
{
  g_autofree gchar *value = value_pattern (unit);
  g_autofree gchar *inner = depth == 0 ? NULL : distribution_pattern (unit, depth - 1);
  GString *pattern = g_string_new (value);

  for (gsize i = 0; i < pnyx_distribution_n_kinds; i++)
    {
      const gchar *arguments = pnyx_distribution_kinds[i]->arguments;
      g_autofree gchar *names = kinds_with (arguments, unit);
      g_autofree gchar *list = arguments_pattern (arguments, value, inner);

      if (names != NULL && list != NULL && is_first_form (i))
        g_string_append_printf (pattern, "|" BLANK "(%s)" BLANK "\\(%s\\)" BLANK, names, list);
    }
  return g_string_free (pattern, FALSE);
}

static gchar *
list_pattern (const gchar *item)
{
  return g_strdup_printf ("%s(,%s)*", item, item);
}

static gchar *
names_pattern (const PnyxParam *param)
{
  g_autoptr (GString) item = g_string_new (BLANK "(");

  if (param->choices == NULL)
    g_string_append (item, NAME);
  for (gsize i = 0; param->choices != NULL && param->choices[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (item, '|');
      append_literal (item, param->choices[i]);
    }
  g_string_append (item, ")" BLANK);
  return list_pattern (item->str);
}

gchar *
pnyx_schema_pattern (const PnyxParam *param)
{
  g_autofree gchar *item = NULL;

  switch (param->type)
    {
    case PNYX_PARAM_BOOL:
    case PNYX_PARAM_ENUM:
    case PNYX_PARAM_TEXT:
      return NULL;
    case PNYX_PARAM_TIME:
      return value_pattern (PNYX_UNIT_TIME);
    case PNYX_PARAM_SIZE:
      return value_pattern (PNYX_UNIT_SIZE);
    case PNYX_PARAM_STAKE:
      return value_pattern (PNYX_UNIT_STAKE);
    case PNYX_PARAM_SPAN:
      return span_pattern ();
    case PNYX_PARAM_REAL:
      return value_pattern (param->unit);
    case PNYX_PARAM_DISTRIBUTION:
      return distribution_pattern (param->unit, DEPTH);
    case PNYX_PARAM_REALS:
      item = value_pattern (param->unit);
      return list_pattern (item);
    case PNYX_PARAM_NAMES:
      return names_pattern (param);
    case PNYX_PARAM_FILE:
      return g_strdup (BLANK "\\S" ANYTHING);
    case PNYX_PARAM_PROFILE:
      return g_strdup (BLANK "(" NAME "|" ANYTHING "\\.xml)" BLANK);
    case PNYX_PARAM_NAME:
    case PNYX_PARAM_REFERENCE:
      return g_strdup (BLANK NAME BLANK);
    default:
      return value_pattern (PNYX_UNIT_NONE);
    }
}
