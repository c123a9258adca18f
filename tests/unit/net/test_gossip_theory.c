/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/gossip_theory.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "support/run_calc.h"

#define ASSERT_NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))
#define N_MAX 128

static guint
other_node (PnyxRngCursor *random, guint node, guint nodes)
{
  guint other = (guint)pnyx_rng_cursor_below (random, nodes - 1);

  return other + (other >= node);
}

/* Rounds until all know, by doing it. */
static guint
simulate (PnyxRngCursor *random, guint nodes, guint fanout, gboolean pull)
{
  gboolean knows[N_MAX] = { TRUE }, next[N_MAX];
  guint rounds = 0;

  for (guint n_knowing = 1; n_knowing < nodes; rounds++)
    {
      memcpy (next, knows, sizeof next);
      for (guint node = 0; node < nodes; node++)
        for (guint contact = 0; contact < fanout && (pull || knows[node]); contact++)
          {
            guint other = other_node (random, node, nodes);

            next[other] |= knows[node];
            next[node] |= pull && knows[other];
          }
      memcpy (knows, next, sizeof knows);
      n_knowing = 0;
      for (guint node = 0; node < nodes; node++)
        n_knowing += (guint)knows[node];
    }
  return rounds;
}

static void
check_against_simulation (guint nodes, guint fanout, gboolean pull)
{
  const guint n = 20000;
  gdouble exact = pnyx_gossip_push_rounds (nodes, fanout, pull), sum = 0, squares = 0;
  PnyxRngCursor random;
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test-gossip", "contacts");
  pnyx_rng_cursor_init (&random, &rng, nodes * 2 + (guint)pull, fanout);
  for (guint i = 0; i < n; i++)
    {
      gdouble rounds = simulate (&random, nodes, fanout, pull);

      sum += rounds - exact;
      squares += (rounds - exact) * (rounds - exact);
    }
  g_test_message ("%u nodes, fanout %u, %s: exact %.6f, simulated %.4f +- %.4f", nodes, fanout,
                  pull ? "push-pull" : "push", exact, exact + sum / n, 3.3 * sqrt (squares) / n);
  g_assert_cmpfloat (fabs (sum), <=, 3.3 * sqrt (squares));
}

static void
test_rounds_agree_with_a_simulation (void)
{
  check_against_simulation (5, 1, FALSE);
  check_against_simulation (100, 1, FALSE);
  check_against_simulation (100, 3, FALSE);
  check_against_simulation (5, 1, TRUE);
  check_against_simulation (100, 1, TRUE);
  check_against_simulation (60, 2, TRUE);
}

static void
test_rounds_of_tiny_networks (void)
{
  ASSERT_NEAR (pnyx_gossip_push_rounds (2, 1, FALSE), 1, 1e-15);
  ASSERT_NEAR (pnyx_gossip_push_rounds (3, 1, FALSE), 7.0 / 3, 1e-14);
  /* From one of three: the contact always succeeds and each other asks the one with 1/2. */
  ASSERT_NEAR (pnyx_gossip_push_rounds (3, 1, TRUE), 1.5, 1e-14);
}

/* Published means of simulations with their half-widths; that of 100 nodes, 12.350 +- 0.022, is two
 * of these off the exact value and is not used. */
static void
test_rounds_of_larger_networks (void)
{
  ASSERT_NEAR (pnyx_gossip_push_rounds (1000, 1, FALSE), 18.039, 0.034);
  ASSERT_NEAR (pnyx_gossip_push_rounds (100, 1, TRUE), 6.515, 0.022);
  ASSERT_NEAR (pnyx_gossip_push_rounds (1000, 1, TRUE), 9.152, 0.021);
}

static void
test_coverage_and_atomicity (void)
{
  static const gdouble fanout[] = { 1.5, 2, 3, 4, 5, 8 };
  static const gdouble share[] = { 0.582812, 0.796812, 0.940480, 0.980173, 0.993023, 0.999664 };

  for (gsize i = 0; i < G_N_ELEMENTS (fanout); i++)
    {
      gdouble x = pnyx_gossip_coverage (fanout[i]);

      ASSERT_NEAR (x, share[i], 5e-7);
      ASSERT_NEAR (x, 1 - exp (-fanout[i] * x), 1e-14);
    }
  g_assert_cmpfloat (pnyx_gossip_coverage (1), ==, 0);
  g_assert_cmpfloat (pnyx_gossip_coverage (0.5), ==, 0);
  ASSERT_NEAR (pnyx_gossip_atomicity (1000, log (1000)), 0.367879, 5e-7);
  ASSERT_NEAR (pnyx_gossip_atomicity (1000, log (1000) + 2), 0.873423, 5e-7);
  ASSERT_NEAR (pnyx_gossip_atomicity (50000, log (50000) + 5), 0.993285, 5e-7);
}

static void
test_calc_gossip (void)
{
  const PnyxCalc *calc = &pnyx_calc_gossip;

  ASSERT_NEAR (run_calc_value (calc, "model=push nodes=3", "rounds"), 7.0 / 3, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "model=push-pull nodes=3", "rounds"), 1.5, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "model=coverage fanout=2", "share"), 0.796812, 5e-7);
  ASSERT_NEAR (
      run_calc_value (calc, "model=atomicity nodes=1000 fanout=6.907755278982137", "share"),
      0.367879, 5e-7);
  run_calc_fails (calc, "model=push nodes=20000", "10000");
  run_calc_fails (calc, "model=push nodes=10 fanout=1.5", "whole number");
  run_calc_fails (calc, "model=push nodes=1", "nodes");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/gossip-theory/rounds-agree-with-a-simulation",
                   test_rounds_agree_with_a_simulation);
  g_test_add_func ("/net/gossip-theory/rounds-of-tiny-networks", test_rounds_of_tiny_networks);
  g_test_add_func ("/net/gossip-theory/rounds-of-larger-networks", test_rounds_of_larger_networks);
  g_test_add_func ("/net/gossip-theory/coverage-and-atomicity", test_coverage_and_atomicity);
  g_test_add_func ("/net/gossip-theory/calc-gossip", test_calc_gossip);
  return g_test_run ();
}
