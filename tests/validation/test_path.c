/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fidelity path beside full. Where duplicates have no effect (no bandwidth, nothing queues for a
 * core) every block is received and imported in the same nanosecond at every node, everybody votes
 * and moves its head alike, and the same becomes final when it did. Where copies share an uplink
 * the times of arrival differ by a stated part.
 */
#include <string.h>

#include "support/test_world.h"

#define N_SLOTS (8 * 32)

typedef struct
{
  PnyxChain *chain;
  GArray *delays; /* of gdouble: s from the making of a block to its receipt at a node */
  guint64 hash;   /* of all that is compared, whatever the order within an instant */
  guint n;
} Seen;

static void
observe (gpointer user, const PnyxTrace *trace)
{
  Seen *seen = user;
  guint64 what = pnyx_hash_mix (trace->type, trace->node);

  seen->hash += pnyx_hash_mix (pnyx_hash_mix (what, trace->subject), (guint64)trace->time);
  seen->n++;
  if (trace->type == PNYX_TRACE_BLOCK_RECEIVED)
    {
      gdouble delay = pnyx_time_to_seconds (
          trace->time - pnyx_block_tree_get (seen->chain->blocks, trace->subject)->time);

      g_array_append_val (seen->delays, delay);
    }
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const gdouble *x = a, *y = b;

  return (*x > *y) - (*x < *y);
}

static void
run (Seen *seen, const gchar *network, const gchar *inside, const gchar *events,
     const gchar *fidelity)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='1 epoch'/><network nodes='60' tcp='warm'%s</network>"
      "<chain kind='gasper' fidelity='%s'><validators count='1024'>%s</validators>"
      "<gasper><costs aggregate-verification='0 s' key-aggregation='0 s'/></gasper></chain>%s",
      network, fidelity, inside, events);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);

  *seen
      = (Seen){ .chain = world->chains[0], .delays = g_array_new (FALSE, FALSE, sizeof (gdouble)) };
  pnyx_world_observe (world->world,
                      1u << PNYX_TRACE_BLOCK_RECEIVED | 1u << PNYX_TRACE_BLOCK_IMPORTED
                          | 1u << PNYX_TRACE_HEAD | 1u << PNYX_TRACE_VOTED
                          | 1u << PNYX_TRACE_JUSTIFIED | 1u << PNYX_TRACE_FINALIZED,
                      observe, seen);
  test_world_run (world, N_SLOTS * 12 - 1);
  g_array_sort (seen->delays, compare);
  seen->chain = NULL;
}

static void
check_equal (const gchar *network, const gchar *inside, const gchar *events)
{
  Seen full, path;

  run (&full, network, inside, events, "full");
  run (&path, network, inside, events, "path");
  g_test_message ("%u events", full.n);
  g_assert_cmpuint (full.n, >, 4 * 60 * N_SLOTS / 3);
  g_assert_cmpuint (path.n, ==, full.n);
  g_assert_cmphex (path.hash, ==, full.hash);
  g_array_unref (full.delays);
  g_array_unref (path.delays);
}

#define NETWORK                                                                                    \
  "><topology kind='random-regular' degree='20'/><regions profile='aws-2025'/>"                    \
  "<delay kind='measured' sigma='0.2' scale='%s'/><dissemination kind='gossipsub'/>"               \
  "<class name='many' cores='64'/>"

static void
test_every_event_is_the_same (void)
{
  static const gchar *const scales[] = { "1", "8" };

  for (guint i = 0; i < G_N_ELEMENTS (scales); i++)
    {
      g_autofree gchar *network = g_strdup_printf (NETWORK, scales[i]);
      g_autofree gchar *clocks = g_strconcat (" clock-offset='normal(0 s, 30 ms)'", network, NULL);

      check_equal (network, "", "");
      check_equal (network, "<late share='0.3' duties='proposals' delay='uniform(2 s, 6 s)'/>", "");
      check_equal (clocks, "<offline share='0.1'/>", "");
    }
}

static gdouble
quantile (const Seen *seen, gdouble p)
{
  return g_array_index (seen->delays, gdouble, (guint)(p * (seen->delays->len - 1)));
}

