/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_AI_AI_H
#define PNYX_AI_AI_H

#include "base/types.h"
#include "engine/params.h"

/*
 * Models that are really trained inside a run: rows of numbers with a label each, then a prediction
 * for new rows. The same rows in the same order give the same predictions, whatever the number of
 * threads of the program. What training and inference take is counted in operations, which an
 * account of a simulated machine turns into time and energy.
 */

/** PnyxLearnerKind: what learns. */
typedef enum
{
  PNYX_LEARNER_BOOSTED,  /* trees by gradient boosting: XGBoost, where it is built in */
  PNYX_LEARNER_LOGISTIC, /* linear in the features: logistic or ridge regression */
} PnyxLearnerKind;

/** PnyxLearnerTarget: what labels are. */
typedef enum
{
  PNYX_TARGET_CLASS,  /* 0 or 1; predicted is the probability of 1 */
  PNYX_TARGET_NUMBER, /* any finite number, best of the order of 1; predicted is its mean */
} PnyxLearnerTarget;

/** PnyxLearnerParams: what a kind does not use it does not look at. */
typedef struct
{
  guint64 trees;   /* boosted: at least 1 */
  guint64 depth;   /* boosted: of a tree, 1 to 12 */
  gdouble rate;    /* boosted: share of each tree's step that is taken, more than 0, at most 1 */
  gdouble leaf;    /* boosted: least sum of second derivatives in a leaf, at least 0 */
  gdouble penalty; /* half of it times the squared weights (of leaves, of features) is added to the
                      loss; more than 0 */
} PnyxLearnerParams;

/** PNYX_LEARNER_PENALTY_PARAM, PNYX_LEARNER_BOOSTED_PARAMS: entries for the parameter table of a
 * component whose params struct @Type has the PnyxLearnerParams @field. */
#define PNYX_LEARNER_PENALTY_PARAM(Type, field)                                                    \
  {                                                                                                \
    .name = "penalty", .type = PNYX_PARAM_REAL, .fallback = "1", .min = "0", .max = "1e+06",       \
    .flags = PNYX_PARAM_POSITIVE, .offset = offsetof (Type, field.penalty),                        \
    .meaning = "Half of this times the squared weights is added to the loss: L2 "                  \
               "regularisation.",                                                                  \
    .source = "XGBoost documentation, parameters for tree booster: lambda 1"                       \
  }
#define PNYX_LEARNER_BOOSTED_PARAMS(Type, field)                                                   \
  { .name = "trees",                                                                               \
    .type = PNYX_PARAM_COUNT,                                                                      \
    .fallback = "60",                                                                              \
    .min = "1",                                                                                    \
    .max = "10000",                                                                                \
    .offset = offsetof (Type, field.trees),                                                        \
    .meaning = "Trees of the model: rounds of boosting." },                                        \
      { .name = "depth",                                                                           \
        .type = PNYX_PARAM_COUNT,                                                                  \
        .fallback = "6",                                                                           \
        .min = "1",                                                                                \
        .max = "12",                                                                               \
        .offset = offsetof (Type, field.depth),                                                    \
        .meaning = "Deepest that a tree grows.",                                                   \
        .source = "XGBoost documentation, parameters for tree booster: max_depth 6" },             \
      { .name = "rate",                                                                            \
        .type = PNYX_PARAM_REAL,                                                                   \
        .fallback = "0.3",                                                                         \
        .min = "0",                                                                                \
        .max = "1",                                                                                \
        .flags = PNYX_PARAM_POSITIVE,                                                              \
        .offset = offsetof (Type, field.rate),                                                     \
        .meaning = "Share of a tree's step that is taken.",                                        \
        .source = "XGBoost documentation, parameters for tree booster: eta 0.3" },                 \
      { .name = "leaf",                                                                            \
        .type = PNYX_PARAM_REAL,                                                                   \
        .fallback = "1",                                                                           \
        .min = "0",                                                                                \
        .max = "1e+06",                                                                            \
        .offset = offsetof (Type, field.leaf),                                                     \
        .meaning = "Least sum of second derivatives of the loss in a leaf.",                       \
        .source = "XGBoost documentation, parameters for tree booster: min_child_weight 1" },      \
      PNYX_LEARNER_PENALTY_PARAM (Type, field)

/** PNYX_LEARNER_FEATURES_MAX: most features of a row. */
#define PNYX_LEARNER_FEATURES_MAX 256

