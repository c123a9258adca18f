/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/oracle.h"

#include <math.h>
#include <string.h>

#include "oracle/uma_rule.h"
#include "support/oracle_records.h"

#define PRICES "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed>"
#define CLASSES                                                                                    \
  "<feed kind='categorical'><categorical classes='3' interval='10 min' first='0.4'/></feed>"
#define QUICK "liveness='10 min' vote='20 min' reaction='uniform(1 min, 8 min)' bond='1000 $' "

static OracleWorld *
uma_world (const gchar *uma, const gchar *feed, const gchar *reporters, const gchar *beside)
{
  g_autofree gchar *inside = g_strdup_printf (
      "<uma %s/>%s%s%s", uma, feed, reporters,
      g_str_equal (feed, CLASSES) ? "<filter kind='dawid-skene'/>" : "<filter kind='median'/>");

  return oracle_world_new ("kind='uma'", inside, beside, 0);
}

/* @liars collude and come first, so that the first claim is theirs. */
static OracleWorld *
lying_world (const gchar *uma, const gchar *feed, guint liars, guint honest, guint silent)
{
  g_autofree gchar *reporters = g_strdup_printf (
      "<reporters kind='colluding' count='%u'><colluding bias='1'/><error sd='constant(0)'/>"
      "</reporters><reporters count='%u'><error sd='constant(0.001)'/></reporters>"
      "<reporters kind='silent' count='%u'/>",
      liars, honest, silent);

  return uma_world (uma, feed, reporters, "");
}

static gdouble
price (const PnyxAnswer *answer)
{
  return answer == NULL ? (gdouble)NAN : (gdouble)answer->value / (gdouble)PNYX_PRICE_ONE;
}

static PnyxBlockId
oracle_head (OracleWorld *world)
{
  return world->oracle->chain->ops->canonical (world->oracle->chain);
}

static void
test_what_nobody_disputes_stands_when_it_expires (void)
{
  g_autoptr (OracleWorld) world
      = uma_world (QUICK "interval='5 min' monitoring='1'", PRICES,
                   "<reporters count='7'><error sd='constant(0.001)'/></reporters>", "");
  const PnyxAnswer *answer;

  /* The first claim is open: its claimant has its stake and its bond there. */
  test_world_run (world->world, 420);
  g_assert_cmpint (pnyx_oracle_staked (world->oracle, 0, oracle_head (world)), ==,
                   101000 * PNYX_AMOUNT_ONE);
  g_assert_cmpint (pnyx_oracle_staked (world->oracle, 1, oracle_head (world)), ==,
                   100000 * PNYX_AMOUNT_ONE);
  test_world_run (world->world, 3600);
  answer = oracle_records_answer (world, 1);
  g_assert_nonnull (answer);
  g_assert_cmpfloat (fabs (price (answer) - 1000), <, 5);
  g_assert_cmpint (answer->begun, ==, answer->observed);
  g_assert_cmpint (answer->observed, <, answer->inferred);
  /* It expires that long after the block with the claim, not after the claim was made. */
  g_assert_cmpint (answer->agreed - answer->inferred, >, 600 * PNYX_SECOND);
  g_assert_cmpint (answer->updated, >=, answer->agreed);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_DISPUTED, 0, NULL), ==, 0);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_RULED, 0, NULL), >=, 8);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_MOVED, 0, NULL), ==, 0);
  oracle_records_audit (world);
}

/* 20 million staked, 13 right, 3 wrong, 4 silent: a million gains 538.4615 or loses 1000. */
static void
test_stake_moves_as_the_rule_says (void)
{
  g_autoptr (OracleWorld) world = lying_world (
      QUICK "interval='2 h' monitoring='1' stake='constant(1000000 $)'", CLASSES, 3, 13, 4);
  PnyxRecord ruled;

  test_world_run (world->world, 2.3 * 3600);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_DISPUTED, 1, NULL), ==, 1);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_RULED, 1, &ruled), ==, 0);
  test_world_run (world->world, 3.8 * 3600);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_RULED, 1, &ruled), ==, 1);
  g_assert_cmpint (ruled.values[1], ==, pnyx_oracle_truth (world->oracle, ruled.values[2]));
  g_assert_cmpint (ruled.values[3], ==, 1);
  for (guint32 i = 0; i < 20; i++)
    {
      gdouble expected = i >= 3 && i < 16 ? 538.461538 : -1000;

      g_assert_cmpfloat (fabs (oracle_records_moved (world, 1, i, PNYX_MOVED_STAKE) - expected), <,
                         1e-6);
    }
  oracle_records_audit (world);
}

