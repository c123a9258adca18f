/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three nodes, a block of 1,000 B every 100 s from one of them, 1 s a message: counted by hand. */
#include <math.h>

#include "support/test_world.h"

static PnyxRunResult *
run (const gchar *dissemination, const gchar *rest)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='1000 s' warmup='150 s'/>"
      "<network nodes='3'><topology kind='complete'/><delay kind='distribution' value='1 s'/>"
      "<dissemination kind='%s'/></network><chain kind='nakamoto'>"
      "<nakamoto interval='100 s' miners='1' block-size='1000 B' validation='0 s'/></chain>%s",
      dissemination, rest);
  g_autoptr (PnyxModel) model = test_model (body);
  PnyxRunResult *result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  g_assert_false (result->failed);
  return result;
}

static void
assert_value (const PnyxRunResult *result, const gchar *metric, gdouble expected)
{
  gdouble value = test_scalar (result->output, metric);

  if (!(fabs (value - expected) <= 1e-9 * fabs (expected)))
    g_error ("%s is %.17g, expected %.17g", metric, value, expected);
}

/* Maker: 2 inv; each of the others asks and gets, then tells the third, which has it by then. */
static void
test_announcing_to_two_takes_eight_messages (void)
{
  g_autoptr (PnyxRunResult) result = run ("announce", "");

  assert_value (result, "network.messages_per_block", 8);
  assert_value (result, "network.messages_per_block.inv", 4);
  assert_value (result, "network.messages_per_block.get", 2);
  assert_value (result, "network.messages_per_block.item", 2);
  assert_value (result, "network.messages_per_block.compact", 0);
  assert_value (result, "network.duplicate_ratio", 0);
  /* 2 x (1,000 + 40) and 6 x (61 + 40) bytes a block, 10 blocks, 3 nodes, 1,000 s. */
  assert_value (result, "network.bytes_per_node", 10 * (2 * 1040 + 6 * 101) / 3000.0);
  assert_value (result, "latency.propagation.mean", 3);
  assert_value (result, "latency.import.mean", 0);
  assert_value (result, "latency.propagation.unfinished", 0);
  assert_value (result, "network.lost", 0);
  assert_value (result, "network.late", 0);
}

static void
test_flooding_two_sends_each_a_duplicate (void)
{
  g_autoptr (PnyxRunResult) result = run ("flood", "");

  assert_value (result, "network.messages_per_block", 4);
  assert_value (result, "network.messages_per_block.item", 4);
  assert_value (result, "network.duplicate_ratio", 1);
  assert_value (result, "network.bytes_per_node", 10 * 4 * 1040 / 3000.0);
  assert_value (result, "latency.propagation.mean", 1);
}

static void
test_direct_sending_takes_one_message_each (void)
{
  g_autoptr (PnyxRunResult) result = run ("direct", "");

  assert_value (result, "network.messages_per_block", 2);
  assert_value (result, "network.duplicate_ratio", 0);
}

/* 12,000 bytes are nine segments: framing counts for each. */
static void
test_framing_counts_by_segments (void)
{
  g_autoptr (PnyxModel) model = test_model (
      "<run duration='1000 s'/>"
      "<network nodes='2' framing='100 B'><topology kind='complete'/>"
      "<delay kind='distribution' value='1 s'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><nakamoto interval='100 s' block-size='12000 B'/></chain>");
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  assert_value (result, "network.bytes_per_node", 10 * 12900 / 2000.0);
}

/* Who is offline does not count as a node that sends. */
static void
test_bytes_are_over_the_time_online (void)
{
  g_autoptr (PnyxRunResult) result
      = run ("direct", "<events><outage at='250 s' until='650 s' share='1'/></events>");

  /* Blocks at 200, 700, 800, 900, 1,000 and 1,100 s, and back online each tells both others what it
   * has; 600 of 1,000 s online. */
  assert_value (result, "network.bytes_per_node", (6 * 2 * 1040 + 6 * 101) / (3 * 600.0));
  assert_value (result, "blocks.proposed", 6);
}

/* A block that is under way when its receivers go offline. */
static void
test_lost_messages_are_counted (void)
{
  g_autoptr (PnyxRunResult) result
      = run ("direct", "<events><eclipse at='200.5 s' until='201 s' share='1'/></events>");

  assert_value (result, "network.lost", 2);
  /* At the end of the eclipse all announce what they have: the others ask for it. */
  assert_value (result, "latency.propagation.unfinished", 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/metric/network/" path, function)
  ADD ("announcing-to-two-takes-eight-messages", test_announcing_to_two_takes_eight_messages);
  ADD ("flooding-two-sends-each-a-duplicate", test_flooding_two_sends_each_a_duplicate);
  ADD ("direct-sending-takes-one-message-each", test_direct_sending_takes_one_message_each);
  ADD ("framing-counts-by-segments", test_framing_counts_by_segments);
  ADD ("bytes-are-over-the-time-online", test_bytes_are_over_the_time_online);
  ADD ("lost-messages-are-counted", test_lost_messages_are_counted);
  return g_test_run ();
}
