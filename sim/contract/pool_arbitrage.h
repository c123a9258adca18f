/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_POOL_ARBITRAGE_H
#define PNYX_CONTRACT_POOL_ARBITRAGE_H

#include "contract/pool.h"
#include "protocol/protocol.h"

/*
 * Arbitrageurs keep a pool near the price outside: each trades, from capital of its own, what
 * brings the pool to where the fee leaves nothing to be gained, and is paid by the difference.
 * Trading outside is not simulated here: it holds both assets and is even at the price outside.
 */

/** PnyxOutsidePrice: what an asset costs elsewhere. */
typedef struct
{
  gdouble (*at) (gpointer self, PnyxTime time); /* money for a unit */
  gpointer self;                                /* borrowed */
} PnyxOutsidePrice;

/** PnyxArbitrageSetup: of all arbitrageurs of one pool. */
typedef struct
{
  guint32 n;
  PnyxAmount capital[2]; /* of each, in both assets; it gets it for that in genesis */
  PnyxTime latency;      /* mean from the head to what is sent; exponential */
  PnyxTime lag;          /* of the price outside that they know */
  gdouble bid;           /* share of the gain that goes into the gas price */
  PnyxTime patience;     /* until what was sent is given up */
  guint64 gas_limit;
  guint64 gas_expected;
} PnyxArbitrageSetup;

typedef struct _PnyxArbitrage PnyxArbitrage;

/** pnyx_arbitrage_new: they act from now on; number i at node (i modulo nodes). Returns: (transfer
 * none): in the world's arena. */
PnyxArbitrage *pnyx_arbitrage_new (PnyxChain *chain, const PnyxPool *pool, PnyxOutsidePrice outside,
                                   const PnyxArbitrageSetup *setup);

/** pnyx_arbitrage_sent: Returns: trades that were sent so far. */
guint64 pnyx_arbitrage_sent (const PnyxArbitrage *arbitrage);

/**
 * pnyx_arbitrage_trade: what brings a pool to the price outside.
 * @reserves: (array length=2): asset, money
 * @price: money for a unit, both in smallest units
 * @fee: parts per million
 * @side: (out): which of the two is paid in
 *
 * Returns: how much is paid in; 0: within the fee nothing is gained.
 */
PnyxAmount pnyx_arbitrage_trade (const guint64 reserves[2], gdouble price, guint32 fee,
                                 guint *side);

#endif
