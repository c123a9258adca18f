/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A loan that is bitten leaves the books of loans whole: its collateral is the lot, its debt and a
 * penalty are the tab. What bidders pay is cash at once; the debt stays open until the deal, which
 * settles it: what was paid beyond it is the reserve's, what is missing is written off. Auctions
 * are kept in a table of fixed size; those that are over form a list.
 */
#include "contract/lending_priv.h"

static PnyxCell
auction_cell (const PnyxLending *lending, guint32 number, guint which)
{
  return lending->auctions + number * AUCTION_N_CELLS + which;
}

/* Takes a free place. Returns: FALSE: there is none. */
static gboolean
claim_place (const PnyxLending *lending, PnyxFrame *frame, guint32 *number)
{
  gint64 first = pnyx_frame_get (frame, lending_cell (lending, LENDING_FREE));
  gint64 used;

  if (first > 0)
    {
      *number = (guint32)first - 1;
      pnyx_frame_set (frame, lending_cell (lending, LENDING_FREE),
                      pnyx_frame_get (frame, auction_cell (lending, *number, AUCTION_NEXT)));
      return TRUE;
    }
  used = pnyx_frame_get (frame, lending_cell (lending, LENDING_USED));
  if (used >= lending->setup.auctions_max || !pnyx_frame_burn (frame, 0))
    return FALSE;
  *number = (guint32)used;
  pnyx_frame_set (frame, lending_cell (lending, LENDING_USED), used + 1);
  return TRUE;
}

static void
leave_place (const PnyxLending *lending, PnyxFrame *frame, guint32 number)
{
  pnyx_frame_set (frame, auction_cell (lending, number, AUCTION_OWNER), 0);
  pnyx_frame_set (frame, auction_cell (lending, number, AUCTION_NEXT),
                  pnyx_frame_get (frame, lending_cell (lending, LENDING_FREE)));
  pnyx_frame_set (frame, lending_cell (lending, LENDING_FREE), (gint64)number + 1);
}

static void
store_auction (const PnyxLending *lending, PnyxFrame *frame, guint32 number,
               const PnyxAuction *auction)
{
  const gint64 values[]
      = { auction->bid, auction->lot, auction->tab, auction->guy, auction->tic, auction->end };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      PnyxCell cell = auction_cell (lending, number, AUCTION_BID + i);

      if (pnyx_frame_get (frame, cell) != values[i])
        pnyx_frame_set (frame, cell, values[i]);
    }
}

/* Returns: FALSE: there is no such auction, or out of gas. */
static gboolean
load_auction (const PnyxLending *lending, PnyxFrame *frame, gint64 number, PnyxAuction *auction,
              PnyxAccount *owner)
{
  gint64 values[6], owned;
  guint32 at = (guint32)number;

  if (lending->setup.mode != PNYX_LENDING_AUCTION || number < 0
      || number >= lending->setup.auctions_max)
    return FALSE;
  owned = pnyx_frame_get (frame, auction_cell (lending, at, AUCTION_OWNER));
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    values[i] = pnyx_frame_get (frame, auction_cell (lending, at, AUCTION_BID + i));
  if (owned == 0 || !pnyx_frame_burn (frame, 0))
    return FALSE;
  *owner = (PnyxAccount)(owned - 1);
  *auction = (PnyxAuction){ .bid = values[0],
                            .lot = values[1],
                            .tab = values[2],
                            .guy = (guint32)values[3],
                            .tic = values[4],
                            .end = values[5] };
  return TRUE;
}

/* Debt and penalty. */
static gint64
tab_of (const PnyxLending *lending, gint64 debt)
{
  pnyx_uint128 tab;

  (void)pnyx_wide_mul_div ((guint64)debt, (guint64)(PNYX_LENDING_PARTS + lending->setup.penalty),
                           PNYX_LENDING_PARTS, PNYX_ROUND_UP, &tab);
  return pnyx_wide_clamp (tab);
}

/* Moves the loan out of the books. Returns: the debt that they have less. */
static gint64
take_over (LendingBooks *books, LendingLoan *loan)
{
  gint64 before = pnyx_lending_amount (books->is[LENDING_SCALED_DEBT],
                                       books->is[LENDING_INDEX_DEBT], PNYX_ROUND_UP);

  pnyx_lending_lower_debt (books, loan, loan->now.debt);
  loan->now.collateral = 0;
  return before
         - pnyx_lending_amount (books->is[LENDING_SCALED_DEBT], books->is[LENDING_INDEX_DEBT],
                                PNYX_ROUND_UP);
}

gboolean
pnyx_lending_bite (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books,
                   gint64 account)
{
  gint64 price, threshold, lot, debt;
  PnyxAuction auction;
  LendingLoan loan;
  guint32 number;

  if (lending->setup.mode != PNYX_LENDING_AUCTION
      || !pnyx_lending_load_loan (lending, frame, books, account, &loan))
    return FALSE;
  if (!pnyx_lending_quote (lending, frame, PNYX_LENDING_BITE, account, &price))
    return TRUE;
  threshold = pnyx_frame_get (frame, lending_cell (lending, LENDING_THRESHOLD));
  pnyx_lending_say_position (frame, &loan, threshold);
  if (loan.now.collateral == 0 || !pnyx_lending_is_liquidatable (&loan.now, price, threshold)
      || !claim_place (lending, frame, &number))
    return FALSE;
  lot = loan.now.collateral;
  debt = take_over (books, &loan);
  pnyx_lending_store_loan (frame, &loan);
  auction = pnyx_auction_kick (&lending->setup.auction, pnyx_frame_time (frame),
                               tab_of (lending, debt), lot, lending->account);
  store_auction (lending, frame, number, &auction);
  pnyx_frame_set (frame, auction_cell (lending, number, AUCTION_OWNER), account + 1);
  pnyx_frame_set (frame, auction_cell (lending, number, AUCTION_DEBT), debt);
  pnyx_lending_add (lending, frame, LENDING_COLLATERAL, -lot);
  pnyx_lending_add (lending, frame, LENDING_LOTS, lot);
  pnyx_lending_add (lending, frame, LENDING_AUCTIONED, debt);
  pnyx_frame_record (frame, PNYX_LENDING_SAID_BITTEN, account, number, auction.tab, price);
  pnyx_frame_result (frame, 0, 1);
  pnyx_frame_result (frame, 1, number);
  return TRUE;
}

