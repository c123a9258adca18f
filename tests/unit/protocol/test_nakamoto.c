/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/nakamoto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/test_world.h"
#include "support/verify_longest_chain.h"

#define QUICK                                                                                      \
  "<topology kind='complete'/><delay kind='distribution' value='1 ms'/>"                           \
  "<dissemination kind='direct'/>"

/* ---- Mining ---- */

static void
test_blocks_follow_the_shares (void)
{
  static const gdouble shares[] = { 0.5, 0.3, 0.2, 0 };
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='5'>" QUICK "</network>"
                    "<chain kind='nakamoto'><nakamoto shares='5, 3, 2, 0'/></chain>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxChain *chain = world->chains[0];
  guint counts[4] = { 0 };
  guint32 n;

  test_world_run (world, 600 * 20000.0);
  n = pnyx_block_tree_size (chain->blocks) - 1;
  for (PnyxBlockId block = 1; block <= n; block++)
    {
      const PnyxBlock *entry = pnyx_block_tree_get (chain->blocks, block);

      counts[entry->proposer]++;
      g_assert_cmpuint (entry->node, ==, chain->actor_node[entry->proposer]);
    }
  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpfloat (chain->weights[i], ==, shares[i]);
      g_assert_cmpfloat (fabs (counts[i] - n * shares[i]), <=,
                         3.3 * sqrt (n * shares[i] * (1 - shares[i])));
    }
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble left = *(const gdouble *)a;
  gdouble right = *(const gdouble *)b;

  return left < right ? -1 : left > right;
}

/* Kolmogorov and Smirnov: sqrt(n) D stays below 1.95 but for 1 time in 1,000. */
static void
test_intervals_are_exponential (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='3'>" QUICK "</network>"
                    "<chain kind='nakamoto'><nakamoto miners='3'/></chain>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxBlockTree *blocks = world->chains[0]->blocks;
  g_autofree gdouble *gaps = NULL;
  gdouble distance = 0;
  gdouble sum = 0;
  guint32 n;

  test_world_run (world, 600 * 10000.0);
  n = pnyx_block_tree_size (blocks) - 1;
  gaps = g_new (gdouble, n);
  for (guint32 i = 0; i < n; i++)
    {
      gaps[i] = pnyx_time_to_seconds (pnyx_block_tree_get (blocks, i + 1)->time
                                      - pnyx_block_tree_get (blocks, i)->time)
                / 600;
      sum += gaps[i];
    }
  qsort (gaps, n, sizeof *gaps, compare);
  for (guint32 i = 0; i < n; i++)
    {
      gdouble law = -expm1 (-gaps[i]);

      distance = MAX (distance, MAX (law - (gdouble)i / n, (gdouble)(i + 1) / n - law));
    }
  g_assert_cmpfloat (fabs (sum / n - 1), <, 3.3 / sqrt (n));
  g_assert_cmpfloat (distance * sqrt (n), <, 1.95);
}

static void
test_pools_that_are_offline_find_nothing (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='10'>" QUICK "</network><chain kind='nakamoto'>"
                    "<nakamoto interval='exponential(10 s)'/></chain><events>"
                    "<outage at='1000 s' until='2000 s'/>"
                    "<outage at='5000 s' until='9000 s' share='0.5'/></events>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxBlockTree *blocks = world->chains[0]->blocks;
  guint during = 0, half = 0;

  test_world_run (world, 9000);
  for (PnyxBlockId block = 1; block < pnyx_block_tree_size (blocks); block++)
    {
      PnyxTime time = pnyx_block_tree_get (blocks, block)->time;

      during += time > 1000 * PNYX_SECOND && time < 2000 * PNYX_SECOND;
      half += time > 5000 * PNYX_SECOND;
    }
  g_assert_cmpuint (during, ==, 0);
  g_assert_cmpfloat (fabs (half - 200.0), <, 3.3 * sqrt (200)); /* half the hash rate is gone */
}

