/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_BENCH_H
#define PNYX_BATCH_BENCH_H

#include "engine/bench.h"

/**
 * pnyx_batch_bench: the benchmarks of whole worlds: net.flood.*, net.memory_per_node, gasper.*,
 * oracle.*, lending.*, simblock.*.
 * @filter: (nullable): a name, and every name below it
 * @data_folder: (nullable): folder with simblock.xml
 * @cpu_seconds: CPU time of the process
 */
gboolean pnyx_batch_bench (const gchar *filter, const gchar *data_folder,
                           PnyxBenchClock cpu_seconds, PnyxBenchEmit emit, gpointer user,
                           GError **error);

/** pnyx_batch_bench_runs: the benchmarks of many runs: batch.*. To be called before others that
 * take more memory. */
gboolean pnyx_batch_bench_runs (const gchar *filter, const gchar *data_folder,
                                PnyxBenchClock cpu_seconds, PnyxBenchEmit emit, gpointer user,
                                GError **error);

/** pnyx_bench_mainnet: the part of it that is below gasper.mainnet; a name of one case is run in
 * this process, more in processes of their own. */
gboolean pnyx_bench_mainnet (const gchar *filter, const gchar *data_folder, PnyxBenchEmit emit,
                             gpointer user, GError **error);

#endif
