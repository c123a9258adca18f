/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Benchmarks of the engine. Event list and heap hold the same events and are advanced in turn, so
 * that what else the machine does meets both; increments come from a table, so that drawing them
 * costs nothing.
 */
#include "engine/bench.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "engine/distribution.h"
#include "engine/heap.h"
#include "engine/queue.h"

#define N_INCREMENTS 65536
#define N_REPEATS 5

typedef struct
{
  const gchar *filter;
  PnyxBenchClock clock;
  PnyxBenchEmit emit;
  gpointer user;
  gboolean any; /* something was selected */
} Bench;

gboolean
pnyx_bench_selects (const gchar *filter, const gchar *name)
{
  gsize length = filter != NULL ? strlen (filter) : 0;

  return length == 0
         || (strncmp (name, filter, length) == 0 && (name[length] == '\0' || name[length] == '.'));
}

static gboolean
is_selected (Bench *bench, const gchar *name)
{
  gboolean selected = pnyx_bench_selects (bench->filter, name);

  bench->any |= selected;
  return selected;
}

static gdouble
median (gdouble *values, gsize n)
{
  gsl_sort (values, 1, n);
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Event list against heap. */

typedef struct
{
  PnyxTime *increments; /* owned: N_INCREMENTS */
  gboolean of_slots;    /* increments are whole slots, counted from the slot of the event */
} Increments;

typedef struct
{
  PnyxQueue *queue;
  PnyxHeap *heap; /* NULL: the event list alone */
  guint64 n_made[2];
} Pending;

static Increments
increments_new (gboolean of_slots)
{
  Increments increments = { g_new (PnyxTime, N_INCREMENTS), of_slots };
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "engine.bench", "increments");
  for (guint64 i = 0; i < N_INCREMENTS; i++)
    {
      gdouble u = pnyx_rng_uniform (&rng, 0, i);

      increments.increments[i] = of_slots ? (PnyxTime)(1 + u * 4) : (PnyxTime)(-log (u) * 1e8);
    }
  return increments;
}

