/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Set-up goes in three steps, since lending has to know who may borrow: pnyx_attacks_begin reads
 * the elements, lending has them join it while it is made, and pnyx_attacks_start lets them act.
 * What attacks do in common stands here: the attacker's contract (hand_execute), which only its
 * owner and the lender of its flash loan may call, and the settlement by what is on the chain.
 */
#include "contract/attack.h"

#include <math.h>

#include "contract/contract.h"
#include "contract/lending_priv.h"

#define GAS_LIMIT 3000000
#define ELSEWHERE 10000000000.0 /* $ that is off the chain */

static const PnyxAttackOps *const kinds[] = {
  &pnyx_attack_denial, &pnyx_attack_front,  &pnyx_attack_hold,
  &pnyx_attack_spot,   &pnyx_attack_venues,
};

static const PnyxComponent *
attack_get (gsize i)
{
  return i < G_N_ELEMENTS (kinds) ? &kinds[i]->component : NULL;
}

const PnyxKind pnyx_attack_kind = {
  .name = "attack",
  .meaning = "How the price that a contract reads is attacked for profit.",
  .get = attack_get,
};

static const PnyxParam attack_params[] = {
  { .name = "id",
    .type = PNYX_PARAM_NAME,
    .fallback = "attack",
    .offset = offsetof (PnyxAttackParams, id),
    .meaning = "Name of the attack; the scope of its metrics." },
  { .name = "target",
    .type = PNYX_PARAM_REFERENCE,
    .refers_to = "contract",
    .fallback = "contract",
    .offset = offsetof (PnyxAttackParams, target),
    .meaning = "Contract of kind lending that is to lend too much." },
  { .name = "active",
    .type = PNYX_PARAM_BOOL,
    .fallback = "true",
    .offset = offsetof (PnyxAttackParams, active),
    .meaning = "Whether it is carried out; else the same world without it, for comparison." },
  { .name = "at",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 min",
    .min = "0 s",
    .offset = offsetof (PnyxAttackParams, at),
    .meaning = "When it begins.",
    .source = "our choice" },
  { .name = "settle",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (PnyxAttackParams, settle),
    .meaning = "After how long it is settled: what its side owns then counts, at the true price; "
               "or the end of the run.",
    .source = "our choice" },
  { .name = "cash",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "10000000 $",
    .min = "0 $",
    .max = "100000000000 $",
    .offset = offsetof (PnyxAttackParams, cash),
    .meaning = "Money of its own.",
    .source = "our choice" },
  { .name = "units",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1000000000",
    .offset = offsetof (PnyxAttackParams, units),
    .meaning = "Units of the target's asset of its own." },
  { .name = "gas-cash",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "100000 $",
    .min = "0 $",
    .max = "1000000000 $",
    .offset = offsetof (PnyxAttackParams, gas_cash),
    .meaning = "Money for gas, beside.",
    .source = "our choice" },
  { .name = "bid",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1000000",
    .offset = offsetof (PnyxAttackParams, bid),
    .meaning = "Gwei for each gas that it bids above what users bid." },
  { .name = "interest",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.1",
    .min = "0",
    .max = "100",
    .offset = offsetof (PnyxAttackParams, interest),
    .meaning = "Interest in a year that it pays for its own money from its beginning until it is "
               "done." },
  { .name = "node",
    .type = PNYX_PARAM_COUNT,
    .fallback = "0",
    .max = "1000000",
    .offset = offsetof (PnyxAttackParams, node),
    .meaning = "Node that it sees the chain from and sends at." },
};

/* ---- Checks ---- */

static const PnyxSection *
find_target (const PnyxSection *section)
{
  const PnyxAttackParams *params = section->params;

  return pnyx_contract_sibling (section, params->target);
}

static gboolean
attack_check (const PnyxSection *section, GError **error)
{
  const PnyxAttackOps *ops = (const PnyxAttackOps *)section->component;
  const PnyxAttackParams *params = section->params;
  const PnyxSection *target = find_target (section);
  PnyxPlace place = pnyx_section_place_of (section, "target");

  if (target == NULL || target->component != &pnyx_contract_lending.component)
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "attack %s is on %s (expected a contract of kind lending)", params->id,
                         params->target);
      return FALSE;
    }
  if (ops->needs_pool && !pnyx_lending_has_pool (target))
    {
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, &place,
                         "attack %s buys in the pool of %s, which has none (expected one: "
                         "pool=\"...\")",
                         params->id, params->target);
      return FALSE;
    }
  if (pnyx_lending_auctions_off (target))
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "attack %s is on %s, which liquidates by auction (expected fixed-spread: "
                         "what an auction gives back is not settled)",
                         params->id, params->target);
      return FALSE;
    }
  return ops->check == NULL || ops->check (section, error);
}

