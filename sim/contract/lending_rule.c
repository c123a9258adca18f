/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A liquidation threshold T, collateral C, price P and debt D meet as T C P and D: products of
 * three numbers are compared as products of two pairs of at most 128 bits each.
 */
#include "contract/lending_rule.h"

#include <math.h>

#define INDEX_MOST (G_GINT64_CONSTANT (1) << 62)

static gint64
mul_div (gint64 a, gint64 b, gint64 c, PnyxRounding rounding)
{
  pnyx_uint128 quotient;

  PNYX_REQUIRE (a >= 0 && b >= 0 && c > 0);
  (void)pnyx_wide_mul_div ((guint64)a, (guint64)b, (guint64)c, rounding, &quotient);
  return pnyx_wide_clamp (quotient);
}

gint64
pnyx_lending_utilisation (gint64 cash, gint64 debt)
{
  pnyx_uint128 quotient;

  PNYX_REQUIRE (cash >= 0 && debt >= 0);
  if (debt == 0)
    return 0;
  (void)pnyx_wide_mul_div ((guint64)debt, PNYX_LENDING_RATE_ONE,
                           (pnyx_uint128)(guint64)cash + (guint64)debt, PNYX_ROUND_DOWN, &quotient);
  return (gint64)quotient;
}

gint64
pnyx_lending_borrow_rate (const PnyxLendingCurve *curve, gint64 utilisation)
{
  gint64 excess = utilisation - curve->kink, room = PNYX_LENDING_RATE_ONE - curve->kink;

  PNYX_REQUIRE (utilisation >= 0 && utilisation <= PNYX_LENDING_RATE_ONE);
  if (excess > 0)
    return curve->base + curve->slope1 + mul_div (curve->slope2, excess, room, PNYX_ROUND_UP);
  if (utilisation == 0)
    return curve->base;
  return curve->base + mul_div (curve->slope1, utilisation, curve->kink, PNYX_ROUND_UP);
}

gint64
pnyx_lending_supply_rate (const PnyxLendingCurve *curve, gint64 utilisation)
{
  gint64 paid = mul_div (pnyx_lending_borrow_rate (curve, utilisation), utilisation,
                         PNYX_LENDING_RATE_ONE, PNYX_ROUND_DOWN);

  return mul_div (paid, PNYX_LENDING_RATE_ONE - curve->reserve, PNYX_LENDING_RATE_ONE,
                  PNYX_ROUND_DOWN);
}

gint64
pnyx_lending_compound (gint64 rate, gint64 seconds)
{
  const pnyx_uint128 one = PNYX_LENDING_INDEX_ONE;
  pnyx_uint128 n, x, second, third;

  PNYX_REQUIRE (rate >= 0 && seconds >= 0);
  if (seconds == 0)
    return PNYX_LENDING_INDEX_ONE;
  n = (guint64)seconds;
  (void)pnyx_wide_mul_div ((pnyx_uint128)(guint64)rate * (one / PNYX_LENDING_RATE_ONE), n,
                           PNYX_LENDING_YEAR, PNYX_ROUND_UP, &x);
  x = MIN (x, 4 * one);
  /* x^2 / 2 * (n - 1) / n, then that times x / 3 * (n - 2) / n: at most 8 and 11. */
  (void)pnyx_wide_mul_div (x * x / one + 1, n - 1, 2 * n, PNYX_ROUND_UP, &second);
  (void)pnyx_wide_mul_div (second * x / one + 1, n > 2 ? n - 2 : 0, 3 * n, PNYX_ROUND_UP, &third);
  return (gint64)(one + x + second + third);
}

gint64
pnyx_lending_grow (gint64 index, gint64 factor)
{
  return MIN (mul_div (index, factor, PNYX_LENDING_INDEX_ONE, PNYX_ROUND_UP), INDEX_MOST);
}

gint64
pnyx_lending_scaled (gint64 amount, gint64 index, PnyxRounding rounding)
{
  return mul_div (amount, PNYX_LENDING_INDEX_ONE, index, rounding);
}

gint64
pnyx_lending_amount (gint64 scaled, gint64 index, PnyxRounding rounding)
{
  return mul_div (scaled, index, PNYX_LENDING_INDEX_ONE, rounding);
}

gint64
pnyx_lending_spread (gint64 index, gint64 scaled, gint64 gain)
{
  gint64 claims = pnyx_lending_amount (scaled, index, PNYX_ROUND_DOWN), spread;

  PNYX_REQUIRE (scaled >= 1 && gain >= -claims && gain <= G_MAXINT64 - claims);
  spread = mul_div (claims + gain, PNYX_LENDING_INDEX_ONE, scaled, PNYX_ROUND_DOWN);
  return gain < 0 ? spread : MIN (MAX (index, spread), INDEX_MOST);
}

gint
pnyx_lending_compare_health (const PnyxLendingPosition *position, gint64 price, gint64 threshold,
                             gint64 bound)
{
  PNYX_REQUIRE (position->collateral >= 0 && position->debt >= 0 && price >= 0 && threshold >= 0
                && bound >= 0);
  if (position->debt == 0)
    return 1;
  return pnyx_wide_compare_products (
      (pnyx_uint128)(guint64)position->collateral * (guint64)threshold, (guint64)price,
      (pnyx_uint128)(guint64)position->debt * (guint64)bound, PNYX_LENDING_PRICE_ONE);
}

