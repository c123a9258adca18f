/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/attack.h"

#include <math.h>

#include "support/attack_world.h"

/* What is paid in brings a pool to the price, by the pool's own arithmetic. */
static void
test_reach_is_what_it_takes (void)
{
  static const guint32 fees[] = { 0, 3000, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (fees); i++)
    {
      const guint64 reserves[2] = { 1000000000, 1000000000000 };
      PnyxAmount in = pnyx_attack_reach (reserves, fees[i], 2500 * PNYX_PRICE_ONE);
      gdouble out = (gdouble)pnyx_pool_amount_out ((guint64)in, reserves[1], reserves[0], fees[i]);
      gdouble price = ((gdouble)reserves[1] + (gdouble)in) / ((gdouble)reserves[0] - out);

      g_assert_cmpfloat (fabs (price / 2500 - 1), <, 1e-8);
      g_assert_cmpint (pnyx_attack_reach (reserves, fees[i], 1000 * PNYX_PRICE_ONE), ==, 0);
      g_assert_cmpint (pnyx_attack_reach (reserves, fees[i], 1), ==, 0);
    }
}

static PnyxOutcome
try_as (AttackWorld *world, PnyxAccount account, guint32 method, gint64 a, gint64 b)
{
  const PnyxCall call = { .contract = world->attack->contract,
                          .method = method,
                          .arguments = { a, b, 2000 * PNYX_PRICE_ONE } };

  return pnyx_machine_try (world->machine, account, &call, 10000000, NULL);
}

/* What it holds nobody else moves; who is off the chain only pays in. */
static void
test_its_contract_obeys_its_owner_alone (void)
{
  AttackWorldSetup setup = attack_world_setup ();
  g_autoptr (AttackWorld) world = NULL;
  PnyxAttack *attack;

  setup.attack = "active='false' units='5'";
  world = attack_world_new (&setup);
  attack = world->attack;
  test_world_run (world->world, 600);
  pnyx_machine_view (world->machine, attack->chain->head[0]);
  for (guint32 method = PNYX_ATTACK_STRIKE; method <= PNYX_ATTACK_LENT + 1; method++)
    {
      gboolean own = method == PNYX_ATTACK_STRIKE || method == PNYX_ATTACK_PUSH
                     || method == PNYX_ATTACK_SELL;
      gint64 a = method == PNYX_ATTACK_GET ? PNYX_LEG_VENUES : 1500 * PNYX_PRICE_ONE;

      g_assert_cmpint (try_as (world, attack->lending->setup.lenders, method, a, 0), ==,
                       PNYX_OUTCOME_REVERTED);
      if (own)
        g_assert_cmpint (try_as (world, attack->owner, method, a, 0), ==, PNYX_OUTCOME_DONE);
    }
  g_assert_cmpint (try_as (world, attack->owner, PNYX_ATTACK_GET, PNYX_LEG_VENUES, 5), ==,
                   PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (try_as (world, attack->elsewhere, PNYX_ATTACK_GET, PNYX_LEG_VENUES, 5), ==,
                   PNYX_OUTCOME_DONE);
  g_assert_cmpint (try_as (world, attack->elsewhere, PNYX_ATTACK_PAY, PNYX_LEG_VENUES, 5), ==,
                   PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (try_as (world, attack->owner, PNYX_ATTACK_PAY, PNYX_LEG_DENIAL, 5), ==,
                   PNYX_OUTCOME_DONE);
  /* A least price above what the target reads. */
  g_assert_cmpint (try_as (world, attack->owner, PNYX_ATTACK_OPEN, 1001 * PNYX_PRICE_ONE, 0), ==,
                   PNYX_OUTCOME_REVERTED);
  g_assert_cmpint (try_as (world, attack->owner, PNYX_ATTACK_OPEN, 999 * PNYX_PRICE_ONE, 0), ==,
                   PNYX_OUTCOME_DONE);
  g_assert_cmpint (
      try_as (world, attack->owner, PNYX_ATTACK_SEIZE, (gint64)attack->lending->setup.borrowers, 0),
      ==, PNYX_OUTCOME_REVERTED); /* it is healthy */
  g_assert_cmpfloat (attack_world_gain (world, 700), ==, 0);
}

/* Off the chain won and lost: the books say so either way. */
static void
test_what_is_paid_elsewhere_is_paid_on_the_chain (void)
{
  AttackWorldSetup setup = attack_world_setup ();
  g_autoptr (AttackWorld) world = NULL;

  setup.execution = "gas-price='5'";
  setup.attack = "active='false'";
  world = attack_world_new (&setup);
  test_world_run (world->world, 600);
  pnyx_machine_view (world->machine, world->attack->chain->head[0]);
  pnyx_attack_settle_off (world->attack, PNYX_LEG_DENIAL, 12.5);
  pnyx_attack_settle_off (world->attack, PNYX_LEG_VENUES, -3.25);
  pnyx_attack_settle_off (world->attack, PNYX_LEG_RESALE, 0);
  g_assert_cmpfloat (
      fabs (attack_world_gain (world, 700) + 9.25 + attack_world_leg (world, PNYX_LEG_GAS)), <,
      1e-9);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_DENIAL), ==, 12.5);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_VENUES), ==, -3.25);
}

