/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_ATTACK_H
#define PNYX_CONTRACT_ATTACK_H

#include "contract/attack_legs.h"
#include "contract/lending.h"
#include "contract/pool.h"
#include "protocol/protocol.h"

/*
 * Attacks on the price that a lending contract reads: make it wrong (buy where it is made, or keep
 * those off the network who would tell it), pledge at that price, borrow, and never come back; or
 * be the first who acts on a new one. An attacker has a contract of
 * its own, which does in one transaction what has to be done in one, money and units of its own,
 * and an account that signs and pays for gas. It sees the chain as its node does and sends
 * transactions as anybody does; all that it wins or loses are amounts on the chain.
 */
typedef struct _PnyxAttack PnyxAttack;
typedef struct _PnyxContract PnyxContract;
struct PnyxContracts;

/** PnyxAttackOps: a kind of attack. */
typedef struct
{
  PnyxComponent component;
  gboolean needs_pool; /* of the target */
  gsize state_size;
  /* Looks at the whole scenario: @section is `<attack>`. Optional. */
  gboolean (*check) (const PnyxSection *section, GError **error);
  /* All contracts are made. Optional. */
  void (*bind) (PnyxAttack *attack, const struct PnyxContracts *contracts);
  /* Before the world runs, where the attack is carried out. Optional. */
  void (*begin) (PnyxAttack *attack);
  /* The attack's time has come. */
  void (*start) (PnyxAttack *attack);
  /* The head of its node has moved since; the machine's view is it. Optional. */
  void (*on_head) (PnyxAttack *attack);
  /* What pnyx_attack_wake was called for is due; the view is the head of its node. Optional. */
  void (*on_timer) (PnyxAttack *attack);
} PnyxAttackOps;

/** Parameters of `<attack>`. */
typedef struct
{
  const gchar *id;
  const gchar *target;
  gboolean active;
  PnyxTime at;
  PnyxTime settle;
  gdouble cash;
  gdouble units;
  gdouble gas_cash;
  gdouble bid;
  gdouble interest;
  guint64 node;
} PnyxAttackParams;

struct _PnyxAttack
{
  guint32 index; /* among the world's attacks */
  const gchar *id;
  const PnyxAttackParams *params;
  gconstpointer settings; /* of its component */
  const PnyxSection *section;
  const PnyxAttackOps *ops;
  gpointer state;             /* of the kind */
  const PnyxContract *target; /* that lends */
  const PnyxLending *lending;
  const PnyxPool *pool;   /* of the target; NULL: none */
  const PnyxPool *lender; /* of flash loans; NULL: none */
  PnyxChain *chain;
  PnyxMachine *machine;
  guint asset;
  PnyxNodeId node;
  guint32 contract;      /* its own */
  PnyxAccount account;   /* of the contract: holds money and units, borrows */
  PnyxAccount owner;     /* signs, pays for gas */
  PnyxAccount elsewhere; /* whoever it pays off the chain, and is paid by */
  gboolean joined;
  guint16 timer_type;
};

/** PnyxAttacks: the attacks of a world, in the order of the scenario. */
typedef struct
{
  guint n;
  PnyxAttack **attacks;
} PnyxAttacks;

extern const PnyxKind pnyx_attack_kind;
extern const PnyxElement pnyx_element_attack;

/** pnyx_attacks_begin: makes what stands in `<attack>`, before contracts are made. */
void pnyx_attacks_begin (PnyxAttacks *attacks, const PnyxSection *root, PnyxWorld *world);
/** pnyx_attacks_on: Returns: how many have the contract @id as their target. */
guint32 pnyx_attacks_on (const PnyxAttacks *attacks, const gchar *id);
/** pnyx_attacks_join: those on @contract get contracts of their own, whose accounts follow one
 * another: they may borrow. Returns: the first of the accounts. */
PnyxAccount pnyx_attacks_join (const PnyxAttacks *attacks, const PnyxContract *contract);
/** pnyx_attacks_start: all contracts are made: attackers act from their time on. */
void pnyx_attacks_start (const PnyxAttacks *attacks, const struct PnyxContracts *contracts);
/** pnyx_attacks_find: Returns: (nullable): the attack @id. */
PnyxAttack *pnyx_attacks_find (const PnyxAttacks *attacks, const gchar *id);

