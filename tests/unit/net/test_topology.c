/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/topology.h"

#include <math.h>
#include <string.h>

#include "support/test_world.h"

/* The graph of <topology ATTRIBUTES/> on @n nodes; NULL with @message where it is refused. */
static PnyxGraph *
make (const gchar *attributes, guint32 n, guint64 seed, guint32 replicate, gchar **message)
{
  PnyxReader reader = { .root = &pnyx_element_topology };
  g_autofree gchar *text
      = g_strdup_printf ("<topology xmlns='urn:pnyx:scenario:1' %s/>", attributes);
  g_autoptr (PnyxScenario) scenario
      = pnyx_scenario_read_memory (&reader, text, strlen (text), "t", NULL);
  PnyxTopologyRequest request = { .n = n, .place = { .file = "t", .line = 7 } };
  GError *error = NULL;
  PnyxGraph *graph;

  pnyx_rng_init (&request.rng, seed, replicate, 0, "net.topology", "test");
  graph = pnyx_topology_make (scenario->root, &request, &error);
  if (message == NULL)
    {
      g_assert_no_error (error);
      return graph;
    }
  g_assert_null (graph);
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
  *message = g_strdup (error->message);
  g_error_free (error);
  return NULL;
}

static guint32
degree (const PnyxGraph *graph, guint32 node)
{
  return graph->offsets[node + 1] - graph->offsets[node];
}

/* Symmetric, ascending, without loops and doubles, in one part. */
static void
assert_sound (const PnyxGraph *graph, guint32 n)
{
  g_assert_cmpuint (graph->n, ==, n);
  g_assert_cmpuint (pnyx_graph_components (graph), ==, 1);
  for (guint32 node = 0; node < n; node++)
    for (guint32 i = graph->offsets[node]; i < graph->offsets[node + 1]; i++)
      {
        guint32 peer = graph->neighbours[i];
        gboolean back = FALSE;

        g_assert_cmpuint (peer, !=, node);
        g_assert_true (i == graph->offsets[node] || graph->neighbours[i - 1] < peer);
        for (guint32 j = graph->offsets[peer]; j < graph->offsets[peer + 1]; j++)
          back |= graph->neighbours[j] == node;
        g_assert_true (back);
      }
}

static void
test_a_random_regular_graph_has_one_degree (void)
{
  g_autoptr (PnyxGraph) graph = make ("kind='random-regular' degree='7'", 200, 1, 0, NULL);

  assert_sound (graph, 200);
  for (guint32 node = 0; node < 200; node++)
    g_assert_cmpuint (degree (graph, node), ==, 7);
}

static void
test_an_impossible_degree_is_refused_with_its_place (void)
{
  g_autofree gchar *odd = NULL;
  g_autofree gchar *large = NULL;
  g_autoptr (PnyxGraph) largest = make ("kind='random-regular' degree='9'", 10, 1, 0, NULL);

  make ("kind='random-regular' degree='7'", 201, 1, 0, &odd);
  make ("kind='random-regular' degree='10'", 10, 1, 0, &large);
  g_assert_cmpstr (odd, ==,
                   "t:7: no graph of 201 nodes has degree 7 (expected a degree below the number of "
                   "nodes, and an even product)");
  g_assert_true (g_str_has_prefix (large, "t:7: no graph of 10 nodes has degree 10 "));
  g_assert_cmpuint (largest->offsets[10], ==, 90);
}

static void
test_erdos_renyi_has_the_mean_degree (void)
{
  g_autoptr (PnyxGraph) graph = make ("kind='erdos-renyi' degree='20'", 1000, 3, 0, NULL);

  assert_sound (graph, 1000);
  /* 10,000 edges expected, standard deviation 99. */
  g_assert_cmpfloat (fabs (graph->offsets[1000] / 2.0 - 10000), <, 3.3 * 99);
}

static void
test_watts_strogatz_without_rewiring_is_a_ring (void)
{
  g_autoptr (PnyxGraph) ring
      = make ("kind='watts-strogatz' degree='4' rewiring='0'", 50, 1, 0, NULL);
  g_autoptr (PnyxGraph) mixed
      = make ("kind='watts-strogatz' degree='8' rewiring='0.3'", 500, 1, 0, NULL);
  guint32 far = 0;

  assert_sound (ring, 50);
  for (guint32 node = 0; node < 50; node++)
    {
      g_assert_cmpuint (degree (ring, node), ==, 4);
      for (guint32 i = ring->offsets[node]; i < ring->offsets[node + 1]; i++)
        {
          guint32 gap = (ring->neighbours[i] + 50 - node) % 50;

          g_assert_cmpuint (MIN (gap, 50 - gap), <=, 2);
        }
    }
  for (guint32 node = 0; node < 500; node++)
    for (guint32 i = mixed->offsets[node]; i < mixed->offsets[node + 1]; i++)
      {
        guint32 gap = (mixed->neighbours[i] + 500 - node) % 500;

        far += MIN (gap, 500 - gap) > 4;
      }
  /* 2,000 edges, of which an end or both move with 1 - 0.7^2; one in 60 of those ends up near. */
  g_assert_cmpfloat (fabs (far / 2.0 - 1020 * 59 / 60), <, 3.3 * sqrt (2000 * 0.25));
}

