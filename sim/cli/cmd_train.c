/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "base/number.h"
#include "batch/train.h"
#include "cli/cli.h"

typedef struct
{
  gchar *out, *contract;
  gint episodes, actions;
  gdouble epsilon, rate, discount;
  gboolean force, quiet;
  gchar **overrides;
} Train;

static gboolean
print_episode (gpointer user, const PnyxTrainEpisode *episode)
{
  gchar epsilon[PNYX_NUMBER_BUFFER], reward[PNYX_NUMBER_BUFFER];

  if (!((const Train *)user)->quiet)
    {
      if (episode->episode == 0)
        printf ("episode,epsilon,decisions,reward\n");
      printf ("%u,%s,%" G_GUINT64_FORMAT ",%s\n", episode->episode,
              pnyx_number_format (epsilon, episode->epsilon), episode->decisions,
              pnyx_number_format (reward, episode->reward));
      fflush (stdout);
    }
  return !cli_interrupted ();
}

/* Returns: FALSE with a message: what was given cannot be. */
static gboolean
check (const Train *train)
{
  if (train->out == NULL)
    cli_error ("train: no file for the policy (expected --out FILE)");
  else if (!train->force && g_file_test (train->out, G_FILE_TEST_EXISTS))
    cli_error ("train: \"%s\" exists (expected another file, or --force)", train->out);
  else if (train->episodes < 1 || train->actions < 2 || train->actions > PNYX_POLICY_ACTIONS_MAX)
    cli_error ("train: %d episodes of %d actions (expected at least 1, and 2 to %u)",
               train->episodes, train->actions, PNYX_POLICY_ACTIONS_MAX);
  else if (!(train->epsilon >= 0 && train->epsilon <= 1 && train->rate > 0 && train->rate <= 1
             && train->discount >= 0 && train->discount < 1))
    cli_error ("train: --epsilon %g --rate %g --discount %g (expected 0 to 1; more than 0 to 1; 0 "
               "to less than 1)",
               train->epsilon, train->rate, train->discount);
  else
    return TRUE;
  return FALSE;
}

static int
teach (const Train *train, const gchar *path)
{
  g_autofree gchar *data = cli_data_folder ();
  g_autofree gchar *text = NULL;
  g_autoptr (PnyxModel) model = NULL;
  PnyxTrainOptions options = { .contract = train->contract,
                               .episodes = (guint)train->episodes,
                               .actions = (guint)train->actions,
                               .epsilon = train->epsilon,
                               .rate = train->rate,
                               .discount = train->discount };
  PnyxPolicy policy;
  GError *error = NULL;

  model = pnyx_model_read (path, data, (const gchar *const *)train->overrides, &error);
  if (model == NULL)
    return cli_fail (error);
  if (!pnyx_train (model, &options, &policy, print_episode, (gpointer)(gsize)train, &error))
    return cli_fail (error);
  if (cli_interrupted ())
    return cli_interrupt_status ();
  text = pnyx_policy_format (&policy);
  if (!g_file_set_contents (train->out, text, -1, &error))
    {
      cli_error ("%s", error->message);
      g_error_free (error);
      return CLI_FAILED;
    }
  return CLI_DONE;
}

int
cli_train (int argc, char **argv)
{
  Train train = { .episodes = 50, .actions = 6, .epsilon = 0.3, .rate = 0.1, .discount = 0.9 };
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &train.out, "File for the policy", "FILE" },
    { "contract", 0, 0, G_OPTION_ARG_STRING, &train.contract,
      "Contract whose controller learns, where several have one", "ID" },
    { "episodes", 0, 0, G_OPTION_ARG_INT, &train.episodes,
      "Runs, each of another replicate (default 50)", "N" },
    { "actions", 0, 0, G_OPTION_ARG_INT, &train.actions,
      "Loans to value to choose from, evenly from ltv-min to ltv-max (default 6)", "N" },
    { "epsilon", 0, 0, G_OPTION_ARG_DOUBLE, &train.epsilon,
      "Probability of any action at first; falls to 0 (default 0.3)", "P" },
    { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &train.rate, "Rate of learning (default 0.1)", "X" },
    { "discount", 0, 0, G_OPTION_ARG_DOUBLE, &train.discount,
      "Discount of what comes later (default 0.9)", "X" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &train.overrides,
      "Sets a value of the scenario; may be repeated", "PATH=VALUE" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &train.force, "Writes over the file", NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &train.quiet, "Prints no episodes", NULL },
    { 0 },
  };
  int status;

  if (cli_parse (entries, cli_command ("train"), 1, 1, &argc, &argv, &status))
    {
      cli_catch_signals ();
      status = check (&train) ? teach (&train, argv[1]) : CLI_USAGE;
    }
  g_free (train.out);
  g_free (train.contract);
  g_strfreev (train.overrides);
  return status;
}
