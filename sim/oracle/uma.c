/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The optimistic oracle. In every turn one reporter claims what it has observed, with a bond
 * (CLAIM). Who watches and has seen something else disputes with a bond of the same size while the
 * claim has not expired (DISPUTE), if a dispute seems likely enough to be won. A claim that expires
 * is settled (SETTLE): bond back, answer published. A dispute is voted on by the stake that the
 * contract holds: hashes in the first half of the vote (COMMIT), what they hide in the second
 * (REVEAL), then anybody has it counted (RESOLVE): resolved, both bonds but half of one go to the
 * winner, stake moves to who was right; or rolled, and voted on again; or given up.
 *
 * Whoever is concerned with a claim looks at the chain that its own node sees, does what is due
 * there, and says when it looks again.
 */
#include <math.h>
#include <string.h>

#include "oracle/commit_rule.h"
#include "oracle/uma_priv.h"

static const PnyxParam uma_params[] = {
  { .name = "interval",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (UmaParams, interval),
    .meaning = "Time between two claims." },
  { .name = "liveness",
    .type = PNYX_PARAM_TIME,
    .fallback = "2 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (UmaParams, liveness),
    .meaning = "How long a claim can be disputed." },
  { .name = "bond",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "5000 $",
    .min = "0 $",
    .max = "1000000000 $",
    .offset = offsetof (UmaParams, bond),
    .meaning = "Put up with a claim, and with a dispute." },
  { .name = "tolerance",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.01",
    .min = "0",
    .max = "10",
    .offset = offsetof (UmaParams, tolerance),
    .meaning = "Relative difference of prices from which on a claim is wrong to who watches." },
  { .name = "monitoring",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (UmaParams, monitoring),
    .meaning = "Chance that a reporter watches a claim of another's." },
  { .name = "reaction",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "uniform(1 min, 1 h)",
    .min = "0 s",
    .offset = offsetof (UmaParams, reaction),
    .meaning = "When it looks at the claim that it watches, after it was made." },
  { .name = "belief",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.9",
    .min = "0",
    .max = "1",
    .offset = offsetof (UmaParams, belief),
    .meaning = "Chance of winning that a disputer begins with; it counts as much as the outcomes "
               "of ten disputes, and is learnt from those on chain." },
  { .name = "vote",
    .type = PNYX_PARAM_TIME,
    .fallback = "48 h",
    .min = "10 s",
    .offset = offsetof (UmaParams, vote),
    .meaning = "How long is voted: half of it hidden, half to reveal.",
    .source = "UMAprotocol/uma-docs, dvm-2.0.md @125d9de" },
  { .name = "stake",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "constant(100000 $)",
    .min = "0 $",
    .max = "1000000000 $",
    .offset = offsetof (UmaParams, stake),
    .meaning = "What a reporter has staked before the beginning: its votes." },
  { .name = "quorum",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.25",
    .min = "0",
    .max = "1",
    .offset = offsetof (UmaParams, quorum),
    .meaning = "Votes must be more than this share of all stake in the beginning (GAT: 5 of about "
               "20 million tokens).",
    .source = "UMAprotocol/protocol, VotingV2.sol @004af06" },
  { .name = "agreement",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (UmaParams, agreement),
    .meaning = "The most frequent vote must have more than this share of all stake (SPAT).",
    .source = "UMAprotocol/protocol, VotingV2.sol @004af06" },
  { .name = "slash",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.001",
    .min = "0",
    .max = "1",
    .offset = offsetof (UmaParams, slash),
    .meaning = "Share of its stake that who voted wrong, or revealed nothing, loses to who was "
               "right.",
    .source = "UMAprotocol/protocol, VotingV2.sol @004af06" },
  { .name = "open",
    .type = PNYX_PARAM_COUNT,
    .fallback = "16",
    .min = "1",
    .max = "16",
    .offset = offsetof (UmaParams, open),
    .meaning = "Claims that may be open at a time: a turn waits for none but the one as many "
               "before." },
};

enum /* timers */
{
  TURN,     /* round */
  READY,    /* round: the observation is there */
  INFERRED, /* round: inference is done */
  LOOK,     /* round */
};

#define ROLLS_MAX 4 /* VotingV2.sol */
#define EXPERIENCE 10
#define STAGES 30 /* for which the public looks out for a dispute that somebody has sent */
#define GAS_CALL 400000
#define GAS_VOTER 20000 /* of each, where votes are counted */

