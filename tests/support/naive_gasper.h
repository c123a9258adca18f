/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_TESTS_NAIVE_GASPER_H
#define PNYX_TESTS_NAIVE_GASPER_H

#include "base/types.h"

/*
 * The store of Gasper's fork choice, validator by validator, written down from the specification:
 * specs/phase0/fork-choice.md, and of specs/phase0/beacon-chain.md what justification and
 * finalisation need. Every function bears the specification's name after "naive_", and does no more
 * to be fast than to keep a pointer to each parent. It is there to be right: fast stores are
 * compared with it, and it is compared with the executable specification
 * (tests/validation/test_fork_choice_vectors.c).
 *
 * What is left out: signatures, RANDAO, rewards, and everything that changes balances or the set of
 * validators; all validators are active, effective balances stay. A state transition is a flag of
 * the block and what it includes. Where the specification asserts, a handler returns FALSE and has
 * changed nothing.
 */

/** NaiveRoot: stands for a 32-byte root; order among roots is that of the numbers. 0: Root (). */
typedef guint64 NaiveRoot;

/** NaiveCheckpoint: Checkpoint. */
typedef struct
{
  guint64 epoch;
  NaiveRoot root;
} NaiveCheckpoint;

/** NaiveConfig: presets and configuration that the rules read. */
typedef struct
{
  guint64 slots_per_epoch;                     /* SLOTS_PER_EPOCH */
  guint64 slot_duration_ms;                    /* SLOT_DURATION_MS */
  guint64 proposer_score_boost;                /* PROPOSER_SCORE_BOOST, percent */
  guint64 reorg_head_weight_threshold;         /* REORG_HEAD_WEIGHT_THRESHOLD, percent */
  guint64 reorg_parent_weight_threshold;       /* REORG_PARENT_WEIGHT_THRESHOLD, percent */
  guint64 reorg_max_epochs_since_finalization; /* REORG_MAX_EPOCHS_SINCE_FINALIZATION */
  guint64 attestation_due_bps;                 /* ATTESTATION_DUE_BPS */
  guint64 proposer_reorg_cutoff_bps;           /* PROPOSER_REORG_CUTOFF_BPS */
  guint32 n_validators;
  const PnyxStake *effective_balance; /* (array length=n_validators) borrowed; gwei */
} NaiveConfig;

/** naive_config: Returns: the values of configs/mainnet.yaml and Electra with these validators. */
NaiveConfig naive_config (guint32 n_validators, const PnyxStake *effective_balance);

/** NaiveAttestation: IndexedAttestation: attestation data and who signed it. */
typedef struct
{
  guint64 slot;
  NaiveRoot beacon_block_root;
  NaiveCheckpoint source, target;
  const guint32 *attesting_indices; /* (array length=n_indices) borrowed */
  guint32 n_indices;
} NaiveAttestation;

/** NaiveBlock: BeaconBlock: where it stands and what it includes. */
typedef struct
{
  NaiveRoot root, parent_root;
  guint64 slot;
  guint32 proposer_index;
  gboolean is_valid; /* FALSE: state_transition fails for a reason that is not modelled */
  const NaiveAttestation *const *attestations; /* (array length=n_attestations) borrowed */
  guint32 n_attestations;
  const guint32 *slashed; /* (array length=n_slashed) borrowed; slashed by evidence inside */
  guint32 n_slashed;
} NaiveBlock;

#define NAIVE_JUSTIFICATION_BITS_LENGTH 4

/** NaiveState: of a BeaconState what finality is made of. */
typedef struct
{
  guint64 slot;
  NaiveRoot tip; /* the last block: get_block_root looks for its ancestors */
  NaiveCheckpoint previous_justified_checkpoint;
  NaiveCheckpoint current_justified_checkpoint;
  NaiveCheckpoint finalized_checkpoint;
  gboolean justification_bits[NAIVE_JUSTIFICATION_BITS_LENGTH];
  /* By validator: whether a vote for the right target was included (TIMELY_TARGET_FLAG_INDEX). */
  gboolean *previous_epoch_participation, *current_epoch_participation; /* owned */
  gboolean *slashed;                                                    /* owned */
} NaiveState;

typedef struct _NaiveStore NaiveStore;

/** naive_state_new: the state of a genesis at slot 0; change it before it becomes an anchor. */
NaiveState *naive_state_new (const NaiveConfig *config);
void naive_state_free (NaiveState *state);

/**
 * naive_weigh_justification_and_finalization:
 * @previous_root: get_block_root (state, previous_epoch); read only where two thirds voted
 * @current_root: get_block_root (state, current_epoch); likewise
 *
 * At the epoch of @state->slot. Two thirds are inclusive.
 */
