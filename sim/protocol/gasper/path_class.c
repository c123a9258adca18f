/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Classes of fidelity path: the tables that nodes share, and how blocks move nodes between them. */
#include "protocol/gasper/path_priv.h"

PathClass *
gasper_path_new_class (PnyxChain *chain)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  PathClass *class = NULL;

  for (guint32 i = 0; i < path->n_classes && class == NULL; i++)
    if (path->classes[i].n_nodes == 0)
      class = &path->classes[i];
  if (class == NULL)
    {
      pnyx_arena_reserve (arena_of (chain), path->classes, path->n_classes, path->classes_capacity);
      class = &path->classes[path->n_classes++];
    }
  *class = (PathClass){ .version = ++path->n_versions };
  class->latest = pnyx_arena_array (arena_of (chain), guint32, self->validators.n);
  class->weights = pnyx_arena_array (arena_of (chain), gint64, self->weights_capacity);
  return class;
}

static void
free_class (PnyxChain *chain, PathClass *class)
{
  const Gasper *self = chain->state;

  pnyx_arena_release (arena_of (chain), class->latest, sizeof (guint32) * self->validators.n);
  pnyx_arena_release (arena_of (chain), class->weights, sizeof (gint64) * self->weights_capacity);
  *class = (PathClass){ .n_nodes = 0 };
}

void
gasper_path_reserve_weights (PnyxChain *chain, guint32 old, guint32 capacity)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;

  for (guint32 i = 0; i < path->n_classes; i++)
    if (path->classes[i].n_nodes > 0)
      path->classes[i].weights
          = pnyx_arena_grow (arena_of (chain), path->classes[i].weights, sizeof (gint64) * old,
                             sizeof (gint64) * capacity);
  path->row = pnyx_arena_grow (arena_of (chain), path->row, sizeof (gint64) * old,
                               sizeof (gint64) * capacity);
}

void
gasper_path_shift_weights (PnyxChain *chain, guint32 gone)
{
  const Gasper *self = chain->state;
  guint32 capacity = self->weights_capacity;

  gone = MIN (gone, capacity);
  for (guint32 i = 0; i < self->path->n_classes; i++)
    {
      gint64 *row = self->path->classes[i].weights;

      if (self->path->classes[i].n_nodes == 0)
        continue;
      memmove (row, row + gone, sizeof (gint64) * (capacity - gone));
      memset (row + capacity - gone, 0, sizeof (gint64) * gone);
    }
}

static inline guint64
entry_hash (guint32 v, guint32 latest)
{
  return latest == 0 ? 0 : pnyx_hash_mix (v, latest);
}

gboolean
gasper_path_apply (const Gasper *self, PathClass *class, const GasperData *data,
                   const guint64 *bits)
{
  const GasperMessage *fresh = &self->messages[data->message];
  gint64 added = 0;
  gboolean changed = FALSE;

  for (guint32 word = 0; word < data->n_words; word++)
    {
      for (guint64 left = bits[word]; left != 0; left &= left - 1)
        {
          guint32 v = data->members[word * 64 + (guint32)__builtin_ctzll (left)];

          __builtin_prefetch (&class->latest[v], 1);
          __builtin_prefetch (&self->validators.effective_balance[v]);
        }
      for (guint64 left = bits[word]; left != 0; left &= left - 1)
        {
          guint32 v = data->members[word * 64 + (guint32)__builtin_ctzll (left)];
          guint32 old = class->latest[v];
          gint64 balance = (gint64)self->validators.effective_balance[v];

          if (old != 0 && self->messages[old - 1].epoch >= fresh->epoch)
            continue;
          if (old != 0)
            add_weight (self, class->weights, self->messages[old - 1].block, -balance);
          added += balance;
          class->latest[v] = data->message + 1;
          class->hash += entry_hash (v, data->message + 1) - entry_hash (v, old);
          changed = TRUE;
        }
    }
  add_weight (self, class->weights, fresh->block, added);
  return changed;
}

/* ---- Blocks ---- */

/* Whether class number @class has all that @block includes of folded data; @open: not all is. */
static gboolean
contains (const Gasper *self, const PathClass *class, const GasperBlock *block, gboolean *open)
{
  gboolean all = TRUE;

  *open = FALSE;
  for (guint32 i = 0; i < block->n_included; i++)
    {
      const GasperIncluded *included = &block->included[i];
      const GasperData *data = &self->data[included->data];

      if (data->spread->open)
        {
          *open = TRUE;
          continue;
        }
      for (guint32 word = 0; word < data->n_words && all; word++)
        for (guint64 left = included->bits[word]; left != 0; left &= left - 1)
          {
            guint32 latest
                = class->latest[data->members[word * 64 + (guint32)__builtin_ctzll (left)]];

            if (latest == 0 || self->messages[latest - 1].epoch < data->target.epoch)
              all = FALSE;
          }
    }
  return all;
}

/* Whether all heads that @block's votes of folded data are for are at @node. */
static gboolean
has_heads (const Gasper *self, PnyxNodeId node, const GasperBlock *block)
{
  PnyxBlockId head = 0, target = 0; /* the last ones that it has: most are alike */

  for (guint32 i = 0; i < block->n_included; i++)
    {
      const GasperData *data = &self->data[block->included[i].data];

      if (data->head == head && data->target.root == target)
        continue;
      head = data->head;
      target = data->target.root;
      if (!gasper_has_block (self, node, head) || !gasper_has_block (self, node, target))
        return FALSE;
    }
  return TRUE;
}

