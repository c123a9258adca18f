/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/params.h"

#include <math.h>
#include <string.h>

/*
 * Values of parameter tables: text to field and back to words. A text goes through three steps: its
 * form (PNYX_ERROR_SYNTAX, for choices PNYX_ERROR_UNKNOWN), its range (PNYX_ERROR_RANGE), the
 * field. The RELAX NG made from the same tables judges the first step alike (scenario/schema.c).
 */

/* A number of any of the numeric types, for comparing with the limits. */
typedef struct
{
  guint64 magnitude; /* COUNT, SIZE, STAKE, INTEGER, TIME */
  gboolean negative;
  gdouble real;
  PnyxSpan span;
} Scalar;

#define FIELD(type, params, param) ((type *)(gpointer)((guchar *)(params) + (param)->offset))

static const gchar *const span_names[] = { NULL, "slot", "epoch", "block", NULL };

/* --- spans --- */

static void
set_span_error (GError **error, const gchar *text, const gchar *unit)
{
  g_autofree gchar *quoted = pnyx_message_quote (text);
  const gchar *names[16] = { "slot", "epoch", "block", NULL };
  g_autofree gchar *clause = NULL;

  for (gsize i = 0; pnyx_unit_symbol (PNYX_UNIT_TIME, i) != NULL; i++)
    names[3 + i] = pnyx_unit_symbol (PNYX_UNIT_TIME, i);
  clause = pnyx_suggest_clause (unit, names);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
               "%s has %s%s (expected a span such as \"64 epoch\"; units: slot, epoch, block, %s)",
               quoted, *unit == '\0' ? "no unit" : "an unknown unit", clause,
               pnyx_unit_choices (PNYX_UNIT_TIME));
}

/* Where the unit of "64 epoch" begins; the end of the text where there is none. */
static gsize
unit_start (const gchar *text)
{
  gsize n = strcspn (text, "abcdfghijklmnopqrstuvwxyzABCDFGHIJKLMNOPQRSTUVWXYZ");

  /* The e of "epoch", but not that of "1e3". */
  for (gsize i = 0; i < n; i++)
    if ((text[i] == 'e' || text[i] == 'E') && !g_ascii_isdigit (text[i + 1]) && text[i + 1] != '-'
        && text[i + 1] != '+')
      return i;
  return n;
}

