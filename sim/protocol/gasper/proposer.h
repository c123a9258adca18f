/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_PROPOSER_H
#define PNYX_PROTOCOL_GASPER_PROPOSER_H

#include "base/types.h"
#include "engine/calc.h"
#include "protocol/gasper/cpu.h"

/** PnyxGasperProposerRule: which compute_proposer_index. */
typedef enum
{
  PNYX_GASPER_PROPOSER_PHASE0,  /* one random byte, MAX_EFFECTIVE_BALANCE: 32 ETH */
  PNYX_GASPER_PROPOSER_ELECTRA, /* two random bytes, MAX_EFFECTIVE_BALANCE_ELECTRA: 2048 ETH */
} PnyxGasperProposerRule;

/** pnyx_gasper_max_effective_balance: Returns: the largest effective balance of @rule, in gwei. */
PnyxStake pnyx_gasper_max_effective_balance (PnyxGasperProposerRule rule);

/**
 * PnyxGasperProposerDraw:
 * @indices: (array length=n) (nullable): the active validators in ascending order; NULL: 0 to n - 1
 * @n: at least 1
 * @effective_balance: by validator id, in gwei; at most the rule's maximum
 * @seed: 32 bytes: pnyx_gasper_get_proposer_seed
 * @rounds: SHUFFLE_ROUND_COUNT
 * @balance_max: no validator has more, in gwei; 0: not known
 */
typedef struct
{
  PnyxGasperProposerRule rule;
  const guint32 *indices;
  guint32 n;
  const PnyxStake *effective_balance;
  const guint8 *seed;
  guint rounds;
  PnyxStake balance_max;
} PnyxGasperProposerDraw;

/**
 * pnyx_gasper_compute_proposer_index:
 * @cpu: instructions that may be used; the result is the same
 * @draws: (out) (optional): the i of the accepted candidate: how many were refused before it
 *
 * Candidates are taken in shuffled order, round and round, and each is accepted in proportion to
 * its effective balance: 32 ETH always in phase0, once in 64 draws in Electra.
 *
 * Returns: the validator.
 * Cost: @rounds hashes and @rounds for each candidate (several at a time), no allocation: about
 * 0.2 ms with 32 ETH each in Electra; where @balance_max is known, only for candidates whom that
 * much would suffice: a 64th of it.
 * Source: compute_proposer_index of specs/phase0/beacon-chain.md and specs/electra/beacon-chain.md.
 */
guint32 pnyx_gasper_compute_proposer_index (const PnyxGasperProposerDraw *draw, PnyxCpu cpu,
                                            guint64 *draws);

extern const PnyxCalc pnyx_calc_proposer;

#endif
