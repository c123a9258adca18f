/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_ORACLE_H
#define PNYX_ORACLE_ORACLE_H

#include "oracle/aggregator.h"
#include "oracle/bribe_rule.h"
#include "oracle/error_model.h"
#include "oracle/feed.h"
#include "oracle/reporter.h"
#include "protocol/protocol.h"

/*
 * Oracles: reporters on nodes of the network look at a feed, a mechanism makes one answer of what
 * they say, and a contract holds it. Its answers are block state: what reads an answer reads that
 * of a block, and a reorganisation takes it away.
 */

/** PnyxAnswer: what an oracle's contract has said. Immutable; a block's state names the newest. */
typedef struct
{
  gint64 value;      /* price with 8 decimals, or class */
  PnyxTime observed; /* median time of the observations that it is made of */
  PnyxTime begun;    /* when the mechanism set out for it */
  PnyxTime inferred; /* when those observations were ready */
  PnyxTime agreed;   /* when the reporters were agreed on it */
  PnyxTime updated;  /* of the block */
  PnyxBlockId block;
  guint64 round;       /* the mechanism's own numbering */
  guint32 transaction; /* that brought it */
  guint32 previous;    /* answer before in this chain, PNYX_NONE: none */
} PnyxAnswer;

/** PnyxAnswers: what an oracle's contract has said in any block, whichever is canonical. */
typedef struct
{
  PnyxAnswer *list;
  guint32 n, capacity;
} PnyxAnswers;

/** PnyxOracleReader: which of the answers a reader takes. */
typedef enum
{
  PNYX_READ_HEAD,      /* the newest of the block */
  PNYX_READ_FINALIZED, /* the newest that the block's own state says is final */
} PnyxOracleReader;

/** PnyxReading: a transaction that has read an answer, in some block. */
typedef struct
{
  PnyxBlockId block;
  guint32 transaction;
  guint32 answer; /* number in PnyxAnswers */
  PnyxOracleReader reader;
} PnyxReading;

/** PnyxReadings: what transactions have read, in the order in which blocks were executed. */
typedef struct
{
  PnyxReading *list;
  guint32 n, capacity;
} PnyxReadings;

/** PnyxRecordedVote: what a contract has recorded of a vote in a round that is over. */
typedef struct
{
  gint64 value;      /* as answers are written */
  gboolean coherent; /* FALSE: it lost */
} PnyxRecordedVote;

/** PnyxVotes: what a mechanism in which reporters vote tells those who are bribed. What is read is
 * block state: bribes are paid by contract. */
typedef struct
{
  /* @game: (out): reward and deposit ($) of a vote of @reporter in @round, as it expects them. */
  void (*game) (const PnyxOracle *oracle, guint32 reporter, guint64 round, PnyxBribeGame *game);
  /* Reads by @frame, which pays the gas. FALSE: the round is not over or is forgotten, or the vote
   * was not cast. */
  gboolean (*recorded) (const PnyxOracle *oracle, PnyxFrame *frame, guint32 reporter, guint64 round,
                        PnyxRecordedVote *vote);
} PnyxVotes;
struct PnyxContracts; /* contract/contract.h */

/** PnyxOracleRecord: what oracles' contracts put on record (PnyxRecord.kind); values in this order.
 */
typedef enum
{
  PNYX_RECORD_ANSWERED, /* value, round, time of observation */
  PNYX_RECORD_CLAIMED,  /* a claim, or a question to a court: round, value, time of observation */
  PNYX_RECORD_DISPUTED, /* or appealed: round, how often before, value that is held against it */
  PNYX_RECORD_RULED,   /* round, value, time of observation, 0 without a vote, 1 by vote, -1 nothing
                          was decided: value is of the claim */
  PNYX_RECORD_MOVED,   /* round, reporter, what it gains (negative: loses) and in what */
  PNYX_RECORD_SETTLED, /* round, outcome + 1 (0: nobody revealed), slashed, stake of the coherent */
  PNYX_RECORD_AGGREGATED, /* price, confidence, how many quotes were valid, slot */
} PnyxOracleRecord;

