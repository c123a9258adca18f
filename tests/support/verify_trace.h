/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_TESTS_SUPPORT_VERIFY_TRACE_H
#define PNYX_TESTS_SUPPORT_VERIFY_TRACE_H

#include <glib.h>

/** VerifiedTrace: the events of a file. */
typedef struct _VerifiedTrace VerifiedTrace;

/**
 * verify_trace: whether @json is a file in the Trace Event Format as metric/trace_file.h promises
 * it: strict JSON, an event on each line; times and durations at least 0 with three decimals; names
 * of every process and thread; slices of one thread that nest; each arrow with one beginning, one
 * end that is not earlier, and a slice around each of them.
 * @complaint: (out) (transfer full): the first thing that is wrong
 *
 * Returns: (transfer full): NULL with @complaint.
 */
VerifiedTrace *verify_trace (const gchar *json, gchar **complaint);
void verified_trace_free (VerifiedTrace *trace);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VerifiedTrace, verified_trace_free)

/** verified_trace_count: Returns: events of @phase, e.g. 'i', that are called @name.
 * @sum: (out) (nullable): of their durations, in ns */
guint verified_trace_count (const VerifiedTrace *trace, gchar phase, const gchar *name,
                            gint64 *sum);

#endif
