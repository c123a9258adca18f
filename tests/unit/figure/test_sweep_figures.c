/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of sweeps from a made-up sweep: which numbers they draw, and what they refuse. */
#include <glib/gstdio.h>
#include <string.h>

#include "figure/figure.h"
#include "results/store.h"
#include "scenario/reader.h"
#include "support/sweep_folder.h"

/* @attributes: of one figure. The data that it left, as text. */
static gchar *
draw (const gchar *folder, const gchar *kind, const gchar *attributes, GError **error)
{
  g_autofree gchar *xml = g_strdup_printf (
      "<figures xmlns=\"urn:pnyx:scenario:1\"><figure kind=\"%s\" %s/></figures>", kind,
      attributes);
  g_autofree gchar *templates
      = g_build_filename (g_getenv ("PNYX_SOURCE"), "analysis", "figures", NULL);
  PnyxReader reader = { .root = &pnyx_element_figures };
  g_autoptr (PnyxScenario) scenario
      = pnyx_scenario_read_memory (&reader, xml, strlen (xml), "test", error);
  g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *name = g_strdup_printf ("figures/%s.csv", kind);

  g_assert_nonnull (scenario);
  if (!pnyx_figures_draw (scenario->root, folder, templates, "svg", NULL, drawn, error))
    return NULL;
  g_assert_cmpuint (drawn->len, ==, 1);
  return pnyx_test_contents (folder, name);
}

static gboolean
has_gnuplot (void)
{
  g_autofree gchar *program = g_find_program_in_path ("gnuplot");

  if (program == NULL)
    g_test_skip ("gnuplot is not installed");
  return program != NULL;
}

typedef struct
{
  const gchar *kind, *attributes;
  const gchar *data; /* all of it; with "..." at the end: how it begins */
} Drawn;

/* The whole table where it is short: a wrong row, column or order shows. */
static const Drawn drawn[] = {
  { "lines", "metric='finality.time' series='mode'",
    "curve,x,mean,ci95_low,ci95_high\n"
    "1,0.1,101,99,103\n1,0.2,111,109,113\n1,0.4,121,119,123\n"
    "2,0.1,102,100,104\n2,0.2,112,110,114\n2,0.4,122,120,124\n" },
  { "lines", "metric='loss' x='mode' at='delay=0.4'",
    "curve,x,mean,ci95_low,ci95_high\n1,0,0.2,0.2,0.2\n" },
  { "lines", "metric='price' scope='two' x='delay' at='mode=slow' x-scale='log' y-scale='log'",
    "curve,x,mean,ci95_low,ci95_high\n1,0.1,9,7,11\n1,0.2,9,7,11\n1,0.4,9,7,11\n" },
  { "heat-map", "metric='loss'",
    "column,row,x,y,mean,missing\n0,0,0.1,slow,0,0\n1,0,0.2,slow,0.1,0\n2,0,0.4,slow,0.2,0\n"
    "0,1,0.1,\"fast, too\",0,0\n1,1,0.2,\"fast, too\",0.1,0\n2,1,0.4,\"fast, too\",,1\n" },
  { "heat-map", "metric='finality.time' x='mode' y='delay' scale='log'",
    "column,row,x,y,mean,missing\n0,0,slow,0.1,101,0\n1,0,\"fast, too\",0.1,102,0\n..." },
  { "stacked-bars", "metrics='share.*' x='mode' at='delay=0.1'",
    "bar,metric,begin,end\n0,1,0,0.25\n0,2,0.25,1\n1,1,0,0.25\n1,2,0.25,0.75\n" },
  { "stacked-bars", "metrics='loss' x='delay' at='mode=slow'",
    "bar,metric,begin,end\n1,1,0,0.1\n2,1,0,0.2\n" },
  { "box-plot", "metric='finality.time' at='mode=slow'",
    "box,role,n,whisker_low,q1,median,q3,whisker_high,value\n"
    "0,0,3,100,100,101,102,102,\n0,1,,,,,,,100\n0,1,,,,,,,101\n0,1,,,,,,,102\n1,0,3,110,..." },
  { "box-plot", "metric='price' scope='one' at='mode=slow' y-scale='log'",
    "box,role,n,whisker_low,q1,median,q3,whisker_high,value\n0,0,3,7,7,8,9,9,\n..." },
  { "time-series", "metric='rate' at='delay=0.2' points='0, 2'",
    "curve,replicate,time,mean,ci95_low,ci95_high\n1,0,0,2,-0.48413771175033" /* 1, 2, 3 */
    "..." },
  { "time-series", "metric='rate' points='4' show='replicates'",
    "curve,replicate,time,mean,ci95_low,ci95_high\n1,1,0,2,,\n1,1,60,2,,\n1,1,120,2,,\n1,2,0,3,,\n"
    "1,2,60,3,,\n1,2,120,3,,\n1,3,0,4,,\n1,3,60,4,,\n1,3,120,4,,\n" },
  { "scatter", "x='finality.time' y='loss' series='mode'",
    "curve,x,x_ci95_low,x_ci95_high,y,y_ci95_low,y_ci95_high\n1,101,99,103,0,0,0\n"
    "2,102,100,104,0,0,0\n1,111,109,113,0.1,0.1,0.1\n2,112,110,114,0.1,0.1,0.1\n"
    "1,121,119,123,0.2,0.2,0.2\n" },
  { "scatter", "x='finality.time' y='finality.time' of='runs' at='delay=0.1' identity='true'",
    "curve,x,x_ci95_low,x_ci95_high,y,y_ci95_low,y_ci95_high\n1,100,,,100,,\n1,101,,,101,,\n"
    "1,102,,,102,,\n1,101,,,101,,\n1,102,,,102,,\n1,103,,,103,,\n" },
  { "tornado", "",
    "rank,index,estimate,ci95_low,ci95_high\n1,0,0.6,0.5,0.7\n1,1,0.4,0.3,0.5\n"
    "2,0,0.3,0.2,0.4\n2,1,0.1,0.05,0.15\n" },
  { "tornado", "metric='price' top='1'", "rank,index,estimate,ci95_low,ci95_high\n1,0,2,1,3\n" },
};