void
gasper_path_leave_class (PnyxChain *chain, PnyxNodeId node, guint32 to)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  PathClass *from = &path->classes[path->nodes[node].class];

  path->nodes[node].class = to;
  path->parts_limits = NULL;
  path->classes[to].n_nodes++;
  if (--from->n_nodes == 0)
    free_class (chain, from);
}

static void
include_all (const Gasper *self, PathClass *class, const GasperBlock *block)
{
  for (guint32 i = 0; i < block->n_included; i++)
    if (!self->data[block->included[i].data].spread->open)
      gasper_path_apply (self, class, &self->data[block->included[i].data],
                         block->included[i].bits);
}

guint32
gasper_path_copy_class (PnyxChain *chain, guint32 from)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  PathClass *made = gasper_path_new_class (chain);
  const PathClass *old = &path->classes[from];

  made->hash = old->hash;
  memcpy (made->latest, old->latest, sizeof (guint32) * self->validators.n);
  memcpy (made->weights, old->weights, sizeof (gint64) * self->weights_capacity);
  return (guint32)(made - path->classes);
}

guint32
gasper_path_twin_of (const Gasper *self, guint32 class)
{
  const GasperPath *path = self->path;
  const PathClass *of = &path->classes[class];

  for (guint32 i = 0; i < path->n_classes; i++)
    if (i != class && path->classes[i].n_nodes > 0 && path->classes[i].hash == of->hash
        && memcmp (path->classes[i].latest, of->latest, sizeof (guint32) * self->validators.n) == 0)
      return i;
  return PNYX_NONE;
}

static void
move_by_block (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  const GasperBlock *block = &self->blocks[id];
  guint32 class = path->nodes[node].class, to;
  guint64 version = path->classes[class].version;
  gboolean open;
  PathMove *move;

  for (guint32 i = 0; i < MIN (path->n_moves, N_MOVES); i++)
    {
      move = &path->moves[(path->n_moves - 1 - i) % N_MOVES];
      to = move->to;
      if (move->version != version || move->block != id
          || path->classes[to].version != move->to_version)
        continue;
      if (to != class)
        gasper_path_leave_class (chain, node, to);
      return;
    }
  move = &path->moves[path->n_moves++ % N_MOVES];
  *move = (PathMove){ .version = version, .to_version = version, .block = id, .to = class };
  if (contains (self, &path->classes[class], block, &open))
    {
      if (open) /* to be asked again once that is folded */
        move->version = 0;
      return;
    }
  path->counts.moves++;
  if (path->classes[class].n_nodes == 1)
    {
      move->version = 0;
      include_all (self, &path->classes[class], block);
      path->classes[class].version = ++path->n_versions;
      return;
    }
  to = gasper_path_copy_class (chain, class);
  include_all (self, &path->classes[to], block);
  gasper_path_leave_class (chain, node, to);
  if (gasper_path_twin_of (self, to) != PNYX_NONE)
    gasper_path_leave_class (chain, node, gasper_path_twin_of (self, to));
  move->to = path->nodes[node].class;
  move->to_version = path->classes[move->to].version;
  /* A class that changes gets another number: what leads to it is asked again. */
  if (open)
    move->version = 0;
}

/* Included votes whose head is not there wait: their data is open again for this. */
static void
keep_open (PnyxChain *chain, const GasperBlock *block)
{
  Gasper *self = chain->state;

  for (guint32 i = 0; i < block->n_included; i++)
    if (!self->data[block->included[i].data].spread->open)
      gasper_path_add_open (chain, block->included[i].data);
}

void
gasper_path_on_block (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
{
  Gasper *self = chain->state;
  GasperBlock *block = &self->blocks[id];

  block->imported_at[node] = pnyx_world_now (chain->world);
  block->last_import = pnyx_world_now (chain->world);
  block->n_imported++;
  self->path->nodes[node].seen += pnyx_hash_mix (id, 0);
  if (self->witness != NULL)
    for (guint32 i = 0; i < block->n_included; i++)
      self->witness (self->witness_user, chain, node, GASPER_SAW_VOTES, block->included[i].data,
                     block->included[i].bits, TRUE);
  if (block->n_included == 0)
    return;
  if (!has_heads (self, node, block))
    keep_open (chain, block);
  else
    move_by_block (chain, node, id);
}

void
gasper_path_new_block (PnyxChain *chain, PnyxBlockId id)
{
  Gasper *self = chain->state;
  GasperBlock *block = &self->blocks[id];

  block->imported_at = pnyx_arena_array (arena_of (chain), PnyxTime, self->n_nodes);
  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    block->imported_at[node] = PNYX_TIME_MAX;
  for (guint32 i = 0; i < block->n_included; i++)
    {
      GasperSpread *spread = self->data[block->included[i].data].spread;

      pnyx_arena_reserve (arena_of (chain), spread->inclusions, spread->n_inclusions,
                          spread->inclusions_capacity);
      spread->inclusions[spread->n_inclusions++]
          = (PathInclusion){ .block = id, .bits = block->included[i].bits };
    }
}
