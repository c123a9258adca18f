/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "support/attack_world.h"

static gchar *
oracle (guint depth)
{
  return g_strdup_printf (
      "<oracle id='price'><feed kind='gbm' start='1000'><gbm volatility='0'/>"
      "<venue name='a' depth='%u $'/><venue name='b' depth='%u $'/><venue name='c' depth='%u $'/>"
      "</feed><reporters count='4'><error sd='constant(0.0001)'/></reporters></oracle>",
      depth, depth, depth);
}

typedef struct
{
  gdouble gain, loan, venues;
} Result;

static Result
run (const gchar *venues, guint depth)
{
  g_autofree gchar *text = oracle (depth);
  g_autofree gchar *attack = g_strdup_printf (
      "kind='venues' at='10 min' units='1000' interest='0' multiple='2' venues='%s'", venues);
  AttackWorldSetup setup = attack_world_setup ();
  g_autoptr (AttackWorld) world = NULL;
  Result result;

  setup.oracle = text;
  setup.lending = "price='oracle'";
  setup.attack = attack;
  world = attack_world_new (&setup);
  result.gain = attack_world_gain (world, 3600);
  result.loan = attack_world_leg (world, PNYX_LEG_LOAN);
  result.venues = attack_world_leg (world, PNYX_LEG_VENUES);
  return result;
}

/* Reporters take the median of three venues: two have to be bought up. */
static void
test_the_median_of_venues_needs_most_of_them (void)
{
  Result one = run ("a", 100000), two = run ("a b", 100000), all = run ("all", 100000);

  g_assert_cmpfloat (one.loan, ==, 0);
  g_assert_cmpfloat (one.venues, >, 0);
  g_assert_cmpfloat (fabs (one.gain + one.venues), <, 1e-3);
  g_assert_cmpfloat (two.loan, >, 1100000); /* 1000 units, three quarters of up to 2000 $ */
  g_assert_cmpfloat (two.venues, >, 0);
  g_assert_cmpfloat (fabs (two.gain - (two.loan - 1000000 - two.venues)), <, 1e-3);
  g_assert_cmpfloat (all.venues, >, two.venues);
}

static void
test_twice_the_depth_costs_twice (void)
{
  Result once = run ("a", 100000), twice = run ("a", 200000);

  g_assert_cmpfloat (fabs (twice.venues / once.venues - 2), <, 1e-9);
}

static void
test_a_venue_that_is_none_is_refused (void)
{
  g_autofree gchar *text = oracle (100000);
  g_autofree gchar *body = g_strdup_printf (
      "<chain kind='nakamoto' id='main'/>%s<contract id='loans' kind='lending' oracle='price'/>"
      "<attack target='loans' kind='venues' venues='a z'/>",
      text);
  g_autofree gchar *message = test_refusal (body, PNYX_ERROR_UNKNOWN);

  g_assert_nonnull (strstr (message, "no venue z"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/attack-venues/the-median-of-venues-needs-most-of-them",
                   test_the_median_of_venues_needs_most_of_them);
  g_test_add_func ("/contract/attack-venues/twice-the-depth-costs-twice",
                   test_twice_the_depth_costs_twice);
  g_test_add_func ("/contract/attack-venues/a-venue-that-is-none-is-refused",
                   test_a_venue_that_is_none_is_refused);
  return g_test_run ();
}
