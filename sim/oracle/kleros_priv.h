/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the court's contract (kleros_contract.c) and its reporters (kleros.c) share. */
#ifndef PNYX_ORACLE_KLEROS_PRIV_H
#define PNYX_ORACLE_KLEROS_PRIV_H

#include "oracle/kleros_rule.h"
#include "oracle/oracle.h"

/* Parameters: kleros.c says what they are. */
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

#define KLEROS_SLOTS 16      /* questions that the contract can hold at a time */
#define KLEROS_APPEALS_MAX 4 /* and appeals of one */

enum /* methods */
{
  KLEROS_ASK,    /* round, time of observation */
  KLEROS_VOTE,   /* round, choice */
  KLEROS_APPEAL, /* round, class that is held against the ruling */
  KLEROS_RULE,   /* round */
};

enum /* cells */
{
  KLEROS_NEWEST,    /* round of the newest answer */
  KLEROS_RESIDUE,   /* rounded off, or stranded in ties */
  KLEROS_QUESTIONS, /* KLEROS_SLOTS of these: */
};

enum
{
  KLEROS_ROUND,
  KLEROS_OPEN, /* 1: not ruled yet */
  KLEROS_OBSERVED,
  KLEROS_BEGUN, /* of the present round of votes */
  KLEROS_APPEALS,
  KLEROS_RULED, /* choice + 1 that was executed */
  KLEROS_QUESTION_CELLS,
};

enum /* cells of each reporter */
{
  KLEROS_STAKE,
  KLEROS_LOCKED,
  KLEROS_VOTES, /* KLEROS_SLOTS * (1 + KLEROS_APPEALS_MAX) of these: */
};

enum
{
  KLEROS_DRAWN,  /* round * KLEROS_DRAWS + how many votes it has */
  KLEROS_CHOICE, /* round * KLEROS_CHOICES + choice + 1 */
  KLEROS_VOTE_CELLS,
};

#define KLEROS_EACH (KLEROS_VOTES + KLEROS_SLOTS * (1 + KLEROS_APPEALS_MAX) * KLEROS_VOTE_CELLS)
#define KLEROS_CHOICES 32  /* above every choice + 1 */
#define KLEROS_DRAWS 65536 /* above every number of votes of one juror */

/* A question as those who look at it remember it. */
typedef struct
{
  guint32 asker;
  PnyxTime begun;
  PnyxTime appealed;  /* when somebody last sent an appeal; 0: nobody */
  PnyxTime *next;     /* by reporter: when it looks again */
  guint8 *considered; /* by reporter: appeals that it has thought about */
} KlerosQuestion;

typedef struct
{
  PnyxAmount fee, at_stake;
  PnyxAccount governor;
  PnyxTime stage;
  KlerosQuestion *questions; /* number 0 is none */
  guint32 n_questions, capacity;
  PnyxRng draws, monitoring, moment;
} Kleros;

static inline const KlerosParams *
kleros_params_of (const PnyxOracle *oracle)
{
  return oracle->mechanism;
}

static inline PnyxCell
kleros_question_cell (const PnyxOracle *oracle, guint64 round, guint field)
{
  return oracle->cells + KLEROS_QUESTIONS + (guint32)(round % KLEROS_SLOTS) * KLEROS_QUESTION_CELLS
         + field;
}

static inline PnyxCell
kleros_juror_cell (const PnyxOracle *oracle, guint32 number, guint field)
{
  return oracle->cells + KLEROS_QUESTIONS + KLEROS_SLOTS * KLEROS_QUESTION_CELLS
         + number * KLEROS_EACH + field;
}

static inline PnyxCell
kleros_vote_cell (const PnyxOracle *oracle, guint32 number, guint64 round, guint appeals,
                  guint field)
{
  guint32 at = (guint32)(round % KLEROS_SLOTS) * (1 + KLEROS_APPEALS_MAX) + appeals;

  return kleros_juror_cell (oracle, number, KLEROS_VOTES) + at * KLEROS_VOTE_CELLS + field;
}

static inline guint64
kleros_jurors_of (const PnyxOracle *oracle, guint appeals)
{
  return pnyx_kleros_jurors (kleros_params_of (oracle)->jurors, appeals);
}

/* Fees of all votes after @appeals. */
static inline PnyxAmount
kleros_cost_of (const PnyxOracle *oracle, guint appeals)
{
  const Kleros *kleros = oracle->state;

  return kleros->fee * (PnyxAmount)kleros_jurors_of (oracle, appeals);
}

/* Room for all votes of a round. */
static inline gint *
kleros_new_votes (const PnyxOracle *oracle, guint appeals)
{
  return g_new (gint, MIN (kleros_jurors_of (oracle, appeals), KLEROS_DRAWS));
}

/* Choice 0 is to refuse; class c is choice c + 1. */
static inline gint
kleros_n_choices (const PnyxOracle *oracle)
{
  return (gint)pnyx_feed_classes (oracle->feed) + 1;
}

/* Votes of a round after so many appeals, as reporters' nodes and the contract alike make them of
 * the cells of jurors. */
typedef struct
{
  gint *votes;
  gsize n;
} KlerosBallot;

/* What a cell says about the vote of @round. */
static inline gint
kleros_vote_of (guint64 round, gint64 choice)
{
  return choice / KLEROS_CHOICES == (gint64)round ? (gint)(choice % KLEROS_CHOICES) - 1
                                                  : PNYX_KLEROS_ABSENT;
}

static inline void
kleros_add_votes (KlerosBallot *ballot, guint64 round, gint64 drawn, gint64 choice)
{
  for (gint64 i = 0; drawn / KLEROS_DRAWS == (gint64)round && i < drawn % KLEROS_DRAWS; i++)
    ballot->votes[ballot->n++] = kleros_vote_of (round, choice);
}

/** pnyx_kleros_execute, pnyx_kleros_booked, pnyx_kleros_staked, pnyx_kleros_votes: see
 * PnyxOracleOps. */
gboolean pnyx_kleros_execute (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxCall *call);
PnyxAmount pnyx_kleros_booked (const PnyxOracle *oracle, const PnyxMachine *machine);
PnyxAmount pnyx_kleros_staked (const PnyxOracle *oracle, const PnyxMachine *machine,
                               guint32 number);
extern const PnyxVotes pnyx_kleros_votes;

#endif
