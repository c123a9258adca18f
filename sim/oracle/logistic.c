/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter that learns (oracle/anomaly.h) with logistic regression: no library needed. */
#include "oracle/anomaly.h"

static const PnyxParam logistic_params[]
    = { PNYX_LEARNER_PENALTY_PARAM (PnyxAnomalyParams, learner), PNYX_ANOMALY_PARAMS };

static gboolean
logistic_check (const PnyxSection *section, GError **error)
{
  return pnyx_anomaly_check (section, PNYX_LEARNER_LOGISTIC, error);
}

static void
logistic_init (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena)
{
  PnyxAnomaly **state = self;

  *state = pnyx_anomaly_new (arena, PNYX_LEARNER_LOGISTIC, params, n_reporters);
}

static void
logistic_clear (gpointer self)
{
  PnyxAnomaly **state = self;

  pnyx_anomaly_clear (*state);
}

static gdouble
logistic_aggregate (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now,
                    gdouble *weights)
{
  PnyxAnomaly **state = self;

  return pnyx_anomaly_aggregate (*state, reports, n, now, weights);
}

static guint64
logistic_operations (const void *self, gsize n)
{
  PnyxAnomaly *const *state = self;

  return pnyx_anomaly_operations (*state, n);
}

static gboolean
logistic_train (gpointer self, const PnyxTrainingSet *set, guint64 *operations)
{
  PnyxAnomaly **state = self;

  return pnyx_anomaly_train (*state, set, operations);
}

const PnyxAggregatorOps pnyx_aggregator_logistic = {
  .component
  = { .name = "logistic",
      .summary
      = "Median of the reports that a logistic regression, trained in the run, does not suspect.",
      .source = "P. McCullagh, J. A. Nelder, \"Generalized linear models\", 2nd edition (1989), "
                "sections 2.5 and 4.4",
      .limits = "Learns from incidents injected into a past with known noise; the median of all "
                "until training has ended, and of reports that it keeps whatever it suspects.",
      .params = logistic_params,
      .n_params = G_N_ELEMENTS (logistic_params),
      .params_size = sizeof (PnyxAnomalyParams),
      .check = logistic_check },
  .judges = TRUE,
  .state_size = sizeof (PnyxAnomaly *),
  .init = logistic_init,
  .clear = logistic_clear,
  .aggregate = logistic_aggregate,
  .operations = logistic_operations,
  .train = logistic_train,
};
