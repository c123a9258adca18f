/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_WALK_H
#define PNYX_RESULTS_WALK_H

#include <glib.h>

/* Reading CSV (RFC 4180): what every reader of it stands on. */

/* A stranger may have made the file: what one row may hold at most. A row of a results folder has a
 * field for each axis and metric of each scope. */
#define PNYX_WALK_FIELDS_MAX (1 << 20)
#define PNYX_WALK_ROW_MAX (64 << 20) /* bytes, with its line end */

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
 * Returns: FALSE at the end, and with @error, `FILE:LINE: ...`: PNYX_ERROR_SYNTAX, and
 * PNYX_ERROR_RANGE where the row is longer than the limits above.
 */
gboolean pnyx_walk_row (PnyxWalk *walk, gsize n_fields, GError **error);

/** pnyx_walk_map: Returns: (transfer full): the file at @path, at least one byte long; NULL with
 * @error as pnyx_frame_read. */
GMappedFile *pnyx_walk_map (const gchar *path, GError **error);

/** pnyx_field_append: appends what @field says, without quotes. */
void pnyx_field_append (const PnyxField *field, GString *text);

#endif
