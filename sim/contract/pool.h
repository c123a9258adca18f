/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_POOL_H
#define PNYX_CONTRACT_POOL_H

#include "contract/pool_rule.h"
#include "ledger/machine.h"

/*
 * A constant-product pool of two assets on a chain: swaps, shares of who provides, flash loans, and
 * sums of its price for time-weighted means. The first asset is what is priced, the second what it
 * is priced in (money, mostly): its price is reserve 1 over reserve 0.
 */

/** PnyxPool: fixed once it is made; all that changes is in cells. */
typedef struct
{
  guint32 contract;    /* number in the machine */
  PnyxAccount account; /* that holds the reserves */
  guint assets[2];
  guint32 fee;           /* parts per million */
  PnyxCell cells;        /* of the pool: see pool.c */
  PnyxCell shares;       /* of the providers */
  PnyxAccount providers; /* the first account that may provide, */
  guint32 n_providers;   /* and how many */
} PnyxPool;

/** PnyxPoolMethod: what may be called, with its arguments. Results: 0 and on. */
typedef enum
{
  /* side paid in (0, 1), amount in, least out. Results: amount out. Anybody. */
  PNYX_POOL_SWAP,
  /* amounts of both assets. Results: shares. Providers; the second asset may be taken less, as the
   * reserves' ratio asks. */
  PNYX_POOL_MINT,
  /* shares. Results: amounts of both assets. Providers. */
  PNYX_POOL_BURN,
  /* side, amount, contract, method, two arguments of its own: pays the amount to @contract and
   * calls it with (side, amount, argument, argument); whatever it pays back, in either asset, the
   * product must not have fallen after the fee. */
  PNYX_POOL_FLASH,
  /* Adds up the price until now. Anybody. */
  PNYX_POOL_SYNC,
} PnyxPoolMethod;

/** PnyxPoolRecord: what pools say: values in this order. */
typedef enum
{
  PNYX_POOL_SWAPPED, /* side paid in, in, out, price after (8 decimals) */
  PNYX_POOL_MINTED,  /* amounts, shares, account */
  PNYX_POOL_BURNED,  /* amounts, shares, account */
  PNYX_POOL_LENT,    /* side, amount, paid back in asset 0, in asset 1 */
} PnyxPoolRecord;

/** PnyxPoolSetup: how a pool begins: the first provider has paid in @reserves and holds the shares.
 */
typedef struct
{
  guint assets[2];
  guint32 fee;
  PnyxAmount reserves[2]; /* in genesis; 0: nobody has provided yet */
  PnyxAccount providers;
  guint32 n_providers; /* at least 1 */
} PnyxPoolSetup;

/** pnyx_pool_new: Returns: (transfer none): in @arena, registered with @machine; what its reserves
 * are is new. */
const PnyxPool *pnyx_pool_new (PnyxArena *arena, PnyxMachine *machine, const PnyxPoolSetup *setup);

/** pnyx_pool_reserve: Returns: reserve @side in the machine's view. */
PnyxAmount pnyx_pool_reserve (const PnyxPool *pool, const PnyxMachine *machine, guint side);
/** pnyx_pool_price: Returns: reserve 1 over reserve 0 in the view, 8 decimals, rounded down; 0: the
 * pool is empty. */
gint64 pnyx_pool_price (const PnyxPool *pool, const PnyxMachine *machine);
/** pnyx_pool_shares: Returns: shares of provider @account in the view. */
gint64 pnyx_pool_shares (const PnyxPool *pool, const PnyxMachine *machine, PnyxAccount account);

/** pnyx_pool_read_price: the same, for a contract: its spot price. */
gint64 pnyx_pool_read_price (const PnyxPool *pool, PnyxFrame *frame);

/** PnyxPoolSums: sums of price times seconds since the pool began, modulo 2^64. */
typedef struct
{
  guint64 price;   /* 8 decimals */
  gint64 tick;     /* for geometric means: of floor (log price to the base 1.0001) */
  guint64 seconds; /* of the clock at which they stand */
} PnyxPoolSums;

/** pnyx_pool_read_sums: the sums until the frame's block, whether or not anybody has touched the
 * pool in it. Source: v2-periphery, UniswapV2OracleLibrary.currentCumulativePrices. */
PnyxPoolSums pnyx_pool_read_sums (const PnyxPool *pool, PnyxFrame *frame);

/** pnyx_pool_arithmetic_mean: Returns: mean price between two sums, 8 decimals; @later after
 * @earlier. */
gint64 pnyx_pool_arithmetic_mean (const PnyxPoolSums *earlier, const PnyxPoolSums *later);
/** pnyx_pool_geometric_mean: the same of ticks: 1.0001 to the mean tick (rounded down, as
 * v3-periphery OracleLibrary.consult does). */
gint64 pnyx_pool_geometric_mean (const PnyxPoolSums *earlier, const PnyxPoolSums *later);

#endif