static void
test_watts_strogatz_refuses_odd_and_too_large_degrees (void)
{
  g_autofree gchar *odd = NULL;
  g_autofree gchar *large = NULL;

  make ("kind='watts-strogatz' degree='5'", 50, 1, 0, &odd);
  make ("kind='watts-strogatz' degree='50'", 50, 1, 0, &large);
  g_assert_cmpstr (odd, ==, "t:7: degree is 5 (expected an even number below the number of nodes)");
  g_assert_true (g_str_has_prefix (large, "t:7: degree is 50 "));
}

static void
test_barabasi_albert_has_hubs (void)
{
  g_autoptr (PnyxGraph) graph = make ("kind='barabasi-albert' edges='4'", 1000, 1, 0, NULL);
  guint32 largest = 0;
  guint32 smallest = G_MAXUINT32;

  assert_sound (graph, 1000);
  for (guint32 node = 0; node < 1000; node++)
    {
      largest = MAX (largest, degree (graph, node));
      smallest = MIN (smallest, degree (graph, node));
    }
  g_assert_cmpuint (largest, >, 60); /* a random graph of mean degree 8 has none above 25 */
  g_assert_cmpuint (smallest, >=, 1);
  g_assert_cmpfloat (fabs (graph->offsets[1000] / 1000.0 - 8), <, 0.2);
}

static void
test_geometric_has_the_mean_degree_and_clusters (void)
{
  g_autoptr (PnyxGraph) graph = make ("kind='geometric' degree='25'", 800, 2, 0, NULL);
  guint64 closed = 0, open = 0;

  assert_sound (graph, 800);
  g_assert_cmpfloat (fabs (graph->offsets[800] / 800.0 - 25), <, 2);
  for (guint32 node = 0; node < 800; node++)
    for (guint32 i = graph->offsets[node]; i < graph->offsets[node + 1]; i++)
      for (guint32 j = i + 1; j < graph->offsets[node + 1]; j++)
        {
          guint32 a = graph->neighbours[i];

          open++;
          for (guint32 k = graph->offsets[a]; k < graph->offsets[a + 1]; k++)
            closed += graph->neighbours[k] == graph->neighbours[j];
        }
  /* Of discs in the plane 1 - 3 sqrt(3)/(4 pi) = 0.5865 of the triples close; G(n, p): 0.03. */
  g_assert_cmpfloat (fabs ((gdouble)closed / (gdouble)open - 0.5865), <, 0.03);
}

static void
test_complete_connects_all_and_refuses_too_many (void)
{
  g_autoptr (PnyxGraph) graph = make ("kind='complete'", 40, 1, 0, NULL);
  g_autofree gchar *message = NULL;

  assert_sound (graph, 40);
  g_assert_cmpuint (graph->offsets[40], ==, 40 * 39);
  make ("kind='complete'", 20001, 1, 0, &message);
  g_assert_cmpstr (message, ==,
                   "t:7: a complete graph of 20001 nodes is too large (expected at most 20000)");
}

static void
test_graphs_that_would_take_all_memory_are_refused (void)
{
  static const gchar *const kinds[]
      = { "kind='random-regular' degree='1000'", "kind='erdos-renyi' degree='1000'",
          "kind='watts-strogatz' degree='1000'", "kind='barabasi-albert' edges='500'",
          "kind='geometric' degree='1000'" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree gchar *message = NULL;

      g_assert_null (make (kinds[i], 400002, 1, 0, &message));
      g_assert_cmpstr (message, ==,
                       "t:7: a graph of 200001000 connections is too large (expected at most "
                       "200000000)");
    }
}

static void
test_one_node_is_a_graph_of_every_kind (void)
{
  static const gchar *const kinds[]
      = { "random-regular",  "outbound",  "erdos-renyi", "watts-strogatz",
          "barabasi-albert", "geometric", "complete" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree gchar *attributes = g_strdup_printf ("kind='%s'", kinds[i]);
      g_autoptr (PnyxGraph) graph = make (attributes, 1, 1, 0, NULL);

      g_assert_cmpuint (graph->n, ==, 1);
      g_assert_cmpuint (graph->offsets[1], ==, 0);
    }
}

