/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_LEDGER_WORKLOAD_H
#define PNYX_LEDGER_WORKLOAD_H

#include "engine/params.h"
#include "engine/world.h"
#include "ledger/block_tree.h"

/*
 * Transactions and the mempool. Transactions are made in order of time without events of their own:
 * each is a pure function of its number. What a block may hold is what has reached its maker over a
 * sampled path and is not yet in the chain it builds on, best fee for each byte first.
 */
typedef struct _PnyxWorkload PnyxWorkload;

typedef struct
{
  PnyxTime time;   /* broadcast at */
  guint32 size;    /* bytes */
  gfloat fee_rate; /* fee for each byte */
  PnyxNodeId origin;
  guint32 in_block; /* blocks of the reference chain that hold it: 0 or 1 */
  guint64 gas;      /* at most */
} PnyxTransaction;

/** PnyxArrival: Returns: when transaction @number, broadcast by @origin at @sent, reaches @node;
 * PNYX_TIME_MAX: not as long as things are as they are. */
typedef PnyxTime (*PnyxArrival) (gpointer self, PnyxNodeId origin, PnyxNodeId node, guint32 number,
                                 PnyxTime sent);

/** PNYX_SUBMITTED: transactions that agents of the world submit are numbered from here on. */
#define PNYX_SUBMITTED 0x80000000u

/** PnyxBuilder: @node makes a block on @parent out of @chosen (numbers, best first); who builds it
 * may leave out, reorder and put in submitted ones that are in no block of that chain. */
typedef void (*PnyxBuilder) (gpointer self, PnyxNodeId node, PnyxBlockId parent, GArray *chosen);

/** PnyxAffords: Returns: whether the sender of submitted transaction @number can pay for it in a
 * block on @parent. */
typedef gboolean (*PnyxAffords) (gpointer self, PnyxBlockId parent, guint32 number);

extern const PnyxElement pnyx_element_workload;

/**
 * pnyx_workload_new:
 * @section: (nullable): `<workload>`; NULL: nothing but what is submitted
 * @index: of the chain: each has draws of its own
 * @n_nodes: nodes that broadcast, each alike
 * @blocks: borrowed: the chain's tree
 * @arrival: how long a transaction is under way
 */
PnyxWorkload *pnyx_workload_new (PnyxWorld *world, const PnyxSection *section, guint32 index,
                                 guint32 n_nodes, PnyxBlockTree *blocks, PnyxArrival arrival,
                                 gpointer arrival_self);

/**
 * pnyx_workload_fill:
 * @parent: block to build on
 * @node: maker
 * @limit: bytes
 * @size: (out): bytes of the chosen ones
 * @n: (out): how many
 *
 * Returns: (transfer none): their numbers, in the world's arena; NULL: none.
 */
guint32 *pnyx_workload_fill (PnyxWorkload *workload, PnyxBlockId parent, PnyxNodeId node,
                             guint64 limit, guint64 *size, guint32 *n);

/** pnyx_workload_set_gas: a block holds @limit gas at most; a transaction that was not submitted
 * takes @transaction and @byte for each of its bytes. */
void pnyx_workload_set_gas (PnyxWorkload *workload, guint64 limit, guint64 transaction,
                            guint64 byte);
/** pnyx_workload_submit: @origin broadcasts a transaction now. Returns: its number, dense from
 * PNYX_SUBMITTED. */
guint32 pnyx_workload_submit (PnyxWorkload *workload, PnyxNodeId origin, guint32 size, guint64 gas,
                              gfloat fee_rate);
/** pnyx_workload_submitted: Returns: how many were submitted. */
guint32 pnyx_workload_submitted (const PnyxWorkload *workload);
/** pnyx_workload_set_builder: @builder sees every choice from now on; at most one. */
void pnyx_workload_set_builder (PnyxWorkload *workload, PnyxBuilder builder, gpointer self);
/** pnyx_workload_set_affords: makers of blocks leave waiting what @affords refuses; at most one. */
void pnyx_workload_set_affords (PnyxWorkload *workload, PnyxAffords affords, gpointer self);
/** pnyx_workload_arrives: Returns: when transaction @number reaches @node, as PnyxArrival. */
PnyxTime pnyx_workload_arrives (PnyxWorkload *workload, guint32 number, PnyxNodeId node);

/** pnyx_workload_included: @block, a child of what was filled last, holds what was chosen. */
void pnyx_workload_included (PnyxWorkload *workload, PnyxBlockId block);

/** pnyx_workload_trickle: Returns: how long nodes on a path of @hops connections have transaction
 * @number wait before they announce it, in all. */
PnyxTime pnyx_workload_trickle (const PnyxWorkload *workload, guint32 number, guint32 hops);

/** pnyx_workload_advance: makes all transactions until now. Returns: how many there are. */
guint32 pnyx_workload_advance (PnyxWorkload *workload);
const PnyxTransaction *pnyx_workload_get (const PnyxWorkload *workload, guint32 number);

#endif
