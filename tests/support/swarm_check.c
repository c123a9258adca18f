/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds in every world: run twice, without metrics and in two threads it is the same; what it
 * says is possible; and an observer of heads and checkpoints, the audits of the ledger and, in
 * Gasper, the naive store find nothing wrong inside.
 */
#include "support/swarm_check.h"

#include <math.h>
#include <string.h>

#include "protocol/gasper/gasper_priv.h"
#include "support/test_world.h"
#include "support/verify_gasper.h"
#include "support/verify_longest_chain.h"

#define TYPES                                                                                      \
  (1u << PNYX_TRACE_HEAD | 1u << PNYX_TRACE_JUSTIFIED | 1u << PNYX_TRACE_FINALIZED                 \
   | 1u << PNYX_TRACE_WINDOW_END)
#define STALLED 3 /* epochs */
/* The first two transitions of epochs justify nothing, so that epoch 2 is the first to become
   final, at the beginning of this one (phase0/beacon-chain.md,
   process_justification_and_finalization). */
#define FIRST_FINAL 4

const gchar *const swarm_seen_names[SWARM_N_SEEN] = {
  "reorg of depth 2 or more",
  "partition over an epoch boundary",
  "stalled, recovered finality",
  "equivocation",
  "oracle attack",
  "contract call",
  "something final",
  "naive checker",
};

/* One node of one chain, as its traces tell. */
typedef struct
{
  guint64 justified, finalized; /* epochs */
  PnyxBlockId final;
  PnyxTime when;
} Node;

typedef struct
{
  TestWorld *world;
  SwarmVerdict *verdict;
  guint32 n_nodes;
  Node *nodes; /* array length=chains*nodes: row = chain */
} Observer;

