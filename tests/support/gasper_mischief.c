/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/gasper_mischief.h"

#include "protocol/gasper/gasper.h"

#define KEPT_MAX 256
#define KEPT_SLOTS 6 /* at most */

/* A block, or votes, to be sent when a slot has come. */
typedef struct
{
  guint64 until;
  guint32 actor;
  PnyxBlockId block; /* PNYX_NONE: votes */
  guint64 slot;      /* of the votes */
} Kept;

typedef struct
{
  guint64 seed;
  guint n_kept;
  Kept kept[KEPT_MAX];
} Mischief;

static guint64
draw (const Mischief *self, const PnyxDuty *duty, guint64 purpose)
{
  return pnyx_hash_mix (pnyx_hash_mix (self->seed, duty->number * 8 + purpose), duty->actor);
}

static void
keep (Mischief *self, const PnyxDuty *duty, PnyxBlockId block)
{
  Kept *kept = &self->kept[self->n_kept];

  if (self->n_kept == KEPT_MAX)
    return;
  *kept = (Kept){ .until = duty->number + draw (self, duty, 1) % KEPT_SLOTS,
                  .actor = duty->actor,
                  .block = block,
                  .slot = duty->number };
  self->n_kept++;
}

static void
release (Mischief *self, PnyxChain *chain, guint64 slot)
{
  guint left = 0;

  for (guint i = 0; i < self->n_kept; i++)
    {
      const Kept *kept = &self->kept[i];

      if (kept->until > slot)
        self->kept[left++] = *kept;
      else if (kept->block != PNYX_NONE)
        pnyx_gasper_publish (chain, kept->actor, kept->block);
      else
        pnyx_gasper_reveal (chain, kept->actor, kept->slot);
    }
  self->n_kept = left;
}

static PnyxBlockId
parent_of (const PnyxChain *chain, PnyxBlockId block)
{
  return block == 0 ? 0 : pnyx_block_tree_get (chain->blocks, block)->parent;
}

/* Two blocks, of one parent or of head and parent; one by gossip, the other too or to some. */
static void
propose_twice (Mischief *self, const PnyxDuty *duty, PnyxChain *chain)
{
  gboolean same = draw (self, duty, 2) % 2 == 0;
  PnyxBlockId a = pnyx_gasper_make (chain, duty, duty->head);
  PnyxBlockId b = pnyx_gasper_make (chain, duty, same ? duty->head : parent_of (chain, duty->head));

  if (a != PNYX_NONE)
    pnyx_gasper_publish (chain, duty->actor, a);
  if (b == PNYX_NONE)
    return;
  if (draw (self, duty, 3) % 2 == 0)
    pnyx_gasper_publish (chain, duty->actor, b);
  else
    for (PnyxNodeId to = 0; to < pnyx_network_nodes (chain->network)->n; to += 2)
      if (to != duty->node)
        pnyx_gasper_send (chain, duty->actor, b, to);
}

static void
propose (Mischief *self, const PnyxDuty *duty, PnyxChain *chain)
{
  PnyxBlockId block;

  switch (draw (self, duty, 4) % 4)
    {
    case 0:
      propose_twice (self, duty, chain);
      break;
    case 1:
      block = pnyx_gasper_make (chain, duty, duty->head);
      if (block != PNYX_NONE)
        keep (self, duty, block);
      break;
    default:
      pnyx_gasper_do_honestly (chain, duty);
      break;
    }
}

static void
attest (Mischief *self, const PnyxDuty *duty, PnyxChain *chain)
{
  switch (draw (self, duty, 5) % 8)
    {
    case 0:
      pnyx_gasper_attest (chain, duty->actors, duty->n_actors, duty->number, duty->head, FALSE);
      pnyx_gasper_attest (chain, duty->actors, duty->n_actors, duty->number,
                          parent_of (chain, duty->head), TRUE);
      keep (self, duty, PNYX_NONE);
      break;
    case 1:
    case 2:
      pnyx_gasper_attest (chain, duty->actors, duty->n_actors, duty->number, duty->head, TRUE);
      keep (self, duty, PNYX_NONE);
      break;
    default:
      pnyx_gasper_do_honestly (chain, duty);
      break;
    }
}

static void
on_duty (gpointer user, const PnyxDuty *duty, PnyxChain *chain)
{
  Mischief *self = user;

  release (self, chain, duty->number);
  if (duty->kind == PNYX_DUTY_PROPOSE)
    propose (self, duty, chain);
  else if (duty->kind == PNYX_DUTY_ATTEST)
    attest (self, duty, chain);
  else
    pnyx_gasper_do_honestly (chain, duty);
}

static const PnyxStrategyOps mischief = {
  .component = { .name = "mischief" },
  .protocol = "gasper",
  .coalition_size = sizeof (Mischief),
  .on_duty = on_duty,
};

void
gasper_mischief_add (PnyxChain *chain, PnyxNodeId n_nodes, guint64 seed)
{
  guint strategy = pnyx_chain_add_strategy (chain, &mischief, NULL);

  ((Mischief *)chain->strategies[strategy].self)->seed = seed;
  for (guint32 actor = 0; actor < chain->n_actors; actor++)
    if (chain->actor_node[actor] < n_nodes)
      pnyx_chain_give (chain, actor, strategy);
}
