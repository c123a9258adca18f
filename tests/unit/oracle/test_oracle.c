/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/oracle.h"

#include <math.h>
#include <string.h>

#include "batch/simulation.h"
#include "oracle/anomaly.h"
#include "support/oracle_world.h"

/* Of a chain that stops finalising at 15 min: half of its nodes are cut off. */
static OracleWorld *
stalled_world (const gchar *events)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='1 h'/><network nodes='30'><topology kind='random-regular' degree='4'/>"
      "</network><chain kind='gasper'><validators count='128'/><gasper "
      "slots-per-epoch='8'/></chain>"
      "<oracle><ocr-median heartbeat='2 min' faults='1'/><feed/><reporters count='10'/></oracle>%s",
      events);
  OracleWorld *world = g_new0 (OracleWorld, 1);

  world->model = test_model (body);
  world->world = test_world_new (world->model, 0);
  world->oracle = world->world->oracles.oracles[0];
  return world;
}

static gdouble
age (OracleWorld *world, PnyxOracleReader reader)
{
  PnyxChain *chain = world->oracle->chain;
  const PnyxAnswer *answer
      = pnyx_oracle_answer (world->oracle, chain->ops->canonical (chain), reader);

  g_assert_nonnull (answer);
  return pnyx_time_to_seconds (pnyx_world_now (world->world->world) - answer->observed);
}

static void
test_stalled_finality_freezes_who_reads_final_answers (void)
{
  g_autoptr (OracleWorld) world
      = stalled_world ("<events><outage at='20 min' until='60 min' share='0.45'/></events>");
  g_autoptr (OracleWorld) null = stalled_world ("");

  test_world_run (null->world, 3000);
  g_assert_cmpfloat (age (null, PNYX_READ_HEAD), <, 200);
  g_assert_cmpfloat (age (null, PNYX_READ_FINALIZED), <, 600);
  g_assert_cmpfloat (age (null, PNYX_READ_FINALIZED), >, age (null, PNYX_READ_HEAD));
  test_world_run (world->world, 3000);
  g_assert_cmpfloat (age (world, PNYX_READ_HEAD), <, 600);
  g_assert_cmpfloat (age (world, PNYX_READ_FINALIZED), >, 1700); /* since the outage */
}

/* What a run says, for the same scenario. */
static PnyxRunResult *
result_of (const gchar *oracle, const gchar *inside, gboolean metrics)
{
  g_autofree gchar *body = oracle_world_text (oracle, inside, "");
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (GError) error = NULL;
  PnyxRunResult *result = pnyx_simulate (model, 0, 0, metrics, &error);

  g_assert_no_error (error);
  return result;
}

static void
test_metrics_and_estimators_change_nothing (void)
{
  g_autoptr (PnyxRunResult) bare = result_of ("", "<feed/><reporters count='7'/>", FALSE);
  g_autoptr (PnyxRunResult) with = result_of (
      "", "<feed/><reporters count='7'/><estimator kind='mean'/><estimator kind='kalman'/>", TRUE);

  g_assert_cmpuint (bare->digest, ==, with->digest);
  g_assert_cmpuint (bare->events, ==, with->events);
}

/* A filter learns at its time, from families of attack that the run's liars are not of, and then
 * suspects them; one whose past was poisoned finds less. */
static gdouble
recall (const gchar *attribute)
{
  g_autofree gchar *inside
      = g_strdup ("<feed/><reporters count='24'/><reporters kind='colluding' count='7'>"
                  "<colluding bias='0.05' duty='0.5' from='40 min'/></reporters>"
                  "<filter kind='logistic' past-interval='1 s' train-rounds='40' "
                  "validation-rounds='40' test-rounds='40'/>");
  g_autoptr (PnyxRunResult) result = result_of (attribute, inside, TRUE);

  return test_scalar (result->output, "oracle.detection_recall");
}

static void
test_a_filter_learns_in_the_run (void)
{
  gdouble sound = recall (""), poisoned = recall ("poisoned='0.99'");

  g_test_message ("recall %.3f, poisoned %.3f", sound, poisoned);
  g_assert_cmpfloat (sound, >, 0.8);
  g_assert_cmpfloat (poisoned, <, sound);
}

static void
test_learning_is_the_same_each_time (void)
{
  const PnyxPlace place = { 0 };
  const gchar *kind
      = pnyx_learner_require (PNYX_LEARNER_BOOSTED, &place, NULL) ? "boosted" : "logistic";
  g_autofree gchar *inside = g_strdup_printf (
      "<feed/><reporters count='15'/><filter kind='%s' past-interval='1 s' train-rounds='40' "
      "validation-rounds='40' test-rounds='40'/>",
      kind);
  g_autoptr (PnyxRunResult) a = result_of ("", inside, TRUE);
  g_autoptr (PnyxRunResult) b = result_of ("", inside, TRUE);

  g_assert_cmpuint (a->digest, ==, b->digest);
  g_assert_true (test_outputs_equal (a->output, b->output));
}

static void
test_names_of_estimators_are_their_own (void)
{
  g_autofree gchar *text = oracle_world_text (
      "", "<feed/><reporters count='4'/><estimator kind='mean'/><estimator kind='mean'/>", "");
  g_autofree gchar *refusal = test_refusal (text, PNYX_ERROR_CONFLICT);

  g_assert_nonnull (strstr (refusal, "there is an estimator mean already"));
}

/* Prices to and from logarithms. */
static void
test_prices_have_eight_decimals (void)
{
  g_assert_cmpint (pnyx_price_from_log (log (2000)), ==, 200000000000);
  g_assert_cmpfloat (fabs (pnyx_price_to_log (200000000000) - log (2000)), <, 1e-15);
  g_assert_cmpint (pnyx_price_from_log (60), ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/oracle/stalled-finality-freezes-who-reads-final-answers",
                   test_stalled_finality_freezes_who_reads_final_answers);
  g_test_add_func ("/oracle/oracle/metrics-and-estimators-change-nothing",
                   test_metrics_and_estimators_change_nothing);
  g_test_add_func ("/oracle/oracle/a-filter-learns-in-the-run", test_a_filter_learns_in_the_run);
  g_test_add_func ("/oracle/oracle/learning-is-the-same-each-time",
                   test_learning_is_the_same_each_time);
  g_test_add_func ("/oracle/oracle/names-of-estimators-are-their-own",
                   test_names_of_estimators_are_their_own);
  g_test_add_func ("/oracle/oracle/prices-have-eight-decimals", test_prices_have_eight_decimals);
  return g_test_run ();
}
