/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/faults.h"

#include <math.h>
#include <string.h>

#include "support/test_net.h"
#include "support/test_world.h"

#define QUICK "<topology kind='complete'/><delay kind='distribution' value='100 ms'/>"
#define CHAIN "<chain kind='nakamoto'><nakamoto interval='exponential(10 s)'/></chain>"

/* What an observer saw of blocks: receipts by node, and whether any came while it was offline. */
typedef struct
{
  TestWorld *world;
  guint receipts[64];
  guint offline_receipts;
  PnyxTime last[64];
  guint turns; /* nodes that went offline or online */
} Watch;

static void
watch (gpointer self, const PnyxTrace *trace)
{
  Watch *seen = self;

  if (trace->type == PNYX_TRACE_ONLINE || trace->type == PNYX_TRACE_OFFLINE)
    {
      seen->turns++;
      return;
    }
  seen->receipts[trace->node]++;
  seen->last[trace->node] = trace->time;
  seen->offline_receipts += !pnyx_network_online (seen->world->network, trace->node);
}

static TestWorld *
watched (const PnyxModel *model, Watch *seen)
{
  *seen = (Watch){ .world = test_world_new (model, 0) };
  pnyx_world_observe (seen->world->world,
                      1u << PNYX_TRACE_BLOCK_RECEIVED | 1u << PNYX_TRACE_ONLINE
                          | 1u << PNYX_TRACE_OFFLINE,
                      watch, seen);
  return seen->world;
}

static guint
count_offline (const TestWorld *world)
{
  guint offline = 0;

  for (PnyxNodeId node = 0; node < pnyx_network_nodes (world->network)->n; node++)
    offline += !pnyx_network_online (world->network, node);
  return offline;
}

static guint32
height_of (const TestWorld *world, PnyxNodeId node)
{
  const PnyxChain *chain = world->chains[0];

  return pnyx_block_tree_get (chain->blocks, chain->head[node])->height;
}

static guint32
highest (const TestWorld *world)
{
  guint32 height = 0;

  for (PnyxNodeId node = 0; node < pnyx_network_nodes (world->network)->n; node++)
    height = MAX (height, height_of (world, node));
  return height;
}

static void
test_an_outage_takes_its_nodes_away_and_they_catch_up (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='20'>" QUICK "<dissemination kind='announce'/></network>" CHAIN
                    "<events><outage at='1000 s' until='2000 s' share='0.3'/></events>");
  Watch seen;
  g_autoptr (TestWorld) world = watched (model, &seen);
  guint behind = 0;

  test_world_run (world, 999.9);
  g_assert_cmpuint (count_offline (world), ==, 0);
  test_world_run (world, 1999.9);
  g_assert_cmpuint (count_offline (world), ==, 6);
  for (PnyxNodeId node = 0; node < 20; node++)
    if (!pnyx_network_online (world->network, node))
      {
        g_assert_cmpint (seen.last[node], <=, 1000 * PNYX_SECOND);
        behind += height_of (world, node) + 50 < highest (world);
      }
  g_assert_cmpuint (behind, ==, 6);
  g_assert_cmpuint (seen.offline_receipts, ==, 0);
  test_world_run (world, 2002);
  g_assert_cmpuint (count_offline (world), ==, 0);
  for (PnyxNodeId node = 0; node < 20; node++)
    g_assert_cmpuint (height_of (world, node) + 2, >=, highest (world)); /* asked for, in 2 s */
  g_assert_cmpuint (seen.turns, ==, 12);
}