const PnyxElement pnyx_element_attack = {
  .name = "attack",
  .meaning = "Somebody who makes a lending contract lend too much, for profit.",
  .params = attack_params,
  .n_params = G_N_ELEMENTS (attack_params),
  .params_size = sizeof (PnyxAttackParams),
  .kind = &pnyx_attack_kind,
  .default_kind = "spot",
  .check = attack_check,
};

/* ---- The attacker's contract ---- */

PnyxAmount
pnyx_attack_reach (const guint64 reserves[2], guint32 fee, gint64 price)
{
  gdouble g = 1 - (gdouble)fee / PNYX_POOL_PARTS;
  gdouble x = (gdouble)reserves[1];
  gdouble target = x * (gdouble)reserves[0] * ((gdouble)price / (gdouble)PNYX_PRICE_ONE);
  gdouble b = x * (1 + g);
  gdouble in;

  if (!(target > x * x))
    return 0;
  in = (sqrt (b * b + 4 * g * (target - x * x)) - b) / (2 * g);
  return (PnyxAmount)MIN (in, 4e18);
}

static PnyxAmount
own (const PnyxAttack *attack, PnyxFrame *frame, guint asset)
{
  return pnyx_frame_balance (frame, attack->account, asset);
}

static gboolean
swap (const PnyxAttack *attack, PnyxFrame *frame, guint side, PnyxAmount in)
{
  const PnyxCall call
      = { .contract = attack->pool->contract, .method = PNYX_POOL_SWAP, .arguments = { side, in } };
  gint64 results[PNYX_ARGUMENTS_MAX];

  if (!pnyx_frame_call (frame, &call, results))
    return FALSE;
  if (side == 1)
    pnyx_frame_record (frame, PNYX_ATTACK_SAID_BOUGHT, in, results[0],
                       (gint64)((pnyx_int128)in * attack->pool->fee / PNYX_POOL_PARTS), 0);
  else
    pnyx_frame_record (frame, PNYX_ATTACK_SAID_SOLD, in, results[0], 0, 0);
  return TRUE;
}

/* Buys, with what it has, until the pool is at @price. */
static gboolean
push (const PnyxAttack *attack, PnyxFrame *frame, gint64 price)
{
  guint64 reserves[2];
  PnyxAmount in;

  for (guint side = 0; side < 2; side++)
    reserves[side]
        = (guint64)pnyx_frame_balance (frame, attack->pool->account, attack->pool->assets[side]);
  in = MIN (pnyx_attack_reach (reserves, attack->pool->fee, price), own (attack, frame, PNYX_CASH));
  return in == 0 || swap (attack, frame, 1, in);
}

/* Debts are rounded up, by a smallest unit or two: as much less than the limit. */
#define ROUNDING 2

/* Of @units what carries @debt. */
static PnyxAmount
needed (PnyxAmount units, PnyxAmount debt, gint64 price, gint64 ltv)
{
  PnyxAmount some = (PnyxAmount)((gdouble)debt * (gdouble)PNYX_PRICE_ONE / (gdouble)price
                                 * PNYX_LENDING_PARTS / (gdouble)ltv);

  some = CLAMP (some + some / 1000000 + 2, 1, units);
  return pnyx_lending_limit (some, price, ltv) >= debt + ROUNDING ? some : units;
}

/* What is borrowed is money that has come, not what was asked for. */
static gboolean
open_loan (const PnyxAttack *attack, PnyxFrame *frame, gint64 price_min)
{
  const PnyxPriceSource *source = &attack->lending->setup.source;
  gint64 ltv = pnyx_frame_get (frame, lending_cell (attack->lending, LENDING_LTV));
  gint64 there = pnyx_frame_get (frame, lending_cell (attack->lending, LENDING_CASH)), price;
  PnyxAmount units = own (attack, frame, attack->asset), before = own (attack, frame, PNYX_CASH);
  PnyxCall call = { .contract = attack->lending->contract, .method = PNYX_LENDING_OPEN };
  PnyxTime observed;
  PnyxAmount debt;

  if (!source->read (source->self, frame, &price, &observed) || price < MAX (price_min, 1)
      || ltv <= 0 || units <= 0)
    return FALSE;
  debt = MIN (pnyx_lending_limit (units, price, ltv) - ROUNDING, there);
  if (debt <= 0)
    return FALSE;
  call.arguments[0] = debt < there ? units : needed (units, debt, price, ltv);
  call.arguments[1] = debt;
  if (!pnyx_frame_call (frame, &call, NULL) || own (attack, frame, PNYX_CASH) - before != debt)
    return FALSE;
  pnyx_frame_record (frame, PNYX_ATTACK_SAID_OPENED, call.arguments[0], debt, price, 0);
  return TRUE;
}

