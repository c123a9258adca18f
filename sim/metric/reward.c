/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who earned what: a block of the canonical chain is one reward. */
#include <math.h>

#include "base/statistics.h"
#include "metric/families.h"

typedef struct
{
  const PnyxObserved *observed;
} Reward;

static const PnyxMetricInfo reward_metrics[] = {
  { "reward.gini", "", NULL,
    "Gini coefficient over pools or validators of the canonical blocks of the window." },
  { "reward.adversary_share", "", NULL,
    "Share of the canonical blocks of the window that adversaries made." },
  { "reward.advantage", "", NULL,
    "Adversaries' share of the rewards divided by their share of the power; empty without any." },
  { "adversary.refused", "", NULL,
    "Actions beyond an actor's powers that the world refused, since the start." },
};

static void
reward_init (gpointer self, const PnyxObserved *observed)
{
  ((Reward *)self)->observed = observed;
}

static void
reward_finish (gpointer self, PnyxOutput *output)
{
  const PnyxObserved *observed = ((const Reward *)self)->observed;

  for (guint i = 0; i < observed->n_chains; i++)
    {
      PnyxChain *chain = observed->chains[i];
      const gchar *scope = pnyx_metric_scope (observed, chain);
      g_autofree gdouble *blocks = g_new0 (gdouble, chain->n_actors);
      gdouble total = 0;
      gdouble adversary = 0;
      gdouble power = 0;

      for (PnyxBlockId id = chain->ops->canonical (chain); id != 0;
           id = pnyx_block_tree_get (chain->blocks, id)->parent)
        {
          const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);

          if (!pnyx_metric_in_window (observed, block))
            continue;
          total++;
          blocks[block->proposer]++;
          adversary += chain->actor_strategy[block->proposer] != 0;
        }
      for (guint32 actor = 0; actor < chain->n_actors; actor++)
        if (chain->actor_strategy[actor] != 0)
          power += chain->weights[actor];
      pnyx_output_scalar (output, scope, "reward.gini", "", pnyx_gini (blocks, chain->n_actors));
      pnyx_output_scalar (output, scope, "reward.adversary_share", "",
                          total > 0 ? adversary / total : NAN);
      pnyx_output_scalar (output, scope, "reward.advantage", "",
                          total > 0 && power > 0 ? adversary / total / power : NAN);
      pnyx_output_scalar (output, scope, "adversary.refused", "", (gdouble)chain->refused);
    }
}

const PnyxMetricOps pnyx_metric_reward = {
  .name = "reward",
  .metrics = reward_metrics,
  .n_metrics = G_N_ELEMENTS (reward_metrics),
  .state_size = sizeof (Reward),
  .init = reward_init,
  .finish = reward_finish,
};