static void violate (SwarmVerdict *verdict, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

/* The first is what counts. */
static void
violate (SwarmVerdict *verdict, const gchar *format, ...)
{
  va_list arguments;

  if (verdict->violation != NULL)
    return;
  va_start (arguments, format);
  verdict->violation = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}

static void
see (SwarmVerdict *verdict, SwarmSeen what)
{
  verdict->seen |= 1u << what;
}

/* ---- Runs ---- */

typedef struct
{
  const PnyxModel *model;
  guint32 replicate;
  PnyxRunResult *result;
} Job;

static gpointer
run_job (gpointer data)
{
  Job *job = data;

  job->result = pnyx_simulate (job->model, 0, job->replicate, TRUE, NULL);
  return NULL;
}

/* All bytes of a result but for the time that it took. */
static gboolean
same (const PnyxRunResult *a, const PnyxRunResult *b)
{
  PnyxRunResult left, right;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;

  if (a == NULL || b == NULL)
    return a == b;
  left = *a;
  right = *b;
  left.cpu_seconds = right.cpu_seconds = 0;
  first = pnyx_run_result_pack (&left);
  second = pnyx_run_result_pack (&right);
  return g_bytes_equal (first, second);
}

static void
check_repeats (const PnyxModel *model, const PnyxRunResult *result, SwarmVerdict *verdict)
{
  g_autoptr (PnyxRunResult) again = pnyx_simulate (model, 0, 0, TRUE, NULL);
  g_autoptr (PnyxRunResult) blind = pnyx_simulate (model, 0, 0, FALSE, NULL);
  g_autoptr (PnyxRunResult) other = pnyx_simulate (model, 0, 1, TRUE, NULL);
  Job jobs[2] = { { model, 0, NULL }, { model, 1, NULL } };
  GThread *threads[2];

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    threads[i] = g_thread_new ("world", run_job, &jobs[i]);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    g_thread_join (threads[i]);
  if (!same (result, again))
    violate (verdict, "determinism: the same seed gave another run");
  if (blind == NULL || blind->digest != result->digest)
    violate (verdict, "neutrality: without metrics it is another run");
  if (!same (result, jobs[0].result) || !same (other, jobs[1].result))
    violate (verdict, "threads: two at once are not what each is alone");
  if (other != NULL && !other->failed && other->digest == result->digest && result->events > 5000)
    violate (verdict, "replicates: two are the same");
  pnyx_run_result_free (jobs[0].result);
  pnyx_run_result_free (jobs[1].result);
}

/* ---- What a run says ---- */

static gdouble
scalar (const PnyxOutput *output, const gchar *metric, gdouble otherwise)
{
  for (guint i = 0; i < output->scalars->len; i++)
    {
      const PnyxScalar *row = &g_array_index (output->scalars, PnyxScalar, i);

      if (g_str_equal (row->metric, metric))
        return row->value;
    }
  return otherwise;
}

static void
check_energy (const PnyxOutput *output, SwarmVerdict *verdict)
{
  static const gchar *const parts[]
      = { "energy.share.idle",     "energy.share.consensus", "energy.share.inference",
          "energy.share.training", "energy.share.network",   "energy.share.mining" };
  gdouble sum = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    sum += scalar (output, parts[i], 0);
  if (fabs (sum - 1) > 1e-9)
    violate (verdict, "energy: the shares sum to %.12g", sum);
}

static void
check_output (const PnyxModel *model, const PnyxRunResult *result, SwarmVerdict *verdict)
{
  const PnyxOutput *output = result->output;
  const PnyxSection *chain = pnyx_section_child (model->scenario->root, "chain", 0);
  const PnyxSection *stake = pnyx_section_child (chain, "validators", 0);

  for (guint i = 0; i < output->scalars->len; i++)
    {
      const PnyxScalar *row = &g_array_index (output->scalars, PnyxScalar, i);

      if (isinf (row->value) || row->metric == NULL || *row->metric == '\0' || row->unit == NULL)
        violate (verdict, "output: %s is %g", row->metric, row->value);
      for (guint k = 0; k < i; k++)
        {
          const PnyxScalar *other = &g_array_index (output->scalars, PnyxScalar, k);

          if (row->metric == other->metric && g_str_equal (row->scope, other->scope))
            violate (verdict, "output: %s of \"%s\" stands twice", row->metric, row->scope);
        }
    }
  for (guint i = 0; i < output->series->len; i++)
    {
      const PnyxPoint *point = &g_array_index (output->series, PnyxPoint, i);

      if (!isfinite (point->time) || isinf (point->value))
        violate (verdict, "output: %s is %g at %g s", point->metric, point->value, point->time);
    }
  check_energy (output, verdict);
  /* Whoever is late by more than a vote lasts is refused as well. */
  if (scalar (output, "adversary.refused", 0) != 0
      && (stake == NULL || pnyx_section_count (stake, "late") == 0))
    violate (verdict, "powers: an adversary tried what it may not do");
  if (scalar (output, "network.late", 0) != 0)
    violate (verdict, "delay: a message came later than its bound");
  if (scalar (output, "blocks.canonical", 0) > scalar (output, "blocks.proposed", 0))
    violate (verdict, "blocks: more are canonical than were made");
}

/* ---- Inside ---- */

static gboolean
on_one_chain (PnyxBlockTree *blocks, PnyxBlockId a, PnyxBlockId b)
{
  PnyxBlockId common = pnyx_block_tree_common (blocks, a, b);

  return common == a || common == b;
}

static void
check_head (Observer *self, PnyxChain *chain, PnyxBlockId from, PnyxBlockId to)
{
  PnyxBlockTree *blocks = chain->blocks;
  guint32 height = pnyx_block_tree_get (blocks, from)->height;
  guint32 common = pnyx_block_tree_get (blocks, pnyx_block_tree_common (blocks, from, to))->height;
  PnyxBlockId final = pnyx_chain_final (chain, to);
  guint32 depth = pnyx_chain_confirmation_depth (chain);
  guint32 now = pnyx_block_tree_get (blocks, to)->height;

  if (height - common >= 2)
    see (self->verdict, SWARM_REORG);
  if (pnyx_block_tree_common (blocks, final, to) != final)
    violate (self->verdict, "finality: the final block %u is not of the chain of its head %u",
             final, to);
  if (depth > 0 && pnyx_block_tree_get (blocks, final)->height + depth != MAX (now + 1, depth)
      && chain->ops->finality == NULL)
    violate (self->verdict, "finality: of head %u, height %u, block %u is final at depth %u", to,
             now, final, depth);
}

/* What is final at a node stays, and was justified. */
static void
check_final (Observer *self, PnyxChain *chain, const PnyxTrace *trace)
{
  Node *node = &self->nodes[chain->index * self->n_nodes + trace->node];
  guint64 epoch = (guint64)trace->a;

  if (epoch < node->finalized || (epoch == node->finalized && epoch > 0))
    violate (self->verdict, "finality: node %u finalised epoch %" G_GUINT64_FORMAT " after it",
             trace->node, epoch);
  if (pnyx_block_tree_common (chain->blocks, node->final, trace->subject) != node->final)
    violate (self->verdict, "finality: node %u left its final block %u for %u", trace->node,
             node->final, trace->subject);
  if (epoch > node->justified)
    violate (self->verdict, "finality: node %u finalised an epoch that was not justified",
             trace->node);
  if (chain->ops->finality != NULL)
    {
      PnyxTime length = chain->ops->finality->epoch (chain->section->component_params);

      if (trace->time - MAX (node->when, FIRST_FINAL * length) > STALLED * length)
        see (self->verdict, SWARM_RECOVERY);
    }
  node->finalized = epoch;
  node->final = trace->subject;
  node->when = trace->time;
  see (self->verdict, SWARM_FINALITY);
}

static void
on_trace (gpointer data, const PnyxTrace *trace)
{
  Observer *self = data;
  PnyxChain *chain;

  if (trace->chain >= self->world->n_chains)
    return;
  chain = self->world->chains[trace->chain];
  if (trace->type == PNYX_TRACE_HEAD)
    check_head (self, chain, (PnyxBlockId)trace->a, trace->subject);
  else if (trace->type == PNYX_TRACE_FINALIZED)
    check_final (self, chain, trace);
  else if (trace->type == PNYX_TRACE_JUSTIFIED)
    {
      Node *node = &self->nodes[chain->index * self->n_nodes + trace->node];

      if ((guint64)trace->a < node->justified)
        violate (self->verdict, "finality: node %u justified an older epoch", trace->node);
      node->justified = (guint64)trace->a;
    }
}

/* Two nodes may only disagree on what is final where a third of the stake can be slashed. */
static void
check_agreement (Observer *self, PnyxChain *chain)
{
  const PnyxFinalityOps *finality = chain->ops->finality;
  const Node *nodes = &self->nodes[chain->index * self->n_nodes];
  gboolean safe = TRUE;

  if (finality == NULL)
    return;
  for (guint32 i = 1; i < self->n_nodes; i++)
    safe &= on_one_chain (chain->blocks, nodes[i].final, nodes[0].final);
  if (finality->slashable (chain) > 0)
    see (self->verdict, SWARM_EQUIVOCATION);
  if (safe == (finality->violations (chain) > 0) && safe)
    violate (self->verdict, "agreement: a violation was counted that no node has");
  if (!safe && finality->slashable (chain) < 1 / 3.0 - 1e-9)
    violate (self->verdict, "agreement: final blocks conflict, and only %g can be slashed",
             finality->slashable (chain));
}

/* Money of every block of every branch, in the order in which they were made. */
static void
check_money (PnyxChain *chain, SwarmVerdict *verdict)
{
  guint32 n = pnyx_block_tree_size (chain->blocks);

  if (chain->machine == NULL)
    return;
  for (PnyxBlockId at = 0; at < n && verdict->violation == NULL; at++)
    {
      g_autofree gchar *fault = NULL;
      guint32 n_receipts;

      pnyx_machine_receipts (chain->machine, at, &n_receipts);
      if (n_receipts > 0)
        see (verdict, SWARM_CALL);
      pnyx_machine_view (chain->machine, at);
      fault = pnyx_machine_audit (chain->machine);
      if (fault != NULL)
        violate (verdict, "conservation: block %u: %s", at, fault);
    }
}

/* No transaction stands twice on any chain. */
static void
check_transactions (PnyxChain *chain, SwarmVerdict *verdict)
{
  for (PnyxBlockId tip = 1; tip < pnyx_block_tree_size (chain->blocks); tip += 7)
    {
      g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL); /* numbers as pointers */

      for (PnyxBlockId at = tip; at != 0; at = pnyx_block_tree_get (chain->blocks, at)->parent)
        {
          const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, at);

          for (guint32 i = 0; i < block->n_transactions; i++)
            if (!g_hash_table_add (seen, GUINT_TO_POINTER (block->transactions[i])))
              violate (verdict, "transactions: %u stands twice below block %u",
                       block->transactions[i], tip);
        }
    }
}

