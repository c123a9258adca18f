/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/experiment.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "support/scratch.h"
#include "support/test_world.h"

#define REST                                                                                       \
  "<network nodes='12'><topology kind='random-regular' degree='4'/></network>"                     \
  "<chain kind='nakamoto'><workload/><nakamoto miners='5' interval='exponential(30 s)'/></chain>"

#define SWEEP                                                                                      \
  "<run duration='20 block' replicates='3'/>"                                                      \
  "<sweep><axis path='nakamoto/@miners' name='miners' values='2, 5, 9, 12, 3'/></sweep>" REST

/* Until a mean is known: unequally many replicates at each point. */
#define PRECISE                                                                                    \
  "<run duration='20 block'/>"                                                                     \
  "<sweep><axis path='nakamoto/@miners' name='miners' values='2, 5'/>"                             \
  "<precision metric='blocks.orphan_rate' half-width='0.01' replicates-max='30'/></sweep>" REST

typedef struct
{
  guint stop_after, n;
  guint asked;
} Session;

static void
on_progress (gpointer self, guint64 done, guint64 total, const PnyxRunResult *result)
{
  (void)done;
  (void)total;
  (void)result;
  g_atomic_int_inc ((gint *)&((Session *)self)->n);
}

/* Asked before each run: with one thread exactly @stop_after are made. */
static gboolean
is_cancelled (gpointer self)
{
  Session *session = self;

  return (guint)g_atomic_int_add ((gint *)&session->asked, 1) >= session->stop_after;
}

static gchar *
file_in (const gchar *folder, const gchar *name)
{
  return g_build_filename (folder, name, NULL);
}

/* Begins, makes up to @stop_after runs more, ends. Returns: how many runs it made. */
static guint
work (const PnyxSweep *sweep, PnyxExperimentOptions options, guint stop_after,
      PnyxExperimentEnd *end)
{
  Session session = { stop_after, 0, 0 };
  PnyxExperimentEnd ignored;
  GError *error = NULL;
  g_autoptr (PnyxExperiment) experiment = pnyx_experiment_begin (sweep, "sweep", &options, &error);

  g_assert_no_error (error);
  pnyx_experiment_run (experiment, on_progress, is_cancelled, &session, &error);
  g_assert_no_error (error);
  pnyx_experiment_end (experiment, end ? end : &ignored, &error);
  g_assert_no_error (error);
  return session.n;
}

/* All of @sweep into @folder. */
static void
run_all (const PnyxSweep *sweep, const gchar *folder)
{
  PnyxExperimentEnd end;

  work (sweep, (PnyxExperimentOptions){ .out = folder, .threads = 2 }, G_MAXUINT, &end);
  g_assert_cmpint (end.status, ==, PNYX_STATUS_FINISHED);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

static void
append_csv (GString *bytes, const gchar *folder)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GDir *dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_dir_close (dir);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree gchar *path = file_in (folder, names->pdata[i]);
      g_autofree gchar *text = NULL;

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        append_csv (bytes, path);
      else if (g_str_has_suffix (path, ".csv") || (g_str_has_suffix (path, "scenario.xml")))
        {
          g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
          g_string_append_printf (bytes, "%s:%s", (const gchar *)names->pdata[i], text);
        }
    }
}

/* The CSV files and the scenario of @folder, and what its store says of each run. */
static void
append_run (const PnyxRunResult *run, gpointer user)
{
  g_string_append_printf (user, "%u %u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %s\n",
                          run->point, run->replicate, run->events, run->digest,
                          run->message ? run->message : "");
}

static gchar *
bytes_of (const gchar *folder)
{
  GString *bytes = g_string_new (NULL);
  g_autoptr (PnyxStore) store = pnyx_store_open (folder, NULL);

  g_assert_nonnull (store);
  g_assert_true (pnyx_store_runs (store, append_run, bytes, NULL));
  g_string_append (bytes, pnyx_store_head (store)->scenario);
  append_csv (bytes, folder);
  g_assert_nonnull (strstr (bytes->str, "runs.csv:"));
  g_assert_nonnull (strstr (bytes->str, "scenario.xml:"));
  return g_string_free (bytes, FALSE);
}

