/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slow-test */
/*
 * In random worlds the store of every node agrees with a naive one (support/verify_gasper.h): at
 * each import, after the deadline of each slot and before its end.
 *
 *   PNYX_SWARM_SECONDS=600 property/test_gasper     as many worlds as fit
 *   PNYX_SWARM_WORLD=17 property/test_gasper        one world
 *
 * With the argument --broken it is the other way round: the program is linked with a component in
 * which one operator is changed, and passes where the comparison notices.
 */
#include <stdlib.h>
#include <string.h>

#include "support/gasper_mischief.h"
#include "support/test_world.h"
#include "support/verify_gasper.h"

#define WORLDS 200
#define BROKEN_WORLDS 20 /* within which a broken component has to be noticed */
#define SLOT 10          /* s: a deadline of whole milliseconds */

typedef struct
{
  guint64 number;
  GRand *random;
  GString *body;
  guint n_nodes, n_slots;
  gboolean calm, partition, mischief; /* calm: most votes come in time, so that it finalises */
} Draw;

/* In how many worlds there was what. */
typedef struct
{
  guint worlds, late, forks, equivocations, partitions, orphan_votes;
  guint finalized, excluded, refused, old_votes, reorganised;
  guint64 heads, weights;
} Seen;

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
draw_network (Draw *draw)
{
  static const gchar *const topologies[]
      = { "kind='random-regular' degree='4'", "kind='complete'", "kind='watts-strogatz' degree='4'",
          "kind='barabasi-albert' edges='3'", "kind='outbound' outbound='3'" };
  static const gchar *const profiles[] = { "aws-2025", "simblock-2019", "regions-two.xml" };
  static const gchar *const values[] = { "300 ms", "exponential(1.5 s)", "uniform(100 ms, 4 s)",
                                         "lognormal(700 ms, 1)", "exponential(400 ms)" };
  static const gchar *const disseminations[]
      = { "flood' skip='known", "flood' skip='first", "announce' skip='known", "direct" };

  draw->n_nodes = 6 + below (draw, 19);
  add (draw, "<network nodes='%u' request-timeout='%u s'", draw->n_nodes, 2 + below (draw, 20));
  if (chance (draw, 0.5))
    add (draw, " clock-offset='normal(0 s, %.0f ms)'", between (draw, 5, 300));
  if (chance (draw, 0.2))
    add (draw, " drop='%.2f'", between (draw, 0.01, draw->calm ? 0.03 : 0.15));
  add (draw, ">\n<topology %s/><regions profile='%s'/>", PICK (draw, topologies),
       PICK (draw, profiles));
  if (draw->calm || chance (draw, 0.4))
    add (draw, "<delay kind='measured' sigma='%.2f' scale='%.1f'/>", between (draw, 0, 0.3),
         between (draw, 1, draw->calm ? 12 : 40));
  else
    add (draw, "<delay kind='distribution' value='%s'/>", PICK (draw, values));
  add (draw, "<dissemination kind='%s'/>", PICK (draw, disseminations));
  if (chance (draw, 0.3))
    add (draw, "<class name='slow' share='%.2f' upload='%.1f Mbit/s' cores='1'/>",
         between (draw, 0.2, 1), between (draw, 2, 20));
  add (draw, "</network>\n");
}

static void
draw_validators (Draw *draw)
{
  static const gchar *const stakes[]
      = { "32 ETH", "uniform(17 ETH, 33 ETH)", "uniform(20 ETH, 200 ETH)",
          "exponential(40 ETH) + 20 ETH" };

  add (draw, "<validators count='%u' stake='%s' operator-skew='%.1f'>", 64 + below (draw, 193),
       stakes[below (draw, 3)], chance (draw, 0.5) ? 0 : between (draw, 0, 1));
  if (chance (draw, 0.4))
    add (draw, "<offline share='%.2f'/>", between (draw, 0, draw->calm ? 0.1 : 0.3));
  if (chance (draw, 0.2))
    add (draw, "<offline share='%.2f' at='4 slot' until='%u slot'/>", between (draw, 0, 0.6),
         8 + below (draw, 20));
  if (chance (draw, 0.5))
    add (draw, "<late share='%.2f' delay='exponential(%.1f s)'/>", between (draw, 0, 0.5),
         between (draw, 0.5, draw->calm ? 4 : 15));
  add (draw, "</validators>\n");
}

