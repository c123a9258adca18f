/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compact blocks: whose failure is whose, and what that does to a hop. */
#include "net/dissemination.h"

#include <math.h>

#include "support/test_world.h"

#define NODES 21
#define FAILURE 0.3

/* Requests for missing parts, by block. */
typedef struct
{
  TestWorld *world;
  guint64 before;
  guint n_blocks;
  guint failures[4000];
} Count;

/* One block every 600 s on a star of direct neighbours: each block is sent to all by its maker. */
static Count *
count_failures (gdouble shared)
{
  g_autofree gchar *body = g_strdup_printf (
      "<network nodes='%d'><topology kind='complete'/>"
      "<delay kind='distribution' value='100 ms'/>"
      "<dissemination kind='compact' high-bandwidth='1' failure='%g' shared='%g'/></network>"
      "<chain kind='nakamoto'><nakamoto interval='600 s' validation='1 s'/></chain>",
      NODES, FAILURE, shared);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  Count *count = g_new0 (Count, 1);

  for (guint i = 0; i < 2000; i++)
    {
      guint64 requests;

      test_world_run (world, 600.0 * (i + 1) + 300);
      requests = pnyx_network_counts (world->network)->copies[PNYX_WIRE_GET_MISSING];
      count->failures[i] = (guint)(requests - count->before);
      count->before = requests;
    }
  count->n_blocks = 2000;
  return count;
}

static gdouble
mean (const Count *count)
{
  gdouble sum = 0;

  for (guint i = 0; i < count->n_blocks; i++)
    sum += count->failures[i];
  return sum / count->n_blocks;
}

static gdouble
variance (const Count *count)
{
  gdouble centre = mean (count);
  gdouble sum = 0;

  for (guint i = 0; i < count->n_blocks; i++)
    sum += (count->failures[i] - centre) * (count->failures[i] - centre);
  return sum / (count->n_blocks - 1);
}

/* Binomial of 20 receivers: mean 6, variance 4.2. */
static void
test_causes_of_nodes_are_independent (void)
{
  g_autofree Count *count = count_failures (0);

  g_assert_cmpfloat (fabs (mean (count) - 6), <, 3.3 * sqrt (4.2 / 2000));
  g_assert_cmpfloat (fabs (variance (count) - 4.2), <, 3.3 * 4.2 * sqrt (2.0 / 2000));
}

/* All or nobody. */
static void
test_a_cause_of_the_block_meets_all_receivers (void)
{
  g_autofree Count *count = count_failures (1);
  guint failed = 0;

  for (guint i = 0; i < count->n_blocks; i++)
    {
      g_assert_true (count->failures[i] == 0 || count->failures[i] == NODES - 1);
      failed += count->failures[i] > 0;
    }
  g_assert_cmpfloat (fabs (failed - 600.0), <, 3.3 * sqrt (2000 * 0.21));
}

/*
 * Half of the draws are the block's: the mean stays, the variance is that of the mixture. Given the
 * block's draw D (0 or 1) each receiver fails with p = q/2 + D/2: E[n p (1-p)] + Var[n p].
 */
static void
test_a_mixture_keeps_the_mean_and_widens_the_variance (void)
{
  g_autofree Count *count = count_failures (0.5);
  gdouble n = NODES - 1;
  gdouble with = FAILURE / 2 + 0.5;
  gdouble without = FAILURE / 2;
  gdouble expected = n * (FAILURE * with * (1 - with) + (1 - FAILURE) * without * (1 - without))
                     + n * n * 0.25 * FAILURE * (1 - FAILURE);

  g_assert_cmpfloat (fabs (mean (count) - 6), <, 3.3 * sqrt (expected / 2000));
  g_assert_cmpfloat (fabs (variance (count) / expected - 1), <, 0.1);
}

static void
test_failure_0_asks_for_nothing_and_1_always (void)
{
  for (guint always = 0; always < 2; always++)
    {
      g_autofree gchar *body = g_strdup_printf (
          "<network nodes='10'><topology kind='random-regular' degree='4'/>"
          "<delay kind='distribution'/><dissemination kind='compact' failure='%u'/></network>"
          "<chain kind='nakamoto'><nakamoto interval='600 s'/></chain>",
          always);
      g_autoptr (PnyxModel) model = test_model (body);
      g_autoptr (TestWorld) world = test_world_new (model, 0);
      const PnyxNetworkCounts *counts = pnyx_network_counts (world->network);
      guint n_blocks;

      test_world_run (world, 100 * 600 + 300);
      n_blocks = pnyx_block_tree_size (world->chains[0]->blocks) - 1;
      g_assert_cmpuint (n_blocks, ==, 100);
      g_assert_cmpuint (counts->first_receipts, ==, 900);
      g_assert_cmpuint (counts->copies[PNYX_WIRE_GET_MISSING], ==, always ? 900 : 0);
      g_assert_cmpuint (counts->copies[PNYX_WIRE_MISSING], ==, always ? 900 : 0);
      g_assert_cmpuint (counts->copies[PNYX_WIRE_ITEM], ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/net/compact/" path, function)
  ADD ("causes-of-nodes-are-independent", test_causes_of_nodes_are_independent);
  ADD ("a-cause-of-the-block-meets-all-receivers", test_a_cause_of_the_block_meets_all_receivers);
  ADD ("a-mixture-keeps-the-mean-and-widens-the-variance",
       test_a_mixture_keeps_the_mean_and_widens_the_variance);
  ADD ("failure-0-asks-for-nothing-and-1-always", test_failure_0_asks_for_nothing_and_1_always);
  return g_test_run ();
}
