/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/verify_longest_chain.h"

struct _VerifyLongestChain
{
  PnyxChain *chain;
  VerifyWeight *weight;
  PnyxBlockId *expected; /* array length=nodes: head by the rule */
  guint64 ties;
  gboolean failed;
  gchar message[200]; /* the first fault */
};

guint64
verify_weight_height (const PnyxChain *chain, PnyxBlockId block)
{
  return pnyx_block_tree_get (chain->blocks, block)->height;
}

guint64
verify_weight_clique (const PnyxChain *chain, PnyxBlockId block)
{
  guint64 weight = 0;

  for (PnyxBlockId at = block; at != 0; at = pnyx_block_tree_get (chain->blocks, at)->parent)
    {
      const PnyxBlock *made = pnyx_block_tree_get (chain->blocks, at);

      weight += made->height % chain->n_actors == made->proposer ? 2 : 1;
    }
  return weight;
}

static guint64
weigh (const VerifyLongestChain *verify, PnyxBlockId block)
{
  return verify->weight (verify->chain, block);
}

static void
fault (VerifyLongestChain *verify, PnyxNodeId node, const gchar *what, PnyxBlockId block,
       PnyxBlockId other)
{
  if (!verify->failed)
    g_snprintf (verify->message, sizeof verify->message,
                "node %u: %s: block %u of weight %" G_GUINT64_FORMAT
                ", block %u of weight %" G_GUINT64_FORMAT,
                node, what, block, weigh (verify, block), other, weigh (verify, other));
  verify->failed = TRUE;
}

static void
check_head (VerifyLongestChain *verify, PnyxNodeId node)
{
  PnyxBlockId head = verify->chain->head[node];

  if (head != verify->expected[node])
    fault (verify, node, "head is not the first of the heaviest", head, verify->expected[node]);
}

static void
observe (gpointer self, const PnyxTrace *trace)
{
  VerifyLongestChain *verify = self;
  PnyxBlockId *expected = &verify->expected[trace->node];

  if (trace->chain != verify->chain->index)
    return;
  if (trace->type == PNYX_TRACE_HEAD)
    {
      if (weigh (verify, trace->subject) <= weigh (verify, (PnyxBlockId)trace->a))
        fault (verify, trace->node, "moved to a chain that is not heavier", trace->subject,
               (PnyxBlockId)trace->a);
      check_head (verify, trace->node);
      return;
    }
  check_head (verify, trace->node); /* what the import before this one led to */
  if (weigh (verify, trace->subject) > weigh (verify, *expected))
    *expected = trace->subject;
  else if (weigh (verify, trace->subject) == weigh (verify, *expected))
    verify->ties++;
}

VerifyLongestChain *
verify_longest_chain_new (PnyxChain *chain, VerifyWeight *weight)
{
  PnyxArena *arena = pnyx_world_arena (chain->world);
  VerifyLongestChain *verify = pnyx_arena_array (arena, VerifyLongestChain, 1);

  verify->chain = chain;
  verify->weight = weight;
  verify->expected = pnyx_arena_array (arena, PnyxBlockId, pnyx_network_nodes (chain->network)->n);
  pnyx_world_observe (chain->world, 1u << PNYX_TRACE_HEAD | 1u << PNYX_TRACE_BLOCK_IMPORTED,
                      observe, verify);
  return verify;
}

guint64
verify_longest_chain_ties (const VerifyLongestChain *verify)
{
  return verify->ties;
}

gchar *
verify_longest_chain_finish (VerifyLongestChain *verify)
{
  for (PnyxNodeId node = 0; node < pnyx_network_nodes (verify->chain->network)->n; node++)
    check_head (verify, node);
  return verify->failed ? g_strdup (verify->message) : NULL;
}
