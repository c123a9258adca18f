/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_CSV_H
#define PNYX_RESULTS_CSV_H

#include "base/error.h"
#include "results/store.h"

/*
 * The CSV files of a results folder (RFC 4180, numbers by pnyx_number_format), made of its store:
 *
 *     summary.csv               point,AXES...,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,
 *                               min,p50,max
 *     runs.csv                  point,replicate,seed,AXES...,METRICS...  (`scope:metric`)
 *     series/METRIC.csv         point,replicate,scope,time,value
 *     batches.csv               point,replicate,scope,metric,unit,batches,mean,sd,ci95_low,
 *                               ci95_high,lag1,too_short      (only where run/@batches is set)
 *     distributions/METRIC.csv  point,scope,quantile,value               (replicates pooled)
 *
 * Rows are in order of point and replicate, then of scope and metric as they first appear in the
 * runs in order (series and distributions: by scope); every point has a row for every metric that
 * any run has. A value that does not exist is an empty field, `n` counts those that exist; of a
 * failed run nothing exists. Memory does not grow with the number of points.
 */

/**
 * pnyx_csv_write: writes all of them, and the table distribution of @store.
 *
 * The same bytes whatever the locale and however the runs were made. Errors: PNYX_ERROR_IO.
 */
gboolean pnyx_csv_write (const gchar *folder, PnyxStore *store, GError **error);

/** PnyxSummaryRow: one row of summary.csv. */
typedef struct
{
  guint point;
  const gchar *scope;
  const gchar *metric;
  const gchar *unit;
  guint n;                                              /* values that exist */
  gdouble mean, sd, ci95_low, ci95_high, min, p50, max; /* NaN: does not exist */
} PnyxSummaryRow;

/** pnyx_summary: @visit gets the rows of summary.csv in order; their texts are valid within the
 * call. */
gboolean pnyx_summary (PnyxStore *store, void (*visit) (const PnyxSummaryRow *row, gpointer user),
                       gpointer user, GError **error);

#endif
