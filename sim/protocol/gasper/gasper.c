/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gasper in slots: who is due when, blocks and aggregates on the network, and what strategies may
 * do. States are in states.c, duties in duties.c, the stores of nodes in store.c, votes in votes.c.
 *
 * A slot begins with one event for the whole chain, which schedules each node's duties by the
 * node's own clock: the proposal, the vote (at its deadline, or when the block of the expected
 * proposer is imported before) and the aggregates.
 */
#include "protocol/gasper/gasper.h"

#include <math.h>
#include <string.h>

#include "net/selector.h"
#include "protocol/gasper/gasper_priv.h"
#include "protocol/sync.h"

#define BLOCK_OVERHEAD 2000                       /* B: header, sync aggregate, execution header */
#define GOSSIP_DISPARITY (500 * PNYX_MILLISECOND) /* MAXIMUM_GOSSIP_CLOCK_DISPARITY */
#define MAX_BLOBS 12

/* ---- Slots ---- */

PnyxTime
pnyx_gasper_slot_start (PnyxChain *chain, guint64 slot)
{
  return (PnyxTime)slot * ((Gasper *)chain->state)->rules.slot;
}

/* When the clock of @node shows @local; not before now. */
static PnyxTime
when_local (const PnyxChain *chain, PnyxNodeId node, PnyxTime local)
{
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);
  PnyxTime time = local - (nodes->clock_offset != NULL ? nodes->clock_offset[node] : 0);

  return MAX (time, pnyx_world_now (chain->world) + 1);
}

/* Clocks are off by half a second at most: duties are dealt out before the first one's slot. */
static PnyxTime
lead (const PnyxChain *chain)
{
  return pnyx_network_nodes (chain->network)->clock_offset != NULL ? 500 * PNYX_MILLISECOND : 0;
}

static void
schedule_slot (PnyxChain *chain, guint64 slot)
{
  const Gasper *self = chain->state;
  PnyxTime time = pnyx_gasper_slot_start (chain, slot) - lead (chain);

  pnyx_world_schedule (chain->world, MAX (time, pnyx_world_now (chain->world) + (slot > 0 ? 1 : 0)),
                       PNYX_PHASE_TIMER, self->slot_type, chain->index, PNYX_NONE, (guint32)slot, 0,
                       slot);
}

static void
reserve_slot (PnyxChain *chain, guint64 slot)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  guint32 old = self->slots_capacity, capacity = MAX (old, 1024);

  while (capacity <= slot + 1)
    capacity *= 2;
  if (capacity == old)
    return;
  self->blocks_of_slot = pnyx_arena_grow (arena, self->blocks_of_slot, sizeof (PnyxBlockId) * old,
                                          sizeof (PnyxBlockId) * capacity);
  self->data_of_slot = pnyx_arena_grow (arena, self->data_of_slot, sizeof (guint32) * old,
                                        sizeof (guint32) * capacity);
  memset (self->blocks_of_slot + old, 0xff, sizeof (PnyxBlockId) * (capacity - old));
  memset (self->data_of_slot + old, 0xff, sizeof (guint32) * (capacity - old));
  self->slots_capacity = capacity;
}

static void
schedule_at_node (PnyxChain *chain, guint16 type, PnyxNodeId node, guint64 slot, PnyxTime into)
{
  PnyxTime local = pnyx_gasper_slot_start (chain, slot) + into;

  pnyx_world_schedule (chain->world, when_local (chain, node, local), PNYX_PHASE_TIMER, type, node,
                       node, (guint32)slot, 0, slot);
}

/* Whether @validator does its duty, and if so how much later than due. */
static gboolean
is_on_duty (const Gasper *self, guint32 validator, guint64 slot, gboolean is_proposal,
            PnyxTime *delay)
{
  const PnyxGasperValidators *validators = &self->validators;
  const PnyxGasperDeviation *late;

  *delay = 0;
  if (validators->n_duties == 0)
    return TRUE;
  if (pnyx_gasper_deviation_of (validators, validator, slot, PNYX_GASPER_OFFLINE, is_proposal)
      != NULL)
    return FALSE;
  late = pnyx_gasper_deviation_of (validators, validator, slot, PNYX_GASPER_LATE, is_proposal);
  if (late != NULL)
    *delay = pnyx_gasper_late_delay (late, validator, slot, is_proposal);
  return TRUE;
}

static PnyxTime
draw_time (const PnyxDistribution *distribution, const PnyxRng *rng, guint32 entity, guint64 index)
{
  return pnyx_time_from_seconds (
      MAX (0, pnyx_distribution_sample (distribution, rng, entity, index)));
}

/* The proposer of a shuffling, if its own node is on a chain that says so. */
static void
schedule_proposal (PnyxChain *chain, guint32 shuffling, guint64 slot)
{
  Gasper *self = chain->state;
  guint32 proposer = gasper_proposer (chain, shuffling, slot);
  PnyxNodeId node = self->validators.node_of[proposer];
  PnyxTime delay;

  if (!is_on_duty (self, proposer, slot, TRUE, &delay))
    return;
  delay += draw_time (self->params->proposal_delay, &self->delay, proposer, slot);
  if (gasper_shuffling (chain, chain->head[node], epoch_of (self, slot)) == shuffling)
    schedule_at_node (chain, self->propose_type, node, slot, delay);
}

/* Free what no node can need any more. */
static void
collect (PnyxChain *chain, guint64 epoch)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxGasperCheckpoint oldest = { G_MAXUINT64, 0 };
  guint64 needed;

  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    {
      const GasperNode *store = pnyx_chain_node (chain, node);

      if (store->finalized.epoch < oldest.epoch)
        oldest = store->finalized;
    }
  self->oldest_final = oldest.epoch;
  gasper_store_forget (chain, oldest.root);
  needed = MIN (oldest.epoch, epoch);
  if (self->path != NULL) /* a block that comes late opens votes of its time again */
    needed = MIN (needed, epoch_of (self, gasper_path_oldest_open (self)));
  for (guint32 i = 0; i < self->n_shufflings; i++)
    {
      GasperShuffling *old = &self->shufflings[i];

      if (!old->used || old->epoch + 2 >= needed)
        continue;
      pnyx_arena_release (arena, old->list, sizeof (guint32) * self->validators.n);
      for (guint k = 0; k < SLOT_DUTIES; k++)
        {
          pnyx_arena_release (arena, old->slots[k].first, sizeof (guint32) * (self->n_nodes + 1));
          pnyx_arena_release (arena, old->slots[k].committee,
                              sizeof (guint32) * (old->n_committees + 1));
          if (old->slots[k].due != NULL)
            pnyx_arena_release (arena, old->slots[k].due, sizeof (GasperDuty) * old->slots[k].n);
        }
      *old = (GasperShuffling){ .used = FALSE };
    }
  self->last_shuffling.block = PNYX_NONE;
  for (guint64 old = 0; old < self->epochs_capacity && old + 8 < oldest.epoch; old++)
    {
      if (self->votes_of_epoch[old] == NULL)
        continue;
      pnyx_arena_release (arena, self->votes_of_epoch[old], sizeof (guint32) * self->validators.n);
      pnyx_arena_release (arena, self->voters_of_epoch[old],
                          sizeof (guint64) * self->n_validator_words);
      self->votes_of_epoch[old] = NULL;
      self->voters_of_epoch[old] = NULL;
    }
}

/* All clocks have reached the slot. */
static void
on_fold (gpointer user, const PnyxEvent *event)
{
  gasper_path_fold (user, event->payload);
}

/* How far the slowest clock is behind. */
static PnyxTime
lag (const PnyxChain *chain)
{
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);
  PnyxTime most = 0;

  for (PnyxNodeId node = 0; nodes->clock_offset != NULL && node < nodes->n; node++)
    most = MAX (most, -nodes->clock_offset[node]);
  return most;
}

/* When the slot has begun for all, and before anybody does a duty of that instant. */
static void
schedule_fold (PnyxChain *chain, guint64 slot)
{
  const Gasper *self = chain->state;
  PnyxTime time = pnyx_gasper_slot_start (chain, slot) + lag (chain);

  if (self->path != NULL)
    pnyx_world_schedule (chain->world, MAX (time, pnyx_world_now (chain->world) + 1),
                         PNYX_PHASE_ENVIRONMENT, self->fold_type, chain->index, PNYX_NONE,
                         (guint32)slot, 0, slot);
}

