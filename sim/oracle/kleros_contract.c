/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The contract of the court: it holds stake and fees. Jurors are drawn when a question is asked or
 * appealed; when nobody appeals any more all rounds are paid by the ruling of the last.
 */
#include "oracle/kleros_priv.h"

#include <math.h>

static guint32
caller (const PnyxOracle *oracle, const PnyxFrame *frame)
{
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (oracle->reporters[i].account == pnyx_frame_sender (frame))
      return i;
  return PNYX_NONE;
}

static gint64
get (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint field)
{
  return pnyx_frame_get (frame, kleros_question_cell (oracle, round, field));
}

static void
set (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint field, gint64 value)
{
  pnyx_frame_set (frame, kleros_question_cell (oracle, round, field), value);
}

static void
add (PnyxFrame *frame, PnyxCell cell, gint64 amount)
{
  if (amount != 0)
    pnyx_frame_set (frame, cell, pnyx_frame_get (frame, cell) + amount);
}

static gboolean
is_open (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  return get (oracle, frame, round, KLEROS_ROUND) == (gint64)round
         && get (oracle, frame, round, KLEROS_OPEN) == 1;
}

static PnyxTime
passed (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  return pnyx_frame_time (frame) - get (oracle, frame, round, KLEROS_BEGUN);
}

/* Draws the jurors of a round and locks what they can lose. FALSE: there is not enough stake. */
static gboolean
draw_jurors (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint appeals)
{
  const Kleros *kleros = oracle->state;
  g_autofree guint64 *free = g_new (guint64, oracle->n_reporters);
  g_autofree guint32 *drawn = g_new0 (guint32, oracle->n_reporters);
  guint32 dispute = (guint32)round * (1 + KLEROS_APPEALS_MAX) + appeals;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      gint64 left = pnyx_frame_get (frame, kleros_juror_cell (oracle, i, KLEROS_STAKE))
                    - pnyx_frame_get (frame, kleros_juror_cell (oracle, i, KLEROS_LOCKED));

      free[i] = left >= kleros->at_stake ? (guint64)left : 0;
    }
  for (guint64 k = 0; k < kleros_jurors_of (oracle, appeals); k++)
    {
      guint32 juror
          = pnyx_kleros_draw (free, oracle->n_reporters, TRUE, &kleros->draws, dispute, k);

      if (juror == PNYX_NONE)
        return FALSE;
      drawn[juror]++;
      free[juror] -= (guint64)kleros->at_stake;
      if (free[juror] < (guint64)kleros->at_stake)
        free[juror] = 0;
    }
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (drawn[i] > 0)
      {
        pnyx_frame_set (frame, kleros_vote_cell (oracle, i, round, appeals, KLEROS_DRAWN),
                        (gint64)round * KLEROS_DRAWS + drawn[i]);
        add (frame, kleros_juror_cell (oracle, i, KLEROS_LOCKED), drawn[i] * kleros->at_stake);
      }
  return TRUE;
}

static gboolean
execute_ask (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, PnyxTime observed)
{
  const gint64 fields[KLEROS_QUESTION_CELLS] = { [KLEROS_ROUND] = (gint64)round,
                                                 [KLEROS_OPEN] = 1,
                                                 [KLEROS_OBSERVED] = observed,
                                                 [KLEROS_BEGUN] = pnyx_frame_time (frame) };

  if (get (oracle, frame, round, KLEROS_OPEN) != 0
      || get (oracle, frame, round, KLEROS_ROUND) >= (gint64)round
      || observed > pnyx_frame_time (frame)
      || !pnyx_frame_take (frame, PNYX_CASH, kleros_cost_of (oracle, 0)))
    return FALSE;
  for (guint i = 0; i < KLEROS_QUESTION_CELLS; i++)
    set (oracle, frame, round, i, fields[i]);
  pnyx_frame_record (frame, PNYX_RECORD_CLAIMED, (gint64)round, -1, observed, 0);
  return draw_jurors (oracle, frame, round, 0);
}

static gboolean
execute_vote (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 choice)
{
  guint32 number = caller (oracle, frame);
  guint appeals = (guint)get (oracle, frame, round, KLEROS_APPEALS);
  PnyxCell cell = kleros_vote_cell (oracle, number, round, appeals, KLEROS_CHOICE);

  if (!is_open (oracle, frame, round) || choice < 0 || choice >= kleros_n_choices (oracle)
      || passed (oracle, frame, round) >= kleros_params_of (oracle)->vote
      || pnyx_frame_get (frame, kleros_vote_cell (oracle, number, round, appeals, KLEROS_DRAWN))
                 / KLEROS_DRAWS
             != (gint64)round
      || pnyx_frame_get (frame, cell) / KLEROS_CHOICES == (gint64)round)
    return FALSE;
  pnyx_frame_set (frame, cell, (gint64)round * KLEROS_CHOICES + choice + 1);
  return TRUE;
}

