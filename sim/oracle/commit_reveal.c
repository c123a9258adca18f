/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rounds of votes that are hidden first. Of each interval, in time of blocks, the first part takes
 * commitments (COMMIT), the next what they hide (REVEAL); after that anybody settles the round
 * (SETTLE): who did not reveal, or is far from the outcome, is slashed, those near it share what is
 * taken (commit_rule.h) and get the reward, as long as there is a fund. Stakes are in the contract;
 * with its next vote a reporter makes good what it has lost.
 *
 * The outcome that votes are judged by is the contract's own: median or plurality by stake. The
 * answer is the filter's of what was revealed: who settles brings it along, and the contract takes
 * it only if it is of the very votes that this block's state holds.
 *
 * Reporters take turns in settling, each by what its node sees; it is enough that one does.
 */
#include <math.h>
#include <string.h>

#include "oracle/commit_rule.h"
#include "oracle/oracle.h"

typedef struct
{
  PnyxTime interval;
  PnyxTime commit;
  PnyxTime reveal;
  PnyxTime stage;
  gdouble stake, slash, tolerance;
  gdouble reward, fund;
  gboolean binding;
} CommitParams;

static const PnyxParam commit_params[] = {
  { .name = "interval",
    .type = PNYX_PARAM_TIME,
    .fallback = "2 min",
    .min = "1 s",
    .offset = offsetof (CommitParams, interval),
    .meaning = "Time between two rounds." },
  { .name = "commit",
    .type = PNYX_PARAM_TIME,
    .fallback = "48 s",
    .min = "100 ms",
    .offset = offsetof (CommitParams, commit),
    .meaning = "How long a round takes commitments." },
  { .name = "reveal",
    .type = PNYX_PARAM_TIME,
    .fallback = "48 s",
    .min = "100 ms",
    .offset = offsetof (CommitParams, reveal),
    .meaning = "How long after that they may be opened." },
  { .name = "stage",
    .type = PNYX_PARAM_TIME,
    .fallback = "20 s",
    .min = "0 s",
    .offset = offsetof (CommitParams, stage),
    .meaning = "Time that a reporter is given to settle a round before the next tries." },
  { .name = "stake",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "1000 $",
    .min = "0.01 $",
    .max = "1000000000 $",
    .offset = offsetof (CommitParams, stake),
    .meaning = "What each voter has at stake in a round." },
  { .name = "slash",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.1",
    .min = "0",
    .max = "1",
    .offset = offsetof (CommitParams, slash),
    .meaning = "Share of its stake that a voter loses." },
  { .name = "tolerance",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.01",
    .min = "0",
    .max = "10",
    .offset = offsetof (CommitParams, tolerance),
    .meaning = "Relative distance to the outcome up to which a price is coherent; of classes only "
               "the same one is." },
  { .name = "reward",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "0 $",
    .min = "0 $",
    .max = "1000000 $",
    .offset = offsetof (CommitParams, reward),
    .meaning = "What a coherent vote gets of the fund." },
  { .name = "fund",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "0 $",
    .min = "0 $",
    .max = "1000000000000 $",
    .offset = offsetof (CommitParams, fund),
    .meaning = "What the contract has for rewards in the beginning; what nobody may claim of "
               "slashes goes there too." },
  { .name = "binding",
    .type = PNYX_PARAM_BOOL,
    .fallback = "true",
    .offset = offsetof (CommitParams, binding),
    .meaning = "Commitments hide who made them, too; false: a copied one can be opened." },
};

enum /* timers; payload: round */
{
  ROUND,
  INFERRED,
  READY, /* the observation is there: commit */
  COPY,  /* what others have committed to is on chain */
  OPEN,  /* reveal, or look again later */
  TURN,  /* to settle */
};

enum /* methods */
{
  COMMIT, /* arguments: reporter, secret */
  REVEAL, /* reporter, secret, value, salt */
  SETTLE, /* round, estimate */
};

/* Cells. A round is kept until the fourth after it. */
#define KEPT 4
#define FUND 0                   /* for rewards */
#define SETTLED 1                /* by round modulo KEPT: the round that was settled last + 1; */
#define OUTCOME (SETTLED + KEPT) /* and its outcome + 1; 0: nobody had revealed */
#define N_CELLS (OUTCOME + KEPT)
enum /* of each reporter */
{
  STAKED,
  VOTES, /* by round modulo KEPT, N_VOTE each */
};
enum /* of each vote */
{
  COMMITTED,  /* round + 1 */
  COMMITMENT, /* secret + 1 */
  REVEALED,   /* round + 1 */
  VALUE,
  N_VOTE,
};
#define N_CELLS_EACH (VOTES + KEPT * N_VOTE)

