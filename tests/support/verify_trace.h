/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_TESTS_SUPPORT_VERIFY_TRACE_H
#define PNYX_TESTS_SUPPORT_VERIFY_TRACE_H

#include <glib.h>

/**
 * verify_trace: whether @json is a file in the Trace Event Format as metric/trace_file.h promises
 * it: strict JSON, an event on each line; times and durations at least 0 with three decimals; names
 * of every process and thread; slices of one thread that nest; each arrow with one beginning, one
 * end that is not earlier, and a slice around each of them.
 *
 * Returns: (transfer full) (nullable): the first thing that is wrong; NULL: nothing.
 */
gchar *verify_trace (const gchar *json);

/** verify_trace_count: Returns: events of @phase, e.g. "i", that are called @name. */
guint verify_trace_count (const gchar *json, const gchar *phase, const gchar *name);

/** verify_trace_sum: Returns: the sum of their durations, in ns. */
gint64 verify_trace_sum (const gchar *json, const gchar *phase, const gchar *name);

#endif