static void
test_the_data_are_those_of_the_results (void)
{
  g_autofree gchar *folder = pnyx_test_sweep_new ();

  for (gsize i = 0; has_gnuplot () && i < G_N_ELEMENTS (drawn); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree gchar *data = NULL;
      gsize n = strlen (drawn[i].data);

      g_test_message ("%s %s", drawn[i].kind, drawn[i].attributes);
      data = draw (folder, drawn[i].kind, drawn[i].attributes, &error);
      g_assert_no_error (error);
      if (g_str_has_suffix (drawn[i].data, "..."))
        g_assert_true (strncmp (data, drawn[i].data, n - 3) == 0);
      else
        g_assert_cmpstr (data, ==, drawn[i].data);
    }
  pnyx_test_remove (folder);
}

static void
test_times_of_their_own_are_put_into_bins (void)
{
  g_autofree gchar *folder = pnyx_test_sweep_new ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *data
      = has_gnuplot () ? draw (folder, "time-series", "metric='arrivals' points='0'", &error)
                       : NULL;
  g_auto (GStrv) lines = g_strsplit (data == NULL ? "" : data, "\n", -1);
  guint n = g_strv_length (lines);

  g_assert_no_error (error);
  if (data != NULL)
    {
      g_assert_cmpuint (n, >, 30); /* 40 arrivals in 60 bins, not 120 times */
      g_assert_cmpuint (n, <, 63);
      g_assert_true (g_str_has_prefix (lines[1], "1,0,"));
      g_assert_nonnull (strstr (lines[1], ",1,")); /* the mean of 0, 1 and 2 */
    }
  pnyx_test_remove (folder);
}

