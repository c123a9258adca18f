/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slow-test */
/*
 * Finality of Gasper where the answer is known: all online it takes two epochs from a checkpoint
 * on, it ends between one third offline and more, and it comes back; a network in halves finalises
 * nothing and nothing that conflicts.
 */
#include <math.h>

#include "protocol/gasper/finality_theory.h"
#include "support/run_text.h"

#define SLOT 12.0
#define EPOCH 32
#define RUNS 12

static PnyxRunResult *
run (guint32 replicate, const gchar *run_element, const gchar *network, const gchar *validators,
     const gchar *events)
{
  g_autofree gchar *text = g_strdup_printf (
      "<scenario xmlns='urn:pnyx:scenario:1' name='finality' seed='1'>%s"
      "<network %s><topology kind='random-regular' degree='8'/><regions profile='aws-2025'/>"
      "<delay kind='measured'/></network>"
      "<chain kind='gasper'><validators %s</validators><gasper rules='electra'/></chain>%s"
      "</scenario>",
      run_element, network, validators, events);

  return run_text (text, replicate);
}

/*
 * Epochs from the begin of each checkpoint's own to the boundary at which the median node had it or
 * a later one final; added to @lags by epoch. Returns: how many.
 */
static guint
add_lags (const PnyxRunResult *result, guint first, GArray *lags)
{
  const GArray *series = result->output->series;
  guint next = first, n = 0;

  for (guint i = 0; i < series->len; i++)
    {
      const PnyxPoint *point = &g_array_index (series, PnyxPoint, i);
      gdouble boundary = point->time / (EPOCH * SLOT);

      if (!g_str_equal (point->metric, "finality.finalized_epoch") || point->scope[0] != '\0')
        continue;
      g_assert_cmpfloat (fabs (boundary - nearbyint (boundary)), <, 1e-6);
      for (; next <= (guint)point->value; next++, n++)
        {
          gdouble lag = nearbyint (boundary) - next;

          g_array_append_val (lags, lag);
        }
    }
  return n;
}

static void
moments (const GArray *values, gdouble *mean, gdouble *error)
{
  gdouble sum = 0, squares = 0, n = values->len;

  for (guint i = 0; i < values->len; i++)
    sum += g_array_index (values, gdouble, i);
  *mean = sum / n;
  for (guint i = 0; i < values->len; i++)
    squares += pow (g_array_index (values, gdouble, i) - *mean, 2);
  *error = sqrt (squares / (n - 1) / n);
}

/*
 * A checkpoint is final 64 slots after its own begins. A block of its first slot waits for these,
 * one of the second for the next checkpoint: 95; the mean is 79.5.
 */
static void
test_finality_takes_two_epochs_from_a_checkpoint_on (void)
{
  g_autoptr (PnyxRunResult) result
      = run (0, "<run warmup='4 epoch' duration='20 epoch'/>", "nodes='100'", "count='1024'>", "");
  gdouble mean = run_value (result, "latency.finality.mean");
  gdouble gap = run_value (result, "finality.gap_max");

  g_test_message ("mean %.3f s of %.3f s; a checkpoint every %.3f s", mean, 79.5 * SLOT, gap);
  g_assert_cmpfloat (fabs (mean / (79.5 * SLOT) - 1), <, 0.005);
  g_assert_cmpfloat (gap, <, EPOCH * SLOT + 1); /* none waits longer than 95 slots */
  g_assert_cmpfloat (run_value (result, "finality.finalized_fraction"), ==, 1);
  g_assert_cmpfloat (run_value (result, "safety.violations"), ==, 0);
}

/* Two thirds are enough, exactly. */
static void
test_finality_ends_beyond_one_third_offline (void)
{
  g_autoptr (PnyxRunResult) third
      = run (0, "<run warmup='2 epoch' duration='16 epoch'/>", "nodes='40'",
             "count='768'><offline share='0.3333333333333333'/>", "");
  g_autoptr (PnyxRunResult) more = run (0, "<run warmup='2 epoch' duration='16 epoch'/>",
                                        "nodes='40'", "count='768'><offline share='0.34'/>", "");
  g_autoptr (GArray) lags = g_array_new (FALSE, FALSE, sizeof (gdouble));
  gdouble before = run_value (third, "finality.finalized_fraction");
  gdouble after = run_value (more, "finality.finalized_fraction");

  g_test_message ("finalised: %.3f of the epochs, beyond a third %.3f; target votes %.4f, %.4f",
                  before, after, run_value (third, "participation.target"),
                  run_value (more, "participation.target"));
  g_assert_cmpfloat (before, >, 0);
  add_lags (third, 4, lags);
  for (guint i = 0; i < lags->len; i++)
    g_assert_cmpfloat (g_array_index (lags, gdouble, i), ==, 4); /* all votes are needed */
  g_assert_cmpfloat (after, ==, 0);
}

