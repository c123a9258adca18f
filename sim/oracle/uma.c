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
#include "oracle/oracle.h"
#include "oracle/uma_rule.h"

typedef struct
{
  PnyxTime interval;
  PnyxTime liveness;
  gdouble bond;
  gdouble tolerance;
  gdouble monitoring;
  const PnyxDistribution *reaction;
  gdouble belief;
  PnyxTime vote;
  const PnyxDistribution *stake;
  gdouble quorum;
  gdouble agreement;
  gdouble slash;
  guint64 open;
} UmaParams;

#define SLOTS 16 /* claims that the contract can hold at a time */

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

enum /* methods */
{
  CLAIM,   /* round, value, time of observation */
  DISPUTE, /* round, value held against it */
  COMMIT,  /* round, hash in four words */
  REVEAL,  /* round, choice, salt */
  SETTLE,  /* round */
  RESOLVE, /* round */
};

enum /* timers */
{
  TURN,     /* round */
  READY,    /* round: the observation is there */
  INFERRED, /* round: inference is done */
  LOOK,     /* round */
};

enum /* state of a claim */
{
  CLOSED,
  OPEN,
  VOTING,
};

enum /* cells */
{
  NEWEST,  /* round of the newest answer */
  DECIDED, /* disputes that a vote resolved */
  LOST,    /* of them, those in which the claim was wrong */
  RESIDUE, /* stake that slashing has rounded off */
  CLAIMS,  /* SLOTS of these: */
};

enum
{
  ROUND,
  STATE,
  VALUE,
  OBSERVED,
  EXPIRY,
  CLAIMANT, /* account */
  DISPUTER, /* account + 1; 0: nobody */
  AGAINST,  /* value that the disputer holds against it */
  BEGUN,    /* of the vote */
  ROLLS,
  RULED, /* choice + 1 that a vote resolved */
  CLAIM_CELLS,
};

enum /* cells of each reporter */
{
  STAKE,
  BALLOTS, /* SLOTS of these: */
};

enum
{
  BALLOT,            /* number of the ballot that it has committed to */
  HASH,              /* four words */
  CHOICE = HASH + 4, /* ballot * CHOICES + choice + 1, once revealed */
  BALLOT_CELLS,
};

#define EACH (BALLOTS + SLOTS * BALLOT_CELLS)
#define CHOICES 32   /* above every choice + 1 */
#define ROLLS_MAX 4  /* VotingV2.sol */
#define BALLOTS_OF 8 /* ballots that a round may have: more than 1 + ROLLS_MAX */
#define EXPERIENCE 10
#define STAGES 30 /* for which the public looks out for a dispute that somebody has sent */
#define GAS_CALL 400000
#define GAS_VOTER 20000 /* of each, where votes are counted */
#define BURNED (PNYX_UMA_ONE / 2)

/* A claim as its claimant and those who look at it remember it. */
typedef struct
{
  guint32 claimant;
  PnyxTime begun;
  PnyxObservation observation;
  PnyxTime disputed; /* when somebody last sent a dispute; 0: nobody */
  PnyxTime *next;    /* by reporter: when it looks again; 0: not */
  guint8 *watches;   /* by reporter: it is still to check the claim */
  guint8 *choices;   /* by reporter: what it has committed to last */
} Claim;

typedef struct
{
  PnyxUmaRule rule;
  PnyxAmount bond;
  PnyxAccount store; /* of the protocol: what is burned */
  PnyxTime stage;    /* between two looks, and between two who try the same */
  Claim *claims;     /* number 0 is none */
  guint32 n_claims, capacity;
  PnyxRng salts, monitoring, reaction, moment;
} Uma;

static const UmaParams *
params_of (const PnyxOracle *oracle)
{
  return oracle->mechanism;
}

static guint32
slot_of (const PnyxOracle *oracle, guint64 round)
{
  return (guint32)(round % params_of (oracle)->open);
}

static PnyxCell
claim_cell (const PnyxOracle *oracle, guint64 round, guint field)
{
  return oracle->cells + CLAIMS + slot_of (oracle, round) * CLAIM_CELLS + field;
}

static PnyxCell
stake_cell (const PnyxOracle *oracle, guint32 number)
{
  return oracle->cells + CLAIMS + SLOTS * CLAIM_CELLS + number * EACH + STAKE;
}

