/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A tree is grown from the tables: swarm_draw composes the elements at the top, grow () fills each
 * of them, with what swarm_value draws for it. Names and references are put right at the end, and
 * the rest by swarm_mend: a refusal names a line, which loses the attribute that was complained of.
 */
#include "support/swarm_draw.h"

#include "adversary/adversary.h"
#include "batch/root.h"
#include "protocol/protocol.h"
#include "scenario/tables.h"
#include "support/swarm_mend.h"
#include "support/swarm_value.h"

#define SECONDS 900 /* that a world lasts at most */
#define SWARM_EVENTS                                                                               \
  "4000000" /* some lines carry a bit a second, on which all is asked for again */

/* Elements that are not drawn: they say what is shown, or how often it is run. */
static const gchar *const left_out[] = { "sweep",     "figures", "figure", "axis",  "when", "or",
                                         "precision", "run",     "region", "chain", NULL };
/* What a feed of prices has and one of classes has not. */
static const gchar *const of_prices[] = { "venue", "shock", NULL };
/* Of these run and chain are composed. */
static const gchar *const composed[] = { "run", "chain", NULL };

static const PnyxPlace nowhere = { NULL, 0 };

/* --- growing --- */

static void
grow_attributes (SwarmDraw *draw, PnyxNode *node, const gchar *table, const PnyxParam *params,
                 gsize n)
{
  gdouble often = swarm_between (draw, 0, 0.5);

  for (gsize i = 0; i < n; i++)
    {
      g_autofree gchar *value = swarm_value (draw, table, &params[i], often);

      if (value != NULL)
        pnyx_node_set (node, params[i].name, value, &nowhere);
    }
}

static void grow (SwarmDraw *draw, PnyxNode *node, const PnyxElement *element, guint depth);

static void
grow_children (SwarmDraw *draw, PnyxNode *node, const PnyxChild *children, gsize n, guint depth)
{
  for (gsize i = 0; i < n; i++)
    {
      const PnyxElement *element = children[i].element;
      guint most = children[i].max == 0 ? 3 : MIN (children[i].max, 3);
      guint count = children[i].min;
      gboolean stake = draw->gasper && g_str_equal (element->name, "validators");

      if (depth == 0 || g_strv_contains (left_out, element->name)
          || (!draw->gasper && g_str_equal (element->name, "validators"))
          || (draw->classes && g_strv_contains (of_prices, element->name)))
        continue;
      if (count == 0 && most > 0 && (stake || swarm_chance (draw, 0.4)))
        count = 1 + swarm_below (draw, most);
      for (guint k = 0; k < count; k++)
        grow (draw, pnyx_node_add (node, element->name, &nowhere), element, depth + 1);
    }
}

/* Whether a world of this chain and oracle can have the component at all. */
static gboolean
suits (const SwarmDraw *draw, const PnyxElement *element, const PnyxComponent *component)
{
  gboolean classed = FALSE;

  if (g_str_equal (element->name, "adversary"))
    return g_str_equal (((const PnyxStrategyOps *)(gconstpointer)component)->protocol,
                        draw->protocol);
  if (g_str_equal (element->name, "feed"))
    {
      classed = g_str_equal (component->name, "categorical");
      return classed == draw->classes;
    }
  if (g_str_equal (element->name, "filter") || g_str_equal (element->name, "estimator"))
    classed = g_str_equal (component->name, "plurality")
              || g_str_equal (component->name, "dawid-skene");
  else
    return TRUE;
  return classed == draw->classes;
}

static const PnyxComponent *
component_for (SwarmDraw *draw, PnyxNode *node, const PnyxElement *element)
{
  const PnyxAttribute *given = pnyx_node_attribute (node, "kind");
  const PnyxComponent *component;
  gsize n = 0;

  if (given != NULL)
    return pnyx_kind_find (element->kind, given->value);
  while (element->kind->get (n) != NULL)
    n++;
  do
    component = element->kind->get (swarm_below (draw, (guint)n));
  while (!suits (draw, element, component));
  pnyx_node_set (node, "kind", component->name, &nowhere);
  return component;
}

static void
grow_component (SwarmDraw *draw, PnyxNode *node, const PnyxElement *element, guint depth)
{
  const PnyxComponent *component = component_for (draw, node, element);
  PnyxNode *own = node;

  if (pnyx_component_is_separate (element, component))
    own = pnyx_node_add (node, component->name, &nowhere);
  grow_attributes (draw, own, component->name, component->params, component->n_params);
  grow_children (draw, own, component->children, component->n_children, depth + 1);
}

