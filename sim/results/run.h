/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_RUN_H
#define PNYX_RESULTS_RUN_H

#include "metric/output.h"

/** PnyxRunResult: what one run, a cell of (point, replicate), left behind. */
typedef struct
{
  guint point;
  guint replicate;
  guint64 seed; /* the scenario's: the same for all replicates */
  gboolean failed;
  gchar *message; /* owned; NULL unless failed: why, and the command that replays it */
  guint64 events;
  guint64 digest;
  gdouble cpu_seconds;
  PnyxOutput *output; /* owned; NULL where the run failed early */
} PnyxRunResult;

/** pnyx_run_result_clear: frees what @result owns and zeroes it. */
void pnyx_run_result_clear (PnyxRunResult *result);
/** pnyx_run_result_free: the same and @result itself, of g_new; NULL is nothing to do. */
void pnyx_run_result_free (PnyxRunResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxRunResult, pnyx_run_result_free)

/**
 * PnyxResults: all runs of an experiment, ready to be written.
 *
 * A sweep has a name for each axis and, for each point, a value for each axis: in SI units as
 * pnyx_number_format writes it, or the text. `run` has one point and no axes.
 */
typedef struct
{
  guint n_points;
  guint n_axes;
  const gchar *const *axes;   /* borrowed: array length=n_axes */
  const gchar *const *values; /* borrowed: array length=n_points*n_axes, row = point */
  gsize n_runs;
  const PnyxRunResult *const *runs; /* borrowed: array length=n_runs, by point, then replicate */
} PnyxResults;

#endif
