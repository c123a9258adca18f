/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_TRAIN_H
#define PNYX_BATCH_TRAIN_H

#include "batch/model.h"
#include "contract/controller_policy.h"

/*
 * Q-learning of a controller's policy: a scenario is run again and again, an episode each, and the
 * table learns in every one of them. Episode e is replicate e, one after the other on one thread,
 * so that the same scenario gives the same table.
 */

typedef struct
{
  const gchar *contract; /* (nullable): whose controller learns; NULL: the only one */
  guint episodes;        /* at least 1 */
  guint actions;         /* 2 to PNYX_POLICY_ACTIONS_MAX */
  gdouble epsilon;       /* probability of any action in the first episode; falls evenly to 0 */
  gdouble rate;          /* in (0, 1] */
  gdouble discount;      /* in [0, 1) */
} PnyxTrainOptions;

/** PnyxTrainEpisode: how one went. */
typedef struct
{
  guint episode;
  gdouble epsilon;
  guint64 decisions;
  gdouble reward; /* mean of a decision */
} PnyxTrainEpisode;

/**
 * pnyx_train:
 * @policy: (out)
 * @on_episode: (nullable): called after each. Returns: FALSE to stop: the table is what it is then
 *
 * Returns: FALSE with @error: the scenario has no contract with a controller, or several and
 * @options names none of them; a world cannot be built, or fails (PNYX_ERROR_RUN).
 */
gboolean pnyx_train (const PnyxModel *model, const PnyxTrainOptions *options, PnyxPolicy *policy,
                     gboolean (*on_episode) (gpointer self, const PnyxTrainEpisode *episode),
                     gpointer self, GError **error);

#endif
