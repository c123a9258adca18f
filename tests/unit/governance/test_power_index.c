/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "governance/power_index.h"

#include "support/run_calc.h"

#define ASSERT_NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))

/* Every coalition by itself. @inclusive: FALSE: a deliberately wrong rule, more than the quota. */
static void
naive_index (const guint64 *weights, gsize n, guint64 quota, gboolean inclusive, gdouble *shapley,
             guint64 *swings)
{
  gdouble factorial[21] = { 1 };

  for (gsize i = 1; i <= n; i++)
    factorial[i] = factorial[i - 1] * (gdouble)i;
  for (gsize i = 0; i < n; i++)
    {
      shapley[i] = 0;
      swings[i] = 0;
      for (guint32 others = 0; others < 1u << n; others++)
        {
          guint64 sum = 0, bar = quota + (inclusive ? 0 : 1);
          guint size = 0;

          if ((others >> i & 1) != 0)
            continue;
          for (gsize j = 0; j < n; j++)
            if ((others >> j & 1) != 0)
              {
                sum += weights[j];
                size++;
              }
          if (sum >= bar || sum + weights[i] < bar)
            continue;
          swings[i]++;
          shapley[i] += factorial[size] * factorial[n - 1 - size] / factorial[n];
        }
    }
}

static gboolean
agrees (const guint64 *weights, gsize n, guint64 quota, gboolean inclusive)
{
  PnyxPowerIndex index[12];
  gdouble shapley[12], total = 0;
  guint64 swings[12];

  g_assert_true (pnyx_power_index (weights, n, quota, index, NULL));
  naive_index (weights, n, quota, inclusive, shapley, swings);
  for (gsize i = 0; i < n; i++)
    total += (gdouble)swings[i];
  for (gsize i = 0; i < n; i++)
    if (ABS (index[i].shapley_shubik - shapley[i]) > 1e-13
        || ABS (index[i].banzhaf - (gdouble)swings[i] / total) > 1e-13
        || ABS (index[i].banzhaf_absolute - (gdouble)swings[i] / (gdouble)(1u << (n - 1))) > 1e-13)
      return FALSE;
  return TRUE;
}

static void
test_every_coalition_counted_one_by_one (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint game = 0; game < 300; game++)
    {
      gsize n = (gsize)g_rand_int_range (rand, 1, 10);
      guint64 weights[12], sum = 0;

      for (gsize i = 0; i < n; i++)
        {
          weights[i] = (guint64)g_rand_int_range (rand, i == 0 ? 1 : 0, 20) * (1 + game % 3);
          sum += weights[i];
        }
      g_assert_true (
          agrees (weights, n, 1 + (guint64)g_rand_int_range (rand, 0, (gint32)sum), TRUE));
    }
}

static void
test_another_rule_is_told (void)
{
  static const guint64 weights[] = { 4, 3, 2, 1 };

  g_assert_true (agrees (weights, 4, 6, TRUE));
  g_assert_false (agrees (weights, 4, 6, FALSE));
}

typedef struct
{
  guint64 quota;
  guint64 weights[10];
  gsize n;
  gdouble shapley[10]; /* numerators over @shapley_of */
  gdouble shapley_of;
  gdouble swings[10]; /* over @swings_of */
  gdouble swings_of;
} Game;

static const Game games[] = {
  { 51, { 50, 49, 1 }, 3, { 4, 1, 1 }, 6, { 3, 1, 1 }, 5 },
  { 51, { 49, 49, 2 }, 3, { 1, 1, 1 }, 3, { 1, 1, 1 }, 3 },
  { 12, { 4, 4, 4, 2, 2, 1 }, 6, { 14, 14, 14, 9, 9, 0 }, 60, { 10, 10, 10, 6, 6, 0 }, 42 },
  { 41,
    { 10, 10, 10, 10, 5, 5, 3, 3, 2 },
    9,
    { 75, 75, 75, 75, 34, 34, 24, 24, 4 }, /* 5/28, 17/210, 2/35, 1/105 */
    420,
    { 53, 53, 53, 53, 29, 29, 21, 21, 5 },
    317 },
  { 6, { 4, 3, 2, 1 }, 4, { 5, 3, 3, 1 }, 12, { 5, 3, 3, 1 }, 12 },
  { 5, { 3, 2, 1, 1 }, 4, { 7, 3, 1, 1 }, 12, { 5, 3, 1, 1 }, 10 },
  { 16, { 9, 9, 7, 3, 1, 1 }, 6, { 1, 1, 1, 0, 0, 0 }, 3, { 1, 1, 1, 0, 0, 0 }, 3 },
};

