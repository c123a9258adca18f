/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/briber.h"

#include <math.h>

#include "support/bribed_world.h"

/* P = 1, epsilon = .1, nothing at stake: to be bribed gains 1 where the bribed side wins (P against
 * nothing) and .1 where it loses (P + epsilon against P). */
static void
test_the_offer_is_better_whatever_they_believe (void)
{
  PnyxBribedParams params = { .rationality = NAN };
  PnyxBribeGame game = { .reward = 1 };

  for (params.belief = 0; params.belief <= 1; params.belief += 0.25)
    {
      g_assert_cmpfloat (pnyx_bribed_chance (&params, &game, 1.1), ==, 1);
      g_assert_cmpfloat (pnyx_bribed_chance (&params, &game, 0), ==,
                         params.belief > 0.5 ? 1 : 0); /* no bribe: the side that wins */
    }
  /* Half a bribe convinces who thinks that the bribed side wins in a third of cases at least:
   * q 1 + (1 - q) (.5 - 1) > 0. */
  params.belief = 0.33;
  g_assert_cmpfloat (pnyx_bribed_chance (&params, &game, 0.5), ==, 0);
  params.belief = 0.34;
  g_assert_cmpfloat (pnyx_bribed_chance (&params, &game, 0.5), ==, 1);
}

static void
test_who_is_less_rational_takes_it_less_often (void)
{
  PnyxBribedParams params = { .belief = 0.25 };
  PnyxBribeGame game = { .reward = 1, .deposit = 2 };
  gdouble gain = 0.25 * 3 + 0.75 * 0.5; /* P + d where it wins, epsilon = .5 where it loses */

  params.rationality = 0;
  g_assert_cmpfloat (pnyx_bribed_chance (&params, &game, 3.5), ==, 0.5);
  params.rationality = 2;
  g_assert_cmpfloat (fabs (pnyx_bribed_chance (&params, &game, 3.5) - 1 / (1 + exp (-2 * gain))), <,
                     1e-12);
  params.rationality = 1e6;
  g_assert_cmpfloat (pnyx_bribed_chance (&params, &game, 3.5), ==, 1);
}

/* P = 1, epsilon = .1, 31 voters. Fifteen that are bribed lose: the briber pays 15 times 1.1 = 16.5
 * in each round, the most there is to pay. Sixteen win: it pays nothing, the answer is its own. */
static void
test_a_minority_costs_most_and_a_majority_nothing (void)
{
  g_autoptr (OracleWorld) minority
      = bribed_world_new (BRIBED_PLAIN, 16, 15, "epsilon='0.1 $' until='10 min'");
  g_autoptr (OracleWorld) majority
      = bribed_world_new (BRIBED_PLAIN, 15, 16, "epsilon='0.1 $' until='10 min'");
  PnyxBribeGame game = { .reward = 1, .epsilon = 0.1 };

  g_assert_cmpfloat (fabs (pnyx_bribe_owed_max (&game, 31) - 16.5), <, 1e-12);
  test_world_run (minority->world, 598); /* four rounds are over and settled; a fifth is not */
  g_test_message ("minority: %.2f after %.1f $", bribed_world_price (minority),
                  bribed_world_paid (minority));
  g_assert_cmpfloat (fabs (bribed_world_price (minority) - 1000), <, 5);
  test_world_run (minority->world, 1200);
  g_assert_cmpfloat (fabs (bribed_world_paid (minority) - 5 * 16.5), <,
                     1e-9);        /* each of five rounds, once */
  for (guint32 i = 0; i < 31; i++) /* who lost has won epsilon each time */
    g_assert_cmpfloat (fabs (bribed_world_gain (minority, i) - bribed_world_gain (minority, 0)
                             - (i < 16 ? 0 : 5 * 0.1)),
                       <, 1e-9);
  test_world_run (majority->world, 598);
  g_test_message ("majority: %.2f", bribed_world_price (majority));
  g_assert_cmpfloat (fabs (bribed_world_price (majority) - 1000 * exp (0.05)), <, 0.01);
  test_world_run (majority->world, 1200);
  g_assert_cmpfloat (bribed_world_paid (majority), ==, 0);
  g_assert_cmpfloat (fabs (bribed_world_price (majority) - 1000), <, 5);
  g_assert_cmpint (pnyx_bribes_escrow (majority->oracle), ==, 10000 * PNYX_AMOUNT_ONE);
}

