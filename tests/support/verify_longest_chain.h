/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_TESTS_VERIFY_LONGEST_CHAIN_H
#define PNYX_TESTS_VERIFY_LONGEST_CHAIN_H

#include "protocol/protocol.h"

/** VerifyWeight: Returns: what the chain up to @block counts; naive: from the blocks alone. */
typedef guint64 VerifyWeight (const PnyxChain *chain, PnyxBlockId block);

/** The length of the chain, in blocks. */
VerifyWeight verify_weight_height;

/** Total difficulty of Clique (EIP-225): 2 of a block in turn, 1 of another. */
VerifyWeight verify_weight_clique;

/**
 * VerifyLongestChain: watches imports and heads of one chain: a head moves only to a strictly
 * heavier chain, and it is the first that its node imported among the heaviest there.
 */
typedef struct _VerifyLongestChain VerifyLongestChain;

/** verify_longest_chain_new: observes from now on, before the world has run; in the world's arena.
 */
VerifyLongestChain *verify_longest_chain_new (PnyxChain *chain, VerifyWeight *weight);

/** verify_longest_chain_ties: Returns: imports that were as heavy as the head: what a test needs.
 */
guint64 verify_longest_chain_ties (const VerifyLongestChain *verify);

/** verify_longest_chain_finish: Returns: (transfer full) (nullable): NULL when all was right, else
 * the first that was not. */
gchar *verify_longest_chain_finish (VerifyLongestChain *verify);

/** The real protocol with one operator changed: of equal chains the last seen wins. */
extern const PnyxProtocolOps broken_protocol_nakamoto;

#endif
