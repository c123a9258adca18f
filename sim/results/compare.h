/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_COMPARE_H
#define PNYX_RESULTS_COMPARE_H

#include "base/statistics.h"
#include "base/table.h"

/** PnyxSide: results that are compared: a folder, and one of its points or (-1) all of them. */
typedef struct
{
  const gchar *folder;
  gint64 point;
} PnyxSide;

/** PnyxPairing: how a difference was taken. */
typedef enum
{
  PNYX_PAIRING_NONE,   /* there is none */
  PNYX_PAIRING_PAIRED, /* replicate by replicate: both have the same replicates and seed */
  PNYX_PAIRING_WELCH,  /* as of independent runs */
} PnyxPairing;

/** pnyx_pairing_name: Returns: "", "paired" or "welch". */
const gchar *pnyx_pairing_name (PnyxPairing pairing);

/** PnyxComparedValue: a metric on one side, and what it is more than on the first. */
typedef struct
{
  guint point;         /* of this side */
  guint n;             /* replicates that have the metric */
  gdouble mean;        /* NaN: does not exist */
  PnyxInterval ci95;   /* Student's; NaN for fewer than two */
  PnyxPairing pairing; /* NONE for the first side, and where a mean does not exist */
  PnyxDifference difference;
  gboolean significant; /* the difference has an interval, and that excludes 0 */
} PnyxComparedValue;

/** PnyxComparedMetric: a row. Texts are owned by the comparison. */
typedef struct
{
  guint point; /* of the sides that have several; of the first where none has */
  const gchar *scope;
  const gchar *metric;
  const gchar *unit;
  PnyxComparedValue *sides; /* owned: array length=n_sides */
} PnyxComparedMetric;

/** PnyxComparison: rows in order of points, then of the first side's columns. */
typedef struct
{
  guint n_sides;
  gchar **folders;  /* owned: array length=n_sides */
  gboolean single;  /* one point of each side, all rows are of it */
  GArray *rows;     /* owned: PnyxComparedMetric */
  GPtrArray *texts; /* owned */
} PnyxComparison;

/**
 * pnyx_compare:
 * @sides: (array length=n_sides): the first is what the others are compared with
 * @n_sides: at least 2
 * @metrics: (nullable): NULL-terminated: names (`scope:metric` or `metric`), or else regular
 *           expressions that are searched in `scope:metric`; NULL: all
 * @all: also what does not exist on each side
 *
 * A side without a point is all its points. Sides with several points must have the same points,
 * at the same values of the same axes; each of them is compared with the one point of the others.
 *
 * Differences are paired where both sides have the same replicates of the same seed, which draw the
 * same random numbers; the interval is then of the replicates' differences. Otherwise it is
 * Welch's.
 *
 * Returns: (transfer full): NULL with @error: PNYX_ERROR_MISSING: no results, no such point, no
 * metric in common; PNYX_ERROR_UNKNOWN: nobody has a metric of that name; PNYX_ERROR_SYNTAX: a bad
 * expression, or files that are none of ours; PNYX_ERROR_CONFLICT: different points;
 * PNYX_ERROR_IO.
 */
PnyxComparison *pnyx_compare (const PnyxSide *sides, guint n_sides, const gchar *const *metrics,
                              gboolean all, GError **error);
void pnyx_comparison_free (PnyxComparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxComparison, pnyx_comparison_free)

/**
 * pnyx_comparison_table: a row for each metric and side:
 *
 *   scope,metric,unit,result,point,n,mean,ci95_low,ci95_high,difference,difference_low,
 *   difference_high,pairs,pairing,significant
 *
 * difference: this side's mean less the first's; pairing: paired, welch or nothing; significant: 1,
 * 0 or nothing.
 */
PnyxTable *pnyx_comparison_table (const PnyxComparison *comparison);

#endif
