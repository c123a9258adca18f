/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/uma_rule.h"

#include "base/error.h"

PnyxUmaRule
pnyx_uma_rule (guint64 token)
{
  return (PnyxUmaRule){ .quorum = 5000000 * token,
                        .agreement = PNYX_UMA_ONE / 2,
                        .rolls_max = 4,
                        .wrong_slash = PNYX_UMA_ONE / 1000,
                        .silent_slash = PNYX_UMA_ONE / 1000 };
}

static guint64
share_of (guint64 amount, guint64 share)
{
  return (guint64)((pnyx_uint128)amount * share / PNYX_UMA_ONE);
}

PnyxUmaOutcome
pnyx_uma_resolve (const PnyxUmaRule *rule, const guint64 *votes, gsize n, guint64 stake,
                  guint32 rolls)
{
  PnyxUmaOutcome outcome = { .state = PNYX_UMA_ROLLED };
  pnyx_uint128 slashed;

  for (gsize i = 0; i < n; i++)
    {
      outcome.votes += votes[i];
      if (votes[i] > votes[outcome.mode])
        outcome.mode = i;
    }
  PNYX_REQUIRE (n >= 1 && outcome.votes <= stake);
  outcome.correct = votes[outcome.mode];
  if (outcome.votes > rule->quorum && outcome.correct > share_of (stake, rule->agreement))
    outcome.state = PNYX_UMA_RESOLVED;
  else if (rolls + 1 > rule->rolls_max)
    outcome.state = PNYX_UMA_DELETED;
  if (outcome.state != PNYX_UMA_RESOLVED)
    return outcome;
  slashed = (pnyx_uint128)rule->silent_slash * (stake - outcome.votes)
            + (pnyx_uint128)rule->wrong_slash * (outcome.votes - outcome.correct);
  outcome.slashed = (guint64)(slashed / PNYX_UMA_ONE);
  return outcome;
}

gint64
pnyx_uma_shift (const PnyxUmaRule *rule, const PnyxUmaOutcome *outcome, guint64 stake,
                PnyxUmaVote vote)
{
  guint64 slash = vote == PNYX_UMA_WRONG ? rule->wrong_slash : rule->silent_slash;

  PNYX_REQUIRE (outcome->state == PNYX_UMA_RESOLVED);
  if (vote == PNYX_UMA_CORRECT)
    return (gint64)((pnyx_uint128)stake * outcome->slashed / outcome->correct);
  return -(gint64)(((pnyx_uint128)stake * slash + PNYX_UMA_ONE - 1) / PNYX_UMA_ONE);
}

gboolean
pnyx_uma_can_dispute (PnyxTime now, PnyxTime expiry)
{
  return now < expiry;
}

PnyxUmaBonds
pnyx_uma_bonds (guint64 bond, guint64 burned)
{
  guint64 store = share_of (bond, burned);

  return (PnyxUmaBonds){ .winner = 2 * bond - store, .store = store };
}

gdouble
pnyx_uma_dispute_gain (gdouble probability, gdouble burned)
{
  return probability * (1 - burned) - (1 - probability);
}
