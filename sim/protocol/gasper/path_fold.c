/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folding at fidelity path: votes that have come everywhere become part of the classes. */
#include "protocol/gasper/path_priv.h"

#define LOOK_AHEAD 8                   /* nodes whose memory is fetched before they are looked at */
#define CLASS_BYTES ((gsize)128 << 20) /* of tables that early splits may add up to */

/* What a class is to get of a data. */
typedef struct
{
  guint32 class;
  guint32 n_nodes;
  PnyxNodeId first; /* node */
  guint64 *bits;
} Group;

static void
clear_group (gpointer group)
{
  g_free (((Group *)group)->bits);
}

/* Whether @node will never import a block that votes of @data need: it lies before what is final.
 */
static gboolean
is_given_up (PnyxChain *chain, const GasperData *data, PnyxNodeId node)
{
  const Gasper *self = chain->state;
  const GasperNode *store = pnyx_chain_node (chain, node);
  guint64 final = store->finalized.epoch * self->rules.preset.slots_per_epoch;

  return (!gasper_has_block (self, node, data->head) && self->blocks[data->head].slot <= final)
         || (!gasper_has_block (self, node, data->target.root)
             && self->blocks[data->target.root].slot <= final);
}

/* Finds who has what of @data, own votes left out. Returns: FALSE where that may yet change. */
static gboolean
group_nodes (PnyxChain *chain, guint32 id, gboolean is_too_old, GArray *groups, guint32 *group_of)
{
  const Gasper *self = chain->state;
  const GasperData *data = &self->data[id];
  g_autofree guint64 *bits = g_new (guint64, data->n_words);
  guint32 last = 0;

  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    {
      guint32 class = self->path->nodes[node].class, k = last;
      gboolean late = FALSE, counts = gasper_path_counts_at (chain, data, node, &late);
      gsize size = sizeof (guint64) * data->n_words;

      memset (bits, 0, size);
      if (counts || !is_given_up (chain, data, node))
        gasper_path_add_seen (chain, id, node, late || (!counts && is_too_old), bits);
      for (guint32 word = 0; word < data->n_words && !counts; word++)
        if (bits[word] != 0)
          return FALSE; /* they wait for the block */
      for (guint i = 0; i <= groups->len; i++, k = k + 1 >= groups->len ? 0 : k + 1)
        {
          Group *group;

          if (i == groups->len)
            {
              Group made = { .class = class, .first = node, .bits = g_memdup2 (bits, size) };

              g_array_append_val (groups, made);
              k = groups->len - 1;
            }
          group = &g_array_index (groups, Group, k);
          if (group->class != class || memcmp (group->bits, bits, size) != 0)
            continue;
          group->n_nodes++;
          group_of[node] = last = k;
          break;
        }
    }
  return TRUE;
}

/* Own votes that did not come to the node's class stay with the node. */
static void
keep_extras (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  const GasperData *data = &self->data[id];

  for (guint32 word = 0; word < data->n_words; word++)
    for (guint64 left = data->voted[word]; left != 0; left &= left - 1)
      {
        guint32 v = data->members[word * 64 + (guint32)__builtin_ctzll (left)];
        PathNode *at = &path->nodes[self->validators.node_of[v]];
        guint32 latest = path->classes[at->class].latest[v];

        if (latest != 0 && self->messages[latest - 1].epoch >= data->target.epoch)
          continue;
        pnyx_arena_reserve (arena_of (chain), at->extras, at->n_extras, at->extras_capacity);
        at->extras[at->n_extras++] = (PathExtra){ v, data->message };
        path->counts.extras++;
      }
}

static void
drop_extras (const Gasper *self)
{
  GasperPath *path = self->path;

  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    {
      PathNode *at = &path->nodes[node];
      guint32 kept = 0;

      for (guint32 i = 0; i < at->n_extras; i++)
        {
          guint32 latest = path->classes[at->class].latest[at->extras[i].validator];

          if (latest == 0
              || self->messages[latest - 1].epoch < self->messages[at->extras[i].message].epoch)
            at->extras[kept++] = at->extras[i];
        }
      at->n_extras = kept;
    }
}

