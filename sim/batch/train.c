/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract is found first (find_controller); then each episode is a run of its own that leaves
 * behind nothing but what the table has learned. */
#include "batch/train.h"

#include "batch/simulation.h"

/* `<controller>` of a contract that has one that governs; NULL: none. */
static const PnyxSection *
controller_of (const PnyxSection *contract)
{
  const PnyxSection *controller = pnyx_section_child (contract, "controller", 0);

  return controller != NULL && pnyx_controller_governs (controller) ? controller : NULL;
}

static const PnyxSection *
find_controller (const PnyxModel *model, const gchar *wanted, const gchar **contract,
                 GError **error)
{
  const PnyxSection *root = model->scenario->root, *found = NULL;
  guint n = 0;

  for (gsize i = 0; i < pnyx_section_count (root, "contract"); i++)
    {
      const PnyxSection *section = pnyx_section_child (root, "contract", i);
      const gchar *id = ((const PnyxContractParams *)section->params)->id;

      if (controller_of (section) == NULL || (wanted != NULL && !g_str_equal (id, wanted)))
        continue;
      found = controller_of (section);
      *contract = id;
      n++;
    }
  if (n == 1)
    return found;
  if (n > 1)
    pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &root->place,
                       "%u contracts have a controller (expected one, or its contract's id)", n);
  else if (wanted != NULL)
    pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &root->place,
                       "no contract %s with a controller (expected one, of a kind other than none)",
                       wanted);
  else
    pnyx_set_error_at (error, PNYX_ERROR_MISSING, &root->place,
                       "no contract has a controller (expected one, of a kind other than none)");
  return NULL;
}

static gboolean
run_episode (const PnyxModel *model, guint32 number, const gchar *contract,
             PnyxPolicyTraining *training, GError **error)
{
  g_autoptr (PnyxRunResult) result
      = pnyx_simulate_training (model, number, contract, training, error);

  if (result == NULL)
    return FALSE;
  if (!result->failed)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_RUN, "%s", result->message);
  return FALSE;
}

gboolean
pnyx_train (const PnyxModel *model, const PnyxTrainOptions *options, PnyxPolicy *policy,
            gboolean (*on_episode) (gpointer self, const PnyxTrainEpisode *episode), gpointer self,
            GError **error)
{
  const gchar *contract = NULL;
  const PnyxSection *controller = find_controller (model, options->contract, &contract, error);
  gdouble low, high;

  PNYX_REQUIRE (options->episodes >= 1 && options->actions >= 2);
  if (controller == NULL)
    return FALSE;
  pnyx_controller_range (controller, &low, &high);
  if (!(low < high))
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &controller->place,
                         "a controller that sets %g only has nothing to learn (expected ltv-min "
                         "below ltv-max)",
                         low);
      return FALSE;
    }
  pnyx_policy_begin (policy, low, high, options->actions);
  for (guint i = 0; i < options->episodes; i++)
    {
      PnyxPolicyTraining training
          = { .policy = policy,
              .epsilon = options->epsilon * (options->episodes - i) / options->episodes,
              .rate = options->rate,
              .discount = options->discount };
      PnyxTrainEpisode episode = { .episode = i, .epsilon = training.epsilon };

      if (!run_episode (model, i, contract, &training, error))
        return FALSE;
      episode.decisions = training.decisions;
      episode.reward = training.decisions > 0 ? training.reward / (gdouble)training.decisions : 0;
      if (on_episode != NULL && !on_episode (self, &episode))
        break;
    }
  return TRUE;
}
