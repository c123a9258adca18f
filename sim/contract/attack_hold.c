/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mean over time is moved by holding the price where blocks end: a transaction in each block buys
 * up the pool to where it is to stand, at the price that users bid, so that it comes after those of
 * arbitrageurs, who bid more; in the next block they sell, and it is paid for anew. After as many
 * blocks as it holds it waits until the target's price has followed, pledges what it bought,
 * borrows and leaves; or it gives up.
 */
#include "contract/contract.h"

typedef struct
{
  gdouble multiple;
  guint64 blocks;
  PnyxTime patience;
  gboolean resale;
  gdouble makers;
} HoldParams;

static const PnyxParam hold_params[] = {
  { .name = "multiple",
    .type = PNYX_PARAM_REAL,
    .fallback = "2",
    .min = "1",
    .max = "10000",
    .offset = offsetof (HoldParams, multiple),
    .meaning = "Price in the pool at the end of these blocks, as a multiple of that before." },
  { .name = "blocks",
    .type = PNYX_PARAM_COUNT,
    .fallback = "10",
    .min = "1",
    .max = "100000",
    .offset = offsetof (HoldParams, blocks),
    .meaning = "Blocks that it holds the price for." },
  { .name = "patience",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 min",
    .min = "0 s",
    .offset = offsetof (HoldParams, patience),
    .meaning = "How long after them it waits for the target to lend more than its units are "
               "worth." },
  { .name = "resale",
    .type = PNYX_PARAM_BOOL,
    .fallback = "false",
    .offset = offsetof (HoldParams, resale),
    .meaning = "Whether it then sells them to the pool; else they are settled at the true price." },
  { .name = "makers",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1",
    .offset = offsetof (HoldParams, makers),
    .meaning
    = "Share of the nodes, drawn at random, that leave out of their blocks who else trades "
      "in the pool, until it is done." },
};

typedef struct
{
  gint64 price; /* that it holds; 0: its time has not come */
  guint64 held; /* transactions sent for it */
  guint32 height;
  PnyxTime until; /* when it gives up */
  gboolean done;
  PnyxRng makers;
} Hold;

static void
finish (PnyxAttack *attack)
{
  const HoldParams *params = attack->settings;
  Hold *hold = attack->state;

  hold->done = TRUE;
  if (params->resale && !pnyx_attack_owes (attack))
    pnyx_attack_submit (attack, PNYX_ATTACK_SELL, 0, 0);
  pnyx_attack_pay_interest (attack);
}

/* Once for each height: a block that replaces another one is not paid for twice. */
static void
hold_on (PnyxAttack *attack)
{
  const HoldParams *params = attack->settings;
  Hold *hold = attack->state;
  guint32 height
      = pnyx_block_tree_get (attack->chain->blocks, pnyx_machine_viewed (attack->machine))->height;

  if (hold->held > 0 && height <= hold->height)
    return;
  hold->height = height;
  hold->held++;
  hold->until = pnyx_world_now (attack->chain->world) + params->patience;
  pnyx_attack_submit (attack, PNYX_ATTACK_PUSH, hold->price, 0);
}

static void
hold_on_head (PnyxAttack *attack)
{
  const HoldParams *params = attack->settings;
  Hold *hold = attack->state;

  if (hold->price == 0 || hold->done)
    return;
  if (hold->held < params->blocks)
    hold_on (attack);
  else if (pnyx_attack_owes (attack) || pnyx_world_now (attack->chain->world) > hold->until)
    finish (attack);
  else
    pnyx_attack_try_open (attack);
}

/* It begins with the next head: a block that is under way is not paid for. */
static void
hold_start (PnyxAttack *attack)
{
  const HoldParams *params = attack->settings;
  Hold *hold = attack->state;

  hold->price = (gint64)MIN (
      params->multiple * (gdouble)pnyx_pool_price (attack->pool, attack->machine), 9e18);
}

/* A block that is its own: what others want of the pool waits. */
static void
leave_out (gpointer user, PnyxNodeId node, PnyxBlockId parent, GArray *chosen)
{
  const PnyxAttack *attack = user;
  const HoldParams *params = attack->settings;
  const Hold *hold = attack->state;

  (void)parent;
  if (hold->price == 0 || hold->done || pnyx_rng_uniform (&hold->makers, node, 0) > params->makers)
    return;
  for (guint i = chosen->len; i-- > 0;)
    {
      guint32 number = g_array_index (chosen, guint32, i);
      const PnyxCall *call = pnyx_machine_call (attack->machine, number);

      if (call != NULL && call->contract == attack->pool->contract)
        g_array_remove_index (chosen, i);
    }
}

static void
hold_begin (PnyxAttack *attack)
{
  const HoldParams *params = attack->settings;
  g_autofree gchar *name = g_strdup_printf ("contract.attack.%u", attack->index);
  Hold *hold = attack->state;

  pnyx_world_rng (attack->chain->world, &hold->makers, name, "makers");
  if (params->makers > 0)
    pnyx_workload_set_builder (attack->chain->workload, leave_out, attack);
}

/* A chain has one builder. */
static gboolean
hold_check (const PnyxSection *section, GError **error)
{
  const PnyxAttackParams *own = section->params;
  const gchar *chain
      = ((const PnyxContractParams *)pnyx_contract_sibling (section, own->target)->params)->chain;

  if (!(((const HoldParams *)section->component_params)->makers > 0))
    return TRUE;
  for (gsize i = 0; pnyx_section_child (section->parent, "attack", i) != section; i++)
    {
      const PnyxSection *other = pnyx_section_child (section->parent, "attack", i);
      const PnyxSection *target
          = pnyx_contract_sibling (section, ((const PnyxAttackParams *)other->params)->target);
      PnyxPlace place = pnyx_section_place_of (section, "makers");

      if (other->component != section->component
          || !(((const HoldParams *)other->component_params)->makers > 0)
          || !g_str_equal (((const PnyxContractParams *)target->params)->chain, chain))
        continue;
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "attack %s has makers of blocks on chain %s, as attack %s has (expected "
                         "one such attack on a chain)",
                         own->id, chain, ((const PnyxAttackParams *)other->params)->id);
      return FALSE;
    }
  return TRUE;
}

const PnyxAttackOps pnyx_attack_hold = {
  .component = {
      .name = "hold",
      .summary = "Holds the price of a pool over several blocks against its arbitrageurs, until a "
                 "mean over time has followed; then borrows on what it bought and leaves.",
      .source = "T. Mackinga, T. Nadahalli, R. Wattenhofer, \"TWAP Oracle Attacks: Easy Done than "
                "Said?\" (2022)",
      .limits = "Makers of blocks on its side only leave others out; they do not sell for it in "
                "a block of their own that follows.",
      .params = hold_params,
      .n_params = G_N_ELEMENTS (hold_params),
      .params_size = sizeof (HoldParams),
  },
  .needs_pool = TRUE,
  .state_size = sizeof (Hold),
  .check = hold_check,
  .begin = hold_begin,
  .start = hold_start,
  .on_head = hold_on_head,
};
