/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A court. In every turn one reporter brings a question and pays the jurors' fees (ASK); jurors are
 * drawn by stake as the question comes on chain, and what they can lose is locked. They vote (VOTE)
 * for a class, the one that they make of the feed as it was when the question was put. Then
 * whoever thinks the ruling wrong, and the next one worth the fees of more than twice the jurors,
 * may appeal (APPEAL), again and again. When nobody does, anybody has it executed (RULE): every
 * round is judged by the last one's ruling, who was not coherent pays who was, the answer is
 * published. A tie rules nothing: the old answer stays.
 */
#include <math.h>

#include "oracle/kleros_rule.h"
#include "oracle/oracle.h"

typedef struct
{
  PnyxTime interval;
  guint64 jurors;
  gdouble fee;
  gdouble at_stake;
  const PnyxDistribution *stake;
  PnyxTime vote;
  PnyxTime appeal;
  guint64 appeals;
  gdouble monitoring;
  gdouble prize;
  gdouble belief;
  gint tie;
} KlerosParams;

#define SLOTS 16      /* questions that the contract can hold at a time */
#define APPEALS_MAX 4 /* and appeals of one */

static const gchar *const ties[] = { "strands", "shares", NULL }; /* of PnyxKlerosTie */

static const PnyxParam kleros_params[] = {
  { .name = "interval",
    .type = PNYX_PARAM_TIME,
    .fallback = "24 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (KlerosParams, interval),
    .meaning = "Time between two questions." },
  { .name = "jurors",
    .type = PNYX_PARAM_COUNT,
    .fallback = "3",
    .min = "1",
    .max = "63",
    .offset = offsetof (KlerosParams, jurors),
    .meaning = "Votes of the first round; twice as many and one more after each appeal.",
    .source = "kleros/kleros, KlerosLiquid.sol @03b6c1e: MIN_JURORS" },
  { .name = "fee",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "25 $",
    .min = "0 $",
    .max = "1000000 $",
    .offset = offsetof (KlerosParams, fee),
    .meaning = "For each vote, paid by who asks or appeals." },
  { .name = "at-stake",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "500 $",
    .min = "0.000001 $",
    .max = "1000000 $",
    .offset = offsetof (KlerosParams, at_stake),
    .meaning = "What each vote can lose: the court's minimal stake times alpha.",
    .source = "kleros/kleros, KlerosLiquid.sol @03b6c1e: createDispute" },
  { .name = "stake",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "constant(10000 $)",
    .min = "0 $",
    .max = "1000000000 $",
    .offset = offsetof (KlerosParams, stake),
    .meaning = "What a reporter has staked before the beginning." },
  { .name = "vote",
    .type = PNYX_PARAM_TIME,
    .fallback = "48 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (KlerosParams, vote),
    .meaning = "How long is voted in each round." },
  { .name = "appeal",
    .type = PNYX_PARAM_TIME,
    .fallback = "24 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (KlerosParams, appeal),
    .meaning = "How long a round can be appealed then." },
  { .name = "appeals",
    .type = PNYX_PARAM_COUNT,
    .fallback = "3",
    .min = "0",
    .max = "4",
    .offset = offsetof (KlerosParams, appeals),
    .meaning = "At most." },
  { .name = "monitoring",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (KlerosParams, monitoring),
    .meaning = "Chance that a reporter looks at a ruling whether to appeal it." },
  { .name = "prize",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "5000 $",
    .min = "0 $",
    .max = "1000000000000 $",
    .offset = offsetof (KlerosParams, prize),
    .meaning = "What it is worth to who appeals that the ruling is the one that it thinks right." },
  { .name = "belief",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.8",
    .min = "0",
    .max = "1",
    .offset = offsetof (KlerosParams, belief),
    .meaning = "How probable it seems to it that a juror votes as it would; a coalition knows its "
               "share of stake." },
  { .name = "tie",
    .type = PNYX_PARAM_ENUM,
    .choices = ties,
    .fallback = "shares",
    .offset = offsetof (KlerosParams, tie),
    .meaning = "What the absent lose in a tie: strands in the contract, or is shared by the votes "
               "that were cast.",
    .source = "kleros/kleros, KlerosLiquid.sol @03b6c1e and @7556592: execute" },
};

