/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/lending_watch.h"

#include "support/lending_world.h"

typedef struct
{
  guint n, most;
  gdouble last;
  PnyxAccount accounts[200];
} Seen;

static gboolean
see (gpointer user, PnyxAccount account, const PnyxLendingPosition *position)
{
  Seen *seen = user;

  (void)position;
  g_assert_cmpuint (seen->n, <, G_N_ELEMENTS (seen->accounts));
  seen->accounts[seen->n++] = account;
  return seen->n < seen->most;
}

/* The same by looking at every loan. */
static guint
count_all (LendingWorld *world, gint64 price, gint64 health, const Seen *seen)
{
  PnyxTime now = pnyx_world_now (world->world->world);
  guint n = 0;

  for (guint32 i = 0; i < world->setup.borrowers.n; i++)
    {
      PnyxAccount account = world->lending->setup.borrowers + i;
      PnyxLendingPosition position
          = pnyx_lending_position (world->lending, world->chain->machine, account, now);
      gboolean found = FALSE;

      for (guint j = 0; j < seen->n; j++)
        found = found || seen->accounts[j] == account;
      g_assert_true (found == (pnyx_lending_compare_health (&position, price, 800000, health) < 0));
      n += found ? 1 : 0;
    }
  return n;
}

/* On a chain with deep reorganisations, again and again. */
static void
test_it_finds_what_looking_at_all_finds (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = NULL;
  guint total = 0;

  setup.chain = "<network nodes='4'><topology kind='complete'/>"
                "<delay kind='distribution' value='3 s'/><dissemination kind='direct'/></network>"
                "<chain kind='nakamoto'><execution gas-price='0'/>"
                "<nakamoto interval='exponential(10 s)' validation='0 s' "
                "shares='0.4, 0.2, 0.2, 0.2'/></chain>"
                "<adversary kind='nakamoto-selfish-mining'/>";
  setup.begin = 100;
  setup.end = 60;
  setup.to = 4000;
  setup.borrowers.attentive = 0.7;
  setup.borrowers.leave = 0.3;
  setup.borrowers.reserve = 2;
  setup.borrowers.loans_per_second = 0.05;
  setup.busy = TRUE;
  world = lending_world_new (&setup, 0);
  for (guint step = 1; step <= 100; step++)
    for (gint64 health = 700000; health <= 1500000; health += 200000)
      {
        gint64 price;
        Seen seen = { .most = G_MAXUINT };

        lending_world_run (world, 50 * step);
        price = (gint64)(lending_world_price (world, step * 50 * PNYX_SECOND) * PNYX_PRICE_ONE);
        pnyx_lending_watch_visit (world->watch, pnyx_world_now (world->world->world), price, 800000,
                                  health, see, &seen);
        g_assert_cmpuint (count_all (world, price, health, &seen), ==, seen.n);
        total += seen.n;
      }
  g_assert_cmpuint (world->depth_max, >=, 2);
  g_assert_cmpuint (total, >, 1000);
}

static void
test_the_riskiest_come_first_and_it_stops (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = lending_world_new (&setup, 0);
  Seen seen = { .most = 3 };
  gdouble risk[3], riskiest = 0;

  pnyx_lending_watch_visit (world->watch, 0, 50 * PNYX_PRICE_ONE, 800000, PNYX_LENDING_PARTS, see,
                            &seen);
  g_assert_cmpuint (seen.n, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      PnyxLendingPosition position
          = pnyx_lending_position (world->lending, world->chain->machine, seen.accounts[i], 0);

      risk[i] = (gdouble)position.debt / (gdouble)position.collateral;
      g_assert_true (i == 0 || risk[i] <= risk[i - 1] * 1.011); /* a class of 64 to a doubling */
    }
  for (guint32 i = 0; i < setup.borrowers.n; i++)
    {
      PnyxLendingPosition position = pnyx_lending_position (world->lending, world->chain->machine,
                                                            world->lending->setup.borrowers + i, 0);

      riskiest = MAX (riskiest, (gdouble)position.debt / (gdouble)position.collateral);
    }
  g_assert_cmpfloat (risk[0] * 1.011, >=, riskiest);
}

static void
test_at_threshold_zero_it_finds_all_that_is_owed (void)
{
  LendingWorldSetup setup = lending_world_setup ();
  g_autoptr (LendingWorld) world = lending_world_new (&setup, 0);
  Seen seen = { .most = G_MAXUINT };
  guint owing = 0;

  pnyx_lending_watch_visit (world->watch, 0, 50 * PNYX_PRICE_ONE, 0, PNYX_LENDING_PARTS, see,
                            &seen);
  for (guint32 i = 0; i < setup.borrowers.n; i++)
    owing += pnyx_lending_position (world->lending, world->chain->machine,
                                    world->lending->setup.borrowers + i, 0)
                         .debt
                     > 0
                 ? 1
                 : 0;
  g_assert_cmpuint (owing, >, 0);
  g_assert_cmpuint (seen.n, ==, owing);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/lending_watch/it-finds-what-looking-at-all-finds",
                   test_it_finds_what_looking_at_all_finds);
  g_test_add_func ("/contract/lending_watch/the-riskiest-come-first-and-it-stops",
                   test_the_riskiest_come_first_and_it_stops);
  g_test_add_func ("/contract/lending_watch/threshold-zero",
                   test_at_threshold_zero_it_finds_all_that_is_owed);
  return g_test_run ();
}
