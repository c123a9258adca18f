/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_LEDGER_CONCENTRATION_H
#define PNYX_LEDGER_CONCENTRATION_H

#include "engine/calc.h"

/** PnyxConcentration: how unevenly stake (or hash rate, or votes) is held; definitions and
 * conventions in base/statistics.h. */
typedef struct
{
  gdouble gini;
  gdouble hhi;
  gdouble entropy;   /* bits */
  gsize nakamoto_33; /* holders with strictly more than a third; 0: none */
  gsize nakamoto_50; /* holders with strictly more than a half */
} PnyxConcentration;

/** pnyx_concentration: @weights: (array length=n): at least 0, any unit. Cost: O(n log n). */
PnyxConcentration pnyx_concentration (const gdouble *weights, gsize n);

extern const PnyxCalc pnyx_calc_concentration;

#endif
