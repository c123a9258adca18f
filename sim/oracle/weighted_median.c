/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The weighted median: the smallest report at which half of all weight is reached. Weight is what a
 * reporter claims of itself, the inverse of its confidence or of its square, so that who claims a
 * tiny one decides alone; `floor` bounds that.
 */
#include "oracle/aggregator.h"

#include <math.h>

enum
{
  WEIGHT_INVERSE,
  WEIGHT_PRECISION
};

typedef struct
{
  gint weight;
  gdouble floor;
} WeightedParams;

typedef struct
{
  WeightedParams params;
  guint32 *order;
} Weighted;

static const gchar *const weight_choices[] = { "inverse", "precision", NULL };

static const PnyxParam weighted_params[] = {
  { .name = "weight",
    .type = PNYX_PARAM_ENUM,
    .fallback = "inverse",
    .choices = weight_choices,
    .offset = offsetof (WeightedParams, weight),
    .meaning = "Weight of a report: 1 over its confidence, or 1 over the square of it." },
  { .name = "floor",
    .type = PNYX_PARAM_REAL,
    .fallback = "1e-06",
    .min = "0",
    .max = "1e+06",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (WeightedParams, floor),
    .meaning = "Smallest confidence that is believed, in the unit of the value." },
};

static void
weighted_init (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena)
{
  Weighted *state = self;

  state->params = *(const WeightedParams *)params;
  state->order = pnyx_arena_array (arena, guint32, n_reporters);
}

/* Who claims nothing weighs as the mean of those who do; 1 where nobody does. */
static gdouble
weigh (const Weighted *state, const PnyxReport *reports, gsize n, gdouble *weights)
{
  gdouble sum = 0, silent;
  gsize claims = 0;

  for (gsize i = 0; i < n; i++)
    {
      gdouble c = MAX (reports[i].confidence, state->params.floor);

      weights[i] = isnan (reports[i].confidence)              ? NAN
                   : state->params.weight == WEIGHT_PRECISION ? 1 / (c * c)
                                                              : 1 / c;
      if (!isnan (weights[i]))
        {
          sum += weights[i];
          claims++;
        }
    }
  silent = claims > 0 ? sum / (gdouble)claims : 1;
  for (gsize i = 0; i < n; i++)
    if (isnan (weights[i]))
      {
        weights[i] = silent;
        sum += silent;
      }
  return sum;
}

static gdouble
weighted_aggregate (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now,
                    gdouble *weights)
{
  Weighted *state = self;
  gdouble total = weigh (state, reports, n, weights), reached = 0;

  (void)now;
  if (!(total > 0))
    return NAN; /* confidences without end */
  pnyx_reports_order (reports, n, state->order);
  for (gsize i = 0; i < n; i++)
    {
      reached += weights[state->order[i]];
      if (2 * reached >= total)
        return reports[state->order[i]].value;
    }
  return reports[state->order[n - 1]].value; /* rounding: the sums differ in their order */
}

static guint64
weighted_operations (const void *self, gsize n)
{
  (void)self;
  return pnyx_sort_operations (n) + 4 * n;
}

const PnyxAggregatorOps pnyx_aggregator_weighted_median = {
  .component
  = { .name = "weighted-median",
      .summary = "Median weighted by the confidence that reporters claim.",
      .source = "F. Y. Edgeworth, \"On a new method of reducing observations relating to several "
                "quantities\", Philosophical Magazine 25 (1888)",
      .limits = "Claims are taken as they are: nobody checks them against later errors.",
      .params = weighted_params,
      .n_params = G_N_ELEMENTS (weighted_params),
      .params_size = sizeof (WeightedParams) },
  .state_size = sizeof (Weighted),
  .init = weighted_init,
  .aggregate = weighted_aggregate,
  .operations = weighted_operations,
};
