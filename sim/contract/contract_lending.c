/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lending as a kind of contract: its parameters, then who governs, lends and borrows with what they
 * have in genesis, then those who act: borrowers, keepers, a controller.
 */
#include <math.h>

#include "contract/contract.h"

#define ALL_MONEY_MAX 1e12 /* $: sums of amounts stay far below what they can say */

typedef struct
{
  gint price;
  gint reader;
  PnyxTime stale_after;
  const gchar *pool;
  gdouble ltv;
  gdouble threshold;
  gdouble bonus;
  gdouble close_factor;
  gdouble full_below;
  gint liquidation;
} LendingParams;

/* In the order of PnyxPriceKind, PnyxOracleReader, PnyxLendingMode. */
static const gchar *const prices[] = { "oracle", "truth", "pool", NULL };
static const gchar *const readers[] = { "head", "finalized", NULL };
static const gchar *const modes[] = { "fixed-spread", "auction", NULL };

static const PnyxParam lending_params[] = {
  { .name = "price",
    .type = PNYX_PARAM_ENUM,
    .choices = prices,
    .fallback = "oracle",
    .offset = offsetof (LendingParams, price),
    .meaning = "What it takes for the price: answers of its oracle, the truth itself (what nothing "
               "can be wrong with: for comparison), or what its pool trades at." },
  { .name = "reader",
    .type = PNYX_PARAM_ENUM,
    .choices = readers,
    .fallback = "head",
    .offset = offsetof (LendingParams, reader),
    .meaning = "Which answer of the oracle it takes: the newest of its block, or the newest that "
               "is final by the block's own state." },
  { .name = "stale-after",
    .type = PNYX_PARAM_TIME,
    .fallback = "",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (LendingParams, stale_after),
    .meaning = "Guard: a price that was observed longer ago is refused, and what needs one with "
               "it; left out: no guard." },
  { .name = "pool",
    .type = PNYX_PARAM_REFERENCE,
    .refers_to = "contract",
    .fallback = "",
    .offset = offsetof (LendingParams, pool),
    .meaning = "Pool where keepers sell what they seize; left out: they keep it." },
  { .name = "ltv",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.75",
    .min = "0",
    .max = "1",
    .offset = offsetof (LendingParams, ltv),
    .meaning = "Loan to value of new loans in the beginning." },
  { .name = "threshold",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.8",
    .min = "0",
    .max = "1",
    .offset = offsetof (LendingParams, threshold),
    .meaning = "Loan to value above which a loan is liquidated, in the beginning." },
  { .name = "bonus",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.05",
    .min = "0",
    .max = "1",
    .offset = offsetof (LendingParams, bonus),
    .meaning = "Collateral above what is repaid that a liquidator gets, at a fixed spread." },
  { .name = "close-factor",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .flags = PNYX_PARAM_POSITIVE,
    .min = "0",
    .max = "1",
    .offset = offsetof (LendingParams, close_factor),
    .meaning = "Part of a debt that one liquidation repays at most.",
    .source = "aave-v3-core at 0043ec3, LiquidationLogic.sol: DEFAULT_LIQUIDATION_CLOSE_FACTOR" },
  { .name = "full-below",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1",
    .offset = offsetof (LendingParams, full_below),
    .meaning = "Health factor from which downwards all of a debt may be repaid at once; 0: never.",
    .source = "aave-v3-core at 782f519, LiquidationLogic.sol has 0.95: "
              "CLOSE_FACTOR_HF_THRESHOLD" },
  { .name = "liquidation",
    .type = PNYX_PARAM_ENUM,
    .choices = modes,
    .fallback = "fixed-spread",
    .offset = offsetof (LendingParams, liquidation),
    .meaning = "How loans are liquidated: at a fixed spread, or by an English auction." },
};

typedef struct
{
  gdouble base, slope1, slope2, kink, reserve;
} RatesParams;