gboolean
pnyx_lending_is_liquidatable (const PnyxLendingPosition *position, gint64 price, gint64 threshold)
{
  return pnyx_lending_compare_health (position, price, threshold, PNYX_LENDING_PARTS) < 0;
}

gdouble
pnyx_lending_health (const PnyxLendingPosition *position, gint64 price, gint64 threshold)
{
  if (position->debt == 0)
    return HUGE_VAL;
  return (gdouble)position->collateral * (gdouble)price * (gdouble)threshold
         / ((gdouble)position->debt * PNYX_LENDING_PRICE_ONE * PNYX_LENDING_PARTS);
}

gint64
pnyx_lending_limit (gint64 collateral, gint64 price, gint64 ltv)
{
  pnyx_uint128 limit;

  PNYX_REQUIRE (collateral >= 0 && price >= 0 && ltv >= 0);
  (void)pnyx_wide_mul_div ((pnyx_uint128)(guint64)collateral * (guint64)price, (guint64)ltv,
                           (pnyx_uint128)PNYX_LENDING_PRICE_ONE * PNYX_LENDING_PARTS,
                           PNYX_ROUND_DOWN, &limit);
  return pnyx_wide_clamp (limit);
}

gint64
pnyx_lending_shortfall (const PnyxLendingPosition *position, gint64 price)
{
  gint64 worth = pnyx_lending_limit (position->collateral, price, PNYX_LENDING_PARTS);

  return MAX (0, position->debt - worth);
}

/* What may be repaid in one call. */
static gint64
closable (const PnyxLendingTerms *terms, gint64 price, const PnyxLendingPosition *position)
{
  if (terms->full_below > 0
      && pnyx_lending_compare_health (position, price, terms->threshold, terms->full_below) <= 0)
    return position->debt;
  return mul_div (position->debt, terms->close_factor, PNYX_LENDING_PARTS, PNYX_ROUND_UP);
}

gboolean
pnyx_lending_liquidate (const PnyxLendingTerms *terms, gint64 price, gint64 wanted,
                        PnyxLendingPosition *position, PnyxLiquidation *liquidation)
{
  pnyx_uint128 factor = (pnyx_uint128)(PNYX_LENDING_PARTS + (guint64)terms->bonus);
  pnyx_uint128 amount, worth;
  gint64 repaid;

  *liquidation = (PnyxLiquidation){ 0 };
  if (wanted <= 0 || !pnyx_lending_is_liquidatable (position, price, terms->threshold))
    return FALSE;
  repaid = MIN (wanted, closable (terms, price, position));
  if (price == 0) /* nothing is worth anything: all of it goes for what is offered */
    amount = ~(pnyx_uint128)0;
  else
    (void)pnyx_wide_mul_div ((pnyx_uint128)(guint64)repaid * PNYX_LENDING_PRICE_ONE, factor,
                             (pnyx_uint128)(guint64)price * PNYX_LENDING_PARTS, PNYX_ROUND_DOWN,
                             &amount);
  if (amount > (guint64)position->collateral)
    {
      liquidation->capped = TRUE;
      amount = (guint64)position->collateral;
      (void)pnyx_wide_mul_div (amount * (guint64)price, PNYX_LENDING_PARTS,
                               factor * PNYX_LENDING_PRICE_ONE, PNYX_ROUND_UP, &worth);
      repaid = MIN (repaid, pnyx_wide_clamp (worth));
    }
  liquidation->repaid = repaid;
  liquidation->seized = (gint64)amount;
  position->debt -= repaid;
  position->collateral -= (gint64)amount;
  return TRUE;
}

/* calc lending-rate */

typedef struct
{
  gdouble utilisation, base, slope1, slope2, kink, reserve;
} RateParams;

#define SHARE(key, field, value, most, text)                                                       \
  {                                                                                                \
    .name = key, .type = PNYX_PARAM_REAL, .offset = offsetof (RateParams, field),                  \
    .fallback = value, .min = "0", .max = most, .meaning = text                                    \
  }

static const PnyxParam rate_params[] = {
  SHARE ("utilisation", utilisation, "0.8", "1", "Share of what is deposited that is borrowed."),
  SHARE ("base", base, "0", "1000", "Rate where nothing is borrowed, per year."),
  SHARE ("slope1", slope1, "0.04", "1000", "Added up to the kink."),
  SHARE ("slope2", slope2, "0.6", "1000", "Added from there to full use."),
  SHARE ("kink", kink, "0.8", "1", "Utilisation at which the rate bends."),
  SHARE ("reserve", reserve, "0.1", "1", "Share of interest that depositors do not get."),
};

static gint64
parts (gdouble share)
{
  return (gint64)llround (share * (gdouble)PNYX_LENDING_RATE_ONE);
}

