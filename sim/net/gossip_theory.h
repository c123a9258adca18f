/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_GOSSIP_THEORY_H
#define PNYX_NET_GOSSIP_THEORY_H

#include "engine/calc.h"

#define PNYX_GOSSIP_NODES_MAX 10000 /* of the exact chains */

/**
 * pnyx_gossip_push_rounds:
 * @nodes: 2 to %PNYX_GOSSIP_NODES_MAX
 * @fanout: contacts of a node in a round, at least 1; each independent of the others
 * @pull: whether nodes that do not know yet contact others as well and learn from them
 *
 * Complete graph, synchronous rounds, every contact a uniformly random other node.
 *
 * Returns: the mean number of rounds until all nodes know, starting from one: exact up to rounding
 * and tails of 1e-15.
 * Cost: about @nodes^2.5 operations: 0.1 s at 1,000, 20 s at 10,000.
 * Source: the chain of B. Pittel, "On spreading a rumor", SIAM J. Appl. Math. 47 (1987); its
 * asymptotic value is log2 n + ln n + O(1).
 */
gdouble pnyx_gossip_push_rounds (guint nodes, guint fanout, gboolean pull);

/** pnyx_gossip_coverage: Returns: the share that infect-and-die gossip of mean @fanout reaches in a
 * large network: the largest solution of x = 1 - exp (-fanout x). Source: A.-M. Kermarrec et al.,
 * "Probabilistic reliable dissemination in large-scale systems", IEEE TPDS 14 (2003), section 3. */
gdouble pnyx_gossip_coverage (gdouble fanout);

/** pnyx_gossip_atomicity: Returns: the probability that all of @nodes are reached, exp (-exp (-c))
 * with fanout = ln nodes + c. Source: the same, section 3. */
gdouble pnyx_gossip_atomicity (gdouble nodes, gdouble fanout);

extern const PnyxCalc pnyx_calc_gossip;

#endif