static const PnyxParam rates_params[] = {
  { .name = "base",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "10",
    .offset = offsetof (RatesParams, base),
    .meaning = "Interest in a year where nothing is lent." },
  { .name = "slope1",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.04",
    .min = "0",
    .max = "10",
    .offset = offsetof (RatesParams, slope1),
    .meaning = "Added to it from there up to the kink." },
  { .name = "slope2",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.6",
    .min = "0",
    .max = "100",
    .offset = offsetof (RatesParams, slope2),
    .meaning = "Added to it from the kink to where all is lent." },
  { .name = "kink",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.8",
    .min = "0",
    .max = "1",
    .offset = offsetof (RatesParams, kink),
    .meaning = "Part of the money lent at which the rate's slope changes." },
  { .name = "reserve",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.1",
    .min = "0",
    .max = "1",
    .offset = offsetof (RatesParams, reserve),
    .meaning = "Part of the interest that depositors do not get: it pays bad debt first." },
};

static const PnyxElement rates_element = {
  .name = "rates",
  .meaning = "Interest by how much of the money is lent.",
  .params = rates_params,
  .n_params = G_N_ELEMENTS (rates_params),
  .params_size = sizeof (RatesParams),
};

typedef struct
{
  gdouble increase;
  PnyxTime ttl, tau;
  guint64 max;
  gdouble penalty;
} AuctionParams;

static const PnyxParam auction_params[] = {
  { .name = "increase",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.05",
    .min = "0",
    .max = "1",
    .offset = offsetof (AuctionParams, increase),
    .meaning = "By how much of itself a bid is raised at least.",
    .source = "makerdao/dss at 03c6df6, flip.sol: beg" },
  { .name = "bid-lasts",
    .type = PNYX_PARAM_TIME,
    .fallback = "3 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (AuctionParams, ttl),
    .meaning = "How long a bid stands.",
    .source = "makerdao/dss at 03c6df6, flip.sol: ttl" },
  { .name = "lasts",
    .type = PNYX_PARAM_TIME,
    .fallback = "2 d",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (AuctionParams, tau),
    .meaning = "How long an auction lasts at most.",
    .source = "makerdao/dss at 03c6df6, flip.sol: tau" },
  { .name = "max",
    .type = PNYX_PARAM_COUNT,
    .fallback = "256",
    .min = "1",
    .max = "100000",
    .offset = offsetof (AuctionParams, max),
    .meaning = "Auctions that run at a time at most." },
  { .name = "penalty",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.13",
    .min = "0",
    .max = "1",
    .offset = offsetof (AuctionParams, penalty),
    .meaning = "What is asked for above the debt, as part of it." },
};

static const PnyxElement auction_element = {
  .name = "auction",
  .meaning = "Terms of the auctions of loans.",
  .params = auction_params,
  .n_params = G_N_ELEMENTS (auction_params),
  .params_size = sizeof (AuctionParams),
};

typedef struct
{
  guint64 count;
  gdouble utilisation;
} LendersParams;

static const PnyxParam lenders_params[] = {
  { .name = "count",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1",
    .min = "1",
    .max = "100000",
    .offset = offsetof (LendersParams, count),
    .meaning = "How many; each has deposited as much." },
  { .name = "utilisation",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0.01",
    .max = "1",
    .offset = offsetof (LendersParams, utilisation),
    .meaning = "Part of their deposits that is lent in the beginning." },
};

static const PnyxElement lenders_element = {
  .name = "lenders",
  .meaning = "Whose money is lent. They stay.",
  .params = lenders_params,
  .n_params = G_N_ELEMENTS (lenders_params),
  .params_size = sizeof (LendersParams),
};

typedef struct
{
  guint64 count;
  gdouble ltv_a, ltv_b;
  gdouble collateral, sigma;
  gdouble reserve;
  gdouble attentive;
  gdouble alert;
  PnyxTime delay;
  gdouble leave;
  PnyxTime open_every;
} BorrowersParams;

