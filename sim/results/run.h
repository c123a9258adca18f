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
  gboolean unbuilt; /* failed because there is no such world: a disconnected graph ... */
  gchar *message;   /* owned; NULL unless failed: why */
  guint64 events;
  guint64 digest;
  gdouble cpu_seconds;
  gdouble window_seconds; /* of these in the measured window; not stored */
  guint64 aggregates;     /* of votes that were sent, on all chains; not stored */
  PnyxOutput *output;     /* owned; NULL where the run failed early */
} PnyxRunResult;

/** pnyx_run_result_clear: frees what @result owns and zeroes it. */
void pnyx_run_result_clear (PnyxRunResult *result);
/** pnyx_run_result_free: the same and @result itself, of g_new; NULL is nothing to do. */
void pnyx_run_result_free (PnyxRunResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxRunResult, pnyx_run_result_free)

/**
 * pnyx_run_result_pack: @result as bytes, to be sent to another process.
 *
 * Returns: (transfer full)
 */
GBytes *pnyx_run_result_pack (const PnyxRunResult *result);
/** pnyx_run_result_unpack: Returns: (transfer full) (nullable): NULL where @bytes are none. */
PnyxRunResult *pnyx_run_result_unpack (GBytes *bytes);

#endif
