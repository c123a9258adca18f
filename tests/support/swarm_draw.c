/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A tree is grown from the tables: swarm_draw composes the elements at the top, grow () fills each
 * of them. What makes a world large or long is bounded by sizes[]; names and references are put
 * right at the end, and the rest by swarm_mend: a refusal names a line, which loses the attribute
 * that was complained of. Nothing here knows a component's parameters but sizes[].
 */
#include "support/swarm_draw.h"

#include <math.h>
#include <string.h>

#include "adversary/adversary.h"
#include "batch/root.h"
#include "protocol/protocol.h"
#include "scenario/tables.h"
#include "scenario/writer.h"
#include "support/swarm_files.h"

#define SECONDS 900 /* that a world lasts at most */
#define SWARM_EVENTS                                                                               \
  "4000000" /* some lines carry a bit a second, on which all is asked for again */

/* Values that decide how much a world costs: drawn between these, always. */
typedef struct
{
  const gchar *table, *name;
  gdouble low, high; /* SI units; high < low: the parameter is left at its default */
  gdouble often;     /* 0: none; what it is in two of three worlds */
} Size;

static const Size sizes[] = {
  { "network", "nodes", 9, 24, 0 }, /* more than the degree that is the default */
  { "network", "operators", 1, 24, 0 },
  { "network", "request-timeout", 2, 60, 0 },
  { "topology", "degree", 2, 8, 0 },
  { "random-regular", "degree", 3, 6, 0 },
  { "watts-strogatz", "degree", 2, 6, 0 },
  { "barabasi-albert", "edges", 2, 4, 0 },
  { "validators", "count", 16, 128, 0 },
  { "validators", "operators", 1, 40, 0 },
  { "validators", "stake-total", 1024, 8192, 0 },
  { "gasper", "slot", 4, 12, 10 }, /* deadlines of whole milliseconds: naive store */
  { "gasper", "slots-per-epoch", 2, 8, 0 },
  { "votes", "committee-size", 2, 40, 0 },
  { "votes", "shuffle-rounds", 1, 90, 0 },
  { "nakamoto", "interval", 12, 60, 0 },
  { "nakamoto", "miners", 1, 6, 0 },
  { "nakamoto", "confirmations", 1, 12, 0 },
  { "clique", "signers", 1, 6, 0 }, /* one on each node */
  { "clique", "period", 5, 30, 0 },
  { "clique", "wiggle", 0, 5, 0.5 },
  { "clique", "confirmations", 1, 12, 0 },
  { "workload", "interval", 1, 20, 0 },
  { "run", "memory-max", 1, 0, 0 },
  { "reporters", "count", 3, 16, 0 },
  { "ocr-median", "round", 2, 60, 0 },
  { "ocr-median", "heartbeat", 30, 900, 0 },
  { "pyth", "interval", 5, 60, 0 },
  { "commit-reveal", "interval", 120, 400, 0 },
  { "commit-reveal", "commit", 15, 60, 0 },
  { "commit-reveal", "reveal", 15, 60, 0 },
  { "uma", "interval", 120, 600, 0 },
  { "uma", "liveness", 30, 200, 0 },
  { "uma", "vote", 30, 200, 0 },
  { "kleros", "interval", 200, 700, 0 },
  { "kleros", "vote", 30, 150, 0 },
  { "kleros", "appeal", 30, 150, 0 },
  { "twap", "interval", 10, 60, 0 },
  { "twap", "window", 30, 400, 0 },
  { "categorical", "interval", 60, 600, 0 },
  { "feed", "step", 1, 10, 0 },
  { "replay", "gap-max", 60, 600, 0 }, /* rows are nearer than that: swarm_files.c */
  { "venue", "noise-step", 1, 10, 0 },
  { "borrowers", "count", 10, 100, 0 },
  { "borrowers", "open-every", 10, 300, 0 },
  { "controller", "interval", 30, 300, 0 },
  { "controller", "window", 2, 12, 0 },
  { "attack", "at", 60, 900, 0 },
  { "attack", "settle", 60, 900, 0 },
  { "shock", "at", 30, 900, 0 },
  { "shock", "change", -0.5, 0.5, 0 },
  { "shock", "over", 0, 600, 0 },
  { "retrain", "every", 60, 900, 0 },
  { "forecast", "training", 30, 300, 0 },
  { "boosted", "train-at", 60, 600, 0 },
  { "boosted", "past-interval", 0.1, 2, 0 },
  { "logistic", "train-at", 60, 600, 0 },
  { "logistic", "past-interval", 0.1, 2, 0 },
  { "boosted", "embargo", 32, 64, 0 }, /* of the window and more */
  { "logistic", "embargo", 32, 64, 0 },
  { "adversary", "share", 0.01, 0.32, 0 },
  { "run", "events-max", 1, 0, 0 },
  { "run", "duration", 1, 0, 0 },
  { "run", "warmup", 1, 0, 0 },
  { "run", "replicates", 1, 0, 0 },
  { "scenario", "name", 1, 0, 0 },
};

