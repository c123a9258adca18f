/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/units.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/message.h"
#include "base/number.h"

/*
 * Values with units. A value is `NUMBER UNIT`, NUMBER a decimal with an optional exponent. A unit
 * is a rational: times @multiplier, divided by @divisor, times 10^@power. Reals take the power of
 * ten into the exponent of the text, so that "0.1 ms" is rounded once; integers are computed from
 * the digits, never through a double.
 */

typedef struct
{
  const gchar *symbol;
  guint64 multiplier;
  guint32 divisor;
  gint8 power;
  guint64 integer; /* in the integers' unit (ns, B, gwei); 0: not for integers */
} UnitSymbol;

#define NS(seconds) (G_GUINT64_CONSTANT (1000000000) * (seconds))

static const UnitSymbol none_symbols[] = { { "", 1, 1, 0, 1 } };
static const UnitSymbol time_symbols[] = {
  { "ns", 1, 1, -9, 1 },
  { "us", 1, 1, -6, 1000 },
  { "ms", 1, 1, -3, 1000000 },
  { "s", 1, 1, 0, NS (1) },
  { "min", 60, 1, 0, NS (60) },
  { "h", 3600, 1, 0, NS (3600) },
  { "d", 86400, 1, 0, NS (86400) },
  { "a", 31557600, 1, 0, NS (31557600) },
};
static const UnitSymbol size_symbols[] = {
  { "B", 1, 1, 0, 1 },
  { "kB", 1, 1, 3, 1000 },
  { "KiB", 1 << 10, 1, 0, 1 << 10 },
  { "MB", 1, 1, 6, 1000000 },
  { "MiB", 1 << 20, 1, 0, 1 << 20 },
  { "GB", 1, 1, 9, 1000000000 },
  { "GiB", 1 << 30, 1, 0, 1 << 30 },
  { "TB", 1, 1, 12, G_GUINT64_CONSTANT (1000000000000) },
  { "TiB", G_GUINT64_CONSTANT (1) << 40, 1, 0, G_GUINT64_CONSTANT (1) << 40 },
};
static const UnitSymbol rate_symbols[] = {
  { "bit/s", 1, 1, 0, 0 },  { "kbit/s", 1, 1, 3, 0 }, { "Mbit/s", 1, 1, 6, 0 },
  { "Gbit/s", 1, 1, 9, 0 }, { "B/s", 8, 1, 0, 0 },    { "kB/s", 8, 1, 3, 0 },
  { "MB/s", 8, 1, 6, 0 },
};
static const UnitSymbol frequency_symbols[] = {
  { "/s", 1, 1, 0, 0 },
  { "/min", 1, 60, 0, 0 },
  { "/h", 1, 3600, 0, 0 },
  { "/d", 1, 86400, 0, 0 },
};
static const UnitSymbol stake_symbols[] = {
  { "gwei", 1, 1, -9, 1 },
  { "ETH", 1, 1, 0, 1000000000 },
};
static const UnitSymbol power_symbols[] = {
  { "mW", 1, 1, -3, 0 }, { "W", 1, 1, 0, 0 },  { "kW", 1, 1, 3, 0 },
  { "MW", 1, 1, 6, 0 },  { "GW", 1, 1, 9, 0 },
};
static const UnitSymbol energy_symbols[] = {
  { "J", 1, 1, 0, 0 },    { "kJ", 1, 1, 3, 0 },   { "MJ", 1, 1, 6, 0 },    { "Wh", 36, 1, 2, 0 },
  { "kWh", 36, 1, 5, 0 }, { "MWh", 36, 1, 8, 0 }, { "GWh", 36, 1, 11, 0 }, { "TWh", 36, 1, 14, 0 },
};
static const UnitSymbol hash_rate_symbols[] = {
  { "H/s", 1, 1, 0, 0 },   { "kH/s", 1, 1, 3, 0 },  { "MH/s", 1, 1, 6, 0 },
  { "GH/s", 1, 1, 9, 0 },  { "TH/s", 1, 1, 12, 0 }, { "PH/s", 1, 1, 15, 0 },
  { "EH/s", 1, 1, 18, 0 }, { "ZH/s", 1, 1, 21, 0 },
};
static const UnitSymbol efficiency_symbols[] = {
  { "J/H", 1, 1, 0, 0 },
  { "J/MH", 1, 1, -6, 0 },
  { "J/GH", 1, 1, -9, 0 },
  { "J/TH", 1, 1, -12, 0 },
};
static const UnitSymbol traffic_energy_symbols[]
    = { { "kWh/GB", 36, 1, -4, 0 }, { "J/B", 1, 1, 0, 0 } };