enum /* methods */
{
  ASK,    /* round, time of observation */
  VOTE,   /* round, choice */
  APPEAL, /* round, class that is held against the ruling */
  RULE,   /* round */
};

enum /* timers */
{
  TURN, /* round */
  LOOK, /* round */
};

enum /* cells */
{
  NEWEST,    /* round of the newest answer */
  RESIDUE,   /* rounded off, or stranded in ties */
  QUESTIONS, /* SLOTS of these: */
};

enum
{
  ROUND,
  OPEN, /* 1: not ruled yet */
  OBSERVED,
  BEGUN, /* of the present round of votes */
  APPEALS,
  RULED, /* choice + 1 that was executed */
  QUESTION_CELLS,
};

enum /* cells of each reporter */
{
  STAKE,
  LOCKED,
  VOTES, /* SLOTS * (1 + APPEALS_MAX) of these: */
};

enum
{
  DRAWN,  /* round * DRAWS + how many votes it has */
  CHOICE, /* round * CHOICES + choice + 1 */
  VOTE_CELLS,
};

#define EACH (VOTES + SLOTS * (1 + APPEALS_MAX) * VOTE_CELLS)
#define CHOICES 32  /* above every choice + 1 */
#define DRAWS 65536 /* above every number of votes of one juror */
#define STAGES 30   /* for which the public looks out for an appeal that somebody has sent */
#define GAS_CALL 200000
#define GAS_JUROR 25000 /* of each reporter and vote, where they are gone through */

/* A question as those who look at it remember it. */
typedef struct
{
  guint32 asker;
  PnyxTime begun;
  PnyxTime appealed;  /* when somebody last sent an appeal; 0: nobody */
  PnyxTime *next;     /* by reporter: when it looks again */
  guint8 *considered; /* by reporter: appeals that it has thought about */
} Question;

typedef struct
{
  PnyxAmount fee, at_stake;
  PnyxAccount governor;
  PnyxTime stage;
  Question *questions; /* number 0 is none */
  guint32 n_questions, capacity;
  PnyxRng draws, monitoring, moment;
} Kleros;

static const KlerosParams *
params_of (const PnyxOracle *oracle)
{
  return oracle->mechanism;
}

static PnyxCell
question_cell (const PnyxOracle *oracle, guint64 round, guint field)
{
  return oracle->cells + QUESTIONS + (guint32)(round % SLOTS) * QUESTION_CELLS + field;
}

static PnyxCell
juror_cell (const PnyxOracle *oracle, guint32 number, guint field)
{
  return oracle->cells + QUESTIONS + SLOTS * QUESTION_CELLS + number * EACH + field;
}

static PnyxCell
vote_cell (const PnyxOracle *oracle, guint32 number, guint64 round, guint appeals, guint field)
{
  guint32 at = (guint32)(round % SLOTS) * (1 + APPEALS_MAX) + appeals;

  return juror_cell (oracle, number, VOTES) + at * VOTE_CELLS + field;
}

static guint64
jurors_of (const PnyxOracle *oracle, guint appeals)
{
  return pnyx_kleros_jurors (params_of (oracle)->jurors, appeals);
}

/* Fees of all votes after @appeals. */
static PnyxAmount
cost_of (const PnyxOracle *oracle, guint appeals)
{
  const Kleros *kleros = oracle->state;

  return kleros->fee * (PnyxAmount)jurors_of (oracle, appeals);
}

/* Room for all votes of a round. */
static gint *
new_votes (const PnyxOracle *oracle, guint appeals)
{
  return g_new (gint, MIN (jurors_of (oracle, appeals), DRAWS));
}

/* Choice 0 is to refuse; class c is choice c + 1. */
static gint
n_choices (const PnyxOracle *oracle)
{
  return (gint)pnyx_feed_classes (oracle->feed) + 1;
}

