/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of items: what their owner has closed, and whose number is used again. */
#include <string.h>

#include "net/network_priv.h"
#include "support/test_net.h"

#define FLOOD "tcp='warm'%s><delay kind='measured' sigma='0'/><dissemination kind='%s'/>"

static const guint row[][2] = { { 0, 1 }, { 1, 2 }, { 2, 3 } };

/* A, B, C and D in a row, 100 ms apart. */
static TestNet *
row_of_four (const gchar *dissemination, const gchar *attributes, PnyxTime validation)
{
  g_autofree gchar *network = g_strdup_printf (FLOOD, attributes, dissemination);
  TestNetParams params = { .n = 4,
                           .delay_ms = { { 0, 100 }, { 0, 0, 100 }, { 0, 0, 0, 100 } },
                           .edges = row,
                           .n_edges = 3,
                           .network = network,
                           .size = 1000,
                           .validation = validation };

  return test_net_new (&params);
}

static PnyxItemId
new_item (TestNet *net)
{
  PnyxItemParams params
      = { .channel = net->channel, .subject = 99, .id = net->items + 1000, .size = 10 };

  return pnyx_network_item_new (net->network, &params);
}

static void
run_until (TestNet *net, guint ms)
{
  pnyx_world_run (net->world, ms * PNYX_MILLISECOND);
}

static void
test_a_closed_item_that_nothing_refers_to_gives_its_number_back (void)
{
  TestNet *net = row_of_four ("flood", "", 0);
  PnyxItemId a = new_item (net);
  PnyxItemId b = new_item (net);
  gsize used = pnyx_arena_used (pnyx_world_arena (net->world));
  PnyxItemId c;

  g_assert_cmpuint (a, !=, b);
  pnyx_network_item_close (net->network, a);
  g_assert_cmpuint (new_item (net), ==, a);
  pnyx_network_item_close (net->network, b);
  c = new_item (net);
  g_assert_cmpuint (c, ==, b);
  g_assert_false (pnyx_network_has (net->network, 0, c));
  g_assert_cmpuint (new_item (net), !=, a);
  g_assert_cmpuint (pnyx_arena_used (pnyx_world_arena (net->world)), <, used + 4096);
  test_net_free (net);
}

/* Closed while it is on its way to B: it arrives and is counted, and goes nowhere from there. */
static void
test_a_copy_of_a_closed_item_is_counted_and_goes_no_further (void)
{
  TestNet *net = row_of_four ("flood", "", 0);
  PnyxItemId item = test_net_publish (net, 0);

  run_until (net, 50);
  pnyx_network_item_close (net->network, item);
  g_assert_cmpuint (new_item (net), !=, item); /* still under way */
  run_until (net, 1000);
  g_assert_cmpint (net->received[1], ==, -1);
  g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_ITEM], ==, 1);
  g_assert_cmpuint (pnyx_network_counts (net->network)->first_receipts, ==, 1);
  g_assert_cmpuint (pnyx_network_counts (net->network)->duplicates, ==, 0);
  g_assert_cmpuint (new_item (net), ==, item);
  test_net_free (net);
}

static void
test_a_second_copy_of_a_closed_item_is_a_duplicate (void)
{
  TestNet *net = row_of_four ("direct", "", 0);
  PnyxItemId item = test_net_publish (net, 0);

  pnyx_network_send (net->network, 0, 1, item);
  pnyx_network_send (net->network, 0, 0, item);
  pnyx_network_item_close (net->network, item);
  run_until (net, 1000);
  g_assert_cmpuint (pnyx_network_counts (net->network)->first_receipts, ==, 3);
  g_assert_cmpuint (pnyx_network_counts (net->network)->duplicates, ==, 2);
  test_net_free (net);
}

/* B is at it when the item is closed: its judgement is heard and has no effect. */
static void
test_what_is_being_validated_may_still_be_judged (void)
{
  for (guint forgotten = 0; forgotten < 2; forgotten++)
    {
      TestNet *net = row_of_four ("flood", "", forgotten ? 100 * PNYX_SECOND : PNYX_SECOND);
      PnyxItemId item = test_net_publish (net, 0);

      run_until (net, 500);
      g_assert_cmpint (net->received[1], ==, 100 * PNYX_MILLISECOND);
      pnyx_network_item_close (net->network, item);
      g_assert_cmpuint (new_item (net), !=, item);
      if (forgotten)
        pnyx_network_forget (net->network, 1, item);
      run_until (net, 5000);
      g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_ITEM], ==, 1);
      g_assert_cmpuint (new_item (net), ==, item);
      test_net_free (net);
    }
}

