/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of Gasper share; not installed. */
#ifndef PNYX_PROTOCOL_GASPER_GASPER_PRIV_H
#define PNYX_PROTOCOL_GASPER_GASPER_PRIV_H

#include "protocol/gasper/finality.h"
#include "protocol/gasper/gasper.h"
#include "protocol/gasper/rules.h"
#include "protocol/gasper/validators.h"

/* Flags of participation, as in the specification. */
#define TIMELY_SOURCE 1u
#define TIMELY_TARGET 2u
#define TIMELY_HEAD 4u
#define N_FLAGS 3

/* What a state has counted: unslashed balances with each flag, for two epochs. */
typedef struct
{
  PnyxStake previous[N_FLAGS];
  PnyxStake current[N_FLAGS];
} GasperSums;

/* An aggregate in a block. */
typedef struct
{
  guint32 data;
  guint32 n_words; /* of the data */
  guint64 *bits;   /* array length=n_words */
} GasperIncluded;

/* What a block adds to the PnyxBlock of the same id. Its state is the one after it. */
typedef struct
{
  guint64 slot;
  PnyxBlockId next_in_slot; /* another block of this slot; PNYX_NONE */
  PnyxSha256Digest mix;     /* RANDAO */
  PnyxGasperJustification justification;
  PnyxGasperJustification unrealized; /* pulled up to the end of its epoch */
  GasperSums sums;
  guint64 *slashed;      /* bits by validator; NULL: nobody; shared with the parent where alike */
  guint64 *imported;     /* bits by node; NULL: genesis */
  guint64 *received;     /* bits by node */
  guint64 *timely;       /* bits by node: imported before the attestation deadline of its slot */
  PnyxTime *imported_at; /* array length=nodes; PNYX_TIME_MAX: not yet; NULL: not kept */
  PnyxTime last_import;
  guint32 n_imported;
  gboolean everywhere; /* all nodes have imported it: no bits are kept */
  guint8 *n_blobs_at;  /* array length=nodes: blobs that have come; NULL: it has none */
  guint8 n_blobs;
  PnyxItemId *blobs; /* array length=n_blobs */
  guint32 n_included;
  GasperIncluded *included;
  guint32 n_view;
  GasperIncluded *view;       /* array length=n_view: what its proposer had seen, with view-merge */
  guint64 n_votes;            /* that are new on its chain */
  guint64 inclusion_distance; /* sum over these, in slots */
} GasperBlock;

/* Attestation data, of one committee, and who signed it. Members stand in order of the committee.
 */
typedef struct
{
  guint64 slot;
  guint32 index;
  guint32 shuffling;
  PnyxBlockId head;
  PnyxGasperCheckpoint source, target;
  guint32 message;        /* of the fork choice: target epoch and head */
  const guint32 *members; /* array length=n */
  guint32 n, n_words;
  guint32 next_in_slot; /* other data of this slot; PNYX_NONE */
  guint64 *voted;       /* bits: who signed it so far */
  PnyxTime *sent;       /* array length=n: when; NULL: too old to be aggregated */
  guint64 *seen;        /* [node][word]: known to the node; NULL: too old to be included */
  guint64 *applied;     /* [node][word]: handed to its fork choice; NULL likewise */
  guint32 *aggregates;  /* array length=n_aggregates */
  guint32 n_aggregates, aggregates_capacity;
  guint32 n_voted;
  struct _GasperSpread *spread; /* fidelity path; NULL: full */
} GasperData;

typedef struct
{
  guint32 data;
  guint32 aggregator; /* validator */
  PnyxNodeId node;
  PnyxItemId item;
  guint32 count;
  guint64 *bits;     /* array length=words of the data */
  guint64 *imported; /* bits by node */
} GasperAggregate;

/* Latest messages point here: many validators send alike ones. */
typedef struct
{
  guint64 epoch; /* of the target */
  PnyxBlockId block;
} GasperMessage;

/* A validator's duty to vote. */
typedef struct
{
  guint32 member; /* position in the slot's part of the shuffled list */
  guint32 validator;
} GasperDuty;