/* Votes of a round after so many appeals, as reporters' nodes and the contract alike make them of
 * the cells of jurors. */
typedef struct
{
  gint *votes;
  gsize n;
} Ballot;

/* What a cell says about the vote of @round. */
static gint
vote_of (guint64 round, gint64 choice)
{
  return choice / CHOICES == (gint64)round ? (gint)(choice % CHOICES) - 1 : PNYX_KLEROS_ABSENT;
}

static void
add_votes (Ballot *ballot, guint64 round, gint64 drawn, gint64 choice)
{
  for (gint64 i = 0; drawn / DRAWS == (gint64)round && i < drawn % DRAWS; i++)
    ballot->votes[ballot->n++] = vote_of (round, choice);
}

/* ---- The contract ---- */

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
  return pnyx_frame_get (frame, question_cell (oracle, round, field));
}

static void
set (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint field, gint64 value)
{
  pnyx_frame_set (frame, question_cell (oracle, round, field), value);
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
  return get (oracle, frame, round, ROUND) == (gint64)round
         && get (oracle, frame, round, OPEN) == 1;
}

static PnyxTime
passed (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  return pnyx_frame_time (frame) - get (oracle, frame, round, BEGUN);
}

/* Draws the jurors of a round and locks what they can lose. FALSE: there is not enough stake. */
static gboolean
draw_jurors (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint appeals)
{
  const Kleros *kleros = oracle->state;
  g_autofree guint64 *free = g_new (guint64, oracle->n_reporters);
  g_autofree guint32 *drawn = g_new0 (guint32, oracle->n_reporters);
  guint32 dispute = (guint32)round * (1 + APPEALS_MAX) + appeals;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      gint64 left = pnyx_frame_get (frame, juror_cell (oracle, i, STAKE))
                    - pnyx_frame_get (frame, juror_cell (oracle, i, LOCKED));

      free[i] = left >= kleros->at_stake ? (guint64)left : 0;
    }
  for (guint64 k = 0; k < jurors_of (oracle, appeals); k++)
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
        pnyx_frame_set (frame, vote_cell (oracle, i, round, appeals, DRAWN),
                        (gint64)round * DRAWS + drawn[i]);
        add (frame, juror_cell (oracle, i, LOCKED), drawn[i] * kleros->at_stake);
      }
  return TRUE;
}

static gboolean
execute_ask (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, PnyxTime observed)
{
  const gint64 fields[QUESTION_CELLS] = {
    [ROUND] = (gint64)round, [OPEN] = 1, [OBSERVED] = observed, [BEGUN] = pnyx_frame_time (frame)
  };

  if (get (oracle, frame, round, OPEN) != 0 || get (oracle, frame, round, ROUND) >= (gint64)round
      || observed > pnyx_frame_time (frame)
      || !pnyx_frame_take (frame, PNYX_CASH, cost_of (oracle, 0)))
    return FALSE;
  for (guint i = 0; i < QUESTION_CELLS; i++)
    set (oracle, frame, round, i, fields[i]);
  pnyx_frame_record (frame, PNYX_RECORD_CLAIMED, (gint64)round, -1, observed, 0);
  return draw_jurors (oracle, frame, round, 0);
}

static gboolean
execute_vote (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 choice)
{
  guint32 number = caller (oracle, frame);
  guint appeals = (guint)get (oracle, frame, round, APPEALS);
  PnyxCell cell = vote_cell (oracle, number, round, appeals, CHOICE);

  if (!is_open (oracle, frame, round) || choice < 0 || choice >= n_choices (oracle)
      || passed (oracle, frame, round) >= params_of (oracle)->vote
      || pnyx_frame_get (frame, vote_cell (oracle, number, round, appeals, DRAWN)) / DRAWS
             != (gint64)round
      || pnyx_frame_get (frame, cell) / CHOICES == (gint64)round)
    return FALSE;
  pnyx_frame_set (frame, cell, (gint64)round * CHOICES + choice + 1);
  return TRUE;
}

