/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_SIMULATION_H
#define PNYX_BATCH_SIMULATION_H

#include "batch/model.h"
#include "contract/contract.h"
#include "results/run.h"

/**
 * pnyx_simulate:
 * @point: of the sweep; 0 without one
 * @metrics: FALSE: without any observer (to show that they change nothing)
 *
 * Builds the world of one replicate, runs it and frees it. A world that fails (PNYX_REQUIRE, the
 * watchdog, memory) is left at this boundary: the result says so and how to replay it.
 *
 * Returns: (transfer full): NULL with @error where the world cannot be built (a disconnected graph,
 * a region without nodes).
 */
PnyxRunResult *pnyx_simulate (const PnyxModel *model, guint point, guint32 replicate,
                              gboolean metrics, GError **error);

/**
 * pnyx_simulate_traced: the same with all metrics, and with everything that happens written to the
 * file @path (metric/trace_file.h).
 *
 * Errors: also PNYX_ERROR_IO: the file cannot be written.
 */
PnyxRunResult *pnyx_simulate_traced (const PnyxModel *model, guint point, guint32 replicate,
                                     const gchar *path, GError **error);

/**
 * pnyx_simulate_training: the same without metrics; the controller of contract @contract decides by
 * @training's policy and teaches it.
 */
PnyxRunResult *pnyx_simulate_training (const PnyxModel *model, guint32 replicate,
                                       const gchar *contract, PnyxPolicyTraining *training,
                                       GError **error);

#endif
