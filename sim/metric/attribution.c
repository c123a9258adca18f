/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/attribution.h"

struct _PnyxIdleShares
{
  const PnyxObserved *observed;
  PnyxTime *online; /* array length=nodes; NULL: not needed */
  PnyxTime *busy;   /* [node][chain, then nobody]: core-ns; NULL */
};

PnyxIdleShares *
pnyx_idle_shares_new (const PnyxObserved *observed)
{
  PnyxArena *arena = pnyx_world_arena (observed->world);
  PnyxIdleShares *shares = pnyx_arena_array (arena, PnyxIdleShares, 1);
  gsize n = pnyx_network_nodes (observed->network)->n;

  shares->observed = observed;
  if (observed->energy->attribution == PNYX_ATTRIBUTION_CPU)
    {
      shares->online = pnyx_arena_array (arena, PnyxTime, n);
      shares->busy = pnyx_arena_array (arena, PnyxTime, n * (observed->n_chains + 1));
    }
  return shares;
}

void
pnyx_idle_shares_online (PnyxIdleShares *shares, PnyxNodeId node, PnyxTime time)
{
  if (shares->online != NULL)
    shares->online[node] += time;
}

void
pnyx_idle_shares_work (PnyxIdleShares *shares, PnyxNodeId node, guint32 chain, PnyxTime time)
{
  guint n_chains = shares->observed->n_chains;

  if (shares->busy != NULL)
    shares->busy[(gsize)node * (n_chains + 1) + MIN (chain, n_chains)] += time;
}

static void
get_by_cpu (const PnyxIdleShares *shares, guint region, guint class_of, gdouble *shares_of)
{
  const PnyxNodes *nodes = pnyx_network_nodes (shares->observed->network);
  guint n_chains = shares->observed->n_chains;
  gdouble online = 0;

  for (PnyxNodeId node = 0; node < nodes->n; node++)
    {
      const PnyxTime *busy = shares->busy + (gsize)node * (n_chains + 1);
      PnyxTime all = 0;

      if (nodes->region[node] != region || nodes->class_of[node] != class_of)
        continue;
      online += (gdouble)shares->online[node];
      for (guint i = 0; i <= n_chains; i++)
        all += busy[i];
      for (guint i = 0; i < n_chains && all > 0; i++)
        shares_of[i] += (gdouble)shares->online[node] * ((gdouble)busy[i] / (gdouble)all);
    }
  for (guint i = 0; i < n_chains && online > 0; i++)
    shares_of[i] /= online;
}

void
pnyx_idle_shares_get (const PnyxIdleShares *shares, guint region, guint class_of,
                      gdouble *shares_of)
{
  guint n_chains = shares->observed->n_chains;
  gdouble alike = shares->observed->energy->attribution == PNYX_ATTRIBUTION_EQUAL
                          || shares->observed->energy->attribution == PNYX_ATTRIBUTION_FULL
                      ? 1.0 / n_chains
                      : 0;

  for (guint i = 0; i < n_chains; i++)
    shares_of[i] = alike;
  if (shares->busy != NULL)
    get_by_cpu (shares, region, class_of, shares_of);
}
