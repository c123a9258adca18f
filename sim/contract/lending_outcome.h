/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_LENDING_OUTCOME_H
#define PNYX_CONTRACT_LENDING_OUTCOME_H

#include "contract/lending.h"
#include "protocol/protocol.h"

/*
 * What came of a lending contract, judged by the truth: whether loans that were liquidated were
 * below 1 at the true price, whether what a guard refused would have been right, what is not
 * covered.
 */

/** PnyxTruePrice: what the collateral is worth, 8 decimals. */
typedef struct
{
  gint64 (*at) (gpointer self, PnyxTime time);
  gpointer self; /* borrowed */
} PnyxTruePrice;

/** PnyxLendingOutcome: of the blocks of one chain within a window. */
typedef struct
{
  guint64 liquidations;       /* executed, of either kind */
  guint64 false_liquidations; /* of these, of loans whose health factor was at least 1 at the truth,
                                 in the state before */
  guint64 blocked_actions;    /* refused by a guard, right at the truth */
  guint64 auctions;           /* settled */
  guint64 zero_bids;          /* of these, for less than a thousandth of the debt */
  PnyxAmount written_off;
} PnyxLendingOutcome;

/**
 * pnyx_lending_outcome: blocks up to @tip whose time is after @begin and not after @end.
 *
 * The machine's view is elsewhere afterwards. Cost: the records of these blocks.
 */
PnyxLendingOutcome pnyx_lending_outcome (PnyxChain *chain, const PnyxLending *lending,
                                         PnyxTruePrice truth, PnyxBlockId tip, PnyxTime begin,
                                         PnyxTime end);

/** PnyxLendingState: of all loans in the machine's view at one time. */
typedef struct
{
  guint32 loans;  /* that owe something */
  guint32 missed; /* below 1 at the truth, and the contract would not liquidate them: by its price,
                     or for want of one */
  guint32 liquidatable; /* that the contract would liquidate */
  PnyxAmount uncovered; /* sum of max (0, debt - collateral at the truth) */
} PnyxLendingState;

/** pnyx_lending_state: Cost: looks at every borrower. */
PnyxLendingState pnyx_lending_state (const PnyxLending *lending, const PnyxMachine *machine,
                                     PnyxTime time, gint64 truth);

#endif
