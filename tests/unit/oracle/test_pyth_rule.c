/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/pyth_rule.h"

#define MAX_QUOTES 16

typedef struct
{
  gsize n;
  struct
  {
    gint64 price, confidence;
  } quotes[MAX_QUOTES];
  gint64 price, confidence;
} Case;

/* By hand, and numbers 5, 7, 10, 13, 16, 19, 20, 27, 31 and 39 of the program's own tests
 * (program/rust/test_data/aggregation). */
static const Case cases[] = {
  { 3, { { 100, 1 }, { 101, 2 }, { 103, 1 } }, 101, 2 },
  { 4, { { 1000, 10 }, { 1010, 5 }, { 1002, 30 }, { 1500, 1 } }, 1010, 22 },
  { 3, { { 10000, 1000 }, { 15000, 1000 }, { 20000, 1000 } }, 15000, 4000 },
  { 3, { { 100000, 10 }, { 100000, 10 }, { 1000000, 10 } }, 100010, 899980 },
  { 3, { { 500000, 10 }, { 501000, 20 }, { 500000000000, 10000000 } }, 501000, 499989499000 },
  { 14,
    { { 10000, 10 },
      { 10020, 100 },
      { 11000, 10 },
      { 11020, 100 },
      { 12000, 10 },
      { 12020, 100 },
      { 13000, 10 },
      { 13020, 100 },
      { 14000, 10 },
      { 14020, 100 },
      { 15000, 10 },
      { 15020, 100 },
      { 16000, 10 },
      { 16020, 100 } },
    13005,
    1985 },
  { 7,
    { { 10000, 1100 },
      { 11030, 900 },
      { 12030, 1123 },
      { 13200, 940 },
      { 14020, 1070 },
      { 15200, 1123 },
      { 16320, 1213 } },
    13153,
    2053 },
  { 4, { { 10000, 1000 }, { 11000, 200 }, { 11100, 350 }, { 8000, 5000 } }, 10900, 900 },
  { 5,
    { { 10000, 1000 }, { 11000, 200 }, { 11100, 350 }, { 8000, 5000 }, { 12000, 4000 } },
    11000,
    2000 },
  { 11,
    { { 100000, 10 },
      { 100000, 10 },
      { 100000, 10 },
      { 100000, 10 },
      { 100000, 10 },
      { 101000, 10 },
      { 101000, 10 },
      { 101000, 10 },
      { 101000, 10 },
      { 101000, 10 },
      { 100500, 1 } },
    100500,
    500 },
  { 10,
    { { 4329605500000, 1486500000 },
      { 4325720000000, 1290000000 },
      { 43254, 1 },
      { 4329150000000, 1500000000 },
      { 4329999999999, 3999999999 },
      { 4331609000000, 2422000000 },
      { 4329198852938, 3044669090 },
      { 0, 200000000 },
      { 4327900000000, 2000000000 },
      { 4332090000000, 1000000 } },
    4328634500000,
    2914500000 },
  { 2, { { 21000000, 100000 }, { 209900000, 1000000 } }, 115000000, 94900000 },
};

static const PnyxPythRule loose = { .publishers_min = 1, .latency_max = 25 };

static void
test_published_vectors (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
    for (guint backwards = 0; backwards < 2; backwards++)
      {
        PnyxPythQuote quotes[MAX_QUOTES];
        gint64 votes[3 * MAX_QUOTES];
        gsize n = cases[k].n;
        PnyxPythAggregate aggregate;

        for (gsize i = 0; i < n; i++)
          quotes[backwards == 1 ? n - 1 - i : i]
              = (PnyxPythQuote){ .price = cases[k].quotes[i].price,
                                 .confidence = cases[k].quotes[i].confidence,
                                 .trading = TRUE,
                                 .slot = 100 };
        aggregate = pnyx_pyth_aggregate (&loose, quotes, n, 100, votes);
        g_assert_true (aggregate.trading);
        g_assert_cmpint (aggregate.price, ==, cases[k].price);
        g_assert_cmpint (aggregate.confidence, ==, cases[k].confidence);
        g_assert_cmpuint (aggregate.n_valid, ==, n);
      }
}

