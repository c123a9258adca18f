/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/metric.h"

#include <string.h>

#include "metric/families.h"

static const PnyxMetricOps *const families[] = {
  &pnyx_metric_blocks,     &pnyx_metric_latency, &pnyx_metric_finality,
  &pnyx_metric_throughput, &pnyx_metric_network, &pnyx_metric_energy,
  &pnyx_metric_stake,      &pnyx_metric_reward,  &pnyx_metric_adversary,
};

typedef struct
{
  const PnyxMetricOps *ops;
  gpointer self;
} Family;

struct _PnyxMetrics
{
  PnyxObserved observed;
  Family families[G_N_ELEMENTS (families)];
};

const PnyxMetricOps *
pnyx_metric_family (gsize i)
{
  return i < G_N_ELEMENTS (families) ? families[i] : NULL;
}

const PnyxMetricInfo *
pnyx_metric_info (const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    for (gsize j = 0; j < families[i]->n_metrics; j++)
      if (g_str_equal (families[i]->metrics[j].name, name))
        return &families[i]->metrics[j];
  return NULL;
}

gboolean
pnyx_metric_exists (const gchar *name)
{
  g_autofree gchar *stem = NULL;
  g_auto (GStrv) statistics = NULL;
  const gchar *dot = strrchr (name, '.');
  const PnyxMetricInfo *info = pnyx_metric_info (name);

  if (info != NULL)
    return TRUE;
  if (dot == NULL)
    return FALSE;
  stem = g_strndup (name, (gsize)(dot - name));
  info = pnyx_metric_info (stem);
  if (info == NULL || info->statistics == NULL)
    return FALSE;
  statistics = g_strsplit (info->statistics, ", ", -1);
  return g_strv_contains ((const gchar *const *)statistics, dot + 1);
}

PnyxMetrics *
pnyx_metrics_new (const PnyxObserved *observed)
{
  PnyxArena *arena = pnyx_world_arena (observed->world);
  PnyxMetrics *metrics = pnyx_arena_array (arena, PnyxMetrics, 1);

  metrics->observed = *observed;
  metrics->observed.begin = metrics->observed.end = PNYX_TIME_MAX;
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      Family *family = &metrics->families[i];

      family->ops = families[i];
      family->self = pnyx_arena_alloc (arena, families[i]->state_size);
      if (families[i]->init != NULL)
        families[i]->init (family->self, &metrics->observed);
      if (families[i]->observe != NULL)
        pnyx_world_observe (observed->world,
                            families[i]->traces | 1u << PNYX_TRACE_WINDOW_BEGIN
                                | 1u << PNYX_TRACE_WINDOW_END,
                            families[i]->observe, family->self);
    }
  return metrics;
}

void
pnyx_metrics_begin (PnyxMetrics *metrics)
{
  PnyxWorld *world = metrics->observed.world;

  metrics->observed.begin = pnyx_world_now (world);
  pnyx_world_emit (world, PNYX_TRACE_WINDOW_BEGIN, PNYX_NONE, PNYX_NONE, 0, 0, 0);
}

void
pnyx_metrics_end (PnyxMetrics *metrics)
{
  PnyxWorld *world = metrics->observed.world;

  metrics->observed.end = pnyx_world_now (world);
  pnyx_world_emit (world, PNYX_TRACE_WINDOW_END, PNYX_NONE, PNYX_NONE, 0, 0, 0);
}

void
pnyx_metrics_finish (PnyxMetrics *metrics, PnyxOutput *output)
{
  for (gsize i = 0; i < G_N_ELEMENTS (metrics->families); i++)
    metrics->families[i].ops->finish (metrics->families[i].self, output);
}

const gchar *
pnyx_metric_scope (const PnyxObserved *observed, const PnyxChain *chain)
{
  return observed->n_chains == 1 ? "" : g_intern_string (chain->id);
}
