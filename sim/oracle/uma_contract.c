/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The contract of the optimistic oracle: it holds bonds and stake. A claim is open until it is
 * settled or disputed; a dispute opens a vote, of a hidden and a public half, which is counted
 * after both: resolved, rolled or given up.
 */
#include "oracle/uma_priv.h"

#include <math.h>
#include <string.h>

#include "oracle/commit_rule.h"

#define BURNED (PNYX_UMA_ONE / 2)

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
  return pnyx_frame_get (frame, uma_claim_cell (oracle, round, field));
}

static void
set (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint field, gint64 value)
{
  pnyx_frame_set (frame, uma_claim_cell (oracle, round, field), value);
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
  return get (oracle, frame, round, UMA_ROUND) == (gint64)round
         && get (oracle, frame, round, UMA_STATE) == state;
}

static gboolean
execute_claim (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, const PnyxCall *call)
{
  const Uma *uma = oracle->state;
  const gint64 fields[UMA_CLAIM_CELLS] = {
    [UMA_ROUND] = (gint64)round,
    [UMA_STATE] = UMA_OPEN,
    [UMA_VALUE] = call->arguments[1],
    [UMA_OBSERVED] = call->arguments[2],
    [UMA_EXPIRY] = pnyx_frame_time (frame) + uma_params_of (oracle)->liveness,
    [UMA_CLAIMANT] = pnyx_frame_sender (frame),
  };

  if (get (oracle, frame, round, UMA_STATE) != UMA_CLOSED
      || get (oracle, frame, round, UMA_ROUND) >= (gint64)round
      || call->arguments[2] > pnyx_frame_time (frame) || fields[UMA_VALUE] < 0
      || (!oracle->prices && fields[UMA_VALUE] >= uma_choices (oracle))
      || !pnyx_frame_take (frame, PNYX_CASH, uma->bond))
    return FALSE;
  for (guint i = 0; i < UMA_CLAIM_CELLS; i++)
    set (oracle, frame, round, i, fields[i]);
  pnyx_frame_record (frame, PNYX_RECORD_CLAIMED, (gint64)round, fields[UMA_VALUE],
                     fields[UMA_OBSERVED], 0);
  return TRUE;
}

static gboolean
execute_dispute (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, const PnyxCall *call)
{
  const Uma *uma = oracle->state;

  if (!is_in (oracle, frame, round, UMA_OPEN)
      || !pnyx_uma_can_dispute (pnyx_frame_time (frame), get (oracle, frame, round, UMA_EXPIRY))
      || call->arguments[1] == get (oracle, frame, round, UMA_VALUE)
      || !pnyx_frame_take (frame, PNYX_CASH, uma->bond))
    return FALSE;
  set (oracle, frame, round, UMA_STATE, UMA_VOTING);
  set (oracle, frame, round, UMA_DISPUTER, (gint64)pnyx_frame_sender (frame) + 1);
  set (oracle, frame, round, UMA_AGAINST, call->arguments[1]);
  set (oracle, frame, round, UMA_BEGUN, pnyx_frame_time (frame));
  pnyx_frame_record (frame, PNYX_RECORD_DISPUTED, (gint64)round, 0, call->arguments[1], 0);
  return TRUE;
}

/* Whether the vote of @round is in its half number @half, from 0; 2: over. */
static gboolean
is_half (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 half)
{
  PnyxTime passed = pnyx_frame_time (frame) - get (oracle, frame, round, UMA_BEGUN);

  return is_in (oracle, frame, round, UMA_VOTING) && MIN (passed / uma_half_of (oracle), 2) == half;
}

static gint64
ballot_now (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  return uma_ballot_of (round, get (oracle, frame, round, UMA_ROLLS));
}

static gboolean
execute_commit (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, const PnyxCall *call)
{
  guint32 number = caller (oracle, frame);

  if (!is_half (oracle, frame, round, 0)
      || pnyx_frame_get (frame, uma_stake_cell (oracle, number)) == 0)
    return FALSE;
  pnyx_frame_set (frame, uma_ballot_cell (oracle, number, round, UMA_BALLOT),
                  ballot_now (oracle, frame, round));
  for (guint i = 0; i < 4; i++)
    pnyx_frame_set (frame, uma_ballot_cell (oracle, number, round, UMA_HASH + i),
                    call->arguments[1 + i]);
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

  if (!is_half (oracle, frame, round, 1) || choice < 0 || choice >= uma_choices (oracle)
      || pnyx_frame_get (frame, uma_ballot_cell (oracle, number, round, UMA_BALLOT)) != ballot)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    words[i] = pnyx_frame_get (frame, uma_ballot_cell (oracle, number, round, UMA_HASH + i));
  memcpy (commitment.hash, words, sizeof words);
  if (!pnyx_commit_opens (&commitment, number, (guint64)ballot, choice,
                          (guint64)call->arguments[2]))
    return FALSE;
  pnyx_frame_set (frame, uma_ballot_cell (oracle, number, round, UMA_CHOICE),
                  ballot * UMA_CHOICES + choice + 1);
  return TRUE;
}

