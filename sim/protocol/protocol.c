/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/protocol.h"

#include "protocol/gasper/gasper.h"
#include "protocol/gasper/validators.h"
#include "protocol/nakamoto.h"

static const PnyxProtocolOps *const protocols[] = {
  &pnyx_protocol_nakamoto,
  &pnyx_protocol_gasper,
  &pnyx_protocol_clique,
};

static const PnyxComponent *
protocol_get (gsize i)
{
  return i < G_N_ELEMENTS (protocols) ? &protocols[i]->component : NULL;
}

const PnyxKind pnyx_protocol_kind = {
  .name = "protocol",
  .meaning = "How nodes agree on a chain.",
  .get = protocol_get,
};

static const gchar *const runners[] = { "all", NULL };
static const gchar *const fidelities[] = { "full", "path", NULL };

static const PnyxParam chain_params[] = {
  { .name = "id",
    .type = PNYX_PARAM_NAME,
    .fallback = "main",
    .offset = offsetof (PnyxChainParams, id),
    .meaning = "Name of the chain; the scope of its metrics." },
  { .name = "nodes",
    .type = PNYX_PARAM_ENUM,
    .choices = runners,
    .fallback = "all",
    .offset = offsetof (PnyxChainParams, nodes),
    .meaning = "Who runs the chain; parts of the nodes are not supported yet." },
  { .name = "fidelity",
    .type = PNYX_PARAM_ENUM,
    .choices = fidelities,
    .fallback = "full",
    .offset = offsetof (PnyxChainParams, fidelity),
    .meaning = "Level of detail. full: every message is queued; path (kind gasper, dissemination "
               "gossipsub): blocks and aggregates come at their first arrivals, duplicates are "
               "neither queued nor counted, and nodes that have seen the same votes share what "
               "they know." },
};

static const PnyxChild chain_children[] = {
  { &pnyx_element_gasper_validators, 0, 1 },
  { &pnyx_element_workload, 0, 1 },
  { &pnyx_element_execution, 1, 1 },
};

static gboolean
chain_check (const PnyxSection *section, GError **error)
{
  const PnyxSection *validators = pnyx_section_child (section, "validators", 0);

  if (((const PnyxChainParams *)section->params)->fidelity == PNYX_FIDELITY_PATH
      && section->component != &pnyx_protocol_gasper.component)
    {
      PnyxPlace place = pnyx_section_place_of (section, "fidelity");

      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "%s has no fidelity path (expected it in a chain of kind gasper)",
                         section->component->name);
      return FALSE;
    }
  if (validators == NULL || section->component == &pnyx_protocol_gasper.component)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &validators->place,
                     "%s has no validators (expected them in a chain of kind gasper)",
                     section->component->name);
  return FALSE;
}

const PnyxElement pnyx_element_chain = {
  .name = "chain",
  .meaning = "A chain, the protocol that runs it and what users send it.",
  .params = chain_params,
  .n_params = G_N_ELEMENTS (chain_params),
  .params_size = sizeof (PnyxChainParams),
  .kind = &pnyx_protocol_kind,
  .children = chain_children,
  .n_children = G_N_ELEMENTS (chain_children),
  .check = chain_check,
};

/* Each hop of a transaction waits, and takes inv, getdata and the transaction itself. */
static PnyxTime
arrival (gpointer self, PnyxNodeId origin, PnyxNodeId node, guint32 number, PnyxTime sent)
{
  PnyxChain *chain = self;
  PnyxTime path = pnyx_network_path_delay (chain->network, origin, node,
                                           pnyx_hash_mix (chain->index + 1, number));

  path = 3 * path
         + pnyx_workload_trickle (chain->workload, number,
                                  pnyx_network_path_hops (chain->network, origin, node));
  return pnyx_network_passage (chain->network, origin, node, sent, path);
}

static void
on_timer (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  const PnyxStrategy *strategy = &chain->strategies[chain->actor_strategy[event->target]];

  if (strategy->ops->on_timer != NULL)
    strategy->ops->on_timer (strategy->self, event->target, event->payload, chain);
}

PnyxChain *
pnyx_chain_new (PnyxWorld *world, PnyxNetwork *network, const PnyxSection *section, guint32 index,
                GError **error)
{
  const PnyxChainParams *params = section->params;
  const PnyxSection *workload = pnyx_section_child (section, "workload", 0);
  PnyxArena *arena = pnyx_world_arena (world);
  PnyxChain *chain = pnyx_arena_array (arena, PnyxChain, 1);
  guint32 n_nodes = pnyx_network_nodes (network)->n;
  g_autofree gchar *timer = NULL;

  chain->index = index;
  chain->id = params->id;
  chain->section = section;
  chain->begin_blocks = chain->end_blocks = G_MAXUINT64;
  chain->ops = (const PnyxProtocolOps *)section->component;
  chain->world = world;
  chain->network = network;
  chain->state = pnyx_arena_alloc (arena, chain->ops->chain_size);
  chain->nodes = pnyx_arena_alloc (arena, chain->ops->node_size * n_nodes);
  chain->blocks = pnyx_block_tree_new (arena);
  chain->head = pnyx_arena_array (arena, PnyxBlockId, n_nodes);
  if (workload != NULL)
    chain->workload
        = pnyx_workload_new (world, workload, index, n_nodes, chain->blocks, arrival, chain);
  timer = g_strdup_printf ("chain.timer.%u", index);
  chain->timer_type = pnyx_world_add_handler (world, timer, on_timer, chain);
  pnyx_chain_add_strategy (chain, chain->ops->honest, NULL);
  return chain->ops->init (chain, section->component_params, error) ? chain : NULL;
}

