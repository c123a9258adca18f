/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The witness of the stores tells the naive one of each block, vote and equivocator; traces of
 * imports and the test's own calls compare. Nothing of the fast store is read but to compare.
 */
#include "support/verify_gasper.h"

#include <string.h>

#include "protocol/gasper/gasper_priv.h"
#include "support/naive_gasper.h"

#define GENESIS_ROOT 1

/* Votes that wait at one node. */
typedef struct
{
  NaiveAttestation attestation; /* owns its indices */
  gboolean from_block;
} Waiting;

typedef struct
{
  NaiveStore *store; /* owned */
  GArray *waiting;   /* Waiting, in order of arrival */
} Beside;

struct _VerifyGasper
{
  PnyxChain *chain;
  const Gasper *gasper;
  Beside *beside; /* array length=nodes */
  VerifyGasperCounts counts;
  gchar *fault;
};

static void G_GNUC_PRINTF (3, 4)
    report (VerifyGasper *verify, PnyxNodeId node, const gchar *format, ...)
{
  g_autofree gchar *what = NULL;
  va_list arguments;

  if (verify->fault != NULL)
    return;
  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  verify->fault = g_strdup_printf ("node %u, slot %" G_GUINT64_FORMAT ", %.9f s: %s", node,
                                   naive_get_current_slot (verify->beside[node].store),
                                   (gdouble)pnyx_world_now (verify->chain->world) / 1e9, what);
}

/* ---- Translation ---- */

/* Naive roots stand in the order of the real ones. */
static NaiveRoot
root_of (const VerifyGasper *verify, PnyxBlockId block)
{
  return block == 0 ? GENESIS_ROOT
                    : MAX (pnyx_block_tree_get (verify->chain->blocks, block)->root,
                           (guint64)GENESIS_ROOT + 1);
}

static NaiveCheckpoint
checkpoint_of (const VerifyGasper *verify, PnyxGasperCheckpoint checkpoint)
{
  return (NaiveCheckpoint){ checkpoint.epoch, root_of (verify, checkpoint.root) };
}

/* Indices are owned by the attestation. */
static NaiveAttestation
attestation_of (const VerifyGasper *verify, guint32 id, const guint64 *bits)
{
  const GasperData *data = &verify->gasper->data[id];
  guint32 *indices = g_new (guint32, MAX (data->n, 1));
  NaiveAttestation attestation = { .slot = data->slot,
                                   .beacon_block_root = root_of (verify, data->head),
                                   .source = checkpoint_of (verify, data->source),
                                   .target = checkpoint_of (verify, data->target),
                                   .attesting_indices = indices };

  for (guint32 i = 0; i < data->n; i++)
    if (bit_get (bits, i))
      indices[attestation.n_indices++] = data->members[i];
  return attestation;
}

static void
attestation_clear (NaiveAttestation *attestation)
{
  g_free ((guint32 *)(guintptr)attestation->attesting_indices);
}

/* ---- Votes that wait ---- */

/* Returns: FALSE where it has to wait. */
static gboolean
give_votes (VerifyGasper *verify, PnyxNodeId node, const Waiting *votes, gboolean first)
{
  NaiveStore *store = verify->beside[node].store;
  guint64 epoch = naive_get_current_slot (store) / verify->gasper->rules.preset.slots_per_epoch;
  const NaiveAttestation *attestation = &votes->attestation;

  if (naive_on_attestation (store, attestation, votes->from_block))
    return TRUE;
  if (!votes->from_block && attestation->target.epoch + 1 < epoch)
    {
      verify->counts.old_votes++;
      return TRUE;
    }
  if (first && naive_get_current_slot (store) <= attestation->slot)
    verify->counts.early_votes++;
  else if (first)
    verify->counts.orphan_votes++;
  return FALSE;
}

static void
retry (VerifyGasper *verify, PnyxNodeId node)
{
  GArray *waiting = verify->beside[node].waiting;
  guint kept = 0;

  for (guint i = 0; i < waiting->len; i++)
    {
      Waiting *votes = &g_array_index (waiting, Waiting, i);

      if (give_votes (verify, node, votes, FALSE))
        attestation_clear (&votes->attestation);
      else
        g_array_index (waiting, Waiting, kept++) = *votes;
    }
  g_array_set_size (waiting, kept);
}

