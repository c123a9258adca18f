/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SCENARIO_FILES_H
#define PNYX_SCENARIO_FILES_H

#include "base/error.h"

/*
 * Files that a scenario names. Scenarios are shared between strangers: a name is relative, and what
 * it leads to, symbolic links resolved, lies in the folder tree of the scenario itself; only
 * regular files of a limited size are opened.
 */

#define PNYX_FILE_SCENARIO_MAX ((gsize)16 << 20)
#define PNYX_FILE_DATA_MAX ((gsize)64 << 20)

/**
 * pnyx_file_resolve:
 * @tree: absolute real path of the folder that must not be left
 * @folder: absolute real path of the folder of the file that names it
 * @written: the name as written
 * @place: where, for messages
 *
 * Returns: (transfer full): the absolute real path; NULL with @error.
 *
 * Errors: PNYX_ERROR_FORBIDDEN: absolute, or outside of @tree; PNYX_ERROR_MISSING: no such file.
 */
gchar *pnyx_file_resolve (const gchar *tree, const gchar *folder, const gchar *written,
                          const PnyxPlace *place, GError **error);

/**
 * pnyx_file_check: whether @path is a regular file of at most @size_max bytes that can be read.
 * @shown: what messages call it
 *
 * Errors: PNYX_ERROR_MISSING; PNYX_ERROR_FORBIDDEN: no regular file, too large or unreadable.
 */
gboolean pnyx_file_check (const gchar *path, const gchar *shown, gsize size_max,
                          const PnyxPlace *place, GError **error);

/**
 * pnyx_file_read: the bytes of @path, which is checked as by pnyx_file_check and never blocks.
 *
 * Returns: (transfer full) (array length=length): followed by a zero byte; NULL with @error.
 * Errors: as pnyx_file_check; PNYX_ERROR_IO where reading fails.
 */
gchar *pnyx_file_read (const gchar *path, const gchar *shown, gsize size_max,
                       const PnyxPlace *place, gsize *length, GError **error);

/** pnyx_file_real: Returns: (transfer full) (nullable): @path with symbolic links resolved. */
gchar *pnyx_file_real (const gchar *path);

#endif
