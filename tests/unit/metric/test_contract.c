/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "support/test_world.h"

/* A fall by 40 % between 20 and 30 minutes; what stands in <lending>, and what is in it. */
static PnyxRunResult *
run (const gchar *lending, const gchar *inside, gboolean metrics)
{
  g_autofree gchar *body
      = g_strdup_printf ("<run duration='50 min' warmup='10 min'/>"
                         "<network nodes='8'><topology kind='complete'/></network>"
                         "<chain kind='nakamoto' id='main'><execution gas-price='0'/><nakamoto "
                         "interval='12 s'/></chain>"
                         "<oracle id='price'><feed kind='gbm' start='100'>"
                         "<shock at='20 min' over='10 min' change='-0.4'/></feed>"
                         "<reporters count='4'/><filter kind='median'/></oracle>"
                         "<contract id='loans' kind='lending' oracle='price'><lending %s>"
                         "<borrowers count='200' attentive='0'/>%s</lending></contract>",
                         lending, inside);
  g_autoptr (PnyxModel) model = test_model (body);
  GError *error = NULL;
  PnyxRunResult *result = pnyx_simulate (model, 0, 0, metrics, &error);

  g_assert_no_error (error);
  g_assert_false (result->failed);
  return result;
}

static gdouble
value (const PnyxRunResult *result, const gchar *metric)
{
  return test_scalar (result->output, metric);
}

/* A contract that reads the truth liquidates nobody wrongly and misses nobody. */
static void
test_a_contract_that_reads_the_truth_does_no_wrong (void)
{
  g_autoptr (PnyxRunResult) twin = run ("price='truth'", "", TRUE);

  g_assert_cmpfloat (value (twin, "contract.liquidations"), >, 50);
  g_assert_cmpfloat (value (twin, "contract.false_liquidations"), ==, 0);
  g_assert_cmpfloat (value (twin, "contract.missed_max"), ==, 0);
  g_assert_cmpfloat (value (twin, "contract.price_error"), ==, 0);
  g_assert_cmpfloat (value (twin, "contract.blocked_actions"), ==, 0);
  g_assert_cmpfloat (value (twin, "contract.unpriced"), ==, 0);
  g_assert_cmpfloat (value (twin, "contract.drained"), ==, 0);
  g_assert_cmpfloat (value (twin, "contract.ltv"), ==, 0.75);
  g_assert_true (isnan (value (twin, "contract.procyclicality")));
}

/* Old prices miss loans in a fall: the same world, another reader. */
static void
test_old_prices_are_seen (void)
{
  g_autoptr (PnyxRunResult) twin = run ("price='truth'", "", TRUE);
  g_autoptr (PnyxRunResult) late = run ("reader='finalized'", "", TRUE);

  g_assert_cmpfloat (value (late, "contract.missed_max"), >, 5);
  g_assert_cmpfloat (value (late, "contract.missed"), >, 0);
  g_assert_cmpfloat (value (late, "contract.price_error"), >, 0.005);
  g_assert_cmpfloat (value (late, "contract.bad_debt"), >=, value (twin, "contract.bad_debt"));
}

/* What a guard refuses although it was right is counted. */
static void
test_a_guard_blocks_what_was_right (void)
{
  g_autoptr (PnyxRunResult) guarded = run ("reader='finalized' stale-after='1 s'", "", TRUE);

  g_assert_cmpfloat (value (guarded, "contract.unpriced"), ==, 1);
  g_assert_cmpfloat (value (guarded, "contract.liquidations"), ==, 0);
  g_assert_cmpfloat (value (guarded, "contract.missed_max"), >, 100);
  g_assert_true (isnan (value (guarded, "contract.price_error")));
}

/* In a fall that lasts: what is sent while the price was young enough and is executed when it no
 * longer is. With a guard that never comes to that nothing is blocked. */
static gdouble
blocked (const gchar *guard)
{
  g_autofree gchar *body
      = g_strdup_printf ("<run duration='110 min' warmup='10 min'/>"
                         "<network nodes='8'><topology kind='complete'/></network>"
                         "<chain kind='nakamoto' id='main'><execution gas-price='0'/><nakamoto "
                         "interval='exponential(12 s)'/></chain>"
                         "<oracle id='price'><ocr-median deviation='0.5' heartbeat='2 min'/>"
                         "<feed kind='gbm' start='100'><shock at='20 min' over='80 min' "
                         "change='-0.5'/></feed><reporters count='4'/></oracle>"
                         "<contract id='loans' kind='lending' oracle='price'><lending "
                         "stale-after='%s'><borrowers count='2000' attentive='0'/></lending>"
                         "</contract>",
                         guard);
  g_autoptr (PnyxModel) model = test_model (body);
  GError *error = NULL;
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (value (result, "contract.liquidations"), >, 50);
  return value (result, "contract.blocked_actions");
}