static void
fold_groups (PnyxChain *chain, guint32 id, GArray *groups, const guint32 *group_of)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;

  /* All but the first group of a class get a class of their own. */
  for (guint k = 0; k < groups->len; k++)
    {
      Group *group = &g_array_index (groups, Group, k);
      gboolean taken = FALSE;
      guint32 to;

      for (guint i = 0; i < k && !taken; i++)
        taken = g_array_index (groups, Group, i).class == group->class;
      if (!taken)
        continue;
      path->counts.splits++;
      to = gasper_path_copy_class (chain, group->class);
      for (PnyxNodeId node = 0; node < self->n_nodes; node++)
        if (group_of[node] == k)
          gasper_path_leave_class (chain, node, to);
      group->class = to;
    }
  for (guint k = 0; k < groups->len; k++)
    {
      const Group *group = &g_array_index (groups, Group, k);
      PathClass *class = &path->classes[group->class];

      if (gasper_path_apply (self, class, &self->data[id], group->bits))
        class->version = ++path->n_versions;
    }
}

/* Adds to @bits the versions @mask. */
static void
add_versions (const GasperData *data, guint64 mask, guint64 *bits)
{
  for (guint64 left = mask; left != 0; left &= left - 1)
    for (guint32 word = 0; word < data->n_words; word++)
      bits[word] |= data->spread->versions[__builtin_ctzll (left)].bits[word];
}

/* Parts of @limits that nodes of class @class are in: bits; 0: there are too many parts. */
static guint64
parts_of (const Gasper *self, const PnyxSpreadLimits *limits, guint32 class)
{
  GasperPath *path = self->path;

  if (limits->n_parts > 64)
    return 0;
  if (path->parts_limits != limits || path->parts_version != path->n_versions)
    {
      memset (path->parts, 0, sizeof path->parts);
      for (PnyxNodeId node = 0; node < self->n_nodes; node++)
        if (path->nodes[node].class < G_N_ELEMENTS (path->parts))
          path->parts[path->nodes[node].class] |= (guint64)1 << limits->part[node];
      path->parts_limits = limits;
      path->parts_version = path->n_versions;
    }
  return class < G_N_ELEMENTS (path->parts) ? path->parts[class] : 0;
}

/* What is over by the bound is the same for all of a part: no need to look at each node. Returns:
 * FALSE where the nodes of a class differ. */
static gboolean
fold_all (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  const GasperData *data = &self->data[id];
  const GasperSpread *spread = data->spread;
  gsize size = sizeof (guint64) * data->n_words;
  g_autofree guint64 *bits = NULL;
  guint64 before = path->n_versions;

  if (spread->masks == NULL || spread->n_inclusions > 0)
    return FALSE;
  bits = g_malloc0 (2 * size * path->n_classes);
  for (guint32 i = 0; i < path->n_classes; i++)
    {
      guint64 *of = bits + 2 * (gsize)i * data->n_words, *other = of + data->n_words;
      guint64 parts;
      gboolean first = TRUE;

      if (path->classes[i].n_nodes == 0)
        continue;
      parts = parts_of (self, spread->limits, i);
      if (parts == 0)
        return FALSE;
      for (; parts != 0; parts &= parts - 1, first = FALSE)
        {
          memset (other, 0, size);
          add_versions (data, spread->masks[__builtin_ctzll (parts)], first ? of : other);
          if (!first && memcmp (of, other, size) != 0)
            return FALSE;
        }
    }
  for (guint32 i = 0; i < path->n_classes; i++)
    if (path->classes[i].n_nodes > 0
        && gasper_path_apply (self, &path->classes[i], data, bits + 2 * (gsize)i * data->n_words))
      path->classes[i].version = ++path->n_versions;
  if (path->parts_version == before) /* nobody has moved */
    path->parts_version = path->n_versions;
  return TRUE;
}

/* Whether @n groups more are worth their tables, where they could still become alike. */
static gboolean
may_split (const Gasper *self, guint n)
{
  guint32 used = 0;

  for (guint32 i = 0; i < self->path->n_classes; i++)
    used += self->path->classes[i].n_nodes > 0 ? 1 : 0;
  return (gsize)(used + n) * self->validators.n * sizeof (guint32) <= CLASS_BYTES && used + n <= 64;
}

