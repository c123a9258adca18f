/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/lending_rule.h"

#include <math.h>

#include "base/rng.h"
#include "support/run_calc.h"

#define NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))
#define MILLION G_GINT64_CONSTANT (1000000)
#define PRICE(dollars) ((gint64)(dollars)*PNYX_LENDING_PRICE_ONE)
#define RATE(percent) ((gint64)(percent)*PNYX_LENDING_RATE_ONE / 100)

static const PnyxLendingCurve curve = {
  .base = 0, .slope1 = RATE (4), .slope2 = RATE (60), .kink = RATE (80), .reserve = RATE (10)
};

static const PnyxLendingTerms terms
    = { .threshold = 800000, .bonus = 50000, .close_factor = 500000, .full_below = 0 };

static void
test_rates_bend_at_the_kink (void)
{
  g_assert_cmpint (pnyx_lending_borrow_rate (&curve, 0), ==, 0);
  g_assert_cmpint (pnyx_lending_borrow_rate (&curve, RATE (40)), ==, RATE (2));
  g_assert_cmpint (pnyx_lending_borrow_rate (&curve, RATE (80)), ==, RATE (4));
  g_assert_cmpint (pnyx_lending_borrow_rate (&curve, RATE (80) + 1), ==, RATE (4) + 3);
  g_assert_cmpint (pnyx_lending_borrow_rate (&curve, RATE (90)), ==, RATE (34));
  g_assert_cmpint (pnyx_lending_borrow_rate (&curve, RATE (100)), ==, RATE (64));
  g_assert_cmpint (pnyx_lending_supply_rate (&curve, RATE (90)), ==, RATE (2754) / 100);
  g_assert_cmpint (pnyx_lending_supply_rate (&curve, 0), ==, 0);
}

static void
test_kinks_at_the_ends (void)
{
  PnyxLendingCurve at = curve;

  at.base = RATE (1);
  at.kink = 0;
  g_assert_cmpint (pnyx_lending_borrow_rate (&at, 0), ==, RATE (1));
  g_assert_cmpint (pnyx_lending_borrow_rate (&at, RATE (50)), ==, RATE (35));
  at.kink = RATE (100);
  g_assert_cmpint (pnyx_lending_borrow_rate (&at, RATE (100)), ==, RATE (5));
}

static void
test_utilisation (void)
{
  g_assert_cmpint (pnyx_lending_utilisation (0, 0), ==, 0);
  g_assert_cmpint (pnyx_lending_utilisation (100, 0), ==, 0);
  g_assert_cmpint (pnyx_lending_utilisation (0, 1), ==, PNYX_LENDING_RATE_ONE);
  g_assert_cmpint (pnyx_lending_utilisation (10, 90), ==, RATE (90));
  g_assert_cmpint (pnyx_lending_utilisation (G_MAXINT64, G_MAXINT64), ==, RATE (50));
}

/* Rounded up, within a unit or two of the sum of its terms, and a little below e^x. */
static void
test_compounding (void)
{
  const gdouble one = (gdouble)PNYX_LENDING_INDEX_ONE;
  const gint64 rates[] = { 0, 1, RATE (2), RATE (64), RATE (300) };
  const gint64 spans[] = { 0, 1, 2, 3, 12, 3600, 86400, PNYX_LENDING_YEAR };

  for (gsize i = 0; i < G_N_ELEMENTS (rates); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (spans); j++)
      {
        gdouble n = (gdouble)spans[j];
        gdouble x = (gdouble)rates[i] / (gdouble)PNYX_LENDING_RATE_ONE * n / PNYX_LENDING_YEAR;
        gdouble factor = (gdouble)pnyx_lending_compound (rates[i], spans[j]) / one;
        gdouble second = n > 0 ? x * x / 2 * (n - 1) / n : 0;
        gdouble third = n > 2 ? x * x * x / 6 * (n - 1) / n * (n - 2) / n : 0;

        NEAR (factor, 1 + x + second + third, 1e-15 * (1 + 10 * x));
        g_assert_cmpfloat (factor, <=, exp (x) + 5e-16);
        g_assert_cmpfloat (factor, >=, 1 + x - 1e-15);
      }
  g_assert_cmpint (pnyx_lending_compound (RATE (64), 0), ==, PNYX_LENDING_INDEX_ONE);
  g_assert_cmpint (pnyx_lending_compound (1, 1), >, PNYX_LENDING_INDEX_ONE); /* never for nothing */
  /* What is more than 4 at once is not counted, whatever comes. */
  g_assert_cmpint (pnyx_lending_compound (RATE (400), PNYX_LENDING_YEAR), ==,
                   pnyx_lending_compound (G_MAXINT64, PNYX_LENDING_YEAR));
  g_assert_cmpint (pnyx_lending_compound (G_MAXINT64, G_MAXINT64), <, 24 * PNYX_LENDING_INDEX_ONE);
}