static void
test_outbound_opens_its_number_and_accepts_up_to_a_limit (void)
{
  g_autoptr (PnyxGraph) graph = make ("kind='outbound' outbound='8'", 1000, 1, 0, NULL);
  g_autoptr (PnyxGraph) tight
      = make ("kind='outbound' outbound='8' inbound-max='9'", 500, 1, 0, NULL);

  assert_sound (graph, 1000);
  for (guint32 node = 0; node < 1000; node++)
    g_assert_cmpuint (degree (graph, node), >=, 8);
  /* 8,000 opened; two open to each other on 1000 * 999 / 2 * (8/999)^2 = 32 pairs. */
  g_assert_cmpfloat (fabs (graph->offsets[1000] / 2.0 - 7968), <, 3.3 * 6);
  for (guint32 node = 0; node < 500; node++)
    g_assert_cmpuint (degree (tight, node), <=, 17);
}

static void
test_nodes_behind_nat_accept_no_inbound_connection (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='200'><topology kind='outbound' outbound='6'/>"
                    "<class name='public' share='0.5'/><class name='home' nat='true' share='0.5'/>"
                    "</network><chain kind='nakamoto'/>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  const PnyxNodes *nodes = pnyx_network_nodes (world->network);
  const PnyxGraph *graph = world->graph;
  guint32 public_degree = 0;

  for (guint32 node = 0; node < 200; node++)
    {
      if (nodes->class_of[node] == 0)
        {
          public_degree += degree (graph, node);
          continue;
        }
      g_assert_cmpuint (degree (graph, node), ==, 6); /* its own */
      for (guint32 i = graph->offsets[node]; i < graph->offsets[node + 1]; i++)
        g_assert_cmpuint (nodes->class_of[graph->neighbours[i]], ==, 0);
    }
  g_assert_cmpuint (public_degree, >, 100 * 15); /* 6 opened, 12 accepted, few doubles */
}

/* What pnyx_simulate does, too: the class of a node does not depend on who asks. */
static void
test_nat_holds_in_a_whole_run (void)
{
  g_autofree gchar *message
      = test_refusal ("<run duration='1 h'/><network nodes='20'>\n<topology kind='outbound'/>"
                      "<class nat='true'/></network><chain kind='nakamoto'/>",
                      PNYX_ERROR_RANGE);

  g_assert_cmpstr (message, ==,
                   "scenario.xml:3: the outbound graph falls into 20 parts (expected a connected "
                   "one: more connections, or another seed)");
}

static void
test_a_graph_in_parts_is_refused_with_its_place (void)
{
  g_autofree gchar *message = NULL;

  make ("kind='erdos-renyi' degree='0.5'", 100, 1, 0, &message);
  g_assert_true (g_str_has_prefix (message, "t:7: the erdos-renyi graph falls into "));
}

static void
test_a_seed_makes_one_graph_and_another_replicate_another (void)
{
  static const gchar *const kinds[]
      = { "kind='random-regular'", "kind='outbound'",        "kind='erdos-renyi'",
          "kind='watts-strogatz'", "kind='barabasi-albert'", "kind='geometric' degree='40'" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (PnyxGraph) graph = make (kinds[i], 300, 5, 0, NULL);
      g_autoptr (PnyxGraph) again = make (kinds[i], 300, 5, 0, NULL);
      g_autoptr (PnyxGraph) other = make (kinds[i], 300, 5, 1, NULL);
      g_autoptr (PnyxGraph) seed = make (kinds[i], 300, 6, 0, NULL);
      guint32 size = 4 * graph->offsets[300];

      g_assert_cmpuint (size, ==, 4 * again->offsets[300]);
      g_assert_true (memcmp (graph->neighbours, again->neighbours, size) == 0);
      g_assert_true (other->offsets[300] != graph->offsets[300]
                     || memcmp (graph->neighbours, other->neighbours, size) != 0);
      g_assert_true (seed->offsets[300] != graph->offsets[300]
                     || memcmp (graph->neighbours, seed->neighbours, size) != 0);
    }
}

