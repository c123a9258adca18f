/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/sensitivity.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/sensitivity.h"
#include "results/frame.h"
#include "support/scratch.h"

static const gchar *const axes[] = { "delay", "share, of all" };

#define AXES "delay,\"share, of all\""

/* What a metric is at a point; replicate 1 adds @spread. */
typedef struct
{
  const gchar *column, *scope, *metric, *unit;
  gdouble base, slopes[2], spread;
} Metric;

static const Metric metrics[] = {
  { "main:latency", "main", "latency", "s", 5, { 3, -2 }, 0.5 },
  { "constant", "", "constant", "J", 7, { 0, 0 }, 0 },
  { "exact", "", "exact", "", 0, { 1, 0 }, 0 },
  { "absent", "", "absent", "s", NAN, { 0, 0 }, 0 },
};

static void
append_number (GString *text, gdouble value)
{
  gchar buffer[PNYX_NUMBER_BUFFER];

  g_string_append_printf (text, ",%s", pnyx_number_format (buffer, value));
}

/* A folder of a design of 8 with two axes; @n_replicates at each point, point @skipped left out. */
static void
write_folder (const Scratch *scratch, PnyxDesignKind kind, guint n_replicates, gsize skipped)
{
  gsize n_points = pnyx_design_rows (kind, 8, 2);
  g_autofree gdouble *x = pnyx_design_new (kind, 8, 2, 3);
  g_autoptr (GString) runs = g_string_new ("point,replicate,seed," AXES);
  g_autoptr (GString) summary = g_string_new (
      "point," AXES ",scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n");

  for (gsize k = 0; k < G_N_ELEMENTS (metrics); k++)
    {
      g_string_append_printf (runs, ",%s", metrics[k].column);
      g_string_append_printf (summary, "0,1,2,%s,%s,%s,1,1,,,,1,1,1\n", metrics[k].scope,
                              metrics[k].metric, metrics[k].unit);
    }
  g_string_append_c (runs, '\n');
  for (gsize point = 0; point < n_points; point++)
    for (guint replicate = 0; replicate < n_replicates && point != skipped; replicate++)
      {
        g_string_append_printf (runs, "%u,%u,1,x,y", (guint)point, replicate);
        for (gsize k = 0; k < G_N_ELEMENTS (metrics); k++)
          append_number (runs, metrics[k].base + metrics[k].slopes[0] * x[2 * point]
                                   + metrics[k].slopes[1] * x[2 * point + 1]
                                   + metrics[k].spread * replicate);
        g_string_append_c (runs, '\n');
      }
  g_free (scratch_write (scratch, "runs.csv", runs->str));
  g_free (scratch_write (scratch, "summary.csv", summary->str));
}

static PnyxFrame *
frame_of (const Scratch *scratch)
{
  g_autofree gchar *path = g_build_filename (scratch, "sensitivity.csv", NULL);
  g_autoptr (GError) error = NULL;
  PnyxFrame *frame = pnyx_frame_read (path, &error);

  g_assert_no_error (error);
  return frame;
}

static void
assert_row (const PnyxFrame *frame, gsize row, const gchar *const texts[5], gdouble estimate)
{
  for (gint i = 0; i < 5; i++)
    g_assert_cmpstr (pnyx_frame_text (frame, row, i), ==, texts[i]);
  g_assert_cmpfloat_with_epsilon (pnyx_frame_number (frame, row, 5), estimate, 1e-12);
}

static void
test_morris_has_three_rows_for_each_axis (void)
{
  static const gchar *const expected[][5] = {
    { "main", "latency", "s", "delay", "mu" },
    { "main", "latency", "s", "delay", "mu_star" },
    { "main", "latency", "s", "delay", "sigma" },
    { "main", "latency", "s", "share, of all", "mu" },
    { "main", "latency", "s", "share, of all", "mu_star" },
    { "main", "latency", "s", "share, of all", "sigma" },
    { "", "exact", "", "delay", "mu" },
  };
  static const gdouble estimates[] = { 3, 3, 0, -2, 2, 0, 1 };
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (PnyxFrame) frame = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;

  write_folder (scratch, PNYX_DESIGN_MORRIS, 2, G_MAXSIZE);
  pnyx_sensitivity_write (scratch, PNYX_DESIGN_MORRIS, 8, 3, axes, 2, &error);
  g_assert_no_error (error);
  frame = frame_of (scratch);
  g_assert_cmpuint (pnyx_frame_n_rows (frame), ==, 12); /* neither the constant nor the absent */
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    assert_row (frame, i, expected[i], estimates[i]);
  g_assert_cmpfloat_with_epsilon (pnyx_frame_number (frame, 0, 6), 3, 1e-12);
  g_assert_cmpfloat (pnyx_frame_number (frame, 0, 8), >, 0);
  g_assert_cmpfloat (pnyx_frame_number (frame, 6, 8), ==, 0);
  text = scratch_read (scratch, "sensitivity.csv");
  g_assert_true (g_str_has_prefix (
      text, "scope,metric,unit,axis,index,estimate,ci95_low,ci95_high,noise\nmain,latency,s,"));
}

