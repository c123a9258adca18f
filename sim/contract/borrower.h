/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_BORROWER_H
#define PNYX_CONTRACT_BORROWER_H

#include "contract/lending_watch.h"

/*
 * Borrowers: how much they borrow, whether they look after their loan and what they do when it
 * comes near to liquidation. Those who are attentive answer after a delay: they pledge more, repay,
 * or leave, with what they own beside the loan; the others never do anything. New loans are opened
 * at random by those who have none, at what the contract lends at that time.
 */

/** PnyxBorrowersSetup: of all borrowers of one contract. */
typedef struct
{
  guint32 n;
  gdouble ltv_a, ltv_b;     /* Beta distribution of loan to value as a share of what is lent */
  gdouble collateral;       /* median of what is pledged, whole units, */
  gdouble collateral_sigma; /* and standard deviation of its logarithm */
  gdouble reserve;          /* what is owned beside: share of the collateral, and of the debt */
  gdouble attentive;        /* probability */
  gdouble alert;            /* health factor below which the attentive act; at least 1 */
  PnyxTime delay;           /* mean time until they do */
  gdouble leave;            /* probability of repaying all rather than going back to where it was */
  gdouble loans_per_second; /* opened later, by all together */
  guint64 gas_limit;
} PnyxBorrowersSetup;

typedef struct _PnyxBorrowers PnyxBorrowers;

/** pnyx_borrowers_endow: gives @setup->n borrowers from account setup.borrowers of @lending on
 * their loans and what they own in genesis, at @price (8 decimals); before any deposit. Returns:
 * what they owe in all. */
PnyxAmount pnyx_borrowers_endow (PnyxChain *chain, const PnyxLending *lending,
                                 const PnyxBorrowersSetup *setup, gint64 price);

/**
 * pnyx_borrowers_new: they act from now on, over node number (account modulo nodes).
 * @node: whose head tells them of the price
 *
 * Who is attentive but owns nothing to act with when it is told is not told again.
 *
 * Returns: (transfer none): in the world's arena; 18 bytes for each beside accounts and loans.
 */
PnyxBorrowers *pnyx_borrowers_new (PnyxChain *chain, const PnyxLending *lending,
                                   const PnyxBorrowersSetup *setup, PnyxNodeId node);

/** PnyxBorrowersDone: what they have sent so far. */
typedef struct
{
  guint64 pledged, repaid, left, opened;
} PnyxBorrowersDone;
PnyxBorrowersDone pnyx_borrowers_done (const PnyxBorrowers *borrowers);

#endif
