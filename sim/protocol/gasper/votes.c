/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Votes: who signed what, aggregates of it, what a block includes, and what is evidence against
 * whom. A single vote reaches the aggregators of its committee over a sampled path; aggregates
 * travel as messages.
 *
 * Source: specs/phase0/validator.md, specs/phase0/p2p-interface.md (beacon_aggregate_and_proof),
 * specs/electra/validator.md (construct attestation).
 */
#include <string.h>

#include "protocol/gasper/gasper_priv.h"

#define KEPT_EPOCHS 3 /* before the last one that is final everywhere */

/* ---- Attestation data ---- */

static guint32
message_of (PnyxChain *chain, guint64 epoch, PnyxBlockId block)
{
  Gasper *self = chain->state;

  for (guint32 i = self->n_messages; i-- > 0 && self->messages[i].epoch + 1 >= epoch;)
    if (self->messages[i].epoch == epoch && self->messages[i].block == block)
      return i;
  pnyx_arena_reserve (pnyx_world_arena (chain->world), self->messages, self->n_messages,
                      self->messages_capacity);
  self->messages[self->n_messages] = (GasperMessage){ epoch, block };
  return self->n_messages++;
}

static guint32
new_data (PnyxChain *chain)
{
  Gasper *self = chain->state;

  if (self->path != NULL)
    return gasper_path_new_data (chain);
  pnyx_arena_reserve (pnyx_world_arena (chain->world), self->data, self->n_data,
                      self->data_capacity);
  return self->n_data++;
}

guint32
gasper_data (PnyxChain *chain, guint64 slot, guint32 index, guint32 shuffling, PnyxBlockId head,
             PnyxGasperCheckpoint source, PnyxGasperCheckpoint target)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxGasperCommittee committee = gasper_committee (self, shuffling, slot, index);
  GasperData *data;
  guint32 made;
  gsize row;

  for (guint32 id = self->data_of_slot[slot]; id != PNYX_NONE; id = self->data[id].next_in_slot)
    if (self->data[id].index == index && self->data[id].head == head
        && self->data[id].shuffling == shuffling && self->data[id].source.epoch == source.epoch
        && self->data[id].source.root == source.root && self->data[id].target.epoch == target.epoch
        && self->data[id].target.root == target.root)
      return id;
  made = new_data (chain);
  data = &self->data[made];
  *data = (GasperData){ .slot = slot,
                        .index = index,
                        .shuffling = shuffling,
                        .head = head,
                        .source = source,
                        .target = target,
                        .members = committee.members,
                        .n = committee.n,
                        .n_words = (committee.n + 63) / 64,
                        .next_in_slot = self->data_of_slot[slot] };
  row = (gsize)self->n_nodes * data->n_words;
  data->voted = pnyx_arena_array (arena, guint64, data->n_words);
  data->sent = pnyx_arena_array (arena, PnyxTime, data->n);
  data->message = message_of (chain, target.epoch, head);
  self->data_of_slot[slot] = made;
  if (self->path != NULL)
    gasper_path_begin_data (chain, made);
  else
    {
      data->seen = pnyx_arena_array (arena, guint64, row);
      data->applied = pnyx_arena_array (arena, guint64, row);
    }
  return made;
}

/* ---- Evidence ---- */

static void
note_evidence (PnyxChain *chain, const GasperEvidence *evidence)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);

  pnyx_arena_reserve (arena, self->evidence, self->n_evidence, self->evidence_capacity);
  self->evidence[self->n_evidence] = *evidence;
  self->evidence[self->n_evidence++].known = pnyx_arena_array (arena, guint64, self->n_node_words);
  if (self->is_slashable == NULL)
    self->is_slashable = pnyx_arena_array (arena, guint64, self->n_validator_words);
  if (bit_get (self->is_slashable, evidence->validator))
    return;
  bit_set (self->is_slashable, evidence->validator);
  self->n_slashable++;
  self->slashable += self->validators.effective_balance[evidence->validator];
}

