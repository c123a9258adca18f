/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions with one true answer out of several: a new one every interval. */
#include "oracle/feed.h"

typedef struct
{
  guint64 classes;
  PnyxTime interval;
  gdouble first;
} CategoricalParams;

static const PnyxParam categorical_params[] = {
  { .name = "classes",
    .type = PNYX_PARAM_COUNT,
    .fallback = "2",
    .min = "2",
    .max = "16",
    .offset = offsetof (CategoricalParams, classes),
    .meaning = "Answers that a question has." },
  { .name = "interval",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (CategoricalParams, interval),
    .meaning = "Time between two questions; each is open until the next comes." },
  { .name = "first",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (CategoricalParams, first),
    .meaning = "Share of questions whose true answer is the first; the others are alike." },
};

typedef struct
{
  const CategoricalParams *params;
} Categorical;

static gboolean
categorical_init (gpointer self, const PnyxSection *section, PnyxArena *arena, GError **error)
{
  (void)arena;
  (void)error;
  ((Categorical *)self)->params = section->component_params;
  return TRUE;
}

static gdouble
categorical_at (gpointer self, PnyxTime time, const PnyxRng *rng)
{
  const CategoricalParams *params = ((Categorical *)self)->params;
  guint64 question = (guint64)(time / params->interval);

  if (pnyx_rng_uniform (rng, 0, question) < params->first)
    return 0;
  return 1 + (gdouble)pnyx_rng_below (rng, 1, question, params->classes - 1);
}

static guint
categorical_classes (const void *self)
{
  return (guint)((const Categorical *)self)->params->classes;
}

const PnyxFeedOps pnyx_feed_categorical_events = {
  .component = { .name = "categorical",
                 .summary = "Questions with a true answer out of several, one after the other.",
                 .source = "A. P. Dawid, A. M. Skene, Applied Statistics 28 (1979), section 2: "
                           "classes with prevalences",
                 .params = categorical_params,
                 .n_params = G_N_ELEMENTS (categorical_params),
                 .params_size = sizeof (CategoricalParams) },
  .categorical = TRUE,
  .state_size = sizeof (Categorical),
  .init = categorical_init,
  .at = categorical_at,
  .classes = categorical_classes,
};