static void
on_slot (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;
  guint64 slot = event->payload;
  guint64 epoch = epoch_of (self, slot);
  gboolean first = slot % self->rules.preset.slots_per_epoch == 0;
  guint32 known = PNYX_NONE;
  guint32 scheduled[8];
  guint n_scheduled = 0;
  gboolean has_clocks = pnyx_network_nodes (chain->network)->clock_offset != NULL;

  if (!pnyx_chain_next_block (chain))
    return;
  reserve_slot (chain, slot);
  schedule_fold (chain, slot);
  gasper_forget (chain, slot, self->oldest_final);
  if (first)
    collect (chain, epoch);
  pnyx_world_emit (chain->world, PNYX_TRACE_SLOT, chain->index, PNYX_NONE, 0, (gint64)slot, 0);
  if (!has_clocks)
    schedule_at_node (chain, self->attest_all_type, 0, slot, self->rules.attestation_due);
  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    {
      guint32 shuffling = node > 0 && chain->head[node] == chain->head[node - 1]
                              ? known
                              : gasper_shuffling (chain, chain->head[node], epoch);
      gboolean proposed = slot == 0;

      known = shuffling;
      if (first)
        schedule_at_node (chain, self->tick_type, node, slot, 0);
      if (has_clocks)
        schedule_at_node (chain, self->attest_type, node, slot, self->rules.attestation_due);
      for (guint i = 0; i < n_scheduled; i++)
        proposed |= scheduled[i] == shuffling;
      if (proposed)
        continue;
      if (n_scheduled < G_N_ELEMENTS (scheduled))
        scheduled[n_scheduled++] = shuffling;
      schedule_proposal (chain, shuffling, slot);
    }
  schedule_slot (chain, slot + 1);
}

static void
on_tick (gpointer user, const PnyxEvent *event)
{
  gasper_tick (user, event->target);
}

/* ---- Votes ---- */

/* Committee and position of an entry of a slot's part of the shuffled list. */
static guint32
committee_of (const Gasper *self, guint32 shuffling, const GasperSlotDuties *duties, guint32 member,
              guint32 *position)
{
  guint32 n = self->shufflings[shuffling].n_committees;
  guint32 index = (guint32)((guint64)member * n / duties->n); /* sizes differ by one */

  while (duties->committee[index] > member)
    index--;
  while (duties->committee[index + 1] <= member)
    index++;
  *position = member - duties->committee[index];
  return index;
}

static gboolean
has_voted (const Gasper *self, guint32 validator, guint64 epoch)
{
  return epoch < self->epochs_capacity && self->voters_of_epoch[epoch] != NULL
         && bit_get (self->voters_of_epoch[epoch], validator);
}

static GasperBallot *
ballot_of (PnyxChain *chain, guint64 slot, guint32 shuffling, PnyxBlockId head)
{
  Gasper *self = chain->state;
  guint32 n = self->shufflings[shuffling].n_committees;
  GasperBallot *ballot;

  for (guint i = 0; i < MIN (self->n_ballots, N_BALLOTS); i++)
    if (self->ballots[i].slot == slot && self->ballots[i].head == head
        && self->ballots[i].shuffling == shuffling)
      return &self->ballots[i];
  ballot = &self->ballots[self->n_ballots++ % N_BALLOTS];
  ballot->slot = slot;
  ballot->head = head;
  ballot->shuffling = shuffling;
  if (ballot->data == NULL)
    ballot->data = pnyx_arena_array (pnyx_world_arena (chain->world), guint32, n);
  memset (ballot->data, 0xff, sizeof (guint32) * n);
  return ballot;
}

/* What a vote for @head in @slot says. */
static guint32
data_for (PnyxChain *chain, guint64 slot, guint32 index, guint32 shuffling, PnyxBlockId head)
{
  const Gasper *self = chain->state;
  guint32 *known = &ballot_of (chain, slot, shuffling, head)->data[index];
  PnyxGasperJustification state;
  GasperSums sums;

  if (*known != PNYX_NONE)
    return *known;
  gasper_advance (chain, head, epoch_of (self, slot), &state, &sums);
  *known = gasper_data (chain, slot, index, shuffling, head, state.current_justified_checkpoint,
                        gasper_checkpoint (chain, head, epoch_of (self, slot)));
  return *known;
}

/* Hands the votes that a node has just signed to its own store. */
static void
see_own (PnyxChain *chain, PnyxNodeId node, guint32 data, const guint64 *bits)
{
  gasper_on_votes (chain, node, data, bits, FALSE);
}

void
pnyx_gasper_attest (PnyxChain *chain, const guint32 *actors, guint32 n, guint64 slot,
                    PnyxBlockId head, gboolean withhold)
{
  Gasper *self = chain->state;
  PnyxNodeId node = self->validators.node_of[actors[0]];
  guint32 shuffling = gasper_shuffling (chain, head, epoch_of (self, slot));
  const GasperSlotDuties *duties = gasper_slot_duties (chain, shuffling, slot);
  PnyxArena *arena = pnyx_world_arena (chain->world);
  guint32 at = duties->first[node], done = 0, signed_by = 0;

  if (!gasper_has_block (self, node, head) || self->blocks[head].slot > slot)
    {
      chain->refused++;
      return;
    }
  /* Actors stand in the order of the duties. */
  for (; at < duties->first[node + 1] && done < n; at++)
    {
      guint32 position, index, data;
      guint64 *bits;

      if (duties->due[at].validator != actors[done])
        continue;
      done++;
      index = committee_of (self, shuffling, duties, duties->due[at].member, &position);
      data = data_for (chain, slot, index, shuffling, head);
      gasper_sign (chain, data, position, withhold);
      bits = pnyx_arena_array (arena, guint64, self->data[data].n_words);
      bit_set (bits, position);
      see_own (chain, node, data, bits);
      pnyx_arena_release (arena, bits, sizeof (guint64) * self->data[data].n_words);
      signed_by++;
    }
  chain->refused += n - done;
  if (signed_by > 0)
    pnyx_world_emit (chain->world, PNYX_TRACE_VOTED, chain->index, node, head, signed_by,
                     (gint64)slot);
}

static void
give_duty (PnyxChain *chain, PnyxDutyKind kind, PnyxNodeId node, guint64 slot, PnyxBlockId head,
           const guint32 *actors, guint32 n)
{
  PnyxDuty duty = { .kind = kind,
                    .actor = actors[0],
                    .node = node,
                    .number = slot,
                    .head = head,
                    .subject = PNYX_NONE,
                    .n_actors = n,
                    .actors = actors };

  pnyx_chain_duty (chain, &duty);
}

/* Whether the entry @at of a slot's duties aggregates: in which committee, at which place. */
static gboolean
is_aggregator (const Gasper *self, guint32 shuffling, const GasperSlotDuties *duties, guint32 at,
               guint32 *index, guint32 *position)
{
  const GasperDuty *due = &duties->due[at];

  *index = committee_of (self, shuffling, duties, due->member, position);
  return gasper_is_aggregator (self, due->validator, duties->slot,
                               duties->committee[*index + 1] - duties->committee[*index]);
}

/* Whoever votes may turn out to be an aggregator of its committee. */
static void
schedule_aggregates (PnyxChain *chain, PnyxNodeId node, guint64 slot, guint32 shuffling,
                     const GasperSlotDuties *duties)
{
  const Gasper *self = chain->state;
  PnyxTime due = pnyx_gasper_slot_start (chain, slot) + self->rules.aggregate_due;
  guint32 index, position;

  if (gasper_local_time (chain, node) >= due)
    return;
  for (guint32 i = duties->first[node]; i < duties->first[node + 1]; i++)
    if (is_aggregator (self, shuffling, duties, i, &index, &position))
      {
        schedule_at_node (chain, self->aggregate_type, node, slot, self->rules.aggregate_due);
        return;
      }
}

/* The validators of @node that are due in @slot get their duty, together where they have one
 * strategy. Late ones get it later. */