/* Left out in the tables, and needed all the same. */
static const struct
{
  const gchar *table, *name;
} needed[] = { { "forecast", "training" }, { "late", "delay" }, { "policy", "policy" } };

/* What takes some words of a list that no table holds, and the words. */
static const struct
{
  const gchar *table, *name, *words;
} lists[] = {
  { "boosted", "train-families", "constant-bias,drift,spike" },
  { "boosted", "validation-families", "precise-bias,stuck" },
  { "boosted", "test-families", "camouflage,copy,noise-burst" },
  { "logistic", "train-families", "constant-bias,drift,spike" },
  { "logistic", "validation-families", "precise-bias,stuck" },
  { "logistic", "test-families", "camouflage,copy,noise-burst" },
};

/* What takes a file, and what it holds. */
static const struct
{
  const gchar *table, *name;
  SwarmFile file;
} files[] = {
  { "edge-list", "file", SWARM_FILE_EDGES },  { "validators", "file", SWARM_FILE_STAKES },
  { "replay", "file", SWARM_FILE_PRICES },    { "policy", "policy", SWARM_FILE_POLICY },
  { "energy", "profile", SWARM_FILE_ENERGY },
};

/* Elements that are not drawn: they say what is shown, or how often it is run. */
static const gchar *const left_out[] = { "sweep",     "figures", "figure", "axis",  "when", "or",
                                         "precision", "run",     "region", "chain", NULL };
/* What a feed of prices has and one of classes has not. */
static const gchar *const of_prices[] = { "venue", "shock", NULL };
/* Of these run and chain are composed. */
static const gchar *const composed[] = { "run", "chain", NULL };

typedef struct
{
  GRand *random;
  guint64 number;
  const gchar *protocol;
  const gchar *pool;        /* id of the contract of this kind that others trade in */
  gboolean gasper, classes; /* of the chain; of the oracle */
  guint names;              /* given so far */
} Draw;

static const PnyxPlace nowhere = { NULL, 0 };

static gboolean
chance (Draw *draw, gdouble p)
{
  return g_rand_double (draw->random) < p;
}

static guint
below (Draw *draw, guint n)
{
  return (guint)g_rand_int_range (draw->random, 0, (gint)n);
}

static gdouble
between (Draw *draw, gdouble low, gdouble high)
{
  return high > low ? g_rand_double_range (draw->random, low, high) : low;
}

static gboolean
is_needed (const gchar *table, const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    if (g_str_equal (needed[i].table, table) && g_str_equal (needed[i].name, name))
      return TRUE;
  return FALSE;
}

static const Size *
size_of (const gchar *table, const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (g_str_equal (sizes[i].table, table) && g_str_equal (sizes[i].name, name))
      return &sizes[i];
  return NULL;
}

/* --- values --- */

/* The number as a text of this parameter, with few digits and its unit. */
static gchar *
text_of (const PnyxParam *param, gdouble number)
{
  PnyxParam plain = *param;

  gdouble digits = number == 0 ? 1 : pow (10, 2 - floor (log10 (fabs (number))));

  if (param->type == PNYX_PARAM_DISTRIBUTION)
    plain.type = PNYX_PARAM_REAL;
  number
      = round (number * digits) / digits; /* short to read; a range is left by rounding at worst */
  return pnyx_param_from_number (&plain, number, param->fallback ? param->fallback : "1");
}

static gdouble
number_of (const PnyxParam *param, const gchar *text, gdouble otherwise)
{
  gdouble number;

  if (text == NULL || *text == '\0' || !pnyx_param_number (param, text, &number))
    return otherwise;
  return number;
}

