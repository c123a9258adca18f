/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Set-up: assets, accounts, contracts, endowments. Then blocks are executed as they are asked for
 * (execute_to), each on its parent's state. A frame is one call on the stack; what a call changed
 * is rolled back where it reverts. Balances are cells: account * PNYX_ASSETS_MAX + asset.
 */
#include "ledger/machine.h"

#include <math.h>
#include <string.h>

#define FEE_MAX 4e18 /* more than anybody owns: who bids it cannot pay */

typedef struct
{
  guint64 gas_limit;
  guint64 gas_transaction, gas_byte, gas_load, gas_store, gas_call, gas_record;
  guint64 depth_max;
  gdouble gas_price;
  gdouble ether_price;
} ExecutionParams;

typedef struct
{
  const PnyxCode *code;
  gconstpointer self;
  PnyxAccount account;
  PnyxCell begin, end; /* its cells */
} Contract;

typedef struct
{
  PnyxCall call;
  PnyxAccount account;
  guint64 gas_limit;
  gdouble gas_price;
  guint32 size;
} Submission;

typedef struct
{
  guint32 records, n_records; /* where they begin, how many */
  guint32 receipts, n_receipts;
  guint64 gas;
  gdouble gas_price; /* that users bid who see this block */
} Executed;

struct _PnyxMachine
{
  PnyxWorld *world;
  PnyxArena *arena;
  const ExecutionParams *params;
  PnyxBlockTree *blocks;
  PnyxWorkload *workload;
  PnyxState *state;
  guint n_assets;
  const gchar *assets[PNYX_ASSETS_MAX];
  PnyxAmount supply[PNYX_ASSETS_MAX]; /* since genesis */
  PnyxCell *balances;                 /* by account: the first of its cells */
  guint32 n_accounts, accounts_capacity;
  Contract *contracts;
  guint32 n_contracts, contracts_capacity;
  Submission *submissions;
  guint32 n_submissions, submissions_capacity;
  PnyxRecord *records;
  guint32 n_records, records_capacity;
  PnyxReceipt *receipts;
  guint32 n_receipts, receipts_capacity;
  Executed *executed; /* by block */
  guint32 executed_capacity;
};

struct _PnyxFrame
{
  PnyxMachine *machine;
  guint32 contract;
  PnyxAccount sender;
  PnyxBlockId block;
  PnyxTime time;
  guint32 transaction;
  guint depth;
  guint64 *gas; /* left of the whole transaction */
  gboolean *exhausted;
  gint64 results[PNYX_ARGUMENTS_MAX];
};

