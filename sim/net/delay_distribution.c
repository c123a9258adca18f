/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Independent delays from one distribution: the network of most theorems and of toy studies. */
#include "net/delay.h"

typedef struct
{
  const PnyxDistribution *value;
} DistributionParams;

typedef struct
{
  PnyxQuantileTable *table; /* owned */
} Distribution;

static const PnyxParam distribution_params[] = {
  { .name = "value",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "100 ms",
    .offset = offsetof (DistributionParams, value),
    .meaning = "Delay of each message on each link; draws at or below 0 count as 1 ns." },
};

static void
distribution_init (gpointer self, gconstpointer params, PnyxWorld *world)
{
  Distribution *state = self;
  const DistributionParams *p = params;

  (void)world;
  state->table = pnyx_quantile_table_new (p->value, NULL);
}

static void
distribution_clear (gpointer self)
{
  Distribution *state = self;

  pnyx_quantile_table_free (state->table);
}

static PnyxTime
distribution_delay (const void *self, const PnyxFlight *flight)
{
  const Distribution *state = self;
  gdouble seconds = pnyx_quantile_table_draw (state->table, flight->word);

  return MAX (pnyx_time_from_seconds (MAX (seconds, 0)), 1);
}

const PnyxDelayOps pnyx_delay_distribution = {
  .component = { .name = "distribution",
                 .summary = "Independent delays from one distribution for all links.",
                 .source = "the usual assumption of closed forms",
                 .limits = "No geography, no triangle inequality.",
                 .params = distribution_params,
                 .n_params = G_N_ELEMENTS (distribution_params),
                 .params_size = sizeof (DistributionParams) },
  .state_size = sizeof (Distribution),
  .init = distribution_init,
  .clear = distribution_clear,
  .delay = distribution_delay,
};
