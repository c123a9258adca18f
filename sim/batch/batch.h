/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_BATCH_H
#define PNYX_BATCH_BATCH_H

#include "batch/plan.h"
#include "batch/simulation.h"

/** PnyxBatchOptions: how to run. */
typedef struct
{
  guint threads; /* 0: what OMP_NUM_THREADS and the machine give */
  /* Takes runs as they end, in whatever order, from one thread at a time: all of @runs or none.
   * FALSE with an error ends the batch. */
  gboolean (*add) (gpointer self, const PnyxRunResult *const *runs, gsize n_runs, GError **error);
  /* Called after that, by one thread at a time, with what the plan knows; NULL: nobody asks. */
  void (*progress) (gpointer self, guint64 done, guint64 total, const PnyxRunResult *result);
  /* Whether to begin no further run (Ctrl-C); NULL: never. Called by any thread. */
  gboolean (*cancelled) (gpointer self);
  gpointer self;
} PnyxBatchOptions;

/** pnyx_batch_threads: Returns: how many threads @threads (0: all) stand for here: cores that the
 * process may use, its control group's share of them (cgroup) and OMP_NUM_THREADS respected. */
guint pnyx_batch_threads (guint threads);

/**
 * pnyx_batch_run:
 * @plan: what is to be run of @sweep; knows what was run before
 *
 * Runs what @plan asks for, one world for each thread at a time. A run that fails, also for a point
 * that cannot be built, is a result like others. Returns when there is nothing more to be run, or
 * when it was cancelled and what was under way has ended and was added.
 *
 * Returns: FALSE with @error where a result could not be added.
 */
gboolean pnyx_batch_run (const PnyxSweep *sweep, PnyxPlan *plan, const PnyxBatchOptions *options,
                         GError **error);

/**
 * pnyx_batch_collect: runs all of @sweep and keeps the results in memory: for few runs.
 *
 * Returns: (transfer full) (element-type PnyxRunResult): by point and replicate; NULL with @error
 * where a world cannot be built.
 */
GPtrArray *pnyx_batch_collect (const PnyxSweep *sweep, guint threads, GError **error);

#endif
