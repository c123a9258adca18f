/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Closed forms of Clique's rules (EIP-225): N signers, SIGNER_LIMIT L = floor (N / 2) + 1. */
#include <math.h>

#include "support/test_world.h"
#include "support/verify_longest_chain.h"

#define BLOCKS 4000
#define PERIOD 15.0
#define WIGGLE 0.5 /* s a signer */

/* Every node is a signer; a block is everywhere @delay after it was sealed. */
static gchar *
body_of (guint on, guint off, const gchar *delay, const gchar *events)
{
  return g_strdup_printf ("<run duration='%d block'/><network nodes='%u'>"
                          "<topology kind='complete'/><delay kind='distribution' value='%s'/>"
                          "<dissemination kind='direct'/><class name='on' share='%u'/>"
                          "<class name='off' share='%u'/></network>"
                          "<chain kind='clique'><clique signers='%u' validation='0 s'/></chain>"
                          "<events>%s</events>",
                          BLOCKS, on + off, delay, on, off, on + off, events);
}

/* A signer out of turn seals, too, where its wait is shorter than the way of the block in turn:
 * N - L signers may, each with chance delay / (N 500 ms). */
static void
test_stale_blocks_follow_the_closed_form (void)
{
  static const struct
  {
    guint n;
    gdouble delay; /* s */
  } rows[] = { { 3, .1 }, { 7, .2 }, { 8, .3 }, { 21, .25 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree gchar *delay = g_strdup_printf ("%.0f ms", rows[i].delay * 1000);
      g_autofree gchar *body = body_of (rows[i].n, 0, delay, "");
      g_autoptr (PnyxModel) model = test_model (body);
      g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, NULL);
      guint others = rows[i].n - (rows[i].n / 2 + 1);
      gdouble p = rows[i].delay / (rows[i].n * WIGGLE), expected = others * p;
      gdouble stale = test_scalar (result->output, "blocks.proposed") / BLOCKS - 1;

      g_test_message ("%u signers, %.2f s: %.4f stale for each block, closed form %.4f", rows[i].n,
                      rows[i].delay, stale, expected);
      g_assert_cmpfloat (test_scalar (result->output, "blocks.canonical"), ==, BLOCKS);
      g_assert_cmpfloat (fabs (stale - expected), <=, 3.3 * sqrt (others * p * (1 - p) / BLOCKS));
    }
}

/* Without a way there is no second block: the comparison above has something to find. */
static void
test_without_delay_nothing_is_stale (void)
{
  g_autofree gchar *body = body_of (7, 0, "1 ns", "");
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  g_assert_cmpfloat (test_scalar (result->output, "blocks.proposed"), ==, BLOCKS);
  g_assert_cmpfloat (test_scalar (result->output, "blocks.canonical"), ==, BLOCKS);
}

/* Two of three signers alternate: each is in turn in one of three, and waits 3 * 500 ms / 2 on
 * average else; timestamps stay a period apart. */
static void
test_two_of_three_signers_alternate (void)
{
  g_autofree gchar *body = body_of (2, 1, "1 ms", "<outage at='0 s' class='off'/>");
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxChain *chain = world->chains[0];
  guint32 in_turn = 0, n = 0;
  gdouble waited = 0;

  test_world_run (world, BLOCKS * PERIOD + PERIOD / 2);
  for (PnyxBlockId at = chain->ops->canonical (chain); at != 0;
       at = pnyx_block_tree_get (chain->blocks, at)->parent)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, at);
      const PnyxBlock *parent = pnyx_block_tree_get (chain->blocks, block->parent);

      if (block->parent != 0)
        g_assert_cmpuint (block->proposer, !=, parent->proposer);
      in_turn += block->height % 3 == block->proposer ? 1 : 0;
      waited += (gdouble)block->time / 1e9 - PERIOD * block->height;
      n++;
    }
  g_test_message ("%u blocks, %u in turn, waits of %.4f s", n, in_turn, waited / n);
  g_assert_cmpuint (n, >=, BLOCKS - 1);
  g_assert_cmpuint (ABS ((gint)in_turn * 3 - (gint)n), <=, 6);
  /* Two thirds wait a time of mean .75 s and variance 1.5^2 / 12. */
  g_assert_cmpfloat (fabs (waited / n - 2.0 / 3 * 3 * WIGGLE / 2), <=,
                     3.3 * sqrt (2.0 / 3 * 2.25 / 12 / n));
}

