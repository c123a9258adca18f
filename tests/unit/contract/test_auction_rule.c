/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/auction_rule.h"

#include "base/rng.h"

/* Maker's defaults: 5 %, 3 hours, 2 days. Amounts as in makerdao/dss, src/test/flip.t.sol: 1 is
 * 10^6. Accounts: the lender, who begins, and two bidders. */
#define HOUR (3600 * PNYX_SECOND)
#define ONE G_GINT64_CONSTANT (1000000)
#define LENDER 0
#define ALI 1
#define BOB 2

static const PnyxAuctionTerms terms = { .beg = 1050000, .ttl = 3 * HOUR, .tau = 48 * HOUR };
static const PnyxTime start = 604411200 * PNYX_SECOND;

static PnyxAuctionRefusal
tend (PnyxAuction *auction, PnyxTime now, guint32 guy, gint64 lot, gint64 bid)
{
  PnyxAuctionFlow flow;

  return pnyx_auction_tend (&terms, auction, now, guy, lot, bid, &flow);
}

static PnyxAuctionRefusal
dent (PnyxAuction *auction, PnyxTime now, guint32 guy, gint64 lot, gint64 bid)
{
  PnyxAuctionFlow flow;

  return pnyx_auction_dent (&terms, auction, now, guy, lot, bid, &flow);
}

static PnyxAuction
kick (void)
{
  return pnyx_auction_kick (&terms, start, 50 * ONE, 100 * ONE, LENDER);
}

/* flip.t.sol: test_tend. */
static void
test_bids_pay_back_who_was_outbid (void)
{
  PnyxAuction auction = kick ();
  PnyxAuctionFlow flow;

  g_assert_cmpint (pnyx_auction_tend (&terms, &auction, start, ALI, 100 * ONE, ONE, &flow), ==,
                   PNYX_AUCTION_DONE);
  g_assert_true (flow.outbid == LENDER && flow.refund == 0 && flow.income == ONE);
  g_assert_cmpint (flow.returned, ==, 0);
  g_assert_cmpint (pnyx_auction_tend (&terms, &auction, start, BOB, 100 * ONE, 2 * ONE, &flow), ==,
                   PNYX_AUCTION_DONE);
  g_assert_true (flow.outbid == ALI && flow.refund == ONE && flow.income == ONE);
  g_assert_cmpuint (auction.guy, ==, BOB);
  g_assert_cmpint (pnyx_auction_deal (&auction, start + 5 * HOUR), ==, PNYX_AUCTION_DONE);
}

/* flip.t.sol: test_tend_later. */
static void
test_a_first_bid_may_come_late_but_not_after_the_end (void)
{
  PnyxAuction auction = kick ();

  g_assert_cmpint (tend (&auction, start + 5 * HOUR, ALI, 100 * ONE, ONE), ==, PNYX_AUCTION_DONE);
  auction = kick ();
  g_assert_cmpint (tend (&auction, start + 48 * HOUR, ALI, 100 * ONE, ONE), ==,
                   PNYX_AUCTION_FINISHED_END);
  g_assert_cmpint (tend (&auction, start + 48 * HOUR - 1, ALI, 100 * ONE, ONE), ==,
                   PNYX_AUCTION_DONE);
}

