/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/reproduce.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "results/frame.h"
#include "support/paper_folder.h"

/* Two pools, delays of about a second, a block in 20 s: about 2.4 % of the blocks are stale. */
#define FORKS                                                                                      \
  "<experiment id='forks' quick='true'><scenario name='toy' seed='1'>"                             \
  "<run duration='2000 block' replicates='8'/><network nodes='2'><topology kind='complete'/>"      \
  "<delay kind='distribution' value='1 s'/><dissemination kind='direct'/></network>"               \
  "<chain kind='nakamoto'><nakamoto interval='exponential(20 s)' validation='0 s'/></chain>"       \
  "</scenario></experiment><experiment id='no-delay' from='forks'>"                                \
  "<set path='delay/@value' value='0 s'/></experiment>"                                            \
  "<simulated id='rate' experiment='forks' metric='blocks.orphan_rate' scale='100' "               \
  "null='no-delay'/>"

static GArray *
reproduce (const PnyxPaper *paper, const PnyxReproduceOptions *options)
{
  GError *error = NULL;
  GArray *results = pnyx_reproduce (paper, options, &error);

  g_assert_no_error (error);
  return results;
}

static gboolean
rate_agrees (const gchar *row, gboolean null)
{
  g_autofree gchar *csv = g_strconcat (PAPER_HEADER, row, NULL);
  g_autoptr (PnyxPaper) paper = paper_folder_read (FORKS, csv);
  PnyxReproduceOptions options = { .null = null };
  g_autoptr (GArray) results = reproduce (paper, &options);
  const PnyxReproduced *result = &g_array_index (results, PnyxReproduced, 0);

  g_test_message ("%s: %s [%g, %g]", null ? "null" : "forks", result->text, result->low,
                  result->high);
  g_assert_cmpuint (results->len, ==, 1);
  g_assert_null (result->note);
  g_assert_cmpuint (result->n, ==, 8);
  return result->agrees;
}

static void
test_the_whole_interval_has_to_be_inside (void)
{
  g_assert_true (rate_agrees ("rate,t,stale,2.4,%,read,0.7\n", FALSE));
  g_assert_false (rate_agrees ("rate,t,stale,2.4,%,read,0.01\n", FALSE)); /* tightened */
  g_assert_false (rate_agrees ("rate,t,stale,3.2,%,read,0.9\n", FALSE));  /* its edge only */
}

static void
test_the_null_model_disagrees (void)
{
  g_assert_false (rate_agrees ("rate,t,stale,2.4,%,read,0.7\n", TRUE));
  /* A tolerance that lets it pass would be none. */
  g_assert_true (rate_agrees ("rate,t,stale,2.4,%,read,3\n", TRUE));
}

static gboolean
exact_agrees (const gchar *xml, const gchar *value, const gchar *note)
{
  g_autofree gchar *csv = g_strdup_printf (PAPER_HEADER "a,t,q,%s,,read,\n", value);
  g_autoptr (PnyxPaper) paper = paper_folder_read (xml, csv);
  PnyxReproduceOptions options = { 0 };
  g_autoptr (GArray) results = reproduce (paper, &options);
  const PnyxReproduced *result = &g_array_index (results, PnyxReproduced, 0);

  g_assert_cmpuint (result->n, ==, 0);
  if (note == NULL)
    g_assert_null (result->note);
  else if (result->note == NULL || strstr (result->note, note) == NULL)
    g_error ("\"%s\", expected \"%s\"", result->note ? result->note : "", note);
  return result->agrees;
}

static void
test_exact_numbers_agree_digit_by_digit (void)
{
  const gchar *nakamoto
      = "<exact id='a' calc='double-spend' keys='q=0.1 z=6' column='probability'/>";
  const gchar *percent
      = "<exact id='a' calc='double-spend' keys='q=0.1 z=6' column='probability' scale='100'/>";

  g_assert_true (exact_agrees (nakamoto, "0.0002428", NULL));
  g_assert_false (exact_agrees (nakamoto, "0.0002429", NULL));
  g_assert_true (exact_agrees (nakamoto, "0.00024", NULL));
  g_assert_true (exact_agrees (percent, "0.02428", NULL));
}