typedef struct _PnyxLearner PnyxLearner;

/** pnyx_learner_available: Returns: whether this build has @kind. */
gboolean pnyx_learner_available (PnyxLearnerKind kind);
/**
 * pnyx_learner_require: for checks of scenarios.
 * @place: where @kind was asked for
 *
 * Returns: FALSE with PNYX_ERROR_CONFLICT, one line that says what to do, where this build has no
 * @kind.
 */
gboolean pnyx_learner_require (PnyxLearnerKind kind, const PnyxPlace *place, GError **error);
/** pnyx_learner_library: Returns: (transfer full) (nullable): "XGBoost 1.7.4"; NULL: not built in.
 */
gchar *pnyx_learner_library (void);

/**
 * pnyx_learner_new: Returns: (transfer full): an untrained model of an available kind. It owns
 * memory outside any arena: free it, or have the world do so (pnyx_world_own).
 */
PnyxLearner *pnyx_learner_new (PnyxLearnerKind kind, PnyxLearnerTarget target,
                               const PnyxLearnerParams *params);
void pnyx_learner_free (PnyxLearner *learner); /* NULL is legal */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxLearner, pnyx_learner_free)

/**
 * pnyx_learner_train: forgets what it knew and learns.
 * @rows: (array): @n times @m, row by row, in an order that does not depend on chance; NaN is
 *        unknown, an infinity counts as very large
 * @m: 1 to PNYX_LEARNER_FEATURES_MAX
 * @labels: (array length=n)
 *
 * Returns: FALSE: there is no row, or of a class there is none; nothing has changed then.
 * Cost: boosted O(trees depth n m), logistic O(n m^2) a step and about ten steps.
 */
gboolean pnyx_learner_train (PnyxLearner *learner, const gdouble *rows, gsize n, guint m,
                             const gdouble *labels);
gboolean pnyx_learner_is_trained (const PnyxLearner *learner);
/** pnyx_learner_features: Returns: the @m that it was trained with; 0: it was not. */
guint pnyx_learner_features (const PnyxLearner *learner);

/**
 * pnyx_learner_predict: what a trained model says of @n rows as wide as those it learnt from.
 * @predictions: (out caller-allocates) (array length=n): rounded to 1e-6, so that the last bits of
 *               a library decide nothing
 */
void pnyx_learner_predict (PnyxLearner *learner, const gdouble *rows, gsize n,
                           gdouble *predictions);

/** pnyx_learner_training_operations: Returns: additions, multiplications and comparisons of the
 * last training (boosted: of histograms and splits, an upper bound). */
guint64 pnyx_learner_training_operations (const PnyxLearner *learner);
/** pnyx_learner_inference_operations: Returns: the same of predicting @n rows. */
guint64 pnyx_learner_inference_operations (const PnyxLearner *learner, gsize n);

/** PnyxCompute: the simulated machine that trains and infers. */
typedef struct
{
  gdouble speed;  /* operations/s, more than 0 */
  gdouble energy; /* J for each operation */
} PnyxCompute;

/** PNYX_COMPUTE_PARAMS: entries for a params struct @Type with the PnyxCompute @field. */
#define PNYX_COMPUTE_PARAMS(Type, field)                                                           \
  { .name = "speed",                                                                               \
    .type = PNYX_PARAM_REAL,                                                                       \
    .fallback = "1e+09",                                                                           \
    .min = "0",                                                                                    \
    .max = "1e+18",                                                                                \
    .flags = PNYX_PARAM_POSITIVE,                                                                  \
    .offset = offsetof (Type, field.speed),                                                        \
    .meaning = "Counted operations in a second of the machine that trains and infers." },          \
  {                                                                                                \
    .name = "energy-per-operation", .type = PNYX_PARAM_REAL, .fallback = "1e-08", .min = "0",      \
    .max = "1", .offset = offsetof (Type, field.energy),                                           \
    .meaning = "J for each counted operation: 1e-08 is a core of 10 W at 1e+09 operations/s."      \
  }

/** pnyx_compute_time: Returns: how long @operations take, rounded up to a nanosecond. */
PnyxTime pnyx_compute_time (const PnyxCompute *compute, guint64 operations);
/** pnyx_compute_energy: Returns: J. */
gdouble pnyx_compute_energy (const PnyxCompute *compute, guint64 operations);

#endif
