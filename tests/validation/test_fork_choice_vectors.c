/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The naive reference of Gasper's fork choice against the executable specification: the official
 * fork-choice scenarios and random worlds, recorded by tests/data/gasper/generate.py. After each
 * event head, boost, the four checkpoints, and the weight of every block since the justified one
 * are compared. tests/data/gasper/README.md describes the lines.
 */
#include <string.h>

#include "support/naive_gasper.h"

#define N_CHECKPOINTS 4
#define N_BENT 40 /* scenarios that are played with a bent rule */

/* How the rules are bent, to see that the vectors notice. */
typedef enum
{
  BENT_NOTHING,
  BENT_BOOST,        /* PROPOSER_SCORE_BOOST 25 */
  BENT_TIMELINESS,   /* ATTESTATION_DUE_BPS 5000 */
  BENT_HEAD_WEAK,    /* REORG_HEAD_WEIGHT_THRESHOLD 0 */
  BENT_EQUIVOCATION, /* slashings are not told to the store */
  BENT_EARLY_VOTES,  /* votes count in their own slot */
} Bent;

typedef struct
{
  Bent bent;
  guint n_scenarios, n_checks, n_weights, n_proposer_heads, n_reorgs, n_refused;
  guint n_slashings, n_head_changes, n_finalized;
  guint n_wrong; /* of what was compared */
  gchar *first;  /* where the first of these is; owned */
} Tally;

/* One scenario as it is played. */
typedef struct
{
  Tally *tally;
  const gchar *name; /* borrowed */
  guint line;
  guint64 slots_per_epoch, slot_duration_ms;
  GArray *balances;   /* PnyxStake */
  GPtrArray *votes;   /* NaiveAttestation */
  GPtrArray *members; /* guint32 arrays, owned */
  NaiveStore *store;
  gchar *block_votes; /* of the last block, as written; owned */
  NaiveRoot head, boost;
  NaiveCheckpoint checkpoints[N_CHECKPOINTS];
  GArray *weights; /* PnyxStake by root */
} Play;

static const gchar *const checkpoint_names[N_CHECKPOINTS]
    = { "justified", "finalized", "unrealized-justified", "unrealized-finalized" };

static void
wrong (Play *play, const gchar *what)
{
  Tally *tally = play->tally;

  if (tally->n_wrong++ == 0)
    tally->first = g_strdup_printf ("line %u (%s): %s", play->line, play->name, what);
}

static void
expect (Play *play, gboolean holds, const gchar *what)
{
  if (!holds)
    wrong (play, what);
}

static guint64
number (const gchar *token)
{
  gchar *end;
  guint64 value;

  g_assert_nonnull (token);
  value = g_ascii_strtoull (token, &end, 10);
  g_assert_true (end != token);
  if (g_str_equal (end, "e9"))
    return value * 1000000000;
  g_assert_cmpstr (end, ==, "");
  return value;
}

static NaiveCheckpoint
checkpoint (gchar **tokens)
{
  return (NaiveCheckpoint){ number (tokens[0]), number (tokens[1]) };
}

/* "3,17,22", "-" for nobody. */
static const guint32 *
parse_members (Play *play, const gchar *token, guint32 *n)
{
  g_auto (GStrv) words = g_strsplit (token, ",", -1);
  guint32 *members;

  *n = g_str_equal (token, "-") ? 0 : g_strv_length (words);
  members = g_new (guint32, *n + 1);
  for (guint32 i = 0; i < *n; i++)
    members[i] = (guint32)number (words[i]);
  g_ptr_array_add (play->members, members);
  return members;
}

static const NaiveAttestation *
vote_at (const Play *play, const gchar *token)
{
  guint64 i = number (token);

  g_assert_cmpuint (i, <, play->votes->len);
  return g_ptr_array_index (play->votes, i);
}

/* scenario NAME FORK SLOTS_PER_EPOCH SLOT_DURATION_MS */
static void
play_clear (Play *play)
{
  if (play->balances == NULL)
    return;
  naive_store_free (play->store);
  g_array_free (play->balances, TRUE);
  g_array_free (play->weights, TRUE);
  g_ptr_array_free (play->votes, TRUE);
  g_ptr_array_free (play->members, TRUE);
  g_free (play->block_votes);
}

static void
on_scenario (Play *play, gchar **tokens)
{
  play_clear (play);
  *play = (Play){ .tally = play->tally,
                  .name = g_intern_string (tokens[1]),
                  .line = play->line,
                  .slots_per_epoch = number (tokens[3]),
                  .slot_duration_ms = number (tokens[4]),
                  .balances = g_array_new (FALSE, FALSE, sizeof (PnyxStake)),
                  .weights = g_array_new (FALSE, TRUE, sizeof (PnyxStake)),
                  .votes = g_ptr_array_new_with_free_func (g_free),
                  .members = g_ptr_array_new_with_free_func (g_free) };
  play->tally->n_scenarios++;
}

