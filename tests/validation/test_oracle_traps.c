/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What makes a toy of a simulation of oracles and of contracts that trust them, each in a whole
 * world beside the null model that must fail. Others are held where their parts are tested: that
 * f + 1 capture the mechanism and that it needs its quorum (oracle/ocr-median), that a filter never
 * saw the attack (oracle/anomaly), that trust has hysteresis and is worth more than random weights
 * (oracle/truth-discovery), that keepers pay and come late (contract/keeper), that moving a price
 * costs what depth asks for (contract/attack).
 */
#include <math.h>

#include "support/test_world.h"

static PnyxRunResult *
result_of (const gchar *body, guint32 replicate)
{
  g_autoptr (PnyxModel) model = test_model (body);
  GError *error = NULL;
  PnyxRunResult *result = pnyx_simulate (model, 0, replicate, TRUE, &error);

  g_assert_no_error (error);
  g_assert_false (result->failed);
  return result;
}

static gdouble
value_in (const PnyxRunResult *result, const gchar *scope, const gchar *metric)
{
  for (guint i = 0; i < result->output->scalars->len; i++)
    {
      const PnyxScalar *row = &g_array_index (result->output->scalars, PnyxScalar, i);

      if (g_str_equal (row->scope, scope) && g_str_equal (row->metric, metric))
        return row->value;
    }
  g_assert_not_reached ();
}

#define CHAIN                                                                                      \
  "<network nodes='40'><topology kind='random-regular' degree='4'/></network>"                     \
  "<chain kind='nakamoto' id='main'><nakamoto interval='exponential(12 s)' confirmations='6' "     \
  "block-size='constant(1000 B)'/></chain>"

/* ---- Noise on the truth of now ---- */

/* Reporters without any error who look at a venue that is @lag late. */
static gdouble
mae_of_lag (const gchar *lag)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run warmup='10 min' duration='6 h'/>" CHAIN
      "<oracle><ocr-median heartbeat='10 min'/><feed kind='gbm' step='1 s'><gbm volatility='0.8'/>"
      "<venue name='late' lag='%s' depth='1000000 $'/></feed>"
      "<reporters count='7' latency='constant(1 ms)'><error "
      "sd='constant(0)'/></reporters></oracle>",
      lag);
  g_autoptr (PnyxRunResult) result = result_of (body, 0);

  return value_in (result, "", "oracle.estimation.mae");
}

/* sigma sqrt (2 L / pi) = 8.804 bp for 60 s at .8 a year. */
static void
test_what_is_old_is_wrong (void)
{
  gdouble late = mae_of_lag ("60 s"), null = mae_of_lag ("0 s");

  g_test_message ("%.3f bp of 60 s, %.3f bp of none", late * 1e4, null * 1e4);
  g_assert_cmpfloat (fabs (late / 8.804e-4 - 1), <, 0.1); /* 2,160 rounds, 60 s apart: 3 se .095 */
  g_assert_cmpfloat (null, <, 0.5e-4);
}

/* ---- Correlation that only scales noise ---- */

static gdouble
rmse_of_mean (guint n, gdouble correlation)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run warmup='10 min' duration='6 h'/>" CHAIN
      "<oracle><ocr-median heartbeat='10 min'/><feed kind='gbm'><gbm volatility='0.0001'/></feed>"
      "<reporters kind='ai' count='%u' latency='constant(1 ms)'><ai inference='constant(1 ms)'/>"
      "<error sd='constant(0.002)' base='one' correlation='%g' persistence='10 s'/></reporters>"
      "<filter kind='mean'/></oracle>",
      n, correlation);
  g_autoptr (PnyxRunResult) result = result_of (body, 0);

  return value_in (result, "", "oracle.estimation.rmse");
}

/* The error of the mean of n keeps sd sqrt (rho + (1 - rho) / n). */
static void
test_what_is_shared_stays (void)
{
  gdouble few = rmse_of_mean (7, 0.5), many = rmse_of_mean (31, 0.5);
  gdouble null_few = rmse_of_mean (7, 0), null_many = rmse_of_mean (31, 0);

  g_test_message ("rho .5: %.3f, %.3f bp; rho 0: %.3f, %.3f bp", few * 1e4, many * 1e4,
                  null_few * 1e4, null_many * 1e4);
  g_assert_cmpfloat (fabs (many / (0.002 * sqrt (0.5 + 0.5 / 31)) - 1), <, 0.1);
  g_assert_cmpfloat (many, >, 0.85 * few);
  g_assert_cmpfloat (null_many, <, 0.6 * null_few);
}

/* ---- A controller that only lends less ---- */

typedef struct
{
  gdouble ltv, bad_debt, loss, procyclicality;
} Terms;