/** PnyxMoved: in what. */
typedef enum
{
  PNYX_MOVED_STAKE,
  PNYX_MOVED_BOND,
  PNYX_MOVED_FEE,
} PnyxMoved;

/** PnyxOracleOps: a mechanism: how reports become an answer on chain. */
typedef struct
{
  PnyxComponent component;
  gboolean prices;      /* tells prices */
  gboolean classes;     /* tells classes */
  gboolean disputes;    /* puts on record what is claimed, disputed and ruled */
  guint reporters_min;  /* fewer are an error */
  guint32 n_cells;      /* that its contract needs, see PnyxOracle.cells */
  guint32 n_cells_each; /* and for each reporter, after those */
  gsize state_size;
  /* Looks at the whole scenario: @section is `<oracle>`. Optional. */
  gboolean (*check) (const PnyxSection *section, GError **error);
  gboolean (*init) (PnyxOracle *oracle, GError **error);
  /* The world's contracts are made: for mechanisms that read one. Optional. */
  void (*bind) (PnyxOracle *oracle, const struct PnyxContracts *contracts);
  /* A message of reporter @from has reached @to. */
  void (*on_message) (PnyxOracle *oracle, guint32 to, guint32 from, guint32 kind, guint32 payload);
  /* What pnyx_oracle_set_timer was called for is due. */
  void (*on_timer) (PnyxOracle *oracle, guint32 reporter, guint32 kind, guint32 payload);
  /* A transaction calls the oracle's contract. FALSE: it reverts. */
  gboolean (*execute) (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxCall *call);
  /* Returns: since when by the mechanism's rule and the truth another answer than @last was due
   * when @next came. Optional; without it, or before the first: since when it set out for it. */
  PnyxTime (*due) (const PnyxOracle *oracle, const PnyxAnswer *last, const PnyxAnswer *next);
  /* What the contract's own books say that it holds of money; NULL: it keeps none. */
  PnyxAmount (*booked) (const PnyxOracle *oracle, const PnyxMachine *machine);
  /* What of the money that it holds is @reporter's stake, in the view; NULL: there are none. */
  PnyxAmount (*staked) (const PnyxOracle *oracle, const PnyxMachine *machine, guint32 reporter);
  const PnyxVotes *votes; /* NULL: reporters do not vote */
} PnyxOracleOps;

extern const PnyxKind pnyx_oracle_kind;
extern const PnyxElement pnyx_element_oracle;

/** Parameters of `<oracle>`. */
typedef struct
{
  const gchar *id;
  const gchar *chain;
  gdouble breach;
  gdouble poisoned;
} PnyxOracleParams;

/** PnyxEstimation: what an estimator made of one round. */
typedef struct
{
  PnyxTime observed; /* median time of the observations */
  gdouble error;     /* against the truth then: value / truth - 1; of classes 1 where it is wrong */
  guint32 n, n_altered, n_flagged, n_caught; /* reports: all, altered, not believed, both */
} PnyxEstimation;

/** PnyxEstimator: an estimator with its record. The oracle's filter is number 0; the others are
 * asked beside it, of the same observations. */
typedef struct
{
  const gchar *name;
  const PnyxSection *section; /* `<filter>` or `<estimator>` */
  PnyxAggregator *aggregator;
  PnyxEstimation *rounds;
  guint32 n_rounds, rounds_capacity;
} PnyxEstimator;

/** pnyx_estimator_energy: Returns: J that a filter which learns has taken for training, or for
 * judging reports, so far; NaN: it does not learn. */
gdouble pnyx_estimator_energy (const PnyxEstimator *estimator, gboolean training);

