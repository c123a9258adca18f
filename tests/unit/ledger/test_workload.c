/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/workload.h"

#include <math.h>
#include <string.h>

#include "support/test_world.h"

/* A workload on a tree that the test grows itself: no network, no protocol. */
typedef struct
{
  PnyxModel *model;
  PnyxWorld *world;
  PnyxBlockTree *tree;
  PnyxWorkload *workload;
  PnyxTime arrival; /* how long every transaction is under way */
} Rig;

static PnyxTime
rig_arrival (gpointer self, PnyxNodeId origin, PnyxNodeId node, guint32 number, PnyxTime sent)
{
  (void)origin;
  (void)node;
  (void)number;
  return sent + ((const Rig *)self)->arrival;
}

static Rig *
rig_new (const gchar *attributes, guint64 seed)
{
  g_autofree gchar *body
      = g_strdup_printf ("<chain kind='nakamoto'><workload %s/></chain>", attributes);
  PnyxWorldOptions options = { .seed = seed };
  Rig *rig = g_new0 (Rig, 1);
  const PnyxSection *chain;

  rig->model = test_model (body);
  chain = pnyx_section_child (rig->model->scenario->root, "chain", 0);
  rig->world = pnyx_world_new (&options);
  rig->tree = pnyx_block_tree_new (pnyx_world_arena (rig->world));
  rig->workload = pnyx_workload_new (rig->world, pnyx_section_child (chain, "workload", 0), 0, 10,
                                     rig->tree, rig_arrival, rig);
  return rig;
}

static void
rig_free (Rig *rig)
{
  pnyx_world_free (rig->world);
  pnyx_model_free (rig->model);
  g_free (rig);
}

static void
rig_run (Rig *rig, gdouble seconds)
{
  pnyx_world_run (rig->world, pnyx_time_from_seconds (seconds));
}

/* A block on @parent with what the workload gives. */
static PnyxBlockId
rig_block (Rig *rig, PnyxBlockId parent, guint64 limit)
{
  PnyxBlock block = { .node = 0 };
  guint64 size;
  PnyxBlockId id;

  block.transactions
      = pnyx_workload_fill (rig->workload, parent, 0, limit, &size, &block.n_transactions);
  block.size = size;
  id = pnyx_block_tree_add (rig->tree, parent, &block);
  pnyx_workload_included (rig->workload, id);
  return id;
}

static void
test_arrivals_are_poisson (void)
{
  Rig *rig = rig_new ("interval='exponential(1 s)'", 5);
  gdouble sum = 0, squares = 0;
  guint32 n;

  rig_run (rig, 20000);
  n = pnyx_workload_advance (rig->workload);
  /* 20,000 expected, standard deviation 141. */
  g_assert_cmpfloat (fabs (n - 20000.0), <, 3.3 * sqrt (20000));
  for (guint32 i = 1; i < n; i++)
    {
      gdouble gap = pnyx_time_to_seconds (pnyx_workload_get (rig->workload, i)->time
                                          - pnyx_workload_get (rig->workload, i - 1)->time);

      g_assert_cmpfloat (gap, >, 0);
      sum += gap;
      squares += gap * gap;
    }
  /* Of an exponential the second moment is 2; its standard error here is sqrt(20/n) = 0.032. */
  g_assert_cmpfloat (fabs (sum / n - 1), <, 3.3 / sqrt (n));
  g_assert_cmpfloat (fabs (squares / n - 2), <, 3.3 * sqrt (20.0 / n));
  g_assert_cmpint (pnyx_workload_get (rig->workload, n - 1)->time, <=, pnyx_world_now (rig->world));
  rig_free (rig);
}

static void
test_origins_are_spread_over_all_nodes (void)
{
  Rig *rig = rig_new ("interval='0.1 s'", 6);
  guint counts[10] = { 0 };
  guint32 n;

  rig_run (rig, 1000);
  n = pnyx_workload_advance (rig->workload);
  g_assert_cmpuint (n, ==, 10000);
  for (guint32 i = 0; i < n; i++)
    counts[pnyx_workload_get (rig->workload, i)->origin]++;
  for (guint i = 0; i < 10; i++)
    g_assert_cmpfloat (fabs (counts[i] - 1000.0), <, 3.8 * 30); /* ten at once */
  rig_free (rig);
}

