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
 * The rules are those of store.c: a vote counts from the slot after its own, with its head and
 * target imported, and is dropped where that happens two epochs late, unless a block brought it.
 */
#include <string.h>

#include "net/spread.h"
#include "protocol/gasper/gasper_priv.h"

#define N_MEMO 4096u
#define N_MOVES 64
#define N_IMPORTS 16
#define LOOK_AHEAD 8                   /* nodes whose memory is fetched before they are looked at */
#define CLASS_BYTES ((gsize)128 << 20) /* of tables that early splits may add up to */

/* Signers of one data that some aggregators had. */
typedef struct
{
  guint64 *bits; /* array length=words of the data */
  guint32 count;
  guint64 covered_by; /* versions that have all of it, itself left out */
} Version;

typedef struct
{
  guint64 id;
  PnyxTime time;
  PnyxNodeId node;
  guint32 version;
} Publication;

typedef struct
{
  PnyxBlockId block;
  const guint64 *bits; /* of the block */
} Inclusion;

struct _GasperSpread
{
  guint32 n_versions, versions_capacity;
  Version *versions;
  guint32 n_published, published_capacity;
  Publication *published; /* in order of time */
  guint32 n_inclusions, inclusions_capacity;
  Inclusion *inclusions;
  guint32 network;   /* pnyx_network_version at the first publication */
  gboolean unsteady; /* it has changed since */
  gboolean arrived;  /* nothing is under way */
  gboolean open;     /* among what is not folded */
  PnyxSpread *flood; /* NULL: not computed */
  const PnyxSpreadLimits *limits;
  guint64 *masks; /* array length=parts of limits: what all nodes of a part have; NULL: not known */
};

typedef struct
{
  guint32 n_nodes; /* 0: the place is free */
  guint64 version; /* unique among all states of all classes */
  guint64 hash;    /* sum over validators of a hash of the latest message */
  guint32 *latest; /* array length=validators: 1 + message; 0: none */
  gint64 *weights; /* array length=weights_capacity of the chain */
} Class;

/* A vote that its own node has seen and, perhaps, nobody else. */
typedef struct
{
  guint32 validator, message;
} Extra;

typedef struct
{
  guint32 class;
  guint32 n_extras, extras_capacity;
  guint64 seen;  /* hash of the blocks that it has imported */
  guint64 asked; /* version of its class when it last asked for its head */
  Extra *extras;
} PathNode;

typedef struct
{
  guint64 class, over, seen;
  guint64 justified_epoch, finalized_epoch, epoch;
  PnyxBlockId justified, finalized, boost;
  PnyxBlockId head; /* PNYX_NONE: the entry is free */
} Memo;

/* When a part had a block. */
typedef struct
{
  const PnyxSpreadLimits *limits;
  PnyxTime last;
  PnyxBlockId block;
  guint32 part;
} Import;

typedef struct
{
  guint64 version, to_version;
  PnyxBlockId block;
  guint32 to; /* class; itself: the block adds nothing */
} Move;

/* What a node has of open data, beyond its class. */
typedef struct
{
  guint32 data;
  guint64 *bits; /* array length=words of the data */
} Over;

struct _GasperPath
{
  gboolean eager;
  PnyxTime path_bound;
  PnyxTime most_ahead;  /* of the clocks */
  guint64 slowest_slot; /* that a node was in at the last fold */
  guint32 largest_committee;
  const PnyxSpreadLimits *limits;       /* of the network's present version; NULL: not known yet */
  guint64 n_versions;                   /* of classes, so far */
  const PnyxSpreadLimits *parts_limits; /* that @parts is for; NULL: none */
  guint64 parts_version;                /* n_versions when it was made */
  guint64 parts[64];                    /* by class: bits of the parts that its nodes are in */
  Class *classes;
  guint32 n_classes, classes_capacity;
  PathNode *nodes; /* array length=nodes */
  guint32 *open;   /* data that is not folded, by age */
  guint32 n_open, open_capacity;
  guint64 oldest_open; /* slot; G_MAXUINT64: nothing is open */
  guint32 *over;       /* array length=validators: scratch, 1 + message */
  guint32 *over_stamp; /* array length=validators */
  guint32 stamp;
  gint64 *row;   /* array length=weights_capacity: scratch */
  GArray *lying; /* Over: scratch of the node looked at; bits in @bits */
  GArray *bits;
  Memo *memo; /* array length=N_MEMO */
  Import imports[N_IMPORTS];
  Move moves[N_MOVES];
  guint32 n_moves;
  guint32 *free_data; /* numbers to use again */
  guint32 n_free_data, free_data_capacity;
  guint64 forgotten, recycled; /* slots before it are */
  PnyxBlockId first_kept;      /* blocks before it keep nothing by node */
  GasperPathCounts counts;
};

