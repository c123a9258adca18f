/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/train.h"

#include <string.h>

#include "support/test_world.h"

#define SCENARIO(controllers)                                                                      \
  "<run duration='3 h'/><network nodes='6'><topology kind='complete'/></network>"                  \
  "<chain kind='nakamoto' id='main'><execution gas-price='0'/><nakamoto interval='12 s'/></chain>" \
  "<oracle id='price'><feed kind='gbm' start='100'>"                                               \
  "<shock at='1 h' over='1 h' change='-0.5'/></feed>"                                              \
  "<reporters count='4'/><filter kind='median'/></oracle>" controllers

#define CONTRACT(id, controller)                                                                   \
  "<contract id='" id "' kind='lending' oracle='price'><lending>"                                  \
  "<borrowers count='100' attentive='0'/><keepers count='2'/>" controller "</lending></contract>"

#define RULE "<controller kind='rule' interval='5 min' window='4' ltv-min='0.5' ltv-max='0.8'/>"

static const PnyxTrainOptions defaults
    = { .episodes = 3, .actions = 4, .epsilon = 0.5, .rate = 0.2, .discount = 0.5 };

typedef struct
{
  guint n, stop; /* episodes so far, after which to stop; 0: never */
  PnyxTrainEpisode last;
} Seen;

static gboolean
on_episode (gpointer user, const PnyxTrainEpisode *episode)
{
  Seen *seen = user;

  g_assert_cmpuint (episode->episode, ==, seen->n);
  seen->n++;
  seen->last = *episode;
  return seen->n != seen->stop;
}

static void
test_it_learns_and_gives_the_same_again (void)
{
  g_autoptr (PnyxModel) model = test_model (SCENARIO (CONTRACT ("loans", RULE)));
  PnyxPolicy policy, again;
  Seen seen = { 0 };
  GError *error = NULL;
  guint learned = 0;

  g_assert_true (pnyx_train (model, &defaults, &policy, on_episode, &seen, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (seen.n, ==, 3);
  g_assert_cmpuint (seen.last.decisions, >, 20);
  g_assert_cmpfloat_with_epsilon (seen.last.epsilon, 0.5 / 3, 1e-12);
  g_assert_cmpuint (policy.n_actions, ==, 4);
  g_assert_cmpfloat (policy.actions[0], ==, 0.5);
  g_assert_cmpfloat_with_epsilon (policy.actions[3], 0.8, 1e-12);
  for (guint v = 0; v < policy.n_volatility; v++)
    for (guint u = 0; u < policy.n_utilisation; u++)
      for (guint i = 0; i < policy.n_actions; i++)
        learned += policy.values[v][u][i] != 0 ? 1 : 0;
  g_assert_cmpuint (learned, >, 3);
  g_assert_true (pnyx_train (model, &defaults, &again, NULL, NULL, &error));
  g_assert_cmpmem (&policy, sizeof policy, &again, sizeof again);
}

/* The least that it thinks of any action. */
static gdouble
worst (const gchar *keepers)
{
  g_autofree gchar *body = g_strdup_printf (
      SCENARIO ("<contract id='loans' kind='lending' oracle='price'><lending>"
                "<borrowers count='100' attentive='0'/>%s" RULE "</lending></contract>"),
      keepers);
  g_autoptr (PnyxModel) model = test_model (body);
  PnyxPolicy policy;
  Seen seen = { 0 };
  gdouble least = 0;

  g_assert_true (pnyx_train (model, &defaults, &policy, on_episode, &seen, NULL));
  for (guint v = 0; v < policy.n_volatility; v++)
    for (guint u = 0; u < policy.n_utilisation; u++)
      for (guint i = 0; i < policy.n_actions; i++)
        least = MIN (least, policy.values[v][u][i]);
  return least;
}

/* What loans owe above their collateral is a loss; where keepers see to it there is none. */
static void
test_a_crash_is_felt (void)
{
  g_assert_cmpfloat (worst ("<keepers count='0'/>"), <, -1);
  g_assert_cmpfloat (worst ("<keepers count='8'/>"), >, -1);
}

static void
test_it_may_be_stopped (void)
{
  g_autoptr (PnyxModel) model = test_model (SCENARIO (CONTRACT ("loans", RULE)));
  PnyxPolicy policy;
  Seen seen = { .stop = 1 };

  g_assert_true (pnyx_train (model, &defaults, &policy, on_episode, &seen, NULL));
  g_assert_cmpuint (seen.n, ==, 1);
}

static void
assert_refused (const gchar *body, const gchar *contract, gint code, const gchar *part)
{
  g_autoptr (PnyxModel) model = test_model (body);
  PnyxTrainOptions options = defaults;
  PnyxPolicy policy;
  GError *error = NULL;

  options.contract = contract;
  g_assert_false (pnyx_train (model, &options, &policy, NULL, NULL, &error));
  g_assert_error (error, PNYX_ERROR, code);
  if (strstr (error->message, part) == NULL)
    g_error ("\"%s\", expected \"%s\"", error->message, part);
  g_clear_error (&error);
}

static void
test_what_has_nothing_to_learn_is_refused (void)
{
  assert_refused (SCENARIO (""), NULL, PNYX_ERROR_MISSING, "no contract has a controller");
  assert_refused (SCENARIO (CONTRACT ("loans", "")), NULL, PNYX_ERROR_MISSING,
                  "no contract has a controller");
  assert_refused (SCENARIO (CONTRACT ("loans", RULE)), "others", PNYX_ERROR_UNKNOWN,
                  "no contract others with a controller");
  assert_refused (SCENARIO (CONTRACT ("a", RULE) CONTRACT ("b", RULE)), NULL, PNYX_ERROR_CONFLICT,
                  "2 contracts have a controller");
  assert_refused (
      SCENARIO (CONTRACT ("loans", "<controller kind='rule' ltv-min='0.6' ltv-max='0.6'/>")), NULL,
      PNYX_ERROR_CONFLICT, "a controller that sets 0.6 only has nothing to learn");
}

/* Of several contracts the one that is named learns. */
static void
test_one_of_several_learns (void)
{
  g_autoptr (PnyxModel) model = test_model (SCENARIO (CONTRACT ("a", RULE) CONTRACT ("b", RULE)));
  PnyxTrainOptions options = defaults;
  PnyxPolicy policy;
  Seen seen = { 0 };

  options.contract = "b";
  options.episodes = 1;
  g_assert_true (pnyx_train (model, &options, &policy, on_episode, &seen, NULL));
  g_assert_cmpuint (seen.last.decisions, >, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/batch/train/it-learns-and-gives-the-same-again",
                   test_it_learns_and_gives_the_same_again);
  g_test_add_func ("/batch/train/a-crash-is-felt", test_a_crash_is_felt);
  g_test_add_func ("/batch/train/it-may-be-stopped", test_it_may_be_stopped);
  g_test_add_func ("/batch/train/what-has-nothing-to-learn-is-refused",
                   test_what_has_nothing_to_learn_is_refused);
  g_test_add_func ("/batch/train/one-of-several-learns", test_one_of_several_learns);
  return g_test_run ();
}