/* C asks B, which is validating. The answer would be another item's. */
static void
test_who_waits_for_a_closed_item_is_not_answered_with_another (void)
{
  TestNet *net = row_of_four ("direct", "", PNYX_SECOND);
  PnyxItemId item = new_item (net);

  pnyx_network_keep (net->network, 0, item);
  pnyx_network_send (net->network, 0, 1, item);
  run_until (net, 150);
  pnyx_network_request (net->network, 2, 1, item);
  run_until (net, 300);
  pnyx_network_item_close (net->network, item);
  run_until (net, 2000);
  g_assert_cmpuint (new_item (net), ==, item);
  pnyx_network_keep (net->network, 0, item);
  pnyx_network_send (net->network, 0, 1, item);
  run_until (net, 9000);
  g_assert_true (pnyx_network_has (net->network, 1, item));
  g_assert_false (pnyx_network_has (net->network, 2, item));
  test_net_free (net);
}

static void
test_nobody_asks_again_for_a_closed_item (void)
{
  TestNet *net = row_of_four ("direct", " request-timeout='1 s'", 0);
  PnyxItemId item = new_item (net);

  pnyx_network_expect_faults (net->network);
  pnyx_network_request (net->network, 1, 0, item); /* who has it not */
  run_until (net, 1500);
  g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_GET], ==, 2);
  pnyx_network_item_close (net->network, item);
  g_assert_cmpuint (new_item (net), !=, item);
  run_until (net, 9000);
  g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_GET], ==, 2);
  g_assert_cmpuint (new_item (net), ==, item);
  test_net_free (net);
}

static void
test_what_a_cut_holds_of_a_closed_item_is_not_sent (void)
{
  static const guint32 groups[] = { 0, 1, 1, 1 };
  TestNet *net = row_of_four ("flood", "", 0);
  PnyxItemId item;
  guint cut;

  pnyx_network_expect_faults (net->network);
  cut = pnyx_network_cut (net->network, groups, TRUE);
  item = test_net_publish (net, 0);
  pnyx_network_item_close (net->network, item);
  g_assert_cmpuint (new_item (net), !=, item);
  pnyx_network_heal (net->network, cut);
  run_until (net, 1000);
  g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_ITEM], ==, 0);
  g_assert_cmpuint (new_item (net), ==, item);
  test_net_free (net);
}

/* 10,000 items that half of the nodes get; two are always open. */
static void
test_items_that_do_not_reach_everybody_leave_nothing (void)
{
  static const gchar *const disseminations[] = { "flood", "announce", "gossipsub" };
  static const guint32 groups[] = { 0, 0, 1, 1 };

  for (gsize k = 0; k < G_N_ELEMENTS (disseminations); k++)
    {
      TestNet *net = row_of_four (disseminations[k], " request-timeout='1 s'", PNYX_MILLISECOND);
      PnyxArena *arena = pnyx_world_arena (net->world);
      PnyxItemId last = PNYX_NONE;
      gsize used = 0;

      pnyx_network_expect_faults (net->network);
      pnyx_network_cut (net->network, groups, FALSE);
      for (guint i = 0; i < 10000; i++)
        {
          PnyxItemId item = test_net_publish (net, i % 2);

          run_until (net, i * 1000 + 500);
          g_assert_cmpint (net->received[1 - i % 2], >=, 0);
          if (last != PNYX_NONE)
            pnyx_network_item_close (net->network, last);
          last = item;
          run_until (net, i * 1000 + 1000);
          if (i == 100)
            used = pnyx_arena_used (arena);
        }
      g_assert_cmpuint (pnyx_arena_used (arena), <=, used + 1024); /* one item more or less */
      g_assert_cmpuint (net->network->n_items, <, 10);
      g_assert_cmpuint (net->network->n_made, ==, 10000);
      test_net_free (net);
    }
}