/* What is usual for the parameter: its default, or what such things are of the size of. */
static gdouble
usual (const PnyxParam *param)
{
  gdouble limit = number_of (param, param->max, HUGE_VAL);
  gdouble otherwise = param->type == PNYX_PARAM_TIME ? 30 : limit <= 1 ? limit / 2 : 8;
  gdouble number = NAN;

  if (param->type == PNYX_PARAM_DISTRIBUTION && param->fallback != NULL && *param->fallback != 0)
    {
      g_autoptr (GError) error = NULL;
      const PnyxDistribution *distribution = NULL;
      PnyxParam alone = *param;

      alone.offset = 0;
      if (pnyx_param_parse (&alone, param->fallback, &nowhere, &distribution, &error))
        number = pnyx_distribution_mean (distribution);
      pnyx_params_clear (&alone, 1, &distribution);
    }
  else
    number = number_of (param, param->fallback, NAN);
  return isfinite (number) && number != 0 ? number : MIN (otherwise, limit);
}

/* A number within the range: near what is usual, anywhere where the range is bounded, or at an end
 * of it. */
static gdouble
number_for (Draw *draw, const PnyxParam *param, const gchar *table)
{
  const Size *size = size_of (table, param->name);
  gdouble low = number_of (param, param->min, -HUGE_VAL);
  gdouble high = number_of (param, param->max, HUGE_VAL);
  gdouble number;

  if (size != NULL && size->often > 0 && chance (draw, 0.66))
    return size->often;
  if (size != NULL)
    return between (draw, MAX (size->low, low), MIN (size->high, high));
  if (high - low <= 2)
    number = chance (draw, 0.1) ? low : chance (draw, 0.1) ? high : between (draw, low, high);
  else if (isfinite (low) && chance (draw, 0.08))
    number = low;
  else
    number = usual (param) * exp2 (between (draw, -2, 2));
  return CLAMP (number, low, high);
}

static gchar *
distribution_for (Draw *draw, const PnyxParam *param, const gchar *table)
{
  gdouble middle = number_for (draw, param, table);
  g_autofree gchar *a = text_of (param, middle * between (draw, 0.2, 1));
  g_autofree gchar *b = text_of (param, middle * between (draw, 1, 2));
  gboolean bounded = param->min != NULL && number_of (param, param->min, 0) > 0;

  switch (below (draw, bounded ? 3 : 6))
    {
    case 0:
      return g_strdup (b);
    case 1:
    case 2:
      return middle >= 0 ? g_strdup_printf ("uniform(%s, %s)", a, b) : g_strdup (b);
    case 3:
      return g_strdup_printf ("exponential(%s)", b);
    case 4:
      return g_strdup_printf ("lognormal(%s, 0.%u)", b, 1 + below (draw, 9));
    default:
      return g_strdup_printf ("mixture(0.3: %s, 0.7: exponential(%s))", a, b);
    }
}

static gchar *
span_for (Draw *draw)
{
  if (!draw->gasper || chance (draw, 0.2))
    return g_strdup_printf ("%u s", 1 + below (draw, 400));
  if (chance (draw, 0.3))
    return g_strdup_printf ("%u epoch", below (draw, 6));
  return g_strdup_printf ("%u slot", below (draw, 40));
}

static gint
by_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

static gchar *
profile_for (Draw *draw, const PnyxParam *param)
{
  g_autofree gchar *folder = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", "profiles",
                                               param->refers_to, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".xml"))
      g_ptr_array_add (names, g_strndup (name, strlen (name) - 4));
  if (names->len == 0)
    return NULL;
  g_ptr_array_sort (names, by_text);
  return g_strdup (g_ptr_array_index (names, below (draw, names->len)));
}

/* Returns: (transfer full) (nullable): NULL: none is known for the parameter. */
static gchar *
file_for (const Draw *draw, const PnyxParam *param, const gchar *table)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (g_str_equal (files[i].table, table) && g_str_equal (files[i].name, param->name))
      return swarm_file_name (files[i].file, draw->number);
  return NULL;
}

static gchar *
choice_for (Draw *draw, const gchar *const *choices)
{
  return g_strdup (choices[below (draw, g_strv_length ((GStrv)(gpointer)(guintptr)choices))]);
}

