/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * slow-test. A sweep that is killed with SIGKILL at ten moments and resumed each time ends with the
 * bytes of one that was left alone: every CSV file, and every row of every table. A store that
 * forgets a run, or keeps half of one, has to be noticed: so a row is taken away once.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "support/scratch.h"

#define KILLS 10
#define SHARE 8 /* the longest wait for a kill: one part in so many of what the whole takes */

static const gchar scenario[]
    = "<scenario xmlns='urn:pnyx:scenario:1' name='resume' seed='7'>"
      "<run duration='2 epoch' warmup='1 epoch' replicates='2'/>"
      "<network nodes='30'><topology kind='random-regular' degree='6'/></network>"
      "<chain kind='gasper'><validators count='256'><offline share='0'/></validators></chain>"
      "<sweep><axis path='offline/@share' name='offline' from='0' to='0.3' steps='7'/>"
      "<axis path='gasper/@rules' name='rules' values='electra, capella'/>"
      "<axis path='topology/@degree' name='degree' values='4, 8'/>"
      "%s</sweep></scenario>";

/* Starts a sweep of @path into @out. */
static pid_t
start (const gchar *path, const gchar *out)
{
  const gchar *program = g_getenv ("PNYX");
  pid_t process = fork ();

  g_assert_nonnull (program);
  if (process == 0)
    {
      execl (program, program, "sweep", path, "--resume", "--quiet", "--no-plot", "--out", out,
             NULL);
      _exit (127);
    }
  g_assert_cmpint (process, >, 0);
  return process;
}

static void
run_to_the_end (const gchar *path, const gchar *out)
{
  int status = 0;

  g_assert_cmpint (waitpid (start (path, out), &status, 0), >, 0);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

/* Kills a sweep after @microseconds. Returns: whether it was still running. */
static gboolean
kill_after (const gchar *path, const gchar *out, gulong microseconds)
{
  pid_t process = start (path, out);
  int status = 0;

  g_usleep (microseconds);
  kill (process, SIGKILL);
  g_assert_cmpint (waitpid (process, &status, 0), ==, process);
  return WIFSIGNALED (status);
}

/* All rows of all tables, in the order of their keys. */
static gchar *
rows_of (const gchar *folder)
{
  static const gchar *const tables[]
      = { "meta", "point", "run", "scalar", "series", "histogram", "distribution" };
  g_autofree gchar *path = g_build_filename (folder, "results.db", NULL);
  GString *text = g_string_new (NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree gchar *sql = g_strdup_printf ("SELECT * FROM %s", tables[i]);
      sqlite3_stmt *statement = NULL;
      gsize n = 0;

      g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
      for (; sqlite3_step (statement) == SQLITE_ROW; n++)
        for (int k = 0; k < sqlite3_column_count (statement); k++)
          {
            const guint8 *bytes = sqlite3_column_blob (statement, k);
            int length = sqlite3_column_bytes (statement, k);

            g_string_append_printf (text, "|%d:", sqlite3_column_type (statement, k));
            for (int b = 0; b < length; b++)
              g_string_append_printf (text, "%02x", bytes[b]);
          }
      g_string_append_printf (text, "\n%s: %" G_GSIZE_FORMAT " rows\n", tables[i], n);
      g_assert_cmpuint (n, >, 0);
      sqlite3_finalize (statement);
    }
  sqlite3_close (db);
  return g_string_free (text, FALSE);
}

static void
assert_same (const gchar *a, const gchar *b)
{
  static const gchar *const files[] = { "runs.csv",
                                        "summary.csv",
                                        "scenario.xml",
                                        "series/finality.slots.csv",
                                        "series/stake.lorenz.csv",
                                        "distributions/latency.propagation.csv",
                                        "distributions/latency.finality.csv" };
  g_autofree gchar *rows_a = rows_of (a);
  g_autofree gchar *rows_b = rows_of (b);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree gchar *text_a = scratch_read (a, files[i]);
      g_autofree gchar *text_b = scratch_read (b, files[i]);

      if (strcmp (text_a, text_b) != 0)
        g_error ("%s differs", files[i]);
    }
  if (strcmp (rows_a, rows_b) != 0)
    g_error ("rows of results.db differ");
}

/* How long an untouched run takes decides the moments: half of the kills together wait no longer
 * than that, however fast the machine is. */
static void
check (const gchar *precision, guint32 purpose)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *text = g_strdup_printf (scenario, precision);
  g_autofree gchar *path = scratch_write (scratch, "resume.xml", text);
  g_autofree gchar *whole = g_build_filename (scratch, "whole", NULL);
  g_autofree gchar *killed = g_build_filename (scratch, "killed", NULL);
  gint64 took = g_get_monotonic_time ();
  PnyxRng rng;
  guint hit = 0;

  pnyx_rng_init (&rng, purpose, 0, 0, "test-resume", "moments");
  run_to_the_end (path, whole);
  took = g_get_monotonic_time () - took;
  for (guint i = 0; i < KILLS; i++)
    {
      guint32 longest = (guint32)CLAMP (took / SHARE, 1, G_MAXUINT32);

      hit += kill_after (path, killed, pnyx_rng_below (&rng, 0, i, longest)) ? 1 : 0;
    }
  g_test_message ("%u of %u kills met a running sweep", hit, KILLS);
  g_assert_cmpuint (hit, >=, 3);
  run_to_the_end (path, killed);
  assert_same (whole, killed);
}

static void
test_ten_kills_change_no_byte (void)
{
  check ("", 1);
}

static void
test_nor_where_replicates_go_on_until_a_mean_is_precise (void)
{
  check ("<precision metric='blocks.missed_rate' half-width='0.04' replicates-max='15'/>", 2);
}

/* The comparison itself: a run that is missing from the store is run again, one that was changed is
 * not, and shows. */
static void
test_a_changed_row_shows (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *text = g_strdup_printf (scenario, "");
  g_autofree gchar *path = scratch_write (scratch, "resume.xml", text);
  g_autofree gchar *whole = g_build_filename (scratch, "whole", NULL);
  g_autofree gchar *changed = g_build_filename (scratch, "changed", NULL);
  g_autofree gchar *file = g_build_filename (changed, "results.db", NULL);
  g_autofree gchar *before = NULL;
  g_autofree gchar *after = NULL;
  sqlite3 *db = NULL;

  run_to_the_end (path, whole);
  run_to_the_end (path, changed);
  g_assert_cmpint (sqlite3_open_v2 (file, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "DELETE FROM run WHERE point = 3 AND replicate = 1;"
                                 "DELETE FROM scalar WHERE point = 3 AND replicate = 1;"
                                 "DELETE FROM series WHERE point = 3 AND replicate = 1;"
                                 "DELETE FROM histogram WHERE point = 3 AND replicate = 1;",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (db);
  run_to_the_end (path, changed);
  assert_same (whole, changed);
  g_assert_cmpint (sqlite3_open_v2 (file, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "UPDATE scalar SET value = value + 1 WHERE point = 3 "
                                 "AND replicate = 1 AND metric = 'blocks.canonical'",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (db);
  run_to_the_end (path, changed);
  before = rows_of (whole);
  after = rows_of (changed);
  g_assert_cmpint (strcmp (before, after), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/property/resume/ten-kills-change-no-byte", test_ten_kills_change_no_byte);
  g_test_add_func ("/property/resume/nor-where-replicates-go-on-until-a-mean-is-precise",
                   test_nor_where_replicates_go_on_until_a_mean_is_precise);
  g_test_add_func ("/property/resume/a-changed-row-shows", test_a_changed_row_shows);
  return g_test_run ();
}
