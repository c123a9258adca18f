/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/oracle.h"

#include <math.h>
#include <string.h>

#include "batch/simulation.h"
#include "oracle/commit_rule.h"
#include "support/oracle_world.h"

#define STILL "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed>"
#define MOVING "<feed kind='gbm' start='1000'><gbm volatility='1'/></feed>"
#define PRECISE "<error sd='constant(0.001)'/>"
#define HONEST(count) "<reporters count='" count "'>" PRECISE "</reporters>"
#define CASH ((PnyxAmount)1000000 * PNYX_AMOUNT_ONE) /* that each reporter begins with */
#define DOLLARS(amount) ((gdouble)(amount) / (gdouble)PNYX_AMOUNT_ONE)

/* Gas is free, so that money moves by the mechanism alone. */
static OracleWorld *
commit_world_on (const gchar *chain, const gchar *commit, const gchar *inside, const gchar *beside)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='1 h'/><network nodes='40'><topology kind='random-regular' degree='4'/>"
      "</network>%s<oracle kind='commit-reveal'><commit-reveal %s/>%s</oracle>%s",
      chain, commit, inside, beside);
  OracleWorld *world = g_new0 (OracleWorld, 1);

  world->model = test_model (body);
  world->world = test_world_new (world->model, 0);
  world->oracle = world->world->oracles.oracles[0];
  return world;
}

static OracleWorld *
commit_world (const gchar *commit, const gchar *inside, const gchar *beside)
{
  return commit_world_on ("<chain kind='nakamoto' id='main'><execution gas-price='0'/><nakamoto "
                          "interval='exponential(6 s)' block-size='constant(1000 B)'/></chain>",
                          commit, inside, beside);
}

static PnyxBlockId
canonical (OracleWorld *world)
{
  PnyxChain *chain = world->oracle->chain;

  return chain->ops->canonical (chain);
}

static void
assert_audited (OracleWorld *world)
{
  g_autofree gchar *fault = NULL;

  pnyx_machine_view (world->oracle->machine, canonical (world));
  fault = pnyx_machine_audit (world->oracle->machine);
  g_assert_cmpstr (fault, ==, NULL);
}

/* What @number owns, its stake included. */
static PnyxAmount
wealth (OracleWorld *world, guint32 number)
{
  PnyxOracle *oracle = world->oracle;
  PnyxAmount staked = pnyx_oracle_staked (oracle, number, canonical (world));

  return staked
         + pnyx_machine_balance (oracle->machine, oracle->reporters[number].account, PNYX_CASH);
}

/* Mean gain ($) of the reporters from @first to before @end. */
static gdouble
mean_gain (OracleWorld *world, guint32 first, guint32 end)
{
  PnyxAmount sum = 0;

  for (guint32 i = first; i < end; i++)
    sum += wealth (world, i) - CASH;
  return DOLLARS (sum) / (end - first);
}

static guint
count_answers (OracleWorld *world)
{
  const PnyxAnswer *answer = oracle_world_answer (world);
  guint n = 0;

  for (; answer != NULL; n++)
    answer = answer->previous == PNYX_NONE ? NULL : &world->oracle->answers->list[answer->previous];
  return n;
}

static void
test_each_round_has_its_answer (void)
{
  g_autoptr (OracleWorld) world = commit_world ("", MOVING HONEST ("7"), "");
  const PnyxAnswer *answer;

  test_world_run (world->world, 3600 - 1);
  g_assert_cmpuint (count_answers (world), ==, 30);
  for (answer = oracle_world_answer (world); answer->previous != PNYX_NONE;
       answer = &world->oracle->answers->list[answer->previous])
    {
      gdouble truth = (gdouble)pnyx_oracle_truth (world->oracle, answer->observed);

      g_assert_cmpfloat (fabs ((gdouble)answer->value / truth - 1), <, 0.003);
      g_assert_cmpint (answer->begun, ==, (PnyxTime)answer->round * 120 * PNYX_SECOND);
      g_assert_cmpint (answer->observed, ==, answer->begun); /* all look when a round begins */
      g_assert_cmpint (answer->inferred, >, answer->observed);
      g_assert_cmpint (answer->agreed, >=, answer->begun + 96 * PNYX_SECOND);
      g_assert_cmpint (answer->updated, >, answer->agreed);
      g_assert_cmpuint (world->oracle->answers->list[answer->previous].round, ==,
                        answer->round - 1);
    }
  assert_audited (world);
}

/* ---- The chain told again ---- */

