/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Points of the unit cube; the header says which and by whom. Each kind draws under a purpose of
 * its own, with the dimension or the trajectory as entity, so that a design with more points begins
 * as the smaller one did (but for the Latin hypercube, whose strata change).
 */
#include "base/design.h"

#include <gsl/gsl_qrng.h>

#include "base/error.h"
#include "base/rng.h"

#define SOBOL_BITS 30 /* of GSL's sequence: its values are multiples of 2^-30 */

static const gchar *const names[] = {
  [PNYX_DESIGN_UNIFORM] = "uniform",   [PNYX_DESIGN_LATIN_HYPERCUBE] = "latin-hypercube",
  [PNYX_DESIGN_SOBOL] = "sobol",       [PNYX_DESIGN_MORRIS] = "morris",
  [PNYX_DESIGN_SALTELLI] = "saltelli",
};

const gchar *
pnyx_design_name (PnyxDesignKind kind)
{
  PNYX_REQUIRE ((gsize)kind < G_N_ELEMENTS (names));
  return names[kind];
}

static gsize
rows_for_each (PnyxDesignKind kind, gsize d)
{
  return kind == PNYX_DESIGN_MORRIS ? d + 1 : kind == PNYX_DESIGN_SALTELLI ? d + 2 : 1;
}

static gsize
dimensions_max (PnyxDesignKind kind)
{
  return kind == PNYX_DESIGN_SOBOL      ? PNYX_DESIGN_SOBOL_DIMENSIONS
         : kind == PNYX_DESIGN_SALTELLI ? PNYX_DESIGN_SOBOL_DIMENSIONS / 2
                                        : PNYX_DESIGN_NUMBERS_MAX;
}

gboolean
pnyx_design_check (PnyxDesignKind kind, gsize n, gsize d, GError **error)
{
  const gchar *name = pnyx_design_name (kind);

  if (n < 1)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                 "a design \"%s\" of no points (expected at least 1)", name);
  else if (d < 1 || d > dimensions_max (kind))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                 "a design \"%s\" over %" G_GSIZE_FORMAT " axes (expected 1 to %" G_GSIZE_FORMAT
                 ")",
                 name, d, dimensions_max (kind));
  else if (n > PNYX_DESIGN_NUMBERS_MAX / d / rows_for_each (kind, d))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                 "a design \"%s\" too large to hold (expected at most %" G_GSIZE_FORMAT
                 " for %" G_GSIZE_FORMAT " axes)",
                 name, PNYX_DESIGN_NUMBERS_MAX / d / rows_for_each (kind, d), d);
  else
    return TRUE;
  return FALSE;
}

gsize
pnyx_design_rows (PnyxDesignKind kind, gsize n, gsize d)
{
  PNYX_REQUIRE (pnyx_design_check (kind, n, d, NULL));
  return n * rows_for_each (kind, d);
}

static void
draw_uniform (gdouble *x, gsize n, gsize d, guint64 seed)
{
  PnyxRng rng;

  pnyx_rng_init (&rng, seed, 0, 0, "base.design", "uniform");
  for (gsize row = 0; row < n; row++)
    for (gsize i = 0; i < d; i++)
      x[row * d + i] = pnyx_rng_uniform (&rng, (guint32)i, row);
}

/* Fisher and Yates. */
static void
shuffle (guint32 *order, gsize n, const PnyxRng *rng, guint32 entity)
{
  PnyxRngCursor cursor;

  pnyx_rng_cursor_init (&cursor, rng, entity, 0);
  for (gsize k = 0; k < n; k++)
    order[k] = (guint32)k;
  for (gsize k = n; k-- > 1;)
    {
      gsize other = pnyx_rng_cursor_below (&cursor, k + 1);
      guint32 swapped = order[k];

      order[k] = order[other];
      order[other] = swapped;
    }
}

/* A place in its stratum is one of 2^24 midpoints: k + place is then exact for every k, and no
 * rounding of the quotient carries a point over the edge. */
static void
draw_latin_hypercube (gdouble *x, gsize n, gsize d, guint64 seed)
{
  g_autofree guint32 *stratum = g_new (guint32, n);
  PnyxRng order, within;

  pnyx_rng_init (&order, seed, 0, 0, "base.design", "latin-hypercube order");
  pnyx_rng_init (&within, seed, 0, 0, "base.design", "latin-hypercube place");
  for (gsize i = 0; i < d; i++)
    {
      shuffle (stratum, n, &order, (guint32)i);
      for (gsize row = 0; row < n; row++)
        {
          guint64 bits = pnyx_rng_u64 (&within, (guint32)i, row) >> 40;

          x[row * d + i] = ((gdouble)stratum[row] + ((gdouble)bits + 0.5) * 0x1p-24) / (gdouble)n;
        }
    }
}

