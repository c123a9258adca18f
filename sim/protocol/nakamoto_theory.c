/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forks and orphans of proof of work in closed form, and `calc stale-rate`. */
#include "protocol/nakamoto_theory.h"

#include <math.h>
#include <stddef.h>

/* The probability that the next block comes from somebody else. */
static gdouble
others_share (const gdouble *shares, gsize n)
{
  gdouble sum = 0, squares = 0;

  for (gsize i = 0; i < n; i++)
    {
      sum += shares[i];
      squares += shares[i] * shares[i];
    }
  return n > 0 ? 1 - squares / (sum * sum) : 1;
}

gdouble
pnyx_nakamoto_fork_rate (const gdouble *shares, gsize n, gdouble delay, gdouble interval)
{
  return -expm1 (-delay * others_share (shares, n) / interval);
}

gdouble
pnyx_nakamoto_fork_rate_decker_wattenhofer (const gdouble *shares, gsize n, gdouble delay,
                                            gdouble interval)
{
  return -expm1 (delay * others_share (shares, n) * log1p (-1 / interval));
}

gdouble
pnyx_nakamoto_orphan_rate (gdouble fork_rate)
{
  return fork_rate / (1 + fork_rate);
}

/* calc stale-rate */

typedef enum
{
  STALE_EXPONENTIAL,
  STALE_DECKER_WATTENHOFER,
} StaleModel;

typedef enum
{
  STALE_ORPHAN,
  STALE_FORK,
} StaleStatistic;

typedef struct
{
  PnyxReals shares;
  gdouble delay, interval;
  gint statistic, model;
} StaleParams;

static const gchar *const stale_statistics[] = { "orphan", "fork", NULL };
static const gchar *const stale_models[] = { "exponential", "decker-wattenhofer", NULL };

static const PnyxParam stale_params[] = {
  { .name = "shares",
    .type = PNYX_PARAM_REALS,
    .offset = offsetof (StaleParams, shares),
    .fallback = "",
    .min = "0",
    .meaning = "Hash rates of the miners in any unit; none: infinitely many." },
  { .name = "delay",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (StaleParams, delay),
    .min = "0",
    .meaning = "Mean time in seconds until another miner works on a new block: the area above the "
               "propagation curve." },
  { .name = "interval",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (StaleParams, interval),
    .min = "0",
    .flags = PNYX_PARAM_POSITIVE,
    .meaning = "Mean time between blocks in seconds." },
  { .name = "statistic",
    .type = PNYX_PARAM_ENUM,
    .offset = offsetof (StaleParams, statistic),
    .fallback = "orphan",
    .choices = stale_statistics,
    .meaning = "Orphans over all blocks, or forks per block of the main chain." },
  { .name = "model",
    .type = PNYX_PARAM_ENUM,
    .offset = offsetof (StaleParams, model),
    .fallback = "exponential",
    .choices = stale_models,
    .meaning = "Blocks in continuous time, or in seconds as Decker and Wattenhofer." },
};

static gboolean
stale_check (const StaleParams *params, GError **error)
{
  gdouble sum = 0;

  for (gsize i = 0; i < params->shares.n; i++)
    sum += params->shares.values[i];
  if (params->shares.n > 0 && !(sum > 0))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "all shares are 0 (expected a positive sum)");
  else if (params->model == STALE_DECKER_WATTENHOFER && params->interval < 1)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "model decker-wattenhofer counts in seconds (expected an interval of at least 1)");
  else
    return TRUE;
  return FALSE;
}

static PnyxTable *
stale_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const StaleParams *params = user;
  const PnyxReals *shares = &params->shares;
  PnyxTable *table;
  gdouble rate;

  if (!stale_check (params, error))
    return NULL;
  if (params->model == STALE_EXPONENTIAL)
    rate = pnyx_nakamoto_fork_rate (shares->values, shares->n, params->delay, params->interval);
  else
    rate = pnyx_nakamoto_fork_rate_decker_wattenhofer (shares->values, shares->n, params->delay,
                                                       params->interval);
  if (params->statistic == STALE_ORPHAN)
    rate = pnyx_nakamoto_orphan_rate (rate);
  table = pnyx_table_new (columns);
  pnyx_table_add_pair (table, "rate", rate);
  return table;
}

const PnyxCalc pnyx_calc_stale_rate = {
  .name = "stale-rate",
  .summary = "Forks and orphaned blocks of proof of work from delay and interval.",
  .example = "stale-rate shares=1,2,3,4,5,6,7,8,9,10 delay=1 interval=60",
  .source = "C. Decker, R. Wattenhofer, Information propagation in the Bitcoin network, P2P'13, "
            "section IV",
  .params = stale_params,
  .n_params = G_N_ELEMENTS (stale_params),
  .params_size = sizeof (StaleParams),
  .run = stale_run,
};
