/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/oracle.h"

#include <math.h>
#include <string.h>

#include "support/oracle_records.h"

#define QUICK "vote='10 min' appeal='8 min' "
#define SURE "<error sd='constant(0.001)'/>"

static OracleWorld *
kleros_world (const gchar *kleros, const gchar *reporters, const gchar *beside)
{
  g_autofree gchar *inside
      = g_strdup_printf ("<kleros %s/><feed kind='categorical'><categorical classes='3' "
                         "interval='10 min' first='0.4'/></feed>%s<filter kind='dawid-skene'/>",
                         kleros, reporters);

  return oracle_world_new ("kind='kleros'", inside, beside, 0);
}

static PnyxBlockId
canonical (OracleWorld *world)
{
  return world->oracle->chain->ops->canonical (world->oracle->chain);
}

/* Canonical answers, and how many of them are wrong. */
static guint
count_answers (OracleWorld *world, guint *wrong)
{
  const PnyxAnswer *answer = oracle_world_answer (world);
  guint n = 0;

  for (*wrong = 0; answer != NULL; n++)
    {
      *wrong += answer->value != pnyx_oracle_truth (world->oracle, answer->observed) ? 1 : 0;
      answer
          = answer->previous == PNYX_NONE ? NULL : &world->oracle->answers->list[answer->previous];
    }
  return n;
}

static void
assert_near (gdouble value, gdouble expected)
{
  g_assert_cmpfloat (fabs (value - expected), <, 2e-6);
}

static void
test_a_court_of_the_honest_rules_what_is_true (void)
{
  g_autoptr (OracleWorld) world
      = kleros_world (QUICK "interval='6 min'", "<reporters count='9'>" SURE "</reporters>", "");
  const PnyxAnswer *answer;
  guint wrong;

  test_world_run (world->world, 3 * 3600);
  g_assert_cmpuint (count_answers (world, &wrong), >, 20);
  g_assert_cmpuint (wrong, ==, 0);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_DISPUTED, 0, NULL), ==, 0);
  answer = oracle_records_answer (world, 1);
  g_assert_nonnull (answer);
  g_assert_cmpint (answer->observed, ==, 360 * PNYX_SECOND);
  g_assert_cmpint (answer->updated - answer->observed, >, 18 * 60 * PNYX_SECOND);
  g_assert_cmpint (answer->updated, >=, answer->agreed);
  oracle_records_audit (world);
}

/* Stake for one vote each: all five are drawn. A, A, A, B, absent. */
static void
test_jurors_are_paid_as_the_rule_says (void)
{
  g_autoptr (OracleWorld) world = kleros_world (
      QUICK "interval='2 h' jurors='5' fee='0.1 $' at-stake='500 $' stake='constant(500 $)' "
            "appeals='0'",
      "<reporters count='3'>" SURE "</reporters>"
      "<reporters kind='colluding' count='1'><colluding bias='1'/></reporters>"
      "<reporters kind='silent' count='1'/>",
      "");
  PnyxRecord ruled;

  test_world_run (world->world, 2.5 * 3600);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_RULED, 1, &ruled), ==, 1);
  g_assert_cmpint (ruled.values[1], ==, pnyx_oracle_truth (world->oracle, ruled.values[2]));
  for (guint32 i = 0; i < 3; i++)
    {
      assert_near (oracle_records_moved (world, 1, i, PNYX_MOVED_STAKE), 333.333333);
      assert_near (oracle_records_moved (world, 1, i, PNYX_MOVED_FEE), 0.166666);
    }
  for (guint32 i = 3; i < 5; i++)
    {
      assert_near (oracle_records_moved (world, 1, i, PNYX_MOVED_STAKE), -500);
      g_assert_true (isnan (oracle_records_moved (world, 1, i, PNYX_MOVED_FEE)));
      g_assert_cmpint (pnyx_oracle_staked (world->oracle, i, canonical (world)), ==, 0);
    }
  g_assert_cmpint (pnyx_oracle_staked (world->oracle, 0, canonical (world)), ==, 833333333);
  oracle_records_audit (world);
}

