/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/design.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

static const PnyxDesignKind kinds[]
    = { PNYX_DESIGN_UNIFORM, PNYX_DESIGN_LATIN_HYPERCUBE, PNYX_DESIGN_SOBOL, PNYX_DESIGN_MORRIS,
        PNYX_DESIGN_SALTELLI };

static void
test_rows_count_what_a_kind_adds (void)
{
  g_assert_cmpuint (pnyx_design_rows (PNYX_DESIGN_UNIFORM, 7, 3), ==, 7);
  g_assert_cmpuint (pnyx_design_rows (PNYX_DESIGN_LATIN_HYPERCUBE, 7, 3), ==, 7);
  g_assert_cmpuint (pnyx_design_rows (PNYX_DESIGN_SOBOL, 7, 3), ==, 7);
  g_assert_cmpuint (pnyx_design_rows (PNYX_DESIGN_MORRIS, 7, 3), ==, 28);
  g_assert_cmpuint (pnyx_design_rows (PNYX_DESIGN_SALTELLI, 7, 3), ==, 35);
  g_assert_cmpstr (pnyx_design_name (PNYX_DESIGN_LATIN_HYPERCUBE), ==, "latin-hypercube");
}

static void
assert_refused (PnyxDesignKind kind, gsize n, gsize d, const gchar *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pnyx_design_check (kind, n, d, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_what_cannot_be_is_refused (void)
{
  g_assert_true (pnyx_design_check (PNYX_DESIGN_SOBOL, 1, 40, NULL));
  assert_refused (PNYX_DESIGN_SOBOL, 1, 41, "a design \"sobol\" over 41 axes (expected 1 to 40)");
  g_assert_true (pnyx_design_check (PNYX_DESIGN_SALTELLI, 1, 20, NULL));
  assert_refused (PNYX_DESIGN_SALTELLI, 1, 21,
                  "a design \"saltelli\" over 21 axes (expected 1 to 20)");
  assert_refused (PNYX_DESIGN_MORRIS, 0, 3,
                  "a design \"morris\" of no points (expected at least 1)");
  assert_refused (PNYX_DESIGN_UNIFORM, 1, 0,
                  "a design \"uniform\" over 0 axes (expected 1 to 100000000)");
  g_assert_true (pnyx_design_check (PNYX_DESIGN_UNIFORM, 50000000, 2, NULL));
  assert_refused (PNYX_DESIGN_UNIFORM, 50000001, 2,
                  "a design \"uniform\" too large to hold (expected at most 50000000 for 2 axes)");
  assert_refused (PNYX_DESIGN_SALTELLI, G_MAXSIZE, 2,
                  "a design \"saltelli\" too large to hold (expected at most 12500000 for 2 "
                  "axes)");
}

static void
test_points_are_in_the_cube_whatever_the_size (void)
{
  static const gsize sizes[][2] = { { 1, 1 }, { 1, 20 }, { 3, 2 }, { 17, 1 }, { 100, 7 } };

  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++)
      {
        gsize n = sizes[s][0], d = sizes[s][1], rows = pnyx_design_rows (kinds[k], n, d);
        g_autofree gdouble *x = pnyx_design_new (kinds[k], n, d, 5);

        for (gsize i = 0; i < rows * d; i++)
          g_assert_true (x[i] >= 0 && (kinds[k] == PNYX_DESIGN_MORRIS ? x[i] <= 1 : x[i] < 1));
      }
}

static void
test_a_seed_gives_one_design_and_another_seed_another (void)
{
  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      gsize bytes = pnyx_design_rows (kinds[k], 16, 5) * 5 * sizeof (gdouble);
      g_autofree gdouble *one = pnyx_design_new (kinds[k], 16, 5, 1);
      g_autofree gdouble *again = pnyx_design_new (kinds[k], 16, 5, 1);
      g_autofree gdouble *other = pnyx_design_new (kinds[k], 16, 5, 2);

      g_assert_cmpint (memcmp (one, again, bytes), ==, 0);
      g_assert_cmpint (memcmp (one, other, bytes), !=, 0);
    }
}