static void
assert_same (const gchar *a, const gchar *b)
{
  g_autofree gchar *left = bytes_of (a);
  g_autofree gchar *right = bytes_of (b);

  g_assert_true (strcmp (left, right) == 0);
}

/* pnyx_experiment_begin refuses with "FOLDER: MESSAGE", a pattern. */
static void
assert_refused (const PnyxSweep *sweep, const gchar *command, PnyxExperimentOptions options,
                gint code, const gchar *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxExperiment) experiment = pnyx_experiment_begin (sweep, command, &options, &error);
  g_autofree gchar *wanted = g_strdup_printf ("%s: %s", options.out, message);

  g_assert_null (experiment);
  if (!g_pattern_match_simple (wanted, error->message))
    g_error ("said: %s\nexpected: %s", error->message, wanted);
  g_assert_error (error, PNYX_ERROR, code);
}

/* ---- The same whatever happens ---- */

static void
test_threads_change_nothing (void)
{
  static const gchar *const bodies[] = { SWEEP, PRECISE };
  static const guint threads[] = { 2, 3, 8 };

  for (gsize k = 0; k < G_N_ELEMENTS (bodies); k++)
    {
      g_autoptr (PnyxSweep) sweep = test_sweep (bodies[k], TRUE);
      g_autoptr (Scratch) one = scratch_new ();
      PnyxExperimentEnd end;

      work (sweep, (PnyxExperimentOptions){ .out = one, .threads = 1 }, G_MAXUINT, &end);
      g_assert_cmpint (end.status, ==, PNYX_STATUS_FINISHED);
      g_assert_cmpuint (end.missing, ==, 0);
      if (k == 0)
        g_assert_cmpuint (end.runs, ==, 15);
      for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
        {
          g_autoptr (Scratch) many = scratch_new ();

          work (sweep, (PnyxExperimentOptions){ .out = many, .threads = threads[i] }, G_MAXUINT,
                NULL);
          assert_same (one, many);
        }
    }
}

static void
test_interrupted_and_resumed_it_is_the_same (void)
{
  static const gchar *const bodies[] = { SWEEP, PRECISE };

  for (gsize k = 0; k < G_N_ELEMENTS (bodies); k++)
    {
      g_autoptr (PnyxSweep) sweep = test_sweep (bodies[k], TRUE);
      g_autoptr (Scratch) whole = scratch_new ();
      g_autoptr (Scratch) parts = scratch_new ();
      PnyxExperimentEnd end = { 0 }, all;
      guint64 made = 0;

      work (sweep, (PnyxExperimentOptions){ .out = whole, .threads = 2 }, G_MAXUINT, &all);
      for (guint session = 0; session == 0 || end.missing > 0; session++)
        {
          g_autofree gchar *manifest = NULL;

          g_assert_cmpuint (session, <, 50);
          /* Of the first session nothing is kept but the folder. */
          made += work (sweep,
                        (PnyxExperimentOptions){
                            .out = parts, .threads = 1 + session % 2, .resume = session > 0 },
                        session * 2, &end);
          g_assert_cmpuint (end.runs, ==, made);
          g_assert_cmpint (end.status, ==,
                           end.missing > 0 ? PNYX_STATUS_INTERRUPTED : PNYX_STATUS_FINISHED);
          manifest = scratch_read (parts, "manifest.json");
          g_assert_nonnull (strstr (manifest, end.missing > 0 ? "\"status\": \"interrupted\""
                                                              : "\"status\": \"finished\""));
        }
      g_assert_cmpuint (made, ==, all.runs); /* none twice */
      g_assert_cmpuint (end.events, ==, all.events);
      assert_same (whole, parts);
    }
}

static void
test_what_is_finished_stays_as_it_is (void)
{
  g_autoptr (PnyxSweep) sweep = test_sweep (SWEEP, TRUE);
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *before = NULL;
  g_autofree gchar *after = NULL;
  PnyxExperimentEnd end;

  run_all (sweep, folder);
  before = bytes_of (folder);
  g_assert_cmpuint (
      work (sweep, (PnyxExperimentOptions){ .out = folder, .resume = TRUE }, G_MAXUINT, &end), ==,
      0);
  g_assert_cmpint (end.status, ==, PNYX_STATUS_FINISHED);
  g_assert_cmpuint (end.runs, ==, 15);
  after = bytes_of (folder);
  g_assert_true (strcmp (before, after) == 0);
}

