/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mempool is kept for one reference chain, the one that was built on last: a heap of pending
 * transactions by fee rate. Building elsewhere rolls the reference back to the common block and
 * forward again (undo and redo), which forks make rare. What has not yet reached the maker is set
 * aside for this block only.
 */
#include "ledger/workload.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const PnyxDistribution *interval;
  const PnyxDistribution *size;
  const PnyxDistribution *fee_rate;
  const PnyxDistribution *trickle;
} WorkloadParams;

struct _PnyxWorkload
{
  PnyxWorld *world;
  const WorkloadParams *params;
  guint32 n_nodes;
  PnyxBlockTree *blocks;
  PnyxArrival arrival;
  gpointer arrival_self;
  PnyxRng interval, size, fee, origin, trickle;
  PnyxTransaction *transactions;
  guint32 n, capacity;
  PnyxTransaction *submitted; /* by number less PNYX_SUBMITTED */
  guint32 n_submitted, submitted_capacity;
  guint64 gas_limit, gas_transaction, gas_byte; /* limit 0: gas is not counted */
  PnyxBuilder builder;                          /* NULL: none */
  gpointer builder_self;
  PnyxAffords affords; /* NULL: everything is paid for */
  gpointer affords_self;
  PnyxTime next; /* broadcast of transaction n */
  PnyxBlockId reference;
  guint32 *pending; /* heap by (fee rate, lower number) */
  guint32 n_pending, pending_capacity;
};

static const PnyxParam workload_params[] = {
  { .name = "interval",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "exponential(1 s)",
    .offset = offsetof (WorkloadParams, interval),
    .meaning = "Time between two transactions of the whole network; exponential: Poisson arrivals.",
    .source = "our choice" },
  { .name = "size",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_SIZE,
    .fallback = "truncated(lognormal(928 B, 1.127), 1 B, 16384 B)",
    .offset = offsetof (WorkloadParams, size),
    .meaning = "Bytes of a transaction.",
    .source = "ouroboros-leios, config.default.yaml: lognormal(6.833, 1.127), at most 16,384 B" },
  { .name = "fee-rate",
    .type = PNYX_PARAM_DISTRIBUTION,
    .fallback = "lognormal(1, 1)",
    .offset = offsetof (WorkloadParams, fee_rate),
    .meaning = "Fee for each byte; decides who comes first, in any unit." },
  { .name = "trickle",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "exponential(2 s)",
    .offset = offsetof (WorkloadParams, trickle),
    .meaning = "How long each node on the path waits before it announces a transaction; every hop "
               "then takes inv, getdata and the transaction.",
    .source = "Bitcoin Core: OUTBOUND_INVENTORY_BROADCAST_INTERVAL, 2 s on average" },
};

const PnyxElement pnyx_element_workload = {
  .name = "workload",
  .meaning
  = "Transactions that users broadcast. They reach a block's maker over a sampled path: no "
    "copies of them are counted.",
  .params = workload_params,
  .n_params = G_N_ELEMENTS (workload_params),
  .params_size = sizeof (WorkloadParams),
};

static PnyxTransaction *
get (const PnyxWorkload *workload, guint32 number)
{
  return number < PNYX_SUBMITTED ? &workload->transactions[number]
                                 : &workload->submitted[number - PNYX_SUBMITTED];
}

static gboolean
comes_first (const PnyxWorkload *workload, guint32 a, guint32 b)
{
  gfloat left = get (workload, a)->fee_rate;
  gfloat right = get (workload, b)->fee_rate;

  return left != right ? left > right : a < b;
}

static void
push_pending (PnyxWorkload *workload, guint32 number)
{
  guint32 i = workload->n_pending;

  pnyx_arena_reserve (pnyx_world_arena (workload->world), workload->pending, workload->n_pending,
                      workload->pending_capacity);
  workload->n_pending++;
  for (; i > 0 && comes_first (workload, number, workload->pending[(i - 1) / 2]); i = (i - 1) / 2)
    workload->pending[i] = workload->pending[(i - 1) / 2];
  workload->pending[i] = number;
}

static guint32
pop_pending (PnyxWorkload *workload)
{
  guint32 top = workload->pending[0];
  guint32 last = workload->pending[--workload->n_pending];
  guint32 i = 0;

  for (;;)
    {
      guint32 child = 2 * i + 1;

      if (child >= workload->n_pending)
        break;
      if (child + 1 < workload->n_pending
          && comes_first (workload, workload->pending[child + 1], workload->pending[child]))
        child++;
      if (!comes_first (workload, workload->pending[child], last))
        break;
      workload->pending[i] = workload->pending[child];
      i = child;
    }
  if (workload->n_pending > 0)
    workload->pending[i] = last;
  return top;
}