/* Some words of a list, at least one. Returns: (transfer full) (nullable): NULL: there is none. */
static gchar *
words_for (Draw *draw, const PnyxParam *param, const gchar *table)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    if (g_str_equal (lists[i].table, table) && g_str_equal (lists[i].name, param->name))
      {
        g_auto (GStrv) words = g_strsplit (lists[i].words, ",", -1);
        guint n = g_strv_length (words), first = below (draw, n),
              last = first + below (draw, n - first);
        GString *text = g_string_new (words[first]);

        for (guint k = first + 1; k <= last; k++)
          g_string_append_printf (text, ", %s", words[k]);
        return g_string_free (text, FALSE);
      }
  return param->choices != NULL ? choice_for (draw, param->choices) : NULL;
}

/* Returns: (transfer full) (nullable): NULL: leave it. */
static gchar *
value_for (Draw *draw, const PnyxParam *param, const gchar *table)
{
  switch (param->type)
    {
    case PNYX_PARAM_BOOL:
      return g_strdup (chance (draw, 0.5) ? "true" : "false");
    case PNYX_PARAM_ENUM:
      return choice_for (draw, param->choices);
    case PNYX_PARAM_DISTRIBUTION:
      return distribution_for (draw, param, table);
    case PNYX_PARAM_SPAN:
      return span_for (draw);
    case PNYX_PARAM_PROFILE:
      return chance (draw, 0.5) ? profile_for (draw, param) : file_for (draw, param, table);
    case PNYX_PARAM_NAME:
      return g_strdup_printf ("n%u", draw->names++);
    case PNYX_PARAM_NAMES:
      return words_for (draw, param, table);
    case PNYX_PARAM_REALS:
      return g_strdup ("3, 2, 1");
    case PNYX_PARAM_REFERENCE:
      return g_strdup (""); /* see link_up */
    case PNYX_PARAM_FILE:
      return file_for (draw, param, table);
    case PNYX_PARAM_TEXT:
      return g_str_equal (param->name, "venues") ? g_strdup ("all") : NULL; /* see link_up */
    default:
      return text_of (param, number_for (draw, param, table));
    }
}

/* --- growing --- */

static void
grow_attributes (Draw *draw, PnyxNode *node, const gchar *table, const PnyxParam *params, gsize n)
{
  gdouble often = between (draw, 0, 0.5);

  for (gsize i = 0; i < n; i++)
    {
      const Size *size = size_of (table, params[i].name);
      gboolean mandatory = params[i].fallback == NULL || is_needed (table, params[i].name);
      gboolean scaled = size != NULL && size->high >= size->low
                        && (params[i].fallback == NULL || *params[i].fallback != '\0');
      g_autofree gchar *value = NULL;

      if (size != NULL && size->high < size->low)
        continue;
      if (mandatory || scaled || chance (draw, often))
        value = value_for (draw, &params[i], table);
      if (value != NULL)
        pnyx_node_set (node, params[i].name, value, &nowhere);
    }
}

static void grow (Draw *draw, PnyxNode *node, const PnyxElement *element, guint depth);

static void
grow_children (Draw *draw, PnyxNode *node, const PnyxChild *children, gsize n, guint depth)
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
      if (count == 0 && most > 0 && (stake || chance (draw, 0.4)))
        count = 1 + below (draw, most);
      for (guint k = 0; k < count; k++)
        grow (draw, pnyx_node_add (node, element->name, &nowhere), element, depth + 1);
    }
}

/* Whether a world of this chain and oracle can have the component at all. */
static gboolean
suits (const Draw *draw, const PnyxElement *element, const PnyxComponent *component)
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
component_for (Draw *draw, PnyxNode *node, const PnyxElement *element)
{
  const PnyxAttribute *given = pnyx_node_attribute (node, "kind");
  const PnyxComponent *component;
  gsize n = 0;

  if (given != NULL)
    return pnyx_kind_find (element->kind, given->value);
  while (element->kind->get (n) != NULL)
    n++;
  do
    component = element->kind->get (below (draw, (guint)n));
  while (!suits (draw, element, component));
  pnyx_node_set (node, "kind", component->name, &nowhere);
  return component;
}

static void
grow_component (Draw *draw, PnyxNode *node, const PnyxElement *element, guint depth)
{
  const PnyxComponent *component = component_for (draw, node, element);
  PnyxNode *own = node;

  if (pnyx_component_is_separate (element, component))
    own = pnyx_node_add (node, component->name, &nowhere);
  grow_attributes (draw, own, component->name, component->params, component->n_params);
  grow_children (draw, own, component->children, component->n_children, depth + 1);
}