/* Who is due in a slot, by node. */
typedef struct
{
  guint64 slot; /* G_MAXUINT64: nothing yet */
  guint32 n;
  GasperDuty *due;    /* array length=n */
  guint32 *first;     /* array length=nodes + 1: index of a node's first entry */
  guint32 *committee; /* array length=committees + 1: position of a committee's first member */
} GasperSlotDuties;

#define SLOT_DUTIES 4 /* slots of a shuffling that are kept */

typedef struct
{
  gboolean used;
  PnyxBlockId dependent; /* the block that decides it */
  guint64 epoch;
  guint32 *list;        /* array length=validators */
  guint32 n_committees; /* of a slot */
  GasperSlotDuties slots[SLOT_DUTIES];
  guint32 *proposers; /* array length=slots of the epoch; PNYX_NONE: not asked for yet */
} GasperShuffling;

/* The answer to the last question for a shuffling: all nodes ask alike. */
typedef struct
{
  PnyxBlockId block; /* PNYX_NONE: nothing */
  guint64 epoch;
  guint32 shuffling;
} GasperLastShuffling;

/* Who has voted on the chain of @block, in the last two epochs. */
typedef struct
{
  PnyxBlockId block; /* PNYX_NONE: nothing */
  guint64 epoch;
  guint64 used;   /* number of the last use */
  guint64 fill;   /* number of the last filling */
  guint64 *spent; /* array length=spent_capacity, by data: see votes.c */
  guint32 spent_capacity;
  guint8 *current, *previous; /* flags: array length=validators */
} GasperCursor;

#define N_CURSORS 4

/* Data of one slot by committee, for voters of one head. */
typedef struct
{
  guint64 slot; /* G_MAXUINT64: nothing */
  PnyxBlockId head;
  guint32 shuffling;
  guint32 *data; /* array length=committees of a slot; PNYX_NONE: nobody has voted yet */
} GasperBallot;

#define N_BALLOTS 4

#define MAX_BLOBS 12 /* of a block */

/* Fidelity path: see path.c. */
typedef struct _GasperPath GasperPath;
typedef struct _GasperSpread GasperSpread;

typedef struct
{
  guint32 data;
  gboolean from_block;
  guint64 frozen; /* slot before whose vote it does not count; 0: none */
  guint64 *bits;  /* array length=words of the data; owned by the arena */
} GasperPendingVotes;

/* A block between receipt and import at one node. */
typedef struct
{
  PnyxTime received;
  PnyxNodeId node;
  PnyxNodeId from;
  PnyxBlockId block; /* PNYX_NONE: the slot is free */
  guint32 next;      /* of the node's waiting blocks, or of the free slots */
  guint8 stage;
} GasperPendingBlock;

/* The store of a node: what every import reads stands first, on two lines of memory. */
typedef struct
{
  _Alignas(64) guint64 slot;
  PnyxTime slot_end; /* by its own clock */
  PnyxBlockId boost; /* PNYX_NONE: none */
  PnyxBlockId head;
  gboolean merging;           /* nothing is frozen: it proposes, or takes a proposer's view */
  gboolean stale;             /* the head has to be found again */
  guint32 n_votes, n_waiting; /* votes that wait for the next slot or for a block; blocks */
  PnyxGasperCheckpoint justified, finalized, unrealized_justified, unrealized_finalized;
  PnyxGasperCheckpoint best_justified; /* with safe slots */
  guint64 *equivocating;               /* bits by validator; NULL: nobody */
  guint64 *excluded; /* bits by validator: slashed in the justified state; NULL: nobody */
  GasperPendingVotes *votes;
  guint32 votes_capacity, first_waiting, last_waiting;
} GasperNode;

/* Epochs of the sources of votes for targets of one epoch: the least, and one more than the
 * largest.
 */
typedef struct
{
  guint64 least, end; /* end 0: there are none */
} GasperSources;

/* Two votes of one validator that are evidence against it. */
typedef struct
{
  guint32 validator;
  guint32 data[2]; /* PNYX_NONE: a block equivocation: blocks below */
  PnyxBlockId block[2];
  guint64 *known; /* bits by node */
  gboolean spread;
} GasperEvidence;

/* What a store is told, for checkers that keep one of their own beside it. */
typedef enum
{
  GASPER_SAW_BLOCK,        /* id: block */
  GASPER_SAW_VOTES,        /* id: data; @bits of it */
  GASPER_SAW_EQUIVOCATION, /* id: validator */
} GasperSight;

