/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_BATCH_H
#define PNYX_BATCH_BATCH_H

#include "batch/simulation.h"

/** PnyxBatchOptions: how to run. */
typedef struct
{
  guint threads; /* 0: what OMP_NUM_THREADS and the machine give */
  /* Called by one thread at a time after each run; NULL: nobody asks. */
  void (*progress) (gpointer self, guint done, guint total, const PnyxRunResult *result);
  /* Whether to begin no further run (Ctrl-C); NULL: never. Called by any thread. */
  gboolean (*cancelled) (gpointer self);
  gpointer self;
} PnyxBatchOptions;

/** pnyx_batch_threads: Returns: how many threads @options stand for here. */
guint pnyx_batch_threads (const PnyxBatchOptions *options, guint n_runs);

/**
 * pnyx_batch_run:
 *
 * Runs all replicates of @model, one world for each thread at a time.
 *
 * Returns: (transfer full) (element-type PnyxRunResult): in order of replicates, those that were
 * run (all, unless cancelled); NULL with @error where a world cannot be built.
 */
GPtrArray *pnyx_batch_run (const PnyxModel *model, const PnyxBatchOptions *options, GError **error);

#endif
