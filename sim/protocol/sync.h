/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_SYNC_H
#define PNYX_PROTOCOL_SYNC_H

#include "protocol/protocol.h"

/*
 * How a node fetches blocks that it lacks, alike for all protocols: the names first, from whoever
 * sent a block without a known parent, then the blocks, the oldest first. Needs
 * PnyxProtocolOps.has_block.
 */

/** pnyx_sync_lacks_ancestor: Returns: whether an ancestor of @block is neither at @node nor asked
 * for by it. */
gboolean pnyx_sync_lacks_ancestor (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block);

/** pnyx_sync_range_length: Returns: names that lead from what @node has imported to @block. */
guint32 pnyx_sync_range_length (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block);

/** pnyx_sync_range: the names have come from @from: @node asks for what it lacks up to @block. */
void pnyx_sync_range (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block, PnyxNodeId from);

/** pnyx_sync_reconnect: @node tells @peer, connected again, of the last block on its chain that was
 * ever sent. */
void pnyx_sync_reconnect (PnyxChain *chain, PnyxNodeId node, PnyxNodeId peer);

#endif
