/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/crew.h"

#include <omp.h>

static void
free_result (gpointer result)
{
  pnyx_run_result_free (result);
}

void
pnyx_crew_init (PnyxCrew *crew, const PnyxSweep *sweep)
{
  *crew = (PnyxCrew){ .sweep = sweep };
  pthread_mutex_init (&crew->mutex, NULL);
  pthread_cond_init (&crew->changed, NULL);
  crew->results = g_ptr_array_new_with_free_func (free_result);
}

void
pnyx_crew_clear (PnyxCrew *crew)
{
  g_ptr_array_unref (crew->results);
  pthread_cond_destroy (&crew->changed);
  pthread_mutex_destroy (&crew->mutex);
}

void
pnyx_crew_lock (PnyxCrew *crew)
{
  pthread_mutex_lock (&crew->mutex);
}

void
pnyx_crew_unlock (PnyxCrew *crew)
{
  pthread_mutex_unlock (&crew->mutex);
}

void
pnyx_crew_changed (PnyxCrew *crew)
{
  pthread_cond_broadcast (&crew->changed);
}

void
pnyx_crew_stop (PnyxCrew *crew)
{
  pnyx_crew_lock (crew);
  crew->stopped = TRUE;
  pnyx_crew_changed (crew);
  pnyx_crew_unlock (crew);
}

/* ---- Working ---- */

static gboolean
is_cancelled (const PnyxCrew *crew)
{
  return crew->stopped || (crew->cancelled != NULL && crew->cancelled (crew->self));
}

/* Crew locked. */
static PnyxPlanNext
next_cell (PnyxCrew *crew, PnyxRunCell *cell)
{
  PnyxPlanNext next = is_cancelled (crew) ? PNYX_PLAN_DONE : crew->next (crew, cell);

  if (next == PNYX_PLAN_CELL)
    crew->under_way++;
  if (next == PNYX_PLAN_DONE && !crew->stopped)
    {
      crew->stopped = TRUE;
      pnyx_crew_changed (crew);
    }
  return next;
}

gboolean
pnyx_crew_fetch (PnyxCrew *crew, PnyxRunCell *cell)
{
  PnyxPlanNext next;

  pnyx_crew_lock (crew);
  while ((next = next_cell (crew, cell)) == PNYX_PLAN_WAIT)
    pthread_cond_wait (&crew->changed, &crew->mutex);
  pnyx_crew_unlock (crew);
  return next == PNYX_PLAN_CELL;
}

PnyxPlanNext
pnyx_crew_try (PnyxCrew *crew, PnyxRunCell *cell)
{
  PnyxPlanNext next;

  pnyx_crew_lock (crew);
  next = next_cell (crew, cell);
  pnyx_crew_unlock (crew);
  return next;
}

void
pnyx_crew_give (PnyxCrew *crew, PnyxRunResult *result)
{
  pnyx_crew_lock (crew);
  while (crew->results->len >= PNYX_CREW_RESULTS_MAX)
    pthread_cond_wait (&crew->changed, &crew->mutex);
  g_ptr_array_add (crew->results, result);
  crew->under_way--;
  pnyx_crew_changed (crew);
  pnyx_crew_unlock (crew);
}

/* What there is to say of a cell whose world there cannot be. */
static PnyxRunResult *
unbuilt (const PnyxSweep *sweep, PnyxRunCell cell, const GError *error)
{
  PnyxRunResult *result = g_new0 (PnyxRunResult, 1);

  result->point = cell.point;
  result->replicate = cell.replicate;
  result->seed = pnyx_sweep_base (sweep)->params->seed;
  result->failed = TRUE;
  result->unbuilt = TRUE;
  result->message = g_strdup (error->message);
  return result;
}

/* A thread keeps the model of its last point. */
typedef struct
{
  PnyxModel *model; /* owned */
  guint point;
} Kept;

static PnyxRunResult *
run_cell (const PnyxSweep *sweep, PnyxRunCell cell, Kept *kept)
{
  g_autoptr (GError) error = NULL;
  PnyxRunResult *result = NULL;

  if (kept->model == NULL || kept->point != cell.point)
    {
      pnyx_model_free (kept->model);
      kept->model = pnyx_sweep_model (sweep, cell.point, &error);
      kept->point = cell.point;
    }
  if (kept->model != NULL)
    result = pnyx_simulate (kept->model, cell.point, cell.replicate, TRUE, &error);
  if (result == NULL)
    result = unbuilt (sweep, cell, error);
  if (result->failed && !result->unbuilt)
    {
      gchar *message = g_strdup_printf ("%s; replay: pnyx run DIR --point %u --replicate %u",
                                        result->message, cell.point, cell.replicate);

      g_free (result->message);
      result->message = message;
    }
  return result;
}

static void
work (PnyxCrew *crew)
{
  Kept kept = { NULL, 0 };
  PnyxRunCell cell;

  while (pnyx_crew_fetch (crew, &cell))
    pnyx_crew_give (crew, run_cell (crew->sweep, cell, &kept));
  pnyx_model_free (kept.model);
}

void
pnyx_crew_work (PnyxCrew *crew, guint threads)
{
#pragma omp parallel num_threads(threads) default(none) shared(crew)
  work (crew);
}

/* ---- Taking ---- */

/* Crew locked. Whether there is a result, or will be. */
static gboolean
may_come (const PnyxCrew *crew)
{
  return crew->results->len > 0 || !crew->stopped || crew->under_way > 0;
}

/* Crew locked. */
static void
move_results (PnyxCrew *crew, GPtrArray *taken)
{
  while (crew->results->len > 0)
    g_ptr_array_add (taken, g_ptr_array_steal_index (crew->results, 0));
  pnyx_crew_changed (crew);
}

gboolean
pnyx_crew_take (PnyxCrew *crew, GPtrArray *taken)
{
  pnyx_crew_lock (crew);
  while (crew->results->len == 0 && may_come (crew))
    pthread_cond_wait (&crew->changed, &crew->mutex);
  move_results (crew, taken);
  pnyx_crew_unlock (crew);
  return taken->len > 0;
}

gboolean
pnyx_crew_collect (PnyxCrew *crew, GPtrArray *taken)
{
  gboolean more;

  pnyx_crew_lock (crew);
  more = may_come (crew);
  if (crew->results->len > 0)
    move_results (crew, taken);
  pnyx_crew_unlock (crew);
  return more;
}
