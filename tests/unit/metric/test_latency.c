/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long things take, and what has not ended. */
#include <math.h>

#include "support/test_world.h"

static PnyxRunResult *
run (const gchar *duration, const gchar *chain)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='%s'/><network nodes='3'><topology kind='complete'/>"
      "<delay kind='distribution' value='30 s'/><dissemination kind='direct'/></network>%s",
      duration, chain);
  g_autoptr (PnyxModel) model = test_model (body);
  PnyxRunResult *result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  g_assert_false (result->failed);
  return result;
}

static void
assert_value (const PnyxRunResult *result, const gchar *metric, gdouble expected)
{
  gdouble value = test_scalar (result->output, metric);

  if (!(fabs (value - expected) <= 1e-9 * fabs (expected)))
    g_error ("%s is %.17g, expected %.17g", metric, value, expected);
}

/* Blocks at 100 s to 1,000 s, two receivers each; the last is under way at the end. */
static void
test_what_has_not_arrived_counts_as_unfinished (void)
{
  g_autoptr (PnyxRunResult) cut
      = run ("1010 s", "<chain kind='nakamoto'><nakamoto interval='100 s' miners='1'/></chain>");
  g_autoptr (PnyxRunResult) all
      = run ("1031 s", "<chain kind='nakamoto'><nakamoto interval='100 s' miners='1'/></chain>");

  assert_value (cut, "latency.propagation.unfinished", 0.1);
  assert_value (cut, "latency.propagation.mean", 30);
  assert_value (all, "latency.propagation.unfinished", 0);
  assert_value (all, "latency.import.unfinished", 0);
  /* Later than everything else: the 99th percentile of 18 in 20 does not exist. */
  g_assert_false (test_scalar (cut->output, "latency.propagation.p99") <= 31);
  g_assert_cmpfloat (fabs (test_scalar (cut->output, "latency.propagation.p50") / 30 - 1), <, 0.02);
}

/* Received and still in validation. */
static void
test_what_is_not_imported_counts_as_unfinished (void)
{
  g_autoptr (PnyxRunResult) result
      = run ("1035 s", "<chain kind='nakamoto'>"
                       "<nakamoto interval='100 s' miners='1' validation='10 s'/></chain>");

  assert_value (result, "latency.propagation.unfinished", 0);
  assert_value (result, "latency.import.unfinished", 0.1);
  assert_value (result, "latency.import.mean", 10);
}

/* A transaction every 10 s from one of three nodes: 30 s on the way unless the maker's own. */
static PnyxRunResult *
run_transactions (const gchar *confirmations)
{
  g_autofree gchar *chain
      = g_strdup_printf ("<chain kind='nakamoto'><workload interval='10 s' size='100 B'/>"
                         "<nakamoto interval='100 s' miners='1' confirmations='%s'/></chain>",
                         confirmations);

  return run ("2000 s", chain);
}

static void
test_confirmation_is_inclusion_and_the_blocks_on_top (void)
{
  g_autoptr (PnyxRunResult) one = run_transactions ("1");
  g_autoptr (PnyxRunResult) three = run_transactions ("3");
  gdouble unfinished = test_scalar (one->output, "latency.inclusion.unfinished");

  assert_value (one, "latency.confirmation.mean",
                test_scalar (one->output, "latency.inclusion.mean"));
  assert_value (one, "latency.confirmation.unfinished", unfinished);
  assert_value (three, "latency.inclusion.mean",
                test_scalar (one->output, "latency.inclusion.mean"));
  g_assert_cmpfloat (fabs (test_scalar (three->output, "latency.confirmation.p50")
                           - test_scalar (three->output, "latency.inclusion.p50") - 200),
                     <, 15); /* a step of 10 s and the histogram's resolution */
  /* Of 199 transactions the last two blocks' 20 or so are not yet confirmed. */
  g_assert_cmpfloat (
      fabs ((test_scalar (three->output, "latency.confirmation.unfinished") - unfinished) * 199
            - 20),
      <, 3);
}

/* A block and a transaction fall on the very end of the run: neither is of the window. */
static void
test_the_end_of_the_run_is_not_counted_twice (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<run duration='1000 s'/><network nodes='1'/><chain kind='nakamoto'>"
                    "<workload interval='10 s' size='100 B'/><nakamoto interval='100 s'/></chain>");
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  /* Transactions at 10 s to 990 s; all go into a block at once or at the next hundred. */
  assert_value (result, "latency.inclusion.unfinished", 0);
  assert_value (result, "latency.inclusion.mean", 4500 / 99.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/metric/latency/" path, function)
  ADD ("what-has-not-arrived-counts-as-unfinished", test_what_has_not_arrived_counts_as_unfinished);
  ADD ("what-is-not-imported-counts-as-unfinished", test_what_is_not_imported_counts_as_unfinished);
  ADD ("confirmation-is-inclusion-and-the-blocks-on-top",
       test_confirmation_is_inclusion_and_the_blocks_on_top);
  ADD ("the-end-of-the-run-is-not-counted-twice", test_the_end_of_the_run_is_not_counted_twice);
  return g_test_run ();
}