#define GAS_HASH                                                                                   \
  84 /* SHA-256 of one word, Ethereum Yellow Paper, appendix E: 60 + 12 (2 words)                  \
      */
#define GAS_VOTE 100000
#define GAS_SETTLE 200000
#define GAS_SETTLE_EACH 45000
#define LOOKS 8 /* into which the time to reveal is cut; the last two are too late */

/* What a commitment hides. Immutable. */
typedef struct
{
  guint32 voter;
  guint64 round;
  gint64 value;
  guint64 salt;
  PnyxCommitment hash;
  PnyxObservation observation;
} Secret;

/* What the filter makes of a set of revealed votes. Immutable. */
typedef struct
{
  guint64 round;
  guint64 votes;    /* hash of them */
  gboolean decided; /* FALSE: no answer */
  PnyxAnswer answer;
} Estimate;

/* What a reporter is about. */
typedef struct
{
  guint64 round;
  PnyxObservation observation;
  guint32 secret; /* that it has committed to; PNYX_NONE: none */
  guint32 source; /* whose vote that is: another's where it copies */
  gboolean opened;
} Voter;

typedef struct
{
  PnyxCommitRule rule;
  PnyxAmount stake, reward, fund;
  Secret *secrets;
  guint32 n_secrets, secrets_capacity;
  Estimate *estimates;
  guint32 n_estimates, estimates_capacity;
  Voter *voters;
  guint64 compared; /* rounds that the estimators beside the filter were asked of */
  PnyxRng salt, source;
} Commit;

static const CommitParams *
params_of (const PnyxOracle *oracle)
{
  return oracle->mechanism;
}

/* ---- Cells ---- */

static PnyxCell
settled_cell (const PnyxOracle *oracle, guint64 round)
{
  return oracle->cells + SETTLED + (guint32)(round % KEPT);
}

static PnyxCell
outcome_cell (const PnyxOracle *oracle, guint64 round)
{
  return oracle->cells + OUTCOME + (guint32)(round % KEPT);
}

static PnyxCell
stake_cell (const PnyxOracle *oracle, guint32 number)
{
  return oracle->cells + N_CELLS + number * N_CELLS_EACH + STAKED;
}

static PnyxCell
vote_cell (const PnyxOracle *oracle, guint32 number, guint64 round, guint32 which)
{
  return stake_cell (oracle, number) + VOTES + (guint32)(round % KEPT) * N_VOTE + which;
}

/* Of the view: what a node sees. */
static gint64
see_vote (const PnyxOracle *oracle, guint32 number, guint64 round, guint32 which)
{
  return pnyx_machine_get (oracle->machine, vote_cell (oracle, number, round, which));
}

static gboolean
is_committed (const PnyxOracle *oracle, guint32 number, guint64 round)
{
  return see_vote (oracle, number, round, COMMITTED) == (gint64)round + 1;
}

static gboolean
is_revealed (const PnyxOracle *oracle, guint32 number, guint64 round)
{
  return see_vote (oracle, number, round, REVEALED) == (gint64)round + 1;
}

/* ---- Time ---- */

static PnyxTime
begin_of (const PnyxOracle *oracle, guint64 round)
{
  return (PnyxTime)round * params_of (oracle)->interval;
}

static guint64
round_at (const PnyxOracle *oracle, PnyxTime time)
{
  return (guint64)(time / params_of (oracle)->interval);
}

static gboolean
takes_commitments (const PnyxOracle *oracle, PnyxTime time)
{
  return time % params_of (oracle)->interval < params_of (oracle)->commit;
}

static gboolean
takes_votes (const PnyxOracle *oracle, PnyxTime time)
{
  PnyxTime within = time % params_of (oracle)->interval;

  return within >= params_of (oracle)->commit
         && within < params_of (oracle)->commit + params_of (oracle)->reveal;
}

static PnyxTime
end_of (const PnyxOracle *oracle, guint64 round)
{
  return begin_of (oracle, round) + params_of (oracle)->commit + params_of (oracle)->reveal;
}

/* ---- Voters ---- */