static void
grow (SwarmDraw *draw, PnyxNode *node, const PnyxElement *element, guint depth)
{
  grow_attributes (draw, node, element->name, element->params, element->n_params);
  grow_children (draw, node, element->children, element->n_children, depth);
  if (element->kind != NULL)
    grow_component (draw, node, element, depth);
}

static PnyxNode *
grow_named (SwarmDraw *draw, PnyxNode *root, const gchar *name, const gchar *kind)
{
  const PnyxElement *element
      = pnyx_children_find (pnyx_element_scenario.children, pnyx_element_scenario.n_children, name)
            ->element;
  PnyxNode *node = pnyx_node_add (root, name, &nowhere);

  if (kind != NULL)
    pnyx_node_set (node, "kind", kind, &nowhere);
  grow (draw, node, element, 1);
  return node;
}
/* --- what refers to what --- */

static void
collect (PnyxNode *node, GPtrArray *nodes)
{
  g_ptr_array_add (nodes, node);
  for (guint i = 0; i < node->children->len; i++)
    collect (g_ptr_array_index (node->children, i), nodes);
}

/* Faults and absences are within the run, and end after they have begun. */
static void
order_times (SwarmDraw *draw, PnyxNode *node)
{
  gdouble at = swarm_between (draw, 0, SECONDS / 3.0);
  g_autofree gchar *from = g_strdup_printf ("%.3f s", at);
  g_autofree gchar *to
      = g_strdup_printf ("%.3f s", swarm_between (draw, at + 0.01, at + SECONDS / 4.0));

  pnyx_node_set (node, "at", from, &nowhere);
  if (swarm_chance (draw, 0.85))
    pnyx_node_set (node, "until", to, &nowhere);
  else
    swarm_forget (node, "until");
}

/* Attributes that go with another one of their element, or not. */
static void
agree (SwarmDraw *draw, PnyxNode *node)
{
  static const gchar *const in_file[]
      = { "count", "stake", "stake-total", "operators", "operator-skew", NULL };
  g_autofree gchar *slot = g_strdup_printf ("%u", 1 + swarm_below (draw, 40));

  if (pnyx_node_attribute (node, "bug-client") != NULL)
    pnyx_node_set (node, "bug-slot", slot, &nowhere);
  else
    swarm_forget (node, "bug-slot");
  if (pnyx_node_attribute (node, "view-merge") != NULL)
    {
      pnyx_node_set (node, "boost", "0", &nowhere);
      pnyx_node_set (node, "proposer-reorg", "false", &nowhere);
    }
  if (g_str_equal (node->name, "validators") && pnyx_node_attribute (node, "file") != NULL)
    for (guint i = 0; in_file[i] != NULL; i++)
      swarm_forget (node, in_file[i]);
}

/* Some of the venues that there are, or all. */
static void
choose_venues (SwarmDraw *draw, PnyxNode *node, const GPtrArray *nodes)
{
  g_autoptr (GString) names = g_string_new (NULL);

  if (pnyx_node_attribute (node, "venues") == NULL)
    return;
  for (guint i = 0; i < nodes->len; i++)
    if (g_str_equal (((PnyxNode *)nodes->pdata[i])->name, "venue") && swarm_chance (draw, 0.6))
      g_string_append_printf (names, "%s%s", names->len > 0 ? " " : "",
                              pnyx_node_attribute (nodes->pdata[i], "name")->value);
  if (names->len > 0)
    pnyx_node_set (node, "venues", names->str, &nowhere);
}

/* Ids are unique by being the defaults or numbered; a reference takes one of those there are. */
static void
link_up (SwarmDraw *draw, PnyxDocument *document)
{
  static const struct
  {
    const gchar *attribute, *element;
  } whom[] = { { "class", "class" }, { "client", "client" }, { "bug-client", "client" } };
  static const gchar *const timed[] = { "outage", "partition", "eclipse", NULL };
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  collect (document->root, nodes);
  for (guint i = 0; i < nodes->len; i++)
    {
      PnyxNode *node = g_ptr_array_index (nodes, i);

      if (g_strv_contains (timed, node->name))
        order_times (draw, node);
      for (guint k = 0; k < G_N_ELEMENTS (whom); k++)
        {
          g_autoptr (GPtrArray) named = g_ptr_array_new ();

          if (pnyx_node_attribute (node, whom[k].attribute) == NULL)
            continue;
          for (guint j = 0; j < nodes->len; j++)
            if (g_str_equal (((PnyxNode *)nodes->pdata[j])->name, whom[k].element)
                && pnyx_node_attribute (nodes->pdata[j], "name") != NULL)
              g_ptr_array_add (named, pnyx_node_attribute (nodes->pdata[j], "name")->value);
          if (named->len == 0)
            swarm_forget (node, whom[k].attribute);
          else
            pnyx_node_set (node, whom[k].attribute, named->pdata[swarm_below (draw, named->len)],
                           &nowhere);
        }
      choose_venues (draw, node, nodes);
      agree (draw, node);
      for (guint k = node->attributes->len; k > 0; k--)
        {
          const PnyxAttribute *attribute = &g_array_index (node->attributes, PnyxAttribute, k - 1);

          if (*attribute->value
              == '\0') /* references are left at their defaults: the one there is */
            swarm_forget (node, attribute->name);
        }
    }
}
/* --- composing --- */

