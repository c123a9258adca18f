/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transfer times against numbers made by hand, and against what a toy would get wrong. */
#include <math.h>

#include "net/tcp.h"
#include "support/test_net.h"

#define PLAIN "tcp='warm' "
#define NO_JITTER "<delay kind='measured' sigma='0'/>"

static void
assert_near (gdouble value, gdouble expected, gdouble tolerance)
{
  if (!(fabs (value - expected) <= tolerance))
    g_error ("%.9f, expected %.9f +- %g", value, expected, tolerance);
}

static const guint line[3][2] = { { 0, 1 }, { 1, 2 }, { 2, 3 } };

static TestNetParams
line_params (const gchar *network)
{
  return (TestNetParams){ .n = 4,
                          .delay_ms = { { 0, 50 }, { 0, 0, 100 }, { 0, 0, 0, 150 } },
                          .upload = { 10e6, 20e6, 5e6, 10e6 },
                          .edges = line,
                          .n_edges = 3,
                          .network = network,
                          .size = 1000000,
                          .validation = 20 * PNYX_MILLISECOND };
}

static void
check_line (const gchar *network, const gdouble expected[3])
{
  TestNetParams params = line_params (network);
  TestNet *net = test_net_new (&params);

  test_net_publish (net, 0);
  pnyx_world_run (net->world, 100 * PNYX_SECOND);
  for (guint i = 0; i < 3; i++)
    assert_near (test_net_received (net, i + 1), expected[i], 2e-9);
  test_net_free (net);
}

/* A-B-C-D, 10^6 B: each hop takes its upload, its delay and the validation before it. */
static void
test_line_of_four_takes_its_uploads_delays_and_validations (void)
{
  static const gdouble flooded[3] = { 0.850, 1.370, 3.140 };
  static const gdouble announced[3] = { 0.9500732, 1.6701952, 3.7403416 };

  check_line (PLAIN ">" NO_JITTER "<dissemination kind='flood'/>", flooded);
  check_line (PLAIN "sharing='fifo'>" NO_JITTER "<dissemination kind='flood'/>", flooded);
  check_line (PLAIN ">" NO_JITTER "<dissemination kind='announce'/>", announced);
  check_line (PLAIN "sharing='fifo'>" NO_JITTER "<dissemination kind='announce'/>", announced);
}

static void
check_complete (const gchar *network, const gdouble expected[3])
{
  TestNetParams params = line_params (network);
  TestNet *net;

  params.edges = NULL;
  params.delay_ms[0][2] = 100;
  params.delay_ms[0][3] = 200;
  params.delay_ms[1][3] = 120;
  net = test_net_new (&params);
  test_net_publish (net, 0);
  pnyx_world_run (net->world, 100 * PNYX_SECOND);
  for (guint i = 0; i < 3; i++)
    assert_near (test_net_received (net, i + 1), expected[i], 2e-9);
  test_net_free (net);
}

/* K4: one after another the first copy is early and is passed on; shared, all end at the last. */
static void
test_complete_graph_differs_between_fifo_and_fair_sharing (void)
{
  static const gdouble fifo[3] = { 0.850, 1.370, 1.790 };
  static const gdouble fair[3] = { 2.450, 2.500, 2.600 };

  check_complete (PLAIN "sharing='fifo' order='listed'>" NO_JITTER "<dissemination kind='flood'/>",
                  fifo);
  check_complete (PLAIN "sharing='fair'>" NO_JITTER "<dissemination kind='flood'/>", fair);
}

