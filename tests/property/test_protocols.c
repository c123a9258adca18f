/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every protocol owes to the rest, in small worlds of each that is registered, with its
 * default parameters: calm, cut in two, with nodes that go offline, and on slow lines. A new
 * protocol is found by its line in the table.
 */
#include <math.h>
#include <string.h>

#include "protocol/nakamoto.h"
#include "support/test_world.h"

#define INTERVALS 80 /* that a world lasts */
#define STEPS 16     /* looks into it */
#define APART 12     /* blocks from the top that may differ at the end */
#define SEEDS 3

static const struct
{
  const gchar *name;
  gboolean calm;
  const gchar *network; /* children */
  const gchar *events;  /* %1$s to %4$s: 10, 20, 15 and 30 intervals from genesis */
} situations[] = {
  { "calm", TRUE, "", "" },
  { "cut in two", FALSE, "", "<partition at='%1$s' until='%2$s' share='0.4' cut='drop'/>" },
  { "nodes offline", FALSE, "",
    "<outage at='%1$s' until='%4$s' share='0.3'/>"
    "<outage at='%3$s' until='%2$s' share='0.3'/>" },
  { "slow lines", TRUE, "<class name='slow' upload='2 Mbit/s' download='10 Mbit/s'/>", "" },
};

static gchar *
body_of (const gchar *protocol, gsize situation, PnyxTime interval, guint seed)
{
  static const guint moments[] = { 10, 20, 15, 30 };
  g_autofree gchar *events = g_strdup (situations[situation].events);

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autofree gchar *place = g_strdup_printf ("%%%u$s", i + 1);
      g_autofree gchar *moment
          = g_strdup_printf ("%" G_GINT64_FORMAT " ns", (gint64)moments[i] * interval);
      g_auto (GStrv) parts = g_strsplit (events, place, -1);

      g_free (events);
      events = g_strjoinv (moment, parts);
    }
  return g_strdup_printf ("<run duration='%" G_GINT64_FORMAT " ns'/>"
                          "<network nodes='16' request-timeout='%u s'>"
                          "<topology kind='complete'/>%s</network>"
                          "<chain kind='%s'/><events>%s</events>",
                          (gint64)INTERVALS * interval, 5 + seed, situations[situation].network,
                          protocol, events);
}

/* The mean time between blocks of a protocol's default parameters. */
static PnyxTime
interval_of (const gchar *protocol)
{
  g_autofree gchar *body = g_strdup_printf ("<network nodes='16'/><chain kind='%s'/>", protocol);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  const PnyxChain *chain = world->chains[0];

  return chain->ops->interval (chain->section->component_params);
}

/* ---- The checker ---- */

/* Returns: (transfer full) (nullable): what is wrong in @chain now; @final: the last final block
 * that was seen, kept. */
static gchar *
look_into (PnyxChain *chain, guint32 n_nodes, PnyxBlockId *final)
{
  PnyxBlockTree *tree = chain->blocks;
  PnyxBlockId canonical = chain->ops->canonical (chain), settled;
  gboolean is_head = FALSE;
  gdouble weights = 0;

  for (guint32 i = 0; i < chain->n_actors; i++)
    weights += chain->weights[i];
  if (chain->n_actors == 0 || fabs (weights - 1) > 1e-9)
    return g_strdup_printf ("the power of %u actors sums to %g", chain->n_actors, weights);
  for (PnyxBlockId id = 1; id < pnyx_block_tree_size (tree); id++)
    {
      const PnyxBlock *block = pnyx_block_tree_get (tree, id);

      if (block->proposer >= chain->n_actors || block->node >= n_nodes)
        return g_strdup_printf ("block %u was made by nobody", id);
      if (block->time < pnyx_block_tree_get (tree, block->parent)->time)
        return g_strdup_printf ("block %u is older than its parent", id);
      if (!chain->ops->has_block (chain, block->node, id))
        return g_strdup_printf ("block %u is not at its maker", id);
    }
  for (PnyxNodeId node = 0; node < n_nodes; node++)
    {
      is_head |= chain->head[node] == canonical;
      for (PnyxBlockId at = chain->head[node]; at != 0; at = pnyx_block_tree_get (tree, at)->parent)
        if (!chain->ops->has_block (chain, node, at))
          return g_strdup_printf ("node %u follows block %u, which it has not", node, at);
    }
  if (!is_head)
    return g_strdup_printf ("no node follows the canonical chain's block %u", canonical);
  settled = chain->ops->final (chain, canonical);
  if (pnyx_block_tree_common (tree, settled, canonical) != settled)
    return g_strdup_printf ("final block %u is not on the canonical chain", settled);
  if (*final != PNYX_NONE && pnyx_block_tree_common (tree, *final, settled) != *final)
    return g_strdup_printf ("block %u is final no more", *final);
  *final = settled;
  return NULL;
}

