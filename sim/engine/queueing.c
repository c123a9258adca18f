/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queues with Poisson arrivals, order statistics, and their entries of `pnyx calc`. */
#include "engine/queueing.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stddef.h>

gdouble
pnyx_queueing_erlang_b (gdouble load, guint servers)
{
  gdouble b = 1;

  for (guint c = 1; c <= servers; c++)
    b = load * b / (c + load * b);
  return b;
}

gdouble
pnyx_queueing_erlang_c (gdouble load, guint servers)
{
  gdouble b = pnyx_queueing_erlang_b (load, servers);

  if (load >= servers)
    return 1;
  return b / (1 - load / servers * (1 - b));
}

PnyxQueueing
pnyx_queueing_mmc (gdouble lambda, gdouble mu, guint servers)
{
  gdouble p_wait = pnyx_queueing_erlang_c (lambda / mu, servers);
  gdouble spare = servers * mu - lambda;
  gdouble wait = spare > 0 ? p_wait / spare : INFINITY;

  return (PnyxQueueing){ lambda / (servers * mu), wait, wait + 1 / mu, p_wait };
}

PnyxQueueing
pnyx_queueing_mg1 (gdouble lambda, gdouble mu, gdouble scv)
{
  gdouble load = lambda / mu;
  gdouble wait = load < 1 ? load * (1 + scv) / (2 * mu * (1 - load)) : INFINITY;

  return (PnyxQueueing){ load, wait, wait + 1 / mu, MIN (load, 1) };
}

gdouble
pnyx_queueing_mm1_tail (gdouble lambda, gdouble mu, gdouble time)
{
  return lambda < mu ? exp (-(mu - lambda) * time) : 1;
}

/* Order statistics. */

gdouble
pnyx_order_exponential (guint n, guint q, gdouble mean)
{
  gdouble sum = 0;

  for (guint i = 0; i < q; i++)
    sum += 1.0 / (n - i);
  return mean * sum;
}

gdouble
pnyx_order_uniform (guint n, guint q, gdouble min, gdouble max)
{
  return min + (max - min) * q / (n + 1.0);
}

typedef struct
{
  gdouble n, q, log_factor;
  gdouble centre; /* first moment about this: nothing cancels */
} Order;

/* (z - centre) times the density of the q-th of n standard normal numbers. */
static double
order_integrand (double z, void *user)
{
  const Order *order = user;
  gdouble log_below = gsl_sf_log_erfc (-z * M_SQRT1_2) - M_LN2;
  gdouble log_above = gsl_sf_log_erfc (z * M_SQRT1_2) - M_LN2;

  return (z - order->centre)
         * exp (order->log_factor + (order->q - 1) * log_below + (order->n - order->q) * log_above
                - z * z / 2);
}

gdouble
pnyx_order_normal (guint n, guint q, gdouble mean, gdouble sd)
{
  gdouble p = q / (n + 1.0), centre = gsl_cdf_ugaussian_Pinv (p);
  gdouble width
      = sqrt (p * (1 - p) / (n + 2.0)) / (exp (-centre * centre / 2) * M_2_SQRTPI / 2 * M_SQRT1_2);
  Order order = { n, q, 0, centre };
  gdouble points[] = { -40, centre - 6 * width, centre, centre + 6 * width, 40 };
  gsl_integration_workspace *workspace = gsl_integration_workspace_alloc (1000);
  gsl_function function = { order_integrand, &order };
  gdouble sum = 0;

  order.log_factor = gsl_sf_lngamma (n + 1.0) - gsl_sf_lngamma (q) - gsl_sf_lngamma (n - q + 1.0)
                     - log (2 * M_PI) / 2;
  for (gsize i = 0; i + 1 < G_N_ELEMENTS (points); i++)
    {
      double part = 0, error;

      if (points[i] < points[i + 1])
        gsl_integration_qag (&function, points[i], points[i + 1], 1e-13, 1e-11, 1000,
                             GSL_INTEG_GAUSS61, workspace, &part, &error);
      sum += part;
    }
  gsl_integration_workspace_free (workspace);
  return mean + sd * (centre + sum);
}

/* calc queue */

typedef enum
{
  QUEUE_MM1,
  QUEUE_MD1,
  QUEUE_MG1,
  QUEUE_MMC,
} QueueModel;

typedef struct
{
  gint model;
  gdouble lambda, mu, scv;
  guint64 servers;
} QueueParams;

static const gchar *const queue_models[] = { "mm1", "md1", "mg1", "mmc", NULL };

