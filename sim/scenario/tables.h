/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SCENARIO_TABLES_H
#define PNYX_SCENARIO_TABLES_H

#include "engine/params.h"

/* Walking the tables of elements, kinds and components (engine/params.h) from their root. */

/** pnyx_kind_find: Returns: (nullable): the component @name of @kind. */
const PnyxComponent *pnyx_kind_find (const PnyxKind *kind, const gchar *name);

/** pnyx_kind_names: Returns: (transfer container): the names of its components, NULL-terminated. */
const gchar **pnyx_kind_names (const PnyxKind *kind);

/**
 * pnyx_component_is_separate: Returns: whether the parameters of @component stand in a child
 * element of its own name, and not in @element itself: where either of them has children.
 */
gboolean pnyx_component_is_separate (const PnyxElement *element, const PnyxComponent *component);

/** pnyx_children_find: Returns: (nullable): the entry for the element @name. */
const PnyxChild *pnyx_children_find (const PnyxChild *children, gsize n, const gchar *name);

/** pnyx_params_find: Returns: (nullable): the entry @name of a table. */
const PnyxParam *pnyx_params_find (const PnyxParam *table, gsize n, const gchar *name);

/**
 * pnyx_element_is_implied: Returns: whether the reader can make @element by itself where it is left
 * out: nothing in it is mandatory.
 */
gboolean pnyx_element_is_implied (const PnyxElement *element);

/** pnyx_tables_elements: Returns: (transfer container): every PnyxElement below @root, itself
 * first, each once, in the order in which the tables name them; those of components after their
 * element's. */
GPtrArray *pnyx_tables_elements (const PnyxElement *root);

/** pnyx_tables_kinds: Returns: (transfer container): every PnyxKind below @root, in that order. */
GPtrArray *pnyx_tables_kinds (const PnyxElement *root);

/**
 * pnyx_tables_check: what is wrong with the tables themselves: clashing names, defaults and limits
 * that do not parse, doubled components. For tests.
 *
 * Returns: (transfer full) (element-type utf8): one message each; empty where all is well.
 */
GPtrArray *pnyx_tables_check (const PnyxElement *root);

#endif
