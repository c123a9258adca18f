/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_FORECASTER_H
#define PNYX_CONTRACT_FORECASTER_H

#include "ai/ai.h"
#include "engine/world.h"

/*
 * A forecast of volatility that is learned inside the run. It notes, at every call, what it could
 * have known before and what came of it; once its training window is over it learns from that, and
 * forecasts as soon as the simulated machine has done the work. It learns once: whatever comes
 * after the window it has never seen.
 */
typedef struct _PnyxForecaster PnyxForecaster;

typedef struct
{
  PnyxTime training; /* from genesis */
  PnyxLearnerKind learner;
  guint horizon; /* returns ahead whose volatility is forecast, at least 1 */
} PnyxForecasterSetup;

/** pnyx_forecaster_new: @setup: its learner is available. Returns: (transfer none): in @world's
 * arena. */
PnyxForecaster *pnyx_forecaster_new (PnyxWorld *world, const PnyxForecasterSetup *setup);

/**
 * pnyx_forecaster_sigma: to be called once for each return.
 * @returns: (array length=n): logarithmic, oldest first; the newest has just come in; at least
 *           twice the horizon
 *
 * Returns: standard deviation of the next returns, around 0; NaN: it has not learned yet.
 */
gdouble pnyx_forecaster_sigma (gpointer forecaster, const gdouble *returns, guint n);

/** pnyx_forecaster_trained: Returns: rows that it has learned from; 0: not yet. */
gsize pnyx_forecaster_trained (const PnyxForecaster *forecaster);
/** pnyx_forecaster_operations: Returns: of training and of all forecasts so far. */
guint64 pnyx_forecaster_operations (const PnyxForecaster *forecaster);
/** pnyx_forecaster_energy: Returns: J that they took. */
gdouble pnyx_forecaster_energy (const PnyxForecaster *forecaster);

#endif
