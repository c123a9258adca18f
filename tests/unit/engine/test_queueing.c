/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/queueing.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "support/run_calc.h"

#define ASSERT_NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))

static void
test_mm1_and_md1 (void)
{
  static const gdouble load[] = { 0.5, 0.8, 0.9, 0.95 };
  static const gdouble sojourn[] = { 2, 5, 10, 20 }, in_system[] = { 1, 4, 9, 19 };
  static const gdouble tail[] = { 0.082085, 0.367879, 0.606531, 0.778801 };
  static const gdouble md1[] = { 0.5, 2, 4.5, 9.5 };

  for (gsize i = 0; i < G_N_ELEMENTS (load); i++)
    {
      PnyxQueueing mm1 = pnyx_queueing_mmc (load[i], 1, 1);

      ASSERT_NEAR (mm1.sojourn, sojourn[i], 1e-12);
      ASSERT_NEAR (load[i] * mm1.sojourn, in_system[i], 1e-12);
      ASSERT_NEAR (mm1.p_wait, load[i], 1e-14);
      ASSERT_NEAR (pnyx_queueing_mg1 (load[i], 1, 1).wait, mm1.wait, 1e-12);
      ASSERT_NEAR (pnyx_queueing_mm1_tail (load[i], 1, 5), tail[i], 5e-7);
      ASSERT_NEAR (pnyx_queueing_mg1 (load[i], 1, 0).wait, md1[i], 1e-12);
    }
}

static void
test_erlang (void)
{
  ASSERT_NEAR (pnyx_queueing_erlang_c (1, 2), 1.0 / 3, 1e-15);
  ASSERT_NEAR (pnyx_queueing_erlang_c (4, 5), 0.554113, 5e-7);
  ASSERT_NEAR (pnyx_queueing_erlang_c (8, 10), 0.409180, 5e-7);
  ASSERT_NEAR (pnyx_queueing_erlang_b (8, 10), 0.121661, 5e-7);
  ASSERT_NEAR (pnyx_queueing_erlang_b (3, 5), 0.110054, 5e-7);
}

static void
test_a_full_queue_waits_for_ever (void)
{
  g_assert_true (isinf (pnyx_queueing_mmc (2, 1, 2).wait));
  g_assert_true (isinf (pnyx_queueing_mg1 (1, 1, 0).sojourn));
  g_assert_cmpfloat (pnyx_queueing_mmc (3, 1, 2).p_wait, ==, 1);
  g_assert_cmpfloat (pnyx_queueing_mm1_tail (1, 1, 5), ==, 1);
}

static void
test_quorums_of_exponential_votes (void)
{
  ASSERT_NEAR (pnyx_order_exponential (4, 3, 1), 1.083333, 5e-7);
  ASSERT_NEAR (pnyx_order_exponential (10, 7, 1), 1.095635, 5e-7);
  ASSERT_NEAR (pnyx_order_exponential (100, 67, 1), 1.098579, 5e-7);
  ASSERT_NEAR (pnyx_order_exponential (100, 80, 1), 1.589638, 5e-7);
  ASSERT_NEAR (pnyx_order_exponential (100, 60, 1), 0.908834, 5e-7);
}

/* Closed forms for small n, symmetry, the sum of all, and the asymptotic middle of many. */
static void
test_normal_order_statistics (void)
{
  gdouble sum = 0;

  ASSERT_NEAR (pnyx_order_normal (1, 1, 3, 2), 3, 1e-9);
  ASSERT_NEAR (pnyx_order_normal (2, 2, 0, 1), 1 / sqrt (M_PI), 1e-9);
  ASSERT_NEAR (pnyx_order_normal (3, 3, 0, 1), 1.5 / sqrt (M_PI), 1e-9);
  ASSERT_NEAR (pnyx_order_normal (3, 2, 0, 1), 0, 1e-9);
  ASSERT_NEAR (pnyx_order_normal (5, 5, 0, 1), 1.16296447364, 1e-9);
  ASSERT_NEAR (pnyx_order_normal (10, 10, 1, 2), 1 + 2 * 1.53875273084, 1e-8);
  for (guint q = 1; q <= 21; q++)
    {
      ASSERT_NEAR (pnyx_order_normal (21, q, 0, 1), -pnyx_order_normal (21, 22 - q, 0, 1), 1e-9);
      sum += pnyx_order_normal (21, q, 5, 1);
    }
  ASSERT_NEAR (sum, 21 * 5, 1e-8);
  ASSERT_NEAR (pnyx_order_normal (1000000, 670000, 0, 1), gsl_cdf_ugaussian_Pinv (0.67), 2e-6);
}

static void
test_calc_queue (void)
{
  const PnyxCalc *calc = &pnyx_calc_queue;

  ASSERT_NEAR (run_calc_value (calc, "model=mm1 lambda=0.8", "sojourn"), 5, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "model=mm1 lambda=0.8", "utilisation"), 0.8, 1e-15);
  ASSERT_NEAR (run_calc_value (calc, "model=md1 lambda=0.9", "wait"), 4.5, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "model=mg1 lambda=0.5 scv=3", "wait"), 2, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "model=mmc lambda=4 servers=5", "p_wait"), 0.554113, 5e-7);
  g_assert_true (isinf (run_calc_value (calc, "model=mm1 lambda=2", "wait")));
  run_calc_fails (calc, "model=mm1 lambda=1 servers=2", "one server");
  run_calc_fails (calc, "model=mm2 lambda=1", "mm2");
  run_calc_fails (calc, "model=mm1", "lambda");
  run_calc_fails (calc, "model=mm1 lambda=0.5 mu=0", "mu");
}

static void
test_calc_order_statistic (void)
{
  const PnyxCalc *calc = &pnyx_calc_order_statistic;

  ASSERT_NEAR (run_calc_value (calc, "n=10 q=7", "mean"), 1.095635, 5e-7);
  ASSERT_NEAR (run_calc_value (calc, "n=10 q=7 mean=3", "mean"), 3 * 1.0956349206, 1e-9);
  ASSERT_NEAR (run_calc_value (calc, "n=3 q=2 distribution=uniform", "mean"), 1, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "n=3 q=3 distribution=uniform", "mean"), 1.5, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "n=2 q=2 distribution=normal mean=0 sd=1", "mean"),
               0.5641895835, 1e-9);
  run_calc_fails (calc, "n=3 q=4", "q is above n");
  run_calc_fails (calc, "n=3 q=2 sd=4", "exponential");
}

int
main (int argc, char **argv)
{
  gsl_set_error_handler_off ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/queueing/mm1-and-md1", test_mm1_and_md1);
  g_test_add_func ("/engine/queueing/erlang", test_erlang);
  g_test_add_func ("/engine/queueing/a-full-queue-waits-for-ever",
                   test_a_full_queue_waits_for_ever);
  g_test_add_func ("/engine/queueing/quorums-of-exponential-votes",
                   test_quorums_of_exponential_votes);
  g_test_add_func ("/engine/queueing/normal-order-statistics", test_normal_order_statistics);
  g_test_add_func ("/engine/queueing/calc-queue", test_calc_queue);
  g_test_add_func ("/engine/queueing/calc-order-statistic", test_calc_order_statistic);
  return g_test_run ();
}