/* Returns: (transfer full) (nullable): whether heads differ, or the chain stood still. */
static gchar *
look_back (PnyxChain *chain, guint32 n_nodes, guint32 least)
{
  PnyxBlockTree *tree = chain->blocks;
  PnyxBlockId common = chain->head[0];
  guint32 highest = 0, shared;

  for (PnyxNodeId node = 0; node < n_nodes; node++)
    {
      highest = MAX (highest, pnyx_block_tree_get (tree, chain->head[node])->height);
      common = pnyx_block_tree_common (tree, common, chain->head[node]);
    }
  shared = pnyx_block_tree_get (tree, common)->height;
  if (shared + APART < highest)
    return g_strdup_printf ("nodes share %u of %u blocks", shared, highest);
  if (shared < least)
    return g_strdup_printf ("%u blocks, %u expected at least", shared, least);
  return NULL;
}

static gchar *
check_inside (const PnyxModel *model, gsize situation, guint32 replicate)
{
  g_autoptr (TestWorld) world = test_world_new (model, replicate);
  PnyxChain *chain = world->chains[0];
  guint32 n_nodes = pnyx_network_nodes (world->network)->n;
  PnyxTime interval = chain->ops->interval (chain->section->component_params);
  PnyxBlockId final = PNYX_NONE;
  gchar *fault = NULL;

  for (guint step = 1; step <= STEPS && fault == NULL; step++)
    {
      test_world_run (world, (gdouble)interval * INTERVALS / STEPS * step / 1e9);
      fault = look_into (chain, n_nodes, &final);
      if (!situations[situation].calm) /* by depth, what is final may be replaced after a cut */
        final = PNYX_NONE;
    }
  if (fault == NULL)
    fault = look_back (chain, n_nodes, situations[situation].calm ? INTERVALS / 2 : INTERVALS / 6);
  if (fault == NULL && chain->refused > 0)
    fault = g_strdup ("honest actors tried what they may not do");
  return fault;
}

/* The same run twice, unobserved, and another one. */
static gchar *
check_runs (const PnyxModel *model, guint32 replicate)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxRunResult) run = pnyx_simulate (model, 0, replicate, TRUE, &error);
  g_autoptr (PnyxRunResult) again = pnyx_simulate (model, 0, replicate, TRUE, NULL);
  g_autoptr (PnyxRunResult) blind = pnyx_simulate (model, 0, replicate, FALSE, NULL);
  g_autoptr (PnyxRunResult) other = pnyx_simulate (model, 0, replicate + 1000, TRUE, NULL);

  if (run == NULL)
    return g_strdup (error->message);
  if (run->failed)
    return g_strdup (run->message);
  if (run->digest != again->digest || !test_outputs_equal (run->output, again->output))
    return g_strdup ("it is not the same again");
  if (run->digest != blind->digest)
    return g_strdup ("it is another one where nobody measures");
  if (run->digest == other->digest)
    return g_strdup ("another replicate is the same");
  if (test_scalar (run->output, "blocks.canonical") > test_scalar (run->output, "blocks.proposed"))
    return g_strdup ("more blocks are canonical than were made");
  return NULL;
}

