/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_NAKAMOTO_H
#define PNYX_PROTOCOL_NAKAMOTO_H

#include "protocol/protocol.h"

extern const PnyxProtocolOps pnyx_protocol_nakamoto;

/**
 * pnyx_nakamoto_prefers: the fork choice. Returns: whether a node whose head has @head_height moves
 * to a block of @height that it has just imported: longer only, so the first seen of equals stays.
 * Source: nakamoto2008bitcoin, section 5.
 */
static inline gboolean
pnyx_nakamoto_prefers (guint32 height, guint32 head_height)
{
  return height > head_height;
}

/* ---- Actions of a strategy ---- */

/**
 * pnyx_nakamoto_mine: the actor whose duty it is turns the block that it found into one on @parent,
 * which its node must have imported, and keeps it to itself.
 *
 * Returns: the block; PNYX_NONE where the action is refused (no duty, or parent unknown).
 */
PnyxBlockId pnyx_nakamoto_mine (PnyxChain *chain, const PnyxDuty *duty, PnyxBlockId parent);

/** pnyx_nakamoto_publish: the maker of @block sends it, as its dissemination does. */
void pnyx_nakamoto_publish (PnyxChain *chain, guint32 actor, PnyxBlockId block);

/** pnyx_nakamoto_follow: the actor's own node mines on @block from now on. */
void pnyx_nakamoto_follow (PnyxChain *chain, guint32 actor, PnyxBlockId block);

#endif