static PnyxArena *
arena_of (PnyxChain *chain)
{
  return pnyx_world_arena (chain->world);
}

static void
free_scratch (gpointer path)
{
  GasperPath *self = path;

  g_array_unref (self->lying);
  g_array_unref (self->bits);
}

static Class *
new_class (PnyxChain *chain)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  Class *class = NULL;

  for (guint32 i = 0; i < path->n_classes && class == NULL; i++)
    if (path->classes[i].n_nodes == 0)
      class = &path->classes[i];
  if (class == NULL)
    {
      pnyx_arena_reserve (arena_of (chain), path->classes, path->n_classes, path->classes_capacity);
      class = &path->classes[path->n_classes++];
    }
  *class = (Class){ .version = ++path->n_versions };
  class->latest = pnyx_arena_array (arena_of (chain), guint32, self->validators.n);
  class->weights = pnyx_arena_array (arena_of (chain), gint64, self->weights_capacity);
  return class;
}

static void
free_class (PnyxChain *chain, Class *class)
{
  const Gasper *self = chain->state;

  pnyx_arena_release (arena_of (chain), class->latest, sizeof (guint32) * self->validators.n);
  pnyx_arena_release (arena_of (chain), class->weights, sizeof (gint64) * self->weights_capacity);
  *class = (Class){ .n_nodes = 0 };
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
  path->memo = pnyx_arena_array (arena_of (chain), Memo, N_MEMO);
  for (guint32 i = 0; i < N_MEMO; i++)
    path->memo[i].head = PNYX_NONE;
  path->lying = g_array_new (FALSE, FALSE, sizeof (Over));
  path->bits = g_array_new (FALSE, TRUE, sizeof (guint64));
  pnyx_world_own (chain->world, free_scratch, path);
  path->first_kept = 1;
  path->oldest_open = G_MAXUINT64;
  new_class (chain)->n_nodes = self->n_nodes;
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

/* ---- Weights of classes ---- */

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

static inline void
add_weight (const Gasper *self, gint64 *row, PnyxBlockId block, gint64 gwei)
{
  if (block >= self->weights_base)
    row[block - self->weights_base] += gwei;
}

static inline guint64
entry_hash (guint32 v, guint32 latest)
{
  return latest == 0 ? 0 : pnyx_hash_mix (v, latest);
}

/* update_latest_messages for the signers @bits of @data. Returns: whether anything changed. */
static gboolean
apply (const Gasper *self, Class *class, const GasperData *data, const guint64 *bits)
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

/* ---- Aggregates under way ---- */

typedef struct
{
  PnyxChain *chain;
  guint32 data;
} Importing;

static PnyxTime
imported_at (const Gasper *self, PnyxNodeId node, PnyxBlockId block)
{
  if (block == 0 || self->blocks[block].imported_at == NULL)
    return gasper_has_block (self, node, block) ? 0 : PNYX_TIME_MAX;
  return self->blocks[block].imported_at[node];
}

static guint64
local_epoch (const PnyxChain *chain, PnyxNodeId node, PnyxTime time)
{
  const Gasper *self = chain->state;
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);
  PnyxTime local = time + (nodes->clock_offset != NULL ? nodes->clock_offset[node] : 0);

  return epoch_of (self, local > 0 ? (guint64)(local / self->rules.slot) : 0);
}

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

static PnyxTime
check_time (const Gasper *self, guint32 count)
{
  return self->costs->aggregate_verification + self->costs->key_aggregation * (PnyxTime)count;
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

/* Whether all nodes have @block; @last becomes the time of the last, where that is later. */
static gboolean
has_everywhere (const Gasper *self, PnyxBlockId block, PnyxTime *last)
{
  const GasperBlock *entry = &self->blocks[block];

  if (block == 0)
    return TRUE;
  if (entry->imported_at == NULL || entry->n_imported < self->n_nodes)
    return FALSE;
  *last = MAX (*last, entry->last_import);
  return TRUE;
}

/* Computes what has come where by now. */
static void
flood (PnyxChain *chain, guint32 id)
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
          const Publication *made = &spread->published[i];

          pnyx_spread_publish (spread->flood, made->node, made->version, made->id, made->time);
        }
    }
  is_sure = has_everywhere (self, self->data[id].head, &last) && last <= spread->published[0].time
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
  Import *known = &self->path->imports[block % N_IMPORTS];
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
    *known = (Import){ limits, last, block, part };
  return last;
}

/*
 * Without computing where it came when: after the bound everybody whom it can reach has it, if
 * nothing broke, and if nobody stopped it for want of its block.
 */
static gboolean
is_over (PnyxChain *chain, guint32 id)
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
      const Publication *made = &spread->published[i];
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

