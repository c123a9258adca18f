/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/attack_legs.h"

#include "support/attack_world.h"

#define ONE PNYX_AMOUNT_ONE

static void
test_legs_telescope_to_what_is_owned (void)
{
  PnyxLegBook book = { 0 };
  PnyxAmount cash = 0;

  pnyx_leg_book_mark (&book, 1000 * PNYX_PRICE_ONE);
  pnyx_leg_book_add (&book, PNYX_ATTACK_SAID_BOUGHT, (gint64[]){ 5000 * ONE, 4 * ONE, 15 * ONE });
  cash -= 5000 * ONE;
  g_assert_cmpint (book.legs.sums[PNYX_LEG_FEE], ==, 15 * ONE);
  g_assert_cmpint (book.legs.sums[PNYX_LEG_SLIPPAGE], ==, 985 * ONE);
  pnyx_leg_book_mark (&book, 33333333333); /* the units are worth a third */
  g_assert_cmpint (book.legs.sums[PNYX_LEG_MARKET], ==, 4000 * ONE - 1333333333);
  pnyx_leg_book_add (&book, PNYX_ATTACK_SAID_SOLD, (gint64[]){ ONE, 300 * ONE });
  cash += 300 * ONE;
  pnyx_leg_book_add (&book, PNYX_ATTACK_SAID_OPENED, (gint64[]){ 2 * ONE, 900 * ONE, 0 });
  cash += 900 * ONE;
  pnyx_leg_book_add (&book, PNYX_ATTACK_SAID_FLASHED, (gint64[]){ 700 * ONE, 701 * ONE });
  cash -= ONE;
  pnyx_leg_book_add (&book, PNYX_ATTACK_SAID_PAID, (gint64[]){ PNYX_LEG_DENIAL, 12 });
  cash -= 12;
  pnyx_leg_book_mark (&book, 77777777777);
  g_assert_cmpint (book.units, ==, ONE);
  g_assert_null (pnyx_attack_check (&book.legs, cash + pnyx_attack_worth (ONE, 77777777777)));
  g_assert_cmpint (pnyx_attack_revenue (&book.legs) - pnyx_attack_cost (&book.legs), ==,
                   cash + 777777777);
}

/* Each tag that is dropped is noticed, and a unit too much. */
static void
test_books_that_lack_a_tag_are_caught (void)
{
  AttackWorldSetup setup = attack_world_setup ();
  g_autoptr (AttackWorld) world = NULL;
  PnyxAttackLegs legs;
  PnyxAmount gain;
  guint caught = 0;

  setup.execution = "gas-price='20'";
  world = attack_world_new (&setup);
  attack_world_gain (world, 1200);
  legs = pnyx_attack_legs (world->attack, 1200 * PNYX_SECOND);
  gain = pnyx_attack_gain (world->attack, 1200 * PNYX_SECOND);
  g_assert_null (pnyx_attack_check (&legs, gain));
  for (guint leg = 0; leg < PNYX_N_LEGS; leg++)
    {
      PnyxAttackLegs broken = legs;
      g_autofree gchar *fault = NULL;

      broken.sums[leg] = 0;
      fault = pnyx_attack_check (&broken, gain);
      g_assert_true ((fault != NULL) == (legs.sums[leg] != 0));
      caught += fault != NULL ? 1 : 0;
    }
  g_assert_cmpuint (caught, ==, 5); /* loan, slippage, fee, gas, forfeited */
  legs.sums[PNYX_LEG_GAS]++;
  {
    g_autofree gchar *fault = pnyx_attack_check (&legs, gain);

    g_assert_nonnull (fault);
  }
}

static void
test_every_leg_has_a_name_of_its_own (void)
{
  for (guint i = 0; i < PNYX_N_LEGS; i++)
    for (guint k = 0; k < i; k++)
      g_assert_cmpstr (pnyx_leg_name ((PnyxLeg)i), !=, pnyx_leg_name ((PnyxLeg)k));
}

static void
test_worth_rounds_towards_zero (void)
{
  g_assert_cmpint (pnyx_attack_worth (3, PNYX_PRICE_ONE / 2), ==, 1);
  g_assert_cmpint (pnyx_attack_worth (-3, PNYX_PRICE_ONE / 2), ==, -1);
  g_assert_cmpint (pnyx_attack_worth (1000000 * ONE, 100000 * PNYX_PRICE_ONE), ==,
                   100000000000 * ONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/attack-legs/legs-telescope-to-what-is-owned",
                   test_legs_telescope_to_what_is_owned);
  g_test_add_func ("/contract/attack-legs/books-that-lack-a-tag-are-caught",
                   test_books_that_lack_a_tag_are_caught);
  g_test_add_func ("/contract/attack-legs/every-leg-has-a-name-of-its-own",
                   test_every_leg_has_a_name_of_its_own);
  g_test_add_func ("/contract/attack-legs/worth-rounds-towards-zero",
                   test_worth_rounds_towards_zero);
  return g_test_run ();
}
