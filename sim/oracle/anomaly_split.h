/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_ANOMALY_SPLIT_H
#define PNYX_ORACLE_ANOMALY_SPLIT_H

#include "oracle/aggregator.h"

/**
 * pnyx_training_set_check_split:
 * @embargo: least time between the last row of a part and the first of a later one
 *
 * Returns: FALSE with PNYX_ERROR_CONFLICT, one line, where two parts have a family, a layout or
 * time in common, or where the set has no parts.
 */
gboolean pnyx_training_set_check_split (const PnyxTrainingSet *set, PnyxTime embargo,
                                        GError **error);

#endif
