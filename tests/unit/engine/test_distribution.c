/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/distribution.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <string.h>

#include "base/error.h"

#define Z_MAX 3.3   /* 99.9 % */
#define KS_MAX 1.95 /* of sqrt(n) D, 99.9 % */

static PnyxDistribution *
parse (const gchar *text, PnyxUnit unit)
{
  GError *error = NULL;
  PnyxDistribution *distribution = pnyx_distribution_parse (text, unit, &error);

  g_assert_no_error (error);
  g_assert_nonnull (distribution);
  return distribution;
}

typedef struct
{
  const gchar *text;
  gdouble mean, variance;
  gboolean is_discrete;
} Case;

/* Bare numbers; moments from the closed forms, worked out by hand. */
static const Case cases[] = {
  { "uniform(2, 5)", 3.5, 0.75, FALSE },
  { "exponential(3)", 3, 9, FALSE },
  { "normal(-1, 2)", -1, 4, FALSE },
  { "lognormal(2, 0.5)", 2 * 1.1331484530668263, 4 * 0.3646958540, FALSE },
  { "pareto(1, 6)", 1.2, 0.06, FALSE },
  { "generalised-pareto(1, 2, 0.1)", 1 + 2 / 0.9, 4 / (0.81 * 0.8), FALSE },
  { "generalised-pareto(1, 2, 0)", 3, 4, FALSE },
  { "generalised-pareto(0, 1, -0.5)", 1 / 1.5, 1 / (2.25 * 2), FALSE },
  { "gamma(3, 2)", 3, 4.5, FALSE },
  { "gamma(1, 0.4)", 1, 2.5, FALSE },
  { "poisson(4)", 4, 4, TRUE },
  { "poisson(200)", 200, 200, TRUE },
  { "binomial(10, 0.3)", 3, 2.1, TRUE },
  { "binomial(1000, 0.7)", 700, 210, TRUE },
  { "empirical(1: 0.2, 5: 0.3, 2: 0.5)", 2.7, 2.41, TRUE },
  { "mixture(0.3: normal(1, 0.5), 0.7: exponential(2))", 1.7, 3.085, FALSE },
  { "mixture(1: uniform(0, 1), 1: uniform(2, 4))", 1.75, 5. / 24 + 25. / 16, FALSE },
  /* U(2,4) and the two-sided normal: 1 - 2 phi(1) / (2 Phi(1) - 1) */
  { "truncated(uniform(0, 10), 2, 4)", 3, 1. / 3, FALSE },
  { "truncated(normal(0, 1), -1, 1)", 0, 0.29112509278, FALSE },
  { "truncated(exponential(1), 1, 2)", 0, 0, FALSE },
};

static void
check_sample (const Case *expected, const PnyxDistribution *distribution)
{
  const gsize n = 40000;
  g_autofree gdouble *x = g_new (gdouble, n);
  gdouble mean = pnyx_distribution_mean (distribution);
  gdouble variance = pnyx_distribution_variance (distribution);
  gdouble sum = 0, squares = 0, fourth = 0, d = 0;
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test-distribution", expected->text);
  for (gsize i = 0; i < n; i++)
    {
      x[i] = pnyx_distribution_sample (distribution, &rng, 7, i);
      sum += x[i] - mean;
      squares += (x[i] - mean) * (x[i] - mean);
      fourth += pow (x[i] - mean, 4);
    }
  g_assert_cmpfloat (fabs (sum / (gdouble)n), <=, Z_MAX * sqrt (variance / (gdouble)n));
  g_assert_cmpfloat (fabs (squares / (gdouble)n - variance), <=,
                     Z_MAX * sqrt ((fourth / (gdouble)n - variance * variance) / (gdouble)n));
  gsl_sort (x, 1, n);
  for (gsize i = 0; i < n; i++)
    {
      gsize last = i;

      while (last + 1 < n && x[last + 1] <= x[i])
        last++;
      d = MAX (
          d, fabs ((gdouble)(last + 1) / (gdouble)n - pnyx_distribution_cdf (distribution, x[i])));
      i = last;
    }
  g_assert_cmpfloat (d * sqrt ((gdouble)n), <=, KS_MAX);
  g_assert_cmpfloat (x[0], >=, pnyx_distribution_min (distribution));
  g_assert_cmpfloat (x[n - 1], <=, pnyx_distribution_max (distribution));
}

