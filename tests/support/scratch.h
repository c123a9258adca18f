/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_TESTS_SUPPORT_SCRATCH_H
#define PNYX_TESTS_SUPPORT_SCRATCH_H

#include <glib.h>

/** Scratch: the path of a new folder, which goes with all that is in it. */
typedef gchar Scratch;

Scratch *scratch_new (void);
void scratch_free (Scratch *scratch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scratch, scratch_free)

/** scratch_write: Returns: (transfer full): the path of the file @name, which now holds @text. */
gchar *scratch_write (const Scratch *scratch, const gchar *name, const gchar *text);
/** scratch_read: Returns: (transfer full): what the file @name holds. */
gchar *scratch_read (const Scratch *scratch, const gchar *name);

#endif
