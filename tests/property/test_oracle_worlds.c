/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Invariants of random worlds in which oracles tell, contracts trust them and somebody attacks:
 * every mechanism, kinds of reporters, feeds, filters, contracts and attacks, on two chains, with
 * partitions and forks. Each is drawn from a number; a failure prints the number, the scenario and
 * the command that replays it.
 *
 *   PNYX_SWARM_SECONDS=600 property/test_oracle_worlds     as many worlds as fit
 *   PNYX_SWARM_WORLD=17 property/test_oracle_worlds        one world
 */
#include <math.h>
#include <string.h>

#include "support/test_world.h"

#define WORLDS 120
#define SECONDS 3600

typedef struct
{
  guint64 number;
  GRand *random;
  GString *body;
  gboolean classes, pool, lending, venues;
  guint reporters;
} Draw;

typedef struct
{
  guint worlds, refused, reorganised, stalled, attacked, called, answered, voted;
} Coverage;

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
draw_chain (Draw *draw)
{
  add (draw,
       "<run duration='%d s' warmup='%u min'/><network nodes='%u'>"
       "<topology kind='complete'/><delay kind='distribution' value='%u ms'/></network>\n",
       SECONDS, below (draw, 10), 12 + below (draw, 12), 20 + below (draw, 1500));
  add (draw, "<chain id='main' kind='%s'>", chance (draw, 0.25) ? "gasper" : "nakamoto");
  if (strstr (draw->body->str, "gasper") != NULL)
    add (draw, "<execution gas-price='%g'/><validators count='64'/><gasper slots-per-epoch='8'/>",
         between (draw, 0, 30));
  else
    add (draw,
         "<execution gas-price='%g' gas-limit='%u'/><nakamoto interval='exponential(%.0f s)' "
         "confirmations='%u' block-size='constant(1000 B)'/>",
         chance (draw, 0.3) ? 0 : between (draw, 0, 30), chance (draw, 0.2) ? 3000000 : 30000000,
         between (draw, 4, 20), 1 + below (draw, 20));
  add (draw, "</chain>\n");
  if (strstr (draw->body->str, "nakamoto") != NULL && chance (draw, 0.2))
    add (draw, "<adversary kind='nakamoto-selfish-mining' share='%.2f'/>\n",
         between (draw, 0.2, 0.45));
}

static const gchar *
draw_mechanism (Draw *draw)
{
  static const gchar *const priced[]
      = { "ocr-median", "ocr-median", "pyth", "commit-reveal", "twap", "uma" };
  static const gchar *const classed[] = { "commit-reveal", "uma", "kleros" };
  const gchar *kind;

  draw->classes = chance (draw, 0.3);
  kind = draw->classes ? PICK (draw, classed) : PICK (draw, priced);
  add (draw, "<oracle id='told' kind='%s'>", kind);
  if (strcmp (kind, "ocr-median") == 0)
    add (draw, "<ocr-median deviation='%.4f' heartbeat='%u min' round='%u s'/>",
         between (draw, 0.0005, 0.02), 1 + below (draw, 20), 2 + below (draw, 30));
  else if (strcmp (kind, "pyth") == 0)
    add (draw, "<pyth interval='%u s' age='%u' aggregate='%s'/>", 5 + below (draw, 30),
         25 + below (draw, 300), chance (draw, 0.5) ? "update" : "slot");
  else if (strcmp (kind, "commit-reveal") == 0)
    add (draw,
         "<commit-reveal interval='4 min' commit='%u s' reveal='%u s' reward='%u $' fund='%u $'/>",
         20 + below (draw, 90), 20 + below (draw, 90), below (draw, 3), below (draw, 2) * 10000);
  else if (strcmp (kind, "twap") == 0)
    add (draw, "<twap pool='pool' mean='%s' window='%u s' interval='%u s'/>",
         chance (draw, 0.5) ? "arithmetic" : "geometric", 30 + below (draw, 600),
         10 + below (draw, 60));
  else if (strcmp (kind, "uma") == 0)
    add (draw,
         "<uma interval='%u s' liveness='%u s' vote='%u s' reaction='uniform(1 s, 2 min)' "
         "monitoring='%.2f' quorum='%.2f' bond='%u $'/>",
         120 + below (draw, 600), 60 + below (draw, 300), 60 + below (draw, 600),
         between (draw, 0, 1), between (draw, 0, 0.6), below (draw, 5000));
  else
    add (draw,
         "<kleros interval='%u s' vote='%u s' appeal='%u s' jurors='%u' monitoring='%.2f' "
         "tie='%s'/>",
         240 + below (draw, 600), 60 + below (draw, 200), 60 + below (draw, 200),
         1 + 2 * below (draw, 4), between (draw, 0, 1), chance (draw, 0.5) ? "strands" : "shares");
  return kind;
}

