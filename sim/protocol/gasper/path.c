/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Votes at fidelity path: nobody's copy of the latest messages is kept. Without equivocation a
 * validator has one vote for each target epoch, so the latest messages of a node follow from the
 * set of votes that it has seen, whatever their order. Nodes that have seen the same set share a
 * class: one table of latest messages, one row of weights.
 *
 * Votes of a committee for one head are open until every node has got what it will get; then they
 * are folded into the classes. What is open lies over the class of a node as what it has by now.
 * Aggregates travel as spreads (net/spread.h), computed only where somebody can observe them before
 * a bound on the time they take is over. Classes split where nodes have seen different votes for
 * good (a cut), and become one again when their tables are equal.
 *
 * Here are set-up and what becomes of data; path_class.c has the classes, path_spread.c aggregates
 * under way, path_view.c what a node has and the heads that follow, path_fold.c the folding.
 *
 * The rules are those of store.c: a vote counts from the slot after its own, with its head and
 * target imported, and is dropped where that happens two epochs late, unless a block brought it.
 */
#include "protocol/gasper/path_priv.h"

static void
free_scratch (gpointer path)
{
  GasperPath *self = path;

  g_array_unref (self->lying);
  g_array_unref (self->bits);
}

/* Sizes differ by one. */
static guint32
largest_committee (const Gasper *self)
{
  guint32 n = self->validators.n, slots = self->rules.preset.slots_per_epoch;
  guint32 committees = slots * pnyx_gasper_get_committee_count_per_slot (&self->rules.preset, n);

  return n / committees + 1;
}

gboolean
gasper_path_init (PnyxChain *chain, GError **error)
{
  Gasper *self = chain->state;
  GasperPath *path = pnyx_arena_array (arena_of (chain), GasperPath, 1);
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);
  PnyxPlace place = pnyx_section_place_of (chain->section, "fidelity");
  const gchar *why = NULL;

  if (self->rules.view_merge)
    why = "view-merge";
  else if (!self->rules.lmd)
    why = "lmd false";
  if (why != NULL)
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "fidelity path does not go with %s (expected fidelity full)", why);
      return FALSE;
    }
  if (!pnyx_network_can_spread (chain->network, &place, error))
    return FALSE;
  self->path = path;
  path->eager = self->votes->eager;
  path->largest_committee = largest_committee (self);
  path->path_bound = pnyx_network_path_bound (chain->network);
  for (PnyxNodeId node = 0; nodes->clock_offset != NULL && node < self->n_nodes; node++)
    path->most_ahead = MAX (path->most_ahead, nodes->clock_offset[node]);
  path->nodes = pnyx_arena_array (arena_of (chain), PathNode, self->n_nodes);
  path->over = pnyx_arena_array (arena_of (chain), guint32, self->validators.n);
  path->over_stamp = pnyx_arena_array (arena_of (chain), guint32, self->validators.n);
  path->row = pnyx_arena_array (arena_of (chain), gint64, self->weights_capacity);
  path->memo = pnyx_arena_array (arena_of (chain), PathMemo, N_MEMO);
  for (guint32 i = 0; i < N_MEMO; i++)
    path->memo[i].head = PNYX_NONE;
  path->lying = g_array_new (FALSE, FALSE, sizeof (PathOver));
  path->bits = g_array_new (FALSE, TRUE, sizeof (guint64));
  pnyx_world_own (chain->world, free_scratch, path);
  path->first_kept = 1;
  path->oldest_open = G_MAXUINT64;
  gasper_path_new_class (chain)->n_nodes = self->n_nodes;
  pnyx_network_open_topic (chain->network, self->aggregate_channel);
  pnyx_network_set_path (chain->network, self->block_channel);
  pnyx_network_set_path (chain->network, self->blob_channel);
  return TRUE;
}

void
gasper_path_warm (const Gasper *self, PnyxNodeId node)
{
  __builtin_prefetch (&self->path->nodes[node], 1);
}

gboolean
gasper_path_is_sure (const Gasper *self, PnyxTime sent, PnyxTime now)
{
  return sent <= now - self->path->path_bound; /* what is withheld was sent at PNYX_TIME_MAX */
}

guint64
gasper_path_oldest_open (const Gasper *self)
{
  return self->path->oldest_open;
}

const GasperPathCounts *
gasper_path_counts (const Gasper *self)
{
  return &self->path->counts;
}

/* ---- Data ---- */

void
gasper_path_add_open (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;

  self->data[id].spread->open = TRUE;
  pnyx_arena_reserve (arena_of (chain), path->open, path->n_open, path->open_capacity);
  path->open[path->n_open++] = id;
  path->oldest_open = MIN (path->oldest_open, self->data[id].slot);
}

void
gasper_path_on_vote (PnyxChain *chain, guint32 id)
{
  const Gasper *self = chain->state;

  if (!self->data[id].spread->open) /* a late vote: its own node has it */
    gasper_path_add_open (chain, id);
}