PnyxWorkload *
pnyx_workload_new (PnyxWorld *world, const PnyxSection *section, guint32 index, guint32 n_nodes,
                   PnyxBlockTree *blocks, PnyxArrival arrival, gpointer arrival_self)
{
  PnyxWorkload *workload = pnyx_arena_array (pnyx_world_arena (world), PnyxWorkload, 1);
  g_autofree gchar *component = g_strdup_printf ("ledger.workload.%u", index);

  workload->world = world;
  workload->next = PNYX_TIME_MAX;
  workload->n_nodes = n_nodes;
  workload->blocks = blocks;
  workload->arrival = arrival;
  workload->arrival_self = arrival_self;
  if (section == NULL)
    return workload;
  workload->params = section->params;
  pnyx_world_rng (world, &workload->interval, component, "interval");
  pnyx_world_rng (world, &workload->size, component, "size");
  pnyx_world_rng (world, &workload->fee, component, "fee rate");
  pnyx_world_rng (world, &workload->origin, component, "origin");
  pnyx_world_rng (world, &workload->trickle, component, "trickle");
  workload->next = pnyx_time_from_seconds (
      MAX (0, pnyx_distribution_sample (workload->params->interval, &workload->interval, 0, 0)));
  return workload;
}

static void
make_one (PnyxWorkload *workload)
{
  const WorkloadParams *params = workload->params;
  guint32 number = workload->n;
  gdouble size = pnyx_distribution_sample (params->size, &workload->size, 0, number);
  gdouble gap;

  pnyx_arena_reserve (pnyx_world_arena (workload->world), workload->transactions, workload->n,
                      workload->capacity);
  workload->n++;
  workload->transactions[number] = (PnyxTransaction){
    .time = workload->next,
    .size = (guint32)CLAMP (size, 1, 1e9),
    .fee_rate = (gfloat)pnyx_distribution_sample (params->fee_rate, &workload->fee, 0, number),
    .origin = (PnyxNodeId)pnyx_rng_below (&workload->origin, 0, number, workload->n_nodes),
    .gas = workload->gas_transaction + workload->gas_byte * (guint64)CLAMP (size, 1, 1e9),
  };
  push_pending (workload, number);
  gap = pnyx_distribution_sample (params->interval, &workload->interval, 0, number + 1);
  workload->next += MAX (pnyx_time_from_seconds (MAX (gap, 0)), 1);
}

guint32
pnyx_workload_advance (PnyxWorkload *workload)
{
  while (workload->next <= pnyx_world_now (workload->world))
    {
      PNYX_REQUIRE (workload->n < PNYX_SUBMITTED);
      make_one (workload);
    }
  return workload->n;
}

const PnyxTransaction *
pnyx_workload_get (const PnyxWorkload *workload, guint32 number)
{
  return get (workload, number);
}

void
pnyx_workload_set_gas (PnyxWorkload *workload, guint64 limit, guint64 transaction, guint64 byte)
{
  PNYX_REQUIRE (workload->n == 0);
  workload->gas_limit = limit;
  workload->gas_transaction = transaction;
  workload->gas_byte = byte;
}

guint32
pnyx_workload_submit (PnyxWorkload *workload, PnyxNodeId origin, guint32 size, guint64 gas,
                      gfloat fee_rate)
{
  guint32 number = PNYX_SUBMITTED + workload->n_submitted;

  PNYX_REQUIRE (number < PNYX_NONE && origin < workload->n_nodes && !isnan (fee_rate));
  pnyx_arena_reserve (pnyx_world_arena (workload->world), workload->submitted,
                      workload->n_submitted, workload->submitted_capacity);
  workload->submitted[workload->n_submitted++]
      = (PnyxTransaction){ .time = pnyx_world_now (workload->world),
                           .size = size,
                           .fee_rate = fee_rate,
                           .origin = origin,
                           .gas = gas };
  push_pending (workload, number);
  return number;
}

guint32
pnyx_workload_submitted (const PnyxWorkload *workload)
{
  return workload->n_submitted;
}

void
pnyx_workload_set_builder (PnyxWorkload *workload, PnyxBuilder builder, gpointer self)
{
  PNYX_REQUIRE (workload->builder == NULL);
  workload->builder = builder;
  workload->builder_self = self;
}

void
pnyx_workload_set_affords (PnyxWorkload *workload, PnyxAffords affords, gpointer self)
{
  PNYX_REQUIRE (workload->affords == NULL);
  workload->affords = affords;
  workload->affords_self = self;
}

static gboolean
is_afforded (const PnyxWorkload *workload, PnyxBlockId parent, guint32 number)
{
  return number < PNYX_SUBMITTED || workload->affords == NULL
         || workload->affords (workload->affords_self, parent, number);
}

PnyxTime
pnyx_workload_arrives (PnyxWorkload *workload, guint32 number, PnyxNodeId node)
{
  const PnyxTransaction *transaction = get (workload, number);

  return workload->arrival (workload->arrival_self, transaction->origin, node, number,
                            transaction->time);
}

