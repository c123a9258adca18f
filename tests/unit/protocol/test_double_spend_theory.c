/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/double_spend_theory.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "support/run_calc.h"

#define ASSERT_NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))

/* As the whitepaper's program computes it: a sum that is subtracted from 1. */
static gdouble
naive_nakamoto (gdouble q, guint z)
{
  gdouble lambda = z * q / (1 - q), sum = 1;

  for (guint k = 0; k <= z; k++)
    {
      gdouble poisson = exp (-lambda);

      for (guint i = 1; i <= k; i++)
        poisson *= lambda / i;
      sum -= poisson * (1 - pow (q / (1 - q), z - k));
    }
  return sum;
}

static gdouble
naive_rosenfeld (gdouble q, guint n)
{
  gdouble p = 1 - q, sum = 1;

  for (guint m = 0; m <= n; m++)
    {
      gdouble ways = 1; /* C (m + n - 1, m) */

      for (guint i = 1; i <= m; i++)
        ways = ways * (n - 1 + i) / i;
      sum -= ways * (pow (p, n) * pow (q, m) - pow (p, m) * pow (q, n));
    }
  return sum;
}

/* The race itself: the attacker has one block, needs to be ahead after n honest ones. State: honest
 * and own blocks; beyond n honest blocks only the deficit counts. */
static gdouble
race (gdouble q, guint n, guint honest, guint own)
{
  gdouble p = 1 - q;

  if (honest == n)
    return own > n ? 1 : pow (q / p, n - own + 1);
  if (own > n + 60)
    return 1;
  return p * race (q, n, honest + 1, own) + q * race (q, n, honest, own + 1);
}

static void
test_the_table_of_the_whitepaper (void)
{
  static const gdouble tenth[] = { 1,         0.2045873, 0.0509779, 0.0131722, 0.0034552, 0.0009137,
                                   0.0002428, 0.0000647, 0.0000173, 0.0000046, 0.0000012 };
  static const gdouble three[] = { 1,         0.1773523, 0.0416605, 0.0101008, 0.0024804, 0.0006132,
                                   0.0001522, 0.0000379, 0.0000095, 0.0000024, 0.0000006 };

  for (guint i = 0; i < G_N_ELEMENTS (tenth); i++)
    {
      ASSERT_NEAR (pnyx_double_spend_nakamoto (0.1, i), tenth[i], 5e-8);
      ASSERT_NEAR (pnyx_double_spend_nakamoto (0.3, 5 * i), three[i], 5e-8);
    }
}

static void
test_confirmations_of_the_whitepaper (void)
{
  static const guint64 z[] = { 5, 8, 11, 15, 24, 41, 89, 340 };

  for (guint i = 0; i < G_N_ELEMENTS (z); i++)
    g_assert_cmpuint (
        pnyx_double_spend_confirmations (PNYX_DOUBLE_SPEND_NAKAMOTO, 0.1 + 0.05 * i, 1e-3), ==,
        z[i]);
  g_assert_cmpuint (pnyx_double_spend_confirmations (PNYX_DOUBLE_SPEND_NAKAMOTO, 0, 1e-3), ==, 1);
  g_assert_cmpuint (pnyx_double_spend_confirmations (PNYX_DOUBLE_SPEND_NAKAMOTO, 0.5, 1e-3), ==,
                    PNYX_DOUBLE_SPEND_DEPTH_MAX + 1);
}

static void
test_the_table_of_rosenfeld (void)
{
  static const gdouble percent[4][6] = { { 20, 5.6, 1.712, 0.546, 0.178, 0.059 },
                                         { 40, 20.8, 11.584, 6.669, 3.916, 2.331 },
                                         { 60, 43.2, 32.616, 25.207, 19.762, 15.645 },
                                         { 80, 70.4, 63.488, 57.958, 53.314, 49.3 } };

  for (guint i = 0; i < 4; i++)
    for (guint n = 1; n <= 6; n++)
      ASSERT_NEAR (100 * pnyx_double_spend_rosenfeld (0.1 * (i + 1), n), percent[i][n - 1],
                   5.0001e-4);
  ASSERT_NEAR (pnyx_double_spend_rosenfeld (0.1, 6), 0.0005914, 5e-8);
  ASSERT_NEAR (pnyx_double_spend_rosenfeld (0.3, 10), 0.0651067, 5e-8);
}