/* Whether a deadline is a whole number of milliseconds and of basis points of the slot. */
static gboolean
is_exact (const PnyxGasperRules *rules, PnyxTime due)
{
  guint64 slot_ms = (guint64)(rules->slot / PNYX_MILLISECOND);
  guint64 due_ms = (guint64)(due / PNYX_MILLISECOND);
  guint64 points = (due_ms * 10000 + slot_ms - 1) / slot_ms;

  return rules->slot % PNYX_MILLISECOND == 0
         && (PnyxTime)(points * slot_ms / 10000) * PNYX_MILLISECOND == due;
}

/* Whether the naive store knows the rules of the chain. */
static gboolean
can_be_naive (const PnyxChain *chain)
{
  const PnyxChainParams *params = chain->section->params;
  const Gasper *gasper = chain->state;
  const PnyxGasperRules *rules = &gasper->rules;

  if (!g_str_equal (chain->ops->component.name, "gasper") || params->fidelity != PNYX_FIDELITY_FULL)
    return FALSE;
  return rules->pulled_up && rules->lmd && rules->discounting && rules->safe_slots == 0
         && !rules->view_merge && is_exact (rules, rules->attestation_due)
         && is_exact (rules, rules->reorg_cutoff);
}

/* What decides between chains; NULL: it is not by their weight alone. */
static VerifyWeight *
weight_of (const PnyxChain *chain)
{
  if (g_str_equal (chain->ops->component.name, "nakamoto"))
    return verify_weight_height;
  return g_str_equal (chain->ops->component.name, "clique") ? verify_weight_clique : NULL;
}

