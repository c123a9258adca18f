/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What becomes of a block that is sent late in its slot: its share of the votes is the share of the
 * voters that had imported it at the deadline, as measured in the same run; and it is left out by
 * the next proposer where the rule of 20 % and 160 % says so (consensus-specs, fork-choice.md,
 * get_proposer_head), and only there.
 */
#include <math.h>

#include "support/test_world.h"

#define NODES 60
#define MAX_BLOCKS 1024
#define SLOT (12 * PNYX_SECOND)
#define EPOCH 32

typedef struct
{
  PnyxChain *chain;
  guint32 in_time[MAX_BLOCKS]; /* nodes that imported it before the deadline, the maker included */
  guint32 votes[MAX_BLOCKS];   /* of its own slot */
  guint32 cast[MAX_BLOCKS];    /* votes by slot */
} Seen;

static guint64
slot_of (const Seen *seen, PnyxBlockId block)
{
  return seen->chain->ops->finality->block_slot (seen->chain, block);
}

static void
observe (gpointer user, const PnyxTrace *trace)
{
  Seen *seen = user;

  if (trace->type == PNYX_TRACE_BLOCK_IMPORTED)
    {
      PnyxTime deadline
          = (PnyxTime)slot_of (seen, trace->subject) * SLOT + (PnyxTime)(0.3333 * (gdouble)SLOT);

      seen->in_time[trace->subject] += trace->time < deadline ? 1 : 0;
      return;
    }
  seen->cast[trace->b] += (guint32)trace->a;
  if (slot_of (seen, trace->subject) == (guint64)trace->b)
    seen->votes[trace->subject] += (guint32)trace->a;
}

typedef struct
{
  guint late;         /* blocks sent late */
  gdouble head_votes; /* mean share of the slot's votes */
  gdouble in_time;    /* mean share of nodes that had it at the deadline */
  guint weak, weak_orphaned, strong, strong_orphaned;
} Result;

static gdouble
into_slot (const Seen *seen, PnyxBlockId block)
{
  return pnyx_time_to_seconds (pnyx_block_tree_get (seen->chain->blocks, block)->time
                               - (PnyxTime)slot_of (seen, block) * SLOT);
}

/*
 * Whether the next proposer may leave @block out, but for its votes and its parent's: it proposes
 * in time, not in the first slot of an epoch, right after a block right after its parent, while the
 * finalised epoch is at most two old (the fourth epoch is the first), and @block does not justify:
 * with 1,024 votes for each epoch and 31/32 of them included that is the one of slot 22.
 */
static gboolean
may_be_left_out (const Seen *seen, PnyxBlockId block)
{
  PnyxBlockId parent = pnyx_block_tree_get (seen->chain->blocks, block)->parent;
  guint64 slot = slot_of (seen, block);

  return (slot + 1) % EPOCH != 0 && slot_of (seen, parent) + 1 == slot && slot >= 4 * EPOCH
         && slot % EPOCH != 22 && slot_of (seen, block + 1) == slot + 1
         && into_slot (seen, block + 1) < 2;
}

static gboolean
is_canonical (const Seen *seen, PnyxBlockId block)
{
  return pnyx_block_tree_is_ancestor (seen->chain->blocks, block,
                                      seen->chain->ops->canonical (seen->chain));
}

static void
judge (const Seen *seen, PnyxBlockId block, Result *result)
{
  guint64 slot = slot_of (seen, block);
  gdouble votes = (gdouble)seen->votes[block] / MAX (seen->cast[slot], 1);
  PnyxBlockId parent = pnyx_block_tree_get (seen->chain->blocks, block)->parent;
  gdouble parent_votes = (gdouble)seen->votes[parent] / MAX (seen->cast[slot_of (seen, parent)], 1);

  result->late++;
  result->head_votes += votes;
  result->in_time += (gdouble)seen->in_time[block] / NODES;
  /* The parent is strong with 160 %: its own votes and those of the slot that missed the block. */
  if (!may_be_left_out (seen, block) || parent_votes < 0.8)
    return;
  if (votes < 0.15)
    {
      result->weak++;
      result->weak_orphaned += is_canonical (seen, block) ? 0 : 1;
    }
  else if (votes > 0.25)
    {
      result->strong++;
      result->strong_orphaned += is_canonical (seen, block) ? 0 : 1;
    }
}