#define VOTERS_MAX 16

/* Wealth by the rule, of the commitments and votes that the chain's transactions carry. */
typedef struct
{
  PnyxCommitRule rule;
  guint64 reward;
  PnyxSecretVote votes[2][VOTERS_MAX]; /* of even and odd rounds */
  guint64 staked[VOTERS_MAX];
  gint64 gained[VOTERS_MAX];
  gint64 moved[VOTERS_MAX]; /* the same as the contract has put it on record */
  guint n_rounds, n_silent, n_far, n_reverted;
  guint n_wrong; /* settlements that the contract did otherwise */
} Retold;

static void
retell_settled (Retold *told, guint32 n, const PnyxRecord *record)
{
  PnyxSecretVote *votes = told->votes[record->values[0] % 2];
  guint32 order[VOTERS_MAX];
  gint64 shifts[VOTERS_MAX];
  PnyxCommitOutcome outcome;

  for (guint32 i = 0; i < n; i++)
    votes[i].stake = MIN (told->staked[i], 1000 * (guint64)PNYX_AMOUNT_ONE);
  outcome = pnyx_commit_settle (&told->rule, votes, n, order, shifts);
  told->n_wrong += record->values[1] != (outcome.decided ? outcome.value + 1 : 0)
                           || record->values[2] != (gint64)outcome.slashed
                           || record->values[3] != (gint64)outcome.coherent
                       ? 1
                       : 0;
  for (guint32 i = 0; i < n; i++)
    {
      PnyxSecretVote *vote = &votes[i];
      gboolean coherent = outcome.decided && vote->revealed
                          && pnyx_commit_is_coherent (&told->rule, vote->value, outcome.value);

      told->gained[i] += shifts[i] + (coherent ? (gint64)told->reward : 0);
      if (shifts[i] < 0)
        told->staked[i] -= (guint64)-shifts[i];
      told->n_silent += vote->committed && !vote->revealed ? 1 : 0;
      told->n_far += vote->revealed && !coherent ? 1 : 0;
      *vote = (PnyxSecretVote){ 0 };
    }
  told->n_rounds++;
}

static void
retell_block (OracleWorld *world, Retold *told, PnyxBlockId id)
{
  PnyxOracle *oracle = world->oracle;
  guint64 round
      = (guint64)(pnyx_block_tree_get (oracle->chain->blocks, id)->time / (120 * PNYX_SECOND));
  guint32 n, n_records, next = 0;
  const PnyxRecord *records = pnyx_machine_records (oracle->machine, id, &n_records);
  const PnyxReceipt *receipts = pnyx_machine_receipts (oracle->machine, id, &n);

  for (guint32 i = 0; i < n_records; i++)
    if (records[i].kind == PNYX_RECORD_MOVED)
      told->moved[records[i].values[1]] += records[i].values[2];
  for (guint32 i = 0; i < n; i++)
    {
      const PnyxCall *call = pnyx_machine_call (oracle->machine, receipts[i].transaction);
      PnyxSecretVote *vote = &told->votes[round % 2][call->arguments[0] % VOTERS_MAX];

      if (receipts[i].outcome != PNYX_OUTCOME_DONE)
        {
          told->n_reverted++;
          continue;
        }
      if (call->method == 0)
        {
          vote->committed = TRUE;
          told->staked[call->arguments[0]] = 1000 * (guint64)PNYX_AMOUNT_ONE;
        }
      else if (call->method == 1)
        {
          vote->revealed = TRUE;
          vote->value = call->arguments[2];
        }
      else
        {
          while (next < n_records && records[next].kind != PNYX_RECORD_SETTLED)
            next++;
          g_assert_cmpuint (next, <, n_records);
          retell_settled (told, oracle->n_reporters, &records[next++]);
        }
    }
}

static Retold *
retell (OracleWorld *world, PnyxCommitRule rule, guint64 reward)
{
  Retold *told = g_new0 (Retold, 1);
  PnyxBlockTree *blocks = world->oracle->chain->blocks;
  g_autoptr (GArray) chain = g_array_new (FALSE, FALSE, sizeof (PnyxBlockId));

  told->rule = rule;
  told->reward = reward;
  g_assert_cmpuint (world->oracle->n_reporters, <=, VOTERS_MAX);
  for (PnyxBlockId id = canonical (world); pnyx_block_tree_get (blocks, id)->height > 0;
       id = pnyx_block_tree_get (blocks, id)->parent)
    g_array_append_val (chain, id);
  for (guint i = chain->len; i > 0; i--)
    retell_block (world, told, g_array_index (chain, PnyxBlockId, i - 1));
  return told;
}