static void
attest (PnyxChain *chain, PnyxNodeId node, guint64 slot)
{
  Gasper *self = chain->state;
  PnyxBlockId head = gasper_head (chain, node);
  guint32 shuffling = gasper_shuffling (chain, head, epoch_of (self, slot));
  const GasperSlotDuties *duties = gasper_slot_duties (chain, shuffling, slot);
  guint32 first = duties->first[node], n = duties->first[node + 1] - first, due = 0;
  g_autofree guint32 *all = g_new (guint32, MAX (n, 1)); /* strategies may move the tables */
  g_autofree guint32 *actors = g_new (guint32, MAX (n, 1));
  guint64 epoch = epoch_of (self, slot);
  const guint32 *row = epoch < self->epochs_capacity ? self->votes_of_epoch[epoch] : NULL;

  for (guint32 i = 0; i < n; i++)
    {
      all[i] = duties->due[first + i].validator;
      if (row != NULL)
        __builtin_prefetch (&row[all[i]], 1);
      __builtin_prefetch (&chain->actor_strategy[all[i]]);
    }
  self->attested[node] = slot + 1;
  schedule_aggregates (chain, node, slot, shuffling, duties);
  for (guint strategy = 0; strategy < chain->n_strategies; strategy++)
    {
      due = 0;
      for (guint32 i = 0; i < n; i++)
        {
          guint32 v = all[i];
          PnyxTime delay;

          if (chain->actor_strategy[v] != strategy || has_voted (self, v, epoch_of (self, slot))
              || !is_on_duty (self, v, slot, FALSE, &delay))
            continue;
          if (delay == 0)
            actors[due++] = v;
          else
            pnyx_world_schedule (chain->world, pnyx_world_now (chain->world) + delay,
                                 PNYX_PHASE_TIMER, self->late_type, v, node, (guint32)slot, 0,
                                 slot);
        }
      if (due > 0)
        give_duty (chain, PNYX_DUTY_ATTEST, node, slot, head, actors, due);
    }
}

/* Time is up for those that have not voted for a block as it came. */
static void
attest_late (PnyxChain *chain, PnyxNodeId node, guint64 slot)
{
  Gasper *self = chain->state;
  const GasperSlotDuties *duties;

  if (self->attested[node] > slot || !pnyx_network_online (chain->network, node))
    return;
  duties = gasper_slot_duties (
      chain, gasper_shuffling (chain, chain->head[node], epoch_of (self, slot)), slot);
  if (duties->first[node] < duties->first[node + 1])
    attest (chain, node, slot);
}

static void
on_attest (gpointer user, const PnyxEvent *event)
{
  attest_late (user, event->target, event->payload);
}

static void
on_attest_all (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;

  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    attest_late (chain, node, event->payload);
}

static void
on_late (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;
  guint32 v = event->target;

  if (!pnyx_network_online (chain->network, event->source)
      || has_voted (self, v, epoch_of (self, event->payload)))
    return;
  give_duty (chain, PNYX_DUTY_ATTEST, event->source, event->payload,
             gasper_head (chain, event->source), &v, 1);
}

/* ---- Aggregates ---- */

static void
send_aggregate (PnyxChain *chain, guint32 id)
{
  Gasper *self = chain->state;
  GasperAggregate *aggregate = &self->aggregates[id];
  const GasperData *data = &self->data[aggregate->data];
  PnyxItemParams params = {
    .channel = self->aggregate_channel,
    .priority = PNYX_PRIORITY_AGGREGATE,
    .subject = id,
    .id = gasper_aggregate_id (self, data, aggregate->aggregator),
    .size = self->votes->aggregate_size + (data->n + 7) / 8,
  };

  aggregate->item = pnyx_network_item_new (chain->network, &params);
  pnyx_network_publish (chain->network, aggregate->node, aggregate->item);
  gasper_import_aggregate (chain, aggregate->node, id);
}

/* An aggregator at @node sends what it has of @data, or of it the votes of @only. */
static void
aggregate_and_send (PnyxChain *chain, guint32 data, guint32 aggregator, PnyxNodeId node,
                    const guint64 *only)
{
  guint32 id;

  if (((Gasper *)chain->state)->path != NULL)
    {
      gasper_path_aggregate (chain, data, aggregator, node, only);
      return;
    }
  id = gasper_aggregate (chain, data, aggregator, node, only);
  if (id != PNYX_NONE)
    send_aggregate (chain, id);
}

/* The data that @position of a committee has voted for; PNYX_NONE: none. */
static guint32
voted_data (const Gasper *self, guint32 shuffling, guint64 slot, guint32 index, guint32 position)
{
  for (guint32 id = self->data_of_slot[slot]; id != PNYX_NONE; id = self->data[id].next_in_slot)
    if (self->data[id].index == index && self->data[id].shuffling == shuffling
        && bit_get (self->data[id].voted, position))
      return id;
  return PNYX_NONE;
}

static void
on_aggregate (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;
  PnyxNodeId node = event->target;
  guint64 slot = event->payload;
  guint32 shuffling = gasper_shuffling (chain, gasper_head (chain, node), epoch_of (self, slot));
  const GasperSlotDuties *duties = gasper_slot_duties (chain, shuffling, slot);

  if (!pnyx_network_online (chain->network, node))
    return;
  for (guint32 i = duties->first[node]; i < duties->first[node + 1]; i++)
    {
      guint32 index, position, v = duties->due[i].validator;

      if (is_aggregator (self, shuffling, duties, i, &index, &position)
          && voted_data (self, shuffling, slot, index, position) != PNYX_NONE)
        give_duty (chain, PNYX_DUTY_AGGREGATE, node, slot, chain->head[node], &v, 1);
      duties = gasper_slot_duties (chain, shuffling, slot);
    }
}

/* An aggregator sends what it has of the votes that agree with its own. */
static void
aggregate_own (PnyxChain *chain, const PnyxDuty *duty)
{
  Gasper *self = chain->state;
  guint32 vote = self->votes_of_epoch[epoch_of (self, duty->number)][duty->actor];

  if (vote != 0)
    aggregate_and_send (chain, vote - 1, duty->actor, duty->node, NULL);
}

void
pnyx_gasper_reveal (PnyxChain *chain, guint32 actor, guint64 slot)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxNodeId node = self->validators.node_of[actor];

  for (guint32 id = self->data_of_slot[slot]; id != PNYX_NONE; id = self->data[id].next_in_slot)
    {
      GasperData *data = &self->data[id];
      guint64 *only = pnyx_arena_array (arena, guint64, data->n_words);
      guint32 found = 0;

      for (guint32 i = 0; i < data->n && data->sent != NULL; i++)
        if (bit_get (data->voted, i) && data->sent[i] == PNYX_TIME_MAX
            && chain->actor_strategy[data->members[i]] == chain->actor_strategy[actor])
          {
            bit_set (only, i);
            data->sent[i] = pnyx_world_now (chain->world);
            found++;
          }
      if (found > 0)
        aggregate_and_send (chain, id, actor, node, only);
      pnyx_arena_release (arena, only, sizeof (guint64) * self->data[id].n_words);
    }
}

/* ---- Blocks ---- */

static void go_on (PnyxChain *chain, PnyxNodeId node);

/* A proposer freezes nothing. */
static PnyxBlockId
full_view_head (PnyxChain *chain, PnyxNodeId node)
{
  GasperNode *store = pnyx_chain_node (chain, node);

  if (((Gasper *)chain->state)->rules.view_merge)
    {
      store->merging = TRUE;
      go_on (chain, node);
      gasper_retry_votes (chain, node);
      store->merging = FALSE;
    }
  return gasper_head (chain, node);
}

static void
on_propose (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;
  PnyxNodeId node = event->target;
  guint64 slot = event->payload;
  PnyxBlockId head = full_view_head (chain, node);
  guint32 actor
      = gasper_proposer (chain, gasper_shuffling (chain, head, epoch_of (self, slot)), slot);

  /* Two views may name two validators of one node: it is due once. process_block_header */
  if (self->validators.node_of[actor] != node || !pnyx_network_online (chain->network, node)
      || self->blocks[head].slot >= slot || bit_get (self->blocks[head].slashed, actor))
    return;
  self->proposing = TRUE;
  give_duty (chain, PNYX_DUTY_PROPOSE, node, slot, gasper_proposer_head (chain, node, slot), &actor,
             1);
  self->proposing = FALSE;
}

