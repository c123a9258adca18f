/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_ESTIMATOR_H
#define PNYX_ORACLE_ESTIMATOR_H

#include "oracle/oracle.h"

/*
 * What an oracle asks about a round's observations: its filter, and the estimators beside it, which
 * are measured and change nothing. Those that learn are trained in the run, on a labelled past of
 * the oracle's own feed. Mechanisms ask through pnyx_oracle_estimate and pnyx_oracle_compare.
 */

extern const PnyxElement pnyx_element_estimator;

/** pnyx_estimators_check: whether the names of @section's (`<oracle>`) estimators differ, and all,
 * the filter among them, are for what its feed tells. */
gboolean pnyx_estimators_check (const PnyxSection *section, GError **error);

/** pnyx_estimators_new: makes the filter and the estimators of @oracle, whose feed and number of
 * reporters are known, and sets the times of their training. */
void pnyx_estimators_new (PnyxOracle *oracle);

#endif
