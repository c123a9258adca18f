/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/nodes.h"

#include <math.h>
#include <string.h>

#include "support/test_net.h"
#include "support/test_world.h"

static void
assign (const gdouble *weights, guint k, guint32 n, guint64 seed, guint32 *assigned,
        guint32 *counts)
{
  PnyxRng rng;

  pnyx_rng_init (&rng, seed, 0, 0, "test", "nodes");
  pnyx_nodes_assign (weights, k, n, &rng, assigned);
  memset (counts, 0, sizeof *counts * k);
  for (guint32 i = 0; i < n; i++)
    counts[assigned[i]]++;
}

static void
test_quotas_follow_the_largest_remainders (void)
{
  static const gdouble thirds[] = { 1, 1, 1 };
  static const gdouble mixed[] = { 0.416, 0.338, 0.246 }; /* of 10: 4.16, 3.38, 2.46 */
  static const gdouble tie[] = { 1, 1 };                  /* of 3: the earlier gets the odd one */
  guint32 assigned[1000];
  guint32 counts[3];

  assign (thirds, 3, 10, 1, assigned, counts);
  g_assert_cmpuint (counts[0], ==, 4);
  g_assert_cmpuint (counts[1], ==, 3);
  g_assert_cmpuint (counts[2], ==, 3);
  assign (mixed, 3, 10, 1, assigned, counts);
  g_assert_cmpuint (counts[0], ==, 4);
  g_assert_cmpuint (counts[1], ==, 3);
  g_assert_cmpuint (counts[2], ==, 3);
  assign (tie, 2, 3, 1, assigned, counts);
  g_assert_cmpuint (counts[0], ==, 2);
  assign (mixed, 3, 1000, 1, assigned, counts);
  g_assert_cmpuint (counts[0], ==, 416);
  g_assert_cmpuint (counts[1], ==, 338);
}

static void
test_weight_0_gets_nobody (void)
{
  static const gdouble weights[] = { 0, 1e-9, 0 };
  guint32 assigned[7];
  guint32 counts[3];

  assign (weights, 3, 7, 1, assigned, counts);
  g_assert_cmpuint (counts[1], ==, 7);
}

/* Each place has each weight equally often: a chi-square of 2 degrees for each of 12 places. */
static void
test_the_order_is_random_and_the_seed_decides_it (void)
{
  static const gdouble weights[] = { 1, 1, 1 };
  guint32 assigned[12], again[12], counts[3];
  guint seen[12][3] = { { 0 } };

  for (guint64 seed = 0; seed < 3000; seed++)
    {
      assign (weights, 3, 12, seed, assigned, counts);
      for (guint i = 0; i < 12; i++)
        seen[i][assigned[i]]++;
    }
  for (guint i = 0; i < 12; i++)
    {
      gdouble chi = 0;

      for (guint j = 0; j < 3; j++)
        chi += (seen[i][j] - 1000.0) * (seen[i][j] - 1000.0) / 1000;
      g_assert_cmpfloat (chi, <, 19); /* 1 in 13,000 for each place */
    }
  assign (weights, 3, 12, 2999, again, counts);
  g_assert_cmpmem (assigned, sizeof assigned, again, sizeof again);
}

/* The simulation's digest and every number stay when something of share 0 is added. */
static void
test_unused_regions_classes_and_clients_change_nothing (void)
{
  static const gchar *const plain
      = "<run duration='20 block'/><network nodes='30'><topology kind='random-regular' degree='4'/>"
        "<class name='a' share='2' upload='10 Mbit/s'/><class name='b' share='1'/>"
        "<client name='x' share='1'/></network><chain kind='nakamoto'/>";
  static const gchar *const more
      = "<run duration='20 block'/><network nodes='30'><topology kind='random-regular' degree='4'/>"
        "<class name='a' share='2' upload='10 Mbit/s'/><class name='b' share='1'/>"
        "<class name='c' share='0' upload='1 Mbit/s' hardware='home'/>"
        "<client name='x' share='1'/><client name='y' share='0'/></network>"
        "<chain kind='nakamoto'/>";
  g_autoptr (PnyxModel) left = test_model (plain);
  g_autoptr (PnyxModel) right = test_model (more);
  g_autoptr (PnyxRunResult) a = pnyx_simulate (left, 0, 0, TRUE, NULL);
  g_autoptr (PnyxRunResult) b = pnyx_simulate (right, 0, 0, TRUE, NULL);

  g_assert_cmpuint (a->digest, ==, b->digest);
  g_assert_true (test_outputs_equal (a->output, b->output));
}