static void
mix_reveal (const Gasper *self, guint32 proposer, guint64 epoch, const guint8 *before,
            guint8 *after)
{
  for (guint i = 0; i < PNYX_SHA256_SIZE / 8; i++)
    {
      guint64 word = pnyx_rng_u64 (&self->reveal, proposer, epoch * 4 + i);

      for (guint k = 0; k < 8; k++)
        after[i * 8 + k] = before[i * 8 + k] ^ (guint8)(word >> (8 * k));
    }
}

static PnyxItemId
new_item (PnyxChain *chain, guint16 channel, guint32 subject, guint64 id, guint64 size)
{
  PnyxItemParams params = {
    .channel = channel, .priority = PNYX_PRIORITY_BLOCK, .subject = subject, .id = id, .size = size
  };

  return pnyx_network_item_new (chain->network, &params);
}

static void
make_blobs (PnyxChain *chain, PnyxBlockId id)
{
  Gasper *self = chain->state;
  GasperBlock *block = &self->blocks[id];
  guint64 root = pnyx_block_tree_get (chain->blocks, id)->root;
  gdouble drawn = pnyx_distribution_sample (self->params->blobs, &self->blobs, 0, block->slot);

  block->n_blobs = (guint8)CLAMP (drawn + 0.5, 0, MAX_BLOBS);
  if (block->n_blobs == 0)
    return;
  block->blobs = pnyx_arena_array (pnyx_world_arena (chain->world), PnyxItemId, block->n_blobs);
  block->n_blobs_at = pnyx_arena_array (pnyx_world_arena (chain->world), guint8, self->n_nodes);
  for (guint i = 0; i < block->n_blobs; i++)
    block->blobs[i] = new_item (chain, self->blob_channel, id * MAX_BLOBS + i,
                                pnyx_hash_mix (root, i + 1), self->params->blob_size);
}

/* Bytes of a block with what it packs: signatures, data and bits of its aggregates. */
static guint64
block_bytes (const Gasper *self, const GasperBlock *block)
{
  guint64 size = BLOCK_OVERHEAD;

  for (guint32 i = 0; i < block->n_included; i++)
    size
        += (self->data[block->included[i].data].n + 7) / 8 + (self->rules.committee_bits ? 0 : 228);
  return size + (self->rules.committee_bits ? 236 * (guint64)self->rules.aggregates_max : 0);
}

static gboolean
is_bug (const PnyxChain *chain, PnyxNodeId node, guint64 slot)
{
  const Gasper *self = chain->state;
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);

  return self->params->bug_client != NULL && slot >= self->params->bug_slot
         && g_str_equal (nodes->clients[nodes->client[node]], self->params->bug_client);
}

static PnyxBlockId
add_block (PnyxChain *chain, const PnyxDuty *duty, PnyxBlockId parent, GasperBlock *state)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  guint64 twin = 0, size = 0;
  PnyxBlock block = { .proposer = duty->actor,
                      .node = duty->node,
                      .time = pnyx_world_now (chain->world),
                      .sent = PNYX_TIME_MAX,
                      .valid = TRUE };
  PnyxBlockId id;

  for (PnyxBlockId at = self->blocks_of_slot[duty->number]; at != PNYX_NONE;
       at = self->blocks[at].next_in_slot)
    twin++;
  block.root = pnyx_rng_u64 (&self->root, duty->actor, duty->number * 64 + twin);
  block.valid = self->bug_done || !is_bug (chain, duty->node, duty->number);
  self->bug_done |= !block.valid;
  if (chain->workload == NULL)
    size = (guint64)MAX (
        0, pnyx_distribution_sample (self->params->block_size, &self->size, 0, duty->number));
  else
    block.transactions
        = pnyx_workload_fill (chain->workload, parent, duty->node, self->params->block_limit, &size,
                              &block.n_transactions);
  block.size = size + block_bytes (self, state);
  id = pnyx_block_tree_add (chain->blocks, parent, &block);
  if (chain->workload != NULL)
    pnyx_workload_included (chain->workload, id);
  while (self->blocks_capacity <= id)
    pnyx_arena_reserve (arena, self->blocks, self->blocks_capacity, self->blocks_capacity);
  state->next_in_slot = self->blocks_of_slot[duty->number];
  state->imported = pnyx_arena_array (arena, guint64, self->n_node_words);
  state->received = pnyx_arena_array (arena, guint64, self->n_node_words);
  state->timely = pnyx_arena_array (arena, guint64, self->n_node_words);
  self->blocks[id] = *state;
  for (PnyxBlockId at = state->next_in_slot; at != PNYX_NONE; at = self->blocks[at].next_in_slot)
    if (pnyx_block_tree_get (chain->blocks, at)->proposer == duty->actor)
      gasper_block_equivocation (chain, at, id);
  self->blocks_of_slot[duty->number] = id;
  gasper_store_new_block (chain, id);
  if (self->path != NULL)
    gasper_path_new_block (chain, id);
  return id;
}

PnyxBlockId
pnyx_gasper_make (PnyxChain *chain, const PnyxDuty *duty, PnyxBlockId parent)
{
  Gasper *self = chain->state;
  GasperBlock state = { .slot = duty->number };
  PnyxBlockId id;

  if (!self->proposing || duty->kind != PNYX_DUTY_PROPOSE
      || parent >= pnyx_block_tree_size (chain->blocks)
      || !gasper_has_block (self, duty->node, parent) || self->blocks[parent].slot >= duty->number
      || bit_get (self->blocks[parent].slashed, duty->actor)
      || gasper_proposer (chain, gasper_shuffling (chain, parent, epoch_of (self, duty->number)),
                          duty->number)
             != duty->actor)
    {
      chain->refused++;
      return PNYX_NONE;
    }
  gasper_pack (chain, duty->node, parent, duty->number, &state);
  if (self->rules.view_merge)
    gasper_add_view (chain, duty->node, &state);
  mix_reveal (self, duty->actor, epoch_of (self, duty->number), self->blocks[parent].mix,
              state.mix);
  id = add_block (chain, duty, parent, &state);
  gasper_transition (chain, id);
  pnyx_block_tree_get (chain->blocks, id)->item
      = new_item (chain, self->block_channel, id, pnyx_block_tree_get (chain->blocks, id)->root,
                  pnyx_block_tree_get (chain->blocks, id)->size);
  make_blobs (chain, id);
  pnyx_network_keep (chain->network, duty->node, pnyx_block_tree_get (chain->blocks, id)->item);
  for (guint i = 0; i < self->blocks[id].n_blobs; i++)
    pnyx_network_keep (chain->network, duty->node, self->blocks[id].blobs[i]);
  bit_set (self->blocks[id].received, duty->node);
  gasper_on_block (chain, duty->node, id);
  pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_IMPORTED, chain->index, duty->node, id,
                   PNYX_TIME_UNSET, 0);
  gasper_head (chain, duty->node);
  return id;
}

static gboolean
begin_sending (PnyxChain *chain, guint32 actor, PnyxBlockId id)
{
  PnyxBlock *block;

  if (id >= pnyx_block_tree_size (chain->blocks)
      || pnyx_block_tree_get (chain->blocks, id)->proposer != actor)
    {
      chain->refused++;
      return FALSE;
    }
  block = pnyx_block_tree_get (chain->blocks, id);
  if (block->sent == PNYX_TIME_MAX)
    {
      block->sent = pnyx_world_now (chain->world);
      pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_SENT, chain->index, block->node, id, 0, 0);
    }
  return TRUE;
}

void
pnyx_gasper_publish (PnyxChain *chain, guint32 actor, PnyxBlockId id)
{
  const Gasper *self = chain->state;
  const PnyxBlock *block;

  if (!begin_sending (chain, actor, id))
    return;
  block = pnyx_block_tree_get (chain->blocks, id);
  pnyx_network_publish (chain->network, block->node, block->item);
  for (guint i = 0; i < self->blocks[id].n_blobs; i++)
    pnyx_network_publish (chain->network, block->node, self->blocks[id].blobs[i]);
}

void
pnyx_gasper_send (PnyxChain *chain, guint32 actor, PnyxBlockId id, PnyxNodeId to)
{
  const Gasper *self = chain->state;
  const PnyxBlock *block;

  if (!begin_sending (chain, actor, id))
    return;
  block = pnyx_block_tree_get (chain->blocks, id);
  pnyx_network_send (chain->network, block->node, to, block->item);
  for (guint i = 0; i < self->blocks[id].n_blobs; i++)
    pnyx_network_send (chain->network, block->node, to, self->blocks[id].blobs[i]);
}