static guint64
uncovered (const GasperSpread *spread, guint64 mask)
{
  guint64 kept = 0;

  for (guint64 left = mask; left != 0; left &= left - 1)
    {
      guint i = (guint)__builtin_ctzll (left);

      if ((spread->versions[i].covered_by & mask) == 0)
        kept |= (guint64)1 << i;
    }
  return kept;
}

/* Versions of @id at @node that no other there covers. */
static guint64
versions_at (PnyxChain *chain, guint32 id, PnyxNodeId node)
{
  const Gasper *self = chain->state;
  GasperSpread *spread = self->data[id].spread;
  guint64 mask;

  if (spread->n_published == 0)
    return 0;
  if (is_over (chain, id))
    mask = spread->masks[spread->limits->part[node]];
  else
    {
      flood (chain, id);
      mask = pnyx_spread_has (spread->flood, node);
    }
  return uncovered (spread, mask);
}

/* Meshes, cuts or outages are about to change: what is under way depends on how they are now. */
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

      if (spread->n_published == 0 || spread->arrived || is_over (chain, path->open[i]))
        continue;
      flood (chain, path->open[i]);
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
  Version made = { .bits = bits, .count = count };
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

static void
add_open (PnyxChain *chain, guint32 id)
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
    add_open (chain, id);
}

/* Votes that were withheld are sent: of what was over, everybody has what it had. */
static void
reopen (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  GasperSpread *spread = self->data[id].spread;
  const PnyxSpreadLimits *limits = spread->limits;

  if (!spread->open)
    add_open (chain, id);
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
  Publication made = { .time = now, .node = node };
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

/* Whether votes of @data count at @node: from aggregates, too, where @late is not set. */
static gboolean
counts_at (PnyxChain *chain, const GasperData *data, PnyxNodeId node, gboolean *late)
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

/* Adds what @node has of data @id to @bits: aggregates, unless @late, and what blocks include. */
static void
add_seen (PnyxChain *chain, guint32 id, PnyxNodeId node, gboolean late, guint64 *bits)
{
  const Gasper *self = chain->state;
  const GasperData *data = &self->data[id];
  const GasperSpread *spread = data->spread;

  if (!late)
    for (guint64 left = versions_at (chain, id, node); left != 0; left &= left - 1)
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
      Over over = { .data = id };
      gboolean late;
      guint64 *bits;
      guint start = path->bits->len;

      if (!counts_at (chain, data, node, &late))
        continue;
      g_array_set_size (path->bits, start + data->n_words);
      bits = &g_array_index (path->bits, guint64, start);
      memset (bits, 0, sizeof (guint64) * data->n_words);
      add_seen (chain, id, node, late, bits);
      add_own (chain, data, node, bits);
      hash = pnyx_hash_mix (hash + 1, id);
      for (guint32 word = 0; word < data->n_words; word++)
        hash = pnyx_hash_mix (hash, bits[word]);
      over.bits = GUINT_TO_POINTER (start); /* the array may move */
      g_array_append_val (path->lying, over);
    }
  for (guint i = 0; i < path->lying->len; i++)
    {
      Over *over = &g_array_index (path->lying, Over, i);

      over->bits = &g_array_index (path->bits, guint64, GPOINTER_TO_UINT (over->bits));
    }
  for (guint32 i = 0; i < at->n_extras; i++)
    hash = pnyx_hash_mix (hash + 2, pnyx_hash_mix (at->extras[i].validator, at->extras[i].message));
  return hash;
}