guint
pnyx_chain_add_strategy (PnyxChain *chain, const PnyxStrategyOps *ops, gconstpointer params)
{
  PnyxStrategy *strategy = &chain->strategies[chain->n_strategies];

  PNYX_REQUIRE (chain->n_strategies < G_N_ELEMENTS (chain->strategies));
  strategy->ops = ops;
  strategy->actor = strategy->node = PNYX_NONE;
  strategy->self = pnyx_arena_alloc (pnyx_world_arena (chain->world), ops->coalition_size);
  if (ops->init != NULL)
    ops->init (strategy->self, params, chain);
  return chain->n_strategies++;
}

void
pnyx_chain_set_timer (PnyxChain *chain, guint32 actor, PnyxTime time, guint32 payload)
{
  pnyx_world_schedule (chain->world, MAX (time, pnyx_world_now (chain->world)), PNYX_PHASE_RUSHING,
                       chain->timer_type, actor, chain->actor_node[actor], payload, 0, payload);
}

void
pnyx_chain_duty (PnyxChain *chain, const PnyxDuty *duty)
{
  const PnyxStrategy *strategy = &chain->strategies[chain->actor_strategy[duty->actor]];

  strategy->ops->on_duty (strategy->self, duty, chain);
}

gboolean
pnyx_chain_next_block (PnyxChain *chain)
{
  if (chain->made == chain->begin_blocks)
    chain->milestone (chain->milestone_self, FALSE);
  if (chain->made == chain->end_blocks)
    {
      chain->milestone (chain->milestone_self, TRUE);
      return FALSE;
    }
  chain->made++;
  return TRUE;
}

void
pnyx_chain_give (PnyxChain *chain, guint32 actor, guint strategy)
{
  PnyxNodeId node = chain->actor_node[actor];

  PNYX_REQUIRE (strategy > 0 && strategy < chain->n_strategies);
  chain->actor_strategy[actor] = (guint8)strategy;
  if (chain->strategies[strategy].actor == PNYX_NONE)
    {
      chain->strategies[strategy].actor = actor;
      chain->strategies[strategy].node = node;
    }
  if (chain->corrupt == NULL)
    chain->corrupt = pnyx_arena_array (pnyx_world_arena (chain->world), guint8,
                                       pnyx_network_nodes (chain->network)->n);
  chain->corrupt[node] = 1;
  pnyx_network_set_corrupt (chain->network, node);
}

void
pnyx_chain_move_head (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  PnyxBlockId before = chain->head[node];

  chain->head[node] = block;
  pnyx_world_emit (chain->world, PNYX_TRACE_HEAD, chain->index, node, block, before, 0);
  for (guint i = 0; i < chain->n_listeners; i++)
    if (chain->listeners[i].node == node)
      chain->listeners[i].on_head (chain->listeners[i].self, node, block);
}

PnyxMachine *
pnyx_chain_machine (PnyxChain *chain)
{
  guint32 n_nodes = pnyx_network_nodes (chain->network)->n;

  if (chain->machine != NULL)
    return chain->machine;
  if (chain->workload == NULL)
    chain->workload = pnyx_workload_new (chain->world, NULL, chain->index, n_nodes, chain->blocks,
                                         arrival, chain);
  chain->machine
      = pnyx_machine_new (chain->world, pnyx_section_child (chain->section, "execution", 0),
                          chain->blocks, chain->workload, n_nodes);
  return chain->machine;
}

void
pnyx_chain_listen (PnyxChain *chain, PnyxNodeId node,
                   void (*on_head) (gpointer self, PnyxNodeId node, PnyxBlockId head),
                   gpointer self)
{
  pnyx_arena_reserve (pnyx_world_arena (chain->world), chain->listeners, chain->n_listeners,
                      chain->listeners_capacity);
  chain->listeners[chain->n_listeners++] = (PnyxListener){ node, on_head, self };
}

PnyxBlockId
pnyx_chain_final (PnyxChain *chain, PnyxBlockId block)
{
  return chain->ops->final (chain, block);
}

guint32
pnyx_chain_confirmation_depth (const PnyxChain *chain)
{
  return chain->ops->confirmation_depth
             ? chain->ops->confirmation_depth (chain->section->component_params)
             : 0;
}
