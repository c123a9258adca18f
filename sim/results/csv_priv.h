/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_CSV_PRIV_H
#define PNYX_RESULTS_CSV_PRIV_H

#include "results/csv.h"
#include "results/draft.h"

/*
 * What the CSV files share: columns are pairs of scope and metric, found by a hash table and kept
 * in the order in which they first appear.
 */

/* ---- PnyxColumns ---- */

typedef struct
{
  const gchar *scope;
  const gchar *metric;
  const gchar *unit;
} PnyxColumn;

typedef struct
{
  GArray *columns;     /* owned: PnyxColumn */
  GHashTable *index;   /* owned: "scope\nmetric" -> index + 1 */
  GStringChunk *texts; /* owned: what the columns point to */
} PnyxColumns;

void pnyx_columns_init (PnyxColumns *columns);
void pnyx_columns_clear (PnyxColumns *columns);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PnyxColumns, pnyx_columns_clear)

/**
 * pnyx_columns_find: Returns: the index of the column, which is added where it is new.
 * @guess: where it stands if this run has the columns of the others; any number
 * @unit: (nullable)
 */
guint pnyx_columns_find (PnyxColumns *columns, guint guess, const gchar *scope, const gchar *metric,
                         const gchar *unit);

/* Fields. */
void pnyx_csv_text (PnyxDraft *draft, const gchar *text);
void pnyx_csv_unsigned (PnyxDraft *draft, guint64 value);
void pnyx_csv_number (PnyxDraft *draft, gdouble value);
void pnyx_csv_comma (PnyxDraft *draft);

/* The files of one metric each. */
gboolean pnyx_csv_write_series (const gchar *folder, PnyxStore *store, GError **error);
/** pnyx_csv_write_batches: batches.csv, where there are any. */
gboolean pnyx_csv_write_batches (const gchar *folder, PnyxStore *store, GError **error);
/** pnyx_csv_write_distributions: also fills the table distribution of @store. */
gboolean pnyx_csv_write_distributions (const gchar *folder, PnyxStore *store, GError **error);

#endif
