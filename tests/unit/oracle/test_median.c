/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/rng.h"
#include "support/run_filter.h"

static gdouble
median_of (const gchar *pairs, const gdouble *values, gsize n, gdouble *weights)
{
  FilterBench bench;
  gdouble answer;

  filter_bench_init (&bench, "median", pairs, (guint32)MAX (n, 1));
  answer = filter_bench_run (&bench, values, n, 1, weights);
  filter_bench_clear (&bench);
  return answer;
}

static void
test_odd_and_even (void)
{
  const gdouble values[] = { 4, 1, 3, 2, 0 };
  gdouble weights[4];

  g_assert_cmpfloat (median_of ("", values, 1, NULL), ==, 4);
  g_assert_cmpfloat (median_of ("", values, 5, NULL), ==, 2);
  g_assert_cmpfloat (median_of ("", values, 4, weights), ==, 3);
  g_assert_true (weights[2] == 1);
  g_assert_cmpfloat (median_of ("even=lower", values, 4, weights), ==, 2);
  g_assert_true (weights[3] == 1);
  g_assert_cmpfloat (median_of ("even=mean", values, 4, weights), ==, 2.5);
  g_assert_true (weights[2] == 0.5 && weights[3] == 0.5);
}

static void
test_even_number_is_captured_upwards_first (void)
{
  const gdouble up[] = { 100, 101, 103, INFINITY }, down[] = { 100, 101, 103, -INFINITY };
  const gdouble up2[] = { 100, 101, INFINITY, INFINITY };
  const gdouble down2[] = { 100, 101, -INFINITY, -INFINITY };

  g_assert_cmpfloat (median_of ("", up, 4, NULL), ==, 103);
  g_assert_cmpfloat (median_of ("", down, 4, NULL), ==, 101);
  g_assert_true (isinf (median_of ("", up2, 4, NULL)));
  g_assert_cmpfloat (median_of ("", down2, 4, NULL), ==, 100);
  g_assert_true (isinf (median_of ("even=mean", up2, 4, NULL)));
}

static void
test_of_each_coordinate (void)
{
  const gdouble x[] = { 1, 1.1, 0.9, 1, 0.8, 10, 9.5 }, y[] = { 1, 0.9, 1.1, 1.2, 0.9, -10, -9 };

  g_assert_cmpfloat (median_of ("", x, 7, NULL), ==, 1);
  g_assert_cmpfloat (median_of ("", y, 7, NULL), ==, 0.9);
}

/* A share e of reporters at +infinity moves the median of normal errors to Phi^-1 (1 / (2 (1 - e)))
 * standard deviations, and n / 2 of them take it away. */
static void
test_bias_before_the_breakdown (void)
{
  static const struct
  {
    gdouble share, bias;
  } cases[] = {
    { 0.1, 0.139710 }, { 0.2, 0.318639 }, { 0.3, 0.565949 }, { 0.4, 0.967422 }, { 0.45, 1.335178 }
  };
  const gsize n = 4001;
  g_autofree gdouble *values = g_new (gdouble, n);
  PnyxRng rng;

  pnyx_rng_init (&rng, 7, 0, 0, "test", "errors");
  for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
    {
      gsize liars = (gsize)(cases[k].share * (gdouble)n);
      gdouble answer;

      for (gsize i = 0; i < n; i++)
        values[i] = i < liars ? INFINITY
                              : gsl_cdf_ugaussian_Pinv (pnyx_rng_uniform (&rng, (guint32)i, k));
      answer = median_of ("", values, n, NULL);
      g_assert_cmpfloat_with_epsilon (gsl_cdf_ugaussian_Pinv (1 / (2 * (1 - cases[k].share))),
                                      cases[k].bias, 1e-6);
      /* Five times about sqrt (pi / (2 n)) over the density left. */
      g_assert_cmpfloat_with_epsilon (answer, cases[k].bias, 0.25);
    }
  for (gsize i = 0; i < n; i++)
    values[i] = i < n / 2 ? INFINITY : 1;
  g_assert_cmpfloat (median_of ("", values, n, NULL), ==, 1);
  values[n - 1] = INFINITY;
  g_assert_true (isinf (median_of ("", values, n, NULL)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/median/odd-and-even", test_odd_and_even);
  g_test_add_func ("/oracle/median/even-number-is-captured-upwards-first",
                   test_even_number_is_captured_upwards_first);
  g_test_add_func ("/oracle/median/of-each-coordinate", test_of_each_coordinate);
  g_test_add_func ("/oracle/median/bias-before-the-breakdown", test_bias_before_the_breakdown);
  return g_test_run ();
}
