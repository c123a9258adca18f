/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "support/run_filter.h"

static gdouble
weighted (const gchar *pairs, const gdouble *values, const gdouble *confidences, gsize n)
{
  FilterBench bench;
  PnyxReport reports[8];
  gdouble answer;

  filter_bench_init (&bench, "weighted-median", pairs, 8);
  for (gsize i = 0; i < n; i++)
    reports[i]
        = (PnyxReport){ .reporter = (guint32)i, .value = values[i], .confidence = confidences[i] };
  answer = pnyx_aggregator_run (bench.aggregator, reports, n, 1, NULL);
  filter_bench_clear (&bench);
  return answer;
}

static void
test_half_of_the_weight (void)
{
  const gdouble values[] = { 3, 1, 2 }, even[] = { 1, 1, 1 }, sure[] = { 0.25, 1, 1 };
  const gdouble none[] = { NAN, NAN, NAN };

  g_assert_cmpfloat (weighted ("", values, even, 3), ==, 2);
  g_assert_cmpfloat (weighted ("", values, sure, 3), ==, 3); /* 4 of 6 */
  g_assert_cmpfloat (weighted ("", values, none, 3), ==, 2);
  g_assert_cmpfloat (weighted ("", values, even, 2), ==, 1); /* exactly half: the lower */
}

static void
test_precision_squares_the_claim (void)
{
  const gdouble values[] = { 1, 2, 3, 4 }, claims[] = { 1, 1, 1, 0.5 };

  g_assert_cmpfloat (weighted ("", values, claims, 4), ==, 3);                 /* 1 1 1 2 */
  g_assert_cmpfloat (weighted ("weight=precision", values, claims, 4), ==, 4); /* 1 1 1 4 */
}

static void
test_silent_weigh_as_the_mean_of_the_others (void)
{
  const gdouble values[] = { 1, 2, 3 }, claims[] = { 0.5, NAN, 1.0 / 6 }; /* 2, 4, 6 */

  g_assert_cmpfloat (weighted ("", values, claims, 3), ==, 2);
}

static void
test_tiny_claims_decide_alone_unless_bounded (void)
{
  const gdouble values[] = { 1, 1, 1, 1, 9 }, claims[] = { 0.01, 0.01, 0.01, 0.01, 1e-9 };

  g_assert_cmpfloat (weighted ("", values, claims, 5), ==, 9);
  g_assert_cmpfloat (weighted ("floor=0.01", values, claims, 5), ==, 1);
}

static void
test_endless_claims_have_no_answer (void)
{
  const gdouble values[] = { 1, 2 }, claims[] = { INFINITY, INFINITY };

  g_assert_true (isnan (weighted ("", values, claims, 2)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/weighted-median/half-of-the-weight", test_half_of_the_weight);
  g_test_add_func ("/oracle/weighted-median/precision-squares-the-claim",
                   test_precision_squares_the_claim);
  g_test_add_func ("/oracle/weighted-median/silent-weigh-as-the-mean-of-the-others",
                   test_silent_weigh_as_the_mean_of_the_others);
  g_test_add_func ("/oracle/weighted-median/tiny-claims-decide-alone-unless-bounded",
                   test_tiny_claims_decide_alone_unless_bounded);
  g_test_add_func ("/oracle/weighted-median/endless-claims-have-no-answer",
                   test_endless_claims_have_no_answer);
  return g_test_run ();
}