static void
grow (Draw *draw, PnyxNode *node, const PnyxElement *element, guint depth)
{
  grow_attributes (draw, node, element->name, element->params, element->n_params);
  grow_children (draw, node, element->children, element->n_children, depth);
  if (element->kind != NULL)
    grow_component (draw, node, element, depth);
}

static PnyxNode *
grow_named (Draw *draw, PnyxNode *root, const gchar *name, const gchar *kind)
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

/* @name may be that of the attribute itself, which goes with it. */
static void
forget (PnyxNode *node, const gchar *name)
{
  for (guint i = node->attributes->len; i > 0; i--)
    if (g_str_equal (g_array_index (node->attributes, PnyxAttribute, i - 1).name, name))
      {
        g_array_remove_index (node->attributes, i - 1);
        return;
      }
}

/* Faults and absences are within the run, and end after they have begun. */
static void
order_times (Draw *draw, PnyxNode *node)
{
  gdouble at = between (draw, 0, SECONDS / 3.0);
  g_autofree gchar *from = g_strdup_printf ("%.3f s", at);
  g_autofree gchar *to = g_strdup_printf ("%.3f s", between (draw, at + 0.01, at + SECONDS / 4.0));

  pnyx_node_set (node, "at", from, &nowhere);
  if (chance (draw, 0.85))
    pnyx_node_set (node, "until", to, &nowhere);
  else
    forget (node, "until");
}

/* Attributes that go with another one of their element, or not. */
static void
agree (Draw *draw, PnyxNode *node)
{
  static const gchar *const in_file[]
      = { "count", "stake", "stake-total", "operators", "operator-skew", NULL };
  g_autofree gchar *slot = g_strdup_printf ("%u", 1 + below (draw, 40));

  if (pnyx_node_attribute (node, "bug-client") != NULL)
    pnyx_node_set (node, "bug-slot", slot, &nowhere);
  else
    forget (node, "bug-slot");
  if (pnyx_node_attribute (node, "view-merge") != NULL)
    {
      pnyx_node_set (node, "boost", "0", &nowhere);
      pnyx_node_set (node, "proposer-reorg", "false", &nowhere);
    }
  if (g_str_equal (node->name, "validators") && pnyx_node_attribute (node, "file") != NULL)
    for (guint i = 0; in_file[i] != NULL; i++)
      forget (node, in_file[i]);
}

/* Some of the venues that there are, or all. */
static void
choose_venues (Draw *draw, PnyxNode *node, const GPtrArray *nodes)
{
  g_autoptr (GString) names = g_string_new (NULL);

  if (pnyx_node_attribute (node, "venues") == NULL)
    return;
  for (guint i = 0; i < nodes->len; i++)
    if (g_str_equal (((PnyxNode *)nodes->pdata[i])->name, "venue") && chance (draw, 0.6))
      g_string_append_printf (names, "%s%s", names->len > 0 ? " " : "",
                              pnyx_node_attribute (nodes->pdata[i], "name")->value);
  if (names->len > 0)
    pnyx_node_set (node, "venues", names->str, &nowhere);
}

/* Ids are unique by being the defaults or numbered; a reference takes one of those there are. */
static void
link_up (Draw *draw, PnyxDocument *document)
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
            forget (node, whom[k].attribute);
          else
            pnyx_node_set (node, whom[k].attribute, named->pdata[below (draw, named->len)],
                           &nowhere);
        }
      choose_venues (draw, node, nodes);
      agree (draw, node);
      for (guint k = node->attributes->len; k > 0; k--)
        {
          const PnyxAttribute *attribute = &g_array_index (node->attributes, PnyxAttribute, k - 1);

          if (*attribute->value
              == '\0') /* references are left at their defaults: the one there is */
            forget (node, attribute->name);
        }
    }
}

/* --- composing --- */