/* The liar loses its bond of 1000; half of it is the disputer's, half burned. */
static void
test_a_lie_that_is_watched_costs_its_bond (void)
{
  static const gchar *const feeds[] = { PRICES, CLASSES };

  for (guint k = 0; k < 2; k++)
    {
      g_autoptr (OracleWorld) world
          = lying_world (QUICK "interval='15 min' monitoring='1' open='1'", feeds[k], 1, 9, 0);
      const PnyxAnswer *answer;
      gdouble won = 0;

      test_world_run (world->world, 3 * 3600);
      g_assert_cmpfloat (oracle_records_moved (world, 1, 0, PNYX_MOVED_BOND), ==, -1000);
      for (guint32 i = 1; i < 10; i++)
        won += isnan (oracle_records_moved (world, 1, i, PNYX_MOVED_BOND))
                   ? 0
                   : oracle_records_moved (world, 1, i, PNYX_MOVED_BOND);
      g_assert_cmpfloat (won, ==, 500);
      /* The answer that stands is of when the claim was made, though the vote took longer. */
      answer = oracle_records_answer (world, 1);
      g_assert_nonnull (answer);
      g_assert_cmpint (answer->observed, ==, 900 * PNYX_SECOND);
      g_assert_cmpint (answer->updated - answer->observed, >, 1200 * PNYX_SECOND);
      if (k == 0)
        g_assert_cmpfloat (fabs (price (answer) - 1000), <, 5);
      else
        g_assert_cmpint (answer->value, ==, pnyx_oracle_truth (world->oracle, answer->observed));
      /* The one open place was taken: the second turn was missed. */
      g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_CLAIMED, 2, NULL), ==, 0);
      g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_CLAIMED, 5, NULL), ==, 1);
      oracle_records_audit (world);
    }
}

/* Of 21 votes 10 that collude lose, 11 say what is true. */
static void
test_a_majority_of_stake_says_what_is_true (void)
{
  for (guint liars = 10; liars <= 11; liars++)
    {
      g_autoptr (OracleWorld) world
          = lying_world (QUICK "interval='90 min' monitoring='1'", CLASSES, liars, 21 - liars, 0);
      const PnyxAnswer *answer;

      test_world_run (world->world, 2.9 * 3600);
      g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_DISPUTED, 1, NULL), ==, 1);
      answer = oracle_records_answer (world, 1);
      g_assert_nonnull (answer);
      if (liars == 10)
        g_assert_cmpint (answer->value, ==, pnyx_oracle_truth (world->oracle, answer->observed));
      else
        g_assert_cmpint (answer->value, !=, pnyx_oracle_truth (world->oracle, answer->observed));
      g_assert_cmpfloat (oracle_records_moved (world, 1, 0, PNYX_MOVED_BOND), ==,
                         liars == 10 ? -1000 : 500);
      oracle_records_audit (world);
    }
}

/* A lie passes where nobody watches, or whoever does looks too late. */
static void
test_a_lie_that_nobody_watches_passes (void)
{
  static const gchar *const blind[] = {
    "liveness='10 min' vote='20 min' interval='30 min' monitoring='0'",
    "liveness='10 min' vote='20 min' interval='30 min' monitoring='1' reaction='constant(11 min)'",
  };

  for (guint i = 0; i < G_N_ELEMENTS (blind); i++)
    {
      g_autoptr (OracleWorld) world = lying_world (blind[i], PRICES, 1, 9, 0);

      test_world_run (world->world, 1.2 * 3600);
      g_assert_cmpfloat (fabs (price (oracle_records_answer (world, 1)) - 1000 * exp (1)), <, 1);
      oracle_records_audit (world);
    }
}