static void
test_saltelli_is_what_the_indices_of_the_means_are (void)
{
  const PnyxBootstrap bootstrap = { .n_resamples = 1000, .seed = 3, .confidence = 0.95 };
  gsize n_points = pnyx_design_rows (PNYX_DESIGN_SALTELLI, 8, 2);
  g_autofree gdouble *x = pnyx_design_new (PNYX_DESIGN_SALTELLI, 8, 2, 3);
  g_autofree gdouble *y = g_new (gdouble, n_points);
  static const gchar *const first[] = { "main", "latency", "s", "delay", "first" };
  static const gchar *const total[] = { "main", "latency", "s", "share, of all", "total" };
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (PnyxFrame) frame = NULL;
  g_autoptr (GError) error = NULL;
  PnyxSobolIndices of[2];

  for (gsize p = 0; p < n_points; p++)
    y[p] = 5 + 3 * x[2 * p] - 2 * x[2 * p + 1] + 0.25;
  g_assert_true (pnyx_sobol_indices (y, 8, 2, &bootstrap, of));
  write_folder (scratch, PNYX_DESIGN_SALTELLI, 2, G_MAXSIZE);
  pnyx_sensitivity_write (scratch, PNYX_DESIGN_SALTELLI, 8, 3, axes, 2, &error);
  g_assert_no_error (error);
  frame = frame_of (scratch);
  g_assert_cmpuint (pnyx_frame_n_rows (frame), ==, 8);
  assert_row (frame, 0, first, of[0].first.value);
  assert_row (frame, 3, total, of[1].total.value);
  g_assert_cmpfloat_with_epsilon (pnyx_frame_number (frame, 3, 6), of[1].total.interval.low, 1e-12);
  g_assert_cmpfloat_with_epsilon (pnyx_frame_number (frame, 3, 7), of[1].total.interval.high,
                                  1e-12);
  g_assert_cmpfloat_with_epsilon (pnyx_frame_number (frame, 0, 8),
                                  0.125 / 2 / pow (pnyx_sd (y, n_points), 2), 1e-12);
}

static void
test_one_replicate_has_no_noise_to_tell (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (PnyxFrame) frame = NULL;

  write_folder (scratch, PNYX_DESIGN_SALTELLI, 1, G_MAXSIZE);
  g_assert_true (pnyx_sensitivity_write (scratch, PNYX_DESIGN_SALTELLI, 8, 3, axes, 2, NULL));
  frame = frame_of (scratch);
  g_assert_cmpstr (pnyx_frame_text (frame, 0, 8), ==, "");
}

static void
assert_refused (const Scratch *scratch, const gchar *const *names, guint n_axes, PnyxErrorCode code,
                const gchar *end)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (
      pnyx_sensitivity_write (scratch, PNYX_DESIGN_MORRIS, 8, 3, names, n_axes, &error));
  g_assert_error (error, PNYX_ERROR, (gint)code);
  g_assert_true (g_str_has_prefix (error->message, scratch));
  if (!g_str_has_suffix (error->message, end))
    g_error ("%s", error->message);
}

static void
test_what_is_not_the_design_is_refused (void)
{
  static const gchar *const others[] = { "delay", "size" };
  static const gchar *const more[] = { "delay", "share, of all", "main:latency" };
  static const gsize skipped[] = { 0, 11, 23 };
  g_autoptr (Scratch) scratch = scratch_new ();

  assert_refused (scratch, axes, 2, PNYX_ERROR_MISSING, "runs.csv: there is no such file");
  for (gsize i = 0; i < G_N_ELEMENTS (skipped); i++)
    {
      write_folder (scratch, PNYX_DESIGN_MORRIS, 2, skipped[i]);
      assert_refused (scratch, axes, 2, PNYX_ERROR_CONFLICT,
                      "is not where the design has it (expected 24 points in order, none left "
                      "out)");
    }
  write_folder (scratch, PNYX_DESIGN_SALTELLI, 2, G_MAXSIZE); /* 32 points, not 24 */
  assert_refused (scratch, axes, 2, PNYX_ERROR_CONFLICT,
                  "point 24 is not where the design has it (expected 24 points in order, none "
                  "left out)");
  write_folder (scratch, PNYX_DESIGN_MORRIS, 2, G_MAXSIZE);
  assert_refused (scratch, others, 2, PNYX_ERROR_CONFLICT,
                  "/runs.csv:1: column 5 is not \"size\" (expected the axes of the design)");
  assert_refused (scratch, more, 3, PNYX_ERROR_CONFLICT,
                  "point 24 is not where the design has it (expected 32 points in order, none "
                  "left out)");
  g_free (scratch_write (scratch, "runs.csv", "point,replicate,seed," AXES ",m\nx,0,1,1,1,1\n"));
  assert_refused (scratch, axes, 2, PNYX_ERROR_SYNTAX,
                  "runs.csv:2: \"point\" is not a whole number");
}

static void
test_a_folder_that_cannot_be_written_is_said (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *blocked = NULL;
  g_autoptr (GError) error = NULL;

  write_folder (scratch, PNYX_DESIGN_MORRIS, 1, G_MAXSIZE);
  blocked = scratch_write (scratch, "sensitivity.csv/x", ""); /* a folder has the name */
  g_assert_false (pnyx_sensitivity_write (scratch, PNYX_DESIGN_MORRIS, 8, 3, axes, 2, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
}

#define ADD(name, test) g_test_add_func ("/results/sensitivity/" name, test)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("morris-has-three-rows-for-each-axis", test_morris_has_three_rows_for_each_axis);
  ADD ("saltelli-is-what-the-indices-of-the-means-are",
       test_saltelli_is_what_the_indices_of_the_means_are);
  ADD ("one-replicate-has-no-noise-to-tell", test_one_replicate_has_no_noise_to_tell);
  ADD ("what-is-not-the-design-is-refused", test_what_is_not_the_design_is_refused);
  ADD ("a-folder-that-cannot-be-written-is-said", test_a_folder_that_cannot_be_written_is_said);
  return g_test_run ();
}