static const PnyxParam execution_params[] = {
  { .name = "gas-limit",
    .type = PNYX_PARAM_COUNT,
    .fallback = "30000000",
    .min = "100000",
    .max = "1000000000000",
    .offset = offsetof (ExecutionParams, gas_limit),
    .meaning = "Gas of a block at most.",
    .source = "Ethereum mainnet, August 2021 to early 2025" },
  { .name = "gas-transaction",
    .type = PNYX_PARAM_COUNT,
    .fallback = "21000",
    .max = "1000000000",
    .offset = offsetof (ExecutionParams, gas_transaction),
    .meaning = "Gas of any transaction.",
    .source = "Ethereum Yellow Paper, appendix G: G_transaction" },
  { .name = "gas-byte",
    .type = PNYX_PARAM_COUNT,
    .fallback = "16",
    .max = "1000000",
    .offset = offsetof (ExecutionParams, gas_byte),
    .meaning = "Gas of a byte of a transaction.",
    .source = "EIP-2028: 16 for a byte of data that is not zero" },
  { .name = "gas-load",
    .type = PNYX_PARAM_COUNT,
    .fallback = "2100",
    .max = "1000000000",
    .offset = offsetof (ExecutionParams, gas_load),
    .meaning = "Gas of reading a cell.",
    .source = "EIP-2929: COLD_SLOAD_COST" },
  { .name = "gas-store",
    .type = PNYX_PARAM_COUNT,
    .fallback = "5000",
    .max = "1000000000",
    .offset = offsetof (ExecutionParams, gas_store),
    .meaning = "Gas of changing a cell.",
    .source = "EIP-2200: SSTORE_RESET_GAS" },
  { .name = "gas-call",
    .type = PNYX_PARAM_COUNT,
    .fallback = "2600",
    .max = "1000000000",
    .offset = offsetof (ExecutionParams, gas_call),
    .meaning = "Gas of a call from one contract to another.",
    .source = "EIP-2929: COLD_ACCOUNT_ACCESS_COST" },
  { .name = "gas-record",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1774",
    .max = "1000000000",
    .offset = offsetof (ExecutionParams, gas_record),
    .meaning = "Gas of saying that something has happened.",
    .source = "Ethereum Yellow Paper, appendix G: LOG1 with 128 bytes, 375 + 375 + 8 * 128" },
  { .name = "depth-max",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1024",
    .min = "1",
    .max = "1024",
    .offset = offsetof (ExecutionParams, depth_max),
    .meaning = "Calls inside one another at most.",
    .source = "Ethereum Yellow Paper, section 8" },
  { .name = "gas-price",
    .type = PNYX_PARAM_REAL,
    .fallback = "20",
    .min = "0",
    .max = "1000000000",
    .offset = offsetof (ExecutionParams, gas_price),
    .meaning = "Gwei for each gas that transactions bid while blocks are not full; after a full "
               "block they bid an eighth more than its cheapest." },
  { .name = "ether-price",
    .type = PNYX_PARAM_REAL,
    .fallback = "2000",
    .min = "0",
    .max = "1000000000",
    .offset = offsetof (ExecutionParams, ether_price),
    .meaning = "What the coin that gas is bid in costs ($): fees are paid in money." },
};

const PnyxElement pnyx_element_execution = {
  .name = "execution",
  .meaning = "What executing transactions costs where a chain has contracts or oracles. Bids are "
             "paid whole to who makes the block: no base fee is burnt; transactions of one sender "
             "need not be executed in the order in which they were signed.",
  .params = execution_params,
  .n_params = G_N_ELEMENTS (execution_params),
  .params_size = sizeof (ExecutionParams),
};

/* What was paid for before in the same block is not reckoned with: such a transaction is in it and
 * does nothing. Source: go-ethereum, core/txpool/validation.go: insufficient funds for gas * price
 * + value is refused by the state of the head. */
static gboolean
affords (gpointer self, PnyxBlockId parent, guint32 number)
{
  PnyxMachine *machine = self;
  const Submission *submission = &machine->submissions[number - PNYX_SUBMITTED];

  pnyx_machine_view (machine, parent);
  return pnyx_machine_balance (machine, submission->account, PNYX_CASH)
         >= pnyx_machine_fee (machine, submission->gas_limit, submission->gas_price);
}

PnyxMachine *
pnyx_machine_new (PnyxWorld *world, const PnyxSection *section, PnyxBlockTree *blocks,
                  PnyxWorkload *workload, guint32 n_nodes)
{
  PnyxArena *arena = pnyx_world_arena (world);
  PnyxMachine *machine = pnyx_arena_array (arena, PnyxMachine, 1);

  machine->world = world;
  machine->arena = arena;
  machine->params = section->params;
  machine->blocks = blocks;
  machine->workload = workload;
  machine->state = pnyx_state_new (arena, blocks);
  pnyx_machine_add_asset (machine, "cash");
  pnyx_machine_add_accounts (machine, n_nodes);
  pnyx_workload_set_affords (workload, affords, machine);
  pnyx_workload_set_gas (workload, machine->params->gas_limit, machine->params->gas_transaction,
                         machine->params->gas_byte);
  return machine;
}

