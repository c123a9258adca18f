/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adding runs to results.db. Scalars and series go in by many rows for a statement and in the order
 * of their keys, which SQLite takes faster: each row is put behind the one before.
 */
#include <math.h>
#include <string.h>

#include "results/store_priv.h"

#define ROWS_AT_ONCE 64

typedef struct
{
  sqlite3_stmt *one, *many; /* owned: INSERT of one row, and of ROWS_AT_ONCE */
} Insert;

struct _PnyxInserts
{
  const PnyxStore *store;
  Insert run, scalar, series, histogram, batch;
  GArray *order; /* owned: guint: rows of a run in the order of their keys */
};

static gboolean
insert_init (Insert *insert, const PnyxStore *store, const gchar *table, guint n_columns,
             gboolean many, GError **error)
{
  g_autoptr (GString) row = g_string_new ("(?");
  g_autoptr (GString) sql = g_string_new (NULL);

  for (guint i = 1; i < n_columns; i++)
    g_string_append (row, ", ?");
  g_string_append_c (row, ')');
  g_string_printf (sql, "INSERT INTO %s VALUES %s", table, row->str);
  insert->one = pnyx_store_prepare (store, sql->str, error);
  if (insert->one == NULL || !many)
    return insert->one != NULL;
  for (guint i = 1; i < ROWS_AT_ONCE; i++)
    g_string_append_printf (sql, ", %s", row->str);
  insert->many = pnyx_store_prepare (store, sql->str, error);
  return insert->many != NULL;
}

static void
insert_clear (Insert *insert)
{
  sqlite3_finalize (insert->one);
  sqlite3_finalize (insert->many);
}

void
pnyx_store_inserts_free (PnyxInserts *inserts)
{
  if (inserts == NULL)
    return;
  insert_clear (&inserts->run);
  insert_clear (&inserts->scalar);
  insert_clear (&inserts->series);
  insert_clear (&inserts->histogram);
  insert_clear (&inserts->batch);
  g_array_unref (inserts->order);
  g_free (inserts);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxInserts, pnyx_store_inserts_free)

static PnyxInserts *
inserts_new (const PnyxStore *store, GError **error)
{
  g_autoptr (PnyxInserts) inserts = g_new0 (PnyxInserts, 1);

  inserts->store = store;
  inserts->order = g_array_new (FALSE, FALSE, sizeof (guint));
  return insert_init (&inserts->run, store, "run", 7, FALSE, error)
                 && insert_init (&inserts->scalar, store, "scalar", 7, TRUE, error)
                 && insert_init (&inserts->series, store, "series", 7, TRUE, error)
                 && insert_init (&inserts->histogram, store, "histogram", 6, FALSE, error)
                 && insert_init (&inserts->batch, store, "batch", 7, TRUE, error)
             ? g_steal_pointer (&inserts)
             : NULL;
}

/* @column: of point; replicate is the next */
static void
bind_cell (sqlite3_stmt *statement, int column, const PnyxRunResult *run)
{
  sqlite3_bind_int64 (statement, column, run->point);
  sqlite3_bind_int64 (statement, column + 1, run->replicate);
}

/* Inserts the rows of inserts->order; @bind binds row @i from @column on. */
static gboolean
insert_rows (const PnyxInserts *inserts, const Insert *rows, const PnyxRunResult *run,
             void (*bind) (sqlite3_stmt *statement, int column, const PnyxRunResult *run, guint i),
             GError **error)
{
  guint n = inserts->order->len, at = 0;

  while (at < n)
    {
      gboolean many = n - at >= ROWS_AT_ONCE;
      sqlite3_stmt *statement = many ? rows->many : rows->one;

      for (guint k = 0; k < (many ? ROWS_AT_ONCE : 1); k++)
        bind (statement, (int)k * 7 + 1, run, g_array_index (inserts->order, guint, at++));
      if (!pnyx_store_insert (inserts->store, statement, error))
        return FALSE;
    }
  return TRUE;
}

static void
set_order (const PnyxInserts *inserts, guint n, GCompareDataFunc compare, const PnyxRunResult *run)
{
  g_array_set_size (inserts->order, n);
  for (guint i = 0; i < n; i++)
    g_array_index (inserts->order, guint, i) = i;
  g_array_sort_with_data (inserts->order, compare, (gpointer)(guintptr)run);
}

static gboolean
add_run (const PnyxInserts *inserts, const PnyxRunResult *run, GError **error)
{
  sqlite3_stmt *statement = inserts->run.one;
  gchar digest[24], seed[24];

  g_snprintf (digest, sizeof digest, "%016" G_GINT64_MODIFIER "x", run->digest);
  g_snprintf (seed, sizeof seed, "%" G_GUINT64_FORMAT, run->seed);
  bind_cell (statement, 1, run);
  pnyx_store_bind_text (statement, 3, run->failed ? "failed" : "finished");
  pnyx_store_bind_text (statement, 4, run->message);
  sqlite3_bind_int64 (statement, 5, (gint64)run->events);
  pnyx_store_bind_text (statement, 6, digest);
  if (run->seed <= G_MAXINT64)
    sqlite3_bind_int64 (statement, 7, (gint64)run->seed);
  else
    pnyx_store_bind_text (statement, 7, seed);
  return pnyx_store_insert (inserts->store, statement, error);
}

static gint
compare_scalars (gconstpointer a, gconstpointer b, gpointer user)
{
  const GArray *scalars = ((const PnyxRunResult *)user)->output->scalars;
  const PnyxScalar *x = &g_array_index (scalars, PnyxScalar, *(const guint *)a);
  const PnyxScalar *y = &g_array_index (scalars, PnyxScalar, *(const guint *)b);
  gint order = x->scope == y->scope ? 0 : strcmp (x->scope, y->scope);

  return order != 0 ? order : strcmp (x->metric, y->metric);
}