static void
draw_feed (Draw *draw)
{
  static const gchar *const kinds[] = { "gbm", "merton", "garch", "ornstein-uhlenbeck", "regime" };

  if (draw->classes)
    {
      add (draw, "<feed kind='categorical'><categorical classes='%u' interval='%u s'/></feed>\n",
           2 + below (draw, 3), 60 + below (draw, 600));
      return;
    }
  draw->venues = chance (draw, 0.4);
  add (draw, "<feed kind='%s' start='%.2f'>", PICK (draw, kinds), between (draw, 1, 3000));
  if (draw->venues)
    add (draw,
         "<venue name='a' depth='%.0f $' lag='%u s'/><venue name='b' depth='%.0f $' noise='0.001'/>"
         "<venue name='c' up='30 min' down='5 min'/>",
         between (draw, 1e4, 1e7), below (draw, 60), between (draw, 1e4, 1e7));
  if (chance (draw, 0.6))
    add (draw, "<shock at='%u min' over='%u s' change='%.2f'/>", 5 + below (draw, 40),
         1 + below (draw, 1200), between (draw, -0.6, 0.5));
  add (draw, "</feed>\n");
}

static void
draw_reporters (Draw *draw, const gchar *mechanism)
{
  static const gchar *const kinds[]
      = { "honest", "ai", "lazy", "colluding", "silent", "compromised", "copying", "bribed" };
  guint groups = 1 + below (draw, 4);

  for (guint i = 0; i < groups; i++)
    {
      const gchar *kind = i == 0 ? "honest" : PICK (draw, kinds);
      guint count = i == 0 ? 5 + below (draw, 12) : 1 + below (draw, 6);

      if (strcmp (kind, "bribed") == 0 && (!draw->classes || strcmp (mechanism, "ocr-median") == 0))
        kind = "honest"; /* prices of some mechanisms cannot be bought */
      draw->reporters += count;
      add (draw, "<reporters kind='%s' count='%u'>", kind, count);
      if (strcmp (kind, "colluding") == 0)
        add (draw, "<colluding bias='%g' duty='%.2f'/>",
             draw->classes ? 1 : between (draw, -0.2, 0.2), between (draw, 0.2, 1));
      if (strcmp (kind, "bribed") == 0)
        add (draw, "<bribed bias='1' epsilon='%.2f $' escrow='%u $'/>", between (draw, 0, 2),
             below (draw, 5000));
      add (draw, "<error sd='uniform(0, %g)' base='m' correlation='%.2f' wrong-rate='%.2f'/>",
           draw->classes ? 0.4 : 0.004, between (draw, 0, 1),
           chance (draw, 0.3) ? between (draw, 0, 0.1) : 0);
      add (draw, "</reporters>\n");
    }
}

static void
draw_filter (Draw *draw)
{
  static const gchar *const priced[]
      = { "mean",       "median", "trimmed-mean", "weighted-median", "truth-discovery",
          "reputation", "kalman" };
  static const gchar *const classed[] = { "plurality", "dawid-skene" };

  add (draw, "<filter kind='%s'/>", draw->classes ? PICK (draw, classed) : PICK (draw, priced));
  if (!draw->classes && chance (draw, 0.3))
    add (draw, "<estimator kind='%s' name='beside'/>", PICK (draw, priced));
  if (!draw->classes && chance (draw, 0.1))
    add (draw, "<estimator kind='logistic' name='learns' past-interval='1 s' train-rounds='40' "
               "validation-rounds='40' test-rounds='40'/>");
}