static void
submit_vote (PnyxOracle *oracle, guint32 number, guint32 method, guint32 secret)
{
  const Commit *commit = oracle->state;
  gint64 arguments[] = { number, secret, 0, 0 };

  if (method == REVEAL)
    {
      arguments[2] = commit->secrets[secret].value;
      arguments[3] = (gint64)commit->secrets[secret].salt;
    }
  pnyx_oracle_submit (oracle, number, method, arguments, method == REVEAL ? 4 : 2, 0, GAS_VOTE);
}

static void
commit_to (PnyxOracle *oracle, guint32 number, guint64 round, guint32 secret, guint32 source)
{
  Commit *commit = oracle->state;
  Voter *voter = &commit->voters[number];

  voter->secret = secret;
  voter->source = source;
  submit_vote (oracle, number, COMMIT, secret);
  pnyx_oracle_set_timer (oracle, number, begin_of (oracle, round) + params_of (oracle)->commit,
                         OPEN, (guint32)round);
}

static void
on_ready (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Commit *commit = oracle->state;
  Voter *voter = &commit->voters[number];
  Secret secret = { .voter = params_of (oracle)->binding ? number : PNYX_NONE,
                    .round = round,
                    .observation = voter->observation };

  if (voter->round != round || !pnyx_oracle_online (oracle, number))
    return;
  secret.value = oracle->prices ? pnyx_price_from_log (voter->observation.report.value)
                                : (gint64)voter->observation.report.value;
  secret.salt = pnyx_rng_u64 (&commit->salt, number, round);
  secret.hash = pnyx_commit (secret.voter, round, secret.value, secret.salt);
  pnyx_arena_reserve (pnyx_world_arena (oracle->world), commit->secrets, commit->n_secrets,
                      commit->secrets_capacity);
  commit->secrets[commit->n_secrets] = secret;
  commit_to (oracle, number, round, commit->n_secrets++, number);
}

/* The hash of somebody, whoever it is, whose commitment its node sees. */
static void
on_copy (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Commit *commit = oracle->state;
  guint32 n = 0, pick;

  if (!pnyx_oracle_online (oracle, number))
    return;
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    n += is_committed (oracle, i, round) ? 1 : 0;
  if (n == 0)
    return;
  pick = (guint32)pnyx_rng_below (&commit->source, number, round, n);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (is_committed (oracle, i, round) && pick-- == 0)
      {
        commit_to (oracle, number, round, (guint32)see_vote (oracle, i, round, COMMITMENT) - 1, i);
        return;
      }
}

/* It opens what its node sees committed; a copier waits until the one it has copied has. */
static void
on_open (PnyxOracle *oracle, guint32 number, guint64 round)
{
  const CommitParams *params = params_of (oracle);
  Commit *commit = oracle->state;
  Voter *voter = &commit->voters[number];
  PnyxTime now = pnyx_world_now (oracle->world), step = MAX (params->reveal / LOOKS, 1);

  if (voter->round != round || voter->secret == PNYX_NONE || voter->opened)
    return;
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (pnyx_oracle_online (oracle, number) && is_committed (oracle, number, round)
      && (voter->source == number || is_revealed (oracle, voter->source, round)))
    {
      voter->opened = TRUE;
      submit_vote (oracle, number, REVEAL, voter->secret);
    }
  else if (now + 3 * step <= end_of (oracle, round))
    pnyx_oracle_set_timer (oracle, number, now + step, OPEN, (guint32)round);
}

static void
look (PnyxOracle *oracle, guint32 number, guint64 round)
{
  const CommitParams *params = params_of (oracle);
  Commit *commit = oracle->state;
  Voter *voter = &commit->voters[number];
  PnyxTime now = pnyx_world_now (oracle->world);

  *voter = (Voter){ .round = round, .secret = PNYX_NONE };
  if (!pnyx_oracle_online (oracle, number))
    return;
  if (oracle->reporters[number].ops->copies)
    pnyx_oracle_set_timer (oracle, number, now + params->commit / 4 * 3, COPY, (guint32)round);
  else if (!pnyx_oracle_observe (oracle, number, round, now, &voter->observation))
    return;
  else if (oracle->reporters[number].ops->infers)
    pnyx_oracle_infer (oracle, number, INFERRED, (guint32)round);
  else
    pnyx_oracle_set_timer (oracle, number, voter->observation.ready, READY, (guint32)round);
}

