/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_FRAME_H
#define PNYX_RESULTS_FRAME_H

#include "base/error.h"

/* What a frame holds at most: a stranger may have made the file, and a field takes more memory than
 * its comma did. */
#define PNYX_FRAME_FIELDS_MAX (1 << 24)
#define PNYX_FRAME_TEXT_MAX ((gsize)256 << 20) /* bytes */

/** PnyxFrame: a CSV file in memory (RFC 4180, with a header): what a results folder holds, read
 * back for figures, comparisons and reports. */
typedef struct _PnyxFrame PnyxFrame;

/**
 * pnyx_frame_read:
 *
 * Returns: (transfer full): NULL with @error. Errors: PNYX_ERROR_MISSING: no such file;
 * PNYX_ERROR_SYNTAX: `FILE:LINE: ...`; PNYX_ERROR_RANGE: more than the limits above;
 * PNYX_ERROR_FORBIDDEN: a link, or no regular file; PNYX_ERROR_IO.
 */
PnyxFrame *pnyx_frame_read (const gchar *path, GError **error);
/** pnyx_frame_parse: the same from @text. @shown: what messages call it. */
PnyxFrame *pnyx_frame_parse (const gchar *text, gsize length, const gchar *shown, GError **error);
/** pnyx_frame_has_room: for who gathers the text of a frame: Returns: whether @length bytes are not
 * too many; FALSE with @error of PNYX_ERROR_RANGE. */
gboolean pnyx_frame_has_room (gsize length, const gchar *shown, GError **error);
void pnyx_frame_free (PnyxFrame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxFrame, pnyx_frame_free)

gsize pnyx_frame_n_rows (const PnyxFrame *frame); /* without the header */
gsize pnyx_frame_n_columns (const PnyxFrame *frame);
const gchar *pnyx_frame_column_name (const PnyxFrame *frame, gsize column);
/** pnyx_frame_column: Returns: the column named @name; -1 where there is none. */
gint pnyx_frame_column (const PnyxFrame *frame, const gchar *name);
/** pnyx_frame_require: as pnyx_frame_column, but where there is none -1 with @error of
 * PNYX_ERROR_SYNTAX. */
gint pnyx_frame_require (const PnyxFrame *frame, const gchar *name, GError **error);

/** pnyx_frame_text: Returns: (transfer none): the field, unquoted. */
const gchar *pnyx_frame_text (const PnyxFrame *frame, gsize row, gint column);
/** pnyx_frame_number: Returns: NaN where the field is empty or no number. */
gdouble pnyx_frame_number (const PnyxFrame *frame, gsize row, gint column);

#endif