static const PnyxParam borrowers_params[] = {
  { .name = "count",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1000",
    .min = "1",
    .max = "10000000",
    .offset = offsetof (BorrowersParams, count),
    .meaning = "How many." },
  { .name = "ltv-a",
    .type = PNYX_PARAM_REAL,
    .fallback = "6",
    .min = "0.1",
    .max = "1000",
    .offset = offsetof (BorrowersParams, ltv_a),
    .meaning = "First parameter of the Beta distribution of what they borrow, as part of what the "
               "contract lends." },
  { .name = "ltv-b",
    .type = PNYX_PARAM_REAL,
    .fallback = "2",
    .min = "0.1",
    .max = "1000",
    .offset = offsetof (BorrowersParams, ltv_b),
    .meaning = "Second parameter of it." },
  { .name = "collateral",
    .type = PNYX_PARAM_REAL,
    .fallback = "10",
    .flags = PNYX_PARAM_POSITIVE,
    .min = "0",
    .max = "1000000",
    .offset = offsetof (BorrowersParams, collateral),
    .meaning = "Median of the units that they pledge." },
  { .name = "sigma",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "2",
    .offset = offsetof (BorrowersParams, sigma),
    .meaning = "Standard deviation of the logarithm of that." },
  { .name = "reserve",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.3",
    .min = "0",
    .max = "10",
    .offset = offsetof (BorrowersParams, reserve),
    .meaning = "What they own beside: this part of the collateral, and of the debt in money." },
  { .name = "attentive",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (BorrowersParams, attentive),
    .meaning = "Part of them who look after their loans." },
  { .name = "alert",
    .type = PNYX_PARAM_REAL,
    .fallback = "1.1",
    .min = "1",
    .max = "10",
    .offset = offsetof (BorrowersParams, alert),
    .meaning = "Health factor below which those act." },
  { .name = "delay",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 min",
    .min = "0 s",
    .max = "30 d",
    .offset = offsetof (BorrowersParams, delay),
    .meaning = "Mean time until they do; exponential.",
    .source = "our choice" },
  { .name = "leave",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.1",
    .min = "0",
    .max = "1",
    .offset = offsetof (BorrowersParams, leave),
    .meaning = "Probability that they repay all rather than going back to where they were." },
  { .name = "open-every",
    .type = PNYX_PARAM_TIME,
    .fallback = "",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (BorrowersParams, open_every),
    .meaning = "Mean time between new loans of all together, by those who have none; left out: "
               "none are opened." },
};

static const PnyxElement borrowers_element = {
  .name = "borrowers",
  .meaning = "Who has borrowed, and looks after it or does not.",
  .params = borrowers_params,
  .n_params = G_N_ELEMENTS (borrowers_params),
  .params_size = sizeof (BorrowersParams),
};

typedef struct
{
  guint64 count;
  gdouble cash;
  PnyxTime latency;
  gdouble margin;
  gdouble bid;
  guint64 targets;
  PnyxTime patience;
  guint64 gas_limit;
  guint64 gas_expected;
} KeepersParams;

static const PnyxParam keepers_params[] = {
  { .name = "count",
    .type = PNYX_PARAM_COUNT,
    .fallback = "8",
    .max = "1000",
    .offset = offsetof (KeepersParams, count),
    .meaning = "How many." },
  { .name = "cash",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "1000000 $",
    .min = "0 $",
    .max = "1000000000 $",
    .offset = offsetof (KeepersParams, cash),
    .meaning = "Money that each begins with: what it liquidates with.",
    .source = "our choice" },
  { .name = "latency",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 s",
    .min = "0 s",
    .max = "1 d",
    .offset = offsetof (KeepersParams, latency),
    .meaning = "Mean time from a new head until they have sent; exponential.",
    .source = "our choice" },
  { .name = "margin",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.02",
    .min = "0",
    .max = "0.5",
    .offset = offsetof (KeepersParams, margin),
    .meaning = "Part of what a lot is worth that has to be left; each draws from 0 to twice "
               "this." },
  { .name = "bid",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (KeepersParams, bid),
    .meaning = "Part of the gain that goes into the price of gas at most; each draws from 0 to "
               "this." },
  { .name = "targets",
    .type = PNYX_PARAM_COUNT,
    .fallback = "5",
    .min = "1",
    .max = "1000",
    .offset = offsetof (KeepersParams, targets),
    .meaning = "Transactions that each sends at one head at most." },
  { .name = "patience",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 min",
    .min = "1 s",
    .offset = offsetof (KeepersParams, patience),
    .meaning = "After how long what was sent is given up.",
    .source = "our choice" },
  { .name = "gas-limit",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1000000",
    .min = "1",
    .max = "1000000000000",
    .offset = offsetof (KeepersParams, gas_limit),
    .meaning = "Gas of a transaction at most." },
  { .name = "gas-expected",
    .type = PNYX_PARAM_COUNT,
    .fallback = "250000",
    .min = "1",
    .max = "1000000000000",
    .offset = offsetof (KeepersParams, gas_expected),
    .meaning = "Gas that they reckon with." },
};

