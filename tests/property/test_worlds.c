/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Invariants of random worlds. Each is drawn from a number; a failure prints the number, the
 * scenario and the command that replays it.
 *
 *   PNYX_SWARM_SECONDS=600 property/test_worlds     as many worlds as fit
 *   PNYX_SWARM_WORLD=17 property/test_worlds        one world
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/test_world.h"
#include "support/verify_longest_chain.h"

#define WORLDS 200
#define BLOCKS 60
#define HEALED 20    /* faults have ended after so many mean intervals */
#define AGREEMENT 15 /* blocks from the top that may differ at the end */

typedef struct
{
  guint64 number;
  GRand *random;
  GString *body;
  gdouble interval; /* s */
  gboolean bounded, relay, tcp, drop, outages, churn, adversary;
} Draw;

static gboolean
chance (Draw *draw, gdouble p)
{
  return g_rand_double (draw->random) < p;
}

static guint
below (Draw *draw, guint n)
{
  return (guint)g_rand_int_range (draw->random, 0, (gint)n);
}

static gdouble
between (Draw *draw, gdouble low, gdouble high)
{
  return g_rand_double_range (draw->random, low, high);
}

#define PICK(draw, array) (array)[below (draw, G_N_ELEMENTS (array))]

static void add (Draw *draw, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

static void
add (Draw *draw, const gchar *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_append_vprintf (draw->body, format, arguments);
  va_end (arguments);
}

/* ---- Drawing a world ---- */

static void
draw_delay (Draw *draw, guint kind)
{
  static const gchar *const values[]
      = { "100 ms", "exponential(200 ms)", "uniform(20 ms, 500 ms)", "lognormal(100 ms, 0.6)" };
  static const gchar *const policies[] = { "max", "min", "uniform", "targeted" };

  if (kind == 0)
    add (draw, "<delay kind='measured' sigma='%.3f' scale='%.2f'/>", between (draw, 0, 0.3),
         between (draw, 0.5, 3));
  else if (kind == 1)
    add (draw, "<delay kind='distribution' value='%s'/>", PICK (draw, values));
  else
    add (draw, "<delay kind='bounded' delta='%.2f s' gst='%.0f s' policy='%s' relay='%s'/>",
         between (draw, 0.1, 4), between (draw, 0, 5 * draw->interval), PICK (draw, policies),
         draw->relay ? "true" : "false");
}

static void
draw_dissemination (Draw *draw)
{
  static const gchar *const kinds[] = { "flood' skip='known", "flood' skip='first",
                                        "announce' skip='known", "announce' skip='none", "direct" };

  if (chance (draw, 0.3))
    add (draw, "<dissemination kind='compact' high-bandwidth='%.2f' failure='%.2f' shared='%.2f'/>",
         between (draw, 0, 1), between (draw, 0, 1), between (draw, 0, 1));
  else
    add (draw, "<dissemination kind='%s'/>", PICK (draw, kinds));
}

static void
draw_network (Draw *draw)
{
  static const gchar *const topologies[]
      = { "kind='random-regular' degree='4'",
          "kind='random-regular' degree='8'",
          "kind='complete'",
          "kind='watts-strogatz' degree='4'",
          "kind='barabasi-albert' edges='3'",
          "kind='outbound' outbound='5'",
          "kind='outbound' outbound='uniform(3, 8)' inbound-max='20'" };
  static const gchar *const profiles[]
      = { "aws-2025", "simblock-2019", "gervais-2015", "ripe-countries", "regions-two.xml" };
  static const gchar *const tcps[] = { "idle", "cold", "warm" };
  guint delay = below (draw, 3);
  guint n_classes = below (draw, 3);

  draw->tcp = delay == 0;
  draw->bounded = delay == 2;
  draw->relay = draw->bounded && chance (draw, 0.5);
  draw->drop = !draw->bounded && chance (draw, 0.25);
  add (draw, "<network nodes='%u' operators='%u' sharing='%s' order='%s' request-timeout='%u s'",
       12 + below (draw, 48), 1 + below (draw, 9), chance (draw, 0.5) ? "fair" : "fifo",
       chance (draw, 0.5) ? "random" : "listed", 3 + below (draw, 20));
  if (draw->tcp)
    add (draw, " tcp='%s' loss='%g'", PICK (draw, tcps), chance (draw, 0.4) ? 0.002 : 0);
  if (draw->drop)
    add (draw, " drop='%.2f'", between (draw, 0.01, 0.2));
  add (draw, ">\n<topology %s/><regions profile='%s'/>", PICK (draw, topologies),
       PICK (draw, profiles));
  draw_delay (draw, delay);
  if (draw->relay)
    add (draw, "<dissemination kind='direct'/>");
  else
    draw_dissemination (draw);
  for (guint i = 0; i < n_classes; i++)
    {
      add (draw, "<class name='c%u' share='%.2f'", i, between (draw, 0.1, 1));
      if (!draw->bounded)
        add (draw, " cores='%u'", 1 + below (draw, 4));
      if (!draw->bounded && chance (draw, 0.6))
        add (draw, " upload='%.1f Mbit/s' download='%.1f Mbit/s' last-mile='%u ms'",
             between (draw, 10, 100), between (draw, 20, 200), below (draw, 30));
      add (draw, "/>");
    }
  add (draw, "</network>\n");
}

static void
draw_chain (Draw *draw)
{
  add (draw, "<chain kind='nakamoto'>");
  if (chance (draw, 0.5))
    add (draw, "<workload interval='exponential(%.1f s)'/>", between (draw, 1, 20));
  add (draw,
       "<nakamoto interval='exponential(%.0f s)' block-size='exponential(%.0f kB)' "
       "block-limit='%.0f kB'",
       draw->interval, between (draw, 1, 300), between (draw, 5, 300));
  if (!draw->bounded)
    add (draw, " validation='%.0f ms'", between (draw, 0, 2000));
  if (chance (draw, 0.4))
    add (draw, " shares='3, 2, 2, 1, 1, 1'");
  else if (chance (draw, 0.5))
    add (draw, " miners='%u'", 1 + below (draw, 11));
  add (draw, "/></chain>\n");
  draw->adversary = chance (draw, 0.15);
  if (draw->adversary)
    add (draw, "<adversary kind='nakamoto-selfish-mining'/>\n");
}

static void
draw_events (Draw *draw)
{
  static const gchar *const kinds[] = { "outage", "partition", "eclipse", "partition cut='delay'" };
  guint n = below (draw, 4);

  draw->churn = chance (draw, 0.1);
  if (n == 0 && !draw->churn)
    return;
  add (draw, "<events>");
  for (guint i = 0; i < n; i++)
    {
      guint kind = draw->bounded ? 0 : below (draw, G_N_ELEMENTS (kinds));
      gdouble at = between (draw, 0, (HEALED - 2) * draw->interval);

      draw->outages |= kind == 0;
      add (draw, "<%s at='%.3f s' until='%.3f s' share='%.2f'/>", kinds[kind], at,
           between (draw, at + 0.01, HEALED * draw->interval), between (draw, 0, 0.8));
    }
  if (draw->churn)
    add (draw, "<churn share='0.3' session='exponential(%.0f s)' absence='exponential(%.0f s)'/>",
         10 * draw->interval, draw->interval);
  add (draw, "</events>\n");
}

static void
draw_world (Draw *draw, guint64 number)
{
  *draw = (Draw){ .number = number,
                  .random = g_rand_new_with_seed ((guint32)number),
                  .body = g_string_new (NULL) };
  draw->interval = between (draw, 120, 600);
  add (draw, "<run duration='%d block' warmup='%u block'/>\n", BLOCKS, below (draw, 5));
  draw_network (draw);
  draw_chain (draw);
  draw_events (draw);
}

static void
draw_clear (Draw *draw)
{
  g_rand_free (draw->random);
  g_string_free (draw->body, TRUE);
}

/* ---- What holds ---- */

static void
fail (const Draw *draw, const gchar *what)
{
  g_printerr ("%s\n%s\nreplay: PNYX_SWARM_WORLD=%" G_GUINT64_FORMAT " %s\n", what, draw->body->str,
              draw->number, g_get_prgname ());
  g_test_fail_printf ("world %" G_GUINT64_FORMAT ": %s", draw->number, what);
}

#define HOLD(draw, condition)                                                                      \
  do                                                                                               \
    {                                                                                              \
      if (!(condition))                                                                            \
        fail (draw, #condition);                                                                   \
    }                                                                                              \
  while (0)

static void
check_shares (const Draw *draw, const PnyxOutput *output)
{
  static const gchar *const parts[]
      = { "energy.share.idle",     "energy.share.consensus", "energy.share.inference",
          "energy.share.training", "energy.share.network",   "energy.share.mining" };
  gdouble sum = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    sum += test_scalar (output, parts[i]);
  HOLD (draw, fabs (sum - 1) < 1e-9);
}

static void
check_run (const Draw *draw, const PnyxRunResult *result)
{
  const PnyxOutput *output = result->output;
  gdouble proposed = test_scalar (output, "blocks.proposed");
  gdouble canonical = test_scalar (output, "blocks.canonical");

  check_shares (draw, output);
  HOLD (draw, test_scalar (output, "network.late") == 0);
  HOLD (draw, proposed <= BLOCKS && canonical <= proposed);
  HOLD (draw, draw->churn || draw->outages || proposed == BLOCKS); /* somebody offline: fewer */
  HOLD (draw, !(test_scalar (output, "latency.propagation.mean") < 0));
  HOLD (draw, !(test_scalar (output, "latency.import.mean") < 0));
  HOLD (draw, !(test_scalar (output, "latency.propagation.unfinished") > 1));
  HOLD (draw, !(test_scalar (output, "energy.total") < test_scalar (output, "energy.total.low")));
  HOLD (draw, !(test_scalar (output, "energy.total") > test_scalar (output, "energy.total.high")));
  HOLD (draw, test_scalar (output, "adversary.refused") == 0);
  HOLD (draw, draw->drop || draw->churn || draw->outages
                  || strstr (draw->body->str, "<events") != NULL
                  || test_scalar (output, "network.lost") == 0);
}

/* No transaction stands twice on any chain. */
static void
check_transactions (const Draw *draw, PnyxChain *chain)
{
  guint32 n = chain->workload ? pnyx_workload_advance (chain->workload) : 0;
  g_autofree guint8 *seen = g_new (guint8, MAX (n, 1));

  for (PnyxBlockId tip = 1; n > 0 && tip < pnyx_block_tree_size (chain->blocks); tip += 7)
    {
      gboolean twice = FALSE;

      memset (seen, 0, n);
      for (PnyxBlockId at = tip; at != 0; at = pnyx_block_tree_get (chain->blocks, at)->parent)
        {
          const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, at);

          for (guint32 i = 0; i < block->n_transactions; i++)
            twice |= seen[block->transactions[i]]++ > 0;
        }
      HOLD (draw, !twice);
    }
}

/* All nodes that are online agree but on the last blocks; half of the power, well used, keeps them
 * apart for longer. */
static void
check_agreement (const Draw *draw, const TestWorld *world)
{
  PnyxChain *chain = world->chains[0];
  PnyxBlockId common = PNYX_NONE;
  guint32 highest = 0;

  if (draw->adversary)
    return;
  for (PnyxNodeId node = 0; node < pnyx_network_nodes (world->network)->n; node++)
    {
      PnyxBlockId head = chain->head[node];

      if (!pnyx_network_online (world->network, node) || !pnyx_chain_honest (chain, node))
        continue;
      highest = MAX (highest, pnyx_block_tree_get (chain->blocks, head)->height);
      common = common == PNYX_NONE ? head : pnyx_block_tree_common (chain->blocks, common, head);
    }
  HOLD (draw, common != PNYX_NONE
                  && pnyx_block_tree_get (chain->blocks, common)->height + AGREEMENT >= highest);
}

/* The same world, looked into. */
static void
check_inside (const Draw *draw, const PnyxModel *model)
{
  g_autoptr (TestWorld) world = test_world_new (model, (guint32)draw->number);
  PnyxChain *chain = world->chains[0];
  VerifyLongestChain *verify = verify_longest_chain_new (chain, verify_weight_height);
  const PnyxNetworkCounts *counts = pnyx_network_counts (world->network);
  guint64 nodes = pnyx_network_nodes (world->network)->n;
  g_autofree gchar *fault = NULL;

  test_world_run (world, BLOCKS * draw->interval);
  if (!draw->adversary) /* it follows what it likes */
    {
      fault = verify_longest_chain_finish (verify);
      if (fault != NULL)
        fail (draw, fault);
    }
  HOLD (draw, counts->late == 0);
  /* What is in validation when its node goes offline is received again. */
  HOLD (draw,
        draw->outages || draw->churn
            || counts->first_receipts <= (pnyx_block_tree_size (chain->blocks) - 1) * (nodes - 1));
  check_transactions (draw, chain);
  if (!draw->churn)
    check_agreement (draw, world);
}

/* Returns: FALSE where the graph fell into parts: no world. */
static gboolean
check_world (guint64 number)
{
  Draw draw;
  g_autoptr (PnyxModel) model = NULL;
  g_autoptr (PnyxRunResult) result = NULL;
  g_autoptr (PnyxRunResult) again = NULL;
  g_autoptr (PnyxRunResult) blind = NULL;
  g_autoptr (GError) error = NULL;
  gboolean built = FALSE;

  draw_world (&draw, number);
  model = test_model (draw.body->str);
  result = pnyx_simulate (model, 0, (guint32)number, TRUE, &error);
  if (result == NULL)
    HOLD (&draw, strstr (error->message, " parts (expected a connected one") != NULL);
  else if (result->failed)
    fail (&draw, result->message);
  else
    {
      again = pnyx_simulate (model, 0, (guint32)number, TRUE, NULL);
      blind = pnyx_simulate (model, 0, (guint32)number, FALSE, NULL);
      HOLD (&draw, result->digest == again->digest);
      HOLD (&draw, test_outputs_equal (result->output, again->output));
      HOLD (&draw, result->digest == blind->digest);
      check_run (&draw, result);
      check_inside (&draw, model);
      built = TRUE;
    }
  draw_clear (&draw);
  return built;
}

static void
test_random_worlds_keep_their_invariants (void)
{
  const gchar *one = g_getenv ("PNYX_SWARM_WORLD");
  const gchar *seconds = g_getenv ("PNYX_SWARM_SECONDS");
  gint64 end
      = g_get_monotonic_time () + (seconds ? g_ascii_strtoll (seconds, NULL, 10) : 0) * 1000000;
  guint64 number = 0;
  guint built = 0;

  if (one != NULL)
    {
      check_world (g_ascii_strtoull (one, NULL, 10));
      return;
    }
  while (!g_test_failed () && (seconds ? g_get_monotonic_time () < end : number < WORLDS))
    built += check_world (number++) ? 1 : 0;
  g_test_message ("%u of %u worlds", built, (guint)number);
  g_assert_cmpuint (built * 4, >=, (guint)number * 3); /* few graphs fall into parts */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/property/worlds/random-worlds-keep-their-invariants",
                   test_random_worlds_keep_their_invariants);
  return g_test_run ();
}
