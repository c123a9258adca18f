/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_KLEROS_RULE_H
#define PNYX_ORACLE_KLEROS_RULE_H

#include "base/rng.h"
#include "base/types.h"

/*
 * A court of jurors who stake: each vote is drawn, most votes decide, who voted otherwise pays who
 * did not. Every round, also one that was appealed, is judged by the ruling of the last one. By the
 * rules of kleros/kleros, contracts/kleros/KlerosLiquid.sol @03b6c1e (2019) and @7556592 (2024),
 * which differ in a tie. Amounts are whole units of a token.
 */

#define PNYX_KLEROS_ABSENT (-1) /* drawn, but no vote was cast */

/** PnyxKlerosTie: what becomes of the stake of the absent where the final round is tied. */
typedef enum
{
  PNYX_KLEROS_TIE_STRANDS, /* 2019: nobody receives it, fees are divided by all votes */
  PNYX_KLEROS_TIE_SHARES,  /* 2024: stake and fees go to the votes that were cast */
} PnyxKlerosTie;

/** PnyxKlerosRuling: of a round. */
typedef struct
{
  gint choice;   /* with most votes */
  gboolean tied; /* several have most, or nobody voted: the ruling is 0 then */
} PnyxKlerosRuling;

/** pnyx_kleros_rule: @votes: (array length=n): choices from 0 or %PNYX_KLEROS_ABSENT; @n_choices:
 * above every choice. Source: castVote. */
PnyxKlerosRuling pnyx_kleros_rule (const gint *votes, gsize n, gint n_choices);

/** pnyx_kleros_answer: Returns: the ruling that is executed: 0 in a tie. Source: executeRuling. */
gint pnyx_kleros_answer (const PnyxKlerosRuling *ruling);

/** PnyxKlerosPayout: of one round; all that is taken is given, kept or stranded. */
typedef struct
{
  guint64 token_reward; /* of each rewarded vote, beside its stake that is freed */
  guint64 fee_reward;   /* of each rewarded vote */
  guint64 penalty;      /* of each vote that is punished */
  gsize n_rewarded, n_punished;
  guint64 token_governor, fee_governor;
  guint64 token_stranded, fee_stranded; /* left in the contract: rounding, and ties of 2019 */
} PnyxKlerosPayout;

/**
 * pnyx_kleros_payout: one round, judged by the last one.
 * @votes: (array length=n): of this round
 * @last: ruling of the last round
 * @stake: tokens at stake of each vote
 * @fees: of all votes of this round
 *
 * Source: execute and computeTokenAndETHRewards. A juror with less than its stake left is not
 * modelled: stake is locked when a juror is drawn.
 */
PnyxKlerosPayout pnyx_kleros_payout (const gint *votes, gsize n, const PnyxKlerosRuling *last,
                                     guint64 stake, guint64 fees, PnyxKlerosTie tie);

/** pnyx_kleros_is_coherent: Returns: whether @vote is rewarded where the last ruling is @last. */
gboolean pnyx_kleros_is_coherent (gint vote, const PnyxKlerosRuling *last);

/** pnyx_kleros_stake: Returns: tokens at stake of a vote: @minimum times @alpha / 10^4. Source:
 * createDispute with ALPHA_DIVISOR. */
guint64 pnyx_kleros_stake (guint64 minimum, guint64 alpha);

/** pnyx_kleros_jurors: Returns: votes of a round after @appeals: 2 k + 1 for each, saturating.
 * Source: appealCost. */
guint64 pnyx_kleros_jurors (guint64 jurors, guint appeals);

/** pnyx_kleros_appeal_cost: Returns: what the next round costs: @fee for each of 2 k + 1 votes. */
guint64 pnyx_kleros_appeal_cost (guint64 fee, guint64 jurors);

/**
 * pnyx_kleros_draw: who gets vote @index of a dispute.
 * @stakes: (array length=n)
 * @by_stake: in proportion to stake, with replacement; FALSE: everybody who stakes alike
 *
 * Returns: a juror with stake; %PNYX_NONE where there is none.
 */
guint32 pnyx_kleros_draw (const guint64 *stakes, guint32 n, gboolean by_stake, const PnyxRng *rng,
                          guint32 dispute, guint64 index);

#endif
