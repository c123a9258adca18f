/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A Kalman filter of a random walk that is observed by all reporters at once. The prediction is the
 * last answer with the variance that the walk gained since. An innovation that is too large for its
 * own standard deviation sqrt (P + R) is clipped (Huber) or left out (gate); all reporters of a
 * round are judged by the same prediction, so that their order does not matter.
 *
 *   w_i = min (1, c / |z_i|)  or  1 if z_i^2 <= c^2 else 0,   z_i = (x_i - m) / sqrt (P + R_i)
 *   1 / P+ = 1 / P + sum w_i / R_i,     m+ = P+ (m / P + sum w_i x_i / R_i)
 *
 * Where most reports disagree with the prediction several rounds in a row it is the filter that is
 * wrong: it starts again from the median.
 */
#include "oracle/aggregator.h"

#include <math.h>

enum
{
  RULE_HUBER,
  RULE_GATE
};

typedef struct
{
  gint rule;
  gdouble limit;
  gdouble walk;
  gdouble noise;
  guint64 patience;
} KalmanParams;

typedef struct
{
  KalmanParams params;
  gboolean started;
  PnyxTime last;
  gdouble mean, variance;
  guint64 doubts; /* rounds in a row in which most disagreed */
  guint32 *order;
} Kalman;

static const gchar *const rule_choices[] = { "huber", "gate", NULL };

static const PnyxParam kalman_params[] = {
  { .name = "rule",
    .type = PNYX_PARAM_ENUM,
    .fallback = "huber",
    .choices = rule_choices,
    .offset = offsetof (KalmanParams, rule),
    .meaning = "What becomes of a large innovation: clipped, or left out." },
  { .name = "limit",
    .type = PNYX_PARAM_REAL,
    .fallback = "2",
    .min = "0.1",
    .max = "100",
    .offset = offsetof (KalmanParams, limit),
    .meaning = "Innovation that is large, in its standard deviations; the gate is chi-square with "
               "one degree of freedom at the square of it." },
  { .name = "walk",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.00015",
    .min = "0",
    .max = "1e+06",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (KalmanParams, walk),
    .meaning = "Standard deviation that the truth gains in a second, growing with the root of "
               "time: 0.8 in the square root of a year is 0.00014." },
  { .name = "noise",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.001",
    .min = "0",
    .max = "1e+06",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (KalmanParams, noise),
    .meaning = "Standard deviation of a report that claims no confidence, and the smallest that is "
               "believed is a tenth of it." },
  { .name = "patience",
    .type = PNYX_PARAM_COUNT,
    .fallback = "3",
    .max = "1000000",
    .offset = offsetof (KalmanParams, patience),
    .meaning = "Rounds in a row in which more than half of the reports are large before the filter "
               "starts again; 0: never." },
};

static void
kalman_init (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena)
{
  Kalman *state = self;

  state->params = *(const KalmanParams *)params;
  state->order = pnyx_arena_array (arena, guint32, n_reporters);
}

static gdouble
noise_of (const Kalman *state, const PnyxReport *report)
{
  gdouble sd = state->params.noise;

  if (isfinite (report->confidence))
    sd = MAX (report->confidence, sd / 10);
  return sd * sd;
}

static gboolean
start (Kalman *state, const PnyxReport *reports, gsize n)
{
  gdouble median;

  pnyx_reports_order (reports, n, state->order);
  median = pnyx_reports_median (reports, n, state->order);
  if (!isfinite (median))
    return FALSE;
  state->mean = median;
  state->variance = state->params.noise * state->params.noise;
  state->doubts = 0;
  state->started = TRUE;
  return TRUE;
}

/* How much of each report counts; Returns: how many are large. */
static gsize
weigh (const Kalman *state, const PnyxReport *reports, gsize n, gdouble *weights)
{
  gsize large = 0;

  for (gsize i = 0; i < n; i++)
    {
      gdouble noise = noise_of (state, &reports[i]);
      gdouble z = ABS (reports[i].value - state->mean) / sqrt (state->variance + noise);
      gboolean is_large = !(z <= state->params.limit);

      large += is_large ? 1 : 0;
      weights[i] = 1 / noise;
      if (is_large)
        weights[i] *= state->params.rule == RULE_GATE || isinf (z) ? 0 : state->params.limit / z;
    }
  return large;
}

static gdouble
kalman_aggregate (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now, gdouble *weights)
{
  Kalman *state = self;
  gdouble information, sum;
  gsize large;

  if (!state->started && !start (state, reports, n))
    return NAN;
  else if (now > state->last && state->last > 0)
    state->variance
        += state->params.walk * state->params.walk * pnyx_time_to_seconds (now - state->last);
  state->last = now;
  large = weigh (state, reports, n, weights);
  state->doubts = 2 * large > n ? state->doubts + 1 : 0;
  if (state->params.patience > 0 && state->doubts >= state->params.patience
      && start (state, reports, n))
    weigh (state, reports, n, weights);
  information = 1 / state->variance;
  sum = state->mean / state->variance;
  for (gsize i = 0; i < n; i++)
    if (weights[i] > 0)
      {
        information += weights[i];
        sum += weights[i] * reports[i].value;
      }
  state->variance = 1 / information;
  state->mean = sum / information;
  return state->mean;
}

static guint64
kalman_operations (const void *self, gsize n)
{
  (void)self;
  return 12 * (guint64)n + 8;
}

const PnyxAggregatorOps pnyx_aggregator_kalman = {
  .component
  = { .name = "kalman",
      .summary = "Robust Kalman filter of a random walk: large innovations are clipped or left "
                 "out.",
      .source = "R. E. Kalman, \"A new approach to linear filtering and prediction problems\", "
                "Journal of Basic Engineering 82 (1960); C. J. Masreliez, R. D. Martin, \"Robust "
                "Bayesian estimation for the linear model and robustifying the Kalman filter\", "
                "IEEE Transactions on Automatic Control 22 (1977)",
      .limits = "Errors of reporters are taken as independent, the truth as a walk of known speed; "
                "where all are left out the prediction is the answer.",
      .params = kalman_params,
      .n_params = G_N_ELEMENTS (kalman_params),
      .params_size = sizeof (KalmanParams) },
  .judges = TRUE,
  .state_size = sizeof (Kalman),
  .init = kalman_init,
  .aggregate = kalman_aggregate,
  .operations = kalman_operations,
};
