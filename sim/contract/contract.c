/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The element's checks see the whole scenario: references, circles of them, chains and what oracles
 * tell. Then contracts are made, those that others refer to first (make); contracts of one chain
 * that name the same asset share it.
 */
#include "contract/contract.h"

#include <math.h>
#include <string.h>

static const PnyxContractOps *const kinds[] = {
  &pnyx_contract_lending,
  &pnyx_contract_pool,
};

static const PnyxComponent *
contract_get (gsize i)
{
  return i < G_N_ELEMENTS (kinds) ? &kinds[i]->component : NULL;
}

const PnyxKind pnyx_contract_kind = {
  .name = "contract",
  .meaning = "What is executed on a chain, with those who use it.",
  .get = contract_get,
};

static const PnyxParam contract_params[] = {
  { .name = "id",
    .type = PNYX_PARAM_NAME,
    .fallback = "contract",
    .offset = offsetof (PnyxContractParams, id),
    .meaning = "Name of the contract; the scope of its metrics." },
  { .name = "chain",
    .type = PNYX_PARAM_REFERENCE,
    .refers_to = "chain",
    .fallback = "main",
    .offset = offsetof (PnyxContractParams, chain),
    .meaning = "Chain that it is on." },
  { .name = "oracle",
    .type = PNYX_PARAM_REFERENCE,
    .refers_to = "oracle",
    .fallback = "",
    .offset = offsetof (PnyxContractParams, oracle),
    .meaning = "Oracle that tells what the asset is worth; its feed is the truth that the contract "
               "is judged by." },
  { .name = "asset",
    .type = PNYX_PARAM_NAME,
    .fallback = "asset",
    .offset = offsetof (PnyxContractParams, asset),
    .meaning = "What it holds beside money: contracts of one chain that name the same asset share "
               "it." },
};

/* ---- Checks ---- */

static const PnyxSection *
find_element (const PnyxSection *root, const gchar *element, const gchar *id)
{
  for (gsize i = 0; i < pnyx_section_count (root, element); i++)
    {
      const PnyxSection *section = pnyx_section_child (root, element, i);

      if (g_strcmp0 (pnyx_section_value (section, "id")->text, id) == 0)
        return section;
    }
  return NULL;
}

const PnyxSection *
pnyx_contract_sibling (const PnyxSection *section, const gchar *id)
{
  return find_element (section->parent, "contract", id);
}

gboolean
pnyx_contract_needs_oracle (const PnyxSection *section, const gchar *why, gboolean here,
                            GError **error)
{
  const PnyxContractParams *params = section->params;
  PnyxPlace place = pnyx_section_place_of (section, "oracle");
  const PnyxSection *oracle = NULL;
  const PnyxFeedOps *feed;

  if (params->oracle != NULL)
    oracle = find_element (section->parent, "oracle", params->oracle);
  if (oracle == NULL)
    {
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, &place,
                         "contract %s has no oracle (expected one: %s)", params->id, why);
      return FALSE;
    }
  feed = (const PnyxFeedOps *)pnyx_section_child (oracle, "feed", 0)->component;
  if (feed->categorical)
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "contract %s is on oracle %s, which tells classes (expected prices)",
                         params->id, params->oracle);
      return FALSE;
    }
  if (!here || g_str_equal (((const PnyxOracleParams *)oracle->params)->chain, params->chain))
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "contract %s is on chain %s, its oracle %s on chain %s (expected one chain)",
                     params->id, params->chain, params->oracle,
                     ((const PnyxOracleParams *)oracle->params)->chain);
  return FALSE;
}

/* The contract that @section names by its parameter @name; NULL: none. */
static const PnyxSection *
referred (const PnyxSection *section, const gchar *name)
{
  const PnyxValue *value = pnyx_section_value (section, name);
  g_autofree gchar *id = NULL;

  if (value == NULL || value->text == NULL || *value->text == '\0')
    return NULL;
  id = g_strstrip (g_strdup (value->text));
  return pnyx_contract_sibling (section, id);
}

