/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All in one transaction: buy in the target's pool until its price is a multiple of what it was,
 * pledge what was bought, borrow, leave. What own money does not pay for a flash loan of another
 * pool does, which is paid back out of what was borrowed, or nothing has happened but the fee.
 */
#include "contract/contract.h"

typedef struct
{
  gdouble multiple;
  const gchar *lender;
  gboolean adapt;
} SpotParams;

static const PnyxParam spot_params[] = {
  { .name = "multiple",
    .type = PNYX_PARAM_REAL,
    .fallback = "2",
    .min = "1",
    .max = "10000",
    .offset = offsetof (SpotParams, multiple),
    .meaning = "Price in the pool that it buys up to, as a multiple of that before." },
  { .name = "lender",
    .type = PNYX_PARAM_REFERENCE,
    .refers_to = "contract",
    .fallback = "",
    .offset = offsetof (SpotParams, lender),
    .meaning = "Another pool whose money it borrows for the transaction, beyond its own; left out: "
               "its own has to do." },
  { .name = "adapt",
    .type = PNYX_PARAM_BOOL,
    .fallback = "false",
    .offset = offsetof (SpotParams, adapt),
    .meaning = "Whether it buys less where that pays more, since its target has only so much to "
               "lend, and nothing where nothing pays." },
};

static gboolean
spot_check (const PnyxSection *section, GError **error)
{
  const SpotParams *params = section->component_params;
  const PnyxAttackParams *own = section->params;
  const PnyxSection *target = pnyx_contract_sibling (section, own->target), *lender;
  PnyxPlace place = pnyx_section_place_of (section, "lender");
  const gchar *pool = pnyx_section_value (target, "pool")->text;

  if (params->lender == NULL)
    return TRUE;
  lender = pnyx_contract_sibling (section, params->lender);
  if (lender->component == &pnyx_contract_pool.component && !g_str_equal (pool, params->lender)
      && g_str_equal (((const PnyxContractParams *)lender->params)->chain,
                      ((const PnyxContractParams *)target->params)->chain))
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "attack %s borrows from %s (expected a pool on the same chain, and another "
                     "than its target's: that one is closed while its loan is out)",
                     own->id, params->lender);
  return FALSE;
}

static void
spot_bind (PnyxAttack *attack, const struct PnyxContracts *contracts)
{
  const SpotParams *params = attack->settings;

  if (params->lender != NULL)
    attack->lender = pnyx_contracts_find (contracts, params->lender)->pool;
}

/* What buying until the price is @multiple of what it was wins, by what it sees. */
static gdouble
expected (const PnyxAttack *attack, const guint64 reserves[2], gdouble multiple)
{
  PnyxLendingBooks books = pnyx_lending_books (attack->lending, attack->machine,
                                               pnyx_world_now (attack->chain->world));
  gdouble price = multiple * (gdouble)pnyx_pool_price (attack->pool, attack->machine);
  PnyxAmount in = pnyx_attack_reach (reserves, attack->pool->fee, (gint64)MIN (price, 9e18));
  PnyxAmount out
      = (PnyxAmount)pnyx_pool_amount_out ((guint64)in, reserves[1], reserves[0], attack->pool->fee);
  gdouble flash
      = attack->lender != NULL ? (gdouble)attack->lender->fee / PNYX_POOL_PARTS * (gdouble)in : 0;

  return (gdouble)MIN (pnyx_lending_limit (out, (gint64)MIN (price, 9e18), books.ltv), books.cash)
         - (gdouble)in - flash;
}

#define STEPS 256

/* The best multiple up to the one that is set; 1: none pays. */
static gdouble
choose (const PnyxAttack *attack, const guint64 reserves[2])
{
  const SpotParams *params = attack->settings;
  gdouble best = 1, most = 0;

  if (!params->adapt)
    return params->multiple;
  for (guint i = 1; i <= STEPS; i++)
    {
      gdouble multiple = 1 + (params->multiple - 1) * i / STEPS;
      gdouble gain = expected (attack, reserves, multiple);

      if (gain > most)
        {
          most = gain;
          best = multiple;
        }
    }
  return best;
}

static void
spot_start (PnyxAttack *attack)
{
  const PnyxPool *pool = attack->pool;
  guint64 reserves[2];
  PnyxAmount borrowed = 0;
  gdouble multiple;
  gint64 price;

  for (guint side = 0; side < 2; side++)
    reserves[side] = (guint64)pnyx_pool_reserve (pool, attack->machine, side);
  multiple = choose (attack, reserves);
  if (!(multiple > 1))
    return;
  price = (gint64)MIN (multiple * (gdouble)pnyx_pool_price (pool, attack->machine), 9e18);
  if (attack->lender != NULL)
    {
      borrowed = pnyx_attack_reach (reserves, pool->fee, price)
                 - pnyx_machine_balance (attack->machine, attack->account, PNYX_CASH);
      borrowed = CLAMP (borrowed, 0, pnyx_pool_reserve (attack->lender, attack->machine, 1) - 1);
    }
  pnyx_attack_submit (attack, PNYX_ATTACK_STRIKE, price, borrowed);
}

const PnyxAttackOps pnyx_attack_spot = {
  .component = {
      .name = "spot",
      .summary = "Buys up the pool that a lender takes its price from, pledges what it bought and "
                 "leaves with the loan, in one transaction; with a flash loan where it is told to.",
      .source = "K. Qin, L. Zhou, B. Livshits, A. Gervais, \"Attacking the DeFi Ecosystem with "
                "Flash Loans for Fun and Profit\" (2021)",
      .limits = "One strike; no second pool is drained on the way.",
      .params = spot_params,
      .n_params = G_N_ELEMENTS (spot_params),
      .params_size = sizeof (SpotParams),
  },
  .needs_pool = TRUE,
  .check = spot_check,
  .bind = spot_bind,
  .start = spot_start,
};