/* Slot by slot: what waits is looked at in each, whether or not anything else happens there. */
static void
tick (VerifyGasper *verify, PnyxNodeId node)
{
  NaiveStore *store = verify->beside[node].store;
  guint64 now = (guint64)(MAX (gasper_local_time (verify->chain, node), 0) / PNYX_MILLISECOND);
  guint64 slot = (guint64)(verify->gasper->rules.slot / PNYX_MILLISECOND);

  while (naive_get_current_slot (store) < now / slot)
    {
      naive_on_tick (store, (naive_get_current_slot (store) + 1) * slot);
      retry (verify, node);
    }
  naive_on_tick (store, now);
}

/* ---- What a store is told ---- */

static void
mark (VerifyGasper *verify, PnyxNodeId node, guint32 validator)
{
  /* Any two votes for different blocks of one epoch prove it. */
  NaiveAttestation a = { .beacon_block_root = 1, .attesting_indices = &validator, .n_indices = 1 };
  NaiveAttestation b = { .beacon_block_root = 2, .attesting_indices = &validator, .n_indices = 1 };

  if (!naive_on_attester_slashing (verify->beside[node].store, &a, &b))
    report (verify, node, "validator %u: no equivocation", validator);
}

/* Whether somebody slashed in a block is an attester, not a proposer of two blocks. */
static gboolean
voted_twice (const Gasper *self, guint32 validator)
{
  for (guint32 i = 0; i < self->n_evidence; i++)
    if (self->evidence[i].validator == validator && self->evidence[i].data[0] != PNYX_NONE)
      return TRUE;
  return FALSE;
}

/* A client with the scenario's bug takes every block for valid. */
static gboolean
takes_for_valid (const VerifyGasper *verify, PnyxNodeId node, const PnyxBlock *block)
{
  const PnyxNodes *nodes = pnyx_network_nodes (verify->chain->network);

  return block->valid
         || g_strcmp0 (nodes->clients[nodes->client[node]], verify->gasper->params->bug_client)
                == 0;
}

static void
saw_block (VerifyGasper *verify, PnyxNodeId node, PnyxBlockId id)
{
  NaiveStore *store = verify->beside[node].store;
  const GasperBlock *block = &verify->gasper->blocks[id];
  const PnyxBlock *entry = pnyx_block_tree_get (verify->chain->blocks, id);
  const GasperBlock *parent = &verify->gasper->blocks[entry->parent];
  guint32 n = block->n_included, n_slashed = 0;
  g_autofree NaiveAttestation *attestations = g_new (NaiveAttestation, MAX (n, 1));
  g_autofree const NaiveAttestation **list = g_new (const NaiveAttestation *, MAX (n, 1));
  g_autofree guint32 *slashed = g_new (guint32, verify->gasper->validators.n);

  for (guint32 i = 0; i < n; i++)
    {
      attestations[i] = attestation_of (verify, block->included[i].data, block->included[i].bits);
      list[i] = &attestations[i];
    }
  for (guint32 v = 0; v < verify->gasper->validators.n; v++)
    if (bit_get (block->slashed, v) && !bit_get (parent->slashed, v))
      slashed[n_slashed++] = v;
  if (naive_on_block (store, &(NaiveBlock){ .root = root_of (verify, id),
                                            .parent_root = root_of (verify, entry->parent),
                                            .slot = block->slot,
                                            .proposer_index = entry->proposer,
                                            .is_valid = takes_for_valid (verify, node, entry),
                                            .attestations = list,
                                            .n_attestations = n,
                                            .slashed = slashed,
                                            .n_slashed = n_slashed }))
    {
      retry (verify, node);
      for (guint32 i = 0; i < n_slashed; i++)
        if (voted_twice (verify->gasper, slashed[i]))
          mark (verify, node, slashed[i]);
    }
  else
    verify->counts.refused_blocks++;
  for (guint32 i = 0; i < n; i++)
    attestation_clear (&attestations[i]);
}

static void
saw_votes (VerifyGasper *verify, PnyxNodeId node, guint32 id, const guint64 *bits,
           gboolean from_block)
{
  Waiting votes = { attestation_of (verify, id, bits), from_block };

  if (give_votes (verify, node, &votes, TRUE))
    attestation_clear (&votes.attestation);
  else
    g_array_append_val (verify->beside[node].waiting, votes);
}