static void
test_an_index_does_not_leave_its_range (void)
{
  gint64 index = PNYX_LENDING_INDEX_ONE;

  for (guint i = 0; i < 10; i++)
    index = pnyx_lending_grow (index, pnyx_lending_compound (RATE (400), PNYX_LENDING_YEAR));
  g_assert_cmpint (index, ==, G_GINT64_CONSTANT (1) << 62);
  g_assert_cmpint (pnyx_lending_grow (index, PNYX_LENDING_INDEX_ONE), ==, index);
  g_assert_cmpint (pnyx_lending_grow (PNYX_LENDING_INDEX_ONE, PNYX_LENDING_INDEX_ONE + 1), ==,
                   PNYX_LENDING_INDEX_ONE + 1);
}

/* Debts are rounded up and deposits down, in both directions: nobody gains by going in and out. */
static void
test_shares_favour_the_contract (void)
{
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test", "lending");
  for (guint32 i = 0; i < 5000; i++)
    {
      gint64 index = PNYX_LENDING_INDEX_ONE + (gint64)(pnyx_rng_u64 (&rng, i, 0) >> 10);
      gint64 amount = 1 + (gint64)(pnyx_rng_u64 (&rng, i, 1) >> (10 + i % 50));
      gint64 debt = pnyx_lending_amount (pnyx_lending_scaled (amount, index, PNYX_ROUND_UP), index,
                                         PNYX_ROUND_UP);
      gint64 deposit = pnyx_lending_amount (pnyx_lending_scaled (amount, index, PNYX_ROUND_DOWN),
                                            index, PNYX_ROUND_DOWN);

      g_assert_cmpint (debt, >=, amount);
      g_assert_cmpint (debt - amount, <=, index / PNYX_LENDING_INDEX_ONE + 1);
      g_assert_cmpint (deposit, <=, amount);
      g_assert_cmpint (amount - deposit, <=, index / PNYX_LENDING_INDEX_ONE + 1);
    }
}

static void
test_interest_and_losses_are_spread (void)
{
  const gint64 one = PNYX_LENDING_INDEX_ONE;

  PnyxRng rng;

  g_assert_cmpint (pnyx_lending_spread (one, 1000, 100), ==, one + one / 10);
  g_assert_cmpint (pnyx_lending_spread (one, 1000, -250), ==, one - one / 4);
  g_assert_cmpint (pnyx_lending_spread (one, 1000, -1000), ==, 0);
  g_assert_cmpint (pnyx_lending_spread (one, 3, 1), ==, G_GINT64_CONSTANT (13333333333333333));
  g_assert_cmpint (pnyx_lending_spread (one + 7, 3, 0), ==, one + 7);
  g_assert_cmpint (pnyx_lending_spread (one, 1, G_MAXINT64 / 2), ==, G_GINT64_CONSTANT (1) << 62);
  /* Shares of the index after are never more than what there is. */
  pnyx_rng_init (&rng, 1, 0, 0, "test", "spread");
  for (guint32 i = 0; i < 20000; i++)
    {
      gint64 index = one / 2 + (gint64)pnyx_rng_below (&rng, i, 0, (guint64)one);
      gint64 scaled = 2 + (gint64)(pnyx_rng_u64 (&rng, i, 1) >> (16 + i % 47));
      gint64 claims = pnyx_lending_amount (scaled, index, PNYX_ROUND_DOWN);
      gint64 gain = (gint64)pnyx_rng_below (&rng, i, 2, (guint64)claims + 1) - claims / 2;
      gint64 after = pnyx_lending_amount (scaled, pnyx_lending_spread (index, scaled, gain),
                                          PNYX_ROUND_DOWN);

      g_assert_cmpint (after, <=, claims + gain);
      g_assert_cmpint (after, >=, claims + gain - 1 - scaled / one);
    }
}

