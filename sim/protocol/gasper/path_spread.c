/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aggregates under way at fidelity path: who has which, by a bound or by following them. */
#include "protocol/gasper/path_priv.h"

typedef struct
{
  PnyxChain *chain;
  guint32 data;
} Importing;

/* A node has verified an aggregate: not where it is two epochs old; forwarded where its block is
 * there. */
static PnyxSpreadVerdict
import (gpointer user, PnyxNodeId node, guint version, PnyxTime time)
{
  const Importing *importing = user;
  PnyxChain *chain = importing->chain;
  Gasper *self = chain->state;
  const GasperData *data = &self->data[importing->data];

  if (local_epoch (chain, node, time) > data->target.epoch + 1)
    return PNYX_SPREAD_DROP;
  self->path->counts.imports++;
  if (self->witness != NULL)
    self->witness (self->witness_user, chain, node, GASPER_SAW_VOTES, importing->data,
                   data->spread->versions[version].bits, FALSE);
  return imported_at (self, node, data->head) <= time ? PNYX_SPREAD_FORWARD : PNYX_SPREAD_KEEP;
}

/* Likewise where no node has a reason to stop it. */
static PnyxSpreadVerdict
import_surely (gpointer user, PnyxNodeId node, guint version, PnyxTime time G_GNUC_UNUSED)
{
  const Importing *importing = user;
  Gasper *self = importing->chain->state;
  const GasperData *data = &self->data[importing->data];

  self->path->counts.imports++;
  if (self->witness != NULL)
    self->witness (self->witness_user, importing->chain, node, GASPER_SAW_VOTES, importing->data,
                   data->spread->versions[version].bits, FALSE);
  return PNYX_SPREAD_FORWARD;
}

static PnyxSpread *
new_flood (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  const GasperSpread *spread = self->data[id].spread;
  PnyxSpread *made = pnyx_spread_new (chain->network, self->aggregate_channel);

  self->path->counts.floods++;
  for (guint32 i = 0; i < spread->n_versions; i++)
    {
      guint64 earlier = ((guint64)1 << i) - 1, covers = 0;

      for (guint32 k = 0; k < i; k++)
        if ((spread->versions[k].covered_by >> i & 1) != 0)
          covers |= (guint64)1 << k;
      pnyx_spread_add_version (made, spread->versions[i].covered_by & earlier, covers,
                               check_time (self, spread->versions[i].count));
    }
  return made;
}

gboolean
gasper_path_has_everywhere (const Gasper *self, PnyxBlockId block, PnyxTime *last)
{
  const GasperBlock *entry = &self->blocks[block];

  if (block == 0)
    return TRUE;
  if (entry->imported_at == NULL || entry->n_imported < self->n_nodes)
    return FALSE;
  *last = MAX (*last, entry->last_import);
  return TRUE;
}

void
gasper_path_flood (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  GasperSpread *spread = self->data[id].spread;
  Importing importing = { chain, id };
  PnyxTime now = pnyx_world_now (chain->world), last = 0;
  gboolean is_sure;

  if (spread->arrived || spread->masks != NULL)
    return;
  if (spread->flood == NULL)
    {
      spread->flood = new_flood (chain, id);
      for (guint32 i = 0; i < spread->n_published; i++)
        {
          const PathPublication *made = &spread->published[i];

          pnyx_spread_publish (spread->flood, made->node, made->version, made->id, made->time);
        }
    }
  is_sure = gasper_path_has_everywhere (self, self->data[id].head, &last)
            && last <= spread->published[0].time
            && epoch_of (self, (guint64)((now + self->path->most_ahead) / self->rules.slot))
                   <= self->data[id].target.epoch + 1;
  spread->arrived
      = pnyx_spread_advance (spread->flood, now, is_sure ? import_surely : import, &importing);
}

