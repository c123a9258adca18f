/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_METRIC_METRIC_H
#define PNYX_METRIC_METRIC_H

#include "contract/contract.h"
#include "energy/energy.h"
#include "metric/output.h"
#include "net/network.h"
#include "oracle/oracle.h"
#include "protocol/protocol.h"

/** PnyxMetricInfo: a metric by name: what `list metric` and `describe metric/NAME` print. */
typedef struct
{
  const gchar *name; /* without statistic */
  const gchar *unit;
  const gchar *statistics; /* "mean, p50, p90, p99, unfinished"; NULL: one value */
  const gchar *definition; /* what is counted, over what, in which window */
} PnyxMetricInfo;

/** PnyxObserved: what metrics may look at; they may change nothing. */
typedef struct
{
  PnyxWorld *world;
  PnyxNetwork *network;
  guint n_chains;
  PnyxChain *const *chains;
  const PnyxOracles *oracles;      /* NULL: none */
  const PnyxContracts *contracts;  /* NULL: none */
  const PnyxEnergyProfile *energy; /* NULL: no energy asked for */
  PnyxTime begin, end; /* measured window; PNYX_TIME_MAX: not yet begun, not yet ended */
} PnyxObserved;

/** PnyxMetricOps: a family of metrics that share an observer. */
typedef struct
{
  const gchar *name;
  const PnyxMetricInfo *metrics;
  gsize n_metrics;
  guint32 traces; /* bits of PnyxTraceType; WINDOW_BEGIN and WINDOW_END are always observed */
  gsize state_size;
  void (*init) (gpointer self, const PnyxObserved *observed); /* NULL: nothing to do */
  void (*observe) (gpointer self, const PnyxTrace *trace);    /* NULL: nothing to observe */
  void (*finish) (gpointer self, PnyxOutput *output);
} PnyxMetricOps;

/** pnyx_metric_families: Returns: the @i-th family; NULL beyond the last. */
const PnyxMetricOps *pnyx_metric_family (gsize i);
/** pnyx_metric_info: Returns: (nullable): the metric of that name. */
const PnyxMetricInfo *pnyx_metric_info (const gchar *name);
/** pnyx_metric_exists: Returns: whether runs print @name, a metric with or without its statistic.
 */
gboolean pnyx_metric_exists (const gchar *name);

/** PnyxMetrics: the metrics of one world. */
typedef struct _PnyxMetrics PnyxMetrics;

/** pnyx_metrics_new: in the arena of the world; observes from now on. @observed is copied. */
PnyxMetrics *pnyx_metrics_new (const PnyxObserved *observed);
/**
 * pnyx_metrics_new_batches: the same for @n parts of the window each, beside those of all of it. A
 * part is to be finished when it ends: it then says what a run says that ends there.
 * @batches: (out caller-allocates) (array length=n): must live as long as the world
 */
void pnyx_metrics_new_batches (const PnyxObserved *observed, PnyxMetrics **batches, guint n);
/** pnyx_metrics_begin, pnyx_metrics_end: the measured window begins or ends now. */
void pnyx_metrics_begin (PnyxMetrics *metrics);
void pnyx_metrics_end (PnyxMetrics *metrics);
/** pnyx_metrics_finish: after PNYX_TRACE_WINDOW_END: all rows of all families, in table order. */
void pnyx_metrics_finish (PnyxMetrics *metrics, PnyxOutput *output);

/** pnyx_metric_scope: Returns: the scope of @chain: "" where it is the only one. */
const gchar *pnyx_metric_scope (const PnyxObserved *observed, const PnyxChain *chain);

#endif
