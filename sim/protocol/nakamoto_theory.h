/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_NAKAMOTO_THEORY_H
#define PNYX_PROTOCOL_NAKAMOTO_THEORY_H

#include "engine/calc.h"

/**
 * pnyx_nakamoto_fork_rate:
 * @shares: (array length=n): of the hash rate, any unit; none: infinitely many small miners
 * @delay: mean time until another miner works on a new block
 * @interval: mean time between blocks
 *
 * Returns: forks per block of the main chain, 1 - exp (-delay (1 - sum p^2) / interval): another
 * miner than the last one finds a block before having heard of it.
 */
gdouble pnyx_nakamoto_fork_rate (const gdouble *shares, gsize n, gdouble delay, gdouble interval);

/**
 * pnyx_nakamoto_fork_rate_decker_wattenhofer:
 * @delay: area above the propagation curve, the integral of 1 - f (t), in seconds
 * @interval: at least 1 second: blocks are found with probability 1 / interval in each second
 *
 * Returns: 1 - (1 - 1 / interval)^(delay (1 - sum p^2)).
 * Source: C. Decker, R. Wattenhofer, "Information propagation in the Bitcoin network", P2P'13,
 * section IV (equation 5); the factor 1 - sum p^2 is ours, 1 without shares.
 */
gdouble pnyx_nakamoto_fork_rate_decker_wattenhofer (const gdouble *shares, gsize n, gdouble delay,
                                                    gdouble interval);

/** pnyx_nakamoto_orphan_rate: Returns: orphans over all blocks, f / (1 + f), at @fork_rate f. */
gdouble pnyx_nakamoto_orphan_rate (gdouble fork_rate);

extern const PnyxCalc pnyx_calc_stale_rate;

#endif