static PnyxCell
ballot_cell (const PnyxOracle *oracle, guint32 number, guint64 round, guint field)
{
  return stake_cell (oracle, number) + BALLOTS + slot_of (oracle, round) * BALLOT_CELLS + field;
}

/* Of the view. */
static gint64
viewed (const PnyxOracle *oracle, guint64 round, guint field)
{
  return pnyx_machine_get (oracle->machine, claim_cell (oracle, round, field));
}

static PnyxTime
half_of (const PnyxOracle *oracle)
{
  return params_of (oracle)->vote / 2;
}

static gint64
ballot_of (guint64 round, gint64 rolls)
{
  return (gint64)round * BALLOTS_OF + rolls;
}

/* Answers that a vote has to choose from. */
static guint
choices (const PnyxOracle *oracle)
{
  return oracle->prices ? 2 : pnyx_feed_classes (oracle->feed);
}

/* ---- The contract ---- */

/* Returns: the reporter that called; PNYX_NONE: somebody else. */
static guint32
caller (const PnyxOracle *oracle, const PnyxFrame *frame)
{
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (oracle->reporters[i].account == pnyx_frame_sender (frame))
      return i;
  return PNYX_NONE;
}

static guint32
reporter_of (const PnyxOracle *oracle, gint64 account)
{
  return (guint32)(account - (gint64)oracle->reporters[0].account);
}

static gint64
get (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint field)
{
  return pnyx_frame_get (frame, claim_cell (oracle, round, field));
}

static void
set (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint field, gint64 value)
{
  pnyx_frame_set (frame, claim_cell (oracle, round, field), value);
}

static void
add (PnyxFrame *frame, PnyxCell cell, gint64 amount)
{
  pnyx_frame_set (frame, cell, pnyx_frame_get (frame, cell) + amount);
}

/* Whether the claim of @round is in @state. */
static gboolean
is_in (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 state)
{
  return get (oracle, frame, round, ROUND) == (gint64)round
         && get (oracle, frame, round, STATE) == state;
}

static gboolean
execute_claim (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, const PnyxCall *call)
{
  const Uma *uma = oracle->state;
  const gint64 fields[CLAIM_CELLS] = {
    [ROUND] = (gint64)round,
    [STATE] = OPEN,
    [VALUE] = call->arguments[1],
    [OBSERVED] = call->arguments[2],
    [EXPIRY] = pnyx_frame_time (frame) + params_of (oracle)->liveness,
    [CLAIMANT] = pnyx_frame_sender (frame),
  };

  if (get (oracle, frame, round, STATE) != CLOSED
      || get (oracle, frame, round, ROUND) >= (gint64)round
      || call->arguments[2] > pnyx_frame_time (frame) || fields[VALUE] < 0
      || (!oracle->prices && fields[VALUE] >= choices (oracle))
      || !pnyx_frame_take (frame, PNYX_CASH, uma->bond))
    return FALSE;
  for (guint i = 0; i < CLAIM_CELLS; i++)
    set (oracle, frame, round, i, fields[i]);
  pnyx_frame_record (frame, PNYX_RECORD_CLAIMED, (gint64)round, fields[VALUE], fields[OBSERVED], 0);
  return TRUE;
}

static gboolean
execute_dispute (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, const PnyxCall *call)
{
  const Uma *uma = oracle->state;

  if (!is_in (oracle, frame, round, OPEN)
      || !pnyx_uma_can_dispute (pnyx_frame_time (frame), get (oracle, frame, round, EXPIRY))
      || call->arguments[1] == get (oracle, frame, round, VALUE)
      || !pnyx_frame_take (frame, PNYX_CASH, uma->bond))
    return FALSE;
  set (oracle, frame, round, STATE, VOTING);
  set (oracle, frame, round, DISPUTER, (gint64)pnyx_frame_sender (frame) + 1);
  set (oracle, frame, round, AGAINST, call->arguments[1]);
  set (oracle, frame, round, BEGUN, pnyx_frame_time (frame));
  pnyx_frame_record (frame, PNYX_RECORD_DISPUTED, (gint64)round, 0, call->arguments[1], 0);
  return TRUE;
}