static const UnitSymbol intensity_symbols[] = {
  { "g/kWh", 1, 36, -8, 0 },
  { "kg/kWh", 1, 36, -5, 0 },
  { "kg/J", 1, 1, 0, 0 },
};
static const UnitSymbol money_symbols[] = {
  { "$", 1, 1, 0, 0 },
  { "k$", 1, 1, 3, 0 },
  { "M$", 1, 1, 6, 0 },
};
static const UnitSymbol energy_price_symbols[] = {
  { "$/kWh", 1, 36, -5, 0 },
  { "$/MWh", 1, 36, -8, 0 },
  { "$/J", 1, 1, 0, 0 },
};

typedef struct
{
  const UnitSymbol *symbols;
  gsize n_symbols;
  const gchar *si;
  const gchar *whole;   /* what integers count */
  const gchar *noun;    /* with an example, for messages */
  const gchar *choices; /* for messages */
} UnitFamily;

#define SYMBOLS(name) name##_symbols, G_N_ELEMENTS (name##_symbols)

static const UnitFamily families[] = {
  [PNYX_UNIT_NONE] = { SYMBOLS (none), "", "", "a number such as \"0.2\"", "" },
  [PNYX_UNIT_TIME]
  = { SYMBOLS (time), "s", "ns", "a time such as \"250 ms\"", "ns, us, ms, s, min, h, d or a" },
  [PNYX_UNIT_SIZE] = { SYMBOLS (size), "B", "B", "a size such as \"128 KiB\"",
                       "B, kB, KiB, MB, MiB, GB, GiB, TB or TiB" },
  [PNYX_UNIT_RATE] = { SYMBOLS (rate), "bit/s", NULL, "a rate such as \"25 Mbit/s\"",
                       "bit/s, kbit/s, Mbit/s, Gbit/s, B/s, kB/s or MB/s" },
  [PNYX_UNIT_FREQUENCY]
  = { SYMBOLS (frequency), "/s", NULL, "a frequency such as \"3 /h\"", "/s, /min, /h or /d" },
  [PNYX_UNIT_STAKE]
  = { SYMBOLS (stake), "ETH", "gwei", "a stake such as \"32 ETH\"", "gwei or ETH" },
  [PNYX_UNIT_POWER]
  = { SYMBOLS (power), "W", NULL, "a power such as \"22 W\"", "mW, W, kW, MW or GW" },
  [PNYX_UNIT_ENERGY] = { SYMBOLS (energy), "J", NULL, "an energy such as \"3 kWh\"",
                         "J, kJ, MJ, Wh, kWh, MWh, GWh or TWh" },
  [PNYX_UNIT_HASH_RATE] = { SYMBOLS (hash_rate), "H/s", NULL, "a hash rate such as \"100 TH/s\"",
                            "H/s, kH/s, MH/s, GH/s, TH/s, PH/s, EH/s or ZH/s" },
  [PNYX_UNIT_EFFICIENCY] = { SYMBOLS (efficiency), "J/H", NULL, "an efficiency such as \"30 J/TH\"",
                             "J/H, J/MH, J/GH or J/TH" },
  [PNYX_UNIT_TRAFFIC_ENERGY] = { SYMBOLS (traffic_energy), "J/B", NULL,
                                 "an energy of traffic such as \"0.01 kWh/GB\"", "kWh/GB or J/B" },
  [PNYX_UNIT_INTENSITY] = { SYMBOLS (intensity), "kg/J", NULL,
                            "a carbon intensity such as \"450 g/kWh\"", "g/kWh, kg/kWh or kg/J" },
  [PNYX_UNIT_MONEY] = { SYMBOLS (money), "$", NULL, "an amount such as \"3 $\"", "$, k$ or M$" },
  [PNYX_UNIT_ENERGY_PRICE] = { SYMBOLS (energy_price), "$/J", NULL,
                               "a price of energy such as \"0.05 $/kWh\"", "$/kWh, $/MWh or $/J" },
};