guint
pnyx_machine_add_asset (PnyxMachine *machine, const gchar *name)
{
  PNYX_REQUIRE (machine->n_assets < PNYX_ASSETS_MAX);
  machine->assets[machine->n_assets] = name;
  return machine->n_assets++;
}

guint
pnyx_machine_assets (const PnyxMachine *machine)
{
  return machine->n_assets;
}

PnyxAccount
pnyx_machine_add_accounts (PnyxMachine *machine, guint32 n)
{
  PnyxAccount first = machine->n_accounts;
  PnyxCell cell = pnyx_state_reserve (machine->state, n * PNYX_ASSETS_MAX);

  for (guint32 i = 0; i < n; i++)
    {
      pnyx_arena_reserve (machine->arena, machine->balances, machine->n_accounts,
                          machine->accounts_capacity);
      machine->balances[machine->n_accounts++] = cell + i * PNYX_ASSETS_MAX;
    }
  return first;
}

static PnyxCell
balance_cell (const PnyxMachine *machine, PnyxAccount account, guint asset)
{
  PNYX_REQUIRE (account < machine->n_accounts && asset < machine->n_assets);
  return machine->balances[account] + asset;
}

void
pnyx_machine_endow (PnyxMachine *machine, PnyxAccount account, guint asset, PnyxAmount amount)
{
  PnyxCell cell = balance_cell (machine, account, asset);

  PNYX_REQUIRE (amount >= 0 && machine->supply[asset] <= G_MAXINT64 - amount);
  machine->supply[asset] += amount;
  pnyx_state_set (machine->state, cell, pnyx_state_get (machine->state, cell) + amount);
}

guint32
pnyx_machine_add_contract (PnyxMachine *machine, const PnyxCode *code, gconstpointer self,
                           guint32 n_cells, PnyxCell *cells)
{
  Contract contract = { .code = code, .self = self };

  contract.account = pnyx_machine_add_accounts (machine, 1);
  contract.begin = *cells = pnyx_state_reserve (machine->state, n_cells);
  contract.end = contract.begin + n_cells;
  pnyx_arena_reserve (machine->arena, machine->contracts, machine->n_contracts,
                      machine->contracts_capacity);
  machine->contracts[machine->n_contracts] = contract;
  return machine->n_contracts++;
}

PnyxAccount
pnyx_machine_contract_account (const PnyxMachine *machine, guint32 contract)
{
  PNYX_REQUIRE (contract < machine->n_contracts);
  return machine->contracts[contract].account;
}

void
pnyx_machine_begin_with (PnyxMachine *machine, PnyxCell cell, gint64 value)
{
  pnyx_state_set (machine->state, cell, value);
}

/* ---- Transactions ---- */

/* A signed transaction without data takes about 110 bytes; a selector 4, an argument a word. */
static guint32
call_bytes (const PnyxCall *call)
{
  guint32 n = 0;

  for (guint32 i = 0; i < PNYX_ARGUMENTS_MAX; i++)
    if (call->arguments[i] != 0)
      n = i + 1;
  return 114 + 32 * n;
}

guint32
pnyx_machine_submit (PnyxMachine *machine, const PnyxOrder *order, const PnyxCall *call)
{
  guint32 size = call_bytes (call) + order->extra;
  guint32 number = pnyx_workload_submit (machine->workload, order->node, size, order->gas_limit,
                                         (gfloat)order->gas_price);

  PNYX_REQUIRE (number == PNYX_SUBMITTED + machine->n_submissions
                && call->contract < machine->n_contracts && order->account < machine->n_accounts);
  pnyx_arena_reserve (machine->arena, machine->submissions, machine->n_submissions,
                      machine->submissions_capacity);
  machine->submissions[machine->n_submissions++] = (Submission){ .call = *call,
                                                                 .account = order->account,
                                                                 .gas_limit = order->gas_limit,
                                                                 .gas_price = order->gas_price,
                                                                 .size = size };
  return number;
}