static void
redo (PnyxWorkload *workload, PnyxBlockId from, PnyxBlockId to)
{
  const PnyxBlock *block = pnyx_block_tree_get (workload->blocks, to);

  if (to == from)
    return;
  redo (workload, from, block->parent);
  for (guint32 i = 0; i < block->n_transactions; i++)
    get (workload, block->transactions[i])->in_block = 1;
}

/* Makes @block the reference. Heap entries that are in a block meanwhile are dropped when popped.
 */
static void
move_reference (PnyxWorkload *workload, PnyxBlockId target)
{
  PnyxBlockId common = pnyx_block_tree_common (workload->blocks, workload->reference, target);

  for (PnyxBlockId at = workload->reference; at != common;)
    {
      const PnyxBlock *block = pnyx_block_tree_get (workload->blocks, at);

      for (guint32 i = 0; i < block->n_transactions; i++)
        {
          get (workload, block->transactions[i])->in_block = 0;
          push_pending (workload, block->transactions[i]);
        }
      at = block->parent;
    }
  redo (workload, common, target);
  workload->reference = target;
}

PnyxTime
pnyx_workload_trickle (const PnyxWorkload *workload, guint32 number, guint32 hops)
{
  gdouble waits = 0;

  if (workload->params == NULL)
    return 0;
  for (guint32 hop = 0; hop < hops; hop++)
    waits += MAX (
        0, pnyx_distribution_sample (workload->params->trickle, &workload->trickle, hop, number));
  return pnyx_time_from_seconds (waits);
}

/* Takes pending transactions, best first, until the block on @parent is full: into @chosen what
 * fits, has arrived and can be paid for, into @aside what is to wait. */
static void
choose (PnyxWorkload *workload, PnyxBlockId parent, PnyxNodeId node, guint64 limit, GArray *chosen,
        GArray *aside)
{
  PnyxTime now = pnyx_world_now (workload->world);
  guint64 gas_limit = workload->gas_limit > 0 ? workload->gas_limit : G_MAXUINT64;
  guint64 size = 0, gas = 0;
  guint32 last = PNYX_NONE;

  /* Past the first that does not fit smaller ones may: look a little further, as miners do. */
  for (guint misses = 0; workload->n_pending > 0 && misses < 50;)
    {
      guint32 number = pop_pending (workload);
      const PnyxTransaction *transaction = get (workload, number);
      gboolean fits;

      if (transaction->in_block || number == last)
        continue; /* dropped: in a block, or pushed twice by a reorganisation */
      last = number;
      fits = size + transaction->size <= limit && gas + transaction->gas <= gas_limit;
      if (fits && pnyx_workload_arrives (workload, number, node) <= now
          && is_afforded (workload, parent, number))
        {
          size += transaction->size;
          gas += transaction->gas;
          g_array_append_val (chosen, number);
          continue;
        }
      misses += fits ? 0 : 1;
      g_array_append_val (aside, number);
    }
}

/* Lets the builder change @chosen; what it leaves out waits, what it puts in is taken once. */
static void
build (PnyxWorkload *workload, PnyxNodeId node, PnyxBlockId parent, GArray *chosen, GArray *aside)
{
  g_autoptr (GArray) before = g_array_copy (chosen);

  workload->builder (workload->builder_self, node, parent, chosen);
  for (guint i = 0; i < chosen->len; i++)
    {
      PnyxTransaction *transaction = get (workload, g_array_index (chosen, guint32, i));

      PNYX_REQUIRE (!transaction->in_block);
      transaction->in_block = 1;
    }
  for (guint i = 0; i < before->len; i++)
    if (!get (workload, g_array_index (before, guint32, i))->in_block)
      g_array_append_val (aside, g_array_index (before, guint32, i));
}

guint32 *
pnyx_workload_fill (PnyxWorkload *workload, PnyxBlockId parent, PnyxNodeId node, guint64 limit,
                    guint64 *size, guint32 *n)
{
  g_autoptr (GArray) chosen = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) aside = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 *copy;

  pnyx_workload_advance (workload);
  move_reference (workload, parent);
  choose (workload, parent, node, limit, chosen, aside);
  if (workload->builder != NULL)
    build (workload, node, parent, chosen, aside);
  *size = 0;
  for (guint i = 0; i < chosen->len; i++)
    {
      PnyxTransaction *transaction = get (workload, g_array_index (chosen, guint32, i));

      *size += transaction->size;
      transaction->in_block = 1;
    }
  for (guint i = 0; i < aside->len; i++)
    push_pending (workload, g_array_index (aside, guint32, i));
  *n = chosen->len;
  if (chosen->len == 0)
    return NULL;
  copy = pnyx_arena_array (pnyx_world_arena (workload->world), guint32, chosen->len);
  memcpy (copy, chosen->data, sizeof *copy * chosen->len);
  return copy;
}

void
pnyx_workload_included (PnyxWorkload *workload, PnyxBlockId block)
{
  workload->reference = block;
}
