/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_TABLE_H
#define PNYX_BASE_TABLE_H

#include <glib.h>

/** PnyxTable: named columns and rows of cells, for `calc` and reports; written as CSV or JSON. */
typedef struct _PnyxTable PnyxTable;

/** pnyx_table_new: @columns: NULL-terminated names, copied. */
PnyxTable *pnyx_table_new (const gchar *const *columns);
void pnyx_table_free (PnyxTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxTable, pnyx_table_free)

/** Cells are added from left to right; a row is complete when all columns have one. */
void pnyx_table_add_text (PnyxTable *table, const gchar *text);
void pnyx_table_add_number (PnyxTable *table, gdouble value); /* NaN: empty */
void pnyx_table_add_integer (PnyxTable *table, gint64 value);

/** pnyx_table_add_pair: one row of a `name,value` table. */
void pnyx_table_add_pair (PnyxTable *table, const gchar *name, gdouble value);

gsize pnyx_table_n_rows (const PnyxTable *table);
gsize pnyx_table_n_columns (const PnyxTable *table);
const gchar *pnyx_table_column (const PnyxTable *table, gsize column);
/** pnyx_table_cell: Returns: (transfer none): the cell as it is written in CSV, unquoted. */
const gchar *pnyx_table_cell (const PnyxTable *table, gsize row, gsize column);
gboolean pnyx_table_cell_is_number (const PnyxTable *table, gsize row, gsize column);

/** Returns: (transfer full): RFC 4180 with a header line and "\n" line ends; JSON: array of
 * objects. */
gchar *pnyx_table_to_csv (const PnyxTable *table);
gchar *pnyx_table_to_json (const PnyxTable *table);

/** pnyx_csv_quote: Returns: (transfer full): @text as a CSV field, quoted only where it must be. */
gchar *pnyx_csv_quote (const gchar *text);

#endif
