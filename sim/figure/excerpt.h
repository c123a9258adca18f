/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_EXCERPT_H
#define PNYX_FIGURE_EXCERPT_H

#include "results/frame.h"

/*
 * Parts of large CSV files: a summary of 10,000 points and 150 metrics has 1.5 million rows, of
 * which a figure needs a hundredth. The file is mapped and walked over once; only what is kept is
 * parsed.
 */

/** PnyxField: a field as it stands in the file, with its quotes. */
typedef struct
{
  const gchar *text; /* borrowed from the file; not NUL-terminated */
  gsize length;
} PnyxField;

/** PnyxWalk: where one is in a CSV text. Set @at, @end, @shown (what messages call it), @line 1 and
 * @fields; all borrowed. */
typedef struct
{
  const gchar *at, *end;
  const gchar *shown;
  guint line;
  GArray *fields; /* (element-type PnyxField): of the row that was read last */
  PnyxField row;  /* all of that row, with its line end */
} PnyxWalk;

/**
 * pnyx_walk_row: reads the next row.
 * @n_fields: how many it must have; 0: any
 *
 * Returns: FALSE at the end, and with @error of PNYX_ERROR_SYNTAX, `FILE:LINE: ...`.
 */
gboolean pnyx_walk_row (PnyxWalk *walk, gsize n_fields, GError **error);

/** pnyx_walk_map: Returns: (transfer full): the file at @path, at least one byte long; NULL with
 * @error as pnyx_frame_read. */
GMappedFile *pnyx_walk_map (const gchar *path, GError **error);

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
