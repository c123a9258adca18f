/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gradient boosting by XGBoost (T. Chen, C. Guestrin, "XGBoost: a scalable tree boosting system",
 * KDD 2016) through its C API. One thread, histograms, no subsampling: the model is a function of
 * the rows and their order. All that later versions of the library estimate by themselves is set.
 */
#include "ai/ai_priv.h"

#include "pnyx-config.h"

#if PNYX_HAVE_XGBOOST

#include <math.h>
#include <xgboost/c_api.h>

#include "base/number.h"

#define BINS 64 /* of a histogram: features take far fewer decisions than values */

static void
need (int status)
{
  if (status != 0)
    PNYX_FAIL ("XGBoost: %s", XGBGetLastError ());
}

static void
set_text (BoosterHandle booster, const gchar *name, const gchar *value)
{
  need (XGBoosterSetParam (booster, name, value));
}

static void
set_number (BoosterHandle booster, const gchar *name, gdouble value)
{
  gchar text[PNYX_NUMBER_BUFFER];

  set_text (booster, name, pnyx_number_format (text, value));
}

static void
set_params (BoosterHandle booster, const PnyxLearnerParams *params, PnyxLearnerTarget target)
{
  set_text (booster, "booster", "gbtree");
  set_text (booster, "tree_method", "hist");
  set_text (booster, "objective",
            target == PNYX_TARGET_CLASS ? "binary:logistic" : "reg:squarederror");
  set_text (booster, "base_score", "0.5");
  set_text (booster, "nthread", "1");
  set_text (booster, "seed", "0");
  set_text (booster, "verbosity", "0");
  set_text (booster, "grow_policy", "depthwise");
  set_number (booster, "max_bin", BINS);
  set_number (booster, "max_depth", (gdouble)params->depth);
  set_number (booster, "eta", params->rate);
  set_number (booster, "min_child_weight", params->leaf);
  set_number (booster, "lambda", params->penalty);
}

static guint64
training_operations (const PnyxLearnerParams *params, gsize n, guint m)
{
  guint64 cells = (guint64)n * m;
  guint64 binning = cells * (guint64)g_bit_storage (n);
  /* Both derivatives of each cell are added on each level; each bin of each node is a split. */
  guint64 level = 2 * cells + (guint64)n;
  guint64 splits = ((G_GUINT64_CONSTANT (1) << params->depth) - 1) * m * BINS * 8;

  return binning + params->trees * (params->depth * level + MIN (splits, 8 * cells) + 10 * n);
}

static gpointer
boosted_train (const PnyxLearnerParams *params, PnyxLearnerTarget target, const PnyxLearnerSet *set,
               guint64 *operations)
{
  DMatrixHandle matrix;
  BoosterHandle booster;

  need (XGDMatrixCreateFromMat (set->rows, set->n, set->m, NAN, &matrix));
  need (XGDMatrixSetFloatInfo (matrix, "label", set->labels, set->n));
  need (XGBoosterCreate (&matrix, 1, &booster));
  set_params (booster, params, target);
  for (guint64 i = 0; i < params->trees; i++)
    need (XGBoosterUpdateOneIter (booster, (int)i, matrix));
  need (XGDMatrixFree (matrix));
  *operations = training_operations (params, set->n, set->m);
  return booster;
}

static void
boosted_predict (gpointer model, const gfloat *rows, gsize n, guint m, gdouble *predictions)
{
  gchar values[160];
  const gfloat *result;
  const bst_ulong *shape;
  bst_ulong dimensions;

  g_snprintf (values, sizeof values,
              "{\"data\":[%" G_GUINT64_FORMAT ",true],\"shape\":[%" G_GSIZE_FORMAT
              ",%u],\"typestr\":\"<f4\",\"version\":3}",
              (guint64)(guintptr)rows, n, m);
  need (XGBoosterPredictFromDense (model, values,
                                   "{\"type\":0,\"training\":false,\"iteration_begin\":0,"
                                   "\"iteration_end\":0,\"strict_shape\":false,\"missing\":NaN,"
                                   "\"cache_id\":0}",
                                   NULL, &shape, &dimensions, &result));
  PNYX_REQUIRE (dimensions >= 1 && shape[0] == n);
  for (gsize i = 0; i < n; i++)
    predictions[i] = result[i];
}

/* A comparison on each level of each tree, and the sum of the leaves. */
static guint64
boosted_operations (const PnyxLearnerParams *params, gsize n, guint m)
{
  (void)m;
  return (guint64)n * params->trees * (params->depth + 1);
}

static void
boosted_free (gpointer model)
{
  XGBoosterFree (model);
}

gchar *
pnyx_learner_boosted_library (void)
{
  int major, minor, patch;

  XGBoostVersion (&major, &minor, &patch);
  return g_strdup_printf ("XGBoost %d.%d.%d", major, minor, patch);
}

const PnyxLearnerOps pnyx_learner_boosted = {
  .name = "boosted",
  .train = boosted_train,
  .predict = boosted_predict,
  .operations = boosted_operations,
  .free = boosted_free,
};

#else /* without the library */

gchar *
pnyx_learner_boosted_library (void)
{
  return NULL;
}

const PnyxLearnerOps pnyx_learner_boosted = { .name = "boosted" };

#endif