static void
draw_contracts (Draw *draw, gboolean twap)
{
  static const gchar *const lendings[] = { "",
                                           "reader='finalized'",
                                           "price='truth'",
                                           "reader='finalized' stale-after='5 min'",
                                           "liquidation='auction'",
                                           "price='pool'" };
  static const gchar *const attacks[] = { "spot", "hold", "denial", "front", "venues" };

  if (draw->classes)
    return;
  draw->pool = twap || chance (draw, 0.6);
  if (draw->pool)
    add (draw,
         "<contract id='pool' kind='pool' oracle='told'><pool depth='%.0f $'>"
         "<arbitrageurs count='%u' cash='1000000 $' units='10000'/></pool></contract>\n",
         between (draw, 1e4, 1e7), 1 + below (draw, 3));
  draw->lending = chance (draw, 0.7);
  if (!draw->lending)
    return;
  add (draw,
       "<contract id='loans' kind='lending' oracle='told'><lending %s%s>"
       "<borrowers count='%u' attentive='%.2f' open-every='%u s'/>"
       "<keepers count='%u' cash='%u $'/>",
       PICK (draw, lendings), draw->pool ? " pool='pool'" : "", 20 + below (draw, 200),
       between (draw, 0, 1), 10 + below (draw, 200), below (draw, 5), below (draw, 10000000));
  if (chance (draw, 0.3))
    add (draw, "<controller kind='rule' interval='2 min' window='5' slope='%.2f'/>",
         between (draw, 0, 0.1));
  add (draw, "</lending></contract>\n");
  if (chance (draw, 0.5))
    add (draw, "<attack kind='%s' target='loans' at='%u min' cash='%.0f $'/>\n",
         PICK (draw, attacks), 5 + below (draw, 30), between (draw, 0, 1e8));
}

