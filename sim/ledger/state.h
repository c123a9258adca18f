/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_LEDGER_STATE_H
#define PNYX_LEDGER_STATE_H

#include "ledger/block_tree.h"

/**
 * PnyxState: what contracts remember: cells of 64 bits that belong to blocks. One view is kept,
 * that of one block; every block remembers what it changed (before and after), so the view moves to
 * any other block through their common ancestor, and thousands of nodes with different heads cost
 * nothing. A block's changes are made once.
 */
typedef struct _PnyxState PnyxState;

/** PnyxCell: number of a cell; dense from 0. */
typedef guint32 PnyxCell;

/** pnyx_state_new: @arena, @blocks: borrowed; the view is that of genesis. */
PnyxState *pnyx_state_new (PnyxArena *arena, PnyxBlockTree *blocks);

/** pnyx_state_reserve: Returns: the first of @n new cells, 0 in every block so far. */
PnyxCell pnyx_state_reserve (PnyxState *state, guint32 n);
guint32 pnyx_state_cells (const PnyxState *state);

/** pnyx_state_get: Returns: what @cell holds in the view. */
gint64 pnyx_state_get (const PnyxState *state, PnyxCell cell);

/** pnyx_state_set: the block that is open changes @cell; in genesis, where none is, it is what the
 * cell holds from the beginning. It is a bug to set where the view is of a block that was closed.
 */
void pnyx_state_set (PnyxState *state, PnyxCell cell, gint64 value);

/** pnyx_state_open: @block, a child of the block of the view and not executed yet, begins to change
 * it. */
void pnyx_state_open (PnyxState *state, PnyxBlockId block);
/** pnyx_state_mark: Returns: a point of the open block to which pnyx_state_rollback goes back. */
gsize pnyx_state_mark (const PnyxState *state);
/** pnyx_state_rollback: undoes what the open block has changed since @mark. */
void pnyx_state_rollback (PnyxState *state, gsize mark);
/** pnyx_state_open_trial: changes on top of the view that belong to no block: everything is undone
 * by pnyx_state_close_trial. */
void pnyx_state_open_trial (PnyxState *state);
void pnyx_state_close_trial (PnyxState *state);
/** pnyx_state_close: the open block has made its changes; the view is its. */
void pnyx_state_close (PnyxState *state);

/** pnyx_state_executed: Returns: whether @block was opened and closed; genesis always was. */
gboolean pnyx_state_executed (const PnyxState *state, PnyxBlockId block);
/** pnyx_state_view: Returns: the block of the view. */
PnyxBlockId pnyx_state_view (const PnyxState *state);
/** pnyx_state_move: the view is @block's from now on; it was executed. Cost: the changes between.
 */
void pnyx_state_move (PnyxState *state, PnyxBlockId block);

#endif
