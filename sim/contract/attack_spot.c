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

static void
spot_start (PnyxAttack *attack)
{
  const SpotParams *params = attack->settings;
  const PnyxPool *pool = attack->pool;
  gdouble price = params->multiple * (gdouble)pnyx_pool_price (pool, attack->machine);
  guint64 reserves[2];
  PnyxAmount borrowed = 0;

  for (guint side = 0; side < 2; side++)
    reserves[side] = (guint64)pnyx_pool_reserve (pool, attack->machine, side);
  if (attack->lender != NULL)
    {
      borrowed = pnyx_attack_reach (reserves, pool->fee, (gint64)MIN (price, 9e18))
                 - pnyx_machine_balance (attack->machine, attack->account, PNYX_CASH);
      borrowed = CLAMP (borrowed, 0, pnyx_pool_reserve (attack->lender, attack->machine, 1) - 1);
    }
  pnyx_attack_submit (attack, PNYX_ATTACK_STRIKE, (gint64)MIN (price, 9e18), borrowed);
}

const PnyxAttackOps pnyx_attack_spot = {
  .component = {
      .name = "spot",
      .summary = "Buys up the pool that a lender takes its price from, pledges what it bought and "
                 "leaves with the loan, in one transaction; with a flash loan where it is told to.",
      .source = "K. Qin, L. Zhou, B. Livshits, A. Gervais, \"Attacking the DeFi Ecosystem with "
                "Flash Loans for Fun and Profit\" (2021)",
      .limits = "One strike, whether it pays or not; no second pool is drained on the way.",
      .params = spot_params,
      .n_params = G_N_ELEMENTS (spot_params),
      .params_size = sizeof (SpotParams),
  },
  .needs_pool = TRUE,
  .check = spot_check,
  .bind = spot_bind,
  .start = spot_start,
};