static PnyxTable *
rate_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const RateParams *params = user;
  const PnyxLendingCurve curve = { .base = parts (params->base),
                                   .slope1 = parts (params->slope1),
                                   .slope2 = parts (params->slope2),
                                   .kink = parts (params->kink),
                                   .reserve = parts (params->reserve) };
  gint64 utilisation = parts (params->utilisation);
  gint64 rate = pnyx_lending_borrow_rate (&curve, utilisation);
  PnyxTable *table = pnyx_table_new (columns);
  const gdouble one = (gdouble)PNYX_LENDING_RATE_ONE;

  (void)error;
  pnyx_table_add_pair (table, "borrow", (gdouble)rate / one);
  pnyx_table_add_pair (table, "supply",
                       (gdouble)pnyx_lending_supply_rate (&curve, utilisation) / one);
  pnyx_table_add_pair (table, "year",
                       (gdouble)pnyx_lending_compound (rate, PNYX_LENDING_YEAR)
                           / (gdouble)PNYX_LENDING_INDEX_ONE);
  return table;
}

const PnyxCalc pnyx_calc_lending_rate = {
  .name = "lending-rate",
  .summary
  = "What borrowers pay and depositors get by utilisation, and growth of a debt in a year.",
  .example = "lending-rate utilisation=0.9",
  .source = "Aave V3: aave-v3-core at 0043ec3, DefaultReserveInterestRateStrategy.sol",
  .params = rate_params,
  .n_params = G_N_ELEMENTS (rate_params),
  .params_size = sizeof (RateParams),
  .run = rate_run,
};

/* calc liquidation */

typedef struct
{
  gdouble collateral, debt, price, threshold, bonus, close, full_below;
} LiquidationParams;

#undef SHARE
#define SHARE(key, field, value, most, text)                                                       \
  {                                                                                                \
    .name = key, .type = PNYX_PARAM_REAL, .offset = offsetof (LiquidationParams, field),           \
    .fallback = value, .min = "0", .max = most, .meaning = text                                    \
  }

static const PnyxParam liquidation_params[] = {
  SHARE ("collateral", collateral, "10", "1000000000", "Units that are pledged."),
  SHARE ("debt", debt, "12500", "1000000000000", "Money that is owed."),
  SHARE ("price", price, "1500", "1000000000", "Money for a unit."),
  SHARE ("threshold", threshold, "0.8", "1", "Share of the collateral's worth that may be owed."),
  SHARE ("bonus", bonus, "0.05", "10", "What the liquidator gets above what is repaid."),
  SHARE ("close-factor", close, "0.5", "1", "Share of the debt that one call repays at most."),
  SHARE ("full-below", full_below, "0", "1",
         "Health factor from which downwards a call may repay all; 0: never."),
};

static gint64
millionths (gdouble value)
{
  return (gint64)llround (value * PNYX_LENDING_PARTS);
}

static PnyxTable *
liquidation_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[]
      = { "call", "health", "ltv", "repaid", "seized", "collateral", "debt", NULL };
  const LiquidationParams *params = user;
  const PnyxLendingTerms terms = { .threshold = millionths (params->threshold),
                                   .bonus = millionths (params->bonus),
                                   .close_factor = millionths (params->close),
                                   .full_below = millionths (params->full_below) };
  /* Units of 10^-9 at 5 decimals of price: what is rounded is the money then. */
  PnyxLendingPosition position
      = { .collateral = 1000 * millionths (params->collateral), .debt = millionths (params->debt) };
  gint64 price = (gint64)llround (params->price * PNYX_LENDING_PRICE_ONE / 1000);
  PnyxTable *table = pnyx_table_new (columns);
  PnyxLiquidation done = { 0 };

  (void)error;
  for (gint64 call = 0; call <= 1000; call++)
    {
      gdouble worth = (gdouble)position.collateral * (gdouble)price / PNYX_LENDING_PRICE_ONE;

      pnyx_table_add_integer (table, call);
      pnyx_table_add_number (table, pnyx_lending_health (&position, price, terms.threshold));
      pnyx_table_add_number (table, worth > 0 ? (gdouble)position.debt / worth : (gdouble)NAN);
      pnyx_table_add_number (table, (gdouble)done.repaid / PNYX_LENDING_PARTS);
      pnyx_table_add_number (table, (gdouble)done.seized / 1e9);
      pnyx_table_add_number (table, (gdouble)position.collateral / 1e9);
      pnyx_table_add_number (table, (gdouble)position.debt / PNYX_LENDING_PARTS);
      if (position.collateral == 0
          || !pnyx_lending_liquidate (&terms, price, G_MAXINT64, &position, &done))
        break;
    }
  return table;
}

const PnyxCalc pnyx_calc_liquidation = {
  .name = "liquidation",
  .summary = "A loan liquidated at a fixed spread, call by call, until it is healthy or only bad "
             "debt is left.",
  .example = "liquidation collateral=10 debt=14700 price=1500",
  .source = "Aave V3: aave-v3-core at 0043ec3, LiquidationLogic.sol",
  .params = liquidation_params,
  .n_params = G_N_ELEMENTS (liquidation_params),
  .params_size = sizeof (LiquidationParams),
  .run = liquidation_run,
};
