/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Geometric Brownian motion and the same with jumps, exact on the grid. */
#include <math.h>

#include "oracle/feed.h"

typedef struct
{
  gdouble drift;
  gdouble volatility;
} GbmParams;

#define DIFFUSION_PARAMS(Params)                                                                   \
  { .name = "drift",                                                                               \
    .type = PNYX_PARAM_REAL,                                                                       \
    .fallback = "0",                                                                               \
    .min = "-100",                                                                                 \
    .max = "100",                                                                                  \
    .offset = offsetof (Params, drift),                                                            \
    .meaning = "Growth of the expected price, per year." },                                        \
  {                                                                                                \
    .name = "volatility", .type = PNYX_PARAM_REAL, .fallback = "0.8", .min = "0", .max = "100",    \
    .offset = offsetof (Params, volatility),                                                       \
    .meaning = "Standard deviation of the log price after a year, without jumps."                  \
  }

static const PnyxParam gbm_params[] = { DIFFUSION_PARAMS (GbmParams) };

typedef struct
{
  const GbmParams *params;
} Gbm;

static gboolean
gbm_init (gpointer self, const PnyxSection *section, PnyxArena *arena, GError **error)
{
  (void)arena;
  (void)error;
  ((Gbm *)self)->params = section->component_params;
  return TRUE;
}

static gdouble
gbm_step (gpointer self, const PnyxFeedStep *step)
{
  const GbmParams *params = ((Gbm *)self)->params;
  gdouble s = params->volatility;

  return step->level + (params->drift - s * s / 2) * step->dt + s * sqrt (step->dt) * step->normal;
}

const PnyxFeedOps pnyx_feed_gbm = {
  .component = { .name = "gbm",
                 .summary = "Geometric Brownian motion.",
                 .source = "F. Black, M. Scholes, \"The pricing of options and corporate "
                           "liabilities\", J. Political Economy 81 (1973), assumption (b)",
                 .params = gbm_params,
                 .n_params = G_N_ELEMENTS (gbm_params),
                 .params_size = sizeof (GbmParams) },
  .state_size = sizeof (Gbm),
  .init = gbm_init,
  .step = gbm_step,
};

typedef struct
{
  gdouble drift;
  gdouble volatility;
  gdouble jumps;
  gdouble jump_mean;
  gdouble jump_sd;
} MertonParams;

static const PnyxParam merton_params[] = {
  DIFFUSION_PARAMS (MertonParams),
  { .name = "jumps",
    .type = PNYX_PARAM_REAL,
    .fallback = "6",
    .min = "0",
    .max = "1000000",
    .offset = offsetof (MertonParams, jumps),
    .meaning = "Jumps a year on average; Poisson." },
  { .name = "jump-mean",
    .type = PNYX_PARAM_REAL,
    .fallback = "-0.12",
    .min = "-5",
    .max = "5",
    .offset = offsetof (MertonParams, jump_mean),
    .meaning = "Mean of a jump of the log price." },
  { .name = "jump-sd",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.05",
    .min = "0",
    .max = "5",
    .offset = offsetof (MertonParams, jump_sd),
    .meaning = "Standard deviation of a jump of the log price." },
};

typedef struct
{
  const MertonParams *params;
} Merton;

static gboolean
merton_init (gpointer self, const PnyxSection *section, PnyxArena *arena, GError **error)
{
  (void)arena;
  (void)error;
  ((Merton *)self)->params = section->component_params;
  return TRUE;
}

/* The number of jumps of a step by inversion: one uniform. Their sum is normal given their number.
 */
static gdouble
merton_step (gpointer self, const PnyxFeedStep *step)
{
  const MertonParams *params = ((Merton *)self)->params;
  gdouble s = params->volatility, rate = params->jumps * step->dt;
  gdouble expected = expm1 (params->jump_mean + params->jump_sd * params->jump_sd / 2);
  gdouble level = step->level + (params->drift - s * s / 2 - params->jumps * expected) * step->dt
                  + s * sqrt (step->dt) * step->normal;
  gdouble uniform = pnyx_rng_uniform (step->rng, 0, step->index);
  gdouble term = exp (-rate), sum = term;
  guint n = 0;

  for (; uniform > sum && n < 1000; sum += term)
    term *= rate / ++n;
  if (n > 0)
    level += n * params->jump_mean
             + sqrt (n) * params->jump_sd * pnyx_rng_normal (step->rng, 1, step->index);
  return level;
}

const PnyxFeedOps pnyx_feed_merton = {
  .component = { .name = "merton",
                 .summary = "Geometric Brownian motion with jumps at random times.",
                 .source = "R. C. Merton, \"Option pricing when underlying stock returns are "
                           "discontinuous\", J. Financial Economics 3 (1976), equation (2), with "
                           "jumps that are lognormal",
                 .limits = "The drift is that of the expected price: the jumps' part is taken off.",
                 .params = merton_params,
                 .n_params = G_N_ELEMENTS (merton_params),
                 .params_size = sizeof (MertonParams) },
  .state_size = sizeof (Merton),
  .init = merton_init,
  .step = merton_step,
};
