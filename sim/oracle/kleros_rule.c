/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/kleros_rule.h"

#include "base/error.h"

static gsize
count (const gint *votes, gsize n, gint choice)
{
  gsize sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += votes[i] == choice ? 1 : 0;
  return sum;
}

PnyxKlerosRuling
pnyx_kleros_rule (const gint *votes, gsize n, gint n_choices)
{
  PnyxKlerosRuling ruling = { .choice = 0, .tied = TRUE };
  gsize most = 0;

  for (gint choice = 0; choice < n_choices; choice++)
    {
      gsize votes_for = count (votes, n, choice);

      if (votes_for > most)
        ruling = (PnyxKlerosRuling){ .choice = choice, .tied = FALSE };
      else if (votes_for == most)
        ruling.tied = TRUE;
      most = MAX (most, votes_for);
    }
  return ruling;
}

gint
pnyx_kleros_answer (const PnyxKlerosRuling *ruling)
{
  return ruling->tied ? 0 : ruling->choice;
}

gboolean
pnyx_kleros_is_coherent (gint vote, const PnyxKlerosRuling *last)
{
  return vote != PNYX_KLEROS_ABSENT && (last->tied || vote == last->choice);
}

PnyxKlerosPayout
pnyx_kleros_payout (const gint *votes, gsize n, const PnyxKlerosRuling *last, guint64 stake,
                    guint64 fees, PnyxKlerosTie tie)
{
  gboolean strands = last->tied && tie == PNYX_KLEROS_TIE_STRANDS;
  PnyxKlerosPayout payout = { .penalty = stake };
  guint64 pot;

  for (gsize i = 0; i < n; i++)
    payout.n_rewarded += pnyx_kleros_is_coherent (votes[i], last) ? 1 : 0;
  payout.n_punished = n - payout.n_rewarded;
  pot = stake * payout.n_punished;
  if (payout.n_rewarded == 0 && !strands)
    {
      payout.token_governor = pot;
      payout.fee_governor = fees;
      return payout;
    }
  if (!strands)
    payout.token_reward = pot / payout.n_rewarded;
  if (n > 0)
    payout.fee_reward = fees / (strands ? n : payout.n_rewarded);
  payout.token_stranded = pot - payout.token_reward * payout.n_rewarded;
  payout.fee_stranded = fees - payout.fee_reward * payout.n_rewarded;
  return payout;
}

guint64
pnyx_kleros_stake (guint64 minimum, guint64 alpha)
{
  return (guint64)((pnyx_uint128)minimum * alpha / 10000);
}

guint64
pnyx_kleros_jurors (guint64 jurors, guint appeals)
{
  for (guint i = 0; i < appeals; i++)
    {
      if (jurors > (G_MAXUINT64 - 1) / 2)
        return G_MAXUINT64;
      jurors = 2 * jurors + 1;
    }
  return jurors;
}

guint64
pnyx_kleros_appeal_cost (guint64 fee, guint64 jurors)
{
  pnyx_uint128 cost = (pnyx_uint128)fee * pnyx_kleros_jurors (jurors, 1);

  return cost > G_MAXUINT64 ? G_MAXUINT64 : (guint64)cost;
}

guint32
pnyx_kleros_draw (const guint64 *stakes, guint32 n, gboolean by_stake, const PnyxRng *rng,
                  guint32 dispute, guint64 index)
{
  guint64 total = 0, drawn;

  for (guint32 i = 0; i < n; i++)
    total += by_stake ? stakes[i] : stakes[i] > 0 ? 1 : 0;
  if (total == 0)
    return PNYX_NONE;
  drawn = pnyx_rng_below (rng, dispute, index, total);
  for (guint32 i = 0; i < n; i++)
    {
      guint64 weight = by_stake ? stakes[i] : stakes[i] > 0 ? 1 : 0;

      if (drawn < weight)
        return i;
      drawn -= weight;
    }
  PNYX_REQUIRE (FALSE);
  return PNYX_NONE;
}