guint64
pnyx_machine_intrinsic (const PnyxMachine *machine, const PnyxCall *call, guint32 extra)
{
  return machine->params->gas_transaction
         + machine->params->gas_byte * ((guint64)call_bytes (call) + extra);
}

const PnyxCall *
pnyx_machine_call (const PnyxMachine *machine, guint32 number)
{
  return number < PNYX_SUBMITTED ? NULL : &machine->submissions[number - PNYX_SUBMITTED].call;
}

PnyxAccount
pnyx_machine_sender (const PnyxMachine *machine, guint32 number)
{
  PNYX_REQUIRE (number >= PNYX_SUBMITTED);
  return machine->submissions[number - PNYX_SUBMITTED].account;
}

/* gas * gwei * 10^-9 coins * $ a coin * 10^6 micro-units */
PnyxAmount
pnyx_machine_fee (const PnyxMachine *machine, guint64 gas, gdouble gas_price)
{
  gdouble fee = ceil ((gdouble)gas * gas_price * machine->params->ether_price * 1e-3);

  return fee < FEE_MAX ? (PnyxAmount)fee : (PnyxAmount)FEE_MAX;
}

/* What users bid who see @block. */
static gdouble
gas_price_after (const PnyxMachine *machine, const PnyxBlock *block)
{
  gdouble lowest = HUGE_VAL;
  guint64 gas = 0;

  for (guint32 i = 0; i < block->n_transactions; i++)
    {
      const PnyxTransaction *transaction
          = pnyx_workload_get (machine->workload, block->transactions[i]);

      gas += transaction->gas;
      lowest = MIN (lowest, (gdouble)transaction->fee_rate);
    }
  if (gas < machine->params->gas_limit / 10 * 9)
    return machine->params->gas_price;
  return MAX (machine->params->gas_price, lowest * 1.125);
}

gdouble
pnyx_machine_gas_price (const PnyxMachine *machine)
{
  PnyxBlockId view = pnyx_state_view (machine->state);

  return view == 0 ? machine->params->gas_price : machine->executed[view].gas_price;
}

/* ---- Execution ---- */

static gboolean
transfer (PnyxMachine *machine, guint asset, PnyxAccount from, PnyxAccount to, PnyxAmount amount)
{
  PnyxCell source = balance_cell (machine, from, asset);
  PnyxCell target = balance_cell (machine, to, asset);
  PnyxAmount held = pnyx_state_get (machine->state, source);

  if (amount < 0 || held < amount)
    return FALSE;
  pnyx_state_set (machine->state, source, held - amount);
  pnyx_state_set (machine->state, target, pnyx_state_get (machine->state, target) + amount);
  return TRUE;
}

/* Runs the contract's code in @frame. Returns: whether it is done; if not, nothing has changed. */
static gboolean
run_frame (PnyxFrame *frame, const PnyxCall *call)
{
  PnyxMachine *machine = frame->machine;
  const Contract *contract = &machine->contracts[frame->contract];
  gsize mark = pnyx_state_mark (machine->state);
  guint32 n_records = machine->n_records;

  if (contract->code->execute (contract->self, frame, call) && !*frame->exhausted)
    return TRUE;
  pnyx_state_rollback (machine->state, mark);
  machine->n_records = n_records;
  return FALSE;
}

static PnyxOutcome
run_call (PnyxMachine *machine, PnyxFrame *outermost, const PnyxCall *call, guint64 gas_limit,
          guint64 *used)
{
  guint64 gas = gas_limit;
  gboolean exhausted = FALSE;
  gboolean done;

  outermost->machine = machine;
  outermost->contract = call->contract;
  outermost->depth = 1;
  outermost->gas = &gas;
  outermost->exhausted = &exhausted;
  done = run_frame (outermost, call);
  *used = exhausted ? gas_limit : gas_limit - gas;
  if (exhausted)
    return PNYX_OUTCOME_OUT_OF_GAS;
  return done ? PNYX_OUTCOME_DONE : PNYX_OUTCOME_REVERTED;
}

