/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks around forks: of each fork, from the last one back, the block that has several children,
 * blocks before and after it, and the ends of the branches that are not canonical. What lies
 * between is left out: along a branch a dashed edge says how much, along the canonical chain a new
 * row begins.
 */
#include <math.h>

#include "figure/kinds.h"
#include "figure/series.h"

enum
{
  ORPHANED,
  CANONICAL,
  INVALID,
  N_FATES
};

typedef struct
{
  guint64 blocks;
  guint64 around;
  PnyxFigureRun run;
} Params;

static const PnyxParam params_table[] = {
  { .name = "blocks",
    .type = PNYX_PARAM_COUNT,
    .fallback = "60",
    .min = "1",
    .max = "5000",
    .offset = offsetof (Params, blocks),
    .meaning = "At most so many blocks, the last around forks." },
  { .name = "around",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1",
    .min = "1",
    .max = "100",
    .offset = offsetof (Params, around),
    .meaning = "How many blocks before and after the parent of a fork are drawn." },
  { .name = "point",
    .type = PNYX_PARAM_COUNT,
    .fallback = "0",
    .offset = offsetof (Params, run.point),
    .meaning = "Point of a sweep to be drawn." },
  { .name = "replicate",
    .type = PNYX_PARAM_COUNT,
    .fallback = "0",
    .max = "1000000",
    .offset = offsetof (Params, run.replicate),
    .meaning = "Replicate to be drawn." },
  { .name = "chain",
    .type = PNYX_PARAM_NAME,
    .fallback = "",
    .offset = offsetof (Params, run.chain),
    .meaning = "Chain to be drawn; the first where it is absent." },
};

typedef struct
{
  gint64 number;
  gint64 above; /* number of its parent */
  gint parent;  /* index; -1: made before the window */
  gint fate;
  guint children;
  gint chosen_for; /* index of the block that it was first chosen for; -1: not chosen */
} Node;

typedef struct
{
  guint n;
  Node *nodes; /* owned: by number */
  guint64 chosen;
} Tree;

static void
tree_clear (Tree *tree)
{
  g_free (tree->nodes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tree, tree_clear)

/* Index of the block of @number among the first @n; -1: none. */
static gint
find (const Tree *tree, guint n, gint64 number)
{
  guint low = 0, high = n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (tree->nodes[middle].number < number)
        low = middle + 1;
      else
        high = middle;
    }
  return low < n && tree->nodes[low].number == number ? (gint)low : -1;
}

/* Numbers as the simulator gives them: whole, and a parent's below its child's. */
static gboolean
is_block (const PnyxFigurePoint *parent, const PnyxFigurePoint *fate)
{
  return parent->time == fate->time && parent->time > parent->value && parent->value >= 0
         && parent->time <= G_MAXINT32 && floor (parent->time) == parent->time
         && floor (parent->value) == parent->value && fate->value >= 0 && fate->value < N_FATES;
}

static gboolean
tree_read (Tree *tree, const PnyxFigureData *data, const PnyxFigureRun *run, GError **error)
{
  g_autoptr (GArray) parents = pnyx_figure_series (data, "blocks.parent", run, error);
  g_autoptr (GArray) fates
      = parents == NULL ? NULL : pnyx_figure_series (data, "blocks.fate", run, error);

  if (fates == NULL)
    return FALSE;
  tree->nodes = g_new0 (Node, parents->len);
  for (guint i = 0; i < parents->len; i++, tree->n++)
    {
      const PnyxFigurePoint *parent = &g_array_index (parents, PnyxFigurePoint, i);
      Node *node = &tree->nodes[i];

      if (parents->len != fates->len
          || !is_block (parent, &g_array_index (fates, PnyxFigurePoint, i)))
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                       "the series blocks.parent and blocks.fate are not of the same blocks");
          return FALSE;
        }
      *node = (Node){ .number = (gint64)parent->time,
                      .above = (gint64)parent->value,
                      .parent = find (tree, i, (gint64)parent->value),
                      .fate = (gint)g_array_index (fates, PnyxFigurePoint, i).value,
                      .chosen_for = -1 };
      if (node->parent >= 0)
        tree->nodes[node->parent].children++;
    }
  return TRUE;
}

/* ---- Which blocks ---- */

static void
choose (Tree *tree, gint node, gint reason)
{
  if (tree->nodes[node].chosen_for >= 0)
    return;
  tree->nodes[node].chosen_for = reason;
  tree->chosen++;
}

static void
choose_before (Tree *tree, gint node, guint64 around, gint reason)
{
  for (guint64 i = 0; node >= 0 && i <= around; i++, node = tree->nodes[node].parent)
    choose (tree, node, reason);
}