guint32
gasper_path_new_data (PnyxChain *chain)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  guint32 id;

  if (path->n_free_data > 0)
    id = path->free_data[--path->n_free_data];
  else
    {
      pnyx_arena_reserve (arena_of (chain), self->data, self->n_data, self->data_capacity);
      id = self->n_data++;
    }
  return id;
}

void
gasper_path_begin_data (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;

  self->data[id].spread = pnyx_arena_array (arena_of (chain), GasperSpread, 1);
  gasper_path_add_open (chain, id);
}

const guint64 *
gasper_path_aggregate_at (PnyxChain *chain, guint32 id, PnyxNodeId node, guint i)
{
  const Gasper *self = chain->state;
  guint64 left = gasper_path_versions_at (chain, id, node);

  for (; i > 0 && left != 0; i--)
    left &= left - 1;
  return left != 0 ? self->data[id].spread->versions[__builtin_ctzll (left)].bits : NULL;
}

/* What is not for aggregators any more. */
static void
forget_data (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  GasperData *data = &self->data[id];

  pnyx_arena_release (arena_of (chain), data->sent, sizeof (PnyxTime) * data->n);
  data->sent = NULL;
}

static void
recycle_data (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  GasperData *data = &self->data[id];
  GasperSpread *spread = data->spread;
  PnyxArena *arena = arena_of (chain);

  for (guint32 i = 0; i < spread->n_versions; i++)
    pnyx_arena_release (arena, spread->versions[i].bits, sizeof (guint64) * data->n_words);
  pnyx_arena_release (arena, spread->versions, sizeof (PathVersion) * spread->versions_capacity);
  pnyx_arena_release (arena, spread->published,
                      sizeof (PathPublication) * spread->published_capacity);
  pnyx_arena_release (arena, spread->inclusions,
                      sizeof (PathInclusion) * spread->inclusions_capacity);
  if (spread->masks != NULL)
    pnyx_arena_release (arena, spread->masks, sizeof (guint64) * spread->limits->n_parts);
  if (spread->flood != NULL)
    pnyx_spread_free (spread->flood);
  pnyx_arena_release (arena, spread, sizeof *spread);
  data->spread = NULL;
  pnyx_arena_release (arena, data->voted, sizeof (guint64) * data->n_words);
  for (guint i = 0; i < N_CURSORS; i++) /* the number will be another one's */
    if (id < self->cursors[i].spent_capacity)
      self->cursors[i].spent[id] = 0;
  pnyx_arena_reserve (arena, path->free_data, path->n_free_data, path->free_data_capacity);
  path->free_data[path->n_free_data++] = id;
}

/* Whether votes that @block includes still wait (or those whose number is used again: soon not). */
static gboolean
is_waited_for (const Gasper *self, PnyxBlockId block)
{
  gboolean is_open = FALSE;

  for (guint32 i = 0; i < self->blocks[block].n_included && !is_open; i++)
    {
      const GasperSpread *spread = self->data[self->blocks[block].included[i].data].spread;

      is_open = spread != NULL && spread->open;
    }
  return is_open;
}

/* What a block that everybody has, or nobody wants any more, kept by node. */
static void
forget_block (PnyxChain *chain, PnyxBlockId id)
{
  Gasper *self = chain->state;
  GasperBlock *block = &self->blocks[id];
  PnyxArena *arena = arena_of (chain);
  gsize bits = sizeof (guint64) * self->n_node_words;

  for (guint32 i = 0; i < block->n_included; i++)
    pnyx_arena_release (arena, block->included[i].bits,
                        sizeof (guint64) * block->included[i].n_words);
  block->n_included = 0;
  pnyx_arena_release (arena, block->imported_at, sizeof (PnyxTime) * self->n_nodes);
  block->imported_at = NULL;
  if (block->n_imported < self->n_nodes)
    return;
  block->everywhere = TRUE;
  pnyx_arena_release (arena, block->imported, bits);
  pnyx_arena_release (arena, block->received, bits);
  pnyx_arena_release (arena, block->timely, bits);
  block->imported = block->received = block->timely = NULL;
}

void
gasper_path_forget (PnyxChain *chain, guint64 open, guint64 final)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;

  for (; path->forgotten < open; path->forgotten++)
    for (guint32 id = self->data_of_slot[path->forgotten]; id != PNYX_NONE;
         id = self->data[id].next_in_slot)
      forget_data (chain, id);
  for (; path->first_kept < pnyx_block_tree_size (chain->blocks)
         && self->blocks[path->first_kept].slot < final && !is_waited_for (self, path->first_kept);
       path->first_kept++)
    forget_block (chain, path->first_kept);
  for (; path->recycled < final; path->recycled++)
    {
      for (guint32 id = self->data_of_slot[path->recycled]; id != PNYX_NONE;
           id = self->data[id].next_in_slot)
        if (self->data[id].spread->open)
          return; /* votes that still wait for their block */
      for (guint32 id = self->data_of_slot[path->recycled]; id != PNYX_NONE;
           id = self->data[id].next_in_slot)
        recycle_data (chain, id);
      self->data_of_slot[path->recycled] = PNYX_NONE;
    }
}
