/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Truth discovery by expectation and maximisation with Gaussian errors. A reporter's variance v_i
 * is an average of its squared residuals that forgets, and the value of a round is
 *
 *   theta = sum x_i / v_i  /  sum 1 / v_i
 *   v_i   = m v_i' + (1 - m) ((x_i - theta)^2 + 1 / sum 1 / v_i)
 *
 * with v_i' the variance before the round; both are repeated a few times. The last term is what
 * theta itself is uncertain by: without it the most precise reporter is taken for the truth, agrees
 * with itself and ends with all the weight. Nothing but agreement
 * tells the estimator who is right: who agrees best with the answer makes the next one. A cartel
 * that is precise therefore captures it below one half, earlier when all start with equal trust
 * than when trust starts right, and keeps it.
 */
#include "oracle/aggregator.h"

#include <math.h>

enum
{
  PRIOR_UNIFORM,
  PRIOR_GIVEN
};

typedef struct
{
  guint64 iterations;
  gdouble memory;
  gdouble floor;
  gint prior;
  gdouble prior_sd;
  guint64 burn_in;
} TruthParams;

typedef struct
{
  TruthParams params;
  guint64 rounds;
  gdouble *variance; /* of each reporter; 0: not seen yet */
  gdouble *trial;    /* of each report of this round */
  guint32 *order;
} Truth;

static const gchar *const prior_choices[] = { "uniform", "given", NULL };

static const PnyxParam truth_params[] = {
  { .name = "iterations",
    .type = PNYX_PARAM_COUNT,
    .fallback = "5",
    .min = "1",
    .max = "1000",
    .offset = offsetof (TruthParams, iterations),
    .meaning = "How often value and variances are estimated from each other in a round." },
  { .name = "memory",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.98",
    .min = "0",
    .max = "0.999999",
    .offset = offsetof (TruthParams, memory),
    .meaning = "Weight of the variance before the round; the rest has the new residual." },
  { .name = "floor",
    .type = PNYX_PARAM_REAL,
    .fallback = "1e-05",
    .min = "0",
    .max = "1e+06",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (TruthParams, floor),
    .meaning = "Smallest standard deviation of a reporter, in the unit of the value." },
  { .name = "prior",
    .type = PNYX_PARAM_ENUM,
    .fallback = "uniform",
    .choices = prior_choices,
    .offset = offsetof (TruthParams, prior),
    .meaning = "Trust at the start: the same for all, or by the confidence of the first report." },
  { .name = "prior-sd",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.001",
    .min = "0",
    .max = "1e+06",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (TruthParams, prior_sd),
    .meaning = "Standard deviation that a reporter starts with; given: of who claims none." },
  { .name = "burn-in",
    .type = PNYX_PARAM_COUNT,
    .fallback = "0",
    .max = "1000000",
    .offset = offsetof (TruthParams, burn_in),
    .meaning = "Rounds at the start in which the median is the answer and only variances learn." },
};

static void
truth_init (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena)
{
  Truth *state = self;

  state->params = *(const TruthParams *)params;
  state->variance = pnyx_arena_array (arena, gdouble, n_reporters);
  state->trial = pnyx_arena_array (arena, gdouble, n_reporters);
  state->order = pnyx_arena_array (arena, guint32, n_reporters);
}

static void
greet (Truth *state, const PnyxReport *report)
{
  gdouble sd = state->params.prior_sd;

  if (state->variance[report->reporter] > 0)
    return;
  if (state->params.prior == PRIOR_GIVEN && isfinite (report->confidence))
    sd = report->confidence;
  sd = MAX (sd, state->params.floor);
  state->variance[report->reporter] = sd * sd;
}

/* The value, given the variances @state->trial; NaN where no report is finite. @doubt: (out): its
 * own variance. */
static gdouble
locate (const Truth *state, const PnyxReport *reports, gsize n, gdouble *weights, gdouble *doubt)
{
  gdouble sum = 0, total = 0;

  for (gsize i = 0; i < n; i++)
    {
      weights[i] = isfinite (reports[i].value) ? 1 / state->trial[i] : 0;
      total += weights[i];
      if (weights[i] > 0)
        sum += weights[i] * reports[i].value;
    }
  *doubt = 1 / total;
  return total > 0 ? sum / total : NAN;
}

/* The variances, given the value. */
static void
judge (Truth *state, const PnyxReport *reports, gsize n, gdouble theta, gdouble doubt)
{
  gdouble m = state->params.memory, least = state->params.floor * state->params.floor;

  for (gsize i = 0; i < n; i++)
    {
      gdouble before = state->variance[reports[i].reporter];
      gdouble residual = reports[i].value - theta;

      state->trial[i] = before;
      if (isfinite (residual))
        state->trial[i]
            = CLAMP (m * before + (1 - m) * (residual * residual + doubt), least, 1e300);
    }
}

static gdouble
truth_aggregate (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now, gdouble *weights)
{
  Truth *state = self;
  gboolean learning = state->rounds < state->params.burn_in;
  gdouble theta, doubt;

  (void)now;
  for (gsize i = 0; i < n; i++)
    {
      greet (state, &reports[i]);
      state->trial[i] = state->variance[reports[i].reporter];
    }
  theta = locate (state, reports, n, weights, &doubt);
  if (isnan (theta))
    return NAN;
  if (learning)
    {
      pnyx_reports_order (reports, n, state->order);
      theta = pnyx_reports_median (reports, n, state->order);
      judge (state, reports, n, theta, doubt);
    }
  for (guint64 k = 0; !learning && k < state->params.iterations; k++)
    {
      judge (state, reports, n, theta, doubt);
      theta = locate (state, reports, n, weights, &doubt);
    }
  for (gsize i = 0; i < n; i++)
    state->variance[reports[i].reporter] = state->trial[i];
  if (learning)
    for (gsize i = 0; i < n; i++)
      weights[i] = i == state->order[n / 2] ? 1 : 0;
  state->rounds++;
  return theta;
}

static guint64
truth_operations (const void *self, gsize n)
{
  const Truth *state = self;

  return (guint64)n * (4 + 10 * state->params.iterations);
}

const PnyxAggregatorOps pnyx_aggregator_truth_discovery = {
  .component
  = { .name = "truth-discovery",
      .summary = "Mean weighted by how well each reporter agreed with earlier answers (EM with "
                 "Gaussian errors).",
      .source = "Q. Li, Y. Li, J. Gao, B. Zhao, W. Fan, J. Han, \"Resolving conflicts in "
                "heterogeneous data by truth discovery and source reliability estimation\", SIGMOD "
                "2014, with variances that forget",
      .limits = "Errors are taken as independent of each other: what reporters share is taken for "
                "precision.",
      .params = truth_params,
      .n_params = G_N_ELEMENTS (truth_params),
      .params_size = sizeof (TruthParams) },
  .judges = TRUE,
  .state_size = sizeof (Truth),
  .init = truth_init,
  .aggregate = truth_aggregate,
  .operations = truth_operations,
};
