/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What validators do with their votes. Those of a node that are due in a slot get their duty when
 * the block of the slot has come, at the deadline at the latest; their strategies have them sign,
 * withhold and reveal. Aggregators among them send what has reached them. Votes and aggregates
 * themselves are in votes.c, what becomes of aggregates at other nodes in receiving.c.
 *
 * Source: specs/phase0/validator.md (Attesting, Attestation aggregation).
 */
#include <string.h>

#include "protocol/gasper/gasper_priv.h"

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
        gasper_schedule_at_node (chain, self->aggregate_type, node, slot,
                                 self->rules.aggregate_due);
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
              || !gasper_is_on_duty (self, v, slot, FALSE, &delay))
            continue;
          if (delay == 0)
            actors[due++] = v;
          else
            pnyx_world_schedule (chain->world, pnyx_world_now (chain->world) + delay,
                                 PNYX_PHASE_TIMER, self->late_type, v, node, (guint32)slot, 0,
                                 slot);
        }
      if (due > 0)
        gasper_give_duty (chain, PNYX_DUTY_ATTEST, node, slot, head, actors, due);
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

void
gasper_attest_early (PnyxChain *chain, PnyxNodeId node, PnyxBlockId id)
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
  gasper_give_duty (chain, PNYX_DUTY_ATTEST, event->source, event->payload,
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
        gasper_give_duty (chain, PNYX_DUTY_AGGREGATE, node, slot, chain->head[node], &v, 1);
      duties = gasper_slot_duties (chain, shuffling, slot);
    }
}

void
gasper_aggregate_own (PnyxChain *chain, const PnyxDuty *duty)
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

void
gasper_attesting_init (PnyxChain *chain)
{
  Gasper *self = chain->state;

  self->attest_type = gasper_add_handler (chain, "attest", on_attest);
  self->attest_all_type = gasper_add_handler (chain, "attest-all", on_attest_all);
  self->aggregate_type = gasper_add_handler (chain, "aggregate", on_aggregate);
  self->late_type = gasper_add_handler (chain, "late", on_late);
}
