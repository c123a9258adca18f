/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/kleros_rule.h"

#define A 1
#define B 2
#define ABSENT PNYX_KLEROS_ABSENT
#define UNIT 1000000

static void
test_majority_takes_from_the_others (void)
{
  const gint votes[] = { A, A, A, B, ABSENT };
  PnyxKlerosRuling ruling = pnyx_kleros_rule (votes, 5, 3);
  /* Stake of 500 a vote, fees of 0.1 a vote. */
  PnyxKlerosPayout payout
      = pnyx_kleros_payout (votes, 5, &ruling, 500 * UNIT, UNIT / 2, PNYX_KLEROS_TIE_STRANDS);

  g_assert_cmpint (pnyx_kleros_answer (&ruling), ==, A);
  g_assert_cmpuint (payout.token_reward, ==, 333333333);
  g_assert_cmpuint (payout.fee_reward, ==, 166666);
  g_assert_cmpuint (payout.penalty, ==, 500 * UNIT);
  g_assert_cmpuint (payout.n_rewarded, ==, 3);
  g_assert_cmpuint (payout.n_punished, ==, 2);
  g_assert_cmpuint (payout.token_stranded, ==, 1);
  g_assert_cmpuint (payout.fee_stranded, ==, 2);
  g_assert_true (pnyx_kleros_is_coherent (A, &ruling));
  g_assert_false (pnyx_kleros_is_coherent (B, &ruling));
  g_assert_false (pnyx_kleros_is_coherent (ABSENT, &ruling));
}

static void
test_absent_lose_in_a_tie_too (void)
{
  const gint votes[] = { A, B, ABSENT };
  PnyxKlerosRuling ruling = pnyx_kleros_rule (votes, 3, 3);
  PnyxKlerosPayout payout
      = pnyx_kleros_payout (votes, 3, &ruling, 500 * UNIT, 3 * UNIT / 10, PNYX_KLEROS_TIE_STRANDS);

  g_assert_true (ruling.tied);
  g_assert_cmpint (pnyx_kleros_answer (&ruling), ==, 0);
  g_assert_cmpuint (payout.token_reward, ==, 0);
  g_assert_cmpuint (payout.fee_reward, ==, UNIT / 10); /* fees over all votes */
  g_assert_cmpuint (payout.n_punished, ==, 1);
  g_assert_cmpuint (payout.token_stranded, ==, 500 * UNIT);
  g_assert_cmpuint (payout.fee_stranded, ==, UNIT / 10);
  payout
      = pnyx_kleros_payout (votes, 3, &ruling, 500 * UNIT, 3 * UNIT / 10, PNYX_KLEROS_TIE_SHARES);
  g_assert_cmpuint (payout.token_reward, ==, 250 * UNIT);
  g_assert_cmpuint (payout.fee_reward, ==, 150000);
}

static void
test_nobody_coherent_pays_the_governor (void)
{
  const gint votes[] = { A, A, ABSENT }, last[] = { B, B, B, B, A, A, A };
  PnyxKlerosRuling ruling = pnyx_kleros_rule (last, 7, 3);
  PnyxKlerosPayout payout
      = pnyx_kleros_payout (votes, 3, &ruling, 500, 30, PNYX_KLEROS_TIE_STRANDS);

  g_assert_cmpint (pnyx_kleros_answer (&ruling), ==, B);
  g_assert_cmpuint (payout.token_governor, ==, 1500);
  g_assert_cmpuint (payout.fee_governor, ==, 30);
  g_assert_cmpuint (payout.n_rewarded, ==, 0);
}

static void
test_nobody_votes (void)
{
  const gint votes[] = { ABSENT, ABSENT, ABSENT };
  PnyxKlerosRuling ruling = pnyx_kleros_rule (votes, 3, 3);
  PnyxKlerosPayout payout
      = pnyx_kleros_payout (votes, 3, &ruling, 500, 30, PNYX_KLEROS_TIE_STRANDS);

  g_assert_true (ruling.tied);
  g_assert_cmpuint (payout.token_stranded, ==, 1500);
  g_assert_cmpuint (payout.fee_stranded, ==, 30);
  payout = pnyx_kleros_payout (votes, 3, &ruling, 500, 30, PNYX_KLEROS_TIE_SHARES);
  g_assert_cmpuint (payout.token_governor, ==, 1500);
  g_assert_cmpuint (payout.fee_governor, ==, 30);
}

/* A first round is judged by the last: who was right in the first may pay for it. */
static void
test_coherence_is_with_the_last_round (void)
{
  const gint first[] = { A, A, B }, last[] = { B, B, B, B, A, A, A };
  PnyxKlerosRuling ruling = pnyx_kleros_rule (last, 7, 3);
  PnyxKlerosPayout payout
      = pnyx_kleros_payout (first, 3, &ruling, 500, 30, PNYX_KLEROS_TIE_STRANDS);

  g_assert_cmpuint (payout.n_rewarded, ==, 1);
  g_assert_cmpuint (payout.token_reward, ==, 1000);
  g_assert_cmpuint (payout.fee_reward, ==, 30);
}

