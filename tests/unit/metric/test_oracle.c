/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "support/bribed_world.h"

#define SHOCK 1800 /* s */

/* A price that stands still but for a jump at SHOCK: the only answers are the first, that of the
 * jump and those of the heartbeat. */
static const gchar shocked[]
    = "<ocr-median deviation='0.005' heartbeat='3 h'/><feed kind='gbm' start='100' step='1 s'>"
      "<gbm volatility='0.000001'/><shock at='1800 s' over='1 s' change='-0.1'/></feed>"
      "<reporters count='7'><error sd='constant(0.0001)'/></reporters>";

static gchar *
text (const gchar *run, const gchar *inside, const gchar *beside)
{
  return g_strdup_printf (
      "<run %s/><network nodes='20'><topology kind='random-regular' degree='4'/></network>"
      "<chain kind='nakamoto' id='main'><nakamoto interval='exponential(12 s)' confirmations='6' "
      "block-size='constant(1000 B)'/></chain><oracle id='price'>%s</oracle>%s",
      run, inside, beside);
}

static PnyxRunResult *
result_of (const gchar *run, const gchar *inside, const gchar *beside)
{
  g_autofree gchar *body = text (run, inside, beside);
  g_autoptr (PnyxModel) model = test_model (body);
  GError *error = NULL;
  PnyxRunResult *result = pnyx_simulate (model, 0, 0, TRUE, &error);

  g_assert_no_error (error);
  g_assert_false (result->failed);
  return result;
}

static gdouble
value (const PnyxRunResult *result, const gchar *metric)
{
  return test_scalar (result->output, metric);
}

/* From the jump itself, not from the round in which somebody looked. */
static void
test_latency_begins_when_the_truth_leaves_the_band (void)
{
  const gchar *run = "warmup='20 min' duration='20 min'";
  g_autofree gchar *body = text (run, shocked, "");
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  g_autoptr (PnyxRunResult) result = result_of (run, shocked, "");
  PnyxOracle *oracle = world->oracles.oracles[0];
  const PnyxAnswer *answer;
  gdouble took;

  test_world_run (world, 2400);
  answer
      = pnyx_oracle_answer (oracle, oracle->chain->ops->canonical (oracle->chain), PNYX_READ_HEAD);
  g_assert_nonnull (answer);
  g_assert_cmpfloat (value (result, "oracle.answers"), ==, 1);
  /* The jump is complete at the second after it began; half of it is beyond the band already. */
  took = pnyx_time_to_seconds (answer->updated) - SHOCK;
  g_test_message ("%g s after the jump, %g s after setting out", took,
                  pnyx_time_to_seconds (answer->updated - answer->begun));
  g_assert_cmpfloat (fabs (value (result, "oracle.latency.mean") - took), <=, 1 + 1e-9);
  g_assert_cmpfloat (pnyx_time_to_seconds (answer->begun), >, SHOCK + 1);
}

/* The first answer and those of heartbeats are due by themselves. */
static void
test_a_heartbeat_is_due_by_its_time (void)
{
  static const gchar calm[]
      = "<ocr-median deviation='0.5' heartbeat='5 min'/><feed kind='gbm'/><reporters count='7'/>";
  g_autoptr (PnyxRunResult) result = result_of ("warmup='10 min' duration='1 h'", calm, "");
  gdouble sum = 0;
  static const gchar *const stages[] = { "observe", "infer", "agree", "include" };

  g_assert_cmpfloat (value (result, "oracle.answers"), >, 9);
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    {
      g_autofree gchar *name = g_strconcat ("oracle.stage.", stages[i], NULL);

      g_assert_cmpfloat (value (result, name), >=, 0);
      sum += value (result, name);
    }
  g_assert_cmpfloat (fabs (value (result, "oracle.latency.mean") - sum), <, 1e-9 * sum);
  /* Rounds begin every 10 s: who waits for the next one waits 5 s on average. */
  g_assert_cmpfloat (value (result, "oracle.stage.observe"), >, 1);
  g_assert_cmpfloat (value (result, "oracle.stage.observe"), <, 12);
}

/* In a fall that lasts, keepers act upon each answer; the more loans there are, the sooner one is
 * due. */
