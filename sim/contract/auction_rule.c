/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kick, then tend while bid < tab, then dent; tick while there is no bid; deal at the end. All
 * comparisons are those of the source, strict where it is strict: a bid has won once now > tic.
 */
#include "contract/auction_rule.h"

#include "base/wide.h"

PnyxAuction
pnyx_auction_kick (const PnyxAuctionTerms *terms, PnyxTime now, gint64 tab, gint64 lot, guint32 by)
{
  return (PnyxAuction){ .lot = lot, .tab = tab, .guy = by, .end = now + terms->tau };
}

static PnyxAuctionRefusal
check_open (const PnyxAuction *auction, PnyxTime now)
{
  if (auction->tic != 0 && auction->tic <= now)
    return PNYX_AUCTION_FINISHED_TIC;
  return auction->end <= now ? PNYX_AUCTION_FINISHED_END : PNYX_AUCTION_DONE;
}

/* Whether @more is at least beg times @less. */
static gboolean
exceeds (const PnyxAuctionTerms *terms, gint64 more, gint64 less)
{
  return (pnyx_int128)more * PNYX_AUCTION_PARTS >= (pnyx_int128)less * terms->beg;
}

static void
take_lead (const PnyxAuctionTerms *terms, PnyxAuction *auction, PnyxTime now, guint32 guy)
{
  auction->guy = guy;
  auction->tic = now + terms->ttl;
}

PnyxAuctionRefusal
pnyx_auction_tend (const PnyxAuctionTerms *terms, PnyxAuction *auction, PnyxTime now, guint32 guy,
                   gint64 lot, gint64 bid, PnyxAuctionFlow *flow)
{
  PnyxAuctionRefusal refusal = check_open (auction, now);

  if (refusal != PNYX_AUCTION_DONE)
    return refusal;
  if (lot != auction->lot)
    return PNYX_AUCTION_LOT_NOT_MATCHING;
  if (bid > auction->tab)
    return PNYX_AUCTION_HIGHER_THAN_TAB;
  if (bid <= auction->bid)
    return PNYX_AUCTION_BID_NOT_HIGHER;
  if (!exceeds (terms, bid, auction->bid) && bid != auction->tab)
    return PNYX_AUCTION_INSUFFICIENT_INCREASE;
  *flow = (PnyxAuctionFlow){ .outbid = auction->guy,
                             .refund = auction->bid,
                             .income = bid - auction->bid };
  auction->bid = bid;
  take_lead (terms, auction, now, guy);
  return PNYX_AUCTION_DONE;
}

PnyxAuctionRefusal
pnyx_auction_dent (const PnyxAuctionTerms *terms, PnyxAuction *auction, PnyxTime now, guint32 guy,
                   gint64 lot, gint64 bid, PnyxAuctionFlow *flow)
{
  PnyxAuctionRefusal refusal = check_open (auction, now);

  if (refusal != PNYX_AUCTION_DONE)
    return refusal;
  if (bid != auction->bid)
    return PNYX_AUCTION_NOT_MATCHING_BID;
  if (bid != auction->tab)
    return PNYX_AUCTION_TEND_NOT_FINISHED;
  if (lot < 0 || lot >= auction->lot)
    return PNYX_AUCTION_LOT_NOT_LOWER;
  if (!exceeds (terms, auction->lot, lot))
    return PNYX_AUCTION_INSUFFICIENT_DECREASE;
  *flow
      = (PnyxAuctionFlow){ .outbid = auction->guy, .refund = bid, .returned = auction->lot - lot };
  auction->lot = lot;
  take_lead (terms, auction, now, guy);
  return PNYX_AUCTION_DONE;
}

PnyxAuctionRefusal
pnyx_auction_tick (const PnyxAuctionTerms *terms, PnyxAuction *auction, PnyxTime now)
{
  if (auction->end >= now)
    return PNYX_AUCTION_NOT_FINISHED;
  if (auction->tic != 0)
    return PNYX_AUCTION_BID_ALREADY_PLACED;
  auction->end = now + terms->tau;
  return PNYX_AUCTION_DONE;
}

PnyxAuctionRefusal
pnyx_auction_deal (const PnyxAuction *auction, PnyxTime now)
{
  if (auction->tic != 0 && (auction->tic < now || auction->end < now))
    return PNYX_AUCTION_DONE;
  return PNYX_AUCTION_NOT_FINISHED;
}

gint64
pnyx_auction_least_bid (const PnyxAuctionTerms *terms, const PnyxAuction *auction)
{
  pnyx_uint128 least;

  (void)pnyx_wide_mul_div ((guint64)auction->bid, terms->beg, PNYX_AUCTION_PARTS, PNYX_ROUND_UP,
                           &least);
  return MIN (MAX (pnyx_wide_clamp (least), auction->bid + 1), auction->tab);
}

gint64
pnyx_auction_largest_lot (const PnyxAuctionTerms *terms, const PnyxAuction *auction)
{
  gint64 largest = (gint64)((pnyx_uint128)(guint64)auction->lot * PNYX_AUCTION_PARTS / terms->beg);

  return MAX (0, MIN (largest, auction->lot - 1));
}
