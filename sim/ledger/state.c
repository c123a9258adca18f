/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A journal of changes in the order in which they were made; a block's are one run of it, as blocks
 * are executed one after the other. Undone backwards, done again forwards.
 */
#include "ledger/state.h"

#include "base/error.h"

typedef struct
{
  PnyxCell cell;
  gint64 before, after;
} Change;

typedef struct
{
  gsize begin, end; /* in the journal */
  gboolean executed;
} Run;

#define TRIAL (PNYX_NONE - 1) /* in place of a block that is open */

struct _PnyxState
{
  PnyxArena *arena;
  PnyxBlockTree *blocks;
  gint64 *cells;
  guint32 n_cells, cells_capacity;
  Change *journal;
  gsize n_changes, journal_capacity;
  Run *runs; /* by block */
  guint32 runs_capacity;
  PnyxBlockId view;
  PnyxBlockId open; /* PNYX_NONE: none */
  gsize n_open;     /* where its changes begin */
};

PnyxState *
pnyx_state_new (PnyxArena *arena, PnyxBlockTree *blocks)
{
  PnyxState *state = pnyx_arena_array (arena, PnyxState, 1);

  state->arena = arena;
  state->blocks = blocks;
  state->open = PNYX_NONE;
  return state;
}

PnyxCell
pnyx_state_reserve (PnyxState *state, guint32 n)
{
  PnyxCell first = state->n_cells;

  PNYX_REQUIRE (n < G_MAXUINT32 - first);
  while (state->cells_capacity < first + n)
    pnyx_arena_reserve (state->arena, state->cells, state->cells_capacity, state->cells_capacity);
  state->n_cells += n;
  return first;
}

guint32
pnyx_state_cells (const PnyxState *state)
{
  return state->n_cells;
}

gint64
pnyx_state_get (const PnyxState *state, PnyxCell cell)
{
  PNYX_REQUIRE (cell < state->n_cells);
  return state->cells[cell];
}

void
pnyx_state_set (PnyxState *state, PnyxCell cell, gint64 value)
{
  PNYX_REQUIRE (cell < state->n_cells);
  if (state->open == PNYX_NONE)
    {
      PNYX_REQUIRE (state->view == 0 && state->n_changes == 0);
      state->cells[cell] = value;
      return;
    }
  if (state->cells[cell] == value)
    return;
  pnyx_arena_reserve (state->arena, state->journal, state->n_changes, state->journal_capacity);
  state->journal[state->n_changes++] = (Change){ cell, state->cells[cell], value };
  state->cells[cell] = value;
}

gboolean
pnyx_state_executed (const PnyxState *state, PnyxBlockId block)
{
  return block == 0 || (block < state->runs_capacity && state->runs[block].executed);
}

void
pnyx_state_open (PnyxState *state, PnyxBlockId block)
{
  PNYX_REQUIRE (state->open == PNYX_NONE && !pnyx_state_executed (state, block)
                && pnyx_block_tree_get (state->blocks, block)->parent == state->view);
  state->open = block;
  state->n_open = state->n_changes;
}

void
pnyx_state_open_trial (PnyxState *state)
{
  PNYX_REQUIRE (state->open == PNYX_NONE);
  state->open = TRIAL;
  state->n_open = state->n_changes;
}

void
pnyx_state_close_trial (PnyxState *state)
{
  PNYX_REQUIRE (state->open == TRIAL);
  pnyx_state_rollback (state, state->n_open);
  state->open = PNYX_NONE;
}

gsize
pnyx_state_mark (const PnyxState *state)
{
  return state->n_changes;
}

void
pnyx_state_rollback (PnyxState *state, gsize mark)
{
  PNYX_REQUIRE (state->open != PNYX_NONE && mark >= state->n_open && mark <= state->n_changes);
  while (state->n_changes > mark)
    {
      const Change *change = &state->journal[--state->n_changes];

      state->cells[change->cell] = change->before;
    }
}

void
pnyx_state_close (PnyxState *state)
{
  PNYX_REQUIRE (state->open != PNYX_NONE && state->open != TRIAL);
  while (state->runs_capacity <= state->open)
    pnyx_arena_reserve (state->arena, state->runs, state->runs_capacity, state->runs_capacity);
  state->runs[state->open]
      = (Run){ .begin = state->n_open, .end = state->n_changes, .executed = TRUE };
  state->view = state->open;
  state->open = PNYX_NONE;
}

PnyxBlockId
pnyx_state_view (const PnyxState *state)
{
  return state->view;
}

static void
undo (PnyxState *state, PnyxBlockId block)
{
  const Run *run = &state->runs[block];

  for (gsize i = run->end; i > run->begin; i--)
    state->cells[state->journal[i - 1].cell] = state->journal[i - 1].before;
}

static void
redo (PnyxState *state, PnyxBlockId block)
{
  const Run *run = &state->runs[block];

  for (gsize i = run->begin; i < run->end; i++)
    state->cells[state->journal[i].cell] = state->journal[i].after;
}

void
pnyx_state_move (PnyxState *state, PnyxBlockId block)
{
  PnyxBlockId common;

  PNYX_REQUIRE (state->open == PNYX_NONE && pnyx_state_executed (state, block));
  if (block == state->view)
    return;
  common = pnyx_block_tree_common (state->blocks, state->view, block);
  for (; state->view != common;
       state->view = pnyx_block_tree_get (state->blocks, state->view)->parent)
    undo (state, state->view);
  for (guint32 height = pnyx_block_tree_get (state->blocks, common)->height + 1;
       state->view != block; height++)
    {
      state->view = pnyx_block_tree_ancestor (state->blocks, block, height);
      redo (state, state->view);
    }
}
