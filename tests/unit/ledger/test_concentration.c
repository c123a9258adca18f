/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/concentration.h"

#include "support/run_calc.h"

#define ASSERT_NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))

static void
test_calc_concentration (void)
{
  const PnyxCalc *calc = &pnyx_calc_concentration;
  const gchar *nine = "weights=33,20,15,10,8,6,4,3,1";

  ASSERT_NEAR (run_calc_value (calc, "weights=1,2,3,4", "gini"), 0.25, 1e-15);
  ASSERT_NEAR (run_calc_value (calc, "weights=0,0,0,1", "gini"), 0.75, 1e-15);
  ASSERT_NEAR (run_calc_value (calc, nine, "gini"), 0.455556, 5e-7);
  ASSERT_NEAR (run_calc_value (calc, nine, "hhi"), 0.194, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, nine, "entropy"), 2.673947488, 5e-10);
  g_assert_cmpfloat (run_calc_value (calc, nine, "nakamoto_33"), ==, 2);
  g_assert_cmpfloat (run_calc_value (calc, nine, "nakamoto_50"), ==, 2);
  g_assert_cmpfloat (run_calc_value (calc, "weights=50,49,1", "nakamoto_50"), ==, 2);
  run_calc_fails (calc, "weights=0,0", "positive");
  run_calc_fails (calc, "weights=1,-1", "weights");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ledger/concentration/calc-concentration", test_calc_concentration);
  return g_test_run ();
}
