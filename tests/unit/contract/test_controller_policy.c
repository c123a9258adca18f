/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/controller_policy.h"

#include <string.h>

#include "support/scratch.h"

static const PnyxPolicy small
    = { .n_volatility = 2,
        .n_utilisation = 3,
        .n_actions = 2,
        .volatility = { 0.8 },
        .utilisation = { 0.5, 0.9 },
        .actions = { 0.5, 0.7 },
        .values = { { { 1, 2 }, { 3, 3 }, { -1, -2 } }, { { 0.1, 0 }, { 0, 0.5 }, { 1e-9, 0 } } } };

static void
test_classes_and_best_actions (void)
{
  g_assert_cmpuint (pnyx_policy_state (&small, 0.8, 0).volatility, ==, 0);
  g_assert_cmpuint (pnyx_policy_state (&small, 0.81, 0).volatility, ==, 1);
  g_assert_cmpuint (pnyx_policy_state (&small, 99, 0.9).utilisation, ==, 1);
  g_assert_cmpuint (pnyx_policy_state (&small, 0, 0.91).utilisation, ==, 2);
  g_assert_cmpuint (pnyx_policy_best (&small, (PnyxPolicyState){ 0, 0 }), ==, 1);
  g_assert_cmpuint (pnyx_policy_best (&small, (PnyxPolicyState){ 0, 1 }), ==, 0); /* equal */
  g_assert_cmpuint (pnyx_policy_best (&small, (PnyxPolicyState){ 0, 2 }), ==, 0);
  g_assert_cmpuint (pnyx_policy_best (&small, (PnyxPolicyState){ 1, 1 }), ==, 1);
}

static void
test_one_step_of_learning (void)
{
  PnyxPolicy policy = small;

  /* 2 + 0.5 (10 + 0.9 * 3 - 2) */
  pnyx_policy_learn (&policy, (PnyxPolicyState){ 0, 0 }, 1, 10, (PnyxPolicyState){ 0, 1 }, 0.5,
                     0.9);
  g_assert_cmpfloat_with_epsilon (policy.values[0][0][1], 7.35, 1e-12);
  g_assert_cmpfloat (policy.values[0][0][0], ==, 1);
}

/* Two states: the first action stays and pays 1, the second moves and pays 0, or 2 in the second
 * state. Values against the fixed point, worked out by hand for a discount of one half. */
static void
test_it_converges (void)
{
  PnyxPolicy policy = { .n_volatility = 2, .n_utilisation = 1, .n_actions = 2 };
  PnyxPolicyState at = { 0, 0 };
  PnyxRng rng;

  policy.volatility[0] = 1;
  pnyx_rng_init (&rng, 1, 0, 0, "test", "policy");
  for (guint64 i = 0; i < 20000; i++)
    {
      guint action = pnyx_policy_explore (&policy, at, 0.5, &rng, i);
      PnyxPolicyState next = { action == 0 ? at.volatility : 1 - at.volatility, 0 };
      gdouble reward = action == 0 ? 1 : at.volatility == 1 ? 2 : 0;

      pnyx_policy_learn (&policy, at, action, reward, next, 0.1, 0.5);
      at = next;
    }
  /* V0 = max (1 + V0 / 2, V1 / 2) = 2; V1 = max (1 + V1 / 2, 2 + V0 / 2) = 3. */
  g_assert_cmpfloat_with_epsilon (policy.values[0][0][0], 2, 1e-3);
  g_assert_cmpfloat_with_epsilon (policy.values[0][0][1], 1.5, 1e-3);
  g_assert_cmpfloat_with_epsilon (policy.values[1][0][0], 2.5, 1e-3);
  g_assert_cmpfloat_with_epsilon (policy.values[1][0][1], 3, 1e-3);
}

static void
test_exploring (void)
{
  PnyxRng rng;
  guint second = 0;

  pnyx_rng_init (&rng, 1, 0, 0, "test", "explore");
  for (guint64 i = 0; i < 4000; i++)
    {
      g_assert_cmpuint (pnyx_policy_explore (&small, (PnyxPolicyState){ 0, 0 }, 0, &rng, i), ==, 1);
      second += pnyx_policy_explore (&small, (PnyxPolicyState){ 0, 0 }, 0.4, &rng, i) == 1 ? 1 : 0;
    }
  g_assert_cmpfloat_with_epsilon (second / 4000.0, 0.8, 0.03);
}

static void
test_a_file_and_back (void)
{
  g_autofree gchar *text = pnyx_policy_format (&small), *again = NULL;
  PnyxPolicy policy;
  GError *error = NULL;

  g_assert_true (g_str_has_prefix (text, "pnyx-policy,lending,1\nvolatility,0.8\n"
                                         "utilisation,0.5,0.9\naction,0.5,0.7\nvalue,0,0,1,2\n"));
  g_assert_true (pnyx_policy_parse (text, "p.csv", &policy, &error));
  g_assert_no_error (error);
  again = pnyx_policy_format (&policy);
  g_assert_cmpstr (again, ==, text);
  g_assert_cmpmem (policy.values, sizeof policy.values, small.values, sizeof small.values);
}

static void
test_one_class_each (void)
{
  PnyxPolicy policy;

  g_assert_true (pnyx_policy_parse ("pnyx-policy,lending,1\nvolatility\nutilisation\naction,0.5\n"
                                    "value,0,0,7",
                                    "p", &policy, NULL));
  g_assert_cmpuint (policy.n_volatility, ==, 1);
  g_assert_cmpfloat (policy.values[0][0][0], ==, 7);
}

