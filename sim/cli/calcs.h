/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CLI_CALCS_H
#define PNYX_CLI_CALCS_H

#include "engine/calc.h"

/** cli_calc_get: Returns: the @i-th entry of `pnyx calc`; NULL beyond the last. */
const PnyxCalc *cli_calc_get (gsize i);

#endif