/** pnyx_attack_end: Returns: when it is settled: its horizon after its time, or @end. */
PnyxTime pnyx_attack_end (const PnyxAttack *attack, PnyxTime end);
/**
 * pnyx_attack_legs: what the attack has cost and brought on the canonical chain until @until, by
 * what contracts said and by receipts: leg by leg, at the true price.
 */
PnyxAttackLegs pnyx_attack_legs (const PnyxAttack *attack, PnyxTime until);
/** pnyx_attack_gain: Returns: what it owns then at the true price (a loan that is worth more than
 * it owes included), less what it would own had it done nothing: by its balances alone. */
PnyxAmount pnyx_attack_gain (const PnyxAttack *attack, PnyxTime until);

/*
 * For kinds of attacks.
 */

/** PnyxAttackMethod: what the attacker's contract does when its owner calls. Everything reverts
 * where a part of it cannot be done. */
typedef enum
{
  /* price, money to borrow for it: buys until the pool is at @price, pledges, borrows; what was
   * borrowed by a flash loan is paid back within the transaction */
  PNYX_ATTACK_STRIKE,
  PNYX_ATTACK_PUSH,  /* price: buys until the pool is there; does nothing where it is already */
  PNYX_ATTACK_OPEN,  /* least price: pledges and borrows where the target reads at least that */
  PNYX_ATTACK_SELL,  /* sells all units to the pool */
  PNYX_ATTACK_PAY,   /* leg, amount: pays somebody off the chain */
  PNYX_ATTACK_GET,   /* leg, amount: is paid by who is off the chain, who calls */
  PNYX_ATTACK_SEIZE, /* account: liquidates its loan */
  PNYX_ATTACK_LENT,  /* by the lender of a flash loan: side, amount, price */
} PnyxAttackMethod;

/** pnyx_attack_submit: its owner calls its contract. */
void pnyx_attack_submit (PnyxAttack *attack, PnyxAttackMethod method, gint64 a, gint64 b);
/** pnyx_attack_bid: the same at @gas_price (gwei). */
void pnyx_attack_bid (PnyxAttack *attack, gdouble gas_price, PnyxAttackMethod method, gint64 a,
                      gint64 b);
/** pnyx_attack_settle_off: what was paid ($; negative: won) off the chain for @leg becomes a
 * payment on it. */
void pnyx_attack_settle_off (PnyxAttack *attack, PnyxLeg leg, gdouble paid);
/** pnyx_attack_wake: on_timer is called at @time. */
void pnyx_attack_wake (PnyxAttack *attack, PnyxTime time);
/** pnyx_attack_try_open: in the view: opens the loan where the target would lend more on the units
 * than they are truly worth. Returns: whether it was sent. */
gboolean pnyx_attack_try_open (PnyxAttack *attack);
/** pnyx_attack_try_open_at: the same at @gas_price (gwei). */
gboolean pnyx_attack_try_open_at (PnyxAttack *attack, gdouble gas_price);
/** pnyx_attack_owes: Returns: whether the loan is open in the view. */
gboolean pnyx_attack_owes (const PnyxAttack *attack);
/** pnyx_attack_pay_interest: pays for its own money since the attack's time. */
void pnyx_attack_pay_interest (PnyxAttack *attack);
/** pnyx_attack_reach: Returns: money that brings @pool's price to @price (8 decimals) in the state
 * of @reserves (asset, money); 0: it is there. */
PnyxAmount pnyx_attack_reach (const guint64 reserves[2], guint32 fee, gint64 price);

extern const PnyxAttackOps pnyx_attack_denial;
extern const PnyxAttackOps pnyx_attack_front;
extern const PnyxAttackOps pnyx_attack_hold;
extern const PnyxAttackOps pnyx_attack_spot;
extern const PnyxAttackOps pnyx_attack_venues;

#endif
