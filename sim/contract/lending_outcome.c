/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A liquidation's record follows one of what the loan was, in the same transaction. For a blocked
 * action the transaction says what was asked for, and the block's state what it was asked on: a
 * blocked action changes nothing.
 */
#include "contract/lending_outcome.h"

typedef struct
{
  PnyxChain *chain;
  const PnyxLending *lending;
  PnyxLendingOutcome outcome;
  PnyxLendingPosition position; /* as the last record said */
  gint64 threshold;
} Judge;

/* Whether @call would have been right at @price. */
static gboolean
is_right (const Judge *judge, const PnyxRecord *record, PnyxTime time, gint64 price)
{
  const PnyxMachine *machine = judge->chain->machine;
  const PnyxCall *call = pnyx_machine_call (machine, record->transaction);
  PnyxLendingBooks books = pnyx_lending_books (judge->lending, machine, time);
  PnyxLendingPosition position
      = pnyx_lending_position (judge->lending, machine, (PnyxAccount)record->values[1], time);
  gint64 bound = books.ltv;

  if (record->values[0] == PNYX_LENDING_LIQUIDATE || record->values[0] == PNYX_LENDING_BITE)
    return position.collateral > 0
           && pnyx_lending_is_liquidatable (&position, price, books.threshold);
  if (call == NULL || call->contract != judge->lending->contract)
    return FALSE; /* asked for by another contract: nobody knows what */
  switch (call->method)
    {
    case PNYX_LENDING_RELEASE:
      position.collateral -= call->arguments[0];
      bound = books.threshold;
      break;
    case PNYX_LENDING_BORROW:
      position.debt += call->arguments[0];
      break;
    default:
      position.collateral += call->arguments[0];
      position.debt += call->arguments[1];
      break;
    }
  return position.collateral >= 0 && position.debt - books.cash <= 0
         && pnyx_lending_compare_health (&position, price, bound, PNYX_LENDING_PARTS) >= 0;
}

static void
judge_record (Judge *judge, const PnyxRecord *record, PnyxTime time, gint64 price)
{
  PnyxLendingOutcome *outcome = &judge->outcome;

  switch (record->kind)
    {
    case PNYX_LENDING_SAID_POSITION:
      judge->position = (PnyxLendingPosition){ record->values[1], record->values[2] };
      judge->threshold = record->values[3];
      break;
    case PNYX_LENDING_SAID_LIQUIDATED:
    case PNYX_LENDING_SAID_BITTEN:
      outcome->liquidations++;
      if (!pnyx_lending_is_liquidatable (&judge->position, price, judge->threshold))
        outcome->false_liquidations++;
      break;
    case PNYX_LENDING_SAID_DEALT:
      outcome->auctions++;
      outcome->zero_bids += record->values[2] < record->values[3] / 1000 ? 1 : 0;
      break;
    case PNYX_LENDING_SAID_WRITTEN_OFF:
      outcome->written_off += record->values[1];
      break;
    case PNYX_LENDING_SAID_BLOCKED:
      outcome->blocked_actions += is_right (judge, record, time, price) ? 1 : 0;
      break;
    default:
      break;
    }
}

PnyxLendingOutcome
pnyx_lending_outcome (PnyxChain *chain, const PnyxLending *lending, PnyxTruePrice truth,
                      PnyxBlockId tip, PnyxTime begin, PnyxTime end)
{
  Judge judge = { .chain = chain, .lending = lending };

  for (PnyxBlockId at = tip; at != 0; at = pnyx_block_tree_get (chain->blocks, at)->parent)
    {
      PnyxTime time = pnyx_block_tree_get (chain->blocks, at)->time;
      guint32 n;
      const PnyxRecord *records;

      if (time > end)
        continue;
      if (time <= begin)
        break;
      pnyx_machine_view (chain->machine, at);
      records = pnyx_machine_records (chain->machine, at, &n);
      for (guint32 i = 0; i < n; i++)
        if (records[i].contract == lending->contract)
          judge_record (&judge, &records[i], time, truth.at (truth.self, time));
    }
  return judge.outcome;
}

PnyxLendingState
pnyx_lending_state (const PnyxLending *lending, const PnyxMachine *machine, PnyxTime time,
                    gint64 truth)
{
  gint64 threshold = pnyx_lending_books (lending, machine, time).threshold, price;
  gint64 index = pnyx_lending_debt_index (lending, machine, time);
  gboolean quoted = pnyx_lending_quotes (lending, machine, time, &price);
  PnyxLendingState state = { 0 };

  for (guint32 i = 0; i < lending->setup.n_borrowers; i++)
    {
      PnyxLendingPosition position
          = pnyx_lending_position_by (lending, machine, lending->setup.borrowers + i, index);
      gboolean would = quoted && pnyx_lending_is_liquidatable (&position, price, threshold);

      if (position.debt == 0)
        continue;
      state.loans++;
      state.liquidatable += would ? 1 : 0;
      state.missed += !would && pnyx_lending_is_liquidatable (&position, truth, threshold) ? 1 : 0;
      state.uncovered += pnyx_lending_shortfall (&position, truth);
    }
  return state;
}
