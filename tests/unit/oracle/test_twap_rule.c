/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/twap_rule.h"

#include <math.h>

#define ONE PNYX_TWAP_DECIMALS
#define AT(s) ((PnyxTime)(s)*PNYX_SECOND)

/* The steps of v2-core's test "price{0,1}CumulativeLast": reserves of 3 and 3, then 6 and 2. */
static void
test_sums_of_the_published_test (void)
{
  PnyxTwap zero = { 0 }, one = { 0 };

  pnyx_twap_touch (&zero, ONE, AT (1000));
  pnyx_twap_touch (&one, ONE, AT (1000));
  pnyx_twap_touch (&zero, ONE, AT (1001));
  g_assert_cmpuint (zero.prices, ==, 1 * (guint64)ONE);
  /* A swap to a new price: the old one counts for the nine seconds before it. */
  pnyx_twap_touch (&zero, ONE, AT (1010));
  pnyx_twap_touch (&one, ONE, AT (1010));
  g_assert_cmpuint (zero.prices, ==, 10 * (guint64)ONE);
  g_assert_cmpuint (one.prices, ==, 10 * (guint64)ONE);
  pnyx_twap_touch (&zero, ONE / 3, AT (1020)); /* 2 / 6 */
  pnyx_twap_touch (&one, 3 * (guint64)ONE, AT (1020));
  g_assert_cmpuint (zero.prices, ==, 10 * (guint64)ONE + 10 * (guint64)(ONE / 3));
  g_assert_cmpuint (one.prices, ==, 40 * (guint64)ONE);
}

static void
test_what_happens_within_a_block_does_not_count (void)
{
  PnyxTwap twap = { 0 }, from;

  pnyx_twap_touch (&twap, ONE, AT (0));
  from = twap;
  pnyx_twap_touch (&twap, ONE, AT (12));                /* a loan moves the price after this */
  pnyx_twap_touch (&twap, 100 * (guint64)ONE, AT (12)); /* and back */
  pnyx_twap_touch (&twap, ONE, AT (24));
  g_assert_cmpuint (pnyx_twap_consult (&from, &twap, PNYX_TWAP_ARITHMETIC), ==, ONE);
  g_assert_cmpuint (pnyx_twap_consult (&from, &twap, PNYX_TWAP_GEOMETRIC), ==, ONE);
}

static void
test_price_left_at_the_end_of_a_block_counts (void)
{
  PnyxTwap twap = { 0 }, from;

  pnyx_twap_touch (&twap, ONE, AT (0));
  from = twap;
  pnyx_twap_touch (&twap, ONE, AT (108));
  pnyx_twap_touch (&twap, 11 * (guint64)ONE, AT (120));
  g_assert_cmpuint (pnyx_twap_consult (&from, &twap, PNYX_TWAP_ARITHMETIC), ==, 2 * (guint64)ONE);
  /* 11^(1/10) = 1.2710 */
  g_assert_cmpfloat_with_epsilon (
      (gdouble)pnyx_twap_consult (&from, &twap, PNYX_TWAP_GEOMETRIC) / ONE, pow (11, 0.1), 2e-4);
}

static void
test_the_first_touch_adds_nothing (void)
{
  PnyxTwap twap = { 0 };

  pnyx_twap_touch (&twap, ONE, AT (500));
  g_assert_cmpuint (twap.prices, ==, 0);
  g_assert_cmpint (twap.ticks, ==, 0);
  g_assert_cmpuint (pnyx_twap_consult (&twap, &twap, PNYX_TWAP_ARITHMETIC), ==, 0);
  g_assert_cmpuint (pnyx_twap_consult (&twap, &twap, PNYX_TWAP_GEOMETRIC), ==, 0);
}

static void
test_whole_seconds_count (void)
{
  PnyxTwap twap = { 0 };

  pnyx_twap_touch (&twap, ONE, AT (1));
  pnyx_twap_touch (&twap, ONE, AT (1) + 999999999);
  g_assert_cmpuint (twap.prices, ==, 0);
  pnyx_twap_touch (&twap, ONE, AT (2));
  g_assert_cmpuint (twap.prices, ==, ONE);
}

static void
test_sums_wrap_around (void)
{
  PnyxTwap from = { .prices = G_MAXUINT64 - 5, .seeded = TRUE }, to = from;

  pnyx_twap_touch (&to, 7 * (guint64)ONE, AT (10));
  g_assert_cmpuint (to.prices, <, from.prices);
  g_assert_cmpuint (pnyx_twap_consult (&from, &to, PNYX_TWAP_ARITHMETIC), ==, 7 * (guint64)ONE);
}

static void
test_ticks_round_down (void)
{
  g_assert_cmpint (pnyx_twap_tick (ONE), ==, 0);
  g_assert_cmpint (pnyx_twap_tick (ONE - 1), ==, -1);
  g_assert_cmpint (pnyx_twap_tick (100010001), ==, 1);
  g_assert_cmpint (pnyx_twap_tick (100009999), ==, 0);
  g_assert_cmpint (pnyx_twap_tick (1), ==, -184217); /* 8 log 10 / log 1.0001 = 184216.1 */
}

/* A shift of 20 % of a mean over 150 blocks; the cost in reserves. */
static void
test_cost_of_holding_a_price (void)
{
  g_assert_cmpfloat (pnyx_twap_attack_multiple (0.2, 150, 1), ==, 31);
  g_assert_cmpfloat_with_epsilon (pnyx_twap_attack_cost (0.2, 150, 1), 3.7474, 5e-5);
  g_assert_cmpfloat_with_epsilon (pnyx_twap_attack_cost (0.2, 150, 5), 5.1186, 5e-5);
  g_assert_cmpfloat_with_epsilon (pnyx_twap_attack_cost (0.2, 150, 150), 1.2474, 5e-5);
}

static void
test_multiple_moves_the_sum_by_the_shift (void)
{
  PnyxTwap twap = { 0 }, from;
  guint64 high = (guint64)(pnyx_twap_attack_multiple (0.2, 150, 5) * ONE);

  pnyx_twap_touch (&twap, ONE, AT (0));
  from = twap;
  for (guint block = 1; block <= 150; block++)
    pnyx_twap_touch (&twap, block > 20 && block <= 25 ? high : ONE, AT (12 * block));
  g_assert_cmpuint (pnyx_twap_consult (&from, &twap, PNYX_TWAP_ARITHMETIC), ==, 120000000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/twap-rule/sums-of-the-published-test", test_sums_of_the_published_test);
  g_test_add_func ("/oracle/twap-rule/what-happens-within-a-block-does-not-count",
                   test_what_happens_within_a_block_does_not_count);
  g_test_add_func ("/oracle/twap-rule/price-left-at-the-end-of-a-block-counts",
                   test_price_left_at_the_end_of_a_block_counts);
  g_test_add_func ("/oracle/twap-rule/the-first-touch-adds-nothing",
                   test_the_first_touch_adds_nothing);
  g_test_add_func ("/oracle/twap-rule/whole-seconds-count", test_whole_seconds_count);
  g_test_add_func ("/oracle/twap-rule/sums-wrap-around", test_sums_wrap_around);
  g_test_add_func ("/oracle/twap-rule/ticks-round-down", test_ticks_round_down);
  g_test_add_func ("/oracle/twap-rule/cost-of-holding-a-price", test_cost_of_holding_a_price);
  g_test_add_func ("/oracle/twap-rule/multiple-moves-the-sum-by-the-shift",
                   test_multiple_moves_the_sum_by_the_shift);
  return g_test_run ();
}