static void
test_samples_follow_mean_variance_and_cdf (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PnyxDistribution) distribution = parse (cases[i].text, PNYX_UNIT_NONE);
      gdouble mean = pnyx_distribution_mean (distribution);

      g_test_message ("%s", cases[i].text);
      if (cases[i].variance > 0)
        {
          g_assert_cmpfloat_with_epsilon (mean, cases[i].mean, 1e-6 * MAX (1, fabs (mean)));
          g_assert_cmpfloat_with_epsilon (pnyx_distribution_variance (distribution),
                                          cases[i].variance, 1e-6 * MAX (1, cases[i].variance));
        }
      check_sample (&cases[i], distribution);
    }
}

static void
test_quantile_inverts_the_cdf (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PnyxDistribution) distribution = parse (cases[i].text, PNYX_UNIT_NONE);

      for (gdouble p = 0.0005; p < 1; p += 0.00917)
        {
          gdouble x = pnyx_distribution_quantile (distribution, p);
          gdouble back = pnyx_distribution_cdf (distribution, x);

          if (cases[i].is_discrete)
            {
              g_assert_cmpfloat (back, >=, p);
              g_assert_cmpfloat (pnyx_distribution_cdf (distribution, x - 0.5), <, p);
            }
          else
            g_assert_cmpfloat_with_epsilon (back, p, 1e-9);
        }
    }
}

