/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/metric.h"

#include <string.h>

#include "metric/families.h"

static const PnyxMetricOps *const families[] = {
  &pnyx_metric_blocks,    &pnyx_metric_latency, &pnyx_metric_finality, &pnyx_metric_throughput,
  &pnyx_metric_network,   &pnyx_metric_energy,  &pnyx_metric_stake,    &pnyx_metric_reward,
  &pnyx_metric_adversary, &pnyx_metric_oracle,  &pnyx_metric_court,    &pnyx_metric_contract,
  &pnyx_metric_attack,
};

typedef struct
{
  const PnyxMetricOps *ops;
  gpointer self;
} Family;

struct _PnyxMetrics
{
  gboolean batch; /* of a part of the window */
  gboolean ended;
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

/* The window of a @batch is nobody else's: its families are told by itself. */
static PnyxMetrics *
metrics_new (const PnyxObserved *observed, gboolean batch)
{
  PnyxArena *arena = pnyx_world_arena (observed->world);
  PnyxMetrics *metrics = pnyx_arena_array (arena, PnyxMetrics, 1);

  metrics->batch = batch;
  metrics->observed = *observed;
  metrics->observed.begin = metrics->observed.end = PNYX_TIME_MAX;
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      Family *family = &metrics->families[i];

      family->ops = families[i];
      family->self = pnyx_arena_alloc (arena, families[i]->state_size);
      if (families[i]->init != NULL)
        families[i]->init (family->self, &metrics->observed);
      if (families[i]->observe != NULL && !batch)
        pnyx_world_observe (observed->world,
                            families[i]->traces | 1u << PNYX_TRACE_WINDOW_BEGIN
                                | 1u << PNYX_TRACE_WINDOW_END,
                            families[i]->observe, family->self);
    }
  return metrics;
}

PnyxMetrics *
pnyx_metrics_new (const PnyxObserved *observed)
{
  return metrics_new (observed, FALSE);
}

/* One observer of the world for a family of all batches. */
typedef struct
{
  gsize family;
  guint n;
  PnyxMetrics **batches;
} Fan;

static void
fan_out (gpointer self, const PnyxTrace *trace)
{
  const Fan *fan = self;

  for (guint i = 0; i < fan->n; i++)
    if (!fan->batches[i]->ended)
      families[fan->family]->observe (fan->batches[i]->families[fan->family].self, trace);
}

void
pnyx_metrics_new_batches (const PnyxObserved *observed, PnyxMetrics **batches, guint n)
{
  PnyxArena *arena = pnyx_world_arena (observed->world);

  for (guint i = 0; i < n; i++)
    batches[i] = metrics_new (observed, TRUE);
  for (gsize k = 0; k < G_N_ELEMENTS (families); k++)
    if (families[k]->observe != NULL)
      {
        Fan *fan = pnyx_arena_array (arena, Fan, 1);

        fan->family = k;
        fan->n = n;
        fan->batches = batches;
        pnyx_world_observe (observed->world, families[k]->traces, fan_out, fan);
      }
}

static void
tell (PnyxMetrics *metrics, PnyxTraceType type)
{
  PnyxWorld *world = metrics->observed.world;
  const PnyxTrace trace
      = { .type = type, .time = pnyx_world_now (world), .node = PNYX_NONE, .subject = PNYX_NONE };

  if (!metrics->batch)
    {
      pnyx_world_emit (world, type, PNYX_NONE, PNYX_NONE, 0, 0, 0);
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (metrics->families); i++)
    if (metrics->families[i].ops->observe != NULL)
      metrics->families[i].ops->observe (metrics->families[i].self, &trace);
}

void
pnyx_metrics_begin (PnyxMetrics *metrics)
{
  metrics->observed.begin = pnyx_world_now (metrics->observed.world);
  tell (metrics, PNYX_TRACE_WINDOW_BEGIN);
}

void
pnyx_metrics_end (PnyxMetrics *metrics)
{
  metrics->observed.end = pnyx_world_now (metrics->observed.world);
  tell (metrics, PNYX_TRACE_WINDOW_END);
  metrics->ended = TRUE;
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
