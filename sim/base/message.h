/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_MESSAGE_H
#define PNYX_BASE_MESSAGE_H

#include <glib.h>

/* Parts of messages to users. */

/**
 * pnyx_suggest:
 * @name: what was written
 * @names: NULL-terminated
 *
 * Returns: (nullable) (transfer none): the first of @names nearest to @name in edit distance (one
 * insertion, deletion, replacement or swap of neighbours costs 1; case does not count), or NULL
 * where none is near: within a third of the longer name's length, at least 1. Cost: O(length^2) for
 * each name; what is longer than 64 bytes is near nothing.
 */
const gchar *pnyx_suggest (const gchar *name, const gchar *const *names);

/**
 * pnyx_suggest_clause: Returns: (transfer full): `; did you mean "NAME"?`, or "" where none is
 * near.
 */
gchar *pnyx_suggest_clause (const gchar *name, const gchar *const *names);

/**
 * pnyx_message_quote: Returns: (transfer full): @text in double quotes as a message may show it: at
 * most 60 characters of valid UTF-8, control characters blanked.
 */
gchar *pnyx_message_quote (const gchar *text);

/**
 * pnyx_message_clean:
 * @text: UTF-8
 *
 * Makes question marks of the control characters but line ends, in place: what strangers wrote
 * shall not move a terminal's cursor.
 *
 * Returns: (transfer none): @text
 */
gchar *pnyx_message_clean (gchar *text);

#endif