typedef void (*GasperWitness) (gpointer user, PnyxChain *chain, PnyxNodeId node, GasperSight what,
                               guint32 id, const guint64 *bits, gboolean from_block);

typedef struct
{
  const PnyxGasperParams *params;
  const PnyxGasperVotesParams *votes;
  const PnyxGasperCosts *costs;
  PnyxGasperRules rules;
  PnyxGasperValidators validators;
  PnyxStake total; /* gwei */
  PnyxCpu cpu;
  PnyxRng reveal, root, selection, size, blobs, import, boundary, delay;
  guint32 n_nodes, n_node_words, n_validator_words;
  guint16 fold_type, slot_type, propose_type, attest_type, attest_all_type, aggregate_type,
      tick_type, late_type, evidence_type, retry_type, early_type, thaw_type;
  guint16 block_channel, aggregate_channel, blob_channel;
  guint verify_job, import_job, aggregate_job, blob_job;

  GasperBlock *blocks;
  guint32 blocks_capacity;
  GasperData *data;
  guint32 n_data, data_capacity, first_open_data;
  GasperAggregate *aggregates;
  guint32 n_aggregates, aggregates_capacity, first_open_aggregate;
  GasperMessage *messages;
  guint32 n_messages, messages_capacity;
  GasperShuffling *shufflings;
  guint32 n_shufflings, shufflings_capacity;
  GasperLastShuffling last_shuffling;
  guint64 *attested; /* array length=nodes: slot + 1 of the last duty to vote; 0: none */
  GasperCursor cursors[N_CURSORS];
  guint64 n_cursor_uses, n_cursor_fills;
  GasperBallot ballots[N_BALLOTS];
  guint n_ballots;             /* made so far */
  GasperPath *path;            /* NULL: every node has a store of its own */
  PnyxBlockId *blocks_of_slot; /* array length=slots_capacity: first; PNYX_NONE */
  guint32 *data_of_slot;       /* likewise */
  guint32 slots_capacity;
  gint64 *weights; /* [node][block - weights_base]: direct votes, gwei */
  guint32 weights_base, weights_capacity;
  guint32 *latest; /* [validator][node]: 1 + message; 0: none */
  GasperPendingBlock *pending;
  guint32 n_pending, pending_capacity, free_pending;
  guint32 n_slashable; /* validators */
  PnyxStake slashable;
  guint64 *is_slashable;     /* bits by validator */
  guint32 **votes_of_epoch;  /* [epoch][validator]: 1 + data of the first vote; NULL: none yet */
  guint64 **voters_of_epoch; /* [epoch]: bits by validator: who has one; NULL: none yet */
  GasperSources *sources_of_epoch; /* of these votes, by epoch of their target */
  guint32 epochs_capacity;
  guint64 oldest_final; /* epoch that is final at every node, at the beginning of this one */
  guint64 last_voted;   /* largest epoch of a target */
  GasperEvidence *evidence;
  guint32 n_evidence, evidence_capacity;
  PnyxGasperCheckpoint *finalized; /* by honest nodes; distinct */
  guint32 n_finalized, finalized_capacity;
  guint64 n_violations;
  GasperWitness witness; /* NULL: none */
  gpointer witness_user;
  gboolean proposing; /* a duty to propose is being served */
  gboolean bug_done;  /* the invalid block has been made */
  gint64 *scratch;    /* array length=weights_capacity */
  guint32 *scratch_best;
  guint8 *scratch_viable;
} Gasper;

static inline gboolean
bit_get (const guint64 *bits, guint32 i)
{
  return bits != NULL && (bits[i / 64] >> (i % 64) & 1) != 0;
}

static inline void
bit_set (guint64 *bits, guint32 i)
{
  bits[i / 64] |= (guint64)1 << (i % 64);
}

static inline guint64
epoch_of (const Gasper *self, guint64 slot)
{
  return slot / self->rules.preset.slots_per_epoch;
}

static inline guint64
start_of (const Gasper *self, guint64 epoch)
{
  return epoch * self->rules.preset.slots_per_epoch;
}