static void
draw_chain (Draw *draw)
{
  static const gchar *const rules[] = { "capella", "deneb", "electra" };
  guint slots_per_epoch = 4 + below (draw, 5);

  draw->n_slots = slots_per_epoch * (5 + below (draw, 6));
  add (draw, "<chain kind='gasper'>");
  draw_validators (draw);
  add (draw, "<gasper rules='%s' slot='%u s' slots-per-epoch='%u' block-size='%.0f kB'",
       PICK (draw, rules), SLOT, slots_per_epoch, between (draw, 1, 300));
  if (chance (draw, 0.3))
    add (draw, " blobs='uniform(0, 4)'");
  if (chance (draw, 0.3))
    add (draw, " proposal-delay='uniform(0 s, %.1f s)'", between (draw, 0.1, 6));
  add (draw, ">\n<votes committee-size='%u' aggregators='%u' shuffle-rounds='10'",
       4 + below (draw, 30), 1 + below (draw, 8));
  if (chance (draw, 0.2))
    add (draw, " attestation-due='0.25' aggregate-due='0.5'");
  add (draw, "/><fork-choice");
  if (chance (draw, 0.3))
    add (draw, " boost='0.%u'", 10 + below (draw, 90));
  add (draw, "/></gasper></chain>\n");
}

static void
draw_events (Draw *draw)
{
  gdouble end = draw->n_slots * SLOT;
  guint n = below (draw, 3);

  draw->partition = chance (draw, 0.5);
  if (n == 0 && !draw->partition)
    return;
  add (draw, "<events>");
  if (draw->partition)
    {
      gdouble at = between (draw, 0, 0.6 * end);

      add (draw, "<partition at='%.3f s' until='%.3f s' share='%.2f' cut='%s'/>", at,
           between (draw, at + 1, draw->calm ? at + 8 * SLOT : 0.9 * end), between (draw, 0.2, 0.8),
           chance (draw, 0.5) ? "drop" : "delay");
    }
  for (guint i = 0; i < n; i++)
    {
      gdouble at = between (draw, 0, 0.8 * end);

      add (draw, "<outage at='%.3f s' until='%.3f s' share='%.2f'/>", at,
           between (draw, at + 0.1, draw->calm ? at + 8 * SLOT : end), between (draw, 0, 0.5));
    }
  add (draw, "</events>\n");
}

static void
draw_world (Draw *draw, guint64 number)
{
  *draw = (Draw){ .number = number,
                  .random = g_rand_new_with_seed ((guint32)number),
                  .body = g_string_new (NULL) };
  draw->calm = chance (draw, 0.6);
  add (draw, "<run duration='1 epoch'/>\n");
  draw_network (draw);
  draw_chain (draw);
  draw_events (draw);
  draw->mischief = chance (draw, 0.6);
}

static void
draw_clear (Draw *draw)
{
  g_rand_free (draw->random);
  g_string_free (draw->body, TRUE);
}

/* ---- Running it ---- */

static gboolean
has_fork (PnyxChain *chain)
{
  for (PnyxBlockId a = 1; a < pnyx_block_tree_size (chain->blocks); a++)
    for (PnyxBlockId b = 1; b < a; b++)
      if (pnyx_block_tree_get (chain->blocks, a)->parent
          == pnyx_block_tree_get (chain->blocks, b)->parent)
        return TRUE;
  return FALSE;
}

static void
count (Seen *seen, const Draw *draw, PnyxChain *chain, const VerifyGasper *verify)
{
  const VerifyGasperCounts *counts = verify_gasper_counts (verify);

  seen->worlds++;
  seen->late += counts->late_blocks > 0 ? 1 : 0;
  seen->forks += has_fork (chain) ? 1 : 0;
  seen->equivocations += counts->equivocations > 0 ? 1 : 0;
  seen->partitions += draw->partition ? 1 : 0;
  seen->orphan_votes += counts->orphan_votes > 0 ? 1 : 0;
  seen->finalized += counts->finalized > 0 ? 1 : 0;
  seen->excluded += counts->excluded > 0 ? 1 : 0;
  seen->refused += counts->refused_blocks > 0 ? 1 : 0;
  seen->old_votes += counts->old_votes > 0 ? 1 : 0;
  seen->reorganised += counts->reorganised > 0 ? 1 : 0;
  seen->heads += counts->heads;
  seen->weights += counts->weights;
}

/* The world falls into parts: no world. */
static gboolean
is_connected (const Draw *draw, const PnyxModel *model)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, (guint32)draw->number, FALSE, &error);

  if (result == NULL && strstr (error->message, " parts (expected a connected one") == NULL)
    g_error ("world %" G_GUINT64_FORMAT ": %s\n%s", draw->number, error->message, draw->body->str);
  return result != NULL;
}