/* ---- From receipt to import ---- */

enum
{
  STAGE_VERIFY,  /* in the queue of the node's cores */
  STAGE_PARENT,  /* verified; the parent is not imported yet */
  STAGE_EXECUTE, /* in the queue again */
  STAGE_BLOBS,   /* executed; blobs have not all come */
  STAGE_FROZEN,  /* all is there, but it counts only after the vote of the slot: view-merge */
  STAGE_EARLY,   /* all is there, but its slot has not begun for the node */
};

static guint32
new_pending (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block, PnyxNodeId from)
{
  Gasper *self = chain->state;
  guint32 slot = self->free_pending;

  if (slot != PNYX_NONE)
    self->free_pending = self->pending[slot].next;
  else
    {
      pnyx_arena_reserve (pnyx_world_arena (chain->world), self->pending, self->n_pending,
                          self->pending_capacity);
      slot = self->n_pending++;
    }
  self->pending[slot] = (GasperPendingBlock){ .received = pnyx_world_now (chain->world),
                                              .node = node,
                                              .from = from,
                                              .block = block,
                                              .stage = STAGE_VERIFY };
  return slot;
}

static void
free_pending (Gasper *self, guint32 slot)
{
  self->pending[slot].block = PNYX_NONE;
  self->pending[slot].next = self->free_pending;
  self->free_pending = slot;
}

static void
wait_for (PnyxChain *chain, guint32 slot, guint8 stage)
{
  Gasper *self = chain->state;
  GasperNode *store = pnyx_chain_node (chain, self->pending[slot].node);

  self->pending[slot].stage = stage;
  self->pending[slot].next = PNYX_NONE;
  if (store->n_waiting++ == 0)
    store->first_waiting = slot;
  else
    self->pending[store->last_waiting].next = slot;
  store->last_waiting = slot;
}

static gboolean
has_blobs (const Gasper *self, PnyxNodeId node, PnyxBlockId id)
{
  const GasperBlock *block = &self->blocks[id];

  return block->n_blobs == 0 || block->n_blobs_at[node] == block->n_blobs;
}

/* Whether an older block has come so shortly before the vote of a slot that it does not count for
 * it; what the proposer builds on does. */
static gboolean
is_frozen (PnyxChain *chain, guint32 slot)
{
  const Gasper *self = chain->state;
  const GasperPendingBlock *entry = &self->pending[slot];
  const GasperNode *store = pnyx_chain_node (chain, entry->node);
  guint64 frozen = gasper_frozen_slot (chain, entry->node);

  if (frozen == 0 || store->merging || self->blocks[entry->block].slot >= frozen)
    return FALSE;
  for (PnyxBlockId id = self->blocks_of_slot[frozen]; id != PNYX_NONE;
       id = self->blocks[id].next_in_slot)
    if (bit_get (self->blocks[id].received, entry->node)
        && pnyx_block_tree_is_ancestor (chain->blocks, entry->block, id))
      return FALSE;
  return TRUE;
}

/* Whether what @slot waits for is there. */
static gboolean
is_ready (PnyxChain *chain, guint32 slot)
{
  const Gasper *self = chain->state;
  const GasperPendingBlock *entry = &self->pending[slot];

  if (entry->stage == STAGE_PARENT)
    return gasper_has_block (self, entry->node,
                             pnyx_block_tree_get (chain->blocks, entry->block)->parent);
  if (entry->stage == STAGE_FROZEN)
    return !is_frozen (chain, slot);
  return entry->stage == STAGE_BLOBS && has_blobs (self, entry->node, entry->block);
}

static guint32
take_ready (PnyxChain *chain, PnyxNodeId node)
{
  Gasper *self = chain->state;
  GasperNode *store = pnyx_chain_node (chain, node);
  guint32 slot = store->n_waiting > 0 ? store->first_waiting : PNYX_NONE;

  for (guint32 before = PNYX_NONE; slot != PNYX_NONE;
       before = slot, slot = self->pending[slot].next)
    {
      if (!is_ready (chain, slot))
        continue;
      store->n_waiting--;
      if (before == PNYX_NONE)
        store->first_waiting = self->pending[slot].next;
      else
        self->pending[before].next = self->pending[slot].next;
      if (store->last_waiting == slot)
        store->last_waiting = before;
      return slot;
    }
  return PNYX_NONE;
}

/* Another block of the same proposer and slot has come before: this one is not forwarded. */
static gboolean
has_twin (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
{
  const Gasper *self = chain->state;
  guint32 proposer = pnyx_block_tree_get (chain->blocks, id)->proposer;

  for (PnyxBlockId at = self->blocks_of_slot[self->blocks[id].slot]; at != PNYX_NONE;
       at = self->blocks[at].next_in_slot)
    if (at != id && bit_get (self->blocks[at].received, node)
        && pnyx_block_tree_get (chain->blocks, at)->proposer == proposer)
      return TRUE;
  return FALSE;
}

static void
begin_execution (PnyxChain *chain, guint32 slot)
{
  Gasper *self = chain->state;
  GasperPendingBlock *entry = &self->pending[slot];
  guint64 at = self->blocks[entry->block].slot;
  PnyxTime cost = draw_time (self->costs->import, &self->import, entry->node, entry->block);

  if (at % self->rules.preset.slots_per_epoch == 0)
    cost += draw_time (self->costs->boundary_import, &self->boundary, entry->node, entry->block);
  entry->stage = STAGE_EXECUTE;
  if (has_twin (chain, entry->node, entry->block)) /* not forwarded */
    pnyx_network_accepted (chain->network, entry->node,
                           pnyx_block_tree_get (chain->blocks, entry->block)->item);
  else
    pnyx_network_validated (chain->network, entry->node,
                            pnyx_block_tree_get (chain->blocks, entry->block)->item, TRUE);
  pnyx_network_work (chain->network, entry->node, self->import_job, slot, cost, PNYX_PRIORITY_BLOCK,
                     PNYX_WORK_CONSENSUS);
}

static void
on_verified (gpointer user, PnyxNodeId node, guint32 slot)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;
  PnyxBlockId parent = pnyx_block_tree_get (chain->blocks, self->pending[slot].block)->parent;

  if (!gasper_has_block (self, node, parent) && self->rules.view_merge)
    go_on (chain, node); /* it may be frozen, and is what the proposer builds on */
  if (gasper_has_block (self, node, parent))
    begin_execution (chain, slot);
  else
    wait_for (chain, slot, STAGE_PARENT);
}

/* Blobs of an old block are not on their way: they are asked for. */
static void
request_blobs (PnyxChain *chain, const GasperPendingBlock *entry)
{
  const Gasper *self = chain->state;
  const GasperBlock *block = &self->blocks[entry->block];

  if (gasper_local_time (chain, entry->node) < pnyx_gasper_slot_start (chain, block->slot + 1))
    return;
  for (guint i = 0; i < block->n_blobs; i++)
    if (!pnyx_network_has (chain->network, entry->node, block->blobs[i])
        && !pnyx_network_requested (chain->network, entry->node, block->blobs[i]))
      pnyx_network_request (chain->network, entry->node, entry->from, block->blobs[i]);
}