/* A duration, ns, from a distribution of seconds; not below 0. */
static inline PnyxTime
draw_time (const PnyxDistribution *distribution, const PnyxRng *rng, guint32 entity, guint64 index)
{
  return pnyx_time_from_seconds (
      MAX (0, pnyx_distribution_sample (distribution, rng, entity, index)));
}

/* ---- gasper.c ---- */

/* A type of events of this chain, for @handler. */
guint16 gasper_add_handler (PnyxChain *chain, const gchar *name, PnyxHandler handler);

/* ---- slots.c ---- */

/* Adds the handlers of slots, and has room for the first slots. */
void gasper_slots_init (PnyxChain *chain);
/* The event that begins @slot for the whole chain, and schedules the next one. */
void gasper_schedule_slot (PnyxChain *chain, guint64 slot);
/* When the clock of @node shows @local; not before now. */
PnyxTime gasper_when_local (const PnyxChain *chain, PnyxNodeId node, PnyxTime local);
/* An event of @type when the clock of @node is @into into @slot. */
void gasper_schedule_at_node (PnyxChain *chain, guint16 type, PnyxNodeId node, guint64 slot,
                              PnyxTime into);

/* ---- states.c ---- */

/* The last block of @block's chain at or before @slot: get_ancestor. */
PnyxBlockId gasper_ancestor (PnyxChain *chain, PnyxBlockId block, guint64 slot);
/* The checkpoint of @epoch on @block's chain: get_checkpoint_block. */
PnyxGasperCheckpoint gasper_checkpoint (PnyxChain *chain, PnyxBlockId block, guint64 epoch);
/* The state of @block advanced to @epoch: process_slots. */
void gasper_advance (PnyxChain *chain, PnyxBlockId block, guint64 epoch,
                     PnyxGasperJustification *justification, GasperSums *sums);
/* Flags on the chain of @parent, advanced to the epoch of @slot; valid until the next call. */
GasperCursor *gasper_cursor (PnyxChain *chain, PnyxBlockId parent, guint64 slot);
/* Flags that a vote gets in a block of @slot on @parent; 0 where it may not be included. */
guint gasper_flags (PnyxChain *chain, PnyxBlockId parent, guint64 slot,
                    const PnyxGasperJustification *state, const GasperData *data);
/* The state after block @id, whose slot, mix, included votes and slashed are there. */
void gasper_transition (PnyxChain *chain, PnyxBlockId id);

/* ---- duties.c ---- */

/* The shuffling of @epoch on the chain of @block. */
guint32 gasper_shuffling (PnyxChain *chain, PnyxBlockId block, guint64 epoch);
PnyxGasperCommittee gasper_committee (const Gasper *self, guint32 shuffling, guint64 slot,
                                      guint32 index);
guint32 gasper_proposer (PnyxChain *chain, guint32 shuffling, guint64 slot);
/* Duties of a slot by node; valid until SLOT_DUTIES other slots are asked for. */
const GasperSlotDuties *gasper_slot_duties (PnyxChain *chain, guint32 shuffling, guint64 slot);
/* Whether @validator aggregates the votes of its committee of @n in @slot: is_aggregator. */
gboolean gasper_is_aggregator (const Gasper *self, guint32 validator, guint64 slot, guint32 n);
/* Whether @validator does its duty, and if so how much later than due. */
gboolean gasper_is_on_duty (const Gasper *self, guint32 validator, guint64 slot,
                            gboolean is_proposal, PnyxTime *delay);
/* Tells the strategy of @actors, of one node, that they are due now. */
void gasper_give_duty (PnyxChain *chain, PnyxDutyKind kind, PnyxNodeId node, guint64 slot,
                       PnyxBlockId head, const guint32 *actors, guint32 n);

/* ---- attesting.c ---- */

/* Adds the handlers of duties to vote and to aggregate. */
void gasper_attesting_init (PnyxChain *chain);
/* A validator votes as soon as it has the block of its slot: @node has imported @id. */
void gasper_attest_early (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id);
/* An aggregator sends what it has of the votes that agree with its own. */
void gasper_aggregate_own (PnyxChain *chain, const PnyxDuty *duty);

/* ---- proposing.c ---- */

