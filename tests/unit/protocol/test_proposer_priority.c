/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vectors of cometbft, types/validator_set_test.go and spec/consensus/proposer-selection.md. */
#include "protocol/proposer_priority.h"

#include <string.h>

#include "base/types.h"
#include "support/run_calc.h"

/* Addresses in ascending order: bar 300, baz 330, foo 1000. */
static void
test_the_sequence_of_foo_bar_and_baz (void)
{
  static const gint64 powers[] = { 300, 330, 1000 };
  static const gchar *const names[] = { "bar", "baz", "foo" };
  static const gchar expected[]
      = "foo baz foo bar foo foo baz foo bar foo foo baz foo foo bar foo baz foo foo bar"
        " foo foo baz foo bar foo foo baz foo bar foo foo baz foo foo bar foo baz foo foo bar"
        " foo baz foo foo bar foo baz foo foo bar foo baz foo foo foo baz bar foo foo foo baz"
        " foo bar foo foo baz foo bar foo foo baz foo bar foo foo baz foo bar foo foo baz foo"
        " foo bar foo baz foo foo bar foo baz foo foo bar foo baz foo foo";
  gint64 priorities[3] = { 0 };
  g_autoptr (GString) sequence = g_string_new (NULL);

  for (guint round = 0; round < 99; round++)
    g_string_append_printf (sequence, "%s%s", round > 0 ? " " : "",
                            names[pnyx_proposer_priority_increment (powers, priorities, 3, 1)]);
  g_assert_cmpstr (sequence->str, ==, expected);
}

static void
assert_priorities (const gint64 *got, const gint64 *expected, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_assert_cmpint (got[i], ==, expected[i]);
}

static void
test_two_validators_and_their_priorities (void)
{
  static const gint64 powers[] = { 1, 3 };
  static const gsize proposers[] = { 1, 0, 1, 1 };
  static const gint64 expected[4][2] = { { 1, -1 }, { -2, 2 }, { -1, 1 }, { 0, 0 } };
  gint64 priorities[2] = { 0 };

  for (guint run = 0; run < 4; run++)
    {
      g_assert_cmpuint (pnyx_proposer_priority_increment (powers, priorities, 2, 1), ==,
                        proposers[run]);
      assert_priorities (priorities, expected[run], 2);
    }
}

static void
test_ten_one_one (void)
{
  static const gint64 powers[] = { 10, 1, 1 };
  static const gsize proposers[] = { 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0 };
  static const gint64 expected[11][3]
      = { { -2, 1, 1 },  { -4, 2, 2 },  { -6, 3, 3 },  { -8, 4, 4 },  { 2, -7, 5 }, { 0, -6, 6 },
          { -2, -5, 7 }, { -4, -4, 8 }, { 6, -3, -3 }, { 4, -2, -2 }, { 2, -1, -1 } };

  for (guint times = 1; times <= 11; times++)
    {
      gint64 priorities[3] = { 0 };

      g_assert_cmpuint (pnyx_proposer_priority_increment (powers, priorities, 3, times), ==,
                        proposers[times - 1]);
      assert_priorities (priorities, expected[times - 1], 3);
    }
}

static void
test_ties_go_to_the_lowest_address (void)
{
  static const gint64 less[] = { 100, 100, 400 }, more[] = { 100, 100, 401 };
  gint64 priorities[3] = { 0 }, others[3] = { 0 };

  g_assert_cmpuint (pnyx_proposer_priority_increment (less, priorities, 3, 1), ==, 2);
  g_assert_cmpuint (pnyx_proposer_priority_increment (less, priorities, 3, 1), ==, 0);
  g_assert_cmpuint (pnyx_proposer_priority_increment (more, others, 3, 1), ==, 2);
  g_assert_cmpuint (pnyx_proposer_priority_increment (more, others, 3, 1), ==, 2);
  g_assert_cmpuint (pnyx_proposer_priority_increment (more, others, 3, 1), ==, 0);
}

static void
test_each_proposes_as_often_as_its_power_says (void)
{
  static const gint64 powers[] = { 4, 5, 3 };
  gint64 priorities[3] = { 0 };
  guint counts[3] = { 0 };

  for (guint round = 0; round < 120; round++)
    {
      gint64 sum = 0, low = G_MAXINT64, high = G_MININT64;

      counts[pnyx_proposer_priority_increment (powers, priorities, 3, 1)]++;
      for (guint i = 0; i < 3; i++)
        {
          sum += priorities[i];
          low = MIN (low, priorities[i]);
          high = MAX (high, priorities[i]);
        }
      g_assert_cmpint (sum, ==, 0);
      g_assert_cmpint (high - low, <=, 2 * 12);
    }
  g_assert_cmpuint (counts[0], ==, 40);
  g_assert_cmpuint (counts[1], ==, 50);
  g_assert_cmpuint (counts[2], ==, 30);
}