static void
test_slow_start_takes_the_rounds_of_the_initial_window (void)
{
  PnyxTime rtt = 100 * PNYX_MILLISECOND;
  static const struct
  {
    guint64 size;
    guint rounds;
    gdouble total; /* with the transfer and one way */
  } rows[]
      = { { 14600, 1, 0 }, { 14601, 2, 0 }, { 131072, 4, 0.354620 }, { 1048576, 7, 0.670604 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gdouble total = pnyx_time_to_seconds (pnyx_tcp_slow_start (rows[i].size, rtt, 50e6))
                      + (gdouble)rows[i].size * 8 / 50e6 + 0.05;

      g_assert_cmpuint (pnyx_tcp_rounds (rows[i].size), ==, rows[i].rounds);
      if (rows[i].total > 0)
        assert_near (total, rows[i].total, 5e-7);
    }
}

/* The same through the network: a cold connection, then a warm one, then one that has been idle. */
static void
test_slow_start_is_charged_on_idle_connections_only (void)
{
  TestNetParams params = { .n = 2,
                           .delay_ms = { { 0, 50 } },
                           .upload = { 50e6, 50e6 },
                           .network = "tcp='idle'>" NO_JITTER "<dissemination kind='flood'/>",
                           .size = 131072 };
  TestNet *net = test_net_new (&params);
  const gdouble cold = 0.354620;
  const gdouble warm = 131072 * 8 / 50e6 + 0.05;
  static const struct
  {
    gint ms; /* sent at */
    gboolean cold;
  } rows[] = { { 0, TRUE }, { 100, FALSE }, { 1000, TRUE }, { 1199, FALSE }, { 1400, TRUE } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PnyxTime at = rows[i].ms * PNYX_MILLISECOND;
      PnyxTime next
          = i + 1 < G_N_ELEMENTS (rows) ? rows[i + 1].ms * PNYX_MILLISECOND : PNYX_TIME_MAX;

      pnyx_world_run (net->world, at);
      test_net_publish (net, 0);
      pnyx_world_run (net->world, MIN (next, at + PNYX_SECOND));
      if (rows[i].cold && next - at < 400 * PNYX_MILLISECOND)
        continue; /* still under way when the next is sent: only there to keep the link warm */
      assert_near (test_net_received (net, 1) - pnyx_time_to_seconds (at),
                   rows[i].cold ? cold : warm, 5e-7);
    }
  test_net_free (net);
}

static void
test_loss_meets_messages_by_their_segments (void)
{
  assert_near (pnyx_tcp_loss_probability (90 * PNYX_TCP_MSS, 0.001), 0.086110, 5e-7);
  assert_near (pnyx_tcp_loss_probability (719 * PNYX_TCP_MSS, 0.001), 0.512936, 5e-7);
  assert_near (pnyx_tcp_rate_max (100 * PNYX_MILLISECOND, 0.001) / 1e6, 4.5236, 5e-5);
}

/* A toy makes holes of lost packets. Here every message comes, late as often as it should. */
static void
test_lost_segments_delay_and_never_drop (void)
{
  enum
  {
    ITEMS = 20000
  };
  TestNetParams params
      = { .n = 2,
          .delay_ms = { { 0, 50 } },
          .network = PLAIN "loss='0.001' rto='1 s'>" NO_JITTER "<dissemination kind='flood'/>",
          .size = 90 * PNYX_TCP_MSS };
  TestNet *net = test_net_new (&params);
  gdouble slowest = (gdouble)params.size * 8 / pnyx_tcp_rate_max (100 * PNYX_MILLISECOND, 0.001);
  guint late = 0;
  guint timeouts = 0;
  const gdouble p = 0.086110;

  for (guint i = 0; i < ITEMS; i++)
    {
      PnyxTime now = pnyx_world_now (net->world);
      gdouble took;

      test_net_publish (net, 0);
      pnyx_world_run (net->world, now + 10 * PNYX_SECOND);
      g_assert_cmpint (net->received[1], >=, 0);
      took = test_net_received (net, 1) - pnyx_time_to_seconds (now) - slowest - 0.05;
      late += took > 0.05;
      timeouts += took > 0.5;
    }
  assert_near ((gdouble)late / ITEMS, p, 3.3 * sqrt (p * (1 - p) / ITEMS));
  /* The first loss is among the last three of 90 segments: (1-p)^87 - (1-p)^90. */
  assert_near ((gdouble)timeouts / ITEMS, pow (0.999, 87) - pow (0.999, 90),
               3.3 * sqrt (0.003 / ITEMS));
  g_assert_cmpuint (pnyx_network_counts (net->network)->lost, ==, 0);
  test_net_free (net);
}

static gdouble
compact_mean (const gchar *mode, gdouble failure, guint items)
{
  g_autofree gchar *network = g_strdup_printf (
      PLAIN ">" NO_JITTER
            "<dissemination kind='compact' high-bandwidth='%s' failure='%g' shared='0'/>",
      mode, failure);
  TestNetParams params = { .n = 2,
                           .delay_ms = { { 0, 50 } },
                           .upload = { 20e6, 20e6 },
                           .network = network,
                           .size = 1000000,
                           .compact = 18000,
                           .missing = 50000 };
  TestNet *net = test_net_new (&params);
  gdouble sum = 0;

  for (guint i = 0; i < items; i++)
    {
      PnyxTime now = pnyx_world_now (net->world);

      test_net_publish (net, 0);
      pnyx_world_run (net->world, now + 10 * PNYX_SECOND);
      sum += test_net_received (net, 1) - pnyx_time_to_seconds (now);
    }
  test_net_free (net);
  return sum / items;
}

static void
test_compact_blocks_take_one_three_or_five_ways (void)
{
  const gdouble control = 61 * 8 / 20e6; /* each request and announcement */
  const gdouble tolerance = 3.3 * 0.12 * sqrt (0.13 * 0.87 / 4000);

  assert_near (compact_mean ("1", 0, 1), 0.0572, 1e-9);
  assert_near (compact_mean ("1", 1, 1), 0.1772 + control, 1e-9);
  assert_near (compact_mean ("0", 0, 1), 0.1572 + 2 * control, 1e-9);
  assert_near (compact_mean ("1", 0.13, 4000), 0.0728, tolerance);
  assert_near (compact_mean ("0", 0.13, 4000), 0.1728, tolerance);
}

/* A toy has a constant for each hop. Doubling the bandwidth moves blocks and not small messages. */
static void
test_doubled_bandwidth_moves_blocks_and_not_small_messages (void)
{
  gdouble took[2][2];

  for (guint fast = 0; fast < 2; fast++)
    for (guint large = 0; large < 2; large++)
      {
        TestNetParams params = line_params (PLAIN ">" NO_JITTER "<dissemination kind='flood'/>");
        TestNet *net;

        params.size = large ? 1000000 : 200;
        for (guint i = 0; i < 4; i++)
          params.upload[i] *= fast ? 2 : 1;
        net = test_net_new (&params);
        test_net_publish (net, 0);
        pnyx_world_run (net->world, 100 * PNYX_SECOND);
        took[fast][large] = test_net_received (net, 3);
        test_net_free (net);
      }
  g_assert_cmpfloat (took[1][1], <, 0.7 * took[0][1]);
  g_assert_cmpfloat (took[1][0], >, 0.99 * took[0][0]);
}

/* The downlink bounds too: two senders to one receiver take turns at it. */
static void
test_download_is_shared_by_those_who_send_to_it (void)
{
  static const guint star[2][2] = { { 0, 2 }, { 1, 2 } };
  TestNetParams params = { .n = 3,
                           .delay_ms = { { 0, 0, 10 }, { 0, 0, 10 } },
                           .upload = { 8e6, 8e6, 8e6 },
                           .download = { 0, 0, 8e6 },
                           .edges = star,
                           .n_edges = 2,
                           .network = PLAIN ">" NO_JITTER "<dissemination kind='flood'/>",
                           .size = 1000000 };
  TestNet *net = test_net_new (&params);

  test_net_publish (net, 0);
  pnyx_world_run (net->world, 10 * PNYX_SECOND);
  assert_near (test_net_received (net, 2), 1.010, 1e-9);
  test_net_publish (net, 0);
  test_net_publish (net, 1);
  pnyx_world_run (net->world, 12009 * PNYX_MILLISECOND);
  g_assert_cmpuint (pnyx_network_counts (net->network)->first_receipts, ==, 2 + 1);
  pnyx_world_run (net->world, 12011 * PNYX_MILLISECOND);
  g_assert_cmpuint (pnyx_network_counts (net->network)->first_receipts, ==, 2 + 2);
  test_net_free (net);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transport/line-of-four",
                   test_line_of_four_takes_its_uploads_delays_and_validations);
  g_test_add_func ("/transport/complete-graph",
                   test_complete_graph_differs_between_fifo_and_fair_sharing);
  g_test_add_func ("/transport/slow-start", test_slow_start_takes_the_rounds_of_the_initial_window);
  g_test_add_func ("/transport/idle-connections",
                   test_slow_start_is_charged_on_idle_connections_only);
  g_test_add_func ("/transport/loss-probability", test_loss_meets_messages_by_their_segments);
  g_test_add_func ("/transport/loss-delays", test_lost_segments_delay_and_never_drop);
  g_test_add_func ("/transport/compact", test_compact_blocks_take_one_three_or_five_ways);
  g_test_add_func ("/transport/bandwidth",
                   test_doubled_bandwidth_moves_blocks_and_not_small_messages);
  g_test_add_func ("/transport/download", test_download_is_shared_by_those_who_send_to_it);
  return g_test_run ();
}
