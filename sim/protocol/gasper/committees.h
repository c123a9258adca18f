/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_COMMITTEES_H
#define PNYX_PROTOCOL_GASPER_COMMITTEES_H

#include "base/types.h"
#include "protocol/gasper/sha256.h"

/*
 * Who attests in a slot, after specs/phase0/beacon-chain.md. The active validators are shuffled as
 * a whole (pnyx_shuffle_list) once for each epoch and seed; committees are slices of that list.
 */

/** PnyxGasperPreset: the constants that the presets of the specification differ in. */
typedef struct
{
  guint32 slots_per_epoch;         /* SLOTS_PER_EPOCH */
  guint32 max_committees_per_slot; /* MAX_COMMITTEES_PER_SLOT */
  guint32 target_committee_size;   /* TARGET_COMMITTEE_SIZE */
  guint32 shuffle_round_count;     /* SHUFFLE_ROUND_COUNT */
} PnyxGasperPreset;

extern const PnyxGasperPreset pnyx_gasper_mainnet; /* presets/mainnet/phase0.yaml */
extern const PnyxGasperPreset pnyx_gasper_minimal; /* presets/minimal/phase0.yaml */

/** PnyxGasperDomain: DOMAIN_... of the duties that are drawn. */
typedef enum
{
  PNYX_GASPER_DOMAIN_BEACON_PROPOSER = 0,
  PNYX_GASPER_DOMAIN_BEACON_ATTESTER = 1,
} PnyxGasperDomain;

/**
 * pnyx_gasper_get_seed:
 * @mix: RANDAO mix at the end of the epoch that lies MIN_SEED_LOOKAHEAD + 1 before @epoch
 * @seed: (out caller-allocates)
 *
 * Source: get_seed: hash (domain_type + uint_to_bytes (epoch) + mix).
 */
void pnyx_gasper_get_seed (const guint8 *mix, guint64 epoch, PnyxGasperDomain domain,
                           PnyxSha256Digest seed);

/**
 * pnyx_gasper_get_proposer_seed:
 * @mix: as for pnyx_gasper_get_seed, of the epoch of @slot
 *
 * Source: get_beacon_proposer_index: hash (get_seed (...) + uint_to_bytes (slot)).
 */
void pnyx_gasper_get_proposer_seed (const guint8 *mix, guint64 slot, const PnyxGasperPreset *preset,
                                    PnyxSha256Digest seed);

/**
 * pnyx_gasper_get_committee_count_per_slot: Returns: how many committees a slot has with
 * @n_active validators: one for each TARGET_COMMITTEE_SIZE of a slot's share, 1 to
 * MAX_COMMITTEES_PER_SLOT. Source: get_committee_count_per_slot.
 */
guint32 pnyx_gasper_get_committee_count_per_slot (const PnyxGasperPreset *preset, guint32 n_active);

/** PnyxGasperCommittee: a slice of a shuffled list. */
typedef struct
{
  const guint32 *members; /* (array length=n) borrowed from the list */
  guint32 n;              /* 0 with fewer validators than committees */
} PnyxGasperCommittee;

/**
 * pnyx_gasper_compute_committee:
 * @shuffled: (array length=n): the active validators, shuffled by the seed of the epoch
 * @index: of the committee in the epoch; below @count
 * @count: committees in the epoch; at least 1
 *
 * Returns: (transfer none): entries n * index // count up to n * (index + 1) // count.
 * Source: compute_committee.
 */
PnyxGasperCommittee pnyx_gasper_compute_committee (const guint32 *shuffled, guint32 n,
                                                   guint32 index, guint32 count);

/**
 * pnyx_gasper_get_beacon_committee:
 * @shuffled: (array length=n): of the epoch of @slot
 * @index: of the committee in @slot; below pnyx_gasper_get_committee_count_per_slot
 *
 * Source: get_beacon_committee.
 */
PnyxGasperCommittee pnyx_gasper_get_beacon_committee (const PnyxGasperPreset *preset,
                                                      const guint32 *shuffled, guint32 n,
                                                      guint64 slot, guint32 index);

/**
 * pnyx_gasper_calculate_committee_fraction:
 * @total_active_balance: in gwei
 * @percent: for instance 40 (PROPOSER_SCORE_BOOST), 20 (REORG_HEAD_WEIGHT_THRESHOLD), 160
 *   (REORG_PARENT_WEIGHT_THRESHOLD)
 *
 * Returns: that share of the weight of a slot's committees, rounded down twice.
 * Source: specs/phase0/fork-choice.md, calculate_committee_fraction and compute_proposer_score.
 */
PnyxStake pnyx_gasper_calculate_committee_fraction (PnyxStake total_active_balance,
                                                    guint32 slots_per_epoch, guint32 percent);

#endif