static const struct
{
  const gchar *kind, *attributes;
  PnyxErrorCode code;
  const gchar *message;
} refused[] = {
  { "lines", "metric='finalty.time'", PNYX_ERROR_MISSING,
    "the results hold no values of finalty.time; did you mean \"finality.time\"?" },
  { "lines", "metric='loss'", PNYX_ERROR_RANGE,
    "the axis mode has several values (expected at=\"mode=slow\", or series=\"mode\")" },
  { "lines", "metric='loss' x='mode'", PNYX_ERROR_RANGE,
    "the axis net/@delay has several values (expected at=\"delay=0.1\", or series=\"delay\")" },
  { "lines", "metric='loss' x='dely'", PNYX_ERROR_MISSING,
    "the results have no axis \"dely\"; did you mean \"delay\"? (axes: net/@delay, mode)" },
  { "lines", "metric='loss' at='mode=quick'", PNYX_ERROR_RANGE,
    "no point has \"quick\" of the axis mode (expected slow, fast, too)" },
  { "lines", "metric='loss' at='mode'", PNYX_ERROR_SYNTAX,
    "at: \"mode\" has no \"=\" (expected at=\"AXIS=VALUE, ...\")" },
  { "lines", "metric='price' at='mode=slow'", PNYX_ERROR_RANGE,
    "price is of several (expected scope=\"one\", or \"two\" ...)" },
  { "lines", "metric='price' scope='three' at='mode=slow'", PNYX_ERROR_MISSING,
    "the results hold no values of price of the scope \"three\" (expected \"one\")" },
  { "lines", "metric='loss, finality.time' series='mode'", PNYX_ERROR_RANGE,
    "finality.time is in \"s\", loss in \"\" (expected metrics of one unit)" },
  { "lines", "metric='loss' series='mode' y-scale='log'", PNYX_ERROR_RANGE,
    "y-scale=\"log\" of values that are not all above 0 (expected linear)" },
  { "lines", "metric='loss' x='mode' at='delay=0.4, mode=slow, mode=fast'", PNYX_ERROR_RANGE,
    "no point has \"fast\" of the axis mode (expected slow)" },
  { "heat-map", "metric='loss' at='mode=slow'", PNYX_ERROR_MISSING,
    "the results have no two axes to draw over (expected those of a sweep)" },
  { "heat-map", "metric='loss' scale='log'", PNYX_ERROR_RANGE,
    "scale=\"log\" of values that are not all above 0 (expected linear)" },
  { "stacked-bars", "metrics='energy.*' at='mode=slow'", PNYX_ERROR_MISSING,
    "the results hold no values of energy.*" },
  { "stacked-bars", "metrics='share.a, finality.time' at='mode=slow'", PNYX_ERROR_RANGE,
    "finality.time is in \"s\", share.a in \"\" (expected metrics of one unit)" },
  { "stacked-bars", "metrics='loss' x='mode' at='delay=0.1'", PNYX_ERROR_MISSING,
    "loss has no value above 0 at any of these points" },
  { "box-plot", "metric='loss' at='mode=slow' y-scale='log'", PNYX_ERROR_RANGE,
    "y-scale=\"log\" of values that are not all above 0 (expected linear)" },
  { "time-series", "metric='rat' points='0'", PNYX_ERROR_MISSING,
    "the results hold no series of rat" },
  { "time-series", "metric='rate' points='9'", PNYX_ERROR_MISSING,
    "the results have none of these points" },
  { "time-series", "metric='rate' scope='x'", PNYX_ERROR_MISSING,
    "the results hold no series of rate of the scope \"x\"" },
  { "scatter", "x='finality.time' y='price'", PNYX_ERROR_MISSING,
    "no point has values of both finality.time and price of one scope" },
  { "scatter", "x='finality.time' y='loss' y-scale='log'", PNYX_ERROR_RANGE,
    "y-scale=\"log\" of values that are not all above 0 (expected linear)" },
  { "tornado", "metric='los'", PNYX_ERROR_MISSING,
    "sensitivity.csv holds no indices of los; did you mean \"loss\"?" },
  { "cdf", "metric='rate'", PNYX_ERROR_MISSING, "the results hold no values of rate.mean" },
};

static void
test_what_cannot_be_drawn_is_told_in_one_line (void)
{
  g_autofree gchar *folder = pnyx_test_sweep_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree gchar *message
          = g_strdup_printf ("figure %s: %s", refused[i].kind, refused[i].message);
      g_autoptr (GError) error = NULL;
      g_autofree gchar *data = draw (folder, refused[i].kind, refused[i].attributes, &error);

      g_assert_null (data);
      g_assert_nonnull (error);
      g_assert_cmpstr (error->message, ==, message);
      g_assert_error (error, PNYX_ERROR, (gint)refused[i].code);
    }
  pnyx_test_remove (folder);
}

