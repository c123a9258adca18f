/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What attacks cost and bring: the books of the attacker, against its balances, to the unit. */
#include <math.h>

#include "metric/families.h"

typedef struct
{
  const PnyxObserved *observed;
} Attacks;

static const PnyxMetricInfo attack_metrics[] = {
  { "oracle.attack_profit", "$", NULL,
    "What an attacker owns at the true price when the attack is settled, less what it would own "
    "had it done nothing: revenue less cost, to the smallest unit. Scope: the attack." },
  { "oracle.attack_revenue", "$", NULL,
    "Of an attack: what was borrowed on the price that it made, and is kept, and what it seized, "
    "at "
    "the true price, above what it paid for it." },
  { "oracle.attack_return", "1", NULL,
    "Profit of an attack over its cost: -1 where all of it is lost; empty where it cost nothing." },
  { "oracle.attack_cost", "$",
    "slippage, fee, gas, interest, forfeited, resale, venues, denial, market",
    "Of an attack, all that it paid or lost: slippage at the true price, fees of pools and flash "
    "loans, gas, interest on its money, collateral left behind, resale below the true price, "
    "trades off the chain, denial of service, and what its units lost in the market." },
};

static void
attack_init (gpointer self, const PnyxObserved *observed)
{
  ((Attacks *)self)->observed = observed;
}

static gdouble
units (PnyxAmount amount)
{
  return (gdouble)amount / (gdouble)PNYX_AMOUNT_ONE;
}

static void
put_attack (const PnyxAttack *attack, const gchar *scope, PnyxTime end, PnyxOutput *output)
{
  PnyxTime until = pnyx_attack_end (attack, end);
  PnyxAttackLegs legs = pnyx_attack_legs (attack, until);
  PnyxAmount gain = pnyx_attack_gain (attack, until);
  g_autofree gchar *fault = pnyx_attack_check (&legs, gain);

  PNYX_REQUIRE (fault == NULL);
  pnyx_output_scalar (output, scope, "oracle.attack_profit", "$", units (gain));
  pnyx_output_scalar (output, scope, "oracle.attack_revenue", "$",
                      units (pnyx_attack_revenue (&legs)));
  pnyx_output_scalar (output, scope, "oracle.attack_cost", "$", units (pnyx_attack_cost (&legs)));
  pnyx_output_scalar (output, scope, "oracle.attack_return", "1",
                      pnyx_attack_cost (&legs) > 0
                          ? (gdouble)gain / (gdouble)pnyx_attack_cost (&legs)
                          : (gdouble)NAN);
  for (guint leg = PNYX_LEG_COSTS; leg < PNYX_N_LEGS; leg++)
    {
      g_autofree gchar *name
          = g_strdup_printf ("oracle.attack_cost.%s", pnyx_leg_name ((PnyxLeg)leg));

      pnyx_output_scalar (output, scope, g_intern_string (name), "$", units (legs.sums[leg]));
    }
}

static void
attack_finish (gpointer self, PnyxOutput *output)
{
  const PnyxObserved *observed = ((const Attacks *)self)->observed;
  const PnyxAttacks *attacks = observed->contracts != NULL ? &observed->contracts->attacks : NULL;

  for (guint i = 0; attacks != NULL && i < attacks->n; i++)
    put_attack (attacks->attacks[i],
                attacks->n == 1 ? "" : g_intern_string (attacks->attacks[i]->id), observed->end,
                output);
}

const PnyxMetricOps pnyx_metric_attack = {
  .name = "attack",
  .metrics = attack_metrics,
  .n_metrics = G_N_ELEMENTS (attack_metrics),
  .state_size = sizeof (Attacks),
  .init = attack_init,
  .finish = attack_finish,
};
