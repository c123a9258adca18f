/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SCENARIO_SCHEMA_H
#define PNYX_SCENARIO_SCHEMA_H

#include "engine/params.h"

/**
 * pnyx_schema_relaxng: the tables as RELAX NG (XML syntax), for editors: names, structure,
 * enumerations and the syntax of values, as the reader judges them; ranges, references, checks and
 * limits of more than 16 elements of a name are the reader's alone. xi:include may stand in the
 * place of any element. Distributions are followed two levels deep (the reader: eight).
 *
 * Returns: (transfer full): a pure function of the tables.
 */
gchar *pnyx_schema_relaxng (const PnyxElement *root);

/** pnyx_schema_pattern: Returns: (transfer full) (nullable): the regular expression (XML Schema) of
 * what
 * @param takes; NULL for booleans, choices and texts. */
gchar *pnyx_schema_pattern (const PnyxParam *param);

#endif