/* --resume where there is nothing begins, also where a program was killed before the head. */
static void
test_resuming_nothing_begins (void)
{
  g_autoptr (PnyxSweep) sweep = test_sweep (SWEEP, TRUE);
  g_autoptr (Scratch) empty = scratch_new ();
  g_autoptr (Scratch) killed = scratch_new ();

  g_assert_cmpuint (
      work (sweep, (PnyxExperimentOptions){ .out = empty, .resume = TRUE }, G_MAXUINT, NULL), ==,
      15);
  g_free (scratch_write (killed, "manifest.json", "{\n  \"status\": \"interrupted\"\n}\n"));
  g_free (scratch_write (killed, "results.db", ""));
  g_assert_cmpuint (
      work (sweep, (PnyxExperimentOptions){ .out = killed, .resume = TRUE }, G_MAXUINT, NULL), ==,
      15);
  assert_same (empty, killed);
}

/* ---- What is not the same ---- */

static void
test_another_scenario_is_refused_with_the_difference (void)
{
  static const struct
  {
    const gchar *body, *message;
  } cases[] = {
    { "<run duration='21 block' replicates='3'/>"
      "<sweep><axis path='nakamoto/@miners' name='miners' values='2, 5, 9, 12, 3'/></sweep>" REST,
      "holds results of another scenario: run/@duration is \"21 block\" (was \"20 block\") "
      "(expected the same, or another --out)" },
    { "<run duration='20 block' replicates='4'/>"
      "<sweep><axis path='nakamoto/@miners' name='miners' values='2, 5, 9, 12, 4'/></sweep>" REST,
      "holds results of another scenario: run/@replicates is \"4\" (was \"3\"), "
      "sweep/axis/@values is \"2, 5, 9, 12, 4\" (was \"2, 5, 9, 12, 3\") (expected *" },
    { "<run duration='20 block' replicates='3'/>"
      "<sweep><axis path='nakamoto/@miners' name='miners' values='2, 5, 9, 12, 3'/>"
      "<axis path='scenario/@seed' values='1, 2'/></sweep>" REST,
      "holds results of another scenario: sweep/axis?2? is \"there\" (was *" },
  };
  g_autoptr (PnyxSweep) sweep = test_sweep (SWEEP, TRUE);
  g_autoptr (PnyxSweep) alone = test_sweep (SWEEP, FALSE);
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *before = NULL;
  g_autofree gchar *after = NULL;

  work (sweep, (PnyxExperimentOptions){ .out = folder, .threads = 1 }, 4, NULL);
  before = bytes_of (folder);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PnyxSweep) other = test_sweep (cases[i].body, TRUE);

      assert_refused (other, "sweep", (PnyxExperimentOptions){ .out = folder, .resume = TRUE },
                      PNYX_ERROR_CONFLICT, cases[i].message);
    }
  assert_refused (alone, "run", (PnyxExperimentOptions){ .out = folder, .resume = TRUE },
                  PNYX_ERROR_CONFLICT,
                  "holds results of pnyx sweep (expected some of pnyx run, or another --out)");
  assert_refused (
      sweep, "sweep",
      (PnyxExperimentOptions){ .out = folder, .resume = TRUE, .shard = 2, .n_shards = 3 },
      PNYX_ERROR_CONFLICT,
      "holds shard 1 of 1 of a sweep (expected shard 2 of 3, or another --out)");
  after = bytes_of (folder);
  g_assert_true (strcmp (before, after) == 0);
}

static void
test_runs_are_not_thrown_away_unasked (void)
{
  g_autoptr (PnyxSweep) sweep = test_sweep (SWEEP, TRUE);
  g_autoptr (PnyxSweep) alone = test_sweep (SWEEP, FALSE);
  g_autoptr (Scratch) folder = scratch_new ();
  PnyxExperimentEnd end;

  work (sweep, (PnyxExperimentOptions){ .out = folder, .threads = 1 }, 4, &end);
  g_assert_cmpuint (end.runs, ==, 4);
  assert_refused (sweep, "sweep", (PnyxExperimentOptions){ .out = folder }, PNYX_ERROR_CONFLICT,
                  "holds 4 runs of a sweep (expected --resume to go on with it, or --force to "
                  "replace them)");
  assert_refused (alone, "run", (PnyxExperimentOptions){ .out = folder }, PNYX_ERROR_CONFLICT,
                  "holds 4 runs of a sweep (expected --resume *");
  g_assert_cmpuint (
      work (sweep, (PnyxExperimentOptions){ .out = folder, .force = TRUE }, G_MAXUINT, &end), ==,
      15);
  assert_refused (sweep, "sweep", (PnyxExperimentOptions){ .out = folder }, PNYX_ERROR_CONFLICT,
                  "holds finished results (expected *--force*");
}

