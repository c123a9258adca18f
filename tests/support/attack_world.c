/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/attack_world.h"

AttackWorldSetup
attack_world_setup (void)
{
  return (AttackWorldSetup){
    .execution = "gas-price='0'",
    .oracle = "<oracle id='price'><feed kind='gbm' start='1000'><gbm volatility='0'/></feed>"
              "<reporters count='4'/></oracle>",
    .pool = "depth='1000000 $'",
    .inside = "",
    .lending = "price='pool'",
    .keepers = "count='0'",
    .attack = "kind='spot'",
    .parameters = "",
    .beside = "",
  };
}

AttackWorld *
attack_world_new (const AttackWorldSetup *setup)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='2 h'/><network nodes='4'><topology kind='complete'/>"
      "<delay kind='distribution' value='50 ms'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto' id='main'><execution gas-limit='1000000000' %s/>"
      "<nakamoto interval='12 s' validation='0 s'/></chain>%s"
      "<contract id='dex' kind='pool' oracle='price'><pool %s>%s</pool></contract>"
      "<contract id='loans' kind='lending' oracle='price'><lending pool='dex' %s>"
      "<lenders utilisation='0.01'/><borrowers count='1000' attentive='0'/><keepers %s/>"
      "</lending></contract><attack target='loans' %s>%s</attack>%s",
      setup->execution, setup->oracle, setup->pool, setup->inside, setup->lending, setup->keepers,
      setup->attack, setup->parameters, setup->beside);
  AttackWorld *world = g_new0 (AttackWorld, 1);

  world->model = test_model (body);
  world->world = test_world_new (world->model, 0);
  world->attack = world->world->contracts.attacks.attacks[0];
  world->machine = world->attack->machine;
  return world;
}

void
attack_world_free (AttackWorld *world)
{
  if (world == NULL)
    return;
  test_world_free (world->world);
  pnyx_model_free (world->model);
  g_free (world);
}

static PnyxTime
until (const AttackWorld *world)
{
  return pnyx_attack_end (world->attack, pnyx_world_now (world->world->world));
}

/* Both assets of the attacker, and of all accounts. */
static void
sum (AttackWorld *world, PnyxBlockId block, PnyxAmount own[2], PnyxAmount all[2])
{
  const PnyxAttack *attack = world->attack;

  pnyx_machine_view (world->machine, block);
  for (guint asset = 0; asset < 2; asset++)
    {
      own[asset] = pnyx_machine_balance (world->machine, attack->owner, asset)
                   + pnyx_machine_balance (world->machine, attack->account, asset);
      all[asset] = 0;
      for (PnyxAccount account = 0; account <= attack->elsewhere; account++)
        all[asset] += pnyx_machine_balance (world->machine, account, asset);
    }
}

gdouble
attack_world_gain (AttackWorld *world, gdouble seconds)
{
  PnyxChain *chain = world->attack->chain;
  PnyxAmount before[2], after[2], all_before[2], all_after[2], gain;
  PnyxAttackLegs legs;
  g_autofree gchar *fault = NULL, *uneven = NULL;

  test_world_run (world->world, seconds);
  legs = pnyx_attack_legs (world->attack, until (world));
  gain = pnyx_attack_gain (world->attack, until (world));
  uneven = pnyx_attack_check (&legs, gain);
  g_assert_cmpstr (uneven, ==, NULL);
  sum (world, 0, before, all_before);
  sum (world, chain->ops->canonical (chain), after, all_after);
  for (guint asset = 0; asset < 2; asset++)
    g_assert_cmpint ((all_after[asset] - after[asset]) - (all_before[asset] - before[asset]), ==,
                     before[asset] - after[asset]);
  fault = pnyx_machine_audit (world->machine);
  g_assert_cmpstr (fault, ==, NULL);
  return (gdouble)gain / (gdouble)PNYX_AMOUNT_ONE;
}

gdouble
attack_world_leg (AttackWorld *world, PnyxLeg leg)
{
  return (gdouble)pnyx_attack_legs (world->attack, until (world)).sums[leg]
         / (gdouble)PNYX_AMOUNT_ONE;
}
