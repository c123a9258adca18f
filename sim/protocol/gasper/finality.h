/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_FINALITY_H
#define PNYX_PROTOCOL_GASPER_FINALITY_H

#include "base/types.h"

/** PnyxGasperCheckpoint: the last block at or before the first slot of an epoch. */
typedef struct
{
  guint64 epoch;
  PnyxBlockId root;
} PnyxGasperCheckpoint;

#define PNYX_GASPER_JUSTIFICATION_BITS_LENGTH 4

/**
 * PnyxGasperJustification: the fields of a BeaconState that justification and finalisation read and
 * write. Bit i of @justification_bits: whether the i-th most recent epoch is justified.
 */
typedef struct
{
  PnyxGasperCheckpoint previous_justified_checkpoint;
  PnyxGasperCheckpoint current_justified_checkpoint;
  PnyxGasperCheckpoint finalized_checkpoint;
  guint8 justification_bits;
} PnyxGasperJustification;

/** PnyxGasperTargets: what a state has counted of the votes for the targets on its own chain. */
typedef struct
{
  PnyxGasperCheckpoint previous; /* of the previous epoch: get_block_root (state, previous_epoch) */
  PnyxGasperCheckpoint current;
  PnyxStake previous_balance; /* gwei that voted for it, unslashed */
  PnyxStake current_balance;
  PnyxStake total_active_balance;
} PnyxGasperTargets;

/**
 * pnyx_gasper_weigh_justification_and_finalization:
 * @state: (inout)
 * @targets: at the end of epoch @targets->current.epoch, at least 2 (process_justification_and_
 *   finalization leaves out the first two epochs)
 *
 * The transition of an epoch, also of a state that is pulled up before its epoch ends. At least two
 * thirds justify, exactly two thirds included.
 *
 * Source: specs/phase0/beacon-chain.md, weigh_justification_and_finalization.
 */
void pnyx_gasper_weigh_justification_and_finalization (PnyxGasperJustification *state,
                                                       const PnyxGasperTargets *targets);

#endif