static void
saw_equivocation (VerifyGasper *verify, PnyxNodeId node, guint32 validator)
{
  verify->counts.equivocations++;
  mark (verify, node, validator);
}

static void
witness (gpointer user, PnyxChain *chain, PnyxNodeId node, GasperSight what, guint32 id,
         const guint64 *bits, gboolean from_block)
{
  VerifyGasper *verify = user;

  (void)chain;
  tick (verify, node);
  switch (what)
    {
    case GASPER_SAW_BLOCK:
      saw_block (verify, node, id);
      break;
    case GASPER_SAW_VOTES:
      saw_votes (verify, node, id, bits, from_block);
      break;
    default:
      saw_equivocation (verify, node, id);
      break;
    }
}

/* ---- Comparison ---- */

static void
compare_checkpoint (VerifyGasper *verify, PnyxNodeId node, const gchar *what,
                    PnyxGasperCheckpoint fast, NaiveCheckpoint naive)
{
  if (fast.epoch != naive.epoch || root_of (verify, fast.root) != naive.root)
    report (verify, node,
            "%s: epoch %" G_GUINT64_FORMAT " of block %u, expected epoch %" G_GUINT64_FORMAT
            " of root %" G_GUINT64_FORMAT,
            what, fast.epoch, fast.root, naive.epoch, naive.root);
}

static void
compare_checkpoints (VerifyGasper *verify, PnyxNodeId node)
{
  const GasperNode *fast = pnyx_chain_node (verify->chain, node);
  const NaiveStore *naive = verify->beside[node].store;
  NaiveRoot boosted;

  compare_checkpoint (verify, node, "justified", fast->justified,
                      naive_justified_checkpoint (naive));
  compare_checkpoint (verify, node, "finalized", fast->finalized,
                      naive_finalized_checkpoint (naive));
  compare_checkpoint (verify, node, "unrealized justified", fast->unrealized_justified,
                      naive_unrealized_justified_checkpoint (naive));
  compare_checkpoint (verify, node, "unrealized finalized", fast->unrealized_finalized,
                      naive_unrealized_finalized_checkpoint (naive));
  /* A boost of 0 is no boost: the naive store keeps its root all the same, which nothing reads. */
  boosted = verify->gasper->rules.boost > 0 ? naive_proposer_boost_root (naive) : 0;
  if ((fast->boost == PNYX_NONE ? 0 : root_of (verify, fast->boost)) != boosted)
    report (verify, node, "boost: block %u, expected root %" G_GUINT64_FORMAT, fast->boost,
            boosted);
  verify->counts.justified = MAX (verify->counts.justified, fast->justified.epoch);
  verify->counts.finalized = MAX (verify->counts.finalized, fast->finalized.epoch);
}

static void
compare_messages (VerifyGasper *verify, PnyxNodeId node)
{
  const Gasper *self = verify->gasper;
  const GasperNode *fast = pnyx_chain_node (verify->chain, node);
  const NaiveStore *naive = verify->beside[node].store;

  if (self->path != NULL)
    gasper_path_weights (verify->chain, node);
  for (guint32 v = 0; v < self->validators.n; v++)
    {
      NaiveCheckpoint message;
      gboolean has = naive_latest_message (naive, v, &message);
      guint32 latest = self->path != NULL ? gasper_path_latest (verify->chain, node, v)
                                          : self->latest[(gsize)v * self->n_nodes + node];
      const GasperMessage *of = latest != 0 ? &self->messages[latest - 1] : NULL;

      if (bit_get (fast->equivocating, v) != naive_is_equivocating (naive, v))
        report (verify, node, "equivocation of validator %u", v);
      if (naive_is_equivocating (naive, v))
        continue; /* what it said last counts no more */
      if (has != (of != NULL)
          || (has && (of->epoch != message.epoch || root_of (verify, of->block) != message.root)))
        report (verify, node,
                "latest message of validator %u: epoch %" G_GINT64_FORMAT " for block %u, expected "
                "epoch %" G_GINT64_FORMAT " for root %" G_GUINT64_FORMAT,
                v, of != NULL ? (gint64)of->epoch : -1, of != NULL ? of->block : 0,
                has ? (gint64)message.epoch : -1, message.root);
    }
}