struct _PnyxOracle
{
  guint32 index; /* among the world's oracles */
  const gchar *id;
  const PnyxOracleParams *params;
  const PnyxSection *section;
  const PnyxOracleOps *ops;
  gpointer state;          /* of the mechanism */
  gconstpointer mechanism; /* its parameters */
  PnyxWorld *world;
  PnyxNetwork *network;
  PnyxChain *chain;
  PnyxMachine *machine;
  PnyxFeed *feed;
  gboolean prices; /* its feed tells prices; FALSE: classes */
  PnyxErrorModel *errors;
  guint32 n_reporters;
  PnyxReporter *reporters;
  guint n_estimates; /* at least 1 */
  PnyxEstimator *estimates;
  struct PnyxBriber **bribers; /* by group; NULL where nobody bribes it */
  guint32 contract;
  PnyxCell newest; /* number of the newest answer + 1; 0: none */
  PnyxCell cells;  /* of the mechanism: the first of ops->n_cells + n_reporters * n_cells_each */
  PnyxAnswers *answers;
  PnyxReadings *readings;
  gdouble inference_cost; /* $ so far */
  guint64 n_inferences;
  guint16 message_type, timer_type, train_type;
  guint job; /* inference */
  PnyxRng latency, placement, inference;
  guint64 n_messages;
  struct PnyxOracleMessage *messages; /* under way */
  guint32 n_slots, slots_capacity, free;
};

/** PnyxOracles: the oracles of a world. */
typedef struct
{
  guint n;
  PnyxOracle **oracles;
} PnyxOracles;

/**
 * pnyx_oracles_new:
 * @root: `<scenario>`
 * @chains: (array length=n_chains)
 *
 * Makes every `<oracle>`: its feed, reporters, contract; the mechanism begins.
 */
gboolean pnyx_oracles_new (PnyxOracles *oracles, const PnyxSection *root, PnyxWorld *world,
                           PnyxNetwork *network, PnyxChain *const *chains, guint n_chains,
                           GError **error);
/** pnyx_oracles_find: Returns: (nullable): the oracle @id. */
PnyxOracle *pnyx_oracles_find (const PnyxOracles *oracles, const gchar *id);

/**
 * pnyx_oracle_answer:
 * @block: whose state is read; where it is being executed, that of its parent and what it has done
 *         so far
 *
 * Returns: (transfer none) (nullable): the answer; NULL: none yet. Valid until the next one.
 */
const PnyxAnswer *pnyx_oracle_answer (const PnyxOracle *oracle, PnyxBlockId block,
                                      PnyxOracleReader reader);
/** pnyx_oracle_read: the same for a contract that calls: charges the gas. */
const PnyxAnswer *pnyx_oracle_read (const PnyxOracle *oracle, PnyxFrame *frame,
                                    PnyxOracleReader reader);
/** pnyx_oracle_truth: Returns: the truth at @time as answers are written. */
gint64 pnyx_oracle_truth (const PnyxOracle *oracle, PnyxTime time);

/** pnyx_bribes_paid: Returns: what bribers have paid to reporters by the state that @block left. */
PnyxAmount pnyx_bribes_paid (const PnyxOracle *oracle, PnyxBlockId block);
/** pnyx_bribes_escrow: Returns: what they had in escrow in genesis. */
PnyxAmount pnyx_bribes_escrow (const PnyxOracle *oracle);

/*
 * For mechanisms.
 */

/** PnyxObservation: what a reporter says in a round. */
typedef struct
{
  PnyxReport report; /* log price or class */
  PnyxTime ready;    /* when it had it: after looking and inference */
  gboolean altered;  /* not what it honestly has */
} PnyxObservation;

/**
 * pnyx_oracle_observe: reporter @number looks at the feed now.
 * @round: of the mechanism
 * @key: time that decides the errors: the same for all who look in one round
 *
 * Returns: FALSE: it says nothing: it sees nothing, or stays silent.
 */
gboolean pnyx_oracle_observe (PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime key,
                              PnyxObservation *observation);

/**
 * pnyx_oracle_recall: what reporter @number makes of the feed as it was at @time, not after now.
 * Its error is that of @time: whoever looks twice sees the same.
 * @votes: it says it where what it votes is recorded; FALSE: bribes for votes change nothing
 *
 * Returns: FALSE: it says nothing.
 */
gboolean pnyx_oracle_recall (PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime time,
                             gboolean votes, PnyxObservation *observation);

/** pnyx_oracle_estimate: Returns: what the oracle's filter makes of a round's @n observations, log
 * price or class; NaN: nothing. To be asked once for each round. */