static void
test_truncated_moments_match_the_closed_form (void)
{
  g_autoptr (PnyxDistribution) one = parse ("truncated(exponential(1), 1, 2)", PNYX_UNIT_NONE);
  g_autoptr (PnyxDistribution) wide
      = parse ("truncated(exponential(1), 0, 1000000000)", PNYX_UNIT_NONE);
  g_autoptr (PnyxDistribution) mixed = parse (
      "truncated(mixture(0.5: empirical(1: 1, 3: 1), 0.5: uniform(0, 4)), 2, 4)", PNYX_UNIT_NONE);
  g_autoptr (PnyxDistribution) counts = parse ("truncated(binomial(2, 0.5), 1, 2)", PNYX_UNIT_NONE);
  gdouble e = exp (-1);

  g_assert_cmpfloat_with_epsilon (pnyx_distribution_mean (one), (2 - 3 * e) / (1 - e), 1e-8);
  g_assert_cmpfloat_with_epsilon (pnyx_distribution_mean (wide), 1, 1e-7);
  g_assert_cmpfloat_with_epsilon (pnyx_distribution_variance (wide), 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (pnyx_distribution_mean (mixed), 3, 1e-9);
  g_assert_cmpfloat_with_epsilon (pnyx_distribution_mean (counts), 4. / 3, 1e-12);
}

static void
test_heavy_tails_have_no_moments (void)
{
  g_autoptr (PnyxDistribution) no_mean = parse ("pareto(1, 0.9)", PNYX_UNIT_NONE);
  g_autoptr (PnyxDistribution) no_variance = parse ("pareto(1, 1.5)", PNYX_UNIT_NONE);

  g_assert_true (isinf (pnyx_distribution_mean (no_mean)));
  g_assert_true (isnan (pnyx_distribution_variance (no_mean)));
  g_assert_cmpfloat_with_epsilon (pnyx_distribution_mean (no_variance), 3, 1e-12);
  g_assert_true (isinf (pnyx_distribution_variance (no_variance)));
  g_assert_true (isinf (pnyx_distribution_max (no_mean)));
}

static void
test_values_carry_units (void)
{
  g_autoptr (PnyxDistribution) constant = parse (" 250 ms ", PNYX_UNIT_TIME);
  g_autoptr (PnyxDistribution) uniform = parse ("uniform( 10 ms ,20 ms)", PNYX_UNIT_TIME);
  g_autoptr (PnyxDistribution) normal = parse ("normal(22 W, 3 W)", PNYX_UNIT_POWER);
  g_autoptr (PnyxDistribution) pareto = parse ("pareto(10 ms, 2.5)", PNYX_UNIT_TIME);
  g_autoptr (PnyxDistribution) empirical = parse ("empirical(1 s: 0.2, 2 s: 0.8)", PNYX_UNIT_TIME);

  g_assert_true (pnyx_distribution_is_constant (constant));
  g_assert_cmpfloat_with_epsilon (pnyx_distribution_mean (constant), 0.25, 1e-15);
  g_assert_false (pnyx_distribution_is_constant (uniform));
  g_assert_cmpfloat_with_epsilon (pnyx_distribution_max (uniform), 0.02, 1e-15);
  g_assert_cmpfloat_with_epsilon (pnyx_distribution_mean (normal), 22, 1e-12);
  g_assert_cmpfloat_with_epsilon (pnyx_distribution_min (pareto), 0.01, 1e-15);
  g_assert_cmpfloat_with_epsilon (pnyx_distribution_mean (empirical), 1.8, 1e-12);
}

static void
check_error (const gchar *text, PnyxUnit unit, gint code, const gchar *part)
{
  g_autoptr (GError) error = NULL;

  g_test_message ("%.80s", text);
  g_assert_null (pnyx_distribution_parse (text, unit, &error));
  g_assert_nonnull (error);
  g_test_message ("  -> %s", error->message);
  g_assert_cmpint (error->code, ==, code);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_errors_say_what_is_wrong (void)
{
  const PnyxUnit none = PNYX_UNIT_NONE, time = PNYX_UNIT_TIME;

  check_error ("expnential(3)", none, PNYX_ERROR_UNKNOWN,
               "unknown distribution \"expnential\"; did you mean exponential?");
  check_error ("zzz(3)", none, PNYX_ERROR_UNKNOWN, "expected one of");
  check_error ("exponential(3)", time, PNYX_ERROR_SYNTAX, "exponential(MEAN)");
  check_error ("exponential(3 s", time, PNYX_ERROR_SYNTAX, "expected \")\"");
  check_error ("exponential(3 s) x", time, PNYX_ERROR_SYNTAX, "after the end");
  check_error ("uniform(1 s)", time, PNYX_ERROR_SYNTAX, "expected \",\"");
  check_error ("uniform(2 s, 1 s)", time, PNYX_ERROR_RANGE, "minimum");
  check_error ("exponential(0 s)", time, PNYX_ERROR_RANGE, "above 0");
  check_error ("normal(1, -1)", none, PNYX_ERROR_RANGE, "standard deviation");
  check_error ("lognormal(0, 1)", none, PNYX_ERROR_RANGE, "median");
  check_error ("lognormal(1, -1)", none, PNYX_ERROR_RANGE, "sigma");
  check_error ("pareto(1, 0)", none, PNYX_ERROR_RANGE, "shape");
  check_error ("pareto(0, 1)", none, PNYX_ERROR_RANGE, "minimum");
  check_error ("generalised-pareto(0, 0, 1)", none, PNYX_ERROR_RANGE, "scale");
  check_error ("gamma(1, 0)", none, PNYX_ERROR_RANGE, "shape");
  check_error ("gamma(0, 1)", none, PNYX_ERROR_RANGE, "mean");
  check_error ("poisson(-1)", none, PNYX_ERROR_RANGE, "mean");
  check_error ("poisson(1e10)", none, PNYX_ERROR_RANGE, "mean");
  check_error ("poisson(3)", time, PNYX_ERROR_CONFLICT, "counts");
  check_error ("binomial(2.5, 0.1)", none, PNYX_ERROR_RANGE, "whole");
  check_error ("binomial(2, 1.1)", none, PNYX_ERROR_RANGE, "probability");
  check_error ("empirical(1: -1, 2: 2)", none, PNYX_ERROR_RANGE, "weight");
  check_error ("empirical(1: 0, 2: 0)", none, PNYX_ERROR_RANGE, "sum");
  check_error ("empirical(1, 2)", none, PNYX_ERROR_SYNTAX, "expected \":\"");
  check_error ("mixture(1: exponential(1), 1: normal(1, -1))", none, PNYX_ERROR_RANGE, "deviation");
  check_error ("truncated(uniform(0, 1), 2, 3)", none, PNYX_ERROR_RANGE, "nothing");
  check_error ("truncated(uniform(0, 1), 1, 0)", none, PNYX_ERROR_RANGE, "minimum");
  check_error ("", none, PNYX_ERROR_SYNTAX, "");
  check_error ("exponential(", none, PNYX_ERROR_SYNTAX, "");
}

static void
test_hostile_texts_end_in_an_error (void)
{
  GString *nested = g_string_new (NULL), *many = g_string_new ("empirical(1: 1");

  for (guint i = 0; i < 100000; i++)
    g_string_append (nested, "truncated(");
  check_error (nested->str, PNYX_UNIT_NONE, PNYX_ERROR_RANGE, "nested");
  for (guint i = 0; i < 100000; i++)
    g_string_append (many, ", 1: 1");
  g_string_append (many, ")");
  check_error (many->str, PNYX_UNIT_NONE, PNYX_ERROR_RANGE, "terms");
  g_string_free (nested, TRUE);
  g_string_free (many, TRUE);
}

static void
test_zero_weights_are_never_drawn (void)
{
  g_autoptr (PnyxDistribution) distribution = parse ("empirical(1: 0, 2: 1, 3: 0)", PNYX_UNIT_NONE);
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test-distribution", "zero");
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpfloat (pnyx_distribution_sample (distribution, &rng, 0, i), ==, 2);
}

static void
test_draws_are_pure_functions (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PnyxDistribution) distribution = parse (cases[i].text, PNYX_UNIT_NONE);
      gdouble first;
      PnyxRng rng;

      pnyx_rng_init (&rng, 5, 0, 0, "test-distribution", "pure");
      first = pnyx_distribution_sample (distribution, &rng, 1, 2);
      for (guint64 other = 3; other < 30; other++)
        pnyx_distribution_sample (distribution, &rng, 1, other);
      g_assert_cmpfloat (pnyx_distribution_sample (distribution, &rng, 1, 2), ==, first);
    }
}