static void
test_naive_forms_agree (void)
{
  for (guint i = 1; i < 10; i++)
    for (guint z = 1; z <= 40; z++)
      {
        gdouble q = 0.05 * i;

        ASSERT_NEAR (pnyx_double_spend_nakamoto (q, z), naive_nakamoto (q, z), 1e-13);
        ASSERT_NEAR (pnyx_double_spend_rosenfeld (q, z), naive_rosenfeld (q, z), 1e-13);
        ASSERT_NEAR (pnyx_double_spend_rosenfeld (q, z) / gsl_cdf_beta_P (4 * q * (1 - q), z, 0.5),
                     1, 1e-9); /* Grunspan and Perez-Marco */
      }
}

static void
test_rosenfeld_is_the_race_with_one_block_mined_before (void)
{
  for (guint n = 1; n <= 3; n++)
    {
      ASSERT_NEAR (race (0.2, n, 0, 1), pnyx_double_spend_rosenfeld (0.2, n), 1e-12);
      /* Without that block, or where a tie is enough, it is another number. */
      g_assert_cmpfloat (fabs (race (0.2, n, 0, 0) - pnyx_double_spend_rosenfeld (0.2, n)), >,
                         0.01);
      g_assert_cmpfloat (fabs (race (0.2, n, 0, 2) - pnyx_double_spend_rosenfeld (0.2, n)), >,
                         0.01);
    }
}

/* Where the subtracting forms have lost all digits. */
static void
test_small_probabilities_keep_their_digits (void)
{
  gdouble value = pnyx_double_spend_nakamoto (0.1, 60);

  g_assert_cmpfloat (value, >, 0);
  g_assert_cmpfloat (value, <, 1e-30);
  /* The tail decays by a steady factor. */
  ASSERT_NEAR (pnyx_double_spend_nakamoto (0.1, 62) * value
                   / pow (pnyx_double_spend_nakamoto (0.1, 61), 2),
               1, 1e-3);
}

static void
test_boundaries (void)
{
  g_assert_cmpfloat (pnyx_double_spend_nakamoto (0, 1), ==, 0);
  g_assert_cmpfloat (pnyx_double_spend_rosenfeld (0, 1), ==, 0);
  g_assert_cmpfloat (pnyx_double_spend_nakamoto (0.5, 100), ==, 1);
  g_assert_cmpfloat (pnyx_double_spend_rosenfeld (1, 100), ==, 1);
  g_assert_cmpfloat (pnyx_double_spend_rosenfeld (0.1, 0), ==, 1);
}

static void
test_calc_double_spend (void)
{
  const PnyxCalc *calc = &pnyx_calc_double_spend;

  ASSERT_NEAR (run_calc_value (calc, "q=0.1 z=6", "probability"), 0.0002428, 5e-8);
  ASSERT_NEAR (run_calc_value (calc, "q=0.1 z=6 model=rosenfeld", "probability"), 0.0005914, 5e-8);
  g_assert_cmpfloat (run_calc_value (calc, "q=0.1 risk=0.001", "confirmations"), ==, 5);
  g_assert_cmpfloat (run_calc_value (calc, "q=0.1 risk=0.001 model=rosenfeld", "confirmations"), ==,
                     6);
  run_calc_fails (calc, "q=0.1", "risk");
  run_calc_fails (calc, "z=1", "q");
  run_calc_fails (calc, "q=1.1 z=1", "q");
  run_calc_fails (calc, "q=0.1 z=100001", "z");
  run_calc_fails (calc, "q=0.1 z=1 model=satoshi", "model");
  run_calc_fails (calc, "q=0.5 risk=0.1", "smaller q");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/double-spend-theory/the-table-of-the-whitepaper",
                   test_the_table_of_the_whitepaper);
  g_test_add_func ("/protocol/double-spend-theory/confirmations-of-the-whitepaper",
                   test_confirmations_of_the_whitepaper);
  g_test_add_func ("/protocol/double-spend-theory/the-table-of-rosenfeld",
                   test_the_table_of_rosenfeld);
  g_test_add_func ("/protocol/double-spend-theory/naive-forms-agree", test_naive_forms_agree);
  g_test_add_func ("/protocol/double-spend-theory/rosenfeld-is-the-race-with-one-block-before",
                   test_rosenfeld_is_the_race_with_one_block_mined_before);
  g_test_add_func ("/protocol/double-spend-theory/small-probabilities-keep-their-digits",
                   test_small_probabilities_keep_their_digits);
  g_test_add_func ("/protocol/double-spend-theory/boundaries", test_boundaries);
  g_test_add_func ("/protocol/double-spend-theory/calc-double-spend", test_calc_double_spend);
  return g_test_run ();
}