/* More often those with adversaries and checkers of their own. */
static const gchar *
protocol_for (Draw *draw)
{
  gsize n = 0;

  if (chance (draw, 0.85))
    return chance (draw, 0.6) ? "gasper" : "nakamoto";
  while (pnyx_protocol_kind.get (n) != NULL)
    n++;
  return pnyx_protocol_kind.get (below (draw, (guint)n))->name;
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
rename_all (Draw *draw, PnyxNode *root, const gchar *name)
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
compose_adversary (Draw *draw, PnyxNode *root)
{
  PnyxNode *adversary = grow_named (draw, root, "adversary", NULL);
  g_autofree gchar *actor = g_strdup_printf ("%u", below (draw, draw->gasper ? 16 : 3));

  forget (adversary, "actor");
  if (chance (draw, 0.7))
    return;
  forget (adversary, "share");
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
grow_pool (Draw *draw, PnyxNode *root, const gchar *id)
{
  PnyxNode *pool = grow_named (draw, root, "contract", "pool");

  pnyx_node_set (pool, "id", id, &nowhere);
  pnyx_node_set (pool, "oracle", "oracle", &nowhere);
  return pool;
}

/* An attack is on loans at a fixed spread; one that trades in a pool needs one that moves the price
 * of the loans. */
static void
aim (Draw *draw, PnyxNode *root, PnyxNode *loans, PnyxNode *attack, PnyxNode *pool)
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
  forget (pool, "asset");
  forget (loans, "asset");
  pnyx_node_set (lending, "pool", draw->pool, &nowhere);
  pnyx_node_set (lending, "price", spot ? "pool" : "oracle", &nowhere);
  if (!spot || chance (draw, 0.5))
    return;
  forget (grow_pool (draw, root, "bank"), "asset");
  pnyx_node_set (attack, "lender", "bank", &nowhere);
}

static void
compose_oracle (Draw *draw, PnyxNode *root)
{
  const gchar *kind = strangers[below (draw, G_N_ELEMENTS (strangers))];
  gboolean twap = g_str_equal (kind, "twap");
  PnyxNode *node, *pool = NULL;

  draw->classes = g_str_equal (kind, "kleros")
                  || (!twap && !g_str_equal (kind, "pyth") && !g_str_equal (kind, "ocr-median")
                      && chance (draw, 0.4));
  node = grow_named (draw, root, "oracle", kind);
  forget (node, "id");
  if (draw->classes)
    return;
  if (twap || chance (draw, 0.5))
    {
      pool = grow_pool (draw, root, draw->pool);
      for (guint i = 0; twap && i < node->children->len; i++)
        if (g_str_equal (((PnyxNode *)node->children->pdata[i])->name, "twap"))
          pnyx_node_set (node->children->pdata[i], "pool", draw->pool, &nowhere);
      if (twap)
        pnyx_node_set (node, "kind", "twap", &nowhere);
    }
  if (chance (draw, 0.6))
    {
      PnyxNode *loans = grow_named (draw, root, "contract", "lending");

      pnyx_node_set (loans, "id", "loans", &nowhere);
      pnyx_node_set (loans, "oracle", "oracle", &nowhere);
      if (chance (draw, 0.6))
        {
          PnyxNode *attack = grow_named (draw, root, "attack", NULL);

          aim (draw, root, loans, attack, pool);
        }
    }
}

static void
compose_events (Draw *draw, PnyxNode *root)
{
  if (chance (draw, 0.6))
    grow_named (draw, root, "events", NULL);
}

static void
compose_run (Draw *draw, PnyxNode *root, gboolean oracle)
{
  PnyxNode *run = pnyx_node_add (root, "run", &nowhere);
  g_autofree gchar *length = NULL;

  if (oracle || chance (draw, 0.2))
    length = g_strdup_printf ("%u s", 300 + below (draw, SECONDS - 300));
  else if (draw->gasper)
    length = g_strdup_printf ("%u epoch", 3 + below (draw, 12));
  else
    length = g_strdup_printf ("%u block", 10 + below (draw, 60));
  pnyx_node_set (run, "duration", length, &nowhere);
  pnyx_node_set (run, "events-max", SWARM_EVENTS, &nowhere);
  pnyx_node_set (run, "memory-max", "1 GiB", &nowhere);
  if (chance (draw, 0.3))
    {
      g_autofree gchar *warmup = span_for (draw);

      pnyx_node_set (run, "warmup", warmup, &nowhere);
    }
  if (chance (draw, 0.2))
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
        length *= number_of (param, given == NULL ? param->fallback : given->value, 1);
    }
  return length;
}