/* What is under way to a node when it goes offline is lost, also where it is back at once. */
static void
test_flights_of_an_outage_are_lost (void)
{
  TestNetParams params = { .n = 2,
                           .delay_ms = { { 0, 1000 } },
                           .network = "tcp='warm'><delay kind='measured' sigma='0'/>"
                                      "<dissemination kind='flood'/>",
                           .size = 1000 };
  TestNet *net = test_net_new (&params);

  pnyx_network_expect_faults (net->network);
  test_net_publish (net, 0);
  pnyx_world_run (net->world, PNYX_SECOND / 2);
  pnyx_network_set_online (net->network, 1, FALSE);
  pnyx_network_set_online (net->network, 1, TRUE);
  pnyx_world_run (net->world, 5 * PNYX_SECOND);
  g_assert_cmpint (net->received[1], ==, -1);
  g_assert_cmpuint (pnyx_network_counts (net->network)->lost, ==, 1);
  test_net_publish (net, 0);
  pnyx_world_run (net->world, 10 * PNYX_SECOND);
  g_assert_cmpint (net->received[1], ==, 6 * PNYX_SECOND);
  test_net_free (net);
}

/* An offline node sends nothing: what it makes stays with it. */
static void
test_an_offline_node_sends_nothing (void)
{
  TestNetParams params = { .n = 2,
                           .network = "tcp='warm'><delay kind='measured' sigma='0'/>"
                                      "<dissemination kind='flood'/>",
                           .size = 1000 };
  TestNet *net = test_net_new (&params);

  pnyx_network_expect_faults (net->network);
  pnyx_network_set_online (net->network, 0, FALSE);
  test_net_publish (net, 0);
  pnyx_world_run (net->world, 5 * PNYX_SECOND);
  g_assert_cmpint (net->received[1], ==, -1);
  g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_ITEM], ==, 0);
  test_net_free (net);
}

static void
test_nested_outages_are_counted (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='10'>" QUICK "</network>" CHAIN
                    "<events><outage at='100 s' until='400 s'/><outage at='200 s' until='300 s'/>"
                    "<outage at='350 s' until='500 s' share='0.5'/></events>");
  Watch seen;
  g_autoptr (TestWorld) world = watched (model, &seen);

  test_world_run (world, 150);
  g_assert_cmpuint (count_offline (world), ==, 10);
  test_world_run (world, 310);
  g_assert_cmpuint (count_offline (world), ==, 10);
  test_world_run (world, 410);
  g_assert_cmpuint (count_offline (world), ==, 5);
  test_world_run (world, 510);
  g_assert_cmpuint (count_offline (world), ==, 0);
  g_assert_cmpuint (seen.turns, ==, 20); /* each goes once and comes once */
}