/* More often those with adversaries and checkers of their own. */
static const gchar *
protocol_for (SwarmDraw *draw)
{
  gsize n = 0;

  if (swarm_chance (draw, 0.85))
    return swarm_chance (draw, 0.6) ? "gasper" : "nakamoto";
  while (pnyx_protocol_kind.get (n) != NULL)
    n++;
  return pnyx_protocol_kind.get (swarm_below (draw, (guint)n))->name;
}

static gboolean
has_adversaries (const gchar *protocol)
{
  const PnyxStrategyOps *strategy;

  for (gsize i = 0; (strategy = (gconstpointer)pnyx_adversary_kind.get (i)) != NULL; i++)
    if (g_str_equal (strategy->protocol, protocol))
      return TRUE;
  return FALSE;
}

static const gchar *const strangers[]
    = { "ocr-median", "pyth", "commit-reveal", "twap", "uma", "kleros" };

/* Gives what is named @name another id than its default, here and where it is referred to. */
static void
rename_all (SwarmDraw *draw, PnyxNode *root, const gchar *name)
{
  g_autoptr (GPtrArray) elements = pnyx_tables_elements (&pnyx_element_scenario);
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();
  g_autofree gchar *id = g_strdup_printf ("n%u", draw->names++);

  collect (root, nodes);
  for (guint i = 0; i < nodes->len; i++)
    for (guint k = 0; k < elements->len; k++)
      {
        const PnyxElement *element = elements->pdata[k];

        if (!g_str_equal (((PnyxNode *)nodes->pdata[i])->name, element->name))
          continue;
        if (g_str_equal (element->name, name))
          pnyx_node_set (nodes->pdata[i], "id", id, &nowhere);
        for (gsize j = 0; j < element->n_params; j++)
          if (element->params[j].type == PNYX_PARAM_REFERENCE
              && g_str_equal (element->params[j].refers_to, name))
            pnyx_node_set (nodes->pdata[i], element->params[j].name, id, &nowhere);
      }
}

/* One actor in place of a share. */
static void
compose_adversary (SwarmDraw *draw, PnyxNode *root)
{
  PnyxNode *adversary = grow_named (draw, root, "adversary", NULL);
  g_autofree gchar *actor = g_strdup_printf ("%u", swarm_below (draw, draw->gasper ? 16 : 3));

  swarm_forget (adversary, "actor");
  if (swarm_chance (draw, 0.7))
    return;
  swarm_forget (adversary, "share");
  pnyx_node_set (adversary, "actor", actor, &nowhere);
}

static PnyxNode *
child_of (PnyxNode *node, const gchar *name)
{
  for (guint i = 0; i < node->children->len; i++)
    if (g_str_equal (((PnyxNode *)node->children->pdata[i])->name, name))
      return node->children->pdata[i];
  return pnyx_node_add (node, name, &nowhere);
}

static PnyxNode *
grow_pool (SwarmDraw *draw, PnyxNode *root, const gchar *id)
{
  PnyxNode *pool = grow_named (draw, root, "contract", "pool");

  pnyx_node_set (pool, "id", id, &nowhere);
  pnyx_node_set (pool, "oracle", "oracle", &nowhere);
  return pool;
}

/* An attack is on loans at a fixed spread; one that trades in a pool needs one that moves the price
 * of the loans. */
