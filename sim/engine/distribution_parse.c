/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The grammar of distributions:
 *
 *   distribution = value | name "(" arguments ")"
 *
 * by recursive descent. Tokens end at one of , : ( ) because no unit contains these. Nesting and
 * the number of terms are bounded, so that a hostile text ends in an error and not in a full stack.
 */
#include "engine/distribution_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "base/error.h"
#include "engine/params.h"

#define DEPTH_MAX 8
#define TERMS_MAX 4096
#define SHOWN 60 /* bytes of the text in a message */

typedef struct
{
  const gchar *at; /* what is still to be read */
  PnyxUnit unit;
  guint depth;
  guint n_terms;
  GError **error;
} Parser;

static PnyxDistribution *parse_distribution (Parser *parser);

static void
skip_blanks (Parser *parser)
{
  while (g_ascii_isspace (*parser->at))
    parser->at++;
}

/* Text as it may stand in a message: one short line of valid UTF-8. */
static gchar *
shown (const gchar *text)
{
  g_autofree gchar *valid = NULL;
  g_autofree gchar *part = g_strndup (text, strnlen (text, SHOWN));
  const gchar *end;

  if (!g_utf8_validate (part, -1, &end) && part + strlen (part) - end > 3)
    return g_strdup ("...");
  valid = g_strndup (part, (gsize)(end - part));
  g_strdelimit (valid, "\n\r\t", ' ');
  return g_strconcat (valid, strlen (text) > SHOWN ? "..." : NULL, NULL);
}

/* Returns: (transfer full): the trimmed text up to the next delimiter, which is not consumed. */
static gchar *
take_token (Parser *parser)
{
  gsize length = strcspn (parser->at, ",:()");
  gchar *token = g_strndup (parser->at, length);

  parser->at += length;
  return g_strstrip (token);
}

static gboolean
expect (Parser *parser, gchar delimiter, const gchar *context)
{
  g_autofree gchar *rest = NULL;

  skip_blanks (parser);
  if (*parser->at == delimiter)
    {
      parser->at++;
      return TRUE;
    }
  rest = shown (parser->at);
  g_set_error (parser->error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
               *rest == '\0' ? "expected \"%c\" at the end in %s"
                             : "expected \"%c\" in %s, got \"%s\"",
               delimiter, context, rest);
  return FALSE;
}

static gboolean
count_term (Parser *parser)
{
  if (++parser->n_terms <= TERMS_MAX)
    return TRUE;
  g_set_error (parser->error, PNYX_ERROR, PNYX_ERROR_RANGE,
               "the distribution has more than %d terms", TERMS_MAX);
  return FALSE;
}

static gboolean
take_number (Parser *parser, PnyxUnit unit, const gchar *context, gdouble *value)
{
  g_autofree gchar *token = take_token (parser);

  if (!count_term (parser))
    return FALSE;
  if (pnyx_unit_parse_real (token, unit, value, parser->error))
    return TRUE;
  if (context != NULL)
    g_prefix_error (parser->error, "%s: ", context);
  return FALSE;
}

static const PnyxDistributionKind *
find_kind (Parser *parser, const gchar *name)
{
  const gchar *names[32] = { NULL };
  const gchar *near;

  for (gsize i = 0; i < pnyx_distribution_n_kinds; i++)
    {
      if (g_str_equal (pnyx_distribution_kinds[i]->name, name))
        return pnyx_distribution_kinds[i];
      names[i] = pnyx_distribution_kinds[i]->name;
    }
  near = pnyx_suggest (name, names);
  if (near != NULL)
    g_set_error (parser->error, PNYX_ERROR, PNYX_ERROR_UNKNOWN,
                 "unknown distribution \"%s\"; did you mean %s?", name, near);
  else
    {
      g_autofree gchar *all = g_strjoinv (", ", (gchar **)(gpointer)names);
      g_autofree gchar *short_name = shown (name);

      g_set_error (parser->error, PNYX_ERROR, PNYX_ERROR_UNKNOWN,
                   "unknown distribution \"%s\" (expected one of %s)", short_name, all);
    }
  return NULL;
}

