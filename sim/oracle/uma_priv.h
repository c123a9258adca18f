/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the optimistic oracle's contract (uma_contract.c) and its reporters (uma.c) share. */
#ifndef PNYX_ORACLE_UMA_PRIV_H
#define PNYX_ORACLE_UMA_PRIV_H

#include "oracle/oracle.h"
#include "oracle/uma_rule.h"

/* Parameters: uma.c says what they are. */
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

#define UMA_SLOTS 16 /* claims that the contract can hold at a time */

enum /* methods */
{
  UMA_CLAIM,   /* round, value, time of observation */
  UMA_DISPUTE, /* round, value held against it */
  UMA_COMMIT,  /* round, hash in four words */
  UMA_REVEAL,  /* round, choice, salt */
  UMA_SETTLE,  /* round */
  UMA_RESOLVE, /* round */
};

enum /* state of a claim */
{
  UMA_CLOSED,
  UMA_OPEN,
  UMA_VOTING,
};

enum /* cells */
{
  UMA_NEWEST,  /* round of the newest answer */
  UMA_DECIDED, /* disputes that a vote resolved */
  UMA_LOST,    /* of them, those in which the claim was wrong */
  UMA_RESIDUE, /* stake that slashing has rounded off */
  UMA_CLAIMS,  /* UMA_SLOTS of these: */
};

enum
{
  UMA_ROUND,
  UMA_STATE,
  UMA_VALUE,
  UMA_OBSERVED,
  UMA_EXPIRY,
  UMA_CLAIMANT, /* account */
  UMA_DISPUTER, /* account + 1; 0: nobody */
  UMA_AGAINST,  /* value that the disputer holds against it */
  UMA_BEGUN,    /* of the vote */
  UMA_ROLLS,
  UMA_RULED, /* choice + 1 that a vote resolved */
  UMA_CLAIM_CELLS,
};

enum /* cells of each reporter */
{
  UMA_STAKE,
  UMA_BALLOTS, /* UMA_SLOTS of these: */
};

enum
{
  UMA_BALLOT,                /* number of the ballot that it has committed to */
  UMA_HASH,                  /* four words */
  UMA_CHOICE = UMA_HASH + 4, /* ballot * UMA_CHOICES + choice + 1, once revealed */
  UMA_BALLOT_CELLS,
};

#define UMA_EACH (UMA_BALLOTS + UMA_SLOTS * UMA_BALLOT_CELLS)
#define UMA_CHOICES 32   /* above every choice + 1 */
#define UMA_BALLOTS_OF 8 /* ballots that a round may have: more than 1 + ROLLS_MAX */

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
} UmaClaim;

typedef struct
{
  PnyxUmaRule rule;
  PnyxAmount bond;
  PnyxAccount store; /* of the protocol: what is burned */
  PnyxTime stage;    /* between two looks, and between two who try the same */
  UmaClaim *claims;  /* number 0 is none */
  guint32 n_claims, capacity;
  PnyxRng salts, monitoring, reaction, moment;
} Uma;

static inline const UmaParams *
uma_params_of (const PnyxOracle *oracle)
{
  return oracle->mechanism;
}

static inline guint32
uma_slot_of (const PnyxOracle *oracle, guint64 round)
{
  return (guint32)(round % uma_params_of (oracle)->open);
}

static inline PnyxCell
uma_claim_cell (const PnyxOracle *oracle, guint64 round, guint field)
{
  return oracle->cells + UMA_CLAIMS + uma_slot_of (oracle, round) * UMA_CLAIM_CELLS + field;
}

static inline PnyxCell
uma_stake_cell (const PnyxOracle *oracle, guint32 number)
{
  return oracle->cells + UMA_CLAIMS + UMA_SLOTS * UMA_CLAIM_CELLS + number * UMA_EACH + UMA_STAKE;
}

static inline PnyxCell
uma_ballot_cell (const PnyxOracle *oracle, guint32 number, guint64 round, guint field)
{
  return uma_stake_cell (oracle, number) + UMA_BALLOTS
         + uma_slot_of (oracle, round) * UMA_BALLOT_CELLS + field;
}

static inline PnyxTime
uma_half_of (const PnyxOracle *oracle)
{
  return uma_params_of (oracle)->vote / 2;
}

static inline gint64
uma_ballot_of (guint64 round, gint64 rolls)
{
  return (gint64)round * UMA_BALLOTS_OF + rolls;
}

/* Answers that a vote has to choose from. */
static inline guint
uma_choices (const PnyxOracle *oracle)
{
  return oracle->prices ? 2 : pnyx_feed_classes (oracle->feed);
}

/** pnyx_uma_execute, pnyx_uma_booked, pnyx_uma_staked, pnyx_uma_votes: see PnyxOracleOps. */
gboolean pnyx_uma_execute (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxCall *call);
PnyxAmount pnyx_uma_booked (const PnyxOracle *oracle, const PnyxMachine *machine);
PnyxAmount pnyx_uma_staked (const PnyxOracle *oracle, const PnyxMachine *machine, guint32 number);
extern const PnyxVotes pnyx_uma_votes;

#endif