gboolean
pnyx_span_parse (const gchar *text, PnyxSpan *span, GError **error)
{
  gsize start = unit_start (text);
  g_autofree gchar *number = g_strndup (text, start);
  g_autofree gchar *unit = g_strstrip (g_strdup (text + start));
  g_autoptr (GError) local = NULL;

  for (gint i = PNYX_SPAN_SLOTS; i <= PNYX_SPAN_BLOCKS; i++)
    if (g_str_equal (unit, span_names[i]))
      {
        if (!pnyx_unit_parse_integer (number, PNYX_UNIT_NONE, &span->value, error))
          return FALSE;
        span->unit = (PnyxSpanUnit)i;
        return TRUE;
      }
  span->unit = PNYX_SPAN_TIME;
  if (pnyx_unit_parse_integer (text, PNYX_UNIT_TIME, &span->value, &local))
    return TRUE;
  if (local->code == PNYX_ERROR_SYNTAX)
    set_span_error (error, text, unit);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gchar *
pnyx_span_format (const PnyxSpan *span)
{
  if (span->unit == PNYX_SPAN_TIME)
    return pnyx_unit_format_integer (span->value, PNYX_UNIT_TIME);
  return g_strdup_printf ("%" G_GINT64_FORMAT " %s", span->value, span_names[span->unit]);
}

/* --- numbers and their ranges --- */

static PnyxUnit
unit_of (const PnyxParam *param)
{
  switch (param->type)
    {
    case PNYX_PARAM_TIME:
      return PNYX_UNIT_TIME;
    case PNYX_PARAM_SIZE:
      return PNYX_UNIT_SIZE;
    case PNYX_PARAM_STAKE:
      return PNYX_UNIT_STAKE;
    case PNYX_PARAM_REAL:
    case PNYX_PARAM_REALS:
    case PNYX_PARAM_DISTRIBUTION:
      return param->unit;
    default:
      return PNYX_UNIT_NONE;
    }
}

static gboolean
is_unsigned (const PnyxParam *param)
{
  return param->type == PNYX_PARAM_COUNT || param->type == PNYX_PARAM_SIZE
         || param->type == PNYX_PARAM_STAKE;
}

static gboolean
parse_scalar (const PnyxParam *param, const gchar *text, Scalar *scalar, GError **error)
{
  gint64 value;

  memset (scalar, 0, sizeof *scalar);
  switch (param->type)
    {
    case PNYX_PARAM_COUNT:
    case PNYX_PARAM_SIZE:
    case PNYX_PARAM_STAKE:
      return pnyx_unit_parse_magnitude (text, unit_of (param), &scalar->magnitude,
                                        &scalar->negative, error);
    case PNYX_PARAM_INTEGER:
    case PNYX_PARAM_TIME:
      if (!pnyx_unit_parse_integer (text, unit_of (param), &value, error))
        return FALSE;
      scalar->negative = value < 0;
      scalar->magnitude = value < 0 ? -(guint64)value : (guint64)value;
      return TRUE;
    case PNYX_PARAM_SPAN:
      return pnyx_span_parse (text, &scalar->span, error);
    default:
      return pnyx_unit_parse_real (text, param->unit, &scalar->real, error);
    }
}

static gint
compare_scalars (const PnyxParam *param, const Scalar *a, const Scalar *b)
{
  switch (param->type)
    {
    case PNYX_PARAM_REAL:
    case PNYX_PARAM_REALS:
    case PNYX_PARAM_DISTRIBUTION:
      return (a->real > b->real) - (a->real < b->real);
    case PNYX_PARAM_SPAN:
      if (a->span.unit != b->span.unit && b->span.value != 0)
        return 0;
      return (a->span.value > b->span.value) - (a->span.value < b->span.value);
    default:
      if (a->negative != b->negative)
        return a->negative ? -1 : 1;
      if (a->negative)
        return (a->magnitude < b->magnitude) - (a->magnitude > b->magnitude);
      return (a->magnitude > b->magnitude) - (a->magnitude < b->magnitude);
    }
}

static gboolean
is_in_range (const PnyxParam *param, const Scalar *scalar)
{
  Scalar limit, zero = { 0 };

  if (is_unsigned (param) && (scalar->negative || scalar->magnitude == PNYX_COUNT_UNSET))
    return FALSE;
  if (param->type == PNYX_PARAM_SPAN && scalar->span.value < 0)
    return FALSE;
  if ((param->flags & PNYX_PARAM_POSITIVE) && compare_scalars (param, scalar, &zero) <= 0)
    return FALSE;
  if (param->min != NULL)
    {
      PNYX_REQUIRE (parse_scalar (param, param->min, &limit, NULL));
      if (compare_scalars (param, scalar, &limit) < 0)
        return FALSE;
    }
  if (param->max != NULL)
    {
      PNYX_REQUIRE (parse_scalar (param, param->max, &limit, NULL));
      if (compare_scalars (param, scalar, &limit) > 0)
        return FALSE;
    }
  return TRUE;
}

gchar *
pnyx_param_range (const PnyxParam *param)
{
  const gchar *min = param->min;
  const gchar *zero = param->type == PNYX_PARAM_SPAN ? "0 s" : NULL;

  if ((param->flags & PNYX_PARAM_POSITIVE) && (min == NULL || min[0] == '0' || min[0] == '-'))
    {
      g_autofree gchar *none = min != NULL && min[0] == '0' ? g_strdup (min)
                               : zero != NULL               ? g_strdup (zero)
                                                            : NULL;

      if (none == NULL)
        none = *pnyx_unit_name (unit_of (param)) == '\0'
                   ? g_strdup ("0")
                   : g_strdup_printf ("0 %s", pnyx_unit_name (unit_of (param)));
      return param->max == NULL ? g_strdup_printf ("more than %s", none)
                                : g_strdup_printf ("more than %s, at most %s", none, param->max);
    }
  if (min == NULL && is_unsigned (param))
    min = param->type == PNYX_PARAM_COUNT ? "0" : param->type == PNYX_PARAM_SIZE ? "0 B" : "0 gwei";
  else if (min == NULL)
    min = zero;
  if (min != NULL && param->max != NULL)
    return g_strdup_printf ("%s to %s", min, param->max);
  if (min != NULL)
    return g_strdup_printf ("at least %s", min);
  return param->max == NULL ? g_strdup ("") : g_strdup_printf ("at most %s", param->max);
}

/* --- messages --- */

static gchar *
join_choices (const gchar *const *choices)
{
  GString *list = g_string_new (NULL);

  for (gsize i = 0; choices != NULL && choices[i] != NULL; i++)
    g_string_append_printf (list, "%s%s",
                            i == 0                   ? ""
                            : choices[i + 1] == NULL ? " or "
                                                     : ", ",
                            choices[i]);
  return g_string_free (list, FALSE);
}

gchar *
pnyx_param_type_name (const PnyxParam *param)
{
  static const gchar *const names[] = {
    [PNYX_PARAM_BOOL] = "true or false",
    [PNYX_PARAM_INTEGER] = "whole number",
    [PNYX_PARAM_COUNT] = "count",
    [PNYX_PARAM_REAL] = "number",
    [PNYX_PARAM_TIME] = "time",
    [PNYX_PARAM_SIZE] = "size",
    [PNYX_PARAM_STAKE] = "stake",
    [PNYX_PARAM_SPAN] = "span",
    [PNYX_PARAM_TEXT] = "text",
    [PNYX_PARAM_NAME] = "name",
    [PNYX_PARAM_FILE] = "file",
    [PNYX_PARAM_DISTRIBUTION] = "distribution",
    [PNYX_PARAM_REALS] = "list of numbers",
    [PNYX_PARAM_NAMES] = "list of names",
  };
  g_autofree gchar *list = NULL;

  switch (param->type)
    {
    case PNYX_PARAM_ENUM:
      list = join_choices (param->choices);
      return g_strdup_printf ("one of %s", list);
    case PNYX_PARAM_REFERENCE:
      return g_strdup_printf ("id of a <%s>", param->refers_to);
    case PNYX_PARAM_PROFILE:
      return g_strdup_printf ("profile of %s", param->refers_to);
    default:
      return g_strdup (names[param->type]);
    }
}

/* What a value of the type looks like, without the range. */
static gchar *
expected_form (const PnyxParam *param)
{
  g_autofree gchar *list = NULL;

  switch (param->type)
    {
    case PNYX_PARAM_BOOL:
      return g_strdup ("true or false");
    case PNYX_PARAM_ENUM:
      return join_choices (param->choices);
    case PNYX_PARAM_INTEGER:
    case PNYX_PARAM_COUNT:
      return g_strdup ("a whole number");
    case PNYX_PARAM_SPAN:
      return g_strdup ("a span such as \"64 epoch\", \"100 block\" or \"2 d\"");
    case PNYX_PARAM_TEXT:
      return g_strdup ("a text");
    case PNYX_PARAM_NAME:
      return g_strdup ("a name of letters, digits, \"-\", \"_\" and \".\"");
    case PNYX_PARAM_REFERENCE:
      return g_strdup_printf ("the id of a <%s>", param->refers_to);
    case PNYX_PARAM_FILE:
      return g_strdup ("the path of a file");
    case PNYX_PARAM_PROFILE:
      return g_strdup_printf ("the name of a profile of %s, or a path ending in .xml",
                              param->refers_to);
    case PNYX_PARAM_DISTRIBUTION:
      return g_strdup_printf (
          "%s, or a distribution such as \"uniform(0%s%s, 1%s%s)\"", pnyx_unit_noun (param->unit),
          *pnyx_unit_name (param->unit) == '\0' ? "" : " ", pnyx_unit_name (param->unit),
          *pnyx_unit_name (param->unit) == '\0' ? "" : " ", pnyx_unit_name (param->unit));
    case PNYX_PARAM_REALS:
      return g_strdup_printf ("a comma-separated list, each %s", pnyx_unit_noun (param->unit));
    case PNYX_PARAM_NAMES:
      if (param->choices == NULL)
        return g_strdup ("a comma-separated list of names");
      list = join_choices (param->choices);
      return g_strdup_printf ("a comma-separated list of %s", list);
    default:
      return g_strdup (pnyx_unit_noun (unit_of (param)));
    }
}

gchar *
pnyx_param_expected (const PnyxParam *param)
{
  g_autofree gchar *form = expected_form (param);
  g_autofree gchar *range = pnyx_param_range (param);

  return *range == '\0' ? g_steal_pointer (&form) : g_strdup_printf ("%s, %s", form, range);
}

static void
set_range_error (GError **error, const PnyxParam *param, const PnyxPlace *place)
{
  g_autofree gchar *range = pnyx_param_range (param);

  pnyx_set_error_at (error, PNYX_ERROR_RANGE, place, "%s is out of range (expected %s)",
                     param->name, *range == '\0' ? "less" : range);
}

/* Puts place and name before a message that has neither. What it quotes may be any bytes. */
static void
take_error (GError **error, GError *cause, const PnyxParam *param, const PnyxPlace *place)
{
  g_autofree gchar *message = g_utf8_make_valid (cause->message, -1);

  g_strdelimit (message, "\n\r\t", ' ');
  pnyx_set_error_at (error, (PnyxErrorCode)cause->code, place, "%s: %s", param->name, message);
  g_error_free (cause);
}

static void
set_form_error (GError **error, PnyxErrorCode code, const PnyxParam *param, const gchar *text,
                const PnyxPlace *place)
{
  g_autofree gchar *quoted = pnyx_message_quote (text);
  g_autofree gchar *expected = pnyx_param_expected (param);
  g_autofree gchar *clause = pnyx_suggest_clause (text, param->choices);

  pnyx_set_error_at (error, code, place, "%s: %s is not valid%s (expected %s)", param->name, quoted,
                     clause, expected);
}

/* --- one parser for each family of types --- */

static gboolean
parse_number (const PnyxParam *param, const gchar *text, const PnyxPlace *place, gpointer params,
              GError **error)
{
  Scalar scalar;
  GError *cause = NULL;

  if (!parse_scalar (param, text, &scalar, &cause))
    {
      take_error (error, cause, param, place);
      return FALSE;
    }
  if (!is_in_range (param, &scalar))
    {
      set_range_error (error, param, place);
      return FALSE;
    }
  if (param->type == PNYX_PARAM_REAL)
    *FIELD (gdouble, params, param) = scalar.real;
  else if (param->type == PNYX_PARAM_SPAN)
    *FIELD (PnyxSpan, params, param) = scalar.span;
  else if (is_unsigned (param))
    *FIELD (guint64, params, param) = scalar.magnitude;
  else
    *FIELD (gint64, params, param)
        = scalar.negative ? -(gint64)scalar.magnitude : (gint64)scalar.magnitude;
  return TRUE;
}

static gint
find_name (const gchar *name, const gchar *const *names)
{
  for (gint i = 0; names != NULL && names[i] != NULL; i++)
    if (g_str_equal (name, names[i]))
      return i;
  return -1;
}

static gboolean
parse_word (const PnyxParam *param, const gchar *text, const PnyxPlace *place, gpointer params,
            GError **error)
{
  static const gchar *const truths[] = { "false", "true", NULL };
  g_autofree gchar *word = g_strstrip (g_strdup (text));
  gint i = find_name (word, param->type == PNYX_PARAM_BOOL ? truths : param->choices);

  if (i < 0)
    {
      set_form_error (error, PNYX_ERROR_UNKNOWN, param, word, place);
      return FALSE;
    }
  if (param->type == PNYX_PARAM_BOOL)
    *FIELD (gboolean, params, param) = i;
  else
    *FIELD (gint, params, param) = i;
  return TRUE;
}

gboolean
pnyx_name_is_valid (const gchar *text)
{
  if (*text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("-_.", *text) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
pnyx_profile_is_path (const gchar *text)
{
  return g_str_has_suffix (text, ".xml");
}

static gboolean
parse_text (const PnyxParam *param, const gchar *text, const PnyxPlace *place, gpointer params,
            GError **error)
{
  g_autofree gchar *value = g_strdup (text);
  gboolean valid;
  gchar **field = FIELD (gchar *, params, param);

  if (param->type != PNYX_PARAM_TEXT)
    g_strstrip (value);
  switch (param->type)
    {
    case PNYX_PARAM_TEXT:
      valid = TRUE;
      break;
    case PNYX_PARAM_FILE:
      valid = *value != '\0';
      break;
    case PNYX_PARAM_PROFILE:
      valid = pnyx_profile_is_path (value) || pnyx_name_is_valid (value);
      break;
    default:
      valid = pnyx_name_is_valid (value);
    }
  if (!valid)
    {
      set_form_error (error, PNYX_ERROR_SYNTAX, param, value, place);
      return FALSE;
    }
  g_free (*field);
  *field = g_steal_pointer (&value);
  return TRUE;
}

static gboolean
parse_distribution (const PnyxParam *param, const gchar *text, const PnyxPlace *place,
                    gpointer params, GError **error)
{
  GError *cause = NULL;
  g_autoptr (PnyxDistribution) distribution = pnyx_distribution_parse (text, param->unit, &cause);
  PnyxDistribution **field = FIELD (PnyxDistribution *, params, param);
  Scalar low = { 0 }, high = { 0 };

  if (distribution == NULL)
    {
      take_error (error, cause, param, place);
      return FALSE;
    }
  low.real = pnyx_distribution_min (distribution);
  high.real = pnyx_distribution_max (distribution);
  if (!is_in_range (param, &low) || !is_in_range (param, &high))
    {
      g_autofree gchar *range = pnyx_param_range (param);

      pnyx_set_error_at (error, PNYX_ERROR_RANGE, place, "%s is out of range (expected %s%s)",
                         param->name, range,
                         pnyx_distribution_is_constant (distribution)
                             ? ""
                             : "; truncated(..., MIN, MAX) keeps a distribution within");
      return FALSE;
    }
  pnyx_distribution_free (*field);
  *field = g_steal_pointer (&distribution);
  return TRUE;
}

static gboolean
parse_reals (const PnyxParam *param, const gchar *text, const PnyxPlace *place, gpointer params,
             GError **error)
{
  g_auto (GStrv) items = g_strsplit (text, ",", -1);
  guint n = g_strv_length (items);
  g_autofree gdouble *values = g_new (gdouble, MAX (n, 1));
  PnyxReals *field = FIELD (PnyxReals, params, param);
  gboolean all_in_range = TRUE;

  for (guint i = 0; i < MAX (n, 1); i++)
    {
      Scalar scalar;
      GError *cause = NULL;

      if (!parse_scalar (param, n == 0 ? "" : items[i], &scalar, &cause))
        {
          take_error (error, cause, param, place);
          return FALSE;
        }
      all_in_range = all_in_range && is_in_range (param, &scalar);
      values[i] = scalar.real;
    }
  /* What is not written rightly comes before what is out of range. */
  if (!all_in_range)
    {
      set_range_error (error, param, place);
      return FALSE;
    }
  g_free (field->values);
  field->n = n;
  field->values = g_steal_pointer (&values);
  return TRUE;
}

static gboolean
parse_names (const PnyxParam *param, const gchar *text, const PnyxPlace *place, gpointer params,
             GError **error)
{
  g_auto (GStrv) names = g_strsplit (text, ",", -1);
  GStrv *field = FIELD (GStrv, params, param);

  if (names[0] == NULL)
    {
      set_form_error (error, PNYX_ERROR_SYNTAX, param, text, place);
      return FALSE;
    }
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_strstrip (names[i]);
      if (!pnyx_name_is_valid (names[i]))
        {
          set_form_error (error, PNYX_ERROR_SYNTAX, param, names[i], place);
          return FALSE;
        }
      if (param->choices != NULL && find_name (names[i], param->choices) < 0)
        {
          set_form_error (error, PNYX_ERROR_UNKNOWN, param, names[i], place);
          return FALSE;
        }
    }
  g_strfreev (*field);
  *field = g_steal_pointer (&names);
  return TRUE;
}

gboolean
pnyx_param_parse (const PnyxParam *param, const gchar *text, const PnyxPlace *place,
                  gpointer params, GError **error)
{
  PnyxPlace nowhere = { 0 };

  if (place == NULL)
    place = &nowhere;
  switch (param->type)
    {
    case PNYX_PARAM_BOOL:
    case PNYX_PARAM_ENUM:
      return parse_word (param, text, place, params, error);
    case PNYX_PARAM_TEXT:
    case PNYX_PARAM_NAME:
    case PNYX_PARAM_REFERENCE:
    case PNYX_PARAM_FILE:
    case PNYX_PARAM_PROFILE:
      return parse_text (param, text, place, params, error);
    case PNYX_PARAM_DISTRIBUTION:
      return parse_distribution (param, text, place, params, error);
    case PNYX_PARAM_REALS:
      return parse_reals (param, text, place, params, error);
    case PNYX_PARAM_NAMES:
      return parse_names (param, text, place, params, error);
    default:
      return parse_number (param, text, place, params, error);
    }
}

/* Frees what the field owns and zeroes it. */
static void
clear_field (const PnyxParam *param, gpointer params)
{
  switch (param->type)
    {
    case PNYX_PARAM_TEXT:
    case PNYX_PARAM_NAME:
    case PNYX_PARAM_REFERENCE:
    case PNYX_PARAM_FILE:
    case PNYX_PARAM_PROFILE:
      g_clear_pointer (FIELD (gchar *, params, param), g_free);
      break;
    case PNYX_PARAM_DISTRIBUTION:
      g_clear_pointer (FIELD (PnyxDistribution *, params, param), pnyx_distribution_free);
      break;
    case PNYX_PARAM_REALS:
      g_clear_pointer (&FIELD (PnyxReals, params, param)->values, g_free);
      FIELD (PnyxReals, params, param)->n = 0;
      break;
    case PNYX_PARAM_NAMES:
      g_clear_pointer (FIELD (GStrv, params, param), g_strfreev);
      break;
    default:
      break;
    }
}

void
pnyx_param_unset (const PnyxParam *param, gpointer params)
{
  clear_field (param, params);
  switch (param->type)
    {
    case PNYX_PARAM_BOOL:
      *FIELD (gboolean, params, param) = FALSE;
      break;
    case PNYX_PARAM_ENUM:
      *FIELD (gint, params, param) = -1;
      break;
    case PNYX_PARAM_INTEGER:
    case PNYX_PARAM_TIME:
      *FIELD (gint64, params, param) = PNYX_TIME_UNSET;
      break;
    case PNYX_PARAM_COUNT:
    case PNYX_PARAM_SIZE:
    case PNYX_PARAM_STAKE:
      *FIELD (guint64, params, param) = PNYX_COUNT_UNSET;
      break;
    case PNYX_PARAM_REAL:
      *FIELD (gdouble, params, param) = NAN;
      break;
    case PNYX_PARAM_SPAN:
      FIELD (PnyxSpan, params, param)->value = PNYX_TIME_UNSET;
      break;
    default:
      break;
    }
}

void
pnyx_params_clear (const PnyxParam *table, gsize n, gpointer params)
{
  for (gsize i = 0; i < n && params != NULL; i++)
    clear_field (&table[i], params);
}

gboolean
pnyx_param_number (const PnyxParam *param, const gchar *text, gdouble *number)
{
  Scalar scalar;

  switch (param->type)
    {
    case PNYX_PARAM_BOOL:
      *number = g_str_equal (text, "true");
      return TRUE;
    case PNYX_PARAM_INTEGER:
    case PNYX_PARAM_COUNT:
    case PNYX_PARAM_REAL:
    case PNYX_PARAM_TIME:
    case PNYX_PARAM_SIZE:
    case PNYX_PARAM_STAKE:
    case PNYX_PARAM_DISTRIBUTION:
      return pnyx_unit_parse_real (text, unit_of (param), number, NULL);
    case PNYX_PARAM_SPAN:
      if (!parse_scalar (param, text, &scalar, NULL))
        return FALSE;
      *number = scalar.span.unit == PNYX_SPAN_TIME ? pnyx_time_to_seconds (scalar.span.value)
                                                   : (gdouble)scalar.span.value;
      return TRUE;
    default:
      return FALSE;
    }
}

static gchar *
whole_number (gdouble number, PnyxUnit unit)
{
  return fabs (number) < 0x1p63 ? pnyx_unit_format_integer ((gint64)round (number), unit)
                                : pnyx_unit_format_real (number, unit);
}

gchar *
pnyx_param_from_number (const PnyxParam *param, gdouble number, const gchar *like)
{
  Scalar scalar;

  switch (param->type)
    {
    case PNYX_PARAM_INTEGER:
    case PNYX_PARAM_COUNT:
    case PNYX_PARAM_SIZE:
      return whole_number (number, unit_of (param));
    case PNYX_PARAM_TIME:
    case PNYX_PARAM_STAKE:
      return whole_number (number * 1e9, unit_of (param)); /* ns, gwei */
    case PNYX_PARAM_REAL:
    case PNYX_PARAM_DISTRIBUTION:
      return pnyx_unit_format_real (number, unit_of (param));
    case PNYX_PARAM_SPAN:
      if (!parse_scalar (param, like, &scalar, NULL))
        return NULL;
      scalar.span.value
          = (gint64)round (scalar.span.unit == PNYX_SPAN_TIME ? number * 1e9 : number);
      return pnyx_span_format (&scalar.span);
    default:
      return NULL;
    }
}

/* --- KEY=VALUE --- */

static const PnyxParam *
find_key (const PnyxParam *table, gsize n, const gchar *pair, gsize *index, GError **error)
{
  const gchar *equals = strchr (pair, '=');
  g_autofree gchar *key = equals == NULL ? NULL : g_strndup (pair, (gsize)(equals - pair));
  g_autofree const gchar **names = g_new0 (const gchar *, n + 1);
  g_autofree gchar *quoted = pnyx_message_quote (key == NULL ? pair : key);
  g_autofree gchar *clause = NULL;
  g_autofree gchar *list = NULL;

  if (key == NULL)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s is no KEY=VALUE", quoted);
      return NULL;
    }
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (key, table[i].name))
      {
        *index = i;
        return &table[i];
      }
    else
      names[i] = table[i].name;
  clause = pnyx_suggest_clause (key, names);
  list = join_choices (names);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN, "unknown key %s%s (expected %s)", quoted,
               clause, n == 0 ? "none" : list);
  return NULL;
}

