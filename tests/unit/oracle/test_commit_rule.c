/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/commit_rule.h"

#include <string.h>

static void
test_binds_voter_round_value_and_salt (void)
{
  PnyxCommitment c = pnyx_commit (3, 7, -100, 42);

  g_assert_true (pnyx_commit_opens (&c, 3, 7, -100, 42));
  g_assert_false (pnyx_commit_opens (&c, 4, 7, -100, 42)); /* a copy of another's hash is no use */
  g_assert_false (pnyx_commit_opens (&c, 3, 8, -100, 42));
  g_assert_false (pnyx_commit_opens (&c, 3, 7, 100, 42));
  g_assert_false (pnyx_commit_opens (&c, 3, 7, -100, 43));
}

static void
test_hash_is_sha256_of_the_bytes (void)
{
  static const guchar bytes[28]
      = { 1,    0,    0,    0,    2,    0,    0, 0, 0, 0, 0, 0, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 4, 0, 0, 0, 0, 0, 0,    0 };
  g_autofree gchar *expected = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, 28);
  PnyxCommitment c = pnyx_commit (1, 2, -1, 4);
  gchar hex[65];

  for (guint i = 0; i < 32; i++)
    g_snprintf (hex + 2 * i, 3, "%02x", c.hash[i]);
  g_assert_cmpstr (hex, ==, expected);
}

static const PnyxCommitRule rule = { .band_ppb = 10000000, .slash_ppb = 100000000 };

static void
test_silent_and_far_pay_the_coherent (void)
{
  const PnyxSecretVote votes[] = {
    { .stake = 100, .committed = TRUE, .revealed = TRUE, .value = 1000 },
    { .stake = 100, .committed = TRUE, .revealed = TRUE, .value = 1010 }, /* 1 %: still within */
    { .stake = 200, .committed = TRUE, .revealed = TRUE, .value = 1000 },
    { .stake = 100, .committed = TRUE, .revealed = TRUE, .value = 989 },
    { .stake = 100, .committed = TRUE },
    { .stake = 900 },
  };
  guint32 order[6];
  gint64 shifts[6];
  PnyxCommitOutcome outcome = pnyx_commit_settle (&rule, votes, 6, order, shifts);

  g_assert_true (outcome.decided);
  g_assert_cmpint (outcome.value, ==, 1000);
  g_assert_cmpuint (outcome.slashed, ==, 20);
  g_assert_cmpuint (outcome.coherent, ==, 400);
  g_assert_cmpint (shifts[0], ==, 5);
  g_assert_cmpint (shifts[1], ==, 5);
  g_assert_cmpint (shifts[2], ==, 10);
  g_assert_cmpint (shifts[3], ==, -10);
  g_assert_cmpint (shifts[4], ==, -10);
  g_assert_cmpint (shifts[5], ==, 0);
  g_assert_cmpuint (outcome.unclaimed, ==, 0);
}

/* With silence free a copier waits and loses nothing: the rule that slashes it is what stops it. */
static void
test_silence_costs_as_much_as_a_lie (void)
{
  PnyxSecretVote votes[] = { { .stake = 100, .committed = TRUE, .revealed = TRUE, .value = 5 },
                             { .stake = 100, .committed = TRUE, .revealed = TRUE, .value = 5 },
                             { .stake = 100, .committed = TRUE, .revealed = TRUE, .value = 9 } };
  guint32 order[3];
  gint64 shifts[3];

  pnyx_commit_settle (&rule, votes, 3, order, shifts);
  g_assert_cmpint (shifts[2], ==, -10);
  votes[2].revealed = FALSE;
  pnyx_commit_settle (&rule, votes, 3, order, shifts);
  g_assert_cmpint (shifts[2], ==, -10);
}

static void
test_nobody_reveals (void)
{
  const PnyxSecretVote votes[] = { { .stake = 100, .committed = TRUE }, { .stake = 55 } };
  guint32 order[2];
  gint64 shifts[2];
  PnyxCommitOutcome outcome = pnyx_commit_settle (&rule, votes, 2, order, shifts);

  g_assert_false (outcome.decided);
  g_assert_cmpint (shifts[0], ==, -10);
  g_assert_cmpint (shifts[1], ==, 0);
  g_assert_cmpuint (outcome.unclaimed, ==, 10);
}