/* ---- The tests ---- */

static void
test_protocol_keeps_its_promises (gconstpointer data)
{
  const PnyxComponent *component = data;
  PnyxTime interval = interval_of (component->name);

  g_assert_cmpint (interval, >, 0);
  for (gsize situation = 0; situation < G_N_ELEMENTS (situations); situation++)
    for (guint seed = 0; seed < SEEDS; seed++)
      {
        g_autofree gchar *body = body_of (component->name, situation, interval, seed);
        g_autoptr (PnyxModel) model = test_model (body);
        g_autofree gchar *inside = check_inside (model, situation, seed);
        g_autofree gchar *runs = check_runs (model, seed);

        if (inside != NULL || runs != NULL)
          g_error ("%s, %s, replicate %u: %s", component->name, situations[situation].name, seed,
                   inside != NULL ? inside : runs);
      }
}

static void
test_protocol_tells_what_it_is (gconstpointer data)
{
  const PnyxComponent *component = data;
  g_autofree gchar *body
      = g_strdup_printf ("<network nodes='16'/><chain kind='%s'/>", component->name);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  const PnyxProtocolOps *ops = world->chains[0]->ops;

  g_assert_true (&ops->component == component);
  g_assert_nonnull (component->summary);
  g_assert_nonnull (component->source);
  g_assert_nonnull (component->limits);
  g_assert_cmpstr (ops->honest->protocol, ==, component->name);
  g_assert_nonnull (ops->honest->component.source);
}

static PnyxBlockId
stays_at_genesis (PnyxChain *chain)
{
  (void)chain;
  return 0;
}

static PnyxBlockId
is_the_last_made (PnyxChain *chain, PnyxBlockId block)
{
  (void)block;
  return pnyx_block_tree_size (chain->blocks) - 1;
}

static gboolean
has_nothing (const PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  (void)chain;
  (void)node;
  return block == 0;
}

/* The checker notices a protocol that breaks one promise. */
static void
test_broken_promises_are_noticed (void)
{
  g_autoptr (PnyxModel) model = test_model ("<network nodes='16'/><chain kind='nakamoto'>"
                                            "<nakamoto interval='exponential(1 s)'/></chain>");
  PnyxProtocolOps broken[3];

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    broken[i] = pnyx_protocol_nakamoto;
  broken[0].canonical = stays_at_genesis;
  broken[1].final = is_the_last_made;
  broken[2].has_block = has_nothing;
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (TestWorld) world = test_world_new (model, 0);
      PnyxBlockId final = PNYX_NONE;
      g_autofree gchar *fault = NULL;

      test_world_run (world, 100);
      g_assert_null (look_into (world->chains[0], 16, &final));
      world->chains[0]->ops = &broken[i];
      for (guint step = 0; step < 50 && fault == NULL; step++)
        {
          test_world_run (world, 101 + step);
          fault = look_into (world->chains[0], 16, &final);
        }
      g_assert_nonnull (fault);
      world->chains[0]->ops = &pnyx_protocol_nakamoto;
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; pnyx_protocol_kind.get (i) != NULL; i++)
    {
      const PnyxComponent *component = pnyx_protocol_kind.get (i);
      g_autofree gchar *promises
          = g_strdup_printf ("/property/protocols/%s/keeps-its-promises", component->name);
      g_autofree gchar *texts
          = g_strdup_printf ("/property/protocols/%s/tells-what-it-is", component->name);

      g_test_add_data_func (promises, component, test_protocol_keeps_its_promises);
      g_test_add_data_func (texts, component, test_protocol_tells_what_it_is);
    }
  g_test_add_func ("/property/protocols/broken-promises-are-noticed",
                   test_broken_promises_are_noticed);
  return g_test_run ();
}
