/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_COLUMNS_H
#define PNYX_ORACLE_COLUMNS_H

#include "base/error.h"

/*
 * Numbers of a CSV file by the names of its columns: a header line, then numbers; lines that begin
 * with "#" and empty lines are skipped, columns that nobody asks for are not read.
 */
typedef struct _PnyxColumns PnyxColumns;

/**
 * pnyx_columns_read:
 * @names: NULL-terminated; in the file in any order
 * @n_needed: the first so many have to be there
 *
 * An empty field is NaN. Errors: PNYX_ERROR_IO; PNYX_ERROR_SYNTAX with file and line: no number,
 * another number of fields than the header's, a quoted field, a zero byte, no row;
 * PNYX_ERROR_MISSING: a column; PNYX_ERROR_CONFLICT: a column that is there twice.
 */
PnyxColumns *pnyx_columns_read (const gchar *path, const gchar *const *names, guint n_needed,
                                GError **error);
void pnyx_columns_free (PnyxColumns *columns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxColumns, pnyx_columns_free)

gsize pnyx_columns_n_rows (const PnyxColumns *columns);
/** pnyx_columns_has: Returns: whether the file has the column @column of the names asked for. */
gboolean pnyx_columns_has (const PnyxColumns *columns, guint column);
/** pnyx_columns_value: Returns: NaN where the field is empty or there is no such column. */
gdouble pnyx_columns_value (const PnyxColumns *columns, gsize row, guint column);
/** pnyx_columns_fault: sets an error with file and line of @row: "@name is wrong (expected
 * @expected)". */
void pnyx_columns_fault (const PnyxColumns *columns, gsize row, const gchar *name,
                         const gchar *expected, GError **error);

#endif
