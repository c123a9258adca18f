/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_DAWID_SKENE_RULE_H
#define PNYX_ORACLE_DAWID_SKENE_RULE_H

#include "engine/calc.h"

/** PnyxRating: what one observer says of one item, once; all dense from 0. */
typedef struct
{
  guint32 item, observer, rating;
} PnyxRating;

/** PnyxDawidSkene: estimates of a batch. */
typedef struct
{
  gsize n_items, n_observers, n_classes;
  gdouble *prevalence;    /* (array length=n_classes) */
  gdouble *rates;         /* observer, true class, rating: n_observers times n_classes^2; rows of an
                             observer who cannot have rated a class are 0 */
  gdouble *posterior;     /* item, true class */
  gdouble log_likelihood; /* without multinomial constants */
  guint iterations;
} PnyxDawidSkene;

/**
 * pnyx_dawid_skene_new: maximum likelihood of who errs how, without knowing the truth.
 * @ratings: (array length=n): an observer may rate an item any number of times
 * @tolerance: stops when the log likelihood gains less
 * @iterations_max: or after that many
 *
 * Starts from the shares of votes of each item. Items without a rating keep the prevalence.
 * Returns: (transfer full).
 * Cost: O(iterations n classes).
 * Source: A. P. Dawid, A. M. Skene, "Maximum likelihood estimation of observer error-rates using
 * the EM algorithm", Applied Statistics 28 (1979), equations 2.3 to 2.5.
 */
PnyxDawidSkene *pnyx_dawid_skene_new (const PnyxRating *ratings, gsize n, gsize n_items,
                                      gsize n_observers, gsize n_classes, gdouble tolerance,
                                      guint iterations_max);
void pnyx_dawid_skene_free (PnyxDawidSkene *estimate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxDawidSkene, pnyx_dawid_skene_free)

/** pnyx_dawid_skene_class: Returns: the most probable class of @item, of equal ones the first. */
gsize pnyx_dawid_skene_class (const PnyxDawidSkene *estimate, gsize item);

/**
 * pnyx_dawid_skene_posterior: the step of expectation, of one item.
 * @log_posterior: (inout) (array length=n_classes): logarithms of prior times likelihood; becomes
 *                 the posterior itself
 *
 * Returns: the logarithm of the item's likelihood.
 */
gdouble pnyx_dawid_skene_posterior (gdouble *log_posterior, gsize n_classes);

/** `calc dawid-skene`. */
extern const PnyxCalc pnyx_calc_dawid_skene;

#endif
