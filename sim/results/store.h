/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_STORE_H
#define PNYX_RESULTS_STORE_H

#include "base/error.h"
#include "results/run.h"

/**
 * PnyxStore: results.db of a results folder, the store of record (SQLite): what every run left
 * behind, written as it ends. CSV files are made of it.
 *
 *     meta         key, value                                    what the folder is of
 *     point        point, axis, value                            position: of the axis
 *     run          point, replicate, status, message, events     digest, seed
 *     scalar       point, replicate, scope, metric, unit, value  position: in the run's output
 *     series       point, replicate, scope, metric, time, value  position: among equal times
 *     histogram    point, replicate, scope, metric, scale, bins  bins: pnyx_histogram_pack
 *     batch        point, replicate, scope, metric, batch, unit, value  parts of the window
 *     distribution point, scope, metric, quantile, value         all replicates pooled
 *
 * The statements that make these tables (store.c) are part of the format: a file whose tables were
 * made by others, or that has more than them (a view, a trigger, an index), is refused.
 *
 * Nothing in it depends on who ran what when: equal experiments leave equal rows. A program that is
 * killed, or a machine that loses power, loses the runs that were not yet added and nothing else.
 * One program writes at a time; others may read meanwhile.
 */
typedef struct _PnyxStore PnyxStore;

/** PnyxStoreHead: what a store is of. */
typedef struct
{
  const gchar *command;  /* "run" or "sweep" */
  const gchar *scenario; /* text of the effective scenario */
  guint n_points;        /* of the whole experiment */
  guint shard, n_shards; /* shard 1 of 1: all of it; its points are those with
                            point % n_shards == shard - 1 */
  guint n_axes;
  const gchar *const *axes; /* array length=n_axes: names */
  const gchar *const
      *values; /* array length=n_points*n_axes, row = point: as CSV files have them */
} PnyxStoreHead;

/**
 * pnyx_store_create: a new results.db in @folder, where none is.
 *
 * Returns: (transfer full): to be written; NULL with @error, one line: PNYX_ERROR_IO;
 * PNYX_ERROR_FORBIDDEN: a link, a pipe or a folder in the place of results.db or of its log.
 */
PnyxStore *pnyx_store_create (const gchar *folder, const PnyxStoreHead *head, GError **error);

/**
 * pnyx_store_reopen: to write on where a program ended or was killed. The whole file is checked.
 *
 * Returns: (transfer full) (nullable): NULL with @error; NULL without where there is no results.db,
 * or one that never got as far as its head. Errors: PNYX_ERROR_CONFLICT: another program writes it,
 * or a newer pnyx wrote it; PNYX_ERROR_SYNTAX: it is damaged, none of ours, or has anything but
 * the tables above (views, triggers); PNYX_ERROR_FORBIDDEN: its log is no regular file;
 * PNYX_ERROR_IO.
 */
PnyxStore *pnyx_store_reopen (const gchar *folder, GError **error);

/** pnyx_store_is_written: Returns: whether a program is writing the results in @folder. */
gboolean pnyx_store_is_written (const gchar *folder);

/** pnyx_store_open: for reading. Errors: as above; PNYX_ERROR_MISSING where there is none. */
PnyxStore *pnyx_store_open (const gchar *folder, GError **error);
void pnyx_store_free (PnyxStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxStore, pnyx_store_free)

/** pnyx_store_head: Returns: (transfer none): as long as @store lives. */
const PnyxStoreHead *pnyx_store_head (const PnyxStore *store);

/** pnyx_store_library: Returns: "SQLite 3.40.1". */
const gchar *pnyx_store_library (void);

/** pnyx_store_add: adds @runs, all of them or none: a transaction, on disk when it returns TRUE. */
gboolean pnyx_store_add (PnyxStore *store, const PnyxRunResult *const *runs, gsize n_runs,
                         GError **error);

/** pnyx_store_seal: puts all into the one file results.db, which can be copied and read wherever
 * it is from then on; where another program has it open, its log stays beside it until that ends.
 * Adding more is still possible. */
gboolean pnyx_store_seal (PnyxStore *store, GError **error);

/** pnyx_store_take: adds all runs of @from, another store of the same head but for the shard. */
gboolean pnyx_store_take (PnyxStore *store, PnyxStore *from, GError **error);

/** PnyxQuantile: a row of the table distribution. */
typedef struct
{
  guint point;
  const gchar *scope, *metric;
  gdouble quantile, value;
} PnyxQuantile;

/** pnyx_store_distribution_begin: empties the table distribution, which is filled by the calls of
 * pnyx_store_distribution_add that follow and is there after pnyx_store_distribution_end.
 * @done: FALSE: it failed in between */
gboolean pnyx_store_distribution_begin (PnyxStore *store, GError **error);
gboolean pnyx_store_distribution_add (PnyxStore *store, const PnyxQuantile *row, GError **error);
gboolean pnyx_store_distribution_end (PnyxStore *store, gboolean done, GError **error);

/* Reading, in order of point and replicate. Texts and results are valid within the call only.
 * Errors of all: PNYX_ERROR_SYNTAX: a row of a point that there is not, or damaged. */

/** pnyx_store_runs: @visit gets every run, without its output. Errors: PNYX_ERROR_SYNTAX: a run of
 * a point that there is not. */
gboolean pnyx_store_runs (PnyxStore *store, void (*visit) (const PnyxRunResult *run, gpointer user),
                          gpointer user, GError **error);
/**
 * pnyx_store_scalars: of one run.
 * @ordered: in the order of its output; FALSE: in any, which is faster
 * @visit: @position: in the order of its output
 */
gboolean pnyx_store_scalars (PnyxStore *store, guint point, guint replicate, gboolean ordered,
                             void (*visit) (const PnyxScalar *scalar, guint position,
                                            gpointer user),
                             gpointer user, GError **error);
/** pnyx_store_metric: @visit gets @metric of @scope of every run that has it. */
gboolean pnyx_store_metric (PnyxStore *store, const gchar *scope, const gchar *metric,
                            void (*visit) (guint point, guint replicate, gdouble value,
                                           gpointer user),
                            gpointer user, GError **error);
/** pnyx_store_series: all series: of a run by scope and metric, in order of time. */
gboolean pnyx_store_series (PnyxStore *store,
                            void (*visit) (guint point, guint replicate, const PnyxPoint *row,
                                           gpointer user),
                            gpointer user, GError **error);
/** pnyx_store_batches: all batches: of a run by scope, metric and number. */
gboolean pnyx_store_batches (PnyxStore *store,
                             void (*visit) (guint point, guint replicate, const PnyxBatchRow *row,
                                            gpointer user),
                             gpointer user, GError **error);
/** pnyx_store_distributions: all histograms: of a run by scope and metric. */
gboolean pnyx_store_distributions (PnyxStore *store,
                                   void (*visit) (guint point, guint replicate,
                                                  const PnyxDistributionRow *row, gpointer user),
                                   gpointer user, GError **error);
/** pnyx_store_histograms: of @metric of @scope at @point, by replicate. */
gboolean pnyx_store_histograms (PnyxStore *store, guint point, const gchar *scope,
                                const gchar *metric,
                                void (*visit) (guint replicate, const PnyxHistogram *histogram,
                                               gdouble scale, gpointer user),
                                gpointer user, GError **error);

#endif