/* Whether the vote of @round is in its half number @half, from 0; 2: over. */
static gboolean
is_half (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 half)
{
  PnyxTime passed = pnyx_frame_time (frame) - get (oracle, frame, round, BEGUN);

  return is_in (oracle, frame, round, VOTING) && MIN (passed / half_of (oracle), 2) == half;
}

static gint64
ballot_now (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  return ballot_of (round, get (oracle, frame, round, ROLLS));
}

static gboolean
execute_commit (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, const PnyxCall *call)
{
  guint32 number = caller (oracle, frame);

  if (!is_half (oracle, frame, round, 0)
      || pnyx_frame_get (frame, stake_cell (oracle, number)) == 0)
    return FALSE;
  pnyx_frame_set (frame, ballot_cell (oracle, number, round, BALLOT),
                  ballot_now (oracle, frame, round));
  for (guint i = 0; i < 4; i++)
    pnyx_frame_set (frame, ballot_cell (oracle, number, round, HASH + i), call->arguments[1 + i]);
  return TRUE;
}

static gboolean
execute_reveal (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, const PnyxCall *call)
{
  guint32 number = caller (oracle, frame);
  gint64 ballot = ballot_now (oracle, frame, round);
  gint64 choice = call->arguments[1];
  PnyxCommitment commitment;
  gint64 words[4];

  if (!is_half (oracle, frame, round, 1) || choice < 0 || choice >= choices (oracle)
      || pnyx_frame_get (frame, ballot_cell (oracle, number, round, BALLOT)) != ballot)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    words[i] = pnyx_frame_get (frame, ballot_cell (oracle, number, round, HASH + i));
  memcpy (commitment.hash, words, sizeof words);
  if (!pnyx_commit_opens (&commitment, number, (guint64)ballot, choice,
                          (guint64)call->arguments[2]))
    return FALSE;
  pnyx_frame_set (frame, ballot_cell (oracle, number, round, CHOICE),
                  ballot * CHOICES + choice + 1);
  return TRUE;
}

/* Of a vote with a number of its own an answer is made that keeps the time of its observation. One
 * that is older than what was published since is not. */
static void
publish (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 value, PnyxTime agreed)
{
  const Uma *uma = oracle->state;
  const Claim *claim = &uma->claims[round];
  PnyxAnswer answer = { .value = value,
                        .round = round,
                        .begun = claim->begun,
                        .observed = get (oracle, frame, round, OBSERVED),
                        .inferred = claim->observation.ready,
                        .agreed = agreed };

  if (pnyx_frame_get (frame, oracle->cells + NEWEST) > (gint64)round)
    return;
  pnyx_frame_set (frame, oracle->cells + NEWEST, (gint64)round);
  pnyx_oracle_publish (oracle, frame, &answer);
}

static gboolean
execute_settle (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  const Uma *uma = oracle->state;
  PnyxTime expiry = get (oracle, frame, round, EXPIRY);
  gint64 value = get (oracle, frame, round, VALUE);

  if (!is_in (oracle, frame, round, OPEN) || pnyx_uma_can_dispute (pnyx_frame_time (frame), expiry))
    return FALSE;
  set (oracle, frame, round, STATE, CLOSED);
  pnyx_frame_record (frame, PNYX_RECORD_RULED, (gint64)round, value,
                     get (oracle, frame, round, OBSERVED), 0);
  publish (oracle, frame, round, value, expiry);
  return pnyx_frame_pay (frame, PNYX_CASH, (PnyxAccount)get (oracle, frame, round, CLAIMANT),
                         uma->bond);
}

/* What reporter @number has revealed in @ballot; -1: nothing. */
static gint
choice_of (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, guint64 round, gint64 ballot)
{
  gint64 cell = pnyx_frame_get (frame, ballot_cell (oracle, number, round, CHOICE));

  return cell / CHOICES == ballot ? (gint)(cell % CHOICES) - 1 : -1;
}

