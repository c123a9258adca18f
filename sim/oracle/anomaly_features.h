/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_ANOMALY_FEATURES_H
#define PNYX_ORACLE_ANOMALY_FEATURES_H

#include "oracle/aggregator.h"

/*
 * What can be seen in a report by itself, beside the others of its round and after what its
 * reporter said before. All of it is relative to the spread of honest reports, so that what was
 * learnt of one layout of noise holds in another, and nothing of it is later than the round.
 */

/** PnyxAnomalyFeature: a distance d is given as log (1 + d), d in median absolute deviations of the
 * round (MAD) unless said otherwise; NaN: not known yet. */
typedef enum
{
  PNYX_ANOMALY_RESIDUAL,   /* to the median of the round */
  PNYX_ANOMALY_MEAN,       /* to the mean of the others */
  PNYX_ANOMALY_AGE,        /* s since it was observed */
  PNYX_ANOMALY_DISPERSION, /* MAD of the round over what is usual */
  PNYX_ANOMALY_SPREAD,     /* mean |residual| of the reporter in the window, in usual MADs */
  PNYX_ANOMALY_LEANING,  /* |mean residual| over mean |residual| of the same: 1: always one side */
  PNYX_ANOMALY_SURPRISE, /* residual in the reporter's own mean |residual| */
  PNYX_ANOMALY_NEAREST,  /* to the nearest report of another */
  PNYX_ANOMALY_CROWD,    /* share of the others that are nearer than a quarter */
  PNYX_ANOMALY_REPEAT,   /* to what it said last */
  PNYX_ANOMALY_COPY,     /* to the nearest report of another in the round before */
  PNYX_ANOMALY_MOVE,     /* change of its residual since last, in usual MADs */
  PNYX_ANOMALY_N_FEATURES,
} PnyxAnomalyFeature;

/** PNYX_ANOMALY_CONTEXT_MAX: most features of a report's own that are passed on. */
#define PNYX_ANOMALY_CONTEXT_MAX 16

/** PnyxAnomalyTracker: what the reporters said before. */
typedef struct _PnyxAnomalyTracker PnyxAnomalyTracker;

/** pnyx_anomaly_tracker_new: @window: rounds of a reporter that are looked back at, at least 1. */
PnyxAnomalyTracker *pnyx_anomaly_tracker_new (PnyxArena *arena, guint32 n_reporters, guint window);
/** pnyx_anomaly_tracker_reset: forgets all. */
void pnyx_anomaly_tracker_reset (PnyxAnomalyTracker *tracker);
/**
 * pnyx_anomaly_tracker_round: features of a round, which then belongs to the past.
 * @reports: (array length=n): as an estimator gets them
 * @n_context: at most PNYX_ANOMALY_CONTEXT_MAX; features of each report that follow the tracker's
 *             own; those that it has not are NaN
 * @rows: (out caller-allocates): @n times (PNYX_ANOMALY_N_FEATURES + @n_context)
 *
 * Cost: O(n (window + log n)).
 */
void pnyx_anomaly_tracker_round (PnyxAnomalyTracker *tracker, const PnyxReport *reports, gsize n,
                                 PnyxTime now, guint n_context, gdouble *rows);
/** pnyx_anomaly_tracker_operations: Returns: of one round of @n reports, for the account. */
guint64 pnyx_anomaly_tracker_operations (const PnyxAnomalyTracker *tracker, gsize n);

#endif
