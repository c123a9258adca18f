/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/delay.h"

#include <string.h>

#include "support/test_net.h"
#include "support/test_world.h"

#define NODES 12

/* Receipts of blocks by direct sending: when each was sent and came. */
typedef struct
{
  PnyxChain *chain;
  PnyxTime delta, gst;
  guint64 receipts, at_bound, at_once;
  guint late_by_node[NODES]; /* receipts at the bound */
  guint by_node[NODES];
} Audit;

static void
audit (gpointer self, const PnyxTrace *trace)
{
  Audit *seen = self;
  PnyxTime sent = pnyx_block_tree_get (seen->chain->blocks, trace->subject)->sent;
  PnyxTime bound = MAX (sent, seen->gst) + seen->delta;

  g_assert_cmpint (trace->time, >, sent);
  g_assert_cmpint (trace->time, <=, bound);
  seen->receipts++;
  seen->at_bound += trace->time == bound;
  seen->at_once += trace->time == sent + 1;
  seen->late_by_node[trace->node] += trace->time == bound;
  seen->by_node[trace->node]++;
}

static void
run (const gchar *policy, Audit *seen)
{
  g_autofree gchar *body
      = g_strdup_printf ("<network nodes='12'><topology kind='complete'/>"
                         "<delay kind='bounded' delta='2 s' gst='1000 s' policy='%s'/>"
                         "<dissemination kind='direct'/></network>"
                         "<chain kind='nakamoto'><nakamoto interval='exponential(20 s)'/></chain>",
                         policy);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);

  *seen = (Audit){ .chain = world->chains[0], .delta = 2 * PNYX_SECOND, .gst = 1000 * PNYX_SECOND };
  pnyx_world_observe (world->world, 1u << PNYX_TRACE_BLOCK_RECEIVED, audit, seen);
  test_world_run (world, 5000);
  g_assert_cmpuint (pnyx_network_counts (world->network)->late, ==, 0);
  g_assert_cmpuint (pnyx_network_counts (world->network)->lost, ==, 0);
  g_assert_cmpuint (seen->receipts, >, 2000);
  /* What was sent before GST has come by GST + delta. */
  for (PnyxBlockId block = 1; block < pnyx_block_tree_size (world->chains[0]->blocks); block++)
    if (pnyx_block_tree_get (world->chains[0]->blocks, block)->sent < 4990 * PNYX_SECOND)
      for (PnyxNodeId node = 0; node < NODES; node++)
        g_assert_true (pnyx_network_has (
            world->network, node, pnyx_block_tree_get (world->chains[0]->blocks, block)->item));
}

static void
test_policy_max_delivers_at_the_bound (void)
{
  Audit seen;

  run ("max", &seen);
  g_assert_cmpuint (seen.at_bound, ==, seen.receipts);
}

static void
test_policy_min_delivers_at_once (void)
{
  Audit seen;

  run ("min", &seen);
  g_assert_cmpuint (seen.at_once, ==, seen.receipts);
}

static void
test_policy_uniform_stays_within_the_bound (void)
{
  Audit seen;

  run ("uniform", &seen);
  g_assert_cmpuint (seen.at_bound, <, seen.receipts / 100);
  g_assert_cmpuint (seen.at_once, <, seen.receipts / 100);
}

static void
test_policy_targeted_keeps_the_same_nodes_waiting (void)
{
  Audit seen;
  guint waiting = 0;

  run ("targeted", &seen);
  for (guint node = 0; node < NODES; node++)
    {
      g_assert_true (seen.late_by_node[node] == 0 || seen.late_by_node[node] == seen.by_node[node]);
      waiting += seen.late_by_node[node] > 0;
    }
  g_assert_cmpuint (waiting, >, 0);
  g_assert_cmpuint (waiting, <, NODES);
  g_assert_cmpuint (seen.at_bound + seen.at_once, ==, seen.receipts);
}

/* The bound as the delay itself gives it, at its edges. */
static void
test_the_bound_is_inclusive_and_counts_from_gst (void)
{
  TestNetParams params
      = { .n = 2, .network = "><delay kind='bounded' delta='2 s' gst='10 s'/>", .size = 1 };
  TestNet *net = test_net_new (&params);
  const PnyxSection *network = pnyx_section_child (net->scenario->root, "network", 0);
  gconstpointer bounded = pnyx_section_child (network, "delay", 0)->component_params;
  g_autofree gpointer state = g_malloc0 (pnyx_delay_bounded.state_size);

  pnyx_delay_bounded.init (state, bounded, net->world);
  g_assert_cmpint (pnyx_delay_bounded.bound (state, 0), ==, 12 * PNYX_SECOND);
  g_assert_cmpint (pnyx_delay_bounded.bound (state, 10 * PNYX_SECOND), ==, 12 * PNYX_SECOND);
  g_assert_cmpint (pnyx_delay_bounded.bound (state, 11 * PNYX_SECOND), ==, 13 * PNYX_SECOND);
  g_assert_null (pnyx_delay_distribution.bound);
  g_assert_null (pnyx_delay_measured.bound);
  test_net_free (net);
}