/* The fee is held back for all of the gas first, and what was not used is given back. */
static PnyxReceipt
execute_call (PnyxMachine *machine, const PnyxBlock *block, PnyxBlockId id, guint32 number)
{
  const Submission *submission = &machine->submissions[number - PNYX_SUBMITTED];
  const ExecutionParams *params = machine->params;
  guint64 intrinsic = params->gas_transaction + params->gas_byte * submission->size;
  PnyxReceipt receipt = { .transaction = number, .outcome = PNYX_OUTCOME_UNPAID };
  PnyxFrame frame
      = { .sender = submission->account, .block = id, .time = block->time, .transaction = number };
  PnyxAmount most = pnyx_machine_fee (machine, submission->gas_limit, submission->gas_price);
  guint64 used = 0;

  if (pnyx_machine_balance (machine, submission->account, PNYX_CASH) < most)
    return receipt;
  if (submission->gas_limit < intrinsic)
    receipt.outcome = PNYX_OUTCOME_OUT_OF_GAS;
  PNYX_REQUIRE (transfer (machine, PNYX_CASH, submission->account, block->node, most));
  if (receipt.outcome == PNYX_OUTCOME_OUT_OF_GAS)
    receipt.gas = submission->gas_limit;
  else
    {
      receipt.outcome
          = run_call (machine, &frame, &submission->call, submission->gas_limit - intrinsic, &used);
      receipt.gas = used + intrinsic;
    }
  receipt.fee = pnyx_machine_fee (machine, receipt.gas, submission->gas_price);
  PNYX_REQUIRE (
      transfer (machine, PNYX_CASH, block->node, submission->account, most - receipt.fee));
  return receipt;
}

static void
execute_block (PnyxMachine *machine, PnyxBlockId id)
{
  const PnyxBlock *block = pnyx_block_tree_get (machine->blocks, id);
  Executed executed = { .records = machine->n_records,
                        .receipts = machine->n_receipts,
                        .gas_price = gas_price_after (machine, block) };

  pnyx_state_move (machine->state, block->parent);
  pnyx_state_open (machine->state, id);
  for (guint32 i = 0; i < block->n_transactions; i++)
    if (block->transactions[i] >= PNYX_SUBMITTED)
      {
        PnyxReceipt receipt = execute_call (machine, block, id, block->transactions[i]);

        executed.gas += receipt.gas;
        pnyx_arena_reserve (machine->arena, machine->receipts, machine->n_receipts,
                            machine->receipts_capacity);
        machine->receipts[machine->n_receipts++] = receipt;
      }
  pnyx_state_close (machine->state);
  executed.n_records = machine->n_records - executed.records;
  executed.n_receipts = machine->n_receipts - executed.receipts;
  while (machine->executed_capacity <= id)
    pnyx_arena_reserve (machine->arena, machine->executed, machine->executed_capacity,
                        machine->executed_capacity);
  machine->executed[id] = executed;
}

/* Executes what has not been yet of the chain that ends with @block, oldest first. */
static void
execute_to (PnyxMachine *machine, PnyxBlockId block)
{
  guint32 top = pnyx_block_tree_get (machine->blocks, block)->height;
  PnyxBlockId at = block;

  while (!pnyx_state_executed (machine->state, at))
    at = pnyx_block_tree_get (machine->blocks, at)->parent;
  for (guint32 height = pnyx_block_tree_get (machine->blocks, at)->height + 1; height <= top;
       height++)
    execute_block (machine, pnyx_block_tree_ancestor (machine->blocks, block, height));
}

void
pnyx_machine_view (PnyxMachine *machine, PnyxBlockId block)
{
  execute_to (machine, block);
  pnyx_state_move (machine->state, block);
}

PnyxBlockId
pnyx_machine_viewed (const PnyxMachine *machine)
{
  return pnyx_state_view (machine->state);
}