/* Whether @target is found from @from on; @steps: how far may be gone. */
static gboolean
leads_to (const PnyxSection *from, const PnyxSection *target, gsize steps)
{
  const PnyxContractOps *ops = (const PnyxContractOps *)from->component;

  for (guint i = 0; ops->refers != NULL && ops->refers[i] != NULL && steps > 0; i++)
    {
      const PnyxSection *next = referred (from, ops->refers[i]);

      if (next != NULL && (next == target || leads_to (next, target, steps - 1)))
        return TRUE;
    }
  return FALSE;
}

/* Of a circle the first contract of the scenario is told, the others are passed over. */
static gboolean
is_first_of_circle (const PnyxSection *section, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      const PnyxSection *other = pnyx_section_child (section->parent, "contract", i);

      if (other == section)
        return TRUE;
      if (leads_to (section, other, n) && leads_to (other, section, n))
        return FALSE;
    }
  return TRUE;
}

static gboolean
contract_check (const PnyxSection *section, GError **error)
{
  const PnyxContractParams *params = section->params;
  gsize n = pnyx_section_count (section->parent, "contract");

  if (!leads_to (section, section, n))
    return ((const PnyxContractOps *)section->component)->check (section, error);
  if (!is_first_of_circle (section, n))
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                     "contract %s refers to itself, by what it refers to (expected no circle)",
                     params->id);
  return FALSE;
}

const PnyxElement pnyx_element_contract = {
  .name = "contract",
  .meaning = "A contract on a chain, and those who use it.",
  .params = contract_params,
  .n_params = G_N_ELEMENTS (contract_params),
  .params_size = sizeof (PnyxContractParams),
  .kind = &pnyx_contract_kind,
  .check = contract_check,
};

/* ---- Prices ---- */

gint64
pnyx_contract_truth (const PnyxContract *contract, PnyxTime time)
{
  PNYX_REQUIRE (contract->oracle != NULL);
  return pnyx_oracle_truth (contract->oracle, time);
}

/* Returns: FALSE: no price that can be reckoned with. */
static gboolean
take (const PnyxAnswer *answer, gint64 *price, PnyxTime *observed)
{
  if (answer == NULL || answer->value <= 0)
    return FALSE;
  *price = answer->value;
  *observed = answer->observed;
  return TRUE;
}

static gboolean
read_price (gconstpointer user, PnyxFrame *frame, gint64 *price, PnyxTime *observed)
{
  const PnyxContract *self = user;

  *observed = pnyx_frame_time (frame);
  switch (self->price)
    {
    case PNYX_PRICE_TRUTH:
      *price = pnyx_contract_truth (self, *observed);
      return TRUE;
    case PNYX_PRICE_POOL:
      *price = pnyx_pool_read_price (self->pool, frame);
      return *price > 0;
    default:
      return take (pnyx_oracle_read (self->oracle, frame, self->reader), price, observed);
    }
}

static gboolean
peek_price (gconstpointer user, const PnyxMachine *machine, PnyxTime time, gint64 *price,
            PnyxTime *observed)
{
  const PnyxContract *self = user;

  *observed = time;
  switch (self->price)
    {
    case PNYX_PRICE_TRUTH:
      *price = pnyx_contract_truth (self, *observed);
      return TRUE;
    case PNYX_PRICE_POOL:
      *price = pnyx_pool_price (self->pool, machine);
      return *price > 0;
    default:
      return take (pnyx_oracle_answer (self->oracle, pnyx_machine_viewed (machine), self->reader),
                   price, observed);
    }
}

PnyxPriceSource
pnyx_contract_source (const PnyxContract *contract)
{
  return (PnyxPriceSource){ .read = read_price, .peek = peek_price, .self = contract };
}

/* ---- Set-up ---- */

PnyxAmount
pnyx_contract_amount (gdouble units)
{
  gdouble amount = units * (gdouble)PNYX_AMOUNT_ONE;

  PNYX_REQUIRE (amount >= 0 && amount < 4e18);
  return (PnyxAmount)llround (amount);
}