/* TestAveragingInIncrementProposerPriority: the average is floored also where it is negative. */
static void
test_centring_rounds_down (void)
{
  static const gint64 powers[] = { 1, 3, 8 };
  static const gboolean joined[] = { FALSE, FALSE, TRUE };
  static const gint64 centred[] = { 7, 3, -8 }, after[] = { -4, 6, 0 };
  gint64 priorities[] = { 2, -2, 0 };

  /* The document's example: 2, -2 and -13 average -4.33: the code takes -5, the document -4. */
  pnyx_proposer_priority_update (powers, priorities, joined, 3, 0);
  assert_priorities (priorities, centred, 3);
  g_assert_cmpuint (pnyx_proposer_priority_increment (powers, priorities, 3, 1), ==, 0);
  assert_priorities (priorities, after, 3);
}

static void
test_joining_counts_the_power_that_leaves (void)
{
  static const gint64 powers[] = { 8, 8 };
  static const gboolean joined[] = { FALSE, TRUE };
  static const gint64 expected[] = { 18, -18 };
  gint64 priorities[] = { 0, 0 };

  pnyx_proposer_priority_update (powers, priorities, joined, 2, 16); /* -(32 + 4), then centred */
  assert_priorities (priorities, (const gint64[]){ 9, -9 }, 2);      /* spread 36 > 32: halved */
  g_assert_cmpint (expected[0], ==, 2 * priorities[0]);
}

static void
test_rescaling_divides_towards_zero (void)
{
  static const gint64 powers[] = { 1, 1, 1 };
  gint64 priorities[] = { -10, 7, 3 }; /* spread 17 over 6: divided by 3: -3, 2, 1 */
  static const gint64 expected[] = { -2, 0, 2 };

  g_assert_cmpuint (pnyx_proposer_priority_increment (powers, priorities, 3, 1), ==, 1);
  assert_priorities (priorities, expected, 3);
}

/* A validator that joins with priority 0 could leave and join to propose more often: the penalty
 * is what forbids it. */
static void
test_rejoining_gains_nothing (void)
{
  static const gint64 powers[] = { 10, 10 };
  static const gboolean joined[] = { FALSE, TRUE };
  gint64 priorities[2] = { 0 };
  guint mine = 0, free_mine = 0;

  for (guint round = 0; round < 40; round++)
    {
      pnyx_proposer_priority_update (powers, priorities, joined, 2, 10);
      mine += pnyx_proposer_priority_increment (powers, priorities, 2, 1) == 1 ? 1 : 0;
    }
  g_assert_cmpuint (mine, ==, 0);
  priorities[0] = priorities[1] = 0;
  for (guint round = 0; round < 40; round++)
    {
      priorities[1] = 0;
      free_mine += pnyx_proposer_priority_increment (powers, priorities, 2, 1) == 1 ? 1 : 0;
    }
  g_assert_cmpuint (free_mine, >=, 20);
}

/* Independent twin in wide floating point where all values stay small and whole. */
static gsize
naive_increment (const gint64 *powers, gdouble *priorities, gsize n, gdouble total)
{
  gdouble low = G_MAXDOUBLE, high = -G_MAXDOUBLE, sum = 0;
  gsize best = 0;

  for (gsize i = 0; i < n; i++)
    {
      low = priorities[i] < low ? priorities[i] : low;
      high = priorities[i] > high ? priorities[i] : high;
    }
  for (gsize i = 0; i < n; i++)
    {
      gint64 divisor = (gint64)((high - low) / (2 * total));

      if ((gdouble)divisor * 2 * total < high - low)
        divisor++;
      if (high - low > 2 * total)
        priorities[i] = (gdouble)((gint64)priorities[i] / divisor);
      sum += priorities[i];
    }
  for (gsize i = 0; i < n; i++)
    {
      gint64 average = (gint64)(sum / (gdouble)n);

      if ((gdouble)average * (gdouble)n > sum)
        average--;
      priorities[i] += (gdouble)powers[i] - (gdouble)average;
    }
  for (gsize i = 1; i < n; i++)
    best = priorities[i] > priorities[best] ? i : best;
  priorities[best] -= total;
  return best;
}