/* Liars, reporters whose nodes go down between commitment and reveal, rewards while the fund lasts:
 * everybody ends with what the rule says, to the micro-unit. */
static void
test_wealth_is_what_the_rule_says (void)
{
  g_autoptr (OracleWorld) world = commit_world (
      "reward='2.5 $' fund='100000 $' slash='0.2' tolerance='0.003'",
      STILL "<reporters count='8'><error sd='constant(0.002)'/></reporters>"
            "<reporters kind='colluding' count='2'><colluding duty='0.5'/></reporters>"
            "<reporters kind='silent' count='1'><silent from='30 min'/></reporters>",
      "<events><outage at='1240 s' until='1330 s' share='0.4'/></events>");
  PnyxCommitRule rule = { .band_ppb = 3000000, .slash_ppb = 200000000 };
  PnyxCommitRule other = { .band_ppb = 4000000, .slash_ppb = 200000000 };
  g_autofree Retold *told = NULL, *otherwise = NULL;
  guint differ = 0;

  test_world_run (world->world, 3600 - 1);
  told = retell (world, rule, 2500000);
  g_test_message ("%u rounds, %u silent, %u far off, %u reverted", told->n_rounds, told->n_silent,
                  told->n_far, told->n_reverted);
  g_assert_cmpuint (told->n_rounds, ==, 30);
  g_assert_cmpuint (told->n_silent, >, 0);
  g_assert_cmpuint (told->n_far, >, 20);
  g_assert_cmpuint (told->n_wrong, ==, 0);
  for (guint32 i = 0; i < world->oracle->n_reporters; i++)
    {
      g_assert_cmpint (wealth (world, i) - CASH, ==, told->gained[i]);
      g_assert_cmpint (told->moved[i], ==, told->gained[i]);
    }
  g_assert_cmpfloat (mean_gain (world, 0, 8), >, 0);
  g_assert_cmpfloat (mean_gain (world, 8, 10), <, -1000);
  assert_audited (world);
  /* With another tolerance it would have been otherwise, and this would see it. */
  otherwise = retell (world, other, 2500000);
  for (guint32 i = 0; i < world->oracle->n_reporters; i++)
    differ += wealth (world, i) - CASH != otherwise->gained[i] ? 1 : 0;
  g_assert_cmpuint (otherwise->n_wrong, >, 0);
  g_assert_cmpuint (differ, >, 0);
}

/* A fund for 100 rewards pays 100. */
static void
test_rewards_end_with_the_fund (void)
{
  g_autoptr (OracleWorld) world
      = commit_world ("reward='3 $' fund='301 $'", STILL HONEST ("7"), "");

  test_world_run (world->world, 3600);
  g_assert_cmpfloat (fabs (7 * mean_gain (world, 0, 7) - 300), <, 1e-9);
  assert_audited (world);
}

static void
test_classes_are_told_by_the_most (void)
{
  g_autoptr (OracleWorld) world
      = commit_world ("slash='0.1'",
                      "<feed kind='categorical'><categorical classes='4' interval='10 min'/></feed>"
                      "<reporters count='6'><error sd='constant(0.2)'/></reporters>"
                      "<reporters kind='colluding' count='4'><colluding bias='1'/></reporters>"
                      "<reporters kind='colluding' count='3'><colluding bias='3'/></reporters>"
                      "<filter kind='plurality'/>",
                      "");
  PnyxCommitRule rule = { .slash_ppb = 100000000, .plurality = TRUE };
  PnyxCommitRule median = { .slash_ppb = 100000000 };
  g_autofree Retold *told = NULL, *otherwise = NULL;

  test_world_run (world->world, 3600 - 1);
  told = retell (world, rule, 0);
  otherwise = retell (world, median, 0);
  g_assert_cmpuint (told->n_rounds, ==, 30);
  g_assert_cmpuint (told->n_wrong, ==, 0);
  g_assert_cmpuint (otherwise->n_wrong, >, 0); /* six of thirteen are no median */
  g_assert_cmpuint (count_answers (world), ==, 30);
  for (const PnyxAnswer *answer = oracle_world_answer (world); answer->previous != PNYX_NONE;
       answer = &world->oracle->answers->list[answer->previous])
    g_assert_cmpint (answer->value, ==, pnyx_oracle_truth (world->oracle, answer->observed));
  g_assert_cmpfloat (mean_gain (world, 0, 6), >, 0);
  g_assert_cmpfloat (mean_gain (world, 6, 13), <, -2900); /* 100 $ in each round */
  assert_audited (world);
}

