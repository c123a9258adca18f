/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_TWAP_RULE_H
#define PNYX_ORACLE_TWAP_RULE_H

#include "base/types.h"

/*
 * Time-weighted average prices from a pool on a chain. At its first touch in a block a pool adds
 * the price that it closed the last touched block with, times the whole seconds since then, to a
 * sum that only grows; who wants an average keeps an old sum and divides. What is done and undone
 * within one block therefore never enters, and a manipulated price counts for as long as it stands
 * at the end of blocks. Sums wrap around at 2^64, differences do not mind.
 *
 * Source: Uniswap/v2-core @ee547b1, contracts/UniswapV2Pair.sol, _update (arithmetic; prices have 8
 * decimals here, 112 binary digits there); Uniswap v3 whitepaper (2021), section 5.2 (geometric:
 * the sum of floor (log (price) / log 1.0001)).
 */

#define PNYX_TWAP_DECIMALS 100000000 /* a price of 1 */

/** PnyxTwap: the sums of a pool; whole numbers that may be cells of a block's state. */
typedef struct
{
  guint64 prices;  /* price times seconds */
  gint64 ticks;    /* tick times seconds */
  gint64 second;   /* of the last touched block */
  gboolean seeded; /* it has been touched */
} PnyxTwap;

/** pnyx_twap_tick: Returns: floor (log (@price / 10^8) / log (1.0001)); @price at least 1. */
gint32 pnyx_twap_tick (guint64 price);

/**
 * pnyx_twap_touch: what a pool does before anything else changes it.
 * @price: as it is now, before the change: what the last touched block closed with; at least 1
 * @time: of the block; whole seconds of it count; not before that of the last
 *
 * Does nothing a second time in a block, and nothing in a block of the same second.
 */
void pnyx_twap_touch (PnyxTwap *twap, guint64 price, PnyxTime time);

typedef enum
{
  PNYX_TWAP_ARITHMETIC,
  PNYX_TWAP_GEOMETRIC,
} PnyxTwapMean;

/**
 * pnyx_twap_consult: Returns: the average between two states of one pool, with 8 decimals, rounded
 * down (geometric: the nearest whole number to 1.0001 to the power of the mean tick, which is
 * rounded down); 0 where no second passed.
 */
guint64 pnyx_twap_consult (const PnyxTwap *from, const PnyxTwap *to, PnyxTwapMean mean);

/**
 * pnyx_twap_attack_multiple: Returns: by which factor the price has to be off in @held of the
 * @window blocks so that the arithmetic mean is off by 1 + @shift.
 */
gdouble pnyx_twap_attack_multiple (gdouble shift, guint window, guint held);

/**
 * pnyx_twap_attack_cost: Returns: what that costs, in units of the pool's reserve of the currency
 * that is paid in, without a fee, where arbitrage brings the price back in each of the @held
 * blocks: held (sqrt m + 1 / sqrt m - 2).
 */
gdouble pnyx_twap_attack_cost (gdouble shift, guint window, guint held);

#endif