static void
test_blocks_stay_within_the_limit_and_fill_it (void)
{
  Rig *rig = rig_new ("interval='exponential(0.1 s)'", 7);
  PnyxBlockId tip = 0;

  for (guint i = 1; i <= 50; i++)
    {
      const PnyxBlock *block;
      guint64 size = 0;
      guint64 limit = i % 2 == 0 ? 20000 : 50000;

      rig_run (rig, 60 * i);
      tip = rig_block (rig, tip, limit);
      block = pnyx_block_tree_get (rig->tree, tip);
      for (guint32 j = 0; j < block->n_transactions; j++)
        size += pnyx_workload_get (rig->workload, block->transactions[j])->size;
      g_assert_cmpuint (size, ==, block->size);
      g_assert_cmpuint (size, <=, limit);
      g_assert_cmpuint (size, >, limit * 9 / 10); /* 600 transactions of 1.7 kB wait for each */
    }
  rig_free (rig);
}

static void
test_a_limit_below_every_transaction_gives_an_empty_block (void)
{
  Rig *rig = rig_new ("interval='1 s' size='100 B'", 8);
  guint64 size = 77;
  guint32 n = 77;

  rig_run (rig, 100);
  g_assert_null (pnyx_workload_fill (rig->workload, 0, 0, 99, &size, &n));
  g_assert_cmpuint (size, ==, 0);
  g_assert_cmpuint (n, ==, 0);
  g_assert_nonnull (pnyx_workload_fill (rig->workload, 0, 0, 100, &size, &n));
  g_assert_cmpuint (size, ==, 100);
  g_assert_cmpuint (n, ==, 1);
  rig_free (rig);
}

/* Equal sizes: what is left out never pays better than what is in. */
static void
test_the_best_fee_goes_first (void)
{
  Rig *rig = rig_new ("interval='exponential(1 s)' size='250 B'", 9);
  g_autofree gboolean *chosen = NULL;
  const PnyxBlock *block;
  gdouble worst = INFINITY;
  guint32 n;

  rig_run (rig, 1000);
  block = pnyx_block_tree_get (rig->tree, rig_block (rig, 0, 25000));
  n = pnyx_workload_advance (rig->workload);
  chosen = g_new0 (gboolean, n);
  g_assert_cmpuint (block->n_transactions, ==, 100);
  for (guint32 i = 0; i < block->n_transactions; i++)
    {
      gdouble fee = pnyx_workload_get (rig->workload, block->transactions[i])->fee_rate;

      g_assert_cmpfloat (fee, <=, worst);
      worst = fee;
      chosen[block->transactions[i]] = TRUE;
    }
  for (guint32 i = 0; i < n; i++)
    g_assert_true (chosen[i] || pnyx_workload_get (rig->workload, i)->fee_rate <= worst);
  rig_free (rig);
}

/* Past the first that does not fit a smaller one may. */
static void
test_smaller_transactions_fill_what_is_left (void)
{
  Rig *rig = rig_new ("interval='1 s' size='empirical(1000 B: 0.5, 10 B: 0.5)'", 10);
  const PnyxBlock *block;

  rig_run (rig, 500);
  block = pnyx_block_tree_get (rig->tree, rig_block (rig, 0, 10100));
  /* More than whole 1,000-B ones: the last of them missed 50 times leaves room for small ones. */
  g_assert_cmpuint (block->size, >, 9100);
  g_assert_cmpuint (block->size, <=, 10100);
  rig_free (rig);
}

static void
test_what_has_not_arrived_at_the_maker_is_left_out (void)
{
  Rig *rig = rig_new ("interval='1 s' size='100 B'", 11);
  const PnyxBlock *block;

  rig->arrival = 30 * PNYX_SECOND;
  rig_run (rig, 100);
  block = pnyx_block_tree_get (rig->tree, rig_block (rig, 0, 1000000));
  g_assert_cmpuint (block->n_transactions, ==, 70); /* at 1 s, 2 s ... 70 s */
  for (guint32 i = 0; i < block->n_transactions; i++)
    g_assert_cmpint (pnyx_workload_get (rig->workload, block->transactions[i])->time, <=,
                     70 * PNYX_SECOND);
  rig_run (rig, 101);
  g_assert_cmpuint (pnyx_block_tree_get (rig->tree, rig_block (rig, 1, 1000000))->n_transactions,
                    ==, 1);
  rig_free (rig);
}