/* A validator votes as soon as it has the block of its slot. */
static void
attest_early (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
{
  Gasper *self = chain->state;
  const GasperNode *store = pnyx_chain_node (chain, node);
  guint64 slot = self->blocks[id].slot;
  const GasperSlotDuties *duties;
  guint32 shuffling;

  if (store->slot != slot || self->attested[node] > slot)
    return;
  shuffling = gasper_shuffling (chain, id, epoch_of (self, slot));
  duties = gasper_slot_duties (chain, shuffling, slot);
  if (duties->first[node] < duties->first[node + 1])
    attest (chain, node, slot);
}

static void
tell_strategies (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
{
  for (guint i = 1; i < chain->n_strategies; i++)
    if (chain->strategies[i].node == node)
      {
        PnyxDuty duty = { .kind = PNYX_DUTY_RELAY,
                          .actor = chain->strategies[i].actor,
                          .node = node,
                          .number = ((Gasper *)chain->state)->blocks[id].slot,
                          .head = chain->head[node],
                          .subject = id };

        pnyx_chain_duty (chain, &duty);
      }
}

static void
import (PnyxChain *chain, guint32 slot)
{
  Gasper *self = chain->state;
  GasperPendingBlock entry = self->pending[slot];
  PnyxTime begin = pnyx_gasper_slot_start (chain, self->blocks[entry.block].slot);

  if (gasper_local_time (chain, entry.node) < begin) /* the node's clock is behind */
    {
      self->pending[slot].stage = STAGE_EARLY;
      pnyx_world_schedule (chain->world, when_local (chain, entry.node, begin), PNYX_PHASE_TIMER,
                           self->early_type, entry.node, entry.node, slot, 0, entry.block);
      return;
    }
  if (is_frozen (chain, slot))
    {
      guint64 frozen = gasper_frozen_slot (chain, entry.node);

      wait_for (chain, slot, STAGE_FROZEN);
      schedule_at_node (chain, self->thaw_type, entry.node, frozen, self->rules.attestation_due);
      return;
    }
  free_pending (self, slot);
  gasper_on_block (chain, entry.node, entry.block);
  if (!gasper_has_block (self, entry.node, entry.block))
    return; /* conflicts with what is final */
  pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_IMPORTED, chain->index, entry.node, entry.block,
                   entry.received, 0);
  gasper_head (chain, entry.node);
  if (self->n_evidence > 0)
    gasper_check_evidence (chain, entry.node);
  attest_early (chain, entry.node, entry.block);
  tell_strategies (chain, entry.node, entry.block);
}

static void
go_on (PnyxChain *chain, PnyxNodeId node)
{
  Gasper *self = chain->state;

  for (guint32 slot = take_ready (chain, node); slot != PNYX_NONE; slot = take_ready (chain, node))
    if (self->pending[slot].stage == STAGE_PARENT)
      begin_execution (chain, slot);
    else
      import (chain, slot);
}

static void
on_thaw (gpointer user, const PnyxEvent *event)
{
  go_on (user, event->target);
}

static void
on_early (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;

  import (chain, event->payload);
  go_on (chain, event->target);
}

static gboolean
rejects (const PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
{
  return !pnyx_block_tree_get (chain->blocks, id)->valid && !is_bug (chain, node, G_MAXUINT64);
}

static void
on_executed (gpointer user, PnyxNodeId node, guint32 slot)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;
  PnyxBlockId id = self->pending[slot].block;

  if (rejects (chain, node, id))
    {
      pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_INVALID, chain->index, node, id, 0, 0);
      free_pending (self, slot);
      return;
    }
  if (!has_blobs (self, node, id))
    {
      request_blobs (chain, &self->pending[slot]);
      wait_for (chain, slot, STAGE_BLOBS);
      return;
    }
  import (chain, slot);
  go_on (chain, node);
}

static void
receive_block (PnyxChain *chain, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  Gasper *self = chain->state;
  PnyxBlockId id = pnyx_network_item_subject (chain->network, item);

  begin_sending (chain, pnyx_block_tree_get (chain->blocks, id)->proposer, id); /* was asked for */
  bit_set (self->blocks[id].received, node);
  pnyx_world_emit (chain->world, PNYX_TRACE_BLOCK_RECEIVED, chain->index, node, id, from, 0);
  if (pnyx_sync_lacks_ancestor (chain, node, id))
    pnyx_network_request_range (chain->network, node, from, item);
  pnyx_network_work (chain->network, node, self->verify_job, new_pending (chain, node, id, from),
                     self->costs->block_verification, PNYX_PRIORITY_BLOCK, PNYX_WORK_CONSENSUS);
}

/* A block from the future waits until its slot is near enough. */
static void
on_block (gpointer user, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;
  guint64 slot = self->blocks[pnyx_network_item_subject (chain->network, item)].slot;
  PnyxTime from_when
      = pnyx_gasper_slot_start (chain, slot) - MIN (GOSSIP_DISPARITY, self->rules.slot);

  if (gasper_local_time (chain, node) >= from_when)
    receive_block (chain, node, item, from);
  else
    pnyx_world_schedule (chain->world, when_local (chain, node, from_when), PNYX_PHASE_TIMER,
                         self->retry_type, node, from, item, 0, item);
}

static void
on_retry (gpointer user, const PnyxEvent *event)
{
  receive_block (user, event->target, event->payload, event->source);
}

static guint32
on_range_length (gpointer user, PnyxNodeId from, PnyxNodeId node, PnyxItemId item)
{
  PnyxChain *chain = user;

  (void)from;
  return pnyx_sync_range_length (chain, node, pnyx_network_item_subject (chain->network, item));
}

static void
on_range (gpointer user, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  PnyxChain *chain = user;

  pnyx_sync_range (chain, node, pnyx_network_item_subject (chain->network, item), from);
}

static void
on_reconnect (gpointer user, PnyxNodeId node, PnyxNodeId peer)
{
  pnyx_sync_reconnect (user, node, peer);
}

/* What the cores of @node worked on is lost: it is asked for again later. */
static void
on_offline (gpointer user, PnyxNodeId node)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;

  for (guint32 slot = 0; slot < self->n_pending; slot++)
    {
      const GasperPendingBlock *entry = &self->pending[slot];

      if (entry->block == PNYX_NONE || entry->node != node
          || (entry->stage != STAGE_VERIFY && entry->stage != STAGE_EXECUTE))
        continue;
      if (entry->stage == STAGE_VERIFY)
        {
          pnyx_network_forget (chain->network, node,
                               pnyx_block_tree_get (chain->blocks, entry->block)->item);
          free_pending (self, slot);
        }
      else
        wait_for (chain, slot, STAGE_BLOBS); /* executed again when it is back: at no cost */
    }
}

static const PnyxChannelOps block_channel = {
  .receive = on_block,
  .offline = on_offline,
  .range = on_range,
  .range_length = on_range_length,
  .reconnect = on_reconnect,
};

/* ---- Blobs and aggregates on the network ---- */

static void
on_blob (gpointer user, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;

  (void)from;
  pnyx_network_work (chain->network, node, self->blob_job, item, self->costs->blob_verification,
                     PNYX_PRIORITY_BLOCK, PNYX_WORK_CONSENSUS);
}

static void
on_blob_verified (gpointer user, PnyxNodeId node, guint32 item)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;
  PnyxBlockId id = pnyx_network_item_subject (chain->network, item) / MAX_BLOBS;

  self->blocks[id].n_blobs_at[node]++;
  pnyx_network_validated (chain->network, node, item, TRUE);
  go_on (chain, node);
}

static const PnyxChannelOps blob_channel = { .receive = on_blob };

static gboolean
is_too_old (PnyxChain *chain, PnyxNodeId node, const GasperData *data)
{
  const Gasper *self = chain->state;
  const GasperNode *store = pnyx_chain_node (chain, node);

  return data->seen == NULL || data->target.epoch + 1 < epoch_of (self, store->slot);
}

static void
on_aggregate_item (gpointer user, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;
  guint32 id = pnyx_network_item_subject (chain->network, item);
  PnyxTime cost = self->costs->aggregate_verification
                  + self->costs->key_aggregation * (PnyxTime)self->aggregates[id].count;

  (void)from;
  if (is_too_old (chain, node, &self->data[self->aggregates[id].data])
      || gasper_is_subset_of_known (self, node, id))
    {
      pnyx_network_validated (chain->network, node, item, FALSE);
      return;
    }
  pnyx_network_work (chain->network, node, self->aggregate_job, id, cost, PNYX_PRIORITY_AGGREGATE,
                     PNYX_WORK_CONSENSUS);
}

static void
on_aggregate_verified (gpointer user, PnyxNodeId node, guint32 id)
{
  PnyxChain *chain = user;
  const Gasper *self = chain->state;
  PnyxItemId item = self->aggregates[id].item;
  gboolean known = is_too_old (chain, node, &self->data[self->aggregates[id].data])
                   || gasper_is_subset_of_known (self, node, id);

  if (!known)
    gasper_import_aggregate (chain, node, id);
  /* The block that is voted for has to be there before it is forwarded. */
  pnyx_network_validated (
      chain->network, node, item,
      !known && gasper_has_block (self, node, self->data[self->aggregates[id].data].head));
}

