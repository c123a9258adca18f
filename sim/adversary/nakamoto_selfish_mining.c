/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Selfish mining, strategy SM1 (Eyal & Sirer, FC 2014, Algorithm 1). The pool keeps what it finds.
 * When others find a block: with a lead of 0 it follows; of 1 it publishes its block and races; of
 * 2 it publishes all and wins; of more it publishes one. In a race it publishes what it finds at
 * once.
 */
#include "adversary/adversary.h"
#include "protocol/nakamoto.h"

typedef struct
{
  PnyxBlockId private_tip; /* last block of the own branch; 0: none */
  PnyxBlockId published;   /* last block of it that was sent */
  PnyxBlockId public_tip;  /* longest chain of the others, as the own node sees it */
  gboolean race;           /* one block each, both public */
} SelfishMining;

static guint32
height (PnyxChain *chain, PnyxBlockId block)
{
  return pnyx_block_tree_get (chain->blocks, block)->height;
}

/* Sends the own branch up to @until: each block by the pool that found it. */
static void
publish_to (SelfishMining *self, PnyxChain *chain, guint32 until)
{
  guint32 from = height (chain, self->published) + 1;

  for (guint32 at = from; at <= until; at++)
    {
      PnyxBlockId block = pnyx_block_tree_ancestor (chain->blocks, self->private_tip, at);

      if (pnyx_block_tree_get (chain->blocks, block)->sent == PNYX_TIME_MAX)
        pnyx_nakamoto_publish (chain, pnyx_block_tree_get (chain->blocks, block)->proposer, block);
      self->published = block;
    }
}

static void
adopt (SelfishMining *self, const PnyxDuty *duty, PnyxChain *chain, PnyxBlockId block)
{
  self->private_tip = self->published = self->public_tip = block;
  self->race = FALSE;
  pnyx_nakamoto_follow (chain, duty->actor, block);
}

static void
on_found (SelfishMining *self, const PnyxDuty *duty, PnyxChain *chain)
{
  PnyxBlockId block = pnyx_nakamoto_mine (chain, duty, self->private_tip);

  if (block == PNYX_NONE)
    return;
  self->private_tip = block;
  if (self->race)
    {
      publish_to (self, chain, height (chain, block));
      adopt (self, duty, chain, block);
    }
}

static void
on_other (SelfishMining *self, const PnyxDuty *duty, PnyxChain *chain)
{
  guint32 own = height (chain, self->private_tip);
  guint32 other = height (chain, duty->subject);
  guint32 before = height (chain, self->public_tip);

  if (other <= before)
    return;
  self->public_tip = duty->subject;
  if (other > own)
    adopt (self, duty, chain, duty->subject);
  else if (own == other)
    {
      self->race = self->published != self->private_tip;
      publish_to (self, chain, own);
    }
  else if (own == other + 1)
    {
      publish_to (self, chain, own);
      adopt (self, duty, chain, self->private_tip);
    }
  else
    publish_to (self, chain, other);
}

/* Whether one of the coalition's pools found @block. */
static gboolean
is_own (const PnyxChain *chain, const PnyxDuty *duty, PnyxBlockId block)
{
  guint32 finder = pnyx_block_tree_get (chain->blocks, block)->proposer;

  return chain->actor_strategy[finder] == chain->actor_strategy[duty->actor];
}

static void
selfish_on_duty (gpointer user, const PnyxDuty *duty, PnyxChain *chain)
{
  SelfishMining *self = user;

  if (duty->kind == PNYX_DUTY_PROPOSE)
    on_found (self, duty, chain);
  else if (!is_own (chain, duty, duty->subject))
    on_other (self, duty, chain);
}

const PnyxStrategyOps pnyx_adversary_nakamoto_selfish_mining = {
  .component
  = { .name = "nakamoto-selfish-mining",
      .summary = "Keeps blocks back to make others' work worthless.",
      .source = "eyal2014majority, Algorithm 1",
      .limits = "The share of honest power that follows it in a race is what the network's "
                "delays make of it." },
  .protocol = "nakamoto",
  .coalition_size = sizeof (SelfishMining),
  .on_duty = selfish_on_duty,
};
