/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_AGGREGATE_CALC_H
#define PNYX_ORACLE_AGGREGATE_CALC_H

#include "engine/calc.h"

/** `calc aggregate`: the estimators and Pyth's rule on reports of one's own. */
extern const PnyxCalc pnyx_calc_aggregate;

#endif