static void
test_vectors_are_compared_element_by_element (void)
{
  const gchar *all = "<exact id='a' calc='proposer-priority' keys='powers=10,1,1 rounds=2'/>";
  const gchar *priorities
      = "<exact id='a' calc='proposer-priority' keys='powers=10,1,1 rounds=2' row='2'/>";
  const gchar *power
      = "<exact id='a' calc='power-index' keys='quota=6 weights=4,3,2,1' column='banzhaf'/>";

  g_assert_true (exact_agrees (all, "0 0 -4 2 2", NULL));
  g_assert_false (exact_agrees (all, "0 1 -4 2 2", NULL));
  g_assert_true (exact_agrees (priorities, "-4 2 2", NULL));
  g_assert_true (exact_agrees (priorities, "-4", NULL));
  g_assert_true (exact_agrees (power, "5/12 1/4 1/4 1/12", NULL));
  g_assert_false (exact_agrees (power, "5/12 1/4 1/4 1/13", NULL));
}

static void
test_values_that_are_not_there (void)
{
  g_assert_false (exact_agrees (
      "<exact id='a' calc='double-spend' keys='q=0.1 z=6' column='risk'/>", "1", "no such values"));
  g_assert_false (exact_agrees (
      "<exact id='a' calc='power-index' keys='quota=6 weights=4,3,2,1' column='banzhaf'/>", "5/12",
      "no such values")); /* the column has four */
  g_assert_false (exact_agrees (
      "<exact id='a' calc='power-index' keys='quota=6 weights=4,3,2,1' column='banzhaf' row='3'/>",
      "1 1", "no such values"));
  g_assert_false (exact_agrees ("<exact id='a' calc='power-index' keys='quota=60 weights=4,3'/>",
                                "1", "quota is more"));
}

static void
test_a_metric_that_runs_do_not_have (void)
{
  g_autoptr (GString) xml = g_string_new (FORKS);
  g_autoptr (PnyxPaper) paper = NULL;
  PnyxReproduceOptions options = { 0 };
  g_autoptr (GArray) results = NULL;
  const PnyxReproduced *result;

  g_string_replace (xml, "blocks.orphan_rate", "adversary.success_rate", 1);
  paper = paper_folder_read (xml->str, PAPER_HEADER "rate,t,q,0,,read,1e9\n");
  results = reproduce (paper, &options);
  result = &g_array_index (results, PnyxReproduced, 0);
  g_assert_false (result->agrees);
  g_assert_cmpuint (result->n, ==, 0);
  g_assert_nonnull (strstr (result->note, "fewer than two runs have adversary.success_rate"));
}

static void
test_a_run_that_fails (void)
{
  g_autoptr (GString) xml = g_string_new (FORKS);
  g_autoptr (PnyxPaper) paper = NULL;
  PnyxReproduceOptions options = { 0 };
  g_autoptr (GArray) results = NULL;
  const PnyxReproduced *result;

  g_string_replace (xml, "<run ", "<run events-max='100' ", 1);
  paper = paper_folder_read (xml->str, PAPER_HEADER "rate,t,q,0,,read,1e9\n");
  results = reproduce (paper, &options);
  result = &g_array_index (results, PnyxReproduced, 0);
  g_assert_false (result->agrees);
  g_assert_nonnull (strstr (result->note, "failed"));
}

static void
count_runs (gpointer self, const PnyxRunResult *result)
{
  g_assert_nonnull (result);
  (*(guint *)self)++;
}

static void
test_quick_leaves_out_what_is_not_quick (void)
{
  g_autoptr (GString) xml = g_string_new (FORKS);
  g_autoptr (PnyxPaper) paper = NULL;
  guint seen = 0;
  PnyxReproduceOptions all = { .progress = count_runs, .self = &seen };
  PnyxReproduceOptions quick = { .quick = TRUE, .progress = count_runs, .self = &seen };
  g_autoptr (GArray) results = NULL;

  g_string_replace (xml, " quick='true'", "", 1);
  paper = paper_folder_read (xml->str, PAPER_HEADER "rate,t,q,2.4,%,read,1\n");
  g_assert_cmpuint (pnyx_reproduce_runs (paper, &all), ==, 8);
  g_assert_cmpuint (pnyx_reproduce_runs (paper, &quick), ==, 0);
  results = reproduce (paper, &quick);
  g_assert_cmpuint (results->len, ==, 0);
  g_assert_cmpuint (seen, ==, 0);
  g_array_unref (g_steal_pointer (&results));
  results = reproduce (paper, &all);
  g_assert_cmpuint (results->len, ==, 1);
  g_assert_cmpuint (seen, ==, 8);
}

