/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/wide.h"

#include <string.h>

#include "base/rng.h"

#define MOST (~(pnyx_uint128)0)

static pnyx_uint128
wide (const gchar *text)
{
  pnyx_uint128 value = 0;

  g_assert_true (pnyx_wide_parse (text, &value));
  return value;
}

static void
assert_mul_div (const gchar *a, const gchar *b, const gchar *c, const gchar *down, const gchar *up)
{
  gchar buffer[PNYX_WIDE_BUFFER];
  pnyx_uint128 quotient;

  g_assert_true (pnyx_wide_mul_div (wide (a), wide (b), wide (c), PNYX_ROUND_DOWN, &quotient));
  g_assert_cmpstr (pnyx_wide_format (buffer, quotient), ==, down);
  g_assert_true (pnyx_wide_mul_div (wide (a), wide (b), wide (c), PNYX_ROUND_UP, &quotient));
  g_assert_cmpstr (pnyx_wide_format (buffer, quotient), ==, up);
}

static void
test_quotients_of_products_are_exact (void)
{
  assert_mul_div ("7", "6", "5", "8", "9");
  assert_mul_div ("7", "5", "5", "7", "7");
  assert_mul_div ("0", "5", "3", "0", "0");
  /* Worked out with another program's whole numbers of any size. */
  assert_mul_div ("1000000000000000000000000000000", "1000000000000000000000000000000",
                  "7000000000000000000000000000", "142857142857142857142857142857142",
                  "142857142857142857142857142857143");
  assert_mul_div (
      "340282366920938463463374607431768211455", "340282366920938463463374607431768211455",
      "340282366920938463463374607431768211455", "340282366920938463463374607431768211455",
      "340282366920938463463374607431768211455");
}

/* quotient * c + remainder is the product again, for numbers of all lengths. */
static void
test_random_quotients_multiply_back (void)
{
  PnyxRng rng;
  guint beyond = 0;

  pnyx_rng_init (&rng, 1, 0, 0, "test", "wide");
  for (guint32 i = 0; i < 20000; i++)
    {
      pnyx_uint128 x[3], down, up, rest;

      for (guint32 j = 0; j < 3; j++)
        {
          x[j] = (pnyx_uint128)pnyx_rng_u64 (&rng, i, 2 * j) << 64
                 | pnyx_rng_u64 (&rng, i, 2 * j + 1);
          x[j] >>= pnyx_rng_below (&rng, i, 10 + j, 127);
        }
      if (x[2] == 0)
        continue;
      if (!pnyx_wide_mul_div (x[0], x[1], x[2], PNYX_ROUND_DOWN, &down))
        {
          g_assert_true (down == MOST);
          g_assert_cmpint (pnyx_wide_compare_products (x[0], x[1], x[2], MOST), >, 0);
          beyond++;
          continue;
        }
      rest = x[0] * x[1] - down * x[2]; /* modulo 2^128: exact, as it is below c */
      g_assert_true (rest < x[2]);
      g_assert_cmpint (pnyx_wide_compare_products (x[0], x[1], down, x[2]), ==, rest == 0 ? 0 : 1);
      if (pnyx_wide_mul_div (x[0], x[1], x[2], PNYX_ROUND_UP, &up))
        g_assert_true (up == down + (rest == 0 ? 0 : 1));
      else
        g_assert_true (down == MOST);
    }
  g_assert_cmpuint (beyond, >, 1000);
}

static void
test_a_quotient_beyond_128_bits_is_refused (void)
{
  pnyx_uint128 quotient = 0;

  g_assert_false (pnyx_wide_mul_div (MOST, 2, 1, PNYX_ROUND_DOWN, &quotient));
  g_assert_true (quotient == MOST);
  g_assert_true (pnyx_wide_mul_div (MOST, 2, 2, PNYX_ROUND_UP, &quotient));
  g_assert_true (quotient == MOST);
  g_assert_false (pnyx_wide_mul_div (MOST, MOST, MOST - 1, PNYX_ROUND_DOWN, &quotient));
  /* (2^43 - 1)(2^86 + 2^43 + 1) = 2^129 - 1: half of it is all ones and a rest, which rounds away.
   */
  {
    const pnyx_uint128 a = ((pnyx_uint128)1 << 43) - 1;
    const pnyx_uint128 b = ((pnyx_uint128)1 << 86) + ((pnyx_uint128)1 << 43) + 1;

    g_assert_true (pnyx_wide_mul_div (a, b, 2, PNYX_ROUND_DOWN, &quotient));
    g_assert_true (quotient == MOST);
    g_assert_false (pnyx_wide_mul_div (a, b, 2, PNYX_ROUND_UP, &quotient));
    g_assert_true (quotient == MOST);
  }
}

static void
test_roots_of_products (void)
{
  PnyxRng rng;

  g_assert_true (pnyx_wide_sqrt_product (0, 5) == 0);
  g_assert_true (pnyx_wide_sqrt_product (1, 3) == 1);
  g_assert_true (pnyx_wide_sqrt_product (2, 2) == 2);
  g_assert_true (pnyx_wide_sqrt_product (MOST, MOST) == MOST);
  pnyx_rng_init (&rng, 1, 0, 0, "test", "root");
  for (guint32 i = 0; i < 200; i++)
    {
      pnyx_uint128 a = (pnyx_uint128)pnyx_rng_u64 (&rng, i, 0) << (i % 64);
      pnyx_uint128 b = (pnyx_uint128)pnyx_rng_u64 (&rng, i, 1) << (i % 63);
      pnyx_uint128 root = pnyx_wide_sqrt_product (a, b);

      g_assert_cmpint (pnyx_wide_compare_products (root, root, a, b), <=, 0);
      g_assert_cmpint (pnyx_wide_compare_products (root + 1, root + 1, a, b), >, 0);
    }
}

static void
test_text_and_back (void)
{
  static const gchar *const bad[] = { "",
                                      "-1",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "340282366920938463463374607431768211456",
                                      "3402823669209384634633746074317682114550" };
  static const gchar *const good[]
      = { "0", "9", "18446744073709551616", "340282366920938463463374607431768211455" };
  gchar buffer[PNYX_WIDE_BUFFER];
  pnyx_uint128 value = 5;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (pnyx_wide_parse (bad[i], &value));
  g_assert_true (value == 5);
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_cmpstr (pnyx_wide_format (buffer, wide (good[i])), ==, good[i]);
  g_assert_true (pnyx_wide_parse ("007", &value) && value == 7);
}

static void
test_clamping (void)
{
  g_assert_cmpint (pnyx_wide_clamp (7), ==, 7);
  g_assert_cmpint (pnyx_wide_clamp (G_MAXINT64), ==, G_MAXINT64);
  g_assert_cmpint (pnyx_wide_clamp ((pnyx_uint128)G_MAXINT64 + 1), ==, G_MAXINT64);
  g_assert_cmpint (pnyx_wide_clamp (MOST), ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/wide/quotients-of-products-are-exact",
                   test_quotients_of_products_are_exact);
  g_test_add_func ("/base/wide/random-quotients-multiply-back",
                   test_random_quotients_multiply_back);
  g_test_add_func ("/base/wide/a-quotient-beyond-128-bits-is-refused",
                   test_a_quotient_beyond_128_bits_is_refused);
  g_test_add_func ("/base/wide/roots-of-products", test_roots_of_products);
  g_test_add_func ("/base/wide/text-and-back", test_text_and_back);
  g_test_add_func ("/base/wide/clamping", test_clamping);
  return g_test_run ();
}
