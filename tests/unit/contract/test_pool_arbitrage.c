/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/pool_arbitrage.h"

#include <math.h>

#include "base/rng.h"
#include "support/lending_world.h"

/* What is gained by paying @in, at the price outside. */
static gdouble
gain (const guint64 reserves[2], gdouble price, guint side, gdouble in)
{
  gdouble out = (gdouble)pnyx_pool_amount_out ((guint64)in, reserves[side], reserves[1 - side],
                                               PNYX_POOL_FEE);

  return side == 1 ? out * price - in : out - in * price;
}

static void
test_the_best_trade (void)
{
  PnyxRng rng;
  guint trades = 0;

  pnyx_rng_init (&rng, 1, 0, 0, "test", "arbitrage");
  for (guint32 i = 0; i < 500; i++)
    {
      const guint64 reserves[2] = { 1000000000 + pnyx_rng_below (&rng, i, 0, 1000000000),
                                    1000000000 + pnyx_rng_below (&rng, i, 1, 1000000000) };
      gdouble price = exp (2 * pnyx_rng_uniform (&rng, i, 2) - 1), best;
      guint side;
      gdouble in = (gdouble)pnyx_arbitrage_trade (reserves, price, PNYX_POOL_FEE, &side);

      if (in == 0)
        {
          g_assert_cmpfloat (fabs (log (price * (gdouble)reserves[0] / (gdouble)reserves[1])), <,
                             0.0031);
          continue;
        }
      trades++;
      best = gain (reserves, price, side, in);
      g_assert_cmpfloat (best, >, -2);
      g_assert_cmpfloat (best + 2, >=, gain (reserves, price, side, in * 1.01));
      g_assert_cmpfloat (best + 2, >=, gain (reserves, price, side, in * 0.99));
    }
  g_assert_cmpuint (trades, >, 400);
}

static void
test_within_the_fee_nothing_is_traded (void)
{
  const guint64 reserves[2] = { 1000000000, 2000000000 };
  guint side;

  g_assert_cmpint (pnyx_arbitrage_trade (reserves, 2, PNYX_POOL_FEE, &side), ==, 0);
  g_assert_cmpint (pnyx_arbitrage_trade (reserves, 2.005, PNYX_POOL_FEE, &side), ==, 0);
  g_assert_cmpint (pnyx_arbitrage_trade (reserves, 1.995, PNYX_POOL_FEE, &side), ==, 0);
  g_assert_cmpint (pnyx_arbitrage_trade (reserves, 2.01, PNYX_POOL_FEE, &side), >, 0);
  g_assert_cmpuint (side, ==, 1);
  g_assert_cmpint (pnyx_arbitrage_trade (reserves, 1.99, PNYX_POOL_FEE, &side), >, 0);
  g_assert_cmpuint (side, ==, 0);
}

static gdouble
pool_after (gdouble end, guint32 n)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;

  setup.end = end;
  setup.n_arbitrageurs = n;
  setup.borrowers.n = 1; /* nothing but trades */
  world = lending_world_new (&setup, 0);
  lending_world_run (world, 2000);
  lending_world_audit (world);
  g_assert_true ((n > 0) == (world->arbitrage != NULL));
  if (n > 0)
    g_assert_cmpuint (pnyx_arbitrage_sent (world->arbitrage), >, 5);
  return (gdouble)pnyx_pool_price (world->pool, world->chain->machine) / PNYX_PRICE_ONE;
}

static void
test_the_pool_follows_the_price_outside (void)
{
  g_assert_cmpfloat_with_epsilon (pool_after (140, 2), 140, 0.5);
  g_assert_cmpfloat_with_epsilon (pool_after (80, 1), 80, 0.3);
  g_assert_cmpfloat_with_epsilon (pool_after (80, 0), 100, 1e-6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/contract/pool_arbitrage/" name, function)
  ADD ("the-best-trade", test_the_best_trade);
  ADD ("within-the-fee-nothing-is-traded", test_within_the_fee_nothing_is_traded);
  ADD ("the-pool-follows-the-price-outside", test_the_pool_follows_the_price_outside);
  return g_test_run ();
}
