/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slow-test */
/*
 * Fidelity path in random worlds whose messages are absurdly slow, so that votes are under way when
 * heads are asked for: every node agrees with a naive store (support/verify_gasper.h) on the head,
 * the latest messages and the weight of every block, and computing all ways of aggregates gives the
 * same digest as computing those that somebody can observe.
 *
 *   PNYX_SWARM_SECONDS=600 property/test_gasper_path     as many worlds as fit
 *   PNYX_SWARM_WORLD=17 property/test_gasper_path        one world
 *
 * With --broken it is the other way round, as in test_gasper.c.
 */
#include <stdlib.h>
#include <string.h>

#include "protocol/gasper/gasper_priv.h"
#include "support/test_world.h"
#include "support/verify_gasper.h"

#define WORLDS 120
#define BROKEN_WORLDS 40
#define SLOT 10 /* s: a deadline of whole milliseconds */

typedef struct
{
  guint64 number;
  GRand *random;
  GString *body;
  guint n_slots;
  gboolean partition;
} Draw;

/* In how many worlds there was what, and how often. */
typedef struct
{
  guint worlds, floods, bounds, overlays, two_epochs, splits, moves, merges, extras, orphans;
  guint forks, finalized, partitions;
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

static void
draw_network (Draw *draw)
{
  static const gchar *const topologies[]
      = { "kind='random-regular' degree='6'", "kind='complete'", "kind='watts-strogatz' degree='6'",
          "kind='barabasi-albert' edges='4'" };
  static const gchar *const profiles[] = { "aws-2025", "simblock-2019" };
  static const gchar *const values[] = { "300 ms", "exponential(1.5 s)", "uniform(100 ms, 4 s)",
                                         "lognormal(700 ms, 1)", "exponential(4 s)" };
  guint n_nodes = 8 + below (draw, 17), mesh = 3 + below (draw, 4);
  gboolean measured = chance (draw, 0.5);

  add (draw, "<network nodes='%u' request-timeout='%u s'%s", n_nodes, 2 + below (draw, 9),
       measured ? " tcp='warm'" : "");
  if (chance (draw, 0.5))
    add (draw, " clock-offset='normal(0 s, %.0f ms)'", between (draw, 5, 300));
  add (draw, ">\n<topology %s/><regions profile='%s'/>", PICK (draw, topologies),
       PICK (draw, profiles));
  if (measured)
    add (draw, "<delay kind='measured' sigma='%.2f' scale='%.1f'/>", between (draw, 0, 0.4),
         chance (draw, 0.5) ? between (draw, 0.2, 1.5) : between (draw, 4, 60));
  else
    add (draw, "<delay kind='distribution' value='%s'/>", PICK (draw, values));
  add (
      draw,
      "<dissemination kind='gossipsub' mesh='%u' mesh-low='%u' mesh-high='%u' flood-publish='%s'/>",
      mesh, mesh - 1, mesh + 2, chance (draw, 0.5) ? "true" : "false");
  add (draw, "</network>\n");
}

static void
draw_chain (Draw *draw)
{
  static const gchar *const rules[] = { "capella", "deneb", "electra" };
  guint slots_per_epoch = 4 + below (draw, 5);

  draw->n_slots = slots_per_epoch * (5 + below (draw, 5));
  add (draw, "<chain kind='gasper' fidelity='path'>");
  add (draw, "<validators count='%u' stake='%s' operator-skew='%.1f'>", 64 + below (draw, 193),
       chance (draw, 0.5) ? "32 ETH" : "uniform(17 ETH, 33 ETH)",
       chance (draw, 0.5) ? 0 : between (draw, 0, 1));
  if (chance (draw, 0.4))
    add (draw, "<offline share='%.2f'/>", between (draw, 0, 0.3));
  if (chance (draw, 0.5))
    add (draw, "<late share='%.2f' delay='exponential(%.1f s)'/>", between (draw, 0, 0.5),
         between (draw, 0.5, 15));
  add (draw, "</validators>\n<gasper rules='%s' slot='%u s' slots-per-epoch='%u'",
       PICK (draw, rules), SLOT, slots_per_epoch);
  if (chance (draw, 0.4))
    add (draw, " proposal-delay='uniform(0 s, %.1f s)'", between (draw, 0.1, 8));
  add (draw, ">\n<votes committee-size='%u' aggregators='%u' shuffle-rounds='10' eager='%s'/>",
       4 + below (draw, 30), 1 + below (draw, 8), chance (draw, 0.3) ? "true" : "false");
  add (draw, "</gasper></chain>\n");
}

static void
draw_events (Draw *draw)
{
  gdouble end = draw->n_slots * SLOT;
  guint n = chance (draw, 0.4) ? 1 + below (draw, 2) : 0;

  draw->partition = chance (draw, 0.5);
  if (n == 0 && !draw->partition)
    return;
  add (draw, "<events>");
  if (draw->partition)
    {
      gdouble at = between (draw, 0, 0.6 * end);

      add (draw, "<partition at='%.3f s' until='%.3f s' share='%.2f' cut='drop'/>", at,
           between (draw, at + 1, 0.9 * end), between (draw, 0.2, 0.8));
    }
  for (guint i = 0; i < n; i++)
    {
      gdouble at = between (draw, 0, 0.8 * end);

      add (draw, "<outage at='%.3f s' until='%.3f s' share='%.2f'/>", at,
           between (draw, at + 0.1, end), between (draw, 0, 0.5));
    }
  add (draw, "</events>\n");
}

static void
draw_world (Draw *draw, guint64 number)
{
  *draw = (Draw){ .number = number,
                  .random = g_rand_new_with_seed ((guint32)number),
                  .body = g_string_new (NULL) };
  add (draw, "<run duration='1 epoch'/>\n");
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
  const GasperPathCounts *path = gasper_path_counts (chain->state);

  seen->worlds++;
  seen->floods += path->floods > 0 ? 1 : 0;
  seen->bounds += path->bounds > 0 ? 1 : 0;
  seen->overlays += path->overlays > 0 ? 1 : 0;
  seen->two_epochs += path->two_epochs > 0 ? 1 : 0;
  seen->splits += path->splits > 0 ? 1 : 0;
  seen->moves += path->moves > 0 ? 1 : 0;
  seen->merges += path->merges > 0 ? 1 : 0;
  seen->extras += path->extras > 0 ? 1 : 0;
  seen->orphans += counts->orphan_votes > 0 ? 1 : 0;
  seen->forks += has_fork (chain) ? 1 : 0;
  seen->finalized += counts->finalized > 0 ? 1 : 0;
  seen->partitions += draw->partition ? 1 : 0;
  seen->heads += counts->heads;
  seen->weights += counts->weights;
  g_assert_cmpuint (path->left_out, ==, 0);
}

/* Returns: (transfer full) (nullable): what was wrong. */
static gchar *
run_world (const Draw *draw, const PnyxModel *model, Seen *seen)
{
  g_autoptr (TestWorld) world = test_world_new (model, (guint32)draw->number);
  PnyxChain *chain = world->chains[0];
  g_autoptr (VerifyGasper) verify = verify_gasper_new (chain);

  for (guint slot = 0; slot < draw->n_slots && verify_gasper_fault (verify) == NULL; slot++)
    {
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

/* The digest of the world of @body as it stands; "": it falls into parts. */
static gchar *
digest_of (const gchar *body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, FALSE, &error);

  if (result == NULL && strstr (error->message, " parts (expected a connected one") == NULL)
    g_error ("%s\n%s", error->message, body);
  return result != NULL ? g_strdup_printf ("%016" G_GINT64_MODIFIER "x", result->digest)
                        : g_strdup ("");
}

/* Returns: FALSE where the two differ. */
static gboolean
eager_is_lazy (const gchar *body)
{
  g_autoptr (GString) eager = g_string_new (body), lazy = g_string_new (body);
  g_autofree gchar *a = NULL;
  g_autofree gchar *b = NULL;

  g_string_replace (eager, "eager='false'", "eager='true'", 0);
  g_string_replace (lazy, "eager='true'", "eager='false'", 0);
  g_string_replace (eager, "duration='1 epoch'", "duration='5 epoch'", 0);
  g_string_replace (lazy, "duration='1 epoch'", "duration='5 epoch'", 0);
  a = digest_of (eager->str);
  b = digest_of (lazy->str);
  return g_str_equal (a, b);
}

static gchar *
check_world (guint64 number, Seen *seen)
{
  Draw draw;
  g_autoptr (PnyxModel) model = NULL;
  g_autofree gchar *digest = NULL;
  gchar *fault = NULL;

  draw_world (&draw, number);
  model = test_model (draw.body->str);
  digest = digest_of (draw.body->str);
  if (digest[0] != '\0')
    fault = run_world (&draw, model, seen);
  if (fault == NULL && digest[0] != '\0' && !eager_is_lazy (draw.body->str))
    fault = g_strdup ("eager and lazy digests differ");
  if (fault != NULL)
    g_printerr ("# world %" G_GUINT64_FORMAT ": %s\n", number, fault);
  if (fault != NULL && g_getenv ("PNYX_SWARM_WORLD") != NULL)
    g_printerr ("%s\n", draw.body->str);
  draw_clear (&draw);
  return fault;
}

static void
test_votes_agree_with_a_naive_store (void)
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
  g_test_message ("%u worlds; with floods %u, the bound %u, votes under way %u, of two epochs %u, "
                  "splits %u, moves by blocks %u, merges %u, own votes left %u, votes before their "
                  "block %u, forks %u, finalising %u, partitions %u",
                  seen.worlds, seen.floods, seen.bounds, seen.overlays, seen.two_epochs,
                  seen.splits, seen.moves, seen.merges, seen.extras, seen.orphans, seen.forks,
                  seen.finalized, seen.partitions);
  g_test_message ("%" G_GUINT64_FORMAT " comparisons of heads, %" G_GUINT64_FORMAT " of weights",
                  seen.heads, seen.weights);
  if (one != NULL || g_test_failed ())
    return;
  g_assert_cmpuint (seen.floods * 2, >=, seen.worlds);
  g_assert_cmpuint (seen.bounds * 5, >=, seen.worlds);
  g_assert_cmpuint (seen.overlays * 2, >=, seen.worlds);
  g_assert_cmpuint (seen.two_epochs * 5, >=, seen.worlds);
  g_assert_cmpuint (seen.splits * 5, >=, seen.worlds);
  g_assert_cmpuint (seen.moves * 10, >=, seen.worlds);
  g_assert_cmpuint (seen.merges * 10, >=, seen.worlds);
  g_assert_cmpuint (seen.extras * 5, >=, seen.worlds);
  g_assert_cmpuint (seen.orphans * 5, >=, seen.worlds);
  g_assert_cmpuint (seen.forks * 5, >=, seen.worlds);
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
    g_test_add_func ("/property/gasper-path/a-broken-component-is-noticed",
                     test_a_broken_component_is_noticed);
  else
    g_test_add_func ("/property/gasper-path/votes-agree-with-a-naive-store",
                     test_votes_agree_with_a_naive_store);
  return g_test_run ();
}