static gboolean
execute_appeal (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint64 against)
{
  const KlerosParams *params = params_of (oracle);
  guint appeals = (guint)get (oracle, frame, round, APPEALS);
  PnyxTime time = passed (oracle, frame, round);

  if (!is_open (oracle, frame, round) || appeals >= params->appeals || time < params->vote
      || time >= params->vote + params->appeal
      || !pnyx_frame_take (frame, PNYX_CASH, cost_of (oracle, appeals + 1)))
    return FALSE;
  set (oracle, frame, round, APPEALS, appeals + 1);
  set (oracle, frame, round, BEGUN, pnyx_frame_time (frame));
  pnyx_frame_record (frame, PNYX_RECORD_DISPUTED, (gint64)round, appeals, against, 0);
  return draw_jurors (oracle, frame, round, appeals + 1);
}

static void
read_ballot (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, guint appeals,
             Ballot *ballot)
{
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    add_votes (ballot, round, pnyx_frame_get (frame, vote_cell (oracle, i, round, appeals, DRAWN)),
               pnyx_frame_get (frame, vote_cell (oracle, i, round, appeals, CHOICE)));
}

/* What juror @number has of a round: its votes are alike. */
static gboolean
pay_juror (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, guint64 round, guint appeals,
           const PnyxKlerosRuling *last, const PnyxKlerosPayout *payout)
{
  const Kleros *kleros = oracle->state;
  gint64 drawn = pnyx_frame_get (frame, vote_cell (oracle, number, round, appeals, DRAWN));
  gint64 choice = pnyx_frame_get (frame, vote_cell (oracle, number, round, appeals, CHOICE));
  gint64 n = drawn / DRAWS == (gint64)round ? drawn % DRAWS : 0;
  gboolean coherent = pnyx_kleros_is_coherent (vote_of (round, choice), last);
  gint64 shift = n * (coherent ? (gint64)payout->token_reward : -(gint64)payout->penalty);
  gint64 fees = n * (coherent ? (gint64)payout->fee_reward : 0);

  if (n == 0)
    return TRUE;
  add (frame, juror_cell (oracle, number, LOCKED), -n * kleros->at_stake);
  add (frame, juror_cell (oracle, number, STAKE), shift);
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
  g_autofree gint *votes = new_votes (oracle, appeals);
  Ballot ballot = { .votes = votes };
  PnyxKlerosPayout payout;

  read_ballot (oracle, frame, round, appeals, &ballot);
  payout = pnyx_kleros_payout (ballot.votes, ballot.n, last, (guint64)kleros->at_stake,
                               (guint64)cost_of (oracle, appeals),
                               (PnyxKlerosTie)params_of (oracle)->tie);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (!pay_juror (oracle, frame, i, round, appeals, last, &payout))
      return FALSE;
  add (frame, oracle->cells + RESIDUE, (gint64)(payout.token_stranded + payout.fee_stranded));
  return pnyx_frame_pay (frame, PNYX_CASH, kleros->governor,
                         (PnyxAmount)(payout.token_governor + payout.fee_governor));
}

/* An answer that is older than what was published since is not. */
static void
publish (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round, gint choice)
{
  const KlerosParams *params = params_of (oracle);
  const Kleros *kleros = oracle->state;
  const Question *question = &kleros->questions[round];
  PnyxTime observed = get (oracle, frame, round, OBSERVED);
  PnyxAnswer answer
      = { .value = choice - 1,
          .round = round,
          .begun = question->begun,
          .observed = observed,
          .inferred = observed,
          .agreed = get (oracle, frame, round, BEGUN) + params->vote + params->appeal };

  if (choice == 0 || pnyx_frame_get (frame, oracle->cells + NEWEST) > (gint64)round)
    return;
  pnyx_frame_set (frame, oracle->cells + NEWEST, (gint64)round);
  pnyx_oracle_publish (oracle, frame, &answer);
}

