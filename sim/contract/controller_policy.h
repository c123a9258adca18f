/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_CONTROLLER_POLICY_H
#define PNYX_CONTRACT_CONTROLLER_POLICY_H

#include "base/error.h"
#include "base/rng.h"

/*
 * Tabular Q-learning of loan to value over classes of volatility and utilisation, and its file.
 *
 *   pnyx-policy,lending,1
 *   volatility,0.4,0.8,1.6        upper ends of all classes but the last, rising
 *   utilisation,0.5,0.8
 *   action,0.5,0.6,0.7,0.8        loan to value, rising
 *   value,0,0,1.5,-0.25,0,0.125   volatility class, utilisation class, value of each action
 *   ...                           one line for each pair of classes, in order
 *
 * Source: C. J. C. H. Watkins, P. Dayan, "Q-learning", Machine Learning 8 (1992).
 */

#define PNYX_POLICY_CLASSES_MAX 16
#define PNYX_POLICY_ACTIONS_MAX 16

/** PnyxPolicy: plain values; classes and actions within the maxima. */
typedef struct
{
  guint n_volatility, n_utilisation, n_actions; /* at least 1 each */
  gdouble volatility[PNYX_POLICY_CLASSES_MAX];  /* upper ends; the last class has none */
  gdouble utilisation[PNYX_POLICY_CLASSES_MAX];
  gdouble actions[PNYX_POLICY_ACTIONS_MAX];
  gdouble values[PNYX_POLICY_CLASSES_MAX][PNYX_POLICY_CLASSES_MAX][PNYX_POLICY_ACTIONS_MAX];
} PnyxPolicy;

/** pnyx_policy_begin: all values 0: classes of volatility up to 0.5, 1, 2, 4 and above, of
 * utilisation up to 0.25, 0.5, 0.75 and above, @n_actions evenly from @low to @high. */
void pnyx_policy_begin (PnyxPolicy *policy, gdouble low, gdouble high, guint n_actions);

/** PnyxPolicyState: classes that something falls in. */
typedef struct
{
  guint volatility, utilisation;
} PnyxPolicyState;

PnyxPolicyState pnyx_policy_state (const PnyxPolicy *policy, gdouble volatility,
                                   gdouble utilisation);

/** pnyx_policy_best: Returns: the action of the largest value, the first of equals. */
guint pnyx_policy_best (const PnyxPolicy *policy, PnyxPolicyState state);

/** pnyx_policy_explore: the best action, or with probability @epsilon any: draw (0, @index). */
guint pnyx_policy_explore (const PnyxPolicy *policy, PnyxPolicyState state, gdouble epsilon,
                           const PnyxRng *rng, guint64 index);

/**
 * pnyx_policy_learn: Q (s, a) += rate (reward + discount max Q (next) - Q (s, a)).
 * @rate: in (0, 1]
 * @discount: in [0, 1)
 */
void pnyx_policy_learn (PnyxPolicy *policy, PnyxPolicyState state, guint action, gdouble reward,
                        PnyxPolicyState next, gdouble rate, gdouble discount);

/** pnyx_policy_format: Returns: (transfer full): the file; read back it is equal. */
gchar *pnyx_policy_format (const PnyxPolicy *policy);

/**
 * pnyx_policy_parse:
 * @path: for messages
 *
 * Errors: `PATH:LINE: what (expected what)`: PNYX_ERROR_SYNTAX, _RANGE, _MISSING.
 */
gboolean pnyx_policy_parse (const gchar *text, const gchar *path, PnyxPolicy *policy,
                            GError **error);

/** pnyx_policy_read: the same of a file; also PNYX_ERROR_IO. */
gboolean pnyx_policy_read (const gchar *path, PnyxPolicy *policy, GError **error);

#endif
