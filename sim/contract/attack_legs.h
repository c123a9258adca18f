/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_ATTACK_LEGS_H
#define PNYX_CONTRACT_ATTACK_LEGS_H

#include "ledger/machine.h"

/*
 * The books of an attack: each amount that it costs or brings is one leg, with one tag. Units are
 * reckoned at the true price of the moment; what they gain or lose while they are held is a leg
 * too. Whole micro-units of money: revenue less cost is what the attacker's wealth has changed by,
 * to the unit.
 */

/** PnyxLeg: tags. */
typedef enum
{
  PNYX_LEG_LOAN,      /* revenue: what was borrowed, and is kept */
  PNYX_LEG_BONUS,     /* revenue: what was seized at the true price, above what it paid for it */
  PNYX_LEG_SLIPPAGE,  /* paid for units above the true price, pools' fee apart */
  PNYX_LEG_FEE,       /* of pools, on what is paid in, and of flash loans */
  PNYX_LEG_GAS,       /* bids included */
  PNYX_LEG_INTEREST,  /* on its own money while it is bound */
  PNYX_LEG_FORFEITED, /* collateral at the true price, less what the loan is still worth */
  PNYX_LEG_RESALE,    /* units sold below the true price */
  PNYX_LEG_VENUES,    /* lost by trading off the chain (negative: won) */
  PNYX_LEG_DENIAL,    /* paid for keeping nodes off the network */
  PNYX_LEG_MARKET,    /* units held that have become worth less (negative: more) */
  PNYX_N_LEGS,
} PnyxLeg;

/** PnyxAttackLegs: sums by tag: revenue where the tag says so, else cost. */
typedef struct
{
  PnyxAmount sums[PNYX_N_LEGS];
} PnyxAttackLegs;

/** PNYX_LEG_COSTS: the first tag of costs; those before it are of revenue. */
#define PNYX_LEG_COSTS PNYX_LEG_SLIPPAGE

/** pnyx_leg_name: Returns: as in names of metrics. */
const gchar *pnyx_leg_name (PnyxLeg leg);

PnyxAmount pnyx_attack_revenue (const PnyxAttackLegs *legs);
PnyxAmount pnyx_attack_cost (const PnyxAttackLegs *legs);

/** pnyx_attack_check: whether the legs sum to @gain. Returns: (transfer full) (nullable): by how
 * much they do not; NULL: they do. */
gchar *pnyx_attack_check (const PnyxAttackLegs *legs, PnyxAmount gain);

/** pnyx_attack_worth: Returns: money for @units at @price (8 decimals), towards 0. */
PnyxAmount pnyx_attack_worth (PnyxAmount units, gint64 price);

/** PnyxAttackRecord: what an attacker's contract says: values in this order. */
typedef enum
{
  PNYX_ATTACK_SAID_BOUGHT,  /* money in, units out, of the money the pool's fee */
  PNYX_ATTACK_SAID_SOLD,    /* units in, money out */
  PNYX_ATTACK_SAID_OPENED,  /* units pledged, money borrowed, price */
  PNYX_ATTACK_SAID_FLASHED, /* money lent, paid back */
  PNYX_ATTACK_SAID_PAID,    /* leg, money (negative: got) */
  PNYX_ATTACK_SAID_SEIZED,  /* money paid, units got, whose they were */
} PnyxAttackRecord;

/** PnyxLegBook: sums while the chain is read in order of time. */
typedef struct
{
  PnyxAttackLegs legs;
  PnyxAmount units; /* held, above those of genesis */
  gint64 price;     /* true, at which they were reckoned last */
} PnyxLegBook;

/** pnyx_leg_book_mark: the true price is @price from now on. */
void pnyx_leg_book_mark (PnyxLegBook *book, gint64 price);
/** pnyx_leg_book_add: what the attacker's contract has said. */
void pnyx_leg_book_add (PnyxLegBook *book, guint32 kind, const gint64 *values);

#endif
