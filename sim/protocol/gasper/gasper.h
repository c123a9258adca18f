/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_GASPER_H
#define PNYX_PROTOCOL_GASPER_GASPER_H

#include "protocol/protocol.h"

/*
 * Gasper: LMD-GHOST and Casper FFG at the level of slots, after ethereum/consensus-specs, with one
 * view for each node. Actors are validators.
 */
extern const PnyxProtocolOps pnyx_protocol_gasper;

/* ---- Actions of a strategy. What an actor may not do is refused and counted. ---- */

/**
 * pnyx_gasper_make: the actor whose duty to propose it is makes a block on @parent, which its node
 * has imported, packs into it what its node knows, and keeps it. More than one in a slot is
 * equivocation.
 *
 * Returns: the block; PNYX_NONE where it is refused.
 */
PnyxBlockId pnyx_gasper_make (PnyxChain *chain, const PnyxDuty *duty, PnyxBlockId parent);

/** pnyx_gasper_publish: the maker of @block sends it, and its blobs, by gossip. */
void pnyx_gasper_publish (PnyxChain *chain, guint32 actor, PnyxBlockId block);

/** pnyx_gasper_send: the maker of @block sends it, with its blobs, to node @to alone. */
void pnyx_gasper_send (PnyxChain *chain, guint32 actor, PnyxBlockId block, PnyxNodeId to);

/**
 * pnyx_gasper_attest:
 * @actors: (array length=n): validators of one node that are due in @slot
 * @head: block that they vote for; source and target follow from it
 *
 * @withhold: they stay with their node until they are revealed
 *
 * Signs votes. Each reaches the aggregators of its committee from now on, and with them everybody;
 * so does a second vote of a slot, which is evidence against its maker. Refused for who is not due.
 */
void pnyx_gasper_attest (PnyxChain *chain, const guint32 *actors, guint32 n, guint64 slot,
                         PnyxBlockId head, gboolean withhold);

/** pnyx_gasper_reveal: aggregates of what those of @actor's strategy voted in @slot and withheld so
 * far are sent by @actor's node now. */
void pnyx_gasper_reveal (PnyxChain *chain, guint32 actor, guint64 slot);

/** pnyx_gasper_do_honestly: does what the honest strategy does with @duty. */
void pnyx_gasper_do_honestly (PnyxChain *chain, const PnyxDuty *duty);

/* ---- Observations ---- */

/** pnyx_gasper_slot: Returns: the slot of @block. */
guint64 pnyx_gasper_slot (PnyxChain *chain, PnyxBlockId block);
/** pnyx_gasper_proposer: Returns: the validator due to propose in @slot, of this epoch or the next
 * one, on the chain of @head. */
guint32 pnyx_gasper_proposer (PnyxChain *chain, PnyxBlockId head, guint64 slot);
/** pnyx_gasper_same_committees: Returns: whether the chains of @a and @b give the validators the
 * same duties in the epoch of @slot, of this epoch or the next one. */
gboolean pnyx_gasper_same_committees (PnyxChain *chain, PnyxBlockId a, PnyxBlockId b, guint64 slot);
/** pnyx_gasper_slot_start: Returns: when @slot begins. */
PnyxTime pnyx_gasper_slot_start (PnyxChain *chain, guint64 slot);

#endif