/* validators COUNT*GWEI ... */
static void
on_validators (Play *play, gchar **tokens)
{
  for (guint i = 1; tokens[i] != NULL; i++)
    {
      g_auto (GStrv) run = g_strsplit (tokens[i], "*", 2);
      PnyxStake balance = number (run[1]);

      for (guint64 k = number (run[0]); k > 0; k--)
        g_array_append_val (play->balances, balance);
    }
}

/* anchor ROOT SLOT PREVIOUS_JUSTIFIED CURRENT_JUSTIFIED FINALIZED BITS SLASHED */
static void
on_anchor (Play *play, gchar **tokens)
{
  NaiveConfig config
      = naive_config (play->balances->len, (const PnyxStake *)(gpointer)play->balances->data);
  NaiveState *state = naive_state_new (&config);
  const guint32 *slashed;
  guint32 n_slashed;

  config.slots_per_epoch = play->slots_per_epoch;
  config.slot_duration_ms = play->slot_duration_ms;
  if (play->tally->bent == BENT_BOOST)
    config.proposer_score_boost = 25;
  if (play->tally->bent == BENT_TIMELINESS)
    config.attestation_due_bps = 5000;
  if (play->tally->bent == BENT_HEAD_WEAK)
    config.reorg_head_weight_threshold = 0;
  state->slot = number (tokens[2]);
  state->previous_justified_checkpoint = checkpoint (tokens + 3);
  state->current_justified_checkpoint = checkpoint (tokens + 5);
  state->finalized_checkpoint = checkpoint (tokens + 7);
  for (guint i = 0; i < NAIVE_JUSTIFICATION_BITS_LENGTH; i++)
    state->justification_bits[i] = tokens[9][i] == '1';
  slashed = parse_members (play, tokens[10], &n_slashed);
  for (guint32 i = 0; i < n_slashed; i++)
    state->slashed[slashed[i]] = TRUE;
  play->store = naive_get_forkchoice_store (&config, state, number (tokens[1]));
}

/* vote SLOT HEAD SOURCE TARGET MEMBERS: the next number */
static void
on_vote (Play *play, gchar **tokens)
{
  NaiveAttestation *vote = g_new0 (NaiveAttestation, 1);

  vote->slot = number (tokens[1]);
  vote->beacon_block_root = number (tokens[2]);
  vote->source = checkpoint (tokens + 3);
  vote->target = checkpoint (tokens + 5);
  vote->attesting_indices = parse_members (play, tokens[7], &vote->n_indices);
  g_ptr_array_add (play->votes, vote);
}

/* block ROOT PARENT SLOT PROPOSER OUTCOME VOTES SLASHED */
static void
on_block (Play *play, gchar **tokens)
{
  g_auto (GStrv) words = g_strsplit (g_str_equal (tokens[6], "-") ? "" : tokens[6], ",", -1);
  guint n = g_strv_length (words);
  g_autofree const NaiveAttestation **votes = g_new (const NaiveAttestation *, n + 1);
  gboolean is_taken = g_str_equal (tokens[5], "accepted") || g_str_equal (tokens[5], "known");
  NaiveBlock block = { .root = number (tokens[1]),
                       .parent_root = number (tokens[2]),
                       .slot = number (tokens[3]),
                       .proposer_index = (guint32)number (tokens[4]),
                       .is_valid = !g_str_equal (tokens[5], "invalid"),
                       .attestations = votes,
                       .n_attestations = n };

  for (guint i = 0; i < n; i++)
    votes[i] = vote_at (play, words[i]);
  block.slashed = parse_members (play, tokens[7], &block.n_slashed);
  if (g_str_equal (tokens[5], "known"))
    g_assert_true (naive_has_block (play->store, block.root));
  expect (play, naive_on_block (play->store, &block) == is_taken, "outcome of on_block");
  play->tally->n_refused += !is_taken;
  if (g_str_equal (tokens[5], "accepted"))
    {
      g_free (play->block_votes);
      play->block_votes = g_strdup (tokens[6]);
    }
}

static void
apply_vote (Play *play, const NaiveAttestation *vote, gboolean is_from_block, gboolean is_taken)
{
  NaiveAttestation copy = *vote;

  if (play->tally->bent == BENT_EARLY_VOTES && copy.slot > 0
      && copy.slot == naive_get_current_slot (play->store)
      && (copy.slot - 1) / play->slots_per_epoch == copy.target.epoch)
    copy.slot--;
  expect (play, naive_on_attestation (play->store, &copy, is_from_block) == is_taken,
          "outcome of on_attestation");
  play->tally->n_refused += !is_taken;
}

