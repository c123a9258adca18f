/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/verify_longest_chain.h"

struct _VerifyLongestChain
{
  PnyxChain *chain;
  PnyxBlockId *expected; /* array length=nodes: head by the rule */
  guint64 ties;
  gboolean failed;
  gchar message[200]; /* the first fault */
};

static guint32
height (const VerifyLongestChain *verify, PnyxBlockId block)
{
  return pnyx_block_tree_get (verify->chain->blocks, block)->height;
}

static void
fault (VerifyLongestChain *verify, PnyxNodeId node, const gchar *what, PnyxBlockId block,
       PnyxBlockId other)
{
  if (!verify->failed)
    g_snprintf (verify->message, sizeof verify->message,
                "node %u: %s: block %u of height %u, block %u of height %u", node, what, block,
                height (verify, block), other, height (verify, other));
  verify->failed = TRUE;
}

static void
check_head (VerifyLongestChain *verify, PnyxNodeId node)
{
  PnyxBlockId head = verify->chain->head[node];

  if (head != verify->expected[node])
    fault (verify, node, "head is not the first of the longest", head, verify->expected[node]);
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
      if (height (verify, trace->subject) <= height (verify, (PnyxBlockId)trace->a))
        fault (verify, trace->node, "moved to a chain that is not longer", trace->subject,
               (PnyxBlockId)trace->a);
      check_head (verify, trace->node);
      return;
    }
  check_head (verify, trace->node); /* what the import before this one led to */
  if (height (verify, trace->subject) > height (verify, *expected))
    *expected = trace->subject;
  else if (height (verify, trace->subject) == height (verify, *expected))
    verify->ties++;
}

VerifyLongestChain *
verify_longest_chain_new (PnyxChain *chain)
{
  PnyxArena *arena = pnyx_world_arena (chain->world);
  VerifyLongestChain *verify = pnyx_arena_array (arena, VerifyLongestChain, 1);

  verify->chain = chain;
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