static void
test_even_median_rounds_down (void)
{
  const PnyxPythQuote quotes[] = { { .price = -10, .confidence = 1, .trading = TRUE },
                                   { .price = -3, .confidence = 4, .trading = TRUE } };
  gint64 votes[6]; /* -11 -10 -9 -7 -3 1: -8, quartiles -10 and -3 */
  PnyxPythAggregate aggregate = pnyx_pyth_aggregate (&loose, quotes, 2, 0, votes);

  g_assert_cmpint (aggregate.price, ==, -8);
  g_assert_cmpint (aggregate.confidence, ==, 5);
}

static void
test_even_median_of_odd_sum_rounds_towards_minus_infinity (void)
{
  const PnyxPythQuote quotes[] = { { .price = -10, .confidence = 1, .trading = TRUE },
                                   { .price = -3, .confidence = 3, .trading = TRUE } };
  gint64 votes[6]; /* -11 -10 -9 -6 -3 0: -7.5 */

  g_assert_cmpint (pnyx_pyth_aggregate (&loose, quotes, 2, 0, votes).price, ==, -8);
}

static void
test_what_makes_a_quote_count (void)
{
  PnyxPythRule rule = { .publishers_min = 1, .latency_max = 25, .confidence_divisor = 20 };
  PnyxPythQuote quote = { .price = -2000, .confidence = 100, .trading = TRUE, .slot = 75 };

  g_assert_true (pnyx_pyth_is_valid (&rule, &quote, 100));
  g_assert_false (pnyx_pyth_is_valid (&rule, &quote, 101));
  g_assert_false (pnyx_pyth_is_valid (&rule, &quote, 74)); /* of the future */
  quote.confidence = 101;
  g_assert_false (pnyx_pyth_is_valid (&rule, &quote, 100));
  g_assert_true (pnyx_pyth_is_valid (&loose, &quote, 100));
  quote.confidence = 0;
  g_assert_false (pnyx_pyth_is_valid (&loose, &quote, 100));
  quote.confidence = -1;
  g_assert_false (pnyx_pyth_is_valid (&loose, &quote, 100));
  quote.confidence = 1;
  quote.trading = FALSE;
  g_assert_false (pnyx_pyth_is_valid (&loose, &quote, 100));
  quote.trading = TRUE;
  quote.price = G_MAXINT64;
  g_assert_false (pnyx_pyth_is_valid (&loose, &quote, 100));
  quote.price = G_MAXINT64 - 1;
  g_assert_true (pnyx_pyth_is_valid (&loose, &quote, 100));
  quote.price = G_MININT64;
  g_assert_false (pnyx_pyth_is_valid (&rule, &quote, 100));
}

static void
test_too_few_quotes_are_unknown (void)
{
  const PnyxPythRule three = { .publishers_min = 3, .latency_max = 25 };
  const PnyxPythRule none = { .publishers_min = 0, .latency_max = 25 };
  PnyxPythQuote quotes[] = { { .price = 100, .confidence = 1, .trading = TRUE },
                             { .price = 101, .confidence = 1, .trading = TRUE },
                             { .price = 102, .confidence = 0, .trading = TRUE } };
  gint64 votes[9];

  g_assert_false (pnyx_pyth_aggregate (&three, quotes, 3, 0, votes).trading);
  g_assert_cmpuint (pnyx_pyth_aggregate (&three, quotes, 3, 0, votes).n_valid, ==, 2);
  quotes[2].confidence = 1;
  g_assert_true (pnyx_pyth_aggregate (&three, quotes, 3, 0, votes).trading);
  g_assert_false (pnyx_pyth_aggregate (&none, quotes, 0, 0, votes).trading);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/pyth-rule/published-vectors", test_published_vectors);
  g_test_add_func ("/oracle/pyth-rule/even-median-rounds-down", test_even_median_rounds_down);
  g_test_add_func ("/oracle/pyth-rule/even-median-of-odd-sum-rounds-towards-minus-infinity",
                   test_even_median_of_odd_sum_rounds_towards_minus_infinity);
  g_test_add_func ("/oracle/pyth-rule/what-makes-a-quote-count", test_what_makes_a_quote_count);
  g_test_add_func ("/oracle/pyth-rule/too-few-quotes-are-unknown", test_too_few_quotes_are_unknown);
  return g_test_run ();
}