static PnyxUmaOutcome
count_votes (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 ballot)
{
  const Uma *uma = oracle->state;
  guint64 votes[CHOICES] = { 0 }, total = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      guint64 stake = (guint64)pnyx_frame_get (frame, stake_cell (oracle, i));
      gint choice = choice_of (oracle, frame, i, round, ballot);

      total += stake;
      if (choice >= 0)
        votes[choice] += stake;
    }
  return pnyx_uma_resolve (&uma->rule, votes, choices (oracle), total,
                           (guint32)get (oracle, frame, round, ROLLS));
}

static void
shift_stakes (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 ballot,
              const PnyxUmaOutcome *outcome)
{
  const Uma *uma = oracle->state;
  gint64 sum = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      gint choice = choice_of (oracle, frame, i, round, ballot);
      PnyxUmaVote vote = choice < 0                      ? PNYX_UMA_SILENT
                         : choice == (gint)outcome->mode ? PNYX_UMA_CORRECT
                                                         : PNYX_UMA_WRONG;
      gint64 stake = pnyx_frame_get (frame, stake_cell (oracle, i));
      gint64 shift = pnyx_uma_shift (&uma->rule, outcome, (guint64)stake, vote);

      if (shift == 0)
        continue;
      sum += shift;
      pnyx_frame_set (frame, stake_cell (oracle, i), stake + shift);
      pnyx_frame_record (frame, PNYX_RECORD_MOVED, (gint64)round, i, shift, PNYX_MOVED_STAKE);
    }
  add (frame, oracle->cells + RESIDUE, -sum);
}

static gboolean
pay_bonds (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gboolean claim_stands)
{
  const Uma *uma = oracle->state;
  PnyxUmaBonds bonds = pnyx_uma_bonds ((guint64)uma->bond, BURNED);
  PnyxAccount claimant = (PnyxAccount)get (oracle, frame, round, CLAIMANT);
  PnyxAccount disputer = (PnyxAccount)(get (oracle, frame, round, DISPUTER) - 1);
  PnyxAccount winner = claim_stands ? claimant : disputer;
  PnyxAccount loser = claim_stands ? disputer : claimant;

  pnyx_frame_record (frame, PNYX_RECORD_MOVED, (gint64)round, reporter_of (oracle, winner),
                     (gint64)bonds.winner - uma->bond, PNYX_MOVED_BOND);
  pnyx_frame_record (frame, PNYX_RECORD_MOVED, (gint64)round, reporter_of (oracle, loser),
                     -uma->bond, PNYX_MOVED_BOND);
  return pnyx_frame_pay (frame, PNYX_CASH, winner, (PnyxAmount)bonds.winner)
         && pnyx_frame_pay (frame, PNYX_CASH, uma->store, (PnyxAmount)bonds.store);
}

static gboolean
decide (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, const PnyxUmaOutcome *outcome)
{
  gint64 claimed = get (oracle, frame, round, VALUE);
  gint64 value = (gint64)outcome->mode;

  if (oracle->prices)
    value = outcome->mode == 0 ? claimed : get (oracle, frame, round, AGAINST);
  set (oracle, frame, round, STATE, CLOSED);
  set (oracle, frame, round, RULED, (gint64)outcome->mode + 1);
  add (frame, oracle->cells + DECIDED, 1);
  add (frame, oracle->cells + LOST, value != claimed ? 1 : 0);
  shift_stakes (oracle, frame, round, ballot_now (oracle, frame, round), outcome);
  pnyx_frame_record (frame, PNYX_RECORD_RULED, (gint64)round, value,
                     get (oracle, frame, round, OBSERVED), 1);
  publish (oracle, frame, round, value, get (oracle, frame, round, BEGUN) + 2 * half_of (oracle));
  return pay_bonds (oracle, frame, round, value == claimed);
}

/* Nothing was decided: both have their bonds back. */
static gboolean
give_up (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  const Uma *uma = oracle->state;

  set (oracle, frame, round, STATE, CLOSED);
  pnyx_frame_record (frame, PNYX_RECORD_RULED, (gint64)round, get (oracle, frame, round, VALUE),
                     get (oracle, frame, round, OBSERVED), -1);
  return pnyx_frame_pay (frame, PNYX_CASH, (PnyxAccount)get (oracle, frame, round, CLAIMANT),
                         uma->bond)
         && pnyx_frame_pay (frame, PNYX_CASH,
                            (PnyxAccount)(get (oracle, frame, round, DISPUTER) - 1), uma->bond);
}

