/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What figures refuse for their axes is in test_sweep_figures.c. */
#include "figure/grid.h"

#include <string.h>

#include "batch/root.h"
#include "scenario/reader.h"
#include "support/sweep_folder.h"

static void
test_points_have_places_by_their_axes (void)
{
  const PnyxGridQuery query = { .x = "delay", .series = "mode" };
  g_autofree gchar *folder = pnyx_test_sweep_new ();
  g_autoptr (PnyxFigureData) data = pnyx_figure_data_new (folder, NULL);
  g_autoptr (PnyxGrid) grid = pnyx_grid_new (data, &query, NULL);
  g_autofree gchar *curve = pnyx_axis_curve (&grid->series, 1);
  g_autofree gchar *caption = pnyx_grid_caption (grid, "loss", "mean", "a=b");
  guint x, series;

  g_assert_true (grid->x.numeric);
  g_assert_false (grid->series.numeric);
  g_assert_cmpuint (grid->x.texts->len, ==, 3);
  g_assert_true (pnyx_grid_find (grid, "5", &x, &series));
  g_assert_cmpuint (x, ==, 2);
  g_assert_cmpuint (series, ==, 1);
  g_assert_false (pnyx_grid_find (grid, "6", &x, &series));
  g_assert_cmpfloat (pnyx_axis_position (&grid->x, 2), ==, 0.4);
  g_assert_cmpfloat (pnyx_axis_position (&grid->series, 1), ==, 1);
  g_assert_cmpstr (curve, ==, "fast, too");
  g_assert_cmpstr (caption, ==, "loss over net delay and mode, at a=b: mean.");
  pnyx_test_remove (folder);
}

static void
test_at_keeps_points (void)
{
  const PnyxGridQuery query = { .at = "mode=slow" };
  g_autofree gchar *folder = pnyx_test_sweep_new ();
  g_autoptr (PnyxFigureData) data = pnyx_figure_data_new (folder, NULL);
  g_autoptr (PnyxGrid) grid = pnyx_grid_new (data, &query, NULL);
  g_autoptr (GArray) points = pnyx_figure_points (data, "delay=0.20", NULL, 0, NULL);
  guint x, series;

  g_assert_cmpint (grid->x.column, ==, 1); /* the axis that varies */
  g_assert_true (pnyx_grid_find (grid, "4", &x, &series));
  g_assert_false (pnyx_grid_find (grid, "5", &x, &series));
  g_assert_cmpuint (points->len, ==, 2);
  g_assert_cmpfloat (g_array_index (points, gdouble, 0), ==, 2);
  pnyx_test_remove (folder);
}

/* In a random design each point has values of its own: all can be drawn over any axis. */
static void
test_a_random_design_needs_nothing_fixed (void)
{
  const PnyxGridQuery query = { .x = "b" };
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-grid-XXXXXX", NULL);
  g_autoptr (PnyxFigureData) data = NULL;
  g_autoptr (PnyxGrid) grid = NULL;

  pnyx_test_put (folder, "summary.csv",
                 "point,a,b,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n"
                 "0,0.1,9,,m,,1,1,,,,,,\n1,0.2,7,,m,,1,2,,,,,,\n2,0.3,8,,m,,1,3,,,,,,\n");
  data = pnyx_figure_data_new (folder, NULL);
  grid = pnyx_grid_new (data, &query, NULL);
  g_assert_nonnull (grid);
  g_assert_cmpstr (grid->x.texts->pdata[0], ==, "7"); /* ascending */
  g_assert_cmpstr (grid->x.texts->pdata[2], ==, "9");
  pnyx_test_remove (folder);
}

/* Units come from the scenario, by the path of the axis or the name it has there. */
static void
test_axes_have_the_units_of_the_scenario (void)
{
  static const gchar xml[]
      = "<scenario xmlns=\"urn:pnyx:scenario:1\" name=\"x\">"
        "<chain kind=\"nakamoto\"><nakamoto validation-transaction=\"50 us\"/></chain>"
        "<sweep><axis name=\"work\" path=\"nakamoto/@validation-transaction\" values=\"50 us, 1 "
        "ms\"/>"
        "</sweep></scenario>";
  g_autofree gchar *profiles = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  PnyxReader reader = { .root = &pnyx_element_scenario, .data_folder = profiles };
  const PnyxGridQuery query = { .x = "work", .at = "@block-limit = 1 MB, work = 50 us" };
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-grid-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) scenario
      = pnyx_scenario_read_memory (&reader, xml, strlen (xml), "test", &error);
  g_autoptr (PnyxFigureData) data = NULL;
  g_autoptr (PnyxGrid) grid = NULL;
  g_autofree gchar *value = NULL;

  g_assert_no_error (error);
  pnyx_test_put (folder, "summary.csv",
                 "point,work,chain[@id='a']/nakamoto/@block-limit,scope,metric,unit,n,mean,sd,"
                 "ci95_low,ci95_high,min,p50,max\n"
                 "0,5e-05,1000000,,m,,1,1,,,,,,\n1,5e-05,2000000,,m,,1,1,,,,,,\n"
                 "2,0.001,1000000,,m,,1,1,,,,,,\n");
  data = pnyx_figure_data_new (folder, NULL);
  data->root = scenario->root;
  grid = pnyx_grid_new (data, &query, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (grid->cells), ==, 1);
  value = pnyx_axis_value (&grid->x, 0);
  g_assert_cmpstr (value, ==, "50 µs");
  pnyx_test_remove (folder);
}

static void
test_labels_of_axes (void)
{
  static const gchar *const cases[][2] = {
    { "adversary/@share", "adversary share" },
    { "topology/@kind", "topology" },
    { "chain[@id='a/b']/gasper/@proposal-delay", "gasper proposal delay" },
    { "chain[@id='main']/@nodes", "chain nodes" },
    { "my-name_1", "my-name_1" },
    { "@x", "@x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *label = pnyx_axis_label (cases[i][0]);

      g_assert_cmpstr (label, ==, cases[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/figure/grid/" path, function)
  ADD ("places", test_points_have_places_by_their_axes);
  ADD ("at", test_at_keeps_points);
  ADD ("random-design", test_a_random_design_needs_nothing_fixed);
  ADD ("units", test_axes_have_the_units_of_the_scenario);
  ADD ("labels", test_labels_of_axes);
  return g_test_run ();
}