static gboolean
execute_appeal (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 against)
{
  const KlerosParams *params = kleros_params_of (oracle);
  guint appeals = (guint)get (oracle, frame, round, KLEROS_APPEALS);
  PnyxTime time = passed (oracle, frame, round);

  if (!is_open (oracle, frame, round) || appeals >= params->appeals || time < params->vote
      || time >= params->vote + params->appeal
      || !pnyx_frame_take (frame, PNYX_CASH, kleros_cost_of (oracle, appeals + 1)))
    return FALSE;
  set (oracle, frame, round, KLEROS_APPEALS, appeals + 1);
  set (oracle, frame, round, KLEROS_BEGUN, pnyx_frame_time (frame));
  pnyx_frame_record (frame, PNYX_RECORD_DISPUTED, (gint64)round, appeals, against, 0);
  return draw_jurors (oracle, frame, round, appeals + 1);
}

static void
read_ballot (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint appeals,
             KlerosBallot *ballot)
{
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    kleros_add_votes (
        ballot, round,
        pnyx_frame_get (frame, kleros_vote_cell (oracle, i, round, appeals, KLEROS_DRAWN)),
        pnyx_frame_get (frame, kleros_vote_cell (oracle, i, round, appeals, KLEROS_CHOICE)));
}

/* What juror @number has of a round: its votes are alike. */
static gboolean
pay_juror (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, guint64 round, guint appeals,
           const PnyxKlerosRuling *last, const PnyxKlerosPayout *payout)
{
  const Kleros *kleros = oracle->state;
  gint64 drawn
      = pnyx_frame_get (frame, kleros_vote_cell (oracle, number, round, appeals, KLEROS_DRAWN));
  gint64 choice
      = pnyx_frame_get (frame, kleros_vote_cell (oracle, number, round, appeals, KLEROS_CHOICE));
  gint64 n = drawn / KLEROS_DRAWS == (gint64)round ? drawn % KLEROS_DRAWS : 0;
  gboolean coherent = pnyx_kleros_is_coherent (kleros_vote_of (round, choice), last);
  gint64 shift = n * (coherent ? (gint64)payout->token_reward : -(gint64)payout->penalty);
  gint64 fees = n * (coherent ? (gint64)payout->fee_reward : 0);

  if (n == 0)
    return TRUE;
  add (frame, kleros_juror_cell (oracle, number, KLEROS_LOCKED), -n * kleros->at_stake);
  add (frame, kleros_juror_cell (oracle, number, KLEROS_STAKE), shift);
  pnyx_frame_record (frame, PNYX_RECORD_MOVED, (gint64)round, number, shift, PNYX_MOVED_STAKE);
  if (fees > 0)
    pnyx_frame_record (frame, PNYX_RECORD_MOVED, (gint64)round, number, fees, PNYX_MOVED_FEE);
  return pnyx_frame_pay (frame, PNYX_CASH, oracle->reporters[number].account, fees);
}

static gboolean
pay_round (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint appeals,
           const PnyxKlerosRuling *last)
{
  const Kleros *kleros = oracle->state;
  g_autofree gint *votes = kleros_new_votes (oracle, appeals);
  KlerosBallot ballot = { .votes = votes };
  PnyxKlerosPayout payout;

  read_ballot (oracle, frame, round, appeals, &ballot);
  payout = pnyx_kleros_payout (ballot.votes, ballot.n, last, (guint64)kleros->at_stake,
                               (guint64)kleros_cost_of (oracle, appeals),
                               (PnyxKlerosTie)kleros_params_of (oracle)->tie);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (!pay_juror (oracle, frame, i, round, appeals, last, &payout))
      return FALSE;
  add (frame, oracle->cells + KLEROS_RESIDUE,
       (gint64)(payout.token_stranded + payout.fee_stranded));
  return pnyx_frame_pay (frame, PNYX_CASH, kleros->governor,
                         (PnyxAmount)(payout.token_governor + payout.fee_governor));
}

/* An answer that is older than what was published since is not. */
static void
publish (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint choice)
{
  const KlerosParams *params = kleros_params_of (oracle);
  const Kleros *kleros = oracle->state;
  const KlerosQuestion *question = &kleros->questions[round];
  PnyxTime observed = get (oracle, frame, round, KLEROS_OBSERVED);
  PnyxAnswer answer
      = { .value = choice - 1,
          .round = round,
          .begun = question->begun,
          .observed = observed,
          .inferred = observed,
          .agreed = get (oracle, frame, round, KLEROS_BEGUN) + params->vote + params->appeal };

  if (choice == 0 || pnyx_frame_get (frame, oracle->cells + KLEROS_NEWEST) > (gint64)round)
    return;
  pnyx_frame_set (frame, oracle->cells + KLEROS_NEWEST, (gint64)round);
  pnyx_oracle_publish (oracle, frame, &answer);
}