static gboolean
execute_rule (const PnyxOracle *oracle, PnyxFrame *frame, guint64 round)
{
  const KlerosParams *params = params_of (oracle);
  guint appeals = (guint)get (oracle, frame, round, APPEALS);
  g_autofree gint *votes = new_votes (oracle, appeals);
  Ballot ballot = { .votes = votes };
  PnyxKlerosRuling last;
  gint choice;

  if (!is_open (oracle, frame, round)
      || passed (oracle, frame, round) < params->vote + params->appeal)
    return FALSE;
  read_ballot (oracle, frame, round, appeals, &ballot);
  last = pnyx_kleros_rule (ballot.votes, ballot.n, n_choices (oracle));
  choice = pnyx_kleros_answer (&last);
  for (guint i = 0; i <= appeals; i++)
    if (!pay_round (oracle, frame, round, i, &last))
      return FALSE;
  set (oracle, frame, round, OPEN, 0);
  set (oracle, frame, round, RULED, choice + 1);
  pnyx_frame_record (frame, PNYX_RECORD_RULED, (gint64)round, choice - 1,
                     get (oracle, frame, round, OBSERVED), choice > 0 ? 1 : -1);
  publish (oracle, frame, round, choice);
  return TRUE;
}

static gboolean
kleros_execute (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxCall *call)
{
  const Kleros *kleros = oracle->state;
  guint64 round = (guint64)call->arguments[0];

  if (round < 1 || round >= kleros->n_questions || caller (oracle, frame) == PNYX_NONE)
    return FALSE;
  switch (call->method)
    {
    case ASK:
      return execute_ask (oracle, frame, round, call->arguments[1]);
    case VOTE:
      return execute_vote (oracle, frame, round, call->arguments[1]);
    case APPEAL:
      return execute_appeal (oracle, frame, round, call->arguments[1]);
    default:
      return call->method == RULE && execute_rule (oracle, frame, round);
    }
}

static PnyxAmount
kleros_booked (const PnyxOracle *oracle, const PnyxMachine *machine)
{
  PnyxAmount sum = pnyx_machine_get (machine, oracle->cells + RESIDUE);

  for (guint64 slot = 0; slot < SLOTS; slot++)
    if (pnyx_machine_get (machine, question_cell (oracle, slot, OPEN)) == 1)
      for (gint64 i = 0; i <= pnyx_machine_get (machine, question_cell (oracle, slot, APPEALS));
           i++)
        sum += cost_of (oracle, (guint)i);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    sum += pnyx_machine_get (machine, juror_cell (oracle, i, STAKE));
  return sum;
}

static PnyxAmount
kleros_staked (const PnyxOracle *oracle, const PnyxMachine *machine, guint32 number)
{
  return pnyx_machine_get (machine, juror_cell (oracle, number, STAKE));
}

/* ---- Votes that can be bought ---- */

static void
kleros_game (const PnyxOracle *oracle, guint32 number, guint64 round, PnyxBribeGame *game)
{
  const KlerosParams *params = params_of (oracle);

  (void)number;
  (void)round;
  *game = (PnyxBribeGame){ .reward = params->fee, .deposit = params->at_stake, .epsilon = NAN };
}

/* Its vote in the last of the rounds in which it cast one. */
static gboolean
kleros_recorded (const PnyxOracle *oracle, PnyxFrame *frame, guint32 number, guint64 round,
                 PnyxRecordedVote *vote)
{
  gint64 ruled = get (oracle, frame, round, RULED);

  if (get (oracle, frame, round, ROUND) != (gint64)round || ruled == 0)
    return FALSE;
  for (gint64 i = get (oracle, frame, round, APPEALS); i >= 0; i--)
    {
      gint64 cell = pnyx_frame_get (frame, vote_cell (oracle, number, round, (guint)i, CHOICE));

      if (cell / CHOICES != (gint64)round)
        continue;
      *vote = (PnyxRecordedVote){ .value = cell % CHOICES - 2,
                                  .coherent = ruled == 1 || cell % CHOICES == ruled };
      return TRUE;
    }
  return FALSE;
}

static const PnyxVotes kleros_votes = { .game = kleros_game, .recorded = kleros_recorded };