static void
test_threads_change_nothing (void)
{
  g_autoptr (PnyxPaper) paper
      = paper_folder_read (FORKS, PAPER_HEADER "rate,t,stale,2.4,%,read,0.7\n");
  PnyxReproduceOptions one = { .threads = 1 }, two = { .threads = 2 };
  g_autoptr (GArray) a = reproduce (paper, &one);
  g_autoptr (GArray) b = reproduce (paper, &two);
  const PnyxReproduced *x = &g_array_index (a, PnyxReproduced, 0);
  const PnyxReproduced *y = &g_array_index (b, PnyxReproduced, 0);

  g_assert_cmpstr (x->text, ==, y->text);
  g_assert_cmpfloat (x->low, ==, y->low);
  g_assert_cmpfloat (x->high, ==, y->high);
}

static gboolean
at_once (gpointer self)
{
  (void)self;
  return TRUE;
}

static void
test_what_is_interrupted_is_no_result (void)
{
  g_autoptr (PnyxPaper) paper
      = paper_folder_read (FORKS, PAPER_HEADER "rate,t,stale,2.4,%,read,0.7\n");
  PnyxReproduceOptions options = { .cancelled = at_once };
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_reproduce (paper, &options, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RUN);
}

static void
remove_tree (const gchar *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree gchar *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_remove (path);
}

/* With a folder, each experiment leaves a results folder, whose mean is the one that is judged. */
static void
test_results_are_kept_where_asked (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-XXXXXX", NULL);
  gchar *source = paper_folder_new (FORKS, PAPER_HEADER "rate,t,stale,2.4,%,read,0.7\n");
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  g_autoptr (PnyxPaper) paper = pnyx_paper_read (source, data, paper_calcs, NULL);
  PnyxReproduceOptions options = { .folder = folder, .command = "test" };
  g_autoptr (GArray) results = reproduce (paper, &options);
  g_autoptr (GArray) again = reproduce (paper, &options); /* replaces the first */
  g_autofree gchar *path = g_build_filename (folder, "forks", "summary.csv", NULL);
  g_autoptr (PnyxFrame) frame = pnyx_frame_read (path, NULL);
  gdouble mean = NAN;

  g_assert_nonnull (frame);
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    if (g_str_equal (pnyx_frame_text (frame, row, pnyx_frame_column (frame, "metric")),
                     "blocks.orphan_rate"))
      mean = pnyx_frame_number (frame, row, pnyx_frame_column (frame, "mean"));
  g_assert_cmpfloat_with_epsilon (100 * mean, g_array_index (results, PnyxReproduced, 0).mean,
                                  1e-12);
  g_assert_cmpstr (g_array_index (again, PnyxReproduced, 0).text, ==,
                   g_array_index (results, PnyxReproduced, 0).text);
  paper_folder_free (source);
  remove_tree (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/batch/reproduce/" path, function)
  ADD ("the-whole-interval-has-to-be-inside", test_the_whole_interval_has_to_be_inside);
  ADD ("the-null-model-disagrees", test_the_null_model_disagrees);
  ADD ("exact-numbers-agree-digit-by-digit", test_exact_numbers_agree_digit_by_digit);
  ADD ("vectors-are-compared-element-by-element", test_vectors_are_compared_element_by_element);
  ADD ("values-that-are-not-there", test_values_that_are_not_there);
  ADD ("a-metric-that-runs-do-not-have", test_a_metric_that_runs_do_not_have);
  ADD ("a-run-that-fails", test_a_run_that_fails);
  ADD ("quick-leaves-out-what-is-not-quick", test_quick_leaves_out_what_is_not_quick);
  ADD ("threads-change-nothing", test_threads_change_nothing);
  ADD ("what-is-interrupted-is-no-result", test_what_is_interrupted_is_no_result);
  ADD ("results-are-kept-where-asked", test_results_are_kept_where_asked);
  return g_test_run ();
}
