/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two regimes, calm and stressed, that take turns as a Markov chain. */
#include <math.h>

#include "oracle/feed.h"

typedef struct
{
  gdouble volatility[2];
  gdouble drift[2];
  PnyxTime stay[2];
} RegimeParams;

static const PnyxParam regime_params[] = {
  { .name = "calm-volatility",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "100",
    .offset = offsetof (RegimeParams, volatility[0]),
    .meaning = "Volatility per square root of a year while it is calm." },
  { .name = "stressed-volatility",
    .type = PNYX_PARAM_REAL,
    .fallback = "2",
    .min = "0",
    .max = "100",
    .offset = offsetof (RegimeParams, volatility[1]),
    .meaning = "The same under stress." },
  { .name = "calm-drift",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "-1000",
    .max = "1000",
    .offset = offsetof (RegimeParams, drift[0]),
    .meaning = "Growth of the expected price per year while it is calm." },
  { .name = "stressed-drift",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "-1000",
    .max = "1000",
    .offset = offsetof (RegimeParams, drift[1]),
    .meaning = "The same under stress." },
  { .name = "calm",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 d",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (RegimeParams, stay[0]),
    .meaning = "Mean time that it stays calm." },
  { .name = "stressed",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 d",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (RegimeParams, stay[1]),
    .meaning = "Mean time that stress lasts." },
};

typedef struct
{
  const RegimeParams *params;
  guint regime;
} Regime;

static gboolean
regime_init (gpointer self, const PnyxSection *section, PnyxArena *arena, GError **error)
{
  (void)arena;
  (void)error;
  ((Regime *)self)->params = section->component_params;
  return TRUE;
}

static gdouble
regime_step (gpointer self, const PnyxFeedStep *step)
{
  Regime *regime = self;
  const RegimeParams *params = regime->params;
  gdouble stay = (gdouble)params->stay[regime->regime] / (gdouble)PNYX_YEAR;
  gdouble s;

  if (pnyx_rng_uniform (step->rng, 0, step->index) < -expm1 (-step->dt / stay))
    regime->regime = 1 - regime->regime;
  s = params->volatility[regime->regime];
  return step->level + (params->drift[regime->regime] - s * s / 2) * step->dt
         + s * sqrt (step->dt) * step->normal;
}

const PnyxFeedOps pnyx_feed_regime = {
  .component = { .name = "regime",
                 .summary = "Calm and stress take turns, each with its volatility.",
                 .source = "J. D. Hamilton, \"A new approach to the economic analysis of "
                           "nonstationary time series and the business cycle\", Econometrica 57 "
                           "(1989); here of returns with two states",
                 .params = regime_params,
                 .n_params = G_N_ELEMENTS (regime_params),
                 .params_size = sizeof (RegimeParams) },
  .state_size = sizeof (Regime),
  .init = regime_init,
  .step = regime_step,
};