static void
compare_blocks (VerifyGasper *verify, PnyxNodeId node)
{
  const NaiveStore *naive = verify->beside[node].store;

  for (PnyxBlockId id = 1; id < pnyx_block_tree_size (verify->chain->blocks); id++)
    {
      gboolean has = gasper_has_block (verify->gasper, node, id);

      if (has != naive_has_block (naive, root_of (verify, id)))
        report (verify, node, "block %u of slot %" G_GUINT64_FORMAT " is %s", id,
                verify->gasper->blocks[id].slot, has ? "too much" : "missing");
    }
}

/* Every block that the window of weights still holds. */
static void
compare_weights (VerifyGasper *verify, PnyxNodeId node)
{
  const Gasper *self = verify->gasper;
  const NaiveStore *naive = verify->beside[node].store;

  for (PnyxBlockId id = 1; id < pnyx_block_tree_size (verify->chain->blocks); id++)
    {
      PnyxStake fast, expected;

      if (id < self->weights_base || !gasper_has_block (self, node, id))
        continue;
      fast = gasper_score (verify->chain, node, id);
      expected = naive_get_attestation_score (naive, root_of (verify, id));
      verify->counts.weights++;
      if (fast != expected)
        report (verify, node,
                "weight of block %u: %" G_GUINT64_FORMAT ", expected %" G_GUINT64_FORMAT, id, fast,
                expected);
    }
}

static void
compare (VerifyGasper *verify, PnyxNodeId node)
{
  const GasperNode *fast = pnyx_chain_node (verify->chain, node);
  PnyxBlockId head;
  NaiveRoot expected;

  if (verify->fault != NULL)
    return; /* what follows from it */
  tick (verify, node);
  head = gasper_head (verify->chain, node);
  if (fast->slot != naive_get_current_slot (verify->beside[node].store))
    report (verify, node, "slot: %" G_GUINT64_FORMAT, fast->slot);
  compare_blocks (verify, node);
  compare_checkpoints (verify, node);
  compare_messages (verify, node);
  if (verify->fault != NULL)
    return;
  compare_weights (verify, node);
  expected = naive_get_head (verify->beside[node].store);
  verify->counts.heads++;
  verify->counts.excluded += fast->excluded != NULL ? 1 : 0;
  if (root_of (verify, head) != expected)
    report (verify, node, "head: block %u, expected root %" G_GUINT64_FORMAT, head, expected);
}

void
verify_gasper_compare (VerifyGasper *verify)
{
  for (PnyxNodeId node = 0; node < verify->gasper->n_nodes; node++)
    compare (verify, node);
}

/* All members of the committees of the slot of @block. */
static GArray *
members_of_slot (VerifyGasper *verify, PnyxBlockId block)
{
  const Gasper *self = verify->gasper;
  guint64 slot = self->blocks[block].slot;
  guint32 shuffling = gasper_shuffling (verify->chain, block, epoch_of (self, slot));
  GArray *members = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 index = 0; index < self->shufflings[shuffling].n_committees; index++)
    {
      PnyxGasperCommittee committee = gasper_committee (self, shuffling, slot, index);

      g_array_append_vals (members, committee.members, committee.n);
    }
  return members;
}

static void
compare_proposer_head (VerifyGasper *verify, PnyxNodeId node)
{
  const NaiveStore *naive = verify->beside[node].store;
  guint64 slot = naive_get_current_slot (naive);
  PnyxBlockId head = gasper_head (verify->chain, node);
  PnyxBlockId fast = gasper_proposer_head (verify->chain, node, slot);
  g_autoptr (GArray) members = members_of_slot (verify, head);
  NaiveRoot expected;

  if (!naive_get_proposer_head (naive, root_of (verify, head), slot, (const guint32 *)members->data,
                                members->len, &expected))
    expected = root_of (verify, head);
  verify->counts.reorganised += fast != head ? 1 : 0;
  if (root_of (verify, fast) != expected)
    report (verify, node,
            "head for a proposer: block %u instead of %u, expected root %" G_GUINT64_FORMAT, fast,
            head, expected);
}