static const PnyxElement keepers_element = {
  .name = "keepers",
  .meaning = "Who liquidates loans for profit.",
  .params = keepers_params,
  .n_params = G_N_ELEMENTS (keepers_params),
  .params_size = sizeof (KeepersParams),
};

static const PnyxChild lending_children[] = {
  { &rates_element, 1, 1 },     { &auction_element, 1, 1 }, { &lenders_element, 1, 1 },
  { &borrowers_element, 1, 1 }, { &keepers_element, 1, 1 }, { &pnyx_element_controller, 1, 1 },
};

/* ---- Checks ---- */

static gboolean
check_pool (const PnyxSection *section, GError **error)
{
  const LendingParams *params = section->component_params;
  const PnyxContractParams *own = section->params;
  PnyxPlace place = pnyx_section_place_of (section, "pool");
  const PnyxSection *pool = NULL;
  const PnyxContractParams *other;

  if (params->pool != NULL)
    pool = pnyx_contract_sibling (section, params->pool);
  if (pool == NULL)
    {
      if (params->price != PNYX_PRICE_POOL)
        return TRUE;
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, &place,
                         "lending %s by a pool's price without a pool (expected one)", own->id);
      return FALSE;
    }
  other = pool->params;
  if (pool->component != &pnyx_contract_pool.component)
    pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                       "contract %s is no pool (expected one: what lending %s seizes is sold "
                       "there)",
                       params->pool, own->id);
  else if (!g_str_equal (own->chain, other->chain) || !g_str_equal (own->asset, other->asset))
    pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                       "pool %s holds %s on chain %s (expected %s on chain %s, as lending %s)",
                       params->pool, other->asset, other->chain, own->asset, own->chain, own->id);
  else
    return TRUE;
  return FALSE;
}

static gboolean
lending_check (const PnyxSection *section, GError **error)
{
  const LendingParams *params = section->component_params;

  if (params->ltv > params->threshold)
    {
      PnyxPlace place = pnyx_section_place_of (section, "ltv");

      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "ltv %g above the threshold %g (expected at most that)", params->ltv,
                         params->threshold);
      return FALSE;
    }
  return pnyx_contract_needs_oracle (section, "its feed is the truth that loans are judged by",
                                     params->price == PNYX_PRICE_ORACLE, error)
         && check_pool (section, error);
}

gboolean
pnyx_lending_has_pool (const PnyxSection *section)
{
  return ((const LendingParams *)section->component_params)->pool != NULL;
}

gboolean
pnyx_lending_auctions_off (const PnyxSection *section)
{
  return ((const LendingParams *)section->component_params)->liquidation == PNYX_LENDING_AUCTION;
}

/* ---- Set-up ---- */

static gint64
parts (gdouble share, gint64 one)
{
  return (gint64)llround (share * (gdouble)one);
}

static gconstpointer
child (const PnyxContract *contract, const gchar *name)
{
  return pnyx_section_child (contract->section, name, 0)->params;
}

static PnyxLendingCurve
make_curve (const RatesParams *rates)
{
  return (PnyxLendingCurve){ .base = parts (rates->base, PNYX_LENDING_RATE_ONE),
                             .slope1 = parts (rates->slope1, PNYX_LENDING_RATE_ONE),
                             .slope2 = parts (rates->slope2, PNYX_LENDING_RATE_ONE),
                             .kink = parts (rates->kink, PNYX_LENDING_RATE_ONE),
                             .reserve = parts (rates->reserve, PNYX_LENDING_RATE_ONE) };
}