/* ---- Copying ---- */

/* Who sends the hash of another cannot open it and pays as the silent do; without the binding it
 * opens what the other has opened before, and earns for nothing. */
static void
test_who_copies_cannot_open (void)
{
  static const gchar *const bindings[] = { "reward='20 $' fund='100000 $' binding='true'",
                                           "reward='20 $' fund='100000 $' binding='false'" };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (OracleWorld) world
          = commit_world (bindings[i],
                          STILL HONEST ("9") "<reporters kind='copying' count='2'/>"
                                             "<reporters kind='colluding' count='1'/>",
                          "");

      test_world_run (world->world, 3600);
      g_test_message ("%s: honest %.2f $, copying %.2f $", bindings[i], mean_gain (world, 0, 9),
                      mean_gain (world, 9, 11));
      g_assert_cmpfloat (mean_gain (world, 0, 9), >, 200);
      if (i == 0)
        g_assert_cmpfloat (mean_gain (world, 9, 11), <, -2000);
      else
        g_assert_cmpfloat (mean_gain (world, 9, 11), >, 150);
      assert_audited (world);
    }
}

/* ---- What the contract refuses ---- */

static PnyxOutcome
attempt (OracleWorld *world, guint32 sender, guint32 method, gint64 first, gint64 second)
{
  PnyxOracle *oracle = world->oracle;
  PnyxCall call = { .contract = oracle->contract, .method = method };

  call.arguments[0] = first;
  call.arguments[1] = second;
  pnyx_machine_view (oracle->machine, canonical (world));
  return pnyx_machine_try (oracle->machine, oracle->reporters[sender].account, &call, 5000000,
                           NULL);
}