static void
test_games_of_the_literature (void)
{
  for (guint g = 0; g < G_N_ELEMENTS (games); g++)
    {
      const Game *game = &games[g];
      PnyxPowerIndex index[10];

      g_assert_true (pnyx_power_index (game->weights, game->n, game->quota, index, NULL));
      for (gsize i = 0; i < game->n; i++)
        {
          ASSERT_NEAR (index[i].shapley_shubik, game->shapley[i] / game->shapley_of, 1e-15);
          ASSERT_NEAR (index[i].banzhaf, game->swings[i] / game->swings_of, 1e-15);
        }
    }
}

static void
test_the_security_council (void)
{
  guint64 weights[15];
  PnyxPowerIndex index[15];

  for (guint i = 0; i < 15; i++)
    weights[i] = i < 5 ? 7 : 1;
  g_assert_true (pnyx_power_index (weights, 15, 39, index, NULL));
  ASSERT_NEAR (index[0].shapley_shubik, 421.0 / 2145, 1e-15);
  ASSERT_NEAR (index[14].shapley_shubik, 4.0 / 2145, 1e-16);
  ASSERT_NEAR (index[0].banzhaf, 106.0 / 635, 1e-15);
  ASSERT_NEAR (index[14].banzhaf, 21.0 / 1270, 1e-15);
  ASSERT_NEAR (index[0].banzhaf_absolute, 848.0 / 16384, 1e-15);
}

/* Many players: all alike, and one with half of the weight among many small ones. */
static void
test_up_to_the_limit_of_players (void)
{
  guint64 weights[PNYX_POWER_INDEX_PLAYERS_MAX + 1];
  PnyxPowerIndex index[PNYX_POWER_INDEX_PLAYERS_MAX + 1];
  g_autoptr (GError) error = NULL;
  gsize n = PNYX_POWER_INDEX_PLAYERS_MAX;
  gdouble sum = 0;

  for (gsize i = 0; i <= n; i++)
    weights[i] = 1000000;
  g_assert_true (pnyx_power_index (weights, n, 61000000, index, &error));
  for (gsize i = 0; i < n; i++)
    {
      ASSERT_NEAR (index[i].shapley_shubik, 1 / (gdouble)n, 1e-15);
      ASSERT_NEAR (index[i].banzhaf, 1 / (gdouble)n, 1e-15);
    }
  weights[0] = (n - 1) * 1000000;
  g_assert_true (pnyx_power_index (weights, n, (n - 1) * 1000000, index, &error));
  for (gsize i = 0; i < n; i++)
    sum += index[i].shapley_shubik;
  ASSERT_NEAR (sum, 1, 1e-13);
  g_assert_false (pnyx_power_index (weights, n + 1, 1000, index, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
}

static void
test_a_quota_above_everything_is_refused (void)
{
  static const guint64 weights[] = { 1, 2 }, primes[] = { 999999999989, 999999999961 };
  PnyxPowerIndex index[2];
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) large = NULL;

  g_assert_true (pnyx_power_index (weights, 2, 3, index, NULL));
  g_assert_false (pnyx_power_index (weights, 2, 4, index, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
  g_assert_false (pnyx_power_index (primes, 2, 1000000000000, index, &large));
  g_assert_error (large, PNYX_ERROR, PNYX_ERROR_RANGE);
}

static void
test_calc_power_index (void)
{
  const PnyxCalc *calc = &pnyx_calc_power_index;
  g_autoptr (PnyxTable) table = run_calc (calc, "quota=6 weights=4,3,2,1", NULL);

  g_assert_cmpuint (pnyx_table_n_rows (table), ==, 4);
  g_assert_cmpstr (pnyx_table_column (table, 1), ==, "shapley_shubik");
  g_assert_cmpstr (pnyx_table_cell (table, 1, 2), ==, "0.25");
  run_calc_fails (calc, "quota=6 weights=4,0.5", "whole");
  run_calc_fails (calc, "quota=6 weights=1,2", "quota");
  run_calc_fails (calc, "quota=0 weights=1,2", "quota");
  run_calc_fails (calc, "quota=1 weights=-1", "weights");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/governance/power-index/every-coalition-counted-one-by-one",
                   test_every_coalition_counted_one_by_one);
  g_test_add_func ("/governance/power-index/another-rule-is-told", test_another_rule_is_told);
  g_test_add_func ("/governance/power-index/games-of-the-literature", test_games_of_the_literature);
  g_test_add_func ("/governance/power-index/the-security-council", test_the_security_council);
  g_test_add_func ("/governance/power-index/up-to-the-limit-of-players",
                   test_up_to_the_limit_of_players);
  g_test_add_func ("/governance/power-index/a-quota-above-everything-is-refused",
                   test_a_quota_above_everything_is_refused);
  g_test_add_func ("/governance/power-index/calc-power-index", test_calc_power_index);
  return g_test_run ();
}
