/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a node has of votes at fidelity path: its class and what lies over it; its head. */
#include "protocol/gasper/path_priv.h"

/* ---- What a node has of open data ---- */

/* Votes that their own node has seen, of its members in the slot of @data. */
static void
add_own (PnyxChain *chain, const GasperData *data, PnyxNodeId node, guint64 *bits)
{
  const Gasper *self = chain->state;
  const GasperSlotDuties *duties = gasper_slot_duties (chain, data->shuffling, data->slot);
  const guint32 *first = gasper_committee (self, data->shuffling, data->slot, 0).members;
  guint32 offset = (guint32)(data->members - first);

  for (guint32 i = duties->first[node]; i < duties->first[node + 1]; i++)
    {
      guint32 position = duties->due[i].member - offset; /* before its committee: very large */

      if (position < data->n && bit_get (data->voted, position))
        bit_set (bits, position);
    }
}

gboolean
gasper_path_counts_at (PnyxChain *chain, const GasperData *data, PnyxNodeId node, gboolean *late)
{
  const Gasper *self = chain->state;
  const GasperNode *store = pnyx_chain_node (chain, node);
  PnyxTime head, target;

  if (store->slot < data->slot + 1 || !gasper_has_block (self, node, data->head)
      || !gasper_has_block (self, node, data->target.root))
    return FALSE;
  head = imported_at (self, node, data->head);
  target = imported_at (self, node, data->target.root);
  *late = local_epoch (chain, node, MAX (head, target)) > data->target.epoch + 1;
  return TRUE;
}

void
gasper_path_add_seen (PnyxChain *chain, guint32 id, PnyxNodeId node, gboolean late, guint64 *bits)
{
  const Gasper *self = chain->state;
  const GasperData *data = &self->data[id];
  const GasperSpread *spread = data->spread;

  if (!late)
    for (guint64 left = gasper_path_versions_at (chain, id, node); left != 0; left &= left - 1)
      for (guint32 word = 0; word < data->n_words; word++)
        bits[word] |= spread->versions[__builtin_ctzll (left)].bits[word];
  for (guint32 i = 0; i < spread->n_inclusions; i++)
    if (gasper_has_block (self, node, spread->inclusions[i].block))
      for (guint32 word = 0; word < data->n_words; word++)
        bits[word] |= spread->inclusions[i].bits[word];
}

/* Lists what @node has beyond its class. Returns: a hash of it; 0: nothing. */
static guint64
look_over (PnyxChain *chain, PnyxNodeId node)
{
  const Gasper *self = chain->state;
  GasperPath *path = self->path;
  const PathNode *at = &path->nodes[node];
  const GasperNode *store = pnyx_chain_node (chain, node);
  guint64 hash = 0;

  g_array_set_size (path->lying, 0);
  g_array_set_size (path->bits, 0);
  for (guint32 i = 0; path->oldest_open < store->slot && i < path->n_open; i++)
    {
      guint32 id = path->open[i];
      const GasperData *data = &self->data[id];
      PathOver over = { .data = id };
      gboolean late;
      guint64 *bits;
      guint start = path->bits->len;

      if (!gasper_path_counts_at (chain, data, node, &late))
        continue;
      g_array_set_size (path->bits, start + data->n_words);
      bits = &g_array_index (path->bits, guint64, start);
      memset (bits, 0, sizeof (guint64) * data->n_words);
      gasper_path_add_seen (chain, id, node, late, bits);
      add_own (chain, data, node, bits);
      hash = pnyx_hash_mix (hash + 1, id);
      for (guint32 word = 0; word < data->n_words; word++)
        hash = pnyx_hash_mix (hash, bits[word]);
      over.bits = GUINT_TO_POINTER (start); /* the array may move */
      g_array_append_val (path->lying, over);
    }
  for (guint i = 0; i < path->lying->len; i++)
    {
      PathOver *over = &g_array_index (path->lying, PathOver, i);

      over->bits = &g_array_index (path->bits, guint64, GPOINTER_TO_UINT (over->bits));
    }
  for (guint32 i = 0; i < at->n_extras; i++)
    hash = pnyx_hash_mix (hash + 2, pnyx_hash_mix (at->extras[i].validator, at->extras[i].message));
  return hash;
}

