/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Meshes, eager and lazy push, and what outages and cuts do to them. */
#include "support/gossip_net.h"
#include "support/test_net.h"
#include "support/test_world.h"

#define BEAT (700 * PNYX_MILLISECOND)
#define SMALL 300

static guint64
copies (const PnyxNetwork *network, PnyxWire wire)
{
  return pnyx_network_counts (network)->copies[wire];
}

static GossipNet *
regular (guint32 nodes, guint32 degree, const gchar *dissemination, guint64 seed)
{
  GossipNetParams params
      = { .nodes = nodes, .degree = degree, .dissemination = dissemination, .seed = seed };

  return gossip_net_new (&params);
}

static GossipNet *
of_edges (guint32 nodes, const guint32 *edges, guint32 n_edges, const gchar *dissemination)
{
  GossipNetParams params
      = { .nodes = nodes, .edges = edges, .n_edges = n_edges, .dissemination = dissemination };

  return gossip_net_new (&params);
}

/* --- meshes ----------------------------------------------------------------------------------- */

static void
assert_mesh (GossipNet *net, guint8 kind, guint low, guint high)
{
  const PnyxMesh *mesh = gossip_net_mesh (net, kind);

  for (PnyxNodeId node = 0; node < net->params.nodes; node++)
    {
      const guint16 *row = network_mesh_row (mesh, net->network, node);

      g_assert_cmpuint (mesh->degrees[node], >=, low);
      g_assert_cmpuint (mesh->degrees[node], <=, high);
      for (guint i = 0; i < mesh->degrees[node]; i++)
        {
          g_assert_true (i == 0 || row[i - 1] < row[i]);
          g_assert_true (
              gossip_net_in_mesh (net, kind, network_hop_node (net->network, node, row[i]), node));
        }
    }
}

static void
test_a_mesh_is_symmetric_and_has_nearly_the_degree_everywhere (void)
{
  for (guint seed = 0; seed < 10; seed++)
    {
      g_autoptr (GossipNet) net = regular (1000, 50, "", seed);
      guint exact = 0;

      assert_mesh (net, 0, 8, 12);
      for (PnyxNodeId node = 0; node < 1000; node++)
        exact += gossip_net_mesh (net, 0)->degrees[node] == 8 ? 1 : 0;
      g_assert_cmpuint (exact, >, 900);
      g_assert_true (gossip_net_mesh (net, 0)->connected);
    }
}

static void
test_few_connections_are_all_in_the_mesh (void)
{
  g_autoptr (GossipNet) five = regular (100, 5, "", 0);
  g_autoptr (GossipNet) eight = regular (100, 8, "", 0);
  g_autoptr (GossipNet) nine = regular (100, 9, "", 0);

  assert_mesh (five, 0, 5, 5);
  assert_mesh (eight, 0, 8, 8);
  assert_mesh (nine, 0, 8, 9);
}

static void
test_meshes_differ_by_topic_and_seed_and_by_nothing_else (void)
{
  g_autoptr (GossipNet) a = regular (100, 20, "", 0);
  g_autoptr (GossipNet) b = regular (100, 20, "", 0);
  guint common = 0;

  gossip_net_mesh (b, 1); /* made in the other order */
  for (PnyxNodeId node = 0; node < 100; node++)
    for (PnyxNodeId peer = 0; peer < 100; peer++)
      {
        for (guint8 kind = 0; kind < 2; kind++)
          g_assert_true (gossip_net_in_mesh (a, kind, node, peer)
                         == gossip_net_in_mesh (b, kind, node, peer));
        common += gossip_net_in_mesh (a, 0, node, peer) && gossip_net_in_mesh (a, 1, node, peer);
      }
  /* 800 directed links in each mesh, of 2,000. */
  g_assert_cmpuint (common, >, 200);
  g_assert_cmpuint (common, <, 450);
}

/* Two complete graphs of 20 that one connection joins: it is in every mesh. */
static void
test_a_mesh_joins_what_the_connections_join (void)
{
  guint32 edges[2 * 400];
  guint32 n = 0;

  for (guint32 part = 0; part < 40; part += 20)
    for (guint32 a = part; a < part + 20; a++)
      for (guint32 b = a + 1; b < part + 20; b++, n++)
        {
          edges[2 * n] = a;
          edges[2 * n + 1] = b;
        }
  edges[2 * n] = 7;
  edges[2 * n + 1] = 27;
  {
    g_autoptr (GossipNet) net = of_edges (40, edges, n + 1, "");

    for (guint8 kind = 0; kind < 16; kind++)
      {
        g_assert_true (gossip_net_mesh (net, kind)->connected);
        g_assert_true (gossip_net_in_mesh (net, kind, 7, 27));
        assert_mesh (net, kind, 6, 12);
      }
  }
}

