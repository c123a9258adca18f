/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/path.h"

#include <math.h>
#include <stdlib.h>

#include "base/statistics.h"
#include "support/test_world.h"

#define N 40

/* One-way delay without jitter of each connection; G_MAXINT64: none. */
static PnyxTime
link_delay (const TestWorld *world, guint32 a, guint32 b)
{
  const PnyxNodes *nodes = pnyx_network_nodes (world->network);
  const PnyxGraph *graph = world->graph;

  for (guint32 i = graph->offsets[a]; i < graph->offsets[a + 1]; i++)
    if (graph->neighbours[i] == b)
      return pnyx_regions_half_rtt (world->model->regions, nodes->region[a], nodes->region[b])
             + nodes->classes[nodes->class_of[a]].last_mile
             + nodes->classes[nodes->class_of[b]].last_mile;
  return G_MAXINT64;
}

/* Floyd and Warshall: shares nothing with Dijkstra's heap. */
static void
all_pairs (const TestWorld *world, PnyxTime distance[N][N])
{
  for (guint a = 0; a < N; a++)
    for (guint b = 0; b < N; b++)
      distance[a][b] = a == b ? 0 : link_delay (world, a, b);
  for (guint via = 0; via < N; via++)
    for (guint a = 0; a < N; a++)
      for (guint b = 0; b < N; b++)
        if (distance[a][via] != G_MAXINT64 && distance[via][b] != G_MAXINT64
            && distance[a][via] + distance[via][b] < distance[a][b])
          distance[a][b] = distance[a][via] + distance[via][b];
}

static PnyxModel *
measured_model (const gchar *delay)
{
  g_autofree gchar *body
      = g_strdup_printf ("<network nodes='40'><topology kind='random-regular' degree='3'/>"
                         "<regions profile='aws-2025'/>" /* not symmetric */
                         "<delay kind='measured' %s/><class name='a' share='2'/>"
                         "<class name='b' last-mile='7 ms'/></network><chain kind='nakamoto'/>",
                         delay);

  return test_model (body);
}

static void
test_paths_are_the_shortest (void)
{
  g_autoptr (PnyxModel) model = measured_model ("sigma='0'");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxTime distance[N][N];

  all_pairs (world, distance);
  for (guint a = 0; a < N; a++)
    for (guint b = 0; b < N; b++)
      {
        PnyxTime base;
        guint32 hops = pnyx_paths_hops (world->network, a, b, &base);

        g_assert_cmpint (base, ==, distance[a][b]);
        g_assert_cmpint (pnyx_network_path_delay (world->network, a, b, 5), ==, distance[a][b]);
        g_assert_true ((hops == 0) == (a == b));
      }
}

static void
test_a_scaled_world_scales_its_paths (void)
{
  g_autoptr (PnyxModel) model = measured_model ("sigma='0' scale='3'");
  g_autoptr (PnyxModel) plain = measured_model ("sigma='0'");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  g_autoptr (TestWorld) same = test_world_new (plain, 0);
  PnyxTime distance[N][N];

  /* Last miles are not scaled: three times the delays between regions only. */
  g_assert_cmpint (link_delay (world, 0, world->graph->neighbours[0]), ==,
                   link_delay (same, 0, same->graph->neighbours[0]));
  all_pairs (world, distance);
  for (guint b = 1; b < N; b++)
    {
      PnyxTime delay = pnyx_network_path_delay (world->network, 0, b, 5);

      g_assert_cmpint (delay, >, 2 * distance[0][b]);
      g_assert_cmpint (delay, <=, 3 * distance[0][b]);
    }
}

/* The jitter of a path: standard deviation of the logarithm sigma/sqrt(hops), of one draw. */
static void
test_jitter_shrinks_with_the_root_of_the_hops (void)
{
  enum
  {
    DRAWS = 20000
  };
  g_autoptr (PnyxModel) model = measured_model ("sigma='0.1'");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  g_autofree gdouble *ratios = g_new (gdouble, DRAWS);

  for (guint32 wanted = 1; wanted <= 4; wanted++)
    {
      guint32 to = 1;
      PnyxTime base;

      while (to < N && pnyx_paths_hops (world->network, 0, to, &base) != wanted)
        to++;
      g_assert_cmpuint (to, <, N);
      for (guint i = 0; i < DRAWS; i++)
        ratios[i] = (gdouble)pnyx_network_path_delay (world->network, 0, to, i) / (gdouble)base;
      g_assert_cmpfloat (fabs (pnyx_mean (ratios, DRAWS) - 1), <, 0.01);
      g_assert_cmpfloat (fabs (pnyx_sd (ratios, DRAWS) * sqrt (wanted) - 0.1), <, 0.005);
    }
}

static void
test_a_path_is_a_pure_function_of_its_identity (void)
{
  g_autoptr (PnyxModel) model = measured_model ("sigma='0.1'");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxTime first = pnyx_network_path_delay (world->network, 0, 9, 1);
  PnyxTime second = pnyx_network_path_delay (world->network, 0, 9, 2);

  g_assert_cmpint (first, !=, second);
  g_assert_cmpint (pnyx_network_path_delay (world->network, 0, 9, 1), ==, first);
  g_assert_cmpint (pnyx_network_path_delay (world->network, 9, 9, 1), ==, 0);
}

/* Without regions each connection of the path draws its own delay. */
static void
test_delays_of_a_distribution_are_drawn_for_each_connection (void)
{
  g_autoptr (PnyxModel) model = test_model (
      "<network nodes='6'><topology kind='edge-list' file='edges-ring.txt'/>"
      "<delay kind='distribution' value='100 ms'/></network><chain kind='nakamoto'/>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);

  for (guint32 to = 1; to < 6; to++)
    g_assert_cmpint (labs (pnyx_network_path_delay (world->network, 0, to, 1)
                           - MIN (to, 6 - to) * 100 * PNYX_MILLISECOND),
                     <=, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/net/path/" path, function)
  ADD ("paths-are-the-shortest", test_paths_are_the_shortest);
  ADD ("a-scaled-world-scales-its-paths", test_a_scaled_world_scales_its_paths);
  ADD ("jitter-shrinks-with-the-root-of-the-hops", test_jitter_shrinks_with_the_root_of_the_hops);
  ADD ("a-path-is-a-pure-function-of-its-identity", test_a_path_is_a_pure_function_of_its_identity);
  ADD ("delays-of-a-distribution-are-drawn-for-each-connection",
       test_delays_of_a_distribution_are_drawn_for_each_connection);
  return g_test_run ();
}
