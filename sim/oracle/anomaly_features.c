/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A round is read in three passes: its median, MAD and order; the row of each report; then the
 * round is added to the past (a ring of residuals for each reporter, the usual MAD, the last
 * round in order of values).
 */
#include "oracle/anomaly_features.h"

#include <math.h>
#include <string.h>

#define USUAL_WEIGHT 0.05 /* of a round in the usual MAD */
#define LARGE 1e9         /* an infinite value */
#define NEAR 0.25         /* MADs, of the crowd */
#define FAR 1e6           /* MADs; nothing is farther */

typedef struct
{
  gdouble *residuals; /* ring, in value */
  guint n, next;
  gdouble last_value, last_residual; /* n > 0 */
} Past;

struct _PnyxAnomalyTracker
{
  guint32 n_reporters;
  guint window;
  Past *pasts;
  gdouble usual; /* MAD; 0: no round yet */
  gdouble *values, *scratch;
  guint32 *order;        /* of the round, by value */
  gdouble *last_values;  /* of the round before, ascending */
  guint32 *last_speaker; /* who said them */
  gsize n_last;
};

/* What all rows of a round share. */
typedef struct
{
  const PnyxReport *reports;
  gsize n;
  PnyxTime now;
  gdouble median, mad, sum;
} Round;

PnyxAnomalyTracker *
pnyx_anomaly_tracker_new (PnyxArena *arena, guint32 n_reporters, guint window)
{
  PnyxAnomalyTracker *tracker = pnyx_arena_array (arena, PnyxAnomalyTracker, 1);
  gdouble *rings = pnyx_arena_array (arena, gdouble, (gsize)n_reporters * window);

  PNYX_REQUIRE (window >= 1);
  tracker->n_reporters = n_reporters;
  tracker->window = window;
  tracker->pasts = pnyx_arena_array (arena, Past, n_reporters);
  tracker->values = pnyx_arena_array (arena, gdouble, n_reporters);
  tracker->scratch = pnyx_arena_array (arena, gdouble, n_reporters);
  tracker->order = pnyx_arena_array (arena, guint32, n_reporters);
  tracker->last_values = pnyx_arena_array (arena, gdouble, n_reporters);
  tracker->last_speaker = pnyx_arena_array (arena, guint32, n_reporters);
  for (guint32 i = 0; i < n_reporters; i++)
    tracker->pasts[i].residuals = rings + (gsize)i * window;
  return tracker;
}

void
pnyx_anomaly_tracker_reset (PnyxAnomalyTracker *tracker)
{
  for (guint32 i = 0; i < tracker->n_reporters; i++)
    tracker->pasts[i].n = tracker->pasts[i].next = 0;
  tracker->usual = 0;
  tracker->n_last = 0;
}

static gint
by_number (gconstpointer a, gconstpointer b, gpointer user)
{
  gdouble x = *(const gdouble *)a, y = *(const gdouble *)b;

  (void)user;
  return x < y ? -1 : x > y;
}

static gint
by_value (gconstpointer a, gconstpointer b, gpointer user)
{
  const gdouble *values = user;
  guint32 i = *(const guint32 *)a, j = *(const guint32 *)b;

  if (values[i] != values[j])
    return values[i] < values[j] ? -1 : 1;
  return i < j ? -1 : i > j;
}

/* Where all agree to the last digit a hundredth of what is usual is the measure. */
static void
measure (PnyxAnomalyTracker *tracker, Round *round)
{
  gsize n = round->n;

  round->sum = 0;
  for (gsize i = 0; i < n; i++)
    {
      tracker->values[i] = CLAMP (round->reports[i].value, -LARGE, LARGE);
      tracker->order[i] = (guint32)i;
      round->sum += tracker->values[i];
    }
  g_qsort_with_data (tracker->order, (gint)n, sizeof *tracker->order, by_value, tracker->values);
  round->median = tracker->values[tracker->order[n / 2]];
  for (gsize i = 0; i < n; i++)
    tracker->scratch[i] = ABS (tracker->values[i] - round->median);
  g_qsort_with_data (tracker->scratch, (gint)n, sizeof *tracker->scratch, by_number, NULL);
  round->mad = tracker->scratch[n / 2];
  round->mad = MAX (round->mad, tracker->usual / 100);
  round->mad = MAX (round->mad, 1e-12 * MAX (ABS (round->median), 1));
}

/* Distance of @value to the nearest of the round before that another reporter said. */
static gdouble
nearest_before (const PnyxAnomalyTracker *tracker, gdouble value, guint32 reporter)
{
  gsize low = 0, high = tracker->n_last;
  gdouble nearest = NAN;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (tracker->last_values[middle] < value)
        low = middle + 1;
      else
        high = middle;
    }
  /* A reporter speaks once in a round: at most one on each side is its own. */
  for (gsize i = low; i < tracker->n_last && i < low + 2; i++)
    if (tracker->last_speaker[i] != reporter)
      {
        nearest = tracker->last_values[i] - value;
        break;
      }
  for (gsize i = low; i > 0 && i + 2 > low; i--)
    if (tracker->last_speaker[i - 1] != reporter)
      {
        gdouble below = value - tracker->last_values[i - 1];

        return isnan (nearest) || below < nearest ? below : nearest;
      }
  return nearest;
}

/* The logarithm keeps what is far from ruling a linear model; trees do not care. */
static gdouble
in_units (gdouble distance, gdouble unit)
{
  return isnan (distance) ? NAN : log1p (MIN (ABS (distance) / unit, FAR));
}

