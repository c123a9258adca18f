/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_LEDGER_MACHINE_H
#define PNYX_LEDGER_MACHINE_H

#include "engine/params.h"
#include "engine/world.h"
#include "ledger/state.h"
#include "ledger/workload.h"

/*
 * What a chain's blocks execute: accounts that hold assets, contracts, the calls that transactions
 * make, the gas that they cost. A block is executed once, on the state that its parent left, when
 * somebody first asks for the state of it or of a descendant. Contracts change the world through
 * their frame only, which charges gas, checks what is theirs and conserves value: assets exist from
 * genesis on and only move.
 *
 * Amounts are whole micro-units (10^-6) of an asset; asset 0 is the money (cash, $) that gas is
 * paid in. Prices that contracts hold have 8 decimals.
 */
typedef struct _PnyxMachine PnyxMachine;
typedef struct _PnyxFrame PnyxFrame;
typedef guint32 PnyxAccount;
typedef gint64 PnyxAmount;

#define PNYX_AMOUNT_ONE ((PnyxAmount)1000000) /* one unit of an asset */
#define PNYX_PRICE_ONE ((gint64)100000000)    /* a price of 1 */
#define PNYX_CASH 0
#define PNYX_ASSETS_MAX 4
#define PNYX_ARGUMENTS_MAX 6

/** PnyxOutcome: how a transaction ended. All but UNPAID pay for the gas that they used. */
typedef enum
{
  PNYX_OUTCOME_NONE, /* not executed in this chain */
  PNYX_OUTCOME_DONE,
  PNYX_OUTCOME_REVERTED,   /* the contract refused: nothing changed but the fee */
  PNYX_OUTCOME_OUT_OF_GAS, /* likewise, and all of its gas is paid for */
  PNYX_OUTCOME_UNPAID,     /* its sender could not pay for its gas: nothing happened at all */
  PNYX_N_OUTCOMES,
} PnyxOutcome;

/** PnyxCall: what a transaction asks for. */
typedef struct
{
  guint32 contract; /* from pnyx_machine_add_contract */
  guint32 method;   /* the contract's own numbering */
  gint64 arguments[PNYX_ARGUMENTS_MAX];
} PnyxCall;

/** PnyxCode: what a contract does. @self is what pnyx_machine_add_contract was given: it is not
 * changed by executing; all that changes is in cells. */
typedef struct
{
  const gchar *name;
  /* Returns: FALSE to revert: nothing of this call and of what it called has happened. */
  gboolean (*execute) (gconstpointer self, PnyxFrame *frame, const PnyxCall *call);
  /* Returns: what the contract's own books say that it holds of @asset; -1: it keeps none. Its
   * account must hold just that at the end of every block. Optional. */
  PnyxAmount (*booked) (gconstpointer self, const PnyxMachine *machine, guint asset);
} PnyxCode;

/** PnyxRecord: something that a contract says has happened (an event in the terms of the Yellow
 * Paper's logs); belongs to its block. */
typedef struct
{
  guint32 transaction; /* number in the workload */
  guint32 contract;
  guint32 kind; /* the contract's own numbering */
  PnyxAccount sender;
  gint64 values[4];
} PnyxRecord;

/** PnyxReceipt: how a transaction of a block ended. */
typedef struct
{
  guint32 transaction;
  PnyxOutcome outcome;
  guint64 gas;
  PnyxAmount fee;
} PnyxReceipt;

extern const PnyxElement pnyx_element_execution;

/**
 * pnyx_machine_new:
 * @section: `<execution>`
 * @workload: of the chain; carries the transactions
 * @n_nodes: each has an account that is paid for the blocks that it makes: number 0 on
 *
 * Returns: (transfer none): in the world's arena.
 */
PnyxMachine *pnyx_machine_new (PnyxWorld *world, const PnyxSection *section, PnyxBlockTree *blocks,
                               PnyxWorkload *workload, guint32 n_nodes);

/** pnyx_machine_add_asset: Returns: number of a new asset; at most PNYX_ASSETS_MAX with cash. */
guint pnyx_machine_add_asset (PnyxMachine *machine, const gchar *name);
guint pnyx_machine_assets (const PnyxMachine *machine);
/** pnyx_machine_add_accounts: Returns: the first of @n new accounts. */
PnyxAccount pnyx_machine_add_accounts (PnyxMachine *machine, guint32 n);
/** pnyx_machine_endow: @account owns @amount more of @asset from genesis on. */
void pnyx_machine_endow (PnyxMachine *machine, PnyxAccount account, guint asset, PnyxAmount amount);
/**
 * pnyx_machine_add_contract:
 * @code, @self: borrowed
 * @n_cells: that it may set; zero in genesis (see pnyx_machine_begin_with)
 * @cells: (out): the first of them
 *
 * Returns: its number; its account is pnyx_machine_contract_account.
 */
guint32 pnyx_machine_add_contract (PnyxMachine *machine, const PnyxCode *code, gconstpointer self,
                                   guint32 n_cells, PnyxCell *cells);
PnyxAccount pnyx_machine_contract_account (const PnyxMachine *machine, guint32 contract);
/** pnyx_machine_begin_with: @cell holds @value in genesis. */
void pnyx_machine_begin_with (PnyxMachine *machine, PnyxCell cell, gint64 value);

/** PnyxOrder: how much a transaction may cost and what it bids. */
typedef struct
{
  PnyxNodeId node;     /* where it is broadcast now */
  PnyxAccount account; /* that signs and pays */
  guint64 gas_limit;
  gdouble gas_price; /* gwei for each gas: decides who comes first */
  guint32 extra;     /* bytes beside the call itself (signatures, observations) */
} PnyxOrder;