static gboolean
strike (const PnyxAttack *attack, PnyxFrame *frame, gint64 price, PnyxAmount borrowed)
{
  PnyxCall call = { .method = PNYX_POOL_FLASH };

  if (borrowed == 0)
    return push (attack, frame, price) && open_loan (attack, frame, 0);
  if (attack->lender == NULL)
    return FALSE;
  call.contract = attack->lender->contract;
  call.arguments[0] = 1;
  call.arguments[1] = borrowed;
  call.arguments[2] = attack->contract;
  call.arguments[3] = PNYX_ATTACK_LENT;
  call.arguments[4] = price;
  return pnyx_frame_call (frame, &call, NULL);
}

/* The lender has paid and wants it back before this ends. */
static gboolean
on_lent (const PnyxAttack *attack, PnyxFrame *frame, const gint64 *arguments)
{
  PnyxAmount lent = arguments[1];
  PnyxAmount back = (PnyxAmount)pnyx_pool_flash_repayment ((guint64)lent, attack->lender->fee);

  if (!push (attack, frame, arguments[2]) || !open_loan (attack, frame, 0)
      || !pnyx_frame_pay (frame, PNYX_CASH, attack->lender->account, back))
    return FALSE;
  pnyx_frame_record (frame, PNYX_ATTACK_SAID_FLASHED, lent, back, 0, 0);
  return TRUE;
}

static gboolean
pay (const PnyxAttack *attack, PnyxFrame *frame, gint64 leg, PnyxAmount amount)
{
  amount = MIN (amount, own (attack, frame, PNYX_CASH));
  if (amount <= 0 || !pnyx_frame_pay (frame, PNYX_CASH, attack->elsewhere, amount))
    return FALSE;
  pnyx_frame_record (frame, PNYX_ATTACK_SAID_PAID, leg, amount, 0, 0);
  return TRUE;
}

static gboolean
get (const PnyxAttack *attack, PnyxFrame *frame, gint64 leg, PnyxAmount amount)
{
  if (pnyx_frame_sender (frame) != attack->elsewhere || !pnyx_frame_take (frame, PNYX_CASH, amount))
    return FALSE;
  pnyx_frame_record (frame, PNYX_ATTACK_SAID_PAID, leg, -amount, 0, 0);
  return TRUE;
}

static gboolean
seize (const PnyxAttack *attack, PnyxFrame *frame, gint64 account)
{
  const PnyxCall call = { .contract = attack->lending->contract,
                          .method = PNYX_LENDING_LIQUIDATE,
                          .arguments = { account, own (attack, frame, PNYX_CASH) } };
  gint64 results[PNYX_ARGUMENTS_MAX];

  if (!pnyx_frame_call (frame, &call, results) || results[0] != 1)
    return FALSE;
  pnyx_frame_record (frame, PNYX_ATTACK_SAID_SEIZED, results[1], results[2], account, 0);
  return TRUE;
}

static gboolean
sell (const PnyxAttack *attack, PnyxFrame *frame)
{
  PnyxAmount units = own (attack, frame, attack->asset);

  return units > 0 && swap (attack, frame, 0, units);
}

