/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_PATH_PRIV_H
#define PNYX_PROTOCOL_GASPER_PATH_PRIV_H

/* What the files of fidelity path share; path.c says how it works. */

#include <string.h>

#include "net/spread.h"
#include "protocol/gasper/gasper_priv.h"

#define N_MEMO 4096u
#define N_MOVES 64
#define N_IMPORTS 16

/* Signers of one data that some aggregators had. */
typedef struct
{
  guint64 *bits; /* array length=words of the data */
  guint32 count;
  guint64 covered_by; /* versions that have all of it, itself left out */
} PathVersion;

typedef struct
{
  guint64 id;
  PnyxTime time;
  PnyxNodeId node;
  guint32 version;
} PathPublication;

typedef struct
{
  PnyxBlockId block;
  const guint64 *bits; /* of the block */
} PathInclusion;

struct _GasperSpread
{
  guint32 n_versions, versions_capacity;
  PathVersion *versions;
  guint32 n_published, published_capacity;
  PathPublication *published; /* in order of time */
  guint32 n_inclusions, inclusions_capacity;
  PathInclusion *inclusions;
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
} PathClass;

/* A vote that its own node has seen and, perhaps, nobody else. */
typedef struct
{
  guint32 validator, message;
} PathExtra;

typedef struct
{
  guint32 class;
  guint32 n_extras, extras_capacity;
  guint64 seen;  /* hash of the blocks that it has imported */
  guint64 asked; /* version of its class when it last asked for its head */
  PathExtra *extras;
} PathNode;

typedef struct
{
  guint64 class, over, seen;
  guint64 justified_epoch, finalized_epoch, epoch;
  PnyxBlockId justified, finalized, boost;
  PnyxBlockId head; /* PNYX_NONE: the entry is free */
} PathMemo;

/* When a part had a block. */
typedef struct
{
  const PnyxSpreadLimits *limits;
  PnyxTime last;
  PnyxBlockId block;
  guint32 part;
} PathImport;

typedef struct
{
  guint64 version, to_version;
  PnyxBlockId block;
  guint32 to; /* class; itself: the block adds nothing */
} PathMove;

/* What a node has of open data, beyond its class. */
typedef struct
{
  guint32 data;
  guint64 *bits; /* array length=words of the data */
} PathOver;

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
  PathClass *classes;
  guint32 n_classes, classes_capacity;
  PathNode *nodes; /* array length=nodes */
  guint32 *open;   /* data that is not folded, by age */
  guint32 n_open, open_capacity;
  guint64 oldest_open; /* slot; G_MAXUINT64: nothing is open */
  guint32 *over;       /* array length=validators: scratch, 1 + message */
  guint32 *over_stamp; /* array length=validators */
  guint32 stamp;
  gint64 *row;   /* array length=weights_capacity: scratch */
  GArray *lying; /* PathOver: scratch of the node looked at; bits in @bits */
  GArray *bits;
  PathMemo *memo; /* array length=N_MEMO */
  PathImport imports[N_IMPORTS];
  PathMove moves[N_MOVES];
  guint32 n_moves;
  guint32 *free_data; /* numbers to use again */
  guint32 n_free_data, free_data_capacity;
  guint64 forgotten, recycled; /* slots before it are */
  PnyxBlockId first_kept;      /* blocks before it keep nothing by node */
  GasperPathCounts counts;
};

static inline PnyxArena *
arena_of (PnyxChain *chain)
{
  return pnyx_world_arena (chain->world);
}

static inline void
add_weight (const Gasper *self, gint64 *row, PnyxBlockId block, gint64 gwei)
{
  if (block >= self->weights_base)
    row[block - self->weights_base] += gwei;
}

/* When @node imported @block; PNYX_TIME_MAX: not yet. */
static inline PnyxTime
imported_at (const Gasper *self, PnyxNodeId node, PnyxBlockId block)
{
  if (block == 0 || self->blocks[block].imported_at == NULL)
    return gasper_has_block (self, node, block) ? 0 : PNYX_TIME_MAX;
  return self->blocks[block].imported_at[node];
}

/* The epoch that @time is in by the clock of @node. */
static inline guint64
local_epoch (const PnyxChain *chain, PnyxNodeId node, PnyxTime time)
{
  const Gasper *self = chain->state;
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);
  PnyxTime local = time + (nodes->clock_offset != NULL ? nodes->clock_offset[node] : 0);

  return epoch_of (self, local > 0 ? (guint64)(local / self->rules.slot) : 0);
}

/* To verify an aggregate of @count signers. */
static inline PnyxTime
check_time (const Gasper *self, guint32 count)
{
  return self->costs->aggregate_verification + self->costs->key_aggregation * (PnyxTime)count;
}

/* Of the versions @mask those that no other of them covers. */
static inline guint64
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

/* ---- Data: path.c ---- */

/* Data @id is not folded from now on. */
void gasper_path_add_open (PnyxChain *chain, guint32 id);

/* ---- Classes: path_class.c ---- */

/* A class that nobody is in, without messages; classes may move. */
PathClass *gasper_path_new_class (PnyxChain *chain);
/* A copy of class number @from that belongs to nobody. */
guint32 gasper_path_copy_class (PnyxChain *chain, guint32 from);
/* @node is in class number @to from now on; a class that nobody is in is gone. */
void gasper_path_leave_class (PnyxChain *chain, PnyxNodeId node, guint32 to);
/* Another class with the same latest messages; PNYX_NONE. */
guint32 gasper_path_twin_of (const Gasper *self, guint32 class);
/* update_latest_messages for the signers @bits of @data. Returns: whether anything changed. */
gboolean gasper_path_apply (const Gasper *self, PathClass *class, const GasperData *data,
                            const guint64 *bits);

/* ---- Aggregates under way: path_spread.c ---- */

/* Whether all nodes have @block; @last becomes the time of the last, where that is later. */
gboolean gasper_path_has_everywhere (const Gasper *self, PnyxBlockId block, PnyxTime *last);
/* Computes what of data @id has come where by now. */
void gasper_path_flood (PnyxChain *chain, guint32 id);
/* Whether, without computing where data @id came when, all is where it will be: after the bound
 * everybody whom it can reach has it, if nothing broke, and if nobody stopped it for want of its
 * block. */
gboolean gasper_path_is_over (PnyxChain *chain, guint32 id);
/* Versions of data @id at @node that no other there covers: bits. */
guint64 gasper_path_versions_at (PnyxChain *chain, guint32 id, PnyxNodeId node);

/* ---- What a node has: path_view.c ---- */

/* Whether votes of @data count at @node: from aggregates, too, where @late is not set. */
gboolean gasper_path_counts_at (PnyxChain *chain, const GasperData *data, PnyxNodeId node,
                                gboolean *late);
/* Adds what @node has of data @id to @bits: aggregates, unless @late, and what blocks include. */
void gasper_path_add_seen (PnyxChain *chain, guint32 id, PnyxNodeId node, gboolean late,
                           guint64 *bits);

#endif