/* A stored sweep names its points by number: these values may not change. */
static void
test_first_values_stay (void)
{
  static const gdouble first[][4] = {
    { 0.37657253490436382, 0.76046087679083341, 0.80757193410539185, 0.99886489699870484 },
    { 0.15549266710877419, 0.15240510925650597, 0.45395443961024284, 0.31264043226838112 },
    { 0.063162410534560398, 0.4649821711449027, 0.91353805200502425, 0.92301097330045656 },
    { 2 / 3.0, 0, 0, 0 },
    { 0.063162410534560398, 0.4649821711449027, 0.094825453536499515, 0.86038484634698564 },
  };

  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autofree gdouble *x = pnyx_design_new (kinds[k], 8, 2, 1);

      for (gsize i = 0; i < 4; i++)
        g_assert_cmpfloat (x[i], ==, first[k][i]);
    }
}

static void
test_a_longer_design_begins_as_the_shorter (void)
{
  static const PnyxDesignKind extensible[]
      = { PNYX_DESIGN_UNIFORM, PNYX_DESIGN_SOBOL, PNYX_DESIGN_MORRIS, PNYX_DESIGN_SALTELLI };

  for (gsize k = 0; k < G_N_ELEMENTS (extensible); k++)
    {
      gsize bytes = pnyx_design_rows (extensible[k], 8, 3) * 3 * sizeof (gdouble);
      g_autofree gdouble *shorter = pnyx_design_new (extensible[k], 8, 3, 1);
      g_autofree gdouble *longer = pnyx_design_new (extensible[k], 13, 3, 1);

      g_assert_cmpint (memcmp (shorter, longer, bytes), ==, 0);
    }
}

/* Returns: whether each of @n strata of column @i holds one of the @n points. */
static gboolean
one_in_each_stratum (const gdouble *x, gsize n, gsize d, gsize i)
{
  g_autofree gboolean *taken = g_new0 (gboolean, n);

  for (gsize row = 0; row < n; row++)
    {
      gsize stratum = (gsize)(x[row * d + i] * (gdouble)n);

      if (taken[stratum])
        return FALSE;
      taken[stratum] = TRUE;
    }
  return TRUE;
}

static void
test_latin_hypercube_has_one_point_in_each_stratum (void)
{
  static const gsize sizes[] = { 1, 2, 3, 10, 97, 1000, 49 };

  for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (guint64 seed = 0; seed < 20; seed++)
      {
        g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_LATIN_HYPERCUBE, sizes[s], 4, seed);

        for (gsize i = 0; i < 4; i++)
          g_assert_true (one_in_each_stratum (x, sizes[s], 4, i));
      }
}

static void
test_latin_hypercube_pairs_the_dimensions_at_random (void)
{
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_LATIN_HYPERCUBE, 1000, 2, 3);
  gdouble product = 0;

  for (gsize row = 0; row < 1000; row++)
    product += (x[2 * row] - 0.5) * (x[2 * row + 1] - 0.5);
  g_assert_cmpfloat (fabs (product / 1000 * 12), <, 4 / sqrt (1000));
}

/*
 * A (0, m, 2)-net in base 2: each of the 2^m boxes of 2^-a by 2^-(m-a), for every a, holds one of
 * 2^m points.
 */
static gboolean
is_net (const gdouble *x, gsize d, guint m)
{
  gsize n = (gsize)1 << m;
  g_autofree guint8 *boxes = g_malloc (n);

  for (guint a = 0; a <= m; a++)
    {
      memset (boxes, 0, n);
      for (gsize row = 0; row < n; row++)
        {
          gsize column = (gsize)ldexp (x[row * d], (int)a);
          gsize line = (gsize)ldexp (x[row * d + 1], (int)(m - a));

          if (boxes[(column << (m - a)) | line]++ != 0)
            return FALSE;
        }
    }
  return TRUE;
}