static void
test_blocks_with_a_workload_stay_within_the_limit (void)
{
  g_autoptr (PnyxModel) model = test_model (
      "<network nodes='5'>" QUICK "</network><chain kind='nakamoto'>"
      "<workload interval='exponential(0.5 s)'/><nakamoto block-limit='100 kB'/></chain>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxChain *chain = world->chains[0];

  test_world_run (world, 50000);
  for (PnyxBlockId block = 1; block < pnyx_block_tree_size (chain->blocks); block++)
    {
      const PnyxBlock *entry = pnyx_block_tree_get (chain->blocks, block);
      guint64 size = 81; /* header and count */

      for (guint32 i = 0; i < entry->n_transactions; i++)
        size += pnyx_workload_get (chain->workload, entry->transactions[i])->size;
      g_assert_cmpuint (entry->size, ==, size);
      g_assert_cmpuint (entry->size, <=, 100000);
      g_assert_cmpuint (pnyx_network_item_size (world->network, entry->item), ==, size);
    }
}

/* ---- Fork choice ---- */

/* Runs a world of many ties; what the checker says. */
static gchar *
verify (const PnyxProtocolOps *ops, const gchar *events, guint32 replicate)
{
  g_autofree gchar *body = g_strdup_printf (
      "<network nodes='16'><topology kind='random-regular' degree='4'/>"
      "<delay kind='distribution' value='uniform(0.5 s, 4 s)'/>"
      "<dissemination kind='announce'/></network>"
      "<chain kind='nakamoto'><nakamoto interval='exponential(10 s)'/></chain>%s",
      events);
  g_autoptr (PnyxModel) model = test_model (body);
  /* Same table and struct of parameters: only the functions differ. */
  PnyxSection *chain
      = (PnyxSection *)(guintptr)pnyx_section_child (model->scenario->root, "chain", 0);
  g_autoptr (TestWorld) world = NULL;
  VerifyLongestChain *checker;

  chain->component = &ops->component;
  world = test_world_new (model, replicate);
  checker = verify_longest_chain_new (world->chains[0], verify_weight_height);
  test_world_run (world, 5000);
  g_assert_cmpuint (verify_longest_chain_ties (checker), >, 100);
  return verify_longest_chain_finish (checker);
}

static void
test_the_longest_chain_that_was_seen_first_wins (void)
{
  static const gchar *const halves
      = "<events><partition at='1000 s' until='2000 s' share='0.5'/></events>";
  static const gchar *const both = "<events><outage at='1000 s' until='2000 s' share='0.5'/>"
                                   "<eclipse at='3000 s' until='4000 s' share='0.2'/></events>";
  const gchar *const events[] = { "", halves, both };

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    for (guint32 replicate = 0; replicate < 3; replicate++)
      {
        g_autofree gchar *fault = verify (&pnyx_protocol_nakamoto, events[i], replicate);

        g_assert_cmpstr (fault, ==, NULL);
      }
}

static void
test_a_broken_longest_chain_rule_is_caught (void)
{
  for (guint32 replicate = 0; replicate < 3; replicate++)
    {
      g_autofree gchar *fault = verify (&broken_protocol_nakamoto, "", replicate);

      g_assert_nonnull (fault);
      g_assert_nonnull (strstr (fault, "moved to a chain that is not heavier"));
    }
}

static void
test_only_longer_chains_are_preferred (void)
{
  g_assert_true (pnyx_nakamoto_prefers (1, 0));
  g_assert_false (pnyx_nakamoto_prefers (1, 1));
  g_assert_false (pnyx_nakamoto_prefers (1, 2));
}

/* ---- Strategies and what they may do ---- */

typedef struct
{
  PnyxBlockId kept;
  guint64 refused;
} Tricks;

static Tricks *
give_strategy (TestWorld *world, const PnyxStrategyOps *ops)
{
  PnyxChain *chain = world->chains[0];
  guint strategy = pnyx_chain_add_strategy (chain, ops, NULL);

  for (guint32 actor = 0; actor < chain->n_actors; actor++)
    chain->actor_strategy[actor] = (guint8)strategy;
  return chain->strategies[strategy].self;
}

/* Every second block is kept back; its child gives it away. */
static void
keep_parents (gpointer self, const PnyxDuty *duty, PnyxChain *chain)
{
  PnyxBlockId block;

  (void)self;
  if (duty->kind != PNYX_DUTY_PROPOSE)
    return;
  block = pnyx_nakamoto_mine (chain, duty, duty->head);
  if (pnyx_block_tree_get (chain->blocks, block)->height % 3 == 0)
    pnyx_nakamoto_publish (chain, duty->actor, block);
}

static const PnyxStrategyOps parent_keeper
    = { .component = { .name = "parent-keeper" }, .protocol = "nakamoto", .on_duty = keep_parents };

/* Children come before their parents: nodes ask for what leads to them, the oldest first. */
static void
test_missing_parents_are_asked_for (void)
{
  static const gchar *const kinds[] = { "direct", "flood", "announce", "compact" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree gchar *body = g_strdup_printf (
          "<network nodes='12'><topology kind='complete'/>"
          "<delay kind='distribution' value='uniform(10 ms, 100 ms)'/>"
          "<dissemination kind='%s'/></network>"
          "<chain kind='nakamoto'><nakamoto interval='60 s' miners='1'/></chain>",
          kinds[i]);
      g_autoptr (PnyxModel) model = test_model (body);
      g_autoptr (TestWorld) world = test_world_new (model, 0);
      PnyxChain *chain = world->chains[0];
      const PnyxNetworkCounts *counts = pnyx_network_counts (world->network);

      give_strategy (world, &parent_keeper);
      test_world_run (world, 60 * 30 + 30); /* blocks 1 to 30: 3, 6 ... 30 are sent */
      g_assert_cmpuint (pnyx_block_tree_size (chain->blocks), ==, 31);
      for (PnyxNodeId node = 0; node < 12; node++)
        g_assert_cmpuint (chain->head[node], ==, 30);
      g_assert_cmpuint (counts->copies[PNYX_WIRE_GET_RANGE], >=, 10);
      g_assert_cmpuint (counts->first_receipts, ==, 30 * 11);
    }
}

/* One duty in which everything forbidden is tried once. */
static void
overreach (gpointer self, const PnyxDuty *duty, PnyxChain *chain)
{
  Tricks *tricks = self;
  guint64 before = chain->refused;
  PnyxBlockId block;

  if (duty->kind != PNYX_DUTY_PROPOSE)
    return;
  g_assert_cmpuint (pnyx_nakamoto_mine (chain, duty, 1000000), ==, PNYX_NONE); /* no such parent */
  block = pnyx_nakamoto_mine (chain, duty, duty->head);
  g_assert_cmpuint (block, !=, PNYX_NONE);
  g_assert_cmpuint (pnyx_nakamoto_mine (chain, duty, duty->head), ==, PNYX_NONE); /* a second one */
  pnyx_nakamoto_publish (chain, (duty->actor + 1) % chain->n_actors, block);      /* another's */
  pnyx_nakamoto_publish (chain, duty->actor, block);
  pnyx_nakamoto_publish (chain, duty->actor, block);     /* twice */
  pnyx_nakamoto_publish (chain, duty->actor, 0);         /* genesis */
  pnyx_nakamoto_publish (chain, duty->actor, 1000000);   /* nothing */
  pnyx_nakamoto_publish (chain, duty->actor, PNYX_NONE); /* what a refused mining gives */
  pnyx_nakamoto_follow (chain, duty->actor, 1000000);
  pnyx_nakamoto_follow (chain, (duty->actor + 1) % chain->n_actors, block); /* not there yet */
  tricks->refused += 9;
  g_assert_cmpuint (chain->refused, ==, before + 9);
}

static const PnyxStrategyOps overreacher = { .component = { .name = "overreacher" },
                                             .protocol = "nakamoto",
                                             .coalition_size = sizeof (Tricks),
                                             .on_duty = overreach };

static void
test_actions_beyond_an_actors_powers_are_refused_and_counted (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='4'>" QUICK "</network>"
                    "<chain kind='nakamoto'><nakamoto interval='60 s' miners='3'/></chain>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  const Tricks *tricks = give_strategy (world, &overreacher);
  PnyxDuty stale = { .kind = PNYX_DUTY_PROPOSE };

  test_world_run (world, 630);
  g_assert_cmpuint (pnyx_block_tree_size (world->chains[0]->blocks), ==, 11);
  g_assert_cmpuint (world->chains[0]->refused, ==, tricks->refused);
  g_assert_cmpuint (pnyx_nakamoto_mine (world->chains[0], &stale, 0), ==, PNYX_NONE); /* not due */
  g_assert_cmpuint (world->chains[0]->refused, ==, tricks->refused + 1);
}

/* ---- Set-up ---- */

static void
test_pools_stand_in_their_regions_on_nodes_of_their_own (void)
{
  g_autoptr (PnyxModel) model = test_model (
      "<network nodes='8'>" QUICK "<regions profile='regions-two.xml'/></network>"
      "<chain kind='nakamoto'><nakamoto><pool name='a' share='1' region='clean'/>"
      "<pool name='b' share='2'/><pool name='c' share='1' region='clean'/></nakamoto></chain>");

  for (guint32 replicate = 0; replicate < 20; replicate++)
    {
      g_autoptr (TestWorld) world = test_world_new (model, replicate);
      const PnyxChain *chain = world->chains[0];
      const PnyxNodes *nodes = pnyx_network_nodes (world->network);

      g_assert_cmpuint (chain->n_actors, ==, 3);
      g_assert_cmpuint (nodes->region[chain->actor_node[0]], ==, 0);
      g_assert_cmpuint (nodes->region[chain->actor_node[2]], ==, 0);
      g_assert_true (chain->actor_node[0] != chain->actor_node[1]
                     && chain->actor_node[0] != chain->actor_node[2]
                     && chain->actor_node[1] != chain->actor_node[2]);
      g_assert_cmpfloat (chain->weights[1], ==, 0.5);
    }
}

static void
test_miners_are_one_on_every_node_by_default (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='9'>" QUICK "</network><chain kind='nakamoto'/>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);

  g_assert_cmpuint (world->chains[0]->n_actors, ==, 9);
  g_assert_cmpfloat (world->chains[0]->weights[8], ==, 1.0 / 9);
}

