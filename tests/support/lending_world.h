/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A lending contract, a pool and their agents on a simulated chain, at a price that the test gives.
 */
#ifndef TESTS_SUPPORT_LENDING_WORLD_H
#define TESTS_SUPPORT_LENDING_WORLD_H

#include "contract/borrower.h"
#include "contract/keeper.h"
#include "contract/pool_arbitrage.h"
#include "support/test_world.h"

typedef struct
{
  const gchar *chain; /* attributes and contents of the scenario: see lending_world.c */
  gdouble begin, end; /* the price falls (or rises) from one to the other, */
  gdouble from, to;   /* between these moments (s) */
  gdouble stale;      /* how late the contract's price is (s) */
  PnyxTime guard;     /* see PnyxLendingSetup: stale_after */
  gboolean governed;  /* there is an account that may change terms */
  gdouble depth;      /* of the pool, in money (whole units) on each side; 0: no pool */
  guint32 n_arbitrageurs;
  PnyxLendingMode mode;
  gint64 full_below; /* see PnyxLendingTerms */
  PnyxBorrowersSetup borrowers;
  PnyxKeepersSetup keepers;
  gboolean busy; /* with each block somebody deposits, withdraws, provides, takes back or swaps */
} LendingWorldSetup;

/* What contracts and transactions have said, canonical at the end. */
typedef struct
{
  guint liquidations, written_off, bites, deals, zero_bids, opened, swaps;
  guint done, reverted, out_of_gas, unpaid;
  gdouble repaid, loss; /* whole units of money */
  guint depth_max;      /* of a reorganisation of node 0 */
  guint reorganisations;
} LendingWorldCounts;

typedef struct
{
  PnyxModel *model;
  TestWorld *world;
  PnyxChain *chain;
  LendingWorldSetup setup;
  PnyxAmount owed; /* by borrowers in genesis */
  const PnyxPool *pool;
  const PnyxLending *lending;
  PnyxLendingWatch *watch;
  PnyxBorrowers *borrowers;
  PnyxKeepers *keepers;
  PnyxArbitrage *arbitrage;
  PnyxBlockId head; /* of node 0 */
  guint depth_max, reorganisations;
  PnyxRng rng;
} LendingWorld;

/* Defaults: 4 nodes, a block in 12 s, 100 borrowers around 10 units, 4 keepers, free gas, price 100
 * that stays. */
LendingWorldSetup lending_world_setup (void);
LendingWorld *lending_world_new (const LendingWorldSetup *setup, guint32 replicate);
void lending_world_free (LendingWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LendingWorld, lending_world_free)

/* The view is node 0's head afterwards. */
void lending_world_run (LendingWorld *world, gdouble seconds);

/* The price outside at @time. */
gdouble lending_world_price (gpointer world, PnyxTime time);

/* Of node 0's chain. */
LendingWorldCounts lending_world_count (LendingWorld *world);

/* What an audit of a block of node 0's chain, or of any other branch, finds; NULL: nothing. */
gchar *lending_world_fault (LendingWorld *world);
/* Fails the test where that finds something. */
void lending_world_audit (LendingWorld *world);

#endif
