/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "adversary/adversary.h"

extern const PnyxStrategyOps pnyx_adversary_nakamoto_selfish_mining;

static const PnyxStrategyOps *const adversaries[] = {
  &pnyx_adversary_nakamoto_selfish_mining,
};

static const PnyxComponent *
adversary_get (gsize i)
{
  return i < G_N_ELEMENTS (adversaries) ? &adversaries[i]->component : NULL;
}

const PnyxKind pnyx_adversary_kind = {
  .name = "adversary",
  .meaning = "Who does not follow the protocol, and how.",
  .get = adversary_get,
};

typedef struct
{
  const gchar *chain;
  guint64 actor;
} AdversaryParams;

static const PnyxParam adversary_params[] = {
  { .name = "chain",
    .type = PNYX_PARAM_REFERENCE,
    .refers_to = "chain",
    .fallback = "main",
    .offset = offsetof (AdversaryParams, chain),
    .meaning = "Chain that is attacked." },
  { .name = "actor",
    .type = PNYX_PARAM_COUNT,
    .fallback = "0",
    .min = "0",
    .max = "10000000",
    .offset = offsetof (AdversaryParams, actor),
    .meaning
    = "Pool or validator that the adversary controls, counted from 0 in the order in which "
      "the chain lists them; its share of the power is the adversary's." },
};

const PnyxElement pnyx_element_adversary = {
  .name = "adversary",
  .meaning = "An actor that follows another strategy than the honest one.",
  .params = adversary_params,
  .n_params = G_N_ELEMENTS (adversary_params),
  .params_size = sizeof (AdversaryParams),
  .kind = &pnyx_adversary_kind,
};

static PnyxChain *
find_chain (PnyxChain *const *chains, guint n_chains, const gchar *id)
{
  for (guint i = 0; i < n_chains; i++)
    if (g_str_equal (chains[i]->id, id))
      return chains[i];
  return NULL;
}

gboolean
pnyx_adversary_add (const PnyxSection *section, PnyxChain *const *chains, guint n_chains,
                    GError **error)
{
  const AdversaryParams *params = section->params;
  const PnyxStrategyOps *ops = (const PnyxStrategyOps *)section->component;
  PnyxChain *chain = find_chain (chains, n_chains, params->chain);
  PnyxPlace place = pnyx_section_place_of (section, "actor");

  PNYX_REQUIRE (chain != NULL); /* the reader resolved it */
  if (!g_str_equal (ops->protocol, chain->ops->component.name))
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                         "adversary %s is written against protocol %s, chain \"%s\" runs %s",
                         ops->component.name, ops->protocol, chain->id, chain->ops->component.name);
      return FALSE;
    }
  if (params->actor >= chain->n_actors || chain->actor_strategy[params->actor] != 0)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                         "no honest actor %" G_GUINT64_FORMAT " in chain \"%s\" (expected 0 to %u, "
                         "each given to one adversary)",
                         params->actor, chain->id, chain->n_actors - 1);
      return FALSE;
    }
  pnyx_chain_give (chain, (guint32)params->actor,
                   pnyx_chain_add_strategy (chain, ops, section->component_params));
  return TRUE;
}