static void
test_an_edge_list_gives_the_connections_of_its_file (void)
{
  g_autoptr (PnyxModel) model = test_model (
      "<network nodes='6'><topology kind='edge-list' file='edges-ring.txt'/></network>"
      "<chain kind='nakamoto'/>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);

  assert_sound (world->graph, 6);
  for (guint32 node = 0; node < 6; node++)
    {
      guint32 next = (node + 1) % 6;
      guint32 before = (node + 5) % 6;

      g_assert_cmpuint (degree (world->graph, node), ==, 2);
      g_assert_cmpuint (world->graph->neighbours[world->graph->offsets[node]], ==,
                        MIN (next, before));
    }
}

static gchar *
refuse_edge_list (const gchar *nodes, const gchar *file, gint code)
{
  g_autofree gchar *body
      = g_strdup_printf ("<network nodes='%s'>\n<topology kind='edge-list' file='%s'/></network>"
                         "<chain kind='nakamoto'/>",
                         nodes, file);

  return test_refusal (body, code);
}

static void
test_a_wrong_edge_is_refused_with_its_file_and_line (void)
{
  g_autofree gchar *range = refuse_edge_list ("4", "edges-bad.txt", PNYX_ERROR_SYNTAX);
  g_autofree gchar *text = refuse_edge_list ("4", "energy-two-grids.xml", PNYX_ERROR_SYNTAX);
  g_autofree gchar *parts = refuse_edge_list ("8", "edges-ring.txt", PNYX_ERROR_RANGE);

  g_assert_cmpstr (range, ==,
                   "edges-bad.txt:3: not an edge (expected two node numbers from 0 to 3)");
  g_assert_true (g_str_has_prefix (text, "energy-two-grids.xml:1: not an edge "));
  g_assert_cmpstr (parts, ==,
                   "scenario.xml:3: the edge-list graph falls into 3 parts (expected a connected "
                   "one: more connections, or another seed)");
}

static void
test_loops_and_doubles_are_dropped (void)
{
  const guint32 edges[] = { 0, 1, 1, 0, 1, 1, 2, 1, 1, 2, 0, 1 };
  g_autoptr (PnyxGraph) graph = pnyx_graph_new (4, edges, G_N_ELEMENTS (edges) / 2);

  g_assert_cmpuint (graph->offsets[4], ==, 4);
  g_assert_cmpuint (degree (graph, 1), ==, 2);
  g_assert_cmpuint (degree (graph, 3), ==, 0);
  g_assert_cmpuint (pnyx_graph_components (graph), ==, 2);
  pnyx_graph_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/net/topology/" path, function)
  ADD ("a-random-regular-graph-has-one-degree", test_a_random_regular_graph_has_one_degree);
  ADD ("an-impossible-degree-is-refused-with-its-place",
       test_an_impossible_degree_is_refused_with_its_place);
  ADD ("erdos-renyi-has-the-mean-degree", test_erdos_renyi_has_the_mean_degree);
  ADD ("watts-strogatz-without-rewiring-is-a-ring", test_watts_strogatz_without_rewiring_is_a_ring);
  ADD ("watts-strogatz-refuses-odd-and-too-large-degrees",
       test_watts_strogatz_refuses_odd_and_too_large_degrees);
  ADD ("barabasi-albert-has-hubs", test_barabasi_albert_has_hubs);
  ADD ("geometric-has-the-mean-degree-and-clusters",
       test_geometric_has_the_mean_degree_and_clusters);
  ADD ("complete-connects-all-and-refuses-too-many",
       test_complete_connects_all_and_refuses_too_many);
  ADD ("graphs-that-would-take-all-memory-are-refused",
       test_graphs_that_would_take_all_memory_are_refused);
  ADD ("one-node-is-a-graph-of-every-kind", test_one_node_is_a_graph_of_every_kind);
  ADD ("outbound-opens-its-number-and-accepts-up-to-a-limit",
       test_outbound_opens_its_number_and_accepts_up_to_a_limit);
  ADD ("nodes-behind-nat-accept-no-inbound-connection",
       test_nodes_behind_nat_accept_no_inbound_connection);
  ADD ("nat-holds-in-a-whole-run", test_nat_holds_in_a_whole_run);
  ADD ("a-graph-in-parts-is-refused-with-its-place",
       test_a_graph_in_parts_is_refused_with_its_place);
  ADD ("a-seed-makes-one-graph-and-another-replicate-another",
       test_a_seed_makes_one_graph_and_another_replicate_another);
  ADD ("an-edge-list-gives-the-connections-of-its-file",
       test_an_edge_list_gives_the_connections_of_its_file);
  ADD ("a-wrong-edge-is-refused-with-its-file-and-line",
       test_a_wrong_edge_is_refused_with_its_file_and_line);
  ADD ("loops-and-doubles-are-dropped", test_loops_and_doubles_are_dropped);
  return g_test_run ();
}