static void
reserve_votes (PnyxChain *chain, guint64 epoch)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);

  while (self->epochs_capacity <= epoch)
    {
      guint32 capacity = self->epochs_capacity, voters = capacity;

      pnyx_arena_reserve (arena, self->sources_of_epoch, self->epochs_capacity, capacity);
      pnyx_arena_reserve (arena, self->voters_of_epoch, self->epochs_capacity, voters);
      pnyx_arena_reserve (arena, self->votes_of_epoch, self->epochs_capacity,
                          self->epochs_capacity);
    }
  self->last_voted = MAX (self->last_voted, epoch);
  if (self->votes_of_epoch[epoch] != NULL)
    return;
  self->votes_of_epoch[epoch] = pnyx_arena_array (arena, guint32, self->validators.n);
  self->voters_of_epoch[epoch] = pnyx_arena_array (arena, guint64, self->n_validator_words);
}

static void
note_source (GasperSources *sources, guint64 epoch)
{
  sources->least = sources->end == 0 ? epoch : MIN (sources->least, epoch);
  sources->end = MAX (sources->end, epoch + 1);
}

/* Double and surround votes: is_slashable_attestation_data, against all that @v ever signed. */
static void
audit_vote (PnyxChain *chain, guint32 v, guint32 id)
{
  Gasper *self = chain->state;
  const GasperData *data = &self->data[id];
  guint32 *row;
  guint64 last;

  reserve_votes (chain, data->target.epoch);
  row = self->votes_of_epoch[data->target.epoch];
  last = MIN (self->epochs_capacity, self->last_voted + 1);
  if (!bit_get (self->voters_of_epoch[data->target.epoch], v))
    {
      bit_set (self->voters_of_epoch[data->target.epoch], v);
      row[v] = id + 1;
    }
  else if (row[v] - 1 != id)
    note_evidence (chain, &(GasperEvidence){ .validator = v, .data = { row[v] - 1, id } });
  note_source (&self->sources_of_epoch[data->target.epoch], data->source.epoch);
  for (guint64 epoch = data->source.epoch + 1; epoch < last; epoch++)
    {
      const GasperSources *sources = &self->sources_of_epoch[epoch];
      guint32 other;

      /* Most epochs have no vote at all that could be surrounded by this one, or surround it. */
      if (epoch == data->target.epoch || self->votes_of_epoch[epoch] == NULL || sources->end == 0
          || (epoch < data->target.epoch ? sources->end <= data->source.epoch + 1
                                         : sources->least >= data->source.epoch))
        continue;
      other = self->votes_of_epoch[epoch][v];
      if (other == 0)
        continue;
      if ((epoch < data->target.epoch && self->data[other - 1].source.epoch > data->source.epoch)
          || (epoch > data->target.epoch
              && self->data[other - 1].source.epoch < data->source.epoch))
        note_evidence (chain, &(GasperEvidence){ .validator = v, .data = { other - 1, id } });
    }
}

void
gasper_block_equivocation (PnyxChain *chain, PnyxBlockId a, PnyxBlockId b)
{
  note_evidence (chain,
                 &(GasperEvidence){ .validator = pnyx_block_tree_get (chain->blocks, a)->proposer,
                                    .data = { PNYX_NONE, PNYX_NONE },
                                    .block = { a, b } });
}

static gboolean
knows_evidence (const Gasper *self, PnyxNodeId node, const GasperEvidence *evidence)
{
  for (guint i = 0; i < 2; i++)
    {
      if (evidence->data[i] == PNYX_NONE)
        {
          if (!bit_get (self->blocks[evidence->block[i]].received, node))
            return FALSE;
        }
      else
        {
          const GasperData *data = &self->data[evidence->data[i]];
          gboolean seen = FALSE;

          for (guint32 k = 0; k < data->n && data->seen != NULL; k++)
            if (data->members[k] == evidence->validator)
              seen = bit_get (data->seen + (gsize)node * data->n_words, k);
          if (!seen)
            return FALSE;
        }
    }
  return TRUE;
}

gboolean
gasper_voted_twice (const Gasper *self, guint32 validator)
{
  for (guint32 i = 0; i < self->n_evidence; i++)
    if (self->evidence[i].validator == validator && self->evidence[i].data[0] != PNYX_NONE)
      return TRUE;
  return FALSE;
}

