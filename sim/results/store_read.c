/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading results.db row by row: nothing is held but the row at hand. */
#include <math.h>
#include <string.h>

#include "results/store_priv.h"

static const gchar *
text_at (sqlite3_stmt *statement, int column)
{
  const gchar *text = (const gchar *)sqlite3_column_text (statement, column);

  return text == NULL ? "" : text;
}

static gdouble
value_at (sqlite3_stmt *statement, int column)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL
             ? NAN
             : sqlite3_column_double (statement, column);
}

typedef struct
{
  guint point, replicate;
} Cell;

/* The point and replicate in the first two columns. Returns: FALSE with @failure: the experiment
 * has none such. */
static gboolean
cell_at (const PnyxStore *store, sqlite3_stmt *statement, Cell *cell, GError **failure)
{
  gint64 point = sqlite3_column_int64 (statement, 0),
         replicate = sqlite3_column_int64 (statement, 1);

  *cell = (Cell){ (guint)point, (guint)replicate };
  if (point >= 0 && point < store->head.n_points && replicate >= 0 && replicate < G_MAXUINT)
    return TRUE;
  pnyx_store_set_damaged (store, failure);
  return FALSE;
}

/* Ends a walk: FALSE where a row could not be read. */
static gboolean
walked (GError *failure, GError **error)
{
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

gboolean
pnyx_store_runs (PnyxStore *store, void (*visit) (const PnyxRunResult *run, gpointer user),
                 gpointer user, GError **error)
{
  GError *failure = NULL;
  g_autoptr (sqlite3_stmt) statement = pnyx_store_prepare (
      store,
      "SELECT point, replicate, status, message, events, digest, seed FROM run "
      "ORDER BY point, replicate",
      &failure);

  while (statement != NULL && failure == NULL && pnyx_store_row (store, statement, &failure))
    {
      Cell cell;
      gboolean known = cell_at (store, statement, &cell, &failure);
      PnyxRunResult run = { .point = cell.point,
                            .replicate = cell.replicate,
                            .failed = g_str_equal (text_at (statement, 2), "failed"),
                            .message = (gchar *)(guintptr)sqlite3_column_text (statement, 3),
                            .events = (guint64)sqlite3_column_int64 (statement, 4),
                            .digest = g_ascii_strtoull (text_at (statement, 5), NULL, 16),
                            .seed = g_ascii_strtoull (text_at (statement, 6), NULL, 10) };

      if (known)
        visit (&run, user);
    }
  return walked (failure, error);
}

gboolean
pnyx_store_scalars (PnyxStore *store, guint point, guint replicate, gboolean ordered,
                    void (*visit) (const PnyxScalar *scalar, guint position, gpointer user),
                    gpointer user, GError **error)
{
  sqlite3_stmt **statement = ordered ? &store->ordered_scalars : &store->scalars;
  GError *failure = NULL;

  if (*statement == NULL)
    *statement
        = pnyx_store_prepare (store,
                              ordered ? "SELECT scope, metric, unit, value, position FROM scalar "
                                        "WHERE point = ? AND replicate = ? ORDER BY position"
                                      : "SELECT scope, metric, unit, value, position FROM scalar "
                                        "WHERE point = ? AND replicate = ?",
                              &failure);
  if (*statement != NULL)
    {
      sqlite3_bind_int64 (*statement, 1, point);
      sqlite3_bind_int64 (*statement, 2, replicate);
    }
  while (*statement != NULL && pnyx_store_row (store, *statement, &failure))
    {
      PnyxScalar row = { .scope = text_at (*statement, 0),
                         .metric = text_at (*statement, 1),
                         .unit = text_at (*statement, 2),
                         .value = value_at (*statement, 3) };

      visit (&row, (guint)sqlite3_column_int64 (*statement, 4), user);
    }
  sqlite3_reset (*statement);
  return walked (failure, error);
}

gboolean
pnyx_store_metric (PnyxStore *store, const gchar *scope, const gchar *metric,
                   void (*visit) (guint point, guint replicate, gdouble value, gpointer user),
                   gpointer user, GError **error)
{
  GError *failure = NULL;
  g_autoptr (sqlite3_stmt) statement = pnyx_store_prepare (
      store,
      "SELECT run.point, run.replicate, scalar.value FROM run JOIN scalar USING (point, replicate) "
      "WHERE scope = ? AND metric = ? ORDER BY run.point, run.replicate",
      &failure);

  if (statement != NULL)
    {
      pnyx_store_bind_text (statement, 1, scope);
      pnyx_store_bind_text (statement, 2, metric);
    }
  while (statement != NULL && failure == NULL && pnyx_store_row (store, statement, &failure))
    {
      Cell cell;

      if (cell_at (store, statement, &cell, &failure))
        visit (cell.point, cell.replicate, value_at (statement, 2), user);
    }
  return walked (failure, error);
}

gboolean
pnyx_store_series (PnyxStore *store,
                   void (*visit) (guint point, guint replicate, const PnyxPoint *row,
                                  gpointer user),
                   gpointer user, GError **error)
{
  GError *failure = NULL;
  g_autoptr (sqlite3_stmt) statement
      = pnyx_store_prepare (store,
                            "SELECT point, replicate, scope, metric, time, value FROM series "
                            "ORDER BY point, replicate, scope, metric, time, position",
                            &failure);

  while (statement != NULL && failure == NULL && pnyx_store_row (store, statement, &failure))
    {
      Cell cell;
      PnyxPoint row = { .scope = text_at (statement, 2),
                        .metric = text_at (statement, 3),
                        .time = sqlite3_column_double (statement, 4),
                        .value = value_at (statement, 5) };

      if (cell_at (store, statement, &cell, &failure))
        visit (cell.point, cell.replicate, &row, user);
    }
  return walked (failure, error);
}

gboolean
pnyx_store_batches (PnyxStore *store,
                    void (*visit) (guint point, guint replicate, const PnyxBatchRow *row,
                                   gpointer user),
                    gpointer user, GError **error)
{
  GError *failure = NULL;
  g_autoptr (sqlite3_stmt) statement
      = pnyx_store_prepare (store,
                            "SELECT point, replicate, scope, metric, batch, unit, value FROM batch "
                            "ORDER BY point, replicate, scope, metric, batch",
                            &failure);

  while (statement != NULL && failure == NULL && pnyx_store_row (store, statement, &failure))
    {
      Cell cell;
      PnyxBatchRow row = { .scalar = { .scope = text_at (statement, 2),
                                       .metric = text_at (statement, 3),
                                       .unit = text_at (statement, 5),
                                       .value = value_at (statement, 6) },
                           .batch = (guint)sqlite3_column_int64 (statement, 4) };

      if (cell_at (store, statement, &cell, &failure))
        visit (cell.point, cell.replicate, &row, user);
    }
  return walked (failure, error);
}

/* The histogram in the columns @column (scale) and @column + 1; NULL with @failure. */
static PnyxHistogram *
histogram_at (const PnyxStore *store, sqlite3_stmt *statement, int column, GError **failure)
{
  const guint8 *bins = sqlite3_column_blob (statement, column);
  gsize length = (gsize)sqlite3_column_bytes (statement, column);
  PnyxHistogram *histogram = pnyx_histogram_unpack (bins, bins == NULL ? 0 : length);

  if (histogram == NULL)
    pnyx_store_set_damaged (store, failure);
  return histogram;
}

gboolean
pnyx_store_distributions (PnyxStore *store,
                          void (*visit) (guint point, guint replicate,
                                         const PnyxDistributionRow *row, gpointer user),
                          gpointer user, GError **error)
{
  GError *failure = NULL;
  g_autoptr (sqlite3_stmt) statement
      = pnyx_store_prepare (store,
                            "SELECT point, replicate, scope, metric, scale, bins FROM histogram "
                            "ORDER BY point, replicate, scope, metric",
                            &failure);

  while (statement != NULL && failure == NULL && pnyx_store_row (store, statement, &failure))
    {
      Cell cell;
      g_autoptr (PnyxHistogram) histogram = cell_at (store, statement, &cell, &failure)
                                                ? histogram_at (store, statement, 5, &failure)
                                                : NULL;
      PnyxDistributionRow row = { .scope = text_at (statement, 2),
                                  .metric = text_at (statement, 3),
                                  .scale = sqlite3_column_double (statement, 4),
                                  .histogram = histogram };

      if (histogram != NULL)
        visit (cell.point, cell.replicate, &row, user);
    }
  return walked (failure, error);
}

gboolean
pnyx_store_histograms (PnyxStore *store, guint point, const gchar *scope, const gchar *metric,
                       void (*visit) (guint replicate, const PnyxHistogram *histogram,
                                      gdouble scale, gpointer user),
                       gpointer user, GError **error)
{
  GError *failure = NULL;
  g_autoptr (sqlite3_stmt) statement = pnyx_store_prepare (
      store,
      "SELECT replicate, scale, bins FROM histogram WHERE point = ? AND scope = ? AND metric = ? "
      "ORDER BY replicate",
      &failure);

  if (statement != NULL)
    {
      sqlite3_bind_int64 (statement, 1, point);
      pnyx_store_bind_text (statement, 2, scope);
      pnyx_store_bind_text (statement, 3, metric);
    }
  while (statement != NULL && failure == NULL && pnyx_store_row (store, statement, &failure))
    {
      g_autoptr (PnyxHistogram) histogram = histogram_at (store, statement, 2, &failure);

      if (histogram != NULL)
        visit ((guint)sqlite3_column_int64 (statement, 0), histogram,
               sqlite3_column_double (statement, 1), user);
    }
  return walked (failure, error);
}
