/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening, creating and writing results.db. Write-ahead log with a sync for each transaction: a
 * transaction that ended survives a kill and a loss of power; readers never wait. Who writes holds
 * a lock on results.lock, which the kernel drops with the process, however it ends. (A lock on
 * results.db itself would be lost with the first descriptor of it that is closed.)
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/number.h"
#include "results/store_priv.h"

#define APPLICATION_ID 1886288248 /* "pnyx" */
#define FORMAT_VERSION 1
#define BUSY_MILLISECONDS 5000
#define SEAL_MILLISECONDS 200
#define QUANTILES_AT_ONCE 100000
#define FIELD_MAX (16 << 20) /* bytes of a text or blob; what pnyx writes is far smaller */

/* The log grows to 16 MiB before it is brought into the file. */
#define WRITING                                                                                    \
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000"

/* Its text is part of the format, to the blank: a store whose tables were made by another is
 * refused (check_schema). Whoever changes it raises FORMAT_VERSION and keeps the old text beside it
 * for the stores of before. */
static const gchar schema[]
    = "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
      "CREATE TABLE point (point INTEGER, axis TEXT, value, position INTEGER,"
      "  PRIMARY KEY (point, axis)) WITHOUT ROWID;"
      "CREATE TABLE run (point INTEGER, replicate INTEGER, status TEXT, message TEXT,"
      "  events INTEGER, digest TEXT, seed,"
      "  PRIMARY KEY (point, replicate)) WITHOUT ROWID;"
      "CREATE TABLE scalar (point INTEGER, replicate INTEGER, scope TEXT, metric TEXT, unit TEXT,"
      "  value REAL, position INTEGER,"
      "  PRIMARY KEY (point, replicate, scope, metric)) WITHOUT ROWID;"
      "CREATE TABLE series (point INTEGER, replicate INTEGER, scope TEXT, metric TEXT, time REAL,"
      "  value REAL, position INTEGER,"
      "  PRIMARY KEY (point, replicate, scope, metric, time, position)) WITHOUT ROWID;"
      "CREATE TABLE histogram (point INTEGER, replicate INTEGER, scope TEXT, metric TEXT,"
      "  scale REAL, bins BLOB,"
      "  PRIMARY KEY (point, replicate, scope, metric)) WITHOUT ROWID;"
      "CREATE TABLE batch (point INTEGER, replicate INTEGER, scope TEXT, metric TEXT,"
      "  batch INTEGER, unit TEXT, value REAL,"
      "  PRIMARY KEY (point, replicate, scope, metric, batch)) WITHOUT ROWID;"
      "CREATE TABLE distribution (point INTEGER, scope TEXT, metric TEXT, quantile REAL,"
      "  value REAL, PRIMARY KEY (point, scope, metric, quantile)) WITHOUT ROWID;";

const gchar *
pnyx_store_library (void)
{
  return "SQLite " SQLITE_VERSION;
}

/* ---- Talking to SQLite ---- */

gboolean
pnyx_store_fail (const PnyxStore *store, const gchar *what, GError **error)
{
  int code = store->db == NULL ? SQLITE_NOMEM : sqlite3_errcode (store->db) & 0xff;
  int system = store->db == NULL ? 0 : sqlite3_system_errno (store->db);
  const gchar *reason = store->db == NULL ? "out of memory" : sqlite3_errmsg (store->db);

  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "%s: is locked by another program (expected no other that writes it)",
                 store->path);
  else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_TOOBIG)
    pnyx_store_set_damaged (store, error);
  else
    {
      if (code == SQLITE_FULL)
        system = ENOSPC;
      if ((code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && system != 0)
        reason = g_strerror (system);
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot %s: %s", store->path, what,
                   reason);
    }
  return FALSE;
}

void
pnyx_store_set_damaged (const PnyxStore *store, GError **error)
{
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
               "%s: is damaged (expected a results.db as pnyx leaves it)", store->path);
}

