/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines that are given more than they carry in the range of time. */
#include "net/network.h"

#include "support/test_net.h"

#define NETWORK(sharing)                                                                           \
  "sharing='" sharing "' tcp='warm'><delay kind='measured' sigma='0'/>"                            \
  "<dissemination kind='flood'/>"
#define DAY (86400 * PNYX_SECOND)

/* Each of 1 GB takes 8e9 s of a line of 1 bit/s: with the second it is beyond 9.2e9 s. */
static guint64
receipts (const gchar *network, gdouble upload, gdouble download)
{
  TestNetParams params = { .n = 3,
                           .upload = { upload, 8e6, 8e6 },
                           .download = { 0, download, 0 },
                           .network = network,
                           .size = 1000000000 };
  TestNet *net = test_net_new (&params);
  guint64 received;

  for (guint i = 0; i < 4; i++)
    {
      test_net_publish (net, 0);
      pnyx_world_run (net->world, (i + 1) * DAY);
    }
  received = pnyx_network_counts (net->network)->first_receipts;
  g_assert_cmpint (pnyx_world_now (net->world), <=, 4 * DAY);
  test_net_free (net);
  return received;
}

static void
test_what_never_leaves_never_arrives (void)
{
  g_assert_cmpuint (receipts (NETWORK ("fifo"), 1, 0), ==, 0);
  g_assert_cmpuint (receipts (NETWORK ("fair"), 1, 0), ==, 0);
}

/* The slow line of one holds nobody else up. */
static void
test_what_never_comes_through_holds_up_nobody_else (void)
{
  g_assert_cmpuint (receipts (NETWORK ("fifo"), 8e6, 1), ==, 4);
  g_assert_cmpuint (receipts (NETWORK ("fair"), 8e6, 1), ==, 4);
}

static void
test_a_line_that_is_fast_enough_delivers_all (void)
{
  g_assert_cmpuint (receipts (NETWORK ("fifo"), 8e6, 8e6), ==, 4 * 2);
  g_assert_cmpuint (receipts (NETWORK ("fair"), 8e6, 8e6), ==, 4 * 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/uplink/what-never-leaves-never-arrives",
                   test_what_never_leaves_never_arrives);
  g_test_add_func ("/net/uplink/what-never-comes-through-holds-up-nobody-else",
                   test_what_never_comes_through_holds_up_nobody_else);
  g_test_add_func ("/net/uplink/a-line-that-is-fast-enough-delivers-all",
                   test_a_line_that_is_fast_enough_delivers_all);
  return g_test_run ();
}