/* Marks what the chain to @block holds; fails where a transaction stands in it twice. */
static void
mark_chain (Rig *rig, PnyxBlockId block, guint8 *marks, guint32 n)
{
  memset (marks, 0, n);
  for (; block != 0; block = pnyx_block_tree_get (rig->tree, block)->parent)
    {
      const PnyxBlock *entry = pnyx_block_tree_get (rig->tree, block);

      for (guint32 i = 0; i < entry->n_transactions; i++)
        {
          g_assert_cmpuint (marks[entry->transactions[i]], ==, 0);
          marks[entry->transactions[i]] = 1;
        }
    }
}

/*
 * Naive model: a block takes, of all transactions that the chain to its parent does not hold, the
 * best. With equal sizes and no misses beyond the end this is exact, whatever was undone before.
 */
static void
check_against_sets (Rig *rig, PnyxBlockId id, guint8 *marks)
{
  const PnyxBlock *block = pnyx_block_tree_get (rig->tree, id);
  guint32 n = pnyx_workload_advance (rig->workload);

  mark_chain (rig, block->parent, marks, n);
  for (guint32 i = 0; i < block->n_transactions; i++)
    {
      guint32 best = PNYX_NONE;

      for (guint32 j = 0; j < n; j++)
        if (!marks[j]
            && (best == PNYX_NONE
                || pnyx_workload_get (rig->workload, j)->fee_rate
                       > pnyx_workload_get (rig->workload, best)->fee_rate))
          best = j;
      g_assert_cmpuint (block->transactions[i], ==, best);
      marks[best] = 1;
    }
  if (block->n_transactions < 10) /* the block had room left */
    for (guint32 j = 0; j < n; j++)
      g_assert_cmpuint (marks[j], ==, 1);
}

static void
random_forks (guint64 seed)
{
  Rig *rig = rig_new ("interval='exponential(1 s)' size='100 B'", seed);
  g_autofree guint8 *marks = g_new (guint8, 100000);

  for (guint32 i = 1; i <= 150; i++)
    {
      guint32 size = pnyx_block_tree_size (rig->tree);
      guint64 draw = pnyx_hash_mix (seed, i);
      guint32 window = draw % 5 == 0 ? 20 : 2; /* now and then a deep fork */
      PnyxBlockId parent = size - 1 - (guint32)(draw / 5 % MIN (window, size));

      rig_run (rig, 6.0 * i);
      check_against_sets (rig, rig_block (rig, parent, 1000), marks);
    }
  for (guint32 tip = 1; tip < pnyx_block_tree_size (rig->tree); tip++)
    mark_chain (rig, tip, marks, pnyx_workload_advance (rig->workload));
  rig_free (rig);
}

static void
test_forks_and_reorganisations_agree_with_sets (void)
{
  for (guint64 seed = 20; seed < 26; seed++)
    random_forks (seed);
}

/* A draw is a pure function of its number: forks made or not, the transactions are the same. */
static void
test_transactions_do_not_depend_on_blocks (void)
{
  Rig *left = rig_new ("", 30);
  Rig *right = rig_new ("", 30);

  for (guint i = 1; i <= 20; i++)
    {
      rig_run (left, 50 * i);
      rig_block (left, i % 3 == 0 ? 0 : pnyx_block_tree_size (left->tree) - 1, 10000);
    }
  rig_run (right, 1000);
  g_assert_cmpuint (pnyx_workload_advance (left->workload), ==,
                    pnyx_workload_advance (right->workload));
  for (guint32 i = 0; i < pnyx_workload_advance (left->workload); i++)
    {
      const PnyxTransaction *a = pnyx_workload_get (left->workload, i);
      const PnyxTransaction *b = pnyx_workload_get (right->workload, i);

      g_assert_true (a->time == b->time && a->size == b->size && a->fee_rate == b->fee_rate
                     && a->origin == b->origin);
    }
  rig_free (left);
  rig_free (right);
}

