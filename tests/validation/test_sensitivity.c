/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indices against closed forms. Ishigami, Homma, "An importance quantification technique in
 * uncertainty analysis for computer models" (1990): sin x1 + a sin^2 x2 + b x3^4 sin x1, x uniform
 * in (-pi, pi). Sobol's g: prod (|4 x_i - 2| + a_i) / (1 + a_i), x uniform in (0, 1): "On
 * quasi-Monte Carlo integrations", Mathematics and Computers in Simulation 47 (1998). The indices
 * of both follow from their integrals, which are written out below.
 *
 * An index is right when it lies in its 95 % interval, and the interval tells something when it is
 * narrower than a stated width. Seeds are fixed; over many seeds more than 95 % lie inside.
 */
#include "base/sensitivity.h"

#include <math.h>
#include <string.h>

#include "base/design.h"

#define D_MAX 8

typedef struct
{
  gdouble (*output) (const gdouble *x);
  void (*indices) (gdouble *first, gdouble *total);
  gsize d;
  gdouble width_1024; /* bound of every interval's width at 1024 base rows; half of it at 4096 */
} Function;

static const gdouble ishigami_a = 7, ishigami_b = 0.1;
static const gdouble g_a[D_MAX] = { 0, 1, 4.5, 9, 99, 99, 99, 99 };

static gdouble
ishigami (const gdouble *x)
{
  gdouble x1 = G_PI * (2 * x[0] - 1), x2 = G_PI * (2 * x[1] - 1), x3 = G_PI * (2 * x[2] - 1);

  return sin (x1) + ishigami_a * pow (sin (x2), 2) + ishigami_b * pow (x3, 4) * sin (x1);
}

static void
ishigami_indices (gdouble *first, gdouble *total)
{
  gdouble b = ishigami_b, v1 = pow (1 + b * pow (G_PI, 4) / 5, 2) / 2, v2 = pow (ishigami_a, 2) / 8;
  gdouble v13 = b * b * pow (G_PI, 8) * (1 / 18.0 - 1 / 50.0), v = v1 + v2 + v13;

  first[0] = v1 / v;
  first[1] = total[1] = v2 / v;
  first[2] = 0;
  total[0] = (v1 + v13) / v;
  total[2] = v13 / v;
}

static gdouble
sobol_g (const gdouble *x)
{
  gdouble product = 1;

  for (gsize i = 0; i < D_MAX; i++)
    product *= (fabs (4 * x[i] - 2) + g_a[i]) / (1 + g_a[i]);
  return product;
}

static void
sobol_g_indices (gdouble *first, gdouble *total)
{
  gdouble all = 1;

  for (gsize i = 0; i < D_MAX; i++)
    all *= 1 + 1 / (3 * pow (1 + g_a[i], 2));
  for (gsize i = 0; i < D_MAX; i++)
    {
      gdouble v = 1 / (3 * pow (1 + g_a[i], 2));

      first[i] = v / (all - 1);
      total[i] = v * all / (1 + v) / (all - 1);
    }
}

static const Function functions[] = {
  { ishigami, ishigami_indices, 3, 0.2 },
  { sobol_g, sobol_g_indices, D_MAX, 0.2 },
};

typedef enum
{
  AS_IT_IS,
  SWAPPED, /* A and B change places, as in a total index from the wrong sample */
  SHIFTED, /* the crosses of one axis are taken for the next axis' */
} Break;

static gdouble *
outputs_new (const Function *function, gsize n, guint64 seed, Break broken)
{
  gsize d = function->d, rows = pnyx_design_rows (PNYX_DESIGN_SALTELLI, n, d);
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_SALTELLI, n, d, seed);
  gdouble *y = g_new (gdouble, rows);

  for (gsize row = 0; row < rows; row++)
    {
      gsize in_base = row % (d + 2), base = row - in_base;
      gsize of = broken == SWAPPED && in_base < 2    ? base + 1 - in_base
                 : broken == SHIFTED && in_base >= 2 ? base + 2 + (in_base - 1) % d
                                                     : row;

      y[row] = function->output (x + of * d);
    }
  return y;
}

static gdouble
width (PnyxInterval interval)
{
  return interval.high - interval.low;
}

static gboolean
holds (const PnyxEstimate *estimate, gdouble truth)
{
  return estimate->interval.low <= truth && truth <= estimate->interval.high;
}