static void
test_an_outage_without_an_end_lasts (void)
{
  g_autoptr (PnyxModel) model = test_model ("<network nodes='10'>" QUICK "</network>" CHAIN
                                            "<events><outage at='0 s' share='0.2'/></events>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);

  test_world_run (world, 5000);
  g_assert_cmpuint (count_offline (world), ==, 2);
}

/* A block that is in validation when its node goes offline is fetched again. */
static void
test_lost_validation_is_made_up_for (void)
{
  g_autoptr (PnyxModel) model = test_model (
      "<network nodes='12'>" QUICK "<dissemination kind='announce'/></network>"
      "<chain kind='nakamoto'><nakamoto interval='exponential(10 s)' validation='4 s'/></chain>"
      "<events><outage at='500 s' until='520 s' share='0.5'/>"
      "<outage at='700 s' until='720 s' share='0.5'/>"
      "<outage at='900 s' until='901 s' share='0.5'/></events>");

  for (guint32 replicate = 0; replicate < 5; replicate++)
    {
      g_autoptr (TestWorld) world = test_world_new (model, replicate);

      test_world_run (world, 2000);
      for (PnyxNodeId node = 0; node < 12; node++)
        g_assert_cmpuint (height_of (world, node) + 8, >=, highest (world));
    }
}

/* Blocks that were made in one half and arrived in the other, of @cut kind, until @seconds. */
static guint
crossings (const gchar *cut, gdouble seconds, gboolean *agree)
{
  g_autofree gchar *body = g_strdup_printf (
      "<network nodes='20'>" QUICK "<dissemination kind='announce'/></network>" CHAIN
      "<events><partition at='1000 s' until='2000 s' share='0.4' cut='%s'/></events>",
      cut);
  g_autoptr (PnyxModel) model = test_model (body);
  Watch seen;
  g_autoptr (TestWorld) world = watched (model, &seen);
  PnyxChain *chain = world->chains[0];
  guint others = 0;
  PnyxBlockId common;

  test_world_run (world, seconds);
  common = chain->head[0];
  for (PnyxNodeId node = 0; node < 20; node++)
    {
      for (PnyxNodeId peer = 0; peer < node; peer++)
        others += !pnyx_network_reachable (world->network, node, peer);
      common = pnyx_block_tree_common (chain->blocks, common, chain->head[node]);
    }
  *agree = pnyx_block_tree_get (chain->blocks, common)->height + 3 >= highest (world);
  return others;
}

static void
test_a_partition_divides_and_heals (void)
{
  static const gchar *const cuts[] = { "drop", "delay" };

  for (gsize i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      gboolean agree;

      g_assert_cmpuint (crossings (cuts[i], 999, &agree), ==, 0);
      g_assert_true (agree);
      g_assert_cmpuint (crossings (cuts[i], 1999, &agree), ==, 8 * 12);
      g_assert_false (agree);
      g_assert_cmpuint (crossings (cuts[i], 2010, &agree), ==, 0);
      g_assert_true (agree);
    }
}

/* What is sent across waits and is lost, or waits and comes when the cut is healed. */
static void
test_a_cut_drops_or_holds_what_would_cross (void)
{
  static const guint32 groups[] = { 0, 1 };

  for (guint hold = 0; hold < 2; hold++)
    {
      TestNetParams params = { .n = 2,
                               .delay_ms = { { 0, 1000 } },
                               .network = "tcp='warm'><delay kind='measured' sigma='0'/>"
                                          "<dissemination kind='flood'/>",
                               .size = 1000 };
      TestNet *net = test_net_new (&params);
      guint cut;

      pnyx_network_expect_faults (net->network);
      pnyx_world_run (net->world, 10 * PNYX_SECOND);
      test_net_publish (net, 0); /* in flight when the cut comes */
      pnyx_world_run (net->world, 10 * PNYX_SECOND + PNYX_SECOND / 2);
      cut = pnyx_network_cut (net->network, groups, hold == 1);
      g_assert_false (pnyx_network_reachable (net->network, 0, 1));
      pnyx_world_run (net->world, 12 * PNYX_SECOND);
      g_assert_cmpint (net->received[1], ==, hold ? 11 * PNYX_SECOND : -1);
      g_assert_cmpuint (pnyx_network_counts (net->network)->lost, ==, hold ? 0 : 1);
      test_net_publish (net, 0);
      pnyx_world_run (net->world, 20 * PNYX_SECOND);
      g_assert_cmpint (net->received[1], ==, -1);
      pnyx_network_heal (net->network, cut);
      g_assert_true (pnyx_network_reachable (net->network, 0, 1));
      pnyx_world_run (net->world, 30 * PNYX_SECOND);
      g_assert_cmpint (net->received[1], ==, hold ? 21 * PNYX_SECOND : -1);
      test_net_free (net);
    }
}

/* A second cut still holds what the first has let go. */
static void
test_overlapping_cuts_hold_until_the_last_heals (void)
{
  static const guint32 groups[] = { 0, 1 };
  TestNetParams params = { .n = 2,
                           .network = "tcp='warm'><delay kind='measured' sigma='0'/>"
                                      "<dissemination kind='flood'/>",
                           .size = 1000 };
  TestNet *net = test_net_new (&params);
  guint first, second;

  pnyx_network_expect_faults (net->network);
  first = pnyx_network_cut (net->network, groups, TRUE);
  second = pnyx_network_cut (net->network, groups, TRUE);
  test_net_publish (net, 0);
  pnyx_network_heal (net->network, first);
  pnyx_world_run (net->world, 10 * PNYX_SECOND);
  g_assert_cmpint (net->received[1], ==, -1);
  pnyx_network_heal (net->network, second);
  pnyx_world_run (net->world, 20 * PNYX_SECOND);
  g_assert_cmpint (net->received[1], >, 10 * PNYX_SECOND);
  test_net_free (net);
}

static void
test_an_eclipsed_node_hears_nobody (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='20'>" QUICK "<dissemination kind='announce'/></network>" CHAIN
                    "<events><eclipse at='1000 s' until='2000 s' share='0.1'/></events>");
  Watch seen;
  g_autoptr (TestWorld) world = watched (model, &seen);
  guint eclipsed = 0;

  test_world_run (world, 1999);
  for (PnyxNodeId node = 0; node < 20; node++)
    {
      guint peers = 0;

      for (PnyxNodeId peer = 0; peer < 20; peer++)
        peers += peer != node && pnyx_network_reachable (world->network, node, peer);
      g_assert_true (peers == 0 || peers == 17);
      eclipsed += peers == 0;
      g_assert_true (peers > 0 || seen.last[node] <= 1000 * PNYX_SECOND + PNYX_SECOND);
      g_assert_true (pnyx_network_online (world->network, node));
    }
  g_assert_cmpuint (eclipsed, ==, 2);
  test_world_run (world, 2010);
  for (PnyxNodeId node = 0; node < 20; node++)
    g_assert_cmpuint (height_of (world, node) + 3, >=, highest (world));
}