static void
test_a_folder_in_use_is_left_alone (void)
{
  g_autoptr (PnyxSweep) sweep = test_sweep (SWEEP, TRUE);
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *lock = file_in (folder, "results.lock");
  g_autofree gchar *before = NULL;
  g_autofree gchar *after = NULL;
  int descriptor;

  work (sweep, (PnyxExperimentOptions){ .out = folder, .threads = 1 }, 4, NULL);
  before = bytes_of (folder);
  descriptor = open (lock, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (flock (descriptor, LOCK_EX | LOCK_NB), ==, 0);
  for (guint force = 0; force < 2; force++)
    for (guint resume = 0; resume < 2; resume++)
      assert_refused (
          sweep, "sweep",
          (PnyxExperimentOptions){ .out = folder, .force = force == 1, .resume = resume == 1 },
          PNYX_ERROR_CONFLICT,
          "another program is writing these results (expected it to end first)");
  close (descriptor);
  after = bytes_of (folder);
  g_assert_true (strcmp (before, after) == 0);
}

static void
test_other_folders_are_refused (void)
{
  g_autoptr (PnyxSweep) sweep = test_sweep (SWEEP, TRUE);
  g_autoptr (Scratch) foreign = scratch_new ();
  g_autoptr (Scratch) broken = scratch_new ();

  g_free (scratch_write (foreign, "thesis.tex", "x"));
  for (guint resume = 0; resume < 2; resume++)
    assert_refused (sweep, "sweep",
                    (PnyxExperimentOptions){ .out = foreign, .force = TRUE, .resume = resume == 1 },
                    PNYX_ERROR_CONFLICT, "holds files but no results of pnyx (expected *");
  g_free (scratch_write (broken, "results.db", "no database at all"));
  {
    PnyxExperimentOptions options = { .out = broken, .resume = TRUE };
    g_autoptr (GError) error = NULL;

    g_assert_null (pnyx_experiment_begin (sweep, "sweep", &options, &error));
    g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
    g_assert_nonnull (strstr (error->message, "/results.db: is damaged (expected "));
  }
}

/* ---- Another machine ---- */

static void
test_another_machine_is_told (void)
{
  static const struct
  {
    const gchar *key, *said;
  } facts[] = { { "build", "was made with pnyx other, this is " },
                { "cpu_level", "was made with a processor of level other, this is " },
                { "c_library", "was made with the C library other, this is " } };
  g_autoptr (PnyxSweep) sweep = test_sweep (SWEEP, TRUE);
  g_autoptr (Scratch) folder = scratch_new ();
  PnyxExperimentOptions options = { .out = folder, .resume = TRUE };
  g_autofree gchar *manifest = NULL;

  run_all (sweep, folder);
  manifest = scratch_read (folder, "manifest.json");
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      g_autofree gchar *key = g_strdup_printf ("\"%s\": \"", facts[i].key);
      g_auto (GStrv) parts = g_strsplit (manifest, key, 2);
      g_autofree gchar *changed = NULL;
      g_autoptr (PnyxExperiment) experiment = NULL;
      const GPtrArray *warnings;

      g_assert_nonnull (parts[1]);
      changed = g_strconcat (parts[0], key, "other", strchr (parts[1], '"'), NULL);
      g_free (scratch_write (folder, "manifest.json", changed));
      experiment = pnyx_experiment_begin (sweep, "sweep", &options, NULL);
      g_assert_nonnull (experiment);
      warnings = pnyx_experiment_warnings (experiment);
      g_assert_cmpuint (warnings->len, ==, 1);
      g_assert_true (g_str_has_prefix (warnings->pdata[0], folder));
      g_assert_nonnull (strstr (warnings->pdata[0], facts[i].said));
      g_assert_nonnull (strstr (warnings->pdata[0], "numbers may differ in their last digits"));
    }
  {
    g_autoptr (PnyxExperiment) same = NULL;

    g_free (scratch_write (folder, "manifest.json", manifest));
    same = pnyx_experiment_begin (sweep, "sweep", &options, NULL);
    g_assert_cmpuint (pnyx_experiment_warnings (same)->len, ==, 0);
  }
}

