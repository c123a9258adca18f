/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Benchmarks of many runs.
 *
 * batch.speedup: wall time of the same runs on one thread over that on all of them (batch.threads);
 * of each the least of three, as what else the machine does only adds.
 *
 * batch.overhead: of 10,000 runs of about 10 ms (batch.run) into a results folder, all that is not
 * simulation: choosing, storing with a sync for each transaction, CSV files, over the simulation,
 * in CPU time; batch.overhead.wall is the same in wall time, which waits for the disk are in, and
 * whatever else the machine does.
 *
 * batch.memory_per_run: by how much the peak of memory of 10,000 runs exceeds that of 1,000, for
 * each of the 9,000.
 */
#include <string.h>

#include "batch/bench.h"
#include "batch/experiment.h"
#include "results/machine.h"

#define REPEATS 3

static const gchar speedup_text[]
    = "<scenario xmlns='urn:pnyx:scenario:1' name='speedup'>"
      "<run warmup='1 epoch' duration='4 epoch' replicates='48'/><network nodes='60'>"
      "<topology kind='random-regular' degree='8'/></network>"
      "<chain kind='gasper'><validators count='512'/></chain></scenario>";

/* %u: values of an axis that changes nothing of what a run costs */
static const gchar small_text[]
    = "<scenario xmlns='urn:pnyx:scenario:1' name='small'>"
      "<run duration='115 block' replicates='100'/><network nodes='100' operators='1'>"
      "<topology kind='random-regular' degree='8'/></network>"
      "<chain kind='nakamoto'><nakamoto interval='exponential(600 s)'/></chain>"
      "<sweep><axis path='nakamoto/@miners' name='miners' from='1' to='100' steps='%u'/></sweep>"
      "</scenario>";

static PnyxSweep *
read_sweep (const gchar *text, const gchar *data_folder, gboolean whole, GError **error)
{
  g_autoptr (PnyxDocument) document
      = pnyx_document_load_memory (text, strlen (text), "bench", error);

  return document == NULL ? NULL : pnyx_sweep_from_document (document, data_folder, whole, error);
}

static gdouble
wall_seconds (void)
{
  return (gdouble)g_get_monotonic_time () * 1e-6;
}

/* ---- Threads ---- */

/* Least wall time of the sweep on @threads; -1 with @error. */
static gdouble
time_threads (const PnyxSweep *sweep, guint threads, GError **error)
{
  gdouble least = G_MAXDOUBLE;

  for (guint i = 0; i < REPEATS; i++)
    {
      gdouble started = wall_seconds ();
      g_autoptr (GPtrArray) results = pnyx_batch_collect (sweep, threads, error);

      if (results == NULL)
        return -1;
      least = MIN (least, wall_seconds () - started);
    }
  return least;
}

static gboolean
bench_speedup (const gchar *data_folder, PnyxBenchEmit emit, gpointer user, GError **error)
{
  g_autoptr (PnyxSweep) sweep = read_sweep (speedup_text, data_folder, FALSE, error);
  guint threads = pnyx_batch_threads (0);
  gdouble one, all;

  if (sweep == NULL)
    return FALSE;
  one = time_threads (sweep, 1, error);
  all = one < 0 ? -1 : time_threads (sweep, threads, error);
  if (all < 0)
    return FALSE;
  emit (user, "batch.threads", threads, "");
  emit (user, "batch.speedup", one / all, "1");
  return TRUE;
}

/* ---- Many small runs ---- */

typedef struct
{
  gdouble runs, simulation, process, wall; /* s, but for runs */
} Cost;

static void
add_cost (gpointer self, guint64 done, guint64 total, const PnyxRunResult *result)
{
  Cost *cost = self;

  (void)done;
  (void)total;
  cost->runs++;
  cost->simulation += result->cpu_seconds;
}

/* Runs @points times 100 cells into a folder that is removed again. */
static gboolean
run_small (guint points, const gchar *data_folder, PnyxBenchClock cpu_seconds, Cost *cost,
           GError **error)
{
  g_autofree gchar *text = g_strdup_printf (small_text, points);
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-bench-XXXXXX", error);
  PnyxExperimentOptions options = { .out = folder };
  g_autoptr (PnyxSweep) sweep = NULL;
  g_autoptr (PnyxExperiment) experiment = NULL;
  PnyxExperimentEnd end;
  gboolean done;

  *cost = (Cost){ .process = -cpu_seconds (), .wall = -wall_seconds () };
  if (folder != NULL)
    sweep = read_sweep (text, data_folder, TRUE, error);
  if (sweep != NULL)
    experiment = pnyx_experiment_begin (sweep, "sweep", &options, error);
  done = experiment != NULL && pnyx_experiment_run (experiment, add_cost, NULL, cost, error)
         && pnyx_experiment_end (experiment, &end, error);
  cost->process += cpu_seconds ();
  cost->wall += wall_seconds ();
  if (experiment != NULL)
    pnyx_experiment_discard (experiment);
  return done;
}

static gboolean
bench_overhead (const gchar *data_folder, PnyxBenchClock cpu_seconds, PnyxBenchEmit emit,
                gpointer user, GError **error)
{
  guint threads = pnyx_batch_threads (0);
  Cost few, many;
  gdouble before;

  if (!run_small (10, data_folder, cpu_seconds, &few, error))
    return FALSE;
  before = (gdouble)pnyx_machine_peak_memory ();
  if (!run_small (100, data_folder, cpu_seconds, &many, error))
    return FALSE;
  emit (user, "batch.run", many.simulation / many.runs, "s");
  emit (user, "batch.overhead", many.process / many.simulation - 1, "1");
  emit (user, "batch.overhead.wall", many.wall * threads / many.simulation - 1, "1");
  emit (user, "batch.memory_per_run",
        ((gdouble)pnyx_machine_peak_memory () - before) / (many.runs - few.runs), "B");
  return TRUE;
}

gboolean
pnyx_batch_bench_runs (const gchar *filter, const gchar *data_folder, PnyxBenchClock cpu_seconds,
                       PnyxBenchEmit emit, gpointer user, GError **error)
{
  /* First: the peak of memory of the program so far must not hide that of the runs. */
  if ((pnyx_bench_selects (filter, "batch.overhead")
       || pnyx_bench_selects (filter, "batch.memory_per_run"))
      && !bench_overhead (data_folder, cpu_seconds, emit, user, error))
    return FALSE;
  return !pnyx_bench_selects (filter, "batch.speedup")
         || bench_speedup (data_folder, emit, user, error);
}
