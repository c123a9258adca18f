/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_CREW_H
#define PNYX_BATCH_CREW_H

#include <pthread.h>

#include "batch/batch.h"

/*
 * A crew: threads that each run one world at a time, and one thread that takes what they leave
 * behind. Cells come from somewhere (a plan, another process), results go somewhere (a store,
 * another process): who owns the crew says where. (POSIX threads and not GLib's: the thread
 * sanitizer knows them.)
 */

#define PNYX_CREW_RESULTS_MAX 64 /* that wait to be taken; then the threads wait */

typedef struct _PnyxCrew PnyxCrew;

struct _PnyxCrew
{
  const PnyxSweep *sweep; /* borrowed */
  /* The next cell for a thread; called with the crew locked. */
  PnyxPlanNext (*next) (PnyxCrew *crew, PnyxRunCell *cell);
  gboolean (*cancelled) (gpointer self); /* NULL: never */
  gpointer self;                         /* of next and cancelled */

  pthread_mutex_t mutex;
  pthread_cond_t changed; /* there may be a cell, a result, or room for one */
  GPtrArray *results;     /* owned: PnyxRunResult, not yet taken */
  guint under_way;        /* cells whose results are not here yet */
  gboolean stopped;       /* no further cells */
};

void pnyx_crew_init (PnyxCrew *crew, const PnyxSweep *sweep);
void pnyx_crew_clear (PnyxCrew *crew);

/** pnyx_crew_work: runs cells on @threads threads until there are no more. */
void pnyx_crew_work (PnyxCrew *crew, guint threads);

/** pnyx_crew_fetch: what a thread does: the next cell, waiting for one where that may help.
 * Returns: FALSE where there are no more. */
gboolean pnyx_crew_fetch (PnyxCrew *crew, PnyxRunCell *cell);
/** pnyx_crew_try: the same without waiting. */
PnyxPlanNext pnyx_crew_try (PnyxCrew *crew, PnyxRunCell *cell);
/** pnyx_crew_give: the result (transfer full) of a cell that was fetched; waits for room. */
void pnyx_crew_give (PnyxCrew *crew, PnyxRunResult *result);

/** pnyx_crew_take: takes what there is, waiting for at least one result.
 * @taken: (element-type PnyxRunResult): empty, gets them. Returns: FALSE when none will come. */
gboolean pnyx_crew_take (PnyxCrew *crew, GPtrArray *taken);
/** pnyx_crew_collect: the same without waiting. Returns: FALSE when none will come. */
gboolean pnyx_crew_collect (PnyxCrew *crew, GPtrArray *taken);

/** pnyx_crew_stop: no further cells are begun. */
void pnyx_crew_stop (PnyxCrew *crew);

/** pnyx_crew_changed: wakes who waits, after what next depends on has changed (crew locked). */
void pnyx_crew_changed (PnyxCrew *crew);

/** pnyx_crew_lock, pnyx_crew_unlock: around what next depends on. */
void pnyx_crew_lock (PnyxCrew *crew);
void pnyx_crew_unlock (PnyxCrew *crew);

#endif
