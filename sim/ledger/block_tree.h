/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_LEDGER_BLOCK_TREE_H
#define PNYX_LEDGER_BLOCK_TREE_H

#include "base/arena.h"
#include "base/types.h"

/** PnyxBlock: one block of one chain; immutable but for what its protocol says. */
typedef struct
{
  PnyxBlockId parent; /* PNYX_NONE: genesis */
  PnyxBlockId jump;   /* an ancestor far back, for searches in logarithmic time */
  guint32 height;     /* genesis 0 */
  guint32 proposer;   /* actor: pool or validator */
  PnyxNodeId node;    /* that made it */
  guint32 item;       /* of the network; PNYX_NONE: genesis */
  PnyxTime time;      /* made at */
  PnyxTime sent;      /* first sent at; PNYX_TIME_MAX: withheld so far */
  guint64 size;       /* bytes */
  guint64 root;       /* random identity; breaks ties where a protocol says so */
  guint32 n_transactions;
  guint32 *transactions; /* array length=n_transactions: in the arena; NULL: none */
  gboolean valid;
} PnyxBlock;

/** PnyxBlockTree: all blocks that were ever made in a chain; ids in order of creation, 0 genesis.
 */
typedef struct _PnyxBlockTree PnyxBlockTree;

PnyxBlockTree *pnyx_block_tree_new (PnyxArena *arena);

/** pnyx_block_tree_add: Returns: id of a copy of @block; parent, jump and height are filled in. */
PnyxBlockId pnyx_block_tree_add (PnyxBlockTree *tree, PnyxBlockId parent, const PnyxBlock *block);

guint32 pnyx_block_tree_size (const PnyxBlockTree *tree);
/** pnyx_block_tree_get: Returns: (transfer none): valid until the next pnyx_block_tree_add. */
PnyxBlock *pnyx_block_tree_get (PnyxBlockTree *tree, PnyxBlockId block);

/** pnyx_block_tree_ancestor: Returns: the ancestor of @block at @height (itself at its own).
 * Cost: O(log height). */
PnyxBlockId pnyx_block_tree_ancestor (PnyxBlockTree *tree, PnyxBlockId block, guint32 height);
/** pnyx_block_tree_common: Returns: the last block that both chains hold. Cost: O(log height). */
PnyxBlockId pnyx_block_tree_common (PnyxBlockTree *tree, PnyxBlockId a, PnyxBlockId b);
gboolean pnyx_block_tree_is_ancestor (PnyxBlockTree *tree, PnyxBlockId ancestor, PnyxBlockId block);

#endif
