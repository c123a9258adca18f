/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_BENCH_H
#define PNYX_BATCH_BENCH_H

#include <glib.h>

/** PnyxBenchEmit: one line of `pnyx bench`. */
typedef void (*PnyxBenchEmit) (gpointer user, const gchar *name, gdouble value, const gchar *unit);

/**
 * pnyx_batch_bench: the benchmarks of whole worlds: net.flood.*, net.memory_per_node, simblock.*.
 * @filter: (nullable): a name, and every name below it
 * @data_folder: (nullable): folder with simblock.xml
 * @cpu_seconds: CPU time of the process
 */
gboolean pnyx_batch_bench (const gchar *filter, const gchar *data_folder,
                           gdouble (*cpu_seconds) (void), PnyxBenchEmit emit, gpointer user,
                           GError **error);

#endif