static gboolean
fill_defaults (const PnyxParam *table, gsize n, const gboolean *given, gpointer params,
               GError **error)
{
  for (gsize i = 0; i < n; i++)
    {
      if (given[i])
        continue;
      if (table[i].fallback == NULL)
        {
          g_autofree gchar *expected = pnyx_param_expected (&table[i]);

          g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s is missing (expected %s)",
                       table[i].name, expected);
          return FALSE;
        }
      if (*table[i].fallback == '\0')
        pnyx_param_unset (&table[i], params);
      else if (!pnyx_param_parse (&table[i], table[i].fallback, NULL, params, error))
        return FALSE;
    }
  return TRUE;
}

gpointer
pnyx_params_parse_pairs (const PnyxParam *table, gsize n, gsize size, const gchar *const *pairs,
                         GError **error)
{
  gpointer params = g_malloc0 (MAX (size, 1));
  g_autofree gboolean *given = g_new0 (gboolean, n + 1);
  gboolean ok = TRUE;

  for (; ok && pairs != NULL && *pairs != NULL; pairs++)
    {
      gsize i = 0;
      const PnyxParam *param = find_key (table, n, *pairs, &i, error);
      const gchar *text;

      ok = param != NULL;
      if (ok && given[i])
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT, "%s is given twice", param->name);
          ok = FALSE;
        }
      if (!ok)
        break;
      text = strchr (*pairs, '=') + 1;
      if (param->type == PNYX_PARAM_FILE && *text == '@')
        text++;
      given[i] = TRUE;
      ok = pnyx_param_parse (param, text, NULL, params, error);
    }
  if (ok && fill_defaults (table, n, given, params, error))
    return params;
  pnyx_params_clear (table, n, params);
  g_free (params);
  return NULL;
}
