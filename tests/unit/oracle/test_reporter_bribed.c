/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/reporter_bribed.h"

#include <math.h>
#include <string.h>

#include "support/oracle_world.h"

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

static void
test_without_votes_there_is_nobody_to_bribe (void)
{
  g_autofree gchar *body
      = oracle_world_text ("kind='ocr-median'", "<feed/><reporters kind='bribed' count='7'/>", "");
  g_autofree gchar *message = test_refusal (body, PNYX_ERROR_CONFLICT);

  g_assert_nonnull (strstr (message, "reporters of ocr-median do not vote"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/reporter-bribed/the-offer-is-better-whatever-they-believe",
                   test_the_offer_is_better_whatever_they_believe);
  g_test_add_func ("/oracle/reporter-bribed/who-is-less-rational-takes-it-less-often",
                   test_who_is_less_rational_takes_it_less_often);
  g_test_add_func ("/oracle/reporter-bribed/without-votes-there-is-nobody-to-bribe",
                   test_without_votes_there_is_nobody_to_bribe);
  return g_test_run ();
}