static PnyxBorrowersSetup
make_borrowers (const BorrowersParams *params)
{
  gdouble every = params->open_every == PNYX_TIME_UNSET ? (gdouble)INFINITY
                                                        : pnyx_time_to_seconds (params->open_every);

  return (PnyxBorrowersSetup){ .n = (guint32)params->count,
                               .ltv_a = params->ltv_a,
                               .ltv_b = params->ltv_b,
                               .collateral = params->collateral,
                               .collateral_sigma = params->sigma,
                               .reserve = params->reserve,
                               .attentive = params->attentive,
                               .alert = params->alert,
                               .delay = params->delay,
                               .leave = params->leave,
                               .loans_per_second = 1 / every,
                               .gas_limit = 500000 };
}

/* The lognormal's mean is exp (sigma^2 / 2) of its median. */
static gboolean
check_money (const PnyxContract *contract, const PnyxBorrowersSetup *borrowers, GError **error)
{
  gdouble units = borrowers->n * borrowers->collateral
                  * exp (borrowers->collateral_sigma * borrowers->collateral_sigma / 2)
                  * (1 + borrowers->reserve);
  gdouble price = (gdouble)pnyx_contract_truth (contract, 0) / (gdouble)PNYX_PRICE_ONE;
  const LendersParams *lenders = child (contract, "lenders");
  gdouble money = units * price / lenders->utilisation;

  if (units < ALL_MONEY_MAX && money < ALL_MONEY_MAX)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &contract->section->place,
                     "lending %s begins with about %.3g units of collateral at %g $ (expected less "
                     "than %g units, and $ in deposits)",
                     contract->id, units, price, ALL_MONEY_MAX);
  return FALSE;
}

/* Attackers borrow by the contracts that they have: after the others. */
static void
add_attackers (const PnyxContract *contract, PnyxLendingSetup *setup)
{
  const PnyxAttacks *attacks = &contract->all->attacks;
  guint32 n = pnyx_attacks_on (attacks, contract->id);

  if (n == 0)
    return;
  PNYX_REQUIRE (pnyx_attacks_join (attacks, contract) == setup->borrowers + setup->n_borrowers);
  setup->n_borrowers += n;
}

static void
fill_setup (PnyxContract *contract, PnyxLendingSetup *setup)
{
  const LendingParams *params = contract->settings;
  const AuctionParams *auction = child (contract, "auction");
  const PnyxSection *controller = pnyx_section_child (contract->section, "controller", 0);

  *setup = (PnyxLendingSetup){
    .asset = contract->asset,
    .source = pnyx_contract_source (contract),
    .stale_after = params->stale_after == PNYX_TIME_UNSET ? 0 : params->stale_after,
    .curve = make_curve (child (contract, "rates")),
    .terms = { .threshold = parts (params->threshold, PNYX_LENDING_PARTS),
               .bonus = parts (params->bonus, PNYX_LENDING_PARTS),
               .close_factor = parts (params->close_factor, PNYX_LENDING_PARTS),
               .full_below = parts (params->full_below, PNYX_LENDING_PARTS) },
    .ltv = parts (params->ltv, PNYX_LENDING_PARTS),
    .mode = (PnyxLendingMode)params->liquidation,
    .auction = { .beg = (guint32)parts (1 + auction->increase, PNYX_AUCTION_PARTS),
                 .ttl = auction->ttl,
                 .tau = auction->tau },
    .auctions_max = (guint32)auction->max,
    .penalty = parts (auction->penalty, PNYX_LENDING_PARTS),
    .governor = PNYX_NONE,
    .n_borrowers = (guint32)((const BorrowersParams *)child (contract, "borrowers"))->count,
    .n_lenders = (guint32)((const LendersParams *)child (contract, "lenders"))->count,
  };
  if (pnyx_controller_governs (controller))
    {
      setup->governor = pnyx_machine_add_accounts (contract->machine, 1);
      pnyx_machine_endow (contract->machine, setup->governor, PNYX_CASH,
                          pnyx_controller_cash (controller));
    }
  setup->lenders = pnyx_machine_add_accounts (contract->machine, setup->n_lenders);
  setup->borrowers = pnyx_machine_add_accounts (contract->machine, setup->n_borrowers);
  add_attackers (contract, setup);
}

