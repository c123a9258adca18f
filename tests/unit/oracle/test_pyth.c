/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/oracle.h"

#include <math.h>
#include <string.h>

#include "batch/simulation.h"
#include "oracle/pyth_rule.h"
#include "support/oracle_world.h"

#define STILL "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed>"
#define MOVING "<feed kind='gbm' start='1000'><gbm volatility='1'/></feed>"
#define PRECISE "<error sd='constant(0.001)'/>"

static OracleWorld *
pyth_world (const gchar *pyth, const gchar *feed, const gchar *reporters, const gchar *beside)
{
  g_autofree gchar *inside = g_strdup_printf ("<pyth %s/>%s%s", pyth, feed, reporters);

  return oracle_world_new ("kind='pyth'", inside, beside, 0);
}

static PnyxBlockId
canonical (OracleWorld *world)
{
  PnyxChain *chain = world->oracle->chain;

  return chain->ops->canonical (chain);
}

static gdouble
answer_price (OracleWorld *world)
{
  const PnyxAnswer *answer = oracle_world_answer (world);

  return answer == NULL ? (gdouble)NAN : (gdouble)answer->value / (gdouble)PNYX_PRICE_ONE;
}

/* ---- The chain told again ---- */

/* What the rule says of the quotes that the chain's transactions carry, block by block. */
typedef struct
{
  PnyxPythQuote quotes[64];
  gint64 votes[3 * 64];
  PnyxPythRule rule;
  gboolean slots;         /* one aggregate for each slot */
  guint64 done;           /* slot of the last + 1 */
  GArray *prices;         /* gint64: of each aggregate that is known */
  gint64 lowest, highest; /* honest votes of the last aggregate */
  guint32 honest;         /* reporters below are */
  gdouble weighted;       /* mean by inverse squared confidence, of the last aggregate */
  guint n_refused, n_unknown;
} Retold;

static void
retell_aggregate (Retold *told, guint32 n, guint64 slot)
{
  PnyxPythAggregate made = pnyx_pyth_aggregate (&told->rule, told->quotes, n, slot, told->votes);
  gdouble weights = 0, sum = 0;

  told->done = slot + 1;
  if (!made.trading)
    {
      told->n_unknown++;
      return;
    }
  g_array_append_val (told->prices, made.price);
  told->lowest = G_MAXINT64;
  told->highest = 0;
  for (guint32 i = 0; i < n; i++)
    if (pnyx_pyth_is_valid (&told->rule, &told->quotes[i], slot))
      {
        const PnyxPythQuote *quote = &told->quotes[i];
        gdouble weight = pow ((gdouble)quote->confidence, -2);

        weights += weight;
        sum += weight * (gdouble)quote->price;
        if (i >= told->honest)
          continue;
        told->lowest = MIN (told->lowest, quote->price - quote->confidence);
        told->highest = MAX (told->highest, quote->price + quote->confidence);
      }
  told->weighted = sum / weights;
}

static void
retell_block (OracleWorld *world, Retold *told, PnyxBlockId id, PnyxTime slot_length)
{
  PnyxOracle *oracle = world->oracle;
  guint64 slot = (guint64)(pnyx_block_tree_get (oracle->chain->blocks, id)->time / slot_length);
  guint32 n;
  const PnyxReceipt *receipts = pnyx_machine_receipts (oracle->machine, id, &n);

  for (guint32 i = 0; i < n; i++)
    {
      const PnyxCall *call = pnyx_machine_call (oracle->machine, receipts[i].transaction);
      PnyxAccount sender = pnyx_machine_sender (oracle->machine, receipts[i].transaction);
      guint32 from = 0;

      if (receipts[i].outcome != PNYX_OUTCOME_DONE)
        {
          told->n_refused++;
          continue;
        }
      while (oracle->reporters[from].account != sender)
        from++;
      if (told->slots && told->done <= slot)
        retell_aggregate (told, oracle->n_reporters, slot);
      g_assert_true (!told->quotes[from].trading
                     || (guint64)call->arguments[3] > told->quotes[from].slot);
      told->quotes[from] = (PnyxPythQuote){ .price = call->arguments[1],
                                            .confidence = call->arguments[2],
                                            .trading = TRUE,
                                            .slot = (guint64)call->arguments[3] };
      if (!told->slots)
        retell_aggregate (told, oracle->n_reporters, slot);
    }
}