/*
 * Owen's scrambling in base 2. The digits of a coordinate walk down a binary tree; each node of the
 * tree has a random bit that says whether its two children change places. A node is named by the
 * path to it, with a 1 in front. The 23 digits that the sequence does not have follow at random.
 */
static gdouble
scramble (const PnyxRng *rng, guint32 dimension, guint32 digits)
{
  guint64 tail = pnyx_rng_u64 (rng, dimension, ((guint64)1 << SOBOL_BITS) | digits);
  guint64 scrambled = 0;

  for (guint k = 0; k < SOBOL_BITS; k++)
    {
      guint64 node = ((guint64)1 << k) | (digits >> (SOBOL_BITS - k));
      guint64 digit = (digits >> (SOBOL_BITS - 1 - k)) & 1;

      scrambled = scrambled << 1 | (digit ^ (pnyx_rng_u64 (rng, dimension, node) & 1));
    }
  return (gdouble)(scrambled << 23 | tail >> 41) * 0x1p-53;
}

/* GSL's sequence begins after the origin, without which the first 2^m points are no net. */
static void
draw_sobol (gdouble *x, gsize n, gsize d, guint64 seed)
{
  gdouble point[PNYX_DESIGN_SOBOL_DIMENSIONS] = { 0 };
  gsl_qrng *sequence = gsl_qrng_alloc (gsl_qrng_sobol, (guint)d);
  PnyxRng rng;

  PNYX_REQUIRE (sequence != NULL);
  pnyx_rng_init (&rng, seed, 0, 0, "base.design", "sobol");
  for (gsize row = 0; row < n; row++)
    {
      for (gsize i = 0; i < d; i++)
        x[row * d + i] = scramble (&rng, (guint32)i, (guint32)(point[i] * (1 << SOBOL_BITS)));
      gsl_qrng_get (sequence, point);
    }
  gsl_qrng_free (sequence);
}

/*
 * Morris' B*: a coordinate has the levels low and low + delta, of which it takes the one first and
 * the other from its step on; low is 0 or 1/3, so that both are on the grid.
 */
static void
draw_trajectory (gdouble *x, gsize d, const PnyxRng *rng, const guint32 *order, gsize trajectory)
{
  const guint jump = PNYX_DESIGN_MORRIS_LEVELS / 2;
  const gdouble top = PNYX_DESIGN_MORRIS_LEVELS - 1;

  for (gsize step = 0; step < d; step++)
    {
      gsize i = order[step];
      PnyxRngCursor cursor;
      guint64 low;
      gboolean up;

      pnyx_rng_cursor_init (&cursor, rng, (guint32)i, trajectory);
      low = pnyx_rng_cursor_below (&cursor, PNYX_DESIGN_MORRIS_LEVELS - jump);
      up = pnyx_rng_cursor_below (&cursor, 2) == 1;
      for (gsize row = 0; row <= d; row++)
        x[row * d + i] = (gdouble)(low + (up == (row > step) ? jump : 0)) / top;
    }
}

static void
draw_morris (gdouble *x, gsize n, gsize d, guint64 seed)
{
  g_autofree guint32 *order = g_new (guint32, d);
  PnyxRng steps, levels;

  pnyx_rng_init (&steps, seed, 0, 0, "base.design", "morris order");
  pnyx_rng_init (&levels, seed, 0, 0, "base.design", "morris levels");
  for (gsize t = 0; t < n; t++)
    {
      shuffle (order, d, &steps, (guint32)t);
      draw_trajectory (x + t * (d + 1) * d, d, &levels, order, t);
    }
}

static void
draw_saltelli (gdouble *x, gsize n, gsize d, guint64 seed)
{
  g_autofree gdouble *base = g_new (gdouble, n * 2 * d);

  draw_sobol (base, n, 2 * d, seed);
  for (gsize j = 0; j < n; j++)
    {
      const gdouble *a = base + j * 2 * d, *b = a + d;
      gdouble *row = x + j * (d + 2) * d;

      for (gsize r = 0; r < d + 2; r++)
        for (gsize i = 0; i < d; i++)
          row[r * d + i] = r == 1 || r == i + 2 ? b[i] : a[i];
    }
}

gdouble *
pnyx_design_new (PnyxDesignKind kind, gsize n, gsize d, guint64 seed)
{
  static void (*const draw[]) (gdouble *, gsize, gsize, guint64) = {
    [PNYX_DESIGN_UNIFORM] = draw_uniform,   [PNYX_DESIGN_LATIN_HYPERCUBE] = draw_latin_hypercube,
    [PNYX_DESIGN_SOBOL] = draw_sobol,       [PNYX_DESIGN_MORRIS] = draw_morris,
    [PNYX_DESIGN_SALTELLI] = draw_saltelli,
  };
  gdouble *x = g_new (gdouble, pnyx_design_rows (kind, n, d) * d);

  draw[kind](x, n, d, seed);
  return x;
}
