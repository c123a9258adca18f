/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What gossipsub costs and whom it reaches, against figures that were computed elsewhere. */
#include <math.h>

#include "support/gossip_net.h"

#define GRAPHS 30

typedef struct
{
  gdouble sum, squares;
  guint n;
} Sample;

static void
sample_add (Sample *sample, gdouble value)
{
  sample->sum += value;
  sample->squares += value * value;
  sample->n++;
}

static gdouble
sample_mean (const Sample *sample)
{
  return sample->sum / sample->n;
}

static gdouble
sample_sd (const Sample *sample)
{
  gdouble mean = sample_mean (sample);

  return sqrt ((sample->squares - sample->n * mean * mean) / (sample->n - 1));
}

/* Two samples of GRAPHS graphs each, whose means were rounded to @rounding. */
static void
assert_mean (const Sample *sample, gdouble expected, gdouble expected_sd, gdouble rounding)
{
  gdouble sd = sample_sd (sample);
  gdouble error = sqrt ((sd * sd + expected_sd * expected_sd) / sample->n);

  g_test_message ("%.4f, sd %.4f; expected %.4f, sd %.4f", sample_mean (sample), sd, expected,
                  expected_sd);
  g_assert_cmpuint (sample->n, ==, GRAPHS);
  g_assert_cmpfloat (fabs (sample_mean (sample) - expected), <, 3.3 * error + rounding);
}

/* Duplicates of one item on regular graphs of 1,000 nodes and degree 8, all of it the mesh. */
static Sample
duplicates (gboolean fixed, const gchar *dissemination)
{
  Sample sample = { 0 };

  for (guint seed = 0; seed < GRAPHS; seed++)
    {
      GossipNetParams params = { .nodes = 1000,
                                 .degree = 8,
                                 .dissemination = dissemination,
                                 .fixed = fixed,
                                 .validation = 50 * PNYX_MILLISECOND,
                                 .seed = seed };
      g_autoptr (GossipNet) net = gossip_net_new (&params);
      const PnyxNetworkCounts *counts = pnyx_network_counts (net->network);

      gossip_net_publish (net, 0, 0, 2000);
      pnyx_world_run (net->world, 100 * PNYX_SECOND);
      g_assert_cmpuint (counts->first_receipts, ==, 999);
      sample_add (&sample, (gdouble)counts->duplicates / 999);
    }
  return sample;
}

/* One-way delays of 20 to 120 ms, validation 50 ms: 5.04 +- .03. */
static void
test_known_senders_are_skipped_while_validating (void)
{
  Sample of_connections = duplicates (TRUE, "idontwant='false'");
  Sample of_messages = duplicates (FALSE, "idontwant='false'");

  assert_mean (&of_connections, 5.04, 0.03, 0.005);
  assert_mean (&of_messages, 5.04, 0.03, 0.005);
}

/*
 * 3.65 +- .02 wants delays that belong to the connection, the same for every message and both ways:
 * an item that was quick is answered by a quick IDONTWANT. Drawn anew for each message it is 3.578
 * (sd .021, simulated apart from this program over 60 graphs). IDONTWANT goes out at the first
 * receipt, to the mesh without the sender, and takes the delay of its connection. Leaving out peers
 * that have said IDONTWANT themselves, which nobody does, would add .008.
 */
static void
test_idontwant_saves_a_copy_and_a_half (void)
{
  Sample of_connections = duplicates (TRUE, "");
  Sample of_messages = duplicates (FALSE, "");

  assert_mean (&of_connections, 3.65, 0.02, 0.005);
  assert_mean (&of_messages, 3.5775, 0.0211, 0.0005);
}

/* --- coverage --------------------------------------------------------------------------------- */

typedef struct
{
  gdouble coverage;
  PnyxTime last; /* first receipt of the last node that got it */
} Reach;

static Reach
reach (gdouble drop, const gchar *lazy_push, guint seed, PnyxTime until)
{
  g_autofree gchar *dissemination
      = g_strdup_printf ("flood-publish='false' mesh-drop='%g' lazy-push='%s'", drop, lazy_push);
  GossipNetParams params
      = { .nodes = 1000, .degree = 50, .dissemination = dissemination, .seed = seed };
  g_autoptr (GossipNet) net = gossip_net_new (&params);
  Reach reach = { 0 };

  gossip_net_publish (net, 0, 0, 300);
  pnyx_world_run (net->world, until);
  reach.coverage = (net->reached + 1) / 1000.0;
  for (PnyxNodeId node = 0; node < 1000; node++)
    reach.last = MAX (reach.last, net->received[node]);
  return reach;
}

