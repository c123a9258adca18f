/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/controller.h"

#include <math.h>
#include <string.h>

#include "support/lending_world.h"

#define ONE PNYX_AMOUNT_ONE

static PnyxControllerSetup
rule (void)
{
  return (PnyxControllerSetup){ .kind = PNYX_CONTROLLER_RULE,
                                .interval = 60 * PNYX_SECOND,
                                .window = 5,
                                .ltv0 = 0.75,
                                .sigma0 = 0.5,
                                .k = 0.02,
                                .ltv_min = 0.4,
                                .ltv_max = 0.8,
                                .distance = 0.05,
                                .gas_limit = 300000 };
}

static void
test_the_rule (void)
{
  PnyxControllerSetup setup = rule ();

  g_assert_cmpfloat_with_epsilon (pnyx_controller_ltv (&setup, 0.5), 0.75, 1e-12);
  g_assert_cmpfloat_with_epsilon (pnyx_controller_ltv (&setup, 1.5), 0.73, 1e-12);
  g_assert_cmpfloat (pnyx_controller_ltv (&setup, 1000), ==, 0.4);
  setup.k = 1;
  g_assert_cmpfloat (pnyx_controller_ltv (&setup, 0), ==, 0.8);
}

static void
test_volatility_of_returns (void)
{
  const gdouble returns[] = { 0.01, -0.01, 0.01, -0.01 };

  g_assert_cmpfloat_with_epsilon (
      pnyx_controller_sigma (returns, 4, PNYX_LENDING_YEAR * PNYX_SECOND), 0.01, 1e-15);
  g_assert_cmpfloat_with_epsilon (
      pnyx_controller_sigma (returns, 4, PNYX_LENDING_YEAR / 100 * PNYX_SECOND), 0.1, 1e-12);
}

static void
assert_refused (const PnyxControllerSetup *setup, gint code, const gchar *part)
{
  PnyxPlace place = { .file = "s.xml", .line = 7 };
  GError *error = NULL;

  g_assert_false (pnyx_controller_check (setup, &place, &error));
  g_assert_error (error, PNYX_ERROR, code);
  g_assert_true (g_str_has_prefix (error->message, "s.xml:7: "));
  if (strstr (error->message, part) == NULL)
    g_error ("\"%s\", expected \"%s\"", error->message, part);
  g_clear_error (&error);
}

static void
test_controllers_that_are_refused (void)
{
  PnyxPolicy policy = { .n_volatility = 1, .n_utilisation = 1, .n_actions = 1 };
  PnyxControllerSetup setup = rule ();

  g_assert_true (pnyx_controller_check (&setup, &(PnyxPlace){ 0 }, NULL));
  setup.window = 1;
  assert_refused (&setup, PNYX_ERROR_RANGE, "a window of 1");
  setup.window = PNYX_CONTROLLER_WINDOW_MAX + 1;
  assert_refused (&setup, PNYX_ERROR_RANGE, "a window of 513");
  setup = rule ();
  setup.kind = PNYX_CONTROLLER_FORECAST;
  assert_refused (&setup, PNYX_ERROR_MISSING, "without a training window");
  setup.kind = PNYX_CONTROLLER_POLICY;
  assert_refused (&setup, PNYX_ERROR_MISSING, "by policy without one");
  setup.policy = &policy;
  policy.actions[0] = 0.96;
  assert_refused (&setup, PNYX_ERROR_CONFLICT, "lends up to 0.96");
  policy.actions[0] = 0.5;
  g_assert_true (pnyx_controller_check (&setup, &(PnyxPlace){ 0 }, NULL));
  setup = rule ();
  setup.ltv_min = 0.9;
  assert_refused (&setup, PNYX_ERROR_CONFLICT, "from 0.9 to 0.8");
  setup = rule ();
  setup.ltv_max = 0.96;
  assert_refused (&setup, PNYX_ERROR_CONFLICT, "from 0.4 to 0.96");
}

typedef struct
{
  PnyxControllerSeen seen;
  PnyxLendingBooks books;
  guint liquidations;
} Governed;

/* A fall by a quarter between 600 s and 1200 s. */
static Governed
govern (const PnyxControllerSetup *controller, gdouble end)
{
  LendingWorldSetup setup = lending_world_setup ();
  PnyxControllerSetup given;
  g_autoptr (LendingWorld) world = NULL;
  Governed governed = { 0 };

  setup.end = end;
  setup.depth = 1e7;
  setup.governed = controller != NULL;
  world = lending_world_new (&setup, 0);
  if (controller != NULL)
    {
      PnyxController *made;

      given = *controller;
      given.account = world->lending->setup.governor;
      made = pnyx_controller_new (world->chain, world->lending, &given);
      lending_world_run (world, 1250);
      governed.seen = pnyx_controller_seen (made);
    }
  else
    lending_world_run (world, 1250);
  lending_world_audit (world);
  governed.books = pnyx_lending_books (world->lending, world->chain->machine, 1250 * PNYX_SECOND);
  governed.liquidations = lending_world_count (world).liquidations;
  return governed;
}