static void
test_churn_keeps_the_mean_share_online (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='50'>" QUICK "<dissemination kind='announce'/></network>"
                    "<chain kind='nakamoto'/>"
                    "<events><churn share='0.8' session='exponential(3 h)' absence='exponential(1 "
                    "h)'/></events>");
  Watch seen;
  g_autoptr (TestWorld) world = watched (model, &seen);
  gdouble offline = 0;
  guint samples = 0;
  guint stay = 0;

  /* Sampled every two hours, half an autocorrelation time of 45 min apart and more. */
  for (guint hour = 20; hour < 2000; hour += 2, samples++)
    {
      test_world_run (world, hour * 3600.0);
      offline += count_offline (world);
    }
  /* 40 nodes, each away 1/4 of the time; standard deviation of one sample 2.74. */
  g_assert_cmpfloat (fabs (offline / samples - 10), <, 3.3 * 2.74 / sqrt (samples) * 1.2);
  g_assert_cmpfloat (fabs (seen.turns - 2000.0 * 2 * 40 / 4), <, 3.3 * 250);
  for (PnyxNodeId node = 0; node < 50; node++)
    stay += height_of (world, node) + 3 >= highest (world)
            || !pnyx_network_online (world->network, node);
  g_assert_cmpuint (stay, ==, 50);
}

