/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_PYTH_RULE_H
#define PNYX_ORACLE_PYTH_RULE_H

#include "base/types.h"

/*
 * The aggregate price by the rules of pyth-network/pyth-client @25dd347: every valid quote votes
 * three times, for its price and for both ends of its interval.
 */

/** PnyxPythQuote: what a publisher says; prices in whole units of 10^exponent. */
typedef struct
{
  gint64 price;
  gint64 confidence; /* half the width of the interval */
  gboolean trading;
  guint64 slot; /* for which it was published */
} PnyxPythQuote;

/** PnyxPythRule: what makes a quote count. */
typedef struct
{
  guint32 publishers_min;     /* valid quotes, at least one in any case */
  guint64 latency_max;        /* slots: PC_MAX_SEND_LATENCY is 25 */
  guint32 confidence_divisor; /* a quote with confidence > |price| / this is not trading; 0: no
                                 limit (its integer part, as in the program) */
} PnyxPythRule;

/** PnyxPythAggregate: the outcome of a slot. */
typedef struct
{
  gboolean trading;  /* FALSE: unknown, the other fields say nothing */
  gint64 price;      /* median of the votes; of an even number the mean of both, rounded down */
  gint64 confidence; /* distance to the farther quartile */
  guint32 n_valid;
} PnyxPythAggregate;

/**
 * pnyx_pyth_is_valid: Returns: whether @quote counts in @slot: trading, 0 < confidence within the
 * limit, no older than latency_max, and both ends representable.
 * Source: program/c/src/oracle/upd_aggregate.h, upd_aggregate; the limit on the confidence:
 * program/rust/src/processor/upd_price.rs with MAX_CI_DIVISOR.
 */
gboolean pnyx_pyth_is_valid (const PnyxPythRule *rule, const PnyxPythQuote *quote, guint64 slot);

/**
 * pnyx_pyth_aggregate:
 * @votes: (array length=3*n): scratch
 *
 * Of N sorted votes the quartiles are the elements floor (N / 4) and N - 1 - floor (N / 4).
 * Source: program/c/src/oracle/model/price_model.c, price_model_core.
 */
PnyxPythAggregate pnyx_pyth_aggregate (const PnyxPythRule *rule, const PnyxPythQuote *quotes,
                                       gsize n, guint64 slot, gint64 *votes);

#endif