/* update_latest_messages over the class, in the scratch row. */
static void
lay_over (Gasper *self, const PathClass *class, guint32 v, guint32 message)
{
  GasperPath *path = self->path;
  gint64 balance = (gint64)self->validators.effective_balance[v];
  guint32 old = path->over_stamp[v] == path->stamp ? path->over[v] : class->latest[v];

  if (old != 0 && self->messages[old - 1].epoch >= self->messages[message].epoch)
    return;
  if (old != 0)
    add_weight (self, path->row, self->messages[old - 1].block, -balance);
  add_weight (self, path->row, self->messages[message].block, balance);
  path->over[v] = message + 1;
  path->over_stamp[v] = path->stamp;
}

/* The row of weights of @node, after look_over. */
static const gint64 *
row_over (PnyxChain *chain, PnyxNodeId node)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  const PathNode *at = &path->nodes[node];
  const PathClass *class = &path->classes[at->class];
  guint64 epochs = 0;

  path->stamp++; /* also where nothing lies over it: gasper_path_latest reads it */
  if (path->lying->len == 0 && at->n_extras == 0)
    return class->weights;
  path->counts.overlays++;
  memcpy (path->row, class->weights, sizeof (gint64) * self->weights_capacity);
  for (guint i = 0; i < path->lying->len; i++)
    {
      const PathOver *over = &g_array_index (path->lying, PathOver, i);
      const GasperData *data = &self->data[over->data];

      epochs |= (guint64)1 << (data->target.epoch % 64);
      for (guint32 word = 0; word < data->n_words; word++)
        for (guint64 left = over->bits[word]; left != 0; left &= left - 1)
          lay_over (self, class, data->members[word * 64 + (guint32)__builtin_ctzll (left)],
                    data->message);
    }
  for (guint32 i = 0; i < at->n_extras; i++)
    lay_over (self, class, at->extras[i].validator, at->extras[i].message);
  path->counts.two_epochs += (epochs & (epochs - 1)) != 0 ? 1 : 0;
  return path->row;
}

const gint64 *
gasper_path_weights (PnyxChain *chain, PnyxNodeId node)
{
  look_over (chain, node);
  return row_over (chain, node);
}

guint32
gasper_path_latest (PnyxChain *chain, PnyxNodeId node, guint32 v)
{
  const Gasper *self = chain->state;
  const GasperPath *path = self->path;

  return path->over_stamp[v] == path->stamp ? path->over[v]
                                            : path->classes[path->nodes[node].class].latest[v];
}

/* ---- Heads ---- */

static PathMemo
memo_key (PnyxChain *chain, PnyxNodeId node)
{
  const Gasper *self = chain->state;
  const GasperNode *store = pnyx_chain_node (chain, node);
  const PathNode *at = &self->path->nodes[node];

  return (PathMemo){ .class = self->path->classes[at->class].version,
                     .over = look_over (chain, node),
                     .seen = at->seen,
                     .justified_epoch = store->justified.epoch,
                     .finalized_epoch = store->finalized.epoch,
                     .epoch = epoch_of (self, store->slot),
                     .justified = store->justified.root,
                     .finalized = store->finalized.root,
                     .boost = store->boost,
                     .head = PNYX_NONE };
}

gboolean
gasper_path_is_unchanged (const Gasper *self, PnyxNodeId node, guint64 slot)
{
  const GasperPath *path = self->path;
  const PathNode *at = &path->nodes[node];

  return path->oldest_open >= slot && at->asked == path->classes[at->class].version;
}

PnyxBlockId
gasper_path_head (PnyxChain *chain, PnyxNodeId node, GasperPathFind find)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  PathMemo key = memo_key (chain, node);
  guint64 hash = pnyx_hash_mix (pnyx_hash_mix (key.class + key.over, key.seen),
                                (guint64)key.boost << 32 | key.justified);
  PathMemo *entry = &path->memo[(hash ^ hash >> 32) % N_MEMO];

  key.head = entry->head;
  path->nodes[node].asked = key.class;
  path->counts.heads++;
  if (entry->head != PNYX_NONE && memcmp (&key, entry, sizeof key) == 0)
    return entry->head;
  path->counts.evaluations++;
  key.head = find (chain, node, row_over (chain, node));
  *entry = key;
  return key.head;
}