static PnyxRunResult *
acting (const gchar *lending, guint borrowers)
{
  static const gchar falling[]
      = "<ocr-median deviation='0.5' heartbeat='4 min'/><feed kind='gbm' start='100'><shock at='10 "
        "min' over='2 h' change='-0.5'/></feed><reporters count='7'/>";
  g_autofree gchar *beside
      = g_strdup_printf ("<contract id='loans' kind='lending' oracle='price'><lending %s>"
                         "<borrowers count='%u' attentive='0'/></lending></contract>",
                         lending, borrowers);

  return result_of ("warmup='10 min' duration='2 h'", falling, beside);
}

/* Who reads an answer acts on it; nobody acts where nobody reads. */
static void
test_acts_follow_answers (void)
{
  g_autoptr (PnyxRunResult) none
      = result_of ("warmup='10 min' duration='1 h'",
                   "<ocr-median heartbeat='4 min'/><feed kind='gbm'/><reporters count='7'/>", "");
  g_autoptr (PnyxRunResult) often = acting ("", 1000), seldom = acting ("", 10),
                            final = acting ("reader='finalized'", 1000);

  g_assert_true (isnan (value (none, "oracle.stage.act")));
  g_assert_true (isnan (value (none, "oracle.stage.act_head")));
  g_assert_true (isnan (value (often, "oracle.stage.act")));
  g_assert_true (isnan (value (final, "oracle.stage.act_head")));
  g_test_message ("head %g s and %g s, final %g s", value (often, "oracle.stage.act_head"),
                  value (seldom, "oracle.stage.act_head"), value (final, "oracle.stage.act"));
  g_assert_cmpfloat (value (often, "oracle.stage.act_head"), >, 5);
  g_assert_cmpfloat (value (often, "oracle.stage.act_head"), <, 40);
  g_assert_cmpfloat (value (seldom, "oracle.stage.act_head"), >,
                     1.5 * value (often, "oracle.stage.act_head"));
  g_assert_cmpfloat (value (final, "oracle.stage.act"), >=, 0);
  g_assert_cmpfloat (value (final, "oracle.stage.act"), <, 40);
  g_assert_cmpfloat (value (final, "oracle.stage.finalise"), >, 40); /* 6 blocks */
}

/* P = 1, epsilon = .1: fifteen of 31 who lose are owed 16.5 in each of five rounds, sixteen who win
 * nothing. */
static gdouble
bribes (guint honest, guint bribed)
{
  g_autofree gchar *inside = g_strdup_printf (
      "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed><reporters count='%u'><error "
      "sd='constant(0.001)'/></reporters><reporters kind='bribed' count='%u'><bribed "
      "epsilon='0.1 $' until='10 min'/><error sd='constant(0.001)'/></reporters>",
      honest, bribed);
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='30 min'/><network nodes='40'><topology kind='random-regular' degree='4'/>"
      "</network><chain kind='nakamoto' id='main'><execution gas-price='0'/><nakamoto "
      "interval='exponential(6 s)' block-size='constant(1000 B)'/></chain>"
      "<oracle kind='commit-reveal'><commit-reveal %s/>%s</oracle>",
      BRIBED_PLAIN, inside);
  g_autoptr (PnyxModel) model = test_model (body);
  GError *error = NULL;
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, &error);

  g_assert_no_error (error);
  return value (result, "oracle.bribes");
}

static void
test_bribes_are_counted (void)
{
  g_assert_cmpfloat (fabs (bribes (16, 15) - 82.5), <, 1e-9);
  g_assert_cmpfloat (bribes (15, 16), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metric/oracle/latency-begins-when-the-truth-leaves-the-band",
                   test_latency_begins_when_the_truth_leaves_the_band);
  g_test_add_func ("/metric/oracle/a-heartbeat-is-due-by-its-time",
                   test_a_heartbeat_is_due_by_its_time);
  g_test_add_func ("/metric/oracle/bribes-are-counted", test_bribes_are_counted);
  g_test_add_func ("/metric/oracle/acts-follow-answers", test_acts_follow_answers);
  return g_test_run ();
}