/* Everybody has deposited the same, rounded up: together at least what is owed. */
static void
add_deposits (const PnyxContract *contract, PnyxAmount owed)
{
  const LendersParams *lenders = child (contract, "lenders");
  PnyxAmount each
      = (PnyxAmount)ceil ((gdouble)owed / lenders->utilisation / (gdouble)lenders->count);

  each = MAX (each, owed / (PnyxAmount)lenders->count + 1);
  for (guint32 i = 0; i < lenders->count; i++)
    pnyx_lending_begin_deposit (contract->lending, contract->machine,
                                contract->lending->setup.lenders + i, each);
}

static gboolean
add_agents (PnyxContract *contract, const PnyxBorrowersSetup *borrowers, GError **error)
{
  const KeepersParams *params = child (contract, "keepers");
  const PnyxSection *controller = pnyx_section_child (contract->section, "controller", 0);
  PnyxKeepersSetup keepers = { .n = (guint32)params->count,
                               .cash = pnyx_contract_amount (params->cash),
                               .latency = params->latency,
                               .margin = params->margin,
                               .bid = params->bid,
                               .targets = (guint32)params->targets,
                               .patience = params->patience,
                               .gas_limit = params->gas_limit,
                               .gas_expected = params->gas_expected };
  PnyxLendingWatch *watch = pnyx_lending_watch_new (contract->chain, contract->lending, 0);

  contract->borrowers = pnyx_borrowers_new (contract->chain, contract->lending, borrowers, 0);
  contract->keepers
      = pnyx_keepers_new (contract->chain, contract->lending, contract->pool, watch, &keepers);
  return !pnyx_controller_governs (controller)
         || pnyx_contract_add_controller (contract, controller, error);
}

static gboolean
lending_make (PnyxContract *contract, GError **error)
{
  const LendingParams *params = contract->settings;
  PnyxBorrowersSetup borrowers = make_borrowers (child (contract, "borrowers"));
  PnyxLendingSetup setup;

  contract->price = (PnyxPriceKind)params->price;
  contract->reader = (PnyxOracleReader)params->reader;
  if (params->pool != NULL)
    contract->pool = pnyx_contracts_find (contract->all, params->pool)->pool;
  if (!check_money (contract, &borrowers, error))
    return FALSE;
  fill_setup (contract, &setup);
  contract->lending
      = pnyx_lending_new (pnyx_world_arena (contract->chain->world), contract->machine, &setup);
  contract->number = contract->lending->contract;
  add_deposits (contract, pnyx_borrowers_endow (contract->chain, contract->lending, &borrowers,
                                                pnyx_contract_truth (contract, 0)));
  return add_agents (contract, &borrowers, error);
}

static const gchar *const lending_refers[] = { "pool", NULL };

const PnyxContractOps pnyx_contract_lending = {
  .component = {
      .name = "lending",
      .summary = "Money lent against an asset: rates with a kink, health factors, liquidation at a "
                 "fixed spread or by auction, bad debt; borrowers, keepers and a controller.",
      .source = "aave-v3-core at 0043ec3, LiquidationLogic.sol, "
                "DefaultReserveInterestRateStrategy.sol; makerdao/dss at 03c6df6, flip.sol",
      .limits = "One collateral and one money; lenders stay; loans of the beginning are made at "
                "the true price; borrowers, and the classes of risk that keepers look through, "
                "follow the head of node 0.",
      .params = lending_params,
      .n_params = G_N_ELEMENTS (lending_params),
      .params_size = sizeof (LendingParams),
      .children = lending_children,
      .n_children = G_N_ELEMENTS (lending_children),
  },
  .check = lending_check,
  .refers = lending_refers,
  .make = lending_make,
};
