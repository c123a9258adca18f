/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each block keeps one jump pointer beside its parent, chosen as in Myers' skew-binary
 * random-access lists ("An applicative random-access stack", IPL 17, 1983): ancestors in O(log
 * height) with one word a block.
 */
#include "ledger/block_tree.h"

#include "base/error.h"

struct _PnyxBlockTree
{
  PnyxArena *arena; /* borrowed */
  PnyxBlock *blocks;
  guint32 n, capacity;
};

PnyxBlockTree *
pnyx_block_tree_new (PnyxArena *arena)
{
  PnyxBlockTree *tree = pnyx_arena_array (arena, PnyxBlockTree, 1);

  tree->arena = arena;
  pnyx_arena_reserve (arena, tree->blocks, tree->n, tree->capacity);
  tree->blocks[0] = (PnyxBlock){
    .parent = PNYX_NONE, .node = PNYX_NONE, .proposer = PNYX_NONE, .item = PNYX_NONE, .valid = TRUE
  };
  tree->n = 1;
  return tree;
}

PnyxBlockId
pnyx_block_tree_add (PnyxBlockTree *tree, PnyxBlockId parent, const PnyxBlock *block)
{
  PnyxBlock *added;
  const PnyxBlock *above;
  const PnyxBlock *jump;

  PNYX_REQUIRE (parent < tree->n);
  pnyx_arena_reserve (tree->arena, tree->blocks, tree->n, tree->capacity);
  added = &tree->blocks[tree->n];
  above = &tree->blocks[parent];
  jump = &tree->blocks[above->jump];
  *added = *block;
  added->parent = parent;
  added->height = above->height + 1;
  added->jump = above->height - jump->height == jump->height - tree->blocks[jump->jump].height
                    ? jump->jump
                    : parent;
  return tree->n++;
}

guint32
pnyx_block_tree_size (const PnyxBlockTree *tree)
{
  return tree->n;
}

PnyxBlock *
pnyx_block_tree_get (PnyxBlockTree *tree, PnyxBlockId block)
{
  PNYX_REQUIRE (block < tree->n);
  return &tree->blocks[block];
}

PnyxBlockId
pnyx_block_tree_ancestor (PnyxBlockTree *tree, PnyxBlockId block, guint32 height)
{
  PNYX_REQUIRE (block < tree->n && tree->blocks[block].height >= height);
  while (tree->blocks[block].height > height)
    {
      const PnyxBlock *entry = &tree->blocks[block];

      block = tree->blocks[entry->jump].height >= height ? entry->jump : entry->parent;
    }
  return block;
}

PnyxBlockId
pnyx_block_tree_common (PnyxBlockTree *tree, PnyxBlockId a, PnyxBlockId b)
{
  guint32 height = MIN (tree->blocks[a].height, tree->blocks[b].height);

  a = pnyx_block_tree_ancestor (tree, a, height);
  b = pnyx_block_tree_ancestor (tree, b, height);
  while (a != b)
    {
      const PnyxBlock *left = &tree->blocks[a];
      const PnyxBlock *right = &tree->blocks[b];

      /* Equal heights have jumps of equal heights. */
      if (left->jump != right->jump)
        {
          a = left->jump;
          b = right->jump;
        }
      else
        {
          a = left->parent;
          b = right->parent;
        }
    }
  return a;
}

gboolean
pnyx_block_tree_is_ancestor (PnyxBlockTree *tree, PnyxBlockId ancestor, PnyxBlockId block)
{
  guint32 height = tree->blocks[ancestor].height;

  return tree->blocks[block].height >= height
         && pnyx_block_tree_ancestor (tree, block, height) == ancestor;
}