/* Of the view. */
static gint64
viewed (const PnyxOracle *oracle, guint64 round, guint field)
{
  return pnyx_machine_get (oracle->machine, uma_claim_cell (oracle, round, field));
}

/* ---- Reporters ---- */

static guint32
submit (PnyxOracle *oracle, guint32 number, guint32 method, const gint64 *arguments, guint n)
{
  guint64 counting = method == UMA_RESOLVE ? GAS_VOTER * (guint64)oracle->n_reporters : 0;

  return pnyx_oracle_submit (oracle, number, method, arguments, n, 0, GAS_CALL + counting);
}

static void
look_at (PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime time)
{
  Uma *uma = oracle->state;
  PnyxTime next = MAX (time, pnyx_world_now (oracle->world) + 1);

  uma->claims[round].next[number] = next;
  pnyx_oracle_set_timer (oracle, number, next, LOOK, (guint32)round);
}

static gint64
value_of (const PnyxOracle *oracle, const PnyxObservation *observation)
{
  return oracle->prices ? pnyx_price_from_log (observation->report.value)
                        : (gint64)observation->report.value;
}

static void
new_claim (PnyxOracle *oracle, guint32 claimant)
{
  Uma *uma = oracle->state;
  PnyxArena *arena = pnyx_world_arena (oracle->world);

  pnyx_arena_reserve (arena, uma->claims, uma->n_claims, uma->capacity);
  uma->claims[uma->n_claims++] = (UmaClaim){
    .claimant = claimant,
    .begun = pnyx_world_now (oracle->world),
    .next = pnyx_arena_array (arena, PnyxTime, oracle->n_reporters),
    .watches = pnyx_arena_array (arena, guint8, oracle->n_reporters),
    .choices = pnyx_arena_array (arena, guint8, oracle->n_reporters),
  };
}

/* Reporters take turns; one that is away, or sees the last claim in its place still open, misses
 * it. */
static void
on_turn (PnyxOracle *oracle, guint64 round)
{
  Uma *uma = oracle->state;
  guint32 number = (guint32)((round - 1) % oracle->n_reporters);
  PnyxTime now = pnyx_world_now (oracle->world);
  UmaClaim *claim;

  pnyx_oracle_set_timer (oracle, 0, now + uma_params_of (oracle)->interval, TURN,
                         (guint32)round + 1);
  new_claim (oracle, number);
  claim = &uma->claims[round];
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (!pnyx_oracle_online (oracle, number) || viewed (oracle, round, UMA_STATE) != UMA_CLOSED
      || !pnyx_oracle_recall (oracle, number, round, now, FALSE, &claim->observation))
    return;
  if (oracle->reporters[number].ops->infers)
    pnyx_oracle_infer (oracle, number, INFERRED, (guint32)round);
  else
    pnyx_oracle_set_timer (oracle, number, claim->observation.ready, READY, (guint32)round);
}

static void
on_inferred (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Uma *uma = oracle->state;
  PnyxObservation *observation = &uma->claims[round].observation;

  observation->ready += pnyx_world_now (oracle->world) - observation->report.observed;
  pnyx_oracle_set_timer (oracle, number, observation->ready, READY, (guint32)round);
}

/* Who will look at the claim by itself: its claimant, and who watches. The others do when there is
 * something to vote on. */
static void
on_ready (PnyxOracle *oracle, guint32 number, guint64 round)
{
  const UmaParams *params = uma_params_of (oracle);
  Uma *uma = oracle->state;
  UmaClaim *claim = &uma->claims[round];
  PnyxTime now = pnyx_world_now (oracle->world);
  gint64 arguments[] = { (gint64)round, value_of (oracle, &claim->observation),
                         claim->observation.report.observed };

  submit (oracle, number, UMA_CLAIM, arguments, 3);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      gdouble wait = pnyx_distribution_sample (params->reaction, &uma->reaction, i, round);

      claim->watches[i]
          = i != number && pnyx_rng_uniform (&uma->monitoring, i, round) < params->monitoring;
      look_at (oracle, i, round,
               now + (claim->watches[i] ? pnyx_time_from_seconds (wait) : params->liveness));
    }
}

