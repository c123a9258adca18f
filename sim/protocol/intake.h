/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_INTAKE_H
#define PNYX_PROTOCOL_INTAKE_H

#include "protocol/protocol.h"

/*
 * How nodes take in blocks, alike for protocols whose nodes follow the best chain that they have
 * seen (longest, heaviest): a block that has come is validated on a core, waits for its parent,
 * enters the fork choice and is sent on. What a node lacks it asks for: the names from the sender
 * first (headers), then the blocks (protocol/sync.h).
 */
typedef struct _PnyxIntake PnyxIntake;

/** PnyxIntakeOps: what a protocol says about its blocks. */
typedef struct
{
  /* Returns: core time (ns) that @node needs to validate @block. */
  PnyxTime (*cost) (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block);
  /* The fork choice. Returns: whether a node whose head is @head moves to @block. */
  gboolean (*prefers) (const PnyxChain *chain, PnyxBlockId block, PnyxBlockId head);
  /* @node has imported @block, which may have become its head. Optional. */
  void (*imported) (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block);
} PnyxIntakeOps;

/** pnyx_intake_new: Returns: (transfer none): the intake of @chain, in the world's arena; all nodes
 * have the genesis block. To be called once, in the protocol's init. @ops is borrowed. */
PnyxIntake *pnyx_intake_new (PnyxChain *chain, const PnyxIntakeOps *ops);

/** pnyx_intake_has: Returns: whether @node has imported @block. */
gboolean pnyx_intake_has (const PnyxIntake *self, PnyxNodeId node, PnyxBlockId block);

/**
 * pnyx_intake_made: @node has made @block, the last one of the tree, and has it at once.
 * @params: of its item: size, compact, missing; the rest is filled in
 */
void pnyx_intake_made (PnyxIntake *self, PnyxNodeId node, PnyxBlockId block,
                       const PnyxItemParams *params);

/** pnyx_intake_publish: the maker's node sends @block. Returns: FALSE: it is not @actor's, or it
 * was sent before; counted as refused. */
gboolean pnyx_intake_publish (PnyxIntake *self, guint32 actor, PnyxBlockId block);

/** pnyx_intake_canonical: Returns: the best of the honest nodes' heads; among equals the one that
 * most of them follow, then the older block. */
PnyxBlockId pnyx_intake_canonical (const PnyxIntake *self);

/** pnyx_intake_final: Returns: the block with @confirmations blocks on its chain from itself to
 * @block; genesis where there is none. */
PnyxBlockId pnyx_intake_final (const PnyxIntake *self, PnyxBlockId block, guint64 confirmations);

#endif