static void
on_inferred (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Commit *commit = oracle->state;
  PnyxObservation *observation = &commit->voters[number].observation;

  if (commit->voters[number].round != round)
    return; /* it took longer than the round */
  observation->ready += pnyx_world_now (oracle->world) - observation->report.observed;
  pnyx_oracle_set_timer (oracle, number, observation->ready, READY, (guint32)round);
}

static void
on_round (PnyxOracle *oracle, guint64 round)
{
  const CommitParams *params = params_of (oracle);

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      guint32 turn = (guint32)((i + round) % oracle->n_reporters);

      for (guint64 back = 2; back < KEPT && back <= round; back++)
        pnyx_bribed_claim (oracle, i, round - back);
      look (oracle, i, round);
      pnyx_oracle_set_timer (oracle, i, end_of (oracle, round) + params->stage * turn, TURN,
                             (guint32)round);
    }
  pnyx_oracle_set_timer (oracle, 0, begin_of (oracle, round + 1), ROUND, (guint32)round + 1);
}

/* ---- Settling ---- */

/* The votes of @round that the view holds, as the filter is told them. Returns: how many. */
static guint32
gather (const PnyxOracle *oracle, guint64 round, PnyxObservation *observations, guint64 *votes)
{
  const Commit *commit = oracle->state;
  guint32 n = 0;

  *votes = 0;
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (is_committed (oracle, i, round) && is_revealed (oracle, i, round))
      {
        guint32 secret = (guint32)see_vote (oracle, i, round, COMMITMENT) - 1;

        observations[n] = commit->secrets[secret].observation;
        observations[n].altered |= observations[n].report.reporter != i;
        observations[n++].report.reporter = i;
        *votes = pnyx_hash_mix (*votes ^ i, secret);
      }
  return n;
}

static PnyxTime
median_observed (const PnyxObservation *observations, guint32 n)
{
  g_autofree PnyxTime *times = g_new (PnyxTime, n);

  for (guint32 i = 0; i < n; i++)
    {
      guint32 k = i;

      for (; k > 0 && times[k - 1] > observations[i].report.observed; k--)
        times[k] = times[k - 1];
      times[k] = observations[i].report.observed;
    }
  return times[n / 2];
}

static Estimate
estimate (PnyxOracle *oracle, guint64 round, guint64 votes, const PnyxObservation *observations,
          guint32 n)
{
  Commit *commit = oracle->state;
  Estimate made = { .round = round, .votes = votes };
  gdouble value;

  if (commit->compared <= round)
    pnyx_oracle_compare (oracle, observations, n);
  commit->compared = MAX (commit->compared, round + 1);
  value = pnyx_oracle_estimate (oracle, observations, n);
  if (isnan (value))
    return made;
  made.decided = TRUE;
  made.answer = (PnyxAnswer){ .value = oracle->prices ? pnyx_price_from_log (value) : (gint64)value,
                              .round = round,
                              .begun = begin_of (oracle, round),
                              .observed = median_observed (observations, n),
                              .agreed = pnyx_world_now (oracle->world) };
  for (guint32 i = 0; i < n; i++)
    made.answer.inferred = MAX (made.answer.inferred, observations[i].ready);
  return made;
}

/* Of what the view holds. Anybody comes to the same. */
static guint32
find_estimate (PnyxOracle *oracle, guint64 round)
{
  Commit *commit = oracle->state;
  g_autofree PnyxObservation *observations = g_new (PnyxObservation, oracle->n_reporters);
  guint64 votes;
  guint32 n = gather (oracle, round, observations, &votes);
  Estimate made;

  for (guint32 i = commit->n_estimates; i > 0; i--)
    if (commit->estimates[i - 1].round == round && commit->estimates[i - 1].votes == votes)
      return i - 1;
  made = estimate (oracle, round, votes, observations, n);
  pnyx_arena_reserve (pnyx_world_arena (oracle->world), commit->estimates, commit->n_estimates,
                      commit->estimates_capacity);
  commit->estimates[commit->n_estimates] = made;
  return commit->n_estimates++;
}

static void
on_turn (PnyxOracle *oracle, guint32 number, guint64 round)
{
  gint64 arguments[] = { (gint64)round, 0 };

  if (!pnyx_oracle_online (oracle, number)
      || round_at (oracle, pnyx_world_now (oracle->world)) >= round + KEPT)
    return;
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (pnyx_machine_get (oracle->machine, settled_cell (oracle, round)) > (gint64)round)
    return;
  arguments[1] = find_estimate (oracle, round);
  pnyx_oracle_submit (oracle, number, SETTLE, arguments, 2, 0,
                      GAS_SETTLE + oracle->n_reporters * (guint64)GAS_SETTLE_EACH);
}

