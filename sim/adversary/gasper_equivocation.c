/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A proposer that makes two blocks in its slot and sends one to each part of the network: every
 * node sees a valid block in time, and the votes of the slot are split. Both are evidence.
 */
#include "adversary/adversary.h"
#include "protocol/gasper/gasper.h"

typedef struct
{
  gdouble split;
} EquivocationParams;

typedef struct
{
  const EquivocationParams *params; /* borrowed from the scenario */
  PnyxRng part;
} Equivocation;

static const PnyxParam equivocation_params[] = {
  { .name = "split",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (EquivocationParams, split),
    .meaning = "Share of the nodes, drawn anew in each slot, that get the first of two blocks." },
};

static void
equivocation_init (gpointer user, gconstpointer params, PnyxChain *chain)
{
  Equivocation *self = user;

  self->params = params;
  pnyx_world_rng (chain->world, &self->part, "adversary.equivocation", "part");
}

static void
equivocation_on_duty (gpointer user, const PnyxDuty *duty, PnyxChain *chain)
{
  const Equivocation *self = user;
  guint32 n = pnyx_network_nodes (chain->network)->n;
  PnyxBlockId first, second;

  if (duty->kind != PNYX_DUTY_PROPOSE)
    {
      pnyx_gasper_do_honestly (chain, duty);
      return;
    }
  first = pnyx_gasper_make (chain, duty, duty->head);
  second = pnyx_gasper_make (chain, duty, duty->head);
  for (PnyxNodeId to = 0; to < n && first != PNYX_NONE; to++)
    if (to != duty->node)
      pnyx_gasper_send (
          chain, duty->actor,
          pnyx_rng_uniform (&self->part, to, duty->number) < self->params->split ? first : second,
          to);
}

const PnyxStrategyOps pnyx_adversary_gasper_equivocation = {
  .component
  = { .name = "equivocating-proposer",
      .summary = "Makes two blocks in its slot, one for each part of the network.",
      .source = "consensus-specs, specs/phase0/beacon-chain.md, process_proposer_slashing",
      .limits = "It votes honestly.",
      .params = equivocation_params,
      .n_params = G_N_ELEMENTS (equivocation_params),
      .params_size = sizeof (EquivocationParams) },
  .protocol = "gasper",
  .equivocates = TRUE,
  .coalition_size = sizeof (Equivocation),
  .init = equivocation_init,
  .on_duty = equivocation_on_duty,
};
