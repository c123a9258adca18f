/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sync.h"

gboolean
pnyx_sync_lacks_ancestor (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  for (;;)
    {
      guint32 item;

      block = pnyx_block_tree_get (chain->blocks, block)->parent;
      if (chain->ops->has_block (chain, node, block))
        return FALSE;
      item = pnyx_block_tree_get (chain->blocks, block)->item;
      if (!pnyx_network_has (chain->network, node, item))
        return !pnyx_network_requested (chain->network, node, item);
    }
}

/* The last block of the chain to @block that @node has imported. */
static PnyxBlockId
last_known (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  while (!chain->ops->has_block (chain, node, block))
    block = pnyx_block_tree_get (chain->blocks, block)->parent;
  return block;
}

guint32
pnyx_sync_range_length (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  PnyxBlockId known = last_known (chain, node, block);

  return pnyx_block_tree_get (chain->blocks, block)->height
         - pnyx_block_tree_get (chain->blocks, known)->height;
}

void
pnyx_sync_range (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block, PnyxNodeId from)
{
  guint32 begin = pnyx_block_tree_get (chain->blocks, last_known (chain, node, block))->height + 1;
  guint32 end = pnyx_block_tree_get (chain->blocks, block)->height;

  for (guint32 height = begin; height <= end; height++)
    {
      PnyxBlockId wanted = pnyx_block_tree_ancestor (chain->blocks, block, height);

      pnyx_network_request (chain->network, node, from,
                            pnyx_block_tree_get (chain->blocks, wanted)->item);
    }
}

void
pnyx_sync_reconnect (PnyxChain *chain, PnyxNodeId node, PnyxNodeId peer)
{
  PnyxBlockId head = chain->head[node];

  while (pnyx_block_tree_get (chain->blocks, head)->sent == PNYX_TIME_MAX)
    head = pnyx_block_tree_get (chain->blocks, head)->parent; /* withheld */
  if (head != 0)
    pnyx_network_announce (chain->network, node, peer,
                           pnyx_block_tree_get (chain->blocks, head)->item);
}