static void
test_value_is_the_lower_median_by_stake (void)
{
  const PnyxSecretVote votes[]
      = { { .stake = 50, .committed = TRUE, .revealed = TRUE, .value = 8 },
          { .stake = 25, .committed = TRUE, .revealed = TRUE, .value = -4 },
          { .stake = 25, .committed = TRUE, .revealed = TRUE, .value = 2 },
          { .stake = 0, .committed = TRUE, .revealed = TRUE, .value = -90 } };
  guint32 order[4];
  gint64 shifts[4];

  g_assert_cmpint (pnyx_commit_settle (&rule, votes, 4, order, shifts).value, ==, 2);
}

/* Classes: 3 has the most stake although 1 has most voters and the median is 1; in a tie the lowest
 * wins, and a class nearby is as wrong as any. */
static void
test_of_classes_most_stake_wins (void)
{
  const PnyxCommitRule classes
      = { .band_ppb = 1000000000, .slash_ppb = 500000000, .plurality = TRUE };
  PnyxSecretVote votes[] = { { .stake = 10, .committed = TRUE, .revealed = TRUE, .value = 1 },
                             { .stake = 40, .committed = TRUE, .revealed = TRUE, .value = 3 },
                             { .stake = 10, .committed = TRUE, .revealed = TRUE, .value = 1 },
                             { .stake = 10, .committed = TRUE, .revealed = TRUE, .value = 1 },
                             { .stake = 30, .committed = TRUE, .revealed = TRUE, .value = 0 } };
  guint32 order[5];
  gint64 shifts[5];
  PnyxCommitOutcome outcome = pnyx_commit_settle (&classes, votes, 5, order, shifts);

  g_assert_cmpint (outcome.value, ==, 3);
  g_assert_cmpuint (outcome.coherent, ==, 40);
  g_assert_cmpint (shifts[0], ==, -5);
  g_assert_cmpint (shifts[1], ==, 30);
  g_assert_true (pnyx_commit_is_coherent (&classes, 3, 3));
  g_assert_false (pnyx_commit_is_coherent (&classes, 2, 3));
  votes[1].stake = 30;
  g_assert_cmpint (pnyx_commit_settle (&classes, votes, 5, order, shifts).value, ==, 0);
  votes[1].revealed = votes[4].revealed = FALSE;
  g_assert_cmpint (pnyx_commit_settle (&classes, votes, 5, order, shifts).value, ==, 1);
}

static void
test_sum_is_kept (void)
{
  for (guint64 seed = 1; seed < 300; seed++)
    {
      PnyxSecretVote votes[9];
      guint32 order[9];
      gint64 shifts[9], sum = 0;
      PnyxCommitOutcome outcome;

      for (guint64 i = 0; i < 9; i++)
        votes[i] = (PnyxSecretVote){ .stake = seed * (i + 3) * 104729 % 1009,
                                     .committed = (seed + i) % 7 != 0,
                                     .revealed = (seed * 3 + i) % 5 != 0,
                                     .value = (gint64)(1000 + (seed * (i + 1)) % 30) };
      outcome = pnyx_commit_settle (&rule, votes, 9, order, shifts);
      for (guint i = 0; i < 9; i++)
        sum += shifts[i];
      g_assert_cmpint (sum + (gint64)outcome.unclaimed, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/commit-rule/binds-voter-round-value-and-salt",
                   test_binds_voter_round_value_and_salt);
  g_test_add_func ("/oracle/commit-rule/hash-is-sha256-of-the-bytes",
                   test_hash_is_sha256_of_the_bytes);
  g_test_add_func ("/oracle/commit-rule/silent-and-far-pay-the-coherent",
                   test_silent_and_far_pay_the_coherent);
  g_test_add_func ("/oracle/commit-rule/silence-costs-as-much-as-a-lie",
                   test_silence_costs_as_much_as_a_lie);
  g_test_add_func ("/oracle/commit-rule/nobody-reveals", test_nobody_reveals);
  g_test_add_func ("/oracle/commit-rule/value-is-the-lower-median-by-stake",
                   test_value_is_the_lower_median_by_stake);
  g_test_add_func ("/oracle/commit-rule/of-classes-most-stake-wins",
                   test_of_classes_most_stake_wins);
  g_test_add_func ("/oracle/commit-rule/sum-is-kept", test_sum_is_kept);
  return g_test_run ();
}
