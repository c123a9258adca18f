/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SCENARIO_DIFFERENCE_H
#define PNYX_SCENARIO_DIFFERENCE_H

#include "scenario/document.h"

/**
 * pnyx_document_difference: in what two documents differ.
 *
 * Returns: (transfer full): `run/@duration is "2 d" (was "1 d"), network[1]/... and 3 more`, the
 * first three; NULL where they say the same.
 */
gchar *pnyx_document_difference (const PnyxDocument *before, const PnyxDocument *now);

#endif