/* Adds the handler of duties to propose. */
void gasper_proposing_init (PnyxChain *chain);
/* The mix @after a block of @proposer in @epoch, from that @before it: process_randao. */
void gasper_mix_reveal (const Gasper *self, guint32 proposer, guint64 epoch, const guint8 *before,
                        guint8 *after);
/* Whether @node runs the client with the bug, and @slot is not before it. */
gboolean gasper_is_bug (const PnyxChain *chain, PnyxNodeId node, guint64 slot);
/* Notes that @id is on its way from now on, if it was not. FALSE, refused: @actor did not make it.
 */
gboolean gasper_begin_sending (PnyxChain *chain, guint32 actor, PnyxBlockId id);

/* ---- receiving.c ---- */

/* Adds the channels of blocks, aggregates and blobs, and the work that they make. */
void gasper_receiving_init (PnyxChain *chain);
/* Goes on with the blocks that wait at @node for what is there now. */
void gasper_go_on (PnyxChain *chain, PnyxNodeId node);

/* ---- store.c ---- */

/* @is_path: votes are kept by path.c */
void gasper_store_init (PnyxChain *chain, gboolean is_path);
PnyxTime gasper_local_time (const PnyxChain *chain, PnyxNodeId node);
/* on_tick: brings the store of @node to its present slot. */
void gasper_tick (PnyxChain *chain, PnyxNodeId node);
/* The slot for whose vote the view of @node is frozen now; 0: none. */
guint64 gasper_frozen_slot (PnyxChain *chain, PnyxNodeId node);
/* Looks again at votes that wait. */
void gasper_retry_votes (PnyxChain *chain, PnyxNodeId node);
/* on_block for a block whose parent is there. */
void gasper_on_block (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block);
/* on_attestation for the signers @bits of @data. */
void gasper_on_votes (PnyxChain *chain, PnyxNodeId node, guint32 data, const guint64 *bits,
                      gboolean from_block);
/* on_attester_slashing. */
void gasper_on_equivocation (PnyxChain *chain, PnyxNodeId node, guint32 validator);
/* get_head. */
PnyxBlockId gasper_head (PnyxChain *chain, PnyxNodeId node);
/* get_proposer_head. */
PnyxBlockId gasper_proposer_head (PnyxChain *chain, PnyxNodeId node, guint64 slot);
/* get_attestation_score. */
PnyxStake gasper_score (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block);
void gasper_store_new_block (PnyxChain *chain, PnyxBlockId block);
void gasper_store_forget (PnyxChain *chain, PnyxBlockId base);
gboolean gasper_has_block (const Gasper *self, PnyxNodeId node, PnyxBlockId block);

/* ---- path.c ---- */

/** GasperPathCounts: what the path level has done, to tell whether a test has met it. */
typedef struct
{
  guint64 heads, evaluations;          /* asked for; not known before */
  guint64 aggregates;                  /* sent by aggregators */
  guint64 imports;                     /* of aggregates by nodes, in floods */
  guint64 floods;                      /* data whose aggregates were followed from node to node */
  guint64 bounds;                      /* data for which the bound was enough */
  guint64 folds, overlays, two_epochs; /* rows of weights with votes of two target epochs open */
  guint64 splits, moves, merges, extras;
  guint64 left_out; /* aggregates beyond what a spread can hold: must stay 0 */
  guint32 most_open;
} GasperPathCounts;

typedef PnyxBlockId (*GasperPathFind) (PnyxChain *chain, PnyxNodeId node, const gint64 *row);

/* Fetches what is known of @node. */
void gasper_path_warm (const Gasper *self, PnyxNodeId node);
/* Whether what was sent at @sent has come everywhere by @now, whatever was drawn. */
gboolean gasper_path_is_sure (const Gasper *self, PnyxTime sent, PnyxTime now);
/* First slot of whose votes not all nodes have made up their mind; G_MAXUINT64: there is none. */
guint64 gasper_path_oldest_open (const Gasper *self);
gboolean gasper_path_init (PnyxChain *chain, GError **error);
const GasperPathCounts *gasper_path_counts (const Gasper *self);
void gasper_path_reserve_weights (PnyxChain *chain, guint32 old, guint32 capacity);
void gasper_path_shift_weights (PnyxChain *chain, guint32 gone);
/* Meshes, cuts or outages are about to change: what is under way comes to where it is now. */
void gasper_path_changing (PnyxChain *chain);
/* An aggregator at @node sends what it has of @data, or, where that is given, the votes of @only.
 */
