/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dawid and Skene's estimator online: each reporter has a matrix of expected counts (true class,
 * reported class), classes have expected counts as well. A round's posterior follows from them and
 * is then added to them, so that one pass over the rounds does what the batch does in many. Counts
 * forget by `memory` each round; `prior` counts on the diagonal say that reporters are right more
 * often than not, without which the classes could as well change their names.
 */
#include "oracle/aggregator.h"

#include <math.h>

#include "oracle/dawid_skene_rule.h"

typedef struct
{
  guint64 classes;
  gdouble memory;
  gdouble prior;
  gdouble right;
} DawidParams;

typedef struct
{
  DawidParams params;
  gsize n;             /* classes */
  gdouble *prevalence; /* expected counts of classes */
  gdouble *counts;     /* reporter, true class, reported class */
  gdouble *posterior;  /* of this round */
} Dawid;

static const PnyxParam dawid_params[] = {
  { .name = "classes",
    .type = PNYX_PARAM_COUNT,
    .fallback = "2",
    .min = "2",
    .max = "64",
    .offset = offsetof (DawidParams, classes),
    .meaning = "Number of answers that are possible." },
  { .name = "memory",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.995",
    .min = "0",
    .max = "1",
    .offset = offsetof (DawidParams, memory),
    .meaning = "What is left of a count after a round." },
  { .name = "prior",
    .type = PNYX_PARAM_REAL,
    .fallback = "10",
    .min = "0",
    .max = "1e+06",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (DawidParams, prior),
    .meaning = "Counts of each true class that a reporter starts with; they do not fade." },
  { .name = "right",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.7",
    .min = "0.01",
    .max = "0.99",
    .offset = offsetof (DawidParams, right),
    .meaning = "Share of those counts in which the reporter is right." },
};

static void
dawid_init (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena)
{
  Dawid *state = self;

  state->params = *(const DawidParams *)params;
  state->n = (gsize)state->params.classes;
  state->prevalence = pnyx_arena_array (arena, gdouble, state->n);
  state->counts = pnyx_arena_array (arena, gdouble, n_reporters * state->n * state->n);
  state->posterior = pnyx_arena_array (arena, gdouble, state->n);
}

static gdouble *
row_of (const Dawid *state, guint32 reporter, gsize truth)
{
  return state->counts + (reporter * state->n + truth) * state->n;
}

/* Probability that @reporter says @class where @truth is true. */
static gdouble
rate (const Dawid *state, guint32 reporter, gsize truth, gsize class)
{
  const gdouble *row = row_of (state, reporter, truth);
  gdouble share
      = truth == class ? state->params.right : (1 - state->params.right) / (gdouble)(state->n - 1);
  gdouble total = state->params.prior;

  for (gsize l = 0; l < state->n; l++)
    total += row[l];
  return (row[class] + state->params.prior * share) / total;
}

static gboolean
class_of (const Dawid *state, const PnyxReport *report, gsize *class)
{
  if (!(report->value >= 0 && report->value < (gdouble)state->n
        && report->value == floor (report->value)))
    return FALSE;
  *class = (gsize)report->value;
  return TRUE;
}

static void
learn (Dawid *state, const PnyxReport *reports, gsize n)
{
  gsize class;

  for (gsize k = 0; k < state->n; k++)
    state->prevalence[k] = state->params.memory * state->prevalence[k] + state->posterior[k];
  for (gsize i = 0; i < n; i++)
    for (gsize k = 0; k < state->n && class_of (state, &reports[i], &class); k++)
      {
        gdouble *row = row_of (state, reports[i].reporter, k);

        for (gsize l = 0; l < state->n; l++)
          row[l] *= state->params.memory;
        row[class] += state->posterior[k];
      }
}

static gdouble
dawid_aggregate (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now, gdouble *weights)
{
  Dawid *state = self;
  gsize class, best = 0, usable = 0;

  (void)now;
  for (gsize k = 0; k < state->n; k++)
    state->posterior[k] = log (state->prevalence[k] + 1); /* one more of each: none is impossible */
  for (gsize i = 0; i < n; i++)
    if (class_of (state, &reports[i], &class))
      {
        usable++;
        for (gsize k = 0; k < state->n; k++)
          state->posterior[k] += log (rate (state, reports[i].reporter, k, class));
      }
  if (usable == 0)
    return NAN;
  pnyx_dawid_skene_posterior (state->posterior, state->n);
  for (gsize k = 1; k < state->n; k++)
    if (state->posterior[k] > state->posterior[best])
      best = k;
  /* What a report says for the answer: how often it is right there. */
  for (gsize i = 0; i < n; i++)
    weights[i]
        = class_of (state, &reports[i], &class) ? rate (state, reports[i].reporter, best, best) : 0;
  learn (state, reports, n);
  return (gdouble)best;
}

static guint64
dawid_operations (const void *self, gsize n)
{
  const Dawid *state = self;

  return (guint64)n * state->n * (3 * state->n + 6);
}

const PnyxAggregatorOps pnyx_aggregator_dawid_skene = {
  .component
  = { .name = "dawid-skene",
      .summary = "Most probable class by each reporter's own error rates, learnt from agreement.",
      .source = "A. P. Dawid, A. M. Skene, \"Maximum likelihood estimation of observer error-rates "
                "using the EM algorithm\", Applied Statistics 28 (1979); online: O. Cappe, E. "
                "Moulines, \"On-line expectation-maximization algorithm for latent data models\", "
                "Journal of the Royal Statistical Society B 71 (2009)",
      .limits = "Errors are independent given the class; reports that are no class are left out.",
      .params = dawid_params,
      .n_params = G_N_ELEMENTS (dawid_params),
      .params_size = sizeof (DawidParams) },
  .categorical = TRUE,
  .state_size = sizeof (Dawid),
  .init = dawid_init,
  .aggregate = dawid_aggregate,
  .operations = dawid_operations,
};