static PnyxTime
time_of (const PnyxSection *section, const gchar *name)
{
  for (gsize i = 0; i < section->element->n_params; i++)
    if (g_str_equal (section->element->params[i].name, name))
      return G_STRUCT_MEMBER (PnyxTime, section->params, section->element->params[i].offset);
  return PNYX_TIME_UNSET;
}

/* Draws for two purposes, or of two components, have nothing to do with each other. */
static void
check_streams (const TestWorld *world, SwarmVerdict *verdict)
{
  static const gchar *const names[] = { "proposer", "committee", "delay", "topology" };
  const gchar *component = world->chains[0]->ops->component.name;
  PnyxRng first, second;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (gsize k = 0; k < i; k++)
      {
        pnyx_world_rng (world->world, &first, component, names[i]);
        pnyx_world_rng (world->world, &second, component, names[k]);
        if (pnyx_rng_u64 (&first, 0, 0) == pnyx_rng_u64 (&second, 0, 0))
          violate (verdict, "streams: %s and %s draw the same", names[i], names[k]);
        pnyx_world_rng (world->world, &second, names[k], names[i]);
        if (pnyx_rng_u64 (&first, 0, 0) == pnyx_rng_u64 (&second, 0, 0))
          violate (verdict, "streams: %s and %s draw the same", component, names[k]);
      }
}