/* A price that no answer can hold stands at the largest one, and is voted on like any other. */
static void
test_prices_beyond_all_answers_are_voted_on (void)
{
  g_autoptr (OracleWorld) world
      = uma_world (QUICK "interval='1 h' monitoring='1'", PRICES,
                   "<reporters kind='colluding' count='1'><colluding bias='1'/></reporters>"
                   "<reporters count='9'><error bias='60' sd='constant(0)'/></reporters>",
                   "");

  test_world_run (world->world, 2 * 3600);
  g_assert_cmpint (oracle_records_answer (world, 1)->value, ==, G_MAXINT64);
  oracle_records_audit (world);
}

/* It pays beyond a chance of 2/3. */
static void
test_who_expects_to_lose_does_not_dispute (void)
{
  g_autoptr (OracleWorld) timid
      = lying_world (QUICK "interval='30 min' monitoring='1' belief='0.66'", CLASSES, 1, 9, 0);
  g_autoptr (OracleWorld) bold
      = lying_world (QUICK "interval='30 min' monitoring='1' belief='0.67'", CLASSES, 1, 9, 0);

  test_world_run (timid->world, 3600);
  test_world_run (bold->world, 3600);
  g_assert_cmpuint (oracle_records_count (timid, PNYX_RECORD_DISPUTED, 1, NULL), ==, 0);
  g_assert_cmpuint (oracle_records_count (bold, PNYX_RECORD_DISPUTED, 1, NULL), ==, 1);
}

/* 10 of 20 million agree: not more than half. The fifth roll is one too many. */
static void
test_a_vote_without_agreement_rolls_and_is_given_up (void)
{
  g_autoptr (OracleWorld) world = lying_world (
      QUICK "interval='5 h' monitoring='1' stake='constant(1000000 $)'", CLASSES, 1, 10, 9);
  PnyxRecord ruled;

  test_world_run (world->world, 6.5 * 3600);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_DISPUTED, 1, NULL), ==, 1);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_RULED, 1, NULL), ==, 0);
  test_world_run (world->world, 7.5 * 3600);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_RULED, 1, &ruled), ==, 1);
  g_assert_cmpint (ruled.values[3], ==, -1);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_MOVED, 0, NULL), ==, 0);
  g_assert_null (oracle_records_answer (world, 1));
  oracle_records_audit (world);
}

/* A quorum of three quarters is not met by fourteen of twenty. */
static void
test_a_vote_without_a_quorum_rolls (void)
{
  g_autoptr (OracleWorld) world
      = lying_world (QUICK "interval='90 min' monitoring='1' quorum='0.75'", CLASSES, 1, 14, 5);

  test_world_run (world->world, 2.9 * 3600);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_DISPUTED, 1, NULL), ==, 1);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_RULED, 1, NULL), ==, 0);
}

static void
test_the_silent_miss_their_turns (void)
{
  g_autoptr (OracleWorld) world
      = uma_world (QUICK "interval='5 min'", PRICES,
                   "<reporters count='1'/><reporters kind='silent' count='1'/>", "");

  test_world_run (world->world, 3600);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_CLAIMED, 1, NULL), ==, 1);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_CLAIMED, 2, NULL), ==, 0);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_CLAIMED, 3, NULL), ==, 1);
}

/* Who was bribed votes for the other side and wins: nothing is owed. Without escrow nobody believes
 * the offer. */
static void
test_a_bribed_majority_turns_the_vote_for_nothing (void)
{
  static const gchar *const escrows[] = { "1000000 $", "0 $" };

  for (guint i = 0; i < 2; i++)
    {
      g_autofree gchar *reporters = g_strdup_printf (
          "<reporters kind='colluding' count='1'><colluding bias='1'/></reporters>"
          "<reporters count='6'><error sd='constant(0.001)'/></reporters>"
          "<reporters kind='bribed' count='14'><bribed bias='1' escrow='%s'/>"
          "<error sd='constant(0.001)'/></reporters>",
          escrows[i]);
      g_autoptr (OracleWorld) world
          = uma_world (QUICK "interval='90 min' monitoring='1'", CLASSES, reporters, "");
      const PnyxAnswer *answer;

      test_world_run (world->world, 2.9 * 3600);
      g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_DISPUTED, 1, NULL), ==, 1);
      answer = oracle_records_answer (world, 1);
      g_assert_nonnull (answer);
      if (i == 0)
        g_assert_cmpint (answer->value, !=, pnyx_oracle_truth (world->oracle, answer->observed));
      else
        g_assert_cmpint (answer->value, ==, pnyx_oracle_truth (world->oracle, answer->observed));
      oracle_records_audit (world);
    }
}