/* What people write instead; the edit distance of such short names says little. */
static const struct
{
  const gchar *written, *meant;
} aliases[] = {
  { "sec", "s" },       { "secs", "s" },       { "second", "s" },     { "seconds", "s" },
  { "msec", "ms" },     { "\302\265s", "us" }, { "\316\274s", "us" }, { "minute", "min" },
  { "minutes", "min" }, { "m", "min" },        { "hr", "h" },         { "hour", "h" },
  { "hours", "h" },     { "day", "d" },        { "days", "d" },       { "y", "a" },
  { "year", "a" },      { "years", "a" },      { "byte", "B" },       { "bytes", "B" },
  { "k", "kB" },        { "bps", "bit/s" },    { "kbps", "kbit/s" },  { "Mbps", "Mbit/s" },
  { "Gbps", "Gbit/s" }, { "Hz", "/s" },        { "1/s", "/s" },       { "USD", "$" },
  { "wei", "gwei" },
};

/* A value taken apart; nothing is copied. */
typedef struct
{
  const gchar *number;
  gsize number_length;
  const gchar *digits;   /* without sign */
  const gchar *exponent; /* after the e; NULL: none */
  const gchar *unit;
  gsize unit_length;
  gboolean negative;
} ValueParts;

static gboolean
is_blank (gchar c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const gchar *
skip_digits (const gchar *p)
{
  while (g_ascii_isdigit (*p))
    p++;
  return p;
}

/* FALSE where @text does not begin with a number. What follows it, without blanks, is the unit. */
static gboolean
split_value (const gchar *text, ValueParts *parts)
{
  const gchar *p = text, *end = text + strlen (text), *mark;
  gsize n_digits;

  while (is_blank (*p))
    p++;
  while (end > p && is_blank (end[-1]))
    end--;
  parts->number = p;
  parts->negative = *p == '-';
  if (*p == '-' || *p == '+')
    p++;
  parts->digits = p;
  mark = skip_digits (p);
  n_digits = (gsize)(mark - p);
  p = mark;
  if (*p == '.')
    {
      mark = skip_digits (p + 1);
      n_digits += (gsize)(mark - p - 1);
      p = mark;
    }
  if (n_digits == 0)
    return FALSE;
  parts->exponent = NULL;
  if (*p == 'e' || *p == 'E')
    {
      mark = p[1] == '-' || p[1] == '+' ? p + 2 : p + 1;
      if (g_ascii_isdigit (*mark))
        {
          parts->exponent = p + 1;
          p = skip_digits (mark);
        }
    }
  parts->number_length = (gsize)(p - parts->number);
  while (p < end && is_blank (*p))
    p++;
  parts->unit = p;
  parts->unit_length = (gsize)(end - p);
  return TRUE;
}

static gchar *
expectation (PnyxUnit unit)
{
  const UnitFamily *family = &families[unit];

  return family->choices[0] == '\0'
             ? g_strdup (family->noun)
             : g_strdup_printf ("%s; units: %s", family->noun, family->choices);
}

static const gchar *
meant_unit (const gchar *written, const UnitFamily *family)
{
  const gchar *names[16] = { NULL };

  for (gsize i = 0; i < family->n_symbols; i++)
    if (g_ascii_strcasecmp (written, family->symbols[i].symbol) == 0)
      return family->symbols[i].symbol;
  for (gsize i = 0; i < G_N_ELEMENTS (aliases); i++)
    for (gsize k = 0; k < family->n_symbols; k++)
      if (g_ascii_strcasecmp (written, aliases[i].written) == 0
          && g_str_equal (aliases[i].meant, family->symbols[k].symbol))
        return family->symbols[k].symbol;
  for (gsize i = 0; i < family->n_symbols; i++)
    names[i] = family->symbols[i].symbol;
  return pnyx_suggest (written, names);
}

static void
set_unit_error (GError **error, const gchar *text, const ValueParts *parts, PnyxUnit unit)
{
  g_autofree gchar *quoted = pnyx_message_quote (text);
  g_autofree gchar *expected = expectation (unit);
  g_autofree gchar *written = NULL;
  g_autofree gchar *shown = NULL;
  const gchar *meant;

  if (parts->unit_length == 0)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s has no unit (expected %s)", quoted,
                   expected);
      return;
    }
  written = g_strndup (parts->unit, parts->unit_length);
  shown = pnyx_message_quote (written);
  meant = unit == PNYX_UNIT_NONE ? NULL : meant_unit (written, &families[unit]);
  if (unit == PNYX_UNIT_NONE)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s is no bare number (expected %s)", quoted,
                 expected);
  else if (meant != NULL)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                 "%s has the unknown unit %s; did you mean \"%s\"? (expected %s)", quoted, shown,
                 meant, expected);
  else
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s has the unknown unit %s (expected %s)",
                 quoted, shown, expected);
}