/* 6 nodes with 3 connections each, to hubs that have 20 others: the hubs go above D for them. */
static void
test_nodes_with_few_connections_come_first (void)
{
  guint32 edges[2 * 300];
  guint32 n = 0;

  for (guint32 a = 0; a < 23; a++)
    for (guint32 b = a < 3 ? 3 : a + 1; b < 23 + (a < 3 ? 6 : 0); b++, n++)
      {
        edges[2 * n] = a;
        edges[2 * n + 1] = b;
      }
  {
    g_autoptr (GossipNet) net = of_edges (29, edges, n, "");

    for (guint8 kind = 0; kind < 16; kind++)
      for (PnyxNodeId node = 23; node < 29; node++)
        g_assert_cmpuint (gossip_net_mesh (net, kind)->degrees[node], ==, 3);
  }
}

/* A star of 30: the hub has no more than D_high, and the rest hears of items at heartbeats. */
static void
test_a_full_hub_leaves_the_rest_to_announcements (void)
{
  guint32 edges[60];

  for (guint32 i = 0; i < 30; i++)
    {
      edges[2 * i] = 0;
      edges[2 * i + 1] = i + 1;
    }
  for (guint lazy = 0; lazy < 2; lazy++)
    {
      g_autoptr (GossipNet) net = of_edges (31, edges, 30, lazy ? "" : "lazy-push='false'");

      g_assert_false (gossip_net_mesh (net, 0)->connected);
      g_assert_cmpuint (gossip_net_mesh (net, 0)->degrees[0], ==, 12);
      for (PnyxNodeId leaf = 1; leaf <= 30; leaf++)
        if (gossip_net_in_mesh (net, 0, 0, leaf))
          {
            gossip_net_publish (net, leaf, 0, SMALL);
            break;
          }
      pnyx_world_run (net->world, 10 * BEAT);
      g_assert_cmpuint (net->reached, >=, lazy ? 20 : 12);
      g_assert_cmpuint (net->reached, <=, lazy ? 30 : 12);
    }
}

static guint64
digest (const guint32 *edges, guint32 n_edges)
{
  g_autoptr (GossipNet) net = of_edges (20, edges, n_edges, "mesh-drop='0.3'");

  gossip_net_publish (net, 3, 0, 2000);
  pnyx_world_run (net->world, 20 * PNYX_SECOND);
  return pnyx_world_digest (net->world);
}

static void
test_the_order_of_connections_changes_nothing (void)
{
  guint32 edges[2 * 190];
  guint32 reversed[2 * 190];
  guint32 n = 0;

  for (guint32 a = 0; a < 20; a++)
    for (guint32 b = a + 1; b < 20; b++, n++)
      {
        edges[2 * n] = a;
        edges[2 * n + 1] = b;
      }
  for (guint32 i = 0; i < 2 * n; i++)
    reversed[i] = edges[2 * n - 1 - i];
  g_assert_cmpuint (digest (edges, n), ==, digest (reversed, n));
  g_assert_cmpuint (digest (edges, n), !=, digest (edges, n - 1));
}

/* --- eager push ------------------------------------------------------------------------------- */

static void
test_own_items_go_to_all_connections_or_to_the_mesh (void)
{
  for (guint flood = 0; flood < 2; flood++)
    {
      g_autoptr (GossipNet) net = regular (100, 30, flood ? "" : "flood-publish='false'", 0);
      guint degree = gossip_net_mesh (net, 0)->degrees[7];

      gossip_net_publish (net, 7, 0, SMALL);
      g_assert_cmpuint (copies (net->network, PNYX_WIRE_ITEM), ==, flood ? 30 : degree);
      pnyx_world_run (net->world, 10 * PNYX_SECOND);
      g_assert_cmpuint (net->reached, ==, 99);
    }
}

