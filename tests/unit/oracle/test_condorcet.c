/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/condorcet.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/rng.h"
#include "support/run_calc.h"

#define NEAR(a, b) g_assert_cmpfloat_with_epsilon ((a), (b), 5.1e-7)

static void
test_majorities (void)
{
  static const struct
  {
    gdouble p;
    guint n;
    gdouble right;
  } cases[] = {
    { 0.6, 1, 0.6 },          { 0.6, 3, 0.648 },       { 0.6, 5, 0.68256 },
    { 0.6, 7, 0.710208 },     { 0.6, 9, 0.733432 },    { 0.6, 11, 0.753498 },
    { 0.6, 21, 0.825622 },    { 0.6, 51, 0.926471 },   { 0.6, 101, 0.979103 },
    { 0.51, 1001, 0.736631 }, { 0.45, 101, 0.156245 },
  };

  for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
    NEAR (pnyx_condorcet (cases[k].p, cases[k].n), cases[k].right);
  NEAR (pnyx_condorcet (0.6, 2), 0.6); /* a tie is a coin */
  g_assert_cmpfloat (pnyx_condorcet (0, 5), ==, 0);
  g_assert_cmpfloat (pnyx_condorcet (1, 5), ==, 1);
}

static void
test_unequal_voters (void)
{
  const gdouble jury[] = { 0.9, 0.9, 0.6, 0.6, 0.6 };

  NEAR (pnyx_condorcet_unequal (jury, 5), 0.87696);
  NEAR (pnyx_condorcet_weighted (jury, 5), 0.92664); /* as weights of 3, 3, 1, 1, 1 */
  for (guint n = 1; n <= 9; n++)
    {
      const gdouble same[] = { 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7 };

      NEAR (pnyx_condorcet_unequal (same, n), pnyx_condorcet (0.7, n));
      NEAR (pnyx_condorcet_weighted (same, n), pnyx_condorcet (0.7, n));
    }
}

static void
test_weights_never_harm (void)
{
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test", "juries");
  for (guint k = 0; k < 200; k++)
    {
      gdouble p[7];

      for (guint i = 0; i < 7; i++)
        p[i] = 0.05 + 0.9 * pnyx_rng_uniform (&rng, i, k);
      g_assert_cmpfloat (pnyx_condorcet_weighted (p, 7), >=, pnyx_condorcet_unequal (p, 7) - 1e-12);
    }
}

static void
test_shared_errors_have_a_limit (void)
{
  gdouble limit = pnyx_condorcet_correlated (0.6, 0, 0.3);

  g_assert_cmpfloat_with_epsilon (pnyx_condorcet_correlated (0.6, 11, 0.3), 0.6564, 5e-5);
  g_assert_cmpfloat_with_epsilon (limit, 0.6782, 5e-5);
  g_assert_cmpfloat_with_epsilon (pnyx_condorcet_correlated (0.6, 100001, 0.3), limit, 1e-4);
  NEAR (pnyx_condorcet_correlated (0.6, 11, 0), pnyx_condorcet (0.6, 11));
  NEAR (pnyx_condorcet_correlated (0.6, 1, 0.3), 0.6); /* one voter is right as often as ever */
  NEAR (pnyx_condorcet_correlated (0.6, 11, 1), 0.6);
  g_assert_cmpfloat (pnyx_condorcet_correlated (0.6, 0, 0), ==, 1);
  g_assert_cmpfloat (pnyx_condorcet_correlated (0.5, 0, 0), ==, 0.5);
  g_assert_cmpfloat (pnyx_condorcet_correlated (0.4, 0, 0), ==, 0);
  g_assert_cmpfloat (pnyx_condorcet_correlated (0, 3, 0.5), ==, 0);
  g_assert_cmpfloat (pnyx_condorcet_correlated (1, 3, 0.5), ==, 1);
}

static void
test_correlated_voters_by_simulation (void)
{
  PnyxRng rng;
  guint right = 0;
  const guint rounds = 40000;

  pnyx_rng_init (&rng, 4, 0, 0, "test", "errors");
  for (guint k = 0; k < rounds; k++)
    {
      gdouble factor = gsl_cdf_ugaussian_Pinv (pnyx_rng_uniform (&rng, 99, k));
      guint votes = 0;

      for (guint i = 0; i < 5; i++)
        {
          gdouble own = gsl_cdf_ugaussian_Pinv (pnyx_rng_uniform (&rng, i, k));

          if (sqrt (0.5) * factor + sqrt (0.5) * own < gsl_cdf_ugaussian_Pinv (0.7))
            votes++;
        }
      right += votes > 2 ? 1 : 0;
    }
  /* Five standard deviations of a share of 40000. */
  g_assert_cmpfloat_with_epsilon (pnyx_condorcet_correlated (0.7, 5, 0.5), (gdouble)right / rounds,
                                  5 * 0.0022);
}

static void
test_calc_condorcet (void)
{
  const PnyxCalc *calc = &pnyx_calc_condorcet;

  NEAR (run_calc_value (calc, "p=0.6 n=11", "probability"), 0.753498);
  NEAR (run_calc_value (calc, "ps=0.9,0.9,0.6,0.6,0.6", "probability"), 0.87696);
  NEAR (run_calc_value (calc, "ps=0.9,0.9,0.6,0.6,0.6 weights=log-odds", "probability"), 0.92664);
  g_assert_cmpfloat_with_epsilon (run_calc_value (calc, "p=0.6 n=0 rho=0.3", "probability"), 0.6782,
                                  5e-5);
  run_calc_fails (calc, "p=0.6", "nobody votes");
  run_calc_fails (calc, "p=0.6 ps=0.5", "ps and p");
  run_calc_fails (calc, "ps=0.6 rho=0.5", "rho");
  run_calc_fails (calc, "p=0.6 n=3 weights=log-odds", "weights");
  run_calc_fails (calc, "ps=1,0.5 weights=log-odds", "odds");
  run_calc_fails (calc,
                  "ps=.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6,.6 "
                  "weights=log-odds",
                  "24");
  run_calc_fails (calc, "p=1.1 n=3", "p");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/condorcet/majorities", test_majorities);
  g_test_add_func ("/oracle/condorcet/unequal-voters", test_unequal_voters);
  g_test_add_func ("/oracle/condorcet/weights-never-harm", test_weights_never_harm);
  g_test_add_func ("/oracle/condorcet/shared-errors-have-a-limit", test_shared_errors_have_a_limit);
  g_test_add_func ("/oracle/condorcet/correlated-voters-by-simulation",
                   test_correlated_voters_by_simulation);
  g_test_add_func ("/oracle/condorcet/calc-condorcet", test_calc_condorcet);
  return g_test_run ();
}