static void
draw_world (Draw *draw, guint64 number)
{
  static const gchar *const faults[] = { "partition", "outage", "eclipse" };
  const gchar *mechanism;
  guint n;

  *draw = (Draw){ .number = number,
                  .random = g_rand_new_with_seed ((guint32)number),
                  .body = g_string_new (NULL) };
  draw_chain (draw);
  mechanism = draw_mechanism (draw);
  draw_feed (draw);
  draw_reporters (draw, mechanism);
  draw_filter (draw);
  add (draw, "</oracle>\n");
  draw_contracts (draw, strcmp (mechanism, "twap") == 0);
  n = below (draw, 3);
  if (n > 0)
    add (draw, "<events>");
  for (guint i = 0; i < n; i++)
    {
      guint at = below (draw, SECONDS / 2);

      add (draw, "<%s at='%u s' until='%u s' share='%.2f'/>", PICK (draw, faults), at,
           at + 1 + below (draw, SECONDS / 3), between (draw, 0.1, 0.7));
    }
  if (n > 0)
    add (draw, "</events>\n");
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

/* What runs say of an oracle is possible, and the stages are all of the latency. */
static void
check_output (const Draw *draw, const PnyxOutput *output)
{
  static const gchar *const stages[] = { "oracle.stage.observe", "oracle.stage.infer",
                                         "oracle.stage.agree", "oracle.stage.include" };
  gdouble latency = test_scalar (output, "oracle.latency.mean"), sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    {
      gdouble stage = test_scalar (output, stages[i]);

      HOLD (draw, !(stage < -1e-9));
      sum += stage;
    }
  HOLD (draw, isnan (latency) == isnan (sum));
  HOLD (draw, isnan (latency) || fabs (latency - sum) <= 1e-6 * MAX (1, latency));
  HOLD (draw, !(test_scalar (output, "oracle.unavailable") > 1));
  HOLD (draw, !(test_scalar (output, "oracle.staleness") < 0));
  HOLD (draw, !(test_scalar (output, "oracle.final") > 1));
  HOLD (draw,
        !(fabs (test_scalar (output, "oracle.bias")) > test_scalar (output, "oracle.mae") + 1e-12));
  HOLD (draw, test_scalar (output, "adversary.refused") == 0);
}

/* Answers of a branch: one after the other, of blocks of that branch, from observations before. */
static void
check_answers (const Draw *draw, const PnyxOracle *oracle, PnyxBlockId block)
{
  const PnyxAnswer *answer = pnyx_oracle_answer (oracle, block, PNYX_READ_HEAD);
  PnyxBlockTree *blocks = oracle->chain->blocks;

  while (answer != NULL)
    {
      const PnyxBlock *of = pnyx_block_tree_get (blocks, answer->block);
      const PnyxAnswer *before
          = answer->previous == PNYX_NONE ? NULL : &oracle->answers->list[answer->previous];

      HOLD (draw, pnyx_block_tree_ancestor (blocks, block, of->height) == answer->block);
      HOLD (draw, answer->updated == of->time);
      HOLD (draw, answer->begun <= answer->observed);
      HOLD (draw, answer->observed <= answer->inferred);
      HOLD (draw, answer->inferred <= answer->agreed);
      HOLD (draw, answer->agreed <= answer->updated);
      HOLD (draw,
            before == NULL || pnyx_block_tree_get (blocks, before->block)->height <= of->height);
      answer = before;
    }
}

/* Every 17th block of any branch and all heads: value is conserved, books are right. */
static void
check_inside (const Draw *draw, const PnyxModel *model, Coverage *coverage)
{
  g_autoptr (TestWorld) world = test_world_new (model, (guint32)draw->number);
  PnyxChain *chain = world->chains[0];
  PnyxOracle *oracle = world->oracles.oracles[0];
  PnyxBlockId tip;
  guint32 n;

  test_world_run (world, SECONDS);
  tip = chain->ops->canonical (chain);
  for (PnyxBlockId block = 1; block < pnyx_block_tree_size (chain->blocks); block += 17)
    {
      g_autofree gchar *fault = NULL;

      pnyx_machine_view (chain->machine, block);
      fault = pnyx_machine_audit (chain->machine);
      if (fault != NULL)
        fail (draw, fault);
      check_answers (draw, oracle, block);
      if (pnyx_block_tree_ancestor (chain->blocks, tip,
                                    MIN (pnyx_block_tree_get (chain->blocks, block)->height,
                                         pnyx_block_tree_get (chain->blocks, tip)->height))
          != block)
        coverage->reorganised++;
    }
  for (PnyxNodeId node = 0; node < pnyx_network_nodes (world->network)->n; node++)
    {
      g_autofree gchar *fault = NULL;

      pnyx_machine_view (chain->machine, chain->head[node]);
      fault = pnyx_machine_audit (chain->machine);
      if (fault != NULL)
        fail (draw, fault);
    }
  pnyx_machine_receipts (chain->machine, tip, &n);
  coverage->called += draw->lending || draw->pool ? 1 : 0;
  coverage->answered += pnyx_oracle_answer (oracle, tip, PNYX_READ_HEAD) != NULL ? 1 : 0;
  coverage->voted += oracle->ops->votes != NULL ? 1 : 0;
  coverage->attacked += world->contracts.attacks.n > 0 ? 1 : 0;
}

static void
check_world (guint64 number, Coverage *coverage)
{
  Draw draw;
  g_autofree gchar *text = NULL, *data = NULL;
  g_autoptr (PnyxModel) model = NULL;
  g_autoptr (PnyxRunResult) result = NULL, again = NULL, blind = NULL;
  g_autoptr (GError) error = NULL;

  draw_world (&draw, number);
  text = g_strdup_printf ("<scenario xmlns='urn:pnyx:scenario:1' name='w' seed='1'>%s</scenario>",
                          draw.body->str);
  data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  model = pnyx_model_read_memory (text, "world", data, &error);
  if (model != NULL)
    result = pnyx_simulate (model, 0, (guint32)number, TRUE, &error);
  if (result == NULL)
    {
      g_test_message ("world %" G_GUINT64_FORMAT " is refused: %s", number, error->message);
      coverage->refused++;
    }
  else if (result->failed)
    {
      fail (&draw, result->message);
      check_inside (&draw, model, coverage);
    }
  else
    {
      again = pnyx_simulate (model, 0, (guint32)number, TRUE, NULL);
      blind = pnyx_simulate (model, 0, (guint32)number, FALSE, NULL);
      HOLD (&draw, result->digest == again->digest);
      HOLD (&draw, test_outputs_equal (result->output, again->output));
      HOLD (&draw, result->digest == blind->digest);
      check_output (&draw, result->output);
      check_inside (&draw, model, coverage);
      coverage->worlds++;
    }
  draw_clear (&draw);
}

static void
test_random_worlds_keep_their_invariants (void)
{
  const gchar *one = g_getenv ("PNYX_SWARM_WORLD");
  const gchar *seconds = g_getenv ("PNYX_SWARM_SECONDS");
  gint64 end
      = g_get_monotonic_time () + (seconds ? g_ascii_strtoll (seconds, NULL, 10) : 0) * 1000000;
  Coverage coverage = { 0 };
  guint64 number = 0;

  if (one != NULL)
    {
      check_world (g_ascii_strtoull (one, NULL, 10), &coverage);
      return;
    }
  while (!g_test_failed () && (seconds ? g_get_monotonic_time () < end : number < WORLDS))
    check_world (number++, &coverage);
  g_test_message ("%u worlds, %u refused; %u branches looked into, %u with contracts, %u attacked, "
                  "%u with answers, %u with votes",
                  coverage.worlds, coverage.refused, coverage.reorganised, coverage.called,
                  coverage.attacked, coverage.answered, coverage.voted);
  g_assert_cmpuint (coverage.refused * 5, <=, coverage.worlds);
  g_assert_cmpuint (coverage.reorganised, >, 0);
  g_assert_cmpuint (coverage.answered * 2, >, coverage.worlds);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/property/oracle-worlds/random-worlds-keep-their-invariants",
                   test_random_worlds_keep_their_invariants);
  return g_test_run ();
}
