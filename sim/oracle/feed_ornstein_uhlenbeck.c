/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log price that is drawn back to its level; exact on the grid. */
#include <math.h>

#include "oracle/feed.h"

typedef struct
{
  gdouble volatility;
  PnyxTime half_life;
} OuParams;

static const PnyxParam ou_params[] = {
  { .name = "volatility",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.05",
    .min = "0",
    .max = "100",
    .offset = offsetof (OuParams, volatility),
    .meaning
    = "Volatility of the log price per square root of a year, as if nothing drew it back." },
  { .name = "half-life",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 d",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (OuParams, half_life),
    .meaning = "Time after which half of a distance from the start is left." },
};

typedef struct
{
  const OuParams *params;
  gdouble level; /* that it is drawn to */
} Ou;

static gboolean
ou_init (gpointer self, const PnyxSection *section, PnyxArena *arena, GError **error)
{
  Ou *ou = self;

  (void)arena;
  (void)error;
  ou->params = section->component_params;
  ou->level = log (((const PnyxFeedParams *)section->params)->start);
  return TRUE;
}

static gdouble
ou_step (gpointer self, const PnyxFeedStep *step)
{
  const Ou *ou = self;
  gdouble rate = G_LN2 * (gdouble)PNYX_YEAR / (gdouble)ou->params->half_life; /* a year */
  gdouble keep = exp (-rate * step->dt);
  gdouble sd = ou->params->volatility * sqrt (-expm1 (-2 * rate * step->dt) / (2 * rate));

  return ou->level + (step->level - ou->level) * keep + sd * step->normal;
}

const PnyxFeedOps pnyx_feed_ornstein_uhlenbeck = {
  .component = { .name = "ornstein-uhlenbeck",
                 .summary = "A price that returns to its level, as that of a stablecoin.",
                 .source = "G. E. Uhlenbeck, L. S. Ornstein, \"On the theory of the Brownian "
                           "motion\", Physical Review 36 (1930), in log price",
                 .params = ou_params,
                 .n_params = G_N_ELEMENTS (ou_params),
                 .params_size = sizeof (OuParams) },
  .state_size = sizeof (Ou),
  .init = ou_init,
  .step = ou_step,
};
