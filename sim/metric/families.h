/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The families of metrics that metric.c lists, and what several of them ask of a chain. */
#ifndef PNYX_METRIC_FAMILIES_H
#define PNYX_METRIC_FAMILIES_H

#include "metric/metric.h"

extern const PnyxMetricOps pnyx_metric_blocks;
extern const PnyxMetricOps pnyx_metric_latency;
extern const PnyxMetricOps pnyx_metric_finality;
extern const PnyxMetricOps pnyx_metric_throughput;
extern const PnyxMetricOps pnyx_metric_network;
extern const PnyxMetricOps pnyx_metric_energy;
extern const PnyxMetricOps pnyx_metric_stake;
extern const PnyxMetricOps pnyx_metric_reward;
extern const PnyxMetricOps pnyx_metric_adversary;
extern const PnyxMetricOps pnyx_metric_oracle;
extern const PnyxMetricOps pnyx_metric_court;
extern const PnyxMetricOps pnyx_metric_contract;
extern const PnyxMetricOps pnyx_metric_attack;

/** pnyx_metric_canonical: Returns: (transfer full): for each block whether it is canonical now. */
gboolean *pnyx_metric_canonical (PnyxChain *chain);

/** pnyx_metric_in_window: Returns: whether @block was made in the measured window. */
static inline gboolean
pnyx_metric_in_window (const PnyxObserved *observed, const PnyxBlock *block)
{
  return block->parent != PNYX_NONE && block->time >= observed->begin
         && block->time < observed->end;
}

#endif