static void
test_a_class_says_what_its_region_would (void)
{
  g_autoptr (PnyxModel) model = test_model (
      "<network nodes='8'><topology kind='complete'/><regions profile='gervais-2015'/>"
      "<class name='line' upload='8 Mbit/s' cores='3'/><class name='any'/></network>"
      "<chain kind='nakamoto'/>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  const PnyxNodes *nodes = pnyx_network_nodes (world->network);

  for (guint32 node = 0; node < 8; node++)
    {
      const PnyxRegion *region = &model->regions->regions[nodes->region[node]];
      gboolean line = nodes->class_of[node] == 0;

      g_assert_cmpfloat (nodes->upload[node], ==, line ? 1000 : 8e9 / region->upload);
      g_assert_cmpfloat (nodes->download[node], ==, 8e9 / region->download);
      g_assert_cmpuint (nodes->cores[node], ==, line ? 3 : 4);
    }
}

static void
test_operators_follow_a_zipf_law (void)
{
  g_autoptr (PnyxModel) zipf
      = test_model ("<network nodes='110' operators='3' operator-skew='1'><topology "
                    "kind='complete'/></network><chain kind='nakamoto'/>");
  g_autoptr (PnyxModel) own = test_model (
      "<network nodes='110'><topology kind='complete'/></network><chain kind='nakamoto'/>");
  g_autoptr (TestWorld) world = test_world_new (zipf, 0);
  g_autoptr (TestWorld) single = test_world_new (own, 0);
  guint counts[3] = { 0 };

  for (guint32 node = 0; node < 110; node++)
    {
      counts[pnyx_network_nodes (world->network)->operator_of[node]]++;
      g_assert_cmpuint (pnyx_network_nodes (single->network)->operator_of[node], ==, node);
    }
  /* 1 : 1/2 : 1/3 of 110. */
  g_assert_cmpuint (counts[0], ==, 60);
  g_assert_cmpuint (counts[1], ==, 30);
  g_assert_cmpuint (counts[2], ==, 20);
}

static void
test_clock_offsets_are_clipped_and_absent_by_default (void)
{
  PnyxScenario *wide = test_net_read ("clock-offset='normal(0 s, 1 s)'>", 100);
  PnyxScenario *none = test_net_read (">", 100);
  PnyxWorldOptions options = { .seed = 1 };
  g_autoptr (PnyxWorld) world = pnyx_world_new (&options);
  PnyxNodes nodes = { 0 }, exact = { 0 };
  guint clipped = 0;

  pnyx_nodes_init (&nodes, world, pnyx_section_child (wide->root, "network", 0), 100, NULL);
  pnyx_nodes_init (&exact, world, pnyx_section_child (none->root, "network", 0), 100, NULL);
  g_assert_null (exact.clock_offset);
  for (guint32 node = 0; node < 100; node++)
    {
      g_assert_cmpint (ABS (nodes.clock_offset[node]), <=, 500 * PNYX_MILLISECOND);
      clipped += ABS (nodes.clock_offset[node]) == 500 * PNYX_MILLISECOND ? 1 : 0;
    }
  g_assert_cmpfloat (fabs (clipped - 61.7), <, 3.3 * 4.9); /* P(|Z| > 1/2) = 0.617 */
  pnyx_scenario_free (wide);
  pnyx_scenario_free (none);
}

/* A parameter that would do nothing is refused: proof of work has no deadlines. */
static void
test_clock_offsets_that_nobody_reads_are_refused (void)
{
  g_autofree gchar *message = test_refusal (
      "<network clock-offset='100 ms'/><chain kind='nakamoto'/>", PNYX_ERROR_CONFLICT);

  g_assert_nonnull (strstr (message, "clock-offset would change nothing"));
}

static void
test_classes_of_share_0_alone_are_refused (void)
{
  g_autofree gchar *clients = test_refusal (
      "<network nodes='10'><client name='a' share='0'/></network><chain kind='nakamoto'/>",
      PNYX_ERROR_RANGE);
  g_autofree gchar *message = test_refusal (
      "<network nodes='10'><class share='0'/></network><chain kind='nakamoto'/>", PNYX_ERROR_RANGE);
  g_autofree gchar *nat = test_refusal (
      "<network nodes='10'>\n<class\nnat='true'/></network><chain kind='nakamoto'/>",
      PNYX_ERROR_CONFLICT);

  g_assert_cmpstr (message, ==,
                   "scenario.xml:2: all classes have share 0 (expected at least one above)");
  g_assert_cmpstr (clients, ==,
                   "scenario.xml:2: all clients have share 0 (expected at least one above)");
  g_assert_nonnull (strstr (nat, "nat needs a topology that knows who opens a connection"));
}

static void
test_hardware_that_the_profile_lacks_is_refused (void)
{
  g_autofree gchar *message
      = test_refusal ("<network nodes='10'>\n<class hardware='abacus'/></network>"
                      "<chain kind='nakamoto'/><energy profile='energy-two-grids.xml'/>",
                      PNYX_ERROR_UNKNOWN);

  g_assert_cmpstr (message, ==,
                   "scenario.xml:3: no hardware \"abacus\" in the energy profile (expected one of "
                   "unit, hall)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/net/nodes/" path, function)
  ADD ("quotas-follow-the-largest-remainders", test_quotas_follow_the_largest_remainders);
  ADD ("weight-0-gets-nobody", test_weight_0_gets_nobody);
  ADD ("the-order-is-random-and-the-seed-decides-it",
       test_the_order_is_random_and_the_seed_decides_it);
  ADD ("unused-regions-classes-and-clients-change-nothing",
       test_unused_regions_classes_and_clients_change_nothing);
  ADD ("a-class-says-what-its-region-would", test_a_class_says_what_its_region_would);
  ADD ("operators-follow-a-zipf-law", test_operators_follow_a_zipf_law);
  ADD ("clock-offsets-are-clipped-and-absent-by-default",
       test_clock_offsets_are_clipped_and_absent_by_default);
  ADD ("clock-offsets-that-nobody-reads-are-refused",
       test_clock_offsets_that_nobody_reads_are_refused);
  ADD ("classes-of-share-0-alone-are-refused", test_classes_of_share_0_alone_are_refused);
  ADD ("hardware-that-the-profile-lacks-is-refused",
       test_hardware_that_the_profile_lacks_is_refused);
  return g_test_run ();
}