/* How many of the 2 d true indices lie outside of their intervals; @widest: of all intervals. */
static guint
count_misses (const Function *function, gsize n, guint64 seed, Break broken, gdouble *widest)
{
  const PnyxBootstrap bootstrap = { .n_resamples = 1000, .seed = seed, .confidence = 0.95 };
  g_autofree gdouble *y = outputs_new (function, n, seed, broken);
  gdouble first[D_MAX], total[D_MAX];
  PnyxSobolIndices of[D_MAX];
  guint n_misses = 0;

  function->indices (first, total);
  g_assert_true (pnyx_sobol_indices (y, n, function->d, &bootstrap, of));
  *widest = 0;
  for (gsize i = 0; i < function->d; i++)
    {
      g_test_message ("%.4f in %.4f (%.4f, %.4f); %.4f in %.4f (%.4f, %.4f)", first[i],
                      of[i].first.value, of[i].first.interval.low, of[i].first.interval.high,
                      total[i], of[i].total.value, of[i].total.interval.low,
                      of[i].total.interval.high);
      n_misses += holds (&of[i].first, first[i]) ? 0 : 1;
      n_misses += holds (&of[i].total, total[i]) ? 0 : 1;
      *widest = MAX (*widest, MAX (width (of[i].first.interval), width (of[i].total.interval)));
    }
  return n_misses;
}

static void
test_closed_forms_lie_in_narrow_intervals (void)
{
  for (gsize f = 0; f < G_N_ELEMENTS (functions); f++)
    {
      gdouble widest;

      g_assert_cmpuint (count_misses (&functions[f], 1024, 1, AS_IT_IS, &widest), ==, 0);
      g_assert_cmpfloat (widest, <, functions[f].width_1024);
      g_assert_cmpuint (count_misses (&functions[f], 4096, 1, AS_IT_IS, &widest), ==, 0);
      g_assert_cmpfloat (widest, <, functions[f].width_1024 / 2);
    }
}

static void
test_over_seeds_at_least_95_percent_lie_inside (void)
{
  for (gsize f = 0; f < G_N_ELEMENTS (functions); f++)
    {
      guint n_misses = 0;
      gdouble widest;

      for (guint64 seed = 1; seed <= 50; seed++)
        n_misses += count_misses (&functions[f], 1024, seed, AS_IT_IS, &widest);
      g_test_message ("%u of %u", n_misses, (guint)(100 * functions[f].d));
      g_assert_cmpuint (n_misses, <=, 5 * functions[f].d);
    }
}

static void
test_broken_estimators_are_caught (void)
{
  for (gsize f = 0; f < G_N_ELEMENTS (functions); f++)
    {
      gdouble widest;

      g_assert_cmpuint (count_misses (&functions[f], 1024, 1, SWAPPED, &widest), >, 0);
      g_assert_cmpuint (count_misses (&functions[f], 1024, 1, SHIFTED, &widest), >, 0);
    }
}

/* Ishigami's by brute force: variances of means over a grid of midpoints. */
static void
test_closed_forms_are_what_integration_gives (void)
{
  enum
  {
    N = 64
  };
  gdouble first[3], total[3], sum = 0, squares = 0;
  gdouble line[3][N] = { { 0 } }, plane[3][N][N];

  memset (plane, 0, sizeof plane);
  for (guint i = 0; i < N; i++)
    for (guint j = 0; j < N; j++)
      for (guint k = 0; k < N; k++)
        {
          const gdouble x[] = { (i + 0.5) / N, (j + 0.5) / N, (k + 0.5) / N };
          gdouble y = ishigami (x);

          sum += y / (N * N * N);
          squares += y * y / (N * N * N);
          line[0][i] += y / (N * N);
          line[1][j] += y / (N * N);
          line[2][k] += y / (N * N);
          plane[0][j][k] += y / N;
          plane[1][i][k] += y / N;
          plane[2][i][j] += y / N;
        }
  ishigami_indices (first, total);
  for (guint axis = 0; axis < 3; axis++)
    {
      gdouble own = 0, others = 0;

      for (guint i = 0; i < N; i++)
        own += line[axis][i] * line[axis][i] / N;
      for (guint i = 0; i < N * N; i++)
        others += plane[axis][i / N][i % N] * plane[axis][i / N][i % N] / (N * N);
      g_assert_cmpfloat_with_epsilon ((own - sum * sum) / (squares - sum * sum), first[axis], 1e-3);
      g_assert_cmpfloat_with_epsilon ((squares - others) / (squares - sum * sum), total[axis],
                                      1e-3);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/validation/sensitivity/closed-forms-lie-in-narrow-intervals",
                   test_closed_forms_lie_in_narrow_intervals);
  g_test_add_func ("/validation/sensitivity/over-seeds-at-least-95-percent-lie-inside",
                   test_over_seeds_at_least_95_percent_lie_inside);
  g_test_add_func ("/validation/sensitivity/broken-estimators-are-caught",
                   test_broken_estimators_are_caught);
  g_test_add_func ("/validation/sensitivity/closed-forms-are-what-integration-gives",
                   test_closed_forms_are_what_integration_gives);
  return g_test_run ();
}
