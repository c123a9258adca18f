/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic mean: the best of equal independent normal errors, moved anywhere by one liar. */
#include "oracle/aggregator.h"

static void
mean_init (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena)
{
  (void)self;
  (void)params;
  (void)n_reporters;
  (void)arena;
}

static gdouble
mean_aggregate (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now, gdouble *weights)
{
  gdouble sum = 0;

  (void)self;
  (void)now;
  for (gsize i = 0; i < n; i++)
    {
      sum += reports[i].value;
      weights[i] = 1;
    }
  return sum / (gdouble)n;
}

static guint64
mean_operations (const void *self, gsize n)
{
  (void)self;
  return n + 1;
}

const PnyxAggregatorOps pnyx_aggregator_mean = {
  .component = { .name = "mean",
                 .summary = "Arithmetic mean of the reports.",
                 .source = "breakdown point 0: F. R. Hampel, \"A general qualitative definition of "
                           "robustness\", Annals of Mathematical Statistics 42 (1971)" },
  .init = mean_init,
  .aggregate = mean_aggregate,
  .operations = mean_operations,
};