/* Votes of more than a third, or ways between parts of that size, are lost for so long that
 * finality stalls after it has begun, and come back: what is independent of each other does that
 * too rarely. The last thing to be drawn, as what is about times is put right before. */
static void
compose_stall (Draw *draw, PnyxNode *root, PnyxNode *chain)
{
  static const gchar *const cuts[] = { "outage", "partition" };
  guint from = 5 + below (draw, 3), to = from + 4 + below (draw, 4);
  g_autofree gchar *duration = g_strdup_printf ("%u epoch", to + 5 + below (draw, 3));
  g_autofree gchar *share = g_strdup_printf ("%.2f", between (draw, 0.35, 0.6));
  gboolean votes = chance (draw, 0.4);
  gdouble epoch = votes ? 0 : epoch_of (chain);
  g_autofree gchar *at = votes ? g_strdup_printf ("%u epoch", from)
                               : g_strdup_printf ("%.3f s", (from + between (draw, 0, 1)) * epoch);
  g_autofree gchar *until = votes ? g_strdup_printf ("%u epoch", to)
                                  : g_strdup_printf ("%.3f s", (to + between (draw, 0, 1)) * epoch);
  PnyxNode *event
      = votes ? pnyx_node_add (child_of (chain, "validators"), "offline", &nowhere)
              : pnyx_node_add (child_of (root, "events"), cuts[below (draw, 2)], &nowhere);

  pnyx_node_set (child_of (root, "run"), "duration", duration, &nowhere);
  pnyx_node_set (event, "share", share, &nowhere);
  pnyx_node_set (event, "at", at, &nowhere);
  pnyx_node_set (event, "until", until, &nowhere);
}

PnyxDocument *
swarm_draw (guint64 number)
{
  Draw draw = { .random = g_rand_new_with_seed ((guint32)number), .number = number };
  PnyxDocument *document = pnyx_document_new ("scenario", &nowhere);
  PnyxNode *root = document->root, *chain;
  gboolean oracle = chance (&draw, 0.45);
  g_autofree gchar *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, number + 1);

  draw.protocol = protocol_for (&draw);
  draw.pool = chance (&draw, 0.7) ? "pool" : "market";
  draw.gasper = g_str_equal (draw.protocol, "gasper");
  pnyx_node_set (root, "name", "swarm", &nowhere);
  pnyx_node_set (root, "seed", seed, &nowhere);
  compose_run (&draw, root, oracle);
  grow_named (&draw, root, "network", NULL);
  chain = grow_named (&draw, root, "chain", draw.protocol);
  forget (chain, "id");
  if (has_adversaries (draw.protocol) && chance (&draw, 0.3))
    compose_adversary (&draw, root);
  if (oracle)
    compose_oracle (&draw, root);
  if (chance (&draw, 0.5))
    grow_named (&draw, root, "energy", NULL);
  compose_events (&draw, root);
  link_up (&draw, document);
  if (draw.gasper && chance (&draw, 0.4))
    compose_stall (&draw, root, chain);
  if (chance (&draw, 0.1))
    rename_all (&draw, root, "chain");
  if (chance (&draw, 0.1))
    rename_all (&draw, root, "oracle");
  g_rand_free (draw.random);
  return document;
}

/* --- mending --- */

static PnyxNode *
node_at (PnyxDocument *document, guint line)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  collect (document->root, nodes);
  for (guint i = 0; i < nodes->len; i++)
    if (((PnyxNode *)nodes->pdata[i])->place.line == line)
      return nodes->pdata[i];
  return NULL;
}

static gboolean
has_word (const gchar *text, const gchar *word)
{
  for (const gchar *at = strstr (text, word); at != NULL; at = strstr (at + 1, word))
    {
      gchar before = at == text ? ' ' : at[-1], after = at[strlen (word)];

      if (!g_ascii_isalnum (before) && before != '-' && !g_ascii_isalnum (after) && after != '-')
        return TRUE;
    }
  return FALSE;
}

/* The name that a refusal offers in place of one that nothing has. Returns: (transfer full)
 * (nullable). */
static gchar *
offered (const gchar *complaint, guint line)
{
  const gchar *from = strstr (complaint, "(expected one of ");
  const gchar *to = from == NULL ? NULL : strchr (from, ')');
  g_autofree gchar *list = NULL;
  g_auto (GStrv) names = NULL;

  if (to == NULL || strstr (complaint, ": no ") == NULL)
    return NULL;
  from += strlen ("(expected one of ");
  list = g_strndup (from, (gsize)(to - from));
  names = g_strsplit (list, ", ", -1);
  return g_strdup (names[line % g_strv_length (names)]);
}