/* Tightening in the fall liquidates loans that would have been sound: the margin spiral. */
static void
test_tightening_in_a_fall_liquidates (void)
{
  PnyxControllerSetup setup = rule ();
  Governed none = govern (NULL, 90), tight = govern (&setup, 90);

  g_test_message ("%u liquidations, %u with the rule: %u decisions, %u sent, mean ltv %g, "
                  "procyclicality %g",
                  none.liquidations, tight.liquidations, (guint)tight.seen.decisions,
                  (guint)tight.seen.sent, tight.seen.mean_ltv, tight.seen.procyclicality);
  g_assert_cmpint (none.books.ltv, ==, 750000);
  g_assert_cmpint (tight.books.ltv, <, 740000);
  g_assert_cmpint (tight.books.threshold, ==, tight.books.ltv + 50000);
  g_assert_cmpuint (tight.liquidations, >, none.liquidations);
  g_assert_cmpuint (tight.seen.decisions, ==, 15); /* 20 intervals, a window of 5 returns */
  g_assert_cmpuint (tight.seen.sent, >, 2);
  g_assert_cmpfloat (tight.seen.procyclicality, >, 0.2);
}

/* The same mean loan to value all the time, without looking at the price: the comparison that a
 * controller must be held against, as lower terms alone liquidate too. */
static void
test_a_constant_at_its_mean_is_another_thing (void)
{
  PnyxControllerSetup setup = rule (), constant = rule ();
  Governed moving = govern (&setup, 90), fixed;

  constant.k = 0;
  constant.ltv0 = moving.seen.mean_ltv;
  fixed = govern (&constant, 90);
  g_test_message ("%u liquidations by the rule, %u by its mean", moving.liquidations,
                  fixed.liquidations);
  g_assert_cmpfloat_with_epsilon (fixed.seen.mean_ltv, moving.seen.mean_ltv, 1e-9);
  g_assert_true (isnan (fixed.seen.procyclicality) || fabs (fixed.seen.procyclicality) < 0.5);
  g_assert_cmpuint (fixed.liquidations, <, moving.liquidations);
}

/* Whatever moves it must not be the fall itself: without one, it loosens once. */
static void
test_without_volatility_it_lends_what_it_may (void)
{
  PnyxControllerSetup setup = rule ();
  Governed calm = govern (&setup, 100);

  g_assert_cmpint (calm.books.ltv, ==, 760000); /* 0.75 + 0.02 * 0.5 */
  g_assert_cmpfloat_with_epsilon (calm.seen.mean_ltv, 0.76, 1e-12);
  g_assert_true (isnan (calm.seen.procyclicality));
  g_assert_cmpuint (calm.liquidations, ==, 0);
}

static gdouble
fixed_forecast (gpointer self, const gdouble *returns, guint n)
{
  g_assert_cmpuint (n, ==, 5);
  g_assert_nonnull (returns);
  return *(const gdouble *)self;
}

static void
test_a_forecast_is_followed (void)
{
  gdouble sigma = 2 / sqrt (PNYX_LENDING_YEAR / 60.0); /* 2 in a year */
  PnyxControllerSetup setup = rule ();

  setup.kind = PNYX_CONTROLLER_FORECAST;
  setup.forecast = (PnyxForecast){ fixed_forecast, &sigma };
  setup.premium = 0.1;
  g_assert_cmpint (govern (&setup, 90).books.ltv, ==, 720000);
  g_assert_cmpint (govern (&setup, 90).books.borrow_rate, >, PNYX_LENDING_RATE_ONE / 100 * 15);
}

static void
test_a_policy_is_followed (void)
{
  static const PnyxPolicy policy = { .n_volatility = 2,
                                     .n_utilisation = 1,
                                     .n_actions = 2,
                                     .volatility = { 1 },
                                     .actions = { 0.5, 0.7 },
                                     .values = { { { 0, 1 } }, { { 1, 0 } } } };
  PnyxControllerSetup setup = rule ();

  setup.kind = PNYX_CONTROLLER_POLICY;
  setup.policy = &policy;
  g_assert_cmpint (govern (&setup, 100).books.ltv, ==, 700000);
  g_assert_cmpint (govern (&setup, 75).books.ltv, ==, 500000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/contract/controller/" name, function)
  ADD ("the-rule", test_the_rule);
  ADD ("volatility-of-returns", test_volatility_of_returns);
  ADD ("controllers-that-are-refused", test_controllers_that_are_refused);
  ADD ("tightening-in-a-fall-liquidates", test_tightening_in_a_fall_liquidates);
  ADD ("a-constant-at-its-mean-is-another-thing", test_a_constant_at_its_mean_is_another_thing);
  ADD ("without-volatility-it-lends-what-it-may", test_without_volatility_it_lends_what_it_may);
  ADD ("a-forecast-is-followed", test_a_forecast_is_followed);
  ADD ("a-policy-is-followed", test_a_policy_is_followed);
  return g_test_run ();
}
