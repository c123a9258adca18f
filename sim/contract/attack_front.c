/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report that waits to be included is public: it is looked for among the transactions that have
 * reached the node and simulated. Loans that its price makes liquidatable are liquidated right
 * after it, in the same block, by bidding as much as it does, before keepers have seen the block;
 * and where the price falls so far that the old one lends more than units are worth, the loan is
 * opened right before it, by bidding a little more.
 */
#include "contract/contract.h"

typedef struct
{
  PnyxTime every;
  guint64 targets;
} FrontParams;

static const PnyxParam front_params[] = {
  { .name = "every",
    .type = PNYX_PARAM_TIME,
    .fallback = "500 ms",
    .min = "1 ms",
    .max = "1 d",
    .offset = offsetof (FrontParams, every),
    .meaning = "How often it looks at what is waiting." },
  { .name = "targets",
    .type = PNYX_PARAM_COUNT,
    .fallback = "8",
    .min = "1",
    .max = "1000",
    .offset = offsetof (FrontParams, targets),
    .meaning = "Loans that it liquidates after a report at most, the largest first." },
};

#define WAITING 64 /* reports that are under way to the node */

typedef struct
{
  guint32 seen;             /* transactions looked at */
  guint32 waiting[WAITING]; /* numbers of reports */
  guint n_waiting;
  gboolean opened;
} Front;

/* What the oracle would say once it holds report @number; NULL: it would revert. */
static const PnyxAnswer *
simulate (PnyxAttack *attack, guint32 number)
{
  const PnyxAnswers *answers = attack->target->oracle->answers;
  guint32 n = answers->n;
  PnyxOutcome outcome
      = pnyx_machine_try (attack->machine, pnyx_machine_sender (attack->machine, number),
                          pnyx_machine_call (attack->machine, number), 10000000, NULL);

  return outcome == PNYX_OUTCOME_DONE && answers->n > n ? &answers->list[answers->n - 1] : NULL;
}

/* The largest debt below @below that is liquidatable at @price. Returns: its account. */
static PnyxAccount
next_loan (const PnyxAttack *attack, gint64 price, PnyxAmount below, PnyxAmount *debt)
{
  const PnyxLending *lending = attack->lending;
  PnyxTime now = pnyx_world_now (attack->chain->world);
  gint64 threshold = pnyx_lending_books (lending, attack->machine, now).threshold;
  gint64 index = pnyx_lending_debt_index (lending, attack->machine, now);
  PnyxAccount best = PNYX_NONE;

  *debt = 0;
  for (guint32 slot = 0; slot < lending->setup.n_borrowers; slot++)
    {
      PnyxAccount account = lending->setup.borrowers + slot;
      PnyxLendingPosition loan
          = pnyx_lending_position_by (lending, attack->machine, account, index);

      if (account != attack->account && loan.debt > *debt && loan.debt < below
          && pnyx_lending_is_liquidatable (&loan, price, threshold))
        {
          best = account;
          *debt = loan.debt;
        }
    }
  return best;
}

static void
follow (PnyxAttack *attack, gint64 price, gdouble gas_price)
{
  const FrontParams *params = attack->settings;
  PnyxAmount below = G_MAXINT64, debt;

  for (guint64 i = 0; i < params->targets; i++)
    {
      PnyxAccount account = next_loan (attack, price, below, &debt);

      if (account == PNYX_NONE)
        return;
      below = debt;
      pnyx_attack_bid (attack, gas_price, PNYX_ATTACK_SEIZE, account, 0);
    }
}

static void
act_on (PnyxAttack *attack, guint32 number)
{
  gdouble gas_price = (gdouble)pnyx_workload_get (attack->chain->workload, number)->fee_rate;
  Front *front = attack->state;
  const PnyxAnswer *answer = simulate (attack, number);
  gint64 price;

  if (answer == NULL || answer->value <= 0)
    return;
  price = answer->value;
  if (!front->opened && !pnyx_attack_owes (attack))
    front->opened = pnyx_attack_try_open_at (attack, gas_price + MAX (attack->params->bid, 1));
  follow (attack, price, gas_price);
}

static void
look (PnyxAttack *attack)
{
  PnyxWorkload *workload = attack->chain->workload;
  Front *front = attack->state;
  guint32 n = pnyx_workload_submitted (workload);

  for (; front->seen < n; front->seen++)
    {
      const PnyxCall *call = pnyx_machine_call (attack->machine, PNYX_SUBMITTED + front->seen);

      if (call->contract == attack->target->oracle->contract && front->n_waiting < WAITING)
        front->waiting[front->n_waiting++] = PNYX_SUBMITTED + front->seen;
    }
}

static void
front_on_timer (PnyxAttack *attack)
{
  const FrontParams *params = attack->settings;
  PnyxWorkload *workload = attack->chain->workload;
  PnyxTime now = pnyx_world_now (attack->chain->world);
  Front *front = attack->state;
  guint left = 0;

  look (attack);
  for (guint i = 0; i < front->n_waiting; i++)
    {
      guint32 number = front->waiting[i];

      if (pnyx_workload_arrives (workload, number, attack->node) > now)
        front->waiting[left++] = number;
      else if (!pnyx_workload_get (workload, number)->in_block)
        act_on (attack, number);
    }
  front->n_waiting = left;
  pnyx_attack_wake (attack, now + params->every);
}

static void
front_start (PnyxAttack *attack)
{
  Front *front = attack->state;

  front->seen = pnyx_workload_submitted (attack->chain->workload);
  front_on_timer (attack);
}

const PnyxAttackOps pnyx_attack_front = {
  .component = {
      .name = "front",
      .summary = "Sees reports before they are included: liquidates right after them, before "
                 "keepers know, and borrows right before them on a price that is about to fall.",
      .source = "P. Daian et al., \"Flash Boys 2.0\" (2020); K. Qin, L. Zhou, A. Gervais, "
                "\"Quantifying Blockchain Extractable Value\" (2022)",
      .limits = "It bids for its place and makes no blocks; what it seizes it keeps; a loan that "
                "it opens early is its only one.",
      .params = front_params,
      .n_params = G_N_ELEMENTS (front_params),
      .params_size = sizeof (FrontParams),
  },
  .state_size = sizeof (Front),
  .start = front_start,
  .on_timer = front_on_timer,
};