/* From the reporter's own past. */
static void
fill_own (const PnyxAnomalyTracker *tracker, const Past *past, const Round *round, gdouble value,
          gdouble *row)
{
  gdouble usual = tracker->usual > 0 ? tracker->usual : round->mad, sum = 0, spread = 0;

  row[PNYX_ANOMALY_SPREAD] = row[PNYX_ANOMALY_LEANING] = row[PNYX_ANOMALY_SURPRISE] = NAN;
  row[PNYX_ANOMALY_REPEAT] = row[PNYX_ANOMALY_MOVE] = NAN;
  if (past->n == 0)
    return;
  for (guint i = 0; i < past->n; i++)
    {
      sum += past->residuals[i];
      spread += ABS (past->residuals[i]);
    }
  row[PNYX_ANOMALY_SPREAD] = in_units (spread / past->n, usual);
  row[PNYX_ANOMALY_LEANING] = spread > 0 ? ABS (sum) / spread : 0;
  row[PNYX_ANOMALY_SURPRISE]
      = in_units (value - round->median, MAX (spread / past->n, usual / 1000));
  row[PNYX_ANOMALY_REPEAT] = in_units (value - past->last_value, round->mad);
  row[PNYX_ANOMALY_MOVE] = in_units (value - round->median - past->last_residual, usual);
}

/* From the reports of the same round; @rank: of the report in the order of values. */
static void
fill_beside (const PnyxAnomalyTracker *tracker, const Round *round, gsize rank, gdouble *row)
{
  const gdouble *values = tracker->values;
  const guint32 *order = tracker->order;
  gdouble value = values[order[rank]], nearest = NAN;
  gsize crowd = 0, n = round->n;

  if (rank > 0)
    nearest = value - values[order[rank - 1]];
  if (rank + 1 < n)
    {
      gdouble above = values[order[rank + 1]] - value;

      nearest = isnan (nearest) ? above : MIN (nearest, above);
    }
  for (gsize i = rank; i-- > 0 && value - values[order[i]] < NEAR * round->mad;)
    crowd++;
  for (gsize i = rank + 1; i < n && values[order[i]] - value < NEAR * round->mad; i++)
    crowd++;
  row[PNYX_ANOMALY_RESIDUAL] = in_units (value - round->median, round->mad);
  row[PNYX_ANOMALY_MEAN]
      = n > 1 ? in_units (value - (round->sum - value) / (gdouble)(n - 1), round->mad) : NAN;
  row[PNYX_ANOMALY_NEAREST] = in_units (nearest, round->mad);
  row[PNYX_ANOMALY_CROWD] = n > 1 ? (gdouble)crowd / (gdouble)(n - 1) : NAN;
}

static void
remember (PnyxAnomalyTracker *tracker, const Round *round)
{
  for (gsize rank = 0; rank < round->n; rank++)
    {
      guint32 i = tracker->order[rank];
      Past *past = &tracker->pasts[round->reports[i].reporter];
      gdouble residual = tracker->values[i] - round->median;

      past->residuals[past->next] = residual;
      past->next = (past->next + 1) % tracker->window;
      past->n = MIN (past->n + 1, tracker->window);
      past->last_value = tracker->values[i];
      past->last_residual = residual;
      tracker->last_values[rank] = tracker->values[i];
      tracker->last_speaker[rank] = round->reports[i].reporter;
    }
  tracker->n_last = round->n;
  tracker->usual = tracker->usual > 0
                       ? (1 - USUAL_WEIGHT) * tracker->usual + USUAL_WEIGHT * round->mad
                       : round->mad;
}

void
pnyx_anomaly_tracker_round (PnyxAnomalyTracker *tracker, const PnyxReport *reports, gsize n,
                            PnyxTime now, guint n_context, gdouble *rows)
{
  gsize width = PNYX_ANOMALY_N_FEATURES + n_context;
  Round round = { .reports = reports, .n = n, .now = now };

  PNYX_REQUIRE (n <= tracker->n_reporters && n_context <= PNYX_ANOMALY_CONTEXT_MAX);
  if (n == 0)
    return;
  measure (tracker, &round);
  for (gsize rank = 0; rank < n; rank++)
    {
      guint32 i = tracker->order[rank];
      gdouble *row = rows + i * width, value = tracker->values[i];

      fill_beside (tracker, &round, rank, row);
      fill_own (tracker, &tracker->pasts[reports[i].reporter], &round, value, row);
      row[PNYX_ANOMALY_AGE] = pnyx_time_to_seconds (MAX (now - reports[i].observed, 0));
      row[PNYX_ANOMALY_DISPERSION] = tracker->usual > 0 ? round.mad / tracker->usual : NAN;
      row[PNYX_ANOMALY_COPY]
          = in_units (nearest_before (tracker, value, reports[i].reporter), round.mad);
      for (guint j = 0; j < n_context; j++)
        row[PNYX_ANOMALY_N_FEATURES + j] = reports[i].features != NULL && j < reports[i].n_features
                                               ? reports[i].features[j]
                                               : NAN;
    }
  remember (tracker, &round);
}

guint64
pnyx_anomaly_tracker_operations (const PnyxAnomalyTracker *tracker, gsize n)
{
  return 3 * pnyx_sort_operations (n) + (guint64)n * (2 * (guint64)tracker->window + 40);
}
