/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concentration of power and of rewards: pools of 0.5, 0.3 and 0.2. */
#include <math.h>

#include "support/test_world.h"

static PnyxRunResult *
run (const gchar *operators)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='20000 block'/><network nodes='3' %s><topology kind='complete'/>"
      "<delay kind='distribution' value='1 ms'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><nakamoto shares='5, 3, 2'/></chain>",
      operators);
  g_autoptr (PnyxModel) model = test_model (body);

  return pnyx_simulate (model, 0, 0, TRUE, NULL);
}

static void
assert_near (const PnyxRunResult *result, const gchar *metric, gdouble expected, gdouble tolerance)
{
  gdouble value = test_scalar (result->output, metric);

  if (!(fabs (value - expected) <= tolerance))
    g_error ("%s is %.17g, expected %.17g", metric, value, expected);
}

static void
test_concentration_of_three_pools (void)
{
  g_autoptr (PnyxRunResult) result = run ("");

  assert_near (result, "stake.gini", 0.2, 1e-12);
  assert_near (result, "stake.hhi", 0.38, 1e-12);
  assert_near (result, "stake.nakamoto_33", 1, 0);
  assert_near (result, "stake.nakamoto_50", 2, 0); /* more than half: 0.5 is not */
  assert_near (result, "stake.entropy", 1.4854752972273344, 1e-12);
  assert_near (result, "stake.hhi.operators", 0.38, 1e-12); /* one operator each */
}

static void
test_an_operator_of_all_nodes_has_all_the_power (void)
{
  g_autoptr (PnyxRunResult) result = run ("operators='1'");

  assert_near (result, "stake.hhi", 0.38, 1e-12);
  assert_near (result, "stake.hhi.operators", 1, 1e-12);
  assert_near (result, "stake.nakamoto_50.operators", 1, 0);
  assert_near (result, "stake.entropy.operators", 0, 1e-12);
}

static void
test_rewards_are_as_concentrated_as_power (void)
{
  g_autoptr (PnyxRunResult) result = run ("");

  /* Gini of shares is linear in them; their standard errors are at most 0.0036. */
  assert_near (result, "reward.gini", 0.2, 3.3 * 0.0036);
  assert_near (result, "reward.adversary_share", 0, 0);
  assert_near (result, "adversary.refused", 0, 0);
  g_assert_true (isnan (test_scalar (result->output, "reward.advantage")));
}

static void
test_the_lorenz_curve_bends_at_the_pools (void)
{
  g_autoptr (PnyxRunResult) result = run ("");
  const GArray *series = result->output->series;
  gdouble last = 0;
  guint n = 0;

  for (guint i = 0; i < series->len; i++)
    {
      const PnyxPoint *point = &g_array_index (series, PnyxPoint, i);
      gdouble x = point->time;
      gdouble y = x < 1.0 / 3   ? 0.6 * x
                  : x < 2.0 / 3 ? 0.2 + 0.9 * (x - 1.0 / 3)
                                : 0.5 + 1.5 * (x - 2.0 / 3);

      if (!g_str_equal (point->metric, "stake.lorenz"))
        continue;
      g_assert_cmpfloat (fabs (point->value - y), <, 1e-9);
      g_assert_cmpfloat (point->value, >=, last);
      last = point->value;
      n++;
    }
  g_assert_cmpuint (n, ==, 101);
  g_assert_cmpfloat (fabs (last - 1), <, 1e-12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/metric/stake/" path, function)
  ADD ("concentration-of-three-pools", test_concentration_of_three_pools);
  ADD ("an-operator-of-all-nodes-has-all-the-power",
       test_an_operator_of_all_nodes_has_all_the_power);
  ADD ("rewards-are-as-concentrated-as-power", test_rewards_are_as_concentrated_as_power);
  ADD ("the-lorenz-curve-bends-at-the-pools", test_the_lorenz_curve_bends_at_the_pools);
  return g_test_run ();
}