static void
aim (SwarmDraw *draw, PnyxNode *root, PnyxNode *loans, PnyxNode *attack, PnyxNode *pool)
{
  const gchar *kind = pnyx_node_attribute (attack, "kind")->value;
  gboolean spot = g_str_equal (kind, "spot");
  PnyxNode *lending = child_of (loans, "lending");

  pnyx_node_set (attack, "target", "loans", &nowhere);
  pnyx_node_set (lending, "liquidation", "fixed-spread", &nowhere);
  if (!spot && !g_str_equal (kind, "hold"))
    return;
  if (pool == NULL)
    pool = grow_pool (draw, root, draw->pool);
  swarm_forget (pool, "asset");
  swarm_forget (loans, "asset");
  pnyx_node_set (lending, "pool", draw->pool, &nowhere);
  pnyx_node_set (lending, "price", spot ? "pool" : "oracle", &nowhere);
  if (!spot || swarm_chance (draw, 0.5))
    return;
  swarm_forget (grow_pool (draw, root, "bank"), "asset");
  pnyx_node_set (attack, "lender", "bank", &nowhere);
}

static void
compose_oracle (SwarmDraw *draw, PnyxNode *root)
{
  const gchar *kind = strangers[swarm_below (draw, G_N_ELEMENTS (strangers))];
  gboolean twap = g_str_equal (kind, "twap");
  PnyxNode *node, *pool = NULL;

  draw->classes = g_str_equal (kind, "kleros")
                  || (!twap && !g_str_equal (kind, "pyth") && !g_str_equal (kind, "ocr-median")
                      && swarm_chance (draw, 0.4));
  node = grow_named (draw, root, "oracle", kind);
  swarm_forget (node, "id");
  if (draw->classes)
    return;
  if (twap || swarm_chance (draw, 0.5))
    {
      pool = grow_pool (draw, root, draw->pool);
      for (guint i = 0; twap && i < node->children->len; i++)
        if (g_str_equal (((PnyxNode *)node->children->pdata[i])->name, "twap"))
          pnyx_node_set (node->children->pdata[i], "pool", draw->pool, &nowhere);
      if (twap)
        pnyx_node_set (node, "kind", "twap", &nowhere);
    }
  if (swarm_chance (draw, 0.6))
    {
      PnyxNode *loans = grow_named (draw, root, "contract", "lending");

      pnyx_node_set (loans, "id", "loans", &nowhere);
      pnyx_node_set (loans, "oracle", "oracle", &nowhere);
      if (swarm_chance (draw, 0.6))
        {
          PnyxNode *attack = grow_named (draw, root, "attack", NULL);

          aim (draw, root, loans, attack, pool);
        }
    }
}

static void
compose_events (SwarmDraw *draw, PnyxNode *root)
{
  if (swarm_chance (draw, 0.6))
    grow_named (draw, root, "events", NULL);
}

static void
compose_run (SwarmDraw *draw, PnyxNode *root, gboolean oracle)
{
  PnyxNode *run = pnyx_node_add (root, "run", &nowhere);
  g_autofree gchar *length = NULL;

  if (oracle || swarm_chance (draw, 0.2))
    length = g_strdup_printf ("%u s", 300 + swarm_below (draw, SECONDS - 300));
  else if (draw->gasper)
    length = g_strdup_printf ("%u epoch", 3 + swarm_below (draw, 12));
  else
    length = g_strdup_printf ("%u block", 10 + swarm_below (draw, 60));
  pnyx_node_set (run, "duration", length, &nowhere);
  pnyx_node_set (run, "events-max", SWARM_EVENTS, &nowhere);
  pnyx_node_set (run, "memory-max", "1 GiB", &nowhere);
  if (swarm_chance (draw, 0.3))
    {
      g_autofree gchar *warmup = swarm_span (draw);

      pnyx_node_set (run, "warmup", warmup, &nowhere);
    }
  if (swarm_chance (draw, 0.2))
    pnyx_node_set (run, "batches", "4", &nowhere);
}

/* The length of an epoch of Gasper in seconds, as the chain has it. */
static gdouble
epoch_of (PnyxNode *chain)
{
  const PnyxComponent *gasper = pnyx_kind_find (&pnyx_protocol_kind, "gasper");
  PnyxNode *own = child_of (chain, "gasper");
  gdouble length = 1;

  for (gsize i = 0; i < gasper->n_params; i++)
    {
      const PnyxParam *param = &gasper->params[i];
      const PnyxAttribute *given = pnyx_node_attribute (own, param->name);

      if (g_str_equal (param->name, "slot") || g_str_equal (param->name, "slots-per-epoch"))
        length *= swarm_number_of (param, given == NULL ? param->fallback : given->value, 1);
    }
  return length;
}

