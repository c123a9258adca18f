/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "support/oracle_world.h"

static PnyxRunResult *
result_of (const gchar *uma, guint liars, guint honest)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run warmup='10 min' duration='4 h'/><network nodes='20'><topology kind='random-regular' "
      "degree='4'/></network><chain kind='nakamoto' id='main'><nakamoto "
      "interval='exponential(12 s)' block-size='constant(1000 B)'/></chain>"
      "<oracle id='price' kind='uma'><uma liveness='10 min' vote='20 min' interval='15 min' "
      "bond='1000 $' slash='0' reaction='constant(5 min)' %s/>"
      "<feed kind='gbm' start='100'><gbm volatility='0'/></feed>"
      "<reporters kind='colluding' count='%u'><colluding bias='1'/></reporters>"
      "<reporters count='%u'><error sd='constant(0.0001)'/></reporters></oracle>",
      uma, liars, honest);
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

static void
test_honest_claims_are_neither_disputed_nor_wrong (void)
{
  g_autoptr (PnyxRunResult) result = result_of ("monitoring='1'", 0, 4);

  g_assert_cmpfloat (value (result, "oracle.claims"), >=, 15);
  g_assert_cmpfloat (value (result, "oracle.disputed"), ==, 0);
  g_assert_cmpfloat (value (result, "oracle.captured"), ==, 0);
  g_assert_cmpfloat (value (result, "oracle.undecided"), ==, 0);
  g_assert_cmpfloat (value (result, "oracle.ruling.p50"), >, 600);
  g_assert_cmpfloat (value (result, "oracle.ruling.p50"), <, 700);
  g_assert_true (isnan (value (result, "oracle.ruling_disputed.mean")));
  g_assert_cmpfloat (value (result, "oracle.gain.colluding"), ==, 0);
  g_assert_cmpfloat (value (result, "oracle.gain.others"), ==, 0);
}

/* Every fourth claim is a lie: seen and disputed it costs 1000, of which who disputed has 500;
 * unseen it stands. */
static void
test_lies_are_disputed_or_stand (void)
{
  g_autoptr (PnyxRunResult) seen = result_of ("monitoring='1'", 1, 3);
  g_autoptr (PnyxRunResult) unseen = result_of ("monitoring='0'", 1, 3);
  gdouble disputes = value (seen, "oracle.disputed") * value (seen, "oracle.claims");

  g_test_message ("%g disputes of %g", disputes, value (seen, "oracle.claims"));
  g_assert_cmpfloat (disputes, >=, 3);
  g_assert_cmpfloat (value (seen, "oracle.captured"), ==, 0);
  g_assert_cmpfloat (value (seen, "oracle.ruling_disputed.mean"), >, 1200 + 300);
  g_assert_cmpfloat (value (seen, "oracle.ruling_disputed.mean"), <, 1200 + 300 + 120);
  g_assert_cmpfloat (fmod (-value (seen, "oracle.gain.colluding"), 1000), ==, 0);
  g_assert_cmpfloat (value (seen, "oracle.gain.colluding"), <=, -3000);
  g_assert_cmpfloat (value (seen, "oracle.gain.others"), ==,
                     -0.5 * value (seen, "oracle.gain.colluding"));
  g_assert_cmpfloat (value (unseen, "oracle.disputed"), ==, 0);
  g_assert_cmpfloat (fabs (value (unseen, "oracle.captured") - 0.25), <, 0.05);
  g_assert_cmpfloat (value (unseen, "oracle.gain.colluding"), ==, 0);
}

/* Two of four cannot agree with the other two: votes roll and nothing is ruled in time. */
static void
test_votes_without_an_end_are_unfinished (void)
{
  g_autoptr (PnyxRunResult) result = result_of ("monitoring='1'", 2, 2);

  g_assert_cmpfloat (value (result, "oracle.ruling_disputed.unfinished"), >, 0.2);
  g_assert_cmpfloat (value (result, "oracle.undecided"), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metric/court/honest-claims-are-neither-disputed-nor-wrong",
                   test_honest_claims_are_neither_disputed_nor_wrong);
  g_test_add_func ("/metric/court/lies-are-disputed-or-stand", test_lies_are_disputed_or_stand);
  g_test_add_func ("/metric/court/votes-without-an-end-are-unfinished",
                   test_votes_without_an_end_are_unfinished);
  return g_test_run ();
}