/* What the scenario itself says that is going to happen. */
static void
see_plans (const PnyxModel *model, const TestWorld *world, SwarmVerdict *verdict)
{
  static const gchar *const liars[] = { "colluding", "compromised", "bribed", NULL };
  const PnyxSection *root = model->scenario->root;
  const PnyxSection *events = pnyx_section_child (root, "events", 0);
  const PnyxChain *chain = world->chains[0];
  const PnyxFinalityOps *finality = chain->ops->finality;
  PnyxTime epoch = finality == NULL ? 0 : finality->epoch (chain->section->component_params);

  for (gsize i = 0; epoch > 0 && events != NULL && i < pnyx_section_count (events, "partition");
       i++)
    {
      const PnyxSection *cut = pnyx_section_child (events, "partition", i);
      PnyxTime at = time_of (cut, "at"), until = time_of (cut, "until");

      if (until == PNYX_TIME_UNSET || at / epoch != until / epoch)
        see (verdict, SWARM_PARTITION);
    }
  if (pnyx_section_count (root, "attack") > 0)
    see (verdict, SWARM_ATTACK);
  for (gsize i = 0; i < pnyx_section_count (root, "oracle"); i++)
    {
      const PnyxSection *oracle = pnyx_section_child (root, "oracle", i);

      for (gsize k = 0; k < pnyx_section_count (oracle, "reporters"); k++)
        if (g_strv_contains (liars, pnyx_section_child (oracle, "reporters", k)->component->name))
          see (verdict, SWARM_ATTACK);
    }
}

static void
check_inside (const PnyxModel *model, SwarmVerdict *verdict)
{
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  Observer self = { .world = world, .verdict = verdict };
  PnyxChain *chain = world->chains[0];
  VerifyLongestChain *longest = NULL;
  g_autoptr (VerifyGasper) naive = NULL;
  g_autofree Node *nodes = NULL;
  g_autoptr (GError) error = NULL;
  PnyxTime end = pnyx_model_span (model, &model->run->duration, "duration", &error);

  self.n_nodes = pnyx_network_nodes (world->network)->n;
  self.nodes = nodes = g_new0 (Node, self.n_nodes * world->n_chains);
  check_streams (world, verdict);
  see_plans (model, world, verdict);
  pnyx_world_observe (world->world, TYPES, on_trace, &self);
  if (chain->n_strategies == 1 && weight_of (chain) != NULL)
    longest = verify_longest_chain_new (chain, weight_of (chain));
  if (can_be_naive (chain))
    {
      naive = verify_gasper_new (chain);
      see (verdict, SWARM_NAIVE);
    }
  test_world_run (world, end < 0 ? 600 : (gdouble)MIN (end, 3600 * PNYX_SECOND) / 1e9);
  if (naive != NULL && verify_gasper_fault (naive) != NULL)
    violate (verdict, "naive store: %s", verify_gasper_fault (naive));
  if (longest != NULL)
    {
      g_autofree gchar *fault = verify_longest_chain_finish (longest);

      if (fault != NULL)
        violate (verdict, "longest chain: %s", fault);
    }
  for (guint i = 0; i < world->n_chains; i++)
    {
      check_agreement (&self, world->chains[i]);
      check_transactions (world->chains[i], verdict);
      check_money (world->chains[i], verdict);
    }
}

/* The limits that the scenario sets itself have held: no fault. */
static gboolean
is_too_large (const gchar *message)
{
  return strstr (message, "raise run/@events-max") != NULL
         || strstr (message, "needs more memory than its limit") != NULL;
}

gboolean
swarm_can_run (const PnyxModel *model, SwarmVerdict *verdict)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, FALSE, &error);

  if (result == NULL)
    verdict->refusal = g_strdup (error->message);
  else if (result->failed && is_too_large (result->message))
    verdict->refusal = g_strdup (result->message);
  else if (result->failed)
    violate (verdict, "failed: %s", result->message);
  return result != NULL && !result->failed;
}

void
swarm_look (const PnyxModel *model, SwarmVerdict *verdict)
{
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  if (result == NULL || result->failed)
    {
      violate (verdict, "failed: %s", result != NULL ? result->message : "not built any more");
      return;
    }
  check_repeats (model, result, verdict);
  check_output (model, result, verdict);
  check_inside (model, verdict);
}
