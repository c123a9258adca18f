/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The median. Of an even number of reports there are two in the middle: Chainlink's contract takes
 * the upper one (element n / 2 from 0), which is captured upwards by n / 2 liars and downwards only
 * by n / 2 + 1.
 */
#include "oracle/aggregator.h"

enum
{
  EVEN_LOWER,
  EVEN_UPPER,
  EVEN_MEAN
};

typedef struct
{
  gint even;
} MedianParams;

typedef struct
{
  gint even;
  guint32 *order;
} Median;

static const gchar *const even_choices[] = { "lower", "upper", "mean", NULL };

static const PnyxParam median_params[] = {
  { .name = "even",
    .type = PNYX_PARAM_ENUM,
    .fallback = "upper",
    .choices = even_choices,
    .offset = offsetof (MedianParams, even),
    .meaning = "Which of the two in the middle counts where the number of reports is even.",
    .source = "libocr, contract/OffchainAggregator.sol: observations[length / 2]" },
};

static void
median_init (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena)
{
  Median *state = self;

  state->even = ((const MedianParams *)params)->even;
  state->order = pnyx_arena_array (arena, guint32, n_reporters);
}

static gdouble
median_aggregate (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now, gdouble *weights)
{
  Median *state = self;
  guint32 low, high;

  (void)now;
  pnyx_reports_order (reports, n, state->order);
  low = state->order[(n - 1) / 2];
  high = state->order[n / 2];
  if (state->even == EVEN_LOWER)
    high = low;
  if (state->even == EVEN_UPPER)
    low = high;
  weights[low] += 1;
  weights[high] += 1;
  /* Halves first: no overflow, and equal infinities stay what they are. */
  return low == high ? reports[low].value : reports[low].value / 2 + reports[high].value / 2;
}

static guint64
median_operations (const void *self, gsize n)
{
  (void)self;
  return pnyx_sort_operations (n) + 1;
}

const PnyxAggregatorOps pnyx_aggregator_median = {
  .component = { .name = "median",
                 .summary = "Median of the reports.",
                 .source = "libocr, contract/OffchainAggregator.sol: the element length / 2 of the "
                           "sorted observations; breakdown point floor((n - 1) / 2) / n",
                 .params = median_params,
                 .n_params = G_N_ELEMENTS (median_params),
                 .params_size = sizeof (MedianParams) },
  .state_size = sizeof (Median),
  .init = median_init,
  .aggregate = median_aggregate,
  .operations = median_operations,
};
