/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_MPI_H
#define PNYX_BATCH_MPI_H

#include "batch/batch.h"

/*
 * A sweep over the processes of MPI. All read the same scenario; process 0 has the plan and adds
 * the results, and like the others it runs cells on threads of its own. Only the thread that begins
 * talks to MPI.
 */

/** pnyx_mpi_exists: Returns: whether this program was built with MPI. */
gboolean pnyx_mpi_exists (void);

/**
 * pnyx_mpi_begin: to be called once, by a program that was started by mpirun.
 * @rank: (out): of this process, from 0
 * @ranks: (out): how many there are
 */
gboolean pnyx_mpi_begin (guint *rank, guint *ranks, GError **error);
void pnyx_mpi_end (void);

/**
 * pnyx_mpi_check: all processes call it, and all get the same answer.
 * @sweep: (nullable): as this process has read it; NULL: it could not, and @error is set
 *
 * Returns: TRUE where all have read the same scenario, with the same files that it names. Else
 * @error is what process 0 could not read; or which other process could not, or read another one,
 * and on which machine: PNYX_ERROR_CONFLICT.
 */
gboolean pnyx_mpi_check (const PnyxSweep *sweep, GError **error);

/** pnyx_mpi_agree: all processes call it. Returns: what process 0 gave. */
gboolean pnyx_mpi_agree (gboolean go);

/** pnyx_mpi_threads: as pnyx_batch_threads; @threads 0: this process' share of the machine's. */
guint pnyx_mpi_threads (guint threads);

/** pnyx_mpi_machines: all processes call it. Returns: (transfer full) (nullable): to process 0 what
 * is different elsewhere ("rank 3 has x86-64-v2 ..."), ready to be a warning; NULL: nothing is. */
gchar *pnyx_mpi_machines (void);

/** pnyx_mpi_lead: what process 0 does: pnyx_batch_run over all processes. */
gboolean pnyx_mpi_lead (const PnyxSweep *sweep, PnyxPlan *plan, const PnyxBatchOptions *options,
                        GError **error);

/** pnyx_mpi_follow: what the others do: run what process 0 sends, until it has no more. */
void pnyx_mpi_follow (const PnyxSweep *sweep, guint threads);

#endif
