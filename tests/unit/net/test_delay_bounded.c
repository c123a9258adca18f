/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/delay.h"

#include <string.h>

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
  g_autoptr (PnyxModel) model = test_model (
      "<network nodes='4'><topology kind='complete'/>"
      "<delay kind='bounded' delta='2 s' gst='10 s'/></network><chain kind='nakamoto'/>");
  g_autoptr (PnyxModel) other
      = test_model ("<network nodes='4'><topology kind='complete'/>"
                    "<delay kind='distribution'/></network><chain kind='nakamoto'/>");
  const PnyxSection *bounded
      = pnyx_section_child (pnyx_section_child (model->scenario->root, "network", 0), "delay", 0);
  const PnyxSection *drawn
      = pnyx_section_child (pnyx_section_child (other->scenario->root, "network", 0), "delay", 0);

  g_assert_cmpint (pnyx_delay_bound (bounded, 0), ==, 12 * PNYX_SECOND);
  g_assert_cmpint (pnyx_delay_bound (bounded, 10 * PNYX_SECOND), ==, 12 * PNYX_SECOND);
  g_assert_cmpint (pnyx_delay_bound (bounded, 11 * PNYX_SECOND), ==, 13 * PNYX_SECOND);
  g_assert_cmpint (pnyx_delay_bound (drawn, 0), ==, PNYX_TIME_MAX);
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
  assert_refused ("loss='0.01'><delay kind='distribution'/>", "loss");
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
  return g_test_run ();
}