/* Copies to listed links meet the delays that they would meet among copies to all. */
static void
test_a_link_s_copy_is_the_same_whoever_else_gets_one (void)
{
  GossipNetParams params = { .nodes = 100,
                             .degree = 30,
                             .dissemination = "flood-publish='false'",
                             .validation = 10 * PNYX_SECOND };
  g_autoptr (GossipNet) mesh = gossip_net_new (&params);
  g_autoptr (GossipNet) all = gossip_net_new (&params);
  PnyxItemParams item = { .id = pnyx_hash_mix (78, 0), .size = SMALL };
  PnyxItemId id;
  guint n = 0;

  gossip_net_publish (mesh, 0, 0, SMALL);
  id = pnyx_network_item_new (all->network, &item);
  all->items = 1;
  pnyx_network_keep (all->network, 0, id);
  network_send_links (all->network, 0, id, PNYX_WIRE_ITEM, SMALL, NULL);
  pnyx_world_run (mesh->world, PNYX_SECOND);
  pnyx_world_run (all->world, PNYX_SECOND);
  for (PnyxNodeId node = 1; node < 100; node++)
    if (gossip_net_in_mesh (mesh, 0, 0, node))
      {
        g_assert_cmpint (mesh->received[node], >, 0);
        g_assert_cmpint (mesh->received[node], ==, all->received[node]);
        n++;
      }
  g_assert_cmpuint (n, >=, 8);
}

/* A, B and C: 20 ms from A to B, 30 ms from B to C; 0: A and C are not connected. */
static TestNet *
triangle (const gchar *dissemination, PnyxTime validation, gdouble ac_ms)
{
  static const guint sides[][2] = { { 0, 1 }, { 1, 2 }, { 0, 2 } };
  TestNetParams params = { .n = 3,
                           .delay_ms = { { 0, 20, ac_ms }, { 0, 0, 30 } },
                           .edges = sides,
                           .n_edges = ac_ms > 0 ? 3 : 2,
                           .size = 2000,
                           .validation = validation };
  g_autofree gchar *network = g_strdup_printf ("tcp='warm'><delay kind='measured' sigma='0'/>"
                                               "<dissemination kind='gossipsub' %s/>",
                                               dissemination);

  params.network = network;
  return test_net_new (&params);
}

static void
test_items_go_on_once_validated_and_never_back (void)
{
  TestNet *net = triangle ("", PNYX_SECOND, 0);

  test_net_publish (net, 0);
  pnyx_world_run (net->world, 10 * PNYX_SECOND);
  g_assert_cmpint (net->received[1], ==, 20 * PNYX_MILLISECOND);
  g_assert_cmpint (net->received[2], ==, 1050 * PNYX_MILLISECOND);
  g_assert_cmpuint (copies (net->network, PNYX_WIRE_ITEM), ==, 2);
  test_net_free (net);
}

/*
 * B has the item at 20 ms and says so to C, which has it from A at 100 and says so to B at 130.
 * Without IDONTWANT B sends it to C, when it has validated it.
 */
static void
test_idontwant_comes_before_validation_and_saves_a_copy (void)
{
  TestNet *with = triangle ("", 150 * PNYX_MILLISECOND, 100);
  TestNet *without = triangle ("idontwant='false'", 150 * PNYX_MILLISECOND, 100);
  TestNet *late = triangle ("", 100 * PNYX_MILLISECOND, 100);

  test_net_publish (with, 0);
  test_net_publish (without, 0);
  test_net_publish (late, 0);
  pnyx_world_run (with->world, 19 * PNYX_MILLISECOND);
  g_assert_cmpuint (copies (with->network, PNYX_WIRE_IDONTWANT), ==, 0);
  pnyx_world_run (with->world, 20 * PNYX_MILLISECOND);
  g_assert_cmpuint (copies (with->network, PNYX_WIRE_IDONTWANT), ==, 1); /* not to A */
  pnyx_world_run (with->world, PNYX_SECOND);
  pnyx_world_run (without->world, PNYX_SECOND);
  pnyx_world_run (late->world, PNYX_SECOND);
  g_assert_cmpuint (copies (with->network, PNYX_WIRE_IDONTWANT), ==, 2);
  g_assert_cmpuint (copies (with->network, PNYX_WIRE_ITEM), ==, 2);
  g_assert_cmpuint (copies (without->network, PNYX_WIRE_IDONTWANT), ==, 0);
  g_assert_cmpuint (copies (without->network, PNYX_WIRE_ITEM), ==, 3);
  g_assert_cmpuint (copies (late->network, PNYX_WIRE_ITEM), ==, 3); /* sent at 120 */
  test_net_free (with);
  test_net_free (without);
  test_net_free (late);
}

static void
test_small_items_are_not_worth_an_idontwant (void)
{
  static const guint64 sizes[] = { 1023, 1024 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GossipNet) net = regular (100, 8, "", 0);

      gossip_net_publish (net, 0, 0, sizes[i]);
      pnyx_world_run (net->world, 10 * PNYX_SECOND);
      g_assert_cmpuint (copies (net->network, PNYX_WIRE_IDONTWANT), ==, i * 99 * 7);
    }
}

