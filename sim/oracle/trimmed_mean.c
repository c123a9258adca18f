/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mean without a share of the reports at either end. */
#include "oracle/aggregator.h"

#include <math.h>

typedef struct
{
  gdouble share;
} TrimmedParams;

typedef struct
{
  gdouble share;
  guint32 *order;
} Trimmed;

static const PnyxParam trimmed_params[] = {
  { .name = "share",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.2",
    .min = "0",
    .max = "0.5",
    .offset = offsetof (TrimmedParams, share),
    .meaning = "Share of the reports that is left out at each end, rounded down to whole reports; "
               "one or two in the middle always stay." },
};

static void
trimmed_init (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena)
{
  Trimmed *state = self;

  state->share = ((const TrimmedParams *)params)->share;
  state->order = pnyx_arena_array (arena, guint32, n_reporters);
}

static gdouble
trimmed_aggregate (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now,
                   gdouble *weights)
{
  Trimmed *state = self;
  /* Shares such as 2/7 are not binary: two of seven are meant. */
  gsize cut = (gsize)floor (state->share * (gdouble)n + 1e-9);
  gdouble sum = 0;

  (void)now;
  cut = MIN (cut, (n - 1) / 2);
  pnyx_reports_order (reports, n, state->order);
  for (gsize i = cut; i < n - cut; i++)
    {
      sum += reports[state->order[i]].value;
      weights[state->order[i]] = 1;
    }
  return sum / (gdouble)(n - 2 * cut);
}

static guint64
trimmed_operations (const void *self, gsize n)
{
  (void)self;
  return pnyx_sort_operations (n) + n + 1;
}

const PnyxAggregatorOps pnyx_aggregator_trimmed_mean = {
  .component = { .name = "trimmed-mean",
                 .summary = "Mean without the lowest and highest reports.",
                 .source = "J. W. Tukey, D. H. McLaughlin, \"Less vulnerable confidence and "
                           "significance procedures for location based on a single sample: "
                           "trimming/winsorization 1\", Sankhya A 25 (1963); breakdown point share",
                 .params = trimmed_params,
                 .n_params = G_N_ELEMENTS (trimmed_params),
                 .params_size = sizeof (TrimmedParams) },
  .state_size = sizeof (Trimmed),
  .init = trimmed_init,
  .aggregate = trimmed_aggregate,
  .operations = trimmed_operations,
};