static void
on_changing (gpointer user)
{
  gasper_path_changing (user);
}

static const PnyxChannelOps aggregate_channel
    = { .receive = on_aggregate_item, .changing = on_changing };

static void
on_evidence (gpointer user, const PnyxEvent *event)
{
  PnyxChain *chain = user;
  Gasper *self = chain->state;
  GasperEvidence *evidence = &self->evidence[event->payload];

  bit_set (evidence->known, event->target);
  if (evidence->data[0] != PNYX_NONE) /* two votes; two blocks are punished on chain only */
    gasper_on_equivocation (chain, event->target, evidence->validator);
}

void
gasper_note_finalized (PnyxChain *chain, PnyxGasperCheckpoint checkpoint)
{
  Gasper *self = chain->state;

  for (guint32 i = 0; i < self->n_finalized; i++)
    if (self->finalized[i].epoch == checkpoint.epoch && self->finalized[i].root == checkpoint.root)
      return;
  for (guint32 i = 0; i < self->n_finalized; i++)
    if (!pnyx_block_tree_is_ancestor (chain->blocks, self->finalized[i].root, checkpoint.root)
        && !pnyx_block_tree_is_ancestor (chain->blocks, checkpoint.root, self->finalized[i].root))
      self->n_violations++;
  pnyx_arena_reserve (pnyx_world_arena (chain->world), self->finalized, self->n_finalized,
                      self->finalized_capacity);
  self->finalized[self->n_finalized++] = checkpoint;
}

/* ---- The honest strategy ---- */

void
pnyx_gasper_do_honestly (PnyxChain *chain, const PnyxDuty *duty)
{
  switch (duty->kind)
    {
    case PNYX_DUTY_PROPOSE:
      pnyx_gasper_publish (chain, duty->actor, pnyx_gasper_make (chain, duty, duty->head));
      break;
    case PNYX_DUTY_ATTEST:
      pnyx_gasper_attest (chain, duty->actors, duty->n_actors, duty->number, duty->head, FALSE);
      break;
    case PNYX_DUTY_AGGREGATE:
      aggregate_own (chain, duty);
      break;
    default:
      break;
    }
}

static void
honest_on_duty (gpointer user, const PnyxDuty *duty, PnyxChain *chain)
{
  (void)user;
  pnyx_gasper_do_honestly (chain, duty);
}

static const PnyxStrategyOps gasper_honest = {
  .component = { .name = "honest",
                 .summary = "Does every duty in its time, as the specification says.",
                 .source = "consensus-specs, specs/phase0/validator.md" },
  .protocol = "gasper",
  .on_duty = honest_on_duty,
};

/* ---- Set-up ---- */

static void
make_rngs (PnyxChain *chain)
{
  Gasper *self = chain->state;
  g_autofree gchar *component = g_strdup_printf ("protocol.gasper.%u", chain->index);

  pnyx_world_rng (chain->world, &self->reveal, component, "reveal");
  pnyx_world_rng (chain->world, &self->root, component, "root");
  pnyx_world_rng (chain->world, &self->selection, component, "selection");
  pnyx_world_rng (chain->world, &self->size, component, "size");
  pnyx_world_rng (chain->world, &self->blobs, component, "blobs");
  pnyx_world_rng (chain->world, &self->import, component, "import");
  pnyx_world_rng (chain->world, &self->boundary, component, "boundary");
  pnyx_world_rng (chain->world, &self->delay, component, "delay");
}

/* What every duty and import of a node reads first. */
static void
warm_node (gpointer user, PnyxNodeId node)
{
  const PnyxChain *chain = user;
  const Gasper *self = chain->state;
  const gchar *store = pnyx_chain_node (chain, node);

  for (gsize at = 0; at < sizeof (GasperNode); at += 64)
    __builtin_prefetch (store + at, 1);
  __builtin_prefetch (&chain->head[node]);
  if (self->path != NULL)
    gasper_path_warm (self, node);
}

static void
warm_duty (gpointer user, const PnyxEvent *event)
{
  warm_node (user, event->target);
}

static guint16
add_handler (PnyxChain *chain, const gchar *name, PnyxHandler handler)
{
  g_autofree gchar *text = g_strdup_printf ("gasper.%s.%u", name, chain->index);

  return pnyx_world_add_handler (chain->world, text, handler, chain);
}

static void
make_handlers (PnyxChain *chain)
{
  Gasper *self = chain->state;
  PnyxNetwork *network = chain->network;

  self->fold_type = add_handler (chain, "fold", on_fold);
  self->slot_type = add_handler (chain, "slot", on_slot);
  self->tick_type = add_handler (chain, "tick", on_tick);
  self->propose_type = add_handler (chain, "propose", on_propose);
  self->attest_type = add_handler (chain, "attest", on_attest);
  self->attest_all_type = add_handler (chain, "attest-all", on_attest_all);
  self->aggregate_type = add_handler (chain, "aggregate", on_aggregate);
  self->late_type = add_handler (chain, "late", on_late);
  self->evidence_type = add_handler (chain, "evidence", on_evidence);
  self->retry_type = add_handler (chain, "retry", on_retry);
  self->early_type = add_handler (chain, "early", on_early);
  self->thaw_type = add_handler (chain, "thaw", on_thaw);
  pnyx_world_set_warm (chain->world, self->attest_type, warm_duty);
  pnyx_world_set_warm (chain->world, self->aggregate_type, warm_duty);
  pnyx_network_set_warm (network, warm_node, chain);
  self->block_channel = pnyx_network_add_channel (network, chain->index, &block_channel, chain);
  self->aggregate_channel
      = pnyx_network_add_channel (network, chain->index, &aggregate_channel, chain);
  self->blob_channel = pnyx_network_add_channel (network, chain->index, &blob_channel, chain);
  self->verify_job = pnyx_network_add_job (network, chain->index, on_verified, chain);
  self->import_job = pnyx_network_add_job (network, chain->index, on_executed, chain);
  self->aggregate_job = pnyx_network_add_job (network, chain->index, on_aggregate_verified, chain);
  self->blob_job = pnyx_network_add_job (network, chain->index, on_blob_verified, chain);
}

static void
make_actors (PnyxChain *chain)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);

  chain->n_actors = self->validators.n;
  chain->weights = pnyx_arena_array (arena, gdouble, chain->n_actors);
  chain->actor_strategy = pnyx_arena_array (arena, guint8, chain->n_actors);
  chain->actor_node = self->validators.node_of;
  for (guint32 v = 0; v < chain->n_actors; v++)
    self->total += self->validators.effective_balance[v];
  for (guint32 v = 0; v < chain->n_actors; v++)
    chain->weights[v] = (gdouble)self->validators.effective_balance[v] / (gdouble)self->total;
}

static gboolean
check_committees (const PnyxChain *chain, GError **error)
{
  const Gasper *self = chain->state;
  guint32 slots = self->rules.preset.slots_per_epoch;

  if (self->validators.n >= slots)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &chain->section->place,
                     "%u validators leave committees of %u slots empty (expected at least %u)",
                     self->validators.n, slots - self->validators.n, slots);
  return FALSE;
}

static gboolean
check_bug (const PnyxChain *chain, GError **error)
{
  const Gasper *self = chain->state;
  guint client;

  return pnyx_selector_client (self->params->bug_client, pnyx_network_nodes (chain->network),
                               chain->section, "bug-client", &client, error);
}