/* Nodes hold the same versions: once is enough. */
static void
compress (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  GasperSpread *spread = self->data[id].spread;
  guint64 first, mask, last;

  if (spread->flood == NULL || !spread->arrived)
    return;
  first = last = pnyx_spread_has (spread->flood, 0);
  mask = uncovered (spread, first);
  for (PnyxNodeId node = 1; node < self->n_nodes; node++)
    {
      guint64 has = pnyx_spread_has (spread->flood, node);

      if (has != first && has != last && uncovered (spread, has) != mask)
        return;
      last = has;
    }
  if (self->path->limits == NULL)
    self->path->limits = pnyx_spread_limits (chain->network, self->aggregate_channel,
                                             check_time (self, self->path->largest_committee));
  spread->limits = self->path->limits;
  spread->masks = pnyx_arena_array (arena_of (chain), guint64, spread->limits->n_parts);
  for (guint32 i = 0; i < spread->limits->n_parts; i++)
    spread->masks[i] = mask;
  pnyx_spread_free (spread->flood);
  spread->flood = NULL;
}

/* Whether all let in votes of @data from aggregates: see counts_at. */
static gboolean
counts_everywhere (PnyxChain *chain, const GasperData *data)
{
  const Gasper *self = chain->state;
  PnyxTime last = 0;

  return gasper_path_has_everywhere (self, data->head, &last)
         && gasper_path_has_everywhere (self, data->target.root, &last)
         && self->path->slowest_slot > data->slot
         && epoch_of (self, (guint64)((last + self->path->most_ahead) / self->rules.slot))
                <= data->target.epoch + 1;
}

static gboolean
fold (PnyxChain *chain, guint32 id, guint64 slot)
{
  Gasper *self = chain->state;
  const GasperData *data = &self->data[id];
  GasperSpread *spread = data->spread;
  gboolean is_too_old = epoch_of (self, slot) > data->target.epoch + 1;
  g_autoptr (GArray) groups = NULL;
  g_autofree guint32 *group_of = NULL;
  guint32 n_classes = 0;

  if (data->slot >= slot)
    return FALSE;
  if (spread->n_published > 0 && !gasper_path_is_over (chain, id))
    {
      gasper_path_flood (chain, id);
      if (!spread->arrived && !is_too_old)
        return FALSE;
      if (counts_everywhere (chain, data))
        compress (chain, id);
    }
  if (!fold_all (chain, id))
    {
      groups = g_array_new (FALSE, FALSE, sizeof (Group));
      g_array_set_clear_func (groups, clear_group);
      group_of = g_new (guint32, self->n_nodes);
      if (!group_nodes (chain, id, is_too_old, groups, group_of))
        return FALSE;
      for (guint32 i = 0; i < self->path->n_classes; i++)
        n_classes += self->path->classes[i].n_nodes > 0 ? 1 : 0;
      if (groups->len > n_classes && !is_too_old && !may_split (self, groups->len - n_classes))
        return FALSE;
      fold_groups (chain, id, groups, group_of);
    }
  keep_extras (chain, id);
  return TRUE;
}

static void
merge_classes (PnyxChain *chain)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;

  for (guint32 i = 0; i < path->n_classes; i++)
    {
      guint32 twin = path->classes[i].n_nodes > 0 ? gasper_path_twin_of (self, i) : PNYX_NONE;

      if (twin == PNYX_NONE)
        continue;
      path->counts.merges++;
      for (PnyxNodeId node = 0; node < self->n_nodes; node++)
        if (path->nodes[node].class == i)
          gasper_path_leave_class (chain, node, twin);
    }
}

void
gasper_path_fold (PnyxChain *chain, guint64 slot)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  guint32 kept = 0;

  path->slowest_slot = G_MAXUINT64;
  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    {
      const GasperNode *store = pnyx_chain_node (chain, node);

      __builtin_prefetch (pnyx_chain_node (chain, MIN (node + LOOK_AHEAD, self->n_nodes - 1)), 1);
      gasper_tick (chain, node);
      path->slowest_slot = MIN (path->slowest_slot, store->slot);
    }
  for (guint32 i = 0; i < path->n_open; i++)
    {
      guint32 id = path->open[i];

      if (!fold (chain, id, slot))
        {
          path->open[kept++] = id;
          continue;
        }
      self->data[id].spread->open = FALSE;
      path->counts.folds++;
      compress (chain, id);
    }
  path->n_open = kept;
  path->oldest_open = G_MAXUINT64;
  for (guint32 i = 0; i < kept; i++)
    path->oldest_open = MIN (path->oldest_open, self->data[path->open[i]].slot);
  path->counts.most_open = MAX (path->counts.most_open, kept);
  merge_classes (chain);
  drop_extras (self);
}
