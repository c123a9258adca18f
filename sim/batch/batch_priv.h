/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_BATCH_PRIV_H
#define PNYX_BATCH_BATCH_PRIV_H

#include "batch/crew.h"

/* PnyxBatch: a batch on its way: a plan, a crew that works it, and the thread that adds. */
typedef struct
{
  PnyxPlan *plan;                  /* borrowed */
  const PnyxPrecision *precision;  /* borrowed */
  const PnyxBatchOptions *options; /* borrowed */
  PnyxCrew crew;
  GError *failure; /* owned: of adding */
  pthread_t adder;
  gboolean adding; /* whether there is such a thread */
} PnyxBatch;

/** pnyx_batch_begin: begins to add; cells are worked by pnyx_crew_work on batch->crew. */
gboolean pnyx_batch_begin (PnyxBatch *batch, const PnyxSweep *sweep, PnyxPlan *plan,
                           const PnyxBatchOptions *options, GError **error);

/** pnyx_batch_end: waits until everything is added. FALSE with @error where that failed. */
gboolean pnyx_batch_end (PnyxBatch *batch, GError **error);

#endif
