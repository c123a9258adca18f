/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One world for each iteration, one result slot for each run, nothing else shared. Errors are taken
 * in run order afterwards, so what is reported does not depend on threads.
 */
#include "batch/batch.h"

#include <omp.h>

guint
pnyx_batch_threads (const PnyxBatchOptions *options, guint n_runs)
{
  guint threads = options->threads > 0 ? options->threads : (guint)omp_get_max_threads ();

  return CLAMP (threads, 1, MAX (n_runs, 1));
}

static void
report (const PnyxBatchOptions *options, guint *done, guint total, const PnyxRunResult *result)
{
#pragma omp critical(progress)
  {
    (*done)++;
    if (options->progress != NULL)
      options->progress (options->self, *done, total, result);
  }
}

GPtrArray *
pnyx_batch_run (const PnyxModel *model, const PnyxBatchOptions *options, GError **error)
{
  guint n = (guint)model->run->replicates;
  guint threads = pnyx_batch_threads (options, n);
  g_autofree PnyxRunResult **results = g_new0 (PnyxRunResult *, n);
  g_autofree GError **errors = g_new0 (GError *, n);
  GPtrArray *finished = g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_run_result_free);
  GError *first = NULL;
  guint done = 0;

#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) default(none)                   \
    shared(model, options, n, results, errors, done)
  for (guint i = 0; i < n; i++)
    {
      if (options->cancelled != NULL && options->cancelled (options->self))
        continue;
      results[i] = pnyx_simulate (model, 0, i, TRUE, &errors[i]);
      if (results[i] != NULL)
        report (options, &done, n, results[i]);
    }
  for (guint i = 0; i < n; i++)
    {
      if (results[i] != NULL)
        g_ptr_array_add (finished, results[i]);
      if (first == NULL)
        first = errors[i];
      else
        g_clear_error (&errors[i]);
    }
  if (first == NULL)
    return finished;
  g_ptr_array_unref (finished);
  g_propagate_error (error, first);
  return NULL;
}