/* A, B, absent: nothing is ruled. Fees are divided by all votes, or by those that were cast. */
static void
test_a_tie_rules_nothing (void)
{
  static const struct
  {
    const gchar *tie;
    gdouble fee, stake;
  } cases[] = { { "strands", 0.1, 0 }, { "shares", 0.15, 250 } };

  for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
    {
      g_autofree gchar *kleros = g_strdup_printf (
          QUICK "interval='2 h' jurors='3' fee='0.1 $' at-stake='500 $' stake='constant(500 $)' "
                "appeals='0' tie='%s'",
          cases[k].tie);
      g_autoptr (OracleWorld) world
          = kleros_world (kleros,
                          "<reporters count='1'>" SURE "</reporters>"
                          "<reporters kind='colluding' count='1'><colluding bias='1'/></reporters>"
                          "<reporters kind='silent' count='1'/>",
                          "");
      PnyxRecord ruled;

      test_world_run (world->world, 2.5 * 3600);
      g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_RULED, 1, &ruled), ==, 1);
      g_assert_cmpint (ruled.values[3], ==, -1);
      g_assert_null (oracle_world_answer (world));
      for (guint32 i = 0; i < 2; i++)
        {
          assert_near (oracle_records_moved (world, 1, i, PNYX_MOVED_STAKE), cases[k].stake);
          assert_near (oracle_records_moved (world, 1, i, PNYX_MOVED_FEE), cases[k].fee);
        }
      assert_near (oracle_records_moved (world, 1, 2, PNYX_MOVED_STAKE), -500);
      oracle_records_audit (world);
    }
}

/* All who were drawn are silent: all lose, nothing is ruled. */
static void
test_a_silent_court_rules_nothing (void)
{
  g_autoptr (OracleWorld) world = kleros_world (QUICK "interval='20 min' jurors='3'",
                                                "<reporters kind='silent' count='5'/>", "");
  PnyxRecord ruled;
  gdouble lost = 0;

  test_world_run (world->world, 3600);
  g_assert_cmpuint (oracle_records_count (world, PNYX_RECORD_RULED, 1, &ruled), ==, 1);
  g_assert_cmpint (ruled.values[3], ==, -1);
  g_assert_null (oracle_world_answer (world));
  for (guint32 i = 0; i < 5; i++)
    if (!isnan (oracle_records_moved (world, 1, i, PNYX_MOVED_STAKE)))
      lost += oracle_records_moved (world, 1, i, PNYX_MOVED_STAKE);
  assert_near (lost, -1500);
  oracle_records_audit (world);
}

/* One juror of ten that may be the liar: with appeals the next three set it right, and who was
 * coherent with the first ruling only has lost. */
static void
test_appeals_set_right_what_one_juror_got_wrong (void)
{
  static const gchar *const appeals[] = { "0", "2" };

  for (guint k = 0; k < 2; k++)
    {
      g_autofree gchar *kleros = g_strdup_printf (
          QUICK "interval='6 min' jurors='1' monitoring='1' appeals='%s'", appeals[k]);
      g_autoptr (OracleWorld) world
          = kleros_world (kleros,
                          "<reporters count='8'>" SURE "</reporters>"
                          "<reporters kind='colluding' count='2'><colluding bias='1'/></reporters>",
                          "");
      guint n, wrong, n_appeals;

      test_world_run (world->world, 6 * 3600);
      n = count_answers (world, &wrong);
      n_appeals = oracle_records_count (world, PNYX_RECORD_DISPUTED, 0, NULL);
      g_test_message ("appeals %s: %u answers, %u wrong, %u appeals", appeals[k], n, wrong,
                      n_appeals);
      g_assert_cmpuint (n, >, 20);
      if (k == 0)
        {
          g_assert_cmpuint (n_appeals, ==, 0);
          g_assert_cmpuint (wrong, >=, 4); /* a fifth of about 55 */
        }
      else
        {
          g_assert_cmpuint (n_appeals, >=, 4);
          g_assert_cmpuint (wrong, <=, 2);
        }
      oracle_records_audit (world);
    }
}

/* All have stake for one vote. Where the liar is the first juror, the three others are drawn after
 * the appeal: they have a fee each, but nothing of the stake that the liar loses in its own round.
 */
static void
test_every_round_is_judged_by_the_last (void)
{
  g_autoptr (OracleWorld) world
      = kleros_world (QUICK "interval='1 h' jurors='1' monitoring='1' appeals='1' fee='1 $' "
                            "prize='10 $' stake='constant(500 $)'",
                      "<reporters kind='colluding' count='1'><colluding bias='1'/></reporters>"
                      "<reporters count='3'>" SURE "</reporters>",
                      "");
  guint appealed = 0;

  test_world_run (world->world, 20 * 3600);
  for (gint64 round = 1; round < 19; round++)
    {
      if (oracle_records_count (world, PNYX_RECORD_DISPUTED, round, NULL) == 0)
        continue;
      appealed++;
      assert_near (oracle_records_moved (world, round, 0, PNYX_MOVED_STAKE), -500);
      for (guint32 i = 1; i < 4; i++)
        {
          assert_near (oracle_records_moved (world, round, i, PNYX_MOVED_STAKE), 0);
          assert_near (oracle_records_moved (world, round, i, PNYX_MOVED_FEE), 1);
        }
    }
  g_assert_cmpuint (appealed, ==, 1); /* the liar has no stake to be drawn again */
  oracle_records_audit (world);
}

