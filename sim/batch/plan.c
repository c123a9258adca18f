/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A point has a target, the replicates that are known to be needed. With a precision to reach, the
 * target grows in steps by a half each time all replicates below it have ended and were not enough:
 * looking only at fixed prefixes keeps the decision independent of the order in which runs end, and
 * the few looks keep the interval close to its nominal coverage.
 */
#include "batch/plan.h"

#include <math.h>

#include "base/statistics.h"

#define PREFIX_MIN 10

typedef struct
{
  guint target;   /* replicates below this are needed; 0: another shard's point */
  guint next;     /* all below are taken */
  guint n_ended;  /* below target */
  guint64 events; /* of the first replicate that ended; 0: unknown */
  guint64 *taken; /* owned: bits by replicate */
  guint n_words;
  GArray *values; /* owned: gdouble by replicate; NULL: nobody asks */
  GArray *ended;  /* owned: guint: replicates at or above target that ended earlier */
} Point;

struct _PnyxPlan
{
  PnyxPrecision precision;
  guint n_points, replicates;
  Point *points;    /* owned */
  guint first;      /* points below have had their first replicate taken */
  GArray *ready;    /* owned: guint: points with untaken replicates, in order */
  guint at;         /* in ready */
  gboolean ordered; /* ready was filled */
  guint64 taken, ended, total;
};

guint
pnyx_plan_prefix (guint prefix, guint replicates, guint replicates_max)
{
  guint next = prefix == 0 ? MAX (replicates, PREFIX_MIN) : prefix + (prefix + 1) / 2;

  return MIN (next, MAX (replicates_max, PREFIX_MIN));
}

PnyxPlan *
pnyx_plan_new (guint n_points, guint replicates, const PnyxPrecision *precision, guint shard,
               guint n_shards)
{
  PnyxPlan *plan = g_new0 (PnyxPlan, 1);

  plan->n_points = n_points;
  plan->replicates = replicates;
  plan->precision = *precision;
  plan->points = g_new0 (Point, n_points);
  plan->ready = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < n_points; i++)
    if (i % n_shards == shard - 1)
      {
        Point *point = &plan->points[i];

        point->target = replicates;
        if (precision->metric != NULL)
          {
            point->target = pnyx_plan_prefix (0, replicates, precision->replicates_max);
            point->values = g_array_new (FALSE, FALSE, sizeof (gdouble));
          }
        plan->total += point->target;
      }
  return plan;
}

void
pnyx_plan_free (PnyxPlan *plan)
{
  if (plan == NULL)
    return;
  for (guint i = 0; i < plan->n_points; i++)
    {
      g_free (plan->points[i].taken);
      if (plan->points[i].values != NULL)
        g_array_unref (plan->points[i].values);
      if (plan->points[i].ended != NULL)
        g_array_unref (plan->points[i].ended);
    }
  g_free (plan->points);
  g_array_unref (plan->ready);
  g_free (plan);
}

guint64
pnyx_plan_finished (const PnyxPlan *plan)
{
  return plan->ended;
}

guint64
pnyx_plan_total (const PnyxPlan *plan)
{
  return plan->total;
}

/* ---- Taking ---- */

static gboolean
is_taken (const Point *point, guint replicate)
{
  return replicate / 64 < point->n_words
         && (point->taken[replicate / 64] >> (replicate % 64) & 1) != 0;
}

static void
take (PnyxPlan *plan, Point *point, guint replicate)
{
  guint n_words = replicate / 64 + 1;

  if (n_words > point->n_words)
    {
      point->taken = g_renew (guint64, point->taken, n_words);
      while (point->n_words < n_words)
        point->taken[point->n_words++] = 0;
    }
  point->taken[replicate / 64] |= (guint64)1 << (replicate % 64);
  plan->taken++;
  while (is_taken (point, point->next))
    point->next++;
}

