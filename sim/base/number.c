/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text and back, the same under every locale. */
#include "base/number.h"

#include <math.h>

const gchar *
pnyx_number_format (gchar buffer[PNYX_NUMBER_BUFFER], gdouble value)
{
  static const gchar *const formats[] = { "%.15g", "%.16g", "%.17g" };

  buffer[0] = '\0';
  if (isnan (value))
    return buffer;
  if (isinf (value))
    {
      g_strlcpy (buffer, value > 0 ? "inf" : "-inf", PNYX_NUMBER_BUFFER);
      return buffer;
    }
  /* Most numbers are counts, and %.15g writes them like this. */
  if (fabs (value) < 1e15 && value >= floor (value) && value <= floor (value) && !signbit (value))
    {
      g_snprintf (buffer, PNYX_NUMBER_BUFFER, "%" G_GINT64_FORMAT, (gint64)value);
      return buffer;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      gdouble back;

      g_ascii_formatd (buffer, PNYX_NUMBER_BUFFER, formats[i], value);
      back = g_ascii_strtod (buffer, NULL);
      if (back >= value && back <= value)
        break;
    }
  return buffer;
}

static const gchar *
skip_digits (const gchar *at)
{
  while (g_ascii_isdigit (*at))
    at++;
  return at;
}

/* [+-] digits [. digits] [e [+-] digits], with a digit before the exponent. */
static gboolean
is_decimal (const gchar *at)
{
  const gchar *digits;
  gsize n_digits;

  if (*at == '+' || *at == '-')
    at++;
  digits = at;
  at = skip_digits (at);
  n_digits = (gsize)(at - digits);
  if (*at == '.')
    {
      digits = ++at;
      at = skip_digits (at);
      n_digits += (gsize)(at - digits);
    }
  if (n_digits == 0)
    return FALSE;
  if (*at == 'e' || *at == 'E')
    {
      at++;
      if (*at == '+' || *at == '-')
        at++;
      if (!g_ascii_isdigit (*at))
        return FALSE;
      at = skip_digits (at);
    }
  return *at == '\0';
}

gboolean
pnyx_number_parse (const gchar *text, gdouble *value)
{
  gdouble parsed;

  if (!is_decimal (text))
    return FALSE;
  parsed = g_ascii_strtod (text, NULL);
  if (!isfinite (parsed))
    return FALSE;
  *value = parsed;
  return TRUE;
}
