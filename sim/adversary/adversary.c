/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "adversary/adversary.h"

#include <math.h>

extern const PnyxStrategyOps pnyx_adversary_gasper_equivocation;
extern const PnyxStrategyOps pnyx_adversary_gasper_ex_ante_reorg;
extern const PnyxStrategyOps pnyx_adversary_gasper_offline;
extern const PnyxStrategyOps pnyx_adversary_nakamoto_double_spend;
extern const PnyxStrategyOps pnyx_adversary_nakamoto_selfish_mining;

static const PnyxStrategyOps *const adversaries[] = {
  &pnyx_adversary_nakamoto_selfish_mining, &pnyx_adversary_nakamoto_double_spend,
  &pnyx_adversary_gasper_ex_ante_reorg,    &pnyx_adversary_gasper_equivocation,
  &pnyx_adversary_gasper_offline,
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
  gdouble share;
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
  { .name = "share",
    .type = PNYX_PARAM_REAL,
    .fallback = "",
    .min = "0",
    .max = "1",
    .offset = offsetof (AdversaryParams, share),
    .meaning = "Share of the power, in place of one actor: pools or validators drawn at random "
               "until theirs is nearest to it. Validators act from one node." },
};

const PnyxElement pnyx_element_adversary = {
  .name = "adversary",
  .meaning = "Actors that follow another strategy than the honest one.",
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

static gboolean
give_actor (const PnyxSection *section, PnyxChain *chain, guint64 actor, const PnyxStrategyOps *ops,
            GError **error)
{
  PnyxPlace place = pnyx_section_place_of (section, "actor");

  if (actor >= chain->n_actors || chain->actor_strategy[actor] != 0)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                         "no honest actor %" G_GUINT64_FORMAT " in chain \"%s\" (expected 0 to %u, "
                         "each given to one adversary)",
                         actor, chain->id, chain->n_actors - 1);
      return FALSE;
    }
  pnyx_chain_give (chain, (guint32)actor,
                   pnyx_chain_add_strategy (chain, ops, section->component_params));
  return TRUE;
}

/* Draws honest actors until their power is nearest to @share. Returns: how many. */
static guint32
draw_actors (PnyxChain *chain, gdouble share, guint32 *actors)
{
  g_autofree gchar *component = g_strdup_printf ("adversary.%u", chain->index);
  PnyxRng rng;
  PnyxRngCursor cursor;
  gdouble sum = 0;
  guint32 n = 0, taken = 0;

  pnyx_world_rng (chain->world, &rng, component, "actors");
  pnyx_rng_cursor_init (&cursor, &rng, chain->n_strategies, 0);
  for (guint32 actor = 0; actor < chain->n_actors; actor++)
    if (chain->actor_strategy[actor] == 0)
      actors[n++] = actor;
  for (; taken < n; taken++)
    {
      guint32 at = taken + (guint32)pnyx_rng_cursor_below (&cursor, n - taken);
      guint32 actor = actors[at];
      gdouble after = sum + chain->weights[actor];

      if (fabs (after - share) > fabs (sum - share))
        break;
      actors[at] = actors[taken];
      actors[taken] = actor;
      sum = after;
    }
  return taken;
}

static gboolean
give_share (const PnyxSection *section, PnyxChain *chain, gdouble share, const PnyxStrategyOps *ops,
            GError **error)
{
  g_autofree guint32 *actors = g_new (guint32, chain->n_actors);
  guint32 n = draw_actors (chain, share, actors);
  PnyxPlace place = pnyx_section_place_of (section, "share");
  guint strategy;

  if (n == 0 && share > 0)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                         "no actor of chain \"%s\" has so little as a share of %g (expected more)",
                         chain->id, share);
      return FALSE;
    }
  if (n == 0)
    return TRUE;
  strategy = pnyx_chain_add_strategy (chain, ops, section->component_params);
  if (chain->ops->gather != NULL)
    chain->ops->gather (chain, actors, n);
  for (guint32 i = 0; i < n; i++)
    pnyx_chain_give (chain, actors[i], strategy);
  return TRUE;
}

gboolean
pnyx_adversary_add (const PnyxSection *section, PnyxChain *const *chains, guint n_chains,
                    GError **error)
{
  const AdversaryParams *params = section->params;
  const PnyxStrategyOps *ops = (const PnyxStrategyOps *)section->component;
  PnyxChain *chain = find_chain (chains, n_chains, params->chain);

  PNYX_REQUIRE (chain != NULL); /* the reader resolved it */
  if (!g_str_equal (ops->protocol, chain->ops->component.name))
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                         "adversary %s is written against protocol %s, chain \"%s\" runs %s",
                         ops->component.name, ops->protocol, chain->id, chain->ops->component.name);
      return FALSE;
    }
  if (ops->equivocates
      && ((const PnyxChainParams *)chain->section->params)->fidelity == PNYX_FIDELITY_PATH)
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                         "adversary %s votes twice, which fidelity path does not follow (expected "
                         "fidelity full of chain \"%s\")",
                         ops->component.name, chain->id);
      return FALSE;
    }
  if (isnan (params->share))
    return give_actor (section, chain, params->actor, ops, error);
  return give_share (section, chain, params->share, ops, error);
}