/* flip.t.sol: test_dent. */
static void
test_what_is_not_needed_goes_back_to_the_owner (void)
{
  PnyxAuction auction = kick ();
  PnyxAuctionFlow flow;

  g_assert_cmpint (tend (&auction, start, ALI, 100 * ONE, ONE), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (dent (&auction, start, BOB, 95 * ONE, ONE), ==, PNYX_AUCTION_TEND_NOT_FINISHED);
  g_assert_cmpint (tend (&auction, start, BOB, 100 * ONE, 50 * ONE), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (pnyx_auction_dent (&terms, &auction, start, ALI, 95 * ONE, 50 * ONE, &flow), ==,
                   PNYX_AUCTION_DONE);
  g_assert_true (flow.outbid == BOB && flow.refund == 50 * ONE && flow.income == 0);
  g_assert_cmpint (flow.returned, ==, 5 * ONE);
  g_assert_cmpint (auction.lot, ==, 95 * ONE);
  /* Nobody can raise the money any more. */
  g_assert_cmpint (tend (&auction, start, BOB, 95 * ONE, 51 * ONE), ==,
                   PNYX_AUCTION_HIGHER_THAN_TAB);
  g_assert_cmpint (tend (&auction, start, BOB, 95 * ONE, 50 * ONE), ==,
                   PNYX_AUCTION_BID_NOT_HIGHER);
}

/* flip.t.sol: test_beg, with the boundary to the unit. */
static void
test_the_least_step (void)
{
  PnyxAuction auction = kick ();

  g_assert_cmpint (tend (&auction, start, ALI, 100 * ONE, ONE), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (tend (&auction, start, BOB, 100 * ONE, 1010000), ==,
                   PNYX_AUCTION_INSUFFICIENT_INCREASE);
  g_assert_cmpint (tend (&auction, start, ALI, 100 * ONE, 1010000), ==,
                   PNYX_AUCTION_INSUFFICIENT_INCREASE);
  g_assert_cmpint (tend (&auction, start, BOB, 100 * ONE, 1049999), ==,
                   PNYX_AUCTION_INSUFFICIENT_INCREASE);
  g_assert_cmpint (pnyx_auction_least_bid (&terms, &auction), ==, 1050000);
  g_assert_cmpint (tend (&auction, start, BOB, 100 * ONE, 1050000), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (tend (&auction, start, ALI, 100 * ONE, 49 * ONE), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (pnyx_auction_least_bid (&terms, &auction), ==, 50 * ONE);
  g_assert_cmpint (tend (&auction, start, BOB, 100 * ONE, 50 * ONE), ==,
                   PNYX_AUCTION_DONE); /* the tab, by less than beg */

  g_assert_cmpint (dent (&auction, start, ALI, 100 * ONE, 50 * ONE), ==,
                   PNYX_AUCTION_LOT_NOT_LOWER);
  g_assert_cmpint (dent (&auction, start, ALI, -1, 50 * ONE), ==, PNYX_AUCTION_LOT_NOT_LOWER);
  g_assert_cmpint (dent (&auction, start, ALI, 99 * ONE, 50 * ONE), ==,
                   PNYX_AUCTION_INSUFFICIENT_DECREASE);
  g_assert_cmpint (dent (&auction, start, ALI, 95 * ONE, 49 * ONE), ==,
                   PNYX_AUCTION_NOT_MATCHING_BID);
  g_assert_cmpint (pnyx_auction_largest_lot (&terms, &auction), ==, 95238095);
  g_assert_cmpint (dent (&auction, start, ALI, 95238096, 50 * ONE), ==,
                   PNYX_AUCTION_INSUFFICIENT_DECREASE);
  g_assert_cmpint (dent (&auction, start, ALI, 95238095, 50 * ONE), ==, PNYX_AUCTION_DONE);
}

static void
test_bids_are_for_the_whole_lot (void)
{
  PnyxAuction auction = kick (), before = auction;

  g_assert_cmpint (tend (&auction, start, ALI, 99 * ONE, ONE), ==, PNYX_AUCTION_LOT_NOT_MATCHING);
  g_assert_cmpint (tend (&auction, start, ALI, 100 * ONE, 0), ==, PNYX_AUCTION_BID_NOT_HIGHER);
  g_assert_cmpint (tend (&auction, start, ALI, 100 * ONE, -1), ==, PNYX_AUCTION_BID_NOT_HIGHER);
  g_assert_cmpint (tend (&auction, start, ALI, 100 * ONE, 50 * ONE + 1), ==,
                   PNYX_AUCTION_HIGHER_THAN_TAB);
  g_assert_true (auction.bid == before.bid && auction.guy == before.guy && auction.tic == 0);
  /* One unit for all of it: the bid of who is alone. */
  g_assert_cmpint (pnyx_auction_least_bid (&terms, &auction), ==, 1);
  g_assert_cmpint (tend (&auction, start, ALI, 100 * ONE, 1), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (pnyx_auction_least_bid (&terms, &auction), ==, 2);
}

/* flip.t.sol: test_deal, with both boundaries: at tic nobody may bid and nobody has won yet. */
static void
test_a_bid_wins_after_ttl_or_after_the_end (void)
{
  PnyxAuction auction = kick ();

  g_assert_cmpint (pnyx_auction_deal (&auction, start), ==, PNYX_AUCTION_NOT_FINISHED);
  g_assert_cmpint (tend (&auction, start, ALI, 100 * ONE, ONE), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (pnyx_auction_deal (&auction, start + 3 * HOUR), ==, PNYX_AUCTION_NOT_FINISHED);
  g_assert_cmpint (pnyx_auction_deal (&auction, start + 3 * HOUR + 1), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (tend (&auction, start + 3 * HOUR, BOB, 100 * ONE, 2 * ONE), ==,
                   PNYX_AUCTION_FINISHED_TIC);
  g_assert_cmpint (dent (&auction, start + 3 * HOUR, BOB, 90 * ONE, ONE), ==,
                   PNYX_AUCTION_FINISHED_TIC);
  g_assert_cmpint (tend (&auction, start + 3 * HOUR - 1, BOB, 100 * ONE, 2 * ONE), ==,
                   PNYX_AUCTION_DONE);

  auction = kick ();
  g_assert_cmpint (tend (&auction, start + 47 * HOUR, ALI, 100 * ONE, ONE), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (pnyx_auction_deal (&auction, start + 48 * HOUR), ==, PNYX_AUCTION_NOT_FINISHED);
  g_assert_cmpint (pnyx_auction_deal (&auction, start + 48 * HOUR + 1), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (dent (&auction, start + 48 * HOUR, BOB, 90 * ONE, ONE), ==,
                   PNYX_AUCTION_FINISHED_END);
}

/* flip.t.sol: test_tick, test_no_deal_after_end. */
static void
test_without_bids_it_starts_again (void)
{
  PnyxAuction auction = kick ();
  const PnyxTime later = start + 14 * 24 * HOUR;

  g_assert_cmpint (pnyx_auction_tick (&terms, &auction, start), ==, PNYX_AUCTION_NOT_FINISHED);
  g_assert_cmpint (pnyx_auction_tick (&terms, &auction, start + 48 * HOUR), ==,
                   PNYX_AUCTION_NOT_FINISHED);
  g_assert_cmpint (pnyx_auction_deal (&auction, later), ==, PNYX_AUCTION_NOT_FINISHED);
  g_assert_cmpint (tend (&auction, later, ALI, 100 * ONE, ONE), ==, PNYX_AUCTION_FINISHED_END);
  g_assert_cmpint (pnyx_auction_tick (&terms, &auction, later), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (auction.end, ==, later + 48 * HOUR);
  g_assert_cmpint (pnyx_auction_deal (&auction, later), ==, PNYX_AUCTION_NOT_FINISHED);
  g_assert_cmpint (tend (&auction, later, ALI, 100 * ONE, ONE), ==, PNYX_AUCTION_DONE);
  g_assert_cmpint (pnyx_auction_tick (&terms, &auction, later + 49 * HOUR), ==,
                   PNYX_AUCTION_BID_ALREADY_PLACED);
}

/* What bidders paid is what the lender has and they were paid back; what was to be sold is what the
 * winner and the owner have. The least bids and largest lots are accepted, one unit less generous
 * is refused. */
static void
test_random_auctions_balance (void)
{
  PnyxRng rng;
  guint dents = 0;

  pnyx_rng_init (&rng, 1, 0, 0, "test", "auction");
  for (guint32 i = 0; i < 500; i++)
    {
      gint64 tab = 1 + (gint64)pnyx_rng_below (&rng, i, 0, 1000000);
      gint64 lot = 1 + (gint64)pnyx_rng_below (&rng, i, 1, 1000000);
      PnyxAuction auction = pnyx_auction_kick (&terms, start, tab, lot, LENDER);
      gint64 wallet[3] = { 0 }, returned = 0;

      for (guint step = 0; step < 200; step++)
        {
          guint32 guy = 1 + (guint32)pnyx_rng_below (&rng, i, 1000 + step, 2);
          PnyxAuctionFlow flow = { 0 };
          PnyxAuctionRefusal refusal;

          if (auction.bid < auction.tab)
            {
              gint64 least = pnyx_auction_least_bid (&terms, &auction);

              g_assert_cmpint (tend (&auction, start, guy, auction.lot, least - 1), !=,
                               PNYX_AUCTION_DONE);
              refusal = pnyx_auction_tend (&terms, &auction, start, guy, auction.lot, least, &flow);
            }
          else if (auction.lot > 0)
            {
              gint64 largest = pnyx_auction_largest_lot (&terms, &auction);

              g_assert_cmpint (dent (&auction, start, guy, largest + 1, auction.bid), !=,
                               PNYX_AUCTION_DONE);
              refusal
                  = pnyx_auction_dent (&terms, &auction, start, guy, largest, auction.bid, &flow);
              dents++;
            }
          else
            break;
          g_assert_cmpint (refusal, ==, PNYX_AUCTION_DONE);
          wallet[guy] -= flow.refund + flow.income;
          wallet[flow.outbid] += flow.refund;
          wallet[LENDER] += flow.income;
          returned += flow.returned;
          g_assert_cmpint (wallet[0] + wallet[1] + wallet[2], ==, 0);
          g_assert_cmpint (wallet[LENDER], ==, auction.bid);
          g_assert_cmpint (wallet[auction.guy], ==, -auction.bid);
          g_assert_cmpint (auction.lot + returned, ==, lot);
        }
    }
  g_assert_cmpuint (dents, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/contract/auction_rule/" name, function)
  ADD ("bids-pay-back-who-was-outbid", test_bids_pay_back_who_was_outbid);
  ADD ("a-first-bid-may-come-late-but-not-after-the-end",
       test_a_first_bid_may_come_late_but_not_after_the_end);
  ADD ("what-is-not-needed-goes-back-to-the-owner", test_what_is_not_needed_goes_back_to_the_owner);
  ADD ("the-least-step", test_the_least_step);
  ADD ("bids-are-for-the-whole-lot", test_bids_are_for_the_whole_lot);
  ADD ("a-bid-wins-after-ttl-or-after-the-end", test_a_bid_wins_after_ttl_or_after_the_end);
  ADD ("without-bids-it-starts-again", test_without_bids_it_starts_again);
  ADD ("random-auctions-balance", test_random_auctions_balance);
  return g_test_run ();
}
