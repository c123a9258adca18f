/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reporters whose addresses are known, since they have reported, are kept off the network for money
 * by the second: until the money is out, or the price that the target still reads is so far above
 * the truth that the loan is worth more than what is pledged for it.
 */
#include "contract/contract.h"

typedef struct
{
  gdouble budget;
  gdouble price;
  guint64 count;
} DenialParams;

static const PnyxParam denial_params[] = {
  { .name = "budget",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "10000 $",
    .min = "0 $",
    .max = "1000000000 $",
    .offset = offsetof (DenialParams, budget),
    .meaning = "What it spends on it at most." },
  { .name = "price",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "0.05 $",
    .flags = PNYX_PARAM_POSITIVE,
    .min = "0 $",
    .max = "1000000 $",
    .offset = offsetof (DenialParams, price),
    .meaning = "What it costs to keep one node off the network for a second." },
  { .name = "count",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "1",
    .max = "1000000",
    .offset = offsetof (DenialParams, count),
    .meaning = "Reporters of the target's oracle that it denies, the first ones; left out: all." },
};

typedef struct
{
  PnyxNodeId *nodes;
  guint32 n;
  PnyxTime begun;
  gboolean denies, done;
} Denial;

static void
denial_begin (PnyxAttack *attack)
{
  pnyx_network_expect_faults (attack->chain->network);
}

static void
find_nodes (PnyxAttack *attack)
{
  const DenialParams *params = attack->settings;
  const PnyxOracle *oracle = attack->target->oracle;
  Denial *denial = attack->state;

  denial->nodes
      = pnyx_arena_array (pnyx_world_arena (attack->chain->world), PnyxNodeId, oracle->n_reporters);
  for (guint32 i = 0; i < oracle->n_reporters && i < params->count; i++)
    {
      gboolean known = oracle->reporters[i].node == attack->node; /* not its own */

      for (guint32 k = 0; k < denial->n; k++)
        known = known || denial->nodes[k] == oracle->reporters[i].node;
      if (!known)
        denial->nodes[denial->n++] = oracle->reporters[i].node;
    }
}

static void
set_online (PnyxAttack *attack, gboolean online)
{
  const Denial *denial = attack->state;

  for (guint32 i = 0; i < denial->n; i++)
    pnyx_network_set_online (attack->chain->network, denial->nodes[i], online);
}

static void
denial_start (PnyxAttack *attack)
{
  const DenialParams *params = attack->settings;
  Denial *denial = attack->state;
  PnyxTime now = pnyx_world_now (attack->chain->world);

  find_nodes (attack);
  if (denial->n == 0)
    return;
  denial->begun = now;
  denial->denies = TRUE;
  set_online (attack, FALSE);
  pnyx_attack_wake (attack,
                    now + pnyx_time_from_seconds (params->budget / params->price / denial->n));
}

/* Pays for the seconds that it was. */
static void
finish (PnyxAttack *attack)
{
  const DenialParams *params = attack->settings;
  Denial *denial = attack->state;
  gdouble seconds = pnyx_time_to_seconds (pnyx_world_now (attack->chain->world) - denial->begun);

  denial->denies = FALSE;
  denial->done = TRUE;
  set_online (attack, TRUE);
  pnyx_attack_settle_off (attack, PNYX_LEG_DENIAL, seconds * params->price * denial->n);
  pnyx_attack_pay_interest (attack);
}

static void
denial_on_timer (PnyxAttack *attack)
{
  if (((const Denial *)attack->state)->denies)
    finish (attack);
}

static void
denial_on_head (PnyxAttack *attack)
{
  const Denial *denial = attack->state;

  if (!denial->denies)
    return;
  if (pnyx_attack_owes (attack))
    finish (attack);
  else
    pnyx_attack_try_open (attack);
}

const PnyxAttackOps pnyx_attack_denial = {
  .component = {
      .name = "denial",
      .summary = "Keeps reporters off the network for money by the second while the price that the "
                 "target reads grows old, and borrows once it is too high.",
      .source = "of this program: an attack for money by the second",
      .limits = "Prices by the second are parameters; a node is off wholly, with all that runs on "
                "it. What it pledges are units of its own.",
      .params = denial_params,
      .n_params = G_N_ELEMENTS (denial_params),
      .params_size = sizeof (DenialParams),
  },
  .state_size = sizeof (Denial),
  .begin = denial_begin,
  .start = denial_start,
  .on_head = denial_on_head,
  .on_timer = denial_on_timer,
};
