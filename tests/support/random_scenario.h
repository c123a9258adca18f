/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SUPPORT_RANDOM_SCENARIO_H
#define PNYX_SUPPORT_RANDOM_SCENARIO_H

#include "engine/params.h"

/**
 * random_scenario: a random document of the tables of @root, valid in form: names, structure,
 * choices and the syntax of values; whether values are in range, and references lead anywhere, is
 * left to luck.
 * @n_mutations: random mistakes of form (some may turn out to be none)
 *
 * Returns: (transfer full): the text; a function of @random alone.
 */
gchar *random_scenario (const PnyxElement *root, GRand *random, guint n_mutations);

/** random_value: Returns: (transfer full): a value of the right form. */
gchar *random_value (const PnyxParam *param, GRand *random);

#endif
