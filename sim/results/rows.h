/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_ROWS_H
#define PNYX_RESULTS_ROWS_H

#include "base/error.h"

/**
 * PnyxRows: a CSV file (RFC 4180, with a header) read row by row, in memory of one row: runs.csv of
 * a sweep may be larger than the memory that results/frame.h would take.
 */
typedef struct _PnyxRows PnyxRows;

/**
 * pnyx_rows_open: opens the file and reads its header.
 *
 * Returns: (transfer full): NULL with @error. Errors: PNYX_ERROR_MISSING: no such file;
 * PNYX_ERROR_SYNTAX: `FILE:LINE: ...`; PNYX_ERROR_IO.
 */
PnyxRows *pnyx_rows_open (const gchar *path, GError **error);
void pnyx_rows_free (PnyxRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxRows, pnyx_rows_free)

gsize pnyx_rows_n_columns (const PnyxRows *rows);
const gchar *pnyx_rows_column_name (const PnyxRows *rows, gsize column);
/** pnyx_rows_column: Returns: the column named @name; -1 where there is none. */
gint pnyx_rows_column (const PnyxRows *rows, const gchar *name);

/** pnyx_rows_next: goes to the next row. Returns: FALSE at the end, and with @error of
 * PNYX_ERROR_SYNTAX or PNYX_ERROR_IO. */
gboolean pnyx_rows_next (PnyxRows *rows, GError **error);
/** pnyx_rows_line: Returns: the line on which the row begins, from 1. */
guint pnyx_rows_line (const PnyxRows *rows);
/** pnyx_rows_text: Returns: (transfer none): the field, unquoted; until the next row. */
const gchar *pnyx_rows_text (const PnyxRows *rows, gsize column);
/** pnyx_rows_number: Returns: NaN where the field is empty or no number. */
gdouble pnyx_rows_number (const PnyxRows *rows, gsize column);
/** pnyx_rows_count: the field as a whole number of 32 bits. Returns: FALSE with @error of
 * PNYX_ERROR_SYNTAX where it is none. */
gboolean pnyx_rows_count (const PnyxRows *rows, gsize column, guint *value, GError **error);

#endif