/*
 * Where proposers are offline, the last votes of an epoch come too late for it, and the checkpoint
 * is finalised by another rule: sim/protocol/gasper/finality_theory.c. There all committees miss
 * the same share; here what those of an epoch miss varies by a tenth of what a slot adds. Lags near
 * each other depend on each other: the error is that between runs, or what the theory says of as
 * many independent lags, whichever is more.
 */
static void
test_lag_against_participation (void)
{
  static const gdouble participations[] = { 0.8, 0.75, 0.7 };

  for (gsize i = 0; i < G_N_ELEMENTS (participations); i++)
    {
      gdouble p = participations[i], probability[PNYX_GASPER_LAGS], variance = 0, mean, error;
      gdouble expected = pnyx_gasper_finality_lag (p, EPOCH, probability);
      g_autofree gchar *validators
          = g_strdup_printf ("count='4000'><offline share='%.2f'/>", 1 - p);
      g_autoptr (GArray) means = g_array_new (FALSE, FALSE, sizeof (gdouble));
      guint n = 0;

      for (guint lag = 0; lag < PNYX_GASPER_LAGS; lag++)
        variance += probability[lag] * pow (lag - expected, 2);
      for (guint32 replicate = 0; replicate < RUNS; replicate++)
        {
          g_autoptr (PnyxRunResult) result
              = run (replicate, "<run warmup='8 epoch' duration='100 epoch'/>", "nodes='12'",
                     validators, "");
          g_autoptr (GArray) lags = g_array_new (FALSE, FALSE, sizeof (gdouble));

          n += add_lags (result, 10, lags);
          moments (lags, &mean, &error);
          g_array_append_val (means, mean);
        }
      moments (means, &mean, &error);
      error = MAX (error, sqrt (variance / n));
      g_test_message ("%.2f online: lag %.4f +- %.4f epochs of %u checkpoints, expected %.4f", p,
                      mean, error, n, expected);
      g_assert_cmpfloat (fabs (mean - expected), <, 3.5 * error);
      if (i > 0) /* it would not pass for votes that are counted by epoch: 2 everywhere */
        g_assert_cmpfloat (expected - 2, >, 3.5 * error);
    }
}

static void
test_finality_resumes_when_validators_come_back (void)
{
  g_autoptr (PnyxRunResult) result
      = run (0, "<run warmup='4 epoch' duration='20 epoch'/>", "nodes='40'",
             "count='768'><offline share='0.34' at='6 epoch' until='12 epoch'/>", "");
  gdouble gap = run_value (result, "finality.gap_max_epochs");

  g_test_message ("longest time without: %.2f epochs", gap);
  /* Epochs 4 and 5 still end up final at 6 and 7; 12 is the first that is voted for by all. */
  g_assert_cmpfloat (gap, >=, 6);
  g_assert_cmpfloat (gap, <=, 9);
  g_assert_cmpfloat (run_value (result, "finality.finalized_fraction"), ==, 1);
}

static void
test_halves_finalise_nothing_and_agree_again (void)
{
  g_autoptr (PnyxRunResult) result
      = run (0, "<run warmup='4 epoch' duration='20 epoch'/>", "nodes='60' request-timeout='5 s'",
             "count='960'>",
             "<events><partition at='2304 s' until='4608 s' share='0.5' cut='drop'/></events>");
  gdouble gap = run_value (result, "finality.gap_max_epochs");

  g_test_message ("longest time without: %.2f epochs, violations %.0f", gap,
                  run_value (result, "safety.violations"));
  g_assert_cmpfloat (run_value (result, "safety.violations"), ==, 0);
  g_assert_cmpfloat (gap, >=, 6);
  g_assert_cmpfloat (gap, <=, 10);
  g_assert_cmpfloat (run_value (result, "finality.finalized_fraction"), >=, 0.99);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gasper/finality-takes-two-epochs-from-a-checkpoint-on",
                   test_finality_takes_two_epochs_from_a_checkpoint_on);
  g_test_add_func ("/gasper/finality-ends-beyond-one-third-offline",
                   test_finality_ends_beyond_one_third_offline);
  g_test_add_func ("/gasper/lag-against-participation", test_lag_against_participation);
  g_test_add_func ("/gasper/finality-resumes-when-validators-come-back",
                   test_finality_resumes_when_validators_come_back);
  g_test_add_func ("/gasper/halves-finalise-nothing-and-agree-again",
                   test_halves_finalise_nothing_and_agree_again);
  return g_test_run ();
}