static gboolean
execute_rule (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  const KlerosParams *params = kleros_params_of (oracle);
  guint appeals = (guint)get (oracle, frame, round, KLEROS_APPEALS);
  g_autofree gint *votes = kleros_new_votes (oracle, appeals);
  KlerosBallot ballot = { .votes = votes };
  PnyxKlerosRuling last;
  gint choice;

  if (!is_open (oracle, frame, round)
      || passed (oracle, frame, round) < params->vote + params->appeal)
    return FALSE;
  read_ballot (oracle, frame, round, appeals, &ballot);
  last = pnyx_kleros_rule (ballot.votes, ballot.n, kleros_n_choices (oracle));
  choice = pnyx_kleros_answer (&last);
  for (guint i = 0; i <= appeals; i++)
    if (!pay_round (oracle, frame, round, i, &last))
      return FALSE;
  set (oracle, frame, round, KLEROS_OPEN, 0);
  set (oracle, frame, round, KLEROS_RULED, choice + 1);
  pnyx_frame_record (frame, PNYX_RECORD_RULED, (gint64)round, choice - 1,
                     get (oracle, frame, round, KLEROS_OBSERVED), choice > 0 ? 1 : -1);
  publish (oracle, frame, round, choice);
  return TRUE;
}

gboolean
pnyx_kleros_execute (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxCall *call)
{
  const Kleros *kleros = oracle->state;
  guint64 round = (guint64)call->arguments[0];

  if (round < 1 || round >= kleros->n_questions || caller (oracle, frame) == PNYX_NONE)
    return FALSE;
  switch (call->method)
    {
    case KLEROS_ASK:
      return execute_ask (oracle, frame, round, call->arguments[1]);
    case KLEROS_VOTE:
      return execute_vote (oracle, frame, round, call->arguments[1]);
    case KLEROS_APPEAL:
      return execute_appeal (oracle, frame, round, call->arguments[1]);
    default:
      return call->method == KLEROS_RULE && execute_rule (oracle, frame, round);
    }
}

PnyxAmount
pnyx_kleros_booked (const PnyxOracle *oracle, const PnyxMachine *machine)
{
  PnyxAmount sum = pnyx_machine_get (machine, oracle->cells + KLEROS_RESIDUE);

  for (guint64 slot = 0; slot < KLEROS_SLOTS; slot++)
    if (pnyx_machine_get (machine, kleros_question_cell (oracle, slot, KLEROS_OPEN)) == 1)
      for (gint64 i = 0;
           i <= pnyx_machine_get (machine, kleros_question_cell (oracle, slot, KLEROS_APPEALS));
           i++)
        sum += kleros_cost_of (oracle, (guint)i);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    sum += pnyx_machine_get (machine, kleros_juror_cell (oracle, i, KLEROS_STAKE));
  return sum;
}

PnyxAmount
pnyx_kleros_staked (const PnyxOracle *oracle, const PnyxMachine *machine, guint32 number)
{
  return pnyx_machine_get (machine, kleros_juror_cell (oracle, number, KLEROS_STAKE));
}

/* ---- Votes that can be bought ---- */

static void
kleros_game (const PnyxOracle *oracle, guint32 number, guint64 round, PnyxBribeGame *game)
{
  const KlerosParams *params = kleros_params_of (oracle);

  (void)number;
  (void)round;
  *game = (PnyxBribeGame){ .reward = params->fee, .deposit = params->at_stake, .epsilon = NAN };
}

/* Its vote in the last of the rounds in which it cast one. */
static gboolean
kleros_recorded (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, guint64 round,
                 PnyxRecordedVote *vote)
{
  gint64 ruled = get (oracle, frame, round, KLEROS_RULED);

  if (get (oracle, frame, round, KLEROS_ROUND) != (gint64)round || ruled == 0)
    return FALSE;
  for (gint64 i = get (oracle, frame, round, KLEROS_APPEALS); i >= 0; i--)
    {
      gint64 cell = pnyx_frame_get (
          frame, kleros_vote_cell (oracle, number, round, (guint)i, KLEROS_CHOICE));

      if (cell / KLEROS_CHOICES != (gint64)round)
        continue;
      *vote = (PnyxRecordedVote){ .value = cell % KLEROS_CHOICES - 2,
                                  .coherent = ruled == 1 || cell % KLEROS_CHOICES == ruled };
      return TRUE;
    }
  return FALSE;
}

const PnyxVotes pnyx_kleros_votes = { .game = kleros_game, .recorded = kleros_recorded };
