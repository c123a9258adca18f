/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool as a kind of contract: its parameters, who provides, who trades against it. */
#include <math.h>

#include "contract/contract.h"

typedef struct
{
  gdouble depth;
  gdouble price;
  gdouble fee;
} PoolParams;

static const PnyxParam pool_params[] = {
  { .name = "depth",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "10000000 $",
    .flags = PNYX_PARAM_POSITIVE,
    .min = "0 $",
    .max = "100000000000 $",
    .offset = offsetof (PoolParams, depth),
    .meaning = "Money in it in the beginning; as much is in the asset." },
  { .name = "price",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "",
    .flags = PNYX_PARAM_POSITIVE,
    .min = "0.0001 $",
    .max = "1000000000 $",
    .offset = offsetof (PoolParams, price),
    .meaning = "What the asset costs there in the beginning; left out: what it is worth by the "
               "contract's oracle's feed." },
  { .name = "fee",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.003",
    .min = "0",
    .max = "0.5",
    .offset = offsetof (PoolParams, fee),
    .meaning = "Part of what is paid in that stays in the pool.",
    .source = "Uniswap/v2-core, UniswapV2Pair.sol: 0.3 %" },
};

typedef struct
{
  guint64 count;
  gdouble units;
  gdouble cash;
  PnyxTime latency;
  PnyxTime lag;
  gdouble bid;
  PnyxTime patience;
  guint64 gas_limit;
  guint64 gas_expected;
} ArbitrageursParams;

static const PnyxParam arbitrageurs_params[] = {
  { .name = "count",
    .type = PNYX_PARAM_COUNT,
    .fallback = "4",
    .min = "1",
    .max = "1000",
    .offset = offsetof (ArbitrageursParams, count),
    .meaning = "How many." },
  { .name = "units",
    .type = PNYX_PARAM_REAL,
    .fallback = "100000",
    .min = "0",
    .max = "1000000000",
    .offset = offsetof (ArbitrageursParams, units),
    .meaning = "Units of the asset that each begins with." },
  { .name = "cash",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "10000000 $",
    .min = "0 $",
    .max = "1000000000 $",
    .offset = offsetof (ArbitrageursParams, cash),
    .meaning = "Money that each begins with.",
    .source = "our choice" },
  { .name = "latency",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 s",
    .min = "0 s",
    .max = "1 d",
    .offset = offsetof (ArbitrageursParams, latency),
    .meaning = "Mean time from a new head until they have sent; exponential.",
    .source = "our choice" },
  { .name = "lag",
    .type = PNYX_PARAM_TIME,
    .fallback = "0 s",
    .min = "0 s",
    .max = "1 d",
    .offset = offsetof (ArbitrageursParams, lag),
    .meaning = "How old the price outside is that they know." },
  { .name = "bid",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (ArbitrageursParams, bid),
    .meaning = "Part of the gain that goes into the price of gas." },
  { .name = "patience",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 min",
    .min = "1 s",
    .offset = offsetof (ArbitrageursParams, patience),
    .meaning = "After how long what was sent is given up.",
    .source = "our choice" },
  { .name = "gas-limit",
    .type = PNYX_PARAM_COUNT,
    .fallback = "500000",
    .min = "1",
    .max = "1000000000000",
    .offset = offsetof (ArbitrageursParams, gas_limit),
    .meaning = "Gas of a trade at most." },
  { .name = "gas-expected",
    .type = PNYX_PARAM_COUNT,
    .fallback = "150000",
    .min = "1",
    .max = "1000000000000",
    .offset = offsetof (ArbitrageursParams, gas_expected),
    .meaning = "Gas that they reckon with." },
};

static const PnyxElement arbitrageurs_element = {
  .name = "arbitrageurs",
  .meaning = "Who keeps a pool near what the asset is worth outside.",
  .params = arbitrageurs_params,
  .n_params = G_N_ELEMENTS (arbitrageurs_params),
  .params_size = sizeof (ArbitrageursParams),
};

static const PnyxChild pool_children[] = {
  { &arbitrageurs_element, 0, 1 },
};

static gboolean
pool_check (const PnyxSection *section, GError **error)
{
  const PoolParams *params = section->component_params;

  if (pnyx_section_count (section, "arbitrageurs") > 0)
    return pnyx_contract_needs_oracle (section, "arbitrageurs trade by what its feed says", FALSE,
                                       error);
  return !isnan (params->price)
         || pnyx_contract_needs_oracle (section, "or the pool's price in the beginning", FALSE,
                                        error);
}

static gdouble
outside (gpointer user, PnyxTime time)
{
  return pnyx_feed_truth (((const PnyxContract *)user)->oracle->feed, time);
}

static void
add_arbitrageurs (PnyxContract *contract)
{
  const PnyxSection *section = pnyx_section_child (contract->section, "arbitrageurs", 0);
  const ArbitrageursParams *params;
  PnyxArbitrageSetup setup;

  if (section == NULL)
    return;
  params = section->params;
  setup = (PnyxArbitrageSetup){ .n = (guint32)params->count,
                                .capital = { pnyx_contract_amount (params->units),
                                             pnyx_contract_amount (params->cash) },
                                .latency = params->latency,
                                .lag = params->lag,
                                .bid = params->bid,
                                .patience = params->patience,
                                .gas_limit = params->gas_limit,
                                .gas_expected = params->gas_expected };
  contract->arbitrage
      = pnyx_arbitrage_new (contract->chain, contract->pool,
                            (PnyxOutsidePrice){ .at = outside, .self = contract }, &setup);
}

static gboolean
pool_make (PnyxContract *contract, GError **error)
{
  const PoolParams *params = contract->settings;
  gdouble price = isnan (params->price)
                      ? (gdouble)pnyx_contract_truth (contract, 0) / (gdouble)PNYX_PRICE_ONE
                      : params->price;
  PnyxPoolSetup setup = { .assets = { contract->asset, PNYX_CASH },
                          .fee = (guint32)lround (params->fee * 1e6),
                          .n_providers = 1 };

  if (!(price > 0 && params->depth / price < 1e12 && params->depth / price > 1e-3))
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &contract->section->place,
                         "pool %s holds %g units of its asset (expected 0.001 to 1e12)",
                         contract->id, params->depth / price);
      return FALSE;
    }
  setup.reserves[0] = pnyx_contract_amount (params->depth / price);
  setup.reserves[1] = pnyx_contract_amount (params->depth);
  setup.providers = pnyx_machine_add_accounts (contract->machine, 1);
  contract->pool
      = pnyx_pool_new (pnyx_world_arena (contract->chain->world), contract->machine, &setup);
  contract->number = contract->pool->contract;
  add_arbitrageurs (contract);
  return TRUE;
}

const PnyxContractOps pnyx_contract_pool = {
  .component = {
      .name = "pool",
      .summary = "A constant-product pool of an asset and money: swaps, flash loans, sums of the "
                 "price for time-weighted means.",
      .source = "Uniswap/v2-core, UniswapV2Pair.sol; v3-periphery, OracleLibrary.consult",
      .limits = "One provider, who stays; arbitrageurs trade outside at the truth, at once and "
                "without a fee.",
      .params = pool_params,
      .n_params = G_N_ELEMENTS (pool_params),
      .params_size = sizeof (PoolParams),
      .children = pool_children,
      .n_children = G_N_ELEMENTS (pool_children),
  },
  .check = pool_check,
  .make = pool_make,
};