static void
test_scrambled_sobol_is_a_net (void)
{
  for (guint64 seed = 0; seed < 10; seed++)
    for (guint m = 0; m <= 10; m++)
      {
        g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_SOBOL, (gsize)1 << m, 5, seed);

        g_assert_true (is_net (x, 5, m));
        for (gsize i = 0; i < 5; i++)
          g_assert_true (one_in_each_stratum (x, (gsize)1 << m, 5, i));
      }
}

/* Uniform points, and Sobol's without the origin, are none: the check above can fail. */
static void
test_what_is_no_net_is_seen (void)
{
  g_autofree gdouble *uniform = pnyx_design_new (PNYX_DESIGN_UNIFORM, 64, 2, 1);
  g_autofree gdouble *sobol = pnyx_design_new (PNYX_DESIGN_SOBOL, 65, 2, 1);

  g_assert_false (is_net (uniform, 2, 6));
  g_assert_true (is_net (sobol, 2, 6));
  g_assert_false (is_net (sobol + 2, 2, 6));
}

/* Root mean square error over seeds of the mean of prod (1 + (x_i - 1/2)), which is 1. */
static gdouble
integration_error (PnyxDesignKind kind, gsize n, gsize d)
{
  gdouble squares = 0;

  for (guint64 seed = 0; seed < 40; seed++)
    {
      g_autofree gdouble *x = pnyx_design_new (kind, n, d, seed);
      gdouble sum = 0;

      for (gsize row = 0; row < n; row++)
        {
          gdouble product = 1;

          for (gsize i = 0; i < d; i++)
            product *= 0.5 + x[row * d + i];
          sum += product;
        }
      squares += pow (sum / (gdouble)n - 1, 2);
    }
  return sqrt (squares / 40);
}

static void
test_sobol_and_latin_hypercube_integrate_better_than_uniform (void)
{
  gdouble uniform = integration_error (PNYX_DESIGN_UNIFORM, 1024, 5);
  gdouble latin = integration_error (PNYX_DESIGN_LATIN_HYPERCUBE, 1024, 5);
  gdouble sobol = integration_error (PNYX_DESIGN_SOBOL, 1024, 5);

  g_test_message ("uniform %g, Latin hypercube %g, Sobol %g", uniform, latin, sobol);
  g_assert_cmpfloat (uniform, >, 0.01);        /* sd 0.71 / 32 = 0.022 */
  g_assert_cmpfloat (latin, <, 0.6 * uniform); /* 0.39 of large samples */
  g_assert_cmpfloat (sobol, <, uniform / 20);
}

/* Scrambled points are uniform one by one: the mean over seeds of each coordinate of point 0. */
static void
test_scrambling_makes_every_point_uniform (void)
{
  gdouble sum[2] = { 0, 0 }, squares[2] = { 0, 0 };

  for (guint64 seed = 0; seed < 2000; seed++)
    {
      g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_SOBOL, 2, 1, seed);

      for (guint row = 0; row < 2; row++)
        {
          sum[row] += x[row];
          squares[row] += x[row] * x[row];
        }
    }
  for (guint row = 0; row < 2; row++)
    {
      g_assert_cmpfloat (fabs (sum[row] / 2000 - 0.5), <, 4 * sqrt (1 / 12.0 / 2000));
      g_assert_cmpfloat (fabs (squares[row] / 2000 - 1 / 3.0), <, 4 * sqrt (4 / 45.0 / 2000));
    }
}