static gboolean
execute_resolve (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  PnyxUmaOutcome outcome;

  if (!is_half (oracle, frame, round, 2))
    return FALSE;
  outcome = count_votes (oracle, frame, round, ballot_now (oracle, frame, round));
  if (outcome.state == PNYX_UMA_RESOLVED)
    return decide (oracle, frame, round, &outcome);
  if (outcome.state == PNYX_UMA_DELETED)
    return give_up (oracle, frame, round);
  add (frame, claim_cell (oracle, round, ROLLS), 1);
  set (oracle, frame, round, BEGUN, pnyx_frame_time (frame));
  return TRUE;
}

static gboolean
uma_execute (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxCall *call)
{
  const Uma *uma = oracle->state;
  guint64 round = (guint64)call->arguments[0];

  if (round < 1 || round >= uma->n_claims || caller (oracle, frame) == PNYX_NONE)
    return FALSE;
  switch (call->method)
    {
    case CLAIM:
      return execute_claim (oracle, frame, round, call);
    case DISPUTE:
      return execute_dispute (oracle, frame, round, call);
    case COMMIT:
      return execute_commit (oracle, frame, round, call);
    case REVEAL:
      return execute_reveal (oracle, frame, round, call);
    case SETTLE:
      return execute_settle (oracle, frame, round);
    default:
      return call->method == RESOLVE && execute_resolve (oracle, frame, round);
    }
}

static PnyxAmount
uma_booked (const PnyxOracle *oracle, const PnyxMachine *machine)
{
  const Uma *uma = oracle->state;
  PnyxAmount sum = pnyx_machine_get (machine, oracle->cells + RESIDUE);

  for (guint64 slot = 0; slot < params_of (oracle)->open; slot++)
    sum += uma->bond * pnyx_machine_get (machine, claim_cell (oracle, slot, STATE));
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    sum += pnyx_machine_get (machine, stake_cell (oracle, i));
  return sum;
}

/* Its stake, and its bonds of claims that are still open. */
static PnyxAmount
uma_staked (const PnyxOracle *oracle, const PnyxMachine *machine, guint32 number)
{
  const Uma *uma = oracle->state;
  gint64 account = oracle->reporters[number].account;
  PnyxAmount sum = pnyx_machine_get (machine, stake_cell (oracle, number));

  for (guint64 slot = 0; slot < params_of (oracle)->open; slot++)
    {
      gint64 state = pnyx_machine_get (machine, claim_cell (oracle, slot, STATE));

      if (state != CLOSED
          && pnyx_machine_get (machine, claim_cell (oracle, slot, CLAIMANT)) == account)
        sum += uma->bond;
      if (state == VOTING
          && pnyx_machine_get (machine, claim_cell (oracle, slot, DISPUTER)) == account + 1)
        sum += uma->bond;
    }
  return sum;
}

/* ---- Votes that can be bought ---- */

/* Where all but one are right it gains nothing by being right too. */
static void
uma_game (const PnyxOracle *oracle, guint32 number, guint64 round, PnyxBribeGame *game)
{
  gint64 stake;

  (void)round;
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  stake = pnyx_machine_get (oracle->machine, stake_cell (oracle, number));
  *game = (PnyxBribeGame){ .reward = 0,
                           .deposit
                           = (gdouble)stake * params_of (oracle)->slash / (gdouble)PNYX_AMOUNT_ONE,
                           .epsilon = NAN };
}

static gboolean
uma_recorded (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, guint64 round,
              PnyxRecordedVote *vote)
{
  gint64 ruled = get (oracle, frame, round, RULED);
  gint choice;

  if (!is_in (oracle, frame, round, CLOSED) || ruled == 0)
    return FALSE;
  choice = choice_of (oracle, frame, number, round, ballot_now (oracle, frame, round));
  *vote = (PnyxRecordedVote){ .value = choice, .coherent = choice + 1 == ruled };
  return choice >= 0;
}

static const PnyxVotes uma_votes = { .game = uma_game, .recorded = uma_recorded };

/* ---- Reporters ---- */

