/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/data.h"

#include <math.h>
#include <string.h>

#include "support/sweep_folder.h"

static void
test_points_have_their_axes_and_metrics_their_rows (void)
{
  g_autofree gchar *folder = pnyx_test_sweep_new ();
  g_autoptr (PnyxFigureData) data = pnyx_figure_data_new (folder, NULL);
  const PnyxFrame *rows = pnyx_figure_data_metric (data, "price", NULL);

  g_assert_cmpuint (pnyx_frame_n_rows (data->points), ==, 6);
  g_assert_cmpstr (pnyx_frame_text (data->points, 5, data->point), ==, "5");
  g_assert_cmpstr (pnyx_frame_text (data->points, 5, 2), ==, "fast, too");
  g_assert_cmpuint (pnyx_figure_data_rows (data), ==, 36);
  g_assert_cmpuint (data->metrics->len, ==, 5);
  g_assert_cmpstr (data->metrics->pdata[1], ==, "loss");
  g_assert_cmpuint (pnyx_frame_n_rows (rows), ==, 12);
  g_assert_cmpstr (pnyx_frame_text (rows, 11, data->scope), ==, "two");
  g_assert_cmpfloat (pnyx_frame_number (rows, 11, data->mean), ==, 9);
  g_assert_true (rows == pnyx_figure_data_metric (data, "price", NULL)); /* parsed once */
  pnyx_test_remove (folder);
}

/* pnyx has no such names, other programs that write the file may. */
static void
test_a_metric_may_stand_in_quotes (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-data-XXXXXX", NULL);
  g_autoptr (PnyxFigureData) data = NULL;

  pnyx_test_put (folder, "summary.csv",
                 "point,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n"
                 "0,,\"a\"\"b,c\",s,1,5,,,,5,5,5\n0,,\"plain\",s,1,6,,,,6,6,6\n");
  data = pnyx_figure_data_new (folder, NULL);
  g_assert_cmpuint (data->metrics->len, ==, 2);
  g_assert_cmpstr (data->metrics->pdata[0], ==, "a\"b,c");
  g_assert_cmpuint (pnyx_frame_n_rows (pnyx_figure_data_metric (data, "a\"b,c", NULL)), ==, 1);
  g_assert_nonnull (pnyx_figure_data_metric (data, "plain", NULL));
  pnyx_test_remove (folder);
}

static void
test_estimates_by_point_and_scope (void)
{
  g_autofree gchar *folder = pnyx_test_sweep_new ();
  g_autoptr (PnyxFigureData) data = pnyx_figure_data_new (folder, NULL);
  gchar three[] = "3", five[] = "5", world[] = "", two[] = "two";
  const PnyxCurve curve = { three, world }, priced = { five, two }, none = { five, world };
  PnyxEstimate time = pnyx_figure_data_estimate (data, &curve, "finality.time");

  g_assert_cmpfloat (time.mean, ==, 112);
  g_assert_cmpfloat (time.low, ==, 110);
  g_assert_cmpfloat (time.high, ==, 114);
  g_assert_cmpfloat (pnyx_figure_data_mean (data, &priced, "price"), ==, 9);
  g_assert_true (isnan (pnyx_figure_data_mean (data, &none, "loss")));
  g_assert_true (isnan (pnyx_figure_data_mean (data, &none, "price")));
  g_assert_true (isnan (pnyx_figure_data_mean (data, &none, "nothing")));
  g_assert_cmpfloat (pnyx_figure_data_axis (data, &curve, "delay"), ==, 0.2);
  g_assert_true (isnan (pnyx_figure_data_axis (data, &curve, "nothing")));
  pnyx_test_remove (folder);
}

static void
test_series_of_some_points (void)
{
  static const gdouble points[] = { 1, 5 };
  g_autofree gchar *folder = pnyx_test_sweep_new ();
  g_autoptr (PnyxFigureData) data = pnyx_figure_data_new (folder, NULL);
  g_autoptr (PnyxFrame) some = pnyx_figure_data_read (data, "series", "rate", points, 2, NULL);
  g_autoptr (PnyxFrame) all = pnyx_figure_data_read (data, "series", "rate", NULL, 0, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (pnyx_frame_n_rows (some), ==, 2 * 9);
  g_assert_cmpuint (pnyx_frame_n_rows (all), ==, 6 * 9);
  g_assert_null (pnyx_figure_data_read (data, "series", "rat", NULL, 0, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
  pnyx_test_remove (folder);
}

static void
test_what_is_no_summary_is_told (void)
{
  static const struct
  {
    const gchar *text;
    PnyxErrorCode code;
    const gchar *message;
  } cases[] = {
    { NULL, PNYX_ERROR_MISSING, "/summary.csv: there is no such file" },
    { "", PNYX_ERROR_SYNTAX, "/summary.csv:1: is not CSV (expected a header line)" },
    { "a,b\n", PNYX_ERROR_SYNTAX, "/summary.csv:1: does not have the columns of a summary" },
    { "point,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n"
      "0,,a,,1,1,,,,1,1,1\n0,,b\n",
      PNYX_ERROR_SYNTAX, "/summary.csv:3: a row of 3 fields (expected 12)" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *folder = g_dir_make_tmp ("pnyx-data-XXXXXX", NULL);
      g_autoptr (GError) error = NULL;

      if (cases[i].text != NULL)
        pnyx_test_put (folder, "summary.csv", cases[i].text);
      g_assert_null (pnyx_figure_data_new (folder, &error));
      g_assert_error (error, PNYX_ERROR, (gint)cases[i].code);
      g_assert_true (g_str_has_suffix (error->message, cases[i].message));
      pnyx_test_remove (folder);
    }
}

/* A summary whose last line has no end, and one without rows. */
static void
test_ends_of_files (void)
{
  static const gchar header[]
      = "point,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n";
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-data-XXXXXX", NULL);
  g_autofree gchar *text = g_strconcat (header, "0,,a,,1,1,,,,1,1,1\n1,,a,,1,2,,,,1,1,1", NULL);
  PnyxFigureData *data;

  pnyx_test_put (folder, "summary.csv", text);
  data = pnyx_figure_data_new (folder, NULL);
  g_assert_cmpuint (pnyx_frame_n_rows (data->points), ==, 2);
  g_assert_cmpfloat (pnyx_frame_number (pnyx_figure_data_metric (data, "a", NULL), 1, data->mean),
                     ==, 2);
  pnyx_figure_data_free (data);
  pnyx_test_put (folder, "summary.csv", header);
  data = pnyx_figure_data_new (folder, NULL);
  g_assert_cmpuint (pnyx_frame_n_rows (data->points), ==, 0);
  g_assert_null (pnyx_figure_data_metric (data, "a", NULL));
  pnyx_figure_data_free (data);
  pnyx_figure_data_free (NULL);
  pnyx_test_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/figure/data/" path, function)
  ADD ("rows", test_points_have_their_axes_and_metrics_their_rows);
  ADD ("quotes", test_a_metric_may_stand_in_quotes);
  ADD ("estimates", test_estimates_by_point_and_scope);
  ADD ("series", test_series_of_some_points);
  ADD ("refused", test_what_is_no_summary_is_told);
  ADD ("ends", test_ends_of_files);
  return g_test_run ();
}
