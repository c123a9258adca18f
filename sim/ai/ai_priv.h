/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_AI_AI_PRIV_H
#define PNYX_AI_AI_PRIV_H

#include "ai/ai.h"

/** PnyxLearnerSet: rows that are checked: numbers of at most 1e30, NaN unknown; both classes. */
typedef struct
{
  const gfloat *rows; /* n times m */
  const gfloat *labels;
  gsize n;
  guint m;
} PnyxLearnerSet;

/** PnyxLearnerOps: one kind; a model is what train returns. */
typedef struct
{
  const gchar *name;
  /* Returns: (transfer full): the model. @operations: (out). */
  gpointer (*train) (const PnyxLearnerParams *params, PnyxLearnerTarget target,
                     const PnyxLearnerSet *set, guint64 *operations);
  void (*predict) (gpointer model, const gfloat *rows, gsize n, guint m, gdouble *predictions);
  guint64 (*operations) (const PnyxLearnerParams *params, gsize n, guint m); /* of inference */
  void (*free) (gpointer model);
} PnyxLearnerOps;

/** PNYX_LEARNER_LARGE: what an infinity becomes. */
#define PNYX_LEARNER_LARGE 1e30F

extern const PnyxLearnerOps pnyx_learner_logistic;
extern const PnyxLearnerOps pnyx_learner_boosted; /* .train NULL: not built in */
/** pnyx_learner_boosted_library: Returns: (transfer full) (nullable): name and version. */
gchar *pnyx_learner_boosted_library (void);

#endif