/* from-block ROOT OUTCOMES: the votes of the last block, one letter each */
static void
on_from_block (Play *play, gchar **tokens)
{
  g_auto (GStrv) words = g_strsplit (play->block_votes, ",", -1);

  g_assert_cmpuint (strlen (tokens[2]), <=, g_strv_length (words));
  for (guint i = 0; tokens[2][i] != '\0'; i++)
    apply_vote (play, vote_at (play, words[i]), TRUE, tokens[2][i] == 'a');
}

/* attestation wire|block OUTCOME VOTE */
static void
on_attestation (Play *play, gchar **tokens)
{
  apply_vote (play, vote_at (play, tokens[3]), g_str_equal (tokens[1], "block"),
              g_str_equal (tokens[2], "accepted"));
}

/* slashing OUTCOME VOTE VOTE */
static void
on_slashing (Play *play, gchar **tokens)
{
  gboolean is_taken = g_str_equal (tokens[1], "accepted");

  play->tally->n_slashings++;
  if (play->tally->bent != BENT_EQUIVOCATION)
    expect (play,
            naive_on_attester_slashing (play->store, vote_at (play, tokens[2]),
                                        vote_at (play, tokens[3]))
                == is_taken,
            "outcome of on_attester_slashing");
}

/* proposer-head HEAD SLOT RESULT COMMITTEE */
static void
on_proposer_head (Play *play, gchar **tokens)
{
  NaiveRoot head = number (tokens[1]), expected = number (tokens[3]), result = 0;
  guint32 n_committee;
  const guint32 *committee = parse_members (play, tokens[4], &n_committee);

  play->tally->n_proposer_heads++;
  play->tally->n_reorgs += head != expected;
  expect (play,
          naive_get_proposer_head (play->store, head, number (tokens[2]), committee, n_committee,
                                   &result)
              && result == expected,
          "get_proposer_head");
}

static void
compare_store (Play *play)
{
  NaiveStore *store = play->store;
  NaiveCheckpoint actual[N_CHECKPOINTS]
      = { naive_justified_checkpoint (store), naive_finalized_checkpoint (store),
          naive_unrealized_justified_checkpoint (store),
          naive_unrealized_finalized_checkpoint (store) };
  guint64 first = G_MAXUINT64, slot;

  expect (play, naive_get_head (store) == play->head, "head");
  expect (play, naive_proposer_boost_root (store) == play->boost, "proposer boost");
  for (guint i = 0; i < N_CHECKPOINTS; i++)
    expect (play,
            actual[i].epoch == play->checkpoints[i].epoch
                && actual[i].root == play->checkpoints[i].root,
            checkpoint_names[i]);
  for (guint i = 0; i < naive_n_blocks (store); i++)
    if (naive_block_at (store, i, &slot) == play->checkpoints[0].root)
      first = slot;
  for (guint i = 0; i < naive_n_blocks (store); i++)
    {
      NaiveRoot root = naive_block_at (store, i, &slot);
      PnyxStake expected
          = root < play->weights->len ? g_array_index (play->weights, PnyxStake, root) : 0;

      if (slot < first)
        continue;
      play->tally->n_weights++;
      expect (play, naive_get_weight (store, root) == expected, "weight");
    }
  play->tally->n_checks++;
}

/* check [FIELD VALUE ...] [weights ROOT WEIGHT ...]: what changed */
static void
on_check (Play *play, gchar **tokens)
{
  guint at = 1;

  while (tokens[at] != NULL && !g_str_equal (tokens[at], "weights"))
    if (g_str_equal (tokens[at], "head"))
      {
        play->tally->n_head_changes++;
        play->head = number (tokens[at + 1]);
        at += 2;
      }
    else if (g_str_equal (tokens[at], "boost"))
      {
        play->boost = number (tokens[at + 1]);
        at += 2;
      }
    else
      {
        guint i = 0;

        while (i < N_CHECKPOINTS && !g_str_equal (tokens[at], checkpoint_names[i]))
          i++;
        g_assert_cmpuint (i, <, N_CHECKPOINTS);
        play->checkpoints[i] = checkpoint (tokens + at + 1);
        play->tally->n_finalized += i == 1 && play->checkpoints[i].epoch > 0;
        at += 3;
      }
  for (at += tokens[at] != NULL; tokens[at] != NULL; at += 2)
    {
      NaiveRoot root = number (tokens[at]);

      if (root >= play->weights->len)
        g_array_set_size (play->weights, (guint)root + 1);
      g_array_index (play->weights, PnyxStake, root) = number (tokens[at + 1]);
    }
  compare_store (play);
}

