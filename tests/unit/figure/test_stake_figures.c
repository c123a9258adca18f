/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of proof of stake from made-up results: what of them is drawn, and where. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/table.h"
#include "figure/figure.h"
#include "results/draft.h"
#include "scenario/reader.h"

static const gchar summary[] = "point,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n"
                               "0,,latency.finality.mean,s,1,954,,,,954,954,954\n"
                               "0,,participation.target,,1,0.9,,,,0.9,0.9,0.9\n"
                               "0,,blocks.canonical,,1,9,,,,9,9,9\n";

static void
put (const gchar *folder, const gchar *name, const gchar *text)
{
  g_autoptr (GError) error = NULL;

  pnyx_draft_write (folder, name, text, &error);
  g_assert_no_error (error);
}

/* Two epochs of 32 slots: slot 1 of the second missed, slot 2 orphaned, 3 late; a fork at 5. */
static gchar *
make_results (void)
{
  gchar *folder = g_dir_make_tmp ("pnyx-stake-XXXXXX", NULL);
  g_autoptr (GString) slots = g_string_new ("point,replicate,scope,time,value\n");
  g_autoptr (GString) votes = g_string_new ("point,replicate,scope,time,value\n");
  g_autoptr (GString) shares = g_string_new ("point,replicate,scope,time,value\n");

  for (guint slot = 64; slot < 128; slot++)
    g_string_append_printf (slots, "0,0,,%u,%u\n", slot * 12,
                            slot == 97   ? 0
                            : slot == 98 ? 1
                            : slot < 96  ? 4
                                         : 2);
  for (guint i = 0; i < 40; i++)
    g_string_append_printf (votes, "0,0,,%g,%g\n", i * 0.15, i < 26 ? 1.0 : 0.0);
  for (guint epoch = 2; epoch < 6; epoch++)
    g_string_append_printf (shares, "0,0,,%u,%g\n", epoch * 384, 0.9 - 0.1 * epoch);
  put (folder, "summary.csv", summary);
  put (folder, "series/finality.slots.csv", slots->str);
  put (folder, "series/attestation.head_votes.csv", votes->str);
  put (folder, "series/participation.source.csv", shares->str);
  put (folder, "series/participation.target.csv", shares->str);
  put (folder, "series/participation.head.csv", shares->str);
  put (folder, "series/blocks.parent.csv",
       "point,replicate,scope,time,value\n0,0,,1,0\n0,0,,2,1\n0,0,,3,2\n0,0,,4,3\n0,0,,5,3\n"
       "0,0,,6,5\n");
  put (folder, "series/blocks.fate.csv",
       "point,replicate,scope,time,value\n0,0,,1,1\n0,0,,2,1\n0,0,,3,1\n0,0,,4,0\n0,0,,5,1\n"
       "0,0,,6,1\n");
  put (folder, "distributions/latency.finality.csv",
       "point,scope,quantile,value\n0,,0.1,780\n0,,0.5,954\n0,,0.9,1100\n");
  return folder;
}

static void
remove_tree (const gchar *path)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  const gchar *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree gchar *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  if (folder != NULL)
    g_dir_close (folder);
  g_remove (path);
}

/* The data that the figure left, as text; gnuplot is not asked for where it is absent. */
static gchar *
draw (const gchar *folder, const gchar *kind, GError **error)
{
  g_autofree gchar *templates
      = g_build_filename (g_getenv ("PNYX_SOURCE"), "analysis", "figures", NULL);
  g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);
  const gchar *const names[] = { kind, NULL };
  g_autofree gchar *name = g_strdup_printf ("%s.csv", kind);
  g_autofree gchar *path = g_build_filename (folder, "figures", name, NULL);
  gchar *text = NULL;

  if (!pnyx_figures_draw (NULL, folder, templates, "svg", names, drawn, error))
    return NULL;
  g_assert_cmpuint (drawn->len, ==, 1);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static gboolean
has_gnuplot (void)
{
  g_autofree gchar *program = g_find_program_in_path ("gnuplot");

  if (program == NULL)
    g_test_skip ("gnuplot is not installed");
  return program != NULL;
}