static gboolean
hand_execute (gconstpointer self, PnyxFrame *frame, const PnyxCall *call)
{
  const PnyxAttack *attack = self;
  const gint64 *arguments = call->arguments;

  if (call->method == PNYX_ATTACK_LENT)
    return attack->lender != NULL && pnyx_frame_sender (frame) == attack->lender->account
           && on_lent (attack, frame, arguments);
  if (call->method == PNYX_ATTACK_GET)
    return get (attack, frame, arguments[0], arguments[1]);
  if (pnyx_frame_sender (frame) != attack->owner)
    return FALSE;
  switch (call->method)
    {
    case PNYX_ATTACK_STRIKE:
      return strike (attack, frame, arguments[0], arguments[1]);
    case PNYX_ATTACK_PUSH:
      return push (attack, frame, arguments[0]);
    case PNYX_ATTACK_OPEN:
      return open_loan (attack, frame, arguments[0]);
    case PNYX_ATTACK_SELL:
      return sell (attack, frame);
    case PNYX_ATTACK_PAY:
      return pay (attack, frame, arguments[0], arguments[1]);
    case PNYX_ATTACK_SEIZE:
      return seize (attack, frame, arguments[0]);
    default:
      return FALSE;
    }
}

static const PnyxCode hand_code = { .name = "attacker", .execute = hand_execute };

/* ---- Actions ---- */

static void
send (PnyxAttack *attack, PnyxAccount from, gdouble gas_price, PnyxAttackMethod method, gint64 a,
      gint64 b)
{
  const PnyxCall call = { .contract = attack->contract, .method = method, .arguments = { a, b } };
  PnyxOrder order
      = { .node = attack->node, .account = from, .gas_limit = GAS_LIMIT, .gas_price = gas_price };

  pnyx_machine_submit (attack->machine, &order, &call);
}

void
pnyx_attack_bid (PnyxAttack *attack, gdouble gas_price, PnyxAttackMethod method, gint64 a, gint64 b)
{
  send (attack, attack->owner, gas_price, method, a, b);
}

void
pnyx_attack_submit (PnyxAttack *attack, PnyxAttackMethod method, gint64 a, gint64 b)
{
  pnyx_attack_bid (attack, pnyx_machine_gas_price (attack->machine) + attack->params->bid, method,
                   a, b);
}

void
pnyx_attack_settle_off (PnyxAttack *attack, PnyxLeg leg, gdouble paid)
{
  gint64 amount = (gint64)llround (MIN (fabs (paid), ELSEWHERE) * (gdouble)PNYX_AMOUNT_ONE);

  if (amount == 0)
    return;
  if (paid > 0)
    pnyx_attack_submit (attack, PNYX_ATTACK_PAY, leg, amount);
  else
    send (attack, attack->elsewhere, pnyx_machine_gas_price (attack->machine), PNYX_ATTACK_GET, leg,
          amount);
}

void
pnyx_attack_wake (PnyxAttack *attack, PnyxTime time)
{
  pnyx_world_schedule (attack->chain->world, MAX (time, pnyx_world_now (attack->chain->world) + 1),
                       PNYX_PHASE_TIMER, attack->timer_type, attack->index, PNYX_NONE, 1, 0,
                       pnyx_hash_mix (attack->index, (guint64)time));
}

gboolean
pnyx_attack_owes (const PnyxAttack *attack)
{
  return pnyx_lending_position (attack->lending, attack->machine, attack->account,
                                pnyx_world_now (attack->chain->world))
             .debt
         > 0;
}

gboolean
pnyx_attack_try_open (PnyxAttack *attack)
{
  return pnyx_attack_try_open_at (attack,
                                  pnyx_machine_gas_price (attack->machine) + attack->params->bid);
}

gboolean
pnyx_attack_try_open_at (PnyxAttack *attack, gdouble gas_price)
{
  PnyxTime now = pnyx_world_now (attack->chain->world);
  gint64 ltv = pnyx_machine_get (attack->machine, lending_cell (attack->lending, LENDING_LTV));
  pnyx_int128 least = (pnyx_int128)pnyx_contract_truth (attack->target, now) * PNYX_LENDING_PARTS;
  gint64 price;

  if (!pnyx_lending_quotes (attack->lending, attack->machine, now, &price)
      || (pnyx_int128)price * ltv <= least)
    return FALSE;
  pnyx_attack_bid (attack, gas_price, PNYX_ATTACK_OPEN, (gint64)(least / ltv) + 1, 0);
  return TRUE;
}

void
pnyx_attack_pay_interest (PnyxAttack *attack)
{
  PnyxTime bound = pnyx_world_now (attack->chain->world) - attack->params->at;
  gdouble years = (gdouble)bound / (gdouble)PNYX_YEAR;
  gdouble interest = attack->params->cash * attack->params->interest * years;

  if (interest * (gdouble)PNYX_AMOUNT_ONE >= 1)
    pnyx_attack_submit (attack, PNYX_ATTACK_PAY, PNYX_LEG_INTEREST,
                        (gint64)(interest * (gdouble)PNYX_AMOUNT_ONE));
}