gboolean
pnyx_store_execute (const PnyxStore *store, const gchar *sql, GError **error)
{
  if (sqlite3_exec (store->db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  return pnyx_store_fail (store, "write", error);
}

sqlite3_stmt *
pnyx_store_prepare (const PnyxStore *store, const gchar *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (store->db, sql, -1, &statement, NULL) != SQLITE_OK)
    pnyx_store_fail (store, "read", error);
  return statement;
}

gboolean
pnyx_store_row (const PnyxStore *store, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);

  if (code != SQLITE_ROW && code != SQLITE_DONE)
    pnyx_store_fail (store, "read", error);
  return code == SQLITE_ROW;
}

void
pnyx_store_bind_text (sqlite3_stmt *statement, int i, const gchar *text)
{
  sqlite3_bind_text (statement, i, text, -1, SQLITE_STATIC);
}

void
pnyx_store_bind_value (sqlite3_stmt *statement, int i, gdouble value)
{
  if (isnan (value))
    sqlite3_bind_null (statement, i);
  else
    sqlite3_bind_double (statement, i, value);
}

/* One row of an INSERT whose values are bound. */
gboolean
pnyx_store_insert (const PnyxStore *store, sqlite3_stmt *statement, GError **error)
{
  gboolean done = sqlite3_step (statement) == SQLITE_DONE;

  if (!done)
    pnyx_store_fail (store, "write", error);
  sqlite3_reset (statement); /* also where it failed: a statement that is open holds the file */
  return done;
}

gboolean
pnyx_store_begin (const PnyxStore *store, GError **error)
{
  return pnyx_store_execute (store, "BEGIN IMMEDIATE", error);
}