static void
test_the_timeline_has_a_cell_for_each_slot (void)
{
  g_autofree gchar *folder = make_results ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *data = has_gnuplot () ? draw (folder, "slot-timeline", &error) : NULL;

  g_assert_no_error (error);
  if (data != NULL)
    {
      g_assert_nonnull (strstr (data, "epoch,slot,state,late\n2,0,4,"));
      g_assert_nonnull (strstr (data, "\n3,1,0,"));
      g_assert_nonnull (strstr (data, "\n3,2,1,"));
      g_assert_nonnull (strstr (data, "\n3,31,2,"));
    }
  remove_tree (folder);
}

static void
test_head_votes_have_points_and_means (void)
{
  g_autofree gchar *folder = make_results ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *data = has_gnuplot () ? draw (folder, "head-votes", &error) : NULL;

  g_assert_no_error (error);
  if (data != NULL)
    {
      g_assert_nonnull (strstr (data, "curve,mean,late,share\n1,0,0,1\n"));
      g_assert_nonnull (strstr (data, "\n1,0,5.85,0\n"));
      g_assert_nonnull (strstr (data, "\n1,1,")); /* the line of means */
    }
  remove_tree (folder);
}

static void
test_participation_is_by_epoch (void)
{
  g_autofree gchar *folder = make_results ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *data = has_gnuplot () ? draw (folder, "participation", &error) : NULL;

  g_assert_no_error (error);
  if (data != NULL)
    g_assert_nonnull (strstr (data, "vote,time,share\n1,2,0.7\n1,3,0.6"));
  remove_tree (folder);
}

static void
test_finality_is_a_cdf (void)
{
  g_autofree gchar *folder = make_results ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *data = has_gnuplot () ? draw (folder, "finality-cdf", &error) : NULL;

  g_assert_no_error (error);
  if (data != NULL)
    g_assert_nonnull (strstr (data, "1,0.5,954"));
  remove_tree (folder);
}

/* Needs no program: without Graphviz the file is what there is. */
static void
test_the_tree_shows_forks (void)
{
  g_autofree gchar *folder = make_results ();
  g_autofree gchar *path = g_build_filename (folder, "figures", "block-tree.gv", NULL);
  g_autofree gchar *before = g_strdup (g_getenv ("PATH"));
  g_autoptr (GError) error = NULL;
  g_autofree gchar *data = NULL;
  g_autofree gchar *graph = NULL;

  g_setenv ("PATH", folder, TRUE);
  data = draw (folder, "block-tree", &error);
  g_setenv ("PATH", before, TRUE);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (data, "block,parent,fate\n"));
  g_assert_true (g_file_get_contents (path, &graph, NULL, NULL));
  g_assert_nonnull (strstr (graph, "digraph {"));
  g_assert_nonnull (strstr (graph, "3 -> 4"));
  g_assert_nonnull (strstr (graph, "3 -> 5"));
  g_assert_nonnull (strstr (graph, "4 [shape = ellipse"));
  remove_tree (folder);
}

static void
test_results_without_the_metric_are_refused_in_one_line (void)
{
  static const gchar *const kinds[]
      = { "slot-timeline", "head-votes", "participation", "finality-cdf", "block-tree" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree gchar *folder = g_dir_make_tmp ("pnyx-stake-XXXXXX", NULL);
      g_autoptr (GError) error = NULL;
      g_autofree gchar *data = NULL;

      put (folder, "summary.csv",
           "point,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n"
           "0,,stake.gini,,1,0.5,,,,0.5,0.5,0.5\n");
      data = draw (folder, kinds[i], &error);
      g_assert_null (data);
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
      g_assert_null (strchr (error->message, '\n'));
      remove_tree (folder);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/stake-figures/" path, function)
  ADD ("slot-timeline", test_the_timeline_has_a_cell_for_each_slot);
  ADD ("head-votes", test_head_votes_have_points_and_means);
  ADD ("participation", test_participation_is_by_epoch);
  ADD ("finality-cdf", test_finality_is_a_cdf);
  ADD ("block-tree", test_the_tree_shows_forks);
  ADD ("missing", test_results_without_the_metric_are_refused_in_one_line);
  return g_test_run ();
}