/* Votes of more than a third, or ways between parts of that size, are lost for so long that
 * finality stalls after it has begun, and come back: what is independent of each other does that
 * too rarely. The last thing to be drawn, as what is about times is put right before. */
static void
compose_stall (SwarmDraw *draw, PnyxNode *root, PnyxNode *chain)
{
  static const gchar *const cuts[] = { "outage", "partition" };
  guint from = 5 + swarm_below (draw, 3), to = from + 4 + swarm_below (draw, 4);
  g_autofree gchar *duration = g_strdup_printf ("%u epoch", to + 5 + swarm_below (draw, 3));
  g_autofree gchar *share = g_strdup_printf ("%.2f", swarm_between (draw, 0.35, 0.6));
  gboolean votes = swarm_chance (draw, 0.4);
  gdouble epoch = votes ? 0 : epoch_of (chain);
  g_autofree gchar *at
      = votes ? g_strdup_printf ("%u epoch", from)
              : g_strdup_printf ("%.3f s", (from + swarm_between (draw, 0, 1)) * epoch);
  g_autofree gchar *until
      = votes ? g_strdup_printf ("%u epoch", to)
              : g_strdup_printf ("%.3f s", (to + swarm_between (draw, 0, 1)) * epoch);
  PnyxNode *event
      = votes ? pnyx_node_add (child_of (chain, "validators"), "offline", &nowhere)
              : pnyx_node_add (child_of (root, "events"), cuts[swarm_below (draw, 2)], &nowhere);

  pnyx_node_set (child_of (root, "run"), "duration", duration, &nowhere);
  pnyx_node_set (event, "share", share, &nowhere);
  pnyx_node_set (event, "at", at, &nowhere);
  pnyx_node_set (event, "until", until, &nowhere);
}

PnyxDocument *
swarm_draw (guint64 number)
{
  SwarmDraw draw = { .random = g_rand_new_with_seed ((guint32)number), .number = number };
  PnyxDocument *document = pnyx_document_new ("scenario", &nowhere);
  PnyxNode *root = document->root, *chain;
  gboolean oracle = swarm_chance (&draw, 0.45);
  g_autofree gchar *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, number + 1);

  draw.protocol = protocol_for (&draw);
  draw.pool = swarm_chance (&draw, 0.7) ? "pool" : "market";
  draw.gasper = g_str_equal (draw.protocol, "gasper");
  pnyx_node_set (root, "name", "swarm", &nowhere);
  pnyx_node_set (root, "seed", seed, &nowhere);
  compose_run (&draw, root, oracle);
  grow_named (&draw, root, "network", NULL);
  chain = grow_named (&draw, root, "chain", draw.protocol);
  swarm_forget (chain, "id");
  if (has_adversaries (draw.protocol) && swarm_chance (&draw, 0.3))
    compose_adversary (&draw, root);
  if (oracle)
    compose_oracle (&draw, root);
  if (swarm_chance (&draw, 0.5))
    grow_named (&draw, root, "energy", NULL);
  compose_events (&draw, root);
  link_up (&draw, document);
  if (draw.gasper && swarm_chance (&draw, 0.4))
    compose_stall (&draw, root, chain);
  if (swarm_chance (&draw, 0.1))
    rename_all (&draw, root, "chain");
  if (swarm_chance (&draw, 0.1))
    rename_all (&draw, root, "oracle");
  g_rand_free (draw.random);
  return document;
}
/* --- what can be drawn --- */

static void
add_drawable (GPtrArray *all, const gchar *table, const PnyxParam *params, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree gchar *name = g_strdup_printf ("%s %s", table, params[i].name);

      if ((swarm_is_drawn (table, params[i].name) || g_str_equal (table, "run"))
          && !g_ptr_array_find_with_equal_func (all, name, g_str_equal, NULL))
        g_ptr_array_add (all, g_steal_pointer (&name));
    }
}

GPtrArray *
swarm_drawable (void)
{
  g_autoptr (GPtrArray) elements = pnyx_tables_elements (&pnyx_element_scenario);
  GPtrArray *all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < elements->len; i++)
    {
      const PnyxElement *element = elements->pdata[i];

      if (g_strv_contains (left_out, element->name) && !g_strv_contains (composed, element->name))
        continue;
      add_drawable (all, element->name, element->params, element->n_params);
      for (gsize k = 0; element->kind != NULL && element->kind->get (k) != NULL; k++)
        {
          const PnyxComponent *component = element->kind->get (k);

          add_drawable (all, component->name, component->params, component->n_params);
        }
    }
  return all;
}
