/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window, and what became of the blocks: a block every 100 s, at 100 s, 200 s ... */
#include <math.h>

#include "support/test_world.h"

static PnyxRunResult *
run (const gchar *span, const gchar *rest)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run %s/><network nodes='3'><topology kind='complete'/>"
      "<delay kind='distribution' value='1 s'/><dissemination kind='announce'/></network>"
      "<chain kind='nakamoto'><nakamoto interval='100 s' miners='1'/></chain>%s",
      span, rest);
  g_autoptr (PnyxModel) model = test_model (body);
  PnyxRunResult *result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  g_assert_false (result->failed);
  return result;
}

static void
assert_window (const gchar *span, gdouble blocks, gdouble seconds)
{
  g_autoptr (PnyxRunResult) result = run (span, "");

  if (test_scalar (result->output, "blocks.proposed") != blocks)
    g_error ("%s: %g blocks", span, test_scalar (result->output, "blocks.proposed"));
  g_assert_cmpfloat (test_scalar (result->output, "blocks.canonical"), ==, blocks);
  g_assert_cmpfloat (test_scalar (result->output, "blocks.orphan_rate"), ==, 0);
  g_assert_cmpfloat (
      fabs (test_scalar (result->output, "throughput.bytes") * seconds - blocks * 535000), <, 1e-6);
}

static void
test_the_window_is_as_long_as_asked_in_time_and_in_blocks (void)
{
  assert_window ("duration='1000 s'", 9, 1000); /* one is due at its end */
  assert_window ("duration='1000 s' warmup='150 s'", 10, 1000);
  assert_window ("duration='5 block'", 5, 600);                    /* until the 6th is due */
  assert_window ("duration='5 block' warmup='2 block'", 5, 500);   /* 300 s to 800 s */
  assert_window ("duration='450 s' warmup='2 block'", 5, 450);     /* 300 s to 750 s */
  assert_window ("duration='4 block' warmup='250 s'", 4, 450);     /* 250 s to 700 s */
  assert_window ("duration='10 block' warmup='5050 s'", 10, 1050); /* longer than 10 blocks */
}

static void
test_the_beginning_of_the_window_belongs_to_it_and_its_end_does_not (void)
{
  assert_window ("duration='200 s' warmup='100 s'", 2, 200); /* at 100 and 200 s */
  assert_window ("duration='201 s' warmup='100 s'", 3, 201);
  assert_window ("duration='200 s' warmup='101 s'", 2, 200);
}

/* Two halves of a partition, each with a pool: the shorter side's blocks are orphans. */
static void
test_orphans_and_reorganisations_are_counted (void)
{
  g_autoptr (PnyxModel) model = test_model (
      "<run duration='20001 s'/><network nodes='10'><topology kind='complete'/>"
      "<delay kind='distribution' value='1 s'/><dissemination kind='announce'/></network>"
      "<chain kind='nakamoto'><nakamoto interval='100 s'/></chain>"
      "<events><partition at='5050 s' until='10050 s' share='0.3'/></events>");
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, NULL);
  const PnyxOutput *output = result->output;
  gdouble orphans
      = test_scalar (output, "blocks.proposed") - test_scalar (output, "blocks.canonical");

  g_assert_cmpfloat (test_scalar (output, "blocks.proposed"), ==, 200);
  /* 50 blocks while cut, 3 of 10 of them on the smaller side. */
  g_assert_cmpfloat (fabs (orphans - 15), <, 3.3 * sqrt (50 * 0.21));
  g_assert_cmpfloat (test_scalar (output, "blocks.orphan_rate"), ==, orphans / 200);
  g_assert_cmpfloat (test_scalar (output, "blocks.reorg_count"), ==, 3); /* nodes of that side */
  g_assert_cmpfloat (test_scalar (output, "blocks.reorg_depth_max"), ==, orphans);
}

static void
test_what_does_not_exist_is_empty (void)
{
  g_autoptr (PnyxRunResult) result = run ("duration='50 s'", "");

  g_assert_cmpfloat (test_scalar (result->output, "blocks.proposed"), ==, 0);
  g_assert_true (isnan (test_scalar (result->output, "blocks.orphan_rate")));
  g_assert_true (isnan (test_scalar (result->output, "blocks.missed_rate")));
  g_assert_true (isnan (test_scalar (result->output, "throughput.tx")));
  g_assert_true (isnan (test_scalar (result->output, "network.messages_per_block")));
  g_assert_true (isnan (test_scalar (result->output, "network.duplicate_ratio")));
  g_assert_true (isnan (test_scalar (result->output, "energy.per_block")));
  g_assert_true (isnan (test_scalar (result->output, "energy.per_tx")));
  g_assert_true (isnan (test_scalar (result->output, "energy.mining_bound")));
  g_assert_true (isnan (test_scalar (result->output, "reward.advantage")));
  g_assert_true (isnan (test_scalar (result->output, "latency.propagation.mean")));
  g_assert_true (isnan (test_scalar (result->output, "latency.propagation.unfinished")));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/metric/blocks/" path, function)
  ADD ("the-window-is-as-long-as-asked-in-time-and-in-blocks",
       test_the_window_is_as_long_as_asked_in_time_and_in_blocks);
  ADD ("the-beginning-of-the-window-belongs-to-it-and-its-end-does-not",
       test_the_beginning_of_the_window_belongs_to_it_and_its_end_does_not);
  ADD ("orphans-and-reorganisations-are-counted", test_orphans_and_reorganisations_are_counted);
  ADD ("what-does-not-exist-is-empty", test_what_does_not_exist_is_empty);
  return g_test_run ();
}
