/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_KRUM_RULE_H
#define PNYX_ORACLE_KRUM_RULE_H

#include <glib.h>

/*
 * Robust choices among vectors, for what coordinate by coordinate cannot do: reports of several
 * prices, or gradients of a model that is trained together.
 */

/**
 * pnyx_krum:
 * @vectors: (array length=n*d): n vectors of d numbers
 * @f: of which so many may be anything; @n at least 2 f + 3
 * @scores: (out caller-allocates) (array length=n): sum of squared distances to the nearest
 *          n - f - 2 others
 * @distances: (array length=n): scratch
 *
 * Returns: the vector with the lowest score, of equal ones the first.
 * Cost: O(n^2 (d + log n)).
 * Source: P. Blanchard, E. M. El Mhamdi, R. Guerraoui, J. Stainer, "Machine learning with
 * adversaries: Byzantine tolerant gradient descent", NIPS 2017, section 4.
 */
gsize pnyx_krum (const gdouble *vectors, gsize n, gsize d, gsize f, gdouble *scores,
                 gdouble *distances);

/**
 * pnyx_geometric_median: the point with the least sum of distances; breakdown point 1/2.
 * @median: (out caller-allocates) (array length=d)
 * @tolerance: stops where a step is shorter
 * @iterations_max: or after so many
 *
 * Source: E. Weiszfeld, "Sur le point pour lequel la somme des distances de n points donnes est
 * minimum", Tohoku Mathematical Journal 43 (1937); at a given point as Y. Vardi, C.-H. Zhang, "The
 * multivariate L1-median and associated data depth", PNAS 97 (2000), equation 2.6.
 */
void pnyx_geometric_median (const gdouble *vectors, gsize n, gsize d, gdouble *median,
                            gdouble tolerance, guint iterations_max);

#endif
