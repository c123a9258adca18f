/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Value is conserved to the smallest unit at every block of every branch, in 500 small worlds with
 * pools, loans and their agents on chains that reorganise. With --broken, part of the machine or of
 * a contract is: then the audits have to notice.
 */
#include <string.h>

#include "support/lending_world.h"

#define WORLDS 500
#define ONE PNYX_AMOUNT_ONE

static gboolean broken;

typedef struct
{
  guint worlds, deep, faults;
  guint64 reorganisations, blocks, transactions, liquidations, deals, written_off;
} Sum;

static gdouble
between (const PnyxRng *rng, guint32 world, guint use, gdouble low, gdouble high)
{
  return low + (high - low) * pnyx_rng_uniform (rng, world, use);
}

static gchar *
random_chain (const PnyxRng *rng, guint32 i)
{
  gboolean selfish = pnyx_rng_below (rng, i, 0, 2) == 1;
  gdouble share = between (rng, i, 1, 0.3, 0.48);

  return g_strdup_printf (
      "<network nodes='4'><topology kind='complete'/>"
      "<delay kind='distribution' value='%g ms'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><execution gas-price='%g' gas-limit='%u'/>"
      "<nakamoto interval='exponential(10 s)' validation='0 s' shares='%g, %g, %g, %g'/></chain>%s",
      between (rng, i, 2, 50, 4000), between (rng, i, 3, 0, 3) < 1 ? 0 : between (rng, i, 4, 0, 20),
      pnyx_rng_below (rng, i, 5, 4) == 0 ? 2000000 : 30000000, share, (1 - share) / 3,
      (1 - share) / 3, (1 - share) / 3,
      selfish ? "<adversary kind='nakamoto-selfish-mining'/>" : "");
}

static LendingWorldSetup
random_setup (const PnyxRng *rng, guint32 i, const gchar *chain)
{
  LendingWorldSetup setup = lending_world_setup ();

  setup.chain = chain;
  setup.from = 50;
  setup.to = between (rng, i, 10, 100, 600);
  setup.end = between (rng, i, 11, 30, 110);
  setup.stale = between (rng, i, 12, 0, 60);
  setup.depth = pnyx_rng_below (rng, i, 13, 5) == 0 ? 0 : between (rng, i, 14, 1e3, 1e5);
  setup.n_arbitrageurs = (guint32)pnyx_rng_below (rng, i, 15, 3);
  setup.mode
      = pnyx_rng_below (rng, i, 16, 2) == 0 ? PNYX_LENDING_FIXED_SPREAD : PNYX_LENDING_AUCTION;
  setup.full_below = pnyx_rng_below (rng, i, 17, 2) == 0 ? 0 : 950000;
  setup.borrowers.n = 5 + (guint32)pnyx_rng_below (rng, i, 18, 30);
  setup.borrowers.attentive = between (rng, i, 19, 0, 1);
  setup.borrowers.leave = between (rng, i, 20, 0, 0.5);
  setup.borrowers.loans_per_second = between (rng, i, 21, 0, 0.05);
  setup.keepers.n = 1 + (guint32)pnyx_rng_below (rng, i, 22, 5);
  setup.keepers.cash = (PnyxAmount)between (rng, i, 23, 100, 20000) * ONE;
  setup.keepers.patience = pnyx_time_from_seconds (between (rng, i, 24, 10, 100));
  setup.busy = TRUE;
  return setup;
}

static void
run_one (guint32 i, Sum *sum)
{
  g_autofree gchar *chain = NULL, *fault = NULL;
  g_autoptr (LendingWorld) world = NULL;
  LendingWorldSetup setup;
  LendingWorldCounts counts;
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test.contracts", "world");
  chain = random_chain (&rng, i);
  setup = random_setup (&rng, i, chain);
  world = lending_world_new (&setup, i);
  lending_world_run (world, 1200);
  fault = lending_world_fault (world);
  sum->worlds++;
  if (fault != NULL)
    {
      sum->faults++;
      if (!broken)
        g_error ("world %u: %s (again with --world %u -p /property/contracts/world)\n%s", i, fault,
                 i, chain);
      return;
    }
  counts = lending_world_count (world);
  sum->deep += counts.depth_max >= 2 ? 1 : 0;
  sum->reorganisations += counts.reorganisations;
  sum->blocks += pnyx_block_tree_size (world->chain->blocks);
  sum->transactions += counts.done + counts.reverted + counts.out_of_gas + counts.unpaid;
  sum->liquidations += counts.liquidations;
  sum->deals += counts.deals;
  sum->written_off += counts.written_off;
}

static void
test_value_is_conserved (void)
{
  Sum sum = { 0 };

  for (guint32 i = 0; i < (broken ? 40 : WORLDS); i++)
    run_one (i, &sum);
  g_test_message ("%u worlds, %u with a reorganisation of depth 2 or more, %" G_GUINT64_FORMAT
                  " reorganisations, %" G_GUINT64_FORMAT " blocks, %" G_GUINT64_FORMAT
                  " transactions, %" G_GUINT64_FORMAT " liquidations, %" G_GUINT64_FORMAT
                  " auctions, %" G_GUINT64_FORMAT " write-offs; %u with a fault",
                  sum.worlds, sum.deep, sum.reorganisations, sum.blocks, sum.transactions,
                  sum.liquidations, sum.deals, sum.written_off, sum.faults);
  if (broken)
    {
      g_assert_cmpuint (sum.faults, >, 0);
      return;
    }
  g_assert_cmpuint (5 * sum.deep, >=, sum.worlds);
  g_assert_cmpuint (sum.liquidations, >, 100);
  g_assert_cmpuint (sum.deals, >, 100);
  g_assert_cmpuint (sum.written_off, >, 10);
}

static void
test_one_world (gconstpointer number)
{
  Sum sum = { 0 };

  run_one (GPOINTER_TO_UINT (number), &sum);
}

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (strcmp (argv[i], "--broken") == 0)
      broken = TRUE;
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/property/contracts/value-is-conserved", test_value_is_conserved);
  for (int i = 1; i < argc - 1; i++)
    if (strcmp (argv[i], "--world") == 0)
      g_test_add_data_func ("/property/contracts/world",
                            GUINT_TO_POINTER ((guint)g_ascii_strtoull (argv[i + 1], NULL, 10)),
                            test_one_world);
  return g_test_run ();
}
