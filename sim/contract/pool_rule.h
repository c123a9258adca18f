/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_POOL_RULE_H
#define PNYX_CONTRACT_POOL_RULE_H

#include "engine/calc.h"

/*
 * The arithmetic of a constant-product pool, as Uniswap V2 does it: whole numbers, quotients
 * rounded so that the pool never loses, the fee stays in the pool. Amounts are in the assets'
 * smallest units. Fees and shares of it are in parts per million.
 *
 * Source: github.com/Uniswap/v2-core at ee547b1, contracts/UniswapV2Pair.sol;
 * github.com/Uniswap/v2-periphery at 0335e8f, contracts/libraries/UniswapV2Library.sol.
 */

#define PNYX_POOL_PARTS 1000000
#define PNYX_POOL_FEE 3000            /* of Uniswap V2: 0.3 % */
#define PNYX_POOL_MINIMUM_SHARES 1000 /* that the first deposit leaves behind for good */

/**
 * pnyx_pool_amount_out:
 * @in: what is paid in; any size up to 2^100
 * @reserve_in, @reserve_out: what the pool holds before
 * @fee: parts per million of @in that do not trade, at most %PNYX_POOL_PARTS
 *
 * Returns: floor (g in y / (x + g in)) with g = 1 - fee; 0 where one of them is 0.
 * Source: getAmountOut: floor (997 in y / (1000 x + 997 in)).
 */
pnyx_uint128 pnyx_pool_amount_out (pnyx_uint128 in, pnyx_uint128 reserve_in,
                                   pnyx_uint128 reserve_out, guint32 fee);

/**
 * pnyx_pool_amount_in:
 * @in: (out): the least that buys @out, and one unit more where it divides (as the source does)
 *
 * Returns: FALSE where the pool does not have as much, something is 0, or nothing trades.
 * Source: getAmountIn: floor (1000 x out / (997 (y - out))) + 1.
 */
gboolean pnyx_pool_amount_in (pnyx_uint128 out, pnyx_uint128 reserve_in, pnyx_uint128 reserve_out,
                              guint32 fee, pnyx_uint128 *in);

/**
 * pnyx_pool_keeps:
 * @reserves: (array length=2): before
 * @balances: (array length=2): after, up to 2^64
 * @in: (array length=2): of these, what was paid in
 *
 * Returns: whether the product did not fall once the fee on what came in is set aside: what a swap,
 * and a flash loan paid back in either asset, must satisfy.
 * Source: UniswapV2Pair.swap, "UniswapV2: K".
 */
gboolean pnyx_pool_keeps (const guint64 reserves[2], const guint64 balances[2], const guint64 in[2],
                          guint32 fee);

/** pnyx_pool_flash_repayment: Returns: the least that pays back @out of the same asset: ceil (out /
 * g). */
pnyx_uint128 pnyx_pool_flash_repayment (pnyx_uint128 out, guint32 fee);

/**
 * pnyx_pool_shares_minted:
 * @amounts: (array length=2): paid in
 * @supply: shares before; 0: the first deposit, sqrt (a b) less %PNYX_POOL_MINIMUM_SHARES
 *
 * Returns: shares of who paid; 0: refused.
 * Source: UniswapV2Pair.mint, without the protocol's own fee.
 */
guint64 pnyx_pool_shares_minted (const guint64 amounts[2], const guint64 reserves[2],
                                 guint64 supply);

/** pnyx_pool_shares_worth: what @shares of @supply are paid: rounded down. Returns: FALSE: nothing
 * of one of the assets: refused. Source: UniswapV2Pair.burn. */
gboolean pnyx_pool_shares_worth (guint64 shares, guint64 supply, const guint64 reserves[2],
                                 guint64 amounts[2]);

/**
 * pnyx_pool_accumulate:
 * @cumulative: sum so far of price times seconds, modulo 2^64
 * @price: in any unit, of the block before
 * @seconds: since the last sum
 *
 * Returns: the sum now. A difference of two sums, modulo 2^64 again, over the seconds between is
 * the mean price, as long as the true difference has 64 bits. Source: UniswapV2Pair._update ("+
 * overflow is desired").
 */
guint64 pnyx_pool_accumulate (guint64 cumulative, guint64 price, guint64 seconds);

/**
 * pnyx_pool_tick: Returns: floor (log of @price to the base 1.0001): what a geometric mean sums.
 * @price: more than 0
 * Source: H. Adams et al., "Uniswap v3 Core" (2021), sections 5.2 and 6.1.
 */
gint32 pnyx_pool_tick (gdouble price);

/* ---- What manipulation costs: closed forms, shares of the reserve that is paid in ---- */

/**
 * PnyxPoolMove: moving the price of what is bought to a multiple of what it was.
 */
typedef struct
{
  gdouble in;   /* paid in */
  gdouble loss; /* of it, not covered by what was bought, at the price before */
} PnyxPoolMove;

/**
 * pnyx_pool_move:
 * @multiple: at least 1
 * @fee: share, at least 0 and less than 1
 *
 * The fee stays in the pool, so that the price after is (1 + u)(1 + g u) times that before.
 */
PnyxPoolMove pnyx_pool_move (gdouble multiple, gdouble fee);

/**
 * pnyx_pool_twap_cost:
 * @raise: of the mean price: 0.2 for 20 %
 * @window, @held: blocks; 1 <= @held <= @window
 *
 * Returns: loss of who raises the arithmetic mean over @window by holding the price in @held
 * blocks, where arbitrage brings the price back after each of them, so that each is paid for anew.
 */
gdouble pnyx_pool_twap_cost (gdouble raise, gdouble window, gdouble held, gdouble fee);

/**
 * pnyx_pool_spot_attack:
 * @ltv: that a lender with the pool's price as its oracle gives, in (0, 1]
 *
 * Returns: profit of who buys until the price is @multiple of what it was, pledges what was bought,
 * borrows @ltv of it at the price then and never comes back.
 */
gdouble pnyx_pool_spot_attack (gdouble multiple, gdouble ltv, gdouble fee);

/** pnyx_pool_spot_threshold: Returns: the multiple from which on the attack pays: 1 / ltv^2 without
 * fee. */
gdouble pnyx_pool_spot_threshold (gdouble ltv, gdouble fee);

extern const PnyxCalc pnyx_calc_pool;

#endif