/* Bribed too few: they lose, and each is paid what it was promised: deposit and epsilon. */
static void
test_the_bribed_who_lose_are_paid (void)
{
  g_autoptr (OracleWorld) world = uma_world (
      QUICK "interval='90 min' monitoring='1' stake='constant(1000 $)' slash='0.1'", CLASSES,
      "<reporters kind='colluding' count='1'><colluding bias='1'/></reporters>"
      "<reporters count='14'><error sd='constant(0.001)'/></reporters>"
      "<reporters kind='bribed' count='6'><bribed bias='1' epsilon='7 $'/>"
      "<error sd='constant(0.001)'/></reporters>",
      "");
  PnyxChain *chain = world->oracle->chain;
  PnyxAmount before, after;
  PnyxAccount account = world->oracle->reporters[20].account;

  test_world_run (world->world, 1.6 * 3600);
  pnyx_machine_view (world->oracle->machine, chain->ops->canonical (chain));
  before = pnyx_machine_balance (world->oracle->machine, account, PNYX_CASH);
  test_world_run (world->world, 2.95 * 3600);
  g_assert_cmpfloat (oracle_records_moved (world, 1, 20, PNYX_MOVED_STAKE), ==, -100);
  pnyx_machine_view (world->oracle->machine, chain->ops->canonical (chain));
  after = pnyx_machine_balance (world->oracle->machine, account, PNYX_CASH);
  g_test_message ("%.2f $", (gdouble)(after - before) / (gdouble)PNYX_AMOUNT_ONE);
  g_assert_cmpint (after - before, <, 107 * PNYX_AMOUNT_ONE); /* less fees */
  g_assert_cmpint (after - before, >, 60 * PNYX_AMOUNT_ONE);
  oracle_records_audit (world);
}

/* While a cut lasts that is longer than liveness, disputes and votes of the side that loses its
 * blocks are lost with them; books and order of answers hold whatever happens. */
static void
test_a_partition_takes_back_what_it_made (void)
{
  g_autofree gchar *reporters
      = g_strdup ("<reporters kind='colluding' count='4'><colluding bias='1'/></reporters>"
                  "<reporters count='9'><error sd='constant(0.001)'/></reporters>");
  g_autoptr (OracleWorld) world
      = uma_world (QUICK "interval='6 min' monitoring='1'", PRICES, reporters,
                   "<events><partition at='30 min' until='90 min' share='0.5' cut='drop'/>"
                   "</events>");
  PnyxChain *chain = world->oracle->chain;
  const PnyxAnswer *answer;
  guint n = 0;

  test_world_run (world->world, 3 * 3600);
  oracle_records_audit (world);
  for (answer = oracle_world_answer (world); answer != NULL; n++)
    {
      const PnyxAnswer *before
          = answer->previous == PNYX_NONE ? NULL : &world->oracle->answers->list[answer->previous];

      g_assert_true (
          pnyx_block_tree_ancestor (chain->blocks, chain->ops->canonical (chain),
                                    pnyx_block_tree_get (chain->blocks, answer->block)->height)
          == answer->block);
      g_assert_true (before == NULL || before->round < answer->round);
      answer = before;
    }
  g_test_message ("%u canonical answers of %u", n, world->oracle->answers->n);
  g_assert_cmpuint (n, <, world->oracle->answers->n);
  g_assert_cmpuint (n, >, 8);
}

/* Without two thirds nothing becomes final: claims stand and answers come, but who reads what is
 * final has that of before the cut until it is healed. */
