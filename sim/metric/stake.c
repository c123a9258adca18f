/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has the power: concentration over pools or validators, and over those who run the nodes. */
#include "base/statistics.h"
#include "metric/families.h"

typedef struct
{
  const PnyxObserved *observed;
} Stake;

static const PnyxMetricInfo stake_metrics[] = {
  { "stake.gini", "", "operators",
    "Gini coefficient of the power to make blocks over pools or validators; .operators: over the "
    "operators of their nodes." },
  { "stake.hhi", "", "operators", "Herfindahl-Hirschman index: sum of squared shares." },
  { "stake.nakamoto_33", "", "operators", "Smallest number of them with more than 1/3 together." },
  { "stake.nakamoto_50", "", "operators", "Smallest number of them with more than 1/2 together." },
  { "stake.entropy", "bit", "operators", "Shannon entropy of the shares." },
  { "stake.lorenz", "", NULL,
    "Lorenz curve as a series: share of pools or validators, poorest first (as time), against the "
    "share of power that they hold." },
};

static void
stake_init (gpointer self, const PnyxObserved *observed)
{
  ((Stake *)self)->observed = observed;
}

static void
concentration (PnyxOutput *output, const gchar *scope, const gdouble *weights, gsize n,
               gboolean operators)
{
  static const gchar *const names[2][5] = {
    { "stake.gini", "stake.hhi", "stake.nakamoto_33", "stake.nakamoto_50", "stake.entropy" },
    { "stake.gini.operators", "stake.hhi.operators", "stake.nakamoto_33.operators",
      "stake.nakamoto_50.operators", "stake.entropy.operators" },
  };
  const gchar *const *name = names[operators];

  pnyx_output_scalar (output, scope, name[0], "", pnyx_gini (weights, n));
  pnyx_output_scalar (output, scope, name[1], "", pnyx_hhi (weights, n));
  pnyx_output_scalar (output, scope, name[2], "",
                      (gdouble)pnyx_nakamoto_coefficient (weights, n, 1, 3));
  pnyx_output_scalar (output, scope, name[3], "",
                      (gdouble)pnyx_nakamoto_coefficient (weights, n, 1, 2));
  pnyx_output_scalar (output, scope, name[4], "bit", pnyx_entropy (weights, n));
}

/* Power by operator; operators without any do not count. */
static gsize
sum_operators (const PnyxChain *chain, gdouble *sums)
{
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);
  gsize n = 0;

  for (guint32 actor = 0; actor < chain->n_actors; actor++)
    sums[nodes->operator_of[chain->actor_node[actor]]] += chain->weights[actor];
  for (guint32 i = 0; i < nodes->n_operators; i++)
    if (sums[i] > 0)
      sums[n++] = sums[i];
  return n;
}

static void
stake_finish (gpointer self, PnyxOutput *output)
{
  enum
  {
    POINTS = 101
  };
  const PnyxObserved *observed = ((const Stake *)self)->observed;
  gdouble population[POINTS];
  gdouble share[POINTS];

  for (guint i = 0; i < observed->n_chains; i++)
    {
      const PnyxChain *chain = observed->chains[i];
      const gchar *scope = pnyx_metric_scope (observed, chain);
      g_autofree gdouble *sums
          = g_new0 (gdouble, pnyx_network_nodes (observed->network)->n_operators);

      concentration (output, scope, chain->weights, chain->n_actors, FALSE);
      concentration (output, scope, sums, sum_operators (chain, sums), TRUE);
      pnyx_lorenz (chain->weights, chain->n_actors, population, share, POINTS);
      for (guint j = 0; j < POINTS; j++)
        pnyx_output_point (output, scope, "stake.lorenz", population[j], share[j]);
    }
}

const PnyxMetricOps pnyx_metric_stake = {
  .name = "stake",
  .metrics = stake_metrics,
  .n_metrics = G_N_ELEMENTS (stake_metrics),
  .state_size = sizeof (Stake),
  .init = stake_init,
  .finish = stake_finish,
};
