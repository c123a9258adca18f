/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_FEED_H
#define PNYX_ORACLE_FEED_H

#include "engine/params.h"
#include "engine/world.h"

/*
 * What oracles tell of: a truth that moves by itself, and the venues where reporters can see it.
 * The truth is a process on a grid of times, generated as far as it is asked for; its past can be
 * read in any order. Oracles read it through venues and error models only; metrics compare with it.
 */
typedef struct _PnyxFeed PnyxFeed;

/** Parameters of `<feed>`. */
typedef struct
{
  gdouble start; /* price, or number */
  PnyxTime step;
  PnyxTime window; /* of the context features */
  gdouble flow_noise;
} PnyxFeedParams;

/** PnyxFeedStep: what a process needs to know to take a step. */
typedef struct
{
  guint64 index;      /* of the point of the grid that is to be found; at least 1 */
  gdouble dt;         /* years between two points (a year has 365 days) */
  gdouble level;      /* log price at the point before */
  gdouble normal;     /* standard normal of this point */
  const PnyxRng *rng; /* for what else is drawn: entity as the process likes, index @index */
} PnyxFeedStep;

/** PnyxFeedOps: a process of the truth. */
typedef struct
{
  PnyxComponent component;
  gboolean categorical; /* truth is a class from 0, not a price; no venues, no features */
  gsize state_size;
  /* @start: log price of the beginning. FALSE with @error, or where there is nothing to check TRUE.
   */
  gboolean (*init) (gpointer self, const PnyxSection *section, PnyxArena *arena, GError **error);
  /* Returns: the log price at the next point; called once for each, in order. */
  gdouble (*step) (gpointer self, const PnyxFeedStep *step);
  /* In place of @step: Returns: the truth at @time; of its own grid. */
  gdouble (*at) (gpointer self, PnyxTime time, const PnyxRng *rng);
  guint (*classes) (const void *self); /* where categorical: how many */
} PnyxFeedOps;

extern const PnyxKind pnyx_feed_kind;
extern const PnyxElement pnyx_element_feed;

/** PNYX_YEAR: nanoseconds of 365 days, in which volatilities are stated. */
#define PNYX_YEAR (365 * 86400 * PNYX_SECOND)

/** PnyxFeature: what pnyx_feed_features gives, in this order. All are of the time asked or before.
 */
typedef enum
{
  PNYX_FEATURE_VOLATILITY, /* standard deviation of the log returns of the window's steps, venues'
                              mean */
  PNYX_FEATURE_DISPERSION, /* standard deviation of the venues' log prices */
  PNYX_FEATURE_VOLUME, /* traded in the window over what is usual: 1 + |return| / its usual size */
  PNYX_FEATURE_MOMENTUM, /* log return over the window */
  PNYX_FEATURE_FLOW,     /* order flow: what the price is about to catch up with, and noise */
  PNYX_N_FEATURES,
} PnyxFeature;

/**
 * pnyx_feed_new:
 * @section: `<feed>`
 * @id: of the oracle that it belongs to: the same id, the same draws
 *
 * Returns: (transfer none): in the world's arena; NULL with @error.
 */
PnyxFeed *pnyx_feed_new (PnyxWorld *world, const PnyxSection *section, const gchar *id,
                         GError **error);
gboolean pnyx_feed_categorical (const PnyxFeed *feed);
guint pnyx_feed_classes (const PnyxFeed *feed); /* 0: a price */
/** pnyx_feed_truth: Returns: the true price (or class) at @time, at least 0; constant between two
 * points of the grid. */
gdouble pnyx_feed_truth (PnyxFeed *feed, PnyxTime time);
PnyxTime pnyx_feed_step (const PnyxFeed *feed);

guint pnyx_feed_venues (const PnyxFeed *feed);
/** pnyx_feed_venue_find: Returns: number of the venue @name; PNYX_NONE: there is none. */
guint32 pnyx_feed_venue_find (const PnyxFeed *feed, const gchar *name);
/** pnyx_feed_venue_depth: Returns: money ($) on one side of @venue's book, as of a constant
 * product. @fee: (out): part of what is paid in that it keeps. */
gdouble pnyx_feed_venue_depth (const PnyxFeed *feed, guint32 venue, gdouble *fee);
/** pnyx_feed_quote: Returns: the price at @venue at @time; NaN: it is down. */
gdouble pnyx_feed_quote (PnyxFeed *feed, guint32 venue, PnyxTime time);
/** pnyx_feed_source: Returns: the median price of the venues whose bits are set in @venues and that
 * are up (of an even number the mean of the two in the middle); NaN: none is. Without venues the
 * truth. */
gdouble pnyx_feed_source (PnyxFeed *feed, guint64 venues, PnyxTime time);
/**
 * pnyx_feed_trade: somebody buys for @cash ($; negative: sells coins worth that much at the venue's
 * price) at @venue, at @time, not before the last trade there. Moves its price; the displacement
 * halves with every resilience.
 *
 * Returns: coins that were got (negative: given; then @cash was got less the fee and slippage,
 * which
 * @proceeds tells); NaN: the venue is down, nothing happened.
 * @proceeds: (out): cash paid (negative) or got
 */
gdouble pnyx_feed_trade (PnyxFeed *feed, guint32 venue, PnyxTime time, gdouble cash,
                         gdouble *proceeds);
/** pnyx_feed_features: @features: (out caller-allocates) (array length=PNYX_N_FEATURES). */
void pnyx_feed_features (PnyxFeed *feed, PnyxTime time, gdouble *features);

extern const PnyxFeedOps pnyx_feed_gbm;
extern const PnyxFeedOps pnyx_feed_merton;
extern const PnyxFeedOps pnyx_feed_garch;
extern const PnyxFeedOps pnyx_feed_ornstein_uhlenbeck;
extern const PnyxFeedOps pnyx_feed_regime;
extern const PnyxFeedOps pnyx_feed_replay;
extern const PnyxFeedOps pnyx_feed_categorical_events;

#endif
