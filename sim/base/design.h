/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_DESIGN_H
#define PNYX_BASE_DESIGN_H

#include <glib.h>

/*
 * Designs: which points of the unit cube to try. A design is a table of rows (points) and columns
 * (dimensions), row-major, a pure function of its kind, its size and its seed.
 */

typedef enum
{
  PNYX_DESIGN_UNIFORM,         /* independent points */
  PNYX_DESIGN_LATIN_HYPERCUBE, /* one point in each of n strata of each dimension */
  PNYX_DESIGN_SOBOL,           /* Sobol's sequence with Owen's scrambling */
  PNYX_DESIGN_MORRIS,          /* trajectories of one-at-a-time steps, for screening */
  PNYX_DESIGN_SALTELLI,        /* two samples and their crosses, for variance-based indices */
} PnyxDesignKind;

#define PNYX_DESIGN_SOBOL_DIMENSIONS 40   /* of GSL's table of direction numbers */
#define PNYX_DESIGN_NUMBERS_MAX 100000000 /* rows times dimensions: 800 MB */
#define PNYX_DESIGN_MORRIS_LEVELS 4       /* a grid of 0, 1/3, 2/3 and 1 */

/** pnyx_design_name: Returns: "uniform", "latin-hypercube", "sobol", "morris" or "saltelli". */
const gchar *pnyx_design_name (PnyxDesignKind kind);

/**
 * pnyx_design_check:
 * @n: points; trajectories of Morris; rows of each of Saltelli's two samples
 * @d: dimensions
 *
 * Whether there is such a design. @error says what is out of range, without a place.
 *
 * Errors: %PNYX_ERROR_RANGE: @n or @d is 0; more than 40 dimensions of Sobol or 20 of Saltelli (who
 * takes two of Sobol's for each); more numbers than %PNYX_DESIGN_NUMBERS_MAX.
 */
gboolean pnyx_design_check (PnyxDesignKind kind, gsize n, gsize d, GError **error);

/**
 * pnyx_design_rows:
 *
 * Returns: @n; of Morris @n (@d + 1), of Saltelli @n (@d + 2). Arguments pnyx_design_check()
 * refuses are a bug.
 */
gsize pnyx_design_rows (PnyxDesignKind kind, gsize n, gsize d);

/**
 * pnyx_design_new:
 * @n: as in pnyx_design_check(), which must have accepted it
 * @d: likewise
 * @seed: another seed is another, equally good design
 *
 * - Uniform: independent, in (0, 1).
 * - Latin hypercube: in each dimension each stratum [k/n, (k+1)/n) holds one point. McKay, Beckman,
 *   Conover, "A comparison of three methods ...", Technometrics 21 (1979).
 * - Sobol: the first @n points (the origin counts), each coordinate scrambled digit by digit with
 *   permutations that depend on all digits before: Owen, "Randomly permuted (t,m,s)-nets and
 *   (t,s)-sequences" (1995). A scrambled net is a net; balance wants @n a power of two.
 * - Morris: trajectory t is rows t (d+1) to t (d+1) + d. It begins on the grid and steps once in
 *   each dimension, in random order, by +-delta = p / (2 (p - 1)) = 2/3. Morris, "Factorial
 * sampling plans for preliminary computational experiments", Technometrics 33 (1991).
 * - Saltelli: base row j is the rows j (d+2) to j (d+2) + d + 1: A_j, B_j, then for each dimension
 * i A_j with coordinate i of B_j. A and B are the halves of a scrambled Sobol design in 2 @d
 *   dimensions. Saltelli et al., "Variance based sensitivity analysis of model output",
 *   Computer Physics Communications 181 (2010).
 *
 * Returns: (transfer full) (array length=rows*d): rows, each in [0, 1); of Morris in [0, 1].
 * Cost: O(rows d); Sobol's kinds draw a number for each of 30 binary digits.
 */
gdouble *pnyx_design_new (PnyxDesignKind kind, gsize n, gsize d, guint64 seed);

#endif