static void
test_files_that_are_refused (void)
{
  static const struct
  {
    const gchar *text, *message;
    gint code;
  } bad[] = {
    { "", "p:1: no line \"pnyx-policy,lending,...\"", PNYX_ERROR_MISSING },
    { "volatility,1\n", "p:1: no line \"pnyx-policy,lending,...\"", PNYX_ERROR_SYNTAX },
    { "pnyx-policy,lending,2\n", "p:1: a policy of another format", PNYX_ERROR_RANGE },
    { "pnyx-policy,lending\n", "p:1: a policy of another format", PNYX_ERROR_RANGE },
    { "pnyx-policy,lending,1\nvolatility,\033[2J\n", "p:2: bad volatility \" [2J\"",
      PNYX_ERROR_SYNTAX },
    { "pnyx-policy,lending,1\nutilisation,1\n", "p:2: no line \"volatility,...\"",
      PNYX_ERROR_SYNTAX },
    { "pnyx-policy,lending,1\nvolatility,1,1\n", "p:2: bad volatility \"1\"", PNYX_ERROR_SYNTAX },
    { "pnyx-policy,lending,1\nvolatility,nan\n", "p:2: bad volatility \"nan\"", PNYX_ERROR_SYNTAX },
    { "pnyx-policy,lending,1\nvolatility,-1\n", "p:2: bad volatility \"-1\"", PNYX_ERROR_SYNTAX },
    { "pnyx-policy,lending,1\nvolatility,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16\n",
      "p:2: 16 values of volatility (expected at most 15)", PNYX_ERROR_RANGE },
    { "pnyx-policy,lending,1\nvolatility\nutilisation\naction\n", "p:4: no action",
      PNYX_ERROR_MISSING },
    { "pnyx-policy,lending,1\nvolatility\nutilisation\naction,0.5\n",
      "p:5: no line \"value,0,0,...\"", PNYX_ERROR_MISSING },
    { "pnyx-policy,lending,1\nvolatility\nutilisation\naction,0.5,0.6\nvalue,0,0,1\n",
      "p:5: 1 values (expected one for each of 2 actions)", PNYX_ERROR_MISSING },
    { "pnyx-policy,lending,1\nvolatility\nutilisation\naction,0.5\nvalue,0,0,x\n",
      "p:5: bad value,0,0 \"x\"", PNYX_ERROR_SYNTAX },
    { "pnyx-policy,lending,1\nvolatility\nutilisation\naction,0.5\nvalue,0,0,1\n\nmore\n",
      "p:7: more than the policy's classes have", PNYX_ERROR_SYNTAX },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      PnyxPolicy policy;
      GError *error = NULL;

      g_assert_false (pnyx_policy_parse (bad[i].text, "p", &policy, &error));
      g_assert_error (error, PNYX_ERROR, bad[i].code);
      if (!g_str_has_prefix (error->message, bad[i].message))
        g_error ("\"%s\", expected \"%s\"", error->message, bad[i].message);
      g_clear_error (&error);
    }
}

static void
test_nothing_is_lost_behind_a_zero_byte (void)
{
  static const gchar text[] = "pnyx-policy,lending,1\nvolatility\nutilisation\naction,0.5\n"
                              "value,0,0,1\n\000more\n";
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *path = g_build_filename (scratch, "policy.csv", NULL);
  g_autoptr (GError) error = NULL;
  PnyxPolicy policy;

  g_assert_true (g_file_set_contents (path, text, sizeof text - 1, NULL));
  g_assert_false (pnyx_policy_read (path, &policy, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
  g_assert_true (g_str_has_suffix (error->message, "policy.csv: a zero byte (expected text)"));
}

static void
test_a_file_that_is_not_there (void)
{
  PnyxPolicy policy;
  GError *error = NULL;

  g_assert_false (pnyx_policy_read ("/nowhere/policy.csv", &policy, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_true (g_str_has_prefix (error->message, "/nowhere/policy.csv"));
  g_clear_error (&error);
}

static void
test_an_empty_policy (void)
{
  PnyxPolicy policy, again;
  g_autofree gchar *text = NULL;

  pnyx_policy_begin (&policy, 0.5, 0.8, 4);
  g_assert_cmpuint (policy.n_volatility, ==, 5);
  g_assert_cmpuint (policy.n_utilisation, ==, 4);
  g_assert_cmpuint (policy.n_actions, ==, 4);
  g_assert_cmpfloat (policy.actions[0], ==, 0.5);
  g_assert_cmpfloat_with_epsilon (policy.actions[1], 0.6, 1e-12);
  g_assert_cmpfloat_with_epsilon (policy.actions[3], 0.8, 1e-12);
  g_assert_cmpuint (pnyx_policy_best (&policy, pnyx_policy_state (&policy, 9, 1)), ==, 0);
  text = pnyx_policy_format (&policy);
  g_assert_true (pnyx_policy_parse (text, "p", &again, NULL));
  g_assert_cmpmem (&policy, sizeof policy, &again, sizeof again);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/controller_policy/an-empty-policy", test_an_empty_policy);
#define ADD(name, function) g_test_add_func ("/contract/controller_policy/" name, function)
  ADD ("classes-and-best-actions", test_classes_and_best_actions);
  ADD ("one-step-of-learning", test_one_step_of_learning);
  ADD ("it-converges", test_it_converges);
  ADD ("exploring", test_exploring);
  ADD ("a-file-and-back", test_a_file_and_back);
  ADD ("one-class-each", test_one_class_each);
  ADD ("files-that-are-refused", test_files_that_are_refused);
  ADD ("nothing-is-lost-behind-a-zero-byte", test_nothing_is_lost_behind_a_zero_byte);
  ADD ("a-file-that-is-not-there", test_a_file_that_is_not_there);
  return g_test_run ();
}
