/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What came of contracts, by the canonical chain at the end and by the truth, which is what the
 * feed of the contract's oracle says. The state of a contract is looked at in SAMPLES moments,
 * evenly over the window: that of the newest canonical block then.
 */
#include <math.h>
#include <string.h>

#include "metric/families.h"

#define SAMPLES 96

typedef struct
{
  const PnyxObserved *observed;
} Contracts;

static const PnyxMetricInfo contract_metrics[] = {
  { "contract.transactions", "1", NULL,
    "Calls of the contract in canonical blocks of the window." },
  { "contract.reverted", "1", NULL, "Share of those that changed nothing." },
  { "contract.gas", "1", NULL, "Gas that these calls took." },
  { "contract.fees", "$", NULL, "What was paid for it." },
  { "contract.drained", "$", NULL,
    "What the contract holds less than its books say that it owes, at the end of the window, at "
    "the truth." },
  { "contract.loans", "1", NULL, "Loans that owe something, at the end of the window." },
  { "contract.debt", "$", NULL, "What these loans owe in all." },
  { "contract.bad_debt", "$", NULL,
    "At the end of the window: what loans owe above what their collateral is truly worth, and what "
    "was written off since the beginning." },
  { "contract.written_off", "$", NULL, "Of it what was written off in the window." },
  { "contract.liquidations", "1", NULL,
    "Liquidations in canonical blocks of the window: at a fixed spread each call that was done, by "
    "auction each that was begun." },
  { "contract.false_liquidations", "1", NULL,
    "Of these those of loans whose health factor at the truth was at least 1 in the state "
    "before." },
  { "contract.missed", "1", NULL,
    "Mean number of loans whose health factor is below 1 at the truth and which the contract would "
    "not liquidate, by its price or for want of one; 96 moments of the window." },
  { "contract.missed_max", "1", NULL, "The largest of the same." },
  { "contract.uncovered_max", "$", NULL,
    "Most that loans owed above what their collateral was truly worth, in those moments." },
  { "contract.blocked_actions", "1", NULL,
    "Actions of the window that the guard refused, or for which there was no price, and that were "
    "right at the truth." },
  { "contract.auctions", "1", NULL, "Auctions settled in the window." },
  { "contract.zero_bids", "1", NULL, "Of these those won for less than a thousandth of the debt." },
  { "contract.borrower_loss", "$", NULL,
    "What liquidations of the window took from borrowers at the truth, less the debt that they "
    "took off." },
  { "contract.depositor_loss", "$", NULL,
    "What was written off in the window beyond what the reserve paid." },
  { "contract.loss", "$", NULL, "Both: what those lost who only use the contract." },
  { "contract.price", "$", NULL,
    "Series: the price that the contract reads (lending) or trades at (pool), in 96 moments of the "
    "window." },
  { "contract.truth", "$", NULL, "Series: what the asset is worth in those moments." },
  { "contract.price_error", "1", NULL,
    "Mean of |price / truth - 1| in those moments: the price that the contract reads (lending) or "
    "trades at (pool); moments without one left out." },
  { "contract.unpriced", "1", NULL,
    "Share of those moments without a price: none yet, or refused by the guard." },
  { "contract.ltv", "1", NULL, "Mean loan to value of new loans in those moments." },
  { "contract.utilisation", "1", NULL, "Mean part of the money that is lent, in those moments." },
  { "contract.decisions", "1", NULL, "Decisions of the controller since the beginning." },
  { "contract.governed", "1", NULL, "Changes of terms that it has sent since the beginning." },
  { "contract.procyclicality", "1", NULL,
    "Correlation of its changes of loan to value with the returns of the price that it saw, over "
    "its decisions; empty where one of them does not vary." },
  { "contract.operations", "1", NULL,
    "Arithmetic that its forecaster has taken since the beginning, training included." },
  { "contract.energy", "J", NULL, "What that took on its machine." },
  { "contract.swaps", "1", NULL, "Swaps in canonical blocks of the window." },
  { "contract.volume", "$", NULL, "What was swapped in them, in money." },
};

static void
contract_init (gpointer self, const PnyxObserved *observed)
{
  ((Contracts *)self)->observed = observed;
}

