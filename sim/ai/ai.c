/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all learners share: rows are checked and brought to single precision, in which the trees
 * compare; predictions are rounded; operations are counted.
 */
#include "ai/ai_priv.h"

#include <math.h>

struct _PnyxLearner
{
  const PnyxLearnerOps *ops;
  PnyxLearnerTarget target;
  PnyxLearnerParams params;
  gpointer model; /* owned; NULL: not trained */
  guint m;
  guint64 training_operations;
  gfloat *scratch; /* owned: rows of a prediction */
  gsize scratch_length;
};

static const PnyxLearnerOps *const learners[] = {
  [PNYX_LEARNER_BOOSTED] = &pnyx_learner_boosted,
  [PNYX_LEARNER_LOGISTIC] = &pnyx_learner_logistic,
};

gboolean
pnyx_learner_available (PnyxLearnerKind kind)
{
  return learners[kind]->train != NULL;
}

gboolean
pnyx_learner_require (PnyxLearnerKind kind, const PnyxPlace *place, GError **error)
{
  if (pnyx_learner_available (kind))
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, place,
                     "\"%s\" needs XGBoost, which is not in this build (expected \"%s\", or a "
                     "build by ./pnyxw --with=xgboost)",
                     learners[kind]->name, learners[PNYX_LEARNER_LOGISTIC]->name);
  return FALSE;
}

gchar *
pnyx_learner_library (void)
{
  return pnyx_learner_boosted_library ();
}

PnyxLearner *
pnyx_learner_new (PnyxLearnerKind kind, PnyxLearnerTarget target, const PnyxLearnerParams *params)
{
  PnyxLearner *learner = g_new0 (PnyxLearner, 1);

  PNYX_REQUIRE (pnyx_learner_available (kind));
  learner->ops = learners[kind];
  learner->target = target;
  learner->params = *params;
  return learner;
}

void
pnyx_learner_free (PnyxLearner *learner)
{
  if (learner == NULL)
    return;
  if (learner->model != NULL)
    learner->ops->free (learner->model);
  g_free (learner->scratch);
  g_free (learner);
}

static void
to_single (const gdouble *rows, gsize length, gfloat *single)
{
  for (gsize i = 0; i < length; i++)
    single[i] = isnan (rows[i])
                    ? NAN
                    : (gfloat)CLAMP (rows[i], -(gdouble)PNYX_LEARNER_LARGE, PNYX_LEARNER_LARGE);
}

/* FALSE: of a class there is no row. */
static gboolean
read_labels (PnyxLearnerTarget target, const gdouble *labels, gsize n, gfloat *single)
{
  gsize ones = 0;

  for (gsize i = 0; i < n; i++)
    {
      PNYX_REQUIRE (isfinite (labels[i]));
      PNYX_REQUIRE (target == PNYX_TARGET_NUMBER || labels[i] == 0 || labels[i] == 1);
      single[i] = (gfloat)labels[i];
      ones += labels[i] == 1 ? 1 : 0;
    }
  return n > 0 && (target == PNYX_TARGET_NUMBER || (ones > 0 && ones < n));
}

gboolean
pnyx_learner_train (PnyxLearner *learner, const gdouble *rows, gsize n, guint m,
                    const gdouble *labels)
{
  g_autofree gfloat *single_rows = NULL;
  g_autofree gfloat *single_labels = g_new (gfloat, MAX (n, 1));
  PnyxLearnerSet set = { .n = n, .m = m };

  PNYX_REQUIRE (m >= 1 && m <= PNYX_LEARNER_FEATURES_MAX && n <= G_MAXINT32);
  if (!read_labels (learner->target, labels, n, single_labels))
    return FALSE;
  single_rows = g_new (gfloat, n * m);
  to_single (rows, n * m, single_rows);
  set.rows = single_rows;
  set.labels = single_labels;
  if (learner->model != NULL)
    learner->ops->free (learner->model);
  learner->model = learner->ops->train (&learner->params, learner->target, &set,
                                        &learner->training_operations);
  learner->m = m;
  return TRUE;
}

gboolean
pnyx_learner_is_trained (const PnyxLearner *learner)
{
  return learner->model != NULL;
}

guint
pnyx_learner_features (const PnyxLearner *learner)
{
  return learner->m;
}

void
pnyx_learner_predict (PnyxLearner *learner, const gdouble *rows, gsize n, gdouble *predictions)
{
  PNYX_REQUIRE (learner->model != NULL && n <= G_MAXINT32);
  if (n == 0)
    return;
  if (learner->scratch_length < n * learner->m)
    {
      learner->scratch_length = n * learner->m;
      learner->scratch = g_renew (gfloat, learner->scratch, learner->scratch_length);
    }
  to_single (rows, n * learner->m, learner->scratch);
  learner->ops->predict (learner->model, learner->scratch, n, learner->m, predictions);
  for (gsize i = 0; i < n; i++)
    predictions[i] = round (predictions[i] * 1e6) / 1e6;
}

guint64
pnyx_learner_training_operations (const PnyxLearner *learner)
{
  return learner->training_operations;
}

guint64
pnyx_learner_inference_operations (const PnyxLearner *learner, gsize n)
{
  return learner->model == NULL ? 0 : learner->ops->operations (&learner->params, n, learner->m);
}

PnyxTime
pnyx_compute_time (const PnyxCompute *compute, guint64 operations)
{
  gdouble ns = ceil ((gdouble)operations / compute->speed * 1e9);

  return ns < 9.2e18 ? (PnyxTime)ns : PNYX_TIME_MAX;
}

gdouble
pnyx_compute_energy (const PnyxCompute *compute, guint64 operations)
{
  return (gdouble)operations * compute->energy;
}
