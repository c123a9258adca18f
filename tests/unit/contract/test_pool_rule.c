/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/pool_rule.h"

#include <math.h>

#include "base/rng.h"
#include "base/wide.h"
#include "support/run_calc.h"

#define NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))
#define FEE PNYX_POOL_FEE

static pnyx_uint128
wide (const gchar *text)
{
  pnyx_uint128 value = 0;

  g_assert_true (pnyx_wide_parse (text, &value));
  return value;
}

static void
assert_wide (pnyx_uint128 value, const gchar *text)
{
  gchar buffer[PNYX_WIDE_BUFFER];

  g_assert_cmpstr (pnyx_wide_format (buffer, value), ==, text);
}

/* Uniswap/v2-core at ee547b1, test/UniswapV2Pair.spec.ts: swapTestCases; whole tokens of 10^18. */
static void
test_what_a_swap_gives (void)
{
  static const struct
  {
    guint in, x, y;
    const gchar *out;
  } cases[] = {
    { 1, 5, 10, "1662497915624478906" },     { 1, 10, 5, "453305446940074565" },
    { 2, 5, 10, "2851015155847869602" },     { 2, 10, 5, "831248957812239453" },
    { 1, 10, 10, "906610893880149131" },     { 1, 100, 100, "987158034397061298" },
    { 1, 1000, 1000, "996006981039903216" },
  };
  const pnyx_uint128 one = wide ("1000000000000000000");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      pnyx_uint128 in = cases[i].in * one, x = cases[i].x * one, y = cases[i].y * one, least;

      assert_wide (pnyx_pool_amount_out (in, x, y, FEE), cases[i].out);
      /* The way back asks for no more than was paid. */
      g_assert_true (pnyx_pool_amount_in (wide (cases[i].out), x, y, FEE, &least) && least <= in);
    }
  /* Uniswap/v2-periphery at 0335e8f, test/UniswapV2Router02.spec.ts. */
  assert_wide (pnyx_pool_amount_out (2, 100, 100, FEE), "1");
  assert_wide (pnyx_pool_amount_out (2, 10000, 10000, FEE), "1");
}

static void
test_there_and_back (void)
{
  assert_wide (pnyx_pool_amount_out (10000, 1000000, 500000, FEE), "4935");
  assert_wide (pnyx_pool_amount_out (4935, 500000 - 4935, 1010000, FEE), "9939");
}

static void
test_nothing_is_given_for_nothing (void)
{
  assert_wide (pnyx_pool_amount_out (0, 100, 100, FEE), "0");
  assert_wide (pnyx_pool_amount_out (2, 0, 100, FEE), "0");
  assert_wide (pnyx_pool_amount_out (2, 100, 0, FEE), "0");
  assert_wide (pnyx_pool_amount_out (100, 100, 100, PNYX_POOL_PARTS), "0");
  assert_wide (pnyx_pool_amount_out (100, 100, 100, 0), "50");
  assert_wide (pnyx_pool_amount_out (1, 100, 100, FEE), "0"); /* rounded down */
}

static void
test_what_an_amount_costs (void)
{
  pnyx_uint128 in = 7;

  g_assert_true (pnyx_pool_amount_in (1, 100, 100, FEE, &in));
  assert_wide (in, "2");
  g_assert_true (pnyx_pool_amount_in (99, 100, 100, FEE, &in));
  assert_wide (in, "9930"); /* floor (9900 / .997) + 1 */
  g_assert_false (pnyx_pool_amount_in (100, 100, 100, FEE, &in));
  g_assert_false (pnyx_pool_amount_in (101, 100, 100, FEE, &in));
  g_assert_false (pnyx_pool_amount_in (0, 100, 100, FEE, &in));
  g_assert_false (pnyx_pool_amount_in (1, 0, 100, FEE, &in));
  g_assert_false (pnyx_pool_amount_in (1, 100, 0, FEE, &in));
  g_assert_false (pnyx_pool_amount_in (1, 100, 100, PNYX_POOL_PARTS, &in));
}

