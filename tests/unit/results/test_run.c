/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/run.h"

#include <math.h>
#include <string.h>

static PnyxRunResult *
full_run (void)
{
  PnyxRunResult *run = g_new0 (PnyxRunResult, 1);
  PnyxDistributionRow row = {
    .scope = "b", .metric = "latency.x", .scale = 1e-9, .histogram = pnyx_histogram_new (NULL)
  };

  run->point = 7;
  run->replicate = G_MAXUINT;
  run->seed = G_MAXUINT64 - 1;
  run->events = G_GUINT64_CONSTANT (1) << 63;
  run->digest = G_GUINT64_CONSTANT (0xfedcba9876543210);
  run->cpu_seconds = 0.1;
  run->output = pnyx_output_new ();
  pnyx_output_scalar (run->output, "", "a.b", "s", 0.1);
  pnyx_output_scalar (run->output, "\xc3\xa9", "none", "", NAN);
  pnyx_output_scalar (run->output, "", "all", "B", INFINITY);
  pnyx_output_point (run->output, "", "s", 1, -0.0);
  pnyx_output_point (run->output, "", "s", 1, NAN);
  pnyx_histogram_add_many (row.histogram, 12345, 3);
  pnyx_histogram_add (row.histogram, G_GINT64_CONSTANT (1) << 60);
  pnyx_histogram_add_unfinished (row.histogram, 2);
  g_array_append_val (run->output->distributions, row);
  return run;
}

static void
assert_bytes_return (const PnyxRunResult *run)
{
  g_autoptr (GBytes) bytes = pnyx_run_result_pack (run);
  g_autoptr (PnyxRunResult) again = pnyx_run_result_unpack (bytes);
  g_autoptr (GBytes) same = NULL;

  g_assert_nonnull (again);
  same = pnyx_run_result_pack (again);
  g_assert_true (g_bytes_equal (bytes, same));
}

static void
test_a_run_comes_back_as_it_was (void)
{
  g_autoptr (PnyxRunResult) run = full_run ();
  g_autoptr (GBytes) bytes = pnyx_run_result_pack (run);
  g_autoptr (PnyxRunResult) again = pnyx_run_result_unpack (bytes);
  const PnyxDistributionRow *row;

  g_assert_nonnull (again);
  g_assert_cmpuint (again->point, ==, 7);
  g_assert_cmpuint (again->replicate, ==, G_MAXUINT);
  g_assert_cmpuint (again->seed, ==, G_MAXUINT64 - 1);
  g_assert_cmpuint (again->events, ==, G_GUINT64_CONSTANT (1) << 63);
  g_assert_cmpuint (again->digest, ==, run->digest);
  g_assert_cmpfloat (again->cpu_seconds, ==, 0.1);
  g_assert_false (again->failed);
  g_assert_null (again->message);
  g_assert_cmpuint (again->output->scalars->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const PnyxScalar *a = &g_array_index (run->output->scalars, PnyxScalar, i);
      const PnyxScalar *b = &g_array_index (again->output->scalars, PnyxScalar, i);

      g_assert_cmpstr (a->scope, ==, b->scope);
      g_assert_cmpstr (a->metric, ==, b->metric);
      g_assert_cmpstr (a->unit, ==, b->unit);
      g_assert_cmpmem (&a->value, sizeof a->value, &b->value, sizeof b->value);
    }
  g_assert_cmpuint (again->output->series->len, ==, 2);
  g_assert_true (signbit (g_array_index (again->output->series, PnyxPoint, 0).value));
  g_assert_cmpuint (again->output->distributions->len, ==, 1);
  row = &g_array_index (again->output->distributions, PnyxDistributionRow, 0);
  g_assert_cmpfloat (row->scale, ==, 1e-9);
  g_assert_cmpuint (pnyx_histogram_count (row->histogram), ==, 4);
  g_assert_cmpuint (pnyx_histogram_unfinished (row->histogram), ==, 2);
  assert_bytes_return (run);
}

static void
test_a_failed_run_needs_no_output (void)
{
  PnyxRunResult run = { .failed = TRUE, .unbuilt = TRUE };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PnyxRunResult) again = NULL;

  run.message = (gchar *)(guintptr) "why, \"so\"";
  bytes = pnyx_run_result_pack (&run);
  again = pnyx_run_result_unpack (bytes);
  g_assert_nonnull (again);
  g_assert_true (again->failed && again->unbuilt);
  g_assert_cmpstr (again->message, ==, run.message);
  assert_bytes_return (&run);
}

static void
test_bytes_cut_short_are_none (void)
{
  g_autoptr (PnyxRunResult) run = full_run ();
  g_autoptr (GBytes) bytes = pnyx_run_result_pack (run);
  gsize length = g_bytes_get_size (bytes);

  for (gsize n = 0; n < length; n++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, n);
      g_autoptr (PnyxRunResult) none = pnyx_run_result_unpack (part);

      g_assert_null (none);
    }
}

/* A byte that is another: another run, or none; never one of which the program dies. */
static void
test_changed_bytes_do_no_harm (void)
{
  g_autoptr (PnyxRunResult) run = full_run ();
  g_autoptr (GBytes) bytes = pnyx_run_result_pack (run);
  gsize length, refused = 0;
  const guint8 *from = g_bytes_get_data (bytes, &length);

  for (gsize i = 0; i < length; i++)
    for (guint bit = 0; bit < 8; bit++)
      {
        guint8 *changed = g_memdup2 (from, length);
        g_autoptr (GBytes) other = NULL;
        g_autoptr (PnyxRunResult) result = NULL;

        changed[i] ^= (guint8)(1 << bit);
        other = g_bytes_new_take (changed, length);
        result = pnyx_run_result_unpack (other);
        if (result == NULL)
          refused++;
        else
          assert_bytes_return (result);
      }
  g_assert_cmpuint (refused, >, length / 2);
}

static void
test_a_run_with_a_histogram_that_is_none_is_none (void)
{
  g_autoptr (GVariant) packed = g_variant_ref_sink (g_variant_new_parsed (
      "(uint32 0, uint32 0, uint64 1, false, false, @ms nothing, uint64 1, uint64 1, 0.5,"
      " @a(sssd) [], @a(ssdd) [], [('', 'm', 1.0, [byte 1, 2, 3])])"));
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (packed);

  g_assert_null (pnyx_run_result_unpack (bytes));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/results/run/" path, function)
  ADD ("a-run-comes-back-as-it-was", test_a_run_comes_back_as_it_was);
  ADD ("a-failed-run-needs-no-output", test_a_failed_run_needs_no_output);
  ADD ("bytes-cut-short-are-none", test_bytes_cut_short_are_none);
  ADD ("changed-bytes-do-no-harm", test_changed_bytes_do_no_harm);
  ADD ("a-run-with-a-histogram-that-is-none-is-none",
       test_a_run_with_a_histogram_that_is_none_is_none);
  return g_test_run ();
}