/* 100 kB to eight peers over 50 Mbit/s take .13 s; what path leaves out would have shared it. */
static void
test_shared_uplinks_differ_by_a_stated_part (void)
{
  static const gchar network[]
      = "><topology kind='random-regular' degree='20'/><regions profile='aws-2025'/>"
        "<dissemination kind='gossipsub'/><class name='home' upload='50 Mbit/s' cores='64'/>";
  Seen full, path;

  run (&full, network, "", "", "full");
  run (&path, network, "", "", "path");
  for (guint i = 1; i < 10; i += 4)
    {
      gdouble ratio = quantile (&path, i / 10.0) / quantile (&full, i / 10.0);

      g_test_message ("quantile .%u: full %.4f s, path %.4f s", i, quantile (&full, i / 10.0),
                      quantile (&path, i / 10.0));
      g_assert_cmpfloat (ratio, <=, 1.0);
      g_assert_cmpfloat (ratio, >=, 0.9);
    }
  g_assert_cmpfloat (quantile (&path, 0.9), <, quantile (&full, 0.9)); /* the difference is real */
  g_array_unref (full.delays);
  g_array_unref (path.delays);
}

#define WORLD(network, chain, rest)                                                                \
  "<run duration='1 epoch'/><network nodes='20'" network "</network><chain kind='gasper' "         \
  "fidelity='path'><validators count='128'/>" chain "</chain>" rest

static void
test_what_path_cannot_follow_is_refused (void)
{
  static const gchar *const worlds[][2] = {
    { WORLD ("><regions profile='aws-2025'/><dissemination kind='flood'/>", "", ""),
      "fidelity path does not go with another dissemination (expected gossipsub)" },
    { WORLD (" drop='0.1'><regions profile='aws-2025'/><dissemination kind='gossipsub'/>", "", ""),
      "fidelity path does not go with loss or drop (expected 0)" },
    { WORLD ("><regions profile='aws-2025'/><dissemination kind='gossipsub' mesh-drop='0.1'/>", "",
             ""),
      "fidelity path does not go with mesh-drop (expected 0)" },
    { WORLD ("><regions profile='aws-2025'/><dissemination kind='gossipsub'/>",
             "<gasper><fork-choice lmd='false'/></gasper>", ""),
      "fidelity path does not go with lmd false (expected fidelity full)" },
    { WORLD ("><regions profile='aws-2025'/><dissemination kind='gossipsub'/>",
             "<gasper><fork-choice view-merge='1 s' boost='0' proposer-reorg='false'/></gasper>",
             ""),
      "fidelity path does not go with view-merge (expected fidelity full)" },
    { WORLD ("><regions profile='aws-2025'/><dissemination kind='gossipsub'/>", "",
             "<adversary kind='equivocating-proposer' share='0.2'/>"),
      "votes twice, which fidelity path does not follow" },
    { WORLD ("><regions profile='aws-2025'/><dissemination kind='gossipsub'/>", "",
             "<events><partition at='1 s' share='0.5' cut='delay'/></events>"),
      "cut delay does not go with fidelity path (expected drop)" },
    { "<run duration='1 h'/><network nodes='20'><regions profile='aws-2025'/>"
      "<dissemination kind='gossipsub'/></network><chain kind='nakamoto' fidelity='path'/>",
      "nakamoto has no fidelity path (expected it in a chain of kind gasper)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (worlds); i++)
    {
      g_autofree gchar *message = test_refusal (worlds[i][0], PNYX_ERROR_CONFLICT);

      if (strstr (message, worlds[i][1]) == NULL)
        g_test_fail_printf ("%s", message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/validation/path/every-event-is-the-same", test_every_event_is_the_same);
  g_test_add_func ("/validation/path/shared-uplinks-differ-by-a-stated-part",
                   test_shared_uplinks_differ_by_a_stated_part);
  g_test_add_func ("/validation/path/what-path-cannot-follow-is-refused",
                   test_what_path_cannot_follow_is_refused);
  return g_test_run ();
}
