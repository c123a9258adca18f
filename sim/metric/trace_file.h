/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_METRIC_TRACE_FILE_H
#define PNYX_METRIC_TRACE_FILE_H

#include "metric/metric.h"

/**
 * PnyxTraceFile: everything that observers can see of a world, as a file in the Trace Event Format,
 * which ui.perfetto.dev and chrome://tracing open. An observer: it changes nothing.
 *
 * The file is one JSON object (RFC 8259) with an event on each line, in order of the time at which
 * it was known; times are microseconds from genesis, to the nanosecond.
 *
 * - A chain is a process (pid 1, 2, ...), the network is the last one; a node is a thread of each,
 *   with the instants of that node: block sent, received, imported or invalid, head or reorg, vote,
 *   votes received (those for one block that an aggregator counts at once are one), justified,
 *   finalized; copy, online, offline in the network's process.
 * - Slices (X) have threads of their own beside it, because those of one thread must nest: further
 *   ones are opened while slices overlap. In a chain's process `propagation` of a block, from its
 *   first sending to its complete receipt here, `import`, from there to the fork choice, and
 * `send`, of its producer, until the first receipt by anybody; in the network's process the work of
 * cores and the times offline.
 * - An arrow (s, f) leads from `send` to each `propagation`, each with an id of its own.
 * - Slots are instants of the chain's process; the measured window's begin and end are global.
 * - Counters (C): the greatest height sent, the greatest epoch finalised by anybody, nodes online.
 *
 * The file is not limited; an event takes about 100 to 150 bytes.
 *
 * Source of the format: "Trace Event Format", Google; how Perfetto reads it: its documentation,
 * "Visualizing external trace formats with Perfetto", section Chrome JSON format, and its importer.
 * There is no displayTimeUnit, by which older Perfettos scale the times, and no more than 512
 * slices or instants of one thread may stack.
 */
typedef struct _PnyxTraceFile PnyxTraceFile;

/**
 * pnyx_trace_file_new: opens @path and observes from now on.
 * @observed: copied; its world, network and chains must live until pnyx_trace_file_finish()
 *
 * Returns: (transfer full): NULL with @error of PNYX_ERROR_IO: `PATH: cannot write: ...`.
 * Cost: 24 bytes of memory for each node of each chain, and 4 for each block; nothing for events.
 */
PnyxTraceFile *pnyx_trace_file_new (const PnyxObserved *observed, const gchar *path,
                                    GError **error);

/**
 * pnyx_trace_file_finish: ends the file and frees @file: after the run, and also after one that
 * failed, before the world is freed. The world may not run any more.
 *
 * Returns: FALSE with @error of PNYX_ERROR_IO where anything could not be written: told only here;
 * after the first failure nothing more is written.
 */
gboolean pnyx_trace_file_finish (PnyxTraceFile *file, GError **error);

#endif
