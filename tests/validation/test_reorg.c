/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ex-ante reorganisation in a network where everything takes 100 ms: whoever proposes in l
 * slots in a row wins against the next block where the votes that it kept, l beta of a committee,
 * weigh more than the boost (arXiv 2110.10086, section 3; calc reorg).
 */
#include <string.h>

#include "protocol/gasper/reorg_theory.h"
#include "support/test_world.h"

#define SLOT (12 * PNYX_SECOND)
#define LONGEST 4

typedef struct
{
  guint attacks[LONGEST + 1], won[LONGEST + 1]; /* by slots in a row */
} Tally;

/* Attacks are runs of blocks of the coalition that were sent after their slot. */
static Tally
run (const gchar *share, const gchar *boost, const gchar *rules)
{
  g_autofree gchar *body = g_strdup_printf (
      "<network nodes='20'><topology kind='complete'/>"
      "<delay kind='distribution' value='100 ms'/><dissemination kind='direct'/></network>"
      "<chain kind='gasper'><validators count='2048'/><gasper rules='%s' block-size='0 B'>"
      "<fork-choice %s/><costs import-time='0 s' boundary-import-time='0 s' "
      "block-verification='0 s' aggregate-verification='0 s' key-aggregation='0 s'/></gasper>"
      "</chain><adversary kind='ex-ante-reorg' share='%s' release='-50 ms'/>",
      rules, boost, share);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxChain *chain = world->chains[0];
  Tally tally = { { 0 }, { 0 } };
  PnyxBlockId tip;
  guint length = 0;

  test_world_run (world, 48 * 32 * 12.0);
  tip = chain->ops->canonical (chain);
  for (PnyxBlockId id = 1; id < pnyx_block_tree_size (chain->blocks); id++)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);
      PnyxTime end = (PnyxTime)(chain->ops->finality->block_slot (chain, id) + 1) * SLOT;

      if (chain->actor_strategy[block->proposer] != 0 && block->sent > block->time + SLOT / 2
          && block->sent < PNYX_TIME_MAX)
        length++;
      if (length == 0 || block->sent > end)
        continue;
      /* The last one of a run: it was released in the next slot. */
      if (chain->actor_strategy[block->proposer] != 0 && length <= LONGEST)
        {
          tally.attacks[length]++;
          tally.won[length] += pnyx_block_tree_is_ancestor (chain->blocks, id, tip) ? 1 : 0;
        }
      length = 0;
    }
  for (guint l = 1; l <= LONGEST; l++)
    g_test_message ("share %s, %s, %s: %u in a row: %u of %u", share, boost, rules, l, tally.won[l],
                    tally.attacks[l]);
  return tally;
}

/* Committees are samples: the share of a committee of 64 varies by .06, so ties are left out. */
static void
assert_tally (const Tally *tally, const gboolean wins[LONGEST + 1], guint longest)
{
  for (guint l = 1; l <= longest; l++)
    {
      g_assert_cmpuint (tally->attacks[l], >, 3);
      if (wins[l])
        g_assert_cmpfloat (tally->won[l], >=, 0.9 * tally->attacks[l]);
      else
        g_assert_cmpfloat (tally->won[l], <=, 0.1 * tally->attacks[l]);
    }
}

static void
test_kept_votes_against_the_boost (void)
{
  Tally of_30 = run ("0.3", "boost='0.45'", "electra"); /* .3, .6, .9 */
  Tally of_15 = run ("0.15", "boost='0.4'", "electra"); /* .15, .3 */
  Tally high = run ("0.3", "boost='0.75'", "electra");

  assert_tally (&of_30, (const gboolean[]){ FALSE, FALSE, TRUE, TRUE, TRUE }, 3);
  assert_tally (&of_15, (const gboolean[]){ FALSE, FALSE, FALSE, FALSE, TRUE }, 2);
  assert_tally (&high, (const gboolean[]){ FALSE, FALSE, FALSE, TRUE, TRUE }, 3);
}

/* Without a boost one slot suffices. */
static void
test_without_a_boost_every_attack_succeeds (void)
{
  Tally tally = run ("0.3", "", "phase0-2020");

  assert_tally (&tally, (const gboolean[]){ FALSE, TRUE, TRUE, TRUE, TRUE }, 3);
}

/*
 * View-merge: what is released just before a slot does not count for its vote, so that the honest
 * votes of the victim's slot, 80 % of a committee, stand against those of the coalition for its own
 * blocks, (l + 1) times 20 %.
 */
static void
test_view_merge_replaces_the_boost (void)
{
  Tally without = run ("0.2", "", "phase0-2020");
  Tally with = run ("0.2", "view-merge='2 s'", "phase0-2020");

  assert_tally (&without, (const gboolean[]){ FALSE, TRUE, TRUE, TRUE, TRUE }, 2);
  assert_tally (&with, (const gboolean[]){ FALSE, FALSE, FALSE, TRUE, TRUE }, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reorg/boost", test_kept_votes_against_the_boost);
  g_test_add_func ("/reorg/no-boost", test_without_a_boost_every_attack_succeeds);
  g_test_add_func ("/reorg/view-merge", test_view_merge_replaces_the_boost);
  return g_test_run ();
}
