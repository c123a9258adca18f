/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Half the measured round trip of the two regions times exp(sigma Z) for each message and link, and
 * the last miles of both ends. The default sigma is that of the ratio p90/p50 = 1.042 over all
 * pairs of AWS regions: ln(1.042)/1.2816 = 0.032.
 */
#include "net/delay.h"

#include <math.h>

typedef struct
{
  gdouble sigma;
  gdouble scale;
} MeasuredParams;

typedef struct
{
  PnyxQuantileTable *factor; /* owned: quantiles of scale*exp(sigma Z); NULL: no jitter */
  PnyxDistribution *normal;  /* owned: what the table borrows */
  gdouble scale;
} Measured;

static const PnyxParam measured_params[] = {
  { .name = "sigma",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.032",
    .min = "0",
    .max = "2",
    .offset = offsetof (MeasuredParams, sigma),
    .meaning = "Standard deviation of the logarithm of the delay, for each message and link.",
    .source = "AWS regions 2025, cloudping.co: median p90/p50 of 1.042 over all pairs" },
  { .name = "scale",
    .type = PNYX_PARAM_REAL,
    .fallback = "1",
    .min = "0.001",
    .max = "1000",
    .offset = offsetof (MeasuredParams, scale),
    .meaning = "Factor on all measured delays, to ask what a slower world would do." },
};

static void
measured_init (gpointer self, gconstpointer params, PnyxWorld *world)
{
  Measured *state = self;
  const MeasuredParams *p = params;

  (void)world;
  state->scale = p->scale;
  if (p->sigma > 0)
    {
      g_autofree gchar *text = g_strdup_printf ("normal(0, %.17g)", p->sigma);

      state->normal = pnyx_distribution_parse (text, PNYX_UNIT_NONE, NULL);
      PNYX_REQUIRE (state->normal != NULL);
      state->factor = pnyx_quantile_table_new (state->normal, exp);
    }
}

static void
measured_clear (gpointer self)
{
  Measured *state = self;

  pnyx_quantile_table_free (state->factor);
  pnyx_distribution_free (state->normal);
}

static PnyxTime
measured_delay (const void *self, const PnyxFlight *flight)
{
  const Measured *state = self;
  gdouble factor = state->factor
                       ? state->scale * pnyx_quantile_table_draw (state->factor, flight->word)
                       : state->scale;

  return MAX ((PnyxTime)((gdouble)flight->half_rtt * factor + 0.5) + flight->last_mile, 1);
}

static void
measured_delays (const void *self, const PnyxFlight *flights, guint n, PnyxTime *delays)
{
  for (guint i = 0; i < n; i++)
    delays[i] = measured_delay (self, &flights[i]);
}

const PnyxDelayOps pnyx_delay_measured = {
  .component
  = { .name = "measured",
      .summary = "Half the measured round trip between regions with lognormal jitter, and "
                 "the last miles.",
      .source = "the region profile's",
      .limits = "Routing changes and congestion on the way are abstracted.",
      .params = measured_params,
      .n_params = G_N_ELEMENTS (measured_params),
      .params_size = sizeof (MeasuredParams) },
  .needs_regions = TRUE,
  .tcp = TRUE,
  .state_size = sizeof (Measured),
  .init = measured_init,
  .clear = measured_clear,
  .delay = measured_delay,
  .delays = measured_delays,
};