static void
test_selectors_choose_by_region_client_class_and_operator (void)
{
  static const struct
  {
    const gchar *selector;
    guint expected;
  } cases[]
      = { { "region='dirty'", 30 }, { "client='x'", 10 },   { "class='home'", 20 },
          { "operator='0'", 20 },   { "operator='1'", 20 }, { "region='sunny'", 0 },
          { "share='0.25'", 10 },   { "share='0'", 0 },     { "region='dirty' share='0.5'", 15 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *body = g_strdup_printf (
          "<network nodes='40' operators='2'>" QUICK "<regions profile='regions-two.xml'/>"
          "<class name='home'/><class name='hall'/><client name='x' share='1'/>"
          "<client name='y' share='3'/></network>" CHAIN "<events><outage at='10 s' %s/></events>",
          cases[i].selector);
      g_autoptr (PnyxModel) model = test_model (body);
      g_autoptr (TestWorld) world = test_world_new (model, 0);

      test_world_run (world, 20);
      g_assert_cmpuint (count_offline (world), ==, cases[i].expected);
    }
}

static void
test_selectors_combine (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='40'>" QUICK "<regions profile='regions-two.xml'/>"
                    "<class name='home'/><class name='hall'/></network>" CHAIN
                    "<events><outage at='10 s' region='dirty' class='home'/></events>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  const PnyxNodes *nodes = pnyx_network_nodes (world->network);

  test_world_run (world, 20);
  for (PnyxNodeId node = 0; node < 40; node++)
    g_assert_true (pnyx_network_online (world->network, node)
                   == (nodes->region[node] != 1 || nodes->class_of[node] != 0));
}

static void
assert_refused (const gchar *event, gint code, const gchar *expected)
{
  g_autofree gchar *body = g_strdup_printf ("<network nodes='10' operators='3'>" QUICK
                                            "<regions profile='regions-two.xml'/></network>"
                                            "<chain kind='nakamoto'/><events>\n%s</events>",
                                            event);
  g_autofree gchar *message = test_refusal (body, code);

  g_assert_cmpstr (message, ==, expected);
}

static void
test_unknown_selectors_are_refused_with_their_place (void)
{
  assert_refused ("<outage at='1 s' region='mars'/>", PNYX_ERROR_UNKNOWN,
                  "scenario.xml:3: no region \"mars\" in this network (expected one of "
                  "clean, dirty, sunny)");
  assert_refused ("<partition at='1 s' client='mars'/>", PNYX_ERROR_UNKNOWN,
                  "scenario.xml:3: no client \"mars\" in this network (expected client)");
  assert_refused ("<eclipse at='1 s' class='mars'/>", PNYX_ERROR_UNKNOWN,
                  "scenario.xml:3: no class \"mars\" in this network (expected node)");
  assert_refused ("<outage at='1 s' operator='3'/>", PNYX_ERROR_UNKNOWN,
                  "scenario.xml:3: no operator 3 in this network (expected 0 to 2)");
}

static void
test_times_out_of_order_are_refused_with_their_place (void)
{
  assert_refused ("<outage at='5 s' until='5 s'/>", PNYX_ERROR_CONFLICT,
                  "scenario.xml:3: until is not after at (expected later)");
  assert_refused ("<partition at='5 s' until='1 s'/>", PNYX_ERROR_CONFLICT,
                  "scenario.xml:3: until is not after at (expected later)");
  assert_refused (
      "<churn session='0 s'/>", PNYX_ERROR_RANGE,
      "scenario.xml:3: session and absence need a positive mean (expected a time such as "
      "\"1 h\")");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/net/faults/" path, function)
  ADD ("an-outage-takes-its-nodes-away-and-they-catch-up",
       test_an_outage_takes_its_nodes_away_and_they_catch_up);
  ADD ("flights-of-an-outage-are-lost", test_flights_of_an_outage_are_lost);
  ADD ("an-offline-node-sends-nothing", test_an_offline_node_sends_nothing);
  ADD ("nested-outages-are-counted", test_nested_outages_are_counted);
  ADD ("an-outage-without-an-end-lasts", test_an_outage_without_an_end_lasts);
  ADD ("lost-validation-is-made-up-for", test_lost_validation_is_made_up_for);
  ADD ("a-partition-divides-and-heals", test_a_partition_divides_and_heals);
  ADD ("a-cut-drops-or-holds-what-would-cross", test_a_cut_drops_or_holds_what_would_cross);
  ADD ("overlapping-cuts-hold-until-the-last-heals",
       test_overlapping_cuts_hold_until_the_last_heals);
  ADD ("an-eclipsed-node-hears-nobody", test_an_eclipsed_node_hears_nobody);
  ADD ("churn-keeps-the-mean-share-online", test_churn_keeps_the_mean_share_online);
  ADD ("selectors-choose-by-region-client-class-and-operator",
       test_selectors_choose_by_region_client_class_and_operator);
  ADD ("selectors-combine", test_selectors_combine);
  ADD ("unknown-selectors-are-refused-with-their-place",
       test_unknown_selectors_are_refused_with_their_place);
  ADD ("times-out-of-order-are-refused-with-their-place",
       test_times_out_of_order_are_refused_with_their_place);
  return g_test_run ();
}