/* update_latest_messages over the class, in the scratch row. */
static void
lay_over (Gasper *self, const Class *class, guint32 v, guint32 message)
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
  const Class *class = &path->classes[at->class];
  guint64 epochs = 0;

  path->stamp++; /* also where nothing lies over it: gasper_path_latest reads it */
  if (path->lying->len == 0 && at->n_extras == 0)
    return class->weights;
  path->counts.overlays++;
  memcpy (path->row, class->weights, sizeof (gint64) * self->weights_capacity);
  for (guint i = 0; i < path->lying->len; i++)
    {
      const Over *over = &g_array_index (path->lying, Over, i);
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

static Memo
memo_key (PnyxChain *chain, PnyxNodeId node)
{
  const Gasper *self = chain->state;
  const GasperNode *store = pnyx_chain_node (chain, node);
  const PathNode *at = &self->path->nodes[node];

  return (Memo){ .class = self->path->classes[at->class].version,
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
  Memo key = memo_key (chain, node);
  guint64 hash = pnyx_hash_mix (pnyx_hash_mix (key.class + key.over, key.seen),
                                (guint64)key.boost << 32 | key.justified);
  Memo *entry = &path->memo[(hash ^ hash >> 32) % N_MEMO];

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

/* ---- Blocks ---- */

/* Whether class number @class has all that @block includes of folded data; @open: not all is. */
static gboolean
contains (const Gasper *self, const Class *class, const GasperBlock *block, gboolean *open)
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

static void
leave_class (PnyxChain *chain, PnyxNodeId node, guint32 to)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  Class *from = &path->classes[path->nodes[node].class];

  path->nodes[node].class = to;
  path->parts_limits = NULL;
  path->classes[to].n_nodes++;
  if (--from->n_nodes == 0)
    free_class (chain, from);
}

static void
include_all (const Gasper *self, Class *class, const GasperBlock *block)
{
  for (guint32 i = 0; i < block->n_included; i++)
    if (!self->data[block->included[i].data].spread->open)
      apply (self, class, &self->data[block->included[i].data], block->included[i].bits);
}

/* A copy of class number @from that belongs to nobody. */
static guint32
copy_class (PnyxChain *chain, guint32 from)
{
  Gasper *self = chain->state;
  GasperPath *path = self->path;
  Class *made = new_class (chain);
  const Class *old = &path->classes[from];

  made->hash = old->hash;
  memcpy (made->latest, old->latest, sizeof (guint32) * self->validators.n);
  memcpy (made->weights, old->weights, sizeof (gint64) * self->weights_capacity);
  return (guint32)(made - path->classes);
}

/* Another class with the same latest messages; PNYX_NONE. */
static guint32
twin_of (const Gasper *self, guint32 class)
{
  const GasperPath *path = self->path;
  const Class *of = &path->classes[class];

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
  Move *move;

  for (guint32 i = 0; i < MIN (path->n_moves, N_MOVES); i++)
    {
      move = &path->moves[(path->n_moves - 1 - i) % N_MOVES];
      to = move->to;
      if (move->version != version || move->block != id
          || path->classes[to].version != move->to_version)
        continue;
      if (to != class)
        leave_class (chain, node, to);
      return;
    }
  move = &path->moves[path->n_moves++ % N_MOVES];
  *move = (Move){ .version = version, .to_version = version, .block = id, .to = class };
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
  to = copy_class (chain, class);
  include_all (self, &path->classes[to], block);
  leave_class (chain, node, to);
  if (twin_of (self, to) != PNYX_NONE)
    leave_class (chain, node, twin_of (self, to));
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
      add_open (chain, block->included[i].data);
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
          = (Inclusion){ .block = id, .bits = block->included[i].bits };
    }
}

/* ---- Folding ---- */

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
      gboolean late = FALSE, counts = counts_at (chain, data, node, &late);
      gsize size = sizeof (guint64) * data->n_words;

      memset (bits, 0, size);
      if (counts || !is_given_up (chain, data, node))
        add_seen (chain, id, node, late || (!counts && is_too_old), bits);
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
        at->extras[at->n_extras++] = (Extra){ v, data->message };
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
      to = copy_class (chain, group->class);
      for (PnyxNodeId node = 0; node < self->n_nodes; node++)
        if (group_of[node] == k)
          leave_class (chain, node, to);
      group->class = to;
    }
  for (guint k = 0; k < groups->len; k++)
    {
      const Group *group = &g_array_index (groups, Group, k);
      Class *class = &path->classes[group->class];

      if (apply (self, class, &self->data[id], group->bits))
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
        && apply (self, &path->classes[i], data, bits + 2 * (gsize)i * data->n_words))
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

  return has_everywhere (self, data->head, &last) && has_everywhere (self, data->target.root, &last)
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
  if (spread->n_published > 0 && !is_over (chain, id))
    {
      flood (chain, id);
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
      guint32 twin = path->classes[i].n_nodes > 0 ? twin_of (self, i) : PNYX_NONE;

      if (twin == PNYX_NONE)
        continue;
      path->counts.merges++;
      for (PnyxNodeId node = 0; node < self->n_nodes; node++)
        if (path->nodes[node].class == i)
          leave_class (chain, node, twin);
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

/* ---- Data ---- */

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
  add_open (chain, id);
}

/* The aggregates of @id that @node has: number @i of them; NULL: there are no more. */
const guint64 *
gasper_path_aggregate_at (PnyxChain *chain, guint32 id, PnyxNodeId node, guint i)
{
  const Gasper *self = chain->state;
  guint64 left = versions_at (chain, id, node);

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
  pnyx_arena_release (arena, spread->versions, sizeof (Version) * spread->versions_capacity);
  pnyx_arena_release (arena, spread->published, sizeof (Publication) * spread->published_capacity);
  pnyx_arena_release (arena, spread->inclusions, sizeof (Inclusion) * spread->inclusions_capacity);
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
