/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/run_filter.h"

#include <math.h>

void
filter_bench_init (FilterBench *bench, const gchar *name, const gchar *pairs, guint32 n_reporters)
{
  g_auto (GStrv) split = g_strsplit (pairs, " ", -1);
  GError *error = NULL;

  bench->arena = pnyx_arena_new (64 << 20);
  bench->ops = pnyx_aggregator_find (name);
  g_assert_nonnull (bench->ops);
  bench->params = pnyx_params_parse_pairs (
      bench->ops->component.params, bench->ops->component.n_params,
      bench->ops->component.params_size, *pairs ? (const gchar *const *)split : NULL, &error);
  g_assert_no_error (error);
  bench->aggregator = pnyx_aggregator_new (bench->arena, bench->ops, bench->params, n_reporters);
}

void
filter_bench_clear (FilterBench *bench)
{
  pnyx_aggregator_clear (bench->aggregator);
  pnyx_params_clear (bench->ops->component.params, bench->ops->component.n_params, bench->params);
  g_free (bench->params);
  pnyx_arena_free (bench->arena);
}

gdouble
filter_bench_run (FilterBench *bench, const gdouble *values, gsize n, PnyxTime now,
                  gdouble *weights)
{
  g_autofree PnyxReport *reports = g_new0 (PnyxReport, n);

  for (gsize i = 0; i < n; i++)
    reports[i] = (PnyxReport){
      .reporter = (guint32)i, .value = values[i], .confidence = NAN, .observed = now
    };
  return pnyx_aggregator_run (bench->aggregator, reports, n, now, weights);
}