/* A corrupt maker gives its item to one honest node alone. */
static TestNet *
send_to_one (const gchar *delay)
{
  g_autofree gchar *network = g_strdup_printf (
      "><delay kind='bounded' delta='2 s' %s/><dissemination kind='direct'/>", delay);
  TestNetParams params = { .n = 4, .network = network, .size = 1000 };
  TestNet *net = test_net_new (&params);
  PnyxItemParams item = { .channel = net->channel, .id = 7, .size = 1000 };
  PnyxItemId made = pnyx_network_item_new (net->network, &item);

  net->items++;
  pnyx_network_set_corrupt (net->network, 0);
  pnyx_network_set_corrupt (net->network, 1);
  pnyx_network_keep (net->network, 0, made);
  pnyx_network_send (net->network, 0, 1, made);
  pnyx_world_run (net->world, 5 * PNYX_SECOND);
  pnyx_network_send (net->network, 1, 2, made);
  pnyx_world_run (net->world, 100 * PNYX_SECOND);
  return net;
}

/* Node 1, corrupt as well, has it at 2 s and passes it on to node 2 at 5 s: that is at 7 s the
 * first honest one, so that node 3 has it at 9 s; or, with GST at 20 s, at 22 and 24 s. */
static void
test_relay_reaches_everybody_from_the_first_honest_node (void)
{
  TestNet *net = send_to_one ("relay='true'");

  g_assert_cmpfloat (test_net_received (net, 1), ==, 2);
  g_assert_cmpfloat (test_net_received (net, 2), ==, 7);
  g_assert_cmpfloat (test_net_received (net, 3), ==, 9);
  g_assert_cmpuint (pnyx_network_counts (net->network)->late, ==, 0);
  test_net_free (net);
  net = send_to_one ("relay='true' gst='20 s'");
  g_assert_cmpfloat (test_net_received (net, 2), ==, 22);
  g_assert_cmpfloat (test_net_received (net, 3), ==, 24);
  test_net_free (net);
}

static void
test_without_relay_a_node_that_is_left_out_hears_nothing (void)
{
  TestNet *net = send_to_one ("relay='false'");

  g_assert_cmpfloat (test_net_received (net, 2), ==, 7);
  g_assert_cmpfloat (test_net_received (net, 3), <, 0);
  test_net_free (net);
}

static PnyxSection *
child_of (const PnyxSection *section, const PnyxElement *element)
{
  for (guint i = 0; i < section->children->len; i++)
    {
      PnyxSection *child = g_ptr_array_index (section->children, i);

      if (child->element == element)
        return child;
    }
  return NULL;
}

/* A delay that takes one nanosecond longer than its bound allows. */
static PnyxTime
broken_delay (const void *self, const PnyxFlight *flight)
{
  return pnyx_delay_bounded.delay (self, flight) + 1; /* the real one: + 0 */
}

static void
test_the_audit_catches_a_delay_past_the_bound (void)
{
  PnyxWorldOptions options = { .seed = 1 };
  PnyxScenario *scenario = test_net_read ("><topology kind='complete'/><delay kind='bounded'/>"
                                          "<dissemination kind='direct'/>",
                                          3);
  PnyxSection *network = child_of (scenario->root, &pnyx_element_network);
  PnyxSection *delay = child_of (network, &pnyx_element_delay);
  static const guint32 edges[] = { 0, 1, 0, 2, 1, 2 };
  g_autoptr (PnyxWorld) world = pnyx_world_new (&options);
  g_autoptr (PnyxGraph) graph = pnyx_graph_new (3, edges, 3);
  PnyxDelayOps broken = pnyx_delay_bounded;
  static const PnyxChannelOps channel = { .receive = NULL };
  PnyxNetwork *made;
  PnyxItemParams item = { .id = 7, .size = 1 };

  broken.delay = broken_delay;
  delay->component = &broken.component;
  made = pnyx_network_new (world, network, NULL, graph, NULL);
  item.channel = pnyx_network_add_channel (made, PNYX_NONE, &channel, NULL);
  pnyx_network_publish (made, 0, pnyx_network_item_new (made, &item));
  g_assert_cmpuint (pnyx_network_counts (made)->late, ==, 2);
  delay->component = &pnyx_delay_bounded.component;
  pnyx_scenario_free (scenario);
}