static Retold *
retell (OracleWorld *world, PnyxPythRule rule, gboolean slots, guint32 honest)
{
  Retold *told = g_new0 (Retold, 1);
  PnyxBlockTree *blocks = world->oracle->chain->blocks;
  g_autoptr (GArray) chain = g_array_new (FALSE, FALSE, sizeof (PnyxBlockId));

  told->rule = rule;
  told->slots = slots;
  told->honest = honest;
  told->prices = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_assert_cmpuint (world->oracle->n_reporters, <=, G_N_ELEMENTS (told->quotes));
  for (PnyxBlockId id = canonical (world); pnyx_block_tree_get (blocks, id)->height > 0;
       id = pnyx_block_tree_get (blocks, id)->parent)
    g_array_append_val (chain, id);
  for (guint i = chain->len; i > 0; i--)
    retell_block (world, told, g_array_index (chain, PnyxBlockId, i - 1), 400 * PNYX_MILLISECOND);
  return told;
}

static void
retold_free (Retold *told)
{
  g_array_unref (told->prices);
  g_free (told);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Retold, retold_free)

/* How many of the chain's answers, from the newest back, are what was told, one by one. */
static guint
count_equal (OracleWorld *world, const Retold *told)
{
  const PnyxAnswer *answer = oracle_world_answer (world);
  guint equal = 0;

  for (guint i = told->prices->len; i > 0; i--)
    {
      g_assert_nonnull (answer);
      equal += answer->value == g_array_index (told->prices, gint64, i - 1) ? 1 : 0;
      answer
          = answer->previous == PNYX_NONE ? NULL : &world->oracle->answers->list[answer->previous];
    }
  g_assert_null (answer);
  return equal;
}

static void
test_each_answer_is_what_the_rule_says (void)
{
  static const struct
  {
    const gchar *attributes;
    PnyxPythRule rule;
    gboolean slots;
  } cases[] = {
    { "age='150'", { 3, 150, 20 }, FALSE },
    { "age='25' publishers-min='5' confidence-divisor='100'", { 5, 25, 100 }, FALSE },
    { "age='150' aggregate='slot'", { 3, 150, 20 }, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OracleWorld) world
          = pyth_world (cases[i].attributes, MOVING,
                        "<reporters count='6'>" PRECISE "</reporters><reporters count='5'><error "
                        "sd='constant(0.02)'/></reporters>",
                        "");
      g_autoptr (Retold) told = NULL, otherwise = NULL;
      PnyxPythRule other = cases[i].rule;

      test_world_run (world->world, 3600);
      told = retell (world, cases[i].rule, cases[i].slots, 0);
      g_test_message ("%s: %u answers, %u unknown", cases[i].attributes, told->prices->len,
                      told->n_unknown);
      g_assert_cmpuint (told->prices->len, >, 100);
      g_assert_cmpuint (count_equal (world, told), ==, told->prices->len);
      /* Another rule would be noticed. */
      other.confidence_divisor = cases[i].rule.confidence_divisor == 100 ? 20 : 100;
      other.publishers_min = 1;
      otherwise = retell (world, other, cases[i].slots, 0);
      if (otherwise->prices->len == told->prices->len)
        g_assert_cmpuint (count_equal (world, otherwise), <, told->prices->len);
    }
}

static void
test_times_are_those_of_the_quote_in_the_middle (void)
{
  g_autoptr (OracleWorld) world
      = pyth_world ("age='150'", STILL,
                    "<reporters kind='ai' count='7' latency='constant(100 ms)'>"
                    "<ai inference='constant(2 s)' inference-cost='0.5 $'/></reporters>",
                    "");
  const PnyxAnswer *answer;

  test_world_run (world->world, 1200);
  answer = oracle_world_answer (world);
  g_assert_nonnull (answer);
  g_assert_cmpint (answer->begun, ==, answer->observed);
  g_assert_cmpint (answer->inferred - answer->observed, >=, 2100 * PNYX_MILLISECOND);
  g_assert_cmpint (answer->inferred, ==, answer->agreed);
  g_assert_cmpint (answer->agreed, <, answer->updated);
  g_assert_cmpuint (world->oracle->n_inferences, >=, 7 * 119);
  g_assert_cmpfloat (
      fabs (world->oracle->inference_cost - 0.5 * (gdouble)world->oracle->n_inferences), <, 1e-6);
}

/* ---- Collusion ---- */

/* A minority with confidences as tight as can be has no more than its votes: the answer stays
 * between honest ones, while a mean weighted by confidence is theirs; a majority captures both. */