/* "vvn": the numbers a, b, c. */
static gboolean
parse_numbers (Parser *parser, PnyxDistribution *into)
{
  gdouble *fields[] = { &into->a, &into->b, &into->c };
  const gchar *arguments = into->kind->arguments;

  for (gsize i = 0; arguments[i] != '\0'; i++)
    {
      PnyxUnit unit = arguments[i] == 'v' ? parser->unit : PNYX_UNIT_NONE;

      if (i > 0 && !expect (parser, ',', into->kind->usage))
        return FALSE;
      if (!take_number (parser, unit, into->kind->usage, fields[i]))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  gdouble value, weight;
  PnyxDistribution *part;
} Term;

static gboolean
parse_term (Parser *parser, const gchar *usage, gboolean of_values, Term *term)
{
  if (of_values)
    return take_number (parser, parser->unit, usage, &term->value) && expect (parser, ':', usage)
           && take_number (parser, PNYX_UNIT_NONE, usage, &term->weight);
  if (!take_number (parser, PNYX_UNIT_NONE, usage, &term->weight) || !expect (parser, ':', usage))
    return FALSE;
  term->part = parse_distribution (parser);
  return term->part != NULL;
}

/* Distributes the terms over the arrays of @into; weights are divided by their sum. */
static void
store_terms (PnyxDistribution *into, GArray *terms, gdouble sum, gboolean of_values)
{
  g_autofree gsize *rank = g_new (gsize, terms->len);
  gdouble cumulative = 0;

  into->n = terms->len;
  into->values = g_new0 (gdouble, into->n);
  into->weights = g_new0 (gdouble, into->n);
  into->cumulative = g_new0 (gdouble, into->n);
  for (gsize i = 0; i < into->n; i++)
    into->values[i] = g_array_index (terms, Term, i).value;
  gsl_sort_index (rank, into->values, 1, into->n);
  if (!of_values)
    into->parts = g_new0 (PnyxDistribution *, into->n);
  for (gsize i = 0; i < into->n; i++)
    {
      const Term *term = &g_array_index (terms, Term, of_values ? rank[i] : i);

      into->values[i] = term->value;
      into->weights[i] = term->weight / sum;
      cumulative += into->weights[i];
      into->cumulative[i] = cumulative;
      if (!of_values)
        into->parts[i] = term->part;
    }
  for (gsize i = into->n; i-- > 0 && cumulative > 0;)
    {
      into->cumulative[i] = 1; /* whatever rounding said, from the last term with weight on */
      cumulative = into->weights[i] > 0 ? 0 : cumulative;
    }
}

static gboolean
check_weights (Parser *parser, GArray *terms, gdouble *sum)
{
  *sum = 0;
  for (guint i = 0; i < terms->len; i++)
    {
      gdouble weight = g_array_index (terms, Term, i).weight;

      if (!(weight >= 0))
        {
          g_set_error (parser->error, PNYX_ERROR, PNYX_ERROR_RANGE,
                       "a weight is below 0 (expected weights of at least 0)");
          return FALSE;
        }
      *sum += weight;
    }
  if (*sum > 0 && isfinite (*sum))
    return TRUE;
  g_set_error (parser->error, PNYX_ERROR, PNYX_ERROR_RANGE,
               "the sum of the weights must be above 0 and finite");
  return FALSE;
}

static gboolean
parse_terms (Parser *parser, PnyxDistribution *into)
{
  gboolean of_values = *into->kind->arguments == 'w', done = FALSE;
  g_autoptr (GArray) terms = g_array_new (FALSE, TRUE, sizeof (Term));
  gdouble sum = 0;

  do
    {
      Term term = { 0, 0, NULL };

      if (!parse_term (parser, into->kind->usage, of_values, &term))
        break;
      g_array_append_val (terms, term);
      skip_blanks (parser);
      done = *parser->at != ',';
      parser->at += !done;
    }
  while (!done);
  if (done && check_weights (parser, terms, &sum))
    {
      store_terms (into, terms, sum, of_values);
      return TRUE;
    }
  for (guint i = 0; i < terms->len; i++)
    pnyx_distribution_free (g_array_index (terms, Term, i).part);
  return FALSE;
}

static gboolean
parse_truncated (Parser *parser, PnyxDistribution *into)
{
  const gchar *usage = into->kind->usage;
  PnyxDistribution *inner = parse_distribution (parser);

  if (inner == NULL)
    return FALSE;
  into->n = 1;
  into->parts = g_new0 (PnyxDistribution *, 1);
  into->parts[0] = inner;
  if (!expect (parser, ',', usage) || !take_number (parser, parser->unit, usage, &into->a)
      || !expect (parser, ',', usage) || !take_number (parser, parser->unit, usage, &into->b))
    return FALSE;
  into->c = pnyx_distribution_cdf (inner, nextafter (into->a, -INFINITY));
  into->mass = pnyx_distribution_cdf (inner, into->b) - into->c;
  return TRUE;
}

static gboolean
parse_arguments (Parser *parser, PnyxDistribution *into)
{
  switch (*into->kind->arguments)
    {
    case 'w':
    case 'm':
      return parse_terms (parser, into);
    case 't':
      return parse_truncated (parser, into);
    default:
      return parse_numbers (parser, into);
    }
}

static gboolean
parse_call (Parser *parser, PnyxDistribution *into)
{
  const PnyxDistributionKind *kind = into->kind;
  const gchar *wrong;

  if (kind->is_count && parser->unit != PNYX_UNIT_NONE)
    {
      g_set_error (parser->error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                   "%s gives counts, which cannot stand where a value in %s is expected",
                   kind->name, pnyx_unit_name (parser->unit));
      return FALSE;
    }
  if (!parse_arguments (parser, into) || !expect (parser, ')', kind->usage))
    return FALSE;
  wrong = kind->check (into);
  if (wrong == NULL)
    return TRUE;
  g_set_error (parser->error, PNYX_ERROR, PNYX_ERROR_RANGE, "%s: %s", kind->usage, wrong);
  return FALSE;
}

static PnyxDistribution *
parse_nested (Parser *parser)
{
  g_autoptr (PnyxDistribution) distribution = g_new0 (PnyxDistribution, 1);
  const gchar *start;
  g_autofree gchar *token = NULL;

  skip_blanks (parser);
  start = parser->at;
  token = take_token (parser);
  if (*parser->at == '(')
    {
      parser->at++;
      distribution->kind = find_kind (parser, token);
      if (distribution->kind == NULL || !parse_call (parser, distribution))
        return NULL;
      return g_steal_pointer (&distribution);
    }
  parser->at = start;
  distribution->kind = pnyx_distribution_kinds[0];
  if (!take_number (parser, parser->unit, NULL, &distribution->a))
    return NULL;
  return g_steal_pointer (&distribution);
}

static PnyxDistribution *
parse_distribution (Parser *parser)
{
  PnyxDistribution *distribution;

  if (parser->depth == DEPTH_MAX)
    {
      g_set_error (parser->error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "distributions are nested more than %d deep", DEPTH_MAX);
      return NULL;
    }
  parser->depth++;
  distribution = parse_nested (parser);
  parser->depth--;
  return distribution;
}

PnyxDistribution *
pnyx_distribution_parse (const gchar *text, PnyxUnit unit, GError **error)
{
  Parser parser = { .at = text, .unit = unit, .error = error };
  g_autoptr (PnyxDistribution) distribution = parse_distribution (&parser);
  g_autofree gchar *rest = NULL;

  if (distribution == NULL)
    return NULL;
  skip_blanks (&parser);
  if (*parser.at == '\0')
    return g_steal_pointer (&distribution);
  rest = shown (parser.at);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "\"%s\" after the end of the distribution",
               rest);
  return NULL;
}
