/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SCENARIO_OVERRIDE_H
#define PNYX_SCENARIO_OVERRIDE_H

#include "scenario/document.h"

/**
 * PnyxPath: where a value of a scenario stands: `STEP/.../@attribute`, a STEP `element`,
 * `element[@id='x']` or `element[N]` (the N-th of its name under its parent, from 1), matched
 * anywhere in the scenario. The element must be there; only what every scenario has below its root
 * (run, network ...) and the child that holds a component's parameters may be left out, they are
 * there implicitly.
 */
typedef struct _PnyxPath PnyxPath;

/**
 * pnyx_path_parse:
 * @label: (nullable): what messages about the value begin with; NULL: "--set PATH"
 *
 * Errors: PNYX_ERROR_SYNTAX without a place.
 */
PnyxPath *pnyx_path_parse (const gchar *text, const gchar *label, GError **error);
void pnyx_path_free (PnyxPath *path);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxPath, pnyx_path_free)

/** pnyx_path_text: Returns: (transfer none): as it was written. */
const gchar *pnyx_path_text (const PnyxPath *path);

/**
 * pnyx_path_set: puts @value in the place of the attribute; judged when @document is read.
 * @root: the table of the scenario
 *
 * Errors: PNYX_ERROR_UNKNOWN: no such element; PNYX_ERROR_CONFLICT: several, all named;
 * PNYX_ERROR_SYNTAX: @value cannot stand in XML.
 */
gboolean pnyx_path_set (const PnyxPath *path, const gchar *value, const PnyxElement *root,
                        PnyxDocument *document, GError **error);

/**
 * pnyx_path_param: Returns: (nullable): the table's entry for what @path names in @document; NULL
 * with
 * @error as pnyx_path_set; NULL without where it is a `kind`.
 */
const PnyxParam *pnyx_path_param (const PnyxPath *path, const PnyxElement *root,
                                  const PnyxDocument *document, GError **error);

/**
 * pnyx_path_target: Returns: (transfer full): what @path names in @document, written in one way
 * only: equal for paths that mean the same attribute; NULL with @error as pnyx_path_set.
 */
gchar *pnyx_path_target (const PnyxPath *path, const PnyxElement *root,
                         const PnyxDocument *document, GError **error);

/**
 * pnyx_override_split: splits PATH=VALUE at the first "=" outside of [...].
 * @path: (out) (transfer full)
 * @value: (out) (transfer none): points into @text
 */
gboolean pnyx_override_split (const gchar *text, gchar **path, const gchar **value, GError **error);

/** pnyx_override_apply: one PATH=VALUE, from text to @document. */
gboolean pnyx_override_apply (const gchar *text, const PnyxElement *root, PnyxDocument *document,
                              GError **error);

/** pnyx_path_kind: Returns: (nullable) (transfer none): which component the element has that @path
 * names in @document. */
const gchar *pnyx_path_kind (const PnyxPath *path, const PnyxElement *root,
                             const PnyxDocument *document);

/** pnyx_path_label: Returns: (transfer none): what messages about the value begin with. */
const gchar *pnyx_path_label (const PnyxPath *path);

/** pnyx_overrides_apply: several. @overrides: (nullable): PATH=VALUE, NULL-terminated */
gboolean pnyx_overrides_apply (const gchar *const *overrides, const PnyxElement *root,
                               PnyxDocument *document, GError **error);

#endif