static void
test_health_is_strict_at_one (void)
{
  PnyxLendingPosition at = { .collateral = 10 * MILLION, .debt = 12000 * MILLION };

  NEAR (pnyx_lending_health (&at, PRICE (1500), 800000), 1, 1e-15);
  g_assert_false (pnyx_lending_is_liquidatable (&at, PRICE (1500), 800000));
  g_assert_true (pnyx_lending_is_liquidatable (&at, PRICE (1500) - 1, 800000));
  at.debt++;
  g_assert_true (pnyx_lending_is_liquidatable (&at, PRICE (1500), 800000));
  at.debt -= 2;
  g_assert_false (pnyx_lending_is_liquidatable (&at, PRICE (1500), 800000));
  g_assert_cmpint (pnyx_lending_compare_health (&at, PRICE (1500), 800000, MILLION), ==, 1);
  at.debt = 0;
  g_assert_false (pnyx_lending_is_liquidatable (&at, 0, 800000));
  g_assert_true (isinf (pnyx_lending_health (&at, PRICE (1500), 800000)));
  at = (PnyxLendingPosition){ .collateral = G_MAXINT64, .debt = G_MAXINT64 };
  g_assert_cmpint (pnyx_lending_compare_health (&at, PNYX_LENDING_PRICE_ONE, MILLION, MILLION), ==,
                   0);
  g_assert_cmpint (pnyx_lending_compare_health (&at, PNYX_LENDING_PRICE_ONE - 1, MILLION, MILLION),
                   ==, -1);
}

static void
test_limits_and_shortfalls (void)
{
  PnyxLendingPosition at = { .collateral = 10 * MILLION, .debt = 15000 * MILLION };

  g_assert_cmpint (pnyx_lending_limit (10 * MILLION, PRICE (1500), 750000), ==, 11250 * MILLION);
  g_assert_cmpint (pnyx_lending_limit (3, PNYX_LENDING_PRICE_ONE / 2, MILLION), ==, 1);
  g_assert_cmpint (pnyx_lending_limit (G_MAXINT64, G_MAXINT64, MILLION), ==, G_MAXINT64);
  g_assert_cmpint (pnyx_lending_shortfall (&at, PRICE (1500)), ==, 0);
  g_assert_cmpint (pnyx_lending_shortfall (&at, PRICE (1400)), ==, 1000 * MILLION);
  at.debt++;
  g_assert_cmpint (pnyx_lending_shortfall (&at, PRICE (1500)), ==, 1);
}

static gdouble
ltv (const PnyxLendingPosition *position, gdouble price)
{
  return (gdouble)position->debt / ((gdouble)position->collateral * price);
}

static void
test_a_liquidation (void)
{
  PnyxLendingPosition at = { .collateral = 10 * MILLION, .debt = 12500 * MILLION };
  PnyxLiquidation done;

  NEAR (pnyx_lending_health (&at, PRICE (1500), 800000), 0.96, 1e-15);
  NEAR (ltv (&at, 1500), 0.8333, 0.00005);
  g_assert_true (pnyx_lending_liquidate (&terms, PRICE (1500), G_MAXINT64, &at, &done));
  g_assert_cmpint (done.repaid, ==, 6250 * MILLION);
  g_assert_cmpint (done.seized, ==, 4375000);
  g_assert_false (done.capped);
  NEAR (ltv (&at, 1500), 0.7407, 0.00005);
  g_assert_false (pnyx_lending_liquidate (&terms, PRICE (1500), G_MAXINT64, &at, &done));
  g_assert_cmpint (done.repaid, ==, 0);
}

static void
test_a_liquidation_that_makes_it_worse (void)
{
  PnyxLendingPosition at = { .collateral = 10 * MILLION, .debt = 14400 * MILLION };
  PnyxLiquidation done;

  NEAR (ltv (&at, 1500), 0.96, 1e-12);
  g_assert_true (pnyx_lending_liquidate (&terms, PRICE (1500), G_MAXINT64, &at, &done));
  NEAR (ltv (&at, 1500), 0.9677, 0.00005);
}

