/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_TESTS_RUN_FILTER_H
#define PNYX_TESTS_RUN_FILTER_H

#include "oracle/aggregator.h"

/** FilterBench: an estimator with memory of its own. */
typedef struct
{
  PnyxArena *arena;
  PnyxAggregator *aggregator;
  gpointer params;
  const PnyxAggregatorOps *ops;
} FilterBench;

/** filter_bench_init: the estimator @name with "KEY=VALUE ..." separated by blanks. */
void filter_bench_init (FilterBench *bench, const gchar *name, const gchar *pairs,
                        guint32 n_reporters);
void filter_bench_clear (FilterBench *bench);

/** filter_bench_run: one round at @now of @n reporters that say @values (NaN: nothing) without
 * confidence. @weights: (nullable). */
gdouble filter_bench_run (FilterBench *bench, const gdouble *values, gsize n, PnyxTime now,
                          gdouble *weights);

#endif
