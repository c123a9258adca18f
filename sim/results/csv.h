/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_CSV_H
#define PNYX_RESULTS_CSV_H

#include "base/error.h"
#include "results/run.h"

/*
 * The CSV files of a results folder (RFC 4180, numbers by pnyx_number_format):
 *
 *   summary.csv point,AXES...,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max runs.csv
 * point,replicate,seed,AXES...,METRICS...   (`scope:metric` in a scope) series/METRIC.csv
 * point,replicate,scope,time,value distributions/METRIC.csv   point,scope,quantile,value
 * (replicates pooled)
 *
 * Rows are in order of point, then of scope and metric as they first appear in the runs in order;
 * every point has a row for every metric that any run has. A value that does not exist is an empty
 * field, `n` counts those that exist; of a failed run nothing exists.
 */

/**
 * pnyx_csv_write: writes all of them.
 *
 * The same bytes whatever the locale and however the runs were made. Errors: PNYX_ERROR_IO.
 */
gboolean pnyx_csv_write (const gchar *folder, const PnyxResults *results, GError **error);

/** PnyxSummaryRow: one row of summary.csv. Texts are borrowed from the runs. */
typedef struct
{
  guint point;
  const gchar *scope;
  const gchar *metric;
  const gchar *unit;
  guint n;                                              /* values that exist */
  gdouble mean, sd, ci95_low, ci95_high, min, p50, max; /* NaN: does not exist */
} PnyxSummaryRow;

/** pnyx_summary: Returns: (transfer full) (element-type PnyxSummaryRow): the rows of summary.csv.
 */
GArray *pnyx_summary (const PnyxResults *results);

#endif