static void
test_bad_debt_after_six_calls (void)
{
  /* 10 at 1500 as ten thousand at 1.50: a smallest unit of collateral is a smallest unit of money.
   */
  const gint64 price = PNYX_LENDING_PRICE_ONE / 2 * 3;
  PnyxLendingPosition at = { .collateral = 10000 * MILLION, .debt = 14700 * MILLION };
  PnyxLiquidation done;
  guint calls = 0;

  while (at.collateral > 0)
    {
      g_assert_true (pnyx_lending_liquidate (&terms, price, G_MAXINT64, &at, &done));
      calls++;
      g_assert_true (done.capped == (calls == 6));
    }
  g_assert_cmpuint (calls, ==, 6);
  NEAR ((gdouble)at.debt / 1e6, 414.2857, 0.00005);
  NEAR ((gdouble)at.debt / 1e6, 14700 - 10 * 1500 / 1.05, 3e-6);
  /* Nothing is left to be seized: repaying it would be a gift. */
  g_assert_true (pnyx_lending_liquidate (&terms, price, G_MAXINT64, &at, &done));
  g_assert_true (done.capped && done.repaid == 0 && done.seized == 0);
}

static void
test_the_close_factor_and_its_switch (void)
{
  PnyxLendingTerms full = terms;
  const PnyxLendingPosition edge = { .collateral = 950 * MILLION, .debt = 800 * MILLION };
  PnyxLendingPosition at = edge;
  PnyxLiquidation done;

  full.full_below = 950000;
  /* Health exactly 0.95: all of it. */
  g_assert_true (pnyx_lending_liquidate (&full, PRICE (1), G_MAXINT64, &at, &done));
  g_assert_cmpint (done.repaid, ==, 800 * MILLION);
  at = edge;
  g_assert_true (pnyx_lending_liquidate (&terms, PRICE (1), G_MAXINT64, &at, &done));
  g_assert_cmpint (done.repaid, ==, 400 * MILLION);
  at = edge;
  at.debt--; /* a little healthier: half, rounded up */
  g_assert_true (pnyx_lending_liquidate (&full, PRICE (1), G_MAXINT64, &at, &done));
  g_assert_cmpint (done.repaid, ==, 400 * MILLION);
  at = edge;
  g_assert_true (pnyx_lending_liquidate (&full, PRICE (1), 100 * MILLION, &at, &done));
  g_assert_cmpint (done.repaid, ==, 100 * MILLION); /* as much as is offered */
  at = edge;
  g_assert_false (pnyx_lending_liquidate (&full, PRICE (1), 0, &at, &done));
  g_assert_true (at.debt == edge.debt && at.collateral == edge.collateral);
}

static void
test_a_single_unit_can_be_closed (void)
{
  PnyxLendingPosition at = { .collateral = 1, .debt = 1 };
  PnyxLiquidation done;

  g_assert_true (pnyx_lending_liquidate (&terms, PRICE (1), G_MAXINT64, &at, &done));
  g_assert_cmpint (done.repaid, ==, 1);
  g_assert_cmpint (at.debt, ==, 0);
}

static void
test_a_price_of_nothing (void)
{
  PnyxLendingPosition at = { .collateral = 10 * MILLION, .debt = 100 };
  PnyxLiquidation done;

  g_assert_true (pnyx_lending_liquidate (&terms, 0, G_MAXINT64, &at, &done));
  g_assert_true (done.capped && done.repaid == 0);
  g_assert_cmpint (at.debt, ==, 100);
  g_assert_cmpint (at.collateral, ==, 0);
}

/* At the contract's own price, while seizure is not capped, a liquidation lowers loan to value
 * exactly where it is below 1 / (1 + bonus); and it never takes more than what it is worth. */