static const PnyxParam queue_params[] = {
  { .name = "model",
    .type = PNYX_PARAM_ENUM,
    .offset = offsetof (QueueParams, model),
    .choices = queue_models,
    .meaning = "Service: exponential (mm1, mmc), fixed (md1) or general (mg1)." },
  { .name = "lambda",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (QueueParams, lambda),
    .min = "0",
    .meaning = "Arrivals per unit of time, Poisson." },
  { .name = "mu",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (QueueParams, mu),
    .fallback = "1",
    .min = "0",
    .flags = PNYX_PARAM_POSITIVE,
    .meaning = "Services per unit of time, of one server." },
  { .name = "servers",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (QueueParams, servers),
    .fallback = "1",
    .min = "1",
    .max = "1000000",
    .meaning = "Servers of mmc." },
  { .name = "scv",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (QueueParams, scv),
    .fallback = "1",
    .min = "0",
    .meaning = "Squared coefficient of variation of the service time of mg1." },
};

static PnyxTable *
queue_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const QueueParams *params = user;
  PnyxQueueing result;
  PnyxTable *table;

  if (params->servers != 1 && params->model != QUEUE_MMC)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                   "model %s has one server (expected model=mmc with servers)",
                   queue_models[params->model]);
      return NULL;
    }
  if (params->model == QUEUE_MM1 || params->model == QUEUE_MMC)
    result = pnyx_queueing_mmc (params->lambda, params->mu, (guint)params->servers);
  else
    result = pnyx_queueing_mg1 (params->lambda, params->mu,
                                params->model == QUEUE_MD1 ? 0 : params->scv);
  table = pnyx_table_new (columns);
  pnyx_table_add_pair (table, "utilisation", result.utilisation);
  pnyx_table_add_pair (table, "wait", result.wait);
  pnyx_table_add_pair (table, "sojourn", result.sojourn);
  pnyx_table_add_pair (table, "p_wait", result.p_wait);
  return table;
}

const PnyxCalc pnyx_calc_queue = {
  .name = "queue",
  .summary = "Mean waiting times of M/M/1, M/D/1, M/G/1 and M/M/c.",
  .example = "queue model=mm1 lambda=0.8",
  .source = "L. Kleinrock, Queueing Systems, volume 1 (1975), chapters 3 and 5",
  .params = queue_params,
  .n_params = G_N_ELEMENTS (queue_params),
  .params_size = sizeof (QueueParams),
  .run = queue_run,
};

/* calc order-statistic */

typedef enum
{
  ORDER_EXPONENTIAL,
  ORDER_UNIFORM,
  ORDER_NORMAL,
} OrderDistribution;

typedef struct
{
  guint64 n, q;
  gint distribution;
  gdouble mean, sd;
} OrderParams;

static const gchar *const order_distributions[] = { "exponential", "uniform", "normal", NULL };

static const PnyxParam order_params[] = {
  { .name = "n",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (OrderParams, n),
    .min = "1",
    .max = "10000000",
    .meaning = "Independent values." },
  { .name = "q",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (OrderParams, q),
    .min = "1",
    .max = "10000000",
    .meaning = "Which of them in ascending order, from 1." },
  { .name = "distribution",
    .type = PNYX_PARAM_ENUM,
    .offset = offsetof (OrderParams, distribution),
    .fallback = "exponential",
    .choices = order_distributions,
    .meaning = "Of one value." },
  { .name = "mean",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (OrderParams, mean),
    .fallback = "1",
    .meaning = "Of one value." },
  { .name = "sd",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (OrderParams, sd),
    .fallback = "",
    .min = "0",
    .meaning = "Standard deviation of one value; default: the mean (exponential), that of 0 to "
               "twice the mean (uniform), 1 (normal)." },
};

static gdouble
order_mean (const OrderParams *params)
{
  guint n = (guint)params->n, q = (guint)params->q;
  gdouble half_range = isnan (params->sd) ? params->mean : params->sd * sqrt (3);

  if (params->distribution == ORDER_EXPONENTIAL)
    return pnyx_order_exponential (n, q, params->mean);
  if (params->distribution == ORDER_UNIFORM)
    return pnyx_order_uniform (n, q, params->mean - half_range, params->mean + half_range);
  return pnyx_order_normal (n, q, params->mean, isnan (params->sd) ? 1 : params->sd);
}

static PnyxTable *
order_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const OrderParams *params = user;
  PnyxTable *table;

  if (params->q > params->n)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT, "q is above n (expected 1 to n)");
      return NULL;
    }
  if (params->distribution == ORDER_EXPONENTIAL && fabs (params->sd - params->mean) > 0)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                   "the sd of an exponential distribution is its mean (expected no sd)");
      return NULL;
    }
  table = pnyx_table_new (columns);
  pnyx_table_add_pair (table, "mean", order_mean (params));
  return table;
}

const PnyxCalc pnyx_calc_order_statistic = {
  .name = "order-statistic",
  .summary = "Mean of the q-th smallest of n values: how long until a quorum has answered.",
  .example = "order-statistic n=100 q=67",
  .source = "H. A. David, H. N. Nagaraja, Order Statistics, 3rd edition (2003), sections 2.5, 3.1",
  .params = order_params,
  .n_params = G_N_ELEMENTS (order_params),
  .params_size = sizeof (OrderParams),
  .run = order_run,
};