static gboolean
gasper_init (PnyxChain *chain, gconstpointer params, GError **error)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  const PnyxNodes *nodes = pnyx_network_nodes (chain->network);
  gboolean is_path
      = ((const PnyxChainParams *)chain->section->params)->fidelity == PNYX_FIDELITY_PATH;

  self->params = params;
  self->votes = pnyx_section_child (chain->section, "votes", 0)->params;
  self->costs = pnyx_section_child (chain->section, "costs", 0)->params;
  self->cpu = pnyx_cpu_detect ();
  self->n_nodes = nodes->n;
  self->n_node_words = (nodes->n + 63) / 64;
  self->free_pending = PNYX_NONE;
  if (!pnyx_gasper_rules_init (&self->rules, chain->section, error)
      || !pnyx_gasper_validators_init (&self->validators, chain->world, nodes,
                                       pnyx_network_regions (chain->network), chain->index,
                                       pnyx_section_child (chain->section, "validators", 0),
                                       self->rules.max_effective_balance,
                                       self->rules.preset.slots_per_epoch, self->rules.slot, error)
      || !check_committees (chain, error) || !check_bug (chain, error))
    return FALSE;
  self->n_validator_words = (self->validators.n + 63) / 64;
  self->last_shuffling.block = PNYX_NONE;
  self->attested = pnyx_arena_array (pnyx_world_arena (chain->world), guint64, self->n_nodes);
  make_rngs (chain);
  make_handlers (chain);
  make_actors (chain);
  for (guint i = 0; i < N_CURSORS; i++)
    self->cursors[i]
        = (GasperCursor){ .block = PNYX_NONE,
                          .current = pnyx_arena_array (arena, guint8, self->validators.n),
                          .previous = pnyx_arena_array (arena, guint8, self->validators.n) };
  pnyx_arena_reserve (arena, self->blocks, self->blocks_capacity, self->blocks_capacity);
  self->blocks[0].next_in_slot = PNYX_NONE;
  mix_reveal (self, PNYX_NONE, 0, self->blocks[0].mix, self->blocks[0].mix);
  reserve_slot (chain, 0);
  self->blocks_of_slot[0] = 0;
  gasper_store_init (chain, is_path);
  if (is_path && !gasper_path_init (chain, error))
    return FALSE;
  schedule_slot (chain, 0);
  return TRUE;
}

/* ---- What the chain says ---- */

guint64
pnyx_gasper_slot (PnyxChain *chain, PnyxBlockId block)
{
  return ((Gasper *)chain->state)->blocks[block].slot;
}

guint32
pnyx_gasper_proposer (PnyxChain *chain, PnyxBlockId head, guint64 slot)
{
  return gasper_proposer (chain, gasper_shuffling (chain, head, epoch_of (chain->state, slot)),
                          slot);
}

gboolean
pnyx_gasper_same_committees (PnyxChain *chain, PnyxBlockId a, PnyxBlockId b, guint64 slot)
{
  guint64 epoch = epoch_of (chain->state, slot);

  return gasper_shuffling (chain, a, epoch) == gasper_shuffling (chain, b, epoch);
}

static PnyxTime
gasper_slot_duration (gconstpointer params)
{
  return ((const PnyxGasperParams *)params)->slot;
}

static PnyxTime
gasper_epoch_duration (gconstpointer params)
{
  const PnyxGasperParams *p = params;

  return p->slot * (PnyxTime)p->slots_per_epoch;
}

static PnyxTime
gasper_span (gconstpointer params, const PnyxSpan *span)
{
  const PnyxGasperParams *p = params;
  PnyxTime unit = span->unit == PNYX_SPAN_EPOCHS ? gasper_epoch_duration (params) : p->slot;

  return span->value > PNYX_TIME_MAX / unit ? PNYX_TIME_MAX : span->value * unit;
}

/* The head that most honest nodes have; among equals the later block. */
static PnyxBlockId
gasper_canonical (PnyxChain *chain)
{
  const Gasper *self = chain->state;
  g_autofree guint32 *followers = g_new0 (guint32, pnyx_block_tree_size (chain->blocks));
  PnyxBlockId best = 0;

  for (PnyxNodeId node = 0; node < self->n_nodes; node++)
    if (pnyx_chain_honest (chain, node))
      followers[chain->head[node]]++;
  for (PnyxBlockId block = 1; block < pnyx_block_tree_size (chain->blocks); block++)
    if (followers[block] > 0 && followers[block] >= followers[best])
      best = block;
  return best;
}

static gboolean
gasper_op_has_block (const PnyxChain *chain, PnyxNodeId node, PnyxBlockId block)
{
  return gasper_has_block (chain->state, node, block);
}

/* The flags of an epoch are all there at the end of the next one. */
static gboolean
gasper_participation (PnyxChain *chain, PnyxBlockId canonical, guint64 epoch,
                      PnyxParticipation *participation)
{
  const Gasper *self = chain->state;
  guint64 end = start_of (self, epoch + 2) - 1;
  PnyxBlockId last = gasper_ancestor (chain, canonical, end);
  const GasperSums *sums = &self->blocks[last].sums;
  const PnyxStake *flags;

  if (self->blocks[canonical].slot < end)
    return FALSE;
  flags = epoch_of (self, self->blocks[last].slot) == epoch + 1 ? sums->previous : sums->current;
  if (epoch_of (self, self->blocks[last].slot) < epoch)
    return FALSE;
  *participation = (PnyxParticipation){ (gdouble)flags[0] / (gdouble)self->total,
                                        (gdouble)flags[1] / (gdouble)self->total,
                                        (gdouble)flags[2] / (gdouble)self->total };
  return TRUE;
}

/* A coalition acts from the node of its first member; who lives there otherwise moves on. */
static void
gasper_gather (PnyxChain *chain, const guint32 *actors, guint32 n)
{
  Gasper *self = chain->state;
  PnyxNodeId node = self->validators.node_of[actors[0]];
  PnyxNodeId other = (node + 1) % self->n_nodes;

  for (guint32 v = 0; v < self->validators.n; v++)
    if (self->validators.node_of[v] == node)
      self->validators.node_of[v] = other;
  for (guint32 i = 0; i < n; i++)
    self->validators.node_of[actors[i]] = node;
}

static void
gasper_inclusion (PnyxChain *chain, PnyxBlockId block, guint64 *votes, guint64 *distance)
{
  const Gasper *self = chain->state;

  *votes = self->blocks[block].n_votes;
  *distance = self->blocks[block].inclusion_distance;
}

static guint64
gasper_aggregates (PnyxChain *chain)
{
  const Gasper *self = chain->state;

  return self->path != NULL ? gasper_path_counts (self)->aggregates : self->n_aggregates;
}

static guint64
gasper_violations (PnyxChain *chain)
{
  return ((Gasper *)chain->state)->n_violations;
}

static gdouble
gasper_slashable (PnyxChain *chain)
{
  const Gasper *self = chain->state;

  return (gdouble)self->slashable / (gdouble)self->total;
}

/* As the justification of the block's own state says, not that of a node which knows more. */
static PnyxBlockId
gasper_final (PnyxChain *chain, PnyxBlockId block)
{
  const Gasper *self = chain->state;

  return self->blocks[block].justification.finalized_checkpoint.root;
}

static const PnyxFinalityOps gasper_finality = {
  .slot = gasper_slot_duration,
  .epoch = gasper_epoch_duration,
  .participation = gasper_participation,
  .inclusion = gasper_inclusion,
  .block_slot = pnyx_gasper_slot,
  .aggregates = gasper_aggregates,
  .violations = gasper_violations,
  .slashable = gasper_slashable,
};

static gboolean
gasper_check (const PnyxSection *section, GError **error)
{
  PnyxGasperRules rules;

  return pnyx_gasper_rules_init (&rules, section, error);
}

const PnyxProtocolOps pnyx_protocol_gasper = {
  .component
  = { .name = "gasper",
      .summary = "Ethereum's proof of stake: LMD-GHOST and Casper FFG in slots and epochs.",
      .source = "ethereum/consensus-specs, phase0 to Electra; Buterin et al., Combining GHOST and "
                "Casper, arXiv 2003.03052",
      .limits
      = "BLS, SSZ and state roots cost time and bytes only; no sync committee, deposits or exits; "
        "effective balances stay; single votes reach aggregators over sampled paths; execution "
        "is valid but for a client's bug; peers are not scored.",
      .params = pnyx_gasper_params,
      .n_params = PNYX_GASPER_N_PARAMS,
      .params_size = sizeof (PnyxGasperParams),
      .children = pnyx_gasper_children,
      .n_children = PNYX_GASPER_N_CHILDREN,
      .check = gasper_check },
  .chain_size = sizeof (Gasper),
  .node_size = sizeof (GasperNode),
  .reads_clocks = TRUE,
  .init = gasper_init,
  .span = gasper_span,
  .interval = gasper_slot_duration,
  .canonical = gasper_canonical,
  .final = gasper_final,
  .has_block = gasper_op_has_block,
  .gather = gasper_gather,
  .finality = &gasper_finality,
  .honest = &gasper_honest,
};