/* ---- Set-up ---- */

void
pnyx_attacks_begin (PnyxAttacks *attacks, const PnyxSection *root, PnyxWorld *world)
{
  PnyxArena *arena = pnyx_world_arena (world);

  attacks->n = (guint)pnyx_section_count (root, "attack");
  attacks->attacks = pnyx_arena_array (arena, PnyxAttack *, attacks->n);
  for (guint32 i = 0; i < attacks->n; i++)
    {
      PnyxAttack *attack = pnyx_arena_array (arena, PnyxAttack, 1);

      attack->index = i;
      attack->section = pnyx_section_child (root, "attack", i);
      attack->params = attack->section->params;
      attack->settings = attack->section->component_params;
      attack->id = attack->params->id;
      attack->ops = (const PnyxAttackOps *)attack->section->component;
      attack->state = pnyx_arena_alloc (arena, attack->ops->state_size);
      attacks->attacks[i] = attack;
    }
}

guint32
pnyx_attacks_on (const PnyxAttacks *attacks, const gchar *id)
{
  guint32 n = 0;

  for (guint i = 0; i < attacks->n; i++)
    n += g_str_equal (attacks->attacks[i]->params->target, id) ? 1 : 0;
  return n;
}

PnyxAccount
pnyx_attacks_join (const PnyxAttacks *attacks, const PnyxContract *contract)
{
  PnyxMachine *machine = contract->machine;
  PnyxAccount first = PNYX_NONE;

  for (guint i = 0; i < attacks->n; i++)
    {
      PnyxAttack *attack = attacks->attacks[i];
      PnyxCell cells;

      if (!g_str_equal (attack->params->target, contract->id))
        continue;
      attack->target = contract;
      attack->chain = contract->chain;
      attack->machine = machine;
      attack->asset = contract->asset;
      attack->pool = contract->pool;
      attack->contract = pnyx_machine_add_contract (machine, &hand_code, attack, 0, &cells);
      attack->account = pnyx_machine_contract_account (machine, attack->contract);
      first = MIN (first, attack->account);
      attack->joined = TRUE;
    }
  return first;
}

static void
on_head (gpointer user, PnyxNodeId node, PnyxBlockId head)
{
  PnyxAttack *attack = user;

  (void)node;
  if (pnyx_world_now (attack->chain->world) < attack->params->at)
    return;
  pnyx_machine_view (attack->machine, head);
  attack->ops->on_head (attack);
}

/* Payload 0: its time has come; 1: it wanted to be woken. */
static void
on_timer (gpointer user, const PnyxEvent *event)
{
  PnyxAttack *attack = user;

  pnyx_machine_view (attack->machine, attack->chain->head[attack->node]);
  if (event->payload == 0)
    attack->ops->start (attack);
  else
    attack->ops->on_timer (attack);
}

static void
let_act (PnyxAttack *attack)
{
  PnyxWorld *world = attack->chain->world;
  g_autofree gchar *name = g_strdup_printf ("contract.attack.%u", attack->index);

  if (attack->ops->begin != NULL)
    attack->ops->begin (attack);
  attack->timer_type = pnyx_world_add_handler (world, name, on_timer, attack);
  pnyx_world_schedule (world, attack->params->at, PNYX_PHASE_TIMER, attack->timer_type,
                       attack->index, PNYX_NONE, 0, 0, attack->index);
  if (attack->ops->on_head != NULL)
    pnyx_chain_listen (attack->chain, attack->node, on_head, attack);
}

void
pnyx_attacks_start (const PnyxAttacks *attacks, const struct PnyxContracts *contracts)
{
  for (guint i = 0; i < attacks->n; i++)
    {
      PnyxAttack *attack = attacks->attacks[i];
      const PnyxAttackParams *params = attack->params;

      PNYX_REQUIRE (attack->joined);
      attack->lending = attack->target->lending;
      attack->node = (PnyxNodeId)(params->node % pnyx_network_nodes (attack->chain->network)->n);
      attack->owner = pnyx_machine_add_accounts (attack->machine, 2);
      attack->elsewhere = attack->owner + 1;
      pnyx_machine_endow (attack->machine, attack->owner, PNYX_CASH,
                          pnyx_contract_amount (params->gas_cash));
      pnyx_machine_endow (attack->machine, attack->account, PNYX_CASH,
                          pnyx_contract_amount (params->cash));
      pnyx_machine_endow (attack->machine, attack->account, attack->asset,
                          pnyx_contract_amount (params->units));
      pnyx_machine_endow (attack->machine, attack->elsewhere, PNYX_CASH,
                          pnyx_contract_amount (ELSEWHERE));
      if (attack->ops->bind != NULL)
        attack->ops->bind (attack, contracts);
      if (params->active)
        let_act (attack);
    }
}

