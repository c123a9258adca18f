/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/oracle.h"

#include <math.h>
#include <string.h>

#include "support/oracle_world.h"

static OracleWorld *
ocr_world (const gchar *ocr, const gchar *feed, const gchar *reporters, const gchar *beside)
{
  g_autofree gchar *inside = g_strdup_printf ("<ocr-median %s/>%s%s", ocr, feed, reporters);

  return oracle_world_new ("kind='ocr-median'", inside, beside, 0);
}

static gdouble
answer_price (OracleWorld *world)
{
  const PnyxAnswer *answer = oracle_world_answer (world);

  return answer == NULL ? (gdouble)NAN : (gdouble)answer->value / (gdouble)PNYX_PRICE_ONE;
}

/* How many canonical answers there are. */
static guint
count_answers (OracleWorld *world)
{
  const PnyxAnswer *answer = oracle_world_answer (world);
  guint n = 0;

  while (answer != NULL)
    {
      n++;
      answer
          = answer->previous == PNYX_NONE ? NULL : &world->oracle->answers->list[answer->previous];
    }
  return n;
}

static void
test_an_answer_comes_first_and_then_with_every_heartbeat (void)
{
  g_autoptr (OracleWorld) world = ocr_world (
      "heartbeat='10 min'", "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed>",
      "<reporters count='7'><error sd='constant(0.0001)'/></reporters>", "");
  const PnyxAnswer *answer;

  test_world_run (world->world, 3600);
  answer = oracle_world_answer (world);
  g_assert_nonnull (answer);
  g_assert_cmpfloat (fabs (answer_price (world) - 1000), <, 0.5);
  g_assert_cmpuint (count_answers (world), >=, 5);
  g_assert_cmpuint (count_answers (world), <=, 6);
  /* The stages are in order and sum to the latency. */
  g_assert_cmpint (answer->begun, <, answer->observed);
  g_assert_cmpint (answer->observed, <, answer->inferred);
  g_assert_cmpint (answer->inferred, <, answer->agreed);
  g_assert_cmpint (answer->agreed, <, answer->updated);
}

static void
test_a_deviation_brings_an_answer_at_once (void)
{
  g_autoptr (OracleWorld) world = ocr_world (
      "heartbeat='10 h' deviation='0.005'",
      "<feed kind='gbm' start='1000'><gbm volatility='0'/><shock at='20 min' change='0.004'/>"
      "<shock at='30 min' change='0.02'/></feed>",
      "<reporters count='7'><error sd='constant(0.00001)'/></reporters>", "");

  test_world_run (world->world, 1790);
  g_assert_cmpuint (count_answers (world), ==, 1); /* .4 % is not enough */
  test_world_run (world->world, 2400);
  g_assert_cmpuint (count_answers (world), ==, 2);
  g_assert_cmpfloat (fabs (answer_price (world) - 1024.08), <, 0.1);
}

/* The highest canonical answer. */
static gdouble
highest (OracleWorld *world)
{
  const PnyxAnswer *answer = oracle_world_answer (world);
  gint64 most = 0;

  while (answer != NULL)
    {
      most = MAX (most, answer->value);
      answer
          = answer->previous == PNYX_NONE ? NULL : &world->oracle->answers->list[answer->previous];
    }
  return (gdouble)most / (gdouble)PNYX_PRICE_ONE;
}

/* n = 31, f = 10: ten liars move the median within honest values, eleven signers report anything,
 * while sixteen would be needed to capture the statistic itself. */