static guint32
submit (PnyxOracle *oracle, guint32 number, guint32 method, const gint64 *arguments, guint n)
{
  guint64 counting = method == RESOLVE ? GAS_VOTER * (guint64)oracle->n_reporters : 0;

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
  uma->claims[uma->n_claims++] = (Claim){
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
  Claim *claim;

  pnyx_oracle_set_timer (oracle, 0, now + params_of (oracle)->interval, TURN, (guint32)round + 1);
  new_claim (oracle, number);
  claim = &uma->claims[round];
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (!pnyx_oracle_online (oracle, number) || viewed (oracle, round, STATE) != CLOSED
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
  const UmaParams *params = params_of (oracle);
  Uma *uma = oracle->state;
  Claim *claim = &uma->claims[round];
  PnyxTime now = pnyx_world_now (oracle->world);
  gint64 arguments[] = { (gint64)round, value_of (oracle, &claim->observation),
                         claim->observation.report.observed };

  submit (oracle, number, CLAIM, arguments, 3);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      gdouble wait = pnyx_distribution_sample (params->reaction, &uma->reaction, i, round);

      claim->watches[i]
          = i != number && pnyx_rng_uniform (&uma->monitoring, i, round) < params->monitoring;
      look_at (oracle, i, round,
               now + (claim->watches[i] ? pnyx_time_from_seconds (wait) : params->liveness));
    }
}

static gdouble
coalition (const PnyxOracle *oracle, guint64 round)
{
  gdouble own = 0, all = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      gdouble stake = (gdouble)pnyx_machine_get (oracle->machine, stake_cell (oracle, i));

      all += stake;
      own += pnyx_oracle_attacks (oracle, i, round) ? stake : 0;
    }
  return all > 0 ? own / all : 0;
}

/* A coalition knows what it has; others go by what they have seen of disputes. */
static gdouble
chance_to_win (const PnyxOracle *oracle, guint32 number, guint64 round)
{
  gint64 decided = pnyx_machine_get (oracle->machine, oracle->cells + DECIDED);
  gint64 lost = pnyx_machine_get (oracle->machine, oracle->cells + LOST);

  if (pnyx_oracle_attacks (oracle, number, round))
    return coalition (oracle, round) > params_of (oracle)->agreement ? 1 : 0;
  return (params_of (oracle)->belief * EXPERIENCE + (gdouble)lost)
         / (gdouble)(EXPERIENCE + decided);
}

static gboolean
differs (const PnyxOracle *oracle, gint64 value, gint64 claimed)
{
  gdouble tolerance = params_of (oracle)->tolerance;

  if (!oracle->prices)
    return value != claimed;
  return fabs ((gdouble)claimed / (gdouble)value - 1) > tolerance;
}

static void
check_claim (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Uma *uma = oracle->state;
  Claim *claim = &uma->claims[round];
  PnyxTime now = pnyx_world_now (oracle->world);
  PnyxObservation own;
  gint64 arguments[2];

  claim->watches[number] = 0;
  if (!pnyx_uma_can_dispute (now, viewed (oracle, round, EXPIRY))
      || !pnyx_oracle_recall (oracle, number, round, viewed (oracle, round, OBSERVED), FALSE, &own))
    return;
  arguments[0] = (gint64)round;
  arguments[1] = value_of (oracle, &own);
  if (!differs (oracle, arguments[1], viewed (oracle, round, VALUE))
      || pnyx_uma_dispute_gain (chance_to_win (oracle, number, round), 0.5) <= 0)
    return;
  submit (oracle, number, DISPUTE, arguments, 2);
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
  const Claim *claim = &uma->claims[round];
  PnyxTime now = pnyx_world_now (oracle->world);
  PnyxTime expiry = viewed (oracle, round, EXPIRY), next;
  gint64 arguments[] = { (gint64)round };

  if (claim->watches[number])
    check_claim (oracle, number, round);
  if (is_turn (oracle, number, round, expiry))
    submit (oracle, number, SETTLE, arguments, 1);
  next = turn_after (oracle, number, round, expiry);
  if (claim->disputed > 0 && now < claim->disputed + STAGES * uma->stage)
    next = MIN (next, now + uma->stage);
  look_at (oracle, number, round, next);
}

