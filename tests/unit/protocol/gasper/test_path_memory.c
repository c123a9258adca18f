/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What fidelity path keeps: what is final is given back. */
#include "support/test_world.h"

#define SLOTS 8 /* of an epoch */
#define FROM 18 /* epochs: between the two no array of blocks has to double */
#define TO 30   /* epochs */
#define MOST                                                                                       \
  (1 << 10) /* bytes for each slot: its block in the tree, and room for the next ones              \
             */

/* Returns: bytes that a slot between FROM and TO leaves behind. */
static gdouble
left_by_slot (guint validators, const gchar *children, guint64 *finalized)
{
  g_autofree gchar *body = g_strdup_printf (
      "<network nodes='200'><topology kind='random-regular' degree='8'/>"
      "<dissemination kind='gossipsub'/></network>"
      "<chain kind='gasper' fidelity='path'><validators count='%u'>%s</validators>"
      "<gasper slot='12 s' slots-per-epoch='%d'/></chain>",
      validators, children, SLOTS);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxArena *arena = pnyx_world_arena (world->world);
  PnyxChain *chain = world->chains[0];
  gsize before;

  test_world_run (world, FROM * SLOTS * 12 - 0.1);
  before = pnyx_arena_used (arena);
  test_world_run (world, TO * SLOTS * 12 - 0.1);
  *finalized
      = pnyx_block_tree_get (chain->blocks, pnyx_chain_final (chain, chain->head[0]))->height;
  return ((gdouble)pnyx_arena_used (arena) - (gdouble)before) / ((TO - FROM) * SLOTS);
}

/* Votes of a slot alone are 16 KiB here, imports of its block 1,600 B. */
static void
test_final_slots_leave_their_block_only (void)
{
  guint64 finalized;
  gdouble left = left_by_slot (16384, "", &finalized);

  g_test_message ("%.0f B a slot, %" G_GUINT64_FORMAT " blocks final", left, finalized);
  g_assert_cmpuint (finalized, >=, (TO - 4) * SLOTS);
  g_assert_cmpfloat (left, <=, MOST);
}

static void
test_they_leave_as_much_whatever_the_number_of_validators (void)
{
  guint64 finalized;
  gdouble few = left_by_slot (1024, "", &finalized), many = left_by_slot (8192, "", &finalized);

  g_test_message ("1,024: %.0f B a slot, 8,192: %.0f B", few, many);
  g_assert_cmpfloat (many, <=, few + MOST / 4.0);
}

/* What is not final has to be kept: the test above can see that. */
static void
test_without_finality_they_leave_more (void)
{
  guint64 finalized;
  gdouble left = left_by_slot (16384, "<offline share='0.4' at='0 slot' duties='attestations'/>",
                               &finalized);

  g_test_message ("%.0f B a slot, %" G_GUINT64_FORMAT " blocks final", left, finalized);
  g_assert_cmpuint (finalized, ==, 0);
  g_assert_cmpfloat (left, >, 4 * MOST);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/gasper/path-memory/final", test_final_slots_leave_their_block_only);
  g_test_add_func ("/protocol/gasper/path-memory/validators",
                   test_they_leave_as_much_whatever_the_number_of_validators);
  g_test_add_func ("/protocol/gasper/path-memory/not-final", test_without_finality_they_leave_more);
  return g_test_run ();
}
