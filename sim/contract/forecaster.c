/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything is relative to the volatility of the whole window that it is shown: a row says how
 * that of its parts differs, the label how that of the next returns does, as logarithms. A row's
 * label is known one horizon later; rows wait for theirs (pending) and are dropped where the window
 * ends before it comes.
 */
#include "contract/forecaster.h"

#include <math.h>
#include <string.h>

#define FEATURES 6
#define FLOOR 1e-9 /* volatility of returns that are all 0 */

static const PnyxLearnerParams learner_params
    = { .trees = 60, .depth = 3, .rate = 0.1, .leaf = 4, .penalty = 1 };
static const PnyxCompute compute = { .speed = 1e9, .energy = 1e-8 };

typedef struct
{
  gdouble features[FEATURES];
  gdouble scale; /* volatility of its window */
} Row;

struct _PnyxForecaster
{
  PnyxWorld *world;
  PnyxForecasterSetup setup;
  PnyxLearner *learner;
  Row *rows; /* n of them; of the first n - horizon the label is known */
  gdouble *labels;
  guint32 n, rows_capacity, n_labels, labels_capacity;
  gsize trained;
  PnyxTime ready; /* when the machine has done the training */
  guint64 operations;
};

static void
free_learner (gpointer data)
{
  pnyx_learner_free (data);
}

PnyxForecaster *
pnyx_forecaster_new (PnyxWorld *world, const PnyxForecasterSetup *setup)
{
  PnyxForecaster *self = pnyx_arena_array (pnyx_world_arena (world), PnyxForecaster, 1);

  PNYX_REQUIRE (setup->horizon >= 1 && pnyx_learner_available (setup->learner));
  self->world = world;
  self->setup = *setup;
  self->learner = pnyx_learner_new (setup->learner, PNYX_TARGET_NUMBER, &learner_params);
  pnyx_world_own (world, free_learner, self->learner);
  return self;
}

static gdouble
deviation (const gdouble *returns, guint n)
{
  gdouble sum = 0;

  for (guint i = 0; i < n; i++)
    sum += returns[i] * returns[i];
  return MAX (sqrt (sum / n), FLOOR);
}

static Row
look (const gdouble *returns, guint n)
{
  guint half = MAX (1, n / 2), quarter = MAX (1, n / 4), few = MIN (n, 3);
  gdouble scale = deviation (returns, n), sum = 0;

  for (guint i = n - quarter; i < n; i++)
    sum += returns[i];
  return (Row){ .scale = scale,
                .features
                = { log (deviation (returns + n - half, half) / scale),
                    log (deviation (returns + n - quarter, quarter) / scale),
                    log (deviation (returns + n - few, few) / scale), returns[n - 1] / scale,
                    sum / (scale * sqrt (quarter)), log (scale) / 10 } };
}

/* The row of one horizon ago learns what came of it. */
static void
note (PnyxForecaster *self, const Row *row, const gdouble *returns, guint n)
{
  PnyxArena *arena = pnyx_world_arena (self->world);
  guint horizon = self->setup.horizon;

  pnyx_arena_reserve (arena, self->rows, self->n, self->rows_capacity);
  self->rows[self->n++] = *row;
  if (self->n <= horizon)
    return;
  pnyx_arena_reserve (arena, self->labels, self->n_labels, self->labels_capacity);
  self->labels[self->n_labels]
      = log (deviation (returns + n - horizon, horizon) / self->rows[self->n_labels].scale);
  self->n_labels++;
}

static void
learn (PnyxForecaster *self, PnyxTime now)
{
  g_autofree gdouble *rows = g_new (gdouble, (gsize)self->n_labels * FEATURES);
  guint64 operations;

  for (guint32 i = 0; i < self->n_labels; i++)
    memcpy (rows + (gsize)i * FEATURES, self->rows[i].features, sizeof self->rows[i].features);
  if (!pnyx_learner_train (self->learner, rows, self->n_labels, FEATURES, self->labels))
    return;
  self->trained = self->n_labels;
  operations = pnyx_learner_training_operations (self->learner);
  self->operations += operations;
  self->ready = now + pnyx_compute_time (&compute, operations);
}

gdouble
pnyx_forecaster_sigma (gpointer forecaster, const gdouble *returns, guint n)
{
  PnyxForecaster *self = forecaster;
  PnyxTime now = pnyx_world_now (self->world);
  Row row;
  gdouble predicted;

  PNYX_REQUIRE (n >= 2 * self->setup.horizon);
  row = look (returns, n);
  if (self->trained == 0)
    {
      note (self, &row, returns, n);
      if (now >= self->setup.training)
        learn (self, now);
    }
  if (self->trained == 0 || now < self->ready)
    return NAN;
  pnyx_learner_predict (self->learner, row.features, 1, &predicted);
  self->operations += pnyx_learner_inference_operations (self->learner, 1);
  return row.scale * exp (CLAMP (predicted, -5, 5));
}

gsize
pnyx_forecaster_trained (const PnyxForecaster *forecaster)
{
  return forecaster->trained;
}

guint64
pnyx_forecaster_operations (const PnyxForecaster *forecaster)
{
  return forecaster->operations;
}

gdouble
pnyx_forecaster_energy (const PnyxForecaster *forecaster)
{
  return pnyx_compute_energy (&compute, forecaster->operations);
}
