/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_AGGREGATOR_H
#define PNYX_ORACLE_AGGREGATOR_H

#include "base/arena.h"
#include "base/types.h"
#include "engine/calc.h"

/*
 * Estimators of a round's value from the reports of that round and of earlier ones: online and
 * causal, they see what had arrived and nothing later. A filter's answer is the median of some and
 * the weighted mean of others; the weights say whom it trusted.
 */

/** PnyxReport: what one reporter says in a round. */
typedef struct
{
  guint32 reporter;   /* dense from 0 */
  gdouble value;      /* log price or number; a class from 0 where the filter is categorical; NaN:
                         nothing; +-infinity are values, which only ranks survive */
  gdouble confidence; /* standard deviation that the reporter claims, more than 0; NaN: none */
  PnyxTime observed;
  const gdouble *features; /* (nullable) (array length=n_features): context, borrowed */
  guint n_features;
} PnyxReport;

/** PnyxPart: what rows of a labelled past are for. */
typedef enum
{
  PNYX_PART_TRAIN,
  PNYX_PART_VALIDATION, /* thresholds are fixed on it */
  PNYX_PART_TEST,       /* nobody learns from it */
  PNYX_N_PARTS,
} PnyxPart;

/** PnyxTrainingSet: labelled past for filters that learn; rows by (time, reporter); borrowed. */
typedef struct
{
  PnyxTime now; /* when training begins: what is learnt is used when it has ended */
  gsize n_rows;
  guint n_features;
  const gdouble *features;  /* n_rows times n_features, row by row */
  const gdouble *labels;    /* 1: altered, 0: honest */
  const guint32 *reporters; /* of each row */
  const PnyxTime *times;    /* of observation, of each row */
  const guint32 *families;  /* of attack, of each row; 0: none */
  const guint32 *layouts;   /* of noise, of each row; NULL: one */
  const guint8 *parts;      /* PnyxPart of each row; NULL: all are to train on */
} PnyxTrainingSet;

/** PnyxAggregatorOps: one estimator. It is given reports in order of reporters, one of each at most
 * and none with NaN. */
typedef struct
{
  PnyxComponent component;
  gboolean categorical; /* values are classes: 0, 1, ... */
  gboolean judges;      /* a weight far below an equal share says that a report is not believed */
  gsize state_size;
  void (*init) (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena);
  void (*clear) (gpointer self); /* NULL: nothing owned outside the arena */
  /* Returns: the answer; NaN of no usable report. @weights: (out) (array length=n): 0: dropped; the
   * caller makes their sum 1. Nothing is allocated. */
  gdouble (*aggregate) (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now,
                        gdouble *weights);
  /* Additions, multiplications, comparisons of one call with @n reports: the compute account. */
  guint64 (*operations) (const void *self, gsize n);
  /* Learns from @set before it is first asked, once or again; NULL: nothing to learn. FALSE: the
   * set has no row of one of the two labels. @operations: (out): what it took. */
  gboolean (*train) (gpointer self, const PnyxTrainingSet *set, guint64 *operations);
} PnyxAggregatorOps;

extern const PnyxKind pnyx_aggregator_kind;
/** `<filter kind="median"/>` inside an oracle. */
extern const PnyxElement pnyx_element_filter;

/** PnyxAggregator: an estimator with its state. */
typedef struct _PnyxAggregator PnyxAggregator;

/** pnyx_aggregator_find: Returns: (nullable): the estimator @name. */
const PnyxAggregatorOps *pnyx_aggregator_find (const gchar *name);

/**
 * pnyx_aggregator_new:
 * @arena: owns all memory of it
 * @ops: which
 * @params: (transfer none): struct of ops->component.params_size
 * @n_reporters: reporters are below this
 */
PnyxAggregator *pnyx_aggregator_new (PnyxArena *arena, const PnyxAggregatorOps *ops,
                                     gconstpointer params, guint32 n_reporters);
/** pnyx_aggregator_new_from_section: the same of `<filter>`, read and checked. */
PnyxAggregator *pnyx_aggregator_new_from_section (PnyxArena *arena, const PnyxSection *filter,
                                                  guint32 n_reporters);
/** pnyx_aggregator_clear: releases what is owned outside the arena; NULL is legal. */
void pnyx_aggregator_clear (PnyxAggregator *aggregator);

/**
 * pnyx_aggregator_run: one round.
 * @reports: (array length=n): in any order; of a reporter that is there twice the later observation
 *           counts (of equal ones the last); NaN is left out
 * @n: at most 2^31
 * @now: not before that of the last round
 * @weights: (out caller-allocates) (array length=n) (nullable): sum 1, each at least 0; 0: dropped;
 *           all 0 where there is no answer
 *
 * The answer does not depend on the order of @reports. Returns: NaN where there is no usable
 * report; state is unchanged then.
 */
gdouble pnyx_aggregator_run (PnyxAggregator *aggregator, const PnyxReport *reports, gsize n,
                             PnyxTime now, gdouble *weights);

/** pnyx_aggregator_train: Returns: FALSE: the set has one label only, nothing was learnt. Filters
 * that do not learn take any set. */
gboolean pnyx_aggregator_train (PnyxAggregator *aggregator, const PnyxTrainingSet *set);

/** pnyx_aggregator_operations: Returns: counted operations of all rounds so far. */
guint64 pnyx_aggregator_operations (const PnyxAggregator *aggregator);
/** pnyx_aggregator_training_operations: Returns: the same of training. */
guint64 pnyx_aggregator_training_operations (const PnyxAggregator *aggregator);
const PnyxAggregatorOps *pnyx_aggregator_ops (const PnyxAggregator *aggregator);

/*
 * For estimators.
 */

/** pnyx_reports_order: @order: (out caller-allocates) (array length=n): indices of @reports by
 * value, then by reporter. Cost: O(n log n). */
void pnyx_reports_order (const PnyxReport *reports, gsize n, guint32 *order);

/** pnyx_reports_median: Returns: the element n / 2 of @order (pnyx_reports_order), from 0. */
gdouble pnyx_reports_median (const PnyxReport *reports, gsize n, const guint32 *order);

/** pnyx_sort_operations: Returns: n ceil (log2 n), the comparisons of a sort. */
guint64 pnyx_sort_operations (gsize n);

extern const PnyxAggregatorOps pnyx_aggregator_mean;
extern const PnyxAggregatorOps pnyx_aggregator_median;
extern const PnyxAggregatorOps pnyx_aggregator_weighted_median;
extern const PnyxAggregatorOps pnyx_aggregator_trimmed_mean;
extern const PnyxAggregatorOps pnyx_aggregator_truth_discovery;
extern const PnyxAggregatorOps pnyx_aggregator_reputation;
extern const PnyxAggregatorOps pnyx_aggregator_kalman;
extern const PnyxAggregatorOps pnyx_aggregator_dawid_skene;
extern const PnyxAggregatorOps pnyx_aggregator_plurality;
extern const PnyxAggregatorOps pnyx_aggregator_boosted;
extern const PnyxAggregatorOps pnyx_aggregator_logistic;

#endif