static void
test_what_is_submitted_competes_by_its_bid (void)
{
  Rig *rig = rig_new ("interval='constant(1 h)'", 3);
  guint32 low, high;
  PnyxBlockId block;
  const PnyxBlock *made;

  pnyx_workload_set_gas (rig->workload, 50000, 21000, 16);
  low = pnyx_workload_submit (rig->workload, 1, 100, 30000, 1);
  high = pnyx_workload_submit (rig->workload, 2, 100, 30000, 2);
  g_assert_cmpuint (low, ==, PNYX_SUBMITTED);
  block = rig_block (rig, 0, 1000000);
  made = pnyx_block_tree_get (rig->tree, block);
  g_assert_cmpuint (made->n_transactions, ==, 1); /* gas is for one of them */
  g_assert_cmpuint (made->transactions[0], ==, high);
  g_assert_cmpuint (made->size, ==, 100);
  made = pnyx_block_tree_get (rig->tree, rig_block (rig, 0, 1000000)); /* a rival of the first */
  g_assert_cmpuint (made->transactions[0], ==, high);
  made = pnyx_block_tree_get (rig->tree, rig_block (rig, block, 1000000));
  g_assert_cmpuint (made->n_transactions, ==, 1);
  g_assert_cmpuint (made->transactions[0], ==, low);
  g_assert_cmpuint (pnyx_workload_submitted (rig->workload), ==, 2);
  rig_free (rig);
}

/* Puts what it was given last first, and leaves the rest out. */
static void
turn_round (gpointer self, PnyxNodeId node, PnyxBlockId parent, GArray *chosen)
{
  guint32 last = g_array_index (chosen, guint32, chosen->len - 1);

  (void)self;
  (void)node;
  (void)parent;
  g_array_set_size (chosen, 0);
  g_array_append_val (chosen, last);
}

static void
test_a_builder_decides_and_what_it_leaves_out_waits (void)
{
  Rig *rig = rig_new ("interval='constant(1 h)'", 3);
  guint32 a = pnyx_workload_submit (rig->workload, 1, 100, 0, 3);
  guint32 b = pnyx_workload_submit (rig->workload, 1, 100, 0, 2);
  PnyxBlockId block;

  pnyx_workload_set_builder (rig->workload, turn_round, NULL);
  block = rig_block (rig, 0, 1000000);
  g_assert_cmpuint (pnyx_block_tree_get (rig->tree, block)->n_transactions, ==, 1);
  g_assert_cmpuint (pnyx_block_tree_get (rig->tree, block)->transactions[0], ==, b);
  block = rig_block (rig, block, 1000000);
  g_assert_cmpuint (pnyx_block_tree_get (rig->tree, block)->n_transactions, ==, 1);
  g_assert_cmpuint (pnyx_block_tree_get (rig->tree, block)->transactions[0], ==, a);
  rig_free (rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ledger/workload/arrivals-are-poisson", test_arrivals_are_poisson);
  g_test_add_func ("/ledger/workload/origins-are-spread-over-all-nodes",
                   test_origins_are_spread_over_all_nodes);
  g_test_add_func ("/ledger/workload/blocks-stay-within-the-limit-and-fill-it",
                   test_blocks_stay_within_the_limit_and_fill_it);
  g_test_add_func ("/ledger/workload/a-limit-below-every-transaction-gives-an-empty-block",
                   test_a_limit_below_every_transaction_gives_an_empty_block);
  g_test_add_func ("/ledger/workload/the-best-fee-goes-first", test_the_best_fee_goes_first);
  g_test_add_func ("/ledger/workload/smaller-transactions-fill-what-is-left",
                   test_smaller_transactions_fill_what_is_left);
  g_test_add_func ("/ledger/workload/what-has-not-arrived-at-the-maker-is-left-out",
                   test_what_has_not_arrived_at_the_maker_is_left_out);
  g_test_add_func ("/ledger/workload/forks-and-reorganisations-agree-with-sets",
                   test_forks_and_reorganisations_agree_with_sets);
  g_test_add_func ("/ledger/workload/transactions-do-not-depend-on-blocks",
                   test_transactions_do_not_depend_on_blocks);
  g_test_add_func ("/ledger/workload/what-is-submitted-competes-by-its-bid",
                   test_what_is_submitted_competes_by_its_bid);
  g_test_add_func ("/ledger/workload/a-builder-decides-and-what-it-leaves-out-waits",
                   test_a_builder_decides_and_what_it_leaves_out_waits);
  return g_test_run ();
}
