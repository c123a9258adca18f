/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/longest_chain_theory.h"

#include <math.h>

#include "support/run_calc.h"

#define ASSERT_NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))

/* The recurrence over every string of k slots and every beginning, with nothing left out.
 * @keeps_ties: FALSE: a deliberately wrong recurrence, in which a tie is lost. */
static gdouble
naive_settlement (gdouble alpha, guint k, gint reach, gint margin, gboolean keeps_ties)
{
  gint honest = margin == 0 && reach > 0 && keeps_ties ? 0 : margin - 1;

  if (k == 0)
    return margin >= 0 ? 1 : 0;
  return alpha * naive_settlement (alpha, k - 1, reach + 1, margin + 1, keeps_ties)
         + (1 - alpha) * naive_settlement (alpha, k - 1, MAX (reach - 1, 0), honest, keeps_ties);
}

static gdouble
naive_error (gdouble alpha, guint k, gboolean keeps_ties)
{
  gdouble ratio = alpha / (1 - alpha), sum = 0;

  for (gint reach = 0; reach < 60; reach++)
    sum += (1 - ratio) * pow (ratio, reach)
           * (reach > (gint)k ? 1 : naive_settlement (alpha, k, reach, reach, keeps_ties));
  return sum + pow (ratio, 60);
}

static void
test_the_naive_recurrence_agrees (void)
{
  for (guint i = 0; i < 5; i++)
    for (guint k = 0; k <= 9; k++)
      ASSERT_NEAR (pnyx_settlement_error (0.1 * i, k), naive_error (0.1 * i, k, TRUE), 1e-13);
}

static void
test_a_wrong_recurrence_is_told (void)
{
  g_assert_cmpfloat (fabs (pnyx_settlement_error (0.3, 9) - naive_error (0.3, 9, FALSE)), >, 1e-3);
}

static void
test_settlement_values (void)
{
  static const guint k[] = { 5, 10, 20, 50, 100, 200 };
  static const gdouble expected[4][6]
      = { { 5.0240e-2, 6.1244e-3, 1.2359e-4, 1.1641e-9, 5.1011e-18, 9.8182e-35 },
          { 1.9648e-1, 7.4898e-2, 1.3026e-2, 8.6844e-5, 2.2778e-8, 1.6073e-15 },
          { 4.2192e-1, 2.7636e-1, 1.3320e-1, 1.8570e-2, 8.0033e-4, 1.6013e-6 },
          { 7.0016e-1, 6.0960e-1, 4.9030e-1, 2.9182e-1, 1.3745e-1, 3.3612e-2 } };

  for (guint i = 0; i < 4; i++)
    {
      gdouble alpha = 0.1 * (i + 1);

      for (guint j = 0; j < G_N_ELEMENTS (k); j++)
        ASSERT_NEAR (pnyx_settlement_error (alpha, k[j]) / expected[i][j], 1, 5.1e-5);
      ASSERT_NEAR (pnyx_settlement_error (alpha, 1), 2 * alpha, 1e-14);
      ASSERT_NEAR (pnyx_settlement_error (alpha, 2), 2 * alpha, 1e-14);
    }
  g_assert_cmpfloat (pnyx_settlement_error (0.2, 0), ==, 1);
  g_assert_cmpfloat (pnyx_settlement_error (0, 1), ==, 0);
}

static void
test_leader_function (void)
{
  static const gdouble sigma[] = { 0.01, 0.1, 0.25, 0.5, 0.75, 1 };
  static const gdouble phi[]
      = { 5.128014e-4, 5.1161969e-3, 0.0127414551, 0.0253205655, 0.0377393998, 0.05 };

  for (guint i = 0; i < G_N_ELEMENTS (sigma); i++)
    ASSERT_NEAR (pnyx_leader_probability (0.05, sigma[i]) / phi[i], 1, 1e-7);
  g_assert_cmpfloat (pnyx_leader_probability (1, 0), ==, 0);
  g_assert_cmpfloat (pnyx_leader_probability (1, 0.1), ==, 1);
  for (gdouble a = 0; a <= 0.5; a += 0.05) /* splitting stake changes nothing */
    ASSERT_NEAR (
        1 - pnyx_leader_probability (0.05, a + 0.3),
        (1 - pnyx_leader_probability (0.05, a)) * (1 - pnyx_leader_probability (0.05, 0.3)), 1e-15);
}