gint64
pnyx_machine_get (const PnyxMachine *machine, PnyxCell cell)
{
  return pnyx_state_get (machine->state, cell);
}

PnyxAmount
pnyx_machine_balance (const PnyxMachine *machine, PnyxAccount account, guint asset)
{
  return pnyx_state_get (machine->state, balance_cell (machine, account, asset));
}

const PnyxRecord *
pnyx_machine_records (PnyxMachine *machine, PnyxBlockId block, guint32 *n)
{
  *n = 0;
  if (block == 0)
    return NULL;
  execute_to (machine, block);
  *n = machine->executed[block].n_records;
  return *n > 0 ? &machine->records[machine->executed[block].records] : NULL;
}

const PnyxReceipt *
pnyx_machine_receipts (PnyxMachine *machine, PnyxBlockId block, guint32 *n)
{
  *n = 0;
  if (block == 0)
    return NULL;
  execute_to (machine, block);
  *n = machine->executed[block].n_receipts;
  return *n > 0 ? &machine->receipts[machine->executed[block].receipts] : NULL;
}

gchar *
pnyx_machine_audit (const PnyxMachine *machine)
{
  for (guint asset = 0; asset < machine->n_assets; asset++)
    {
      pnyx_int128 sum = 0;

      for (PnyxAccount account = 0; account < machine->n_accounts; account++)
        {
          PnyxAmount held = pnyx_machine_balance (machine, account, asset);

          if (held < 0)
            return g_strdup_printf ("account %u owns %" G_GINT64_FORMAT " of %s", account, held,
                                    machine->assets[asset]);
          sum += held;
        }
      if (sum != machine->supply[asset])
        return g_strdup_printf ("there are %" G_GINT64_FORMAT " of %s (in genesis %" G_GINT64_FORMAT
                                ")",
                                (gint64)sum, machine->assets[asset], machine->supply[asset]);
    }
  for (guint32 i = 0; i < machine->n_contracts; i++)
    for (guint asset = 0; asset < machine->n_assets; asset++)
      {
        const Contract *contract = &machine->contracts[i];
        PnyxAmount held = pnyx_machine_balance (machine, contract->account, asset);
        PnyxAmount booked
            = contract->code->booked ? contract->code->booked (contract->self, machine, asset) : -1;

        if (booked >= 0 && held != booked)
          return g_strdup_printf ("%s owns %" G_GINT64_FORMAT " of %s (its books say "
                                  "%" G_GINT64_FORMAT ")",
                                  contract->code->name, held, machine->assets[asset], booked);
      }
  return NULL;
}

PnyxOutcome
pnyx_machine_try (PnyxMachine *machine, PnyxAccount account, const PnyxCall *call,
                  guint64 gas_limit, gint64 *results)
{
  PnyxFrame frame = { .sender = account,
                      .block = pnyx_state_view (machine->state),
                      .time = pnyx_world_now (machine->world),
                      .transaction = PNYX_NONE };
  guint32 n_records = machine->n_records;
  PnyxOutcome outcome;
  guint64 used;

  pnyx_state_open_trial (machine->state);
  outcome = run_call (machine, &frame, call, gas_limit, &used);
  pnyx_state_close_trial (machine->state);
  machine->n_records = n_records;
  if (results != NULL)
    memcpy (results, frame.results, sizeof frame.results);
  return outcome;
}

/* ---- Frames ---- */

PnyxTime
pnyx_frame_time (const PnyxFrame *frame)
{
  return frame->time;
}

PnyxBlockId
pnyx_frame_block (const PnyxFrame *frame)
{
  return frame->block;
}

guint32
pnyx_frame_transaction (const PnyxFrame *frame)
{
  return frame->transaction;
}

PnyxMachine *
pnyx_frame_machine (const PnyxFrame *frame)
{
  return frame->machine;
}

PnyxAccount
pnyx_frame_sender (const PnyxFrame *frame)
{
  return frame->sender;
}

