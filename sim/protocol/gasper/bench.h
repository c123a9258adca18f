/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_BENCH_H
#define PNYX_PROTOCOL_GASPER_BENCH_H

#include "engine/bench.h"

/**
 * pnyx_gasper_bench:
 * @filter: (nullable): a name selects itself and every name below it ("gasper"); NULL: all
 *
 * Medians of repetitions:
 *
 *   gasper.shuffle             ms to shuffle a list of 2^20, 90 rounds, as this machine does it
 *   gasper.shuffle.portable    the same without SHA and AVX2 instructions
 *
 * Returns: whether @filter selects any of these.
 * Cost: all of it about a second.
 */
gboolean pnyx_gasper_bench (const gchar *filter, PnyxBenchClock clock, PnyxBenchEmit emit,
                            gpointer user);

#endif
