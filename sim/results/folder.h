/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_FOLDER_H
#define PNYX_RESULTS_FOLDER_H

#include "base/error.h"

/**
 * pnyx_folder_new: makes the folder `results/NAME`, or `results/NAME-2`, `-3` ... where that
 * exists, relative to the working directory.
 * @name: of the scenario; a PNYX_PARAM_NAME that does not begin with a dot
 *
 * Returns: (transfer full): its path; NULL with @error. Two programs never get the same folder.
 * Errors: PNYX_ERROR_SYNTAX: no safe name; PNYX_ERROR_IO.
 */
gchar *pnyx_folder_new (const gchar *name, GError **error);

/**
 * pnyx_folder_take: makes @path the results folder (`--out`).
 * @force: take it although it holds finished results
 *
 * A folder that is new, empty or holds results that were never finished is taken; results in it are
 * removed, the manifest last, and nothing that pnyx did not write. Through a symbolic link in it
 * nothing is removed but the link.
 *
 * Errors: PNYX_ERROR_CONFLICT: finished results without @force; files but no manifest of ours.
 * PNYX_ERROR_IO.
 */
gboolean pnyx_folder_take (const gchar *path, gboolean force, GError **error);

/** pnyx_folder_discard: removes what pnyx wrote into @path, and @path where nothing else is in it.
 * @parent: also the folder above, where nothing else is in that */
void pnyx_folder_discard (const gchar *path, gboolean parent);

#endif