/*
 * A mesh of 8 whose copies are lost covers .9999, .996 and .914; what dies near its source is left
 * out. Announcements to the 42 other connections repair that within a heartbeat and the three
 * messages of a repair.
 */
static void
test_announcements_repair_what_a_lossy_mesh_leaves (void)
{
  static const struct
  {
    gdouble drop, coverage, tolerance;
  } cases[] = { { 0.3, 0.9999, 0.0005 }, { 0.5, 0.996, 0.003 }, { 0.7, 0.914, 0.013 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Sample mesh = { 0 };
      gdouble least = 1;

      for (guint seed = 0; seed < GRAPHS; seed++)
        {
          Reach alone = reach (cases[i].drop, "false", seed, 100 * PNYX_SECOND);
          PnyxTime repaired = alone.last + 700 * PNYX_MILLISECOND + 3 * 120 * PNYX_MILLISECOND;

          if (alone.coverage < 0.5)
            continue;
          sample_add (&mesh, alone.coverage);
          least = MIN (least, reach (cases[i].drop, "auto", seed, repaired).coverage);
        }
      g_test_message ("drop %g: %.5f, sd %.5f, of %u; repaired at least %.4f", cases[i].drop,
                      sample_mean (&mesh), sample_sd (&mesh), mesh.n, least);
      g_assert_cmpuint (mesh.n, >=, GRAPHS * 2 / 3);
      g_assert_cmpfloat (fabs (sample_mean (&mesh) - cases[i].coverage), <, cases[i].tolerance);
      g_assert_cmpfloat (least, >=, 0.999);
    }
}

/* --- announcements ---------------------------------------------------------------------------- */

/*
 * gossipsub v1.1, Adaptive Gossip Dissemination: with a factor of 1/4 a peer outside the mesh hears
 * of an item at one of three heartbeats with probability 1-(3/4)^3 = .578125. Here 12 of 48 at
 * each.
 */
static void
test_three_heartbeats_reach_a_peer_with_the_published_probability (void)
{
  const guint n = 57;
  g_autoptr (GArray) edges = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint reached = 0;
  guint pairs = 0;

  for (guint32 a = 0; a < n; a++)
    for (guint32 b = a + 1; b < n; b++)
      {
        g_array_append_val (edges, a);
        g_array_append_val (edges, b);
      }
  for (guint seed = 0; seed < GRAPHS; seed++)
    {
      GossipNetParams params = { .nodes = n,
                                 .edges = (const guint32 *)(gconstpointer)edges->data,
                                 .n_edges = edges->len / 2,
                                 .dissemination = "flood-publish='false' lazy-push='true'",
                                 .seed = seed };
      g_autoptr (GossipNet) net = gossip_net_new (&params);
      const PnyxMesh *mesh = gossip_net_mesh (net, 0);
      PnyxItemId item = gossip_net_publish (net, 0, 0, 300);

      network_item (net->network, item)->n_flight++; /* what is known of it is kept */
      pnyx_world_run (net->world, 100 * PNYX_SECOND);
      for (PnyxNodeId node = 0; node < n; node++)
        for (PnyxNodeId peer = 0; mesh->degrees[node] == 8 && peer < n; peer++)
          if (peer != node && !gossip_net_in_mesh (net, 0, node, peer))
            {
              pairs++;
              reached += network_knows (net->network, peer,
                                        network_position (net->network, peer, node), item)
                             ? 1
                             : 0;
            }
    }
  g_test_message ("%u of %u: %.5f", reached, pairs, (gdouble)reached / pairs);
  g_assert_cmpuint (pairs, >, 30000);
  g_assert_cmpfloat (fabs ((gdouble)reached / pairs - 0.578125), <,
                     3.3 * sqrt (0.578125 * 0.421875 / pairs));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/gossipsub/" path, function)
  ADD ("known-senders", test_known_senders_are_skipped_while_validating);
  ADD ("idontwant", test_idontwant_saves_a_copy_and_a_half);
  ADD ("coverage", test_announcements_repair_what_a_lossy_mesh_leaves);
  ADD ("announcements", test_three_heartbeats_reach_a_peer_with_the_published_probability);
  return g_test_run ();
}