/* A node that has seen both votes tells everybody. */
void
gasper_check_evidence (PnyxChain *chain, PnyxNodeId node)
{
  Gasper *self = chain->state;

  for (guint32 i = 0; i < self->n_evidence; i++)
    {
      GasperEvidence *evidence = &self->evidence[i];

      if (evidence->spread || !pnyx_chain_honest (chain, node)
          || !knows_evidence (self, node, evidence))
        continue;
      evidence->spread = TRUE;
      /* Whom it does not reach learns of it from blocks. */
      for (PnyxNodeId to = 0; to < self->n_nodes; to++)
        if (to == node || pnyx_network_reachable (chain->network, node, to))
          pnyx_world_schedule (
              chain->world,
              pnyx_world_now (chain->world) + 1
                  + pnyx_network_path_delay (chain->network, node, to,
                                             pnyx_hash_mix (evidence->validator, i + 1)),
              PNYX_PHASE_DELIVERY, self->evidence_type, to, node, i, 0, i);
    }
}

/* ---- Signing and aggregating ---- */

void
gasper_sign (PnyxChain *chain, guint32 id, guint32 position, gboolean withhold)
{
  Gasper *self = chain->state;
  GasperData *data = &self->data[id];
  guint32 v = data->members[position];

  if (bit_get (data->voted, position))
    return;
  bit_set (data->voted, position);
  data->n_voted++;
  if (self->path != NULL)
    gasper_path_on_vote (chain, id);
  if (data->sent != NULL)
    data->sent[position] = withhold ? PNYX_TIME_MAX : pnyx_world_now (chain->world);
  audit_vote (chain, v, id);
}

gboolean
gasper_has_arrived (PnyxChain *chain, const GasperData *data, guint32 position, PnyxNodeId node)
{
  const Gasper *self = chain->state;
  guint32 v = data->members[position];
  PnyxNodeId from = self->validators.node_of[v];
  PnyxTime now = pnyx_world_now (chain->world), path;

  if (data->sent[position] == PNYX_TIME_MAX)
    return FALSE; /* withheld */
  if (from == node)
    return TRUE;
  if (!pnyx_network_reachable (chain->network, from, node))
    return FALSE;
  if (self->path != NULL && gasper_path_is_sure (self, data->sent[position], now))
    return TRUE;
  path = pnyx_network_path_delay (chain->network, from, node, pnyx_hash_mix (v, data->slot));
  if (data->sent[position] + path > now)
    return FALSE;
  if (self->path == NULL && pnyx_world_wants (chain->world, PNYX_TRACE_VOTE_RECEIVED))
    pnyx_world_emit (chain->world, PNYX_TRACE_VOTE_RECEIVED, chain->index, node, data->head, path,
                     v);
  return TRUE;
}

guint64
gasper_aggregate_id (const Gasper *self, const GasperData *data, guint32 aggregator)
{
  (void)self;
  return pnyx_hash_mix (pnyx_hash_mix (aggregator, data->slot), data->message);
}

guint32
gasper_aggregate (PnyxChain *chain, guint32 id, guint32 aggregator, PnyxNodeId node,
                  const guint64 *only)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  GasperData *data = &self->data[id];
  GasperAggregate made = { .data = id, .aggregator = aggregator, .node = node };

  made.bits = pnyx_arena_array (arena, guint64, data->n_words);
  for (guint32 i = 0; i < data->n && data->sent != NULL; i++)
    if (bit_get (data->voted, i)
        && (only != NULL ? bit_get (only, i) : gasper_has_arrived (chain, data, i, node)))
      {
        bit_set (made.bits, i);
        made.count++;
      }
  if (made.count == 0)
    {
      pnyx_arena_release (arena, made.bits, sizeof (guint64) * data->n_words);
      return PNYX_NONE;
    }
  made.imported = pnyx_arena_array (arena, guint64, self->n_node_words);
  pnyx_arena_reserve (arena, self->aggregates, self->n_aggregates, self->aggregates_capacity);
  self->aggregates[self->n_aggregates] = made;
  pnyx_arena_reserve (arena, data->aggregates, data->n_aggregates, data->aggregates_capacity);
  data->aggregates[data->n_aggregates++] = self->n_aggregates;
  return self->n_aggregates++;
}

static gboolean
is_subset (const guint64 *a, const guint64 *b, guint32 n_words)
{
  for (guint32 word = 0; word < n_words; word++)
    if ((a[word] & ~b[word]) != 0)
      return FALSE;
  return TRUE;
}

