/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/nakamoto_theory.h"

#include <math.h>

#include "support/run_calc.h"

#define ASSERT_NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))

/* Ten nodes with hash power 1 to 10, mean delay 1 s: the closed form, and the orphan rates that
 * were measured with 10,000 blocks each. */
static void
test_the_clique_of_ten (void)
{
  static const gdouble shares[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
  static const gdouble interval[] = { 600, 300, 120, 60, 30 };
  static const gdouble fork[] = { 0.001453, 0.002905, 0.007246, 0.014440, 0.028672 };
  static const gdouble measured[] = { 0.0013, 0.0028, 0.0074, 0.0141, 0.0273 };

  for (gsize i = 0; i < G_N_ELEMENTS (interval); i++)
    {
      gdouble f = pnyx_nakamoto_fork_rate (shares, 10, 1, interval[i]);
      gdouble orphan = pnyx_nakamoto_orphan_rate (f);

      ASSERT_NEAR (f, fork[i], 5.5e-7);
      ASSERT_NEAR (orphan, measured[i], 3.3 * sqrt (orphan * (1 - orphan) / 1e4));
    }
  ASSERT_NEAR (pnyx_nakamoto_orphan_rate (pnyx_nakamoto_fork_rate (shares, 10, 1, 30)), 0.02787,
               5e-6);
  ASSERT_NEAR (pnyx_nakamoto_orphan_rate (pnyx_nakamoto_fork_rate (shares, 10, 1, 60)), 0.01423,
               5.5e-6);
}

static void
test_decker_and_wattenhofer (void)
{
  ASSERT_NEAR (pnyx_nakamoto_fork_rate_decker_wattenhofer (NULL, 0, 11.37, 633.68), 0.017797, 5e-7);
}

static void
test_a_single_miner_makes_no_forks (void)
{
  const gdouble alone[] = { 5 };

  g_assert_cmpfloat (pnyx_nakamoto_fork_rate (alone, 1, 10, 60), ==, 0);
  g_assert_cmpfloat (pnyx_nakamoto_fork_rate (NULL, 0, 0, 60), ==, 0);
}

static void
test_calc_stale_rate (void)
{
  const PnyxCalc *calc = &pnyx_calc_stale_rate;

  ASSERT_NEAR (run_calc_value (calc, "delay=1 interval=30 shares=1,2,3,4,5,6,7,8,9,10", "rate"),
               0.027873, 1e-6);
  ASSERT_NEAR (run_calc_value (
                   calc, "delay=1 interval=30 statistic=fork shares=1,2,3,4,5,6,7,8,9,10", "rate"),
               0.028672, 5.5e-7);
  ASSERT_NEAR (run_calc_value (calc,
                               "delay=11.37 interval=633.68 statistic=fork "
                               "model=decker-wattenhofer",
                               "rate"),
               0.017797, 5e-7);
  run_calc_fails (calc, "delay=1 interval=30 shares=0,0", "shares");
  run_calc_fails (calc, "delay=1 interval=0.5 model=decker-wattenhofer", "seconds");
  run_calc_fails (calc, "delay=1 interval=0", "interval");
  run_calc_fails (calc, "delay=1", "interval");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/nakamoto-theory/the-clique-of-ten", test_the_clique_of_ten);
  g_test_add_func ("/protocol/nakamoto-theory/decker-and-wattenhofer", test_decker_and_wattenhofer);
  g_test_add_func ("/protocol/nakamoto-theory/a-single-miner-makes-no-forks",
                   test_a_single_miner_makes_no_forks);
  g_test_add_func ("/protocol/nakamoto-theory/calc-stale-rate", test_calc_stale_rate);
  return g_test_run ();
}