/* ---- Reporters ---- */

static gint64
viewed (const PnyxOracle *oracle, guint64 round, guint field)
{
  return pnyx_machine_get (oracle->machine, question_cell (oracle, round, field));
}

static void
submit (PnyxOracle *oracle, guint32 number, guint32 method, const gint64 *arguments, guint n)
{
  guint64 each = oracle->n_reporters;

  for (guint i = 0; i <= APPEALS_MAX && method != VOTE; i++)
    each += i <= params_of (oracle)->appeals ? oracle->n_reporters + jurors_of (oracle, i) : 0;
  pnyx_oracle_submit (oracle, number, method, arguments, n, 0,
                      GAS_CALL + (method == VOTE ? 0 : GAS_JUROR * each));
}

static void
look_at (PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime time)
{
  Kleros *kleros = oracle->state;
  PnyxTime next = MAX (time, pnyx_world_now (oracle->world) + 1);

  kleros->questions[round].next[number] = next;
  pnyx_oracle_set_timer (oracle, number, next, LOOK, (guint32)round);
}

static void
new_question (PnyxOracle *oracle, guint32 asker)
{
  Kleros *kleros = oracle->state;
  PnyxArena *arena = pnyx_world_arena (oracle->world);

  pnyx_arena_reserve (arena, kleros->questions, kleros->n_questions, kleros->capacity);
  kleros->questions[kleros->n_questions++] = (Question){
    .asker = asker,
    .begun = pnyx_world_now (oracle->world),
    .next = pnyx_arena_array (arena, PnyxTime, oracle->n_reporters),
    .considered = pnyx_arena_array (arena, guint8, oracle->n_reporters),
  };
}

/* Reporters take turns to ask; one that is away, or sees its place still taken, does not. */
static void
on_turn (PnyxOracle *oracle, guint64 round)
{
  Kleros *kleros = oracle->state;
  guint32 number = (guint32)((round - 1) % oracle->n_reporters);
  PnyxTime now = pnyx_world_now (oracle->world);
  gint64 arguments[] = { (gint64)round, now };

  pnyx_oracle_set_timer (oracle, 0, now + params_of (oracle)->interval, TURN, (guint32)round + 1);
  new_question (oracle, number);
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (!pnyx_oracle_online (oracle, number) || viewed (oracle, round, OPEN) != 0)
    return;
  submit (oracle, number, ASK, arguments, 2);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    look_at (oracle, i, round, now + kleros->stage);
}

/* Chance that more than half of @n jurors vote so, each with chance @p. */
static gdouble
majority (guint64 n, gdouble p)
{
  gdouble sum = 0;

  if (p <= 0 || p >= 1)
    return p > 0 ? 1 : 0;
  for (guint64 k = n / 2 + 1; k <= n; k++)
    sum += exp (lgamma ((gdouble)n + 1) - lgamma ((gdouble)k + 1) - lgamma ((gdouble)(n - k) + 1)
                + (gdouble)k * log (p) + (gdouble)(n - k) * log1p (-p));
  return MIN (sum, 1);
}

static gdouble
coalition (const PnyxOracle *oracle, guint64 round)
{
  gdouble own = 0, all = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      gdouble stake = (gdouble)pnyx_machine_get (oracle->machine, juror_cell (oracle, i, STAKE));

      all += stake;
      own += pnyx_oracle_attacks (oracle, i, round) ? stake : 0;
    }
  return all > 0 ? own / all : 0;
}

static gint
ruling_in_view (const PnyxOracle *oracle, guint64 round, guint appeals)
{
  g_autofree gint *votes = new_votes (oracle, appeals);
  Ballot ballot = { .votes = votes };
  PnyxKlerosRuling ruling;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    add_votes (&ballot, round,
               pnyx_machine_get (oracle->machine, vote_cell (oracle, i, round, appeals, DRAWN)),
               pnyx_machine_get (oracle->machine, vote_cell (oracle, i, round, appeals, CHOICE)));
  ruling = pnyx_kleros_rule (ballot.votes, ballot.n, n_choices (oracle));
  return pnyx_kleros_answer (&ruling);
}