static void
test_the_quantile_table_is_close_and_exact_in_the_tails (void)
{
  g_autoptr (PnyxDistribution) distribution = parse ("normal(0, 1)", PNYX_UNIT_NONE);
  PnyxQuantileTable *plain = pnyx_quantile_table_new (distribution, NULL);
  PnyxQuantileTable *lognormal = pnyx_quantile_table_new (distribution, exp);

  for (guint64 i = 0; i < 4096 * 16; i++)
    {
      guint32 word = (guint32)(i << 16) + 1234;
      gdouble exact = pnyx_distribution_quantile (distribution, (word + 0.5) * 0x1p-32);
      gboolean in_tail = word >> 20 == 0 || word >> 20 == 4095;
      gdouble tolerance = in_tail ? 0 : 0.03;

      g_assert_cmpfloat (fabs (pnyx_quantile_table_draw (plain, word) - exact), <=, tolerance);
      g_assert_cmpfloat (fabs (pnyx_quantile_table_draw (lognormal, word) / exp (exact) - 1), <=,
                         in_tail ? 0 : 0.05);
      if (word >> 20 > 40 && word >> 20 < 4055)
        g_assert_cmpfloat (fabs (pnyx_quantile_table_draw (plain, word) - exact), <=, 2e-4);
    }
  g_assert_cmpfloat (pnyx_quantile_table_draw (plain, 0), <, -6);
  g_assert_cmpfloat (pnyx_quantile_table_draw (plain, G_MAXUINT32), >, 6);
  pnyx_quantile_table_free (plain);
  pnyx_quantile_table_free (lognormal);
}

int
main (int argc, char **argv)
{
  gsl_set_error_handler_off ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/distribution/samples-follow-mean-variance-and-cdf",
                   test_samples_follow_mean_variance_and_cdf);
  g_test_add_func ("/engine/distribution/quantile-inverts-the-cdf", test_quantile_inverts_the_cdf);
  g_test_add_func ("/engine/distribution/truncated-moments-match-the-closed-form",
                   test_truncated_moments_match_the_closed_form);
  g_test_add_func ("/engine/distribution/heavy-tails-have-no-moments",
                   test_heavy_tails_have_no_moments);
  g_test_add_func ("/engine/distribution/values-carry-units", test_values_carry_units);
  g_test_add_func ("/engine/distribution/errors-say-what-is-wrong", test_errors_say_what_is_wrong);
  g_test_add_func ("/engine/distribution/hostile-texts-end-in-an-error",
                   test_hostile_texts_end_in_an_error);
  g_test_add_func ("/engine/distribution/zero-weights-are-never-drawn",
                   test_zero_weights_are_never_drawn);
  g_test_add_func ("/engine/distribution/draws-are-pure-functions", test_draws_are_pure_functions);
  g_test_add_func ("/engine/distribution/the-quantile-table-is-close-and-exact-in-the-tails",
                   test_the_quantile_table_is_close_and_exact_in_the_tails);
  return g_test_run ();
}
