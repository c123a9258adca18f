/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_AUCTION_RULE_H
#define PNYX_CONTRACT_AUCTION_RULE_H

#include "base/types.h"

/*
 * Maker's English auction of collateral (the Flipper). First phase, "tend": bids of money for the
 * whole lot rise until they reach the debt and penalty that are wanted, the tab. Second phase,
 * "dent": that much is offered for ever smaller lots; what is not needed goes back to the owner. A
 * bid stands for ttl, the auction lasts tau at most; without any bid it can be started again
 * ("tick"), after the last it is settled ("deal"). Nothing keeps a first bid from being close to
 * zero: competition alone does.
 *
 * Source: github.com/makerdao/dss at 03c6df6, src/flip.sol; its names are kept. Differs: times are
 * nanoseconds, amounts smallest units, beg parts per million.
 */

#define PNYX_AUCTION_PARTS 1000000

/** PnyxAuctionTerms: one for all auctions of a contract. */
typedef struct
{
  guint32 beg;  /* a bid over the one before, at least: 1050000 for 5 % more */
  PnyxTime ttl; /* that a bid stands */
  PnyxTime tau; /* that the auction lasts at most */
} PnyxAuctionTerms;

/** PnyxAuction: all that is remembered of one. */
typedef struct
{
  gint64 bid;   /* money, paid */
  gint64 lot;   /* collateral for it */
  gint64 tab;   /* money that is wanted */
  guint32 guy;  /* account of the high bidder; before the first bid: who began it */
  PnyxTime tic; /* when the bid has won; 0: no bid yet */
  PnyxTime end; /* when bidding ends */
} PnyxAuction;

/** PnyxAuctionRefusal: why an action did not happen. */
typedef enum
{
  PNYX_AUCTION_DONE,
  PNYX_AUCTION_FINISHED_TIC,          /* the last bid has stood for ttl */
  PNYX_AUCTION_FINISHED_END,          /* tau is over */
  PNYX_AUCTION_LOT_NOT_MATCHING,      /* tend: for all of the lot only */
  PNYX_AUCTION_HIGHER_THAN_TAB,       /* tend */
  PNYX_AUCTION_BID_NOT_HIGHER,        /* tend */
  PNYX_AUCTION_INSUFFICIENT_INCREASE, /* tend: less than beg, and not the tab */
  PNYX_AUCTION_NOT_MATCHING_BID,      /* dent: for the same money only */
  PNYX_AUCTION_TEND_NOT_FINISHED,     /* dent: the bid is below the tab */
  PNYX_AUCTION_LOT_NOT_LOWER,         /* dent */
  PNYX_AUCTION_INSUFFICIENT_DECREASE, /* dent */
  PNYX_AUCTION_NOT_FINISHED,          /* deal, tick: too early, or deal without a bid */
  PNYX_AUCTION_BID_ALREADY_PLACED,    /* tick */
} PnyxAuctionRefusal;

/** PnyxAuctionFlow: who gets what by an action that was done; the bidder pays refund + income. */
typedef struct
{
  guint32 outbid;  /* account of the bidder before, */
  gint64 refund;   /* which gets its money back, */
  gint64 income;   /* the rest is the lender's, */
  gint64 returned; /* and this much collateral the owner's */
} PnyxAuctionFlow;

/** pnyx_auction_kick: Returns: an auction of @lot for @tab that begins at @now. @by: holds the lot:
 * its account counts as bidder until there is one. */
PnyxAuction pnyx_auction_kick (const PnyxAuctionTerms *terms, PnyxTime now, gint64 tab, gint64 lot,
                               guint32 by);

/** pnyx_auction_tend: @guy bids @bid, more money, for the whole of @lot. @flow: (out). Where it is
 * refused, @auction is untouched; conditions are judged in the source's order. */
PnyxAuctionRefusal pnyx_auction_tend (const PnyxAuctionTerms *terms, PnyxAuction *auction,
                                      PnyxTime now, guint32 guy, gint64 lot, gint64 bid,
                                      PnyxAuctionFlow *flow);

/** pnyx_auction_dent: @guy offers @bid, the tab, for @lot, less collateral. */
PnyxAuctionRefusal pnyx_auction_dent (const PnyxAuctionTerms *terms, PnyxAuction *auction,
                                      PnyxTime now, guint32 guy, gint64 lot, gint64 bid,
                                      PnyxAuctionFlow *flow);

/** pnyx_auction_tick: starts an auction without bids again. */
PnyxAuctionRefusal pnyx_auction_tick (const PnyxAuctionTerms *terms, PnyxAuction *auction,
                                      PnyxTime now);

/** pnyx_auction_deal: Returns: DONE where guy has won lot; the caller pays it and forgets the
 * auction. */
PnyxAuctionRefusal pnyx_auction_deal (const PnyxAuction *auction, PnyxTime now);

/** pnyx_auction_least_bid: Returns: the least that a tend may bid now: beg more than the bid, one
 * unit where there is none; the tab where that is less. */
gint64 pnyx_auction_least_bid (const PnyxAuctionTerms *terms, const PnyxAuction *auction);
/** pnyx_auction_largest_lot: Returns: the most collateral that a dent may ask for now. */
gint64 pnyx_auction_largest_lot (const PnyxAuctionTerms *terms, const PnyxAuction *auction);

#endif