static void
on_line (Play *play, gchar **tokens)
{
  static const struct
  {
    const gchar *word;
    void (*handle) (Play *play, gchar **tokens);
    guint n_least;
  } handlers[] = { { "scenario", on_scenario, 5 },
                   { "validators", on_validators, 2 },
                   { "anchor", on_anchor, 11 },
                   { "vote", on_vote, 8 },
                   { "block", on_block, 8 },
                   { "from-block", on_from_block, 3 },
                   { "attestation", on_attestation, 4 },
                   { "slashing", on_slashing, 4 },
                   { "proposer-head", on_proposer_head, 5 },
                   { "check", on_check, 2 } };

  if (g_str_equal (tokens[0], "tick"))
    {
      naive_on_tick (play->store, 1000 * number (tokens[1]));
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (g_str_equal (tokens[0], handlers[i].word))
      {
        g_assert_cmpuint (g_strv_length (tokens), >=, handlers[i].n_least);
        handlers[i].handle (play, tokens);
        return;
      }
  g_error ("line %u: %s", play->line, tokens[0]);
}

static Tally
replay (const gchar *file, Bent bent)
{
  g_autofree gchar *path = g_test_build_filename (G_TEST_DIST, "data", "gasper", file, NULL);
  g_autofree gchar *text = NULL;
  gsize length;
  Tally tally = { .bent = bent };
  Play play = { .tally = &tally };
  GError *error = NULL;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  /* Line by line: g_strsplit is quadratic under the address sanitizer. */
  for (gchar *line = text; *line != '\0' && (bent == BENT_NOTHING || tally.n_scenarios < N_BENT);)
    {
      gchar *end = memchr (line, '\n', length - (gsize)(line - text));
      g_auto (GStrv) tokens = NULL;

      g_assert_nonnull (end);
      *end = '\0';
      play.line++;
      tokens = g_strsplit (line, " ", -1);
      on_line (&play, tokens);
      line = end + 1;
    }
  play_clear (&play);
  g_test_message ("%s: %u scenarios, %u checks, %u weights, %u heads, %u finalised, %u refused, %u "
                  "slashings, %u proposer heads (%u reorgs), %u wrong%s%s",
                  file, tally.n_scenarios, tally.n_checks, tally.n_weights, tally.n_head_changes,
                  tally.n_finalized, tally.n_refused, tally.n_slashings, tally.n_proposer_heads,
                  tally.n_reorgs, tally.n_wrong, tally.first != NULL ? ", first " : "",
                  tally.first != NULL ? tally.first : "");
  return tally;
}

static void
test_official_scenarios (void)
{
  Tally tally = replay ("official.txt", BENT_NOTHING);

  g_assert_cmpstr (tally.first, ==, NULL);
  g_assert_cmpuint (tally.n_scenarios, >=, 50);
  g_assert_cmpuint (tally.n_reorgs, >, 0);
}

static void
test_random_worlds (void)
{
  Tally tally = replay ("random.txt", BENT_NOTHING);

  g_assert_cmpstr (tally.first, ==, NULL);
  g_assert_cmpuint (tally.n_scenarios, >=, 200);
  g_assert_cmpuint (tally.n_checks, >=, 10000);
  g_assert_cmpuint (tally.n_weights, >=, 100000);
  g_assert_cmpuint (tally.n_reorgs, >=, 20);
  g_assert_cmpuint (tally.n_slashings, >=, 20);
  g_assert_cmpuint (tally.n_finalized, >=, 15);
}

/* Each rule that is bent makes something wrong: the vectors would notice. */
static void
test_bent_rules_are_noticed (gconstpointer bent)
{
  Tally tally = replay ("random.txt", (Bent)GPOINTER_TO_INT (bent));

  g_assert_cmpuint (tally.n_wrong, >, 0);
  g_free (tally.first);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gasper/fork-choice-vectors/official-scenarios", test_official_scenarios);
  g_test_add_func ("/gasper/fork-choice-vectors/random-worlds", test_random_worlds);
  g_test_add_data_func ("/gasper/fork-choice-vectors/another-boost-is-noticed",
                        GINT_TO_POINTER (BENT_BOOST), test_bent_rules_are_noticed);
  g_test_add_data_func ("/gasper/fork-choice-vectors/another-deadline-is-noticed",
                        GINT_TO_POINTER (BENT_TIMELINESS), test_bent_rules_are_noticed);
  g_test_add_data_func ("/gasper/fork-choice-vectors/another-weak-head-is-noticed",
                        GINT_TO_POINTER (BENT_HEAD_WEAK), test_bent_rules_are_noticed);
  g_test_add_data_func ("/gasper/fork-choice-vectors/forgotten-equivocations-are-noticed",
                        GINT_TO_POINTER (BENT_EQUIVOCATION), test_bent_rules_are_noticed);
  g_test_add_data_func ("/gasper/fork-choice-vectors/early-votes-are-noticed",
                        GINT_TO_POINTER (BENT_EARLY_VOTES), test_bent_rules_are_noticed);
  return g_test_run ();
}