static gdouble
units (PnyxAmount amount)
{
  return (gdouble)amount / (gdouble)PNYX_AMOUNT_ONE;
}

static gdouble
ratio (gdouble sum, gdouble n)
{
  return n > 0 ? sum / n : (gdouble)NAN;
}

/* Money for @amount of the asset at @price. */
static gdouble
worth (PnyxAmount amount, gint64 price)
{
  return units (amount) * (gdouble)price / (gdouble)PNYX_PRICE_ONE;
}

typedef struct
{
  const PnyxObserved *observed;
  const PnyxContract *contract;
  const gchar *scope;
  PnyxOutput *output;
} Put;

static void
put (const Put *to, const gchar *metric, const gchar *unit, gdouble value)
{
  pnyx_output_scalar (to->output, to->scope, metric, unit, value);
}

/* ---- Transactions and records ---- */

typedef struct
{
  guint64 n, reverted, gas, swaps;
  gdouble fees, volume, borrowers, depositors, written_off;
} Sums;

static void
add_record (Sums *sums, const PnyxContract *contract, const PnyxRecord *record, gint64 truth)
{
  const gint64 *values = record->values;

  if (contract->lending == NULL)
    {
      if (record->kind != PNYX_POOL_SWAPPED)
        return;
      sums->swaps++;
      sums->volume += units (values[values[0] == 1 ? 1 : 2]);
      return;
    }
  switch (record->kind)
    {
    case PNYX_LENDING_SAID_LIQUIDATED:
      sums->borrowers += worth (values[2], truth) - units (values[1]);
      break;
    case PNYX_LENDING_SAID_DEALT:
      sums->borrowers += worth (values[1], truth) - units (values[3]);
      break;
    case PNYX_LENDING_SAID_WRITTEN_OFF:
      sums->written_off += units (values[1]);
      sums->depositors += units (values[3]);
      break;
    default:
      break;
    }
}

static void
add_block (Sums *sums, const PnyxContract *contract, PnyxBlockId id, gint64 truth)
{
  guint32 n;
  const PnyxReceipt *receipts = pnyx_machine_receipts (contract->machine, id, &n);
  const PnyxRecord *records;

  for (guint32 i = 0; i < n; i++)
    if (pnyx_machine_call (contract->machine, receipts[i].transaction)->contract
        == contract->number)
      {
        sums->n++;
        sums->reverted += receipts[i].outcome != PNYX_OUTCOME_DONE ? 1 : 0;
        sums->gas += receipts[i].gas;
        sums->fees += units (receipts[i].fee);
      }
  records = pnyx_machine_records (contract->machine, id, &n);
  for (guint32 i = 0; i < n; i++)
    if (records[i].contract == contract->number)
      add_record (sums, contract, &records[i], truth);
}

static gint64
truth_at (gpointer contract, PnyxTime time)
{
  return pnyx_contract_truth (contract, time);
}

static Sums
put_transactions (const Put *to)
{
  const PnyxContract *contract = to->contract;
  PnyxChain *chain = contract->chain;
  Sums sums = { 0 };

  for (PnyxBlockId id = chain->ops->canonical (chain); id != 0;
       id = pnyx_block_tree_get (chain->blocks, id)->parent)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);

      if (pnyx_metric_in_window (to->observed, block))
        add_block (&sums, contract, id,
                   contract->oracle != NULL ? pnyx_contract_truth (contract, block->time) : 0);
    }
  put (to, "contract.transactions", "1", (gdouble)sums.n);
  put (to, "contract.reverted", "1", ratio ((gdouble)sums.reverted, (gdouble)sums.n));
  put (to, "contract.gas", "1", (gdouble)sums.gas);
  put (to, "contract.fees", "$", sums.fees);
  return sums;
}

/* ---- The state over the window ---- */

typedef struct
{
  guint n, priced;
  gdouble missed, missed_max, uncovered_max, error, ltv, utilisation;
  PnyxLendingState last;
} Course;

static void
put_point (const Put *to, const gchar *metric, PnyxTime time, gdouble value)
{
  pnyx_output_point (to->output, to->scope, metric, pnyx_time_to_seconds (time), value);
}