static void
test_phases_and_sets_of_votes_are_kept_to (void)
{
  g_autoptr (OracleWorld) world
      = commit_world_on ("<chain kind='gasper'><execution gas-price='0'/><validators count='128'/>"
                         "<gasper slots-per-epoch='8'/></chain>",
                         "", STILL HONEST ("5"), "");

  test_world_run (world->world, 600.05); /* round 5 has begun: nobody has committed to it */
  g_assert_cmpint (attempt (world, 0, 0, 0, 0), ==, PNYX_OUTCOME_DONE);
  g_assert_cmpint (attempt (world, 0, 0, 1, 0), ==, PNYX_OUTCOME_REVERTED); /* for another */
  g_assert_cmpint (attempt (world, 0, 0, 5, 0), ==, PNYX_OUTCOME_REVERTED); /* for nobody */
  g_assert_cmpint (attempt (world, 0, 0, 0, 9999), ==, PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (attempt (world, 0, 1, 0, 25), ==, PNYX_OUTCOME_REVERTED); /* too early to open */
  g_assert_cmpint (attempt (world, 0, 7, 0, 0), ==, PNYX_OUTCOME_REVERTED);
  test_world_run (world->world, 640);
  g_assert_cmpint (attempt (world, 0, 0, 0, 0), ==, PNYX_OUTCOME_REVERTED); /* a second time */
  test_world_run (world->world, 650);
  g_assert_cmpint (attempt (world, 0, 0, 0, 0), ==, PNYX_OUTCOME_REVERTED);  /* too late */
  g_assert_cmpint (attempt (world, 0, 1, 0, 25), ==, PNYX_OUTCOME_REVERTED); /* wrong salt */
  g_assert_cmpint (attempt (world, 0, 2, 5, 4), ==, PNYX_OUTCOME_REVERTED);  /* not over yet */
  test_world_run (world->world, 700); /* over; the first has sent its settlement */
  g_assert_cmpint (attempt (world, 0, 2, 5, 5), ==, PNYX_OUTCOME_DONE);
  g_assert_cmpint (attempt (world, 0, 2, 5, 4), ==, PNYX_OUTCOME_REVERTED); /* of other votes */
  g_assert_cmpint (attempt (world, 0, 2, 4, 4), ==, PNYX_OUTCOME_REVERTED); /* settled */
  g_assert_cmpint (attempt (world, 0, 2, -1, 4), ==, PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (attempt (world, 0, 2, 5, 99), ==, PNYX_OUTCOME_REVERTED);
  test_world_run (world->world, 719);
  g_assert_cmpint (attempt (world, 0, 2, 5, 5), ==, PNYX_OUTCOME_REVERTED); /* settled */
}

/* Without money for the stake nobody votes, and nobody else is kept from it. */
static void
test_who_cannot_pay_the_stake_does_not_vote (void)
{
  g_autoptr (OracleWorld) world = commit_world (
      "", STILL HONEST ("5") "<reporters kind='colluding' count='6' cash='999 $'/>", "");
  g_autofree Retold *told = NULL;

  test_world_run (world->world, 3600 - 1);
  told = retell (world, (PnyxCommitRule){ .band_ppb = 10000000, .slash_ppb = 100000000 }, 0);
  g_assert_cmpuint (count_answers (world), ==, 30);
  g_assert_cmpuint (told->n_far, ==, 0); /* six liars of eleven would have won */
  g_assert_cmpuint (told->n_reverted, ==, 6 * 30);
  for (guint32 i = 5; i < 11; i++)
    g_assert_cmpint (wealth (world, i), ==, 999 * PNYX_AMOUNT_ONE);
}

/* ---- What goes wrong ---- */

/* Those who are cut off lose their stakes without having done anything wrong. */
static void
test_a_partition_slashes_the_honest (void)
{
  g_autoptr (OracleWorld) world = commit_world (
      "", STILL HONEST ("13"),
      "<events><partition at='1240 s' until='1315 s' share='0.4' cut='drop'/></events>");
  g_autoptr (OracleWorld) null = commit_world ("", STILL HONEST ("13"), "");
  PnyxCommitRule rule = { .band_ppb = 10000000, .slash_ppb = 100000000 };
  g_autofree Retold *told = NULL, *calm = NULL;

  test_world_run (null->world, 3600 - 1);
  calm = retell (null, rule, 0);
  test_world_run (world->world, 3600 - 1);
  told = retell (world, rule, 0);
  g_test_message ("cut: %u silent, %u reverted; whole: %u, %u", told->n_silent, told->n_reverted,
                  calm->n_silent, calm->n_reverted);
  g_assert_cmpuint (calm->n_silent, ==, 0);
  g_assert_cmpuint (told->n_silent, >, 0);
  g_assert_cmpuint (told->n_wrong, ==, 0);
  for (guint32 i = 0; i < world->oracle->n_reporters; i++)
    g_assert_cmpint (wealth (world, i) - CASH, ==, told->gained[i]);
  assert_audited (world);
}

/* The share of votes that are opened too late grows as blocks become rare. */
static void
test_slow_blocks_leave_votes_unopened (void)
{
  g_autoptr (OracleWorld) world
      = commit_world_on ("<chain kind='nakamoto' id='main'><execution gas-price='0'/><nakamoto "
                         "interval='exponential(40 s)' block-size='constant(1000 B)'/></chain>",
                         "", STILL HONEST ("7"), "");
  g_autofree Retold *told = NULL;

  test_world_run (world->world, 3600 - 1);
  told = retell (world, (PnyxCommitRule){ .band_ppb = 10000000, .slash_ppb = 100000000 }, 0);
  g_test_message ("%u rounds, %u silent", told->n_rounds, told->n_silent);
  g_assert_cmpuint (count_answers (world), <, 25);
  g_assert_cmpuint (told->n_silent, >, 7);
  assert_audited (world);
}

/* Blocks that have no room for a settlement: stakes lie, no answer ever comes. */
static void
test_without_gas_nothing_is_settled (void)
{
  g_autoptr (OracleWorld) world = commit_world_on (
      "<chain kind='nakamoto' id='main'><execution gas-price='0' gas-limit='500000'/><nakamoto "
      "interval='exponential(6 s)' block-size='constant(1000 B)'/></chain>",
      "", STILL HONEST ("7"), "");

  test_world_run (world->world, 3600);
  g_assert_cmpuint (count_answers (world), ==, 0);
  g_assert_cmpint (pnyx_oracle_staked (world->oracle, 0, canonical (world)), ==,
                   1000 * PNYX_AMOUNT_ONE);
  assert_audited (world);
}

/* What takes longer to infer than there is time to commit is never heard of. */
static void
test_inference_must_end_in_time (void)
{
  static const gchar *const times[] = { "20 s", "60 s" };

  for (guint i = 0; i < 2; i++)
    {
      g_autofree gchar *inside = g_strdup_printf (
          STILL "<reporters kind='ai' count='5' latency='constant(100 ms)'>"
                "<ai inference='constant(%s)' inference-cost='0.5 $'/></reporters>",
          times[i]);
      g_autoptr (OracleWorld) world = commit_world ("", inside, "");

      test_world_run (world->world, 1290);
      if (i == 0)
        g_assert_cmpuint (count_answers (world), >=, 8);
      else
        g_assert_cmpuint (count_answers (world), ==, 0);
      g_assert_cmpuint (world->oracle->n_inferences, ==, 55);
      if (i == 0)
        g_assert_cmpint (oracle_world_answer (world)->inferred
                             - oracle_world_answer (world)->observed,
                         >=, 20 * PNYX_SECOND);
    }
}

/* Of the newest block that any node has: there are nodes that are down. */
static gdouble
age (OracleWorld *world, PnyxOracleReader reader)
{
  const PnyxChain *chain = world->oracle->chain;
  const PnyxAnswer *answer;
  PnyxBlockId newest = chain->head[0];

  for (guint32 i = 1; i < 40; i++)
    if (pnyx_block_tree_get (chain->blocks, chain->head[i])->height
        > pnyx_block_tree_get (chain->blocks, newest)->height)
      newest = chain->head[i];
  answer = pnyx_oracle_answer (world->oracle, newest, reader);
  g_assert_nonnull (answer);
  return pnyx_time_to_seconds (pnyx_world_now (world->world->world) - answer->observed);
}

static void
test_stalled_finality_freezes_final_answers (void)
{
  g_autoptr (OracleWorld) world = commit_world_on (
      "<chain kind='gasper'><validators count='128'/><gasper slots-per-epoch='8'/></chain>", "",
      STILL HONEST ("10"), "<events><outage at='20 min' until='60 min' share='0.45'/></events>");

  g_assert_cmpuint (pnyx_network_nodes (world->oracle->network)->n, ==, 40);
  test_world_run (world->world, 3000);
  g_assert_cmpfloat (age (world, PNYX_READ_HEAD), <, 600);
  g_assert_cmpfloat (age (world, PNYX_READ_FINALIZED), >, 1700);
}

/* What a run says with metrics and without. */
static void
test_metrics_change_nothing (void)
{
  g_autofree gchar *body
      = oracle_world_text ("kind='commit-reveal'",
                           "<feed/><reporters count='7'/><reporters kind='bribed' "
                           "count='6'/><estimator kind='reputation'/>",
                           "");
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
  g_autofree gchar *few
      = oracle_world_text ("kind='commit-reveal'", "<feed/><reporters count='2'/>", "");
  g_autofree gchar *times = oracle_world_text (
      "kind='commit-reveal'",
      "<commit-reveal interval='1 min' commit='31 s' reveal='30 s'/><feed/><reporters count='4'/>",
      "");
  g_autofree gchar *a = test_refusal (few, PNYX_ERROR_RANGE);
  g_autofree gchar *b = test_refusal (times, PNYX_ERROR_CONFLICT);

  g_assert_nonnull (strstr (a, "commit-reveal has 2 reporters (expected at least 3)"));
  g_assert_nonnull (strstr (b, "expected interval at least commit plus reveal"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/oracle/commit-reveal/" path, function)
  ADD ("each-round-has-its-answer", test_each_round_has_its_answer);
  ADD ("wealth-is-what-the-rule-says", test_wealth_is_what_the_rule_says);
  ADD ("rewards-end-with-the-fund", test_rewards_end_with_the_fund);
  ADD ("classes-are-told-by-the-most", test_classes_are_told_by_the_most);
  ADD ("who-copies-cannot-open", test_who_copies_cannot_open);
  ADD ("phases-and-sets-of-votes-are-kept-to", test_phases_and_sets_of_votes_are_kept_to);
  ADD ("who-cannot-pay-the-stake-does-not-vote", test_who_cannot_pay_the_stake_does_not_vote);
  ADD ("a-partition-slashes-the-honest", test_a_partition_slashes_the_honest);
  ADD ("slow-blocks-leave-votes-unopened", test_slow_blocks_leave_votes_unopened);
  ADD ("without-gas-nothing-is-settled", test_without_gas_nothing_is_settled);
  ADD ("inference-must-end-in-time", test_inference_must_end_in_time);
  ADD ("stalled-finality-freezes-final-answers", test_stalled_finality_freezes_final_answers);
  ADD ("metrics-change-nothing", test_metrics_change_nothing);
  ADD ("what-is-refused", test_what_is_refused);
  return g_test_run ();
}
