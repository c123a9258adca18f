/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_VALIDATORS_H
#define PNYX_PROTOCOL_GASPER_VALIDATORS_H

#include "engine/world.h"
#include "net/nodes.h"

/*
 * Who has stake in a Gasper chain: how much counts, whose it is and on which node it acts, and
 * which validators miss their duties or do them late. Constant during a run.
 */

/** PnyxGasperDeviationKind: what some validators do other than the honest duty in time. */
typedef enum
{
  PNYX_GASPER_OFFLINE, /* the duty is not done */
  PNYX_GASPER_LATE,    /* it is done later than due */
} PnyxGasperDeviationKind;

/** PnyxGasperDeviation: an `<offline>` or a `<late>`. */
typedef struct
{
  PnyxGasperDeviationKind kind;
  guint64 from, until;           /* slots that begin in [at, until); until G_MAXUINT64: for ever */
  guint8 *chosen;                /* array length=n: 1: this validator */
  const PnyxDistribution *delay; /* LATE: s, at least 0: of each duty; NULL otherwise. Borrowed */
  PnyxRng rng;                   /* LATE: of @delay */
  gboolean proposals, attestations; /* which duties are meant */
} PnyxGasperDeviation;

/** PnyxGasperValidators: attributes by validator index, in the world's arena. */
typedef struct
{
  guint32 n;
  PnyxStake balance_max;        /* the largest effective balance, gwei */
  PnyxStake *effective_balance; /* array length=n: whole ETH, from 1 ETH to the rules' maximum */
  guint32 *operator_of;         /* array length=n: the operator, 0 the largest: with the most
                                   validators, or with the most stake where a file names it */
  PnyxNodeId *node_of;          /* array length=n */
  guint32 n_operators;
  guint32 n_duties;                /* rows of deviations */
  PnyxGasperDeviation *deviations; /* array length=n_duties: in the order of the scenario */
} PnyxGasperValidators;

/** `<validators>` of a chain. */
extern const PnyxElement pnyx_element_gasper_validators;

/**
 * pnyx_gasper_validators_init:
 * @validators: (out caller-allocates)
 * @regions: (nullable): of the nodes; for the names that selectors use
 * @chain: index of the chain: chains draw independently
 * @section: (nullable): `<validators>`, must outlive the world; NULL: all defaults
 * @max_effective_balance: of the rules, gwei; whole ETH, at least 1
 * @slots_per_epoch, @slot_duration: for spans; at least 1
 *
 * Stake is drawn by validator or read from a file; what counts of it is whole ETH up to the
 * maximum. Operators get shares of the validators by a Zipf law, or are the file's. Operator o runs
 * its validators on the nodes of the o-th operator of nodes that has any (modulo their number), in
 * turn, so that the skew of operators is that of nodes; clients and regions are the nodes'.
 *
 * Everything is a function of seed, replicate and @chain. Errors, with their place: a file that
 * cannot be read or is wrong, stake too small for the validators, names that do not exist, times
 * between which no slot begins. Cost: O(n log n) for each deviation with a share, else O(n).
 * Source: what counts of a stake is get_validator_from_deposit of specs/phase0/beacon-chain.md.
 */
gboolean pnyx_gasper_validators_init (PnyxGasperValidators *validators, PnyxWorld *world,
                                      const PnyxNodes *nodes, const PnyxRegions *regions,
                                      guint32 chain, const PnyxSection *section,
                                      PnyxStake max_effective_balance, guint64 slots_per_epoch,
                                      PnyxTime slot_duration, GError **error);

/**
 * pnyx_gasper_deviation_of: Returns: (nullable) (transfer none): the first deviation of @kind that
 * @validator has for its proposal (or else its attestation) of @slot. Cost: O(deviations).
 */
static inline const PnyxGasperDeviation *
pnyx_gasper_deviation_of (const PnyxGasperValidators *validators, guint32 validator, guint64 slot,
                          PnyxGasperDeviationKind kind, gboolean is_proposal)
{
  for (guint32 i = 0; i < validators->n_duties; i++)
    {
      const PnyxGasperDeviation *deviation = &validators->deviations[i];

      if (deviation->kind == kind && slot >= deviation->from && slot < deviation->until
          && (is_proposal ? deviation->proposals : deviation->attestations)
          && deviation->chosen[validator] != 0)
        return deviation;
    }
  return NULL;
}

/**
 * pnyx_gasper_late_delay:
 * @late: of kind LATE
 *
 * Returns: how much later than due @validator does this duty, a draw of its own.
 */
PnyxTime pnyx_gasper_late_delay (const PnyxGasperDeviation *late, guint32 validator, guint64 slot,
                                 gboolean is_proposal);

#endif