/* optimisticTestCases of the same file: what is lent is paid back in itself, with the fee. */
static void
test_flash_loans_pay_the_fee (void)
{
  const guint64 one = G_GUINT64_CONSTANT (1000000000000000000);
  const guint64 in = G_GUINT64_CONSTANT (1003009027081243732);
  guint64 reserves[2] = { 5 * one, 5 * one }, ins[2] = { in, 0 };
  guint64 balances[2] = { 4 * one + in, 5 * one };

  assert_wide (pnyx_pool_flash_repayment (one, FEE), "1003009027081243732");
  g_assert_true (pnyx_pool_keeps (reserves, balances, ins, FEE));
  balances[0]--;
  ins[0]--;
  g_assert_false (pnyx_pool_keeps (reserves, balances, ins, FEE));
  /* 1 in, .997 out; one unit more is refused. */
  ins[0] = one;
  balances[0] = 6 * one - G_GUINT64_CONSTANT (997000000000000000);
  g_assert_true (pnyx_pool_keeps (reserves, balances, ins, FEE));
  balances[0]--;
  g_assert_false (pnyx_pool_keeps (reserves, balances, ins, FEE));
}

/* What the quote gives satisfies the rule of the pool; one unit more does not. The product with the
 * fee in it never falls. */
static void
test_the_product_never_falls (void)
{
  PnyxRng rng;
  guint64 reserves[2] = { 1000003, 777777777 };

  pnyx_rng_init (&rng, 1, 0, 0, "test", "pool");
  for (guint32 i = 0; i < 5000; i++)
    {
      guint side = (guint)pnyx_rng_below (&rng, i, 0, 2);
      guint64 in[2] = { 0 }, after[2];
      guint64 amount = 1 + pnyx_rng_below (&rng, i, 1, reserves[side] / 3);
      guint64 out = (guint64)pnyx_pool_amount_out (amount, reserves[side], reserves[1 - side], FEE);

      in[side] = amount;
      after[side] = reserves[side] + amount;
      after[1 - side] = reserves[1 - side] - out;
      g_assert_true (pnyx_pool_keeps (reserves, after, in, FEE));
      g_assert_cmpint (pnyx_wide_compare_products (after[0], after[1], reserves[0], reserves[1]), >,
                       0);
      after[1 - side]--;
      g_assert_false (pnyx_pool_keeps (reserves, after, in, FEE));
      after[1 - side]++;
      reserves[0] = after[0];
      reserves[1] = after[1];
    }
}

static void
test_shares (void)
{
  const guint64 none[2] = { 0, 0 };
  const guint64 first[2] = { 1000000, 4000000 }; /* sqrt: 2,000,000, less 1000 */
  const guint64 tiny[2] = { 1000, 1000 };
  const guint64 uneven[2] = { 500000, 1000000 };
  const guint64 one_sided[2] = { 1000000, 0 };
  guint64 amounts[2];

  g_assert_cmpuint (pnyx_pool_shares_minted (first, none, 0), ==, 1999000);
  g_assert_cmpuint (pnyx_pool_shares_minted (tiny, none, 0), ==, 0);
  g_assert_cmpuint (pnyx_pool_shares_minted (uneven, first, 2000000), ==, 500000);
  g_assert_cmpuint (pnyx_pool_shares_minted (one_sided, first, 2000000), ==, 0);
  g_assert_cmpuint (pnyx_pool_shares_minted (uneven, none, 2000000), ==, 0);
  g_assert_true (pnyx_pool_shares_worth (500000, 2000000, first, amounts));
  g_assert_cmpuint (amounts[0], ==, 250000);
  g_assert_cmpuint (amounts[1], ==, 1000000);
  g_assert_false (pnyx_pool_shares_worth (1, 2000000, first, amounts)); /* half a unit of one */
  /* UniswapV2Pair.spec.ts, "burn": 3 and 3 tokens, all shares but 1000. */
  {
    const guint64 three = G_GUINT64_CONSTANT (3000000000000000000);
    const guint64 reserves[2] = { three, three };

    g_assert_cmpuint (pnyx_pool_shares_minted (reserves, none, 0), ==, three - 1000);
    g_assert_true (pnyx_pool_shares_worth (three - 1000, three, reserves, amounts));
    g_assert_cmpuint (amounts[0], ==, three - 1000);
    g_assert_cmpuint (amounts[1], ==, three - 1000);
  }
}

