/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "batch/experiment.h"
#include "results/frame.h"
#include "support/scratch.h"
#include "support/test_world.h"

#define WORLD                                                                                      \
  "<network nodes='20'><delay kind='distribution' value='10 s'/></network><chain "                 \
  "kind='nakamoto'/>"

/* Runs a scenario into @folder. */
static void
run_into (const gchar *folder, const gchar *run)
{
  g_autofree gchar *body = g_strdup_printf ("%s" WORLD, run);
  g_autoptr (PnyxSweep) sweep = test_sweep (body, FALSE);
  PnyxExperimentOptions options = { .out = folder, .threads = 2 };
  PnyxExperimentEnd end;
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxExperiment) experiment = pnyx_experiment_begin (sweep, "run", &options, &error);

  g_assert_no_error (error);
  pnyx_experiment_run (experiment, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  pnyx_experiment_end (experiment, &end, &error);
  g_assert_no_error (error);
  g_assert_cmpint (end.status, ==, PNYX_STATUS_FINISHED);
}

/* The value in @column of the row of @metric. */
static gdouble
value_of (const gchar *folder, const gchar *file, const gchar *metric, const gchar *column)
{
  g_autofree gchar *path = g_build_filename (folder, file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxFrame) frame = pnyx_frame_read (path, &error);

  g_assert_no_error (error);
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    if (g_str_equal (pnyx_frame_text (frame, row, pnyx_frame_column (frame, "metric")), metric))
      return pnyx_frame_number (frame, row, pnyx_frame_column (frame, column));
  g_error ("%s has no %s", path, metric);
}

/* What is counted is counted in one batch, and what happens in none of them in none: the parts of
 * the window are the window. */
static void
test_the_parts_make_the_whole (void)
{
  static const gchar *const counts[] = { "blocks.proposed", "energy.total" };
  g_autoptr (Scratch) folder = scratch_new ();

  run_into (folder, "<run warmup='1 d' duration='50 d' batches='10'/>");
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      gdouble part = value_of (folder, "batches.csv", counts[i], "mean");
      gdouble whole = value_of (folder, "summary.csv", counts[i], "mean");

      g_assert_cmpfloat (value_of (folder, "batches.csv", counts[i], "batches"), ==, 10);
      g_assert_cmpfloat_with_epsilon (part * 10 / whole, 1, 1e-9);
    }
}

/* The interval of one long run against the mean of twelve others; batches observe and change
 * nothing of what the whole window measures. */
static void
test_one_long_run_knows_its_error (void)
{
  g_autoptr (Scratch) one = scratch_new ();
  g_autoptr (Scratch) plain = scratch_new ();
  g_autoptr (Scratch) many = scratch_new ();
  gdouble low, high, mean;

  run_into (one, "<run warmup='1 d' duration='200 d' batches='20'/>");
  run_into (plain, "<run warmup='1 d' duration='200 d'/>");
  run_into (many, "<run warmup='1 d' duration='200 d' replicates='12'/>");
  low = value_of (one, "batches.csv", "blocks.orphan_rate", "ci95_low");
  high = value_of (one, "batches.csv", "blocks.orphan_rate", "ci95_high");
  mean = value_of (many, "summary.csv", "blocks.orphan_rate", "mean");
  g_test_message ("%g in [%g, %g]", mean, low, high);
  g_assert_cmpfloat (low, <, mean);
  g_assert_cmpfloat (high, >, mean);
  g_assert_cmpfloat (high - low, <, mean / 2);
  g_assert_cmpfloat (value_of (one, "summary.csv", "blocks.orphan_rate", "mean"), ==,
                     value_of (plain, "summary.csv", "blocks.orphan_rate", "mean"));
}

static void
test_blocks_are_no_measure_of_batches (void)
{
  g_autofree gchar *message
      = test_refusal ("<run duration='50 block' batches='10'/>" WORLD, PNYX_ERROR_CONFLICT);

  g_assert_nonnull (strstr (message, "batches are equal parts of time"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/csv-batches/the-parts-make-the-whole", test_the_parts_make_the_whole);
  g_test_add_func ("/results/csv-batches/one-long-run-knows-its-error",
                   test_one_long_run_knows_its_error);
  g_test_add_func ("/results/csv-batches/blocks-are-no-measure",
                   test_blocks_are_no_measure_of_batches);
  return g_test_run ();
}
