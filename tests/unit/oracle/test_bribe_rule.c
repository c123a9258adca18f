/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/bribe_rule.h"

#include <math.h>

static void
test_bribed_vote_is_better_whatever_the_others_do (void)
{
  const PnyxBribeGame game = { .reward = 1, .deposit = 0, .epsilon = 0.1 };

  /* Others are honest: 1 against 1.1. Others are bribed: 0 against 1. */
  g_assert_cmpfloat (pnyx_bribe_payoff (&game, FALSE, FALSE), ==, 1);
  g_assert_cmpfloat_with_epsilon (pnyx_bribe_payoff (&game, TRUE, FALSE), 1.1, 1e-15);
  g_assert_cmpfloat (pnyx_bribe_payoff (&game, FALSE, TRUE), ==, 0);
  g_assert_cmpfloat (pnyx_bribe_payoff (&game, TRUE, TRUE), ==, 1);
  g_assert_true (pnyx_bribe_is_dominant (&game));
}

static void
test_without_the_bribe_it_is_not (void)
{
  const PnyxBribeGame none = { .reward = 1, .deposit = 0, .epsilon = NAN };
  const PnyxBribeGame less = { .reward = 1, .deposit = 0.5, .epsilon = -0.1 };

  g_assert_false (pnyx_bribe_is_dominant (&none));
  g_assert_cmpfloat (pnyx_bribe_payoff (&none, TRUE, FALSE), ==, 0);
  g_assert_cmpfloat (pnyx_bribe_owed_max (&none, 31), ==, 0);
  g_assert_false (pnyx_bribe_is_dominant (&less)); /* epsilon has to be positive */
}

static void
test_deposits_have_to_be_bribed_as_well (void)
{
  const PnyxBribeGame game = { .reward = 1, .deposit = 2, .epsilon = 0.1 };

  g_assert_cmpfloat_with_epsilon (pnyx_bribe_payoff (&game, TRUE, FALSE), 1.1, 1e-15);
  g_assert_cmpfloat (pnyx_bribe_payoff (&game, FALSE, TRUE), ==, -2);
  g_assert_true (pnyx_bribe_is_dominant (&game));
  g_assert_cmpfloat_with_epsilon (pnyx_bribe_owed_max (&game, 31), 15 * 3.1, 1e-12);
}

static void
test_what_is_owed (void)
{
  const PnyxBribeGame game = { .reward = 1, .deposit = 0, .epsilon = 0.1 };

  g_assert_cmpfloat_with_epsilon (pnyx_bribe_owed_max (&game, 31), 16.5, 1e-12);
  g_assert_cmpfloat (pnyx_bribe_owed (&game, 31, 31), ==, 0); /* it works: nothing */
  g_assert_cmpfloat (pnyx_bribe_owed (&game, 31, 16), ==, 0);
  g_assert_cmpfloat_with_epsilon (pnyx_bribe_owed (&game, 31, 15), 16.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (pnyx_bribe_owed (&game, 4, 2), 2.2, 1e-12);
  g_assert_cmpfloat (pnyx_bribe_owed (&game, 31, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/bribe-rule/bribed-vote-is-better-whatever-the-others-do",
                   test_bribed_vote_is_better_whatever_the_others_do);
  g_test_add_func ("/oracle/bribe-rule/without-the-bribe-it-is-not",
                   test_without_the_bribe_it_is_not);
  g_test_add_func ("/oracle/bribe-rule/deposits-have-to-be-bribed-as-well",
                   test_deposits_have_to_be_bribed_as_well);
  g_test_add_func ("/oracle/bribe-rule/what-is-owed", test_what_is_owed);
  return g_test_run ();
}
