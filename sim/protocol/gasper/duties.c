/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is due when. A shuffling is decided by the last block before the epoch that lies
 * MIN_SEED_LOOKAHEAD before its own, so long branches have committees of their own.
 *
 * Source: specs/phase0/beacon-chain.md (get_seed, get_beacon_committee,
 * get_beacon_proposer_index), specs/phase0/validator.md (is_aggregator).
 */
#include <string.h>

#include "protocol/gasper/gasper_priv.h"
#include "protocol/gasper/shuffle.h"

#define MIN_SEED_LOOKAHEAD 1

static guint32
find_shuffling (PnyxChain *chain, PnyxBlockId block, guint64 epoch)
{
  Gasper *self = chain->state;
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxBlockId dependent = 0;
  GasperShuffling *made;
  PnyxSha256Digest seed;
  guint32 n = self->validators.n;

  if (epoch > MIN_SEED_LOOKAHEAD)
    dependent = gasper_ancestor (chain, block, start_of (self, epoch - MIN_SEED_LOOKAHEAD) - 1);
  for (guint32 i = self->n_shufflings; i-- > 0;)
    if (self->shufflings[i].used && self->shufflings[i].dependent == dependent
        && self->shufflings[i].epoch == epoch)
      return i;
  pnyx_arena_reserve (arena, self->shufflings, self->n_shufflings, self->shufflings_capacity);
  made = &self->shufflings[self->n_shufflings];
  *made = (GasperShuffling){ .used = TRUE, .dependent = dependent, .epoch = epoch };
  made->n_committees = pnyx_gasper_get_committee_count_per_slot (&self->rules.preset, n);
  made->list = pnyx_arena_array (arena, guint32, n);
  made->proposers = pnyx_arena_array (arena, guint32, self->rules.preset.slots_per_epoch);
  memset (made->proposers, 0xff, sizeof (guint32) * self->rules.preset.slots_per_epoch);
  for (guint i = 0; i < SLOT_DUTIES; i++)
    {
      made->slots[i].slot = G_MAXUINT64;
      made->slots[i].first = pnyx_arena_array (arena, guint32, self->n_nodes + 1);
      made->slots[i].committee = pnyx_arena_array (arena, guint32, made->n_committees + 1);
    }
  for (guint32 v = 0; v < n; v++)
    made->list[v] = v;
  pnyx_gasper_get_seed (self->blocks[dependent].mix, epoch, PNYX_GASPER_DOMAIN_BEACON_ATTESTER,
                        seed);
  pnyx_shuffle_list (self->cpu, seed, self->rules.preset.shuffle_round_count, made->list, n);
  return self->n_shufflings++;
}

guint32
gasper_shuffling (PnyxChain *chain, PnyxBlockId block, guint64 epoch)
{
  Gasper *self = chain->state;
  GasperLastShuffling *last = &self->last_shuffling;

  if (last->block != block || last->epoch != epoch)
    *last = (GasperLastShuffling){ .block = block,
                                   .epoch = epoch,
                                   .shuffling = find_shuffling (chain, block, epoch) };
  return last->shuffling;
}

PnyxGasperCommittee
gasper_committee (const Gasper *self, guint32 shuffling, guint64 slot, guint32 index)
{
  return pnyx_gasper_get_beacon_committee (&self->rules.preset, self->shufflings[shuffling].list,
                                           self->validators.n, slot, index);
}

guint32
gasper_proposer (PnyxChain *chain, guint32 shuffling, guint64 slot)
{
  Gasper *self = chain->state;
  GasperShuffling *of = &self->shufflings[shuffling];
  guint32 *known = &of->proposers[slot % self->rules.preset.slots_per_epoch];

  if (*known == PNYX_NONE)
    {
      PnyxSha256Digest seed;
      PnyxGasperProposerDraw draw = { .rule = self->rules.proposer,
                                      .n = self->validators.n,
                                      .effective_balance = self->validators.effective_balance,
                                      .seed = seed,
                                      .rounds = self->rules.preset.shuffle_round_count,
                                      .balance_max = self->validators.balance_max };

      pnyx_gasper_get_proposer_seed (self->blocks[of->dependent].mix, slot, &self->rules.preset,
                                     seed);
      *known = pnyx_gasper_compute_proposer_index (&draw, self->cpu, NULL);
    }
  return *known;
}

/* The slot's committees lie one behind the other in the list. */
static void
slot_span (const Gasper *self, guint32 shuffling, guint64 slot, const guint32 **members, guint32 *n)
{
  guint32 last = self->shufflings[shuffling].n_committees - 1;
  PnyxGasperCommittee first = gasper_committee (self, shuffling, slot, 0);
  PnyxGasperCommittee end = gasper_committee (self, shuffling, slot, last);

  *members = first.members;
  *n = (guint32)(end.members + end.n - first.members);
}

const GasperSlotDuties *
gasper_slot_duties (PnyxChain *chain, guint32 shuffling, guint64 slot)
{
  Gasper *self = chain->state;
  GasperSlotDuties *duties = &self->shufflings[shuffling].slots[slot % SLOT_DUTIES];
  PnyxArena *arena = pnyx_world_arena (chain->world);
  const guint32 *members;
  guint32 n;

  if (duties->slot == slot)
    return duties;
  slot_span (self, shuffling, slot, &members, &n);
  if (duties->due != NULL)
    pnyx_arena_release (arena, duties->due, sizeof (GasperDuty) * duties->n);
  duties->slot = slot;
  duties->n = n;
  for (guint32 i = 0; i < self->shufflings[shuffling].n_committees; i++)
    duties->committee[i] = (guint32)(gasper_committee (self, shuffling, slot, i).members - members);
  duties->committee[self->shufflings[shuffling].n_committees] = n;
  duties->due = pnyx_arena_array (arena, GasperDuty, n);
  memset (duties->first, 0, sizeof (guint32) * (self->n_nodes + 1));
  for (guint32 i = 0; i < n; i++)
    duties->first[self->validators.node_of[members[i]] + 1]++;
  for (guint32 node = 0; node < self->n_nodes; node++)
    duties->first[node + 1] += duties->first[node];
  /* Filling moves each node's begin to its end, which is the next one's begin. */
  for (guint32 i = 0; i < n; i++)
    {
      guint32 at = duties->first[self->validators.node_of[members[i]]]++;

      duties->due[at] = (GasperDuty){ .member = i, .validator = members[i] };
    }
  memmove (duties->first + 1, duties->first, sizeof (guint32) * self->n_nodes);
  duties->first[0] = 0;
  return duties;
}

gboolean
gasper_is_aggregator (const Gasper *self, guint32 validator, guint64 slot, guint32 n)
{
  guint64 modulo = MAX (1, n / self->votes->aggregators);

  return pnyx_rng_u64 (&self->selection, validator, slot) % modulo == 0;
}

gboolean
gasper_is_on_duty (const Gasper *self, guint32 validator, guint64 slot, gboolean is_proposal,
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

void
gasper_give_duty (PnyxChain *chain, PnyxDutyKind kind, PnyxNodeId node, guint64 slot,
                  PnyxBlockId head, const guint32 *actors, guint32 n)
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
