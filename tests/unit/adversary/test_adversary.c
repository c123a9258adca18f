/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "adversary/adversary.h"

#include "support/test_world.h"

static void
assert_refused (const gchar *adversaries, gint code, const gchar *expected)
{
  g_autofree gchar *body = g_strdup_printf (
      "<network nodes='10'/><chain kind='nakamoto'><nakamoto miners='3'/></chain>"
      "\n%s",
      adversaries);
  g_autofree gchar *message = test_refusal (body, code);

  if (g_strcmp0 (message, expected) != 0)
    g_error ("\"%s\", expected \"%s\"", message, expected);
}

static void
test_actors_that_do_not_exist_are_refused_with_their_place (void)
{
  assert_refused (
      "<adversary kind='nakamoto-selfish-mining' actor='3'/>", PNYX_ERROR_RANGE,
      "scenario.xml:3: no honest actor 3 in chain \"main\" (expected 0 to 2, each given to "
      "one adversary)");
}

static void
test_an_actor_is_given_to_one_adversary_only (void)
{
  assert_refused (
      "<adversary kind='nakamoto-selfish-mining' actor='1'/>\n"
      "<adversary kind='nakamoto-selfish-mining' actor='1'/>",
      PNYX_ERROR_RANGE,
      "scenario.xml:4: no honest actor 1 in chain \"main\" (expected 0 to 2, each given to "
      "one adversary)");
}

static void
test_a_chain_that_does_not_exist_is_refused (void)
{
  g_autofree gchar *message
      = test_refusal ("<network nodes='10'/><chain kind='nakamoto'/>\n"
                      "<adversary kind='nakamoto-selfish-mining' chain='mian'/>",
                      PNYX_ERROR_UNKNOWN);

  g_assert_true (g_str_has_prefix (message, "scenario.xml:3: "));
}

/* The last actor is in range; two adversaries may have two actors, each with state of its own. */
static void
test_only_the_named_actors_change_their_strategy (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='10'/><chain kind='nakamoto'><nakamoto miners='4'/></chain>"
                    "<adversary kind='nakamoto-selfish-mining' actor='3'/>"
                    "<adversary kind='nakamoto-selfish-mining' actor='1'/>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  const PnyxChain *chain = world->chains[0];

  g_assert_cmpuint (chain->n_strategies, ==, 3);
  g_assert_cmpuint (chain->actor_strategy[0], ==, 0);
  g_assert_cmpuint (chain->actor_strategy[1], ==, 2);
  g_assert_cmpuint (chain->actor_strategy[2], ==, 0);
  g_assert_cmpuint (chain->actor_strategy[3], ==, 1);
  g_assert_true (chain->strategies[1].self != chain->strategies[2].self);
  g_assert_false (pnyx_chain_honest (chain, chain->actor_node[3]));
  g_assert_true (pnyx_chain_honest (chain, chain->actor_node[0]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/adversary/" path, function)
  ADD ("actors-that-do-not-exist-are-refused-with-their-place",
       test_actors_that_do_not_exist_are_refused_with_their_place);
  ADD ("an-actor-is-given-to-one-adversary-only", test_an_actor_is_given_to_one_adversary_only);
  ADD ("a-chain-that-does-not-exist-is-refused", test_a_chain_that_does_not_exist_is_refused);
  ADD ("only-the-named-actors-change-their-strategy",
       test_only_the_named_actors_change_their_strategy);
  return g_test_run ();
}
