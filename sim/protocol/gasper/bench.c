/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Benchmarks of Gasper's algorithms. */
#include "protocol/gasper/bench.h"

#include <gsl/gsl_sort.h>

#include "protocol/gasper/shuffle.h"

#define VALIDATORS (1u << 20)
#define N_REPEATS 9

static gdouble
shuffle_ms (PnyxCpu cpu, PnyxBenchClock cpu_seconds)
{
  g_autofree guint32 *list = g_new (guint32, VALIDATORS);
  PnyxSha256Digest seed = { 1 };
  gdouble ms[N_REPEATS];

  for (guint32 i = 0; i < VALIDATORS; i++)
    list[i] = i;
  for (guint i = 0; i < N_REPEATS; i++)
    {
      gdouble started = cpu_seconds ();

      pnyx_shuffle_list (cpu, seed, PNYX_SHUFFLE_ROUND_COUNT, list, VALIDATORS);
      ms[i] = 1e3 * (cpu_seconds () - started);
    }
  gsl_sort (ms, 1, N_REPEATS);
  return ms[N_REPEATS / 2];
}

gboolean
pnyx_gasper_bench (const gchar *filter, PnyxBenchClock clock, PnyxBenchEmit emit, gpointer user)
{
  gboolean any = FALSE;

  if (pnyx_bench_selects (filter, "gasper.shuffle"))
    {
      emit (user, "gasper.shuffle", shuffle_ms (pnyx_cpu_detect (), clock), "ms");
      any = TRUE;
    }
  if (pnyx_bench_selects (filter, "gasper.shuffle.portable"))
    {
      emit (user, "gasper.shuffle.portable", shuffle_ms (PNYX_CPU_PORTABLE, clock), "ms");
      any = TRUE;
    }
  return any;
}
