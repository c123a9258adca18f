/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_KEEPER_H
#define PNYX_CONTRACT_KEEPER_H

#include "contract/lending_watch.h"
#include "contract/pool.h"

/*
 * Keepers: who liquidates loans for profit. Each has capital of its own, sees the chain by the head
 * of its node, needs time to answer, and bids for its place in the block with part of what it hopes
 * to gain; who comes second is reverted and pays for that. What is seized is sold through the pool,
 * which moves the price there: that is the cascade.
 *
 * At a fixed spread a keeper repays what its capital allows where the sale is worth more. In
 * auctions it begins them, raises half-way to what the lot is worth to it (less its margin and a
 * fee) whenever it is not the highest bidder, and settles what it has won; nobody bids against
 * itself, so who is alone wins at one smallest unit.
 */

/** PnyxKeepersSetup: of all keepers of one contract. */
typedef struct
{
  guint32 n;
  PnyxAmount cash;   /* capital of each, which it gets for that in genesis */
  PnyxTime latency;  /* mean from the head to what is sent: exponential, drawn for each */
  gdouble margin;    /* share of what a lot is worth that has to be left at least; each draws from
                        0 to twice this */
  gdouble bid;       /* share of the hoped-for gain that goes into the gas price at most; each draws
                        from 0 to this */
  guint32 targets;   /* that are sent for at one head at most */
  PnyxTime patience; /* until what was sent is given up */
  guint64 gas_limit; /* of each transaction */
  guint64 gas_expected; /* that a liquidation is reckoned to take */
} PnyxKeepersSetup;

typedef struct _PnyxKeepers PnyxKeepers;

/**
 * pnyx_keepers_new: they act from now on; keeper i at node (i modulo nodes).
 * @pool: (nullable): of the collateral (asset 0) against money; NULL: what is seized is kept, and
 *   reckoned at the contract's price
 *
 * Returns: (transfer none): in the world's arena.
 */
PnyxKeepers *pnyx_keepers_new (PnyxChain *chain, const PnyxLending *lending, const PnyxPool *pool,
                               const PnyxLendingWatch *watch, const PnyxKeepersSetup *setup);

/** pnyx_keepers_account: Returns: the first of their accounts. */
PnyxAccount pnyx_keepers_account (const PnyxKeepers *keepers);

/** PnyxKeepersDone: what they have sent so far. */
typedef struct
{
  guint64 liquidations, bites, bids, deals, sales;
} PnyxKeepersDone;
PnyxKeepersDone pnyx_keepers_done (const PnyxKeepers *keepers);

#endif
