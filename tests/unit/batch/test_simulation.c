/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/simulation.h"

#include "support/test_world.h"

#define WORLD                                                                                      \
  "<network nodes='24'><topology kind='random-regular' degree='4'/>%s"                             \
  "<class name='a' upload='20 Mbit/s'/>%s</network>"                                               \
  "<chain kind='nakamoto'><workload/><nakamoto interval='exponential(30 s)'/></chain>%s"

static PnyxRunResult *
run (const gchar *regions, const gchar *classes, const gchar *rest, guint32 replicate)
{
  g_autofree gchar *body
      = g_strdup_printf ("<run duration='30 block'/>" WORLD, regions, classes, rest);
  g_autoptr (PnyxModel) model = test_model (body);
  PnyxRunResult *result = pnyx_simulate (model, 0, replicate, TRUE, NULL);

  g_assert_false (result->failed);
  return result;
}

static void
test_a_run_is_a_function_of_seed_and_replicate (void)
{
  g_autoptr (PnyxRunResult) first = run ("", "", "", 3);
  g_autoptr (PnyxRunResult) again = run ("", "", "", 3);
  g_autoptr (PnyxRunResult) other = run ("", "", "", 4);

  g_assert_cmpuint (first->digest, ==, again->digest);
  g_assert_true (test_outputs_equal (first->output, again->output));
  g_assert_cmpuint (first->digest, !=, other->digest);
  g_assert_cmpuint (first->seed, ==, 1);
  g_assert_cmpuint (first->replicate, ==, 3);
}

static void
test_another_seed_is_another_run (void)
{
  static const gchar *const format
      = "<scenario xmlns='urn:pnyx:scenario:1' name='t' seed='%u'><run duration='30 block'/>"
        "<network nodes='20'/><chain kind='nakamoto'/></scenario>";
  guint64 digests[3];

  for (guint seed = 0; seed < 3; seed++)
    {
      g_autofree gchar *text = g_strdup_printf (format, seed);
      g_autoptr (PnyxRunResult) result = run_text (text, 0);

      digests[seed] = result->digest;
    }
  g_assert_true (digests[0] != digests[1] && digests[1] != digests[2] && digests[0] != digests[2]);
}

static void
test_figures_and_unused_parts_change_no_number (void)
{
  const gchar *regions = "<regions profile='regions-two.xml'/>";
  g_autoptr (PnyxRunResult) plain = run (regions, "", "", 0);
  g_autoptr (PnyxRunResult) figure
      = run (regions, "", "<figures><figure kind='propagation-cdf'/></figures>", 0);
  g_autoptr (PnyxRunResult) unused = run (regions, "<class name='b' share='0'/>", "", 0);

  g_assert_cmpuint (figure->digest, ==, plain->digest);
  g_assert_true (test_outputs_equal (figure->output, plain->output));
  g_assert_cmpuint (unused->digest, ==, plain->digest);
  g_assert_true (test_outputs_equal (unused->output, plain->output));
}

/* A profile with one region more, of share 0, between the others. */
static void
test_an_unused_region_changes_no_number (void)
{
  static const gchar *const names[] = { "regions-two.xml", "regions-two-unused.xml" };
  PnyxRunResult *results[2];

  for (guint i = 0; i < 2; i++)
    {
      g_autofree gchar *regions = g_strdup_printf ("<regions profile='%s'/>", names[i]);

      results[i] = run (regions, "", "", 0);
    }
  g_assert_cmpuint (results[0]->digest, ==, results[1]->digest);
  g_assert_true (test_outputs_equal (results[0]->output, results[1]->output));
  for (guint i = 0; i < 2; i++)
    pnyx_run_result_free (results[i]);
}

/* The adversary's world is the honest one until it acts: the same times and finders of blocks. */
static void
test_an_adversary_disturbs_no_draw (void)
{
  g_autoptr (PnyxModel) honest = test_model (
      "<network nodes='9'/><chain kind='nakamoto'><nakamoto shares='4, 3, 3'/></chain>");
  g_autoptr (PnyxModel) selfish = test_model (
      "<network nodes='9'/><chain kind='nakamoto'><nakamoto shares='4, 3, 3'/></chain>"
      "<adversary kind='nakamoto-selfish-mining'/>");
  g_autoptr (TestWorld) a = test_world_new (honest, 0);
  g_autoptr (TestWorld) b = test_world_new (selfish, 0);

  test_world_run (a, 100000);
  test_world_run (b, 100000);
  g_assert_cmpuint (pnyx_block_tree_size (a->chains[0]->blocks), ==,
                    pnyx_block_tree_size (b->chains[0]->blocks));
  for (PnyxBlockId block = 1; block < pnyx_block_tree_size (a->chains[0]->blocks); block++)
    {
      const PnyxBlock *left = pnyx_block_tree_get (a->chains[0]->blocks, block);
      const PnyxBlock *right = pnyx_block_tree_get (b->chains[0]->blocks, block);

      g_assert_cmpint (left->time, ==, right->time);
      g_assert_cmpuint (left->proposer, ==, right->proposer);
      g_assert_cmpuint (left->root, ==, right->root);
    }
}

static void
test_a_duration_in_units_that_the_protocol_lacks_is_refused (void)
{
  g_autofree gchar *duration
      = test_refusal ("<run\nduration='5 epoch'/><network nodes='9'/><chain kind='nakamoto'/>",
                      PNYX_ERROR_CONFLICT);
  g_autofree gchar *warmup = test_refusal (
      "<run\nwarmup='5 slot'/><network nodes='9'/><chain kind='nakamoto'/>", PNYX_ERROR_CONFLICT);

  g_assert_true (
      g_str_has_suffix (duration, ": duration is given in epochs, which protocol nakamoto does not "
                                  "have (expected a time such as \"2 d\")"));
  g_assert_true (g_str_has_prefix (duration, "scenario.xml:"));
  g_assert_true (
      g_str_has_suffix (warmup, ": warmup is given in slots, which protocol nakamoto does not have "
                                "(expected a time such as \"2 d\")"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/batch/simulation/" path, function)
  ADD ("a-run-is-a-function-of-seed-and-replicate", test_a_run_is_a_function_of_seed_and_replicate);
  ADD ("another-seed-is-another-run", test_another_seed_is_another_run);
  ADD ("figures-and-unused-parts-change-no-number", test_figures_and_unused_parts_change_no_number);
  ADD ("an-unused-region-changes-no-number", test_an_unused_region_changes_no_number);
  ADD ("an-adversary-disturbs-no-draw", test_an_adversary_disturbs_no_draw);
  ADD ("a-duration-in-units-that-the-protocol-lacks-is-refused",
       test_a_duration_in_units_that_the_protocol_lacks_is_refused);
  return g_test_run ();
}