/* The chain goes on with L signers and stops with one less, after each has sealed once more. */
static void
test_the_chain_stops_below_the_signer_limit (void)
{
  static const guint sizes[] = { 3, 4, 7, 8 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint missing = 0; missing < 2; missing++)
      {
        guint limit = sizes[i] / 2 + 1, on = limit - missing;
        g_autofree gchar *body
            = body_of (on, sizes[i] - on, "1 ms", "<outage at='0 s' class='off'/>");
        g_autoptr (PnyxModel) model = test_model (body);
        g_autoptr (TestWorld) world = test_world_new (model, 0);
        PnyxChain *chain = world->chains[0];
        guint32 height;

        test_world_run (world, 100 * PERIOD + PERIOD / 2);
        height = pnyx_block_tree_get (chain->blocks, chain->ops->canonical (chain))->height;
        g_test_message ("%u of %u signers: %u blocks in 100 periods", on, sizes[i], height);
        if (missing == 0)
          g_assert_cmpuint (height, >=, 99);
        else
          g_assert_cmpuint (height, ==, on);
      }
}

/* Slow lines, and a cut after which the side with SIGNER_LIMIT of the nine goes on alone. */
static gchar *
verify (VerifyWeight *weight, guint32 replicate)
{
  g_autofree gchar *body
      = body_of (9, 0, "uniform(0.5 s, 12 s)",
                 "<partition at='1000 s' until='3000 s' share='0.5' cut='drop'/>");
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, replicate);
  VerifyLongestChain *checker = verify_longest_chain_new (world->chains[0], weight);

  test_world_run (world, 6000);
  g_assert_cmpuint (verify_longest_chain_ties (checker), >, 100);
  return verify_longest_chain_finish (checker);
}

/* The node's head is the first of the heaviest by the blocks alone, and not of the longest. */
static void
test_the_heaviest_chain_wins (void)
{
  guint differ = 0;

  for (guint32 replicate = 0; replicate < 3; replicate++)
    {
      g_autofree gchar *fault = verify (verify_weight_clique, replicate);
      g_autofree gchar *by_length = verify (verify_weight_height, replicate);

      g_assert_cmpstr (fault, ==, NULL);
      differ += by_length != NULL ? 1 : 0;
    }
  g_assert_cmpuint (differ, ==, 3);
}

static void
test_more_signers_than_nodes_are_refused (void)
{
  g_autofree gchar *message
      = test_refusal ("<network nodes='5'><topology kind='complete'/></network>"
                      "<chain kind='clique'><clique signers='6'/></chain>",
                      PNYX_ERROR_RANGE);

  g_assert_cmpstr (message, ==,
                   "scenario.xml:2: 6 signers on 5 nodes (expected at most one a node)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/validation/clique/stale-blocks", test_stale_blocks_follow_the_closed_form);
  g_test_add_func ("/validation/clique/null", test_without_delay_nothing_is_stale);
  g_test_add_func ("/validation/clique/two-of-three", test_two_of_three_signers_alternate);
  g_test_add_func ("/validation/clique/stops", test_the_chain_stops_below_the_signer_limit);
  g_test_add_func ("/validation/clique/heaviest", test_the_heaviest_chain_wins);
  g_test_add_func ("/validation/clique/refused", test_more_signers_than_nodes_are_refused);
  return g_test_run ();
}