static void
test_eleven_of_thirty_one_capture_the_mechanism (void)
{
  static const struct
  {
    guint liars;
    gboolean captured;
  } cases[] = { { 10, FALSE }, { 11, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *reporters = g_strdup_printf (
          "<reporters count='%u'><error sd='constant(0.001)'/></reporters>"
          "<reporters kind='colluding' count='%u'><colluding bias='0.5'/></reporters>",
          31 - cases[i].liars, cases[i].liars);
      g_autoptr (OracleWorld) world
          = ocr_world ("heartbeat='5 min'",
                       "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed>", reporters, "");
      gdouble price;

      test_world_run (world->world, 3600);
      price = highest (world);
      g_test_message ("%u liars: %.3f", cases[i].liars, price);
      if (cases[i].captured)
        g_assert_cmpfloat (price, >, 1500);
      else
        {
          g_assert_cmpfloat (price, >, 1000 * exp (-0.004));
          g_assert_cmpfloat (price, <, 1000 * exp (0.004));
        }
    }
}

/* Bias of the estimate in honest standard deviations, in rounds that an honest or a colluding
 * leader led. With 10 liars of 31: all observations .6298 on average, the leader's own choice of
 * 21 1.8892. */
static void
test_a_leader_that_chooses_raises_the_bias (void)
{
  g_autoptr (OracleWorld) world = ocr_world (
      "rounds-max='3' grace='2 s' heartbeat='10 h' deviation='1'",
      "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed>",
      "<reporters count='21' latency='constant(100 ms)'><error sd='constant(0.001)'/></reporters>"
      "<reporters kind='colluding' count='10' latency='constant(100 ms)'>"
      "<colluding bias='0.02'/></reporters>",
      "");
  const PnyxEstimator *estimator = &world->oracle->estimates[0];
  gdouble honest = 0, chosen = 0;
  guint n_honest = 0, n_chosen = 0;

  test_world_run (world->world, 40000);
  for (guint32 i = 0; i < estimator->n_rounds; i++)
    {
      const PnyxEstimation *round = &estimator->rounds[i];

      if (round->n == 21)
        {
          chosen += round->error / 0.001;
          n_chosen++;
        }
      else if (round->n == 31)
        {
          honest += round->error / 0.001;
          n_honest++;
        }
    }
  honest /= n_honest;
  chosen /= n_chosen;
  g_test_message ("honest leaders %.4f (%u rounds), colluding %.4f (%u)", honest, n_honest, chosen,
                  n_chosen);
  g_assert_cmpuint (n_honest, >, 1000);
  g_assert_cmpuint (n_chosen, >, 500);
  g_assert_cmpfloat (fabs (honest - 0.6298), <, 0.04); /* 4 standard errors */
  g_assert_cmpfloat (fabs (chosen - 1.8892), <, 0.08);
}

/* A cut that leaves no side with more than 2 f stops the oracle; when it is healed it goes on. */
static void
test_a_partition_without_a_quorum_stops_it (void)
{
  static const gchar *const shares[] = { "0.5", "0.1" };

  for (guint i = 0; i < 2; i++)
    {
      g_autofree gchar *events = g_strdup_printf (
          "<events><partition at='20 min' until='50 min' share='%s' cut='drop'/></events>",
          shares[i]);
      g_autoptr (OracleWorld) world = ocr_world (
          "heartbeat='2 min'", "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed>",
          "<reporters count='31'/>", events);
      guint before, after;

      test_world_run (world->world, 1300);
      before = world->oracle->answers->n;
      test_world_run (world->world, 2990);
      after = world->oracle->answers->n;
      g_test_message ("share %s: %u answers, then %u", shares[i], before, after);
      if (i == 0)
        g_assert_cmpuint (after - before, <=, 1);
      else
        g_assert_cmpuint (after - before, >, 8);
      test_world_run (world->world, 4200);
      g_assert_cmpuint (world->oracle->answers->n, >, after + 3);
    }
}

static void
test_answers_out_of_bounds_revert_and_the_old_one_stays (void)
{
  g_autoptr (OracleWorld) world = ocr_world (
      "heartbeat='10 min' answer-max='1100'",
      "<feed kind='gbm' start='1000'><gbm volatility='0'/><shock at='20 min' change='0.5'/></feed>",
      "<reporters count='7'/>", "");

  test_world_run (world->world, 3600);
  g_assert_cmpfloat (fabs (answer_price (world) - 1000), <, 10);
}

/* Without progress the next one leads: with all nodes of three reporters silent nothing stops. */
static void
test_silent_leaders_are_replaced (void)
{
  g_autoptr (OracleWorld) world = ocr_world (
      "heartbeat='3 min'", "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed>",
      "<reporters count='5'/><reporters kind='silent' count='2'/>", "");
  g_autoptr (OracleWorld) null = ocr_world (
      "heartbeat='3 min'", "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed>",
      "<reporters count='4'/><reporters kind='silent' count='3'/>", "");

  test_world_run (world->world, 3600);
  g_assert_cmpuint (count_answers (world), >, 10);
  test_world_run (null->world, 3600);
  g_assert_cmpuint (count_answers (null), ==, 0); /* 2 f + 1 = 5 observations never come */
}

static void
test_inference_takes_time_and_money (void)
{
  g_autoptr (OracleWorld) world = ocr_world (
      "heartbeat='5 min'", "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed>",
      "<reporters kind='ai' count='7' latency='constant(100 ms)'>"
      "<ai inference='constant(2 s)' inference-cost='0.5 $'/></reporters>",
      "");
  const PnyxAnswer *answer;

  test_world_run (world->world, 1200);
  answer = oracle_world_answer (world);
  g_assert_nonnull (answer);
  g_assert_cmpint (answer->inferred - answer->observed, >=, 2 * PNYX_SECOND);
  g_assert_cmpuint (world->oracle->n_inferences, >, 700);
  g_assert_cmpfloat (
      fabs (world->oracle->inference_cost - 0.5 * (gdouble)world->oracle->n_inferences), <, 1e-6);
}

static void
test_too_few_reporters_are_refused (void)
{
  g_autofree gchar *few = oracle_world_text ("", "<feed/><reporters count='3'/>", "");
  g_autofree gchar *faults
      = oracle_world_text ("", "<ocr-median faults='3'/><feed/><reporters count='9'/>", "");
  g_autofree gchar *venue
      = oracle_world_text ("", "<feed/><reporters count='4' venues='binance'/>", "");
  g_autofree gchar *a = test_refusal (few, PNYX_ERROR_RANGE);
  g_autofree gchar *b = test_refusal (faults, PNYX_ERROR_RANGE);
  g_autofree gchar *c = test_refusal (venue, PNYX_ERROR_UNKNOWN);

  g_assert_nonnull (strstr (a, "ocr-median has 3 reporters (expected at least 4)"));
  g_assert_nonnull (strstr (b, "faults is 3 (expected at most 2 with 9 reporters"));
  g_assert_nonnull (strstr (c, "the feed has no venue binance"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/ocr-median/an-answer-comes-first-and-then-with-every-heartbeat",
                   test_an_answer_comes_first_and_then_with_every_heartbeat);
  g_test_add_func ("/oracle/ocr-median/a-deviation-brings-an-answer-at-once",
                   test_a_deviation_brings_an_answer_at_once);
  g_test_add_func ("/oracle/ocr-median/eleven-of-thirty-one-capture-the-mechanism",
                   test_eleven_of_thirty_one_capture_the_mechanism);
  g_test_add_func ("/oracle/ocr-median/a-leader-that-chooses-raises-the-bias",
                   test_a_leader_that_chooses_raises_the_bias);
  g_test_add_func ("/oracle/ocr-median/a-partition-without-a-quorum-stops-it",
                   test_a_partition_without_a_quorum_stops_it);
  g_test_add_func ("/oracle/ocr-median/answers-out-of-bounds-revert-and-the-old-one-stays",
                   test_answers_out_of_bounds_revert_and_the_old_one_stays);
  g_test_add_func ("/oracle/ocr-median/silent-leaders-are-replaced",
                   test_silent_leaders_are_replaced);
  g_test_add_func ("/oracle/ocr-median/inference-takes-time-and-money",
                   test_inference_takes_time_and_money);
  g_test_add_func ("/oracle/ocr-median/too-few-reporters-are-refused",
                   test_too_few_reporters_are_refused);
  return g_test_run ();
}