/* Of a vote with a number of its own an answer is made that keeps the time of its observation. One
 * that is older than what was published since is not. */
static void
publish (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 value, PnyxTime agreed)
{
  const Uma *uma = oracle->state;
  const UmaClaim *claim = &uma->claims[round];
  PnyxAnswer answer = { .value = value,
                        .round = round,
                        .begun = claim->begun,
                        .observed = get (oracle, frame, round, UMA_OBSERVED),
                        .inferred = claim->observation.ready,
                        .agreed = agreed };

  if (pnyx_frame_get (frame, oracle->cells + UMA_NEWEST) > (gint64)round)
    return;
  pnyx_frame_set (frame, oracle->cells + UMA_NEWEST, (gint64)round);
  pnyx_oracle_publish (oracle, frame, &answer);
}

static gboolean
execute_settle (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  const Uma *uma = oracle->state;
  PnyxTime expiry = get (oracle, frame, round, UMA_EXPIRY);
  gint64 value = get (oracle, frame, round, UMA_VALUE);

  if (!is_in (oracle, frame, round, UMA_OPEN)
      || pnyx_uma_can_dispute (pnyx_frame_time (frame), expiry))
    return FALSE;
  set (oracle, frame, round, UMA_STATE, UMA_CLOSED);
  pnyx_frame_record (frame, PNYX_RECORD_RULED, (gint64)round, value,
                     get (oracle, frame, round, UMA_OBSERVED), 0);
  publish (oracle, frame, round, value, expiry);
  return pnyx_frame_pay (frame, PNYX_CASH, (PnyxAccount)get (oracle, frame, round, UMA_CLAIMANT),
                         uma->bond);
}

/* What reporter @number has revealed in @ballot; -1: nothing. */
static gint
choice_of (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, guint64 round, gint64 ballot)
{
  gint64 cell = pnyx_frame_get (frame, uma_ballot_cell (oracle, number, round, UMA_CHOICE));

  return cell / UMA_CHOICES == ballot ? (gint)(cell % UMA_CHOICES) - 1 : -1;
}

static PnyxUmaOutcome
count_votes (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 ballot)
{
  const Uma *uma = oracle->state;
  guint64 votes[UMA_CHOICES] = { 0 }, total = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      guint64 stake = (guint64)pnyx_frame_get (frame, uma_stake_cell (oracle, i));
      gint choice = choice_of (oracle, frame, i, round, ballot);

      total += stake;
      if (choice >= 0)
        votes[choice] += stake;
    }
  return pnyx_uma_resolve (&uma->rule, votes, uma_choices (oracle), total,
                           (guint32)get (oracle, frame, round, UMA_ROLLS));
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
      gint64 stake = pnyx_frame_get (frame, uma_stake_cell (oracle, i));
      gint64 shift = pnyx_uma_shift (&uma->rule, outcome, (guint64)stake, vote);

      if (shift == 0)
        continue;
      sum += shift;
      pnyx_frame_set (frame, uma_stake_cell (oracle, i), stake + shift);
      pnyx_frame_record (frame, PNYX_RECORD_MOVED, (gint64)round, i, shift, PNYX_MOVED_STAKE);
    }
  add (frame, oracle->cells + UMA_RESIDUE, -sum);
}

static gboolean
pay_bonds (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gboolean claim_stands)
{
  const Uma *uma = oracle->state;
  PnyxUmaBonds bonds = pnyx_uma_bonds ((guint64)uma->bond, BURNED);
  PnyxAccount claimant = (PnyxAccount)get (oracle, frame, round, UMA_CLAIMANT);
  PnyxAccount disputer = (PnyxAccount)(get (oracle, frame, round, UMA_DISPUTER) - 1);
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
  gint64 claimed = get (oracle, frame, round, UMA_VALUE);
  gint64 value = (gint64)outcome->mode;

  if (oracle->prices)
    value = outcome->mode == 0 ? claimed : get (oracle, frame, round, UMA_AGAINST);
  set (oracle, frame, round, UMA_STATE, UMA_CLOSED);
  set (oracle, frame, round, UMA_RULED, (gint64)outcome->mode + 1);
  add (frame, oracle->cells + UMA_DECIDED, 1);
  add (frame, oracle->cells + UMA_LOST, value != claimed ? 1 : 0);
  shift_stakes (oracle, frame, round, ballot_now (oracle, frame, round), outcome);
  pnyx_frame_record (frame, PNYX_RECORD_RULED, (gint64)round, value,
                     get (oracle, frame, round, UMA_OBSERVED), 1);
  publish (oracle, frame, round, value,
           get (oracle, frame, round, UMA_BEGUN) + 2 * uma_half_of (oracle));
  return pay_bonds (oracle, frame, round, value == claimed);
}