static void
test_leaders_of_a_slot (void)
{
  PnyxSlotLeaders tiny = pnyx_slot_leaders (0.05, 0);
  PnyxSlotLeaders ten = pnyx_slot_leaders (0.05, 10);
  PnyxSlotLeaders babe = pnyx_slot_leaders (0.25, 0);
  PnyxSlotLeaders one = pnyx_slot_leaders (0.05, 1);

  ASSERT_NEAR (tiny.one, 0.0487286, 5e-8);
  ASSERT_NEAR (tiny.many, 0.00127137, 5e-9);
  ASSERT_NEAR (tiny.one / (tiny.one + tiny.many), 0.974573, 5e-7);
  ASSERT_NEAR (ten.one, 0.04885382, 5e-9);
  ASSERT_NEAR (ten.many, 0.00114618, 5e-9);
  ASSERT_NEAR (babe.one, 0.215762, 5e-7);
  ASSERT_NEAR (babe.many, 0.034238, 5e-7);
  ASSERT_NEAR (one.one, 0.05, 1e-15);
  g_assert_cmpfloat (one.many, ==, 0);
  g_assert_cmpfloat (pnyx_slot_leaders (1, 3).many, ==, 1);
  g_assert_cmpfloat (pnyx_slot_leaders (1, 1).one, ==, 1);
  for (guint64 pools = 0; pools < 5; pools++)
    {
      PnyxSlotLeaders all = pnyx_slot_leaders (0.3, pools);

      ASSERT_NEAR (all.empty + all.one + all.many, 1, 1e-14);
    }
  /* Many pools are nearly infinitely many. */
  ASSERT_NEAR (pnyx_slot_leaders (0.05, 1000000).many, tiny.many, 1e-8);
}

static void
test_calcs (void)
{
  ASSERT_NEAR (run_calc_value (&pnyx_calc_leader, "f=0.05 sigma=0.1 pools=10", "phi"), 5.1161969e-3,
               5e-11);
  ASSERT_NEAR (run_calc_value (&pnyx_calc_leader, "f=0.25", "p_empty"), 0.75, 1e-15);
  run_calc_fails (&pnyx_calc_leader, "f=0", "f");
  run_calc_fails (&pnyx_calc_leader, "f=0.1 sigma=2", "sigma");
  ASSERT_NEAR (run_calc_value (&pnyx_calc_settlement, "alpha=0.3 k=100", "probability"), 8.0033e-4,
               5e-9);
  g_assert_cmpfloat (run_calc_value (&pnyx_calc_settlement, "alpha=0.5 k=100", "probability"), ==,
                     1);
  run_calc_fails (&pnyx_calc_settlement, "alpha=0.3 k=1001", "k");
  run_calc_fails (&pnyx_calc_settlement, "k=10", "alpha");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/longest-chain-theory/the-naive-recurrence-agrees",
                   test_the_naive_recurrence_agrees);
  g_test_add_func ("/protocol/longest-chain-theory/a-wrong-recurrence-is-told",
                   test_a_wrong_recurrence_is_told);
  g_test_add_func ("/protocol/longest-chain-theory/settlement-values", test_settlement_values);
  g_test_add_func ("/protocol/longest-chain-theory/leader-function", test_leader_function);
  g_test_add_func ("/protocol/longest-chain-theory/leaders-of-a-slot", test_leaders_of_a_slot);
  g_test_add_func ("/protocol/longest-chain-theory/calcs", test_calcs);
  return g_test_run ();
}