gboolean
pnyx_lending_bid (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books,
                  const PnyxCall *call)
{
  gint64 number = call->arguments[0], lot = call->arguments[1], bid = call->arguments[2];
  PnyxAccount sender = pnyx_frame_sender (frame), owner;
  PnyxTime now = pnyx_frame_time (frame);
  PnyxAuctionFlow flow;
  PnyxAuction auction;

  if (!load_auction (lending, frame, number, &auction, &owner)
      || (call->method == PNYX_LENDING_TEND
              ? pnyx_auction_tend (&lending->setup.auction, &auction, now, sender, lot, bid, &flow)
              : pnyx_auction_dent (&lending->setup.auction, &auction, now, sender, lot, bid, &flow))
             != PNYX_AUCTION_DONE)
    return FALSE;
  if (!pnyx_frame_take (frame, PNYX_CASH, flow.refund + flow.income)
      || (flow.refund > 0 && !pnyx_frame_pay (frame, PNYX_CASH, flow.outbid, flow.refund))
      || (flow.returned > 0 && !pnyx_frame_pay (frame, lending->setup.asset, owner, flow.returned)))
    return FALSE;
  books->is[LENDING_CASH] += flow.income;
  pnyx_lending_add (lending, frame, LENDING_BIDS, flow.income);
  pnyx_lending_add (lending, frame, LENDING_LOTS, -flow.returned);
  store_auction (lending, frame, (guint32)number, &auction);
  pnyx_frame_record (frame, PNYX_LENDING_SAID_BID, number, auction.lot, auction.bid, flow.outbid);
  return TRUE;
}

gboolean
pnyx_lending_tick (const PnyxLending *lending, PnyxFrame *frame, gint64 number)
{
  PnyxAuction auction;
  PnyxAccount owner;

  if (!load_auction (lending, frame, number, &auction, &owner)
      || pnyx_auction_tick (&lending->setup.auction, &auction, pnyx_frame_time (frame))
             != PNYX_AUCTION_DONE)
    return FALSE;
  store_auction (lending, frame, (guint32)number, &auction);
  return TRUE;
}

gboolean
pnyx_lending_deal (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books, gint64 number)
{
  PnyxAuction auction;
  PnyxAccount owner;
  gint64 debt;

  if (!load_auction (lending, frame, number, &auction, &owner)
      || pnyx_auction_deal (&auction, pnyx_frame_time (frame)) != PNYX_AUCTION_DONE)
    return FALSE;
  debt = pnyx_frame_get (frame, auction_cell (lending, (guint32)number, AUCTION_DEBT));
  if (auction.lot > 0 && !pnyx_frame_pay (frame, lending->setup.asset, auction.guy, auction.lot))
    return FALSE;
  pnyx_lending_add (lending, frame, LENDING_LOTS, -auction.lot);
  pnyx_lending_add (lending, frame, LENDING_AUCTIONED, -debt);
  pnyx_lending_add (lending, frame, LENDING_BIDS, -auction.bid);
  pnyx_frame_record (frame, PNYX_LENDING_SAID_DEALT, number, auction.lot, auction.bid, debt);
  if (auction.bid >= debt)
    books->is[LENDING_RESERVE] += auction.bid - debt;
  else
    pnyx_lending_write_off (lending, frame, books, owner, debt - auction.bid);
  leave_place (lending, frame, (guint32)number);
  return TRUE;
}

guint32
pnyx_lending_auctions (const PnyxLending *lending, const PnyxMachine *machine)
{
  return (guint32)pnyx_machine_get (machine, lending_cell (lending, LENDING_USED));
}

gboolean
pnyx_lending_auction (const PnyxLending *lending, const PnyxMachine *machine, guint32 auction,
                      PnyxAuction *terms, PnyxAccount *borrower, PnyxAmount *debt)
{
  gint64 values[AUCTION_N_CELLS];

  if (lending->setup.mode != PNYX_LENDING_AUCTION || auction >= lending->setup.auctions_max)
    return FALSE;
  for (guint i = 0; i < AUCTION_N_CELLS; i++)
    values[i] = pnyx_machine_get (machine, auction_cell (lending, auction, i));
  if (values[AUCTION_OWNER] == 0)
    return FALSE;
  *terms = (PnyxAuction){ .bid = values[AUCTION_BID],
                          .lot = values[AUCTION_LOT],
                          .tab = values[AUCTION_TAB],
                          .guy = (guint32)values[AUCTION_GUY],
                          .tic = values[AUCTION_TIC],
                          .end = values[AUCTION_END] };
  if (borrower != NULL)
    *borrower = (PnyxAccount)(values[AUCTION_OWNER] - 1);
  if (debt != NULL)
    *debt = values[AUCTION_DEBT];
  return TRUE;
}
