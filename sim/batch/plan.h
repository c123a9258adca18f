/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_PLAN_H
#define PNYX_BATCH_PLAN_H

#include "batch/sweep.h"

/** PnyxRunCell: a replicate at a point. */
typedef struct
{
  guint point, replicate;
} PnyxRunCell;

typedef enum
{
  PNYX_PLAN_CELL, /* here is one */
  PNYX_PLAN_WAIT, /* whether there are more depends on runs that have not ended */
  PNYX_PLAN_DONE, /* there are no more */
} PnyxPlanNext;

/**
 * PnyxPlan: which cells are to be run, and in which order: the first replicate of every point, then
 * the others, points with the most events first, as far as that is known. Which cells are run in
 * the end depends on their results alone, never on the order or on who ran them. Not thread-safe.
 */
typedef struct _PnyxPlan PnyxPlan;

/**
 * pnyx_plan_new:
 * @replicates: of each point; where a metric has to be precise, the first prefix that is judged, at
 *              least 10
 * @precision: copied; its metric NULL: @replicates and no more
 * @shard: of @n_shards, from 1: only points with point % n_shards == shard - 1
 */
PnyxPlan *pnyx_plan_new (guint n_points, guint replicates, const PnyxPrecision *precision,
                         guint shard, guint n_shards);
void pnyx_plan_free (PnyxPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxPlan, pnyx_plan_free)

/** pnyx_plan_next: the next cell to run, which is taken by this. */
PnyxPlanNext pnyx_plan_next (PnyxPlan *plan, PnyxRunCell *cell);

/**
 * pnyx_plan_finish: @cell has ended, just now or in an earlier session.
 * @events: what it cost
 * @value: of the metric that has to be precise; NaN where it does not exist or nobody asks
 */
void pnyx_plan_finish (PnyxPlan *plan, PnyxRunCell cell, guint64 events, gdouble value);

/** pnyx_plan_finished: Returns: how many cells have ended. */
guint64 pnyx_plan_finished (const PnyxPlan *plan);
/** pnyx_plan_total: Returns: how many there will be, as far as is known now. */
guint64 pnyx_plan_total (const PnyxPlan *plan);

/** pnyx_plan_prefix: Returns: how many replicates are judged after @prefix of them (0: at first).
 */
guint pnyx_plan_prefix (guint prefix, guint replicates, guint replicates_max);

#endif