/* ---- Failures ---- */

static void
append_failure (const PnyxRunResult *run, gpointer user)
{
  g_string_append_printf (user, "%u/%u %s\n", run->point, run->replicate, run->message);
}

static void
test_failed_runs_are_kept_and_end_nothing (void)
{
  g_autoptr (PnyxSweep) sweep = test_sweep (
      "<run duration='20 block' replicates='2'/>"
      "<sweep><axis path='run/@events-max' name='limit' values='1000000, 50, 2000000'/>"
      "</sweep>" REST,
      TRUE);
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (GString) failures = g_string_new (NULL);
  g_autofree gchar *manifest = NULL;
  g_autofree gchar *runs = NULL;
  g_autoptr (PnyxExperiment) experiment = NULL;
  PnyxExperimentOptions options = { .out = folder, .resume = TRUE };
  PnyxExperimentEnd end;

  work (sweep, (PnyxExperimentOptions){ .out = folder, .threads = 2 }, G_MAXUINT, &end);
  g_assert_cmpint (end.status, ==, PNYX_STATUS_FAILED);
  g_assert_cmpuint (end.runs, ==, 6);
  g_assert_cmpuint (end.failed, ==, 2);
  g_assert_cmpuint (end.missing, ==, 0);
  experiment = pnyx_experiment_begin (sweep, "sweep", &options, NULL);
  g_assert_true (pnyx_experiment_failures (experiment, append_failure, failures, NULL));
  g_assert_true (g_pattern_match_simple (
      "1/0 *run/@events-max*; replay: pnyx run DIR --point 1 --replicate 0\n"
      "1/1 *run/@events-max*; replay: pnyx run DIR --point 1 --replicate 1\n",
      failures->str));
  manifest = scratch_read (folder, "manifest.json");
  g_assert_nonnull (strstr (manifest, "\"status\": \"failed\""));
  g_assert_nonnull (strstr (manifest, "{\"point\": 1, \"replicate\": 1, \"message\": \""));
  runs = scratch_read (folder, "runs.csv");
  g_assert_nonnull (strstr (runs, "\n1,0,1,50,,"));
}

/* A point whose world cannot be built fails alone, in a sweep. */
static void
test_a_world_that_cannot_be_is_a_failed_run (void)
{
  g_autoptr (PnyxSweep) sweep
      = test_sweep ("<run duration='20 block'/>"
                    "<sweep><axis path='nakamoto/@miners' values='5, 13'/></sweep>" REST,
                    TRUE);
  g_autoptr (PnyxSweep) alone
      = test_sweep ("<run duration='20 block' replicates='2'/><network nodes='12'/>"
                    "<chain kind='nakamoto'><nakamoto miners='13'/></chain>",
                    FALSE);
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *out = file_in (folder, "out");
  g_autofree gchar *out_alone = file_in (folder, "alone");
  PnyxExperimentOptions options = { .out = out_alone };
  g_autoptr (PnyxExperiment) experiment = NULL;
  g_autoptr (GError) error = NULL;
  PnyxExperimentEnd end;

  work (sweep, (PnyxExperimentOptions){ .out = out, .threads = 1 }, G_MAXUINT, &end);
  g_assert_cmpuint (end.runs, ==, 2);
  g_assert_cmpuint (end.failed, ==, 1);
  experiment = pnyx_experiment_begin (alone, "run", &options, NULL);
  g_assert_false (pnyx_experiment_is_unbuilt (experiment));
  g_assert_false (pnyx_experiment_run (experiment, NULL, NULL, NULL, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT);
  g_assert_true (pnyx_experiment_is_unbuilt (experiment));
  pnyx_experiment_discard (experiment);
  g_assert_false (g_file_test (out_alone, G_FILE_TEST_EXISTS));
}

/* ---- Shards ---- */

static gchar *
shard_of (const PnyxSweep *sweep, const gchar *folder, guint shard, guint n_shards)
{
  g_autofree gchar *name = g_strdup_printf ("s%u-%u", shard, n_shards);
  gchar *out = file_in (folder, name);

  work (sweep,
        (PnyxExperimentOptions){ .out = out, .threads = 2, .shard = shard, .n_shards = n_shards },
        G_MAXUINT, NULL);
  return out;
}

static PnyxExperiment *
merge (const gchar *const *folders, const gchar *out, gboolean force, GError **error)
{
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "tests", "data", NULL);
  PnyxExperimentOptions options = { .out = out, .force = force };

  return pnyx_experiment_merge (folders, data, &options, error);
}

