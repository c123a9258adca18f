/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/forecaster.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

#define WINDOW 24
#define MINUTES 3000
#define TRAINING 1500

/* A world that shows its forecaster a return every minute. */
typedef struct
{
  PnyxWorld *world;
  PnyxForecaster *forecaster;
  PnyxRng rng;
  gboolean clustered; /* volatility that stands for a while */
  gdouble returns[MINUTES];
  gdouble sigma[MINUTES]; /* forecast */
  guint n;
  guint16 type;
} Stage;

static gdouble
true_sigma (const Stage *stage, guint minute)
{
  return stage->clustered && (minute / 60) % 2 == 1 ? 0.03 : 0.01;
}

static void
on_minute (gpointer user, const PnyxEvent *event)
{
  Stage *stage = user;
  gdouble z = pnyx_rng_normal (&stage->rng, 0, stage->n);

  (void)event;
  stage->returns[stage->n] = true_sigma (stage, stage->n) * z;
  stage->n++;
  stage->sigma[stage->n - 1]
      = stage->n < WINDOW
            ? (gdouble)NAN
            : pnyx_forecaster_sigma (stage->forecaster, stage->returns + stage->n - WINDOW, WINDOW);
  if (stage->n < MINUTES)
    pnyx_world_schedule (stage->world, pnyx_world_now (stage->world) + 60 * PNYX_SECOND,
                         PNYX_PHASE_TIMER, stage->type, 0, PNYX_NONE, 0, 0, stage->n);
}

static void
play (Stage *stage, gboolean clustered, PnyxLearnerKind learner)
{
  PnyxWorldOptions options = { .seed = 7 };
  PnyxForecasterSetup setup
      = { .training = TRAINING * 60 * PNYX_SECOND, .learner = learner, .horizon = 6 };

  memset (stage, 0, sizeof *stage);
  stage->clustered = clustered;
  stage->world = pnyx_world_new (&options);
  stage->forecaster = pnyx_forecaster_new (stage->world, &setup);
  pnyx_world_rng (stage->world, &stage->rng, "test", "returns");
  stage->type = pnyx_world_add_handler (stage->world, "test.minute", on_minute, stage);
  pnyx_world_schedule (stage->world, 60 * PNYX_SECOND, PNYX_PHASE_TIMER, stage->type, 0, PNYX_NONE,
                       0, 0, 0);
  pnyx_world_run (stage->world, PNYX_TIME_MAX);
}

static gdouble
rolling (const Stage *stage, guint at)
{
  gdouble sum = 0;

  for (guint i = at + 1 - WINDOW; i <= at; i++)
    sum += stage->returns[i] * stage->returns[i];
  return sqrt (sum / WINDOW);
}

typedef enum
{
  FORECAST,
  ROLLING,  /* the window's own volatility */
  CONSTANT, /* that of all of the training */
} Method;

/* Mean squared error of the logarithm against the volatility that the next returns have, after the
 * training. */
static gdouble
error_of (const Stage *stage, Method method)
{
  gdouble sum = 0, squares = 0;
  guint n = 0;

  for (guint i = 0; i < TRAINING; i++)
    squares += stage->returns[i] * stage->returns[i];
  for (guint i = TRAINING + 60; i + 3 < MINUTES; i++)
    {
      gdouble sigma = method == FORECAST  ? stage->sigma[i]
                      : method == ROLLING ? rolling (stage, i)
                                          : sqrt (squares / TRAINING);
      gdouble error = log (sigma / true_sigma (stage, i + 3));

      sum += error * error;
      n++;
    }
  return sum / n;
}

static PnyxLearnerKind
best_learner (void)
{
  return pnyx_learner_available (PNYX_LEARNER_BOOSTED) ? PNYX_LEARNER_BOOSTED
                                                       : PNYX_LEARNER_LOGISTIC;
}

static void
test_it_learns_once_and_then_tells (void)
{
  Stage *stage = g_new (Stage, 1);

  play (stage, TRUE, best_learner ());
  for (guint i = 0; i + 1 < TRAINING; i++)
    g_assert_true (isnan (stage->sigma[i]));
  for (guint i = TRAINING + 1; i < MINUTES; i++)
    g_assert_cmpfloat (stage->sigma[i], >, 0);
  g_assert_cmpuint (pnyx_forecaster_trained (stage->forecaster), ==, TRAINING - WINDOW + 1 - 6);
  g_assert_cmpuint (pnyx_forecaster_operations (stage->forecaster), >, MINUTES - TRAINING);
  g_assert_cmpfloat_with_epsilon (pnyx_forecaster_energy (stage->forecaster),
                                  1e-8 * (gdouble)pnyx_forecaster_operations (stage->forecaster),
                                  1e-9);
  pnyx_world_free (stage->world);
  g_free (stage);
}

/* Where volatility stands for an hour the newest returns tell more than the whole window does. */
static void
test_it_beats_the_window_where_there_is_something_to_learn (void)
{
  const PnyxLearnerKind kinds[] = { best_learner (), PNYX_LEARNER_LOGISTIC };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      Stage *stage = g_new (Stage, 1);

      play (stage, TRUE, kinds[i]);
      g_test_message ("forecast %g, window %g, constant %g", error_of (stage, FORECAST),
                      error_of (stage, ROLLING), error_of (stage, CONSTANT));
      g_assert_cmpfloat (error_of (stage, FORECAST), <, 0.9 * error_of (stage, ROLLING));
      g_assert_cmpfloat (error_of (stage, FORECAST), <, 0.9 * error_of (stage, CONSTANT));
      pnyx_world_free (stage->world);
      g_free (stage);
    }
}

/* The null: of independent returns there is nothing to be learned but their volatility. */
static void
test_it_does_not_beat_it_where_there_is_nothing (void)
{
  Stage *stage = g_new (Stage, 1);

  play (stage, FALSE, best_learner ());
  g_test_message ("forecast %g, constant %g", error_of (stage, FORECAST),
                  error_of (stage, CONSTANT));
  g_assert_cmpfloat (error_of (stage, FORECAST), >, error_of (stage, CONSTANT));
  pnyx_world_free (stage->world);
  g_free (stage);
}

/* Bit by bit. */
static void
test_two_runs_forecast_the_same (void)
{
  Stage *a = g_new (Stage, 1), *b = g_new (Stage, 1);

  play (a, TRUE, best_learner ());
  play (b, TRUE, best_learner ());
  g_assert_cmpmem (a->sigma + TRAINING + 1, sizeof (gdouble) * (MINUTES - TRAINING - 1),
                   b->sigma + TRAINING + 1, sizeof (gdouble) * (MINUTES - TRAINING - 1));
  pnyx_world_free (a->world);
  pnyx_world_free (b->world);
  g_free (a);
  g_free (b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/forecaster/it-learns-once-and-then-tells",
                   test_it_learns_once_and_then_tells);
  g_test_add_func ("/contract/forecaster/it-beats-the-window-where-there-is-something-to-learn",
                   test_it_beats_the_window_where_there_is_something_to_learn);
  g_test_add_func ("/contract/forecaster/it-does-not-beat-it-where-there-is-nothing",
                   test_it_does_not_beat_it_where_there_is_nothing);
  g_test_add_func ("/contract/forecaster/two-runs-forecast-the-same",
                   test_two_runs_forecast_the_same);
  return g_test_run ();
}