static void
test_morris_steps_once_in_each_dimension (void)
{
  const gsize n = 200, d = 6;
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_MORRIS, n, d, 9);
  guint n_up = 0, n_first = 0;

  for (gsize t = 0; t < n; t++)
    {
      guint moved = 0;

      for (gsize step = 0; step < d; step++)
        {
          const gdouble *from = x + (t * (d + 1) + step) * d, *to = from + d;
          guint n_changed = 0;

          for (gsize i = 0; i < d; i++)
            {
              g_assert_cmpfloat (fabs (from[i] * 3 - round (from[i] * 3)), <, 1e-12);
              if (from[i] == to[i])
                continue;
              g_assert_cmpfloat_with_epsilon (fabs (to[i] - from[i]), 2.0 / 3, 1e-15);
              n_changed++;
              moved |= 1u << i;
              n_up += to[i] > from[i] ? 1 : 0;
              n_first += step == 0 && i == 0 ? 1 : 0;
            }
          g_assert_cmpuint (n_changed, ==, 1);
        }
      g_assert_cmpuint (moved, ==, (1u << d) - 1);
    }
  /* Up and down alike, and any dimension may come first: four standard deviations. */
  g_assert_cmpfloat (fabs (n_up - 600.0), <, 4 * sqrt (1200 / 4.0));
  g_assert_cmpfloat (fabs (n_first - 200 / 6.0), <, 4 * sqrt (200 * 5 / 36.0));
}

/* Every start of a coordinate, low or high, comes as often as every other: 0, 1/3, 2/3 and 1. */
static void
test_morris_uses_the_whole_grid (void)
{
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_MORRIS, 2000, 1, 4);
  guint counts[4] = { 0, 0, 0, 0 };

  for (gsize t = 0; t < 2000; t++)
    counts[(gsize)round (x[2 * t] * 3)]++;
  for (guint level = 0; level < 4; level++)
    g_assert_cmpfloat (fabs (counts[level] - 500.0), <, 4 * sqrt (2000 * 3 / 16.0));
}

static void
test_saltelli_crosses_the_two_samples (void)
{
  const gsize n = 32, d = 3;
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_SALTELLI, n, d, 2);
  g_autofree gdouble *base = pnyx_design_new (PNYX_DESIGN_SOBOL, n, 2 * d, 2);

  for (gsize j = 0; j < n; j++)
    {
      const gdouble *a = x + j * (d + 2) * d, *b = a + d;

      for (gsize i = 0; i < d; i++)
        {
          const gdouble *cross = b + (i + 1) * d;

          g_assert_cmpfloat (a[i], ==, base[j * 2 * d + i]);
          g_assert_cmpfloat (b[i], ==, base[j * 2 * d + d + i]);
          for (gsize k = 0; k < d; k++)
            g_assert_cmpfloat (cross[k], ==, k == i ? b[k] : a[k]);
        }
    }
}

#define ADD(name, test) g_test_add_func ("/base/design/" name, test)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("rows-count-what-a-kind-adds", test_rows_count_what_a_kind_adds);
  ADD ("what-cannot-be-is-refused", test_what_cannot_be_is_refused);
  ADD ("points-are-in-the-cube-whatever-the-size", test_points_are_in_the_cube_whatever_the_size);
  ADD ("a-seed-gives-one-design-and-another-seed-another",
       test_a_seed_gives_one_design_and_another_seed_another);
  ADD ("first-values-stay", test_first_values_stay);
  ADD ("a-longer-design-begins-as-the-shorter", test_a_longer_design_begins_as_the_shorter);
  ADD ("latin-hypercube-has-one-point-in-each-stratum",
       test_latin_hypercube_has_one_point_in_each_stratum);
  ADD ("latin-hypercube-pairs-the-dimensions-at-random",
       test_latin_hypercube_pairs_the_dimensions_at_random);
  ADD ("scrambled-sobol-is-a-net", test_scrambled_sobol_is_a_net);
  ADD ("what-is-no-net-is-seen", test_what_is_no_net_is_seen);
  ADD ("sobol-and-latin-hypercube-integrate-better-than-uniform",
       test_sobol_and_latin_hypercube_integrate_better_than_uniform);
  ADD ("scrambling-makes-every-point-uniform", test_scrambling_makes_every_point_uniform);
  ADD ("morris-steps-once-in-each-dimension", test_morris_steps_once_in_each_dimension);
  ADD ("morris-uses-the-whole-grid", test_morris_uses_the_whole_grid);
  ADD ("saltelli-crosses-the-two-samples", test_saltelli_crosses_the_two_samples);
  return g_test_run ();
}