static void
test_it_is_settled_after_its_horizon_or_at_the_end (void)
{
  AttackWorldSetup setup = attack_world_setup ();
  g_autoptr (AttackWorld) world = NULL;

  setup.attack = "at='10 min' settle='20 min'";
  world = attack_world_new (&setup);
  g_assert_cmpint (pnyx_attack_end (world->attack, 3600 * PNYX_SECOND), ==, 1800 * PNYX_SECOND);
  g_assert_cmpint (pnyx_attack_end (world->attack, 1799 * PNYX_SECOND), ==, 1799 * PNYX_SECOND);
  g_assert_cmpint (pnyx_attack_end (world->attack, 60 * PNYX_SECOND), ==, 60 * PNYX_SECOND);
}

/* Several in one world: each has its own books, and its own place among those who may borrow. */
static void
test_several_attack_one_contract (void)
{
  AttackWorldSetup setup = attack_world_setup ();
  g_autoptr (AttackWorld) world = NULL;
  const PnyxAttacks *attacks;

  setup.attack = "id='one'";
  setup.beside = "<attack id='two' target='loans' at='20 min' multiple='3'/>";
  world = attack_world_new (&setup);
  attacks = &world->world->contracts.attacks;
  g_assert_cmpuint (pnyx_attacks_on (attacks, "loans"), ==, 2);
  g_assert_cmpuint (pnyx_attacks_on (attacks, "dex"), ==, 0);
  g_assert_true (pnyx_attacks_find (attacks, "two") == attacks->attacks[1]);
  g_assert_null (pnyx_attacks_find (attacks, "three"));
  g_assert_cmpuint (attacks->attacks[1]->account, ==, attacks->attacks[0]->account + 1);
  attack_world_gain (world, 2400);
  for (guint i = 0; i < 2; i++)
    {
      PnyxAttackLegs legs = pnyx_attack_legs (attacks->attacks[i], 2400 * PNYX_SECOND);
      g_autofree gchar *fault
          = pnyx_attack_check (&legs, pnyx_attack_gain (attacks->attacks[i], 2400 * PNYX_SECOND));

      g_assert_cmpstr (fault, ==, NULL);
      g_assert_cmpint (legs.sums[PNYX_LEG_LOAN], >, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/attack/reach-is-what-it-takes", test_reach_is_what_it_takes);
  g_test_add_func ("/contract/attack/its-contract-obeys-its-owner-alone",
                   test_its_contract_obeys_its_owner_alone);
  g_test_add_func ("/contract/attack/what-is-paid-elsewhere-is-paid-on-the-chain",
                   test_what_is_paid_elsewhere_is_paid_on_the_chain);
  g_test_add_func ("/contract/attack/it-is-settled-after-its-horizon-or-at-the-end",
                   test_it_is_settled_after_its_horizon_or_at_the_end);
  g_test_add_func ("/contract/attack/several-attack-one-contract",
                   test_several_attack_one_contract);
  return g_test_run ();
}