static void
test_shards_merged_are_the_whole (void)
{
  static const gchar *const bodies[] = { SWEEP, PRECISE };

  for (gsize k = 0; k < G_N_ELEMENTS (bodies); k++)
    {
      g_autoptr (PnyxSweep) sweep = test_sweep (bodies[k], TRUE);
      g_autoptr (Scratch) whole = scratch_new ();
      g_autoptr (Scratch) folder = scratch_new ();
      guint n = k == 0 ? 3 : 2;
      g_autofree gchar *a = shard_of (sweep, folder, 1, n);
      g_autofree gchar *b = shard_of (sweep, folder, 2, n);
      g_autofree gchar *c = n == 3 ? shard_of (sweep, folder, 3, n) : NULL;
      /* In any order. */
      const gchar *const folders[] = { b, a, c, NULL };
      g_autofree gchar *out = file_in (folder, "all");
      GError *error = NULL;
      g_autoptr (PnyxExperiment) merged = NULL;
      PnyxExperimentEnd end;

      run_all (sweep, whole);
      merged = merge (folders, out, FALSE, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (pnyx_experiment_warnings (merged)->len, ==, 0);
      pnyx_experiment_end (merged, &end, &error);
      g_assert_no_error (error);
      g_assert_cmpint (end.status, ==, PNYX_STATUS_FINISHED);
      g_clear_pointer (&merged, pnyx_experiment_free);
      assert_same (whole, out);
    }
}

static void
assert_not_merged (const gchar *const *folders, const gchar *out, const gchar *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (merge (folders, out, TRUE, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT);
  if (!g_pattern_match_simple (message, error->message))
    g_error ("said: %s\nexpected: %s", error->message, message);
}

static void
test_shards_that_do_not_fit_are_refused (void)
{
  g_autoptr (PnyxSweep) sweep = test_sweep (SWEEP, TRUE);
  g_autoptr (PnyxSweep) other = test_sweep (
      "<run duration='20 block' replicates='2'/>"
      "<sweep><axis path='nakamoto/@miners' name='miners' values='2, 5, 9, 12, 3'/></sweep>" REST,
      TRUE);
  g_autoptr (Scratch) folder = scratch_new ();
  g_autoptr (Scratch) elsewhere = scratch_new ();
  g_autofree gchar *a = shard_of (sweep, folder, 1, 3);
  g_autofree gchar *b = shard_of (sweep, folder, 2, 3);
  g_autofree gchar *c = shard_of (sweep, folder, 3, 3);
  g_autofree gchar *half = shard_of (sweep, folder, 2, 2);
  g_autofree gchar *foreign = shard_of (other, elsewhere, 3, 3);
  g_autofree gchar *cut = shard_of (sweep, elsewhere, 2, 3);
  g_autofree gchar *whole = file_in (folder, "whole");
  g_autofree gchar *out = file_in (folder, "out");
  g_autofree gchar *link = file_in (folder, "link");
  g_autofree gchar *before = NULL;
  g_autofree gchar *after = NULL;

  run_all (sweep, whole);
  before = bytes_of (c);
  assert_refused (sweep, "sweep",
                  (PnyxExperimentOptions){ .out = b, .resume = TRUE, .shard = 1, .n_shards = 3 },
                  PNYX_ERROR_CONFLICT, "holds shard 2 of 3 of a sweep (expected shard 1 of 3, *");
  assert_not_merged ((const gchar *const[]){ a, c, NULL }, out,
                     "merge: of 3 shards these are missing: 2 (expected all)");
  assert_not_merged ((const gchar *const[]){ b, NULL }, out,
                     "merge: of 3 shards these are missing: 1, 3 (expected all)");
  assert_not_merged ((const gchar *const[]){ a, b, c, b, NULL }, out,
                     "merge: shard 2 of 3 is there 2 times (expected each once)");
  assert_not_merged ((const gchar *const[]){ a, cut, b, c, NULL }, out,
                     "merge: shard 2 of 3 is there 2 times (expected each once)");
  assert_not_merged ((const gchar *const[]){ a, half, NULL }, out,
                     "*/s2-2: is shard 2 of 2, */s1-3 is one of 3 (expected shards of one cut)");
  assert_not_merged ((const gchar *const[]){ a, b, foreign, NULL }, out,
                     "*/s3-3: is of another scenario than */s1-3 (expected shards of one sweep)");
  assert_not_merged ((const gchar *const[]){ whole, NULL }, out,
                     "*/whole: is no shard (expected the folder of a sweep with --shard)");
  /* Not into one of them, whatever it is called. */
  g_assert_cmpint (symlink (c, link), ==, 0);
  assert_not_merged ((const gchar *const[]){ a, b, c, NULL }, c,
                     "*/s3-3: is one of the shards (expected another folder for the result)");
  assert_not_merged ((const gchar *const[]){ a, b, c, NULL }, link,
                     "*/link: is one of the shards (expected another folder for the result)");
  /* Not finished. */
  {
    PnyxExperimentOptions options
        = { .out = cut, .force = TRUE, .threads = 1, .shard = 2, .n_shards = 3 };

    work (sweep, options, 1, NULL);
    assert_not_merged ((const gchar *const[]){ a, cut, c, NULL }, out,
                       "*/s2-3: shard 2 is not finished (expected all of it: sweep --resume)");
  }
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
  after = bytes_of (c);
  g_assert_true (strcmp (before, after) == 0);
}

/* The scenario beside the runs was changed: what would be merged is not what was run. */
static void
test_a_scenario_changed_by_hand_is_not_merged (void)
{
  g_autoptr (PnyxSweep) sweep = test_sweep (SWEEP, TRUE);
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *a = shard_of (sweep, folder, 1, 2);
  g_autofree gchar *b = shard_of (sweep, folder, 2, 2);
  g_autofree gchar *out = file_in (folder, "out");
  g_autofree gchar *text = scratch_read (a, "scenario.xml");
  g_autoptr (GString) changed = g_string_new (text);

  g_assert_cmpuint (g_string_replace (changed, "2, 5, 9, 12, 3", "2, 5, 9", 0), ==, 1);
  g_free (scratch_write (a, "scenario.xml", changed->str));
  assert_not_merged ((const gchar *const[]){ a, b, NULL }, out,
                     "*/s1-2/scenario.xml: is not what its results.db is of (expected it as pnyx "
                     "left it)");
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/batch/experiment/" path, function)
  ADD ("threads-change-nothing", test_threads_change_nothing);
  ADD ("interrupted-and-resumed-it-is-the-same", test_interrupted_and_resumed_it_is_the_same);
  ADD ("what-is-finished-stays-as-it-is", test_what_is_finished_stays_as_it_is);
  ADD ("resuming-nothing-begins", test_resuming_nothing_begins);
  ADD ("another-scenario-is-refused-with-the-difference",
       test_another_scenario_is_refused_with_the_difference);
  ADD ("runs-are-not-thrown-away-unasked", test_runs_are_not_thrown_away_unasked);
  ADD ("a-folder-in-use-is-left-alone", test_a_folder_in_use_is_left_alone);
  ADD ("other-folders-are-refused", test_other_folders_are_refused);
  ADD ("another-machine-is-told", test_another_machine_is_told);
  ADD ("failed-runs-are-kept-and-end-nothing", test_failed_runs_are_kept_and_end_nothing);
  ADD ("a-world-that-cannot-be-is-a-failed-run", test_a_world_that_cannot_be_is_a_failed_run);
  ADD ("shards-merged-are-the-whole", test_shards_merged_are_the_whole);
  ADD ("shards-that-do-not-fit-are-refused", test_shards_that_do_not_fit_are_refused);
  ADD ("a-scenario-changed-by-hand-is-not-merged", test_a_scenario_changed_by_hand_is_not_merged);
  return g_test_run ();
}