/* The most events first; what is equal or unknown by number. */
static gint
by_cost (gconstpointer a, gconstpointer b, gpointer user)
{
  const PnyxPlan *plan = user;
  guint i = *(const guint *)a, k = *(const guint *)b;
  guint64 of_i = plan->points[i].events, of_k = plan->points[k].events;

  if (of_i != of_k)
    return of_i > of_k ? -1 : 1;
  return i < k ? -1 : i > k;
}

static void
order_points (PnyxPlan *plan)
{
  for (guint i = 0; i < plan->n_points; i++)
    if (plan->points[i].next < plan->points[i].target)
      g_array_append_val (plan->ready, i);
  g_array_sort_with_data (plan->ready, by_cost, plan);
  plan->ordered = TRUE;
}

PnyxPlanNext
pnyx_plan_next (PnyxPlan *plan, PnyxRunCell *cell)
{
  for (; plan->first < plan->n_points; plan->first++)
    {
      Point *point = &plan->points[plan->first];

      if (point->target == 0 || is_taken (point, 0))
        continue;
      *cell = (PnyxRunCell){ plan->first++, 0 };
      take (plan, point, 0);
      return PNYX_PLAN_CELL;
    }
  if (!plan->ordered)
    order_points (plan);
  for (; plan->at < plan->ready->len; plan->at++)
    {
      guint i = g_array_index (plan->ready, guint, plan->at);
      Point *point = &plan->points[i];

      if (point->next >= point->target)
        continue;
      *cell = (PnyxRunCell){ i, point->next };
      take (plan, point, point->next);
      return PNYX_PLAN_CELL;
    }
  return plan->precision.metric != NULL && plan->ended < plan->taken ? PNYX_PLAN_WAIT
                                                                     : PNYX_PLAN_DONE;
}

/* ---- Ending ---- */

static gboolean
is_precise (const PnyxPlan *plan, const Point *point)
{
  g_autofree gdouble *values = g_new (gdouble, point->target + 1);
  gdouble half_width;
  guint n = 0;

  for (guint i = 0; i < point->target; i++)
    if (!isnan (g_array_index (point->values, gdouble, i)))
      values[n++] = g_array_index (point->values, gdouble, i);
  if (n < 2)
    return FALSE;
  half_width = pnyx_student_half_width (pnyx_sd (values, n), n, 0.95);
  return half_width <= (isnan (plan->precision.half_width)
                            ? plan->precision.relative * fabs (pnyx_mean (values, n))
                            : plan->precision.half_width);
}

/* All replicates below the target have ended: more of them where they are not enough. */
static void
judge (PnyxPlan *plan, guint i)
{
  Point *point = &plan->points[i];
  guint target = pnyx_plan_prefix (point->target, plan->replicates, plan->precision.replicates_max);

  if (target == point->target || is_precise (plan, point))
    return;
  plan->total += target - point->target;
  point->target = target;
  for (guint k = 0; point->ended != NULL && k < point->ended->len;)
    if (g_array_index (point->ended, guint, k) < target)
      {
        point->n_ended++;
        g_array_remove_index_fast (point->ended, k);
      }
    else
      k++;
  if (plan->ordered)
    g_array_append_val (plan->ready, i);
  if (point->n_ended == point->target)
    judge (plan, i);
}

void
pnyx_plan_finish (PnyxPlan *plan, PnyxRunCell cell, guint64 events, gdouble value)
{
  const gdouble nothing = NAN;
  Point *point = &plan->points[cell.point];

  PNYX_REQUIRE (cell.point < plan->n_points);
  if (!is_taken (point, cell.replicate))
    take (plan, point, cell.replicate);
  plan->ended++;
  if (point->events == 0)
    point->events = events;
  if (point->values == NULL)
    return;
  while (point->values->len <= cell.replicate)
    g_array_append_val (point->values, nothing);
  g_array_index (point->values, gdouble, cell.replicate) = value;
  if (cell.replicate < point->target)
    point->n_ended++;
  else
    {
      if (point->ended == NULL)
        point->ended = g_array_new (FALSE, FALSE, sizeof (guint));
      g_array_append_val (point->ended, cell.replicate);
    }
  if (point->n_ended == point->target)
    judge (plan, cell.point);
}