static Result
run (gdouble delay)
{
  g_autofree gchar *body = g_strdup_printf (
      "<network nodes='60'><topology kind='random-regular' degree='16'/>"
      "<dissemination kind='gossipsub'/></network><chain kind='gasper'>"
      "<validators count='1024'><late share='0.1' duties='proposals' delay='%g s'/></validators>"
      "</chain>",
      delay);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  g_autofree Seen *seen = g_new0 (Seen, 1);
  Result result = { 0 };
  guint32 n_blocks;

  seen->chain = world->chains[0];
  pnyx_world_observe (world->world, 1u << PNYX_TRACE_BLOCK_IMPORTED | 1u << PNYX_TRACE_VOTED,
                      observe, seen);
  test_world_run (world, 20 * EPOCH * 12 + 11.9);
  n_blocks = pnyx_block_tree_size (seen->chain->blocks);
  g_assert_cmpuint (n_blocks, <, MAX_BLOCKS);
  for (PnyxBlockId block = 2; block < n_blocks; block++)
    {
      const PnyxBlock *entry = pnyx_block_tree_get (seen->chain->blocks, block);
      gdouble into_slot
          = pnyx_time_to_seconds (entry->sent - (PnyxTime)slot_of (seen, block) * SLOT);

      if (into_slot > 0.1 && slot_of (seen, block) < 19 * EPOCH)
        judge (seen, block, &result);
    }
  result.head_votes /= result.late;
  result.in_time /= result.late;
  g_test_message ("%g s late: %u blocks, votes %.3f, imported in time %.3f, weak %u of which "
                  "orphaned %u, not weak %u of which orphaned %u",
                  delay, result.late, result.head_votes, result.in_time, result.weak,
                  result.weak_orphaned, result.strong, result.strong_orphaned);
  return result;
}

/* From nearly all votes to none; and the votes are those of the nodes that had the block. */
static void
test_votes_follow_the_imports_at_the_deadline (void)
{
  static const gdouble delays[] = { 0.5, 1, 2, 3, 3.4, 3.7, 4, 5, 6 };
  gdouble before = 1;

  for (gsize i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      Result result = run (delays[i]);

      g_assert_cmpuint (result.late, >, 30);
      g_assert_cmpfloat (fabs (result.head_votes - result.in_time), <, 0.03);
      g_assert_cmpfloat (result.head_votes, <=, before + 0.03);
      before = result.head_votes;
      if (delays[i] <= 1)
        g_assert_cmpfloat (result.head_votes, >, 0.95);
      if (delays[i] >= 4.5)
        g_assert_cmpfloat (result.head_votes, ==, 0);
    }
}

/* Near the deadline it is the view of the next proposer alone that says whether a block was late.
 */
static void
test_weak_late_blocks_are_left_out_and_others_stay (void)
{
  static const gdouble delays[] = { 2, 3, 5, 6 };
  guint weak = 0, strong = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      Result result = run (delays[i]);

      weak += result.weak;
      strong += result.strong;
      g_assert_cmpuint (result.weak_orphaned, ==, result.weak);
      g_assert_cmpuint (result.strong_orphaned, ==, 0);
    }
  g_assert_cmpuint (weak, >, 60);
  g_assert_cmpuint (strong, >, 60);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/late-blocks/votes", test_votes_follow_the_imports_at_the_deadline);
  g_test_add_func ("/late-blocks/reorg", test_weak_late_blocks_are_left_out_and_others_stay);
  return g_test_run ();
}