/* A coalition knows what it has; others go by what they have seen of disputes. */
static gdouble
chance_to_win (const PnyxOracle *oracle, guint32 number, guint64 round)
{
  gint64 decided = pnyx_machine_get (oracle->machine, oracle->cells + UMA_DECIDED);
  gint64 lost = pnyx_machine_get (oracle->machine, oracle->cells + UMA_LOST);

  if (pnyx_oracle_attacks (oracle, number, round))
    return pnyx_oracle_coalition (oracle, round, uma_stake_cell) > uma_params_of (oracle)->agreement
               ? 1
               : 0;
  return (uma_params_of (oracle)->belief * EXPERIENCE + (gdouble)lost)
         / (gdouble)(EXPERIENCE + decided);
}

static gboolean
differs (const PnyxOracle *oracle, gint64 value, gint64 claimed)
{
  gdouble tolerance = uma_params_of (oracle)->tolerance;

  if (!oracle->prices)
    return value != claimed;
  return fabs ((gdouble)claimed / (gdouble)value - 1) > tolerance;
}

static void
check_claim (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Uma *uma = oracle->state;
  UmaClaim *claim = &uma->claims[round];
  PnyxTime now = pnyx_world_now (oracle->world);
  PnyxObservation own;
  gint64 arguments[2];

  claim->watches[number] = 0;
  if (!pnyx_uma_can_dispute (now, viewed (oracle, round, UMA_EXPIRY))
      || !pnyx_oracle_recall (oracle, number, round, viewed (oracle, round, UMA_OBSERVED), FALSE,
                              &own))
    return;
  arguments[0] = (gint64)round;
  arguments[1] = value_of (oracle, &own);
  if (!differs (oracle, arguments[1], viewed (oracle, round, UMA_VALUE))
      || pnyx_uma_dispute_gain (chance_to_win (oracle, number, round), 0.5) <= 0)
    return;
  submit (oracle, number, UMA_DISPUTE, arguments, 2);
  claim->disputed = now;
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (i != number)
      look_at (oracle, i, round, MIN (now + uma->stage, claim->next[i]));
}

/* When the next turn of @number comes to do what all may do from @from on. */
static PnyxTime
turn_after (const PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime from)
{
  const Uma *uma = oracle->state;
  guint32 n = oracle->n_reporters;
  PnyxTime cycle = uma->stage * n, now = pnyx_world_now (oracle->world);
  PnyxTime first = from + uma->stage * ((number + n - uma->claims[round].claimant) % n);

  return first > now ? first : first + ((now - first) / cycle + 1) * cycle;
}

/* Whether the turn of @number is now. */
static gboolean
is_turn (const PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime from)
{
  const Uma *uma = oracle->state;
  PnyxTime now = pnyx_world_now (oracle->world);
  guint32 n = oracle->n_reporters;

  return now >= from
         && (guint64)((now - from) / uma->stage) % n
                == (number + n - uma->claims[round].claimant) % n;
}

static void
look_at_open (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Uma *uma = oracle->state;
  const UmaClaim *claim = &uma->claims[round];
  PnyxTime now = pnyx_world_now (oracle->world);
  PnyxTime expiry = viewed (oracle, round, UMA_EXPIRY), next;
  gint64 arguments[] = { (gint64)round };

  if (claim->watches[number])
    check_claim (oracle, number, round);
  if (is_turn (oracle, number, round, expiry))
    submit (oracle, number, UMA_SETTLE, arguments, 1);
  next = turn_after (oracle, number, round, expiry);
  if (claim->disputed > 0 && now < claim->disputed + STAGES * uma->stage)
    next = MIN (next, now + uma->stage);
  look_at (oracle, number, round, next);
}

static gboolean
choose (PnyxOracle *oracle, guint32 number, guint64 round, gint64 *choice)
{
  PnyxTime observed = viewed (oracle, round, UMA_OBSERVED);
  gdouble claimed = (gdouble)viewed (oracle, round, UMA_VALUE);
  gdouble against = (gdouble)viewed (oracle, round, UMA_AGAINST);
  PnyxObservation own;
  gint64 value;

  if (!pnyx_oracle_recall (oracle, number, round, observed, TRUE, &own))
    return FALSE;
  value = value_of (oracle, &own);
  if (oracle->prices)
    *choice
        = fabs (log ((gdouble)value / claimed)) <= fabs (log ((gdouble)value / against)) ? 0 : 1;
  else
    *choice = value;
  return TRUE;
}

