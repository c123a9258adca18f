/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "support/attack_world.h"

static AttackWorldSetup
front_setup (void)
{
  AttackWorldSetup setup = attack_world_setup ();

  setup.execution = "gas-price='1'";
  setup.oracle = "<oracle id='price'><feed kind='gbm' start='1000'><gbm volatility='0'/>"
                 "<shock at='15 min' change='-0.2'/></feed><reporters count='4'>"
                 "<error sd='constant(0.0001)'/></reporters></oracle>";
  setup.lending = "price='oracle'";
  setup.keepers = "count='4'";
  setup.attack = "kind='front' interest='0'";
  return setup;
}

/* Whether an answer of the oracle is in @block. */
static gboolean
reports (const AttackWorld *world, PnyxBlockId block)
{
  const PnyxAnswers *answers = world->attack->target->oracle->answers;

  for (guint32 i = 0; i < answers->n; i++)
    if (answers->list[i].block == block)
      return TRUE;
  return FALSE;
}

typedef struct
{
  guint own, own_at_once, others, others_at_once;
} Liquidations;

static Liquidations
count (AttackWorld *world)
{
  const PnyxAttack *attack = world->attack;
  Liquidations done = { 0 };

  for (PnyxBlockId at = attack->chain->head[0]; at != 0;
       at = pnyx_block_tree_get (attack->chain->blocks, at)->parent)
    {
      guint32 n;
      const PnyxRecord *records = pnyx_machine_records (world->machine, at, &n);

      for (guint32 i = 0; i < n; i++)
        if (records[i].contract == attack->lending->contract
            && records[i].kind == PNYX_LENDING_SAID_LIQUIDATED)
          {
            gboolean own = records[i].sender == attack->account;
            guint at_once = reports (world, at) ? 1 : 0;

            done.own += own ? 1 : 0;
            done.own_at_once += own ? at_once : 0;
            done.others += own ? 0 : 1;
            done.others_at_once += own ? 0 : at_once;
          }
    }
  return done;
}

/* It liquidates in the block of the report itself; keepers, who see heads, come a block later. */
static void
test_who_sees_reports_comes_before_keepers (void)
{
  AttackWorldSetup setup = front_setup ();
  g_autoptr (AttackWorld) world = attack_world_new (&setup);
  gdouble gain = attack_world_gain (world, 2400);
  Liquidations done = count (world);

  g_assert_cmpuint (done.own, >, 0);
  g_assert_cmpuint (done.own, <=, 8);
  g_assert_cmpuint (done.own_at_once, ==, done.own);
  g_assert_cmpuint (done.others, >, done.own);
  g_assert_cmpuint (done.others_at_once, ==, 0);
  g_assert_cmpfloat (attack_world_leg (world, PNYX_LEG_BONUS), >, 0);
  g_assert_cmpfloat (gain, >, 0);
  g_assert_cmpfloat (fabs (gain - attack_world_leg (world, PNYX_LEG_BONUS)
                           + attack_world_leg (world, PNYX_LEG_GAS)
                           + attack_world_leg (world, PNYX_LEG_MARKET)),
                     <, 1e-6);
}

static void
test_without_it_keepers_have_all (void)
{
  AttackWorldSetup setup = front_setup ();
  g_autoptr (AttackWorld) world = NULL;
  Liquidations done;

  setup.attack = "kind='front' active='false'";
  world = attack_world_new (&setup);
  g_assert_cmpfloat (attack_world_gain (world, 2400), ==, 0);
  done = count (world);
  g_assert_cmpuint (done.own, ==, 0);
  g_assert_cmpuint (done.others, >, 8);
}

/* The price halves: on units of its own it borrows by the old one, right before the report. */
static void
test_it_borrows_before_a_fall (void)
{
  AttackWorldSetup setup = front_setup ();
  g_autoptr (AttackWorld) world = NULL;

  setup.oracle = "<oracle id='price'><feed kind='gbm' start='1000'><gbm volatility='0'/>"
                 "<shock at='15 min' change='-0.5'/></feed><reporters count='4'>"
                 "<error sd='constant(0.0001)'/></reporters></oracle>";
  setup.attack = "kind='front' interest='0' units='100' cash='0 $'";
  world = attack_world_new (&setup);
  attack_world_gain (world, 2400);
  g_assert_cmpfloat (fabs (attack_world_leg (world, PNYX_LEG_LOAN) - 75000), <, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/attack-front/who-sees-reports-comes-before-keepers",
                   test_who_sees_reports_comes_before_keepers);
  g_test_add_func ("/contract/attack-front/without-it-keepers-have-all",
                   test_without_it_keepers_have_all);
  g_test_add_func ("/contract/attack-front/it-borrows-before-a-fall",
                   test_it_borrows_before_a_fall);
  return g_test_run ();
}
