/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/block_tree.h"

#include "base/error.h"
#include "base/rng.h"

#define BLOCKS 2000

/* How a random tree grows: a new block's parent is one of the last @window blocks. */
static PnyxBlockTree *
random_tree (PnyxArena *arena, guint64 seed, guint32 window, PnyxBlockId *parents)
{
  PnyxBlockTree *tree = pnyx_block_tree_new (arena);

  parents[0] = PNYX_NONE;
  for (guint32 i = 1; i < BLOCKS; i++)
    {
      PnyxBlock block = { .proposer = i };
      PnyxBlockId parent = i - 1 - (guint32)(pnyx_hash_mix (seed, i) % MIN (window, i));

      parents[i] = parent;
      g_assert_cmpuint (pnyx_block_tree_add (tree, parent, &block), ==, i);
    }
  return tree;
}

static guint32
naive_height (const PnyxBlockId *parents, PnyxBlockId block)
{
  guint32 height = 0;

  for (; parents[block] != PNYX_NONE; block = parents[block])
    height++;
  return height;
}

static PnyxBlockId
naive_common (const PnyxBlockId *parents, PnyxBlockId a, PnyxBlockId b)
{
  while (a != b)
    {
      if (a > b) /* ids grow along every chain */
        a = parents[a];
      else
        b = parents[b];
    }
  return a;
}

static void
compare_with_walks (guint64 seed, guint32 window)
{
  PnyxArena *arena = pnyx_arena_new ((gsize)64 << 20);
  PnyxBlockId parents[BLOCKS];
  PnyxBlockTree *tree = random_tree (arena, seed, window, parents);

  g_assert_cmpuint (pnyx_block_tree_size (tree), ==, BLOCKS);
  for (guint32 i = 0; i < BLOCKS; i++)
    {
      PnyxBlockId other = (PnyxBlockId)(pnyx_hash_mix (seed + 1, i) % BLOCKS);
      guint32 height = naive_height (parents, i);
      guint32 wanted = (guint32)(pnyx_hash_mix (seed + 2, i) % (height + 1));
      PnyxBlockId ancestor = i;
      PnyxBlockId common = naive_common (parents, i, other);

      for (guint32 at = height; at > wanted; at--)
        ancestor = parents[ancestor];
      g_assert_cmpuint (pnyx_block_tree_get (tree, i)->height, ==, height);
      g_assert_cmpuint (pnyx_block_tree_get (tree, i)->parent, ==, parents[i]);
      g_assert_cmpuint (pnyx_block_tree_ancestor (tree, i, wanted), ==, ancestor);
      g_assert_cmpuint (pnyx_block_tree_common (tree, i, other), ==, common);
      g_assert_cmpuint (pnyx_block_tree_common (tree, other, i), ==, common);
      g_assert_true (pnyx_block_tree_is_ancestor (tree, ancestor, i));
      g_assert_true (pnyx_block_tree_is_ancestor (tree, other, i) == (common == other));
    }
  pnyx_arena_free (arena);
}

static void
test_searches_agree_with_walks_on_random_trees (void)
{
  static const guint32 windows[] = { 1, 2, 3, 10, 200, BLOCKS };

  for (gsize i = 0; i < G_N_ELEMENTS (windows); i++)
    for (guint64 seed = 0; seed < 3; seed++)
      compare_with_walks (seed * 100, windows[i]);
}

static void
test_genesis_is_there_and_has_no_parent (void)
{
  PnyxArena *arena = pnyx_arena_new ((gsize)1 << 20);
  PnyxBlockTree *tree = pnyx_block_tree_new (arena);
  const PnyxBlock *genesis = pnyx_block_tree_get (tree, 0);

  g_assert_cmpuint (pnyx_block_tree_size (tree), ==, 1);
  g_assert_cmpuint (genesis->parent, ==, PNYX_NONE);
  g_assert_cmpuint (genesis->height, ==, 0);
  g_assert_true (genesis->valid);
  g_assert_cmpuint (pnyx_block_tree_ancestor (tree, 0, 0), ==, 0);
  g_assert_cmpuint (pnyx_block_tree_common (tree, 0, 0), ==, 0);
  g_assert_true (pnyx_block_tree_is_ancestor (tree, 0, 0));
  pnyx_arena_free (arena);
}

/* Myers' jumps: a chain of 200,000 blocks is searched in a few steps, which a walk would not
 * survive. */
static void
test_a_long_chain_is_searched_in_logarithmic_time (void)
{
  PnyxArena *arena = pnyx_arena_new ((gsize)1 << 30);
  PnyxBlockTree *tree = pnyx_block_tree_new (arena);
  PnyxBlock block = { .proposer = 0 };
  guint32 n = 200000;
  guint32 longest = 0;

  for (guint32 i = 0; i < n; i++)
    pnyx_block_tree_add (tree, i, &block);
  for (guint32 height = 0; height < n; height += 997)
    {
      PnyxBlockId at = n;
      guint32 steps = 0;

      for (; pnyx_block_tree_get (tree, at)->height > height; steps++)
        {
          const PnyxBlock *entry = pnyx_block_tree_get (tree, at);

          at = pnyx_block_tree_get (tree, entry->jump)->height >= height ? entry->jump
                                                                         : entry->parent;
        }
      longest = MAX (longest, steps);
      g_assert_cmpuint (pnyx_block_tree_ancestor (tree, n, height), ==, height);
    }
  g_assert_cmpuint (longest, <=, 3 * 18); /* 18: bits of 200,000 */
  pnyx_arena_free (arena);
}

static void
test_what_is_not_in_the_tree_is_a_bug (void)
{
  PnyxArena *arena = pnyx_arena_new ((gsize)1 << 20);
  PnyxBlockTree *tree = pnyx_block_tree_new (arena);
  PnyxBlock block = { .proposer = 0 };

  for (volatile guint trial = 0; trial < 3; trial++)
    {
      PnyxFailure failure = { .message = "" };

      pnyx_failure_enter (&failure);
      if (sigsetjmp (failure.jump, 0) == 0)
        {
          if (trial == 0)
            pnyx_block_tree_get (tree, 1);
          else if (trial == 1)
            pnyx_block_tree_add (tree, 1, &block);
          else
            pnyx_block_tree_ancestor (tree, 0, 1);
        }
      pnyx_failure_enter (NULL);
      g_assert_nonnull (strstr (failure.message, "block_tree.c"));
    }
  pnyx_arena_free (arena);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ledger/block-tree/searches-agree-with-walks-on-random-trees",
                   test_searches_agree_with_walks_on_random_trees);
  g_test_add_func ("/ledger/block-tree/genesis-is-there-and-has-no-parent",
                   test_genesis_is_there_and_has_no_parent);
  g_test_add_func ("/ledger/block-tree/a-long-chain-is-searched-in-logarithmic-time",
                   test_a_long_chain_is_searched_in_logarithmic_time);
  g_test_add_func ("/ledger/block-tree/what-is-not-in-the-tree-is-a-bug",
                   test_what_is_not_in_the_tree_is_a_bug);
  return g_test_run ();
}