void naive_weigh_justification_and_finalization (NaiveState *state, guint64 slots_per_epoch,
                                                 PnyxStake total_active_balance,
                                                 PnyxStake previous_epoch_target_balance,
                                                 PnyxStake current_epoch_target_balance,
                                                 NaiveRoot previous_root, NaiveRoot current_root);

/**
 * naive_get_forkchoice_store:
 * @config: copied; its balances are borrowed
 * @anchor: (transfer full)
 * @anchor_root: of the block of that state, at @anchor->slot
 */
NaiveStore *naive_get_forkchoice_store (const NaiveConfig *config, NaiveState *anchor,
                                        NaiveRoot anchor_root);
void naive_store_free (NaiveStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NaiveStore, naive_store_free)

/* Handlers. */

/** naive_on_tick: on_tick: @time_ms since genesis, never less than before. */
void naive_on_tick (NaiveStore *store, guint64 time_ms);

/** naive_on_block: on_block. Its attestations do not count as votes here: that is
 * naive_on_attestation with @is_from_block for each. Returns: FALSE: refused, may be tried later.
 */
gboolean naive_on_block (NaiveStore *store, const NaiveBlock *block);

/** naive_on_attestation: on_attestation. */
gboolean naive_on_attestation (NaiveStore *store, const NaiveAttestation *attestation,
                               gboolean is_from_block);

/** naive_on_attester_slashing: on_attester_slashing: who signed both never counts again. */
gboolean naive_on_attester_slashing (NaiveStore *store, const NaiveAttestation *attestation_1,
                                     const NaiveAttestation *attestation_2);

/* What the store says. */

/** naive_get_head: get_head. */
NaiveRoot naive_get_head (const NaiveStore *store);

/** naive_get_weight: get_weight over all validators, with the boost. */
PnyxStake naive_get_weight (const NaiveStore *store, NaiveRoot root);

/** naive_get_attestation_score: get_attestation_score: without the boost. */
PnyxStake naive_get_attestation_score (const NaiveStore *store, NaiveRoot root);

/**
 * naive_get_proposer_head: get_proposer_head: which block the proposer of @slot builds upon.
 * @committee: (array length=n_committee): all members of the committees of the slot of @head, as
 * its state has them; needed only where some validator equivocated
 * @proposer_head: (out)
 *
 * Returns: FALSE where @head has the boost or no parent.
 */
gboolean naive_get_proposer_head (const NaiveStore *store, NaiveRoot head, guint64 slot,
                                  const guint32 *committee, guint32 n_committee,
                                  NaiveRoot *proposer_head);

/** naive_get_ancestor: get_ancestor: the last block of @root's chain at or before @slot; 0 where
 * the chain does not reach back so far. */
NaiveRoot naive_get_ancestor (const NaiveStore *store, NaiveRoot root, guint64 slot);

/** naive_get_checkpoint_block: get_checkpoint_block. */
NaiveRoot naive_get_checkpoint_block (const NaiveStore *store, NaiveRoot root, guint64 epoch);

/** naive_get_voting_source: get_voting_source. */
NaiveCheckpoint naive_get_voting_source (const NaiveStore *store, NaiveRoot root);

/** naive_has_block: Returns: whether @root is in store.blocks. */
gboolean naive_has_block (const NaiveStore *store, NaiveRoot root);

/** naive_n_blocks, naive_block_at: store.blocks in the order of arrival; the anchor is the first.
 */
guint naive_n_blocks (const NaiveStore *store);
NaiveRoot naive_block_at (const NaiveStore *store, guint i, guint64 *slot);

/** naive_block_state: Returns: (transfer none): store.block_states[@root]. */
const NaiveState *naive_block_state (const NaiveStore *store, NaiveRoot root);

/** naive_latest_message: Returns: FALSE where @validator has none: store.latest_messages. */
gboolean naive_latest_message (const NaiveStore *store, guint32 validator,
                               NaiveCheckpoint *message);

/** naive_get_current_slot: get_current_slot. */
guint64 naive_get_current_slot (const NaiveStore *store);

/** The fields of Store of these names. */
NaiveRoot naive_proposer_boost_root (const NaiveStore *store);
gboolean naive_is_equivocating (const NaiveStore *store, guint32 validator);
NaiveCheckpoint naive_justified_checkpoint (const NaiveStore *store);
NaiveCheckpoint naive_finalized_checkpoint (const NaiveStore *store);
NaiveCheckpoint naive_unrealized_justified_checkpoint (const NaiveStore *store);
NaiveCheckpoint naive_unrealized_finalized_checkpoint (const NaiveStore *store);

#endif
