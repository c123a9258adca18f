/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_TESTS_RUN_CALC_H
#define PNYX_TESTS_RUN_CALC_H

#include "engine/calc.h"

/** run_calc: runs @calc with "KEY=VALUE ..." separated by blanks. Returns: (transfer full). */
PnyxTable *run_calc (const PnyxCalc *calc, const gchar *pairs, GError **error);

/** run_calc_value: the value of the row @name; the calculation has to work. */
gdouble run_calc_value (const PnyxCalc *calc, const gchar *pairs, const gchar *name);

/** run_calc_fails: asserts that @calc refuses @pairs with one line that holds @part. */
void run_calc_fails (const PnyxCalc *calc, const gchar *pairs, const gchar *part);

#endif