static const UnitSymbol *
parse_unit (const gchar *text, PnyxUnit unit, ValueParts *parts, GError **error)
{
  const UnitFamily *family = &families[unit];

  if (!split_value (text, parts))
    {
      g_autofree gchar *quoted = pnyx_message_quote (text);
      g_autofree gchar *expected = expectation (unit);

      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX, "%s is no number (expected %s)", quoted,
                   expected);
      return NULL;
    }
  for (gsize i = 0; i < family->n_symbols; i++)
    if (strlen (family->symbols[i].symbol) == parts->unit_length
        && memcmp (family->symbols[i].symbol, parts->unit, parts->unit_length) == 0)
      return &family->symbols[i];
  set_unit_error (error, text, parts, unit);
  return NULL;
}

/* The exponent, far beyond any use where it is too long for an int. */
static gint
parse_exponent (const gchar *text)
{
  gboolean negative;
  gint exponent = 0;

  if (text == NULL)
    return 0;
  negative = *text == '-';
  if (*text == '-' || *text == '+')
    text++;
  for (; g_ascii_isdigit (*text) && exponent < 1000000; text++)
    exponent = exponent * 10 + (*text - '0');
  return negative ? -exponent : exponent;
}

gboolean
pnyx_unit_parse_real (const gchar *text, PnyxUnit unit, gdouble *value, GError **error)
{
  ValueParts parts;
  const UnitSymbol *symbol = parse_unit (text, unit, &parts, error);
  gsize mantissa_length;
  g_autofree gchar *decimal = NULL;
  gdouble real;

  if (symbol == NULL)
    return FALSE;
  mantissa_length
      = parts.exponent == NULL ? parts.number_length : (gsize)(parts.exponent - 1 - parts.number);
  decimal = g_strdup_printf ("%.*se%d", (int)mantissa_length, parts.number,
                             parse_exponent (parts.exponent) + symbol->power);
  real = g_ascii_strtod (decimal, NULL) * (gdouble)symbol->multiplier / (gdouble)symbol->divisor;
  if (!isfinite (real))
    {
      g_autofree gchar *quoted = pnyx_message_quote (text);

      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE, "%s is too large (expected below 1e308)",
                   quoted);
      return FALSE;
    }
  *value = real;
  return TRUE;
}

/* The digits as @mantissa * 10^@exponent without trailing zeros; FALSE beyond 38 of them. */
static gboolean
read_digits (const ValueParts *parts, pnyx_uint128 *mantissa, gint *exponent)
{
  const gchar *end = parts->number + parts->number_length;
  gboolean fraction = FALSE;
  gsize n_digits = 0, n_zeros = 0;

  *mantissa = 0;
  *exponent = parse_exponent (parts->exponent);
  for (const gchar *p = parts->digits; p < end && (*p == '.' || g_ascii_isdigit (*p)); p++)
    {
      if (*p == '.')
        {
          fraction = TRUE;
          continue;
        }
      *exponent -= fraction;
      if (*p == '0')
        {
          /* Zeros count only when a digit follows; leading ones never. */
          n_zeros += n_digits > 0;
          continue;
        }
      n_digits += n_zeros + 1;
      if (n_digits > 38)
        return FALSE;
      for (; n_zeros > 0; n_zeros--)
        *mantissa *= 10;
      *mantissa = *mantissa * 10 + (guint)(*p - '0');
    }
  *exponent += (gint)n_zeros;
  return TRUE;
}

typedef enum
{
  EXACT_OK,
  EXACT_FRACTION,
  EXACT_OVERFLOW,
} ExactOutcome;

/* @factor * the number in @parts, in integers: a negative power of ten is cancelled prime by prime.
 */
static ExactOutcome
multiply_exactly (const ValueParts *parts, guint64 factor, guint64 *magnitude)
{
  static const guint primes[] = { 2, 5 };
  pnyx_uint128 mantissa, product;
  gint exponent;

  if (!read_digits (parts, &mantissa, &exponent))
    return exponent < 0 ? EXACT_FRACTION : EXACT_OVERFLOW;
  *magnitude = 0;
  if (mantissa == 0)
    return EXACT_OK;
  for (; exponent < 0; exponent++)
    for (gsize i = 0; i < G_N_ELEMENTS (primes); i++)
      {
        if (mantissa % primes[i] == 0)
          mantissa /= primes[i];
        else if (factor % primes[i] == 0)
          factor /= primes[i];
        else
          return EXACT_FRACTION;
      }
  for (; exponent > 0; exponent--)
    if (__builtin_mul_overflow (mantissa, (pnyx_uint128)10, &mantissa))
      return EXACT_OVERFLOW;
  if (__builtin_mul_overflow (mantissa, (pnyx_uint128)factor, &product) || product > G_MAXUINT64)
    return EXACT_OVERFLOW;
  *magnitude = (guint64)product;
  return EXACT_OK;
}