/* When the last of @part imported @block; PNYX_TIME_MAX: somebody has not. */
static PnyxTime
part_got_block (const Gasper *self, const PnyxSpreadLimits *limits, guint32 part, PnyxBlockId block)
{
  const GasperBlock *entry = &self->blocks[block];
  PathImport *known = &self->path->imports[block % N_IMPORTS];
  PnyxTime last = 0;

  if (block == 0 || entry->imported_at == NULL)
    return 0;
  if (entry->n_imported == self->n_nodes)
    return entry->last_import;
  if (limits->n_parts == 1)
    return PNYX_TIME_MAX;
  if (known->block == block && known->part == part && known->limits == limits)
    return known->last;
  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    if (limits->part[node] == part)
      last = MAX (last, entry->imported_at[node]);
  if (last < PNYX_TIME_MAX)
    *known = (PathImport){ limits, last, block, part };
  return last;
}

gboolean
gasper_path_is_over (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  const GasperData *data = &self->data[id];
  GasperSpread *spread = data->spread;
  PnyxTime now = pnyx_world_now (chain->world);
  const PnyxSpreadLimits *limits;
  guint32 checked = PNYX_NONE;
  guint64 *masks;

  if (spread->masks != NULL)
    return TRUE;
  if (path->eager || spread->flood != NULL || spread->unsteady
      || spread->network != pnyx_network_version (chain->network)
      || epoch_of (self, data->slot) + 1 < local_epoch (chain, 0, now))
    return FALSE;
  if (path->limits == NULL || path->limits->version != spread->network)
    path->limits = pnyx_spread_limits (chain->network, self->aggregate_channel,
                                       check_time (self, path->largest_committee));
  limits = path->limits;
  for (guint32 i = 0; i < spread->n_published; i++)
    {
      const PathPublication *made = &spread->published[i];
      guint32 part = limits->part[made->node];

      if (made->time + limits->within[part] > now)
        return FALSE;
      if (part != checked
          && part_got_block (self, limits, part, data->head) > spread->published[0].time)
        return FALSE;
      checked = part;
    }
  masks = pnyx_arena_array (arena_of (chain), guint64, limits->n_parts);
  for (guint32 i = 0; i < spread->n_published; i++)
    masks[limits->part[spread->published[i].node]] |= (guint64)1 << spread->published[i].version;
  spread->masks = masks;
  spread->limits = limits;
  spread->arrived = TRUE;
  path->counts.bounds++;
  for (PnyxNodeId node = 0; node < self->n_nodes && self->witness != NULL; node++)
    for (guint32 i = 0; i < spread->n_versions; i++)
      if ((masks[limits->part[node]] >> i & 1) != 0)
        self->witness (self->witness_user, chain, node, GASPER_SAW_VOTES, id,
                       spread->versions[i].bits, FALSE);
  return TRUE;
}

guint64
gasper_path_versions_at (PnyxChain *chain, guint32 id, PnyxNodeId node)
{
  const Gasper *self = chain->state;
  GasperSpread *spread = self->data[id].spread;
  guint64 mask;

  if (spread->n_published == 0)
    return 0;
  if (gasper_path_is_over (chain, id))
    mask = spread->masks[spread->limits->part[node]];
  else
    {
      gasper_path_flood (chain, id);
      mask = pnyx_spread_has (spread->flood, node);
    }
  return uncovered (spread, mask);
}

void
gasper_path_changing (PnyxChain *chain)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;

  if (path == NULL)
    return;
  for (guint32 i = 0; i < path->n_open; i++)
    {
      GasperSpread *spread = self->data[path->open[i]].spread;

      if (spread->n_published == 0 || spread->arrived || gasper_path_is_over (chain, path->open[i]))
        continue;
      gasper_path_flood (chain, path->open[i]);
      spread->unsteady = TRUE;
    }
}

static gboolean
is_subset (const guint64 *a, const guint64 *b, guint32 n_words)
{
  for (guint32 word = 0; word < n_words; word++)
    if ((a[word] & ~b[word]) != 0)
      return FALSE;
  return TRUE;
}