/* ---- The contract ---- */

static gint64
get_vote (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, guint64 round, guint32 which)
{
  return pnyx_frame_get (frame, vote_cell (oracle, number, round, which));
}

static void
set_vote (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, guint64 round, guint32 which,
          gint64 value)
{
  pnyx_frame_set (frame, vote_cell (oracle, number, round, which), value);
}

static gboolean
take_commitment (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, guint32 secret)
{
  const Commit *commit = oracle->state;
  guint64 round = round_at (oracle, pnyx_frame_time (frame));
  PnyxAmount staked = pnyx_frame_get (frame, stake_cell (oracle, number));

  if (!takes_commitments (oracle, pnyx_frame_time (frame))
      || get_vote (oracle, frame, number, round, COMMITTED) > (gint64)round)
    return FALSE;
  if (staked < commit->stake)
    {
      if (!pnyx_frame_take (frame, PNYX_CASH, commit->stake - staked))
        return FALSE;
      pnyx_frame_set (frame, stake_cell (oracle, number), commit->stake);
    }
  set_vote (oracle, frame, number, round, COMMITTED, (gint64)round + 1);
  set_vote (oracle, frame, number, round, COMMITMENT, (gint64)secret + 1);
  return TRUE;
}

static gboolean
take_vote (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, const PnyxCall *call)
{
  const Commit *commit = oracle->state;
  gint64 value = call->arguments[2];
  guint64 round = round_at (oracle, pnyx_frame_time (frame));
  guint32 voter = params_of (oracle)->binding ? number : PNYX_NONE;
  gint64 committed;

  if (!takes_votes (oracle, pnyx_frame_time (frame)) || !pnyx_frame_burn (frame, GAS_HASH)
      || get_vote (oracle, frame, number, round, COMMITTED) != (gint64)round + 1
      || get_vote (oracle, frame, number, round, REVEALED) == (gint64)round + 1)
    return FALSE;
  committed = get_vote (oracle, frame, number, round, COMMITMENT);
  if (committed == 0
      || !pnyx_commit_opens (&commit->secrets[committed - 1].hash, voter, round, value,
                             (guint64)call->arguments[3]))
    return FALSE;
  set_vote (oracle, frame, number, round, REVEALED, (gint64)round + 1);
  set_vote (oracle, frame, number, round, VALUE, value);
  return TRUE;
}

/* Returns: hash of what was revealed. */
static guint64
read_votes (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, PnyxSecretVote *votes)
{
  const Commit *commit = oracle->state;
  guint64 hash = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      PnyxSecretVote *vote = &votes[i];

      *vote = (PnyxSecretVote){ .committed = get_vote (oracle, frame, i, round, COMMITTED)
                                             == (gint64)round + 1 };
      if (!vote->committed)
        continue;
      vote->stake = (guint64)MIN (pnyx_frame_get (frame, stake_cell (oracle, i)), commit->stake);
      vote->revealed = get_vote (oracle, frame, i, round, REVEALED) == (gint64)round + 1;
      if (!vote->revealed)
        continue;
      vote->value = get_vote (oracle, frame, i, round, VALUE);
      hash = pnyx_hash_mix (hash ^ i, (guint32)get_vote (oracle, frame, i, round, COMMITMENT) - 1);
    }
  return hash;
}

/* What the vote of @number gains or loses. FALSE: out of gas. */
static gboolean
pay (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint32 number, gint64 shift,
     gboolean coherent)
{
  const Commit *commit = oracle->state;
  PnyxCell staked = stake_cell (oracle, number);
  PnyxAmount fund;

  if (shift < 0)
    pnyx_frame_set (frame, staked, pnyx_frame_get (frame, staked) + shift);
  if (coherent && commit->reward > 0)
    {
      fund = pnyx_frame_get (frame, oracle->cells + FUND);
      if (fund >= commit->reward)
        {
          pnyx_frame_set (frame, oracle->cells + FUND, fund - commit->reward);
          shift += commit->reward;
        }
    }
  if (shift != 0)
    pnyx_frame_record (frame, PNYX_RECORD_MOVED, (gint64)round, number, shift, 0);
  return shift <= 0 || pnyx_frame_pay (frame, PNYX_CASH, oracle->reporters[number].account, shift);
}

