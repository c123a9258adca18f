/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_QUEUEING_H
#define PNYX_ENGINE_QUEUEING_H

#include "engine/calc.h"

/*
 * Closed forms of waiting: queues with Poisson arrivals and order statistics (the q-th of n votes).
 * The yardstick for the simulated queues of nodes' cores and links. Rates and times are in any one
 * unit of time. A queue that is offered its capacity or more has infinite waits.
 */

/** PnyxQueueing: the steady state of a queue. */
typedef struct
{
  gdouble utilisation; /* of a server: lambda / (c mu) */
  gdouble wait;        /* mean time before service starts */
  gdouble sojourn;     /* mean time until service ends */
  gdouble p_wait;      /* probability that an arrival has to wait */
} PnyxQueueing;

/** pnyx_queueing_erlang_b: Returns: probability that all of @servers are busy in M/M/c/c.
 * @load: lambda / mu. Source: recursion B(c) = a B(c-1) / (c + a B(c-1)). */
gdouble pnyx_queueing_erlang_b (gdouble load, guint servers);

/** pnyx_queueing_erlang_c: Returns: probability of having to wait in M/M/c; 1 from full load on. */
gdouble pnyx_queueing_erlang_c (gdouble load, guint servers);

/** pnyx_queueing_mmc: M/M/c; M/M/1 with one server. */
PnyxQueueing pnyx_queueing_mmc (gdouble lambda, gdouble mu, guint servers);

/**
 * pnyx_queueing_mg1:
 * @scv: squared coefficient of variation of the service time: 0 for M/D/1, 1 for M/M/1
 *
 * Source: Pollaczek-Khinchine mean-value formula.
 */
PnyxQueueing pnyx_queueing_mg1 (gdouble lambda, gdouble mu, gdouble scv);

/** pnyx_queueing_mm1_tail: Returns: probability that a sojourn in M/M/1 exceeds @time. */
gdouble pnyx_queueing_mm1_tail (gdouble lambda, gdouble mu, gdouble time);

/** pnyx_order_exponential: Returns: mean of the @q-th smallest of @n, exponential with @mean. */
gdouble pnyx_order_exponential (guint n, guint q, gdouble mean);

/** pnyx_order_uniform: Returns: mean of the @q-th smallest of @n, uniform in [@min, @max]. */
gdouble pnyx_order_uniform (guint n, guint q, gdouble min, gdouble max);

/** pnyx_order_normal: Returns: mean of the @q-th smallest of @n, normal; by numeric integration,
 * absolute error below 1e-9 standard deviations for n up to 10^7. */
gdouble pnyx_order_normal (guint n, guint q, gdouble mean, gdouble sd);

extern const PnyxCalc pnyx_calc_queue;
extern const PnyxCalc pnyx_calc_order_statistic;

#endif
