/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_REORG_THEORY_H
#define PNYX_PROTOCOL_GASPER_REORG_THEORY_H

#include "engine/calc.h"

#define PNYX_GASPER_SHARE_UNITS 1000000000 /* shares are counted in billionths */

/**
 * PnyxGasperReorg: an adversary that has @slots consecutive slots, withholds its block and votes,
 * and reorganises the honest block after them.
 *
 * Shares are whole billionths, so that ties of decimals are ties: a tie is decided by the block
 * roots, and is counted as a failure here.
 */
typedef struct
{
  guint64 beta;      /* stake of the adversary, at most %PNYX_GASPER_SHARE_UNITS */
  guint64 boost;     /* proposer boost, in weights of a slot's committees */
  guint64 slots;     /* that the adversary has before the honest one; at least 1 */
  guint64 committee; /* members of a slot's committees; 0: infinitely many */
} PnyxGasperReorg;

/**
 * pnyx_gasper_reorg_ex_ante: the adversary's votes of its slots against the boost of the honest
 * block.
 *
 * Returns: without committees, whether slots * beta > boost, 1 or 0; otherwise the probability that
 * the slots fall to the adversary and their committees hold enough of it,
 * beta^slots * P (Bin (slots * committee, beta) > boost * committee).
 * Source: C. Schwarz-Schilling et al., "Three attacks on proof-of-stake Ethereum", FC'22 (arXiv
 * 2110.10086), section 4; C. Schwarz-Schilling, "Proposer boost considerations"; M. Neuder, "ePBS
 * reorgs".
 */
gdouble pnyx_gasper_reorg_ex_ante (const PnyxGasperReorg *reorg);

/**
 * pnyx_gasper_reorg_sandwich: with the slot after the honest one as well, whose block has the boost
 * on the adversary's side; the adversary's votes of the honest slot count for it too.
 *
 * Returns: without committees, whether boost + (slots + 1) * beta > 1 - beta, 1 or 0; otherwise
 * beta^(slots + 1) times the probability that boost and adversarial votes of the @slots and the
 * honest slot exceed the honest votes of the honest slot.
 * Cost: one incomplete beta function for each size of the adversary in a committee: 10 ms at
 * 20,000. Source: as above.
 */
gdouble pnyx_gasper_reorg_sandwich (const PnyxGasperReorg *reorg);

extern const PnyxCalc pnyx_calc_reorg;

#endif