static gboolean
judge (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, const PnyxSecretVote *votes)
{
  const Commit *commit = oracle->state;
  g_autofree guint32 *order = g_new (guint32, oracle->n_reporters);
  g_autofree gint64 *shifts = g_new (gint64, oracle->n_reporters);
  PnyxCell fund = oracle->cells + FUND;
  PnyxCommitOutcome outcome
      = pnyx_commit_settle (&commit->rule, votes, oracle->n_reporters, order, shifts);
  /* 0 is for none; the largest of all prices cannot be told from the one below it. */
  gint64 kept = outcome.decided ? MIN (outcome.value, G_MAXINT64 - 1) + 1 : 0;

  if (outcome.unclaimed > 0)
    pnyx_frame_set (frame, fund, pnyx_frame_get (frame, fund) + (gint64)outcome.unclaimed);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (votes[i].committed
        && !pay (oracle, frame, round, i, shifts[i],
                 outcome.decided && votes[i].revealed
                     && pnyx_commit_is_coherent (&commit->rule, votes[i].value, outcome.value)))
      return FALSE;
  pnyx_frame_set (frame, settled_cell (oracle, round), (gint64)round + 1);
  pnyx_frame_set (frame, outcome_cell (oracle, round), kept);
  pnyx_frame_record (frame, PNYX_RECORD_SETTLED, (gint64)round, kept, (gint64)outcome.slashed,
                     (gint64)outcome.coherent);
  return TRUE;
}

static gboolean
settle (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, const Estimate *with)
{
  g_autofree PnyxSecretVote *votes = g_new (PnyxSecretVote, oracle->n_reporters);

  if (pnyx_frame_time (frame) < end_of (oracle, round)
      || round_at (oracle, pnyx_frame_time (frame)) >= round + KEPT
      || pnyx_frame_get (frame, settled_cell (oracle, round)) > (gint64)round)
    return FALSE;
  if (read_votes (oracle, frame, round, votes) != with->votes || with->round != round
      || !judge (oracle, frame, round, votes))
    return FALSE;
  if (with->decided)
    pnyx_oracle_publish (oracle, frame, &with->answer);
  return TRUE;
}

static gboolean
commit_execute (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxCall *call)
{
  const Commit *commit = oracle->state;
  guint64 first = (guint64)call->arguments[0], second = (guint64)call->arguments[1];

  if (call->method == SETTLE)
    return call->arguments[0] >= 0 && second < commit->n_estimates
           && settle (oracle, frame, first, &commit->estimates[second]);
  if (first >= oracle->n_reporters || second >= commit->n_secrets
      || oracle->reporters[first].account != pnyx_frame_sender (frame))
    return FALSE;
  return call->method == COMMIT
             ? take_commitment (oracle, frame, (guint32)first, (guint32)second)
             : call->method == REVEAL && take_vote (oracle, frame, (guint32)first, call);
}

static PnyxAmount
commit_booked (const PnyxOracle *oracle, const PnyxMachine *machine)
{
  PnyxAmount sum = pnyx_machine_get (machine, oracle->cells + FUND);

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    sum += pnyx_machine_get (machine, stake_cell (oracle, i));
  return sum;
}

static PnyxAmount
commit_staked (const PnyxOracle *oracle, const PnyxMachine *machine, guint32 reporter)
{
  return pnyx_machine_get (machine, stake_cell (oracle, reporter));
}

/* ---- What bribers look at ---- */

/* Shares of what others lose are not counted on. */
static void
commit_game (const PnyxOracle *oracle, guint32 reporter, guint64 round, PnyxBribeGame *game)
{
  const CommitParams *params = params_of (oracle);

  (void)reporter;
  (void)round;
  *game = (PnyxBribeGame){ .reward = params->reward, .deposit = params->stake * params->slash };
}

static gboolean
commit_recorded (const PnyxOracle *oracle, PnyxFrame *frame, guint32 reporter, guint64 round,
                 PnyxRecordedVote *vote)
{
  const Commit *commit = oracle->state;
  gint64 now = (gint64)round + 1, outcome;

  if (pnyx_frame_get (frame, settled_cell (oracle, round)) != now
      || get_vote (oracle, frame, reporter, round, REVEALED) != now)
    return FALSE;
  outcome = pnyx_frame_get (frame, outcome_cell (oracle, round)) - 1;
  vote->value = get_vote (oracle, frame, reporter, round, VALUE);
  vote->coherent = pnyx_commit_is_coherent (&commit->rule, vote->value, outcome);
  return TRUE;
}