/* The contract counts vote by vote; the order must not matter. */
static void
test_counting_vote_by_vote (void)
{
  for (guint code = 0; code < 4 * 4 * 4 * 4 * 4; code++)
    {
      gint votes[5], counts[3] = { 0, 0, 0 }, winning = 0;
      gboolean tied = TRUE;
      PnyxKlerosRuling ruling;

      for (guint i = 0, rest = code; i < 5; i++, rest /= 4)
        {
          votes[i] = (gint)(rest % 4) - 1;
          if (votes[i] == ABSENT)
            continue;
          counts[votes[i]]++;
          if (votes[i] == winning)
            tied = FALSE;
          else if (counts[votes[i]] == counts[winning])
            tied = TRUE;
          else if (counts[votes[i]] > counts[winning])
            {
              winning = votes[i];
              tied = FALSE;
            }
        }
      ruling = pnyx_kleros_rule (votes, 5, 3);
      g_assert_cmpint (ruling.tied, ==, tied);
      g_assert_cmpint (pnyx_kleros_answer (&ruling), ==, tied ? 0 : winning);
    }
}

static void
test_all_that_is_taken_goes_somewhere (void)
{
  for (guint code = 0; code < 4 * 4 * 4 * 4 * 4; code++)
    for (gint last = 0; last < 4; last++)
      for (guint tie = 0; tie < 2; tie++)
        {
          PnyxKlerosRuling ruling = { .choice = last % 3, .tied = last == 3 };
          PnyxKlerosPayout p;
          gint votes[5];

          for (guint i = 0, rest = code; i < 5; i++, rest /= 4)
            votes[i] = (gint)(rest % 4) - 1;
          p = pnyx_kleros_payout (votes, 5, &ruling, 1001, 503, (PnyxKlerosTie)tie);
          g_assert_cmpuint (p.penalty * p.n_punished, ==,
                            p.token_reward * p.n_rewarded + p.token_governor + p.token_stranded);
          g_assert_cmpuint (p.fee_reward * p.n_rewarded + p.fee_governor + p.fee_stranded, ==, 503);
          g_assert_cmpuint (p.n_rewarded + p.n_punished, ==, 5);
        }
}

static void
test_stakes_and_appeals (void)
{
  g_assert_cmpuint (pnyx_kleros_stake (5000, 1000), ==, 500);
  g_assert_cmpuint (pnyx_kleros_stake (G_MAXUINT64, 10000), ==, G_MAXUINT64);
  g_assert_cmpuint (pnyx_kleros_jurors (3, 0), ==, 3);
  g_assert_cmpuint (pnyx_kleros_jurors (3, 1), ==, 7);
  g_assert_cmpuint (pnyx_kleros_jurors (3, 2), ==, 15);
  g_assert_cmpuint (pnyx_kleros_jurors (3, 100), ==, G_MAXUINT64);
  g_assert_cmpuint (pnyx_kleros_appeal_cost (10, 3), ==, 70);
  g_assert_cmpuint (pnyx_kleros_appeal_cost (G_MAXUINT64, 3), ==, G_MAXUINT64);
}

static void
test_draws_follow_stake (void)
{
  const guint64 stakes[] = { 100, 0, 300, 600 };
  guint drawn[4] = { 0 }, alike[4] = { 0 };
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test", "draw");
  for (guint i = 0; i < 10000; i++)
    {
      drawn[pnyx_kleros_draw (stakes, 4, TRUE, &rng, 0, i)]++;
      alike[pnyx_kleros_draw (stakes, 4, FALSE, &rng, 1, i)]++;
    }
  /* Five standard deviations: 150, 229, 245. */
  g_assert_cmpint (ABS ((gint)drawn[0] - 1000), <, 150);
  g_assert_cmpint (ABS ((gint)drawn[2] - 3000), <, 229);
  g_assert_cmpint (ABS ((gint)drawn[3] - 6000), <, 245);
  g_assert_cmpuint (drawn[1] + alike[1], ==, 0);
  for (guint i = 0; i < 4; i++)
    if (i != 1)
      g_assert_cmpint (ABS ((gint)alike[i] - 3333), <, 236);
  g_assert_cmpuint (pnyx_kleros_draw (stakes + 1, 1, TRUE, &rng, 0, 0), ==, PNYX_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/kleros-rule/majority-takes-from-the-others",
                   test_majority_takes_from_the_others);
  g_test_add_func ("/oracle/kleros-rule/absent-lose-in-a-tie-too", test_absent_lose_in_a_tie_too);
  g_test_add_func ("/oracle/kleros-rule/nobody-coherent-pays-the-governor",
                   test_nobody_coherent_pays_the_governor);
  g_test_add_func ("/oracle/kleros-rule/nobody-votes", test_nobody_votes);
  g_test_add_func ("/oracle/kleros-rule/coherence-is-with-the-last-round",
                   test_coherence_is_with_the_last_round);
  g_test_add_func ("/oracle/kleros-rule/counting-vote-by-vote", test_counting_vote_by_vote);
  g_test_add_func ("/oracle/kleros-rule/all-that-is-taken-goes-somewhere",
                   test_all_that_is_taken_goes_somewhere);
  g_test_add_func ("/oracle/kleros-rule/stakes-and-appeals", test_stakes_and_appeals);
  g_test_add_func ("/oracle/kleros-rule/draws-follow-stake", test_draws_follow_stake);
  return g_test_run ();
}
