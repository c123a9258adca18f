/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_EXCERPT_H
#define PNYX_FIGURE_EXCERPT_H

#include "results/frame.h"
#include "results/walk.h"

/*
 * Parts of large CSV files: a summary of 10,000 points and 150 metrics has 1.5 million rows, of
 * which a figure needs a hundredth. The file is mapped and walked over once; only what is kept is
 * parsed.
 */

/**
 * pnyx_excerpt_read: columns and rows of the CSV file @path.
 * @columns: (nullable): NULL-terminated: the columns to be kept, in this order; NULL: all
 * @points: (nullable) (element-type utf8): keep rows whose first field is in this set
 *
 * Returns: (transfer full): NULL with @error as pnyx_frame_read; a column that does not exist is
 * PNYX_ERROR_MISSING.
 */
PnyxFrame *pnyx_excerpt_read (const gchar *path, const gchar *const *columns, GHashTable *points,
                              GError **error);

#endif
