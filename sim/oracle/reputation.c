/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reputation by exponential weights: after each round a reporter's weight is multiplied by
 * exp (-rate loss), its loss being the distance to the answer in units of `scale`, at most 1. A
 * share of all weight is then spread evenly, so that nobody is lost for ever and who was right in
 * an earlier regime returns.
 */
#include "oracle/aggregator.h"

#include <math.h>

enum
{
  ANSWER_MEAN,
  ANSWER_MEDIAN
};

typedef struct
{
  gdouble rate;
  gdouble scale;
  gdouble share;
  gint answer;
} ReputationParams;

typedef struct
{
  ReputationParams params;
  guint32 n_reporters;
  gdouble *reputation; /* of each reporter, sum 1 */
  guint32 *order;
} Reputation;

static const gchar *const answer_choices[] = { "mean", "median", NULL };

static const PnyxParam reputation_params[] = {
  { .name = "rate",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.1",
    .min = "0",
    .max = "100",
    .offset = offsetof (ReputationParams, rate),
    .meaning = "How fast weight is lost: the exponent of a loss of 1." },
  { .name = "scale",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.005",
    .min = "0",
    .max = "1e+06",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (ReputationParams, scale),
    .meaning = "Distance to the answer that is a loss of 1, in the unit of the value." },
  { .name = "share",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.001",
    .min = "0",
    .max = "1",
    .offset = offsetof (ReputationParams, share),
    .meaning = "Share of all weight that is spread evenly after each round." },
  { .name = "answer",
    .type = PNYX_PARAM_ENUM,
    .fallback = "median",
    .choices = answer_choices,
    .offset = offsetof (ReputationParams, answer),
    .meaning = "Weighted mean or weighted median of the reports." },
};

static void
reputation_init (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena)
{
  Reputation *state = self;

  state->params = *(const ReputationParams *)params;
  state->n_reporters = n_reporters;
  state->reputation = pnyx_arena_array (arena, gdouble, n_reporters);
  state->order = pnyx_arena_array (arena, guint32, n_reporters);
  for (guint32 i = 0; i < n_reporters; i++)
    state->reputation[i] = 1.0 / n_reporters;
}

static gdouble
weighted_mean (const PnyxReport *reports, gsize n, const gdouble *weights)
{
  gdouble sum = 0, total = 0;

  for (gsize i = 0; i < n; i++)
    if (weights[i] > 0)
      {
        sum += weights[i] * reports[i].value;
        total += weights[i];
      }
  return sum / total;
}

static gdouble
weighted_median (Reputation *state, const PnyxReport *reports, gsize n, const gdouble *weights)
{
  gdouble reached = 0, total = 0, last = NAN;

  pnyx_reports_order (reports, n, state->order);
  for (gsize i = 0; i < n; i++)
    total += weights[state->order[i]];
  for (gsize i = 0; i < n && 2 * reached < total; i++)
    if (weights[state->order[i]] > 0)
      {
        reached += weights[state->order[i]];
        last = reports[state->order[i]].value;
      }
  return last;
}

/* Weight that is lost goes to nobody: all are divided by what is left. */
static void
update (Reputation *state, const PnyxReport *reports, gsize n, gdouble answer)
{
  gdouble total = 0, even;

  for (gsize i = 0; i < n; i++)
    {
      gdouble distance = ABS (reports[i].value - answer) / state->params.scale;

      state->reputation[reports[i].reporter] *= exp (-state->params.rate * MIN (distance, 1));
    }
  for (guint32 i = 0; i < state->n_reporters; i++)
    total += state->reputation[i];
  even = state->params.share / state->n_reporters;
  for (guint32 i = 0; i < state->n_reporters; i++)
    state->reputation[i] = (1 - state->params.share) * state->reputation[i] / total + even;
}

static gdouble
reputation_aggregate (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now,
                      gdouble *weights)
{
  Reputation *state = self;
  gdouble answer, total = 0;

  (void)now;
  for (gsize i = 0; i < n; i++)
    {
      weights[i] = isfinite (reports[i].value) ? state->reputation[reports[i].reporter] : 0;
      total += weights[i];
    }
  if (!(total > 0))
    return NAN;
  answer = state->params.answer == ANSWER_MEAN ? weighted_mean (reports, n, weights)
                                               : weighted_median (state, reports, n, weights);
  update (state, reports, n, answer);
  return answer;
}

static guint64
reputation_operations (const void *self, gsize n)
{
  const Reputation *state = self;

  return (state->params.answer == ANSWER_MEDIAN ? pnyx_sort_operations (n) : 0) + 8 * (guint64)n
         + 4 * (guint64)state->n_reporters;
}

const PnyxAggregatorOps pnyx_aggregator_reputation = {
  .component
  = { .name = "reputation",
      .summary = "Weighted by a reputation that falls exponentially with the distance to the "
                 "answer.",
      .source = "Y. Freund, R. E. Schapire, \"A decision-theoretic generalization of on-line "
                "learning and an application to boosting\", Journal of Computer and System "
                "Sciences 55 (1997), figure 1; spread evenly: M. Herbster, M. K. Warmuth, "
                "\"Tracking the best expert\", Machine Learning 32 (1998), fixed share",
      .limits = "The loss is taken against the answer, not against the truth, which nobody knows.",
      .params = reputation_params,
      .n_params = G_N_ELEMENTS (reputation_params),
      .params_size = sizeof (ReputationParams) },
  .judges = TRUE,
  .state_size = sizeof (Reputation),
  .init = reputation_init,
  .aggregate = reputation_aggregate,
  .operations = reputation_operations,
};