/* Blocks whose way to @root is at most @around long; numbers grow along a branch. */
static void
choose_after (Tree *tree, gint root, guint64 around)
{
  for (guint i = (guint)root + 1; i < tree->n; i++)
    {
      gint node = (gint)i;

      for (guint64 k = 0; k < around && node > root; k++)
        node = tree->nodes[node].parent;
      if (node == root)
        choose (tree, (gint)i, root);
    }
}

static gboolean
is_reason (const Node *node)
{
  return node->children > 1 || (node->children == 0 && node->fate != CANONICAL);
}

/* Where the last reason took more than @limit, it is given up, unless it is the only one. */
static void
choose_blocks (Tree *tree, const Params *params)
{
  for (gint i = (gint)tree->n - 1; i >= 0; i--)
    {
      guint64 before = tree->chosen;

      if (!is_reason (&tree->nodes[i]))
        continue;
      choose_before (tree, i, params->around, i);
      if (tree->nodes[i].children > 1)
        choose_after (tree, i, params->around);
      if (tree->chosen <= params->blocks)
        continue;
      for (guint k = 0; before > 0 && k < tree->n; k++)
        if (tree->nodes[k].chosen_for == i)
          tree->nodes[k].chosen_for = -1;
      tree->chosen = before > 0 ? before : tree->chosen;
      break;
    }
  for (gint i = (gint)tree->n - 1; tree->chosen == 0 && i >= 0; i--)
    if ((guint64)((gint)tree->n - i) <= params->blocks)
      tree->nodes[i].chosen_for = i;
}

/* ---- The graph ---- */

static const gchar *const styles[] = {
  [ORPHANED] = "shape = ellipse, style = dashed, color = \"#D55E00\"",
  [CANONICAL] = "fillcolor = \"#56B4E9\"",
  [INVALID] = "shape = octagon, fillcolor = \"#E69F00\", peripheries = 2",
};

/* The key is a row of its own. */
static void
add_key (GString *graph, const gboolean has[N_FATES])
{
  static const gint order[] = { CANONICAL, ORPHANED, INVALID };
  static const gchar *const names[] = { "orphaned", "canonical", "invalid" };
  const gchar *before = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      const gchar *name = names[order[i]];

      if (!has[order[i]])
        continue;
      g_string_append_printf (graph, "%s [%s]\n", name, styles[order[i]]);
      if (before != NULL)
        g_string_append_printf (graph, "%s -> %s [style = invis]\n", before, name);
      before = name;
    }
}

/* An edge to the next chosen block before @node: dashed where others lie between. */
static void
add_edge (GString *graph, const Tree *tree, const Node *node)
{
  gint before = node->parent;
  guint between = 0;

  for (; before >= 0 && tree->nodes[before].chosen_for < 0; between++)
    before = tree->nodes[before].parent;
  if (before < 0 || (between > 0 && node->fate == CANONICAL))
    return;
  g_string_append_printf (graph, "%" G_GINT64_FORMAT " -> %" G_GINT64_FORMAT,
                          tree->nodes[before].number, node->number);
  if (between > 0)
    g_string_append_printf (graph, " [style = dashed, label = \"%u more\"]", between);
  g_string_append_c (graph, '\n');
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  static const gchar *const columns[] = { "block", "parent", "fate", NULL };
  const Params *params = p;
  gboolean has[N_FATES] = { FALSE };
  g_auto (Tree) tree = { 0 };

  if (!tree_read (&tree, data, &params->run, error))
    return FALSE;
  choose_blocks (&tree, params);
  pnyx_sheet_table (sheet, columns);
  sheet->graph = g_string_new (NULL);
  for (guint i = 0; i < tree.n; i++)
    has[tree.nodes[i].fate] |= tree.nodes[i].chosen_for >= 0;
  add_key (sheet->graph, has);
  for (guint i = 0; i < tree.n; i++)
    {
      const Node *node = &tree.nodes[i];

      if (node->chosen_for < 0)
        continue;
      pnyx_table_add_integer (sheet->data, node->number);
      pnyx_table_add_integer (sheet->data, node->above);
      pnyx_table_add_integer (sheet->data, node->fate);
      g_string_append_printf (sheet->graph, "%" G_GINT64_FORMAT " [%s]\n", node->number,
                              styles[node->fate]);
      add_edge (sheet->graph, &tree, node);
    }
  return TRUE;
}

const PnyxFigureOps pnyx_figure_block_tree = {
  .component = { .name = "block-tree",
                 .summary = "The blocks around the last forks, by number; drawn by Graphviz.",
                 .source = "form of the figure: ours",
                 .limits = "One replicate, of chains with at most 5000 blocks. Without Graphviz "
                           "only the file for it (NAME.gv) is written.",
                 .params = params_table,
                 .n_params = G_N_ELEMENTS (params_table),
                 .params_size = sizeof (Params) },
  .prepare = prepare,
};