static gboolean
choose (PnyxOracle *oracle, guint32 number, guint64 round, gint64 *choice)
{
  PnyxTime observed = viewed (oracle, round, OBSERVED);
  gdouble claimed = (gdouble)viewed (oracle, round, VALUE);
  gdouble against = (gdouble)viewed (oracle, round, AGAINST);
  PnyxObservation own;
  gdouble value;

  if (!pnyx_oracle_recall (oracle, number, round, observed, TRUE, &own))
    return FALSE;
  value = (gdouble)value_of (oracle, &own);
  *choice = (gint64)value;
  if (oracle->prices)
    *choice = fabs (log (value / claimed)) <= fabs (log (value / against)) ? 0 : 1;
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
  submit (oracle, number, COMMIT, arguments, 5);
}

static void
reveal (PnyxOracle *oracle, guint32 number, guint64 round, gint64 ballot)
{
  const Uma *uma = oracle->state;
  const gint64 arguments[] = { (gint64)round, uma->claims[round].choices[number],
                               (gint64)pnyx_rng_u64 (&uma->salts, number, (guint64)ballot) };

  submit (oracle, number, REVEAL, arguments, 3);
}

static void
look_at_voting (PnyxOracle *oracle, guint32 number, guint64 round)
{
  const Uma *uma = oracle->state;
  PnyxTime now = pnyx_world_now (oracle->world), half = half_of (oracle);
  PnyxTime begun = viewed (oracle, round, BEGUN);
  gint64 ballot = ballot_of (round, viewed (oracle, round, ROLLS));
  gdouble u = 0.5 * pnyx_rng_uniform (&uma->moment, number, (guint64)ballot);
  PnyxTime moment = (PnyxTime)(u * (gdouble)half); /* in the first half of each phase */
  gint64 arguments[] = { (gint64)round };
  PnyxTime next = now + uma->stage;

  if (now < begun + moment)
    next = begun + moment;
  else if (now < begun + half)
    {
      if (pnyx_machine_get (oracle->machine, ballot_cell (oracle, number, round, BALLOT)) != ballot
          && pnyx_machine_get (oracle->machine, stake_cell (oracle, number)) > 0)
        commit (oracle, number, round, ballot);
      next = begun + half + moment;
    }
  else if (now < begun + half + moment)
    next = begun + half + moment;
  else if (now < begun + 2 * half)
    {
      if (pnyx_machine_get (oracle->machine, ballot_cell (oracle, number, round, BALLOT)) == ballot)
        reveal (oracle, number, round, ballot);
      next = begun + 2 * half;
    }
  else if (is_turn (oracle, number, round, begun + 2 * half))
    submit (oracle, number, RESOLVE, arguments, 1);
  look_at (oracle, number, round, next);
}

static void
on_look (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Uma *uma = oracle->state;
  const Claim *claim = &uma->claims[round];
  PnyxTime now = pnyx_world_now (oracle->world);

  if (claim->next[number] != now)
    return; /* it has looked since, and said when it looks again */
  if (!pnyx_oracle_online (oracle, number))
    {
      look_at (oracle, number, round, now + uma->stage);
      return;
    }
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (viewed (oracle, round, ROUND) > (gint64)round)
    return;
  if (viewed (oracle, round, ROUND) < (gint64)round)
    look_at (oracle, number, round, now + MAX (uma->stage, (now - claim->begun) / 4));
  else if (viewed (oracle, round, STATE) == OPEN)
    look_at_open (oracle, number, round);
  else if (viewed (oracle, round, STATE) == VOTING)
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
      gdouble stake = pnyx_distribution_sample (params_of (oracle)->stake, &rng, i, 0);
      PnyxAmount amount = (PnyxAmount)llround (MAX (stake, 0) * (gdouble)PNYX_AMOUNT_ONE);

      total += amount;
      pnyx_machine_begin_with (oracle->machine, stake_cell (oracle, i), amount);
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
  const UmaParams *params = params_of (oracle);
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
  .n_cells = CLAIMS + SLOTS * CLAIM_CELLS,
  .n_cells_each = EACH,
  .state_size = sizeof (Uma),
  .init = uma_init,
  .on_timer = uma_on_timer,
  .execute = uma_execute,
  .booked = uma_booked,
  .staked = uma_staked,
  .disputes = TRUE,
  .votes = &uma_votes,
};