void
verify_gasper_compare_proposer_heads (VerifyGasper *verify)
{
  verify_gasper_compare (verify);
  for (PnyxNodeId node = 0; node < verify->gasper->n_nodes && verify->fault == NULL; node++)
    compare_proposer_head (verify, node);
}

static void
observe (gpointer self, const PnyxTrace *trace)
{
  VerifyGasper *verify = self;
  const PnyxGasperRules *rules = &verify->gasper->rules;
  PnyxTime local;

  if (trace->chain != verify->chain->index)
    return;
  local = gasper_local_time (verify->chain, trace->node);
  if (local - (PnyxTime)verify->gasper->blocks[trace->subject].slot * rules->slot
      >= rules->attestation_due)
    verify->counts.late_blocks++;
  compare (verify, trace->node);
}

/* ---- Set-up ---- */

/* A whole number of basis points that means the same deadline. */
static guint64
basis_points (const PnyxGasperRules *rules, PnyxTime due)
{
  guint64 slot_ms = (guint64)(rules->slot / PNYX_MILLISECOND);
  guint64 due_ms = (guint64)(due / PNYX_MILLISECOND);
  guint64 points = (due_ms * 10000 + slot_ms - 1) / slot_ms;

  g_assert_cmpint (rules->slot % PNYX_MILLISECOND, ==, 0);
  g_assert_cmpint ((PnyxTime)(points * slot_ms / 10000) * PNYX_MILLISECOND, ==, due);
  return points;
}

static NaiveState *
genesis (const NaiveConfig *config)
{
  NaiveState *state = naive_state_new (config);
  NaiveCheckpoint checkpoint = { 0, GENESIS_ROOT };

  state->previous_justified_checkpoint = checkpoint;
  state->current_justified_checkpoint = checkpoint;
  state->finalized_checkpoint = checkpoint;
  return state;
}

VerifyGasper *
verify_gasper_new (PnyxChain *chain)
{
  VerifyGasper *verify = g_new0 (VerifyGasper, 1);
  Gasper *gasper = chain->state;
  NaiveConfig config = naive_config (gasper->validators.n, gasper->validators.effective_balance);

  g_assert_true (gasper->rules.pulled_up && gasper->rules.lmd && gasper->rules.discounting);
  config.slots_per_epoch = gasper->rules.preset.slots_per_epoch;
  config.slot_duration_ms = (guint64)(gasper->rules.slot / PNYX_MILLISECOND);
  config.proposer_score_boost = gasper->rules.boost;
  config.reorg_head_weight_threshold = gasper->rules.head_threshold;
  config.reorg_parent_weight_threshold = gasper->rules.parent_threshold;
  config.attestation_due_bps = basis_points (&gasper->rules, gasper->rules.attestation_due);
  config.proposer_reorg_cutoff_bps = basis_points (&gasper->rules, gasper->rules.reorg_cutoff);
  verify->chain = chain;
  verify->gasper = gasper;
  verify->beside = g_new0 (Beside, gasper->n_nodes);
  for (PnyxNodeId node = 0; node < gasper->n_nodes; node++)
    verify->beside[node]
        = (Beside){ naive_get_forkchoice_store (&config, genesis (&config), GENESIS_ROOT),
                    g_array_new (FALSE, FALSE, sizeof (Waiting)) };
  gasper->witness = witness;
  gasper->witness_user = verify;
  pnyx_world_observe (chain->world, 1u << PNYX_TRACE_BLOCK_IMPORTED, observe, verify);
  return verify;
}

void
verify_gasper_free (VerifyGasper *verify)
{
  if (verify == NULL)
    return;
  for (PnyxNodeId node = 0; node < verify->gasper->n_nodes; node++)
    {
      GArray *waiting = verify->beside[node].waiting;

      for (guint i = 0; i < waiting->len; i++)
        attestation_clear (&g_array_index (waiting, Waiting, i).attestation);
      g_array_free (waiting, TRUE);
      naive_store_free (verify->beside[node].store);
    }
  g_free (verify->beside);
  g_free (verify->fault);
  g_free (verify);
}

const gchar *
verify_gasper_fault (const VerifyGasper *verify)
{
  return verify->fault;
}

const VerifyGasperCounts *
verify_gasper_counts (const VerifyGasper *verify)
{
  return &verify->counts;
}
