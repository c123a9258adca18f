/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/estimator.h"

#include <math.h>

#include "oracle/anomaly.h"

/* The estimators beside the filter take the same components in an element of another name. */
typedef struct
{
  const gchar *name;
} EstimatorParams;

static const PnyxParam estimator_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .fallback = "",
    .offset = offsetof (EstimatorParams, name),
    .meaning = "Scope of its metrics; left out: its kind." },
};

const PnyxElement pnyx_element_estimator = {
  .name = "estimator",
  .meaning = "An estimator that is asked of the same observations as the oracle's filter, and is "
             "measured beside it: its answers go nowhere.",
  .params = estimator_params,
  .n_params = G_N_ELEMENTS (estimator_params),
  .params_size = sizeof (EstimatorParams),
  .kind = &pnyx_aggregator_kind,
  .default_kind = "median",
};

static gboolean
check_categories (const PnyxSection *section, const PnyxSection *of, GError **error)
{
  const PnyxFeedOps *feed = (const PnyxFeedOps *)pnyx_section_child (section, "feed", 0)->component;
  const PnyxAggregatorOps *filter = (const PnyxAggregatorOps *)of->component;

  if (feed->categorical == filter->categorical)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &of->place,
                     "%s is for %s, but the feed %s tells %s", filter->component.name,
                     filter->categorical ? "classes" : "prices", feed->component.name,
                     feed->categorical ? "classes" : "prices");
  return FALSE;
}

static const gchar *
estimator_name (const PnyxSection *estimator)
{
  const EstimatorParams *params = estimator->params;

  return params->name != NULL ? params->name : estimator->component->name;
}

static gboolean
check_names (const PnyxSection *section, GError **error)
{
  for (gsize i = 0; i < pnyx_section_count (section, "estimator"); i++)
    for (gsize k = 0; k < i; k++)
      {
        const PnyxSection *estimator = pnyx_section_child (section, "estimator", i);

        if (!g_str_equal (estimator_name (estimator),
                          estimator_name (pnyx_section_child (section, "estimator", k))))
          continue;
        pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &estimator->place,
                           "there is an estimator %s already (expected another name=\"...\")",
                           estimator_name (estimator));
        return FALSE;
      }
  return TRUE;
}

gboolean
pnyx_estimators_check (const PnyxSection *section, GError **error)
{
  if (!check_names (section, error)
      || !check_categories (section, pnyx_section_child (section, "filter", 0), error))
    return FALSE;
  for (gsize i = 0; i < pnyx_section_count (section, "estimator"); i++)
    if (!check_categories (section, pnyx_section_child (section, "estimator", i), error))
      return FALSE;
  return TRUE;
}

/* ---- Learning ---- */

static gdouble
log_truth (gpointer user, PnyxTime time)
{
  return log (pnyx_feed_truth (((const PnyxOracle *)user)->feed, time));
}

static void
context (gpointer user, PnyxTime time, gdouble *features)
{
  pnyx_feed_features (((const PnyxOracle *)user)->feed, time, features);
}

/* Oldest that an observation is when its round is judged, in the labelled past. */
#define AGE_MAX PNYX_SECOND

static void
on_train (gpointer self, const PnyxEvent *event)
{
  PnyxOracle *oracle = self;
  const PnyxEstimator *estimator = &oracle->estimates[event->payload];
  PnyxPastSource source = { .seed = pnyx_hash_mix (pnyx_world_seed (oracle->world), oracle->index),
                            .replicate = pnyx_world_replicate (oracle->world),
                            .n_reporters = oracle->n_reporters,
                            .age_max = AGE_MAX,
                            .n_context = PNYX_N_FEATURES,
                            .truth = log_truth,
                            .context = context,
                            .user = oracle };
  g_autoptr (PnyxPast) past = pnyx_anomaly_past_new (pnyx_anomaly_params_of (estimator->section),
                                                     &source, oracle->params->poisoned);
  PnyxTrainingSet set;

  pnyx_past_set (past, &set);
  pnyx_aggregator_train (estimator->aggregator, &set);
}

gdouble
pnyx_estimator_energy (const PnyxEstimator *estimator, gboolean training)
{
  const PnyxAnomalyParams *params = pnyx_anomaly_params_of (estimator->section);

  if (params == NULL)
    return NAN;
  return pnyx_compute_energy (&params->compute,
                              training ? pnyx_aggregator_training_operations (estimator->aggregator)
                                       : pnyx_aggregator_operations (estimator->aggregator));
}

static void
clear_aggregator (gpointer aggregator)
{
  pnyx_aggregator_clear (aggregator);
}