static void
test_refused_actions_that_were_right_are_counted (void)
{
  gdouble tight = blocked ("45 s");

  g_test_message ("%g blocked", tight);
  g_assert_cmpfloat (tight, >, 5);
  g_assert_cmpfloat (blocked ("1 h"), ==, 0);
}

/* Losses are those of who uses the contract; what is written off beyond the reserve is theirs too.
 */
static void
test_losses_sum (void)
{
  g_autoptr (PnyxRunResult) twin = run ("price='truth'", "", TRUE);
  gdouble borrowers = value (twin, "contract.borrower_loss");
  gdouble depositors = value (twin, "contract.depositor_loss");

  g_assert_cmpfloat (borrowers, >, 0);
  g_assert_cmpfloat (depositors, >=, 0);
  g_assert_cmpfloat (value (twin, "contract.written_off"), >=, depositors);
  g_assert_cmpfloat_with_epsilon (value (twin, "contract.loss"), borrowers + depositors, 1e-6);
  g_assert_cmpfloat (value (twin, "contract.uncovered_max"), >=, 0);
  g_assert_cmpfloat (value (twin, "contract.loans"), >, 0);
  g_assert_cmpfloat (value (twin, "contract.debt"), >, 0);
}

/* Who bids alone wins for next to nothing, and gas is paid. */
static void
test_auctions_without_competition (void)
{
  g_autoptr (PnyxRunResult) alone = run (
      "liquidation='auction'",
      "<auction bid-lasts='2 min' lasts='20 min'/><keepers count='1' cash='10000000 $'/>", TRUE);

  g_assert_cmpfloat (value (alone, "contract.auctions"), >, 10);
  g_assert_cmpfloat (value (alone, "contract.zero_bids"), >,
                     0.9 * value (alone, "contract.auctions"));
  g_assert_cmpfloat (value (alone, "contract.depositor_loss"), >, 0);
  g_assert_cmpfloat (value (alone, "contract.transactions"), >, 20);
  g_assert_cmpfloat (value (alone, "contract.gas"), >,
                     21000 * value (alone, "contract.transactions"));
  g_assert_cmpfloat (value (alone, "contract.fees"), >, 0); /* bids for a place in the block */
}

static void
test_controllers_are_seen (void)
{
  g_autoptr (PnyxRunResult) governed
      = run ("", "<controller kind='rule' interval='1 min' window='5' volatility0='0.8'/>", TRUE);

  g_assert_cmpfloat (value (governed, "contract.decisions"), >, 20);
  g_assert_cmpfloat (value (governed, "contract.governed"), >, 0);
  g_assert_cmpfloat (value (governed, "contract.ltv"), <, 0.75);
}

static void
test_nobody_calls_without_a_reason (void)
{
  g_autoptr (PnyxRunResult) quiet = run ("", "<keepers count='0'/>", TRUE);

  g_assert_cmpfloat (value (quiet, "contract.transactions"), ==, 0);
  g_assert_true (isnan (value (quiet, "contract.reverted")));
}

static void
test_metrics_change_nothing (void)
{
  g_autoptr (PnyxRunResult) with = run ("reader='finalized'", "", TRUE);
  g_autoptr (PnyxRunResult) without = run ("reader='finalized'", "", FALSE);

  g_assert_cmpuint (with->digest, ==, without->digest);
  g_assert_cmpuint (with->events, ==, without->events);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metric/contract/a-contract-that-reads-the-truth-does-no-wrong",
                   test_a_contract_that_reads_the_truth_does_no_wrong);
  g_test_add_func ("/metric/contract/old-prices-are-seen", test_old_prices_are_seen);
  g_test_add_func ("/metric/contract/a-guard-blocks-what-was-right",
                   test_a_guard_blocks_what_was_right);
  g_test_add_func ("/metric/contract/refused-actions-that-were-right-are-counted",
                   test_refused_actions_that_were_right_are_counted);
  g_test_add_func ("/metric/contract/losses-sum", test_losses_sum);
  g_test_add_func ("/metric/contract/auctions-without-competition",
                   test_auctions_without_competition);
  g_test_add_func ("/metric/contract/controllers-are-seen", test_controllers_are_seen);
  g_test_add_func ("/metric/contract/nobody-calls-without-a-reason",
                   test_nobody_calls_without_a_reason);
  g_test_add_func ("/metric/contract/metrics-change-nothing", test_metrics_change_nothing);
  return g_test_run ();
}