static void
consider_appeal (PnyxOracle *oracle, guint32 number, guint64 round, guint appeals)
{
  const KlerosParams *params = params_of (oracle);
  Kleros *kleros = oracle->state;
  Question *question = &kleros->questions[round];
  gdouble cost = (gdouble)cost_of (oracle, appeals + 1) / (gdouble)PNYX_AMOUNT_ONE, p;
  gint ruling = ruling_in_view (oracle, round, appeals);
  PnyxObservation own;
  gint64 arguments[2] = { (gint64)round };

  question->considered[number] = (guint8)(appeals + 1);
  if (appeals >= params->appeals
      || pnyx_rng_uniform (&kleros->monitoring, number, round * (1 + APPEALS_MAX) + appeals)
             >= params->monitoring
      || !pnyx_oracle_recall (oracle, number, round, viewed (oracle, round, OBSERVED), FALSE, &own))
    return;
  arguments[1] = (gint64)own.report.value;
  p = pnyx_oracle_attacks (oracle, number, round) ? coalition (oracle, round) : params->belief;
  if (arguments[1] + 1 == ruling
      || majority (jurors_of (oracle, appeals + 1), p) * params->prize <= cost)
    return;
  submit (oracle, number, APPEAL, arguments, 2);
  question->appealed = pnyx_world_now (oracle->world);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (i != number)
      look_at (oracle, i, round, MIN (question->appealed + kleros->stage, question->next[i]));
}

static void
cast (PnyxOracle *oracle, guint32 number, guint64 round, guint appeals)
{
  gint64 drawn
      = pnyx_machine_get (oracle->machine, vote_cell (oracle, number, round, appeals, DRAWN));
  gint64 choice
      = pnyx_machine_get (oracle->machine, vote_cell (oracle, number, round, appeals, CHOICE));
  PnyxObservation own;
  gint64 arguments[2] = { (gint64)round };

  if (drawn / DRAWS != (gint64)round || choice / CHOICES == (gint64)round
      || !pnyx_oracle_recall (oracle, number, round, viewed (oracle, round, OBSERVED), TRUE, &own))
    return;
  arguments[1] = (gint64)own.report.value + 1;
  submit (oracle, number, VOTE, arguments, 2);
}

/* Whether it is the turn of @number to do what all may do from @from on. */
static gboolean
is_turn (const PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime from)
{
  const Kleros *kleros = oracle->state;
  PnyxTime now = pnyx_world_now (oracle->world);
  guint32 n = oracle->n_reporters;

  return now >= from
         && (guint64)((now - from) / kleros->stage) % n
                == (number + n - kleros->questions[round].asker) % n;
}

static void
look_at_open (PnyxOracle *oracle, guint32 number, guint64 round)
{
  const KlerosParams *params = params_of (oracle);
  const Kleros *kleros = oracle->state;
  const Question *question = &kleros->questions[round];
  PnyxTime now = pnyx_world_now (oracle->world), next = now + kleros->stage;
  PnyxTime begun = viewed (oracle, round, BEGUN), voted = begun + params->vote;
  guint appeals = (guint)viewed (oracle, round, APPEALS);
  gdouble u = 0.75 * pnyx_rng_uniform (&kleros->moment, number, round * 8 + appeals);
  PnyxTime vote_at = begun + (PnyxTime)(u * (gdouble)params->vote);
  PnyxTime appeal_at = voted + (PnyxTime)(u * (gdouble)params->appeal);
  gint64 arguments[] = { (gint64)round };

  if (now < vote_at)
    next = vote_at;
  else if (now < voted)
    {
      cast (oracle, number, round, appeals);
      next = appeal_at;
    }
  else if (now < appeal_at)
    next = appeal_at;
  else if (now < voted + params->appeal)
    {
      if (question->considered[number] <= appeals)
        consider_appeal (oracle, number, round, appeals);
      next = voted + params->appeal;
    }
  else if (is_turn (oracle, number, round, voted + params->appeal))
    submit (oracle, number, RULE, arguments, 1);
  if (question->appealed > 0 && now < question->appealed + STAGES * kleros->stage)
    next = MIN (next, now + kleros->stage);
  look_at (oracle, number, round, next);
}

