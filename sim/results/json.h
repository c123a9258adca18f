/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_JSON_H
#define PNYX_RESULTS_JSON_H

#include <glib.h>

/* As much of JSON (RFC 8259) as a manifest needs. */

/** pnyx_json_append_text: @text in quotes, escaped; what is no UTF-8 becomes U+FFFD; NULL: null. */
void pnyx_json_append_text (GString *json, const gchar *text);

/**
 * pnyx_json_text:
 * @json: an object
 *
 * Reads all of @json strictly.
 * @found: (out) (transfer full): the text of the member @key; NULL where there is no such member or
 *         it is no text
 *
 * Returns: FALSE where @json is malformed, nested deeper than 32, or no object.
 */
gboolean pnyx_json_text (const gchar *json, const gchar *key, gchar **found);

#endif