/* A superset of it has come before: ignored, not forwarded. */
gboolean
gasper_is_subset_of_known (const Gasper *self, PnyxNodeId node, guint32 id)
{
  const GasperAggregate *aggregate = &self->aggregates[id];
  const GasperData *data = &self->data[aggregate->data];

  for (guint32 i = 0; i < data->n_aggregates; i++)
    {
      const GasperAggregate *other = &self->aggregates[data->aggregates[i]];

      if (other->count >= aggregate->count && bit_get (other->imported, node)
          && is_subset (aggregate->bits, other->bits, data->n_words))
        return TRUE;
    }
  return FALSE;
}

void
gasper_import_aggregate (PnyxChain *chain, PnyxNodeId node, guint32 id)
{
  Gasper *self = chain->state;

  bit_set (self->aggregates[id].imported, node);
  gasper_on_votes (chain, node, self->aggregates[id].data, self->aggregates[id].bits, FALSE);
  if (self->n_evidence > 0)
    gasper_check_evidence (chain, node);
}

/* ---- Packing ---- */

/* An aggregate that a block could include; with committee bits several data share one. */
typedef struct
{
  PnyxStake weight; /* of votes that are new on the chain */
  guint64 slot;
  guint32 data; /* the first one */
  guint32 key;  /* index among candidates of the one that it goes with */
  const guint64 *bits;
} Candidate;

static PnyxStake
new_weight (const Gasper *self, const GasperCursor *cursor, const GasperData *data,
            const guint64 *bits, guint flags)
{
  const guint8 *participation
      = data->target.epoch == cursor->epoch ? cursor->current : cursor->previous;
  PnyxStake weight = 0;

  for (guint32 word = 0; word < data->n_words; word++)
    for (guint64 left = bits[word]; left != 0; left &= left - 1)
      {
        guint32 v = data->members[word * 64 + (guint32)__builtin_ctzll (left)];

        if ((flags & ~(guint)participation[v]) != 0)
          weight += self->validators.effective_balance[v];
      }
  return weight;
}

static gint
compare_candidates (gconstpointer a, gconstpointer b, gpointer user)
{
  const Candidate *x = a, *y = b;

  (void)user;
  if (x->weight != y->weight)
    return x->weight > y->weight ? -1 : 1;
  if (x->slot != y->slot)
    return x->slot > y->slot ? -1 : 1;
  return x->data < y->data ? -1 : 1;
}

static gboolean
same_vote (const GasperData *a, const GasperData *b)
{
  return a->slot == b->slot && a->head == b->head && a->source.epoch == b->source.epoch
         && a->source.root == b->source.root && a->target.root == b->target.root
         && a->shuffling == b->shuffling;
}

/* Aggregate number @i of data @id, or, with fidelity path, of those that @node has. @bits: NULL: it
 * has it not. Returns: FALSE where there is none. */
static gboolean
next_aggregate (PnyxChain *chain, guint32 id, PnyxNodeId node, guint i, const guint64 **bits)
{
  const Gasper *self = chain->state;
  const GasperData *data = &self->data[id];
  const GasperAggregate *aggregate;

  if (self->path != NULL)
    {
      *bits = gasper_path_aggregate_at (chain, id, node, i);
      return *bits != NULL;
    }
  if (i >= data->n_aggregates)
    return FALSE;
  aggregate = &self->aggregates[data->aggregates[i]];
  *bits = bit_get (aggregate->imported, node) ? aggregate->bits : NULL;
  return TRUE;
}

/* The aggregate of @data, of those that @node has, that adds most. */
static gboolean
best_of (PnyxChain *chain, PnyxNodeId node, const GasperCursor *cursor, guint32 id, guint flags,
         Candidate *best)
{
  const Gasper *self = chain->state;
  const GasperData *data = &self->data[id];
  const guint64 *bits;

  *best = (Candidate){ .slot = data->slot, .data = id };
  for (guint i = 0; next_aggregate (chain, id, node, i, &bits); i++)
    {
      PnyxStake weight;

      if (bits == NULL || (best->bits != NULL && is_subset (bits, best->bits, data->n_words)))
        continue;
      weight = new_weight (self, cursor, data, bits, flags);
      if (weight > best->weight)
        {
          best->weight = weight;
          best->bits = bits;
        }
    }
  return best->weight > 0;
}

