/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SCENARIO_DESCRIBE_H
#define PNYX_SCENARIO_DESCRIBE_H

#include "base/table.h"
#include "engine/calc.h"
#include "scenario/reader.h"

/* What the tables say, as text for people. */

/**
 * pnyx_describe: an element, a component (NAME, or KIND/NAME) or a kind, everything of that name:
 * parameters with type, unit, range, default, meaning, source; a snippet to paste.
 *
 * Returns: (transfer full): lines; NULL with PNYX_ERROR_UNKNOWN and a suggestion.
 */
gchar *pnyx_describe (const PnyxElement *root, const gchar *name, GError **error);

/** pnyx_describe_calc: Returns: (transfer full): an entry of `pnyx calc` with its keys, as lines.
 */
gchar *pnyx_describe_calc (const PnyxCalc *calc);

/**
 * pnyx_describe_scenario: Returns: (transfer full): the columns path, value, origin: one row for
 * each value that --set can change; origin is FILE:LINE, default, or --set.
 */
PnyxTable *pnyx_describe_scenario (const PnyxScenario *scenario);

/**
 * pnyx_section_path: Returns: (transfer full): the path of an attribute of @section as --set takes
 * it, without predicates where the element is the only one of its name.
 */
gchar *pnyx_section_path (const PnyxSection *section, const gchar *attribute);

/** pnyx_section_values: @visit gets every value of @section and of what stands in it, `kind` among
 * them, in the order in which a scenario is written; nothing of what is implied. */
void pnyx_section_values (const PnyxSection *section,
                          void (*visit) (const PnyxSection *section, const gchar *name,
                                         const PnyxValue *value, gpointer user),
                          gpointer user);

/**
 * pnyx_starter: a scenario to begin with: what is mandatory or has defaults, spelt out, with
 * comments from the tables; what else there could be, named.
 * @name: its attribute `name`
 * @element: (nullable): element whose kind is chosen, "chain"
 * @kind: (nullable): the kind of @element; NULL: the default or the first of each
 *
 * Returns: (transfer full): the text of an XML file that reads without error (but for files it
 * cannot know); NULL with PNYX_ERROR_UNKNOWN, PNYX_ERROR_SYNTAX.
 */
gchar *pnyx_starter (const PnyxElement *root, const gchar *name, const gchar *element,
                     const gchar *kind, GError **error);

/** pnyx_param_example: Returns: (transfer full): a value that @param takes: the default if it has
 * one. */
gchar *pnyx_param_example (const PnyxParam *param);

#endif
