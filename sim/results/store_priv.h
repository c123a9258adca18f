/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_STORE_PRIV_H
#define PNYX_RESULTS_STORE_PRIV_H

#include <sqlite3.h>

#include "results/store.h"

/** PnyxInserts: the prepared statements that add runs (store_add.c). */
typedef struct _PnyxInserts PnyxInserts;

struct _PnyxStore
{
  gchar *path;                             /* owned: of results.db, for messages */
  int lock;                                /* descriptor of results.lock; -1: only read */
  sqlite3 *db;                             /* owned */
  sqlite3_stmt *scalars, *ordered_scalars; /* owned: of pnyx_store_scalars; NULL: not yet */
  PnyxInserts *inserts;                    /* owned; NULL: nothing was added yet */
  sqlite3_stmt *quantiles; /* owned: between pnyx_store_distribution_begin and _end */
  guint n_quantiles;
  PnyxStoreHead head;
  GPtrArray *texts;     /* owned: what @head points to */
  const gchar **tables; /* owned: head.axes and head.values */
};

/** pnyx_store_fail: sets @error from what @db last said about @what. Returns: FALSE. */
gboolean pnyx_store_fail (const PnyxStore *store, const gchar *what, GError **error);
/** pnyx_store_set_damaged: sets @error: the file is not as pnyx left it. */
void pnyx_store_set_damaged (const PnyxStore *store, GError **error);
/** pnyx_store_execute: one or several statements without results. */
gboolean pnyx_store_execute (const PnyxStore *store, const gchar *sql, GError **error);
/** pnyx_store_prepare: Returns: (transfer full): NULL with @error. */
sqlite3_stmt *pnyx_store_prepare (const PnyxStore *store, const gchar *sql, GError **error);
/** pnyx_store_row: Returns: whether @statement has one more row; FALSE with @error set where it
 * failed. */
gboolean pnyx_store_row (const PnyxStore *store, sqlite3_stmt *statement, GError **error);

/** pnyx_store_insert: one INSERT whose values are bound. */
gboolean pnyx_store_insert (const PnyxStore *store, sqlite3_stmt *statement, GError **error);
/** pnyx_store_begin, pnyx_store_end: a transaction; @done: FALSE undoes it. */
gboolean pnyx_store_begin (const PnyxStore *store, GError **error);
gboolean pnyx_store_end (const PnyxStore *store, gboolean done, GError **error);
void pnyx_store_inserts_free (PnyxInserts *inserts);

void pnyx_store_bind_value (sqlite3_stmt *statement, int i, gdouble value);
void pnyx_store_bind_text (sqlite3_stmt *statement, int i, const gchar *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

#endif