/* A day of calm, then a fall by half within half an hour. */
static Terms
lend_on (const gchar *terms, const gchar *controller)
{
  Terms sum = { 0 };
  enum
  {
    RUNS = 3
  };

  for (guint32 run = 0; run < RUNS; run++)
    {
      g_autofree gchar *body = g_strdup_printf (
          "<run warmup='3 h' duration='4 h'/>"
          "<network nodes='12'><topology kind='complete'/></network><chain kind='nakamoto' "
          "id='main'><nakamoto interval='exponential(12 s)' confirmations='12'/></chain>"
          "<oracle id='price'><ocr-median deviation='0.002' heartbeat='20 min' round='30 s'/>"
          "<feed kind='gbm' start='200'><shock at='4 h' over='30 min' change='-0.5'/></feed>"
          "<reporters count='7'><error sd='constant(0.0005)'/></reporters></oracle>"
          "<contract id='pool' kind='pool' oracle='price'><pool depth='100000 $'>"
          "<arbitrageurs count='2' units='20000' cash='1000000 $'/></pool></contract>"
          "<contract id='loans' kind='lending' oracle='price'><lending pool='pool' %s>"
          "<borrowers count='400' open-every='2 min'/><keepers count='4' cash='100000 $'/>"
          "%s</lending></contract>",
          terms, controller);
      g_autoptr (PnyxRunResult) result = result_of (body, run);

      sum.ltv += value_in (result, "loans", "contract.ltv") / RUNS;
      sum.bad_debt += value_in (result, "loans", "contract.bad_debt") / RUNS;
      sum.loss += value_in (result, "loans", "contract.loss") / RUNS;
      sum.procyclicality = value_in (result, "loans", "contract.procyclicality");
    }
  return sum;
}

/* What a controller does is compared with fixed terms at its own mean: those lend as much, and do
 * something else in a crash. */
static void
test_a_controller_is_more_than_its_mean (void)
{
  g_autofree gchar *at_mean = NULL;
  Terms rule = lend_on ("ltv='0.75' threshold='0.8'",
                        "<controller kind='rule' ltv0='0.75' slope='0.05'/>");
  Terms null;

  at_mean = g_strdup_printf ("ltv='%.6f' threshold='%.6f'", rule.ltv, rule.ltv + 0.05);
  null = lend_on (at_mean, "");
  g_test_message ("rule: ltv %.4f, bad debt %.0f, losses %.0f; its mean: ltv %.4f, bad debt %.0f, "
                  "losses %.0f",
                  rule.ltv, rule.bad_debt, rule.loss, null.ltv, null.bad_debt, null.loss);
  g_assert_cmpfloat (rule.ltv, <, 0.74);
  g_assert_cmpfloat_with_epsilon (null.ltv, rule.ltv, 1e-4);
  g_assert_cmpfloat (fabs (rule.loss / null.loss - 1), >, 0.1);
  g_assert_cmpfloat (rule.procyclicality, >, 0.1); /* lends less after the price has fallen */
  g_assert_true (isnan (null.procyclicality));
}

/* ---- Losses without a cause ---- */

static void
coupled (const gchar *events, gdouble *missed, gdouble *twin)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run warmup='30 min' duration='150 min'/><network nodes='30'><topology "
      "kind='random-regular' degree='6'/></network><chain kind='gasper' id='main'><validators "
      "count='120'/><gasper slots-per-epoch='8'/></chain>"
      "<oracle id='price'><ocr-median heartbeat='5 min'/><feed kind='gbm' start='100'><gbm "
      "volatility='0.1'/><shock at='1 h' over='40 min' change='-0.3'/></feed>"
      "<reporters count='10'><error sd='constant(0.0005)'/></reporters></oracle>"
      "<contract id='final' kind='lending' oracle='price'><lending reader='finalized'>"
      "<borrowers count='300' attentive='0'/><keepers cash='10000000 $'/></lending></contract>"
      "<contract id='twin' kind='lending' oracle='price'><lending price='truth'>"
      "<borrowers count='300' attentive='0'/><keepers cash='10000000 $'/></lending></contract>%s",
      events);
  g_autoptr (PnyxRunResult) result = result_of (body, 0);

  *missed = value_in (result, "final", "contract.uncovered_max");
  *twin = value_in (result, "twin", "contract.uncovered_max");
}

/* Without the cut, who reads final answers loses no more than the twin that reads the truth. */
static void
test_losses_have_a_cause (void)
{
  gdouble cut, cut_twin, calm, calm_twin;

  coupled ("<events><partition at='50 min' until='2 h' share='0.45'/></events>", &cut, &cut_twin);
  coupled ("", &calm, &calm_twin);
  g_test_message ("uncovered at most: cut %.0f (twin %.0f), calm %.0f (twin %.0f)", cut, cut_twin,
                  calm, calm_twin);
  g_assert_cmpfloat (cut - cut_twin, >, 500);
  g_assert_cmpfloat (calm - calm_twin, <, 0.01 * (cut - cut_twin));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/validation/oracle-traps/what-is-old-is-wrong", test_what_is_old_is_wrong);
  g_test_add_func ("/validation/oracle-traps/what-is-shared-stays", test_what_is_shared_stays);
  g_test_add_func ("/validation/oracle-traps/a-controller-is-more-than-its-mean",
                   test_a_controller_is_more_than_its_mean);
  g_test_add_func ("/validation/oracle-traps/losses-have-a-cause", test_losses_have_a_cause);
  return g_test_run ();
}