/** pnyx_machine_submit: broadcasts a transaction that makes @call. Returns: its number in the
 * workload. */
guint32 pnyx_machine_submit (PnyxMachine *machine, const PnyxOrder *order, const PnyxCall *call);
/** pnyx_machine_intrinsic: Returns: gas that a transaction with @call and @extra bytes takes before
 * the call begins. */
guint64 pnyx_machine_intrinsic (const PnyxMachine *machine, const PnyxCall *call, guint32 extra);
/** pnyx_machine_call: Returns: (nullable) (transfer none): what transaction @number asks for; NULL:
 * it is none of the machine's. */
const PnyxCall *pnyx_machine_call (const PnyxMachine *machine, guint32 number);
PnyxAccount pnyx_machine_sender (const PnyxMachine *machine, guint32 number);
/** pnyx_machine_fee: Returns: what @gas costs at @gas_price (gwei), rounded up; 4e18
 * at most, which nobody has. */
PnyxAmount pnyx_machine_fee (const PnyxMachine *machine, guint64 gas, gdouble gas_price);
/** pnyx_machine_gas_price: Returns: the price of gas (gwei) that users bid who see the view: the
 * scenario's, or an eighth above the cheapest of a block that was full. Cost: constant. */
gdouble pnyx_machine_gas_price (const PnyxMachine *machine);

/** pnyx_machine_view: what is read from now on is the state that @block left. */
void pnyx_machine_view (PnyxMachine *machine, PnyxBlockId block);
/** pnyx_machine_viewed: Returns: the block of the view. */
PnyxBlockId pnyx_machine_viewed (const PnyxMachine *machine);
gint64 pnyx_machine_get (const PnyxMachine *machine, PnyxCell cell);
PnyxAmount pnyx_machine_balance (const PnyxMachine *machine, PnyxAccount account, guint asset);

/** pnyx_machine_records: Returns: (array length=n): what @block's transactions said; the block is
 * executed first where nobody has yet. Valid until the next block is executed. */
const PnyxRecord *pnyx_machine_records (PnyxMachine *machine, PnyxBlockId block, guint32 *n);
/** pnyx_machine_receipts: Returns: (array length=n): how @block's transactions ended. */
const PnyxReceipt *pnyx_machine_receipts (PnyxMachine *machine, PnyxBlockId block, guint32 *n);

/**
 * pnyx_machine_audit: checks the block of the view: every asset's balances sum to what there was in
 * genesis, none is negative, and contracts hold what their books say.
 *
 * Returns: (transfer full) (nullable): what is wrong; NULL: nothing.
 */
gchar *pnyx_machine_audit (const PnyxMachine *machine);

/**
 * pnyx_machine_try: executes @call by @account on top of the view, and undoes it: what a node's
 * simulation of a transaction (eth_call) tells who runs it.
 * @results: (out caller-allocates) (array length=PNYX_ARGUMENTS_MAX) (nullable)
 */
PnyxOutcome pnyx_machine_try (PnyxMachine *machine, PnyxAccount account, const PnyxCall *call,
                              guint64 gas_limit, gint64 *results);

/* ---- What a contract may do ---- */

PnyxTime pnyx_frame_time (const PnyxFrame *frame); /* of the block */
PnyxBlockId pnyx_frame_block (const PnyxFrame *frame);
guint32 pnyx_frame_transaction (const PnyxFrame *frame); /* PNYX_NONE: a trial */
PnyxMachine *pnyx_frame_machine (const PnyxFrame *frame);
/** pnyx_frame_sender: Returns: who called: a contract's account or, outermost, who signed. */
PnyxAccount pnyx_frame_sender (const PnyxFrame *frame);
PnyxAccount pnyx_frame_self (const PnyxFrame *frame); /* the contract's own account */
guint pnyx_frame_depth (const PnyxFrame *frame);      /* outermost 1 */
guint64 pnyx_frame_gas (const PnyxFrame *frame);      /* what is left */
/** pnyx_frame_burn: uses @gas. Returns: FALSE: there is not as much: return FALSE from execute. */
gboolean pnyx_frame_burn (PnyxFrame *frame, guint64 gas);
/** pnyx_frame_get: Returns: what @cell holds, anybody's; 0 when out of gas. */
gint64 pnyx_frame_get (PnyxFrame *frame, PnyxCell cell);
/** pnyx_frame_set: the contract's own cells only; anything else is a bug. */
void pnyx_frame_set (PnyxFrame *frame, PnyxCell cell, gint64 value);
PnyxAmount pnyx_frame_balance (PnyxFrame *frame, PnyxAccount account, guint asset);
/** pnyx_frame_pay: Returns: whether the contract had @amount, which is @to's now. */
gboolean pnyx_frame_pay (PnyxFrame *frame, guint asset, PnyxAccount to, PnyxAmount amount);
/** pnyx_frame_take: Returns: whether the sender had @amount, which is the contract's now. */
gboolean pnyx_frame_take (PnyxFrame *frame, guint asset, PnyxAmount amount);
/** pnyx_frame_call: Returns: whether the call of another contract was done; where it was not,
 * nothing of it has happened. @results: (out) (nullable): what it gave by pnyx_frame_result. */
gboolean pnyx_frame_call (PnyxFrame *frame, const PnyxCall *call, gint64 *results);
/** pnyx_frame_result: result number @i, below PNYX_ARGUMENTS_MAX, of this call is @value. */
void pnyx_frame_result (PnyxFrame *frame, guint i, gint64 value);
/** pnyx_frame_record: says that something has happened. */
void pnyx_frame_record (PnyxFrame *frame, guint32 kind, gint64 a, gint64 b, gint64 c, gint64 d);

#endif