/* The price that the contract reads or trades at, in the machine's view at @time. */
static gboolean
quote (const PnyxContract *contract, PnyxTime time, gint64 *price)
{
  if (contract->lending != NULL)
    return pnyx_lending_quotes (contract->lending, contract->machine, time, price);
  *price = pnyx_pool_price (contract->pool, contract->machine);
  return *price > 0;
}

static void
look_at_lending (const Put *to, Course *course, PnyxTime time, gint64 truth)
{
  const PnyxContract *contract = to->contract;
  PnyxLendingBooks books = pnyx_lending_books (contract->lending, contract->machine, time);
  PnyxLendingState state = pnyx_lending_state (contract->lending, contract->machine, time, truth);
  gdouble bad = units (state.uncovered) + units (books.written_off);

  course->last = state;
  course->missed += state.missed;
  course->missed_max = MAX (course->missed_max, (gdouble)state.missed);
  course->uncovered_max = MAX (course->uncovered_max, units (state.uncovered));
  course->ltv += (gdouble)books.ltv / PNYX_LENDING_PARTS;
  course->utilisation += (gdouble)books.utilisation / (gdouble)PNYX_LENDING_RATE_ONE;
  put_point (to, "contract.bad_debt", time, bad);
  put_point (to, "contract.debt", time, units (books.debt));
  put_point (to, "contract.ltv", time, (gdouble)books.ltv / PNYX_LENDING_PARTS);
  put_point (to, "contract.missed", time, state.missed);
}

static void
look (const Put *to, Course *course, PnyxTime time)
{
  const PnyxContract *contract = to->contract;
  gint64 truth = contract->oracle != NULL ? pnyx_contract_truth (contract, time) : 0, price;

  course->n++;
  if (quote (contract, time, &price))
    {
      course->priced++;
      put_point (to, "contract.price", time, (gdouble)price / (gdouble)PNYX_PRICE_ONE);
      if (truth > 0)
        course->error += fabs ((gdouble)price / (gdouble)truth - 1);
    }
  if (truth > 0)
    put_point (to, "contract.truth", time, (gdouble)truth / (gdouble)PNYX_PRICE_ONE);
  if (contract->lending != NULL)
    look_at_lending (to, course, time, truth);
}

static Course
follow (const Put *to)
{
  const PnyxObserved *observed = to->observed;
  PnyxChain *chain = to->contract->chain;
  PnyxBlockTree *blocks = chain->blocks;
  PnyxBlockId tip = chain->ops->canonical (chain);
  guint32 top = pnyx_block_tree_get (blocks, tip)->height, height = 0;
  PnyxTime span = observed->end - observed->begin;
  Course course = { 0 };

  for (guint i = 1; i <= SAMPLES; i++)
    {
      PnyxTime time = observed->begin + (PnyxTime)((gdouble)span * i / SAMPLES);

      while (
          height < top
          && pnyx_block_tree_get (blocks, pnyx_block_tree_ancestor (blocks, tip, height + 1))->time
                 <= time)
        height++;
      pnyx_machine_view (to->contract->machine, pnyx_block_tree_ancestor (blocks, tip, height));
      look (to, &course, time);
    }
  return course;
}

/* ---- Rows ---- */

/* What @contract owes above what it has, in the view: depositors, the reserve and bids against
 * cash, debts and auctions; a pool's reserves against its account. */
static gdouble
drained (const PnyxContract *contract, PnyxTime time)
{
  const PnyxMachine *machine = contract->machine;
  gdouble short_of = 0;

  if (contract->lending != NULL)
    {
      PnyxLendingBooks books = pnyx_lending_books (contract->lending, machine, time);

      return MAX (0, units (books.claims + books.reserve + books.bids - books.cash - books.debt
                            - books.auctioned));
    }
  for (guint side = 0; side < 2; side++)
    {
      PnyxAmount less
          = pnyx_pool_reserve (contract->pool, machine, side)
            - pnyx_machine_balance (machine, contract->pool->account, contract->pool->assets[side]);

      short_of += MAX (0, side == 1 ? units (less)
                                    : worth (less, pnyx_pool_price (contract->pool, machine)));
    }
  return short_of;
}

