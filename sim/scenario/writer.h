/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SCENARIO_WRITER_H
#define PNYX_SCENARIO_WRITER_H

#include "scenario/reader.h"

/**
 * PnyxFileName: what the effective scenario calls a file.
 * @param: FILE or PROFILE
 * @path: its real path
 *
 * Returns: (transfer full) (nullable): what to write, relative to where the scenario will stand,
 * for a profile with .xml at its end; NULL: what was written.
 */
typedef gchar *(*PnyxFileName) (const PnyxParam *param, const gchar *path, gpointer data);

/**
 * pnyx_scenario_to_xml: the effective scenario: includes and overrides applied, every default
 * written out, optional values that are absent left out. Reading it gives the same values.
 * @name: (nullable): called for every file that is named
 * @varying: (nullable): NULL-terminated: labels of paths that set a kind; the defaults of the
 *           component that such a path has chosen are left out, so that another can take its place
 *
 * Returns: (transfer full): the text of an XML file; a pure function of the values.
 */
gchar *pnyx_scenario_to_xml (const PnyxScenario *scenario, PnyxFileName name, gpointer data,
                             const gchar *const *varying);

/** pnyx_xml_append_escaped: @text as it may stand in an attribute's double quotes. */
void pnyx_xml_append_escaped (GString *xml, const gchar *text);

/** pnyx_xml_append_attribute: ` NAME="VALUE"`, on a new line indented by @indent where the line is
 * full. */
void pnyx_xml_append_attribute (GString *xml, const gchar *name, const gchar *value, guint indent);

#endif