/* The next round of three costs 75 $, and is won with .896: worth it for a prize above 83.7 $. */
static void
test_who_does_not_gain_does_not_appeal (void)
{
  static const gchar *const prizes[] = { "83 $", "84 $" };

  for (guint k = 0; k < 2; k++)
    {
      g_autofree gchar *kleros = g_strdup_printf (
          QUICK "interval='20 min' jurors='1' monitoring='1' prize='%s'", prizes[k]);
      g_autoptr (OracleWorld) world
          = kleros_world (kleros,
                          "<reporters count='5'>" SURE "</reporters>"
                          "<reporters kind='colluding' count='4'><colluding bias='1'/></reporters>",
                          "");
      guint n;

      test_world_run (world->world, 4 * 3600);
      n = oracle_records_count (world, PNYX_RECORD_DISPUTED, 0, NULL);
      if (k == 0)
        g_assert_cmpuint (n, ==, 0);
      else
        g_assert_cmpuint (n, >, 0);
    }
}

/* Bribed jurors are the majority of those drawn: the ruling is the briber's, and nothing is owed.
 */
static void
test_bribed_jurors_rule_what_is_bribed (void)
{
  static const gchar *const escrows[] = { "10000000 $", "0 $" };

  for (guint k = 0; k < 2; k++)
    {
      g_autofree gchar *reporters = g_strdup_printf (
          "<reporters count='2'>" SURE "</reporters>"
          "<reporters kind='bribed' count='18'><bribed bias='1' escrow='%s'/>" SURE "</reporters>",
          escrows[k]);
      g_autoptr (OracleWorld) world
          = kleros_world (QUICK "interval='10 min' jurors='9' appeals='0'", reporters, "");
      guint n, wrong;

      test_world_run (world->world, 3 * 3600);
      n = count_answers (world, &wrong);
      g_test_message ("%u answers, %u wrong", n, wrong);
      g_assert_cmpuint (n, >, 10);
      g_assert_cmpuint (wrong, ==, k == 0 ? n : 0);
      oracle_records_audit (world);
    }
}

/* A cut takes back what the smaller side did; the order of answers and the books hold. */
static void
test_a_partition_takes_back_what_it_made (void)
{
  g_autoptr (OracleWorld) world = kleros_world (
      QUICK "interval='6 min' monitoring='1'",
      "<reporters count='10'>" SURE "</reporters>"
      "<reporters kind='colluding' count='4'><colluding bias='1'/></reporters>",
      "<events><partition at='30 min' until='90 min' share='0.5' cut='drop'/></events>");
  const PnyxAnswer *answer;
  guint n = 0;

  test_world_run (world->world, 3 * 3600);
  oracle_records_audit (world);
  for (answer = oracle_world_answer (world); answer != NULL; n++)
    {
      const PnyxAnswer *before
          = answer->previous == PNYX_NONE ? NULL : &world->oracle->answers->list[answer->previous];

      g_assert_true (before == NULL || before->round < answer->round);
      answer = before;
    }
  g_test_message ("%u canonical answers of %u", n, world->oracle->answers->n);
  g_assert_cmpuint (n, <, world->oracle->answers->n);
  g_assert_cmpuint (n, >, 5);
}

static void
test_prices_are_refused (void)
{
  g_autofree gchar *text
      = oracle_world_text ("kind='kleros'", "<feed kind='gbm'/><reporters count='3'/>", "");
  g_autofree gchar *message = test_refusal (text, PNYX_ERROR_CONFLICT);

  g_assert_nonnull (strstr (message, "kleros cannot tell what a feed of kind gbm is about"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/kleros/a-court-of-the-honest-rules-what-is-true",
                   test_a_court_of_the_honest_rules_what_is_true);
  g_test_add_func ("/oracle/kleros/jurors-are-paid-as-the-rule-says",
                   test_jurors_are_paid_as_the_rule_says);
  g_test_add_func ("/oracle/kleros/a-tie-rules-nothing", test_a_tie_rules_nothing);
  g_test_add_func ("/oracle/kleros/a-silent-court-rules-nothing",
                   test_a_silent_court_rules_nothing);
  g_test_add_func ("/oracle/kleros/appeals-set-right-what-one-juror-got-wrong",
                   test_appeals_set_right_what_one_juror_got_wrong);
  g_test_add_func ("/oracle/kleros/every-round-is-judged-by-the-last",
                   test_every_round_is_judged_by_the_last);
  g_test_add_func ("/oracle/kleros/who-does-not-gain-does-not-appeal",
                   test_who_does_not_gain_does_not_appeal);
  g_test_add_func ("/oracle/kleros/bribed-jurors-rule-what-is-bribed",
                   test_bribed_jurors_rule_what_is_bribed);
  g_test_add_func ("/oracle/kleros/a-partition-takes-back-what-it-made",
                   test_a_partition_takes_back_what_it_made);
  g_test_add_func ("/oracle/kleros/prices-are-refused", test_prices_are_refused);
  return g_test_run ();
}
