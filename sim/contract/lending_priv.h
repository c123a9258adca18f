/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of lending share: its cells, its books, and how a price is asked for. */
#ifndef PNYX_CONTRACT_LENDING_PRIV_H
#define PNYX_CONTRACT_LENDING_PRIV_H

#include "contract/lending.h"

enum
{
  LENDING_INDEX_DEBT,
  LENDING_INDEX_DEPOSIT,
  LENDING_LAST, /* second until which interest is counted */
  LENDING_SCALED_DEBT,
  LENDING_SCALED_DEPOSIT,
  LENDING_CASH,
  LENDING_RESERVE,
  LENDING_PREMIUM, /* added to the base rate */
  LENDING_N_BOOKS,
  LENDING_COLLATERAL = LENDING_N_BOOKS, /* pledged; lots of auctions not */
  LENDING_LTV,
  LENDING_THRESHOLD,
  LENDING_WRITTEN_OFF,
  LENDING_LOTS,      /* collateral that is being auctioned */
  LENDING_AUCTIONED, /* debts that are to be covered by it */
  LENDING_BIDS,      /* paid in for it so far */
  LENDING_USED,      /* auctions that ever ran at a time */
  LENDING_FREE,      /* 1 + the first of them that is free; 0: none */
  LENDING_N_CELLS,
};

/* Cells of an auction. */
enum
{
  AUCTION_OWNER, /* 1 + the borrower's account; 0: none */
  AUCTION_DEBT,  /* that it is to cover */
  AUCTION_BID,
  AUCTION_LOT,
  AUCTION_TAB,
  AUCTION_GUY,
  AUCTION_TIC,
  AUCTION_END,
  AUCTION_NEXT, /* of a free one: as LENDING_FREE */
  AUCTION_N_CELLS,
};

/* The books of a call: loaded, interest counted, changed, stored. */
typedef struct
{
  gint64 was[LENDING_N_BOOKS];
  gint64 is[LENDING_N_BOOKS];
} LendingBooks;

/* A borrower's position while a call is at work on it. */
typedef struct
{
  PnyxCell cell; /* collateral; then shares of debt */
  PnyxAccount account;
  gint64 scaled;
  PnyxLendingPosition now;
} LendingLoan;

static inline PnyxCell
lending_cell (const PnyxLending *lending, guint which)
{
  return lending->cells + which;
}

/* Counts interest until @second. */
void pnyx_lending_count_interest (const PnyxLendingSetup *setup, gint64 *books, gint64 second);

/* Returns: FALSE: out of gas. */
gboolean pnyx_lending_load (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books);
void pnyx_lending_store (const PnyxLending *lending, PnyxFrame *frame, const LendingBooks *books);

/* Adds @change to one of the cells that are no books. */
void pnyx_lending_add (const PnyxLending *lending, PnyxFrame *frame, guint which, gint64 change);

/* Returns: FALSE: @account is no borrower, or out of gas. */
gboolean pnyx_lending_load_loan (const PnyxLending *lending, PnyxFrame *frame,
                                 const LendingBooks *books, gint64 account, LendingLoan *loan);
void pnyx_lending_store_loan (PnyxFrame *frame, const LendingLoan *loan);

/* Takes @repaid (all where it is the whole debt) off the loan. */
void pnyx_lending_lower_debt (LendingBooks *books, LendingLoan *loan, gint64 repaid);

/* A debt of the borrower @account that is not coming back. */
void pnyx_lending_write_off (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books,
                             PnyxAccount account, gint64 loss);

/* Returns: FALSE: none that may be used: a record says so. */
gboolean pnyx_lending_quote (const PnyxLending *lending, PnyxFrame *frame, guint32 method,
                             gint64 account, gint64 *price);

/* Says what the loan is. */
void pnyx_lending_say_position (PnyxFrame *frame, const LendingLoan *loan, gint64 threshold);

/* The methods of auctions. */
gboolean pnyx_lending_bite (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books,
                            gint64 account);
gboolean pnyx_lending_bid (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books,
                           const PnyxCall *call);
gboolean pnyx_lending_tick (const PnyxLending *lending, PnyxFrame *frame, gint64 number);
gboolean pnyx_lending_deal (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books,
                            gint64 number);

#endif