static void
on_look (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Kleros *kleros = oracle->state;
  const Question *question = &kleros->questions[round];
  PnyxTime now = pnyx_world_now (oracle->world);

  if (question->next[number] != now)
    return; /* it has looked since, and said when it looks again */
  if (!pnyx_oracle_online (oracle, number))
    {
      look_at (oracle, number, round, now + kleros->stage);
      return;
    }
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (viewed (oracle, round, ROUND) > (gint64)round)
    return;
  if (viewed (oracle, round, ROUND) < (gint64)round)
    look_at (oracle, number, round, now + MAX (kleros->stage, (now - question->begun) / 4));
  else if (viewed (oracle, round, OPEN) == 1)
    look_at_open (oracle, number, round);
  else
    pnyx_bribed_claim (oracle, number, round);
}

static void
kleros_on_timer (PnyxOracle *oracle, guint32 number, guint32 kind, guint32 payload)
{
  if (kind == TURN)
    on_turn (oracle, payload);
  else
    on_look (oracle, number, payload);
}

/* ---- Set-up ---- */

static void
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
      pnyx_machine_begin_with (oracle->machine, juror_cell (oracle, i, STAKE), amount);
    }
  pnyx_machine_endow (oracle->machine,
                      pnyx_machine_contract_account (oracle->machine, oracle->contract), PNYX_CASH,
                      total);
}

static gboolean
kleros_init (PnyxOracle *oracle, GError **error)
{
  const KlerosParams *params = params_of (oracle);
  g_autofree gchar *component = g_strdup_printf ("oracle.%s", oracle->id);
  Kleros *kleros = oracle->state;

  (void)error;
  pnyx_world_rng (oracle->world, &kleros->draws, component, "draws");
  pnyx_world_rng (oracle->world, &kleros->monitoring, component, "monitoring");
  pnyx_world_rng (oracle->world, &kleros->moment, component, "moment");
  kleros->fee = (PnyxAmount)llround (params->fee * (gdouble)PNYX_AMOUNT_ONE);
  kleros->at_stake = (PnyxAmount)llround (params->at_stake * (gdouble)PNYX_AMOUNT_ONE);
  kleros->governor = pnyx_machine_add_accounts (oracle->machine, 1);
  kleros->stage = oracle->chain->ops->interval (oracle->chain->section->component_params);
  add_stakes (oracle);
  new_question (oracle, 0); /* number 0 is none */
  pnyx_oracle_set_timer (oracle, 0, params->interval, TURN, 1);
  return TRUE;
}

const PnyxOracleOps pnyx_oracle_kleros = {
  .component
  = { .name = "kleros",
      .summary = "A court: jurors drawn by stake vote, who is not coherent with the last round "
                 "pays who is; appeals double the jurors.",
      .source = "C. Lesaege, F. Ast, W. George, \"Kleros short paper\" (2019); kleros/kleros, "
                "KlerosLiquid.sol @03b6c1e, @7556592",
      .limits = "One court; no phases of staking; draws do not depend on blocks. Votes are open, "
                "but nobody copies one. A juror is not drawn for more than it has. Who appeals "
                "and wins is not paid back. Fees and stake are both money. No filter is asked.",
      .params = kleros_params,
      .n_params = G_N_ELEMENTS (kleros_params),
      .params_size = sizeof (KlerosParams) },
  .classes = TRUE,
  .reporters_min = 1,
  .n_cells = QUESTIONS + SLOTS * QUESTION_CELLS,
  .n_cells_each = EACH,
  .state_size = sizeof (Kleros),
  .init = kleros_init,
  .on_timer = kleros_on_timer,
  .execute = kleros_execute,
  .booked = kleros_booked,
  .staked = kleros_staked,
  .disputes = TRUE,
  .votes = &kleros_votes,
};