static void
commit (PnyxOracle *oracle, guint32 number, guint64 round, gint64 ballot)
{
  Uma *uma = oracle->state;
  guint64 salt = pnyx_rng_u64 (&uma->salts, number, (guint64)ballot);
  gint64 choice, arguments[5] = { (gint64)round };
  PnyxCommitment commitment;

  if (!choose (oracle, number, round, &choice))
    return;
  uma->claims[round].choices[number] = (guint8)choice;
  commitment = pnyx_commit (number, (guint64)ballot, choice, salt);
  memcpy (arguments + 1, commitment.hash, sizeof commitment.hash);
  submit (oracle, number, UMA_COMMIT, arguments, 5);
}

static void
reveal (PnyxOracle *oracle, guint32 number, guint64 round, gint64 ballot)
{
  const Uma *uma = oracle->state;
  const gint64 arguments[] = { (gint64)round, uma->claims[round].choices[number],
                               (gint64)pnyx_rng_u64 (&uma->salts, number, (guint64)ballot) };

  submit (oracle, number, UMA_REVEAL, arguments, 3);
}

static void
look_at_voting (PnyxOracle *oracle, guint32 number, guint64 round)
{
  const Uma *uma = oracle->state;
  PnyxTime now = pnyx_world_now (oracle->world), half = uma_half_of (oracle);
  PnyxTime begun = viewed (oracle, round, UMA_BEGUN);
  gint64 ballot = uma_ballot_of (round, viewed (oracle, round, UMA_ROLLS));
  gdouble u = 0.5 * pnyx_rng_uniform (&uma->moment, number, (guint64)ballot);
  PnyxTime moment = (PnyxTime)(u * (gdouble)half); /* in the first half of each phase */
  gint64 arguments[] = { (gint64)round };
  PnyxTime next = now + uma->stage;

  if (now < begun + moment)
    next = begun + moment;
  else if (now < begun + half)
    {
      if (pnyx_machine_get (oracle->machine, uma_ballot_cell (oracle, number, round, UMA_BALLOT))
              != ballot
          && pnyx_machine_get (oracle->machine, uma_stake_cell (oracle, number)) > 0)
        commit (oracle, number, round, ballot);
      next = begun + half + moment;
    }
  else if (now < begun + half + moment)
    next = begun + half + moment;
  else if (now < begun + 2 * half)
    {
      if (pnyx_machine_get (oracle->machine, uma_ballot_cell (oracle, number, round, UMA_BALLOT))
          == ballot)
        reveal (oracle, number, round, ballot);
      next = begun + 2 * half;
    }
  else if (is_turn (oracle, number, round, begun + 2 * half))
    submit (oracle, number, UMA_RESOLVE, arguments, 1);
  look_at (oracle, number, round, next);
}

static void
on_look (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Uma *uma = oracle->state;
  const UmaClaim *claim = &uma->claims[round];
  PnyxTime now = pnyx_world_now (oracle->world);

  if (claim->next[number] != now)
    return; /* it has looked since, and said when it looks again */
  if (!pnyx_oracle_online (oracle, number))
    {
      look_at (oracle, number, round, now + uma->stage);
      return;
    }
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (viewed (oracle, round, UMA_ROUND) > (gint64)round)
    return;
  if (viewed (oracle, round, UMA_ROUND) < (gint64)round)
    look_at (oracle, number, round, now + MAX (uma->stage, (now - claim->begun) / 4));
  else if (viewed (oracle, round, UMA_STATE) == UMA_OPEN)
    look_at_open (oracle, number, round);
  else if (viewed (oracle, round, UMA_STATE) == UMA_VOTING)
    look_at_voting (oracle, number, round);
  else
    pnyx_bribed_claim (oracle, number, round);
}

static void
uma_on_timer (PnyxOracle *oracle, guint32 number, guint32 kind, guint32 payload)
{
  switch (kind)
    {
    case TURN:
      on_turn (oracle, payload);
      break;
    case READY:
      on_ready (oracle, number, payload);
      break;
    case INFERRED:
      on_inferred (oracle, number, payload);
      break;
    default:
      on_look (oracle, number, payload);
    }
}

/* ---- Set-up ---- */