static const PnyxVotes commit_votes = { .game = commit_game, .recorded = commit_recorded };

/* ---- Events ---- */

static void
commit_on_message (PnyxOracle *oracle, guint32 to, guint32 from, guint32 kind, guint32 payload)
{
  (void)oracle;
  (void)to;
  (void)from;
  (void)kind;
  (void)payload;
  PNYX_REQUIRE (FALSE); /* all that is said is said on chain */
}

static void
commit_on_timer (PnyxOracle *oracle, guint32 number, guint32 kind, guint32 payload)
{
  switch (kind)
    {
    case ROUND:
      on_round (oracle, payload);
      break;
    case INFERRED:
      on_inferred (oracle, number, payload);
      break;
    case READY:
      on_ready (oracle, number, payload);
      break;
    case COPY:
      on_copy (oracle, number, payload);
      break;
    case OPEN:
      on_open (oracle, number, payload);
      break;
    default:
      on_turn (oracle, number, payload);
    }
}

static gboolean
check_times (const PnyxOracle *oracle, GError **error)
{
  const CommitParams *params = params_of (oracle);
  PnyxPlace place = pnyx_section_place_of (oracle->section, "interval");

  if (params->commit <= params->interval && params->reveal <= params->interval - params->commit)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "a round of commit-reveal is shorter than its two phases (expected interval "
                     "at least commit plus reveal)");
  return FALSE;
}

static PnyxAmount
amount_of (gdouble money)
{
  return (PnyxAmount)llround (money * (gdouble)PNYX_AMOUNT_ONE);
}

static gboolean
commit_init (PnyxOracle *oracle, GError **error)
{
  const CommitParams *params = params_of (oracle);
  Commit *commit = oracle->state;
  PnyxAccount account = pnyx_machine_contract_account (oracle->machine, oracle->contract);
  g_autofree gchar *component = g_strdup_printf ("oracle.%s", oracle->id);

  if (!check_times (oracle, error))
    return FALSE;
  commit->rule = (PnyxCommitRule){ .band_ppb = (guint64)llround (params->tolerance * 1e9),
                                   .slash_ppb = (guint64)llround (params->slash * 1e9),
                                   .plurality = !oracle->prices };
  commit->stake = amount_of (params->stake);
  commit->reward = amount_of (params->reward);
  commit->fund = amount_of (params->fund);
  pnyx_machine_endow (oracle->machine, account, PNYX_CASH, commit->fund);
  pnyx_machine_begin_with (oracle->machine, oracle->cells + FUND, commit->fund);
  pnyx_world_rng (oracle->world, &commit->salt, component, "salt");
  pnyx_world_rng (oracle->world, &commit->source, component, "source");
  commit->voters = pnyx_arena_array (pnyx_world_arena (oracle->world), Voter, oracle->n_reporters);
  pnyx_oracle_set_timer (oracle, 0, 0, ROUND, 0);
  return TRUE;
}

const PnyxOracleOps pnyx_oracle_commit_reveal = {
  .component
  = { .name = "commit-reveal",
      .summary = "Reporters commit to hidden votes with stake, then reveal them; who is silent or "
                 "far off pays those who agree.",
      .source = "V. Buterin, \"SchellingCoin: a minimal-trust universal data feed\" (2014), with "
                "stake that is slashed in place of a reward that is missed",
      .limits = "All voters have the same stake. A round is settled in one transaction, whose gas "
                "grows with the reporters: with more of them than a block has gas for, no round "
                "is. The contract cannot check the filter's arithmetic, only what it was asked of; "
                "votes are judged by its own median or plurality.",
      .params = commit_params,
      .n_params = G_N_ELEMENTS (commit_params),
      .params_size = sizeof (CommitParams) },
  .prices = TRUE,
  .classes = TRUE,
  .reporters_min = 3,
  .n_cells = N_CELLS,
  .n_cells_each = N_CELLS_EACH,
  .state_size = sizeof (Commit),
  .init = commit_init,
  .on_message = commit_on_message,
  .on_timer = commit_on_timer,
  .execute = commit_execute,
  .booked = commit_booked,
  .staked = commit_staked,
  .votes = &commit_votes,
};
