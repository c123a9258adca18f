/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_COMMIT_RULE_H
#define PNYX_ORACLE_COMMIT_RULE_H

#include "base/types.h"

/*
 * Commit and reveal: in the first phase a voter sends a hash, in the second what it hides. Nobody
 * can copy a vote that nobody has seen, nor the hash of another: it binds the voter. Who does not
 * reveal is slashed as who is far from the outcome is, so that silence is no way out.
 */

#define PNYX_COMMITMENT_SIZE 32

/** PnyxCommitment: what is published first: SHA-256. */
typedef struct
{
  guint8 hash[PNYX_COMMITMENT_SIZE];
} PnyxCommitment;

/** pnyx_commit: Returns: the hash of (@voter, @round, @value, @salt), each in little endian, of 4,
 * 8, 8 and 8 bytes. */
PnyxCommitment pnyx_commit (guint32 voter, guint64 round, gint64 value, guint64 salt);
/** pnyx_commit_opens: Returns: whether these are what @commitment hides. */
gboolean pnyx_commit_opens (const PnyxCommitment *commitment, guint32 voter, guint64 round,
                            gint64 value, guint64 salt);

/** PnyxSecretVote: of a voter in a round. */
typedef struct
{
  guint64 stake;
  gboolean committed, revealed; /* revealed: it opened the commitment in time */
  gint64 value;                 /* where revealed */
} PnyxSecretVote;

/** PnyxCommitRule: how votes are judged. */
typedef struct
{
  guint64 band_ppb;   /* relative distance to the outcome that is still coherent, parts of 10^9 */
  guint64 slash_ppb;  /* of the stake of who is farther off or did not reveal */
  gboolean plurality; /* values are classes: the outcome is the one with most stake, of equal ones
                         the lowest; FALSE: the median */
} PnyxCommitRule;

/** PnyxCommitOutcome: of a round. */
typedef struct
{
  gboolean decided;  /* somebody revealed */
  gint64 value;      /* median by stake of what was revealed, the lower one of two; or the class
                        with most stake */
  guint64 slashed;   /* all that is taken */
  guint64 coherent;  /* stake within the band */
  guint64 unclaimed; /* taken, but not given: rounding, or nobody is coherent */
} PnyxCommitOutcome;

/** pnyx_commit_is_coherent: Returns: whether a vote for @value is within the band of @outcome. */
gboolean pnyx_commit_is_coherent (const PnyxCommitRule *rule, gint64 value, gint64 outcome);

/**
 * pnyx_commit_settle:
 * @votes: (array length=n): those who did not commit are not judged
 * @order: (array length=n): scratch
 * @shifts: (out caller-allocates) (array length=n): what each gains (its part of what is taken, pro
 *          rata to coherent stake) or loses
 *
 * The sum of @shifts and what is unclaimed is 0.
 * Source: V. Buterin, "SchellingCoin: a minimal-trust universal data feed" (2014), with stake that
 * is slashed in place of a reward that is missed.
 */
PnyxCommitOutcome pnyx_commit_settle (const PnyxCommitRule *rule, const PnyxSecretVote *votes,
                                      guint32 n, guint32 *order, gint64 *shifts);

#endif