static void
test_lost_copies_are_a_share_of_all_and_the_same_again (void)
{
  g_autoptr (GossipNet) net = regular (1000, 20, "mesh-drop='0.4' lazy-push='false'", 0);
  g_autoptr (GossipNet) again = regular (1000, 20, "mesh-drop='0.4' lazy-push='false'", 0);
  const PnyxNetworkCounts *counts = pnyx_network_counts (net->network);

  gossip_net_publish (net, 0, 0, SMALL);
  gossip_net_publish (again, 0, 0, SMALL);
  pnyx_world_run (net->world, 10 * PNYX_SECOND);
  pnyx_world_run (again->world, 10 * PNYX_SECOND);
  g_assert_cmpuint (counts->copies[PNYX_WIRE_ITEM], ==,
                    counts->lost + counts->first_receipts + counts->duplicates);
  /* 6,500 copies or so: a standard deviation of .006. */
  g_assert_cmpfloat (ABS ((gdouble)counts->lost / (gdouble)counts->copies[PNYX_WIRE_ITEM] - 0.4), <,
                     0.02);
  g_assert_cmpuint (pnyx_world_digest (net->world), ==, pnyx_world_digest (again->world));
}

/* --- lazy push -------------------------------------------------------------------------------- */

static void
test_nothing_is_announced_where_nothing_can_be_lost (void)
{
  g_autoptr (GossipNet) net = regular (100, 30, "", 0);
  g_autoptr (GossipNet) forced = regular (100, 30, "lazy-push='true'", 0);
  g_autoptr (GossipNet) lossy = regular (100, 30, "mesh-drop='0.01'", 0);
  g_autoptr (GossipNet) refused = regular (100, 30, "mesh-drop='0.01' lazy-push='false'", 0);
  GossipNet *const nets[] = { net, forced, lossy, refused };

  for (gsize i = 0; i < G_N_ELEMENTS (nets); i++)
    {
      gossip_net_publish (nets[i], 0, 0, SMALL);
      pnyx_world_run (nets[i]->world, 10 * PNYX_SECOND);
      g_assert_true ((copies (nets[i]->network, PNYX_WIRE_INV) > 0) == (i == 1 || i == 2));
    }
  g_assert_null (gossip_net_state (net)->pulses);
}

/* It frees its number when the nodes that had it have beaten. */
static void
test_a_closed_item_is_not_announced (void)
{
  g_autoptr (GossipNet) net = regular (100, 30, "lazy-push='true' history='9'", 0);
  PnyxItemId item = gossip_net_publish (net, 0, 0, SMALL);
  guint64 announced;

  pnyx_world_run (net->world, 2 * PNYX_SECOND);
  announced = copies (net->network, PNYX_WIRE_INV);
  g_assert_cmpuint (announced, >, 100);
  pnyx_network_item_close (net->network, item);
  g_assert_cmpuint (gossip_net_publish (net, 0, 0, SMALL), !=, item);
  pnyx_network_item_close (net->network, 1 - item);
  pnyx_world_run (net->world, 2 * PNYX_SECOND + BEAT);
  g_assert_cmpuint (copies (net->network, PNYX_WIRE_INV), ==, announced);
  g_assert_cmpuint (gossip_net_publish (net, 0, 0, SMALL), <, 2);
}

/* Three heartbeats of max (6, a quarter) of the connections outside the mesh. */
static void
test_each_heartbeat_announces_to_its_share_of_the_others (void)
{
  static const struct
  {
    guint degree;
    const gchar *dissemination;
    guint beats;
  } cases[] = { { 60, "lazy-push='true'", 3 },
                { 60, "lazy-push='true' history='5'", 5 },
                { 20, "lazy-push='true'", 3 },
                { 10, "lazy-push='true'", 3 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GossipNet) net = regular (100, cases[i].degree, cases[i].dissemination, 0);
      const PnyxMesh *mesh = gossip_net_mesh (net, 0);
      guint64 expected = 0;

      for (PnyxNodeId node = 0; node < 100; node++)
        {
          guint others = cases[i].degree - mesh->degrees[node];

          expected += MIN (others, MAX (6, others / 4));
        }
      gossip_net_publish (net, 0, 0, SMALL);
      pnyx_world_run (net->world, 100 * PNYX_SECOND);
      g_assert_cmpuint (copies (net->network, PNYX_WIRE_INV), ==, expected * cases[i].beats);
    }
}

