/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/units.h"

#include <string.h>

#include "base/error.h"

static void
test_real_values_are_rounded_once (void)
{
  static const struct
  {
    const gchar *text;
    PnyxUnit unit;
    gdouble value;
  } cases[] = {
    { "0.2", PNYX_UNIT_NONE, 0.2 },
    { " -1.5e3\t", PNYX_UNIT_NONE, -1500 },
    { ".5", PNYX_UNIT_NONE, 0.5 },
    { "5.", PNYX_UNIT_NONE, 5 },
    { "250 ms", PNYX_UNIT_TIME, 0.25 },
    { "0.1ms", PNYX_UNIT_TIME, 0.0001 },
    { "1 a", PNYX_UNIT_TIME, 31557600 },
    { "3 us", PNYX_UNIT_TIME, 3e-6 },
    { "25 Mbit/s", PNYX_UNIT_RATE, 25e6 },
    { "1 MB/s", PNYX_UNIT_RATE, 8e6 },
    { "3 /h", PNYX_UNIT_FREQUENCY, 3.0 / 3600 },
    { "32 ETH", PNYX_UNIT_STAKE, 32 },
    { "1 gwei", PNYX_UNIT_STAKE, 1e-9 },
    { "1 kWh", PNYX_UNIT_ENERGY, 3.6e6 },
    { "1 TWh", PNYX_UNIT_ENERGY, 3.6e15 },
    { "22 W", PNYX_UNIT_POWER, 22 },
    { "100 EH/s", PNYX_UNIT_HASH_RATE, 1e20 },
    { "1EH/s", PNYX_UNIT_HASH_RATE, 1e18 },
    { "30 J/TH", PNYX_UNIT_EFFICIENCY, 30e-12 },
    { "1 kWh/GB", PNYX_UNIT_TRAFFIC_ENERGY, 3.6e-3 },
    { "450 g/kWh", PNYX_UNIT_INTENSITY, 0.45 / 3.6e6 },
    { "3 k$", PNYX_UNIT_MONEY, 3000 },
    { "0.05 $/kWh", PNYX_UNIT_ENERGY_PRICE, 0.05 / 3.6e6 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gdouble value = -1;

      pnyx_unit_parse_real (cases[i].text, cases[i].unit, &value, &error);
      g_assert_no_error (error);
      /* The divided ones may differ in the last bit from the literal. */
      g_assert_cmpfloat_with_epsilon (value, cases[i].value, 4e-16 * ABS (cases[i].value));
    }
}

static void
test_powers_of_ten_are_exact (void)
{
  gdouble value;

  g_assert_true (pnyx_unit_parse_real ("0.1 ms", PNYX_UNIT_TIME, &value, NULL));
  g_assert_cmpfloat (value, ==, 0.1e-3);
  g_assert_true (pnyx_unit_parse_real ("0.3 us", PNYX_UNIT_TIME, &value, NULL));
  g_assert_cmpfloat (value, ==, 0.3e-6);
  g_assert_true (pnyx_unit_parse_real ("1.1 Gbit/s", PNYX_UNIT_RATE, &value, NULL));
  g_assert_cmpfloat (value, ==, 1.1e9);
}

static void
test_integers_are_exact (void)
{
  static const struct
  {
    const gchar *text;
    PnyxUnit unit;
    gint64 value;
  } cases[] = {
    { "0.25 s", PNYX_UNIT_TIME, 250000000 },
    { "0.1 s", PNYX_UNIT_TIME, 100000000 },
    { "1.000000001 s", PNYX_UNIT_TIME, 1000000001 },
    { "-3 ms", PNYX_UNIT_TIME, -3000000 },
    { "-0 ms", PNYX_UNIT_TIME, 0 },
    { "0 s", PNYX_UNIT_TIME, 0 },
    { "0.0000000000e99999999999 s", PNYX_UNIT_TIME, 0 },
    { "292 a", PNYX_UNIT_TIME, G_GINT64_CONSTANT (292) * 31557600 * 1000000000 },
    { "9223372036854775807 ns", PNYX_UNIT_TIME, G_MAXINT64 },
    { "9223372036.854775807 s", PNYX_UNIT_TIME, G_MAXINT64 },
    { "9223372036854775.807000000000000000000000000000000000000000000 us", PNYX_UNIT_TIME,
      G_MAXINT64 },
    { "-9223372036854775807 ns", PNYX_UNIT_TIME, -G_MAXINT64 },
    { "128 KiB", PNYX_UNIT_SIZE, 131072 },
    { "0.5 KiB", PNYX_UNIT_SIZE, 512 },
    { "0.0009765625 MiB", PNYX_UNIT_SIZE, 1024 },
    { "1.5 kB", PNYX_UNIT_SIZE, 1500 },
    { "32 ETH", PNYX_UNIT_STAKE, G_GINT64_CONSTANT (32000000000) },
    { "0.000000001 ETH", PNYX_UNIT_STAKE, 1 },
    { "1e3", PNYX_UNIT_NONE, 1000 },
    { "1200e-2", PNYX_UNIT_NONE, 12 },
    { "0000000000000000000000000000000000000000000000042", PNYX_UNIT_NONE, 42 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 value = -1;

      pnyx_unit_parse_integer (cases[i].text, cases[i].unit, &value, &error);
      g_assert_no_error (error);
      g_assert_cmpint (value, ==, cases[i].value);
    }
}

static void
test_magnitudes_reach_2_to_the_64 (void)
{
  guint64 magnitude;
  gboolean negative;

  g_assert_true (pnyx_unit_parse_magnitude ("18446744073709551615", PNYX_UNIT_NONE, &magnitude,
                                            &negative, NULL));
  g_assert_cmpuint (magnitude, ==, G_MAXUINT64);
  g_assert_false (negative);
  g_assert_false (pnyx_unit_parse_magnitude ("18446744073709551616", PNYX_UNIT_NONE, &magnitude,
                                             &negative, NULL));
}

typedef struct
{
  const gchar *text;
  PnyxUnit unit;
  gboolean integer;
  PnyxErrorCode code;
  const gchar *part; /* of the message */
} BadCase;

static void
test_bad_values_are_explained (void)
{
  static const BadCase cases[] = {
    { "64", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_SYNTAX,
      "\"64\" has no unit (expected a time such as" },
    { "0", PNYX_UNIT_SIZE, TRUE, PNYX_ERROR_SYNTAX, "has no unit" },
    { "", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_SYNTAX, "is no number" },
    { "s", PNYX_UNIT_TIME, FALSE, PNYX_ERROR_SYNTAX, "is no number" },
    { "minus", PNYX_UNIT_NONE, TRUE, PNYX_ERROR_SYNTAX, "is no number" },
    { "nan", PNYX_UNIT_NONE, FALSE, PNYX_ERROR_SYNTAX, "is no number" },
    { "inf s", PNYX_UNIT_TIME, FALSE, PNYX_ERROR_SYNTAX, "is no number" },
    { "0x10", PNYX_UNIT_NONE, TRUE, PNYX_ERROR_SYNTAX, "is no bare number" },
    { "1,5 s", PNYX_UNIT_TIME, FALSE, PNYX_ERROR_SYNTAX, "unknown unit" },
    { "12 sec", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_SYNTAX, "did you mean \"s\"?" },
    { "12 Ms", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_SYNTAX, "did you mean \"ms\"?" },
    { "12 \302\265s", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_SYNTAX, "did you mean \"us\"?" },
    { "12 kib", PNYX_UNIT_SIZE, TRUE, PNYX_ERROR_SYNTAX, "did you mean \"KiB\"?" },
    { "12 Mbps", PNYX_UNIT_RATE, FALSE, PNYX_ERROR_SYNTAX, "did you mean \"Mbit/s\"?" },
    { "12 eth", PNYX_UNIT_STAKE, TRUE, PNYX_ERROR_SYNTAX, "did you mean \"ETH\"?" },
    { "12 parsec", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_SYNTAX, "unknown unit \"parsec\" (expected" },
    { "0.5 ns", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_RANGE, "no whole number of ns" },
    { "1.5", PNYX_UNIT_NONE, TRUE, PNYX_ERROR_RANGE, "is no whole number" },
    { "1e-99999999999 s", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_RANGE, "no whole number" },
    { "0.1 B", PNYX_UNIT_SIZE, TRUE, PNYX_ERROR_RANGE, "no whole number of B" },
    { "9223372036854775808 ns", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_RANGE, "too large" },
    { "1e99999999999 s", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_RANGE, "too large" },
    { "300 a", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_RANGE, "too large" },
    { "111111111111111111111111111111111111111111 s", PNYX_UNIT_TIME, TRUE, PNYX_ERROR_RANGE,
      "too large" },
    { "1e400 s", PNYX_UNIT_TIME, FALSE, PNYX_ERROR_RANGE, "too large" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const BadCase *bad = &cases[i];
      g_autoptr (GError) error = NULL;
      gint64 whole;
      gdouble real;

      if (bad->integer)
        g_assert_false (pnyx_unit_parse_integer (bad->text, bad->unit, &whole, &error));
      else
        g_assert_false (pnyx_unit_parse_real (bad->text, bad->unit, &real, &error));
      g_assert_error (error, PNYX_ERROR, (gint)bad->code);
      if (strstr (error->message, bad->part) == NULL)
        g_error ("\"%s\" is not in \"%s\"", bad->part, error->message);
    }
}

static void
test_integers_are_formatted_in_the_largest_unit (void)
{
  static const struct
  {
    gint64 value;
    PnyxUnit unit;
    const gchar *text;
  } cases[] = {
    { 250000000, PNYX_UNIT_TIME, "250 ms" },
    { 12000000000, PNYX_UNIT_TIME, "12 s" },
    { 0, PNYX_UNIT_TIME, "0 s" },
    { -1, PNYX_UNIT_TIME, "-1 ns" },
    { 131072, PNYX_UNIT_SIZE, "128 KiB" },
    { 1000, PNYX_UNIT_SIZE, "1 kB" },
    { 32000000000, PNYX_UNIT_STAKE, "32 ETH" },
    { 7, PNYX_UNIT_NONE, "7" },
    { G_MAXINT64, PNYX_UNIT_TIME, "9223372036854775807 ns" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *text = pnyx_unit_format_integer (cases[i].value, cases[i].unit);
      gint64 back;

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_true (pnyx_unit_parse_integer (text, cases[i].unit, &back, NULL));
      g_assert_cmpint (back, ==, cases[i].value);
    }
}

static void
test_formatted_reals_read_back_equal_in_every_unit (void)
{
  for (gint unit = PNYX_UNIT_NONE; unit <= PNYX_UNIT_ENERGY_PRICE; unit++)
    for (gint i = 0; i < 200; i++)
      {
        gdouble value = g_test_rand_double_range (-1e6, 1e6) * (i % 2 == 0 ? 1e-12 : 1e12), back;
        g_autofree gchar *text = pnyx_unit_format_real (value, (PnyxUnit)unit);

        g_assert_true (pnyx_unit_parse_real (text, (PnyxUnit)unit, &back, NULL));
        g_assert_cmpfloat (value, ==, back);
      }
}

static void
test_every_unit_has_its_words (void)
{
  for (gint unit = PNYX_UNIT_TIME; unit <= PNYX_UNIT_ENERGY_PRICE; unit++)
    for (gsize i = 0; pnyx_unit_symbol ((PnyxUnit)unit, i) != NULL; i++)
      g_assert_nonnull (
          strstr (pnyx_unit_choices ((PnyxUnit)unit), pnyx_unit_symbol ((PnyxUnit)unit, i)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/units/real-values-are-rounded-once", test_real_values_are_rounded_once);
  g_test_add_func ("/base/units/powers-of-ten-are-exact", test_powers_of_ten_are_exact);
  g_test_add_func ("/base/units/integers-are-exact", test_integers_are_exact);
  g_test_add_func ("/base/units/magnitudes-reach-2-to-the-64", test_magnitudes_reach_2_to_the_64);
  g_test_add_func ("/base/units/bad-values-are-explained", test_bad_values_are_explained);
  g_test_add_func ("/base/units/integers-are-formatted-in-the-largest-unit",
                   test_integers_are_formatted_in_the_largest_unit);
  g_test_add_func ("/base/units/formatted-reals-read-back-equal-in-every-unit",
                   test_formatted_reals_read_back_equal_in_every_unit);
  g_test_add_func ("/base/units/every-unit-has-its-words", test_every_unit_has_its_words);
  return g_test_run ();
}