PnyxAttack *
pnyx_attacks_find (const PnyxAttacks *attacks, const gchar *id)
{
  for (guint i = 0; i < attacks->n; i++)
    if (g_str_equal (attacks->attacks[i]->id, id))
      return attacks->attacks[i];
  return NULL;
}

/* ---- Settlement ---- */

PnyxTime
pnyx_attack_end (const PnyxAttack *attack, PnyxTime end)
{
  const PnyxAttackParams *params = attack->params;

  return params->settle < end - MIN (params->at, end) ? params->at + params->settle : end;
}

/* The newest canonical block until then. */
static PnyxBlockId
last_block (const PnyxAttack *attack, PnyxTime until)
{
  PnyxBlockTree *blocks = attack->chain->blocks;
  PnyxBlockId at = attack->chain->ops->canonical (attack->chain);

  while (at != 0 && pnyx_block_tree_get (blocks, at)->time > until)
    at = pnyx_block_tree_get (blocks, at)->parent;
  return at;
}

/* What the loan is worth to who may pay it back or leave it. */
static PnyxAmount
equity (const PnyxAttack *attack, PnyxTime until)
{
  PnyxLendingPosition loan
      = pnyx_lending_position (attack->lending, attack->machine, attack->account, until);
  gint64 price = pnyx_contract_truth (attack->target, until);

  return MAX (0, pnyx_attack_worth (loan.collateral, price) - loan.debt);
}

PnyxAmount
pnyx_attack_gain (const PnyxAttack *attack, PnyxTime until)
{
  const PnyxAttackParams *params = attack->params;
  const PnyxMachine *machine = attack->machine;
  PnyxAmount cash, units;

  pnyx_machine_view (attack->machine, last_block (attack, until));
  cash = pnyx_machine_balance (machine, attack->owner, PNYX_CASH)
         + pnyx_machine_balance (machine, attack->account, PNYX_CASH)
         - pnyx_contract_amount (params->cash) - pnyx_contract_amount (params->gas_cash);
  units = pnyx_machine_balance (machine, attack->account, attack->asset)
          - pnyx_contract_amount (params->units);
  return cash + pnyx_attack_worth (units, pnyx_contract_truth (attack->target, until))
         + equity (attack, until);
}

static void
read_block (const PnyxAttack *attack, PnyxBlockId id, PnyxLegBook *book)
{
  guint32 n;
  const PnyxReceipt *receipts = pnyx_machine_receipts (attack->machine, id, &n);
  const PnyxRecord *records;

  for (guint32 i = 0; i < n; i++)
    if (pnyx_machine_sender (attack->machine, receipts[i].transaction) == attack->owner)
      book->legs.sums[PNYX_LEG_GAS] += receipts[i].fee;
  records = pnyx_machine_records (attack->machine, id, &n);
  for (guint32 i = 0; i < n; i++)
    if (records[i].contract == attack->contract)
      {
        pnyx_leg_book_mark (
            book, pnyx_contract_truth (attack->target,
                                       pnyx_block_tree_get (attack->chain->blocks, id)->time));
        pnyx_leg_book_add (book, records[i].kind, records[i].values);
      }
}

PnyxAttackLegs
pnyx_attack_legs (const PnyxAttack *attack, PnyxTime until)
{
  PnyxBlockTree *blocks = attack->chain->blocks;
  PnyxBlockId last = last_block (attack, until);
  guint32 top = pnyx_block_tree_get (blocks, last)->height;
  PnyxLegBook book = { 0 };

  for (guint32 height = 1; height <= top; height++)
    read_block (attack, pnyx_block_tree_ancestor (blocks, last, height), &book);
  pnyx_leg_book_mark (&book, pnyx_contract_truth (attack->target, until));
  pnyx_machine_view (attack->machine, last);
  book.legs.sums[PNYX_LEG_FORFEITED] -= equity (attack, until);
  return book.legs;
}