/* Three draws of 6 among 12 others name more than 6. */
static void
test_peers_are_drawn_anew_at_each_heartbeat (void)
{
  g_autoptr (GossipNet) net = regular (100, 20, "lazy-push='true' flood-publish='false'", 0);
  PnyxItemId item = gossip_net_publish (net, 0, 0, SMALL);
  guint told = 0;

  network_item (net->network, item)->n_flight++; /* what is known of it is kept */
  pnyx_world_run (net->world, 100 * PNYX_SECOND);
  for (PnyxNodeId peer = 1; peer < 100; peer++)
    {
      guint32 position = network_position (net->network, peer, 0);

      told += position != PNYX_NONE && !gossip_net_in_mesh (net, 0, 0, peer)
              && network_knows (net->network, peer, position, item);
    }
  g_assert_cmpuint (told, >, 6);
  g_assert_cmpuint (told, <=, 12);
}

static void
test_each_node_has_a_phase_and_keeps_it (void)
{
  g_autoptr (GossipNet) net = regular (100, 20, "lazy-push='true'", 0);
  PnyxTime phase[100];
  guint early = 0;

  for (guint round = 0; round < 3; round++)
    {
      gossip_net_publish (net, 0, 0, SMALL);
      for (PnyxTime until = pnyx_world_now (net->world) + PNYX_SECOND;
           pnyx_world_now (net->world) < until;)
        pnyx_world_run (net->world, pnyx_world_now (net->world) + 100 * PNYX_MILLISECOND);
      for (PnyxNodeId node = 0; node < 100; node++)
        {
          PnyxTime beat = gossip_net_state (net)->pulses[node].beat;

          g_assert_cmpint (beat, <=, pnyx_world_now (net->world) + BEAT);
          g_assert_true (round == 0 || phase[node] == beat % BEAT);
          phase[node] = beat % BEAT;
        }
    }
  for (PnyxNodeId node = 0; node < 100; node++)
    {
      early += phase[node] < BEAT / 2 ? 1 : 0;
      for (PnyxNodeId other = 0; other < node; other++)
        g_assert_cmpint (phase[node], !=, phase[other]);
    }
  g_assert_cmpuint (early, >, 50 - 17); /* 3.3 standard deviations of 5 */
  g_assert_cmpuint (early, <, 50 + 17);
}

static void
test_an_idle_network_does_not_beat (void)
{
  g_autoptr (GossipNet) net = regular (100, 20, "lazy-push='true'", 0);
  guint64 events;

  gossip_net_publish (net, 0, 0, SMALL);
  pnyx_world_run (net->world, 10 * PNYX_SECOND);
  events = pnyx_world_events (net->world);
  pnyx_world_run (net->world, 1000 * PNYX_SECOND);
  g_assert_cmpuint (pnyx_world_events (net->world), ==, events);
}

/* No eager copy arrives: everybody asks for the item once, after having heard of it. */
static void
test_items_are_pulled_where_no_copy_arrives (void)
{
  g_autoptr (GossipNet) net = regular (100, 30, "mesh-drop='1'", 0);
  const PnyxNetworkCounts *counts = pnyx_network_counts (net->network);
  PnyxItemId item;

  item = gossip_net_publish (net, 0, 0, SMALL);
  pnyx_world_run (net->world, 60 * PNYX_SECOND);
  g_assert_null (net->network->items[item].state); /* nothing is under way */
  g_assert_cmpuint (net->reached, ==, 99);
  g_assert_cmpuint (counts->copies[PNYX_WIRE_GET], ==, 99);
  g_assert_cmpuint (counts->duplicates, ==, 0);
  g_assert_cmpuint (counts->lost, ==, counts->copies[PNYX_WIRE_ITEM] - 99);
}

/* Of all messages three in ten are dropped, requests and answers too. */
static void
test_what_is_not_answered_is_asked_for_elsewhere (void)
{
  GossipNetParams params = { .nodes = 100,
                             .degree = 30,
                             .dissemination = "history='6'",
                             .network = "drop='0.3' request-timeout='3 s'" };
  g_autoptr (GossipNet) net = gossip_net_new (&params);

  for (guint i = 0; i < 20; i++)
    {
      gossip_net_publish (net, i, 0, SMALL);
      pnyx_world_run (net->world, (i + 1) * 60 * PNYX_SECOND);
      g_assert_cmpuint (net->reached, ==, 99);
    }
  g_assert_cmpuint (copies (net->network, PNYX_WIRE_GET), >, 0);
}

/* --- faults ----------------------------------------------------------------------------------- */