gboolean
pnyx_unit_parse_magnitude (const gchar *text, PnyxUnit unit, guint64 *magnitude, gboolean *negative,
                           GError **error)
{
  ValueParts parts;
  const UnitSymbol *symbol = parse_unit (text, unit, &parts, error);
  const gchar *whole = families[unit].whole;
  g_autofree gchar *quoted = NULL;

  PNYX_REQUIRE (whole != NULL);
  if (symbol == NULL)
    return FALSE;
  *negative = parts.negative;
  switch (multiply_exactly (&parts, symbol->integer, magnitude))
    {
    case EXACT_OK:
      *negative = parts.negative && *magnitude > 0;
      return TRUE;
    case EXACT_FRACTION:
      quoted = pnyx_message_quote (text);
      if (whole[0] == '\0')
        g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE, "%s is no whole number", quoted);
      else
        g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE, "%s is no whole number of %s", quoted,
                     whole);
      return FALSE;
    case EXACT_OVERFLOW:
    default:
      quoted = pnyx_message_quote (text);
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "%s is too large (expected at most %" G_GINT64_FORMAT "%s%s)", quoted,
                   G_MAXINT64, whole[0] == '\0' ? "" : " ", whole);
      return FALSE;
    }
}

gboolean
pnyx_unit_parse_integer (const gchar *text, PnyxUnit unit, gint64 *value, GError **error)
{
  guint64 magnitude;
  gboolean negative;
  g_autofree gchar *quoted = NULL;

  if (!pnyx_unit_parse_magnitude (text, unit, &magnitude, &negative, error))
    return FALSE;
  if (magnitude > G_MAXINT64)
    {
      const gchar *whole = families[unit].whole;

      quoted = pnyx_message_quote (text);
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "%s is too large (expected at most %" G_GINT64_FORMAT "%s%s)", quoted,
                   G_MAXINT64, whole[0] == '\0' ? "" : " ", whole);
      return FALSE;
    }
  *value = negative ? -(gint64)magnitude : (gint64)magnitude;
  return TRUE;
}

const gchar *
pnyx_unit_name (PnyxUnit unit)
{
  return families[unit].si;
}

const gchar *
pnyx_unit_choices (PnyxUnit unit)
{
  return families[unit].choices;
}

const gchar *
pnyx_unit_noun (PnyxUnit unit)
{
  return families[unit].noun;
}

const gchar *
pnyx_unit_symbol (PnyxUnit unit, gsize i)
{
  return i < families[unit].n_symbols ? families[unit].symbols[i].symbol : NULL;
}

gchar *
pnyx_unit_format_real (gdouble value, PnyxUnit unit)
{
  gchar buffer[PNYX_NUMBER_BUFFER];
  const gchar *si = pnyx_unit_name (unit);

  pnyx_number_format (buffer, value);
  return si[0] == '\0' ? g_strdup (buffer) : g_strdup_printf ("%s %s", buffer, si);
}

gchar *
pnyx_unit_format_integer (gint64 value, PnyxUnit unit)
{
  const UnitFamily *family = &families[unit];
  guint64 magnitude = value < 0 ? -(guint64)value : (guint64)value;
  const UnitSymbol *best = NULL;

  PNYX_REQUIRE (family->whole != NULL);
  if (unit == PNYX_UNIT_NONE)
    return g_strdup_printf ("%" G_GINT64_FORMAT, value);
  for (gsize i = 0; i < family->n_symbols; i++)
    {
      const UnitSymbol *symbol = &family->symbols[i];

      /* The largest unit that divides; the common one for 0. */
      if (magnitude == 0 ? g_str_equal (symbol->symbol, family->si)
                         : magnitude % symbol->integer == 0
                               && (best == NULL || symbol->integer > best->integer))
        best = symbol;
    }
  return g_strdup_printf ("%s%" G_GUINT64_FORMAT " %s", value < 0 ? "-" : "",
                          magnitude / best->integer, best->symbol);
}
