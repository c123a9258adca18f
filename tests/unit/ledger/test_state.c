/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/state.h"

#include <string.h>

#include "base/rng.h"

#define CELLS 7
#define BLOCKS 300

typedef struct
{
  PnyxArena *arena;
  PnyxBlockTree *tree;
  PnyxState *state;
  gint64 naive[BLOCKS][CELLS]; /* the whole state of every block */
} Rig;

static void
rig_init (Rig *rig)
{
  PnyxBlock genesis = { 0 };

  memset (rig, 0, sizeof *rig);
  rig->arena = pnyx_arena_new ((gsize)1 << 30);
  rig->tree = pnyx_block_tree_new (rig->arena);
  if (pnyx_block_tree_size (rig->tree) == 0)
    pnyx_block_tree_add (rig->tree, PNYX_NONE, &genesis);
  rig->state = pnyx_state_new (rig->arena, rig->tree);
  g_assert_cmpuint (pnyx_state_reserve (rig->state, CELLS), ==, 0);
}

static void
verify (const Rig *rig, PnyxBlockId block)
{
  for (guint i = 0; i < CELLS; i++)
    g_assert_cmpint (pnyx_state_get (rig->state, i), ==, rig->naive[block][i]);
}

/* A random tree, each block with random changes, some of them rolled back; after each block the
 * view is moved to a random one. */
static void
test_every_block_keeps_its_own_state (void)
{
  Rig rig;
  PnyxRng rng;
  guint64 draw = 0;
  guint rolled = 0, far = 0;

  rig_init (&rig);
  pnyx_rng_init (&rng, 9, 0, 0, "test-state", "tree");
  for (guint i = 0; i < CELLS; i++)
    {
      rig.naive[0][i] = i * 100;
      pnyx_state_set (rig.state, i, i * 100);
    }
  for (PnyxBlockId block = 1; block < BLOCKS; block++)
    {
      PnyxBlock fields = { 0 };
      guint32 back = (guint32)pnyx_rng_below (&rng, 0, draw++, 12);
      PnyxBlockId parent = block - 1 - MIN (back, block - 1);
      PnyxBlockId look;

      g_assert_cmpuint (pnyx_block_tree_add (rig.tree, parent, &fields), ==, block);
      pnyx_state_move (rig.state, parent);
      pnyx_state_open (rig.state, block);
      memcpy (rig.naive[block], rig.naive[parent], sizeof rig.naive[block]);
      for (guint n = (guint)pnyx_rng_below (&rng, 0, draw++, 9); n > 0; n--)
        {
          PnyxCell cell = (PnyxCell)pnyx_rng_below (&rng, 0, draw++, CELLS);
          gint64 value = (gint64)pnyx_rng_below (&rng, 0, draw++, 5);
          gsize mark = pnyx_state_mark (rig.state);

          pnyx_state_set (rig.state, cell, value);
          if (pnyx_rng_below (&rng, 0, draw++, 4) == 0)
            {
              pnyx_state_set (rig.state, (cell + 1) % CELLS, value + 1);
              pnyx_state_rollback (rig.state, mark);
              rolled++;
            }
          else
            rig.naive[block][cell] = value;
        }
      pnyx_state_close (rig.state);
      verify (&rig, block);
      look = (PnyxBlockId)pnyx_rng_below (&rng, 0, draw++, block + 1);
      pnyx_state_move (rig.state, look);
      verify (&rig, look);
      far += pnyx_block_tree_common (rig.tree, look, block) != look ? 1 : 0;
    }
  g_assert_cmpuint (rolled, >, 100);
  g_assert_cmpuint (far, >, 100); /* moves across a fork */
  pnyx_arena_free (rig.arena);
}

static void
test_a_trial_leaves_nothing (void)
{
  Rig rig;

  rig_init (&rig);
  pnyx_state_set (rig.state, 3, 5);
  pnyx_state_open_trial (rig.state);
  pnyx_state_set (rig.state, 3, 6);
  pnyx_state_set (rig.state, 4, 1);
  g_assert_cmpint (pnyx_state_get (rig.state, 3), ==, 6);
  pnyx_state_close_trial (rig.state);
  g_assert_cmpint (pnyx_state_get (rig.state, 3), ==, 5);
  g_assert_cmpint (pnyx_state_get (rig.state, 4), ==, 0);
  pnyx_arena_free (rig.arena);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ledger/state/every-block-keeps-its-own-state",
                   test_every_block_keeps_its_own_state);
  g_test_add_func ("/ledger/state/a-trial-leaves-nothing", test_a_trial_leaves_nothing);
  return g_test_run ();
}
