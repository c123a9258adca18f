/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_UMA_RULE_H
#define PNYX_ORACLE_UMA_RULE_H

#include "base/types.h"

/*
 * The optimistic oracle: a claim with a bond stands unless somebody disputes it with a bond of the
 * same size before it expires; then stakers vote. By the rules of UMAprotocol/protocol:
 * VotingV2.sol
 * @004af06, ResultComputationV2.sol @f1967f5, OptimisticOracleV3.sol @05a473e. Amounts are whole
 * units of a token (10^-6 of it, or any other), shares parts of 10^9.
 */

#define PNYX_UMA_ONE 1000000000u /* a share of 1 */

/** PnyxUmaRule: parameters of the vote. */
typedef struct
{
  guint64 quorum;       /* GAT: votes must be more */
  guint64 agreement;    /* SPAT, parts of 10^9 of all stake: the mode must have more */
  guint32 rolls_max;    /* beyond which a request is deleted */
  guint64 wrong_slash;  /* parts of 10^9 of the stake of who voted wrong */
  guint64 silent_slash; /* the same of who did not reveal */
} PnyxUmaRule;

/** pnyx_uma_rule: Returns: 5 million tokens, half of all stake, 4 rolls, 0.1 % for both, with
 * @token units to a token. */
PnyxUmaRule pnyx_uma_rule (guint64 token);

typedef enum
{
  PNYX_UMA_RESOLVED,
  PNYX_UMA_ROLLED,  /* to be voted on again in the next round */
  PNYX_UMA_DELETED, /* rolled too often */
} PnyxUmaState;

/** PnyxUmaOutcome: of one round of votes. */
typedef struct
{
  PnyxUmaState state;
  gsize mode;      /* the answer with most votes, of equal ones the first */
  guint64 votes;   /* revealed */
  guint64 correct; /* of them, for the mode */
  guint64 slashed; /* stake that is moved to the correct, before rounding */
} PnyxUmaOutcome;

/**
 * pnyx_uma_resolve:
 * @votes: (array length=n): stake revealed for each answer
 * @stake: all that is staked, at least the sum of @votes
 * @rolls: how often the request was rolled before
 */
PnyxUmaOutcome pnyx_uma_resolve (const PnyxUmaRule *rule, const guint64 *votes, gsize n,
                                 guint64 stake, guint32 rolls);

typedef enum
{
  PNYX_UMA_CORRECT,
  PNYX_UMA_WRONG,
  PNYX_UMA_SILENT,
} PnyxUmaVote;

/**
 * pnyx_uma_shift: Returns: what a staker of @stake gains (rounded down) or loses (negative, rounded
 * up) by a resolved round; the sum over all stakers is never above 0.
 * Source: VotingV2.sol, _updateAccountSlashingTrackers.
 */
gint64 pnyx_uma_shift (const PnyxUmaRule *rule, const PnyxUmaOutcome *outcome, guint64 stake,
                       PnyxUmaVote vote);

/** pnyx_uma_can_dispute: Returns: whether a claim can still be disputed: @now before @expiry. */
gboolean pnyx_uma_can_dispute (PnyxTime now, PnyxTime expiry);

/** PnyxUmaBonds: what becomes of both bonds together. */
typedef struct
{
  guint64 winner; /* its own bond and what is left of the other's */
  guint64 store;  /* burned, as a fee of the protocol */
} PnyxUmaBonds;

/** pnyx_uma_bonds: @burned: share of one bond that goes to the store: one half. */
PnyxUmaBonds pnyx_uma_bonds (guint64 bond, guint64 burned);

/**
 * pnyx_uma_dispute_gain: Returns: what a dispute is expected to gain, in units of one bond, where
 * the vote is won with @probability: positive beyond 1 / (2 - burned), 2/3.
 * @burned: share of one bond, 0 to 1
 */
gdouble pnyx_uma_dispute_gain (gdouble probability, gdouble burned);

#endif