static void
test_answers_come_while_finality_is_stalled (void)
{
  g_autoptr (OracleWorld) world = g_new0 (OracleWorld, 1);
  const PnyxAnswer *head, *final;

  world->model = test_model (
      "<run duration='1 h'/><network nodes='20'><topology kind='random-regular' degree='4'/>"
      "</network><chain kind='gasper' id='main'><validators count='64'/><gasper "
      "slots-per-epoch='4'/></chain><oracle kind='uma'><uma interval='2 min' liveness='1 min' "
      "monitoring='1'/><feed kind='gbm' start='1000'/><reporters count='12'/></oracle>"
      "<events><partition at='20 min' until='50 min' share='0.4' cut='drop'/></events>");
  world->world = test_world_new (world->model, 0);
  world->oracle = world->world->oracles.oracles[0];
  test_world_run (world->world, 49 * 60);
  head = pnyx_oracle_answer (world->oracle, oracle_head (world), PNYX_READ_HEAD);
  g_assert_nonnull (head);
  g_assert_cmpint (head->updated, >, 40 * 60 * PNYX_SECOND);
  final = pnyx_oracle_answer (world->oracle, oracle_head (world), PNYX_READ_FINALIZED);
  g_assert_nonnull (final);
  g_assert_cmpint (final->updated, <, 21 * 60 * PNYX_SECOND);
  test_world_run (world->world, 60 * 60);
  final = pnyx_oracle_answer (world->oracle, oracle_head (world), PNYX_READ_FINALIZED);
  g_assert_cmpint (final->updated, >, 50 * 60 * PNYX_SECOND);
  oracle_records_audit (world);
}

static void
test_wrong_parameters_are_refused (void)
{
  g_autofree gchar *bribed
      = oracle_world_text ("kind='uma'", "<reporters kind='bribed' count='3'/>", "");
  g_autofree gchar *open
      = oracle_world_text ("kind='uma'", "<uma open='17'/><reporters count='3'/>", "");
  g_autofree gchar *a = test_refusal (bribed, PNYX_ERROR_CONFLICT);
  g_autofree gchar *b = test_refusal (open, PNYX_ERROR_RANGE);

  g_assert_nonnull (strstr (a, "votes on prices cannot be bribed"));
  g_assert_nonnull (strstr (b, "open"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/uma/what-nobody-disputes-stands-when-it-expires",
                   test_what_nobody_disputes_stands_when_it_expires);
  g_test_add_func ("/oracle/uma/stake-moves-as-the-rule-says", test_stake_moves_as_the_rule_says);
  g_test_add_func ("/oracle/uma/a-lie-that-is-watched-costs-its-bond",
                   test_a_lie_that_is_watched_costs_its_bond);
  g_test_add_func ("/oracle/uma/a-majority-of-stake-says-what-is-true",
                   test_a_majority_of_stake_says_what_is_true);
  g_test_add_func ("/oracle/uma/a-lie-that-nobody-watches-passes",
                   test_a_lie_that_nobody_watches_passes);
  g_test_add_func ("/oracle/uma/prices-beyond-all-answers-are-voted-on",
                   test_prices_beyond_all_answers_are_voted_on);
  g_test_add_func ("/oracle/uma/who-expects-to-lose-does-not-dispute",
                   test_who_expects_to_lose_does_not_dispute);
  g_test_add_func ("/oracle/uma/a-vote-without-agreement-rolls-and-is-given-up",
                   test_a_vote_without_agreement_rolls_and_is_given_up);
  g_test_add_func ("/oracle/uma/a-vote-without-a-quorum-rolls", test_a_vote_without_a_quorum_rolls);
  g_test_add_func ("/oracle/uma/the-silent-miss-their-turns", test_the_silent_miss_their_turns);
  g_test_add_func ("/oracle/uma/a-bribed-majority-turns-the-vote-for-nothing",
                   test_a_bribed_majority_turns_the_vote_for_nothing);
  g_test_add_func ("/oracle/uma/the-bribed-who-lose-are-paid", test_the_bribed_who_lose_are_paid);
  g_test_add_func ("/oracle/uma/a-partition-takes-back-what-it-made",
                   test_a_partition_takes_back_what_it_made);
  g_test_add_func ("/oracle/uma/answers-come-while-finality-is-stalled",
                   test_answers_come_while_finality_is_stalled);
  g_test_add_func ("/oracle/uma/wrong-parameters-are-refused", test_wrong_parameters_are_refused);
  return g_test_run ();
}