static void
test_below_one_over_one_plus_bonus_it_helps (void)
{
  PnyxRng rng;
  guint better = 0, worse = 0;

  pnyx_rng_init (&rng, 1, 0, 0, "test", "toxic");
  for (guint32 i = 0; i < 20000; i++)
    {
      PnyxLendingTerms here = terms;
      gint64 price = 1 + (gint64)pnyx_rng_below (&rng, i, 0, (guint64)PRICE (3000));
      PnyxLendingPosition before
          = { .collateral = (gint64)(1000000000 + pnyx_rng_below (&rng, i, 1, 1000000000)) };
      PnyxLendingPosition at;
      PnyxLiquidation done;
      gdouble margin, change;

      here.bonus = (gint64)pnyx_rng_below (&rng, i, 2, 200000);
      before.debt = (gint64)((0.75 + 0.3 * pnyx_rng_uniform (&rng, i, 3))
                             * (gdouble)pnyx_lending_limit (before.collateral, price, MILLION));
      at = before;
      if (!pnyx_lending_liquidate (&here, price, G_MAXINT64, &at, &done) || done.capped)
        continue;
      g_assert_cmpfloat ((gdouble)done.seized * (gdouble)price / PNYX_LENDING_PRICE_ONE, <=,
                         (gdouble)done.repaid * (1 + (gdouble)here.bonus / 1e6) * (1 + 1e-12));
      margin = (gdouble)before.debt
                   / ((gdouble)before.collateral * (gdouble)price / PNYX_LENDING_PRICE_ONE)
                   * (1 + (gdouble)here.bonus / 1e6)
               - 1;
      if (fabs (margin) < 1e-6 || before.debt < 1000000)
        continue; /* smallest units decide */
      change = (gdouble)at.debt / (gdouble)at.collateral
               - (gdouble)before.debt / (gdouble)before.collateral;
      g_assert_true ((margin < 0) == (change < 0));
      better += margin < 0 ? 1 : 0;
      worse += margin > 0 ? 1 : 0;
    }
  g_assert_cmpuint (better, >, 1000);
  g_assert_cmpuint (worse, >, 1000);
}

static void
test_calc (void)
{
  NEAR (run_calc_value (&pnyx_calc_lending_rate, "utilisation=0.9", "borrow"), 0.34, 1e-15);
  NEAR (run_calc_value (&pnyx_calc_lending_rate, "utilisation=0.9", "supply"), 0.2754, 1e-15);
  NEAR (run_calc_value (&pnyx_calc_lending_rate, "utilisation=1", "borrow"), 0.64, 1e-15);
  g_assert_cmpfloat (run_calc_value (&pnyx_calc_lending_rate, "utilisation=1", "year"), >, 1.64);
  run_calc_fails (&pnyx_calc_lending_rate, "utilisation=1.1", "utilisation");
  run_calc_fails (&pnyx_calc_lending_rate, "kink=-1", "kink");
  {
    g_autoptr (PnyxTable) table = run_calc (&pnyx_calc_liquidation, "debt=14700", NULL);

    g_assert_cmpuint (pnyx_table_n_rows (table), ==, 7);
    g_assert_cmpstr (pnyx_table_cell (table, 6, 6), ==, "414.285714");
  }
  {
    g_autoptr (PnyxTable) table = run_calc (&pnyx_calc_liquidation, "debt=100", NULL);

    g_assert_cmpuint (pnyx_table_n_rows (table), ==, 1);
  }
  run_calc_fails (&pnyx_calc_liquidation, "close-factor=2", "close-factor");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/contract/lending_rule/" name, function)
  ADD ("rates-bend-at-the-kink", test_rates_bend_at_the_kink);
  ADD ("kinks-at-the-ends", test_kinks_at_the_ends);
  ADD ("utilisation", test_utilisation);
  ADD ("compounding", test_compounding);
  ADD ("an-index-does-not-leave-its-range", test_an_index_does_not_leave_its_range);
  ADD ("shares-favour-the-contract", test_shares_favour_the_contract);
  ADD ("interest-and-losses-are-spread", test_interest_and_losses_are_spread);
  ADD ("health-is-strict-at-one", test_health_is_strict_at_one);
  ADD ("limits-and-shortfalls", test_limits_and_shortfalls);
  ADD ("a-liquidation", test_a_liquidation);
  ADD ("a-liquidation-that-makes-it-worse", test_a_liquidation_that_makes_it_worse);
  ADD ("bad-debt-after-six-calls", test_bad_debt_after_six_calls);
  ADD ("the-close-factor-and-its-switch", test_the_close_factor_and_its_switch);
  ADD ("a-single-unit-can-be-closed", test_a_single_unit_can_be_closed);
  ADD ("a-price-of-nothing", test_a_price_of_nothing);
  ADD ("below-one-over-one-plus-bonus-it-helps", test_below_one_over_one_plus_bonus_it_helps);
  ADD ("calc", test_calc);
  return g_test_run ();
}