static void
assert_refused (const gchar *nakamoto, gint code, const gchar *expected)
{
  g_autofree gchar *body = g_strdup_printf ("<network nodes='8'>" QUICK
                                            "<regions profile='regions-two.xml'/></network>"
                                            "\n<chain kind='nakamoto'>\n%s</chain>",
                                            nakamoto);
  g_autofree gchar *message = test_refusal (body, code);

  if (g_strcmp0 (message, expected) != 0)
    g_error ("\"%s\", expected \"%s\"", message, expected);
}

static void
test_contradictory_pools_are_refused_with_their_place (void)
{
  assert_refused (
      "<nakamoto miners='3'><pool name='a' share='1'/></nakamoto>", PNYX_ERROR_CONFLICT,
      "scenario.xml:3: pools, shares and miners exclude each other (expected one of them)");
  assert_refused (
      "<nakamoto shares='1, 2'><pool name='a' share='1'/></nakamoto>", PNYX_ERROR_CONFLICT,
      "scenario.xml:3: pools, shares and miners exclude each other (expected one of them)");
  assert_refused ("<nakamoto shares='1, 2' miners='2'/>", PNYX_ERROR_CONFLICT,
                  "scenario.xml:4: shares and miners exclude each other (expected one of them)");
  assert_refused ("<nakamoto miners='9'/>", PNYX_ERROR_RANGE,
                  "scenario.xml:3: 9 pools on 8 nodes (expected at most one a node)");
  assert_refused ("<nakamoto shares='0, 0'/>", PNYX_ERROR_RANGE,
                  "scenario.xml:3: all pools have share 0 (expected at least one above)");
  assert_refused (
      "<nakamoto>\n<pool name='a' share='1' region='mars'/></nakamoto>", PNYX_ERROR_UNKNOWN,
      "scenario.xml:5: no region \"mars\" in this network (expected one of clean, dirty, sunny)");
  assert_refused ("<nakamoto>\n<pool name='a' share='1' region='sunny'/></nakamoto>",
                  PNYX_ERROR_RANGE,
                  "scenario.xml:5: no node left in region \"sunny\" for this pool");
  assert_refused (
      "<nakamoto interval='0 s'/>", PNYX_ERROR_RANGE,
      "scenario.xml:4: interval has no positive mean (expected a time such as \"600 s\")");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/protocol/nakamoto/" path, function)
  ADD ("blocks-follow-the-shares", test_blocks_follow_the_shares);
  ADD ("intervals-are-exponential", test_intervals_are_exponential);
  ADD ("pools-that-are-offline-find-nothing", test_pools_that_are_offline_find_nothing);
  ADD ("blocks-with-a-workload-stay-within-the-limit",
       test_blocks_with_a_workload_stay_within_the_limit);
  ADD ("the-longest-chain-that-was-seen-first-wins",
       test_the_longest_chain_that_was_seen_first_wins);
  ADD ("a-broken-longest-chain-rule-is-caught", test_a_broken_longest_chain_rule_is_caught);
  ADD ("only-longer-chains-are-preferred", test_only_longer_chains_are_preferred);
  ADD ("missing-parents-are-asked-for", test_missing_parents_are_asked_for);
  ADD ("actions-beyond-an-actors-powers-are-refused-and-counted",
       test_actions_beyond_an_actors_powers_are_refused_and_counted);
  ADD ("pools-stand-in-their-regions-on-nodes-of-their-own",
       test_pools_stand_in_their_regions_on_nodes_of_their_own);
  ADD ("miners-are-one-on-every-node-by-default", test_miners_are_one_on_every_node_by_default);
  ADD ("contradictory-pools-are-refused-with-their-place",
       test_contradictory_pools_are_refused_with_their_place);
  return g_test_run ();
}