static void
test_the_naive_twin_agrees (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint set = 0; set < 200; set++)
    {
      gsize n = (gsize)g_rand_int_range (rand, 1, 9);
      gint64 powers[8], priorities[8];
      gdouble naive[8], total = 0;

      for (gsize i = 0; i < n; i++)
        {
          powers[i] = g_rand_int_range (rand, 1, 50);
          priorities[i] = g_rand_int_range (rand, -1000, 1000);
          naive[i] = (gdouble)priorities[i];
          total += (gdouble)powers[i];
        }
      for (guint round = 0; round < 50; round++)
        {
          g_assert_cmpuint (pnyx_proposer_priority_increment (powers, priorities, n, 1), ==,
                            naive_increment (powers, naive, n, total));
          for (gsize i = 0; i < n; i++)
            g_assert_cmpfloat ((gdouble)priorities[i], ==, naive[i]);
        }
    }
}

static void
test_the_largest_powers_do_not_overflow (void)
{
  static const gint64 powers[]
      = { PNYX_PROPOSER_POWER_MAX / 2, PNYX_PROPOSER_POWER_MAX - PNYX_PROPOSER_POWER_MAX / 2 };
  gint64 priorities[] = { G_MAXINT64, G_MININT64 };
  guint counts[2] = { 0 };

  for (guint round = 0; round < 100; round++)
    counts[pnyx_proposer_priority_increment (powers, priorities, 2, 1)]++;
  g_assert_cmpuint (counts[0], >=, 49);
  g_assert_cmpuint (counts[0], <=, 53);
}

static void
test_calc_proposer_priority (void)
{
  const PnyxCalc *calc = &pnyx_calc_proposer_priority;
  g_autoptr (PnyxTable) table = run_calc (calc, "powers=10,1,1 rounds=5", NULL);

  g_assert_cmpuint (pnyx_table_n_rows (table), ==, 5 + 3);
  g_assert_cmpstr (pnyx_table_cell (table, 4, 0), ==, "4");
  g_assert_cmpstr (pnyx_table_cell (table, 4, 1), ==, "1");
  g_assert_cmpstr (pnyx_table_cell (table, 5, 0), ==, "priority_0");
  g_assert_cmpstr (pnyx_table_cell (table, 6, 1), ==, "-7");
  run_calc_fails (calc, "powers=1.5 rounds=1", "whole");
  run_calc_fails (calc, "powers=0 rounds=1", "powers");
  run_calc_fails (calc, "powers=1 rounds=0", "rounds");
  run_calc_fails (calc, "rounds=1", "powers");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/proposer-priority/the-sequence-of-foo-bar-and-baz",
                   test_the_sequence_of_foo_bar_and_baz);
  g_test_add_func ("/protocol/proposer-priority/two-validators-and-their-priorities",
                   test_two_validators_and_their_priorities);
  g_test_add_func ("/protocol/proposer-priority/ten-one-one", test_ten_one_one);
  g_test_add_func ("/protocol/proposer-priority/ties-go-to-the-lowest-address",
                   test_ties_go_to_the_lowest_address);
  g_test_add_func ("/protocol/proposer-priority/each-proposes-as-often-as-its-power-says",
                   test_each_proposes_as_often_as_its_power_says);
  g_test_add_func ("/protocol/proposer-priority/centring-rounds-down", test_centring_rounds_down);
  g_test_add_func ("/protocol/proposer-priority/joining-counts-the-power-that-leaves",
                   test_joining_counts_the_power_that_leaves);
  g_test_add_func ("/protocol/proposer-priority/rescaling-divides-towards-zero",
                   test_rescaling_divides_towards_zero);
  g_test_add_func ("/protocol/proposer-priority/rejoining-gains-nothing",
                   test_rejoining_gains_nothing);
  g_test_add_func ("/protocol/proposer-priority/the-naive-twin-agrees", test_the_naive_twin_agrees);
  g_test_add_func ("/protocol/proposer-priority/the-largest-powers-do-not-overflow",
                   test_the_largest_powers_do_not_overflow);
  g_test_add_func ("/protocol/proposer-priority/calc-proposer-priority",
                   test_calc_proposer_priority);
  return g_test_run ();
}