/* Nothing was decided: both have their bonds back. */
static gboolean
give_up (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  const Uma *uma = oracle->state;

  set (oracle, frame, round, UMA_STATE, UMA_CLOSED);
  pnyx_frame_record (frame, PNYX_RECORD_RULED, (gint64)round, get (oracle, frame, round, UMA_VALUE),
                     get (oracle, frame, round, UMA_OBSERVED), -1);
  return pnyx_frame_pay (frame, PNYX_CASH, (PnyxAccount)get (oracle, frame, round, UMA_CLAIMANT),
                         uma->bond)
         && pnyx_frame_pay (frame, PNYX_CASH,
                            (PnyxAccount)(get (oracle, frame, round, UMA_DISPUTER) - 1), uma->bond);
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
  add (frame, uma_claim_cell (oracle, round, UMA_ROLLS), 1);
  set (oracle, frame, round, UMA_BEGUN, pnyx_frame_time (frame));
  return TRUE;
}

gboolean
pnyx_uma_execute (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxCall *call)
{
  const Uma *uma = oracle->state;
  guint64 round = (guint64)call->arguments[0];

  if (round < 1 || round >= uma->n_claims || caller (oracle, frame) == PNYX_NONE)
    return FALSE;
  switch (call->method)
    {
    case UMA_CLAIM:
      return execute_claim (oracle, frame, round, call);
    case UMA_DISPUTE:
      return execute_dispute (oracle, frame, round, call);
    case UMA_COMMIT:
      return execute_commit (oracle, frame, round, call);
    case UMA_REVEAL:
      return execute_reveal (oracle, frame, round, call);
    case UMA_SETTLE:
      return execute_settle (oracle, frame, round);
    default:
      return call->method == UMA_RESOLVE && execute_resolve (oracle, frame, round);
    }
}

PnyxAmount
pnyx_uma_booked (const PnyxOracle *oracle, const PnyxMachine *machine)
{
  const Uma *uma = oracle->state;
  PnyxAmount sum = pnyx_machine_get (machine, oracle->cells + UMA_RESIDUE);

  for (guint64 slot = 0; slot < uma_params_of (oracle)->open; slot++)
    sum += uma->bond * pnyx_machine_get (machine, uma_claim_cell (oracle, slot, UMA_STATE));
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    sum += pnyx_machine_get (machine, uma_stake_cell (oracle, i));
  return sum;
}

/* Its stake, and its bonds of claims that are still open. */
PnyxAmount
pnyx_uma_staked (const PnyxOracle *oracle, const PnyxMachine *machine, guint32 number)
{
  const Uma *uma = oracle->state;
  gint64 account = oracle->reporters[number].account;
  PnyxAmount sum = pnyx_machine_get (machine, uma_stake_cell (oracle, number));

  for (guint64 slot = 0; slot < uma_params_of (oracle)->open; slot++)
    {
      gint64 state = pnyx_machine_get (machine, uma_claim_cell (oracle, slot, UMA_STATE));

      if (state != UMA_CLOSED
          && pnyx_machine_get (machine, uma_claim_cell (oracle, slot, UMA_CLAIMANT)) == account)
        sum += uma->bond;
      if (state == UMA_VOTING
          && pnyx_machine_get (machine, uma_claim_cell (oracle, slot, UMA_DISPUTER)) == account + 1)
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
  stake = pnyx_machine_get (oracle->machine, uma_stake_cell (oracle, number));
  *game = (PnyxBribeGame){ .reward = 0,
                           .deposit = (gdouble)stake * uma_params_of (oracle)->slash
                                      / (gdouble)PNYX_AMOUNT_ONE,
                           .epsilon = NAN };
}

static gboolean
uma_recorded (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, guint64 round,
              PnyxRecordedVote *vote)
{
  gint64 ruled = get (oracle, frame, round, UMA_RULED);
  gint choice;

  if (!is_in (oracle, frame, round, UMA_CLOSED) || ruled == 0)
    return FALSE;
  choice = choice_of (oracle, frame, number, round, ballot_now (oracle, frame, round));
  *vote = (PnyxRecordedVote){ .value = choice, .coherent = choice + 1 == ruled };
  return choice >= 0;
}

const PnyxVotes pnyx_uma_votes = { .game = uma_game, .recorded = uma_recorded };
