/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Double spending by a race of branches (Nakamoto 2008, section 11; Rosenfeld 2012, sections 2 to
 * 4), attempt after attempt. An attempt begins at the tip of the others' chain: the attacker mines
 * a private branch from there, first as many blocks in a row as it wants to have mined before it
 * pays (it begins anew at every block of others that comes before), then for as long as the race
 * takes. The payment is in the next block of the others. Once that has its confirmations and the
 * private branch is longer, the branch is released: the payment is reversed. The attacker gives up
 * where it has fallen too far behind, which the analyses never do.
 */
#include "adversary/adversary.h"
#include "protocol/nakamoto.h"

typedef struct
{
  guint64 confirmations;
  guint64 premined;
  guint64 give_up;
} DoubleSpendParams;

typedef struct
{
  const DoubleSpendParams *params;
  PnyxBlockId base;       /* where the branches part; 0: genesis */
  PnyxBlockId own_tip;    /* of the private branch; @base: nothing mined yet */
  PnyxBlockId public_tip; /* of the others, as the own node sees it */
  gboolean racing;        /* the payment was sent */
} DoubleSpend;

static const PnyxParam double_spend_params[] = {
  { .name = "confirmations",
    .type = PNYX_PARAM_COUNT,
    .fallback = "6",
    .min = "1",
    .max = "10000",
    .offset = offsetof (DoubleSpendParams, confirmations),
    .meaning = "Blocks after which the receiver takes the payment as final, its own included.",
    .source = "Nakamoto 2008, section 11: the usual z" },
  { .name = "premined",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1",
    .min = "0",
    .max = "100",
    .offset = offsetof (DoubleSpendParams, premined),
    .meaning = "Blocks that the attacker has mined in a row before it pays.",
    .source = "Rosenfeld 2012, section 4: one" },
  { .name = "give-up",
    .type = PNYX_PARAM_COUNT,
    .fallback = "35",
    .min = "1",
    .max = "100000",
    .offset = offsetof (DoubleSpendParams, give_up),
    .meaning = "Deficit in blocks at which an attempt ends; with shares q and p = 1 - q of the "
               "power, (q/p)^(give-up + 1) is the chance that this costs." },
};

static void
double_spend_init (gpointer self, gconstpointer params, PnyxChain *chain)
{
  DoubleSpend *state = self;

  (void)chain;
  state->params = params;
  state->racing = state->params->premined == 0;
}

static guint32
height (PnyxChain *chain, PnyxBlockId block)
{
  return pnyx_block_tree_get (chain->blocks, block)->height;
}

/* A new attempt, from the tip of the others on. */
static void
begin (DoubleSpend *self, const PnyxDuty *duty, PnyxChain *chain)
{
  self->base = self->own_tip = self->public_tip;
  self->racing = self->params->premined == 0;
  pnyx_nakamoto_follow (chain, duty->actor, self->base);
}

static void
release (const DoubleSpend *self, PnyxChain *chain)
{
  for (guint32 at = height (chain, self->base) + 1; at <= height (chain, self->own_tip); at++)
    {
      PnyxBlockId block = pnyx_block_tree_ancestor (chain->blocks, self->own_tip, at);

      pnyx_nakamoto_publish (chain, pnyx_block_tree_get (chain->blocks, block)->proposer, block);
    }
}

static void
judge (DoubleSpend *self, const PnyxDuty *duty, PnyxChain *chain)
{
  guint32 from = height (chain, self->base);
  guint32 own = height (chain, self->own_tip) - from;
  guint32 others = height (chain, self->public_tip) - from;
  gboolean reversed = others >= self->params->confirmations && own > others;

  if (!reversed && others < own + self->params->give_up)
    return;
  pnyx_world_emit (chain->world, PNYX_TRACE_ATTEMPT, chain->index, duty->node, self->base,
                   reversed ? 1 : 0, 0);
  if (reversed)
    {
      release (self, chain);
      self->public_tip = self->own_tip;
    }
  begin (self, duty, chain);
}

static void
on_found (DoubleSpend *self, const PnyxDuty *duty, PnyxChain *chain)
{
  PnyxBlockId block = pnyx_nakamoto_mine (chain, duty, self->own_tip);

  if (block == PNYX_NONE)
    return;
  self->own_tip = block;
  if (self->racing)
    judge (self, duty, chain);
  else
    self->racing = height (chain, block) - height (chain, self->base) >= self->params->premined;
}

static void
on_other (DoubleSpend *self, const PnyxDuty *duty, PnyxChain *chain)
{
  if (height (chain, duty->subject) <= height (chain, self->public_tip))
    return;
  self->public_tip = duty->subject;
  if (self->racing)
    judge (self, duty, chain);
  else
    begin (self, duty, chain);
}

/* Whether one of the coalition's pools found @block. */
static gboolean
is_own (const PnyxChain *chain, const PnyxDuty *duty, PnyxBlockId block)
{
  guint32 finder = pnyx_block_tree_get (chain->blocks, block)->proposer;

  return chain->actor_strategy[finder] == chain->actor_strategy[duty->actor];
}

static void
double_spend_on_duty (gpointer user, const PnyxDuty *duty, PnyxChain *chain)
{
  if (duty->kind == PNYX_DUTY_PROPOSE)
    on_found (user, duty, chain);
  else if (!is_own (chain, duty, duty->subject))
    on_other (user, duty, chain);
}

const PnyxStrategyOps pnyx_adversary_nakamoto_double_spend = {
  .component
  = { .name = "nakamoto-double-spend",
      .summary = "Mines a branch in private to reverse a payment once it has its confirmations.",
      .source = "nakamoto2008bitcoin, section 11; rosenfeld2014analysis, sections 2 to 4",
      .limits = "It pays in every attempt, and gives up where it is far behind.",
      .params = double_spend_params,
      .n_params = G_N_ELEMENTS (double_spend_params),
      .params_size = sizeof (DoubleSpendParams) },
  .protocol = "nakamoto",
  .coalition_size = sizeof (DoubleSpend),
  .init = double_spend_init,
  .on_duty = double_spend_on_duty,
};