static guint
crossing (GossipNet *net, const guint32 *groups)
{
  const PnyxMesh *mesh = gossip_net_mesh (net, 0);
  guint n = 0;

  for (PnyxNodeId node = 0; node < net->params.nodes; node++)
    for (guint i = 0; i < mesh->degrees[node]; i++)
      n += groups[node]
           != groups[network_hop_node (net->network, node,
                                       network_mesh_row (mesh, net->network, node)[i])];
  return n;
}

static void
run_beats (GossipNet *net, guint beats)
{
  pnyx_world_run (net->world, pnyx_world_now (net->world) + beats * BEAT);
}

static guint
online_peers (GossipNet *net, PnyxNodeId node)
{
  guint n = 0;

  for (guint32 i = 0; i < network_degree (net->network, node); i++)
    n += pnyx_network_online (net->network, network_hop_node (net->network, node, i)) ? 1 : 0;
  return n;
}

static void
test_who_is_away_leaves_the_mesh_and_is_grafted_again (void)
{
  g_autoptr (GossipNet) net = regular (200, 30, "", 0);
  const PnyxMesh *mesh = gossip_net_mesh (net, 0);

  pnyx_network_expect_faults (net->network);
  run_beats (net, 2);
  g_assert_cmpuint (pnyx_world_events (net->world), ==, 0); /* nothing to look after */
  for (PnyxNodeId node = 0; node < 40; node++)
    pnyx_network_set_online (net->network, node, FALSE);
  g_assert_cmpuint (mesh->degrees[0], >=, 8); /* not before a heartbeat */
  run_beats (net, 1);
  for (PnyxNodeId node = 0; node < 40; node++)
    g_assert_cmpuint (mesh->degrees[node], ==, 0);
  run_beats (net, 5);
  for (PnyxNodeId node = 40; node < 200; node++)
    {
      g_assert_cmpuint (mesh->degrees[node], >=, 6);
      g_assert_cmpuint (mesh->degrees[node], <=, 12);
    }
  gossip_net_publish (net, 100, 0, SMALL);
  g_assert_cmpuint (copies (net->network, PNYX_WIRE_ITEM), ==, online_peers (net, 100));
  run_beats (net, 10);
  g_assert_cmpuint (net->reached, ==, 159);
  for (PnyxNodeId node = 0; node < 40; node++)
    pnyx_network_set_online (net->network, node, TRUE);
  run_beats (net, 10);
  assert_mesh (net, 0, 6, 12);
  gossip_net_publish (net, 100, 0, SMALL);
  run_beats (net, 1);
  g_assert_cmpuint (net->reached, ==, 199);
  g_assert_cmpuint (copies (net->network, PNYX_WIRE_GRAFT), >=, 40 * 6 / 2);
}

static void
test_a_mesh_that_is_made_while_nodes_are_away_is_without_them (void)
{
  g_autoptr (GossipNet) net = regular (200, 30, "", 0);

  pnyx_network_expect_faults (net->network);
  for (PnyxNodeId node = 0; node < 100; node++)
    pnyx_network_set_online (net->network, node, FALSE);
  gossip_net_mesh (net, 0);
  run_beats (net, 6);
  for (PnyxNodeId node = 0; node < 200; node++)
    {
      g_assert_true ((gossip_net_mesh (net, 0)->degrees[node] == 0) == (node < 100));
      g_assert_true (node < 100 || gossip_net_mesh (net, 0)->degrees[node] >= 6);
    }
}

/* With one degree for all, each GRAFT has a PRUNE somewhere, and that another GRAFT. */
static void
test_who_is_pruned_looks_for_another_peer (void)
{
  g_autoptr (GossipNet) net = regular (200, 30, "mesh-low='8' mesh-high='8'", 0);
  const PnyxMesh *mesh = gossip_net_mesh (net, 0);
  guint short_of = 0;

  pnyx_network_expect_faults (net->network);
  for (PnyxNodeId node = 0; node < 40; node++)
    pnyx_network_set_online (net->network, node, FALSE);
  run_beats (net, 10);
  for (PnyxNodeId node = 0; node < 40; node++)
    pnyx_network_set_online (net->network, node, TRUE);
  run_beats (net, 40);
  for (PnyxNodeId node = 0; node < 200; node++)
    short_of += mesh->degrees[node] < 8 ? 1 : 0;
  g_assert_cmpuint (short_of, <, 20); /* 2; 46 where they do not look */
}

/*
 * A cut that drops empties the mesh across it. Where both sides can fill theirs the mesh stays cut
 * when it is healed, and announcements bridge it; where they cannot, it heals.
 */