/*
 * Whether none of @data's votes adds anything on the cursor's chain: for good, as flags only get
 * harder to earn, until somebody else votes.
 */
static gboolean
is_spent (PnyxChain *chain, GasperCursor *cursor, guint32 id)
{
  const Gasper *self = chain->state;

  return id < cursor->spent_capacity
         && cursor->spent[id] == (cursor->fill << 24 | self->data[id].n_voted);
}

static void
note_spent (PnyxChain *chain, GasperCursor *cursor, guint32 id, guint flags)
{
  const Gasper *self = chain->state;
  const GasperData *data = &self->data[id];
  PnyxArena *arena = pnyx_world_arena (chain->world);

  if (new_weight (self, cursor, data, data->voted, flags) > 0)
    return;
  if (id >= cursor->spent_capacity)
    {
      cursor->spent
          = pnyx_arena_grow (arena, cursor->spent, sizeof (guint64) * cursor->spent_capacity,
                             sizeof (guint64) * self->data_capacity);
      cursor->spent_capacity = self->data_capacity;
    }
  cursor->spent[id] = cursor->fill << 24 | data->n_voted;
}

/* All that may be included in a block of @slot on @parent. */
static GArray *
find_candidates (PnyxChain *chain, PnyxNodeId node, PnyxBlockId parent, guint64 slot,
                 const PnyxGasperJustification *state, GasperCursor *cursor)
{
  const Gasper *self = chain->state;
  GArray *found = g_array_new (FALSE, FALSE, sizeof (Candidate));
  guint64 epoch = epoch_of (self, slot);
  guint64 first = start_of (self, epoch > 0 ? epoch - 1 : 0);

  for (guint64 at = slot; at-- > first;)
    for (guint32 id = self->data_of_slot[at]; id != PNYX_NONE; id = self->data[id].next_in_slot)
      {
        const GasperData *data = &self->data[id];
        Candidate candidate;
        guint flags;

        if (is_spent (chain, cursor, id))
          continue;
        flags = gasper_flags (chain, parent, slot, state, data);
        if (flags == 0 || gasper_shuffling (chain, parent, data->target.epoch) != data->shuffling)
          continue;
        if (best_of (chain, node, cursor, id, flags, &candidate))
          g_array_append_val (found, candidate);
        else
          note_spent (chain, cursor, id, flags);
      }
  return found;
}

/* With committee bits the weight of a vote is that of all its committees. */
static void
join_committees (const Gasper *self, GArray *found)
{
  for (guint i = 0; i < found->len; i++)
    {
      Candidate *candidate = &g_array_index (found, Candidate, i);

      candidate->key = i;
      for (guint k = 0; k < i; k++)
        {
          Candidate *other = &g_array_index (found, Candidate, k);

          if (other->key != k
              || !same_vote (&self->data[candidate->data], &self->data[other->data]))
            continue;
          other->weight += candidate->weight;
          candidate->key = k;
          break;
        }
    }
}

static void
include (PnyxChain *chain, GasperBlock *block, const Candidate *candidate)
{
  Gasper *self = chain->state;
  guint32 n_words = self->data[candidate->data].n_words;
  GasperIncluded *included = &block->included[block->n_included++];

  included->data = candidate->data;
  included->n_words = n_words;
  included->bits = pnyx_arena_array (pnyx_world_arena (chain->world), guint64, n_words);
  memcpy (included->bits, candidate->bits, sizeof (guint64) * n_words);
}

/* What everybody could prove against whom, unless the chain has it already. */
static void
include_evidence (PnyxChain *chain, PnyxNodeId node, PnyxBlockId parent, GasperBlock *block)
{
  Gasper *self = chain->state;

  block->slashed = self->blocks[parent].slashed;
  for (guint32 i = 0; i < self->n_evidence; i++)
    {
      const GasperEvidence *evidence = &self->evidence[i];

      if (!bit_get (evidence->known, node) || bit_get (block->slashed, evidence->validator))
        continue;
      if (block->slashed == self->blocks[parent].slashed)
        {
          guint64 *before = block->slashed;

          block->slashed = pnyx_arena_array (pnyx_world_arena (chain->world), guint64,
                                             self->n_validator_words);
          if (before != NULL)
            memcpy (block->slashed, before, sizeof (guint64) * self->n_validator_words);
        }
      bit_set (block->slashed, evidence->validator);
    }
}

