/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the canonical chain carried. */
#include <math.h>

#include "metric/families.h"

typedef struct
{
  const PnyxObserved *observed;
} Throughput;

static const PnyxMetricInfo throughput_metrics[] = {
  { "throughput.tx", "tx/s", NULL,
    "Transactions in canonical blocks of the window over its length; empty without a workload." },
  { "throughput.bytes", "B/s", NULL, "Bytes of canonical blocks of the window over its length." },
};

static void
throughput_init (gpointer self, const PnyxObserved *observed)
{
  ((Throughput *)self)->observed = observed;
}

static void
throughput_finish (gpointer self, PnyxOutput *output)
{
  const PnyxObserved *observed = ((const Throughput *)self)->observed;
  gdouble seconds = pnyx_time_to_seconds (observed->end - observed->begin);

  for (guint i = 0; i < observed->n_chains; i++)
    {
      PnyxChain *chain = observed->chains[i];
      const gchar *scope = pnyx_metric_scope (observed, chain);
      guint64 bytes = 0;
      guint64 transactions = 0;

      for (PnyxBlockId id = chain->ops->canonical (chain); id != 0;
           id = pnyx_block_tree_get (chain->blocks, id)->parent)
        {
          const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);

          if (!pnyx_metric_in_window (observed, block))
            continue;
          bytes += block->size;
          transactions += block->n_transactions;
        }
      pnyx_output_scalar (output, scope, "throughput.tx", "tx/s",
                          chain->workload && seconds > 0 ? (gdouble)transactions / seconds : NAN);
      pnyx_output_scalar (output, scope, "throughput.bytes", "B/s",
                          seconds > 0 ? (gdouble)bytes / seconds : NAN);
    }
}

const PnyxMetricOps pnyx_metric_throughput = {
  .name = "throughput",
  .metrics = throughput_metrics,
  .n_metrics = G_N_ELEMENTS (throughput_metrics),
  .state_size = sizeof (Throughput),
  .init = throughput_init,
  .finish = throughput_finish,
};