static void
test_results_of_one_point_have_bars_and_boxes_but_no_lines (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-point-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *lines = NULL;

  pnyx_test_put (folder, "summary.csv",
                 "point,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n"
                 "0,,loss,,2,0.5,0.1,0.4,0.6,0.4,0.5,0.6\n");
  pnyx_test_put (folder, "runs.csv", "point,replicate,seed,loss\n0,0,1,0.4\n0,1,1,0.6\n");
  lines = draw (folder, "lines", "metric='loss'", &error);
  g_assert_null (lines);
  g_assert_cmpstr (
      error->message, ==,
      "figure lines: the results have no axis to draw over (expected those of a sweep)");
  g_clear_error (&error);
  if (has_gnuplot ())
    {
      g_autofree gchar *bars = draw (folder, "stacked-bars", "metrics='loss'", &error);
      g_autofree gchar *boxes = draw (folder, "box-plot", "metric='loss'", &error);

      g_assert_no_error (error);
      g_assert_cmpstr (bars, ==, "bar,metric,begin,end\n0,1,0,0.5\n");
      g_assert_nonnull (strstr (boxes, "\n0,0,2,0.4,0.4,0.4,0.6,0.6,\n"));
    }
  pnyx_test_remove (folder);
}

/* ---- Distributions, which come from the store ---- */

/* Replicate r: a hundred values, of which 50 + 10 r are 1 ms and the rest 3 ms; of a run of the
 * last replicate ten more are unfinished. */
static void
add_run (PnyxStore *store, guint point, guint replicate)
{
  g_autoptr (PnyxOutput) output = pnyx_output_new ();
  PnyxHistogram *histogram = pnyx_histogram_new (NULL);
  PnyxRunResult run = { .point = point, .replicate = replicate, .seed = 1, .output = output };
  const PnyxRunResult *const runs[] = { &run };
  g_autoptr (GError) error = NULL;

  pnyx_histogram_add_many (histogram, 1000000, 50 + 10 * replicate);
  pnyx_histogram_add_many (histogram, 3000000, 50 - 10 * replicate);
  pnyx_histogram_add_unfinished (histogram, replicate == 2 ? 100 : 0);
  pnyx_output_latency (output, "", "latency.x", histogram);
  pnyx_store_add (store, runs, 1, &error);
  g_assert_no_error (error);
}

static void
test_a_cdf_is_the_mean_over_replicates (void)
{
  static const gchar *const axes[] = { "mode" }, *const values[] = { "slow" };
  const PnyxStoreHead head = { .command = "sweep",
                               .scenario = "<scenario/>",
                               .n_points = 1,
                               .shard = 1,
                               .n_shards = 1,
                               .n_axes = 1,
                               .axes = axes,
                               .values = values };
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-cdf-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  PnyxStore *store = pnyx_store_create (folder, &head, &error);
  g_autofree gchar *data = NULL;

  g_assert_no_error (error);
  for (guint r = 0; r < 3; r++)
    add_run (store, 0, r);
  g_assert_true (pnyx_store_seal (store, &error));
  pnyx_store_free (store);
  pnyx_test_put (folder, "summary.csv",
                 "point,mode,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n"
                 "0,slow,,latency.x.mean,s,3,0.002,,,,,,\n");
  data = has_gnuplot () ? draw (folder, "cdf", "metric='latency.x'", &error) : NULL;
  g_assert_no_error (error);
  if (data != NULL)
    {
      g_auto (GStrv) lines = g_strsplit (data, "\n", -1);
      gdouble middle = 0, last = 0;

      g_assert_cmpstr (lines[0], ==, "curve,time,share,ci95_low,ci95_high");
      for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
        {
          g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);
          gdouble time = g_ascii_strtod (fields[1], NULL);

          last = g_ascii_strtod (fields[2], NULL);
          if (time > 0.002 && middle == 0)
            middle = last;
          g_assert_cmpfloat (g_ascii_strtod (fields[3], NULL), <=, last);
          g_assert_cmpfloat (g_ascii_strtod (fields[4], NULL), >=, last);
        }
      /* 0.5, 0.6 and 0.7 / 2 at 1 ms; 1, 1 and 1 / 2 at the end. */
      g_assert_cmpfloat_with_epsilon (middle, (0.5 + 0.6 + 0.35) / 3, 1e-9);
      g_assert_cmpfloat_with_epsilon (last, 2.5 / 3, 1e-9);
    }
  pnyx_test_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/sweep-figures/" path, function)
  ADD ("data", test_the_data_are_those_of_the_results);
  ADD ("bins", test_times_of_their_own_are_put_into_bins);
  ADD ("refused", test_what_cannot_be_drawn_is_told_in_one_line);
  ADD ("one-point", test_results_of_one_point_have_bars_and_boxes_but_no_lines);
  ADD ("cdf", test_a_cdf_is_the_mean_over_replicates);
  return g_test_run ();
}
