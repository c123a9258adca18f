/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of estimators, and what they share: reports are put in order of reporters before an
 * estimator sees them, so that sums do not depend on the order of arrival, and weights are brought
 * back to the order of the caller.
 */
#include "oracle/aggregator.h"

#include <math.h>
#include <string.h>

#define NO_REPORT G_MAXUINT32

struct _PnyxAggregator
{
  const PnyxAggregatorOps *ops; /* borrowed */
  gpointer state;
  guint32 n_reporters;
  guint32 *chosen;  /* of each reporter: which report counts; NO_REPORT: none */
  PnyxReport *kept; /* those, in order of reporters */
  gdouble *kept_weights;
  guint64 operations, training_operations;
};

static const PnyxAggregatorOps *const aggregators[] = {
  &pnyx_aggregator_mean,         &pnyx_aggregator_median,          &pnyx_aggregator_weighted_median,
  &pnyx_aggregator_trimmed_mean, &pnyx_aggregator_truth_discovery, &pnyx_aggregator_reputation,
  &pnyx_aggregator_kalman,       &pnyx_aggregator_dawid_skene,     &pnyx_aggregator_boosted,
  &pnyx_aggregator_logistic,     &pnyx_aggregator_plurality,
};

static const PnyxComponent *
aggregator_get (gsize i)
{
  return i < G_N_ELEMENTS (aggregators) ? &aggregators[i]->component : NULL;
}

const PnyxKind pnyx_aggregator_kind = {
  .name = "aggregator",
  .meaning = "How the reports of a round become one value.",
  .get = aggregator_get,
};

const PnyxElement pnyx_element_filter = {
  .name = "filter",
  .meaning = "How the reports of a round become one value.",
  .kind = &pnyx_aggregator_kind,
  .default_kind = "median",
};

const PnyxAggregatorOps *
pnyx_aggregator_find (const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (aggregators); i++)
    if (g_str_equal (aggregators[i]->component.name, name))
      return aggregators[i];
  return NULL;
}

PnyxAggregator *
pnyx_aggregator_new (PnyxArena *arena, const PnyxAggregatorOps *ops, gconstpointer params,
                     guint32 n_reporters)
{
  PnyxAggregator *aggregator = pnyx_arena_array (arena, PnyxAggregator, 1);

  PNYX_REQUIRE (n_reporters >= 1);
  aggregator->ops = ops;
  aggregator->n_reporters = n_reporters;
  aggregator->state = pnyx_arena_alloc (arena, MAX (ops->state_size, 1));
  aggregator->chosen = pnyx_arena_array (arena, guint32, n_reporters);
  aggregator->kept = pnyx_arena_array (arena, PnyxReport, n_reporters);
  aggregator->kept_weights = pnyx_arena_array (arena, gdouble, n_reporters);
  for (guint32 i = 0; i < n_reporters; i++)
    aggregator->chosen[i] = NO_REPORT;
  ops->init (aggregator->state, params, n_reporters, arena);
  return aggregator;
}

PnyxAggregator *
pnyx_aggregator_new_from_section (PnyxArena *arena, const PnyxSection *filter, guint32 n_reporters)
{
  /* The component is the head of its ops. */
  const PnyxAggregatorOps *ops = (const PnyxAggregatorOps *)(gconstpointer)filter->component;

  return pnyx_aggregator_new (arena, ops, filter->component_params, n_reporters);
}

void
pnyx_aggregator_clear (PnyxAggregator *aggregator)
{
  if (aggregator != NULL && aggregator->ops->clear != NULL)
    aggregator->ops->clear (aggregator->state);
}

/* Which report of each reporter counts. */
static void
choose (PnyxAggregator *aggregator, const PnyxReport *reports, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      guint32 *chosen;

      PNYX_REQUIRE (reports[i].reporter < aggregator->n_reporters);
      if (isnan (reports[i].value))
        continue;
      chosen = &aggregator->chosen[reports[i].reporter];
      if (*chosen == NO_REPORT || reports[i].observed >= reports[*chosen].observed)
        *chosen = (guint32)i;
    }
}

/* Brings weights to a sum of 1 and to the caller's order; forgets what was chosen. */
static void
give_back (PnyxAggregator *aggregator, gsize kept, gdouble *weights)
{
  gdouble sum = 0;

  for (gsize k = 0; k < kept; k++)
    sum += aggregator->kept_weights[k];
  for (gsize k = 0; k < kept; k++)
    {
      guint32 *chosen = &aggregator->chosen[aggregator->kept[k].reporter];

      if (weights != NULL && sum > 0)
        weights[*chosen] = aggregator->kept_weights[k] / sum;
      *chosen = NO_REPORT;
    }
}

gdouble
pnyx_aggregator_run (PnyxAggregator *aggregator, const PnyxReport *reports, gsize n, PnyxTime now,
                     gdouble *weights)
{
  gdouble value = NAN;
  gsize kept = 0;

  PNYX_REQUIRE (n <= G_MAXINT32);
  choose (aggregator, reports, n);
  for (guint32 reporter = 0; reporter < aggregator->n_reporters; reporter++)
    if (aggregator->chosen[reporter] != NO_REPORT)
      aggregator->kept[kept++] = reports[aggregator->chosen[reporter]];
  if (weights != NULL && n > 0)
    memset (weights, 0, sizeof *weights * n);
  memset (aggregator->kept_weights, 0, sizeof *aggregator->kept_weights * kept);
  if (kept > 0)
    {
      value = aggregator->ops->aggregate (aggregator->state, aggregator->kept, kept, now,
                                          aggregator->kept_weights);
      aggregator->operations += aggregator->ops->operations (aggregator->state, kept);
    }
  give_back (aggregator, kept, isnan (value) ? NULL : weights);
  return value;
}

gboolean
pnyx_aggregator_train (PnyxAggregator *aggregator, const PnyxTrainingSet *set)
{
  guint64 operations = 0;

  if (aggregator->ops->train == NULL)
    return TRUE;
  if (!aggregator->ops->train (aggregator->state, set, &operations))
    return FALSE;
  aggregator->training_operations += operations;
  return TRUE;
}

guint64
pnyx_aggregator_operations (const PnyxAggregator *aggregator)
{
  return aggregator->operations;
}

guint64
pnyx_aggregator_training_operations (const PnyxAggregator *aggregator)
{
  return aggregator->training_operations;
}

const PnyxAggregatorOps *
pnyx_aggregator_ops (const PnyxAggregator *aggregator)
{
  return aggregator->ops;
}

static gint
by_value (gconstpointer a, gconstpointer b, gpointer user)
{
  const PnyxReport *reports = user;
  guint32 i = *(const guint32 *)a, j = *(const guint32 *)b;

  if (reports[i].value != reports[j].value)
    return reports[i].value < reports[j].value ? -1 : 1;
  return i < j ? -1 : i > j;
}

void
pnyx_reports_order (const PnyxReport *reports, gsize n, guint32 *order)
{
  PNYX_REQUIRE (n <= G_MAXINT32);
  for (gsize i = 0; i < n; i++)
    order[i] = (guint32)i;
  g_qsort_with_data (order, (gint)n, sizeof *order, by_value, (gpointer)(guintptr)reports);
}

gdouble
pnyx_reports_median (const PnyxReport *reports, gsize n, const guint32 *order)
{
  return n == 0 ? NAN : reports[order[n / 2]].value;
}

guint64
pnyx_sort_operations (gsize n)
{
  return (guint64)n * (n > 1 ? g_bit_storage (n - 1) : 0);
}