static gboolean
check_bribes (const PnyxOracle *oracle, GError **error)
{
  for (guint32 i = 0; i < oracle->n_reporters && oracle->prices; i++)
    {
      const PnyxReporter *reporter = &oracle->reporters[i];

      if (reporter->ops != &pnyx_reporter_bribed)
        continue;
      pnyx_set_error_at (
          error, PNYX_ERROR_CONFLICT,
          &pnyx_section_child (oracle->section, "reporters", reporter->group)->place,
          "votes on prices cannot be bribed: none is just the bribed one (expected a feed with "
          "classes, or colluding reporters)");
      return FALSE;
    }
  return TRUE;
}

static PnyxAmount
add_stakes (PnyxOracle *oracle)
{
  g_autofree gchar *component = g_strdup_printf ("oracle.%s", oracle->id);
  PnyxAmount total = 0;
  PnyxRng rng;

  pnyx_world_rng (oracle->world, &rng, component, "stake");
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      gdouble stake = pnyx_distribution_sample (uma_params_of (oracle)->stake, &rng, i, 0);
      PnyxAmount amount = (PnyxAmount)llround (MAX (stake, 0) * (gdouble)PNYX_AMOUNT_ONE);

      total += amount;
      pnyx_machine_begin_with (oracle->machine, uma_stake_cell (oracle, i), amount);
    }
  pnyx_machine_endow (oracle->machine,
                      pnyx_machine_contract_account (oracle->machine, oracle->contract), PNYX_CASH,
                      total);
  return total;
}

static void
init_draws (PnyxOracle *oracle)
{
  g_autofree gchar *component = g_strdup_printf ("oracle.%s", oracle->id);
  Uma *uma = oracle->state;

  pnyx_world_rng (oracle->world, &uma->salts, component, "salts");
  pnyx_world_rng (oracle->world, &uma->monitoring, component, "monitoring");
  pnyx_world_rng (oracle->world, &uma->reaction, component, "reaction");
  pnyx_world_rng (oracle->world, &uma->moment, component, "moment");
}

static gboolean
uma_init (PnyxOracle *oracle, GError **error)
{
  const UmaParams *params = uma_params_of (oracle);
  Uma *uma = oracle->state;
  PnyxAmount total;

  if (!check_bribes (oracle, error))
    return FALSE;
  init_draws (oracle);
  total = add_stakes (oracle);
  uma->rule = (PnyxUmaRule){ .quorum = (guint64)(params->quorum * (gdouble)total),
                             .agreement = (guint64)llround (params->agreement * PNYX_UMA_ONE),
                             .rolls_max = ROLLS_MAX,
                             .wrong_slash = (guint64)llround (params->slash * PNYX_UMA_ONE),
                             .silent_slash = (guint64)llround (params->slash * PNYX_UMA_ONE) };
  uma->bond = (PnyxAmount)llround (params->bond * (gdouble)PNYX_AMOUNT_ONE);
  uma->store = pnyx_machine_add_accounts (oracle->machine, 1);
  uma->stage = oracle->chain->ops->interval (oracle->chain->section->component_params);
  new_claim (oracle, 0); /* number 0 is none */
  pnyx_oracle_set_timer (oracle, 0, params->interval, TURN, 1);
  return TRUE;
}

const PnyxOracleOps pnyx_oracle_uma = {
  .component
  = { .name = "uma",
      .summary = "Optimistic: a claim with a bond stands unless it is disputed before it expires; "
                 "then those who stake vote.",
      .source = "UMAprotocol/protocol: OptimisticOracleV3.sol @05a473e, VotingV2.sol @004af06; "
                "UMAprotocol/uma-docs @125d9de",
      .limits = "A vote begins with its dispute, not with the next round of all votes. Of prices "
                "there are two to vote for: the one claimed and the disputer's. Stake cannot be "
                "withdrawn and earns nothing but what others lose; claims are not rewarded. Where "
                "a vote is given up both have their bonds back. What reporters look up to dispute "
                "or to vote costs no inference. No filter is asked.",
      .params = uma_params,
      .n_params = G_N_ELEMENTS (uma_params),
      .params_size = sizeof (UmaParams) },
  .prices = TRUE,
  .classes = TRUE,
  .reporters_min = 1,
  .n_cells = UMA_CLAIMS + UMA_SLOTS * UMA_CLAIM_CELLS,
  .n_cells_each = UMA_EACH,
  .state_size = sizeof (Uma),
  .init = uma_init,
  .on_timer = uma_on_timer,
  .execute = pnyx_uma_execute,
  .booked = pnyx_uma_booked,
  .staked = pnyx_uma_staked,
  .disputes = TRUE,
  .votes = &pnyx_uma_votes,
};