static void
schedule_training (PnyxOracle *oracle, guint number)
{
  const PnyxAnomalyParams *params = pnyx_anomaly_params_of (oracle->estimates[number].section);
  g_autofree gchar *name = g_strdup_printf ("oracle.train.%s", oracle->id);

  if (params == NULL)
    return;
  if (oracle->train_type == 0)
    oracle->train_type = pnyx_world_add_handler (oracle->world, name, on_train, oracle);
  pnyx_world_schedule (oracle->world, pnyx_anomaly_train_at (params), PNYX_PHASE_ENVIRONMENT,
                       oracle->train_type, oracle->index, PNYX_NONE, number, 0, number);
}

static void
add_estimator (PnyxOracle *oracle, guint number, const PnyxSection *section)
{
  PnyxEstimator *estimator = &oracle->estimates[number];

  estimator->section = section;
  estimator->name = number > 0 ? estimator_name (section) : section->component->name;
  estimator->aggregator = pnyx_aggregator_new_from_section (pnyx_world_arena (oracle->world),
                                                            section, oracle->n_reporters);
  pnyx_world_own (oracle->world, clear_aggregator, estimator->aggregator);
  schedule_training (oracle, number);
}

void
pnyx_estimators_new (PnyxOracle *oracle)
{
  guint n = (guint)pnyx_section_count (oracle->section, "estimator");

  oracle->n_estimates = 1 + n;
  oracle->estimates
      = pnyx_arena_array (pnyx_world_arena (oracle->world), PnyxEstimator, oracle->n_estimates);
  add_estimator (oracle, 0, pnyx_section_child (oracle->section, "filter", 0));
  for (guint i = 0; i < n; i++)
    add_estimator (oracle, 1 + i, pnyx_section_child (oracle->section, "estimator", i));
}

/* ---- Rounds ---- */

static PnyxTime
median_time (const PnyxObservation *observations, gsize n)
{
  g_autofree PnyxTime *times = g_new (PnyxTime, n);

  for (gsize i = 0; i < n; i++)
    {
      PnyxTime time = observations[i].report.observed;
      gsize k = i;

      for (; k > 0 && times[k - 1] > time; k--)
        times[k] = times[k - 1];
      times[k] = time;
    }
  return times[n / 2];
}

/* A tenth of an equal share, or less: it is not believed. */
#define BELIEVED 0.1

static void
note (PnyxOracle *oracle, PnyxEstimator *estimate, const PnyxObservation *observations, gsize n,
      gdouble value, const gdouble *weights)
{
  PnyxEstimation round = { .observed = median_time (observations, n), .n = (guint32)n };
  gdouble truth = pnyx_feed_truth (oracle->feed, round.observed);

  round.error = oracle->prices ? exp (value) / truth - 1 : value != truth;
  for (gsize i = 0; i < n; i++)
    {
      gboolean flagged = weights[i] < BELIEVED / (gdouble)n;

      round.n_altered += observations[i].altered ? 1 : 0;
      round.n_flagged += flagged ? 1 : 0;
      round.n_caught += flagged && observations[i].altered ? 1 : 0;
    }
  pnyx_arena_reserve (pnyx_world_arena (oracle->world), estimate->rounds, estimate->n_rounds,
                      estimate->rounds_capacity);
  estimate->rounds[estimate->n_rounds++] = round;
}

/* Asks estimator @number of @n observations. */
static gdouble
ask (PnyxOracle *oracle, guint number, const PnyxObservation *observations, gsize n)
{
  PnyxEstimator *estimate = &oracle->estimates[number];
  g_autofree PnyxReport *reports = g_new (PnyxReport, n);
  g_autofree gdouble *weights = g_new (gdouble, n);
  gdouble features[PNYX_N_FEATURES];
  gboolean learns = pnyx_anomaly_params_of (estimate->section) != NULL;
  gdouble value;

  if (learns)
    pnyx_feed_features (oracle->feed, pnyx_world_now (oracle->world), features);
  for (gsize i = 0; i < n; i++)
    {
      reports[i] = observations[i].report;
      reports[i].features = learns ? features : NULL;
      reports[i].n_features = learns ? PNYX_N_FEATURES : 0;
    }
  value = pnyx_aggregator_run (estimate->aggregator, reports, n, pnyx_world_now (oracle->world),
                               weights);
  if (!isnan (value))
    note (oracle, estimate, observations, n, value, weights);
  return value;
}

gdouble
pnyx_oracle_estimate (PnyxOracle *oracle, const PnyxObservation *observations, gsize n)
{
  return n == 0 ? (gdouble)NAN : ask (oracle, 0, observations, n);
}

void
pnyx_oracle_compare (PnyxOracle *oracle, const PnyxObservation *observations, gsize n)
{
  for (guint i = 1; n > 0 && i < oracle->n_estimates; i++)
    ask (oracle, i, observations, n);
}
