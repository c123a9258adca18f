/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GARCH(1,1): h = omega + alpha r^2 + beta h, on the grid's steps. */
#include <math.h>

#include "oracle/feed.h"

typedef struct
{
  gdouble volatility;
  gdouble alpha, beta;
} GarchParams;

static const PnyxParam garch_params[] = {
  { .name = "volatility",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.8",
    .min = "0",
    .max = "100",
    .offset = offsetof (GarchParams, volatility),
    .meaning = "Standard deviation of the log price after a year in the long run." },
  { .name = "alpha",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.05",
    .min = "0",
    .max = "1",
    .offset = offsetof (GarchParams, alpha),
    .meaning = "Weight of the last squared return in the next variance." },
  { .name = "beta",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.94",
    .min = "0",
    .max = "1",
    .offset = offsetof (GarchParams, beta),
    .meaning = "Weight of the last variance in the next." },
};

typedef struct
{
  const GarchParams *params;
  gdouble variance, last; /* of the step before: variance and return; variance 0: none yet */
} Garch;

static gboolean
garch_check (const PnyxSection *section, GError **error)
{
  const GarchParams *params = section->component_params;
  PnyxPlace place = pnyx_section_place_of (section, "beta");

  if (params->alpha + params->beta < 1)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                     "alpha + beta is %g (expected less than 1: the variance has no mean)",
                     params->alpha + params->beta);
  return FALSE;
}

static gboolean
garch_init (gpointer self, const PnyxSection *section, PnyxArena *arena, GError **error)
{
  (void)arena;
  (void)error;
  ((Garch *)self)->params = section->component_params;
  return TRUE;
}

static gdouble
garch_step (gpointer self, const PnyxFeedStep *step)
{
  Garch *garch = self;
  const GarchParams *params = garch->params;
  gdouble mean = params->volatility * params->volatility * step->dt;

  if (step->index == 1)
    garch->variance = mean;
  else
    garch->variance = (1 - params->alpha - params->beta) * mean
                      + params->alpha * garch->last * garch->last + params->beta * garch->variance;
  garch->last = sqrt (garch->variance) * step->normal;
  return step->level + garch->last - garch->variance / 2;
}

const PnyxFeedOps pnyx_feed_garch = {
  .component = { .name = "garch",
                 .summary = "Returns whose variance remembers: GARCH(1,1).",
                 .source = "T. Bollerslev, \"Generalized autoregressive conditional "
                           "heteroskedasticity\", J. Econometrics 31 (1986), equation (6) with p = "
                           "q = 1",
                 .limits = "The recursion is of the grid's steps: alpha and beta belong to a step.",
                 .params = garch_params,
                 .n_params = G_N_ELEMENTS (garch_params),
                 .params_size = sizeof (GarchParams),
                 .check = garch_check },
  .state_size = sizeof (Garch),
  .init = garch_init,
  .step = garch_step,
};
