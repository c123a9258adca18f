/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SUPPORT_TOY_READ_H
#define PNYX_SUPPORT_TOY_READ_H

#include "scenario/reader.h"

/** toy_text: Returns: (transfer full): a toy scenario (toy_schema.h) of @inside and one gasper
 * chain. */
gchar *toy_text (const gchar *inside);

/** toy_read: reads @inside as toy_text puts it, with the NULL-terminated @overrides (nullable). */
PnyxScenario *toy_read (const gchar *inside, const gchar *const *overrides, GError **error);

/** assert_refused: reading @xml, a whole file, ends in @code and a message that has @part in it. */
void assert_refused (const gchar *xml, PnyxErrorCode code, const gchar *part);

/** assert_file_refused: the same of the file @path. */
void assert_file_refused (const gchar *path, PnyxErrorCode code, const gchar *part);

/** toy_folder: Returns: (transfer full): a new empty folder; remove it with toy_folder_remove. */
gchar *toy_folder (void);
void toy_folder_remove (const gchar *folder);

/** toy_write: writes @text to @name (may hold folders) in @folder. Returns: (transfer full): its
 * path. */
gchar *toy_write (const gchar *folder, const gchar *name, const gchar *text);

#endif
