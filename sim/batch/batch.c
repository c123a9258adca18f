/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A crew runs what the plan asks for; one more thread adds what it leaves behind, so that waiting
 * for the disk holds nobody up. What ends while it waits is added together next time.
 */
#include "batch/batch.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "batch/batch_priv.h"
#include "results/machine.h"

guint
pnyx_batch_threads (guint threads)
{
  return threads > 0 ? threads : MIN ((guint)omp_get_max_threads (), pnyx_machine_cores ());
}

static PnyxPlanNext
next_of_plan (PnyxCrew *crew, PnyxRunCell *cell)
{
  return pnyx_plan_next (((PnyxBatch *)crew->self)->plan, cell);
}

static gboolean
is_cancelled (gpointer self)
{
  const PnyxBatchOptions *options = ((const PnyxBatch *)self)->options;

  return options->cancelled != NULL && options->cancelled (options->self);
}

/* What the plan wants to know of a run. */
static gdouble
value_of (const PnyxRunResult *run, const PnyxPrecision *precision)
{
  for (guint i = 0; precision->metric != NULL && !run->failed && i < run->output->scalars->len; i++)
    {
      const PnyxScalar *row = &g_array_index (run->output->scalars, PnyxScalar, i);

      if (g_str_equal (row->metric, precision->metric)
          && g_str_equal (row->scope, precision->scope))
        return row->value;
    }
  return NAN;
}

static void
finish_runs (PnyxBatch *batch, const GPtrArray *taken)
{
  const PnyxBatchOptions *options = batch->options;

  for (guint i = 0; i < taken->len; i++)
    {
      const PnyxRunResult *run = g_ptr_array_index (taken, i);
      guint64 done, total;

      pnyx_crew_lock (&batch->crew);
      pnyx_plan_finish (batch->plan, (PnyxRunCell){ run->point, run->replicate }, run->events,
                        value_of (run, batch->precision));
      done = pnyx_plan_finished (batch->plan);
      total = pnyx_plan_total (batch->plan);
      pnyx_crew_changed (&batch->crew);
      pnyx_crew_unlock (&batch->crew);
      if (options->progress != NULL)
        options->progress (options->self, done, total, run);
    }
}

/* The thread that adds. After a failure what comes is dropped: it would leave a gap. */
static void *
add_results (void *data)
{
  PnyxBatch *batch = data;
  const PnyxBatchOptions *options = batch->options;
  g_autoptr (GPtrArray) taken
      = g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_run_result_free);

  while (pnyx_crew_take (&batch->crew, taken))
    {
      if (batch->failure == NULL
          && options->add (options->self, (const PnyxRunResult *const *)taken->pdata, taken->len,
                           &batch->failure))
        finish_runs (batch, taken);
      else
        pnyx_crew_stop (&batch->crew);
      g_ptr_array_set_size (taken, 0);
    }
  return NULL;
}

gboolean
pnyx_batch_begin (PnyxBatch *batch, const PnyxSweep *sweep, PnyxPlan *plan,
                  const PnyxBatchOptions *options, GError **error)
{
  *batch
      = (PnyxBatch){ .plan = plan, .precision = pnyx_sweep_precision (sweep), .options = options };
  pnyx_crew_init (&batch->crew, sweep);
  batch->crew.next = next_of_plan;
  batch->crew.cancelled = is_cancelled;
  batch->crew.self = batch;
  batch->adding = pthread_create (&batch->adder, NULL, add_results, batch) == 0;
  if (batch->adding)
    return TRUE;
  pnyx_crew_clear (&batch->crew);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "cannot begin a thread");
  return FALSE;
}

gboolean
pnyx_batch_end (PnyxBatch *batch, GError **error)
{
  pthread_join (batch->adder, NULL);
  pnyx_crew_clear (&batch->crew);
  if (batch->failure == NULL)
    return TRUE;
  g_propagate_error (error, batch->failure);
  return FALSE;
}

gboolean
pnyx_batch_run (const PnyxSweep *sweep, PnyxPlan *plan, const PnyxBatchOptions *options,
                GError **error)
{
  /* Where a metric has to be precise there may be any number more. */
  guint64 left = pnyx_sweep_precision (sweep)->metric != NULL
                     ? G_MAXUINT
                     : pnyx_plan_total (plan) - pnyx_plan_finished (plan);
  PnyxBatch batch;

  if (!pnyx_batch_begin (&batch, sweep, plan, options, error))
    return FALSE;
  pnyx_crew_work (&batch.crew, (guint)CLAMP (left, 1, pnyx_batch_threads (options->threads)));
  return pnyx_batch_end (&batch, error);
}

/* ---- In memory ---- */

static PnyxRunResult *
result_copy (const PnyxRunResult *run)
{
  g_autoptr (GBytes) bytes = pnyx_run_result_pack (run);

  return pnyx_run_result_unpack (bytes);
}

static gboolean
add_to_array (gpointer self, const PnyxRunResult *const *runs, gsize n_runs, GError **error)
{
  GPtrArray *results = self;

  for (gsize i = 0; i < n_runs; i++)
    {
      if (runs[i]->unbuilt)
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT, "%s", runs[i]->message);
          return FALSE;
        }
      g_ptr_array_add (results, result_copy (runs[i]));
    }
  return TRUE;
}

static gint
by_cell (gconstpointer a, gconstpointer b)
{
  const PnyxRunResult *x = *(const PnyxRunResult *const *)a;
  const PnyxRunResult *y = *(const PnyxRunResult *const *)b;

  if (x->point != y->point)
    return x->point < y->point ? -1 : 1;
  return x->replicate < y->replicate ? -1 : x->replicate > y->replicate;
}

GPtrArray *
pnyx_batch_collect (const PnyxSweep *sweep, guint threads, GError **error)
{
  g_autoptr (GPtrArray) results
      = g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_run_result_free);
  PnyxBatchOptions options = { .threads = threads, .add = add_to_array, .self = results };
  g_autoptr (PnyxPlan) plan
      = pnyx_plan_new (pnyx_sweep_n_points (sweep), (guint)pnyx_sweep_base (sweep)->run->replicates,
                       pnyx_sweep_precision (sweep), 1, 1);

  if (!pnyx_batch_run (sweep, plan, &options, error))
    return NULL;
  g_ptr_array_sort (results, by_cell);
  return g_steal_pointer (&results);
}