/* COMMIT where @done, ROLLBACK where not. */
gboolean
pnyx_store_end (const PnyxStore *store, gboolean done, GError **error)
{
  if (done && pnyx_store_execute (store, "COMMIT", error))
    return TRUE;
  sqlite3_exec (store->db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

/* ---- Opening ---- */

static PnyxStore *
store_new (const gchar *folder)
{
  PnyxStore *store = g_new0 (PnyxStore, 1);

  store->path = g_build_filename (folder, "results.db", NULL);
  store->lock = -1;
  store->texts = g_ptr_array_new_with_free_func (g_free);
  return store;
}

void
pnyx_store_free (PnyxStore *store)
{
  if (store == NULL)
    return;
  sqlite3_finalize (store->scalars);
  sqlite3_finalize (store->ordered_scalars);
  pnyx_store_inserts_free (store->inserts);
  sqlite3_finalize (store->quantiles);
  sqlite3_close (store->db);
  if (store->lock >= 0)
    close (store->lock);
  g_free (store->tables);
  g_ptr_array_unref (store->texts);
  g_free (store->path);
  g_free (store);
}

const PnyxStoreHead *
pnyx_store_head (const PnyxStore *store)
{
  return &store->head;
}

/* The right to write, until the process ends or the store is freed. */
static gboolean
take_lock (PnyxStore *store, const gchar *folder, GError **error)
{
  g_autofree gchar *path = g_build_filename (folder, "results.lock", NULL);

  store->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
  if (store->lock < 0)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot write: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  if (flock (store->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno == EWOULDBLOCK)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "%s: another program is writing these results (expected it to end first)", folder);
  else
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot lock: %s", path, g_strerror (errno));
  return FALSE;
}

gboolean
pnyx_store_is_written (const gchar *folder)
{
  g_autofree gchar *path = g_build_filename (folder, "results.lock", NULL);
  int descriptor = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  gboolean written = descriptor >= 0 && flock (descriptor, LOCK_SH | LOCK_NB) != 0;

  if (descriptor >= 0)
    close (descriptor);
  return written;
}

/* SQLite would wait for ever at a pipe that stands where its journal belongs; a link may lead out
 * of the folder. */
static gboolean
check_files (const PnyxStore *store, GError **error)
{
  static const gchar *const suffixes[] = { "", "-journal", "-wal", "-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree gchar *path = g_strconcat (store->path, suffixes[i], NULL);
      GStatBuf status;

      if (g_lstat (path, &status) != 0 || S_ISREG (status.st_mode))
        continue;
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_FORBIDDEN,
                   "%s: is no regular file (expected one, or none)", path);
      return FALSE;
    }
  return TRUE;
}

static gboolean
connect (PnyxStore *store, int flags, GError **error)
{
  if (!check_files (store, error))
    return FALSE;
  if (sqlite3_open_v2 (store->path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    return pnyx_store_fail (store, "open", error);
  sqlite3_busy_timeout (store->db, BUSY_MILLISECONDS);
  /* A stranger may have made the file by hand: its schema is not to be believed, its fields
   * bounded. */
  sqlite3_limit (store->db, SQLITE_LIMIT_LENGTH, FIELD_MAX);
  sqlite3_db_config (store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  /* 4 MiB of pages, so that memory does not grow with the file. */
  return pnyx_store_execute (store, "PRAGMA cache_size = -4096; PRAGMA trusted_schema = OFF",
                             error);
}

/* What a PRAGMA or SELECT says in its first field. */
static gboolean
read_number (const PnyxStore *store, const gchar *sql, gint64 *value, GError **error)
{
  GError *failure = NULL;
  g_autoptr (sqlite3_stmt) statement = pnyx_store_prepare (store, sql, &failure);

  *value = 0;
  if (statement != NULL && pnyx_store_row (store, statement, &failure))
    *value = sqlite3_column_int64 (statement, 0);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

/* ---- Head ---- */

static const gchar *
keep (PnyxStore *store, const gchar *text)
{
  gchar *own = g_strdup (text == NULL ? "" : text);

  g_ptr_array_add (store->texts, own);
  return own;
}

static gboolean
write_meta (const PnyxStore *store, const PnyxStoreHead *head, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = pnyx_store_prepare (store, "INSERT INTO meta VALUES (?, ?)", error);
  const struct
  {
    const gchar *key;
    guint value;
  } numbers[] = { { "points", head->n_points },
                  { "shard", head->shard },
                  { "shards", head->n_shards },
                  { "axes", head->n_axes } };
  const gchar *const texts[][2] = { { "command", head->command }, { "scenario", head->scenario } };
  gboolean done = statement != NULL;

  for (gsize i = 0; done && i < G_N_ELEMENTS (texts); i++)
    {
      pnyx_store_bind_text (statement, 1, texts[i][0]);
      pnyx_store_bind_text (statement, 2, texts[i][1]);
      done = pnyx_store_insert (store, statement, error);
    }
  for (gsize i = 0; done && i < G_N_ELEMENTS (numbers); i++)
    {
      pnyx_store_bind_text (statement, 1, numbers[i].key);
      sqlite3_bind_int64 (statement, 2, numbers[i].value);
      done = pnyx_store_insert (store, statement, error);
    }
  return done;
}

static gboolean
write_points (const PnyxStore *store, const PnyxStoreHead *head, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = pnyx_store_prepare (store, "INSERT INTO point VALUES (?, ?, ?, ?)", error);
  gboolean done = statement != NULL;

  for (guint point = 0; done && point < head->n_points; point++)
    for (guint axis = 0; done && axis < head->n_axes; axis++)
      {
        const gchar *text = head->values[(gsize)point * head->n_axes + axis];
        gchar buffer[PNYX_NUMBER_BUFFER];
        gdouble number;

        sqlite3_bind_int64 (statement, 1, point);
        pnyx_store_bind_text (statement, 2, head->axes[axis]);
        if (pnyx_number_parse (text, &number)
            && g_str_equal (pnyx_number_format (buffer, number), text))
          sqlite3_bind_double (statement, 3, number);
        else
          pnyx_store_bind_text (statement, 3, text);
        sqlite3_bind_int64 (statement, 4, axis);
        done = pnyx_store_insert (store, statement, error);
      }
  return done;
}

static gboolean
read_meta (PnyxStore *store, GError **error)
{
  GError *failure = NULL;
  g_autoptr (sqlite3_stmt) statement
      = pnyx_store_prepare (store, "SELECT key, value FROM meta", &failure);
  PnyxStoreHead *head = &store->head;

  while (statement != NULL && failure == NULL && pnyx_store_row (store, statement, &failure))
    {
      const gchar *key = (const gchar *)sqlite3_column_text (statement, 0);
      gint64 wide = sqlite3_column_int64 (statement, 1);
      guint number = (guint)wide;
      const gchar *text = (const gchar *)sqlite3_column_text (statement, 1);

      if (key == NULL)
        continue;
      if (g_str_equal (key, "command"))
        head->command = keep (store, text);
      else if (g_str_equal (key, "scenario"))
        head->scenario = keep (store, text);
      else if (g_str_equal (key, "points"))
        head->n_points = number;
      else if (g_str_equal (key, "shard"))
        head->shard = number;
      else if (g_str_equal (key, "shards"))
        head->n_shards = number;
      else if (g_str_equal (key, "axes"))
        head->n_axes = number;
      else
        continue;
      if (wide < 0 || wide > G_MAXUINT)
        pnyx_store_set_damaged (store, &failure);
    }
  if (failure == NULL
      && (head->command == NULL || head->scenario == NULL || head->n_points == 0 || head->shard == 0
          || head->shard > head->n_shards
          || head->n_axes > 1000
          /* Where nothing varies there is one point; rows of the others would tell of more. */
          || (head->n_axes == 0 && head->n_points != 1)))
    pnyx_store_set_damaged (store, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
read_points (PnyxStore *store, GError **error)
{
  GError *failure = NULL;
  g_autoptr (sqlite3_stmt) statement = NULL;
  PnyxStoreHead *head = &store->head;
  gsize n = (gsize)head->n_points * head->n_axes;
  const gchar **texts;
  gint64 n_rows;

  if (!read_number (store, "SELECT count (*) FROM point", &n_rows, error))
    return FALSE;
  if ((guint64)n_rows != n)
    {
      pnyx_store_set_damaged (store, error);
      return FALSE;
    }
  statement
      = pnyx_store_prepare (store, "SELECT point, position, axis, value FROM point", &failure);
  texts = g_new0 (const gchar *, n + head->n_axes + 1);
  store->tables = texts;
  head->axes = texts;
  head->values = texts + head->n_axes;
  while (statement != NULL && pnyx_store_row (store, statement, &failure))
    {
      gint64 point = sqlite3_column_int64 (statement, 0),
             axis = sqlite3_column_int64 (statement, 1);
      gchar buffer[PNYX_NUMBER_BUFFER];

      if (point < 0 || point >= head->n_points || axis < 0 || axis >= head->n_axes)
        continue;
      if (texts[axis] == NULL)
        texts[axis] = keep (store, (const gchar *)sqlite3_column_text (statement, 2));
      texts[head->n_axes + (gsize)point * head->n_axes + (gsize)axis]
          = keep (store, sqlite3_column_type (statement, 3) == SQLITE_FLOAT
                             ? pnyx_number_format (buffer, sqlite3_column_double (statement, 3))
                             : (const gchar *)sqlite3_column_text (statement, 3));
    }
  for (gsize i = 0; failure == NULL && i < n + head->n_axes; i++)
    if (texts[i] == NULL)
      {
        pnyx_store_set_damaged (store, &failure);
        break;
      }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

/* ---- Creating and opening ---- */

PnyxStore *
pnyx_store_create (const gchar *folder, const PnyxStoreHead *head, GError **error)
{
  g_autoptr (PnyxStore) store = store_new (folder);
  g_autofree gchar *marks = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d",
                                             APPLICATION_ID, FORMAT_VERSION);

  if (!take_lock (store, folder, error)
      || !connect (store, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error)
      || !pnyx_store_execute (store, WRITING, error) || !pnyx_store_begin (store, error)
      || !pnyx_store_end (
          store,
          pnyx_store_execute (store, schema, error) && pnyx_store_execute (store, marks, error)
              && write_meta (store, head, error) && write_points (store, head, error),
          error)
      || !read_meta (store, error) || !read_points (store, error))
    return NULL;
  return g_steal_pointer (&store);
}

/*
 * Whether there are the tables that pnyx makes and nothing else. A view or a virtual table in the
 * place of one would compute whatever its author likes, without end; a trigger may write as we do.
 */
static gboolean
check_schema (const PnyxStore *store, GError **error)
{
  GError *failure = NULL;
  g_autoptr (sqlite3_stmt) statement = pnyx_store_prepare (
      store,
      "SELECT sum (type = 'table' AND instr (?1, sql || ';') > 0), count (*) FROM sqlite_master",
      &failure);
  gboolean done = FALSE;

  if (statement != NULL)
    {
      gint n = 0;

      for (const gchar *p = schema; (p = strchr (p, ';')) != NULL; p++)
        n++;
      pnyx_store_bind_text (statement, 1, schema);
      done = pnyx_store_row (store, statement, &failure) && sqlite3_column_int (statement, 0) == n
             && sqlite3_column_int (statement, 1) == n;
    }
  if (failure != NULL)
    g_propagate_error (error, failure);
  else if (!done)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                 "%s: has other tables, views or triggers than pnyx makes (expected a results.db "
                 "as pnyx leaves it)",
                 store->path);
  return done;
}

/* Whether it is a store that this program can read. @empty: (out): it never got its head. */
static gboolean
judge (const PnyxStore *store, gboolean *empty, GError **error)
{
  gint64 application, version, tables;

  if (!read_number (store, "PRAGMA application_id", &application, error)
      || !read_number (store, "PRAGMA user_version", &version, error)
      || !read_number (store, "SELECT count (*) FROM sqlite_master", &tables, error))
    return FALSE;
  *empty = tables == 0 && application == 0;
  if (*empty)
    return TRUE;
  if (application != APPLICATION_ID)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                 "%s: is no store of pnyx (expected a results.db that pnyx wrote)", store->path);
  else if (version > FORMAT_VERSION)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "%s: was written by a newer pnyx, in format %" G_GINT64_FORMAT
                 " (expected at most %d)",
                 store->path, version, FORMAT_VERSION);
  return application == APPLICATION_ID && version <= FORMAT_VERSION && check_schema (store, error);
}

static gboolean
check_whole (const PnyxStore *store, GError **error)
{
  GError *failure = NULL;
  g_autoptr (sqlite3_stmt) statement
      = pnyx_store_prepare (store, "PRAGMA quick_check (1)", &failure);

  if (statement != NULL && pnyx_store_row (store, statement, &failure)
      && !g_str_equal ((const gchar *)sqlite3_column_text (statement, 0), "ok"))
    pnyx_store_set_damaged (store, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

/* A link, a pipe or a device is none. */
static gboolean
store_exists (const PnyxStore *store)
{
  GStatBuf status;

  return g_lstat (store->path, &status) == 0 && S_ISREG (status.st_mode) && status.st_size > 0;
}

PnyxStore *
pnyx_store_reopen (const gchar *folder, GError **error)
{
  g_autoptr (PnyxStore) store = store_new (folder);
  gboolean empty = FALSE;

  if (!store_exists (store))
    return NULL;
  if (!take_lock (store, folder, error) || !connect (store, SQLITE_OPEN_READWRITE, error)
      || !judge (store, &empty, error) || empty || !pnyx_store_execute (store, WRITING, error)
      || !check_whole (store, error) || !read_meta (store, error) || !read_points (store, error))
    return NULL;
  return g_steal_pointer (&store);
}

PnyxStore *
pnyx_store_open (const gchar *folder, GError **error)
{
  g_autoptr (PnyxStore) store = store_new (folder);
  gboolean empty = !store_exists (store);

  if (!empty && (!connect (store, SQLITE_OPEN_READONLY, error) || !judge (store, &empty, error)))
    return NULL;
  if (empty)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                   "%s: there are no results (expected a folder that run or sweep made)",
                   store->path);
      return NULL;
    }
  if (!read_meta (store, error) || !read_points (store, error))
    return NULL;
  return g_steal_pointer (&store);
}

/* ---- The rest ---- */

gboolean
pnyx_store_seal (PnyxStore *store, GError **error)
{
  int code;

  /* Who has it open for reading must not spoil the end of a sweep, nor delay it. */
  sqlite3_busy_timeout (store->db, SEAL_MILLISECONDS);
  code = sqlite3_exec (store->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
  sqlite3_busy_timeout (store->db, BUSY_MILLISECONDS);
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return pnyx_store_execute (store, "PRAGMA wal_checkpoint (PASSIVE)", error);
  return code == SQLITE_OK || pnyx_store_fail (store, "write", error);
}

gboolean
pnyx_store_take (PnyxStore *store, PnyxStore *from, GError **error)
{
  static const gchar copy[] = "BEGIN IMMEDIATE;"
                              "INSERT INTO run SELECT * FROM shard.run;"
                              "INSERT INTO scalar SELECT * FROM shard.scalar;"
                              "INSERT INTO series SELECT * FROM shard.series;"
                              "INSERT INTO histogram SELECT * FROM shard.histogram;"
                              "INSERT INTO batch SELECT * FROM shard.batch;"
                              "COMMIT";
  g_autoptr (sqlite3_stmt) attach = pnyx_store_prepare (store, "ATTACH ? AS shard", error);
  gboolean done;

  if (attach == NULL)
    return FALSE;
  pnyx_store_bind_text (attach, 1, from->path);
  if (!pnyx_store_insert (store, attach, error))
    return FALSE;
  done = pnyx_store_execute (store, copy, error);
  if (!done)
    sqlite3_exec (store->db, "ROLLBACK", NULL, NULL, NULL);
  sqlite3_exec (store->db, "DETACH shard", NULL, NULL, NULL);
  return done;
}

gboolean
pnyx_store_distribution_begin (PnyxStore *store, GError **error)
{
  if (!pnyx_store_begin (store, error))
    return FALSE;
  store->n_quantiles = 0;
  if (pnyx_store_execute (store, "DELETE FROM distribution", error))
    store->quantiles
        = pnyx_store_prepare (store, "INSERT INTO distribution VALUES (?, ?, ?, ?, ?)", error);
  return store->quantiles != NULL || pnyx_store_end (store, FALSE, NULL);
}

gboolean
pnyx_store_distribution_add (PnyxStore *store, const PnyxQuantile *row, GError **error)
{
  sqlite3_bind_int64 (store->quantiles, 1, row->point);
  pnyx_store_bind_text (store->quantiles, 2, row->scope);
  pnyx_store_bind_text (store->quantiles, 3, row->metric);
  sqlite3_bind_double (store->quantiles, 4, row->quantile);
  pnyx_store_bind_value (store->quantiles, 5, row->value);
  if (!pnyx_store_insert (store, store->quantiles, error))
    return FALSE;
  /* In parts, so that the log does not become as long as the table. */
  return ++store->n_quantiles % QUANTILES_AT_ONCE != 0
         || (pnyx_store_end (store, TRUE, error) && pnyx_store_begin (store, error));
}

gboolean
pnyx_store_distribution_end (PnyxStore *store, gboolean done, GError **error)
{
  g_clear_pointer (&store->quantiles, sqlite3_finalize);
  return pnyx_store_end (store, done, error);
}