/* Forgets the attribute of @node, or of what stands right in it, that @complaint names, or gives it
 * a name that is offered. */
static gboolean
forget_named (PnyxNode *node, const gchar *complaint)
{
  static const gchar *const kept[]
      = { "kind", "name", "target", "nodes", "duration", "file", NULL };
  g_autofree gchar *other = offered (complaint, node->place.line);

  for (guint i = 0; i < node->attributes->len; i++)
    {
      const gchar *name = g_array_index (node->attributes, PnyxAttribute, i).name;

      if (!g_strv_contains (kept, name) && has_word (complaint, name))
        {
          if (other != NULL)
            pnyx_node_set (node, g_array_index (node->attributes, PnyxAttribute, i).name, other,
                           &nowhere);
          else
            forget (node, name);
          return TRUE;
        }
    }
  return FALSE;
}

/* Takes from @node, of which there are far more by default, all but how many there are. */
static gboolean
lighten (PnyxNode *node)
{
  static const gchar *const how_many[] = { "count", "nodes", "file", NULL };

  if (node->children->len > 0)
    {
      g_ptr_array_remove_index (node->children, node->children->len - 1);
      return TRUE;
    }
  for (guint i = 0; i < node->attributes->len; i++)
    if (!g_strv_contains (how_many, g_array_index (node->attributes, PnyxAttribute, i).name))
      {
        g_array_remove_index (node->attributes, i);
        return TRUE;
      }
  return FALSE;
}

static gboolean
mend_line (PnyxDocument *document, guint line, const gchar *complaint)
{
  PnyxNode *node = node_at (document, line);

  if (node == NULL)
    return FALSE;
  if (forget_named (node, complaint))
    return TRUE;
  for (guint i = 0; i < node->children->len; i++)
    if (forget_named (node->children->pdata[i], complaint))
      return TRUE;
  if (node->parent == NULL || g_strv_contains (composed, node->name))
    return FALSE;
  if (g_str_equal (node->name, "validators") || g_str_equal (node->name, "network"))
    return lighten (node);
  g_ptr_array_remove (node->parent->children, node);
  return TRUE;
}

gboolean
swarm_mend (PnyxDocument *document, const gchar *message)
{
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  gboolean mended = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const gchar *at = strstr (lines[i], ".xml:");
      gchar *end = NULL;
      guint line = at == NULL ? 0 : (guint)g_ascii_strtoull (at + 5, &end, 10);

      if (line > 0)
        mended |= mend_line (document, line, end);
    }
  return mended;
}

/* --- writing --- */

static void
write_node (GString *xml, PnyxNode *node, guint *line)
{
  node->place.line = ++*line;
  g_string_append_printf (xml, "<%s", node->name);
  if (node->parent == NULL)
    g_string_append (xml, " xmlns=\"" PNYX_NAMESPACE "\"");
  for (guint i = 0; i < node->attributes->len; i++)
    {
      const PnyxAttribute *attribute = &g_array_index (node->attributes, PnyxAttribute, i);
      g_autofree gchar *value = g_markup_escape_text (attribute->value, -1);

      g_string_append_printf (xml, " %s=\"%s\"", attribute->name, value);
    }
  g_string_append (xml, node->children->len == 0 ? "/>\n" : ">\n");
  if (node->children->len == 0)
    return;
  for (guint i = 0; i < node->children->len; i++)
    write_node (xml, g_ptr_array_index (node->children, i), line);
  g_string_append_printf (xml, "</%s>\n", node->name);
  ++*line;
}

gchar *
swarm_write (PnyxDocument *document)
{
  GString *xml = g_string_new (NULL);
  guint line = 0;

  write_node (xml, document->root, &line);
  return g_string_free (xml, FALSE);
}

/* --- what can be drawn --- */

static void
add_drawable (GPtrArray *all, const gchar *table, const PnyxParam *params, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree gchar *name = g_strdup_printf ("%s %s", table, params[i].name);
      const Size *size = size_of (table, params[i].name);

      if ((size == NULL || size->high >= size->low || g_str_equal (table, "run"))
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