/* The @i-th event made, after @time. */
static inline PnyxEvent
make_event (const Increments *increments, PnyxTime time, guint64 i)
{
  PnyxTime increment = increments->increments[i % N_INCREMENTS];
  const PnyxTime slot = 12 * PNYX_SECOND;
  PnyxEvent event = { .target = (guint32)i, .payload = (guint32)(i >> 8) };

  event.time = increments->of_slots ? (time / slot + increment) * slot : time + increment;
  event.order
      = pnyx_event_order ((PnyxPhase)(i % 3 + 1), i * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
  return event;
}

static Pending
pending_new (const Increments *increments, gsize n, gboolean with_heap)
{
  Pending pending = { pnyx_queue_new (NULL), with_heap ? pnyx_heap_new (NULL) : NULL, { n, n } };

  for (gsize i = 0; i < n; i++)
    {
      PnyxEvent event = make_event (increments, 0, i);

      pnyx_queue_push (pending.queue, &event);
      if (with_heap)
        pnyx_heap_push (pending.heap, &event);
    }
  return pending;
}

static void
pending_clear (Pending *pending)
{
  pnyx_queue_free (pending->queue);
  pnyx_heap_free (pending->heap);
}

static gdouble
hold_queue (Bench *bench, Pending *pending, const Increments *increments, gsize n)
{
  gdouble start = bench->clock ();
  PnyxEvent event;

  for (gsize i = 0; i < n && pnyx_queue_pop (pending->queue, &event); i++)
    {
      event = make_event (increments, event.time, pending->n_made[0]++);
      pnyx_queue_push (pending->queue, &event);
    }
  return (bench->clock () - start) / (gdouble)n * 1e9;
}

static gdouble
hold_heap (Bench *bench, Pending *pending, const Increments *increments, gsize n)
{
  gdouble start = bench->clock ();
  PnyxEvent event;

  for (gsize i = 0; i < n && pnyx_heap_pop (pending->heap, &event); i++)
    {
      event = make_event (increments, event.time, pending->n_made[1]++);
      pnyx_heap_push (pending->heap, &event);
    }
  return (bench->clock () - start) / (gdouble)n * 1e9;
}

/* @ratio_name: NULL: none. */
static void
bench_hold (Bench *bench, gboolean of_slots, gsize n_pending, const gchar *name,
            const gchar *ratio_name)
{
  gsize n = CLAMP (n_pending, 1000000, 4000000);
  gboolean with_ratio = ratio_name != NULL && is_selected (bench, ratio_name);
  gdouble queue[N_REPEATS], heap[N_REPEATS], ratio[N_REPEATS];
  Increments increments;
  Pending pending;

  if (!is_selected (bench, name) && !with_ratio)
    return;
  increments = increments_new (of_slots);
  pending = pending_new (&increments, n_pending, with_ratio);
  hold_queue (bench, &pending, &increments, n_pending); /* steady state, both alike */
  if (with_ratio)
    hold_heap (bench, &pending, &increments, n_pending);
  for (gsize i = 0; i < N_REPEATS; i++)
    {
      queue[i] = hold_queue (bench, &pending, &increments, n);
      heap[i] = with_ratio ? hold_heap (bench, &pending, &increments, n / 2) : 0;
      ratio[i] = heap[i] / queue[i];
    }
  if (is_selected (bench, name))
    bench->emit (bench->user, name, median (queue, N_REPEATS), "ns");
  if (with_ratio)
    bench->emit (bench->user, ratio_name, median (ratio, N_REPEATS), "1");
  pending_clear (&pending);
  g_free (increments.increments);
}

/* Draws. */

static void
bench_rng (Bench *bench)
{
  const gsize n = 20000000;
  gdouble times[N_REPEATS];
  guint64 sum = 0;
  PnyxRng rng;

  if (!is_selected (bench, "rng.draw"))
    return;
  pnyx_rng_init (&rng, 1, 0, 0, "engine.bench", "draw");
  for (gsize repeat = 0; repeat < N_REPEATS; repeat++)
    {
      gdouble start = bench->clock ();

      for (guint64 i = 0; i < n; i++)
        sum += pnyx_rng_u64 (&rng, (guint32)repeat, i);
      times[repeat] = (bench->clock () - start) / (gdouble)n * 1e9;
    }
  PNYX_REQUIRE (sum != 0);
  bench->emit (bench->user, "rng.draw", median (times, N_REPEATS), "ns");
}

static const struct
{
  const gchar *name, *text;
} draws[] = {
  { "draw.uniform", "uniform(1, 2)" },
  { "draw.exponential", "exponential(1)" },
  { "draw.normal", "normal(0, 1)" },
  { "draw.lognormal", "lognormal(1, 0.5)" },
  { "draw.pareto", "pareto(1, 2.5)" },
  { "draw.generalised-pareto", "generalised-pareto(0, 1, 0.4)" },
  { "draw.gamma", "gamma(1, 2)" },
  { "draw.poisson", "poisson(4)" },
  { "draw.binomial", "binomial(10, 0.3)" },
  { "draw.empirical", "empirical(1: 0.2, 2: 0.3, 3: 0.5)" },
  { "draw.mixture", "mixture(0.3: normal(1, 0.1), 0.7: exponential(2))" },
  { "draw.truncated", "truncated(normal(0, 1), -1, 1)" },
};

static void
bench_draw (Bench *bench, const gchar *name, const gchar *text)
{
  g_autoptr (PnyxDistribution) distribution = NULL;
  const gsize n = 400000;
  gdouble times[N_REPEATS], sum = 0;
  PnyxRng rng;

  if (!is_selected (bench, name))
    return;
  distribution = pnyx_distribution_parse (text, PNYX_UNIT_NONE, NULL);
  pnyx_rng_init (&rng, 1, 0, 0, "engine.bench", name);
  for (gsize repeat = 0; repeat < N_REPEATS; repeat++)
    {
      gdouble start = bench->clock ();

      for (guint64 i = 0; i < n; i++)
        sum += pnyx_distribution_sample (distribution, &rng, (guint32)repeat, i);
      times[repeat] = (bench->clock () - start) / (gdouble)n * 1e9;
    }
  PNYX_REQUIRE (isfinite (sum));
  bench->emit (bench->user, name, median (times, N_REPEATS), "ns");
}

static void
bench_table (Bench *bench)
{
  g_autoptr (PnyxDistribution) distribution = NULL;
  PnyxQuantileTable *table;
  const gsize n = 4000000;
  gdouble times[N_REPEATS], sum = 0;

  if (!is_selected (bench, "draw.table"))
    return;
  distribution = pnyx_distribution_parse ("lognormal(1, 0.5)", PNYX_UNIT_NONE, NULL);
  table = pnyx_quantile_table_new (distribution, NULL);
  for (gsize repeat = 0; repeat < N_REPEATS; repeat++)
    {
      gdouble start = bench->clock ();

      for (guint64 i = 0; i < n; i++)
        sum += pnyx_quantile_table_draw (table, (guint32)i * 2654435769u);
      times[repeat] = (bench->clock () - start) / (gdouble)n * 1e9;
    }
  PNYX_REQUIRE (isfinite (sum));
  bench->emit (bench->user, "draw.table", median (times, N_REPEATS), "ns");
  pnyx_quantile_table_free (table);
}

gboolean
pnyx_engine_bench (const gchar *filter, PnyxBenchClock clock, PnyxBenchEmit emit, gpointer user)
{
  Bench bench = { filter, clock, emit, user, FALSE };

  bench_hold (&bench, FALSE, 1000, "engine.hold.1e3", NULL);
  bench_hold (&bench, FALSE, 10000, "engine.hold.1e4", "engine.hold.1e4.ratio");
  bench_hold (&bench, FALSE, 100000, "engine.hold.1e5", "engine.hold.1e5.ratio");
  bench_hold (&bench, FALSE, 1000000, "engine.hold.1e6", "engine.hold.1e6.ratio");
  bench_hold (&bench, FALSE, 10000000, "engine.hold.1e7", "engine.hold.1e7.ratio");
  bench_hold (&bench, TRUE, 1000000, "engine.ties.1e6", "engine.ties.ratio");
  bench_rng (&bench);
  for (gsize i = 0; i < G_N_ELEMENTS (draws); i++)
    bench_draw (&bench, draws[i].name, draws[i].text);
  bench_table (&bench);
  return bench.any;
}