static void
test_nobody_gains_by_minting_and_burning (void)
{
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test", "shares");
  for (guint32 i = 0; i < 2000; i++)
    {
      guint64 reserves[2]
          = { 1 + pnyx_rng_below (&rng, i, 0, 1000000), 1 + pnyx_rng_below (&rng, i, 1, 1000000) };
      guint64 in[2]
          = { 1 + pnyx_rng_below (&rng, i, 2, 1000000), 1 + pnyx_rng_below (&rng, i, 3, 1000000) };
      guint64 supply = 1001 + pnyx_rng_below (&rng, i, 4, 1000000), back[2] = { 0, 0 };
      guint64 shares = pnyx_pool_shares_minted (in, reserves, supply);

      for (guint j = 0; j < 2; j++)
        reserves[j] += in[j];
      if (shares > 0 && pnyx_pool_shares_worth (shares, supply + shares, reserves, back))
        g_assert_true (back[0] <= in[0] && back[1] <= in[1]);
    }
}

static void
test_sums_of_prices_wrap_round (void)
{
  guint64 begin = G_MAXUINT64 - 50, end = pnyx_pool_accumulate (begin, 10, 12);

  g_assert_cmpuint (end, <, begin);
  g_assert_cmpuint ((end - begin) / 12, ==, 10);
  g_assert_cmpuint (pnyx_pool_accumulate (5, 10, 0), ==, 5);
}

static void
test_ticks (void)
{
  g_assert_cmpint (pnyx_pool_tick (1), ==, 0);
  g_assert_cmpint (pnyx_pool_tick (1.00011), ==, 1);
  g_assert_cmpint (pnyx_pool_tick (0.99995), ==, -1);
  g_assert_cmpint (pnyx_pool_tick (2), ==, 6931);
}

/* ---- The closed forms against many small trades in whole numbers ---- */

#define RESERVE G_GINT64_CONSTANT (1000000000000) /* 10^6 in micro-units */

/* Trades in @steps parts until the price is @multiple of what it was, by bisection on what is paid
 * in. @in, @out: (out): what was paid and bought in all. One trade is as many: the fee aside. */
static void
move_price (gdouble multiple, guint32 fee, guint64 *in, guint64 *out)
{
  guint64 low = 0, high = 100 * RESERVE;

  while (high - low > 1)
    {
      guint64 middle = low + (high - low) / 2;
      guint64 got = (guint64)pnyx_pool_amount_out (middle, RESERVE, RESERVE, fee);

      if ((gdouble)(RESERVE + middle) / (gdouble)(RESERVE - got) < multiple)
        low = middle;
      else
        high = middle;
    }
  *in = high;
  *out = (guint64)pnyx_pool_amount_out (high, RESERVE, RESERVE, fee);
}