void
gasper_pack (PnyxChain *chain, PnyxNodeId node, PnyxBlockId parent, guint64 slot,
             GasperBlock *block)
{
  Gasper *self = chain->state;
  GasperCursor *cursor = gasper_cursor (chain, parent, slot);
  PnyxGasperJustification state;
  GasperSums sums;
  g_autoptr (GArray) found = NULL;
  g_autoptr (GArray) order = NULL;
  guint32 taken = 0;

  gasper_advance (chain, parent, epoch_of (self, slot), &state, &sums);
  include_evidence (chain, node, parent, block);
  found = find_candidates (chain, node, parent, slot, &state, cursor);
  if (self->rules.committee_bits)
    join_committees (self, found);
  order = g_array_new (FALSE, FALSE, sizeof (Candidate));
  for (guint i = 0; i < found->len; i++)
    {
      Candidate candidate = g_array_index (found, Candidate, i);

      if (self->rules.committee_bits && candidate.key != i)
        continue;
      candidate.key = i;
      g_array_append_val (order, candidate);
    }
  g_array_sort_with_data (order, compare_candidates, NULL);
  block->included
      = pnyx_arena_array (pnyx_world_arena (chain->world), GasperIncluded, MAX (found->len, 1));
  for (guint i = 0; i < order->len && taken < self->rules.aggregates_max; i++, taken++)
    {
      guint32 key = g_array_index (order, Candidate, i).key;

      for (guint k = key; k < found->len; k++)
        if (k == key
            || (self->rules.committee_bits && g_array_index (found, Candidate, k).key == key))
          include (chain, block, &g_array_index (found, Candidate, k));
    }
}

void
gasper_add_view (PnyxChain *chain, PnyxNodeId node, GasperBlock *block)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  guint64 first = block->slot > 2 ? block->slot - 2 : 0;
  guint32 n = 0;

  for (guint64 slot = first; slot < block->slot; slot++)
    for (guint32 id = self->data_of_slot[slot]; id != PNYX_NONE; id = self->data[id].next_in_slot)
      n++;
  block->view = pnyx_arena_array (arena, GasperIncluded, MAX (n, 1));
  for (guint64 slot = first; slot < block->slot; slot++)
    for (guint32 id = self->data_of_slot[slot]; id != PNYX_NONE; id = self->data[id].next_in_slot)
      {
        const GasperData *data = &self->data[id];
        gsize size = sizeof (guint64) * data->n_words;
        guint64 *bits;

        if (data->seen == NULL)
          continue;
        bits = pnyx_arena_alloc (arena, size);
        memcpy (bits, data->seen + (gsize)node * data->n_words, size);
        block->view[block->n_view++] = (GasperIncluded){ .data = id, .bits = bits };
      }
}

/* ---- Forgetting ---- */

void
gasper_forget (PnyxChain *chain, guint64 slot, guint64 final)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  guint64 epoch = epoch_of (self, slot);
  guint64 open = start_of (self, epoch > 1 ? epoch - 1 : 0);

  if (self->path != NULL)
    {
      gasper_path_forget (chain, open,
                          start_of (self, final > KEPT_EPOCHS ? final - KEPT_EPOCHS : 0));
      return;
    }
  for (; self->first_open_aggregate < self->n_aggregates; self->first_open_aggregate++)
    {
      GasperAggregate *old = &self->aggregates[self->first_open_aggregate];

      if (self->data[old->data].slot >= open)
        break;
      pnyx_network_item_close (chain->network, old->item);
      pnyx_arena_release (arena, old->imported, sizeof (guint64) * self->n_node_words);
      old->imported = NULL;
    }
  for (; self->first_open_data < self->n_data; self->first_open_data++)
    {
      GasperData *old = &self->data[self->first_open_data];
      gsize row = sizeof (guint64) * self->n_nodes * old->n_words;

      if (old->slot >= open)
        break;
      pnyx_arena_release (arena, old->sent, sizeof (PnyxTime) * old->n);
      pnyx_arena_release (arena, old->seen, row);
      if (self->rules.lmd)
        {
          pnyx_arena_release (arena, old->applied, row);
          old->applied = NULL;
        }
      old->sent = NULL;
      old->seen = NULL;
    }
}