static void
partition (guint degree, gboolean mesh_heals)
{
  g_autoptr (GossipNet) net = regular (200, degree, "", 0);
  guint32 groups[200];
  guint before, cut;

  for (PnyxNodeId node = 0; node < 200; node++)
    groups[node] = node % 2;
  pnyx_network_expect_faults (net->network);
  before = crossing (net, groups);
  g_assert_cmpuint (before, >, 500);
  cut = pnyx_network_cut (net->network, groups, FALSE);
  run_beats (net, 10);
  g_assert_cmpuint (crossing (net, groups), ==, 0);
  gossip_net_publish (net, 0, 0, SMALL);
  run_beats (net, 10);
  g_assert_cmpuint (net->reached, ==, 99);
  pnyx_network_heal (net->network, cut);
  run_beats (net, 5);
  g_assert_true ((crossing (net, groups) > 0) == mesh_heals);
  assert_mesh (net, 0, 6, 12);
  gossip_net_publish (net, 0, 0, SMALL);
  run_beats (net, 4);
  g_assert_cmpuint (net->reached, ==, 199);
}

static void
test_a_partition_empties_the_mesh_across_it_and_heals (void)
{
  partition (10, TRUE);
  partition (40, FALSE);
}

static void
test_a_cut_that_delays_leaves_the_mesh_as_it_is (void)
{
  g_autoptr (GossipNet) net = regular (200, 30, "", 0);
  guint32 groups[200];
  guint before;

  for (PnyxNodeId node = 0; node < 200; node++)
    groups[node] = node % 2;
  pnyx_network_expect_faults (net->network);
  before = crossing (net, groups);
  pnyx_network_cut (net->network, groups, TRUE);
  run_beats (net, 10);
  g_assert_cmpuint (crossing (net, groups), ==, before);
}

/* All 40 leaves of a star want their hub: those that it refuses or prunes wait for a minute. */
static void
test_a_pruned_pair_backs_off_for_a_minute (void)
{
  guint32 edges[80];
  g_autoptr (GossipNet) net = NULL;
  const PnyxMesh *mesh;
  guint64 grafts;
  guint most = 0;
  guint refused = 0;

  for (guint32 i = 0; i < 40; i++)
    {
      edges[2 * i] = 0;
      edges[2 * i + 1] = i + 1;
    }
  net = of_edges (41, edges, 40, "");
  mesh = gossip_net_mesh (net, 0);
  pnyx_network_expect_faults (net->network);
  pnyx_network_set_online (net->network, 0, FALSE);
  run_beats (net, 2);
  g_assert_cmpuint (mesh->degrees[0], ==, 0);
  pnyx_network_set_online (net->network, 0, TRUE);
  for (guint i = 0; i < 350; i++)
    {
      guint64 prunes = copies (net->network, PNYX_WIRE_PRUNE);
      guint degree = mesh->degrees[0];

      pnyx_world_run (net->world, pnyx_world_now (net->world) + 10 * PNYX_MILLISECOND);
      most = MAX (most, mesh->degrees[0]);
      refused
          += copies (net->network, PNYX_WIRE_PRUNE) > prunes && mesh->degrees[0] >= degree ? 1 : 0;
    }
  g_assert_cmpuint (most, >, 12); /* it takes those to whom it opened the connection */
  g_assert_cmpuint (refused, >, 5);
  grafts = copies (net->network, PNYX_WIRE_GRAFT);
  g_assert_cmpuint (grafts, >=, 40);
  g_assert_cmpuint (copies (net->network, PNYX_WIRE_PRUNE), ==, grafts - mesh->degrees[0]);
  g_assert_cmpuint (mesh->degrees[0], >=, 6);
  g_assert_cmpuint (mesh->degrees[0], <=, 12);
  pnyx_world_run (net->world, 60 * PNYX_SECOND);
  g_assert_cmpuint (copies (net->network, PNYX_WIRE_GRAFT), ==, grafts);
  pnyx_world_run (net->world, 70 * PNYX_SECOND);
  g_assert_cmpuint (copies (net->network, PNYX_WIRE_GRAFT), >=, grafts + 28); /* all that wait */
}

/* --- refusals --------------------------------------------------------------------------------- */

static void
assert_refused (const gchar *network, const gchar *expected)
{
  g_autofree gchar *body
      = g_strdup_printf ("<network nodes='10'>%s</network><chain kind='nakamoto'/>", network);
  g_autofree gchar *message = test_refusal (body, PNYX_ERROR_CONFLICT);

  g_assert_cmpstr (message, ==, expected);
}