/* Returns: (transfer full) (nullable): what was wrong. */
static gchar *
run_world (const Draw *draw, const PnyxModel *model, Seen *seen)
{
  g_autoptr (TestWorld) world = test_world_new (model, (guint32)draw->number);
  PnyxChain *chain = world->chains[0];
  g_autoptr (VerifyGasper) verify = verify_gasper_new (chain);

  if (draw->mischief)
    gasper_mischief_add (chain, MAX (1, draw->n_nodes / 4), draw->number);
  for (guint slot = 0; slot < draw->n_slots && verify_gasper_fault (verify) == NULL; slot++)
    {
      /* Clocks are off by half a second at most: all are in time to leave out a late block, then
       * after the deadline, then before the end. */
      test_world_run (world, slot * SLOT + 0.6);
      verify_gasper_compare_proposer_heads (verify);
      test_world_run (world, slot * SLOT + SLOT / 3.0 + 0.6);
      verify_gasper_compare (verify);
      test_world_run (world, (slot + 1) * SLOT - 0.6);
      verify_gasper_compare (verify);
    }
  count (seen, draw, chain, verify);
  return g_strdup (verify_gasper_fault (verify));
}

static gchar *
check_world (guint64 number, Seen *seen)
{
  Draw draw;
  g_autoptr (PnyxModel) model = NULL;
  gchar *fault = NULL;

  draw_world (&draw, number);
  model = test_model (draw.body->str);
  if (is_connected (&draw, model))
    fault = run_world (&draw, model, seen);
  if (fault != NULL)
    g_printerr ("# world %" G_GUINT64_FORMAT ": %s\n", number, fault);
  if (fault != NULL && g_getenv ("PNYX_SWARM_WORLD") != NULL)
    g_printerr ("%s\n", draw.body->str);
  draw_clear (&draw);
  return fault;
}

static void
print (const Seen *seen)
{
  g_test_message (
      "%u worlds; with late blocks %u, forks %u, equivocations %u, partitions %u, votes "
      "before their block %u; finalising %u, slashed in the justified state %u, blocks "
      "in conflict with finality %u, votes too old %u, heads left out %u",
      seen->worlds, seen->late, seen->forks, seen->equivocations, seen->partitions,
      seen->orphan_votes, seen->finalized, seen->excluded, seen->refused, seen->old_votes,
      seen->reorganised);
  g_test_message ("%" G_GUINT64_FORMAT " comparisons of heads, %" G_GUINT64_FORMAT " of weights",
                  seen->heads, seen->weights);
}

static void
test_the_store_agrees_with_a_naive_one (void)
{
  const gchar *one = g_getenv ("PNYX_SWARM_WORLD");
  const gchar *seconds = g_getenv ("PNYX_SWARM_SECONDS");
  gint64 end
      = g_get_monotonic_time () + (seconds ? g_ascii_strtoll (seconds, NULL, 10) : 0) * 1000000;
  guint64 number = one != NULL ? g_ascii_strtoull (one, NULL, 10) : 0;
  guint64 last = one != NULL ? number + 1 : WORLDS;
  Seen seen = { 0 };

  for (; seconds ? g_get_monotonic_time () < end : number < last; number++)
    {
      g_autofree gchar *fault = check_world (number, &seen);

      if (fault == NULL)
        continue;
      g_printerr ("replay: PNYX_SWARM_WORLD=%" G_GUINT64_FORMAT " %s\n", number, g_get_prgname ());
      g_test_fail_printf ("world %" G_GUINT64_FORMAT ": %s", number, fault);
      break;
    }
  print (&seen);
  if (one != NULL || g_test_failed ())
    return;
  g_assert_cmpuint (seen.worlds * 4, >=, (guint)number * 3); /* few graphs fall into parts */
  g_assert_cmpuint (seen.late * 5, >=, seen.worlds);
  g_assert_cmpuint (seen.forks * 5, >=, seen.worlds);
  g_assert_cmpuint (seen.equivocations * 5, >=, seen.worlds);
  g_assert_cmpuint (seen.partitions * 5, >=, seen.worlds);
  g_assert_cmpuint (seen.orphan_votes * 5, >=, seen.worlds);
  g_assert_cmpuint (seen.finalized * 5, >=, seen.worlds);
}

static void
test_a_broken_component_is_noticed (void)
{
  Seen seen = { 0 };

  for (guint64 number = 0; number < BROKEN_WORLDS; number++)
    {
      g_autofree gchar *fault = check_world (number, &seen);

      if (fault == NULL)
        continue;
      g_test_message ("world %" G_GUINT64_FORMAT ": %s", number, fault);
      return;
    }
  g_test_fail_printf ("not noticed in %d worlds", BROKEN_WORLDS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 1 && g_str_equal (argv[1], "--broken"))
    g_test_add_func ("/property/gasper/a-broken-component-is-noticed",
                     test_a_broken_component_is_noticed);
  else
    g_test_add_func ("/property/gasper/the-store-agrees-with-a-naive-one",
                     test_the_store_agrees_with_a_naive_one);
  return g_test_run ();
}
