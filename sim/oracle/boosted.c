/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter that learns (oracle/anomaly.h) with gradient-boosted trees. */
#include "oracle/anomaly.h"

static const PnyxParam boosted_params[]
    = { PNYX_LEARNER_BOOSTED_PARAMS (PnyxAnomalyParams, learner), PNYX_ANOMALY_PARAMS };

static gboolean
boosted_check (const PnyxSection *section, GError **error)
{
  return pnyx_anomaly_check (section, PNYX_LEARNER_BOOSTED, error);
}

static void
boosted_init (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena)
{
  PnyxAnomaly **state = self;

  *state = pnyx_anomaly_new (arena, PNYX_LEARNER_BOOSTED, params, n_reporters);
}

static void
boosted_clear (gpointer self)
{
  PnyxAnomaly **state = self;

  pnyx_anomaly_clear (*state);
}

static gdouble
boosted_aggregate (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now,
                   gdouble *weights)
{
  PnyxAnomaly **state = self;

  return pnyx_anomaly_aggregate (*state, reports, n, now, weights);
}

static guint64
boosted_operations (const void *self, gsize n)
{
  PnyxAnomaly *const *state = self;

  return pnyx_anomaly_operations (*state, n);
}

static gboolean
boosted_train (gpointer self, const PnyxTrainingSet *set, guint64 *operations)
{
  PnyxAnomaly **state = self;

  return pnyx_anomaly_train (*state, set, operations);
}

const PnyxAggregatorOps pnyx_aggregator_boosted = {
  .component
  = { .name = "boosted",
      .summary
      = "Median of the reports that gradient-boosted trees, trained in the run, do not suspect.",
      .source = "T. Chen, C. Guestrin, \"XGBoost: a scalable tree boosting system\", KDD 2016",
      .limits = "Learns from incidents injected into a past with known noise; the median of all "
                "until training has ended, and of reports that it keeps whatever it suspects.",
      .params = boosted_params,
      .n_params = G_N_ELEMENTS (boosted_params),
      .params_size = sizeof (PnyxAnomalyParams),
      .check = boosted_check },
  .judges = TRUE,
  .state_size = sizeof (PnyxAnomaly *),
  .init = boosted_init,
  .clear = boosted_clear,
  .aggregate = boosted_aggregate,
  .operations = boosted_operations,
  .train = boosted_train,
};