static void
test_moving_the_price (void)
{
  PnyxPoolMove move = pnyx_pool_move (2, 0.003);
  guint64 in, out;

  NEAR (move.in * 1e6, 414835.95, 0.005);
  NEAR (move.loss * 1e6, 122253.93, 0.005);
  NEAR (pnyx_pool_move (1, 0.003).in, 0, 1e-12);
  for (gdouble m = 1.1; m < 40; m *= 1.7)
    {
      NEAR (pnyx_pool_move (m, 0).loss, sqrt (m) + 1 / sqrt (m) - 2, 1e-12);
      move_price (m, FEE, &in, &out);
      move = pnyx_pool_move (m, 0.003);
      NEAR (move.in, (gdouble)in / RESERVE, 1e-9);
      NEAR (move.loss, (gdouble)(in - out) / RESERVE, 1e-9);
    }
  /* Twice the depth, twice the loss; a pool without end has none. */
  NEAR (2 * RESERVE * pnyx_pool_move (2, 0.003).loss, 2 * 122253.93e6, 1e4);
}

/* A thousand trades of a thousandth pay what one does, but for the fee: it joins the reserves
 * before the next trade, which makes the price move by less. */
static void
test_many_small_trades_make_the_move (void)
{
  for (guint32 fee = 0; fee <= FEE; fee += FEE)
    {
      guint64 x = RESERVE, y = RESERVE, in, out, bought = 0;

      move_price (2, fee, &in, &out);
      for (guint i = 0; i < 1000; i++)
        {
          guint64 part = (guint64)pnyx_pool_amount_out (in / 1000, x, y, fee);

          x += in / 1000;
          y -= part;
          bought += part;
        }
      NEAR ((gdouble)bought / (gdouble)out, 1, fee == 0 ? 1e-8 : 1e-3);
      NEAR ((gdouble)x / (gdouble)y, 2, fee == 0 ? 1e-6 : 2e-3);
    }
}

/* In each held block the price is moved and the arbitrageur trades it back; then the sum of prices
 * is what the closed form promised. */
static gdouble
simulate_twap (guint window, guint held, gdouble multiple, gdouble *mean)
{
  guint64 sum = 0, x = RESERVE, y = RESERVE;
  gdouble paid = 0;

  for (guint block = 0; block < window; block++)
    {
      guint64 in, out;

      if (block < held)
        {
          move_price (multiple, 0, &in, &out);
          x += in;
          y -= out;
          sum = pnyx_pool_accumulate (sum, (guint64)((pnyx_uint128)x * 100000000 / y), 12);
          /* Sold back by somebody else at the price outside: the mover keeps what was bought. */
          paid += (gdouble)in - (gdouble)out;
          x = y = RESERVE;
        }
      else
        sum = pnyx_pool_accumulate (sum, (guint64)((pnyx_uint128)x * 100000000 / y), 12);
    }
  *mean = (gdouble)(sum / (12 * window)) / 1e8;
  return paid / RESERVE;
}