static void
test_contradictions_are_refused_with_their_place (void)
{
  assert_refused ("\n<dissemination kind='gossipsub' mesh='5'/>",
                  "scenario.xml:3: mesh-low 6 is above mesh 5 (expected at most mesh)");
  assert_refused ("\n<dissemination kind='gossipsub' mesh-high='7'/>",
                  "scenario.xml:3: mesh-high 7 is below mesh 8 (expected at least mesh)");
  assert_refused ("<delay kind='bounded'/>\n<dissemination kind='gossipsub' mesh-drop='0.1'/>",
                  "scenario.xml:3: mesh-drop does not go with this kind of delay (expected it "
                  "absent: the delay is all that a message takes)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/net/gossipsub/" path, function)
  ADD ("a-mesh-is-symmetric-and-has-nearly-the-degree-everywhere",
       test_a_mesh_is_symmetric_and_has_nearly_the_degree_everywhere);
  ADD ("few-connections-are-all-in-the-mesh", test_few_connections_are_all_in_the_mesh);
  ADD ("meshes-differ-by-topic-and-seed-and-by-nothing-else",
       test_meshes_differ_by_topic_and_seed_and_by_nothing_else);
  ADD ("a-mesh-joins-what-the-connections-join", test_a_mesh_joins_what_the_connections_join);
  ADD ("nodes-with-few-connections-come-first", test_nodes_with_few_connections_come_first);
  ADD ("a-full-hub-leaves-the-rest-to-announcements",
       test_a_full_hub_leaves_the_rest_to_announcements);
  ADD ("the-order-of-connections-changes-nothing", test_the_order_of_connections_changes_nothing);
  ADD ("own-items-go-to-all-connections-or-to-the-mesh",
       test_own_items_go_to_all_connections_or_to_the_mesh);
  ADD ("a-link-s-copy-is-the-same-whoever-else-gets-one",
       test_a_link_s_copy_is_the_same_whoever_else_gets_one);
  ADD ("items-go-on-once-validated-and-never-back", test_items_go_on_once_validated_and_never_back);
  ADD ("idontwant-comes-before-validation-and-saves-a-copy",
       test_idontwant_comes_before_validation_and_saves_a_copy);
  ADD ("small-items-are-not-worth-an-idontwant", test_small_items_are_not_worth_an_idontwant);
  ADD ("lost-copies-are-a-share-of-all-and-the-same-again",
       test_lost_copies_are_a_share_of_all_and_the_same_again);
  ADD ("nothing-is-announced-where-nothing-can-be-lost",
       test_nothing_is_announced_where_nothing_can_be_lost);
  ADD ("a-closed-item-is-not-announced", test_a_closed_item_is_not_announced);
  ADD ("each-heartbeat-announces-to-its-share-of-the-others",
       test_each_heartbeat_announces_to_its_share_of_the_others);
  ADD ("peers-are-drawn-anew-at-each-heartbeat", test_peers_are_drawn_anew_at_each_heartbeat);
  ADD ("each-node-has-a-phase-and-keeps-it", test_each_node_has_a_phase_and_keeps_it);
  ADD ("an-idle-network-does-not-beat", test_an_idle_network_does_not_beat);
  ADD ("items-are-pulled-where-no-copy-arrives", test_items_are_pulled_where_no_copy_arrives);
  ADD ("what-is-not-answered-is-asked-for-elsewhere",
       test_what_is_not_answered_is_asked_for_elsewhere);
  ADD ("who-is-away-leaves-the-mesh-and-is-grafted-again",
       test_who_is_away_leaves_the_mesh_and_is_grafted_again);
  ADD ("a-mesh-that-is-made-while-nodes-are-away-is-without-them",
       test_a_mesh_that_is_made_while_nodes_are_away_is_without_them);
  ADD ("who-is-pruned-looks-for-another-peer", test_who_is_pruned_looks_for_another_peer);
  ADD ("a-partition-empties-the-mesh-across-it-and-heals",
       test_a_partition_empties_the_mesh_across_it_and_heals);
  ADD ("a-cut-that-delays-leaves-the-mesh-as-it-is",
       test_a_cut_that_delays_leaves_the_mesh_as_it_is);
  ADD ("a-pruned-pair-backs-off-for-a-minute", test_a_pruned_pair_backs_off_for_a_minute);
  ADD ("contradictions-are-refused-with-their-place",
       test_contradictions_are_refused_with_their_place);
  return g_test_run ();
}