static void
assert_refused (const gchar *network, const gchar *name)
{
  g_autofree gchar *body
      = g_strdup_printf ("<network nodes='10'\n%s</network><chain kind='nakamoto'/>", network);
  g_autofree gchar *message = test_refusal (body, PNYX_ERROR_CONFLICT);
  g_autofree gchar *expected = g_strdup_printf (
      ":3: %s does not go with this kind of delay (expected it absent: the delay is all that a "
      "message takes)",
      name);

  if (strstr (message, expected) == NULL)
    g_error ("\"%s\" does not contain \"%s\"", message, expected);
}

static void
test_bandwidth_and_loss_beside_it_are_refused_with_their_place (void)
{
  assert_refused ("loss='0.01'><delay kind='bounded'/>", "loss");
  assert_refused ("tcp='cold'><delay kind='bounded'/>", "tcp");
  assert_refused ("drop='0.01'><delay kind='bounded'/>", "drop");
  assert_refused ("><delay kind='bounded'/><class upload='1 Mbit/s'/>", "upload");
  assert_refused ("><delay kind='bounded'/><class download='1 Mbit/s'/>", "download");
  assert_refused ("><delay kind='bounded'/><class last-mile='1 ms'/>", "last-mile");
  assert_refused ("><delay kind='bounded'/><class cores='2'/>", "cores");
  assert_refused ("loss='0.01'><delay kind='distribution'/>", "loss");
}

static void
assert_message (const gchar *body, const gchar *expected)
{
  g_autofree gchar *message = test_refusal (body, PNYX_ERROR_CONFLICT);

  if (strstr (message, expected) == NULL)
    g_error ("\"%s\" does not contain \"%s\"", message, expected);
}

static void
test_what_contradicts_a_bound_is_refused (void)
{
  assert_message ("<network nodes='10'><delay kind='bounded'/></network><chain kind='nakamoto'>\n"
                  "<nakamoto validation='1 s'/></chain>",
                  ":3: validation does not go with delay bounded, which is end to end");
  assert_message ("<network nodes='10'><delay kind='bounded'/></network><chain kind='nakamoto'/>"
                  "<events>\n<partition at='1 s' share='0.5'/></events>",
                  ":3: partition would lose or delay messages beyond the bound");
  assert_message ("<network nodes='10'>\n<delay kind='bounded' relay='true'/></network>"
                  "<chain kind='nakamoto'/>",
                  ":3: relay reaches every node at once (expected dissemination direct beside it");
}

/* End to end: validation takes no time beside it. */
static void
test_work_takes_no_time (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<run duration='50 block'/><network nodes='12'><topology kind='complete'/>"
                    "<delay kind='bounded' delta='2 s'/><dissemination kind='direct'/></network>"
                    "<chain kind='nakamoto'/>");
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  g_assert_cmpfloat (test_scalar (result->output, "latency.import.p99"), ==, 0);
  g_assert_cmpfloat (test_scalar (result->output, "energy.share.consensus"), ==, 0);
}

/* Region profiles with bandwidths would bring them in by the back door. */
static void
test_bandwidths_of_regions_do_not_make_deliveries_late (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<run duration='50 block'/><network nodes='12'><topology kind='complete'/>"
                    "<regions profile='gervais-2015'/><delay kind='bounded' delta='2 s'/>"
                    "<dissemination kind='direct'/></network><chain kind='nakamoto'/>");
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  g_assert_cmpfloat (test_scalar (result->output, "network.late"), ==, 0);
  g_assert_cmpfloat (test_scalar (result->output, "latency.propagation.p99"), <=, 2.03);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/net/delay-bounded/" path, function)
  ADD ("policy-max-delivers-at-the-bound", test_policy_max_delivers_at_the_bound);
  ADD ("policy-min-delivers-at-once", test_policy_min_delivers_at_once);
  ADD ("policy-uniform-stays-within-the-bound", test_policy_uniform_stays_within_the_bound);
  ADD ("policy-targeted-keeps-the-same-nodes-waiting",
       test_policy_targeted_keeps_the_same_nodes_waiting);
  ADD ("the-bound-is-inclusive-and-counts-from-gst",
       test_the_bound_is_inclusive_and_counts_from_gst);
  ADD ("bandwidth-and-loss-beside-it-are-refused-with-their-place",
       test_bandwidth_and_loss_beside_it_are_refused_with_their_place);
  ADD ("bandwidths-of-regions-do-not-make-deliveries-late",
       test_bandwidths_of_regions_do_not_make_deliveries_late);
  ADD ("relay-reaches-everybody-from-the-first-honest-node",
       test_relay_reaches_everybody_from_the_first_honest_node);
  ADD ("without-relay-a-node-that-is-left-out-hears-nothing",
       test_without_relay_a_node_that_is_left_out_hears_nothing);
  ADD ("the-audit-catches-a-delay-past-the-bound", test_the_audit_catches_a_delay_past_the_bound);
  ADD ("what-contradicts-a-bound-is-refused", test_what_contradicts_a_bound_is_refused);
  ADD ("work-takes-no-time", test_work_takes_no_time);
  return g_test_run ();
}