static void
test_tight_confidences_are_no_votes (void)
{
  static const struct
  {
    guint liars;
    gboolean captured;
  } cases[] = { { 1, FALSE }, { 15, FALSE }, { 16, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *reporters = g_strdup_printf (
          "<reporters count='%u'>" PRECISE "</reporters><reporters kind='colluding' count='%u'>"
          "<colluding bias='0.1' confidence='0.0000001'/></reporters>",
          31 - cases[i].liars, cases[i].liars);
      g_autoptr (OracleWorld) world = pyth_world ("age='300'", STILL, reporters, "");
      g_autoptr (Retold) told = NULL;
      gdouble price, biased = 1000 * exp (0.1);

      test_world_run (world->world, 1800);
      told = retell (world, (PnyxPythRule){ 3, 300, 20 }, FALSE, 31 - cases[i].liars);
      price = answer_price (world);
      g_test_message ("%u liars: %.3f, honest votes %.3f to %.3f, weighted mean %.3f",
                      cases[i].liars, price, (gdouble)told->lowest / 1e8,
                      (gdouble)told->highest / 1e8, told->weighted / 1e8);
      g_assert_cmpfloat (fabs (told->weighted / 1e8 - biased), <, 1);
      if (cases[i].captured)
        g_assert_cmpfloat (fabs (price - biased), <, 0.01);
      else
        {
          g_assert_cmpfloat (price, >=, (gdouble)told->lowest / 1e8);
          g_assert_cmpfloat (price, <=, (gdouble)told->highest / 1e8);
        }
    }
}

/* ---- What goes wrong ---- */

static gdouble
age (OracleWorld *world, PnyxOracleReader reader)
{
  const PnyxAnswer *answer = pnyx_oracle_answer (world->oracle, canonical (world), reader);

  g_assert_nonnull (answer);
  return pnyx_time_to_seconds (pnyx_world_now (world->world->world) - answer->observed);
}

static gint64
confidence (OracleWorld *world)
{
  pnyx_machine_view (world->oracle->machine, canonical (world));
  return pnyx_machine_get (world->oracle->machine, world->oracle->cells);
}

/* With fewer valid quotes than it takes, the aggregate is unknown and the old answer stays. */
static void
test_too_much_silence_leaves_the_old_answer (void)
{
  static const gchar *const loud[] = { "3", "2" };

  for (guint i = 0; i < 2; i++)
    {
      g_autofree gchar *reporters
          = g_strdup_printf ("<reporters count='%s'/><reporters kind='silent' count='8'>"
                             "<silent from='30 min'/></reporters>",
                             loud[i]);
      g_autoptr (OracleWorld) world = pyth_world ("age='300'", STILL, reporters, "");

      test_world_run (world->world, 1790);
      g_assert_cmpfloat (age (world, PNYX_READ_HEAD), <, 120);
      g_assert_cmpint (confidence (world), >, 0);
      test_world_run (world->world, 3600);
      g_test_message ("%s publishers left: %.0f s old", loud[i], age (world, PNYX_READ_HEAD));
      if (i == 0)
        g_assert_cmpfloat (age (world, PNYX_READ_HEAD), <, 120);
      else
        {
          g_assert_cmpfloat (age (world, PNYX_READ_HEAD), >, 1600);
          g_assert_cmpint (confidence (world), ==, 0);
          g_assert_cmpfloat (fabs (answer_price (world) - 1000), <, 20);
        }
    }
}

/* Publishers whose transactions do not reach the chain's miners drop out: with 24 of 31 needed,
 * neither side of a cut has an answer until it is healed. */
static void
test_a_partition_parts_the_publishers (void)
{
  g_autoptr (OracleWorld) world = pyth_world (
      "age='300' publishers-min='24'", STILL, "<reporters count='31'/>",
      "<events><partition at='20 min' until='50 min' share='0.5' cut='drop'/></events>");
  g_autoptr (OracleWorld) null
      = pyth_world ("age='300' publishers-min='24'", STILL, "<reporters count='31'/>", "");
  gdouble cut;

  test_world_run (null->world, 2990);
  test_world_run (world->world, 2990);
  cut = age (world, PNYX_READ_HEAD);
  g_test_message ("cut: %.0f s old, whole: %.0f s", cut, age (null, PNYX_READ_HEAD));
  g_assert_cmpfloat (age (null, PNYX_READ_HEAD), <, 120);
  g_assert_cmpfloat (cut, >, 1600);
  test_world_run (world->world, 4200);
  g_assert_cmpfloat (age (world, PNYX_READ_HEAD), <, 120);
}

/* Blocks without room for all: quotes come late, then too late. */
static void
test_gas_that_is_scarce_makes_quotes_stale (void)
{
  static const gchar *const limits[] = { "30000000", "250000" };
  gdouble unknown[2];

  for (guint i = 0; i < 2; i++)
    {
      g_autofree gchar *inside = g_strdup_printf ("<pyth age='150' publishers-min='6'/>" STILL
                                                  "<reporters count='11'/>");
      g_autofree gchar *body = g_strdup_printf (
          "<run duration='1 h'/><network nodes='40'><topology kind='random-regular' degree='4'/>"
          "</network><chain kind='nakamoto' id='main'><execution gas-limit='%s'/>"
          "<nakamoto interval='exponential(12 s)' block-size='constant(1000 B)'/></chain>"
          "<oracle kind='pyth'>%s</oracle>",
          limits[i], inside);
      g_autoptr (OracleWorld) world = g_new0 (OracleWorld, 1);
      g_autoptr (Retold) told = NULL;

      world->model = test_model (body);
      world->world = test_world_new (world->model, 0);
      world->oracle = world->world->oracles.oracles[0];
      test_world_run (world->world, 3600);
      told = retell (world, (PnyxPythRule){ 6, 150, 20 }, FALSE, 0);
      unknown[i] = told->n_unknown / (gdouble)(told->n_unknown + told->prices->len);
      g_test_message ("gas limit %s: %u answers, %.2f of aggregates unknown, %u refused", limits[i],
                      told->prices->len, unknown[i], told->n_refused);
    }
  g_assert_cmpfloat (unknown[0], <, 0.1);
  g_assert_cmpfloat (unknown[1], >, 0.5);
}

/* Half of the validators are down: finality stalls, and who reads final answers reads old ones. */
static void
test_stalled_finality_freezes_final_answers (void)
{
  g_autofree gchar *body = g_strdup (
      "<run duration='1 h'/><network nodes='30'><topology kind='random-regular' degree='4'/>"
      "</network><chain kind='gasper'><validators count='128'/><gasper slots-per-epoch='8'/>"
      "</chain><oracle kind='pyth'><pyth age='150'/><feed/><reporters count='10'/></oracle>"
      "<events><outage at='20 min' until='60 min' share='0.45'/></events>");
  g_autoptr (OracleWorld) world = g_new0 (OracleWorld, 1);

  world->model = test_model (body);
  world->world = test_world_new (world->model, 0);
  world->oracle = world->world->oracles.oracles[0];
  test_world_run (world->world, 3000);
  g_assert_cmpfloat (age (world, PNYX_READ_HEAD), <, 300);
  g_assert_cmpfloat (age (world, PNYX_READ_FINALIZED), >, 1700);
}

/* What a run says with metrics and without. */
static void
test_metrics_change_nothing (void)
{
  g_autofree gchar *body
      = oracle_world_text ("kind='pyth'", "<pyth age='150'/><feed/><reporters count='7'/>", "");
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxRunResult) bare = pnyx_simulate (model, 0, 0, FALSE, &error);
  g_autoptr (PnyxRunResult) with = pnyx_simulate (model, 0, 0, TRUE, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (bare->digest, ==, with->digest);
  g_assert_cmpuint (bare->events, ==, with->events);
}

static void
test_what_is_refused (void)
{
  g_autofree gchar *few = oracle_world_text (
      "kind='pyth'", "<pyth publishers-min='5'/><feed/><reporters count='4'/>", "");
  g_autofree gchar *none = oracle_world_text ("kind='pyth'", "<feed/><reporters count='0'/>", "");
  g_autofree gchar *classes
      = oracle_world_text ("kind='pyth'", "<feed kind='categorical'/><reporters count='4'/>", "");
  g_autofree gchar *a = test_refusal (few, PNYX_ERROR_RANGE);
  g_autofree gchar *b = test_refusal (none, PNYX_ERROR_RANGE);
  g_autofree gchar *c = test_refusal (classes, PNYX_ERROR_CONFLICT);

  g_assert_nonnull (
      strstr (a, "publishers-min is 5 (expected at most 4: there are no more reporters)"));
  g_assert_nonnull (strstr (b, "pyth has 0 reporters (expected at least 1)"));
  g_assert_nonnull (strstr (c, "pyth cannot tell what a feed of kind categorical is about"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/pyth/each-answer-is-what-the-rule-says",
                   test_each_answer_is_what_the_rule_says);
  g_test_add_func ("/oracle/pyth/times-are-those-of-the-quote-in-the-middle",
                   test_times_are_those_of_the_quote_in_the_middle);
  g_test_add_func ("/oracle/pyth/tight-confidences-are-no-votes",
                   test_tight_confidences_are_no_votes);
  g_test_add_func ("/oracle/pyth/too-much-silence-leaves-the-old-answer",
                   test_too_much_silence_leaves_the_old_answer);
  g_test_add_func ("/oracle/pyth/a-partition-parts-the-publishers",
                   test_a_partition_parts_the_publishers);
  g_test_add_func ("/oracle/pyth/gas-that-is-scarce-makes-quotes-stale",
                   test_gas_that_is_scarce_makes_quotes_stale);
  g_test_add_func ("/oracle/pyth/stalled-finality-freezes-final-answers",
                   test_stalled_finality_freezes_final_answers);
  g_test_add_func ("/oracle/pyth/metrics-change-nothing", test_metrics_change_nothing);
  g_test_add_func ("/oracle/pyth/what-is-refused", test_what_is_refused);
  return g_test_run ();
}
