/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"

static void
check_format (gdouble value, const gchar *expected)
{
  gchar buffer[PNYX_NUMBER_BUFFER];

  g_assert_cmpstr (pnyx_number_format (buffer, value), ==, expected);
}

static void
test_the_shortest_text_that_reads_back_is_written (void)
{
  check_format (0.1, "0.1");
  check_format (1.0 / 3, "0.3333333333333333");
  check_format (0.1 + 0.2, "0.30000000000000004");
  check_format (1e300, "1e+300");
  check_format (-12, "-12");
  check_format (0, "0");
  check_format (NAN, "");
  check_format (INFINITY, "inf");
  check_format (-INFINITY, "-inf");
}

static void
test_every_number_reads_back_equal (void)
{
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test-number", "bits");
  for (guint64 i = 0; i < 20000; i++)
    {
      guint64 bits = pnyx_rng_u64 (&rng, 0, i);
      gchar buffer[PNYX_NUMBER_BUFFER];
      gdouble value, back = 0;

      memcpy (&value, &bits, sizeof value);
      if (!isfinite (value))
        continue;
      g_assert_true (pnyx_number_parse (pnyx_number_format (buffer, value), &back));
      g_assert_cmpfloat (back, ==, value);
    }
}

static void
test_only_decimal_numbers_are_read (void)
{
  static const gchar *const good[] = { "1", "-1.5", "+.5", "5.", "1e3", "1.5E-3" };
  static const gchar *const bad[]
      = { "", " 1", "1 ", "1,5", "0x10", "inf", "nan", ".", "1e", "e3", "1e+", "--1", "1e999" };
  gdouble value = 7;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (pnyx_number_parse (good[i], &value));
  g_assert_cmpfloat (value, ==, 1.5e-3);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (pnyx_number_parse (bad[i], &value));
  g_assert_cmpfloat (value, ==, 1.5e-3);
}

static void
test_the_locale_does_not_matter (void)
{
  gdouble value;

  if (setlocale (LC_ALL, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("no German locale here");
      return;
    }
  check_format (0.5, "0.5");
  g_assert_true (pnyx_number_parse ("0.5", &value));
  g_assert_cmpfloat (value, ==, 0.5);
  setlocale (LC_ALL, "C");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/number/the-shortest-text-that-reads-back-is-written",
                   test_the_shortest_text_that_reads_back_is_written);
  g_test_add_func ("/base/number/every-number-reads-back-equal",
                   test_every_number_reads_back_equal);
  g_test_add_func ("/base/number/only-decimal-numbers-are-read",
                   test_only_decimal_numbers_are_read);
  g_test_add_func ("/base/number/the-locale-does-not-matter", test_the_locale_does_not_matter);
  return g_test_run ();
}