static PnyxChain *
find_chain (PnyxChain *const *chains, guint n_chains, const gchar *id)
{
  for (guint i = 0; i < n_chains; i++)
    if (g_str_equal (chains[i]->id, id))
      return chains[i];
  return NULL;
}

static gboolean
find_asset (PnyxContract *contract, GError **error)
{
  const PnyxContracts *all = contract->all;

  for (guint i = 0; i < all->n; i++)
    {
      const PnyxContract *other = all->contracts[i];

      if (other != NULL && other->made && other->machine == contract->machine
          && g_str_equal (other->params->asset, contract->params->asset))
        {
          contract->asset = other->asset;
          return TRUE;
        }
    }
  if (pnyx_machine_assets (contract->machine) == PNYX_ASSETS_MAX)
    {
      PnyxPlace place = pnyx_section_place_of (contract->section, "asset");

      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                         "asset %s is one too many on chain %s (expected at most %u)",
                         contract->params->asset, contract->chain->id, PNYX_ASSETS_MAX - 1);
      return FALSE;
    }
  contract->asset = pnyx_machine_add_asset (contract->machine, contract->params->asset);
  return TRUE;
}

static gboolean
make (PnyxContract *contract, GError **error)
{
  const gchar *const *refers = contract->ops->refers;

  if (contract->made)
    return TRUE;
  for (guint i = 0; refers != NULL && refers[i] != NULL; i++)
    {
      const PnyxSection *section = referred (contract->section, refers[i]);

      if (section != NULL
          && !make (pnyx_contracts_find (contract->all,
                                         ((const PnyxContractParams *)section->params)->id),
                    error))
        return FALSE;
    }
  if (!find_asset (contract, error) || !contract->ops->make (contract, error))
    return FALSE;
  contract->made = TRUE;
  return TRUE;
}

static PnyxContract *
begin (const PnyxContracts *contracts, PnyxWorld *world, const PnyxSection *section, guint32 index)
{
  PnyxContract *contract = pnyx_arena_array (pnyx_world_arena (world), PnyxContract, 1);

  contract->index = index;
  contract->section = section;
  contract->params = section->params;
  contract->settings = section->component_params;
  contract->id = contract->params->id;
  contract->ops = (const PnyxContractOps *)section->component;
  contract->all = contracts;
  contract->chain = find_chain (contracts->chains, contracts->n_chains, contract->params->chain);
  contract->machine = pnyx_chain_machine (contract->chain);
  if (contract->params->oracle != NULL)
    contract->oracle = pnyx_oracles_find (contracts->oracles, contract->params->oracle);
  return contract;
}

gboolean
pnyx_contracts_new (PnyxContracts *contracts, const PnyxSection *root, PnyxWorld *world,
                    PnyxChain *const *chains, guint n_chains, const PnyxOracles *oracles,
                    GError **error)
{
  *contracts = (PnyxContracts){ .n = (guint)pnyx_section_count (root, "contract"),
                                .oracles = oracles,
                                .chains = chains,
                                .n_chains = n_chains };
  contracts->contracts = pnyx_arena_array (pnyx_world_arena (world), PnyxContract *, contracts->n);
  for (guint32 i = 0; i < contracts->n; i++)
    contracts->contracts[i] = begin (contracts, world, pnyx_section_child (root, "contract", i), i);
  pnyx_attacks_begin (&contracts->attacks, root, world);
  for (guint32 i = 0; i < contracts->n; i++)
    if (!make (contracts->contracts[i], error))
      return FALSE;
  for (guint32 i = 0; i < oracles->n; i++)
    if (oracles->oracles[i]->ops->bind != NULL)
      oracles->oracles[i]->ops->bind (oracles->oracles[i], contracts);
  pnyx_attacks_start (&contracts->attacks, contracts);
  return TRUE;
}

PnyxContract *
pnyx_contracts_find (const PnyxContracts *contracts, const gchar *id)
{
  for (guint i = 0; i < contracts->n; i++)
    if (g_str_equal (contracts->contracts[i]->id, id))
      return contracts->contracts[i];
  return NULL;
}
