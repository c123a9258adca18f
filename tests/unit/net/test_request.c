/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that are not answered, and items that nobody sent. */
#include "net/request_priv.h"

#include "support/test_net.h"
#include "support/test_world.h"

#define LINE "tcp='warm'%s><delay kind='measured' sigma='0'/><dissemination kind='%s'/>"

static TestNet *
pair (const gchar *attributes, const gchar *dissemination, guint64 seed)
{
  static gchar *kept = NULL; /* as long as the test runs */
  TestNetParams params = { .n = 2, .delay_ms = { { 0, 100 } }, .size = 1000, .seed = seed };

  g_free (kept);
  kept = g_strdup_printf (LINE, attributes, dissemination);
  params.network = kept;
  return test_net_new (&params);
}

static void
test_an_announced_item_is_asked_for_once (void)
{
  TestNet *net = pair ("", "announce", 0);
  PnyxItemId item = test_net_publish (net, 0);

  pnyx_network_announce (net->network, 0, 1, item); /* a second inv */
  pnyx_world_run (net->world, 150 * PNYX_MILLISECOND);
  g_assert_true (pnyx_network_requested (net->network, 1, item));
  pnyx_world_run (net->world, 10 * PNYX_SECOND);
  g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_GET], ==, 1);
  g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_ITEM], ==, 1);
  g_assert_cmpint (net->received[1], ==, 300 * PNYX_MILLISECOND);
  g_assert_false (pnyx_network_requested (net->network, 1, item));
  test_net_free (net);
}

/* The answer is lost with the connection: the request is repeated after its timeout. */
static void
test_a_lost_answer_is_asked_for_again_after_the_timeout (void)
{
  static const guint32 groups[] = { 0, 1 };
  TestNet *net = pair (" request-timeout='5 s'", "announce", 0);
  guint cut;

  pnyx_network_expect_faults (net->network);
  test_net_publish (net, 0);
  pnyx_world_run (net->world, 250 * PNYX_MILLISECOND); /* the item is under way */
  cut = pnyx_network_cut (net->network, groups, FALSE);
  pnyx_world_run (net->world, PNYX_SECOND);
  pnyx_network_heal (net->network, cut);
  pnyx_world_run (net->world, 5 * PNYX_SECOND);
  g_assert_cmpint (net->received[1], ==, -1);
  g_assert_cmpuint (pnyx_network_counts (net->network)->lost, ==, 1);
  pnyx_world_run (net->world, 20 * PNYX_SECOND);
  g_assert_cmpint (net->received[1], ==, 5300 * PNYX_MILLISECOND); /* asked at .1 s */
  g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_GET], ==, 2);
  test_net_free (net);
}

static void
test_no_timer_runs_where_nothing_can_be_lost (void)
{
  TestNet *net = pair (" request-timeout='5 s'", "announce", 0);
  guint64 events;

  test_net_publish (net, 0);
  pnyx_world_run (net->world, PNYX_SECOND);
  events = pnyx_world_events (net->world);
  pnyx_world_run (net->world, 100 * PNYX_SECOND);
  g_assert_cmpuint (pnyx_world_events (net->world), ==, events);
  test_net_free (net);
}

/* A request reaches a node that is still validating: it answers when it has done so. */
static void
test_a_request_waits_for_validation (void)
{
  static const guint line[][2] = { { 0, 1 }, { 1, 2 } };
  TestNetParams params = { .n = 3,
                           .delay_ms = { { 0, 100 }, { 0, 0, 100 } },
                           .edges = line,
                           .n_edges = 2,
                           .size = 1000,
                           .validation = 2 * PNYX_SECOND,
                           .network = "tcp='warm'><delay kind='measured' sigma='0'/>"
                                      "<dissemination kind='flood'/>" };
  TestNet *net = test_net_new (&params);
  PnyxItemId item = test_net_publish (net, 0);

  pnyx_world_run (net->world, 200 * PNYX_MILLISECOND);
  pnyx_network_request (net->network, 2, 1, item);
  pnyx_world_run (net->world, 10 * PNYX_SECOND);
  g_assert_cmpint (net->received[2], ==, 2200 * PNYX_MILLISECOND);          /* 100 + 2,000 + 100 */
  g_assert_cmpuint (pnyx_network_counts (net->network)->duplicates, ==, 1); /* and the flood's */
  test_net_free (net);
}

