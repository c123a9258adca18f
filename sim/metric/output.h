/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_METRIC_OUTPUT_H
#define PNYX_METRIC_OUTPUT_H

#include "base/histogram.h"

/** PnyxScalar: one number of one run. */
typedef struct
{
  const gchar *scope;  /* id of a chain ...; "" for the world and where there is one of a kind */
  const gchar *metric; /* area.name[.statistic] */
  const gchar *unit;
  gdouble value; /* NaN: does not exist */
} PnyxScalar;

typedef struct
{
  const gchar *scope;
  const gchar *metric;
  gdouble time; /* s */
  gdouble value;
} PnyxPoint;

typedef struct
{
  const gchar *scope;
  const gchar *metric;
  gdouble scale;            /* one count of the histogram in SI units */
  PnyxHistogram *histogram; /* owned */
} PnyxDistributionRow;

/** PnyxBatchRow: a scalar of a part of the measured window. */
typedef struct
{
  PnyxScalar scalar;
  guint batch; /* from 0 */
} PnyxBatchRow;

/**
 * PnyxOutput: what the metrics of one run say; outlives its world. Names and units are borrowed
 * from the metrics' tables or interned, scopes interned.
 */
typedef struct
{
  GArray *scalars;       /* PnyxScalar */
  GArray *series;        /* PnyxPoint */
  GArray *distributions; /* PnyxDistributionRow */
  GArray *batches;       /* PnyxBatchRow; empty where the window has no parts */
} PnyxOutput;

PnyxOutput *pnyx_output_new (void);
void pnyx_output_free (PnyxOutput *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxOutput, pnyx_output_free)

void pnyx_output_scalar (PnyxOutput *output, const gchar *scope, const gchar *metric,
                         const gchar *unit, gdouble value);
void pnyx_output_point (PnyxOutput *output, const gchar *scope, const gchar *metric, gdouble time,
                        gdouble value);

/**
 * pnyx_output_latency: the rows NAME.mean, .p50, .p90, .p99 and .unfinished, and the distribution
 * NAME. Quantiles count what is unfinished as later than everything else; the mean is over the
 * finished.
 * @name: "latency.propagation"; interned
 * @histogram: (transfer full): nanoseconds
 */
void pnyx_output_latency (PnyxOutput *output, const gchar *scope, const gchar *name,
                          PnyxHistogram *histogram);

#endif