static void
bind_scalar (sqlite3_stmt *statement, int column, const PnyxRunResult *run, guint i)
{
  const PnyxScalar *row = &g_array_index (run->output->scalars, PnyxScalar, i);

  bind_cell (statement, column, run);
  pnyx_store_bind_text (statement, column + 2, row->scope);
  pnyx_store_bind_text (statement, column + 3, row->metric);
  pnyx_store_bind_text (statement, column + 4, row->unit);
  pnyx_store_bind_value (statement, column + 5, row->value);
  sqlite3_bind_int64 (statement, column + 6, i);
}

static gint
compare_series (gconstpointer a, gconstpointer b, gpointer user)
{
  const GArray *series = ((const PnyxRunResult *)user)->output->series;
  guint i = *(const guint *)a, k = *(const guint *)b;
  const PnyxPoint *x = &g_array_index (series, PnyxPoint, i);
  const PnyxPoint *y = &g_array_index (series, PnyxPoint, k);
  gint order = x->scope == y->scope ? 0 : strcmp (x->scope, y->scope);

  if (order == 0)
    order = x->metric == y->metric ? 0 : strcmp (x->metric, y->metric);
  if (order != 0)
    return order;
  if (x->time < y->time || x->time > y->time)
    return x->time < y->time ? -1 : 1;
  return i < k ? -1 : i > k;
}

static void
bind_series (sqlite3_stmt *statement, int column, const PnyxRunResult *run, guint i)
{
  const PnyxPoint *row = &g_array_index (run->output->series, PnyxPoint, i);

  bind_cell (statement, column, run);
  pnyx_store_bind_text (statement, column + 2, row->scope);
  pnyx_store_bind_text (statement, column + 3, row->metric);
  sqlite3_bind_double (statement, column + 4, row->time);
  pnyx_store_bind_value (statement, column + 5, row->value);
  sqlite3_bind_int64 (statement, column + 6, i);
}

static gint
compare_batches (gconstpointer a, gconstpointer b, gpointer user)
{
  const GArray *batches = ((const PnyxRunResult *)user)->output->batches;
  const PnyxBatchRow *x = &g_array_index (batches, PnyxBatchRow, *(const guint *)a);
  const PnyxBatchRow *y = &g_array_index (batches, PnyxBatchRow, *(const guint *)b);
  gint order = strcmp (x->scalar.scope, y->scalar.scope);

  if (order == 0)
    order = strcmp (x->scalar.metric, y->scalar.metric);
  return order != 0 ? order : x->batch < y->batch ? -1 : x->batch > y->batch;
}

static void
bind_batch (sqlite3_stmt *statement, int column, const PnyxRunResult *run, guint i)
{
  const PnyxBatchRow *row = &g_array_index (run->output->batches, PnyxBatchRow, i);

  bind_cell (statement, column, run);
  pnyx_store_bind_text (statement, column + 2, row->scalar.scope);
  pnyx_store_bind_text (statement, column + 3, row->scalar.metric);
  sqlite3_bind_int64 (statement, column + 4, row->batch);
  pnyx_store_bind_text (statement, column + 5, row->scalar.unit);
  pnyx_store_bind_value (statement, column + 6, row->scalar.value);
}

static gboolean
add_histograms (const PnyxInserts *inserts, const PnyxRunResult *run, GError **error)
{
  g_autoptr (GByteArray) bins = g_byte_array_new ();
  sqlite3_stmt *statement = inserts->histogram.one;

  for (guint i = 0; i < run->output->distributions->len; i++)
    {
      const PnyxDistributionRow *row
          = &g_array_index (run->output->distributions, PnyxDistributionRow, i);

      g_byte_array_set_size (bins, 0);
      pnyx_histogram_pack (row->histogram, bins);
      bind_cell (statement, 1, run);
      pnyx_store_bind_text (statement, 3, row->scope);
      pnyx_store_bind_text (statement, 4, row->metric);
      sqlite3_bind_double (statement, 5, row->scale);
      sqlite3_bind_blob (statement, 6, bins->data, (int)bins->len, SQLITE_STATIC);
      if (!pnyx_store_insert (inserts->store, statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_output (const PnyxInserts *inserts, const PnyxRunResult *run, GError **error)
{
  set_order (inserts, run->output->scalars->len, compare_scalars, run);
  if (!insert_rows (inserts, &inserts->scalar, run, bind_scalar, error))
    return FALSE;
  set_order (inserts, run->output->series->len, compare_series, run);
  if (!insert_rows (inserts, &inserts->series, run, bind_series, error))
    return FALSE;
  set_order (inserts, run->output->batches->len, compare_batches, run);
  return insert_rows (inserts, &inserts->batch, run, bind_batch, error)
         && add_histograms (inserts, run, error);
}

gboolean
pnyx_store_add (PnyxStore *store, const PnyxRunResult *const *runs, gsize n_runs, GError **error)
{
  gboolean done = TRUE;

  if (store->inserts == NULL)
    store->inserts = inserts_new (store, error);
  if (store->inserts == NULL || !pnyx_store_begin (store, error))
    return FALSE;
  for (gsize i = 0; done && i < n_runs; i++)
    done = add_run (store->inserts, runs[i], error)
           && (runs[i]->failed || runs[i]->output == NULL
               || add_output (store->inserts, runs[i], error));
  return pnyx_store_end (store, done, error);
}
