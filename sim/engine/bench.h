/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_BENCH_H
#define PNYX_ENGINE_BENCH_H

#include <glib.h>

/** PnyxBenchClock: CPU seconds used so far; the caller has the clock, the engine has none. */
typedef gdouble (*PnyxBenchClock) (void);

/** PnyxBenchEmit: one result: a name, a value and its unit ("ns", "1"). */
typedef void (*PnyxBenchEmit) (gpointer user, const gchar *name, gdouble value, const gchar *unit);

/** pnyx_bench_selects: Returns: whether @filter (NULL: all) is @name or a name above it. */
gboolean pnyx_bench_selects (const gchar *filter, const gchar *name);

/**
 * pnyx_engine_bench:
 * @filter: (nullable): a name selects itself and every name below it ("engine.hold"); NULL: all
 *
 * Event list and draws. Values are medians of repetitions; a ratio is the time of the 4-ary heap
 * over that of the event list, both measured in turn in the same run.
 *
 *   engine.hold.1e3 ... 1e7        ns to take the first event and add one, that many pending,
 *                                  increments exponential with mean 1e8 ns
 *   engine.hold.1e4.ratio ... 1e7.ratio
 *   engine.ties.1e6, .ratio        increments to one of the next four 12 s slots, in phases
 *   rng.draw                       ns for 64 random bits
 *   draw.KIND                      ns for a draw of a distribution, draw.table for a quantile table
 *
 * Returns: whether @filter selects any of these.
 * Cost: all of it about a minute.
 */
gboolean pnyx_engine_bench (const gchar *filter, PnyxBenchClock clock, PnyxBenchEmit emit,
                            gpointer user);

#endif