PnyxAccount
pnyx_frame_self (const PnyxFrame *frame)
{
  return frame->machine->contracts[frame->contract].account;
}

guint
pnyx_frame_depth (const PnyxFrame *frame)
{
  return frame->depth;
}

guint64
pnyx_frame_gas (const PnyxFrame *frame)
{
  return *frame->gas;
}

gboolean
pnyx_frame_burn (PnyxFrame *frame, guint64 gas)
{
  if (*frame->exhausted || *frame->gas < gas)
    {
      *frame->exhausted = TRUE;
      *frame->gas = 0;
      return FALSE;
    }
  *frame->gas -= gas;
  return TRUE;
}

gint64
pnyx_frame_get (PnyxFrame *frame, PnyxCell cell)
{
  if (!pnyx_frame_burn (frame, frame->machine->params->gas_load))
    return 0;
  return pnyx_state_get (frame->machine->state, cell);
}

void
pnyx_frame_set (PnyxFrame *frame, PnyxCell cell, gint64 value)
{
  const Contract *contract = &frame->machine->contracts[frame->contract];

  PNYX_REQUIRE (cell >= contract->begin && cell < contract->end);
  if (pnyx_frame_burn (frame, frame->machine->params->gas_store))
    pnyx_state_set (frame->machine->state, cell, value);
}

PnyxAmount
pnyx_frame_balance (PnyxFrame *frame, PnyxAccount account, guint asset)
{
  return pnyx_frame_get (frame, balance_cell (frame->machine, account, asset));
}

static gboolean
move (PnyxFrame *frame, guint asset, PnyxAccount from, PnyxAccount to, PnyxAmount amount)
{
  const ExecutionParams *params = frame->machine->params;

  return pnyx_frame_burn (frame, 2 * (params->gas_load + params->gas_store))
         && transfer (frame->machine, asset, from, to, amount);
}

gboolean
pnyx_frame_pay (PnyxFrame *frame, guint asset, PnyxAccount to, PnyxAmount amount)
{
  return move (frame, asset, pnyx_frame_self (frame), to, amount);
}

gboolean
pnyx_frame_take (PnyxFrame *frame, guint asset, PnyxAmount amount)
{
  return move (frame, asset, frame->sender, pnyx_frame_self (frame), amount);
}

gboolean
pnyx_frame_call (PnyxFrame *frame, const PnyxCall *call, gint64 *results)
{
  PnyxFrame inner = *frame;
  gboolean done;

  PNYX_REQUIRE (call->contract < frame->machine->n_contracts);
  if (frame->depth >= frame->machine->params->depth_max
      || !pnyx_frame_burn (frame, frame->machine->params->gas_call))
    return FALSE;
  inner.contract = call->contract;
  inner.sender = pnyx_frame_self (frame);
  inner.depth = frame->depth + 1;
  memset (inner.results, 0, sizeof inner.results);
  done = run_frame (&inner, call);
  if (results != NULL)
    memcpy (results, inner.results, sizeof inner.results);
  return done;
}

void
pnyx_frame_result (PnyxFrame *frame, guint i, gint64 value)
{
  PNYX_REQUIRE (i < PNYX_ARGUMENTS_MAX);
  frame->results[i] = value;
}

void
pnyx_frame_record (PnyxFrame *frame, guint32 kind, gint64 a, gint64 b, gint64 c, gint64 d)
{
  PnyxMachine *machine = frame->machine;

  if (!pnyx_frame_burn (frame, machine->params->gas_record))
    return;
  pnyx_arena_reserve (machine->arena, machine->records, machine->n_records,
                      machine->records_capacity);
  machine->records[machine->n_records++] = (PnyxRecord){ .transaction = frame->transaction,
                                                         .contract = frame->contract,
                                                         .kind = kind,
                                                         .sender = frame->sender,
                                                         .values = { a, b, c, d } };
}