void gasper_path_aggregate (PnyxChain *chain, guint32 data, guint32 aggregator, PnyxNodeId node,
                            const guint64 *only);
/* Direct weights at @node, by block - weights_base; valid until the next call. */
const gint64 *gasper_path_weights (PnyxChain *chain, PnyxNodeId node);
/* 1 + latest message of @v at @node, right after gasper_path_weights of it; 0: none. */
guint32 gasper_path_latest (PnyxChain *chain, PnyxNodeId node, guint32 v);
/* Whether @node, in @slot, has no other votes than when it last asked for its head. */
gboolean gasper_path_is_unchanged (const Gasper *self, PnyxNodeId node, guint64 slot);
/* The head of @node; @find is asked where no node with the same view has asked before. */
PnyxBlockId gasper_path_head (PnyxChain *chain, PnyxNodeId node, GasperPathFind find);
/* Somebody has signed @data. */
void gasper_path_on_vote (PnyxChain *chain, guint32 data);
void gasper_path_new_block (PnyxChain *chain, PnyxBlockId block);
/* @node has imported @block. */
void gasper_path_on_block (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block);
/* All clocks have reached @slot: what everybody has is taken into the classes. */
void gasper_path_fold (PnyxChain *chain, guint64 slot);
/* A number for new data; then what is kept about it, when its fields are set. */
guint32 gasper_path_new_data (PnyxChain *chain);
void gasper_path_begin_data (PnyxChain *chain, guint32 data);
/* Aggregate number @i of @data that @node has; NULL: there are no more. */
const guint64 *gasper_path_aggregate_at (PnyxChain *chain, guint32 data, PnyxNodeId node, guint i);
/* Frees what is of no use: single votes before slot @open, everything before slot @final. */
void gasper_path_forget (PnyxChain *chain, guint64 open, guint64 final);

/* ---- votes.c ---- */

/* Whether the single vote at @position has reached @node by now. */
gboolean gasper_has_arrived (PnyxChain *chain, const GasperData *data, guint32 position,
                             PnyxNodeId node);
/* Identity of an aggregate on the network. */
guint64 gasper_aggregate_id (const Gasper *self, const GasperData *data, guint32 aggregator);

guint32 gasper_data (PnyxChain *chain, guint64 slot, guint32 index, guint32 shuffling,
                     PnyxBlockId head, PnyxGasperCheckpoint source, PnyxGasperCheckpoint target);
/* The member at @position signs @data now; withheld, nobody hears of it. */
void gasper_sign (PnyxChain *chain, guint32 data, guint32 position, gboolean withhold);
/* What an aggregator at @node has of @data, or, where that is given, the votes of @only. Returns:
 * PNYX_NONE: nothing. */
guint32 gasper_aggregate (PnyxChain *chain, guint32 data, guint32 aggregator, PnyxNodeId node,
                          const guint64 *only);
gboolean gasper_is_subset_of_known (const Gasper *self, PnyxNodeId node, guint32 aggregate);
/* @node has verified @aggregate. */
void gasper_import_aggregate (PnyxChain *chain, PnyxNodeId node, guint32 aggregate);
/* Packs what @node knows into block @id, whose slot and parent are there. */
void gasper_pack (PnyxChain *chain, PnyxNodeId node, PnyxBlockId parent, guint64 slot,
                  GasperBlock *block);
/* What the node of @block has seen of the last slots goes with it: view-merge. */
void gasper_add_view (PnyxChain *chain, PnyxNodeId node, GasperBlock *block);
/* Frees what is too old at the beginning of @slot; @final: epoch that is final everywhere. */
void gasper_forget (PnyxChain *chain, guint64 slot, guint64 final);
/* Evidence: two blocks of one proposer in one slot. */
void gasper_block_equivocation (PnyxChain *chain, PnyxBlockId a, PnyxBlockId b);
/* Whether there are two votes of @validator that are evidence against it. */
gboolean gasper_voted_twice (const Gasper *self, guint32 validator);
void gasper_check_evidence (PnyxChain *chain, PnyxNodeId node);

#endif
