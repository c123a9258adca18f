/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/store.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/csv.h"
#include "support/scratch.h"

static const gchar *const axes[] = { "network/@nodes", "kind \"x\"" };
static const gchar *const values[]
    = { "100", "007", "0.1", "b, c", "1e-300", "", "-5", "\xc3\xa9" };

static const PnyxStoreHead head = { .command = "sweep",
                                    .scenario = "<x a=\"1\">\n</x>\n",
                                    .n_points = 4,
                                    .shard = 1,
                                    .n_shards = 1,
                                    .n_axes = 2,
                                    .axes = axes,
                                    .values = values };

static PnyxStore *
create (const gchar *folder)
{
  g_autoptr (GError) error = NULL;
  PnyxStore *store = pnyx_store_create (folder, &head, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

static PnyxRunResult *
run_new (guint point, guint replicate)
{
  PnyxRunResult *run = g_new0 (PnyxRunResult, 1);
  PnyxDistributionRow row = {
    .scope = "", .metric = "latency.x", .scale = 1e-9, .histogram = pnyx_histogram_new (NULL)
  };

  run->point = point;
  run->replicate = replicate;
  run->seed = 5;
  run->events = 1000 + point;
  run->digest = G_GUINT64_CONSTANT (0xf000000000000000) + replicate;
  run->output = pnyx_output_new ();
  pnyx_output_scalar (run->output, "", "b.second", "s", point + 0.1);
  pnyx_output_scalar (run->output, "", "a.first", "", replicate);
  pnyx_output_point (run->output, "", "s.one", 2, replicate);
  pnyx_output_point (run->output, "", "s.one", 1, 0.5);
  pnyx_histogram_add_many (row.histogram, 7 + point, 9);
  g_array_append_val (run->output->distributions, row);
  return run;
}

static void
add (PnyxStore *store, PnyxRunResult *run)
{
  const PnyxRunResult *const runs[] = { run };
  g_autoptr (GError) error = NULL;

  pnyx_store_add (store, runs, 1, &error);
  g_assert_no_error (error);
  pnyx_run_result_free (run);
}

static void
append_run (const PnyxRunResult *run, gpointer user)
{
  g_string_append_printf (
      user, "%u/%u%s%s %" G_GUINT64_FORMAT " %016" G_GINT64_MODIFIER "x %" G_GUINT64_FORMAT "; ",
      run->point, run->replicate, run->failed ? " failed: " : "", run->message ? run->message : "",
      run->events, run->digest, run->seed);
}

static gchar *
runs_of (PnyxStore *store)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  pnyx_store_runs (store, append_run, text, &error);
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

static void
count (const PnyxRunResult *run, gpointer user)
{
  (void)run;
  ++*(guint *)user;
}

static guint
n_runs (PnyxStore *store)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;

  pnyx_store_runs (store, count, &n, &error);
  g_assert_no_error (error);
  return n;
}

static PnyxStore *
reopen (const gchar *folder)
{
  g_autoptr (GError) error = NULL;
  PnyxStore *store = pnyx_store_reopen (folder, &error);

  g_assert_no_error (error);
  return store;
}

static void
execute (const gchar *folder, const gchar *sql)
{
  g_autofree gchar *path = g_build_filename (folder, "results.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

/* Both ways of opening fail with @code and "FOLDER/results.db: MESSAGE" (a pattern). */
static void
assert_refused (const gchar *folder, gint code, const gchar *message)
{
  g_autofree gchar *wanted = g_strdup_printf ("%s/results.db: %s", folder, message);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PnyxStore) store
          = i == 0 ? pnyx_store_reopen (folder, &error) : pnyx_store_open (folder, &error);

      g_assert_null (store);
      g_assert_error (error, PNYX_ERROR, code);
      if (!g_pattern_match_simple (wanted, error->message))
        g_error ("said: %s\nexpected: %s", error->message, wanted);
    }
}

/* ---- Round trips ---- */

static void
assert_head (const PnyxStore *store)
{
  const PnyxStoreHead *read = pnyx_store_head (store);

  g_assert_cmpstr (read->command, ==, head.command);
  g_assert_cmpstr (read->scenario, ==, head.scenario);
  g_assert_cmpuint (read->n_points, ==, 4);
  g_assert_cmpuint (read->shard, ==, 1);
  g_assert_cmpuint (read->n_shards, ==, 1);
  g_assert_cmpuint (read->n_axes, ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpstr (read->axes[i], ==, axes[i]);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpstr (read->values[i], ==, values[i]);
}

static void
test_the_head_comes_back_as_it_was (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) created = create (folder);
  g_autoptr (PnyxStore) opened = NULL;

  assert_head (created);
  opened = pnyx_store_open (folder, NULL);
  assert_head (opened);
  g_clear_pointer (&created, pnyx_store_free);
  created = reopen (folder);
  assert_head (created);
}

static void
test_runs_come_back_in_order (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = create (folder);
  PnyxRunResult *failed = run_new (1, 0), *big = run_new (3, 2);
  g_autofree gchar *before = NULL;
  g_autofree gchar *after = NULL;

  failed->failed = TRUE;
  failed->message = g_strdup ("it's \"over\"");
  big->seed = G_MAXUINT64 - 1;
  big->digest = 0;
  add (store, big);
  add (store, failed);
  add (store, run_new (0, 11));
  add (store, run_new (0, 2));
  before = runs_of (store);
  g_assert_cmpstr (before, ==,
                   "0/2 1000 f000000000000002 5; 0/11 1000 f00000000000000b 5; "
                   "1/0 failed: it's \"over\" 1001 f000000000000000 5; "
                   "3/2 1003 0000000000000000 18446744073709551614; ");
  g_clear_pointer (&store, pnyx_store_free);
  store = reopen (folder);
  after = runs_of (store);
  g_assert_cmpstr (before, ==, after);
}

static void
append_scalar (const PnyxScalar *row, guint position, gpointer user)
{
  (void)position;
  g_string_append_printf (user, "%s|%s|%s|%g; ", row->scope, row->metric, row->unit, row->value);
}

static void
append_point (guint point, guint replicate, const PnyxPoint *row, gpointer user)
{
  g_string_append_printf (user, "%u/%u %s|%s %g %g; ", point, replicate, row->scope, row->metric,
                          row->time, row->value);
}

static void
append_value (guint point, guint replicate, gdouble value, gpointer user)
{
  g_string_append_printf (user, "%u/%u %g; ", point, replicate, value);
}

static void
append_histogram (guint replicate, const PnyxHistogram *histogram, gdouble scale, gpointer user)
{
  g_string_append_printf (user, "%u %" G_GUINT64_FORMAT "x%g %g; ", replicate,
                          pnyx_histogram_count (histogram), pnyx_histogram_mean (histogram), scale);
}

/* Scalars keep the order of the output, equal times of a series theirs; what does not exist stays
 * so, and infinity is a number. */
static void
test_what_runs_say_comes_back (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = create (folder);
  PnyxRunResult *run = run_new (2, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  pnyx_output_scalar (run->output, "c", "none", "B", NAN);
  pnyx_output_scalar (run->output, "c", "all", "B", INFINITY);
  pnyx_output_scalar (run->output, "d", "all", "B", -INFINITY);
  pnyx_output_point (run->output, "", "s.one", 2, 77);
  pnyx_output_point (run->output, "", "s.one", 2, NAN);
  pnyx_output_point (run->output, "", "s.one", 2, -INFINITY);
  add (store, run);
  add (store, run_new (2, 0));
  pnyx_store_scalars (store, 2, 1, TRUE, append_scalar, text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==,
                   "|b.second|s|2.1; |a.first||1; c|none|B|nan; c|all|B|inf; d|all|B|-inf; ");
  g_string_truncate (text, 0);
  pnyx_store_scalars (store, 1, 1, TRUE, append_scalar, text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==, "");
  pnyx_store_series (store, append_point, text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==,
                   "2/0 |s.one 1 0.5; 2/0 |s.one 2 0; 2/1 |s.one 1 0.5; 2/1 |s.one 2 1; "
                   "2/1 |s.one 2 77; 2/1 |s.one 2 nan; 2/1 |s.one 2 -inf; ");
  g_string_truncate (text, 0);
  pnyx_store_metric (store, "", "b.second", append_value, text, &error);
  pnyx_store_metric (store, "c", "none", append_value, text, &error);
  pnyx_store_metric (store, "c", "a.first", append_value, text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==, "2/0 2.1; 2/1 2.1; 2/1 nan; ");
  g_string_truncate (text, 0);
  pnyx_store_histograms (store, 2, "", "latency.x", append_histogram, text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==, "0 9x9 1e-09; 1 9x9 1e-09; ");
}

static void
test_of_a_failed_run_nothing_but_the_failure_is_kept (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = create (folder);
  g_autoptr (GString) text = g_string_new (NULL);
  PnyxRunResult *run = run_new (0, 0);

  run->failed = TRUE;
  add (store, run);
  g_assert_true (pnyx_store_scalars (store, 0, 0, TRUE, append_scalar, text, NULL));
  g_assert_true (pnyx_store_series (store, append_point, text, NULL));
  g_assert_true (pnyx_store_histograms (store, 0, "", "latency.x", append_histogram, text, NULL));
  g_assert_cmpstr (text->str, ==, "");
  g_assert_cmpuint (n_runs (store), ==, 1);
}

/* ---- Transactions ---- */

static void
test_all_of_them_or_none_are_added (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = create (folder);
  g_autoptr (PnyxRunResult) a = run_new (0, 0);
  g_autoptr (PnyxRunResult) b = run_new (0, 1);
  const PnyxRunResult *const twice[] = { b, a };
  const PnyxRunResult *const once[] = { b };
  g_autoptr (GError) error = NULL;

  add (store, run_new (0, 0));
  g_assert_false (pnyx_store_add (store, twice, 2, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_cmpuint (n_runs (store), ==, 1);
  g_assert_true (pnyx_store_add (store, once, 1, NULL));
  g_assert_cmpuint (n_runs (store), ==, 2);
  g_assert_true (pnyx_store_add (store, once, 0, NULL));
}

/* As a program leaves it that is killed: what was added is there, without closing. */
static void
test_what_was_added_survives_a_copy_of_the_open_files (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (Scratch) copy = scratch_new ();
  g_autoptr (PnyxStore) store = create (folder);
  g_autoptr (PnyxStore) again = NULL;
  static const gchar *const names[] = { "results.db", "results.db-wal" };

  for (guint i = 0; i < 5; i++)
    add (store, run_new (0, i));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar *from = g_build_filename (folder, names[i], NULL);
      g_autofree gchar *to = g_build_filename (copy, names[i], NULL);
      g_autofree gchar *bytes = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (from, &bytes, &length, NULL));
      g_assert_true (g_file_set_contents (to, bytes, (gssize)length, NULL));
    }
  again = reopen (copy);
  g_assert_nonnull (again);
  g_assert_cmpuint (n_runs (again), ==, 5);
}

static void
test_sealed_it_is_one_file (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = create (folder);
  g_autofree gchar *log = g_build_filename (folder, "results.db-wal", NULL);

  add (store, run_new (0, 0));
  g_assert_true (g_file_test (log, G_FILE_TEST_EXISTS));
  g_assert_true (pnyx_store_seal (store, NULL));
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
  add (store, run_new (0, 1));
  g_clear_pointer (&store, pnyx_store_free);
  store = reopen (folder);
  g_assert_cmpuint (n_runs (store), ==, 2);
}

/* A reader that stays does not spoil the end of a sweep. */
static void
test_readers_hinder_nobody (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = create (folder);
  g_autoptr (PnyxStore) reader = NULL;
  g_autoptr (GError) error = NULL;
  gint64 begin;

  add (store, run_new (0, 0));
  reader = pnyx_store_open (folder, NULL);
  g_assert_cmpuint (n_runs (reader), ==, 1);
  add (store, run_new (0, 1));
  g_assert_cmpuint (n_runs (reader), ==, 2);
  begin = g_get_monotonic_time ();
  pnyx_store_seal (store, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 3 * G_USEC_PER_SEC);
  add (store, run_new (0, 2));
  g_assert_cmpuint (n_runs (reader), ==, 3);
}

/* ---- Joining ---- */

static void
test_shards_are_joined (void)
{
  g_autoptr (Scratch) a = scratch_new ();
  g_autoptr (Scratch) b = scratch_new ();
  g_autoptr (PnyxStore) store = create (a);
  g_autoptr (PnyxStore) from = create (b);
  g_autoptr (GError) error = NULL;

  add (store, run_new (0, 0));
  add (from, run_new (1, 0));
  add (from, run_new (3, 1));
  g_assert_true (pnyx_store_take (store, from, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_runs (store), ==, 3);
  /* What is there already is refused, and nothing of it added. */
  add (from, run_new (2, 0));
  g_assert_false (pnyx_store_take (store, from, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_cmpuint (n_runs (store), ==, 3);
}

static void
test_quantiles_are_replaced_together (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = create (folder);
  PnyxQuantile row = { .point = 1, .scope = "", .metric = "m", .quantile = 0.5, .value = NAN };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (pnyx_store_distribution_begin (store, &error));
      g_assert_true (pnyx_store_distribution_add (store, &row, &error));
      row.quantile += 0.1;
      g_assert_true (pnyx_store_distribution_add (store, &row, &error));
      g_assert_true (pnyx_store_distribution_end (store, TRUE, &error));
      add (store, run_new (0, i));
    }
  g_assert_true (pnyx_store_distribution_begin (store, NULL));
  g_assert_false (pnyx_store_distribution_end (store, FALSE, NULL));
  g_clear_pointer (&store, pnyx_store_free);
  {
    g_autofree gchar *path = g_build_filename (folder, "results.db", NULL);
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;

    sqlite3_open (path, &db);
    sqlite3_prepare_v2 (db, "SELECT count (*), count (value) FROM distribution", -1, &statement,
                        NULL);
    g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
    g_assert_cmpint (sqlite3_column_int (statement, 0), ==, 2);
    g_assert_cmpint (sqlite3_column_int (statement, 1), ==, 0);
    sqlite3_finalize (statement);
    sqlite3_close (db);
  }
}

/* ---- Locks ---- */

static void
test_one_program_writes_at_a_time (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = create (folder);
  g_autofree gchar *lock = g_build_filename (folder, "results.lock", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *message = g_strdup_printf (
      "%s: another program is writing these results (expected it to end first)", folder);
  int descriptor;

  g_assert_null (pnyx_store_reopen (folder, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT);
  g_assert_cmpstr (error->message, ==, message);
  g_clear_pointer (&store, pnyx_store_free);
  store = reopen (folder);
  g_assert_nonnull (store);
  g_clear_pointer (&store, pnyx_store_free);
  g_clear_error (&error);
  descriptor = open (lock, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (flock (descriptor, LOCK_EX | LOCK_NB), ==, 0);
  g_assert_null (pnyx_store_reopen (folder, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT);
  store = pnyx_store_open (folder, NULL); /* reading is free */
  g_assert_nonnull (store);
  close (descriptor);
}

/* Another program, not pnyx, that writes into it: said after a while, nothing added, then it goes
 * on. */
static void
test_a_foreign_write_lock_is_told (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = create (folder);
  g_autoptr (PnyxRunResult) run = run_new (0, 0);
  const PnyxRunResult *const runs[] = { run };
  g_autofree gchar *path = g_build_filename (folder, "results.db", NULL);
  g_autofree gchar *message = g_strdup_printf (
      "%s: is locked by another program (expected no other that writes it)", path);
  g_autoptr (GError) error = NULL;
  sqlite3 *other = NULL;

  g_assert_cmpint (sqlite3_open (path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_false (pnyx_store_add (store, runs, 1, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT);
  g_assert_cmpstr (error->message, ==, message);
  sqlite3_exec (other, "ROLLBACK", NULL, NULL, NULL);
  sqlite3_close (other);
  g_assert_true (pnyx_store_add (store, runs, 1, NULL));
  g_assert_cmpuint (n_runs (store), ==, 1);
}

/* ---- What is none, or damaged ---- */

static void
test_where_there_is_none (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_store_reopen (folder, &error));
  g_assert_no_error (error);
  g_assert_null (pnyx_store_open (folder, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
  g_clear_error (&error);
  g_free (scratch_write (folder, "results.db", ""));
  g_assert_null (pnyx_store_reopen (folder, &error));
  g_assert_no_error (error);
  /* Begun, and killed before the head was there. */
  execute (folder, "PRAGMA journal_mode = WAL");
  g_assert_null (pnyx_store_reopen (folder, &error));
  g_assert_no_error (error);
  g_assert_null (pnyx_store_open (folder, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
}

static void
test_other_databases_are_refused (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (Scratch) newer = scratch_new ();

  execute (folder, "CREATE TABLE mine (x)");
  assert_refused (folder, PNYX_ERROR_SYNTAX,
                  "is no store of pnyx (expected a results.db that pnyx wrote)");
  pnyx_store_free (create (newer));
  execute (newer, "PRAGMA user_version = 2");
  assert_refused (newer, PNYX_ERROR_CONFLICT,
                  "was written by a newer pnyx, in format 2 (expected at most 1)");
}

static void
test_garbage_is_damaged (void)
{
  g_autoptr (Scratch) folder = scratch_new ();

  g_free (scratch_write (folder, "results.db", "this is no database, but long enough to be read"));
  assert_refused (folder, PNYX_ERROR_SYNTAX,
                  "is damaged (expected a results.db as pnyx leaves it)");
}

static void
test_heads_that_cannot_be_are_damaged (void)
{
  static const gchar *const harms[] = {
    "UPDATE meta SET value = 0 WHERE key = 'points'",
    "UPDATE meta SET value = 4000000000 WHERE key = 'points'",
    "UPDATE meta SET value = 4294967300 WHERE key = 'points'", /* 4 in 32 bits */
    "UPDATE meta SET value = -4294967295 WHERE key = 'shard'", /* 1 */
    "UPDATE meta SET value = 5 WHERE key = 'points'",
    "UPDATE meta SET value = 3 WHERE key = 'points'",
    "UPDATE meta SET value = 0 WHERE key = 'shard'",
    "UPDATE meta SET value = 2 WHERE key = 'shard'",
    "UPDATE meta SET value = 1000 WHERE key = 'axes'",
    "UPDATE meta SET value = 0 WHERE key = 'axes'",
    "DELETE FROM point; UPDATE meta SET value = 0 WHERE key = 'axes'",
    "DELETE FROM meta WHERE key = 'scenario'",
    "DELETE FROM meta WHERE key = 'command'",
    "DELETE FROM point WHERE point = 2 AND position = 1",
    "UPDATE point SET position = 7 WHERE point = 2 AND position = 1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (harms); i++)
    {
      g_autoptr (Scratch) folder = scratch_new ();

      pnyx_store_free (create (folder));
      execute (folder, harms[i]);
      assert_refused (folder, PNYX_ERROR_SYNTAX,
                      "is damaged (expected a results.db as pnyx leaves it)");
    }
}

/* Made by a stranger: what computes in the place of what is stored. */
static void
test_schemas_made_by_hand_are_refused (void)
{
  static const gchar *const harms[] = {
    "CREATE VIEW mine AS SELECT 1",
    "CREATE TRIGGER mine AFTER INSERT ON run BEGIN DELETE FROM scalar; END",
    "CREATE INDEX mine ON run (status)",
    "CREATE TABLE mine (x)",
    "DROP TABLE point; CREATE VIEW point AS WITH RECURSIVE r (point, axis, value, position) AS "
    "(SELECT 0, 'a', 1, 0 UNION ALL SELECT point + 1, 'a', 1, 0 FROM r) SELECT * FROM r",
    "DROP TABLE meta; CREATE TABLE meta (key TEXT PRIMARY KEY, value AS (zeroblob (500000000)))",
    "DROP TABLE batch",
    "ALTER TABLE run ADD COLUMN x",
    "ALTER TABLE scalar RENAME TO old; CREATE VIEW scalar AS WITH RECURSIVE n (i) AS "
    "(SELECT 0 UNION ALL SELECT i + 1 FROM n) SELECT 0 AS point, 0 AS replicate, '' AS scope, "
    "'m' AS metric, '' AS unit, i AS value, i AS position FROM n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (harms); i++)
    {
      g_autoptr (Scratch) folder = scratch_new ();

      pnyx_store_free (create (folder));
      execute (folder, harms[i]);
      assert_refused (folder, PNYX_ERROR_SYNTAX,
                      "has other tables, views or triggers than pnyx makes (expected a results.db "
                      "as pnyx leaves it)");
    }
}

static void
test_huge_fields_are_damaged (void)
{
  g_autoptr (Scratch) folder = scratch_new ();

  pnyx_store_free (create (folder));
  execute (folder, "UPDATE meta SET value = zeroblob (17000000) WHERE key = 'command'");
  assert_refused (folder, PNYX_ERROR_SYNTAX,
                  "is damaged (expected a results.db as pnyx leaves it)");
}

/* Neither the store nor its lock is written, or made, through a link. */
static void
test_links_are_not_followed (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (Scratch) other = scratch_new ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *store = g_build_filename (folder, "results.db", NULL);
  g_autofree gchar *lock = g_build_filename (folder, "results.lock", NULL);
  g_autofree gchar *theirs = g_build_filename (other, "results.db", NULL);
  g_autofree gchar *new = g_build_filename (other, "new", NULL);

  pnyx_store_free (create (other));
  g_assert_cmpint (symlink (theirs, store), ==, 0);
  g_assert_null (pnyx_store_open (folder, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_cmpint (g_unlink (store), ==, 0);
  pnyx_store_free (create (folder));
  g_assert_cmpint (g_unlink (lock), ==, 0);
  g_assert_cmpint (symlink (new, lock), ==, 0);
  g_assert_null (pnyx_store_reopen (folder, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_false (g_file_test (new, G_FILE_TEST_EXISTS));
}

/* SQLite would wait for a pipe in the place of its journal, and write through a link. */
static void
test_logs_that_are_no_files_are_refused (void)
{
  static const gchar *const suffixes[] = { "journal", "wal", "shm" };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (suffixes); i++)
    {
      g_autoptr (Scratch) folder = scratch_new ();
      g_autoptr (Scratch) fresh = scratch_new ();
      g_autoptr (GError) error = NULL;
      g_autofree gchar *new = g_build_filename (fresh, "new", NULL);
      g_autofree gchar *log = g_strdup_printf ("%s/results.db-%s", folder, suffixes[i / 2]);
      g_autofree gchar *wanted
          = g_strdup_printf ("%s: is no regular file (expected one, or none)", log);

      pnyx_store_free (create (folder));
      g_unlink (log);
      g_assert_cmpint (i % 2 == 0 ? symlink (new, log) : mkfifo (log, 0600), ==, 0);
      g_assert_null (pnyx_store_reopen (folder, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_FORBIDDEN);
      g_assert_cmpstr (error->message, ==, wanted);
      g_clear_error (&error);
      g_assert_null (pnyx_store_open (folder, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_FORBIDDEN);
      g_assert_false (g_file_test (new, G_FILE_TEST_EXISTS));
    }
}

/* Nor is one made where a link leads to. */
static void
test_a_store_is_not_made_through_a_link (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (Scratch) other = scratch_new ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (folder, "results.db", NULL);
  g_autofree gchar *new = g_build_filename (other, "new", NULL);

  g_assert_cmpint (symlink (new, path), ==, 0);
  g_assert_null (pnyx_store_create (folder, &head, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_FORBIDDEN);
  g_assert_false (g_file_test (new, G_FILE_TEST_EXISTS));
}

static void
see_metric (guint point, guint replicate, gdouble value, gpointer user)
{
  (void)replicate;
  (void)value;
  (void)user;
  g_assert_cmpuint (point, <, head.n_points);
}

static void
see_series (guint point, guint replicate, const PnyxPoint *row, gpointer user)
{
  see_metric (point, replicate, row->value, user);
}

static void
see_batch (guint point, guint replicate, const PnyxBatchRow *row, gpointer user)
{
  see_metric (point, replicate, row->scalar.value, user);
}

static void
see_distribution (guint point, guint replicate, const PnyxDistributionRow *row, gpointer user)
{
  see_metric (point, replicate, row->scale, user);
}

static void
assert_damaged (gboolean done, GError **error)
{
  g_assert_false (done);
  g_assert_error (*error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
  g_clear_error (error);
}

static void
test_output_of_points_that_are_not_there_is_damaged (void)
{
  static const gchar *const cells[] = { "4, 0", "-1, 0", "4294967296, 0", "0, -1" };

  for (gsize i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      g_autoptr (Scratch) folder = scratch_new ();
      g_autoptr (PnyxStore) store = create (folder);
      g_autofree gchar *harm
          = g_strdup_printf ("INSERT INTO run VALUES (%s, 'done', NULL, 1, 'f', '5');"
                             "INSERT INTO scalar VALUES (%s, '', 'm', 's', 1, 0);"
                             "INSERT INTO series VALUES (%s, '', 'm', 1, 1, 0);"
                             "INSERT INTO batch VALUES (%s, '', 'm', 0, 's', 1);"
                             "INSERT INTO histogram SELECT %s, '', 'm', 1, bins FROM histogram",
                             cells[i], cells[i], cells[i], cells[i], cells[i]);
      GError *error = NULL;

      add (store, run_new (0, 0));
      execute (folder, harm);
      assert_damaged (pnyx_store_metric (store, "", "m", see_metric, NULL, &error), &error);
      assert_damaged (pnyx_store_series (store, see_series, NULL, &error), &error);
      assert_damaged (pnyx_store_batches (store, see_batch, NULL, &error), &error);
      assert_damaged (pnyx_store_distributions (store, see_distribution, NULL, &error), &error);
    }
}

static void
test_runs_of_points_that_are_not_there_are_damaged (void)
{
  static const gchar *const harms[]
      = { "UPDATE run SET point = 4", "UPDATE run SET point = -1", "UPDATE run SET replicate = -1",
          "UPDATE run SET replicate = 5000000000" };

  for (gsize i = 0; i < G_N_ELEMENTS (harms); i++)
    {
      g_autoptr (Scratch) folder = scratch_new ();
      g_autoptr (PnyxStore) store = create (folder);
      g_autoptr (GError) error = NULL;
      guint n = 0;

      add (store, run_new (0, 0));
      execute (folder, harms[i]);
      g_assert_false (pnyx_store_runs (store, count, &n, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
      g_assert_cmpuint (n, ==, 0);
    }
}

static void
test_a_histogram_that_is_none_is_damaged (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (PnyxStore) store = create (folder);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  add (store, run_new (0, 0));
  execute (folder, "UPDATE histogram SET bins = NULL");
  g_assert_false (
      pnyx_store_histograms (store, 0, "", "latency.x", append_histogram, text, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
}

/* A file of a few pages more than the head, with something in each table. */
static gchar *
whole_file (const gchar *folder, gsize *length)
{
  g_autoptr (PnyxStore) store = create (folder);
  g_autofree gchar *path = g_build_filename (folder, "results.db", NULL);
  gchar *bytes = NULL;

  for (guint i = 0; i < 12; i++)
    add (store, run_new (i % 4, i / 4));
  g_assert_true (pnyx_csv_write (folder, store, NULL));
  g_assert_true (pnyx_store_seal (store, NULL));
  g_assert_true (g_file_get_contents (path, &bytes, length, NULL));
  return bytes;
}

/* Opens what is there and does all that is done with a store: it may be refused, in one line, but
 * not end the program. Returns: whether it was refused. */
static gboolean
use (const gchar *folder, const gchar *csv, const gchar *bytes, gsize length)
{
  g_autofree gchar *path = g_build_filename (folder, "results.db", NULL);
  g_autoptr (PnyxStore) store = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, bytes, (gssize)length, NULL));
  store = pnyx_store_reopen (folder, &error);
  if (store != NULL)
    pnyx_csv_write (csv, store, &error);
  if (error != NULL)
    g_assert_true (error->domain == PNYX_ERROR && strchr (error->message, '\n') == NULL);
  return store == NULL || error != NULL;
}

static void
test_a_file_cut_short_is_damaged (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (Scratch) csv = scratch_new ();
  gsize length;
  g_autofree gchar *bytes = whole_file (folder, &length);

  g_assert_false (use (folder, csv, bytes, length));
  for (gsize n = 1; n < length; n += 1021)
    g_assert_true (use (folder, csv, bytes, n));
}

static void
test_flipped_bytes_do_no_harm (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (Scratch) csv = scratch_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  gsize length;
  g_autofree gchar *bytes = whole_file (folder, &length);
  guint refused = 0;

  for (guint i = 0; i < 120; i++)
    {
      g_autofree gchar *changed = g_memdup2 (bytes, length);

      for (guint k = 0; k < 1 + i % 4; k++)
        {
          gsize at = (gsize)g_rand_int_range (random, 0, (gint)length);

          /* Free space is never looked at: the next byte that says something. */
          while (changed[at] == 0 && ++at < length)
            ;
          if (at < length)
            changed[at] ^= (gchar)(1 << g_rand_int_range (random, 0, 7));
        }
      refused += use (folder, csv, changed, length) ? 1 : 0;
    }
  g_assert_cmpuint (refused, >, 12);
}

/* ---- Where it cannot be written ---- */

static void
test_where_it_cannot_be_made (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_store_create ("/proc/nowhere", &head, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_true (g_str_has_prefix (error->message, "/proc/nowhere/"));
}

/* What was added before the disk was full is there, and goes on when there is room again. */
static void
test_a_full_disk_loses_nothing (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *filler = g_build_filename (folder, "filler", NULL);
  g_autoptr (PnyxStore) store = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done = TRUE;
  guint n = 0;

  if (mount ("none", folder, "tmpfs", 0, "size=512k") != 0)
    {
      g_test_skip ("this user may not mount a small disk");
      return;
    }
  g_assert_true (g_file_set_contents (filler, "x", 1, NULL));
  g_assert_cmpint (truncate (filler, 0), ==, 0);
  store = create (folder);
  {
    int descriptor = open (filler, O_RDWR | O_CLOEXEC);

    g_assert_cmpint (posix_fallocate (descriptor, 0, 200 << 10), ==, 0);
    close (descriptor);
  }
  while (done && n < 10000)
    {
      g_autoptr (PnyxRunResult) run = run_new (0, n);
      const PnyxRunResult *const runs[] = { run };

      done = pnyx_store_add (store, runs, 1, &error);
      n += done ? 1 : 0;
    }
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "results.db: cannot write: No space left on device"));
  g_assert_cmpuint (n, >, 0);
  g_clear_pointer (&store, pnyx_store_free);
  store = pnyx_store_open (folder, NULL); /* as it is */
  g_assert_nonnull (store);
  g_assert_cmpuint (n_runs (store), ==, n);
  g_clear_pointer (&store, pnyx_store_free);
  g_assert_cmpint (g_unlink (filler), ==, 0);
  store = reopen (folder);
  g_assert_cmpuint (n_runs (store), ==, n);
  add (store, run_new (0, n));
  g_assert_true (pnyx_store_seal (store, NULL));
  g_assert_cmpuint (n_runs (store), ==, n + 1);
  g_clear_pointer (&store, pnyx_store_free);
  g_assert_cmpint (umount (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/results/store/" path, function)
  ADD ("the-head-comes-back-as-it-was", test_the_head_comes_back_as_it_was);
  ADD ("runs-come-back-in-order", test_runs_come_back_in_order);
  ADD ("what-runs-say-comes-back", test_what_runs_say_comes_back);
  ADD ("of-a-failed-run-nothing-but-the-failure-is-kept",
       test_of_a_failed_run_nothing_but_the_failure_is_kept);
  ADD ("all-of-them-or-none-are-added", test_all_of_them_or_none_are_added);
  ADD ("what-was-added-survives-a-copy-of-the-open-files",
       test_what_was_added_survives_a_copy_of_the_open_files);
  ADD ("sealed-it-is-one-file", test_sealed_it_is_one_file);
  ADD ("readers-hinder-nobody", test_readers_hinder_nobody);
  ADD ("shards-are-joined", test_shards_are_joined);
  ADD ("quantiles-are-replaced-together", test_quantiles_are_replaced_together);
  ADD ("one-program-writes-at-a-time", test_one_program_writes_at_a_time);
  ADD ("a-foreign-write-lock-is-told", test_a_foreign_write_lock_is_told);
  ADD ("where-there-is-none", test_where_there_is_none);
  ADD ("other-databases-are-refused", test_other_databases_are_refused);
  ADD ("garbage-is-damaged", test_garbage_is_damaged);
  ADD ("heads-that-cannot-be-are-damaged", test_heads_that_cannot_be_are_damaged);
  ADD ("schemas-made-by-hand-are-refused", test_schemas_made_by_hand_are_refused);
  ADD ("huge-fields-are-damaged", test_huge_fields_are_damaged);
  ADD ("links-are-not-followed", test_links_are_not_followed);
  ADD ("logs-that-are-no-files-are-refused", test_logs_that_are_no_files_are_refused);
  ADD ("a-store-is-not-made-through-a-link", test_a_store_is_not_made_through_a_link);
  ADD ("output-of-points-that-are-not-there-is-damaged",
       test_output_of_points_that_are_not_there_is_damaged);
  ADD ("runs-of-points-that-are-not-there-are-damaged",
       test_runs_of_points_that_are_not_there_are_damaged);
  ADD ("a-histogram-that-is-none-is-damaged", test_a_histogram_that_is_none_is_damaged);
  ADD ("a-file-cut-short-is-damaged", test_a_file_cut_short_is_damaged);
  ADD ("flipped-bytes-do-no-harm", test_flipped_bytes_do_no_harm);
  ADD ("where-it-cannot-be-made", test_where_it_cannot_be_made);
  ADD ("a-full-disk-loses-nothing", test_a_full_disk_loses_nothing);
  return g_test_run ();
}
