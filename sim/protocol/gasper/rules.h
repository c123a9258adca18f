/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_RULES_H
#define PNYX_PROTOCOL_GASPER_RULES_H

#include "engine/params.h"
#include "protocol/gasper/committees.h"
#include "protocol/gasper/proposer.h"

/** PnyxGasperParams: attributes of `<gasper>`. */
typedef struct
{
  gint rules;
  PnyxTime slot;
  guint64 slots_per_epoch;
  const PnyxDistribution *proposal_delay;
  const PnyxDistribution *block_size;
  guint64 block_limit;
  const PnyxDistribution *blobs;
  guint64 blob_size;
  const gchar *bug_client;
  guint64 bug_slot;
} PnyxGasperParams;

/** PnyxGasperVotesParams: attributes of its `<votes>`; what is unset is the rule set's. */
typedef struct
{
  guint64 committee_size, committees_max, shuffle_rounds;
  gdouble attestation_due, aggregate_due; /* of a slot; NaN: the rule set's */
  guint64 aggregators;
  guint64 aggregate_size;
  guint64 aggregates_max; /* PNYX_COUNT_UNSET: the rule set's */
  gboolean eager;         /* fidelity path: every spread is computed */
} PnyxGasperVotesParams;

/** PnyxGasperForkChoiceParams: attributes of its `<fork-choice>`; likewise. */
typedef struct
{
  gdouble boost, head_threshold, parent_threshold;  /* of a committee; NaN: the rule set's */
  gdouble reorg_cutoff;                             /* of a slot; NaN */
  gint lmd, discounting, pulled_up, proposer_reorg; /* enum: false, true; -1: the rule set's */
  guint64 safe_slots;                               /* PNYX_COUNT_UNSET: the rule set's */
  PnyxTime view_merge;                              /* PNYX_TIME_UNSET: off */
} PnyxGasperForkChoiceParams;

/** PnyxGasperCosts: attributes of its `<costs>`. */
typedef struct
{
  const PnyxDistribution *import, *boundary_import;
  PnyxTime block_verification, aggregate_verification, key_aggregation, blob_verification;
} PnyxGasperCosts;

#define PNYX_GASPER_N_PARAMS 10
#define PNYX_GASPER_N_CHILDREN 3
extern const PnyxParam pnyx_gasper_params[PNYX_GASPER_N_PARAMS];
extern const PnyxChild pnyx_gasper_children[PNYX_GASPER_N_CHILDREN];

/** PnyxGasperRules: a rule set with the scenario's changes; constant during a run. */
typedef struct
{
  PnyxGasperPreset preset;
  PnyxGasperProposerRule proposer;
  PnyxStake max_effective_balance; /* gwei */
  PnyxTime slot;                   /* SLOT_DURATION_MS */
  PnyxTime attestation_due;        /* ATTESTATION_DUE_BPS, in ns of the slot */
  PnyxTime aggregate_due;          /* AGGREGATE_DUE_BPS */
  PnyxTime reorg_cutoff;           /* PROPOSER_REORG_CUTOFF_BPS */
  guint boost;                     /* PROPOSER_SCORE_BOOST, percent; 0: none */
  guint head_threshold;            /* REORG_HEAD_WEIGHT_THRESHOLD, percent */
  guint parent_threshold;          /* REORG_PARENT_WEIGHT_THRESHOLD, percent */
  gboolean lmd;                    /* only the latest message of a validator counts */
  gboolean discounting;            /* equivocators count no more */
  gboolean pulled_up;              /* tips are filtered by unrealized justification (Capella) */
  gboolean proposer_reorg;         /* get_proposer_head */
  guint safe_slots;                /* SAFE_SLOTS_TO_UPDATE_JUSTIFIED; 0: none */
  gboolean view_merge;             /* what comes shortly before a slot counts after its vote only */
  PnyxTime view_freeze;            /* how shortly */
  gboolean late_inclusion;         /* to the end of the next epoch (EIP-7045), else 32 slots */
  gboolean committee_bits;         /* one aggregate for all committees of a vote (EIP-7549) */
  guint aggregates_max;            /* MAX_ATTESTATIONS */
} PnyxGasperRules;

/**
 * pnyx_gasper_rules_init:
 * @section: `<chain kind="gasper">`
 *
 * Errors: PNYX_ERROR_CONFLICT with the place of a switch that contradicts the rules.
 */
gboolean pnyx_gasper_rules_init (PnyxGasperRules *rules, const PnyxSection *section,
                                 GError **error);

#endif