/* The version that has exactly @bits, which are taken or given back. */
static guint32
version_of (PnyxChain *chain, GasperData *data, guint64 *bits, guint32 count)
{
  Gasper *self = chain->state;
  GasperSpread *spread = data->spread;
  PathVersion made = { .bits = bits, .count = count };
  guint64 covers = 0;

  for (guint32 i = 0; i < spread->n_versions; i++)
    {
      gboolean covered = is_subset (bits, spread->versions[i].bits, data->n_words);

      if (covered && spread->versions[i].count == count)
        {
          pnyx_arena_release (arena_of (chain), bits, sizeof (guint64) * data->n_words);
          return i;
        }
      if (covered)
        made.covered_by |= (guint64)1 << i;
      else if (is_subset (spread->versions[i].bits, bits, data->n_words))
        covers |= (guint64)1 << i;
    }
  if (spread->n_versions == PNYX_SPREAD_VERSIONS)
    {
      pnyx_arena_release (arena_of (chain), bits, sizeof (guint64) * data->n_words);
      self->path->counts.left_out++;
      return PNYX_NONE;
    }
  for (guint32 i = 0; i < spread->n_versions; i++)
    if ((covers >> i & 1) != 0)
      spread->versions[i].covered_by |= (guint64)1 << spread->n_versions;
  if (spread->flood != NULL)
    pnyx_spread_add_version (spread->flood, made.covered_by, covers, check_time (self, count));
  pnyx_arena_reserve (arena_of (chain), spread->versions, spread->n_versions,
                      spread->versions_capacity);
  spread->versions[spread->n_versions] = made;
  return spread->n_versions++;
}

/* Who of @data's signers has reached @node by now. */
static guint32
collect_bits (PnyxChain *chain, const GasperData *data, PnyxNodeId node, const guint64 *only,
              guint64 *bits)
{
  const Gasper *self = chain->state;
  PnyxTime now = pnyx_world_now (chain->world);
  gboolean whole = !pnyx_network_faulty (chain->network);
  guint32 count = 0;

  for (guint32 word = 0; word < data->n_words; word++)
    for (guint64 left = data->voted[word]; left != 0; left &= left - 1)
      {
        guint32 i = word * 64 + (guint32)__builtin_ctzll (left);
        gboolean sure = whole && gasper_path_is_sure (self, data->sent[i], now);

        if (only != NULL ? !bit_get (only, i) : !sure && !gasper_has_arrived (chain, data, i, node))
          continue;
        bit_set (bits, i);
        count++;
      }
  return count;
}

/* Votes that were withheld are sent: of what was over, everybody has what it had. */
static void
reopen (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  GasperSpread *spread = self->data[id].spread;
  const PnyxSpreadLimits *limits = spread->limits;

  if (!spread->open)
    gasper_path_add_open (chain, id);
  if (spread->masks == NULL)
    return;
  spread->flood = new_flood (chain, id);
  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    pnyx_spread_give (spread->flood, node, spread->masks[limits->part[node]]);
  pnyx_arena_release (arena_of (chain), spread->masks, sizeof (guint64) * limits->n_parts);
  spread->masks = NULL;
  spread->limits = NULL;
}

void
gasper_path_aggregate (PnyxChain *chain, guint32 id, guint32 aggregator, PnyxNodeId node,
                       const guint64 *only)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  GasperData *data = &self->data[id];
  GasperSpread *spread = data->spread;
  PnyxTime now = pnyx_world_now (chain->world);
  guint64 *bits;
  PathPublication made = { .time = now, .node = node };
  guint32 count;

  if (data->sent == NULL)
    return;
  bits = pnyx_arena_array (arena_of (chain), guint64, data->n_words);
  count = collect_bits (chain, data, node, only, bits);
  if (count == 0)
    {
      pnyx_arena_release (arena_of (chain), bits, sizeof (guint64) * data->n_words);
      return;
    }
  reopen (chain, id);
  made.version = version_of (chain, data, bits, count);
  if (made.version == PNYX_NONE)
    return;
  made.id = gasper_aggregate_id (self, data, aggregator);
  if (spread->n_published == 0)
    spread->network = pnyx_network_version (chain->network);
  spread->unsteady |= spread->network != pnyx_network_version (chain->network);
  pnyx_arena_reserve (arena_of (chain), spread->published, spread->n_published,
                      spread->published_capacity);
  spread->published[spread->n_published++] = made;
  path->counts.aggregates++;
  if (spread->flood != NULL)
    {
      pnyx_spread_publish (spread->flood, node, made.version, made.id, now);
      spread->arrived = FALSE;
    }
}