/* Recent blocks are answered in their short form: recent is what was made last, not the number. */
static void
test_a_number_used_again_is_a_recent_item (void)
{
  TestNet *net = row_of_four ("compact", "", 0);
  PnyxItemParams params = { .channel = net->channel, .size = 1000, .compact = 100, .missing = 10 };
  PnyxItemId first = new_item (net);
  PnyxItemId item;

  for (guint i = 0; i < 20; i++)
    new_item (net);
  pnyx_network_item_close (net->network, first);
  params.id = 5;
  item = pnyx_network_item_new (net->network, &params);
  g_assert_cmpuint (item, ==, first);
  pnyx_network_keep (net->network, 0, item);
  pnyx_network_request (net->network, 1, 0, item);
  run_until (net, 1000);
  g_assert_cmpuint (pnyx_network_counts (net->network)->copies[PNYX_WIRE_ITEM], ==, 0);
  test_net_free (net);
}

typedef void (*Misuse) (TestNet *net, PnyxItemId item);

static void
close_again (TestNet *net, PnyxItemId item)
{
  pnyx_network_item_close (net->network, item);
}

static void
ask_who_has (TestNet *net, PnyxItemId item)
{
  pnyx_network_has (net->network, 0, item);
}

static void
ask_who_asked (TestNet *net, PnyxItemId item)
{
  pnyx_network_requested (net->network, 0, item);
}

static void
publish (TestNet *net, PnyxItemId item)
{
  pnyx_network_publish (net->network, 0, item);
}

static void
send (TestNet *net, PnyxItemId item)
{
  pnyx_network_send (net->network, 0, 1, item);
}

static void
request (TestNet *net, PnyxItemId item)
{
  pnyx_network_request (net->network, 1, 0, item);
}

static void
request_range (TestNet *net, PnyxItemId item)
{
  pnyx_network_request_range (net->network, 1, 0, item);
}

static void
announce (TestNet *net, PnyxItemId item)
{
  pnyx_network_announce (net->network, 0, 1, item);
}

static void
test_using_a_closed_item_is_a_bug (void)
{
  static const Misuse misuses[] = { close_again, ask_who_has, ask_who_asked, publish,
                                    send,        request,     request_range, announce };

  for (gsize i = 0; i < G_N_ELEMENTS (misuses); i++)
    {
      TestNet *net = row_of_four ("flood", "", 0);
      PnyxItemId item = test_net_publish (net, 0);
      PnyxFailure failure = { .message = "" };

      pnyx_network_item_close (net->network, item);
      pnyx_failure_enter (&failure);
      if (sigsetjmp (failure.jump, 0) == 0)
        misuses[i](net, item);
      pnyx_failure_enter (NULL);
      g_assert_nonnull (strstr (failure.message, "closed"));
      test_net_free (net);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/net/item/" path, function)
  ADD ("a-closed-item-that-nothing-refers-to-gives-its-number-back",
       test_a_closed_item_that_nothing_refers_to_gives_its_number_back);
  ADD ("a-copy-of-a-closed-item-is-counted-and-goes-no-further",
       test_a_copy_of_a_closed_item_is_counted_and_goes_no_further);
  ADD ("a-second-copy-of-a-closed-item-is-a-duplicate",
       test_a_second_copy_of_a_closed_item_is_a_duplicate);
  ADD ("what-is-being-validated-may-still-be-judged",
       test_what_is_being_validated_may_still_be_judged);
  ADD ("who-waits-for-a-closed-item-is-not-answered-with-another",
       test_who_waits_for_a_closed_item_is_not_answered_with_another);
  ADD ("nobody-asks-again-for-a-closed-item", test_nobody_asks_again_for_a_closed_item);
  ADD ("what-a-cut-holds-of-a-closed-item-is-not-sent",
       test_what_a_cut_holds_of_a_closed_item_is_not_sent);
  ADD ("items-that-do-not-reach-everybody-leave-nothing",
       test_items_that_do_not_reach_everybody_leave_nothing);
  ADD ("a-number-used-again-is-a-recent-item", test_a_number_used_again_is_a_recent_item);
  ADD ("using-a-closed-item-is-a-bug", test_using_a_closed_item_is_a_bug);
  return g_test_run ();
}
