/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/uma_rule.h"

#define TOKEN 1000000ull
#define M (1000000 * TOKEN)

static void
test_stake_moves_to_the_right (void)
{
  PnyxUmaRule rule = pnyx_uma_rule (TOKEN);
  const guint64 votes[] = { 3 * M, 13 * M };
  PnyxUmaOutcome outcome = pnyx_uma_resolve (&rule, votes, 2, 20 * M, 0);

  g_assert_cmpint (outcome.state, ==, PNYX_UMA_RESOLVED);
  g_assert_cmpuint (outcome.mode, ==, 1);
  g_assert_cmpuint (outcome.slashed, ==, 7000 * TOKEN);
  /* 538.4615 and -1000 tokens */
  g_assert_cmpint (pnyx_uma_shift (&rule, &outcome, M, PNYX_UMA_CORRECT), ==, 538461538);
  g_assert_cmpint (pnyx_uma_shift (&rule, &outcome, M, PNYX_UMA_WRONG), ==, -1000000000);
  g_assert_cmpint (pnyx_uma_shift (&rule, &outcome, M, PNYX_UMA_SILENT), ==, -1000000000);
}

static void
test_half_of_all_stake_is_not_enough (void)
{
  PnyxUmaRule rule = pnyx_uma_rule (TOKEN);
  guint64 votes[] = { 10 * M };

  g_assert_cmpint (pnyx_uma_resolve (&rule, votes, 1, 20 * M, 0).state, ==, PNYX_UMA_ROLLED);
  votes[0]++;
  g_assert_cmpint (pnyx_uma_resolve (&rule, votes, 1, 20 * M, 0).state, ==, PNYX_UMA_RESOLVED);
}

static void
test_quorum_is_exclusive (void)
{
  PnyxUmaRule rule = pnyx_uma_rule (TOKEN);
  guint64 votes[] = { 5 * M };

  g_assert_cmpint (pnyx_uma_resolve (&rule, votes, 1, 6 * M, 0).state, ==, PNYX_UMA_ROLLED);
  votes[0]++;
  g_assert_cmpint (pnyx_uma_resolve (&rule, votes, 1, 6 * M, 0).state, ==, PNYX_UMA_RESOLVED);
}

static void
test_deleted_after_four_rolls (void)
{
  PnyxUmaRule rule = pnyx_uma_rule (TOKEN);
  const guint64 votes[] = { 0 };

  g_assert_cmpint (pnyx_uma_resolve (&rule, votes, 1, 20 * M, 3).state, ==, PNYX_UMA_ROLLED);
  g_assert_cmpint (pnyx_uma_resolve (&rule, votes, 1, 20 * M, 4).state, ==, PNYX_UMA_DELETED);
}

static void
test_of_equal_answers_the_first (void)
{
  PnyxUmaRule rule = pnyx_uma_rule (1);
  const guint64 votes[] = { 4000000, 4000000 };

  rule.agreement = PNYX_UMA_ONE / 10;
  g_assert_cmpuint (pnyx_uma_resolve (&rule, votes, 2, 9000000, 0).mode, ==, 0);
}

/* Whatever the stakes, nobody makes money out of rounding. */
static void
test_nothing_is_created (void)
{
  PnyxUmaRule rule = pnyx_uma_rule (1);

  for (guint64 seed = 1; seed < 200; seed++)
    {
      guint64 stakes[12], votes[2] = { 0, 0 }, total = 0;
      PnyxUmaVote cast[12];
      PnyxUmaOutcome outcome;
      gint64 sum = 0;

      for (guint i = 0; i < 12; i++)
        {
          guint64 choice = (seed * 31 + i * 7) % 5;

          stakes[i] = 1 + seed * (i + 1) * 7919 % 1000003;
          cast[i] = i < 6 || choice < 3 ? PNYX_UMA_CORRECT
                    : choice == 3       ? PNYX_UMA_WRONG
                                        : PNYX_UMA_SILENT;
          total += stakes[i];
          if (cast[i] != PNYX_UMA_SILENT)
            votes[cast[i] == PNYX_UMA_CORRECT ? 0 : 1] += stakes[i];
        }
      rule.quorum = 1;
      rule.agreement = 1;
      outcome = pnyx_uma_resolve (&rule, votes, 2, total, 0);
      g_assert_cmpint (outcome.state, ==, PNYX_UMA_RESOLVED);
      if (outcome.mode != 0)
        continue;
      for (guint i = 0; i < 12; i++)
        sum += pnyx_uma_shift (&rule, &outcome, stakes[i], cast[i]);
      g_assert_cmpint (sum, <=, 0);
      g_assert_cmpint (sum, >, -26); /* a unit for each of 12, twice, and one */
    }
}

static void
test_bonds_and_when_to_dispute (void)
{
  PnyxUmaBonds bonds = pnyx_uma_bonds (1000, PNYX_UMA_ONE / 2);

  g_assert_cmpuint (bonds.winner, ==, 1500);
  g_assert_cmpuint (bonds.store, ==, 500);
  bonds = pnyx_uma_bonds (1001, PNYX_UMA_ONE / 2);
  g_assert_cmpuint (bonds.winner + bonds.store, ==, 2002);
  g_assert_cmpfloat_with_epsilon (pnyx_uma_dispute_gain (2.0 / 3, 0.5), 0, 1e-15);
  g_assert_cmpfloat (pnyx_uma_dispute_gain (0.667, 0.5), >, 0);
  g_assert_cmpfloat (pnyx_uma_dispute_gain (0.666, 0.5), <, 0);
  g_assert_cmpfloat (pnyx_uma_dispute_gain (1, 0.5), ==, 0.5);
  g_assert_cmpfloat (pnyx_uma_dispute_gain (0, 0.5), ==, -1);
  g_assert_true (pnyx_uma_can_dispute (99, 100));
  g_assert_false (pnyx_uma_can_dispute (100, 100));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/uma-rule/stake-moves-to-the-right", test_stake_moves_to_the_right);
  g_test_add_func ("/oracle/uma-rule/half-of-all-stake-is-not-enough",
                   test_half_of_all_stake_is_not_enough);
  g_test_add_func ("/oracle/uma-rule/quorum-is-exclusive", test_quorum_is_exclusive);
  g_test_add_func ("/oracle/uma-rule/deleted-after-four-rolls", test_deleted_after_four_rolls);
  g_test_add_func ("/oracle/uma-rule/of-equal-answers-the-first", test_of_equal_answers_the_first);
  g_test_add_func ("/oracle/uma-rule/nothing-is-created", test_nothing_is_created);
  g_test_add_func ("/oracle/uma-rule/bonds-and-when-to-dispute", test_bonds_and_when_to_dispute);
  return g_test_run ();
}
