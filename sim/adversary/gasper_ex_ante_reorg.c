/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ex-ante reorganisation: whoever proposes in some slots in a row keeps these blocks and the
 * coalition's votes for them, lets the next proposer build on what it sees, and releases all at a
 * chosen time of that slot. It succeeds where the kept votes weigh more than the proposer's boost
 * (and what honest validators vote before they see them).
 *
 * Source: Schwarz-Schilling, Neu, Monnot, Asgaonkar, Tas, Tse: Three Attacks on Proof-of-Stake
 * Ethereum, arXiv 2110.10086, section 3.
 */
#include "adversary/adversary.h"
#include "protocol/gasper/gasper.h"

typedef struct
{
  guint64 slots;
  PnyxTime release;
} ReorgParams;

typedef struct
{
  const ReorgParams *params; /* borrowed from the scenario */
  gboolean attacking;
  guint64 begin, victim; /* slots: [begin, victim) are the coalition's */
  PnyxBlockId tip;       /* last block that is kept */
} Reorg;

static const PnyxParam reorg_params[] = {
  { .name = "slots",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1",
    .min = "1",
    .max = "32",
    .offset = offsetof (ReorgParams, slots),
    .meaning = "Slots in a row that it needs to attack." },
  { .name = "release",
    .type = PNYX_PARAM_TIME,
    .fallback = "-20 ms",
    .min = "-1 h",
    .max = "1 h",
    .offset = offsetof (ReorgParams, release),
    .meaning = "When, from the beginning of the victim's slot on, blocks and votes are released: "
               "too late for the victim to see them, before others vote." },
};

static void
reorg_init (gpointer user, gconstpointer params, PnyxChain *chain)
{
  (void)chain;
  ((Reorg *)user)->params = params;
}

static gboolean
is_ours (const PnyxChain *chain, guint32 actor, guint32 validator)
{
  return chain->actor_strategy[validator] == chain->actor_strategy[actor];
}

static void
publish_chain (Reorg *self, guint32 actor, PnyxChain *chain)
{
  PnyxBlockId block = self->tip;
  GArray *kept = g_array_new (FALSE, FALSE, sizeof block);

  (void)actor;
  for (; pnyx_block_tree_get (chain->blocks, block)->sent == PNYX_TIME_MAX && block != 0;
       block = pnyx_block_tree_get (chain->blocks, block)->parent)
    g_array_append_val (kept, block);
  for (guint i = kept->len; i-- > 0;)
    {
      block = g_array_index (kept, PnyxBlockId, i);
      pnyx_gasper_publish (chain, pnyx_block_tree_get (chain->blocks, block)->proposer, block);
    }
  g_array_free (kept, TRUE);
}

static void
reorg_on_timer (gpointer user, guint32 actor, guint32 payload, PnyxChain *chain)
{
  Reorg *self = user;

  (void)payload;
  publish_chain (self, actor, chain);
  for (guint64 slot = self->begin; slot < self->victim; slot++)
    pnyx_gasper_reveal (chain, actor, slot);
  self->attacking = FALSE;
}

/* A duty by the chain of another head is none on the kept one, where they parted epochs ago: after
 * a partition, say. */
static gboolean
is_for_tip (const Reorg *self, const PnyxDuty *duty, PnyxChain *chain)
{
  return self->attacking
         && pnyx_gasper_same_committees (chain, duty->head, self->tip, duty->number);
}

/* How many slots from this duty's on have proposers of the coalition. */
static guint64
run_of (const PnyxDuty *duty, PnyxChain *chain)
{
  guint64 n = 1;

  while (
      n < 32
      && is_ours (chain, duty->actor, pnyx_gasper_proposer (chain, duty->head, duty->number + n)))
    n++;
  return n;
}

static void
on_propose (Reorg *self, const PnyxDuty *duty, PnyxChain *chain)
{
  PnyxBlockId block;

  if (!self->attacking)
    {
      guint64 n = run_of (duty, chain);

      if (n < self->params->slots)
        {
          pnyx_gasper_do_honestly (chain, duty);
          return;
        }
      self->attacking = TRUE;
      self->begin = duty->number;
      self->victim = duty->number + n;
      self->tip = duty->head;
      pnyx_chain_set_timer (chain, duty->actor,
                            pnyx_gasper_slot_start (chain, self->victim) + self->params->release,
                            (guint32)duty->number);
    }
  else if (!is_for_tip (self, duty, chain))
    {
      pnyx_gasper_do_honestly (chain, duty);
      return;
    }
  block = pnyx_gasper_make (chain, duty, self->tip);
  if (block != PNYX_NONE)
    self->tip = block;
}

static void
reorg_on_duty (gpointer user, const PnyxDuty *duty, PnyxChain *chain)
{
  Reorg *self = user;

  switch (duty->kind)
    {
    case PNYX_DUTY_PROPOSE:
      on_propose (self, duty, chain);
      break;
    case PNYX_DUTY_ATTEST:
      if (duty->number < self->victim && duty->number >= self->begin
          && is_for_tip (self, duty, chain))
        pnyx_gasper_attest (chain, duty->actors, duty->n_actors, duty->number, self->tip, TRUE);
      else
        pnyx_gasper_do_honestly (chain, duty);
      break;
    case PNYX_DUTY_AGGREGATE:
      if (!self->attacking)
        pnyx_gasper_do_honestly (chain, duty);
      break;
    default:
      break;
    }
}

const PnyxStrategyOps pnyx_adversary_gasper_ex_ante_reorg = {
  .component
  = { .name = "ex-ante-reorg",
      .summary = "Keeps its blocks and votes and releases them to replace the next block.",
      .source = "schwarzschilling2022three, section 3 (arXiv 2110.10086)",
      .limits = "It attacks whenever it has the slots in a row, and does not tell by the votes so "
                "far whether that pays.",
      .params = reorg_params,
      .n_params = G_N_ELEMENTS (reorg_params),
      .params_size = sizeof (ReorgParams) },
  .protocol = "gasper",
  .coalition_size = sizeof (Reorg),
  .init = reorg_init,
  .on_duty = reorg_on_duty,
  .on_timer = reorg_on_timer,
};
