/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_OWN_FILE_H
#define PNYX_RESULTS_OWN_FILE_H

#include "base/error.h"

/*
 * Files of a results folder that a stranger may have made. What pnyx left there is a regular file
 * in its own place: a symbolic link may lead out of the folder, and a pipe or a device has no end.
 */

/**
 * pnyx_own_file_get: as g_file_get_contents, for a regular file that is no link.
 * @length: (out) (optional)
 *
 * Errors: of G_FILE_ERROR, one line that begins with @path; G_FILE_ERROR_INVAL: it is a link, no
 * regular file or larger than 256 MiB.
 */
gboolean pnyx_own_file_get (const gchar *path, gchar **text, gsize *length, GError **error);

/** pnyx_own_file_map: as g_mapped_file_new, read-only, of any size; errors as pnyx_own_file_get. */
GMappedFile *pnyx_own_file_map (const gchar *path, GError **error);

/**
 * pnyx_own_file_code: Returns: the PnyxErrorCode of such an error for who called the program: it
 * was given what it may not read (PNYX_ERROR_FORBIDDEN), it is not there (PNYX_ERROR_MISSING), or
 * the machine failed (PNYX_ERROR_IO).
 */
gint pnyx_own_file_code (const GError *failure);

/** pnyx_own_file_is: Returns: whether @path is a regular file and no link. */
gboolean pnyx_own_file_is (const gchar *path);

/** pnyx_own_folder_check: Returns: FALSE with @error of PNYX_ERROR_FORBIDDEN where @path is a
 * symbolic link; that it is not there is no error. Cost: one system call. */
gboolean pnyx_own_folder_check (const gchar *path, GError **error);

#endif