gdouble pnyx_oracle_estimate (PnyxOracle *oracle, const PnyxObservation *observations, gsize n);

/** pnyx_oracle_compare: asks all estimators beside the filter of a round's @n observations: all
 * that had arrived, whatever the mechanism took of them. Once for each round. */
void pnyx_oracle_compare (PnyxOracle *oracle, const PnyxObservation *observations, gsize n);

/** pnyx_oracle_send: a small message from one reporter's node to another's. It is lost where a cut
 * is between the two, and where one of them is offline. */
void pnyx_oracle_send (PnyxOracle *oracle, guint32 from, guint32 to, guint32 kind, guint32 payload);
/** pnyx_oracle_set_timer: at @time (a later phase where that is now) on_timer is called. */
void pnyx_oracle_set_timer (PnyxOracle *oracle, guint32 reporter, PnyxTime time, guint32 kind,
                            guint32 payload);
/** pnyx_oracle_infer: @reporter's node works on an inference for what its parameters say; then
 * on_timer is called. */
void pnyx_oracle_infer (PnyxOracle *oracle, guint32 reporter, guint32 kind, guint32 payload);

/** pnyx_oracle_publish: the oracle's contract holds @answer from this transaction on; block, time
 * and previous are filled in. */
void pnyx_oracle_publish (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxAnswer *answer);
/** pnyx_oracle_submit: @reporter broadcasts a call of the oracle's contract.
 * @gas: limit beside what any transaction of its size takes. */
guint32 pnyx_oracle_submit (PnyxOracle *oracle, guint32 reporter, guint32 method,
                            const gint64 *arguments, guint n, guint32 extra, guint64 gas);
/** pnyx_oracle_online: Returns: whether the node of @reporter is. */
gboolean pnyx_oracle_online (const PnyxOracle *oracle, guint32 reporter);
/** pnyx_oracle_head: Returns: head of the node of @reporter. */
PnyxBlockId pnyx_oracle_head (const PnyxOracle *oracle, guint32 reporter);

/** pnyx_bribed_claim: the node of @reporter has seen that @round is over: where it is owed a bribe
 * by what that node sees, it submits its claim. Others do nothing. See briber.h. */
void pnyx_bribed_claim (PnyxOracle *oracle, guint32 reporter, guint64 round);

/** pnyx_oracle_staked: Returns: what of the contract's money is @reporter's by the state that
 * @block left. */
PnyxAmount pnyx_oracle_staked (const PnyxOracle *oracle, guint32 reporter, PnyxBlockId block);

/** pnyx_oracle_attacks: Returns: whether @reporter colludes, and the coalition acts in @round. */
gboolean pnyx_oracle_attacks (const PnyxOracle *oracle, guint32 reporter, guint64 round);

/**
 * pnyx_oracle_coalition: what a coalition knows of itself.
 * @stake: the cell that holds the stake of a reporter
 *
 * Returns: the share of all stake, by the state that is viewed, that attacks in @round; 0 where
 * there is no stake.
 */
gdouble pnyx_oracle_coalition (const PnyxOracle *oracle, guint64 round,
                               PnyxCell (*stake) (const PnyxOracle *oracle, guint32 reporter));

/**
 * pnyx_oracle_due:
 * @last: (nullable): answer before
 *
 * Returns: since when @next was due: not after it set out unless the cause came later, and not
 * after its observation.
 */
PnyxTime pnyx_oracle_due (const PnyxOracle *oracle, const PnyxAnswer *last, const PnyxAnswer *next);

/** pnyx_price_from_log, pnyx_price_to_log: prices with 8 decimals. */
gint64 pnyx_price_from_log (gdouble level);
gdouble pnyx_price_to_log (gint64 price);

extern const PnyxOracleOps pnyx_oracle_ocr_median;
extern const PnyxOracleOps pnyx_oracle_pyth;
extern const PnyxOracleOps pnyx_oracle_commit_reveal;
extern const PnyxOracleOps pnyx_oracle_twap;
extern const PnyxOracleOps pnyx_oracle_uma;
extern const PnyxOracleOps pnyx_oracle_kleros;

#endif
