/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_DRAFT_H
#define PNYX_RESULTS_DRAFT_H

#include <glib.h>

/**
 * PnyxDraft: a file that is being written. It has a temporary name in its own folder until it is
 * complete and takes its name then, so that nothing half-written is left behind; freed before that,
 * it is removed.
 *
 * Writing goes on after an error without effect: only pnyx_draft_finish tells it, as one line
 * `FOLDER/NAME: cannot write: No space left on device` of PNYX_ERROR_IO.
 */
typedef struct _PnyxDraft PnyxDraft;

/**
 * pnyx_draft_new:
 * @folder: the results folder
 * @name: path of the file in it ("series/stake.gini.csv"); folders on the way are made
 */
PnyxDraft *pnyx_draft_new (const gchar *folder, const gchar *name);
void pnyx_draft_free (PnyxDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxDraft, pnyx_draft_free)

void pnyx_draft_bytes (PnyxDraft *draft, gconstpointer bytes, gsize length);
void pnyx_draft_text (PnyxDraft *draft, const gchar *text);
/** pnyx_draft_number: @value by pnyx_number_format; what was written lately is not formatted again.
 */
void pnyx_draft_number (PnyxDraft *draft, gdouble value);
/** pnyx_draft_finish: writes what is left and gives the file its name, whatever had it before. */
gboolean pnyx_draft_finish (PnyxDraft *draft, GError **error);

/** pnyx_draft_write: a whole file of @text at once. */
gboolean pnyx_draft_write (const gchar *folder, const gchar *name, const gchar *text,
                           GError **error);

/** pnyx_draft_is_temporary: Returns: whether @name is one that drafts have before they are
 * complete.
 */
gboolean pnyx_draft_is_temporary (const gchar *name);

#endif
