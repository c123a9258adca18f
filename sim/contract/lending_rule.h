/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_LENDING_RULE_H
#define PNYX_CONTRACT_LENDING_RULE_H

#include "base/wide.h"
#include "engine/calc.h"

/*
 * The arithmetic of lending against collateral, as Aave V3 does it: rates by utilisation, debts and
 * deposits as shares of an index that grows, health by cross-multiplication, liquidation at a fixed
 * spread. Whole numbers throughout. Amounts are smallest units of an asset (10^-6), prices money
 * per asset with 8 decimals, factors parts per million, rates per year in parts of 10^12, indices
 * in parts of 10^16. What is rounded is rounded in favour of the contract: debts up, deposits down.
 *
 * Source: github.com/aave/aave-v3-core at 0043ec3: contracts/protocol/libraries/logic/
 * LiquidationLogic.sol, ValidationLogic.sol, contracts/protocol/pool/
 * DefaultReserveInterestRateStrategy.sol; at 782f519 the rest of the close factor's rule and
 * libraries/math/MathUtils.sol. Aave rounds half up where this rounds for the contract.
 */

#define PNYX_LENDING_PARTS 1000000
#define PNYX_LENDING_PRICE_ONE G_GINT64_CONSTANT (100000000)
#define PNYX_LENDING_RATE_ONE G_GINT64_CONSTANT (1000000000000)
#define PNYX_LENDING_INDEX_ONE G_GINT64_CONSTANT (10000000000000000)
#define PNYX_LENDING_YEAR 31536000 /* seconds: leap years are ignored, as in MathUtils.sol */

/** PnyxLendingCurve: rates by utilisation, with a kink. All in parts of 10^12. */
typedef struct
{
  gint64 base;    /* where nothing is borrowed */
  gint64 slope1;  /* added up to the kink */
  gint64 slope2;  /* added from there to full use */
  gint64 kink;    /* utilisation, at most 1 */
  gint64 reserve; /* share of interest that depositors do not get, at most 1 */
} PnyxLendingCurve;

/** pnyx_lending_utilisation: Returns: @debt over @cash + @debt; 0 without debt. */
gint64 pnyx_lending_utilisation (gint64 cash, gint64 debt);

/** pnyx_lending_borrow_rate: Returns: what borrowers pay in a year; rounded up.
 * Source: calculateInterestRates, the variable rate. */
gint64 pnyx_lending_borrow_rate (const PnyxLendingCurve *curve, gint64 utilisation);

/** pnyx_lending_supply_rate: Returns: what depositors get in a year: rate * utilisation * (1 -
 * reserve); rounded down. */
gint64 pnyx_lending_supply_rate (const PnyxLendingCurve *curve, gint64 utilisation);

/**
 * pnyx_lending_compound:
 * @rate: per year
 *
 * Returns: by what an index grows in @seconds, in parts of 10^16: 1 + x + x^2 / 2 + x^3 / 6 with
 * Aave's factors of (n - 1) / n and (n - 1)(n - 2) / n^2, x = rate * seconds / year; rounded up. x
 * is 4 at most: more interest than that at once is not counted.
 * Source: MathUtils.calculateCompoundedInterest.
 */
gint64 pnyx_lending_compound (gint64 rate, gint64 seconds);

/** pnyx_lending_grow: Returns: @index times @factor (parts of 10^16), rounded up; it stays below
 * 2^62 (461 times what it began with): from there on no interest is counted. */
gint64 pnyx_lending_grow (gint64 index, gint64 factor);

/** pnyx_lending_scaled: Returns: @amount as shares of @index. */
gint64 pnyx_lending_scaled (gint64 amount, gint64 index, PnyxRounding rounding);
/** pnyx_lending_amount: Returns: what @scaled shares of @index are. */
gint64 pnyx_lending_amount (gint64 scaled, gint64 index, PnyxRounding rounding);

/**
 * pnyx_lending_spread: depositors' index once @gain more belongs to all of them.
 * @scaled: their shares, at least 1
 * @gain: negative: a loss, at most what the shares are
 *
 * Returns: rounded down, so that the shares are never more than what there is; not below @index
 * where nothing is lost.
 */
gint64 pnyx_lending_spread (gint64 index, gint64 scaled, gint64 gain);

/** PnyxLendingPosition: a loan, at a price. */
typedef struct
{
  gint64 collateral; /* smallest units */
  gint64 debt;       /* smallest units of money */
} PnyxLendingPosition;

/**
 * pnyx_lending_compare_health:
 * @threshold: liquidation threshold (or loan to value), parts per million
 * @bound: health factor to compare with, parts per million: 1000000 for 1
 *
 * Returns: -1, 0 or 1: the sign of threshold * collateral * price / debt - bound; exact. 1 without
 * debt.
 */
gint pnyx_lending_compare_health (const PnyxLendingPosition *position, gint64 price,
                                  gint64 threshold, gint64 bound);

/** pnyx_lending_is_liquidatable: Returns: whether the health factor is below 1: at 1 it is not. */
gboolean pnyx_lending_is_liquidatable (const PnyxLendingPosition *position, gint64 price,
                                       gint64 threshold);

/** pnyx_lending_health: Returns: the health factor for people and records, rounded to a double; inf
 * without debt. */
gdouble pnyx_lending_health (const PnyxLendingPosition *position, gint64 price, gint64 threshold);

/** pnyx_lending_limit: Returns: the largest debt that @collateral carries at @ltv: rounded down. */
gint64 pnyx_lending_limit (gint64 collateral, gint64 price, gint64 ltv);

/** pnyx_lending_shortfall: Returns: max (0, debt - collateral * price), rounded up: bad debt. */
gint64 pnyx_lending_shortfall (const PnyxLendingPosition *position, gint64 price);

/** PnyxLendingTerms: of liquidation at a fixed spread; parts per million. */
typedef struct
{
  gint64 threshold;
  gint64 bonus;        /* that the liquidator gets above what is repaid */
  gint64 close_factor; /* of the debt that one call repays at most */
  gint64 full_below;   /* health factor from which downwards all of it may be repaid; 0: never */
} PnyxLendingTerms;

/** PnyxLiquidation: what one call does. */
typedef struct
{
  gint64 repaid;   /* money from the liquidator, off the debt */
  gint64 seized;   /* collateral for the liquidator */
  gboolean capped; /* there was less collateral than what was to be repaid is worth */
} PnyxLiquidation;

/**
 * pnyx_lending_liquidate:
 * @wanted: money that the liquidator offers at most
 * @position: (inout): after the call
 * @liquidation: (out)
 *
 * Seizes repaid * (1 + bonus) / price, rounded down. Where there is less collateral, all of it is
 * seized and what it is worth over (1 + bonus), rounded up, is repaid. A debt that is left without
 * collateral is bad.
 *
 * Returns: FALSE: the position is not liquidatable, or nothing is offered; nothing changed.
 * Source: LiquidationLogic.sol: executeLiquidationCall, _calculateAvailableCollateralToLiquidate;
 * the close factor of 1 at a health factor of 0.95 and below: at 782f519, _calculateDebt.
 */
gboolean pnyx_lending_liquidate (const PnyxLendingTerms *terms, gint64 price, gint64 wanted,
                                 PnyxLendingPosition *position, PnyxLiquidation *liquidation);

extern const PnyxCalc pnyx_calc_lending_rate;
extern const PnyxCalc pnyx_calc_liquidation;

#endif