static void
put_lending (const Put *to, const Sums *sums, const Course *course, PnyxTime end)
{
  const PnyxContract *contract = to->contract;
  PnyxBlockId tip = contract->chain->ops->canonical (contract->chain);
  PnyxTruePrice truth = { .at = truth_at, .self = (gpointer)(gsize)contract };
  PnyxLendingBooks books = pnyx_lending_books (contract->lending, contract->machine, end);
  PnyxLendingOutcome outcome = pnyx_lending_outcome (contract->chain, contract->lending, truth, tip,
                                                     to->observed->begin - 1, end - 1);
  gdouble n = course->n;

  put (to, "contract.loans", "1", course->last.loans);
  put (to, "contract.debt", "$", units (books.debt));
  put (to, "contract.bad_debt", "$", units (course->last.uncovered) + units (books.written_off));
  put (to, "contract.written_off", "$", sums->written_off);
  put (to, "contract.liquidations", "1", (gdouble)outcome.liquidations);
  put (to, "contract.false_liquidations", "1", (gdouble)outcome.false_liquidations);
  put (to, "contract.missed", "1", ratio (course->missed, n));
  put (to, "contract.missed_max", "1", course->missed_max);
  put (to, "contract.uncovered_max", "$", course->uncovered_max);
  put (to, "contract.blocked_actions", "1", (gdouble)outcome.blocked_actions);
  put (to, "contract.auctions", "1", (gdouble)outcome.auctions);
  put (to, "contract.zero_bids", "1", (gdouble)outcome.zero_bids);
  put (to, "contract.borrower_loss", "$", sums->borrowers);
  put (to, "contract.depositor_loss", "$", sums->depositors);
  put (to, "contract.loss", "$", sums->borrowers + sums->depositors);
  put (to, "contract.ltv", "1", ratio (course->ltv, n));
  put (to, "contract.utilisation", "1", ratio (course->utilisation, n));
}

static void
put_controller (const Put *to)
{
  const PnyxForecaster *forecaster = to->contract->forecaster;
  PnyxControllerSeen seen = { .procyclicality = NAN };

  if (to->contract->controller != NULL)
    seen = pnyx_controller_seen (to->contract->controller);
  put (to, "contract.decisions", "1", (gdouble)seen.decisions);
  put (to, "contract.governed", "1", (gdouble)seen.sent);
  put (to, "contract.procyclicality", "1", seen.procyclicality);
  put (to, "contract.operations", "1",
       forecaster != NULL ? (gdouble)pnyx_forecaster_operations (forecaster) : 0);
  put (to, "contract.energy", "J", forecaster != NULL ? pnyx_forecaster_energy (forecaster) : 0);
}

static void
put_contract (const Put *to)
{
  const PnyxContract *contract = to->contract;
  Sums sums = put_transactions (to);
  Course course = follow (to);

  put (to, "contract.drained", "$", drained (contract, to->observed->end));
  put (to, "contract.price_error", "1",
       contract->oracle != NULL ? ratio (course.error, course.priced) : (gdouble)NAN);
  put (to, "contract.unpriced", "1", ratio (course.n - course.priced, course.n));
  if (contract->lending == NULL)
    {
      put (to, "contract.swaps", "1", (gdouble)sums.swaps);
      put (to, "contract.volume", "$", sums.volume);
      return;
    }
  put_lending (to, &sums, &course, to->observed->end);
  put_controller (to);
}

static void
contract_finish (gpointer self, PnyxOutput *output)
{
  const PnyxObserved *observed = ((const Contracts *)self)->observed;

  for (guint i = 0; observed->contracts != NULL && i < observed->contracts->n; i++)
    {
      const PnyxContract *contract = observed->contracts->contracts[i];
      Put to = { .observed = observed,
                 .contract = contract,
                 .scope = observed->contracts->n == 1 ? "" : g_intern_string (contract->id),
                 .output = output };

      put_contract (&to);
    }
}

const PnyxMetricOps pnyx_metric_contract = {
  .name = "contract",
  .metrics = contract_metrics,
  .n_metrics = G_N_ELEMENTS (contract_metrics),
  .state_size = sizeof (Contracts),
  .init = contract_init,
  .finish = contract_finish,
};
