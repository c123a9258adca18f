/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/pyth_rule.h"

#include "base/error.h"

gboolean
pnyx_pyth_is_valid (const PnyxPythRule *rule, const PnyxPythQuote *quote, guint64 slot)
{
  guint64 size = quote->price < 0 ? -(guint64)quote->price : (guint64)quote->price;

  if (!quote->trading || quote->confidence <= 0 || quote->slot > slot
      || slot - quote->slot > rule->latency_max)
    return FALSE;
  if (rule->confidence_divisor > 0 && (guint64)quote->confidence > size / rule->confidence_divisor)
    return FALSE;
  return quote->price >= G_MININT64 + quote->confidence
         && quote->price <= G_MAXINT64 - quote->confidence;
}

static gint
by_size (gconstpointer a, gconstpointer b, gpointer user)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

  (void)user;
  return x < y ? -1 : x > y;
}

/* Rounded down, without leaving 64 bits. */
static gint64
mean_of (gint64 a, gint64 b)
{
  pnyx_int128 sum = (pnyx_int128)a + b;

  return (gint64)(sum >= 0 ? sum / 2 : -((1 - sum) / 2));
}

PnyxPythAggregate
pnyx_pyth_aggregate (const PnyxPythRule *rule, const PnyxPythQuote *quotes, gsize n, guint64 slot,
                     gint64 *votes)
{
  PnyxPythAggregate aggregate = { 0 };
  gsize n_votes = 0, quarter;

  PNYX_REQUIRE (n <= G_MAXINT32 / 3);
  for (gsize i = 0; i < n; i++)
    if (pnyx_pyth_is_valid (rule, &quotes[i], slot))
      {
        aggregate.n_valid++;
        votes[n_votes++] = quotes[i].price - quotes[i].confidence;
        votes[n_votes++] = quotes[i].price;
        votes[n_votes++] = quotes[i].price + quotes[i].confidence;
      }
  if (n_votes == 0 || aggregate.n_valid < rule->publishers_min)
    return aggregate;
  g_qsort_with_data (votes, (gint)n_votes, sizeof *votes, by_size, NULL);
  quarter = n_votes / 4;
  aggregate.price = n_votes % 2 == 1 ? votes[n_votes / 2]
                                     : mean_of (votes[n_votes / 2 - 1], votes[n_votes / 2]);
  aggregate.confidence
      = MAX (aggregate.price - votes[quarter], votes[n_votes - 1 - quarter] - aggregate.price);
  aggregate.trading = aggregate.confidence > 0;
  return aggregate;
}
