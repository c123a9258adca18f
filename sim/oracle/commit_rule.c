/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/commit_rule.h"

#include <string.h>

#include "base/error.h"

#define ONE 1000000000

static guint8 *
put (guint8 *to, guint64 number, gsize bytes)
{
  for (gsize i = 0; i < bytes; i++)
    *to++ = (guint8)(number >> (8 * i));
  return to;
}

PnyxCommitment
pnyx_commit (guint32 voter, guint64 round, gint64 value, guint64 salt)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  PnyxCommitment commitment;
  gsize size = sizeof commitment.hash;
  guint8 bytes[28], *end = bytes;

  end = put (end, voter, 4);
  end = put (end, round, 8);
  end = put (end, (guint64)value, 8);
  end = put (end, salt, 8);
  g_checksum_update (checksum, bytes, end - bytes);
  g_checksum_get_digest (checksum, commitment.hash, &size);
  return commitment;
}

gboolean
pnyx_commit_opens (const PnyxCommitment *commitment, guint32 voter, guint64 round, gint64 value,
                   guint64 salt)
{
  PnyxCommitment expected = pnyx_commit (voter, round, value, salt);

  return memcmp (expected.hash, commitment->hash, sizeof expected.hash) == 0;
}

static gint
by_value (gconstpointer a, gconstpointer b, gpointer user)
{
  const PnyxSecretVote *votes = user;
  guint32 i = *(const guint32 *)a, j = *(const guint32 *)b;

  if (votes[i].value != votes[j].value)
    return votes[i].value < votes[j].value ? -1 : 1;
  return i < j ? -1 : i > j;
}

/* Of the @m votes in @order, which is by value. */
static gint64
find_plurality (const PnyxSecretVote *votes, const guint32 *order, guint32 m)
{
  pnyx_uint128 most = 0, stake = 0;
  gint64 best = 0;

  for (guint32 i = 0; i < m; i++)
    {
      if (i > 0 && votes[order[i]].value != votes[order[i - 1]].value)
        stake = 0;
      stake += votes[order[i]].stake;
      if (stake <= most)
        continue;
      most = stake;
      best = votes[order[i]].value;
    }
  return best;
}

/* FALSE: nobody with stake has revealed. */
static gboolean
find_outcome (const PnyxCommitRule *rule, const PnyxSecretVote *votes, guint32 n, guint32 *order,
              gint64 *outcome)
{
  pnyx_uint128 total = 0, reached = 0;
  guint32 m = 0;

  for (guint32 i = 0; i < n; i++)
    if (votes[i].committed && votes[i].revealed && votes[i].stake > 0)
      {
        order[m++] = i;
        total += votes[i].stake;
      }
  if (m == 0)
    return FALSE;
  g_qsort_with_data (order, (gint)m, sizeof *order, by_value, (gpointer)(guintptr)votes);
  for (guint32 i = 0; 2 * reached < total; i++)
    {
      reached += votes[order[i]].stake;
      *outcome = votes[order[i]].value;
    }
  if (rule->plurality)
    *outcome = find_plurality (votes, order, m);
  return TRUE;
}

gboolean
pnyx_commit_is_coherent (const PnyxCommitRule *rule, gint64 value, gint64 outcome)
{
  pnyx_int128 distance = (pnyx_int128)value - outcome, size = outcome;

  distance = distance < 0 ? -distance : distance;
  size = size < 0 ? -size : size;
  if (rule->plurality)
    return distance == 0;
  return distance * ONE <= size * (pnyx_int128)rule->band_ppb;
}

static gboolean
is_coherent (const PnyxCommitRule *rule, const PnyxSecretVote *vote, gint64 outcome)
{
  return vote->revealed && pnyx_commit_is_coherent (rule, vote->value, outcome);
}

PnyxCommitOutcome
pnyx_commit_settle (const PnyxCommitRule *rule, const PnyxSecretVote *votes, guint32 n,
                    guint32 *order, gint64 *shifts)
{
  PnyxCommitOutcome outcome = { 0 };

  PNYX_REQUIRE (rule->slash_ppb <= ONE && n <= G_MAXINT32);
  outcome.decided = find_outcome (rule, votes, n, order, &outcome.value);
  for (guint32 i = 0; i < n; i++)
    {
      shifts[i] = 0;
      if (!votes[i].committed)
        continue;
      if (outcome.decided && is_coherent (rule, &votes[i], outcome.value))
        outcome.coherent += votes[i].stake;
      else
        shifts[i] = -(gint64)((pnyx_uint128)votes[i].stake * rule->slash_ppb / ONE);
      outcome.slashed += (guint64)-shifts[i];
    }
  outcome.unclaimed = outcome.slashed;
  for (guint32 i = 0; i < n && outcome.coherent > 0; i++)
    if (votes[i].committed && is_coherent (rule, &votes[i], outcome.value))
      {
        shifts[i] = (gint64)((pnyx_uint128)votes[i].stake * outcome.slashed / outcome.coherent);
        outcome.unclaimed -= (guint64)shifts[i];
      }
  return outcome;
}
