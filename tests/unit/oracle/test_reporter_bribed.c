/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/reporter.h"

#include <math.h>
#include <string.h>

#include "support/bribed_world.h"

static void
test_without_votes_there_is_nobody_to_bribe (void)
{
  g_autofree gchar *body
      = oracle_world_text ("kind='ocr-median'", "<feed/><reporters kind='bribed' count='7'/>", "");
  g_autofree gchar *message = test_refusal (body, PNYX_ERROR_CONFLICT);

  g_assert_nonnull (strstr (message, "reporters of ocr-median do not vote"));
}

/* With escrow for half of the bribes nobody believes in a whole one: .55 + .5 (P where it wins) is
 * not more than P, unless the bribed side seems sure to win. */
static void
test_a_promise_is_worth_its_escrow (void)
{
  static const struct
  {
    const gchar *attributes;
    gboolean taken;
  } cases[] = {
    { "epsilon='0.1 $' escrow='16.5 $' belief='0.2' until='2 min'", TRUE },
    { "epsilon='0.1 $' escrow='8.25 $' belief='0.2' until='2 min'", FALSE },
    { "epsilon='0.1 $' escrow='0 $' belief='0.6' until='2 min'", TRUE },
    { "epsilon='-2 $' belief='0.4' until='2 min'", FALSE }, /* less than nothing is offered */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OracleWorld) world = bribed_world_new (BRIBED_PLAIN, 15, 16, cases[i].attributes);

      test_world_run (world->world, 150);
      g_test_message ("%s: %.2f", cases[i].attributes, bribed_world_price (world));
      g_assert_cmpfloat (
          fabs (bribed_world_price (world) - (cases[i].taken ? 1000 * exp (0.05) : 1000)), <, 5);
    }
}

/* A gain of .5 (P + .1) $ at 2 for each $: they take it with 1 / (1 + exp (-1.1)) = .7503. */
static void
test_how_many_take_it_follows_from_rationality (void)
{
  g_autoptr (OracleWorld) world
      = bribed_world_new (BRIBED_PLAIN, 16, 15, "epsilon='0.1 $' rationality='2' until='100 min'");
  gdouble votes, expected = 1 / (1 + exp (-1.1));

  test_world_run (world->world, 6600);
  votes = bribed_world_paid (world) / 1.1;
  g_test_message ("%.0f bribed votes of 750, %.4f expected", votes, expected);
  g_assert_cmpfloat (fabs (votes / 750 - expected), <, 4 * sqrt (expected * (1 - expected) / 750));
}

/* Classes: the side is the next one. */
static void
test_classes_are_bought_as_well (void)
{
  g_autofree gchar *body = g_strdup (
      "<run duration='1 h'/><network nodes='40'><topology kind='random-regular' degree='4'/>"
      "</network><chain kind='nakamoto' id='main'><nakamoto interval='exponential(6 s)' "
      "block-size='constant(1000 B)'/></chain><oracle kind='commit-reveal'>"
      "<commit-reveal slash='0' reward='1 $' fund='10000 $'/><feed kind='categorical'>"
      "<categorical classes='3' first='1'/></feed><reporters count='7'/>"
      "<reporters kind='bribed' count='8'><bribed bias='-1' until='2 min'/></reporters>"
      "<filter kind='plurality'/></oracle>");
  g_autoptr (OracleWorld) world = g_new0 (OracleWorld, 1);

  world->model = test_model (body);
  world->world = test_world_new (world->model, 0);
  world->oracle = world->world->oracles.oracles[0];
  test_world_run (world->world, 200);
  g_assert_cmpint (oracle_world_answer (world)->value, ==, 2); /* 0 - 1, modulo 3 */
  test_world_run (world->world, 600);
  g_assert_cmpint (oracle_world_answer (world)->value, ==, 0);
  g_assert_cmpfloat (bribed_world_paid (world), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/oracle/reporter-bribed/" path, function)
  ADD ("without-votes-there-is-nobody-to-bribe", test_without_votes_there_is_nobody_to_bribe);
  ADD ("a-promise-is-worth-its-escrow", test_a_promise_is_worth_its_escrow);
  ADD ("how-many-take-it-follows-from-rationality", test_how_many_take_it_follows_from_rationality);
  ADD ("classes-are-bought-as-well", test_classes_are_bought_as_well);
  return g_test_run ();
}