static void
test_moving_the_mean (void)
{
  static const struct
  {
    guint held;
    gdouble cost;
  } cases[] = { { 1, 3.7474 }, { 5, 5.1186 }, { 150, 1.2474 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint held = cases[i].held;
      gdouble mean, cost = pnyx_pool_twap_cost (0.2, 150, held, 0);

      NEAR (cost, cases[i].cost, 0.00005);
      NEAR (simulate_twap (150, held, 1 + 0.2 * 150 / held, &mean), cost, 1e-6);
      NEAR (mean, 1.2, 1e-6);
    }
  g_assert_cmpfloat (pnyx_pool_twap_cost (0.2, 150, 1, 0.003), >, 3.7474);
}

/* The attack with whole numbers: buy, pledge, borrow. */
static gdouble
simulate_spot_attack (gdouble multiple, gdouble ltv, guint32 fee)
{
  guint64 in, out;

  move_price (multiple, fee, &in, &out);
  return ltv * (gdouble)out * (gdouble)(RESERVE + in) / (gdouble)(RESERVE - out) - (gdouble)in;
}

static void
test_attacking_a_spot_price (void)
{
  NEAR (pnyx_pool_spot_threshold (0.75, 0), 1 / (0.75 * 0.75), 1e-12);
  NEAR (pnyx_pool_spot_threshold (0.75, 0.003), 1.7871, 0.00005);
  NEAR (pnyx_pool_spot_attack (2, 0.75, 0.003) * 1e6, 24037.08, 0.005);
  NEAR (simulate_spot_attack (2, 0.75, FEE) / 1e6, 24037.08, 0.01);
  for (gdouble ltv = 0.5; ltv < 0.95; ltv += 0.1)
    for (guint32 fee = 0; fee <= 10000; fee += 5000)
      {
        gdouble m = pnyx_pool_spot_threshold (ltv, fee / 1e6);

        NEAR (pnyx_pool_spot_attack (m, ltv, fee / 1e6), 0, 1e-9);
        g_assert_cmpfloat (simulate_spot_attack (m * 1.001, ltv, fee), >, 0);
        g_assert_cmpfloat (simulate_spot_attack (m * 0.999, ltv, fee), <, 0);
      }
}

static void
test_calc (void)
{
  NEAR (run_calc_value (&pnyx_calc_pool, "", "out"), 4935, 1e-9);
  NEAR (run_calc_value (&pnyx_calc_pool, "model=buy amount=4935", "in"), 9999, 1e-9);
  NEAR (run_calc_value (&pnyx_calc_pool, "model=move", "loss"), 122253.93, 0.005);
  NEAR (run_calc_value (&pnyx_calc_pool, "model=twap fee=0", "loss"), 3747400, 50);
  NEAR (run_calc_value (&pnyx_calc_pool, "model=spot-oracle", "profit"), 24037.08, 0.005);
  NEAR (run_calc_value (&pnyx_calc_pool, "model=spot-oracle fee=0", "threshold"), 1.7778, 0.0001);
  {
    g_autoptr (PnyxTable) table
        = run_calc (&pnyx_calc_pool,
                    "amount=1000000000000000000 reserve-in=1000000000000000000000 "
                    "reserve-out=1000000000000000000000",
                    NULL);

    g_assert_cmpstr (pnyx_table_cell (table, 0, 1), ==, "996006981039903216");
  }
  run_calc_fails (&pnyx_calc_pool, "amount=-1", "amount: bad value \"-1\"");
  run_calc_fails (&pnyx_calc_pool, "amount=1267650600228229401496703205376", "below 2^100");
  run_calc_fails (&pnyx_calc_pool, "reserve-in=x", "reserve-in: bad value");
  run_calc_fails (&pnyx_calc_pool, "reserve-out=1.5", "reserve-out: bad value");
  run_calc_fails (&pnyx_calc_pool, "model=buy amount=500000", "cannot be bought");
  run_calc_fails (&pnyx_calc_pool, "model=move reserve-in=-", "reserve-in: bad value");
  run_calc_fails (&pnyx_calc_pool, "model=twap held=151", "held: 151 is more than the window");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/contract/pool_rule/" name, function)
  ADD ("what-a-swap-gives", test_what_a_swap_gives);
  ADD ("there-and-back", test_there_and_back);
  ADD ("nothing-is-given-for-nothing", test_nothing_is_given_for_nothing);
  ADD ("what-an-amount-costs", test_what_an_amount_costs);
  ADD ("flash-loans-pay-the-fee", test_flash_loans_pay_the_fee);
  ADD ("the-product-never-falls", test_the_product_never_falls);
  ADD ("shares", test_shares);
  ADD ("nobody-gains-by-minting-and-burning", test_nobody_gains_by_minting_and_burning);
  ADD ("sums-of-prices-wrap-round", test_sums_of_prices_wrap_round);
  ADD ("ticks", test_ticks);
  ADD ("moving-the-price", test_moving_the_price);
  ADD ("many-small-trades-make-the-move", test_many_small_trades_make_the_move);
  ADD ("moving-the-mean", test_moving_the_mean);
  ADD ("attacking-a-spot-price", test_attacking_a_spot_price);
  ADD ("calc", test_calc);
  return g_test_run ();
}
