/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_TRUTH_SERUM_RULE_H
#define PNYX_ORACLE_TRUTH_SERUM_RULE_H

#include <glib.h>

/*
 * Scores without a known truth: an answer that is more common than was predicted scores, and so
 * does who predicts the answers of all well; to tell the truth is then an equilibrium.
 *
 * Source: D. Prelec, "A Bayesian truth serum for subjective data", Science 306 (2004), equation 2.
 */

/** pnyx_truth_serum_information: Returns: log of the share @endorsed that gave an answer over the
 * geometric mean @predicted of what was predicted for it. Both more than 0. */
gdouble pnyx_truth_serum_information (gdouble endorsed, gdouble predicted);

/**
 * pnyx_truth_serum_prediction: Returns: sum of endorsed log (prediction / endorsed): 0 for who
 * predicts @endorsed itself, less otherwise.
 * @endorsed: (array length=n): shares, sum 1; answers that nobody gave do not count
 * @prediction: (array length=n): of one voter, sum 1
 */
gdouble pnyx_truth_serum_prediction (const gdouble *endorsed, const gdouble *prediction, gsize n);

#endif
