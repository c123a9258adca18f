/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_INPUTS_H
#define PNYX_RESULTS_INPUTS_H

#include "base/error.h"

#define PNYX_INPUTS_HASH_DIGITS 12

/**
 * pnyx_inputs_copy: copies the files that a scenario reads into inputs/ of the results folder.
 * @folder: (nullable): NULL: copies nothing, only says how the copies would be called
 * @paths: NULL-terminated
 *
 * A copy is named after what it holds and where it came from, `inputs/3f2a90c41d5e-edges.csv`: the
 * first 12 digits of its SHA-256 and its own name, with anything but letters, digits, - _ . made
 * `_`. Copying a copy gives the same name again; equal files of one name become one.
 *
 * Returns: (transfer full): NULL-terminated pairs for each path in order: name relative to @folder,
 * SHA-256 in hexadecimal digits (as PnyxManifest.inputs); NULL with @error (PNYX_ERROR_IO).
 */
GStrv pnyx_inputs_copy (const gchar *folder, const gchar *const *paths, GError **error);

/** pnyx_sha256_file: Returns: (transfer full): SHA-256 of the file @path; NULL with @error. */
gchar *pnyx_sha256_file (const gchar *path, GError **error);

#endif