static void
test_a_node_without_the_item_does_not_answer (void)
{
  TestNet *net = pair ("", "direct", 0);
  PnyxItemParams params = { .channel = net->channel, .subject = 99, .id = 1, .size = 10 };
  PnyxItemId item = pnyx_network_item_new (net->network, &params);

  pnyx_network_request (net->network, 1, 0, item);
  pnyx_world_run (net->world, 10 * PNYX_SECOND);
  g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_GET], ==, 1);
  g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_ITEM], ==, 0);
  test_net_free (net);
}

/* Three of ten messages are dropped: everybody has nearly every block nevertheless. */
static void
reach_all (const gchar *dissemination)
{
  g_autofree gchar *body
      = g_strdup_printf ("<network nodes='30' drop='0.3' request-timeout='2 s'>"
                         "<topology kind='random-regular' degree='6'/>"
                         "<delay kind='distribution' value='uniform(50 ms, 150 ms)'/>"
                         "<dissemination kind='%s'/></network>"
                         "<chain kind='nakamoto'><nakamoto interval='exponential(100 s)'/></chain>",
                         dissemination);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxChain *chain = world->chains[0];
  const PnyxNetworkCounts *counts = pnyx_network_counts (world->network);
  guint64 sent = 0;
  PnyxBlockId tip;
  guint32 height;

  test_world_run (world, 20000);
  tip = chain->ops->canonical (chain);
  height = pnyx_block_tree_get (chain->blocks, tip)->height;
  g_assert_cmpuint (height, >, 100); /* of 200; direct sending forks much */
  for (PnyxNodeId node = 0; node < 30; node++)
    if (!pnyx_block_tree_is_ancestor (chain->blocks,
                                      pnyx_block_tree_ancestor (chain->blocks, tip, height - 15),
                                      chain->head[node]))
      g_error ("%s: node %u stands at %u of %u", dissemination, node,
               pnyx_block_tree_get (chain->blocks, chain->head[node])->height, height);
  for (guint wire = 0; wire < PNYX_N_WIRES; wire++)
    sent += counts->copies[wire];
  g_assert_cmpfloat (ABS ((gdouble)counts->lost / (gdouble)sent - 0.3), <, 0.02);
}

static void
test_with_three_of_ten_messages_dropped_everybody_gets_every_block (void)
{
  reach_all ("flood");
  reach_all ("announce");
  reach_all ("compact");
}

static void
test_direct_sending_asks_for_dropped_blocks_when_their_children_come (void)
{
  reach_all ("direct");
}

static void
test_everything_dropped_reaches_nobody (void)
{
  TestNet *net = pair (" drop='1'", "flood", 0);

  test_net_publish (net, 0);
  pnyx_world_run (net->world, 10 * PNYX_SECOND);
  g_assert_cmpint (net->received[1], ==, -1);
  g_assert_cmpuint (pnyx_network_counts (net->network)->lost, ==, 1);
  test_net_free (net);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/net/request/" path, function)
  ADD ("an-announced-item-is-asked-for-once", test_an_announced_item_is_asked_for_once);
  ADD ("a-lost-answer-is-asked-for-again-after-the-timeout",
       test_a_lost_answer_is_asked_for_again_after_the_timeout);
  ADD ("no-timer-runs-where-nothing-can-be-lost", test_no_timer_runs_where_nothing_can_be_lost);
  ADD ("a-request-waits-for-validation", test_a_request_waits_for_validation);
  ADD ("a-node-without-the-item-does-not-answer", test_a_node_without_the_item_does_not_answer);
  ADD ("with-three-of-ten-messages-dropped-everybody-gets-every-block",
       test_with_three_of_ten_messages_dropped_everybody_gets_every_block);
  ADD ("direct-sending-asks-for-dropped-blocks-when-their-children-come",
       test_direct_sending_asks_for_dropped_blocks_when_their_children_come);
  ADD ("everything-dropped-reaches-nobody", test_everything_dropped_reaches_nobody);
  return g_test_run ();
}
