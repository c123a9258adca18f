/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "engine/params.h"
#include "support/toy_schema.h"

/*
 * Values of every type and unit. The first byte chooses the unit, the rest is the value. Integers
 * and reals agree, and what is formatted reads back equal.
 */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
try_units (const gchar *text, PnyxUnit unit)
{
  gdouble real, back;
  gint64 integer, integer_back;
  gboolean is_whole = unit == PNYX_UNIT_NONE || unit == PNYX_UNIT_TIME || unit == PNYX_UNIT_SIZE
                      || unit == PNYX_UNIT_STAKE;

  if (pnyx_unit_parse_real (text, unit, &real, NULL))
    {
      g_autofree gchar *format = pnyx_unit_format_real (real, unit);

      g_assert_true (isfinite (real));
      g_assert_true (pnyx_unit_parse_real (format, unit, &back, NULL));
      g_assert_cmpfloat (real, ==, back);
    }
  if (is_whole && pnyx_unit_parse_integer (text, unit, &integer, NULL))
    {
      g_autofree gchar *format = pnyx_unit_format_integer (integer, unit);
      gdouble scale = unit == PNYX_UNIT_TIME || unit == PNYX_UNIT_STAKE ? 1e9 : 1;

      g_assert_true (pnyx_unit_parse_integer (format, unit, &integer_back, NULL));
      g_assert_cmpint (integer, ==, integer_back);
      g_assert_true (pnyx_unit_parse_real (text, unit, &real, NULL));
      g_assert_true (fabs (real * scale - (gdouble)integer) <= 1e-15 * fabs ((gdouble)integer));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const PnyxPlace place = { "fuzz", 1 };
  ToyEverything params = { 0 };
  g_autofree gchar *text = NULL;
  PnyxParam distribution
      = { .name = "x", .type = PNYX_PARAM_DISTRIBUTION, .meaning = "", .unit = PNYX_UNIT_NONE };
  gpointer field = NULL;
  PnyxUnit unit;

  if (size == 0 || size > 4096)
    return 0;
  unit = (PnyxUnit)(data[0] % (PNYX_UNIT_ENERGY_PRICE + 1));
  text = g_strndup ((const gchar *)data + 1, size - 1);
  try_units (text, unit);
  distribution.unit = unit;
  pnyx_param_parse (&distribution, text, &place, &field, NULL);
  pnyx_params_clear (&distribution, 1, &field);
  for (gsize i = 0; i < toy_everything.n_params; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!pnyx_param_parse (&toy_everything.params[i], text, &place, &params, &error))
        g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  pnyx_params_clear (toy_everything.params, toy_everything.n_params, &params);
  return 0;
}
