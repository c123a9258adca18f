/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "support/test_world.h"

static TestWorld *
make (const gchar *adversary, PnyxModel **model)
{
  g_autofree gchar *body
      = g_strdup_printf ("<network nodes='24'><topology kind='random-regular' degree='8'/>"
                         "<dissemination kind='gossipsub'/></network><chain kind='gasper'>"
                         "<validators count='512'/></chain><adversary %s/>",
                         adversary);

  *model = test_model (body);
  return test_world_new (*model, 0);
}

/* Two blocks in a slot are evidence against their proposer, and nobody else is guilty; who is
 * slashed proposes no more. */
static void
test_two_blocks_are_evidence_against_their_proposer_alone (void)
{
  g_autoptr (PnyxModel) model = NULL;
  g_autoptr (TestWorld) world = make ("kind='equivocating-proposer' share='0.1'", &model);
  PnyxChain *chain = world->chains[0];
  const PnyxFinalityOps *ops = chain->ops->finality;
  g_autofree guint8 *guilty = g_new0 (guint8, chain->n_actors);
  gdouble stake = 0;
  guint twins = 0;

  test_world_run (world, 12 * 32 * 12.0);
  for (PnyxBlockId a = 1; a < pnyx_block_tree_size (chain->blocks); a++)
    for (PnyxBlockId b = a + 1; b < pnyx_block_tree_size (chain->blocks)
                                && ops->block_slot (chain, b) == ops->block_slot (chain, a);
         b++)
      {
        guint32 proposer = pnyx_block_tree_get (chain->blocks, a)->proposer;

        g_assert_cmpuint (pnyx_block_tree_get (chain->blocks, b)->proposer, ==, proposer);
        g_assert_cmpuint (chain->actor_strategy[proposer], >, 0);
        /* A second time only where the chain does not know of the first yet. */
        twins++;
        stake += guilty[proposer] != 0 ? 0 : chain->weights[proposer];
        guilty[proposer] = 1;
      }
  g_assert_cmpuint (twins, >, 10);
  g_assert_cmpfloat (ops->slashable (chain), ==, stake);
  g_assert_cmpuint (ops->violations (chain), ==, 0);
  g_assert_cmpuint (chain->refused, ==, 0);
}

/* The coalition acts from one node, on which no honest validator lives; the rest are honest. */
static void
test_a_share_acts_from_one_node (void)
{
  g_autoptr (PnyxModel) model = NULL;
  g_autoptr (TestWorld) world = make ("kind='offline' share='0.25'", &model);
  PnyxChain *chain = world->chains[0];
  PnyxNodeId node = PNYX_NONE;
  guint n = 0;

  for (guint32 v = 0; v < chain->n_actors; v++)
    if (chain->actor_strategy[v] != 0)
      {
        n++;
        g_assert_true (node == PNYX_NONE || chain->actor_node[v] == node);
        node = chain->actor_node[v];
      }
  g_assert_cmpuint (n, ==, 128);
  for (guint32 v = 0; v < chain->n_actors; v++)
    if (chain->actor_strategy[v] == 0)
      g_assert_cmpuint (chain->actor_node[v], !=, node);
  for (PnyxNodeId i = 0; i < 24; i++)
    g_assert_cmpint (pnyx_chain_honest (chain, i), ==, i != node);
}

/* A quarter that does nothing: no block in a quarter of the slots, and three quarters vote. */
static void
test_who_is_offline_does_nothing (void)
{
  g_autoptr (PnyxModel) model = NULL;
  g_autoptr (TestWorld) world = make ("kind='offline' share='0.25'", &model);
  PnyxChain *chain = world->chains[0];
  PnyxParticipation participation;
  guint32 n;

  test_world_run (world, 16 * 32 * 12.0);
  n = pnyx_block_tree_size (chain->blocks) - 1;
  for (PnyxBlockId block = 1; block <= n; block++)
    g_assert_cmpuint (chain->actor_strategy[pnyx_block_tree_get (chain->blocks, block)->proposer],
                      ==, 0);
  g_assert_cmpfloat (n, >, 512 * 0.75 - 3.3 * 9.8); /* binomial */
  g_assert_cmpfloat (n, <, 512 * 0.75 + 3.3 * 9.8);
  g_assert_true (chain->ops->finality->participation (chain, chain->ops->canonical (chain), 8,
                                                      &participation));
  g_assert_cmpfloat (participation.target, ==, 0.75);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gasper-adversaries/equivocation",
                   test_two_blocks_are_evidence_against_their_proposer_alone);
  g_test_add_func ("/gasper-adversaries/one-node", test_a_share_acts_from_one_node);
  g_test_add_func ("/gasper-adversaries/offline", test_who_is_offline_does_nothing);
  return g_test_run ();
}