/* What is lost with stake is made good, too: P + d + epsilon. */
static void
test_deposits_are_made_good (void)
{
  g_autoptr (OracleWorld) world
      = bribed_world_new ("slash='0.1' stake='100 $' reward='1 $' fund='10000 $'", 16, 15,
                          "epsilon='0.1 $' until='2 min'");

  test_world_run (world->world, 900);
  /* One round: 15 lose 10 $ each, which 16 share; bribes of 11.1 $. Then all are honest. */
  g_assert_cmpfloat (fabs (bribed_world_paid (world) - 15 * 11.1), <, 1e-9);
  g_assert_cmpfloat (
      fabs (bribed_world_gain (world, 0) - bribed_world_gain (world, 30) - (150 / 16.0 - 0.1)), <,
      1e-5);
}

static void
test_claims_are_paid_once_and_to_who_voted (void)
{
  g_autoptr (OracleWorld) world
      = bribed_world_new (BRIBED_PLAIN, 16, 15, "epsilon='0.1 $' until='2 min'");
  PnyxOracle *oracle = world->oracle;
  PnyxCall call = { .contract = oracle->contract + 1 };
  PnyxAccount own = oracle->reporters[20].account, other = oracle->reporters[21].account;
  static const struct
  {
    gint64 reporter, round;
    gboolean as_other;
    PnyxOutcome outcome;
  } cases[] = {
    { 20, 0, FALSE, PNYX_OUTCOME_DONE },     { 20, 0, TRUE, PNYX_OUTCOME_REVERTED },
    { 20, 1, FALSE, PNYX_OUTCOME_REVERTED }, { 20, -1, FALSE, PNYX_OUTCOME_REVERTED },
    { 3, 0, FALSE, PNYX_OUTCOME_REVERTED },  { 31, 0, FALSE, PNYX_OUTCOME_REVERTED },
    { -1, 0, FALSE, PNYX_OUTCOME_REVERTED },
  };

  test_world_run (world->world, 150); /* settled; claims come later */
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      call.arguments[0] = cases[i].reporter;
      call.arguments[1] = cases[i].round;
      pnyx_machine_view (oracle->machine, bribed_world_head (world));
      g_assert_cmpint (
          pnyx_machine_try (oracle->machine, cases[i].as_other ? other : own, &call, 1000000, NULL),
          ==, cases[i].outcome);
    }
  test_world_run (world->world, 350); /* claimed */
  g_assert_cmpfloat (fabs (bribed_world_paid (world) - 16.5), <, 1e-9);
  call.arguments[0] = 20;
  call.arguments[1] = 0;
  pnyx_machine_view (oracle->machine, bribed_world_head (world));
  g_assert_cmpint (pnyx_machine_try (oracle->machine, own, &call, 1000000, NULL), ==,
                   PNYX_OUTCOME_REVERTED);
  call.method = 1;
  g_assert_cmpint (pnyx_machine_try (oracle->machine, own, &call, 1000000, NULL), ==,
                   PNYX_OUTCOME_REVERTED);
}

/* Escrow that is used up pays no more: of five bribes two are paid. */
static void
test_escrow_ends (void)
{
  g_autoptr (OracleWorld) world = bribed_world_new (
      BRIBED_PLAIN, 16, 5, "epsilon='0.1 $' escrow='2.5 $' belief='0.9' until='2 min'");

  test_world_run (world->world, 900);
  g_test_message ("paid %.2f of 2.5 $", bribed_world_paid (world));
  g_assert_cmpfloat (fabs (bribed_world_paid (world) - 2.2), <, 1e-9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/oracle/briber/" path, function)
  ADD ("the-offer-is-better-whatever-they-believe", test_the_offer_is_better_whatever_they_believe);
  ADD ("who-is-less-rational-takes-it-less-often", test_who_is_less_rational_takes_it_less_often);
  ADD ("a-minority-costs-most-and-a-majority-nothing",
       test_a_minority_costs_most_and_a_majority_nothing);
  ADD ("deposits-are-made-good", test_deposits_are_made_good);
  ADD ("claims-are-paid-once-and-to-who-voted", test_claims_are_paid_once_and_to_who_voted);
  ADD ("escrow-ends", test_escrow_ends);
  return g_test_run ();
}
